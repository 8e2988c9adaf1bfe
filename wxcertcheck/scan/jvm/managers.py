"""What the bodies of own trust managers and host name verifiers do: accept all, delegate, refuse, or compare keys."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.jvm.stores import is_first, is_server, scope_receiver
from wxcertcheck.scan.language import Find
from wxcertcheck.scan.matchers import decided_around
from wxcertcheck.scan.source import Call, Source
from wxcertcheck.scan.values import unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_COMMENTS = frozenset({"comment", "line_comment", "block_comment", "multiline_comment", "groovy_doc"})
_DELEGATES = re.compile(r"\b(?:checkServerTrusted|checkTrusted|validate|isServerTrusted)\s*\(")
_THROWS = re.compile(r"\bthrow\b|\brequire\w*\s*[({]|\bcheck\s*[({]|\berror\s*\(|\bassert\w*\b")
_BRANCHES = re.compile(r"\b(?:if|when|for|while|require\w*|check|match)\b|\?:|\.(?:any|none|all|filter|find)\b")
_OF_THE_CERTIFICATE = re.compile(
    r"(?i)sha-?\d|digest|fingerprint|thumbprint|\bpin|publickey|getencoded|\.encoded|serial|\.verify\(|equals\(|\.contains\w*\("
)
_REFUSED = re.compile(r"(?i)(?:black|block|deny)_?list|revoked|banned|distrusted")
"""Certificates that are refused, on top of what is checked."""
_HARMLESS = re.compile(
    r"(?i)^(?:println?|printf|print|debug|info|warn|trace|error|log\w*|d|i|w|v|e|checkvalidity|isempty|isnullorempty|size|length"
    r"|tostring|getsubject\w*|getissuer\w*|format|\w*exception|to[A-Z]\w*|illegalargumentexception|isnotempty|also)$"
)
_CERTIFICATES = re.compile(
    r"\b(?:chain|certs?|certificates?|x509Certificates?|p0|arg0|xcs|x509certs?|cert\w*)\b", re.IGNORECASE
)
_CATCH = re.compile(r"\bcatch\s{0,9}(?:\([^){}]{0,300}\)\s{0,9})?\{(?P<body>[^{}]{0,4000})\}")


_SKIPS = re.compile(
    r"\bif\s*\(\s*!?[\w.]*(?i:verif|insecure|trust_?all|accept_?(?:all|any)|validat|skip|ignore)\w*(?:\(\))?\s*\)\s*\{?\s*return\b"
)
"""``if (!verify) return;`` before the delegate is asked."""


_LONG = 40_000
"""Bytes of a body that are read; a longer one is looked at in part."""


def code_of(source: Source, node: "Node") -> str:
    """The source text of a node without its comments."""
    if node.end_byte - node.start_byte > _LONG:
        return source.data[node.start_byte : node.start_byte + _LONG].decode("utf-8", "replace")
    data, at = b"", node.start_byte
    for comment in source.nodes(_COMMENTS, node):
        if comment.start_byte >= at:
            data += source.data[at : comment.start_byte]
            at = comment.end_byte
    return (data + source.data[at : node.end_byte]).decode("utf-8", "replace")


def body_of(source: Source, function: "Node") -> "Node | None":
    """A function's body; None for a declaration without one."""
    body = function.child_by_field_name("body")
    return body or next((c for c in function.named_children if c.type in ("function_body", "block")), None)


def own_manager(hit: Hit) -> Iterator[Find]:
    """A body of ``checkServerTrusted``: empty (off), delegating (nothing), or comparing keys (a fingerprint pin)."""
    source, parent = hit.source, hit.node.parent
    if parent is None:
        return
    if parent.type in source.grammar.functions and source.name_of(parent) == "checkServerTrusted":
        body = body_of(source, parent)
    elif parent.type in source.grammar.pairs:
        body = source.pair(parent)[1]
    else:
        return
    kind = _kind(source, body) if body is not None else None
    if kind is None or body is None:
        return
    if kind is PinKind.VERIFICATION_OFF and _compared_later(source, parent):
        kind = PinKind.FINGERPRINT
    yield Find(kind, parent, unknown(source.text(body)) if kind is PinKind.FINGERPRINT else None)


def _kind(source: Source, body: "Node") -> PinKind | None:
    """What a body of ``checkServerTrusted`` amounts to."""
    code = code_of(source, body)
    throws, own = _THROWS.search(code) is not None, _OF_THE_CERTIFICATE.search(code) is not None
    if own and (throws or ".verify(" in code) and not (_REFUSED.search(code) and _DELEGATES.search(code)):
        return PinKind.FINGERPRINT
    helpers = _helpers(source, body)
    if _PIN_OF_HELPER.search(helpers) and _THROWS.search(code + helpers) and not _REFUSED.search(code + helpers):
        return PinKind.FINGERPRINT
    if _DELEGATES.search(code):
        if _swallows(code):
            return PinKind.VERIFICATION_OFF
        return PinKind.CONFIGURABLE if _SKIPS.search(code) else None
    if _THROWS.search(_CATCH.sub("", code)) and not _BRANCHES.search(code):
        return None
    if any(
        not _HARMLESS.match(call.name) and any(_CERTIFICATES.search(source.text(a.node)) for a in call.arguments)
        for call in source.calls(within=body)
    ):
        return None
    return PinKind.VERIFICATION_OFF


_PIN_OF_HELPER = re.compile(
    r"(?i)(?:fingerprint|thumbprint|\bpin(?:s|ned)?|digest|publickey|encoded)\w*(?:\(\))?[^;\n]{0,60}\b(?:equals|contains\w*|isequal)\("
    r"|\b(?:equals|contains\w*|isequal)\([^;\n]{0,60}(?:fingerprint|thumbprint|\bpin(?:s|ned)?\b|digest|publickey|encoded)"
)
"""A comparison of fingerprints or keys, in a function that ``checkServerTrusted`` calls."""


def _helpers(source: Source, body: "Node", depth: int = 2) -> str:
    """The text of this file's functions that a body calls with a certificate in hand."""
    texts: list[str] = []
    for call in source.calls(within=body)[:30] if depth else ():
        if call.receiver is None and any(_CERTIFICATES.search(source.text(a.node)) for a in call.arguments):
            for function in source.functions(call.name)[:2]:
                texts += [code_of(source, function), _helpers(source, function, depth - 1)]
    return "\n".join(texts)[:_LONG]


def _swallows(code: str) -> bool:
    """Whether the exception of the delegate is caught and dropped: nothing in the handlers or after them throws it."""
    caught = list(_CATCH.finditer(code))
    if not caught or re.search(r"\bthrow\b", code[caught[-1].end() :]):
        return False
    return all(
        not _THROWS.search(one["body"]) and not _DELEGATES.search(one["body"]) and "return" not in one["body"]
        for one in caught
    )


def _compared_later(source: Source, node: "Node") -> bool:
    """An empty manager, but the same function compares the peer's certificates itself and gives up if they differ."""
    functions = [a for a in source.ancestors(node) if a.type in source.grammar.functions]
    code = code_of(source, functions[-1]) if functions else ""
    return re.search(r"(?i)peerCertificates|serverCertificates", code) is not None and _THROWS.search(code) is not None


ACCEPTING_NAME = re.compile(
    r"(?i)(?:allow|trust|accept)_?(?:all|any|every|x509|ssl|hostname)|all_?trust|no_?verif|unsafe|insecure|ignore_?(?:ssl|cert|host)|naive|noop"
    r"|(?:fake|dummy|null|empty)_?(?:trust|host|x509|ssl)|(?:do_?)?not_?verif|always_?(?:true|trust|valid)|all_?hosts?(?:names?)?_?valid"
    r"|(?-i:\b[aA]ny_?(?:[hH]ost|[tT]rust|[cC]ert)|Any(?:Host|Trust|Cert)|ANY_(?:HOST|TRUST|CERT))|(?:bypass|disable|skip|relaxed|permissive|lenient)_?(?:ssl|tls|cert|host|trust|verif|valid)"
)


def accepting_name(written: str) -> bool:
    """Whether a name says that everything is accepted."""
    return ACCEPTING_NAME.search(written) is not None


NAMED = re.compile(
    r"EasySSLProtocolSocketFactory|NoopHostnameVerifier|ALLOW_ALL_HOSTNAME_VERIFIER|AllowAllHostnameVerifier|TrustAllStrategy"
)
"""Found by name, see `named_off`."""


_OTHER = 200_000
"""Bytes at most of another file's class."""


def class_elsewhere(source: Source, name: str) -> str:
    """The text of the file that holds class ``name``, without its comments: in the same folder, or where the import says.

    "" if there is none. A public class of Java stands in the file of its name (Java Language Specification, 7.6).
    """
    path, dot, ending = source.path.rpartition(".")
    folder = path.rpartition("/")[0]
    imported = re.search(rf"^import\s+([\w.]+)\.{re.escape(name)}\b".encode(), source.data[:_OTHER], re.MULTILINE)
    if imported:
        package = re.search(rb"^[ \t]*package\s+([\w.]+)", source.data[:_OTHER], re.MULTILINE)
        own = package[1].decode().replace(".", "/") if package else ""
        if not own or not folder.endswith(own):
            return ""
        folder = folder[: -len(own)] + imported[1].decode().replace(".", "/")
    data = source.neighbour(f"{folder}/{name}{dot}{ending}")
    return _COMMENT.sub(" ", data.decode("utf-8", "replace"))


_COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)


def named_off(hit: Hit) -> Iterator[Find]:
    """A name that says it all: ``NoopHostnameVerifier``, ``InsecureTrustManagerFactory``. Imports and types do not count."""
    if any("import" in a.type or "package" in a.type for a in hit.source.ancestors(hit.node)):
        return
    if any(a.type in hit.source.grammar.strings for a in hit.source.ancestors(hit.node)):
        return
    parent = hit.node.parent
    if parent is not None and parent.type in (
        "user_type",
        "superclass",
        "super_interfaces",
        *hit.source.grammar.classes,
    ):
        return
    around = hit.source.class_around(hit.node)
    if around is not None and hit.source.name_of(around) == hit.name:
        return
    call = hit.call_around()
    if call is not None and call.receiver is not None and "forServer" in hit.source.text(call.receiver):
        return  # which clients may come
    decided = decided_around(hit.source, hit.node)
    yield Find(PinKind.CONFIGURABLE if decided else PinKind.VERIFICATION_OFF, hit.node)


_FACTORY_OF_SETTINGS = re.compile(
    r"(?:this\.)?_?\w*(?:[cC]onfig(?:uration)?|[oO]ptions|[sS]ettings|[pP]roperties)(?:\(\))?\.(?:get)?[sS][sS][lL]SocketFactory(?:\(\))?"
)
"""A factory that settings hold: ``config.getSslSocketFactory()``."""


def accepting_factory(hit: Hit) -> Iterator[Find]:
    """``sslSocketFactory(…, trustAll)``: a factory or manager whose name says that it accepts everything."""
    if hit.word == "SSLContext":
        yield from _accepting_contexts(hit)
        return
    call = hit.call()
    if call is None or call.name not in (hit.name, "init"):  # the word "sslContext.init" stands at its receiver
        return
    source = hit.source
    if call.arguments and _FACTORY_OF_SETTINGS.fullmatch(source.text(call.arguments[0].node)):
        yield Find(PinKind.CONFIGURABLE, call.node)
        return
    written = NAMED.sub("", " ".join(source.text(a.node) for a in call.arguments))
    if len(written) > 400 or not ACCEPTING_NAME.search(written):
        return
    if call.name == "init" and ("TrustManager" not in written or len(call.arguments) != 3):
        return
    yield Find(PinKind.VERIFICATION_OFF, call.node)


_CONTEXT = re.compile(r"(?i)ssl|ctx|context|tls|^sc$")
_MANAGER = re.compile(
    r"\bnew\s+(?:\w+\.)*(?P<new>[A-Z]\w*)\s*\(|\b(?P<name>[A-Z]\w*)(?:\(\)|\.[A-Z_]+\b)|\b(?P<variable>\w+)"
)


def _accepting_contexts(hit: Hit) -> Iterator[Find]:
    """``SSLContext.init(keys, managers, random)`` with a manager of this file that accepts all, or of a name that says so.

    A manager made in the same function is found by its own body. All of a file are read at the first word.
    """
    source = hit.source
    if not is_first(hit):
        return
    for call in source.calls("init"):
        if len(call.arguments) != 3 or not _is_context(source, call):
            continue
        if any(_accepts_all(source, call.node, name) for name in _managers(source, call.arguments[1].node)):
            yield Find(PinKind.VERIFICATION_OFF, call.node)
        elif _of_settings(source, call.arguments[1].node) or _instead(source, call) or _of_caller(source, call):
            yield Find(PinKind.CONFIGURABLE, call.node)


def _of_caller(source: Source, call: Call) -> bool:
    """Whether the managers are a parameter of a function that others call: ``withTrustManagers(TrustManager[] managers)``."""
    function = source.function_around(call.node)
    if function is None or re.search(r"\bprivate\b", source.text(function).partition("(")[0]):
        return False
    given = {name for name, _ in source.parameters(function)}
    one = _ARRAY_OF.fullmatch(source.text(call.arguments[1].node).strip())
    return one is not None and one[1] in given and not is_server(source, function)


_ARRAY_OF = re.compile(r"(?:new\s+(?:X509)?TrustManager\s*\[\s*\]\s*\{|(?:arrayOf|Array)(?:<\w+>)?\()?\s*(\w+)\s*[})]?")


def _of_settings(source: Source, node: "Node", hops: int = 2) -> bool:
    """Whether settings give the managers, through variables: ``config.getTrustManager()``."""
    if _HANDED.match(source.text(node)):
        return True
    names = _managers(source, node, hops=0) if hops else ()
    return any(_of_settings(source, d.value, hops - 1) for name in names for d in source.definitions.get(name, ())[:4])


def _instead(source: Source, call: Call) -> bool:
    """Whether a manager of elsewhere is used where a setting asks for no verification: ``if (ignoreSsl) { context.init(…) }``."""
    managers = [name for name in _managers(source, call.arguments[1].node) if not _NO_MANAGER.fullmatch(name)]
    of_elsewhere = [name for name in managers if name[:1].isupper() and not source.classes(name)]
    return bool(of_elsewhere) and "Factory" not in " ".join(of_elsewhere) and decided_around(source, call.node)


def _is_context(source: Source, call: Call) -> bool:
    """Whether ``init`` is called on an ``SSLContext``: by its name, its definition, or within ``apply { init(…) }``."""
    receiver = source.text(call.receiver) if call.receiver is not None else ""
    if receiver in ("", "it", "this"):
        around = scope_receiver(source, call.node)
        return around is not None and "SSLContext" in source.text(around)
    name = receiver.rpartition(".")[2].partition("(")[0]
    return _CONTEXT.search(name) is not None or any(
        "SSLContext" in source.text(d.value) for d in source.definitions.get(name)
    )


_HANDED = re.compile(
    r"(?:this\.)?\w*(?:[oO]ptions|[cC]onfig(?:uration)?|[pP]roperties|[sS]ettings|[pP]arams)(?:\(\))?\.(?:get)?\w*[tT]rustManager\w*\b"
)
"""Managers that settings give."""
_MADE_IN_PLACE = re.compile(r"(?:\)|TrustManager)\s*\{.*", re.DOTALL)
"""The body of an anonymous class, and what comes after it."""


def _managers(source: Source, node: "Node", hops: int = 2) -> Iterator[str]:
    """The names of the managers in an expression: classes and constants, through variables."""
    written = _MADE_IN_PLACE.sub(" ", code_of(source, node))
    for found in _MANAGER.finditer(written):
        name = found["new"] or found["name"] or found["variable"]
        yield name
        for definition in source.definitions.get(name, ()) if hops and found["variable"] else ():
            yield from _managers(source, definition.value, hops - 1)


_NO_MANAGER = re.compile(r"(?:X509(?:Extended)?)?TrustManager|Array|null|arrayOf|new|getTrustManagers")


def _accepts_all(source: Source, place: "Node", name: str) -> bool:
    if _NO_MANAGER.fullmatch(name):
        return False
    own = source.classes(name)
    if own:
        return any(_class_accepts(source, one) for one in own)
    function = source.function_around(place)
    defined = source.definitions.get(name, ())
    if defined and all(_EMPTY_ARRAY.search(source.text(d.value)) for d in defined):
        return accepting_name(name)
    if defined:
        return (function or source.class_around(place)) is not None and any(
            d.function is None and "checkServerTrusted" in source.text(d.value) and _class_accepts(source, d.value)
            for d in defined
        )
    if any(n == name for n, _ in _parameters(source, function)):
        return False
    return accepting_name(name) or (
        name[:1].isupper() and EMPTY_CHECK.search(class_elsewhere(source, name)) is not None
    )


_EMPTY_ARRAY = re.compile(r"^\s*new\s+(?:X509)?TrustManager\s*\[\s*\d+\s*\]$|^\s*new\s+TrustManager\s*\(\s*\)$")
EMPTY_CHECK = re.compile(r"\bcheckServerTrusted\s*\([^(){}]*\)[^{};]{0,200}\{\s*(?:return\s*;?\s*)?\}")


def _parameters(source: Source, function: "Node | None") -> "list[tuple[str, Node | None]]":
    return source.parameters(function) if function is not None else []


def _class_accepts(source: Source, node: "Node") -> bool:
    """Whether ``checkServerTrusted`` in a class (or an object made in place) accepts everything."""
    methods = [f for f in source.nodes(source.grammar.functions, node) if source.name_of(f) == "checkServerTrusted"]
    bodies = [body for body in (body_of(source, method) for method in methods) if body is not None]
    return bool(bodies) and all(_kind(source, body) is PinKind.VERIFICATION_OFF for body in bodies)


_PEER = re.compile(r"\b(?:getServerCertificates|getPeerCertificates|peerCertificates|serverCertificates)\b")
_COMPARES = re.compile(r"\.equals(?:IgnoreCase)?\(|\.contains\w*\(|[=!]=|isEqual\(|\.any\b|anyMatch|\.verify\(|\bin\s")
_PINNED = re.compile(
    r"(?i)sha-?\d|digest|issuer\w*(?:\(\))?(?:\.\w+\(\))*\.(?:equals|contains|startswith|endswith|matches)\w*\(|fingerprint|thumbprint|\bpin|getencoded|\.encoded"
)
_NO_COMPARISON = re.compile(r"[=!]==?\s*(?:null|-?\d+)\b")
_GIVES_UP = re.compile(r"\bthrow\b|\breturn\s+false\b|disconnect\(|\bcancel\(|\babort\(")


def peer_compared(hit: Hit) -> Iterator[Find]:
    """The peer's certificates compared by hand after the handshake: fingerprints or keys, and giving up if they differ."""
    source = hit.source
    function = source.function_around(hit.node)
    if hit.name != hit.word or function is None:
        return
    code = _NO_COMPARISON.sub("", code_of(source, function))
    if _PEER.search(code) and all(test.search(code) for test in (_COMPARES, _PINNED, _GIVES_UP)):
        yield Find(PinKind.FINGERPRINT, function, unknown(hit.text))


def web_view(hit: Hit) -> Iterator[Find]:
    """Android's ``onReceivedSslError`` that goes on whatever the error is."""
    source, function = hit.source, hit.node.parent
    if (
        function is None
        or function.type not in source.grammar.functions
        or source.name_of(function) != "onReceivedSslError"
    ):
        return
    body = body_of(source, function)
    code = code_of(source, body) if body is not None else ""
    if re.search(r"\bproceed\s*\(", code) and not re.search(
        r"\bif\b|\bwhen\b|\bcancel\s*\(|Dialog|Builder|\bmatch\b", code
    ):
        yield Find(PinKind.VERIFICATION_OFF, function)
