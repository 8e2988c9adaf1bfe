"""Entries for the rotation's hosts in the hosts file. The guide has people add them, and asks to remove them afterwards."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from wxcertcheck.model import FilePlace, HostsEntry, NotLooked, Rotation
from wxcertcheck.text import Text

MAX_BYTES = 16 * 1024 * 1024


def hosts_file(environ: Mapping[str, str], root: Path | None = None, platform: str = sys.platform) -> Path:
    """Where the hosts file is: /etc/hosts (Linux, macOS) or below %SystemRoot% (Windows); below ``root`` if given.

    Source: the guide, section 3, for Linux and Windows; hosts(5) for macOS.
    """
    if platform == "win32" and root is None:
        return Path(environ.get("SystemRoot") or r"C:\Windows") / "System32" / "drivers" / "etc" / "hosts"
    base = root or Path("/")
    windows = base / "Windows/System32/drivers/etc/hosts"
    return windows if root is not None and windows.exists() else base / "etc/hosts"


def hosts_entries(path: Path, rotation: Rotation) -> tuple[HostsEntry | NotLooked, ...]:
    """The lines of a hosts file that name one of the rotation's hosts; a NotLooked value where it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return ()
    except OSError as error:
        return (_unread(path, error.strerror or type(error).__name__),)
    problem: tuple[NotLooked, ...] = ()
    if len(data) > MAX_BYTES:
        problem = (_unread(path, f"> {MAX_BYTES // 1024 // 1024} MB"),)
    return (*_entries(path, data[:MAX_BYTES].decode("utf-8-sig", "replace"), rotation), *problem)


def _entries(path: Path, text: str, rotation: Rotation) -> Iterator[HostsEntry]:
    for number, line in enumerate(text.split("\n"), 1):
        fields = line.partition("#")[0].split()
        if len(fields) < 2 or not _is_address(fields[0]):
            continue
        for name in fields[1:]:
            if rotation.knows_host(name):
                yield HostsEntry(FilePlace(str(path), number), fields[0], name.lower().rstrip("."))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True


def _unread(path: Path, why: str) -> NotLooked:
    return NotLooked(
        FilePlace(str(path)),
        "hosts-file-unread",
        Text(zh="无法读取 hosts 文件 {path}（{why}）", en="cannot read the hosts file {path} ({why})").fill(
            path=path, why=why
        ),
        Text(zh="请人工确认其中没有微信支付域名的绑定", en="see by hand that it binds none of the rotation's hosts"),
        decides=False,
    )
