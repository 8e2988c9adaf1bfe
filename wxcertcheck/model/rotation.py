"""A rotation: which root goes, which comes, when, for which hosts; and what a client without some anchor meets."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha1
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from wxcertcheck.der import spki_of
from wxcertcheck.text import Text


class Confidence(StrEnum):
    """How well a fact is known. Only the first three may produce an error (`may_decide`)."""

    VERIFIED = "verified"
    """Computed from a real artifact, or read in a primary source."""
    HIGH = "high"
    """Documented by the owner of the thing, not tried here."""
    INFERRED = "inferred"
    """Follows from a verified fact; shown as inferred."""
    MEDIUM = "medium"
    """Second-hand."""
    UNVERIFIED = "unverified"
    """Nobody vouches for it; shown so."""

    @property
    def may_decide(self) -> bool:
        """Whether a finding that rests on this fact may be an error."""
        return self in (Confidence.VERIFIED, Confidence.HIGH, Confidence.INFERRED)


class Source(Struct, frozen=True):
    """Where a fact was read, and on which day (ISO date)."""

    url: str
    read_on: str


class DistrustDate(Struct, frozen=True):
    """The day a root programme (mozilla, chrome, apple, microsoft) stops trusting a root for TLS servers."""

    programme: str
    date: datetime
    confidence: Confidence
    note: Text | None = None
    sources: tuple[Source, ...] = ()


class Root(Struct, frozen=True):
    """A root certificate of a rotation. ``key`` is its short name within the rotation ("g2").

    ``subject_hash`` and ``subject_hash_old`` (before OpenSSL 1.0) name its link in a hashed directory; "" if not known.
    """

    key: str
    name: str
    fingerprint: str
    spki_fingerprint: str
    not_before: datetime
    not_after: datetime
    der: bytes
    distrust: tuple[DistrustDate, ...] = ()
    sources: tuple[Source, ...] = ()

    @property
    def sha1(self) -> str:
        """SHA-1 of the DER: what .NET calls a thumbprint. Only to recognise, never to decide what is trusted."""
        return sha1(self.der, usedforsecurity=False).hexdigest()

    subject_hash: str = ""
    subject_hash_old: str = ""
    notes: tuple[Text, ...] = ()

    @property
    def spki(self) -> bytes:
        """The DER of its SubjectPublicKeyInfo, which a cross-signed twin has too."""
        return spki_of(self.der)


class Host(Struct, frozen=True):
    """A host of a rotation: the name to say (SNI) and the port. ``name`` may start with "*." for a whole domain."""

    name: str
    port: int = 443
    confidence: Confidence = Confidence.VERIFIED
    source: Source | None = None


class VerificationAddress(Struct, frozen=True):
    """An address to dial for a host before or during a rotation. ``serves`` names the chain expected there."""

    host: str
    ip: str
    serves: str
    port: int = 443
    valid_until: datetime | None = None
    confidence: Confidence = Confidence.VERIFIED
    note: Text | None = None
    source: Source | None = None


class Chain(Struct, frozen=True):
    """A certificate chain that hosts may serve. Any one of ``anchors`` (fingerprints) in a store is enough."""

    key: str
    anchors: frozenset[str]
    confidence: Confidence = Confidence.VERIFIED


class Phase(Struct, frozen=True):
    """From ``starts`` (None: since ever) hosts serve one of ``chains``, until the next phase starts.

    ``end_unknown`` marks a last phase whose end no source gives: lacking the old root is then an error before the day
    Mozilla distrusts that root, and a note after it.
    """

    starts: datetime | None
    chains: tuple[Chain, ...]
    confidence: Confidence = Confidence.VERIFIED
    end_unknown: bool = False
    note: Text | None = None
    source: Source | None = None


class Outage(Struct, frozen=True):
    """What a client without some anchor meets: from ``starts`` to ``ends`` (None: no end), some or all requests fail.

    ``lacking`` are the roots any of which would have helped (one tuple per unmet chain; chains that nobody vouches for
    are left out beside others). ``confidence`` says how well the outage is known: the best known unmet chain, in a
    phase and a rotation of their own confidence. ``end_unknown``: no source says when the phase ends; then lacking the
    old root stops to matter, and lacking the new one makes all requests fail.
    """

    starts: datetime | None
    ends: datetime | None
    all_requests: bool
    lacking: tuple[tuple[Root, ...], ...]
    confidence: Confidence
    end_unknown: bool = False


class Rotation(Struct, frozen=True):
    """One rotation, as pure data from a TOML file."""

    id: str
    title: Text
    zone: str
    roots: tuple[Root, ...]
    retiring: frozenset[str]
    incoming: frozenset[str]
    hosts: tuple[Host, ...]
    phases: tuple[Phase, ...]
    verification_addresses: tuple[VerificationAddress, ...] = ()
    old_chain_addresses: tuple[VerificationAddress, ...] = ()
    sources: tuple[Source, ...] = ()
    confidence: Confidence = Confidence.VERIFIED
    history: bool = False
    notes: tuple[Text, ...] = ()
    file: str = ""
    """The user's own file that it was read from; "" for a shipped one."""

    @property
    def reference(self) -> str:
        """What `load_rotation` finds it by: its id, or the user's file."""
        return self.file or self.id

    def root(self, fingerprint: str) -> Root | None:
        """The rotation's root with this fingerprint, or None."""
        return next((root for root in self.roots if root.fingerprint == fingerprint), None)

    def knows_host(self, name: str) -> bool:
        """Whether ``name`` is one of the rotation's hosts ("*.example.com" covers every name below it).

        A rotation that concerns any host lists none, and so links to no code by a host name.
        """
        name = name.lower().rstrip(".")
        return any(name == h.name or (h.name.startswith("*.") and name.endswith(h.name[1:])) for h in self.hosts)

    def outages(self, trusted: frozenset[str], on: datetime) -> tuple[Outage, ...]:
        """What a client that trusts exactly ``trusted`` (fingerprints) meets from ``on``; oldest first, () if nothing.

        Every chain of every phase from ``on`` needs one trusted anchor that has not expired. Adjoining phases with the
        same unmet chains and the same share of requests are one outage, so the first may have started before ``on``.
        A chain all of whose anchors have expired can no longer be served to anybody: that future is beyond the
        rotation, and an outage only if ``on`` itself lies there.
        """
        return tuple(o for o in self._all_outages(trusted, on) if o.ends is None or o.ends > on)

    def earlier_outages(self, trusted: frozenset[str], on: datetime) -> tuple[Outage, ...]:
        """The outages that led without a break to the one of ``on`` ("some requests fail since …, all since …")."""
        leading: list[Outage] = []
        outages = self._all_outages(trusted, on)
        follower = next((o for o in outages if o.ends is None or o.ends > on), None)
        if follower is None or follower.starts is None or follower.starts > on:
            return ()
        for outage in reversed(outages[: outages.index(follower)]):
            if outage.ends != follower.starts:
                break
            leading.insert(0, outage)
            follower = outage
        return tuple(leading)

    def _all_outages(self, trusted: frozenset[str], on: datetime) -> list[Outage]:
        outages: list[Outage] = []
        for phase, starts, ends in self._spans(trusted):
            outage = self._outage(phase, starts, ends, trusted, on)
            if outage and outages and _continues(outages[-1], outage):
                outages[-1] = replace(outages[-1], ends=outage.ends, end_unknown=outage.end_unknown)
            elif outage:
                outages.append(outage)
        return outages

    def _spans(self, trusted: frozenset[str]) -> "Iterator[tuple[Phase, datetime | None, datetime | None]]":
        """The phases, cut where a trusted anchor expires while another anchor of the same chain does not."""
        for number, phase in enumerate(self.phases):
            end = self.phases[number + 1].starts if number + 1 < len(self.phases) else None
            cuts = {
                root.not_after
                for chain in phase.chains
                for root in self._anchors(chain)
                if root.fingerprint in trusted
                and (phase.starts is None or phase.starts < root.not_after)
                and (end is None or root.not_after < end)
                and any(root.not_after < other.not_after for other in self._anchors(chain))
            }
            moments = [phase.starts, *sorted(cuts), end]
            yield from ((phase, starts, ends) for starts, ends in pairwise(moments))

    def _outage(
        self, phase: Phase, starts: datetime | None, ends: datetime | None, trusted: frozenset[str], on: datetime
    ) -> Outage | None:
        over = ends is not None and ends <= on
        moment = (starts or _LONG_AGO) if over else max(starts or on, on)
        served = [c for c in phase.chains if any(moment < root.not_after for root in self._anchors(c))] or phase.chains
        unmet = [
            c for c in served if not any(moment < r.not_after for r in self._anchors(c) if r.fingerprint in trusted)
        ]
        if not unmet:
            return None
        known = {chain.key: self._confidence(chain, phase, moment) for chain in unmet}
        proven = [chain for chain in unmet if known[chain.key].may_decide] or unmet
        return Outage(
            starts=self._since(proven, starts, trusted, moment),
            ends=ends,
            all_requests=len(unmet) == len(served),
            lacking=tuple(self._anchors(chain) for chain in proven),
            confidence=_weakest(self.confidence, phase.confidence, _strongest(*(known[c.key] for c in proven))),
            end_unknown=phase.end_unknown and ends is None,
        )

    def _anchors(self, chain: Chain) -> tuple[Root, ...]:
        return tuple(root for root in self.roots if root.fingerprint in chain.anchors)

    def _confidence(self, chain: Chain, phase: Phase, moment: datetime) -> Confidence:
        """That the chain is served at ``moment``: of an old chain without a known end nobody vouches for that once
        Mozilla distrusts its roots."""
        if not phase.end_unknown or not chain.anchors <= self.retiring:
            return chain.confidence
        days = [d.date for root in self._anchors(chain) for d in root.distrust if d.programme == "mozilla"]
        return Confidence.UNVERIFIED if days and max(days) <= moment else chain.confidence

    def _since(
        self, chains: Sequence[Chain], starts: datetime | None, trusted: frozenset[str], moment: datetime
    ) -> datetime | None:
        """``starts``, or the later moment at which the last trusted anchor of the chains expired."""
        expired = [
            max((r.not_after for r in self._anchors(c) if r.fingerprint in trusted), default=_LONG_AGO) for c in chains
        ]
        since = min(expired)
        return since if _LONG_AGO < since <= moment and (starts is None or starts < since) else starts


_LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


def _continues(last: Outage, following: Outage) -> bool:
    """Whether two adjoining outages are one. A proven one does not hide behind an unproven one."""
    same_kind = (last.lacking, last.all_requests) == (following.lacking, following.all_requests)
    return same_kind and last.ends == following.starts and last.confidence.may_decide == following.confidence.may_decide


def _weakest(*confidences: Confidence) -> Confidence:
    order = list(Confidence)
    return max(confidences, key=order.index)


def _strongest(*confidences: Confidence) -> Confidence:
    order = list(Confidence)
    return min(confidences, key=order.index)
