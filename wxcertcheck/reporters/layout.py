"""Laying out text for a terminal of 80 columns, where a Chinese character takes two."""

import unicodedata

WIDTH = 80
_NO_END = "（《“‘「"
_NO_START = "，。、；：！？）》”’%)],.;:!?"


def width(text: str) -> int:
    """Columns that ``text`` takes (Unicode Standard Annex #11: wide and full-width characters take two)."""
    return sum(2 if _is_wide(c) else 0 if unicodedata.combining(c) else 1 for c in text)


def pad(text: str, columns: int) -> str:
    """``text`` filled with spaces to ``columns``."""
    return text + " " * max(0, columns - width(text))


def shorten(text: str, columns: int) -> str:
    """``text`` with its middle left out, so that it takes at most ``columns``; more is kept of a path's telling end."""
    if width(text) <= columns:
        return text
    head, tail = (columns - 1) // 3, columns - 1 - (columns - 1) // 3
    return f"{_cut(text, head)}…{_cut(text[::-1], tail)[::-1]}"


def wrap(text: str, columns: int = WIDTH, indent: str = "", first: str | None = None) -> list[str]:
    """Lines of at most ``columns``: Latin text breaks at spaces, Chinese text anywhere but before closing and after
    opening punctuation.
    """
    lines: list[str] = []
    start = "" if first is None else first
    line = ""
    for piece in _pieces(text):
        if line and width(start) + width(line) + width(piece.rstrip()) > columns and piece.strip():
            lines.append((start + line).rstrip())
            start, line = indent, ""
        line += piece if line else piece.lstrip()
    return [*lines, (start + line).rstrip()]


def _cut(text: str, columns: int) -> str:
    taken = 0
    for number, character in enumerate(text):
        taken += width(character)
        if taken > columns:
            return text[:number]
    return text


def _pieces(text: str) -> list[str]:
    """Words with the space before them, and single wide characters with the punctuation that must follow them."""
    pieces: list[str] = []
    for character in text:
        last = pieces[-1][-1] if pieces else ""
        word_goes_on = last and character != " " and not _is_wide(character) and not _is_wide(last)
        if last and (word_goes_on or character in _NO_START or last in _NO_END):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"
