"""JavaScript: code that chooses the trusted CAs. Sources: Node's tls and https documentation and each library's README."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan.handed_places import same_name
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.languages.javascript.options import Surroundings, optional, purpose, surroundings
from wxcertcheck.scan.matchers import any_of, call_trusts, trusts
from wxcertcheck.scan.members import SETTINGS
from wxcertcheck.scan.source import Call, Source
from wxcertcheck.scan.telling import means_ca
from wxcertcheck.scan.values import Kind, Value

if TYPE_CHECKING:
    from tree_sitter import Node

_LOCALES = frozenset((
    "ar", "au", "be", "bg", "bn", "br", "cat", "ch", "cn", "cs", "cy", "cz", "da", "de", "dk", "el", "en", "es", "et", "eu", "fa", "fi",
    "fr", "gb", "gl", "gr", "he", "hi", "hr", "hu", "id", "ie", "in", "it", "ja", "jp", "ka", "km", "ko", "kr", "lt", "lv", "mx", "ms",
    "nb", "nl", "no", "nz", "pl", "pt", "ro", "ru", "se", "sk", "sl", "sq", "sr", "sv", "sw", "ta", "th", "tr", "tw", "ua", "uk", "ur",
    "us", "vi", "za", "zh",
))  # fmt: skip
_TLS_KEYS = frozenset(
    {
        "cert",
        "pfx",
        "passphrase",
        "rejectUnauthorized",
        "checkServerIdentity",
        "servername",
        "secureProtocol",
        "ciphers",
    }
    | {"minVersion", "maxVersion", "secureContext", "strictSSL", "crl", "keepAlive", "httpsAgent", "hostname", "key"}
)
_TLS_NAMES = re.compile(
    r"https?|tls|ssl|agent|secure|\bcred|certs?|connect|request|fetch|axios|got\b|superagent|undici|dispatcher|websocket"
    r"|\bws\b|socket|proxy|transport|mqtt|amqp|kafka|redis|mongo|soap|rootca|httpClient",
    re.IGNORECASE,
)
_WEAK_NAMES = re.compile(r"opt(?:ion)?s?$|conf(?:ig)?$|params$|client", re.IGNORECASE)
_CERTIFICATE_TEXT = re.compile(
    r"-----BEGIN|\.(?:pem|crt|cer|der|p7b|cert|ca|bundle)\b|^[A-Za-z0-9+/=\s]{200,}$|^/(?:etc|usr|opt|run|var|app)/\S+$",
    re.IGNORECASE,
)
_NO_CA = re.compile(r"(?:await\s+)?(?:require|import|\w*(?i:hash|digest|fingerprint)\w*)\s*\(")
"""A module, or what tells one CA from another: the key of a cache."""
_TOKEN = re.compile(r"\b(?:NEXT_PUBLIC|VITE|REACT_APP)_|TOKEN_CA\b")
"""Variables that a build puts into a web page: a "CA" there is a token's contract address."""
_CERTIFICATE_CODE = re.compile(
    r"readFile|certificat|-----BEGIN|\.pem\b|\.crt\b|\.cer\b|rootCert|caCert|caPath|caFile|ca_?bundle|root_?ca|_CA\b|\bCA_"
    r"|ssl|\btls\b|cacert|[a-z]CA\b|cert",
    re.IGNORECASE,
)
_HOLDS_BYTES = re.compile(r"new\s+(?:[\w.]*(?:Buffer|X509Certificate|Certificate)|Uint8Array|Blob)\b")
_SCHEMA = re.compile(r"(?:Joi|joi|yup|Yup|z|PropTypes|Type|Schema|validator)\.\w+")
"""A description of what ``ca`` may be, not a value."""
DEFAULTS = re.compile(r"rootCertificates|getCACertificates|globalAgent\.options\.ca|systemCerts|rootCas\b")
_NO_VALUE = frozenset(
    {
        "object",
        "arrow_function",
        "function_expression",
        "class",
        "number",
        "regex",
        "jsx_element",
        "jsx_self_closing_element",
    }
)


def _ca(hit: Hit) -> Iterator[Find]:
    """The TLS option ``ca``: in an object literal, as a shorthand, assigned later. Not a locale, not a server's list."""
    if hit.name != "ca":
        return
    node, value_node = _named_value(hit)
    if node is None or value_node is None or value_node.type in _NO_VALUE:
        return
    if value_node.type == "new_expression" and not _HOLDS_BYTES.match(hit.source.text(value_node)[:80]):
        return
    if _SCHEMA.match(hit.source.text(value_node)[:60]):
        return
    around = surroundings(hit, node)
    if re.fullmatch(r"(?:module\.)?exports", around.target) and _is_module(hit, value_node):
        return
    if around.asserted or around.server or len(around.keys & _LOCALES) > 1 or _comes_from(hit, value_node, _MADE):
        return
    written = hit.source.text(value_node)[:4000]
    value = hit.value(value_node)
    if not _is_tls(around, written, value):
        return
    if value.kind is Kind.NAME and optional(hit.source, node, written):
        yield Find(PinKind.CONFIGURABLE, node, purpose=purpose(around, hit.source))
        return
    if value.kind is Kind.NAME and value.text.startswith("this."):
        value = Value(Kind.SETTING, value.text)  # what another file put into the object
    adds = DEFAULTS.search(written) or any(leaf.kind is Kind.SYSTEM for leaf in value.leaves())
    yield Find(PinKind.TRUST, node, value, PinMode.ADDS if adds else PinMode.REPLACES, purpose(around, hit.source))


_MADE = r"require\([^()]*\)\("
"""A function that a module's function makes: ``require("./ca/prepare")(dependencies)``."""
_OWN_MODULE = r"require\(\s*['\"]\.[^()]*\)(?:\.\w+)*;?$"


def _comes_from(hit: Hit, node: "Node", expression: str) -> bool:
    """Whether a name is defined by what ``expression`` matches, in this file."""
    name = hit.source.text(node) if node.type in ("identifier", "shorthand_property_identifier") else ""
    return any(re.match(expression, hit.source.text(d.value)[:300]) for d in hit.source.definitions.get(name, ()))


def _own_constant(hit: Hit, node: "Node") -> bool:
    """Whether a name is that of another file of the project: ``const CERTS = require("./certs")``, ``import { CERTS } from "./certs"``."""
    if node.type != "identifier" or _comes_from(hit, node, _OWN_MODULE):
        return node.type == "identifier"
    return hit.source.text(node) in hit.source.once(_own_imports)


def _own_imports(source: Source) -> frozenset[str]:
    """The words of the file's imports of other files of the project."""
    every = (source.text(node) for node in source.nodes({"import_statement"}))
    own = (written for written in every if re.search(r"\sfrom\s*['\"]\.[^'\"]*['\"];?\s*$", written[-300:]))
    return frozenset(word for written in own for word in re.findall(r"[\w$]+", written.rpartition("from")[0]))


def _is_module(hit: Hit, node: "Node") -> bool:
    """Whether a name is a function or module that is merely exported under the name ``ca``."""
    source = hit.source
    if node.type not in ("identifier", "shorthand_property_identifier"):
        return False
    name = source.text(node)
    made = [source.text(d.value)[:200] for d in source.definitions.get(name, ())]
    return bool(source.functions(name)) or any(re.match(r"require\(\s*['\"]\.", one) for one in made)


def _named_value(hit: Hit) -> "tuple[Node | None, Node | None]":
    """The node of the setting and of its value."""
    if hit.node.type == "shorthand_property_identifier":
        return hit.node, hit.node
    setting = hit.setting()
    if setting is None:
        return _pushed(hit)
    if setting.form == "assignment":
        target = setting.target.rstrip()
        if not re.search(r"(?<!\.prototype)(?:\.ca|\[['\"]ca['\"]\])$", target) or target == "this.ca":
            return None, None
        return setting.node, setting.value
    return (setting.node, setting.value) if setting.form == "pair" else _pushed(hit)


def _pushed(hit: Hit) -> "tuple[Node | None, Node | None]":
    """``options.ca.push(pem)``."""
    call = hit.call()
    if call is not None and re.search(r"\.ca!?\.(?:push|unshift)$", call.callee) and call.arguments:
        return call.node, call.arguments[0].node
    return None, None


def _is_tls(around: Surroundings, written: str, value: Value) -> bool:
    if value.kind in (Kind.NUMBER, Kind.TRUE, Kind.FALSE):
        return False
    texts = [leaf.text.strip() for leaf in value.leaves() if leaf.kind is Kind.TEXT]
    if texts and len(texts) == len(list(value.leaves())):
        return any(_CERTIFICATE_TEXT.search(one) and not one.startswith("http") for one in texts)
    if _NO_CA.match(written) or _TOKEN.search(written):
        return False
    if _CERTIFICATE_CODE.search(written) or around.keys & _TLS_KEYS or _TLS_NAMES.search(around.words):
        return True
    return bool(_WEAK_NAMES.search(around.target)) and value.kind is not Kind.UNKNOWN


def _superagent(hit: Hit, call: Call) -> bool:
    receiver = hit.source.text(call.receiver) if call.receiver is not None else ""
    return bool(re.search(r"request|agent|\.(?:get|post|put|delete|patch|head)\(", receiver))


# --- settings of other names ----------------------------------------------------------------------------------------------

_CA_NAMES = (
    *("caFile", "caPath", "caCert", "caBundle", "caPem", "cafile", "capath", "cacert", "ca_file", "ca_path", "ca_cert", "ca_bundle", "ca_pem"),
    *("rootCert", "rootCA", "rootCa", "root_cert", "root_ca", "sslCa", "sslCA", "ssl_ca", "sslRoot", "ssl_root", "tlsCa", "tlsCA", "tls_ca", "tlsTrust", "sslTrust", "trustCert", "trust_cert", "serverRoot", "server_root"),
    *("ROOT_CA", "ROOT_CERT", "SSL_CA", "TLS_CA", "CA_CERT", "CA_FILE", "CA_PATH", "CA_BUNDLE", "CACERT"),
    *("trustStore", "truststore", "trust_store", "trustedCert", "trustedCa", "trustedRoot", "certificateAuthorit", "serverCa", "serverCA"),
)  # fmt: skip
"""How names that tell (`telling.means_ca`) begin."""
_DATABASE = ("tlsCAFile", "sslCA", "sslCa", "sslrootcert", "sslCAFile", "sslRootCert")
_QUEUE = ("ssl.ca.location", "ssl.ca.pem", "caPaths")
_CLIENT = ("certificateAuthority", "serverRootCACertificate", "rootCertificate")


def _path_value(hit: Hit, setting: Setting) -> Value | None:
    """A path that the code or the environment gives; one that is merely handed on only where a client gets it."""
    around = surroundings(hit, setting.node)
    if setting.value is None or around.asserted or around.server:
        return None
    value = hit.value(setting.value)
    leaves = list(value.leaves())
    if value.kind is Kind.TEXT:
        return value if _CERTIFICATE_TEXT.search(value.text) else None
    if any(leaf.kind in (Kind.ENVIRONMENT, Kind.JOIN) for leaf in leaves):
        return value
    if value.kind is Kind.CHOICE and any(
        leaf.kind is Kind.TEXT and _CERTIFICATE_TEXT.search(leaf.text) for leaf in leaves
    ):
        return value
    if value.kind in (Kind.NAME, Kind.UNKNOWN) and _own_constant(hit, setting.value):
        return value
    written = hit.source.text(setting.value)[:200]
    if re.search(r"\breadFile(?:Sync)?\(", written):
        return Value(Kind.SETTING, written[:80])
    if around.callees and _VERIFIES.search(around.callees[0]):
        return None
    call = hit.source.call(setting.value)
    settings = value.kind is Kind.SETTING or SETTINGS.match(written) is not None
    reads = call is not None and settings and (value.kind is Kind.SETTING or bool(call.arguments))
    if reads or (around.made and _HANDED.fullmatch(written)):
        return Value(Kind.SETTING, written[:80])
    return None


_VERIFIES = re.compile(r"(?i)verif|sign|jw[st]|saml|chain")
"""What checks messages or documents."""
_HANDED = re.compile(r"[\w$]+(?:[?!]?\.[\w$]+)*(?:\s*(?:\|\||\?\?)\s*(?:undefined|null|''|\"\"))?")
_PATH_ENDINGS = ("CaPath", "CaFile", "CaCert", "CAFile", "CAPath", "CACert")


def _named_path(hit: Hit) -> Iterator[Find]:
    """Settings whose names tell: ``mqttTlsCaPath: process.env.MQTT_TLS_CA_PATH``. Libraries' own names are known above."""
    setting = hit.setting()
    if setting is None or setting.value is None or setting.form != "pair" or setting.name != hit.name:
        return
    if not means_ca(hit.name) or hit.name in (*_DATABASE, *_QUEUE, *_CLIENT, *LISTS):
        return
    value = _path_value(hit, setting)
    if value is not None:
        yield Find(PinKind.TRUST, setting.node, value, purpose=purpose(surroundings(hit, setting.node), hit.source))


_HOLDS_OPTIONS = re.compile(
    r"(?i)(?:opt(?:ion)?s?|conf(?:ig(?:uration)?)?|settings|ssl|tls|https?|agent|params|\w*auth|cred\w*|dsn\w*)$"
)


def _assigned_path(hit: Hit) -> Iterator[Find]:
    """``options.trust_certificate = path``: handed on in an object of options under a name that tells."""
    setting = hit.setting()
    if setting is None or setting.value is None or setting.form != "assignment" or setting.name != hit.name:
        return
    holder, _, last = setting.target.rpartition(".")
    if last != hit.name or not _HOLDS_OPTIONS.search(holder) or not means_ca(hit.name):
        return
    if hit.name in (*_DATABASE, *_QUEUE, *_CLIENT, *LISTS) or same_name(hit, setting.value):
        return
    value, written = _path_value(hit, setting), hit.source.text(setting.value)[:200]
    if value is None and _HANDED.fullmatch(written) and written not in ("true", "false", "null", "undefined"):
        value = Value(Kind.SETTING, written[:80])
    if value is not None:
        yield Find(PinKind.TRUST, setting.node, value, purpose=purpose(surroundings(hit, setting.node), hit.source))


LISTS = ("caCerts", "trustedRoots", "trustedCertificates")
"""Lists of files or PEM texts that libraries take (`libraries`)."""


def _not_asserted(hit: Hit, setting: Setting) -> bool:
    around = surroundings(hit, setting.node)
    if setting.form == "assignment" and not re.search(r"[.\[]", setting.target):
        return False  # a variable counts where it is used
    if setting.value is None or setting.value.type == "new_expression":
        return False
    told = hit.source.text(setting.value).strip("'\"`")
    if told == setting.name or (
        hit.value(setting.value).kind is Kind.TEXT and re.fullmatch(r"\w+", told) and means_ca(told)
    ):
        return False  # a table of names
    if setting.name == "rootCertificate" and not (around.keys & _TLS_KEYS or around.callees or around.nested_in):
        return False
    return not around.asserted and not around.server and setting.form in ("pair", "assignment")


def _shorthand(hit: Hit) -> Iterator[Find]:
    """``{ https: { certificateAuthority } }``."""
    if hit.node.type != "shorthand_property_identifier" or hit.name not in _CLIENT:
        return
    if not surroundings(hit, hit.node).asserted:
        yield Find(PinKind.TRUST, hit.node, hit.value(hit.node))


_TLS = "https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions"
_CA_WORDS = (
    *(f"{before}ca{after}" for before in (" ", "\t", ",", "{", "\n") for after in (":", ",", "}")),
    *(
        " ca }",
        " ca :",
        " ca  ",
        "\tca  ",
        '"ca"',
        "'ca'",
        ".ca =",
        ".ca=",
        ".ca.push",
        " ca\n",
        "\tca\n",
        " ca\r\n",
        "\tca\r\n",
    ),
)

PATTERNS = (
    Pattern(
        slug="ca-option",
        words=tuple(dict.fromkeys(word for word in _CA_WORDS if len(word) >= 4)),
        match=_ca,
        bad=(
            "const options = { hostname: h, pfx: await readFile('./c.p12'), ca: await readFile('./rootca.pem') };",
            "https.request({ host, ca: [fs.readFileSync(path.join(__dirname, 'rootca.pem'))] });",
            "const ca = fs.readFileSync('rootca.pem'); const agent = new https.Agent({ ca });",
            "https.globalAgent.options.ca = fs.readFileSync('rootca.pem');",
            "const o = {}; o['ca'] = fs.readFileSync('rootca.pem'); https.get(o);",
            (
                "const options = { hostname: api.mch.weixin.qq.com ', pfx: await readFile('./apiclient_cert.p12'), "
                "ca: await readFile('./rootca.pem'), }; const req = https.request(options, (res) => { "
            ),
            "class A { agent = new https.Agent({ keepAlive: true, ca: loadCa() }) }",
            "f({ tls: { ca: config?.ca ?? DEFAULT_CA } });",
            "if (options.ca) { outgoing.ca = options.ca; } outgoing.rejectUnauthorized = options.secure;",
            "options.ca = fs.readFileSync(options.caPath); options.requestCert = true; options.rejectUnauthorized = true;",
            "const ca = []; ca.push(fs.readFileSync('a.pem')); https.request({ host, ca });",
            "tls.createSecureContext({\n  ca         : config.ssl.ca,\n  passphrase : config.ssl.passphrase\n});",
        ),
        good=(
            "const names = { ca: 'Català', en: 'English' };",
            "module.exports = { ca: new Definition('ca', { type: String }), cert: new Definition('cert', {}) };",
            "module.exports = { ca: new Definition('ca', { hint: 'certificate of the registry' }) };",
            "const regions = { us: usRegions, ca: caRegions, mx: mxRegions };",
            "https.createServer({ key: k, cert: c, ca: fs.readFileSync('clients.pem'), requestCert: true });",
            "const options = { key, cert, ca: fs.readFileSync('clients.pem') }; https.createServer(options, app);",
            "// https.request({ ca: fs.readFileSync('rootca.pem') })",
            "const options = { key: k, cert: c, ca: fs.readFileSync('chain.pem') }; app.listen(443);",
            "https.request({ host, ca: undefined });",
            "export const LINKS = { ca: process.env.NEXT_PUBLIC_TOKEN_CA || '', buy: 'x' };",
            "Request.prototype.ca = Request.prototype.agent;",
            "const ca = require('./ca/prepare'); module.exports = { ca, key, cert };",
            "const schema = Joi.object({ ca: Joi.string(), cert: Joi.string() });",
            "const key = JSON.stringify({ rejectUnauthorized: o.verify, ca: hashOf(o.ca) });",
            "console.log({ cert: clientCert, key: clientKey, ca: rootCA });",
            "console.log('TLS', { ca: cert ? 'Loaded' : 'Not loaded', servername: host });",
            "const prepareCA = require('./ca')({ resolve }); f({ certificate: prepareCertificate, ca: prepareCA });",
            "new https.Agent({ ca: tls.rootCertificates });",
            "expect(connect).toHaveBeenCalledWith({ ca: fs.readFileSync('ca.pem') });",
        ),
        source=_TLS,
    ),
    Pattern(
        slug="superagent-ca",
        words=(".ca(",),
        match=call_trusts("ca", when=_superagent),
        bad=("request.get(url).ca(fs.readFileSync('rootca.pem')).end(done);",),
        good=("locale.ca('x');",),
        source="https://forwardemail.github.io/superagent/#tls-options",
    ),
    Pattern(
        slug="ca-path-setting",
        words=_CA_NAMES,
        followed=r"\w*[\"']?\s*:(?!:)(?!\s*(?:string|Buffer|any|null)\b)",
        match=_named_path,
        bad=(
            "const c = { ssl: { caPath: process.env.DB_SSL_CA_PATH || '' } };",
            "f({ tls: { caFile: 'ca.pem' } });",
            "new Redis({ host, tls: { caCertFile: options.caCertFile } });",
            "const certs = { rootCerts: path ? fs.readFileSync(path) : undefined };",
            "export const config = { ROOT_CA_CERT: process.env.ROOT_CA_CERT || 'rootCA.crt' };",
            "createClient({ ssl_ca: configService.get('DB_SSL_CA') });",
            "const CERTS = require('./certs'); assign(this, { caFile: CERTS }, options);",
            "import { CERTS } from '../certs';\nfunction f() { return { caBundle: CERTS }; }",
        ),
        good=(
            "f({ caPath: options.caPath });",
            "f({ caFile: 'x' });",
            "const c = { localCachePath: process.env.CACHE, clientCaFile: 'clients.pem' };",
            "type O = { caFile: string };",
            "const schema = Joi.object({ caCert: Joi.string() });",
        ),
    ),
    Pattern(
        slug="ca-path-assigned",
        words=tuple(f".{name}" for name in _CA_NAMES),
        followed=r"\w*\s*=(?!=)",
        match=_assigned_path,
        bad=(
            "dsn.options.trust_certificate = this.trustStorePath;",
            "configuration.oAuth.customRootCert = configuration.ssl.own; config.oAuth.rootCert = given;",
            "tlsOptions.caFile = path.join(__dirname, 'ca.pem');",
        ),
        good=(
            "to.options.caFile = from.caFile;",
            "this.caFile = path;",
            "options.caFile = null;",
            "if (options.caFile == path) warn();",
            "options.clientCaFile = 'clients.pem';",
        ),
    ),
    Pattern(
        slug="ca-path-named",
        words=_PATH_ENDINGS,
        match=_named_path,
        bad=("module.exports = { mqttTlsCaPath: process.env.MQTT_TLS_CA_PATH };",),
        good=("const c = { clientCaFile: 'clients.pem', alipayCaPath: 'ca.pem' };",),
    ),
    Pattern(
        slug="client-ca",
        words=_CLIENT,
        match=any_of(trusts(*_CLIENT, forms=("pair", "assignment"), when=_not_asserted), _shorthand),
        bad=(
            "got(url, { https: { certificateAuthority: fs.readFileSync('rootca.pem') } });",
            "const certificateAuthority = fs.readFileSync('a.pem'); got(url, { https: { certificateAuthority } });",
        ),
        good=(
            "type O = { certificateAuthority: null };",
            "x = o.certificateAuthority;",
            "certificateAuthority = new CertificateAuthority(name, url);",
            "function f() { return { name, rootCertificate: response.chain }; }",
        ),
        source="https://github.com/sindresorhus/got/blob/main/documentation/5-https.md",
    ),
    Pattern(
        slug="database-ca",
        words=_DATABASE,
        match=trusts(*_DATABASE, forms=("pair",), when=_not_asserted, purpose=Purpose.DATABASE),
        bad=("mongoose.connect(u, { tls: true, tlsCAFile: 'ca.pem' });",),
        good=(
            "mongoose.connect(u, { tls: true });",
            'const NAMES = { tlsCAFile: "tlsCAFile", sslCA: "tlsCAFile" };',
        ),
    ),
    Pattern(
        slug="queue-ca",
        words=_QUEUE,
        match=trusts(*_QUEUE, forms=("pair",), when=_not_asserted, purpose=Purpose.QUEUE),
        bad=("new Kafka.Producer({ 'ssl.ca.location': './ca.pem' });",),
        good=("new Kafka.Producer({ 'bootstrap.servers': 'b' });",),
    ),
)
