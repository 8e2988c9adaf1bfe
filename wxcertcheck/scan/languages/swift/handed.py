"""What Swift code hands on under a telling name, whatever the package."""

from wxcertcheck.scan.handed import handed_on
from wxcertcheck.scan.language import Pattern

_IN = "func f(p: String, skip: Bool, cfg: Cfg) {\n %s\n}"

_CA = (
    (
        _IN % 'broker.setCAFile("ca.pem")',
        _IN % 'connect(host: p, caFile: "certs/ca.pem")',
        _IN
        % 'let path = Bundle(for: D.self).path(forResource: "le_root", ofType: "cer")!\n let data = FileManager.default.contents(atPath: path)!\n let root = SecCertificateCreateWithData(nil, data as CFData)!\n let d = TLSPinningDelegate(trustedRootCertificates: [root])',
        _IN % "let c = Broker.TLSSettings(caPath: cfg.broker.path)",
        "class B {\n func setCACert(_ ca: String) {\n self.caCert = ca\n }\n}",
    ),
    (
        _IN % "let c = Settings(caPath: cfg.caPath)",
        _IN % "self.caFile = other.caFile",
        _IN % "printCACert(p)",
        "struct T {\n var caFile: String\n}",
    ),
)
_SWITCH = (
    (
        _IN % "broker.setTLSVerify(false)",
        _IN % "let c = Broker.ClientOptions(skipTLSVerify: true)",
        "class B {\n func setVerifyPeer(_ verify: Bool) {\n self.verifyPeer = verify\n }\n}",
    ),
    (
        _IN % "broker.setTLSVerify(true)",
        _IN % "if cfg.skipVerify { print(p) }",
        _IN % "token.setVerifySignature(false)",
    ),
)
_KNOWN = frozenset({"trustRoots", "additionalTrustRoots", "certificateVerification"})
"""SwiftNIO's: a pattern knows when they are a server's, or the defaults."""


def handed(patterns: tuple[Pattern, ...]) -> tuple[Pattern, ...]:
    """``patterns`` with the general ones after them."""
    return handed_on(patterns, ca=_CA, switch=_SWITCH, known=_KNOWN)
