"""Evidence of trust: certificates, stores, runtimes; what was looked at, and what could not be."""

from enum import StrEnum
from hashlib import sha256

from msgspec import Struct

from wxcertcheck.model.places import FilePlace, Place, RuntimePlace
from wxcertcheck.text import Text


class Certificate(Struct, frozen=True):
    """One certificate as a store holds it.

    ``label`` is what the store calls it (alias, comment, file name; shown, never believed). ``trusted`` says whether
    the store's own settings trust it as an anchor for TLS servers; if not, ``why_not`` says what switches it off.
    """

    der: bytes
    fingerprint: str
    label: str = ""
    line: int = 0
    trusted: bool = True
    why_not: Text | None = None

    @classmethod
    def of(cls, der: bytes, label: str = "", line: int = 0, why_not: Text | None = None) -> "Certificate":
        """A certificate from its DER; not trusted where ``why_not`` gives a reason."""
        return cls(der, sha256(der).hexdigest(), label, line, why_not is None, why_not)


class Contents(Struct, frozen=True):
    """What a reader of ``formats/`` found in some bytes.

    ``problems`` are parts that could not be read (message in both languages); the certificates beside them still count.
    ``openssl_loads`` (PEM only) are the fingerprints that OpenSSL loads from these bytes, where that is fewer than
    ``certificates`` (one broken block makes it refuse the whole file: empty set); None means all of them.
    ``java_refuses`` says why Java would refuse a keystore whose readable part is given here; None: it would not.
    """

    format: str
    certificates: tuple[Certificate, ...]
    problems: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    openssl_loads: frozenset[str] | None = None
    java_refuses: Text | None = None


class StoreState(StrEnum):
    """Whether a store could be read. A missing, empty or damaged store *in use* is proof, not "could not look"."""

    READ = "read"
    MISSING = "missing"
    """Something names it, and it is not there."""
    EMPTY = "empty"
    """It is there and holds no certificate."""
    DAMAGED = "damaged"
    """It is there and is not a store, or the runtime that reads it would refuse it."""
    UNREADABLE = "unreadable"
    """We could not look (permission, password, size limit): says nothing about the runtime."""


class Store(Struct, frozen=True):
    """A trust store: one content, with all the places that hold it.

    ``kind`` is the row of ``stores/places.py`` it was found by ("debian", "jvm", "certifi", "file"…), ``used_by`` says
    who reads it, ``problem`` and ``hint`` why and what next when ``state`` is not READ. ``repair`` is the mechanism
    that keeps it ("debian", "rhel", "rhel6", "suse", "alpine", "arch", "java", "certifi", "python-package", "node",
    "file"…); ``decides`` is set when the user named it, or asked for all stores: it is then judged like a runtime.
    """

    places: tuple[FilePlace, ...]
    kind: str
    format: str
    state: StoreState
    certificates: tuple[Certificate, ...] = ()
    used_by: tuple[Text, ...] = ()
    problem: Text | None = None
    hint: Text | None = None
    notes: tuple[Text, ...] = ()
    repair: str = ""
    decides: bool = False

    @property
    def path(self) -> str:
        """The first place's path."""
        return self.places[0].path

    @property
    def trusted(self) -> frozenset[str]:
        """Fingerprints of the certificates that count as anchors for TLS servers here."""
        return frozenset(c.fingerprint for c in self.certificates if c.trusted)


class TrustSource(Struct, frozen=True):
    """One store that a runtime reads, and what makes it do so, in words; ``variable`` is the variable, if one does."""

    store: Store
    via: Text
    variable: str = ""


class Variable(Struct, frozen=True):
    """A variable or option that changes what a runtime trusts: its value, and its effect in words."""

    name: str
    value: str
    effect: Text


class Runtime(Struct, frozen=True):
    """A runtime and what it trusts: the union of its ``sources``.

    ``kind`` is its row in ``stores/runtimes.py`` ("java", "python-requests", "node"…), ``seen_as`` how it is in use
    (process, service unit, PATH, virtual environment), ``project`` whether it belongs to the given path.
    ``unknown`` is set when part of what it reads could not be looked at: then absence proves nothing.
    """

    kind: str
    name: str
    version: str
    executable: str
    seen_as: tuple[Text, ...]
    sources: tuple[TrustSource, ...]
    variables: tuple[Variable, ...] = ()
    unknown: Text | None = None
    in_use: bool = True
    project: bool = False
    notes: tuple[Text, ...] = ()

    @property
    def trusted(self) -> frozenset[str]:
        """Fingerprints that this runtime accepts as anchors for TLS servers."""
        return frozenset().union(*(source.store.trusted for source in self.sources))

    @property
    def place(self) -> RuntimePlace:
        """Where: the runtime's name and executable."""
        return RuntimePlace(self.name, self.executable)


class Looked(Struct, frozen=True):
    """Something was looked at and counted; having looked and found nothing is not "no evidence"."""

    what: str
    count: int
    text: Text


class NotLooked(Struct, frozen=True):
    """Something could not be looked at. ``decides``: whether its absence could change the verdict."""

    place: Place
    reason: str
    message: Text
    hint: Text
    decides: bool
