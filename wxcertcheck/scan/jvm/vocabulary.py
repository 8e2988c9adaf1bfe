"""The table of patterns that every JVM language takes its own from, and the functions that carry values.

Sources: JSSE Reference Guide (JDK 21), Apache HttpClient 4/5, OkHttp 4, Netty 4, Vert.x 4, AsyncHttpClient 2, Kafka, Android.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.jvm import bundled, clients, constructed
from wxcertcheck.scan.jvm.managers import (
    accepting_factory,
    accepting_name,
    code_of,
    named_off,
    own_manager,
    peer_compared,
    web_view,
)
from wxcertcheck.scan.jvm.stores import factory_init, is_null, is_server, store_content
from wxcertcheck.scan.jvm.verifiers import always_true, hostname_verifier, is_trusted_true, trust_strategy
from wxcertcheck.scan.language import Carries, Find, Matcher, Pattern
from wxcertcheck.scan.matchers import any_of, switches, trusts
from wxcertcheck.scan.members import SWITCH_WORDS, taken
from wxcertcheck.scan.names import dotted
from wxcertcheck.scan.source import holds
from wxcertcheck.scan.text_format import Span
from wxcertcheck.scan.values import Kind, text

if TYPE_CHECKING:
    from tree_sitter import Node

_A, _R, _J = Carries.ARGUMENT, Carries.RECEIVER, Carries.JOIN
CARRIERS = {
    **dict.fromkeys(("File", "Path.of", "Paths.get", "URI.create", "Path.resolve", "Path"), _J),
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
    **dict.fromkeys(("file", "rootProject.file", "project.file", "Some", "Option", "listOf", "arrayOf", "Seq"), _A),
    **dict.fromkeys(("getBytes", "toString", "trim", "getAbsolutePath", "getPath", "toPath", "toFile", "getFile"), _R),
    **dict.fromkeys(
        ("inputStream", "toURI", "toURL", "openStream", "getInputStream", "normalize", "toAbsolutePath"), _R
    ),
    **dict.fromkeys(("getURL", "getURI", "toCharArray", "intern", "strip", "getCanonicalPath", "byteInputStream"), _R),
    **dict.fromkeys(
        (
            "toByteArray",
            "readBytes",
            "readText",
            "trimIndent",
            "trimMargin",
            "stripMargin",
            "buffered",
            "encodeToByteArray",
        ),
        _R,
    ),
    **dict.fromkeys(
        ("use", "let", "also", "apply", "asInstanceOf", "stripIndent", "withInputStream", "encodeUtf8"), _R
    ),
    **dict.fromkeys(
        ("getResourceAsStream", "getResource", "ClassPathResource", "getSystemResource", "openRawResource"),
        Carries.RESOURCE,
    ),
    **dict.fromkeys(
        (
            "getAssets.open",
            "assets.open",
            "ResourceUtils.getFile",
            "Resources.getResource",
            "assetManager.open",
            "Source.fromResource",
        ),
        Carries.RESOURCE,
    ),
    "resolve": Carries.RECEIVER_JOIN,
    "getParent": Carries.DIRECTORY,
    **dict.fromkeys(("System.getenv", "sys.env.get", "sys.env", "sys.env.getOrElse"), Carries.ENVIRONMENT),
    **dict.fromkeys(
        ("System.getProperty", "getProperty", "env.getProperty", "config.getString", "properties.get"), Carries.SETTING
    ),
    **dict.fromkeys(
        ("sys.props.get", "sys.props", "findProperty", "project.property", "conf.getString", "PropKit.get"),
        Carries.SETTING,
    ),
    **dict.fromkeys(
        ("bundle.getString", "resourceBundle.getString", "PropertiesUtil.get", "props.getProperty"), Carries.SETTING
    ),
    **dict.fromkeys(("Boolean.parseBoolean", "Boolean.valueOf"), _A),
    "concat": Carries.CONCAT,
}


# --- matchers -------------------------------------------------------------------------------------------------------------


def _is_written(hit: Hit, setting: Setting) -> bool:
    """A property that is set, not one that is read with a default."""
    call = hit.source.call(setting.node)
    return call is None or not re.match(r"get|clear|remove|contains|equals|has|find|str|log|print", call.name)


_OPTION = re.compile(r"-Djavax\.net\.ssl\.trustStore=([^\s\"',]*)")


def _jvm_option(hit: Hit) -> Iterator[Find]:
    """``"-Djavax.net.ssl.trustStore=wx.jks"`` among the arguments of a process, a test or a Gradle task."""
    source = hit.source
    literal = next((a for a in (hit.node, *source.ancestors(hit.node)) if a.type in source.grammar.strings), None)
    found = _OPTION.search(source.text(literal)) if literal is not None else None
    if literal is None or found is None:
        return
    value = text(found.group(1)) if found.group(1) and "$" not in found.group(1) else hit.value(literal)
    # in a script of many lines, the place is the option's own
    many = source.line_of(literal.end_byte) > source.line_of(literal.start_byte)
    node = cast("Node", Span(hit.offset, hit.offset + len(hit.word))) if many else literal
    yield Find(PinKind.TRUST, node, value)


def _by_constant(hit: Hit) -> Iterator[Find]:
    """``String STORE = "javax.net.ssl.trustStore"; System.setProperty(STORE, "wx.jks")``."""
    for node, value in clients.key_by_constant(hit, "javax.net.ssl.trustStore"):
        yield Find(PinKind.TRUST, node, hit.value(value))


def _trust_strategy(hit: Hit) -> Iterator[Find]:
    """Apache ``loadTrustMaterial``: a key store or file pins; a strategy that says true accepts everything."""
    call = hit.call()
    if call is None or call.name != "loadTrustMaterial":
        return
    source = hit.source
    nodes = [a.node for a in call.arguments]
    for node in nodes:
        strategy = code_of(source, node)
        if node.type == "identifier":
            strategy = next((code_of(source, d.value) for d in source.definitions.get(strategy, ())), strategy)
        accepting = re.search(
            r"TrustAllStrategy|TrustSelfSignedStrategy|(?i:trust_?all|accept_?all|trust_?any)", strategy
        )
        if accepting or always_true(strategy) or is_trusted_true(strategy):
            yield Find(PinKind.VERIFICATION_OFF, call.node)
            return
    if nodes and not is_null(source, nodes[0]):
        value, adds = store_content(source, nodes[0], call.node.start_byte)
        yield Find(PinKind.TRUST, call.node, value, PinMode.ADDS if adds else PinMode.REPLACES)


def _netty(hit: Hit) -> Iterator[Find]:
    """``SslContextBuilder.forClient().trustManager(file)``; on a server's builder it chooses client certificates."""
    call = hit.call()
    if call is None or call.name != "trustManager" or not call.arguments:
        return
    source = hit.source
    chain = source.text(call.receiver) if call.receiver is not None else ""
    head = dotted(chain).split(".")[0].split("(")[0]
    made = chain + " ".join(source.text(d.value) for d in source.definitions.get(head, ()))
    node = call.arguments[0].node
    if "forServer" in made or not re.search(r"[sS]slContextBuilder|SslContexts|TlsChannelCredentials", made):
        return
    function = source.function_around(call.node)
    if "SslContext" not in made and function is not None and is_server(source, function):
        return
    if accepting_name(source.text(node)) and "InsecureTrustManagerFactory" not in source.text(node):
        yield Find(PinKind.VERIFICATION_OFF, call.node)
        return
    if "InsecureTrustManagerFactory" in source.text(node) or re.fullmatch(
        r"\w*(?:tmf|[fF]actory)\w*", source.text(node)
    ):
        return
    yield Find(PinKind.TRUST, call.node, hit.value(node))


def _pinner(hit: Hit) -> Iterator[Find]:
    """``CertificatePinner.Builder().add(host, pins…)`` in a chain, in ``apply {}``, or on a variable."""
    source = hit.source
    if any("import" in a.type for a in source.ancestors(hit.node)):
        return
    if not re.match(rb"CertificatePinner\s*\.\s*Builder", source.data[hit.node.start_byte : hit.node.start_byte + 200]):
        return
    around = _whole(hit)
    calls = source.calls("add", "addPin", within=around)
    target = next((n for n, ds in source.definitions.items() for d in ds if holds(d.value, hit.node)), "")
    if target:
        calls += source.calls("add", within=source.function_around(hit.node) or source.tree.root_node, receiver=target)
    for call in calls:
        for argument in call.arguments[1:]:
            yield Find(PinKind.FINGERPRINT, argument.node, hit.value(argument.node))


def _pinner_given(hit: Hit) -> Iterator[Find]:
    """``client.certificatePinner(pinner)`` with a pinner of the caller."""
    call = hit.call()
    node = call.nth(0) if call is not None and call.name == hit.name == "certificatePinner" else None
    if call is None or node is None:
        return
    if hit.value(node).kind in (Kind.PARAMETER, Kind.SETTING) or _OF_SETTINGS.search(hit.source.text(node)):
        yield Find(PinKind.CONFIGURABLE, call.node)


_OF_SETTINGS = re.compile(
    r"(?i)(?:config\w*|options|settings|properties)(?:\(\))?\.(?:get)?certificatePinner(?:\(\))?$"
)
"""A pinner that settings hold."""


def _spki_pins(hit: Hit) -> Iterator[Find]:
    """``"sha256/…="`` in a constant or call, for a pinner of another file; once for each statement."""
    source = hit.source
    literal = next((a for a in (hit.node, *source.ancestors(hit.node)) if a.type in source.grammar.strings), None)
    if literal is None or not _SPKI.fullmatch(source.text(literal)) or b"CertificatePinner.Builder" in source.data:
        return
    place = source.statement_around(literal)
    if source.data.find(b'"sha256/', place.start_byte) + 1 >= literal.start_byte:
        yield Find(PinKind.FINGERPRINT, place, text(source.text(literal).strip('"')))


_SPKI = re.compile(r'"sha256/[A-Za-z0-9+/]{43}="')


def _whole(hit: Hit) -> "Node":
    """The outermost expression around the hit that is still one statement."""
    node = hit.node
    for parent in hit.source.ancestors(node):
        if re.search(r"block|body|statements|program|source_file|compilation_unit|closure|lambda", parent.type):
            break
        node = parent
    return node


def _handshake_certificates(hit: Hit) -> Iterator[Find]:
    """okhttp-tls: ``addTrustedCertificate`` adds to nothing, unless the platform's are asked for too."""
    call = hit.call()
    if call is None or call.name != hit.word or not call.arguments:
        return
    if call.name == "addInsecureHost":
        yield Find(PinKind.VERIFICATION_OFF, call.node)
        return
    source = hit.source
    if b"HandshakeCertificates" not in source.data:
        return
    around = _whole(hit)
    if "Builder" not in source.text(around):  # called on a variable: the rest of the builder's calls stand around it
        around = source.function_around(call.node) or source.tree.root_node
    adds = bool(source.calls("addPlatformTrustedCertificates", within=around))
    mode = PinMode.ADDS if adds else PinMode.REPLACES
    yield Find(PinKind.TRUST, call.node, hit.value(call.arguments[0].node), mode)


_GIVEN = (
    "SSLContext",
    "SslContext",
    "TLSContext",
    "SSLSocketFactory",
    "X509TrustManager",
    "TrustManagerFactory",
    "HostnameVerifier",
)


def _given(hit: Hit) -> Iterator[Find]:
    """A setter of a client for a context, factory or manager that the caller made."""
    source = hit.source
    function = source.function_around(hit.node)
    if function is None or hit.name not in _GIVEN:
        return
    parameters = source.parameters(function)
    name = source.name_of(function)
    if len(parameters) > 2 or not re.match(
        r"(?i)(?:set|with)?(?:custom|default)?(?:ssl|tls|(?:x509)?trustmanager|hostname_?verifier)\w*$", name
    ):
        return
    around = source.class_around(function)
    if around is not None and re.search(
        r"Server|(?:SocketFactory\w*|TrustManager\w*|Verifier)$", source.name_of(around)
    ):
        return  # a factory around another one
    if is_server(source, function):
        return
    kind = hit.node.parent
    while kind is not None and "parameter" not in kind.type and kind.id != function.id:
        kind = kind.parent
    if kind is None or kind.id == function.id:
        return
    written = re.escape(parameters[0][0]) if parameters else ""
    if written and re.search(
        rf"(?:=\s*|\(\s*){written}\b", re.split(r"\{|\)[^{=()]*=", code_of(source, function), maxsplit=1)[-1]
    ):
        yield Find(PinKind.CONFIGURABLE, function)


def _trust_options(hit: Hit) -> Iterator[Find]:
    """Vert.x: ``setTrustOptions(new PemTrustOptions().addCertPath("ca.pem"))``."""
    call = hit.call()
    if call is None or call.name != hit.word or not call.arguments:
        return
    source = hit.source
    for inner in source.calls("addCertPath", "setPath", "addCertValue", "setValue", "path", within=call.node):
        if inner.arguments:
            yield Find(PinKind.TRUST, call.node, hit.value(inner.arguments[0].node))
            return


_QUEUE = ("ssl.truststore.location", "ssl.truststore.certificates", "SSL_TRUSTSTORE_LOCATION_CONFIG")
_JDBC = re.compile(r"(?:sslrootcert|trustCertificateKeyStoreUrl|serverSslCert|trustStore)=([^\s&;'\"]+)")
_JDBC_OFF = re.compile(r"(?i)trustServerCertificate=true|verifyServerCertificate=false")


def _jdbc(hit: Hit) -> Iterator[Find]:
    """A store, or verification off, in the URL of a database."""
    source = hit.source
    literal = next((a for a in (hit.node, *source.ancestors(hit.node)) if a.type in source.grammar.strings), None)
    written = source.text(literal) if literal is not None else ""
    if literal is None or "jdbc:" not in written:
        return
    found = _JDBC.search(written)
    if _JDBC_OFF.search(written):
        yield Find(PinKind.VERIFICATION_OFF, literal, purpose=Purpose.DATABASE)
    elif found:
        yield Find(PinKind.TRUST, literal, text(found.group(1)), purpose=Purpose.DATABASE)


# --- the table ------------------------------------------------------------------------------------------------------------

_JSSE = "https://docs.oracle.com/en/java/javase/21/security/java-secure-socket-extension-jsse-reference-guide.html"
_OKHTTP = "https://square.github.io/okhttp/features/https/"


class Shared(Struct, frozen=True):
    """A pattern without its examples, which each language writes in its own syntax."""

    words: tuple[str, ...]
    match: Matcher
    source: str = ""
    followed: str = ""
    within: bool = False


TABLE: dict[str, Shared] = {
    "trust-store-property": Shared(
        ("javax.net.ssl.trustStore",),
        any_of(
            trusts("javax.net.ssl.trustStore", forms=("option", "pair", "assignment"), when=_is_written),
            _jvm_option,
            _by_constant,
        ),
        _JSSE,
    ),
    "trust-manager-factory": Shared(("TrustManagerFactory",), factory_init, _JSSE),
    "own-trust-manager": Shared(("checkServerTrusted",), own_manager),
    "hostname-verifier": Shared(
        (
            "hostnameVerifier",
            "setHostnameVerifier",
            "setDefaultHostnameVerifier",
            "defaultHostnameVerifier",
            "setSSLHostnameVerifier",
            "HostnameVerifier",
        ),
        hostname_verifier,
    ),
    "no-hostname-verifier": Shared(
        (
            "NoopHostnameVerifier",
            "ALLOW_ALL_HOSTNAME_VERIFIER",
            "AllowAllHostnameVerifier",
            "TrustAllStrategy",
            "EasySSLProtocolSocketFactory",
        ),
        named_off,
    ),
    "accepting-factory": Shared(
        ("sslSocketFactory", "setSSLSocketFactory", "sslContext.init", "ctx.init", "SSLContext"), accepting_factory
    ),
    "peer-compared": Shared(
        ("getServerCertificates", "getPeerCertificates", "peerCertificates", "serverCertificates"), peer_compared
    ),
    "store-setter": Shared(clients.STORE_WORDS, clients.store_setter),
    "store-key": Shared(tuple(clients.STORE_KEYS), clients.property_store),
    "socket-factory": Shared(
        ("SSLSocketFactory(", "SSLConnectionSocketFactory("),
        clients.socket_factory,
        "https://hc.apache.org/httpcomponents-client-4.2.x/httpclient/apidocs/org/apache/http/conn/ssl/SSLSocketFactory.html",
    ),
    "verification-switch": Shared(
        (*clients.SWITCHED_ON, *clients.SWITCHED_OFF, *clients.CALLED, *clients.CONSTANTS, *SWITCH_WORDS, " insecure("),
        any_of(
            switches(*clients.SWITCHED_ON, off=clients.TRUE, forms=("setter",), when=clients.not_its_own),
            switches(*clients.SWITCHED_OFF, forms=("setter",), when=clients.not_its_own),
            clients.switch,
            clients.switched,
            taken(clients.serves),
        ),
    ),
    "property-off": Shared(
        (*clients.KEYS_ON, *clients.CONSTANTS_ON, *clients.KEYS_OFF, *clients.EMPTY_IS_OFF, *clients.MAIL_TRUST),
        clients.property_off,
    ),
    "trust-strategy": Shared(("TrustStrategy",), trust_strategy),
    "trust-material": Shared(("loadTrustMaterial",), _trust_strategy),
    "insecure-trust-manager-factory": Shared(("InsecureTrustManagerFactory",), named_off),
    "netty-trust-manager": Shared((".trustManager(",), _netty),
    "certificate-pinner": Shared(("CertificatePinner", "certificatePinner("), any_of(_pinner, _pinner_given), _OKHTTP),
    "spki-pins": Shared(('"sha256/',), _spki_pins, followed="[A-Za-z0-9+/]{43}="),
    "handshake-certificates": Shared(("addTrustedCertificate", "addInsecureHost"), _handshake_certificates, _OKHTTP),
    "ssl-context-given": Shared(_GIVEN, _given),
    "web-view-proceeds": Shared(
        ("onReceivedSslError",),
        web_view,
        "https://developer.android.com/reference/android/webkit/WebViewClient#onReceivedSslError",
    ),
    "vertx-trust-options": Shared(
        ("setTrustOptions", "setPemTrustOptions", "setTrustStoreOptions", "setPfxTrustOptions"), _trust_options
    ),
    "queue-trust-store": Shared(
        _QUEUE, trusts(*_QUEUE, forms=("option", "pair", "assignment"), when=_is_written, purpose=Purpose.QUEUE)
    ),
    "jdbc-url": Shared(
        (
            "sslrootcert=",
            "trustCertificateKeyStoreUrl=",
            "trustServerCertificate=true",
            "verifyServerCertificate=false",
            "NonValidatingFactory",
        ),
        any_of(_jdbc, constructed.not_validating),
    ),
    "made-accepting": Shared((*constructed.MANAGERS, *constructed.FACTORIES), constructed.made),
    "verify-false": Shared((".verify(false)",), constructed.verify_false),
    "store-file": Shared(constructed.FILES, constructed.file_of, "https://zio.dev/zio-http/"),
    "named-store": Shared(constructed.NAMED_STORES, constructed.named_store),
    "bundled-file": Shared(bundled.FILE_WORDS, bundled.handed_file),
    "bundled-resource": Shared(("R.raw.",), bundled.handed_file, followed=bundled.RESOURCE_NAMED),
    "bundled-resources": Shared(bundled.LISTS, bundled.listed, followed=bundled.LISTED),
    "own-manager-made": Shared(bundled.MANAGERS, bundled.own_manager_made),
    "pins-of-elsewhere": Shared(("_PINS",), bundled.pins_of_elsewhere, followed=r"\s*(?:[,)]|$)", within=True),
    "bundled-store": Shared(("KeyStore.getInstance",), bundled.loaded_store, followed=r"\((?!\s*\"Android)"),
    "client-certificates": Shared(bundled.WRAPPERS, bundled.wrapper, "https://github.com/hongyangAndroid/okhttputils"),
    "named-manager": Shared(("trustManager =",), constructed.named_manager, "https://ktor.io/docs/client-ssl.html"),
}

Examples = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]


def shared(examples: Examples) -> tuple[Pattern, ...]:
    """The patterns of the table that ``examples`` (slug -> bad and good lines) names. Raises ``KeyError`` for others."""
    return tuple(
        Pattern(
            slug,
            TABLE[slug].words,
            TABLE[slug].match,
            bad,
            good,
            TABLE[slug].source,
            followed=TABLE[slug].followed,
            within=TABLE[slug].within,
        )
        for slug, (bad, good) in examples.items()
    )
