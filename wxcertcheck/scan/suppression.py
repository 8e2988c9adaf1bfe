"""Comments ``wxcertcheck: ignore[WXC201] reason until 2026-12-31``: what they accept, or why they do not count."""

import re
from datetime import date

from msgspec.structs import replace

from wxcertcheck.model import Suppression
from wxcertcheck.scan.source import Source
from wxcertcheck.text import Text

COMMENT_START = re.compile(r"\s*(?://|#|\*|/\*|--|;|<!--|\"\"\"|''')")
"""How a line begins that is a comment as a whole, in any language."""
_COMMENT = re.compile(
    r"wxcertcheck:\s*ignore\b\s*(?:\[(?P<rules>[^\]\n]*)\])?\s*(?P<reason>.*?)\s*(?:\*/|-->|\*\)|\"\"\"|''')?\s*$"
)
_UNTIL = re.compile(r"(?:^|\s)until\s+(?P<day>\S*\d\S*)$")


def suppression_at(source: Source, line: int) -> Suppression | None:
    """The suppression comment on a line, or on a line of its own above it; with its ``fault`` if it does not count."""
    for number in (line, line - 1):
        text = source.line_text(number) if number > 0 else ""
        found = _COMMENT.search(text)
        if found and (number == line or COMMENT_START.match(text)):
            return _read(found["rules"], found["reason"])
    return None


def _read(rules: str | None, written: str) -> Suppression:
    until = _UNTIL.search(written)
    reason = written[: until.start()].strip() if until else written
    suppression = Suppression(
        tuple(re.findall(r"[\w\-]+", (rules or "").upper())), reason, until["day"] if until else ""
    )
    if not suppression.rules:
        return replace(suppression, fault=_NO_RULE)
    if not reason:
        return replace(suppression, fault=_NO_REASON.fill(rules=", ".join(suppression.rules)))
    if until and not _is_day(until["day"]):
        return replace(suppression, fault=_NO_DAY.fill(day=until["day"]))
    return suppression


def on(suppression: Suppression | None, today: date | None) -> Suppression | None:
    """The suppression as it holds on a day: after its last day the place is a finding again."""
    if suppression is None or suppression.fault or not suppression.until or today is None:
        return suppression
    over = date.fromisoformat(suppression.until) < today
    return replace(suppression, fault=_OVER.fill(day=suppression.until)) if over else suppression


def _is_day(written: str) -> bool:
    try:
        return date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False


_NO_RULE = Text(
    zh="忽略注释不起作用：没有写规则，请写成 wxcertcheck: ignore[WXC202] 理由 until 2026-12-31",
    en="the ignore comment does not count: it names no rule; write wxcertcheck: ignore[WXC202] reason until 2026-12-31",
)
_NO_REASON = Text(
    zh="忽略注释不起作用：没有写理由，请写成 wxcertcheck: ignore[{rules}] 理由 until 2026-12-31",
    en="the ignore comment does not count: it gives no reason; write wxcertcheck: ignore[{rules}] reason until 2026-12-31",
)
_NO_DAY = Text(
    zh="忽略注释不起作用：{day} 不是有效日期，请写成 until 2026-12-31 这样",
    en="the ignore comment does not count: {day} is no date; write it as until 2026-12-31",
)
_OVER = Text(zh="忽略注释已于 {day} 到期", en="the ignore comment has run out: it held until {day}")
