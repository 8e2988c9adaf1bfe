"""NSS databases made by certutil: what counts is the trust for TLS servers."""

import sqlite3
from pathlib import Path

import pytest

from wxcertcheck.errors import CannotRead
from wxcertcheck.formats.nss import NO_TRUST, NOT_TRUSTED, read_nss

from .conftest import ROOTS, run

TRUST = {
    "digicert-global-root-g2": ("CT,C,C", None),
    "digicert-global-root-ca": (",C,", NO_TRUST),  # e-mail only, as Mozilla keeps it
    "baltimore-cybertrust-root": ("p,p,p", NOT_TRUSTED),
    "geotrust-global-ca": ("C,,", None),
    "isrg-root-x1": (",,", NO_TRUST),
    "isrg-root-x2": ("T,,", NO_TRUST),  # for clients only
}


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("nss 库?#")
    run("certutil", "-N", "-d", f"sql:{folder}", "--empty-password")
    for name, (trust, _) in TRUST.items():
        run("certutil", "-A", "-d", f"sql:{folder}", "-n", name, "-t", trust, "-i", ROOTS / f"{name}.pem")
    return folder / "cert9.db"


def test_trust_for_servers_decides(database, root):
    contents = read_nss(database)
    assert contents.format == "nss"
    assert {c.label: c.why_not for c in contents.certificates} == {name: why for name, (_, why) in TRUST.items()}
    assert {c.label: c.der for c in contents.certificates} == {name: root(name) for name in TRUST}


def test_nothing_is_written_beside_it(database):
    before = {path.name: path.stat().st_mtime_ns for path in database.parent.iterdir()}
    read_nss(database)
    assert {path.name: path.stat().st_mtime_ns for path in database.parent.iterdir()} == before


def test_it_reads_while_another_program_holds_a_lock(database):
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        assert len(read_nss(database).certificates) == len(TRUST)
    finally:
        other.close()


@pytest.mark.parametrize(
    ("contents", "reason"),
    [
        (b"", "empty"),
        (b"no database", "not-a-store"),
        (b"\x00\x06\x15\x61" + b"\0" * 60, "unsupported"),
        (b"SQLite format 3\0" + b"\xff" * 4096, "damaged"),
        (None, "unsupported"),
    ],
)
def test_bad_files_have_their_reasons(tmp_path, contents, reason):
    path = tmp_path / "cert9.db"
    if contents is not None:
        path.write_bytes(contents)
    with pytest.raises(CannotRead) as caught:
        read_nss(path)
    assert caught.value.reason == reason


def test_another_sqlite_database_is_no_store(tmp_path):
    path = tmp_path / "cert9.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE history (url)")
    other.commit()
    other.close()
    with pytest.raises(CannotRead) as caught:
        read_nss(path)
    assert caught.value.reason == "not-a-store"
