"""The bad and good lines of the general pattern of pins (`pinned`), in each language that has it."""

_SPKI = "Fake7ch" * 6 + "A="
_SHA1 = "0A:80:27:6E:1C:A6:5D:ED:1D:C2:24:E7:7D:0C:A7:24:0B:51:C8:54"
_SHA256 = "ab12" * 16

_JAVASCRIPT = (
    f"const PINNED_KEYS = ['{_SPKI}'];",
    f"connect({{ host, serverCertFingerprint: '{_SHA256}' }});",
    f"client.setPinnedCertificate(host, '{_SHA1}');",
    f"function pinnedKeys() {{ const a = ['{_SPKI}']; return a; }}",
    "const options = { pinnedCertificates: ['certs/api.cer'] };",
)
_NO_JAVASCRIPT = (
    f"const PINNED_COMMIT = ['{_SHA1}'];",
    f"const clientCertFingerprint = '{_SHA256}';",
    f"const pins = ['{_SHA256}'];",
    f"const sshHostKeyFingerprint = '{_SHA1}';",
    "const pinnedKeys = ['theme', 'lang'];",
)
_C = (
    f'static const char *pinned_keys[] = {{ "{_SPKI}" }};',
    f'void f(c *x) {{ client_set_server_fingerprint(x, "{_SHA1}"); }}',
)
_NO_C = (f'static const char *pinned_commit = "{_SHA1}";', 'static const char *pin_names[] = { "SDA", "SCL" };')

BAD: dict[str, tuple[str, ...]] = {
    "javascript": _JAVASCRIPT,
    "typescript": (*_JAVASCRIPT, f"class A {{ private readonly spkiPins: string[] = ['{_SPKI}']; }}"),
    "tsx": _JAVASCRIPT,
    "ruby": (
        f"PINNED_KEYS = ['{_SPKI}'].freeze",
        f"Client.new(host, pinned_certificate: '{_SHA256}')",
        f"def pinned_fingerprints\n  ['{_SHA1}']\nend",
    ),
    "python": (
        f"PINNED_KEYS = ['{_SPKI}']",
        f"Client(host, pinned_certificate='{_SHA256}')",
        f"def pinned_fingerprints():\n    return ['{_SHA1}']",
    ),
    "php": (
        f"<?php const PINNED_KEYS = ['{_SPKI}'];",
        f"<?php $client = new Client(['pinned_certificate' => '{_SHA256}']);",
    ),
    "perl": (f"my @pinned_keys = ('{_SPKI}');",),
    "lua": (f"local c = {{ pinned_certificate = '{_SHA256}' }}",),
    "swift": (
        f'struct A {{\n static let pinnedKeys = ["{_SPKI}"]\n}}',
        f'enum PinnedKeys {{\n static let first = "{_SPKI}"\n}}',
        f'func f() {{\n let c = Client(pinnedFingerprint: "{_SHA1}")\n}}',
        'let pinnedCertificates = ["api.cer"]',
    ),
    "objective_c": (
        *_C,
        f'@implementation A\n- (NSArray *)certificatePins {{\n NSArray *a = @[ @"{_SPKI}" ]; return a;\n}}\n@end',
    ),
    "c": _C,
    "cpp": (*_C, f'const std::vector<std::string> kPinnedKeys = {{ "{_SPKI}" }};'),
    "dart": (
        f"const pinnedKeys = ['{_SPKI}'];",
        f"void f() {{ connect(host, serverCertFingerprint: '{_SHA256}'); }}",
        f"class A {{ static const List<String> allowedFingerprints = ['{_SHA1}']; }}",
    ),
    "java": (
        f'class A {{ static final String[] PINNED_KEYS = {{ "{_SPKI}" }}; }}',
        f'class A {{ void f() {{ client.setPinnedCertificate("{_SHA256}"); }} }}',
    ),
    "kotlin": (f'val pinnedKeys = listOf("{_SPKI}")', f'object CertificatePins {{\n const val FIRST = "{_SPKI}"\n}}'),
    "scala": (f'object A {{ val pinnedKeys = Seq("{_SPKI}") }}',),
    "groovy": (f"def pinnedKeys = ['{_SPKI}']",),
    "csharp": (
        f'class A {{ static readonly string[] PinnedKeys = {{ "{_SPKI}" }}; }}',
        f'class A {{ const string ExpectedServerThumbprint = "{_SHA1.replace(":", "")}"; }}',
    ),
    "go": (
        f'package a\nvar pinnedKeys = []string{{"{_SPKI}"}}',
        f'package a\nvar c = Config{{ServerFingerprint: "{_SHA256}"}}',
    ),
    "rust": (
        f'const PINNED_KEYS: [&str; 1] = ["{_SPKI}"];',
        f'fn f() {{ let c = Config {{ server_fingerprint: "{_SHA256}" }}; }}',
    ),
}
GOOD: dict[str, tuple[str, ...]] = {
    "javascript": _NO_JAVASCRIPT,
    "typescript": _NO_JAVASCRIPT,
    "tsx": _NO_JAVASCRIPT,
    "ruby": (
        f"PINNED_VERSIONS = ['{_SHA1}'].freeze",
        "pinned_keys = %w[theme lang]",
        f"GPG_KEY_FINGERPRINT = '{_SHA1}'",
    ),
    "python": (
        f"PINNED_COMMIT = '{_SHA1}'",
        "pinned_keys = ['theme', 'lang']",
        f"client_cert_fingerprint = '{_SHA256}'",
    ),
    "php": (f"<?php const PINNED_COMMIT = '{_SHA1}';", f"<?php $idpCertFingerprint = '{_SHA1}';"),
    "perl": (f"my $pinned_commit = '{_SHA1}';",),
    "lua": (f"local pinned_commit = '{_SHA1}'",),
    "swift": (f'let pinnedCommit = "{_SHA1}"', 'let pinnedKeys = ["theme", "lang"]'),
    "objective_c": (*_NO_C, '@implementation A\n- (NSArray *)pinnedKeys {\n return @[ @"theme" ];\n}\n@end'),
    "c": _NO_C,
    "cpp": _NO_C,
    "dart": ("const pinnedKeys = ['theme', 'lang'];", f"const appSigningFingerprint = '{_SHA1}';"),
    "java": (f'class A {{ String signingCertFingerprint = "{_SHA1}"; }}', 'class A { String pinnedKey = "theme"; }'),
    "kotlin": (f'val appCertFingerprint = "{_SHA1}"', 'val pinnedKeys = listOf("theme")'),
    "scala": ('object A { val pinnedKeys = Seq("theme") }',),
    "groovy": (f"def pinnedCommit = '{_SHA1}'",),
    "csharp": (
        f'class A {{ const string CertificateThumbprint = "{_SHA1}"; }}',
        f'class A {{ const string PinnedThumbprint = "{_SHA1.replace(":", "")}"; void F() {{ X509Certificate.CreateFromSignedFile(f); }} }}',
        f'class A {{ string[] allowedThumbprints = {{ "{_SHA1.replace(":", "")}" }}; bool F() => allowedThumbprints.Contains(clientCertificate.Thumbprint); }}',
    ),
    "go": (f'package a\nvar pinnedCommit = "{_SHA1}"', 'package a\nvar pinnedKeys = []string{"theme"}'),
    "rust": (f'const PINNED_COMMIT: &str = "{_SHA1}";',),
}

_GIVEN = (
    "connect({ pinnedCertificates: process.env.PINS });",
    "function f(given) { policy.pinnedCertificates = given; }",
)
_NOT_GIVEN = (
    "function f(pinnedCertificates) { return { pinnedCertificates: pinnedCertificates }; }",
    "const c = { pinnedMessages: process.env.PINS };",
    "const c = { pinnedKeys: process.env.PINS };",
)
GIVEN: dict[str, tuple[str, ...]] = {
    "javascript": _GIVEN,
    "typescript": _GIVEN,
    "tsx": _GIVEN,
    "ruby": ("Client.new(host, pinned_certificate: ENV['PIN'])",),
    "python": ("Client(host, pinned_certificate=os.environ['PIN'])", "def f(given):\n    c.server_fingerprint = given"),
    "dart": ("void f(String given) { connect(host, serverFingerprint: given); }",),
    "swift": ("func f(given: [Data]) {\n let c = Client(serverFingerprint: given)\n}",),
    "go": ("package a\nfunc f(given string) { c.ServerFingerprint = given }",),
}
NOT_GIVEN: dict[str, tuple[str, ...]] = {
    "javascript": _NOT_GIVEN,
    "typescript": _NOT_GIVEN,
    "tsx": _NOT_GIVEN,
    "ruby": ("def f(server_fingerprint)\n  @server_fingerprint = server_fingerprint\nend",),
    "python": ("def f(self, pinned_certs):\n    self.pinned_certs = pinned_certs",),
    "dart": ("class A { A(this.pinnedCertificates); final List<String> pinnedCertificates; }",),
    "swift": (
        "func f(pinnedCertificates: [Data]) {\n self.pinnedCertificates = pinnedCertificates\n}",
        "func f(certs: [Data]) throws {\n throw PinError.failed(pinnedCertificates: certs)\n}",
    ),
    "go": ("package a\nfunc f(pinnedCert string) { c.pinnedCert = pinnedCert }",),
}
