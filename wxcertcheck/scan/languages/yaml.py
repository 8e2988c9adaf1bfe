"""YAML: compose files, Kubernetes manifests, CI files, Spring's application.yml."""

from wxcertcheck.scan.deployment.commands import COMMANDS
from wxcertcheck.scan.deployment.jvm import JVM_SETTINGS, MAIL_TRUST_NESTED
from wxcertcheck.scan.deployment.keys import KEYS
from wxcertcheck.scan.deployment.programs import STACKS
from wxcertcheck.scan.deployment.services import NGINX
from wxcertcheck.scan.deployment.variables import VARIABLES
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
        *STACKS,
        *NGINX,
        *JVM_SETTINGS,
        MAIL_TRUST_NESTED,
    ),
    line_comments=("#",),
    lexer=lexer,
)
