"""Dockerfiles and Containerfiles: ENV, ARG and RUN lines."""

import re

from wxcertcheck.scan.deployment.commands import COMMANDS
from wxcertcheck.scan.deployment.jvm import JVM_SETTINGS
from wxcertcheck.scan.deployment.keys import is_server_key
from wxcertcheck.scan.deployment.values import IS, VALUE
from wxcertcheck.scan.deployment.variables import VARIABLES
from wxcertcheck.scan.language import Language, Pattern
from wxcertcheck.scan.telling import CA_VARIABLES, SWITCH_VARIABLES, means_ca, switched_off_by
from wxcertcheck.scan.text_format import TextHit, lexer, line_off, line_trusts

_KNOWN = frozenset(word for pattern in VARIABLES for word in pattern.words)
_SET = rf"(?<![\w$.{{\-])(?P<key>[A-Z][A-Z0-9]*_[A-Z0-9_]*){IS}(?!=){VALUE}"
_PATH = re.compile(r"/|\.(?:pem|crt|cer|jks|p12)[\"']?$")
_ON = frozenset({"true", "1", "yes", "on"})
_OFF = frozenset({"false", "0", "no", "off"})


def _in_env(hit: TextHit) -> bool:
    """Whether a line belongs to an ENV instruction: itself, or those that it goes on from."""
    before = hit.clean[max(0, hit.line_start - 8_000) : hit.line_start].decode("utf-8", "replace").splitlines()
    first = hit.line
    for line in reversed(before):
        if not line.rstrip().endswith("\\"):
            break
        first = line
    return re.match(r"(?i)\s*ENV\s", first) is not None


def _names_ca(hit: TextHit, found: re.Match[str]) -> bool:
    key = found["key"]
    return (
        key not in _KNOWN
        and means_ca(key)
        and not is_server_key(key)
        and _PATH.search(found["value"]) is not None
        and _in_env(hit)
    )


def _switches_off(hit: TextHit, found: re.Match[str]) -> bool:
    key, value = found["key"], found["value"].strip("\"'").lower()
    off = switched_off_by(key) if key not in _KNOWN and not is_server_key(key) else ""
    return bool(off) and value in (_ON if off == "true" else _OFF) and _in_env(hit)


_NAMED = (
    Pattern(
        slug="named-ca-variable",
        words=CA_VARIABLES,
        match=line_trusts(_SET, when=_names_ca),
        bad=(
            "ENV WX_TLS_CA_FILE=/etc/wx/ca.pem",
            "ENV A=1 \\\n    MYSQL_SSL_CA=/certs/ca.pem \\\n    B=2",
            "ENV KAFKA_SSL_TRUSTSTORE_LOCATION /etc/kafka/trust.jks",
        ),
        good=(
            "ENV WX_TLS_CA_FILE=",
            "ARG WX_TLS_CA_FILE=/etc/wx/ca.pem",
            "RUN openssl req -x509 -out ca.pem && CA_FILE=/x/ca.pem make",
            "ENV ETCD_TRUSTED_CA_FILE=/certs/clients.pem",
        ),
    ),
    Pattern(
        slug="named-switch-variable",
        words=SWITCH_VARIABLES,
        match=line_off(_SET, when=_switches_off),
        bad=("ENV WX_SSL_VERIFY=false", "ENV A=1 \\\n    WX_TLS_SKIP_VERIFY=true"),
        good=("ENV WX_SSL_VERIFY=true", "ENV WX_SSL_VERIFY_CLIENT=false", "RUN echo WX_SSL_VERIFY=false"),
    ),
)

LANGUAGE = Language(
    name="dockerfile",
    title="Dockerfile",
    endings=(".dockerfile",),
    file_names=("Dockerfile", "Dockerfile*", "Containerfile*", "*.Dockerfile"),
    patterns=(
        *COMMANDS,
        *VARIABLES,
        *JVM_SETTINGS,
        *_NAMED,
    ),
    line_comments=("#",),
    lexer=lexer,
)
