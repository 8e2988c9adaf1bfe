"""What is searched in raw bytes, and what of a pattern can be told from them without a syntax tree."""

import re
from base64 import b64encode
from collections.abc import Set
from functools import cache
from hashlib import sha1, sha256

from msgspec import Struct

from wxcertcheck.der import certificate_fields, spki_of
from wxcertcheck.model import Rotation
from wxcertcheck.scan.language import Pattern

_TELLING_SERIAL = 24
"""Hexadecimal digits from which a serial number alone tells a root; shorter ones are numbers like others."""
_WORD_BYTE = re.compile(rb"[0-9A-Za-z_]")


class Words(Struct, frozen=True):
    """What is searched: every pattern's words by language, the rotations' hosts, and ways to write their roots."""

    hosts: frozenset[str]
    roots: dict[str, str]
    bodies: tuple[str, ...]
    """How the roots' DER begins in base64: found without any header around it."""

    @classmethod
    def of(cls, rotations: tuple[Rotation, ...]) -> "Words":
        """The words of these rotations."""
        hosts = {host.name.removeprefix("*.") for rotation in rotations for host in rotation.hosts}
        roots = {w: root.fingerprint for rotation in rotations for root in rotation.roots for w in _writings(root.der)}
        bodies = {b64encode(root.der[:24]).decode() for rotation in rotations for root in rotation.roots}
        return cls(frozenset(hosts), roots, tuple(sorted(bodies)))


def _writings(der: bytes) -> set[str]:
    """How a root is usually named in code: SHA-256 and SHA-1 of its DER, SHA-256 of its key, and its serial number; plain
    or with colons, upper and lower, the key in base64 (RFC 7469), a long serial in decimal too.
    """
    serial = certificate_fields(der)[1][0].contents.hex()
    key = sha256(spki_of(der))
    found = {b64encode(key.digest()).decode()}
    digests = [sha256(der).hexdigest(), sha1(der, usedforsecurity=False).hexdigest(), key.hexdigest()]
    if len(serial) >= _TELLING_SERIAL:
        digests += [serial, serial.lstrip("0")]
        found.add(str(int(serial, 16)))
    for digest in digests:
        colons = ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))
        found |= {digest, digest.upper(), colons, colons.upper()} if len(digest) % 2 == 0 else {digest, digest.upper()}
    return found


class Rule(Struct, frozen=True):
    """What of a pattern can be told without a syntax tree."""

    beside: frozenset[str]
    followed: str
    within: bool = False

    @classmethod
    def of(cls, pattern: Pattern) -> "Rule":
        """The rule of a pattern."""
        return cls(frozenset(pattern.beside), pattern.followed, pattern.within)

    def applies(self, word: str, found: Set[str], data: bytes) -> bool:
        """Whether ``word`` stands in ``data`` with what must follow it, and is not the end of a longer name unless it may.

        ``found``: the words in ``data``.
        """
        if self.beside and self.beside.isdisjoint(found):
            return False
        if not self.followed:
            return True
        longer = not self.within and (word[0].isalnum() or word[0] == "_")
        written, follows = word.encode(), _expression(self.followed)
        at = data.find(written)
        while at >= 0:
            if follows.match(data, at + len(written)) and not (longer and at and _WORD_BYTE.match(data, at - 1)):
                return True
            at = data.find(written, at + 1)
        return False


DECLARED_WITH_VALUE = Rule(frozenset(), r"\w*\s*(?:\[[^\]\n]*\]\s*)?[={]", within=True)
"""The rule of every word in a file that only declares."""


@cache
def _expression(followed: str) -> "re.Pattern[bytes]":
    """What must come after a word. Few of them are ever asked for, and to compile all would cost 20 ms."""
    return re.compile(followed.encode())
