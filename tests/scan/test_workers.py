"""A file that kills or stalls its process costs only itself; Ctrl-C ends at once with what was found."""

import os
import signal
import subprocess
import sys
import time

from wxcertcheck.model import Pin
from wxcertcheck.scan import ScanRequest, scan
from wxcertcheck.scan.look import FileResult
from wxcertcheck.scan.request import Limits
from wxcertcheck.scan.walk import File
from wxcertcheck.scan.workers import look_at


class Dangerous:
    """Stands in for the looker: "crash" ends the process, "hang" never returns, "defect" raises."""

    limits = Limits(file_seconds=0.4)

    def look(self, file):
        if file.path == "crash":
            os._exit(11)
        if file.path == "hang":
            time.sleep(60)
        if file.path == "defect":
            raise RecursionError("too deep")
        result = FileResult(file.path)
        result.hosts = [("host", 1)]
        return result


def test_a_crash_a_stall_and_a_defect_cost_one_file_each():
    files = [File(f"a{n}", 1) for n in range(250)]
    files += [File(name, 1) for name in ("crash", "hang", "defect")] + [File(f"b{n}", 1) for n in range(250)]
    results = {result.path: result for result in look_at(files, Dangerous(), 2) if result.path}
    assert len(results) == 503
    problems = {path: result.problem.reason for path, result in results.items() if result.problem}
    assert problems == {"crash": "crashed", "hang": "too-slow", "defect": "defect"}


def test_ctrl_c_ends_at_once_and_tells_what_was_found(tmp_path):
    (tmp_path / "a.py").write_text("import requests\nrequests.get(u, verify=False)\n")
    code = (
        "import sys, time, wxcertcheck.scan.gather as g\n"
        "real = g.look_at\n"
        "def slow(*a):\n    yield from real(*a)\n    print('looked', flush=True)\n    time.sleep(60)\n"
        "g.look_at = slow\n"
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
