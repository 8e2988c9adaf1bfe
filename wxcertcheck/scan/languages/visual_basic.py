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
_ADDRESS = re.compile(rb"\w*Callback\s*[=,]\s*[^\n]*?AddressOf\s+(?:\w+\.)?(\w+)", re.IGNORECASE)


def _callback(hit: Hit) -> Iterator[Find]:
    """``ServicePointManager.ServerCertificateValidationCallback = AddressOf AcceptAll``: what the function returns decides."""
    assert isinstance(hit, TextHit)  # noqa: S101 - the lexer below gives nothing else
    found = _LAMBDA.match(hit.clean, hit.offset)
    kind = PinKind.VERIFICATION_OFF
    if found is None:
        found = _ADDRESS.match(hit.clean, hit.offset)
        returned = _returned(hit.clean, found[1]) if found is not None else []
        if found is None:
            return
        if not returned:  # in another module: its name is all there is
            kind = kind if _SAYS_YES.search(found[1]) else PinKind.CONFIGURABLE
        elif any(_SETTING.search(one) for one in returned):
            kind = PinKind.CONFIGURABLE
        elif any(one != b"true" for one in returned):
            return
    yield Find(kind, cast("Node", Span(*found.span())))


_SAYS_YES = re.compile(rb"(?i)accept|bypass|ignore|trust_?all|always")
_SETTING = re.compile(rb"(?i)settings?\b|config|ignore|allow")


def _returned(clean: bytes, name: bytes) -> list[bytes]:
    """What a function of this file gives back, each in lower case."""
    body = re.search(rb"(?i)\bFunction\s+" + re.escape(name) + rb"\b[^\n]*\n(.*?)\bEnd\s+Function\b", clean, re.DOTALL)
    if body is None:
        return []
    returned = re.findall(
        rb"(?i)\bReturn\s+([^\n]+)|^\s*" + re.escape(name) + rb"\s*=\s*([^\n]+)", body[1], re.MULTILINE
    )
    return [(one or other).strip().lower() for one, other in returned]


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
                "ServicePointManager.ServerCertificateValidationCallback = AddressOf Ask\nFunction Ask(e As SslPolicyErrors) As Boolean\nIf e = SslPolicyErrors.None Then\nReturn True\nEnd If\nReturn My.Settings.IgnoreCertificateErrors\nEnd Function",
                "ServicePointManager.ServerCertificateValidationCallback = AddressOf Tls.AcceptAllCertifications",
                "ServicePointManager.ServerCertificateValidationCallback = AddressOf RemoteCertificateValidationCallback",
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
