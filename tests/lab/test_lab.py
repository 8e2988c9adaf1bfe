"""The rehearsal: it starts, serves what its rotation file says, and leaves nothing behind."""

import asyncio
import json
import os
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from wxcertcheck import lab
from wxcertcheck.cli import run
from wxcertcheck.errors import UsageError
from wxcertcheck.handshake import HandshakeRequest, judge_handshakes, look
from wxcertcheck.handshake.certificates import parse
from wxcertcheck.model import Handshake, NotLooked, Presented, Top
from wxcertcheck.rotations import load_rotation


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    where = tmp_path / "lab"
    yield where
    lab.stop(where)


def alive(pid: int) -> bool:
    """Whether the process runs (a zombie, which nobody has waited for yet, does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and alive(pid):
        time.sleep(0.02)
    return not alive(pid)


def test_it_serves_what_its_rotation_file_says_and_stop_leaves_nothing(folder: Path) -> None:
    running = lab.start(load_rotation(), folder)
    assert alive(running.pid)
    rotation = load_rotation(str(running.rotation_file))
    assert {host.name for host in rotation.hosts} == {host.name for host in load_rotation().hosts}
    evidence = look(HandshakeRequest(rotation), {})
    assert not [item for item in evidence if isinstance(item, NotLooked)]
    shown = [item for item in judge_handshakes(evidence, rotation) if isinstance(item, Presented)]
    tops = {(item.handshake.serves, item.top, item.counts) for item in shown}
    assert tops == {("old", Top.RETIRING, True), ("new", Top.INCOMING, True), ("cross", Top.BOTH, True)}
    assert len(shown) == 2 * len(rotation.hosts) + 1
    assert lab.stop(folder)
    assert gone(running.pid)
    assert not folder.exists()


def test_the_roots_that_it_writes_decide(folder: Path) -> None:
    """Both outcomes, by the real OpenSSL: the store with the old root fails at the new chain, the one with both does not."""
    import ssl

    running = lab.start(load_rotation(), folder)
    rotation = load_rotation(str(running.rotation_file))

    def refused(which: str) -> set[str]:
        pem = running.root_file(which).read_text()
        anchors = tuple(
            ssl.PEM_cert_to_DER_cert(part.strip() + "\n-----END CERTIFICATE-----")
            for part in pem.split("-----END CERTIFICATE-----")
            if part.strip()
        )
        seen = look(HandshakeRequest(rotation, anchors=anchors), {})
        return {item.serves for item in seen if isinstance(item, Handshake) and not item.accepted}

    assert refused("old") == {"new"}
    assert refused("new") == {"old"}
    assert refused("both") == set()


def test_the_folder_is_private_and_no_private_key_stays(folder: Path) -> None:
    running = lab.start(load_rotation(), folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert b"PRIVATE KEY" not in path.read_bytes()
    assert stat.S_IMODE((folder / "state.json").stat().st_mode) == 0o600
    assert parse(_der(running.root_file("new"))) is not None


def _der(path: Path) -> bytes:
    import ssl

    return ssl.PEM_cert_to_DER_cert(path.read_text())


def test_a_second_start_is_refused_and_status_tells(folder: Path) -> None:
    assert lab.status(folder) is None
    running = lab.start(load_rotation(), folder)
    assert lab.status(folder) == running
    with pytest.raises(UsageError) as caught:
        lab.start(load_rotation(), folder)
    assert "lab stop" in caught.value.hint.en
    assert lab.status(folder) == running


def test_after_a_kill_stop_clears_up_and_start_works_again(folder: Path) -> None:
    running = lab.start(load_rotation(), folder)
    os.kill(running.pid, signal.SIGKILL)
    assert gone(running.pid)
    assert lab.status(folder) is None
    again = lab.start(load_rotation(), folder)
    assert again.pid != running.pid
    assert lab.stop(folder)
    assert not folder.exists()


def test_the_servers_end_when_their_folder_goes(folder: Path) -> None:
    import shutil

    running = lab.start(load_rotation(), folder)
    shutil.rmtree(folder)
    assert gone(running.pid)


def test_stop_touches_no_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("keep me")
    assert not lab.stop(tmp_path)
    assert (tmp_path / "precious.txt").exists()
    with pytest.raises(UsageError):
        lab.start(load_rotation(), tmp_path)
    assert (tmp_path / "precious.txt").exists()


def test_a_wrong_token_stops_nothing(folder: Path) -> None:
    from wxcertcheck.lab.control import ask

    running = lab.start(load_rotation(), folder)
    state = json.loads((folder / "state.json").read_text())
    assert ask({**state, "token": "0" * 32}, "stop") == ""
    assert lab.status(folder) == running


def test_a_program_can_be_pointed_at_it(folder: Path) -> None:
    import ssl

    running = lab.start(load_rotation(), folder)
    ip, port = running.endpoints["new"]

    async def get() -> bytes:
        context = ssl.create_default_context(cafile=str(running.root_file("new")))
        reader, writer = await asyncio.open_connection(ip, port, ssl=context, server_hostname="api.mch.weixin.qq.com")
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = await reader.read()
        writer.close()
        return answer

    assert b"presents the new chain" in asyncio.run(get())


def test_the_commands(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--dir", str(folder)]
    assert run(["lab", "status", *where]) == 3
    assert run(["lab", "start", *where, "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    assert str(folder / "lab.toml") in said
    assert "新链" in said
    assert run(["lab", "status", *where]) == 0
    assert run(["lab", "start", *where]) == 2
    assert "lab stop" in capsys.readouterr().err
    assert run(["lab", "stop", *where]) == 0
    assert not folder.exists()
    assert run(["lab", "stop", *where]) == 0
