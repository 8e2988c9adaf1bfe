"""What was loaded into the ``KeyStore`` that a trust manager is made from.

Sources: JSSE Reference Guide (JDK 21), java.security.KeyStore, Android "Unknown certificate authority" (openRawResource).
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find
from wxcertcheck.scan.source import Call, Definition, Source, holds
from wxcertcheck.scan.values import Kind, Value, choice, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_DEPTH = 6
_WRAPPERS = ("cast_expression", "parenthesized_expression", "as_expression", "ascription_expression")
_NULL = re.compile(r"\(?\s*(?:\(\s*\w+\s*\)\s*)?null\b")
ENTRIES = ("setCertificateEntry", "setEntry", "addTrustedCertificate")
_SERVER = re.compile(
    r"HttpsServer|SSLServerSocket|ServerSocketFactory|setNeedClientAuth|setWantClientAuth|needClientAuth|forServer\b|ServerBuilder"
)
_NAMED_SERVER = re.compile(
    r"(?:^|[a-z0-9]|SSL|TLS)(?:Server|Acceptor)(?:Builder|Factory|Example|Initializer|Bootstrap|Starter|Main|App|Application|Handler)?\d*$"
    r"|^SSLServer|ServerChannelInitializer"
)
_CLIENT = re.compile(
    r"HttpsURLConnection|HttpClient|OkHttp|getSocketFactory|\bsocketFactory|RestTemplate|URLConnection"
)


def is_null(source: Source, node: "Node") -> bool:
    """Whether an expression is ``null`` under any cast: ``(KeyStore) null``, ``null as KeyStore?``."""
    return _NULL.match(source.text(node)) is not None


def factory_init(hit: Hit) -> Iterator[Find]:
    """``TrustManagerFactory.init(keyStore)``: null means the defaults of the JVM. All of a file are read at the first word."""
    source = hit.source
    if not is_first(hit):
        return
    known: dict[int, tuple[bool, bool]] = {}
    for call in source.calls("init"):
        node = call.nth(0)
        if node is None or len(call.arguments) != 1 or not _on_factory(source, call) or is_null(source, node):
            continue
        function = source.function_around(call.node) or source.tree.root_node
        if function.id not in known:
            known[function.id] = is_server(source, function), _asks_the_default(source, function)
        server, asks = known[function.id]
        if not server:
            value, adds = store_content(source, node, call.node.start_byte)
            asks = asks or _null_given(source, function, source.text(node))
            yield Find(PinKind.TRUST, call.node, value, PinMode.ADDS if adds or asks else PinMode.REPLACES)


def is_first(hit: Hit) -> bool:
    """Whether the word stands nowhere before, but in comments."""
    source, word = hit.source, hit.word.encode()
    at = source.data.find(word)
    while 0 <= at < hit.offset:
        node = source.tree.root_node.descendant_for_byte_range(at, at + 1)
        if node is not None and not source.in_comment(node):
            return False
        at = source.data.find(word, at + 1)
    return True


def is_server(source: Source, function: "Node") -> bool:
    """Whether the factory decides which clients may come: a server is made here, or the class or file is one by its name."""
    written = source.text(function)
    classes = [a for a in source.ancestors(function) if a.type in source.grammar.classes]
    names = [source.name_of(one) for one in classes] + [source.path.rpartition("/")[2].partition(".")[0]]
    if any(re.search(r"Server|Acceptor|ChannelInitializer", name) for name in names):
        written = " ".join([written, *(source.text(one) for one in classes[:1])])
    named = any(_NAMED_SERVER.search(name) for name in names)
    return (named or _SERVER.search(written) is not None) and _CLIENT.search(written) is None


def _on_factory(source: Source, call: Call) -> bool:
    """Whether ``init`` is called on a trust manager factory: a variable, a chain, or within ``apply { init(ks) }``."""
    receiver = source.text(call.receiver) if call.receiver is not None else ""
    if "TrustManagerFactory" in receiver:
        return True
    if receiver in ("", "it", "this"):
        around = scope_receiver(source, call.node)
        return around is not None and "TrustManagerFactory" in source.text(around)
    name = receiver.rpartition(".")[2]
    if any("TrustManagerFactory" in source.text(d.value) for d in source.definitions.get(name, ())):
        return True
    return is_declared(source, name, "TrustManagerFactory")


def is_declared(source: Source, name: str, kind: str) -> bool:
    """Whether a variable, field or parameter is declared as ``kind``: ``KeyStore ks``, ``ks: KeyStore``."""
    if not re.fullmatch(r"\w{1,100}", name):
        return False
    declared = re.compile(rf"\b{kind}\s+{name}\b|\b{name}\s*:\s*(?:[\w.]+\.)?{kind}\b".encode())
    return declared.search(source.data) is not None


def is_store(source: Source, node: "Node") -> bool:
    """Whether an expression is a ``KeyStore``, as far as its declaration or what is assigned to it tells."""
    name = source.text(node).removeprefix("this.")
    made = any("KeyStore.getInstance" in source.text(d.value) for d in source.definitions.get(name, ()))
    return made or is_declared(source, name, "KeyStore")


def scope_receiver(source: Source, node: "Node") -> "Node | None":
    """What a block's calls without receiver are made on: ``x`` in ``x.apply { init(ks) }``."""
    for parent in source.ancestors(node):
        if parent.type in ("lambda_literal", "closure", "lambda_expression"):
            holder = next((a for a in source.ancestors(parent) if a.type in source.grammar.calls), None)
            call = source.call(holder) if holder is not None else None
            if call is None or call.name not in ("apply", "also", "let", "run", "with", "tap"):
                return None
            return call.receiver if call.name != "with" else call.nth(0)
        if parent.type in source.grammar.functions:
            return None
    return None


def _asks_the_default(source: Source, function: "Node") -> bool:
    """Whether the JVM's own trust manager is asked too: ``init((KeyStore) null)`` here, or beside an own manager."""
    places = [function]
    around = source.class_around(function)
    if around is not None and "checkServerTrusted" in source.text(around):
        places.append(around)
    return any(
        len(call.arguments) == 1 and is_null(source, call.arguments[0].node) and _on_factory(source, call)
        for place in places
        for call in source.calls("init", within=place)
    )


def _null_given(source: Source, function: "Node", name: str) -> bool:
    """Whether the store is a parameter for which null is given too: ``managers.add(manager(own)); managers.add(manager(null))``."""
    names = [parameter for parameter, _ in source.parameters(function)]
    calls = source.calls(source.name_of(function)) if name in names else []
    nodes = [call.nth(names.index(name)) for call in calls]
    return any(node is not None and is_null(source, node) for node in nodes)


def store_content(source: Source, node: "Node", at: int, depth: int = 0) -> tuple[Value, bool]:
    """What a ``KeyStore`` expression used at byte ``at`` holds, and whether the platform's certificates are in it too."""
    from wxcertcheck.scan.evaluate import evaluate

    written = source.text(node)
    if depth > _DEPTH:
        return unknown(written), False
    while node.type in _WRAPPERS and node.named_children:
        node = node.named_children[-1 if node.type in ("cast_expression", "parenthesized_expression") else 0]
    call = source.call(node)
    if call is not None:
        return _made_by(source, call, depth)
    if node.type != "identifier":
        return evaluate(source, node), False
    return _variable(source, node, source.text(node), at, depth)


def _made_by(source: Source, call: Call, depth: int) -> tuple[Value, bool]:
    from wxcertcheck.scan.evaluate import evaluate

    if call.name in ("apply", "also", "tap") and call.receiver is not None:
        inner = _events(source, call.node, ("", "it", "this"), 0, call.node.end_byte)
        content, adds = store_content(source, call.receiver, call.node.end_byte, depth + 1)
        return (choice(inner), adds) if inner else (content, adds)
    if call.dotted.endswith("KeyStore.getInstance"):
        first = source.text(call.arguments[0].node) if call.arguments else ""
        if "AndroidCAStore" in first or "KeychainStore" in first or "Windows-ROOT" in first:
            return Value(Kind.SYSTEM, first), True
        file = [evaluate(source, a.node) for a in call.arguments[:1]] if len(call.arguments) > 1 else []
        return (file[0] if file and file[0].kind is Kind.TEXT else unknown(call.callee)), False
    own = source.functions(call.name)
    returned = [node for f in own[:2] for node in source.returned(f) if not is_null(source, node)]
    if returned:
        contents = [store_content(source, node, node.start_byte, depth + 1) for node in returned[:4]]
        return choice(value for value, _ in contents), any(adds for _, adds in contents)
    values = [evaluate(source, argument.node) for argument in call.arguments]
    said = [v for v in values if v.kind not in (Kind.UNKNOWN, Kind.NAME, Kind.NULL, Kind.TRUE, Kind.FALSE)]
    return (said[0] if said else evaluate(source, call.node)), False


def _variable(source: Source, node: "Node", name: str, at: int, depth: int) -> tuple[Value, bool]:
    from wxcertcheck.scan.evaluate import evaluate

    function = source.function_around(node) or source.tree.root_node
    definitions = [d for d in source.definitions.get(name, ()) if d.value.id != node.id]
    local = [d for d in definitions if holds(function, d.node) and d.node.start_byte < at]
    local = [d for d in local if not is_null(source, d.value)] or local  # declared as null, filled in a ``try``
    start = local[-1].node.start_byte if local else function.start_byte
    values = _events(source, function, (name,), start, at)
    made = _definition(source, (local or definitions)[-1:], depth)
    if values:
        return choice(values), made[1]
    if local and made[0].kind is not Kind.UNKNOWN:
        return made
    elsewhere = _events(source, source.tree.root_node, (name, "this." + name), 0, len(source.data)) if not local else []
    if elsewhere:
        return choice(elsewhere), made[1]
    return made if definitions else (evaluate(source, node), False)


def _definition(source: Source, definitions: list[Definition], depth: int) -> tuple[Value, bool]:
    if not definitions:
        return unknown(""), False
    return store_content(source, definitions[0].value, definitions[0].node.start_byte, depth + 1)


def _events(source: Source, within: "Node", receivers: tuple[str, ...], start: int, end: int) -> list[Value]:
    """What ``load`` and ``setCertificateEntry`` put in, between two offsets; ``load(null)`` puts in nothing."""
    from wxcertcheck.scan.evaluate import evaluate

    nodes: list[Node] = []
    for call in source.calls("load", *ENTRIES, within=within):
        receiver = source.text(call.receiver) if call.receiver is not None else ""
        if receiver not in receivers or not start <= call.node.start_byte < end:
            continue
        node = call.nth(0) if call.name in ("load", "addTrustedCertificate") else call.nth(1)
        if node is not None and not is_null(source, node):
            nodes.append(node)
    values = [(node, evaluate(source, node)) for node in nodes[:20]]
    return [unknown(source.text(node)) if value.kind is Kind.NULL else value for node, value in values]
