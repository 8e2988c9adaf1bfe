"""YAML: compose files, Kubernetes manifests, CI files, Spring's application.yml."""

from wxcertcheck.scan.deployment import COMMANDS, KEYS, NGINX, VARIABLES
from wxcertcheck.scan.deployment_jvm import JVM_SETTINGS, MAIL_TRUST_NESTED
from wxcertcheck.scan.language import Language
from wxcertcheck.scan.programs import STACKS
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
        *STACKS,
        *NGINX,
        *JVM_SETTINGS,
        MAIL_TRUST_NESTED,
    ),
    line_comments=("#",),
    lexer=lexer,
)
