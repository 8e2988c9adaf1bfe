"""Python's ``verify=``: whether it is an HTTP client's, and what is given to it."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.source import Call, Source
from wxcertcheck.scan.values import Kind, Value, is_word, names_certificates

if TYPE_CHECKING:
    from tree_sitter import Node

_REQUESTS = "https://requests.readthedocs.io/en/latest/user/advanced/#ssl-cert-verification"
_HTTP_CALL = re.compile(
    r"(?:^|[._])(?:get|post|put|delete|patch|head|options|request|send|stream|session|client|asyncclient|urlopen|fetch"
    r"|download|partial|partialmethod|\w*request\w*|\w*http\w*|\w*client|\w*session|\w*get|\w*post|dict|update|merge_environment_settings"
    r"|\w*transport|\w*adapter|\w*api|resource|create_ssl_context|\w*_url|TLSConfig)$",
    re.IGNORECASE,
)
_NOT_HTTP = re.compile(
    r"jwt|jws|token|crypt|sign|decode|encode|checksum|hash|(?:^|\.)(?:write|save|load|dump|commit|validate|flash|read|open"
    r"|extract\w*|unzip|add_argument|option|argument|Option|Field|verify\w*)$",
    re.IGNORECASE,
)
_ASKS_FOR_TOKEN = re.compile(r"(?:fetch|refresh|get|request)_\w*token$")
_LIBRARY = re.compile(
    rb"\b(?:requests|httpx|aiohttp|urllib3|niquests|hvac|kubernetes|http|boto3?|botocore|consul|jira|curl_cffi)\b"
)
IMPORTED = re.compile(
    rb"^[ \t]*(?:import|from)\s+(?:requests|httpx|urllib3|niquests|grequests|boto3|hvac|consul|curl_cffi|requests_\w+"
    rb"|msal|jenkins|zeep|suds|pysolr|jira|docker|gitlab|proxmoxer|cloudscraper|tls_client|elasticsearch|opensearchpy)\b",
    re.MULTILINE,
)
_HOLDER = re.compile(
    r"sess|client|request|http|kw|opt|param|conf|conn|adapter|transport|scraper|browser|api|\bs$|\bc$|\bsdk$"
)


def http_verify(hit: Hit, setting: Setting) -> bool:
    """Whether ``verify`` is an HTTP client's: by the call, what holds it, or the library that the file names."""
    source = hit.source
    if setting.form == "default":
        return _handed_on(hit)
    if setting.form == "option":
        call = hit.call_around()
        return call is not None and call.name == "setdefault" and bool(_HOLDER.search(call.callee))
    if setting.form == "assignment":
        holder = setting.target.rpartition("verify")[0].rstrip("[\"'.").lower()
        made = " ".join(source.text(d.value) for d in source.definitions.get(holder, ()))
        return bool(_HOLDER.search(holder) or _SESSION_MADE.search(made)) or (
            holder == "self" and _is_client_class(source, hit.node)
        )
    call = hit.call_around()
    if setting.node.type == "pair":
        return source.mentions(_LIBRARY) and _is_options(source, setting.node, call)
    if call is None:
        return source.mentions(_LIBRARY)
    if _NOT_HTTP.search(call.dotted) and not _ASKS_FOR_TOKEN.search(call.dotted):
        return False
    return bool(_HTTP_CALL.search(call.dotted)) or _calls_out(source, call)


_BESIDE = frozenset(
    [
        "timeout",
        "headers",
        "url",
        "cert",
        "proxies",
        "proxy",
        "auth",
        "params",
        "data",
        "json",
        "allow_redirects",
        "stream",
        "base_url",
        "method",
        "server",
        "host",
        "cookies",
        "ca_certs",
        "trust_env",
        "http2",
    ]
)
"""Other options of requests and httpx."""


def _is_options(source: Source, pair: "Node", call: Call | None) -> bool:
    """Whether a dictionary with ``verify`` holds an HTTP client's options, by its other keys, its holder or its use."""
    keys = {source.text(it.named_children[0]).strip("\"'") for it in _named(pair.parent) if it.type == "pair"}
    if keys & _BESIDE or (call is not None and _HTTP_CALL.search(call.dotted)):
        return True
    held = source.around(pair, frozenset({"assignment", "keyword_argument"}))
    if held is not None and _HOLDER.search(source.text(held).partition("=")[0].lower()):
        return True
    function = source.function_around(pair)
    returned = source.around(pair, frozenset({"return_statement"})) is not None
    return returned and function is not None and bool(_HOLDER.search(source.name_of(function).lower()))


def _named(node: "Node | None") -> "list[Node]":
    return list(node.named_children) if node is not None else []


def _calls_out(source: Source, call: Call) -> bool:
    """A call of another name in a file that imports an HTTP library: ``Consul(verify=False)``, ``self._call(url, …)``."""
    if source.mentions(IMPORTED):
        return True
    given = [source.text(argument.node) for argument in call.arguments if not argument.name]
    if len(given) > 1 and any(_SESSION.fullmatch(it) for it in given) and any(_URL.match(it) for it in given):
        return True
    called = bool(given and _URL.match(given[0])) or call.named("url", "timeout", "headers", "http_scheme") is not None
    return called and source.mentions(_LIBRARY)


_URL = re.compile(r"(?i)f?[\"']https?://|\w*(?:url|uri|endpoint)\b")
_SESSION_MADE = re.compile(r"\b(?:Session|Client|AsyncClient)\(")
_SESSION = re.compile(r"(?:\w+\.)?_?(?:http_?)?session")


def _is_client_class(source: Source, node: "Node") -> bool:
    """Whether the class around is a client itself: ``class ApiSession(requests.Session)``."""
    around = source.class_around(node)
    bases = around.child_by_field_name("superclasses") if around is not None else None
    return bases is not None and re.search(r"Session|Client|Adapter", source.text(bases)) is not None


_SETS_UP = re.compile(r"__init__$|_?(?:set|init|conf|connect|open|start|log_?in|create|make|new)")


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
    return bool(_SETS_UP.match(source.name_of(function)) and source.mentions(IMPORTED)) and any(
        d.target == "self.verify" and d.function is not None and d.function.id == function.id
        for d in source.definitions.get("verify", ())
    )


def verify(hit: Hit) -> Iterator[Find]:
    """``verify=`` of an HTTP client: a CA file, or false (0 too)."""
    setting = hit.setting()
    if setting is None or setting.value is None or hit.name != "verify":
        return
    if setting.value.type == "dictionary":
        return  # an option of this name described
    value = hit.value(setting.value)
    if not http_verify(hit, setting) and not names_certificates(value):
        return
    if is_word(value) or _is_context(hit.source, setting.value, value):
        return
    if value.kind is Kind.NUMBER:
        value = Value(Kind.FALSE if value.text == "0" else Kind.TRUE)
    if value.kind is Kind.UNKNOWN and _makes(hit.source, setting.value):
        return
    yield Find(PinKind.TRUST, setting.node, settable(hit.source, setting.value, value), false_is_off=True)


def settable(source: Source, node: "Node", value: Value) -> Value:
    """What a class says of ``self.verify`` holds until a subclass or its configuration says otherwise."""
    if value.kind in (Kind.TRUE, Kind.NULL) and _is_class_attribute(source, node):
        return Value(Kind.PARAMETER, source.text(node), (value,))
    return value


def _makes(source: Source, node: "Node") -> bool:
    """Whether an object of some class is made: ``"verify": SettingsValue((bool, str), True)`` describes an option."""
    call = source.call(node)
    return call is not None and call.name[:1].isupper() and call.name not in ("Path", "PurePath")


_CONTEXT = re.compile(r"(?i)(?:context|ctx)\b")


def _is_context(source: Source, node: "Node", value: Value) -> bool:
    """Whether an ``SSLContext`` is handed over: what it trusts shows where it is made."""
    if any(leaf.kind not in (Kind.UNKNOWN, Kind.NAME, Kind.PARAMETER) for leaf in value.leaves()):
        return False
    texts = [source.text(node), *(leaf.text for leaf in value.leaves())]
    return any(_CONTEXT.search(it[:200].partition("(")[0] + "(") for it in texts)


def _is_class_attribute(source: Source, node: "Node") -> bool:
    """``self.AWS_VERIFY`` of a class that says ``AWS_VERIFY = None``: there for subclasses and settings to replace."""
    attribute = node.child_by_field_name("attribute") if node.type == "attribute" else None
    if attribute is None or not source.text(node).startswith(("self.", "cls.")):
        return False
    name = source.text(attribute)
    return any(d.target == name and d.function is None for d in source.definitions.get(name, ()))


PATTERNS = (
    Pattern(
        slug="verify",
        words=("verify=", "verify =", '"verify"', "'verify'", "verify: "),
        followed=r"(?<==)(?!=|\s*(?:True|None)\b)|(?<=: )[^,)\n]*=|(?<=[\"'])\s*(?::|\]\s*=|,\s*(?:False|self\.))",
        match=verify,
        bad=(
            'requests.post(url, data=d, verify="./rootca.pem")',
            "requests.get(url, verify=False)",
            'import requests\nkwargs["verify"] = CA\nCA = "rootca.pem"',
            "session = requests.Session()\nsession.verify = '/etc/wx/ca.pem'",
            "rs = requests.Session()\nrs.verify = False",
            "def f(ca=None):\n    if not ca:\n        ca = certifi.where()\n    return requests.get(url, verify=ca)",
            "import httpx\nclient = httpx.Client(verify=False)",
            "s3 = boto3.resource('s3', verify=False)",
            "import requests\nimport consul\nc = consul.Consul(host=h, verify=False)",
            "import requests\nr = getattr(requests, method)(url, verify=False)",
            "HLSStream.parse_variant_playlist(self.session, hls_url, verify=False)",
            "import requests\nkwargs.setdefault('verify', False)",
            "class Api(requests.Session):\n    def __init__(self):\n        self.verify = False",
            "requests.get(url, verify=0)",
            "import requests\nclass Api:\n    def __init__(self, verify=False):\n        self.verify = verify",
            "docker.tls.TLSConfig(client_cert=pair, verify='/root/.docker/ca.pem')",
            "solr = Solr('http://localhost/solr', verify=False)",
            "import requests\nd = {'verify': False, 'timeout': 3}",
            "import requests\nrequests.get(url, **{'verify': False})",
            "def get(o):\n    return requests.get(o.url, verify=o.pop('verify'))",
            "args = parser.parse_args()\nrequests.get(url, verify=args.ca)",
            "data['verify'] = '/opt/wx/ca.pem'\nself.ask(**data)",
            "class A:\n    CA = None\n    def get(self):\n        return requests.get(self.url, verify=self.CA)",
        ),
        good=(
            "requests.get(url, verify=True)",
            "jwt.decode(token, key, verify=False)",
            "# requests.get(url, verify=False)",
            "requests.get(url, verify=certifi.where())",
            "requests.get(url, verify=1)",
            "import aiohttp\nmembers[user.id] = {'verify': False, 'role': role}",
            "httpx.Client(verify=ssl.create_default_context())",
            "context = ssl.create_default_context()\nhttpx.get(url, verify=context)",
            "class A:\n    def get(self):\n        return httpx.get(self.url, verify=self._ssl_context)",
            "import requests\nimage.save(path, verify=False)",
            "class Form:\n    def __init__(self):\n        self.verify = False",
            "import requests\nclass Form:\n    def verify_email(self, verify=False):\n        self.verify = verify",
            'URL = "https://example.com/doc?verify=1"',
            "import requests\nDEFAULTS = {'timeout': 3, 'verify': SettingsValue((bool, str), True)}",
            "import requests\nSCHEMA = {'url': {'type': 'string'}, 'verify': {'type': 'boolean'}}",
            "user.verify(password)",
        ),
        source=_REQUESTS,
    ),
)
