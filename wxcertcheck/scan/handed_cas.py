"""CAs that are handed on under a telling name: calls, options, pairs and fields."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind
from wxcertcheck.scan.handed_guards import calls_own
from wxcertcheck.scan.handed_places import (
    CALLEE,
    DECIDED,
    PUTS,
    Evaluate,
    holder_of,
    is_key,
    is_member,
    is_setting,
    same_name,
)
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find
from wxcertcheck.scan.phrases import only_reads, tells_ca, words_of
from wxcertcheck.scan.source import Call, Source
from wxcertcheck.scan.values import Kind, Value

if TYPE_CHECKING:
    from tree_sitter import Node

_TLS = re.compile(r"(?i)tls|ssl|x509|https\b|secur|mqtts|wss\b|transport|certpool|http_?client")
CERTIFICATE = re.compile(
    r"(?i)\.(?:pem|crt|cer|der|cert|p7b|jks|p12|bundle)$|ca[-_]?(?:bundle|certs?|certificates)|-----BEGIN |/certs?\b"
)
CONSTANT = re.compile(
    r"(?i)(?:^|_)(?:root_?)?ca_?(?:crt|cert|pem|certificate|bundle)|root_?(?:cert|crt|pem|ca)|(?:^|_)ca_chain"
)
_OF_SYSTEM = re.compile(r"native_|webpki|system_?(?:certs?|roots?|ca)|SystemCertPool|platform_")
_SETS = re.compile(r"_(?:with|set|add|load|use|configure|apply|append|enable)_")
_SYSTEM_FOLDER = re.compile(r"\"/etc/(?:ssl|pki)/[\w./-]*\*|\"/etc/ssl/certs/?\"")
"""A function that gathers the system's certificates: ``glob("/etc/ssl/certs/*.crt", …)``."""
_SYSTEM = re.compile(r"(?i)native|system|webpki|mozilla|platform|default")


def trusted(node: "Node", value: Value) -> Find | None:
    """What a value handed on is: a pin where a certificate is in sight, else what its source decides; None: nothing."""
    leaves = list(value.leaves())
    if any(leaf.kind in DECIDED or (leaf.kind is Kind.JOIN) for leaf in leaves):
        return Find(PinKind.TRUST, node, value)
    texts = [leaf for leaf in leaves if leaf.kind is Kind.TEXT and leaf.text.strip()]
    if texts:
        return Find(PinKind.TRUST, node, value) if any(CERTIFICATE.search(t.text[:4096]) for t in texts) else None
    if any(
        leaf.kind is Kind.NAME and re.fullmatch(r"\w+", leaf.text) and CONSTANT.search(leaf.text) for leaf in leaves
    ):
        return Find(PinKind.TRUST, node, value)  # a constant of another file: ``extern const char *root_ca_pem``
    if any(_SYSTEM.search(leaf.text) for leaf in leaves):
        return None
    if all(leaf.kind in (Kind.NULL, Kind.TRUE, Kind.FALSE, Kind.SYSTEM, Kind.NUMBER, Kind.TEXT) for leaf in leaves):
        return None
    return Find(PinKind.CONFIGURABLE, node)


def ca_call(hit: Hit, call: Call, evaluate: Evaluate) -> Iterator[Find]:
    """``options.WithCACert(path)``, ``natsOptions_LoadCATrustedCertificates(options, "ca.pem")``."""
    if only_reads(call.name) or not call.arguments or calls_own(hit.source, call):
        return
    noun = hit.source.language.name == "go" and "." not in call.dotted and not _SETS.match(words_of(call.name))
    if noun:
        return  # ``return rootCAs(logger)``: a function of this package that gives them
    function = hit.source.function_around(call.node)
    if function is not None and _SYSTEM_FOLDER.search(hit.source.text(function)[:4000]):
        return
    nodes = [argument.node for argument in call.arguments]
    first = 1 if len(nodes) > 1 and call.receiver is None and "_" in call.name else 0
    for node in nodes[first : first + 2]:
        if _OF_SYSTEM.search(hit.source.text(node)[:200]):
            return
        find = trusted(call.node, evaluate(hit, node))
        if find is not None:
            yield find
            return


def ca_setting(hit: Hit, setting: Setting, evaluate: Evaluate) -> Iterator[Find]:
    value = setting.value
    if value is None or value.id == hit.node.id:
        return
    if setting.form == "option":
        call = hit.call_around()
        if call is None or not PUTS.search(call.name) or not is_key(hit) or not _of_connection(hit, call):
            return
        find = trusted(setting.node, evaluate(hit, value))
    elif setting.form == "pair":
        find = _ca_pair(hit, setting, value, evaluate)
    elif setting.form == "assignment" and is_member(hit, setting):
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


def _ca_pair(hit: Hit, setting: Setting, value: "Node", evaluate: Evaluate) -> Find | None:
    """A field of a structure, a named argument, an entry of a map."""
    source, holder = hit.source, holder_of(hit.source, setting.node)
    if _earlier(source, setting.node) or source.text(value) in (hit.name, f"{hit.name}.clone()"):
        return None
    find = trusted(setting.node, evaluate(hit, value))
    if find is None or find.value is None or source.call(_outer(source, setting.node)) is not None:
        return find if CALLEE.search(holder) else None
    if source.language.name == "go" and "." in holder:
        fixed = find.value.kind is Kind.TEXT and re.search(r"(?:Config|Conf|Options|Opts|Settings|Params?)$", holder)
        return find if fixed or CALLEE.search(holder) else None
    if not holder:
        return find if find.value.kind is Kind.TEXT else None
    return find if _TLS.search(holder) and not same_name(hit, value) else None


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


def _ca_field(hit: Hit, setting: Setting, value: "Node", evaluate: Evaluate) -> Find | None:
    """``tls.ca_file = path``. In a setter (``func WithCA(ca []byte)``) the caller decides."""
    own = evaluate(hit, value)
    find = trusted(setting.node, own)
    if find is None or (own.kind is Kind.TEXT):
        return find
    if _given_to_setter(hit, setting, tells_ca):
        return None
    if is_setting(hit.source, value):
        return Find(PinKind.CONFIGURABLE, setting.node)
    if own.kind is Kind.PARAMETER and _stored_by_setter(hit, setting):
        return Find(PinKind.CONFIGURABLE, setting.node, own)
    if hit.source.language.name == "go" and _is_pool(hit, value):
        return find
    if find.kind is PinKind.TRUST and own.kind is Kind.NAME:
        return find
    if same_name(hit, value) or own.kind not in (*DECIDED, Kind.JOIN):
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
