"""One TLS handshake: connect, verify, keep the presented chain whether it was accepted or not, close.

No byte of application data is ever sent: the hosts are production. The real OpenSSL of the running Python judges the
chain with the store in force; what it says is kept beside the chain.

The handshake runs over memory buffers (``SSLContext.wrap_bio``), so the bytes that came are at hand when the other side
does not speak TLS, and one deadline covers a stall as well as a slow drip.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from wxcertcheck.errors import CannotRead
from wxcertcheck.handshake import trouble
from wxcertcheck.model import Handshake

if TYPE_CHECKING:
    import ssl

    from wxcertcheck.handshake.contexts import Contexts
    from wxcertcheck.handshake.proxies import Proxy
    from wxcertcheck.handshake.targets import Target

_OLD_PROTOCOL = frozenset(
    {
        "TLSV1_ALERT_PROTOCOL_VERSION",  # the server refuses TLS 1.2
        "UNSUPPORTED_PROTOCOL",  # the server chose less than TLS 1.2
        "SSLV3_ALERT_HANDSHAKE_FAILURE",  # no cipher in common, among other reasons
        "WRONG_SSL_VERSION",
        "UNSAFE_LEGACY_RENEGOTIATION_DISABLED",  # no secure renegotiation (RFC 5746): OpenSSL 3 refuses
    }
)
_CERTIFICATE_WANTED = frozenset(
    {
        "TLSV13_ALERT_CERTIFICATE_REQUIRED",  # RFC 8446, 6.2
        "SSLV3_ALERT_HANDSHAKE_FAILURE",  # RFC 5246, 7.4.6
        "SSLV3_ALERT_BAD_CERTIFICATE",
        "TLSV1_ALERT_UNKNOWN_CA",
        "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
        "TLSV1_ALERT_ACCESS_DENIED",
    }
)


class Limits(Struct, frozen=True):
    """Seconds. ``handshake`` counts from the standing connection; ``alert`` is how long to wait for a late alert."""

    connect: float = 5.0
    handshake: float = 10.0
    alert: float = 0.3


class _Wire:
    """The bytes between a socket and OpenSSL."""

    def __init__(self, sock: socket.socket, context: ssl.SSLContext, name: str) -> None:
        import ssl

        self.sock = sock
        self.loop = asyncio.get_running_loop()
        self.incoming = ssl.MemoryBIO()
        self.outgoing = ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_hostname=name)
        self.first = b""
        self.received = 0

    async def flush(self) -> None:
        if data := self.outgoing.read():
            await self.loop.sock_sendall(self.sock, data)

    async def fill(self) -> None:
        data = await self.loop.sock_recv(self.sock, 65536)
        self.first = self.first or data[:512]
        self.received += len(data)
        if data:
            self.incoming.write(data)
        else:
            self.incoming.write_eof()

    async def handshake(self) -> None:
        import ssl

        while True:
            try:
                self.tls.do_handshake()
            except ssl.SSLWantReadError:
                await self.flush()
                await self.fill()
            else:
                return await self.flush()

    async def late_alert(self, seconds: float) -> str:
        """In TLS 1.3 a server that wants a client certificate says so only after the handshake: its reason, or "".

        Reads what comes next (session tickets, mostly) once. The server may stay silent: then ``seconds`` pass.
        """
        import ssl

        try:
            async with asyncio.timeout(seconds):
                await self.fill()
            self.tls.read(1)
        except ssl.SSLError as error:
            return "" if isinstance(error, ssl.SSLWantReadError) else error.reason or ""
        except (TimeoutError, OSError):
            return ""
        return ""


async def shake_hands(target: Target, contexts: Contexts, limits: Limits, proxy: Proxy | None = None) -> Handshake:
    """Shake hands with ``target`` once; twice where the server speaks only TLS 1.0 or 1.1.

    Raises CannotRead where no certificate could be had; never another exception for what the other side does.
    """
    try:
        return await _attempt(target, contexts.usual, limits, proxy)
    except _OldProtocol as old:
        try:
            return await _attempt(target, contexts.old, limits, proxy, old.reason)
        except (CannotRead, _OldProtocol):
            raise old.trouble from None


class _OldProtocol(Exception):
    def __init__(self, reason: str, first: CannotRead) -> None:
        super().__init__(reason)
        self.reason = reason
        self.trouble = first


async def _attempt(
    target: Target, context: ssl.SSLContext, limits: Limits, proxy: Proxy | None, old: str = ""
) -> Handshake:
    started = time.monotonic()
    with await _connect(target, limits, proxy) as sock:
        wire = _Wire(sock, context, target.sni)
        try:
            async with asyncio.timeout(limits.handshake):
                return await _observe(wire, target, limits, proxy=proxy, old=old, started=started)
        except TimeoutError:
            raise trouble.handshake_timeout(limits.handshake, wire.received) from None
        except OSError as error:
            raise trouble.of_network(error) from None


async def _connect(target: Target, limits: Limits, proxy: Proxy | None) -> socket.socket:
    ip, port = (proxy.ip, proxy.port) if proxy else (target.ip, target.port)
    sock = socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        async with asyncio.timeout(limits.connect):
            await asyncio.get_running_loop().sock_connect(sock, (ip, port))
        if proxy:
            from wxcertcheck.handshake.proxies import open_tunnel

            async with asyncio.timeout(limits.connect):
                await open_tunnel(sock, proxy, target.ip or target.sni, target.port)
    except BaseException as error:
        sock.close()
        if isinstance(error, TimeoutError):
            raise _timed_out(limits, proxy) from None
        if isinstance(error, OSError):
            raise trouble.of_network(error) from None
        raise
    return sock


def _timed_out(limits: Limits, proxy: Proxy | None) -> CannotRead:
    timeout = trouble.connect_timeout(limits.connect)
    return trouble.of_proxy("proxy-timeout", proxy.shown, timeout.message) if proxy else timeout


async def _observe(
    wire: _Wire, target: Target, limits: Limits, *, proxy: Proxy | None, old: str, started: float
) -> Handshake:
    import ssl

    code, refusal, alert = 0, "", ""
    try:
        await wire.handshake()
        elapsed = time.monotonic() - started
        if wire.tls.version() == "TLSv1.3":
            alert = await wire.late_alert(limits.alert)
    except ssl.SSLCertVerificationError as error:
        elapsed = time.monotonic() - started
        code, refusal = error.verify_code, error.verify_message
    except ssl.SSLError as error:
        elapsed = time.monotonic() - started
        alert = error.reason or ""
        if not presented_chain(wire.tls):
            said = trouble.of_tls(error, wire.first)
            raise (_OldProtocol(alert, said) if alert in _OLD_PROTOCOL and not old else said) from None
    chain = presented_chain(wire.tls)
    if not chain:
        raise trouble.of_tls(ssl.SSLError("no certificate"), wire.first)
    await _say_goodbye(wire)
    if old and not code:
        code, refusal = -1, old.lower().replace("_", " ")
    return Handshake(
        place=target.place,
        at=datetime.now(UTC),
        chain=chain,
        tls=wire.tls.version() or _hello_version(wire.first),
        origin=target.origin,
        code=code,
        refusal=refusal,
        serves=target.serves,
        alpn=wire.tls.selected_alpn_protocol() or "",
        proxy=proxy.shown if proxy else "",
        wants_client_certificate=alert in _CERTIFICATE_WANTED,
        elapsed=elapsed,
    )


def _hello_version(first: bytes) -> str:
    """The version in the ServerHello (RFC 8446, 4.1.3 and 4.2.1): OpenSSL tells none before the handshake is over."""
    if first[:1] != b"\x16" or first[5:6] != b"\x02":
        return ""
    if b"\x00\x2b\x00\x02\x03\x04" in first[: 5 + int.from_bytes(first[3:5], "big")]:
        return "TLSv1.3"
    return {b"\x03\x01": "TLSv1", b"\x03\x02": "TLSv1.1", b"\x03\x03": "TLSv1.2"}.get(first[9:11], "")


async def _say_goodbye(wire: _Wire) -> None:
    """Send what is left: the alert of a refusal, or close_notify. Never application data."""
    import ssl

    with contextlib.suppress(ssl.SSLError, OSError, ValueError):
        wire.tls.unwrap()
    with contextlib.suppress(OSError):
        await wire.flush()


def presented_chain(tls: ssl.SSLObject) -> tuple[bytes, ...]:
    """The certificates that the server presented (DER, leaf first), also after a failed verification.

    Public from Python 3.13; before, a private method of the same object gives certificate objects (3.10 to 3.12). Where
    neither exists, the leaf alone.
    """
    public = getattr(tls, "get_unverified_chain", None)
    if public is not None:
        return tuple(public() or ())
    private = getattr(getattr(tls, "_sslobj", None), "get_unverified_chain", None)
    if private is not None:
        from _ssl import ENCODING_DER  # type: ignore[import-not-found, unused-ignore]  # no stubs for the C module

        return tuple(certificate.public_bytes(ENCODING_DER) for certificate in private() or ())
    leaf = tls.getpeercert(binary_form=True)
    return (leaf,) if leaf else ()
