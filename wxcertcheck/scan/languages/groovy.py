"""Groovy, Gradle scripts and Jenkinsfiles. Sources: the JVM vocabulary's; HTTPBuilder, groovy-wslite, Gradle, Jenkins.

The grammar does not know closures with parameters followed by ``as Type``; those are read from the text around the word.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from wxcertcheck.model import PinKind
from wxcertcheck.scan.deployment.commands import COMMANDS
from wxcertcheck.scan.deployment.jvm import MAVEN_OFF
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.jvm.injected import injected
from wxcertcheck.scan.jvm.managers import own_manager
from wxcertcheck.scan.jvm.values import dollar_string
from wxcertcheck.scan.jvm.verifiers import always_true
from wxcertcheck.scan.jvm.vocabulary import CARRIERS, shared
from wxcertcheck.scan.language import Find, Grammar, Language, Pattern
from wxcertcheck.scan.matchers import switches, trusts
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.text_format import Span, TextHit
from wxcertcheck.scan.values import SOURCE, Kind, Value

if TYPE_CHECKING:
    from tree_sitter import Node

GRAMMAR = Grammar(
    module="tree_sitter_groovy",
    strings=frozenset({"string_literal", "character_literal"}),
    calls=frozenset({"method_invocation", "object_creation_expression", "juxt_function_call"}),
    arguments=frozenset({"argument_list"}),
    pairs={"map_item": ("key", "value")},
    assignments={"variable_declarator": ("name", "value"), "assignment_expression": ("left", "right")},
    members=frozenset({"field_access"}),
    subscripts=frozenset({"array_access"}),
    functions=frozenset({"method_declaration", "constructor_declaration", "function_definition"}),
    parameters=frozenset({"formal_parameters"}),
    classes=frozenset({"class_declaration", "interface_declaration"}),
    statements=frozenset(
        {"expression_statement", "local_variable_declaration", "return_statement", "juxt_function_call"}
    ),
    transparent=frozenset({"parenthesized_expression", "cast_expression"}),
)


def _evaluate(source: Source, node: "Node", depth: int) -> "Value | None":
    return dollar_string(source, node, depth) if node.type == "string_literal" else None


_BEFORE = re.compile(r"\{(?P<body>[^{}]*)\}\s*(?:\)\s*)?as\s+(?:[\w.]+\.)?$")


def _closure_verifier(hit: Hit) -> Iterator[Find]:
    """``{ host, session -> true } as HostnameVerifier``."""
    source = hit.source
    before = source.data[max(0, hit.offset - 400) : hit.offset].decode("utf-8", "replace")
    found = _BEFORE.search(before)
    if found and always_true("{" + found["body"] + "}"):
        yield Find(PinKind.VERIFICATION_OFF, hit.node)


_ALL = re.compile(rb"checkServerTrusted\s*:\s*\{(?:[\w\s,]*->)?\s*\}")


def _closure_manager(hit: Hit) -> Iterator[Find]:
    """``checkServerTrusted: { chain, type -> }`` where the map around it could not be parsed."""
    if _ALL.match(hit.source.data, hit.offset) and not any(own_manager(hit)):
        yield Find(PinKind.VERIFICATION_OFF, hit.node)


_VERIFIES = re.compile(rb"verify\s*:\s*\{[\w\s,]*->\s*(?:return\s+)?true\s*;?\s*\}")


def _map_verifier(hit: Hit) -> Iterator[Find]:
    """``[verify: { host, session -> true }]``, made into a ``HostnameVerifier`` here or elsewhere."""
    if _VERIFIES.match(hit.source.data, hit.offset):
        yield Find(PinKind.VERIFICATION_OFF, hit.node)


_COMMANDS = (*COMMANDS, MAVEN_OFF)


def _script(hit: Hit) -> Iterator[Find]:
    """A command in a string: ``sh 'curl -k …'`` of a Jenkinsfile, line by line."""
    source = hit.source
    if not any(a.type in source.grammar.strings for a in (hit.node, *source.ancestors(hit.node))):
        return
    number = source.line_of(hit.offset)
    node = cast("Node", Span(hit.offset, hit.offset + len(hit.word)))
    start = source.line_starts[number - 1]
    line = TextHit(source, node, hit.word, hit.offset, source.line_text(number), start, source.data)
    for pattern in _COMMANDS:
        if hit.word in pattern.words:
            yield from pattern.match(line)


_IN = "def f(p) {\n %s\n}"
_MANAGER = "class T implements X509TrustManager { void checkServerTrusted(X509Certificate[] chain, String a) { %s } }"
_STORE = 'def ks = KeyStore.getInstance("JKS")\nks.load(new FileInputStream("wx.jks"), null)\ndef tmf = TrustManagerFactory.getInstance(p)\n'

LANGUAGE = Language(
    name="groovy",
    title="Groovy",
    endings=(".groovy", ".gradle", ".gvy", ".gy", ".gsh"),
    file_names=("Jenkinsfile", "Jenkinsfile.*"),
    grammar=GRAMMAR,
    declared=injected,
    carriers=CARRIERS,
    constants={
        "File.separator": Value(Kind.TEXT, "/"),
        **dict.fromkeys(("rootDir", "project.rootDir", "rootProject.projectDir"), Value(Kind.TEXT, ".")),
        **dict.fromkeys(("projectDir", "project.projectDir"), Value(Kind.TEXT, ".", base=SOURCE)),
    },
    evaluate=_evaluate,
    patterns=(
        *shared(
            {
                "trust-store-property": (
                    (
                        _IN % "System.setProperty('javax.net.ssl.trustStore', 'wx.jks')",
                        _IN % "System.setProperty 'javax.net.ssl.trustStore', 'wx.jks'",
                        _IN % "System.properties['javax.net.ssl.trustStore'] = 'wx.jks'",
                        "test { systemProperty 'javax.net.ssl.trustStore', \"$rootDir/wx.jks\" }",
                        "bootRun { jvmArgs '-Djavax.net.ssl.trustStore=wx.jks' }",
                    ),
                    (
                        _IN % "def now = System.getProperty('javax.net.ssl.trustStore')",
                        "test { systemProperty 'javax.net.ssl.trustStorePassword', 'changeit' }",
                    ),
                ),
                "trust-manager-factory": (
                    (_IN % (_STORE + "tmf.init(ks)"),),
                    (_IN % (_STORE + "tmf.init((KeyStore) null)"),),
                ),
                "own-trust-manager": (
                    (
                        _MANAGER % "",
                        _IN
                        % "def all = [checkServerTrusted: { c, a -> }, getAcceptedIssuers: { null }] as X509TrustManager",
                    ),
                    (_MANAGER % "d.checkServerTrusted(chain, a)",),
                ),
                "hostname-verifier": (
                    (
                        "class All implements HostnameVerifier { boolean verify(String h, SSLSession s) { return true } }",
                    ),
                    (
                        "class Own implements HostnameVerifier { boolean verify(String h, SSLSession s) { return h == p } }",
                    ),
                ),
                "no-hostname-verifier": (
                    (_IN % "b.setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE)",),
                    ("import org.apache.http.conn.ssl.NoopHostnameVerifier",),
                ),
                "trust-material": (
                    (_IN % "SSLContexts.custom().loadTrustMaterial(new File('wx.jks'), p)",),
                    (_IN % "SSLContexts.custom().loadTrustMaterial(null, null)",),
                ),
                "certificate-pinner": (
                    (_IN % 'new CertificatePinner.Builder().add("api.mch.weixin.qq.com", "sha256/AAAA=").build()',),
                    ("import okhttp3.CertificatePinner",),
                ),
                "ssl-context-given": (
                    ("class B {\n B sslContext(SSLContext c) {\n  this.context = c\n  return this\n }\n}",),
                    ("class B {\n B header(String c) {\n  this.header = c\n  return this\n }\n}",),
                ),
                "verification-switch": (
                    (
                        _IN % "http.ignoreSSLIssues()",
                        _IN % "client.get(path: p, sslTrustAllCerts: true)",
                        _IN % "RestAssured.useRelaxedHTTPSValidation()",
                    ),
                    (
                        _IN % "client.get(path: p, sslTrustAllCerts: false)",
                        _IN % "factory.useSslProtocol(context)",
                    ),
                ),
                "store-setter": (
                    (_IN % "given().trustStore('wx.jks', 'changeit')",),
                    (_IN % "given().trustStore(store)",),
                ),
                "socket-factory": (
                    (_IN % "KeyStore trusted = load()\ndef f = new SSLSocketFactory(trusted)",),
                    (_IN % "def f = new SSLSocketFactory(context)",),
                ),
                "accepting-factory": (
                    (
                        _IN
                        % "SSLContext context = SSLContext.getInstance('TLS')\ncontext.init(null, trustAllManagers, null)",
                    ),
                    (_IN % "sslContext.init(null, tmf.trustManagers, null)",),
                ),
                "property-off": (
                    (_IN % "props.put('mail.smtp.ssl.trust', '*')",),
                    (_IN % "props.get('mail.smtp.ssl.trust')",),
                ),
                "queue-trust-store": (
                    (
                        _IN % "props.put('ssl.truststore.location', 'kafka.jks')",
                        _IN % "def c = ['ssl.truststore.location': 'k.jks']",
                    ),
                    (_IN % "props.get('ssl.truststore.location')",),
                ),
            }
        ),
        Pattern(
            slug="closure-verifier",
            words=("HostnameVerifier",),
            match=_closure_verifier,
            bad=(_IN % "def all = { host, session -> true } as HostnameVerifier",),
            good=(_IN % "def own = { host, session -> host == p } as HostnameVerifier",),
        ),
        Pattern(
            slug="script-command",
            words=tuple(dict.fromkeys(word for pattern in _COMMANDS for word in pattern.words)),
            match=_script,
            bad=(
                "node { sh 'curl -sk https://api.mch.weixin.qq.com' }",
                "node { sh '''\nset -e\ncurl --cacert rootca.pem https://api.mch.weixin.qq.com\n''' }",
                'node { sh "wget --no-check-certificate --ca-certificate=a.pem --ca-directory=c --capath x --insecure $p" }',
                'node { sh "mvn -Dmaven.wagon.http.ssl.insecure=true -Daether.connector.https.securityMode=insecure package" }',
                'node { sh "npm config set cafile ca.pem; npm config set strict-ssl false; pip --cert ca.pem install x" }',
                'node { sh "git config http.sslCAInfo ca.pem; git config http.sslVerify false; pip install --trusted-host p x" }',
                'node { sh "git config http.sslcainfo ca.pem; git config http.sslverify false" }',
            ),
            good=("node { sh 'curl -s https://api.mch.weixin.qq.com' }", "// curl -k https://a", "def curl = insecure"),
        ),
        Pattern(
            slug="map-verifier",
            words=("verify:", "verify :"),
            beside=("HostnameVerifier", "X509TrustManager"),
            match=_map_verifier,
            bad=(
                _IN % "def all = [verify: { host, session -> true }]\nc.setHostnameVerifier(all as HostnameVerifier)",
            ),
            good=(
                _IN
                % "def own = [verify: { host, session -> host == p }]\nc.setHostnameVerifier(own as HostnameVerifier)",
            ),
        ),
        Pattern(
            slug="closure-manager",
            words=("checkServerTrusted",),
            match=_closure_manager,
            bad=(
                (
                    "class A {\n def f() {\n def all = [\n getAcceptedIssuers: {},\n checkServerTrusted: {c, a -> }\n ] as X509TrustManager\n"
                    " sc.init(null, [all] as TrustManager[], null)\n v({x, y -> return true} as HostnameVerifier)\n }\n"
                    " def g(URL url, String a,\n Proxy p=Proxy.NO_PROXY) {\n char[] q = b?.getChars()\n }\n}\n"
                ),
            ),
            good=(_IN % "def own = [checkServerTrusted: { c, a -> d.checkServerTrusted(c, a) }] as X509TrustManager",),
        ),
        Pattern(
            slug="wslite-trust-store",
            words=("sslTrustStoreFile",),
            match=trusts("sslTrustStoreFile", forms=("pair", "assignment")),
            bad=(_IN % "client.get(path: p, sslTrustStoreFile: 'wx.jks')",),
            good=(_IN % "println sslTrustStoreFile",),
            source="https://github.com/jwagenleitner/groovy-wslite",
        ),
        Pattern(
            slug="jenkins-http-request",
            words=("ignoreSslErrors",),
            match=switches("ignoreSslErrors", off=frozenset({"true"}), forms=("pair",)),
            bad=(_IN % "httpRequest url: p, ignoreSslErrors: true",),
            good=(_IN % "httpRequest url: p, ignoreSslErrors: false",),
            source="https://plugins.jenkins.io/http_request/",
        ),
    ),
)
