"""Java. Sources: JSSE Reference Guide (JDK 21), Apache HttpClient 4/5, OkHttp 4, Netty 4 documentation."""

from wxcertcheck.scan.jvm.vocabulary import CARRIERS, shared
from wxcertcheck.scan.language import Grammar, Language
from wxcertcheck.scan.values import Kind, Value

GRAMMAR = Grammar(
    module="tree_sitter_java",
    strings=frozenset({"string_literal", "character_literal"}),
    calls=frozenset({"method_invocation", "object_creation_expression", "explicit_constructor_invocation"}),
    arguments=frozenset({"argument_list"}),
    pairs={"element_value_pair": ("key", "value")},
    assignments={
        "variable_declarator": ("name", "value"),
        "assignment_expression": ("left", "right"),
        "resource": ("name", "value"),
    },
    members=frozenset({"field_access", "scoped_identifier", "scoped_type_identifier"}),
    subscripts=frozenset({"array_access"}),
    functions=frozenset({"method_declaration", "constructor_declaration", "lambda_expression"}),
    classes=frozenset({"class_declaration", "enum_declaration", "interface_declaration", "record_declaration"}),
    statements=frozenset(
        {"expression_statement", "local_variable_declaration", "field_declaration", "return_statement"}
    ),
    transparent=frozenset({"parenthesized_expression", "cast_expression"}),
)

_MANAGER_BAD = (
    "class T implements X509TrustManager { public void checkServerTrusted(X509Certificate[] c, String a) { } }"
)
_MANAGER_GOOD = "class T implements X509TrustManager { public void checkServerTrusted(X509Certificate[] c, String a) { d.checkServerTrusted(c, a); } }"
_FACTORY = 'class T { void f() { KeyStore ks = KeyStore.getInstance("JKS"); ks.load(new FileInputStream("wx.jks"), null); %s } }'
_TMF = "TrustManagerFactory t = TrustManagerFactory.getInstance(a); t.init(%s);"
_IN = "class T { void f(SSLContext c) { %s } }"


LANGUAGE = Language(
    name="java",
    title="Java",
    endings=(".java", ".jsp", ".bsh"),
    grammar=GRAMMAR,
    carriers=CARRIERS,
    constants={"File.separator": Value(Kind.TEXT, "/"), "File.separatorChar": Value(Kind.TEXT, "/")},
    patterns=shared(
        {
            "trust-store-property": (
                ('class T { void f() { System.setProperty("javax.net.ssl.trustStore", "wx.jks"); } }',),
                (
                    'class T { void f() { System.setProperty("javax.net.ssl.trustStorePassword", "changeit"); } }',
                    'class T { /* System.setProperty("javax.net.ssl.trustStore", "wx.jks"); */ }',
                    'class T { String s = System.getProperty("javax.net.ssl.trustStore"); }',
                ),
            ),
            "trust-manager-factory": (
                (_FACTORY % (_TMF % "ks"),),
                (
                    _FACTORY % (_TMF % "(KeyStore) null"),
                    _FACTORY % (_TMF % "null"),
                ),
            ),
            "own-trust-manager": (
                (_MANAGER_BAD,),
                (
                    _MANAGER_GOOD,
                    "class T { void f() { d.checkServerTrusted(c, a); } }",
                ),
            ),
            "hostname-verifier": (
                ("class T { void f() { b.hostnameVerifier((h, s) -> true); } }",),
                ("class T { void f() { b.hostnameVerifier((h, s) -> h.equals(name)); } }",),
            ),
            "no-hostname-verifier": (
                ("class T { void f() { b.setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE); } }",),
                (
                    "import org.apache.http.conn.ssl.NoopHostnameVerifier;",
                    "class T { void f() { b.setSSLHostnameVerifier(v); } }",
                ),
            ),
            "trust-material": (
                ('class T { void f() { SSLContexts.custom().loadTrustMaterial(new File("wx.jks"), pw); } }',),
                ("class T { void f() { SSLContexts.custom().loadTrustMaterial(null, null); } }",),
            ),
            "insecure-trust-manager-factory": (
                ("class T { void f() { b.trustManager(InsecureTrustManagerFactory.INSTANCE); } }",),
                ("import io.netty.handler.ssl.util.InsecureTrustManagerFactory;",),
            ),
            "netty-trust-manager": (
                ('class T { void f() { SslContextBuilder.forClient().trustManager(new File("ca.pem")); } }',),
                ('class T { void f() { SslContextBuilder.forServer(c, k).trustManager(new File("ca.pem")); } }',),
            ),
            "certificate-pinner": (
                (
                    'class T { CertificatePinner p = new CertificatePinner.Builder().add("api.mch.weixin.qq.com", "sha256/AAAA=").build(); }',
                ),
                ("class T { CertificatePinner p = CertificatePinner.DEFAULT; }",),
            ),
            "accepting-factory": (
                (
                    _IN
                    % "b.sslSocketFactory(Http.allowSSLContext().getSocketFactory(), Http.AllowX509TrustManager.GLOBAL);",
                ),
                (_IN % "b.sslSocketFactory(c.getSocketFactory(), manager);",),
            ),
            "handshake-certificates": (
                (
                    _IN % "new HandshakeCertificates.Builder().addTrustedCertificate(ca).build();",
                    _IN % 'new HandshakeCertificates.Builder().addInsecureHost("localhost").build();',
                ),
                (_IN % "new HandshakeCertificates.Builder().addPlatformTrustedCertificates().build();",),
            ),
            "ssl-context-given": (
                ("class B { B sslContext(SSLContext c) { config.context = c; return this; } }",),
                ("class B { B header(String c) { config.header = c; return this; } }", _IN % "send(c);"),
            ),
            "web-view-proceeds": (
                (
                    "class W { public void onReceivedSslError(WebView v, SslErrorHandler h, SslError e) { h.proceed(); } }",
                ),
                (
                    "class W { public void onReceivedSslError(WebView v, SslErrorHandler h, SslError e) { h.cancel(); } }",
                ),
            ),
            "verification-switch": (
                (_IN % "options.setTrustAll(true);", _IN % "given().relaxedHTTPSValidation();"),
                (
                    _IN % "options.setTrustAll(false);",
                    "import static io.restassured.RestAssured.relaxedHTTPSValidation;",
                ),
            ),
            "vertx-trust-options": (
                (_IN % 'options.setPemTrustOptions(new PemTrustOptions().addCertPath("ca.pem"));',),
                (_IN % "options.setPemTrustOptions(null);",),
            ),
            "queue-trust-store": (
                (_IN % 'props.put("ssl.truststore.location", "kafka.jks");',),
                (_IN % 'props.get("ssl.truststore.location");',),
            ),
            "jdbc-url": (
                (
                    _IN % 'connect("jdbc:postgresql://db/pay?sslmode=verify-full&sslrootcert=/etc/ca.pem");',
                    _IN % 'connect("jdbc:sqlserver://db;encrypt=true;trustServerCertificate=true");',
                ),
                (_IN % 'connect("jdbc:postgresql://db/pay?sslmode=verify-full");',),
            ),
        }
    ),
)
