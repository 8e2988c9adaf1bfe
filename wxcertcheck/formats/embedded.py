"""Certificates inside other things: source code in any language, YAML, Kubernetes secrets, executables.

A certificate is recognised by its DER, never by a label. Written as base64 its DER begins with ``MII`` (SEQUENCE with a
two-byte length), so that is what is searched for; the length in the DER says how many letters belong to it, and whatever
the language puts between the pieces (quotes, operators, escapes, comment signs) is taken away. Byte arrays and hexadecimal
are handled alike. A body that is damaged yields nothing, or a certificate with another fingerprint.
"""

import re
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Iterator

from wxcertcheck.der import MalformedError, certificate_end
from wxcertcheck.formats.pkcs7 import certificates_of, looks_like
from wxcertcheck.model import Certificate

_HEAD = 16  # letters of base64: the lengths of Certificate and TBSCertificate, and what follows
_LONGEST = 0x8000  # bytes of a certificate; the largest root of any programme has 2,500
_BINARY_SNIFF = 4096
# A hostile file of nothing but beginnings must end some day. An honest one of 1 GB has 4,000 chance beginnings.
_MOST_FAILURES = 100_000
_MOST_WASTE = 16_000_000  # letters that were announced and made no certificate
_MOST_WASTED_NUMBERS = 1_000_000
_BASE64_OF_PEM = b"LS0tLS1CRUdJTi"  # "-----BEGIN"
_BEGIN = b"-----BEGIN"

_ESCAPED_BYTE = re.compile(rb"\\+(?:u00|x)([0-9a-fA-F]{2})")
_ESCAPED_SPACE = re.compile(rb"\\+(?:[nrt]|0?1[25])|\\+|&#(?:1[03]|[xX]0?[aAdD]);")
_GLUE = re.compile(rb"[^=;:{}\[\]]{0,200}", re.DOTALL)  # between two literals of one constant
_COMMENT_SIGN = re.compile(rb"[ \t]*(?:(?://+|#+|\*|;+|>|--|\+|-|%+|\||REM|dnl)[ \t]*)?")
_LETTERS = re.compile(rb"[A-Za-z0-9+/]*")
_HEX_STYLES = (
    (re.compile(rb"0[xX]([0-9a-fA-F]{1,2})(?![0-9a-fA-F])"), re.compile(rb"0[xX]30\W")),
    (re.compile(rb"\\x([0-9a-fA-F]{2})"), re.compile(rb"\\x30\\x82")),
    (
        re.compile(rb"([0-9a-fA-F]{2})"),
        re.compile(rb"30([: ]?)82\1[0-9a-fA-F]{2}\1[0-9a-fA-F]{2}\1(?:3082|30[: ]82|0609|06[: ]09)"),
    ),
)
_WIDEST_BYTE = 24  # "(byte) 0x82," with a line end and indentation now and then
_DECIMAL = re.compile(rb"(?<![0-9])48\s*,\s*(?:\(byte\)\s*)?(?:130|-126)\s*,")
_NUMBER = re.compile(rb"-?[0-9]{1,3}")


def find(data: bytes) -> Iterator[Certificate]:
    """Every certificate in ``data``, by position; ``line`` is 1-based and counts from its BEGIN where there is one.

    The same certificate at two places comes twice. UTF-16 with a byte order mark is read as text. In binaries (a NUL byte
    near the start) only base64 is searched for. Raises nothing, whatever the bytes.
    """
    text = _text(data)
    found = list(_in_base64(text))
    if b"\0" not in text[:_BINARY_SNIFF]:
        found += _in_base64_of_pem(text)
        found += _in_bytes(text)
    lines = _Lines(text)
    for start, der in sorted(found):
        yield Certificate.of(der, line=lines.at(start))


def find_private_key(data: bytes) -> bool:
    """Whether a private key is in ``data``, in PEM, however it is quoted. A marker without a key behind it is none."""
    text = _text(data)
    return any(_has_key(text, match) for match in _KEY_MARKER.finditer(text))


_KEY_MARKER = re.compile(rb"-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY-----")


def _has_key(text: bytes, marker: "re.Match[bytes]") -> bool:
    if b"Proc-Type:" in text[marker.end() : marker.end() + 60]:
        return True
    letters = _letters(text, marker.end(), 24, _quote_before(text, marker.start()))
    if letters.startswith(b"b3BlbnNzaC1rZXktdjE"):  # "openssh-key-v1"
        return True
    return len(letters) == 24 and a2b_base64(letters)[:1] == b"\x30"


def _text(data: bytes) -> bytes:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[2:].decode(encoding, "replace").encode("utf-8", "replace")
    return data


# --- base64 -----------------------------------------------------------------------------------------------------------


def _in_base64(text: bytes) -> Iterator[tuple[int, bytes]]:
    failures = waste = 0
    at = text.find(b"MII")
    while at >= 0 and failures < _MOST_FAILURES and waste < _MOST_WASTE:
        ders, letters = _base64_at(text, at)
        for der in ders:
            yield _begin_before(text, at), der
        if not ders:
            failures, waste = failures + 1, waste + letters
        at = text.find(b"MII", at + (letters if ders else 3))


def _base64_at(text: bytes, at: int) -> tuple[list[bytes], int]:
    """The certificates whose base64 starts at ``at``, and how many letters it announces (0: it is none)."""
    quote = _quote_before(text, at)
    head = _letters(text, at, _HEAD, quote)
    size = _announced(a2b_base64(head)) if head else 0
    if not size:
        return [], 0
    count = (size * 4 + 2) // 3
    letters = _letters(text, at, count, quote)
    try:
        return _certificates(a2b_base64(letters + b"=" * (-count % 4))[:size]), count
    except Base64Error:
        return [], count


def _announced(head: bytes) -> int:
    """How many bytes a certificate or PKCS#7 with this head has; 0 if it is neither."""
    size = int.from_bytes(head[2:4], "big") + 4
    inside = head[4:6] in (b"\x30\x82", b"\x30\x81", b"\x06\x09")
    return size if head[:2] == b"\x30\x82" and inside and size <= _LONGEST * 8 else 0


def _certificates(der: bytes) -> list[bytes]:
    try:
        if looks_like(der):
            return certificates_of(der)
        return [der] if certificate_end(der) == len(der) <= _LONGEST else []
    except MalformedError:
        return []


def _letters(text: bytes, at: int, count: int, quote: bytes) -> bytes:
    """The first ``count`` letters of base64 from ``at`` on, without what the language puts between them."""
    sign = _sign_of_line(text, at) if not quote else b""
    for window in (count * 5 // 4 + 64, count * 4 + 512):
        letters = _LETTERS.match(_unwrapped(text[at : at + window], quote, sign))
        if letters and len(letters[0]) >= count:
            return letters[0][:count]
    return b""


def _unwrapped(piece: bytes, quote: bytes, sign: bytes) -> bytes:
    if b"\\" in piece or b"&#" in piece:
        piece = _ESCAPED_BYTE.sub(lambda match: bytes([int(match[1], 16)]), piece)
        piece = _ESCAPED_SPACE.sub(b" ", piece)
    if b"%" in piece:
        from urllib.parse import unquote_to_bytes

        piece = unquote_to_bytes(piece)
    if quote and quote in piece:
        piece = _joined_literals(piece, quote)
    elif sign:
        piece = b"".join(line.lstrip().removeprefix(sign) for line in piece.split(b"\n"))
    return b"".join(piece.split())


def _joined_literals(piece: bytes, quote: bytes) -> bytes:
    """``abc" + "def" // comment``: the contents of the literals, as long as only glue stands between them."""
    parts = piece.split(quote)
    joined = [parts[0]]
    for outside, inside in zip(parts[1::2], parts[2::2], strict=False):
        if not _GLUE.fullmatch(outside):
            break
        joined.append(inside)
    return b"".join(joined)


def _quote_before(text: bytes, at: int) -> bytes:
    """The quotation mark that opened the literal around ``at``: the nearest one before it on its line."""
    line = text[max(text.rfind(b"\n", max(0, at - 400), at) + 1, at - 400, 0) : at]
    position = max(line.rfind(quote) for quote in (b'"', b"'", b"`"))
    return line[position : position + 1] if position >= 0 else b""


def _sign_of_line(text: bytes, at: int) -> bytes:
    """What stands before ``at`` on its line, if it is a comment sign (or the + of a patch)."""
    before = text[max(text.rfind(b"\n", max(0, at - 80), at) + 1, at - 80, 0) : at]
    return before.strip() if before.strip() and _COMMENT_SIGN.fullmatch(before) else b""


def _begin_before(text: bytes, at: int) -> int:
    """Where the BEGIN marker of a body stands, or the body itself where there is none."""
    begin = text.rfind(_BEGIN, max(0, at - 160), at)
    return begin if begin >= 0 and b"-----END" not in text[begin:at] else at


def _in_base64_of_pem(text: bytes) -> Iterator[tuple[int, bytes]]:
    """Base64 around a whole PEM file, as Kubernetes secrets and kubeconfigs hold it."""
    at = text.find(_BASE64_OF_PEM)
    while at >= 0:
        whole = _all_letters(text, at)
        for _, der in _in_base64(a2b_base64(whole[: len(whole) // 4 * 4])):
            yield at, der
        at = text.find(_BASE64_OF_PEM, at + len(whole))


def _all_letters(text: bytes, at: int) -> bytes:
    """All letters of base64 from ``at`` on, however many."""
    quote = _quote_before(text, at)
    window = 4096
    while True:
        piece = _unwrapped(text[at : at + window], quote, b"")
        letters = _LETTERS.match(piece)
        whole = letters[0] if letters else b""
        if len(whole) < len(piece) or at + window >= len(text):
            return whole or text[at : at + 4]
        window *= 4


# --- numbers ----------------------------------------------------------------------------------------------------------


def _in_bytes(text: bytes) -> Iterator[tuple[int, bytes]]:
    done = failures = waste = 0
    for at, byte, base in _byte_starts(text):
        if at < done:
            continue
        der, end, announced = _numbers_at(text, at, byte, base)
        if der:
            yield at, der
            done = end
        else:
            failures, waste = failures + 1, waste + announced
            if failures > _MOST_FAILURES or waste > _MOST_WASTED_NUMBERS:
                return


def _byte_starts(text: bytes) -> Iterator[tuple[int, "re.Pattern[bytes]", int]]:
    for byte, start in _HEX_STYLES:
        for match in start.finditer(text):
            yield match.start(), byte, 16
    for match in _DECIMAL.finditer(text):
        yield match.start(), _NUMBER, 10


def _numbers_at(text: bytes, at: int, byte: "re.Pattern[bytes]", base: int) -> tuple[bytes, int, int]:
    """The certificate whose numbers start at ``at`` (or nothing), where they end, how many bytes were announced."""
    head, _ = _take(text, at, byte, base, 8)
    size = _announced(head) if len(head) == 8 else 0
    if not size or size > _LONGEST:
        return b"", at, 0
    der, end = _take(text, at, byte, base, size)
    return (der if _certificates(der) == [der] else b""), end, size


def _take(text: bytes, at: int, byte: "re.Pattern[bytes]", base: int, count: int) -> tuple[bytes, int]:
    """``count`` bytes written as numbers from ``at`` on; fewer where something else comes between them."""
    numbers: list[int] = []
    end = at
    for match in byte.finditer(text, at, at + count * _WIDEST_BYTE):
        if match.start() - end > _WIDEST_BYTE * 4:
            break
        numbers.append(int(match[match.lastindex or 0], base) & 0xFF)
        end = match.end()
        if len(numbers) == count:
            break
    return bytes(numbers), end


class _Lines:
    """1-based lines of rising offsets."""

    def __init__(self, text: bytes) -> None:
        self._text, self._offset, self._line = text, 0, 1

    def at(self, offset: int) -> int:
        self._line += self._text.count(b"\n", self._offset, offset)
        self._offset = offset
        return self._line
