"""Vue, Svelte and Astro files: the script blocks are read as JavaScript or TypeScript."""

import re
from collections.abc import Iterator

from wxcertcheck.scan.language import Language

_SCRIPT = re.compile(rb"<script\b([^>]*)>(.*?)</script\s*>", re.IGNORECASE | re.DOTALL)
_FRONT_MATTER = re.compile(rb"\A---\r?\n(.*?)\n---\s", re.DOTALL)
_TYPESCRIPT = re.compile(rb"""lang\s*=\s*["']?(?:ts|typescript)\b""", re.IGNORECASE)
_TSX = re.compile(rb"""lang\s*=\s*["']?tsx\b""", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)


def _blocks(data: bytes) -> Iterator[tuple[str, int, int]]:
    commented = [found.span() for found in _COMMENT.finditer(data)]
    front = _FRONT_MATTER.match(data)
    if front:
        yield "typescript", front.start(1), front.end(1)
    for found in _SCRIPT.finditer(data):
        if any(start <= found.start() < end for start, end in commented):
            continue
        attributes = found.group(1)
        name = "tsx" if _TSX.search(attributes) else "typescript" if _TYPESCRIPT.search(attributes) else "javascript"
        yield name, found.start(2), found.end(2)


LANGUAGE = Language(
    name="vue",
    title="Vue, Svelte, Astro",
    endings=(".vue", ".svelte", ".astro", ".nvue", ".uvue"),
    line_comments=("//",),
    blocks=_blocks,
)
