"""Fingerprints as they are written in code: SPKI pins, hexadecimal with and without colons, byte strings."""

import re
from base64 import b64decode
from binascii import Error as Base64Error

from wxcertcheck.scan.values import Kind, Value

_SPKI = re.compile(r"(?:sha256|sha1)?[/: ]*([A-Za-z0-9+/]{43}=)")
_HEX = re.compile(r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}[:\s]?){20,32}(?![0-9A-Fa-f])")


def fingerprints_in(value: Value) -> tuple[str, ...]:
    """Lower-case hexadecimal digests (SHA-1: 40 digits, SHA-256: 64) in the texts of a value."""
    found: list[str] = []
    for leaf in value.leaves():
        for part in (leaf, *leaf.parts):
            if part.kind in (Kind.TEXT, Kind.UNKNOWN):
                found += _digests(part.text)
    return tuple(dict.fromkeys(found))


def _digests(text: str) -> list[str]:
    found = []
    for pin in _SPKI.findall(text):
        try:
            found.append(b64decode(pin, validate=True).hex())
        except Base64Error:
            continue
    for written in _HEX.findall(text):
        digest = re.sub(r"[:\s]", "", written).lower()
        if len(digest) in (40, 64):
            found.append(digest)
    return found
