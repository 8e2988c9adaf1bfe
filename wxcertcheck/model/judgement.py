"""What is concluded from evidence: findings, fixes, verdicts, reports."""

from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import TypeVar

from msgspec import Struct

from wxcertcheck.model.code import Certainty, CertificateFile, HostUse, PackageUse, Pin, RootNamed
from wxcertcheck.model.handshakes import Acceptance, Handshake, HostsEntry, Presented, ProxySetting, Resolution
from wxcertcheck.model.places import Edit, FilePlace, Place
from wxcertcheck.model.rotation import Outage, Rotation
from wxcertcheck.model.trust import Looked, NotLooked, Runtime, Store
from wxcertcheck.text import Text

_T = TypeVar("_T")


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


class Fix(Struct, frozen=True):
    """A repair: a title, and shell ``commands`` or ``edits`` that carry it out, or an ``example`` to follow by hand."""

    title: Text
    safety: Safety
    commands: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    example: str = ""
    notes: tuple[Text, ...] = ()


class Finding(Struct, frozen=True):
    """What a rule concluded at a place. ``outages``: when it breaks; ``ignored_by``: the reason of a suppression;
    ``not_ignored``: why a suppression there does not count.
    """

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
    not_ignored: Text | None = None
    line_hash: str = ""

    @property
    def key(self) -> str:
        """Stable identity for baselines and SARIF: rule, place without line numbers, hash of the normalised line."""
        place = self.place.path if isinstance(self.place, FilePlace) else str(self.place)
        return sha256(f"{self.rule}\0{place}\0{self.line_hash}".encode("utf-8", "surrogateescape")).hexdigest()[:32]


class Case(Struct, frozen=True):
    """What a rule judges: all evidence, the rotation, and the moment. No clock, no disk."""

    rotation: Rotation
    on: datetime
    evidence: tuple[Evidence, ...]

    def each(self, kind: "type[_T]") -> "Iterator[_T]":
        """The evidence of one type, in order."""
        return (item for item in self.evidence if isinstance(item, kind))


class Rule(Struct, frozen=True):
    """One outcome: a stable id, a slug that names the defect, what it is, why it matters, and how to repair it."""

    id: str
    slug: str
    level: Level
    title: Text
    why: Text
    remedy: Text
    judge: Callable[[Case], Iterator[Finding]]


class Verdict(Struct, frozen=True):
    """The answer: a status, the findings behind it, what could not be looked at. ``covers`` limits it ("code only")."""

    status: Status
    because: tuple[Finding, ...]
    not_looked: tuple[NotLooked, ...]
    covers: Text | None = None


class Report(Struct, frozen=True):
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
