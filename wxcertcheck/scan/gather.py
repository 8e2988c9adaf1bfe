"""Run a scan: walk, examine every file in worker processes; then tie pins, hosts and certificates together."""

import os
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import islice
from typing import TYPE_CHECKING

from msgspec.structs import replace

from wxcertcheck.errors import UsageError
from wxcertcheck.model import (
    Certainty,
    CertificateFile,
    CertificateRole,
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
)
from wxcertcheck.scan.ahead import Ahead, Tell
from wxcertcheck.scan.paths import Flags, plain_path
from wxcertcheck.scan.request import Progress, ScanRequest
from wxcertcheck.scan.walk import Walk
from wxcertcheck.text import Text, joined

if TYPE_CHECKING:
    from wxcertcheck.scan.look import FileResult
    from wxcertcheck.scan.tree import Tree

_TICK = 0.1
_BAR = 20
_LISTED = 4096
"""Files between two words about the walk."""
_BATCH_FILES = 200
"""Files in a batch, once there are many: the first ones are smaller, so that every process soon has work."""
_BATCH_NAMES = 24 << 10
"""Bytes of paths in a batch: two batches fit into a pipe."""


@dataclass
class _Scan:
    request: ScanRequest
    walk: Walk
    trees: "tuple[Tree, ...]"
    results: "list[FileResult]" = field(default_factory=list)
    looked: int = 0
    interrupted: bool = False

    @cached_property
    def flags(self) -> Flags:
        """(test, example, vendored) of a path, by what follows the scanned root."""
        return Flags(tuple(tree.root for tree in self.trees), self.request.include_tests)


def gather(request: ScanRequest, progress: Progress | None) -> tuple[Evidence, ...]:
    """See `wxcertcheck.scan.scan`."""
    for path in request.paths:
        if not os.path.exists(path):  # noqa: PTH110 - paths are plain strings all through the scan
            raise UsageError(_NO_PATH.fill(path=path), _NO_PATH_HINT)
    roots = tuple(dict.fromkeys(plain_path(path) for path in request.paths))
    walk = Walk(roots, request.no_ignore)
    listing = Ahead(partial(_listed, walk))
    from wxcertcheck.scan.tree import Tree

    run = _Scan(request, walk, tuple(Tree(root) for root in roots))
    _examine(run, listing, progress)
    return tuple(_evidence(run))


def _listed(walk: Walk, tell: Tell) -> tuple[Walk, list[str]]:
    """The walk, done, and its files."""
    found, files = walk.files(), list[str]()
    while more := list(islice(found, _LISTED)):
        files += more
        tell(len(files))
    return walk, files


def _examine(run: _Scan, listing: Ahead[tuple[Walk, list[str]]], progress: Progress | None) -> None:
    """Examine every file. What takes long to import and to prepare is made ready while the files are listed."""
    say = progress or (lambda _: None)
    places, told = 0, 0.0
    try:
        from wxcertcheck.scan.examine import Examiner
        from wxcertcheck.scan.look import Looker
        from wxcertcheck.scan.pins import PinMaker
        from wxcertcheck.scan.workers import spread

        looker = Looker(run.request.rotations, run.request.limits, run.flags)
        examiner = Examiner(looker, PinMaker(run.request, run.trees))
        run.walk, files = listing.result(lambda count: say(_LISTING.fill(files=count)))
        _enter(run.trees, files)
        for count, results in spread(examiner, _batches(files), run.request.jobs):
            run.looked += count
            run.results += results
            places += sum(len(result.pins) for result in results)
            if time.monotonic() - told > _TICK:
                say(_told(run.looked, len(files), places))
                told = time.monotonic()
    except KeyboardInterrupt:
        run.interrupted = True
    run.results.sort(key=lambda result: result.path)


def _told(done: int, files: int, places: int) -> Text:
    filled = _BAR * done // max(1, files)
    bar = f"[{'#' * filled}{'-' * (_BAR - filled)}]"
    return _PROGRESS.fill(bar=bar, done=done, files=files, places=places)


def _enter(trees: "tuple[Tree, ...]", files: list[str]) -> None:
    """Each file into its tree."""
    if len(trees) == 1:
        trees[0].files.extend(files)
        return
    tree, below = trees[0], ""
    for path in files:
        if not below or not path.startswith(below):
            tree = next((t for t in trees if t.holds(path)), trees[0])
            below = tree.root.rstrip("/") + "/"
        tree.files.append(path)


def _batches(files: list[str]) -> Iterator[list[str]]:
    """The files in batches."""
    batch: list[str] = []
    names, most = 0, 10
    for path in files:
        batch.append(path)
        names += len(path)
        if len(batch) >= most or names >= _BATCH_NAMES:
            yield batch
            batch, names, most = [], 0, min(_BATCH_FILES, most + 5)
    if batch:
        yield batch


def _evidence(run: _Scan) -> Iterator[Evidence]:
    from wxcertcheck.scan.certificates import certificate_files

    packages = [package for result in run.results for package in result.packages]
    hosts = list(_hosts(run))
    pins = _tied(run, [pin for result in run.results for pin in result.pins], hosts, packages)
    yield from pins
    certificates = list(certificate_files(run.results, pins, lambda path: run.flags.of(path)[::2]))
    yield from certificates
    yield from hosts
    yield from packages
    yield from _roots_named(run, pins)
    yield from run.walk.problems
    yield from (result.problem for result in run.results if result.problem)
    if run.interrupted:
        yield NotLooked(FilePlace(run.trees[0].root), "interrupted", _INTERRUPTED, _INTERRUPTED_HINT, decides=True)
    tests = sum(result.left_out for result in run.results)
    counts = ((_IGNORED, run.walk.ignored), (_BINARY, run.walk.binary), (_TESTS, tests))
    said = [_LOOKED.fill(count=run.looked), *(text.fill(count=count) for text, count in counts if count)]
    said += _not_concerned(run, certificates)
    text = joined(said, zh="；", en="; ")
    yield Looked("code", run.looked, text)


def _not_concerned(run: _Scan, certificates: list[CertificateFile]) -> list[Text]:
    """What people fear for and need not: the merchant's own certificate and key, WeChat Pay's platform certificate."""
    roles = [item.role for item in certificates if not item.test]
    keys = sum(result.private_key and not run.flags.of(result.path)[0] for result in run.results)
    counts = (
        (_OWN, roles.count(CertificateRole.IDENTITY)),
        (_SIGNING, roles.count(CertificateRole.SIGNING)),
        (_KEYS, keys),
    )
    told = [text.fill(count=count) for text, count in counts if count]
    return [_NOT_CONCERNED.fill(what=joined(told))] if told else []


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
    return next((tree.root for tree in run.trees if tree.holds(path)), run.trees[0].root)


def _hosts(run: _Scan) -> Iterator[HostUse]:
    for result in run.results:
        test = run.flags.of(result.path)[0]
        for host, line in result.hosts:
            rotations = tuple(r.id for r in run.request.rotations if r.knows_host(host))
            yield HostUse(FilePlace(result.path, line), host, rotations, test)


def _roots_named(run: _Scan, pins: list[Pin]) -> Iterator[RootNamed]:
    """Roots named by fingerprint or number, once a file; not where a pin compares, nor beside the certificates themselves."""
    compared = {pin.place.path for pin in pins if pin.kind is PinKind.FINGERPRINT}
    for result in run.results:
        if result.path in compared or result.contents is not None:
            continue
        test = run.flags.of(result.path)[0]
        first: dict[str, tuple[int, str]] = {}
        for fingerprint, line, written in sorted(result.roots, key=lambda found: (found[1], -len(found[2]))):
            first.setdefault(fingerprint, (line, written))
        for fingerprint, (line, written) in first.items():
            yield RootNamed(FilePlace(result.path, line), fingerprint, written, test)


def stores_of(pins: list[Pin]) -> Iterator[Store]:
    """Every store that a pin opens."""
    for pin in pins:
        yield from pin.targets


_LISTING = Text(zh="正在列出文件：{files} 个", en="Listing files: {files}")
_PROGRESS = Text(
    zh="{bar} 已扫描 {done}/{files} 个文件，找到 {places} 处",
    en="{bar} {done} of {files} {files:file|files} scanned, {places} {places:place|places} found",
)
_NO_PATH = Text(zh="路径不存在：{path}", en="There is no such path: {path}")
_NO_PATH_HINT = Text(
    zh="请检查拼写；可以给出多个文件或目录。", en="Check the spelling; files and folders may be given."
)
_INTERRUPTED = Text(zh="扫描被中断，只看了一部分文件", en="The scan was interrupted: only some files were looked at")
_INTERRUPTED_HINT = Text(zh="请重新运行，等它结束。", en="Run it again and let it finish.")
_LOOKED = Text(zh="共查看 {count} 个文件", en="{count} {count:file|files} looked at")
_IGNORED = Text(zh="按 .gitignore 跳过 {count} 个（--no-ignore）", en="{count} skipped by ignore files (--no-ignore)")
_BINARY = Text(zh="按文件名跳过二进制文件 {count} 个", en="{count} binary by name")
_TESTS = Text(
    zh="测试代码不算数，{count} 个涉及证书设置的测试文件没有分析（--include-tests）",
    en="test code does not count: {count} {count:file|files} of it with such settings not analysed (--include-tests)",
)
_NOT_CONCERNED = Text(zh="与换根证书无关：{what}", en="not concerned by the rotation: {what}")
_OWN = Text(
    zh="商户 API 证书或服务器自己的证书 {count} 个文件",
    en="{count} {count:file|files} with a merchant's or server's own certificate",
)
_SIGNING = Text(
    zh="验签用的证书（如微信支付平台证书）{count} 个文件",
    en="{count} {count:file|files} with certificates for signatures (as WeChat Pay's platform certificate)",
)
_KEYS = Text(zh="含私钥的文件 {count} 个", en="{count} {count:file|files} with a private key")
