"""WXC303: the server does not send the certificate that issued its own."""

from collections.abc import Iterator

from wxcertcheck.model import Case, Finding, Level, Rule, Top
from wxcertcheck.rules.observed import presented, refusers_of, shown_holders, shown_places
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """An error where a runtime in use refuses the chain for it, a warning otherwise."""
    for shown in presented(case):
        if shown.top is not Top.INCOMPLETE:
            continue
        refusers = refusers_of(case, shown)
        who = _WHO.fill(holders=shown_holders(refusers)) if refusers else Text(zh="", en="")
        yield Finding(
            rule=RULE.id,
            level=Level.ERROR if refusers else Level.WARNING,
            place=shown.handshake.place,
            message=_MESSAGE.fill(place=shown_places([shown.handshake.place]), issuer=shown.top_name) + who,
            subjects=(*refusers, shown),
        )


_MESSAGE = Text(
    zh="{place} 没有发送中间证书 {issuer}", en="{place} does not send its intermediate certificate {issuer}"
)
_WHO = Text(zh="，{holders} 因此无法验证", en=", so {holders} cannot verify it")

RULE = Rule(
    id="WXC303",
    slug="server-sends-no-intermediate",
    level=Level.ERROR,
    title=Text(zh="服务器没有发送中间证书", en="The server does not send its intermediate certificate"),
    why=Text(
        zh="OpenSSL、Java、Go 不会自己去取中间证书；报错和缺根证书一样（unable to get local issuer certificate），"
        "但装根证书解决不了。",
        en="OpenSSL, Java and Go do not fetch intermediates. The error is that of a missing root (unable to get local issuer"
        " certificate), but installing a root does not help.",
    ),
    remedy=Text(
        zh="由服务器（或中间的代理、负载均衡）补齐证书链；客户端不要把中间证书装进信任库应付。",
        en="Let the server (or the proxy or load balancer on the way) send the whole chain; do not paper over it by"
        " installing the intermediate in a store.",
    ),
    judge=judge,
)
