"""Small projects with one defect each (fixtures/projects), through the real command: exit code, rule, level, place.

Their numbers are those of the design's situations that concern code.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import rootfs
from tests.rootfs import BOTH, G1, RootFS

PROJECTS = Path(__file__).parents[2] / "fixtures" / "projects"
LACKS, HOLDS, OFF, UNRESOLVED = "WXC201", "WXC203", "WXC202", "WXC205"
SOMEBODY_ELSES = ("WXC106", "WXC209")  # the dated note about the rotation; certificates in the tree

# project: exit code, {(rule, level, certainty, "file:line")}
SCANNED = {
    # 7: the host in the same file, elsewhere in the tree, nowhere
    "node-host-in-the-file": (1, {(LACKS, "error", "certain", "pay.js:7")}),
    "node-host-elsewhere": (1, {(LACKS, "error", "likely", "lib/send.js:6")}),
    "node-host-nowhere": (0, {(LACKS, "note", "unlinked", "lib/send.js:6")}),
    # 8: both roots, the new one alone
    "pin-holds-both": (0, {(HOLDS, "note", "certain", "refund.py:9")}),
    "pin-holds-g2-alone": (0, {(HOLDS, "note", "certain", "refund.py:9")}),
    # 9: the pin beside it is dead
    "verify-off-beside-a-pin": (
        0,
        {(OFF, "warning", "certain", "refund.py:11"), (LACKS, "note", "certain", "refund.py:9")},
    ),
    # 10
    "mysql-client": (0, {(LACKS, "note", "unlinked", "db.php:3")}),
    # 11: a PKCS#12 that nothing opens, and apiclient_cert.p12
    "unused-key-stores": (0, set()),
    # 12
    "unresolved-pin-in-a-helper": (0, {(UNRESOLVED, "warning", "unlinked", "helper.py:5")}),
    # 13
    "clean": (0, set()),
    "php-shop-with-a-front-end": (0, {(HOLDS, "note", "certain", "src/Pay.php:10")}),
    "sdk-names-the-host": (1, {(LACKS, "error", "likely", "config/pay.php:6")}),
    "pin-from-dotenv": (
        1,
        {(LACKS, "error", "certain", "app/refund.py:10"), (LACKS, "error", "likely", ".env:1")},
    ),
    "pin-from-laravel-configuration": (1, {(LACKS, "error", "certain", "app/Refund.php:9")}),
    "pin-from-spring-configuration": (1, {(LACKS, "error", "certain", "src/main/java/pay/RefundClient.java:17")}),
    "kubernetes-secret": (0, set()),
    "intermediate-under-the-old-root": (1, {(LACKS, "error", "certain", "client.go:18")}),
    "intermediate-under-the-new-root": (0, {(LACKS, "warning", "certain", "client.go:18")}),
    "intermediate-where-only-roots-count": (1, {(LACKS, "error", "certain", "refund.py:9")}),
    "leaf-under-the-old-root": (1, {(LACKS, "error", "certain", "client.go:18")}),
    "leaf-under-the-new-root": (1, {(LACKS, "error", "certain", "client.go:18")}),
    "apiclient-cert-beside-a-pin": (1, {(LACKS, "error", "certain", "refund.php:5")}),
    "suppressed-until-a-far-day": (0, {(LACKS, "error", "certain", "refund.rb:6")}),
    "suppressed-until-a-past-day": (1, {(LACKS, "error", "certain", "refund.rb:6")}),
    "requests-with-an-old-bundle": (0, {("WXC210", "warning", "certain", "requirements.txt:1")}),
}  # fmt: skip


def run(*arguments, on="2026-11-21"):
    """(exit code, report) of the real command, without the CA variables of this machine."""
    environ = {
        name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "COVERAGE_PROCESS_START")
    }
    command = [sys.executable, "-m", "wxcertcheck", *map(str, arguments)]
    command += ["--on", on, "--rotation", "wechatpay-2024", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environ)
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout)


def scan(name):
    code, report = run("scan", PROJECTS / name, "--jobs", "1")
    return code, [f for f in report["findings"] if f["rule"] not in SOMEBODY_ELSES], report


def where(finding, name):
    return f"{os.path.relpath(finding['place']['path'], PROJECTS / name)}:{finding['place']['line']}"


@pytest.mark.parametrize("name", SCANNED)
def test_a_project_gives_just_this(name):
    expected, rows = SCANNED[name]
    code, findings, _ = scan(name)
    assert code == expected
    assert {(f["rule"], f["level"], f["certainty"], where(f, name)) for f in findings} == rows


def test_every_project_has_its_row():
    assert {folder.name for folder in PROJECTS.iterdir()} == set(SCANNED)


def test_no_project_holds_a_private_key():
    held = [path for path in PROJECTS.rglob("*") if path.is_file() and b"PRIVATE KEY" in path.read_bytes()]
    assert held == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("verify-off-beside-a-pin", "refund.py:11"),  # which line makes the pin dead
        ("sdk-names-the-host", "a package calls it"),
        ("pin-from-dotenv", ".env:1"),
        ("pin-from-laravel-configuration", "wechat.pay.ca is set in"),
        ("pin-from-spring-configuration", "application.yml:5"),
        ("intermediate-where-only-roots-count", "only self-signed roots"),
    ],
)
def test_the_reason_says_why(name, words):
    _, findings, _ = scan(name)
    assert any(words in reason["en"] for finding in findings for reason in finding["reasons"])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "intermediate-under-the-old-root",
            "the intermediate “GeoTrust RSA CN CA G2” (under G1, valid until 2030-03-04)",
        ),
        ("intermediate-under-the-new-root", "on 2030-09-23 at the latest"),
        ("leaf-under-the-old-root", "the server certificate “www.akamai.com” (under G1, valid until 2025-02-26)"),
        ("leaf-under-the-new-root", "the server certificate “*.facebook.com” (under G2, valid until 2026-03-25)"),
        ("pin-holds-g2-alone", "2029-04-15"),
    ],
)
def test_the_message_says_which_certificate_and_when(name, words):
    _, [finding], _ = scan(name)
    assert words in finding["message"]["en"]


def test_a_server_certificate_under_the_new_root_works_until_it_ends():
    code, report = run("scan", PROJECTS / "leaf-under-the-new-root", on="2026-01-15")
    [finding] = [f for f in report["findings"] if f["rule"] == LACKS]
    assert (code, finding["level"]) == (0, "warning")


def test_a_suppression_keeps_the_finding_and_its_reason():
    assert [f["ignored_by"] for f in scan("suppressed-until-a-far-day")[1]] == ["replaced with the new gateway"]
    assert [f["ignored_by"] for f in scan("suppressed-until-a-past-day")[1]] == [None]


def test_a_secret_in_base64_is_opened():
    _, report = run("scan", PROJECTS / "kubernetes-secret")
    [found] = [f for f in report["findings"] if f["rule"] == "WXC209"]
    assert found["place"]["line"] == 7
    assert "G1" in found["message"]["en"]


def test_a_merchants_certificate_is_no_ca():
    _, report = run("scan", PROJECTS / "apiclient-cert-beside-a-pin")
    listed = [f["place"]["path"] for f in report["findings"] if f["rule"] == "WXC209"]
    assert [Path(path).name for path in listed] == ["rootca.pem"]


# --- with the runtimes of a machine ---------------------------------------------------------------------------------


@pytest.fixture
def machine(tmp_path):
    """A Debian whose own store has both roots, with a project in /srv/shop."""

    def make(project):
        fs = RootFS(tmp_path / "root")
        rootfs.debian(fs, roots=BOTH)
        shutil.copytree(PROJECTS / project, fs.folder("/srv/shop"), dirs_exist_ok=True)
        return fs

    return make


def check(fs):
    return run("check", "/srv/shop", "--root", fs.root)


@pytest.mark.parametrize(("roots", "expected"), [((G1,), 1), (BOTH, 0)])
def test_6_requests_with_an_old_bundle_in_the_virtual_environment(machine, roots, expected):
    fs = machine("requests-with-an-old-bundle")
    fs.write("/srv/shop/venv/pyvenv.cfg", "home = /usr/bin\nversion = 3.9.2\n")
    fs.program("/srv/shop/venv/bin/python")
    rootfs.certifi(fs, "/srv/shop/venv/lib/python3.9/site-packages", roots=roots)
    fs.write("/srv/shop/venv/lib/python3.9/site-packages/requests/__init__.py", "__version__ = '2.31.0'\n")
    code, report = check(fs)
    assert code == expected
    errors = [f for f in report["findings"] if f["level"] == "error"]
    assert all("site-packages/certifi/cacert.pem" in f["place"]["path"] for f in errors)
    assert len(errors) == expected


def test_14_a_machine_without_the_projects_runtime_says_code_only(machine):
    code, report = check(machine("php-shop-with-a-front-end"))
    assert code == 0
    assert report["verdict"]["covers"]["en"] == "code only"


@pytest.mark.parametrize(("project", "expected"), [("php-shop-with-a-front-end", 0), ("unused-key-stores", 1)])
def test_only_the_runtime_that_the_code_is_written_in_decides(machine, project, expected):
    """The same old Java: of no concern to a PHP shop, fatal to a Java service."""
    fs = machine(project)
    fs.program("/usr/bin/php")
    rootfs.jdk(fs, "/usr/lib/jvm/java-8", roots=(G1,))
    fs.link("/usr/bin/java", "../lib/jvm/java-8/bin/java")
    assert check(fs)[0] == expected
