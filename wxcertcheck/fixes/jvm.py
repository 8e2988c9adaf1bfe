"""The JVM's own trust managers instead of one's own: ``null`` in the place where code hands over its own.

``SSLContext.init(keys, null, random)`` and ``TrustManagerFactory.init((KeyStore) null)`` take the JVM's defaults, and the
client certificate of a merchant, which the first argument holds, stays. Source: JSSE Reference Guide (JDK 21).
"""

import re

from wxcertcheck.fixes.statement import changed, place_of
from wxcertcheck.model import Edit, Pin

_INIT = re.compile(r"(?:[\w.$]+\.)?init\s*\(")
_NO_STORE = {
    "java": "(java.security.KeyStore) null",
    "groovy": "(java.security.KeyStore) null",
    "kotlin": "null as java.security.KeyStore?",
    "scala": "null.asInstanceOf[java.security.KeyStore]",
}
_OPENING, _CLOSING = "([{", ")]}"


def default_managers(pin: Pin) -> Edit | None:
    """The lines of such a call with ``null`` for what it trusts; None for every other place."""
    called, start = _INIT.match(pin.value), place_of(pin)
    if pin.language not in _NO_STORE or called is None or start is None:
        return None
    spans = _arguments(pin.value, called.end())
    slug = pin.pattern.partition("/")[2]
    if slug == "accepting-factory" and len(spans) == 3:
        span, new = spans[1], "null"
    elif slug == "trust-manager-factory" and len(spans) == 1:
        span, new = spans[0], _NO_STORE[pin.language]
    else:
        return None
    return changed(pin, start + span[0], start + span[1], new)


def _arguments(text: str, start: int) -> list[tuple[int, int]]:
    """Start and end of each argument of the call whose bracket opened right before ``start``; [] if it never closes."""
    spans, depth, at = [], 0, start
    for number in range(start, len(text)):
        character = text[number]
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING and depth:
            depth -= 1
        elif depth == 0 and character in ",)":
            spans.append(_trimmed(text, at, number))
            at = number + 1
            if character == ")":
                return spans if number == len(text.rstrip().rstrip(";")) - 1 else []
    return []


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    written = text[start:end]
    return start + len(written) - len(written.lstrip()), end - len(written) + len(written.rstrip())
