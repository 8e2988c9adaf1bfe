"""What a pin names, and whether it replaces or adds: followed in seven languages through their own ways of reading files."""

import pytest

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan import languages
from wxcertcheck.scan.classify import classify
from wxcertcheck.scan.match import matches, open_source
from wxcertcheck.scan.values import RESOURCE, SOURCE

REPLACES, ADDS = PinMode.REPLACES, PinMode.ADDS

GO = 'package pay\nimport (\n_ "embed"\n"crypto/x509"\n)\n//go:embed certs/ca.pem\nvar embedded []byte\n%s'
JVM = """KeyStore ks = KeyStore.getInstance("JKS"); ks.load(%s, null);
TrustManagerFactory tmf = TrustManagerFactory.getInstance("PKIX"); tmf.init(ks);"""

CASES = [
    (
        "php",
        "<?php curl_setopt($ch, CURLOPT_CAINFO, $_SERVER['DOCUMENT_ROOT'] . '/cert/rootca.pem');",
        "./cert/rootca.pem",
        "",
        REPLACES,
    ),
    (
        "php",
        "<?php foreach ([__DIR__ . '/rootca.pem'] as $f) { curl_setopt($ch, CURLOPT_CAINFO, $f); }",
        "./rootca.pem",
        SOURCE,
        REPLACES,
    ),
    (
        "python",
        'requests.get(url, verify="%s/rootca.pem" % os.path.dirname(__file__))',
        "./rootca.pem",
        SOURCE,
        REPLACES,
    ),
    (
        "go",
        GO % "func f() { p := x509.NewCertPool(); p.AppendCertsFromPEM(embedded); c := tls.Config{RootCAs: p} }",
        "certs/ca.pem",
        SOURCE,
        REPLACES,
    ),
    (
        "go",
        GO % "func f() { p, _ := x509.SystemCertPool(); p.AppendCertsFromPEM(embedded); c := tls.Config{RootCAs: p} }",
        "certs/ca.pem",
        SOURCE,
        ADDS,
    ),
    (
        "go",
        GO
        % 'const dir = "/etc/wx"\nfunc load() *x509.CertPool { b, err := os.ReadFile(filepath.Join(dir, "ca.pem")); p := x509.NewCertPool(); p.AppendCertsFromPEM(b); return p }\nvar c = tls.Config{RootCAs: load()}',
        "/etc/wx/ca.pem",
        "",
        REPLACES,
    ),
    (
        "go",
        GO
        % 'func f() { p := x509.NewCertPool(); for _, n := range []string{"a.pem"} { b, _ := os.ReadFile(n); p.AppendCertsFromPEM(b) }; c := tls.Config{RootCAs: p} }',
        "a.pem",
        "",
        REPLACES,
    ),
    (
        "rust",
        'fn f() { let mut b = Vec::new(); File::open("ca.pem")?.read_to_end(&mut b)?; x.tls_built_in_root_certs(false).add_root_certificate(Certificate::from_pem(&b)?) }',
        "ca.pem",
        "",
        REPLACES,
    ),
    (
        "rust",
        'const CA: &[u8] = include_bytes!("../ca.pem"); fn f() { x.add_root_certificate(Certificate::from_pem(CA).unwrap()) }',
        "../ca.pem",
        SOURCE,
        ADDS,
    ),
    (
        "rust",
        'fn f() { let p = concat!(env!("CARGO_MANIFEST_DIR"), "/ca.pem"); ClientTlsConfig::new().ca_certificate(Certificate::from_pem(std::fs::read_to_string(p)?)) }',
        "./ca.pem",
        "",
        REPLACES,
    ),
    (
        "swift",
        'func f(t: SecTrust) { guard let u = Bundle.main.url(forResource: "ca", withExtension: "cer") else { return }\nlet c = SecCertificateCreateWithData(nil, try! Data(contentsOf: u) as CFData)!\nSecTrustSetAnchorCertificates(t, [c] as CFArray) }',
        "ca.cer",
        RESOURCE,
        REPLACES,
    ),
    (
        "swift",
        'func f(t: SecTrust) { SecTrustSetAnchorCertificates(t, load("x") as CFArray)\nSecTrustSetAnchorCertificatesOnly(t, false) }\nfunc load(_ n: String) -> [Data] { return [Data(contentsOf: "ca.der")] }',
        "ca.der",
        "",
        ADDS,
    ),
    (
        "dart",
        "Future<void> f() async { final d = await rootBundle.load('assets/ca.pem'); var c = SecurityContext(); c.setTrustedCertificatesBytes(d.buffer.asUint8List()); }",
        "assets/ca.pem",
        RESOURCE,
        REPLACES,
    ),
    (
        "dart",
        "void f() { var c = SecurityContext(withTrustedRoots: true); c.setTrustedCertificates('ca.pem'); }",
        "ca.pem",
        "",
        ADDS,
    ),
    (
        "kotlin",
        'fun f() { val ks = KeyStore.getInstance("JKS").apply { load(FileInputStream("a.jks"), null) }\nTrustManagerFactory.getInstance(x).apply { init(ks) } }',
        "a.jks",
        "",
        REPLACES,
    ),
    (
        "kotlin",
        'const val DIR = "conf"\nfun f() { System.setProperty("javax.net.ssl.trustStore", "$DIR/wx.jks") }',
        "conf/wx.jks",
        "",
        REPLACES,
    ),
    (
        "scala",
        'object T { val d = "conf"; System.setProperty("javax.net.ssl.trustStore", s"$d/wx.jks") }',
        "conf/wx.jks",
        "",
        REPLACES,
    ),
    (
        "groovy",
        "def d = 'conf'\nSystem.setProperty('javax.net.ssl.trustStore', d + '/wx.jks')",
        "conf/wx.jks",
        "",
        REPLACES,
    ),
    (
        "java",
        "class T { void f() { %s } }" % (JVM % 'getClass().getResourceAsStream("/wx.jks")'),
        "/wx.jks",
        RESOURCE,
        REPLACES,
    ),
    (
        "java",
        "class T { void f() { %s tmf2.init((KeyStore) null); TrustManagerFactory tmf2 = TrustManagerFactory.getInstance(x); } }"
        % (JVM % 'new FileInputStream("wx.jks")'),
        "wx.jks",
        "",
        ADDS,
    ),
]


@pytest.mark.parametrize(("name", "code", "value", "base", "mode"), CASES)
def test_a_pin_is_followed_to_the_file_that_it_names(name, code, value, base, mode):
    source = open_source("example", code.encode(), languages.by_name(name))
    pins = [m.find for m in matches(source) if m.find.value and classify(m.find, m.find.value) is PinKind.TRUST]
    assert [(p.value.text, p.value.base, p.mode) for p in pins] == [(value, base, mode)]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("go", "package p\nfunc f(skip bool) { if options.Insecure { c.InsecureSkipVerify = true } }"),
        ("go", "package p\nfunc f(p *x509.CertPool) { c := tls.Config{RootCAs: p} }"),
        (
            "go",
            (
                'package p\nvar ca string\nfunc init() { flag.StringVar(&ca, "ca", "", "file") }\n'
                "func f() { p := x509.NewCertPool(); b, _ := os.ReadFile(ca); p.AppendCertsFromPEM(b); c := tls.Config{RootCAs: p} }"
            ),
        ),
        (
            "go",
            (
                "package p\nfunc f() { s := load(); b, _ := os.ReadFile(s.CAFile); p := x509.NewCertPool(); "
                "p.AppendCertsFromPEM(b); c := tls.Config{RootCAs: p} }"
            ),
        ),
        (
            "go",
            (
                'package p\nimport "crypto/x509"\nfunc load(ca string) (p *x509.CertPool, err error) { p = x509.NewCertPool(); '
                "b, err := os.ReadFile(ca); p.AppendCertsFromPEM(b); return }"
            ),
        ),
        ("go", "package p\nfunc EnableInsecure(c *tls.Config) { c.InsecureSkipVerify = true }"),
        (
            "rust",
            "fn f(t: &Tls) { match t { Tls::Simple { ca } => b.add_root_certificate(Certificate::from_pem(ca)), _ => b } }",
        ),
        ("rust", "fn f() { if let Some(p) = x { if c.accept_invalid { b.trust_cert(); } } } // tiberius"),
        (
            "rust",
            (
                "impl ServerCertVerifier for V { fn verify_server_cert(&self) -> R<ServerCertVerified> { "
                "if self.insecure { return Ok(ServerCertVerified::assertion()); } self.inner.verify_server_cert() } }"
            ),
        ),
        ("rust", "fn f(skip: bool) { b.danger_accept_invalid_certs(skip) }"),
        ("swift", "func f(c: SecCertificate, t: SecTrust) { SecTrustSetAnchorCertificates(t, [c] as CFArray) }"),
        (
            "kotlin",
            "class T(val store: KeyStore) { fun f() { val t = TrustManagerFactory.getInstance(a)\nt.init(store) } }",
        ),
        ("dart", "void f() { c.badCertificateCallback = (a, b, c) => kDebugMode; }"),
    ],
)
def test_what_a_caller_or_a_setting_decides_is_configurable(name, code):
    source = open_source("example", code.encode(), languages.by_name(name))
    assert {classify(m.find, m.find.value) for m in matches(source)} == {PinKind.CONFIGURABLE}


@pytest.mark.parametrize(
    ("imports", "purpose"),
    [
        ("github.com/go-sql-driver/mysql", Purpose.DATABASE),
        ("github.com/IBM/sarama", Purpose.QUEUE),
        ("github.com/go-ldap/ldap/v3", Purpose.LDAP),
        ("net/http", Purpose.HTTPS),
    ],
)
def test_the_purpose_of_a_go_file_follows_from_its_imports(imports, purpose):
    code = f'package p\nimport "{imports}"\nvar c = tls.Config{{InsecureSkipVerify: true}}'
    source = open_source("example.go", code.encode(), languages.by_name("go"))
    assert [m.find.purpose for m in matches(source)] == [purpose]


def test_a_finding_in_a_chain_of_calls_points_at_the_word_and_not_at_the_start_of_the_chain():
    code = "fn f() {\n  Client::builder()\n    .timeout(t)\n    .danger_accept_invalid_certs(true)\n    .build()\n}"
    source = open_source("example.rs", code.encode(), languages.by_name("rust"))
    assert [source.line_of(m.offset) for m in matches(source)] == [4]


def test_the_defaults_asked_for_in_another_function_do_not_make_a_pin_additive():
    code = (
        "import javax.net.ssl.TrustManagerFactory;\nclass T {\n"
        "  void own() { " + JVM % 'new FileInputStream("wx.jks")' + " }\n"
        "  void defaults() { TrustManagerFactory d = TrustManagerFactory.getInstance(x); d.init((KeyStore) null); }\n}"
    )
    source = open_source("T.java", code.encode(), languages.by_name("java"))
    assert [m.find.mode for m in matches(source)] == [REPLACES]
