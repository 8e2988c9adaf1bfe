"""The rotation file of a rehearsal: since ever OLD; from yesterday OLD and NEW; in thirty days NEW alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wxcertcheck.lab import Lab
    from wxcertcheck.model import Rotation


def write_rotation(lab: Lab, base: Rotation) -> None:
    """Write ``lab.toml``; every host of ``base`` is served at the rehearsal's addresses."""
    lab.rotation_file.write_text(rotation_toml(lab, base), encoding="utf-8")


def rotation_toml(lab: Lab, base: Rotation) -> str:
    """The file's text, in the format of ``rotations/``."""
    now = datetime.now(UTC)
    parts = [
        f'id = "lab"\ntitle.zh = {_quoted("演练：" + base.title.zh)}\ntitle.en = {_quoted("Rehearsal: " + base.title.en)}',
        f"zone = {_quoted(base.zone)}",
        *(_root(lab, which, role) for which, role in (("old", "retiring"), ("new", "incoming"))),
        '[chains.old]\nanchors = ["old"]',
        '[chains.new]\nanchors = ["new"]',
        '[chains.cross]\nanchors = ["old", "new"]',
        '[[phases]]\nchains = ["old"]',
        f'[[phases]]\nfrom = {now - timedelta(days=1):%Y-%m-%d}\nchains = ["old", "new"]',
        f'[[phases]]\nfrom = {now + timedelta(days=30):%Y-%m-%d}\nchains = ["new"]',
        *(f"[[hosts]]\nname = {_quoted(host)}\nport = {lab.endpoints['new'][1]}" for host in lab.hosts),
        *(_address(lab, "old_chain_addresses", host, "old") for host in lab.hosts),
        *(_address(lab, "verification_addresses", host, "new") for host in lab.hosts),
        *(_address(lab, "verification_addresses", host, "cross") for host in lab.hosts[:1]),
    ]
    return "\n\n".join(parts) + "\n"


def _root(lab: Lab, which: str, role: str) -> str:
    pem = lab.root_file(which).read_text(encoding="ascii").strip()
    return f'[[roots]]\nkey = "{which}"\nrole = "{role}"\npem = """\n{pem}\n"""'


def _address(lab: Lab, table: str, host: str, serves: str) -> str:
    ip, port = lab.endpoints[serves]
    return f'[[{table}]]\nhost = {_quoted(host)}\nip = "{ip}"\nport = {port}\nserves = "{serves}"'


def _quoted(text: str) -> str:
    """A TOML basic string (toml.io, String)."""
    import json

    return json.dumps(text, ensure_ascii=False)
