"""C#. Sources: .NET documentation of HttpClientHandler, SslStream, X509Chain; Npgsql, MQTTnet, Confluent.Kafka, Elasticsearch."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan.language import Find, Language, Pattern
from wxcertcheck.scan.languages.csharp.callbacks import (
    Does,
    adds_to_default,
    compared_with,
    kept_callback,
    verdict,
)
from wxcertcheck.scan.languages.csharp.libraries import PATTERNS as LIBRARIES
from wxcertcheck.scan.languages.csharp.surroundings import is_server, purpose_of, switch, taken_away
from wxcertcheck.scan.languages.csharp.values import CARRIERS, CONSTANTS, GRAMMAR, evaluate_csharp
from wxcertcheck.scan.matchers import any_of, call_trusts, fingerprints, trusts
from wxcertcheck.scan.source import Call, Hit, Setting, Source, last_name, word_places
from wxcertcheck.scan.values import Kind, Value, choice

if TYPE_CHECKING:
    from tree_sitter import Node

_CALLBACK = re.compile(
    r"(?:Server|Remote|User|^|Tls|TLS|Ssl)\w*Certif(?:icate|ication)(?:Custom)?Validat(?:ion|or)(?:Callback|Handler|Delegate)?$"
)
_TLS = re.compile(
    rb"SslPolicyErrors|HttpClientHandler|SslStream|ServicePointManager|SocketsHttpHandler|SslClientAuthenticationOptions|WebRequestHandler"
)
_SERVER = re.compile(
    r"AuthenticateAsServer|UseHttps|ConfigureKestrel|SslServerAuthenticationOptions|ClientCertificateMode|TcpListener"
)


# --- callbacks ------------------------------------------------------------------------------------------------------------


def _callback(hit: Hit) -> Iterator[Find]:
    """A callback that is assigned, added with ``+=``, or passed to a setter of this name."""
    if hit.name.startswith("Client") or not _CALLBACK.search(hit.name):
        return
    setting = hit.setting()
    if setting is None or setting.value is None or setting.form not in ("assignment", "setter", "pair"):
        return
    if is_server(hit, setting.node) or taken_away(hit.source, setting.node):
        return
    if setting.form == "setter":
        call = hit.call()
        if call is None or call.name != hit.name or len(call.arguments) != 1:
            return  # the callback is called here, or merely passed
    source = hit.source
    if (
        setting.value.type in ("identifier", "member_access_expression")
        and last_name(source.text(setting.value)) == hit.name
    ):
        return  # a copy
    if setting.form == "setter" and any(
        parent.type == "assignment_expression" and _CALLBACK.search(source.text(parent.named_children[0]))
        for parent in source.ancestors(setting.node)
    ):
        return  # ``X.ServerCertificateValidationCallback = new RemoteCertificateValidationCallback(f)``: said once
    yield from _finds(hit, setting.node, setting.value)


def _is_handed_on(source: Source, node: "Node", callback: "Node") -> bool:
    """Whether a TLS client gets a callback that comes from a caller or a setting."""
    if callback.type not in ("identifier", "member_access_expression", "conditional_access_expression"):
        return False
    function = source.function_around(node)
    if function is not None and re.search(r"(?i)clone|copy", source.name_of(function)):
        return False
    written, name = source.text(callback), last_name(source.text(callback))
    if source.functions(name) or name in ("value", "null") or "Default" in written:
        return False
    target = source.text(node.named_children[0]) if node.type == "assignment_expression" else ""
    holder, _, _ = target.rpartition(".")
    creation = frozenset({"object_creation_expression"})
    made = node if node.type in creation else source.around(node, creation)
    head = re.split(r"[{(]", source.text(made))[0] if made is not None else ""
    return (holder not in ("", "this", "base") and node.type == "assignment_expression") or bool(
        re.search(r"SslClientAuthenticationOptions|HttpClientHandler|SocketsHttpHandler|SslStream|WinHttpHandler", head)
    )


def _finds(hit: Hit, node: "Node", callback: "Node") -> Iterator[Find]:
    source = hit.source
    does, shown = verdict(source, callback)
    purpose = purpose_of(hit)
    if does is Does.ACCEPTS:
        yield Find(PinKind.VERIFICATION_OFF, node, purpose=purpose)
    elif does is Does.HANDS_ON and _is_handed_on(source, node, callback):
        yield Find(PinKind.CONFIGURABLE, node, Value(Kind.SETTING, source.text(callback)[:80]), purpose=purpose)
    elif does is Does.SWITCHES:
        yield Find(PinKind.CONFIGURABLE, node, Value(Kind.SETTING, source.text(shown)[:80]), purpose=purpose)
    elif does is Does.COMPARES:
        mode = PinMode.ADDS if adds_to_default(source, shown) else PinMode.REPLACES
        yield Find(PinKind.FINGERPRINT, node, compared_with(hit, shown), mode, purpose)
    elif does is Does.OWN_CHAIN and "CustomTrustStore" not in source.text(shown):
        mode = PinMode.ADDS if adds_to_default(source, shown) else PinMode.REPLACES
        given = [a.node for a in call.arguments] if (call := source.call(callback)) is not None else []
        yield Find(
            PinKind.TRUST,
            node,
            hit.value(given[0]) if given else Value(Kind.SETTING, source.text(callback)[:80]),
            mode,
            purpose,
        )


def _stream(hit: Hit) -> Iterator[Find]:
    """``new SslStream(inner, false, callback)``: not where it authenticates as a server."""
    call = hit.call()
    if call is None or call.name != "SslStream" or len(call.arguments) < 3:
        return
    around = hit.source.function_around(call.node)
    callback = call.arguments[2].node
    if call.arguments[2].name:
        return  # the argument's name says so itself
    if around is not None and _SERVER.search(hit.source.text(around)):
        return
    if last_name(hit.source.text(callback)).startswith("Client"):
        return
    yield from _finds(hit, call.node, callback)


def _named_elsewhere(hit: Hit) -> Iterator[Find]:
    """A method with a callback's signature that accepts everything: where it is handed over, or itself if that is elsewhere.

    Assignments to a callback's name say so themselves (`_callback`), and a server's check of its clients is another matter.
    """
    source = hit.source
    method = source.function_around(hit.node)
    if method is None or method.type not in ("method_declaration", "local_function_statement"):
        return
    listed = method.child_by_field_name("parameters")
    if listed is None or not listed.start_byte <= hit.node.start_byte < listed.end_byte:
        return
    name = source.name_of(method)
    if verdict(source, method)[0] is not Does.ACCEPTS or re.search(r"Client\w*Cert|ClientValid", name):
        return
    places = [at for at in word_places(source.data, name, 0, len(source.data)) if not _within(method, at)]
    said = False
    for at in places[:20]:
        used = source.tree.root_node.descendant_for_byte_range(at, at + 1)
        place = _handed_over(source, used) if used is not None and not source.in_comment(used) else None
        said = said or place is not None
        if place is not None and not _says_itself(source, place):
            yield Find(PinKind.VERIFICATION_OFF, place, purpose=purpose_of(hit))
    if not said and "private" not in source.text(method).partition("(")[0]:
        yield Find(PinKind.VERIFICATION_OFF, method, purpose=purpose_of(hit))


def _within(node: "Node", offset: int) -> bool:
    return node.start_byte <= offset < node.end_byte


def _handed_over(source: Source, node: "Node") -> "Node | None":
    """The assignment or call that a method's name is given to."""
    for parent in source.ancestors(node):
        if parent.type == "assignment_expression":
            return parent
        call = source.call(parent)
        if call is not None and any(_within(a.whole, node.start_byte) for a in call.arguments):
            if re.search(r"Callback$|Delegate$", call.name) and call.node.type == "object_creation_expression":
                continue
            return parent
        if parent.type in GRAMMAR.statements or parent.type in GRAMMAR.functions:
            return None
    return None


def _says_itself(source: Source, place: "Node") -> bool:
    """Whether another pattern looks at the assignment or call, or a server's or client's certificate is the matter."""
    written = source.text(place)[:300]
    head = written.partition("(")[0] if place.type != "assignment_expression" else source.text(place.named_children[0])
    return (
        bool(_CALLBACK.search(head.strip())) or "SslStream" in head or re.search(r"(?i)client\w*cert", head) is not None
    )


def _fields(hit: Hit) -> Iterator[Find]:
    """Callbacks kept in fields and properties, for other files to use."""
    source, node = hit.source, kept_callback(hit)
    if node is None:
        return
    named = node.child_by_field_name("name")
    name = source.text(named) if named is not None else last_name(source.text(node).partition("=")[0])
    if len(list(word_places(source.data, name, 0, len(source.data)))) == 1 and not name.startswith("Client"):
        yield Find(PinKind.VERIFICATION_OFF, node, purpose=purpose_of(hit))


def _policy(hit: Hit) -> Iterator[Find]:
    """Overrides that accept everything: ``ICertificatePolicy``, Unity's ``CertificateHandler``, BouncyCastle's TLS."""
    source, method = hit.source, hit.node.parent
    if method is None or method.type != "method_declaration" or source.name_of(method) != hit.name:
        return
    around = source.class_around(method)
    head = source.text(around).partition("{")[0] if around is not None else ""
    body = method.child_by_field_name("body")
    if hit.name == "NotifyServerCertificate":
        if (
            body is not None
            and body.type == "block"
            and not [c for c in body.named_children if "comment" not in c.type]
        ):
            yield Find(PinKind.VERIFICATION_OFF, method)
        return
    if not re.search(r"ICertificatePolicy|CertificateHandler", head):
        return
    does, shown = verdict(source, method)
    if does is Does.ACCEPTS:
        yield Find(PinKind.VERIFICATION_OFF, method)
    elif does is Does.COMPARES:
        yield Find(PinKind.FINGERPRINT, method, compared_with(hit, shown))


def _dangerous(hit: Hit) -> Iterator[Find]:
    """``HttpClientHandler.DangerousAcceptAnyServerCertificateValidator`` anywhere but in an assignment to a callback."""
    source = hit.source
    for parent in source.ancestors(hit.node):
        if parent.type == "assignment_expression":
            if not _CALLBACK.search(source.text(parent.named_children[0])):
                yield Find(PinKind.VERIFICATION_OFF, parent)
            return
        if parent.type in ("argument", "return_statement", "variable_declarator", "arrow_expression_clause"):
            yield Find(PinKind.VERIFICATION_OFF, parent)
            return


# --- chains and stores ----------------------------------------------------------------------------------------------------


def _store(hit: Hit) -> Iterator[Find]:
    """``policy.CustomTrustStore.Add(ca)`` or ``= { ca }``; ``ExtraStore`` where a TLS callback reads it."""
    source, setting = hit.source, hit.setting()
    if hit.name == "ExtraStore" and not _TLS.search(source.data):
        return  # a chain for messages
    function = source.function_around(hit.node)
    adds = hit.name == "ExtraStore" or (function is not None and adds_to_default(source, function))
    mode = PinMode.ADDS if adds else PinMode.REPLACES
    if setting is not None and setting.form == "assignment" and setting.value is not None and setting.name == hit.name:
        inner = setting.value.named_children if setting.value.type == "initializer_expression" else [setting.value]
        for node in inner[:4]:
            yield Find(PinKind.TRUST, setting.node, _given(hit, node), mode, purpose_of(hit))
        return
    for parent in source.ancestors(hit.node):
        call = source.call(parent)
        if call is not None:
            if (
                call.name in ("Add", "AddRange", "Import", "ImportFromPem", "ImportFromPemFile")
                and call.nth(0) is not None
            ):
                yield Find(PinKind.TRUST, call.node, _given(hit, call.arguments[0].node), mode, purpose_of(hit))
            return
        if parent.type in GRAMMAR.statements:
            return


def _given(hit: Hit, node: "Node") -> Value:
    """A collection filled elsewhere in the file; a local name that nothing defines is decided elsewhere."""
    source, value = hit.source, hit.value(node)
    if value.kind in (Kind.UNKNOWN, Kind.NAME):
        filled = source.calls("Add", "Import", "ImportFromPem", "ImportFromPemFile", receiver=source.text(node))
        values = [hit.value(call.nth(0)) for call in filled if call.nth(0) is not None]
        value = choice(values) if values else value
    if value.kind is Kind.NAME and not value.text[:1].isupper():
        return Value(Kind.SETTING, value.text)
    return value


def _unknown_authority(hit: Hit) -> Iterator[Find]:
    """``AllowUnknownCertificateAuthority`` in a TLS callback that compares with nothing."""
    source = hit.source
    function = source.function_around(hit.node)
    setting_node = source.around(hit.node, frozenset({"assignment_expression"}))
    if function is None or setting_node is None or not _TLS.search(source.data):
        return
    if re.search(
        r"ExtraStore|CustomTrustStore|Thumbprint|RawData|SequenceEqual|GetCertHash|GetPublicKey", source.text(function)
    ):
        return
    yield Find(PinKind.VERIFICATION_OFF, setting_node)


def _root_store(hit: Hit) -> Iterator[Find]:
    """``new X509Store(StoreName.Root, …)`` and then ``store.Add(certificate)``: adds to the machine's or user's roots."""
    source = hit.source
    function = source.function_around(hit.node)
    if function is None:
        return
    for call in source.calls("Add", within=function):
        receiver = source.text(call.receiver) if call.receiver is not None else ""
        made = " ".join(source.text(d.node) for d in source.definitions.get(receiver, ()) if d.function is not None)
        if "StoreName.Root" in made and call.nth(0) is not None:
            yield Find(PinKind.TRUST, call.node, _given(hit, call.arguments[0].node), PinMode.ADDS)


def _trust_chain(hit: Hit) -> Iterator[Find]:
    """MQTTnet: ``WithTrustChain(collection)``."""
    call = hit.call()
    if call is not None and call.name == hit.name and call.nth(0) is not None:
        yield Find(PinKind.TRUST, call.node, _given(hit, call.arguments[0].node), purpose=Purpose.QUEUE)


def _loader(hit: Hit) -> Iterator[Find]:
    call = hit.call()
    if call is None or call.nth(0) is None or not re.match(r"Load(?:Ca|CA|Root|Trusted)Cert", call.name):
        return
    value = hit.value(call.nth(0))
    yield Find(
        PinKind.TRUST, call.node, value if value.kind is Kind.TEXT else Value(Kind.SETTING, value.text), PinMode.ADDS
    )


# --- switches -------------------------------------------------------------------------------------------------------------


def _acceptable(hit: Hit) -> Iterator[Find]:
    """RabbitMQ: ``AcceptablePolicyErrors = SslPolicyErrors.RemoteCertificateChainErrors``."""
    setting = hit.setting()
    if setting is None or setting.form != "assignment" or setting.value is None or setting.name != hit.name:
        return
    if "ChainErrors" in hit.source.text(setting.value):
        yield Find(PinKind.VERIFICATION_OFF, setting.node, purpose=Purpose.QUEUE)


def _ignorable(hit: Hit) -> Iterator[Find]:
    """UWP: ``filter.IgnorableServerCertificateErrors.Add(ChainValidationResult.Untrusted)``."""
    source = hit.source
    for parent in source.ancestors(hit.node):
        call = source.call(parent)
        if call is not None:
            if call.name == "Add" and re.search(
                r"Untrusted|InvalidName|InvalidCertificateAuthorityPolicy|IncompleteChain", source.text(call.node)
            ):
                yield Find(PinKind.VERIFICATION_OFF, call.node)
            return


def _database(hit: Hit, setting: Setting) -> bool:
    return (
        setting.node.type == "assignment_expression"
        and setting.value is not None
        and setting.value.type != "implicit_object_creation_expression"
        and re.search(rb"Npgsql|MySql", hit.source.data) is not None
    )


def _outside(hit: Hit, call: Call) -> bool:
    """Not inside the library's own overload of the same name, nor where the callback that it makes is said already."""
    source = hit.source
    function = source.around(call.node, frozenset({"method_declaration"}))
    assigned = source.around(call.node, frozenset({"assignment_expression"}))
    if assigned is not None and _CALLBACK.search(source.text(assigned.named_children[0])):
        return False
    return function is None or source.name_of(function) != call.name


_ON = frozenset({"true"})
_OFF = frozenset({"false"})


def _c(body: str) -> str:
    return "class C { void F() { " + body + " } }"


_CHECK = " static bool Check(object s, X509Certificate c, X509Chain h, SslPolicyErrors e) { %s } }"
_DOTNET = (
    "https://learn.microsoft.com/dotnet/api/system.net.http.httpclienthandler.servercertificatecustomvalidationcallback"
)

LANGUAGE = Language(
    name="csharp",
    title="C#",
    endings=(".cs", ".csx"),
    grammar=GRAMMAR,
    carriers=CARRIERS,
    constants=CONSTANTS,
    evaluate=evaluate_csharp,
    patterns=(
        Pattern(
            slug="validation-callback",
            words=(
                "CertificateValidation",
                "CertificateCustomValidation",
                "CertificateValidator",
                "CertificationValidation",
            ),
            match=_callback,
            bad=(
                _c("ServicePointManager.ServerCertificateValidationCallback += (s, c, h, e) => true;"),
                _c("ServicePointManager.ServerCertificateValidationCallback = delegate { return true; };"),
                _c(
                    "h.ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator;"
                ),
                "class C { void F() { ServicePointManager.ServerCertificateValidationCallback = new RemoteCertificateValidationCallback(Check); }"
                + _CHECK % "return true;",
                _c("h.ServerCertificateCustomValidationCallback = (m, c, ch, e) => o.Callback(m, c, ch, e);"),
                _c("o.RemoteCertificateValidationCallback = settings.Validator;"),
                _c(
                    'h.ServerCertificateCustomValidationCallback = (m, c, ch, e) => e == SslPolicyErrors.None || m.RequestUri.Host == "a";'
                ),
                _c(
                    'h.ServerCertificateCustomValidationCallback = (m, c, h, e) => c.Thumbprint == "A8985D3A65E5E5C4B2D7D66D40C6DD2FB19C5436";'
                ),
            ),
            good=(
                _c("h.ServerCertificateCustomValidationCallback = (m, c, h, e) => e == SslPolicyErrors.None;"),
                _c("h.ServerCertificateCustomValidationCallback = null;"),
                _c("ServicePointManager.ServerCertificateValidationCallback -= (s, c, h, e) => true;"),
                _c(
                    "h.RemoteCertificateValidationCallback = (a, b, c, e) => { if (e != SslPolicyErrors.None) { Log(e); return false; } return true; };"
                ),
                _c(
                    "s.AuthenticateAsServer(new SslServerAuthenticationOptions { RemoteCertificateValidationCallback = (a, b, c, d) => true });"
                ),
                _c("copy.ServerCertificateValidationCallback = original.ServerCertificateValidationCallback;"),
                "class C { void F() { o.RemoteCertificateValidationCallback = Check; }"
                + _CHECK % "if (e != SslPolicyErrors.None) { Log(e); return false; } return e == SslPolicyErrors.None;",
                "class C { public RemoteCertificateValidationCallback CertificateValidationCallback { get; set; } }",
            ),
            source=_DOTNET,
        ),
        Pattern(
            slug="ssl-stream-callback",
            words=("SslStream(",),
            match=_stream,
            bad=(
                _c("var s = new SslStream(t.GetStream(), false, (a, b, c, d) => true, null);"),
                _c("var s = new SslStream(t, false, conf.ServerCertificateValidationCallback);"),
            ),
            good=(
                _c("var s = new SslStream(t.GetStream(), false);"),
                _c("var s = new SslStream(t, false, (a, b, c, d) => true); s.AuthenticateAsServer(x);"),
            ),
        ),
        Pattern(
            slug="accepting-method",
            words=("SslPolicyErrors",),
            match=_named_elsewhere,
            bad=(
                "public class C { public" + _CHECK % "return true;",
                "class C { void F() { new SSLOptions(p, true, Check); }" + _CHECK % "return true;",
                "class C { void F() { _serverCertValidationCallback = Check; }" + _CHECK % "return true;",
            ),
            good=(
                "class C { void F() { _clientCertValidationCallback = Check; } private" + _CHECK % "return true;",
                "class C { private" + _CHECK % "return true;",
                "public class C { public" + _CHECK % "return e == SslPolicyErrors.None;",
            ),
        ),
        Pattern(
            slug="accepting-field",
            words=("SslPolicyErrors", "RemoteCertificateValidationCallback"),
            match=_fields,
            bad=(
                "class C { public static readonly RemoteCertificateValidationCallback Any = (s, c, ch, e) => true; }",
                "class C { static Func<HttpRequestMessage, X509Certificate2, X509Chain, SslPolicyErrors, bool> Any => (a, b, c, d) => true; }",
            ),
            good=(
                "class C { static readonly RemoteCertificateValidationCallback Fine = (s, c, ch, e) => e == SslPolicyErrors.None; }",
            ),
        ),
        Pattern(
            slug="accepting-policy",
            words=("CheckValidationResult", "ValidateCertificate", "NotifyServerCertificate"),
            match=_policy,
            bad=(
                "class P : ICertificatePolicy { public bool CheckValidationResult(ServicePoint s, X509Certificate c, WebRequest r, int p) { return true; } }",
                "class H : CertificateHandler { protected override bool ValidateCertificate(byte[] d) { return true; } }",
            ),
            good=(
                "class H : CertificateHandler { protected override bool ValidateCertificate(byte[] d) { return Verify(d); } }",
            ),
        ),
        Pattern(
            slug="dangerous-validator",
            words=("DangerousAcceptAnyServerCertificateValidator",),
            match=_dangerous,
            bad=(_c("Use(HttpClientHandler.DangerousAcceptAnyServerCertificateValidator);"),),
            good=(_c("// HttpClientHandler.DangerousAcceptAnyServerCertificateValidator"),),
            source=_DOTNET,
        ),
        Pattern(
            slug="custom-trust-store",
            words=("CustomTrustStore", "ExtraStore"),
            match=_store,
            bad=(
                _c(
                    'policy.TrustMode = X509ChainTrustMode.CustomRootTrust; policy.CustomTrustStore.Add(new X509Certificate2("rootca.crt"));'
                ),
                _c(
                    "var p = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { ca } };"
                ),
            ),
            good=(_c("chain.ChainPolicy.ExtraStore.Add(alipayRoot);"), _c("var n = policy.CustomTrustStore.Count;")),
            source="https://learn.microsoft.com/dotnet/api/system.security.cryptography.x509certificates.x509chainpolicy.customtruststore",
        ),
        Pattern(
            slug="unknown-authority",
            words=("AllowUnknownCertificateAuthority",),
            match=_unknown_authority,
            bad=(
                _c(
                    "SslPolicyErrors e; chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;"
                ),
            ),
            good=(_c("chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;"),),
        ),
        Pattern(
            slug="root-store",
            words=("StoreName.Root",),
            match=_root_store,
            bad=(
                _c(
                    'var store = new X509Store(StoreName.Root, StoreLocation.CurrentUser); store.Add(new X509Certificate2("ca.cer"));'
                ),
            ),
            good=(_c("var store = new X509Store(StoreName.Root); var all = store.Certificates;"),),
        ),
        Pattern(
            slug="trust-issuer",
            words=("TrustIssuer", "AuthorityIsRoot", "AuthorityPartOfChain"),
            match=any_of(
                call_trusts(
                    "TrustIssuer", "TrustIssuerCallback", mode=PinMode.ADDS, purpose=Purpose.DATABASE, when=_outside
                ),
                call_trusts("AuthorityIsRoot", "AuthorityPartOfChain"),
            ),
            bad=(_c('options.TrustIssuer("redis-ca.pem");'),),
            good=("class C { void TrustIssuer(string path) { } }",),
        ),
        Pattern(
            slug="ca-loader",
            words=("LoadCaCert", "LoadCACert", "LoadRootCert", "LoadTrustedCert"),
            match=_loader,
            bad=(_c('var cas = LoadCaCertificates("ca.pem");'),),
            good=("class C { void LoadCaCertificates(string path) { } }",),
        ),
        Pattern(
            slug="grpc-credentials",
            words=("SslCredentials(",),
            match=call_trusts("SslCredentials"),
            bad=(_c('var c = new SslCredentials(File.ReadAllText("ca.crt"));'),),
            good=(_c("var c = new SslCredentials();"),),
        ),
        Pattern(
            slug="certificate-fingerprint",
            words=("CertificateFingerprint",),
            match=any_of(fingerprints("CertificateFingerprint")),
            bad=(_c('settings.CertificateFingerprint("4348a0e9");'),),
            good=(_c("var f = settings.CertificateFingerprint;"),),
        ),
        Pattern(
            slug="verification-switch",
            words=(
                "CertificateValidationMode",
                "SkipTlsVerify",
                "AllowUntrustedCertificate",
                "IgnoreCertificateChainErrors",
                "EnableSslCertificateVerification",
                "AcceptablePolicyErrors",
                "IgnorableServerCertificateErrors",
                "ValidateAnyCertificate",
            ),
            match=any_of(
                switch("CertificateValidationMode", off=frozenset({"None"})),
                switch("SkipTlsVerify", "ValidateAnyCertificate", off=_ON),
                switch(
                    "AllowUntrustedCertificates",
                    "IgnoreCertificateChainErrors",
                    "WithAllowUntrustedCertificates",
                    "WithIgnoreCertificateChainErrors",
                    off=_ON,
                    purpose=Purpose.QUEUE,
                ),
                switch("EnableSslCertificateVerification", off=_OFF),
                lambda hit: _acceptable(hit) if hit.word == "AcceptablePolicyErrors" else (),
                lambda hit: _ignorable(hit) if hit.word == "IgnorableServerCertificateErrors" else (),
            ),
            bad=(
                _c(
                    "c.ServiceCertificate.SslCertificateAuthentication = new X509ServiceCertificateAuthentication { CertificateValidationMode = X509CertificateValidationMode.None };"
                ),
                _c("var k = new KubernetesClientConfiguration { SkipTlsVerify = true };"),
                _c("f.Ssl.AcceptablePolicyErrors = SslPolicyErrors.RemoteCertificateChainErrors;"),
            ),
            good=(
                _c("a.CertificateValidationMode = X509CertificateValidationMode.ChainTrust;"),
                _c(
                    "host.Credentials.ClientCertificate.Authentication.CertificateValidationMode = X509CertificateValidationMode.None;"
                ),
                "class C { public bool SkipTlsVerify { get; set; } }",
            ),
        ),
        Pattern(
            slug="database-ca",
            words=("RootCertificate", "SslCa", "SslRootCert"),
            match=trusts(
                "RootCertificate",
                "SslCa",
                "SslRootCert",
                forms=("assignment",),
                when=_database,
                purpose=Purpose.DATABASE,
            ),
            bad=("using Npgsql;\n" + _c('builder.RootCertificate = "ca.pem";'),),
            good=(
                _c('options.AlipayRootCert = "alipayRootCert.crt";'),
                "using Npgsql;\nclass C { public string RootCertificate { get; set; } }",
            ),
        ),
        Pattern(
            slug="trust-chain",
            words=("WithTrustChain",),
            match=_trust_chain,
            bad=(
                _c("var chain = new X509Certificate2Collection(); chain.ImportFromPem(pem); b.WithTrustChain(chain);"),
            ),
            good=("class B { B WithTrustChain(X509Certificate2Collection c) { return this; } }",),
        ),
        Pattern(
            slug="environment-ca",
            words=("SSL_CERT_FILE", "SSL_CERT_DIR"),
            match=trusts("SSL_CERT_FILE", "SSL_CERT_DIR", forms=("option",)),
            bad=(_c('Environment.SetEnvironmentVariable("SSL_CERT_FILE", "/opt/ca.pem");'),),
            good=(_c('Environment.GetEnvironmentVariable("SSL_CERT_FILE");'),),
        ),
        *LIBRARIES,
    ),
)
