"""keytool as the second reader: agreement and every difference are said; a keytool that fails costs only its opinion."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.rootfs import BOTH, G1, G2, fingerprint, jks, pem
from wxcertcheck.model import StoreState
from wxcertcheck.stores import read_files
from wxcertcheck.stores.filesystem import FileSystem
from wxcertcheck.stores.reading import StoreReader

KEYTOOL = shutil.which("keytool")
pytestmark = pytest.mark.skipif(KEYTOOL is None, reason="needs keytool (openjdk-17-jdk-headless)")


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "cacerts"
    path.write_bytes(jks(BOTH))
    return path


def opinion(path, keytool=KEYTOOL, second_opinion=True):
    reader = StoreReader(FileSystem(), keytool=Path(keytool), second_opinion=second_opinion)
    return reader.file(str(path), kind="file")


def script(tmp_path, text):
    path = tmp_path / "keytool"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_keytool_agrees_on_a_store_that_keytool_made(tmp_path):
    path = tmp_path / "made.p12"
    for root in (G1, G2):
        (tmp_path / f"{root}.pem").write_bytes(pem(root))
        words = ["-importcert", "-noprompt", "-alias", root, "-file", tmp_path / f"{root}.pem"]
        command = [KEYTOOL, *words, "-keystore", path, "-storepass", "changeit"]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
    found = opinion(path)
    assert found.trusted == {fingerprint(G1), fingerprint(G2)}
    assert any("agrees: 2 trusted" in note.en for note in found.notes)


def test_without_the_wish_keytool_is_not_asked(store, tmp_path):
    found = opinion(store, script(tmp_path, f"touch {tmp_path}/asked; exit 1"), second_opinion=False)
    assert found.trusted == frozenset(map(fingerprint, BOTH))
    assert not (tmp_path / "asked").exists()


def test_each_difference_is_named(store, tmp_path):
    """A keytool that lists another store: one root fewer, one more."""
    other = tmp_path / "other"
    other.write_bytes(jks([*(root for root in BOTH if root != G2), "baltimore-cybertrust-root"]))
    found = opinion(store, script(tmp_path, f"exec {KEYTOOL} -list -rfc -keystore {other} -J-Duser.language=en"))
    notes = " ".join(note.en for note in found.notes)
    assert f"does not list {G2} ({fingerprint(G2)[:16]}" in notes
    assert "it alone lists baltimore" in notes
    assert fingerprint(G2) in found.trusted


@pytest.mark.parametrize("text", ["exit 3", "echo nonsense", "kill -9 $$", "exec /nonexistent"])
def test_a_keytool_that_crashes_costs_only_its_opinion(store, tmp_path, text):
    found = opinion(store, script(tmp_path, text))
    assert found.state is StoreState.READ
    assert found.trusted == frozenset(map(fingerprint, BOTH))
    assert found.notes


def test_what_both_refuse_says_so(tmp_path):
    path = tmp_path / "cacerts"
    path.write_bytes(b"\xfe\xed\xfe\xed\0\0\0\x07" + bytes(100))
    started = time.monotonic()
    found = opinion(path)
    assert found.state in (StoreState.DAMAGED, StoreState.UNREADABLE)
    assert "keytool" in found.problem.en
    assert time.monotonic() - started < 30


def test_files_that_are_no_java_store_are_none_of_keytools_business(tmp_path):
    path = tmp_path / "ca.pem"
    path.write_bytes(pem(G2))
    assert not opinion(path, script(tmp_path, f"touch {tmp_path}/asked")).notes
    assert not (tmp_path / "asked").exists()


def test_no_keytool_is_said(store):
    [found] = read_files([str(store)], keytool=True, environ={"PATH": "/nonexistent"})
    assert any("no keytool was found" in note.en for note in found.notes)
    assert found.trusted


def test_by_the_command_line(store):
    command = [sys.executable, "-m", "wxcertcheck", "stores", "show", store, "--keytool"]
    environment = {"PATH": str(Path(KEYTOOL).parent), "WXCERTCHECK_LANG": "zh"}
    done = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=60)
    assert "keytool" in done.stdout.decode()
    assert "一致" in done.stdout.decode()
