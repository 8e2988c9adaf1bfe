"""WXC502: DNS gives other addresses for a host than the hosts file does."""

from collections.abc import Iterator

from wxcertcheck.model import Case, Finding, HostsEntry, Level, Resolution, Rule
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """One note per line of the hosts file whose address DNS does not give."""
    for resolution in case.each(Resolution):
        for entry in case.each(HostsEntry):
            if entry.name == resolution.name and entry.ip not in resolution.ips:
                yield Finding(
                    rule=RULE.id,
                    level=Level.NOTE,
                    place=entry.place,
                    message=_MESSAGE.fill(
                        name=entry.name, ip=entry.ip, ips=", ".join(resolution.ips[:4]), resolver=resolution.resolver
                    ),
                    subjects=(entry, resolution),
                )


_MESSAGE = Text(
    zh="{name}：hosts 文件给出 {ip}，{resolver} 给出 {ips}；直接查 DNS 的程序（Node 的 dns.resolve、部分容器）会连到后者",
    en="{name}: the hosts file says {ip}, {resolver} says {ips};"
    " programs that ask DNS themselves (Node's dns.resolve, some containers) go to the latter",
)

RULE = Rule(
    id="WXC502",
    slug="dns-differs-from-hosts-file",
    level=Level.NOTE,
    title=Text(zh="DNS 与 hosts 文件给出的地址不同", en="DNS and the hosts file disagree"),
    why=Text(
        zh="同一台机器上的程序可能连到不同的服务器，看到不同的证书链。",
        en="Programs on one machine may reach different servers, and see different chains.",
    ),
    remedy=Text(zh="验证结束后删除 hosts 文件里的绑定。", en="Remove the binding once the verification is done."),
    judge=judge,
)
