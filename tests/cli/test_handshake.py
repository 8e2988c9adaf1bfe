"""`wxcertcheck handshake` end to end against a rehearsal: exit codes, reports in 80 columns, save and replay."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.handshake import servers
from wxcertcheck import lab
from wxcertcheck.cli import run
from wxcertcheck.lab import Lab, pki
from wxcertcheck.reporters.layout import width
from wxcertcheck.rotations import load_rotation

HOST = "api.mch.weixin.qq.com"


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("rehearsal") / "lab"
    yield lab.start(load_rotation(), folder)
    lab.stop(folder)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


def handshake(rehearsal: Lab, *arguments: str, store: str = "both") -> int:
    stores = ("--store", str(rehearsal.root_file(store))) if store else ()
    return run(["handshake", "--rotation", str(rehearsal.rotation_file), *stores, *arguments])


def endpoint(rehearsal: Lab, chain: str) -> str:
    ip, port = rehearsal.endpoints[chain]
    return f"{ip}:{port}"


def test_both_roots_are_ready_and_one_is_not(rehearsal: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    assert handshake(rehearsal) == 0
    assert "READY" in capsys.readouterr().out
    assert handshake(rehearsal, store="old") == 1
    assert "WXC101" in capsys.readouterr().out


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("store", ["both", "old"])
def test_the_report_fits_80_columns_and_carries_the_guides_sentence(
    rehearsal: Lab, capsys: pytest.CaptureFixture[str], language: str, store: str
) -> None:
    handshake(rehearsal, "--lang", language, store=store)
    out, err = capsys.readouterr()
    assert [line for line in out.splitlines() if width(line) > 80 and not line.startswith("    ")] == []
    assert ("业务程序" if language == "zh" else "not your program") in out
    assert endpoint(rehearsal, "new") in err, "it says what it is about to dial"
    handshake(rehearsal, "--lang", language, "--quiet")
    assert ("业务程序" if language == "zh" else "not your program") in capsys.readouterr().out


def test_the_matrix_says_what_was_expected_and_what_was_shown(
    rehearsal: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    handshake(rehearsal, "--format", "json")
    report = json.loads(capsys.readouterr().out)
    cells = {(h["expected_chain"], h["top"], h["as_expected"]) for h in report["handshakes"]}
    assert cells == {("old", "retiring", True), ("new", "incoming", True), ("cross", "both", None)}
    assert all(h["accepted_by"][0]["accepted"] for h in report["handshakes"])
    assert report["handshakes"][0]["openssl"]["accepted"]


def test_connect_and_sni_keep_address_and_name_apart(rehearsal: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    assert handshake(rehearsal, HOST, "--connect", endpoint(rehearsal, "new"), "--format", "json") == 0
    [seen] = json.loads(capsys.readouterr().out)["handshakes"]
    assert (seen["place"]["sni"], seen["place"]["address"]) == (HOST, endpoint(rehearsal, "new"))
    handshake(rehearsal, HOST, "--connect", endpoint(rehearsal, "new"), "--sni", "other.test", "--format", "json")
    [seen] = json.loads(capsys.readouterr().out)["handshakes"]
    assert seen["outcome"] == "wrong-name"
    assert seen["openssl"]["code"] == 62


def test_nothing_reachable_is_exit_3(rehearsal: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    nobody = f"127.0.0.1:{servers.free_port()}"
    assert handshake(rehearsal, HOST, "--connect", nobody) == 3
    out = capsys.readouterr().out
    assert "refused" in out
    assert "UNKNOWN" in out
    assert handshake(rehearsal, HOST, "--connect", nobody, "--connect", endpoint(rehearsal, "new")) == 0


def test_save_and_replay(rehearsal: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "seen.json")
    assert handshake(rehearsal, "--save", file) == 0
    assert handshake(rehearsal, "--replay", file) == 0
    assert handshake(rehearsal, "--replay", file, store="old") == 1
    assert "about to" not in capsys.readouterr().err.lower().split("\n")[-2:]
    assert run(["handshake", "--replay", str(tmp_path / "none.json")]) == 2
    (tmp_path / "bad.json").write_text("{}")
    assert run(["handshake", "--replay", str(tmp_path / "bad.json")]) == 2


def test_targets_from_a_file_and_from_standard_input(
    rehearsal: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = f"{HOST} {endpoint(rehearsal, 'old')} new\n"
    (tmp_path / "targets").write_text(line)
    assert handshake(rehearsal, "--targets", str(tmp_path / "targets"), "--format", "json") == 0
    [seen] = json.loads(capsys.readouterr().out)["handshakes"]
    assert seen["as_expected"] is False
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(line.encode())))
    assert handshake(rehearsal, "--targets", "-") == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["no host"],
        ["--connect", "example.com"],
        ["--targets", "/no/such/file"],
        ["--client-cert", "/no/such/file"],
        ["--proxy", "gopher://x"],
        ["--resolver", "x"],
        ["--store", "/no/such/file"],
        ["--repeat", "0"],
        ["--interval", "nan"],
        ["--connect-timeout", "inf"],
        ["--port", "70000"],
    ],
)
def test_wrong_usage_is_exit_2_before_any_work(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["handshake", HOST, "--connect", f"127.0.0.1:{servers.free_port()}", *arguments]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_client_certificate_in_pkcs12_with_the_merchant_number(
    tmp_path: Path, rehearsal: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A server that insists on the merchant's certificate, as WeChat Pay's refund interface does."""
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    issuer = pki.root("Merchant issuer")
    merchant = pki.leaf(issuer, ["merchant"], client=True)
    p12 = tmp_path / "apiclient_cert.p12"
    p12.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"m", merchant.key, merchant.certificate, None, BestAvailableEncryption(b"1900000109")
        )
    )
    (tmp_path / "issuer.pem").write_text(issuer.pem)
    (tmp_path / "password").write_text("1900000109\n")
    root = pki.root("Server root")
    (tmp_path / "server.pem").write_text(root.pem)
    server = pki.leaf(root, [HOST])
    wanted = ("-Verify", "1", "-CAfile", str(tmp_path / "issuer.pem"), "-verify_return_error")
    with servers.openssl_server(server, tmp_path, *wanted) as port:
        base = [
            "handshake",
            HOST,
            "--connect",
            f"127.0.0.1:{port}",
            "--store",
            str(tmp_path / "server.pem"),
            "--format",
            "json",
        ]

        def wants(*arguments: str) -> bool:
            run([*base, *arguments])
            [seen] = json.loads(capsys.readouterr().out)["handshakes"]
            assert seen["openssl"]["accepted"]
            return bool(seen["wants_client_certificate"])

        assert wants()
        assert not wants("--client-cert", str(p12), "--client-password-file", str(tmp_path / "password"))
        monkeypatch.setenv("WXCERTCHECK_CLIENT_PASSWORD", "1900000109")
        assert not wants("--client-cert", str(p12))
        (tmp_path / "cert.pem").write_text(merchant.pem)
        (tmp_path / "key.pem").write_text(merchant.key_pem)
        assert not wants("--client-cert", str(tmp_path / "cert.pem"), "--client-key", str(tmp_path / "key.pem"))
        monkeypatch.setenv("WXCERTCHECK_CLIENT_PASSWORD", "wr0ng-secret")
        assert run([*base, "--client-cert", str(p12)]) == 2
    assert "wr0ng-secret" not in capsys.readouterr().err


def test_an_interrupt_keeps_what_was_seen_and_is_no_verdict(rehearsal: Lab, tmp_path: Path) -> None:
    """Ctrl-C while one server stalls: the other's handshake is in the report; exit 3."""
    import signal
    import socket
    import subprocess
    import time

    with socket.create_server(("127.0.0.1", 0)) as stalling:
        stalled = f"127.0.0.1:{stalling.getsockname()[1]}"
        command = [sys.executable, "-m", "wxcertcheck", "handshake", HOST, "--rotation", str(rehearsal.rotation_file)]
        command += ["--store", str(rehearsal.root_file("both")), "--handshake-timeout", "60", "--format", "json"]
        process = subprocess.Popen(
            [*command, "--connect", stalled, "--connect", endpoint(rehearsal, "new")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
        )
        stalling.settimeout(20)
        connection, _ = stalling.accept()
        with connection:
            time.sleep(1)
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=20)
    report = json.loads(out)
    assert process.returncode == 3
    assert [seen["outcome"] for seen in report["handshakes"]] == ["accepted"]
    assert "interrupted" in [item["reason"] for item in report["not_looked"]]


def test_check_runs_end_to_end_with_the_rehearsal(
    rehearsal: Lab, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing on this machine trusts the rehearsal's roots: not ready, and a handshake confirms it; nothing said twice."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert run(["check", "--rotation", str(rehearsal.rotation_file), "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["verdict"]["status"] == "NOT_READY"
    rules = {finding["rule"] for finding in report["findings"] if finding["level"] == "error"}
    assert rules == {"WXC101"}, "joined, not doubled by WXC301"
    reasons = [reason["en"] for finding in report["findings"] for reason in finding["reasons"]]
    assert any("confirmed by a handshake" in reason for reason in reasons)
    assert len(report["handshakes"]) == 2 * len(rehearsal.hosts) + 1


def test_the_json_report_keeps_its_schema(rehearsal: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    import jsonschema

    import wxcertcheck.reporters

    schema = json.loads((Path(wxcertcheck.reporters.__file__).parent / "json_v1.schema.json").read_text())
    for store in ("both", "old"):
        handshake(rehearsal, "--format", "json", store=store)
        document = json.loads(capsys.readouterr().out)
        jsonschema.validate(document, schema)
    document["handshakes"][0]["top"] = "unheard-of"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema)


def test_an_announced_address_keeps_its_expectation_when_it_is_dialled_by_hand(
    rehearsal: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    handshake(rehearsal, "--connect", endpoint(rehearsal, "old"), "--format", "json")
    seen = json.loads(capsys.readouterr().out)["handshakes"]
    assert {(h["origin"], h["expected_chain"], h["as_expected"]) for h in seen} == {("old-chain", "old", True)}
    assert len(seen) == len(rehearsal.hosts), "hosts × addresses"


@pytest.mark.parametrize("arguments", [["--rotation", "letsencrypt-2021"], ["--targets", "/dev/null"]])
def test_nothing_to_shake_hands_with_is_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["handshake", *arguments]) == 2
    assert "wxcertcheck handshake HOST" in capsys.readouterr().err
