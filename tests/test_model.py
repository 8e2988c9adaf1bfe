"""`Rotation.outages`: who breaks when, on the shipped rotations and on made-up ones."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wxcertcheck.model import Chain, Confidence, DistrustDate, Host, Phase, Root, Rotation
from wxcertcheck.rotations import load_rotation, parse_on
from wxcertcheck.text import same

TODAY = datetime(2026, 11, 21, tzinfo=UTC)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def root(key: str, ends: str = "2040-01-01", distrusted: str | None = None) -> Root:
    distrust = (DistrustDate("mozilla", day(distrusted), Confidence.VERIFIED),) if distrusted else ()
    return Root(key, key.upper(), key * 32, key * 32, day("2000-01-01"), day(ends), b"", distrust)


def rotation(*phases: Phase, roots: tuple[Root, ...], retiring: str = "old", **more) -> Rotation:
    going = frozenset(r.fingerprint for r in roots if r.key == retiring)
    coming = frozenset(r.fingerprint for r in roots) - going
    return Rotation("made-up", same("made up"), "Z", roots, going, coming, (Host("a.example"),), phases, **more)


def chain(key: str, *anchors: Root, confidence: Confidence = Confidence.VERIFIED) -> Chain:
    return Chain(key, frozenset(r.fingerprint for r in anchors), confidence)


def trusting(of: Rotation, *keys: str) -> frozenset[str]:
    return frozenset(r.fingerprint for r in of.roots if r.key in keys)


def seen(of: Rotation, keys: str, on: str | datetime) -> list[str]:
    """The outages of a client that trusts ``keys``, as "from..until some|all -lacking" lines in the rotation's zone."""
    moment = parse_on(on, of) if isinstance(on, str) else on
    lines = []
    for outage in of.outages(trusting(of, *keys.split()), moment):
        starts = outage.starts.date().isoformat() if outage.starts else "ever"
        ends = "unknown" if outage.end_unknown else outage.ends.date().isoformat() if outage.ends else "on"
        share = "all" if outage.all_requests else "some"
        lacking = " ".join("-" + "|".join(r.key for r in roots) for roots in outage.lacking)
        lines.append(f"{starts}..{ends} {share} {lacking}")
    return lines


BEFORE = "ever..2024-08-05 all -g1"
GREY_NO_G1 = "2024-08-05..2024-11-30 some -g1"
GREY_NO_G2 = "2024-08-05..2024-11-30 some -g2"
AFTER = "2024-11-30..on all -g2"


@pytest.mark.parametrize(
    ("trusted", "on", "expected"),
    [
        ("g1 g2", "2024-07-01", []),
        ("g1 g2", "2024-09-15", []),
        ("g1 g2", TODAY, []),
        ("g1", "2024-07-01", [GREY_NO_G2, AFTER]),
        ("g1", "2024-09-15", [GREY_NO_G2, AFTER]),
        ("g1", TODAY, [AFTER]),
        ("g2", "2024-07-01", [BEFORE, GREY_NO_G1]),
        ("g2", "2024-09-15", [GREY_NO_G1]),
        ("g2", TODAY, []),
        ("", "2024-07-01", [BEFORE, "2024-08-05..2024-11-30 all -g1 -g2", AFTER]),
        ("", "2024-09-15", ["2024-08-05..2024-11-30 all -g1 -g2", AFTER]),
        ("", TODAY, [AFTER]),
    ],
)
def test_wechat_pay_mainland(trusted, on, expected):
    assert seen(load_rotation(), trusted, on) == expected


def test_the_zone_decides_the_minute_of_the_change():
    mainland = load_rotation()
    g2 = trusting(mainland, "g2")
    before = datetime(2024, 11, 29, 15, 59, tzinfo=UTC)  # 23:59 in China
    assert mainland.outages(g2, before)
    assert not mainland.outages(g2, before + timedelta(minutes=1))
    assert parse_on("2024-11-30", mainland) == datetime(2024, 11, 29, 16, tzinfo=UTC)


def test_global_starts_later_than_mainland():
    assert seen(load_rotation("wechatpay-global-2024"), "g1", "2024-09-15") == [
        "2024-09-20..2024-11-30 some -g2",
        "2024-11-30..on all -g2",
    ]


def test_the_inferred_day_says_so_and_still_decides():
    grey, after = load_rotation().outages(trusting(load_rotation(), "g1"), day("2024-07-01"))
    assert (grey.confidence, after.confidence) == (Confidence.VERIFIED, Confidence.INFERRED)
    assert after.confidence.may_decide


def test_since_when_it_has_been_failing():
    mainland = load_rotation()
    [earlier] = mainland.earlier_outages(trusting(mainland, "g1"), TODAY)
    assert (earlier.all_requests, earlier.starts) == (False, parse_on("2024-08-05", mainland))
    assert mainland.earlier_outages(trusting(mainland, "g1"), parse_on("2024-07-01", mainland)) == ()
    assert mainland.earlier_outages(trusting(mainland, "g1", "g2"), TODAY) == ()
    assert len(mainland.earlier_outages(frozenset(), TODAY)) == 2


@pytest.mark.parametrize(
    ("trusted", "on", "expected"),
    [
        ("geotrust", "2018-03-15", ["2018-05-29..2018-08-23 some -g1|baltimore", "2018-08-23..on all -g1|baltimore"]),
        ("geotrust g1", "2018-03-15", []),
        ("geotrust baltimore", "2018-03-15", ["2025-05-12..on all -g1|baltimore"]),  # the day Baltimore expires
        ("baltimore", "2018-09-01", ["2025-05-12..on all -g1|baltimore"]),
        ("baltimore", TODAY, ["2025-05-12..on all -g1|baltimore"]),
        ("g1 baltimore", TODAY, []),
        ("g1", TODAY, []),
    ],
)
def test_2018_either_of_two_anchors_is_enough(trusted, on, expected):
    assert seen(load_rotation("wechatpay-2018"), trusted, on) == expected


def test_baltimore_neither_rescues_nor_breaks_a_store_in_2024():
    mainland = load_rotation()
    baltimore = load_rotation("wechatpay-2018").roots[2].fingerprint
    for keys in ("g1", "g2", "g1 g2", ""):
        alone = trusting(mainland, *keys.split())
        assert mainland.outages(alone | {baltimore}, TODAY) == mainland.outages(alone, TODAY)


def test_unknown_end_lacking_the_old_root_decides_until_mozilla_distrusts_it():
    open_platform = load_rotation("weixin-open-platform-2024")
    assert seen(open_platform, "g2", "2025-01-01") == ["2024-10-22..unknown some -g1"]
    assert seen(open_platform, "g2", TODAY) == ["2024-10-22..unknown some -g1"]
    g2 = trusting(open_platform, "g2")
    [before] = open_platform.outages(g2, day("2026-04-14"))
    [after] = open_platform.outages(g2, day("2026-04-15"))
    assert before.confidence.may_decide
    assert not after.confidence.may_decide


def test_unknown_end_lacking_the_new_root_decides_forever():
    open_platform = load_rotation("weixin-open-platform-2024")
    [outage] = open_platform.outages(trusting(open_platform, "g1"), TODAY)
    assert (outage.all_requests, outage.end_unknown, outage.confidence.may_decide) == (False, True, True)


def test_unknown_end_with_neither_root_asks_for_the_new_one_alone_after_the_distrust():
    open_platform = load_rotation("weixin-open-platform-2024")
    assert seen(open_platform, "", "2025-01-01") == ["2024-10-22..unknown all -g1 -g2"]
    assert seen(open_platform, "", TODAY) == ["2024-10-22..unknown all -g2"]
    [outage] = open_platform.outages(frozenset(), TODAY)
    assert outage.confidence.may_decide


def test_what_is_unverified_never_decides():
    g2_end = load_rotation("digicert-g2-2029")
    [outage] = g2_end.outages(trusting(g2_end, "g2"), TODAY)
    assert (outage.starts, outage.confidence) == (day("2029-04-15"), Confidence.UNVERIFIED)
    assert not outage.confidence.may_decide


def test_the_opposite_break_a_new_list_and_a_server_on_the_old_root():
    distrust = load_rotation("digicert-g1-distrust-2026")
    [outage] = distrust.outages(trusting(distrust, "g2", "g3"), TODAY)
    assert [r.key for roots in outage.lacking for r in roots] == ["g1", "ha", "assured-id"]
    assert not outage.confidence.may_decide  # a server that stays on G1 is that server's fault
    [outage] = distrust.outages(trusting(distrust, "g1", "ha", "assured-id", "g3"), TODAY)
    assert [r.key for roots in outage.lacking for r in roots] == ["g2"]
    assert outage.confidence.may_decide


def test_lets_encrypt_ends_with_the_expiry_of_its_old_root():
    lets_encrypt = load_rotation("letsencrypt-2021")
    assert seen(lets_encrypt, "dst-x3", "2021-06-01") == ["2021-09-30..on all -isrg-x1"]
    assert seen(lets_encrypt, "isrg-x1", "2021-06-01") == []
    assert seen(lets_encrypt, "dst-x3", TODAY) == ["2021-09-30..on all -isrg-x1"]


def test_the_expiry_of_the_last_root_lies_beyond_the_rotation_until_one_asks_about_that_day():
    mainland = load_rotation()
    assert seen(mainland, "g1 g2", TODAY) == []
    assert seen(mainland, "g1 g2", "2040-01-01") == ["2038-01-15..on all -g2"]


def test_adjoining_phases_with_the_same_lack_are_one_outage():
    old, new = root("old"), root("new")
    both = Phase(day("2024-01-01"), (chain("old", old), chain("new", new)))
    still = Phase(day("2025-01-01"), (chain("old", old), chain("new", new)), Confidence.INFERRED)
    last = Phase(day("2026-01-01"), (chain("new", new),))
    made_up = rotation(Phase(None, (chain("old", old),)), both, still, last, roots=(old, new))
    assert seen(made_up, "old", day("2023-01-01")) == ["2024-01-01..2026-01-01 some -new", "2026-01-01..on all -new"]
    assert seen(made_up, "old", day("2025-06-01"))[0] == "2024-01-01..2026-01-01 some -new"  # and it began in 2024
    assert seen(made_up, "new", day("2026-06-01")) == []


def test_a_proven_outage_does_not_hide_behind_an_unproven_one():
    old, new = root("old"), root("new")
    rumour = Phase(day("2024-01-01"), (chain("new", new),), Confidence.UNVERIFIED)
    fact = Phase(day("2025-01-01"), (chain("new", new),))
    made_up = rotation(Phase(None, (chain("old", old),)), rumour, fact, roots=(old, new))
    first, second = made_up.outages(trusting(made_up, "old"), day("2023-01-01"))
    assert (first.confidence.may_decide, second.confidence.may_decide) == (False, True)


def test_a_doubtful_chain_does_not_weaken_a_certain_one():
    old, new, perhaps = root("old"), root("new"), root("perhaps")
    doubtful = chain("perhaps", perhaps, confidence=Confidence.MEDIUM)
    made_up = rotation(Phase(None, (chain("new", new), doubtful)), roots=(old, new, perhaps))
    [outage] = made_up.outages(frozenset(), TODAY)
    assert outage.confidence is Confidence.VERIFIED
    assert [r.key for roots in outage.lacking for r in roots] == ["new"]
    [outage] = made_up.outages(trusting(made_up, "new"), TODAY)
    assert (outage.confidence, outage.all_requests) == (Confidence.MEDIUM, False)


def test_a_rotation_of_low_confidence_never_decides():
    old, new = root("old"), root("new")
    made_up = rotation(Phase(None, (chain("new", new),)), roots=(old, new), confidence=Confidence.MEDIUM)
    assert not made_up.outages(frozenset(), TODAY)[0].confidence.may_decide


def test_an_anchor_that_expires_between_phases_counts_until_then():
    old, new = root("old", ends="2025-06-01"), root("new")
    either = chain("either", old, new)
    made_up = rotation(Phase(None, (either,)), Phase(day("2025-01-01"), (either,)), roots=(old, new))
    assert seen(made_up, "old", day("2024-01-01")) == ["2025-06-01..on all -old|new"]
    assert seen(made_up, "old", day("2026-01-01")) == ["2025-06-01..on all -old|new"]
    assert seen(made_up, "old new", day("2024-01-01")) == []


def test_an_unknown_certificate_is_no_anchor():
    mainland = load_rotation()
    assert mainland.outages(frozenset({"00" * 32}), TODAY) == mainland.outages(frozenset(), TODAY)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("login.salesforce.com", True),
        ("acme.my.salesforce.com", True),
        ("ACME.my.Salesforce.com.", True),
        ("salesforce.com", False),
        ("notsalesforce.com", False),
        ("salesforce.com.evil.example", False),
    ],
)
def test_hosts_and_whole_domains(name, known):
    assert load_rotation("salesforce-2026").knows_host(name) is known


def test_a_rotation_for_any_host_links_to_no_host():
    assert not load_rotation("digicert-g1-distrust-2026").knows_host("api.mch.weixin.qq.com")
    assert load_rotation().knows_host("api.mch.weixin.qq.com")


DAYS = st.integers(0, 400).map(lambda number: day("2024-01-01") + timedelta(days=number))


@settings(max_examples=300, deadline=None)
@given(data=st.data(), starts=st.lists(DAYS, max_size=3, unique=True).map(sorted), on=DAYS, later=DAYS)
def test_outages_say_the_same_as_looking_at_one_moment(data, starts, on, later):
    """Whatever the phases and expiries: a moment from ``on`` lies in an outage exactly if a chain has no anchor then."""
    roots = [root("forever", ends="2090-01-01"), root("lasting", ends="2080-01-01")]
    roots += [root(f"r{n}", ends=data.draw(DAYS).date().isoformat()) for n in range(3)]
    anchors = st.sets(st.sampled_from(roots), max_size=3).map(lambda some: (roots[0], *some))
    chains = [chain(f"c{n}", *data.draw(anchors)) for n in range(3)]
    served = st.lists(st.sampled_from(chains), min_size=1, max_size=3, unique=True).map(tuple)
    phases = [Phase(start, data.draw(served)) for start in [None, *starts]]
    made_up = rotation(*phases, roots=tuple(roots))
    trusted = frozenset(r.fingerprint for r in data.draw(st.sets(st.sampled_from(roots))))

    moment = max(on, later)
    phase = [p for p in phases if p.starts is None or p.starts <= moment][-1]
    good = {r.fingerprint for r in roots if r.fingerprint in trusted and moment < r.not_after}
    unmet = [c for c in phase.chains if not c.anchors & good]
    outages = made_up.outages(trusted, on)
    hit = [o for o in outages if (not o.starts or o.starts <= moment) and (not o.ends or moment < o.ends)]
    assert len(hit) == bool(unmet)
    if hit:
        assert hit[0].all_requests == (len(unmet) == len(phase.chains))
        assert {frozenset(r.fingerprint for r in some) for some in hit[0].lacking} == {c.anchors for c in unmet}
    for first, second in pairwise(outages):
        assert first.ends <= second.starts


def test_two_outages_with_a_good_time_between_stay_two():
    old, new = root("old"), root("new")
    needs_new, needs_old = (chain("new", new),), (chain("old", old),)
    made_up = rotation(
        Phase(None, needs_new),
        Phase(day("2024-01-01"), needs_old),
        Phase(day("2025-01-01"), needs_new),
        roots=(old, new),
    )
    assert seen(made_up, "old", day("2023-01-01")) == ["ever..2024-01-01 all -new", "2025-01-01..on all -new"]
    assert made_up.earlier_outages(trusting(made_up, "old"), day("2026-01-01")) == ()


def test_the_best_known_unmet_chain_says_how_sure_an_outage_is():
    old, new = root("old"), root("new")
    chains = (chain("old", old, confidence=Confidence.INFERRED), chain("new", new))
    made_up = rotation(Phase(None, chains), roots=(old, new))
    assert made_up.outages(frozenset(), TODAY)[0].confidence is Confidence.VERIFIED
    assert made_up.outages(trusting(made_up, "new"), TODAY)[0].confidence is Confidence.INFERRED
