"""Observed handshakes as JSON: saved on one machine, judged again on another and another day, without network.

A chain is kept once, as PEM; handshakes name it by its number. What a handshake showed is public: nothing secret is in
the file. The format is versioned: within version 1 fields may be added, never removed or given another meaning.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wxcertcheck.errors import UsageError
from wxcertcheck.model import Evidence, Handshake, HostPlace, Looked, NotLooked, Origin, Resolution
from wxcertcheck.text import Text

MAX_BYTES = 256 * 1024 * 1024
_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


def to_json(evidence: tuple[Evidence, ...]) -> str:
    """The handshakes, what could not be reached, and how names were resolved."""
    shakes = [item for item in evidence if isinstance(item, Handshake)]
    chains = {chain: number for number, chain in enumerate(dict.fromkeys(shake.chain for shake in shakes))}
    missed = [item for item in evidence if isinstance(item, NotLooked) and isinstance(item.place, HostPlace)]
    document = {
        "schema": "wxcertcheck-handshakes",
        "version": 1,
        "chains": [[_pem(der) for der in chain] for chain in chains],
        "handshakes": [_shake(shake, chains[shake.chain]) for shake in shakes],
        "not_looked": [_missed(item) for item in missed],
        "resolutions": [
            {"name": item.name, "ips": list(item.ips), "resolver": item.resolver}
            for item in evidence
            if isinstance(item, Resolution)
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def from_json(text: str, source: str, *, alone: bool = False) -> tuple[Evidence, ...]:
    """The evidence of a saved file. Raises UsageError that names ``source`` and the entry that is wrong.

    ``alone``: nothing else is looked at, so that a file without a single handshake leaves the verdict open.
    """
    where = ""
    try:
        document = json.loads(text)
        if document["schema"] != "wxcertcheck-handshakes" or document["version"] != 1:
            raise ValueError("schema")
        chains = []
        for number, chain in enumerate(document["chains"]):
            where = f"chains[{number}]"
            chains.append(tuple(_der(pem) for pem in chain))
        shakes = []
        for number, entry in enumerate(document["handshakes"]):
            where = f"handshakes[{number}]"
            shakes.append(_read_shake(entry, chains))
        missed = []
        for number, entry in enumerate(document["not_looked"]):
            where = f"not_looked[{number}]"
            missed.append(_read_missed(entry, decides=alone and not shakes))
        where = "resolutions"
        resolutions = [
            Resolution(str(r["name"]), tuple(map(str, r["ips"])), str(r["resolver"])) for r in document["resolutions"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, binascii.Error):
        raise _faulty(source, where) from None
    count = len({shake.place for shake in shakes})
    looked = (Looked("handshake", count, _REPLAYED.fill(count=count)),) if shakes else ()
    return (*resolutions, *shakes, *missed, *looked)


def _shake(shake: Handshake, chain: int) -> dict[str, Any]:
    return {
        **_place(shake.place),
        "at": shake.at.isoformat(),
        "chain": chain,
        "tls": shake.tls,
        "origin": shake.origin.value,
        "code": shake.code,
        "refusal": shake.refusal,
        "serves": shake.serves,
        "alpn": shake.alpn,
        "proxy": shake.proxy,
        "wants_client_certificate": shake.wants_client_certificate,
        "seen": shake.seen,
        "elapsed": round(shake.elapsed, 4),
    }


def _read_shake(entry: Mapping[str, Any], chains: list[tuple[bytes, ...]]) -> Handshake:
    at = datetime.fromisoformat(entry["at"])
    number = entry["chain"]
    if at.tzinfo is None or not isinstance(number, int) or number < 0:
        raise ValueError("at, chain")
    return Handshake(
        place=_read_place(entry),
        at=at,
        chain=chains[number],
        tls=str(entry["tls"]),
        origin=Origin(entry["origin"]),
        code=int(entry["code"]),
        refusal=str(entry["refusal"]),
        serves=str(entry["serves"]),
        alpn=str(entry["alpn"]),
        proxy=str(entry["proxy"]),
        wants_client_certificate=bool(entry["wants_client_certificate"]),
        seen=max(1, int(entry["seen"])),
        elapsed=float(entry["elapsed"]),
    )


def _missed(item: NotLooked) -> dict[str, Any]:
    place = item.place
    named = _place(place) if isinstance(place, HostPlace) else {}
    return {**named, "reason": item.reason, "message": _both(item.message), "hint": _both(item.hint)}


def _read_missed(entry: Mapping[str, Any], *, decides: bool) -> NotLooked:
    return NotLooked(_read_place(entry), str(entry["reason"]), _text(entry["message"]), _text(entry["hint"]), decides)


def _place(place: HostPlace) -> dict[str, Any]:
    return {"host": place.host, "address": place.address, "sni": place.sni}


def _read_place(entry: Mapping[str, Any]) -> HostPlace:
    return HostPlace(str(entry["host"]), str(entry["address"]), str(entry["sni"]))


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _text(entry: Mapping[str, Any]) -> Text:
    return Text(zh=str(entry["zh"]), en=str(entry["en"]))


def _pem(der: bytes) -> str:
    body = base64.b64encode(der).decode()
    return "\n".join([_BEGIN, *(body[at : at + 64] for at in range(0, len(body), 64)), _END]) + "\n"


def _der(pem: str) -> bytes:
    body = pem.partition(_BEGIN)[2].partition(_END)[0]
    der = base64.b64decode("".join(body.split()), validate=True)
    if not der:
        raise ValueError("pem")
    return der


def _faulty(source: str, where: str) -> UsageError:
    place = f" ({where})" if where else ""
    return UsageError(
        Text(zh="{source} 不是保存的握手记录{place}", en="{source} is no saved record of handshakes{place}").fill(
            source=source, place=place
        ),
        Text(zh="用 wxcertcheck handshake --save FILE 生成", en="make one with wxcertcheck handshake --save FILE"),
    )


_REPLAYED = Text(
    zh="重放了 {count} 个地址的握手记录",
    en="judged the recorded handshakes with {count} {count:address|addresses} again",
)
