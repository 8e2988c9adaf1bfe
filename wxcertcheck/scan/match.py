"""Run a language's patterns over one file: words -> syntax nodes -> finds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from wxcertcheck.scan.language import Find, Language, Pattern
from wxcertcheck.scan.source import Hit, Source, parse

_HITS = 4_000
"""Places looked at in one file; past it the file is reported as looked at in part."""


@dataclass(frozen=True, slots=True)
class Match:
    """A find, the pattern it is from, and the file it is in."""

    pattern: Pattern
    find: Find
    source: Source


@lru_cache(maxsize=64)
def _words(language: Language) -> tuple["re.Pattern[bytes]", dict[bytes, tuple[Pattern, ...]]]:
    by_word: dict[bytes, tuple[Pattern, ...]] = {}
    for pattern in language.patterns:
        for word in pattern.words:
            by_word[word.encode()] = (*by_word.get(word.encode(), ()), pattern)
    longest_first = sorted(by_word, key=len, reverse=True)
    # A look-ahead finds words inside longer words too: "ssl_ca" within "ssl_ca_file".
    return re.compile(b"(?=(" + b"|".join(map(re.escape, longest_first)) + b"))"), by_word


def open_source(path: str, data: bytes, language: Language) -> Source:
    """Parse ``data`` (UTF-8)."""
    return Source(path, data, language, parse(language, data))


def matches(source: Source) -> Iterator[Match]:
    """Every find of every pattern of the file's language; each node and slug once."""
    language = source.language
    if not language.patterns:
        return
    seen: set[tuple[str, int, int]] = set()
    for hit in language.lexer(source) if language.lexer else _hits(source):
        for pattern in _words(language)[1].get(hit.word.encode(), ()):
            for find in pattern.match(hit):
                key = (pattern.slug, find.node.start_byte, find.node.end_byte)
                if key not in seen:
                    seen.add(key)
                    yield Match(pattern, find, source)


def _hits(source: Source) -> Iterator[Hit]:
    expression, by_word = _words(source.language)
    root = source.tree.root_node
    for number, found in enumerate(expression.finditer(source.data)):
        if number > _HITS:
            return
        for word in _all_at(source.data, found.start(), found.group(1), by_word):
            skip = len(word) - len(word.lstrip(b"\"'`:.@$-<{[( "))
            offset = found.start() + min(skip, len(word) - 1)
            node = root.descendant_for_byte_range(offset, offset + 1)
            if node is not None and not source.in_comment(node):
                yield Hit(source, node, word.decode(), offset)


def _all_at(data: bytes, start: int, longest: bytes, by_word: dict[bytes, tuple[Pattern, ...]]) -> Iterator[bytes]:
    """Every word at ``start``: the longest, and those that it starts with."""
    yield longest
    for length in range(len(longest) - 1, 3, -1):
        if longest[:length] in by_word:
            yield longest[:length]
