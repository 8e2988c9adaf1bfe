"""Evidence of code: pins, certificates in the tree, hosts and packages that are named there."""

from enum import StrEnum

from msgspec import Struct

from wxcertcheck.model.places import Edit, FilePlace
from wxcertcheck.model.rotation import Confidence, Source
from wxcertcheck.model.trust import Store
from wxcertcheck.text import Text


class Certainty(StrEnum):
    """How sure the link between the finding and the rotation's hosts is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    UNLINKED = "unlinked"


class PinKind(StrEnum):
    """What a place in code or configuration does to the trusted set."""

    TRUST = "trust"
    """It chooses the trusted CAs (`PinMode` says whether they replace or add)."""
    FINGERPRINT = "fingerprint"
    """It compares the certificate or its key with a fixed fingerprint, SPKI hash or serial number."""
    VERIFICATION_OFF = "verification-off"
    """It switches the verification of the server off."""
    CONFIGURABLE = "configurable"
    """A caller, an environment variable or a setting decides, and the tree does not say how."""


class PinMode(StrEnum):
    """Whether the chosen CAs take the place of the defaults or come on top of them."""

    REPLACES = "replaces"
    ADDS = "adds"


class Purpose(StrEnum):
    """What the connection is for."""

    HTTPS = "https"
    DATABASE = "database"
    QUEUE = "queue"
    LDAP = "ldap"
    MAIL = "mail"
    SERVER = "server"
    """The server side: which client certificates are accepted."""
    TOOL = "tool"
    """A build or package tool (npm, pip, git): not the program itself."""


class Suppression(Struct, frozen=True):
    """A comment ``wxcertcheck: ignore[WXC201] reason until 2026-12-31`` at a place; ``until`` is an ISO date or "".

    ``fault`` says why it does not count: no reason, a bad date, or its day is over.
    """

    rules: tuple[str, ...]
    reason: str
    until: str = ""
    fault: Text | None = None


class Pin(Struct, frozen=True):
    """A place in code or configuration that chooses trusted CAs, compares fingerprints, or switches verification off.

    ``pattern`` is "language/slug", ``value`` the expression as written, ``reasons`` how it was followed. ``targets`` are the
    stores that it names, opened (a missing or damaged one says so in its state); ``fingerprints`` the SHA-256 values (of
    DER or SPKI) that it compares with. ``unresolved`` says why the value is not known. ``hosts`` are hosts of any rotation
    that the file names (certain), ``likely_hosts`` those that the rest of the tree names or its packages call; ``link`` is
    the stronger of both. ``statement`` is the source text of whole lines, from ``statement_line`` on (empty: too long to be
    shown, or with a secret in it); ``only_statement`` says that nothing else stands in a body that must hold something.
    ``repair`` are the changes by which the place verifies with the system's store, where its language can tell.
    """

    place: FilePlace
    language: str
    pattern: str
    kind: PinKind
    mode: PinMode = PinMode.REPLACES
    purpose: Purpose = Purpose.HTTPS
    value: str = ""
    reasons: tuple[Text, ...] = ()
    targets: tuple[Store, ...] = ()
    fingerprints: tuple[str, ...] = ()
    unresolved: Text | None = None
    link: Certainty = Certainty.UNLINKED
    hosts: tuple[str, ...] = ()
    likely_hosts: tuple[str, ...] = ()
    test: bool = False
    example: bool = False
    vendored: bool = False
    dead_by: FilePlace | None = None
    statement: str = ""
    statement_line: int = 0
    only_statement: bool = False
    repair: tuple[Edit, ...] = ()
    last_line: int = 0
    line_hash: str = ""
    suppressed: Suppression | None = None

    @property
    def trusted(self) -> frozenset[str]:
        """Fingerprints of the certificates that the pin accepts as anchors."""
        return frozenset().union(*(store.trusted for store in self.targets))


class CertificateRole(StrEnum):
    """What certificates in a tree are for, as far as their content tells."""

    TRUST = "trust"
    """CA certificates: something may trust them."""
    IDENTITY = "identity"
    """A certificate to show, with or without its private key: a server's, or a merchant's ``apiclient_cert``."""
    SIGNING = "signing"
    """For message signatures (WeChat Pay's platform certificates, Alipay's roots): no TLS client trusts them."""


class CertificateFile(Struct, frozen=True):
    """Certificates in the scanned tree: a file, or PEM inside source (``place`` has the line then)."""

    place: FilePlace
    store: Store
    role: CertificateRole
    embedded: bool = False
    used: bool = False
    """Whether a pin opens it, or stands in the same source file."""
    test: bool = False
    vendored: bool = False
    line_hash: str = ""


class HostUse(Struct, frozen=True):
    """A host of a rotation is named in code or configuration."""

    place: FilePlace
    host: str
    rotations: tuple[str, ...]
    test: bool = False


class RootNamed(Struct, frozen=True):
    """A file names a rotation's root by fingerprint, key or serial number (``written``), and no pin there compares it.

    ``fingerprint`` is the SHA-256 of the root's DER, whatever way it is written.
    """

    place: FilePlace
    fingerprint: str
    written: str
    test: bool = False


class PackageUse(Struct, frozen=True):
    """A manifest or lock file names a package that carries its own CAs, or that calls hosts of a rotation.

    ``carries`` are fingerprints of rotation roots in the package's own list (None: it carries no list), ``calls`` hosts.
    """

    place: FilePlace
    ecosystem: str
    name: str
    version: str
    calls: tuple[str, ...] = ()
    carries: frozenset[str] | None = None
    known_roots: frozenset[str] = frozenset()
    """The roots that the table behind ``carries`` speaks of: others may be in the list or not."""
    note: Text | None = None
    only_for: str = ""
    """Whose service alone is called with the list ("Stripe"); "": it serves every call."""
    confidence: Confidence = Confidence.VERIFIED
    """How well the table's row is known. One that nobody vouches for makes no link and no warning."""
    source: Source | None = None
