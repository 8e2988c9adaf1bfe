"""Run a scan: walk, look, resolve; then tie pins, hosts and certificates together."""

import os
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from wxcertcheck.errors import UsageError
from wxcertcheck.model import (
    Certainty,
    Evidence,
    FilePlace,
    HostUse,
    Looked,
    NotLooked,
    PackageUse,
    Pin,
    PinKind,
    RootNamed,
    Store,
    StoreState,
    Suppression,
)
from wxcertcheck.scan.certificates import certificate_files
from wxcertcheck.scan.classify import classify
from wxcertcheck.scan.fingerprints import fingerprints_in
from wxcertcheck.scan.look import FileResult, Looker, Seen
from wxcertcheck.scan.packages import packages_in
from wxcertcheck.scan.paths import is_example, is_test, is_vendored
from wxcertcheck.scan.request import Progress, ScanRequest
from wxcertcheck.scan.resolve import Resolver
from wxcertcheck.scan.tree import Tree
from wxcertcheck.scan.values import Value
from wxcertcheck.scan.walk import File, Walk
from wxcertcheck.scan.workers import look_at
from wxcertcheck.text import Text

_TICK = 0.1


@dataclass
class _Scan:
    request: ScanRequest
    walk: Walk
    trees: tuple[Tree, ...]
    results: list[FileResult] = field(default_factory=list)
    looked: int = 0
    interrupted: bool = False


def gather(request: ScanRequest, progress: Progress | None) -> tuple[Evidence, ...]:
    """See `wxcertcheck.scan.scan`."""
    for path in request.paths:
        if not os.path.exists(path):  # noqa: PTH110 - paths are plain strings all through the scan
            raise UsageError(_NO_PATH.fill(path=path), _NO_PATH_HINT)
    roots = tuple(dict.fromkeys(os.path.normpath(path) for path in request.paths))
    run = _Scan(request, Walk(roots, request.no_ignore), tuple(Tree(root) for root in roots))
    _look(run, progress)
    return tuple(_evidence(run))


def _look(run: _Scan, progress: Progress | None) -> None:
    looker = Looker(run.request.rotations, run.request.limits)
    places, told = 0, 0.0
    try:
        for result in look_at(_remembered(run), looker, run.request.jobs):
            run.looked += result.looked
            if result.path:
                run.results.append(result)
                places += len(result.seen)
            if progress and time.monotonic() - told > _TICK:
                progress(run.looked, places)
                told = time.monotonic()
    except KeyboardInterrupt:
        run.interrupted = True
    if progress:
        progress(run.looked, places)
    run.results.sort(key=lambda result: result.path)


def _remembered(run: _Scan) -> Iterator[File]:
    """The files of the walk, each also entered in its tree."""
    tree, below = run.trees[0], ""
    for file in run.walk.files():
        if len(run.trees) > 1 and (not below or not file.path.startswith(below)):
            tree = next(
                (t for t in run.trees if file.path == t.root or file.path.startswith(t.root.rstrip("/") + "/")),
                run.trees[0],
            )
            below = tree.root.rstrip("/") + "/"
        tree.files.append(file.path)
        yield file


def _evidence(run: _Scan) -> Iterator[Evidence]:
    request = run.request
    resolver = Resolver(run.trees, request.limits, dict(request.environ))
    packages = [package for tree in run.trees for package in packages_in(tree, request.rotations)]
    hosts = list(_hosts(run))
    pins = _tied(run, _with_dead(list(_pins(run, resolver))), hosts, packages)
    yield from pins
    yield from certificate_files(run.results, pins, lambda path: _flags(run, path)[::2])
    yield from hosts
    yield from packages
    yield from _roots_named(run, pins)
    yield from run.walk.problems
    yield from (result.problem for result in run.results if result.problem)
    if run.interrupted:
        yield NotLooked(FilePlace(run.trees[0].root), "interrupted", _INTERRUPTED, _INTERRUPTED_HINT, decides=True)
    text = _LOOKED.fill(count=run.looked, ignored=run.walk.ignored, binary=run.walk.binary)
    yield Looked("code", run.looked, text)


def _flags(run: _Scan, path: str) -> tuple[bool, bool, bool]:
    """(test, example, vendored) of a path, by what follows the scanned root."""
    root = next((t.root for t in run.trees if path.startswith(t.root.rstrip("/") + "/")), "")
    relative = path[len(root) :].lstrip("/")
    return is_test(relative) and not run.request.include_tests, is_example(relative), is_vendored(relative)


# --- pins ---------------------------------------------------------------------------------------------------------------


def _pins(run: _Scan, resolver: Resolver) -> Iterator[tuple[Seen, Pin]]:
    for result in run.results:
        for seen in result.seen:
            pin = _pin(run, resolver, seen)
            if pin is not None:
                yield seen, pin


def _pin(run: _Scan, resolver: Resolver, seen: Seen) -> Pin | None:
    value = resolver.finish(seen.value, seen.path, seen.language) if seen.value is not None else None
    kind = classify(seen.find, value)
    if kind is None:
        return None
    test, example, vendored = _flags(run, seen.path)
    pin = Pin(
        place=FilePlace(seen.path, seen.line, seen.column),
        language=seen.language,
        pattern=f"{seen.language}/{seen.slug}",
        kind=kind,
        mode=seen.find.mode,
        purpose=seen.find.purpose,
        value=seen.written,
        test=test,
        example=example,
        vendored=vendored,
        statement=seen.statement,
        last_line=seen.last_line,
        line_hash=seen.line_hash,
        suppressed=_valid(seen.suppressed, run.request.today),
    )
    if value is None:
        return pin
    pin = replace(pin, reasons=_reasons(value))
    if kind is PinKind.FINGERPRINT:
        return replace(
            pin, fingerprints=fingerprints_in(value), unresolved=None if fingerprints_in(value) else _NO_FINGERPRINT
        )
    if kind is not PinKind.TRUST:
        return pin
    return _opened(pin, resolver, seen, value)


def _valid(suppression: Suppression | None, today: date | None) -> Suppression | None:
    """A suppression, unless its day is over: then the place is a finding again."""
    if suppression and suppression.until and today and today.isoformat() > suppression.until:
        return None
    return suppression


def _opened(pin: Pin, resolver: Resolver, seen: Seen, value: Value) -> Pin:
    targets, why = resolver.targets(value, seen.path, seen.find.password)
    own = tuple(store for store in targets if store.kind != "system")
    if targets and not own and why is None:
        problem = targets[0].problem
        return replace(pin, kind=PinKind.CONFIGURABLE, reasons=(*pin.reasons, *([problem] if problem else [])))
    missing = next((store.problem for store in own if store.state in (StoreState.MISSING, StoreState.UNREADABLE)), None)
    return replace(pin, targets=own, unresolved=why or missing)


def _reasons(value: Value) -> tuple[Text, ...]:
    reasons = list(value.why)
    for leaf in value.leaves():
        reasons += [why for why in leaf.why if why not in reasons]
    return tuple(dict.fromkeys(reasons))[:8]


def _with_dead(found: list[tuple[Seen, Pin]]) -> list[Pin]:
    """A trust pin in a function that also switches verification off is dead: it says by which place."""
    off: dict[tuple[str, int], FilePlace] = {}
    for seen, pin in found:
        if pin.kind is PinKind.VERIFICATION_OFF and seen.function >= 0:
            off.setdefault((seen.path, seen.function), pin.place)
    return [
        replace(pin, dead_by=off.get((seen.path, seen.function))) if pin.kind is PinKind.TRUST else pin
        for seen, pin in found
    ]


def _tied(run: _Scan, pins: list[Pin], hosts: list[HostUse], packages: list[PackageUse]) -> list[Pin]:
    """Each pin with the hosts of its own file (certain) and of its tree (likely)."""
    by_file: dict[str, set[str]] = defaultdict(set)
    by_tree: dict[str, set[str]] = defaultdict(set)
    for use in hosts:
        by_file[use.place.path].add(use.host)
        if not use.test:
            by_tree[_root_of(run, use.place.path)].add(use.host)
    for package in (known for known in packages if known.confidence.may_decide):
        by_tree[_root_of(run, package.place.path)].update(package.calls)
    tied = []
    for pin in pins:
        own, near = by_file.get(pin.place.path, set()), by_tree.get(_root_of(run, pin.place.path), set())
        link = Certainty.CERTAIN if own or run.request.any_host else Certainty.LIKELY if near else Certainty.UNLINKED
        tied.append(replace(pin, hosts=tuple(sorted(own)), likely_hosts=tuple(sorted(near - own)), link=link))
    return tied


def _root_of(run: _Scan, path: str) -> str:
    return next(
        (t.root for t in run.trees if path == t.root or path.startswith(t.root.rstrip("/") + "/")), run.trees[0].root
    )


def _hosts(run: _Scan) -> Iterator[HostUse]:
    for result in run.results:
        test = _flags(run, result.path)[0]
        for host, line in result.hosts:
            rotations = tuple(r.id for r in run.request.rotations if r.knows_host(host))
            yield HostUse(FilePlace(result.path, line), host, rotations, test)


def _roots_named(run: _Scan, pins: list[Pin]) -> Iterator[RootNamed]:
    """Roots named by fingerprint or number, once a file; not where a pin compares, nor beside the certificates themselves."""
    compared = {pin.place.path for pin in pins if pin.kind is PinKind.FINGERPRINT}
    for result in run.results:
        if result.path in compared or result.contents is not None:
            continue
        test = _flags(run, result.path)[0]
        first: dict[str, tuple[int, str]] = {}
        for fingerprint, line, written in sorted(result.roots, key=lambda found: (found[1], -len(found[2]))):
            first.setdefault(fingerprint, (line, written))
        for fingerprint, (line, written) in first.items():
            yield RootNamed(FilePlace(result.path, line), fingerprint, written, test)


def stores_of(pins: list[Pin]) -> Iterator[Store]:
    """Every store that a pin opens."""
    for pin in pins:
        yield from pin.targets


_NO_PATH = Text(zh="路径不存在：{path}", en="There is no such path: {path}")
_NO_PATH_HINT = Text(
    zh="请检查拼写；可以给出多个文件或目录。", en="Check the spelling; files and folders may be given."
)
_INTERRUPTED = Text(zh="扫描被中断，只看了一部分文件", en="The scan was interrupted: only some files were looked at")
_INTERRUPTED_HINT = Text(zh="请重新运行，等它结束。", en="Run it again and let it finish.")
_LOOKED = Text(
    zh="看了 {count} 个文件；按 .gitignore 跳过 {ignored} 个，按文件名跳过二进制文件 {binary} 个",
    en="{count} files looked at; {ignored} skipped by ignore files, {binary} binary by name",
)
_NO_FINGERPRINT = Text(zh="指纹不是写死的常量", en="the fingerprint is not a constant")
