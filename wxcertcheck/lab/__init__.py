"""A rehearsal: an own PKI with an OLD and a NEW root, local servers that show both chains, a rotation file for them.

``start`` leaves one process and one private folder behind, ``stop`` takes both away. Nothing of the system is changed:
no store, no hosts file. The keys of the roots never touch the disk; those of the servers are deleted once they are loaded.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from msgspec import Struct

from wxcertcheck.errors import UsageError
from wxcertcheck.lab.control import ask
from wxcertcheck.model import Rotation
from wxcertcheck.text import Text

STATE, ERROR = "state.json", "error.txt"
ADDRESSES = {"old": "127.0.71.1", "new": "127.0.71.2", "cross": "127.0.71.3"}
"""Which loopback address serves which chain. Where a system has only 127.0.0.1 (macOS), ports tell them apart."""
DAYS = 7
"""How long the certificates are valid; the servers end by themselves after that."""
_PATIENCE = 15.0


class Lab(Struct, frozen=True):
    """A running rehearsal. ``endpoints`` maps the chain ("old", "new", "cross") to (IP, port)."""

    folder: Path
    pid: int
    endpoints: dict[str, tuple[str, int]]
    hosts: tuple[str, ...]

    @property
    def rotation_file(self) -> Path:
        """The rotation to check with: ``--rotation`` takes it."""
        return self.folder / "lab.toml"

    def root_file(self, which: str) -> Path:
        """``old-root.pem``, ``new-root.pem`` or ``both-roots.pem``: stores to play with."""
        return self.folder / ("both-roots.pem" if which == "both" else f"{which}-root.pem")


def default_folder() -> Path:
    """Where the rehearsal lives: below XDG_RUNTIME_DIR, which is private and goes at logout, else in the temp folder."""
    import tempfile

    base = os.environ.get("XDG_RUNTIME_DIR")
    if base and Path(base).is_dir():
        return Path(base) / "wxcertcheck-lab"
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    return Path(tempfile.gettempdir()) / f"wxcertcheck-lab-{user}"


def start(rotation: Rotation, folder: Path) -> Lab:
    """Make a PKI, start the servers, write the rotation file. Raises UsageError where one runs already, or none can."""
    if (running := status(folder)) is not None:
        raise UsageError(
            Text(zh="演练环境已在运行（{folder}）", en="a rehearsal runs already ({folder})").fill(
                folder=running.folder
            ),
            Text(zh="先运行 wxcertcheck lab stop", en="run wxcertcheck lab stop first"),
        )
    _make_private(folder)
    try:
        return _start(rotation, folder)
    except BaseException:
        _remove(folder)
        raise


def _start(rotation: Rotation, folder: Path) -> Lab:
    from wxcertcheck.lab.authority import write_authority
    from wxcertcheck.lab.rotation_file import write_rotation

    hosts = tuple(dict.fromkeys(host.name for host in rotation.hosts if not host.name.startswith("*")))
    if not hosts:
        raise UsageError(
            Text(
                zh="更换计划 {id} 没有具体的主机名，无法演练", en="the rotation {id} names no host to rehearse with"
            ).fill(id=rotation.id),
            Text(zh="用 --rotation 选择另一个", en="choose another with --rotation"),
        )
    write_authority(folder, hosts, DAYS)
    _spawn(folder)
    lab = _wait(folder, hosts)
    write_rotation(lab, rotation)
    return lab


def _spawn(folder: Path) -> None:
    """The servers: a process of their own session, so that closing the terminal does not end them."""
    command = [sys.executable, "-m", "wxcertcheck.lab.server", str(folder)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    detached: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        detached = {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
    subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=environment,
        **detached,
    )


def _wait(folder: Path, hosts: tuple[str, ...]) -> Lab:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if (lab := status(folder)) is not None:
            (folder / "hosts.json").write_text(json.dumps(hosts))
            return Lab(lab.folder, lab.pid, lab.endpoints, hosts)
        error = folder / ERROR
        if error.exists():
            raise _failed(error.read_text(encoding="utf-8"))
        time.sleep(0.05)
    raise _failed("timeout")


def status(folder: Path) -> Lab | None:
    """The rehearsal that runs in this folder, or None."""
    state = _state(folder)
    if state is None or ask(state, "status") != "running":
        return None
    try:
        hosts = tuple(json.loads((folder / "hosts.json").read_text()))
    except (OSError, ValueError):
        hosts = ()
    return Lab(folder, state["pid"], {key: (ip, port) for key, (ip, port) in state["endpoints"].items()}, hosts)


def stop(folder: Path) -> bool:
    """End the servers and remove the folder. Whether anything was there."""
    if not folder.is_dir() or folder.is_symlink():
        return False
    state = _state(folder)
    if state is None and not _looks_like_lab(folder):
        return False
    if state is not None:
        ask(state, "stop")
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline and ask(state, "status") == "running":
            time.sleep(0.05)
    _remove(folder)
    return True


def _state(folder: Path) -> dict[str, Any] | None:
    try:
        state = json.loads((folder / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return state if isinstance(state, dict) and {"pid", "port", "token", "endpoints"} <= state.keys() else None


def _make_private(folder: Path) -> None:
    """A new folder that only its owner can enter; one left by a rehearsal that died is cleared first."""
    if folder.is_dir() and not folder.is_symlink() and _looks_like_lab(folder):
        _remove(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise UsageError(
            Text(zh="无法创建演练目录 {folder}：{error}", en="cannot make the folder {folder}: {error}").fill(
                folder=folder, error=error.strerror or error
            ),
            Text(zh="用 --dir 指定一个不存在的目录", en="name a folder that does not exist with --dir"),
        ) from None


def _looks_like_lab(folder: Path) -> bool:
    """Whether the folder is one that ``start`` made: it holds the marker and nothing that ``start`` does not write."""
    try:
        return (folder / MARKER).is_file() and not any(entry.is_dir() for entry in folder.iterdir())
    except OSError:
        return False


MARKER = "wxcertcheck-lab"


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _failed(why: str) -> UsageError:
    return UsageError(
        Text(zh="演练服务器没有启动：{why}", en="the servers of the rehearsal did not start: {why}").fill(why=why),
        Text(zh="检查回环地址和端口是否可用", en="see whether loopback addresses and ports are free"),
    )
