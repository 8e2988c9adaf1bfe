"""The JSON report, version 1. Ids are English, every text has both languages; `json_v1.schema.json` documents it.

Compatibility: within version 1 fields may be added, never removed, renamed or given another meaning.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from wxcertcheck.model import (
    EntryPlace,
    Evidence,
    FilePlace,
    Finding,
    Fix,
    HostPlace,
    Looked,
    NotLooked,
    Outage,
    Place,
    Report,
    Rotation,
    Runtime,
    Store,
)
from wxcertcheck.reporters.code_json import certificate_files_json, hosts_json, packages_json, pins_json
from wxcertcheck.reporters.handshakes import handshakes_json
from wxcertcheck.reporters.json_document import json_document
from wxcertcheck.reporters.rooms import root_state, shown_roots
from wxcertcheck.rules import rule_by_id
from wxcertcheck.text import Text

Json = dict[str, Any]


def render_json(report: Report) -> str:
    """The report as one JSON document."""
    return json_document(as_json(report))


def as_json(report: Report) -> Json:
    """The report as plain values."""
    return {
        "schema": "wxcertcheck-report",
        "version": 1,
        "tool": {"name": "wxcertcheck", "version": report.tool_version},
        "checked_at": _time(report.checked_at),
        "on": _time(report.on),
        "elapsed_seconds": round(report.elapsed, 3),
        "rotation": _rotation(report.rotation),
        "status": report.status.value,
        "verdict": _verdict(report),
        "findings": [_finding(finding) for finding in report.findings],
        "runtimes": [_runtime(item, report) for item in report.evidence if isinstance(item, Runtime)],
        "stores": [_store(store, report) for store in all_stores(report.evidence)],
        "looked": [_looked(item) for item in report.evidence if isinstance(item, Looked)],
        "not_looked": [_not_looked(item) for item in report.evidence if isinstance(item, NotLooked)],
        "also": [
            {
                "rotation": _rotation(further.rotation),
                "verdict": _verdict(further),
                "findings": [_finding(finding) for finding in further.findings],
            }
            for further in report.also
        ],
        **{name: rows for name, section in SECTIONS.items() if (rows := section(report))},
    }


SECTIONS: dict[str, Callable[[Report], list[Json]]] = {
    "handshakes": handshakes_json,
    "pins": pins_json,
    "hosts": hosts_json,
    "packages": packages_json,
    "certificate_files": certificate_files_json,
}
"""Parts that are there only where that room was looked into."""


def _verdict(report: Report) -> Json:
    return {
        "status": report.verdict.status.value,
        "covers": _text(report.verdict.covers),
        "because": [finding.key for finding in report.verdict.because],
    }


def all_stores(evidence: tuple[Evidence, ...]) -> list[Store]:
    """Every store once, whether a runtime reads it or not."""
    stores = [source.store for item in evidence if isinstance(item, Runtime) for source in item.sources]
    stores += [item for item in evidence if isinstance(item, Store)]
    return list({(store.path, store.kind): store for store in stores}.values())


def place_json(place: Place) -> Json:
    """A place, told apart by "kind"."""
    match place:
        case FilePlace(path, line, column):
            return {"kind": "file", "path": path, "line": line or None, "column": column or None}
        case EntryPlace(path, alias):
            return {"kind": "entry", "path": path, "alias": alias}
        case HostPlace(host, address, sni):
            return {"kind": "host", "host": host, "address": address, "sni": sni}
        case runtime:
            return {"kind": "runtime", "runtime": runtime.runtime, "executable": runtime.executable}


def _text(text: Text | None) -> Json | None:
    return None if text is None else {"zh": text.zh, "en": text.en}


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _rotation(rotation: Rotation) -> Json:
    return {
        "id": rotation.id,
        "title": _text(rotation.title),
        "confidence": rotation.confidence.value,
        "roots": [
            {
                "key": root.key,
                "name": root.name,
                "sha256": root.fingerprint,
                "incoming": root.fingerprint in rotation.incoming,
                "retiring": root.fingerprint in rotation.retiring,
            }
            for root in rotation.roots
        ],
    }


def _finding(finding: Finding) -> Json:
    rule = rule_by_id(finding.rule)
    return {
        "key": finding.key,
        "rule": finding.rule,
        "slug": rule.slug if rule else "",
        "level": finding.level.value,
        "certainty": finding.certainty.value,
        "place": place_json(finding.place),
        "message": _text(finding.message),
        "reasons": [_text(reason) for reason in (finding.not_ignored, *finding.reasons) if reason],
        "outages": [_outage(outage) for outage in finding.outages],
        "fixes": [_fix(fix) for fix in finding.fixes],
        "ignored_by": finding.ignored_by,
    }


def _outage(outage: Outage) -> Json:
    return {
        "starts": _time(outage.starts),
        "ends": _time(outage.ends),
        "end_unknown": outage.end_unknown,
        "all_requests": outage.all_requests,
        "lacking": [[root.fingerprint for root in roots] for roots in outage.lacking],
        "confidence": outage.confidence.value,
    }


def _fix(fix: Fix) -> Json:
    return {
        "title": _text(fix.title),
        "safety": fix.safety.value,
        "commands": list(fix.commands),
        "edits": [
            {"path": e.path, "first_line": e.first, "last_line": e.last, "replacement": e.replacement}
            for e in fix.edits
        ],
        "example": fix.example,
        "notes": [_text(note) for note in fix.notes],
    }


def _runtime(runtime: Runtime, report: Report) -> Json:
    return {
        "kind": runtime.kind,
        "name": runtime.name,
        "version": runtime.version,
        "executable": runtime.executable,
        "in_use": runtime.in_use,
        "project": runtime.project,
        "seen_as": [_text(text) for text in runtime.seen_as],
        "trusted_anchors": len(runtime.trusted),
        "roots": {root.key: root_state(runtime, root) for root in shown_roots(report)},
        "sources": [
            {"store": s.store.path, "via": _text(s.via), "variable": s.variable or None} for s in runtime.sources
        ],
        "variables": [{"name": v.name, "value": v.value, "effect": _text(v.effect)} for v in runtime.variables],
        "unknown": _text(runtime.unknown),
        "notes": [_text(note) for note in runtime.notes],
    }


def _store(store: Store, report: Report) -> Json:
    return {
        "paths": [place.path for place in store.places],
        "kind": store.kind,
        "format": store.format,
        "state": store.state.value,
        "certificates": len(store.certificates),
        "trusted_anchors": len(store.trusted),
        "roots": {root.key: root_state(store, root) for root in shown_roots(report)},
        "used_by": [_text(text) for text in store.used_by],
        "problem": _text(store.problem),
        "hint": _text(store.hint),
        "notes": [_text(note) for note in store.notes],
        "decides": store.decides,
    }


def _looked(item: Looked) -> Json:
    return {"what": item.what, "count": item.count, "text": _text(item.text)}


def _not_looked(item: NotLooked) -> Json:
    return {
        "place": place_json(item.place),
        "reason": item.reason,
        "message": _text(item.message),
        "hint": _text(item.hint),
        "decides": item.decides,
    }
