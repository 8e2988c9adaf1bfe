"""C#: own chains and stores, and properties that name CAs or switch verification off."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.languages.csharp.callbacks import adds_to_default
from wxcertcheck.scan.languages.csharp.surroundings import purpose_of, switch
from wxcertcheck.scan.languages.csharp.validation import CALLBACK
from wxcertcheck.scan.languages.csharp.values import GRAMMAR
from wxcertcheck.scan.matchers import any_of, call_trusts, fingerprints, trusts
from wxcertcheck.scan.source import Call
from wxcertcheck.scan.values import Kind, Value, choice

if TYPE_CHECKING:
    from tree_sitter import Node

_TLS = re.compile(
    rb"SslPolicyErrors|HttpClientHandler|SslStream|ServicePointManager|SocketsHttpHandler|SslClientAuthenticationOptions|WebRequestHandler"
)


def _store(hit: Hit) -> Iterator[Find]:
    """``policy.CustomTrustStore.Add(ca)`` or ``= { ca }``; ``ExtraStore`` where a TLS callback reads it."""
    source, setting = hit.source, hit.setting()
    if hit.name == "ExtraStore" and not _TLS.search(source.data):
        return  # a chain for messages
    given = source.around(hit.node, frozenset({"lambda_expression", "anonymous_method_expression"}))
    callback = given.parent if given is not None else None
    assigned = callback is not None and callback.type == "assignment_expression"
    if assigned and callback is not None and "ClientCertificate" in source.text(callback.named_children[0]):
        return  # a server's check of its clients
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


_READS = re.compile(
    r"GetManifestResource\w*|ReadAll(?:Text|Bytes)|OpenRead|Open|X509Certificate2?|LoadCertificateFromFile|ImportFromPemFile|CreateFrom\w*File|LoadFrom\w*File"
)
_CA_FILE = re.compile(
    r"(?i)^(?!.*(?:client|server|sign|alipay|union|key)).*(?:(?<![a-z])ca|cas|root|trust|bundle|pinn?|isrg|digicert|globalsign)[^/]*$"
)
_SAID = re.compile(rb"CustomTrustStore|ExtraStore")


def _bundled(hit: Hit) -> Iterator[Find]:
    """``GetManifestResourceStream("Shop.ca_certs.pem")`` in a file that checks servers with it, or pins them."""
    source = hit.source
    literal = source.around(hit.node, GRAMMAR.strings) if hit.node.type not in GRAMMAR.strings else hit.node
    call = hit.call_around()
    if literal is None or call is None or not _READS.fullmatch(call.name) or _SAID.search(source.data):
        return
    if _TLS.search(source.data) and _CA_FILE.match(source.text(literal).strip('@$"').rpartition("/")[2]):
        yield Find(PinKind.TRUST, call.node, hit.value(call.nth(0)), purpose=purpose_of(hit))


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


def _outside(hit: Hit, call: Call) -> bool:
    """Not inside the library's own overload of the same name, nor where the callback that it makes is said already."""
    source = hit.source
    function = source.around(call.node, frozenset({"method_declaration"}))
    assigned = source.around(call.node, frozenset({"assignment_expression"}))
    if assigned is not None and CALLBACK.search(source.text(assigned.named_children[0])):
        return False
    return function is None or source.name_of(function) != call.name


_ON = frozenset({"true"})
_OFF = frozenset({"false"})


def _c(body: str) -> str:
    return "class C { void F() { " + body + " } }"


PATTERNS = (
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
        good=(
            _c("chain.ChainPolicy.ExtraStore.Add(alipayRoot);"),
            _c("var n = policy.CustomTrustStore.Count;"),
            _c(
                "o.ClientCertificateValidation = (c, ch, e) => { ch.ChainPolicy.CustomTrustStore.Add(ca); return ch.Build(c); };"
            ),
        ),
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
        words=("SslCredentials(", "SslCredentials ("),
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
            _c("var t = new X { AllowUntrustedCertificates = options.AcceptAny };"),
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
        slug="trust-chain",
        words=("WithTrustChain",),
        match=_trust_chain,
        bad=(_c("var chain = new X509Certificate2Collection(); chain.ImportFromPem(pem); b.WithTrustChain(chain);"),),
        good=("class B { B WithTrustChain(X509Certificate2Collection c) { return this; } }",),
    ),
    Pattern(
        slug="bundled-file",
        words=('.pem"', '.crt"', '.cer"'),
        match=_bundled,
        bad=(
            (
                "class C { bool F(object s, X509Certificate c, X509Chain h, SslPolicyErrors e) { return roots.Contains(c); } "
                'Stream G() { return Assembly.GetExecutingAssembly().GetManifestResourceStream("Shop.ca_certs.pem"); } }'
            ),
        ),
        good=(
            'class C { Stream G() { return Assembly.GetExecutingAssembly().GetManifestResourceStream("Shop.ca_certs.pem"); } }',
            (
                "class C { bool F(object s, X509Certificate c, X509Chain h, SslPolicyErrors e) { return e == SslPolicyErrors.None; } "
                'X509Certificate2 G() { return new X509Certificate2("apiclient_cert.pem"); } }'
            ),
        ),
    ),
    Pattern(
        slug="environment-ca",
        words=("SSL_CERT_FILE", "SSL_CERT_DIR"),
        match=trusts("SSL_CERT_FILE", "SSL_CERT_DIR", forms=("option",)),
        bad=(_c('Environment.SetEnvironmentVariable("SSL_CERT_FILE", "/opt/ca.pem");'),),
        good=(_c('Environment.GetEnvironmentVariable("SSL_CERT_FILE");'),),
    ),
)
