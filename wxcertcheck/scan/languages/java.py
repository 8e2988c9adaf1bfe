"""Java. Sources: JSSE Reference Guide (JDK 21), Apache HttpClient 4/5, OkHttp 4, Netty 4 documentation."""

from wxcertcheck.scan.jvm.injected import injected
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
    declared=injected,
    carriers=CARRIERS,
    constants={"File.separator": Value(Kind.TEXT, "/"), "File.separatorChar": Value(Kind.TEXT, "/")},
    patterns=shared(
        {
            "trust-store-property": (
                (
                    'class T { void f() { System.setProperty("javax.net.ssl.trustStore", "wx.jks"); } }',
                    'class T { static final String KEY = "javax.net.ssl.trustStore"; void f() { System.setProperty(KEY, "wx.jks"); } }',
                ),
                (
                    'class T { void f() { System.setProperty("javax.net.ssl.trustStorePassword", "changeit"); } }',
                    'class T { /* System.setProperty("javax.net.ssl.trustStore", "wx.jks"); */ }',
                    'class T { String s = System.getProperty("javax.net.ssl.trustStore"); }',
                    'class T { static final String KEY = "javax.net.ssl.trustStore"; String s = System.getProperty(KEY); }',
                ),
            ),
            "trust-manager-factory": (
                (
                    _FACTORY % (_TMF % "ks"),
                    (
                        "class T { TrustManagerFactory t = TrustManagerFactory.getInstance(a); void f() { KeyStore ks = null; InputStream in = null; try {"
                        ' ks = KeyStore.getInstance("BKS"); in = open(); ks.load(in, pw); } catch (E e) { ks = null; } T.t.init(ks); } }'
                    ),
                    "class T { void f(TrustManagerFactory t, KeyStore ks) { t.init(ks); } }",
                ),
                (
                    _FACTORY % (_TMF % "(KeyStore) null"),
                    _FACTORY % (_TMF % "null"),
                    (_FACTORY % (_TMF % "ks")).replace("class T", "class EchoServer"),
                ),
            ),
            "own-trust-manager": (
                (
                    _MANAGER_BAD,
                    (
                        "class T implements X509TrustManager { public void checkServerTrusted(X509Certificate[] c, String a) throws E {"
                        " try { c[0].checkValidity(); } catch (Exception e) { throw new E(e); } } }"
                    ),
                    (
                        "class T implements X509TrustManager { boolean known(X509Certificate certificate) { for (byte[] pin : pins) {"
                        " if (Arrays.equals(pin, hash(certificate))) { return true; } } return false; }"
                        " void refuse(X509Certificate[] chain) throws E { if (!known(chain[0])) throw new E(); }"
                        " public void checkServerTrusted(X509Certificate[] chain, String a) throws E { d.checkServerTrusted(chain, a); refuse(chain); } }"
                    ),
                ),
                (
                    _MANAGER_GOOD,
                    "class T { void f() { d.checkServerTrusted(c, a); } }",
                    (
                        "class T implements X509TrustManager { public void checkServerTrusted(X509Certificate[] c, String a) throws E {"
                        " for (X509TrustManager m : all) { try { m.checkServerTrusted(c, a); return; } catch (E e) { } } throw new E(); } }"
                    ),
                    (
                        "class T implements X509TrustManager { public void checkServerTrusted(X509Certificate[] c, String a) throws E {"
                        " d.checkServerTrusted(c, a); if (blacklist.contains(c[0].getSerialNumber())) throw new E(); } }"
                    ),
                ),
            ),
            "hostname-verifier": (
                (
                    "class T { void f() { b.hostnameVerifier((h, s) -> true); } }",
                    "class T { static final HostnameVerifier ANY = (h, s) -> true; }",
                    "class T { HostnameVerifier f() { return new HostnameVerifier() { public boolean verify(String h, SSLSession s) { return true; } }; } }",
                    (
                        "class T implements X509HostnameVerifier { public boolean verify(String h, SSLSession s) { return true; }"
                        " public void verify(String h, SSLSocket s) { } }"
                    ),
                    "class T { void f() { c.setHostnameVerifier(new TrustAnyVerifier()); } }",
                    "class T { HostnameVerifier f() { return TrustAllVerifier.DEFAULT; } }",
                    (
                        "class T { Own own = new Own(); void f() { c.setHostnameVerifier(own); }"
                        " class Own implements HostnameVerifier { public boolean verify(String h, SSLSession s) { return true; } } }"
                    ),
                ),
                (
                    "class T { void f() { b.hostnameVerifier((h, s) -> h.equals(name)); } }",
                    "class T { static final HostnameVerifier OWN = (h, s) -> h.equals(name); }",
                    (
                        "class T implements HostnameVerifier { public boolean verify(String h, SSLSession s) {"
                        " if (d.verify(h, s)) { return true; } return known(h); } }"
                    ),
                    (
                        "class T implements X509HostnameVerifier { public boolean verify(String h, SSLSession s) { return d.verify(h, s); }"
                        " public void verify(String h, SSLSocket s) { } }"
                    ),
                ),
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
                (
                    "import io.netty.handler.ssl.util.InsecureTrustManagerFactory;",
                    "class T { void f() { SslContextBuilder.forServer(c, k).trustManager(InsecureTrustManagerFactory.INSTANCE); } }",
                ),
            ),
            "netty-trust-manager": (
                ('class T { void f() { SslContextBuilder.forClient().trustManager(new File("ca.pem")); } }',),
                ('class T { void f() { SslContextBuilder.forServer(c, k).trustManager(new File("ca.pem")); } }',),
            ),
            "certificate-pinner": (
                (
                    'class T { CertificatePinner p = new CertificatePinner.Builder().add("api.mch.weixin.qq.com", "sha256/AAAA=").build(); }',
                    "class T { OkHttpClient f(CertificatePinner pinner) { return b.certificatePinner(pinner).build(); } }",
                    _IN % "b.certificatePinner(configuration.getCertificatePinner());",
                ),
                (
                    "class T { CertificatePinner p = CertificatePinner.DEFAULT; }",
                    _IN % "b.certificatePinner(CertificatePinner.DEFAULT);",
                ),
            ),
            "accepting-factory": (
                (
                    _IN
                    % "b.sslSocketFactory(Http.allowSSLContext().getSocketFactory(), Http.AllowX509TrustManager.GLOBAL);",
                    (
                        "class All implements X509TrustManager { public void checkServerTrusted(X509Certificate[] x, String a) { }"
                        " void f(SSLContext context) { TrustManager[] tm = { new All() }; context.init(null, tm, null); } }"
                    ),
                    _IN % "context.init(null, new TrustManager[] { new TrustAllManager() }, new SecureRandom());",
                    _IN % "b.sslSocketFactory(configuration.getSslSocketFactory(), manager);",
                    "class B { SSLContext sslContext; B withTrustManagers(TrustManager[] managers) { sslContext.init(null, managers, null); return this; } }",
                ),
                (
                    _IN % "b.sslSocketFactory(c.getSocketFactory(), manager);",
                    _IN % "c.init(null, factory.getTrustManagers(), null);",
                    (
                        "class Own implements X509TrustManager { public void checkServerTrusted(X509Certificate[] x, String a) { d.checkServerTrusted(x, a); }"
                        " void f(SSLContext context) { context.init(null, new TrustManager[] { new Own() }, null); } }"
                    ),
                ),
            ),
            "bundled-file": (
                (
                    _IN % 'TlsPins.addPinned("api.mch.weixin.qq.com", getAssets(), "root.cer");',
                    _IN % 'Https.trust(context.getAssets().open("ca.pem"));',
                ),
                (
                    _IN % 'Signatures.loadCertificate(open("platform.pem"));',
                    _IN % 'Https.setKeyStore("client.pem");',
                    _IN % 'Log.d("SSL", "no root.cer");',
                ),
            ),
            "bundled-resource": (
                (
                    _IN % "new HttpsClient(context, R.raw.cacerts);",
                    _IN % "Https https = new Https(getResources().openRawResource(R.raw.server));",
                    (
                        "class Api { Api of(Context c) { return new Api(c.getResources().openRawResource(R.raw.cert)); } Api(InputStream in) {"
                        " ks.setCertificateEntry(a, cf.generateCertificate(in)); TrustManagerFactory.getInstance(a).init(ks); } }"
                    ),
                    _IN % "open = new UrlReader(context, Certificates.getCertificates(context, R.raw.cert_shop));",
                ),
                (
                    _IN % "sounds.load(context, R.raw.certain);",
                    _IN % "new HttpsClient(context, R.raw.client_key);",
                    _IN % "new Servers(getResources().openRawResource(R.raw.server));",
                    (
                        "class Api { Api of(Context c) { return new Api(c.getResources().openRawResource(R.raw.cert)); } Api(InputStream in) {"
                        " verifier.init(cf.generateCertificate(in)); } }"
                    ),
                ),
            ),
            "bundled-resources": (
                (
                    _IN
                    % "int[] certificates = {R.raw.shop}; b.socketFactory(Factories.getSSLSocketFactory(context, certificates));",
                    "class T { static final int[] CERTIFICATES = { R.raw.shop }; void f() { Factories.make(CERTIFICATES); } }",
                ),
                (
                    _IN % "int[] certificates = {R.raw.shop}; // make(certificates);",
                    _IN % "int[] clientCertificates = {R.raw.shop}; make(clientCertificates);",
                    _IN % "int[] certificates = {one, two}; make(certificates);",
                ),
            ),
            "own-manager-made": (
                (
                    "class T { void f() { c.init(null, new TrustManager[] { new ShopTrustManager(certificatePath) }, null); } }",
                    "class T { void f() { setSSLSocketFactory(new TLSSocketFactory(ShopCertificates.getCertificates())); } }",
                    "class T { void f() { trust(new PinningTrustManager(domains, inner)); } }",
                    "class T { void f() { client.setTrustManager(new LocalTrustManager(Stores.getKnownServersStore(context))); } }",
                ),
                (
                    "class T { void f() { c.init(null, new TrustManager[] { new LoggingTrustManager(inner) }, null); } }",
                    "class T { void f() { setSSLSocketFactory(new TLSSocketFactory(context.getSocketFactory())); } }",
                ),
            ),
            "pins-of-elsewhere": (
                (_IN % "Pinning.initialise(builder, Constants.API_SPKI_PINS);",),
                (_IN % "Log.d(tag, Constants.API_SPKI_PINS);", _IN % "board.read(Wiring.LED_PINS);"),
            ),
            "bundled-store": (
                (
                    (
                        "class T { KeyStore loadTrustStore(Context c) { KeyStore store = KeyStore.getInstance(a);"
                        " store.load(c.getResources().openRawResource(R.raw.cas), pw); return store; } }"
                    ),
                ),
                (
                    (
                        "class T { KeyStore loadTrustStore(Context c) { KeyStore store = KeyStore.getInstance(a);"
                        " store.load(null, pw); return store; } }"
                    ),
                    (
                        "class T { PrivateKey sslKey(Context c) { KeyStore store = KeyStore.getInstance(a);"
                        ' store.load(new FileInputStream("apiclient_cert.p12"), pw); return (PrivateKey) store.getKey(name, pw); } }'
                    ),
                ),
            ),
            "client-certificates": (
                (
                    _IN % 'OkGo.getInstance().setCertificates(getAssets().open("root.cer"));',
                    _IN % "OkGo.getInstance().setCertificates();",
                    _IN % "HttpsUtils.SSLParams p = HttpsUtils.getSslSocketFactory(null, null, null);",
                    _IN
                    % 'HttpsUtils.getSslSocketFactory(new InputStream[] { getAssets().open("root.cer") }, null, null);',
                    _IN
                    % "p = HttpsUtils.getSslSocketFactory(new InputStream[] { getResources().openRawResource(R.raw.srca) }, null, null);",
                    _IN
                    % "HttpsUtils.getSslSocketFactory(new InputStream[] { new Buffer().writeUtf8(Values.CER).inputStream() }, null, null);",
                    _IN % 'setCertificates(getAssets().open("srca.cer"));',
                    _IN
                    % 'InputStream in = null; try { in = getAssets().open("a.crt"); } catch (E e) { } p = HttpsUtil.getSslSocketFactory(in);',
                ),
                (
                    _IN % "response.setCertificates(list);",
                    _IN % "response.setCertificates(null);",
                    _IN % "setCertificates();",
                    _IN % "setCertificates(given);",
                    _IN % "HttpsUtils.getSslSocketFactory(stream, pw, certificates);",
                ),
            ),
            "spki-pins": (
                (
                    'class T { static final String[] DEFAULT_CAS = { "sha256/TNqUZGwKQ+UPNuQ4bmfqNECVl7vOiMHNMGC7b8Q+jCo=" }; }',
                ),
                ('class T { boolean f(String pin) { return pin.startsWith("sha256/"); } }',),
            ),
            "handshake-certificates": (
                (
                    _IN % "new HandshakeCertificates.Builder().addTrustedCertificate(ca).build();",
                    _IN % 'new HandshakeCertificates.Builder().addInsecureHost("localhost").build();',
                ),
                (
                    _IN % "new HandshakeCertificates.Builder().addPlatformTrustedCertificates().build();",
                    _IN % "repository.addTrustedCertificate(url, pem);",
                ),
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
                (
                    _IN % "options.setTrustAll(true);",
                    _IN % "builder.tlsInsecure();",
                    "class B { B sslVerification(Boolean on) { this.on = on; return this; } }",
                    "class T { void f(Config config) { options.setVerifyHost(config.isVerifyHost()); } }",
                    _IN % "given().relaxedHTTPSValidation();",
                    _IN % "client.ignoreCertCheck();",
                    _IN % "SSLFactory.builder().withUnsafeTrustMaterial().build();",
                    _IN % "parameters.setDisableCNCheck(true);",
                    _IN % "uri.setVerifyPeer(false);",
                    _IN % "uri.setVerifyPeer(SslVerifyMode.NONE);",
                    _IN % "b.setTlsCertPolicy(PeerConnection.TlsCertPolicy.TLS_CERT_POLICY_INSECURE_NO_CHECK);",
                    _IN % "factory.useSslProtocol();",
                    _IN % 'factory.useSslProtocol("TLSv1.2");',
                    "class T { void setVerifySsl(boolean on) { this.verify = on; } }",
                    "class T { T disableSslVerification() { verify = false; return this; } }",
                    "class T { void f() { configuration.setVerifyCertificate(!Hosts.isOnion(host)); } }",
                ),
                (
                    _IN % "options.setTrustAll(false);",
                    _IN % "if (options.trustAllCerts()) warn();",
                    _IN % "client.verifyCertificate(certificate);",
                    "class HookRequest { HookRequest skipSslVerification(boolean on) { this.on = on; return this; } }",
                    "import static io.restassured.RestAssured.relaxedHTTPSValidation;",
                    _IN % "uri.setVerifyPeer(true);",
                    _IN % "factory.useSslProtocol(c);",
                    _IN % "if (mode == SslVerifyMode.NONE) { warn(); }",
                    _IN % "switch (mode) { case SslVerifyMode.NONE: break; }",
                    "interface T { void setVerifySsl(boolean on); }",
                    "class T { boolean verifyHost(String host) { return check(host); } }",
                    "class T { void ignoreCertCheck() { client.ignoreCertCheck(); } }",
                    "class T { T setVerifyPeer(Mode m) { all.forEach(it -> it.setVerifyPeer(m)); return this; } }",
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
                    _IN % 'props.setProperty("sslfactory", "org.postgresql.ssl.NonValidatingFactory");',
                ),
                (_IN % 'connect("jdbc:postgresql://db/pay?sslmode=verify-full");',),
            ),
            "store-setter": (
                (
                    _IN % 'new SslContextFactory.Client().setTrustStorePath("wx.jks");',
                    _IN % 'SslOptions.builder().truststore(new File("redis.jks"), pw);',
                    _IN % 'builder.withCaCertFile("/etc/wx/ca.crt");',
                    _IN % 'client.connect(new Parameters().caPemPath(path + "/ca.pem"));',
                    "class B { B caPemPath(String path) { this.path = path; return this; } }",
                    "class B { B enablePublicKeyPinning(String[] certificates) { pinned = certificates; return this; } }",
                    "class B { B addPublicKeyPin(String key) { pins.add(key); return this; } }",
                    "class B { B useCustomCertificates(String[] customCaCerts) { pinned = customCaCerts; return this; } }",
                    "class T { void f(Config config) { builder.trustedCertificates(config.getTrustedCertificates()); } }",
                    _IN % 'connection.setCaCert(ConfigUtils.parseString(toml, "account.caCert"));',
                    'class Account { String caCert; Account(Properties p) { this.caCert = p.getProperty("account.caCert"); } }',
                    _IN % 'SSLFactory.builder().withTrustMaterial("wx.jks", pw).build();',
                    _IN % "RestClient.builder(host).context(container.createSslContextFromCa());",
                    "class T { T trustStore(final KeyStore store) { this.store = store; return this; } }",
                    "class T { void f(KeyStore store) { ClientBuilder.newBuilder().trustStore(store).build(); } }",
                    _IN % "sslContextFactory.setTrustStore(getKeyStore(configuration));",
                    "class T { void f(Config sslConfig) { options.setTrustStore(sslConfig.getTrustStore()); } }",
                ),
                (
                    "class T { void setTrustStore(String store) { this.store = store; } }",
                    _IN % 'new SslListener().withTrustStoreLocation("clients.jks");',
                    _IN % 'factory.setTrustStorePassword("changeit");',
                    _IN % "copy.setTrustStorePath(from.getTrustStorePath());",
                    _IN % 'new SslContextFactory.Server().setTrustStorePath("clients.jks");',
                    _IN % 'model.setRootCause("a.pem");',
                    _IN % 'config.setAliPayRootCert("alipayRootCert.crt");',
                    _IN % "certConfig.setCaCert(materialConfig.getCaCert());",
                    "class EnrollResponse { EnrollResponse caCert(String cert) { this.cert = cert; return this; } }",
                    "class T { T toBuilder() { return builder().caFile(this.caFile); } }",
                    "class C { C truststore(File f) { return truststore(f, null); } C truststore(File f, char[] p) { return this; } }",
                    'class Account { String caCert; Account(B b) { this.caCert = check(b.caCert, this, "caCert"); } }',
                ),
            ),
            "trust-strategy": (
                (
                    "class All implements TrustStrategy { public boolean isTrusted(X509Certificate[] c, String a) { return true; } }",
                    _IN
                    % "new SSLSocketFactory(new TrustStrategy() { public boolean isTrusted(X509Certificate[] c, String a) { return true; } });",
                ),
                (
                    "class Own implements TrustStrategy { public boolean isTrusted(X509Certificate[] c, String a) { return c.length == 1; } }",
                ),
            ),
            "store-key": (
                (_IN % 'props.setProperty("com.ibm.ssl.trustStore", "mqtt.jks");',),
                (_IN % 'props.getProperty("com.ibm.ssl.trustStore");',),
            ),
            "socket-factory": (
                (
                    (
                        "class T { void f(Resources r) { KeyStore ks = KeyStore.getInstance(a); ks.load(r.openRawResource(R.raw.wx), pw);"
                        " SSLSocketFactory f = new SSLSocketFactory(ks); } }"
                    ),
                    "class T { T(KeyStore keys, KeyStore trusted) { f = new SSLSocketFactory(keys, pw, trusted); } }",
                ),
                (
                    _IN % "new SSLSocketFactory(c);",
                    "class T { T(KeyStore keys) { f = new SSLSocketFactory(keys, pw); } }",
                ),
            ),
            "property-off": (
                (
                    _IN % 'System.setProperty("jdk.internal.httpclient.disableHostnameVerification", "true");',
                    _IN % 'props.put("mail.smtp.ssl.trust", "*");',
                    _IN % 'props.put("ssl.endpoint.identification.algorithm", "");',
                    _IN % "b.buildWithDefaults(map.put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, true));",
                ),
                (
                    _IN % 'System.setProperty("jdk.internal.httpclient.disableHostnameVerification", "false");',
                    _IN % 'props.put("ssl.endpoint.identification.algorithm", "https");',
                    _IN % 'props.get("mail.smtp.ssl.trust");',
                ),
            ),
            "made-accepting": (
                (
                    _IN % 'factory.useSslProtocol("TLSv1.2", new TrustEverythingTrustManager());',
                    _IN % "new SSLUtil(new TrustAllTrustManager());",
                    _IN % "new SslContextFactory.Client(true);",
                    _IN % "new AsyncHttpClient(true, 80, 443);",
                ),
                (
                    "import com.rabbitmq.client.TrustEverythingTrustManager;",
                    _IN % "new SslContextFactory.Client(false);",
                    _IN % "new AsyncHttpClient();",
                    "class TrustAllTrustManager { X f() { return new TrustAllTrustManager(); } }",
                ),
            ),
            "verify-false": (
                (_IN % "config.sslConfig(new SslConfig().verify(false).build());",),
                (_IN % "signature.verify(false);", _IN % "new SslConfig().verify(true);"),
            ),
            "peer-compared": (
                (
                    (
                        'class T { void f(HttpsURLConnection c) { byte[] d = MessageDigest.getInstance("SHA-256")'
                        ".digest(c.getServerCertificates()[0].getEncoded()); if (!Arrays.equals(d, PIN)) { throw new E(); } } }"
                    ),
                    (
                        "class T { boolean f(SSLSession s) { X509Certificate c = s.getPeerCertificates()[0];"
                        ' if (c.getIssuerX500Principal().getName().contains("DigiCert Global Root CA")) { return true; } return false; } }'
                    ),
                ),
                (
                    "class T { String f(SSLSession s) { return s.getPeerCertificates()[0].toString(); } }",
                    (
                        "class T { void f(SSLSession s) { X509Certificate c = s.getPeerCertificates()[0]; log(c.getIssuerX500Principal());"
                        " if (!host.equals(name(c))) { throw new E(); } } }"
                    ),
                    (
                        "class T { Map f(SSLSession s) { Certificate[] all = s.getPeerCertificates(); if (all != null && all.length != 0) {"
                        ' m.put("fingerprint", sha256(all[0].getEncoded())); } throw new E(); } }'
                    ),
                ),
            ),
        }
    ),
)
