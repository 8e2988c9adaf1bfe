"""One handshake against the rotation's roots, and against every runtime and store."""

import time
from datetime import timedelta
from pathlib import Path

import pytest

from tests.handshake.conftest import HOST, Pki
from tests.handshake.rotations import rotation_of
from tests.handshake.seen import handshake, judged, runtime
from tests.handshake.test_chain import CHAINS, FIXTURES, ders
from wxcertcheck.handshake import judge_handshakes
from wxcertcheck.lab import pki
from wxcertcheck.model import (
    Acceptance,
    Certificate,
    ChainOutcome,
    FilePlace,
    Handshake,
    HostPlace,
    NotLooked,
    Origin,
    Presented,
    Store,
    StoreState,
    Top,
)
from wxcertcheck.rotations import load_rotation


def presented(own: Pki, shake: Handshake) -> Presented:
    [item] = judged(own, shake).each(Presented)
    return item


def test_the_top_of_a_chain_is_named(own: Pki) -> None:
    assert presented(own, handshake(own.new)).top is Top.INCOMING
    assert presented(own, handshake(own.old)).top is Top.RETIRING
    assert presented(own, handshake(own.cross)).top is Top.BOTH
    assert presented(own, handshake(own.alone)).top is Top.INCOMPLETE
    assert presented(own, handshake(own.new)).top_name == "Lab NEW root"


def test_a_private_root_on_top_is_named(own: Pki) -> None:
    proxy = pki.root("Corp Proxy Root")
    shown = presented(own, handshake(pki.leaf(pki.intermediate(proxy, "Corp Proxy"), [HOST])))
    assert (shown.top, shown.top_name) == (Top.PRIVATE, "Corp Proxy Root")


@pytest.mark.parametrize("row", CHAINS, ids=lambda row: row["file"])
def test_no_real_chain_looks_like_an_intercepting_proxy(row: dict) -> None:
    """Public chains under roots of the rotation, of other rotations, and of none."""
    from datetime import datetime

    chain = tuple(ders(FIXTURES / "chains" / row["file"]))
    at = datetime.fromisoformat(row["limbo_validation_time"]) + timedelta(days=1)
    shake = Handshake(HostPlace(row["host"], "192.0.2.1:443", row["host"]), at, chain, "TLSv1.3", Origin.DNS)
    [shown] = [e for e in judge_handshakes((shake,), load_rotation()) if isinstance(e, Presented)]
    expected = {"DigiCert Global Root CA": Top.RETIRING, "DigiCert Global Root G2": Top.INCOMING}
    assert shown.top is expected.get(row["root"].partition("CN=")[2].partition(",")[0], Top.OTHER)


def test_every_runtime_and_store_is_asked(own: Pki) -> None:
    store = Store((FilePlace("/x.pem"),), "file", "pem", StoreState.READ, (Certificate.of(own.old_root.der),))
    case = judged(own, runtime(own.new_root), runtime(own.old_root, name="php"), store, handshake(own.new))
    outcomes = {getattr(item.by, "name", "store"): item.answer.outcome for item in case.each(Acceptance)}
    assert outcomes == {
        "curl": ChainOutcome.ACCEPTED,
        "php": ChainOutcome.MISSING_ROOT,
        "store": ChainOutcome.MISSING_ROOT,
    }


def test_java_takes_an_intermediate_as_anchor_and_openssl_does_not(own: Pki) -> None:
    case = judged(own, runtime(own.issuer, name="java"), runtime(own.issuer), handshake(own.new))
    assert [item.answer.accepted for item in case.each(Acceptance)] == [True, False]


def test_the_same_chain_at_many_addresses_is_judged_once(own: Pki) -> None:
    case = judged(own, runtime(own.new_root), handshake(own.new), handshake(own.new, "192.0.2.2"))
    [acceptance] = case.each(Acceptance)
    assert [place.address for place in acceptance.places] == ["192.0.2.1:443", "192.0.2.2:443"]


@pytest.mark.parametrize("origin", [Origin.VERIFICATION, Origin.OLD_CHAIN])
def test_somebody_else_at_an_announced_address_proves_nothing(own: Pki, origin: Origin) -> None:
    stranger = pki.leaf(own.issuer, ["stranger.test"])
    case = judged(own, runtime(own.old_root), handshake(stranger, origin=origin))
    [item] = case.each(NotLooked)
    assert (item.reason, item.decides) == ("someone-else", False)
    assert not list(case.each(Acceptance))
    own_chain = judged(own, runtime(own.old_root), handshake(own.new, origin=origin))
    assert not list(own_chain.each(NotLooked)), "the negative control"


def test_an_announced_address_is_compared_with_what_it_should_serve(own: Pki) -> None:
    def expected(issued: pki.Issued, serves: str) -> bool | None:
        return presented(own, handshake(issued, origin=Origin.VERIFICATION, serves=serves)).as_expected

    assert expected(own.new, "new") is True
    assert expected(own.old, "new") is False
    assert expected(own.cross, "new") is True
    assert expected(own.new, "") is None


def test_validity_is_judged_at_the_moment_of_the_handshake(own: Pki) -> None:
    later = handshake(own.new, at=own.new.certificate.not_valid_after_utc + timedelta(days=1))
    assert presented(own, later).answer.outcome is ChainOutcome.EXPIRED


def test_forty_stores_cost_next_to_nothing_more_than_one(own: Pki) -> None:
    """40 different stores of 160 anchors each, the chain under one of them."""
    bundle = [c for path in sorted(Path(FIXTURES / "roots").glob("*.pem")) for c in ders(path)]
    filler = [pki.root(f"Filler {n}").der for n in range(128)]

    def store(number: int) -> Store:
        held = [*bundle, *filler[number:], own.new_root.der]
        certificates = tuple(Certificate.of(der) for der in held)
        return Store((FilePlace(f"/{number}.pem"),), "file", "pem", StoreState.READ, certificates)

    stores = tuple(store(number) for number in range(40))
    rotation = rotation_of(own)
    shake = handshake(own.new)

    def seconds(*held: Store) -> float:
        runs = []
        for _ in range(5):
            started = time.perf_counter()
            answers = judge_handshakes((*held, shake), rotation)
            runs.append(time.perf_counter() - started)
            assert all(item.answer.accepted for item in answers if isinstance(item, Acceptance))
        return min(runs)

    one, forty = seconds(stores[0]), seconds(*stores)
    assert forty - one < 0.05
