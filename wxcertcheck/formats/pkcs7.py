"""PKCS#7 "certs only" bundles (.p7b, .p7c): SignedData whose certificates count. RFC 2315 §9.1, RFC 5652 §5.1.

Read with the own walker: `cryptography` refuses the indefinite lengths (BER) that older tools write, and one
certificate that it dislikes makes it refuse all.
"""

from wxcertcheck.der import OID, SEQUENCE, CutShortError, MalformedError, element, is_certificate, sweep
from wxcertcheck.formats import refusals
from wxcertcheck.model import Certificate, Contents
from wxcertcheck.text import Text

SIGNED_DATA = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2


def looks_like(data: bytes) -> bool:
    """Whether the bytes start as a PKCS#7 SignedData."""
    return data[:1] == b"\x30" and b"\x06\x09" + SIGNED_DATA in data[:20]


def read(data: bytes) -> Contents:
    """All certificates of the bundle. Raises `CannotRead` with "truncated" or "damaged" if none can be read."""
    try:
        members = certificates_of(data)
    except MalformedError as error:
        return _salvaged(data, cut_short=isinstance(error, CutShortError))
    certificates = tuple(Certificate.of(der) for der in members if is_certificate(der))
    problems = tuple(
        Text(zh="第 {n} 张证书的结构损坏", en="certificate number {n} is damaged").fill(n=number)
        for number, der in enumerate(members, start=1)
        if not is_certificate(der)
    )
    if problems and not certificates:
        raise refusals.damaged(problems[0])
    return Contents("pkcs7", certificates, problems)


def certificates_of(data: bytes) -> list[bytes]:
    """The DER of every certificate in a SignedData. Raises `MalformedError`."""
    kind, wrapped = element(data).expect(SEQUENCE).exactly(2)
    if kind.expect(OID).contents != SIGNED_DATA:
        raise MalformedError("not SignedData")
    signed = element(data, wrapped.body, wrapped.end).expect(SEQUENCE)
    sets = [part for part in signed.children() if part.tag == 0xA0]
    return [item.encoded for part in sets for item in part.children()]


def _salvaged(data: bytes, *, cut_short: bool) -> Contents:
    what = Text(zh="PKCS#7 结构无法解析", en="its PKCS#7 structure does not parse")
    certificates = tuple(Certificate.of(der) for der in sweep(data))
    if certificates:
        return Contents("pkcs7", certificates, ((refusals.truncated if cut_short else refusals.damaged)(what).message,))
    raise refusals.truncated(what) if cut_short else refusals.damaged(what)
