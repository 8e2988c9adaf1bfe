"""The README is executed: every command runs, and prints what it shows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.readme import README, examples, marked, normalised

CHECKOUT = README.parent
TEXT = README.read_text(encoding="utf-8")


def test_a_command_with_its_real_output_stands_within_ten_lines():
    assert examples(TEXT)[0].line <= 10


@pytest.mark.parametrize("example", examples(TEXT), ids=lambda e: e.command[:60])
def test_example_prints_what_it_shows(example):
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["bash", "-c", example.command],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert normalised(done.stdout + done.stderr) == normalised(example.output)


def test_the_first_command_installs_and_runs_the_main_job(tmp_path):
    """In a bare copy of the checkout, as a newcomer would; it needs the package index."""
    copy = tmp_path / "wxcertcheck"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, check=True).stdout
    for name in tracked.decode().split("\0"):
        if name.startswith(("wxcertcheck/", "pyproject.toml", "README.md", "LICENSE")):
            target = copy / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((CHECKOUT / name).read_bytes())
    command = marked(TEXT, "run-command")
    done = subprocess.run(["bash", "-c", command], cwd=copy, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode in {0, 1, 3}, done.stderr
    assert done.stdout.split("  ")[0] in {"READY", "NOT READY", "UNKNOWN"} or "READY" in done.stdout


def test_both_languages_share_the_command_blocks():
    english, chinese = TEXT.split("## 中文", 1)
    assert "```" in english
    assert "```" not in chinese


def test_the_normaliser_keeps_what_matters():
    assert normalised("NOT READY  java 1.8.0_20 98 anchors") == "NOT READY  java N 98 anchors"
    assert normalised("READY") != normalised("NOT READY")
