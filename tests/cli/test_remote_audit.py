"""The README's recipe for a server without Python, word for word, over a real sshd: an audit of what it fetches says the
same as an audit of the server itself."""

import getpass
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.readme import README, marked
from wxcertcheck.model import Evidence, NotLooked, Runtime, Store
from wxcertcheck.stores import _others, _reader, shipped_roots
from wxcertcheck.stores.discover import Scope, home_folders
from wxcertcheck.stores.filesystem import FileSystem
from wxcertcheck.stores.runtimes import runtimes

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    """An sshd of our own on 127.0.0.1; yields the folder of an ``ssh`` that knows it as "server"."""
    if SSHD is None:
        pytest.skip("needs sshd (openssh-server)")
    folder = tmp_path_factory.mktemp("sshd")
    for key in ("host", "user"):
        make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key]
        subprocess.run(make, check=True, timeout=30, stdin=subprocess.DEVNULL)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd(8): privilege separation folder
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/user.pub\n"
        "StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\nPidFile none\n"
    )
    (folder / "ssh_config").write_text(
        f"Host server\n HostName 127.0.0.1\n Port {port}\n User {getpass.getuser()}\n IdentityFile {folder}/user\n"
        f" IdentitiesOnly yes\n StrictHostKeyChecking no\n UserKnownHostsFile {folder}/known\n LogLevel ERROR\n"
    )
    ssh = folder / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {folder}/ssh_config "$@"\n')
    ssh.chmod(0o755)
    daemon = subprocess.Popen([SSHD, "-D", "-e", "-f", folder / "sshd_config"], stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield ssh.parent
    finally:
        daemon.terminate()
        daemon.wait(10)


def _wait(port):
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("sshd did not start")


@pytest.fixture(scope="module")
def fetched(host, tmp_path_factory):
    """The folder that the recipe fetches, and how the recipe ended."""
    folder = tmp_path_factory.mktemp("audit")
    path = f"{host}:{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    recipe = marked(README.read_text(encoding="utf-8"), "ssh-recipe")
    environment = {"PATH": path, "HOST": "server", "HOME": str(folder), "WXCERTCHECK_LANG": "en"}
    done = subprocess.run(
        ["sh", "-c", recipe], cwd=folder, env=environment, capture_output=True, timeout=300, check=False
    )
    yield folder / "server", done
    shutil.rmtree(folder / "server", ignore_errors=True)


def audit(root: Path | None) -> set[object]:
    """What is in use and what else is there, told without anything that only a running machine knows."""
    files = FileSystem(root)
    reader = _reader(files, None, second_opinion=False)
    found = runtimes(files, reader, {}, (), live=False)
    scope = Scope(home_folders(files, None), wanted=shipped_roots())
    return {_told(item) for item in (*found, *_others(files, reader, scope, found, None))} - {None}


def _told(item: Evidence) -> object:
    match item:
        case Runtime():
            reads = tuple((source.store.path, source.store.trusted) for source in item.sources)
            # Not seen_as: which service starts a program may be told by a script outside the listed folders.
            return (item.kind, item.name, item.executable, reads, item.unknown)
        case Store():
            return (item.kind, item.path, item.state, item.trusted, item.repair)
        case NotLooked():
            return (item.reason, item.place)
    return None


def test_the_fetched_files_tell_the_same_as_the_server(fetched):
    folder, done = fetched
    assert done.stdout.startswith((b"READY", b"NOT READY")), done.stderr.decode()
    whole, copy = audit(None), audit(folder)
    assert any(isinstance(item, tuple) and item[0] == "python-ssl" for item in whole)
    assert copy == whole


def test_a_file_that_is_not_fetched_would_be_missed(fetched):
    """The comparison above proves something: without the store the copy tells another story."""
    folder, _ = fetched
    bundle = folder / "etc/ssl/certs/ca-certificates.crt"
    away = bundle.rename(bundle.with_suffix(".away"))
    try:
        assert audit(folder) != audit(None)
    finally:
        away.rename(bundle)


def test_no_private_key_is_fetched(fetched):
    folder, _ = fetched
    keys = [
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and path.stat().st_size < 100_000
        and path.suffix in ("", ".pem", ".key", ".crt")
        if b"PRIVATE KEY-----\nM" in path.read_bytes()
    ]
    assert keys == []
    assert not (folder / "etc/ssl/private").exists()
    assert not (folder / "etc/shadow").exists()
