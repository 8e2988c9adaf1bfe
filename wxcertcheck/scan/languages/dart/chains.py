"""Dart's expressions: the grammar lays ``a.b(c).d`` out as siblings (a, ``.b``, ``(c)``, ``.d``), not as nested nodes.

A *chain* here is the first of these nodes with the selectors that follow it.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.scan.evaluate import carrier, directory, lookup, string_value, value_of
from wxcertcheck.scan.language import Carries
from wxcertcheck.scan.names import dotted, last_name
from wxcertcheck.scan.source import Argument, Call, Source
from wxcertcheck.scan.values import RESOURCE, Kind, Value, choice, join, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_TYPES = re.compile(r"type|builtin|annotation|comment|^label$|nullable")


def chain(node: "Node") -> "list[Node]":
    """``node`` and the selectors after it."""
    found, after = [node], node.next_named_sibling
    while after is not None and after.type == "selector":
        found.append(after)
        after = after.next_named_sibling
    return found


def head(node: "Node") -> "Node":
    """The first node of the chain (or cascade) that a selector or cascade section belongs to."""
    while node.type in ("selector", "cascade_section") and node.prev_named_sibling is not None:
        node = node.prev_named_sibling
    return node


def take_apart(source: Source, node: "Node") -> "Call | None":
    """An ``argument_part`` (or ``new X(…)``) as a call: what stands before it is the callee (`Language.call`)."""
    if node.type in ("new_expression", "const_object_expression"):
        listed = next((c for c in node.named_children if c.type == "arguments"), None)
        callee = source.data[node.start_byte : listed.start_byte if listed is not None else node.end_byte].decode(
            "utf-8", "replace"
        )
        return Call(node, callee, last_name(callee), None, _arguments(source, listed))
    if node.type != "argument_part" or node.parent is None:
        return None
    holder = node.parent
    first = head(holder)
    listed = next((c for c in node.named_children if c.type == "arguments"), None)
    callee = source.data[first.start_byte : node.start_byte].decode("utf-8", "replace")
    if holder.type == "cascade_section":
        own = source.data[holder.start_byte : node.start_byte].decode("utf-8", "replace").lstrip(".?")
        return Call(node, own, last_name(own), first, _arguments(source, listed))
    receiver = first if holder.prev_named_sibling is not None and holder.prev_named_sibling.id != first.id else None
    return Call(node, callee, last_name(callee), receiver, _arguments(source, listed))


def _arguments(source: Source, listed: "Node | None") -> tuple[Argument, ...]:
    found = []
    for child in listed.named_children if listed is not None else ():
        if child.type == "named_argument":
            label, value = sides(source, child) or (None, None)
            if label is not None and value is not None:
                found.append(Argument(source.text(label), value, child))
        elif child.type == "argument" and child.named_children:
            found.append(Argument("", child.named_children[0], child))
    return tuple(found)


def called_at(source: Source, name: "Node") -> "Call | None":
    """The call that an identifier is the name of: ``f`` in ``f(x)``, ``a.f(x)``, ``a..f(x)``, ``new f(x)``."""
    node: Node | None = name
    for _ in range(4):
        if node is None:
            return None
        after = node.next_named_sibling
        part = after if after is not None and after.type == "argument_part" else None
        if after is not None and after.type == "selector" and after.named_children:
            part = after.named_children[0] if after.named_children[0].type == "argument_part" else None
        if part is not None:
            return take_apart(source, part)
        node = node.parent
        if node is not None and node.type in ("new_expression", "const_object_expression"):
            return take_apart(source, node)
        if node is None or node.type not in (
            "selector",
            "unconditional_assignable_selector",
            "conditional_assignable_selector",
            "cascade_selector",
            "type_identifier",
        ):
            return None
    return None


def sides(source: Source, node: "Node") -> "tuple[Node | None, Node | None] | None":
    """Target and value of a definition, assignment or named argument: the first node of the value's chain."""
    if node.type == "named_argument":
        label = node.named_children[0] if node.named_children else None
        value = label.next_named_sibling if label is not None else None
        return (label.named_children[0] if label is not None and label.named_children else label), value
    if node.type == "cascade_section":
        after = next((c for c in node.children if not c.is_named and c.type == "="), None)
        target = next((c for c in node.named_children if c.type == "cascade_selector"), None)
        return (target, after.next_named_sibling) if after is not None else (None, None)
    after = next((c for c in node.children if not c.is_named and c.type in ("=", ":")), None)
    operator = node.child_by_field_name("operator")
    value = (operator or after).next_named_sibling if (operator or after) is not None else None  # type: ignore[union-attr]  # one of them is there
    target = node.child_by_field_name("name") or node.child_by_field_name("left")
    target = target or next((c for c in node.named_children if c.type == "identifier"), None)
    return target, value


def evaluate_dart(source: Source, node: "Node", depth: int) -> Value | None:
    """The evaluator's first look at a node of a Dart file (`Language.evaluate`)."""
    nodes = chain(node)
    if len(nodes) > 1 and node.type != "selector":
        return _of_chain(source, nodes, depth)
    if node.type in (
        "argument",
        "unary_expression",
        "await_expression",
        "parenthesized_expression",
        "type_cast_expression",
    ):
        inner = [c for c in node.named_children if not _TYPES.search(c.type)]
        if node.type == "unary_expression" and source.text(node).startswith("!"):
            return _negated(source, inner[-1], depth) if inner else None
        return value_of(source, inner[0], depth + 1) if inner else None
    if node.type == "list_literal":
        elements = [c for c in node.named_children if c.type != "selector" and not _TYPES.search(c.type)]
        return choice(value_of(source, one, depth + 1) for one in elements[:32]) if elements else None
    if node.type == "if_null_expression":
        first, second = node.child_by_field_name("first"), node.child_by_field_name("second")
        if first is not None and second is not None:
            return choice((value_of(source, first, depth + 1), value_of(source, second, depth + 1)))
    if node.type in ("identifier", "identifier_dollar_escaped"):
        return _given(source, node)
    if node.type == "additive_expression":
        operands = [c for c in node.named_children if c.type not in ("additive_operator", "selector")]
        return join(value_of(source, one, depth + 1) for one in operands)
    return None


def _negated(source: Source, node: "Node", depth: int) -> Value:
    value = value_of(source, node, depth + 1)
    other = {Kind.TRUE: Kind.FALSE, Kind.FALSE: Kind.TRUE}
    return Value(other[value.kind], "!" + value.text) if value.kind in other else value


_SAME = frozenset({"buffer", "path", "bodyBytes", "codeUnits", "absolute", "first", "parent"})


def _of_chain(source: Source, nodes: "list[Node]", depth: int) -> Value:
    source.budget -= 1
    if depth > 40 or source.budget < 0:
        return unknown(source.text(nodes[0]))
    first, last = nodes[0], nodes[-1]
    if len(nodes) == 1:
        return _alone(source, first, depth)
    part = last.named_children[0] if last.named_children else None
    written = source.data[first.start_byte : last.end_byte].decode("utf-8", "replace")
    if part is None:
        return _of_chain(source, nodes[:-1], depth + 1)
    if part.type == "argument_part":
        return _called(source, part, nodes[:-1], depth)
    if "index_selector" in (c.type for c in part.named_children):
        key = next(iter(source.nodes({"string_literal"}, part)), None)
        name = string_value(source, key, depth).text if key is not None else ""
        kind = Kind.ENVIRONMENT if "environment" in written else Kind.SETTING
        return Value(kind, name) if name else unknown(written)
    if last_name(source.text(part)) in _SAME:
        return _of_chain(source, nodes[:-1], depth + 1)
    if re.fullmatch(r"[\w.?!]+", written):
        return lookup(source, dotted(written), first, depth + 1)
    return unknown(written)


def _alone(source: Source, node: "Node", depth: int) -> Value:
    if node.type == "identifier":
        return _given(source, node) or lookup(source, source.text(node), node, depth + 1)
    if node.type in source.grammar.strings:
        return string_value(source, node, depth)
    inner = [c for c in node.named_children if not _TYPES.search(c.type)]
    return (
        value_of(source, inner[0], depth + 1)
        if inner and node.type == "parenthesized_expression"
        else unknown(source.text(node))
    )


def _given(source: Source, node: "Node") -> Value | None:
    """A field that the constructor takes (``Pay(this.folder)``): the caller decides."""
    name = source.text(node)
    around = source.class_around(node)
    if around is None or name in source.definitions:
        return None
    for parameter in source.nodes({"constructor_param"}, around):
        if parameter.named_children and source.text(parameter.named_children[-1]) == name:
            return Value(Kind.PARAMETER, name)
    return None


def _called(source: Source, part: "Node", before: "list[Node]", depth: int) -> Value:
    call = take_apart(source, part)
    if call is None:
        return unknown(source.text(part))
    carries = carrier(source, call.dotted)
    values = [a.node for a in call.arguments]
    if carries is Carries.RECEIVER:
        return _of_chain(source, before[:-1] or before, depth + 1)
    if carries is Carries.SYSTEM:
        return Value(Kind.SYSTEM, call.callee)
    if carries is Carries.DIRECTORY and values:
        return directory(value_of(source, values[0], depth + 1))
    if carries in (Carries.JOIN, Carries.CONCAT):
        return join((value_of(source, node, depth + 1) for node in values), "/" if carries is Carries.JOIN else "")
    if carries is Carries.RESOURCE and values:
        return value_of(source, values[0], depth + 1).on_base(RESOURCE)
    if carries in (Carries.ENVIRONMENT, Carries.SETTING) and values:
        return Value(Kind(carries.value), value_of(source, values[0], depth + 1).text)
    if carries is Carries.ARGUMENT and values:
        return value_of(source, values[0], depth + 1)
    given = [node for body in bodies(source, call.name) for node in returned(source, body)]
    if given and (call.receiver is None or source.text(call.receiver) in ("this", "super")):
        return choice(value_of(source, node, depth + 1) for node in given[:4])
    return Value(Kind.NAME, call.dotted + "()")


# --- functions ------------------------------------------------------------------------------------------------------------


def bodies(source: Source, name: str) -> "Iterator[Node]":
    """The bodies of the functions and methods of this name: in this grammar the sibling after the signature."""
    for signature in source.nodes({"function_signature"}):
        named = signature.child_by_field_name("name")
        if named is None or source.text(named) != name:
            continue
        holder = (
            signature.parent
            if signature.parent is not None and signature.parent.type == "method_signature"
            else signature
        )
        body = holder.next_named_sibling
        if body is not None and body.type == "function_body":
            yield body


def parameters(source: Source, function: "Node") -> "list[tuple[str, Node | None]]":
    """The parameters of the function whose body this is."""
    before = function.prev_named_sibling
    found: list[tuple[str, Node | None]] = []
    for listed in source.nodes({"formal_parameter"}, before) if before is not None else ():
        named = listed.child_by_field_name("name")
        named = named or next((c for c in reversed(listed.named_children) if "identifier" in c.type), None)
        found.append((last_name(source.text(named if named is not None else listed)), None))
    return found


def returned(source: Source, body: "Node") -> "list[Node]":
    """``return x`` and ``=> x``."""
    found = [n.named_children[0] for n in source.nodes({"return_statement"}, body) if n.named_children]
    first = next((c for c in body.named_children if not _TYPES.search(c.type)), None)
    if first is not None and first.type != "block":
        found.append(first)
    return found
