"""JavaScript: verification switched off, host names not checked, fingerprints compared. Callback bodies are read."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, Purpose
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find, Matcher, Pattern
from wxcertcheck.scan.languages.javascript.grammar import FUNCTIONS
from wxcertcheck.scan.languages.javascript.options import asked_for, purpose, surroundings
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.telling import parts, switched_off_by
from wxcertcheck.scan.values import Kind, Value, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_OFF_WHEN_FALSE = ("rejectUnauthorized", "strictSSL", "strictSsl")
_BY_LIBRARY = ("disableAllSecurity", "trusty")
"""Names that do not tell: react-native-ssl-pinning, rn-fetch-blob."""
_NAMES = (
    *(f"{verb}{what}" for verb in ("verify", "validate", "ignore", "skip", "disable", "check") for what in ("Ssl", "SSL", "Tls", "TLS", "Cert")),
    *(f"{verb}_{what}" for verb in ("verify", "validate", "ignore", "skip", "disable") for what in ("ssl", "tls", "cert")),
    *(f"{what}{check}" for what in ("ssl", "tls") for check in ("Verif", "Valid", "Allow", "Insecure", "Skip", "Ignore", "Reject", "Strict", "_verif", "_valid", "_skip", "_insecure", "_reject")),
    *("verifyPeer", "verify_peer", "verifyHostname", "verifyServerCert", "ignoreHTTPS", "ignoreHttps", "ignoreInvalidCert", "skipVerif", "skip_verify", "disableHostname"),
    *("certVerif", "certificateVerif", "certValid", "certificateValid", "hostnameVerif", "insecureSkip", "insecureTls", "insecureTLS", "insecureSsl", "insecureSSL", "insecure_skip"),
    *(f"{verb}{what}" for verb in ("accept", "allow", "trust") for what in ("All", "Any", "Self", "Invalid", "Untrusted", "Unauthorized", "InsecureC", "InsecureT", "InsecureS", "ServerCert", "_self", "_invalid", "_all")),
    *("reject_unauthorized", "strict_ssl"),
)  # fmt: skip
"""How names that tell (`telling.switched_off_by`) begin."""
_DATABASE = frozenset({"sslValidate", "tlsAllowInvalidCertificates", "tlsAllowInvalidHostnames", "tlsInsecure"})
_TLS = re.compile(r"(?i)tls|ssl|https|agent")
_FALSE = frozenset({"false", "0", "no"})
_TRUE = frozenset({"true", "1"})


def _off_when(known: Callable[[str], str]) -> Matcher:
    """``known``: the value of a switch of a name that is off: "true", "false", or "" for another name."""

    def match(hit: Hit) -> Iterator[Find]:
        off = {"true": _TRUE, "false": _FALSE}.get(known(hit.name), frozenset[str]())
        found = _switch(hit) if off else None
        if found is None:
            return
        node, value_node = found
        around = surroundings(hit, node)
        if around.asserted or around.server or (around.target == "data" and not around.callees):
            return  # ``data() { return { config: { verifySSL: false } } }``: what a form of Vue shows
        value = hit.value(value_node)
        written = hit.source.text(value_node)[:200]
        alike = any(parts(one) == parts(hit.name) for one in re.findall(r"[A-Za-z_]\w*", written))
        copied = hit.name not in _OFF_WHEN_FALSE and alike
        schema = re.match(
            r"(?:Joi|joi|yup|Yup|z|PropTypes|Type|Schema|validator)\.\w+", hit.source.text(value_node)[:60]
        )
        telling = hit.name not in (*_OFF_WHEN_FALSE, *_BY_LIBRARY)
        handed = around.made or around.client or any(_TLS.search(one) for one in around.nested_in)
        if schema or (copied and not around.made) or (telling and not handed and _given(value, value_node)):
            return  # a description of what it may be; from an object of the same kind; data of another matter
        own = hit.source.once(_own_check) if hit.name == "rejectUnauthorized" else []
        if own:
            for place, pinned in own:
                yield Find(PinKind.FINGERPRINT, place, pinned)
            return
        use = Purpose.DATABASE if hit.name in _DATABASE else purpose(around, hit.source)
        if (_open(value) and _decides(value_node)) or (
            {value.kind.value, value.text} & off and asked_for(hit.source, node)
        ):
            yield Find(PinKind.CONFIGURABLE, node, purpose=use)
        else:
            yield Find(PinKind.VERIFICATION_OFF, node, value, purpose=use, off=off)

    return match


_PEERS = re.compile(rb"getPeer\w{0,40}Certificate|(?:getI|i)ssuerCertificate")


def _own_check(source: Source) -> "list[tuple[Node, Value]]":
    """Comparisons of the peer's fingerprint: verification off with a check of one's own is a pin."""
    if b"fingerprint" not in source.data or not source.mentions(_PEERS):
        return []
    compared = _comparisons(source, source.tree.root_node)
    return [(node, value) for node, value in compared if "fingerprint" in source.text(node).lower()]


def _own(name: str) -> str:
    return "false" if name in _OFF_WHEN_FALSE else ""


def _telling(name: str) -> str:
    return "true" if name in _BY_LIBRARY else "" if name in _OFF_WHEN_FALSE else switched_off_by(name)


def _switch(hit: Hit) -> "tuple[Node, Node] | None":
    if hit.node.type == "shorthand_property_identifier":
        return hit.node, hit.node
    setting = hit.setting()
    if setting is None or setting.value is None or setting.name != hit.name:
        return None
    if setting.form not in ("pair", "assignment") or setting.value.type in FUNCTIONS:
        return None
    if setting.form == "assignment" and not _is_option(hit.source, setting):
        return None
    return setting.node, setting.value


def _is_option(source: Source, setting: Setting) -> bool:
    """``options.rejectUnauthorized = …`` or a default in a pattern; a plain variable counts where it is used."""
    return "." in setting.target or "[" in setting.target or setting.node.type == "object_assignment_pattern"


def _open(value: Value) -> bool:
    """Whether nothing says what a value is, or what one of its choices is."""
    return any(leaf.kind in (Kind.NAME, Kind.UNKNOWN, Kind.JOIN) for leaf in value.leaves())


def _given(value: Value, node: "Node") -> bool:
    """Whether another object's member says what a value is, not the environment, a function or a literal."""
    open_kinds = (Kind.NAME, Kind.UNKNOWN, Kind.JOIN, Kind.SETTING, Kind.PARAMETER)
    return node.type != "call_expression" and any(leaf.kind in open_kinds for leaf in value.leaves())


def _decides(node: "Node") -> bool:
    """Whether an expression that is not followed still decides at run time: a comparison, a negation, a member, a call."""
    return node.type in (
        *("binary_expression", "unary_expression", "member_expression", "call_expression", "identifier"),
        *("shorthand_property_identifier", "parenthesized_expression", "as_expression", "non_null_expression"),
        *("subscript_expression", "ternary_expression", "jsx_expression"),
    )


def _environment(hit: Hit) -> Iterator[Find]:
    """``NODE_TLS_REJECT_UNAUTHORIZED``: for every connection of the process (or of the child that gets it)."""
    setting = hit.setting()
    if setting is None or setting.value is None or setting.name != "NODE_TLS_REJECT_UNAUTHORIZED":
        return
    if setting.form not in ("pair", "assignment") or surroundings(hit, setting.node).asserted:
        return
    value = hit.value(setting.value)
    written = hit.source.text(setting.value)
    if value.kind is Kind.ENVIRONMENT and value.text == setting.name:
        return  # put back as it was
    if value.kind in (Kind.UNKNOWN, Kind.NAME) and re.search(r"\b0\b|false", written):
        yield Find(PinKind.CONFIGURABLE, setting.node)
    else:
        yield Find(PinKind.VERIFICATION_OFF, setting.node, value, off=frozenset({"0", "false"}))


# --- callbacks ------------------------------------------------------------------------------------------------------------

_EXPECTED = re.compile(r"expect|pinned|known|trusted|allowed|stored|saved|whitelist", re.IGNORECASE)
_SEES_CERTIFICATE = re.compile(r"fingerprint|pubkey|serialNumber|createHash|\.raw\b|issuerCertificate")


def _identity(hit: Hit) -> Iterator[Find]:
    """``checkServerIdentity``: nothing done in it switches the host name's check off; a comparison is a pin."""
    node, function = _identity_function(hit)
    if node is None or function is None or surroundings(hit, node).asserted:
        return
    source = hit.source
    body = function.child_by_field_name("body")
    if function.type == "ternary_expression":
        chosen = [source.nodes(FUNCTIONS, branch)[:1] for branch in function.named_children[1:]]
        bodies = [one[0].child_by_field_name("body") for one in chosen if one]
        if any(one is not None and _does_nothing(source, one) for one in bodies):
            yield Find(PinKind.CONFIGURABLE, node)
        return
    if function.type not in FUNCTIONS:
        written = source.text(function)
        if re.search(r"\bnoop\b|Function\.prototype$", written):
            yield Find(PinKind.VERIFICATION_OFF, node)
        return
    if body is None:
        return
    compared = list(_comparisons(source, body)) if _SEES_CERTIFICATE.search(source.text(body)) else []
    for place, value in compared:
        yield Find(PinKind.FINGERPRINT, place, value)
    if not compared and _does_nothing(source, body):
        yield Find(PinKind.VERIFICATION_OFF, node)


def _identity_function(hit: Hit) -> "tuple[Node | None, Node | None]":
    parent = hit.node.parent
    if parent is not None and parent.type == "method_definition" and parent.child_by_field_name("name") == hit.node:
        return parent, parent
    if hit.node.type == "shorthand_property_identifier":
        return hit.node, _function_named(hit.source, hit.source.text(hit.node))
    setting = hit.setting()
    if (
        setting is None
        or setting.value is None
        or setting.name != hit.name
        or setting.form not in ("pair", "assignment")
    ):
        return None, None
    value = setting.value
    if value.type == "identifier":
        return setting.node, _function_named(hit.source, hit.source.text(value)) or value
    return setting.node, value


def _function_named(source: Source, name: str) -> "Node | None":
    for definition in source.definitions.get(name, ()):
        if definition.value.type in FUNCTIONS:
            return definition.value
    return next((f for f in source.nodes(FUNCTIONS) if source.name_of(f) == name), None)


def _does_nothing(source: Source, body: "Node") -> bool:
    """Whether a body decides nothing: no call but logging, no exception, only undefined, null or true returned."""
    if body.type != "statement_block":
        return source.text(body).strip("()") in ("undefined", "null", "true", "void 0", "{}", "false")
    if source.nodes({"throw_statement"}, body):
        return False
    if any(not re.match(r"(?:console|log\w*|debug)\b", call.dotted) for call in source.calls(within=body)):
        return False
    returned = [source.text(n.named_children[0]) for n in source.nodes({"return_statement"}, body) if n.named_children]
    return all(one in ("undefined", "null", "true", "void 0", "false") for one in returned)


def _comparisons(source: Source, body: "Node") -> "Iterator[tuple[Node, Value]]":
    """Comparisons with something fixed: ``cert.fingerprint256 !== "AB:…"``, ``pins.includes(hash)``."""
    from wxcertcheck.scan.evaluate import evaluate

    for node in source.nodes({"binary_expression"}, body):
        operator = node.child_by_field_name("operator")
        if operator is None or source.text(operator) not in ("===", "!==", "==", "!="):
            continue
        sides = [side for side in (node.named_child(0), node.named_child(1)) if side is not None]
        if not any(
            re.search(r"fingerprint|pub_?key|hash|serial|digest|pin|sha", source.text(s), re.IGNORECASE) for s in sides
        ):
            continue
        values = [evaluate(source, side) for side in sides]
        fixed = [v for v in values if v.kind is Kind.TEXT and len(v.text) >= 8]
        named = [v for v in values if v.kind in (Kind.ENVIRONMENT, Kind.SETTING, Kind.PARAMETER, Kind.CHOICE)]
        if fixed or named:
            yield node, (fixed or named)[0]
        elif any(_EXPECTED.search(source.text(side)) for side in sides):
            yield node, Value(Kind.SETTING, source.text(sides[-1])[:80])
    for call in source.calls("includes", "indexOf", "has", "some", within=body):
        written = source.text(call.node)
        if call.receiver is not None and re.search(r"finger|pin|hash|allow|trust|sha", written, re.IGNORECASE):
            value = evaluate(source, call.receiver)
            yield call.node, value if value.kind is not Kind.NAME else unknown(written)


def _peer_fingerprint(hit: Hit) -> Iterator[Find]:
    """A comparison after ``getPeerCertificate()``, outside ``checkServerIdentity``."""
    source = hit.source
    call = hit.call()
    if call is None or call.name not in ("getPeerCertificate", "getPeerX509Certificate"):
        return
    function = source.function_around(call.node)
    body = function.child_by_field_name("body") if function is not None else source.tree.root_node
    if body is None or not re.search(r"fingerprint|pubkey", source.text(body)):
        return
    for place, value in _comparisons(source, body):
        if re.search(r"fingerprint|pub_?key|pin", source.text(place), re.IGNORECASE):
            yield Find(PinKind.FINGERPRINT, place, value)


_ASKS_FOR_MATCH = re.compile(r"match|equal|compare|verify|same|check", re.IGNORECASE)


def _fingerprint_match(hit: Hit) -> Iterator[Find]:
    """``isMatch(expected, certificate.fingerprint256)``: a comparison by a function's name."""
    source, call = hit.source, hit.call_around()
    compared = source.around(hit.node, frozenset({"binary_expression", *source.grammar.functions}))
    if compared is not None and compared.type == "binary_expression" and b"ecurityInfo" in source.data:
        for place, value in _comparisons(source, compared.parent or compared):
            if place.id == compared.id:
                yield Find(PinKind.FINGERPRINT, place, value)
        return
    if call is not None and call.name in ("includes", "indexOf", "has") and call.receiver is not None:
        handlers = ("on", "once", "addListener", "setCertificateVerifyProc")
        if any(c is not None and c.name in handlers for c in map(source.call, source.ancestors(call.node))):
            return  # said there
        if not surroundings(hit, call.node).asserted:
            value = hit.value(call.receiver)
            named = value.kind in (Kind.NAME, Kind.UNKNOWN)
            yield Find(PinKind.FINGERPRINT, call.node, Value(Kind.SETTING, value.text[:80]) if named else value)
        return
    if call is None or not _ASKS_FOR_MATCH.search(call.name) or len(call.arguments) != 2:
        return
    if surroundings(hit, call.node).asserted or not hit.node.parent or hit.node.parent.type != "member_expression":
        return
    other = next((a.node for a in call.arguments if not a.node.start_byte <= hit.offset < a.node.end_byte), None)
    value = hit.value(other)
    if other is not None and "fingerprint" not in source.text(other).rpartition(".")[2]:
        named = value.kind in (Kind.NAME, Kind.UNKNOWN)
        yield Find(PinKind.FINGERPRINT, call.node, Value(Kind.SETTING, value.text[:80]) if named else value)


def _certificate_error(hit: Hit) -> Iterator[Find]:
    """Electron: ``app.on("certificate-error", …)`` whose callback is told true, whatever the certificate."""
    call = hit.call_around()
    if call is None or call.name not in ("on", "once", "addListener") or len(call.arguments) < 2:
        return
    yield from _accepting(hit.source, call.node, call.arguments[-1].node, accepted=("true",))


def _verify_procedure(hit: Hit) -> Iterator[Find]:
    """Electron: ``session.setCertificateVerifyProc((request, callback) => callback(0))``: 0 is "trusted"."""
    call = hit.call()
    if call is not None and call.name == "setCertificateVerifyProc" and call.arguments:
        yield from _accepting(hit.source, call.node, call.arguments[0].node, accepted=("0", "true"))


def _accepting(source: Source, place: "Node", function: "Node", accepted: tuple[str, ...]) -> Iterator[Find]:
    if function.type == "identifier":
        function = _function_named(source, source.text(function)) or function
    if function.type == "ternary_expression":  # ``on ? (request, callback) => callback(0) : null``
        chosen = [one for branch in function.named_children[1:] for one in source.nodes(FUNCTIONS, branch)[:1]]
        if any(True for one in chosen for _ in _accepting(source, place, one, accepted)):
            yield Find(PinKind.CONFIGURABLE, place)
        return
    body = function.child_by_field_name("body") if function.type in FUNCTIONS else None
    if body is None:
        return
    compared = list(_comparisons(source, body)) if _SEES_CERTIFICATE.search(source.text(body)) else []
    for node, value in compared:
        yield Find(PinKind.FINGERPRINT, node, value)
    calls = [
        source.text(c.arguments[0].node) for c in source.calls(within=body) if len(c.arguments) == 1 and not c.receiver
    ]
    asked = [source.text(c.arguments[0].node) for c in source.calls("callback", "cb", within=body) if c.arguments]
    if (
        not compared
        and "true" in accepted
        and any(re.fullmatch(r"!?[a-z][\w.]*", one) and one not in ("true", "false") for one in asked)
    ):
        yield Find(PinKind.CONFIGURABLE, place)
        return
    conditional = bool(source.nodes({"if_statement", "switch_statement", "ternary_expression"}, body))
    if not compared and any(one in accepted for one in calls):
        yield Find(PinKind.CONFIGURABLE if conditional else PinKind.VERIFICATION_OFF, place)


def _ignore_switch(hit: Hit) -> Iterator[Find]:
    call = hit.call_around()
    if call is not None and call.name == "appendSwitch" and hit.name == "ignore-certificate-errors":
        yield Find(PinKind.VERIFICATION_OFF, call.node)


PATTERNS = (
    Pattern(
        slug="reject-unauthorized",
        words=_OFF_WHEN_FALSE,
        match=_off_when(_own),
        bad=(
            "https.request({ host, rejectUnauthorized: false });",
            "https.globalAgent.options.rejectUnauthorized = false;",
            "const agent = new https.Agent({ rejectUnauthorized: !1 });",
            "request({ url, strictSSL: false });",
            "expect(await got(url, { https: { rejectUnauthorized: false } })).toBe(1);",
            "new https.Agent({ rejectUnauthorized: process.env.NODE_ENV === 'production' });",
            "connect({ ssl: { rejectUnauthorized: config.ssl.reject } });",
            "const o = { rejectUnauthorized: this.rejectUnauthorized }; new secNet.TLSSocket(socket, o);",
            "tls.connect({ host, requestCert: true, rejectUnauthorized: false });",
            "new tls.TLSSocket(s, { rejectUnauthorized : reject, requestCert : true, isServer : false });",
            (
                "const s = tls.connect({ rejectUnauthorized: false }, () => { const c = s.getPeerCertificate();"
                " if (c.fingerprint256 !== 'AA:BB:CC:DD:EE:FF:00:11') s.destroy(); });"
            ),
        ),
        good=(
            "https.request({ host, rejectUnauthorized: true });",
            "https.createServer({ key, cert, requestCert: true, rejectUnauthorized: false }, app);",
            "module.exports = { key, cert, requestCert: true, rejectUnauthorized: false };",
            "new tls.TLSSocket(s, { isServer: true, requestCert: true, rejectUnauthorized: false });",
            "expect(options).toEqual({ rejectUnauthorized: false });",
            "const text = 'rejectUnauthorized: false';",
            "console.log({ cert, key, rejectUnauthorized: false });",
            "export default { data() { return { config: { host: '', verifySSL: false } } } }",
            "if (options.rejectUnauthorized === false) warn();",
            "/* rejectUnauthorized: false */",
        ),
        source="https://nodejs.org/api/tls.html#tlsconnectoptions-callback",
    ),
    Pattern(
        slug="verification-switch",
        words=(*_BY_LIBRARY, *_NAMES),
        followed=r"\w*[\"']?\s*(?::(?!\s*(?:boolean|string|any)\b)|=(?!=)|[,}])",
        match=_off_when(_telling),
        bad=("mongoose.connect(u, { tlsAllowInvalidCertificates: true });", "fetch(u, { disableAllSecurity: true });"),
        good=(
            "mongoose.connect(u, { tlsAllowInvalidCertificates: false });",
            "return { validateSslCertificate: data.validate_ssl_certificate };",
            "const schema = z.object({ skipCertVerification: z.boolean() });",
        ),
    ),
    Pattern(
        slug="reject-unauthorized-environment",
        words=("NODE_TLS_REJECT_UNAUTHORIZED",),
        match=_environment,
        bad=(
            "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';",
            "process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = 0;",
            "spawn('node', [], { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } });",
        ),
        good=(
            "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '1';",
            "if (process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0') warn();",
            "delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;",
            "const old = process.env.NODE_TLS_REJECT_UNAUTHORIZED; process.env.NODE_TLS_REJECT_UNAUTHORIZED = old;",
        ),
        source="https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue",
    ),
    Pattern(
        slug="check-server-identity",
        words=("checkServerIdentity",),
        match=_identity,
        bad=(
            "https.request({ checkServerIdentity: () => undefined });",
            "tls.connect({ checkServerIdentity() { return null; } });",
            "tls.connect({ checkServerIdentity: strict ? tls.checkServerIdentity : () => undefined });",
            (
                "tls.connect({ checkServerIdentity: function (host, cert) { "
                "if (cert.fingerprint256 !== 'AA:BB:CC:DD:EE:FF:00:11') throw new Error('pin'); } });"
            ),
        ),
        good=(
            "tls.connect({ checkServerIdentity: tls.checkServerIdentity });",
            "tls.connect({ checkServerIdentity: (h, c) => tls.checkServerIdentity(name, c) });",
            "const error = tls.checkServerIdentity(host, cert);",
        ),
        source="https://nodejs.org/api/tls.html#tlscheckserveridentityhostname-cert",
    ),
    Pattern(
        slug="peer-fingerprint",
        words=("getPeerCertificate", "getPeerX509Certificate"),
        match=_peer_fingerprint,
        bad=(
            (
                "socket.on('secureConnect', () => { const fingerprint = socket.getPeerCertificate().fingerprint;"
                " if (fingerprint !== 'AA:BB:CC:DD:EE:FF:00:11') socket.destroy(); });"
            ),
        ),
        good=("const cert = socket.getPeerCertificate(); log(cert.subject);",),
    ),
    Pattern(
        slug="fingerprint-match",
        words=("fingerprint256", ".fingerprint"),
        beside=(
            "PeerCertificate",
            "issuerCertificate",
            "ertificateError",
            "CertificateVerifyProc",
            "certificate-error",
            "ecurityInfo",
        ),
        match=_fingerprint_match,
        bad=(
            "const i = await browser.webRequest.getSecurityInfo(id); if (i.certificates[0].fingerprint.sha256 === trustedPin) ok();",
            "if (!isMatch(this.pin, getIssuer(socket.getPeerCertificate()).fingerprint256)) socket.destroy();",
            "function onCertificateError(e) { if (config.pins.includes(e.certificate.fingerprint)) e.callback(true); }",
        ),
        good=("const same = certificate.fingerprint256 === certificate.issuerCertificate.fingerprint256;",),
    ),
    Pattern(
        slug="electron-certificate-error",
        words=("certificate-error",),
        match=_certificate_error,
        bad=(
            "app.on('certificate-error', (e, w, u, err, cert, callback) => { e.preventDefault(); callback(true); });",
            "contents.on('certificate-error', (e, u, err, cert, callback) => { const allow = !settings.verify(); callback(allow); });",
        ),
        good=("app.on('certificate-error', (e, w, u, err, cert, callback) => { callback(false); });",),
        source="https://www.electronjs.org/docs/latest/api/app#event-certificate-error",
    ),
    Pattern(
        slug="electron-verify-proc",
        words=("setCertificateVerifyProc",),
        match=_verify_procedure,
        bad=(
            "session.defaultSession.setCertificateVerifyProc((request, callback) => callback(0));",
            "session.defaultSession.setCertificateVerifyProc(on ? (request, callback) => callback(0) : null);",
            "ses.setCertificateVerifyProc((r, cb) => { cb(r.certificate.fingerprint === expectedFingerprint ? 0 : -2); });",
        ),
        good=(
            "session.defaultSession.setCertificateVerifyProc((request, callback) => callback(-3));",
            "session.defaultSession.setCertificateVerifyProc(null);",
        ),
        source="https://www.electronjs.org/docs/latest/api/session#sessetcertificateverifyprocproc",
    ),
    Pattern(
        slug="ignore-certificate-errors",
        words=("ignore-certificate-errors",),
        match=_ignore_switch,
        bad=("app.commandLine.appendSwitch('ignore-certificate-errors');",),
        good=("app.commandLine.appendSwitch('lang', 'zh');", "log('ignore-certificate-errors');"),
    ),
)
