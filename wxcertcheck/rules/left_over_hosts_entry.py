"""WXC501: the hosts file still binds a host of the rotation to an address."""

from collections.abc import Iterator
from datetime import datetime

from wxcertcheck.model import Case, Finding, Fix, HostsEntry, Level, Rotation, Rule, Safety, VerificationAddress
from wxcertcheck.rules.wording import day
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """An announced address is an error once it is to be closed, and a warning before; any other address a warning."""
    for entry in case.each(HostsEntry):
        announced = _announced(case.rotation, entry)
        closed = _closed_on(case.rotation, announced) if announced else None
        over = closed is not None and closed <= case.on
        yield Finding(
            rule=RULE.id,
            level=Level.ERROR if over else Level.WARNING,
            place=entry.place,
            message=_MESSAGE.fill(name=entry.name, ip=entry.ip) + _what(announced, closed, over=over),
            subjects=(entry,),
            fixes=(_fix(entry),),
        )


def _announced(rotation: Rotation, entry: HostsEntry) -> VerificationAddress | None:
    """The announced address that the line binds to, for this host or another."""
    addresses = (*rotation.verification_addresses, *rotation.old_chain_addresses)
    same_ip = [address for address in addresses if address.ip == entry.ip]
    return next((address for address in same_ip if address.host == entry.name), same_ip[0] if same_ip else None)


def _closed_on(rotation: Rotation, address: VerificationAddress) -> datetime | None:
    return address.valid_until or rotation.phases[-1].starts


def _what(announced: VerificationAddress | None, closed: datetime | None, *, over: bool) -> Text:
    if announced is None:
        return _FIXED
    if over and closed is not None:
        return _CLOSED.fill(day=day(closed))
    return _TEMPORARY


def _fix(entry: HostsEntry) -> Fix:
    return Fix(
        title=Text(
            zh="删除 {path} 第 {line} 行（或其中的 {name}）", en="Remove line {line} of {path} (or {name} from it)"
        ).fill(path=entry.place.path, line=entry.place.line, name=entry.name),
        safety=Safety.ASK,
        commands=_commands(entry),
        notes=(
            Text(
                zh="删除后该域名恢复正常 DNS 解析；正在运行的程序可能要重启",
                en="the name is then resolved by DNS again; running programs may need a restart",
            ),
        ),
    )


def _commands(entry: HostsEntry) -> tuple[str, ...]:
    """Delete that line if it still names the host, and keep a copy; nothing where there is no sed (Windows)."""
    if "\\" in entry.place.path or not entry.place.path.startswith("/") or "'" in entry.place.path + entry.name:
        return ()
    name = entry.name.replace(".", r"\.")
    return (f"sed -i.bak '{entry.place.line}{{/{name}/d}}' '{entry.place.path}'",)


_MESSAGE = Text(zh="hosts 文件把 {name} 绑定到 {ip}：", en="the hosts file binds {name} to {ip}: ")
_CLOSED = Text(
    zh="这是临时验证地址，{day} 起应已停用，请求会失败或到达别处",
    en="a temporary verification address, to be closed on {day}: requests fail or go elsewhere",
)
_TEMPORARY = Text(
    zh="这是临时验证地址，验证完要及时恢复", en="a temporary verification address, to be removed after the verification"
)
_FIXED = Text(zh="固定的地址不会随官方调整而变化", en="a fixed address does not follow when the servers move")

RULE = Rule(
    id="WXC501",
    slug="left-over-hosts-entry",
    level=Level.ERROR,
    title=Text(zh="hosts 文件里有遗留的绑定", en="The hosts file still binds a host of the rotation"),
    why=Text(
        zh="指引让商户临时绑定验证 IP，并要求验证后及时恢复：证书更换完成后这些 IP 会被关停，绑定仍在就连不上了。",
        en="The guide has merchants bind a verification address for a while and asks to restore the file afterwards: the"
        " addresses are shut down after the change, and a binding that stays cuts the host off.",
    ),
    remedy=Text(zh="删除 hosts 文件里的这一行。", en="Remove the line from the hosts file."),
    judge=judge,
)
