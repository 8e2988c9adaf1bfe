"""Shell: commands as lists of words, also those that stand in strings and heredocs."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from wxcertcheck.scan.evaluate import evaluate
from wxcertcheck.scan.grammars import _grammar
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.values import Kind, Value, text

if TYPE_CHECKING:
    from tree_sitter import Node

_SHOWS = frozenset(
    {"echo", "printf", "log", "info", "warn", "error", "die", "fail", "usage", "print", "read", "say", "grep"}
)
_INSIDE = frozenset({"string", "raw_string", "ansi_c_string", "heredoc_body"})
_HELP = re.compile(r"usage|help|print|banner|docs?$", re.IGNORECASE)


class Word(Struct, frozen=True):
    """One word of a command: as written without quotes, its node, and the whole command's node."""

    written: str
    node: "Node"
    command: "Node"


def words_around(hit: Hit) -> "list[Word]":
    """The words of the command that the hit stands in: itself, in a string (``bash -c "…"``), an array or a heredoc."""
    source, node = hit.source, hit.node
    inside = node if node.type in _INSIDE else source.around(node, _INSIDE)
    if inside is not None and (inside.type == "heredoc_body" or re.search(r"\s", source.text(inside).strip("\"' "))):
        if _is_shown(source, inside):
            return []
        return _embedded(hit, inside)
    return _of(source, node)


def _of(source: Source, node: "Node") -> "list[Word]":
    if node.type == "comment":
        return []
    for parent in (node, *source.ancestors(node)):
        if parent.type == "command":
            name = parent.child_by_field_name("name")
            if name is not None and source.text(name) in _SHOWS and not _is_redirected(source, parent):
                return []
            words = [c for c in parent.named_children if c.type not in ("variable_assignment", "comment")]
            return [Word(bare(source.text(w)), w, parent) for w in words if "redirect" not in w.type]
        if parent.type == "array":
            return [Word(bare(source.text(w)), w, parent) for w in parent.named_children if w.type != "comment"]
        if parent.type in ("variable_assignment", "declaration_command"):
            value = parent.child_by_field_name("value")
            within = value is not None and value.start_byte <= node.start_byte and node.end_byte <= value.end_byte
            whole = value if value is not None and within else node
            return [Word(bare(source.text(whole)), whole, parent)]
    return []


def bare(written: str) -> str:
    """A word without its quotes."""
    return written.strip("\"'")


def _is_shown(source: Source, inside: "Node") -> bool:
    """Whether a string or heredoc is merely printed: ``echo "use curl -k"``, the text of a usage function."""
    function = source.function_around(inside)
    if function is not None and _HELP.search(source.name_of(function)) and inside.type == "heredoc_body":
        return True
    command = source.around(inside, frozenset({"command", "redirected_statement"}))
    while command is not None:
        name = command.child_by_field_name("name")
        if name is None and command.type == "redirected_statement":
            body = command.child_by_field_name("body")
            name = body.child_by_field_name("name") if body is not None else None
        called = source.text(name) if name is not None else ""
        shows = called in _SHOWS or (called == "cat" and inside.type == "heredoc_body")
        if shows:
            return not _is_redirected(source, command)
        command = source.around(command, frozenset({"command", "redirected_statement"}))
    return False


def _is_redirected(source: Source, command: "Node") -> bool:
    """Whether the output goes to a file or another command: ``> x.sh``, ``| sh``, ``$(echo …)``, ``<<EOF | tee x.sh``."""
    piped = [c for c in command.named_children if c.type == "heredoc_redirect"]
    if any(inner.type == "pipeline" for redirect in piped for inner in redirect.named_children):
        return True
    for parent in (command, *source.ancestors(command)):
        if parent.type in ("pipeline", "command_substitution"):
            return True
        if parent.type == "redirected_statement":
            written = source.text(parent)
            head = re.sub(r"[\"'][^\"'\n]*[\"']", "", written[:600])
            if re.search(r"(?<![0-9&])>>?\s*(?!&)(?!/dev/(?:null|stderr|stdout))\S", head):
                return True
        if parent.type in ("function_definition", "program", "if_statement"):
            return False
    return False


def _embedded(hit: Hit, inside: "Node") -> "list[Word]":
    """The words of the command at the hit, from a tree of the string's inside alone. Offsets stay those of the file."""
    from tree_sitter import Parser, Range

    source = hit.source
    quote = 0 if inside.type == "heredoc_body" else 2 if inside.type == "ansi_c_string" else 1
    start, end = inside.start_byte + quote, inside.end_byte - (1 if quote else 0)
    first, last = _point(source, start), _point(source, end)
    tree = Parser(_grammar(source.language), included_ranges=[Range(first, last, start, end)]).parse(source.data)
    node = tree.root_node.descendant_for_byte_range(hit.offset, hit.offset + 1)
    if node is None or any(n.type == "comment" for n in (node, *source.ancestors(node))):
        return []
    return _of(source, node)


def _point(source: Source, offset: int) -> tuple[int, int]:
    line = source.line_of(offset)
    return line - 1, offset - source.line_starts[line - 1]


# --- options --------------------------------------------------------------------------------------------------------------


def option_value(source: Source, words: "list[Word]", name: str) -> "Iterator[tuple[Word, Value]]":
    """Every ``--name value`` and ``--name=value`` among the words: the option's word and the value."""
    for number, word in enumerate(words):
        if word.written == name and number + 1 < len(words):
            yield word, evaluate(source, words[number + 1].node)
        elif word.written.startswith(name + "="):
            yield word, without(evaluate(source, word.node), name + "=")


def without(value: Value, prefix: str) -> Value:
    """A value without its first characters: ``--cacert=$X`` -> ``$X``."""
    if value.kind is Kind.TEXT:
        start = value.text.find(prefix)
        return text(value.text[start + len(prefix) :].strip("\"'") if start >= 0 else value.text, value.base)
    if value.kind is Kind.JOIN and value.parts[0].kind is Kind.TEXT and prefix in value.parts[0].text:
        head = text(value.parts[0].text.partition(prefix)[2].lstrip("\"'"))
        from wxcertcheck.scan.values import join

        return join([head, *value.parts[1:]])
    if value.kind is Kind.CHOICE:
        from wxcertcheck.scan.values import choice

        return choice(without(part, prefix) for part in value.parts)
    return value


def tool_at(words: "list[Word]", tool: str) -> int:
    """The number of the word that names ``tool`` (``/usr/bin/curl``, ``$CURL``), -1 if none does."""
    variable = re.compile(rf"^\$[{{(]?{tool}\w*[}})]?$", re.IGNORECASE)
    for number, word in enumerate(words):
        if word.written.rpartition("/")[2] in (tool, tool + ".exe") or variable.match(word.written):
            return number
    return -1
