"""Comparing dotted version numbers."""

import re


def at_least(version: str, wanted: tuple[int, ...]) -> bool:
    """Whether a dotted version is ``wanted`` or later; an unknown version counts as later."""
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[: len(wanted)])
    return not numbers or numbers >= wanted
