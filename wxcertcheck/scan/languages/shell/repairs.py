"""What a shell script becomes without an option, a variable or a letter: quoting, continued lines and the rest stay."""

from typing import TYPE_CHECKING

from wxcertcheck.scan.language import Change
from wxcertcheck.scan.languages.shell.commands import Word
from wxcertcheck.scan.source import Source

if TYPE_CHECKING:
    from tree_sitter import Node

_BODIES = frozenset({"program", "compound_statement", "do_group", "if_statement", "else_clause", "elif_clause"})


def left_out(words: "list[Word]", word: Word, count: int = 1) -> tuple[Change, ...]:
    """The command without ``count`` words from ``word`` on: with the space before them, or after them at a list's start."""
    at = words.index(word)
    end = words[min(at + count, len(words)) - 1].node.end_byte
    if at:
        return (Change(words[at - 1].node.end_byte, end),)
    return (Change(word.node.start_byte, words[at + count].node.start_byte if len(words) > at + count else end),)


def option_left_out(words: "list[Word]", word: Word) -> tuple[Change, ...]:
    """The command without ``--name value`` or ``--name=value``."""
    return left_out(words, word, 1 if "=" in word.written else 2)


def letter_left_out(source: Source, words: "list[Word]", word: Word, letter: str) -> tuple[Change, ...]:
    """``-sSk`` without its ``k``; the whole word where it is the only letter."""
    if word.written == "-" + letter:
        return left_out(words, word)
    at = word.node.start_byte + source.text(word.node).index(letter, source.text(word.node).index("-"))
    return (Change(at, at + 1),)


def assignment_left_out(source: Source, node: "Node") -> tuple[Change, ...]:
    """A script without ``NAME=value``: before a command, as one of several of an ``export``, or as the whole statement.

    A statement that is the only one of its body, or part of a list, becomes ``:``, which does nothing.
    """
    parent = node.parent
    if parent is None or node.type != "variable_assignment":
        return ()
    if parent.type == "command":
        after = node.next_sibling
        return (Change(node.start_byte, after.start_byte),) if after is not None else ()
    if parent.type == "declaration_command" and parent.named_child_count > 1:
        before = node.prev_sibling
        return (Change(before.end_byte, node.end_byte),) if before is not None else ()
    statement = parent if parent.type == "declaration_command" else node
    body = statement.parent
    others = [c for c in body.named_children if c.type not in ("comment", "else_clause", "elif_clause")] if body else []
    start = source.data.rfind(b"\n", 0, statement.start_byte) + 1
    end = source.data.find(b"\n", statement.end_byte)
    line = source.data[start : end if end >= 0 else len(source.data)]
    alone = line.strip() == source.data[statement.start_byte : statement.end_byte].strip()
    enough = len(others) > (2 if body is not None and body.type in ("if_statement", "elif_clause") else 1)
    if body is not None and body.type in _BODIES and alone and (enough or body.type == "program"):
        return (Change(start, statement.end_byte),)
    return (Change(statement.start_byte, statement.end_byte, ":"),)


def turned(source: Source, node: "Node", old: str, new: str) -> tuple[Change, ...]:
    """A word in which ``old`` stands once, with ``new`` for it."""
    text = source.text(node)
    at = node.start_byte + len(text[: text.find(old)].encode())
    return (Change(at, at + len(old.encode()), new),) if text.count(old) == 1 else ()
