"""Every store that was found, for a person: which roots, how many anchors, format, who reads it, where. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from wxcertcheck.model import NotLooked, Report, Runtime, Store, StoreState
from wxcertcheck.reporters.layout import wrap
from wxcertcheck.reporters.rooms import root_state, shown_roots
from wxcertcheck.rules.wording import root_label
from wxcertcheck.text import Text, joined, same

_IN_USE = Text(zh="运行环境在用的信任库", en="Stores that runtimes in use read")
_OTHERS = Text(zh="其他信任库", en="Other stores")
_NOT_READ = Text(zh="没能检查", en="Could not look")
_ANCHORS = Text(zh="{count} 个根证书", en="{count} {count:anchor|anchors}")
_ROOT = {
    "trusted": Text(zh="{root} 有", en="{root} yes"),
    "switched-off": Text(zh="{root} 停用", en="{root} OFF"),
    "unknown": Text(zh="{root} ？", en="{root} ?"),
    "absent": Text(zh="{root} 无", en="{root} NO"),
}
_NOTHING = Text(zh="没有找到信任库", en="No store was found")
_SHOWN_READERS = 6
_SHOWN_PLACES = 4


@dataclass
class _Group:
    """Stores with the same certificates in the same format, and who reads them."""

    store: Store
    places: list[str]
    readers: list[Text]


def store_list(report: Report, language: str) -> str:
    """The stores in use first, then the others, then what could not be looked at. One content is shown once."""
    used = _in_use(report)
    others = [
        item for item in report.evidence if isinstance(item, Store) and not any(item.path in g.places for g in used)
    ]
    lines: list[str] = []
    for heading, groups in ((_IN_USE, used), (_OTHERS, [_Group(s, _paths(s), list(s.used_by)) for s in others])):
        if groups:
            lines += ["", heading.of(language)]
        for group in groups:
            lines += _lines(group, report, language)
    if not used and not others:
        lines += ["", _NOTHING.of(language)]
    gaps = [item for item in report.evidence if isinstance(item, NotLooked) and not item.decides]
    if gaps:
        lines += ["", _NOT_READ.of(language)]
    for gap in gaps:
        lines += wrap(gap.message.of(language), first="  ", indent="    ")
        lines += wrap(gap.hint.of(language), first="    ", indent="    ")
    return "\n".join(lines) + "\n"


def _in_use(report: Report) -> list[_Group]:
    """The stores that runtimes in use read, in the order of first mention."""
    groups: dict[object, _Group] = {}
    for item in report.evidence:
        if not isinstance(item, Runtime) or not item.in_use:
            continue
        for source in item.sources:
            store = source.store
            held = frozenset((c.fingerprint, c.trusted) for c in store.certificates)
            group = groups.setdefault((store.format, held or store.path), _Group(store, [], []))
            group.places += [path for path in _paths(store) if path not in group.places]
            group.readers.append(same(item.name))
    return list(groups.values())


def _paths(store: Store) -> list[str]:
    return [place.path for place in store.places]


def _lines(group: _Group, report: Report, language: str) -> Iterator[str]:
    store, places = group.store, group.places
    yield from wrap(places[0], first="  ", indent="    ")
    for place in places[1:_SHOWN_PLACES]:
        yield from wrap(place, first="  = ", indent="    ")
    if len(places) > _SHOWN_PLACES:
        yield f"  = … +{len(places) - _SHOWN_PLACES}"
    if store.state is not StoreState.READ and store.problem:
        yield from wrap(store.problem.of(language), first="    ", indent="    ")
    else:
        states = [_ROOT[root_state(store, root)].fill(root=root_label(root)) for root in shown_roots(report)]
        facts = [*states, _ANCHORS.fill(count=len(store.trusted)), same(store.format)]
        yield "    " + "  ".join(fact.of(language) for fact in facts)
    names = list(dict.fromkeys(group.readers))
    if names:
        more = [same(f"+{len(names) - _SHOWN_READERS}")] if len(names) > _SHOWN_READERS else []
        yield from wrap(joined([*names[:_SHOWN_READERS], *more]).of(language), first="    ", indent="    ")
    wanted = {root.fingerprint for root in shown_roots(report)}
    reasons = [c.why_not for c in store.certificates if c.fingerprint in wanted and not c.trusted and c.why_not]
    for text in dict.fromkeys((*reasons, *store.notes)):
        yield from wrap(text.of(language), first="    ! ", indent="      ")
