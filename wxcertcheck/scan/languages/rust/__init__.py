"""Rust. Sources: docs.rs of reqwest, rustls, native-tls, openssl, tonic, ureq, isahc, curl, mongodb, sqlx, rdkafka."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Carries, Find, Grammar, Language, Pattern
from wxcertcheck.scan.languages.rust.drivers import PATTERNS, is_client, made_by, wraps
from wxcertcheck.scan.languages.rust.handed import handed
from wxcertcheck.scan.languages.rust.stores import (
    embedded_roots,
    returned_store,
    root_certificates,
    root_store_field,
    server_verifier,
)
from wxcertcheck.scan.languages.rust.values import evaluate_rust, returned
from wxcertcheck.scan.languages.rust.verifiers import own_verifier, used_verifier
from wxcertcheck.scan.matchers import call_trusts, decided_around
from wxcertcheck.scan.names import last_name
from wxcertcheck.scan.source import Argument, Call, Source
from wxcertcheck.scan.values import Kind, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

GRAMMAR = Grammar(
    module="tree_sitter_rust",
    names=frozenset({"identifier", "field_identifier", "type_identifier"}),
    strings=frozenset({"string_literal", "raw_string_literal", "char_literal"}),
    calls=frozenset({"call_expression"}),
    arguments=frozenset({"arguments"}),
    pairs={"field_initializer": ("field", "value")},
    assignments={
        "let_declaration": ("pattern", "value"),
        "const_item": ("name", "value"),
        "static_item": ("name", "value"),
        "assignment_expression": ("left", "right"),
        "for_expression": ("pattern", "value"),
        "let_condition": ("pattern", "value"),
    },
    members=frozenset({"field_expression", "scoped_identifier"}),
    subscripts=frozenset({"index_expression"}),
    functions=frozenset({"function_item"}),
    parameters=frozenset({"parameters"}),
    classes=frozenset({"struct_item", "impl_item", "trait_item", "mod_item"}),
    statements=frozenset({"expression_statement", "let_declaration", "const_item", "static_item"}),
    returns=frozenset({"return_expression"}),
    transparent=frozenset(
        {
            "parenthesized_expression",
            "reference_expression",
            "try_expression",
            "await_expression",
            "expression_statement",
        }
    ),
    conditional=frozenset({"if_expression"}),
)


def _call(source: Source, node: "Node") -> Call | None:
    """``collect::<Vec<_>>()``: the type arguments are no part of the name."""
    function = node.child_by_field_name("function") if node.type == "call_expression" else None
    inner = (
        function.child_by_field_name("function")
        if function is not None and function.type == "generic_function"
        else None
    )
    listed = node.child_by_field_name("arguments")
    if inner is None or listed is None:
        return None
    written = source.text(inner)
    given = tuple(Argument("", one, one) for one in listed.named_children if "comment" not in one.type)
    return Call(node, written, last_name(written), inner.child_by_field_name("value"), given)


_A, _R = Carries.ARGUMENT, Carries.RECEIVER
CARRIERS = {
    **dict.fromkeys(
        ("from_pem", "from_der", "from_pem_bundle", "stack_from_pem", "from_pem_file", "pem_file_iter"), _A
    ),
    **dict.fromkeys(("fs.read", "fs.read_to_string", "File.open", "BufReader.new", "Cursor.new", "read_to_string"), _A),
    **dict.fromkeys(("Path.new", "PathBuf.from", "String.from", "Some", "Ok", "Arc.new", "Box.new", "Vec.from"), _A),
    **dict.fromkeys(("pemfile.certs", "rustls_pemfile.certs", "CertificateDer.from", "Certificate", "certs"), _A),
    **dict.fromkeys(("CaCertificate.file", "from_slice", "pem_slice_iter", "from_pem_slice", "pem_reader_iter"), _A),
    **dict.fromkeys(("unwrap", "expect", "unwrap_or_default", "into", "to_string", "to_owned", "clone", "to_vec"), _R),
    **dict.fromkeys(("as_bytes", "as_ref", "as_slice", "as_str", "iter", "into_iter", "context", "with_context"), _R),
    **dict.fromkeys(("map_err", "ok", "collect", "map", "flatten", "filter_map", "and_then", "as_deref", "by_ref"), _R),
    **dict.fromkeys(("read_to_end", "trim", "to_path_buf", "cloned", "ok_or_else", "ok_or", "next", "bytes"), _R),
    "join": Carries.RECEIVER_JOIN,
    "parent": Carries.DIRECTORY,
    **dict.fromkeys(("env.var", "env.var_os", "std.env.var"), Carries.ENVIRONMENT),
    **dict.fromkeys(("config.get", "settings.get", "get_string", "value_of"), Carries.SETTING),
}

# --- reqwest, native-tls, openssl -----------------------------------------------------------------------------------------

_ALONE = re.compile(r"tls_built_in_root_certs\(\s*false|disable_built_in_roots\(\s*true|tls_certs_only\(")


def _add_root(hit: Hit) -> Iterator[Find]:
    """``add_root_certificate`` adds to the built-in roots, unless the same builder switches those off."""
    call = hit.call()
    if call is None or call.name != hit.word or not call.arguments or wraps(hit.source, call):
        return
    source = hit.source
    function = source.function_around(call.node) or source.tree.root_node
    alone = call.name == "tls_certs_only" or _ALONE.search(source.text(function)) is not None
    mode = PinMode.REPLACES if alone else PinMode.ADDS
    yield Find(PinKind.TRUST, call.node, hit.value(call.arguments[0].node), mode)


def _built_in_roots(hit: Hit) -> Iterator[Find]:
    """The switch that takes the built-in roots away, where nothing in this function puts others in their place."""
    source, call = hit.source, hit.call()
    if call is None or call.name != hit.word or not call.arguments:
        setting = hit.setting()
        written = source.text(setting.value) if setting is not None and setting.value is not None else ""
        if setting is not None and setting.form == "assignment" and hit.name == "tls_certs_only" and written == "true":
            yield Find(PinKind.CONFIGURABLE, setting.node)
        return
    if call.name == "tls_certs_only" or wraps(source, call):
        return
    value = hit.value(call.arguments[0].node)
    off = Kind.FALSE if call.name == "tls_built_in_root_certs" else Kind.TRUE
    if value.kind not in (Kind.TRUE, Kind.FALSE):
        yield Find(PinKind.CONFIGURABLE, call.node)
    elif value.kind is off and not source.calls("add_root_certificate", within=source.function_around(call.node)):
        yield Find(PinKind.TRUST, call.node, unknown(source.text(call.node)))


_ON_IS_OFF = (
    "danger_accept_invalid_certs",
    "tls_danger_accept_invalid_certs",
    "danger_accept_invalid_hostnames",
    "tls_danger_accept_invalid_hostnames",
    "danger_accept_invalid_hosts",
    "disable_verification",
    "allow_invalid_certificates",
    "allow_invalid_hostnames",
    "accept_invalid_certs",
    "dangerous_accept_invalid_certs",
    "dangerous_accept_invalid_hostnames",
    "with_danger_accept_invalid_certs",
    "with_danger_skip_domain_validation",
    "set_no_tls_verify",
)
_FALSE_IS_OFF = (
    "ssl_verify_peer",
    "ssl_verify_host",
    "proxy_ssl_verify_peer",
    "proxy_ssl_verify_host",
    "verify_hostname",
    "set_verify_hostname",
    "enable_server_cert_auth",
    "tls_cert_verification",
    "cert_verification",
)


def _switch(hit: Hit) -> Iterator[Find]:
    call, source = hit.call(), hit.source
    if call is None or call.name != hit.word:
        setting = hit.setting()
        named = hit.name in ("accept_invalid_certs", "allow_invalid_certificates", "allow_invalid_hostnames")
        if setting is not None and setting.form in ("pair", "assignment") and named:
            value = hit.value(setting.value)
            yield Find(PinKind.VERIFICATION_OFF, setting.node, value, off=frozenset({"true"}))
        return
    if len(call.arguments) != 1 or wraps(source, call):
        return
    value = hit.value(call.arguments[0].node)
    off = frozenset({"true"} if call.name in _ON_IS_OFF else {"false"})
    if value.kind in (Kind.NAME, Kind.UNKNOWN) or (value.kind.value in off and decided_around(source, call.node)):
        yield Find(PinKind.CONFIGURABLE, call.node)
    else:
        yield Find(PinKind.VERIFICATION_OFF, call.node, value, off=off)


def _openssl_verify(hit: Hit) -> Iterator[Find]:
    """``set_verify(SslVerifyMode::NONE)`` and a callback that says true."""
    call = hit.call()
    if call is None or call.name != hit.word or not call.arguments or wraps(hit.source, call):
        return
    source = hit.source
    if "SslAcceptor" in made_by(source, call):
        return
    first = source.text(call.arguments[0].node)
    callback = source.text(call.arguments[-1].node) if len(call.arguments) > 1 else ""
    if re.search(r"\bNONE$|VerifyMode::empty\(\)", first) and not callback:
        decided = decided_around(source, call.node)
        yield Find(PinKind.CONFIGURABLE if decided else PinKind.VERIFICATION_OFF, call.node)
    elif re.match(r"if\b|match\b", first) and "NONE" in first:
        yield Find(PinKind.CONFIGURABLE, call.node)
    elif re.fullmatch(r"(?:move\s+)?\|[^|]*\|\s*\{?\s*true\s*\}?", callback):
        yield Find(PinKind.VERIFICATION_OFF, call.node)


def _tonic(hit: Hit) -> Iterator[Find]:
    """``ClientTlsConfig::new().ca_certificate(ca)``: alone, unless roots are enabled beside it."""
    call = hit.call()
    if call is None or call.name not in ("ca_certificate", "ca_certificates") or not call.arguments:
        return
    if call.name != hit.name or wraps(hit.source, call):
        return
    source = hit.source
    function = source.function_around(call.node) or source.tree.root_node
    adds = re.search(r"with_(?:enabled|native|webpki)_roots\(", source.text(function)) is not None
    value = hit.value(call.arguments[0].node)
    yield Find(PinKind.TRUST, call.node, value, PinMode.ADDS if adds else PinMode.REPLACES)


def _environment(hit: Hit) -> Iterator[Find]:
    call = hit.call_around()
    if call is not None and call.name == "set_var" and len(call.arguments) == 2:
        yield Find(PinKind.TRUST, call.node, hit.value(call.arguments[1].node))


def _isahc(hit: Hit) -> Iterator[Find]:
    """isahc: ``ssl_options(SslOption::DANGER_ACCEPT_INVALID_CERTS)``."""
    call = hit.call_around()
    if call is not None and call.name == "ssl_options":
        yield Find(PinKind.VERIFICATION_OFF, call.node)


_IN = "fn f(p: &str, skip: bool, cert: Certificate) -> Result<()> { %s }"
_IMPL = (
    "impl ServerCertVerifier for V { fn verify_server_cert(&self, e: &C) -> Result<ServerCertVerified, Error> { %s } }"
)
_OWN = "let mut r = RootCertStore::empty(); r.add(cert)?; "

LANGUAGE = Language(
    name="rust",
    title="Rust",
    endings=(".rs",),
    grammar=GRAMMAR,
    carriers=CARRIERS,
    evaluate=evaluate_rust,
    call=_call,
    returned=returned,
    patterns=handed(
        (
            *PATTERNS,
            Pattern(
                slug="add-root-certificate",
                words=(
                    "add_root_certificate",
                    "add_root_certificates",
                    "tls_certs_only",
                    "tls_certs_merge",
                    "with_root_cert_path",
                ),
                match=_add_root,
                bad=(
                    _IN % "b.add_root_certificate(cert).build()?",
                    _IN
                    % 'let c = Certificate::from_pem(include_bytes!("ca.pem"))?; b.tls_built_in_root_certs(false).add_root_certificate(c)',
                    _IN % "b.tls_certs_only(vec![cert])",
                ),
                good=(
                    "impl B { fn add_root_certificate(self, c: C) -> B { self.inner.add_root_certificate(c) } }",
                    "// b.add_root_certificate(cert)",
                ),
                source="https://docs.rs/reqwest/latest/reqwest/struct.ClientBuilder.html#method.add_root_certificate",
            ),
            Pattern(
                slug="built-in-roots",
                words=("tls_built_in_root_certs", "disable_built_in_roots", "tls_certs_only"),
                match=_built_in_roots,
                bad=(_IN % "b.tls_built_in_root_certs(skip)", _IN % "b.disable_built_in_roots(true)"),
                good=(
                    _IN % "b.tls_built_in_root_certs(true)",
                    _IN % "b.tls_built_in_root_certs(false).add_root_certificate(cert)",
                ),
                source="https://docs.rs/reqwest/latest/reqwest/struct.ClientBuilder.html#method.tls_built_in_root_certs",
            ),
            Pattern(
                slug="accept-invalid-certs",
                words=(*_ON_IS_OFF, *_FALSE_IS_OFF),
                match=_switch,
                bad=(
                    _IN % "b.danger_accept_invalid_certs(true)",
                    _IN % "b.danger_accept_invalid_certs(!skip)",
                    _IN % "easy.ssl_verify_peer(false)?",
                    _IN % "t.allow_invalid_certificates = Some(true)",
                ),
                good=(
                    _IN % "b.danger_accept_invalid_certs(false)",
                    _IN % "easy.ssl_verify_peer(true)?",
                    "impl B { fn danger_accept_invalid_certs(self, a: bool) -> B { self.inner.danger_accept_invalid_certs(a) } }",
                    _IN % "t.allow_invalid_certificates = Some(false)",
                    _IN % 'f.field("danger_accept_invalid_certs", &true)',
                ),
                source="https://docs.rs/reqwest/latest/reqwest/struct.ClientBuilder.html#method.danger_accept_invalid_certs",
            ),
            Pattern(
                slug="root-certificates",
                words=("with_root_certificates",),
                match=root_certificates,
                bad=(
                    _IN % (_OWN + "ClientConfig::builder().with_root_certificates(r)"),
                    _IN
                    % (_OWN + "r.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()); b.with_root_certificates(r)"),
                ),
                good=(
                    _IN
                    % "let r = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()); b.with_root_certificates(r)",
                    _IN
                    % "let mut r = RootCertStore::empty(); for c in load_native_certs()? { r.add(c)?; } b.with_root_certificates(r)",
                    _IN
                    % "let mut r = RootCertStore::empty(); let Found { certs, .. } = load_native_certs(); r.add_parsable_certificates(certs); b.with_root_certificates(r)",
                    "lazy_static! { static ref CAS: RootCertStore = { let mut s = RootCertStore::empty(); "
                    "for c in load_native_certs().certs { s.add(c); } s }; }\n"
                    + _IN
                    % "b.with_root_certificates(CAS.clone())",
                    _IN
                    % "let mut c = b.with_root_certificates(RootCertStore::empty()); c.dangerous().set_certificate_verifier(Arc::new(mine));",
                ),
                source="https://docs.rs/rustls/latest/rustls/struct.ConfigBuilder.html#method.with_root_certificates",
            ),
            Pattern(
                slug="root-store",
                words=(".root_store",),
                beside=("ClientConfig",),
                match=root_store_field,
                bad=(
                    _IN % "let mut c = ClientConfig::new(); c.root_store.add(&cert)?",
                    _IN
                    % "let mut c = ClientConfig::new(); c.root_store.add_pem_file(&mut BufReader::new(File::open(p)?))?",
                ),
                good=(
                    _IN
                    % "let mut c = ClientConfig::new(); c.root_store.add_server_trust_anchors(&webpki_roots::TLS_SERVER_ROOTS);",
                    _IN % "let mut c = ClientConfig::new(); c.root_store = rustls_native_certs::load_native_certs()?;",
                ),
                source="https://docs.rs/rustls/0.19.1/rustls/struct.ClientConfig.html#structfield.root_store",
            ),
            Pattern(
                slug="server-verifier",
                words=("WebPkiServerVerifier",),
                followed=r"::builder",
                match=server_verifier,
                bad=(_IN % (_OWN + "WebPkiServerVerifier::builder(Arc::new(r)).build()"),),
                good=(
                    _IN
                    % "let r = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()); WebPkiServerVerifier::builder(r.into())",
                ),
                source="https://docs.rs/rustls/latest/rustls/client/struct.WebPkiServerVerifier.html#method.builder",
            ),
            Pattern(
                slug="root-cert-store",
                words=("RootCertStore",),
                match=returned_store,
                bad=(
                    "fn store(c: Vec<C>) -> RootCertStore { let mut r = RootCertStore::empty(); for x in c { r.add(x); } r }",
                ),
                good=(
                    "fn store() -> RootCertStore { let mut r = RootCertStore::empty(); r.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()); r }",
                    "use rustls::RootCertStore;",
                    "fn server() -> V { let mut r = RootCertStore::empty(); r.add(c); WebPkiClientVerifier::builder(r.into()).build() }",
                ),
            ),
            Pattern(
                slug="embedded-roots",
                words=("include_bytes!(", "include_str!("),
                followed=r"\s*\"[^\"\n]*\.(?:pem|crt|cer|der)\"",
                match=embedded_roots,
                bad=('pub const PROXY_ROOT_CERTS: Roots = Roots::Ders(&[include_bytes!("../res/proxy.cer")]);',),
                good=(
                    'const CLIENT_CERT: &[u8] = include_bytes!("client.pem");',
                    'const ROOT_CA: &[u8] = include_bytes!("ca.pem");\n' + _IN % "g(ROOT_CA)",
                ),
            ),
            Pattern(
                slug="own-verifier",
                words=("verify_server_cert",),
                match=own_verifier,
                bad=(
                    _IMPL % "Ok(ServerCertVerified::assertion())",
                    _IMPL
                    % "if self.insecure { return Ok(ServerCertVerified::assertion()); } self.inner.verify_server_cert(e)",
                    _IMPL
                    % "if sha256(e) == PIN { Ok(ServerCertVerified::assertion()) } else { Err(Error::General(m)) }",
                ),
                good=(
                    _IMPL
                    % "verify_server_cert_signed_by_trust_anchor(e, &self.roots)?; if !self.names.any(e) { return Err(Error::Name); } Ok(ServerCertVerified::assertion())",
                    _IMPL % "self.inner.verify_server_cert(e)",
                    _IN % "v.verify_server_cert(cert)?",
                ),
                source="https://docs.rs/rustls/latest/rustls/client/danger/trait.ServerCertVerifier.html",
            ),
            Pattern(
                slug="used-verifier",
                words=("with_custom_certificate_verifier", "set_certificate_verifier"),
                match=used_verifier,
                bad=(
                    _IN % "b.dangerous().with_custom_certificate_verifier(Arc::new(NoVerifier {}))",
                    _IN % "b.dangerous().with_custom_certificate_verifier(Arc::new(PinnedVerifier::new(hash)))",
                    _IN % "c.dangerous().set_certificate_verifier(Arc::new(V {}))"
                    + _IMPL % "Ok(ServerCertVerified::assertion())",
                ),
                good=(
                    _IN % "b.dangerous().with_custom_certificate_verifier(Arc::new(platform::Verifier::new()))",
                    _IN % "b.dangerous().with_custom_certificate_verifier(Arc::new(V::new()))"
                    + _IMPL % "self.inner.verify_server_cert(e)",
                ),
            ),
            Pattern(
                slug="openssl-verify-none",
                words=("set_verify", "set_verify_callback"),
                match=_openssl_verify,
                bad=(
                    _IN % "b.set_verify(SslVerifyMode::NONE)",
                    _IN % "b.set_verify_callback(SslVerifyMode::PEER, |_, _| true)",
                ),
                good=(_IN % "b.set_verify(SslVerifyMode::PEER)",),
            ),
            Pattern(
                slug="tonic-ca-certificate",
                words=("ca_certificate", "ca_certificates"),
                match=_tonic,
                bad=(_IN % 'ClientTlsConfig::new().ca_certificate(Certificate::from_pem(include_str!("ca.pem")))',),
                good=(_IN % "ServerTlsConfig::new().client_ca_root(cert)",),
                source="https://docs.rs/tonic/latest/tonic/transport/struct.ClientTlsConfig.html",
            ),
            Pattern(
                slug="client-ca",
                words=("cainfo", "capath", "proxy_cainfo", "ssl_cainfo_blob", "ssl_ca_certificate", "new_with_certs"),
                match=call_trusts(
                    "cainfo",
                    "capath",
                    "proxy_cainfo",
                    "ssl_cainfo_blob",
                    "ssl_ca_certificate",
                    "new_with_certs",
                    when=is_client,
                ),
                bad=(_IN % 'easy.cainfo("ca.pem")?', _IN % 'b.ssl_ca_certificate(CaCertificate::file("ca.pem"))'),
                good=("impl B { fn cainfo(&mut self, p: P) -> R { self.inner.cainfo(p) } }",),
            ),
            Pattern(
                slug="isahc-verification-off",
                words=("DANGER_ACCEPT_INVALID",),
                match=_isahc,
                bad=(_IN % "b.ssl_options(SslOption::DANGER_ACCEPT_INVALID_CERTS)",),
                good=("pub const DANGER_ACCEPT_INVALID_CERTS: Self = Self(1);",),
            ),
            Pattern(
                slug="environment",
                words=("SSL_CERT_FILE", "SSL_CERT_DIR"),
                match=_environment,
                bad=(_IN % 'std::env::set_var("SSL_CERT_FILE", "ca.pem")',),
                good=(_IN % 'let p = std::env::var("SSL_CERT_FILE")?;',),
            ),
        ),
    ),
)
