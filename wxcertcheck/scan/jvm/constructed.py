"""What is made or called with a constant that decides: trust-all constructors, factory methods that take a file, URLs.

Sources: Jetty's ``SslContextFactory``, android-async-http, RabbitMQ's Java client, Apache Directory LDAP API, UnboundID LDAP SDK,
vault-java-driver, zio-http's ``ClientSSLConfig``, Finagle's ``TrustCredentials``, pgJDBC's ``NonValidatingFactory``.
"""

import re
from collections.abc import Iterator

from wxcertcheck.model import PinKind, Purpose
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.jvm.managers import accepting_name
from wxcertcheck.scan.jvm.stores import is_server
from wxcertcheck.scan.language import Find
from wxcertcheck.scan.matchers import decided_around
from wxcertcheck.scan.values import Kind

MANAGERS = ("TrustEverythingTrustManager", "NoVerificationTrustManager", "TrustAllTrustManager")
"""Managers of libraries that accept everything."""
FACTORIES = ("SslContextFactory", "AsyncHttpClient(")
FILES = ("FromCertFile", "FromCertResource", "CertCollection")
_HOLDERS = re.compile(r"(?:^|\.)(?:ClientSSLConfig|TrustCredentials)$")
NAMED_STORES = ("rustStorePath =", "rustStore =", "rustStoreFile =", "rustStoreLocation =", "rustManagerSource =")
_NAMED_STORE = re.compile(r"(?:\w*[tT]rustStore(?:Path|File|Location)?|trustManagerSource)")


def made(hit: Hit) -> Iterator[Find]:
    """``new TrustAllTrustManager()`` of a library, ``new SslContextFactory(true)``, ``new AsyncHttpClient(true, 80, 443)``."""
    call, source = hit.call(), hit.source
    if call is None or any("import" in a.type for a in source.ancestors(hit.node)):
        return
    name = hit.word.rstrip("(")
    if name in MANAGERS:
        if call.name == name and not source.classes(name):
            decided = decided_around(source, hit.node)
            yield Find(PinKind.CONFIGURABLE if decided else PinKind.VERIFICATION_OFF, call.node)
        return
    first = call.nth(0)
    if first is None or name not in call.dotted.split(".") or hit.value(first).kind is not Kind.TRUE:
        return
    jetty = name == "SslContextFactory" and call.name in ("SslContextFactory", "Client") and len(call.arguments) == 1
    if jetty or (name == "AsyncHttpClient" == call.name and len(call.arguments) == 3):
        function = source.function_around(call.node) or source.tree.root_node
        if call.name == "Client" or not is_server(source, function):
            yield Find(PinKind.VERIFICATION_OFF, call.node)


def verify_false(hit: Hit) -> Iterator[Find]:
    """``new SslConfig().verify(false)``: by what it is called on."""
    call = hit.source.call(hit.node.parent) if hit.node.parent is not None else None
    call = call or hit.call()
    if call is None or call.name != "verify" or len(call.arguments) != 1 or call.receiver is None:
        return
    if re.search(r"(?i)ssl|tls", hit.source.text(call.receiver)):
        decided = decided_around(hit.source, call.node)
        value = hit.value(call.arguments[0].node)
        yield Find(PinKind.CONFIGURABLE if decided else PinKind.VERIFICATION_OFF, call.node, value)


def file_of(hit: Hit) -> Iterator[Find]:
    """``ClientSSLConfig.FromCertFile("ca.pem")``, ``TrustCredentials.CertCollection(file)``."""
    call = hit.call()
    if call is None or call.name != hit.word or call.receiver is None or not call.arguments:
        return
    node = call.arguments[0].node
    if node.type == "assignment_expression":  # Scala's named argument
        node = node.named_children[-1]
    around = hit.source.class_around(hit.node)
    served = around is not None and "Server" in hit.source.name_of(around)
    if _HOLDERS.search(hit.source.text(call.receiver)) and not served:
        yield Find(PinKind.TRUST, call.node, hit.value(node))


def named_store(hit: Hit) -> Iterator[Find]:
    """A named argument: ``FromTrustStoreFile(trustStorePath = "wx.jks")``; not where a server is made."""
    setting, call, source = hit.setting(), hit.call_around(), hit.source
    if setting is None or setting.value is None or call is None or not _NAMED_STORE.fullmatch(setting.name):
        return
    if setting.form == "assignment" and source.around(setting.node, source.grammar.arguments) is None:
        return
    outer = source.function_around(call.node) or source.tree.root_node
    if "erver" in call.callee or is_server(source, outer):
        return
    inner = source.call(setting.value)
    wrapped = inner is not None and inner.name in ("Some", "Option", "Resource", "File") and inner.arguments
    value = hit.value(inner.arguments[0].node if inner is not None and wrapped else setting.value)
    if value.kind in (Kind.TEXT, Kind.JOIN, Kind.SETTING, Kind.ENVIRONMENT):
        yield Find(PinKind.TRUST, setting.node, value)


def named_manager(hit: Hit) -> Iterator[Find]:
    """Ktor: ``https { trustManager = TrustAllManager() }``, by the manager's name."""
    setting = hit.setting()
    if setting is None or setting.value is None or setting.form != "assignment" or setting.name != "trustManager":
        return
    written = hit.source.text(setting.value)
    if len(written) < 100 and accepting_name(written) and "(" in written + "(":
        yield Find(PinKind.VERIFICATION_OFF, setting.node)


def not_validating(hit: Hit) -> Iterator[Find]:
    """pgJDBC's ``org.postgresql.ssl.NonValidatingFactory``, as text of a URL or a property."""
    source = hit.source
    literal = next((a for a in (hit.node, *source.ancestors(hit.node)) if a.type in source.grammar.strings), None)
    if literal is not None and "postgresql.ssl.NonValidatingFactory" in source.text(literal):
        yield Find(PinKind.VERIFICATION_OFF, literal, purpose=Purpose.DATABASE)
