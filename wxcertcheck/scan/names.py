"""Names as source text has them: with separators, sigils and quotes, or as words among others."""

import re
from collections.abc import Iterator
from functools import lru_cache

LAST_NAME = re.compile(r"[A-Za-z_][\w$]*(?=[^\w$]*$)")
_GENERIC = re.compile(r"<[^<>()]*>")
_PREFIX = re.compile(r"^(?:new|await|try|typeof)\s+")
_SEPARATOR = re.compile(r"\s*(?:\?->|->|::|\?\.|!!\.|!\.|\\)\s*")
_SIGIL = re.compile(r"\s+|[$@&*!?]")
_WORD_BYTES = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
DOLLAR = ord("$")
_NAME_BYTES = _WORD_BYTES | {DOLLAR}


@lru_cache(maxsize=4096)
def dotted(expression: str) -> str:
    """An expression's name with dots for every separator: ``\\A\\B::c`` -> ``A.B.c``, ``$this->x`` -> ``this.x``."""
    if expression.isidentifier():
        return expression
    expression = _GENERIC.sub("", expression)
    expression = _PREFIX.sub("", expression.strip())
    expression = _SEPARATOR.sub(".", expression)
    return _SIGIL.sub("", expression).strip(".")


def bare(written: str) -> str:
    """A key without quotes and sigils: ``'verify'``, ``:verify``, ``verify:``, ``$verify`` -> ``verify``."""
    return written.strip().strip("\"'`").strip(":$@.&*!? ").strip("\"'`")


def last_name(written: str) -> str:
    """The last name of a target: ``self.a["b"]`` -> b, ``$this->ca`` -> ca, ``static const char *CA`` -> CA."""
    written = written.strip()
    if written.endswith("]"):
        written = re.sub(r"(?:\[\s*\d*\s*\])+$", "", written)
        quoted = re.search(r"\[\s*:?[\"']?([\w.\-]+)[\"']?\s*\]$", written)
        if quoted:
            return quoted.group(1)
    found = LAST_NAME.search(written)
    return found.group() if found else ""


def word_places(data: bytes, word: str, start: int, end: int) -> Iterator[int]:
    """Where ``word`` stands by itself (a ``$`` may stand before it). An expression a word would be compiled for each."""
    needle = word.encode()
    at = data.find(needle, start, end)
    while at >= 0:
        after = at + len(needle)
        if (not at or data[at - 1] not in _WORD_BYTES) and (after >= end or data[after] not in _NAME_BYTES):
            yield at
        at = data.find(needle, at + 1, end)
