"""Every noun that crosses a folder border: frozen values, no I/O. Read this second, after ``pipeline.py``.

Times are timezone-aware ``datetime`` values. A fingerprint is the lower-case hexadecimal SHA-256 of a certificate's
DER: identity is never a subject name, an alias or a comment, because labels lie.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
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
    """A root certificate of a rotation. ``key`` is its short name within the rotation ("g2")."""

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

    ``lacking`` are the roots any of which would have helped (one tuple per unmet chain); ``confidence`` is the weakest
    fact that the outage rests on.
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

    def root(self, fingerprint: str) -> Root | None:
        """The rotation's root with this fingerprint, or None."""
        return next((root for root in self.roots if root.fingerprint == fingerprint), None)

    def knows_host(self, name: str) -> bool:
        """Whether ``name`` is one of the rotation's hosts ("*.example.com" covers every name below it)."""
        name = name.lower().rstrip(".")
        return any(name == h.name or (h.name.startswith("*.") and name.endswith(h.name[1:])) for h in self.hosts)

    def outages(self, trusted: frozenset[str], on: datetime) -> tuple[Outage, ...]:
        """What a client that trusts exactly ``trusted`` (fingerprints) meets from ``on``; oldest first, () if nothing.

        Every chain of every phase from ``on`` needs one trusted anchor that has not expired in that phase. Adjoining
        phases with the same unmet chains and the same share of requests are one outage.
        """
        outages: list[Outage] = []
        for number, phase in enumerate(self.phases):
            ends = self.phases[number + 1].starts if number + 1 < len(self.phases) else None
            if ends is not None and ends <= on:
                continue
            unmet = [chain for chain in phase.chains if not self._meets(chain, trusted, phase, on)]
            if not unmet:
                continue
            outage = Outage(
                starts=phase.starts,
                ends=ends,
                all_requests=len(unmet) == len(phase.chains),
                lacking=tuple(tuple(r for r in self.roots if r.fingerprint in c.anchors) for c in unmet),
                confidence=_weakest(self.confidence, phase.confidence, *(chain.confidence for chain in unmet)),
                end_unknown=phase.end_unknown,
            )
            last = outages[-1] if outages else None
            if (
                last
                and last.ends == outage.starts
                and last.lacking == outage.lacking
                and last.all_requests == outage.all_requests
            ):
                outages[-1] = Outage(
                    last.starts, outage.ends, last.all_requests, last.lacking, last.confidence, outage.end_unknown
                )
            else:
                outages.append(outage)
        return tuple(outages)

    def _meets(self, chain: Chain, trusted: frozenset[str], phase: Phase, on: datetime) -> bool:
        moment = max(on, phase.starts) if phase.starts else on
        anchors = (self.root(fingerprint) for fingerprint in chain.anchors & trusted)
        return any(root is not None and moment <= root.not_after for root in anchors)


def _weakest(*confidences: Confidence) -> Confidence:
    order = list(Confidence)
    return max(confidences, key=order.index)


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
    """

    format: str
    certificates: tuple[Certificate, ...]
    problems: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()


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


Evidence = Store | Runtime | Looked | NotLooked

# --- judgement --------------------------------------------------------------------------------------------------------


class Level(StrEnum):
    """How bad. Only an error makes a system NOT_READY."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Certainty(StrEnum):
    """How sure the link between the finding and the rotation's hosts is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    UNLINKED = "unlinked"


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
