"""Finding every store: the table's places, what configuration files name, what lies under projects, or everywhere.

What is found here is not necessarily in use: `wxcertcheck.stores.runtimes` says what runtimes read. A store decides the
verdict only if the user asked for it: with ``--all``, or because a project carries it for its own connections.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Evidence, FilePlace, Looked, NotLooked, Store, StoreState
from wxcertcheck.stores import configured, places
from wxcertcheck.stores.distribution import family
from wxcertcheck.stores.filesystem import FileSystem
from wxcertcheck.stores.folders import Naming
from wxcertcheck.stores.places import ReadAs, Row
from wxcertcheck.stores.reading import StoreReader
from wxcertcheck.stores.walk import STORE_NAMES, walk
from wxcertcheck.text import Text

MANY = 10
"""A file of unknown name with this many certificates is a list of roots, not a chain or a key pair."""

_HEAD = 16384
"""Bytes in which a store shows itself; ``openssl x509 -text`` puts some 5 kB of words before each certificate."""

_PKCS12 = (".p12", ".pfx", ".P12", ".PFX")
_TRUST_NAME = re.compile(r"trust|cacert|ca-?store", re.IGNORECASE)

_SOURCES = (
    *("/usr/share/ca-certificates/", "/usr/local/share/ca-certificates/", "/etc/ssl/certs/", "/etc/pki/ca-trust/"),
    *(
        "/var/lib/ca-certificates/",
        "/usr/share/pki/",
        "/etc/pki/trust/",
        "/etc/ca-certificates/",
        "/etc/pki/tls/certs/",
    ),
)
"""Folders whose single files are sources or parts of a store that the table already has."""

_FILE_USER = Text(zh="不清楚谁在用", en="no known reader")
_PROJECT_USER = Text(zh="项目里的证书文件", en="a certificate file of the project")
_NAMED_BY = Text(zh="由 {by} 第 {line} 行指定", en="named in line {line} of {by}")
_UNREADABLE = Text(
    zh="有 {count} 个目录没有权限进入（例如 {path}）",
    en="{count} {count:folder|folders} could not be entered (for example {path})",
)
_AS_ROOT = Text(zh="用 root（sudo）再找一遍", en="Search again as root (sudo)")
_MOUNT = Text(zh="没有搜索网络挂载 {path}", en="The network mount {path} was not searched")
_NAME_IT = Text(zh="需要时请直接指定这个目录", en="Name that folder if it matters")
_LOCKED = Text(
    zh="有 {count} 个名字不像信任库的 PKCS#12 文件没有打开（例如 {path}）：逐个试密码太慢",
    en="{count} PKCS#12 files whose names do not say trust were not opened (for example {path}): trying passwords is slow",
)
_NAME_FILE = Text(zh="需要时请用 wxcertcheck stores 直接指定", en="Name them to wxcertcheck stores if they matter")
_WALKED = Text(zh="搜索了 {count} 个文件", en="{count} {count:file|files} searched")
_WALKING = Text(zh="正在搜索文件系统：{count} 个文件", en="Searching the file system: {count} {count:file|files}")


class Scope(Struct, frozen=True):
    """What to look at besides the table: ``projects`` are absolute paths as the audited system sees them."""

    homes: tuple[str, ...]
    projects: tuple[str, ...] = ()
    all: bool = False
    everywhere: bool = False
    wanted: frozenset[str] = frozenset()


def home_folders(fs: FileSystem, environ: Mapping[str, str] | None) -> tuple[str, ...]:
    """The home folders of a system; the caller's own first, where ``environ`` is of this machine."""
    own = [environ["HOME"].rstrip("/")] if environ and environ.get("HOME", "").startswith("/") else []
    return tuple(dict.fromkeys([*own, "/root", *fs.glob("/home/*")]))


def discover(
    fs: FileSystem, reader: StoreReader, scope: Scope, progress: Callable[[Text], None] | None = None
) -> Iterator[Evidence]:
    """Every store of the scope, each place once, and what could not be looked at. Not joined yet: see `join`."""
    seen: set[str] = set()
    sources = (
        _of_table(fs, reader, scope),
        _of_packages(fs, reader, scope),
        _of_configurations(fs, reader, scope),
        *(_below(fs, reader, scope, path, progress) for path in scope.projects),
        *((_below(fs, reader, replace(scope, projects=()), "/", progress),) if scope.everywhere else ()),
    )
    for source in sources:
        for item in source:
            if isinstance(item, Store):
                key = fs.real(item.path) or item.path
                if key in seen:
                    continue
                seen.add(key)
            yield item


def join(stores: list[Store]) -> list[Store]:
    """Stores with the same content as one store with all its places; what none of them decides stays so."""
    joined: dict[object, Store] = {}
    for store in stores:
        held = tuple((c.fingerprint, c.trusted, c.line) for c in store.certificates)
        key = (store.state, store.format, held) if held else (store.state, store.path)
        first = joined.get(key)
        if first is None:
            joined[key] = store
            continue
        joined[key] = replace(
            first,
            places=tuple(dict.fromkeys((*first.places, *store.places))),
            used_by=tuple(dict.fromkeys((*first.used_by, *store.used_by))),
            notes=tuple(dict.fromkeys((*first.notes, *store.notes))),
            decides=first.decides or store.decides,
        )
    return list(joined.values())


def _of_table(fs: FileSystem, reader: StoreReader, scope: Scope) -> Iterator[Store]:
    here = family(fs)
    java_homes = _java_homes(fs, scope.homes)
    for row in places.ROWS:
        if (row.families and here not in row.families) or (row.costly and not scope.all):
            continue
        for path in _paths(fs, row, scope.homes, java_homes):
            store = read_row(reader, row, path)
            if store.state is StoreState.EMPTY and row.read_as is not ReadAs.FILE and not row.families:
                continue  # an OpenSSL prefix that uses its file and has an empty folder beside it
            yield replace(store, decides=scope.all and not row.not_tls and not row.adds)


def _paths(fs: FileSystem, row: Row, homes: tuple[str, ...], java_homes: list[str]) -> Iterator[str]:
    for pattern in row.patterns:
        if pattern.startswith("{jdk}"):
            found = (home + pattern.removeprefix("{jdk}") for home in java_homes)
            yield from (path for path in found if fs.exists(path))
        else:
            for expanded in places.expand(pattern, homes):
                yield from fs.glob(expanded)


def _java_homes(fs: FileSystem, homes: tuple[str, ...]) -> list[str]:
    """Java homes without links: /usr/lib/jvm has several names for one."""
    found = (
        path
        for pattern in places.JAVA_HOMES
        for expanded in places.expand(pattern, homes)
        for path in fs.glob(expanded)
    )
    return list(dict.fromkeys(real for path in found if (real := fs.real(path)) and fs.is_dir(real)))


def read_row(reader: StoreReader, row: Row, path: str) -> Store:
    """The store at ``path``, read as its row says."""
    used_by = (row.used_by,)
    match row.read_as:
        case ReadAs.FILE | ReadAs.NSS:
            store = reader.file(path, kind=row.kind, used_by=used_by, passwords=row.passwords)
        case ReadAs.HASHED:
            store = reader.directory(path, kind=row.kind, used_by=used_by)
        case ReadAs.OLD_HASHED:
            store = reader.directory(path, kind=row.kind, used_by=used_by, naming=Naming.OLD_HASH)
        case ReadAs.ANY_FILES:
            store = reader.directory(path, kind=row.kind, used_by=used_by, naming=Naming.ANY)
        case ReadAs.BUILT_IN:
            store = reader.built_in(path, kind=row.kind, used_by=used_by)
    if row.not_tls is None:
        return store
    off = tuple(replace(c, trusted=False, why_not=c.why_not or row.not_tls) for c in store.certificates)
    return replace(store, certificates=off)


def _of_packages(fs: FileSystem, reader: StoreReader, scope: Scope) -> Iterator[Store]:
    """Vendored lists in the folders of Python packages."""
    patterns = [expanded for pattern in places.PACKAGES for expanded in places.expand(pattern, scope.homes)]
    folders = dict.fromkeys(fs.real(folder) for pattern in patterns for folder in fs.glob(pattern))
    for folder in folders:
        for tail in places.PACKAGE_TAILS:
            path = f"{folder}/{tail.ending}"
            if folder and fs.exists(path):
                yield replace(reader.file(path, kind=tail.kind, used_by=(tail.used_by,)), decides=scope.all)


def _of_configurations(fs: FileSystem, reader: StoreReader, scope: Scope) -> Iterator[Store]:
    """What configuration files name; a named store that is missing is shown as missing."""
    for named in configured.named_stores(fs, scope.homes):
        setting = named.setting
        if named.is_folder:
            store = reader.directory(named.path, kind=setting.kind, used_by=(setting.used_by,))
        else:
            store = reader.file(named.path, kind=setting.kind, used_by=(setting.used_by,), passwords=setting.passwords)
        notes = (_NAMED_BY.fill(by=named.by, line=named.line), *((named.note,) if named.note else ()))
        yield replace(store, notes=(*store.notes, *notes), decides=scope.all and named.note is None)


def _below(
    fs: FileSystem, reader: StoreReader, scope: Scope, top: str, progress: Callable[[Text], None] | None
) -> Iterator[Evidence]:
    """Stores in files below ``top``: by the ending of their path, by their name, by their content."""
    in_project = top in scope.projects
    prefix = "" if fs.root is None else str(fs.root)
    if fs.is_file(top):
        yield from _one(reader, scope, top, named=True)
        return
    try:
        start = str(fs.on_disk(top))
    except CannotRead:
        return
    say = (lambda count: progress(_WALKING.fill(count=count))) if progress else None
    walked = walk(start, prefix, say)
    locked = []
    for path in walked.candidates:
        inside = path[len(prefix) :]
        if in_project:
            yield from _one(reader, scope, inside, named=False)
        elif inside.endswith(_PKCS12) and not _TRUST_NAME.search(inside.rpartition("/")[2]):
            locked.append(inside)
        elif not inside.startswith(_SOURCES):
            yield from _one(reader, scope, inside, named=False)
    if locked:
        message = _LOCKED.fill(count=len(locked), path=locked[0])
        yield NotLooked(FilePlace(locked[0]), "pkcs12", message, _NAME_FILE, decides=False)
    if walked.unreadable:
        first = walked.unreadable[0][len(prefix) :] or "/"
        message = _UNREADABLE.fill(count=len(walked.unreadable), path=first)
        yield NotLooked(FilePlace(first), "permission", message, _AS_ROOT, decides=False)
    for mount in walked.skipped_mounts:
        yield NotLooked(FilePlace(mount), "network-mount", _MOUNT.fill(path=mount), _NAME_IT, decides=False)
    yield Looked("files", walked.files, _WALKED.fill(count=walked.files))


def _one(reader: StoreReader, scope: Scope, path: str, *, named: bool) -> Iterator[Evidence]:
    """The store in one candidate file, if it is one."""
    name = path.rpartition("/")[2]
    tail = places.tail_of(path)
    in_project = any(path == top or path.startswith(f"{top.rstrip('/')}/") for top in scope.projects)
    if tail is not None and reader.fs.exists(path):
        decides = scope.all or (in_project and not tail.own_hosts)
        yield replace(reader.file(path, kind=tail.kind, used_by=(tail.used_by,)), decides=decides)
        return
    from wxcertcheck.formats import looks_like_store

    try:
        if not named and name not in STORE_NAMES and not looks_like_store(reader.fs.head(path, _HEAD)):
            return
    except CannotRead as error:
        if error.reason not in ("missing", "directory", "not-a-regular-file", "symlink-loop"):
            yield NotLooked(FilePlace(path), error.reason, error.message, error.hint, decides=False)
        return
    store = reader.file(path, kind="file", used_by=(_PROJECT_USER if in_project else _FILE_USER,))
    if _is_trust_store(store, name, scope.wanted, named=named or in_project):
        yield replace(store, decides=scope.all)


def _is_trust_store(store: Store, name: str, wanted: frozenset[str], *, named: bool) -> bool:
    """A file counts if it holds many certificates or one of the roots that matter, or is named like a store.

    Elsewhere on a disk the name alone says too little: tests and manuals are full of small files called cacert.pem.
    """
    if store.state is StoreState.READ:
        held = {certificate.fingerprint for certificate in store.certificates}
        return len(held) >= MANY or not held.isdisjoint(wanted) or (named and name in STORE_NAMES)
    return store.state is not StoreState.MISSING and name in STORE_NAMES


def absolute(path: str, root: FileSystem) -> str:
    """A project path as the audited system sees it: of this machine, or inside the root."""
    if root.root is None:
        return os.path.abspath(path)  # noqa: PTH100 - links stay: the user's path is shown
    return "/" + path.lstrip("/")
