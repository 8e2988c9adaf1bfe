"""Environment variables that choose CAs or switch verification off, wherever they are set."""

from wxcertcheck.model import PinMode, Purpose
from wxcertcheck.scan.deployment.databases import CONNECTIONS
from wxcertcheck.scan.deployment.values import IS, VALUE
from wxcertcheck.scan.language import Pattern
from wxcertcheck.scan.matchers import any_of
from wxcertcheck.scan.text_format import context_decided, context_off, context_trusts, line_off, line_trusts

REPLACING = (
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "AWS_CA_BUNDLE",
    "DENO_CERT",
    "HTTPLIB2_CA_CERTS",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
    "PERL_LWP_SSL_CA_FILE",
    "HTTPS_CA_FILE",
)
TOOLS = (
    "GIT_SSL_CAINFO",
    "PIP_CERT",
    "npm_config_cafile",
    "NPM_CONFIG_CAFILE",
    "CARGO_HTTP_CAINFO",
    "HEX_CACERTS_PATH",
    "BUNDLE_SSL_CA_CERT",
    "VAULT_CACERT",
    "CONSUL_CACERT",
    "NOMAD_CACERT",
    "LDAPTLS_CACERT",
)
_OFF = ("NODE_TLS_REJECT_UNAUTHORIZED", "PYTHONHTTPSVERIFY", "PERL_LWP_SSL_VERIFY_HOSTNAME")
_TOOLS_OFF = (
    "GIT_SSL_NO_VERIFY",
    "NPM_CONFIG_STRICT_SSL",
    "npm_config_strict_ssl",
    "VAULT_SKIP_VERIFY",
    "NOMAD_SKIP_VERIFY",
    "LDAPTLS_REQCERT",
)


def _set(names: tuple[str, ...]) -> str:
    """``NAME=value``, ``NAME: value``, ``"NAME": "value"``, ``NAME value`` (Dockerfile), or Kubernetes' name and value lines."""
    return rf"(?<![\w$.{{\-])(?:{'|'.join(names)}){IS}(?!=){VALUE}"


_KUBERNETES_VALUE = r"[\"']?\s*[\n,]\s*[\"']?value[\"']?:\s*"
"""Between name and value of an environment variable: on lines of their own, in braces, in JSON."""


def _kubernetes(names: tuple[str, ...]) -> str:
    return rf"(?:{'|'.join(names)}){_KUBERNETES_VALUE}(?P<value>\"[^\"\n]*\"|'[^'\n]*'|[^\n,}}]+)"


VARIABLES = (
    *CONNECTIONS,
    Pattern(
        slug="jvm-trust-store",
        words=("javax.net.ssl.trustStore",),
        match=line_trusts(rf"javax\.net\.ssl\.trustStore\s*[=:]\s*{VALUE}"),
        bad=('JAVA_OPTS="-Djavax.net.ssl.trustStore=/etc/wx.jks -Dx=y"',),
        good=('JAVA_OPTS="-Djavax.net.ssl.trustStorePassword=changeit"',),
    ),
    Pattern(
        slug="ca-variable",
        words=REPLACING,
        match=any_of(line_trusts(_set(REPLACING)), context_trusts(_kubernetes(REPLACING))),
        bad=(
            "SSL_CERT_FILE=/etc/wx/ca.pem",
            "REQUESTS_CA_BUNDLE: /etc/wx/ca.pem",
            "name: SSL_CERT_FILE\n  value: /etc/wx/ca.pem",
            "- {name: SSL_CERT_FILE, value: /etc/wx/ca.pem}",
            '{"name": "SSL_CERT_FILE", "value": "/etc/wx/ca.pem"}',
        ),
        good=("echo $SSL_CERT_FILE", "SSL_CERT_FILE="),
    ),
    Pattern(
        slug="extra-ca-variable",
        words=("NODE_EXTRA_CA_CERTS",),
        match=any_of(
            line_trusts(_set(("NODE_EXTRA_CA_CERTS",)), mode=PinMode.ADDS),
            context_trusts(_kubernetes(("NODE_EXTRA_CA_CERTS",)), mode=PinMode.ADDS),
        ),
        bad=("NODE_EXTRA_CA_CERTS=/etc/wx/ca.pem",),
        good=("echo ${NODE_EXTRA_CA_CERTS}",),
    ),
    Pattern(
        slug="tool-ca-variable",
        words=TOOLS,
        match=any_of(
            line_trusts(_set(TOOLS), purpose=Purpose.TOOL), context_trusts(_kubernetes(TOOLS), purpose=Purpose.TOOL)
        ),
        bad=("GIT_SSL_CAINFO=/etc/ca.pem",),
        good=("echo $GIT_SSL_CAINFO",),
    ),
    Pattern(
        slug="database-ca-variable",
        words=("PGSSLROOTCERT",),
        match=any_of(
            line_trusts(_set(("PGSSLROOTCERT",)), purpose=Purpose.DATABASE),
            context_trusts(_kubernetes(("PGSSLROOTCERT",)), purpose=Purpose.DATABASE),
        ),
        bad=("PGSSLROOTCERT=/etc/db/root.crt", "name: PGSSLROOTCERT\n  value: /etc/db/root.crt"),
        good=("echo $PGSSLROOTCERT", "unset PGSSLROOTCERT"),
        source="https://www.postgresql.org/docs/current/libpq-envars.html",
    ),
    Pattern(
        slug="verification-off-variable",
        words=(*_OFF, "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"),
        match=any_of(
            line_off(rf"(?<![\w$.\-])(?:{'|'.join(_OFF)}){IS}[\"']?0[\"']?(?![\w.])"),
            context_off(rf"(?:{'|'.join(_OFF)}){_KUBERNETES_VALUE}[\"']?0\b"),
            context_decided(rf"(?:{'|'.join(_OFF)}){_KUBERNETES_VALUE}[\"']?\{{\{{[^\n]*\}}\}}"),
            # requests takes an empty variable for "do not verify"
            line_off(r"(?<![\w$.\-])(?:CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE)=(?:\"\"|'')(?=\s|$)"),
        ),
        bad=(
            'ENV CURL_CA_BUNDLE=""',
            "NODE_TLS_REJECT_UNAUTHORIZED=0",
            "PYTHONHTTPSVERIFY: '0'",
            '"NODE_TLS_REJECT_UNAUTHORIZED": "0"',
            "name: NODE_TLS_REJECT_UNAUTHORIZED\n  value: '0'",
            'name: NODE_TLS_REJECT_UNAUTHORIZED\n  value: {{ default "1" .Values.reject | quote }}',
            "{name: NODE_TLS_REJECT_UNAUTHORIZED, value: '0'}",
        ),
        good=("NODE_TLS_REJECT_UNAUTHORIZED=1",),
    ),
    Pattern(
        slug="tool-verification-off-variable",
        words=_TOOLS_OFF,
        match=any_of(
            line_off(
                rf"\b(?:GIT_SSL_NO_VERIFY|VAULT_SKIP_VERIFY|NOMAD_SKIP_VERIFY){IS}[\"']?(?:1|true)\b",
                purpose=Purpose.TOOL,
            ),
            line_off(rf"\bLDAPTLS_REQCERT{IS}[\"']?(?:never|allow)\b", purpose=Purpose.LDAP),
            line_off(rf"\b(?i:npm_config_strict_ssl){IS}[\"']?false\b", purpose=Purpose.TOOL),
        ),
        bad=("GIT_SSL_NO_VERIFY=true",),
        good=("GIT_SSL_NO_VERIFY=false",),
    ),
)
