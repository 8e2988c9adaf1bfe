"""Switches of the verification that are handed on under a telling name: calls, options, pairs and fields."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind
from wxcertcheck.scan.handed_cas import CERTIFICATE
from wxcertcheck.scan.handed_guards import calls_own
from wxcertcheck.scan.handed_places import CALLEE, DECIDED, PUTS, holder_of, is_key, is_member, is_setting, same_name
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find
from wxcertcheck.scan.matchers import decided_around
from wxcertcheck.scan.phrases import off_when, words_of
from wxcertcheck.scan.source import Call
from wxcertcheck.scan.values import Kind, Value

if TYPE_CHECKING:
    from tree_sitter import Node

_NONE = re.compile(r"(?:_|\b|[a-z])(?:NONE|None|none|NO_VERIFY|NoVerify|Insecure|INSECURE|Disabled?|Off)$")
_STARTS = re.compile(
    r"(?i)(?:^|_)(?:init|new|default|reset|clear|create|alloc|construct)|(?:Init|New|Default|Reset|Clear|Create|Alloc)(?=[A-Z_]|$)|default$"
)
"""Functions that fill a structure before anybody's settings are read."""


def _switched(hit: Hit, node: "Node", value: Value, off: str, written: str) -> Find | None:
    wanted = frozenset({off, "0" if off == "false" else "1"})
    macro = re.search(r"(?:^|_)(TRUE|FALSE)$", value.text)  # ``HW_FALSE``
    if value.kind.value in wanted or value.text in wanted or (macro and macro[1].lower() == off):
        decided = decided_around(hit.source, node)
        return Find(PinKind.CONFIGURABLE if decided else PinKind.VERIFICATION_OFF, node)
    if value.kind is Kind.TEXT and CERTIFICATE.search(value.text[:4096]):
        return Find(PinKind.TRUST, node, value)  # ``client->setSSLVerification("cacert.pem")``
    if value.kind in (Kind.TRUE, Kind.FALSE, Kind.NULL, Kind.NUMBER, Kind.TEXT):
        return None
    if value.kind in (Kind.NAME, Kind.UNKNOWN) and _NONE.search(value.text):
        decided = decided_around(hit.source, node)
        return Find(PinKind.CONFIGURABLE if decided else PinKind.VERIFICATION_OFF, node)
    if macro:
        return None
    leaves = list(value.leaves())
    if len(leaves) > 1 and (any(leaf.kind.value == off for leaf in leaves) or off_when(written)):
        return Find(PinKind.CONFIGURABLE, node)
    constant = _MODE.search(words_of(hit.name)) is not None and re.fullmatch(r"[\w:]+", written)
    asked = value.kind in DECIDED or (not constant and _asks(value))
    return Find(PinKind.CONFIGURABLE, node, value) if asked else None


_MODE = re.compile(r"_verif(?:y|ication)_(?:modes?|flags?|level|type)_")
"""Set to a constant, not to a truth value: ``ssl::verify_peer``."""


def _asks(value: Value) -> bool:
    return any(off_when(name) for name in re.findall(r"\w+", value.text[:200]) if not name.isupper())


_SETTER = re.compile(r"_(?:set|with|enable|use|allow|disable|skip|ignore|accept|trust)_")
_LITERALS = frozenset({"true", "false", "0", "1", "TRUE", "FALSE", "YES", "NO", "0L"})
"""What a function whose name alone makes no setter of it must be given: ``verify_peer(false)``, not ``verify_peer(name)``."""


def switch_call(hit: Hit, call: Call, off: str) -> Iterator[Find]:
    """``client.setVerifyPeer(false)``, ``.verifySSL(cfg.verify)``, ``natsOptions_SkipServerVerification(o, true)``."""
    if calls_own(hit.source, call) or not call.arguments or len(call.arguments) > 3:
        return
    given = call.arguments[-1].node
    written = hit.source.text(given)
    asks = call.receiver is None and len(call.arguments) == 1 and not call.name.lower().startswith("set")
    if asks and written not in _LITERALS and hit.source.language.name in ("c", "cpp", "objective_c"):
        return  # ``if (!disk_skip_verification(device))``: a setter is given what it sets and the value
    if _SETTER.search(words_of(call.name)) is None and not (
        written in _LITERALS or re.search(r"_(?:TRUE|FALSE)$", written)
    ):
        return
    find = _switched(hit, call.node, hit.value(given), off, written)
    if find is not None:
        yield find


def _only_starts(hit: Hit, setting: Setting) -> bool:
    """``wrapper->verify = 0`` where a structure is made, ``{.verify = false, …}`` of C: what the memory holds at first."""
    source = hit.source
    function = source.function_around(setting.node)
    if function is not None and source.name_of(function).lower() == "default":
        return True
    if source.language.name not in ("c", "cpp", "objective_c"):
        return False
    return setting.form == "pair" or function is None or _STARTS.search(source.name_of(function)) is not None


def switch_setting(hit: Hit, setting: Setting, off: str) -> Iterator[Find]:
    source, value = hit.source, setting.value
    if value is None or setting.form not in ("pair", "assignment", "option"):
        return
    if setting.form == "assignment" and not is_member(hit, setting):
        return
    if setting.form == "option":
        call = hit.call_around()
        if call is None or not PUTS.search(call.name) or not is_key(hit):
            return
    own = hit.value(value)
    find = _switched(hit, setting.node, own, off, source.text(value))
    if find is None and setting.form == "assignment" and is_setting(source, value):
        find = Find(PinKind.CONFIGURABLE, setting.node)
    if find is None or same_name(hit, value):
        return
    if find.kind is PinKind.VERIFICATION_OFF and off == "false" and _only_starts(hit, setting):
        return
    if find.kind is PinKind.CONFIGURABLE and own.kind in (*DECIDED, Kind.NAME, Kind.UNKNOWN):
        if setting.form == "assignment" and not is_setting(source, value):
            return
        if setting.form == "pair":
            holder = holder_of(source, setting.node)
            if not (re.search(r"[.:]\w+$", holder) and CALLEE.search(holder)) or holder.startswith("Self"):
                return
    yield find
