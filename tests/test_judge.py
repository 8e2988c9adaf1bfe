"""From evidence to a verdict: the situations of the design that concern stores, on made-up evidence."""

import pytest

from tests.evidence import JULY_2024, SEPTEMBER_2024, TODAY, case, runtime, store
from wxcertcheck.judge import findings_of, undecided, verdict_of
from wxcertcheck.model import FilePlace, Level, Looked, NotLooked, Pin, PinKind, Status, StoreState
from wxcertcheck.rotations import load_rotation
from wxcertcheck.text import same


def judged(*evidence, on=TODAY, **more):
    about = case(*evidence, on=on, **more)
    about = case(*evidence, *undecided(about), on=on, **more)
    findings = findings_of(about)
    return verdict_of(about, findings), findings


def rules(findings, level=None):
    return [f.rule for f in findings if level is None or f.level is level]


@pytest.mark.parametrize(
    ("roots", "on", "status", "rule"),
    [
        (("g1", "g2"), JULY_2024, Status.READY, None),
        (("g1", "g2"), TODAY, Status.READY, None),
        (("g1",), JULY_2024, Status.NOT_READY, "WXC101"),
        (("g1",), SEPTEMBER_2024, Status.NOT_READY, "WXC101"),
        (("g1",), TODAY, Status.NOT_READY, "WXC101"),
        (("g2",), JULY_2024, Status.NOT_READY, "WXC102"),
        (("g2",), SEPTEMBER_2024, Status.NOT_READY, "WXC102"),
        (("g2",), TODAY, Status.READY, None),
    ],
)
def test_both_roots_old_only_new_only_at_three_moments(roots, on, status, rule):
    verdict, findings = judged(runtime(store(*roots)), on=on)
    assert verdict.status is status
    assert rules(findings, Level.ERROR) == ([rule] if rule else [])


def test_the_message_dates_the_break():
    verdict, _ = judged(runtime(store("g1")), on=JULY_2024)
    message = verdict.because[0].message
    assert "some requests fail from 2024-08-05, all from 2024-11-30 (inferred)" in message.en
    assert "将从 2024-08-05 起部分请求失败" in message.zh


def test_an_old_only_store_that_nobody_uses_is_a_note():
    verdict, findings = judged(runtime(store("g1", "g2")), store("g1", path="/opt/old.pem"))
    assert verdict.status is Status.READY
    assert "WXC105" in rules(findings, Level.NOTE)


def test_the_file_that_code_pins_is_not_told_as_an_unused_store_too():
    pinned = store("g1", path="cert/rootca.pem")
    pin = Pin(
        FilePlace("pay.php", 3), "php", "php/x", PinKind.TRUST, targets=(pinned,), hosts=("api.mch.weixin.qq.com",)
    )
    for path, told in (("/srv/shop/cert/rootca.pem", False), ("/srv/shop/cert/other.pem", True)):
        _, findings = judged(runtime(store("g1", "g2")), pin, store("g1", path=path))
        assert ("WXC105" in rules(findings)) is told


def test_the_same_store_named_by_the_user_decides():
    verdict, _ = judged(store("g1", path="/opt/old.pem", decides=True))
    assert verdict.status is Status.NOT_READY


def test_one_finding_for_all_that_read_one_store():
    shared = store("g1")
    _, findings = judged(
        runtime(shared), runtime(shared, name="ruby 3.1"), runtime(store("g1", path="/x"), name="java 8")
    )
    assert rules(findings, Level.ERROR) == ["WXC101", "WXC101"]
    assert "curl 7.88.1, ruby 3.1 lack G2" in findings[0].message.en


def test_a_root_that_is_switched_off_counts_as_absent():
    verdict, findings = judged(runtime(store("g1", off=["g2"])))
    assert verdict.status is Status.NOT_READY
    assert rules(findings, Level.ERROR) == ["WXC103"]
    assert "switched off by a line" in findings[0].reasons[0].en


@pytest.mark.parametrize("state", [StoreState.MISSING, StoreState.EMPTY, StoreState.DAMAGED])
def test_a_store_that_holds_nothing_is_proof_when_in_use(state):
    verdict, findings = judged(runtime(store(state=state)))
    assert verdict.status is Status.NOT_READY
    assert rules(findings, Level.ERROR) == ["WXC104"]


def test_a_store_that_we_could_not_read_is_not_proof():
    verdict, findings = judged(runtime(store(state=StoreState.UNREADABLE)))
    assert verdict.status is Status.UNKNOWN
    assert [item.reason for item in verdict.not_looked] == ["runtime-unread"]
    assert rules(findings, Level.ERROR) == []


def test_an_unread_store_beside_one_with_the_roots_does_not_matter():
    verdict, _ = judged(runtime(store("g1", "g2"), store(state=StoreState.UNREADABLE, path="/x")))
    assert verdict.status is Status.READY


def test_nothing_looked_at_is_not_ready():
    assert judged()[0].status is Status.UNKNOWN


def test_having_looked_and_found_nothing_is_ready():
    assert judged(Looked("code", 12, same("12 files")))[0].status is Status.READY


@pytest.mark.parametrize(("decides", "status"), [(True, Status.UNKNOWN), (False, Status.READY)])
def test_a_gap_makes_unknown_only_where_it_decides(decides, status):
    gap = NotLooked(FilePlace("/x"), "permission", same("no"), same("sudo"), decides)
    verdict, findings = judged(runtime(store("g1", "g2")), gap)
    assert verdict.status is status
    assert "WXC901" in rules(findings)


def test_a_variable_that_names_an_old_store_is_a_warning_while_the_directory_hides_it():
    both, old = store("g1", "g2", path="/etc/ssl/certs"), store("g1", path="/opt/old.pem")
    verdict, findings = judged(runtime(old, both, variables=("SSL_CERT_FILE", "")))
    assert verdict.status is Status.READY
    assert rules(findings, Level.WARNING) == ["WXC110"]
    _, plain = judged(runtime(old, both))
    assert rules(plain, Level.WARNING) == []


def test_extra_certificates_of_node_need_no_public_root():
    extra = store(state=StoreState.READ, path="/corporate.pem")
    _, findings = judged(runtime(store("g1", "g2"), extra, variables=("", "NODE_EXTRA_CA_CERTS"), name="node 20"))
    assert rules(findings, Level.WARNING) == []


def test_a_lying_label_is_named_and_does_not_count():
    lying = store("g1", labels={"g1": "DigiCert Global Root G2"})
    verdict, findings = judged(runtime(lying))
    assert verdict.status is Status.NOT_READY
    assert rules(findings, Level.WARNING) == ["WXC111"]
    honest = store("g1", "g2", labels={"g1": "DigiCert Global Root CA", "g2": "debian:digicert_global_root_g2.pem"})
    assert "WXC111" not in rules(judged(runtime(honest))[1])


def test_a_rotation_with_an_unknown_end_needs_the_old_root_until_mozilla_distrusts_it():
    open_platform = load_rotation("weixin-open-platform-2024")
    early, _ = judged(runtime(store("g2")), on=SEPTEMBER_2024, rotation=open_platform)
    late, findings = judged(runtime(store("g2")), on=TODAY, rotation=open_platform)
    assert (early.status, late.status) == (Status.NOT_READY, Status.READY)
    assert "WXC102" in rules(findings, Level.NOTE)


def test_a_rotation_that_nobody_vouches_for_only_warns():
    verdict, findings = judged(runtime(store("g1", "g2")), on=TODAY, rotation=load_rotation("digicert-g2-2029"))
    assert verdict.status is Status.READY
    assert "WXC101" in rules(findings, Level.WARNING)


def test_the_new_root_has_a_dated_note():
    _, findings = judged(runtime(store("g1", "g2")))
    note = next(f for f in findings if f.rule == "WXC106")
    assert "2029-04-15" in note.message.en
    assert note.level is Level.NOTE


def test_an_ignored_error_stays_in_the_report_and_does_not_decide():
    from msgspec.structs import replace

    about = case(runtime(store("g1")))
    findings = tuple(replace(f, ignored_by="accepted until the move") for f in findings_of(about))
    assert verdict_of(about, findings).status is Status.READY
