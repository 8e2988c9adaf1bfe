"""A JSON document as text: indented by two spaces, not escaped to ASCII, ends with a line end."""

import json
import re
from typing import Any

_NOT_UTF8 = re.compile("[\udc80-\udcff]")
"""Bytes of file names that are not UTF-8 (GBK, often), as Python holds them (PEP 383)."""


def json_document(value: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    r"""``value`` as JSON. A byte of a file name that is not UTF-8 is written ``\xd6``: half a surrogate pair breaks parsers."""
    import msgspec  # ten times as fast as json's indenting

    try:
        encoded = msgspec.json.encode(value)
    except UnicodeEncodeError:
        text = json.dumps(value, ensure_ascii=False)
        encoded = _NOT_UTF8.sub(lambda byte: rf"\\x{ord(byte[0]) - 0xDC00:02x}", text).encode()
    return msgspec.json.format(encoded, indent=2).decode() + "\n"
