"""WXC304: the server's certificate is for another name."""

from collections.abc import Iterator

from wxcertcheck.model import Case, ChainOutcome, Finding, Level, Origin, Rule
from wxcertcheck.rules.observed import presented
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """An error at the host's own addresses; a warning at an address that the user chose: somebody else may live there."""
    for shown in presented(case, production=True):
        if shown.answer.outcome is ChainOutcome.WRONG_NAME:
            chosen = shown.handshake.origin is Origin.GIVEN
            yield Finding(
                rule=RULE.id,
                level=Level.WARNING if chosen else Level.ERROR,
                place=shown.handshake.place,
                message=_MESSAGE.fill(place=shown.handshake.place, detail=shown.answer.detail),
                reasons=(_BOUND,) if shown.handshake.origin is Origin.HOSTS_FILE else (),
                subjects=(shown,),
            )


_MESSAGE = Text(zh="{place}：{detail}", en="{place}: {detail}")
_BOUND = Text(
    zh="这个地址来自 hosts 文件：删掉那一行即可恢复",
    en="the address comes from the hosts file: removing that line mends it",
)

RULE = Rule(
    id="WXC304",
    slug="certificate-for-another-name",
    level=Level.ERROR,
    title=Text(zh="服务器证书的域名不符", en="The server's certificate is for another name"),
    why=Text(
        zh="这个地址上应答的是别人（地址已更换、DNS 或 hosts 有误），任何校验域名的客户端都会拒绝。",
        en="Somebody else answers at this address (it has changed hands, or DNS or the hosts file is wrong); every client"
        " that checks names refuses it.",
    ),
    remedy=Text(
        zh="核对 DNS 和 hosts 文件，恢复为官方域名的正常解析；不要关闭域名校验。",
        en="Check DNS and the hosts file, and return to the host's own resolution; never switch name checks off.",
    ),
    judge=judge,
)
