"""Objective-C's switches in dictionaries, selectors and option sets: CFStream, SocketRocket, SDWebImage, YYWebImage."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find
from wxcertcheck.scan.matchers import decided_around
from wxcertcheck.scan.values import choice

if TYPE_CHECKING:
    from tree_sitter import Node

YES = frozenset({"YES", "true", "TRUE", "1", "kCFBooleanTrue"})
NO = frozenset({"NO", "false", "FALSE", "0", "kCFBooleanFalse"})
"""How a switch is told to be on, and off."""


def around_method(hit: Hit) -> str:
    """The text of the method or function around a hit, without its comments."""
    source = hit.source
    method = source.around(hit.node, frozenset({"method_definition", "function_definition"}))
    return without_comments(source.text(method)) if method is not None else ""


def without_comments(code: str) -> str:
    """Code without its comments; ``//`` after a colon is an address."""
    return re.sub(r"(?<!:)//[^\n]*|/\*.*?\*/", "", code[:20_000], flags=re.DOTALL)


def stream_setting(hit: Hit) -> Iterator[Find]:
    """``kCFStreamSSL…`` in a dictionary, however it is made; beside a check of one's own it is what a caller decides."""
    source, value = hit.source, _given(hit)
    wanted = NO if hit.name == "kCFStreamSSLValidatesCertificateChain" else YES
    written = source.text(value) if value is not None else ""
    if not re.search(rf"(?<![\w.])(?:{'|'.join(sorted(wanted))})\b(?![\w.])", written) or re.search(r"[!?]", written):
        setting = hit.setting()
        if setting is not None and setting.form == "pair" and "@(" in written:
            yield Find(PinKind.CONFIGURABLE, setting.node)
        return
    decided = _checks(source.text(source.tree.root_node)) or decided_around(source, hit.node)
    yield Find(PinKind.CONFIGURABLE if decided else PinKind.VERIFICATION_OFF, hit.node)


def _checks(code: str) -> bool:
    """Whether the file looks at the certificates itself once the stream has not."""
    return re.search(r"ecurityPolicy\b|evaluateServerTrust|SecTrustEvaluate|SecTrustGetCertificate", code) is not None


def _given(hit: Hit) -> "Node | None":
    """The value for the key that is hit: after it in a literal or a call, before it in ``setObject:forKey:`` and kin."""
    source = hit.source
    for parent in source.ancestors(hit.node):
        call = source.call(parent)
        if parent.type == "dictionary_pair":
            return source.pair(parent)[1]
        if parent.type == "assignment_expression":
            left, right = parent.child_by_field_name("left"), parent.child_by_field_name("right")
            return right if left is not None and hit.node.start_byte < left.end_byte else None
        if call is not None:
            nodes = [a.node for a in call.arguments]
            at = next((n for n, a in enumerate(nodes) if a.start_byte <= hit.node.start_byte < a.end_byte), -1)
            before = parent.type == "message_expression"
            other = at - 1 if before else at + 1
            return nodes[other] if at >= 0 and 0 <= other < len(nodes) else None
        if parent.type in ("compound_statement", "method_definition"):
            return None
    return None


def selector_part(hit: Hit) -> Iterator[Find]:
    """SocketRocket: ``[[SRWebSocket alloc] initWithURLRequest:r protocols:p allowsUntrustedSSLCertificates:YES]``."""
    value = hit.node.next_named_sibling
    if hit.node.parent is not None and hit.node.parent.type == "message_expression" and value is not None:
        yield Find(PinKind.VERIFICATION_OFF, hit.node, hit.value(value), off=YES)


def image_option(hit: Hit) -> Iterator[Find]:
    """``options:SDWebImageAllowInvalidSSLCertificates``, alone or with others; not where an option is asked for."""
    source = hit.source
    for parent in source.ancestors(hit.node):
        if parent.type == "binary_expression" and re.search(r"(?<!&)&(?!&)", source.text(parent)):
            return
        if parent.type == "message_expression" or (
            parent.type == "assignment_expression" and "|" in source.text(parent)
        ):
            decided = parent.type == "assignment_expression" and (
                decided_around(source, hit.node) or re.search(r"options\s*&", around_method(hit))
            )
            yield Find(PinKind.CONFIGURABLE if decided else PinKind.VERIFICATION_OFF, hit.node)
            return
        if parent.type not in ("binary_expression", "parenthesized_expression", "cast_expression"):
            return


def trust_kit(hit: Hit) -> Iterator[Find]:
    """``kTSKPublicKeyHashes: @[ @"…", @"…" ]``, ``d[kTSKPublicKeyHashes] = @[ … ]``, ``[d setObject:… forKey:…]``."""
    setting, put = hit.setting(), hit.call_around()
    if put is not None and put.name in ("setObject", "setValue") and len(put.arguments) == 2:
        strings = hit.source.nodes(("string_literal",), put.arguments[0].node)
        yield Find(
            PinKind.FINGERPRINT if strings else PinKind.CONFIGURABLE,
            put.node,
            choice(map(hit.value, strings)) if strings else None,
        )
        return
    if setting is None or setting.form not in ("pair", "assignment") or setting.value is None:
        return
    if setting.form == "assignment" and "[" not in setting.target:
        return
    for node in hit.source.nodes(("string_literal",), setting.value):
        yield Find(PinKind.FINGERPRINT, node, hit.value(node))
