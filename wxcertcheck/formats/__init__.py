"""Bytes to certificates. Readers recognise a format by what is in it, never by a file's name.

`read` is the way in for trust stores, `looks_like_store` the cheap question before it. For source code and binaries see
`embedded`; for facts about one certificate `details`; `keytool` and `nss` read what cannot be read from bytes alone.
Importing this package costs little: `cryptography` is loaded only for encrypted PKCS#12 and for `details`.
"""

import re
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Sequence

from wxcertcheck.der import CutShortError, MalformedError, certificate_end, element
from wxcertcheck.errors import CannotRead
from wxcertcheck.formats import bks, jks, pem, pkcs7, pkcs12, refusals
from wxcertcheck.model import Certificate, Contents
from wxcertcheck.text import Text

__all__ = ["CannotRead", "looks_like_store", "read"]

_BARE_BASE64 = re.compile(rb"\s*MI[A-Za-z0-9+/=\s]+\Z")
_HTML = re.compile(rb"\s*(?:<!DOCTYPE html|<html|<\?xml)", re.IGNORECASE)
_TEXT_HEAD = 512


def read(data: bytes, *, name: str = "", passwords: Sequence[str] = ()) -> Contents:
    """The certificates in ``data``, with what the format says about them.

    ``Contents.format`` is "pem", "der", "pkcs7", "jks", "jceks", "pkcs12" or "bks". A well-formed store without any
    certificate gives empty ``certificates``; a store whose damage leaves some readable gives those and ``problems``.
    ``passwords`` are tried first, then the usual ones ("changeit", none). ``name`` is only for messages.

    Raises `CannotRead` with the reason "empty", "no-certificate" (text or PEM of other things), "not-a-store",
    "truncated", "damaged", "needs-password", "wrong-password" or "unsupported".
    """
    if not data.strip(b" \t\r\n\0"):
        raise refusals.empty()
    if jks.looks_like(data):
        return jks.read(data, passwords)
    if data[:1] == b"\x30" and (contents := _read_der(data, passwords)) is not None:
        return contents
    if bks.looks_like(data):
        return bks.read(data, passwords)
    if data.startswith(b"SQLite format 3\0"):
        raise refusals.unsupported(
            Text(zh="单独的 SQLite 文件", en="an SQLite file by itself"),
            Text(
                zh="NSS 数据库请给出其目录中的 cert9.db。",
                en="For an NSS database, give the cert9.db in its directory.",
            ),
        )
    return _read_text(data)


def looks_like_store(head: bytes) -> bool:
    """Whether a file that starts with ``head`` (a few KB) may be a trust store or certificate. Costs microseconds."""
    if head[:1] == b"\x30":
        return _is_certificate_head(head) or pkcs7.looks_like(head) or pkcs12.looks_like(head)
    if jks.looks_like(head) or bks.looks_like(head):
        return True
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return b"-\0-\0-\0-\0-\0B\0E\0G\0I\0N\0" in head
    return pem.looks_like(head) and b"\0" not in head[:_TEXT_HEAD]


def _is_certificate_head(head: bytes) -> bool:
    # SEQUENCE, TBSCertificate SEQUENCE, then version [0] or (version 1) a serial number
    return (
        head[1:2] in (b"\x82", b"\x81", b"\x83")
        and re.match(
            rb"\x30(?:\x81.|\x82..|\x83...)\x30(?:\x81.|\x82..|\x83...)(?:\xa0\x03\x02\x01[\0-\2]|\x02[\1-\x15])",
            head,
            re.DOTALL,
        )
        is not None
    )


def _read_der(data: bytes, passwords: Sequence[str]) -> Contents | None:
    """What a file that starts with a SEQUENCE holds; None if it is nothing of ours."""
    if pkcs12.looks_like(data):
        return pkcs12.read(data, passwords)
    if pkcs7.looks_like(data):
        return pkcs7.read(data)
    if not _is_certificate_head(data):
        return None
    certificates: list[Certificate] = []
    at = 0
    try:
        while data[at : at + 1] == b"\x30":
            end = certificate_end(data, at)
            certificates.append(Certificate.of(data[at:end]))
            at = end
    except MalformedError as error:
        if not certificates:
            what = Text(zh="证书结构无法解析", en="the certificate's structure does not parse")
            raise (refusals.truncated(what) if isinstance(error, CutShortError) else refusals.damaged(what)) from None
    rest = data[at:].strip(b"\r\n \t\0")
    problem = Text(
        zh="第 {n} 张证书之后有无法解析的数据", en="after certificate number {n} there are bytes that do not parse"
    )
    return Contents("der", tuple(certificates), (problem.fill(n=len(certificates)),) if rest else ())


def _read_text(data: bytes) -> Contents:
    text = data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" not in data[:_TEXT_HEAD]
    if text and pem.looks_like(pem.as_ascii(data)[0]):
        return pem.read(data)
    if _HTML.match(data.removeprefix(b"\xef\xbb\xbf")):
        raise refusals.no_certificate(
            Text(zh="内容是网页（HTML），不是证书。", en="The contents are a web page (HTML), not a certificate."),
            Text(
                zh="下载到的很可能是错误页或登录页；请重新下载证书文件本身。",
                en="Probably an error or login page was downloaded; download the certificate file itself.",
            ),
        )
    if _BARE_BASE64.match(data) and (contents := _read_bare_base64(data)) is not None:
        return contents
    if text and _is_text(data):
        raise refusals.no_certificate(
            Text(zh="内容是普通文本，没有证书。", en="The contents are text without a certificate."),
            Text(
                zh="证书以 “-----BEGIN CERTIFICATE-----” 开头。",
                en="A certificate starts with “-----BEGIN CERTIFICATE-----”.",
            ),
        )
    raise refusals.not_a_store()


def _is_text(data: bytes) -> bool:
    head = data[:4096]
    return sum(byte < 9 or 13 < byte < 32 for byte in head) * 100 <= len(head)


def _read_bare_base64(data: bytes) -> Contents | None:
    """A certificate's base64 without BEGIN and END lines: Windows imports it, OpenSSL and Java do not."""
    try:
        der = a2b_base64(data)
        whole = element(der)
        end = certificate_end(der)
    except (Base64Error, MalformedError):
        return None
    certificate = Certificate.of(der[: min(end, whole.after)], line=1)
    problem = Text(
        zh="缺少 BEGIN/END 行，OpenSSL 与 Java 不认这个文件",
        en="the BEGIN and END lines are missing: OpenSSL and Java do not accept the file",
    )
    return Contents("pem", (certificate,), (problem,), openssl_loads=frozenset())
