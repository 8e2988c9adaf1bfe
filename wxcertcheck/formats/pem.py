"""PEM: certificates as text. RFC 7468, read as tolerantly as any runtime does, with the truth about OpenSSL beside it.

Every block that holds a certificate counts, wherever it stands. A broken block becomes a problem that names its line;
the others count. OpenSSL is stricter (one broken block makes it load *nothing* from the file), so whatever is out of
the ordinary is shown to OpenSSL itself: see `openssl_view`.
"""

import re
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from itertools import islice

from msgspec import Struct

from wxcertcheck.der import CutShortError, MalformedError, certificate_end
from wxcertcheck.errors import CannotRead
from wxcertcheck.formats import openssl_view, pkcs7, refusals, trusted
from wxcertcheck.model import Certificate, Contents
from wxcertcheck.text import Text, joined, same

# A block that every reader of PEM accepts: markers on lines of their own, nothing but base64 between them.
_ORDINARY = re.compile(
    rb"^-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----[ \t]*\r?\n"
    rb"((?:[A-Za-z0-9+/]{1,76}={0,2}\r?\n)++)"
    rb"-----END \1-----[ \t]*\r?(?=\n|\Z)",
    re.MULTILINE,
)
_BEGIN = re.compile(rb"-----BEGIN ([A-Z0-9][A-Z0-9. #]{0,40})-----")
_CERTIFICATE_LABELS = {b"CERTIFICATE", b"X509 CERTIFICATE", b"X.509 CERTIFICATE", b"TRUSTED CERTIFICATE"}
_PKCS7_LABELS = {b"PKCS7", b"PKCS #7 SIGNED DATA", b"CMS"}
_HEADERS = re.compile(rb"\A\s*(?:[A-Za-z-]{1,40}:[^\n]*\n(?:[ \t]+[^\n]*\n)*)+\s*\n")
_COMMENT_ABOVE = 2048
_MOST_PROBLEMS = 50  # in words; further ones are counted
_MOST_MORE = 5_000  # a hostile file may hold millions


class _Block(Struct):
    label: bytes
    start: int
    body: bytes
    closed: bool


def looks_like(data: bytes) -> bool:
    """Whether there is a PEM marker."""
    return b"-----BEGIN " in data


def read(data: bytes) -> Contents:
    """Every certificate of a PEM file, each once, in order.

    Raises `CannotRead`: "no-certificate" if it holds none, "damaged" or "truncated" if all that it holds are broken.
    """
    text, odd = as_ascii(data)
    ordinary = None if odd else _ordinary_blocks(text)
    blocks = _blocks(text) if ordinary is None else ordinary
    reading, only_pkcs7 = _Reading(), True
    lines, last_end = _LineCounter(text), 0
    for block in blocks:
        only_pkcs7 = only_pkcs7 and block.label in _PKCS7_LABELS
        line = lines.at(block.start)
        label = _comment_above(text, last_end, block.start)
        last_end = block.start + len(block.body)
        try:
            reading.take(_certificates(block, label, line))
        except MalformedError as error:
            reading.fail(_problem(block, line, error), cut=not block.closed)
            if reading.more_problems > _MOST_MORE:
                reading.problems[-1] = Text(
                    zh="损坏的证书过多，没有读完", en="too many are damaged: not read to the end"
                )
                break
    if _ends_inside_a_marker(text):
        reading.fail(Text(zh="文件在 BEGIN 行中间中断", en="the file breaks off inside a BEGIN line"), cut=True)
    if not reading.certificates:
        raise reading.failure(text)
    if only_pkcs7:
        return Contents("pkcs7", tuple(reading.certificates.values()), reading.all_problems())
    return reading.contents(data, odd=ordinary is None)


class _Reading:
    """What has been read so far: each certificate once, the first problems, and how many more there are."""

    def __init__(self) -> None:
        self.certificates: dict[bytes, Certificate] = {}
        self.problems: list[Text] = []
        self.more_problems = self.repeated = 0
        self.cut = False

    def take(self, found: list[Certificate]) -> None:
        for certificate in found:
            self.repeated += certificate.der in self.certificates
            self.certificates.setdefault(certificate.der, certificate)

    def fail(self, problem: Text, *, cut: bool) -> None:
        self.cut = cut
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self.more_problems += 1

    def all_problems(self) -> tuple[Text, ...]:
        if not self.more_problems:
            return tuple(self.problems)
        return (*self.problems, Text(zh="另有 {n} 个类似问题", en="{n} more like these").fill(n=self.more_problems))

    def contents(self, data: bytes, *, odd: bool) -> Contents:
        certificates, problems = tuple(self.certificates.values()), self.all_problems()
        repeated = Text(zh="有 {n} 张证书重复，只计一次", en="certificates that are there more than once: {n}")
        notes = (repeated.fill(n=self.repeated),) if self.repeated else ()
        loads = openssl_view.loads(data, certificates) if odd or problems else None
        if loads is not None:
            problems = (*problems, openssl_view.problem(loads, certificates))
        return Contents("pem", certificates, problems, notes, loads)

    def failure(self, text: bytes) -> CannotRead:
        """Why there is nothing to give."""
        if self.problems:
            return refusals.truncated(self.problems[0]) if self.cut else refusals.damaged(self.problems[0])
        labels = sorted({match[1].decode("ascii") for match in islice(_BEGIN.finditer(text), 10)})
        if not labels:
            return refusals.no_certificate(
                Text(zh="有 PEM 标记但没有任何证书。", en="There is a PEM marker, but no certificate.")
            )
        message = Text(
            zh="PEM 文件里没有证书，只有：{labels}。", en="The PEM file holds no certificate, only: {labels}."
        )
        return refusals.no_certificate(message.fill(labels=joined([same(label) for label in labels])))


def as_ascii(data: bytes) -> tuple[bytes, bool]:
    """The text in an encoding that agrees with ASCII, and whether it had another one (PowerShell writes UTF-16)."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[2:].decode(encoding, "replace").encode("utf-8", "replace"), True
    return data, False


def _ordinary_blocks(text: bytes) -> list[_Block] | None:
    """The blocks of an ordinary file, or None if anything in it needs the tolerant scanner."""
    if b"\0" in text:
        return None
    blocks = [_Block(match[1], match.start(), match[2], True) for match in _ORDINARY.finditer(text)]
    if text.count(b"-----BEGIN") != len(blocks):
        return None
    return None if any(_unpadded(block.body) for block in blocks) else blocks


def _unpadded(body: bytes) -> bool:
    return (len(body) - body.count(b"\n") - body.count(b"\r")) % 4 != 0


def _blocks(text: bytes) -> Iterator[_Block]:
    """Every ``-----BEGIN X-----`` for certificates, with what follows it up to the next marker of any kind, or the end."""
    for match in _BEGIN.finditer(text):
        if match[1] not in _CERTIFICATE_LABELS and match[1] not in _PKCS7_LABELS:
            continue
        end = text.find(b"-----", match.end())
        closed = end >= 0 and text.startswith(b"-----END ", end)
        yield _Block(match[1], match.start(), text[match.end() : end if end >= 0 else len(text)], closed)


def _ends_inside_a_marker(text: bytes) -> bool:
    last = text[text.rfind(b"\n", max(0, len(text) - 40)) + 1 :]
    markers = (b"-----BEGIN " + label + b"-----" for label in _CERTIFICATE_LABELS)
    return len(last) >= 5 and any(marker.startswith(last) for marker in markers)


def _certificates(block: _Block, label: str, line: int) -> list[Certificate]:
    if block.label not in _PKCS7_LABELS and block.label != b"TRUSTED CERTIFICATE":
        return [Certificate(*_certificate(block.body), label, line)]
    der = _decoded(block.body)
    if block.label in _PKCS7_LABELS:
        return [Certificate.of(member, label, line) for member in pkcs7.certificates_of(der)]
    der, alias, why_not = trusted.split(der)
    return [Certificate.of(der, alias or label, line, why_not)]


@lru_cache(maxsize=2048)
def _certificate(body: bytes) -> tuple[bytes, str]:
    """DER and fingerprint of a block. The vendored lists of one machine hold the same hundred certificates again and again."""
    der = _decoded(body)
    der = der[: certificate_end(der)]
    return der, sha256(der).hexdigest()


def _decoded(body: bytes) -> bytes:
    """The bytes behind base64 that may be indented, in one line, have PEM headers above, or lack its padding."""
    if b":" in body:
        body = _HEADERS.sub(b"", body, count=1)
    compact = b"".join(body.replace(b"\\n", b"\n").split()) if b"\\" in body else b"".join(body.split())
    padding = b"=" * (-len(compact) % 4)
    try:
        return a2b_base64(compact + padding, strict_mode=True)
    except Base64Error as error:
        raise MalformedError(str(error)) from None


def _problem(block: _Block, line: int, error: MalformedError) -> Text:
    if not block.closed:
        return Text(
            zh="第 {line} 行开始的证书不完整（缺少 END 行）",
            en="the certificate that starts at line {line} is cut short (no END line)",
        ).fill(line=line)
    if isinstance(error, CutShortError):
        return Text(
            zh="第 {line} 行开始的证书缺少一部分内容", en="the certificate that starts at line {line} lacks a part"
        ).fill(line=line)
    return Text(zh="第 {line} 行开始的证书已损坏", en="the certificate that starts at line {line} is damaged").fill(
        line=line
    )


class _LineCounter:
    """1-based lines of rising offsets; a file with bare CRs (old Mac) counts those."""

    def __init__(self, text: bytes) -> None:
        self._text, self._offset, self._line = text, 0, 1
        self._end = b"\r" if b"\r" in text and b"\n" not in text else b"\n"

    def at(self, offset: int) -> int:
        self._line += self._text.count(self._end, self._offset, offset)
        self._offset = offset
        return self._line


_LABEL_LINE = re.compile(rb'^# Label: "([^"\n]{1,200})"', re.MULTILINE)
_NAME_LINE = re.compile(rb"^[ \t]*(?:friendlyName|[Ss]ubject) ?[:=] ?([^\r\n]{1,300})", re.MULTILINE)


def _comment_above(text: bytes, after: int, start: int) -> str:
    """What the lines above a block call it: certifi's Label, openssl's subject, else the nearest line with words."""
    above = text[max(after, start - _COMMENT_ABOVE) : start]
    above = above[above.rfind(b"-----END ") + 1 :].partition(b"\n")[2] if b"-----END " in above else above
    if not above.strip():
        return ""
    named = _LABEL_LINE.findall(above) or _NAME_LINE.findall(above)
    if named:
        return _printable(named[-1])
    for line in reversed(above.splitlines()):
        words = line.strip().strip(b"#=-").strip()
        if words:
            return _printable(words)
    return ""


def _printable(words: bytes) -> str:
    text = words.decode("utf-8", "replace").lstrip("\ufeff")
    if text.isprintable():
        return text.strip()[:200]
    return "".join(character for character in text if character.isprintable()).strip()[:200]
