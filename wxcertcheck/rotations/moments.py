"""Zones and moments: a bare date is 00:00 in the rotation's zone; RFC 3339 carries its own offset."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

Zone = tzinfo

_OFFSET = re.compile(r"([+-])([0-9]{2}):([0-9]{2})")
_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_zone(text: str) -> Zone | None:
    """``+08:00``, ``Z``, or an IANA name such as ``Asia/Shanghai``; None if neither (or unknown on this machine)."""
    if text in ("Z", "UTC"):
        return UTC
    if match := _OFFSET.fullmatch(text):
        sign, hours, minutes = match.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-offset if sign == "-" else offset) if offset < timedelta(hours=24) else None
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # ValueError: "../x"; OSError: a folder such as "Asia"
        return None


def from_date(day: date, zone: Zone) -> datetime:
    """00:00 of ``day`` in ``zone``."""
    return datetime.combine(day, time(), zone)


def parse_moment(text: str, zone: Zone) -> datetime | None:
    """A bare date (00:00 in ``zone``) or an RFC 3339 moment (section 5.6; seconds may be left out); None otherwise."""
    text = text.strip()
    try:
        if _DATE.fullmatch(text):
            moment = from_date(date.fromisoformat(text), zone)
        elif _RFC_3339.fullmatch(text):
            moment = datetime.fromisoformat(text.upper())
        else:
            return None
    except ValueError:  # the 30th of February, 25:00, a leap second
        return None
    return moment if 1950 <= moment.year <= 9990 else None  # keeps comparisons clear of datetime's own limits
