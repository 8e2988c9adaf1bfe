"""A file becomes a store with the state that it proves; bad input costs only that item."""

import os
import subprocess
import sys
import time

import pytest

from tests.rootfs import BOTH, G1, G2, RootFS, bundle, der, fingerprint, jks, pem
from wxcertcheck.model import StoreState
from wxcertcheck.stores.filesystem import FileSystem
from wxcertcheck.stores.reading import StoreReader


@pytest.fixture
def fs(tmp_path):
    return RootFS(tmp_path / "root")


def read(fs, path="/cacerts", **options):
    return StoreReader(FileSystem(fs.root)).file(path, kind="file", **options)


def test_every_format_gives_the_same_anchors(fs):
    fs.write("/bundle.pem", bundle(BOTH))
    fs.write("/cacerts", jks(BOTH))
    wanted = frozenset(map(fingerprint, BOTH))
    assert read(fs, "/bundle.pem").trusted == wanted
    assert read(fs, "/cacerts").trusted == wanted
    assert read(fs, "/cacerts").format == "jks"


def test_labels_are_not_believed(fs):
    fs.write("/ca.pem", b"# DigiCert Global Root G2\n" + pem(G1))
    assert read(fs, "/ca.pem").trusted == {fingerprint(G1)}


def test_missing_is_a_state_with_a_hint(fs):
    store = read(fs, "/nowhere")
    assert store.state is StoreState.MISSING
    assert "/nowhere" in store.problem.zh
    assert store.hint


@pytest.mark.parametrize("content", [b"", b"\n\n", b"# only comments\n"])
def test_nothing_in_it_is_proof(fs, content):
    fs.write("/ca.pem", content)
    assert read(fs, "/ca.pem").state in (StoreState.EMPTY, StoreState.DAMAGED)
    assert not read(fs, "/ca.pem").trusted


def test_dev_null_trusts_nothing():
    store = StoreReader(FileSystem()).file("/dev/null", kind="file")
    assert store.state is StoreState.EMPTY


@pytest.mark.parametrize(
    "content",
    [os.urandom(4096), pem(G2)[:500], b"\xfe\xed\xfe\xed\0\0\0\x02" + os.urandom(200), b"<html></html>", der(G2)[:300]],
)
def test_what_is_no_store_is_damaged(fs, content):
    fs.write("/cacerts", content)
    store = read(fs)
    assert store.state is StoreState.DAMAGED
    assert store.problem.zh
    assert store.hint.en


def test_one_truncated_block_takes_the_bundle_from_openssl_but_not_from_go(fs):
    """OpenSSL refuses a whole file for one broken block; Go passes over it."""
    fs.write("/ca.pem", pem(G1) + pem(G2)[:900])
    strict, lenient = read(fs, "/ca.pem"), read(fs, "/ca.pem", lenient=True)
    assert (strict.state, strict.trusted) == (StoreState.DAMAGED, frozenset())
    assert all(certificate.why_not for certificate in strict.certificates)
    assert (lenient.state, lenient.trusted) == (StoreState.READ, {fingerprint(G1)})


def test_folder_instead_of_file_is_damaged(fs):
    fs.folder("/cacerts")
    assert read(fs).state is StoreState.DAMAGED


def test_loop_is_damaged(fs):
    fs.link("/cacerts", "cacerts")
    assert read(fs).state is StoreState.DAMAGED


def test_fifo_does_not_hang(fs):
    os.mkfifo(fs.path("/cacerts"))
    started = time.monotonic()
    assert read(fs).state is StoreState.UNREADABLE
    assert time.monotonic() - started < 1


def test_gigabyte_is_not_read(fs):
    with fs.write("/cacerts", "").open("r+b") as file:
        file.truncate(1 << 30)
    assert read(fs).state is StoreState.UNREADABLE


def test_unknown_password_proves_nothing_and_is_never_shown(fs, tmp_path):
    key, chain, store = tmp_path / "key", tmp_path / "chain", tmp_path / "store.p12"
    run = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", key, "-out", chain]
    subprocess.run(run, check=True, capture_output=True, timeout=30)
    export = ["openssl", "pkcs12", "-export", "-nokeys", "-in", chain, "-out", store, "-passout", "pass:SecretWord"]
    subprocess.run(export, check=True, capture_output=True, timeout=30)
    fs.write("/trust.p12", store.read_bytes())
    closed = read(fs, "/trust.p12", passwords=("WrongWord",))
    assert closed.state is StoreState.UNREADABLE
    assert "Word" not in repr(closed)
    opened = read(fs, "/trust.p12", passwords=("SecretWord",))
    assert opened.state is StoreState.READ
    assert "SecretWord" not in repr(opened)


def test_a_store_is_read_once_whatever_its_links_are_called(fs, monkeypatch):
    fs.write("/cacerts", jks(BOTH))
    fs.link("/a", "cacerts")
    fs.link("/b", "/a")
    reader = StoreReader(FileSystem(fs.root))
    reads = []
    once = FileSystem.read_bytes
    monkeypatch.setattr(FileSystem, "read_bytes", lambda *a, **k: reads.append(a[1]) or once(*a, **k))
    stores = [reader.file(path, kind="jvm") for path in ("/cacerts", "/a", "/b")]
    assert stores[0].certificates is stores[2].certificates
    assert [path for path in reads if path in ("/cacerts", "/a", "/b")] == ["/cacerts"]


@pytest.mark.parametrize(("link", "repair"), [("/etc/ssl/certs/java/cacerts", "debian"), (None, "java")])
def test_repair_is_that_of_the_file_it_really_is(fs, link, repair):
    """Debian's JDK links its cacerts to the generated one: keytool would be undone by the next package update."""
    fs.write("/etc/os-release", "ID=ubuntu\n")
    fs.write("/etc/ca-certificates/update.d/jks-keystore", "")
    fs.program("/usr/sbin/update-ca-certificates")
    fs.write("/etc/ssl/certs/java/cacerts", jks(BOTH))
    path = "/usr/lib/jvm/java-17/lib/security/cacerts"
    fs.link(path, link) if link else fs.write(path, jks(BOTH))
    assert StoreReader(FileSystem(fs.root)).file(path, kind="jvm").repair == repair


def test_reading_loads_no_cryptography_for_plain_stores(fs):
    """Start-up time: `cryptography` costs more than reading a hundred stores."""
    fs.write("/ca.pem", bundle(BOTH))
    script = (
        "import sys; from pathlib import Path; from wxcertcheck.stores.filesystem import FileSystem\n"
        "from wxcertcheck.stores.reading import StoreReader\n"
        "store = StoreReader(FileSystem(Path(sys.argv[1]))).file('/ca.pem', kind='file')\n"
        "print(len(store.trusted), 'cryptography' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, fs.root], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout.split() == [str(len(BOTH)), "False"]
