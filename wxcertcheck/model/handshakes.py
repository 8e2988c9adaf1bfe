"""Evidence of handshakes: what servers present, and what anchors say to it."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from wxcertcheck.model.places import FilePlace, HostPlace
from wxcertcheck.model.trust import Runtime, Store
from wxcertcheck.text import Text


class Origin(StrEnum):
    """Why an address was dialled for a name."""

    VERIFICATION = "verification"
    """The rotation announces it for trying the new chain."""
    OLD_CHAIN = "old-chain"
    """The rotation announces it as a temporary address that keeps the old chain."""
    DNS = "dns"
    """A resolver gave it."""
    HOSTS_FILE = "hosts-file"
    """The hosts file of this machine gives it."""
    GIVEN = "given"
    """The user named it."""
    PROXY = "proxy"
    """A proxy was asked for the name, and chose the address itself."""


class Handshake(Struct, frozen=True):
    """One TLS handshake as it was seen. Nothing is sent after it.

    ``chain`` are the certificates as presented: DER, leaf first. ``code`` and ``refusal`` are what the OpenSSL of the
    running Python said of them with its own store: X509_V_ERR number and text; 0 and "" where it accepted them for the
    name; -1 where it refused the protocol before it came to the chain.
    ``serves`` is the key of the chain that the rotation expects there, ``seen`` how many handshakes of the run showed
    exactly this, ``elapsed`` seconds from connect to the end of the handshake. ``proxy`` has no password in it.
    """

    place: HostPlace
    at: datetime
    chain: tuple[bytes, ...]
    tls: str
    origin: Origin
    code: int = 0
    refusal: str = ""
    serves: str = ""
    alpn: str = ""
    proxy: str = ""
    wants_client_certificate: bool = False
    seen: int = 1
    elapsed: float = 0.0

    @property
    def accepted(self) -> bool:
        """Whether the OpenSSL of the running Python accepted the chain for the name."""
        return self.code == 0


class ChainOutcome(StrEnum):
    """What a set of anchors says to a presented chain."""

    ACCEPTED = "accepted"
    MISSING_ROOT = "missing-root"
    """The chain is complete, and the store lacks the root that it ends in."""
    MISSING_INTERMEDIATE = "missing-intermediate"
    """The server does not send the certificate that issued its own."""
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    WRONG_NAME = "wrong-name"
    DISTRUSTED = "distrusted"
    """The root is in the store, and the store's own settings switch it off."""
    WEAK_SIGNATURE = "weak-signature"
    """Signed with SHA-1 or MD5, or by a key that is too short."""
    CONSTRAINT = "constraint"
    """A certificate of the path may not be used this way (CA flag, path length, key usage, name constraints)."""
    UNREADABLE = "unreadable"
    """The leaf is not a certificate that can be parsed."""


class ChainPath(Struct, frozen=True):
    """One path from the leaf to an anchor: fingerprints and subject names, leaf first. It holds until ``until``."""

    fingerprints: tuple[str, ...]
    names: tuple[str, ...]
    until: datetime

    @property
    def anchor(self) -> str:
        """The fingerprint of the path's last certificate."""
        return self.fingerprints[-1]


class ChainAnswer(Struct, frozen=True):
    """What a set of anchors says to a presented chain.

    ``paths`` are all the paths to an anchor, the best first (a cross-signed chain has several). ``missing`` is the name
    of the issuer that was found nowhere. ``stricter`` says why other checkers refuse what OpenSSL accepts here.
    """

    outcome: ChainOutcome
    detail: Text
    paths: tuple[ChainPath, ...] = ()
    missing: str = ""
    stricter: Text | None = None

    @property
    def accepted(self) -> bool:
        """Whether the chain is accepted."""
        return self.outcome is ChainOutcome.ACCEPTED


class Top(StrEnum):
    """What a presented chain ends in, seen from a rotation."""

    INCOMING = "incoming"
    """A root that the rotation brings."""
    RETIRING = "retiring"
    """A root that the rotation takes away."""
    BOTH = "both"
    """Cross-signed: a path to either."""
    OTHER = "other"
    """A publicly known root that is none of the rotation's."""
    PRIVATE = "private"
    """A root that no public list knows: somebody on the way answers in the server's place."""
    INCOMPLETE = "incomplete"
    """The server does not send the certificate that issued its own."""
    BROKEN = "broken"
    """The leaf cannot be parsed."""


class Presented(Struct, frozen=True):
    """What one handshake shows, judged by the rotation's own roots at the moment of the handshake.

    ``answer`` is the rotation's roots' word on the chain; ``counts`` whether the handshake says anything about the
    rotation (a verification address does so only if its chain is valid for the name under the rotation's own roots).
    ``as_expected`` compares with the chain that the rotation expects at that address; None where it expects none.
    """

    handshake: Handshake
    top: Top
    top_name: str
    answer: ChainAnswer
    counts: bool
    as_expected: bool | None = None


class Acceptance(Struct, frozen=True):
    """What one runtime or store says to a chain that was presented at ``places``."""

    places: tuple[HostPlace, ...]
    by: "Runtime | Store"
    presented: Presented
    answer: ChainAnswer


class HostsEntry(Struct, frozen=True):
    """A line of a hosts file that gives an address to one of the rotation's hosts."""

    place: FilePlace
    ip: str
    name: str


class Resolution(Struct, frozen=True):
    """The addresses that a resolver gave for a name; ``resolver`` says which ("127.0.0.53", "system")."""

    name: str
    ips: tuple[str, ...]
    resolver: str


class ProxySetting(Struct, frozen=True):
    """A proxy that the environment or an option sets for the rotation's hosts; ``value`` has no password in it.

    ``bypassed`` are hosts of the rotation that NO_PROXY exempts. ``process`` names the program that listens there, if
    the proxy runs on this machine.
    """

    variable: str
    value: str
    bypassed: tuple[str, ...] = ()
    process: str = ""
