"""The file system that is read: this machine's "/", or a mounted or unpacked root read as if it were "/".

Every path in this module is a path as the audited system sees it ("/etc/ssl/cert.pem"). Links are resolved inside the
root: an absolute target starts at the root, ".." never leaves it. So a link in an unpacked archive that points outside
reads the archive's own file or nothing, never a file of the machine that runs the tool.
"""

import errno
import os
import re
import stat as modes
import sys
from collections.abc import Iterator
from fnmatch import translate
from functools import lru_cache
from itertools import count
from pathlib import Path

from wxcertcheck.errors import CannotRead
from wxcertcheck.text import Text

MAX_LINKS = 40
"""Links followed for one path before it counts as a loop (Linux: MAXSYMLINKS, path_resolution(7)).

They are counted in all, not per nesting: links like l2 -> l1/l1, l1 -> l0/l0 would take exponential time otherwise."""

_PATH_MAX = 4096

MAX_STORE_BYTES = 64 * 1024 * 1024
"""Larger files are not read as a store. The largest bundles known have about 1 MB, an RPM distribution's 500 kB."""

MAX_GLOB_DEPTH = 5
"""How many folders "**" of a glob descends: /opt/vendor/product/version/jre/lib is met, a data disk is not walked."""


class FileSystem:
    """Reads files of one root. Folder links are remembered: use one object for one run, not for watching changes."""

    def __init__(self, root: Path | None = None) -> None:
        # Not resolve(): /proc/PID/root of a container is a link whose text is "/", though it leads into the container.
        self.root = None if root is None or root == Path("/") else root.absolute()
        self._prefix = "" if self.root is None else str(self.root)
        self._folders: dict[str, str] = {"/": "/"}
        self._absent: dict[str, int] = {}
        self._paths: dict[str, str | OSError] = {}
        self._listings: dict[str, list[str]] = {}
        self._below: dict[str, list[str]] = {}

    def real(self, path: str) -> str | None:
        """The path without links, as seen inside the root; None if it is missing, dangling, a loop or not allowed."""
        try:
            return self._resolve(path)
        except OSError:
            return None

    def on_disk(self, path: str) -> Path:
        """Where to open ``path`` on the machine we run on. Raises CannotRead like `read_bytes`."""
        try:
            return Path(self._open_path(self._resolve(path)))
        except OSError as error:
            raise _cannot_read(path, error) from error

    def exists(self, path: str) -> bool:
        """Whether ``path`` leads to something."""
        return self.real(path) is not None

    def is_file(self, path: str) -> bool:
        """Whether ``path`` leads to a regular file."""
        status = self.stat(path)
        return status is not None and modes.S_ISREG(status.st_mode)

    def is_dir(self, path: str) -> bool:
        """Whether ``path`` leads to a folder."""
        status = self.stat(path)
        return status is not None and modes.S_ISDIR(status.st_mode)

    def stat(self, path: str) -> os.stat_result | None:
        """The status of what ``path`` leads to, or None."""
        real = self.real(path)
        try:
            return None if real is None else os.lstat(self._open_path(real))
        except OSError:
            return None

    def readlink(self, path: str) -> str | None:
        """The target of the link ``path`` exactly as it is stored; None if it is not a link."""
        folder, _, name = path.rstrip("/").rpartition("/")
        try:
            place = self._open_path(_join(self._folder(folder or "/", count()), name))
            return os.readlink(place)  # noqa: PTH115 - the exact text; Path would normalise it
        except OSError:
            return None

    def listdir(self, path: str) -> list[str]:
        """The sorted names in a folder. Raises CannotRead: missing, permission, symlink-loop, io-error."""
        try:
            return sorted(os.listdir(self._open_path(self._resolve(path))))  # noqa: PTH208 - strings, many of them
        except OSError as error:
            raise _cannot_read(path, error) from error

    def read_bytes(self, path: str, limit: int = MAX_STORE_BYTES) -> bytes:
        """The content of a regular file of at most ``limit`` bytes.

        Never waits: FIFOs, devices and sockets are refused before they are opened. Raises CannotRead with one of the
        reasons missing, permission, directory, not-a-regular-file, too-large, symlink-loop, io-error.
        """
        try:
            real = self._open_path(self._resolve(path))
            _refuse_other_than_file(path, os.lstat(real), limit)
            # O_NOFOLLOW and the second look: the file may have been replaced since it was resolved.
            descriptor = os.open(real, os.O_RDONLY | _FLAGS)
            try:
                _refuse_other_than_file(path, os.fstat(descriptor), limit)
                data = _read_all(descriptor, limit + 1)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise _cannot_read(path, error) from error
        if len(data) > limit:  # files of /proc and growing files have no size beforehand
            raise _too_large(path, limit)
        return data

    def head(self, path: str, size: int = 1 << 16) -> bytes:
        """The first ``size`` bytes of a regular file of any length. Raises CannotRead like `read_bytes`."""
        try:
            real = self._open_path(self._resolve(path))
            _refuse_other_than_file(path, os.lstat(real), sys.maxsize)
            descriptor = os.open(real, os.O_RDONLY | _FLAGS)
            try:
                return _read_all(descriptor, size)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise _cannot_read(path, error) from error

    def glob(self, pattern: str) -> list[str]:
        """Sorted existing paths that match an absolute pattern of ``*``, ``?``, ``[…]`` and ``**`` (`MAX_GLOB_DEPTH`).

        Links to folders are followed for named parts and ``*``, not below ``**``. Unreadable folders match nothing.
        """
        parts = [part for part in pattern.split("/") if part]
        return sorted(dict.fromkeys(self._expand("/", parts)))

    def _expand(self, folder: str, parts: list[str]) -> Iterator[str]:
        if not parts:
            yield folder
            return
        first, rest = parts[0], parts[1:]
        if first == "**":
            if folder not in self._below:
                self._below[folder] = list(self._folders_below(folder, MAX_GLOB_DEPTH))
            for below in self._below[folder]:
                yield from self._expand(below, rest)
        elif not _has_signs(first):
            # Several plain parts are one look: most patterns of a table lead to nothing.
            plain = 1 + next((n for n, part in enumerate(rest) if _has_signs(part)), len(rest))
            path = _join(folder, "/".join(parts[:plain]))
            if self.exists(path):
                yield from self._expand(path, parts[plain:])
        else:
            matches = _pattern(first).match
            for name in self._names(folder):
                if matches(name) and (first[0] == "." or name[0] != "."):
                    path = _join(folder, name)
                    if self.exists(path) and (not rest or self.is_dir(path)):
                        yield from self._expand(path, rest)

    def _names(self, folder: str) -> list[str]:
        """Names in a folder, remembered: hundreds of patterns share few folders. None where it cannot be listed."""
        if folder not in self._listings:
            try:
                self._listings[folder] = self.listdir(folder)
            except CannotRead:
                self._listings[folder] = []
        return self._listings[folder]

    def _folders_below(self, folder: str, depth: int) -> Iterator[str]:
        yield folder
        real = self.real(folder)
        if depth == 0 or real is None:
            return
        try:
            with os.scandir(self._open_path(real)) as entries:
                names = sorted(e.name for e in entries if e.is_dir(follow_symlinks=False))
        except OSError:
            return
        for name in names:
            yield from self._folders_below(_join(folder, name), depth - 1)

    def _open_path(self, real: str) -> str:
        return self._prefix + real if self._prefix else real

    def _resolve(self, path: str, links: Iterator[int] | None = None) -> str:
        """``path`` without links; raises OSError. Folders are remembered: a store has hundreds of links to one folder."""
        if links is None:
            return self._remembered(path)
        if "\0" in path or len(path) > _PATH_MAX:
            raise OSError(errno.ENAMETOOLONG, "no such name", path)
        if os.name == "nt" and self.root is None:  # pragma: no cover - drive letters; never run
            return os.path.realpath(path)
        if not path.startswith("/"):
            path = _join(str(Path.cwd()) if self.root is None else "/", path)
        folder, _, name = path.rstrip("/").rpartition("/")
        if name in ("", ".", ".."):
            return self._folder(path.rstrip("/") or "/", links)
        return self._step(self._folder(folder or "/", links), name, links)

    def _remembered(self, path: str) -> str:
        """The same path is asked for by many rows and runtimes; one run sees one state of the disk."""
        if path not in self._paths:
            try:
                self._paths[path] = self._resolve(path, count())
            except OSError as error:
                self._paths[path] = error
        answer = self._paths[path]
        if isinstance(answer, OSError):
            raise answer
        return answer

    def _folder(self, path: str, links: Iterator[int]) -> str:
        """A folder's path without links, from the nearest folder that is remembered. What is absent is remembered too."""
        known, names = path, []
        while known not in self._folders:
            if known in self._absent:
                raise OSError(self._absent[known], os.strerror(self._absent[known]), path)
            known, _, name = known.rpartition("/")
            known = known or "/"
            names.append(name)
        current = self._folders[known]
        for name in reversed(names):
            known = _join(known, name)
            try:
                current = self._enter(current, name, links)
            except OSError as error:
                if error.errno == errno.ENOENT:
                    self._absent[known] = errno.ENOENT
                raise
            self._folders[known] = current
        return current

    def _enter(self, folder: str, name: str, links: Iterator[int]) -> str:
        if name in ("", "."):
            return folder
        if name == "..":
            return folder.rpartition("/")[0] or "/"
        return self._step(folder, name, links)

    def _step(self, folder: str, name: str, links: Iterator[int]) -> str:
        """Enter ``name`` in the link-free ``folder``, following a link. Raises OSError."""
        path = _join(folder, name)
        try:
            target = os.readlink(self._open_path(path))  # noqa: PTH115 - the exact text, and fast
        except OSError as error:
            if error.errno == errno.EINVAL:  # not a link: readlink(2)
                return path
            raise
        if next(links) >= MAX_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
        return self._resolve(target if target.startswith("/") else _join(folder, target), links)


_FLAGS = (
    getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)  # Windows alone has it: without, it reads text
)


def _join(folder: str, name: str) -> str:
    return folder + name if folder.endswith("/") else f"{folder}/{name}"


def _has_signs(part: str) -> bool:
    return "*" in part or "?" in part or "[" in part


@lru_cache(maxsize=256)
def _pattern(glob: str) -> re.Pattern[str]:
    return re.compile(translate(glob))


def _read_all(descriptor: int, count: int) -> bytes:
    pieces = []
    while count > 0 and (piece := os.read(descriptor, min(count, 1 << 20))):
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def _refuse_other_than_file(path: str, status: os.stat_result, limit: int) -> None:
    if modes.S_ISDIR(status.st_mode):
        raise CannotRead(
            "directory",
            Text(zh="{path} 是目录，不是文件", en="{path} is a folder, not a file").fill(path=path),
            Text(zh="请指定目录中的文件", en="Name a file in it"),
        )
    if not modes.S_ISREG(status.st_mode):
        raise CannotRead(
            "not-a-regular-file",
            Text(
                zh="{path} 不是普通文件（管道、设备或套接字），没有读取",
                en="{path} is not a regular file (a pipe, device or socket); it was not read",
            ).fill(path=path),
            Text(zh="请把内容存成普通文件再检查", en="Save its content to a regular file and check that"),
        )
    if status.st_size > limit:
        raise _too_large(path, limit)


def _missing(path: str) -> CannotRead:
    return CannotRead(
        "missing",
        Text(zh="{path} 不存在", en="{path} does not exist").fill(path=path),
        Text(zh="请核对路径，或恢复该文件", en="Check the path, or restore the file"),
    )


def _loop(path: str) -> CannotRead:
    return CannotRead(
        "symlink-loop",
        Text(zh="{path} 的符号链接绕成了环", en="The symbolic links of {path} form a loop").fill(path=path),
        Text(zh="请让链接指向真实文件", en="Point the link to a real file"),
    )


def _too_large(path: str, limit: int) -> CannotRead:
    return CannotRead(
        "too-large",
        Text(zh="{path} 超过 {limit} MB，没有读取", en="{path} is larger than {limit} MB and was not read").fill(
            path=path, limit=max(1, limit >> 20)
        ),
        Text(zh="证书库不会这么大；请核对路径", en="No trust store is that large; check the path"),
    )


def _cannot_read(path: str, error: OSError) -> CannotRead:
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG):
        return _missing(path)
    if error.errno == errno.ELOOP:
        return _loop(path)
    if error.errno in (errno.EACCES, errno.EPERM):
        return CannotRead(
            "permission",
            Text(zh="没有权限读取 {path}", en="No permission to read {path}").fill(path=path),
            Text(zh="请用 root（sudo）或该文件的所有者运行", en="Run as root (sudo) or as the file's owner"),
        )
    return CannotRead(
        "io-error",
        Text(zh="读取 {path} 失败：{problem}", en="Reading {path} failed: {problem}").fill(
            path=path, problem=error.strerror or type(error).__name__
        ),
        Text(zh="请检查磁盘和挂载", en="Check the disk and the mount"),
    )
