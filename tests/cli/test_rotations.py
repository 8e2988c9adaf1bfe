"""``wxcertcheck rotations``: the real command, as a user runs it."""

import hashlib
import json
import os
import pty
import subprocess
import sys

import pytest
from msgspec.structs import replace

from wxcertcheck.reporters.layout import width
from wxcertcheck.rotations import load_rotation, rotation_ids

G2 = "cb3ccbb76031e5e0138f8dd39a23f9de47ffc35e43c1144cea27d46a5ab1cb5f"


def run(*arguments: str, language: str = "en", **more) -> subprocess.CompletedProcess:
    environment = {"PATH": os.environ["PATH"], "WXCERTCHECK_LANG": language}
    command = [sys.executable, "-m", "wxcertcheck", "rotations", *arguments]
    return subprocess.run(command, capture_output=True, timeout=60, env=environment, check=False, **more)


def text(*arguments: str, language: str = "en") -> str:
    done = run(*arguments, language=language)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_list_has_every_rotation_and_marks_the_default(language):
    lines = text(language=language).splitlines()
    assert [line.split()[0] for line in lines if line.startswith("*")][:1] == ["*"]
    assert lines[1].startswith("* wechatpay-2024 ")
    for name in rotation_ids():
        assert any(line[2:].startswith(name + " ") for line in lines)
    assert max(map(width, lines)) <= 80


def test_the_list_shows_what_is_inferred_or_not_verified():
    row = {line[2:].split()[0]: line for line in text().splitlines() if line[2:3].isalpha()}
    assert row["wechatpay-2024"].endswith("inferred")
    assert row["digicert-g2-2029"].endswith("not verified")
    assert " any " in row["letsencrypt-2021"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", rotation_ids())
def test_one_rotation_with_all_that_is_known(name, language):
    shown = text("show", name, "--lang", language)
    rotation = load_rotation(name)
    assert max(map(width, shown.splitlines())) <= 80
    for root in rotation.roots:
        assert root.fingerprint in shown
        assert root.name in shown
    for host in rotation.hosts:
        assert host.name in shown
    for phase in rotation.phases:
        assert phase.starts is None or phase.starts.date().isoformat() in shown
    unbroken = "".join(line.strip() for line in shown.splitlines())
    assert all(source.url in unbroken and source.read_on in shown for source in rotation.sources)
    assert "2026-11-21" in shown
    notes = unbroken.replace(" ", "")
    assert all(note.of(language).replace(" ", "") in notes for note in rotation.notes)


def test_low_confidence_is_shown_at_its_fact():
    shown = text("show", "digicert-g2-2029").splitlines()
    assert any("2029-04-15" in line and "new [g5-rsa or g5-ecc, not verified]" in line for line in shown)
    hosts = [line for line in text("show", "salesforce-2026").splitlines() if "salesforce.com" in line]
    assert len(hosts) >= 4
    assert all(line.endswith("not verified") for line in hosts[:4])


def test_json_of_the_list_and_of_one():
    listed = json.loads(text("--format", "json"))
    assert listed["version"] == 1
    assert [row["id"] for row in listed["rotations"] if row["default"]] == ["wechatpay-2024"]
    one = json.loads(text("show", "wechatpay-2024", "--format", "json"))["rotation"]
    assert one["phases"][1]["starts"] == "2024-08-05T00:00:00+08:00"
    assert [root["sha256"] for root in one["roots"] if root["role"] == "incoming"] == [G2]
    assert one["verification_addresses"][0]["ip"] == "43.142.224.50"
    assert one["sources"][0]["read_on"] == "2026-11-21"


def test_toml_is_a_start_for_ones_own_file(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(text("show", "wechatpay-2018", "--format", "toml"), "utf-8")
    assert replace(load_rotation(str(path)), file="") == load_rotation("wechatpay-2018")
    assert "wechatpay-2018" in text("show", str(path))


def test_pem_goes_into_openssl_and_nothing_else_is_on_stdout():
    done = run("pem", "wechatpay-2024/g2")
    assert done.stdout.startswith(b"-----BEGIN CERTIFICATE-----\n")
    assert done.stdout.endswith(b"-----END CERTIFICATE-----\n")
    command = ["openssl", "x509", "-noout", "-fingerprint", "-sha256"]
    printed = subprocess.run(command, input=done.stdout, capture_output=True, timeout=20, check=True).stdout.decode()
    assert printed.partition("=")[2].strip().replace(":", "").lower() == G2


def test_der_is_the_certificate_itself():
    assert hashlib.sha256(run("pem", "g2", "--der").stdout).hexdigest() == G2


def test_der_is_not_printed_to_a_terminal():
    ours, theirs = pty.openpty()
    try:
        command = [sys.executable, "-m", "wxcertcheck", "rotations", "pem", "g2", "--der"]
        environment = {"PATH": os.environ["PATH"], "WXCERTCHECK_LANG": "en"}
        done = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, timeout=60, env=environment, check=False)
    finally:
        os.close(theirs)
        os.close(ours)
    assert done.returncode == 2
    assert b"> root.crt" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "wechatpay"), "wechatpay-global-2024"),
        (("show", "./none.toml"), "none.toml"),
        (("pem", "g9"), "wechatpay-2024/g2"),
        (("pem", "wechatpay-2024/g9"), "wechatpay-2024/g1"),
        (("shwo",), "shwo"),
        (("--format", "json", "show", "wechatpay-2024"), "show ID --format json"),
        (("show",), "ID"),
    ],
)
def test_wrong_usage_is_2_with_the_next_step_and_no_traceback(arguments, said):
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_a_faulty_file_is_refused_by_file_and_key_in_the_readers_language(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(text("show", "wechatpay-2024", "--format", "toml").replace('["old", "new"]', '["odl"]'), "utf-8")
    for language, word in (("en", "expected"), ("zh", "应为")):
        done = run("show", str(path), language=language)
        assert done.returncode == 2
        assert f"{path}: phases[1].chains[0]" in done.stderr.decode()
        assert word in done.stderr.decode()


def test_a_c_locale_loses_nothing():
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-m", "wxcertcheck", "rotations", "show", "wechatpay-2024", "--lang", "zh"]
    done = subprocess.run(command, capture_output=True, timeout=60, env=environment, check=False)
    assert done.returncode == 0
    assert "微信支付" in done.stdout.decode()
