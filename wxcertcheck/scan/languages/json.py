"""JSON configuration: launch settings, pm2, devcontainer, appsettings."""

from wxcertcheck.scan.deployment import KEYS, VARIABLES
from wxcertcheck.scan.language import Language
from wxcertcheck.scan.text_format import lexer

LANGUAGE = Language(
    name="json",
    title="JSON",
    endings=(".json", ".jsonc", ".json5"),
    file_names=(),
    patterns=(
        *VARIABLES,
        *KEYS,
    ),
    line_comments=("//",),
    lexer=lexer,
)
