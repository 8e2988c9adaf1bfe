"""A file's definitions by name. One name is found by searching its bytes: a table of all of them costs as much as the parse."""

from collections.abc import ItemsView, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct

from wxcertcheck.scan.names import word_places
from wxcertcheck.scan.source import Definition, Source

if TYPE_CHECKING:
    from tree_sitter import Node

_OFTEN = 200
"""Places of a name in a file from which on the table of all definitions is the quicker way."""


class Definitions(Struct, frozen=True):
    """A view of a `Source`, made anew each time: were it kept there, tree and source would wait for the garbage collector."""

    source: Source

    def get(self, name: str, _default: Sequence[Definition] = ()) -> list[Definition]:
        """The definitions of ``name`` in source order; an empty list if there are none. Called like a dictionary's."""
        found = self.source.defined
        if name not in found:
            found[name] = self._search(name)
        return found[name]

    def __contains__(self, name: str) -> bool:
        return bool(self.get(name))

    def items(self) -> ItemsView[str, list[Definition]]:
        """Every name with its definitions."""
        return self.source.every_definition.items()

    def _search(self, name: str) -> list[Definition]:
        source = self.source
        if not name or not source.grammar.module:
            return []
        places = list(word_places(source.data, name, 0, len(source.data)))
        if len(places) > _OFTEN:
            return source.every_definition.get(name, [])
        nodes = {node.id: node for place in places for node in self._assigning(place)}
        ordered = sorted(nodes.values(), key=lambda node: (node.start_byte, -node.end_byte))
        return [definition for node in ordered for one, definition in source.defined_by(node) if one == name]

    def _assigning(self, place: int) -> "Iterator[Node]":
        """The assignments whose target holds this byte: none lies beyond the statement that the byte is in."""
        source, grammar = self.source, self.source.grammar
        innermost = source.tree.root_node.descendant_for_byte_range(place, place + 1)
        for node in chain((innermost,), source.ancestors(innermost)) if innermost is not None else ():
            kind = node.type
            if kind in grammar.assignments:
                sides = source.target_of(node)
                if sides and sides[0].start_byte <= place < sides[0].end_byte:
                    yield node
            if kind in grammar.statements or kind in grammar.functions:
                return
