"""What expressions of Kotlin, Scala and Groovy are worth where no table can say: strings with ``$name``, class parameters."""

import re
from typing import TYPE_CHECKING

from wxcertcheck.scan.evaluate import lookup, value_of
from wxcertcheck.scan.jvm.injected import injected
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.values import Kind, Value, join, text

if TYPE_CHECKING:
    from tree_sitter import Node

_HOLE = re.compile(r"(?<!\\)\$(?:\{([^{}]*)\}|([A-Za-z_]\w*))")


def dollar_string(source: Source, node: "Node", depth: int) -> Value | None:
    """``"a/$name/b"`` where the grammar has no node for ``$name``. None: nothing to fill in."""
    whole = source.text(node)
    if "$" not in whole or not whole.startswith('"') or whole.startswith('"""'):
        return None
    parts, at = [], 1
    for found in _HOLE.finditer(whole):
        name = found[1] if found[1] is not None else found[2]
        given = class_parameter(source, node, depth, name.strip())
        parts += [text(whole[at : found.start()]), given or lookup(source, name.strip(), node, depth + 1)]
        at = found.end()
    return join([*parts, text(whole[at:-1])]) if parts else None


def class_parameter(source: Source, node: "Node", depth: int, name: str = "") -> Value | None:
    """A parameter of the class's constructor that stands in its head: the caller decides. ``name``: else the node's."""
    name = name or source.text(node)
    around = source.class_around(node)
    if around is None or name in source.definitions:
        return None
    for parameter in source.nodes({"class_parameter"}, around):
        declared = parameter.child_by_field_name("name")
        declared = declared or next((c for c in parameter.named_children if c.type == "identifier"), None)
        if declared is None or source.text(declared) != name:
            continue
        given = injected(source, name)
        if given is not None:
            return given
        after = next((c for c in parameter.children if not c.is_named and c.type == "="), None)
        default = after.next_named_sibling if after is not None else None
        return Value(Kind.PARAMETER, name, (value_of(source, default, depth + 1),) if default is not None else ())
    return None
