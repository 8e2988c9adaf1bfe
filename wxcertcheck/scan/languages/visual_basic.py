"""Visual Basic .NET: no maintained grammar, so callbacks are tokenised: lambdas, and the function behind ``AddressOf``."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from wxcertcheck.model import PinKind
from wxcertcheck.scan.deployment.databases import CONNECTIONS
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Language, Pattern
from wxcertcheck.scan.text_format import Span, TextHit, lexer

if TYPE_CHECKING:
    from tree_sitter import Node

_LAMBDA = re.compile(rb"\w*Callback\s*=\s*(?:_\s*)?Function\s*\([^)]*\)\s*(?:Return\s+)?True\b", re.IGNORECASE)
_ADDRESS = re.compile(rb"\w*Callback\s*[=,]\s*[^\n]*?AddressOf\s+(?:Me\.)?(\w+)", re.IGNORECASE)


def _callback(hit: Hit) -> Iterator[Find]:
    """``ServicePointManager.ServerCertificateValidationCallback = AddressOf AcceptAll``: what the function returns decides."""
    assert isinstance(hit, TextHit)  # noqa: S101 - the lexer below gives nothing else
    found = _LAMBDA.match(hit.clean, hit.offset)
    if found is None:
        found = _ADDRESS.match(hit.clean, hit.offset)
        if found is None or not _accepts(hit.clean, found[1]):
            return
    yield Find(PinKind.VERIFICATION_OFF, cast("Node", Span(*found.span())))


def _accepts(clean: bytes, name: bytes) -> bool:
    """Whether all that the function gives back is True."""
    body = re.search(rb"(?i)\bFunction\s+" + re.escape(name) + rb"\b[^\n]*\n(.*?)\bEnd\s+Function\b", clean, re.DOTALL)
    if body is None:
        return False
    returned = re.findall(
        rb"(?i)\bReturn\s+([^\n]+)|^\s*" + re.escape(name) + rb"\s*=\s*([^\n]+)", body[1], re.MULTILINE
    )
    return bool(returned) and all((one or other).strip().lower() == b"true" for one, other in returned)


LANGUAGE = Language(
    name="visual_basic",
    title="Visual Basic",
    endings=(".vb",),
    patterns=(
        *CONNECTIONS,
        Pattern(
            slug="accepting-callback",
            words=("CertificateValidationCallback", "CertificateCustomValidationCallback"),
            match=_callback,
            bad=(
                "ServicePointManager.ServerCertificateValidationCallback = Function(s, c, h, e) True",
                "ServicePointManager.ServerCertificateValidationCallback = AddressOf Any\nFunction Any(s As Object) As Boolean\nReturn True\nEnd Function",
            ),
            good=(
                "' ServicePointManager.ServerCertificateValidationCallback = Function(s, c, h, e) True",
                "ServicePointManager.ServerCertificateValidationCallback = Nothing",
                "ServicePointManager.ServerCertificateValidationCallback = AddressOf Fine\nFunction Fine(e As SslPolicyErrors) As Boolean\nReturn e = SslPolicyErrors.None\nEnd Function",
            ),
        ),
    ),
    line_comments=("'",),
    lexer=lexer,
)
