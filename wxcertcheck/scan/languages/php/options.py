"""Where PHP options stand: whose ``verify`` it is, client or server, and the few calls that need a matcher of their own."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, Purpose
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find, Matcher
from wxcertcheck.scan.languages.php.values import GRAMMAR
from wxcertcheck.scan.matchers import call_trusts, switches, trusts
from wxcertcheck.scan.names import bare
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.values import Kind, Value, is_word, join, names_certificates, text

if TYPE_CHECKING:
    from tree_sitter import Node

# --- where a setting stands -----------------------------------------------------------------------------------------------

_READERS = frozenset(
    {"array_key_exists", "in_array", "define", "constant", "defined", "isset", "unset", "get", "ini_get"}
)
_SERVER = re.compile(
    rb"stream_socket_server|new\s+\\?(?:Workerman\\)?Worker\(|SecureServer\(|SocketServer\(|Swoole\\[\w\\]*Server\("
    rb"|swoole_(?:http_|websocket_)?server\("
)
_QUEUE = re.compile(rb"PhpAmqpLib|AMQP\w*Connection|Rdkafka|Mqtt|phpMQTT", re.IGNORECASE)
_MAIL = re.compile(rb"PHPMailer|SMTPOptions|Swift_SmtpTransport|imap_open", re.IGNORECASE)
_CACHE = re.compile(rb"Predis|new\s+\\?Redis\(|RedisCluster|phpredis|Memcached", re.IGNORECASE)


def given(hit: Hit, setting: Setting) -> bool:
    """An array element, an element assigned, or an option of a call; not a constant's, property's or parameter's own name."""
    if setting.form == "pair":
        return True
    if setting.form == "assignment":
        return "[" in setting.target or "->" in setting.target or "::$" in setting.target
    if setting.form != "option" or "[" in setting.target or "$" in setting.target:
        return False  # an argument that is read: ``ssl_set($ssl['capath'] ?? null, …)``
    call = hit.call_around()
    return call is not None and call.name not in _READERS and not call.name.startswith("assert")


def purpose_of(hit: Hit) -> Purpose:
    """What the hit's file connects to."""
    return _connects_to(hit.source.data)


@lru_cache(maxsize=8)
def _connects_to(data: bytes) -> Purpose:
    """What a file connects to, by the libraries that it names."""
    if _QUEUE.search(data):
        return Purpose.QUEUE
    if _CACHE.search(data):
        return Purpose.DATABASE
    return Purpose.MAIL if _MAIL.search(data) else Purpose.HTTPS


@lru_cache(maxsize=8)
def _listens(data: bytes) -> bool:
    return _SERVER.search(data) is not None


_CLIENT = re.compile(
    r"AsyncTcpConnection|stream_socket_client|file_get_contents|fsockopen|SoapClient|Http\\Client|HttpClient|swoole_client"
)


def _of_stream(hit: Hit) -> bool:
    """Whether the options are a client's: a listening socket's ``cafile`` names the clients' CAs."""
    holder = hit.source.class_around(hit.node)
    if holder is not None and _SERVER_CLASS.search(hit.source.name_of(holder)):
        return False
    if not _listens(hit.source.data):
        return True
    call = hit.call_around()
    if call is not None and _CLIENT.search(call.callee):
        return True
    function = hit.source.function_around(hit.node)
    around = hit.source.text(function) if function is not None else ""
    return _CLIENT.search(around) is not None and not _SERVER.search(around.encode())


_SERVER_CLASS = re.compile(r"(?:Tls|Ssl|TLS|SSL)Server|Server(?:Tls|Ssl|TLS|SSL)|Server(?:Socket|Context)$")


_ANSWERS = (Kind.NUMBER, Kind.TRUE, Kind.FALSE, Kind.NULL)


def path(*names: str, when: Callable[[Hit, Setting], bool] = given, purpose: Purpose | None = None) -> Matcher:
    """A setting that names a CA file. A number is no path: ``define('CURLOPT_CAINFO', 10065)`` of a stub."""
    settings = trusts(*names, forms=("pair", "assignment", "option"), when=when)

    def match(hit: Hit) -> Iterator[Find]:
        for find in settings(hit):
            value, setting = find.value, hit.setting()
            if value is None or setting is None or setting.value is None or _is_array(hit.source, find):
                continue
            if is_word(value) or (value.kind is Kind.NAME and "CURLOPT_" in value.text):
                continue  # a type, another option's name
            if (value.parts[0] if value.kind is Kind.JOIN else value).text.startswith("/dev/null"):
                continue  # no folder, so that the file beside it counts alone
            if value.kind in _ANSWERS or (value.kind is Kind.TEXT and not value.text):
                if (
                    value.kind is Kind.NUMBER
                    or setting.value.type not in GRAMMAR.members
                    or "::" in hit.source.text(setting.value)
                ):
                    continue
                # A property that starts as null, or empty, is there to be set.
                value = Value(Kind.SETTING, bare(hit.source.text(setting.value)))
            yield Find(find.kind, find.node, value, find.mode, purpose or purpose_of(hit))

    return match


def _is_array(source: Source, find: Find) -> bool:
    return (
        find.value is not None
        and find.value.kind is Kind.UNKNOWN
        and find.value.text.lstrip().startswith(("[", "array"))
    )


def switch(
    *names: str, off: frozenset[str], when: Callable[[Hit, Setting], bool] = given, purpose: Purpose | None = None
) -> Matcher:
    """A switch. A property or a method of another object that decides makes it configurable."""
    settings = switches(*names, off=off, forms=("pair", "assignment", "option"), when=when)

    def match(hit: Hit) -> Iterator[Find]:
        for find in settings(hit):
            value, kind, setting = find.value, find.kind, hit.setting()
            handed_on = setting is not None and setting.form == "assignment" and "[" not in setting.target
            if handed_on and value is not None and value.kind not in _ANSWERS:
                continue  # a setter of the class itself
            open_property = setting is not None and setting.value is not None and _is_open(hit.source, setting.value)
            if value is not None and ((_is_elsewhere(hit, setting, value)) or (open_property and _is_on(value))):
                value, kind = Value(Kind.SETTING, value.text), PinKind.CONFIGURABLE
            yield Find(kind, find.node, value, find.mode, purpose or purpose_of(hit), off)

    return match


def _is_elsewhere(hit: Hit, setting: Setting | None, value: Value) -> bool:
    """Whether another object, a function or a variable of an including file decides: no constant, which may be found."""
    if value.kind is Kind.NAME and "." in value.text:
        return True
    node = setting.value if setting is not None else None
    return value.kind in (Kind.NAME, Kind.UNKNOWN) and node is not None and node.type in _DECIDING


_DECIDING = ("variable_name", "function_call_expression", "member_call_expression", "scoped_call_expression")


def _is_on(value: Value) -> bool:
    return value.kind is Kind.TRUE or (value.kind is Kind.NUMBER and value.text != "0")


def _is_open(source: Source, node: "Node") -> bool:
    """Whether ``$this->verify`` or ``Client::$verify`` is a property that others may set: declared and not private, or set by
    a method of the class.
    """
    if node.type not in ("member_access_expression", "scoped_property_access_expression"):
        return False
    name = bare(source.text(node).rpartition("->" if "->" in source.text(node) else "::")[2])
    for definition in source.definitions.get(name, ()):
        if definition.node.type == "property_element" and definition.node.parent is not None:
            private = "private" in source.text(definition.node.parent).partition("$")[0]
            return not private or _set_by_method(source, name)
    return False


def _set_by_method(source: Source, name: str) -> bool:
    """``$clone->verify = false;``, ``$this->verify = $on;`` in a method other than the constructor."""
    return any(
        definition.function is not None
        and definition.target.endswith(f"->{name}")
        and source.name_of(definition.function) != "__construct"
        for definition in source.definitions.get(name, ())
    )


OFF = frozenset({"false", "0"})
ON = frozenset({"true", "1"})


def client_option(hit: Hit, setting: Setting) -> bool:
    """Whether an option is given to a client's TLS stream."""
    return given(hit, setting) and _of_stream(hit)


# --- 'verify' ------------------------------------------------------------------------------------------------------------

_LIBRARY = re.compile(
    rb"Guzzle|RequestOptions|EasyWeChat|Illuminate\\Support\\Facades\\Http|\bHttp::|Saloon|HttpClient|Requests::|Elasticsearch"
)
_SIBLINGS = frozenset(
    [
        "timeout",
        "connect_timeout",
        "base_uri",
        "base_url",
        "headers",
        "proxy",
        "http_errors",
        "cert",
        "ssl_key",
        "allow_redirects",
        "cookies",
        "form_params",
        "json",
        "query",
        "body",
        "auth",
        "handler",
        "debug",
        "stream",
        "sink",
        "multipart",
        "read_timeout",
        "decode_content",
        "curl",
        "on_stats",
        "user_agent",
    ]
)
_PARENTS = re.compile(r"guzzle|http|client|curl|defaults|request|options|ssl|tls|transport", re.IGNORECASE)
_CALLED = re.compile(
    r"(?:^|[.])(?:get|post|put|delete|patch|head|request|send|\w*Async|withOptions|\w*Client\w*|createClient|\w*request\w*|options"
    r"|setDefaultOption|setDefaultOptions|\w*Http\w*|withGuzzleOptions|__construct|\w*Guzzle\w*)$",
    re.IGNORECASE,
)
_HOLDER = re.compile(r"opt|conf|param|guzzle|http|request|client|defaults|args|setting", re.IGNORECASE)


def _http_verify(hit: Hit, setting: Setting) -> bool:
    """Whether ``verify`` is an HTTP client's: by the library, the call, the key above, or the keys beside it."""
    source = hit.source
    known = source.mentions(_LIBRARY)
    if setting.form == "option":
        call = hit.call_around()
        return call is not None and call.name in ("setDefaultOption", "setOption", "withOption", "setConfig")
    if setting.form == "assignment":
        holder = setting.target.rpartition("[")[0]
        return bool(holder and _HOLDER.search(holder)) and (known or _has_siblings(source, holder))
    if setting.node.type != "array_element_initializer":
        return known
    array = setting.node.parent
    keys = (
        {bare(source.text(e.named_children[0])) for e in array.named_children if e.named_children} if array else set()
    )
    if keys & _SIBLINGS:
        return True
    above = source.around(array, frozenset({"array_element_initializer"})) if array else None
    if above is not None and above.named_children and _PARENTS.search(source.text(above.named_children[0])):
        return True
    call = hit.call_around()
    if call is not None:
        return bool(_CALLED.search(call.dotted)) and (
            known or not re.search(r"Auth|route|crypt|sign", call.dotted, re.I)
        )
    return known and bool(_HOLDER.search(_holder(source, hit.node)))


def _has_siblings(source: Source, holder: str) -> bool:
    """Whether the same file gives the same array other options of an HTTP client: ``$this->options['timeout'] = 3;``."""
    keys = re.findall(re.escape(holder.encode()) + rb"\[['\"](\w+)['\"]\]", source.data)
    return bool({key.decode() for key in keys} & _SIBLINGS)


def _holder(source: Source, node: "Node") -> str:
    """What an array is assigned to, or the name of the function that returns it; "return" at file level."""
    for parent in source.ancestors(node):
        if parent.type in ("assignment_expression", "property_element", "const_element", "simple_parameter"):
            return source.text(parent).partition("=")[0]
        if parent.type in GRAMMAR.functions:
            return source.name_of(parent)
    return "config"


def verify(hit: Hit) -> Iterator[Find]:
    """``'verify' => …`` of Guzzle and those that take its options: a CA file, or false."""
    setting = hit.setting()
    if setting is None or setting.value is None or bare(hit.text) not in ("verify", "VERIFY"):
        return
    if hit.word == "::VERIFY":
        scope = hit.node.parent
        if scope is None or scope.type != "class_constant_access_expression" or "ption" not in hit.source.text(scope):
            return
        if not given(hit, setting):
            return
    elif hit.node.type == "name" and setting.form != "pair":
        return
    value = hit.value(setting.value)
    # ``$data['verify'] = __DIR__ . '/cacert.pem'``: what a CA file is given to verifies servers
    tells = given(hit, setting) and names_certificates(value)
    if hit.word != "::VERIFY" and not tells and not _http_verify(hit, setting):
        return
    if is_word(value) or (value.kind in (Kind.UNKNOWN, Kind.NUMBER) and value.text.strip() not in ("0",)):
        return
    if value.kind is Kind.NUMBER:
        value = Value(Kind.FALSE)
    yield Find(PinKind.TRUST, setting.node, value, false_is_off=True)


# --- others ---------------------------------------------------------------------------------------------------------------


def fingerprint(hit: Hit) -> Iterator[Find]:
    """``peer_fingerprint``: one hash, or an array of algorithm => hash."""
    setting = hit.setting()
    if setting is None or setting.value is None or hit.name != "peer_fingerprint" or not given(hit, setting):
        return
    value = hit.value(setting.value)
    if (
        value.kind is Kind.NULL and setting.value.type in GRAMMAR.members
    ):  # a property that starts as null is there to be set
        value = Value(Kind.SETTING, bare(hit.source.text(setting.value)))
    inner = hit.source.nodes(("string", "encapsed_string"), setting.value)
    if value.kind is Kind.UNKNOWN and inner:
        value = hit.value(inner[-1])
    if value.kind is not Kind.FALSE:
        yield Find(PinKind.FINGERPRINT, setting.node, value, purpose=purpose_of(hit))


def pinned_key(hit: Hit) -> Iterator[Find]:
    """``CURLOPT_PINNEDPUBLICKEY``: ``sha256//…`` pins or a file with the public key."""
    setting = hit.setting()
    if (
        setting is not None
        and setting.value is not None
        and hit.name == "CURLOPT_PINNEDPUBLICKEY"
        and given(hit, setting)
    ):
        value = hit.value(setting.value)
        if value.kind not in _ANSWERS and not is_word(value):
            yield Find(PinKind.FINGERPRINT, setting.node, value, purpose=purpose_of(hit))


def environment(hit: Hit) -> Iterator[Find]:
    """``putenv('SSL_CERT_FILE=/opt/ca.pem')``."""
    call = hit.call_around()
    if call is None or call.name != "putenv" or call.nth(0) is None:
        return
    value, purpose = hit.value(call.nth(0)), Purpose.LDAP if hit.word.startswith("LDAP") else Purpose.HTTPS
    if value.kind is Kind.TEXT and "=" in value.text:
        yield Find(PinKind.TRUST, call.node, text(value.text.partition("=")[2], value.base), purpose=purpose)
    elif value.kind is Kind.JOIN:
        yield Find(PinKind.TRUST, call.node, join(value.parts[1:]), purpose=purpose)


def setter(hit: Hit) -> Iterator[Find]:
    """``setCABundle('ca.pem')``, and its declaration: there the caller decides."""
    source, parent = hit.source, hit.node.parent
    if not _of_stream(hit):
        return
    if parent is not None and parent.type == "method_declaration" and source.name_of(parent) == hit.name:
        if source.parameters(parent) and parent.child_by_field_name("body") is not None:
            yield Find(PinKind.CONFIGURABLE, parent, Value(Kind.PARAMETER, source.parameters(parent)[0][0]))
        return
    yield from call_trusts(*SETTERS)(hit)


def off_call(hit: Hit) -> Iterator[Find]:
    """``setSSLVerification(false)``; Guzzle 3 also takes a path there."""
    call = hit.call()
    if call is None or call.name not in SWITCHES or hit.name != call.name or call.nth(0) is None:
        return
    value = hit.value(call.nth(0))
    if value.kind in (Kind.FALSE, Kind.NUMBER):
        yield Find(PinKind.VERIFICATION_OFF, call.node, value, off=OFF)
    elif value.kind in (Kind.TEXT, Kind.JOIN):
        yield Find(PinKind.TRUST, call.node, value)
    elif call.arguments[0].node.type == "subscript_expression":  # ``withSSLVerifyPeer($options['verify'])``
        yield Find(PinKind.CONFIGURABLE, call.node)


def allowing_call(hit: Hit) -> Iterator[Find]:
    """``setTlsSelfSignedAllowed(true)``."""
    call = hit.call()
    if call is not None and call.name in ALLOWS and hit.name == call.name and call.nth(0) is not None:
        yield Find(PinKind.VERIFICATION_OFF, call.node, hit.value(call.nth(0)), off=ON, purpose=purpose_of(hit))


def static_switch(hit: Hit) -> Iterator[Find]:
    """``Request::verifyPeer(false)``, ``$this->curl->ssl(FALSE)``."""
    call = hit.call()
    if call is None or call.name not in ("verifyPeer", "verifyHost", "ssl") or hit.name != call.name:
        return
    if call.nth(0) is None or (call.name == "ssl" and "curl" not in call.callee.lower()):
        return
    function = hit.source.function_around(call.node)
    handed_on = (
        function is not None and hit.source.name_of(function) == call.name
    )  # ``function verifyPeer($on = false)``
    if call.receiver is not None:
        kind = PinKind.CONFIGURABLE if handed_on else PinKind.VERIFICATION_OFF
        yield Find(kind, call.node, hit.value(call.nth(0)), off=OFF)


def filter_off(hit: Hit) -> Iterator[Find]:
    """WordPress: ``add_filter('https_ssl_verify', '__return_false')``."""
    call = hit.call_around()
    if call is not None and call.name == "add_filter" and call.nth(1) is not None:
        second = hit.source.text(call.arguments[1].node)
        if "__return_false" in second or re.search(r"return\s+false|=>\s*false", second):
            yield Find(PinKind.VERIFICATION_OFF, call.node)


SETTERS = (
    "setCABundle",
    "setCaBundle",
    "setCABundlePath",
    "setCaBundlePath",
    "setCAFile",
    "setCaFile",
    "setCaCert",
    "setCaInfo",
    "setCAInfo",
    "setCaPath",
    "setTlsCertificateAuthorityFile",
    "setTlsCertificateAuthorityPath",
    "setTlsCertificates",
    "withCaFile",
    "withCaPath",
    "withCAFile",
    "setCasServerCACert",
)
SWITCHES = (
    "setSSLVerification",
    "setSslVerification",
    "setVerifySslCerts",
    "setVerifyPeer",
    "setVerifySSL",
    "setSslVerify",
    "setSSLVerify",
    "setSslVerifyPeer",
    "setCheckSslCertificate",
    "strictSSL",
    "verifySsl",
    "setVerifyHost",
    "setVerifySsl",
    "setSSLVerifyPeer",
    "setSSLVerifyHost",
    "setSslVerifyHost",
    "setTlsVerifyPeer",
    "setTlsVerifyPeerName",
    "withSSLVerifyPeer",
)
"""Called with false, they switch verification off."""
ALLOWS = (
    "setTlsSelfSignedAllowed",
    "setAllowSelfSigned",
    "allowSelfSigned",
    "withSSLAllowSelfSigned",
    "setNoValidateCert",
)
"""Called with true, they do."""
STATIC_SWITCHES = ("verifyPeer(", "verifyHost(", "->ssl(")
"""Unirest's, and CodeIgniter's cURL library's ``ssl(verify peer, verify host)``: names too common to look for alone."""
OFF_CALLS = (
    "withoutVerifying",
    "withoutStrictSSL",
    "withoutStrictSsl",
    "withoutPeerVerification",
    "disableSslVerification",
    "disableSSLVerification",
    "setNoCasServerValidation",
)
