"""Just enough DER (and BER with indefinite lengths) to find certificates in bytes and to cut fields out of them.

A whole ASN.1 library would cost an import of 50 ms on the fast path, where the SHA-256 of a certificate's bytes is all
that is asked. Source: ITU-T X.690 §8.1 (tags and lengths), RFC 5280 §4.1 (Certificate).
"""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

INTEGER, BIT_STRING, OCTET_STRING, OID, SEQUENCE, SET = 0x02, 0x03, 0x04, 0x06, 0x30, 0x31
_MOST_NESTING = 32  # of indefinite lengths; real files need four


class MalformedError(ValueError):
    """The bytes are not the ASN.1 that was expected."""


class CutShortError(MalformedError):
    """The bytes end before the element that they announce."""


class Element(NamedTuple):
    """One tag-length-value: ``data[start:after]`` is all of it, ``data[body:end]`` its contents."""

    data: bytes
    tag: int
    start: int
    body: int
    end: int
    after: int

    @property
    def contents(self) -> bytes:
        """The value's bytes."""
        return self.data[self.body : self.end]

    @property
    def encoded(self) -> bytes:
        """Tag, length and value."""
        return self.data[self.start : self.after]

    def children(self) -> Iterator["Element"]:
        """The elements inside a constructed one, in order. Raises `MalformedError`."""
        at = self.body
        while at < self.end:
            child = element(self.data, at, self.end)
            yield child
            at = child.after

    def octets(self) -> bytes:
        """The bytes of an OCTET STRING; BER may cut it into pieces (X.690 §8.7.3)."""
        if not self.tag & 0x20:
            return self.contents
        return b"".join(piece.octets() for piece in self.children())

    def expect(self, tag: int) -> "Element":
        """Itself if it has this tag. Raises `MalformedError` otherwise."""
        if self.tag != tag:
            raise MalformedError(f"tag 0x{self.tag:02x} at {self.start} where 0x{tag:02x} belongs")
        return self

    def exactly(self, count: int) -> list["Element"]:
        """The children, of which there must be ``count``. Raises `MalformedError`."""
        children = list(islice(self.children(), count + 1))
        if len(children) != count:
            raise MalformedError(f"the element at {self.start} has not {count} parts")
        return children

    def number(self) -> int:
        """The value of an INTEGER."""
        return int.from_bytes(self.expect(INTEGER).contents, "big", signed=True)


def element(data: bytes, at: int = 0, limit: int | None = None, depth: int = 0) -> Element:
    """The element that starts at ``at`` and must end by ``limit``. Raises `CutShortError` or `MalformedError`."""
    limit = len(data) if limit is None else limit
    if at + 2 > limit:
        raise CutShortError(f"the data end at {limit}, inside the header of an element")
    tag, length, body = data[at], data[at + 1], at + 2
    if tag & 0x1F == 0x1F:
        raise MalformedError(f"multi-byte tag at {at}")
    if length == 0x80:
        return _indefinite(data, at, limit, depth)
    if length > 0x80:
        size = length & 0x7F
        if size > 4:
            raise MalformedError(f"length of {size} bytes at {at}")
        body += size
        if body > limit:
            raise CutShortError(f"the data end at {limit}, inside a length")
        length = int.from_bytes(data[at + 2 : body], "big")
    end = body + length
    if end > limit:
        raise CutShortError(f"the element at {at} needs {length} bytes, {limit - body} are left")
    return Element(data, tag, at, body, end, end)


def _indefinite(data: bytes, at: int, limit: int, depth: int) -> Element:
    if not data[at] & 0x20 or depth >= _MOST_NESTING:
        raise MalformedError(f"indefinite length at {at}")
    inner = at + 2
    while data[inner : inner + 2] != b"\x00\x00":
        inner = element(data, inner, limit, depth + 1).after
    if inner + 2 > limit:
        raise CutShortError(f"the element at {at} has no end")
    return Element(data, data[at], at, at + 2, inner, inner + 2)


# Tags of TBSCertificate's fields that must be there, after the optional version [0]:
# serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo
_TBS_FIELDS = (INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE)
_TIMES = (0x17, 0x18)
_MOST_FIELDS = 10  # with version, both unique ids and extensions; bounds the work on hostile bytes


def certificate_fields(data: bytes, at: int = 0) -> tuple[Element, list[Element]]:
    """The certificate at ``at`` and the fields of its TBSCertificate, from serialNumber on.

    Raises `MalformedError` (`CutShortError`) unless every outer part of RFC 5280 §4.1 is in its place.
    Signature and the inside of names and extensions are not looked at.
    """
    whole = element(data, at).expect(SEQUENCE)
    tbs = element(data, whole.body, whole.end).expect(SEQUENCE)
    algorithm = element(data, tbs.after, whole.end).expect(SEQUENCE)
    signature = element(data, algorithm.after, whole.end).expect(BIT_STRING)
    if signature.after != whole.end:
        raise MalformedError("data after the signature")
    fields = list(islice(tbs.children(), _MOST_FIELDS))
    if fields and fields[0].tag == 0xA0:
        del fields[0]
    if tuple(field.tag for field in fields[:6]) != _TBS_FIELDS:
        raise MalformedError("the fields of a TBSCertificate are not in their places")
    times = [time.tag for time in islice(fields[3].children(), 3)]
    if len(times) != 2 or any(tag not in _TIMES for tag in times):
        raise MalformedError("the validity is not two times")
    if [part.tag for part in islice(fields[5].children(), 3)] != [SEQUENCE, BIT_STRING]:
        raise MalformedError("the public key is not a SubjectPublicKeyInfo")
    return whole, fields


def certificate_end(data: bytes, at: int = 0) -> int:
    """Where the certificate that starts at ``at`` ends. Raises `MalformedError` or `CutShortError`."""
    return certificate_fields(data, at)[0].after


def spki_of(certificate: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a DER certificate, as it stands there. Raises `MalformedError`, a ValueError."""
    return certificate_fields(certificate)[1][5].encoded


def is_certificate(der: bytes) -> bool:
    """Whether the bytes are exactly one certificate, by structure."""
    try:
        return certificate_end(der) == len(der)
    except MalformedError:
        return False


def sweep(data: bytes) -> Iterator[bytes]:
    """Every certificate that stands in the bytes as plain DER: what is left of a damaged container."""
    at = data.find(b"\x30\x82")
    while at >= 0:
        try:
            end = certificate_end(data, at)
        except MalformedError:
            at = data.find(b"\x30\x82", at + 1)
        else:
            yield data[at:end]
            at = data.find(b"\x30\x82", end)
