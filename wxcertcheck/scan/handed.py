"""Trusted CAs and switches that are handed on under a telling name, whatever the library: calls, fields, options, setters.

This is the general rule beside the patterns that know a library. It says nothing where one of those speaks, nor of data that
is merely declared or copied: ``to.caFile = from.caFile``.
"""

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind
from wxcertcheck.scan.classify import classify
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find, Matcher, Pattern
from wxcertcheck.scan.matchers import decided_around
from wxcertcheck.scan.phrases import (
    CA_FOLLOWED,
    CA_WORDS,
    SWITCH_FOLLOWED,
    SWITCH_WORDS,
    off_when,
    only_reads,
    tells_ca,
    words_of,
)
from wxcertcheck.scan.source import Call, Source
from wxcertcheck.scan.values import Kind, Value

if TYPE_CHECKING:
    from tree_sitter import Node

_ISSUES = re.compile(
    rb"CreateCertificate\(|X509_sign\(|X509_REQ_|rcgen|CertificateParams|x509write|X509ReqBuilder|CreateCertificateRequest"
)
"""Software that makes certificates has a CA of its own."""
_SERVES = re.compile(
    r"(?i)server(?!_?(?:cert|ca|trust|verif|name|auth|host))|listen|accept(?!_?(?:inv|all|any|self))|serve_|serving"
    r"|(?-i:[sS]rv(?![a-z]))"
)
_DIALS = re.compile(r"(?i)client|dial|connect")
_TLS = re.compile(r"(?i)tls|ssl|x509|https\b|secur|mqtts|wss\b|transport|certpool|http_?client")
_CALLEE = re.compile(
    r"(?i)tls|ssl|secur|http|client|connect|transport|session|socket|pool|trust|cert|dial|option|with|curl|mqtt|channel|url"
)
_PUTS = re.compile(
    r"(?i)(?:^|_)(?:set|add|put|with|insert|append|replace|update)(?:_?(?:opt\w*|param\w*|config\w*|property|value|key|str\w*|var|query|header))?$"
)
_CERTIFICATE = re.compile(
    r"(?i)\.(?:pem|crt|cer|der|cert|p7b|jks|p12|bundle)$|ca[-_]?(?:bundle|certs?|certificates)|-----BEGIN |/certs?\b"
)
_NONE = re.compile(r"(?:_|\b|[a-z])(?:NONE|None|none|NO_VERIFY|NoVerify|Insecure|INSECURE|Disabled?|Off)$")
_MEMBER = re.compile(r"(?:\.|->|::)\s*\w+$|\[\s*[\"'@:]")
"""A target that belongs to something: ``tls.ca``, ``tls->ca``, ``options["ca"]``; not ``char ca[]``."""
_SERVER_CODE = re.compile(
    r"ServerPolicy|_server_method|\bServerConfig|Ssl?Acceptor|TlsAcceptor|ListenAndServeTLS|tls\.Listen|NewListener|ServerTls|ClientCAs"
    r"|ClientAuth\b|(?i:require_?client|client_?cert(?:ificate)?_?(?:auth|verif|requir))"
)
_SERVER_FILE = re.compile(r"(?:srv|[a-z]Server|[a-z]Listener)s?\.\w+$")
_STARTS = re.compile(
    r"(?i)(?:^|_)(?:init|new|default|reset|clear|create|alloc|construct)|(?:Init|New|Default|Reset|Clear|Create|Alloc)(?=[A-Z_]|$)|default$"
)
"""Functions that fill a structure before anybody's settings are read."""
_DECIDED = (Kind.PARAMETER, Kind.SETTING, Kind.ENVIRONMENT)
Evaluate = Callable[[Hit, "Node"], Value]
Serves = Callable[[Hit], bool]


def evaluated(hit: Hit, node: "Node") -> Value:
    """What an expression is, as far as the file tells."""
    return hit.value(node)


# --- what is left to others -----------------------------------------------------------------------------------------------


def _spoken_for(hit: Hit, patterns: tuple[Pattern, ...], node: "Node") -> bool:
    """Whether a pattern that knows a library finds something within ``node``."""
    source, start, end = hit.source, node.start_byte, node.end_byte
    for pattern in patterns:
        for word in pattern.words:
            at = source.data.find(word.encode(), start, end)
            while at >= 0:
                offset = at + min(len(word) - len(word.lstrip("\"'`:.@$-<>{[(,;=\t\r\n ")), len(word) - 1)
                inner = source.tree.root_node.descendant_for_byte_range(offset, offset + 1)
                if inner is not None and any(
                    classify(f, f.value) for f in pattern.match(Hit(source, inner, word, offset))
                ):
                    return True
                at = source.data.find(word.encode(), at + 1, end)
    return False


def _is_server(source: Source, node: "Node") -> bool:
    """Whether the code around is a server's: its function's name says so, or what it is given to."""
    statement = source.text(source.statement_around(node))[:600]
    if _SERVES.search(statement.partition("\n")[0]) or _SERVER_CODE.search(statement):
        return not _DIALS.search(_SERVER_CODE.sub("", statement))
    if _SERVER_FILE.search(source.path.rpartition("/")[2]):
        return True
    function = source.function_around(node)
    if function is not None and _SERVER_CODE.search(source.text(function)[:20_000]):
        return True
    name = source.name_of(function) if function is not None else ""
    return _SERVES.search(name) is not None and not _DIALS.search(name)


def _left_alone(hit: Hit, node: "Node", patterns: tuple[Pattern, ...], serves: Serves | None) -> bool:
    if _ISSUES.search(hit.source.data) or _is_server(hit.source, node) or (serves is not None and serves(hit)):
        return True
    return _spoken_for(hit, patterns, node)


def _calls_own(source: Source, call: Call) -> bool:
    """A function of this very file: what it does with the value is found there."""
    if call.name == "new":
        return bool(source.classes(call.dotted.rpartition(".")[0].rpartition(".")[2]))
    return bool(source.functions(call.name))


# --- CAs ------------------------------------------------------------------------------------------------------------------


_CONSTANT = re.compile(
    r"(?i)(?:^|_)(?:root_?)?ca_?(?:crt|cert|pem|certificate|bundle)|root_?(?:cert|crt|pem|ca)|(?:^|_)ca_chain"
)
_OF_SYSTEM = re.compile(r"native_|webpki|system_?(?:certs?|roots?|ca)|SystemCertPool|platform_")
_SYSTEM = re.compile(r"(?i)native|system|webpki|mozilla|platform|default")


def _trusted(node: "Node", value: Value) -> Find | None:
    """What a value handed on is: a pin where a certificate is in sight, else what its source decides; None: nothing."""
    leaves = list(value.leaves())
    if any(leaf.kind in _DECIDED or (leaf.kind is Kind.JOIN) for leaf in leaves):
        return Find(PinKind.TRUST, node, value)
    texts = [leaf for leaf in leaves if leaf.kind is Kind.TEXT and leaf.text.strip()]
    if texts:
        return Find(PinKind.TRUST, node, value) if any(_CERTIFICATE.search(t.text[:4096]) for t in texts) else None
    if any(
        leaf.kind is Kind.NAME and re.fullmatch(r"\w+", leaf.text) and _CONSTANT.search(leaf.text) for leaf in leaves
    ):
        return Find(PinKind.TRUST, node, value)  # a constant of another file: ``extern const char *root_ca_pem``
    if any(_SYSTEM.search(leaf.text) for leaf in leaves):
        return None
    if all(leaf.kind in (Kind.NULL, Kind.TRUE, Kind.FALSE, Kind.SYSTEM, Kind.NUMBER, Kind.TEXT) for leaf in leaves):
        return None
    return Find(PinKind.CONFIGURABLE, node)


def _ca_call(hit: Hit, call: Call, evaluate: Evaluate) -> Iterator[Find]:
    """``options.WithCACert(path)``, ``natsOptions_LoadCATrustedCertificates(options, "ca.pem")``."""
    if only_reads(call.name) or not call.arguments or _calls_own(hit.source, call):
        return
    nodes = [argument.node for argument in call.arguments]
    first = 1 if len(nodes) > 1 and call.receiver is None and "_" in call.name else 0
    for node in nodes[first : first + 2]:
        if _OF_SYSTEM.search(hit.source.text(node)[:200]):
            return
        find = _trusted(call.node, evaluate(hit, node))
        if find is not None:
            yield find
            return


def _ca_setting(hit: Hit, setting: Setting, evaluate: Evaluate) -> Iterator[Find]:
    value = setting.value
    if value is None or value.id == hit.node.id:
        return
    if setting.form == "option":
        call = hit.call_around()
        if call is None or not _PUTS.search(call.name) or not _is_key(hit) or not _of_connection(hit, call):
            return
        find = _trusted(setting.node, evaluate(hit, value))
    elif setting.form == "pair":
        find = _ca_pair(hit, setting, value, evaluate)
    elif setting.form == "assignment" and _is_member(hit, setting):
        find = _ca_field(hit, setting, value, evaluate)
    else:
        return
    if find is not None:
        yield find


def _of_connection(hit: Hit, call: Call) -> bool:
    """Whether an option's name or its holder speaks of connections: ``state.set("peer_ca_pems", …)`` shows what is there."""
    about = re.search(r"_(?:ssl|tls|root|trust|trusted|https)_", words_of(hit.name))
    return (
        about is not None
        or re.search(r"(?i)conf|opt|param|quer|dsn|ur[il]|client|prop|ssl|tls|setting|env", call.callee) is not None
    )


def _is_member(hit: Hit, setting: Setting) -> bool:
    parent, grammar = hit.node.parent, hit.source.grammar
    return _MEMBER.search(setting.target) is not None or (parent is not None and parent.type in grammar.members)


def _is_key(hit: Hit) -> bool:
    """A string or a constant, as options are named; not a variable whose address is given."""
    strings = hit.source.grammar.strings
    return hit.name.isupper() or hit.node.type in strings or hit.source.around(hit.node, strings) is not None


def _same_name(hit: Hit, value: "Node") -> bool:
    """``to.ca = from.ca``, ``ca_file: ca_file.clone()``: a field handed on under its own name."""
    names = re.findall(r"\w+", hit.source.text(value)[:200])
    return hit.name in names


def _ca_pair(hit: Hit, setting: Setting, value: "Node", evaluate: Evaluate) -> Find | None:
    """A field of a structure, a named argument, an entry of a map."""
    source, holder = hit.source, _made(hit.source, setting.node)
    if _earlier(source, setting.node):
        return None
    find = _trusted(setting.node, evaluate(hit, value))
    if find is None or find.value is None or source.call(_outer(source, setting.node)) is not None:
        return find if _CALLEE.search(holder) else None
    if source.language.name == "go" and "." in holder:
        return find if _CALLEE.search(holder) else None
    if not holder:
        return find if find.value.kind is Kind.TEXT else None
    return find if _TLS.search(holder) and not _same_name(hit, value) else None


def _outer(source: Source, node: "Node") -> "Node":
    """The call, or else the literal, that a pair stands in."""
    for parent in source.ancestors(node):
        if source.call(parent) is not None or parent.child_by_field_name("type") is not None:
            return parent
    return node


def _earlier(source: Source, node: "Node") -> bool:
    """Whether the pair before says it already: a file, a folder and the bytes of a CA are one place."""
    before = node.prev_named_sibling
    for _ in range(3):
        while before is not None and before.type == "comment":
            before = before.prev_named_sibling
        if before is None:
            return False
        key = source.pair(before)[0] if before.type in source.grammar.pairs else None
        if key is not None and tells_ca(source.text(key)):
            return True
        before = before.prev_named_sibling
    return False


def _made(source: Source, node: "Node") -> str:
    """The type or function that a pair belongs to, as written: ``transport.Config``, ``TlsOptions``, ``connect``."""
    for parent in source.ancestors(node):
        call = source.call(parent)
        if call is not None:
            return call.dotted
        made = parent.child_by_field_name("type") or (
            parent.child_by_field_name("name") if parent.type == "struct_expression" else None
        )
        if made is not None:
            return source.text(made)
        if parent.type in source.grammar.functions or parent.type in source.grammar.statements:
            return source.text(parent).partition("=")[0]
    return ""


_SETTINGS = re.compile(
    r"(?i)getenv|get_?(?:option|string|str|bool|value|config|param)|parse_?bool|\bto_?bool|\barg[vs]?\b|optarg|option|setting|query|param"
)
"""How settings are read: an argument, a variable, a connection string."""


def _is_setting(source: Source, value: "Node") -> bool:
    """Whether the right side reads a setting: ``parse_bool(value)``, ``strdup(uri_get_option(u, "ca"))``."""
    while value.type in source.grammar.lists and value.named_children:
        value = value.named_children[0]
    return value.type in source.grammar.calls and _SETTINGS.search(source.text(value)[:200]) is not None


def _ca_field(hit: Hit, setting: Setting, value: "Node", evaluate: Evaluate) -> Find | None:
    """``tls.ca_file = path``. In a setter (``func WithCA(ca []byte)``) the caller decides."""
    own = evaluate(hit, value)
    find = _trusted(setting.node, own)
    if find is None or (own.kind is Kind.TEXT):
        return find
    if _given_to_setter(hit, setting, tells_ca):
        return None
    if _is_setting(hit.source, value):
        return Find(PinKind.CONFIGURABLE, setting.node)
    if own.kind is Kind.PARAMETER and _stored_by_setter(hit, setting):
        return Find(PinKind.CONFIGURABLE, setting.node, own)
    if hit.source.language.name == "go" and _is_pool(hit, value):
        return find
    if find.kind is PinKind.TRUST and own.kind is Kind.NAME:
        return find
    if _same_name(hit, value) or own.kind not in (*_DECIDED, Kind.JOIN):
        return None
    holder = re.split(r"\.|->", setting.target)[:-1]
    direct = len(holder) == 1 and _TLS.search(holder[0]) is not None
    return find if own.kind is Kind.ENVIRONMENT or direct else None


def _is_pool(hit: Hit, value: "Node") -> bool:
    """``options.TLSRootCAs = roots`` where ``roots`` is a pool that was filled here."""
    made = hit.source.definitions.get(hit.source.text(value), ())
    return any("CertPool(" in hit.source.text(one.value) for one in made)


def _stored_by_setter(hit: Hit, setting: Setting) -> bool:
    """``fn with_security(mut self, ca_path: P, …) -> Self { self.ca_path = Some(ca_path); … }``: one of several."""
    function = hit.source.function_around(setting.node)
    name = hit.source.name_of(function).rpartition(":")[2] if function is not None else ""
    return re.match(r"_(?:with|set|use|add|enable|configure)_", words_of(name)) is not None


def _given_to_setter(hit: Hit, setting: Setting, tells: Callable[[str], object]) -> bool:
    """Whether an assignment stores the parameter of a function that is there for it: ``func WithCA(ca []byte) Option``."""
    source, value = hit.source, setting.value
    around = [a for a in source.ancestors(setting.node) if a.type in source.grammar.functions]
    named = next((f for f in around if tells(source.name_of(f).rpartition(":")[2])), None)
    if named is None or value is None:
        return False
    given = [name for name, _ in source.parameters(named) if len(name) > 1 or name.isalpha()]
    written = set(re.findall(r"\w+", source.text(value)[:200]))
    return any(name in written for name in given)


# --- switches -------------------------------------------------------------------------------------------------------------


def _switched(hit: Hit, node: "Node", value: Value, off: str, written: str) -> Find | None:
    wanted = frozenset({off, "0" if off == "false" else "1"})
    macro = re.search(r"(?:^|_)(TRUE|FALSE)$", value.text)  # ``HW_FALSE``
    if value.kind.value in wanted or value.text in wanted or (macro and macro[1].lower() == off):
        decided = decided_around(hit.source, node)
        return Find(PinKind.CONFIGURABLE if decided else PinKind.VERIFICATION_OFF, node)
    if value.kind in (Kind.TRUE, Kind.FALSE, Kind.NULL, Kind.NUMBER, Kind.TEXT):
        return None
    if value.kind in (Kind.NAME, Kind.UNKNOWN) and _NONE.search(value.text):
        decided = decided_around(hit.source, node)
        return Find(PinKind.CONFIGURABLE if decided else PinKind.VERIFICATION_OFF, node)
    if macro:
        return None
    leaves = list(value.leaves())
    if len(leaves) > 1 and (any(leaf.kind.value == off for leaf in leaves) or off_when(written)):
        return Find(PinKind.CONFIGURABLE, node)
    constant = _MODE.search(words_of(hit.name)) is not None and re.fullmatch(r"[\w:]+", written)
    asked = value.kind in _DECIDED or (not constant and _asks(value))
    return Find(PinKind.CONFIGURABLE, node, value) if asked else None


_MODE = re.compile(r"_verif(?:y|ication)_(?:modes?|flags?|level|type)_")
"""Set to a constant, not to a truth value: ``ssl::verify_peer``."""


def _asks(value: Value) -> bool:
    return any(off_when(name) for name in re.findall(r"\w+", value.text[:200]) if not name.isupper())


_SETTER = re.compile(r"_(?:set|with|enable|use|allow|disable|skip|ignore|accept|trust)_")
_LITERALS = frozenset({"true", "false", "0", "1", "TRUE", "FALSE", "YES", "NO", "0L"})
"""What a function whose name alone makes no setter of it must be given: ``verify_peer(false)``, not ``verify_peer(name)``."""


def _switch_call(hit: Hit, call: Call, off: str) -> Iterator[Find]:
    """``client.setVerifyPeer(false)``, ``.verifySSL(cfg.verify)``, ``natsOptions_SkipServerVerification(o, true)``."""
    if _calls_own(hit.source, call) or not call.arguments or len(call.arguments) > 3:
        return
    given = call.arguments[-1].node
    written = hit.source.text(given)
    if _SETTER.search(words_of(call.name)) is None and not (
        written in _LITERALS or re.search(r"_(?:TRUE|FALSE)$", written)
    ):
        return
    find = _switched(hit, call.node, hit.value(given), off, written)
    if find is not None:
        yield find


def _only_starts(hit: Hit, setting: Setting) -> bool:
    """``wrapper->verify = 0`` where a structure is made, ``{.verify = false, …}`` of C: what the memory holds at first."""
    source = hit.source
    function = source.function_around(setting.node)
    if function is not None and source.name_of(function).lower() == "default":
        return True
    if source.language.name not in ("c", "cpp", "objective_c"):
        return False
    return setting.form == "pair" or function is None or _STARTS.search(source.name_of(function)) is not None


def _switch_setting(hit: Hit, setting: Setting, off: str) -> Iterator[Find]:
    source, value = hit.source, setting.value
    if value is None or setting.form not in ("pair", "assignment", "option"):
        return
    if setting.form == "assignment" and not _is_member(hit, setting):
        return
    if setting.form == "option":
        call = hit.call_around()
        if call is None or not _PUTS.search(call.name) or not _is_key(hit):
            return
    own = hit.value(value)
    find = _switched(hit, setting.node, own, off, source.text(value))
    if find is None and setting.form == "assignment" and _is_setting(source, value):
        find = Find(PinKind.CONFIGURABLE, setting.node)
    if find is None or _same_name(hit, value):
        return
    if find.kind is PinKind.VERIFICATION_OFF and off == "false" and _only_starts(hit, setting):
        return
    if find.kind is PinKind.CONFIGURABLE and own.kind in (*_DECIDED, Kind.NAME, Kind.UNKNOWN):
        if setting.form == "assignment" and not _is_setting(source, value):
            return
        if setting.form == "pair":
            holder = _made(source, setting.node)
            if not (re.search(r"[.:]\w+$", holder) and _CALLEE.search(holder)) or holder.startswith("Self"):
                return
    yield find


# --- arguments and keys that tell ----------------------------------------------------------------------------------------


_BUILDS = re.compile(
    r"(?i)tls|ssl|transport|pool|cred|secur|verif|validat|https|connector|trust|insecure|client|connect|dial(?!og)|channel|mqtt|amqp|kafka|redis|grpc|broker"
)
_WORKS = re.compile(
    r"(?i)parse|append|decode|marshal|read|open|stat\b|exist|from_?(?:pem|der)|add_?cert|load_?(?:key|x509|cert)|log|print|error"
    r"|warn|info|debug|format|fmt|copy|clone|clear|flag|usage|help|assert|equal|compare|len\b|validate_?path|contains|strdup|strlen|free"
    r"|_verify$|x509_verify|_init$|_is_|_ur[il]|_new$|client_?ca|acceptor|server(?!_?(?:name|trust|cert))|_?mux$|listen|identity|key_?pair|^post|^send|xml"
    r"|^(?:mbedtls|SSL|X509|gnutls|wolfSSL|curl|BIO|PEM|EVP)_|^SecTrust"
)
"""Functions that work on a file or a certificate, or report it."""


_GETS = re.compile(
    r"(?i)^(?:string(?:val|slice)?|str|value|bool|get\w*|expand\w*|path|clone|as_\w+|into|to_\w+|c_str|some|strdup|from|trim\w*)$"
)


def _outer_argument(hit: Hit) -> "tuple[Call, Node] | None":
    """The call that the hit is handed to, through those that only read it: ``newTLS(c.String(flags.CACert))``."""
    source, found = hit.source, hit.argument()
    for _ in range(3):
        if found is None:
            return None
        call, node = found[0], found[0].nth(found[1])
        if node is None:
            return None
        if not _GETS.search(call.name):
            return call, node
        found = Hit(source, call.node, hit.word, call.node.start_byte).argument()
    return None


def _argument(hit: Hit, off: str, evaluate: Evaluate, patterns: tuple[Pattern, ...]) -> Iterator[Find]:
    """``newTLSConfig(caFile)``, ``HttpsConnector::new(http, skip_verify)``: handed to a function of another file that builds
    connections.
    """
    source = hit.source
    if hit.node.type in source.grammar.strings or source.around(hit.node, source.grammar.strings) is not None:
        return
    given = _outer_argument(hit)
    if given is None:
        return
    call, node = given
    head = call.dotted.rpartition(".")[0]
    whole = call.dotted if call.name == "new" or re.search(r"(?i)tls|ssl", head) else call.name
    if (
        not _BUILDS.search(whole)
        or _WORKS.search(whole)
        or re.match(r"_(?:get|is|has|test|expect)_", words_of(call.name))
    ):
        return
    named = source.text(hit.node if hit.node.type in source.grammar.names else node)
    if len(source.text(node)) > 80 or not re.fullmatch(
        r"[\s!*&(]*[\w.:>\-]+(?:\(\)|\[\])?(?:\.(?:clone|as_ref|as_deref|c_str|to_string)\(\))*[)\s]*", named
    ):
        return
    constant = "::" in source.text(node) or (source.language.name != "go" and re.fullmatch(r"[A-Z]\w*", named))
    if constant or _calls_own(source, call) or _spoken_for(hit, patterns, source.statement_around(call.node)):
        return
    if not off:
        find = _trusted(call.node, evaluate(hit, node))
        if find is not None:
            yield find
        return
    if any(tells_ca(name) for one in call.arguments for name in re.findall(r"\w+", source.text(one.node)[:80])):
        return  # that is the place already
    value = hit.value(node)
    if value.kind not in (Kind.TRUE, Kind.FALSE, Kind.NULL, Kind.NUMBER, Kind.TEXT):
        yield Find(PinKind.CONFIGURABLE, call.node)


_COPIES = re.compile(
    r"(?i)mem(?:cpy|set|cmp)|str\w*cpy|sizeof|print|write|hash|encode|save|store|log|fopen|access|getline|send\b|post|callback"
)


def _constant_used(hit: Hit, evaluate: Evaluate, patterns: tuple[Pattern, ...]) -> Iterator[Find]:
    """C: a certificate in a constant is handed on or kept under whatever name: ``params.pub_key = iotx_ca_crt``."""
    source, node, parent = hit.source, hit.node, hit.node.parent
    while parent is not None and parent.type in source.grammar.transparent | {"cast_expression", "pointer_expression"}:
        node, parent = parent, parent.parent
    if (node.type not in source.grammar.names and hit.node.type not in source.grammar.names) or parent is None:
        return
    value = evaluate(hit, hit.node)
    pem = any(leaf.kind is Kind.TEXT and "-----BEGIN C" in leaf.text for leaf in value.leaves())
    outside = value.kind is Kind.NAME and re.fullmatch(r"\w+", value.text) and _CONSTANT.search(value.text)
    if not pem and not outside:
        return
    place = None
    if parent.type in source.grammar.arguments:
        call = hit.call_around()
        works = (
            call is None
            or "_get_" in words_of(call.name)
            or _COPIES.search(call.name)
            or _WORKS.search(call.name.removesuffix("_init"))
        )
        if call is not None and not works and not _calls_own(source, call):
            place = call.node
    elif parent.type == "assignment_expression" and parent.child_by_field_name("right") == node:
        place = parent
    if place is not None and not _spoken_for(hit, patterns, source.statement_around(place)):
        yield Find(PinKind.TRUST, place, value)


_PARAMETERS = re.compile(r"(?i)quer(?:y|ies)|dsn|\bur[il]|conn(?:ection)?_?str|params?\b|parse_?(?:dsn|ur[il]|conn)")
"""Parameters of a connection string."""


def _key_read(hit: Hit) -> Iterator[Find]:
    """``queries["tlsCAFile"]``, ``u.Query().Get("sslrootcert")``, ``case "sslrootcert":`` where a connection string is read."""
    source, strings = hit.source, hit.source.grammar.strings
    node = hit.node if hit.node.type in strings else source.around(hit.node, strings)
    if node is None or len(source.text(node)) > 60:
        return
    around = hit.call_around()
    function = source.function_around(node)
    for parent in source.ancestors(node):
        if source.text(parent).startswith("["):
            continue
        if parent.type in source.grammar.subscripts or (
            source.language.name == "swift" and "[" in source.text(parent)[:60]
        ):
            if _PARAMETERS.search(source.text(parent).partition("[")[0]):
                yield Find(PinKind.CONFIGURABLE, parent)
            return
        if parent.type in ("expression_case", "switch_entry", "match_arm", "case_statement"):
            named = source.name_of(function) if function is not None else ""
            body = source.text(parent)[: len(source.text(node)) + 40]
            if _PARAMETERS.search(named) and not re.search(r"=>\s*\"|:\s*return\s+\"", body):
                yield Find(PinKind.CONFIGURABLE, parent)
            return
        if around is not None and parent.id == around.node.id:
            if re.match(r"(?i)get|value|string|lookup|take|pop", around.name) and _PARAMETERS.search(around.callee):
                yield Find(PinKind.CONFIGURABLE, parent)
            return
        if parent.type in source.grammar.functions or parent.type in source.grammar.pairs:
            return


# --- setters of one's own ---------------------------------------------------------------------------------------------------


def _own_setter(hit: Hit) -> Iterator[Find]:
    """A library's or program's setter that stores what it is given: ``func WithCACert(ca []byte) Option``."""
    source, function = hit.source, _defined_here(hit)
    body = function.child_by_field_name("body") if function is not None else None
    if function is None or body is None or only_reads(hit.name):
        return
    given = [name for name, _ in source.parameters(function) if name not in ("self", "this", "")]
    if given and any(_stores(source, node, hit.name, given) for node in source.nodes(_storing(source), body)):
        yield Find(PinKind.CONFIGURABLE, function)


def _defined_here(hit: Hit) -> "Node | None":
    """The function that the hit is the name of."""
    source = hit.source
    for parent in source.ancestors(hit.node):
        if parent.type in source.grammar.functions:
            body = parent.child_by_field_name("body")
            before = body is None or hit.node.end_byte <= body.start_byte
            return parent if before and source.name_of(parent).rpartition(":")[2] == hit.name else None
        if parent.type in source.grammar.parameters or parent.type in source.grammar.statements:
            return None
    return None


def _storing(source: Source) -> frozenset[str]:
    return frozenset(source.grammar.assignments) | frozenset(source.grammar.pairs) | {"shorthand_field_initializer"}


def _stores(source: Source, node: "Node", name: str, given: list[str]) -> bool:
    """Whether an assignment or a field of a literal keeps one of the parameters, under whatever name."""
    if node.type == "shorthand_field_initializer":
        return source.text(node) in given
    target, value = source.pair(node) if node.type in source.grammar.pairs else source.target_of(node) or (None, None)
    if target is None or value is None or value.id == target.id:
        return False
    if node.type in source.grammar.assignments and not re.search(r"[.\]]|->|^m?_|_$", source.text(target)):
        return False
    return bool(set(re.findall(r"\w+", source.text(value)[:200])) & set(given))


# --- the two patterns -----------------------------------------------------------------------------------------------------


def _matcher(
    patterns: tuple[Pattern, ...], evaluate: Evaluate, serves: Serves | None, known: frozenset[str]
) -> tuple[Matcher, Matcher]:
    def ca(hit: Hit) -> Iterator[Find]:
        if not tells_ca(hit.name):
            return
        if hit.name in known:
            yield from (find for find in _own_setter(hit) if not _left_alone(hit, find.node, patterns, serves))
            return
        call = hit.call()
        if call is not None and call.name == hit.name:
            finds = _ca_call(hit, call, evaluate)
        else:
            setting = hit.setting()
            finds = _ca_setting(hit, setting, evaluate) if setting is not None else _own_setter(hit)
            finds = chain(finds, _argument(hit, "", evaluate, patterns), _key_read(hit))
            finds = chain(finds, _constant_used(hit, evaluate, patterns) if serves is not None else ())
        yield from (find for find in finds if not _left_alone(hit, find.node, patterns, serves))

    def switch(hit: Hit) -> Iterator[Find]:
        off = off_when(hit.name)
        if not off:
            return
        if hit.name in known:
            yield from (find for find in _own_setter(hit) if not _left_alone(hit, find.node, patterns, serves))
            return
        call = hit.call()
        if call is not None and call.name == hit.name:
            finds = _switch_call(hit, call, off)
        else:
            setting = hit.setting()
            finds = _switch_setting(hit, setting, off) if setting is not None else _own_setter(hit)
            finds = chain(finds, _argument(hit, off, evaluate, patterns), _key_read(hit))
        yield from (find for find in finds if not _left_alone(hit, find.node, patterns, serves))

    return ca, switch


def handed_on(
    patterns: tuple[Pattern, ...],
    *,
    ca: tuple[tuple[str, ...], tuple[str, ...]],
    switch: tuple[tuple[str, ...], tuple[str, ...]],
    evaluate: Evaluate = evaluated,
    serves: Serves | None = None,
    known: frozenset[str] = frozenset(),
) -> tuple[Pattern, ...]:
    """A language's ``patterns`` and, after them, the two general ones; ``ca`` and ``switch`` are their bad and good lines.

    ``known``: names of which ``patterns`` say all there is to say, nothing included. ``serves``: the language's own test of a
    server's code.
    """
    ca_match, switch_match = _matcher(patterns, evaluate, serves, known)
    return (
        *patterns,
        Pattern("handed-ca", CA_WORDS, ca_match, ca[0], ca[1], followed=CA_FOLLOWED, within=True),
        Pattern(
            "handed-switch", SWITCH_WORDS, switch_match, switch[0], switch[1], followed=SWITCH_FOLLOWED, within=True
        ),
    )
