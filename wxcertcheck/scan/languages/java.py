"""Java. Sources: JSSE Reference Guide (JDK 21), Apache HttpClient 4/5, OkHttp 4, Netty 4 documentation."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode
from wxcertcheck.scan.language import Carries, Find, Grammar, Language, Pattern
from wxcertcheck.scan.matchers import call_trusts, trusts
from wxcertcheck.scan.source import Call, Hit, Source, dotted
from wxcertcheck.scan.values import Kind, Value, choice, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

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

_A, _R, _J = Carries.ARGUMENT, Carries.RECEIVER, Carries.JOIN
CARRIERS = {
    **dict.fromkeys(("File", "Path.of", "Paths.get", "URI.create", "Path.resolve"), _J),
    **dict.fromkeys(
        ("FileInputStream", "BufferedInputStream", "ByteArrayInputStream", "InputStreamReader", "URI", "URL"), _A
    ),
    **dict.fromkeys(
        ("FileSystemResource", "String", "Files.newInputStream", "Files.readAllBytes", "Files.readString"), _A
    ),
    **dict.fromkeys(
        ("String.valueOf", "Objects.requireNonNull", "IOUtils.toByteArray", "toByteArray", "openInputStream"), _A
    ),
    **dict.fromkeys(
        ("decode", "Optional.of", "Optional.ofNullable", "generateCertificate", "generateCertificates"), _A
    ),
    **dict.fromkeys(
        ("FileReader", "BufferedReader", "Buffer", "writeUtf8", "loadKeyStore", "decodeCertificatePem"), _A
    ),
    **dict.fromkeys(("getBytes", "toString", "trim", "getAbsolutePath", "getPath", "toPath", "toFile", "getFile"), _R),
    **dict.fromkeys(
        ("inputStream", "toURI", "toURL", "openStream", "getInputStream", "normalize", "toAbsolutePath"), _R
    ),
    **dict.fromkeys(("getURL", "getURI", "toCharArray", "intern", "strip", "getCanonicalPath"), _R),
    **dict.fromkeys(
        ("getResourceAsStream", "getResource", "ClassPathResource", "getSystemResource", "openRawResource"),
        Carries.RESOURCE,
    ),
    **dict.fromkeys(
        ("getAssets.open", "ResourceUtils.getFile", "Resources.getResource", "assetManager.open"), Carries.RESOURCE
    ),
    "resolve": Carries.RECEIVER_JOIN,
    "getParent": Carries.DIRECTORY,
    "System.getenv": Carries.ENVIRONMENT,
    **dict.fromkeys(
        ("System.getProperty", "getProperty", "env.getProperty", "config.getString", "properties.get"), Carries.SETTING
    ),
    **dict.fromkeys(("Boolean.parseBoolean", "Boolean.valueOf"), _A),
    "concat": Carries.CONCAT,
}

# --- key stores: what was loaded into the object that a trust manager is made from ----------------------------------------


def _store_content(hit: Hit, node: "Node", depth: int = 0) -> Value:
    """The file or certificates in a ``KeyStore`` expression: follows ``load``, ``setCertificateEntry`` and own helpers."""
    source, written = hit.source, hit.source.text(node)
    if depth > 6:
        return unknown(written)
    if node.type in ("cast_expression", "parenthesized_expression"):
        return _store_content(hit, node.named_children[-1], depth + 1)
    call = source.call(node)
    if call is not None:
        if call.name == "KeyStore" and call.nth(0) is not None:
            return hit.value(call.nth(0))
        returned = _returned(source, call)
        if returned:
            return choice(_store_content(hit, one, depth + 1) for one in returned)
        paths = [
            v for v in (hit.value(a.node) for a in call.arguments) if v.kind not in (Kind.UNKNOWN, Kind.NAME, Kind.NULL)
        ]
        return paths[0] if paths else hit.value(node)
    if node.type != "identifier":
        return hit.value(node)
    return _variable_content(hit, node, written, depth)


def _variable_content(hit: Hit, node: "Node", name: str, depth: int) -> Value:
    source = hit.source
    function = source.function_around(node) or source.tree.root_node
    added = [
        c
        for c in source.calls("setCertificateEntry", "setEntry", within=function, receiver=name)
        if c.nth(1) is not None
    ]
    loaded = [c.nth(0) for c in source.calls("load", within=function, receiver=name)]
    values = [hit.value(n) for n in loaded if n is not None]
    values = [v for v in values if v.kind is not Kind.NULL]
    values += [_certificate(hit, c.nth(1)) for c in added]
    if values:
        return choice(values)
    definitions = [d for d in source.definitions.get(name, ()) if d.value.id != node.id]
    local = [d for d in definitions if d.function is not None and function.id == d.function.id] or definitions
    for definition in local[-1:]:
        made = source.call(definition.value)
        if made is None or made.dotted != "KeyStore.getInstance":
            return _store_content(hit, definition.value, depth + 1)
        if definition.function is None or function.id != definition.function.id:
            elsewhere = [c.nth(0) for c in source.calls("load", receiver=name)]
            return choice(hit.value(n) for n in elsewhere if n is not None)
    return hit.value(node)


def _certificate(hit: Hit, node: "Node | None") -> Value:
    return hit.value(node)


def _returned(source: Source, call: Call) -> "list[Node]":
    own = [f for f in source.nodes(GRAMMAR.functions) if source.name_of(f) == call.name]
    return [n.named_children[-1] for f in own[:2] for n in source.nodes(GRAMMAR.returns, f) if n.named_children]


def _factory_init(hit: Hit) -> Iterator[Find]:
    """``TrustManagerFactory.init(keyStore)``: null means the defaults of the JVM."""
    source = hit.source
    function = source.function_around(hit.node) or source.tree.root_node
    for call in source.calls("init", within=function):
        receiver = source.text(call.receiver) if call.receiver is not None else ""
        made = [d for d in source.definitions.get(receiver, ()) if "TrustManagerFactory" in source.text(d.value)]
        node = call.nth(0)
        if node is None or len(call.arguments) != 1 or not (made or "TrustManagerFactory" in receiver):
            continue
        written = source.text(node)
        if written == "null" or written.replace(" ", "") == "(KeyStore)null":
            continue
        yield Find(PinKind.TRUST, call.node, _store_content(hit, node), _mode(source, function))


def _mode(source: Source, function: "Node") -> PinMode:
    """ADDS where the same function also asks the JVM's own trust manager: ``init((KeyStore) null)``."""
    for call in source.calls("init", within=function):
        node = call.nth(0)
        if (
            node is not None
            and len(call.arguments) == 1
            and source.text(node).replace(" ", "") in ("null", "(KeyStore)null")
        ):
            return PinMode.ADDS
    return PinMode.REPLACES


# --- own trust managers ---------------------------------------------------------------------------------------------------

_COMPARES = (
    "equals",
    "contains",
    "MessageDigest.isEqual",
    "Arrays.equals",
    "equalsIgnoreCase",
    "verify",
    "containsKey",
)


def _own_manager(hit: Hit) -> Iterator[Find]:
    """A body of ``checkServerTrusted``: empty (off), delegating (nothing), or comparing keys (a fingerprint pin)."""
    source = hit.source
    method = hit.node.parent
    if method is None or method.type != "method_declaration" or source.name_of(method) != "checkServerTrusted":
        return
    body = method.child_by_field_name("body")
    if body is None or (source.nodes({"throw_statement"}, body) and not source.calls(within=body)):
        return
    calls = source.calls(within=body)
    if any(c.name in ("checkServerTrusted", "checkTrusted", "validate", "check") for c in calls):
        return
    if any(c.name in _COMPARES for c in calls) and (source.nodes({"throw_statement"}, body)):
        yield Find(PinKind.FINGERPRINT, method, unknown(source.text(body)))
    elif not source.nodes({"throw_statement"}, body):
        yield Find(PinKind.VERIFICATION_OFF, method)


def _hostname_verifier(hit: Hit) -> Iterator[Find]:
    """A ``HostnameVerifier`` that always says true: the name is not checked, which is verification off."""
    source = hit.source
    for parent in (hit.node, *source.ancestors(hit.node)):
        if parent.type == "lambda_expression":
            return
        if parent.type in (
            "method_invocation",
            "object_creation_expression",
            "class_declaration",
            "variable_declarator",
        ):
            if _always_true(source, parent):
                yield Find(PinKind.VERIFICATION_OFF, parent if parent.type != "class_declaration" else hit.node)
            return


def _always_true(source: Source, node: "Node") -> bool:
    for function in source.nodes(("lambda_expression", "method_declaration"), node):
        body = function.child_by_field_name("body")
        if function.type == "lambda_expression" and body is not None and source.text(body) == "true":
            return True
        if function.type == "method_declaration" and source.name_of(function) != "verify":
            continue
        returned = [
            source.text(n.named_children[0]) for n in source.nodes({"return_statement"}, body) if n.named_children
        ]
        if returned and all(one == "true" for one in returned):
            return True
    return False


def _trust_strategy(hit: Hit) -> Iterator[Find]:
    """Apache ``loadTrustMaterial``: a key store or file pins; a strategy that says true accepts everything."""
    call = hit.call()
    if call is None or call.name != "loadTrustMaterial":
        return
    source = hit.source
    nodes = [a.node for a in call.arguments]
    for node in nodes:
        strategy = source.text(node)
        if any(name in strategy for name in ("TrustAllStrategy", "TrustSelfSignedStrategy")) or _strategy_true(
            source, node
        ):
            yield Find(PinKind.VERIFICATION_OFF, call.node)
            return
    if nodes and source.text(nodes[0]) != "null":
        yield Find(PinKind.TRUST, call.node, _store_content(hit, nodes[0]))


def _strategy_true(source: Source, node: "Node") -> bool:
    if node.type == "identifier":
        node = next((d.value for d in source.definitions.get(source.text(node), ())), node)
    for function in source.nodes(("lambda_expression", "method_declaration"), node):
        body = function.child_by_field_name("body")
        if body is None:
            continue
        if source.text(body) == "true":
            return True
        returned = [
            source.text(n.named_children[0]) for n in source.nodes({"return_statement"}, body) if n.named_children
        ]
        if returned and all(one == "true" for one in returned):
            return True
    return False


_MANAGER_BAD = (
    "class T implements X509TrustManager { public void checkServerTrusted(X509Certificate[] c, String a) { } }"
)
_MANAGER_GOOD = "class T implements X509TrustManager { public void checkServerTrusted(X509Certificate[] c, String a) { d.checkServerTrusted(c, a); } }"
_FACTORY = 'class T { void f() { KeyStore ks = KeyStore.getInstance("JKS"); ks.load(new FileInputStream("wx.jks"), null); %s } }'
_TMF = "TrustManagerFactory t = TrustManagerFactory.getInstance(a); t.init(%s);"
_JSSE = "https://docs.oracle.com/en/java/javase/21/security/java-secure-socket-extension-jsse-reference-guide.html"


def _named_off(hit: Hit) -> Iterator[Find]:
    source = hit.source
    if (
        source.around(hit.node, frozenset({"import_declaration"}))
        or source.around(hit.node, GRAMMAR.statements) is None
    ):
        return
    call = hit.call_around() or hit.call()
    if call is not None:
        yield Find(PinKind.VERIFICATION_OFF, call.node if call.node.end_byte - call.node.start_byte < 200 else hit.node)


def _netty(hit: Hit, call: Call) -> bool:
    receiver = hit.source.text(call.receiver) if call.receiver is not None else ""
    if "forServer" in receiver:
        return False
    node = call.nth(0)
    made = dotted(hit.source.text(node)) if node is not None else ""
    return "SslContextBuilder" in receiver and "InsecureTrustManagerFactory" not in made


def _pinner(hit: Hit) -> Iterator[Find]:
    source = hit.source
    statement = source.statement_around(hit.node)
    for call in source.calls("add", within=statement):
        for argument in call.arguments[1:]:
            yield Find(PinKind.FINGERPRINT, argument.node, hit.value(argument.node))


LANGUAGE = Language(
    name="java",
    title="Java",
    endings=(".java", ".jsp", ".bsh"),
    grammar=GRAMMAR,
    carriers=CARRIERS,
    constants={"File.separator": Value(Kind.TEXT, "/"), "File.separatorChar": Value(Kind.TEXT, "/")},
    patterns=(
        Pattern(
            slug="trust-store-property",
            words=("javax.net.ssl.trustStore",),
            match=trusts("javax.net.ssl.trustStore", forms=("option", "pair")),
            bad=('class T { void f() { System.setProperty("javax.net.ssl.trustStore", "wx.jks"); } }',),
            good=(
                'class T { void f() { System.setProperty("javax.net.ssl.trustStorePassword", "changeit"); } }',
                'class T { /* System.setProperty("javax.net.ssl.trustStore", "wx.jks"); */ }',
                'class T { String s = System.getProperty("javax.net.ssl.trustStore"); }',
            ),
            source=_JSSE,
        ),
        Pattern(
            slug="trust-manager-factory",
            words=("TrustManagerFactory.getInstance",),
            match=_factory_init,
            bad=(_FACTORY % (_TMF % "ks"),),
            good=(_FACTORY % (_TMF % "(KeyStore) null"), _FACTORY % (_TMF % "null")),
            source=_JSSE,
        ),
        Pattern(
            slug="own-trust-manager",
            words=("checkServerTrusted",),
            match=_own_manager,
            bad=(_MANAGER_BAD,),
            good=(_MANAGER_GOOD, "class T { void f() { d.checkServerTrusted(c, a); } }"),
        ),
        Pattern(
            slug="hostname-verifier",
            words=("hostnameVerifier", "setHostnameVerifier", "setDefaultHostnameVerifier", "setSSLHostnameVerifier"),
            match=_hostname_verifier,
            bad=("class T { void f() { b.hostnameVerifier((h, s) -> true); } }",),
            good=("class T { void f() { b.hostnameVerifier((h, s) -> h.equals(name)); } }",),
        ),
        Pattern(
            slug="no-hostname-verifier",
            words=(
                "NoopHostnameVerifier",
                "ALLOW_ALL_HOSTNAME_VERIFIER",
                "AllowAllHostnameVerifier",
                "TrustAllStrategy",
            ),
            match=_named_off,
            bad=("class T { void f() { b.setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE); } }",),
            good=(
                "import org.apache.http.conn.ssl.NoopHostnameVerifier;",
                "class T { void f() { b.setSSLHostnameVerifier(v); } }",
            ),
        ),
        Pattern(
            slug="trust-material",
            words=("loadTrustMaterial",),
            match=_trust_strategy,
            bad=('class T { void f() { SSLContexts.custom().loadTrustMaterial(new File("wx.jks"), pw); } }',),
            good=("class T { void f() { SSLContexts.custom().loadTrustMaterial(null, null); } }",),
        ),
        Pattern(
            slug="insecure-trust-manager-factory",
            words=("InsecureTrustManagerFactory",),
            match=_named_off,
            bad=("class T { void f() { b.trustManager(InsecureTrustManagerFactory.INSTANCE); } }",),
            good=("import io.netty.handler.ssl.util.InsecureTrustManagerFactory;",),
        ),
        Pattern(
            slug="netty-trust-manager",
            words=(".trustManager(",),
            match=call_trusts("trustManager", when=_netty),
            bad=('class T { void f() { SslContextBuilder.forClient().trustManager(new File("ca.pem")); } }',),
            good=('class T { void f() { SslContextBuilder.forServer(c, k).trustManager(new File("ca.pem")); } }',),
        ),
        Pattern(
            slug="certificate-pinner",
            words=("CertificatePinner",),
            match=_pinner,
            bad=(
                'class T { CertificatePinner p = new CertificatePinner.Builder().add("api.mch.weixin.qq.com", "sha256/AAAA=").build(); }',
            ),
            good=("class T { CertificatePinner p = CertificatePinner.DEFAULT; }",),
            source="https://square.github.io/okhttp/features/https/",
        ),
    ),
)
