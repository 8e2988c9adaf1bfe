"""A rotation over the test PKI: OLD retires, NEW comes, gradually from a year ago, NEW alone from a month ago."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from msgspec.structs import replace

from tests.handshake.conftest import HOST, Pki
from wxcertcheck.lab.pki import Issued
from wxcertcheck.model import Chain, Host, Phase, Root, Rotation
from wxcertcheck.text import Text

NOW = datetime.now(UTC)


def root_of(key: str, issued: Issued) -> Root:
    certificate = issued.certificate
    return Root(
        key=key,
        name=key.upper(),
        fingerprint=sha256(issued.der).hexdigest(),
        spki_fingerprint="",
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        der=issued.der,
    )


def rotation_of(own: Pki, **changes: object) -> Rotation:
    """``changes`` replace fields."""
    old, new = root_of("old", own.old_root), root_of("new", own.new_root)
    old_chain = Chain("old", frozenset({old.fingerprint}))
    new_chain = Chain("new", frozenset({new.fingerprint}))
    rotation = Rotation(
        id="test",
        title=Text(zh="测试", en="test"),
        zone="+08:00",
        roots=(old, new),
        retiring=frozenset({old.fingerprint}),
        incoming=frozenset({new.fingerprint}),
        hosts=(Host(HOST),),
        phases=(
            Phase(None, (old_chain,)),
            Phase(NOW - timedelta(days=365), (old_chain, new_chain)),
            Phase(NOW - timedelta(days=30), (new_chain,)),
        ),
    )
    return replace(rotation, **changes)  # type: ignore[arg-type]
