"""Swift. Sources: Security.framework, Foundation, Alamofire 4/5, TrustKit, Starscream 2-4, SocketIO, swift-nio-ssl."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode
from wxcertcheck.scan.conditions import without_conditions
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Carries, Find, Grammar, Language, Pattern
from wxcertcheck.scan.languages.swift.challenges import credential, exceptions, verify_block
from wxcertcheck.scan.languages.swift.handed import handed
from wxcertcheck.scan.languages.swift.libraries import OFF, ON, PATTERNS, compares_too
from wxcertcheck.scan.languages.swift.values import evaluate_swift, parameters, returned, take_apart
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.values import Kind, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

GRAMMAR = Grammar(
    module="tree_sitter_swift",
    names=frozenset({"simple_identifier", "type_identifier"}),
    strings=frozenset({"line_string_literal", "multi_line_string_literal", "raw_string_literal"}),
    substitutions=frozenset({"interpolated_expression"}),
    calls=frozenset({"call_expression"}),
    arguments=frozenset({"call_suffix"}),
    argument=frozenset({"value_argument"}),
    assignments={"property_declaration": ("name", "value"), "assignment": ("target", "result")},
    members=frozenset({"navigation_expression", "directly_assignable_expression"}),
    functions=frozenset({"function_declaration", "init_declaration"}),
    parameters=frozenset({"parameter"}),
    classes=frozenset({"class_declaration", "protocol_declaration"}),
    statements=frozenset({"property_declaration", "assignment", "control_transfer_statement"}),
    returns=frozenset({"control_transfer_statement"}),
    transparent=frozenset({"await_expression"}),
    binary=frozenset(),
    conditional=frozenset({"ternary_expression"}),
)

_A, _R = Carries.ARGUMENT, Carries.RECEIVER
CARRIERS = {
    **dict.fromkeys(
        ("Data", "NSData", "URL", "String", "Array", "Set", "NSData.init", "Data.init", "NIOSSLCertificate"), _A
    ),
    **dict.fromkeys(("fromPEMFile", "fromPEMBytes", "NSURL", "Certificate"), _A),
    **dict.fromkeys(("FileManager.default.contents", "fileManager.contents"), _A),
    "SecCertificateCreateWithData": Carries.LAST,
    **dict.fromkeys(
        ("data", "utf8", "base64EncodedString", "trimmingCharacters", "map", "compactMap", "absoluteString"), _R
    ),
    "appendingPathComponent": Carries.RECEIVER_JOIN,
    **dict.fromkeys(("object", "infoDictionary", "string", "requiredString"), Carries.SETTING),
}

# --- Security.framework ---------------------------------------------------------------------------------------------------


def _anchors(hit: Hit) -> Iterator[Find]:
    """``SecTrustSetAnchorCertificates`` switches the system's anchors off, unless ``…Only(trust, false)`` is said too."""
    call = hit.call()
    if call is None or call.name != "SecTrustSetAnchorCertificates" or len(call.arguments) != 2:
        return
    source = hit.source
    library = source.class_around(call.node)
    if library is not None and source.name_of(library) in ("ServerTrustPolicy", "PinnedCertificatesTrustEvaluator"):
        return  # Alamofire itself: whoever uses it decides
    around = source.function_around(call.node) or source.tree.root_node
    adds = re.search(r"SecTrustSetAnchorCertificatesOnly\([^,]+,\s*false", source.text(around)) is not None
    value = hit.value(call.arguments[1].node)
    yield Find(PinKind.TRUST, call.node, value, PinMode.ADDS if adds else PinMode.REPLACES)


# --- Alamofire ------------------------------------------------------------------------------------------------------------


def _evaluator(hit: Hit) -> Iterator[Find]:
    """Alamofire's evaluators; without arguments the pinned ones take every certificate of the main bundle."""
    call = hit.call()
    if call is None or call.name != hit.name or _declared(hit.source, hit.node):
        return
    if call.name.startswith("Disabled"):
        yield Find(PinKind.VERIFICATION_OFF, call.node)
        return
    node = call.named("certificates", "keys")
    value = hit.value(node) if node is not None else unknown("Bundle.main.af.certificates")
    kind = PinKind.FINGERPRINT if call.name.startswith("PublicKeys") else PinKind.TRUST
    yield Find(kind, call.node, value)


def _declared(source: Source, node: "Node") -> bool:
    """Within the library's own extension of the type: ``extension X where Self == DisabledTrustEvaluator``."""
    around = source.class_around(node)
    return around is not None and "where Self ==" in source.text(around)[:300]


def _policy(hit: Hit) -> Iterator[Find]:
    """Alamofire 4: ``.pinCertificates(certificates: …)``, ``.pinPublicKeys(…)``, ``.disableEvaluation``."""
    source, call = hit.source, hit.call()
    if hit.name == "disableEvaluation":
        around = source.around(hit.node, frozenset({"switch_entry", "enum_entry"}))
        if around is None:
            yield Find(PinKind.VERIFICATION_OFF, hit.node)
        return
    if call is None or call.name != hit.name or source.around(hit.node, frozenset({"switch_pattern"})):
        return
    node = call.named("certificates", "publicKeys")
    if node is not None:
        yield Find(
            PinKind.TRUST if "certificates" in source.text(call.node) else PinKind.FINGERPRINT,
            call.node,
            hit.value(node),
        )


def _dictionary_entry(hit: Hit) -> Iterator[Find]:
    """TrustKit: ``kTSKPublicKeyHashes: ["…"]`` in a dictionary, ``domain[kTSKPublicKeyHashes] = […]``."""
    source, node = hit.source, hit.node
    while node.parent is not None and node.parent.type in GRAMMAR.strings:
        node = node.parent
    value, holder = node.next_named_sibling, node.parent
    if holder is not None and holder.type == "dictionary_literal" and value is not None:
        yield Find(PinKind.FINGERPRINT, value, hit.value(value))
        return
    assigned = source.around(node, frozenset({"assignment"}))
    target = assigned.child_by_field_name("target") if assigned is not None else None
    value = assigned.child_by_field_name("result") if assigned is not None else None
    if target is not None and value is not None and node.start_byte < target.end_byte:
        yield Find(PinKind.FINGERPRINT, value, hit.value(value))


# --- switches of libraries ------------------------------------------------------------------------------------------------

_LABELS = ("allowSelfSigned", "trustRoots", "additionalTrustRoots", "certificateVerification")


def _labelled(hit: Hit) -> Iterator[Find]:
    """A labelled argument or assignment that switches off, or names roots: ``FoundationSecurity(allowSelfSigned: true)``."""
    source, label = hit.source, hit.node.parent
    if hit.name not in (*ON, *OFF, *_LABELS):
        return
    if label is not None and label.type == "value_argument_label" and label.parent is not None:
        value = label.parent.child_by_field_name("value")
        around = hit.call_around()
        checks = around is not None and re.match(r"validate|verify|evaluate", around.name)  # a message's signature
        if value is not None and around is not None and "erver" not in around.name and not checks:
            yield from _setting(hit, label.parent, value)
        return
    setting = hit.setting()
    if setting is None or setting.form != "assignment" or setting.value is None or setting.name != hit.name:
        return
    if setting.node.type != "assignment" or _is_server(source, setting):
        return
    yield from _setting(hit, setting.node, setting.value)


def _setting(hit: Hit, node: "Node", given: "Node") -> Iterator[Find]:
    value = hit.value(given)
    if hit.name in ("allowInvalidCertificates", "validatesDomainName") and compares_too(hit.source, node):
        return
    if hit.name in OFF:
        yield Find(PinKind.VERIFICATION_OFF, node, value)
    elif hit.name in ON:
        yield Find(PinKind.VERIFICATION_OFF, node, value, off=frozenset({"true"}))
    elif hit.name == "certificateVerification":
        yield Find(PinKind.VERIFICATION_OFF, node, value, off=frozenset({"none", "noHostnameVerification"}))
    elif value.kind is Kind.NAME and value.text in ("default", "useDefault", "system"):
        return
    else:
        yield Find(PinKind.TRUST, node, value, PinMode.ADDS if hit.name.startswith("additional") else PinMode.REPLACES)


def _is_server(source: Source, setting: Setting) -> bool:
    """``trustRoots`` of a server's configuration choose which clients may come."""
    holder = setting.target.split(".")[0]
    return any("makeServerConfiguration" in source.text(d.value) for d in source.definitions.get(holder, ()))


def _self_signed(hit: Hit) -> Iterator[Find]:
    """SocketIO: ``.selfSigned(true)``. Starscream 2/3: ``SSLSecurity(certs: …)``. Kingfisher: ``trustedHosts = …``."""
    call = hit.call()
    if call is None or call.name != hit.name or not call.arguments:
        return
    if call.name == "selfSigned":
        yield Find(PinKind.VERIFICATION_OFF, call.node, hit.value(call.arguments[0].node), off=frozenset({"true"}))
    elif call.name in ("SSLCert", "HTTPSSLCert"):
        node = call.named("data", "key")
        if node is not None:
            yield Find(PinKind.TRUST, call.node, hit.value(node))


def _trusted_hosts(hit: Hit) -> Iterator[Find]:
    setting = hit.setting()
    if (
        setting is not None
        and setting.form == "assignment"
        and setting.name == "trustedHosts"
        and "." in setting.target
    ):
        yield Find(PinKind.VERIFICATION_OFF, setting.node)


_IN = "func f(trust: SecTrust, challenge: URLAuthenticationChallenge, done: (X, Y?) -> Void) {\n %s\n}"
_USE = "done(.useCredential, URLCredential(trust: challenge.protectionSpace.serverTrust!))"

LANGUAGE = Language(
    name="swift",
    title="Swift",
    endings=(".swift",),
    grammar=GRAMMAR,
    carriers=CARRIERS,
    evaluate=evaluate_swift,
    call=take_apart,
    prepare=without_conditions,
    parameters=parameters,
    returned=returned,
    patterns=handed(
        (
            *PATTERNS,
            Pattern(
                slug="challenge",
                words=("URLCredential", "NSURLCredential"),
                followed=r"(?:\.init)?\s*\(\s*(?:trust|forTrust)\b",
                match=credential,
                bad=(
                    _IN % _USE,
                    _IN % f"SecTrustEvaluate(trust, nil)\n{_USE}",
                    _IN % f'logger.info("received challenge")\n{_USE}',
                    _IN
                    % f"var r = SecTrustResultType.invalid\nlet s = SecTrustEvaluate(trust, &r)\nif errSecSuccess == s {{ {_USE} }}",
                    _IN % f"if hosts.contains(challenge.protectionSpace.host) {{ {_USE} }}",
                    _IN % "done(.useCredential, URLCredential.init(trust: challenge.protectionSpace.serverTrust!))",
                    _IN % "done(.UseCredential, NSURLCredential(forTrust: challenge.protectionSpace.serverTrust!))",
                    _IN % f"if SecCertificateCopyData(cert) as Data == local {{ {_USE} }}",
                    "session.delegate.sessionDidReceiveChallenge = { s, c in return (.useCredential, URLCredential(trust: c.x!)) }",
                ),
                good=(
                    _IN % f"if SecTrustEvaluateWithError(trust, nil) {{ {_USE} }}",
                    _IN % f"if validator.check(trust) {{ {_USE} }}",
                    _IN
                    % f"var r = SecTrustResultType.invalid\nSecTrustEvaluate(trust, &r)\nif r == .unspecified {{ {_USE} }}",
                    _IN % "done(.performDefaultHandling, nil)",
                    _IN % "done(.useCredential, URLCredential(identity: i, certificates: nil, persistence: .none))",
                ),
                source="https://developer.apple.com/documentation/foundation/performing-manual-server-trust-authentication",
            ),
            Pattern(
                slug="verify-block",
                words=("sec_protocol_options_set_verify_block",),
                match=verify_block,
                bad=(_IN % "sec_protocol_options_set_verify_block(o, { _, t, done in done(true) }, q)",),
                good=(
                    _IN
                    % "sec_protocol_options_set_verify_block(o, { _, t, done in done(SecTrustEvaluateWithError(t, nil)) }, q)",
                ),
            ),
            Pattern(
                slug="trust-exceptions",
                words=("SecTrustSetExceptions",),
                match=exceptions,
                bad=(_IN % "SecTrustSetExceptions(trust, SecTrustCopyExceptions(trust))",),
                good=(_IN % "SecTrustSetExceptions(trust, nil)",),
            ),
            Pattern(
                slug="anchor-certificates",
                words=("SecTrustSetAnchorCertificates",),
                match=_anchors,
                bad=(
                    _IN % "SecTrustSetAnchorCertificates(trust, [root] as CFArray)",
                    _IN
                    % "SecTrustSetAnchorCertificates(trust, [root] as CFArray)\nSecTrustSetAnchorCertificatesOnly(trust, false)",
                ),
                good=(
                    _IN % "SecTrustSetAnchorCertificatesOnly(trust, true)",
                    "public enum ServerTrustPolicy {\n func f() {\n SecTrustSetAnchorCertificates(trust, pinned as CFArray)\n }\n}",
                ),
                source="https://developer.apple.com/documentation/security/sectrustsetanchorcertificates(_:_:)",
            ),
            Pattern(
                slug="trust-evaluator",
                words=(
                    "PinnedCertificatesTrustEvaluator",
                    "PublicKeysTrustEvaluator",
                    "DisabledTrustEvaluator",
                    "DisabledEvaluator",
                ),
                match=_evaluator,
                bad=(
                    _IN % 'ServerTrustManager(evaluators: ["a": PinnedCertificatesTrustEvaluator()])',
                    _IN % 'ServerTrustManager(evaluators: ["a": PublicKeysTrustEvaluator(keys: keys)])',
                    _IN % 'ServerTrustManager(evaluators: ["a": DisabledTrustEvaluator()])',
                ),
                good=(
                    _IN % 'ServerTrustManager(evaluators: ["a": DefaultTrustEvaluator()])',
                    "public final class DisabledTrustEvaluator: ServerTrustEvaluating {}",
                ),
                source="https://github.com/Alamofire/Alamofire/blob/master/Documentation/AdvancedUsage.md#security",
            ),
            Pattern(
                slug="server-trust-policy",
                words=("pinCertificates", "pinPublicKeys", "disableEvaluation"),
                match=_policy,
                bad=(
                    _IN
                    % 'let p = ["a": .pinCertificates(certificates: certs, validateCertificateChain: true, validateHost: true)]',
                    _IN % 'let p: [String: ServerTrustPolicy] = ["a": .disableEvaluation]',
                ),
                good=(_IN % 'let p = ["a": .performDefaultEvaluation(validateHost: true)]',),
            ),
            Pattern(
                slug="trustkit-hashes",
                words=("kTSKPublicKeyHashes",),
                match=_dictionary_entry,
                bad=(
                    _IN % 'TrustKit.initSharedInstance(withConfiguration: [kTSKPublicKeyHashes: ["AAAA=", "BBBB="]])',
                    _IN % 'domain[kTSKPublicKeyHashes] = ["AAAA=", "BBBB="]',
                ),
                good=(_IN % "print(kTSKPublicKeyHashes)", _IN % "let now = domain[kTSKPublicKeyHashes]"),
                source="https://github.com/datatheorem/TrustKit/blob/master/docs/getting-started.md",
            ),
            Pattern(
                slug="library-switch",
                words=(*ON, *OFF, *_LABELS[1:]),
                match=_labelled,
                bad=(
                    _IN % "let p = FoundationSecurity(allowSelfSigned: true)",
                    _IN % "socket.disableSSLCertValidation = true",
                    _IN % "mqtt.allowUntrustCACertificate = true",
                    _IN % "policy.validatesDomainName = false",
                    _IN % "configuration.certificateVerification = .none",
                    _IN % "let c = Configuration(certificateVerification: .noHostnameVerification)",
                    _IN % 'configuration.trustRoots = .file("ca.pem")',
                ),
                good=(
                    _IN % "let p = FoundationSecurity(allowSelfSigned: false)",
                    _IN % "configuration.certificateVerification = .fullVerification",
                    _IN % "configuration.trustRoots = .default",
                    _IN % 'var c = TLSConfiguration.makeServerConfiguration(a)\nc.trustRoots = .file("clients.pem")',
                    "class S { var allowSelfSigned = false }",
                    _IN % "let p = AFSecurityPolicy(pinningMode: .certificate)\np.allowInvalidCertificates = true",
                ),
                source="https://github.com/apple/swift-nio-ssl",
            ),
            Pattern(
                slug="self-signed",
                words=("selfSigned", "SSLCert("),
                match=_self_signed,
                bad=(
                    _IN % "let o = [.selfSigned(true)]",
                    _IN % "socket.security = SSLSecurity(certs: [SSLCert(data: data)], usePublicKeys: true)",
                ),
                good=(_IN % "let o = [.selfSigned(false)]", "class SSLCert { }"),
            ),
            Pattern(
                slug="trusted-hosts",
                words=("trustedHosts",),
                match=_trusted_hosts,
                bad=(_IN % 'downloader.trustedHosts = Set(["img.example.com"])',),
                good=("class D { open var trustedHosts: Set<String>? }",),
                source="https://github.com/onevcat/Kingfisher/wiki/Cheat-Sheet",
            ),
        ),
    ),
)
