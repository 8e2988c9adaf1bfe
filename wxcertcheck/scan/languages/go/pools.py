"""What is in a Go ``*x509.CertPool``: followed through variables, fields and functions of one file.

Source: https://pkg.go.dev/crypto/x509#CertPool (``SystemCertPool`` gives a copy of the system's; ``NewCertPool`` an empty one).
"""

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from wxcertcheck.model import PinMode
from wxcertcheck.scan.evaluate import evaluate
from wxcertcheck.scan.names import dotted
from wxcertcheck.scan.source import Call, Definition, Source, holds
from wxcertcheck.scan.values import Kind, Value, choice, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

FILLING = ("AppendCertsFromPEM", "AddCert", "AppendCertsFromFile", "AddCertWithConstraint")
_DEPTH = 8
_WRAPPERS = ("expression_list", "literal_element", "parenthesized_expression", "unary_expression")


class Pool(Struct, frozen=True):
    """The values that were put into a pool, and whether the system's certificates are in it too."""

    values: tuple[Value, ...] = ()
    system: bool = False

    @property
    def value(self) -> Value:
        """All that was put in; the system's defaults, if that is all there is."""
        if self.values:
            return choice(self.values)
        return Value(Kind.SYSTEM, "x509.SystemCertPool") if self.system else unknown("x509.NewCertPool()")

    @property
    def mode(self) -> PinMode:
        """Whether what was put in stands alone."""
        return PinMode.ADDS if self.system else PinMode.REPLACES


def follow(source: Source, node: "Node", depth: int = 0) -> Pool:
    """The pool that an expression is."""
    while node.type in _WRAPPERS and node.named_children:
        node = node.named_children[0]
    if depth > _DEPTH:
        return Pool((unknown(source.text(node)),))
    call = source.call(node)
    if call is not None:
        return _made_by(source, call, depth)
    if node.type not in ("identifier", "selector_expression"):
        return Pool((evaluate(source, node),))
    return _variable(source, node, depth)


def _made_by(source: Source, call: Call, depth: int) -> Pool:
    if call.name in ("SystemCertPool", "SystemRootsPool"):
        return Pool(system=True)
    if call.name == "NewCertPool" and not call.arguments:
        return Pool()
    if call.name == "Clone" and call.receiver is not None:
        return follow(source, call.receiver, depth + 1)
    head = call.dotted.partition(".")[0]
    if "." in call.dotted and not call.arguments and head in _receivers(source, call.node):
        return (
            Pool((Value(Kind.SETTING, call.dotted),)) if not source.functions(call.name) else _own(source, call, depth)
        )
    return _own(source, call, depth)


def _own(source: Source, call: Call, depth: int) -> Pool:
    """A function of this file, or else what is known of the arguments of another one."""
    own = source.functions(call.name)
    if own:
        returned = [n for f in own[:2] for n in source.returned(f) if source.text(n) not in ("nil", "err")]
        if returned:
            return _united([follow(source, node, depth + 1) for node in returned[:4]])
    values = [evaluate(source, argument.node) for argument in call.arguments]
    said = [v for v in values if v.kind not in (Kind.UNKNOWN, Kind.NULL, Kind.TRUE, Kind.FALSE, Kind.NUMBER)]
    return Pool((said[0] if said else unknown(source.text(call.node)),))


def _variable(source: Source, node: "Node", depth: int) -> Pool:
    written = source.text(node)
    name = written.rpartition(".")[2]
    filled = [evaluate(source, argument) for argument in fillings(source, node, written)]
    definitions = [d for d in _definitions(source, node, name, written) if d.value.id != node.id]
    pools = [follow(source, d.value, depth + 1) for d in definitions[:6]]
    if not definitions and not filled:
        own = evaluate(source, node)
        return Pool((own,))
    pool = _united(pools)
    return Pool((*pool.values, *filled), pool.system)


def fillings(source: Source, node: "Node", written: str) -> "list[Node]":
    """The arguments of the calls that put certificates into the pool called ``written``."""
    function = _outermost(source, node)
    here = [c for c in source.calls(*FILLING, within=function, receiver=written) if c.arguments]
    if not here and function is not None and _is_shared(source, node, written):
        here = [c for c in source.calls(*FILLING, receiver=written) if c.arguments]
    return [c.arguments[0].node for c in here[:20]]


def _definitions(source: Source, node: "Node", name: str, written: str) -> list[Definition]:
    """Assignments to this very variable: in the function around, else at file level, else (a field) anywhere."""
    defined = [d for d in source.definitions.get(name, ()) if source.text(d.value) != "nil"]
    function = _outermost(source, node)
    local = [d for d in defined if d.target == written and function is not None and holds(function, d.node)]
    if local:
        return local
    if "." not in written:
        return [d for d in defined if d.function is None or (d.target == name and _is_shared(source, node, name))]
    if written.partition(".")[0] in _receivers(source, node):
        return [d for d in defined if d.target.endswith("." + name)]
    return []


def _receivers(source: Source, node: "Node") -> set[str]:
    """The name of the receiver of the method around: ``c`` in ``func (c *Client) …``."""
    names = set()
    for method in (a for a in source.ancestors(node) if a.type == "method_declaration"):
        receiver = method.child_by_field_name("receiver")
        for child in receiver.named_children if receiver is not None else ():
            named = child.child_by_field_name("name")
            names.add(source.text(named) if named is not None else "")
    return names


def _is_shared(source: Source, node: "Node", written: str) -> bool:
    """Whether a name belongs to the file (``var pool = …``) or to the receiver, rather than to one function."""
    head = written.partition(".")[0]
    if "." in written:
        return head in _receivers(source, node)
    return any(
        source.text(name) == head
        for spec in source.nodes({"var_spec"})
        if source.function_around(spec) is None
        for name in spec.children_by_field_name("name")
    )


def _united(pools: list[Pool]) -> Pool:
    """One of several. ``SystemCertPool`` with ``NewCertPool`` as the answer to its error counts as the system's."""
    values = tuple(value for pool in pools for value in pool.values)
    return Pool(values, any(pool.system for pool in pools))


def _outermost(source: Source, node: "Node") -> "Node | None":
    functions = [a for a in source.ancestors(node) if a.type in source.grammar.functions]
    return functions[-1] if functions else None


def goes_elsewhere(source: Source, call: Call) -> bool:
    """Whether the pool that ``call`` fills leaves this file, or its function, by a way that no other pattern sees."""
    receiver = call.receiver
    if receiver is None:
        return False
    written = source.text(receiver)
    if dotted(written).rpartition(".")[2] in _USES:
        return False
    pointed = re.fullmatch(r"\(\s*\*\s*(\w+)\s*\)", written)
    inside = source.function_around(call.node)
    if pointed and inside is not None and pointed[1] in [name for name, _ in source.parameters(inside)]:
        return True  # ``func fill(pool **x509.CertPool)``
    for parent in source.ancestors(call.node):
        if parent.type == "keyed_element" and source.text(source.pair(parent)[0] or parent) in _USES:
            return False
    function = _outermost(source, call.node)
    shared = function is None or _is_shared(source, receiver, written)
    called = source.name_of(function) if function is not None else ""
    for node, names in source.once(_used):
        if called and called in names:
            return False
        if written in names and (shared or (function is not None and holds(function, node))):
            return False
    around = [a for a in source.ancestors(call.node) if a.type in source.grammar.functions]
    return shared or any(
        source.text(node) in (written, "&" + written) for one in around for node in source.returned(one)
    )


_USES = ("RootCAs", "ClientCAs", "Roots", "Intermediates")


def _used(source: Source) -> "list[tuple[Node, frozenset[str]]]":
    """What is given to ``RootCAs`` and kin in this file, as a field, an assignment or an argument, and what it mentions."""
    used: list[Node] = []
    for node in source.nodes(source.grammar.pairs):
        key, value = source.pair(node)
        if key is not None and value is not None and source.text(key) in _USES:
            used.append(value)
    for name in _USES:
        used.extend(definition.value for definition in source.definitions.get(name, ()))
    for call in source.calls("NewClientTLSFromCert", "SetFallbackRoots"):
        used.extend(argument.node for argument in call.arguments)
    known: dict[str, frozenset[str]] = {}
    found = []
    for node in used:
        written = source.text(node)
        if written not in known:
            known[written] = _mentioned(source, node)
        found.append((node, known[written]))
    return found


def _mentioned(source: Source, node: "Node") -> frozenset[str]:
    """The function that an expression calls, or the variable that it is with the functions that make that one."""
    while node.type in _WRAPPERS and node.named_children:
        node = node.named_children[0]
    call, written = source.call(node), source.text(node)
    if call is not None:
        return frozenset({call.name})
    if node.type != "identifier":
        return frozenset({written})
    made = (source.call(d.value) for d in source.definitions.get(written, ())[:_MOST])
    return frozenset({written, *(one.name for one in made if one is not None)})


_MOST = 1_000
"""Definitions of one name looked at."""
