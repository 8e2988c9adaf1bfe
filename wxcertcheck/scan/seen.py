"""A find as it leaves the worker: its place, the lines around it, and the comment that suppresses it."""

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec import Struct

from wxcertcheck.model import Edit, Suppression
from wxcertcheck.scan.classify import classify
from wxcertcheck.scan.evaluate import in_tests
from wxcertcheck.scan.language import Change, Find
from wxcertcheck.scan.match import Match
from wxcertcheck.scan.secrets import without_secrets
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.suppression import suppression_at
from wxcertcheck.scan.values import Value

if TYPE_CHECKING:
    from tree_sitter import Node

_STATEMENT = 4_000
"""Bytes of the longest lines that are kept for a fix."""
_WRITTEN = 400
"""Characters of an expression that are shown."""


class Seen(Struct, frozen=True):
    """A find as it leaves the worker: without its syntax node."""

    path: str
    language: str
    slug: str
    find: Find
    value: Value | None
    written: str
    line: int
    column: int
    last_line: int
    statement: str
    statement_line: int
    only_statement: bool
    repair: tuple[Edit, ...]
    line_hash: str
    function: int
    """The byte at which the function around it starts (-1: none)."""
    suppressed: Suppression | None = None
    test: bool = False
    """Whether it stands in the tests that the file holds itself (Rust)."""


def seen_of(match: Match, before: int) -> Seen | None:
    """A match without its nodes; None where nothing is fixed whatever other files say."""
    source, find = match.source, match.find
    if classify(find, find.value) is None:
        return None
    node, statement = find.node, source.statement_around(find.node)
    line = source.line_of(match.offset)
    start = source.line_starts[line - 1]
    function = source.function_around(node)
    in_text = source.language.lexer is not None or source.language.name == "shell"
    written = source.data[node.start_byte : min(node.end_byte, node.start_byte + 4 * _WRITTEN)].decode(
        "utf-8", "replace"
    )
    written = without_secrets(written, in_text=in_text)
    normal = re.sub(r"\s+", " ", source.line_text(line)).strip()
    first, around = _lines_of(source, statement)
    light = Find(find.kind, None, None, find.mode, find.purpose, find.off, find.false_is_off, find.password)  # type: ignore[arg-type]  # a node cannot be pickled
    return Seen(
        path=source.path,
        language=source.language.name,
        slug=match.pattern.slug,
        find=light,
        value=find.value,
        written=written if len(written) <= _WRITTEN else written[:_WRITTEN] + "…",
        line=line + before,
        column=len(source.data[start : match.offset].decode("utf-8", "replace")) + 1,
        last_line=source.line_of(min(node.end_byte, statement.end_byte)) + before,
        statement=around if without_secrets(around, in_text=in_text) == around else "",
        statement_line=first + before,
        only_statement=_alone(source, statement),
        repair=_repair(source, find, before, in_text=in_text),
        line_hash=sha256(normal.encode()).hexdigest()[:16],
        function=function.start_byte if function is not None else -1,
        suppressed=suppression_at(source, line),
        test=bool(source.grammar.module) and in_tests(source, node),
    )


def _repair(source: Source, find: Find, before: int, *, in_text: bool) -> tuple[Edit, ...]:
    """The find's changes as whole lines; () for none, and where the lines hold a secret."""
    groups: list[list[Change]] = []
    for change in sorted(find.repair, key=lambda one: one.start):
        if groups and source.line_of(groups[-1][-1].end) >= source.line_of(change.start):
            groups[-1].append(change)
        else:
            groups.append([change])
    edits = [_edit(source, group, before) for group in groups]
    hidden = any(
        len(e.replaced) > _STATEMENT or without_secrets(e.replaced, in_text=in_text) != e.replaced for e in edits
    )
    return () if hidden else tuple(edits)


def _edit(source: Source, changes: list[Change], before: int) -> Edit:
    start = source.data.rfind(b"\n", 0, changes[0].start) + 1
    end = source.data.find(b"\n", changes[-1].end)
    end = end if end >= 0 else len(source.data)
    at, new = start, b""
    for change in changes:
        new += source.data[at : change.start] + change.text.encode()
        at = change.end
    new += source.data[at:end]
    old, after = (text.decode("utf-8", "replace").rstrip("\r") for text in (source.data[start:end], new))
    line = source.line_of(start) + before
    return Edit(source.path, line, line + old.count("\n"), after if after.strip() else "", old)


_HEADS = frozenset({"if_statement", "else_clause", "for_statement", "while_statement", "do_statement"}) | {
    "enhanced_for_statement",
    "foreach_statement",
    "for_in_statement",
}


def _alone(source: Source, statement: "Node") -> bool:
    """Whether nothing is left where something must stand once this statement goes: in a Python block, in a
    shell's lists, after an ``if`` without braces, at the end of a line that was continued.
    """
    start = source.data.rfind(b"\n", 0, statement.start_byte)
    if source.data[:start].rstrip(b"\r").endswith(b"\\") and start > 0:
        return True
    if source.language.lexer is not None or (parent := statement.parent) is None:
        return False
    if source.language.name == "shell":
        return True  # then … fi, do … done and { … } may not be empty, and a list goes on with && or |
    if source.language.name == "python":
        return parent.type == "block" and sum(child.type != "comment" for child in parent.named_children) == 1
    return parent.type in _HEADS


def _lines_of(source: Source, node: "Node") -> tuple[int, str]:
    """The number of a node's first line, and the text of all its lines ("" if that is too long to be shown)."""
    start = source.data.rfind(b"\n", 0, node.start_byte) + 1
    end = source.data.find(b"\n", max(node.start_byte, node.end_byte - 1))
    end = end if end >= 0 else len(source.data)
    text = source.data[start:end].decode("utf-8", "replace") if end - start <= _STATEMENT else ""
    return source.line_of(start), text.rstrip("\r")
