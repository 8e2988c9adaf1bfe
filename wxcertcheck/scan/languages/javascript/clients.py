"""JavaScript: calls, variables and options of single libraries that choose the trusted CAs: gRPC, SOAP, process-wide defaults."""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from wxcertcheck.model import PinKind, PinMode
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.languages.javascript.options import surroundings
from wxcertcheck.scan.languages.javascript.trust import DEFAULTS
from wxcertcheck.scan.names import last_name
from wxcertcheck.scan.values import RESOURCE, Kind, Value


def _grpc(hit: Hit) -> Iterator[Find]:
    """``grpc.credentials.createSsl(rootCerts)``: without an argument the defaults of gRPC."""
    call = hit.call()
    if call is None or call.name != "createSsl" or "erverCredentials" in call.callee or not call.arguments:
        return
    yield Find(PinKind.TRUST, call.node, _kept(hit.value(call.nth(0))))


def _kept(value: Value) -> Value:
    """A value whose names are members of the object itself, which somebody else has filled: ``this.config.tls.rootCert``."""
    if value.kind is Kind.NAME and value.text.startswith("this.") and value.text.count(".") > 1:
        return Value(Kind.SETTING, value.text)
    return replace(value, parts=tuple(_kept(part) for part in value.parts)) if value.kind is Kind.CHOICE else value


def _soap(hit: Hit) -> Iterator[Find]:
    """``new soap.ClientSSLSecurity(key, cert, ca, …)`` of node-soap."""
    call = hit.call()
    node = call.nth(2) if call is not None and call.name == "ClientSSLSecurity" else None
    if call is not None and node is not None and node.type != "object":
        yield Find(PinKind.TRUST, call.node, hit.value(node))


def _default_certificates(hit: Hit) -> Iterator[Find]:
    """``tls.setDefaultCACertificates([...])`` of Node 22.19: for the whole process."""
    call = hit.call()
    if call is None or call.name != "setDefaultCACertificates" or call.nth(0) is None:
        return
    written = hit.source.text(call.node)
    mode = PinMode.ADDS if DEFAULTS.search(written) else PinMode.REPLACES
    yield Find(PinKind.TRUST, call.node, hit.value(call.nth(0)), mode)


def _root_cas(hit: Hit) -> Iterator[Find]:
    """``ssl-root-cas`` puts its own list, and the files added to it, into the global agent: on top of nothing else."""
    source = hit.source
    call = hit.call_around()
    if call is None or call.name not in ("require", "import"):
        return
    statement = source.statement_around(call.node)
    added = [c for c in source.calls("addFile") if c.nth(0) is not None]
    for one in added:
        yield Find(PinKind.TRUST, one.node, hit.value(one.nth(0)), PinMode.ADDS)
    if not added:
        yield Find(PinKind.TRUST, statement, Value(Kind.NAME, "ssl-root-cas"), PinMode.ADDS)


_ENVIRONMENT = ("NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE")


def _environment(hit: Hit) -> Iterator[Find]:
    """Set for a child process. For the process itself ``NODE_EXTRA_CA_CERTS`` comes too late: Node reads it at its start."""
    setting = hit.setting()
    if setting is None or setting.value is None or hit.name not in _ENVIRONMENT or setting.name != hit.name:
        return
    around = surroundings(hit, setting.node)
    if around.asserted or (setting.form == "assignment" and "env" not in setting.target):
        return
    if setting.form == "pair" and not re.search(r"env", " ".join((*around.nested_in, around.target)), re.IGNORECASE):
        return
    mode = PinMode.ADDS if hit.name == "NODE_EXTRA_CA_CERTS" else PinMode.REPLACES
    if setting.form in ("pair", "assignment"):
        yield Find(PinKind.TRUST, setting.node, hit.value(setting.value), mode)


def _react_native(hit: Hit) -> Iterator[Find]:
    """``sslPinning: { certs: […] }`` of react-native-ssl-pinning: names of certificates among the app's resources, or hashes."""
    setting = hit.setting()
    if setting is None or setting.value is None or setting.name != "sslPinning" or setting.form != "pair":
        return
    for node in hit.source.nodes({"pair"}, setting.value):
        key, value = hit.source.pair(node)
        if key is not None and value is not None and last_name(hit.source.text(key)) in ("certs", "cert"):
            found = hit.value(value)
            hashed = any(leaf.text.startswith("sha256/") for leaf in found.leaves())
            kind = PinKind.FINGERPRINT if hashed else PinKind.TRUST
            yield Find(kind, setting.node, found if hashed else found.on_base(RESOURCE))


PATTERNS = (
    Pattern(
        slug="grpc-create-ssl",
        words=("createSsl",),
        match=_grpc,
        bad=("grpc.credentials.createSsl(fs.readFileSync('ca.pem'));",),
        good=(
            "grpc.credentials.createSsl();",
            "grpc.credentials.createSsl(null, key, cert);",
            "grpc.ServerCredentials.createSsl(ca, keys, true);",
        ),
    ),
    Pattern(
        slug="soap-client-ca",
        words=("ClientSSLSecurity",),
        match=_soap,
        bad=("client.setSecurity(new soap.ClientSSLSecurity('k.pem', 'c.pem', 'ca.pem', {}));",),
        good=("client.setSecurity(new soap.ClientSSLSecurity('k.pem', 'c.pem', {}));",),
    ),
    Pattern(
        slug="default-ca-certificates",
        words=("setDefaultCACertificates",),
        match=_default_certificates,
        bad=("tls.setDefaultCACertificates([fs.readFileSync('ca.pem')]);",),
        good=("tls.setDefaultCACertificates(tls.getCACertificates('system'));",),
        source="https://nodejs.org/api/tls.html#tlssetdefaultcacertificatescerts",
    ),
    Pattern(
        slug="ssl-root-cas",
        words=("ssl-root-cas",),
        match=_root_cas,
        bad=(
            "require('ssl-root-cas').inject();",
            "const cas = require('ssl-root-cas/latest').create(); cas.addFile('ca.pem');",
        ),
        good=("// require('ssl-root-cas').inject()",),
    ),
    Pattern(
        slug="environment",
        words=_ENVIRONMENT,
        match=_environment,
        bad=(
            "process.env.NODE_EXTRA_CA_CERTS = '/opt/wx/ca.pem';",
            "spawn('node', a, { env: { ...process.env, NODE_EXTRA_CA_CERTS: 'ca.pem' } });",
        ),
        good=("const path = process.env.NODE_EXTRA_CA_CERTS;",),
        source="https://nodejs.org/api/cli.html#node_extra_ca_certsfile",
    ),
    Pattern(
        slug="react-native-certs",
        words=("sslPinning",),
        match=_react_native,
        bad=("fetch(url, { method: 'GET', sslPinning: { certs: ['wechat'] } });",),
        good=("fetch(url, { method: 'GET' });",),
        source="https://github.com/MaxToyberman/react-native-ssl-pinning",
    ),
)
