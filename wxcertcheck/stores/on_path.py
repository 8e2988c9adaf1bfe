"""Runtimes of JAVA_HOME and PATH; of a root file system, those of its standard folders and /opt."""

import re
from collections.abc import Iterator, Mapping, Sequence

from wxcertcheck.errors import CannotRead
from wxcertcheck.stores.binaries import is_go
from wxcertcheck.stores.in_use import SERVICE_PATH, Found, Search, Use, program_of
from wxcertcheck.text import Text

_ON_PATH = Text(zh="PATH", en="PATH")
_SERVICE_PATH = Text(zh="服务的 PATH", en="PATH of services")
_IN_ROOT = Text(zh="位于 {folder}", en="in {folder}")

_STANDARD_FOLDERS = (
    *SERVICE_PATH,
    "/usr/lib/jvm/*/bin",
    "/usr/lib/jvm/*/jre/bin",
    "/usr/java/*/bin",
    "/usr/java/*/jre/bin",
    "/usr/local/*/bin",
    "/usr/local/*/jre/bin",
    "/opt/**/bin",
)
"""Where a root file system keeps runtimes: distribution packages, Oracle's RPM, unpacked archives, /opt."""

_PROGRAM_FOLDERS = (
    "/",
    "/app",
    "/srv",
    "/usr/local/bin",
    "/opt/*",
    "/home/*",
    "/root",
    "/workspace",
    "/go/bin",
    "/ko-app",
)
"""Where images keep the one program that they run."""

_BIG_FOLDER = 300


def uses(search: Search) -> Iterator[Found]:
    """The runtimes that a command finds by name, and JAVA_HOME."""
    home = search.environ.get("JAVA_HOME", "").rstrip("/")
    if home:
        for executable in (f"{home}/bin/java", f"{home}/jre/bin/java"):
            if search.fs.is_file(executable):
                yield _use(search, "java", executable, Text(zh="JAVA_HOME", en="JAVA_HOME"), search.environ)
                break
    seen: set[str] = set()
    if search.live:
        yield from _named(search, search.environ.get("PATH", "").split(":"), seen, _ON_PATH, search.environ)
        yield from _named(search, SERVICE_PATH, seen, _SERVICE_PATH, {})  # services do not have our variables
    else:
        yield from _of_root(search, seen)


def _named(
    search: Search, folders: Sequence[str], seen: set[str], how: Text, environ: Mapping[str, str]
) -> Iterator[Use]:
    """The runtimes in ``folders``; of one name the first."""
    names: set[str] = set()
    for folder in folders:
        if not folder.startswith("/"):
            continue
        for name in _program_names(search, folder):
            if name in names:
                continue
            names.add(name)
            yield from _once(search, f"{folder.rstrip('/')}/{name}", seen, how, environ)


def _of_root(search: Search, seen: set[str]) -> Iterator[Use]:
    folders = [folder for pattern in _STANDARD_FOLDERS for folder in search.fs.glob(pattern)]
    for folder in folders:
        for name in _program_names(search, folder):
            yield from _once(search, f"{folder}/{name}", seen, _IN_ROOT.fill(folder=folder), search.environ)
    for folder in [folder for pattern in _PROGRAM_FOLDERS for folder in search.fs.glob(pattern)]:
        names = _names(search, folder)
        for name in names if len(names) <= _BIG_FOLDER else ():
            path = f"{folder.rstrip('/')}/{name}"
            status = search.fs.stat(path)
            if status and status.st_mode & 0o100 and search.fs.is_file(path) and is_go(search.fs, path):
                real = search.fs.real(path) or path
                if real not in seen:
                    seen.add(real)
                    yield _use(search, "go", path, _IN_ROOT.fill(folder=folder), search.environ)


def _once(search: Search, path: str, seen: set[str], how: Text, environ: Mapping[str, str]) -> Iterator[Use]:
    program = program_of(path)
    real = search.fs.real(path)
    if program is None or real is None or not search.fs.is_file(real):
        return
    if real.rpartition("/")[2] in ("busybox", "toybox"):
        return
    # Python tells a virtual environment by the link, so its links are not one thing.
    status = search.fs.stat(real)
    inode = f"{status.st_dev}:{status.st_ino}" if status else real  # perl and perl5.36.0 are one file by two names
    key = f"{path.rpartition('/')[0]}>{inode}" if program == "python" else f"{program}>{inode}"
    if key not in seen:
        seen.add(key)
        yield _use(search, program, path, how, environ)


def _use(search: Search, program: str, executable: str, how: Text, environ: Mapping[str, str]) -> Use:
    return Use(
        program=program,
        executable=executable,
        seen_as=how,
        fs=search.fs,
        reader=search.reader,
        environ=environ,
        folder=search.environ.get("PWD", "/") if search.live else "/",
        live=search.live,
    )


_CANDIDATE = re.compile(
    r"python|pypy|java$|node|php|ruby|jruby|truffleruby|dotnet$|mono|curl$|wget$|git$|perl|openssl$|go$"
)


def _program_names(search: Search, folder: str) -> list[str]:
    return [name for name in _names(search, folder) if _CANDIDATE.match(name) and program_of(name)]


def _names(search: Search, folder: str) -> list[str]:
    try:
        return search.fs.listdir(folder)
    except CannotRead:
        return []
