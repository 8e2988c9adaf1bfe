"""What client libraries call their trust stores and switches: setters, keys of properties, constants, URLs.

Sources: documentation of Jetty, Lettuce, Jedis, Redisson, MongoDB, Kafka, Pulsar, RabbitMQ, Paho, JavaMail, Neo4j, MinIO, AWS SDK,
Alibaba Cloud, Huawei OBS, fabric8, REST Assured, Finagle, java.net.http (``jdk.internal.httpclient.disableHostnameVerification``).
"""

import itertools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.jvm.managers import code_of
from wxcertcheck.scan.jvm.stores import is_server, is_store, store_content
from wxcertcheck.scan.language import Find
from wxcertcheck.scan.values import Kind, Value, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

# --- stores -----------------------------------------------------------------------------------------------------------------

STORE_WORDS = (
    *(f"{stem}{end}(" for stem in ("rustStore", "ruststore") for end in ("", "Path", "File", "Location", "Url", "URL", "Resource")),
    *(f"{stem}{end}(" for stem in ("CaCert", "caCert", "CaCertificate") for end in ("", "s", "File", "Path")),
    *(f"{stem}{end}(" for stem in ("Ca", "ca", "RootCa", "rootCa") for end in ("File", "Path")),
    "trustCustomCertificateSignedBy(", "withTrustMaterial(", "createSslContextFromCa(", "rustCertsFilePath(", "rustCertificateFile(", "rustCertCollectionFile(", "rustedCertificatesPath(",
)  # fmt: skip
"""Ends of setters' names: ``setTrustStorePath(``, ``withCaCertFile(``."""
_STORE_SETTER = re.compile(
    r"(?!load|get|create|make|read|build|open|find|is[A-Z]|has[A-Z]|to[A-Z]|generate|import|save|write|delete|check|copy|init|parse|new)"
    r"(?:\w*?[tT]rust(?:ed)?_?(?:[sS]tores?|[cC]ert(?:ificate)?s?)|(?:\w*?(?:Ca|CA)|ca|rootCa)(?:[cC]ert(?:ificate)?s?)?)"
    r"(?:Path|File(?:Path|Name)?|Location|Resource|U(?:rl|RL|ri|RI)|Collection(?:File)?)?"
)
_STORES = ("trustCustomCertificateSignedBy", "withTrustMaterial")
"""Names of their own: Neo4j, sslcontext-kickstart."""
_FILE = re.compile(
    r"(?i)^classpath|BEGIN CERT|\.(?:pem|crt|cer|der|jks|jceks|p12|pfx|bks|bcfks|keystore|truststore|ks|ts|store)$"
)


def store_setter(hit: Hit) -> Iterator[Find]:
    """``setTrustStorePath("wx.jks")``, ``truststore(new File("wx.jks"))``: a client's own store, by the name of its setter."""
    call = hit.call()
    if call is not None and call.name == "createSslContextFromCa" == hit.name:  # Testcontainers for Elasticsearch
        yield Find(PinKind.TRUST, call.node, unknown(call.callee))
    if call is None and _is_declared(hit):
        yield Find(PinKind.CONFIGURABLE, hit.node)
    if call is None or not call.arguments or hit.name != call.name:
        return
    if not _STORE_SETTER.fullmatch(call.name) and call.name not in _STORES:
        return
    node = call.arguments[0].node
    value = hit.value(node)
    made = call.receiver is not None and _MADE_STORE.match(hit.source.text(node))
    if call.receiver is not None and (is_store(hit.source, node) or made):
        value = store_content(hit.source, node, call.node.start_byte)[0]
    elif _FROM_SETTINGS.fullmatch(hit.source.text(node)):
        value = Value(Kind.SETTING, hit.source.text(node))
    elif not any(_is_file(leaf) for leaf in value.leaves()):
        return
    function = hit.source.function_around(call.node) or hit.source.tree.root_node
    receiver = hit.source.text(call.receiver) if call.receiver is not None else ""
    if not is_server(hit.source, function) and not re.search(r"erver|istener|roker", receiver):
        adds = "withDefaultTrustMaterial" in hit.source.text(function) and call.name == "withTrustMaterial"
        yield Find(PinKind.TRUST, call.node, value, PinMode.ADDS if adds else PinMode.REPLACES)


_MADE_STORE = re.compile(r"(?:this\.)?(?:get|load|create|make|read|build|open)\w*(?:Key|Trust)Store\w*\(")


def _is_declared(hit: Hit) -> bool:
    """Whether the hit is the name of a builder's own ``trustStore(KeyStore store)`` that keeps what it is given."""
    source, function = hit.source, hit.node.parent
    if function is None or function.type not in source.grammar.functions or source.name_of(function) != hit.name:
        return False
    parameters, code = source.parameters(function), code_of(source, function)
    return (
        _STORE_SETTER.fullmatch(hit.name) is not None
        and len(parameters) == 1
        and re.search(r"\(\s*(?:final\s+)?(?:\w+:\s*)?KeyStore\b", code.partition("{")[0]) is not None
        and re.search(rf"=\s*{re.escape(parameters[0][0])}\b", code.partition("{")[2]) is not None
    )


_FROM_SETTINGS = re.compile(
    r"(?:this\.)?\w*(?:[cC]onfig|[pP]ropert(?:y|ies)|[sS]ettings|[oO]ptions|[cC]onf)\.(?:get|is)?\w*(?:[tT]rust[sS]tore|[cC]a[cC]ert|[cC]a(?:File|Path))\w*(?:\(\))?"
)
"""``config.getTrustStore()``: somebody's settings decide; a copy from another object of the same kind is none of them."""


def _is_file(value: Value) -> bool:
    """Whether a value is text that names a certificate file or store, or begins or ends with a setting that may."""
    if value.kind is Kind.TEXT:
        return _FILE.search(value.text.strip()) is not None
    if value.kind is Kind.JOIN:
        return value.parts[-1].kind is Kind.TEXT and _FILE.search(value.parts[-1].text) is not None
    return value.kind in (Kind.ENVIRONMENT, Kind.SETTING)


def socket_factory(hit: Hit) -> Iterator[Find]:
    """Apache HttpClient 4.0 to 4.2: ``new SSLSocketFactory(trustStore)`` and ``(keyStore, password, trustStore)``."""
    call = hit.call()
    if call is None or call.name != "SSLSocketFactory":
        return
    source = hit.source
    nodes = [argument.node for argument in call.arguments]
    stores = [node for node in nodes if is_store(source, node)]
    if stores and (len(nodes) == 1 or len(stores) == 2):
        value, adds = store_content(source, stores[-1], call.node.start_byte)
        if not adds:
            yield Find(PinKind.TRUST, call.node, value)


# --- switches ---------------------------------------------------------------------------------------------------------------

SWITCHED_ON = (
    "setIgnoreSSLCerts", "setIgnoreSslCerts", "withIgnoreSSLVerification", "invalidHostNameAllowed", "sslInvalidHostNameAllowed",
    "withTrustCerts", "allowTlsInsecureConnection", "setTlsAllowInsecureConnection", "setTrustAllCerts", "setTrustAllCertificates",
    "disableHostNameVerification", "setSkipSslValidation", "setDisableSslValidation", "setTrustServerCertificate", "setDisableCNCheck",
)  # fmt: skip
"""Setters that switch verification off when given true."""
SWITCHED_OFF = (
    "setVerifyPeer", "withVerifyPeer", "setVerifyingSsl", "setSslEnableEndpointIdentification", "setVerifySSLEnable",
    "setValidateCertificate", "enableTlsHostnameVerification", "setHttpsHostnameVerificationEnabled", "setVerifySsl", "setVerifySSL",
    "setValidateServerCertificate", "setVerifyHostname", "setValidateSsl", "setSSLCheckServerIdentity",
)  # fmt: skip
"""Setters that switch it off when given false."""
NAMED_ON = ("isTrustAll", "trustAll")
NAMED_OFF = ("isVerifyHost", "verifyHost", "verifySslCerts", "isHttpsHostnameVerificationEnabled")
"""Properties and named arguments (Vert.x and Paho in Kotlin, requests-scala)."""
CALLED = (
    "useRelaxedHTTPSValidation", "ignoreCertCheck", "useSslProtocol", "opentls", "tlsWithoutValidation", "withTlsWithoutValidation", "disableTrustManager",
    "withTrustingAllCertificatesWithoutValidation", "withUnsafeTrustMaterial", "withUnsafeHostnameVerifier",
    "trustAllHosts", "trustAllCerts", "getFixedSocketFactory",
)  # fmt: skip
"""Methods that switch it off by being called."""
CONSTANTS = {
    "SslVerifyMode": ("NONE", "INSECURE"),
    "SslVerificationMode": ("NONE",),
    "TrustStrategy": ("trustAllCertificates", "TRUST_ALL_CERTIFICATES"),
    "SSLCertificateSocketFactory": ("getInsecure",),
    "HostnameVerificationPolicy": ("ANY",),
    "TrustManagerUtils": ("getAcceptAllTrustManager",),
    "TlsCertPolicy": ("TLS_CERT_POLICY_INSECURE_NO_CHECK",),
    "TrustCredentials": ("Insecure",),
}
"""Members of a type that stand for no verification."""


def not_its_own(hit: Hit, setting: Setting) -> bool:
    """Whether the setter is another's: a library that hands its value on within the class decides nothing there."""
    return not hit.source.functions(hit.name) and no_own_verifier(hit, setting)


def no_own_verifier(hit: Hit, _setting: Setting) -> bool:
    """Whether nothing compares the name instead: Paho's own check off, and a verifier set beside it."""
    if "HttpsHostnameVerificationEnabled" not in hit.name:
        return True
    function = hit.source.function_around(hit.node)
    return function is None or re.search(r"[hH]ostnameVerifier\s*(?:=|\()", hit.source.text(function)) is None


def switch(hit: Hit) -> Iterator[Find]:
    """Switches that are no setter given a constant: methods, constants, and setters where they are declared."""
    if hit.word in CALLED:
        yield from _called(hit)
    elif hit.word in CONSTANTS:
        yield from _constant(hit)
    else:
        yield from _declared(hit)


def _called(hit: Hit) -> Iterator[Find]:
    """``ignoreCertCheck()``; RabbitMQ's ``useSslProtocol()``, with a protocol's name at most, trusts every certificate."""
    if hit.word == hit.name and hit.word in ("tlsWithoutValidation", "withTlsWithoutValidation"):
        yield Find(PinKind.VERIFICATION_OFF, hit.node)
        return
    call = hit.call()
    if call is None or call.name != hit.word or hit.name != hit.word or hit.source.functions(hit.word):
        return
    if call.name == "useSslProtocol" and any(hit.value(a.node).kind is not Kind.TEXT for a in call.arguments):
        return
    if call.name != "useSslProtocol" and call.arguments:
        return
    if call.name.startswith("trustAll") and call.receiver is None:
        return
    yield Find(PinKind.VERIFICATION_OFF, call.node, purpose=_OF_CALLED.get(call.name, Purpose.HTTPS))


_OF_CALLED = {"useSslProtocol": Purpose.QUEUE, "opentls": Purpose.QUEUE}


def _constant(hit: Hit) -> Iterator[Find]:
    """``SslVerifyMode.NONE`` and kin, outside imports and comparisons."""
    parent = hit.node.parent
    if parent is None or hit.name != hit.word or any("import" in a.type for a in hit.source.ancestors(hit.node)):
        return
    found = re.match(
        rf"{hit.word}\s*\.\s*(\w+)", hit.source.data[hit.offset : hit.offset + 200].decode("utf-8", "replace")
    )
    if found is None or found[1] not in CONSTANTS[hit.word]:
        return
    grammar = hit.source.grammar
    for around in itertools.islice(hit.source.ancestors(hit.node), 4):
        if around.type in grammar.binary or "case" in around.type or "switch" in around.type:
            return
        if around.type in grammar.conditional:
            yield Find(PinKind.CONFIGURABLE, hit.node)
            return
        if around.type in grammar.arguments:
            break
    yield Find(PinKind.VERIFICATION_OFF, hit.node)


def _declared(hit: Hit) -> Iterator[Find]:
    """A client library's own ``setVerifySsl(boolean)``: its caller decides."""
    source, function = hit.source, hit.node.parent
    if function is None or function.type not in source.grammar.functions or source.name_of(function) != hit.word:
        return
    body = function.child_by_field_name("body")
    parameters = source.parameters(function)
    if len(parameters) != 1 or body is None or hit.word in (*NAMED_ON, *NAMED_OFF):
        return
    if not re.search(r"\([^()]*\b[bB]ool", source.text(function).partition("{")[0]):
        return
    if re.search(rf"[=(]\s*{re.escape(parameters[0][0])}\b", code_of(source, body)):
        yield Find(PinKind.CONFIGURABLE, function)


# --- keys of properties -----------------------------------------------------------------------------------------------------

KEYS_ON = (
    "jdk.internal.httpclient.disableHostnameVerification",
    "com.sun.jndi.ldap.object.disableEndpointIdentification",
    "com.amazonaws.sdk.disableCertChecking",
)
CONSTANTS_ON = ("TRUST_ALL_CERTIFICATES", "DISABLE_CERT_CHECKING_SYSTEM_PROPERTY")
KEYS_OFF = ("mail.smtp.ssl.checkserveridentity", "mail.smtps.ssl.checkserveridentity")
EMPTY_IS_OFF = ("ssl.endpoint.identification.algorithm", "SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG")
MAIL_TRUST = (
    "mail.smtp.ssl.trust",
    "mail.smtps.ssl.trust",
    "mail.imap.ssl.trust",
    "mail.imaps.ssl.trust",
    "mail.pop3s.ssl.trust",
)
_IS_READ = re.compile(r"(?:get|clear|remove|contains|equals|has|find|str|log|print)")


def property_off(hit: Hit) -> Iterator[Find]:
    """A property by its key, put into ``Properties``, a map or the system's: the key decides which value is off."""
    if hit.name != hit.word:
        return
    setting = hit.setting()
    if setting is None or setting.value is None or setting.form not in ("option", "pair", "assignment"):
        return
    call = hit.source.call(setting.node)
    if call is not None and _IS_READ.match(call.name):
        return
    value = hit.value(setting.value)
    written = value.text.strip() if value.kind in (Kind.TEXT, Kind.NAME, Kind.UNKNOWN) else value.kind.value
    if hit.name in MAIL_TRUST:
        off, purpose = bool(written), Purpose.MAIL
    elif hit.name in EMPTY_IS_OFF:
        off, purpose = value.kind is Kind.TEXT and not written, Purpose.QUEUE
    elif hit.name in KEYS_OFF:
        off, purpose = written.lower() == "false", Purpose.MAIL
    else:
        off, purpose = written.lower() == "true" or written.endswith("TRUE"), Purpose.HTTPS
    if off:
        kind = (
            PinKind.CONFIGURABLE
            if value.kind in (Kind.PARAMETER, Kind.SETTING, Kind.ENVIRONMENT)
            else PinKind.VERIFICATION_OFF
        )
        yield Find(kind, setting.node, purpose=purpose)


STORE_KEYS = {
    "com.ibm.ssl.trustStore": Purpose.QUEUE,
    "zookeeper.ssl.trustStore.location": Purpose.QUEUE,
    "ssl.client.truststore.location": Purpose.HTTPS,
}
"""Keys of a store, beside the JVM's own and Kafka's."""


def property_store(hit: Hit) -> Iterator[Find]:
    """A store by a library's key, put into ``Properties`` or the system's."""
    if hit.name not in STORE_KEYS:
        return
    setting = hit.setting()
    if setting is None or setting.value is None or setting.form not in ("option", "pair", "assignment"):
        return
    call = hit.source.call(setting.node)
    if call is None or not _IS_READ.match(call.name):
        yield Find(PinKind.TRUST, setting.node, hit.value(setting.value), purpose=STORE_KEYS[hit.name])


def key_by_constant(hit: Hit, key: str) -> "Iterator[tuple[Node, Node]]":
    """Calls ``setProperty(NAME, value)`` in the file of ``String NAME = "<key>"``, where the hit is that definition's text."""
    source = hit.source
    if hit.name != key:
        return
    names = {
        name
        for name, ds in source.definitions.items()
        for d in ds
        if d.value.start_byte <= hit.offset < d.value.end_byte
    }
    for call in source.calls("setProperty", "put", "systemProperty") if names else ():
        if len(call.arguments) == 2 and source.text(call.arguments[0].node).rpartition(".")[2] in names:
            yield call.node, call.arguments[1].node
