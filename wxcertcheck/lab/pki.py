"""An own public-key infrastructure for rehearsals and tests: roots, intermediates, cross-signed twins, leaves.

Nothing here is trusted by anybody until somebody says so. Keys are EC P-256, made anew each time, and live in memory
only; whoever writes one to disk answers for it.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate and its private key. ``chain`` are the certificates that a server sends after it."""

    certificate: x509.Certificate
    key: EllipticCurvePrivateKey = field(repr=False)
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def der(self) -> bytes:
        """The certificate's DER."""
        from cryptography.hazmat.primitives.serialization import Encoding

        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> str:
        """The certificate alone, as PEM."""
        return _pem(self.certificate)

    @property
    def chain_pem(self) -> str:
        """The certificate and what a server sends after it, leaf first, as PEM."""
        return "".join(_pem(certificate) for certificate in (self.certificate, *self.chain))

    @property
    def key_pem(self) -> str:
        """The private key, unencrypted PKCS#8 PEM."""
        from cryptography.hazmat.primitives import serialization

        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()


def root(name: str, start: datetime | None = None, days: int = 3650) -> Issued:
    """A self-signed root named ``name``."""
    key = _new_key()
    return Issued(_certificate(name, key, name, key, start, days, _authority(key, None, path_length=None)), key)


def intermediate(issuer: Issued, name: str, start: datetime | None = None, days: int = 1825) -> Issued:
    """A certificate authority under ``issuer``. Its leaves send it and what ``issuer`` itself would send."""
    key = _new_key()
    extensions = _authority(key, issuer, path_length=0)
    certificate = _certificate(name, key, _name(issuer), issuer.key, start, days, extensions)
    return Issued(certificate, key, issuer.chain)


def cross_sign(authority: Issued, by: Issued, start: datetime | None = None, days: int = 1825) -> Issued:
    """The twin of ``authority``: same name, same key, signed by ``by``."""
    extensions = _authority(authority.key, by, path_length=None)
    certificate = _certificate(_name(authority), authority.key, _name(by), by.key, start, days, extensions)
    return Issued(certificate, authority.key, by.chain)


def leaf(
    issuer: Issued,
    names: Sequence[str],
    start: datetime | None = None,
    days: int = 397,
    *,
    chain: Sequence[x509.Certificate] | None = None,
    client: bool = False,
) -> Issued:
    """A server certificate for ``names`` (DNS names or IP addresses), valid from ``start`` for ``days`` days.

    ``chain`` is what the server sends after it (default: the issuer, if that is no root, and what it sends). As with
    every public certificate authority, the leaf says where its issuer can be fetched (an address that does not exist).
    """
    key = _new_key()
    if chain is None:
        chain = (issuer.certificate, *issuer.chain) if issuer.certificate.issuer != issuer.certificate.subject else ()
    certificate = _certificate(
        names[0][:64], key, _name(issuer), issuer.key, start, days, _end_entity(key, issuer, names, client)
    )
    return Issued(certificate, key, tuple(chain))


def _new_key() -> EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def _name(issued: Issued) -> str:
    from cryptography.x509.oid import NameOID

    return str(issued.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _certificate(
    name: str,
    key: EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: EllipticCurvePrivateKey,
    start: datetime | None,
    days: int,
    extensions: list[tuple[x509.ExtensionType, bool]],
) -> x509.Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    start = start or datetime.now(UTC) - _DAY
    builder = (
        x509.CertificateBuilder()
        .subject_name(_distinguished(name))
        .issuer_name(_distinguished(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(issuer_key, hashes.SHA256())


def _distinguished(name: str) -> x509.Name:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "wxcertcheck lab"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _authority(
    key: EllipticCurvePrivateKey, issuer: Issued | None, path_length: int | None
) -> list[tuple[x509.ExtensionType, bool]]:
    from cryptography import x509

    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    issuer_key = (issuer.key if issuer else key).public_key()
    return [
        (x509.BasicConstraints(ca=True, path_length=path_length), True),
        (usage, True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), False),
    ]


def _end_entity(
    key: EllipticCurvePrivateKey, issuer: Issued, names: Sequence[str], client: bool
) -> list[tuple[x509.ExtensionType, bool]]:
    from cryptography import x509
    from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

    purpose = ExtendedKeyUsageOID.CLIENT_AUTH if client else ExtendedKeyUsageOID.SERVER_AUTH
    where = x509.UniformResourceIdentifier("http://issuer.wxcertcheck.invalid/issuer.der")
    return [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (x509.ExtendedKeyUsage([purpose]), False),
        (x509.SubjectAlternativeName([_general_name(name) for name in names]), False),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), False),
        (
            x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, where)]),
            False,
        ),
    ]


def _general_name(name: str) -> x509.GeneralName:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM).decode()
