"""What the terminal says of code: why a note is only a note, what was looked at, nothing twice."""

import pytest

from tests.evidence import TODAY, WECHATPAY, root
from wxcertcheck.cli import run
from wxcertcheck.pipeline import report_on
from wxcertcheck.reporters.layout import wrap
from wxcertcheck.reporters.terminal import render_terminal
from wxcertcheck.rotations import pem_of
from wxcertcheck.scan import ScanRequest, scan

HOST = 'URL = "https://api.mch.weixin.qq.com/pay"\n'
PIN = 'import requests\nrequests.post(URL, verify="rootca.pem")\n'


@pytest.fixture
def shown(tmp_path):
    def make(files, language="en"):
        for name, content in {"rootca.pem": pem_of(root("g1")), **files}.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(content, encoding="utf-8")
        evidence = scan(ScanRequest((str(tmp_path),), (WECHATPAY,), jobs=1))
        lines = render_terminal(report_on(evidence, WECHATPAY, TODAY, 0.0), language)
        return " ".join(line.strip() for line in lines.splitlines())

    return make


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"a.py": PIN}, "no host of the rotation is named"),
        ({"a.py": HOST + 'import pymysql\npymysql.connect(host="db", ssl_ca="rootca.pem")\n'}, "a database connection"),
        ({"examples/a.py": HOST + PIN.replace("rootca", "../rootca")}, "an example or template"),
    ],
)
def test_a_note_about_a_pin_says_why_it_is_no_more(shown, files, reason):
    assert reason in shown(files)


def test_a_file_that_a_pin_names_is_not_listed_a_second_time(shown):
    said = shown({"a.py": HOST + PIN, "other.pem": pem_of(root("g2"))})
    assert said.count("[WXC201]") == 1
    assert said.count("[WXC209]") == 1
    assert "other.pem:1" in said


@pytest.mark.parametrize(("language", "told"), [("en", "Code: 2 files looked at."), ("zh", "代码：共查看 2 个文件。")])
def test_what_was_looked_at_is_said_where_nothing_was_found(shown, language, told):
    said = shown({"a.py": HOST}, language)
    assert told in said
    assert "WXC106" not in said


def test_a_further_rotation_does_not_repeat_the_repair(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("WXCERTCHECK_LANG", "en")
    app = tmp_path / "app"
    app.mkdir()
    (app / "rootca.pem").write_text(pem_of(root("g1")))
    (app / "a.py").write_text(HOST + 'B = "https://apihk.mch.weixin.qq.com"\n' + PIN)
    assert run(["check", "--offline", "--root", str(tmp_path), "/app"]) == 1
    said = capsys.readouterr().out
    assert said.count("[WXC201]") == 2
    assert said.count("Repair as above") == 1
    assert said.count("→ Stop pinning") == 1


def test_no_line_ends_in_an_opening_bracket():
    lines = wrap("代码只信任这个文件（G1），缺少它", columns=20)
    assert len(lines) > 1
    assert not [line for line in lines if line.endswith("（")]
