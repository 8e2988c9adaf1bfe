"""YAML: compose files, Kubernetes manifests, CI files, Spring's application.yml."""

from wxcertcheck.scan.deployment import COMMANDS, KEYS, VARIABLES
from wxcertcheck.scan.language import Language
from wxcertcheck.scan.text_format import lexer

LANGUAGE = Language(
    name="yaml",
    title="YAML",
    endings=(".yml", ".yaml"),
    file_names=(),
    patterns=(
        *COMMANDS,
        *VARIABLES,
        *KEYS,
    ),
    line_comments=("#",),
    lexer=lexer,
)
