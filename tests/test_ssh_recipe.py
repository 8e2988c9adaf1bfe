"""The README's recipe for an old server without Python, followed word for word with a real sshd.

The server is a made-up root file system with busybox for a shell and tar, entered by chroot from sshd's ForceCommand.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import rootfs
from tests.readme import README, marked
from tests.rootfs import BOTH, G1, OTHERS, RootFS

SSHD = shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin")
BUSYBOX = shutil.which("busybox", path=os.environ.get("PATH", "") + ":/bin")
pytestmark = [
    pytest.mark.skipif(not SSHD, reason="needs sshd: apt-get install openssh-server"),
    pytest.mark.skipif(not BUSYBOX, reason="needs busybox: apt-get install busybox-static"),
]


def keygen(path: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True, timeout=30)
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def server(tmp_path):
    """A root file system with a shell, and its sshd: yields (root file system, ssh's configuration file)."""
    fs = RootFS(tmp_path / "machine")
    fs.program("/bin/busybox", Path(BUSYBOX).read_bytes())
    for name in ("sh", "tar", "gzip", "cat"):
        fs.link(f"/bin/{name}", "busybox")
    fs.write("/dev/null", "")
    key, host_key, port = keygen(tmp_path / "key"), keygen(tmp_path / "host_key"), free_port()
    (tmp_path / "authorized").write_bytes((tmp_path / "key.pub").read_bytes())
    enter = "" if os.geteuid() == 0 else "unshare -r "
    force = tmp_path / "enter"
    force.write_text(
        f'#!/bin/sh\nPATH=/bin exec {enter}/usr/sbin/chroot {fs.root} /bin/sh -c "$SSH_ORIGINAL_COMMAND"\n'
    )
    force.chmod(0o755)
    config = tmp_path / "sshd_config"
    config.write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {host_key}\nAuthorizedKeysFile {tmp_path}/authorized\n"
        f"ForceCommand {force}\nStrictModes no\nUsePAM no\nPidFile none\nPermitRootLogin yes\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # sshd's privilege separation folder
    daemon = subprocess.Popen([SSHD, "-D", "-e", "-f", str(config)], stderr=subprocess.PIPE, text=True)
    client = tmp_path / "ssh_config"
    client.write_text(
        f"Host shop\n  HostName 127.0.0.1\n  Port {port}\n  IdentityFile {key}\n  IdentitiesOnly yes\n  BatchMode yes\n"
        f"  UserKnownHostsFile {tmp_path}/known\n  StrictHostKeyChecking accept-new\n"
    )
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield fs, client
    daemon.terminate()
    daemon.wait(timeout=10)


@pytest.mark.parametrize(("roots", "status", "code"), [((G1, *OTHERS), "NOT READY", 1), (BOTH, "READY", 0)])
def test_an_old_server_is_fetched_and_judged(server, tmp_path, roots, status, code):
    fs, client = server
    rootfs.rhel(fs, roots=BOTH, version="7")
    rootfs.jdk(fs, "/opt/app/jdk", roots=roots)
    fs.write("/etc/systemd/system/app.service", "[Service]\nExecStart=/opt/app/jdk/bin/java -jar /opt/app/app.jar\n")
    ssh = tmp_path / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {client} "$@"\n')
    ssh.chmod(0o755)
    path = f"{ssh.parent}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    here = tmp_path / "here"
    here.mkdir()
    done = subprocess.run(
        ["bash", "-c", marked(README.read_text(encoding="utf-8"), "ssh-recipe")],
        cwd=here,
        env=os.environ | {"HOST": "shop", "PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert done.stdout.startswith(status + " ")
    assert (here / "server" / "opt/app/jdk/jre/lib/security/cacerts").is_file()
