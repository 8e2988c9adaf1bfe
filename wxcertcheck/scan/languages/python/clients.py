"""Python's HTTP clients: whose ``verify=`` it is, and where a CA file or a switch of theirs stands."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, Purpose
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find, Matcher
from wxcertcheck.scan.matchers import switches, trusts
from wxcertcheck.scan.source import Call, Source
from wxcertcheck.scan.values import Kind, Value, is_word

if TYPE_CHECKING:
    from tree_sitter import Node

# --- verify= --------------------------------------------------------------------------------------------------------------

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
_IMPORTED = re.compile(
    rb"^\s*(?:import|from)\s+(?:requests|httpx|urllib3|niquests|grequests|boto3|hvac|consul|curl_cffi|requests_\w+"
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
        return bool(_HOLDER.search(holder)) or (holder == "self" and _is_client_class(source, hit.node))
    call = hit.call_around()
    if setting.node.type == "pair":
        return bool(_LIBRARY.search(source.data)) and _is_options(source, setting.node, call)
    if call is None:
        return bool(_LIBRARY.search(source.data))
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
    if _IMPORTED.search(source.data):
        return True
    given = [source.text(argument.node) for argument in call.arguments if not argument.name]
    if len(given) > 1 and any(_SESSION.fullmatch(it) for it in given) and any(_URL.match(it) for it in given):
        return True
    called = bool(given and _URL.match(given[0])) or call.named("url", "timeout", "headers", "http_scheme") is not None
    return called and bool(_LIBRARY.search(source.data))


_URL = re.compile(r"(?i)f?[\"']https?://|\w*(?:url|uri|endpoint)\b")
_SESSION = re.compile(r"(?:\w+\.)?_?(?:http_?)?session")


def _is_client_class(source: Source, node: "Node") -> bool:
    """Whether the class around is a client itself: ``class ApiSession(requests.Session)``."""
    around = source.class_around(node)
    bases = around.child_by_field_name("superclasses") if around is not None else None
    return bases is not None and re.search(r"Session|Client|Adapter", source.text(bases)) is not None


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
    return bool(_IMPORTED.search(source.data)) and any(
        d.target == "self.verify" and d.function is not None and d.function.id == function.id
        for d in source.definitions.get("verify", ())
    )


def verify(hit: Hit) -> Iterator[Find]:
    """``verify=`` of an HTTP client: a CA file, or false (0 too)."""
    setting = hit.setting()
    if setting is None or setting.value is None or hit.name != "verify" or not http_verify(hit, setting):
        return
    if setting.value.type == "dictionary":
        return  # an option of this name described
    value = hit.value(setting.value)
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


# --- other settings -------------------------------------------------------------------------------------------------------


def argument(hit: Hit, setting: Setting) -> bool:
    """A named argument, or an option in a map (``options["ca_certs"] = …`` too); not a definition of the same name."""
    if setting.form == "assignment":
        return "," not in setting.target and setting.target.endswith("]")
    return setting.form == "pair"


def switch(
    *names: str,
    off: frozenset[str] = frozenset({"false", "0"}),
    purpose: Purpose = Purpose.HTTPS,
    handed_on: bool = True,
) -> Matcher:
    """An argument, an option, or an attribute set to a plain value: ``configuration.verify_ssl = False``.

    ``handed_on``: whether a value that the caller decides is worth showing. Not for names that no library knows: there one's
    own functions pass a flag on, and the place that counts is another.
    """
    settings = switches(*names, off=off, forms=("pair", "assignment", "default"), when=_switched, purpose=purpose)

    def match(hit: Hit) -> Iterator[Find]:
        for find in settings(hit):
            setting, value = hit.setting(), find.value
            if value is not None and setting is not None and setting.value is not None:
                value = settable(hit.source, setting.value, value)
            if value is not None and value.kind is Kind.PARAMETER and value is not find.value and handed_on:
                yield Find(PinKind.CONFIGURABLE, find.node, value, purpose=purpose, off=off)
                continue
            if value is not None and value.kind is Kind.NAME and "." in value.text:  # decided by another object
                value = Value(Kind.SETTING, value.text)
            if handed_on or (value is not None and value.kind in (Kind.TRUE, Kind.FALSE, Kind.NUMBER)):
                kind = PinKind.CONFIGURABLE if value is not find.value else find.kind
                yield Find(kind, find.node, value, purpose=purpose, off=off)

    return match


def _switched(hit: Hit, setting: Setting) -> bool:
    if (
        setting.form == "default"
    ):  # ``def __init__(self, host, verify_ssl=False)`` of an HTTP client: off unless asked for
        off = setting.value is not None and hit.source.text(setting.value) == "False"
        return off and bool(_IMPORTED.search(hit.source.data) or b"aiohttp" in hit.source.data)
    if setting.form != "assignment" or argument(hit, setting):
        return True
    plain = setting.value is not None and hit.source.text(setting.value) in ("False", "True", "0")
    return "." in setting.target and plain


def ca(
    *names: str, forms: tuple[str, ...] = ("pair", "assignment", "option"), purpose: Purpose = Purpose.HTTPS
) -> Matcher:
    """An argument or option that names the CA file; ``{"ca_cert": "str"}`` of a generated client is a type."""
    settings = trusts(*names, forms=forms, when=handed, purpose=purpose)

    def match(hit: Hit) -> Iterator[Find]:
        for find in settings(hit):
            if (find.value is None or not is_word(find.value)) and not describes(hit):
                yield opened(hit, find)

    return match


def opened(hit: Hit, find: Find) -> Find:
    """A find whose value a subclass may set: ``ca_certs=self.ca_file`` of a class that says ``ca_file = None``."""
    setting = hit.setting()
    if find.value is None or setting is None or setting.value is None:
        return find
    value = settable(hit.source, setting.value, find.value)
    return find if value is find.value else Find(PinKind.CONFIGURABLE, find.node, value, purpose=find.purpose)


_PUTS = re.compile(r"^_?(?:set|apply|put|update|with)(?:_?\w*(?:param|option|opt|arg|config|setting|default|kw)\w*)?$")


def handed(hit: Hit, setting: Setting) -> bool:
    """Like `client_call`; and what a method puts under a name: ``self._apply_pool_param("ca_certs", path)``."""
    if setting.form != "option":
        return client_call(hit, setting)
    call = hit.call_around()
    first = call.nth(0) if call is not None else None
    if call is None or first is None or call.receiver is None or not _PUTS.match(call.name):
        return False
    return first.start_byte <= hit.node.start_byte < first.end_byte and len(call.arguments) == 2


def describes(hit: Hit) -> bool:
    """Whether the value is a description of an option: ``ca_cert=dict(type="path", aliases=["ssl_ca"])``."""
    setting = hit.setting()
    call = hit.source.call(setting.value) if setting is not None and setting.value is not None else None
    return call is not None and (
        call.dotted == "dict" or call.named("type", "default", "aliases", "help", "required", "description") is not None
    )


def ca_attribute(*names: str) -> Matcher:
    """``configuration.ssl_ca_cert = "ca.pem"``; what an object merely keeps of its parameters is shown at its use."""

    def match(hit: Hit) -> Iterator[Find]:
        setting = hit.setting()
        if setting is None or setting.value is None or setting.form != "assignment" or hit.name not in names:
            return
        value = hit.value(setting.value)
        given = re.search(r"(?i)(?:conn|connection|pool|client)\.ca_certs$", setting.target)  # urllib3's, slixmpp's
        if "." in setting.target and (given or any(leaf.kind in _PATHS for leaf in value.leaves())):
            yield Find(PinKind.TRUST, setting.node, value)

    return match


_PATHS = (Kind.TEXT, Kind.JOIN, Kind.ENVIRONMENT)


def aiohttp_ssl(hit: Hit, setting: Setting) -> bool:
    """Whether ``ssl=`` is an aiohttp request's or connector's."""
    call = hit.call_around()
    return call is not None and bool(
        re.search(r"(?:get|post|put|delete|patch|head|request|Connector|ws_connect)$", call.dotted)
    )


OPENERS = ("urlopen", "URLopener", "HTTPSConnection", "HTTPSHandler", "build_opener", "create_ssl_context")


def opens_url(hit: Hit, setting: Setting) -> bool:
    """Whether an argument is given to the standard library's HTTP client, or to a helper that makes a context (aiokafka)."""
    call = hit.call_around()
    return call is not None and call.name in OPENERS


def client_call(hit: Hit, setting: Setting) -> bool:
    """An argument or option, not of a server, and not the CA that signs a certificate."""
    if not argument(hit, setting):
        return False
    for call in _calls_around(hit):
        if re.search(
            r"(?i)(?:server|server_credentials)$|uvicorn|hypercorn|gunicorn|sign|issue|generat|csr|swarm", call.dotted
        ):
            return False
        if call.named("server_side", "ca_key", "signing_key") is not None:
            return False
    return True


def _calls_around(hit: Hit) -> Iterator[Call]:
    for parent in hit.source.ancestors(hit.node):
        call = hit.source.call(parent)
        if call is not None:
            yield call
        if parent.type in hit.source.grammar.functions or parent.type in hit.source.grammar.statements:
            return


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


def assert_fingerprint(hit: Hit) -> Iterator[Find]:
    """urllib3's ``assert_fingerprint=``."""
    setting = hit.setting()
    if (
        setting is not None
        and setting.name in ("assert_fingerprint", "ssl_assert_fingerprint")
        and setting.form == "pair"
        and setting.value is not None
    ):
        yield Find(PinKind.FINGERPRINT, setting.node, hit.value(setting.value))
