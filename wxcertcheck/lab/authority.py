"""Writes what the servers need: three chains with their keys (0600, deleted once loaded), and the roots for everybody."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from wxcertcheck.lab import MARKER, pki


def write_authority(folder: Path, hosts: Sequence[str], days: int) -> None:
    """OLD and NEW root, an intermediate under each, the NEW root's twin signed by OLD; leaves for ``hosts``."""
    (folder / MARKER).write_text("made by wxcertcheck lab start; wxcertcheck lab stop removes this folder\n")
    old_root = pki.root("wxcertcheck lab OLD root", days=days * 10)
    new_root = pki.root("wxcertcheck lab NEW root", days=days * 10)
    old_issuer = pki.intermediate(old_root, "wxcertcheck lab OLD issuer", days=days * 5)
    new_issuer = pki.intermediate(new_root, "wxcertcheck lab NEW issuer", days=days * 5)
    twin = pki.cross_sign(new_root, old_root, days=days * 5)
    leaves = {
        "old": pki.leaf(old_issuer, hosts, days=days + 1),
        "new": pki.leaf(new_issuer, hosts, days=days + 1),
        "cross": pki.leaf(new_issuer, hosts, days=days + 1, chain=[new_issuer.certificate, twin.certificate]),
    }
    for key, leaf in leaves.items():
        (folder / f"{key}-chain.pem").write_text(leaf.chain_pem)
        _write_secret(folder / f"{key}.key", leaf.key_pem)
    (folder / "old-root.pem").write_text(old_root.pem)
    (folder / "new-root.pem").write_text(new_root.pem)
    (folder / "both-roots.pem").write_text(old_root.pem + new_root.pem)


def _write_secret(path: Path, content: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(content)
