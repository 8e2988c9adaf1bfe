"""One parsed source file and the verbs that patterns and the evaluator share. Every walk here is a loop, never a recursion.

Offsets are bytes of the UTF-8 text; lines and columns are 1-based, columns count characters.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar, cast

from msgspec import Struct

from wxcertcheck.scan.grammars import query
from wxcertcheck.scan.language import Grammar, Language
from wxcertcheck.scan.names import DOLLAR, LAST_NAME, bare, dotted, last_name, word_places

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

    from wxcertcheck.scan.definitions import Definitions
    from wxcertcheck.scan.values import Value

_T = TypeVar("_T")
_RECEIVER_FIELDS = ("object", "receiver", "operand", "value", "argument", "expression", "scope", "table", "target")
_NO_GRAMMAR = Grammar(module="")
_CALLEE_DEPTH = 8
_NAME_DEPTH = 6
"""Levels from a function's or class's name up to it: C wraps names in declarators."""
_LEVELS = 1_500
"""Levels of nesting looked at upwards: no code that people write is as deep."""
_NEIGHBOUR = 200_000
"""Bytes read of another file."""
_MANY = 20_000
"""Nodes of one kind looked at in a file: a bound for hostile input."""


class TooDeepError(Exception):
    """A place is nested deeper than any code that people write: to look around it would take for ever."""


class Argument(Struct, frozen=True):
    """One argument of a call: its name ("" if positional), its value's node, and the ``whole`` with its name."""

    name: str
    node: "Node"
    whole: "Node"


class Call(Struct, frozen=True):
    """A call or construction: ``callee`` as written without its arguments, ``name`` its last identifier."""

    node: "Node"
    callee: str
    name: str
    receiver: "Node | None"
    arguments: tuple[Argument, ...]

    @property
    def dotted(self) -> str:
        """The callee with every separator as a dot and without ``new``, ``await``, type arguments, sigils."""
        return dotted(self.callee)

    def nth(self, number: int) -> "Node | None":
        """The node of positional argument ``number`` (from 0)."""
        positional = [a for a in self.arguments if not a.name]
        return positional[number].node if number < len(positional) else None

    def named(self, *names: str) -> "Node | None":
        """The node of the first argument with one of these names."""
        return next((a.node for a in self.arguments if a.name in names), None)


class Definition(Struct, frozen=True):
    """``target = value`` somewhere in the file; ``function`` is the function around it (None: class or file level)."""

    target: str
    value: "Node"
    node: "Node"
    function: "Node | None"


@dataclass
class Source:
    """A source file: ``path`` as reported, ``data`` as UTF-8, the language plug-in and the syntax tree."""

    path: str
    data: bytes
    language: Language
    tree: "Tree"
    """Of a language with a grammar; a text format has none and never asks."""
    budget: int = field(default=0)
    """Steps left for the value being evaluated; see ``evaluate.py``."""
    _of_types: "dict[frozenset[str], list[Node]]" = field(default_factory=dict, repr=False)
    values: "dict[tuple[int, int], Value]" = field(default_factory=dict)
    """Values of nodes evaluated before."""
    partial: "dict[tuple[int, int], tuple[Value | None, int]]" = field(default_factory=dict, repr=False)
    """Values in the evaluation that goes on now that lack a value further out of which they are a part, and how deep that
    one is; None: of the node that is being evaluated itself. See ``evaluate.py``.
    """
    lacking: int = field(default=0, repr=False)
    """How deep the outermost value is that the one evaluated last lacks."""
    defined: "dict[str, list[Definition]]" = field(default_factory=dict)
    """What `Definitions` found, by name."""
    _named_calls: "dict[tuple[str, ...], list[Call]]" = field(default_factory=dict)
    _named: "dict[tuple[frozenset[str], str], list[Node]]" = field(default_factory=dict)
    alone: bool = True
    """Whether no other file was asked: then a copy of this one elsewhere says the same."""
    _parameters: "dict[int, list[tuple[str, Node | None]]]" = field(default_factory=dict)
    _answers: "dict[Callable[[Source], object], object]" = field(default_factory=dict, repr=False)
    _mentions: "dict[re.Pattern[bytes], bool]" = field(default_factory=dict, repr=False)

    def once(self, ask: "Callable[[Source], _T]") -> _T:
        """What ``ask`` says of this file, asked once, however many places want to know: for what reads the whole file."""
        if ask not in self._answers:
            self._answers[ask] = ask(self)
        return cast("_T", self._answers[ask])

    def mentions(self, pattern: "re.Pattern[bytes]") -> bool:
        """Whether ``pattern`` occurs anywhere in the file, searched once."""
        if pattern not in self._mentions:
            self._mentions[pattern] = pattern.search(self.data) is not None
        return self._mentions[pattern]

    @property
    def grammar(self) -> Grammar:
        """The language's `Grammar`; a text format, which has none, gets an empty one."""
        return self.language.grammar or _NO_GRAMMAR

    def neighbour(self, path: str) -> bytes:
        """The beginning of another file, as far as it can be read: what it says holds for this file's place alone."""
        self.alone = False
        try:
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        except OSError:
            return b""
        try:
            return os.read(handle, _NEIGHBOUR)
        except OSError:
            return b""
        finally:
            os.close(handle)

    def text(self, node: "Node") -> str:
        """The source text of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    @cached_property
    def line_starts(self) -> list[int]:
        """Byte offset of the start of every line."""
        return [0, *(found.end() for found in re.finditer(b"\n", self.data))]

    def line_of(self, offset: int) -> int:
        """The 1-based line of a byte offset."""
        from bisect import bisect_right

        return bisect_right(self.line_starts, offset)

    def line_text(self, line: int) -> str:
        """A line without its end."""
        start = self.line_starts[line - 1]
        end = self.line_starts[line] if line < len(self.line_starts) else len(self.data)
        return self.data[start:end].decode("utf-8", "replace").rstrip("\r\n")

    # --- looking around -----------------------------------------------------------------------------------------------

    def nodes(self, types: Iterable[str], within: "Node | None" = None) -> "list[Node]":
        """Every node of these types, in source order, inside ``within`` (default: the file, kept for the next question)."""
        wanted = frozenset(types)
        if within is not None:
            return self._query(wanted, within)
        if wanted not in self._of_types:
            self._of_types[wanted] = self._query(wanted, self.tree.root_node) if self.grammar.module else []
        return list(self._of_types[wanted])

    def _query(self, types: frozenset[str], within: "Node") -> "list[Node]":
        from tree_sitter import QueryCursor

        grammar = self.grammar
        asked = query(grammar.module, grammar.function, types) if grammar.module else None
        if asked is None:
            return []
        found = QueryCursor(asked).captures(within).get("it", [])
        return sorted(found[:_MANY], key=lambda node: node.start_byte)

    def ancestors(self, node: "Node") -> "Iterator[Node]":
        """The nodes around ``node``, innermost first, itself excluded. Raises `TooDeepError` past the limit of nesting."""
        parent = node.parent
        for _ in range(_LEVELS):
            if parent is None:
                return
            yield parent
            parent = parent.parent  # walks down from the root: what lies deep costs its depth each time
        raise TooDeepError

    def around(self, node: "Node", types: frozenset[str]) -> "Node | None":
        """The innermost node of these types around ``node``."""
        return next((a for a in self.ancestors(node) if a.type in types), None)

    def function_around(self, node: "Node") -> "Node | None":
        """The innermost function or method around ``node``."""
        return self.around(node, self.grammar.functions)

    def class_around(self, node: "Node") -> "Node | None":
        """The innermost class around ``node``."""
        return self.around(node, self.grammar.classes)

    def statement_around(self, node: "Node") -> "Node":
        """The statement that ``node`` belongs to: what a fix would remove."""
        return self.around(node, self.grammar.statements) or node

    def name_of(self, node: "Node") -> str:
        """The name of a function or class node."""
        named = node.child_by_field_name("name") or node.child_by_field_name("declarator")
        found = LAST_NAME.search(self.text(named).split("(")[0]) if named else None
        return found.group() if found else ""

    def in_comment(self, node: "Node") -> bool:
        """Whether ``node`` lies in a comment, in ``#if 0``, or in a string that stands alone as a statement (a docstring)."""
        here = node
        for above in chain(self.ancestors(node), (None,)):
            if "comment" in here.type or here.type in ("pod", "heredoc_beginning"):
                return True
            if above is None:
                return False
            if here.type in self.grammar.strings:
                if above.type == "expression_statement" and above.named_child_count == 1:
                    return True
            elif above.type == "preproc_if" and here.type not in ("preproc_else", "preproc_elif"):
                asked = above.child_by_field_name("condition")
                if asked is not None and self.text(asked) == "0":
                    return True
            here = above
        return False

    def functions(self, name: str) -> "list[Node]":
        """The file's functions and methods of this name, in source order."""
        return self._of_name(self.grammar.functions, name)

    def classes(self, name: str) -> "list[Node]":
        """The file's classes of this name, in source order."""
        return self._of_name(self.grammar.classes, name)

    def _of_name(self, types: frozenset[str], name: str) -> "list[Node]":
        """Found by searching the name's bytes: to ask the tree for all of them costs a fifth of the parse."""
        if not name or not self.grammar.module:
            return []
        key = types, name
        if key not in self._named:
            found: dict[int, Node] = {}
            for place in islice(word_places(self.data, name, 0, len(self.data)), _MANY):
                node = self.tree.root_node.descendant_for_byte_range(place, place + 1)
                for _ in range(_NAME_DEPTH):
                    if node is None:
                        break
                    if node.type in types:
                        if self.name_of(node) == name:
                            found[node.id] = node
                        break
                    node = node.parent
            self._named[key] = list(found.values())
        return list(self._named[key])

    # --- calls --------------------------------------------------------------------------------------------------------

    def call(self, node: "Node") -> "Call | None":
        """``node`` taken apart as a call, or None."""
        if self.language.call:
            own = self.language.call(self, node)
            if own is not None:
                return own
        grammar = self.grammar
        if node.type not in grammar.calls:
            return None
        listed = node.child_by_field_name("arguments")
        if listed is None:
            listed = next((c for c in node.named_children if c.type in grammar.arguments), None)
        end = listed.start_byte if listed is not None else node.end_byte
        callee = self.data[node.start_byte : end].decode("utf-8", "replace").strip()
        head = _before_generic(callee)
        found = LAST_NAME.search(head)
        arguments = tuple(self._argument(child) for child in _named(listed)) if listed is not None else ()
        return Call(node, callee, found.group() if found else "", self._receiver(node), arguments)

    def _receiver(self, node: "Node") -> "Node | None":
        callee = node.child_by_field_name("function") or node.child_by_field_name("method")
        for place in (node, callee) if callee is not None else (node, node.named_child(0)):
            if place is None:
                continue
            for name in _RECEIVER_FIELDS:
                child = place.child_by_field_name(name)
                if child is not None:
                    return child
        first = callee if callee is not None else node.named_child(0)
        if first is not None and first.type in self.grammar.members:
            return first.named_child(0)
        return None

    def _argument(self, node: "Node") -> Argument:
        grammar = self.grammar
        if node.type in grammar.pairs:
            key, value = self.pair(node)
            if key is not None and value is not None:
                return Argument(bare(self.text(key)), value, node)
        if node.type in grammar.argument:
            name = node.child_by_field_name("name") or node.child_by_field_name("label")
            children = _named(node)
            if len(children) == 1 and children[0].type in grammar.pairs:
                return self._argument(children[0])
            if children:
                label = bare(self.text(name)) if name is not None and len(children) > 1 else ""
                return Argument(label, children[-1], node)
        return Argument("", node, node)

    def pair(self, node: "Node") -> "tuple[Node | None, Node | None]":
        """Key and value nodes of a pair."""
        return self._sides(node, self.grammar.pairs[node.type])

    def _sides(self, node: "Node", fields: tuple[str, str]) -> "tuple[Node | None, Node | None]":
        own = self.language.sides(self, node) if self.language.sides else None
        if own is not None:
            return own
        children = _named(node)
        first = node.child_by_field_name(fields[0]) if fields[0] else (children[0] if children else None)
        last = node.child_by_field_name(fields[1]) if fields[1] else (children[-1] if len(children) > 1 else None)
        return first, last

    def calls(self, *names: str, within: "Node | None" = None, receiver: str = "") -> "list[Call]":
        """Calls by last name (all, if none is given) inside ``within``; ``receiver`` compares the receiver's text."""
        found = []
        if within is None and names:
            if names not in self._named_calls:
                self._named_calls[names] = self._calls_named(names, None)
            every: Iterable[Call] = self._named_calls[names]
        else:
            every = self._calls_named(names, within) if names else self._every_call(within)
        for call in every:
            if receiver and (call.receiver is None or self.text(call.receiver) != receiver):
                continue
            found.append(call)
        return found

    def _every_call(self, within: "Node | None") -> "Iterator[Call]":
        for node in self.nodes(self.grammar.calls, within):
            call = self.call(node)
            if call is not None:
                yield call

    def _calls_named(self, names: tuple[str, ...], within: "Node | None") -> "list[Call]":
        """Found by searching the names' bytes: taking every call of a large file apart costs a hundred times more."""
        if not self.grammar.module:
            return []
        around = within or self.tree.root_node
        found: dict[int, Call] = {}
        for name in names:
            for place in word_places(self.data, name, around.start_byte, around.end_byte):
                if place and self.data[place - 1] == DOLLAR:
                    continue
                call = self._call_at(place, name)
                if (
                    call is not None
                    and call.node.start_byte >= around.start_byte
                    and call.node.end_byte <= around.end_byte
                ):
                    found[call.node.id] = call
        return sorted(found.values(), key=lambda call: (call.node.start_byte, -call.node.end_byte))

    def _call_at(self, offset: int, name: str) -> "Call | None":
        """The call whose callee ends in ``name`` at this byte."""
        node = self.tree.root_node.descendant_for_byte_range(offset, offset + 1)
        for _ in range(_CALLEE_DEPTH):
            if node is None:
                return None
            call = self.call(node) if node.type in self.grammar.calls or self.language.call else None
            if call is not None:
                inside = any(a.whole.start_byte <= offset < a.whole.end_byte for a in call.arguments)
                return call if call.name == name and not inside else None
            node = node.parent
        return None

    # --- definitions --------------------------------------------------------------------------------------------------

    @property
    def definitions(self) -> "Definitions":
        """Assignments and declarations with a value, by the last name of their target, in source order."""
        from wxcertcheck.scan.definitions import Definitions

        return Definitions(self)

    @cached_property
    def every_definition(self) -> dict[str, list[Definition]]:
        """The whole table of `definitions`."""
        table: dict[str, list[Definition]] = {}
        for node in self.nodes(self.grammar.assignments):
            for name, definition in self.defined_by(node):
                table.setdefault(name, []).append(definition)
        return table

    def target_of(self, node: "Node") -> "tuple[Node, Node] | None":
        """Target and value of an assignment or declaration; None for one without a value, and for parameters."""
        target, value = self._sides(node, self.grammar.assignments[node.type])
        if target is None or value is None or "parameter" in node.type or target.id == value.id:
            return None
        return target, value

    def defined_by(self, node: "Node") -> "Iterator[tuple[str, Definition]]":
        """The names that an assignment or declaration gives a value, each with its `Definition`."""
        sides = self.target_of(node)
        for one, its in self._one_by_one(*sides) if sides else ():
            written = self.text(one) if one.end_byte - one.start_byte <= 300 else ""
            if "declarator" in node.type:
                written = re.sub(r"(?:\[[\w\s]*\])+$", "", written)  # ``char root[] = …`` declares ``root``
            name = last_name(written)
            if name:
                here = one if node.child_by_field_name("body") is not None else node  # a loop holds its uses
                yield name, Definition(written, its, here, self.function_around(node))

    def _one_by_one(self, target: "Node", value: "Node") -> "list[tuple[Node, Node]]":
        """``a, b = c, d`` is two definitions; of ``a, err = f()`` the first alone has a value that can be followed."""
        lists = self.grammar.lists
        targets = _named(target) if target.type in lists else [target]
        values = _named(value) if value.type in lists else [value]
        return list(zip(targets, values, strict=False))

    def returned(self, function: "Node") -> "list[Node]":
        """The expressions that a function gives back (the first, where it gives back several)."""
        if self.language.returned:
            return self.language.returned(self, function)
        found = [_named(node) for node in self.nodes(self.grammar.returns, function)]
        return [children[-1] for children in found if children]

    def parameters(self, function: "Node") -> "list[tuple[str, Node | None]]":
        """A function's parameters: name and default's node."""
        if function.id not in self._parameters:
            self._parameters[function.id] = self._parameters_of(function)
        return self._parameters[function.id]

    def _parameters_of(self, function: "Node") -> "list[tuple[str, Node | None]]":
        own = self.language.parameters(self, function) if self.language.parameters else None
        if own is not None:
            return own
        listed = function.child_by_field_name("parameters")
        if listed is None:
            listed = next((c for c in _flat(function, 3) if c.type in self.grammar.parameters), None)
        found: list[tuple[str, Node | None]] = []
        for child in _named(listed) if listed is not None else ():
            name = child.child_by_field_name("name") or child.child_by_field_name("pattern")
            name = name or child.child_by_field_name("declarator")
            default = child.child_by_field_name("value") or child.child_by_field_name("default_value")
            default = default or child.child_by_field_name("right")
            if child.type in ("default_parameter", "typed_default_parameter", "assignment_pattern"):
                name = name or child.child_by_field_name("left")
            written = self.text(name if name is not None else child)
            parameter = last_name(written.split("=")[0].split(":")[0] if name is None else written)
            found.append((parameter, default))
        return found


def _before_generic(callee: str) -> str:
    return re.sub(r"<[^<>]*>\s*$", "", re.sub(r"\s+", " ", callee[-400:]))


def _named(node: "Node") -> "list[Node]":
    return [child for child in node.named_children if "comment" not in child.type]


def _flat(node: "Node", depth: int) -> "Iterator[Node]":
    level = [node]
    for _ in range(depth):
        level = [child for parent in level for child in parent.named_children]
        yield from level


def holds(outer: "Node", inner: "Node") -> bool:
    """Whether ``inner`` lies within ``outer`` (or is it), by their bytes."""
    return bool(outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte)
