"""Bytes of a source file -> UTF-8. Encodings: byte order marks, UTF-8, GB18030 (GBK), Latin-1 as the last resort.

GBK is common in the code bases this tool is for; its second bytes may be ASCII letters, quotes excluded, so a file is decoded
before it is parsed, never parsed as it is.
"""

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: it starts the same way
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_HEAD = 8192
"""Bytes from which a file is told to be binary."""


def to_utf8(data: bytes) -> bytes:
    """The same text as UTF-8, without a byte order mark. Stray NUL bytes become spaces (a parser would stop at them)."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = data.decode(encoding, "replace").lstrip("\ufeff").encode("utf-8", "replace")
            return text.replace(b"\0", b" ")
    return _plain(data).replace(b"\0", b" ")


def _plain(data: bytes) -> bytes:
    if data.isascii():
        return data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return data
    try:
        return data.decode("gb18030").encode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1").encode("utf-8")


def is_binary(data: bytes) -> bool:
    """Whether this is no text: many NUL bytes and no byte order mark. A stray NUL does not make a source file binary."""
    if data.find(b"\0", 0, _HEAD) < 0 or any(data.startswith(mark) for mark, _ in _MARKS):
        return False
    head = data[:_HEAD]
    return head.count(b"\0") > max(3, len(head) // 100)
