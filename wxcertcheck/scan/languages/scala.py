"""Scala. Sources: the JVM vocabulary's; play-ws and ssl-config, Akka/Pekko HTTP, fs2 and http4s, scalaj-http."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, Purpose
from wxcertcheck.scan.evaluate import value_of
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.jvm.injected import injected
from wxcertcheck.scan.jvm.values import class_parameter
from wxcertcheck.scan.jvm.vocabulary import CARRIERS, shared
from wxcertcheck.scan.language import Find, Grammar, Language, Pattern
from wxcertcheck.scan.matchers import call_trusts, trusts
from wxcertcheck.scan.source import Argument, Call, Source
from wxcertcheck.scan.values import Kind, Value

if TYPE_CHECKING:
    from tree_sitter import Node

GRAMMAR = Grammar(
    module="tree_sitter_scala",
    strings=frozenset({"string", "interpolated_string"}),
    substitutions=frozenset({"interpolation"}),
    calls=frozenset({"call_expression", "instance_expression", "infix_expression"}),
    arguments=frozenset({"arguments"}),
    assignments={
        "val_definition": ("pattern", "value"),
        "var_definition": ("pattern", "value"),
        "assignment_expression": ("left", "right"),
    },
    members=frozenset({"field_expression"}),
    functions=frozenset({"function_definition"}),
    parameters=frozenset({"parameters"}),
    classes=frozenset({"class_definition", "object_definition", "trait_definition"}),
    statements=frozenset({"val_definition", "var_definition", "assignment_expression"}),
    returns=frozenset({"return_expression"}),
    transparent=frozenset({"parenthesized_expression", "interpolated_string_expression", "block"}),
    binary=frozenset({"infix_expression"}),
    path_join=frozenset({"/"}),
    conditional=frozenset({"if_expression"}),
)


def _call(source: Source, node: "Node") -> "Call | None":
    """``tmf init store`` is a call too."""
    if node.type != "infix_expression":
        return None
    left, operator, right = (node.child_by_field_name(name) for name in ("left", "operator", "right"))
    if left is None or operator is None or right is None:
        return None
    name = source.text(operator)
    return Call(node, f"{source.text(left)}.{name}", name, left, (Argument("", right, right),))


def _returned(source: Source, function: "Node") -> "list[Node]":
    """The last expression of a body."""
    body = function.child_by_field_name("body")
    found = [n.named_children[-1] for n in source.nodes({"return_expression"}, function) if n.named_children]
    if body is not None:
        found.append(body.named_children[-1] if body.type == "block" and body.named_children else body)
    return found


def _evaluate(source: Source, node: "Node", depth: int) -> "Value | None":
    if node.type == "identifier":
        return class_parameter(source, node, depth)
    if node.type == "generic_function" and source.text(node).rpartition(".")[2].startswith("asInstanceOf"):
        held = node.named_children[0].named_children
        return value_of(source, held[0], depth + 1) if held else None
    return None


def _system_properties(hit: Hit) -> Iterator[Find]:
    """``sys.props("javax.net.ssl.trustStore") = "wx.jks"`` and ``sys.props += "…" -> "wx.jks"``."""
    source = hit.source
    for parent in source.ancestors(hit.node):
        if parent.type == "assignment_expression":
            left, right = parent.child_by_field_name("left"), parent.child_by_field_name("right")
            if left is not None and right is not None and hit.node.end_byte <= left.end_byte:
                yield Find(PinKind.TRUST, parent, hit.value(right))
            return
        if parent.type == "infix_expression":
            operator, right = parent.child_by_field_name("operator"), parent.child_by_field_name("right")
            if operator is not None and right is not None and source.text(operator) == "->":
                purpose = Purpose.HTTPS if hit.word.startswith("javax") else Purpose.QUEUE
                yield Find(PinKind.TRUST, parent, hit.value(right), purpose=purpose)
            return
        if parent.type in source.grammar.functions:
            return


def _in_trust_store(hit: Hit, setting: Setting) -> bool:
    call = hit.call_around()
    return call is not None and call.name == "TrustStoreConfig"


def _positional(hit: Hit, call: Call) -> bool:
    return all(argument.node.type != "assignment_expression" for argument in call.arguments)


def _insecure_context(hit: Hit) -> Iterator[Find]:
    """fs2 ``TLSContext.Builder.forAsync.insecure`` and scalaj's ``HttpOptions.allowUnsafeSSL``."""
    source = hit.source
    parent = hit.node.parent
    written = source.text(parent) if parent is not None and parent.end_byte - parent.start_byte < 300 else ""
    if re.search(r"(?:(?i:tls\w*)\b.*\.insecure$|HttpOptions\.allowUnsafeSSL$)", written, re.DOTALL):
        yield Find(PinKind.VERIFICATION_OFF, hit.node)


_IN = "object T { def f(p: String, c: SSLContext) = { %s } }"
_MANAGER = "class T extends X509TrustManager { override def checkServerTrusted(chain: Array[X509Certificate], a: String): Unit = %s }"
_STORE = 'val ks = KeyStore.getInstance("JKS")\nks.load(new FileInputStream("wx.jks"), null)\nval tmf = TrustManagerFactory.getInstance(p)\n'

LANGUAGE = Language(
    name="scala",
    title="Scala",
    endings=(".scala", ".sbt", ".sc"),
    grammar=GRAMMAR,
    declared=injected,
    carriers=CARRIERS,
    constants={"File.separator": Value(Kind.TEXT, "/")},
    evaluate=_evaluate,
    call=_call,
    returned=_returned,
    patterns=(
        *shared(
            {
                "trust-store-property": (
                    (
                        _IN % 'System.setProperty("javax.net.ssl.trustStore", "wx.jks")',
                        'javaOptions += "-Djavax.net.ssl.trustStore=wx.jks"',
                    ),
                    (_IN % 'System.getProperty("javax.net.ssl.trustStore", p)',),
                ),
                "trust-manager-factory": (
                    (_IN % (_STORE + "tmf.init(ks)"), _IN % (_STORE + "tmf init ks")),
                    (
                        _IN % (_STORE + "tmf.init(null.asInstanceOf[KeyStore])"),
                        _IN % (_STORE + "tmf.init(null: KeyStore)"),
                    ),
                ),
                "own-trust-manager": (
                    (_MANAGER % "()", _MANAGER % "{}"),
                    (_MANAGER % "default.checkServerTrusted(chain, a)",),
                ),
                "hostname-verifier": (
                    (
                        _IN % "b.hostnameVerifier((_, _) => true)",
                        "class All extends HostnameVerifier { override def verify(h: String, s: SSLSession): Boolean = true }",
                    ),
                    (_IN % "b.hostnameVerifier((h, _) => h == p)",),
                ),
                "no-hostname-verifier": (
                    (_IN % "b.setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE)",),
                    ("import org.apache.http.conn.ssl.NoopHostnameVerifier",),
                ),
                "accepting-factory": (
                    (
                        _IN % "b.sslSocketFactory(trustAllContext.getSocketFactory, trustAllManager)",
                        (
                            "object T { val all = Array(new X509TrustManager { def checkServerTrusted(x: Array[X509Certificate], a: String): Unit = () })\n"
                            'def f() = { val made = SSLContext.getInstance("TLS"); made.init(null, all, null) } }'
                        ),
                    ),
                    (_IN % "b.sslSocketFactory(c.getSocketFactory, manager)",),
                ),
                "trust-material": (
                    (_IN % 'SSLContexts.custom().loadTrustMaterial(new File("wx.jks"), p)',),
                    (_IN % "SSLContexts.custom().loadTrustMaterial(null, null)",),
                ),
                "insecure-trust-manager-factory": (
                    (_IN % "b.trustManager(InsecureTrustManagerFactory.INSTANCE)",),
                    ("import io.netty.handler.ssl.util.InsecureTrustManagerFactory",),
                ),
                "netty-trust-manager": (
                    (
                        _IN % 'SslContextBuilder.forClient().trustManager(new File("ca.pem"))',
                        "object T { def f(sslContextBuilder: SslContextBuilder, ca: InputStream) = sslContextBuilder.trustManager(ca) }",
                    ),
                    (_IN % 'SslContextBuilder.forServer(k).trustManager(new File("ca.pem"))',),
                ),
                "certificate-pinner": (
                    (_IN % 'new CertificatePinner.Builder().add("api.mch.weixin.qq.com", "sha256/AAAA=").build()',),
                    ("import okhttp3.CertificatePinner",),
                ),
                "ssl-context-given": (
                    ("class B { def withSslContext(c: SSLContext): B = copy(context = Some(c)) }",),
                    ("class B { def header(c: String): B = copy(header = c) }",),
                ),
                "verification-switch": (
                    (
                        _IN % "new Builder().setUseInsecureTrustManager(true)",
                        _IN % "AkkaSSLConfig().mapSettings(s => s.withLoose(s.loose.withAcceptAnyCertificate(true)))",
                        _IN % 'Http.client.withTransport.tlsWithoutValidation.newService("wx:443")',
                        _IN % 'Http.client.withTlsWithoutValidation.newService("wx:443")',
                        _IN % "factory.useSslProtocol()",
                        _IN % "requests.get(p, verifySslCerts = false)",
                        _IN % "client.withTrustCredentials(TrustCredentials.Insecure)",
                    ),
                    (
                        _IN % "new Builder().setUseInsecureTrustManager(false)",
                        _IN % "factory.useSslProtocol(c)",
                    ),
                ),
                "store-setter": (
                    (
                        _IN % 'new SslContextFactory.Client().setTrustStorePath("wx.jks")',
                        _IN % 'ClientSSLConfig.FromTrustStoreResource("client.p12", "secret")',
                        "class B { def caFile(path: String): B = copy(ca = path) }",
                    ),
                    (_IN % "copy.setTrustStorePath(from.trustStorePath)",),
                ),
                "store-file": (
                    (
                        _IN % "ClientSSLConfig.FromCertFile(p)",
                        _IN % 'ClientSSLConfig.FromCertResource(certPath = "ca.pem")',
                        _IN % 'client.withTrust(TrustCredentials.CertCollection(new File("ca.pem")))',
                    ),
                    (
                        "sealed trait S { case class FromCertFile(path: String) extends S }",
                        _IN % "ServerSSLConfig.FromCertFile(p)",
                        'case class TlsServerConfig() { val t = TrustCredentials.CertCollection(new File("clients.pem")) }',
                    ),
                ),
                "named-store": (
                    (
                        _IN % 'ClientSSLConfig.FromTrustStoreFile(trustStorePath = "wx.jks", trustStorePassword = p)',
                        _IN % 'TrustManagerKeyStore(trustManagerSource = Resource("wx.p12"))',
                    ),
                    (_IN % 'val trustStorePath = "wx.jks"', _IN % 'ServerConfig(trustStorePath = "clients.jks")'),
                ),
                "property-off": (
                    (_IN % 'props.put("mail.smtp.ssl.trust", "*")',),
                    (_IN % 'props.get("mail.smtp.ssl.trust")',),
                ),
                "queue-trust-store": (
                    (_IN % 'props.put("ssl.truststore.location", "kafka.jks")',),
                    (_IN % 'props.get("ssl.truststore.location")',),
                ),
            }
        ),
        Pattern(
            slug="system-properties",
            words=("javax.net.ssl.trustStore", "ssl.truststore.location", "SSL_TRUSTSTORE_LOCATION_CONFIG"),
            match=_system_properties,
            bad=(
                _IN % 'val props = Map("ssl.truststore.location" -> "kafka.jks")',
                _IN % 'sys.props("javax.net.ssl.trustStore") = "wx.jks"',
                _IN % 'sys.props += "javax.net.ssl.trustStore" -> "wx.jks"',
            ),
            good=(_IN % 'val now = sys.props("javax.net.ssl.trustStore")',),
        ),
        Pattern(
            slug="trust-store-config",
            words=("TrustStoreConfig",),
            match=call_trusts("TrustStoreConfig", nth=1, when=_positional),
            bad=(_IN % 'TrustStoreConfig(None, Some("wx.jks"))',),
            good=("import com.typesafe.sslconfig.ssl.TrustStoreConfig", _IN % "TrustStoreConfig(data, None)"),
            source="https://lightbend.github.io/ssl-config/",
        ),
        Pattern(
            slug="trust-store-path",
            words=("filePath",),
            match=trusts("filePath", forms=("assignment",), when=_in_trust_store),
            bad=(_IN % 'TrustStoreConfig(data = None, filePath = Some("wx.jks"))',),
            good=(_IN % 'KeyStoreConfig(data = None, filePath = Some("own.jks"))',),
        ),
        Pattern(
            slug="insecure-context",
            words=(".insecure", "allowUnsafeSSL"),
            match=_insecure_context,
            bad=(_IN % "Network[IO].tlsContext.insecure", _IN % "Http(p).option(HttpOptions.allowUnsafeSSL)"),
            good=(_IN % "settings.insecure", _IN % "Network[IO].tlsContext.system"),
            source="https://fs2.io/#/io?id=tls",
        ),
        Pattern(
            slug="key-store-file",
            words=("fromKeyStoreFile", "fromKeyStoreResource"),
            match=call_trusts("fromKeyStoreFile", "fromKeyStoreResource"),
            bad=(_IN % 'Network[IO].tlsContext.fromKeyStoreFile(Path("wx.jks"), a, b)',),
            good=(_IN % "Network[IO].tlsContext.system",),
            source="https://fs2.io/#/io?id=tls",
        ),
    ),
)
