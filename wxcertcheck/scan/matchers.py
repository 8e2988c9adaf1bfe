"""Ready-made matchers for `Pattern.match`: most patterns of most languages are one of these."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find, Matcher
from wxcertcheck.scan.source import Call, Source

if TYPE_CHECKING:
    from tree_sitter import Node

SettingTest = Callable[[Hit, Setting], bool]
CallTest = Callable[[Hit, Call], bool]


def trusts(
    *names: str,
    forms: tuple[str, ...] = ("pair", "assignment", "option", "setter", "default"),
    when: SettingTest | None = None,
    mode: PinMode = PinMode.REPLACES,
    purpose: Purpose = Purpose.HTTPS,
    false_is_off: bool = False,
) -> Matcher:
    """A setting (see `Setting`) called one of ``names`` whose value names the trusted CAs."""

    def match(hit: Hit) -> Iterator[Find]:
        if hit.name not in names:
            return
        setting = hit.setting()
        if setting is None or setting.value is None or setting.form not in forms or (when and not when(hit, setting)):
            return
        value = hit.value(setting.value)
        yield Find(PinKind.TRUST, setting.node, value, mode, purpose, false_is_off=false_is_off)

    return match


def switches(
    *names: str,
    off: frozenset[str] = frozenset({"false", "0"}),
    forms: tuple[str, ...] = ("pair", "assignment", "option", "setter", "default"),
    when: SettingTest | None = None,
    purpose: Purpose = Purpose.HTTPS,
) -> Matcher:
    """A setting called one of ``names`` that switches verification off when its value is one of ``off``.

    ``off`` holds kinds ("false", "true", "null") and texts of values (numbers, names, strings): ``{"VERIFY_NONE", "0"}``.
    A dotted name counts by its last part too.
    """

    def match(hit: Hit) -> Iterator[Find]:
        if hit.name not in names:
            return
        setting = hit.setting()
        if setting is None or setting.value is None or setting.form not in forms or (when and not when(hit, setting)):
            return
        yield Find(PinKind.VERIFICATION_OFF, setting.node, hit.value(setting.value), purpose=purpose, off=off)

    return match


def call_trusts(
    *names: str,
    nth: int = 0,
    named: tuple[str, ...] = (),
    when: CallTest | None = None,
    mode: PinMode = PinMode.REPLACES,
    purpose: Purpose = Purpose.HTTPS,
) -> Matcher:
    """A call of one of ``names`` whose positional argument ``nth`` (or the one called ``named``) names the trusted CAs."""

    def match(hit: Hit) -> Iterator[Find]:
        call = hit.call()
        if call is None or call.name not in names or hit.name not in names or (when and not when(hit, call)):
            return
        node = call.named(*named) or call.nth(nth)
        if node is not None:
            yield Find(PinKind.TRUST, call.node, hit.value(node), mode, purpose)

    return match


def call_switches_off(*names: str, when: CallTest | None = None, purpose: Purpose = Purpose.HTTPS) -> Matcher:
    """A call of one of ``names`` that switches verification off by being made."""

    def match(hit: Hit) -> Iterator[Find]:
        call = hit.call()
        if call is not None and call.name in names and hit.name in names and (when is None or when(hit, call)):
            yield Find(PinKind.VERIFICATION_OFF, call.node, purpose=purpose)

    return match


def fingerprints(*names: str, nth: int = 0, named: tuple[str, ...] = (), when: CallTest | None = None) -> Matcher:
    """A call of one of ``names`` whose argument from ``nth`` on is an expected fingerprint or SPKI pin."""

    def match(hit: Hit) -> Iterator[Find]:
        call = hit.call()
        if call is None or call.name not in names or hit.name not in names or (when and not when(hit, call)):
            return
        positional = [a.node for a in call.arguments if not a.name][nth:]
        for node in [call.named(*named)] if named and call.named(*named) is not None else positional:
            yield Find(PinKind.FINGERPRINT, node if len(positional) > 1 and node else call.node, hit.value(node))

    return match


def any_of(*matchers: Matcher) -> Matcher:
    """All finds of several matchers."""

    def match(hit: Hit) -> Iterator[Find]:
        for one in matchers:
            yield from one(hit)

    return match


_SWITCH = re.compile(
    r"(?i)insecure|verif|validat|unsafe|self.?signed|skip|weak|trust.?all|no.?check|cert_?check|check_?cert|ignore|accept.?any|invalid|allow.?any|loose|dev.?mode|debug"
)


def decided_around(source: Source, node: "Node") -> bool:
    """Whether ``node`` stands under an ``if`` that asks a setting of the same matter: ``if options.insecure { … }``;
    or under such a ``case``.
    """
    for parent in source.ancestors(node):
        if parent.type in source.grammar.functions:
            return False
        if parent.type in ("if_statement", "if_expression"):
            asked = parent.child_by_field_name("condition")
            inside = asked is not None and asked.start_byte <= node.start_byte < asked.end_byte
            if asked is not None and not inside and _SWITCH.search(source.text(asked)):
                return True
        if parent.type in ("case_statement", "case"):
            asked = parent.child_by_field_name("value")
            if asked is not None and (_SWITCH.search(source.text(asked)) or source.text(asked).endswith("_NONE")):
                return True
    return False
