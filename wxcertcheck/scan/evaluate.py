"""What an expression is worth, followed inside one file: literals, names, concatenations, path joins, carriers.

The walk is bounded in depth and in steps; past the bound a value is UNKNOWN, which is never taken as fine.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.scan.language import Carries
from wxcertcheck.scan.names import bare, dotted, last_name
from wxcertcheck.scan.source import Call, Definition, Source, holds
from wxcertcheck.scan.values import RESOURCE, SOURCE, Kind, Value, choice, entry_of, join, text, unknown
from wxcertcheck.text import Text, same

if TYPE_CHECKING:
    from tree_sitter import Node

_DEPTH = 40
_STEPS = 600
_STAGE = re.compile(r"(?i)env(?:ironment)?$|stage$|NODE_ENV")
"""``settings[Rails.env]``, ``settings[process.env.NODE_ENV]``: the part for one stage of a file that has all of them."""
_NEAR = 400
_NESTED = 6
"""Maps within maps that an entry is followed through."""
_NUMBER = re.compile(r"-?\d[\d_]*[uUlL]*")
_NAME = re.compile(r"[$@&*\\]*[A-Za-z_][\w$]*(?:\s*(?:\?->|->|::|\?\.|\.|\\)\s*[$@]?[A-Za-z_][\w$]*!?)*[!?]?")
_QUOTES = re.compile(r"(?P<prefix>[A-Za-z0-9@$#]*?)(?P<quote>#*\"\"\"|'''|#*\"|'|`)", re.DOTALL)
_RAW_CPP = re.compile(r'(?:u8|[uUL])?R"([^()\\ ]{0,16})\((.*)\)\1"', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:(\r?\n)|x([0-9A-Fa-f]{2})|u\{?([0-9A-Fa-f]{4,6})\}?|(.))", re.DOTALL)
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "f": "\f", "v": "\v", "a": "\a", "b": "\b"}
_ENVIRONMENTS = (
    "environ",
    "process.env",
    "env",
    "ENV",
    "_ENV",
    "_SERVER",
    "Environment",
    "Deno.env",
    "import.meta.env",
)
_SELVES = ("self", "this", "cls", "static", "parent", "Self")
_CONSTRUCTORS = ("__init__", "__construct", "constructor", "initialize", "init")

_VARIABLE = Text(zh="{name} 在第 {line} 行赋值", en="line {line} sets {name}")
_CALLED = Text(zh="第 {line} 行调用 {name} 时传入", en="passed to {name} in line {line}")


def evaluate(source: Source, node: "Node") -> Value:
    """The value of ``node``."""
    source.budget, source.lacking = _STEPS, _DEPTH
    source.partial.clear()
    return value_of(source, node, 0)


def value_of(source: Source, node: "Node", depth: int) -> Value:
    """The value of ``node`` within an evaluation that is ``depth`` steps deep. Plug-in hooks call this, not `evaluate`.

    A value may be made of itself: functions that hand a parameter to each other. There it is UNKNOWN, and what was worked
    out on the way lacks it: good for this evaluation, in which it is a part, and not remembered for others.
    """
    key = node.id, node.start_byte
    known = source.values.get(key)
    if known is not None:
        return known
    partial, lacks = source.partial.get(key, (None, _DEPTH))
    if lacks < _DEPTH:
        source.lacking = min(source.lacking, lacks)
        return partial or unknown(source.text(node))
    source.budget -= 1
    if depth > _DEPTH or source.budget < 0:
        return unknown(source.text(node))
    before, source.lacking = source.lacking, _DEPTH
    source.partial[key] = None, depth
    value = _value_of(source, node, depth)
    if source.lacking < depth:
        source.partial[key] = value, source.lacking
    else:
        del source.partial[key]
        source.lacking = _DEPTH
        if source.budget >= 0 and depth < _DEPTH // 2:  # what was cut short, or near it, is not worth remembering
            source.values[key] = value
    source.lacking = min(source.lacking, before)
    return value


def _value_of(source: Source, node: "Node", depth: int) -> Value:
    if source.language.evaluate:
        own = source.language.evaluate(source, node, depth)
        if own is not None:
            return own
    grammar, kind = source.grammar, node.type
    if kind in grammar.adjacent:
        return join(value_of(source, child, depth + 1) for child in node.named_children if "comment" not in child.type)
    if kind in grammar.strings:
        return string_value(source, node, depth)
    written = source.text(node).strip() if node.end_byte - node.start_byte < 400 else ""
    fixed = _fixed(source, written)
    if fixed is not None:
        return fixed
    if kind in grammar.transparent:
        inner = [child for child in node.named_children if "comment" not in child.type]
        return value_of(source, inner[-1], depth + 1) if inner else unknown(written)
    if kind in grammar.binary:
        return _binary(source, node, depth)
    if kind in grammar.conditional:
        return _conditional(source, node, depth)
    call = source.call(node)
    if call is not None:
        return _called(source, call, depth)
    if kind in grammar.subscripts:
        return _subscript(source, node, depth)
    if kind in grammar.names or kind in grammar.members or (written and _NAME.fullmatch(written)):
        return lookup(source, written, node, depth)
    return unknown(source.text(node))


def _fixed(source: Source, written: str) -> Value | None:
    grammar = source.grammar
    if written in grammar.true:
        return Value(Kind.TRUE, written)
    if written in grammar.false:
        return Value(Kind.FALSE, written)
    if written in grammar.null:
        return Value(Kind.NULL, written)
    if _NUMBER.fullmatch(written):
        return Value(Kind.NUMBER, written)
    return source.language.constants.get(written)


def string_value(source: Source, node: "Node", depth: int) -> Value:
    """The value of a string literal, its substitutions evaluated."""
    grammar = source.grammar
    holes = [child for child in node.named_children if child.type in grammar.substitutions]
    whole = source.text(node)
    if not holes:
        return text(unquote(whole, grammar.escapes))
    opening, closing, raw = _delimiters(whole)
    parts, at = [], node.start_byte + len(opening.encode())
    for hole in holes[:40]:
        parts.append(text(_unescape(source.data[at : hole.start_byte].decode("utf-8", "replace"), raw)))
        inner = [child for child in hole.named_children if "comment" not in child.type]
        parts.append(
            value_of(source, inner[0] if inner else hole, depth + 1) if len(inner) < 2 else unknown(source.text(hole))
        )
        at = hole.end_byte
    tail = source.data[at : max(at, node.end_byte - len(closing.encode()))].decode("utf-8", "replace")
    return join([*parts, text(_unescape(tail, raw))])


def unquote(whole: str, escapes: bool = True) -> str:
    """The text inside a string literal of any of the usual quotings."""
    cpp = _RAW_CPP.fullmatch(whole)
    if cpp:
        return cpp.group(2)
    opening, closing, raw = _delimiters(whole)
    inner = whole[len(opening) : len(whole) - len(closing) if closing else None]
    return _unescape(inner, raw or not escapes)


def _delimiters(whole: str) -> tuple[str, str, bool]:
    found = _QUOTES.match(whole)
    if not found:
        return "", "", False
    prefix, quote = found["prefix"], found["quote"]
    closing = quote.lstrip("#") + "#" * quote.count("#")
    if prefix.endswith("#"):
        closing += "#" * prefix.count("#")
    closing = closing if whole.endswith(closing) and len(whole) >= len(found.group()) + len(closing) else ""
    return found.group(), closing, "r" in prefix.lower() or "@" in prefix or "#" in found.group() or quote == "`"


def _unescape(inner: str, raw: bool) -> str:
    if raw or "\\" not in inner:
        return inner
    return _ESCAPE.sub(_escaped, inner)


def _escaped(found: "re.Match[str]") -> str:
    continued, two, many, one = found.groups()
    if continued:
        return ""
    if two or many:
        code = int(two or many, 16)
        return chr(code) if code < 0x110000 else ""
    return _SIMPLE.get(one, one)


def _binary(source: Source, node: "Node", depth: int) -> Value:
    """Left-deep chains (``a + b + c …``) are flattened in a loop: a PEM block may have thirty parts, or three thousand."""
    operator, operands = "", []
    while True:
        children = [child for child in node.children if "comment" not in child.type]
        found = node.child_by_field_name("operator")
        here = source.text(found) if found is not None else (source.text(children[1]) if len(children) > 2 else "")
        if (operator and here != operator) or node.type not in source.grammar.binary or len(children) < 3:
            operands.append(node)
            break
        operator = here
        operands.append(children[-1])
        node = children[0]
    grammar = source.grammar
    operands.reverse()
    if operator in grammar.concat or operator in grammar.path_join:
        source.budget += len(operands)
        values = [value_of(source, operand, depth + 1) for operand in operands]
        return join(values, "/" if operator in grammar.path_join else "")
    if operator in grammar.either:
        return choice(v for v in (value_of(source, o, depth + 1) for o in operands[:8]) if v.kind is not Kind.NULL)
    return unknown(" ")


def _conditional(source: Source, node: "Node", depth: int) -> Value:
    condition = node.child_by_field_name("condition")
    children = [
        c for c in node.named_children if "comment" not in c.type and (condition is None or c.id != condition.id)
    ]
    return choice(value_of(source, child, depth + 1) for child in children[:2])


def _called(source: Source, call: Call, depth: int) -> Value:
    carries = carrier(source, call.dotted)
    values = [a.node for a in call.arguments]
    if carries is None:
        return _own_function(source, call, depth)
    if carries is Carries.SYSTEM:
        return Value(Kind.SYSTEM, call.callee)
    if carries is Carries.RECEIVER:
        node = call.receiver if call.receiver is not None else values[0] if len(values) == 1 else None
        return value_of(source, node, depth + 1) if node is not None else unknown(source.text(call.node))
    if carries is Carries.RECEIVER_JOIN:
        nodes = [*([call.receiver] if call.receiver is not None else []), *values]
        return join((value_of(source, node, depth + 1) for node in nodes), "/")
    if carries is Carries.DIRECTORY:
        node = values[0] if values else call.receiver
        return directory(value_of(source, node, depth + 1)) if node is not None else unknown(call.callee)
    if not values:
        return unknown(source.text(call.node))
    if carries in (Carries.ENVIRONMENT, Carries.SETTING):
        return _keyed(source, call, Kind(carries.value), depth)
    if carries is Carries.RESOURCE:
        found = next(
            (v for v in (value_of(source, n, depth + 1) for n in reversed(values)) if v.kind is Kind.TEXT), None
        )
        return (found or value_of(source, values[-1], depth + 1)).on_base(RESOURCE)
    if carries is Carries.JOIN:
        return join((value_of(source, node, depth + 1) for node in values), "/")
    if carries is Carries.CONCAT:
        return join(value_of(source, node, depth + 1) for node in values)
    if carries is Carries.EXPAND:
        nodes = [*values[1:2], values[0]]
        first = value_of(source, nodes[0], depth + 1)
        if len(nodes) > 1 and first.kind is Kind.TEXT and first.text == FILE:
            return join([first, value_of(source, nodes[1], depth + 1)], "/")
        return join([first, *(value_of(source, node, depth + 1) for node in nodes[1:])], "/")
    return value_of(source, values[-1] if carries is Carries.LAST else values[0], depth + 1)


def _keyed(source: Source, call: Call, kind: Kind, depth: int) -> Value:
    values = [a.node for a in call.arguments]
    key = value_of(source, values[0], depth + 1)
    default = (value_of(source, values[1], depth + 1),) if len(values) > 1 else ()
    if kind is Kind.ENVIRONMENT or key.kind is not Kind.TEXT:
        return Value(kind, key.text if key.kind is Kind.TEXT else source.text(values[0]), default)
    holder = value_of(source, call.receiver, depth + 1) if call.receiver is not None else unknown("")
    if holder.kind not in (Kind.TEXT, Kind.SETTING):
        holder = Value(Kind.NAME, call.dotted + "()")
    return entry_of(holder, key.text, default)


def carrier(source: Source, callee: str) -> Carries | None:
    """What a callee (dotted) carries: the longest ending of it that the language's table knows."""
    pieces = callee.replace("()", "").split(".")
    for start in range(len(pieces)):
        found = source.language.carriers.get(".".join(pieces[start:]))
        if found is not None:
            return found
    return None


FILE = "\0file"
"""The text of ``__FILE__`` and kin: a marker that `directory` turns into the source file's folder."""


def directory(value: Value) -> Value:
    """The folder of a path value."""
    if value.kind is not Kind.TEXT:
        return value if value.kind is not Kind.UNKNOWN else unknown(value.text)
    if value.text == FILE:
        return Value(Kind.TEXT, ".", base=SOURCE, why=value.why)
    head, slash, _ = value.text.rstrip("/").rpartition("/")
    if value.base == SOURCE and (not slash or value.text.rstrip("/").endswith("..") or value.text == "."):
        return Value(Kind.TEXT, value.text.rstrip("/") + "/..", base=SOURCE, why=value.why)
    return Value(Kind.TEXT, head if slash else ".", base=value.base, why=value.why)


def _own_function(source: Source, call: Call, depth: int) -> Value:
    """A function of the same file, called: the choice of what it returns."""
    own = source.functions(call.name)
    receiver = dotted(source.text(call.receiver)) if call.receiver is not None else ""
    if own and (not receiver or receiver in _SELVES or source.classes(receiver)):
        returned = [node for f in own[:2] for node in source.returned(f)]
        if returned:
            return choice(value_of(source, node, depth + 1) for node in returned[:4])
    if receiver and re.match(r"[A-Za-z_](?:[\w.]|\(\))*$", receiver):
        return Value(Kind.NAME, call.dotted + "()")
    return unknown(source.text(call.node))


def _subscript(source: Source, node: "Node", depth: int) -> Value:
    children = [child for child in node.named_children if "comment" not in child.type]
    if len(children) < 2:
        return unknown(source.text(node))
    holder = dotted(source.text(children[0]))
    key = value_of(source, children[-1], depth + 1)
    if holder in _ENVIRONMENTS or holder.endswith((".environ", ".env", ".ENV")):
        return Value(Kind.ENVIRONMENT, key.text)
    if key.kind is not Kind.TEXT or not key.text:
        whole = value_of(source, children[0], depth + 1)
        by_stage = whole.kind is Kind.TEXT and _STAGE.search(source.text(children[-1])[-80:])
        return whole if by_stage else unknown(source.text(node))
    found = entry(source, children[0], key.text, depth)
    if found is not None:
        return found
    assigned = [
        d
        for d in source.definitions.get(key.text, ())
        if dotted(d.target).startswith(holder + "[") and not holds(d.node, node)
    ]
    if assigned:
        return _defined(source, assigned[-1], key.text, depth)
    return entry_of(value_of(source, children[0], depth + 1), key.text)


def entry(source: Source, holder: "Node", key: str, depth: int) -> Value | None:
    """The value under ``key`` in the map literal that ``holder`` is, or was set to."""
    found = next(iter(_entries(source, holder, key, 0)), None)
    return value_of(source, found, depth + 1) if found is not None else None


def _entries(source: Source, holder: "Node", key: str, nested: int) -> "Iterator[Node]":
    """The values under ``key`` itself, not in maps within the map; ``holder`` may be an entry of another map."""
    grammar = source.grammar
    literals = [holder]
    if holder.type in grammar.names or holder.type in grammar.members:
        literals = [d.value for d in source.definitions.get(last_name(source.text(holder)), ())]
    elif holder.type in grammar.subscripts and nested < _NESTED:
        children = [child for child in holder.named_children if "comment" not in child.type]
        outer = bare(source.text(children[-1])) if len(children) > 1 else ""
        literals = list(_entries(source, children[0], outer, nested + 1)) if outer else []
    for literal in literals[:4]:
        for node in source.nodes(grammar.pairs, literal)[:400]:
            found, value = source.pair(node)
            if found is not None and value is not None and bare(source.text(found)) == key:
                around = source.around(node, frozenset(grammar.pairs))
                if around is None or not holds(literal, around) or around.start_byte == literal.start_byte:
                    yield value


# --- names --------------------------------------------------------------------------------------------------------------


def lookup(source: Source, written: str, node: "Node", depth: int) -> Value:
    """The value of a name used at ``node``: local, parameter, field, constant of this file; else NAME."""
    name, path = last_name(written), dotted(written)
    fixed = source.language.constants.get(path)
    if fixed is not None:
        return fixed
    if "." not in path:
        local = _local(source, name, node, depth)
        if local is not None:
            return local
    head = path.rpartition(".")[0]
    if head in _ENVIRONMENTS or head.endswith((".environ", "process.env", "import.meta.env")):
        return Value(Kind.ENVIRONMENT, name)
    if source.language.declared and (not head or head in _SELVES):
        given = source.language.declared(source, name)
        if given is not None:
            return given
    fields = [d for d in _near(source, name, node) if _is_field(source, d, path)]
    if fields:
        before = [d for d in fields if d.function is None] or fields
        assigned = [d for d in fields if d.function is not None and d.node.start_byte < node.start_byte]
        return choice(_defined(source, d, name, depth) for d in (assigned or before)[-4:])
    first = path.split(".")[0]
    if "." in path and first not in _SELVES and _is_parameter(source, first, node):
        return Value(Kind.SETTING, path)
    return Value(Kind.NAME, path)


def _near(source: Source, name: str, node: "Node") -> list[Definition]:
    """The definitions of a name; of the thousands that machine-made code has, those around ``node``."""
    every = source.definitions.get(name, [])
    if len(every) <= _NEAR:
        return every
    at = bisect_left(every, node.start_byte, key=lambda definition: definition.node.start_byte)
    return every[max(0, at - _NEAR // 2) : at + _NEAR // 2]


def _local(source: Source, name: str, node: "Node", depth: int) -> Value | None:
    function = source.function_around(node)
    defined = _near(source, name, node)
    while function is not None:
        here = [d for d in defined if holds(function, d.node) and "." not in dotted(d.target) and "[" not in d.target]
        here = [d for d in here if not holds(d.node, node)]
        if here:
            before = [d for d in here if d.node.start_byte < node.start_byte] or here
            reaching, all_of_them = _reaching(source, before, node)
            given = None if all_of_them else _given(source, function, name, depth)
            values = [_defined(source, d, name, depth) for d in reaching]
            return choice([*values, given] if given is not None else values)
        given = _given(source, function, name, depth)
        if given is not None:
            return given
        function = source.function_around(function)
    return None


def _given(source: Source, function: "Node", name: str, depth: int) -> Value | None:
    """The value of a function's parameter of this name."""
    for number, (parameter, default) in enumerate(source.parameters(function)):
        if parameter == name:
            return _parameter(source, function, number, (name, default), depth)
    return None


def _reaching(source: Source, definitions: list[Definition], node: "Node") -> tuple[list[Definition], bool]:
    """The definitions that may reach ``node``: back to the last one that is not in a branch of its own; and whether there
    is such a one, so that what the name was before does not count: ``if not path: path = where()``.
    """
    found: list[Definition] = []
    for definition in reversed(definitions):
        found.append(definition)
        block = definition.node.parent
        while block is not None and block.parent is not None and block.named_child_count < 2:
            block = block.parent
        if block is None or holds(block, node):
            return found[:4], True
    return found[:4], False


def _parameter(
    source: Source, function: "Node", number: int, parameter: "tuple[str, Node | None]", depth: int
) -> Value:
    name, default = parameter
    called = source.name_of(function)
    if called in _CONSTRUCTORS:
        around = source.class_around(function)
        called = source.name_of(around) if around is not None else called
    passed = []
    offset = 1 if source.parameters(function)[0][0] in ("self", "cls") else 0
    for call in source.calls(called)[:20] if called else ():
        node = call.named(name) or call.nth(number - offset)
        if node is not None and not holds(function, call.node) and not in_tests(source, call.node):
            value = value_of(source, node, depth + 1)
            if value.kind in (Kind.TEXT, Kind.TRUE, Kind.FALSE):
                passed.append(value.because(_CALLED.fill(name=called, line=source.line_of(call.node.start_byte))))
    if passed:
        return choice(passed)
    given = (value_of(source, default, depth + 1),) if default is not None else ()
    return Value(Kind.PARAMETER, name, given)


def in_tests(source: Source, node: "Node") -> bool:
    """Whether a node stands in the tests that a Rust file holds itself: ``mod tests``, ``#[test] fn …``."""
    if source.language.name != "rust":
        return False
    for parent in source.ancestors(node):
        if parent.type == "mod_item" and "test" in source.name_of(parent):
            return True
        before = parent.prev_named_sibling if parent.type in ("function_item", "mod_item") else None
        if before is not None and before.type == "attribute_item" and "test" in source.text(before):
            return True
    return False


def _is_parameter(source: Source, name: str, node: "Node") -> bool:
    function = source.function_around(node)
    while function is not None:
        if any(parameter == name for parameter, _ in source.parameters(function)):
            return True
        function = source.function_around(function)
    return False


def _is_field(source: Source, definition: Definition, path: str) -> bool:
    target = dotted(definition.target)
    if "[" in definition.target:
        return False
    head, target_head = path.rpartition(".")[0], target.rpartition(".")[0]
    if target == path:
        return definition.function is None or "." in path
    if definition.function is None:
        return not head or head in _SELVES or bool(source.classes(head.rpartition(".")[2]))
    return (head in _SELVES or not head) and target_head in _SELVES


def _defined(source: Source, definition: Definition, name: str, depth: int) -> Value:
    value = value_of(source, definition.value, depth + 1)
    return value.because(_VARIABLE.fill(name=same(name), line=source.line_of(definition.node.start_byte)))
