"""Rust's clients of queues and databases, and OpenSSL's stores. Sources: docs.rs of rumqttc, paho-mqtt, lapin, tiberius,
sqlx, mysql, mongodb, redis, rdkafka, elasticsearch, git2, openssl, s2n-tls, esp-idf-svc.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan.embedded import connection_string
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find, Matcher, Pattern
from wxcertcheck.scan.matchers import any_of, call_trusts, decided_around, switches, trusts
from wxcertcheck.scan.source import Call, Source
from wxcertcheck.scan.values import Kind, Value, choice, unknown

if TYPE_CHECKING:
    from tree_sitter import Node


def wraps(source: Source, call: Call) -> bool:
    """A method that only hands on to the method of the same name: an API, not a use."""
    function = source.function_around(call.node)
    return function is not None and source.name_of(function) == call.name


def is_client(hit: Hit, call: Call) -> bool:
    """Whether a call is a use, not a library handing on; a test of matchers, so it takes the hit."""
    return not wraps(hit.source, call)


def _of_other_code(hit: Hit, call: Call) -> bool:
    """`is_client`, and not a builder's method that calls another of its own."""
    own = call.receiver is not None and hit.source.text(call.receiver) == "self"
    return not own and is_client(hit, call)


def _of_another(hit: Hit, setting: Setting) -> bool:
    """A field that is set from outside: ``self.field = …`` is the library's own setter."""
    return "." in setting.target and not setting.target.startswith("self.")


def off_or_decided(source: Source, node: "Node") -> PinKind:
    """Verification is off here, or under an ``if`` that asks for it."""
    return PinKind.CONFIGURABLE if decided_around(source, node) else PinKind.VERIFICATION_OFF


# --- fields of configurations ---------------------------------------------------------------------------------------------

_FIELDS = {
    "ca": (re.compile(r"TlsConfiguration::Simple(?:Native)?$"), Purpose.QUEUE),
    "cert_chain": (re.compile(r"TLSConfig$"), Purpose.QUEUE),
    "ca_file_path": (re.compile(r"TlsOptions$"), Purpose.DATABASE),
    "root_cert": (re.compile(r"TlsCertificates$"), Purpose.DATABASE),
    "server_certificate": (re.compile(r"Configuration$"), Purpose.HTTPS),
}


def _field(hit: Hit) -> Iterator[Find]:
    """``TlsConfiguration::Simple { ca, alpn: None }``: what a struct of a client's TLS settings holds."""
    source = hit.source
    struct = source.around(hit.node, frozenset({"struct_expression"}))
    made = struct.child_by_field_name("name") if struct is not None else None
    if struct is None or made is None or not made.start_byte <= hit.node.start_byte < made.end_byte:
        return
    name = source.text(made)
    for node in source.nodes({"field_initializer", "shorthand_field_initializer"}, struct):
        field = node.child_by_field_name("field") or node.named_child(0)
        value = node.child_by_field_name("value") or node.named_child(0)
        known = _FIELDS.get(source.text(field)) if field is not None else None
        if known is not None and value is not None and known[0].search(name) and source.text(value) != "None":
            yield Find(PinKind.TRUST, node, hit.value(value), purpose=known[1])


def _transport(hit: Hit) -> Iterator[Find]:
    """rumqttc: ``Transport::tls(ca, client_auth, alpn)``."""
    call = hit.call()
    if call is not None and call.name in ("tls", "wss") and len(call.arguments) == 3:
        yield Find(PinKind.TRUST, call.node, hit.value(call.arguments[0].node), purpose=Purpose.QUEUE)


# --- calls ----------------------------------------------------------------------------------------------------------------


def _sql_server(hit: Hit) -> Iterator[Find]:
    """tiberius: ``trust_cert()`` accepts every certificate, ``trust_cert_ca(path)`` those of one CA."""
    call = hit.call()
    if call is None or call.name != hit.name or wraps(hit.source, call):
        return
    if call.name == "trust_cert" and not call.arguments:
        yield Find(off_or_decided(hit.source, call.node), call.node, purpose=Purpose.DATABASE)
    elif call.name == "trust_cert_ca" and call.arguments:
        yield Find(PinKind.TRUST, call.node, hit.value(call.arguments[0].node), purpose=Purpose.DATABASE)


def _validation(hit: Hit) -> Iterator[Find]:
    """elasticsearch: ``cert_validation(CertificateValidation::None)``; ``Full(certificate)`` is added to the roots."""
    call = hit.call()
    if call is None or call.name != "cert_validation" or len(call.arguments) != 1 or wraps(hit.source, call):
        return
    source, node = hit.source, call.arguments[0].node
    defined = source.definitions.get(source.text(node), ()) if node.type == "identifier" else ()
    for given in [d.value for d in defined] or [node]:
        made = source.call(given)
        if re.search(r"Validation::None$", source.text(given)):
            yield Find(off_or_decided(source, call.node), call.node)
        elif made is not None and made.name in ("Full", "Certificate") and made.arguments:
            yield Find(PinKind.TRUST, call.node, hit.value(made.arguments[0].node), PinMode.ADDS)
        elif hit.value(given).kind is Kind.PARAMETER:
            yield Find(PinKind.CONFIGURABLE, call.node)


def _git(hit: Hit) -> Iterator[Find]:
    """git2: ``certificate_check(|_, _| Ok(CertificateCheckStatus::CertificateOk))``."""
    call = hit.call()
    if call is None or call.name != "certificate_check" or len(call.arguments) != 1:
        return
    code = re.sub(r"//[^\n]*", "", hit.source.text(call.arguments[0].node))
    if re.search(r"CertificateOk|\btrue\b", code) and not re.search(r"\bif\b|\bmatch\b|==|Err\(", code):
        yield Find(off_or_decided(hit.source, call.node), call.node)


def _redis(hit: Hit) -> Iterator[Find]:
    """redis: ``TcpTls { insecure: true, … }`` and ``tls(TlsMode::Insecure)``."""
    source = hit.source
    struct = source.around(hit.node, frozenset({"struct_expression"}))
    made = struct.child_by_field_name("name") if struct is not None else None
    if hit.word == "TlsMode::Insecure":
        call = hit.call_around()
        if call is not None and any(source.text(a.node).endswith("TlsMode::Insecure") for a in call.arguments):
            mapped = source.around(call.node, frozenset({"match_arm"})) is not None
            kind = PinKind.CONFIGURABLE if mapped else off_or_decided(source, call.node)
            yield Find(kind, call.node, purpose=Purpose.DATABASE)
    elif struct is not None and made is not None and made.end_byte > hit.node.start_byte:
        for node in source.nodes({"field_initializer"}, struct):
            field, value = node.child_by_field_name("field"), node.child_by_field_name("value")
            if field is not None and value is not None and source.text(field) == "insecure":
                off = frozenset({"true"})
                yield Find(PinKind.VERIFICATION_OFF, node, hit.value(value), purpose=Purpose.DATABASE, off=off)


def _given(*names: str, off: frozenset[str], purpose: Purpose = Purpose.HTTPS) -> Matcher:
    """A builder's switch: ``b.verify_ssl(false)``, or what a setting says."""

    def match(hit: Hit) -> Iterator[Find]:
        call = hit.call()
        if call is None or call.name not in names or hit.name != call.name or len(call.arguments) != 1:
            return
        if wraps(hit.source, call):
            return
        value = hit.value(call.arguments[0].node)
        if value.kind is Kind.NAME and "." in value.text:
            value = Value(Kind.SETTING, value.text)
        if {value.kind.value, value.text} & off and decided_around(hit.source, call.node):
            yield Find(PinKind.CONFIGURABLE, call.node, purpose=purpose)
        else:
            yield Find(PinKind.VERIFICATION_OFF, call.node, value, purpose=purpose, off=off)

    return match


# --- OpenSSL's stores -----------------------------------------------------------------------------------------------------

_SERVER = re.compile(r"SslAcceptor|mozilla_(?:intermediate|modern)|SslMethod::tls_server|set_client_ca")
SYSTEM = re.compile(r"openssl_probe|native_certs|default_cert_file|TrustSettings|schannel|CertStore::open")


def made_by(source: Source, call: Call) -> str:
    """The chain and the definition of what a method is called on, as text."""
    receiver = source.text(call.receiver) if call.receiver is not None else ""
    head = re.split(r"[.?(]", receiver, maxsplit=1)[0].strip()
    return receiver + " ".join(source.text(d.value) for d in source.definitions.get(head, ()))


def openssl_mode(source: Source, call: Call) -> PinMode | None:
    """``SslConnector::builder`` loads the defaults by itself, ``SslContextBuilder`` does not. None: a server's."""
    made = made_by(source, call)
    function = source.function_around(call.node)
    if _SERVER.search(made) or (function is not None and "SslAcceptor" in source.text(function)):
        return None
    adds = "SslConnector" in made or bool(source.calls("set_default_verify_paths", within=function))
    return PinMode.ADDS if adds else PinMode.REPLACES


def openssl_file(hit: Hit) -> Iterator[Find]:
    """``set_ca_file(path)``, ``load_verify_locations(file, folder)``."""
    call = hit.call()
    if call is None or call.name != hit.word or not call.arguments:
        return
    source, mode = hit.source, openssl_mode(hit.source, call)
    given = " ".join(
        source.text(d.value) for a in call.arguments for d in source.definitions.get(_head(source, a.node), ())
    )
    if mode is not None and not SYSTEM.search(given + source.text(call.node)):
        yield Find(PinKind.TRUST, call.node, hit.value(call.arguments[0].node), mode)


def _head(source: Source, node: "Node") -> str:
    return re.split(r"[.?(]", source.text(node).lstrip("&"), maxsplit=1)[0].strip()


_STORES = ("cert_store_mut", "set_cert_store", "set_verify_cert_store")


def _openssl_store(hit: Hit) -> Iterator[Find]:
    """``builder.cert_store_mut().add_cert(ca)`` adds to what is there; ``set_cert_store(store)`` takes its place."""
    source, call = hit.source, hit.call()
    if call is None or call.name != hit.name or call.name not in _STORES:
        return
    mode, function = openssl_mode(source, call), source.function_around(call.node)
    added = source.calls("add_cert", within=function)
    if call.name == "cert_store_mut":
        outer = next((c for c in added if c.receiver is not None and c.receiver.id == call.node.id), None)
        added = [outer] if outer is not None else added
        node = outer.node if outer is not None else call.node
    else:
        mode = PinMode.ADDS if source.calls("set_default_paths", within=function) else mode and PinMode.REPLACES
        node = call.node
        if not call.arguments:
            return
    values = [hit.value(c.arguments[0].node) for c in added if c.arguments]
    around = source.text(function) if function is not None else ""
    if mode is None or (not values and call.name == "cert_store_mut") or SYSTEM.search(around):
        return
    own = hit.value(call.arguments[0].node) if call.arguments else unknown(source.text(call.node))
    if own.kind is Kind.PARAMETER and not values:
        values = [own]
    yield Find(PinKind.TRUST, node, choice(values) if values else Value(Kind.UNKNOWN, own.text), mode)


_IN = "fn f(p: &str, skip: bool, cert: X509) -> Result<()> { %s }"

PATTERNS = (
    Pattern(
        slug="tls-settings",
        words=(
            "TlsConfiguration::Simple",
            "TLSConfig {",
            "TlsOptions {",
            "TlsCertificates {",
            "MqttClientConfiguration {",
        ),
        match=_field,
        bad=(
            _IN % 'Transport::Tls(TlsConfiguration::Simple { ca: include_bytes!("ca.pem").to_vec(), alpn: None })',
            _IN % 'let ca = fs::read("ca.pem")?; TlsConfiguration::Simple { ca, alpn: None }',
            _IN % 'OwnedTLSConfig { identity: None, cert_chain: Some(include_str!("ca.pem").to_string()) }',
        ),
        good=(
            _IN % "match t { TlsConfiguration::Simple { ca, .. } => ca.len(), _ => 0 }",
            _IN % "OwnedTLSConfig { identity: None, cert_chain: None }",
        ),
        source="https://docs.rs/rumqttc/latest/rumqttc/enum.TlsConfiguration.html",
    ),
    Pattern(
        slug="mqtt-transport",
        words=("Transport::tls(", "Transport::wss("),
        match=_transport,
        bad=(_IN % 'o.set_transport(Transport::tls(include_bytes!("ca.pem").to_vec(), None, None))',),
        good=(_IN % "o.set_transport(Transport::tls_with_default_config())",),
        source="https://docs.rs/rumqttc/latest/rumqttc/enum.Transport.html#method.tls",
    ),
    Pattern(
        slug="paho-trust-store",
        words=("trust_store", "ca_path"),
        beside=("SslOptionsBuilder",),
        followed=r"\s*\(",
        match=call_trusts("trust_store", "ca_path", when=is_client, purpose=Purpose.QUEUE),
        bad=(_IN % 'mqtt::SslOptionsBuilder::new().trust_store("ca.crt")?.finalize()',),
        good=(_IN % "mqtt::SslOptionsBuilder::new().finalize()",),
        source="https://docs.rs/paho-mqtt/latest/paho_mqtt/ssl_options/struct.SslOptionsBuilder.html",
    ),
    Pattern(
        slug="sql-server",
        words=("trust_cert",),
        beside=("tiberius",),
        followed=r"(?:_ca)?\s*\(",
        match=_sql_server,
        bad=("use tiberius::Config; fn f(c: Config) { c.trust_cert(); }",),
        good=('use tiberius::Config; fn f(c: Config) { c.database("a"); }',),
        source="https://docs.rs/tiberius/latest/tiberius/struct.Config.html#method.trust_cert",
    ),
    Pattern(
        slug="cert-validation",
        words=("cert_validation",),
        followed=r"\s*\(",
        match=_validation,
        bad=(
            _IN % "b.cert_validation(CertificateValidation::None)",
            _IN % 'b.cert_validation(CertificateValidation::Full(Certificate::from_pem(include_bytes!("ca.pem"))?))',
        ),
        good=(_IN % "b.cert_validation(CertificateValidation::Default)",),
        source="https://docs.rs/elasticsearch/latest/elasticsearch/cert/enum.CertificateValidation.html",
    ),
    Pattern(
        slug="git-certificate-check",
        words=("certificate_check",),
        beside=("git2", "CertificateCheckStatus"),
        followed=r"\s*\(",
        match=_git,
        bad=(_IN % "use git2; c.certificate_check(|_, _| Ok(CertificateCheckStatus::CertificateOk));",),
        good=(_IN % "use git2; c.certificate_check(|c, h| trust.check(c, h));",),
        source="https://docs.rs/git2/latest/git2/struct.RemoteCallbacks.html#method.certificate_check",
    ),
    Pattern(
        slug="openssl-ca-file",
        words=("set_ca_file", "load_verify_locations"),
        match=openssl_file,
        bad=(
            _IN % 'let mut b = SslContextBuilder::new(SslMethod::tls())?; b.set_ca_file("ca.pem")?',
            _IN % 'let mut b = SslConnector::builder(SslMethod::tls())?; b.set_ca_file("ca.pem")?',
        ),
        good=(
            _IN % 'let mut b = SslAcceptor::mozilla_modern(SslMethod::tls())?; b.set_ca_file("ca.pem")?',
            _IN % "let found = openssl_probe::probe(); b.load_verify_locations(found.cert_file.as_deref(), None)",
        ),
        source="https://docs.rs/openssl/latest/openssl/ssl/struct.SslConnector.html#method.builder",
    ),
    Pattern(
        slug="openssl-cert-store",
        words=_STORES,
        match=_openssl_store,
        bad=(
            _IN % "let mut b = SslConnector::builder(SslMethod::tls())?; b.cert_store_mut().add_cert(cert)?",
            _IN % "let mut s = X509StoreBuilder::new()?; s.add_cert(cert)?; b.set_cert_store(s.build())",
        ),
        good=(_IN % "let mut b = SslAcceptor::mozilla_modern(m)?; b.cert_store_mut().add_cert(cert)?",),
        source="https://docs.rs/openssl/latest/openssl/ssl/struct.SslContextBuilder.html#method.set_cert_store",
    ),
    Pattern(
        slug="pulsar-client",
        words=("with_certificate_chain", "with_allow_insecure_connection", "with_tls_hostname_verification_enabled"),
        match=any_of(
            call_trusts(
                "with_certificate_chain", "with_certificate_chain_file", when=_of_other_code, purpose=Purpose.QUEUE
            ),
            _given("with_allow_insecure_connection", off=frozenset({"true"}), purpose=Purpose.QUEUE),
            _given("with_tls_hostname_verification_enabled", off=frozenset({"false"}), purpose=Purpose.QUEUE),
        ),
        bad=(
            _IN % 'b.with_certificate_chain_file("ca.pem")?',
            _IN % "b.with_allow_insecure_connection(true)",
            _IN % "b.with_allow_insecure_connection(cfg.allow_insecure)",
        ),
        good=(_IN % "b.with_allow_insecure_connection(false)", _IN % "b.with_tls_hostname_verification_enabled(true)"),
        source="https://docs.rs/pulsar/latest/pulsar/struct.PulsarBuilder.html",
    ),
    Pattern(
        slug="client-verify-ssl",
        words=(".verify_ssl(", ".verify_tls(", ".with_verify_server_cert(", ".set_insecure_tls("),
        match=any_of(
            _given("verify_ssl", "verify_tls", "with_verify_server_cert", off=frozenset({"false"})),
            _given("set_insecure_tls", off=frozenset({"true"}), purpose=Purpose.QUEUE),
        ),
        bad=(
            _IN % "Client::builder().verify_ssl(false)",
            _IN % "b.verify_ssl(cfg.verify)",
            _IN % "if args.insecure { c.set_insecure_tls(true).await; }",
        ),
        good=(_IN % "Client::builder().verify_ssl(true)",),
    ),
    Pattern(
        slug="s2n-trust",
        words=("trust_pem",),
        followed=r"\s*\(",
        match=call_trusts("trust_pem", when=is_client),
        bad=(_IN % 'b.trust_pem(include_bytes!("ca.pem"))?',),
        good=("impl B { fn trust_pem(&mut self, p: P) -> R { self.inner.trust_pem(p) } }",),
    ),
    Pattern(
        slug="database-ca",
        words=("ssl_root_cert", "ca_file_path", "ssl_ca"),
        followed=r"(?:_from_pem)?\s*[(=]",
        match=any_of(
            call_trusts(
                "ssl_root_cert",
                "ssl_root_cert_from_pem",
                "ca_file_path",
                "ssl_ca",
                "ssl_ca_from_pem",
                when=is_client,
                purpose=Purpose.DATABASE,
            ),
            trusts("ca_file_path", forms=("assignment",), when=_of_another, purpose=Purpose.DATABASE),
        ),
        bad=(
            _IN % 'PgConnectOptions::new().ssl_root_cert("ca.pem")',
            _IN % 'MySqlConnectOptions::new().ssl_ca("ca.pem")',
            _IN % 't.ca_file_path = Some(PathBuf::from("ca.pem"))',
        ),
        good=(_IN % "PgConnectOptions::new().ssl_mode(m)", _IN % "self.ca_file_path = Some(path)"),
    ),
    Pattern(
        slug="redis-insecure",
        words=("TcpTls {", "TlsMode::Insecure"),
        match=_redis,
        bad=(
            _IN % "ConnectionAddr::TcpTls { host, port, insecure: true, tls_params: None }",
            _IN % "ClusterClient::builder(nodes).tls(TlsMode::Insecure).build()",
        ),
        good=(
            _IN % "ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None }",
            _IN % "match mode { TlsMode::Insecure => 1, TlsMode::Secure => 2 }",
        ),
        source="https://docs.rs/redis/latest/redis/enum.ConnectionAddr.html",
    ),
    Pattern(
        slug="kafka-ca",
        words=("ssl.ca.location", "enable.ssl.certificate.verification"),
        match=any_of(
            trusts("ssl.ca.location", forms=("option",), purpose=Purpose.QUEUE),
            switches("enable.ssl.certificate.verification", forms=("option",), purpose=Purpose.QUEUE),
        ),
        bad=(
            _IN % 'c.set("ssl.ca.location", "ca.pem")',
            _IN % 'c.set("enable.ssl.certificate.verification", "false")',
        ),
        good=(_IN % 'c.get("ssl.ca.location")',),
    ),
    Pattern(
        slug="connection-string",
        words=("sslrootcert=", "tlsCAFile=", "ssl-ca=", "tlsAllowInvalidCertificates=true", "tlsInsecure=true"),
        match=connection_string,
        bad=(
            _IN % 'PgPool::connect("postgres://db/a?sslmode=verify-full&sslrootcert=/etc/ca.pem")',
            _IN % 'Client::with_uri_str("mongodb://db/?tls=true&tlsAllowInvalidCertificates=true")',
        ),
        good=(_IN % 'PgPool::connect("postgres://db/a?sslmode=verify-full")',),
        source="https://www.postgresql.org/docs/current/libpq-ssl.html",
    ),
)
