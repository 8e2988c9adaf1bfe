"""Makefiles, justfiles and pipeline scripts: the commands in them."""

from wxcertcheck.scan.deployment.commands import COMMANDS
from wxcertcheck.scan.deployment.variables import VARIABLES
from wxcertcheck.scan.language import Language
from wxcertcheck.scan.text_format import lexer

LANGUAGE = Language(
    name="makefile",
    title="Makefile",
    endings=(".mk", ".mak"),
    file_names=("Makefile*", "makefile", "GNUmakefile", "justfile", "Justfile", "Jenkinsfile*", "Vagrantfile.sh"),
    patterns=(
        *COMMANDS,
        *VARIABLES,
    ),
    line_comments=("#", "//"),
    lexer=lexer,
)
