"""check(request) -> Report: gather, judge, plan fixes. Read this first.

For this rotation, look in the stores, the source code, the handshake and the runtimes; judge by the rules; offer fixes;
report. Each room returns evidence; what could not be looked at is evidence too.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from msgspec import Struct, field
from msgspec.structs import replace

from wxcertcheck import __version__
from wxcertcheck.fixes import plan
from wxcertcheck.judge import findings_of, narrowed, undecided, verdict_of, with_local_proxy
from wxcertcheck.model import (
    Case,
    Evidence,
    HostPlace,
    HostUse,
    NotLooked,
    PackageUse,
    Pin,
    Report,
    Rotation,
    Runtime,
    VerificationAddress,
)
from wxcertcheck.rotations import DEFAULT, load_all, load_rotation, parse_on
from wxcertcheck.rules.run_by import RUN_LANGUAGES
from wxcertcheck.text import Text

Progress = Callable[[Text], None]


class CheckRequest(Struct, frozen=True):
    """What to check, for which rotation, on which day.

    ``paths`` are projects to look into (with ``root``: paths inside it), ``rotation`` an id or file (None: the default, and
    those whose hosts the code names), ``on`` a date or RFC 3339 time (None: now), ``root`` a file system to read as if it
    were "/" (``copied``: fetched by the recipe for old servers, so that a missing file is no proof), ``environ`` the
    environment to judge by. ``announce`` is told which addresses are about to be dialled, ``progress`` what is going on.
    """

    paths: tuple[Path, ...] = ()
    rotation: str | None = None
    on: str | None = None
    root: Path | None = None
    copied: bool = False
    environ: Mapping[str, str] = field(default_factory=dict)
    all_stores: bool = False
    everywhere: bool = False
    keytool: bool = False
    offline: bool = False
    include_tests: bool = False
    any_host: bool = False
    no_ignore: bool = False
    announce: Progress | None = None
    progress: Progress | None = None


def check(request: CheckRequest) -> Report:
    """Look into every room and judge.

    :raises UsageError: a named path does not exist, the rotation is unknown or faulty, the day cannot be read.
    """
    from concurrent.futures import ThreadPoolExecutor

    from wxcertcheck.handshake import judge_handshakes
    from wxcertcheck.stores import SurveyRequest, survey

    started = perf_counter()
    rotation, on = moment_of(request.rotation or DEFAULT, request.on)
    code = _code(request, rotation) if request.paths else ()
    with ThreadPoolExecutor(1) as beside:  # servers are waited for while the disk is read
        shaking = beside.submit(_handshakes, request, rotation, code)
        stores = survey(
            SurveyRequest(
                root=request.root,
                environ=request.environ,
                paths=request.paths,
                all=request.all_stores,
                everywhere=request.everywhere,
                keytool=request.keytool,
                copied=request.copied,
                wanted=frozenset(root.fingerprint for root in rotation.roots),
            ),
            request.progress,
        )
        stores = narrowed(stores, _languages(code))
        evidence = (*stores, *code, *shaking.result())
    evidence = with_local_proxy((*evidence, *judge_handshakes(evidence, rotation)))
    covers = _CODE_ONLY if code and not any(isinstance(i, Runtime) and i.in_use for i in stores) else None
    report = report_on(evidence, rotation, on, started, covers)
    return replace(report, also=tuple(_also(request, report, evidence, started, covers)))


def moment_of(rotation: str, on: str | None) -> tuple[Rotation, datetime]:
    """The rotation, and the moment to judge: now in the rotation's zone, or what ``on`` says."""
    loaded = load_rotation(rotation)
    return loaded, _moment(on, loaded)


def _moment(on: str | None, rotation: Rotation) -> datetime:
    return parse_on(datetime.now(UTC).isoformat() if on is None else on, rotation)


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


def _code(request: CheckRequest, rotation: Rotation) -> tuple[Evidence, ...]:
    from wxcertcheck.scan import ScanRequest, scan

    inside = [request.root / str(path).lstrip("/") if request.root else path for path in request.paths]
    known = {known.id: known for known in (*load_all(), rotation)}
    return scan(
        ScanRequest(
            paths=tuple(str(path) for path in inside),
            rotations=tuple(known.values()),
            include_tests=request.include_tests,
            any_host=request.any_host,
            no_ignore=request.no_ignore,
            today=datetime.now(UTC).date(),
        ),
        request.progress,
    )


def _handshakes(request: CheckRequest, rotation: Rotation, code: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    from wxcertcheck.handshake import HandshakeRequest, look

    now = datetime.now(UTC)
    addresses = rotation.verification_addresses + rotation.old_chain_addresses
    retired = [address for address in addresses if address.valid_until is not None and address.valid_until <= now]
    in_service = replace(
        rotation,
        verification_addresses=tuple(a for a in rotation.verification_addresses if a not in retired),
        old_chain_addresses=tuple(a for a in rotation.old_chain_addresses if a not in retired),
    )
    wanted = HandshakeRequest(
        rotation=in_service,
        hosts_in_code=tuple(dict.fromkeys(use.host for use in _host_uses(code) if rotation.knows_host(use.host))),
        offline=request.offline or request.root is not None,
        root=request.root,
        connect_timeout=_PATIENCE,
        handshake_timeout=_PATIENCE,
    )
    seen = look(wanted, request.environ if request.root is None else {}, request.announce)
    return seen if wanted.offline else (*seen, *map(_not_dialled, retired))


def _not_dialled(address: VerificationAddress) -> NotLooked:
    """An announced address whose time is over is somebody else's by now: `handshake` dials it when asked to."""
    place = HostPlace(address.host, f"{address.ip}:{address.port}", address.host)
    until = address.valid_until.strftime("%Y-%m-%d") if address.valid_until else ""
    return NotLooked(place, "address-retired", _RETIRED.fill(until=until), _RETIRED_HINT, decides=False)


def _host_uses(code: tuple[Evidence, ...]) -> list[HostUse]:
    return [item for item in code if isinstance(item, HostUse) and not item.test]


def _languages(code: tuple[Evidence, ...]) -> frozenset[str]:
    """The languages of the code that calls hosts of a rotation, or that pins for them."""
    from wxcertcheck.scan.languages import of_file

    files = [of_file(Path(use.place.path).name) for use in _host_uses(code)]
    pins = [pin.language for pin in code if isinstance(pin, Pin) and pin.hosts and not pin.test]
    packages = [
        _WRITTEN_IN.get(item.ecosystem, "")
        for item in code
        if isinstance(item, PackageUse) and item.calls and item.confidence.may_decide
    ]
    return frozenset([*(language.name for language in files if language), *pins, *packages]) & RUN_LANGUAGES


def _also(
    request: CheckRequest, report: Report, evidence: tuple[Evidence, ...], started: float, covers: Text | None
) -> list[Report]:
    """Reports for the further rotations whose hosts the code names; history is judged only when asked for."""
    if request.rotation is not None:
        return []
    named = {id_ for use in _host_uses(evidence) for id_ in use.rotations} - {report.rotation.id}
    further = [known for known in load_all() if known.id in named and not known.history and _decides(known)]
    return [report_on(evidence, known, _moment(request.on, known), started, covers) for known in further]


def _decides(rotation: Rotation) -> bool:
    """Whether anybody vouches for what comes; the end of G2 in 2029 is a dated note of the other rotations instead."""
    chains = [chain for phase in rotation.phases for chain in phase.chains if chain.anchors & rotation.incoming]
    return any(chain.confidence.may_decide for chain in chains)


_WRITTEN_IN = {
    "npm": "javascript",
    "pypi": "python",
    "composer": "php",
    "rubygems": "ruby",
    "maven": "java",
    "go": "go",
    "nuget": "csharp",
    "cargo": "rust",
}
_RETIRED = Text(zh="公布的使用期到 {until} 为止，未拨号", en="announced until {until}; not dialled")
_RETIRED_HINT = Text(
    zh="需要时用 wxcertcheck handshake 单独检查。", en="wxcertcheck handshake looks at it when you ask for it."
)
_PATIENCE = 4.0  # seconds for a server in `check`, where a handshake only confirms
_CODE_ONLY = Text(zh="仅代码", en="code only")
