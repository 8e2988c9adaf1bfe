"""The pipeline joins the rooms: what it asks of each, and what follows for the report."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

import wxcertcheck.handshake
from tests import rootfs
from tests.evidence import WECHATPAY, runtime, store
from tests.rootfs import G1, RootFS
from wxcertcheck import pipeline
from wxcertcheck.judge import narrowed, with_local_proxy
from wxcertcheck.model import (
    ChainAnswer,
    ChainOutcome,
    Handshake,
    HostPlace,
    NotLooked,
    Origin,
    Presented,
    ProxySetting,
    Runtime,
    Status,
    Top,
)
from wxcertcheck.pipeline import CheckRequest, check
from wxcertcheck.text import same

PHP = '<?php\n$c = curl_init("https://{host}/pay/unifiedorder");\n'


@pytest.fixture
def asked(monkeypatch):
    """What `check` asks the handshake room for; nothing is dialled."""
    requests = []

    def look(request, environ, progress=None, tick=None):
        requests.append(request)
        return ()

    monkeypatch.setattr(wxcertcheck.handshake, "look", look)
    return requests


def with_addresses_until(moment):
    addresses = tuple(replace(address, valid_until=moment) for address in WECHATPAY.verification_addresses)
    return replace(WECHATPAY, verification_addresses=addresses)


@pytest.mark.parametrize(("days", "dialled"), [(-1, 0), (1, 1)])
def test_an_announced_address_is_dialled_only_in_its_time(asked, monkeypatch, days, dialled):
    rotation = with_addresses_until(datetime.now(UTC) + timedelta(days=days))
    monkeypatch.setattr(pipeline, "load_rotation", lambda name: rotation)
    report = check(CheckRequest(environ={"PATH": ""}))
    [request] = asked
    assert len(request.rotation.verification_addresses) == dialled
    retired = [i for i in report.evidence if isinstance(i, NotLooked) and i.reason == "address-retired"]
    assert [item.decides for item in retired] == [False] * (1 - dialled)


def test_offline_and_a_root_file_system_dial_nothing(asked, tmp_path):
    check(CheckRequest(environ={"PATH": ""}, offline=True))
    check(CheckRequest(root=tmp_path))
    assert [request.offline for request in asked] == [True, True]


def test_hosts_in_code_become_targets_and_choose_the_rotations(asked, tmp_path):
    (tmp_path / "pay.php").write_text(PHP.format(host="apihk.mch.weixin.qq.com"))
    report = check(CheckRequest(paths=(tmp_path,), environ={"PATH": ""}, offline=True))
    assert [further.rotation.id for further in report.also] == ["wechatpay-global-2024"]
    (tmp_path / "pay.php").write_text(PHP.format(host="api.mch.weixin.qq.com"))
    check(CheckRequest(paths=(tmp_path,), environ={"PATH": ""}, offline=True))
    assert asked[-1].hosts_in_code == ("api.mch.weixin.qq.com",)


def test_a_named_rotation_is_judged_alone(asked, tmp_path):
    (tmp_path / "pay.php").write_text(PHP.format(host="apihk.mch.weixin.qq.com"))
    report = check(CheckRequest(paths=(tmp_path,), rotation="wechatpay-2024", environ={"PATH": ""}, offline=True))
    assert report.also == ()


def test_only_the_runtimes_of_the_code_that_calls_the_hosts_count():
    evidence = (runtime(store("g1"), name="java 8"), runtime(store("g1", "g2"), name="php-curl 8"))
    in_use = [item.kind for item in narrowed(evidence, frozenset({"php"})) if isinstance(item, Runtime) and item.in_use]
    assert in_use == ["php-curl"]
    assert narrowed(evidence, frozenset()) == evidence


def test_a_project_whose_runtime_is_not_here_is_judged_by_its_code_alone(asked, tmp_path):
    fs = RootFS(tmp_path / "root")
    rootfs.rhel(fs)
    rootfs.jdk(fs, "/opt/app/jdk", roots=(G1,))
    fs.write("/srv/shop/pay.php", PHP.format(host="api.mch.weixin.qq.com"))
    from pathlib import Path

    report = check(CheckRequest(root=fs.root, paths=(Path("/srv/shop"),)))
    assert report.verdict.status is Status.READY
    assert report.verdict.covers.en == "code only"
    assert check(CheckRequest(root=fs.root)).verdict.status is Status.NOT_READY


def test_code_that_pins_the_old_root_decides(asked, tmp_path):
    (tmp_path / "rootca.pem").write_bytes(rootfs.pem(G1))
    (tmp_path / "pay.php").write_text(
        PHP.format(host="api.mch.weixin.qq.com") + 'curl_setopt($c, CURLOPT_CAINFO, __DIR__ . "/rootca.pem");\n'
    )
    report = check(CheckRequest(paths=(tmp_path,), environ={"PATH": "/usr/bin:/bin"}, offline=True))
    assert report.verdict.status is Status.NOT_READY
    assert [finding.rule for finding in report.verdict.because] == ["WXC201"]
    assert report.verdict.because[0].place.line == 3


@pytest.mark.parametrize(
    ("process", "top", "decides"),
    [
        ("/usr/sbin/squid (pid 7)", Top.PRIVATE, True),
        ("/usr/sbin/squid (pid 7)", Top.INCOMING, False),
        ("/usr/sbin/nginx (pid 7)", Top.PRIVATE, False),
        ("", Top.PRIVATE, False),
    ],
)
def test_the_store_of_a_local_proxy_that_ends_tls_counts(process, top, decides):
    proxy = "http://127.0.0.1:3128"
    shake = Handshake(
        HostPlace("a.test", "127.0.0.1:443", "a.test"), datetime.now(UTC), (), "TLSv1.3", Origin.DNS, proxy=proxy
    )
    shown = Presented(shake, top, "Corporate Root", ChainAnswer(ChainOutcome.MISSING_ROOT, same("")), counts=False)
    squid = replace(store("g1", path="/etc/squid/ca.pem"), kind="squid")
    evidence = with_local_proxy((squid, shown, ProxySetting("https_proxy", proxy, process=process)))
    assert evidence[0].decides is decides


def test_what_could_not_be_looked_at_for_one_rotation_decides_for_that_one_alone(asked, tmp_path):
    """A pin of unknown content beside a payment host says nothing certain about the Open Platform of another file."""
    pinned = PHP.format(host="api.mch.weixin.qq.com") + 'curl_setopt($c, CURLOPT_CAINFO, "/nowhere/rootca.pem");\n'
    (tmp_path / "pay.php").write_text(pinned)
    (tmp_path / "login.php").write_text(PHP.format(host="api.weixin.qq.com"))
    report = check(CheckRequest(paths=(tmp_path,), environ={"PATH": "/usr/bin:/bin"}, offline=True))
    further = {part.rotation.id: part.verdict.status for part in report.also}
    assert report.verdict.status is Status.UNKNOWN
    assert further["weixin-open-platform-2024"] is Status.READY
