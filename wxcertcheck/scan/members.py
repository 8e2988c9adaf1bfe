"""CA files and switches that are handed on under a telling name (`telling`), whatever the library: a setter or builder call, a
member that is assigned, a named argument; and the method of a client or builder that takes them.

Nothing is said of what is merely declared or copied from an object of the same kind, nor of a server's side (``guard``).
"""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan.classify import decided_elsewhere
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find, Matcher
from wxcertcheck.scan.matchers import decided_around
from wxcertcheck.scan.names import dotted, last_name
from wxcertcheck.scan.pinned import means_pin
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.telling import means_ca, parts, switched_off_by
from wxcertcheck.scan.values import Kind, Value

if TYPE_CHECKING:
    from tree_sitter import Node

Guard = Callable[[Hit, "Node"], bool]
"""Whether a place is none: a server's side, a test's expectation."""

CA_WORDS = (
    *(f"{ca}{kind}" for ca in ("ca", "Ca", "CA") for kind in ("Cert", "File", "Path", "Pem", "Bundle", "Location")),
    *("rootCert", "RootCert", "rootCA", "RootCA", "RootCaC", "rootCaC", "RootCaF", "rootCaF", "RootCaP", "rootCaP"),
    *("rustCert", "rustedCert", "rustedRoot", "rustedCa", "rustedServerC", "rustServerC", "rustStore", "ruststore", "ertificateAuthorit"),
    *("SslCa", "SslCA", "SSLCa", "SSLCA", "sslCa", "sslCA", "TlsCa", "TlsCA", "TLSCA", "tlsCa", "tlsCA"),
)  # fmt: skip
PIN_WORDS = (
    "yPinning(",
    "ePinning(",
    "lPinning(",
    "sPinning(",
    "PinnedCert",
    "PinnedKey",
    "PinnedPublic",
    "ePins(",
    "yPins(",
    "KeyPin(",
    "catePin(",
    "CertPin(",
)
"""What builders' methods for pins are called: ``enablePublicKeyPinning(``, ``withPinnedCertificates(``."""
SWITCH_WORDS = (
    *(f"{verb}{what}" for verb in ("erify", "alidate") for what in ("Ssl", "SSL", "Tls", "TLS", "Cert", "Server", "Peer", "Host", "Https", "ingSsl", "ingSSL")),
    *(f"{what}{check}" for what in ("sl", "SL", "ls", "LS", "Cert", "cert", "ertificate", "ertificates", "Peer", "ostname", "ostName", "Https", "HTTPS") for check in ("Verif", "Valid", "Check")),
    *(f"{verb}{what}" for verb in ("gnore", "kip", "isable") for what in ("Ssl", "SSL", "Tls", "TLS", "Cert", "Https", "HTTPS", "Hostname", "HostName", "Verif", "Invalid")),
    *(f"rust{what}" for what in ("All", "Any", "Self", "Every", "ServerCert")),
    *(f"ccept{what}" for what in ("All", "Any", "Invalid", "Self", "Untrusted", "Unsafe", "Insecure")),
    *(f"llow{what}" for what in ("Self", "Invalid", "Untrusted", "Unsafe", "Unauth", "AllHostName", "AnyCert", "AllCert", "InsecureT", "InsecureS")),
    *("ndpointIdent", "ndpointVerif", "ndpointAuth", "nvalidHost", "nsecureSsl", "nsecureSSL", "nsecureTls", "nsecureTLS", "nsecureSkip", "slInsecure", "lsInsecure", "SLInsecure", "LSInsecure", "trictSsl", "trictSSL", "trictTls"),
)  # fmt: skip
_CREATIONS = frozenset({"object_creation_expression"})
_VERBS = re.compile(
    r"(?i:get|load|read|parse|make|build|open|find|to|import|save|write|check|copy|init|fetch|print|log|ensure|resolve|convert|encode|decode"
    r"|test|show|render|on|handle|supports?|require|assert|needs?|store|equals|_)(?:[A-Z_]\w*)?$"
)
"""Beginnings of the names of functions that do something with a CA rather than take it."""
_FILE = re.compile(
    r"(?i)^classpath|BEGIN (?:TRUSTED )?CERT|\.(?:pem|crt|cer|cert|der|jks|jceks|p12|p7b|pfx|bks|bcfks|keystore|truststore|ks|ts|store|ca)$"
    r"|^/(?:etc|usr|opt|run|var|app|certs?|ssl|tls)/\S+$|(?:^|/)ca[\w.-]*bundle"
)
SETTINGS = re.compile(
    r"(?:this\.|self\.|await\.)?_?(?:\w*(?:[cC]onfig(?:uration)?|CONFIG|[sS]ettings?|SETTINGS|[oO]pt(?:ion)?s?|[pP]rop(?:ertie)?s?|[pP]arams?|[pP]arameters|[aA]rg(?:ument)?s?"
    r"|[cC]onf|[cC]fg|[fF]lags?|[eE]nv(?:ironment)?|[cC]li|[cC]ommand|[cC]redentials?|tls|Tls|ssl|Ssl)(?:Service|Store|Manager|Provider|Map)?|argv)\d*(?:\(\))?[!?]?(?:\.|\[).*"
)
"""What reads a setting: ``config.getTrustStore()``, ``options.CaFile``, ``args["ca"]``."""
_COPIES = re.compile(
    r"(?i)^(?:_?copy|_?clone|_?merge|duplicate|toBuilder|equals|hashCode|toString|mutate|compareTo|describe|withDefaults|(?:from|to)(?:Json|JSON|Map|String|Proto|Yaml)\b)|[cC]opy(?:From|Of|To|With)?$"
)
_MODEL = re.compile(
    r"(?:Response|Request|Model|Result|Dto|DTO|Fluent|Resource|Entity|Event|VO|Vo|Form|Bean|Record|Message|Spec|Status|Info|Details?|Schema|Input|Output|Payload|Item|Row|Test|Tests|Mock)(?:Builder)?$"
)
"""Classes whose builders fill messages of an API."""


def _of_web(_hit: Hit) -> Purpose:
    return Purpose.HTTPS


def handed_ca(guard: Guard, purpose: Callable[[Hit], Purpose] = _of_web) -> Matcher:
    """A CA file or store that is given to something under a telling name."""

    def match(hit: Hit) -> Iterator[Find]:
        if not means_ca(hit.name) or _VERBS.match(hit.name) or "." in hit.name:
            return
        if _is_read(hit, means_ca) and not guard(hit, hit.node):
            yield Find(PinKind.CONFIGURABLE, hit.node, purpose=purpose(hit))
        yield from _passed(hit, guard, purpose)
        setting = _given(hit)
        if setting is None or setting.value is None or guard(hit, setting.node):
            return
        value = _ca_value(hit, setting)
        if value is not None:
            mode = PinMode.ADDS if "add" in parts(hit.name)[:1] else PinMode.REPLACES
            yield Find(PinKind.TRUST, setting.node, value, mode, purpose(hit))

    return match


def handed_switch(guard: Guard, purpose: Callable[[Hit], Purpose] = _of_web) -> Matcher:
    """A switch of the verification that is set under a telling name."""

    def match(hit: Hit) -> Iterator[Find]:
        off = switched_off_by(hit.name)
        if not off or re.match(
            r"(?i:get|on|log|print|test|to|assert|configure|perform|do|apply|create|make|build|load)[A-Z_]",
            hit.name,
        ):
            return
        if _is_read(hit, switched_off_by) and not guard(hit, hit.node):
            yield Find(PinKind.CONFIGURABLE, hit.node, purpose=purpose(hit))
        if off == "true":
            yield from _called(hit, guard)
        setting = _given(hit) or _decided(hit, off)
        if setting is None or setting.value is None or guard(hit, setting.node):
            return
        call = hit.source.call(setting.node) if setting.form == "setter" else None
        if call is not None and (len(call.arguments) != 1 or re.match(r"(?i:check|verify|validate)[A-Z_]", call.name)):
            return  # ``verifyCertificate(certificate)`` does it
        value = hit.value(setting.value)
        if any(leaf.kind in (Kind.NAME, Kind.UNKNOWN, Kind.PARAMETER, Kind.TEXT) for leaf in value.leaves()):
            if not _hands_on_switch(hit, setting, value):
                return
            value = Value(Kind.SETTING, value.text[:80])
        decided = decided_around(hit.source, setting.node) and value.kind.value == off
        kind = PinKind.CONFIGURABLE if decided else PinKind.VERIFICATION_OFF
        yield Find(kind, setting.node, value, purpose=purpose(hit), off=frozenset({off}))

    return match


def _decided(hit: Hit, off: str) -> Setting | None:
    """``if (variable == "0") DisableCertificateValidation = true``: an object's own switch, as a setting says."""
    setting = hit.setting()
    if (
        setting is None
        or setting.value is None
        or setting.form != "assignment"
        or "." in dotted(setting.target).removeprefix("this.")
    ):
        return None
    if not re.match(r"(?:this\.)?[_A-Z]|this\.", setting.target):
        return None  # a variable
    off_now = hit.value(setting.value).kind.value == off and "declar" not in setting.node.type
    return setting if off_now and decided_around(hit.source, setting.node) else None


_MAKES_TLS = re.compile(
    r"(?:create|build|make|init|load|new|get|set[uU]p|configure|with|use|from|of|for)?\w*(?:[sS]sl|SSL|[tT]ls|TLS|[tT]rust|[cC]ert(?:ificate)?s?(?!\w*Factory|Util)|CaCert)\w*",
)
_NO_MAKER = re.compile(
    r"^X509|Credentials$|^Load|(?i:^(?:log|print|is|has|check|exists|assert|require|valid|verif|equals|add|put|write|save|delete|remove|format|append|parse))"
)


def _passed(hit: Hit, guard: Guard, purpose: Callable[[Hit], Purpose]) -> Iterator[Find]:
    """A function or class of elsewhere that sets TLS up by its name, called with a setting: ``new TlsTrust(bundle.CaCert)``."""
    source = hit.source
    if source.mentions(_TLS_SET_UP) or source.mentions(_ISSUES):
        return  # said there
    around = hit.argument()
    inner = hit.call()
    call = around[0] if around is not None else None
    if inner is not None and not inner.arguments:  # a getter
        call = next((c for c in map(source.call, source.ancestors(inner.node)) if c is not None), None)
        if call is None or not any(a.node.id == inner.node.id for a in call.arguments):
            return
    if call is None or not _MAKES_TLS.fullmatch(call.name) or _NO_MAKER.match(call.name) or means_ca(call.name):
        return
    given = next((a.node for a in call.arguments if a.node.start_byte <= hit.offset < a.node.end_byte), None)
    written = source.text(given) if given is not None else ""
    own = source.functions(call.name) or source.classes(call.name) or _SIGNED_BY.search(source.text(call.node)[:400])
    if (
        not own
        and len(written) < 100
        and re.fullmatch(r"[\w.?!]+\.\w+(?:\(\))?", written)
        and not guard(hit, call.node)
    ):
        value = hit.value(given)
        known = _is_file(value) or SETTINGS.match(written)
        if known or value.kind is Kind.NAME:
            yield Find(PinKind.CONFIGURABLE, call.node, purpose=purpose(hit))


_QUOTED = re.compile(r"""["']([\w.:/\-]{4,80})["']""")
_READS = re.compile(r"(?i)(?:get|read|prop(?:s|erty|erties)?|parse|config|conf|env|settings?|lookup)\w*[(\[.]")
_TLS_SET_UP = re.compile(
    rb"SSLContext|SslContext|TrustManager|HttpClientHandler|SocketsHttpHandler|SslStream|SecurityContext|tls\.connect|https\.Agent"
)


def _is_read(hit: Hit, tells: Callable[[str], object]) -> bool:
    """Whether an object of settings gets this one by its key: ``this.caCert = properties.getValue("caCert")``.

    Where the same file sets TLS up, the place is said there.
    """
    setting, source = hit.setting(), hit.source
    if setting is None or setting.value is None or setting.form != "assignment" or setting.name != hit.name:
        return False
    written = source.text(setting.value)[:400]
    local = source.function_around(setting.node) is not None and not setting.target.startswith(("this.", "self."))
    if local and tells is means_ca:
        return False  # said where it goes
    if ("(" not in written and "[" not in written) or source.mentions(_TLS_SET_UP):
        return False
    around = source.class_around(setting.node)
    if not _READS.search(written) or (around is not None and _MODEL.search(source.name_of(around))):
        return False
    return any(tells(found[1].replace("/", ".")) for found in _QUOTED.finditer(written) if not _FILE.search(found[1]))


def _called(hit: Hit, guard: Guard) -> Iterator[Find]:
    """``builder.trustAllCerts()``: by being called, on something of elsewhere; one that is asked (``if (o.trustAll())``) is not."""
    call, source = hit.call(), hit.source
    if call is None or call.name != hit.name or call.arguments or call.receiver is None:
        return
    if re.match(r"(?:is|has|should|can)[A-Z_]|no", hit.name) or guard(hit, call.node):
        return
    around = call.node.parent
    chained = around is not None and around.type in source.grammar.members
    if around is None or not (
        chained or around.type == "expression_statement" or "block" in around.type or "body" in around.type
    ):
        return
    decided = decided_around(source, call.node)
    yield Find(PinKind.CONFIGURABLE if decided else PinKind.VERIFICATION_OFF, call.node)


def taken(guard: Guard) -> Matcher:
    """A client's or builder's method that takes a CA file or a switch from its caller and keeps it: ``caFile(String path)``."""

    def match(hit: Hit) -> Iterator[Find]:
        source = hit.source
        function = hit.node.parent
        if function is None or function.type not in source.grammar.functions or source.name_of(function) != hit.name:
            function = source.function_around(hit.node)
            if function is None or not _takes_certificates(source, function, hit):
                return
        if not guard(hit, function) and (_takes(source, function) or _switches_itself(source, function)):
            yield Find(PinKind.CONFIGURABLE, hit.node)

    return match


_TAKES_CERTIFICATES = re.compile(r"(?:use|with|set|add|trust|Use|With|Set|Add|Trust)\w*Cert(?:ificate)?s?")


def _takes_certificates(source: Source, function: "Node", hit: Hit) -> bool:
    """Whether the hit is a parameter that tells what a builder's method takes: ``useCustomCertificates(String[] customCaCerts)``."""
    parameters = [name for name, _ in source.parameters(function)]
    head = source.data[function.start_byte : hit.offset]
    named = _TAKES_CERTIFICATES.fullmatch(source.name_of(function))
    return parameters == [hit.name] and named is not None and means_ca(hit.name) and b"{" not in head


def _told(source: Source, function: "Node") -> bool:
    """Whether a function says by its name, or its one parameter's, that it takes CAs or pins."""
    name, parameters = source.name_of(function), source.parameters(function)
    if means_ca(re.sub(r"^[uU]se(?=[A-Z])", "", name)) or means_pin(name) == "sure":
        return not _VERBS.match(name)
    return len(parameters) == 1 and _TAKES_CERTIFICATES.fullmatch(name) is not None and means_ca(parameters[0][0])


def _switches_itself(source: Source, function: "Node") -> bool:
    """``DisableCertificateValidation() { _verify = false; return this; }`` of a builder: whoever calls it decides."""
    around, name = source.class_around(function), source.name_of(function)
    if (
        around is None
        or source.parameters(function)
        or switched_off_by(name) != "true"
        or re.match(r"(?i:is|has|should|get)[A-Z_]", name)
    ):
        return False
    written = source.text(function)
    return (
        re.search(r"=\s*(?:true|false)\s*;", written) is not None
        and re.search(r"return\s+(?:this|\w*[bB]uilder)\b", written) is not None
    )


def _takes(source: Source, function: "Node") -> bool:
    name, written = source.name_of(function), source.text(function)
    told = _told(source, function)
    if not told and switched_off_by(name):
        head = written.partition("{")[0]
        told = re.search(r"\(.*\bbool|\(\w*\)?$", head, re.IGNORECASE | re.DOTALL) is not None
    if name == "insecure":
        told = re.search(rb"(?i)trust_?store|verif(?:y|ication)|certificate", source.data) is not None
    parameters = source.parameters(function) if told else []
    around = source.class_around(function)
    if not 1 <= len(parameters) <= 2 or around is None or _is_model(source, around):
        return False
    body = re.split(r"\{|=>|\)\s*(?::\s*[\w.<>?\[\]]+\s*)?=\s", written, maxsplit=1)[-1]
    kept = re.search(rf"(?:=|\(|\bto)\s*{re.escape(parameters[0][0])}\b", body) is not None
    if (
        re.search(rf"(?:return|=>|=)\s*(?:this\.)?{re.escape(name)}\s*\(", written)
        and len(source.functions(name)) > 1
        and means_ca(name)
    ):
        return False  # hands on to another method of the same name
    return kept and not source.mentions(_ISSUES) and _fluent(source, function, around, body)


_BEAN = re.compile(r"(?:Propert(?:y|ies)|Params?|Parameters|Args|Context|Data|State)$")


def _fluent(source: Source, function: "Node", around: "Node", body: str) -> bool:
    """Whether a method gives its object back, as builders do; or belongs to a client; or is the switch of no mere settings."""
    name = source.name_of(function)
    own = re.escape(source.name_of(around))
    head = source.text(function).partition("(")[0].rpartition(name)[0]
    if own and re.search(rf"\b{own}\b", head):
        return True
    if switched_off_by(name) and name.startswith("set") and not _BEAN.search(source.name_of(around)):
        return True
    if re.search(
        r"\breturn\s+(?:this|self|that|\(?\w*[bB]uilder\w*\)?|\(\w+\)\s*this|copy\(|me)\b|\bself\(\)|\bapply\s*[{(]|^\s*copy\(|\bthis\s*;?\s*\}?\s*$",
        body,
    ):
        return True
    named = source.name_of(around)
    return re.search(r"(?:Client|Transport|Http|HTTP)(?:Impl|Base)?$", named) is not None


_GENERATED = re.compile(
    rb"@Generated|@(?:javax|jakarta)\.annotation\.(?:processing\.)?Generated|GENERATED|(?i:do not (?:edit|modify)|OpenAPI Generator|autogenerated|auto-generated)"
)
_MODELS = re.compile(r"/(?:generated|gen|models?|domain|dtos?|entity|entities|proto|protobuf|pb|vo|pojo|beans?)/")


def _is_model(source: Source, around: "Node") -> bool:
    """Whether a class is a message of an API, or a row of a table, with a field that is called so."""
    classes = [around, *(a for a in source.ancestors(around) if a.type in source.grammar.classes)]
    if re.search(r"Client(?:Builder)?$", source.name_of(around)) or re.search(
        r"^Client\w*Config", source.name_of(around)
    ):
        return False
    written = _MODELS.search(source.path) or _GENERATED.search(source.data[:3000])
    return written is not None or any(_MODEL.search(source.name_of(one)) for one in classes)


def _given(hit: Hit) -> Setting | None:
    """The setting that the hit names; none where an object keeps what it is given, or a variable is named."""
    setting = hit.setting()
    if setting is None or setting.name != hit.name or setting.form not in ("pair", "assignment", "setter"):
        return None
    source = hit.source
    function = source.function_around(setting.node)
    if function is not None and _COPIES.search(source.name_of(function)):
        return None
    if setting.form == "setter":
        call = source.call(setting.node)
        alone = call is None or call.receiver is None or source.text(call.receiver) in ("this", "super", "self")
        return None if alone or call is None or not 1 <= len(call.arguments) <= 3 else setting
    if setting.form == "assignment":
        target = dotted(setting.target)
        initialised = source.around(
            setting.node, frozenset({"initializer_expression", "annotated_lambda", "value_arguments", "arguments"})
        )
        own = target.startswith(("this.", "self.")) and target.count(".") == 1
        if "cascade" in setting.node.type:
            return setting
        if own or (
            "." not in target
            and (initialised is None or "declar" in setting.node.type or "definition" in setting.node.type)
        ):
            return None
    made = hit.call_around()
    creation = source.around(setting.node, _CREATIONS)
    if creation is not None and (made is None or creation.start_byte > made.node.start_byte):
        made = source.call(creation)
    own = made is not None and (bool(source.classes(made.name)) or _MODEL.search(made.name) is not None)
    return None if own else setting


_ISSUES = re.compile(
    rb"CertificateRequest\(|CreateSelfSigned|X509v3CertificateBuilder|X509V3CertificateGenerator|pki\.createCertificate|JcaX509v3|X509CertificateBuilder"
)
"""Software that makes certificates has a CA of its own."""
_SIGNED_BY = re.compile(r"(?i)ali_?pay|union_?pay|\bacp")
"""Payment systems whose messages are signed: their root certificates are none of TLS."""


def _ca_value(hit: Hit, setting: Setting) -> Value | None:
    """What is handed on, if it is a file, or somebody else decides it."""
    if setting.value is None or hit.source.mentions(_ISSUES) or _SIGNED_BY.search(hit.source.text(setting.node)[:400]):
        return None
    value = hit.value(setting.value)
    leaves = list(value.leaves())
    if any(_is_file(leaf) for leaf in leaves):
        return value
    written = hit.source.text(setting.value)[:200]
    if any(leaf.kind is Kind.PARAMETER for leaf in leaves) and not _keeps(hit.source, setting):
        return value
    if _filled(hit.source, setting.value):
        return Value(Kind.SETTING, hit.source.text(setting.value)[:80])
    if _from_its_like(hit.source, setting, written):
        return None
    if any(leaf.kind in (Kind.NAME, Kind.UNKNOWN, Kind.SETTING) for leaf in leaves) and SETTINGS.match(written):
        return Value(Kind.SETTING, written[:80])
    if hit.source.call(setting.value) is not None and any(
        means_ca(one) for one in re.findall(r"[A-Za-z_]\w*", written)
    ):
        return Value(Kind.SETTING, written[:80])  # ``parse(toml, "account.caCert")``, ``load(caCertPath)``
    return None


def _filled(source: Source, node: "Node") -> bool:
    """Whether a collection of .NET is handed on that was filled before: ``cas.ImportFromPem(options.Ca)``."""
    return b"X509Certificate2Collection" in source.data and bool(
        source.calls("Add", "Import", "ImportFromPem", "ImportFromPemFile", receiver=source.text(node))
    )


_SETTINGS_OBJECT = re.compile(r"(?i)(?:config(?:uration)?|propert(?:y|ies)|settings?|props|dto|model|entity|material)$")


def _from_its_like(source: Source, setting: Setting, written: str) -> bool:
    """Whether settings are copied to settings: ``certConfig.setCaCert(materialConfig.getCaCert())``."""
    call = source.call(setting.node)
    to = (
        source.text(call.receiver)
        if call is not None and call.receiver is not None
        else setting.target.rpartition(".")[0]
    )
    own = written.removesuffix("()").rpartition(".")
    same = [word for word in parts(own[2]) if word != "get"] == [word for word in parts(setting.name) if word != "set"]
    return same and all(_SETTINGS_OBJECT.search(one.removesuffix("()")) is not None for one in (to, own[0]))


def _keeps(source: Source, setting: Setting) -> bool:
    """Whether the function around is told itself: a builder's ``caFile(path)`` that keeps the path in another object."""
    function = source.function_around(setting.node)
    return function is not None and _takes(source, function)


def _is_file(value: Value) -> bool:
    if value.kind is Kind.TEXT:
        return _FILE.search(value.text.strip()) is not None
    if value.kind is Kind.JOIN:
        last = value.parts[-1] if value.parts else value
        return decided_elsewhere(value) or (last.kind is Kind.TEXT and _FILE.search(last.text.strip()) is not None)
    return value.kind is Kind.ENVIRONMENT or (value.kind is Kind.SETTING and bool(value.text))


def _negated(node: "Node") -> "Node":
    """What ``!`` stands before, or the node itself."""
    return (
        node.named_children[0]
        if node.type in ("unary_expression", "prefix_unary_expression") and node.named_children
        else node
    )


def _hands_on_switch(hit: Hit, setting: Setting, value: Value) -> bool:
    """Whether a switch gets a setting, or a parameter that is a switch by its name: no text, no certificate to be checked."""
    if setting.value is None:
        return False
    written = value.text if value.kind is Kind.NAME else hit.source.text(setting.value)[:200]
    named = switched_off_by(last_name(written.removesuffix("()"))) != ""
    if value.kind is Kind.PARAMETER:
        return named
    if setting.form == "setter" and not named and hit.source.call(_negated(setting.value)) is not None:
        return value.kind in (Kind.UNKNOWN, Kind.NAME)  # ``options.setVerifySsl(!isOnion(host))``: what a function says
    return named and SETTINGS.match(written.lstrip("!")) is not None
