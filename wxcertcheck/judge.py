"""Evidence + rotation + moment -> findings -> verdict. No I/O, no clock, no printing."""

from msgspec.structs import replace

from wxcertcheck.model import (
    Case,
    Evidence,
    Finding,
    Level,
    Looked,
    NotLooked,
    Presented,
    ProxySetting,
    Runtime,
    RuntimePlace,
    Status,
    Store,
    StoreState,
    Top,
    Verdict,
)
from wxcertcheck.rules import all_rules
from wxcertcheck.rules.holders import could_not_tell, deciding_holders
from wxcertcheck.rules.pins import undecided_pins
from wxcertcheck.rules.run_by import runs
from wxcertcheck.text import Text

_LEVELS = list(Level)


def findings_of(case: Case) -> tuple[Finding, ...]:
    """What every rule concludes, worst first, then by rule and place."""
    findings = [finding for rule in all_rules() for finding in rule.judge(case)]
    return tuple(sorted(findings, key=lambda f: (_LEVELS.index(f.level), f.rule, str(f.place))))


def undecided(case: Case) -> tuple[NotLooked, ...]:
    """Holders that would fail on what could be read, where a part could not be read: their absence proves nothing."""
    items = []
    for holder in deciding_holders(case):
        if not could_not_tell(holder) or not case.rotation.outages(holder.trusted, case.on):
            continue
        if isinstance(holder, Store):
            message, hint, place = holder.problem or _UNREAD, holder.hint or _HINT, holder.places[0]
            items.append(NotLooked(place, "store-unread", message, hint, decides=True))
        else:
            unread = [s.store for s in holder.sources if s.store.state is StoreState.UNREADABLE]
            why = holder.unknown or next((store.problem for store in unread if store.problem), _UNREAD)
            hint = next((store.hint for store in unread if store.hint), _HINT)
            message = _RUNTIME_UNREAD.fill(runtime=holder.name, why=why)
            items.append(NotLooked(RuntimePlace(holder.name, holder.executable), "runtime-unread", message, hint, True))
    return (*items, *undecided_pins(case))


def verdict_of(case: Case, findings: tuple[Finding, ...], covers: Text | None = None) -> Verdict:
    """Fold: a proven error -> NOT_READY; else a deciding gap, or nothing looked at -> UNKNOWN; else READY."""
    errors = tuple(f for f in findings if f.level is Level.ERROR and f.ignored_by is None)
    gaps = tuple(item for item in case.each(NotLooked) if item.decides)
    if errors:
        return Verdict(Status.NOT_READY, errors, gaps, covers)
    if gaps or not _looked(case.evidence):
        return Verdict(Status.UNKNOWN, (), gaps, covers)
    return Verdict(Status.READY, (), (), covers)


def _looked(evidence: tuple[Evidence, ...]) -> bool:
    """Whether anything that decides was looked at. Code without findings counts; a search that met nothing does not."""
    return any(
        (isinstance(item, Runtime) and item.in_use)
        or (isinstance(item, Store) and item.decides)
        or (isinstance(item, Looked) and item.what in _ROOMS and item.count > 0)
        for item in evidence
    )


_ROOMS = frozenset({"code", "handshake"})
_UNREAD = Text(zh="有信任库没能读取", en="a trust store could not be read")
_HINT = Text(
    zh="请以有权限的用户运行，或用 --root 给出一份拷贝。", en="Run with permission, or give a copy with --root."
)
_RUNTIME_UNREAD = Text(zh="无法判定 {runtime}：{why}", en="Cannot decide about {runtime}: {why}")


def narrowed(evidence: tuple[Evidence, ...], languages: frozenset[str]) -> tuple[Evidence, ...]:
    """With code that calls the hosts, only the runtimes that it is written for stay in use (all, if nothing calls them)."""
    if not languages:
        return evidence
    return tuple(
        replace(item, in_use=False)
        if isinstance(item, Runtime) and not item.project and not runs(item.kind, languages)
        else item
        for item in evidence
    )


def with_local_proxy(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """The stores of a proxy that runs on this machine and ends TLS count like those of a runtime (the guide, §6.3)."""
    ending = {p.handshake.proxy for p in evidence if isinstance(p, Presented) and p.top is Top.PRIVATE}
    programs = {
        name
        for setting in evidence
        if isinstance(setting, ProxySetting) and setting.value in ending
        for name in _PROXIES
        if name in setting.process
    }
    return tuple(
        replace(item, decides=True) if isinstance(item, Store) and item.kind in programs else item for item in evidence
    )


_PROXIES = ("nginx", "haproxy", "squid", "stunnel", "envoy")
