"""What Rust code hands on under a telling name, whatever the crate."""

from wxcertcheck.scan.handed import handed_on
from wxcertcheck.scan.language import Pattern

_IN = "fn f(p: &str, skip: bool, cfg: Cfg) { %s }"

_CA = (
    (
        _IN % 'broker.with_ca_file("ca.pem")',
        _IN % "Broker::new().tls_roots(p)",
        _IN % "let o = TlsSettings { ca_path: cfg.broker.path };",
        _IN % 'options.set("sslrootcert", p);',
        "impl B { fn with_security(mut self, ca_path: &str, key: &str) -> Self { self.ca_path = Some(ca_path.into()); self } }",
        "impl B { fn ca_certificate(self, ca: C) -> B { let mut certs = self.certs; certs.push(ca); B { certs, ..self } } }",
        "impl B { fn tls_ca(mut self, ca: &str) -> Self { self.tls_ca = Some(ca.to_string()); self } }",
    ),
    (
        _IN % "let o = Settings { ca_path: cfg.ca_path };",
        _IN % "self.ca_file = other.ca_file;",
        _IN % "let r = TlsRoute { root_certs: root_certs.clone(), host };",
        _IN % "broker.with_ca_file(None)",
        "impl B { fn with_ca_file(self, p: &str) -> B { self.inner.with_ca_file(p) } }",
        _IN % "server.with_client_ca_file(p)",
        "struct T { ca_file: String }",
    ),
)
_SWITCH = (
    (
        _IN % "broker.skip_tls_verification(true)",
        _IN % "let o = tls::ClientOptions { verify_peer: false };",
        _IN % "broker.with_hostname_verification(cfg.verify_hostname)",
        _IN % "HttpsConnector::new(p, cfg.disable_tls_verification)",
        "impl B { fn tls_verify(mut self, verify: bool) -> Self { self.tls_verify = verify; self } }",
    ),
    (
        _IN % "broker.skip_tls_verification(false)",
        _IN % "if cfg.skip_verify { log(p) }",
        _IN % "println(cfg.skip_verify)",
        _IN % "token.verify_signature(false)",
        _IN % "let o = Options { verify_peer: cfg.verify_peer };",
    ),
)
_KNOWN = (
    "add-root-certificate",
    "root-certificates",
    "openssl-ca-file",
    "accept-invalid-certs",
    "tonic-ca-certificate",
    "built-in-roots",
)
"""Patterns that know when a call of theirs is nothing: a server's, the system's roots, a wrapper."""


def handed(patterns: tuple[Pattern, ...]) -> tuple[Pattern, ...]:
    """``patterns`` with the general ones after them."""
    known = frozenset(word for pattern in patterns if pattern.slug in _KNOWN for word in pattern.words)
    return handed_on(patterns, ca=_CA, switch=_SWITCH, known=known)
