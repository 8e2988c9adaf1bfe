"""Kotlin. Sources: the JVM vocabulary's; Ktor 2/3 client engines, OkHttp 4, TrustKit for Android."""

from typing import TYPE_CHECKING

from wxcertcheck.scan.evaluate import value_of
from wxcertcheck.scan.jvm.injected import injected
from wxcertcheck.scan.jvm.values import class_parameter, dollar_string
from wxcertcheck.scan.jvm.vocabulary import CARRIERS, shared
from wxcertcheck.scan.language import Carries, Grammar, Language
from wxcertcheck.scan.names import last_name
from wxcertcheck.scan.source import Argument, Call, Source
from wxcertcheck.scan.values import SOURCE, Kind, Value

if TYPE_CHECKING:
    from tree_sitter import Node

GRAMMAR = Grammar(
    module="tree_sitter_kotlin",
    strings=frozenset({"string_literal", "multiline_string_literal", "character_literal"}),
    substitutions=frozenset({"interpolation"}),
    arguments=frozenset({"value_arguments"}),
    argument=frozenset({"value_argument"}),
    pairs={"infix_expression": ("", "")},
    assignments={"property_declaration": ("", ""), "assignment": ("left", "right")},
    members=frozenset({"navigation_expression"}),
    subscripts=frozenset({"index_expression"}),
    functions=frozenset({"function_declaration", "secondary_constructor", "anonymous_function"}),
    parameters=frozenset({"function_value_parameters"}),
    classes=frozenset({"class_declaration", "object_declaration"}),
    statements=frozenset({"property_declaration", "assignment", "return_expression"}),
    returns=frozenset({"return_expression"}),
    transparent=frozenset({"parenthesized_expression", "value_argument", "annotated_lambda"}),
    conditional=frozenset({"if_expression"}),
)


def _call(source: Source, node: "Node") -> "Call | None":
    """A call may end in a lambda, alone (``f { }``) or after its arguments (``f(x) { }``, a call around a call)."""
    if node.type != "call_expression" or not node.named_children:
        return None
    outer = node.parent
    if (
        outer is not None
        and outer.type == "call_expression"
        and outer.named_children[0].id == node.id
        and any(c.type == "annotated_lambda" for c in outer.named_children)
    ):
        node = outer
    callee = node.named_children[0]
    trailing = next((c for c in node.named_children if c.type == "annotated_lambda"), None)
    arguments: tuple[Argument, ...] = ()
    if callee.type == "call_expression" and trailing is not None:
        arguments, callee = _arguments(source, callee), callee.named_children[0]
    arguments += _arguments(source, node)
    if trailing is not None:
        arguments += (Argument("", trailing, trailing),)
    written = source.text(callee)
    receiver = callee.named_children[0] if callee.type == "navigation_expression" else None
    return Call(node, written, last_name(written), receiver, arguments)


def _arguments(source: Source, node: "Node") -> tuple[Argument, ...]:
    listed = [c for c in node.named_children if c.type == "value_arguments"]
    return tuple(_argument(source, one) for it in listed for one in it.named_children if one.type == "value_argument")


def _argument(source: Source, node: "Node") -> Argument:
    children = [c for c in node.named_children if "comment" not in c.type]
    named = any(not c.is_named and c.type == "=" for c in node.children) and len(children) > 1
    return Argument(source.text(children[0]) if named else "", children[-1] if children else node, node)


def _sides(source: Source, node: "Node") -> "tuple[Node | None, Node | None] | None":
    """``val name: Type = value``, ``by lazy { value }``: no fields, and modifiers may come first. ``"key" to value``."""
    if node.type == "infix_expression":
        parts = node.named_children
        return (parts[0], parts[2]) if len(parts) == 3 and source.text(parts[1]) == "to" else (None, None)
    if node.type != "property_declaration":
        return None
    declared = next((c for c in node.named_children if c.type.endswith("variable_declaration")), None)
    target = declared.named_children[0] if declared is not None and declared.named_children else None
    after = next((c for c in node.children if not c.is_named and c.type == "="), None)
    value = after.next_named_sibling if after is not None else None
    if value is None:
        delegate = next((c for c in node.named_children if c.type == "property_delegate"), None)
        lazy = next(iter(source.nodes({"lambda_literal"}, delegate)), None) if delegate is not None else None
        value = lazy.named_children[-1] if lazy is not None and lazy.named_children else None
    return target, value


def _parameters(source: Source, function: "Node") -> "list[tuple[str, Node | None]]":
    """Names and defaults; a class's are those of its primary constructor."""
    listed = next((c for c in function.named_children if c.type == "function_value_parameters"), None)
    found: list[tuple[str, Node | None]] = []
    for child in listed.named_children if listed is not None else ():
        if child.type == "parameter":
            name = next((c for c in child.named_children if c.type == "identifier"), None)
            found.append((source.text(name) if name is not None else "", None))
        elif found and child.type != "parameter_modifiers" and found[-1][1] is None and "comment" not in child.type:
            found[-1] = (found[-1][0], child)
    return found


def _returned(source: Source, function: "Node") -> "list[Node]":
    """``return x``, and the expression of ``fun f() = x``."""
    found = [n.named_children[-1] for n in source.nodes({"return_expression"}, function) if n.named_children]
    body = next((c for c in function.named_children if c.type == "function_body"), None)
    if body is not None and body.named_children and body.named_children[0].type != "block":
        found.append(body.named_children[0])
    return found


def _evaluate(source: Source, node: "Node", depth: int) -> "Value | None":
    kind = node.type
    if kind == "string_literal":
        return dollar_string(source, node, depth)
    if kind == "as_expression":
        return value_of(source, node.named_children[0], depth + 1)
    if kind == "unary_expression" and source.text(node).endswith("!!"):
        return value_of(source, node.named_children[0], depth + 1)
    if kind == "identifier":
        return _of_lambda(source, node, depth) or class_parameter(source, node, depth)
    if kind == "this_expression":
        return Value(Kind.PARAMETER, source.text(node))
    if kind == "navigation_expression":
        return _property(source, node, depth)
    return None


def _of_lambda(source: Source, node: "Node", depth: int) -> "Value | None":
    """A parameter of ``x.use { it }`` or ``xs.forEach { one -> }`` is (one of) what the call is made on."""
    name = source.text(node)
    for parent in source.ancestors(node):
        if parent.type in source.grammar.functions:
            return None
        if parent.type != "lambda_literal":
            continue
        listed = next((c for c in parent.named_children if c.type == "lambda_parameters"), None)
        names = [source.text(c) for c in source.nodes({"identifier"}, listed)] if listed is not None else ["it"]
        if name in names:
            holder = next((a for a in source.ancestors(parent) if a.type == "call_expression"), None)
            call = source.call(holder) if holder is not None else None
            return (
                value_of(source, call.receiver, depth + 1) if call is not None and call.receiver is not None else None
            )
    return None


_PROPERTIES = frozenset({"absolutePath", "path", "bytes", "inputStream", "canonicalPath", "parentFile", "first"})


def _property(source: Source, node: "Node", depth: int) -> "Value | None":
    """``file.absolutePath`` is the file; ``BuildConfig.X`` and ``R.raw.x`` stay names."""
    name = source.text(node.named_children[-1]) if node.named_children else ""
    if name in _PROPERTIES:
        return value_of(source, node.named_children[0], depth + 1)
    return None


_IN = "fun f(c: SSLContext, p: String) { %s }"
_MANAGER = "val t = object : X509TrustManager { override fun checkServerTrusted(chain: Array<X509Certificate>?, a: String?) %s }"
_STORE = (
    "fun f() { val ks = KeyStore.getInstance(KeyStore.getDefaultType())\nks.load(null, null)\n"
    'val ca = cf.generateCertificate(resources.openRawResource(R.raw.ca))\nks.setCertificateEntry("ca", ca)\n'
    "val tmf = TrustManagerFactory\n  .getInstance(a)\ntmf.init(%s) }"
)

LANGUAGE = Language(
    name="kotlin",
    title="Kotlin",
    endings=(".kt", ".kts"),
    grammar=GRAMMAR,
    declared=injected,
    carriers={**CARRIERS, "decodeCertificatePem": Carries.RECEIVER},
    constants={
        "File.separator": Value(Kind.TEXT, "/"),
        "File.separatorChar": Value(Kind.TEXT, "/"),
        "rootDir": Value(Kind.TEXT, "."),
        "projectDir": Value(Kind.TEXT, ".", base=SOURCE),
    },
    evaluate=_evaluate,
    call=_call,
    sides=_sides,
    parameters=_parameters,
    returned=_returned,
    patterns=shared(
        {
            "trust-store-property": (
                (
                    _IN % 'System.setProperty("javax.net.ssl.trustStore", "wx.jks")',
                    'tasks.test { systemProperty("javax.net.ssl.trustStore", "wx.jks") }',
                    'application { applicationDefaultJvmArgs = listOf("-Djavax.net.ssl.trustStore=wx.jks") }',
                    'tasks.test { systemProperties(mapOf("javax.net.ssl.trustStore" to "wx.jks")) }',
                ),
                (
                    _IN % 'System.setProperty("javax.net.ssl.trustStorePassword", p)',
                    _IN % 'val now = System.getProperty("javax.net.ssl.trustStore", "none")',
                ),
            ),
            "trust-manager-factory": (
                (
                    _STORE % "ks",
                    _IN % 'TrustManagerFactory.getInstance(a).apply { init(loadKeyStore("wx.jks")) }',
                ),
                (
                    _STORE % "null as KeyStore?",
                    _IN % "TrustManagerFactory.getInstance(a).apply { init(null as KeyStore?) }",
                ),
            ),
            "own-trust-manager": (
                (_MANAGER % "{}", _MANAGER % "= Unit", _MANAGER % '{ Log.d("x", "y") }'),
                (
                    _MANAGER % "{ default.checkServerTrusted(chain, a) }",
                    _MANAGER % '{ throw CertificateException("no") }',
                ),
            ),
            "hostname-verifier": (
                (
                    _IN % "b.hostnameVerifier { _, _ -> true }",
                    _IN % "b.hostnameVerifier(HostnameVerifier { _, _ -> true })",
                    _IN % "connection.hostnameVerifier = HostnameVerifier { _, _ -> true }",
                    "class All : HostnameVerifier { override fun verify(h: String?, s: SSLSession?): Boolean = true }",
                ),
                (
                    _IN % "b.hostnameVerifier { host, _ -> host == p }",
                    _IN % "connection.hostnameVerifier = wrap(connection.hostnameVerifier)",
                    "class Own : HostnameVerifier { override fun verify(h: String, s: SSLSession) = d.verify(h, s) }",
                ),
            ),
            "no-hostname-verifier": (
                (_IN % "b.setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE)",),
                ("import org.apache.http.conn.ssl.NoopHostnameVerifier",),
            ),
            "accepting-factory": (
                (
                    _IN % "b.sslSocketFactory(unsafeContext.socketFactory, trustAllCerts[0] as X509TrustManager)",
                    _IN
                    % 'SSLContext.getInstance("TLS").apply { init(null, arrayOf<TrustManager>(TrustAllManager()), null) }',
                ),
                (_IN % "b.sslSocketFactory(c.socketFactory, manager)",),
            ),
            "trust-material": (
                (
                    _IN % 'SSLContexts.custom().loadTrustMaterial(File("wx.jks"), p)',
                    _IN % "SSLContexts.custom().loadTrustMaterial(null) { _, _ -> true }",
                ),
                (_IN % "SSLContexts.custom().loadTrustMaterial(null, null)",),
            ),
            "insecure-trust-manager-factory": (
                (_IN % "b.trustManager(InsecureTrustManagerFactory.INSTANCE)",),
                ("import io.netty.handler.ssl.util.InsecureTrustManagerFactory",),
            ),
            "netty-trust-manager": (
                (_IN % 'SslContextBuilder.forClient().trustManager(File("ca.pem"))',),
                (_IN % 'SslContextBuilder.forServer(k).trustManager(File("ca.pem"))',),
            ),
            "certificate-pinner": (
                (
                    _IN % 'val x = CertificatePinner.Builder().add("api.mch.weixin.qq.com", "sha256/AAAA=").build()',
                    _IN % 'val b = CertificatePinner.Builder()\nb.add("api.mch.weixin.qq.com", "sha256/AAAA=")',
                    _IN
                    % 'x(CertificatePinner.Builder().apply { add("api.mch.weixin.qq.com", "sha256/AAAA=") }.build())',
                ),
                ("import okhttp3.CertificatePinner", _IN % "b.certificatePinner(CertificatePinner.DEFAULT)"),
            ),
            "bundled-file": (
                (_IN % 'TlsPins.addPinned("api.mch.weixin.qq.com", assets.open("root.cer"))',),
                (_IN % 'signatures.loadCertificate(open("platform.pem"))', _IN % 'https.setKeyStore("client.pem")'),
            ),
            "bundled-resource": (
                (_IN % "HttpsClient(context, R.raw.cacerts)",),
                (_IN % "sounds.load(context, R.raw.chime)", _IN % "HttpsClient(context, R.raw.client_key)"),
            ),
            "own-manager-made": (
                ("class T { fun f() { c.init(null, arrayOf(ShopTrustManager(certificatePath)), null) } }",),
                ("class T { fun f() { c.init(null, arrayOf(LoggingTrustManager(inner)), null) } }",),
            ),
            "pins-of-elsewhere": (
                (
                    _IN % "initialise(builder, Constants.API_SPKI_PINS)",
                    "class A(private val certificatePins: Array<String> = Constants.API_SPKI_PINS,\nval b: Int)",
                ),
                (_IN % "board.read(Wiring.LED_PINS)",),
            ),
            "bundled-resources": (
                (_IN % "val certificates = intArrayOf(R.raw.shop)\nb.socketFactory(make(context, certificates))",),
                (_IN % "val sounds = intArrayOf(R.raw.shop)\nplay(sounds)",),
            ),
            "bundled-store": (
                (
                    (
                        "class T { fun trustStore(c: Context): KeyStore { val store = KeyStore.getInstance(a)\n"
                        "store.load(c.resources.openRawResource(R.raw.cas), pw)\nreturn store } }"
                    ),
                ),
                (
                    "class T { fun trustStore(): KeyStore { val store = KeyStore.getInstance(a)\nstore.load(null, pw)\nreturn store } }",
                ),
            ),
            "client-certificates": (
                (
                    _IN % 'OkGo.getInstance().setCertificates(assets.open("root.cer"))',
                    _IN % "val p = HttpsUtils.getSslSocketFactory()",
                ),
                (_IN % "response.setCertificates(list)",),
            ),
            "spki-pins": (
                (_IN % 'val cas = arrayOf("sha256/TNqUZGwKQ+UPNuQ4bmfqNECVl7vOiMHNMGC7b8Q+jCo=")',),
                (_IN % 'return pin.startsWith("sha256/")',),
            ),
            "handshake-certificates": (
                (_IN % "HandshakeCertificates.Builder().addTrustedCertificate(PEM.decodeCertificatePem()).build()",),
                (_IN % "HandshakeCertificates.Builder().addPlatformTrustedCertificates().build()",),
            ),
            "ssl-context-given": (
                ("class B { fun sslContext(c: SSLContext): B { this.context = c; return this } }",),
                ("class B { fun header(c: String): B { this.header = c; return this } }",),
            ),
            "web-view-proceeds": (
                (
                    "class W { override fun onReceivedSslError(v: WebView, h: SslErrorHandler, e: SslError) { h.proceed() } }",
                ),
                (
                    "class W { override fun onReceivedSslError(v: WebView, h: SslErrorHandler, e: SslError) { h.cancel() } }",
                ),
            ),
            "verification-switch": (
                (
                    _IN % "WebClientOptions().setTrustAll(true)",
                    _IN % "given().relaxedHTTPSValidation()",
                    _IN % "client.ignoreCertCheck()",
                    _IN % "factory.useSslProtocol()",
                    _IN % "uri.setVerifyPeer(SslVerifyMode.NONE)",
                    _IN % "webClientOptionsOf(ssl = true, trustAll = true)",
                    _IN % "WebClientOptions().apply { isVerifyHost = false }",
                    _IN % "MqttConnectOptions().apply { isHttpsHostnameVerificationEnabled = false }",
                ),
                (
                    _IN % "WebClientOptions().setTrustAll(false)",
                    _IN
                    % "MqttConnectOptions().apply { isHttpsHostnameVerificationEnabled = false; sslHostnameVerifier = Own() }",
                    _IN % "uri.setVerifyPeer(SslVerifyMode.FULL)",
                    _IN % "factory.useSslProtocol(c)",
                ),
            ),
            "vertx-trust-options": (
                (_IN % 'o.setPemTrustOptions(PemTrustOptions().addCertPath("ca.pem"))',),
                (_IN % "o.setPemTrustOptions(null)",),
            ),
            "queue-trust-store": (
                (
                    _IN % 'props["ssl.truststore.location"] = "kafka.jks"',
                    _IN % 'props.put("ssl.truststore.location", "k.jks")',
                ),
                (_IN % 'val l = props["ssl.truststore.location"]',),
            ),
            "jdbc-url": (
                (_IN % 'connect("jdbc:postgresql://db/pay?sslmode=verify-full&sslrootcert=/etc/ca.pem")',),
                (_IN % 'connect("jdbc:postgresql://db/pay?sslmode=verify-full")',),
            ),
            "store-setter": (
                (_IN % 'SslContextFactory.Client().setTrustStorePath("wx.jks")',),
                (_IN % "copy.setTrustStorePath(from.trustStorePath)",),
            ),
            "store-key": (
                (_IN % 'props["com.ibm.ssl.trustStore"] = "mqtt.jks"',),
                (_IN % 'val now = props["com.ibm.ssl.trustStore"]',),
            ),
            "socket-factory": (
                ("fun f(trusted: KeyStore) { val s = SSLSocketFactory(trusted) }",),
                (_IN % "val s = SSLSocketFactory(c)",),
            ),
            "made-accepting": (
                (_IN % 'factory.useSslProtocol("TLS", TrustEverythingTrustManager())',),
                ("import com.rabbitmq.client.TrustEverythingTrustManager",),
            ),
            "named-store": (
                (_IN % 'connect(SslSettings(trustStorePath = "wx.jks"))',),
                ('val trustStorePath = "wx.jks"', _IN % "val now = options.trustStorePath"),
            ),
            "named-manager": (
                (_IN % "HttpClient(CIO) { engine { https { trustManager = TrustAllManager() } } }",),
                (_IN % "HttpClient(CIO) { engine { https { trustManager = platformManager() } } }",),
            ),
            "property-off": (
                (
                    _IN % 'props["mail.smtp.ssl.trust"] = "*"',
                    _IN % 'val p = mapOf("ssl.endpoint.identification.algorithm" to "")',
                ),
                (_IN % 'val now = props["mail.smtp.ssl.trust"]',),
            ),
            "peer-compared": (
                (
                    (
                        'fun f(c: HttpsURLConnection) { val d = MessageDigest.getInstance("SHA-256").digest(c.serverCertificates[0].encoded)\n'
                        "if (!d.contentEquals(PIN) && d != PIN) throw E() }"
                    ),
                ),
                ("fun f(s: SSLSession) = s.peerCertificates[0].toString()",),
            ),
        }
    ),
)
