"""From code to verdict: the situations of verdict.md that concern code, each with its negative control."""

import pytest

from tests.evidence import TODAY, WECHATPAY, root
from wxcertcheck.model import Level, Status
from wxcertcheck.pipeline import report_on
from wxcertcheck.reporters.terminal import render_terminal
from wxcertcheck.rotations import pem_of
from wxcertcheck.scan import ScanRequest, scan

G1, G2 = pem_of(root("g1")), pem_of(root("g2"))
HOST = 'URL = "https://api.mch.weixin.qq.com/pay"\n'
PIN = 'import requests\nrequests.post(URL, verify="rootca.pem")\n'


@pytest.fixture
def report(tmp_path):
    def make(files, on=TODAY, **options):
        for name, content in files.items():
            (tmp_path / name).write_text(content, encoding="utf-8")
        evidence = scan(ScanRequest((str(tmp_path),), (WECHATPAY,), jobs=1, **options))
        return report_on(evidence, WECHATPAY, on, 0.0)

    return make


def rules(report, level=None):
    return sorted(f.rule for f in report.findings if f.rule.startswith("WXC2") and (level is None or f.level is level))


def test_7_a_g1_pin_counts_with_the_host_in_the_file_or_in_the_tree_and_is_a_note_without(report):
    assert report({"a.py": HOST + PIN, "rootca.pem": G1}).verdict.status is Status.NOT_READY


def test_7_host_elsewhere_in_the_tree(report):
    assert report({"a.py": PIN, "b.py": HOST, "rootca.pem": G1}).verdict.status is Status.NOT_READY


def test_7_host_nowhere(report):
    result = report({"a.py": PIN, "rootca.pem": G1})
    assert result.verdict.status is Status.READY
    assert "WXC201" in rules(result, Level.NOTE)


def test_8_a_pin_that_holds_both_roots_or_g2_alone_is_a_dated_note(report):
    assert report({"a.py": HOST + PIN, "rootca.pem": G1 + G2}).verdict.status is Status.READY
    result = report({"a.py": HOST + PIN, "rootca.pem": G2})
    assert result.verdict.status is Status.READY
    [held] = [f for f in result.findings if f.rule == "WXC203"]
    assert "2029-04-15" in held.message.en


def test_9_verification_off_beside_a_pin_is_a_warning_and_the_pin_is_dead(report):
    code = HOST + (
        "import ssl\ndef f():\n    c = ssl.SSLContext()\n    c.load_verify_locations('rootca.pem')\n"
        "    c.verify_mode = ssl.CERT_NONE\n"
    )
    result = report({"a.py": code, "rootca.pem": G1})
    assert result.verdict.status is Status.READY
    assert rules(result, Level.WARNING) == ["WXC202"]
    assert "WXC201" in rules(result, Level.NOTE)


def test_10_a_database_client_that_pins_g1_is_a_note(report):
    code = HOST + 'import pymysql\npymysql.connect(host="db", ssl_ca="rootca.pem")\n'
    assert report({"a.py": code, "rootca.pem": G1}).verdict.status is Status.READY


def test_11_a_merchant_certificate_decides_nothing(report):
    assert rules(report({"a.py": HOST, "apiclient_cert.pem": G1})) == []


def test_12_an_unresolved_pin_without_a_host_is_a_warning_and_with_it_unknown(report):
    result = report({"a.py": PIN})
    assert result.verdict.status is Status.READY
    assert rules(result, Level.WARNING) == ["WXC205"]
    assert report({"a.py": HOST + PIN}).verdict.status is Status.UNKNOWN


def test_13_a_clean_tree_is_ready(report):
    result = report({"a.py": HOST + "import requests\nrequests.post(URL)\n"})
    assert (result.verdict.status, rules(result)) == (Status.READY, [])


def test_a_damaged_pin_target_is_an_error(report):
    result = report({"a.py": HOST + PIN, "rootca.pem": "<html>moved</html>"})
    assert rules(result, Level.ERROR) == ["WXC204"]


def test_a_pin_that_adds_to_the_defaults_breaks_nothing(report):
    code = HOST + "import ssl\nc = ssl.create_default_context()\nc.load_verify_locations('rootca.pem')\n"
    result = report({"a.py": code, "rootca.pem": G1})
    assert result.verdict.status is Status.READY
    assert "WXC208" in rules(result)


def test_a_fingerprint_of_the_old_root_alone_is_an_error_and_of_both_a_note(report):
    old, new = root("g1").fingerprint, root("g2").fingerprint
    code = 'import urllib3\nurllib3.PoolManager(assert_fingerprint="{}")\n'
    assert "WXC206" in rules(report({"a.py": HOST + code.format(old)}), Level.ERROR)
    assert "WXC206" in rules(report({"a.py": HOST + code.format(new)}), Level.NOTE)


def test_a_suppressed_finding_stays_and_does_not_decide(report):
    code = (
        HOST
        + 'import requests\nrequests.get(URL, verify="rootca.pem")  # wxcertcheck: ignore[WXC201] replaced in March\n'
    )
    result = report({"a.py": code, "rootca.pem": G1})
    assert result.verdict.status is Status.READY
    assert [f.ignored_by for f in result.findings if f.rule == "WXC201"] == ["replaced in March"]


def test_an_expired_suppression_is_a_finding_again(report):
    from datetime import date

    code = (
        HOST
        + 'import requests\nrequests.get(URL, verify="rootca.pem")  # wxcertcheck: ignore[WXC201] soon until 2026-01-31\n'
    )
    files = {"a.py": code, "rootca.pem": G1}
    assert report(files, today=date(2026, 1, 31)).verdict.status is Status.READY
    assert report(files, today=date(2026, 2, 1)).verdict.status is Status.NOT_READY


@pytest.mark.parametrize(
    ("comment", "why"),
    [
        ("ignore[WXC201]", "no reason"),
        ("ignore[WXC201] until 2030-01-31", "no reason"),
        ("ignore[WXC999] not ours", "there is no rule WXC999"),
        ("ignore[WXC201] not ours until 2030-02-31", "2030-02-31 is no date"),
        ("ignore[WXC201] not ours until 31.01.2030", "31.01.2030 is no date"),
        ("ignore[WXC201] not ours until 2020-01-31", "run out"),
        ("ignore WXC201 not ours", "names no rule"),
        ("ignore[WXC202] another rule", None),
    ],
)
def test_a_suppression_that_does_not_count_says_why(report, comment, why):
    from datetime import date

    code = HOST + f'import requests\nrequests.get(URL, verify="rootca.pem")  # wxcertcheck: {comment}\n'
    result = report({"a.py": code, "rootca.pem": G1}, today=date(2026, 1, 31))
    assert result.verdict.status is Status.NOT_READY
    (finding,) = (f for f in result.findings if f.rule == "WXC201")
    assert finding.ignored_by is None
    assert (finding.not_ignored is None) if why is None else (why in finding.not_ignored.en)
    shown = render_terminal(result, "en").replace("\n    ", " ")
    assert (why or "one of many") in shown or why is None
    assert result.verdict.because[0].not_ignored == finding.not_ignored


@pytest.mark.parametrize("rule", ["WXC201", "pin-lacks-root", "ALL"])
def test_a_suppression_takes_a_rules_id_its_slug_or_all(report, rule):
    code = HOST + f'import requests\nrequests.get(URL, verify="rootca.pem")  # wxcertcheck: ignore[{rule}] soon gone\n'
    assert report({"a.py": code, "rootca.pem": G1}).verdict.status is Status.READY


def test_an_unread_pin_is_told_once_and_can_be_accepted(report):
    code = HOST + 'import requests\nrequests.get(URL, verify="/opt/x.pem")\n'
    result = report({"a.py": code})
    assert result.verdict.status is Status.UNKNOWN
    for language in ("en", "zh"):
        shown = render_terminal(result, language)
        assert (shown.count("WXC205"), shown.count("a.py:")) == (1, 1)
    accepted = code.replace(")\n", ")  # wxcertcheck: ignore[WXC205] checked by hand\n")
    assert report({"a.py": accepted}).verdict.status is Status.READY


def test_test_code_never_decides_unless_asked(report, tmp_path):
    files = {"test_a.py": HOST + PIN, "rootca.pem": G1}
    assert report(files).verdict.status is Status.READY
    assert report(files, include_tests=True).verdict.status is Status.NOT_READY


def test_a_package_that_calls_the_hosts_makes_a_pin_likely(report):
    files = {"a.py": PIN, "rootca.pem": G1}
    assert report(files).verdict.status is Status.READY
    assert report({**files, "requirements.txt": "wechatpayv3\n"}).verdict.status is Status.NOT_READY


def test_a_package_with_an_old_list_is_a_warning_and_a_newer_one_is_not(report):
    assert rules(report({"a.py": HOST, "requirements.txt": "certifi==14.5.14\n"}), Level.WARNING) == ["WXC210"]
    assert rules(report({"requirements.txt": "certifi==2024.7.4\n"})) == []
