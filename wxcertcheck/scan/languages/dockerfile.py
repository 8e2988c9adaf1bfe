"""Dockerfiles and Containerfiles: ENV, ARG and RUN lines."""

from wxcertcheck.scan.deployment.commands import COMMANDS
from wxcertcheck.scan.deployment.jvm import JVM_SETTINGS
from wxcertcheck.scan.deployment.variables import VARIABLES
from wxcertcheck.scan.language import Language
from wxcertcheck.scan.text_format import lexer

LANGUAGE = Language(
    name="dockerfile",
    title="Dockerfile",
    endings=(".dockerfile",),
    file_names=("Dockerfile", "Dockerfile*", "Containerfile*", "*.Dockerfile"),
    patterns=(
        *COMMANDS,
        *VARIABLES,
        *JVM_SETTINGS,
    ),
    line_comments=("#",),
    lexer=lexer,
)
