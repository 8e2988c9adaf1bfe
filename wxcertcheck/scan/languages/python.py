"""Python. Sources: the ssl module's documentation, requests, httpx, aiohttp, urllib3, pycurl, tornado documentation."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan.evaluate import FILE, value_of
from wxcertcheck.scan.language import Carries, Find, Grammar, Language, Pattern
from wxcertcheck.scan.matchers import any_of, fingerprints, switches, trusts
from wxcertcheck.scan.source import Call, Hit, Setting, Source
from wxcertcheck.scan.values import Kind, Value, choice

if TYPE_CHECKING:
    from tree_sitter import Node

GRAMMAR = Grammar(
    module="tree_sitter_python",
    strings=frozenset({"string"}),
    substitutions=frozenset({"interpolation"}),
    adjacent=frozenset({"concatenated_string"}),
    calls=frozenset({"call"}),
    arguments=frozenset({"argument_list"}),
    pairs={"keyword_argument": ("name", "value"), "pair": ("key", "value")},
    assignments={
        "assignment": ("left", "right"),
        "named_expression": ("name", "value"),
        "default_parameter": ("name", "value"),
        "typed_default_parameter": ("name", "value"),
    },
    members=frozenset({"attribute", "dotted_name"}),
    subscripts=frozenset({"subscript"}),
    functions=frozenset({"function_definition", "lambda"}),
    parameters=frozenset({"parameters", "lambda_parameters"}),
    classes=frozenset({"class_definition"}),
    statements=frozenset({"expression_statement", "return_statement"}),
    transparent=frozenset({"parenthesized_expression", "await", "as_pattern"}),
    binary=frozenset({"binary_operator", "boolean_operator"}),
    path_join=frozenset({"/"}),
    either=frozenset({"or"}),
    conditional=frozenset(),
)

_A, _R, _J = Carries.ARGUMENT, Carries.RECEIVER, Carries.JOIN
CARRIERS = {
    **dict.fromkeys(("path.join", "pathlib.Path", "Path", "PurePath"), _J),
    **dict.fromkeys(("open", "str", "bytes", "path.abspath", "path.realpath", "path.expanduser", "path.normpath"), _A),
    **dict.fromkeys(("os.fspath", "io.BytesIO", "io.StringIO", "b64decode", "a2b_base64", "fromhex", "unhexlify"), _A),
    **dict.fromkeys(("load_pem_x509_certificate", "load_certificate", "path.expandvars", "cast"), Carries.LAST),
    **dict.fromkeys(("read", "read_bytes", "read_text", "encode", "decode", "strip", "resolve", "absolute"), _R),
    **dict.fromkeys(("as_posix", "expanduser", "__str__", "format", "rstrip", "lstrip", "name"), _R),
    **dict.fromkeys(("path.dirname",), Carries.DIRECTORY),
    "joinpath": Carries.RECEIVER_JOIN,
    **dict.fromkeys(
        ("resource_filename", "resource_string", "files", "pkgutil.get_data", "read_binary"), Carries.RESOURCE
    ),
    **dict.fromkeys(
        ("os.getenv", "environ.get", "environ.setdefault", "os.environ.get", "env.str", "env"), Carries.ENVIRONMENT
    ),
    **dict.fromkeys(
        ("config.get", "settings.get", "kwargs.get", "kwargs.pop", "kw.get", "options.get"), Carries.SETTING
    ),
    **dict.fromkeys(("certifi.where", "get_default_verify_paths", "requests.certs.where"), Carries.SYSTEM),
}


def _evaluate(source: Source, node: "Node", depth: int) -> Value | None:
    """``a if c else b`` has no fields in this grammar; ``Path(__file__).parent`` is an attribute, not a call."""
    if node.type == "conditional_expression" and node.named_child_count == 3:
        children = node.named_children
        return choice(value_of(source, child, depth + 1) for child in (children[0], children[2]))
    if node.type == "attribute":
        attribute = node.child_by_field_name("attribute")
        holder = node.child_by_field_name("object")
        if attribute is not None and holder is not None and source.text(attribute) == "parent":
            from wxcertcheck.scan.evaluate import directory

            return directory(value_of(source, holder, depth + 1))
    if node.type == "subscript" and ".parents[" in source.text(node):
        return _parents(source, node, depth)
    return None


def _parents(source: Source, node: "Node", depth: int) -> Value | None:
    """``Path(__file__).parents[2]`` is three folders up."""
    from wxcertcheck.scan.evaluate import directory

    found = re.search(r"\.parents\[(\d)\]$", source.text(node))
    holder = node.named_children[0].child_by_field_name("object") if node.named_children else None
    if not found or holder is None:
        return None
    value = value_of(source, holder, depth + 1)
    for _ in range(int(found.group(1)) + 1):
        value = directory(value)
    return value


# --- verify= --------------------------------------------------------------------------------------------------------------

_HTTP_CALL = re.compile(
    r"(?:^|[._])(?:get|post|put|delete|patch|head|options|request|send|stream|session|client|asyncclient|urlopen|fetch"
    r"|download|partial|\w*request\w*|\w*http\w*|\w*client|\w*session|\w*get|\w*post|dict|update|merge_environment_settings"
    r"|\w*transport|\w*adapter|\w*api)$",
    re.IGNORECASE,
)
_NOT_HTTP = re.compile(r"jwt|jws|token|crypt|sign|decode|encode|checksum|hash", re.IGNORECASE)
_LIBRARY = re.compile(rb"\b(?:requests|httpx|aiohttp|urllib3|niquests|hvac|kubernetes|http)\b")


def _is_http_verify(hit: Hit, setting: Setting) -> bool:
    source = hit.source
    if setting.form == "default":
        return _handed_on(hit)
    if setting.form == "assignment":
        holder = setting.target.rpartition("verify")[0].rstrip("[\"'.").lower()
        return bool(re.search(r"session|client|request|http|kw|opt|param|conf|\bs$|\bc$", holder))
    call = hit.call_around()
    if call is None or setting.node.type == "pair":
        return bool(_LIBRARY.search(source.data))
    if _NOT_HTTP.search(call.dotted):
        return False
    return bool(_HTTP_CALL.search(call.dotted)) or bool(
        _LIBRARY.search(source.data) and call.named("url", "timeout", "headers")
    )


def _handed_on(hit: Hit) -> bool:
    """Whether a function with a parameter ``verify`` hands it on as an HTTP client's ``verify``."""
    source = hit.source
    function = source.function_around(hit.node)
    if function is None:
        return False
    for node in source.nodes(("keyword_argument", "pair"), function):
        key, value = source.pair(node)
        if (
            key is not None
            and value is not None
            and source.text(key).strip("\"'") == "verify"
            and source.text(value) == "verify"
        ):
            return True
    return False


# --- ssl contexts ---------------------------------------------------------------------------------------------------------

_SERVER = re.compile(r"CLIENT_AUTH|PROTOCOL_TLS_SERVER|server_side\s*=\s*True|TLS_SERVER")
_SERVER_FUNCTION = re.compile(
    r"create_server|start_server|server_side\s*=\s*True|\bgunicorn\b|Server\(|serve_forever|socketserver"
)
_CLIENT_DEFAULT = re.compile(r"create_default_context\(\s*(?:ssl\.Purpose\.SERVER_AUTH\s*)?\)")


def _locations(hit: Hit) -> Iterator[Find]:
    """``load_verify_locations``: adds to ``create_default_context()``, replaces in a bare ``SSLContext``."""
    call = hit.call()
    if call is None or call.name != "load_verify_locations":
        return
    source = hit.source
    node = call.named("cafile", "capath", "cadata") or call.nth(0)
    made = _context(source, call)
    around = source.function_around(call.node)
    server = _SERVER_FUNCTION.search(source.text(around)) if around is not None else None
    if node is None or _SERVER.search(made) or server:
        return
    function = source.function_around(call.node) or source.tree.root_node
    adds = "create_default_context()" in made.replace(" ", "") or _CLIENT_DEFAULT.search(made) is not None
    adds = adds or bool(source.calls("load_default_certs", "set_default_verify_paths", within=function))
    yield Find(PinKind.TRUST, call.node, hit.value(node), PinMode.ADDS if adds else PinMode.REPLACES)


def _context(source: Source, call: Call) -> str:
    """The expression that the context was made by, as text."""
    if call.receiver is None:
        return ""
    receiver = source.text(call.receiver)
    defined = source.definitions.get(receiver.rpartition(".")[2], [])
    function = source.function_around(call.node)
    local = [d for d in defined if d.function is not None and function is not None and d.function.id == function.id]
    return " ".join(source.text(d.value) for d in (local or defined) if d.target == receiver)


def _default_context(hit: Hit) -> Iterator[Find]:
    """``create_default_context(cafile=…)``: with a file, the system's defaults are not loaded."""
    call = hit.call()
    if call is None or call.name not in ("create_default_context", "create_urllib3_context"):
        return
    if _SERVER.search(hit.source.text(call.node)):
        return
    for name in ("cafile", "capath", "cadata"):
        node = call.named(name)
        if node is not None:
            yield Find(PinKind.TRUST, call.node, hit.value(node))


def _verify_none(hit: Hit) -> Iterator[Find]:
    """``verify_mode = CERT_NONE`` and ``cert_reqs=CERT_NONE``; not on a server's context."""
    setting = hit.setting()
    if setting is None or setting.value is None or setting.name != hit.name:
        return
    source = hit.source
    holder = setting.target.rpartition(".")[0]
    made = " ".join(source.text(d.value) for d in source.definitions.get(holder.rpartition(".")[2], ()))
    if holder and _SERVER.search(made):
        return
    yield Find(
        PinKind.VERIFICATION_OFF, setting.node, hit.value(setting.value), off=frozenset({"CERT_NONE", "VERIFY_NONE"})
    )


def _unverified(hit: Hit) -> Iterator[Find]:
    """``ssl._create_unverified_context``: called, or put in place of the default for the whole process."""
    source = hit.source
    parent = source.around(hit.node, frozenset({"call", "assignment", "keyword_argument", "import_from_statement"}))
    if parent is not None and parent.type != "import_from_statement":
        yield Find(PinKind.VERIFICATION_OFF, source.statement_around(hit.node))


_REQUESTS = "https://requests.readthedocs.io/en/latest/user/advanced/#ssl-cert-verification"
_SSL = "https://docs.python.org/3/library/ssl.html#ssl.create_default_context"
_ENVIRONMENT = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
_CA_ARGUMENTS = ("ca_certs", "ca_cert", "ca_cert_file", "root_certificates", "ca_file", "cacert", "ssl_ca_cert")
_DATABASE = ("ssl_ca", "sslrootcert", "tlsCAFile", "ssl_ca_certs", "tls_ca_file")
_QUEUE = ("ssl_cafile", "ssl.ca.location", "tls_ca_certs")
_GIVEN = r"[\"']?\s*\]?\s*(?:=(?!=)|[:,(])"
"""After a name: ``name=``, ``"name": ``, ``x["name"] = ``, ``name: str = ``, ``(NAME, ``, ``name(``."""
_CALLED = r"\s*\("
_OPENERS = ("urlopen", "URLopener", "HTTPSConnection", "HTTPSHandler", "build_opener")
_OFF_WORDS = ("verify_ssl", "verify_certs", "validate_cert", "validate_certs", "ssl_verify")


def _argument(hit: Hit, setting: Setting) -> bool:
    """A named argument, or an option in a map; not a definition of the same name."""
    return setting.form == "pair"


def _aiohttp_ssl(hit: Hit, setting: Setting) -> bool:
    call = hit.call_around()
    return call is not None and bool(
        re.search(r"(?:get|post|put|delete|patch|head|request|Connector|ws_connect)$", call.dotted)
    )


def _urlopen(hit: Hit) -> bool:
    call = hit.call_around()
    return call is not None and call.name in _OPENERS


def _client_call(hit: Hit) -> bool:
    call = hit.call_around()
    return call is None or "server_side=True" not in hit.source.text(call.node).replace(" ", "")


def _writes_environment(hit: Hit, setting: Setting) -> bool:
    if setting.form == "assignment":
        return "environ" in setting.target
    call = hit.call_around()
    return call is not None and call.name in ("setdefault", "putenv", "setenv")


def _assert_fingerprint(hit: Hit) -> Iterator[Find]:
    setting = hit.setting()
    if (
        setting is not None
        and setting.name == "assert_fingerprint"
        and setting.form == "pair"
        and setting.value is not None
    ):
        yield Find(PinKind.FINGERPRINT, setting.node, hit.value(setting.value))


LANGUAGE = Language(
    name="python",
    title="Python",
    endings=(".py", ".pyw", ".pyi", ".wsgi"),
    file_names=("wscript", "SConstruct"),
    grammar=GRAMMAR,
    carriers=CARRIERS,
    constants={
        "__file__": Value(Kind.TEXT, FILE),
        "os.sep": Value(Kind.TEXT, "/"),
        "os.path.sep": Value(Kind.TEXT, "/"),
        "requests.certs.where": Value(Kind.SYSTEM, "certifi"),
        "DEFAULT_CA_BUNDLE_PATH": Value(Kind.SYSTEM, "certifi"),
    },
    line_comments=("#",),
    evaluate=_evaluate,
    patterns=(
        Pattern(
            slug="verify",
            words=("verify=", "verify =", '"verify"', "'verify'", "verify: "),
            followed=r"(?<==)(?!=|\s*True\b)|(?<=: )[^,)\n]*=|(?<=[\"'])\s*(?::|\]\s*=)",
            match=trusts("verify", forms=("pair", "assignment", "default"), when=_is_http_verify, false_is_off=True),
            bad=(
                'requests.post(url, data=d, verify="./rootca.pem")',
                "requests.get(url, verify=False)",
                'import requests\nkwargs["verify"] = CA\nCA = "rootca.pem"',
                "session = requests.Session()\nsession.verify = '/etc/wx/ca.pem'",
                "import httpx\nclient = httpx.Client(verify=False)",
            ),
            good=(
                "requests.get(url, verify=True)",
                "jwt.decode(token, key, verify=False)",
                "# requests.get(url, verify=False)",
                "requests.get(url, verify=certifi.where())",
                'URL = "https://example.com/doc?verify=1"',
                "user.verify(password)",
            ),
            source=_REQUESTS,
        ),
        Pattern(
            slug="default-context",
            words=("create_default_context", "create_urllib3_context"),
            followed=_CALLED,
            beside=("cafile", "capath", "cadata"),
            match=_default_context,
            bad=('ssl.create_default_context(cafile="rootca.pem")',),
            good=(
                "ssl.create_default_context()",
                'ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile="clients.pem")',
                "ssl.create_default_context(cafile=certifi.where())",
            ),
            source=_SSL,
        ),
        Pattern(
            slug="load-verify-locations",
            words=("load_verify_locations",),
            followed=_CALLED,
            match=_locations,
            bad=('c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\nc.load_verify_locations("rootca.pem")',),
            good=('c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\nc.load_verify_locations("clients.pem")',),
            source=_SSL,
        ),
        Pattern(
            slug="cafile-argument",
            words=("cafile",),
            followed=_GIVEN,
            beside=_OPENERS,
            match=trusts("cafile", when=lambda hit, setting: _urlopen(hit)),
            bad=('urllib.request.urlopen(url, cafile="rootca.pem")',),
            good=('print(cafile="rootca.pem")',),
        ),
        Pattern(
            slug="ca-argument",
            words=_CA_ARGUMENTS,
            followed=_GIVEN,
            match=trusts(*_CA_ARGUMENTS, forms=("pair",), when=lambda hit, setting: _client_call(hit)),
            bad=('urllib3.PoolManager(cert_reqs="CERT_REQUIRED", ca_certs="rootca.pem")',),
            good=(
                "urllib3.PoolManager(ca_certs=certifi.where())",
                "ssl.wrap_socket(s, server_side=True, ca_certs='clients.pem')",
            ),
        ),
        Pattern(
            slug="database-ca",
            words=_DATABASE,
            followed=_GIVEN,
            match=trusts(*_DATABASE, forms=("pair",), purpose=Purpose.DATABASE),
            bad=('pymysql.connect(host="db", ssl_ca="rootca.pem")',),
            good=('pymysql.connect(host="db")',),
        ),
        Pattern(
            slug="queue-ca",
            words=_QUEUE,
            followed=_GIVEN,
            match=trusts(*_QUEUE, forms=("pair", "option"), purpose=Purpose.QUEUE),
            bad=('KafkaProducer(ssl_cafile="rootca.pem")',),
            good=("KafkaProducer(bootstrap_servers=b)",),
        ),
        Pattern(
            slug="verify-none",
            words=("verify_mode", "cert_reqs"),
            followed=_GIVEN,
            match=_verify_none,
            bad=("context.verify_mode = ssl.CERT_NONE", 'urllib3.PoolManager(cert_reqs="CERT_NONE")'),
            good=("context.verify_mode = ssl.CERT_REQUIRED",),
        ),
        Pattern(
            slug="unverified-context",
            words=("_create_unverified_context",),
            match=_unverified,
            bad=(
                "ssl._create_default_https_context = ssl._create_unverified_context",
                "c = ssl._create_unverified_context()",
            ),
            good=("# ssl._create_unverified_context()",),
        ),
        Pattern(
            slug="verification-switch",
            words=(*_OFF_WORDS, "disable_ssl_certificate_validation"),
            followed=_GIVEN,
            match=any_of(
                switches(*_OFF_WORDS, forms=("pair",), when=_argument),
                switches("disable_ssl_certificate_validation", off=frozenset({"true"}), forms=("pair",)),
            ),
            bad=("aiohttp.TCPConnector(verify_ssl=False)", "httplib2.Http(disable_ssl_certificate_validation=True)"),
            good=("aiohttp.TCPConnector(verify_ssl=True)",),
        ),
        Pattern(
            slug="aiohttp-ssl-false",
            words=("ssl=False", "ssl = False"),
            followed=r"\b",
            match=switches("ssl", forms=("pair",), when=_aiohttp_ssl),
            bad=("session.get(url, ssl=False)",),
            good=("connect(host, ssl=False)",),
        ),
        Pattern(
            slug="pycurl-cainfo",
            words=("CAINFO", "CAPATH", "CAINFO_BLOB"),
            followed=_GIVEN,
            match=trusts("CAINFO", "CAPATH", "CAINFO_BLOB", forms=("option",)),
            bad=('c.setopt(pycurl.CAINFO, "rootca.pem")',),
            good=("c.setopt(pycurl.CAINFO, certifi.where())",),
        ),
        Pattern(
            slug="pycurl-verify-off",
            words=("SSL_VERIFYPEER", "SSL_VERIFYHOST"),
            followed=_GIVEN,
            match=switches("SSL_VERIFYPEER", "SSL_VERIFYHOST", forms=("option",)),
            bad=("c.setopt(pycurl.SSL_VERIFYPEER, 0)",),
            good=("c.setopt(pycurl.SSL_VERIFYPEER, 1)",),
        ),
        Pattern(
            slug="environment",
            words=_ENVIRONMENT,
            followed=_GIVEN,
            match=trusts(
                *_ENVIRONMENT,
                forms=("assignment", "option"),
                when=_writes_environment,
            ),
            bad=('os.environ["REQUESTS_CA_BUNDLE"] = "/opt/wx/ca.pem"',),
            good=('bundle = os.environ["REQUESTS_CA_BUNDLE"]', 'bundle = os.environ.get("SSL_CERT_FILE", "x")'),
        ),
        Pattern(
            slug="fingerprint",
            words=("Fingerprint", "assert_fingerprint"),
            followed=_GIVEN,
            match=any_of(
                fingerprints("Fingerprint"),
                _assert_fingerprint,
            ),
            bad=('aiohttp.Fingerprint(b"\\x00")', 'urllib3.PoolManager(assert_fingerprint="ab:cd")'),
            good=("from aiohttp import Fingerprint", "urllib3.PoolManager(assert_fingerprint=None)"),
        ),
    ),
)
