"""WXC307: the server speaks only TLS 1.0 or 1.1."""

from collections.abc import Iterator

from wxcertcheck.model import Case, Finding, Level, Rule
from wxcertcheck.rules.observed import presented
from wxcertcheck.text import Text

_OLD = {"TLSv1": "TLS 1.0", "TLSv1.1": "TLS 1.1"}


def judge(case: Case) -> Iterator[Finding]:
    """A warning per address: clients of today refuse it whatever they trust."""
    for shown in presented(case):
        if shown.handshake.tls in _OLD:
            yield Finding(
                rule=RULE.id,
                level=Level.WARNING,
                place=shown.handshake.place,
                message=_MESSAGE.fill(place=shown.handshake.place, tls=_OLD[shown.handshake.tls]),
                subjects=(shown,),
            )


_MESSAGE = Text(zh="{place} 最高只支持 {tls}", en="{place} speaks nothing newer than {tls}")

RULE = Rule(
    id="WXC307",
    slug="only-old-tls",
    level=Level.WARNING,
    title=Text(zh="服务器只支持 TLS 1.0 或 1.1", en="The server speaks only TLS 1.0 or 1.1"),
    why=Text(
        zh="现在的 OpenSSL、Java、Go 默认不再使用 TLS 1.0/1.1，与信任哪个根证书无关。",
        en="Today's OpenSSL, Java and Go no longer use TLS 1.0 or 1.1 by default, whichever root they trust.",
    ),
    remedy=Text(
        zh="微信支付支持 TLS 1.2 以上：连到的多半是老旧的中间代理，请升级它或绕开它。",
        en="WeChat Pay speaks TLS 1.2 and newer: this is likely an old proxy on the way; update it or go around it.",
    ),
    judge=judge,
)
