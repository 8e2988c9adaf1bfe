"""What to dial: a name to say and an address to dial, kept apart. Reads host arguments and target files."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from wxcertcheck.errors import UsageError
from wxcertcheck.model import HostPlace, Origin, Rotation
from wxcertcheck.text import Text, same

MAX_LINES = 100_000
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")  # as the loader of rotations has it


class Target(Struct, frozen=True):
    """One server to shake hands with. ``ip`` may be "": then the name is resolved first.

    ``host`` is the name as the user knows it, ``sni`` the name to say in the handshake (A-label, lower case).
    """

    host: str
    sni: str
    port: int = 443
    ip: str = ""
    origin: Origin = Origin.DNS
    serves: str = ""

    @property
    def place(self) -> HostPlace:
        """The target as a place: "ip:port", or "" where a proxy chooses the address."""
        return HostPlace(self.host, endpoint(self.ip, self.port) if self.ip else "", self.sni)

    def at(self, ip: str, origin: Origin) -> Target:
        """The same server at an address."""
        return replace(self, ip=ip, origin=origin)


def endpoint(ip: str, port: int) -> str:
    """``ip:port``, an IPv6 address in brackets (RFC 3986, 3.2.2)."""
    return f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"


def ascii_name(name: str) -> str:
    """A host name as it goes on the wire: A-labels (IDNA 2003, as the standard library has it), lower case, no end dot.

    Raises UsageError where the name cannot be a host name.
    """
    name = name.strip().rstrip(".").lower()
    if _address(name):
        return name
    try:
        wire = name.encode("idna").decode("ascii")
    except UnicodeError:
        raise _no_host(name) from None
    labels = wire.split(".")
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789-_")
    if not wire or len(wire) > 253 or not all(label and set(label) <= allowed for label in labels):
        raise _no_host(name)
    return wire


def parse_host(written: str, port: int = 443) -> Target:
    """``HOST``, ``HOST:PORT``, ``[IPv6]:PORT`` or an https URL, as people paste it. Raises UsageError."""
    text = written.strip()
    scheme, separator, rest = text.partition("://")
    if separator:
        if scheme.lower() != "https":
            raise _no_host(written)
        text = rest
        text = text.partition("/")[0].partition("?")[0].rpartition("@")[2]
    name, found_port = split_endpoint(text, port, written)
    ip = _address(name)
    sni = ascii_name(name)
    return Target(name.rstrip("."), sni, found_port, ip, Origin.GIVEN if ip else Origin.DNS)


def split_endpoint(text: str, port: int, written: str = "") -> tuple[str, int]:
    """``NAME[:PORT]`` or ``[IPv6][:PORT]`` or a bare IPv6 address → (name, port). Raises UsageError."""
    if text.startswith("["):
        name, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise _no_host(written or text)
        digits = rest[1:]
    elif text.count(":") > 1 and _address(text):
        name, digits = text, ""
    else:
        name, _, digits = text.partition(":")
    if not digits:
        return name, port
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits[:6]) < 65536):
        raise UsageError(
            Text(zh="{written} 中的端口无效", en="the port in {written} is not valid").fill(written=written or text),
            Text(zh="端口应为 1 到 65535 之间的整数，例如 443", en="give a number from 1 to 65535, such as 443"),
        )
    return name, int(digits)


def connect_to(targets: Iterable[Target], addresses: Iterable[str], sni: str = "") -> tuple[Target, ...]:
    """Every target at every address of ``--connect IP[:PORT]``: the matrix. ``sni`` replaces the name to say.

    Raises UsageError where an address is not one.
    """
    targets = tuple(replace(target, sni=ascii_name(sni)) if sni else target for target in targets)
    pairs = [(written, split_endpoint(written, 0)) for written in addresses]
    for written, (ip, _) in pairs:
        if not _address(ip):
            raise UsageError(
                Text(zh="{written} 不是 IP 地址", en="{written} is not an IP address").fill(written=written),
                Text(
                    zh="--connect 只接受 IP 或 IP:端口；要握手的域名请作为参数给出",
                    en="--connect takes IP or IP:PORT; give the name to say as an argument",
                ),
            )
    if not pairs:
        return targets
    return tuple(
        replace(target, ip=_address(ip), port=port or target.port, origin=Origin.GIVEN)
        for target in targets
        for _, (ip, port) in pairs
    )


def read_targets(text: str, port: int, source: str) -> tuple[Target, ...]:
    """The targets of a file: ``HOST[:PORT] [IP[:PORT]] [CHAIN]`` or, as in a hosts file, ``IP HOST…``; # comments.

    ``CHAIN`` is the key of the chain that is expected there ("new"). Raises UsageError naming the line.
    """
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        raise UsageError(
            Text(zh="{source} 超过 {limit} 行", en="{source} has more than {limit} lines").fill(
                source=source, limit=MAX_LINES
            ),
            Text(zh="请拆成几个文件分别检查", en="split it into several files"),
        )
    found: list[Target] = []
    for number, line in enumerate(lines, 1):
        fields = line.partition("#")[0].split()
        if not fields:
            continue
        try:
            found.extend(_of_fields(fields, port))
        except UsageError as error:
            raise UsageError(same(f"{source}:{number}: ") + error.message, error.hint) from None
    return tuple(dict.fromkeys(found))


def _of_fields(fields: list[str], port: int) -> Iterator[Target]:
    if _address(fields[0]) and len(fields) > 1:
        for name in fields[1:]:
            yield replace(parse_host(name, port), ip=_address(fields[0]), origin=Origin.GIVEN)
        return
    target = parse_host(fields[0], port)
    for word in fields[1:]:
        name, found_port = split_endpoint(word, target.port) if word[:1].isdigit() or ":" in word else (word, 0)
        if found_port and _address(name):
            target = replace(target, ip=_address(name), port=found_port, origin=Origin.GIVEN)
        elif _KEY.fullmatch(word) and not target.serves:
            target = replace(target, serves=word)
        else:
            raise UsageError(
                Text(zh="看不懂 {word}", en="{word} is not understood").fill(word=repr(word)),
                Text(
                    zh="每行写成：域名[:端口] [IP[:端口]] [链名]，或与 hosts 文件相同的“IP 域名…”",
                    en="write each line as HOST[:PORT] [IP[:PORT]] [CHAIN], or as in a hosts file, IP HOST…",
                ),
            )
    yield target


def targets_for(
    rotation: Rotation, hosts: Iterable[str] = (), hosts_in_code: Iterable[str] = (), port: int | None = None
) -> tuple[Target, ...]:
    """The servers to ask about a rotation: its announced addresses, its hosts by name, and its hosts named in code.

    ``hosts`` limits them to these names (a name that the rotation does not know is asked too). ``port`` replaces the
    hosts' own. A host whose announced addresses are all loopback belongs to a rehearsal: its name is never resolved,
    because behind it stands production. Wildcard hosts ("*.example.com") have no name to dial.
    """
    asked = [parse_host(host, port or 443) for host in hosts]
    names = [target.sni for target in asked]
    announced = [
        Target(a.host, ascii_name(a.host), port or a.port, a.ip, origin, a.serves)
        for origin, addresses in (
            (Origin.VERIFICATION, rotation.verification_addresses),
            (Origin.OLD_CHAIN, rotation.old_chain_addresses),
        )
        for a in addresses
        if not names or ascii_name(a.host) in names
    ]
    if not asked:
        asked = [
            Target(h.name, ascii_name(h.name), port or h.port) for h in rotation.hosts if not h.name.startswith("*")
        ]
        asked += [parse_host(name, port or 443) for name in hosts_in_code if rotation.knows_host(name)]
    rehearsed = {target.sni for target in announced if _loopback(target.ip)}
    by_name = (target for target in asked if target.ip or target.sni not in rehearsed)
    return tuple(dict.fromkeys((*announced, *by_name)))


def expected_by(rotation: Rotation, target: Target) -> Target:
    """A target that the user dials by address, as the rotation announces that address: what it should serve, and why."""
    for origin, addresses in (
        (Origin.VERIFICATION, rotation.verification_addresses),
        (Origin.OLD_CHAIN, rotation.old_chain_addresses),
    ):
        same_ip = [a for a in addresses if a.ip == target.ip and a.port == target.port]
        announced = next((a for a in same_ip if a.host == target.sni), same_ip[0] if same_ip else None)
        if announced:
            return replace(target, origin=origin, serves=target.serves or announced.serves)
    return target


def _loopback(ip: str) -> bool:
    try:
        return ipaddress.ip_address(ip).is_loopback
    except ValueError:
        return False


def _address(name: str) -> str:
    """``name`` as a normalised IP address, or "" if it is none. Scoped IPv6 addresses keep their zone."""
    try:
        return str(ipaddress.ip_address(name.strip("[]")))
    except ValueError:
        return ""


def _no_host(written: str) -> UsageError:
    return UsageError(
        Text(zh="{written} 不是有效的主机名", en="{written} is not a host name").fill(written=repr(written)),
        Text(
            zh="请写成 api.mch.weixin.qq.com、api.mch.weixin.qq.com:443 或 https:// 地址",
            en="write it as api.mch.weixin.qq.com, api.mch.weixin.qq.com:443 or an https:// address",
        ),
    )
