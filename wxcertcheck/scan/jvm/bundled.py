"""CAs that come with the program and are handed to a client of another file: assets, raw resources, stores loaded here.

Sources: Android's "Security with network protocols" (unknown certificate authorities), okhttputils, OkGo and RxEasyHttp, whose
``setCertificates()`` and ``getSslSocketFactory()`` without a certificate accept every one.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.jvm.managers import EMPTY_CHECK, accepting_name, class_elsewhere
from wxcertcheck.scan.jvm.stores import ENTRIES, is_first, is_null, is_server, is_store
from wxcertcheck.scan.language import Find
from wxcertcheck.scan.names import word_places
from wxcertcheck.scan.pinned import means_pin
from wxcertcheck.scan.source import Call, Source
from wxcertcheck.scan.values import Kind, Value

if TYPE_CHECKING:
    from tree_sitter import Node

FILE_WORDS = ('.cer"', '.crt"', '.pem"', '.bks"', '.jks"')
RESOURCE_NAMED = r"(?!\w*(?:client|key_?(?!store)))\w*(?:cert|trust|keystore|pem|bks|jks|ssl|root|ca\b|cer\b|server\b)"
"""How raw resources with CAs are called."""
_RESOURCE = re.compile(rf"R\.raw\.{RESOURCE_NAMED}")
MANAGERS = ("TrustManager(", "SSLSocketFactory(", "SslSocketFactory(", "TLSSocketFactory(", "TlsSocketFactory(")
WRAPPERS = ("setCertificates(", "getSslSocketFactory(")
_TAKES_CAS = re.compile(
    r"(?:[pP]inn(?:ed|ing)|[tT]rust(?!Level)|TLS|[tT]ls|Https|https)\w*$|(?:SSL|[sS]sl)(?!Key)\w*$|^(?:set|add|with|use)(?:Server)?Certificates?$"
)
_OF_SOMETHING_ELSE = re.compile(
    r"(?i)key(?!store)|client(?!$)|sign|identity|ali|union|wechat|platform|private|public|merchant|mch|jwt|token|exist|log|print|path"
    r"|copy|save|write|delete|equals|server(?!cert)|mutual|assert|test|import|export|upload|download|exception|is[A-Z]"
)
_PASSES_ON = re.compile(
    r"open\w*|getAssets|getResource\w*|get(?:Class|ClassLoader|Context\w*|Application\w*)|\w*InputStream|File|Path|Paths|get|of|listOf|arrayOf\w*|asList|also|use"
)
_READS = re.compile(
    r"(?:get|load|read|parse|open|create|generate|from|to)\w*(?:[cC]ert(?:ificate)?s?|CA|CAs|[tT]rust\w*)"
)
"""Functions that make certificates of a file, for what stands around them."""
_CLIENT = re.compile(r"(?i)http|url|client|api|rest|socket|connect|ssl|tls|soap|grpc")
"""What certificates that were read are for, where a constructor takes them."""
_KNOWN = (Kind.TEXT, Kind.JOIN)
_WRAPPER_CLASS = re.compile(r"(?i)ok_?http|ok_?go|easy_?http|https?_?utils?|ssl_?(?:utils?|helper|socket\w*)")


def handed_file(hit: Hit) -> Iterator[Find]:
    """``client.pinTo(host, assets.open("root.cer"))``, ``new TlsClient(context, R.raw.cacerts)``: what takes it tells."""
    source, read = hit.source, False
    given, call = None, None
    for parent in source.ancestors(hit.node):
        if parent.type in source.grammar.functions or parent.type in source.grammar.statements:
            return
        call = source.call(parent)
        if call is None or not any(_within(a.whole, hit) for a in call.arguments):
            continue
        if given is None or not read:
            given = next(a.node for a in call.arguments if _within(a.whole, hit))
        reads = _READS.fullmatch(call.name) is not None and not _OF_SOMETHING_ELSE.search(call.callee)
        read = read or reads
        if not (reads or _PASSES_ON.fullmatch(call.name)):
            break
    else:
        return
    if call is None or given is None or source.text(given)[:1] in "({[":
        return
    made = read and call.name[:1].isupper() and _CLIENT.search(call.name) and not _OF_SOMETHING_ELSE.search(call.name)
    if not (made or _takes_cas(source, call)):
        return
    value = hit.value(given)
    if value.kind in _KNOWN or (value.kind is Kind.NAME and _RESOURCE.match(value.text)):
        yield Find(PinKind.TRUST, call.node, value)


def _within(node: "Node", hit: Hit) -> bool:
    return node.start_byte <= hit.offset < node.end_byte


def _takes_cas(source: Source, call: Call) -> bool:
    function = source.function_around(call.node) or source.tree.root_node
    told = _TAKES_CAS.search(call.name) is not None and not _OF_SOMETHING_ELSE.search(call.name)
    told = told or (
        bool(source.classes(call.name)) and b".generateCertificate" in source.data and _INITS in source.data
    )
    return told and call.name not in _READ_THERE and not is_server(source, function)


_INITS = b"TrustManagerFactory.getInstance"
"""With the making of certificates: a class of the same file is given what its own factory of trust managers gets."""
_READ_THERE = ("loadTrustMaterial", "trustManager", "setCertificates", "getSslSocketFactory")
"""Calls that other patterns read."""


def wrapper(hit: Hit) -> Iterator[Find]:
    """``OkGo.getInstance().setCertificates(…)``, ``HttpsUtils.getSslSocketFactory(…)``: a CA, or without one everything."""
    call, source = hit.call(), hit.source
    if call is None or f"{call.name}(" != hit.word or hit.name != call.name:
        return
    receiver = source.text(call.receiver) if call.receiver is not None else ""
    receiver = receiver[:100] + receiver[-100:]
    values = [(a.node, hit.value(_only(source, a.node))) for a in call.arguments]
    given = [value for _, value in values if any(_comes_along(leaf) for leaf in value.leaves())]
    if given:
        yield Find(PinKind.TRUST, call.node, given[0], PinMode.ADDS)
    elif receiver and all(is_null(source, node) for node, _ in values) and _WRAPPER_CLASS.search(receiver):
        named = re.search(r"([A-Z]\w*)\s*$", receiver)
        own = class_elsewhere(source, named[1]) if named else ""
        if not source.functions(call.name) and (not own or EMPTY_CHECK.search(own)):
            yield Find(PinKind.VERIFICATION_OFF, call.node)


LISTS = ("certificates", "CERTIFICATES", "Certificates", "certs", "CERTS")
LISTED = r"\s*=\s*(?:(?:new int\[\]\s*)?\{|(?:intArray|array|list)Of\()\s*R\.raw\.\w"
"""What follows the name of a list of raw resources."""


def listed(hit: Hit) -> Iterator[Find]:
    """``int[] certificates = {R.raw.shop};`` for a helper of another file; where this file sets TLS up, that is said there."""
    source, setting = hit.source, hit.setting()
    if setting is None or setting.value is None or setting.name != hit.name or re.search("(?i)client", hit.name):
        return
    if "R.raw." not in source.text(setting.value) or b"TrustManagerFactory" in source.data:
        return
    for at in word_places(source.data, hit.name, setting.node.end_byte, len(source.data)):
        used = source.tree.root_node.descendant_for_byte_range(at, at + 1)
        if used is not None and not source.in_comment(used):
            yield Find(PinKind.TRUST, setting.node, hit.value(setting.value))
            return


def _comes_along(value: Value) -> bool:
    """Whether the program brings the file with it: an asset, a raw resource, a constant of another file."""
    if value.kind is Kind.NAME:
        return re.match(r"R\.raw\.\w|(?!R\.|BuildConfig\.)[A-Z]\w*\.[A-Z][A-Z\d_]+$", value.text) is not None
    return value.kind in _KNOWN


def _only(source: Source, node: "Node") -> "Node":
    """The one element of ``new InputStream[] { x }``."""
    inner = source.nodes({"array_initializer"}, node)
    return inner[0].named_children[0] if inner and len(inner[0].named_children) == 1 else node


_CONSUMED = re.compile(
    rb"TrustManagerFactory|loadTrustMaterial|KeyManagerFactory|loadKeyMaterial|SSLSocketFactory\(|\.getKey\(|\.store\(|getEntry\("
    rb"|SecretKey|PrivateKey|isServerTrusted|setKeyEntry|PKIXParameters|CertPath"
)
"""What else is done with a store: another pattern sees it, or it is no trust store."""
_TELLS_TRUST = re.compile(r"(?i)trust|pinn|ca_?certs?\b|_ca\b|root_?ca|ssl|tls")


def loaded_store(hit: Hit) -> Iterator[Find]:
    """A trust store that is loaded here and used in another file: ``trustStore.load(resources.openRawResource(R.raw.cas), pw)``."""
    source = hit.source
    if not is_first(hit) or _CONSUMED.search(source.data):
        return
    for call in source.calls("load", *ENTRIES):
        node = call.nth(0) if call.name == "load" else call.nth(1)
        if node is None or call.receiver is None or is_null(source, node) or not is_store(source, call.receiver):
            continue
        function = source.function_around(call.node) or source.tree.root_node
        around = source.class_around(call.node)
        names = (source.text(call.receiver), source.name_of(function), source.name_of(around) if around else "")
        if is_server(source, function) or not any(_TELLS_TRUST.search(name) for name in names):
            continue
        value = hit.value(node)
        yield Find(PinKind.TRUST, call.node, value if value.kind is not Kind.UNKNOWN else _setting(source, node))


def _setting(source: Source, node: "Node") -> Value:
    return Value(Kind.SETTING, source.text(node)[:80])


_MANAGER = re.compile(
    r"[A-Z]\w+(?:TrustManager|SSLSocketFactory)|[A-Z]?\w*(?:SslSocketFactory|TLSSocketFactory|TlsSocketFactory)"
)
_LIBRARY_MANAGER = re.compile(
    r"(?:X509(?:Extended)?|Composite\w*|Reloading\w*)TrustManager|(?:Default|Base|Tls12|TLS12|Compat|NoSSLv3)\w*SocketFactory",
    re.IGNORECASE,
)
_OF_CLIENTS = re.compile(r"(?i)client|private|keymanager|identity|password")
_OF_SERVERS = re.compile(
    r"(?i)cert|\bpins?|pins\b|pinn|finger|thumb|trust_?store|known_?(?:servers|hosts)|\bcas?\b|root"
)


def own_manager_made(hit: Hit) -> Iterator[Find]:
    """``new ShopTrustManager(certificatePath)``: a manager or factory of another file, given what it trusts."""
    call, source = hit.call(), hit.source
    if (
        call is None
        or hit.name != call.name
        or not _MANAGER.fullmatch(call.name)
        or _LIBRARY_MANAGER.fullmatch(call.name)
    ):
        return
    if source.classes(call.name) or accepting_name(call.name):
        return
    function = source.function_around(call.node) or source.tree.root_node
    if "Pinn" in call.name and call.arguments and not is_server(source, function):
        yield Find(PinKind.CONFIGURABLE, call.node)
        return
    for argument in call.arguments:
        written = source.text(argument.node)
        if _OF_SERVERS.search(written) and not _OF_CLIENTS.search(written) and not is_server(source, function):
            value = hit.value(argument.node)
            fixed = value.kind in _KNOWN or re.match(
                r"(?:new\s+)?[A-Z]\w*\.(?:get|create|load|open|read)\w*\(\)$", written
            )
            decided = value.kind in (Kind.UNKNOWN, Kind.NAME) and not fixed
            yield Find(PinKind.TRUST, call.node, _setting(source, argument.node) if decided else value)
            return


_RECEIVES = frozenset(
    {"class_parameter", "parameter", "property_declaration", "variable_declarator", "assignment_expression"}
)


def pins_of_elsewhere(hit: Hit) -> Iterator[Find]:
    """``pinTo(builder, Constants.API_PINS)``: another file's constant, given to a call or as a default."""
    source = hit.source
    member = next((a for a in source.ancestors(hit.node) if a.type in source.grammar.members), None)
    if member is None or means_pin(hit.name) != "sure" or source.definitions.get(hit.name):
        return
    if not re.fullmatch(rf"[A-Z]\w*\.{hit.name}", source.text(member)):
        return
    around = hit.argument()
    place = around[0].node if around is not None else source.around(member, _RECEIVES)
    if place is not None and (around is None or not re.match(r"(?i)log|print|assert|d$|i$|w$", around[0].name)):
        yield Find(PinKind.FINGERPRINT, place, hit.value(member))
