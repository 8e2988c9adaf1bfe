"""WXC310: an address that is announced to serve one chain serves another."""

from collections.abc import Iterator

from wxcertcheck.model import Case, Finding, Level, Presented, Rule
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """A warning per address: a test against it would prove something else than it seems to."""
    for shown in case.each(Presented):
        if shown.counts and shown.as_expected is False:
            yield Finding(
                rule=RULE.id,
                level=Level.WARNING,
                place=shown.handshake.place,
                message=_MESSAGE.fill(place=shown.handshake.place, serves=shown.handshake.serves, top=shown.top_name),
                subjects=(shown,),
            )


_MESSAGE = Text(
    zh="{place} 应出示 {serves} 链，实际证书链到 {top}",
    en="{place} should serve the chain {serves}, but its chain ends in {top}",
)

RULE = Rule(
    id="WXC310",
    slug="address-serves-another-chain",
    level=Level.WARNING,
    title=Text(zh="验证地址出示的不是预期的证书链", en="An address serves another chain than announced"),
    why=Text(
        zh="连这个地址成功，证明的不是你以为的那条链。",
        en="Success at this address proves another chain than it seems to.",
    ),
    remedy=Text(
        zh="换用其它验证地址，或以正式域名的结果为准。", en="Use another address, or go by the host's own addresses."
    ),
    judge=judge,
)
