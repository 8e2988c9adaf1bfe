"""The line to the servers' process: one word and its answer over a loopback socket, guarded by a token."""

from __future__ import annotations

import socket
from typing import Any


def ask(state: dict[str, Any], word: str, seconds: float = 2.0) -> str:
    """The answer to "status" or "stop", or "" where nobody of ours listens."""
    try:
        with socket.create_connection(("127.0.0.1", int(state["port"])), seconds) as sock:
            sock.settimeout(seconds)
            sock.sendall(f"{state['token']} {word}\n".encode())
            return sock.recv(100).decode("ascii", "replace").strip()
    except (OSError, ValueError):
        return ""
