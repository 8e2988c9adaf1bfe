"""A file that kills or stalls its process costs only itself; Ctrl-C ends at once with what was found."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from wxcertcheck.model import HostUse, NotLooked, Pin
from wxcertcheck.rotations import load_all
from wxcertcheck.scan import ScanRequest, scan
from wxcertcheck.scan.pins import PinMaker
from wxcertcheck.scan.workers import spread


class Dangerous:
    """Stands in for the looker: "crash" ends the process, "hang" never returns, "defect" raises."""

    seconds = 0.4

    def path(self, item):
        return item

    def do(self, item):
        if item == "crash":
            os._exit(11)
        if item == "hang":
            time.sleep(60)
        if item == "defect":
            raise RecursionError("too deep")
        return None if item == "nothing" else (item, "")

    def failed(self, item, problem):
        return item, problem.reason


def test_a_crash_a_stall_and_a_defect_cost_one_item_each():
    items = [*(f"a{n}" for n in range(250)), "crash", "hang", "nothing", "defect", *(f"b{n}" for n in range(250))]
    batches = [items[start : start + 200] for start in range(0, len(items), 200)]
    done = list(spread(Dangerous(), iter(batches), 2))
    assert sum(count for count, _ in done) == len(items) == 504
    results = dict(result for _, results in done for result in results)
    assert len(results) == 503  # none is lost but by its own fault
    assert {item: said for item, said in results.items() if said} == {
        "crash": "crashed",
        "hang": "too-slow",
        "defect": "defect",
    }


def test_what_spins_in_python_is_ended_within_its_process():
    class Spinning(Dangerous):
        def do(self, item):
            while item == "spin":
                pass
            return item, str(os.getpid())

    [(count, results)] = spread(Spinning(), iter([["a", "spin", "b"]]), 1)
    said = dict(results)
    assert count == 3
    assert said["spin"] == "too-slow"
    assert said["a"] == said["b"] != str(os.getpid())


def test_ctrl_c_ends_at_once_and_tells_what_was_found(tmp_path):
    (tmp_path / "a.py").write_text("import requests\nrequests.get(u, verify=False)\n")
    code = (
        "import sys, time, wxcertcheck.scan.workers as g\n"
        "real = g.spread\n"
        "def slow(task, *a):\n    yield from real(task, *a)\n"
        "    print('looked', flush=True)\n    time.sleep(60)\n"
        "g.spread = slow\n"
        "from wxcertcheck.cli import run\n"
        f"sys.exit(run(['scan', {str(tmp_path)!r}, '--lang', 'en']))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "looked\n"
    process.send_signal(signal.SIGINT)
    started = time.monotonic()
    output, _ = process.communicate(timeout=30)
    assert time.monotonic() - started < 10
    assert process.returncode == 3
    assert "interrupted" in output
    assert "WXC202" in output


def test_a_long_scan_says_how_far_it_is(tmp_path, monkeypatch):
    for number in range(300):
        (tmp_path / f"a{number}.py").write_text(f"import requests\nrequests.get(u, verify=False)\n# {number}\n")
    monkeypatch.setattr("wxcertcheck.scan.gather._TICK", -1.0)
    told = []
    scan(ScanRequest((str(tmp_path),), (), jobs=1), told.append)
    assert told[0].en == "Listing files: 300"
    assert told[1].en == "[--------------------] 10 of 300 files scanned, 10 places found"
    assert told[-1].en == "[####################] 300 of 300 files scanned, 300 places found"
    assert told[-1].zh == "[####################] 已扫描 300/300 个文件，找到 300 处"


def test_a_file_whose_pins_fail_keeps_what_else_was_found_in_it(tmp_path, monkeypatch):
    for name in ("good.py", "bad.py"):
        (tmp_path / name).write_text("import requests\nrequests.get('https://api.mch.weixin.qq.com', verify=False)\n")
    real = PinMaker.pins

    def pins(self, seen):
        if seen[0].path.endswith("bad.py"):
            raise RecursionError("too deep")
        return real(self, seen)

    monkeypatch.setattr(PinMaker, "pins", pins)
    found = scan(ScanRequest((str(tmp_path),), tuple(load_all()), jobs=1))
    [told] = [item for item in found if isinstance(item, NotLooked)]
    assert (told.reason, told.decides, told.place.path) == ("defect", True, str(tmp_path / "bad.py"))
    assert [pin.place.path for pin in found if isinstance(pin, Pin)] == [str(tmp_path / "good.py")]
    assert len([use for use in found if isinstance(use, HostUse)]) == 2


def test_workers_that_are_spawned_find_the_same(tmp_path, monkeypatch):
    """macOS and Windows have no safe fork: the looker must travel to a new interpreter."""
    import multiprocessing

    for number in range(400):
        (tmp_path / f"a{number}.py").write_text(f"import requests\nrequests.get(u, verify=False)\n# {number}\n")
    request = ScanRequest((str(tmp_path),), (), jobs=2)
    forked = {pin.place for pin in scan(request) if isinstance(pin, Pin)}
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert {pin.place for pin in scan(request) if isinstance(pin, Pin)} == forked
    assert len(forked) == 400


def test_workers_go_when_their_parent_is_killed(tmp_path):
    """A pipeline that is cancelled, or the kernel that wants its memory back, sends no Ctrl-C."""
    (tmp_path / "a.py").write_text("import requests\nrequests.get(u, verify=False)\n")
    code = (
        "import os, time, wxcertcheck.scan.workers as w\n"
        "class Tell:\n    seconds = 60\n    def path(self, item):\n        return item\n"
        "    def do(self, item):\n        os.write(1, b'%d\\n' % os.getpid())\n        return item\n"
        "batches = iter([['a'], ['b']])\n"
        "for _ in w.spread(Tell(), batches, 2):\n    time.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    workers = [int(process.stdout.readline()) for _ in range(2)]
    assert all(_lives(worker) for worker in workers)
    process.kill()
    process.wait(timeout=10)
    ends = time.monotonic() + 10
    while any(map(_lives, workers)) and time.monotonic() < ends:
        time.sleep(0.05)
    assert not any(map(_lives, workers))


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
