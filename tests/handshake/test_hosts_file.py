"""The hosts file: where it is on each system, which lines count, and files that cannot be read."""

from pathlib import Path

import pytest

from tests.handshake.conftest import HOST, Pki
from tests.handshake.rotations import rotation_of
from wxcertcheck.handshake.hosts_file import MAX_BYTES, hosts_entries, hosts_file
from wxcertcheck.model import HostsEntry, NotLooked


def test_where_it_is(tmp_path: Path) -> None:
    assert hosts_file({}, platform="linux") == Path("/etc/hosts")
    assert hosts_file({}, platform="darwin") == Path("/etc/hosts")
    windows = hosts_file({"SystemRoot": "C:/Windows"}, platform="win32")
    assert windows.as_posix() == "C:/Windows/System32/drivers/etc/hosts"
    assert hosts_file({}, tmp_path) == tmp_path / "etc/hosts"
    (tmp_path / "Windows/System32/drivers/etc").mkdir(parents=True)
    (tmp_path / "Windows/System32/drivers/etc/hosts").write_text("")
    assert hosts_file({}, tmp_path) == tmp_path / "Windows/System32/drivers/etc/hosts"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (f"192.0.2.7 {HOST}", 1),
        (f"\t192.0.2.7\tother.test  {HOST.upper()}.  # note", 1),
        (f"fe80::7%eth0 {HOST}", 1),
        (f"2001:db8::7 {HOST}\r", 1),
        (f"192.0.2.7 {HOST} {HOST}", 2),
        (f"# 192.0.2.7 {HOST}", 0),
        (f"192.0.2.7 x{HOST}", 0),
        (f"not-an-address {HOST}", 0),
        ("192.0.2.7", 0),
        ("", 0),
    ],
)
def test_which_lines_count(own: Pki, tmp_path: Path, line: str, found: int) -> None:
    file = tmp_path / "hosts"
    file.write_bytes(b"\xef\xbb\xbf127.0.0.1 localhost\n" + line.encode() + b"\n")
    entries = hosts_entries(file, rotation_of(own))
    assert len(entries) == found
    assert all(isinstance(entry, HostsEntry) and entry.place.line == 2 and entry.name == HOST for entry in entries)


def test_a_missing_file_binds_nothing(own: Pki, tmp_path: Path) -> None:
    assert hosts_entries(tmp_path / "none", rotation_of(own)) == ()


def test_what_cannot_be_read_is_said_and_never_decides(own: Pki, tmp_path: Path) -> None:
    [folder] = hosts_entries(tmp_path, rotation_of(own))
    assert isinstance(folder, NotLooked)
    assert (folder.reason, folder.decides) == ("hosts-file-unread", False)
    huge = tmp_path / "hosts"
    huge.write_bytes(f"192.0.2.7 {HOST}\n".encode() + b"\0" * MAX_BYTES)
    entry, problem = hosts_entries(huge, rotation_of(own))
    assert isinstance(entry, HostsEntry), "the part that was read counts"
    assert isinstance(problem, NotLooked)


def test_binary_content_is_no_trouble(own: Pki, tmp_path: Path) -> None:
    file = tmp_path / "hosts"
    file.write_bytes(bytes(range(256)) * 50 + f"\n192.0.2.7 {HOST}\n".encode())
    [entry] = hosts_entries(file, rotation_of(own))
    assert isinstance(entry, HostsEntry)
