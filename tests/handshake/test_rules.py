"""The rules about handshakes and host settings: each with a case where it speaks and one where it is silent."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.handshake.conftest import HOST, Pki
from tests.handshake.rotations import NOW, rotation_of
from tests.handshake.seen import findings, handshake, judged, rules, runtime, status
from wxcertcheck.handshake.hosts_file import hosts_entries
from wxcertcheck.lab import pki
from wxcertcheck.model import (
    FilePlace,
    HostsEntry,
    Level,
    Looked,
    NotLooked,
    Origin,
    ProxySetting,
    Resolution,
    Status,
    VerificationAddress,
)
from wxcertcheck.text import same

LOOKED = Looked("handshake", 1, same("1"))


def test_a_chain_that_everybody_in_use_accepts_is_silent(own: Pki) -> None:
    case = judged(own, runtime(own.old_root, own.new_root), handshake(own.new), LOOKED)
    assert rules(case) == []
    assert status(case) is Status.READY


def test_a_refusal_by_a_runtime_that_the_calendar_fails_joins_its_finding(own: Pki) -> None:
    case = judged(own, runtime(own.old_root), handshake(own.new), LOOKED)
    [finding] = findings(case, "WXC1", "WXC3")
    assert finding.rule == "WXC101"
    assert any("confirmed by a handshake" in reason.en for reason in finding.reasons)
    assert status(case) is Status.NOT_READY
    alone = judged(own, runtime(own.old_root))
    [finding] = findings(alone, "WXC1", "WXC3")
    assert not any("confirmed" in reason.en for reason in finding.reasons)


def test_an_observed_chain_beats_the_calendar(own: Pki) -> None:
    """By the calendar the new chain alone is served; the server still presents the old one."""
    case = judged(own, runtime(own.new_root), handshake(own.old), LOOKED)
    assert rules(case) == ["WXC301 error", "WXC308 note"]
    assert status(case) is Status.NOT_READY


def test_an_old_chain_at_the_temporary_address_is_no_failure(own: Pki) -> None:
    case = judged(own, runtime(own.new_root), handshake(own.old, origin=Origin.OLD_CHAIN, serves="old"), LOOKED)
    assert rules(case) == []


def test_a_runtime_that_is_not_in_use_does_not_decide(own: Pki) -> None:
    case = judged(own, runtime(own.new_root, in_use=False), handshake(own.old), LOOKED)
    assert rules(case) == ["WXC308 note"]


def test_both_chains_at_once_say_that_a_retry_is_the_symptom(own: Pki) -> None:
    shakes = (handshake(own.old, seen=3), handshake(own.new, "192.0.2.2", seen=1))
    case = judged(own, runtime(own.new_root), *shakes, LOOKED)
    assert rules(case) == ["WXC301 error", "WXC308 note", "WXC309 note"]
    refused, _, differ = findings(case)
    assert any("retry" in reason.en for reason in refused.reasons)
    assert "1 of 4" in differ.message.en


def test_an_intercepting_proxy_is_named_and_the_new_root_is_not_advised(own: Pki) -> None:
    """Situation 20 of the verdict."""
    proxy = pki.root("Corp Proxy Root")
    shake = handshake(pki.leaf(pki.intermediate(proxy, "Corp Proxy"), [HOST]))
    java = runtime(own.old_root, own.new_root, name="java")
    case = judged(own, java, shake, LOOKED)
    [finding] = findings(case)
    assert (finding.rule, finding.level) == ("WXC302", Level.ERROR)
    assert "Corp Proxy Root" in finding.message.en
    assert "java" in finding.message.en
    assert all("Lab NEW" not in fix.title.en for fix in finding.fixes)
    assert status(case) is Status.NOT_READY
    trusting = judged(own, runtime(own.old_root, own.new_root, proxy), shake, LOOKED)
    assert rules(trusting) == ["WXC302 warning"]
    assert status(trusting) is Status.READY


def test_a_proxy_is_named_also_at_a_verification_address(own: Pki) -> None:
    proxy = pki.root("Corp Proxy Root")
    shake = handshake(pki.leaf(proxy, [HOST], chain=[proxy.certificate]), origin=Origin.VERIFICATION, serves="new")
    case = judged(own, shake)
    assert "WXC302 warning" in rules(case)


def test_a_server_without_its_intermediate(own: Pki) -> None:
    case = judged(own, runtime(own.new_root), handshake(own.alone), LOOKED)
    [finding] = findings(case)
    assert (finding.rule, finding.level) == ("WXC303", Level.ERROR)
    assert "Lab NEW issuer" in finding.message.en
    helped = judged(own, runtime(own.new_root, own.issuer), handshake(own.alone), LOOKED)
    assert rules(helped) == ["WXC303 warning"]


def test_wrong_name_expired_and_unfit_certificates(own: Pki) -> None:
    stranger = pki.leaf(own.issuer, ["stranger.test"])
    assert rules(judged(own, handshake(stranger))) == ["WXC304 error"]
    assert rules(judged(own, handshake(stranger, origin=Origin.GIVEN))) == ["WXC304 warning"]
    expired = pki.leaf(own.issuer, [HOST], start=NOW - timedelta(days=9), days=3)
    assert rules(judged(own, handshake(expired))) == ["WXC305 error"]
    client = pki.leaf(own.issuer, [HOST], client=True)
    assert rules(judged(own, handshake(client))) == ["WXC306 error"]


def test_a_verification_address_is_never_a_finding_whatever_answers(own: Pki) -> None:
    """Situation 17 of the verdict."""
    for issued in (
        pki.leaf(own.issuer, ["stranger.test"]),
        pki.leaf(own.issuer, [HOST], start=NOW - timedelta(9), days=3),
    ):
        case = judged(own, handshake(issued, origin=Origin.VERIFICATION, serves="new"), LOOKED)
        assert rules(case) == []
        assert len(list(case.each(NotLooked))) == 1
        assert status(case) is Status.READY


def test_only_tls_1_0(own: Pki) -> None:
    case = judged(own, runtime(own.old_root, own.new_root), handshake(own.new, tls="TLSv1", code=-1), LOOKED)
    assert rules(case) == ["WXC307 warning"]
    assert "TLS 1.0" in findings(case)[0].message.zh


def test_a_verification_address_with_the_other_chain(own: Pki) -> None:
    trusting = runtime(own.old_root, own.new_root)
    other = handshake(own.old, origin=Origin.VERIFICATION, serves="new")
    assert rules(judged(own, trusting, other, LOOKED)) == ["WXC310 warning"]
    announced = handshake(own.new, origin=Origin.VERIFICATION, serves="new")
    assert rules(judged(own, trusting, announced, LOOKED)) == []


def test_hosts_of_nobody_s_rotation_are_shown_and_not_judged(own: Pki) -> None:
    stranger = pki.leaf(pki.root("Stranger root"), ["stranger.test"])
    assert rules(judged(own, runtime(own.new_root), handshake(stranger, host="stranger.test"), LOOKED)) == []


def entry(ip: str = "192.0.2.7") -> HostsEntry:
    return HostsEntry(FilePlace("/etc/hosts", 3), ip, HOST)


@pytest.mark.parametrize(
    ("days_left", "expected"), [(10, "WXC501 warning"), (-10, "WXC501 error")], ids=["before", "after"]
)
def test_a_left_over_hosts_entry(own: Pki, days_left: int, expected: str) -> None:
    """Situation 19 of the verdict."""
    until = NOW + timedelta(days=days_left)
    address = VerificationAddress(HOST, "192.0.2.7", "new", valid_until=until)
    rotation = rotation_of(own, verification_addresses=(address,))
    case = judged(own, entry(), LOOKED, rotation=rotation)
    assert rules(case) == [expected]
    assert "line 3 of /etc/hosts" in findings(case)[0].fixes[0].title.en
    assert rules(judged(own, entry("192.0.2.8"), LOOKED, rotation=rotation)) == ["WXC501 warning"]
    assert rules(judged(own, LOOKED, rotation=rotation)) == []


def test_without_a_date_a_verification_address_is_over_with_the_last_phase(own: Pki) -> None:
    address = VerificationAddress(HOST, "192.0.2.7", "new")
    rotation = rotation_of(own, verification_addresses=(address,))
    assert rules(judged(own, entry(), rotation=rotation, on=NOW)) == ["WXC501 error"]
    before = NOW - timedelta(days=60)
    assert rules(judged(own, entry(), rotation=rotation, on=before)) == ["WXC501 warning"]


def test_dns_and_hosts_file_disagree(own: Pki) -> None:
    differs = judged(own, entry(), Resolution(HOST, ("192.0.2.9",), "DNS"))
    assert rules(differs) == ["WXC501 warning", "WXC502 note"]
    agrees = judged(own, entry(), Resolution(HOST, ("192.0.2.7",), "DNS"))
    assert rules(agrees) == ["WXC501 warning"]


def test_a_proxy_makes_a_binding_idle_and_it_is_said_who_ends_tls(own: Pki) -> None:
    setting = ProxySetting("https_proxy", "http://127.0.0.1:3128", process="/usr/sbin/squid (pid 7)")
    through = handshake(own.new, proxy=setting.value, origin=Origin.PROXY)
    case = judged(own, setting, through)
    [finding] = findings(case)
    assert (finding.rule, finding.level) == ("WXC503", Level.NOTE)
    assert any("only tunnels" in reason.en for reason in finding.reasons)
    assert any("squid" in reason.en for reason in finding.reasons)
    assert "WXC503 warning" in rules(judged(own, setting, entry()))
    corp = pki.root("Corp Proxy Root")
    ends = judged(own, setting, handshake(pki.leaf(corp, [HOST], chain=[corp.certificate]), proxy=setting.value))
    note = next(f for f in findings(ends) if f.rule == "WXC503")
    assert any("Corp Proxy Root" in reason.en for reason in note.reasons)


def test_before_the_change_the_old_chain_is_no_news(own: Pki) -> None:
    rotation = rotation_of(own)
    old, both, new = rotation.phases
    later = replace(
        rotation, phases=(old, replace(both, starts=NOW + timedelta(9)), replace(new, starts=NOW + timedelta(99)))
    )
    case = judged(own, runtime(own.old_root, own.new_root), handshake(own.old), LOOKED, rotation=later)
    assert rules(case) == []


def test_the_command_removes_the_line_and_nothing_else(own: Pki, tmp_path: Path) -> None:
    """The fix is run as it is printed; a file that has changed meanwhile loses nothing."""
    hosts = tmp_path / "hosts"
    before = f"127.0.0.1 localhost\n192.0.2.7 {HOST}\n::1 localhost\n"
    [entry] = hosts_entries(_written(hosts, before), rotation_of(own))
    [finding] = findings(judged(own, entry))
    [command] = finding.fixes[0].commands
    subprocess.run(["sh", "-c", command], check=True, timeout=10)
    assert hosts.read_text() == "127.0.0.1 localhost\n::1 localhost\n"
    assert (tmp_path / "hosts.bak").read_text() == before
    changed = "127.0.0.1 localhost\n::1 localhost\n"
    subprocess.run(["sh", "-c", command], check=True, timeout=10)
    assert hosts.read_text() == changed


def _written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path
