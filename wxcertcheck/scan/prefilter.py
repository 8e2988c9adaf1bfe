"""Which files are worth parsing: every word of every pattern is searched in the raw bytes, all at once.

With hyperscan (https://intel.github.io/hyperscan/) at memory speed; where no wheel exists, word by word for the file's own
language alone. Words are ASCII, so the encodings that keep ASCII bytes (UTF-8, GBK, Latin-1) need no decoding first;
UTF-16 and UTF-32 are decoded by the caller.
"""

from collections.abc import Callable, Iterable, Set
from functools import cache
from typing import Any

Search = Callable[[bytes, frozenset[str]], Set[str]]


def searcher(words: Iterable[str]) -> Search:
    """A function (data, the words that matter) -> those of them that are in ``data``."""
    ordered = tuple(sorted(set(words)))
    try:
        return _with_hyperscan(ordered)
    except ImportError:
        return _one_by_one


def _one_by_one(data: bytes, wanted: frozenset[str]) -> set[str]:
    return {word for word in wanted if word.encode() in data}


@cache
def _with_hyperscan(words: tuple[str, ...]) -> Search:
    """Compiled once per process group: the parent compiles before it forks, the children share the pages."""
    import hyperscan

    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    flags = hyperscan.HS_FLAG_SINGLEMATCH
    database.compile(
        expressions=[word.encode() for word in words],
        ids=list(range(len(words))),
        flags=[flags] * len(words),
        literal=True,
    )
    found: set[int] = set()

    def seen(number: int, start: int, end: int, flags: int, context: Any) -> None:  # noqa: ANN401 - hyperscan's callback
        found.add(number)

    nothing: frozenset[str] = frozenset()

    def search(data: bytes, wanted: frozenset[str]) -> Set[str]:
        found.clear()
        database.scan(data, match_event_handler=seen)
        return {words[number] for number in found} & wanted if found else nothing

    return search
