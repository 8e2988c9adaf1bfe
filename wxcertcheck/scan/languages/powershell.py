"""PowerShell: variables and command lines; own callbacks are tokenised, not parsed."""

from wxcertcheck.scan.deployment import COMMANDS, VARIABLES
from wxcertcheck.scan.language import Language
from wxcertcheck.scan.text_format import lexer

LANGUAGE = Language(
    name="powershell",
    title="PowerShell",
    endings=(".ps1", ".psm1", ".psd1"),
    file_names=(),
    patterns=(
        *COMMANDS,
        *VARIABLES,
    ),
    line_comments=("#",),
    lexer=lexer,
)
