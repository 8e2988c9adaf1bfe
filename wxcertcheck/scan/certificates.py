"""Certificates that lie in the tree: which files hold CAs, which an identity, which are for signatures."""

import os
import re
from collections.abc import Callable, Iterable, Iterator

from wxcertcheck.der import MalformedError, certificate_fields
from wxcertcheck.model import (
    Certificate,
    CertificateFile,
    CertificateRole,
    Contents,
    FilePlace,
    Pin,
    PinKind,
    Store,
    StoreState,
)
from wxcertcheck.scan.look import FileResult

# basicConstraints (2.5.29.19), critical or not, an OCTET STRING that holds SEQUENCE { cA TRUE … }: RFC 5280, 4.2.1.9
_CA = re.compile(rb"\x06\x03\x55\x1d\x13(?:\x01\x01\xff)?\x04.\x30.\x01\x01\xff", re.DOTALL)
_SIGNING = re.compile(r"alipay|unionpay|acp_|wechatpay_|wxp_pub|antchain", re.IGNORECASE)
# Names inside CAs that sign messages, not TLS servers: Ant (Alipay's roots), CFCA's certificates for UnionPay.
_SIGNERS = (b"Ant Financial Certification Authority", b"CFCA ACS", b"CFCA CS CA", b"CFCA TEST")
_WECHAT_PAY = b"Tenpay.com"
"""In the subject of WeChat Pay's platform certificates, and in the issuer of those and of every merchant's API certificate."""
_MERCHANT = re.compile(
    r"apiclient|client[_-]?cert|server[_-]?cert|apiserver|keystore|(?:^|[-_.])(?:client|server)(?:$|[-_.](?!ca|root|chain))",
    re.IGNORECASE,
)
_CHAIN = re.compile(r"^(?:full)?chain\d*\.(?:pem|crt|cer)$", re.IGNORECASE)


def is_ca(certificate: Certificate) -> bool:
    """Whether a certificate says that it is a CA. Old version 1 roots say nothing; they count by being self-issued."""
    if _CA.search(certificate.der):
        return True
    return b"\xa3\x82" not in certificate.der and b"\x06\x03\x55\x1d" not in certificate.der


def role_of(path: str, contents: Contents) -> CertificateRole:
    """What the certificates in a file are for. A name alone never takes a CA out of the count."""
    name = path.rpartition("/")[2]
    if any(signer in c.der for c in contents.certificates for signer in _SIGNERS):
        return CertificateRole.SIGNING
    if ours := [c.der for c in contents.certificates if _WECHAT_PAY in c.der]:
        return CertificateRole.SIGNING if any(map(_is_platforms, ours)) else CertificateRole.IDENTITY
    anchors = [c for c in contents.certificates if c.trusted and is_ca(c)]
    if not anchors and _SIGNING.search(name):
        return CertificateRole.SIGNING
    if not anchors or _MERCHANT.search(name) or _is_served(name, contents):
        return CertificateRole.IDENTITY
    return CertificateRole.TRUST


def _is_platforms(der: bytes) -> bool:
    """Whether WeChat Pay is the subject, not the issuer alone. A keystore may hold what is no whole certificate: as the issuer's."""
    try:
        return _WECHAT_PAY in certificate_fields(der)[1][4].encoded
    except MalformedError:
        return True


def _is_served(name: str, contents: Contents) -> bool:
    """Whether a file is what a server sends: its own certificate first, its issuers after it; or ``fullchain.pem``."""
    first = contents.certificates[0]
    return _CHAIN.search(name) is not None or (len(contents.certificates) > 1 and first.trusted and not is_ca(first))


def certificate_files(
    results: Iterable[FileResult], pins: Iterable[Pin], flags: Callable[[str], tuple[bool, ...]]
) -> Iterator[CertificateFile]:
    """Every file with certificates in it. ``flags`` gives (test, vendored) for a path."""
    opened: set[str] = set()
    pinning: set[str] = set()
    trusted: set[str] = set()
    for pin in pins:
        opened.update(store.path for store in pin.targets)
        trusted.update(fingerprint for store in pin.targets if store.kind == "inline" for fingerprint in store.trusted)
        if pin.kind in (PinKind.TRUST, PinKind.FINGERPRINT):
            pinning.add(pin.place.path)
    for result in results:
        contents = result.contents
        if contents is None or not contents.certificates:
            continue
        embedded = contents.format == "embedded"
        line = contents.certificates[0].line or 1
        place = FilePlace(result.path, line if embedded else 1)
        test, vendored = flags(result.path)
        store = Store(
            (place,), "tree", contents.format, StoreState.READ, contents.certificates, notes=contents.problems
        )
        used = result.path in opened or (embedded and result.path in pinning)
        used = used or (
            embedded and any(c.fingerprint in trusted for c in contents.certificates)
        )  # a header's constant
        role = role_of(result.path, contents)
        if result.path in opened and role is CertificateRole.IDENTITY:
            role = CertificateRole.TRUST  # something trusts it, whatever it was made for
        elif not used and not embedded and role is CertificateRole.TRUST and _has_key(result.path, contents):
            role = CertificateRole.IDENTITY
        yield CertificateFile(place, store, role, embedded, used, test, vendored)


def _has_key(path: str, contents: Contents) -> bool:
    """Whether a file holds or accompanies a private key, by its kind and name."""
    name = path.rpartition("/")[2]
    keystore = contents.format == "pkcs12" and not re.search(r"trust|ca(?:cert|s|\b|_|-)|root", name, re.IGNORECASE)
    return keystore or _key_beside(path)


def _key_beside(path: str) -> bool:
    """Whether the private key of the same name lies beside a certificate file: whoever has that made the CA himself."""
    stem = path.rpartition(".")[0]
    names = [f"{stem}.key", f"{stem}.key.pem", f"{stem}-key.pem", f"{stem}_key.pem", f"{stem}key.pem"]
    if re.search(r"[-_.]cert$", stem):
        names.append(f"{stem[:-4]}key{path[len(stem) :]}")  # ``wpr_cert.pem``, ``wpr_key.pem``
    return any(os.path.exists(name) for name in names)  # noqa: PTH110 - paths are plain strings all through the scan
