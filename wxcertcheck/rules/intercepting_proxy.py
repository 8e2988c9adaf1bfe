"""WXC302: somebody on the way answers in the server's place, under a private root."""

from collections.abc import Iterator

from wxcertcheck.model import Case, Finding, Fix, Level, Presented, Rule, Safety, Top
from wxcertcheck.rules.observed import presented, refusers_of, shown_holders, shown_places
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """One finding per private root. An error where a runtime in use does not trust that root."""
    by_root: dict[str, list[Presented]] = {}
    for shown in presented(case):
        if shown.top is Top.PRIVATE:
            by_root.setdefault(shown.top_name, []).append(shown)
    for root, items in by_root.items():
        refusers = tuple({id(h): h for item in items for h in refusers_of(case, item)}.values())
        places = shown_places(item.handshake.place for item in items)
        message = _REFUSED.fill(holders=shown_holders(refusers)) if refusers else _ACCEPTED
        proxies = dict.fromkeys(item.handshake.proxy for item in items if item.handshake.proxy)
        yield Finding(
            rule=RULE.id,
            level=Level.ERROR if refusers else Level.WARNING,
            place=items[0].handshake.place,
            message=_MESSAGE.fill(places=places, root=root) + message,
            reasons=(_ITS_STORE, *(_PROXY.fill(proxy=proxy) for proxy in proxies)),
            subjects=(*refusers, *items),
            fixes=(_FIX if not refusers else _FIX_STORE,),
        )


_MESSAGE = Text(
    zh="{places} 的证书链到私有根证书 {root}：中间有代理在解密 HTTPS",
    en="the chain at {places} ends in the private root {root}: a proxy on the way decrypts HTTPS",
)
_REFUSED = Text(zh="；{holders} 不信任它", en="; {holders} does not trust it")
_ACCEPTED = Text(zh="；本机在用的运行环境信任它", en="; the runtimes in use here trust it")
_ITS_STORE = Text(
    zh="验证微信支付证书的是这个代理：新根证书要装在代理的信任库里，装在本机没有用",
    en="it is this proxy that verifies the payment server: the new root belongs in the proxy's store, not in this machine's",
)
_PROXY = Text(zh="请求经由代理 {proxy}", en="the requests go through the proxy {proxy}")
_FIX = Fix(
    title=Text(
        zh="让代理管理员确认代理的信任库里有新根证书，或让微信支付域名不经解密直通",
        en="Have the proxy's administrator confirm that its store has the new root, or exempt the hosts from decryption",
    ),
    safety=Safety.MANUAL,
)
_FIX_STORE = Fix(
    title=Text(
        zh="让微信支付域名不经代理解密直通；或把该代理的私有根证书（向管理员索取）加入这些运行环境的信任库",
        en="Exempt the hosts from decryption in the proxy; or add the proxy's own root (ask its administrator) to these stores",
    ),
    safety=Safety.MANUAL,
)

RULE = Rule(
    id="WXC302",
    slug="intercepting-proxy",
    level=Level.ERROR,
    title=Text(zh="中间有代理在解密 HTTPS", en="An intercepting proxy answers in the server's place"),
    why=Text(
        zh="证书链末端是公开列表里没有的私有根证书，看到的不是微信支付的证书。安装新根证书解决不了这个问题。",
        en="The chain ends in a root that no public list knows: what was seen is not the payment server's certificate."
        " Installing the new root does not help.",
    ),
    remedy=Text(
        zh="让微信支付域名不经解密直通；否则各运行环境要信任代理的私有根证书，代理自己要信任新根证书。",
        en="Exempt the hosts from decryption; otherwise every runtime must trust the proxy's root, and the proxy itself"
        " must trust the new root.",
    ),
    judge=judge,
)
