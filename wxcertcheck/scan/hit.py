"""A pattern's word at a place, and what it is there: the call it is part of, the setting it names."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import Struct

from wxcertcheck.scan.names import bare, last_name
from wxcertcheck.scan.source import Call, Source, holds

if TYPE_CHECKING:
    from tree_sitter import Node

    from wxcertcheck.scan.values import Value


class Setting(Struct, frozen=True):
    """Something named that is given a value.

    ``form``: "pair" (object, map, hash, named argument), "assignment", "default" (of a parameter), "option" (a call's
    argument followed by its value: ``curl_setopt(ch, NAME, value)``), "setter" (``setName(value)``).
    ``target`` is the whole left side as written; ``node`` the pair, assignment or call.
    """

    name: str
    target: str
    value: "Node | None"
    form: str
    node: "Node"


@dataclass
class Hit:
    """A pattern's word at a place: ``node`` is the smallest syntax node there, ``word`` the word, ``offset`` its byte."""

    source: Source
    node: "Node"
    word: str
    offset: int

    @property
    def name(self) -> str:
        """The text of the node: the whole identifier or string content that the word is part of (at most 300 bytes)."""
        return bare(self.source.text(self.node)) if self.node.end_byte - self.node.start_byte <= 300 else ""

    @property
    def text(self) -> str:
        """The source text of the node."""
        return self.source.text(self.node)

    def value(self, node: "Node | None") -> "Value":
        """What an expression is, as far as this file tells."""
        from wxcertcheck.scan.evaluate import evaluate
        from wxcertcheck.scan.values import unknown

        return evaluate(self.source, node) if node is not None else unknown("")

    def call(self) -> "Call | None":
        """The call whose callee the hit is part of (``curl_setopt`` itself; a construction's type), or None."""
        source, child = self.source, self.node
        for parent in source.ancestors(self.node):
            call = source.call(parent)
            if call is not None:
                inside = any(holds(a.whole, self.node) for a in call.arguments)
                return None if inside or child.type in source.grammar.arguments else call
            if parent.type in source.grammar.functions or parent.type in source.grammar.statements:
                return None
            child = parent
        return None

    def call_around(self) -> "Call | None":
        """The innermost call that has the hit somewhere in its arguments, up to the enclosing function's border."""
        source = self.source
        for parent in source.ancestors(self.node):
            call = source.call(parent)
            if call is not None and any(holds(a.whole, self.node) for a in call.arguments):
                return call
            if parent.type in source.grammar.functions:
                return None
        return None

    def argument(self) -> "tuple[Call, int] | None":
        """The call that the hit is itself a positional argument of, and the argument's number."""
        call = self.call_around()
        if call is None:
            return None
        for number, argument in enumerate(a for a in call.arguments if not a.name):
            if holds(argument.node, self.node):
                return call, number
        return None

    def setting(self) -> "Setting | None":
        """What the hit names, and the value that it is given; see `Setting`. None where it is read or merely mentioned."""
        source, grammar = self.source, self.source.grammar
        child = self.node
        through = grammar.strings | grammar.members | grammar.subscripts | grammar.transparent | grammar.argument
        for parent in source.ancestors(self.node):
            if parent.type in grammar.pairs:
                key, value = source.pair(parent)
                if key is None or not holds(key, self.node):
                    return None
                return Setting(bare(source.text(key)), source.text(key), value, "pair", parent)
            if parent.type in grammar.assignments:
                target, value = source._sides(parent, grammar.assignments[parent.type])
                if target is None or not holds(target, self.node):
                    return None
                form = "default" if "parameter" in parent.type else "assignment"
                written = source.text(target)
                return Setting(last_name(written), written, value, form, parent)
            call = source.call(parent)
            if call is not None:
                return self._of_call(call)
            if parent.type in grammar.arguments or parent.type in through or parent.end_byte == child.end_byte:
                child = parent
                continue
            if parent.type in grammar.functions or parent.type in grammar.statements:
                return None
            child = parent
        return None

    def _of_call(self, call: Call) -> "Setting | None":
        for number, argument in enumerate(call.arguments):
            if holds(argument.node, self.node):
                if argument.node.end_byte - argument.node.start_byte > len(self.text) + 80:
                    return None
                after = call.arguments[number + 1] if number + 1 < len(call.arguments) else None
                node = after.node if after and not after.name else None
                return Setting(self.name, self.source.text(argument.node), node, "option", call.node)
            if holds(argument.whole, self.node):  # the name of a named argument: ``verify: false``
                return Setting(argument.name, argument.name, argument.node, "pair", argument.whole)
        value = call.arguments[0].node if call.arguments else None
        if call.name == "->" and call.receiver is not None:  # Scala: ``"key" -> value``
            written = self.source.text(call.receiver)
            return Setting(bare(written), written, value, "pair", call.node)
        return Setting(call.name, call.callee, value, "setter", call.node)
