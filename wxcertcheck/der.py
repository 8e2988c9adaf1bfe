"""The few steps through DER that need no library: where a certificate ends, and where its public key lies (X.690, RFC 5280)."""

_SEQUENCE = 0x30
_VERSION = 0xA0


def element(data: bytes, start: int = 0) -> tuple[int, int, int]:
    """The tag, content start and end of the DER element at ``start``. Raises ValueError where it does not fit."""
    try:
        tag, length, at = data[start], data[start + 1], start + 2
        if length & 0x80:
            octets = length & 0x7F
            if not 1 <= octets <= 4:
                raise ValueError("length of more than four octets")
            length, at = int.from_bytes(data[at : at + octets], "big"), at + octets
    except IndexError as error:
        raise ValueError("truncated element") from error
    if at + length > len(data):
        raise ValueError("element runs past the end")
    return tag, at, at + length


def spki_of(certificate: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a DER certificate, as it stands there. Raises ValueError if it is not a certificate.

    TBSCertificate ::= [0] version?, serial, signature, issuer, validity, subject, subjectPublicKeyInfo … (RFC 5280 4.1).
    """
    tag, outer, _ = element(certificate)
    inner_tag, at, _ = element(certificate, outer)
    if tag != _SEQUENCE or inner_tag != _SEQUENCE:
        raise ValueError("not a certificate")
    skip = 6 if certificate[at] == _VERSION else 5
    for _ in range(skip):
        at = element(certificate, at)[2]
    return certificate[at : element(certificate, at)[2]]
