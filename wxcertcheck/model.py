"""Every noun that crosses a folder border: frozen values, no I/O. Read this second, after ``pipeline.py``.

Times are timezone-aware ``datetime`` values. A fingerprint is the lower-case hexadecimal SHA-256 of a certificate's
DER: identity is never a subject name, an alias or a comment, because labels lie.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha1, sha256
from itertools import pairwise
from typing import TypeVar

from wxcertcheck.der import spki_of
from wxcertcheck.text import Text

_T = TypeVar("_T")

# --- rotation: which root goes, which comes, when, for which hosts ---------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was read, and on which day (ISO date)."""

    url: str
    read_on: str


@dataclass(frozen=True, slots=True)
class DistrustDate:
    """The day a root programme (mozilla, chrome, apple, microsoft) stops trusting a root for TLS servers."""

    programme: str
    date: datetime
    confidence: Confidence
    note: Text | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Root:
    """A root certificate of a rotation. ``key`` is its short name within the rotation ("g2").

    ``subject_hash`` and ``subject_hash_old`` (before OpenSSL 1.0) name its link in a hashed directory; "" if not known.
    """

    key: str
    name: str
    fingerprint: str
    spki_fingerprint: str
    not_before: datetime
    not_after: datetime
    der: bytes = field(repr=False)
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


@dataclass(frozen=True, slots=True)
class Host:
    """A host of a rotation: the name to say (SNI) and the port. ``name`` may start with "*." for a whole domain."""

    name: str
    port: int = 443
    confidence: Confidence = Confidence.VERIFIED
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class VerificationAddress:
    """An address to dial for a host before or during a rotation. ``serves`` names the chain expected there."""

    host: str
    ip: str
    serves: str
    port: int = 443
    valid_until: datetime | None = None
    confidence: Confidence = Confidence.VERIFIED
    note: Text | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """A certificate chain that hosts may serve. Any one of ``anchors`` (fingerprints) in a store is enough."""

    key: str
    anchors: frozenset[str]
    confidence: Confidence = Confidence.VERIFIED


@dataclass(frozen=True, slots=True)
class Phase:
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


@dataclass(frozen=True, slots=True)
class Outage:
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


@dataclass(frozen=True, slots=True)
class Rotation:
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


# --- where ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class FilePlace:
    """A file, and where it matters a line and column (1-based; 0: the whole file)."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True, order=True)
class EntryPlace:
    """An entry of a keystore or archive."""

    path: str
    alias: str

    def __str__(self) -> str:
        return f"{self.path}#{self.alias}"


@dataclass(frozen=True, slots=True, order=True)
class HostPlace:
    """A server as it was dialled: ``address`` is "ip:port", ``sni`` the name said in the handshake."""

    host: str
    address: str
    sni: str

    def __str__(self) -> str:
        return f"{self.sni} @ {self.address}" if self.address else self.sni


@dataclass(frozen=True, slots=True, order=True)
class RuntimePlace:
    """A runtime: its name ("java 17.0.15") and the executable, where there is one."""

    runtime: str
    executable: str = ""

    def __str__(self) -> str:
        return f"{self.runtime} ({self.executable})" if self.executable else self.runtime


Place = FilePlace | EntryPlace | HostPlace | RuntimePlace

# --- evidence: what was found, and what could not be looked at -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate as a store holds it.

    ``label`` is what the store calls it (alias, comment, file name; shown, never believed). ``trusted`` says whether
    the store's own settings trust it as an anchor for TLS servers; if not, ``why_not`` says what switches it off.
    """

    der: bytes = field(repr=False)
    fingerprint: str
    label: str = ""
    line: int = 0
    trusted: bool = True
    why_not: Text | None = None

    @classmethod
    def of(cls, der: bytes, label: str = "", line: int = 0, why_not: Text | None = None) -> "Certificate":
        """A certificate from its DER; not trusted where ``why_not`` gives a reason."""
        return cls(der, sha256(der).hexdigest(), label, line, why_not is None, why_not)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a reader of ``formats/`` found in some bytes.

    ``problems`` are parts that could not be read (message in both languages); the certificates beside them still count.
    ``openssl_loads`` (PEM only) are the fingerprints that OpenSSL loads from these bytes, where that is fewer than
    ``certificates`` (one broken block makes it refuse the whole file: empty set); None means all of them.
    ``java_refuses`` says why Java would refuse a keystore whose readable part is given here; None: it would not.
    """

    format: str
    certificates: tuple[Certificate, ...]
    problems: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    openssl_loads: frozenset[str] | None = None
    java_refuses: Text | None = None


class StoreState(StrEnum):
    """Whether a store could be read. A missing, empty or damaged store *in use* is proof, not "could not look"."""

    READ = "read"
    MISSING = "missing"
    """Something names it, and it is not there."""
    EMPTY = "empty"
    """It is there and holds no certificate."""
    DAMAGED = "damaged"
    """It is there and is not a store, or the runtime that reads it would refuse it."""
    UNREADABLE = "unreadable"
    """We could not look (permission, password, size limit): says nothing about the runtime."""


@dataclass(frozen=True, slots=True)
class Store:
    """A trust store: one content, with all the places that hold it.

    ``kind`` is the row of ``stores/places.py`` it was found by ("debian", "jvm", "certifi", "file"…), ``used_by`` says
    who reads it, ``problem`` and ``hint`` why and what next when ``state`` is not READ. ``repair`` is the mechanism
    that keeps it ("debian", "rhel", "rhel6", "suse", "alpine", "arch", "java", "certifi", "python-package", "node",
    "file"…); ``decides`` is set when the user named it, or asked for all stores: it is then judged like a runtime.
    """

    places: tuple[FilePlace, ...]
    kind: str
    format: str
    state: StoreState
    certificates: tuple[Certificate, ...] = ()
    used_by: tuple[Text, ...] = ()
    problem: Text | None = None
    hint: Text | None = None
    notes: tuple[Text, ...] = ()
    repair: str = ""
    decides: bool = False

    @property
    def path(self) -> str:
        """The first place's path."""
        return self.places[0].path

    @property
    def trusted(self) -> frozenset[str]:
        """Fingerprints of the certificates that count as anchors for TLS servers here."""
        return frozenset(c.fingerprint for c in self.certificates if c.trusted)


@dataclass(frozen=True, slots=True)
class TrustSource:
    """One store that a runtime reads, and what makes it do so, in words; ``variable`` is the variable, if one does."""

    store: Store
    via: Text
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable or option that changes what a runtime trusts: its value, and its effect in words."""

    name: str
    value: str
    effect: Text


@dataclass(frozen=True, slots=True)
class Runtime:
    """A runtime and what it trusts: the union of its ``sources``.

    ``kind`` is its row in ``stores/runtimes.py`` ("java", "python-requests", "node"…), ``seen_as`` how it is in use
    (process, service unit, PATH, virtual environment), ``project`` whether it belongs to the given path.
    ``unknown`` is set when part of what it reads could not be looked at: then absence proves nothing.
    """

    kind: str
    name: str
    version: str
    executable: str
    seen_as: tuple[Text, ...]
    sources: tuple[TrustSource, ...]
    variables: tuple[Variable, ...] = ()
    unknown: Text | None = None
    in_use: bool = True
    project: bool = False
    notes: tuple[Text, ...] = ()

    @property
    def trusted(self) -> frozenset[str]:
        """Fingerprints that this runtime accepts as anchors for TLS servers."""
        return frozenset().union(*(source.store.trusted for source in self.sources))

    @property
    def place(self) -> RuntimePlace:
        """Where: the runtime's name and executable."""
        return RuntimePlace(self.name, self.executable)


@dataclass(frozen=True, slots=True)
class Looked:
    """Something was looked at and counted; having looked and found nothing is not "no evidence"."""

    what: str
    count: int
    text: Text


@dataclass(frozen=True, slots=True)
class NotLooked:
    """Something could not be looked at. ``decides``: whether its absence could change the verdict."""

    place: Place
    reason: str
    message: Text
    hint: Text
    decides: bool


# --- evidence of the handshake --------------------------------------------------------------------------------------


class Origin(StrEnum):
    """Why an address was dialled for a name."""

    VERIFICATION = "verification"
    """The rotation announces it for trying the new chain."""
    OLD_CHAIN = "old-chain"
    """The rotation announces it as a temporary address that keeps the old chain."""
    DNS = "dns"
    """A resolver gave it."""
    HOSTS_FILE = "hosts-file"
    """The hosts file of this machine gives it."""
    GIVEN = "given"
    """The user named it."""
    PROXY = "proxy"
    """A proxy was asked for the name, and chose the address itself."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """One TLS handshake as it was seen. Nothing is sent after it.

    ``chain`` are the certificates as presented: DER, leaf first. ``code`` and ``refusal`` are what the OpenSSL of the
    running Python said of them with its own store: X509_V_ERR number and text; 0 and "" where it accepted them for the
    name; -1 where it refused the protocol before it came to the chain.
    ``serves`` is the key of the chain that the rotation expects there, ``seen`` how many handshakes of the run showed
    exactly this, ``elapsed`` seconds from connect to the end of the handshake. ``proxy`` has no password in it.
    """

    place: HostPlace
    at: datetime
    chain: tuple[bytes, ...] = field(repr=False)
    tls: str
    origin: Origin
    code: int = 0
    refusal: str = ""
    serves: str = ""
    alpn: str = ""
    proxy: str = ""
    wants_client_certificate: bool = False
    seen: int = 1
    elapsed: float = 0.0

    @property
    def accepted(self) -> bool:
        """Whether the OpenSSL of the running Python accepted the chain for the name."""
        return self.code == 0


class ChainOutcome(StrEnum):
    """What a set of anchors says to a presented chain."""

    ACCEPTED = "accepted"
    MISSING_ROOT = "missing-root"
    """The chain is complete, and the store lacks the root that it ends in."""
    MISSING_INTERMEDIATE = "missing-intermediate"
    """The server does not send the certificate that issued its own."""
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    WRONG_NAME = "wrong-name"
    DISTRUSTED = "distrusted"
    """The root is in the store, and the store's own settings switch it off."""
    WEAK_SIGNATURE = "weak-signature"
    """Signed with SHA-1 or MD5, or by a key that is too short."""
    CONSTRAINT = "constraint"
    """A certificate of the path may not be used this way (CA flag, path length, key usage, name constraints)."""
    UNREADABLE = "unreadable"
    """The leaf is not a certificate that can be parsed."""


@dataclass(frozen=True, slots=True)
class ChainPath:
    """One path from the leaf to an anchor: fingerprints and subject names, leaf first. It holds until ``until``."""

    fingerprints: tuple[str, ...]
    names: tuple[str, ...]
    until: datetime

    @property
    def anchor(self) -> str:
        """The fingerprint of the path's last certificate."""
        return self.fingerprints[-1]


@dataclass(frozen=True, slots=True)
class ChainAnswer:
    """What a set of anchors says to a presented chain.

    ``paths`` are all the paths to an anchor, the best first (a cross-signed chain has several). ``missing`` is the name
    of the issuer that was found nowhere. ``stricter`` says why other checkers refuse what OpenSSL accepts here.
    """

    outcome: ChainOutcome
    detail: Text
    paths: tuple[ChainPath, ...] = ()
    missing: str = ""
    stricter: Text | None = None

    @property
    def accepted(self) -> bool:
        """Whether the chain is accepted."""
        return self.outcome is ChainOutcome.ACCEPTED


class Top(StrEnum):
    """What a presented chain ends in, seen from a rotation."""

    INCOMING = "incoming"
    """A root that the rotation brings."""
    RETIRING = "retiring"
    """A root that the rotation takes away."""
    BOTH = "both"
    """Cross-signed: a path to either."""
    OTHER = "other"
    """A publicly known root that is none of the rotation's."""
    PRIVATE = "private"
    """A root that no public list knows: somebody on the way answers in the server's place."""
    INCOMPLETE = "incomplete"
    """The server does not send the certificate that issued its own."""
    BROKEN = "broken"
    """The leaf cannot be parsed."""


@dataclass(frozen=True, slots=True)
class Presented:
    """What one handshake shows, judged by the rotation's own roots at the moment of the handshake.

    ``answer`` is the rotation's roots' word on the chain; ``counts`` whether the handshake says anything about the
    rotation (a verification address does so only if its chain is valid for the name under the rotation's own roots).
    ``as_expected`` compares with the chain that the rotation expects at that address; None where it expects none.
    """

    handshake: Handshake
    top: Top
    top_name: str
    answer: ChainAnswer
    counts: bool
    as_expected: bool | None = None


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What one runtime or store says to a chain that was presented at ``places``."""

    places: tuple[HostPlace, ...]
    by: "Runtime | Store"
    presented: Presented
    answer: ChainAnswer


@dataclass(frozen=True, slots=True)
class HostsEntry:
    """A line of a hosts file that gives an address to one of the rotation's hosts."""

    place: FilePlace
    ip: str
    name: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """The addresses that a resolver gave for a name; ``resolver`` says which ("127.0.0.53", "system")."""

    name: str
    ips: tuple[str, ...]
    resolver: str


@dataclass(frozen=True, slots=True)
class ProxySetting:
    """A proxy that the environment or an option sets for the rotation's hosts; ``value`` has no password in it.

    ``bypassed`` are hosts of the rotation that NO_PROXY exempts. ``process`` names the program that listens there, if
    the proxy runs on this machine.
    """

    variable: str
    value: str
    bypassed: tuple[str, ...] = ()
    process: str = ""


class Certainty(StrEnum):
    """How sure the link between the finding and the rotation's hosts is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    UNLINKED = "unlinked"


class PinKind(StrEnum):
    """What a place in code or configuration does to the trusted set."""

    TRUST = "trust"
    """It chooses the trusted CAs (`PinMode` says whether they replace or add)."""
    FINGERPRINT = "fingerprint"
    """It compares the certificate or its key with a fixed fingerprint, SPKI hash or serial number."""
    VERIFICATION_OFF = "verification-off"
    """It switches the verification of the server off."""
    CONFIGURABLE = "configurable"
    """A caller, an environment variable or a setting decides, and the tree does not say how."""


class PinMode(StrEnum):
    """Whether the chosen CAs take the place of the defaults or come on top of them."""

    REPLACES = "replaces"
    ADDS = "adds"


class Purpose(StrEnum):
    """What the connection is for."""

    HTTPS = "https"
    DATABASE = "database"
    QUEUE = "queue"
    LDAP = "ldap"
    MAIL = "mail"
    SERVER = "server"
    """The server side: which client certificates are accepted."""
    TOOL = "tool"
    """A build or package tool (npm, pip, git): not the program itself."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """A comment ``wxcertcheck: ignore[WXC201] reason until 2026-12-31`` at a place; ``until`` is an ISO date or ""."""

    rules: tuple[str, ...]
    reason: str
    until: str = ""


@dataclass(frozen=True, slots=True)
class Pin:
    """A place in code or configuration that chooses trusted CAs, compares fingerprints, or switches verification off.

    ``pattern`` is "language/slug", ``value`` the expression as written, ``reasons`` how it was followed. ``targets`` are the
    stores that it names, opened (a missing or damaged one says so in its state); ``fingerprints`` the SHA-256 values (of
    DER or SPKI) that it compares with. ``unresolved`` says why the value is not known. ``hosts`` are hosts of any rotation
    that the file names (certain), ``likely_hosts`` those that the rest of the tree names or its packages call; ``link`` is
    the stronger of both. ``statement`` is the source text of lines ``place.line``..``last_line``.
    """

    place: FilePlace
    language: str
    pattern: str
    kind: PinKind
    mode: PinMode = PinMode.REPLACES
    purpose: Purpose = Purpose.HTTPS
    value: str = ""
    reasons: tuple[Text, ...] = ()
    targets: tuple[Store, ...] = ()
    fingerprints: tuple[str, ...] = ()
    unresolved: Text | None = None
    link: Certainty = Certainty.UNLINKED
    hosts: tuple[str, ...] = ()
    likely_hosts: tuple[str, ...] = ()
    test: bool = False
    example: bool = False
    vendored: bool = False
    dead_by: FilePlace | None = None
    statement: str = field(default="", repr=False)
    last_line: int = 0
    line_hash: str = ""
    suppressed: Suppression | None = None

    @property
    def trusted(self) -> frozenset[str]:
        """Fingerprints of the certificates that the pin accepts as anchors."""
        return frozenset().union(*(store.trusted for store in self.targets))


class CertificateRole(StrEnum):
    """What certificates in a tree are for, as far as their content tells."""

    TRUST = "trust"
    """CA certificates: something may trust them."""
    IDENTITY = "identity"
    """A certificate to show, with or without its private key: a server's, or a merchant's ``apiclient_cert``."""
    SIGNING = "signing"
    """For message signatures (WeChat Pay's platform certificates, Alipay's roots): no TLS client trusts them."""


@dataclass(frozen=True, slots=True)
class CertificateFile:
    """Certificates in the scanned tree: a file, or PEM inside source (``place`` has the line then)."""

    place: FilePlace
    store: Store
    role: CertificateRole
    embedded: bool = False
    used: bool = False
    """Whether a pin opens it, or stands in the same source file."""
    test: bool = False
    vendored: bool = False
    line_hash: str = ""


@dataclass(frozen=True, slots=True)
class HostUse:
    """A host of a rotation is named in code or configuration."""

    place: FilePlace
    host: str
    rotations: tuple[str, ...]
    test: bool = False


@dataclass(frozen=True, slots=True)
class RootNamed:
    """A file names a rotation's root by fingerprint, key or serial number (``written``), and no pin there compares it.

    ``fingerprint`` is the SHA-256 of the root's DER, whatever way it is written.
    """

    place: FilePlace
    fingerprint: str
    written: str
    test: bool = False


@dataclass(frozen=True, slots=True)
class PackageUse:
    """A manifest or lock file names a package that carries its own CAs, or that calls hosts of a rotation.

    ``carries`` are fingerprints of rotation roots in the package's own list (None: it carries no list), ``calls`` hosts.
    """

    place: FilePlace
    ecosystem: str
    name: str
    version: str
    calls: tuple[str, ...] = ()
    carries: frozenset[str] | None = None
    known_roots: frozenset[str] = frozenset()
    """The roots that the table behind ``carries`` speaks of: others may be in the list or not."""
    note: Text | None = None
    only_for: str = ""
    """Whose service alone is called with the list ("Stripe"); "": it serves every call."""
    confidence: Confidence = Confidence.VERIFIED
    """How well the table's row is known. One that nobody vouches for makes no link and no warning."""
    source: Source | None = None


Evidence = (
    Store
    | Runtime
    | Pin
    | CertificateFile
    | HostUse
    | PackageUse
    | RootNamed
    | Handshake
    | Presented
    | Acceptance
    | HostsEntry
    | Resolution
    | ProxySetting
    | Looked
    | NotLooked
)

# --- judgement --------------------------------------------------------------------------------------------------------


class Level(StrEnum):
    """How bad. Only an error makes a system NOT_READY."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Status(StrEnum):
    """The three values of a verdict. UNKNOWN is not READY."""

    READY = "READY"
    NOT_READY = "NOT_READY"
    UNKNOWN = "UNKNOWN"


class Safety(StrEnum):
    """Whether a fix may be applied by the tool."""

    SAFE = "safe"
    ASK = "ask"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace lines ``first``..``last`` (1-based, inclusive) of ``path`` by ``replacement``."""

    path: str
    first: int
    last: int
    replacement: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair: a title, and shell ``commands`` or ``edits`` that carry it out, or an ``example`` to follow by hand."""

    title: Text
    safety: Safety
    commands: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    example: str = ""
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule concluded at a place. ``outages``: when it breaks; ``ignored_by``: the reason of a suppression."""

    rule: str
    level: Level
    place: Place
    message: Text
    certainty: Certainty = Certainty.CERTAIN
    reasons: tuple[Text, ...] = ()
    outages: tuple[Outage, ...] = ()
    subjects: tuple[Evidence, ...] = ()
    fixes: tuple[Fix, ...] = ()
    ignored_by: str | None = None
    line_hash: str = ""

    @property
    def key(self) -> str:
        """Stable identity for baselines and SARIF: rule, place without line numbers, hash of the normalised line."""
        place = self.place.path if isinstance(self.place, FilePlace) else str(self.place)
        return sha256(f"{self.rule}\0{place}\0{self.line_hash}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule judges: all evidence, the rotation, and the moment. No clock, no disk."""

    rotation: Rotation
    on: datetime
    evidence: tuple[Evidence, ...]

    def each(self, kind: "type[_T]") -> "Iterator[_T]":
        """The evidence of one type, in order."""
        return (item for item in self.evidence if isinstance(item, kind))


@dataclass(frozen=True, slots=True)
class Rule:
    """One outcome: a stable id, a slug that names the defect, what it is, why it matters, and how to repair it."""

    id: str
    slug: str
    level: Level
    title: Text
    why: Text
    remedy: Text
    judge: Callable[[Case], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer: a status, the findings behind it, what could not be looked at. ``covers`` limits it ("code only")."""

    status: Status
    because: tuple[Finding, ...]
    not_looked: tuple[NotLooked, ...]
    covers: Text | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All that a reporter gets."""

    rotation: Rotation
    verdict: Verdict
    findings: tuple[Finding, ...]
    evidence: tuple[Evidence, ...]
    on: datetime
    checked_at: datetime
    tool_version: str
    elapsed: float
    also: "tuple[Report, ...]" = ()
    """The same evidence judged for further rotations, whose hosts the code names."""

    @property
    def status(self) -> Status:
        """The worst status of all the rotations judged: NOT_READY over UNKNOWN over READY."""
        statuses = {self.verdict.status, *(report.verdict.status for report in self.also)}
        return next(s for s in (Status.NOT_READY, Status.UNKNOWN, Status.READY) if s in statuses)
