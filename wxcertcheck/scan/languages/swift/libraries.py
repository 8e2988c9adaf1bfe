"""Swift's libraries that choose the CAs or switch verification off by a property, an option or a type of their own.

Sources: AFNetworking, Alamofire 5, CocoaMQTT, CocoaAsyncSocket, SDWebImage, MailCore, Appwrite, SwiftHTTP.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.languages.swift.challenges import ANCHORS, COMPARES, EVALUATES, READS, code_of, with_helpers
from wxcertcheck.scan.matchers import decided_around
from wxcertcheck.scan.source import Source, holds
from wxcertcheck.scan.values import Kind, Value, unknown

if TYPE_CHECKING:
    from tree_sitter import Node


def _received_trust(hit: Hit) -> Iterator[Find]:
    """``socket(_:didReceive trust:completionHandler:)`` of CocoaAsyncSocket and CocoaMQTT that says true to every server."""
    source = hit.source
    function = source.function_around(hit.node)
    if function is None or function.child_by_field_name("body") is None:
        return
    code = with_helpers(source, function)
    if not re.search(r"\(\s*true\s*\)", code) or EVALUATES.search(code) or ANCHORS.search(code):
        return
    if READS.search(code) and COMPARES.search(code):
        yield Find(PinKind.FINGERPRINT, function, unknown(code))
    elif not re.search(r"\(\s*false\s*\)", code):
        yield Find(PinKind.VERIFICATION_OFF, function)


_KNOWN = re.compile(
    r"(?i)(?:pin|hash|fingerprint|digest|local|known|stored)\w*\.contains\(|\.contains\(\w*(?:hash|key|data|pin|finger|digest)"
    r"|[!=]=\s*\w*(?:pin|hash|finger|expected|local|stored)|(?:pin|hash|finger|expected|local|stored)\w*\s*[!=]=|isEqual\("
)


def _own_check(hit: Hit) -> Iterator[Find]:
    """A function of one's own that is given the trust and compares its keys with those it knows."""
    source = hit.source
    function = source.function_around(hit.node)
    body = function.child_by_field_name("body") if function is not None else None
    if function is None or body is None or hit.node.start_byte >= body.start_byte:
        return
    head = source.data[function.start_byte : body.start_byte].decode("utf-8", "replace")
    if not re.search(r":\s*SecTrust\b", head) or not re.search(r"->\s*Bool\b", head):
        return
    code = with_helpers(source, function)
    name = source.name_of(function)
    called = any(b"URLCredential" in source.data[f.start_byte : f.end_byte] for f in _callers(source, name))
    if called or ANCHORS.search(code) or not READS.search(code) or not _KNOWN.search(code):
        return
    fixed = re.search(r"\"[\w+/=:]{32,}\"|forResource", code)
    yield Find(PinKind.FINGERPRINT if fixed else PinKind.CONFIGURABLE, function, unknown(code) if fixed else None)


def _callers(source: Source, name: str) -> "Iterator[Node]":
    for call in source.calls(name):
        around = source.function_around(call.node)
        if around is not None:
            yield around


_BUILT_IN = re.compile(r"^(?:Default|Revocation|Pinned\w*|PublicKeys|Composite|Disabled)\w*Evaluator$")


def _own_evaluator(hit: Hit) -> Iterator[Find]:
    """A type of one's own that is ``ServerTrustEvaluating``: one that never throws accepts all, one that compares is a pin."""
    source = hit.source
    around = source.class_around(hit.node)
    body = around.child_by_field_name("body") if around is not None else None
    if around is None or body is None or hit.node.start_byte >= body.start_byte:
        return
    if _BUILT_IN.match(source.name_of(around)):
        return
    function = next((f for f in source.functions("evaluate") if body.start_byte <= f.start_byte < body.end_byte), None)
    code = with_helpers(source, function) if function is not None else ""
    if function is None or ANCHORS.search(code):
        return
    if READS.search(code) and COMPARES.search(code):
        yield Find(PinKind.FINGERPRINT, function, unknown(code))
    elif not re.search(r"\bthrow\b|\btry\b|valuat|alidat|erif", code.partition("{")[2]):
        yield Find(PinKind.VERIFICATION_OFF, function)


def _pinning_policy(hit: Hit) -> Iterator[Find]:
    """AFNetworking: ``AFSecurityPolicy(pinningMode: .certificate, withPinnedCertificates: set)``."""
    source, call = hit.source, hit.call_around()
    mode = call.named("pinningMode") if call is not None else None
    if call is None or mode is None or not call.dotted.removesuffix(".init").endswith("SecurityPolicy"):
        return
    if not re.search(r"(?i)(?:certificate|publicKey)$", source.text(mode)):
        return
    given = call.named("withPinnedCertificates", "pinnedCertificates")
    yield Find(PinKind.TRUST, call.node, hit.value(given) if given is not None else unknown("*.cer of the bundle"))


def _pinned(hit: Hit) -> Iterator[Find]:
    """``policy.pinnedCertificates = set``."""
    setting = hit.setting()
    if setting is None or setting.name != hit.name or setting.node.type != "assignment" or "." not in setting.target:
        return
    if not setting.target.startswith("self.") and setting.value is not None:
        yield Find(PinKind.TRUST, setting.node, hit.value(setting.value))


def _image_option(hit: Hit) -> Iterator[Find]:
    """SDWebImage: ``options: .allowInvalidSSLCertificates``, alone or among others."""
    call = hit.call_around()
    if call is not None and call.name not in ("contains", "remove", "subtracting", "intersection"):
        yield Find(PinKind.VERIFICATION_OFF, hit.node)


def _self_signed(hit: Hit) -> Iterator[Find]:
    """Appwrite: ``client.setSelfSigned(true)``; true is the default."""
    call = hit.call()
    if call is None or call.name != hit.name:
        return
    node = call.nth(0) or call.named("status")
    if node is None:
        yield Find(PinKind.VERIFICATION_OFF, call.node)
    else:
        yield Find(PinKind.VERIFICATION_OFF, call.node, hit.value(node), off=frozenset({"true"}))


def _authentication_required(hit: Hit) -> Iterator[Find]:
    """Network.framework: ``sec_protocol_options_set_peer_authentication_required(options, false)``."""
    call = hit.call()
    if call is not None and call.name == hit.name and call.nth(1) is not None:
        yield Find(PinKind.VERIFICATION_OFF, call.node, hit.value(call.nth(1)))


ON = (
    "allowSelfSigned",
    "disableSSLCertValidation",
    "allowInvalidCertificates",
    "allowsInvalidSSLCertificate",
    "allowUntrustCACertificate",
    "allowSelfSignedSSL",
    "clientAllowsSelfSignedCertificates",
)
"""Switches that are off when true."""
OFF = ("validatesDomainName", "isCheckCertificateEnabled", "checkCertificateEnabled")
"""Switches that are off when false."""


def compares_too(source: Source, node: "Node") -> bool:
    """Whether the policy that accepts invalid certificates compares them with pinned ones."""
    function = source.function_around(node)
    return (
        function is not None
        and re.search(r"(?i)pinningMode:\s*[\w.]*(?:certificate|publicKey)\b", code_of(source, function)) is not None
    )


def stream(hit: Hit) -> Iterator[Find]:
    """``settings[kCFStreamSSLValidatesCertificateChain] = false``; in a dictionary ``key as String: kCFBooleanFalse``."""
    source, node = hit.source, hit.node
    if node.parent is not None and node.parent.type == "as_expression":
        node = node.parent
    value = node.next_named_sibling
    assigned = source.around(node, frozenset({"assignment"}))
    if assigned is not None:
        target, value = assigned.child_by_field_name("target"), assigned.child_by_field_name("result")
        if target is None or node.start_byte > target.end_byte:
            return
    elif node.parent is None or node.parent.type != "dictionary_literal":
        return
    if value is not None and re.match(
        r"false|kCFBooleanFalse|NSNumber\((?:value|bool|booleanLiteral): false\)", source.text(value)
    ):
        checked = re.search(
            rb"verifyServerTrust|SecTrustEvaluate|evaluateServerTrust|SecTrustGetCertificate", source.data
        )
        decided = checked is not None or decided_around(source, node)
        yield Find(PinKind.CONFIGURABLE if decided else PinKind.VERIFICATION_OFF, hit.node)


_IN = "func f(trust: SecTrust, challenge: URLAuthenticationChallenge, done: (X, Y?) -> Void) {\n %s\n}"
_TRUST = "func socket(_ s: GCDAsyncSocket, didReceive trust: SecTrust, completionHandler: @escaping (Bool) -> Void) {\n %s\n}"
_EVALUATOR = "final class E: ServerTrustEvaluating {\n func evaluate(_ trust: SecTrust, forHost host: String) throws {\n %s\n }\n}"

_CURL_OFF = ("CURLOPT_SSL_VERIFYPEER", "CURLOPT_SSL_VERIFYHOST")
_CURL_CA = ("CURLOPT_CAINFO", "CURLOPT_CAPATH")


def _c_library(hit: Hit) -> Iterator[Find]:
    """OpenSSL's and curl's functions, called from Swift: ``SSL_CTX_set_verify(c, SSL_VERIFY_NONE, nil)``."""
    call, source = hit.call(), hit.source
    if hit.word.startswith("CURLOPT_"):
        yield from _curl_option(hit)
        return
    if call is None or call.name != hit.word or len(call.arguments) < 2:
        return
    function = source.function_around(call.node)
    if function is not None and re.search(r"SSL_accept|SSL_set_accept_state", source.text(function)):
        return
    second = call.arguments[1].node
    written = source.text(second)
    if call.name.endswith("set_verify"):
        if written == "SSL_VERIFY_NONE":
            decided = decided_around(source, call.node)
            yield Find(PinKind.CONFIGURABLE if decided else PinKind.VERIFICATION_OFF, call.node)
    elif call.name.endswith("load_verify_locations"):
        nodes = [argument.node for argument in call.arguments[1:3] if source.text(argument.node) != "nil"]
        if nodes:
            value = hit.value(nodes[0])
            yield Find(PinKind.TRUST, call.node, Value(Kind.SETTING, value.text) if value.kind is Kind.NAME else value)
    elif len(call.arguments) > 2:
        third = hit.value(call.arguments[2].node)
        if written.endswith(_CURL_OFF):
            yield Find(PinKind.VERIFICATION_OFF, call.node, third, off=frozenset({"false", "0"}))
        elif written.endswith(_CURL_CA):
            yield Find(PinKind.TRUST, call.node, third)


def _curl_option(hit: Hit) -> Iterator[Find]:
    """curl behind a class of its own: ``curl.setOption(CURLOPT_SSL_VERIFYPEER, int: 0)``."""
    call = hit.call_around()
    if call is None or call.name == "curl_easy_setopt":
        return
    nodes = [argument.node for argument in call.arguments]
    at = next((n for n, node in enumerate(nodes) if holds(node, hit.node)), len(nodes))
    if at + 1 >= len(nodes):
        return
    value = hit.value(nodes[at + 1])
    if hit.name in _CURL_OFF:
        yield Find(PinKind.VERIFICATION_OFF, call.node, value, off=frozenset({"false", "0"}))
    elif hit.name in _CURL_CA:
        yield Find(PinKind.TRUST, call.node, value)
    elif hit.name == "CURLOPT_PINNEDPUBLICKEY":
        yield Find(PinKind.FINGERPRINT, call.node, value)


def _ice_server(hit: Hit) -> Iterator[Find]:
    """WebRTC: ``RTCIceServer(…, tlsCertPolicy: .insecureNoCheck)``."""
    if hit.source.around(hit.node, frozenset({"switch_pattern", "enum_entry"})) is None:
        yield Find(PinKind.VERIFICATION_OFF, hit.node)


def _custom_evaluation(hit: Hit) -> Iterator[Find]:
    """Alamofire 4: ``.customEvaluation { trust, host in … }``: a body that says true to all, or one that compares."""
    call = hit.call()
    block = (
        next((a.node for a in call.arguments if a.node.type == "lambda_literal"), None) if call is not None else None
    )
    code = with_helpers(hit.source, block) if block is not None else ""
    if call is None or not code:
        return
    if READS.search(code) and COMPARES.search(code):
        yield Find(PinKind.FINGERPRINT, call.node, unknown(code))
    elif re.search(r"(?:\bin|return)\s+true\s*}$", code.strip()) and not re.search(r"valuat|alidat|erif", code[20:]):
        yield Find(PinKind.VERIFICATION_OFF, call.node)


def _host_not_checked(hit: Hit) -> Iterator[Find]:
    """Alamofire: ``DefaultTrustEvaluator(validateHost: false)``. A pinned evaluator is a pin, whatever else it leaves out."""
    call = hit.call_around()
    node = call.named("validateHost") if call is not None else None
    if (
        call is not None
        and node is not None
        and not re.search(r"certificates:|[kK]eys:|^Pinned", hit.source.text(call.node))
    ):
        yield Find(PinKind.VERIFICATION_OFF, call.node, hit.value(node))


PATTERNS = (
    Pattern(
        slug="custom-evaluation",
        words=("customEvaluation",),
        match=_custom_evaluation,
        bad=(
            _IN % "let p = ServerTrustPolicy.customEvaluation { _, _ in true }",
            _IN % "let p: P = .customEvaluation({ (t, h) -> Bool in\n return true\n})",
            _IN % "let p: P = .customEvaluation({ (t, h) in SecTrustCopyPublicKey(t) == key })",
        ),
        good=(
            _IN % "let p: P = .customEvaluation({ (t, h) in return SecTrustEvaluateWithError(t, nil) })",
            _IN % "let p: P = .customEvaluation({ (t, h) in return false })",
        ),
        source="https://github.com/Alamofire/Alamofire/blob/4.9.1/Documentation/AdvancedUsage.md#server-trust-policies",
    ),
    Pattern(
        slug="host-not-checked",
        words=("validateHost",),
        followed=r"\s*:\s*\w",
        match=_host_not_checked,
        bad=(
            _IN % "let e = DefaultTrustEvaluator(validateHost: false)",
            _IN % "let p: P = .performDefaultEvaluation(validateHost: false)",
        ),
        good=(
            _IN % "let e = DefaultTrustEvaluator(validateHost: true)",
            _IN % "let p: P = .pinCertificates(certificates: c, validateCertificateChain: true, validateHost: false)",
            "class E { init(validateHost: Bool = true) {} }",
        ),
    ),
    Pattern(
        slug="c-library",
        words=(
            "SSL_CTX_set_verify",
            "SSL_CTX_load_verify_locations",
            "curl_easy_setopt",
            "CURLOPT_SSL_VERIFYPEER",
            "CURLOPT_SSL_VERIFYHOST",
            "CURLOPT_CAINFO",
            "CURLOPT_CAPATH",
            "CURLOPT_PINNEDPUBLICKEY",
        ),
        followed=r"\s*[(,]",
        match=_c_library,
        bad=(
            "func f(c: OpaquePointer) { SSL_CTX_set_verify(c, SSL_VERIFY_NONE, nil) }",
            'func f(c: OpaquePointer) { SSL_CTX_load_verify_locations(c, "ca.pem", nil) }',
            "func f(c: OpaquePointer) { curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0) }",
            "func f(c: Curl, on: Bool) { c.setOption(CURLOPT_SSL_VERIFYPEER, int: on ? 1 : 0) }",
            "func f(c: Curl, p: String) { c.setOption(CURLOPT_CAINFO, s: p) }",
        ),
        good=(
            "func f(c: OpaquePointer) { SSL_CTX_set_verify(c, SSL_VERIFY_PEER, nil) }",
            "func f(c: OpaquePointer) { SSL_CTX_load_verify_locations(c, nil, nil) }",
            "func f(c: OpaquePointer) { curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1) }",
            "func serve(c: OpaquePointer) { SSL_CTX_set_verify(c, SSL_VERIFY_NONE, nil); SSL_accept(s) }",
        ),
        source="https://docs.openssl.org/master/man3/SSL_CTX_set_verify/",
    ),
    Pattern(
        slug="ice-server",
        words=(".insecureNoCheck",),
        match=_ice_server,
        bad=("let s = RTCIceServer(urlStrings: u, username: n, credential: c, tlsCertPolicy: .insecureNoCheck)",),
        good=("let s = RTCIceServer(urlStrings: u, username: n, credential: c, tlsCertPolicy: .secure)",),
        source="https://webrtc.googlesource.com/src/+/refs/heads/main/sdk/objc/api/peerconnection/RTCIceServer.h",
    ),
    Pattern(
        slug="received-trust",
        words=("didReceive trust",),
        match=_received_trust,
        bad=(_TRUST % "completionHandler(true)",),
        good=(
            _TRUST % "completionHandler(SecTrustEvaluateWithError(trust, nil))",
            _TRUST % "completionHandler(check(trust))",
            "protocol D { func socket(_ s: S, didReceive trust: SecTrust, completionHandler: @escaping (Bool) -> Void) }",
        ),
        source="https://github.com/emqx/CocoaMQTT",
    ),
    Pattern(
        slug="own-check",
        words=(": SecTrust",),
        match=_own_check,
        bad=(
            "func check(_ trust: SecTrust) -> Bool {\n let key = SecTrustCopyKey(trust)\n return pins.contains(hash(key))\n}",
        ),
        good=(
            "func check(_ trust: SecTrust) -> Bool {\n return SecTrustEvaluateWithError(trust, nil)\n}",
            "func leaf(_ trust: SecTrust) -> SecCertificate? {\n return SecTrustGetCertificateAtIndex(trust, 0)\n}",
        ),
    ),
    Pattern(
        slug="own-evaluator",
        words=("ServerTrustEvaluating",),
        match=_own_evaluator,
        bad=(
            _EVALUATOR % "",
            _EVALUATOR % "if SecCertificateCopyData(leaf(trust)) as Data != pinned { throw E.other }",
        ),
        good=(
            _EVALUATOR % "try trust.af.performDefaultValidation(forHost: host)",
            _IN % 'let e: [String: ServerTrustEvaluating] = ["a": DefaultTrustEvaluator()]',
        ),
        source="https://github.com/Alamofire/Alamofire/blob/master/Documentation/AdvancedUsage.md#security",
    ),
    Pattern(
        slug="pinning-policy",
        words=("pinningMode:",),
        match=_pinning_policy,
        bad=(_IN % "manager.securityPolicy = AFSecurityPolicy(pinningMode: .certificate)",),
        good=(_IN % "manager.securityPolicy = AFSecurityPolicy(pinningMode: .none)",),
    ),
    Pattern(
        slug="pinned-certificates",
        words=("pinnedCertificates",),
        match=_pinned,
        bad=(_IN % "policy.pinnedCertificates = Set([data])",),
        good=(_IN % "let now = policy.pinnedCertificates", _IN % "let pinnedCertificates = load()"),
    ),
    Pattern(
        slug="image-option",
        words=("allowInvalidSSLCertificates",),
        match=_image_option,
        bad=(
            _IN
            % "view.sd_setImage(with: u, placeholderImage: p, options: [.retryFailed, .allowInvalidSSLCertificates])",
        ),
        good=(_IN % "if options.contains(.allowInvalidSSLCertificates) { return }",),
        source="https://github.com/SDWebImage/SDWebImage",
    ),
    Pattern(
        slug="appwrite-self-signed",
        words=("setSelfSigned",),
        match=_self_signed,
        bad=(_IN % 'let c = Client().setEndpoint("a").setSelfSigned(true)', _IN % "let c = Client().setSelfSigned()"),
        good=(_IN % "let c = Client().setSelfSigned(false)",),
    ),
    Pattern(
        slug="peer-authentication-off",
        words=("sec_protocol_options_set_peer_authentication_required",),
        match=_authentication_required,
        bad=(_IN % "sec_protocol_options_set_peer_authentication_required(o, false)",),
        good=(_IN % "sec_protocol_options_set_peer_authentication_required(o, true)",),
        source="https://developer.apple.com/documentation/security/sec_protocol_options_set_peer_authentication_required(_:_:)",
    ),
    Pattern(
        slug="stream-chain-off",
        words=("kCFStreamSSLValidatesCertificateChain",),
        match=stream,
        bad=(
            _IN % "settings[kCFStreamSSLValidatesCertificateChain] = false",
            _IN % "let d = [kCFStreamSSLValidatesCertificateChain as String: kCFBooleanFalse]",
        ),
        good=(_IN % "settings[kCFStreamSSLValidatesCertificateChain] = true",),
    ),
)
