"""From a TOML file to a `Rotation`, or a `RotationError` that names file, key and what was expected."""

import re
import tomllib
from pathlib import Path

from wxcertcheck.errors import RotationError
from wxcertcheck.model import Chain, Confidence, Host, Phase, Root, Rotation, Source, VerificationAddress
from wxcertcheck.rotations.moments import parse_zone
from wxcertcheck.rotations.root_files import CONFIDENCES, read_root, read_sources
from wxcertcheck.rotations.table import Table, one_of, printable, read_limited
from wxcertcheck.text import Text

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(\*\.)?({_LABEL}\.)*{_LABEL}")
_HOST_NAME = Text(
    zh='主机名,如 "api.example.com" 或 "*.example.com"(不限主机时写 hosts = [])',
    en='a host name such as "api.example.com" or "*.example.com" (hosts = [] for any host)',
)
_SHIPPED = Path(__file__).parent
_ROLES = ("retiring", "incoming", "alternative")


def read_rotation(path: Path) -> Rotation:
    """Read one rotation file.

    :raises RotationError: the file cannot be read, or is faulty; names file, key and what was expected.
    """
    top = Table(_parsed(path), path)
    id_ = top.string("id", default=path.stem)
    zone_name = top.string("zone")
    top.zone = parse_zone(zone_name)
    if top.zone is None:
        top.refuse("zone", Text(zh="时区，如 +08:00 或 Asia/Shanghai", en="a zone such as +08:00 or Asia/Shanghai"))
    sources = read_sources(top)
    roots, roles = _roots(top, sources)
    chains = _chains(top, roots)
    rotation = Rotation(
        id=id_,
        title=top.text("title"),
        zone=zone_name,
        roots=tuple(roots.values()),
        retiring=frozenset(r.fingerprint for r in roots.values() if roles[r.key] == "retiring"),
        incoming=frozenset(r.fingerprint for r in roots.values() if roles[r.key] == "incoming"),
        hosts=_hosts(top, sources),
        phases=_phases(top, chains, sources),
        verification_addresses=_addresses(top, "verification_addresses", chains, sources),
        old_chain_addresses=_addresses(top, "old_chain_addresses", chains, sources),
        sources=tuple(sources.values()),
        confidence=_confidence(top),
        history=top.flag("history"),
        notes=top.texts("notes"),
        file="" if path.parent == _SHIPPED else str(path),
    )
    top.done()
    return rotation


def _parsed(path: Path) -> dict[str, object]:
    data = read_limited(path)
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = Text(zh="第 {line} 行不是 UTF-8", en="line {line} is not UTF-8").fill(line=line)
    except tomllib.TOMLDecodeError as error:
        problem = Text(zh="TOML 语法错误：{error}", en="TOML syntax error: {error}").fill(error=error)
    except RecursionError:
        problem = Text(zh="嵌套太深", en="nested too deeply")
    message = Text(
        zh="{path}：应为 UTF-8 编码的 TOML 文件；{problem}", en="{path}: expected a TOML file in UTF-8; {problem}"
    )
    hint = Text(
        zh="改正后重试；wxcertcheck rotations show wechatpay-2024 --format toml 可得到一份正确的样例。",
        en="Correct it; wxcertcheck rotations show wechatpay-2024 --format toml prints a correct example.",
    )
    raise RotationError(message.fill(path=printable(path), problem=problem), hint)


def _roots(top: Table, sources: dict[str, Source]) -> tuple[dict[str, Root], dict[str, str]]:
    """The roots and their roles, both by key."""
    roots: dict[str, Root] = {}
    roles: dict[str, str] = {}
    for entry in top.tables("roots", required=True):
        root = read_root(entry, sources)
        if root.key in roots:
            entry.refuse("key", Text(zh="不重复的 key", en="a key that no other root has"))
        if any(root.fingerprint == other.fingerprint for other in roots.values()):
            once = Text(zh="每个根证书只列一次", en="each root once")
            entry.refuse("", once, Text(zh="重复的证书", en="this one a second time"))
        roots[root.key] = root
        roles[root.key] = entry.choice("role", _ROLES)
        entry.done()
    for role in ("retiring", "incoming"):
        if role not in roles.values():
            expected = Text(zh='至少一个 role = "{role}" 的根证书', en='at least one root with role = "{role}"')
            top.refuse("roots", expected.fill(role=role), Text(zh="没有", en="none"))
    return roots, roles


def _chains(top: Table, roots: dict[str, Root]) -> dict[str, Chain]:
    table = top.table("chains")
    chains = {}
    for key in table.keys():  # noqa: SIM118 - a Table is no mapping; asking for its keys is what allows any key
        entry = table.table(key)
        anchors = entry.strings("anchors")
        for number, anchor in enumerate(anchors):
            if anchor not in roots:
                entry.refuse(f"anchors[{number}]", _a_key_of(tuple(roots), "roots"), _quoted(anchor))
        chains[key] = Chain(key, frozenset(roots[a].fingerprint for a in anchors), _confidence(entry))
        entry.done()
    return chains


def _phases(top: Table, chains: dict[str, Chain], sources: dict[str, Source]) -> tuple[Phase, ...]:
    phases: list[Phase] = []
    entries = top.tables("phases", required=True)
    if not entries:
        top.refuse("phases", Text(zh="至少一个阶段", en="at least one phase"))
    for number, entry in enumerate(entries):
        starts = entry.moment("from") if number or entry.has("from") else None
        before = phases[-1].starts if phases else None
        if starts and before and starts <= before:
            entry.refuse("from", Text(zh="晚于上一阶段的日期", en="a date after that of the phase before"))
        names = entry.strings("chains")
        for position, name in enumerate(names):
            if name not in chains:
                entry.refuse(f"chains[{position}]", _a_key_of(tuple(chains), "chains"), _quoted(name))
        phase = Phase(
            starts=starts,
            chains=tuple(chains[name] for name in dict.fromkeys(names)),
            confidence=_confidence(entry),
            end_unknown=_end_unknown(entry, last=number + 1 == len(entries)),
            note=entry.optional_text("note"),
            source=_source(entry, sources),
        )
        entry.done()
        phases.append(phase)
    return tuple(phases)


def _end_unknown(entry: Table, last: bool) -> bool:
    if not entry.has("end"):
        return False
    unknown = entry.choice("end", ("unknown",)) == "unknown"
    if unknown and not last:
        entry.refuse("end", Text(zh="仅最后一个阶段可写 end", en="an end in the last phase only"))
    return unknown


def _hosts(top: Table, sources: dict[str, Source]) -> tuple[Host, ...]:
    hosts = []
    for entry in top.tables("hosts", required=True):
        host = Host(
            name=_host_name(entry, "name"),
            port=entry.whole_number("port", default=443, low=1, high=65535),
            confidence=_confidence(entry),
            source=_source(entry, sources),
        )
        entry.done()
        hosts.append(host)
    return tuple(hosts)


def _addresses(
    top: Table, key: str, chains: dict[str, Chain], sources: dict[str, Source]
) -> tuple[VerificationAddress, ...]:
    addresses = []
    for entry in top.tables(key):
        address = VerificationAddress(
            host=_host_name(entry, "host"),
            ip=_ip(entry),
            serves=entry.choice("serves", tuple(chains)),
            port=entry.whole_number("port", default=443, low=1, high=65535),
            valid_until=entry.moment("valid_until") if entry.has("valid_until") else None,
            confidence=_confidence(entry),
            note=entry.optional_text("note"),
            source=_source(entry, sources),
        )
        entry.done()
        addresses.append(address)
    return tuple(addresses)


def _host_name(entry: Table, key: str) -> str:
    name = entry.string(key).lower().rstrip(".")
    if not _HOST.fullmatch(name) or len(name) > 253:
        entry.refuse(key, _HOST_NAME)
    return name


def _ip(entry: Table) -> str:
    import ipaddress

    try:
        return str(ipaddress.ip_address(entry.string("ip")))
    except ValueError:
        entry.refuse("ip", Text(zh="IPv4 或 IPv6 地址", en="an IPv4 or IPv6 address"))


def _source(entry: Table, sources: dict[str, Source]) -> Source | None:
    return sources[entry.choice("source", tuple(sources))] if entry.has("source") else None


def _confidence(entry: Table) -> Confidence:
    return Confidence(entry.choice("confidence", CONFIDENCES, default=Confidence.VERIFIED))


def _a_key_of(keys: tuple[str, ...], table: str) -> Text:
    return one_of(keys) + Text(zh="（见 [{table}]）", en=" (the keys of [{table}])").fill(table=table)


def _quoted(value: str) -> Text:
    return Text(zh=repr(value), en=repr(value))
