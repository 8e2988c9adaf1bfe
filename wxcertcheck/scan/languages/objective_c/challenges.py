"""What Objective-C code does with a server's trust: NSURLSession, NSURLConnection, WKWebView, AFNetworking's blocks.

Source: https://developer.apple.com/documentation/foundation/performing-manual-server-trust-authentication
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find
from wxcertcheck.scan.languages.objective_c.options import YES, around_method, without_comments
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.values import unknown

if TYPE_CHECKING:
    from tree_sitter import Node

EVALUATES = re.compile(
    r"SecTrustEvaluate|evaluateServerTrust|evaluateTrust|pinningValidator|handleChallenge|TSKPinning"
)


_REFUSES = re.compile(r"AuthChallenge(?:Cancel|PerformDefault|Reject)\w*$")


def challenge(hit: Hit) -> Iterator[Find]:
    """A challenge answered with ``credentialForTrust:``: what was checked before?"""
    body = _handler(hit)
    if not body or hit.name not in ("credentialForTrust", "initWithTrust"):
        return
    source, call, answer = hit.source, hit.call(), hit.call_around()
    if answer is not None and any(_REFUSES.search(source.text(a.node)) for a in answer.arguments[:1]):
        return
    node = call.node if call is not None else hit.node
    method = source.around(hit.node, frozenset({"method_definition", "function_definition"}))
    if (
        re.search(r"isEqualToData:|isEqual:|containsObject:|isEqualToString:(?!\s*NSURLAuth)", _compared(body))
        and method is not None
    ):
        read = source.calls("pathForResource", "URLForResource", within=method)
        if not read and re.search(r"\bSSLPinningMode\b|self\.\w*pinned|\[self \w*pinned", body):
            yield Find(PinKind.CONFIGURABLE, node)
            return
        yield Find(
            PinKind.TRUST if read else PinKind.FINGERPRINT,
            node,
            hit.value(read[0].node) if read else unknown(body[:80]),
        )
    elif re.search(r"if\s*\([^)]*(?i:shouldContinue|allow|ignore|insecure|skipVer)\w*\]?\)", _conditions(source, node)):
        yield Find(PinKind.CONFIGURABLE, node)
    elif not EVALUATES.search(_asked(body)) and not re.search(
        r"\[\s*(?:self\s+\w*(?:[vV]alid|[vV]erif|[eE]valuat|[tT]rust|[pP]in)\w*:"
        r"|(?!NSURLCredential)[\w.]+\s+\w*(?:[vV]alid|[vV]erif|[eE]valuat|[tT]rust|[pP]in|[cC]heck)\w*:\s*\w*(?:hallenge|rust)\b)",
        body,
    ):
        asked = _conditions(source, node)
        switched = re.search(r"(?i)allow|ignore|insecure|skip|disable|self_?signed|trust_?all", asked) is not None
        yield Find(PinKind.CONFIGURABLE if switched else PinKind.VERIFICATION_OFF, node)


def exceptions(hit: Hit) -> Iterator[Find]:
    """``SecTrustSetExceptions(trust, SecTrustCopyExceptions(trust))``: whatever is wrong is forgiven. Stored ones were a user's choice."""
    call = hit.call()
    given = hit.source.text(call.arguments[1].node) if call is not None and len(call.arguments) > 1 else "NULL"
    if call is None or call.name != "SecTrustSetExceptions" or given in ("NULL", "nil"):
        return
    asked = re.search(r"(?i)ignore|allow|skip|insecure|self_?signed", _conditions(hit.source, call.node)) is not None
    copied = "SecTrustCopyExceptions" in around_method(hit) and not asked
    yield Find(PinKind.VERIFICATION_OFF if copied else PinKind.CONFIGURABLE, call.node)


def _conditions(source: Source, node: "Node") -> str:
    """What every ``if`` around a node asks."""
    return " ".join(
        f"if {source.text(c)}"
        for parent in source.ancestors(node)
        if parent.type == "if_statement" and (c := parent.child_by_field_name("condition")) is not None
    )


def own_check(hit: Hit) -> Iterator[Find]:
    """A method of one's own that is given the trust and compares its certificates with those it knows."""
    source = hit.source
    method = source.around(hit.node, frozenset({"method_definition"}))
    code = around_method(hit) if method is not None else ""
    head, _, body = code.partition("{")
    if (
        method is None
        or not re.match(r"[-+]\s*\((?!void|id|instancetype)\w+\)", head)
        or "SecTrustRef" not in head
        or "hallenge" in head
    ):
        return
    if not re.search(r"isEqualToData:|containsObject:|isEqualToString:|\bisEqual:", body):
        return
    if "SecTrustSetAnchorCertificates" in body or "credentialForTrust" in body:
        return
    fixed = re.search(r"@\"[\w+/=:]{32,}\"|pathForResource|URLForResource", body)
    yield Find(PinKind.FINGERPRINT if fixed else PinKind.CONFIGURABLE, method, unknown(body) if fixed else None)


def _handler(hit: Hit) -> str:
    """The code of the method or block around that is given a challenge; empty where there is none."""
    body = around_method(hit)
    if "hallenge" in body.partition("{")[0]:
        return body
    block = hit.source.around(hit.node, frozenset({"block_literal"}))
    code = without_comments(hit.source.text(block)) if block is not None else ""
    return code if "hallenge" in code.partition("{")[0] else ""


_UNASKED = re.compile(r"SecTrustEvaluate\s*\([^;]*&\s*(\w+)\s*\)")


def _asked(body: str) -> str:
    """Without an evaluation whose result nobody reads: ``SecTrustEvaluate(trust, &result);``."""
    for found in _UNASKED.finditer(body):
        if len(re.findall(rf"\b{found.group(1)}\b", body)) <= 2:
            body = body.replace(found.group(), "")
    return body


def _compared(body: str) -> str:
    """Without comparisons of the authentication method or the host."""
    return re.sub(
        r"(?:authenticationMethod|host)\s+isEqualToString:[^\]]*|isEqualToString:\s*NSURLAuthenticationMethod\w+"
        r"|containsObject:\s*[\w.]*[hH]ost\b",
        "",
        body,
    )


def socket_trust(hit: Hit) -> Iterator[Find]:
    """CocoaAsyncSocket ``didReceiveTrust:`` that says YES without evaluating."""
    source = hit.source
    method = hit.node.parent
    while method is not None and method.type not in ("method_definition", "translation_unit", "compound_statement"):
        method = method.parent
    if method is None or method.type != "method_definition":
        return
    body = source.text(method)
    if re.search(r"\w+\(\s*YES\s*\)", body) and not EVALUATES.search(body):
        yield Find(PinKind.VERIFICATION_OFF, method)


def any_host(hit: Hit) -> Iterator[Find]:
    """``+allowsAnyHTTPSCertificateForHost:`` that returns YES, or the private setter called with YES."""
    source = hit.source
    call = hit.call()
    if call is not None and call.name == "setAllowsAnyHTTPSCertificate" and call.nth(0) is not None:
        yield Find(PinKind.VERIFICATION_OFF, call.node, hit.value(call.nth(0)), off=YES | {"true"})
        return
    parent = hit.node.parent
    if parent is not None and parent.type == "method_definition":
        returned = [source.text(n) for n in source.nodes({"return_statement"}, parent)]
        if returned and all("YES" in one for one in returned):
            yield Find(PinKind.VERIFICATION_OFF, parent)
