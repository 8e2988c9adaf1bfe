"""WXC305: a certificate of the presented chain has expired, or is not valid yet."""

from collections.abc import Iterator

from wxcertcheck.model import Case, ChainOutcome, Finding, Level, Rule
from wxcertcheck.rules.observed import presented
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """One error per address. Judged at the moment of the handshake."""
    for shown in presented(case, production=True):
        if shown.answer.outcome in (ChainOutcome.EXPIRED, ChainOutcome.NOT_YET_VALID):
            yield Finding(
                rule=RULE.id,
                level=Level.ERROR,
                place=shown.handshake.place,
                message=_MESSAGE.fill(place=shown.handshake.place, detail=shown.answer.detail),
                reasons=(_CLOCK.fill(now=f"{shown.handshake.at:%Y-%m-%d %H:%M} UTC"),),
                subjects=(shown,),
            )


_MESSAGE = Text(zh="{place}：{detail}", en="{place}: {detail}")
_CLOCK = Text(
    zh="握手时本机时间为 {now}；请先确认时间正确", en="this machine's clock said {now}: see first that it is right"
)

RULE = Rule(
    id="WXC305",
    slug="certificate-out-of-date",
    level=Level.ERROR,
    title=Text(zh="服务器证书不在有效期内", en="A certificate of the chain is out of date"),
    why=Text(
        zh="所有客户端都会拒绝。若本机时间不对，好的证书看起来也会过期。",
        en="Every client refuses it. With a wrong clock a good certificate looks expired, too.",
    ),
    remedy=Text(
        zh="校准本机时间；时间正确而仍过期，说明连到的不是正常的服务器（或中间代理的证书过期）。",
        en="Set the clock. If it is right, this is not the host's ordinary server, or a proxy's certificate has expired.",
    ),
    judge=judge,
)
