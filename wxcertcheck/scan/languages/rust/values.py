"""What Rust expressions are worth where no table can say: macros, buffers that are read into, tail expressions."""

import re
from typing import TYPE_CHECKING

from wxcertcheck.scan.evaluate import value_of
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.values import SOURCE, Kind, Value, choice, join, text

if TYPE_CHECKING:
    from tree_sitter import Node

_EMPTY = re.compile(r"(?:Vec|String|BytesMut)::(?:new|with_capacity)\(|vec!\[\s*\]|String::default")


def evaluate_rust(source: Source, node: "Node", depth: int) -> Value | None:
    """The evaluator's first look at a node of a Rust file (`Language.evaluate`)."""
    kind = node.type
    if kind == "macro_invocation":
        return _macro(source, node, depth)
    if kind == "unary_expression":
        return _unary(source, node, depth)
    if kind == "type_cast_expression":
        return value_of(source, node.named_children[0], depth + 1)
    if kind == "array_expression":
        elements = node.named_children
        return choice(value_of(source, one, depth + 1) for one in elements) if 0 < len(elements) <= 32 else None
    if kind == "field_expression" and re.fullmatch(r"self(?:\.\w+)+", source.text(node)):
        name = source.text(node)
        return None if source.definitions.get(name.rpartition(".")[2]) else Value(Kind.SETTING, name)
    if kind == "call_expression":
        return _from_iter(source, node, depth)
    if kind in ("block", "else_clause") and len(node.named_children) == 1:
        return value_of(source, node.named_children[0], depth + 1)
    if kind == "identifier":
        return _read_into(source, node, depth) or _matched(source, node, depth)
    return None


def _unary(source: Source, node: "Node", depth: int) -> Value | None:
    """``*x``: x. ``!x``: the other truth value."""
    if not node.named_children:
        return None
    value = value_of(source, node.named_children[0], depth + 1)
    if source.text(node).startswith("!"):
        other = {Kind.TRUE: Kind.FALSE, Kind.FALSE: Kind.TRUE}
        return Value(other[value.kind], source.text(node)) if value.kind in other else value
    return value if source.text(node).startswith("*") else None


def _from_iter(source: Source, node: "Node", depth: int) -> Value | None:
    """``PathBuf::from_iter([env!("CARGO_MANIFEST_DIR"), "certs"])``."""
    call = source.call(node)
    if call is None or not call.dotted.endswith("PathBuf.from_iter") or not call.arguments:
        return None
    elements = next(iter(source.nodes({"array_expression"}, call.arguments[0].node)), None)
    if elements is None:
        return None
    return join((value_of(source, one, depth + 1) for one in elements.named_children), "/")


def _macro(source: Source, node: "Node", depth: int) -> Value | None:
    """``include_bytes!`` (relative to the source file), ``concat!``, ``env!``, ``format!``, ``vec!``."""
    named = node.child_by_field_name("macro")
    name = source.text(named).rpartition("::")[2] if named is not None else ""
    tree = next((c for c in node.named_children if c.type == "token_tree"), None)
    if tree is None:
        return None
    if name in ("include_bytes", "include_str", "include_dir"):
        values = _pieces(source, tree, depth)
        whole = join(values)
        relative = len(values) == 1 or whole.kind is not Kind.TEXT
        return whole.on_base(SOURCE) if relative else whole
    if name in ("env", "option_env"):
        key = next(iter(_pieces(source, tree, depth)), text(""))
        return text(".") if key.text == "CARGO_MANIFEST_DIR" else Value(Kind.ENVIRONMENT, key.text)
    if name == "concat":
        return join(_pieces(source, tree, depth))
    if name == "format":
        return _formatted(source, tree, depth)
    if name in ("vec", "lazy_static"):
        found = _pieces(source, tree, depth)
        return choice(found) if found else None
    return None


def _pieces(source: Source, tree: "Node", depth: int) -> list[Value]:
    """The values in a macro's token tree: literals, names, and macros within (``concat!(env!("X"), "/ca.pem")``)."""
    values: list[Value] = []
    children = tree.named_children
    for number, child in enumerate(children):
        if child.type == "identifier":
            after = children[number + 1] if number + 1 < len(children) else None
            if (
                after is not None
                and after.type == "token_tree"
                and source.text(child) in ("env", "concat", "option_env")
            ):
                inner = _pieces(source, after, depth + 1)
                key = inner[0].text if inner else ""
                if source.text(child) == "concat":
                    values += inner
                else:
                    values.append(text(".") if key == "CARGO_MANIFEST_DIR" else Value(Kind.ENVIRONMENT, key))
            else:
                values.append(value_of(source, child, depth + 1))
        elif child.type in source.grammar.strings:
            values.append(value_of(source, child, depth + 1))
    return values


def _formatted(source: Source, tree: "Node", depth: int) -> Value | None:
    """``format!("{}/ca.pem", folder)`` and ``format!("{folder}/ca.pem")``."""
    values = _pieces(source, tree, depth)
    if not values or values[0].kind is not Kind.TEXT:
        return None
    parts: list[Value] = []
    rest = values[1:]
    for number, piece in enumerate(re.split(r"(\{[^{}]*\})", values[0].text)):
        if number % 2 == 0:
            parts.append(text(piece))
        elif re.match(r"\{[A-Za-z_]\w*", piece):
            name = piece[1:-1].partition(":")[0]
            defined = source.definitions.get(name, ())
            parts.append(value_of(source, defined[-1].value, depth + 1) if defined else Value(Kind.PARAMETER, name))
        elif rest:
            parts.append(rest.pop(0))
        else:
            return None
    return join(parts)


def _read_into(source: Source, node: "Node", depth: int) -> Value | None:
    """A buffer that a file is read into: ``File::open("ca.pem")?.read_to_end(&mut buffer)``."""
    name = source.text(node)
    if not any(_EMPTY.match(source.text(d.value)) for d in source.definitions.get(name, ())):
        return None
    function = source.function_around(node)
    for call in source.calls("read_to_end", "read_to_string", within=function):
        filled = [source.text(a.node).removeprefix("&mut ").strip() for a in call.arguments]
        if name in filled and call.receiver is not None:
            return value_of(source, call.receiver, depth + 1)
    return None


def _matched(source: Source, node: "Node", depth: int) -> Value | None:
    """A name that an arm of ``match`` binds: a part of what is matched, where a caller or a setting decides that."""
    name = source.text(node)
    if name in source.definitions:
        return None
    for arm in source.ancestors(node):
        if arm.type in source.grammar.functions:
            return None
        pattern = arm.child_by_field_name("pattern") if arm.type == "match_arm" else None
        if pattern is None or not re.search(rf"\b{re.escape(name)}\b", source.text(pattern)):
            continue
        whole = source.around(arm, frozenset({"match_expression"}))
        matched = whole.child_by_field_name("value") if whole is not None else None
        value = value_of(source, matched, depth + 1) if matched is not None else None
        decided = value is not None and value.kind in (Kind.PARAMETER, Kind.SETTING, Kind.ENVIRONMENT)
        return Value(Kind.SETTING, name) if decided and value is not None and value.kind is Kind.PARAMETER else value
    return None


def returned(source: Source, function: "Node") -> "list[Node]":
    """``return x`` and the last expression of the body."""
    found = [n.named_children[-1] for n in source.nodes({"return_expression"}, function) if n.named_children]
    body = function.child_by_field_name("body")
    inside = [c for c in body.named_children if "comment" not in c.type] if body is not None else []
    last = inside[-1] if inside else None
    if last is not None and not last.type.endswith(("_statement", "_declaration", "_item")):
        found.append(last)
    return found
