"""Words that several rules share: dates, outages, names of roots. Pure."""

from datetime import datetime

from msgspec.structs import replace

from wxcertcheck.model import Confidence, Level, Outage, Pin, Root, Rotation, Runtime, Store
from wxcertcheck.text import Text, joined, same

CONFIDENCE = {
    Confidence.VERIFIED: Text(zh="已核实", en="verified"),
    Confidence.HIGH: Text(zh="官方文档", en="documented"),
    Confidence.INFERRED: Text(zh="推断", en="inferred"),
    Confidence.MEDIUM: Text(zh="二手来源", en="second-hand"),
    Confidence.UNVERIFIED: Text(zh="未核实", en="not verified"),
}


def day(moment: datetime) -> str:
    """The date in the moment's own zone; with the time where it is not midnight."""
    return moment.strftime("%Y-%m-%d" if (moment.hour, moment.minute) == (0, 0) else "%Y-%m-%d %H:%M")


def outage_sentence(outages: tuple[Outage, ...], on: datetime) -> Text:
    """ "some requests fail since 2024-08-05, all since 2024-11-30 (inferred)" in both languages."""
    spans: list[Outage] = []
    for outage in outages:  # a sentence tells shares and dates, not which of several roots is lacking when
        last = spans[-1] if spans else None
        if last and last.ends == outage.starts and last.all_requests == outage.all_requests:
            spans[-1] = replace(last, ends=outage.ends)
        else:
            spans.append(outage)
    parts = [_outage(span, on, first=number == 0, last=span is spans[-1]) for number, span in enumerate(spans)]
    return joined(parts, zh="，", en=", ")


def told_outages(holder: Runtime | Store | Pin, rotation: Rotation, on: datetime) -> tuple[Outage, ...]:
    """The outages that matter now or later, after the past ones that led up to them: "some since …, all since …"."""
    return outages_without(holder.trusted, rotation, on)


def outages_without(trusted: frozenset[str], rotation: Rotation, on: datetime) -> tuple[Outage, ...]:
    """`told_outages` of whoever trusts exactly these fingerprints."""
    told = rotation.earlier_outages(trusted, on) + rotation.outages(trusted, on)
    changed = any(outage.all_requests != told[0].all_requests for outage in told)
    over = bool(told) and told[0].starts is None and told[0].ends is not None and told[0].ends <= on
    return told[1:] if changed and over else told  # what failed since ever, and does no more, is no news


def _outage(outage: Outage, on: datetime, *, first: bool, last: bool) -> Text:
    share = _SHARE[outage.all_requests, first]
    when = same("")
    if outage.starts is not None:
        when = (_SINCE if outage.starts <= on else _FROM).fill(day=day(outage.starts))
    until = _UNTIL.fill(day=day(outage.ends)) if outage.ends is not None and last else same("")
    sure = outage.confidence in (Confidence.VERIFIED, Confidence.HIGH)
    note = same("") if sure else _NOTE.fill(confidence=CONFIDENCE[outage.confidence])
    return _CLAUSE.fill(share=share, when=when, until=until, note=note)


_CLAUSE = Text(zh="{when}{until}{share}{note}", en="{share}{when}{until}{note}")
_SHARE = {
    (False, True): Text(zh="部分请求失败", en="some requests fail"),
    (True, True): Text(zh="全部请求失败", en="all requests fail"),
    (False, False): Text(zh="部分失败", en="some"),
    (True, False): Text(zh="全部失败", en="all"),
}
_SINCE = Text(zh="自 {day} 起", en=" since {day}")
_FROM = Text(zh="将从 {day} 起", en=" from {day}")
_UNTIL = Text(zh="、到 {day} 为止", en=" until {day}")
_NOTE = Text(zh="（{confidence}）", en=" ({confidence})")


def root_label(root: Root) -> str:
    """ "G2" for the short key "g2"."""
    return root.key.upper()


def lacking_roots(outages: tuple[Outage, ...]) -> Text:
    """The roots that would have helped: "G1, G2", or "G1 or BALTIMORE" where any of several would do."""
    seen: list[tuple[Root, ...]] = []
    for outage in outages:
        seen += [roots for roots in outage.lacking if roots not in seen]
    alternatives = [joined([same(root_label(r)) for r in roots], zh=" 或 ", en=" or ") for roots in seen]
    return joined(alternatives, zh=" 和 ", en=" and ")


_EXTENSIONS = {"php-curl": " curl", "php-streams": " streams", "php-streams-default": " streams"}
"""PHP's curl extension and its streams read different stores; the same name for both would hide which one fails."""


def runtime_name(runtime: Runtime) -> str:
    """ "python 3.11.7 + requests 2.31": a library that brings its own trust, behind its runtime."""
    extension = _EXTENSIONS.get(runtime.kind, "")
    return runtime.name.replace(", ", " + ") + extension


def holder_name(holder: Runtime | Store) -> Text:
    """How a runtime or store is called in a sentence: "java 8 (app.service)", or the store's path."""
    if isinstance(holder, Store):
        return same(holder.path)
    name = runtime_name(holder)
    telling = [seen for seen in holder.seen_as if seen.en != "PATH"]  # on PATH is where everybody looks first
    where = joined(telling[:1])
    return Text(zh="{name}（{where}）", en="{name} ({where})").fill(name=name, where=where) if where else same(name)


def level_of(outages: tuple[Outage, ...], rotation: Rotation, on: datetime) -> Level:
    """How bad outages are: an error where a fact that may decide says so; a warning on a weaker source; else a note.

    A last phase without a known end asks for the old root only until Mozilla distrusts that root.
    """
    levels = {_level(outage, rotation, on) for outage in outages}
    return next((level for level in Level if level in levels), Level.NOTE)


def _level(outage: Outage, rotation: Rotation, on: datetime) -> Level:
    if outage.end_unknown and all(_faded(roots, rotation, on) for roots in outage.lacking):
        return Level.NOTE
    return Level.ERROR if outage.confidence.may_decide else Level.WARNING


def _faded(roots: tuple[Root, ...], rotation: Rotation, on: datetime) -> bool:
    """Whether these are old roots that Mozilla no longer trusts on that day."""
    return all(
        root.fingerprint in rotation.retiring and any(d.programme == "mozilla" and d.date <= on for d in root.distrust)
        for root in roots
    )
