"""PKCS#12 (.p12, .pfx) as a trust store: the JDK's default keystore since 9, and without a password since 18. RFC 7292.

`cryptography` reads certificates and names, but not the attribute that decides everything for Java: only a
certificate bag with the JDK's trustedKeyUsage attribute is a trustedCertEntry; a file made by ``openssl pkcs12
-export -nokeys`` without ``-jdktrust`` is an empty trust store (OpenJDK
sun.security.pkcs12.PKCS12KeyStore.loadSafeContents). It also carries out any iteration count that a hostile file
names. So the bags are walked here; ciphers and PBKDF2 are `cryptography`'s.
"""

import hmac
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from wxcertcheck.der import (
    OID,
    SEQUENCE,
    CutShortError,
    Element,
    MalformedError,
    element,
    is_certificate,
    sweep,
)
from wxcertcheck.errors import CannotRead
from wxcertcheck.formats import refusals
from wxcertcheck.formats.jks import OF_A_PRIVATE_KEY
from wxcertcheck.formats.password_derivation import MAC, MOST_ITERATIONS, as_bmp_string, derive
from wxcertcheck.formats.pkcs12_ciphers import (
    HASHES,
    TooManyIterationsError,
    UnknownCipherError,
    decrypt,
    pbkdf2_parameters,
)
from wxcertcheck.model import Certificate, Contents
from wxcertcheck.text import Text, same

_DATA = bytes.fromhex("2a864886f70d010701")  # 1.2.840.113549.1.7.1
_ENCRYPTED_DATA = bytes.fromhex("2a864886f70d010706")
_KEY_BAGS = {bytes.fromhex("2a864886f70d010c0a0101"), bytes.fromhex("2a864886f70d010c0a0102")}
_CERTIFICATE_BAG = bytes.fromhex("2a864886f70d010c0a0103")
_NESTED_BAG = bytes.fromhex("2a864886f70d010c0a0106")
_X509_CERTIFICATE = bytes.fromhex("2a864886f70d01091601")
_FRIENDLY_NAME = bytes.fromhex("2a864886f70d010914")
_LOCAL_KEY_ID = bytes.fromhex("2a864886f70d010915")
_JDK_TRUST = bytes.fromhex("6086480186f966adca7b0101")  # 2.16.840.1.113894.746875.1.1
_PBMAC1 = bytes.fromhex("2a864886f70d01050e")  # RFC 9579
_MOST_NESTING = 8
_USUAL_PASSWORDS = ("changeit", "", None)

NOT_A_TRUSTED_ENTRY = Text(
    zh="缺少 JDK 的信任属性，Java 不把它当作信任锚（用 keytool -importcert 或 openssl pkcs12 -jdktrust 重新导入）",
    en="it lacks the JDK's trust attribute, so Java does not take it as a trust anchor "
    "(import it with keytool -importcert or openssl pkcs12 -jdktrust)",
)
_IS_IT_A_MERCHANT_FILE = Text(
    zh="请提供该文件的密码。若它是微信支付商户证书（apiclient_cert.p12），则不是信任库，无需检查。",
    en="Give the file's password. "
    "A WeChat Pay merchant certificate (apiclient_cert.p12) is no trust store: leave it out.",
)


class _Bag(NamedTuple):
    der: bytes
    name: str
    key_id: bool
    trusted: bool


class _Mac(NamedTuple):
    algorithm: Element
    digest: bytes
    salt: bytes
    iterations: int
    covered: bytes


def looks_like(data: bytes) -> bool:
    """Whether the bytes start as a PFX: SEQUENCE, version 3, ContentInfo."""
    if data[:1] != b"\x30" or b"\x02\x01\x03\x30" not in data[:12]:
        return False
    return b"\x06\x09" + _DATA[:8] in data[:40]


def read(data: bytes, passwords: Sequence[str] = ()) -> Contents:
    """The certificates, friendly names as labels; those that Java would not trust carry the reason.

    Raises `CannotRead`: "needs-password", "wrong-password", "truncated", "damaged", "unsupported" (cipher,
    iteration count over 2,000,000, signed instead of password-protected).
    """
    try:
        infos, mac = _open(data)
        return _contents(infos, mac, passwords)
    except CutShortError:
        return _salvaged(data, refusals.truncated(_STRUCTURE))
    except MalformedError:
        return _salvaged(data, refusals.damaged(_STRUCTURE))
    except RecursionError:
        raise refusals.damaged(_STRUCTURE) from None
    except TooManyIterationsError as error:
        what = Text(zh="密码派生要求 {n} 次迭代", en="a password derivation of {n} iterations")
        raise refusals.unsupported(what.fill(n=error.count)) from None
    except UnknownCipherError as error:
        raise refusals.unsupported(
            Text(zh="PKCS#12 加密算法 {oid}", en="PKCS#12 cipher {oid}").fill(oid=same(error.oid))
        ) from None


_STRUCTURE = Text(zh="PKCS#12 结构无法解析", en="its PKCS#12 structure does not parse")


def _salvaged(data: bytes, failure: CannotRead) -> Contents:
    certificates = tuple(Certificate.of(der) for der in sweep(data))
    if not certificates:
        raise failure
    return Contents("pkcs12", certificates, (failure.message,), java_refuses=failure.message)


def _open(data: bytes) -> tuple[list[Element], _Mac | None]:
    """The content infos of the AuthenticatedSafe, and the MAC over it."""
    parts = list(element(data).expect(SEQUENCE).children())
    if len(parts) < 2:
        raise MalformedError("no content")
    kind, wrapped = parts[1].expect(SEQUENCE).exactly(2)
    if kind.contents != _DATA:
        raise refusals.unsupported(
            Text(zh="以公钥签名保护的 PKCS#12", en="PKCS#12 protected by a signature instead of a password")
        )
    safe = element(data, wrapped.body, wrapped.end).octets()
    infos = list(element(safe).expect(SEQUENCE).children())
    return infos, _mac(parts[2], safe) if len(parts) > 2 else None


def _mac(part: Element, covered: bytes) -> _Mac:
    fields = list(part.expect(SEQUENCE).children())
    if len(fields) < 2:
        raise MalformedError("MacData")
    algorithm, digest = fields[0].expect(SEQUENCE).exactly(2)
    iterations = fields[2].number() if len(fields) > 2 else 1
    return _Mac(algorithm, digest.octets(), fields[1].octets(), iterations, covered)


def _contents(infos: list[Element], mac: _Mac | None, passwords: Sequence[str]) -> Contents:
    encrypted = any(_kind(info) == _ENCRYPTED_DATA for info in infos)
    fits, password = _find_password(mac, passwords)
    if mac is None and encrypted:
        bags, has_key = _try_each(infos, passwords)
    elif encrypted and not fits:
        raise refusals.wrong_password() if passwords else refusals.needs_password(_IS_IT_A_MERCHANT_FILE)
    else:
        if not fits and passwords:
            raise refusals.wrong_password()
        bags, has_key = _bags(infos, password)
    certificates = [_certificate(bag, has_key=has_key) for bag in bags if is_certificate(bag.der)]
    problems = tuple(
        Text(zh="条目“{alias}”的证书已损坏", en="the certificate of entry “{alias}” is damaged").fill(
            alias=same(bag.name)
        )
        for bag in bags
        if not is_certificate(bag.der)
    )
    notes = () if fits or mac is None else (_UNCHECKED,)
    refused = problems[0] if problems else None
    return Contents("pkcs12", tuple(certificates), problems, notes, java_refuses=refused)


_UNCHECKED = Text(
    zh="未提供密码，没有核对完整性校验码", en="no password was given, so the integrity code was not checked"
)


def _certificate(bag: _Bag, *, has_key: bool) -> Certificate:
    if bag.trusted:
        return Certificate.of(bag.der, bag.name)
    why_not = OF_A_PRIVATE_KEY if has_key and bag.key_id else NOT_A_TRUSTED_ENTRY
    return Certificate.of(bag.der, bag.name, why_not=why_not)


def _candidates(passwords: Sequence[str]) -> Iterator[str | None]:
    yield from dict.fromkeys((*passwords, *_USUAL_PASSWORDS))


def _find_password(mac: _Mac | None, passwords: Sequence[str]) -> tuple[bool, str | None]:
    """Whether a password fits the MAC (or there is none to fit), and which."""
    if mac is None:
        return True, None
    for password in _candidates(passwords):
        key, digest = _mac_key(mac, password)
        if hmac.digest(key, mac.covered, digest) == mac.digest:
            return True, password
    return False, None


def _mac_key(mac: _Mac, password: str | None) -> tuple[bytes, str]:
    oid = element(mac.algorithm.data, mac.algorithm.body, mac.algorithm.end).expect(OID).contents
    if oid == _PBMAC1:
        from hashlib import pbkdf2_hmac

        _, parameters = mac.algorithm.exactly(2)
        derivation, scheme = parameters.exactly(2)
        salt, iterations, length, prf = pbkdf2_parameters(derivation)
        digest = HASHES.get(next(scheme.children()).contents, "")
        if not digest or not length:
            raise UnknownCipherError(oid)
        return pbkdf2_hmac(prf, (password or "").encode(), salt, iterations, length), digest
    if oid not in HASHES:
        raise UnknownCipherError(oid)
    if not 0 < mac.iterations <= MOST_ITERATIONS:
        raise TooManyIterationsError(mac.iterations)
    digest = HASHES[oid]
    key = derive(as_bmp_string(password), mac.salt, mac.iterations, len(mac.digest), purpose=MAC, digest=digest)
    return key, digest


def _try_each(infos: list[Element], passwords: Sequence[str]) -> tuple[list[_Bag], bool]:
    """Encrypted, with no MAC: the password is the one under which the contents parse."""
    for password in _candidates(passwords):
        try:
            return _bags(infos, password)
        except MalformedError:
            continue
    raise refusals.wrong_password() if passwords else refusals.needs_password(_IS_IT_A_MERCHANT_FILE)


def _kind(info: Element) -> bytes:
    return info.expect(SEQUENCE).exactly(2)[0].contents


def _bags(infos: list[Element], password: str | None) -> tuple[list[_Bag], bool]:
    """The certificate bags, and whether there is a private key beside them."""
    bags: list[_Bag] = []
    has_key = False
    for info in infos:
        kind, wrapped = info.exactly(2)
        inner = element(wrapped.data, wrapped.body, wrapped.end)
        if kind.contents == _DATA:
            plain = inner.octets()
        elif kind.contents == _ENCRYPTED_DATA:
            plain = _decrypted(inner, password)
        else:
            continue
        for bag_kind, bag in _safe_bags(plain):
            has_key = has_key or bag_kind in _KEY_BAGS
            if bag is not None:
                bags.append(bag)
    return bags, has_key


def _decrypted(encrypted_data: Element, password: str | None) -> bytes:
    _, info = encrypted_data.expect(SEQUENCE).exactly(2)
    fields = list(info.expect(SEQUENCE).children())
    if len(fields) < 3:
        raise MalformedError("EncryptedContentInfo")
    return decrypt(fields[1], fields[2].octets(), password)


def _safe_bags(safe_contents: bytes, depth: int = 0) -> Iterator[tuple[bytes, _Bag | None]]:
    for bag in element(safe_contents).expect(SEQUENCE).children():
        fields = list(bag.expect(SEQUENCE).children())
        if len(fields) < 2:
            raise MalformedError("SafeBag")
        kind = fields[0].expect(OID).contents
        if kind == _NESTED_BAG and depth < _MOST_NESTING:
            yield from _safe_bags(fields[1].contents, depth + 1)
        elif kind == _CERTIFICATE_BAG:
            yield kind, _certificate_bag(fields)
        else:
            yield kind, None


def _certificate_bag(fields: list[Element]) -> _Bag | None:
    kind, value = element(fields[1].data, fields[1].body, fields[1].end).expect(SEQUENCE).exactly(2)
    if kind.contents != _X509_CERTIFICATE:
        return None
    der = element(value.data, value.body, value.end).octets()
    attributes = dict(_attributes(fields[2])) if len(fields) > 2 else {}
    name = attributes.get(_FRIENDLY_NAME, b"").decode("utf-16-be", "replace")
    return _Bag(der, name, _LOCAL_KEY_ID in attributes, _JDK_TRUST in attributes)


def _attributes(attributes: Element) -> Iterator[tuple[bytes, bytes]]:
    for attribute in attributes.children():
        oid, values = attribute.expect(SEQUENCE).exactly(2)
        yield oid.contents, next((value.contents for value in values.children()), b"")
