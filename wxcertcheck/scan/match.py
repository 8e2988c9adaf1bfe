"""Run a language's patterns over one file: words -> syntax nodes -> finds."""

from collections.abc import Iterator, Set
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from wxcertcheck.scan.grammars import parse
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Language, Pattern
from wxcertcheck.scan.source import Source

_HITS = 4_000
"""Places looked at in one file; past it the file is reported as looked at in part."""
_TEXTS = frozenset({"heredoc_content", "heredoc_body"})
"""Node types of whole files within a script: each line of them is a place of its own."""

if TYPE_CHECKING:
    from tree_sitter import Tree


class Match(Struct, frozen=True):
    """A find, the pattern it is from, and the file it is in."""

    pattern: Pattern
    find: Find
    source: Source
    offset: int
    """Where to point: at the word within a chain of calls over many lines, else at the find's start. In bytes."""


@lru_cache(maxsize=64)
def _words(language: Language) -> dict[str, tuple[Pattern, ...]]:
    by_word: dict[str, tuple[Pattern, ...]] = {}
    for pattern in language.patterns:
        for word in pattern.words:
            by_word[word] = (*by_word.get(word, ()), pattern)
    return by_word


def open_source(path: str, data: bytes, language: Language) -> Source:
    """Parse ``data`` (UTF-8)."""
    if language.grammar is None:
        return Source(path, data, language, cast("Tree", None))
    return Source(path, data, language, parse(language, language.prepare(data) if language.prepare else data))


def matches(source: Source, words: Set[str] | None = None) -> Iterator[Match]:
    """Every find of every pattern of the file's language; each node and slug once.

    ``words``: those that the prefilter saw in the file (default: look for all).
    """
    language = source.language
    if not language.patterns:
        return
    seen: set[tuple[str, int, int, int]] = set()
    for hit in language.lexer(source, words) if language.lexer else _hits(source, words):
        for pattern in _words(language).get(hit.word, ()):
            for find in pattern.match(hit):
                at = _point(find, hit)
                line = source.line_of(at) if find.node.type in _TEXTS else 0
                key = (pattern.slug, find.node.start_byte, find.node.end_byte, line)
                if key not in seen:
                    seen.add(key)
                    yield Match(pattern, find, source, at)


def _point(find: Find, hit: Hit) -> int:
    inside = find.node.start_byte <= hit.offset < find.node.end_byte
    first = hit.source.data[find.node.start_byte : find.node.start_byte + 1]
    if inside and (find.node.type in _TEXTS or first == b"\n"):
        return hit.offset
    return hit.node.start_byte if inside and hit.node.start_byte > find.node.start_byte else find.node.start_byte


def _hits(source: Source, words: Set[str] | None) -> Iterator[Hit]:
    """A hit for each place of each word (also within longer words), by offset, comments left out."""
    if source.language.grammar is None:
        return
    root = source.tree.root_node
    known = _words(source.language).keys()
    wanted = known if words is None else known & words
    places = sorted((offset, word) for word in wanted for offset in _places(source.data, word.encode()))
    for start, word in places[:_HITS]:
        offset = start + min(len(word) - len(word.lstrip("\"'`:.@$-<>{[(,;=\t\r\n ")), len(word) - 1)
        node = root.descendant_for_byte_range(offset, offset + 1)
        if node is not None and not source.in_comment(node):
            yield Hit(source, node, word, offset)


def _places(data: bytes, word: bytes) -> Iterator[int]:
    at = data.find(word)
    while at >= 0:
        yield at
        at = data.find(word, at + 1)
