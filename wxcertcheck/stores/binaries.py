"""What an ELF binary says without being run: the libraries it is linked to, and texts compiled into it.

Source of the layout: System V ABI, chapters 4 and 5 (ELF header, program header, dynamic section).
"""

import mmap
import re
import struct
from binascii import a2b_base64
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Certificate, Contents
from wxcertcheck.stores.filesystem import FileSystem
from wxcertcheck.text import Text

_PT_LOAD, _PT_DYNAMIC = 1, 2
_DT_NEEDED, _DT_STRTAB, _DT_RPATH, _DT_RUNPATH = 1, 5, 15, 29
_MAX_ENTRIES = 4096

_PATH = re.compile(r"(/[\w.+@-]+)+")

_LIBRARY_FOLDERS = ("/usr/local/lib64", "/usr/local/lib", "/lib64", "/usr/lib64", "/lib", "/usr/lib")


class Linkage(Struct, frozen=True):
    """The libraries that a binary names, and the folders that it wants them looked up in."""

    needed: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()

    def library(self, prefix: str) -> str | None:
        """The first needed library whose name starts with ``prefix`` ("libcrypto.so")."""
        return next((name for name in self.needed if name.startswith(prefix)), None)


def linkage(fs: FileSystem, path: str) -> Linkage:
    """What ``path`` is linked to; nothing where it is no ELF file or cannot be read."""
    try:
        disk = fs.on_disk(path)
        status = disk.stat()
    except (CannotRead, OSError):
        return Linkage()
    return _linkage(disk, status.st_mtime_ns)


@lru_cache(maxsize=512)
def _linkage(disk: Path, _mtime: int) -> Linkage:
    with _mapped(disk) as data:
        if data is None or data[:4] != b"\x7fELF":
            return Linkage()
        try:
            return _dynamic(data)
        except (struct.error, ValueError, IndexError, OverflowError):  # truncated or hostile: no linkage known
            return Linkage()


def _dynamic(data: mmap.mmap) -> Linkage:
    wide, order = data[4] == 2, "<" if data[5] == 1 else ">"
    table, size, count = (
        struct.unpack_from(f"{order}Q14xHH", data, 32) if wide else struct.unpack_from(f"{order}I10xHH", data, 28)
    )
    loads: list[tuple[int, int, int]] = []
    dynamic = None
    for number in range(min(count, _MAX_ENTRIES)):
        at = table + number * size
        if wide:
            kind, _, offset, address, _, length = struct.unpack_from(f"{order}IIQQQQ", data, at)
        else:
            kind, offset, address, _, length = struct.unpack_from(f"{order}IIIII", data, at)
        if kind == _PT_LOAD:
            loads.append((address, offset, length))
        elif kind == _PT_DYNAMIC:
            dynamic = (offset, length)
    if dynamic is None:
        return Linkage()
    entry = struct.Struct(f"{order}qQ" if wide else f"{order}iI")
    tags: list[tuple[int, int]] = []
    for number in range(min(dynamic[1] // entry.size, _MAX_ENTRIES)):
        tag, value = entry.unpack_from(data, dynamic[0] + number * entry.size)
        if tag == 0:
            break
        tags.append((tag, value))
    strings = next(value for tag, value in [*tags, (_DT_STRTAB, -1)] if tag == _DT_STRTAB)
    base = next(
        (offset + strings - address for address, offset, length in loads if 0 <= strings - address < length), None
    )
    if base is None:
        return Linkage()

    def text(offset: int) -> str:
        start = base + offset
        return data[start : data.find(b"\0", start, start + _MAX_ENTRIES)].decode("utf-8", "replace")

    folders = [text(value) for tag, value in tags if tag in (_DT_RUNPATH, _DT_RPATH)]
    return Linkage(
        tuple(text(value) for tag, value in tags if tag == _DT_NEEDED),
        tuple(folder for listed in folders for folder in listed.split(":") if folder),
    )


def needed_library(fs: FileSystem, path: str, prefix: str, extra: tuple[str, ...] = ()) -> str | None:
    """Where the library that ``path`` needs (name starts with ``prefix``) lies; None if it needs none or it is absent.

    Looked up in the binary's own run path, ``extra`` (LD_LIBRARY_PATH, the runtime's lib folder), /etc/ld.so.conf.d and
    the standard folders. Source: ld.so(8).
    """
    links = linkage(fs, path)
    name = links.library(prefix)
    if name is None:
        return None
    origin = (fs.real(path) or path).rpartition("/")[0]
    own = [folder.replace("${ORIGIN}", origin).replace("$ORIGIN", origin) for folder in links.folders]
    return library(fs, name, (*own, *extra))


def library(fs: FileSystem, name: str, folders: tuple[str, ...] = ()) -> str | None:
    """The path of the library ``name`` in ``folders`` or where the dynamic linker looks."""
    for folder in (*folders, *_linker_folders(fs)):
        path = f"{folder.rstrip('/')}/{name}"
        if fs.is_file(path):
            return path
    return None


@lru_cache(maxsize=16)
def _linker_folders(fs: FileSystem) -> tuple[str, ...]:
    configured: list[str] = []
    for path in fs.glob("/etc/ld.so.conf.d/*.conf"):
        try:
            lines = fs.read_bytes(path, 65536).decode("utf-8", "replace").splitlines()
        except CannotRead:
            continue
        configured += [line.strip() for line in lines if line.startswith("/")]
    multiarch = [f"/usr/lib/{name}" for name in _names(fs, "/usr/lib") if "-linux-" in name]
    multiarch += [f"/lib/{name}" for name in _names(fs, "/lib") if "-linux-" in name and fs.real("/lib") == "/lib"]
    return tuple(dict.fromkeys((*configured, *multiarch, *_LIBRARY_FOLDERS)))


def _names(fs: FileSystem, folder: str) -> list[str]:
    try:
        return fs.listdir(folder)
    except CannotRead:
        return []


def text_between(fs: FileSystem, path: str, before: bytes, after: bytes, longest: int = 512) -> str | None:
    """The text that follows the first ``before`` up to ``after`` in a binary; None if there is none."""
    try:
        disk = fs.on_disk(path)
        status = disk.stat()
    except (CannotRead, OSError):
        return None
    return _text_between(disk, status.st_mtime_ns, before, after, longest)


@lru_cache(maxsize=512)
def _text_between(disk: Path, _mtime: int, before: bytes, after: bytes, longest: int) -> str | None:
    with _mapped(disk) as data:
        if data is None:
            return None
        low, high = _constants(data)
        start = data.find(before, low, high)
        if start < 0:
            return None
        start += len(before)
        end = data.find(after, start, start + longest)
        return None if end < 0 else data[start:end].decode("utf-8", "replace")


def texts_ending(fs: FileSystem, path: str, ending: bytes, longest: int = 256) -> tuple[str, ...]:
    """The whole texts (between zero bytes) of a binary that end with ``ending``, in order, without repeats.

    Searches for the ending and looks back: much faster than a pattern that must try every byte.
    """
    try:
        disk = fs.on_disk(path)
        status = disk.stat()
    except (CannotRead, OSError):
        return ()
    return _texts_ending(disk, status.st_mtime_ns, ending, longest)


@lru_cache(maxsize=256)
def _texts_ending(disk: Path, _mtime: int, ending: bytes, longest: int) -> tuple[str, ...]:
    found: list[str] = []
    with _mapped(disk) as data:
        low, high = _constants(data) if data is not None else (0, 0)
        at = -1 if data is None else data.find(ending + b"\0", low, high)
        while data is not None and at >= 0 and len(found) < _MAX_ENTRIES:
            start = data.rfind(b"\0", max(0, at - longest), at)
            if start >= 0:
                found.append(data[start + 1 : at + len(ending)].decode("utf-8", "replace"))
            at = data.find(ending + b"\0", at + 1, high)
    return tuple(dict.fromkeys(found))


def absolute_paths(fs: FileSystem, path: str, endings: tuple[bytes, ...]) -> tuple[str, ...]:
    """The absolute paths compiled into a binary that end so; format strings and sentences are left out."""
    texts = (text for ending in endings for text in texts_ending(fs, path, ending))
    return tuple(dict.fromkeys(text for text in texts if _PATH.fullmatch(text)))


def built_in_certificates(fs: FileSystem, path: str) -> Contents:
    """The PEM certificates compiled into a binary (Node.js has about 144 in 100 MB), by mapping it and searching.

    Raises CannotRead where the file cannot be opened.
    """
    disk = fs.on_disk(path)
    try:
        status = disk.stat()
    except OSError as error:
        raise CannotRead("io-error", *_lost(path)) from error
    return _built_in_certificates(disk, status.st_mtime_ns)


@lru_cache(maxsize=16)
def _built_in_certificates(disk: Path, _mtime: int) -> Contents:
    begin, end, longest = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----", 1 << 16
    certificates: list[Certificate] = []
    problems: list[Text] = []
    with _mapped(disk) as data:
        if data is None:
            raise CannotRead("io-error", *_lost(str(disk)))
        low, high = _constants(data)
        at = data.find(begin, low, high)
        while at >= 0:
            stop = data.find(end, at, at + longest)
            if stop >= 0:
                # A C source may have kept the line breaks as the two letters backslash and n.
                body = data[at + len(begin) : stop].replace(b"\\n", b"")
                try:
                    der = a2b_base64(body)
                    if der[:1] != b"\x30":
                        raise ValueError
                    certificates.append(Certificate.of(der))
                except ValueError:  # the words alone, as in a parser's table, are no certificate
                    if body.strip():
                        problems.append(_UNREADABLE.fill(path=disk, position=at))
            at = data.find(begin, at + len(begin), high)
    return Contents("built-in", tuple(dict.fromkeys(certificates)), tuple(problems))


def _lost(path: str) -> tuple[Text, Text]:
    return (
        Text(zh="读取 {path} 失败", en="Reading {path} failed").fill(path=path),
        Text(zh="请检查磁盘和权限", en="Check the disk and the permissions"),
    )


_UNREADABLE = Text(
    zh="{path} 第 {position} 字节处的证书无法解析",
    en="{path}: the certificate at byte {position} could not be parsed",
)


def is_go(fs: FileSystem, path: str) -> bool:
    """Whether a binary was built by Go: its build id note (owner "Go", type 4) stands in the first pages."""
    try:
        with fs.on_disk(path).open("rb") as file:
            head = file.read(8192)
    except (CannotRead, OSError):
        return False
    return head[:4] == b"\x7fELF" and b"\x04\0\0\0Go\0\0" in head


def _constants(data: mmap.mmap) -> tuple[int, int]:
    """Where an ELF binary keeps its texts (.rodata), so that 100 MB need not be searched; else the whole file."""
    whole = (0, len(data))
    if len(data) < 64 or data[:4] != b"\x7fELF" or data[4] != 2:
        return whole
    order = "<" if data[5] == 1 else ">"
    try:
        (table,) = struct.unpack_from(f"{order}Q", data, 40)
        size, count, names = struct.unpack_from(f"{order}HHH", data, 58)
        headers = [
            struct.unpack_from(f"{order}II16xQQ", data, table + n * size) for n in range(min(count, _MAX_ENTRIES))
        ]
        labels = headers[names][2]
        for name, _, offset, length in headers:
            if data[labels + name : labels + name + 8] == b".rodata\0" and offset + length <= len(data):
                return offset, offset + length
    except (struct.error, IndexError, OverflowError):  # truncated or hostile
        return whole
    return whole


@contextmanager
def _mapped(disk: Path) -> Iterator[mmap.mmap | None]:
    """The file as memory; None where it is empty, no regular file or not allowed."""
    try:
        if not disk.is_file():
            yield None
            return
        with disk.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data
    except (OSError, ValueError):  # an empty file cannot be mapped
        yield None
