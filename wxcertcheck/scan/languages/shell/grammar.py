"""Shell: node names, and what variables, expansions and command substitutions are worth."""

import re
from typing import TYPE_CHECKING

from wxcertcheck.scan.evaluate import FILE, directory, value_of
from wxcertcheck.scan.language import Grammar
from wxcertcheck.scan.source import Source, holds
from wxcertcheck.scan.values import Kind, Value, choice, join, text, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

GRAMMAR = Grammar(
    module="tree_sitter_bash",
    names=frozenset({"variable_name"}),
    strings=frozenset({"string", "raw_string", "ansi_c_string", "translated_string"}),
    calls=frozenset({"command"}),
    arguments=frozenset(),
    assignments={"variable_assignment": ("name", "value")},
    functions=frozenset({"function_definition"}),
    statements=frozenset({"command", "declaration_command", "variable_assignment", "redirected_statement"}),
    returns=frozenset(),
    transparent=frozenset(),
    binary=frozenset(),
    conditional=frozenset(),
)
_SCRIPT = ("0", "BASH_SOURCE", "BASH_SOURCE[0]", "BASH_SOURCE[@]")
_PASSED = re.compile(r"[1-9]\d*|[@*]")
_SAME = ("readlink", "realpath", "cat", "echo", "printf", "cygpath", "base64", "eval")


def evaluate(source: Source, node: "Node", depth: int) -> Value | None:
    """The value of a word, string, expansion or substitution."""
    kind = node.type
    if kind in ("word", "number", "string_content", "heredoc_content"):
        return text(re.sub(r"\\(.)", r"\1", source.text(node)))
    if kind == "raw_string":
        return text(source.text(node)[1:-1])
    if kind == "ansi_c_string":
        return text(source.text(node)[2:-1].replace("\\n", "\n"))
    if kind in ("string", "translated_string", "concatenation"):
        return _string(source, node, depth)
    if kind in ("simple_expansion", "expansion"):
        return _expansion(source, node, depth)
    if kind == "command_substitution":
        return _substitution(source, node, depth)
    if kind == "array":
        return choice(value_of(source, child, depth + 1) for child in node.named_children[:40])
    return None


def _string(source: Source, node: "Node", depth: int) -> Value:
    parts, at = [], node.named_children[0].start_byte if node.named_children else node.end_byte
    for child in node.named_children:
        if child.start_byte > at and node.type == "string":
            parts.append(
                text(source.data[at : child.start_byte].decode("utf-8", "replace"))
            )  # spaces between expansions
        parts.append(value_of(source, child, depth + 1))
        at = child.end_byte
    return join(parts)


def _expansion(source: Source, node: "Node", depth: int) -> Value:
    """``$X``, ``${X}``, ``${X:-default}``, ``${X%/*}``, ``$1``, ``$0``."""
    children = node.named_children
    if not children:
        return unknown(source.text(node))
    name = source.text(children[0])
    operator = node.child_by_field_name("operator")
    written = source.text(operator) if operator is not None else ""
    rest = source.text(node)
    value = variable(source, name, node, depth)
    if written.startswith("%") and rest.endswith(("%/*}", '%/*"}')):
        return directory(value)
    if written in (":-", "-", ":=", "=") and len(children) > 1:
        default = value_of(source, children[-1], depth + 1)
        if value.kind in (Kind.ENVIRONMENT, Kind.PARAMETER):
            return Value(value.kind, value.text, (default,))
        return choice((value, default)) if value.kind is not Kind.TEXT or not value.text else value
    return value


def variable(source: Source, name: str, node: "Node", depth: int) -> Value:
    """A variable: what the script set it to before; else the environment or the caller decides."""
    if name in _SCRIPT:
        return Value(Kind.TEXT, FILE)
    if _PASSED.fullmatch(name):
        return Value(Kind.PARAMETER, "$" + name)
    defined = [d for d in source.definitions.get(name, ()) if d.target == name and not holds(d.node, node)]
    before = [d for d in defined if d.node.start_byte < node.start_byte] or defined
    if not before:
        return Value(Kind.ENVIRONMENT, name)
    return choice(value_of(source, d.value, depth + 1) for d in before[-3:])


def _substitution(source: Source, node: "Node", depth: int) -> Value:
    """``$(dirname "$0")``, ``$(cd … && pwd)``, ``$(readlink -f x)``, ``$(python -m certifi)``."""
    written = source.text(node)
    if "certifi" in written:
        return Value(Kind.SYSTEM, "certifi")
    commands = source.nodes({"command"}, node)
    for command in commands[:2]:
        named = command.child_by_field_name("name")
        name = source.text(named).rpartition("/")[2] if named is not None else ""
        plain = [a for a in command.children_by_field_name("argument") if not source.text(a).startswith("-")]
        if name == "cd" and plain:
            return value_of(source, plain[0], depth + 1)
        if name == "dirname" and plain:
            return directory(value_of(source, plain[0], depth + 1))
        if name == "pwd" or "show-toplevel" in written:
            return text(".")
        if name in _SAME and plain:
            return value_of(source, plain[-1], depth + 1)
        break
    return unknown(written)
