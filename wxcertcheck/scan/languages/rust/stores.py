"""What is in a rustls ``RootCertStore``: own certificates, or the lists that the crates for it bring.

Sources: docs.rs/rustls, docs.rs/webpki-roots, docs.rs/rustls-native-certs.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from wxcertcheck.model import PinKind, PinMode
from wxcertcheck.scan.evaluate import evaluate
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find
from wxcertcheck.scan.source import Call, Source, holds
from wxcertcheck.scan.values import Kind, Value, choice, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_LISTS = re.compile(r"webpki_roots|TLS_SERVER_ROOTS|rustls_native_certs|native_certs|load_native_certs|webpki_root")
_FILLING = (
    "add",
    "add_parsable_certificates",
    "add_pem_file",
    "extend",
    "add_server_trust_anchors",
    "add_trust_anchors",
)
_SERVER = re.compile(r"ClientVerifier|AllowAny(?:Authenticated|AnonymousOrAuthenticated)Client|ServerConfig::builder")
_WRAPPERS = ("Ok", "Some", "Arc::new", "std::sync::Arc::new", "Box::new", "Rc::new")


class Store(Struct, frozen=True):
    """Certificates that were added one by one, and whether a list of public roots is in it too."""

    values: tuple[Value, ...] = ()
    system: bool = False

    @property
    def value(self) -> Value:
        """All that was put in; the list of public roots, if that is all there is."""
        if self.values:
            return choice(self.values)
        return Value(Kind.SYSTEM, "webpki-roots") if self.system else unknown("RootCertStore::empty()")

    @property
    def mode(self) -> PinMode:
        """Whether what was put in stands alone."""
        return PinMode.ADDS if self.system else PinMode.REPLACES


_ROOTS = re.compile(r"(?i)root|(?:^|_)cas?(?:_|$)|trust|anchor")
_OTHERS = re.compile(r"(?i)client|leaf|server_?cert|intermediate|key|test")


def embedded_roots(hit: Hit) -> Iterator[Find]:
    """``pub const SERVICE_ROOT_CERTIFICATES: … = include_bytes!("root.cer")`` that other files use."""
    source, item = hit.source, hit.source.around(hit.node, frozenset({"const_item", "static_item"}))
    named = item.child_by_field_name("name") if item is not None else None
    name = source.text(named) if named is not None else ""
    if item is None or not _ROOTS.search(name) or _OTHERS.search(name) or source.function_around(item) is not None:
        return
    tested = re.search(r"#\[cfg\(test\)\]", source.data[: item.start_byte].decode("utf-8", "replace"))
    if tested is None and source.data.count(name.encode()) == 1:
        files = [evaluate(source, one) for one in source.nodes({"macro_invocation"}, item)]
        yield Find(PinKind.TRUST, item, choice(files))


def follow(source: Source, node: "Node", depth: int = 0) -> Store:
    """The store that an expression is."""
    node = _unwrapped(source, node)
    written = source.text(node)
    if depth > 6:
        return Store((unknown(written),))
    if node.type == "identifier":
        return _variable(source, node, written, depth)
    call = source.call(node)
    if call is not None:
        holder = call.dotted.rpartition(".")[0]
        reachable = holder in ("", "Self", "self", "crate", "super") or bool(source.classes(holder))
        own = source.functions(call.name) if reachable else []
        given = [n for f in own[:2] for n in source.returned(f)]
        if given:
            stores = [follow(source, one, depth + 1) for one in given[:4]]
            return Store(tuple(v for s in stores for v in s.values), any(s.system for s in stores))
    if _LISTS.search(written):
        return Store(system=True)
    if re.match(r"(?:\w+::)*RootCertStore\b", written):
        return Store()
    return Store((evaluate(source, node),))


def _unwrapped(source: Source, node: "Node") -> "Node":
    while True:
        call = source.call(node)
        if node.type in ("reference_expression", "try_expression", "parenthesized_expression", "await_expression"):
            node = node.named_children[-1]
        elif call is not None and call.callee in _WRAPPERS and call.arguments:
            node = call.arguments[0].node
        elif (
            call is not None
            and call.name in ("clone", "into", "unwrap", "expect", "to_owned")
            and call.receiver is not None
        ):
            node = call.receiver
        else:
            return node


def _variable(source: Source, node: "Node", name: str, depth: int) -> Store:
    function = source.function_around(node)
    defined = [d for d in source.definitions.get(name, ()) if d.value.id != node.id]
    local = [d for d in defined if function is not None and d.function is not None and d.function.id == function.id]
    made = [follow(source, d.value, depth + 1) for d in (local or defined)[-2:]]
    lazy = re.search(rf"\bstatic\s+ref\s+{name}\s*:[^;{{}}]*=([^;]*;[^;]*)".encode(), source.data) if not made else None
    if lazy is not None and _LISTS.search(lazy[1].decode(errors="replace")):
        return Store(system=True)
    values, system = [v for s in made for v in s.values], any(s.system for s in made)
    for call in source.calls(*_FILLING, within=function, receiver=name):
        if _other_arm(source, node, call.node):
            continue
        written = source.text(call.arguments[0].node) if call.arguments else ""
        listed = _LISTS.search(written) or _listed(source, function, f"{written} {_loop(source, call)}")
        if listed or not call.arguments:
            system = system or bool(listed)
        else:
            values.append(evaluate(source, call.arguments[0].node))
    around = source.data[function.start_byte : function.end_byte] if function is not None else source.data
    for call in source.calls(within=function) if b"&mut " + name.encode() in around else ():
        if any(source.text(a.node) == f"&mut {name}" for a in call.arguments) and call.receiver is not None:
            values.append(evaluate(source, call.receiver))
    if not made and not values and not system:
        values = [evaluate(source, node)]
    return Store(tuple(values), system)


def _other_arm(source: Source, one: "Node", other: "Node") -> bool:
    """Whether two places stand in two arms of one ``match``, or two branches of one ``if``: never is one run after the other."""
    for parent in source.ancestors(one):
        if parent.type in source.grammar.functions:
            return False
        if parent.type == "match_arm" and parent.parent is not None and holds(parent.parent, other):
            return not holds(parent, other)
        if parent.type == "if_expression" and holds(parent, other):
            then, otherwise = parent.child_by_field_name("consequence"), parent.child_by_field_name("alternative")
            sides = [b for b in (then, otherwise) if b is not None]
            return any(holds(b, one) and not holds(b, other) for b in sides) and any(
                holds(b, other) and not holds(b, one) for b in sides
            )
    return False


def _listed(source: Source, function: "Node | None", written: str, depth: int = 3) -> bool:
    """Whether one of the names in ``written`` was taken out of a list of public roots: ``let Roots { certs, .. } = load()``."""
    if _LISTS.search(written):
        return True
    around = source.text(function) if function is not None and depth else ""
    return any(
        _listed(source, function, found.group(2).partition("{")[0] if found.group(1) else found.group(2), depth - 1)
        for name in set(re.findall(r"[a-z_]\w*", written)) - {"as", "for", "in", "mut", "into", "iter"}
        for found in re.finditer(rf"\b(if |while )?let\s[^=;]*\b{name}\b[^=;]*=\s*([^;]{{1,400}})", around)
    )


def _loop(source: Source, call: Call) -> str:
    """What the loop around a call runs over: ``for cert in load_native_certs()? { roots.add(cert)?; }``."""
    for parent in source.ancestors(call.node):
        if parent.type == "for_expression":
            over = parent.child_by_field_name("value")
            written = source.text(over) if over is not None else ""
            defined = source.definitions.get(written.split(".")[0], ())
            return written + "".join(source.text(d.value) for d in defined)
        if parent.type == "function_item":
            break
    return ""


def root_certificates(hit: Hit) -> Iterator[Find]:
    """``ClientConfig::builder().with_root_certificates(roots)``."""
    call = hit.call()
    if call is None or call.name != hit.word or not call.arguments:
        return
    source = hit.source
    store = follow(source, call.arguments[0].node)
    function = source.function_around(call.node)
    if store == Store() and function is not None and _REPLACED.search(source.text(function)):
        return
    yield Find(PinKind.TRUST, call.node, store.value, store.mode)


_REPLACED = re.compile(r"\.set_certificate_verifier\(")
"""An empty store that is there for the builder alone: a verifier takes its place afterwards."""


def server_verifier(hit: Hit) -> Iterator[Find]:
    """``WebPkiServerVerifier::builder(roots)``, with or without a provider as the second argument."""
    call = hit.call()
    if call is None or not call.name.startswith("builder") or not call.arguments:
        return
    store = follow(hit.source, call.arguments[0].node)
    yield Find(PinKind.TRUST, call.node, store.value, store.mode)


def root_store_field(hit: Hit) -> Iterator[Find]:
    """Before rustls 0.20: ``config.root_store.add(&cert)``, ``config.root_store = store``."""
    source = hit.source
    function = source.function_around(hit.node)
    written = source.text(function) if function is not None else ""
    if "ClientConfig" not in written or "AllowAny" in written:
        return
    parts = (part.partition("root_store")[2] for part in written.split(";"))
    system = any("webpki_roots" in part or "native_certs" in part for part in parts)
    setting = hit.setting()
    if setting is not None and setting.form == "assignment" and setting.name == "root_store":
        store = follow(source, setting.value) if setting.value is not None else Store(system=True)
        yield Find(PinKind.TRUST, setting.node, store.value, store.mode)
        return
    for call in source.calls(*_FILLING, within=function):
        receiver = call.receiver
        holds = receiver is not None and receiver.start_byte <= hit.node.start_byte < receiver.end_byte
        if holds and call.arguments and not _LISTS.search(source.text(call.arguments[0].node)):
            value = evaluate(source, call.arguments[0].node)
            yield Find(PinKind.TRUST, call.node, value, PinMode.ADDS if system else PinMode.REPLACES)


def returned_store(hit: Hit) -> Iterator[Find]:
    """A store that is made here and used elsewhere: a function gives it back."""
    source = hit.source
    if not source.data[hit.node.end_byte :].startswith((b"::empty(", b"::empty()")):
        return
    function = source.function_around(hit.node)
    made = source.around(hit.node, frozenset({"let_declaration"}))
    pattern = made.child_by_field_name("pattern") if made is not None else None
    target = source.text(pattern).removeprefix("mut ") if pattern is not None else ""
    if function is None or not target or _SERVER.search(source.text(function)):
        return
    if source.calls("with_root_certificates", "with_webpki_verifier", within=function):
        return
    given = [_unwrapped(source, node) for node in source.returned(function)]
    if not any(source.text(node) == target for node in given) or _used_here(source, source.name_of(function)):
        return
    node = next(n for n in given if source.text(n) == target)
    store = follow(source, node)
    yield Find(PinKind.TRUST, source.statement_around(hit.node), store.value, store.mode)


def _used_here(source: Source, name: str) -> bool:
    return any(
        name in source.text(argument.node)
        for call in source.calls("with_root_certificates")
        for argument in call.arguments
    )
