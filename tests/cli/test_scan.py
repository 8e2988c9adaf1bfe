"""``wxcertcheck scan``: the real command on small trees."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from wxcertcheck.cli import run as program

G1 = Path("fixtures/roots/digicert-global-root-ca.pem").resolve()


@pytest.fixture
def tree(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WXCERTCHECK_LANG", "en")
    return tmp_path


@pytest.mark.parametrize("option", [["--lang", "zh"], ["--lang=zh"]])
def test_an_error_speaks_the_language_that_was_asked_for(tree, capsys, option):
    assert program(["scan", "nowhere", *option]) == 2
    assert "路径不存在：nowhere" in capsys.readouterr().err
    assert program(["scan", "nowhere"]) == 2
    assert "There is no such path: nowhere" in capsys.readouterr().err


def test_nothing_to_judge_names_no_option_that_scan_lacks(tree, capsys):
    assert program(["scan"]) == 3
    assert "check also has --root" in " ".join(capsys.readouterr().out.split())


def test_an_image_and_its_code_that_pin_one_file_are_one_finding(tree, capsys):
    (tree / "ca.pem").write_bytes(G1.read_bytes())
    (tree / "Dockerfile").write_text(
        "FROM a\nCOPY ca.pem /etc/x/ca.pem\nENV SSL_CERT_FILE=/etc/x/ca.pem HOST=api.mch.weixin.qq.com\n"
    )
    (tree / "a.py").write_text('import requests\nrequests.get("https://api.mch.weixin.qq.com", verify="ca.pem")\n')
    assert program(["scan"]) == 1
    assert capsys.readouterr().out.count("the code trusts only") == 1


def test_a_switch_is_no_secret(tree, capsys):
    (tree / "compose.yml").write_text(
        'services:\n  pay:\n    environment:\n      NODE_TLS_REJECT_UNAUTHORIZED: "0"\n      HOST: api.mch.weixin.qq.com\n'
    )
    assert program(["scan"]) == 0
    shown = capsys.readouterr().out
    assert "***" not in shown
    assert '-       NODE_TLS_REJECT_UNAUTHORIZED: "0"' in shown


def test_a_keystore_that_does_not_open_is_sent_to_stores(tree, capsys):
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
    from cryptography.x509 import load_pem_x509_certificate

    entry = pkcs12.PKCS12Certificate(load_pem_x509_certificate(G1.read_bytes()), b"g1")
    (tree / "t.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(None, None, None, [entry], BestAvailableEncryption(b"another"))
    )
    (tree / "A.java").write_text(
        'class A { String h = "api.mch.weixin.qq.com";\n'
        ' void a() { System.setProperty("javax.net.ssl.trustStore", "t.p12"); } }\n'
    )
    assert program(["scan"]) == 3
    assert "--password-env" in capsys.readouterr().out


def test_a_given_path_that_cannot_be_read_is_no_wrong_usage(tree, capsys, monkeypatch):
    (tree / "a.py").write_text('import requests\nrequests.get("https://api.mch.weixin.qq.com", verify=False)\n')
    monkeypatch.setattr(os, "access", lambda *_, **__: False)  # what an argument is asked with before the scan tries
    assert program(["scan", "a.py"]) == 0
    assert "WXC202" in capsys.readouterr().out


def test_a_file_s_name_in_gbk_loses_no_report(tree, capsys):
    """``支付.py`` as a Windows archive brings it: no UTF-8. The terminal gets its bytes, JSON stays what every parser reads."""
    name = os.fsencode(tree) + b"/" + "支付.py".encode("gbk")
    Path(os.fsdecode(name)).write_text('import requests\nrequests.get("https://api.mch.weixin.qq.com", verify=False)\n')
    assert program(["scan", "--format", "json"]) == 0
    [finding] = [item for item in json.loads(capsys.readouterr().out)["findings"] if item["rule"] == "WXC202"]
    assert finding["place"]["path"] == "./" + "支付.py".encode("gbk").decode("utf-8", "backslashreplace")
    assert program(["scan", "--output", "report.txt"]) == 0
    assert "支付.py:2".encode("gbk") in (tree / "report.txt").read_bytes()
    strict = {**os.environ, "PYTHONIOENCODING": "utf-8:strict"}  # as in most locales
    command = [sys.executable, "-m", "wxcertcheck", "scan", str(tree)]
    done = subprocess.run(command, env=strict, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "支付.py:2".encode("gbk") in done.stdout
