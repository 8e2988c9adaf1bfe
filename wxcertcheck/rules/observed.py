"""What handshakes showed, as rules ask for it: production or announced addresses, who refuses what, in words. Pure."""

from collections.abc import Iterable, Iterator

from wxcertcheck.model import Acceptance, Case, ChainOutcome, HostPlace, Origin, Presented, Runtime, Store, Top
from wxcertcheck.rules.holders import could_not_tell, deciding_holders
from wxcertcheck.rules.wording import holder_name
from wxcertcheck.text import Text, joined, same

ANNOUNCED = (Origin.VERIFICATION, Origin.OLD_CHAIN)
LACKING = (ChainOutcome.MISSING_ROOT, ChainOutcome.DISTRUSTED)
_SHOWN = 3


def presented(case: Case, *, production: bool = False) -> Iterator[Presented]:
    """What servers of the rotation showed and what counts; with ``production`` not at announced addresses."""
    for item in case.each(Presented):
        if not item.counts or not case.rotation.knows_host(item.handshake.place.host):
            continue
        if production and item.handshake.origin in ANNOUNCED:
            continue
        yield item


def refusals(case: Case) -> Iterator[Acceptance]:
    """Where a runtime in use, or a store that decides, refuses a chain of the rotation's hosts."""
    holders = {id(holder) for holder in deciding_holders(case) if not could_not_tell(holder)}
    for item in case.each(Acceptance):
        if not item.answer.accepted and id(item.by) in holders and case.rotation.knows_host(item.places[0].host):
            yield item


def refusers_of(case: Case, shown: Presented) -> tuple[Runtime | Store, ...]:
    """Runtimes in use, and stores that decide, which refuse this chain."""
    chain, sni = shown.handshake.chain, shown.handshake.place.sni
    return tuple(
        item.by
        for item in refusals(case)
        if item.presented.handshake.chain == chain and item.presented.handshake.place.sni == sni
    )


def observed_refusals(case: Case, holder: Runtime | Store) -> tuple[Text, ...]:
    """Sentences that confirm a store's finding: which servers show a chain that this holder refuses."""
    by_top: dict[str, list[HostPlace]] = {}
    for item in refusals(case):
        if item.by is holder and item.answer.outcome in LACKING and item.presented.top is not Top.PRIVATE:
            by_top.setdefault(item.presented.top_name, []).extend(item.places)
    return tuple(_CONFIRMED.fill(places=shown_places(places), top=top) for top, places in by_top.items())


def shown_places(places: Iterable[HostPlace]) -> Text:
    """ "api.test @ 192.0.2.1:443, …", at most three of them."""
    names = list(dict.fromkeys(str(place) for place in places))
    shown = same(", ".join(names[:_SHOWN]))
    return shown + _MORE.fill(rest=len(names) - _SHOWN) if len(names) > _SHOWN else shown


def shown_holders(holders: Iterable[Runtime | Store]) -> Text:
    """ "java 8 (app.service), curl", at most three of them."""
    names = list(dict.fromkeys(holder_name(holder) for holder in holders))
    shown = joined(names[:_SHOWN])
    return shown + _MORE.fill(rest=len(names) - _SHOWN) if len(names) > _SHOWN else shown


GUIDE = Text(
    zh="握手成功只说明信任库没问题，不代表业务程序没问题；请用与生产相同的环境和程序验证。",
    en="Success here proves the store, not your program: verify with the environment and the program of production.",
)
_CONFIRMED = Text(
    zh="实际握手已证实：{places} 的证书链到 {top}，不被接受",
    en="confirmed by a handshake: the chain at {places} ends in {top} and is refused",
)
_MORE = Text(zh=" 等（另有 {rest} 个）", en=" and {rest} more")
