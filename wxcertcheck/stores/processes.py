"""Runtimes of running processes, from /proc. Source: proc(5)."""

import os
import weakref
from collections.abc import Iterator
from pathlib import Path

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Looked, NotLooked, RuntimePlace
from wxcertcheck.stores.filesystem import FileSystem
from wxcertcheck.stores.in_use import (
    DISTRIBUTION_FOLDERS,
    SERVICE_PATH,
    Found,
    Search,
    Use,
    identify,
    program_of,
    which,
)
from wxcertcheck.stores.reading import StoreReader
from wxcertcheck.text import Text

_LOOKED = Text(zh="查看了 {count} 个进程", en="looked at {count} {count:process|processes}")
_PROCESS = Text(zh="进程 {pid}", en="process {pid}")
_CONTAINER = Text(
    zh="在容器（或 chroot）中运行：路径是容器内的路径，修复要落到镜像",
    en="runs in a container (or chroot): the paths are those inside, and the repair belongs into its image",
)
_NO_ENVIRON = Text(
    zh="进程 {pid}（{name}）属于其他用户，读不到它的环境变量；按没有变量判断",
    en="process {pid} ({name}) belongs to another user: its variables could not be read; judged as if none were set",
)
_NO_EXECUTABLE = Text(
    zh="进程 {pid}（{name}）属于其他用户，读不到它的程序文件",
    en="process {pid} ({name}) belongs to another user: its executable could not be read",
)
_AS_ROOT = Text(zh="请用 root（sudo）再运行一次", en="Run again as root (sudo)")
_DELETED = " (deleted)"


def uses(search: Search, proc: Path = Path("/proc")) -> Iterator[Found]:
    """A `Use` for each process of a known runtime, other than our own and its parents' shells."""
    host = _identity(Path("/"))
    roots: dict[tuple[int, int], tuple[FileSystem, StoreReader]] = {}
    own = str(os.getpid())
    count = 0
    for name in _pids(proc):
        if name == own:
            continue
        count += 1
        process = _Process(proc / name)
        yield from process.found(search, host, roots)
    yield Looked("processes", count, _LOOKED.fill(count=count))


def _pids(proc: Path) -> list[str]:
    try:
        return sorted((entry.name for entry in proc.iterdir() if entry.name.isdigit()), key=int)
    except OSError:
        return []


class _Process:
    """One folder of /proc. Everything may vanish or be denied at any moment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pid = folder.name

    def found(
        self, search: Search, host: tuple[int, int] | None, roots: dict[tuple[int, int], tuple[FileSystem, StoreReader]]
    ) -> Iterator[Found]:
        try:
            executable = str((self._folder / "exe").readlink()).removesuffix(_DELETED)
        except PermissionError:
            yield from self._foreign(search)
            return
        except OSError:  # a kernel thread, or it has ended
            return
        if not self._may_be_runtime(executable):
            return
        fs, reader, note = search.fs, search.reader, None
        identity = _identity(self._folder / "root")
        if identity is not None and identity != host:
            if identity not in roots:
                root = _held(self._folder / "root")
                if root is None:
                    return
                roots[identity] = (root, StoreReader(root))
            fs, reader = roots[identity]
            note = _CONTAINER
            executable = self._inside(executable)
        arguments = self._list("cmdline")
        environ = dict(entry.partition("=")[::2] for entry in self._list("environ"))
        program = identify(fs, executable)
        if program is None:
            return
        folder = self._link("cwd") or "/"
        if note:
            folder = self._inside(folder)
        yield Use(
            program=program,
            executable=_called_as(fs, executable, arguments, environ, folder),
            seen_as=_PROCESS.fill(pid=self._pid),
            fs=fs,
            reader=reader,
            environ=environ,
            arguments=tuple(arguments[1:]),
            folder=folder,
            note=note,
        )

    def _inside(self, path: str) -> str:
        """``path`` as seen from the process's root: links of a chroot show ours, those of a container already its own."""
        root = (self._link("root") or "/").rstrip("/")
        return path[len(root) :] or "/" if root and (path + "/").startswith(root + "/") else path

    def _may_be_runtime(self, executable: str) -> bool:
        """By the name; any other program may be one that Go built, and is asked for that unless a package brought it."""
        return program_of(executable) is not None or not executable.startswith((*DISTRIBUTION_FOLDERS, "/memfd:"))

    def _foreign(self, search: Search) -> Iterator[Found]:
        """Another user's process: only its command line can be read."""
        words = self._list("cmdline")
        program = program_of(words[0]) if words else None
        if program is None:
            return
        path = words[0] if words[0].startswith("/") else which(search.fs, words[0], SERVICE_PATH)
        name = words[0].rpartition("/")[2]
        place = RuntimePlace(name, path or words[0])
        if path is None or not search.fs.is_file(path):
            message = _NO_EXECUTABLE.fill(pid=self._pid, name=name)
            yield NotLooked(place, "permission", message, _AS_ROOT, decides=True)
            return
        yield Use(
            program=program,
            executable=path,
            seen_as=_PROCESS.fill(pid=self._pid),
            fs=search.fs,
            reader=search.reader,
            arguments=tuple(words[1:]),
        )
        message = _NO_ENVIRON.fill(pid=self._pid, name=name)
        yield NotLooked(place, "permission", message, _AS_ROOT, decides=False)

    def _list(self, name: str) -> list[str]:
        try:
            data = (self._folder / name).read_bytes()
        except OSError:
            return []
        return [part.decode("utf-8", "surrogateescape") for part in data.split(b"\0")[:-1]]

    def _link(self, name: str) -> str | None:
        try:
            return str((self._folder / name).readlink())
        except OSError:
            return None


def _held(root: Path) -> FileSystem | None:
    """The root of a process, held open: if it ends meanwhile, its stores must not look missing. None if it has ended."""
    try:
        descriptor = os.open(root, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return None
    fs = FileSystem(Path(f"/proc/self/fd/{descriptor}"))
    weakref.finalize(fs, os.close, descriptor)
    return fs


def _called_as(fs: FileSystem, executable: str, arguments: list[str], environ: dict[str, str], folder: str) -> str:
    """The path that the program was called by, if it leads to ``executable``: a virtual environment is only a link."""
    if not arguments:
        return executable
    first = arguments[0]
    if first.startswith("/"):
        called: str | None = first
    elif "/" in first:
        called = f"{folder.rstrip('/')}/{first}"
    else:
        called = which(fs, first, environ.get("PATH", "").split(":"))
    return called if called and fs.real(called) == executable else executable


def _identity(path: Path) -> tuple[int, int] | None:
    """Device and inode of a root folder: the same for all processes that see the same root, whatever else they mount."""
    try:
        status = path.stat()
    except (OSError, CannotRead):
        return None
    return status.st_dev, status.st_ino
