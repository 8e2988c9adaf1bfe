"""What does this machine (or root file system) trust: its runtimes in use, every other store, and given files.

`survey` is the way in. It only reads; what could not be looked at is a `NotLooked` value beside the rest.
"""

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from wxcertcheck.errors import CannotRead, UsageError
from wxcertcheck.model import Evidence, FilePlace, Looked, NotLooked, Runtime, Store, StoreState
from wxcertcheck.text import Text

if TYPE_CHECKING:
    from wxcertcheck.stores.discover import Scope
    from wxcertcheck.stores.filesystem import FileSystem
    from wxcertcheck.stores.reading import StoreReader

__all__ = ["SurveyRequest", "paths_to_read", "read_files", "survey"]

_NO_ROOT = Text(zh="--root 指定的目录 {path} 不存在", en="The folder {path} given by --root does not exist")
_NO_PATH = Text(zh="{path} 不存在", en="{path} does not exist")
_CHECK_PATH = Text(zh="请核对路径", en="Check the path")
_STORES = Text(zh="找到 {count} 个信任库", en="{count} trust {count:store|stores} found")
_LOOKING = Text(zh="正在查看在用的运行环境…", en="Looking at the runtimes in use…")
_FINDING = Text(zh="正在查找信任库…", en="Looking for trust stores…")
_NOTHING_IN_USE = Text(
    zh="没有找到在用的运行环境，只有 {count} 个信任库",
    en="no runtime in use was found, only {count} trust {count:store|stores}",
)
_COUNT_ALL = Text(zh="加 --all 可判定全部信任库", en="--all judges every store")
_NOTHING_FOUND = Text(
    zh="{path} 中既没有找到运行环境，也没有 CA 证书；静态程序可能自带根证书，没有读取",
    en="{path} has no runtime that is known and no CA file; roots embedded in a static program were not read",
)
_GIVE_MORE = Text(
    zh="请用运行这个程序的机器或镜像检查，或直接给出它用的 CA 文件（wxcertcheck stores 文件）",
    en="Check the machine or image that runs the program, or name its CA file (wxcertcheck stores FILE)",
)
_STDIN = "-"


@dataclass(frozen=True, slots=True)
class SurveyRequest:
    """What to look at.

    ``root`` is a file system to read as if it were "/" (None: this machine), ``environ`` the variables that runtimes of
    this machine get, ``paths`` projects (with ``root``: paths inside it), ``all`` counts every store found,
    ``everywhere`` walks the whole file system, ``keytool`` asks keytool for a second opinion on every Java store.
    ``copied``: ``root`` holds only what `paths_to_read` names, so that a missing file is no proof.
    ``passwords`` are tried on encrypted stores, ``wanted`` are fingerprints that make a file of any name worth telling.
    """

    root: Path | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    paths: tuple[Path, ...] = ()
    all: bool = False
    everywhere: bool = False
    keytool: bool = False
    passwords: tuple[str, ...] = field(default=(), repr=False)
    wanted: frozenset[str] = frozenset()
    copied: bool = False


def survey(request: SurveyRequest, progress: Callable[[Text], None] | None = None) -> tuple[Evidence, ...]:
    """The runtimes in use with what they read, then every other store, then what was counted or could not be read.

    :raises UsageError: the root or a path does not exist.
    """
    from wxcertcheck.stores.discover import Scope, absolute, home_folders
    from wxcertcheck.stores.filesystem import FileSystem
    from wxcertcheck.stores.runtimes import runtimes

    if request.root is not None and not request.root.is_dir():
        raise UsageError(_NO_ROOT.fill(path=request.root), _CHECK_PATH)
    fs = FileSystem(request.root)
    live = fs.root is None
    reader = _reader(fs, request.environ if live else None, second_opinion=request.keytool, passwords=request.passwords)
    projects = tuple(absolute(str(path), fs) for path in request.paths)
    for path, project in zip(request.paths, projects, strict=True):
        if not fs.exists(project):
            raise UsageError(_NO_PATH.fill(path=path), _CHECK_PATH)
    if progress:
        progress(_LOOKING)
    found = runtimes(fs, reader, request.environ, tuple(map(Path, projects)), live=live)
    if request.copied:
        from wxcertcheck.stores.copied import not_in_the_copy

        found = tuple(not_in_the_copy(item) if isinstance(item, Runtime) else item for item in found)
    found += _of_this_platform() if live else ()
    scope = Scope(
        homes=home_folders(fs, request.environ if live else None),
        projects=projects,
        all=request.all,
        everywhere=request.everywhere,
        wanted=request.wanted | shipped_roots(),
    )
    if progress:
        progress(_FINDING)
    evidence = (*found, *_others(fs, reader, scope, found, progress))
    judged = any((isinstance(i, Runtime) and i.in_use) or (isinstance(i, Store) and i.decides) for i in evidence)
    return evidence if judged else (*evidence, _nothing_in_use(request, evidence))


def read_files(
    files: Sequence[str],
    *,
    passwords: Sequence[str] = (),
    keytool: bool = False,
    environ: Mapping[str, str] | None = None,
    stdin: Callable[[], bytes] | None = None,
) -> tuple[Store, ...]:
    """Given stores, each judged by itself. A folder is read as an OpenSSL hashed directory, "-" is ``stdin()``.

    :raises UsageError: a named file does not exist.
    """
    from wxcertcheck.stores.discover import absolute
    from wxcertcheck.stores.filesystem import FileSystem

    fs = FileSystem()
    reader = _reader(fs, environ, second_opinion=keytool, passwords=passwords)
    paths = [file if file == _STDIN or _DESCRIPTOR.fullmatch(file) else absolute(file, fs) for file in files]
    for file, path in zip(files, paths, strict=True):
        if (
            path != _STDIN
            and not _DESCRIPTOR.fullmatch(path)
            and fs.readlink(path) is None
            and not fs.exists(path)
            and not _hidden(fs, path)
        ):
            raise UsageError(_NO_PATH.fill(path=file), _CHECK_PATH)
    stores = []
    for file, path in zip(files, paths, strict=True):
        if path == _STDIN:
            store = reader.data(stdin() if stdin else b"", "-", kind="file")
        elif _DESCRIPTOR.fullmatch(path):
            store = reader.data(_drained(path), path, kind="file")
        elif fs.is_dir(path):
            store = reader.directory(path, kind="openssl")
        else:
            store = reader.file(path, kind="file")
        stores.append(replace(store, places=(replace(store.places[0], path=file),), decides=True))
    return tuple(stores)


_DESCRIPTOR = re.compile(r"/dev/stdin|/dev/fd/\d+|/proc/self/fd/\d+")
"""What a shell hands over for ``<(command)``: a pipe of our own, whose link leads to no path."""
_MOST = 64 << 20


def _drained(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - a descriptor, no path
            return stream.read(_MOST)
    except OSError as error:
        raise UsageError(_NO_PATH.fill(path=path), _CHECK_PATH) from error


def paths_to_read() -> list[str]:
    """Shell patterns of all that `survey` reads on a machine: see `wxcertcheck.stores.listing`."""
    from wxcertcheck.stores.listing import patterns

    return patterns()


def shipped_roots() -> frozenset[str]:
    """Fingerprints of the roots of all shipped rotations: a file that holds one matters."""
    from wxcertcheck.rotations.root_files import shipped_fingerprints

    return frozenset(shipped_fingerprints())


def _others(
    fs: "FileSystem",
    reader: "StoreReader",
    scope: "Scope",
    found: tuple[Evidence, ...],
    progress: Callable[[Text], None] | None,
) -> list[Evidence]:
    """Stores that no runtime in use reads, and the rest of the evidence."""
    from wxcertcheck.stores.discover import discover, join
    from wxcertcheck.stores.stand_in import with_stand_in

    runtimes = [item for item in found if isinstance(item, Runtime)]
    used = {fs.real(place.path) or place.path for r in runtimes for s in r.sources for place in s.store.places}
    stores: list[Store] = []
    rest: list[Evidence] = []
    count = len(used)
    for item in discover(fs, reader, scope, progress):
        if not isinstance(item, Store):
            rest.append(item)
        elif (fs.real(item.path) or item.path) not in used:
            count += 1
            store = _not_ours(item, fs)
            if store.state is StoreState.UNREADABLE and not store.decides and store.problem and store.hint:
                rest.append(NotLooked(store.places[0], "store-unread", store.problem, store.hint, decides=False))
            else:
                stores.append(store)
    stand_ins: list[Runtime] = []
    if not any(isinstance(item, Runtime) and item.in_use for item in found):
        stand_ins, stores = with_stand_in(stores)
    return [*stand_ins, *join(stores), Looked("stores", count, _STORES.fill(count=count)), *rest]


def _nothing_in_use(request: SurveyRequest, evidence: tuple[Evidence, ...]) -> NotLooked:
    """Nothing that could fail was found (a scratch image, an unpacked folder without programs): no verdict from that."""
    count = sum(isinstance(item, Store) for item in evidence)
    place = FilePlace(str(request.root or "/"))
    if count:
        return NotLooked(place, "nothing-in-use", _NOTHING_IN_USE.fill(count=count), _COUNT_ALL, decides=True)
    return NotLooked(place, "nothing-found", _NOTHING_FOUND.fill(path=place.path), _GIVE_MORE, decides=True)


def _of_this_platform() -> tuple[Evidence, ...]:
    """The stores that are no files: macOS keychains, the Windows system store."""
    if sys.platform == "darwin":
        from wxcertcheck.stores.macos import look as keychains

        return keychains()
    if sys.platform == "win32":
        from wxcertcheck.stores.windows import look as system_store

        return system_store()
    return ()


def _not_ours(store: Store, fs: "FileSystem") -> Store:
    """The tool's own virtual environment is no part of what is judged: runtimes say where it is the user's too."""
    own = sys.prefix if fs.root is None and sys.prefix != sys.base_prefix else None
    return replace(store, decides=False) if own and store.path.startswith(f"{own}/") else store


def _hidden(fs: "FileSystem", path: str) -> bool:
    """Whether a path that cannot be resolved is there but hidden by a permission: that is no wrong usage."""
    try:
        fs.on_disk(path)
    except CannotRead as error:
        return error.reason != "missing"
    return True


def _reader(
    fs: "FileSystem", environ: Mapping[str, str] | None, *, second_opinion: bool, passwords: Sequence[str] = ()
) -> "StoreReader":
    from wxcertcheck.stores.reading import KNOWN_PASSWORDS, StoreReader

    return StoreReader(
        fs,
        keytool=_keytool(environ),
        passwords=(*passwords, *KNOWN_PASSWORDS),
        second_opinion=second_opinion,
    )


def _keytool(environ: Mapping[str, str] | None) -> Path | None:
    """keytool of JAVA_HOME or PATH of this machine."""
    from shutil import which

    home = (environ or {}).get("JAVA_HOME", "")
    beside = Path(home) / "bin" / "keytool"
    if home and beside.is_file():
        return beside
    found = which("keytool", path=(environ or {}).get("PATH"))
    return Path(found) if found else None
