"""WXC301: a runtime in use refuses the chain that a server of the rotation presents now."""

from collections.abc import Iterator

from wxcertcheck.model import Acceptance, Case, FilePlace, Finding, Level, Place, Rule, Runtime, Store, Top
from wxcertcheck.rules.holders import failures
from wxcertcheck.rules.observed import ANNOUNCED, LACKING, presented, refusals, shown_holders, shown_places
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """What was seen beats the calendar. Holders that fail by the calendar already have their finding (101 to 104)."""
    known = {id(holder) for failure in failures(case) for holder in failure.holders}
    causes: dict[tuple[Place, str], list[Acceptance]] = {}
    for item in refusals(case):
        shown = item.presented
        if item.answer.outcome not in LACKING or shown.top in (Top.PRIVATE, Top.INCOMPLETE):
            continue
        if id(item.by) not in known and shown.handshake.origin not in ANNOUNCED:
            causes.setdefault((_place(item.by), shown.top_name), []).append(item)
    for (where, top), items in causes.items():
        yield Finding(
            rule=RULE.id,
            level=Level.ERROR,
            place=where,
            message=_MESSAGE.fill(
                holders=shown_holders(item.by for item in items),
                top=top,
                places=shown_places(place for item in items for place in item.places),
            ),
            reasons=tuple(dict.fromkeys((*(item.answer.detail for item in items), *_mixed(case, items[0])))),
            subjects=tuple(item.by for item in items),
        )


def _place(holder: Runtime | Store) -> Place:
    if isinstance(holder, Store):
        return FilePlace(holder.path)
    return FilePlace(holder.sources[0].store.path) if holder.sources else holder.place


def _mixed(case: Case, item: Acceptance) -> tuple[Text, ...]:
    host = item.places[0].host
    tops = {shown.top for shown in presented(case, production=True) if shown.handshake.place.host == host}
    return (_GRADUAL,) if {Top.INCOMING, Top.RETIRING} <= tops else ()


_MESSAGE = Text(
    zh="{holders} 不接受 {places} 现在出示的证书链（到 {top}）",
    en="{holders} refuses the chain that {places} presents now (it ends in {top})",
)
_GRADUAL = Text(
    zh="同一主机只有部分地址出示这条链：重试往往成功，这正是灰度期间的症状",
    en="only some addresses of the host present it: a retry often helps, and that is the symptom",
)

RULE = Rule(
    id="WXC301",
    slug="presented-chain-refused",
    level=Level.ERROR,
    title=Text(zh="服务器现在出示的证书链不被接受", en="The chain that the server presents now is refused"),
    why=Text(
        zh="这是实际看到的证书链，不是按日程推算的：该运行环境现在就连不上这台服务器。",
        en="This chain was seen, not expected by a calendar: the runtime cannot reach that server now.",
    ),
    remedy=Text(
        zh="把链末端的根证书加入该运行环境的信任库（或更新信任库），保留原有根证书。",
        en="Add the root that the chain ends in to the runtime's store (or update the store), and keep the others.",
    ),
    judge=judge,
)
