"""Repairs of pins: the guide's two ways, in the order that the store which takes over allows."""

import pytest

from tests.evidence import TODAY, WECHATPAY, root, runtime, store
from wxcertcheck.model import Safety
from wxcertcheck.pipeline import report_on
from wxcertcheck.rotations import pem_of
from wxcertcheck.scan import ScanRequest, scan

PHP = '<?php\n$ch = curl_init("https://api.mch.weixin.qq.com/pay");\ncurl_setopt($ch, CURLOPT_CAINFO, __DIR__ . "/rootca.pem");\n'


@pytest.fixture
def fixes(tmp_path):
    def of(rule, code=PHP, *more):
        (tmp_path / "pay.php").write_text(code)
        (tmp_path / "rootca.pem").write_text(pem_of(root("g1")))
        evidence = scan(ScanRequest((str(tmp_path),), (WECHATPAY,), jobs=1))
        report = report_on((*more, *evidence), WECHATPAY, TODAY, 0.0)
        return next(finding for finding in report.findings if finding.rule == rule).fixes

    return of


def test_stop_pinning_comes_first_and_names_the_line(fixes):
    stop, add = fixes("WXC201")
    assert stop.title.zh.startswith("不再指定 CA")
    [edit] = stop.edits
    assert (edit.first, edit.last, edit.replacement) == (3, 3, "")
    assert stop.safety is Safety.ASK
    assert "rotations pem wechatpay-2024/g2; } >>" in add.commands[1]


def test_the_line_keeps_what_stands_around_the_argument_and_a_chain_is_edited_where_it_is(fixes):
    code = (
        "<?php\n$url = 'https://api.mch.weixin.qq.com/';\n"
        "if ($a) {\n    $c = make()\n        ->with(new Client(['verify' => __DIR__ . '/rootca.pem', 'x' => 1]));\n}\n"
    )
    [edit] = fixes("WXC201", code)[0].edits
    assert (edit.first, edit.last) == (5, 5)
    assert edit.replaced == code.splitlines()[4]
    assert edit.replacement == "        ->with(new Client(['x' => 1]));"


def test_where_the_store_that_takes_over_lacks_the_root_adding_comes_first(fixes):
    add, stop = fixes("WXC201", PHP, runtime(store("g1"), name="php-curl 8"))
    assert add.commands
    assert "update it first" in stop.notes[0].en


def test_verification_off_is_repaired_by_verifying(fixes):
    code = PHP.replace('CURLOPT_CAINFO, __DIR__ . "/rootca.pem"', "CURLOPT_SSL_VERIFYPEER, false")
    [fix] = fixes("WXC202", code)
    assert fix.example.splitlines() == [
        "- curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, false);",
        "+ curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, true);",
    ]
