"""Saved handshakes are judged again, elsewhere and later, with the same result."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.handshake.conftest import HOST, Pki
from tests.handshake.seen import handshake, judged, rules, runtime
from wxcertcheck.errors import UsageError
from wxcertcheck.handshake.saved import from_json, to_json
from wxcertcheck.model import Handshake, HostPlace, Looked, NotLooked, Origin, Resolution
from wxcertcheck.text import Text


def evidence(own: Pki) -> tuple[Handshake, Handshake, NotLooked, Resolution]:
    missed = NotLooked(
        HostPlace(HOST, "192.0.2.9:443", HOST), "refused", Text(zh="拒绝", en="refused"), Text(zh="查", en="see"), False
    )
    shakes = (
        handshake(own.new, code=20, refusal="x", proxy="http://p:1", seen=3),
        handshake(own.new, "192.0.2.2", Origin.GIVEN),
    )
    return (*shakes, missed, Resolution(HOST, ("192.0.2.1",), "DNS"))


def test_what_is_saved_comes_back(own: Pki) -> None:
    before = evidence(own)
    after = from_json(to_json(before), "x.json")
    assert set(after) - {item for item in after if isinstance(item, Looked)} == set(before)
    assert [item.count for item in after if isinstance(item, Looked)] == [2]


def test_a_chain_is_kept_once_as_pem(own: Pki) -> None:
    document = json.loads(to_json(evidence(own)))
    assert len(document["chains"]) == 1
    assert document["chains"][0][0].startswith("-----BEGIN CERTIFICATE-----\n")
    assert [entry["chain"] for entry in document["handshakes"]] == [0, 0]


def test_replay_judges_as_the_first_run_and_at_the_moment_of_the_handshake(own: Pki) -> None:
    old = handshake(own.old)
    replayed = from_json(to_json((old,)), "x.json")
    assert rules(judged(own, runtime(own.new_root), *replayed)) == rules(judged(own, runtime(own.new_root), old))
    years_ago = handshake(own.new, at=own.new.certificate.not_valid_before_utc + timedelta(minutes=1))
    assert rules(judged(own, runtime(own.new_root), *from_json(to_json((years_ago,)), "x"))) == []


def test_a_record_of_failures_alone_leaves_the_verdict_open(own: Pki) -> None:
    missed = evidence(own)[2]
    [item] = from_json(to_json((missed,)), "x.json", alone=True)
    assert isinstance(item, NotLooked)
    assert item.decides


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(schema="other"),
        lambda d: d.update(version=2),
        lambda d: d.pop("chains"),
        lambda d: d["chains"][0].__setitem__(0, "no pem"),
        lambda d: d["handshakes"][0].update(chain=7),
        lambda d: d["handshakes"][0].update(chain=-1),
        lambda d: d["handshakes"][0].update(at="yesterday"),
        lambda d: d["handshakes"][0].update(at="2024-01-01T00:00:00"),
        lambda d: d["handshakes"][0].update(origin="mars"),
        lambda d: d.update(handshakes=7),
    ],
)
def test_a_faulty_file_is_named(own: Pki, change) -> None:
    document = json.loads(to_json(evidence(own)))
    change(document)
    with pytest.raises(UsageError) as caught:
        from_json(json.dumps(document), "my.json")
    assert "my.json" in caught.value.message.en


@settings(max_examples=100, deadline=None)
@given(
    st.text()
    | st.recursive(st.none() | st.integers() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)).map(
        json.dumps
    )
)
def test_any_other_text_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError):
        from_json(text, "x")


def test_deep_nesting_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        from_json("[" * 100_000, "x")
