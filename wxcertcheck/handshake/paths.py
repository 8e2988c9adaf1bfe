"""All paths from a presented leaf to anchors, by names and signatures. Pure.

Built once for a chain and all anchors of all stores together; a store is then judged by set membership. Names are
compared byte for byte; OpenSSL also folds case and white space, which no authority of a rotation has needed so far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from wxcertcheck.handshake.certificates import Parsed, parse, signed_by

MAX_DEPTH = 12
MAX_PATHS = 64
MAX_SIGNATURES = 512
"""Against hostile chains: a hundred certificates of one name would otherwise cost 2^100 steps."""


class Path(Struct, frozen=True):
    """Certificates from the leaf to an anchor. ``needed`` are those that the server did not send: a store must hold them."""

    certificates: tuple[Parsed, ...]
    needed: frozenset[str]

    @property
    def anchor(self) -> Parsed:
        """The last certificate."""
        return self.certificates[-1]


class Search:
    """Depth-first from the leaf. ``top`` is the last certificate that the presented ones alone lead to."""

    def __init__(self, chain: Sequence[bytes], anchors: Mapping[str, bytes]) -> None:
        self.leaf = parse(chain[0]) if chain else None
        self.presented = tuple(dict.fromkeys(c for c in map(parse, chain) if c is not None))
        self.anchors = anchors
        self.paths: list[Path] = []
        self.budget = MAX_SIGNATURES
        self._issuers: dict[str, tuple[Parsed, ...]] = {}
        self._sent = {c.fingerprint for c in self.presented}
        self.top = self.leaf
        if self.leaf is not None:
            self._extend((self.leaf,))
            self.top = self._top(self.leaf)

    def _extend(self, path: tuple[Parsed, ...]) -> None:
        last = path[-1]
        if last.fingerprint in self.anchors and len(self.paths) < MAX_PATHS:
            unsent = {c.fingerprint for c in path if c.fingerprint not in self._sent}
            self.paths.append(Path(path, frozenset(unsent | {last.fingerprint})))
        if last.self_signed or len(path) > MAX_DEPTH or len(self.paths) >= MAX_PATHS:
            return
        for issuer in self._issuers_of(last):
            if issuer not in path:
                self._extend((*path, issuer))

    def _issuers_of(self, child: Parsed) -> tuple[Parsed, ...]:
        if child.fingerprint not in self._issuers:
            sent = [c for c in self.presented if c.subject == child.issuer and c is not child]
            # the raw name is found in the raw certificate before anything is parsed: 40 stores cost next to nothing
            named = (der for key, der in self.anchors.items() if key not in self._sent and child.issuer in der)
            held = [c for c in map(parse, named) if c is not None and c.subject == child.issuer]
            self._issuers[child.fingerprint] = tuple(c for c in (*held, *sent) if self._signed(child, c))
        return self._issuers[child.fingerprint]

    def _signed(self, child: Parsed, issuer: Parsed) -> bool:
        self.budget -= 1
        return self.budget >= 0 and signed_by(child, issuer)

    def _top(self, leaf: Parsed) -> Parsed:
        path = [leaf]
        while not path[-1].self_signed and len(path) <= MAX_DEPTH:
            issuer = next(
                (c for c in self._issuers_of(path[-1]) if c.fingerprint in self._sent and c not in path), None
            )
            if issuer is None:
                break
            path.append(issuer)
        return path[-1]
