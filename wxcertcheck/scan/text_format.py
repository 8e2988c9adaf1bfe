"""Configuration and deployment text: formats without a grammar, read line by line with comments taken out.

A tokenising matcher, not a parser: comments are blanked (offsets stay), lines that end in a backslash are joined, and a
pattern's expression runs over the whole logical line.
"""

import re
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, AnyStr, cast

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Language, Matcher
from wxcertcheck.scan.prose import is_prose
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.values import RESOURCE, Kind, Value, join, text, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_VARIABLE = re.compile(
    r"\$\{\{\s*(?P<ci>[\w.\-]+)\s*\}\}|\$\{\??(?P<braced>[\w.\-]+)(?::?-(?P<shell>[^}]*)|:(?:#\{null\}|(?P<spring>[^}]*)))?\}"
    r"|\$\(?(?P<bare>[A-Za-z_]\w*)\)?|%(?P<windows>[A-Za-z_]\w*)%|\{\{-?\s*(?P<template>[^{}\n]+?)\s*-?\}\}|@(?P<maven>[\w.]+)@"
)
_LONGEST_LINE = 20_000


@dataclass(frozen=True)
class Span:
    """Stands in for a syntax node: a stretch of text with nothing around it and nothing in it."""

    start_byte: int
    end_byte: int
    type: str = "line"
    parent: None = None
    id: int = 0


@dataclass
class TextHit(Hit):
    """A word in a text format. ``line`` is its logical line without comments; ``clean`` the whole text without them."""

    line: str = ""
    line_start: int = 0
    clean: bytes = b""
    first: bool = True
    """Whether the word did not stand before in this line: an expression over the line finds all places at once."""

    def span(self, start: int, end: int) -> "Node":
        """A place in ``line`` (character offsets) as a node."""
        first = self.line_start + len(self.line[:start].encode())
        return cast("Node", Span(first, first + len(self.line[start:end].encode())))


def lexer(source: Source, words: Set[str] | None = None) -> Iterator[Hit]:
    """A hit for each place of each word outside comments."""
    clean = without_comments(source.data, source.language)
    known = {word for pattern in source.language.patterns for word in pattern.words}
    wanted = known if words is None else known & words
    for word in sorted(wanted):
        needle, at, last, line = word.encode(), -1, (-1, -1), ""
        while (at := clean.find(needle, at + 1)) >= 0:
            place = _logical_line(clean, at)
            if place != last:
                line = clean[slice(*place)].decode("utf-8", "replace").replace("\\\r\n", "   ").replace("\\\n", "  ")
            node = cast("Node", Span(at, at + len(needle)))
            yield TextHit(source, node, word, at, line, place[0], clean, place != last)
            last = place


def without_comments(data: bytes, language: Language) -> bytes:
    """The same text with comments blanked. A comment sign counts at a line's start or after a space."""
    blanked = bytearray(data)
    if "<!--" in language.line_comments:
        found = list(re.finditer(rb"<!--.*?(?:-->|\Z)", data, re.DOTALL))
    else:
        signs = b"|".join(re.escape(sign.encode()) for sign in language.line_comments)
        found = list(re.finditer(rb"(?:(?<=\n)|\A|(?<=[\s;]))(?:" + signs + rb")[^\n]*", data)) if signs else []
    for comment in found:
        blanked[comment.start() : comment.end()] = re.sub(rb"[^\n]", b" ", comment.group())
    return bytes(blanked)


def _logical_line(clean: bytes, at: int) -> tuple[int, int]:
    """Start and end of the line at an offset, with the lines that a backslash joins to it. Of a line that has no end, a
    stretch that places near each other share.
    """
    near = at - at % _LONGEST_LINE
    least, most = max(0, near - _LONGEST_LINE), min(len(clean), near + 2 * _LONGEST_LINE)
    start = clean.rfind(b"\n", least, at) + 1 or least
    while start - 1 > least and clean[max(0, start - 3) : start].rstrip(b"\r\n").endswith(b"\\"):
        start = clean.rfind(b"\n", least, start - 1) + 1 or least
    end = clean.find(b"\n", at, most)
    while end > 0 and clean[max(0, end - 2) : end].rstrip(b"\r").endswith(b"\\"):
        end = clean.find(b"\n", end + 1, most)
    return start, end if end >= 0 else most


def value_of(written: str) -> Value:
    """A written setting as a value: its variables become environment variables, with their defaults."""
    written = written.strip().strip("\"'").strip()
    if written.lower() in ("true", "yes", "on"):
        return Value(Kind.TRUE, written)
    if written.lower() in ("false", "no", "off", "none", "null", "~", ""):
        return Value(Kind.FALSE if written.lower() not in ("null", "~", "") else Kind.NULL, written)
    if written.startswith("<%="):
        return _embedded_ruby(written)
    parts, at = [], 0
    for found in _VARIABLE.finditer(written):
        parts.append(text(written[at : found.start()]))
        name = (
            found["ci"] or found["braced"] or found["bare"] or found["windows"] or found["template"] or found["maven"]
        )
        default = found["shell"] if found["shell"] is not None else found["spring"]
        parts.append(Value(Kind.ENVIRONMENT, (name or "").strip(), (text(default),) if default else ()))
        at = found.end()
    parts.append(text(written[at:]))
    whole = join(parts)
    return whole.on_base(RESOURCE) if written.startswith("classpath") else whole


def parents(hit: TextHit) -> str:
    """The keys above a line of YAML, dotted: what is indented less, line by line upwards."""
    before = hit.clean[max(0, hit.line_start - 20_000) : hit.line_start].decode("utf-8", "replace").split("\n")
    indent, names = len(hit.line) - len(hit.line.lstrip()), list[str]()
    for line in reversed(before):
        if not indent:
            break
        found = re.match(r"(\s*(?:-\s+)?)[\"']?([\w.\-]+)[\"']?\s*:", line)
        if found and len(found[1]) < indent:  # what follows a dash stands beside, not above, the keys below it
            indent = len(found[1])
            names.append(found[2])
    return ".".join(reversed(names))


def _embedded_ruby(written: str) -> Value:
    """``<%= ENV["CA"] %>``, ``<%= Rails.root.join("config", "ca.pem") %>`` of Rails' YAML files."""
    variable = re.search(r"ENV(?:\.fetch\(|\[)\s*[\"'](\w+)", written)
    if variable:
        return Value(Kind.ENVIRONMENT, variable[1])
    parts = re.findall(r"[\"']([^\"'\n]+)[\"']", written)
    return text("/".join(parts)) if parts else unknown(written)


LineTest = Callable[["TextHit", "re.Match[str]"], bool]


@cache
def _compiled(expression: AnyStr) -> "re.Pattern[AnyStr]":
    """Compiled when first asked for: of the hundreds of expressions a scan needs a few. Those over several lines are bytes."""
    return re.compile(expression, re.DOTALL if isinstance(expression, bytes) else 0)


def _told(hit: TextHit, span: tuple[int, int]) -> bool:
    """Whether the place merely tells of a setting, in a text for people."""
    if hit.source.language.name not in _WITH_TEXTS:
        return False
    above = hit.clean[max(0, hit.line_start - 20_000) : hit.line_start].decode("utf-8", "replace")
    return is_prose(above + hit.line[: span[0]], hit.line[slice(*span)], hit.line[span[1] :])


_WITH_TEXTS = frozenset({"yaml", "json", "settings"})


def line_trusts(
    expression: str,
    *,
    mode: PinMode = PinMode.REPLACES,
    purpose: Purpose = Purpose.HTTPS,
    when: LineTest | None = None,
) -> Matcher:
    """A line in which ``expression`` finds the group ``value``: it names the trusted CAs."""
    compiled = partial(_compiled, expression)

    def match(hit: Hit) -> Iterator[Find]:
        assert isinstance(hit, TextHit)  # noqa: S101 - text formats give nothing else
        for found in compiled().finditer(hit.line) if hit.first else ():
            if found["value"].strip("\"' ") and (when is None or when(hit, found)) and not _told(hit, found.span()):
                yield Find(PinKind.TRUST, hit.span(*found.span()), value_of(found["value"]), mode, purpose)

    return match


def line_off(expression: str, *, purpose: Purpose = Purpose.HTTPS, when: LineTest | None = None) -> Matcher:
    """A line in which ``expression`` finds anything: verification is off."""
    compiled = partial(_compiled, expression)

    def match(hit: Hit) -> Iterator[Find]:
        assert isinstance(hit, TextHit)  # noqa: S101 - as above
        for found in compiled().finditer(hit.line) if hit.first else ():
            if (when is None or when(hit, found)) and not _told(hit, found.span()):
                yield Find(PinKind.VERIFICATION_OFF, hit.span(*found.span()), purpose=purpose)

    return match


def context_trusts(expression: str, *, mode: PinMode = PinMode.REPLACES, purpose: Purpose = Purpose.HTTPS) -> Matcher:
    """Like `line_trusts`, but ``expression`` starts at the word and may run over several lines (blocks)."""
    compiled = partial(_compiled, expression.encode())

    def match(hit: Hit) -> Iterator[Find]:
        assert isinstance(hit, TextHit)  # noqa: S101 - as above
        found = compiled().match(hit.clean, hit.offset)
        if found:
            end = found.start("value") if b"\n" in found["value"] else found.end("value")
            node = cast("Node", Span(found.start(), end))
            value = value_of(found["value"].decode("utf-8", "replace"))
            yield Find(PinKind.TRUST, node, value, mode, purpose)

    return match


def context_off(expression: str, *, purpose: Purpose = Purpose.HTTPS) -> Matcher:
    """Like `line_off`, but ``expression`` starts at the word and may run over several lines."""
    compiled = partial(_compiled, expression.encode())

    def match(hit: Hit) -> Iterator[Find]:
        assert isinstance(hit, TextHit)  # noqa: S101 - as above
        found = compiled().match(hit.clean, hit.offset)
        if found:
            yield Find(PinKind.VERIFICATION_OFF, cast("Node", Span(found.start(), found.end())), purpose=purpose)

    return match


def line_decided(expression: str, *, purpose: Purpose = Purpose.HTTPS, when: LineTest | None = None) -> Matcher:
    """Like `line_off`, for a switch that a template or variable decides."""
    compiled = partial(_compiled, expression)

    def match(hit: Hit) -> Iterator[Find]:
        assert isinstance(hit, TextHit)  # noqa: S101 - as above
        for found in compiled().finditer(hit.line) if hit.first else ():
            if when is None or when(hit, found):
                yield Find(PinKind.CONFIGURABLE, hit.span(*found.span()), purpose=purpose)

    return match


def context_decided(expression: str, *, purpose: Purpose = Purpose.HTTPS) -> Matcher:
    """Like `context_off`, for a switch that a template or variable decides."""
    compiled = partial(_compiled, expression.encode())

    def match(hit: Hit) -> Iterator[Find]:
        assert isinstance(hit, TextHit)  # noqa: S101 - as above
        found = compiled().match(hit.clean, hit.offset)
        if found:
            yield Find(PinKind.CONFIGURABLE, cast("Node", Span(found.start(), found.end())), purpose=purpose)

    return match
