"""How a failure becomes a finding: the words and the chain of reasons that rules 101 to 104 share. Pure."""

from wxcertcheck.model import Case, Finding, Rule, Runtime, Store, StoreState
from wxcertcheck.rules.holders import Failure
from wxcertcheck.rules.observed import observed_refusals
from wxcertcheck.rules.wording import holder_name, lacking_roots, level_of, outage_sentence, runtime_name, told_outages
from wxcertcheck.text import Text, joined

_SHOWN = 4
_TOLD = 2


def names(failure: Failure) -> Text:
    """ "java 8 (app.service), curl", at most four of them; a runtime in many processes once."""
    by_name: dict[str, list[Runtime | Store]] = {}
    for holder in failure.holders:
        by_name.setdefault(runtime_name(holder) if isinstance(holder, Runtime) else holder.path, []).append(holder)
    shown = [
        holder_name(holders[0]) if len(holders) == 1 else _in_several(holders)
        for holders in [*by_name.values()][:_SHOWN]
    ]
    rest = len(by_name) - _SHOWN
    return joined(shown) + _MORE.fill(rest=rest) if rest > 0 else joined(shown)


def _in_several(holders: list[Runtime | Store]) -> Text:
    """ "java 8 (a.service, b.service)", or how many, where they are more than two."""
    runtimes = [holder for holder in holders if isinstance(holder, Runtime)]
    name = runtime_name(runtimes[0]) if runtimes else str(holders[0])
    seen = list(dict.fromkeys(runtime.seen_as[0] for runtime in runtimes if runtime.seen_as))
    if len(seen) <= _TOLD:
        return _PLACES.fill(name=name, places=joined(seen))
    return _TIMES.fill(name=name, first=seen[0], rest=len(seen) - 1)


def finding_for(rule: Rule, case: Case, failure: Failure) -> Finding:
    """One finding: who lacks what, since or until when, which store, and why that store counts."""
    message = (_LACKS if len(failure.holders) == 1 else _LACK).fill(
        holders=names(failure),
        roots=lacking_roots(failure.outages),
        when=outage_sentence(told_outages(failure.holders[0], case.rotation, case.on), case.on),
    )
    return Finding(
        rule=rule.id,
        level=level_of(failure.outages, case.rotation, case.on),
        place=failure.place,
        message=message,
        reasons=_reasons(failure) + observed_refusals(case, failure.holders[0]),
        outages=failure.outages,
        subjects=(*failure.holders, *(s for s in failure.stores if s not in failure.holders)),
    )


def _reasons(failure: Failure) -> tuple[Text, ...]:
    reasons: list[Text] = []
    for holder in failure.holders:
        if isinstance(holder, Runtime):
            reasons += [_READS.fill(holder=holder.name, path=s.store.path, via=s.via) for s in holder.sources]
            reasons += [variable.effect for variable in holder.variables]
    for store in failure.stores:
        reasons.append(_HOLDS.fill(path=store.path, count=len(store.trusted)))
        if store.state is not StoreState.READ and store.problem:
            reasons.append(store.problem)
    return tuple(dict.fromkeys(reasons))


_PLACES = Text(zh="{name}（{places}）", en="{name} ({places})")
_TIMES = Text(zh="{name}（{first} 等，另有 {rest} 处）", en="{name} ({first} and {rest} more)")
_MORE = Text(zh=" 等（另有 {rest} 个）", en=" and {rest} more")
_LACKS = Text(zh="{holders}：缺少 {roots}，{when}", en="{holders} lacks {roots}: {when}")
_LACK = Text(zh="{holders}：都缺少 {roots}，{when}", en="{holders} lack {roots}: {when}")
_READS = Text(zh="{holder} 读取 {path}（{via}）", en="{holder} reads {path} ({via})")
_HOLDS = Text(zh="{path} 里被信任的根证书共 {count} 个", en="{path} holds {count} trusted {count:anchor|anchors}")
