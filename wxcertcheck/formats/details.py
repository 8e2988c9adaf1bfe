"""What is written in one certificate, for showing and for dates. Loads `cryptography` on first use."""

import warnings
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec import Struct

from wxcertcheck.der import MalformedError
from wxcertcheck.der import spki_of as _spki_of
from wxcertcheck.formats import refusals
from wxcertcheck.text import Text, same

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_DAMAGED = Text(zh="证书内容无法解析", en="the certificate does not parse")


class CertificateDetails(Struct, frozen=True):
    """The facts of a certificate. Names as in RFC 4514; ``serial`` in lower-case hexadecimal without a sign.

    ``is_ca`` is None where no BasicConstraints say so (version 1 roots). ``key`` reads "RSA 2048" or "EC secp384r1",
    ``signature`` is the algorithm's usual name or its number.
    """

    subject: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    is_ca: bool | None
    self_issued: bool
    spki_fingerprint: str
    key: str
    signature: str


def details(der: bytes) -> CertificateDetails:
    """The facts of a DER certificate. Raises `CannotRead` ("damaged") if `cryptography` refuses it."""
    from cryptography import x509

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # non-positive serials: OpenSSL and Java accept them
        try:
            certificate = x509.load_der_x509_certificate(der)
            return CertificateDetails(
                subject=certificate.subject.rfc4514_string(),
                issuer=certificate.issuer.rfc4514_string(),
                serial=format(abs(certificate.serial_number), "x"),
                not_before=certificate.not_valid_before_utc,
                not_after=certificate.not_valid_after_utc,
                is_ca=_is_ca(certificate),
                self_issued=certificate.subject == certificate.issuer,
                spki_fingerprint=sha256(spki_of(der)).hexdigest(),
                key=_key(certificate),
                signature=certificate.signature_algorithm_oid._name
                or certificate.signature_algorithm_oid.dotted_string,
            )
        except (ValueError, TypeError, x509.InvalidVersion) as error:
            raise refusals.damaged(_DAMAGED + same(f" ({str(error)[:100]})")) from None


def spki_of(der: bytes) -> bytes:
    """The SubjectPublicKeyInfo, cut out of the DER. Raises `CannotRead` ("damaged")."""
    try:
        return _spki_of(der)
    except MalformedError:
        raise refusals.damaged(_DAMAGED) from None


def _is_ca(certificate: "Certificate") -> bool | None:
    from cryptography import x509

    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension):
        return None


def _key(certificate: "Certificate") -> str:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return certificate.public_key_algorithm_oid.dotted_string
    match key:
        case rsa.RSAPublicKey():
            return f"RSA {key.key_size}"
        case ec.EllipticCurvePublicKey():
            return f"EC {key.curve.name}"
        case dsa.DSAPublicKey():
            return f"DSA {key.key_size}"
        case ed25519.Ed25519PublicKey():
            return "Ed25519"
        case ed448.Ed448PublicKey():
            return "Ed448"
    return certificate.public_key_algorithm_oid.dotted_string
