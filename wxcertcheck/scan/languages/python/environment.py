"""Variables of the environment that Python sets, and certifi's bundle put in another's place: they hold for the whole process."""

from collections.abc import Iterator

from wxcertcheck.model import PinKind
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.languages.python.values import GIVEN
from wxcertcheck.scan.matchers import any_of, switches, trusts

ENVIRONMENT = (
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
    "WEBSOCKET_CLIENT_CA_BUNDLE",
    "AWS_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "NODE_EXTRA_CA_CERTS",
    "PIP_CERT",
    "VAULT_CACERT",
    "PGSSLROOTCERT",
    "LDAPTLS_CACERT",
)
_ENVIRONMENT_OFF = (
    "GIT_SSL_NO_VERIFY",
    "VAULT_SKIP_VERIFY",
    "CONDA_SSL_VERIFY",
    "NODE_TLS_REJECT_UNAUTHORIZED",
)


def writes_environment(hit: Hit, setting: Setting) -> bool:
    """Whether a variable is set in an environment: ``os.environ[…]``, ``env={…}``, ``putenv``."""
    if setting.form == "assignment":
        return "env" in setting.target.lower()
    call = hit.call_around()
    if setting.form == "pair":
        around = hit.source.around(setting.node, frozenset({"keyword_argument", "assignment"}))
        held = hit.source.text(around).partition("=")[0] if around is not None else ""
        return "env" in (call.callee if call is not None else "").lower() or "env" in held.lower()
    return call is not None and call.name in ("setdefault", "putenv", "setenv")


def emptied_bundle(hit: Hit) -> Iterator[Find]:
    """``os.environ["CURL_CA_BUNDLE"] = ""``: requests took an empty bundle for "do not verify" (before 2.28)."""
    setting = hit.setting()
    if (
        setting is not None
        and setting.value is not None
        and hit.name in ("CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE")
        and writes_environment(hit, setting)
        and hit.source.text(setting.value) in ('""', "''")
    ):
        yield Find(PinKind.VERIFICATION_OFF, setting.node)


def replaced_bundle(hit: Hit) -> Iterator[Find]:
    """``certifi.where = lambda: "ca.pem"``, ``requests.utils.DEFAULT_CA_BUNDLE_PATH = "ca.pem"``."""
    setting = hit.setting()
    if setting is None or setting.value is None or setting.form != "assignment" or "." not in setting.target:
        return
    if setting.name not in ("where", "DEFAULT_CA_BUNDLE_PATH"):
        return
    node = setting.value.child_by_field_name("body") if setting.value.type == "lambda" else setting.value
    yield Find(PinKind.TRUST, setting.node, hit.value(node))


PATTERNS = (
    Pattern(
        slug="tool-environment-off",
        words=_ENVIRONMENT_OFF,
        followed=GIVEN,
        match=any_of(
            switches(*_ENVIRONMENT_OFF[:2], off=frozenset({"true", "1", "yes"}), when=writes_environment),
            switches(*_ENVIRONMENT_OFF[2:], off=frozenset({"false", "0", "no"}), when=writes_environment),
        ),
        bad=(
            'env["GIT_SSL_NO_VERIFY"] = "true"',
            'os.environ["NODE_TLS_REJECT_UNAUTHORIZED"] = "0"',
        ),
        good=('env["GIT_SSL_NO_VERIFY"] = "false"', 'print(os.environ["GIT_SSL_NO_VERIFY"])'),
        source="https://git-scm.com/book/en/v2/Git-Internals-Environment-Variables",
    ),
    Pattern(
        slug="environment",
        words=ENVIRONMENT,
        followed=GIVEN,
        match=any_of(
            emptied_bundle,
            trusts(*ENVIRONMENT, forms=("assignment", "option", "pair"), when=writes_environment),
        ),
        bad=(
            'os.environ["REQUESTS_CA_BUNDLE"] = "/opt/wx/ca.pem"',
            'os.environ.update({"SSL_CERT_FILE": "/opt/wx/ca.pem"})',
            'os.environ["CURL_CA_BUNDLE"] = ""',
        ),
        good=(
            'bundle = os.environ["REQUESTS_CA_BUNDLE"]',
            'bundle = os.environ.get("SSL_CERT_FILE", "x")',
            'os.environ["SSL_CERT_FILE"] = certifi.where()',
            'os.environ["SSL_CERT_FILE"] = ""',
        ),
    ),
    Pattern(
        slug="environment-off",
        words=("PYTHONHTTPSVERIFY",),
        followed=GIVEN,
        match=switches("PYTHONHTTPSVERIFY", forms=("assignment", "option", "pair"), when=writes_environment),
        bad=('os.environ["PYTHONHTTPSVERIFY"] = "0"',),
        good=('os.environ["PYTHONHTTPSVERIFY"] = "1"', 'if os.environ.get("PYTHONHTTPSVERIFY") == "0": pass'),
        source="https://peps.python.org/pep-0493/",
    ),
    Pattern(
        slug="replaced-bundle",
        words=("certifi.where =", "certifi.core.where =", "certs.where =", "DEFAULT_CA_BUNDLE_PATH ="),
        followed=r"(?![^\n]*where\(\))",
        match=replaced_bundle,
        bad=('certifi.where = lambda: "/opt/wx/ca.pem"', 'requests.utils.DEFAULT_CA_BUNDLE_PATH = "ca.pem"'),
        good=("where = certifi.where()", "DEFAULT_CA_BUNDLE_PATH = certifi.where()"),
    ),
)
