"""C++. Sources: Boost.Asio, Qt, POCO, C++ REST SDK, cpp-httplib, cpr, gRPC and AWS SDK documentation; C's patterns too."""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Language, Pattern
from wxcertcheck.scan.languages.c.devices import declared_setter, defines, setter
from wxcertcheck.scan.languages.c.handed import handed
from wxcertcheck.scan.languages.c.patterns import PATTERNS
from wxcertcheck.scan.languages.c.tls import (
    CALLED,
    OFF,
    accepts_all,
    calls_off,
    field,
    field_off,
    is_server,
    kafka,
    mode_here,
    option_off,
    undecided,
)
from wxcertcheck.scan.languages.c.values import CONSTANTS, CPP_CARRIERS, declares, evaluate_c, prepare, sides
from wxcertcheck.scan.languages.c.values import GRAMMAR as C_GRAMMAR
from wxcertcheck.scan.matchers import any_of, call_switches_off, call_trusts, decided_around
from wxcertcheck.scan.values import Kind

GRAMMAR = replace(
    C_GRAMMAR,
    module="tree_sitter_cpp",
    strings=frozenset({"string_literal", "raw_string_literal", "char_literal"}),
    names=frozenset({"identifier", "field_identifier", "qualified_identifier"}),
    assignments={
        **C_GRAMMAR.assignments,
        "field_declaration": ("declarator", "default_value"),
        "optional_parameter_declaration": ("declarator", "default_value"),
        "field_initializer": ("", ""),
        "for_range_loop": ("declarator", "right"),
    },
    functions=frozenset({"function_definition", "lambda_expression"}),
    classes=frozenset({"class_specifier", "struct_specifier", "namespace_definition"}),
    statements=frozenset(
        {"expression_statement", "declaration", "return_statement", "if_statement", "field_declaration"}
    ),
    concat=frozenset({"+"}),
    path_join=frozenset({"/"}),
)


def _context(hit: Hit) -> Iterator[Find]:
    """Boost.Asio ``context.load_verify_file("ca.pem")``: adds where the same function loads the defaults too."""
    call = hit.call()
    if call is None or hit.name != call.name or call.receiver is None or call.nth(0) is None:
        return
    if is_server(hit) or defines(hit.source, call):
        return
    yield Find(PinKind.TRUST, call.node, hit.value(call.nth(0)), mode_here(hit.source, call.node))


def _verify_mode(hit: Hit) -> Iterator[Find]:
    """``context.set_verify_mode(ssl::verify_none)``."""
    call = hit.call()
    if call is None or hit.name != call.name or call.nth(0) is None or is_server(hit):
        return
    off = frozenset({"verify_none", "SSL_VERIFY_NONE", "VERIFY_NONE", "0"})
    yield undecided(hit, Find(PinKind.VERIFICATION_OFF, call.node, hit.value(call.nth(0)), off=off))


def _verify_callback(hit: Hit) -> Iterator[Find]:
    call = hit.call()
    if call is None or hit.name != call.name or call.nth(0) is None or is_server(hit):
        return
    if accepts_all(hit.source, call.arguments[0].node):
        yield Find(PinKind.VERIFICATION_OFF, call.node)


def _qt_list(hit: Hit) -> Iterator[Find]:
    """``setCaCertificates(list)`` replaces, unless the list starts from the system's; ``addCaCertificates`` adds."""
    call = hit.call()
    if call is None or hit.name != call.name or call.nth(0) is None or is_server(hit) or defines(hit.source, call):
        return
    source, node = hit.source, call.arguments[0].node
    name = source.text(node)
    made = " ".join([name, *(source.text(d.node) for d in source.definitions.get(name, ()))])
    adds = call.name.startswith("add") or re.search(r"(?:\bc|systemC|defaultC)aCertificates\(", made) is not None
    value = hit.value(node)
    appended = source.calls("append", "push_back", "addCertificates", receiver=name)
    if value.kind in (Kind.NAME, Kind.UNKNOWN) and appended and appended[0].nth(0) is not None:
        value = hit.value(appended[0].nth(0))
    if adds and not call.name.startswith("add") and not appended and "+" not in made:
        return  # the defaults, perhaps without one of them
    yield Find(PinKind.TRUST, call.node, value, PinMode.ADDS if adds else PinMode.REPLACES)


def _qt_ignore(hit: Hit) -> Iterator[Find]:
    """``ignoreSslErrors()`` without a list of expected errors, or with the very list that the slot was given."""
    call, source = hit.call(), hit.source
    if call is None and hit.name.endswith("ignoreSslErrors") and source.around(hit.node, _POINTER) is not None:
        around = (
            hit.call_around()
        )  # ``connect(reply, &QNetworkReply::sslErrors, reply, &QNetworkReply::ignoreSslErrors)``
        if around is not None:
            yield Find(PinKind.VERIFICATION_OFF, around.node)
    if call is None or call.name != "ignoreSslErrors" or hit.name != call.name or is_server(hit):
        return
    if call.arguments:
        function = source.function_around(call.node)
        given = source.text(call.arguments[0].node)
        if function is None or given not in [name for name, _ in source.parameters(function)]:
            return
        if _filters(hit, given) and not decided_around(source, call.node):
            return
    if _compared(hit):  # own certificates, known by their fingerprint
        yield Find(PinKind.FINGERPRINT, call.node)
        return
    kind = PinKind.CONFIGURABLE if decided_around(source, call.node) else PinKind.VERIFICATION_OFF
    yield Find(kind, call.node)


def _compared(hit: Hit) -> bool:
    """Whether the call stands under an ``if`` that compares a fingerprint."""
    for parent in hit.source.ancestors(hit.node):
        if parent.type in hit.source.grammar.functions:
            return False
        if parent.type == "if_statement":
            asked = parent.child_by_field_name("condition")
            if asked is not None and re.search(r"(?i)finger|digest|sha-?(?:1|256)|pinned", hit.source.text(asked)):
                return True
    return False


_POINTER = frozenset({"pointer_expression"})


def _filters(hit: Hit, errors: str) -> bool:
    """Whether the slot looks at the errors before it lets them pass."""
    function = hit.source.function_around(hit.node)
    before = (
        hit.source.data[function.start_byte : hit.offset].decode("utf-8", "replace") if function is not None else ""
    )
    written = re.escape(errors)
    return re.search(rf"(?:==|!=|contains\(|\.error\(\)\s*[!=]=|if\s*\([^)]*\b{written}\b)", before) is not None


def _scoped_switch(hit: Hit) -> Iterator[Find]:
    """``Request(url, VerifyPeer::Off)``: an enumeration of one's own, given to a function or stored."""
    node, source = hit.node, hit.source
    while node.parent is not None and node.parent.type == "qualified_identifier":
        node = node.parent
    if not _OFF_NAME.search(source.text(node)) or node.parent is None:
        return
    call = hit.call_around()
    stored = node.parent.type == "assignment_expression" and node.parent.child_by_field_name("right") == node
    if stored or (call is not None and node.parent.type == "argument_list"):
        place = call.node if call is not None and not stored else node.parent
        kind = PinKind.CONFIGURABLE if decided_around(source, place) else PinKind.VERIFICATION_OFF
        yield Find(kind, place)


_OFF = r"k?(?:Off|OFF|No|None|NONE|Disabled?|Never|Skip|Insecure)\b"
_OFF_NAME = re.compile(rf"::\s*{_OFF}$")


def _poco(hit: Hit) -> Iterator[Find]:
    """``Poco::Net::Context(Context::CLIENT_USE, key, cert, caLocation, Context::VERIFY_NONE, …)``."""
    source, listed = hit.source, hit.source.around(hit.node, frozenset({"argument_list"}))
    if listed is None:
        return
    arguments = listed.named_children
    around = listed.parent or listed
    texts = [source.text(node) for node in arguments]
    if not texts or not texts[0].endswith("CLIENT_USE"):
        return
    if any(one.endswith("VERIFY_NONE") for one in texts):
        yield Find(PinKind.VERIFICATION_OFF, around)
        return
    for node in [arguments[3]] if len(arguments) > 4 else arguments[1:2]:
        if source.text(node) not in ('""', "{}"):
            yield Find(PinKind.TRUST, around, hit.value(node))


def _made(hit: Hit) -> Iterator[Find]:
    """POCO's ``new AcceptCertificateHandler(false)``."""
    made = hit.source.around(hit.node, frozenset({"new_expression"}))
    if hit.word == "AcceptCertificateHandler" and made is not None:
        yield Find(PinKind.VERIFICATION_OFF, made)


def _cpr(hit: Hit) -> Iterator[Find]:
    """cpr and curlpp: ``ssl::CaInfo{"ca.pem"}``, ``VerifySsl{false}``, ``SslVerifyPeer(false)``."""
    source = hit.source
    for parent in source.ancestors(hit.node):
        if parent.type in ("call_expression", "compound_literal_expression", "new_expression"):
            break
        if parent.type not in _AROUND_OPTION:
            return
    else:
        return
    listed = next((c for c in parent.named_children if c.type in ("argument_list", "initializer_list")), None)
    if listed is None or not listed.named_children or hit.name not in _CPR:
        return
    value = hit.value(listed.named_children[0])
    if hit.name == "PinnedPublicKey":
        yield Find(PinKind.FINGERPRINT, parent, value)
    elif hit.name.startswith("Ca"):
        yield Find(PinKind.TRUST, parent, value)
    else:
        yield Find(PinKind.VERIFICATION_OFF, parent, value, off=OFF)


_AROUND_OPTION = (
    "qualified_identifier",
    "template_function",
    "template_method",
    "template_argument_list",
    "type_descriptor",
    "type_identifier",
    "field_expression",
)
_CPR = (
    "CaInfo",
    "CaInfoBlob",
    "CaPath",
    "CaBuffer",
    "PinnedPublicKey",
    "VerifySsl",
    "VerifyPeer",
    "VerifyHost",
    "SslVerifyPeer",
    "SslVerifyHost",
)
_LIST_CALLS = (
    "setCaCertificates",
    "addCaCertificates",
    "addCaCertificate",
    "setDefaultCaCertificates",
    "addDefaultCaCertificates",
    "addDefaultCaCertificate",
)
_FILE_CALLS = ("load_verify_file", "add_verify_path", "add_certificate_authority")
_HTTPLIB = ("set_ca_cert_path", "set_ca_cert_store", "load_ca_cert_store")
_QT = "https://doc.qt.io/qt-6/qsslconfiguration.html"
_ASIO = "https://www.boost.org/doc/libs/release/doc/html/boost_asio/reference/ssl__context.html"


def _f(body: str) -> str:
    return "void f() { " + body + " }"


LANGUAGE = Language(
    name="cpp",
    title="C++",
    endings=(
        ".cpp",
        ".cc",
        ".cxx",
        ".c++",
        ".h",
        ".hh",
        ".hpp",
        ".hxx",
        ".h++",
        ".ipp",
        ".inl",
        ".tpp",
        ".ino",
        ".pde",
        ".txx",
    ),
    grammar=GRAMMAR,
    carriers=CPP_CARRIERS,
    constants=CONSTANTS,
    evaluate=evaluate_c,
    sides=sides,
    prepare=prepare,
    declares=declares,
    patterns=handed(
        (
            *PATTERNS,
            Pattern(
                slug="asio-load-verify",
                words=_FILE_CALLS,
                followed=CALLED,
                match=_context,
                bad=(
                    _f('ctx.load_verify_file("rootca.pem");'),
                    _f("ctx.add_certificate_authority(asio::buffer(pem), ec);"),
                ),
                good=(
                    _f("ctx.set_default_verify_paths();"),
                    _f('ssl::context ctx(ssl::context::tlsv12_server); ctx.load_verify_file("clients.pem");'),
                ),
                source=_ASIO,
            ),
            Pattern(
                slug="asio-verify-none",
                words=("set_verify_mode", "set_verify_callback"),
                match=any_of(
                    lambda hit: _verify_mode(hit) if hit.word == "set_verify_mode" else (),
                    lambda hit: _verify_callback(hit) if hit.word == "set_verify_callback" else (),
                ),
                bad=(
                    _f("ctx.set_verify_mode(boost::asio::ssl::verify_none);"),
                    _f("s.set_verify_callback([](bool ok, ssl::verify_context& c) { return true; });"),
                ),
                good=(
                    _f("ctx.set_verify_mode(ssl::verify_peer);"),
                    _f("s.set_verify_callback([](bool ok, ssl::verify_context& c) { return ok; });"),
                    _f("s.set_verify_callback(ssl::host_name_verification(host));"),
                ),
                source=_ASIO,
            ),
            Pattern(
                slug="qt-ca",
                words=_LIST_CALLS,
                match=_qt_list,
                bad=(
                    _f('conf.setCaCertificates(QSslCertificate::fromPath("rootca.pem"));'),
                    _f('conf.addCaCertificates("rootca.pem");'),
                ),
                good=(
                    _f("conf.setCaCertificates(QSslConfiguration::systemCaCertificates());"),
                    _f("auto all = conf.caCertificates(); all.removeOne(own); conf.setCaCertificates(all);"),
                    "void setCaCertificates(int list);",
                ),
                source=_QT,
            ),
            Pattern(
                slug="qt-verify-off",
                words=("setPeerVerifyMode", "ignoreSslErrors"),
                match=any_of(calls_off("setPeerVerifyMode", off=frozenset({"VerifyNone", "QueryPeer"})), _qt_ignore),
                bad=(
                    _f("conf.setPeerVerifyMode(QSslSocket::VerifyNone);"),
                    _f("reply->ignoreSslErrors();"),
                    _f("if (fingerprint == remembered) reply->ignoreSslErrors();"),
                    _f("connect(r, &QNetworkReply::sslErrors, r, QOverload<>::of(&QNetworkReply::ignoreSslErrors));"),
                    "void C::onErrors(QNetworkReply *reply, const QList<QSslError> &errors) { reply->ignoreSslErrors(errors); }",
                    "void C::onErrors(QNetworkReply *r, QList<QSslError> e) { if (ignoreAll_ || r->property(p) == q) { r->ignoreSslErrors(e); return; } }",
                ),
                good=(
                    "void C::onErrors(QNetworkReply *r, QList<QSslError> errors) { if (errors == expected_) r->ignoreSslErrors(errors); }",
                    _f("conf.setPeerVerifyMode(QSslSocket::VerifyPeer);"),
                    _f("reply->ignoreSslErrors(expected);"),
                ),
                source=_QT,
            ),
            Pattern(
                slug="verification-enumeration",
                words=(
                    "VerifyPeer::",
                    "VerifyMode::",
                    "VerifyHost::",
                    "SslVerify::",
                    "TlsVerify::",
                    "VerificationMode::",
                ),
                followed=rf"\s*{_OFF}",
                within=True,
                match=_scoped_switch,
                bad=(
                    _f('get("https://a", timeout, SslContext::VerifyPeer::Off);'),
                    _f("options.verify = TlsVerifyMode::kNone;"),
                ),
                good=(
                    _f("if (mode == VerifyPeer::Off) g();"),
                    _f("get(url, VerifyPeer::On);"),
                ),
            ),
            Pattern(
                slug="poco-context",
                words=("CLIENT_USE",),
                match=_poco,
                bad=(
                    _f('auto c = new Context(Context::CLIENT_USE, "", "", "rootcert.pem", Context::VERIFY_STRICT);'),
                    _f(
                        'Context::Ptr c = new Poco::Net::Context(Poco::Net::Context::CLIENT_USE, "", Poco::Net::Context::VERIFY_NONE);'
                    ),
                ),
                good=(_f('Context::Ptr c = new Context(Context::CLIENT_USE, "", Context::VERIFY_STRICT);'),),
                source="https://docs.pocoproject.org/current/Poco.Net.Context.html",
            ),
            Pattern(
                slug="rest-sdk-verify-off",
                words=("set_validate_certificates", "AcceptCertificateHandler"),
                match=any_of(
                    calls_off("set_validate_certificates"), call_switches_off("AcceptCertificateHandler"), _made
                ),
                bad=(
                    _f("config.set_validate_certificates(false);"),
                    _f("SharedPtr<InvalidCertificateHandler> h = new Poco::Net::AcceptCertificateHandler(false);"),
                ),
                good=(_f("config.set_validate_certificates(true);"),),
            ),
            Pattern(
                slug="httplib-ca",
                words=_HTTPLIB,
                match=any_of(setter(*_HTTPLIB)),
                bad=(_f('client.set_ca_cert_path("./ca-bundle.crt");'),),
                good=(
                    _f(
                        "redirect.set_ca_cert_path(path_); } void C::set_ca_cert_path(const std::string &p) { path_ = p;"
                    ),
                ),
            ),
            Pattern(
                slug="httplib-verify-off",
                words=("enable_server_certificate_verification", "enable_server_hostname_verification"),
                match=any_of(
                    calls_off("enable_server_certificate_verification", "enable_server_hostname_verification"),
                    declared_setter,
                ),
                bad=(
                    _f("client.enable_server_certificate_verification(false);"),
                    "void C::enable_server_certificate_verification(bool enabled) { verify_ = enabled; }",
                ),
                good=(
                    _f("client.enable_server_certificate_verification(true);"),
                    "void enable_server_certificate_verification(bool e);",
                ),
            ),
            Pattern(
                slug="cpr-ca",
                words=("CaInfo", "CaPath", "CaBuffer", "PinnedPublicKey", "VerifySsl", "VerifyPeer", "SslVerify"),
                match=_cpr,
                bad=(
                    _f('cpr::Get(url, cpr::Ssl(cpr::ssl::CaInfo{"ca.pem"}));'),
                    _f("cpr::Get(url, cpr::VerifySsl(false));"),
                    _f('cpr::Get(url, cpr::Ssl(cpr::ssl::PinnedPublicKey{"sha256//AAAA"}));'),
                    _f("request.setOpt(curlpp::options::SslVerifyPeer(false));"),
                    _f('request.setOpt(new curlpp::options::CaInfo("ca.pem"));'),
                ),
                good=(_f("cpr::Get(url, cpr::VerifySsl(true));"),),
            ),
            Pattern(
                slug="client-config-ca",
                words=("pem_root_certs", "caFile", "caPath", "set_trust_store"),
                match=any_of(
                    field("pem_root_certs"),
                    field(
                        "caFile",
                        "caPath",
                        when=lambda hit, s: re.search(r"(?i)conf|cfg|tls|ssl|option", s.target) is not None,
                    ),
                    call_trusts(
                        "set_trust_store", purpose=Purpose.QUEUE, when=lambda hit, call: not defines(hit.source, call)
                    ),
                ),
                bad=(
                    _f('options.pem_root_certs = "-----BEGIN CERTIFICATE-----";'),
                    _f('clientConfig.caFile = "/opt/ca.pem";'),
                    _f('sslopts.set_trust_store("ca.pem");'),
                ),
                good=(_f("auto x = options.pem_root_certs;"), _f("grpc::SslCredentialsOptions options;")),
            ),
            Pattern(
                slug="mqtt-client",
                words=("tls_set(", "tls_insecure_set", "enable_server_cert_auth", "trust_store("),
                match=any_of(
                    call_trusts(
                        "tls_set",
                        "trust_store",
                        purpose=Purpose.QUEUE,
                        when=lambda hit, call: not defines(hit.source, call),
                    ),
                    calls_off("tls_insecure_set", off=frozenset({"true", "1"}), purpose=Purpose.QUEUE),
                    calls_off("enable_server_cert_auth", "set_enable_server_cert_auth", purpose=Purpose.QUEUE),
                ),
                bad=(
                    _f('client.tls_set("ca.crt");'),
                    _f("client.tls_insecure_set(true);"),
                    _f('auto o = mqtt::ssl_options_builder().trust_store("ca.pem").finalize();'),
                    _f("options.set_enable_server_cert_auth(false);"),
                ),
                good=(_f("client.tls_insecure_set(false);"), _f("options.set_enable_server_cert_auth(true);")),
                source="https://mosquitto.org/api/files/mosquittopp-h.html",
            ),
            Pattern(
                slug="client-config-verify-off",
                words=("verifySSL", "verify_ssl", "disableHostnameValidation"),
                match=any_of(
                    field_off("verifySSL", "verify_ssl", off=OFF),
                    field_off("disableHostnameValidation", off=frozenset({"true"})),
                ),
                bad=(_f("clientConfig.verifySSL = false;"),),
                good=(_f("clientConfig.verifySSL = true;"),),
            ),
            Pattern(
                slug="kafka-ca",
                words=("ssl.ca.location", "ssl.ca.pem"),
                match=kafka("ssl.ca.pem"),
                bad=(_f('conf->set("ssl.ca.pem", "-----BEGIN", error);'),),
                good=(_f('conf->set("ssl.key.pem", key, error);'),),
            ),
            Pattern(
                slug="kafka-verify-off",
                words=("ssl.endpoint.identification.algorithm",),
                match=option_off(
                    "ssl.endpoint.identification.algorithm", off=frozenset({"none"}), purpose=Purpose.QUEUE
                ),
                bad=(_f('conf->set("ssl.endpoint.identification.algorithm", "none", error);'),),
                good=(_f('conf->set("ssl.endpoint.identification.algorithm", "https", error);'),),
            ),
        ),
    ),
)
