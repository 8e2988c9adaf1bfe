"""How Swift's tree is taken apart: calls with labels and trailing closures, ``if let`` bindings, resources of the bundle."""

import re
from typing import TYPE_CHECKING

from wxcertcheck.scan.evaluate import value_of
from wxcertcheck.scan.names import last_name
from wxcertcheck.scan.source import Argument, Call, Source
from wxcertcheck.scan.values import RESOURCE, Kind, Value, choice, join, text

if TYPE_CHECKING:
    from tree_sitter import Node


def take_apart(source: Source, node: "Node") -> "Call | None":
    """A call: the callee, then a ``call_suffix`` with labelled arguments and perhaps a closure (`Language.call`)."""
    if node.type != "call_expression" or not node.named_children:
        return None
    callee = node.named_children[0]
    suffix = next((c for c in node.named_children if c.type == "call_suffix"), None)
    found: list[Argument] = []
    for part in suffix.named_children if suffix is not None else ():
        if part.type == "value_arguments":
            found += [_argument(source, one) for one in part.named_children if one.type == "value_argument"]
        elif part.type == "lambda_literal":
            found.append(Argument("", part, part))
    written = source.text(callee)
    receiver = callee.child_by_field_name("target") if callee.type == "navigation_expression" else None
    return Call(node, written, last_name(written), receiver, tuple(found))


def _argument(source: Source, node: "Node") -> Argument:
    label, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    return Argument(source.text(label) if label is not None else "", value if value is not None else node, node)


def parameters(source: Source, function: "Node") -> "list[tuple[str, Node | None]]":
    """Inner names of the parameters, and their defaults."""
    found: list[tuple[str, Node | None]] = []
    for number, child in enumerate(function.children):
        if child.type == "parameter":
            name = child.child_by_field_name("name")
            found.append((source.text(name) if name is not None else "", None))
        elif found and function.field_name_for_child(number) == "default_value" and child.is_named:
            found[-1] = (found[-1][0], child)
    return found


def returned(source: Source, function: "Node") -> "list[Node]":
    """``return x``, and the one expression of a body."""
    found = []
    for node in source.nodes({"control_transfer_statement"}, function):
        result = node.child_by_field_name("result")
        if result is not None and source.text(node).startswith("return"):
            found.append(result)
    statements = next(iter(source.nodes({"statements"}, function)), None)
    if not found and statements is not None and statements.named_child_count == 1:
        found.append(statements.named_children[0])
    return found


def evaluate_swift(source: Source, node: "Node", depth: int) -> Value | None:
    """The evaluator's first look at a node of a Swift file (`Language.evaluate`)."""
    kind = node.type
    if kind in ("as_expression", "try_expression"):
        inner = node.child_by_field_name("expr")
        return value_of(source, inner, depth + 1) if inner is not None else None
    if kind == "postfix_expression":
        inner = node.child_by_field_name("target")
        return value_of(source, inner, depth + 1) if inner is not None else None
    if kind == "prefix_expression":
        return _prefix(source, node, depth)
    if kind in ("array_literal", "tuple_expression"):
        elements = [c for c in node.named_children if "comment" not in c.type]
        return choice(value_of(source, one, depth + 1) for one in elements[:32]) if elements else None
    if kind in ("nil_coalescing_expression", "additive_expression"):
        sides = [value_of(source, one, depth + 1) for one in node.named_children]
        return choice(v for v in sides if v.kind is not Kind.NULL) if kind.startswith("nil") else join(sides)
    if kind == "simple_identifier":
        return _bound(source, node, depth)
    if kind == "call_expression":
        return _resource(source, node, depth)
    return None


def _prefix(source: Source, node: "Node", depth: int) -> Value | None:
    """``!x``: the other truth value. ``.none``, ``&x``."""
    target = node.child_by_field_name("target")
    written = source.text(node)
    if target is None or written.startswith("."):
        return Value(Kind.NAME, written.lstrip(".")) if written.startswith(".") else None
    value = value_of(source, target, depth + 1)
    if written.startswith("!"):
        other = {Kind.TRUE: Kind.FALSE, Kind.FALSE: Kind.TRUE}
        return Value(other[value.kind], written) if value.kind in other else value
    return value


def _bound(source: Source, node: "Node", depth: int) -> Value | None:
    """A name bound by ``guard let path = …`` or ``if let data = …`` before."""
    name = source.text(node)
    function = source.function_around(node)
    for holder in source.nodes({"guard_statement", "if_statement"}, function):
        if holder.start_byte > node.start_byte:
            break
        for child in holder.named_children:
            after = child.next_named_sibling
            bound = child.type == "simple_identifier" and source.text(child) == name and child.id != node.id
            if bound and after is not None and source.data[child.end_byte : after.start_byte].strip() == b"=":
                return value_of(source, after, depth + 1)
    return None


def _resource(source: Source, node: "Node", depth: int) -> Value | None:
    """``Bundle.main.path(forResource: "ca", ofType: "cer")`` and ``url(forResource:withExtension:)``."""
    call = take_apart(source, node)
    name = call.named("forResource") if call is not None else None
    if call is not None and name is not None:
        ending = call.named("ofType", "withExtension")
        parts = [value_of(source, name, depth + 1)]
        extension = value_of(source, ending, depth + 1) if ending is not None else None
        if extension is not None and extension.kind is not Kind.NULL and extension.text:
            parts += [text("."), extension]
        return join(parts).on_base(RESOURCE)
    if call is not None and re.match(r"\.(?:file|bytes|certificates|der|pem)$", call.callee) and call.arguments:
        return value_of(source, call.arguments[0].node, depth + 1)
    return None
