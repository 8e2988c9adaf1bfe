"""Rotations as JSON, version 1: written out key by key, not a dump of internal types. Pure.

Moments are RFC 3339, fingerprints lower-case hexadecimal SHA-256, texts ``{"zh": …, "en": …}``, absent facts ``null``.
"""

from datetime import datetime
from typing import Any

from wxcertcheck.model import Phase, Root, Rotation, Source, VerificationAddress
from wxcertcheck.reporters.json_document import json_document
from wxcertcheck.reporters.rotations import weakest
from wxcertcheck.text import Text

VERSION = 1


def rotations_json(rotations: tuple[Rotation, ...], default: str) -> str:
    """The list of rotations: id, title, phases' days, number of hosts, weakest confidence, whether it is the default."""
    rows = [
        {
            "id": rotation.id,
            "title": _text(rotation.title),
            "default": rotation.id == default,
            "history": rotation.history,
            "starts": [_moment(phase.starts) for phase in rotation.phases if phase.starts],
            "end_unknown": rotation.phases[-1].end_unknown,
            "hosts": len(rotation.hosts),
            "confidence": weakest(rotation).value,
        }
        for rotation in rotations
    ]
    return _dump({"version": VERSION, "rotations": rows})


def rotation_json(rotation: Rotation) -> str:
    """One rotation with all that is known about it."""
    return _dump({"version": VERSION, "rotation": _rotation(rotation)})


def _rotation(rotation: Rotation) -> dict[str, Any]:
    return {
        "id": rotation.id,
        "title": _text(rotation.title),
        "zone": rotation.zone,
        "history": rotation.history,
        "confidence": rotation.confidence.value,
        "roots": [_root(root, rotation) for root in rotation.roots],
        "phases": [_phase(phase) for phase in rotation.phases],
        "hosts": [
            {"name": h.name, "port": h.port, "confidence": h.confidence.value, "source": _source(h.source)}
            for h in rotation.hosts
        ],
        "verification_addresses": [_address(address) for address in rotation.verification_addresses],
        "old_chain_addresses": [_address(address) for address in rotation.old_chain_addresses],
        "notes": [_text(note) for note in rotation.notes],
        "sources": [_source(source) for source in rotation.sources],
    }


def _root(root: Root, rotation: Rotation) -> dict[str, Any]:
    retiring, incoming = root.fingerprint in rotation.retiring, root.fingerprint in rotation.incoming
    return {
        "key": root.key,
        "name": root.name,
        "role": "retiring" if retiring else "incoming" if incoming else "alternative",
        "sha256": root.fingerprint,
        "spki_sha256": root.spki_fingerprint,
        "not_before": _moment(root.not_before),
        "not_after": _moment(root.not_after),
        "distrust": [
            {
                "programme": d.programme,
                "date": _moment(d.date),
                "confidence": d.confidence.value,
                "note": _text(d.note),
                "sources": [_source(source) for source in d.sources],
            }
            for d in root.distrust
        ],
        "notes": [_text(note) for note in root.notes],
        "sources": [_source(source) for source in root.sources],
    }


def _phase(phase: Phase) -> dict[str, Any]:
    return {
        "starts": _moment(phase.starts),
        "end_unknown": phase.end_unknown,
        "chains": [{"key": c.key, "any_of": sorted(c.anchors), "confidence": c.confidence.value} for c in phase.chains],
        "confidence": phase.confidence.value,
        "note": _text(phase.note),
        "source": _source(phase.source),
    }


def _address(address: VerificationAddress) -> dict[str, Any]:
    return {
        "host": address.host,
        "ip": address.ip,
        "port": address.port,
        "serves": address.serves,
        "valid_until": _moment(address.valid_until),
        "confidence": address.confidence.value,
        "note": _text(address.note),
        "source": _source(address.source),
    }


def _text(text: Text | None) -> dict[str, str] | None:
    return {"zh": text.zh, "en": text.en} if text else None


def _source(source: Source | None) -> dict[str, str] | None:
    return {"url": source.url, "read_on": source.read_on} if source else None


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _dump(document: dict[str, Any]) -> str:
    return json_document(document)
