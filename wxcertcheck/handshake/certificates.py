"""One presented certificate, parsed as far as it goes: names, dates, extensions. Pure."""

from __future__ import annotations

import ipaddress
import warnings
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from wxcertcheck.der import certificate_fields

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography import x509

_LAZY = ("subject", "issuer", "not_valid_before_utc", "not_valid_after_utc", "version", "signature_algorithm_oid")
E = TypeVar("E", bound="x509.ExtensionType")


class Parsed(Struct, frozen=True):
    """A certificate with what path building needs at hand. ``issuer`` and ``subject`` are the raw DER names."""

    der: bytes
    fingerprint: str
    issuer: bytes
    subject: bytes
    certificate: x509.Certificate

    @property
    def self_issued(self) -> bool:
        """Whether issuer and subject are the same name: a root, as far as names tell."""
        return self.issuer == self.subject

    @property
    def self_signed(self) -> bool:
        """Whether it is a root: self-issued, and its key identifiers do not say that another key signed it.

        As OpenSSL decides it (EXFLAG_SS): by the identifiers, without verifying the signature of a root.
        """
        if not self.self_issued:
            return False
        from cryptography import x509

        try:
            own = extension(self, x509.SubjectKeyIdentifier)
            signer = extension(self, x509.AuthorityKeyIdentifier)
        except ValueError:
            return True
        return not (own and signer and signer.key_identifier) or own.digest == signer.key_identifier

    @property
    def name(self) -> str:
        """The subject's common name, or the whole name where it has none."""
        return shown_name(self.certificate.subject)

    @property
    def issuer_name(self) -> str:
        """The issuer's common name, or the whole name where it has none."""
        return shown_name(self.certificate.issuer)

    @property
    def until(self) -> datetime:
        """The last moment of its validity."""
        return self.certificate.not_valid_after_utc


def extensions(parsed: Parsed) -> x509.Extensions:
    """All extensions. Raises ValueError where one cannot be parsed; the library itself raises many kinds."""
    try:
        return parsed.certificate.extensions
    except Exception as error:
        raise ValueError(f"{type(error).__name__}: {error}") from None


def extension(parsed: Parsed, kind: type[E]) -> E | None:
    """One extension, or None. Raises ValueError where any cannot be parsed."""
    from cryptography import x509

    try:
        return extensions(parsed).get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


@lru_cache(maxsize=4096)
def parse(der: bytes) -> Parsed | None:
    """The certificate, or None where it is none. Negative serial numbers and the like pass; OpenSSL takes them too."""
    from cryptography import x509

    try:
        issuer, subject = raw_names(der)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # cryptography warns of shapes that it will refuse one day
            certificate = x509.load_der_x509_certificate(der)
            for lazy in _LAZY:  # the library parses on first use: what is broken is found here
                getattr(certificate, lazy)
    except Exception:  # many kinds; whatever it is, it is no certificate that a path could be built with
        return None
    return Parsed(der, sha256(der).hexdigest(), issuer, subject, certificate)


def raw_names(der: bytes) -> tuple[bytes, bytes]:
    """Issuer and subject of a certificate as they stand in its DER (RFC 5280, 4.1). Raises ValueError."""
    _, fields = certificate_fields(der)
    return fields[2].encoded, fields[4].encoded


def shown_name(name: x509.Name) -> str:
    """A name for people: the common name, else the whole name (RFC 4514). Control characters are taken out."""
    from cryptography.x509.oid import NameOID

    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    text = str(common[0].value) if common else name.rfc4514_string()
    return "".join(c if c.isprintable() else "?" for c in text)[:120]


_WEAK_SIGNATURES = {  # object identifier -> hash; RFC 3279, 2.2
    "1.2.840.10045.4.1": "SHA1",  # ecdsa-with-SHA1
    "1.2.840.113549.1.1.5": "SHA1",  # sha1WithRSAEncryption
    "1.2.840.113549.1.1.4": "MD5",  # md5WithRSAEncryption
}


def weak_hash(parsed: Parsed) -> str:
    """ "SHA1" or "MD5" where the certificate is signed so, else ""."""
    return _WEAK_SIGNATURES.get(parsed.certificate.signature_algorithm_oid.dotted_string, "")


def signed_by(child: Parsed, issuer: Parsed) -> bool:
    """Whether ``issuer`` signed ``child``: names match and the signature verifies."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        if weak := weak_hash(child):
            _verify_weak(child, issuer, weak)
        else:
            child.certificate.verify_directly_issued_by(issuer.certificate)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return child.issuer == issuer.subject


def _verify_weak(child: Parsed, issuer: Parsed, weak: str) -> None:
    """Signatures that the library refuses as such; that they are too weak is another answer than that they are false."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

    key, certificate = issuer.certificate.public_key(), child.certificate
    algorithm = hashes.SHA1() if weak == "SHA1" else hashes.MD5()  # noqa: S303 - to name them, not to rely on them
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(certificate.signature, certificate.tbs_certificate_bytes, padding.PKCS1v15(), algorithm)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(certificate.signature, certificate.tbs_certificate_bytes, ec.ECDSA(algorithm))
    else:
        raise ValueError("the key does not fit the signature")


class Names(Struct, frozen=True):
    """For whom a leaf is: DNS names (lower case, perhaps "*.…") and IP addresses, kept apart."""

    dns: tuple[str, ...]
    ips: tuple[str, ...] = ()

    def cover(self, name: str) -> bool:
        """Whether the leaf is for ``name``: an IP address must be among the addresses (RFC 9525, 6.5)."""
        return name in self.ips or any(covers(pattern, name) for pattern in self.dns)


def names_of(leaf: Parsed) -> Names:
    """The leaf's names; the common name where it has no alternative names.

    RFC 9525 does away with the common name; OpenSSL and Python still fall back to it.
    """
    from cryptography import x509

    try:
        alternative = extension(leaf, x509.SubjectAlternativeName)
    except ValueError:
        return Names(())
    if alternative is None:
        return Names((leaf.name.lower(),))
    names = [name.lower() for name in alternative.get_values_for_type(x509.DNSName)]
    addresses = [str(address) for address in alternative.get_values_for_type(x509.IPAddress)]
    return Names(tuple(names), tuple(addresses))


def covers(pattern: str, name: str) -> bool:
    """Whether a DNS name of a certificate covers a host name: equal, or "*." for exactly one label (RFC 9525, 6.3)."""
    if _is_address(name):
        return False
    pattern, name = pattern.rstrip("."), name.rstrip(".").lower()
    if pattern.startswith("*."):
        first, _, rest = name.partition(".")
        return bool(first) and rest == pattern[2:] and "." in rest
    return pattern == name


def publicly_logged(leaf: Parsed) -> bool:
    """Whether it carries certificate-transparency timestamps (RFC 6962): then a public authority issued it."""
    from cryptography import x509

    try:
        return extension(leaf, x509.PrecertificateSignedCertificateTimestamps) is not None
    except ValueError:
        return False


def names_issuer_location(leaf: Parsed) -> bool:
    """Whether it says where its issuer can be fetched (RFC 5280, 4.2.2.1): then the issuer is not a bare root."""
    from cryptography import x509
    from cryptography.x509.oid import AuthorityInformationAccessOID

    try:
        access = extension(leaf, x509.AuthorityInformationAccess)
    except ValueError:
        return False
    return any(entry.access_method == AuthorityInformationAccessOID.CA_ISSUERS for entry in access or ())


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
