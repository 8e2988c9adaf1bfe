"""What Go expressions are worth where no table can say: embedded files, several results, formats, slices."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from wxcertcheck.scan.evaluate import FILE, value_of
from wxcertcheck.scan.source import Call, Source
from wxcertcheck.scan.values import RESOURCE, SOURCE, Kind, Value, choice, entry_of, join, text

if TYPE_CHECKING:
    from tree_sitter import Node

_OPERAND = ("Bytes", "Raw")


def evaluate_go(source: Source, node: "Node", depth: int) -> Value | None:
    """The evaluator's first look at a node of a Go file (`Language.evaluate`)."""
    kind = node.type
    if kind == "expression_list" and node.named_children:
        return value_of(source, node.named_children[0], depth + 1)
    if kind == "unary_expression":
        return _unary(source, node, depth)
    if kind == "identifier":
        return _embedded(source, node) or _caller(source, node) or _flag(source, node, depth)
    if kind == "type_assertion_expression":
        return value_of(source, node.named_children[0], depth + 1)
    if kind == "slice_expression":
        return value_of(source, node.named_children[0], depth + 1)
    if kind == "selector_expression":
        field, operand = node.child_by_field_name("field"), node.child_by_field_name("operand")
        if field is not None and operand is not None and source.text(field) in _OPERAND:
            return value_of(source, operand, depth + 1)
        return _flag(source, node, depth) or _of_a_configuration(source, field, operand)
    if kind == "composite_literal":
        return _elements(source, node, depth)
    if kind == "call_expression":
        return _formatted(source, node, depth)
    return None


def _unary(source: Source, node: "Node", depth: int) -> Value | None:
    """``&x``, ``*x``: x. ``!x``: the other truth value."""
    operand = node.child_by_field_name("operand")
    if operand is None:
        return None
    value = value_of(source, operand, depth + 1)
    if source.text(node).startswith("!"):
        other = {Kind.TRUE: Kind.FALSE, Kind.FALSE: Kind.TRUE}
        return Value(other[value.kind], source.text(node)) if value.kind in other else value
    return None if source.text(node).startswith("-") else value


def _embedded(source: Source, node: "Node") -> Value | None:
    """A variable under ``//go:embed path``. Paths are relative to the source file's folder (package embed)."""
    path = _embed_paths(source.data).get(source.text(node))
    return text(path, SOURCE) if path else None


@lru_cache(maxsize=4)
def _embed_paths(data: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    if b"//go:embed" not in data:
        return found
    for mark in re.finditer(rb"^[ \t]*//go:embed[ \t]+(\S+).*\n(?:[ \t]*//.*\n)*[ \t]*(?:var[ \t]+)?(\w+)", data, re.M):
        found[mark.group(2).decode()] = mark.group(1).decode("utf-8", "replace").strip('"`')
    return found


def _caller(source: Source, node: "Node") -> Value | None:
    """``_, file, _, _ := runtime.Caller(0)``: the source file."""
    name = source.text(node)
    if b"runtime.Caller(" in source.data and re.search(
        rb",\s*" + name.encode() + rb"\s*,[^\n]*runtime\.Caller\(0", source.data
    ):
        return Value(Kind.TEXT, FILE)
    return None


_FLAGS = {"StringVar": 2, "BoolVar": 2, "StringVarP": 3, "BoolVarP": 3}


def _flag(source: Source, node: "Node", depth: int) -> Value | None:
    """A variable that a command-line flag fills: ``flag.StringVar(&file, "ca", "ca.pem", "…")``, ``Destination: &file``."""
    name = source.text(node)
    pointer = b"&" + name.encode()
    if pointer not in source.data:
        return None
    for call in source.calls(*_FLAGS):
        number = _FLAGS[call.name]
        if len(call.arguments) > number and source.text(call.arguments[0].node) == pointer.decode():
            default = value_of(source, call.arguments[number].node, depth + 1)
            return Value(Kind.SETTING, value_of(source, call.arguments[1].node, depth + 1).text or name, (default,))
    if re.search(rb"\bDestination:\s*" + re.escape(pointer) + rb"\b", source.data):
        return Value(Kind.SETTING, name)
    return None


def _of_a_configuration(source: Source, field: "Node | None", operand: "Node | None") -> Value | None:
    """``settings.CAFile`` where ``settings := load()``: what another part of the program has read."""
    if field is None or operand is None or operand.type != "identifier":
        return None
    holder, name = source.text(operand), source.text(field)
    made = source.definitions.get(holder, ())
    if not made or source.definitions.get(name):
        return None
    if all(source.call(d.value.named_children[0] if d.value.type == "expression_list" else d.value) for d in made):
        return Value(Kind.SETTING, f"{holder}.{name}")
    return None


def _elements(source: Source, node: "Node", depth: int) -> Value | None:
    """``[]string{a, b}`` is a choice of its elements (``[]byte{0x30, …}`` is not followed)."""
    made, body = node.child_by_field_name("type"), node.child_by_field_name("body")
    if made is None or body is None or made.type not in ("slice_type", "array_type", "implicit_length_array_type"):
        return None
    elements = [c for c in body.named_children if c.type == "literal_element"]
    if not elements or len(elements) > 32 or source.text(made).endswith("]byte"):
        return None
    return choice(value_of(source, element, depth + 1) for element in elements)


def _formatted(source: Source, node: "Node", depth: int) -> Value | None:
    """``fmt.Sprintf("%s/ca.pem", folder)``, and files of an ``embed.FS``."""
    call = source.call(node)
    if call is None or not call.arguments:
        return None
    if call.name in ("String", "Bool") and len(call.arguments) == 3:  # of a flag set: name, default, usage
        name = value_of(source, call.arguments[0].node, depth + 1)
        if name.kind is Kind.TEXT:
            return Value(Kind.SETTING, name.text, (value_of(source, call.arguments[1].node, depth + 1),))
    if call.name in ("GetString", "GetBool", "Get") and b"SetDefault" in source.data:
        return _with_default(source, call, depth)
    if call.name in ("Key", "Get", "MustGet", "GetValue"):
        return _of_file(source, call, depth)
    if call.dotted == "fmt.Sprintf":
        pattern = value_of(source, call.arguments[0].node, depth + 1)
        pieces = re.split(r"%[svq]", pattern.text)
        if pattern.kind is not Kind.TEXT or len(pieces) != len(call.arguments) or "%" in "".join(pieces):
            return None
        parts = [text(pieces[0])]
        for argument, piece in zip(call.arguments[1:], pieces[1:], strict=True):
            parts += [value_of(source, argument.node, depth + 1), text(piece)]
        return join(parts)
    if call.name in ("ReadFile", "Open"):
        holder = call.receiver if call.dotted != "fs.ReadFile" else call.arguments[0].node
        if holder is not None and source.text(holder) in _embed_paths(source.data):
            return value_of(source, call.arguments[-1].node, depth + 1).on_base(SOURCE)
        if call.receiver is not None and re.search(r"(?i)embed|assets?|\bfs$|statik|box$", source.text(call.receiver)):
            return value_of(source, call.arguments[-1].node, depth + 1).on_base(RESOURCE)
    return None


def _of_file(source: Source, call: Call, depth: int) -> Value | None:
    """``file.Section("wx").Key("ca")`` of go-ini, ``file.GetValue("wx", "ca")`` of goconfig, ``g.Cfg().MustGet(ctx, "wx.ca")`` of GoFrame."""
    if call.receiver is None:
        return None
    receiver, keys = source.call(call.receiver), [value_of(source, a.node, depth + 1).text for a in call.arguments]
    if receiver is None:
        whole = value_of(source, call.receiver, depth + 1) if call.name == "GetValue" else Value(Kind.UNKNOWN)
        return entry_of(whole, ".".join(keys)) if whole.kind is Kind.TEXT and len(keys) == 2 else None
    if receiver.name == "Section" and receiver.receiver is not None and receiver.arguments:
        section = value_of(source, receiver.arguments[0].node, depth + 1).text
        whole = value_of(source, receiver.receiver, depth + 1)
        named = whole if whole.kind is Kind.TEXT else Value(Kind.NAME, "config()")
        return entry_of(named, ".".join(key for key in (section, *keys[:1]) if key))
    return entry_of(Value(Kind.NAME, "config()"), keys[1]) if receiver.name == "Cfg" and len(keys) > 1 else None


def _with_default(source: Source, call: Call, depth: int) -> Value | None:
    """``viper.GetString("wx.ca")`` where the file says ``viper.SetDefault("wx.ca", "ca.pem")``."""
    asked = source.text(call.arguments[0].node)
    for one in source.calls("SetDefault"):
        if len(one.arguments) == 2 and source.text(one.arguments[0].node) == asked:
            key = value_of(source, call.arguments[0].node, depth + 1)
            default = value_of(source, one.arguments[1].node, depth + 1)
            return entry_of(Value(Kind.NAME, call.dotted + "()"), key.text, (default,)) if key.known else None
    return None


def parameters(source: Source, function: "Node") -> "list[tuple[str, Node | None]]":
    """Names of parameters (several may share a type), the receiver's last."""
    names: list[tuple[str, Node | None]] = []
    for listed in (function.child_by_field_name("parameters"), function.child_by_field_name("receiver")):
        for declared in listed.named_children if listed is not None else ():
            names += [(source.text(name), None) for name in declared.children_by_field_name("name")]
    return names


def sides(source: Source, node: "Node") -> "tuple[Node | None, Node | None] | None":
    """``for _, file := range files``: the last name is (one of) the values."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if node.type != "range_clause" or left is None:
        return None
    return left.named_children[-1] if left.named_children else left, right


def returned(source: Source, function: "Node") -> "list[Node]":
    """The first value of each ``return`` of the function itself; of a bare one the first named result."""
    found = []
    result = function.child_by_field_name("result")
    declared = result.named_children[0] if result is not None and result.type == "parameter_list" else None
    named = declared.child_by_field_name("name") if declared is not None else None
    for node in source.nodes({"return_statement"}, function):
        around = source.function_around(node)
        if around is not None and around.id == function.id and node.named_children:
            values = node.named_children[0]
            found.append(values.named_children[0] if values.type == "expression_list" else values)
        elif around is not None and around.id == function.id and named is not None and named not in found:
            found.append(named)
    return found
