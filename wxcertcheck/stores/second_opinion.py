"""keytool as the second reader of Java's keystores: what it says beside our own reader, and where the two differ."""

from pathlib import Path

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Certificate, Contents
from wxcertcheck.text import Text, joined, same

JAVA_FORMATS = ("jks", "jceks", "pkcs12")
"""Formats that the JDK's keytool reads by itself (BKS needs BouncyCastle)."""

_SHOWN = 5

_AGREES = Text(
    zh="keytool（{keytool}）的结果一致：{count} 个受信任的证书",
    en="keytool ({keytool}) agrees: {count} trusted {count:certificate|certificates}",
)
_ONLY_OURS = Text(
    zh="与 keytool（{keytool}）不一致：keytool 没有列出 {names}",
    en="keytool ({keytool}) differs: it does not list {names}",
)
_ONLY_KEYTOOL = Text(
    zh="与 keytool（{keytool}）不一致：只有 keytool 列出 {names}",
    en="keytool ({keytool}) differs: it alone lists {names}",
)
_NO_ANSWER = Text(zh="keytool 无法核对：{problem}", en="no second opinion from keytool: {problem}")
_REFUSES = Text(zh="keytool 与自带读取器都读不了：{problem}", en="keytool cannot read it either: {problem}")
_BY_KEYTOOL = Text(zh="由 keytool（{keytool}）读取", en="read by keytool ({keytool})")


def looks_like_java(head: bytes) -> bool:
    """Whether these bytes are of a keystore that keytool knows."""
    from wxcertcheck.formats import jks, pkcs12

    return jks.looks_like(head) or pkcs12.looks_like(head)


def read_instead(path: Path, keytool: Path, passwords: tuple[str, ...], refusal: CannotRead) -> Contents:
    """What our reader refused, read by keytool. Raises the first refusal, with keytool's own words, if it refuses too."""
    from msgspec.structs import replace

    from wxcertcheck.formats.keytool import read_with_keytool

    try:
        contents = read_with_keytool(path, keytool, _said(passwords))
    except CannotRead as error:
        problem = _REFUSES.fill(problem=error.message)
        message = refusal.message + Text(zh="；", en="; ") + problem
        raise CannotRead(refusal.reason, message, refusal.hint) from error
    return replace(contents, notes=(*contents.notes, _BY_KEYTOOL.fill(keytool=keytool)))


def compare(path: Path, keytool: Path, passwords: tuple[str, ...], own: Contents) -> tuple[Text, ...]:
    """What keytool says of the same file: agreement, or every difference by name."""
    from wxcertcheck.formats.keytool import read_with_keytool

    try:
        theirs = read_with_keytool(path, keytool, _said(passwords))
    except CannotRead as error:
        return (_NO_ANSWER.fill(problem=error.message),)
    ours, listed = _trusted(own), _trusted(theirs)
    notes = []
    if only_ours := [certificate for key, certificate in ours.items() if key not in listed]:
        notes.append(_ONLY_OURS.fill(keytool=keytool, names=_names(only_ours)))
    if only_keytool := [certificate for key, certificate in listed.items() if key not in ours]:
        notes.append(_ONLY_KEYTOOL.fill(keytool=keytool, names=_names(only_keytool)))
    return tuple(notes) or (_AGREES.fill(keytool=keytool, count=len(ours)),)


def _trusted(contents: Contents) -> dict[str, Certificate]:
    return {certificate.fingerprint: certificate for certificate in contents.certificates if certificate.trusted}


def _names(certificates: list[Certificate]) -> Text:
    shown = [same(f"{c.label or '-'} ({c.fingerprint[:16]}…)") for c in certificates[:_SHOWN]]
    more = len(certificates) - len(shown)
    if more > 0:
        shown.append(Text(zh="另外 {count} 个", en="{count} more").fill(count=more))
    return joined(shown)


def _said(passwords: tuple[str, ...]) -> tuple[str, ...]:
    """keytool is never given an empty password: it would answer 0 entries for an encrypted PKCS#12."""
    return tuple(password for password in passwords if password)
