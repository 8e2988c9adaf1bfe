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
from wxcertcheck.scan.jvm.verifiers import always_true
from wxcertcheck.scan.language import Find
from wxcertcheck.scan.matchers import decided_around
from wxcertcheck.scan.members import CA_WORDS, PIN_WORDS, handed_ca, handed_switch, taken
from wxcertcheck.scan.telling import means_ca
from wxcertcheck.scan.values import Kind, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

# --- stores -----------------------------------------------------------------------------------------------------------------

STORE_WORDS = (
    *CA_WORDS,
    *PIN_WORDS,
    "trustCustomCertificateSignedBy(",
    "withTrustMaterial(",
    "createSslContextFromCa(",
)
_STORES = ("trustCustomCertificateSignedBy", "withTrustMaterial")
"""Names of their own: Neo4j, sslcontext-kickstart."""


def store_setter(hit: Hit) -> Iterator[Find]:
    """``setTrustStorePath("wx.jks")``, ``truststore(new File("wx.jks"))``: a client's own store, by the name of its setter."""
    call = hit.call()
    if call is not None and call.name == "createSslContextFromCa" == hit.name:  # Testcontainers for Elasticsearch
        yield Find(PinKind.TRUST, call.node, unknown(call.callee))
    if call is None or not call.arguments or hit.name != call.name or not (means_ca(call.name) or call.name in _STORES):
        yield from _handed(hit)
        yield from _taken(hit)
        return
    node = call.arguments[0].node
    made = call.receiver is not None and _MADE_STORE.match(hit.source.text(node))
    if call.receiver is None or not (is_store(hit.source, node) or made):
        if call.name in _STORES:
            value = hit.value(node)
            if value.kind in (Kind.TEXT, Kind.JOIN, Kind.SETTING, Kind.ENVIRONMENT, Kind.PARAMETER):
                yield Find(PinKind.TRUST, call.node, value, _mode(hit, call.node, call.name))
            return
        yield from _handed(hit)
    elif not serves(hit, call.node):
        value = store_content(hit.source, node, call.node.start_byte)[0]
        yield Find(PinKind.TRUST, call.node, value, _mode(hit, call.node, call.name))


def _mode(hit: Hit, node: "Node", name: str) -> PinMode:
    function = hit.source.function_around(node) or hit.source.tree.root_node
    adds = "withDefaultTrustMaterial" in hit.source.text(function) and name == "withTrustMaterial"
    return PinMode.ADDS if adds else PinMode.REPLACES


def serves(hit: Hit, node: "Node") -> bool:
    """Whether a place is at a server's side, or in an import."""
    function = hit.source.function_around(node) or hit.source.tree.root_node
    call = hit.source.call(node)
    receiver = hit.source.text(call.receiver)[-300:] if call is not None and call.receiver is not None else ""
    imported = any("import" in a.type for a in hit.source.ancestors(hit.node))
    return (
        imported
        or is_server(hit.source, function)
        or re.search(r"erver(?!less|Name|name|Ca|Url|Cert|Tls|Ssl)|istener|roker", receiver) is not None
    )


_handed, _taken = handed_ca(serves), taken(serves)
_MADE_STORE = re.compile(r"(?:this\.)?(?:get|load|create|make|read|build|open)\w*(?:Key|Trust)Store\w*\(")


def socket_factory(hit: Hit) -> Iterator[Find]:
    """Apache HttpClient 4.0 to 4.2: ``new SSLSocketFactory(trustStore)`` and ``(keyStore, password, trustStore)``."""
    call = hit.call()
    source = hit.source
    if call is not None and call.name == "SSLConnectionSocketFactory" == hit.name:
        if any("->" in source.text(a.node) and always_true(code_of(source, a.node)) for a in call.arguments):
            decided = decided_around(source, call.node)
            yield Find(PinKind.CONFIGURABLE if decided else PinKind.VERIFICATION_OFF, call.node)
        return
    if call is None or call.name != "SSLSocketFactory":
        return
    nodes = [argument.node for argument in call.arguments]
    stores = [node for node in nodes if is_store(source, node)]
    trusted = [node for node in stores if "trust" in source.text(node).lower()]
    if stores and (len(nodes) == 1 or len(stores) == 2 or trusted):
        value, adds = store_content(source, (trusted or stores)[-1], call.node.start_byte)
        if not adds:
            yield Find(PinKind.TRUST, call.node, value)


# --- switches ---------------------------------------------------------------------------------------------------------------

TRUE = frozenset({"true"})
SWITCHED_ON = (
    "withTrustCerts", "setDisableCNCheck", "setUseInsecureTrustManager", "setDisableHttpsEndpointIdentificationAlgorithm",
)  # fmt: skip
"""Setters that switch verification off when given true, beside those whose names tell (`telling.switched_off_by`)."""
SWITCHED_OFF = ("withCheckRevocationAndVerify",)
"""Setters that switch it off when given false."""
CALLED = (
    "useSslProtocol", "opentls", "tlsWithoutValidation", "withTlsWithoutValidation", "disableTrustManager", "withUnsafeTrustMaterial",
    "trustAllHosts", "getFixedSocketFactory", "allowUnsafeSSL",
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
    return not hit.source.functions(hit.name)


def _is_no_switch(hit: Hit, node: "Node") -> bool:
    """A server's, the class's own, or Paho's own check of names off, with a verifier set beside it."""
    if hit.source.functions(hit.name) or serves(hit, node):
        return True
    function = hit.source.function_around(hit.node) if "HttpsHostnameVerificationEnabled" in hit.name else None
    return function is not None and re.search(r"[hH]ostnameVerifier\s*(?:=|\()", hit.source.text(function)) is not None


switched = handed_switch(_is_no_switch)


def switch(hit: Hit) -> Iterator[Find]:
    """Switches that are no setter given a constant: methods, constants, and setters where they are declared."""
    if hit.word in CALLED:
        yield from _called(hit)
    elif hit.word in CONSTANTS:
        yield from _constant(hit)


def _called(hit: Hit) -> Iterator[Find]:
    """``ignoreCertCheck()``; RabbitMQ's ``useSslProtocol()``, with a protocol's name at most, trusts every certificate."""
    if hit.word == hit.name and hit.word in ("tlsWithoutValidation", "withTlsWithoutValidation", "allowUnsafeSSL"):
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
