"""Conditions of a preprocessor that a grammar stumbles over: blanked for the parser, byte for byte as long."""

import re
from itertools import pairwise

_DIRECTIVE = re.compile(rb"^[ \t]*#[ \t]*(if|elif|else|endif)[^\n]*", re.MULTILINE)
_TEXT = re.compile(rb"\"(?:\\.|[^\"\\\n])*\"|'\\?[^\n]'|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_CASE = re.compile(rb"\s*(?:case\b|default\s*:|@unknown\b)")
"""Swift: a condition around cases of a switch."""
_ELSE = re.compile(rb"(?>\s|//[^\n]*\n|/\*.*?\*/)*else\b", re.DOTALL)
"""A condition around one more branch of an ``if``."""
_OF_TLS = re.compile(rb"(?i)ssl|tls|cert|\bca_|_ca\b|_ca_")
"""The branch that is kept of those that open a brace each, where there is one."""


def without_conditions(data: bytes) -> bytes:
    """The grammars of C, Objective-C and Swift have no ``#if`` among the elements of a list or the cases of a switch, nor
    branches that open a brace each: there the directives are blanked, and all branches but one: that
    about TLS, or the first.
    """
    if b"#if" not in data:
        return data
    blanked, open_ones = bytearray(data), list[list[tuple[int, int]]]()
    for found in _DIRECTIVE.finditer(data):
        if found[1] == b"if":
            open_ones.append([])
        if not open_ones:
            continue
        open_ones[-1].append(found.span())
        if found[1] == b"endif":
            for start, end in _superfluous(data, open_ones.pop()):
                blanked[start:end] = re.sub(rb"[^\n]", b" ", blanked[start:end])
    return bytes(blanked)


def _superfluous(data: bytes, directives: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What to blank of a condition, given the places of its ``#if``, ``#else`` and ``#endif``."""
    start, first = directives[0]
    in_list = data[max(0, start - 200) : start].rstrip().endswith(b",") or _CASE.match(data, first)
    if in_list and not data[start:first].rstrip().endswith(b" 0"):
        return directives
    branch = data[first : directives[1][0]]
    if len(directives) == 2 and _ELSE.match(branch):
        return directives
    if len(directives) == 2 or _balanced(branch) or _balanced(_TEXT.sub(b"", branch)):
        return []
    branches = [(one[1], other[0]) for one, other in pairwise(directives)]
    kept = next((one for one in branches if _OF_TLS.search(data, *one)), branches[0])
    return [(directives[0][0], kept[0]), (kept[1], directives[-1][1])]


def _balanced(code: bytes) -> bool:
    return code.count(b"{") == code.count(b"}") and code.count(b"(") == code.count(b")")
