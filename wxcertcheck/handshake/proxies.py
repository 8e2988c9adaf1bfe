"""Through proxies: which one the environment names, HTTP CONNECT (RFC 9110, 9.3.6) and SOCKS5 (RFC 1928, 1929).

A proxy that only opens a tunnel does not end TLS: the client's own store still judges, and the proxy needs no new root.
Whether somebody ends TLS on the way is read from the chain, not from the proxy.
"""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urlsplit

from wxcertcheck.errors import CannotRead, UsageError
from wxcertcheck.handshake import trouble
from wxcertcheck.text import Text

VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
"""In the order that curl asks them; a lower-case one wins."""
_MAX_ANSWER = 16 * 1024
_PORTS = {"http": 3128, "socks5": 1080, "socks5h": 1080}
_SOCKS_REPLIES = {  # RFC 1928, 6
    1: "general failure",
    2: "connection not allowed by ruleset",
    3: "network unreachable",
    4: "host unreachable",
    5: "connection refused",
    6: "TTL expired",
    7: "command not supported",
    8: "address type not supported",
}


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy to dial. ``ip`` is set once its name has been resolved; ``password`` is never shown."""

    scheme: str
    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)
    ip: str = ""
    variable: str = ""

    @property
    def shown(self) -> str:
        """The proxy as it may be printed: no password."""
        name = f"{self.username}@" if self.username else ""
        return f"{self.scheme}://{name}{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def at(self, ip: str) -> Proxy:
        """The proxy with its address."""
        return replace(self, ip=ip)


def parse_proxy(written: str, variable: str = "") -> Proxy:
    """``http://[user:password@]host[:port]``, ``socks5://…`` or ``socks5h://…``. Raises UsageError."""
    parts = urlsplit(written if "://" in written else f"http://{written}")
    try:
        port = parts.port
    except ValueError:
        port = -1
    where = variable or "--proxy"
    if parts.scheme not in _PORTS:
        raise UsageError(
            Text(zh="{where}：不支持 {scheme}:// 代理", en="{where}: {scheme}:// proxies are not supported").fill(
                where=where, scheme=parts.scheme
            ),
            Text(zh="支持 http://、socks5:// 和 socks5h://", en="http://, socks5:// and socks5h:// are"),
        )
    if not parts.hostname or port == -1:
        raise UsageError(
            Text(zh="{where}：代理地址无效", en="{where}: the proxy's address is not valid").fill(where=where),
            Text(zh="写成 http://主机:端口", en="write it as http://HOST:PORT"),
        )
    return Proxy(
        parts.scheme,
        parts.hostname,
        port or _PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        variable=variable,
    )


def proxy_of(environ: Mapping[str, str]) -> Proxy | None:
    """The proxy that the environment sets for https, or None. Raises UsageError for one that cannot be used."""
    for variable in VARIABLES:
        if value := environ.get(variable, "").strip():
            return parse_proxy(value, variable)
    return None


def bypassed(name: str, ip: str, environ: Mapping[str, str]) -> bool:
    """Whether NO_PROXY exempts this host: "*", a name and all below it, an IP address, a network in CIDR form."""
    written = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    for entry in (part.strip().lower() for part in written.replace(" ", ",").split(",")):
        if not entry:
            continue
        bare = entry.lstrip("*").lstrip(".").partition(":")[0]
        if entry == "*" or (bare and (name == bare or name.endswith("." + bare))) or _in_network(entry, ip or name):
            return True
    return False


def _in_network(entry: str, ip: str) -> bool:
    try:
        return ipaddress.ip_address(ip) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False


async def open_tunnel(sock: socket.socket, proxy: Proxy, host: str, port: int) -> None:
    """Have ``proxy`` connect to ``host:port``. Raises CannotRead; the caller sets the time limit."""
    if proxy.scheme == "http":
        await _connect_method(sock, proxy, host, port)
    else:
        await _socks5(sock, proxy, host, port)


async def _connect_method(sock: socket.socket, proxy: Proxy, host: str, port: int) -> None:
    loop = asyncio.get_running_loop()
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {where} HTTP/1.1", f"Host: {where}"]
    if proxy.username:
        token = base64.b64encode(f"{proxy.username}:{proxy.password}".encode()).decode()
        lines.append(f"Proxy-Authorization: Basic {token}")
    await loop.sock_sendall(sock, ("\r\n".join(lines) + "\r\n\r\n").encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        # the other side of the tunnel speaks only after our ClientHello: nothing past the empty line is lost
        more = await loop.sock_recv(sock, 4096)
        answer += more
        if not more or len(answer) > _MAX_ANSWER:
            raise _silent(proxy)
    status = answer.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
    code = status[1] if len(status) > 1 and status[0].startswith("HTTP/") else ""
    if code == "407":
        wants = Text(
            zh="要求认证（407），或账号密码不对", en="wants authentication (407), or refuses the account given"
        )
        raise trouble.of_proxy("proxy-authentication", proxy.shown, wants)
    if not (len(code) == 3 and code.startswith("2")):
        raise trouble.of_proxy(
            "proxy-refused",
            proxy.shown,
            Text(zh="拒绝连接 {where}（应答 {code}）", en="refused to connect to {where} (answer {code})").fill(
                where=where, code=code or "?"
            ),
        )


async def _socks5(sock: socket.socket, proxy: Proxy, host: str, port: int) -> None:
    loop = asyncio.get_running_loop()
    methods = b"\x00\x02" if proxy.username else b"\x00"
    await loop.sock_sendall(sock, bytes([5, len(methods)]) + methods)
    version, method = await _exactly(sock, proxy, 2)
    if version != 5:
        raise _not_socks(proxy)
    if method == 2:
        name, password = proxy.username.encode()[:255], proxy.password.encode()[:255]
        await loop.sock_sendall(sock, bytes([1, len(name)]) + name + bytes([len(password)]) + password)
        if (await _exactly(sock, proxy, 2))[1] != 0:
            raise trouble.of_proxy(
                "proxy-authentication", proxy.shown, Text(zh="账号或密码不对", en="refuses the account given")
            )
    elif method != 0:
        wants = Text(zh="要求认证", en="wants authentication")
        raise trouble.of_proxy("proxy-authentication", proxy.shown, wants)
    await loop.sock_sendall(sock, b"\x05\x01\x00" + _socks_address(host) + port.to_bytes(2, "big"))
    version, reply, _, kind = await _exactly(sock, proxy, 4)
    if version != 5:
        raise _not_socks(proxy)
    if reply:
        raise trouble.of_proxy(
            "proxy-refused",
            proxy.shown,
            Text(zh="拒绝连接 {host}:{port}（{why}）", en="refused to connect to {host}:{port} ({why})").fill(
                host=host, port=port, why=_SOCKS_REPLIES.get(reply, str(reply))
            ),
        )
    length = {1: 4, 4: 16}.get(kind) or (await _exactly(sock, proxy, 1))[0]
    await _exactly(sock, proxy, length + 2)


def _socks_address(host: str) -> bytes:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = host.encode("ascii")
        return bytes([3, len(name)]) + name
    return bytes([1 if address.version == 4 else 4]) + address.packed


async def _exactly(sock: socket.socket, proxy: Proxy, count: int) -> bytes:
    loop = asyncio.get_running_loop()
    data = b""
    while len(data) < count:
        more = await loop.sock_recv(sock, count - len(data))
        if not more:
            raise _silent(proxy)
        data += more
    return data


def _not_socks(proxy: Proxy) -> CannotRead:
    return trouble.of_proxy("proxy-refused", proxy.shown, Text(zh="不是 SOCKS5 代理", en="is no SOCKS5 proxy"))


def _silent(proxy: Proxy) -> CannotRead:
    return trouble.of_proxy("proxy-closed", proxy.shown, Text(zh="没有给出完整应答", en="gave no complete answer"))
