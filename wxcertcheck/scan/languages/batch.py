"""Windows batch files (no grammar package is kept well): variables and command lines."""

from wxcertcheck.scan.deployment.commands import COMMANDS
from wxcertcheck.scan.deployment.variables import VARIABLES
from wxcertcheck.scan.language import Language
from wxcertcheck.scan.text_format import lexer

LANGUAGE = Language(
    name="batch",
    title="Windows batch",
    endings=(".bat", ".cmd"),
    file_names=(),
    patterns=(
        *COMMANDS,
        *VARIABLES,
    ),
    line_comments=("REM", "rem", "::"),
    lexer=lexer,
)
