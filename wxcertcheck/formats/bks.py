"""Bouncy Castle's BKS keystore, versions 1 and 2: the format of Android apps. Certificates are not encrypted.

Layout (org.bouncycastle.jcajce.provider.keystore.bc.BcKeyStoreSpi): version, salt, iterations, entries until a zero
byte (kind, alias, date, chain, then what the kind needs), HMAC-SHA1 under a key from the password (RFC 7292 appendix B;
version 1 uses 20 *bits* of it, a known mistake of the format).
"""

import hmac
from collections.abc import Sequence

from wxcertcheck.der import is_certificate
from wxcertcheck.errors import CannotRead
from wxcertcheck.formats import refusals
from wxcertcheck.formats.java_data import CutShortError, JavaData
from wxcertcheck.formats.jks import MOST_PROBLEMS, OF_A_PRIVATE_KEY, TOO_MANY, DamagedError
from wxcertcheck.formats.password_derivation import MAC, as_bmp_string, derive
from wxcertcheck.model import Certificate, Contents
from wxcertcheck.text import Text

_CERTIFICATE, _KEY, _SECRET, _SEALED = 1, 2, 3, 4
_DIGEST = 20
_MOST_ITERATIONS = 100_000  # real stores have 1024 to 2047
_USUAL_PASSWORDS = ("changeit", "password", "")


def looks_like(data: bytes) -> bool:
    """Whether the head is that of a BKS store: version, a salt of usual length, an iteration count, an entry kind."""
    try:
        source = JavaData(data[:256])
        version, salt, iterations = source.integer(), source.block(), source.integer()
        return (
            version in (1, 2)
            and 8 <= len(salt) <= 64
            and 0 < iterations <= _MOST_ITERATIONS
            and source.take(1)[0] <= _SEALED
        )
    except CutShortError:
        return False


def read(data: bytes, passwords: Sequence[str] = ()) -> Contents:
    """The certificates of the store, aliases as labels. Raises `CannotRead` as the JKS reader does."""
    source = JavaData(data, at=12 + int.from_bytes(data[4:8], "big"))  # behind version, salt and iterations
    certificates: list[Certificate] = []
    problems: list[Text] = []
    failure = _entries(source, certificates, problems)
    if failure is not None:
        if not certificates:
            raise failure
        return _contents(certificates, [*problems, failure.message], [], failure.message)
    checked = _digest_fits(data, source.at, passwords)
    if not checked and passwords:
        raise refusals.wrong_password()
    notes = [] if checked else [_UNCHECKED]
    return _contents(certificates, problems, notes, problems[0] if problems else None)


_UNCHECKED = Text(
    zh="未提供密码，没有核对完整性摘要", en="no password was given, so the integrity digest was not checked"
)


def _contents(
    certificates: list[Certificate], problems: list[Text], notes: list[Text], refused: Text | None
) -> Contents:
    return Contents("bks", tuple(certificates), tuple(problems), tuple(notes), java_refuses=refused)


def _entries(source: JavaData, certificates: list[Certificate], problems: list[Text]) -> CannotRead | None:
    done = 0
    try:
        while kind := source.take(1)[0]:
            if kind > _SEALED:
                return refusals.damaged(Text(zh="条目类型 {n} 不存在", en="there is no entry type {n}").fill(n=kind))
            certificates += _entry(source, kind, problems)
            done += 1
        source.take(_DIGEST)
        source.at -= _DIGEST
    except CutShortError:
        return refusals.truncated(
            Text(zh="读到第 {n} 个条目之后中断", en="it breaks off after entry number {n}").fill(n=done)
        )
    except DamagedError as error:
        return refusals.damaged(error.text)
    return None


def _entry(source: JavaData, kind: int, problems: list[Text]) -> list[Certificate]:
    alias = source.text()
    source.take(8)  # the date of its creation
    found: list[Certificate] = []
    for _ in range(source.integer()):
        found += _certificate(source, alias, OF_A_PRIVATE_KEY, problems)
    if kind == _CERTIFICATE:
        found += _certificate(source, alias, None, problems)
    elif kind == _KEY:
        source.take(1)
        source.text()
        source.text()
        source.block()
    else:
        source.block()
    return found


def _certificate(source: JavaData, alias: str, why_not: Text | None, problems: list[Text]) -> list[Certificate]:
    kind, der = source.text(), source.block()
    if kind not in ("X.509", "X509") or not is_certificate(der):
        if len(problems) >= MOST_PROBLEMS:
            raise DamagedError(TOO_MANY)
        problems.append(
            Text(zh="条目“{alias}”的证书已损坏", en="the certificate of entry “{alias}” is damaged").fill(alias=alias)
        )
        return []
    return [Certificate.of(der, alias, why_not=why_not)]


def _digest_fits(data: bytes, end: int, passwords: Sequence[str]) -> bool:
    head = JavaData(data)
    version, salt, iterations = head.integer(), head.block(), head.integer()
    start = head.at  # the digest covers what follows
    length = 2 if version == 1 else _DIGEST
    for password in (*passwords, *_USUAL_PASSWORDS):
        key = derive(as_bmp_string(password), salt, iterations, length, purpose=MAC)
        if hmac.digest(key, data[start:end], "sha1") == data[end : end + _DIGEST]:
            return True
    return False
