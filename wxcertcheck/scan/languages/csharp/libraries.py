"""C#: connection strings, and the switches and CA settings that belong to one library.

Sources: each library's documentation: Npgsql, MySqlConnector, MongoDB, Confluent.Kafka, M2Mqtt, NATS, WebSocket4Net, FluentFTP,
System.DirectoryServices.Protocols, Neo4j, DotPulsar, CefSharp, Xamarin.
"""

import itertools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.languages.csharp.callbacks import Does, compared_at, compared_with, verdict
from wxcertcheck.scan.languages.csharp.surroundings import is_server, purpose_of, switch, taken_away
from wxcertcheck.scan.matchers import any_of, call_switches_off, call_trusts, trusts
from wxcertcheck.scan.members import CA_WORDS, SWITCH_WORDS, handed_ca, handed_switch, taken
from wxcertcheck.scan.values import Kind, Value, text

if TYPE_CHECKING:
    from tree_sitter import Node

_ON, _OFF = frozenset({"true"}), frozenset({"false"})
_STRINGS = frozenset(
    {"string_literal_content", "string_content", "verbatim_string_literal", "string_literal", "raw_string_content"}
)
_OFF_IN_STRING = re.compile(r"(?i)Trust\s?Server\s?Certificate\s*=\s*(?:true|yes)")
_CA_IN_STRING = re.compile(
    r"(?i)(?:^|;)\s*(?:Ssl[ -]?CA|CA\s?Certificate\s?File|Root\s?Certificate|sslrootcert)\s*=\s*([^;\"]+)"
)


_CA_TO_COME = re.compile(r"(?i)(?:^|;)\s*(?:Ssl[ -]?CA|CA\s?Certificate\s?File|Root\s?Certificate|sslrootcert)\s*=\s*$")


def _connection_string(hit: Hit) -> Iterator[Find]:
    """``TrustServerCertificate=true`` and ``SslCa=…`` in a connection string; the former also on its builder."""
    if hit.node.type in _STRINGS:
        if _OFF_IN_STRING.search(hit.text):
            yield Find(PinKind.VERIFICATION_OFF, hit.node, purpose=Purpose.DATABASE)
        return
    if hit.word == "TrustServerCertificate":
        builder = switch("TrustServerCertificate", off=_ON, purpose=Purpose.DATABASE, forms=("assignment",))
        yield from builder(hit)


def _ca_in_string(hit: Hit) -> Iterator[Find]:
    """``"Host=h;Root Certificate=ca.pem"``, ``$"…;RootCertificate={path}"``, ``"…;SslCa=" + path``."""
    if hit.node.type not in _STRINGS:
        return
    found = _CA_IN_STRING.search(hit.text.strip('@"'))
    if found:
        yield Find(PinKind.TRUST, hit.node, text(found[1].strip()), purpose=Purpose.DATABASE)
        return
    given = _after(hit) if _CA_TO_COME.search(hit.text.rstrip('"')) else None
    if given is not None:
        yield Find(PinKind.TRUST, hit.node, hit.value(given), purpose=Purpose.DATABASE)


def _after(hit: Hit) -> "Node | None":
    """What is put after a piece of text: the hole of an interpolated string, or what is added to it."""
    for parent in (hit.node, *itertools.islice(hit.source.ancestors(hit.node), 2)):
        after = parent.next_named_sibling
        if after is not None and after.type == "interpolation":
            return next((one for one in after.named_children if "brace" not in one.type), None)
        if after is not None and parent.parent is not None and parent.parent.type == "binary_expression":
            return after
    return None


def _entry(hit: Hit) -> Iterator[Find]:
    """``{ "ssl.ca.location", "ca.pem" }`` in a collection initializer."""
    for parent in hit.source.ancestors(hit.node):
        if parent.type == "initializer_expression":
            both = [child for child in parent.named_children if "comment" not in child.type]
            if len(both) == 2 and both[0].start_byte <= hit.offset < both[0].end_byte:
                yield Find(PinKind.TRUST, parent, hit.value(both[1]), purpose=Purpose.QUEUE)
            return
        if parent.type not in _STRINGS:
            return


def _mqtt_client(hit: Hit) -> Iterator[Find]:
    """M2Mqtt: ``new MqttClient(host, port, secure, ca, clientCertificate, protocols)``."""
    call = hit.call()
    node = call.nth(3) if call is not None and call.name == "MqttClient" else None
    if call is None or node is None or len(call.arguments) < 5 or "Protocols" in hit.source.text(node):
        return
    yield Find(PinKind.TRUST, call.node, hit.value(node), purpose=Purpose.QUEUE)


def _callback(hit: Hit) -> Iterator[Find]:
    """Callbacks of LDAP, FTP, MQTT and Cassandra clients: ``= (connection, certificate) => true``."""
    setting = hit.setting()
    if setting is None or setting.value is None or setting.form != "assignment" or setting.name != hit.name:
        return
    if setting.node.type != "assignment_expression" or taken_away(hit.source, setting.node):
        return
    does, shown = verdict(hit.source, setting.value)
    named = re.findall(r"\w+", hit.source.text(setting.value)[:200]) if does is Does.HANDS_ON else []
    bodies = [shown, *(method for name in named for method in hit.source.functions(name)[:1])]
    written = [hit.source.text(body) for body in bodies]
    accepts = any(re.search(r"\.Accept\s*=\s*true", one) and not re.search(r"\bif\b", one) for one in written)
    if does is Does.ACCEPTS or accepts:
        yield Find(PinKind.VERIFICATION_OFF, setting.node, purpose=purpose_of(hit))
    elif does is Does.COMPARES:
        yield Find(PinKind.FINGERPRINT, setting.node, compared_with(hit, shown), purpose=purpose_of(hit))
    elif any(re.search(r"\.Accept\s*=\s*[\w.?!]+\(", one) for one in written):  # somebody else decides
        yield Find(PinKind.CONFIGURABLE, setting.node, purpose=purpose_of(hit))


def _certificate_policy(hit: Hit) -> Iterator[Find]:
    """``ServicePointManager.CertificatePolicy = new TrustAllCertificatePolicy()``: the class, or its name where it is elsewhere."""
    setting = hit.setting()
    if setting is None or setting.value is None or not setting.target.endswith("ServicePointManager.CertificatePolicy"):
        return
    call = hit.source.call(setting.value)
    if call is None:
        return
    for own in hit.source.classes(call.name):
        methods = hit.source.nodes({"method_declaration"}, own)
        checks = [one for one in methods if hit.source.name_of(one) == "CheckValidationResult"]
        if any(verdict(hit.source, one)[0] is Does.ACCEPTS for one in checks):
            yield Find(PinKind.VERIFICATION_OFF, setting.node)
        return
    if re.search(r"(?i)trust|accept|all|any|ignore|bypass", call.name):
        yield Find(PinKind.VERIFICATION_OFF, setting.node)


def _allowed(hit: Hit) -> Iterator[Find]:
    """HiveMQ: ``builder.WithAllowInvalidBrokerCertificates(true)``."""
    call = hit.call()
    if call is None or call.name != "WithAllowInvalidBrokerCertificates" or hit.name != call.name:
        return
    value = hit.value(call.nth(0)) if call.nth(0) is not None else text("true")
    if value.kind is Kind.NAME:
        value = Value(Kind.SETTING, value.text)
    yield Find(PinKind.VERIFICATION_OFF, call.node, value, purpose=Purpose.QUEUE, off=_ON)


def _in_constructor(hit: Hit) -> Iterator[Find]:
    """Cassandra: ``new SSLOptions(protocol, revocation, callback)``."""
    call = hit.call()
    node = call.nth(2) if call is not None and call.name == "SSLOptions" else None
    if call is None or node is None or node.type not in ("lambda_expression", "anonymous_method_expression"):
        return
    if verdict(hit.source, node)[0] is Does.ACCEPTS:
        yield Find(PinKind.VERIFICATION_OFF, call.node, purpose=Purpose.DATABASE)


def _override(hit: Hit) -> Iterator[Find]:
    """Overrides that accept everything: WCF's ``X509CertificateValidator``, Android's ``IHostnameVerifier``."""
    source = hit.source
    around = source.class_around(hit.node)
    if around is None or hit.node.parent is None or hit.node.parent.type == "method_declaration":
        return
    name = "Validate" if hit.name == "X509CertificateValidator" else "Verify"
    if not around.start_byte <= hit.offset < around.start_byte + source.text(around).find("{"):
        return
    for method in source.nodes({"method_declaration"}, around):
        body = method.child_by_field_name("body")
        if source.name_of(method) != name or body is None:
            continue
        does = verdict(source, method)[0]
        written = source.text(body)
        if does is Does.COMPARES or re.search(r"Thumbprint|GetCertHash|GetPublicKey|RawData", written):
            yield Find(PinKind.FINGERPRINT, compared_at(source, method, method), compared_with(hit, method))
        elif does is Does.ACCEPTS or (name == "Validate" and not re.search(r"throw|\w\(", written)):
            yield Find(PinKind.VERIFICATION_OFF, method)


def _certificate_error(hit: Hit) -> Iterator[Find]:
    """CefSharp: ``OnCertificateError`` that continues whatever the certificate."""
    method = hit.node.parent
    if method is None or method.type != "method_declaration" or hit.source.name_of(method) != hit.name:
        return
    written = hit.source.text(method)
    if re.search(r"\.Continue\(true\)", written) and not re.search(r"\bif\b|\?", written.partition("{")[2]):
        yield Find(PinKind.VERIFICATION_OFF, method)


def _spki_pins(hit: Hit) -> Iterator[Find]:
    """``"sha256/…="`` given to a pinner or kept in a field."""
    if hit.node.type not in _STRINGS or not re.fullmatch(r"sha256/[A-Za-z0-9+/]{43}=", hit.text.strip('@"')):
        return
    places = frozenset({"invocation_expression", "variable_declarator", "assignment_expression"})
    place = hit.source.around(hit.node, places)
    if place is not None:
        yield Find(PinKind.FINGERPRINT, place, text(hit.text.strip('@"')))


def _is_no_switch(hit: Hit, node: "Node") -> bool:
    """A server's, or a switch that other patterns know by its library."""
    served = (
        re.search(r"erver(?!Cert|Name|Url|less|\w*Valid|\w*Verif)\w*[.!?]", hit.source.text(node)[:200]) is not None
    )
    return served or is_server(hit, node) or "TrustServerCertificate" in hit.name or "Callback" in hit.name


def _is_no_ca(hit: Hit, node: "Node") -> bool:
    return is_server(hit, node) or hit.name == "TrustedCertificateAuthority" or node.type == "property_declaration"


def _c(body: str) -> str:
    return "class C { void F() { " + body + " } }"


PATTERNS = (
    Pattern(
        slug="database-verify-off",
        words=("TrustServerCertificate", "Trust Server Certificate", "trustServerCertificate"),
        match=_connection_string,
        bad=(
            _c('var s = "Server=db;Encrypt=True;TrustServerCertificate=True";'),
            _c('var s = "Host=db;SSL Mode=Require;Trust Server Certificate=true";'),
            _c("b.TrustServerCertificate = true;"),
        ),
        good=(_c('var s = "Server=db;TrustServerCertificate=False";'),),
    ),
    Pattern(
        slug="database-ca-string",
        words=(
            "SslCa=",
            "SSL CA=",
            "Ssl-Ca=",
            "CA Certificate File=",
            "Root Certificate=",
            "RootCertificate=",
            "sslrootcert=",
        ),
        match=_ca_in_string,
        bad=(
            _c('var s = "Server=h;SslMode=VerifyCA;SslCa=ca.pem";'),
            _c('var s = "Host=h;Root Certificate=/x/ca.crt";'),
            _c('var s = $"Host={h};RootCertificate={path}";'),
            _c('var s = "Host=h;RootCertificate=" + Path.Combine(home, "ca.pem");'),
        ),
        good=(_c('var s = "Server=h;SslMode=VerifyCA";'), _c("options.RootCertificate=x;")),
    ),
    Pattern(
        slug="ca-setting",
        words=CA_WORDS,
        match=any_of(handed_ca(_is_no_ca, purpose_of), taken(_is_no_ca)),
        bad=(
            _c('var p = new ProducerConfig { SslCaLocation = "ca.pem" };'),
            _c('config.SslCaCerts = CertUtils.LoadPemFileCert("ca.crt");'),
            _c("var o = new NatsTlsOpts { CaFile = options.Tls.CaFile };"),
            _c('var ca = new X509Certificate2("ca.crt"); builder.TlsTrustCertificate(ca);'),
            _c('builder.RootCertificate = Environment.GetEnvironmentVariable("DB_ROOT_CERT");'),
            "class B { B WithCaFile(string path) { _caFile = path; return this; } }",
        ),
        good=(
            'class N { public const string SslCaLocation = "ssl.ca.location"; }',
            "class N { public string CaFile { get; set; } }",
            "class N { N(string caFile) { CaFile = caFile; } }",
            _c("var c = config.SslCaCerts;"),
            _c("copy.CaFile = other.CaFile;"),
            _c('options.AlipayRootCert = "alipayRootCert.crt";'),
            _c('new SslServerAuthenticationOptions { CaFile = "clients.pem" };'),
            'class M { string CaFile => "a"; void F() { o.RootCause = "a.pem"; } }',
        ),
    ),
    Pattern(
        slug="queue-ca",
        words=("ssl.ca.location",),
        match=any_of(trusts("ssl.ca.location", forms=("option", "assignment"), purpose=Purpose.QUEUE), _entry),
        bad=(
            _c('Set("ssl.ca.location", path);'),
            _c('var d = new Dictionary<string, object> { { "ssl.ca.location", "ca.pem" } };'),
        ),
        good=(_c('Get("ssl.ca.location");'),),
    ),
    Pattern(
        slug="mqtt-client-ca",
        words=("MqttClient(", "MqttClient ("),
        beside=("M2Mqtt",),
        match=_mqtt_client,
        bad=(_c('var m = new MqttClient(h, 8883, true, X509Certificate.CreateFromCertFile("ca.crt"), null, p);'),),
        good=(_c("var m = new MqttClient(h, 8883, true, null, null, p);"), _c("var m = new MqttClient(h);")),
    ),
    Pattern(
        slug="queue-authority",
        words=("TrustedCertificateAuthority",),
        match=call_trusts("TrustedCertificateAuthority", mode=PinMode.ADDS, purpose=Purpose.QUEUE),
        bad=(_c('builder.TrustedCertificateAuthority(new X509Certificate2("ca.crt"));'),),
        good=(_c("var c = builder.TrustedCertificateAuthority;"),),
    ),
    Pattern(
        slug="library-switch",
        words=(
            "AllowInsecureTls",
            "VerifySslCertificate",
            "InsecureSkipVerify",
            "AllowUnstrustedCertificate",
            "AllowNameMismatchCertificate",
            "AllowCertificateChainErrors",
            "VerifyCertificateAuthority",
            "CreateInsecure",
            "TrustOverride",
            *SWITCH_WORDS,
        ),
        match=any_of(
            handed_switch(_is_no_switch, purpose_of),
            taken(_is_no_switch),
            switch("AllowInsecureTls", off=_ON, purpose=Purpose.DATABASE),
            switch("VerifySslCertificate", off=_OFF),
            switch(
                "InsecureSkipVerify",
                "AllowUnstrustedCertificate",
                "AllowNameMismatchCertificate",
                "AllowCertificateChainErrors",
                off=_ON,
            ),
            switch("VerifyCertificateAuthority", off=_OFF, purpose=Purpose.QUEUE),
            switch("AllowInvalidBrokerCertificates", off=_ON, purpose=Purpose.QUEUE),
            _allowed,
            call_switches_off(
                "CreateInsecure", when=lambda hit, call: "TrustManager" in call.callee, purpose=Purpose.DATABASE
            ),
            lambda hit: _callback(hit) if hit.name.startswith("TrustOverride") else (),
        ),
        bad=(
            _c("settings.AllowInsecureTls = true;"),
            _c("ws.Security.AllowUnstrustedCertificate = true;"),
            _c("o.WithTrustManager(TrustManager.CreateInsecure());"),
            _c("builder.WithAllowInvalidBrokerCertificates(true);"),
            _c("builder.WithAllowInvalidBrokerCertificates(settings.AllowAny);"),
            _c("handler.TrustOverrideForUrl = (sender, url, trust) => true;"),
        ),
        good=(
            _c("settings.AllowInsecureTls = false;"),
            _c("builder.WithAllowInvalidBrokerCertificates(false);"),
            "class C { public bool InsecureSkipVerify { get; set; } }",
            "class C { C(bool insecureSkipVerify) { InsecureSkipVerify = insecureSkipVerify; } }",
            _c("var same = InsecureSkipVerify.Equals(other.InsecureSkipVerify);"),
        ),
    ),
    Pattern(
        slug="library-callback",
        words=(
            "VerifyServerCertificate",
            "ServerCertValidationDelegate",
            "ValidateCertificate",
            "SSLOptions(",
            "SSLOptions (",
        ),
        match=any_of(_callback, _in_constructor),
        bad=(
            _c("connection.SessionOptions.VerifyServerCertificate = (c, certificate) => true;"),
            _c("connection.UserDefinedServerCertValidationDelegate += (s, c, ch, e) => true;"),
            _c("client.ValidateCertificate += (c, e) => { e.Accept = true; };"),
            _c("client.ValidateCertificate += (c, e) => { e.Accept = app.Check(e.Certificate, e.PolicyErrors); };"),
            "class C { void F() { client.ValidateCertificate += new FtpSslValidation(Any); } void Any(FtpClient c, E e) { e.Accept = true; } }",
            _c("new SSLOptions(SslProtocols.Tls12, false, (s, c, ch, e) => true);"),
        ),
        good=(
            _c(
                "client.ValidateCertificate += (c, e) => { if (e.PolicyErrors == SslPolicyErrors.None) e.Accept = true; };"
            ),
            _c("connection.SessionOptions.VerifyServerCertificate = null;"),
            _c("client.ValidateCertificate -= (c, e) => { e.Accept = true; };"),
            _c("this.ValidateCertificate = Check(certificate);"),
        ),
    ),
    Pattern(
        slug="accepting-override",
        words=("X509CertificateValidator", "IHostnameVerifier"),
        match=_override,
        bad=(
            "class V : X509CertificateValidator { public override void Validate(X509Certificate2 certificate) { } }",
            "class H : Java.Lang.Object, IHostnameVerifier { public bool Verify(string h, ISSLSession s) { return true; } }",
            (
                "class V : X509CertificateValidator { public override void Validate(X509Certificate2 c) "
                '{ if (c.Thumbprint != "A8985D3A65E5E5C4B2D7D66D40C6DD2FB19C5436") throw new Exception(); } }'
            ),
        ),
        good=(
            "class V : X509CertificateValidator { public override void Validate(X509Certificate2 c) { ChainTrust.Validate(c); } }",
            "class H : IHostnameVerifier { public bool Verify(string h, ISSLSession s) { return inner.Verify(h, s); } }",
        ),
    ),
    Pattern(
        slug="spki-pins",
        words=('"sha256/',),
        match=_spki_pins,
        bad=(
            _c(
                'handler.AddCertificatePinner("a.com", new[] { "sha256/TNqUZGwKQ+UPNuQ4bmfqNECVl7vOiMHNMGC7b8Q+jCo=" });'
            ),
        ),
        good=(_c('if (pin.StartsWith("sha256/")) Use(pin);'),),
    ),
    Pattern(
        slug="certificate-policy",
        words=("CertificatePolicy",),
        match=_certificate_policy,
        bad=(_c("ServicePointManager.CertificatePolicy = new TrustAllCertificatePolicy();"),),
        good=(
            _c("ServicePointManager.CertificatePolicy = new StrictPolicy();"),
            (
                "class TrustAll : ICertificatePolicy { public bool CheckValidationResult(ServicePoint s, X509Certificate c, WebRequest r, int p)"
                " { return p == 0; } void F() { ServicePointManager.CertificatePolicy = new TrustAll(); } }"
            ),
        ),
    ),
    Pattern(
        slug="browser-certificate-error",
        words=("OnCertificateError",),
        match=_certificate_error,
        bad=(
            "class H { bool OnCertificateError(IRequestCallback callback) { callback.Continue(true); return true; } }",
        ),
        good=("class H { bool OnCertificateError(IRequestCallback callback) { return false; } }",),
    ),
)
