"""Pinned certificates that are no roots: intermediates and server certificates under the rotation's roots. Pure.

A certificate's issuer is told by name and key identifier (RFC 5280, 4.1.2.4 and 4.2.1.1), not by a verified signature: what
is said here explains a pin, and never makes one good that lacks a root.
"""

import tomllib
from datetime import datetime
from functools import cache
from importlib.resources import files

from msgspec import Struct

from wxcertcheck.der import certificate_fields
from wxcertcheck.model import Pin, Root, Rotation
from wxcertcheck.text import Text

# OpenSSL accepts an anchor that is not self-signed only with X509_V_FLAG_PARTIAL_CHAIN (SSL_CTX_set_cert_store, verify(1)).
# libcurl sets it (7.68), Go and Java never ask for self-signed anchors. Node, PHP's streams, Ruby and Python's ssl (but for
# create_default_context from 3.13 on) do not set it.
_WANT_ROOTS = frozenset({"python", "javascript", "typescript", "tsx", "vue", "ruby"})
_MOST_STEPS = 4


class Below(Struct, frozen=True):
    """A pinned certificate under a root of the rotation: its name, whether it is a CA, when it ends."""

    name: str
    ca: bool
    root: Root
    ends: datetime

    @property
    def kind(self) -> Text:
        """What it is, in words."""
        return _INTERMEDIATE if self.ca else _LEAF


class _Names(Struct, frozen=True):
    subject: bytes
    issuer: bytes
    key_id: str
    issuer_key_id: str
    name: str
    ca: bool
    ends: datetime


def wants_roots(pin: Pin) -> bool:
    """Whether the client behind the pin refuses an anchor that is not self-signed."""
    return pin.language in _WANT_ROOTS or (pin.language == "php" and "curl" not in pin.pattern)


def below_roots(pin: Pin, rotation: Rotation) -> tuple[Below, ...]:
    """The pinned intermediates and server certificates that lead to a root of the rotation, in the pin's order."""
    pinned = [c.der for store in pin.targets for c in store.certificates if c.trusted]
    if all(map(_is_self_issued, pinned)):
        return ()  # a list of roots, as most are: not worth the 30 ms that `cryptography` takes to load
    held = [names for der in pinned if (names := _names(der))]
    found = []
    for names in held:
        root = _root_above(names, held, rotation)
        if root is not None and names.subject != names.issuer:
            found.append(Below(names.name, names.ca, root, names.ends))
    return tuple(dict.fromkeys(found))


@cache
def _is_self_issued(der: bytes) -> bool:
    """Whether subject and issuer are the same (RFC 5280, 4.1); what is no certificate is left to `_names`."""
    try:
        fields = certificate_fields(der)[1]
        return fields[2].contents == fields[4].contents
    except ValueError:
        return False


def _root_above(names: _Names, held: list[_Names], rotation: Rotation) -> Root | None:
    for _ in range(_MOST_STEPS):
        for root in rotation.roots:
            above = _names(root.der)
            if above and _issued(names, above):
                return root
        known = rotation.root(_known().get(names.issuer_key_id, ""))
        if known is not None:
            return known
        issuer = next((other for other in held if other is not names and _issued(names, other)), None)
        if issuer is None:
            return None
        names = issuer
    return None


def _issued(names: _Names, above: _Names) -> bool:
    identified = not names.issuer_key_id or not above.key_id or names.issuer_key_id == above.key_id
    return names.issuer == above.subject and identified


@cache
def _known() -> dict[str, str]:
    """Fingerprints of roots by the key identifier of an intermediate that they issued."""
    rows = tomllib.loads(files("wxcertcheck.rules").joinpath("intermediates.toml").read_text("utf-8"))
    return {row["key_id"]: row["issued_by"] for row in rows["intermediates"]}


@cache
def _names(der: bytes) -> _Names | None:
    """None where `cryptography` refuses the certificate: then nothing can be said about it."""
    import warnings

    from cryptography import x509

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # non-positive serials: clients accept them
        try:
            certificate = x509.load_der_x509_certificate(der)
            extensions = certificate.extensions
            common = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
            name = str(common[0].value) if common else certificate.subject.rfc4514_string()
            own, above, ca = b"", b"", False
            for extension in extensions:
                value = extension.value
                if isinstance(value, x509.SubjectKeyIdentifier):
                    own = value.digest
                elif isinstance(value, x509.AuthorityKeyIdentifier):
                    above = value.key_identifier or b""
                elif isinstance(value, x509.BasicConstraints):
                    ca = value.ca
            return _Names(
                certificate.subject.public_bytes(),
                certificate.issuer.public_bytes(),
                own.hex(),
                above.hex(),
                name,
                ca,
                certificate.not_valid_after_utc,
            )
        except (ValueError, TypeError, x509.InvalidVersion, x509.DuplicateExtension):
            return None


_INTERMEDIATE = Text(zh="中间证书", en="the intermediate")
_LEAF = Text(zh="服务器证书", en="the server certificate")
