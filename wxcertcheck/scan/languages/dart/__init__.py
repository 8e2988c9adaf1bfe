"""Dart and Flutter. Sources: api.dart.dev (SecurityContext, HttpClient), dio, grpc, http_certificate_pinning, mongo_dart.

``SecurityContext()`` trusts nothing: ``withTrustedRoots`` is false by default.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Carries, Find, Grammar, Language, Pattern
from wxcertcheck.scan.languages.dart.chains import (
    bodies,
    called_at,
    evaluate_dart,
    head,
    parameters,
    returned,
    sides,
    take_apart,
)
from wxcertcheck.scan.matchers import switches
from wxcertcheck.scan.members import CA_WORDS, SWITCH_WORDS, handed_ca, handed_switch
from wxcertcheck.scan.names import last_name
from wxcertcheck.scan.source import Call, Source
from wxcertcheck.scan.values import unknown

if TYPE_CHECKING:
    from tree_sitter import Node

GRAMMAR = Grammar(
    module="tree_sitter_dart",
    names=frozenset({"identifier", "type_identifier"}),
    strings=frozenset({"string_literal"}),
    substitutions=frozenset({"template_substitution"}),
    calls=frozenset({"argument_part", "new_expression", "const_object_expression"}),
    arguments=frozenset({"arguments"}),
    argument=frozenset({"argument"}),
    pairs={"named_argument": ("", ""), "pair": ("key", "value")},
    assignments={
        "assignment_expression": ("left", "right"),
        "initialized_variable_definition": ("name", "value"),
        "static_final_declaration": ("", ""),
        "initialized_identifier": ("", ""),
        "cascade_section": ("", ""),
    },
    members=frozenset({"assignable_expression", "unconditional_assignable_selector", "cascade_selector"}),
    functions=frozenset({"function_body"}),
    parameters=frozenset({"formal_parameter_list"}),
    classes=frozenset({"class_definition"}),
    statements=frozenset({"expression_statement", "local_variable_declaration", "return_statement"}),
    binary=frozenset(),
    conditional=frozenset({"conditional_expression"}),
)

_A, _R = Carries.ARGUMENT, Carries.RECEIVER
CARRIERS = {
    **dict.fromkeys(("path.join", "p.join", "join"), Carries.JOIN),
    **dict.fromkeys(("rootBundle.load", "rootBundle.loadString", "loadString", "bundle.load"), Carries.RESOURCE),
    **dict.fromkeys(
        ("File", "utf8.encode", "base64.decode", "base64Decode", "ByteData.view", "Uint8List.fromList"), _A
    ),
    **dict.fromkeys(
        ("utf8.decode", "ascii.encode", "latin1.encode", "Uint8List.view", "X509Utils.x509CertificateFromPem"), _A
    ),
    **dict.fromkeys(
        ("readAsBytesSync", "readAsBytes", "readAsStringSync", "readAsString", "asUint8List", "toList"), _R
    ),
    **dict.fromkeys(("trim", "toString", "toFilePath", "then", "toLowerCase", "toUpperCase"), _R),
    **dict.fromkeys(("String.fromEnvironment", "dotenv.get"), Carries.ENVIRONMENT),
    **dict.fromkeys(("path.dirname", "p.dirname", "dirname"), Carries.DIRECTORY),
}

# --- callbacks ------------------------------------------------------------------------------------------------------------

_COMPARES = re.compile(
    r"(?i)sha\d|\.sha|fingerprint|thumbprint|\bpin|\.pem\b|\.der\b|digest|pinned|listEquals|public_?key|\.issuer|\.subject"
)
_DECIDED = re.compile(
    r"(?i)debug|release|isdev|kprofile|flavor|config|setting|env|option|insecure|allow|ignore|skip|trust|selfsigned|verify"
)


def _value_after(hit: Hit) -> "tuple[Node, Node] | None":
    """The node of the setting that the hit names (assignment, cascade, named argument) and that of its value."""
    source = hit.source
    for parent in source.ancestors(hit.node):
        if parent.type in ("assignment_expression", "cascade_section", "named_argument"):
            target, value = sides(source, parent) or (None, None)
            if target is None or value is None or not target.start_byte <= hit.node.start_byte < target.end_byte:
                return None
            return parent, value
        if parent.type in ("function_body", "expression_statement", "arguments"):
            return None
    return None


def _code(source: Source, node: "Node") -> str | None:
    """A callback's code: its body, or the body of the function of this file that it names. None: not in this file."""
    while node.type == "parenthesized_expression" and node.named_children:
        node = node.named_children[0]
    if node.type == "identifier":
        own = next(bodies(source, source.text(node)), None)
        return _without_comments(source.text(own)) if own is not None else None
    if node.type != "function_expression":
        return _without_comments(source.text(node))
    body = node.child_by_field_name("body")
    return _without_comments(source.text(body)) if body is not None else ""


def _without_comments(code: str) -> str:
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", code[:20_000], flags=re.DOTALL).strip()


def _bad_certificate(hit: Hit) -> Iterator[Find]:
    """``badCertificateCallback``: asked only about certificates that the context refuses; true accepts them."""
    found, source = _value_after(hit), hit.source
    if found is None or hit.name not in ("badCertificateCallback", "onBadCertificate"):
        return
    node, value = found
    code = _code(source, value)
    if code is None:
        written = source.data[value.start_byte : node.end_byte].decode("utf-8", "replace").strip()
        if re.fullmatch(r"[\w?!]+(?:\.[\w?!]+)+", written) and next(bodies(source, last_name(written)), None) is None:
            yield Find(PinKind.CONFIGURABLE, node)  # ``settings.onBadCertificate``: another object's
        elif re.search(r"(?i)allow|accept|ignore|trust", source.text(value)):
            yield Find(PinKind.VERIFICATION_OFF, node)
        return
    answers = _answers(code)
    guarded = "false" in answers and re.search(r"\bif\b", code) is not None
    if _COMPARES.search(code) and ("true" not in answers[:1] or guarded):
        mode = PinMode.REPLACES if _trusts_nothing(source, node) else PinMode.ADDS
        yield Find(PinKind.FINGERPRINT, node, unknown(code), mode)
    elif "true" in answers:
        pinned = _validated(source, node)
        yield Find(PinKind.FINGERPRINT if pinned else PinKind.VERIFICATION_OFF, node, unknown(code) if pinned else None)
    elif any(re.search(r"\b(?:host|port)\b", one) and _ANY_HOST.search(one) for one in answers):
        yield Find(PinKind.VERIFICATION_OFF, node)
    elif any(
        _DECIDED.search(one) or _HANDED.fullmatch(one) or _NAME.fullmatch(one)
        for one in answers
        if one not in ("false", "null")
    ):
        yield Find(PinKind.CONFIGURABLE, node)


_HANDED = re.compile(r"[\w.?!]*(?:\.call)?\([\w\s,.?!]*\)(?:\s*\?\?\s*false)?")
"""The answer of another function, which a caller has given or which this file does not show."""
_NAME = re.compile(r"(?!(?:cert|certificate|host|port)\b)[A-Za-z_][\w.!?]*")
_ANY_HOST = re.compile(r"==|contains\(|endsWith\(|startsWith\(|isNotEmpty")


def _answers(code: str) -> list[str]:
    """What a callback may say: the expressions of its returns, or its one expression."""
    if code.startswith("=>"):
        code = code.removeprefix("=>").strip()
    if not re.match(r"(?:async\s*)?\{", code):
        answer = code.rstrip(";").strip()
        return [answer if re.fullmatch(r"[\w.!?]+\([^()]*\)", answer) else answer.strip("()")]
    found = [one.strip() for one in re.findall(r"\breturn\b([^;]*);", code)] or [""]
    return [_defined(code, one) for one in found]


def _defined(code: str, answer: str) -> str:
    """What a local variable stands for: ``final known = hosts.contains(host); return known;``."""
    made = re.search(rf"\b(?:final|var|bool|const)\s+{answer}\s*=\s*([^;]+);", code) if answer.isidentifier() else None
    return made.group(1).strip() if made and answer not in ("true", "false", "null") else answer


def _trusts_nothing(source: Source, node: "Node") -> bool:
    function = source.function_around(node)
    return function is not None and "withTrustedRoots: false" in source.text(function)


def _validated(source: Source, node: "Node") -> bool:
    """Whether dio's ``validateCertificate`` beside an accepting callback compares the certificate."""
    function = source.function_around(node)
    for pair in source.nodes({"named_argument"}, function) if function is not None else ():
        label, value = sides(source, pair) or (None, None)
        if label is not None and value is not None and source.text(label) == "validateCertificate":
            return _COMPARES.search(_code(source, value) or "") is not None
    return False


def _validate(hit: Hit) -> Iterator[Find]:
    """dio: ``validateCertificate`` sees every certificate that was accepted; one that compares is a pin."""
    found, source = _value_after(hit), hit.source
    if found is None or hit.name != "validateCertificate":
        return
    code = _code(source, found[1])
    if code is not None and _COMPARES.search(code):
        yield Find(PinKind.FINGERPRINT, found[0], unknown(code))


# --- security contexts ----------------------------------------------------------------------------------------------------


def _trusted(hit: Hit) -> Iterator[Find]:
    """``setTrustedCertificates``: adds to the default context or to one with the trusted roots; else it is all there is."""
    source = hit.source
    call = called_at(source, hit.node)
    if call is None or call.name != hit.name or not call.arguments:
        return
    function = source.function_around(hit.node)
    if function is not None and re.search(
        r"bindSecure|SecureServerSocket|useCertificateChain.*HttpServer", source.text(function)
    ):
        return
    made = _context(source, call)
    adds = "withTrustedRoots: true" in made or "defaultContext" in made
    mode = PinMode.ADDS if adds else PinMode.REPLACES
    yield Find(PinKind.TRUST, source.statement_around(hit.node), hit.value(call.arguments[0].node), mode)


def _context(source: Source, call: Call) -> str:
    """How the context was made, as text: the chain itself, or the definition of its variable."""
    part = call.node.parent
    first = head(part) if part is not None else call.node
    written = source.data[first.start_byte : call.node.start_byte].decode("utf-8", "replace")
    name = last_name(source.text(first))
    function = source.function_around(call.node)
    defined = source.definitions.get(name, [])
    local = [d for d in defined if d.function is not None and function is not None and d.function.id == function.id]
    return written + " ".join(source.text(d.node) for d in (local or defined))


def _secure_channel(hit: Hit) -> Iterator[Find]:
    """grpc: ``ChannelCredentials.secure(certificates: bytes)``."""
    source = hit.source
    after = hit.node.next_named_sibling
    name = next(iter(source.nodes({"identifier"}, after)), None) if after is not None else None
    call = called_at(source, name) if name is not None else None
    node = call.named("certificates") if call is not None else None
    if call is not None and node is not None:
        yield Find(PinKind.TRUST, call.node, hit.value(node))


def _secure_client(hit: Hit) -> Iterator[Find]:
    """http_certificate_pinning: ``SecureHttpClient.build(fingerprints)``."""
    name = next(iter(hit.source.nodes({"identifier"}, after)), None) if (after := hit.node.next_named_sibling) else None
    call = called_at(hit.source, name) if name is not None else None
    if call is not None and call.name == "build" and call.nth(0) is not None:
        yield Find(PinKind.FINGERPRINT, call.node, hit.value(call.nth(0)))


def _self_signed(hit: Hit) -> Iterator[Find]:
    """Appwrite: ``client.setSelfSigned(status: true)``; true is the default."""
    call = called_at(hit.source, hit.node)
    if call is None or call.name != hit.name:
        return
    node = call.named("status") or call.nth(0)
    if node is None:
        yield Find(PinKind.VERIFICATION_OFF, hit.node)
    else:
        yield Find(PinKind.VERIFICATION_OFF, hit.node, hit.value(node), off=frozenset({"true"}))


def _always(hit: Hit) -> Iterator[Find]:
    """A function with a certificate as its parameter that says true, and that no callback of this file names."""
    source = hit.source
    signature = source.around(hit.node, frozenset({"function_signature"}))
    if signature is None:
        return
    named = signature.child_by_field_name("name")
    name = source.text(named) if named is not None else ""
    code = [_without_comments(source.text(body)) for body in bodies(source, name)]
    used = source.data.count(name.encode()) > 1
    if name and not used and any(re.fullmatch(r"(?:=>\s*true;?|\{\s*return true;\s*\})", one) for one in code):
        yield Find(PinKind.VERIFICATION_OFF, signature)


def _goes_on(hit: Hit) -> Iterator[Find]:
    """webview_flutter: ``onSslAuthError: (error) => error.proceed()``."""
    found = _value_after(hit)
    code = _code(hit.source, found[1]) if found is not None else None
    if found is not None and code and "proceed(" in code and not re.search(r"\bif\b|\?|switch|cancel\(", code):
        yield Find(PinKind.VERIFICATION_OFF, found[0])


_ON = ("allowAutoSignedCert", "ignoreBadCertificate")


def _not_handed_on(hit: Hit, setting: Setting) -> bool:
    """``name: name`` hands the caller's choice on."""
    return setting.value is None or hit.source.text(setting.value) != setting.name


def _fingerprints(hit: Hit) -> Iterator[Find]:
    found = _value_after(hit)
    if found is not None:
        yield Find(PinKind.FINGERPRINT, found[0], hit.value(found[1]))


def _proceeds(hit: Hit) -> Iterator[Find]:
    """flutter_inappwebview: the answer to a server trust challenge is PROCEED, whatever the challenge."""
    source, function = hit.source, None
    for parent in source.ancestors(hit.node):
        if parent.type in ("function_expression", "function_body"):
            function = parent
            break
    code = source.text(function) if function is not None else ""
    if function is not None and not re.search(r"\bif\b|\?|==|switch", code):
        yield Find(PinKind.VERIFICATION_OFF, hit.node)


_IN = "Future<void> f(String p, bool skip) async { %s }"


def _is_none(hit: Hit, _node: "Node") -> bool:
    return re.search(rb"bindSecure|SecureServerSocket", hit.source.data) is not None


LANGUAGE = Language(
    name="dart",
    title="Dart",
    endings=(".dart",),
    grammar=GRAMMAR,
    carriers=CARRIERS,
    evaluate=evaluate_dart,
    call=take_apart,
    sides=sides,
    parameters=parameters,
    returned=returned,
    patterns=(
        Pattern(
            slug="bad-certificate-callback",
            words=("badCertificateCallback", "onBadCertificate"),
            match=_bad_certificate,
            bad=(
                _IN % "client.badCertificateCallback = (c, h, p) => true;",
                _IN % "return HttpClient()..badCertificateCallback = ((X509Certificate c, String h, int p) => true);",
                _IN % "client.badCertificateCallback = (c, h, p) { return sha256.convert(c.der).toString() == pin; };",
                _IN % "client.badCertificateCallback = (c, h, p) => kDebugMode;",
                _IN % "client.badCertificateCallback = (c, h, p) { return onBad!(c); };",
                _IN % "client.badCertificateCallback = (c, h, p) => status;",
                (
                    "class O extends HttpOverrides { static bool accepts(X509Certificate c, String h, int p) => _accepts(h);"
                    " HttpClient make(SecurityContext? x) { return super.make(x)..badCertificateCallback = accepts; } }"
                ),
                _IN % "client.badCertificateCallback = (c, h, p) { if (c.pem == pem) { return true; } return false; };",
                _IN % "client.badCertificateCallback = (c, h, p) { final ok = ['a'].contains(host); return ok; };",
                _IN % "SecureSocket.connect(p, 443, onBadCertificate: (c) => true);",
                _IN % "SecureSocket.connect(p, 443, onBadCertificate: settings.onBadCertificate);",
            ),
            good=(
                _IN % "client.badCertificateCallback = (c, h, p) => false;",
                _IN % "client.badCertificateCallback = null;",
                "// client.badCertificateCallback = (c, h, p) => true;",
            ),
            source="https://api.dart.dev/stable/dart-io/HttpClient/badCertificateCallback.html",
        ),
        Pattern(
            slug="validate-certificate",
            words=("validateCertificate",),
            match=_validate,
            bad=(
                _IN
                % "IOHttpClientAdapter(validateCertificate: (c, h, p) => sha256.convert(c!.der).toString() == pin);",
            ),
            good=(_IN % "IOHttpClientAdapter(validateCertificate: (c, h, p) => true);",),
            source="https://pub.dev/documentation/dio/latest/io/IOHttpClientAdapter/validateCertificate.html",
        ),
        Pattern(
            slug="trusted-certificates",
            words=("setTrustedCertificates", "setTrustedCertificatesBytes"),
            match=_trusted,
            bad=(
                _IN % "var c = SecurityContext(withTrustedRoots: false); c.setTrustedCertificates('ca.pem');",
                _IN
                % "final d = await rootBundle.load('ca.pem'); c.setTrustedCertificatesBytes(d.buffer.asUint8List());",
                _IN % "SecurityContext.defaultContext.setTrustedCertificatesBytes(utf8.encode(pem));",
            ),
            good=(
                _IN
                % "var c = SecurityContext()..setTrustedCertificates('clients.pem'); HttpServer.bindSecure(p, 443, c);",
                _IN % "c.useCertificateChain('own.pem');",
            ),
            source="https://api.dart.dev/stable/dart-io/SecurityContext/setTrustedCertificates.html",
        ),
        Pattern(
            slug="channel-credentials",
            words=("ChannelCredentials",),
            match=_secure_channel,
            bad=(_IN % "ChannelCredentials.secure(certificates: File('ca.pem').readAsBytesSync());",),
            good=(_IN % "ChannelCredentials.secure();",),
        ),
        Pattern(
            slug="fingerprints",
            words=("allowedSHAFingerprints",),
            match=_fingerprints,
            bad=(_IN % "HttpCertificatePinning.check(serverURL: p, allowedSHAFingerprints: ['AA:BB']);",),
            good=(_IN % "print(allowedSHAFingerprints);",),
            source="https://pub.dev/packages/http_certificate_pinning",
        ),
        Pattern(
            slug="secure-client",
            words=("SecureHttpClient",),
            match=_secure_client,
            bad=(_IN % "final c = SecureHttpClient.build(['AA:BB']);",),
            good=(_IN % "SecureHttpClient c = other();",),
            source="https://pub.dev/packages/http_certificate_pinning",
        ),
        Pattern(
            slug="library-switch",
            words=_ON,
            match=switches(*_ON, off=frozenset({"true"}), forms=("pair", "assignment"), when=_not_handed_on),
            bad=(
                _IN % "final c = GetConnect(allowAutoSignedCert: true);",
                "class A extends GetConnect { void onInit() { allowAutoSignedCert = true; } }",
                _IN % "final s = SmtpServer('a', ignoreBadCertificate: true);",
            ),
            good=(
                _IN % "final c = GetConnect(allowAutoSignedCert: false);",
                "Client f(bool allowAutoSignedCert) => Client(allowAutoSignedCert: allowAutoSignedCert);",
            ),
            source="https://pub.dev/documentation/get/latest/get_connect_connect/GetConnect-class.html",
        ),
        Pattern(
            slug="appwrite-self-signed",
            words=("setSelfSigned",),
            match=_self_signed,
            bad=(
                _IN % "client.setEndpoint('a').setSelfSigned(status: true);",
                _IN % "client..setEndpoint('a')..setSelfSigned();",
            ),
            good=(_IN % "client.setSelfSigned(status: false);",),
            source="https://pub.dev/packages/appwrite",
        ),
        Pattern(
            slug="always-true",
            words=("X509Certificate",),
            match=_always,
            bad=("bool allowBad(X509Certificate certificate, String host) => true;",),
            good=(
                "bool allowBad(X509Certificate certificate, String host) => certificate.subject == own;",
                "bool _any(X509Certificate c) => true; void f() { client.onBadCertificate = _any; }",
            ),
        ),
        Pattern(
            slug="ssl-error-proceeds",
            words=("onSslAuthError",),
            match=_goes_on,
            bad=(_IN % "NavigationDelegate(onSslAuthError: (e) => e.proceed());",),
            good=(_IN % "NavigationDelegate(onSslAuthError: (e) => e.cancel());",),
            source="https://pub.dev/documentation/webview_flutter/latest/webview_flutter/NavigationDelegate-class.html",
        ),
        Pattern(
            slug="web-view-proceeds",
            words=("ServerTrustAuthResponseAction.PROCEED",),
            match=_proceeds,
            bad=(
                _IN
                % "view(onTrust: (c, r) async { return Response(action: ServerTrustAuthResponseAction.PROCEED); });",
            ),
            good=(
                _IN % "view(onTrust: (c, r) async { return Response(action: ServerTrustAuthResponseAction.CANCEL); });",
            ),
        ),
        Pattern(
            slug="ca-setting",
            words=CA_WORDS,
            match=handed_ca(_is_none),
            bad=(
                _IN % "db.open(secure: true, tlsCAFile: 'ca.pem');",
                _IN % "connect(host, caCertPath: Platform.environment['BROKER_CA']);",
            ),
            good=(
                _IN % "db.open(secure: true);",
                "class O { O({this.caFile}); factory O.fromJson(Map j) => O(caFile: j['caFile']); final String? caFile; }",
            ),
        ),
        Pattern(
            slug="verification-switch",
            words=SWITCH_WORDS,
            match=handed_switch(_is_none),
            bad=(
                _IN % "db.open(secure: true, tlsAllowInvalidCertificates: true);",
                _IN % "client..trustAllCerts = settings.trustAllCerts;",
                _IN % "final t = TlsSettings(verifyCertificates: false);",
            ),
            good=(
                _IN % "db.open(secure: true, tlsAllowInvalidCertificates: false);",
                "class O { O({this.trustAllCerts = false}); final bool trustAllCerts; }",
            ),
        ),
    ),
)
