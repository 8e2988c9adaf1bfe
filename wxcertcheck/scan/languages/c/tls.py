"""Matchers for TLS libraries in C: who is client and who server, which calls add, what a callback's body does."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan.classify import classify
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find, Matcher
from wxcertcheck.scan.matchers import decided_around, switches, trusts
from wxcertcheck.scan.source import Source, holds
from wxcertcheck.scan.values import Kind, Value, choice

if TYPE_CHECKING:
    from tree_sitter import Node

OFF = frozenset({"false", "0", "0L", "0l", "0UL"})
CALLED = (
    r"\w*\s*\((?!\s*(?:\)|(?:const\s+)?(?:struct\s+)?[A-Za-z_]\w*(?:\s+|\s*\*+\s*)(?:const\s+)?[A-Za-z_]\w*\s*[,)\[]))"
)
"""What follows a function's name where it is called: arguments. A header declares it with types, and has nothing to parse for."""
_SERVER = re.compile(
    rb"(?:TLS|DTLS|SSLv23|TLSv1(?:_[123])?|SSLv3)_server_method|GNUTLS_SERVER|MBEDTLS_SSL_IS_SERVER|SSL_IS_SERVER|SSL_accept\(|_server\)"
    rb"|startServerEncryption|QSslServer|SERVER_USE|set_accept_state|HTTPD_SSL_CONFIG|httpd_ssl_config|wolfSSL_accept\("
    rb"|stream_base::server|handshake_type::server|SslServerCredentials"
)
_CLIENT = re.compile(
    rb"_client_method|GNUTLS_CLIENT|SSL_IS_CLIENT|SSL_connect\(|set_connect_state|_client\b|connectToHostEncrypted|CLIENT_USE"
    rb"|wolfSSL_connect\(|SSL_set_tlsext_host_name|stream_base::client|handshake_type::client|async_connect\(|\bSslCredentials"
)
_SERVERS = re.compile(r"(?:^|/)servers?/[^/]*$")
_CONNECTS = re.compile(rb"_client_method|SSL_connect\(|set_connect_state|_CLIENT\b")
"""In a folder of a server's code, what shows that it connects to somebody nevertheless."""
_ACCEPTS = re.compile(rb"tcp::acceptor|async_accept\(")
_SHOWS = re.compile(rb"use_(?:certificate|private_key)")
"""Boost.Asio: who accepts connections and has a certificate to show is a server."""
_DEFAULTS = (
    "SSL_CTX_set_default_verify_paths",
    "SSL_CTX_set_default_verify_store",
    "set_default_verify_paths",
    "gnutls_certificate_set_x509_system_trust",
    "wolfSSL_CTX_load_system_CA_certs",
    "X509_STORE_set_default_paths",
)
_LOADS_DEFAULTS = re.compile("|".join(_DEFAULTS).encode())
_SYSTEM_STORES = (
    "CertEnumCertificatesInStore",
    "CertOpenSystemStore",
    "SecTrustCopyAnchorCertificates",
    "SecItemCopyMatching",
)


def is_server(hit: Hit) -> bool:
    """Whether the code around is a server's: its own function first, then the file."""
    source = hit.source
    if _under_server(source, hit.node) or (_SERVERS.search(source.path) and not source.mentions(_CONNECTS)):
        return True
    function = source.function_around(hit.node)
    if function is not None:
        start, end = function.start_byte, function.end_byte
        if _CLIENT.search(source.data, start, end):
            return False
        if _SERVER.search(source.data, start, end) or re.search(
            r"(?i)server(?!_?cert|_?verif|_?auth)|accept|listen", source.name_of(function)
        ):
            return True
    return _serves_only(source.data)


def _under_server(source: Source, node: "Node") -> bool:
    """Whether an ``if (isServer)`` stands around, with ``node`` where it says yes."""
    for parent in source.ancestors(node):
        if parent.type in source.grammar.functions:
            return False
        if parent.type == "if_statement":
            asked, then = parent.child_by_field_name("condition"), parent.child_by_field_name("consequence")
            written = source.text(asked).strip("() ") if asked is not None else ""
            if then is not None and holds(then, node) and _AS_SERVER.fullmatch(written):
                return True
    return False


_AS_SERVER = re.compile(r"(?:\w+(?:->|\.))*(?:is_?)?[sS]erver(?:_?[mM]ode)?_?(?:\(\))?")


@lru_cache(maxsize=8)
def _serves_only(data: bytes) -> bool:
    if _CLIENT.search(data):
        return False
    return bool(_SERVER.search(data)) or (_ACCEPTS.search(data) is not None and _SHOWS.search(data) is not None)


def mode_here(source: Source, node: "Node") -> PinMode:
    """ADDS where the same function loads the defaults too, and not merely in the other branch of an ``if``."""
    function = source.function_around(node) or source.tree.root_node
    if not _LOADS_DEFAULTS.search(source.data, function.start_byte, function.end_byte):
        return PinMode.REPLACES
    for call in source.calls(*_DEFAULTS, within=function):
        if not _other_branch(source, node, call.node):
            return PinMode.ADDS
    return PinMode.REPLACES


def _other_branch(source: Source, one: "Node", other: "Node") -> bool:
    for parent in source.ancestors(one):
        if parent.type not in ("if_statement", "conditional_expression") or not holds(parent, other):
            continue
        branches = [parent.child_by_field_name(name) for name in ("consequence", "alternative")]
        return any(b is not None and holds(b, one) and not holds(b, other) for b in branches) and any(
            b is not None and holds(b, other) for b in branches
        )
    return False


def loads(*names: str, nth: tuple[int, ...] = (1,), purpose: Purpose = Purpose.HTTPS, server: bool = True) -> Matcher:
    """A call that loads trusted CAs from the arguments ``nth`` (file, folder: the first that is not null counts)."""

    def match(hit: Hit) -> Iterator[Find]:
        call = hit.call()
        if call is None or call.name not in names or hit.name != call.name:
            return
        nodes = [node for node in (call.nth(number) for number in nth) if node is not None]
        if not nodes or (server and is_server(hit)) or any("crl" in hit.source.text(n).lower() for n in nodes):
            return
        if call.name.startswith("X509_STORE_") and _checks_documents(hit):
            return
        values = [v for v in (given(hit, node) for node in nodes) if v.kind is not Kind.NULL and v.text != "0"]
        if values:
            yield Find(PinKind.TRUST, call.node, choice(values), mode_here(hit.source, call.node), purpose)

    return match


def _checks_documents(hit: Hit) -> bool:
    """A store that the same function checks a certificate against by itself: of a signed file, not of a connection."""
    function = hit.source.function_around(hit.node)
    start, end = (function.start_byte, function.end_byte) if function is not None else (0, len(hit.source.data))
    return re.compile(rb"X509_verify_cert\(|X509_STORE_CTX_init\(").search(hit.source.data, start, end) is not None


def given(hit: Hit, node: "Node") -> Value:
    """An argument's value. What its own file only clears (``db->ca = NULL``) is filled by somebody else, as is a default whose
    address is handed out: ``read_option(item, &db->verify_peer)``.
    """
    value = hit.value(node)
    if value.kind is Kind.TEXT and not value.text and re.fullmatch(r"\w+", hit.source.text(node)):
        name = hit.source.text(node)  # ``#if !WITH_CERTS`` … ``const char *root_ca = "";``: another file has it else
        conditions = frozenset({"preproc_if", "preproc_ifdef", "preproc_else"})
        defined = hit.source.definitions.get(name, ())
        return Value(Kind.NAME, name) if any(hit.source.around(d.node, conditions) for d in defined) else value
    if value.kind not in (Kind.NULL, Kind.TRUE, Kind.FALSE):
        return value
    names = re.findall(r"[A-Za-z_]\w*", hit.source.text(node))
    if not names or names[-1] in hit.source.grammar.null | hit.source.grammar.true | hit.source.grammar.false:
        return value
    member = re.search(r"(?:->|\.)" + names[-1] + r"\W*$", hit.source.text(node)) is not None
    taken = re.search(rb"&\s*(?:\w+(?:->|\.))*" + names[-1].encode() + rb"\b", hit.source.data) is not None
    return Value(Kind.SETTING, names[-1]) if taken or (member and value.kind is Kind.NULL) else value


def option(*names: str, purpose: Purpose = Purpose.HTTPS) -> Matcher:
    """``curl_easy_setopt(h, CURLOPT_CAINFO, path)``."""

    def match(hit: Hit) -> Iterator[Find]:
        setting = hit.setting() if hit.name in names else None
        if setting is not None and setting.value is not None and setting.form == "option" and _set_call(hit):
            yield Find(PinKind.TRUST, setting.node, given(hit, setting.value), purpose=purpose)

    return match


def option_off(*names: str, off: frozenset[str] = OFF, purpose: Purpose = Purpose.HTTPS) -> Matcher:
    """``curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 0L)``."""
    plain = switches(*names, off=off, forms=("option",), when=lambda hit, setting: _set_call(hit), purpose=purpose)

    def match(hit: Hit) -> Iterator[Find]:
        for find in plain(hit):
            yield undecided(hit, find)

    return match


_CONSTANT = re.compile(r"[A-Z][A-Z0-9_]*|(?:.*[:.])?(?:verify|Verify)_?[Pp]eer|k[A-Z]\w*|OnlyVerify|AutoVerifyPeer")


def undecided(hit: Hit, find: Find) -> Find:
    """A switch whose value is a variable or another object's field is decided by whoever filled that; one that stands under
    an ``if`` which asks for it, by whoever set that.
    """
    value = find.value
    if value is not None and value.kind is Kind.UNKNOWN and re.search(r"->|\.\w|\?|^!", value.text):
        value = Value(Kind.SETTING, value.text)
    elif value is not None and value.kind is Kind.NAME and not _CONSTANT.fullmatch(value.text):
        value = value if value.text.rpartition(".")[2] in find.off else Value(Kind.SETTING, value.text)
    off = classify(find, value) if value is not None else find.kind
    if off is PinKind.VERIFICATION_OFF and decided_around(hit.source, find.node):
        return Find(PinKind.CONFIGURABLE, find.node, value, find.mode, find.purpose)
    return Find(find.kind, find.node, value, find.mode, find.purpose, find.off)


def kafka(*names: str) -> Matcher:
    """``rd_kafka_conf_set(conf, "ssl.ca.location", path, …)``; "probe" looks for the system's CAs."""
    plain = trusts(*names, forms=("option",), when=lambda hit, setting: _sets(hit), purpose=Purpose.QUEUE)

    def match(hit: Hit) -> Iterator[Find]:
        return (find for find in plain(hit) if find.value is None or find.value.text != "probe")

    return match


def _sets(hit: Hit) -> bool:
    call = hit.call_around()
    return call is not None and re.search(r"(?i)(?:^|_)set(?:_?(?:opt\w*|config|property))?$", call.name) is not None


def _set_call(hit: Hit) -> bool:
    call = hit.call_around()
    return call is not None and not re.search(r"(?i)getinfo|strcmp|print|log|append|lookup|find|AddOption", call.name)


def field(*names: str, when: Callable[[Hit, Setting], bool] | None = None, purpose: Purpose = Purpose.HTTPS) -> Matcher:
    """``.cert_pem = root`` in an initializer, ``config.cert_pem = root`` as an assignment."""

    def holds(hit: Hit, setting: Setting) -> bool:
        whole = setting.form == "pair" or "." in setting.target or "->" in setting.target
        return whole and not is_server(hit) and (when is None or when(hit, setting))

    def match(hit: Hit) -> Iterator[Find]:
        setting = hit.setting() if hit.name in names else None
        if (
            setting is None
            or setting.value is None
            or setting.form not in ("pair", "assignment")
            or not holds(hit, setting)
        ):
            return
        value = given(hit, setting.value)
        find = Find(PinKind.TRUST, setting.node, value, purpose=purpose)
        if not _copies(hit, find):
            yield find

    return match


def _copies(hit: Hit, find: Find) -> bool:
    """``to->ca = strdup(from->ca)``: a field handed on under the same name is no place of its own."""
    return (
        find.value is not None and find.value.kind is Kind.SETTING and re.split(r"\W+", find.value.text)[-1] == hit.name
    )


def field_off(*names: str, off: frozenset[str], purpose: Purpose = Purpose.HTTPS) -> Matcher:
    """``options.enableServerCertAuth = 0``."""

    def holds(hit: Hit, setting: Setting) -> bool:
        return setting.form == "pair" or "." in setting.target or "->" in setting.target

    plain = switches(*names, off=off, forms=("pair", "assignment"), when=holds, purpose=purpose)
    return lambda hit: (undecided(hit, find) for find in plain(hit) if not _copies(hit, find))


def calls_off(*names: str, nth: int = 0, off: frozenset[str] = OFF, purpose: Purpose = Purpose.HTTPS) -> Matcher:
    """A call whose argument ``nth`` switches verification off: ``mosquitto_tls_insecure_set(m, true)``."""

    def match(hit: Hit) -> Iterator[Find]:
        call = hit.call()
        if call is None or call.name not in names or hit.name != call.name or call.nth(nth) is None or is_server(hit):
            return
        value = given(hit, call.arguments[nth].node)
        found = Find(PinKind.VERIFICATION_OFF, call.node, value, purpose=purpose, off=off)
        yield undecided(hit, found)

    return match


# --- callbacks ------------------------------------------------------------------------------------------------------------

_YES = frozenset({"1", "true", "TRUE", "YES"})


def accepts_all(source: Source, node: "Node") -> bool:
    """Whether a callback (a lambda, or the name of a function of this file) says yes whatever it is given."""
    function = function_of(source, node)
    body = function.child_by_field_name("body") if function is not None else None
    if function is None or body is None:
        return False
    returned = [
        source.text(n.named_children[-1]).strip("() ")
        for n in source.nodes(source.grammar.returns, body)
        if n.named_children and _own(source, n, function)
    ]
    return bool(returned) and all(one in _YES for one in returned)


def _own(source: Source, node: "Node", function: "Node") -> bool:
    around = source.function_around(node)
    return around is not None and around.id == function.id


def function_of(source: Source, node: "Node") -> "Node | None":
    """The lambda in ``node``, or the function of this file that it names (``&check``, ``std::bind(&T::check, …)``)."""
    inner = source.nodes(source.grammar.functions, node)
    if inner:
        return inner[0]
    for name in re.findall(r"[A-Za-z_]\w*", source.text(node))[:8]:
        own = source.functions(name)
        if own:
            return own[0]
    return None


# --- OpenSSL, wolfSSL -----------------------------------------------------------------------------------------------------

_CHECKS_LATER = re.compile(rb"X509_V_OK|ssl_get_verify_result\s*\(\s*[^)\d\s]", re.IGNORECASE)


def set_verify(hit: Hit) -> Iterator[Find]:
    """``SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, …)``, or with a callback that accepts everything.

    Not off: a server (which asks for no client certificate), and code that reads the result of the verification itself.
    """
    call = hit.call()
    if call is None or hit.name != call.name or call.nth(1) is None or is_server(hit):
        return
    if not call.name.endswith("set_verify"):
        return  # ``SSL_CTX_set_verify_depth``
    source, mode = hit.source, call.arguments[1].node
    written = source.text(mode)
    if "FAIL_IF_NO_PEER_CERT" in written and "NONE" in written:
        return  # only a server knows that flag
    callback = call.nth(2)
    if callback is not None and accepts_all(source, callback):
        if not source.mentions(_CHECKS_LATER):
            yield Find(PinKind.VERIFICATION_OFF, call.node)
        return
    off = frozenset({"SSL_VERIFY_NONE", "WOLFSSL_VERIFY_NONE", "CYASSL_VERIFY_NONE", "verify_none", "0"})
    find = undecided(hit, Find(PinKind.VERIFICATION_OFF, call.node, hit.value(mode), off=off))
    modes = {source.text(d.value).strip() for d in source.definitions.get(written, ())} if written.islower() else set()
    if len(modes) > 1 and modes & off:
        find = Find(PinKind.CONFIGURABLE, call.node, Value(Kind.SETTING, written))
    if find.kind is PinKind.CONFIGURABLE or "?" in written or not source.mentions(_CHECKS_LATER):
        yield find


def verify_callback(hit: Hit) -> Iterator[Find]:
    """``SSL_CTX_set_cert_verify_callback(ctx, callback, …)`` with a body that always says yes."""
    call = hit.call()
    if call is None or hit.name != call.name or call.nth(1) is None or is_server(hit):
        return
    if accepts_all(hit.source, call.arguments[1].node):
        yield Find(PinKind.VERIFICATION_OFF, call.node)


def store_add(hit: Hit) -> Iterator[Find]:
    """``X509_STORE_add_cert(store, certificate)``: a store for TLS, not one that checks signed messages."""
    call = hit.call()
    if call is None or hit.name != call.name or call.nth(1) is None or is_server(hit):
        return
    source = hit.source
    function = source.function_around(call.node) or source.tree.root_node
    around = source.text(function)
    if any(name in around for name in _SYSTEM_STORES) or re.search(
        r"X509_verify_cert\(|PKCS7_verify\(|CMS_verify\(|X509_STORE_CTX_init\(", around
    ):
        return
    if (
        not re.search(rb"SSL_CTX|SSL_new|sslctx|ssl_ctx|openssl/ssl\.h|SSL_CTX_FUNCTION", source.data)
        and b"ssl" not in source.data.lower()
    ):
        return
    if b"SSL_CTX" not in source.data and re.search(rb"PKCS7_|CMS_|openssl/(?:pkcs7|cms)\.h", source.data):
        return  # signed messages
    value = hit.value(call.nth(1))
    if value.kind in (Kind.NAME, Kind.UNKNOWN, Kind.SETTING):  # ``sk_X509_INFO_value(list, i)->x509``: what was read?
        read = source.calls("BIO_new_mem_buf", "BIO_new_file", "fopen", within=function)
        values = [hit.value(one.nth(0)) for one in read if one.nth(0) is not None]
        value = choice(values) if values else Value(Kind.SETTING, value.text)
    adds = b"CURLOPT_SSL_CTX_FUNCTION" in source.data or mode_here(source, call.node) is PinMode.ADDS
    yield Find(PinKind.TRUST, call.node, value, PinMode.ADDS if adds else PinMode.REPLACES)


# --- mbedTLS --------------------------------------------------------------------------------------------------------------


def mbedtls_parse(hit: Hit) -> Iterator[Find]:
    """``mbedtls_x509_crt_parse(&chain, pem, length)``, where the chain is used as the trusted CAs."""
    call = hit.call()
    if call is None or hit.name != call.name or call.nth(1) is None or is_server(hit):
        return
    source, chain = hit.source, _name(hit.source, call.arguments[0].node)
    around = source.function_around(call.node)
    if around is not None and source.name_of(around).endswith("self_test"):
        return  # the library's own test of itself
    if not chain or any(
        chain in source.text(c.node) for c in source.calls("mbedtls_ssl_conf_own_cert", "ssl_set_own_cert")
    ):
        return
    trusted = source.calls("mbedtls_ssl_conf_ca_chain", "ssl_set_ca_chain", "mbedtls_ssl_set_hs_ca_chain")
    from_caller = around is not None and chain in [name for name, _ in source.parameters(around)]
    if trusted and not from_caller and not any(chain in source.text(c.node) for c in trusted):
        return
    if from_caller and not re.search(r"(?i)ca(?![a-z])|root|trust", chain):
        return
    if not trusted and not re.search(r"(?i)ca|root|trust", chain):
        return
    yield Find(PinKind.TRUST, call.node, given(hit, call.arguments[1].node), mode_here(source, call.node))


def _name(source: Source, node: "Node") -> str:
    found = re.search(r"[A-Za-z_]\w*$", source.text(node).strip("() \t\r\n&"))
    return found.group() if found else ""


_OWN_KEYS = re.compile(rb"RAW_PUBLIC_KEY|ssl_conf_psk\(")
"""A shared or raw key in the place of certificates."""


def authentication_mode(hit: Hit) -> Iterator[Find]:
    """``mbedtls_ssl_conf_authmode``: NONE is off; OPTIONAL is, unless the result is read later."""
    call = hit.call()
    if call is None or hit.name != call.name or call.nth(1) is None or is_server(hit):
        return
    around = hit.source.function_around(call.node)
    if around is not None and _OWN_KEYS.search(hit.source.data, around.start_byte, around.end_byte):
        return
    off = {"MBEDTLS_SSL_VERIFY_NONE", "SSL_VERIFY_NONE", "0"}  # by number where the library's header is in the tree
    if not hit.source.mentions(_CHECKS_LATER):
        off |= {"MBEDTLS_SSL_VERIFY_OPTIONAL", "SSL_VERIFY_OPTIONAL", "1"}
    yield undecided(hit, Find(PinKind.VERIFICATION_OFF, call.node, hit.value(call.nth(1)), off=frozenset(off)))
