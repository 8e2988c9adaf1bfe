"""The certificates of one store: label, subject, SHA-256, validity, trusted or why not. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Certificate, Store
from wxcertcheck.reporters.json_document import json_document
from wxcertcheck.reporters.layout import wrap
from wxcertcheck.text import Text

_HEAD = Text(
    zh="{path}：{format}，{count} 张证书，其中 {trusted} 张受信任",
    en="{path}: {format}, {count} {count:certificate|certificates}, {trusted} of them trusted",
)
_TRUSTED = Text(zh="受信任", en="trusted")
_EXPIRED = Text(zh="已过期，不再算作根证书", en="expired: no longer counts as an anchor")
_NOT_TRUSTED = Text(zh="不受信任：{why}", en="not trusted: {why}")
_VALID = Text(zh="{start} 至 {end}", en="{start} to {end}")
_UNPARSED = Text(zh="（无法解析的证书）", en="(a certificate that does not parse)")


def anchor_list(store: Store, language: str, at: datetime) -> str:
    """One block a certificate, 80 columns; the store's notes last. ``at``: the moment that validity is judged by."""
    head = _HEAD.fill(path=store.path, format=store.format, count=len(store.certificates), trusted=len(store.trusted))
    lines = wrap(head.of(language), indent="  ")
    for number, certificate in enumerate(store.certificates, 1):
        lines += _block(number, certificate, language, at.astimezone(UTC).isoformat())
    for text in (store.problem, *store.notes):
        if text:
            lines += ["", *wrap(text.of(language), first="! ", indent="  ")]
    return "\n".join(lines) + "\n"


def anchors_json(store: Store) -> str:
    """The same as JSON: an object with ``path``, ``format``, ``state`` and ``certificates``; times are RFC 3339."""
    value = {
        "path": store.path,
        "format": store.format,
        "state": store.state.value,
        "problem": _both(store.problem),
        "notes": [_both(note) for note in store.notes],
        "certificates": [_facts(certificate) for certificate in store.certificates],
    }
    return json_document(value)


def _block(number: int, certificate: Certificate, language: str, now: str) -> Iterator[str]:
    subject, start, end = _read(certificate)
    yield ""
    yield from wrap(subject or _UNPARSED.of(language), first=f"{number}. ", indent="   ")
    yield f"   SHA-256 {certificate.fingerprint}"
    if certificate.label:
        place = f":{certificate.line}" if certificate.line else ""
        yield from wrap(f"{certificate.label}{place}", first="   # ", indent="     ")
    if start:
        yield "   " + _VALID.fill(start=start[:10], end=end[:10]).of(language)
    trust = _TRUSTED if certificate.trusted else _NOT_TRUSTED.fill(why=certificate.why_not or "")
    if certificate.trusted and end and end < now:
        trust = _EXPIRED
    yield from wrap(trust.of(language), first="   ", indent="     ")


def _facts(certificate: Certificate) -> dict[str, object]:
    subject, start, end = _read(certificate)
    return {
        "sha256": certificate.fingerprint,
        "label": certificate.label,
        "line": certificate.line,
        "subject": subject,
        "not_before": start,
        "not_after": end,
        "trusted": certificate.trusted,
        "why_not": _both(certificate.why_not),
    }


def _read(certificate: Certificate) -> tuple[str, str, str]:
    """Subject, start and end; empty where the certificate does not parse (it is listed all the same)."""
    from wxcertcheck.formats.details import details

    try:
        facts = details(certificate.der)
    except CannotRead:
        return "", "", ""
    return facts.subject, facts.not_before.isoformat(), facts.not_after.isoformat()


def _both(text: Text | None) -> dict[str, str] | None:
    return {"zh": text.zh, "en": text.en} if text else None
