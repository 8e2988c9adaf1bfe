"""Made-up evidence: handshakes as they would have been seen, and runtimes that trust exactly the given roots."""

from datetime import UTC, datetime

from cryptography.hazmat.primitives.serialization import Encoding

from tests.handshake.conftest import HOST, Pki
from tests.handshake.rotations import rotation_of
from wxcertcheck.handshake import judge_handshakes
from wxcertcheck.judge import findings_of, verdict_of
from wxcertcheck.lab.pki import Issued
from wxcertcheck.model import (
    Case,
    Certificate,
    Evidence,
    FilePlace,
    Finding,
    Handshake,
    HostPlace,
    Origin,
    Rotation,
    Runtime,
    Status,
    Store,
    StoreState,
    TrustSource,
)
from wxcertcheck.text import same

NOW = datetime.now(UTC)


def handshake(
    issued: Issued, ip: str = "192.0.2.1", origin: Origin = Origin.DNS, host: str = HOST, **more: object
) -> Handshake:
    chain = (issued.der, *(c.public_bytes(Encoding.DER) for c in issued.chain))
    values = {"at": NOW, "tls": "TLSv1.3", **more}
    return Handshake(HostPlace(host, f"{ip}:443", host), chain=chain, origin=origin, **values)  # type: ignore[arg-type]


def runtime(*roots: Issued, name: str = "curl", in_use: bool = True, kind: str = "") -> Runtime:
    certificates = tuple(Certificate.of(root.der) for root in roots)
    store = Store((FilePlace(f"/etc/{name}.pem"),), "file", "pem", StoreState.READ, certificates)
    source = TrustSource(store, same("default"))
    return Runtime(kind or name, name, "1", f"/usr/bin/{name}", (same("PATH"),), (source,), in_use=in_use)


def judged(own: Pki, *evidence: Evidence, rotation: Rotation | None = None, on: datetime = NOW) -> Case:
    rotation = rotation or rotation_of(own)
    return Case(rotation, on, (*evidence, *judge_handshakes(evidence, rotation)))


def findings(case: Case, *families: str) -> list[Finding]:
    """Findings whose rule starts with one of these (default: handshake and host settings)."""
    return [f for f in findings_of(case) if f.rule.startswith(families or ("WXC3", "WXC5"))]


def status(case: Case) -> Status:
    return verdict_of(case, findings_of(case)).status


def rules(case: Case, *families: str) -> list[str]:
    return [f"{finding.rule} {finding.level.value}" for finding in findings(case, *families)]
