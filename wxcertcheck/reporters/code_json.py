"""What the scan saw, in the JSON report: pins, hosts, packages, certificate files. Pure."""

from typing import Any

from wxcertcheck.model import CertificateFile, FilePlace, HostUse, PackageUse, Pin, Report, Store
from wxcertcheck.reporters.rooms import root_state, shown_roots
from wxcertcheck.rules.pins import certainty_of
from wxcertcheck.text import Text

Json = dict[str, Any]


def pins_json(report: Report) -> list[Json]:
    """Every place that chooses trusted CAs, compares fingerprints or switches verification off."""
    return [_pin(item, report) for item in report.evidence if isinstance(item, Pin)]


def hosts_json(report: Report) -> list[Json]:
    """Every place that names a host of a rotation."""
    uses = [item for item in report.evidence if isinstance(item, HostUse)]
    return [
        {"place": _place(use.place), "host": use.host, "rotations": list(use.rotations), "test": use.test}
        for use in uses
    ]


def packages_json(report: Report) -> list[Json]:
    """Every package of the table that a manifest or lock file names."""
    return [_package(item) for item in report.evidence if isinstance(item, PackageUse)]


def certificate_files_json(report: Report) -> list[Json]:
    """Every file of the tree with certificates in it."""
    found = [item for item in report.evidence if isinstance(item, CertificateFile)]
    return [
        {
            "place": _place(item.place),
            "role": item.role.value,
            "format": item.store.format,
            "certificates": len(item.store.certificates),
            "roots": _states(item.store, report),
            "embedded": item.embedded,
            "used": item.used,
            "test": item.test,
            "vendored": item.vendored,
        }
        for item in found
    ]


def _pin(pin: Pin, report: Report) -> Json:
    return {
        "place": _place(pin.place),
        "language": pin.language,
        "pattern": pin.pattern,
        "kind": pin.kind.value,
        "mode": pin.mode.value,
        "purpose": pin.purpose.value,
        "value": pin.value,
        "certainty": certainty_of(pin, report.rotation).value,
        "hosts": list(pin.hosts),
        "likely_hosts": list(pin.likely_hosts),
        "targets": [
            {"path": store.path, "state": store.state.value, "roots": _states(store, report)} for store in pin.targets
        ],
        "fingerprints": list(pin.fingerprints),
        "unresolved": _text(pin.unresolved),
        "dead_by": _place(pin.dead_by) if pin.dead_by else None,
        "ignored_by": pin.suppressed.reason if pin.suppressed and not pin.suppressed.fault else None,
        "test": pin.test,
        "example": pin.example,
        "vendored": pin.vendored,
    }


def _package(package: PackageUse) -> Json:
    return {
        "place": _place(package.place),
        "ecosystem": package.ecosystem,
        "name": package.name,
        "version": package.version or None,
        "calls": list(package.calls),
        "carries": None if package.carries is None else sorted(package.carries),
        "only_for": package.only_for or None,
        "confidence": package.confidence.value,
        "source": package.source.url if package.source else None,
        "read_on": package.source.read_on if package.source else None,
    }


def _states(store: Store, report: Report) -> dict[str, str]:
    return {root.key: root_state(store, root) for root in shown_roots(report)}


def _place(place: FilePlace) -> Json:
    return {"kind": "file", "path": place.path, "line": place.line or None, "column": place.column or None}


def _text(text: Text | None) -> Json | None:
    return None if text is None else {"zh": text.zh, "en": text.en}
