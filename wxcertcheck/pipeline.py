"""check(request) -> Report: gather, judge, plan fixes. Read this first.

For this rotation, look in the stores, the source code, the handshake and the runtimes; judge by the rules; offer fixes;
report. Each room returns evidence; what could not be looked at is evidence too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from wxcertcheck import __version__
from wxcertcheck.fixes import plan
from wxcertcheck.judge import findings_of, undecided, verdict_of
from wxcertcheck.model import Case, Evidence, Report, Rotation
from wxcertcheck.rotations import load_rotation, parse_on
from wxcertcheck.text import Text

Progress = Callable[[Text], None]


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What to check, for which rotation, on which day.

    ``paths`` are projects to look into, ``root`` a file system to read as if it were "/", ``on`` a date or RFC 3339
    time (None: now). ``environ`` is the environment to judge by.
    """

    paths: tuple[Path, ...] = ()
    rotation: str = "wechatpay-2024"
    on: str | None = None
    root: Path | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    all_stores: bool = False
    everywhere: bool = False
    keytool: bool = False
    offline: bool = False
    progress: Progress | None = None


def moment_of(rotation: str, on: str | None) -> tuple[Rotation, datetime]:
    """The rotation, and the moment to judge: now in the rotation's zone, or what ``on`` says."""
    loaded = load_rotation(rotation)
    return loaded, parse_on(on or datetime.now(UTC).isoformat(), loaded)


def report_on(
    evidence: tuple[Evidence, ...], rotation: Rotation, on: datetime, started: float, covers: Text | None = None
) -> Report:
    """Judge evidence, plan the fixes of its findings, and put all of it into a report."""
    case = Case(rotation, on, evidence)
    case = replace(case, evidence=(*evidence, *undecided(case)))
    findings = tuple(replace(finding, fixes=plan(finding, case)) for finding in findings_of(case))
    return Report(
        rotation=rotation,
        verdict=verdict_of(case, findings, covers),
        findings=findings,
        evidence=case.evidence,
        on=on,
        checked_at=datetime.now(UTC),
        tool_version=__version__,
        elapsed=perf_counter() - started,
    )
