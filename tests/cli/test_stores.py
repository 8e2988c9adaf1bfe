"""``wxcertcheck stores``: the real command on made-up root file systems and files."""

import json
import os
import subprocess
import sys

import pytest

from tests.rootfs import (
    BOTH,
    G1,
    G2,
    OTHERS,
    RootFS,
    alpine,
    arch,
    bundle,
    debian,
    der,
    fingerprint,
    hashed,
    jks,
    pem,
    rhel,
    rhel6,
    suse,
)
from wxcertcheck.cli import run as program
from wxcertcheck.reporters.layout import width

READY, NOT_READY, FAILURE, UNKNOWN = 0, 1, 2, 3


def run(*arguments, language="en", environ=None, **more):
    environment = {"PATH": os.environ["PATH"], "WXCERTCHECK_LANG": language, **(environ or {})}
    command = [sys.executable, "-m", "wxcertcheck", "stores", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=60, env=environment, check=False, **more)


@pytest.fixture
def fs(tmp_path):
    return RootFS(tmp_path / "root")


@pytest.mark.parametrize("layout", [debian, rhel, rhel6, suse, alpine, arch], ids=lambda layout: layout.__name__)
@pytest.mark.parametrize(
    ("roots", "on", "code"),
    [
        (BOTH, None, READY),
        ((G2, *OTHERS), None, READY),
        ((G1, *OTHERS), None, NOT_READY),
        ((G1, *OTHERS), "2024-07-01", NOT_READY),
        ((G2, *OTHERS), "2024-09-01", NOT_READY),
        (OTHERS, None, NOT_READY),
    ],
)
def test_every_store_of_a_distribution_is_judged(fs, layout, roots, on, code, capsys):
    """With --all every store counts, whoever reads it; the made-up systems have no programs."""
    layout(fs, roots)
    assert program(["stores", "--root", str(fs.root), "--all", *(["--on", on] if on else [])]) == code
    assert not capsys.readouterr().err


def test_nothing_to_look_at_is_not_ready(fs):
    done = run("--root", fs.root)
    assert done.returncode == UNKNOWN
    assert b"no CA file" in done.stdout


def test_stores_that_nobody_reads_give_no_verdict(fs):
    """A vendored list in a system without a Python; asked for all stores, it counts."""
    fs.write("/usr/lib/python3.9/site-packages/certifi/cacert.pem", bundle(BOTH))
    assert run("--root", fs.root).returncode == UNKNOWN
    assert run("--root", fs.root, "--all").returncode == READY


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (pem(G2), READY),
        (pem(G1), NOT_READY),
        (der(G2), READY),
        (jks([G2]), READY),
        (jks([G1]), NOT_READY),
        (b"", NOT_READY),
        (b"# DigiCert Global Root G2\n", NOT_READY),
        (b"# DigiCert Global Root G2\n" + pem(G1), NOT_READY),
        (b"\x00" * 1000, NOT_READY),
    ],
)
def test_a_file_gates_a_deployment(tmp_path, content, code):
    file = tmp_path / "ca"
    file.write_bytes(content)
    done = run(file)
    assert done.returncode == code, done.stdout.decode() + done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_standard_input(tmp_path):
    assert run("-", input=pem(G2)).returncode == READY
    assert run("-", input=pem(G1)).returncode == NOT_READY
    assert run("-", input=b"").returncode == NOT_READY


def test_a_folder_is_a_hashed_directory(fs):
    fs.write(f"/certs/{G2}.pem", pem(G2))
    hashed(fs, "/certs", [G2])
    assert run(fs.path("/certs")).returncode == READY
    fs.path("/certs/607986c7.0").unlink()
    assert run(fs.path("/certs")).returncode == NOT_READY
    assert b"no hash link 607986c7.0" in run("show", fs.path("/certs")).stdout


def test_several_files_fail_together(tmp_path):
    good, bad = tmp_path / "good.pem", tmp_path / "bad.pem"
    good.write_bytes(pem(G2))
    bad.write_bytes(pem(G1))
    done = run(good, bad)
    assert done.returncode == NOT_READY
    assert b"bad.pem" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [["/nowhere.pem"], ["show"], ["show", "/nowhere"], ["--root", "/nowhere"], ["--password-env", "NOT_SET", "x"]],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_wrong_usage_is_2_and_says_what_next(arguments, language):
    done = run(*arguments, language=language)
    assert (done.returncode, done.stdout) == (FAILURE, b"")
    assert len(done.stderr.decode().splitlines()) == 2
    assert "Traceback" not in done.stderr.decode()


def encrypted(tmp_path):
    file = tmp_path / "trust.p12"
    export = ["openssl", "pkcs12", "-export", "-nokeys", "-in", "/dev/stdin", "-out", file, "-passout", "pass:Geheim1"]
    subprocess.run(export, input=bundle([G1, G2]), check=True, capture_output=True, timeout=30)
    return file


def test_passwords_come_from_file_or_variable_and_are_never_shown(tmp_path):
    file, secret = encrypted(tmp_path), tmp_path / "secret"
    assert run(file).returncode == UNKNOWN
    secret.write_text("Geheim1\n")
    for options, environ in (
        (["--password-file", secret], {}),
        (["--password-env", "STORE_PASS"], {"STORE_PASS": "Geheim1"}),
    ):
        for more in ([], ["--format", "json"]):
            done = run(file, *options, *more, environ=environ)
            assert b"Geheim1" not in done.stdout + done.stderr
            shown = run("show", file, *options, environ=environ)
            assert shown.returncode == READY
            assert fingerprint(G2).encode() in shown.stdout
    wrong = run(file, "--password-env", "STORE_PASS", environ={"STORE_PASS": "Wrong9"})
    assert wrong.returncode == UNKNOWN
    assert b"Wrong9" not in wrong.stdout + wrong.stderr


@pytest.mark.parametrize("language", ["zh", "en"])
def test_show_lists_every_anchor_in_80_columns(tmp_path, language):
    file = tmp_path / "ca.pem"
    file.write_bytes(b"# lies: DigiCert Global Root G2\n" + pem(G1) + pem("isrg-root-x1"))
    done = run("show", file, language=language)
    assert done.returncode == READY
    text = done.stdout.decode()
    assert fingerprint(G1) in text
    assert "CN=DigiCert Global Root CA" in text
    assert "2006-11-10" in text
    assert "2031-11-10" in text
    assert max(map(width, text.splitlines()[1:])) <= 80


def test_show_says_why_a_certificate_does_not_count(tmp_path):
    from tests.rootfs import trusted

    file = tmp_path / "ca.pem"
    file.write_bytes(trusted(G2, "-addreject", "serverAuth") + pem(G1))
    facts = json.loads(run("show", file, "--format", "json").stdout)
    assert [c["trusted"] for c in facts["certificates"]] == [False, True]
    assert facts["certificates"][0]["why_not"]["zh"]
    assert "not trusted: " in run("show", file).stdout.decode()


def test_show_of_what_is_no_store(tmp_path):
    file = tmp_path / "cacerts"
    file.write_bytes(os.urandom(100).replace(b"\x30", b"x"))
    done = run("show", file)
    assert done.returncode == UNKNOWN
    assert done.stderr
    assert b"Traceback" not in done.stderr


def test_json_follows_the_published_schema(fs):
    import jsonschema

    from wxcertcheck import reporters

    debian(fs)
    schema = json.loads((__import__("pathlib").Path(reporters.__file__).parent / "json_v1.schema.json").read_text())
    done = run("--root", fs.root, "--format", "json", "--all")
    jsonschema.validate(json.loads(done.stdout), schema)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_listing_names_roots_places_and_what_is_switched_off(fs, language):
    debian(fs, (G1, *OTHERS), off=[G2])
    fs.write("/opt/copy/lib/python3/dist-packages/nothing", "")
    text = run("--root", fs.root, language=language).stdout.decode()
    assert "/etc/ssl/certs/ca-certificates.crt" in text
    assert "/etc/ca-certificates.conf" in text
    assert f"{len(BOTH) - 1}" in text
    assert (
        max(width(line) for line in text.splitlines() if not line.lstrip().startswith(("wxcertcheck", "sed", "/")))
        <= 80
    )


def test_stores_with_one_content_are_shown_once(fs):
    for name in ("a", "b"):
        fs.write(f"/usr/lib/python3/dist-packages/{name}", "")
    for folder in ("/usr/lib/python3.9/site-packages", "/usr/lib/python3.8/site-packages"):
        fs.write(f"{folder}/certifi/cacert.pem", bundle(BOTH, labels=True))
    stores = json.loads(run("--root", fs.root, "--format", "json").stdout)
    text = run("--root", fs.root).stdout.decode()
    assert text.count("= /usr/lib/python3.9/site-packages/certifi/cacert.pem") == 1
    assert stores


def test_list_paths_prints_patterns_without_secrets():
    done = run("--list-paths")
    lines = done.stdout.decode().splitlines()
    assert done.returncode == READY
    assert "/etc/ssl/certs" in lines
    assert all(line.startswith("/") and not any(c.isspace() for c in line) and "**" not in line for line in lines)
    assert len(lines) == len(set(lines))
    forbidden = ("private", "shadow", "key4.db", "key3.db", "apiclient", "/proc", "id_rsa", ".key")
    assert not [line for line in lines if any(word in line for word in forbidden)]
    assert not {"/etc", "/", "/root", "/home/*", "/etc/ssl", "/etc/nginx"} & set(lines)
