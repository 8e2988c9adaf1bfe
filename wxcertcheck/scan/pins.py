"""From what was seen in a file to its pins: values finished with other files' help, and what they name opened.

Other files are read and parsed for it, so it is done where the file itself is looked at: in the worker process.
"""

from dataclasses import dataclass
from functools import cached_property

from msgspec.structs import replace

from wxcertcheck.model import FilePlace, Pin, PinKind, StoreState
from wxcertcheck.scan.classify import classify
from wxcertcheck.scan.fingerprints import fingerprints_in
from wxcertcheck.scan.paths import Flags
from wxcertcheck.scan.request import ScanRequest
from wxcertcheck.scan.resolve import Resolver
from wxcertcheck.scan.seen import Seen
from wxcertcheck.scan.suppression import on
from wxcertcheck.scan.tree import Tree
from wxcertcheck.scan.values import Value
from wxcertcheck.text import Text


@dataclass
class PinMaker:
    """Makes the pins of one file after the other."""

    request: ScanRequest
    trees: tuple[Tree, ...]

    def pins(self, seen: list[Seen]) -> list[Pin]:
        """The pins of a file's places."""
        return _with_dead([(one, pin) for one in seen if (pin := self._pin(one)) is not None])

    @cached_property
    def _resolver(self) -> Resolver:
        return Resolver(self.trees, self.request.limits, dict(self.request.environ))

    @cached_property
    def _flags(self) -> Flags:
        return Flags(tuple(tree.root for tree in self.trees), self.request.include_tests)

    def _pin(self, seen: Seen) -> Pin | None:
        value = self._resolver.finish(seen.value, seen.path, seen.language) if seen.value is not None else None
        kind = classify(seen.find, value)
        if kind is None:
            return None
        test, example, vendored = self._flags.of(seen.path, seen.slug)
        pin = Pin(
            place=FilePlace(seen.path, seen.line, seen.column),
            language=seen.language,
            pattern=f"{seen.language}/{seen.slug}",
            kind=kind,
            mode=seen.find.mode,
            purpose=seen.find.purpose,
            value=seen.written,
            test=test or (seen.test and not self.request.include_tests),
            example=example,
            vendored=vendored,
            statement=seen.statement,
            statement_line=seen.statement_line,
            only_statement=seen.only_statement,
            repair=seen.repair,
            last_line=seen.last_line,
            line_hash=seen.line_hash,
            suppressed=on(seen.suppressed, self.request.today),
        )
        if value is None:
            return pin
        pin = replace(pin, reasons=_reasons(value))
        if kind is PinKind.FINGERPRINT:
            fingerprints = fingerprints_in(value)
            return replace(pin, fingerprints=fingerprints, unresolved=None if fingerprints else _NO_FINGERPRINT)
        return self._opened(pin, seen, value) if kind is PinKind.TRUST else pin

    def _opened(self, pin: Pin, seen: Seen, value: Value) -> Pin:
        targets, why = self._resolver.targets(value, seen.path, seen.find.password)
        own = tuple(store for store in targets if store.kind != "system")
        if targets and not own and why is None:
            problem = targets[0].problem
            return replace(pin, kind=PinKind.CONFIGURABLE, reasons=(*pin.reasons, *([problem] if problem else [])))
        closed = (StoreState.MISSING, StoreState.UNREADABLE)
        missing = next((store.problem for store in own if store.state in closed), None)
        return replace(pin, targets=own, unresolved=why or missing)


def _reasons(value: Value) -> tuple[Text, ...]:
    reasons = list(value.why)
    for leaf in value.leaves():
        reasons += [why for why in leaf.why if why not in reasons]
    return tuple(dict.fromkeys(reasons))[:8]


def _with_dead(found: list[tuple[Seen, Pin]]) -> list[Pin]:
    """A trust pin in a function that also switches verification off is dead: it says by which place."""
    off: dict[int, FilePlace] = {}
    for seen, pin in found:
        if pin.kind is PinKind.VERIFICATION_OFF and seen.function >= 0:
            off.setdefault(seen.function, pin.place)
    return [replace(pin, dead_by=off.get(seen.function)) if pin.kind is PinKind.TRUST else pin for seen, pin in found]


_NO_FINGERPRINT = Text(zh="指纹不是写死的常量", en="the fingerprint is not a constant")
