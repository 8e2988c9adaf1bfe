"""What a program that serves as configuration gives to a key: ``return ['wx' => ['ca' => …]]``, ``module.exports = {wx: {ca: …}}``,
``WX_CA = …``, ``config.x.wx.ca = …``, ``define('WX_CA', …)``.
"""

import re
from collections.abc import Iterator
from itertools import chain as chain_of
from itertools import islice
from typing import TYPE_CHECKING

from wxcertcheck.scan.configuration import WRAPPERS
from wxcertcheck.scan.names import bare
from wxcertcheck.scan.source import Source

if TYPE_CHECKING:
    from tree_sitter import Node

_DEFINING = ("define", "SetDefault")
"""Functions that give their first argument the value of the second."""
_SEGMENT = re.compile(r"[A-Za-z_][\w\-]*")
_HANDING_OUT = {
    "php": rb"^return",
    **dict.fromkeys(("javascript", "typescript", "tsx"), rb"module\.exports\s*=|export\s+default|^[ \t]+return"),
}
"""What stands before the variable that a file gives out as its settings."""
_MOST = 8


def given(source: Source, key: str) -> "list[Node]":
    """The values that ``source`` gives to the dotted ``key``, outside of its functions."""
    names = key.split(".")
    wrapping: dict[str, bool] = {}
    found = (value for value, chain in _places(source, names[-1]) if _is(source, chain, names, wrapping))
    return list(islice(chain_of(found, _defined(source, key)), _MOST))


def _places(source: Source, name: str) -> "Iterator[tuple[Node, list[str]]]":
    """Values given to something whose last name is ``name``, each with the names around it, outermost first."""
    grammar = source.grammar
    for node in source.nodes(grammar.pairs):
        key, value = source.pair(node)
        if (
            key is None
            or value is None
            or key.id == value.id
            or bare(source.text(key)) != name
            or _inside(source, node)
        ):
            continue
        around = [source.pair(a)[0] for a in source.ancestors(node) if a.type in grammar.pairs]
        inner = [bare(source.text(one)) for one in reversed(around) if one is not None]
        holder = source.around(node, frozenset(grammar.assignments))
        target = source.target_of(holder) if holder is not None else None
        yield value, [*(_segments(source.text(target[0])) if target else ()), *inner, name]
    for definition in source.definitions.get(name, ()):
        if not _inside(source, definition.node):
            yield definition.value, _segments(definition.target)


def _segments(target: str) -> list[str]:
    """``$config['wx']["ca"]``, ``config.x.wx.ca``, ``module.exports`` -> their names."""
    return _SEGMENT.findall(target[:300].partition("=")[0])


def _is(source: Source, chain: list[str], names: list[str], wrapping: dict[str, bool]) -> bool:
    """Whether the names of ``chain`` are those of the key, with nothing but wrappers in front of it."""
    outer = len(chain) - len(names)
    if outer < 0 or chain[outer:] != names:
        return False
    for name in chain[:outer]:
        if name not in wrapping:
            wrapping[name] = _is_wrapper(source, name)
    return all(wrapping[name] for name in chain[:outer])


def _is_wrapper(source: Source, name: str) -> bool:
    if name.lower() in WRAPPERS:
        return True
    handing_out = _HANDING_OUT.get(source.language.name)
    if not handing_out:
        return False
    return (
        re.search(rb"(?m)(?:" + handing_out + rb")\s+\$?" + re.escape(name.encode()) + rb"\b", source.data) is not None
    )


def _inside(source: Source, node: "Node") -> bool:
    """Whether a place belongs to a function's body. Not where the file gives out what the function makes of its settings."""
    outermost = None
    for around in source.ancestors(node):
        if around.type in source.grammar.functions:
            outermost = around
    if outermost is None:
        return False
    statement = source.statement_around(outermost)
    return re.match(r"module\.exports\b|export\s+default\b|exports\.", source.text(statement)[:80]) is None


def _defined(source: Source, key: str) -> "Iterator[Node]":
    if not any(name.encode() in source.data for name in _DEFINING):
        return
    for call in source.calls(*_DEFINING):
        first, second = call.nth(0), call.nth(1)
        if first is not None and second is not None and bare(source.text(first)) == key:
            yield second
