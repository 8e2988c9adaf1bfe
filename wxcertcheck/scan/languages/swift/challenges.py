"""What Swift code does with a server's trust: URLSession challenges, WKWebView, verify blocks of Network.framework.

Source: https://developer.apple.com/documentation/foundation/performing-manual-server-trust-authentication
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find
from wxcertcheck.scan.matchers import decided_around
from wxcertcheck.scan.source import Call, Source
from wxcertcheck.scan.values import unknown

if TYPE_CHECKING:
    from tree_sitter import Node

READS = re.compile(
    r"SecCertificateCopy\w+|SecTrustCopyCertificateChain|SecTrustGetCertificateAtIndex|SecTrustCopy(?:Public)?Key|publicKeys?\b|certificates\b"
)
COMPARES = re.compile(r"==|!=|\.contains\(|isEqual\(|elementsEqual|\.intersection|isDisjoint")
EVALUATES = re.compile(
    r"SecTrustEvaluate\w*|SecTrustGetTrustResult|evaluateTrust|\.evaluate\(|pinningValidator|TSKPinning"
)
_IGNORED = re.compile(r"^[ \t]*(?:_\s*=\s*)?SecTrustEvaluate\w*\([^\n]*\bnil\)[ \t]*;?$", re.MULTILINE)
ANCHORS = re.compile(r"SecTrustSetAnchorCertificates\b")


def code_of(source: Source, node: "Node") -> str:
    """The source text of a node without its comments."""
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", source.text(node)[:20_000], flags=re.DOTALL)


def _about_trust(source: Source, call: Call) -> bool:
    """Whether a call is given something of the server's: other helpers have nothing to do with its certificate."""
    given = " ".join(source.text(a.node) for a in call.arguments)
    return re.search(r"(?i)trust|challenge|cert|key|protectionSpace", given) is not None


def with_helpers(source: Source, node: "Node") -> str:
    """A function's code and that of the functions of this file that it calls."""
    code = code_of(source, node)
    called = {call.name for call in source.calls(within=node) if _about_trust(source, call)}
    helpers = [f for f in source.nodes({"function_declaration"}) if source.name_of(f) in called and f.id != node.id]
    return code + "\n".join(code_of(source, helper) for helper in helpers[:6])


def credential(hit: Hit) -> Iterator[Find]:
    """``URLCredential(trust: …)`` accepts the server: after an evaluation, a comparison, or just so."""
    source, call = hit.source, hit.call()
    node = call.named("trust", "forTrust") if call is not None else None
    if call is None or node is None or call.name not in ("URLCredential", "NSURLCredential", "init"):
        return
    function = source.function_around(call.node) or source.around(call.node, frozenset({"lambda_literal"}))
    if function is None:
        return
    code = with_helpers(source, function)
    if ANCHORS.search(code):
        return
    if READS.search(code) and COMPARES.search(_without_methods(code)):
        yield from _pinned(hit, call.node, function, code)
    elif EVALUATES.search(_asked(_IGNORED.sub("", code))) or _hands_over(source, function):
        return
    else:
        decided = decided_around(source, call.node)
        yield Find(PinKind.CONFIGURABLE if decided else PinKind.VERIFICATION_OFF, call.node)


_UNASKED = re.compile(r"SecTrustEvaluate\s*\([^\n]*&\s*(\w+)\s*\)")


def _asked(code: str) -> str:
    """Without an evaluation whose result nobody reads: its return value says nothing of the trust."""
    for found in _UNASKED.finditer(code):
        if len(re.findall(rf"\b{found.group(1)}\b", code)) <= 2:
            code = code.replace(found.group(), "")
    return code


def _without_methods(code: str) -> str:
    """The code without the questions that every challenge handler asks: which method, which host."""
    code = re.sub(r"[\w.]*(?:authenticationMethod|\.host)\s*[!=]=\s*[\w.\"]+", "", code)
    return re.sub(r"[\w.?!]+\s*[!=]=\s*(?:nil|errSecSuccess|\.\w+|NSURLAuthenticationMethod\w+)", "", code)


def _pinned(hit: Hit, node: "Node", function: "Node", code: str) -> Iterator[Find]:
    """A comparison with a certificate of the bundle names a file; any other is a fingerprint."""
    source = hit.source
    names = {call.name for call in source.calls(within=function)}
    places = [function, *(f for f in source.nodes({"function_declaration"}) if source.name_of(f) in names)]
    for place in places:
        for call in source.calls("path", "url", within=place):
            if call.named("forResource") is not None:
                yield Find(PinKind.TRUST, node, hit.value(call.node))
                return
    yield Find(PinKind.FINGERPRINT, node, unknown(code))


_NO_CHECKS = ("URLCredential", "NSURLCredential", "init", "completionHandler", "completion", "defaultCredential")


_TRUST = re.compile(r"(?i)(?:^|[.(:])(?:\w*trust(?:ref)?|\w*challenge|protectionSpace)[!?)]*$")
"""An argument that is the trust or the challenge itself, not its host or method."""


def _hands_over(source: Source, function: "Node") -> bool:
    """Whether the trust is given to a check that this file does not show."""
    for call in source.calls(within=function):
        if call.name in _NO_CHECKS or call.name.startswith("SecTrust"):
            continue
        given = [source.text(a.node) for a in call.arguments]
        if re.match(r"(?i)print|log|debug|NSLog", call.name) or any(
            re.search(r"URLCredential(?:\.init)?\(", one) for one in given
        ):
            continue
        if any(_TRUST.search(one) and not one.startswith('"') for one in given):
            return True
    return False


def verify_block(hit: Hit) -> Iterator[Find]:
    """``sec_protocol_options_set_verify_block(options, { _, trust, done in done(true) }, queue)``."""
    call = hit.call()
    if call is None or call.name != "sec_protocol_options_set_verify_block":
        return
    source = hit.source
    blocks = [a.node for a in call.arguments if a.node.type == "lambda_literal"]
    code = with_helpers(source, blocks[0]) if blocks else ""
    if not blocks or not re.search(r"\(\s*true\s*\)", code):
        return
    if READS.search(code) and COMPARES.search(_without_methods(code)):
        yield Find(PinKind.FINGERPRINT, call.node, unknown(code))
    elif not EVALUATES.search(code) and not ANCHORS.search(code) and not re.search(r"\(\s*false\s*\)", code):
        yield Find(PinKind.VERIFICATION_OFF, call.node)


def exceptions(hit: Hit) -> Iterator[Find]:
    """``SecTrustSetExceptions(trust, SecTrustCopyExceptions(trust))``: whatever is wrong is forgiven. Stored ones were a user's choice."""
    source, call = hit.source, hit.call()
    if call is None or call.name != "SecTrustSetExceptions" or "nil" in source.text(call.node):
        return
    function = source.function_around(call.node)
    copied = "SecTrustCopyExceptions" in source.text(function if function is not None else call.node)
    yield Find(PinKind.VERIFICATION_OFF if copied else PinKind.CONFIGURABLE, call.node)
