"""The names of OpenSSL's hash links: ``607986c7.0`` in /etc/ssl/certs is looked up by the hash of a subject.

Source: OpenSSL crypto/x509/x509_cmp.c (X509_subject_name_hash, _old) and x_name.c (x509_name_canon): strings become UTF-8,
lower-case in ASCII, with spaces trimmed and collapsed; the first four bytes of SHA-1, little-endian. The old form (before
1.0.0) is the same of MD5 over the subject as it stands.
"""

from hashlib import md5, sha1

from wxcertcheck.der import OID, SEQUENCE, SET, Element, certificate_fields

_UTF8 = 0x0C
_ENCODINGS = {  # string types that OpenSSL brings into canonical form (ASN1_MASK_CANON)
    0x0C: "utf-8",
    0x13: "latin-1",  # PrintableString
    0x14: "latin-1",  # T61String, as OpenSSL reads it
    0x16: "latin-1",  # IA5String
    0x1A: "latin-1",  # VisibleString
    0x1C: "utf-32-be",  # UniversalString
    0x1E: "utf-16-be",  # BMPString
}
_SPACES = " \t\n\v\f\r"
_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def subject_hash(der: bytes) -> str:
    """The link's name without its suffix (OpenSSL 1.0.0 and later). Raises ValueError for what is no certificate."""
    subject = certificate_fields(der)[1][4]
    canonical = b"".join(_canonical_rdn(rdn) for rdn in subject.children())
    return _shown(sha1(canonical).digest())  # noqa: S324 - OpenSSL's choice


def subject_hash_old(der: bytes) -> str:
    """The link's name without its suffix as OpenSSL 0.9 made it. Raises ValueError for what is no certificate."""
    return _shown(md5(certificate_fields(der)[1][4].encoded).digest())  # noqa: S324 - OpenSSL's choice


def _shown(digest: bytes) -> str:
    return format(int.from_bytes(digest[:4], "little"), "08x")


def _canonical_rdn(rdn: Element) -> bytes:
    entries = []
    for attribute in rdn.expect(SET).children():
        oid, value = attribute.expect(SEQUENCE).exactly(2)
        entries.append(_encoded(SEQUENCE, oid.expect(OID).encoded + _canonical_value(value)))
    return _encoded(SET, b"".join(sorted(entries)))


def _canonical_value(value: Element) -> bytes:
    encoding = _ENCODINGS.get(value.tag)
    if encoding is None:
        return value.encoded
    words = [word for word in _split(value.contents.decode(encoding)) if word]
    return _encoded(_UTF8, " ".join(words).translate(_LOWER).encode())


def _split(text: str) -> list[str]:
    for space in _SPACES[1:]:
        text = text.replace(space, " ")
    return text.split(" ")


def _encoded(tag: int, contents: bytes) -> bytes:
    size = len(contents)
    if size < 0x80:
        return bytes([tag, size]) + contents
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + contents
