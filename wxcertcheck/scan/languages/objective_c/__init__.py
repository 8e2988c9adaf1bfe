"""Objective-C. Sources: AFNetworking, TrustKit, Security.framework, CFNetwork and CocoaAsyncSocket documentation; C's patterns too."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from wxcertcheck.model import PinKind, PinMode
from wxcertcheck.scan.evaluate import value_of
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Carries, Find, Language, Pattern
from wxcertcheck.scan.languages.c.handed import handed
from wxcertcheck.scan.languages.c.patterns import PATTERNS
from wxcertcheck.scan.languages.c.values import CARRIERS, CONSTANTS, evaluate_c, prepare, sides
from wxcertcheck.scan.languages.c.values import GRAMMAR as C_GRAMMAR
from wxcertcheck.scan.languages.objective_c.challenges import any_host, challenge, exceptions, own_check, socket_trust
from wxcertcheck.scan.languages.objective_c.options import (
    NO,
    YES,
    around_method,
    image_option,
    selector_part,
    stream_setting,
    trust_kit,
)
from wxcertcheck.scan.matchers import any_of, switches, trusts
from wxcertcheck.scan.source import Argument, Call, Source
from wxcertcheck.scan.values import RESOURCE, Kind, Value, choice, join, text, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

GRAMMAR = replace(
    C_GRAMMAR,
    module="tree_sitter_objc",
    calls=frozenset({"call_expression", "message_expression"}),
    pairs={**C_GRAMMAR.pairs, "dictionary_pair": ("", "")},
    functions=frozenset({"function_definition", "method_definition", "block_literal"}),
    classes=frozenset({"class_implementation", "class_interface", "struct_specifier"}),
    transparent=frozenset({*C_GRAMMAR.transparent, "at_expression"}),
    true=frozenset({"YES", "true", "TRUE", "kCFBooleanTrue"}),
    false=frozenset({"NO", "false", "FALSE", "kCFBooleanFalse"}),
    null=frozenset({"nil", "NULL", "Nil"}),
)


def _message(source: Source, node: "Node") -> Call | None:
    """``[receiver one:a two:b]``: named by the first part of its selector, arguments in order."""
    if node.type != "message_expression":
        return None
    receiver, parts, arguments = node.child_by_field_name("receiver"), [], []
    for number, child in enumerate(node.children):
        if not child.is_named or (receiver is not None and child.id == receiver.id) or "comment" in child.type:
            continue
        if node.field_name_for_child(number) == "method":
            parts.append(source.text(child))
        else:
            arguments.append(Argument("", child, child))
    if not parts:
        return None
    holder = source.text(receiver) if receiver is not None and receiver.type == "identifier" else ""
    return Call(node, f"{holder}.{parts[0]}" if holder else parts[0], parts[0], receiver, tuple(arguments))


def _evaluate(source: Source, node: "Node", depth: int) -> Value | None:
    """``@"text"``, ``[bundle pathForResource:@"a" ofType:@"cer"]``, arrays of one, ``stringWithFormat:``."""
    if node.type == "array_literal":
        children = [child for child in node.named_children if "comment" not in child.type]
        return choice(value_of(source, child, depth + 1) for child in children[:8]) if children else Value(Kind.NULL)
    if node.type == "message_expression":
        call = _message(source, node)
        values = [value_of(source, a.node, depth + 1) for a in call.arguments[:4]] if call is not None else []
        if call is None or not values:
            return None
        if call.name in ("pathForResource", "URLForResource"):
            ending = values[1].text if len(values) > 1 and values[1].kind is Kind.TEXT else ""
            return join([values[0], text(f".{ending}" if ending else "")]).on_base(RESOURCE)
        if call.name == "stringByAppendingPathComponent" and call.receiver is not None:
            return join([value_of(source, call.receiver, depth + 1), values[0]], "/")
    if node.type == "identifier" and _is_method_parameter(source, node):
        return Value(Kind.PARAMETER, source.text(node))
    return evaluate_c(source, node, depth)


def _is_method_parameter(source: Source, node: "Node") -> bool:
    """Parameters of ``- (void)a:(T)one b:(T)two`` stand between the parts of the selector."""
    method = source.around(node, frozenset({"method_definition"}))
    name = source.text(node)
    return method is not None and any(
        child.type == "method_parameter" and child.named_children and source.text(child.named_children[-1]) == name
        for child in method.named_children
    )


_OBJC_CARRIERS = {
    **CARRIERS,
    **dict.fromkeys(
        (
            "dataWithContentsOfFile",
            "dataWithContentsOfURL",
            "initWithContentsOfFile",
            "initWithBase64EncodedString",
            "setWithObject",
            "setWithArray",
            "setWithObjects",
            "initWithObjects",
            "initWithArray",
            "arrayWithArray",
            "arrayWithObject",
            "arrayWithObjects",
            "stringWithContentsOfFile",
            "fileURLWithPath",
            "CFBridgingRelease",
            "CFBridgingRetain",
            "numberWithBool",
        ),
        Carries.ARGUMENT,
    ),
    **dict.fromkeys(("dataUsingEncoding", "copy", "UTF8String", "autorelease", "mutableCopy"), Carries.RECEIVER),
    **dict.fromkeys(("SecCertificateCreateWithData", "CFArrayCreate"), Carries.LAST),
    "resourcePath": Carries.RESOURCE,
}

# --- matchers -------------------------------------------------------------------------------------------------------------


_FORMS = ("assignment", "pair", "setter")
_OFF_SWITCHES = (
    "validatesDomainName",
    "setValidatesDomainName",
    "validatesSecureCertificate",
    "setValidatesSecureCertificate",
    "checkCertificateEnabled",
    "setCheckCertificateEnabled",
)
"""Properties and their setters that switch verification off when they are NO."""
_ON_SWITCHES = (
    "allowsInvalidSSLCertificate",
    "setAllowsInvalidSSLCertificate",
    "shouldContinueWithInvalidCertificate",
    "setShouldContinueWithInvalidCertificate",
    "disableCertificateValidation",
    "SR_allowsSelfSignedSSLCertificates",
    "setSR_allowsSelfSignedSSLCertificates",
)
"""The same when they are YES."""


def _set(hit: Hit, setting: Setting) -> bool:
    """A property that is set, not one that is asked, compared or copied."""
    if setting.form == "setter":
        return setting.name == hit.name
    written = hit.source.text(setting.value) if setting.value is not None else ""
    copied = re.search(rf"\.{re.escape(hit.name)}\b|decode\w+:", written) is not None
    return not copied and (setting.form == "pair" or "." in setting.target or "->" in setting.target)


def _invalid_allowed(hit: Hit) -> Iterator[Find]:
    """AFNetworking: ``allowInvalidCertificates = YES`` is off, unless the policy compares with pinned certificates."""
    body, setting = around_method(hit), hit.setting()
    holder = re.match(r"\[?\s*(\w+)\b", setting.target if setting is not None else "")
    name = holder.group(1) if holder else ""
    made = re.search(rf"\b{name}\s*=\s*(\[[^;]*olicy[^;]*);", body) if name else None
    if re.search(r"PinningMode(?:Certificate|PublicKey)", made.group(1) if made else body):
        return
    yield from switches("allowInvalidCertificates", "setAllowInvalidCertificates", off=YES, forms=_FORMS, when=_set)(
        hit
    )


def _pinning_mode(hit: Hit) -> Iterator[Find]:
    """``policyWithPinningMode:AFSSLPinningModeCertificate``: the ``.cer`` files of the bundle, or those given."""
    call = hit.call()
    if call is None or call.name != "policyWithPinningMode" or call.nth(0) is None:
        return
    mode = hit.source.text(call.arguments[0].node)
    if not re.search(r"Mode(?:Certificate|PublicKey)", mode):
        own = call.receiver is not None and hit.source.text(call.receiver) == "self"
        if len(call.arguments) > 1 and not own and re.fullmatch(r"[a-z]\w*", mode):  # the caller's
            yield Find(PinKind.CONFIGURABLE, call.node)
        return
    if len(call.arguments) > 1:
        yield Find(PinKind.TRUST, call.node, hit.value(call.nth(1)))
    elif "innedCertificates" not in around_method(hit):
        yield Find(PinKind.TRUST, call.node, unknown("*.cer of the bundle"))


def _pinning_property(hit: Hit) -> Iterator[Find]:
    """AFNetworking 1: ``operation.SSLPinningMode = AFSSLPinningModeCertificate``."""
    setting = hit.setting()
    if setting is None or setting.value is None or not _set(hit, setting):
        return
    if not re.fullmatch(r"(?:set)?(?:D|d)?(?:efault)?SSLPinningMode", setting.name) or setting.name != hit.name:
        return
    if re.search(r"SSLPinningMode(?:Certificate|PublicKey)$", hit.source.text(setting.value)):
        yield Find(PinKind.TRUST, setting.node, unknown("*.cer of the bundle"))


_POLICY = re.compile(rb"@implementation\s+\w*(?:AF|SSL)SecurityPolicy\b")


def _is_policy(hit: Hit) -> bool:
    """Whether the file is AFNetworking's policy itself, or a copy of it under another name: whoever uses it decides."""
    return hit.source.mentions(_POLICY)


def _pinned(hit: Hit, setting: Setting) -> bool:
    return _set(hit, setting) and not _is_policy(hit)


def _anchors(hit: Hit) -> Iterator[Find]:
    """``SecTrustSetAnchorCertificates(trust, anchors)`` replaces; with ``…Only(trust, false)`` it adds."""
    call = hit.call()
    if _is_policy(hit) or call is None or call.name != "SecTrustSetAnchorCertificates" or call.nth(1) is None:
        return
    adds = (
        re.search(r"SecTrustSetAnchorCertificatesOnly\s*\([^,]+,\s*(?:false|NO|FALSE)", around_method(hit)) is not None
    )
    value = hit.value(call.nth(1))
    if value.kind is Kind.NAME:
        value = Value(Kind.SETTING, value.text)
    yield Find(PinKind.TRUST, call.node, value, PinMode.ADDS if adds else PinMode.REPLACES)


def _ice_server(hit: Hit) -> Iterator[Find]:
    """WebRTC's TURN servers without verification, handed on or assigned; not where the policy is asked for."""
    parent = hit.node.parent
    if parent is not None and parent.type in ("message_expression", "assignment_expression", "init_declarator"):
        yield Find(PinKind.VERIFICATION_OFF, hit.node)


def _m(body: str) -> str:
    return "@implementation A\n- (void)f {\n" + body + "\n}\n@end"


_CHALLENGE = (
    "@implementation A\n- (void)URLSession:(NSURLSession *)s didReceiveChallenge:(NSURLAuthenticationChallenge *)challenge {\n%s\n"
    "handler(NSURLSessionAuthChallengeUseCredential, [NSURLCredential credentialForTrust:challenge.protectionSpace.serverTrust]);\n}\n@end"
)

LANGUAGE = Language(
    name="objective_c",
    title="Objective-C",
    endings=(".m", ".mm"),
    grammar=GRAMMAR,
    blank=re.compile(rb"\b(?:NS_ASSUME_NONNULL|CF_ASSUME_NONNULL|CF_IMPLICIT_BRIDGING)_\w+"),
    carriers=_OBJC_CARRIERS,
    constants=CONSTANTS,
    evaluate=_evaluate,
    call=_message,
    sides=sides,
    prepare=prepare,
    patterns=handed(
        (
            *PATTERNS,
            Pattern(
                slug="allow-invalid-certificates",
                words=("allowInvalidCertificates", "setAllowInvalidCertificates"),
                match=_invalid_allowed,
                bad=(
                    _m("policy.allowInvalidCertificates = YES;"),
                    _m("[policy setAllowInvalidCertificates:YES];"),
                    _m("// AFSSLPinningModeCertificate\npolicy.allowInvalidCertificates = YES;"),
                    _m(
                        "p = [AFSecurityPolicy policyWithPinningMode:AFSSLPinningModeNone]; p.allowInvalidCertificates = YES; q = [AFSecurityPolicy policyWithPinningMode:AFSSLPinningModePublicKey];"
                    ),
                ),
                good=(
                    _m("policy.allowInvalidCertificates = NO;"),
                    _m(
                        "p = [AFSecurityPolicy policyWithPinningMode:AFSSLPinningModeCertificate]; p.allowInvalidCertificates = YES;"
                    ),
                ),
            ),
            Pattern(
                slug="verification-switch",
                words=(*_OFF_SWITCHES, *_ON_SWITCHES),
                match=any_of(
                    switches(*_OFF_SWITCHES, off=NO, forms=_FORMS, when=_set),
                    switches(*_ON_SWITCHES, off=YES, forms=_FORMS, when=_set),
                ),
                bad=(
                    _m("[request setValidatesSecureCertificate:NO];"),
                    _m("operation.allowsInvalidSSLCertificate = YES;"),
                    _m("session.checkCertificateEnabled = NO;"),
                ),
                good=(_m("policy.validatesDomainName = YES;"), _m("session.checkCertificateEnabled = YES;")),
            ),
            Pattern(
                slug="stream-setting",
                words=("kCFStreamSSLValidatesCertificateChain", "kCFStreamSSLAllowsAnyRoot"),
                match=stream_setting,
                bad=(
                    _m("NSDictionary *d = @{ (id)kCFStreamSSLValidatesCertificateChain: @NO };"),
                    _m("[s setObject:@NO forKey:(NSString *)kCFStreamSSLValidatesCertificateChain];"),
                    _m(
                        "d = [[NSDictionary alloc] initWithObjectsAndKeys:[NSNumber numberWithBool:NO], kCFStreamSSLValidatesCertificateChain, nil];"
                    ),
                    _m("CFDictionarySetValue(d, kCFStreamSSLValidatesCertificateChain, kCFBooleanFalse);"),
                    _m("d[(id)kCFStreamSSLAllowsAnyRoot] = @YES;"),
                ),
                good=(
                    _m("NSDictionary *d = @{ (id)kCFStreamSSLValidatesCertificateChain: @YES };"),
                    _m("[s setObject:@YES forKey:(NSString *)kCFStreamSSLValidatesCertificateChain];"),
                    _m("id now = d[(id)kCFStreamSSLAllowsAnyRoot];"),
                ),
                source="https://developer.apple.com/documentation/cfnetwork/kcfstreamsslvalidatescertificatechain",
            ),
            Pattern(
                slug="selector-part",
                words=("allowsUntrustedSSLCertificates",),
                match=selector_part,
                bad=(
                    _m(
                        "s = [[SRWebSocket alloc] initWithURLRequest:r protocols:nil allowsUntrustedSSLCertificates:YES];"
                    ),
                ),
                good=(
                    _m(
                        "s = [[SRWebSocket alloc] initWithURLRequest:r protocols:nil allowsUntrustedSSLCertificates:NO];"
                    ),
                ),
                source="https://github.com/facebookincubator/SocketRocket",
            ),
            Pattern(
                slug="image-option",
                words=("AllowInvalidSSLCertificates",),
                match=image_option,
                bad=(
                    _m("[view sd_setImageWithURL:u placeholderImage:p options:SDWebImageAllowInvalidSSLCertificates];"),
                    _m(
                        "[view yy_setImageWithURL:u options:YYWebImageOptionAllowInvalidSSLCertificates | YYWebImageOptionProgressive];"
                    ),
                ),
                good=(
                    _m("if (self.options & SDWebImageDownloaderAllowInvalidSSLCertificates) { [self go]; }"),
                    "typedef enum { SDWebImageAllowInvalidSSLCertificates = 1 << 7 } Options;",
                ),
                source="https://github.com/SDWebImage/SDWebImage",
            ),
            Pattern(
                slug="ice-server",
                words=("RTCTlsCertPolicyInsecureNoCheck",),
                match=_ice_server,
                bad=(
                    _m(
                        "s = [[RTCIceServer alloc] initWithURLStrings:u tlsCertPolicy:RTCTlsCertPolicyInsecureNoCheck];"
                    ),
                ),
                good=(
                    _m("s = [[RTCIceServer alloc] initWithURLStrings:u tlsCertPolicy:RTCTlsCertPolicySecure];"),
                    _m("if (s.tlsCertPolicy == RTCTlsCertPolicyInsecureNoCheck) { [self warn]; }"),
                ),
                source="https://webrtc.googlesource.com/src/+/refs/heads/main/sdk/objc/api/peerconnection/RTCIceServer.h",
            ),
            Pattern(
                slug="pinned-certificates",
                words=("innedCertificates",),
                match=trusts(
                    "pinnedCertificates",
                    "setPinnedCertificates",
                    "SR_SSLPinnedCertificates",
                    "setSR_SSLPinnedCertificates",
                    forms=("assignment", "setter"),
                    when=_pinned,
                ),
                bad=(
                    _m(
                        'policy.pinnedCertificates = [NSSet setWithObject:[NSData dataWithContentsOfFile:[bundle pathForResource:@"wx" ofType:@"cer"]]];'
                    ),
                ),
                good=(_m("NSSet *now = policy.pinnedCertificates;"),),
            ),
            Pattern(
                slug="pinning-mode",
                words=("policyWithPinningMode", "SSLPinningMode"),
                match=any_of(_pinning_mode, _pinning_property),
                bad=(
                    _m("manager.securityPolicy = [AFSecurityPolicy policyWithPinningMode:AFSSLPinningModePublicKey];"),
                    _m("operation.SSLPinningMode = AFSSLPinningModeCertificate;"),
                    _m("p = [AFSecurityPolicy policyWithPinningMode:mode withPinnedCertificates:given];"),
                    _m(
                        "p = [AFSecurityPolicy policyWithPinningMode:AFSSLPinningModePublicKey];\n// p.pinnedCertificates = set;"
                    ),
                ),
                good=(_m("manager.securityPolicy = [AFSecurityPolicy policyWithPinningMode:AFSSLPinningModeNone];"),),
            ),
            Pattern(
                slug="anchor-certificates",
                words=("SecTrustSetAnchorCertificates",),
                match=_anchors,
                bad=(_m("SecTrustSetAnchorCertificates(trust, (__bridge CFArrayRef)@[ (__bridge id)certificate ]);"),),
                good=(
                    _m("SecTrustSetAnchorCertificates(trust, NULL);"),
                    "@implementation SM_AFSecurityPolicy\n- (BOOL)f:(T)t {\nSecTrustSetAnchorCertificates(t, (__bridge CFArrayRef)self.pinned);\n}\n@end",
                ),
                source="https://developer.apple.com/documentation/security/sectrustsetanchorcertificates(_:_:)",
            ),
            Pattern(
                slug="challenge",
                words=("credentialForTrust", "initWithTrust"),
                match=challenge,
                bad=(
                    _CHALLENGE % "",
                    _CHALLENGE
                    % "SecTrustResultType result; SecTrustEvaluate(challenge.protectionSpace.serverTrust, &result);",
                    _CHALLENGE.replace("NSURLCredential credentialForTrust", "[NSURLCredential alloc] initWithTrust")
                    % "",
                    _CHALLENGE % "// SecTrustEvaluate(trust, &result)",
                    _m(
                        "[manager setSessionDidReceiveAuthenticationChallengeBlock:^D (NSURLSession *s, NSURLAuthenticationChallenge *challenge, NSURLCredential **c) { *c = [NSURLCredential credentialForTrust:challenge.protectionSpace.serverTrust]; return NSURLSessionAuthChallengeUseCredential; }];"
                    ),
                ),
                good=(
                    _CHALLENGE
                    % "SecTrustResultType r; SecTrustEvaluate(trust, &r); if (r != kSecTrustResultProceed) { return; }",
                    _CHALLENGE % "BOOL known = [manager isTrustedServerCertificateIn:challenge];",
                    (_CHALLENGE % "").replace("ChallengeUseCredential", "ChallengePerformDefaultHandling"),
                ),
                source="https://developer.apple.com/documentation/foundation/performing-manual-server-trust-authentication",
            ),
            Pattern(
                slug="trust-exceptions",
                words=("SecTrustSetExceptions",),
                match=exceptions,
                bad=(
                    _m("SecTrustSetExceptions(trust, SecTrustCopyExceptions(trust));"),
                    _m(
                        "if (self.shouldIgnoreTrust) { CFDataRef e = SecTrustCopyExceptions(trust); SecTrustSetExceptions(trust, e); }"
                    ),
                ),
                good=(_m("SecTrustSetExceptions(trust, NULL);"),),
            ),
            Pattern(
                slug="own-check",
                words=("SecTrustGetCertificateAtIndex", "SecTrustCopyCertificateChain"),
                match=own_check,
                bad=(
                    "NS_ASSUME_NONNULL_BEGIN\n@interface A ()\n@end\n@implementation A\n- (BOOL)check:(SecTrustRef)trust {\n NSData *d = data(SecTrustGetCertificateAtIndex(trust, 0)); return [self.pins containsObject:d];\n}\n@end",
                ),
                good=(
                    '@implementation A\n- (BOOL)check:(SecTrustRef)trust {\n NSLog(@"%@", SecTrustGetCertificateAtIndex(trust, 0)); return NO;\n}\n@end',
                ),
            ),
            Pattern(
                slug="socket-trust",
                words=("didReceiveTrust",),
                match=socket_trust,
                bad=(
                    "@implementation A\n- (void)socket:(S *)s didReceiveTrust:(SecTrustRef)t completionHandler:(H)h { h(YES); }\n@end",
                ),
                good=(
                    "@implementation A\n- (void)socket:(S *)s didReceiveTrust:(SecTrustRef)t completionHandler:(H)h { SecTrustEvaluate(t, &r); h(YES); }\n@end",
                ),
            ),
            Pattern(
                slug="any-certificate-for-host",
                words=("llowsAnyHTTPSCertificate",),
                match=any_host,
                bad=(
                    "@implementation NSURLRequest (A)\n+ (BOOL)allowsAnyHTTPSCertificateForHost:(NSString *)host { return YES; }\n@end",
                    _m("[NSURLRequest setAllowsAnyHTTPSCertificate:YES forHost:host];"),
                ),
                good=(
                    "@implementation A\n+ (BOOL)allowsAnyHTTPSCertificateForHost:(NSString *)host { return NO; }\n@end",
                ),
            ),
            Pattern(
                slug="trustkit",
                words=("kTSKPublicKeyHashes",),
                match=trust_kit,
                bad=(
                    _m(
                        'NSDictionary *d = @{ kTSKPublicKeyHashes: @[ @"r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E=" ] };'
                    ),
                    _m('d[kTSKPublicKeyHashes] = @[ @"r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E=" ];'),
                    _m('[d setObject:[options valueForKey:@"hashes"] forKey:kTSKPublicKeyHashes];'),
                ),
                good=(
                    _m("NSArray *hashes = d[kTSKPublicKeyHashes];"),
                    'NSString * const kTSKPublicKeyHashes = @"TSKPublicKeyHashes";',
                    'const TSKDomainConfigurationKey kTSKPublicKeyHashes = @"TSKPublicKeyHashes";',
                ),
                source="https://github.com/datatheorem/TrustKit/blob/master/docs/getting-started.md",
            ),
        ),
    ),
)
