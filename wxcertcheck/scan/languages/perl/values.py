"""How Perl writes values: its grammar, its calls, the functions that carry values, constants and elements of hashes."""

import re
from typing import TYPE_CHECKING

from wxcertcheck.scan.evaluate import FILE, lookup, value_of
from wxcertcheck.scan.language import Carries, Grammar
from wxcertcheck.scan.source import Argument, Call, Source
from wxcertcheck.scan.values import SOURCE, Kind, Value, join, text

if TYPE_CHECKING:
    from tree_sitter import Node

_CALLS = frozenset({"method_call_expression", "function_call_expression", "ambiguous_function_call_expression"})
GRAMMAR = Grammar(
    module="tree_sitter_perl",
    names=frozenset({"scalar", "bareword"}),
    strings=frozenset({"string_literal", "interpolated_string_literal"}),
    calls=_CALLS | {"func1op_call_expression"},
    arguments=frozenset({"list_expression"}),
    assignments={"assignment_expression": ("left", "right")},
    subscripts=frozenset({"hash_element_expression"}),
    functions=frozenset({"subroutine_declaration_statement", "anonymous_subroutine_expression"}),
    parameters=frozenset({"signature"}),
    statements=frozenset({"expression_statement"}),
    returns=frozenset({"return_expression"}),
    transparent=frozenset({"parenthesized_expression", "refgen_expression", "anonymous_array_expression"}),
    binary=frozenset({"binary_expression"}),
    concat=frozenset({"."}),
    either=frozenset({"||", "//", "or"}),
    conditional=frozenset({"conditional_expression"}),
    null=frozenset({"undef"}),
)
CARRIERS = {
    **dict.fromkeys(("catfile", "catdir", "path"), Carries.JOIN),
    **dict.fromkeys(("rel2abs", "abs_path", "realpath", "canonpath", "read_file", "slurp"), Carries.ARGUMENT),
    "dirname": Carries.DIRECTORY,
    **dict.fromkeys(("Mozilla.CA.SSL_ca_file", "default_ca"), Carries.SYSTEM),
}
_HERE = Value(Kind.TEXT, ".", base=SOURCE)


def call_of(source: Source, node: "Node") -> Call | None:
    """Calls: the method or function, the invocant, and the list in the parentheses."""
    if node.type not in GRAMMAR.calls:
        return None
    name = node.child_by_field_name("method") or node.child_by_field_name("function")
    if name is None:
        return None
    listed = node.child_by_field_name("arguments")
    children = [] if listed is None else listed.named_children if listed.type == "list_expression" else [listed]
    arguments = tuple(Argument("", c, c) for c in children if "comment" not in c.type)
    receiver = node.child_by_field_name("invocant")
    callee = source.data[node.start_byte : name.end_byte].decode("utf-8", "replace")
    return Call(node, callee, source.text(name).rpartition("::")[2], receiver, arguments)


def evaluate(source: Source, node: "Node", depth: int) -> Value | None:
    kind, written = node.type, source.text(node) if node.end_byte - node.start_byte < 200 else ""
    if "__FILE__" in written and written.strip("()") == "__FILE__":
        return Value(Kind.TEXT, FILE)
    if kind in ("interpolated_string_literal", "string_literal"):
        return _string(source, node, depth)
    if kind == "heredoc_token":
        body = next((b for b in source.nodes({"heredoc_content"}) if b.start_byte >= node.end_byte), None)
        return text(source.text(body).rpartition("\n")[0]) if body is not None else text("")
    if kind == "scalar":
        if re.fullmatch(r"\$(?:FindBin::)?(?:Real)?Bin", written):
            return _HERE
        if written == "$0":
            return Value(Kind.TEXT, FILE)
        return _read_only(source, written, depth) or lookup(source, written, node, depth)
    if kind == "hash_element_expression":
        return _element(source, node, depth)
    if kind == "bareword" or (kind == "function_call_expression" and "(" not in written):
        return _constant(source, written, depth)
    if written in ("shift", "@_", "$_[0]", "$_[1]") or kind == "array_element_expression":
        return Value(Kind.PARAMETER, written)
    return None


def _string(source: Source, node: "Node", depth: int) -> Value:
    content = node.child_by_field_name("content")
    if content is None:
        return text("")
    parts, at = [], content.start_byte
    for child in content.named_children if node.type == "interpolated_string_literal" else ():
        parts.append(text(_plain(source.data[at : child.start_byte])))
        parts.append(
            value_of(source, child, depth + 1) if child.type != "escape_sequence" else text(_escape(source.text(child)))
        )
        at = child.end_byte
    return join([*parts, text(_plain(source.data[at : content.end_byte]))])


def _plain(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _escape(written: str) -> str:
    return {"\\n": "\n", "\\t": "\t", "\\r": "\r"}.get(written, written[-1:])


def _element(source: Source, node: "Node", depth: int) -> Value | None:
    """``$ENV{X}``, ``$self->{ca}`` as assigned in this file, ``$args{ca}`` of the caller."""
    key = node.child_by_field_name("key")
    if key is None:
        return None
    name, written = source.text(key).strip("\"'"), source.text(node)
    if written.startswith("$ENV{"):
        return Value(Kind.ENVIRONMENT, name)
    assigned = [
        d for d in source.definitions.get(name, ()) if d.target == written and d.node.start_byte < node.start_byte
    ]
    if assigned:
        return value_of(source, assigned[-1].value, depth + 1)
    holder = re.match(r"\$(\w+)", written)
    for definition in source.definitions.get(holder.group(1), ()) if holder else ():
        given = _in_list(source, definition.value, name)
        if given is not None:
            return value_of(source, given, depth + 1)
    return Value(Kind.SETTING, name)


def _in_list(source: Source, node: "Node", name: str) -> "Node | None":
    """The value under ``name`` in ``(a => 1, b => 2)``."""
    lists = [node] if node.type == "list_expression" else source.nodes({"list_expression"}, node)[:1]
    children = [c for c in lists[0].named_children if "comment" not in c.type] if lists else []
    for number, child in enumerate(children[:-1]):
        if source.text(child).strip("\"'") == name:
            return children[number + 1]
    return None


def _constant(source: Source, written: str, depth: int) -> Value | None:
    """``use constant CA => "x";`` and ``use constant { CA => "x" };``."""
    for statement in source.nodes({"use_statement"}):
        if "constant" in source.text(statement)[:16]:
            given = _in_list(source, statement, written)
            if given is not None:
                return value_of(source, given, depth + 1)
    return None


def _read_only(source: Source, written: str, depth: int) -> Value | None:
    """``Readonly my $X => "x";``."""
    if b"Readonly" not in source.data:
        return None
    for call in source.calls("Readonly")[:200]:
        for node in source.nodes({"list_expression"}, call.node)[:1]:
            children = [c for c in node.named_children if "comment" not in c.type]
            if (
                len(children) == 2
                and source.text(children[0]).removeprefix("my ").removeprefix("our ").strip() == written
            ):
                return value_of(source, children[1], depth + 1)
    return None
