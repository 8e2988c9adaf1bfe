"""WXC308: the server still presents the old chain, though the rotation is over."""

from collections.abc import Iterator

from wxcertcheck.model import Case, Finding, Level, Presented, Rotation, Rule, Top
from wxcertcheck.rules.observed import presented, shown_places
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """One note per host. What was seen beats the calendar: the old root is still needed there."""
    by_host: dict[str, list[Presented]] = {}
    for shown in presented(case, production=True):
        if shown.top is Top.RETIRING and _is_over(case.rotation, shown):
            by_host.setdefault(shown.handshake.place.host, []).append(shown)
    for items in by_host.values():
        yield Finding(
            rule=RULE.id,
            level=Level.NOTE,
            place=items[0].handshake.place,
            message=_MESSAGE.fill(places=shown_places(item.handshake.place for item in items), root=items[0].top_name),
            subjects=tuple(items),
        )


def _is_over(rotation: Rotation, shown: Presented) -> bool:
    """Whether, by the calendar, no chain of that day ends in a retiring root."""
    current = [p for p in rotation.phases if p.starts is None or p.starts <= shown.handshake.at]
    return bool(current) and not any(chain.anchors & rotation.retiring for chain in current[-1].chains)


_MESSAGE = Text(
    zh="{places} 仍在使用旧证书链（到 {root}）：服务器还没有切换，旧根证书仍要保留",
    en="{places} still presents the old chain (it ends in {root}): not switched yet, so keep the old root",
)

RULE = Rule(
    id="WXC308",
    slug="not-switched-yet",
    level=Level.NOTE,
    title=Text(zh="服务器尚未切换到新证书链", en="The server has not switched yet"),
    why=Text(
        zh="按日程应已换成新链，实际看到的仍是旧链。以实际看到的为准：此时删除旧根证书会导致失败。",
        en="By the calendar the new chain should be there. What was seen counts: removing the old root now would break it.",
    ),
    remedy=Text(zh="新旧根证书都保留，过些天再检查。", en="Keep both roots, and look again in some days."),
    judge=judge,
)
