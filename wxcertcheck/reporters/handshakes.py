"""Handshakes in a report: hosts × addresses, what was expected, what was shown, who accepts it. Pure."""

from typing import Any

from msgspec import Struct

from wxcertcheck.model import (
    Acceptance,
    HostPlace,
    NotLooked,
    Origin,
    Presented,
    Report,
    Runtime,
    Store,
    Top,
)
from wxcertcheck.reporters.layout import WIDTH, pad, shorten, width, wrap
from wxcertcheck.rules.observed import GUIDE
from wxcertcheck.rules.wording import root_label
from wxcertcheck.text import Text

_MAX_ROWS = 60


def handshake_lines(report: Report, language: str) -> list[str]:
    """The section of the terminal report; [] where no handshake was tried."""
    shown = [item for item in report.evidence if isinstance(item, Presented)]
    missed = sorted(
        (i for i in report.evidence if isinstance(i, NotLooked) and _is_server(i)), key=lambda i: str(i.place)
    )
    if not shown and not missed:
        return []
    lines = ["", _TITLE.of(language)]
    rows = _grouped([_row(report, item, language) for item in shown] + [_missed_row(item, language) for item in missed])
    lines += _table(rows[:_MAX_ROWS], language)
    if len(rows) > _MAX_ROWS:
        lines.append("  " + _MORE_ROWS.fill(count=len(rows) - _MAX_ROWS).of(language))
    for item in _once(shown):
        lines += _chain(report, item, language)
    return lines + handshake_guide(report, language)


def handshake_guide(report: Report, language: str) -> list[str]:
    """The guide's sentence, which every report of a handshake carries."""
    if not any(isinstance(item, Presented) for item in report.evidence):
        return []
    return wrap(GUIDE.of(language), indent="  ", first="  ")


class _Row(Struct, frozen=True):
    """One address and what was seen there; ``host`` is the name said."""

    host: str
    address: str
    origin: str
    shows: str
    expected: str
    here: str
    accepted: str


def _is_server(item: NotLooked) -> bool:
    return isinstance(item.place, HostPlace) and item.place.sni not in ("", "proxy")


def _row(report: Report, item: Presented, language: str) -> _Row:
    shake = item.handshake
    expected = ""
    if item.as_expected is not None:
        mark = _AS_EXPECTED if item.as_expected else _NOT_EXPECTED
        expected = f"{shake.serves} {mark.of(language)}"
    accepted, asked = _votes(report, item)
    return _Row(
        shake.place.sni,
        shake.place.address or _BY_PROXY.of(language),
        _ORIGINS[shake.origin].of(language) + (f" ×{shake.seen}" if shake.seen > 1 else ""),
        _top(report, item, language),
        expected,
        _HERE_YES.of(language) if shake.accepted else str(shake.code) if shake.code > 0 else shake.tls,
        f"{accepted}/{asked}" if asked else "",
    )


def _missed_row(item: NotLooked, language: str) -> _Row:
    place = item.place
    host, address = (place.sni, place.address) if isinstance(place, HostPlace) else ("", "")
    return _Row(host, address, "", "- " + _without_place(item, language), "", "", "")


def _without_place(item: NotLooked, language: str) -> str:
    """The message; the row already names the place."""
    message = item.message.of(language).removeprefix(str(item.place)).lstrip("：: ")
    if isinstance(item.place, HostPlace) and not item.place.address:  # hosts without an address share one line
        message = " ".join(message.replace(item.place.sni, "").split())
    return message


def _grouped(rows: list[_Row]) -> list[tuple[str, list[_Row]]]:
    """Hosts with the same rows in one block: ("api.test", …) and the rows they share."""
    by_host: dict[str, list[_Row]] = {}
    for row in rows:
        by_host.setdefault(row.host, []).append(row)
    blocks: dict[object, list[str]] = {}
    for host, own in by_host.items():
        key = tuple((r.address, r.origin, r.shows, r.expected, r.here, r.accepted) for r in own)
        blocks.setdefault(key, []).append(host)
    return [
        (hosts[0] if len(hosts) == 1 else f"{hosts[0]} +{len(hosts) - 1}", by_host[hosts[0]])
        for hosts in blocks.values()
    ]


def _table(blocks: list[tuple[str, list[_Row]]], language: str) -> list[str]:
    rows = [row for _, block in blocks for row in block]
    heads = [text.of(language) for text in (_ADDRESS, _ORIGIN, _SHOWS, _EXPECTED, _HERE, _ACCEPTED)]

    def cells(row: _Row) -> list[str]:
        return [row.address, row.origin, row.shows, row.expected, row.here, row.accepted]

    seen = [cells(row) for row in rows if not row.shows.startswith("- ")]
    columns = [max((width(line[n]) for line in [heads, *seen]), default=4) for n in range(6)]
    columns[0] = max(columns[0], *(width(row.address) for row in rows)) if rows else columns[0]
    columns[0] = min(columns[0], 28)
    columns[2] = min(columns[2], max(8, WIDTH - 4 - sum(columns) + columns[2] - 10))
    used = [n for n in range(6) if n < 3 or any(line[n] for line in seen)]

    def laid(line: list[str]) -> str:
        return ("    " + "  ".join(pad(shorten(line[n], columns[n]), columns[n]) for n in used)).rstrip()

    lines = [laid(heads)] if seen else []
    for name, block in blocks:
        lines.append("  " + shorten(name, WIDTH - 2))
        for row in block:
            if row.shows.startswith("- "):
                first = "    " + pad(row.address, columns[0]) + "  "
                lines += wrap(row.shows[2:], indent="      ", first=first if row.address else "    ")
            else:
                lines.append(laid(cells(row)))
    return lines


def _chain(report: Report, item: Presented, language: str) -> list[str]:
    """Leaf to top with its anchor, and who refuses it for which reason."""
    paths = item.answer.paths
    names = " <- ".join(paths[0].names) if paths else item.top_name
    lines = wrap(_CHAIN.fill(names=names, detail=item.answer.detail).of(language), indent="    ", first="  ")
    for path in paths[1:]:
        cross = _CROSS.fill(name=path.names[-1], day=f"{path.until:%Y-%m-%d}")
        lines += wrap(cross.of(language), indent="    ", first="    ")
    shake = item.handshake
    if not shake.accepted:
        said = _OPENSSL_SAID.fill(refusal=shake.refusal, code=shake.code)
        lines += wrap(said.of(language), indent="      ", first="    ")
    if shake.wants_client_certificate:
        lines += wrap(_CLIENT.of(language), indent="      ", first="    ")
    if item.answer.stricter:
        lines += wrap(item.answer.stricter.of(language), indent="    ", first="    ")
    refusals: dict[str, list[str]] = {}
    for vote in _asked(report, item):
        if not vote.answer.accepted:
            refusals.setdefault(vote.answer.detail.of(language), []).append(_holder(vote.by))
    for detail, holders in refusals.items():
        shown = ", ".join(dict.fromkeys(holders[:6])) + (f" +{len(holders) - 6}" if len(holders) > 6 else "")
        lines += wrap(_REFUSED.fill(holders=shown, detail=detail).of(language), indent="      ", first="    ")
    return lines


def _once(shown: list[Presented]) -> list[Presented]:
    return list({(p.handshake.chain, p.top): p for p in shown if p.counts}.values())[:8]


def _top(report: Report, item: Presented, language: str) -> str:
    if item.top in (Top.INCOMING, Top.RETIRING, Top.BOTH):
        anchors = {path.anchor for path in item.answer.paths}
        return (
            "+".join(root_label(root) for root in report.rotation.roots if root.fingerprint in anchors) or item.top_name
        )
    return _TOPS[item.top].fill(name=item.top_name).of(language)


def _asked(report: Report, item: Presented) -> list[Acceptance]:
    """The answers of runtimes in use and stores that decide; of all, where there are none of these."""
    chain, sni = item.handshake.chain, item.handshake.place.sni
    votes = [
        vote
        for vote in report.evidence
        if isinstance(vote, Acceptance)
        and vote.presented.handshake.chain == chain
        and vote.presented.handshake.place.sni == sni
    ]
    deciding = [vote for vote in votes if (vote.by.in_use if isinstance(vote.by, Runtime) else vote.by.decides)]
    return deciding or votes


def _votes(report: Report, item: Presented) -> tuple[int, int]:
    votes = _asked(report, item)
    return sum(vote.answer.accepted for vote in votes), len(votes)


def _holder(holder: Runtime | Store) -> str:
    return holder.name if isinstance(holder, Runtime) else holder.path


def handshakes_json(report: Report) -> list[dict[str, Any]]:
    """One entry a handshake: what was seen, and what everybody says of it."""
    return [_json(report, item) for item in report.evidence if isinstance(item, Presented)]


def _json(report: Report, item: Presented) -> dict[str, Any]:
    shake = item.handshake
    return {
        "place": {"kind": "host", "host": shake.place.host, "address": shake.place.address, "sni": shake.place.sni},
        "at": shake.at.isoformat(),
        "origin": shake.origin.value,
        "proxy": shake.proxy or None,
        "tls": shake.tls,
        "alpn": shake.alpn or None,
        "seen": shake.seen,
        "elapsed_seconds": round(shake.elapsed, 4),
        "wants_client_certificate": shake.wants_client_certificate,
        "openssl": {"accepted": shake.accepted, "code": shake.code, "text": shake.refusal},
        "chain_sha256": [_fingerprint(der) for der in shake.chain],
        "top": item.top.value,
        "top_name": item.top_name,
        "counts": item.counts,
        "expected_chain": shake.serves or None,
        "as_expected": item.as_expected,
        "outcome": item.answer.outcome.value,
        "detail": _both(item.answer.detail),
        "stricter": _both(item.answer.stricter) if item.answer.stricter else None,
        "paths": [
            {"sha256": list(path.fingerprints), "names": list(path.names), "until": path.until.isoformat()}
            for path in item.answer.paths
        ],
        "accepted_by": [_vote(vote) for vote in _asked(report, item)],
    }


def _vote(vote: Acceptance) -> dict[str, Any]:
    runtime = isinstance(vote.by, Runtime)
    return {
        "kind": "runtime" if runtime else "store",
        "name": _holder(vote.by),
        "accepted": vote.answer.accepted,
        "outcome": vote.answer.outcome.value,
        "detail": _both(vote.answer.detail),
    }


def _fingerprint(der: bytes) -> str:
    from hashlib import sha256

    return sha256(der).hexdigest()


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


_TITLE = Text(zh="握手（只做 TLS，不发 HTTP 请求）", en="Handshakes (TLS only, no HTTP request)")
_ADDRESS = Text(zh="地址", en="address")
_ORIGIN = Text(zh="来源", en="from")
_SHOWS = Text(zh="证书链到", en="ends in")
_EXPECTED = Text(zh="预期", en="expected")
_HERE = Text(zh="OpenSSL", en="OpenSSL")
_ACCEPTED = Text(zh="接受", en="accepted")
_HERE_YES = Text(zh="通过", en="ok")
_AS_EXPECTED = Text(zh="✓", en="ok")
_NOT_EXPECTED = Text(zh="✗", en="NO")
_BY_PROXY = Text(zh="（由代理解析）", en="(the proxy's choice)")
_ORIGINS = {
    Origin.VERIFICATION: Text(zh="验证地址", en="verification"),
    Origin.OLD_CHAIN: Text(zh="旧链地址", en="old-chain"),
    Origin.DNS: Text(zh="DNS", en="DNS"),
    Origin.HOSTS_FILE: Text(zh="hosts 文件", en="hosts file"),
    Origin.GIVEN: Text(zh="指定", en="given"),
    Origin.PROXY: Text(zh="代理", en="proxy"),
}
_TOPS = {
    Top.OTHER: Text(zh="{name}", en="{name}"),
    Top.PRIVATE: Text(zh="私有根：{name}", en="private: {name}"),
    Top.INCOMPLETE: Text(zh="缺中间证书", en="intermediate missing"),
    Top.BROKEN: Text(zh="无法解析", en="unreadable"),
}
_CHAIN = Text(zh="证书链：{names}；{detail}", en="Chain: {names}; {detail}")
_CROSS = Text(zh="也可经 {name} 验证，有效至 {day}", en="also accepted through {name}, until {day}")
_OPENSSL_SAID = Text(
    zh="运行本工具的 Python 的 OpenSSL 拒绝：{refusal}（{code}）",
    en="The OpenSSL of the Python that runs this refuses it: {refusal} ({code})",
)
_CLIENT = Text(
    zh="服务器要求客户端证书（商户 API 证书）；这不是握手问题，可用 --client-cert 给出",
    en="The server wants a client certificate (the merchant's API certificate); that is no failure: see --client-cert",
)
_REFUSED = Text(zh="不接受：{holders}（{detail}）", en="Refused by {holders} ({detail})")
_MORE_ROWS = Text(zh="另有 {count} 组（见 --format json）", en="{count} more {count:group|groups} (see --format json)")
