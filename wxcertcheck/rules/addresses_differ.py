"""WXC309: some addresses of a host present the old chain, others the new one."""

from collections.abc import Iterator

from wxcertcheck.model import Case, Finding, Level, Presented, Rule, Top
from wxcertcheck.rules.observed import presented
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """One note per host in its gradual phase, with the share of handshakes that showed the new chain."""
    by_host: dict[str, list[Presented]] = {}
    for shown in presented(case, production=True):
        if shown.top in (Top.INCOMING, Top.RETIRING):
            by_host.setdefault(shown.handshake.place.host, []).append(shown)
    for host, items in by_host.items():
        if len({item.top for item in items}) < 2:
            continue
        new = sum(item.handshake.seen for item in items if item.top is Top.INCOMING)
        yield Finding(
            rule=RULE.id,
            level=Level.NOTE,
            place=items[0].handshake.place,
            message=_MESSAGE.fill(host=host, new=new, all=sum(item.handshake.seen for item in items)),
            subjects=tuple(items),
        )


_MESSAGE = Text(
    zh="{host} 正在灰度：{all} 次握手中有 {new} 次出示新证书链",
    en="{host} is being switched: {new} of {all} handshakes showed the new chain",
)

RULE = Rule(
    id="WXC309",
    slug="addresses-differ",
    level=Level.NOTE,
    title=Text(zh="同一主机新旧证书链并存", en="Old and new chain are served side by side"),
    why=Text(
        zh="灰度期间，缺少其中一个根证书的客户端有时失败、有时成功：“重试就好了”正是这个症状，不是没有问题。",
        en="In the gradual phase a client that lacks one of the roots fails now and then: a retry helps, and that is the"
        " symptom, not the all-clear.",
    ),
    remedy=Text(zh="新旧两个根证书都要被信任。", en="Trust both roots, the old and the new one."),
    judge=judge,
)
