"""Which program of this machine listens on an address: a proxy that runs here has stores of its own. Linux only."""

from __future__ import annotations

import socket
from pathlib import Path

_LISTEN = "0A"  # state in /proc/net/tcp; include/net/tcp_states.h


def listening_program(host: str, port: int, proc: Path = Path("/proc")) -> str:
    """ "/usr/sbin/squid (pid 123)" for a proxy on this machine, "" where it is elsewhere or cannot be seen."""
    if not _is_here(host):
        return ""
    inodes = {inode for name in ("tcp", "tcp6") for inode in _listeners(proc / "net" / name, port)}
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for process in proc.glob("[0-9]*") if wanted else ():
        try:
            if any(str(link.readlink()) in wanted for link in (process / "fd").iterdir()):
                return f"{(process / 'exe').readlink()} (pid {process.name})"
        except OSError:
            continue  # gone by now, or somebody else's
    return ""


def _is_here(host: str) -> bool:
    """Whether the address is this machine's: only an own address can be bound."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.bind(address)
    except OSError:
        return False
    return True


def _listeners(table: Path, port: int) -> list[str]:
    try:
        rows = [line.split() for line in table.read_text().splitlines()[1:]]
    except OSError:
        return []
    return [row[9] for row in rows if row[3] == _LISTEN and int(row[1].rpartition(":")[2], 16) == port]
