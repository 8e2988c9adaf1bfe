"""What does the server show? Resolve, connect with address and name apart, keep the chain; then judge it everywhere.

``look`` gathers; ``judge_handshakes`` (in ``accept``) says what every runtime and store makes of what was seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from wxcertcheck.model import Evidence, Rotation
from wxcertcheck.text import Text

if TYPE_CHECKING:
    from wxcertcheck.handshake.contexts import ClientCertificate
    from wxcertcheck.handshake.targets import Target

Progress = Callable[[Text], None]
Tick = Callable[[int, int], None]
"""Called with (handshakes done, handshakes to do)."""


class HandshakeRequest(Struct, frozen=True):
    """What to shake hands with, and how.

    ``targets`` None: those of the rotation (``targets_for``). ``proxy`` None: what the environment says, "": none.
    ``families`` are 4 and 6. Times are in seconds. ``anchors`` (DER) replace the store in force in the real OpenSSL.
    ``alone``: nothing else is looked at, so that nothing reachable leaves the verdict open. ``root`` is a file system
    to read the hosts file from.
    """

    rotation: Rotation
    targets: tuple[Target, ...] | None = None
    hosts_in_code: tuple[str, ...] = ()
    connect_timeout: float = 5.0
    handshake_timeout: float = 10.0
    jobs: int = 50
    proxy: str | None = None
    client: ClientCertificate | None = None
    resolver: str = ""
    families: tuple[int, ...] = (4, 6)
    repeat: int = 1
    interval: float = 0.0
    offline: bool = False
    alone: bool = False
    anchors: tuple[bytes, ...] | None = None
    root: Path | None = None


def look(
    request: HandshakeRequest,
    environ: Mapping[str, str],
    progress: Progress | None = None,
    tick: Tick | None = None,
) -> tuple[Evidence, ...]:
    """Shake hands with every target: Handshake, HostsEntry, Resolution, ProxySetting, Looked and NotLooked values.

    What one target does never raises. UsageError only where the request itself is wrong (a proxy or resolver that is none).
    With ``offline`` only the hosts file and the environment are read.
    """
    from wxcertcheck.handshake.run import run

    return run(request, environ, progress, tick)


def judge_handshakes(evidence: tuple[Evidence, ...], rotation: Rotation) -> tuple[Evidence, ...]:
    """What the rotation's roots (Presented) and every runtime and store in ``evidence`` (Acceptance) say of its handshakes.

    Also NotLooked values for announced addresses where somebody else answers. Pure.
    """
    from wxcertcheck.handshake.accept import judge

    return judge(evidence, rotation)
