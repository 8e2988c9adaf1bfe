"""From what a pattern saw and what its value turned out to be: which kind of pin it is, or none."""

import re

from wxcertcheck.model import PinKind
from wxcertcheck.scan.language import Find
from wxcertcheck.scan.values import Kind, Value

_DECIDED_ELSEWHERE = (Kind.ENVIRONMENT, Kind.SETTING, Kind.PARAMETER)
_PLACEHOLDER = re.compile(r"\{\{[^{}\n]*\}\}|<%=[^%\n]*%>|@@?[A-Z][A-Z_]+@@?|%%[A-Z_]+%%")
"""What a script puts a value in place of, before the program is run: ``"{{SMTP_CA_FILE}}"``."""
_KNOWN_DEFAULTS = (Kind.TRUE, Kind.NULL, Kind.SYSTEM)


def classify(find: Find, value: Value | None) -> PinKind | None:
    """The kind of pin, None for "nothing is fixed here". ``value`` is the find's value, as far as it is resolved now."""
    if find.kind is PinKind.CONFIGURABLE or value is None:
        return find.kind
    if find.kind is PinKind.VERIFICATION_OFF:
        return _switch(find, value)
    kinds = [_one(find, leaf) for leaf in value.leaves()]
    for kind in (find.kind, PinKind.VERIFICATION_OFF, PinKind.CONFIGURABLE):
        if kind in kinds:
            return kind
    return None


def _one(find: Find, value: Value) -> PinKind | None:
    if value.kind is Kind.FALSE:
        return PinKind.VERIFICATION_OFF if find.false_is_off else None
    if value.kind in _KNOWN_DEFAULTS:
        return None
    if value.kind in (Kind.TEXT, Kind.NUMBER):
        if _PLACEHOLDER.fullmatch(value.text.strip()):
            return PinKind.CONFIGURABLE
        return find.kind if value.text.strip() else None
    if value.kind in _DECIDED_ELSEWHERE:
        default = _one(find, value.parts[0]) if value.parts else None
        if default in (PinKind.TRUST, PinKind.VERIFICATION_OFF, PinKind.FINGERPRINT):
            return default
        return PinKind.CONFIGURABLE
    if value.kind is Kind.JOIN:
        return PinKind.CONFIGURABLE if decided_elsewhere(value) else find.kind
    return find.kind


def decided_elsewhere(value: Value) -> bool:
    """Whether a caller, a variable or a setting decides (part of) the value."""
    return any(part.kind in _DECIDED_ELSEWHERE or (part.parts and decided_elsewhere(part)) for part in value.parts) or (
        value.kind in _DECIDED_ELSEWHERE
    )


def _switch(find: Find, value: Value) -> PinKind | None:
    leaves = list(value.leaves())
    if any(leaf.kind is Kind.TEXT and _PLACEHOLDER.fullmatch(leaf.text.strip()) for leaf in leaves):
        return PinKind.CONFIGURABLE
    if any(_is_off(find, leaf) for leaf in leaves):
        return PinKind.VERIFICATION_OFF if len(leaves) == 1 else PinKind.CONFIGURABLE
    for leaf in leaves:
        if leaf.kind in _DECIDED_ELSEWHERE:
            default = leaf.parts[0] if leaf.parts else None
            return PinKind.VERIFICATION_OFF if default and _is_off(find, default) else PinKind.CONFIGURABLE
    return None


def _is_off(find: Find, value: Value) -> bool:
    if value.kind.value in find.off:
        return True
    if value.kind not in (Kind.TEXT, Kind.NUMBER, Kind.NAME, Kind.UNKNOWN, Kind.NULL, Kind.TRUE, Kind.FALSE):
        return False
    written = value.text.strip()
    return written in find.off or written.rpartition(".")[2] in find.off
