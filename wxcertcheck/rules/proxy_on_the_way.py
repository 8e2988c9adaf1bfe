"""WXC503: requests to the rotation's hosts go through a proxy."""

from collections.abc import Iterator

from wxcertcheck.model import Case, Finding, HostPlace, HostsEntry, Level, Presented, ProxySetting, Rule, Top
from wxcertcheck.text import Text, same


def judge(case: Case) -> Iterator[Finding]:
    """A warning where the proxy makes a binding in the hosts file without effect; else a note that says who ends TLS."""
    bound = tuple(case.each(HostsEntry))
    for setting in case.each(ProxySetting):
        through = [p for p in case.each(Presented) if p.handshake.proxy == setting.value]
        yield Finding(
            rule=RULE.id,
            level=Level.WARNING if bound else Level.NOTE,
            place=HostPlace("", "", setting.value),
            message=_MESSAGE.fill(variable=setting.variable, proxy=setting.value) + (_BYPASS if bound else same("")),
            reasons=(
                *_who_ends_tls(through),
                *((_HERE.fill(process=setting.process),) if setting.process else ()),
                *((_FREE.fill(names=", ".join(setting.bypassed[:4])),) if setting.bypassed else ()),
            ),
            subjects=(setting, *bound),
        )


def _who_ends_tls(through: list[Presented]) -> tuple[Text, ...]:
    if not through:
        return ()
    private = next((p.top_name for p in through if p.top is Top.PRIVATE), "")
    return (_ENDS.fill(root=private) if private else _TUNNELS,)


_MESSAGE = Text(zh="请求经由代理 {proxy}（{variable}）", en="requests go through the proxy {proxy} ({variable})")
_BYPASS = Text(
    zh="：域名由代理解析，hosts 文件里的绑定对这些请求不起作用",
    en=": the proxy resolves the names, so the hosts file's binding has no effect on them",
)
_TUNNELS = Text(
    zh="代理只做转发，TLS 由本机程序验证：要改的是本机的信任库",
    en="the proxy only tunnels; TLS is verified on this machine, whose stores decide",
)
_ENDS = Text(
    zh="代理终止了 TLS（私有根证书 {root}）：代理的信任库也要有新根证书",
    en="the proxy ends TLS (private root {root}): its own store needs the new root, too",
)
_HERE = Text(
    zh="代理就运行在本机：{process}；它若终止 TLS，请一并检查它的信任库",
    en="the proxy runs on this machine: {process}; if it ends TLS, its store counts, too",
)
_FREE = Text(zh="NO_PROXY 让这些主机直连：{names}", en="NO_PROXY lets these hosts be reached directly: {names}")

RULE = Rule(
    id="WXC503",
    slug="proxy-on-the-way",
    level=Level.WARNING,
    title=Text(zh="请求经由代理", en="Requests go through a proxy"),
    why=Text(
        zh="指引特别提醒：通过代理服务器请求微信支付的，需要修改代理服务器的配置。代理会自己解析域名，hosts 绑定不起作用；"
        "终止 TLS 的代理，用的是它自己的信任库。",
        en="The guide says: who reaches WeChat Pay through a proxy must change the proxy's configuration. A proxy resolves names"
        " itself, so a binding in the hosts file has no effect; and a proxy that ends TLS trusts by its own store.",
    ),
    remedy=Text(
        zh="在代理上绑定和检查；或用 NO_PROXY 让验证绕过代理；终止 TLS 的代理要更新它的信任库。",
        en="Bind and check on the proxy, or go around it with NO_PROXY; update the store of a proxy that ends TLS.",
    ),
    judge=judge,
)
