"""Java's own keystores, JKS and JCEKS: trusted certificates are readable without a password.

Layout (OpenJDK sun.security.provider.JavaKeyStore, com.sun.crypto.provider.JceKeyStore): magic, version 1 or 2,
count, then entries: 1 private key (alias, date, key, chain), 2 trusted certificate (alias, date, certificate), 3
secret key (JCEKS; alias, date, a serialised Java object); at the end 20 bytes SHA-1(password in UTF-16BE, "Mighty
Aphrodite", everything before). Java's trust manager takes only entries of kind 2 as anchors.
"""

import re
from collections.abc import Sequence
from hashlib import sha1

from wxcertcheck.der import is_certificate
from wxcertcheck.errors import CannotRead
from wxcertcheck.formats import refusals
from wxcertcheck.formats.java_data import CutShortError, JavaData
from wxcertcheck.model import Certificate, Contents
from wxcertcheck.text import Text

JKS, JCEKS = b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce"
_DIGEST = 20
MOST_PROBLEMS = 100  # more is no keystore, and a hostile file may hold millions
TOO_MANY = Text(zh="损坏的条目过多", en="too many of its entries are damaged")
_USUAL_PASSWORDS = ("changeit", "changeme", "password", "")

OF_A_PRIVATE_KEY = Text(
    zh="属于私钥条目（证书链），Java 不把它当作信任锚",
    en="it belongs to a private-key entry; Java does not take it as a trust anchor",
)

# The head of the next entry: kind, alias of 1 to 255 bytes, milliseconds since 1970 (0 to the year 2500).
_NEXT_ENTRY = re.compile(rb"\0\0\0[\1\2\3]\0[\x01-\xff][^\0]{1,255}?(?=\0\0[\0-\x0f])", re.DOTALL)


class DamagedError(ValueError):
    """An entry contradicts the layout. Carries a text for the reader."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def looks_like(data: bytes) -> bool:
    """Whether the bytes start with the magic number of JKS or JCEKS."""
    return data[:4] in (JKS, JCEKS)


def read(data: bytes, passwords: Sequence[str] = ()) -> Contents:
    """The certificates of a keystore, with aliases as labels.

    The integrity digest is compared when a password fits; Java itself skips it when it is given none. Raises
    `CannotRead`: "wrong-password" if ``passwords`` were given and neither they nor the usual ones fit a store that is
    otherwise whole, "truncated", "damaged" or "unsupported" if no certificate could be read. What was read before damage is returned.
    """
    kind = "jks" if data[:4] == JKS else "jceks"
    certificates: list[Certificate] = []
    problems: list[Text] = []
    source = JavaData(data, at=4)
    failure = _entries(source, kind, certificates, problems)
    if failure is not None:
        if not certificates:
            raise failure
        return Contents(kind, tuple(certificates), (*problems, failure.message), java_refuses=failure.message)
    refused = problems[0] if problems else None
    digest = data[source.at : source.at + _DIGEST]
    if len(digest) < _DIGEST:  # Java notices only when it is given a password
        return Contents(kind, tuple(certificates), (*problems, _NO_DIGEST), java_refuses=refused)
    checked = _digest_fits(data[: source.at], digest, passwords)
    if not checked and passwords:
        raise refusals.wrong_password()
    notes = () if checked else (_UNCHECKED,)
    return Contents(kind, tuple(certificates), tuple(problems), notes, java_refuses=refused)


_NO_DIGEST = refusals.truncated(Text(zh="末尾缺少完整性摘要", en="the integrity digest at its end is missing")).message
_UNCHECKED = Text(
    zh="未提供密码，没有核对完整性摘要（Java 在不提供密码时也不核对）",
    en="no password was given, so the integrity digest was not checked (nor does Java check it without one)",
)


def _entries(source: JavaData, kind: str, certificates: list[Certificate], problems: list[Text]) -> CannotRead | None:
    """Read all entries into the lists. The error that stopped the reading, or None at the end of a whole store."""
    done = 0
    try:
        version, count = source.integer(), source.integer()
        if version not in (1, 2):
            return refusals.unsupported(Text(zh="{kind} 版本 {n}", en="{kind} version {n}").fill(kind=kind, n=version))
        while done < count:
            certificates += _entry(source, version, kind, problems, last=done + 1 == count)
            done += 1
    except CutShortError:
        return refusals.truncated(
            Text(zh="读到第 {n} 个条目之后中断", en="it breaks off after entry number {n}").fill(n=done)
        )
    except DamagedError as error:
        return refusals.damaged(error.text)
    return None


def _entry(source: JavaData, version: int, kind: str, problems: list[Text], *, last: bool) -> list[Certificate]:
    tag = source.integer()
    if tag not in (1, 2, 3) or (tag == 3 and kind != "jceks"):
        raise DamagedError(Text(zh="条目类型 {n} 不存在", en="there is no entry type {n}").fill(n=tag))
    alias = source.text()
    source.take(8)  # the date of its creation
    if tag == 2:
        return _certificate(source, version, alias, None, problems)
    if tag == 3:
        _skip_secret_key(source, last=last)
        return []
    source.block()  # the private key, encrypted: never looked at
    chain: list[Certificate] = []
    for _ in range(source.integer()):
        chain += _certificate(source, version, alias, OF_A_PRIVATE_KEY, problems)
    return chain


def _certificate(
    source: JavaData, version: int, alias: str, why_not: Text | None, problems: list[Text]
) -> list[Certificate]:
    kind = source.text() if version == 2 else "X.509"
    der = source.block()
    if kind not in ("X.509", "X509") or not is_certificate(der):
        if len(problems) >= MOST_PROBLEMS:
            raise DamagedError(TOO_MANY)
        problems.append(
            Text(zh="条目“{alias}”的证书已损坏", en="the certificate of entry “{alias}” is damaged").fill(alias=alias)
        )
        return []
    return [Certificate.of(der, alias, why_not=why_not)]


def _skip_secret_key(source: JavaData, *, last: bool) -> None:
    """Go to the entry behind a serialised Java object, whose length the format does not tell."""
    if last:
        source.at = source.end - _DIGEST
        return
    following = _NEXT_ENTRY.finditer(source.data, source.at, source.end)
    for match in following:
        length = int.from_bytes(source.data[match.start() + 4 : match.start() + 6], "big")
        if match.end() == match.start() + 6 + length:
            source.at = match.start()
            return
    raise DamagedError(Text(zh="找不到密钥条目的结尾", en="the end of a secret-key entry is not found"))


def _digest_fits(covered: bytes, digest: bytes, passwords: Sequence[str]) -> bool:
    return any(
        sha1(  # noqa: S324 - the format's own digest
            password.encode("utf-16-be", "surrogatepass") + b"Mighty Aphrodite" + covered
        ).digest()
        == digest
        for password in (*passwords, *_USUAL_PASSWORDS)
    )
