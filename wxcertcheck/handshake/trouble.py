"""Failures of a handshake in words: what the other side did, and what to do next.

Each has a short stable id (``reason``) for machine formats. A failure here says nothing about the rotation: it becomes
a ``NotLooked`` value.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import HostPlace, NotLooked, Origin
from wxcertcheck.text import Text

if TYPE_CHECKING:
    import ssl

    from wxcertcheck.handshake.targets import Target

_NETWORK = Text(
    zh="请检查防火墙、路由和代理设置；需要代理时用 --proxy 指定",
    en="check firewall, routing and proxy settings; name a proxy with --proxy if one is needed",
)
_SERVER = Text(
    zh="确认地址和端口上确实是 HTTPS 服务：openssl s_client -connect IP:端口 -servername 域名",
    en="see whether HTTPS is served there: openssl s_client -connect IP:PORT -servername NAME",
)
_RETIRED = Text(
    zh="官方说明证书更换后会关停这个验证地址，连不上不代表本机有问题；请以正式域名的结果为准",
    en="this address was announced to be shut down after the change, so that is no fault of this machine; "
    "go by the result of the host's own addresses",
)


def not_looked(target: Target, error: CannotRead, decides: bool = False) -> NotLooked:
    """The failure as evidence. An announced address that is gone says so."""
    hint = _RETIRED if target.origin in (Origin.VERIFICATION, Origin.OLD_CHAIN) else error.hint
    return NotLooked(target.place, error.reason, at_place(target.place, error.message), hint, decides)


def at_place(place: HostPlace, message: Text) -> Text:
    """A message that names the server it is about."""
    return Text(zh="{place}：{message}", en="{place}: {message}").fill(place=place, message=message)


def connect_timeout(seconds: float) -> CannotRead:
    """Nothing came back to the first packet."""
    return CannotRead(
        "connect-timeout",
        Text(zh="{seconds:g} 秒内没有建立连接", en="no connection within {seconds:g} s").fill(seconds=seconds),
        _NETWORK,
    )


def handshake_timeout(seconds: float, received: int) -> CannotRead:
    """The connection stands, and the handshake does not come to its end."""
    message = Text(
        zh="连接已建立，但 {seconds:g} 秒内没有完成 TLS 握手（收到 {received} 字节）",
        en="connected, but the TLS handshake did not end within {seconds:g} s ({received} bytes came)",
    )
    return CannotRead("handshake-timeout", message.fill(seconds=seconds, received=received), _NETWORK)


def of_network(error: OSError) -> CannotRead:
    """A failure of the network, before or within the handshake."""
    known = {
        errno.ECONNREFUSED: ("refused", Text(zh="连接被拒绝", en="connection refused"), _SERVER),
        errno.ECONNRESET: ("reset", Text(zh="连接被对方重置", en="connection reset by the other side"), _NETWORK),
        errno.EPIPE: ("reset", Text(zh="连接被对方重置", en="connection reset by the other side"), _NETWORK),
        errno.ENETUNREACH: ("unreachable", Text(zh="网络不可达", en="network is unreachable"), _NETWORK),
        errno.EHOSTUNREACH: ("unreachable", Text(zh="主机不可达", en="host is unreachable"), _NETWORK),
        errno.EADDRNOTAVAIL: (
            "no-such-family",
            Text(
                zh="本机没有可用于该地址的网络（例如未启用 IPv6）",
                en="this machine has no network for such an address (IPv6 off?)",
            ),
            Text(zh="用 -4 或 -6 选择地址族", en="choose the address family with -4 or -6"),
        ),
        errno.EAFNOSUPPORT: (
            "no-such-family",
            Text(zh="本机不支持这个地址族", en="this machine does not support this address family"),
            Text(zh="用 -4 或 -6 选择地址族", en="choose the address family with -4 or -6"),
        ),
        errno.EMFILE: (
            "too-many-files",
            Text(zh="打开的文件过多", en="too many open files"),
            Text(zh="减小 --jobs，或提高 ulimit -n", en="lower --jobs, or raise ulimit -n"),
        ),
    }
    if error.errno in known:
        return CannotRead(*known[error.errno])
    return CannotRead(
        "network",
        Text(zh="网络错误：{error}", en="network error: {error}").fill(error=error.strerror or type(error).__name__),
        _NETWORK,
    )


def of_tls(error: ssl.SSLError, first: bytes) -> CannotRead:
    """A handshake that ended before any certificate could be read. ``first`` are the first bytes that came."""
    import ssl

    if first and first[0] not in (20, 21, 22):
        return _not_tls(first)
    if isinstance(error, ssl.SSLEOFError) or error.reason == "UNEXPECTED_EOF_WHILE_READING":
        return CannotRead(
            "closed",
            Text(zh="对方在握手中途关闭了连接", en="the other side closed the connection during the handshake"),
            _NETWORK,
        )
    reason = error.reason or str(error)
    if "UNRECOGNIZED_NAME" in reason:
        return CannotRead(
            "name-refused",
            Text(
                zh="服务器不认识这个域名（unrecognized_name）",
                en="the server does not know this name (unrecognized_name)",
            ),
            Text(
                zh="核对域名和 --sni；这个地址可能已归他人",
                en="check the name and --sni; the address may be someone else's by now",
            ),
        )
    if reason == "EXCESSIVE_MESSAGE_SIZE":
        return CannotRead(
            "chain-too-large",
            Text(
                zh="证书链超过 OpenSSL 的大小上限（100 KB）",
                en="the certificate chain is over OpenSSL's limit (100 KB)",
            ),
            Text(zh="这不像正常的服务器；核对地址", en="no ordinary server does this; check the address"),
        )
    if "ALERT" in reason or reason == "UNSUPPORTED_PROTOCOL":
        alert = reason.lower().replace("_", " ")
        return CannotRead(
            "alert",
            Text(zh="服务器拒绝了握手：{alert}", en="the server refused the handshake: {alert}").fill(alert=alert),
            _SERVER,
        )
    if (error.library or "") in ("ASN1", "X509", "PEM") or "ASN1" in reason or "BAD_ENCODING" in reason:
        return CannotRead(
            "broken-certificate",
            Text(zh="服务器的证书无法解析（{reason}）", en="the server's certificate cannot be parsed ({reason})").fill(
                reason=reason.lower().replace("_", " ")
            ),
            _SERVER,
        )
    return CannotRead(
        "tls",
        Text(zh="TLS 握手失败：{reason}", en="the TLS handshake failed: {reason}").fill(
            reason=reason.lower().replace("_", " ")
        ),
        _SERVER,
    )


def of_value(error: ValueError) -> CannotRead:
    """OpenSSL does not take the name or the address as it is written."""
    return CannotRead(
        "tls", Text(zh="TLS 握手失败：{reason}", en="the TLS handshake failed: {reason}").fill(reason=error), _SERVER
    )


def _not_tls(first: bytes) -> CannotRead:
    if first.startswith(b"HTTP/") or first.lstrip()[:1] == b"<":
        return CannotRead(
            "plain-http",
            Text(zh="这个端口上是明文 HTTP，不是 HTTPS", en="plain HTTP is served on this port, not HTTPS"),
            _SERVER,
        )
    return CannotRead(
        "not-tls",
        Text(zh="对方的应答不是 TLS（开头的字节：{bytes}）", en="the answer is not TLS (it begins with {bytes})").fill(
            bytes=first[:8].hex(" ")
        ),
        _SERVER,
    )


def unknown_host(name: str, resolver: str, why: str) -> CannotRead:
    """The name has no address, or the resolver could not be asked."""
    return CannotRead(
        "unknown-host",
        Text(zh="无法解析 {name}（{resolver}：{why}）", en="cannot resolve {name} ({resolver}: {why})").fill(
            name=name, resolver=resolver, why=why
        ),
        Text(
            zh="检查域名和 DNS；可用 --resolver 换一个解析服务器，或用 --connect 直接给出 IP",
            en="check the name and DNS; try another --resolver, or give the IP with --connect",
        ),
    )


def of_proxy(reason: str, proxy: str, what: Text) -> CannotRead:
    """The proxy did not open the way."""
    return CannotRead(
        reason,
        Text(zh="代理 {proxy}：", en="proxy {proxy}: ").fill(proxy=proxy) + what,
        Text(
            zh="检查代理地址、账号和它放行的目标；不需要代理时设置 NO_PROXY",
            en="check the proxy's address, account and what it lets through; set NO_PROXY where none is needed",
        ),
    )
