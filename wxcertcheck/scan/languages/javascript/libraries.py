"""JavaScript: switches and CA settings that belong to one library: proxies, brokers, databases, mobile frameworks."""

import re
from collections.abc import Iterator

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.languages.javascript.options import asked_for, keys, surroundings
from wxcertcheck.scan.matchers import call_trusts
from wxcertcheck.scan.names import last_name
from wxcertcheck.scan.values import RESOURCE, Kind, Value

_PROXY = re.compile(r"proxy|devServer", re.IGNORECASE)
_PROXY_KEYS = frozenset({"target", "changeOrigin", "forward", "pathRewrite", "xfwd", "ws"})


def _pair(hit: Hit) -> Setting | None:
    """The ``key: value`` that the hit is the key of, outside assertions."""
    setting = hit.setting()
    if setting is None or setting.value is None or setting.form != "pair" or setting.name != hit.name:
        return None
    return None if surroundings(hit, setting.node).asserted else setting


def _proxy(hit: Hit) -> Iterator[Find]:
    """``secure: false`` of http-proxy, http-proxy-middleware, webpack and Vite: the target's certificate is not checked.

    Cookies, sessions and mail transports have a ``secure`` of another meaning: the keys beside it tell.
    """
    setting = _pair(hit)
    if setting is None or hit.name != "secure":
        return
    around = surroundings(hit, setting.node)
    nearest = around.callees[0] if around.callees else ""
    if around.keys & _PROXY_KEYS and (
        "target" in around.keys or _PROXY.search(" ".join((nearest, around.target, *around.nested_in, *around.users)))
    ):
        off = frozenset({"false"})
        yield Find(PinKind.VERIFICATION_OFF, setting.node, hit.value(setting.value), off=off)


def _librdkafka(hit: Hit) -> Iterator[Find]:
    setting = _pair(hit)
    if setting is not None:
        value = hit.value(setting.value)
        yield Find(PinKind.VERIFICATION_OFF, setting.node, value, purpose=Purpose.QUEUE, off=frozenset({"false"}))


def _fingerprint(hit: Hit) -> Iterator[Find]:
    """``caFingerprint`` of the Elasticsearch client: the CA's certificate, beside which nothing else counts."""
    setting = _pair(hit)
    if setting is not None:
        value = hit.value(setting.value)
        if surroundings(hit, setting.node).made and value.kind is Kind.NAME and "." in value.text:
            value = Value(Kind.SETTING, value.text)
        if value.kind not in (Kind.NAME, Kind.UNKNOWN):
            yield Find(PinKind.FINGERPRINT, setting.node, value, purpose=Purpose.DATABASE)


def _neo4j(hit: Hit) -> Iterator[Find]:
    if hit.setting() is None and hit.node.type in ("string_fragment", "string"):
        pair = hit.source.around(hit.node, frozenset({"pair"}))
        key = hit.source.pair(pair)[0] if pair is not None else None
        if pair is not None and key is not None and last_name(hit.source.text(key)) == "trust":
            yield Find(PinKind.VERIFICATION_OFF, pair, purpose=Purpose.DATABASE)


def _certificates(hit: Hit) -> Iterator[Find]:
    """``caCerts``, ``trustedRoots``, ``trustedCertificates``: lists of files or PEM texts that the code reads."""
    setting = _pair(hit)
    if setting is None:
        return
    value = hit.value(setting.value)
    if value.kind in (Kind.NAME, Kind.UNKNOWN) and not re.search(r"readFile|readTextFile", value.text):
        return
    yield Find(PinKind.TRUST, setting.node, value)


def _fabric(hit: Hit) -> Iterator[Find]:
    """``{ trustedRoots, verify: false }`` of Hyperledger Fabric's CA client."""
    setting = _pair(hit)
    if setting is None or setting.node.parent is None:
        return
    for child in setting.node.parent.named_children:
        key, value = hit.source.pair(child) if child.type == "pair" else (None, None)
        if key is not None and hit.source.text(key).strip("'\"") == "verify":
            off = frozenset({"false"})
            yield Find(PinKind.VERIFICATION_OFF, child, hit.value(value), off=off)


def _aws_iot(hit: Hit) -> Iterator[Find]:
    """``with_certificate_authority_from_path(folder, file)`` of the AWS IoT SDK, version 2."""
    call = hit.call()
    if call is None or call.name != hit.name or not call.arguments:
        return
    place = call.nth(1) or call.nth(0)
    yield Find(PinKind.TRUST, call.node, hit.value(place), purpose=Purpose.QUEUE)


def _checker(hit: Hit) -> Iterator[Find]:
    """``sslCertificateChecker.check(ok, failed, url, fingerprint…)`` of the Cordova plug-in."""
    call = hit.call()
    if call is None or "sslCertificateChecker" not in call.callee or not call.name.startswith("check"):
        return
    for argument in call.arguments[3:]:
        yield Find(PinKind.FINGERPRINT, call.node, hit.value(argument.node))


def _native_script(hit: Hit) -> Iterator[Find]:
    """``Https.enableSSLPinning({ host, certificate })`` of @nativescript/secure-http: a file in the app."""
    call = hit.call()
    if call is None or call.name != "enableSSLPinning":
        return
    for node in hit.source.nodes({"pair"}, call.node):
        key, value = hit.source.pair(node)
        if key is not None and value is not None and last_name(hit.source.text(key)) == "certificate":
            yield Find(PinKind.TRUST, call.node, hit.value(value).on_base(RESOURCE))


def _superagent(hit: Hit) -> Iterator[Find]:
    call = hit.call()
    if call is not None and call.name == "disableTLSCerts":
        asked = asked_for(hit.source, call.node)
        yield Find(PinKind.CONFIGURABLE if asked else PinKind.VERIFICATION_OFF, call.node)


def _connection_text(hit: Hit) -> Iterator[Find]:
    """``sslmode=no-verify``, ``sslaccept=accept_invalid_certs`` in a connection string."""
    call = hit.call_around()
    titled = call is not None and call.name in ("it", "test", "describe")
    if not titled and not surroundings(hit, hit.node).asserted:
        yield Find(PinKind.VERIFICATION_OFF, hit.node, purpose=Purpose.DATABASE)


def _trust_mode(hit: Hit) -> Iterator[Find]:
    """cordova-plugin-advanced-http: ``nocheck`` is off, ``pinned`` trusts the ``.cer`` files in the app alone."""
    call = hit.call()
    node = call.nth(0) if call is not None and call.name in ("setServerTrustMode", "setSSLCertMode") else None
    if call is None or node is None:
        return
    mode = hit.value(node).text
    if mode == "nocheck":
        yield Find(PinKind.VERIFICATION_OFF, call.node)
    elif mode == "pinned":
        yield Find(PinKind.TRUST, call.node, Value(Kind.NAME, "www/certificates"))


def _key_hashes(hit: Hit) -> Iterator[Find]:
    """``publicKeyHashes: […]`` of react-native-ssl-public-key-pinning."""
    setting = hit.setting()
    if setting is None or setting.value is None or setting.form != "pair" or setting.name != hit.name:
        return
    if setting.node.parent is not None and len(keys(hit.source, setting.node.parent)) < 6:
        yield Find(PinKind.FINGERPRINT, setting.node, hit.value(setting.value))


def _spki_pins(hit: Hit) -> Iterator[Find]:
    """``"sha256/…="`` in a list or under a key: the pins of whatever library reads them. Those of ``sslPinning`` are said there."""
    source, string = hit.source, hit.node
    if string.type == "string_fragment" and string.parent is not None:
        string = string.parent
    if not re.fullmatch(r"""["'`]sha256/[A-Za-z0-9+/]{43}=["'`]""", source.text(string)):
        return
    holder = string.parent if string.parent is not None and string.parent.type == "array" else string
    place = holder.parent
    if place is None or place.type not in (
        "pair",
        "variable_declarator",
        "assignment_expression",
        "public_field_definition",
    ):
        return
    for parent in source.ancestors(string):
        key = source.pair(parent)[0] if parent.type == "pair" else None
        if key is not None and source.text(key).strip("'\"") in ("sslPinning", "publicKeyHashes"):
            return
    yield Find(PinKind.FINGERPRINT, place, hit.value(holder))


PATTERNS = (
    Pattern(
        slug="spki-pins",
        words=("'sha256/", '"sha256/', "`sha256/"),
        match=_spki_pins,
        bad=("const PINS = ['sha256/r8udi/Mxd6pLO7y7hZyUMWq8YnFnIWXCqeHsTDRqy8A='];",),
        good=(
            "if (pin.startsWith('sha256/')) use(pin);",
            "log('sha256/r8udi/Mxd6pLO7y7hZyUMWq8YnFnIWXCqeHsTDRqy8A=');",
        ),
    ),
    Pattern(
        slug="cordova-trust-mode",
        words=("setServerTrustMode", "setSSLCertMode"),
        match=_trust_mode,
        bad=("cordova.plugin.http.setServerTrustMode('nocheck', a, b);", "this.http.setServerTrustMode('pinned');"),
        good=("cordova.plugin.http.setServerTrustMode('default', a, b);",),
        source="https://github.com/silkimen/cordova-plugin-advanced-http#setservertrustmode",
    ),
    Pattern(
        slug="public-key-hashes",
        words=("publicKeyHashes",),
        match=_key_hashes,
        bad=("initializeSslPinning({ 'a.com': { includeSubdomains: true, publicKeyHashes: ['AAAA', 'BBBB'] } });",),
        good=("const x = o.publicKeyHashes;",),
        source="https://github.com/frw/react-native-ssl-public-key-pinning",
    ),
    Pattern(
        slug="proxy-secure-off",
        words=("secure: false", "secure:false", "secure : false", "secure:!1"),
        match=_proxy,
        beside=("target", "changeOrigin"),
        bad=(
            "app.use(createProxyMiddleware({ target: 'https://api.mch.weixin.qq.com', changeOrigin: true, secure: false }));",
            "module.exports = { devServer: { proxy: { '/api': { target: 'https://a', secure: false } } } };",
            "proxy.web(req, res, { target: target, secure: false });",
        ),
        good=(
            "nodemailer.createTransport({ host: 'target.example', port: 587, secure: false });",
            "res.cookie('target', 'b', { httpOnly: true, secure: false });",
            "createProxyMiddleware({ target: 'https://a', secure: true });",
        ),
        source="https://github.com/http-party/node-http-proxy#options",
    ),
    Pattern(
        slug="librdkafka-verification-off",
        words=("enable.ssl.certificate.verification",),
        match=_librdkafka,
        bad=("new Kafka.Producer({ 'enable.ssl.certificate.verification': false });",),
        good=("new Kafka.Producer({ 'enable.ssl.certificate.verification': true });",),
    ),
    Pattern(
        slug="ca-fingerprint",
        words=("caFingerprint",),
        match=_fingerprint,
        bad=(
            "new Client({ node: 'https://h:9200', caFingerprint: '20:E1:C6:A2:A6:F5:4B:6E:0D:2D' });",
            "new Pool({ caFingerprint: options.caFingerprint });",
        ),
        good=(
            "const f = options.caFingerprint; f({ caFingerprint: o.caFingerprint });",
            "new Client({ node, caFingerprint: null });",
        ),
    ),
    Pattern(
        slug="neo4j-trust-all",
        words=("TRUST_ALL_CERTIFICATES",),
        match=_neo4j,
        bad=("neo4j.driver(u, a, { encrypted: true, trust: 'TRUST_ALL_CERTIFICATES' });",),
        good=("if (trust === 'TRUST_ALL_CERTIFICATES') warn();",),
    ),
    Pattern(
        slug="certificate-list",
        words=("caCerts", "trustedRoots", "trustedCertificates"),
        match=_certificates,
        bad=(
            "Deno.createHttpClient({ caCerts: [await Deno.readTextFile('./ca.pem')] });",
            "new FabricCAServices(url, { trustedRoots: [fs.readFileSync('ca.pem')] });",
            "neo4j.driver(u, a, { trustedCertificates: ['/etc/ca.pem'] });",
        ),
        good=("const x = { caCerts };", "const t = { trustedRoots: [] };"),
    ),
    Pattern(
        slug="fabric-verify-off",
        words=("trustedRoots",),
        match=_fabric,
        bad=("new FabricCAServices(url, { trustedRoots: [pem], verify: false });",),
        good=("new FabricCAServices(url, { trustedRoots: [pem], verify: true });",),
    ),
    Pattern(
        slug="superagent-off",
        words=("disableTLSCerts",),
        match=_superagent,
        bad=("request.get(u).disableTLSCerts().end(done);",),
        good=("Request.prototype.disableTLSCerts = function () { this._off = true; };",),
        source="https://forwardemail.github.io/superagent/#tls-options",
    ),
    Pattern(
        slug="context-ca",
        words=("addCACert",),
        match=call_trusts("addCACert", mode=PinMode.ADDS),
        bad=("tls.createSecureContext().context.addCACert(fs.readFileSync('ca.pem'));",),
        good=("const add = context.addCACert;",),
    ),
    Pattern(
        slug="aws-iot-ca",
        words=("with_certificate_authority",),
        match=_aws_iot,
        bad=("builder.with_certificate_authority_from_path(undefined, './root-CA.crt');",),
        good=("const f = builder.with_certificate_authority_from_path;",),
    ),
    Pattern(
        slug="cordova-fingerprint",
        words=("sslCertificateChecker",),
        match=_checker,
        bad=("window.plugins.sslCertificateChecker.check(ok, no, 'https://a', 'BA 25 3D A5 4C 6B 95 1F 90 39');",),
        good=("const c = window.plugins.sslCertificateChecker;",),
    ),
    Pattern(
        slug="nativescript-pinning",
        words=("enableSSLPinning",),
        match=_native_script,
        bad=("Https.enableSSLPinning({ host: 'a', certificate: 'assets/wechat.cer' });",),
        good=("Https.enableSSLPinning;",),
    ),
    Pattern(
        slug="connection-string-off",
        words=("sslmode=no-verify", "sslaccept=accept_invalid_certs"),
        match=_connection_text,
        bad=("const pool = new Pool({ connectionString: 'postgres://u@h/db?sslmode=no-verify' });",),
        good=("const pool = new Pool({ connectionString: 'postgres://u@h/db?sslmode=require' });",),
        source="https://github.com/brianc/node-postgres/tree/master/packages/pg-connection-string",
    ),
)
