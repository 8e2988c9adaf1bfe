"""JSON configuration: launch settings, pm2, devcontainer, appsettings."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from wxcertcheck.model import PinKind
from wxcertcheck.scan.deployment.commands import COMMANDS
from wxcertcheck.scan.deployment.keys import KEYS
from wxcertcheck.scan.deployment.variables import VARIABLES
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Language, Pattern
from wxcertcheck.scan.text_format import Span, TextHit, lexer

if TYPE_CHECKING:
    from tree_sitter import Node


def _proxy(hit: Hit) -> Iterator[Find]:
    """``"secure": false`` beside a ``"target"``: the proxy of a development server does not check the target's certificate."""
    assert isinstance(hit, TextHit)  # noqa: S101 - the lexer below gives nothing else
    start, end = hit.clean.rfind(b"{", 0, hit.offset), hit.clean.find(b"}", hit.offset)
    found = re.compile(rb'"secure"\s*:\s*false\b').match(hit.clean, hit.offset)
    if found and b'"target"' in hit.clean[max(start, hit.offset - 2_000) : min(end, hit.offset + 2_000)]:
        yield Find(PinKind.VERIFICATION_OFF, cast("Node", Span(*found.span())))


LANGUAGE = Language(
    name="json",
    title="JSON",
    endings=(".json", ".jsonc", ".json5"),
    file_names=(),
    patterns=(
        *COMMANDS,
        *VARIABLES,
        *KEYS,
        Pattern(
            slug="proxy-secure-off",
            words=('"secure"',),
            beside=('"target"',),
            match=_proxy,
            bad=('{ "/api": { "target": "https://localhost:5001", "secure": false } }',),
            good=('{ "cookie": { "secure": false } }', '{ "/api": { "target": "https://a", "secure": true } }'),
        ),
    ),
    line_comments=("//",),
    lexer=lexer,
)
