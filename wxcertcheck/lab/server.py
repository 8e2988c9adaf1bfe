"""The servers of a rehearsal: ``python -m wxcertcheck.lab.server FOLDER``, started and stopped by ``wxcertcheck lab``.

One asyncio process, one TLS listener a chain. It answers any HTTP request with one line that says which chain was shown,
so that a merchant's own program can be pointed at it. It ends on "stop", when its folder goes, or after its lifetime.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
import secrets
import shutil
import ssl
import sys
import time
from pathlib import Path

from wxcertcheck.lab import ADDRESSES, DAYS, ERROR, MARKER, STATE

_HEAD_LIMIT = 16 * 1024
_PATIENCE = 10.0


def main(folder: Path) -> int:
    """Serve until told to stop; then remove the folder."""
    try:
        asyncio.run(_serve(folder))
    except OSError as error:
        with contextlib.suppress(OSError):
            (folder / ERROR).write_text(str(error), encoding="utf-8")
        return 1
    if (folder / MARKER).is_file():
        shutil.rmtree(folder, ignore_errors=True)
    return 0


async def _serve(folder: Path) -> None:
    ended = asyncio.Event()
    servers = {}
    for key, ip in ADDRESSES.items():
        servers[key] = await _listen(key, ip, _context(folder, key))
    token = secrets.token_hex(16)
    control = await asyncio.start_server(lambda r, w: _control(r, w, token, ended), "127.0.0.1", 0)
    state = {
        "pid": os.getpid(),
        "port": control.sockets[0].getsockname()[1],
        "token": token,
        "endpoints": {key: server.sockets[0].getsockname()[:2] for key, server in servers.items()},
    }
    _write_state(folder, state)
    deadline = time.monotonic() + DAYS * 86400
    while not ended.is_set() and (folder / MARKER).exists() and time.monotonic() < deadline:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), 1.0)
    for server in (*servers.values(), control):
        server.close()


def _context(folder: Path, key: str) -> ssl.SSLContext:
    """The context of one chain. Its key is deleted from the disk as soon as it is loaded."""
    secret = folder / f"{key}.key"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{key}-chain.pem", secret)
    context.set_alpn_protocols(["http/1.1"])
    secret.unlink()
    return context


async def _listen(key: str, ip: str, context: ssl.SSLContext) -> asyncio.Server:
    """At the chain's address on port 443; where that is not to be had, on a free port; then on 127.0.0.1."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _answer(reader, writer, key)

    for address, port in ((ip, 443), (ip, 0), ("127.0.0.1", 0)):
        try:
            return await asyncio.start_server(handle, address, port, ssl=context, ssl_handshake_timeout=_PATIENCE)
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EPERM, errno.EADDRINUSE, errno.EADDRNOTAVAIL):
                raise
    raise OSError(errno.EADDRNOTAVAIL, "no loopback address can be bound")


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, key: str) -> None:
    with contextlib.suppress(
        OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ssl.SSLError
    ):
        async with asyncio.timeout(_PATIENCE):
            head = await reader.readuntil(b"\r\n\r\n")
        if head and len(head) <= _HEAD_LIMIT:
            body = f"wxcertcheck lab: this server presents the {key} chain\n".encode()
            lines = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            writer.write(lines.encode() + body)
            await writer.drain()
    with contextlib.suppress(OSError, ssl.SSLError):
        writer.close()


async def _control(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str, ended: asyncio.Event
) -> None:
    with contextlib.suppress(OSError, TimeoutError, ValueError):
        async with asyncio.timeout(2):
            given, _, word = (await reader.readline()).decode("ascii", "replace").strip().partition(" ")
        if secrets.compare_digest(given.encode(), token.encode()):
            writer.write(b"stopping" if word == "stop" else b"running")
            await writer.drain()
            if word == "stop":
                ended.set()
    writer.close()


def _write_state(folder: Path, state: dict[str, object]) -> None:
    """Only its owner may read it: it holds the token. Written aside and moved, so that nobody sees half of it."""
    aside = folder / f"{STATE}.new"
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(state, file)
    aside.replace(folder / STATE)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
