"""``InsecureSkipVerify``, the callbacks that verify in its place, and comparisons after the handshake.

Source: https://pkg.go.dev/crypto/tls#Config
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind
from wxcertcheck.scan.evaluate import evaluate
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find
from wxcertcheck.scan.languages.go.configurations import copies, purpose_of
from wxcertcheck.scan.languages.go.pools import Pool, follow
from wxcertcheck.scan.matchers import decided_around
from wxcertcheck.scan.source import Call, Source, holds
from wxcertcheck.scan.values import Kind, Value, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

CALLBACKS = ("VerifyPeerCertificate", "VerifyConnection")
_COMPARES = re.compile(
    r"bytes\.Equal|ConstantTimeCompare|EqualFold|fingerprint|sha(?:1|256|512)\.|pin\b|pinned|\.Equal\(|SerialNumber",
    re.I,
)


def skip_verify(hit: Hit) -> Iterator[Find]:
    """Off when true, unless the same configuration verifies the chain itself in a callback."""
    source, call = hit.source, hit.call()
    if call is not None and call.name == hit.name == "InsecureSkipVerify":
        yield from _skipping_call(hit, call)
        return
    setting = hit.setting()
    if setting is None or hit.name != "InsecureSkipVerify" or setting.value is None:
        return
    if setting.form not in ("pair", "assignment") or copies(source, setting.value, "InsecureSkipVerify"):
        return
    if _verifies_itself(source, setting) or _skips_origins(source, setting.node):
        return
    value, purpose = hit.value(setting.value), purpose_of(source)
    if value.kind is Kind.TRUE and (decided_around(source, setting.node) or _is_the_switch(source, setting.node)):
        yield Find(PinKind.CONFIGURABLE, setting.node, purpose=purpose)
        return
    if value.kind in (Kind.UNKNOWN, Kind.NAME):
        yield Find(PinKind.CONFIGURABLE, setting.node, purpose=purpose)
        return
    yield Find(PinKind.VERIFICATION_OFF, setting.node, value, purpose=purpose, off=frozenset({"true"}))


def _skipping_call(hit: Hit, call: Call) -> Iterator[Find]:
    """An option or a step of a chain: ``fiber.Get(u).InsecureSkipVerify()``, ``oss.InsecureSkipVerify(true)``."""
    parent = call.node.parent
    if len(call.arguments) == 1:
        yield Find(PinKind.VERIFICATION_OFF, call.node, hit.value(call.arguments[0].node), off=frozenset({"true"}))
    elif not call.arguments and parent is not None and parent.type in ("expression_statement", "argument_list"):
        yield Find(PinKind.VERIFICATION_OFF, call.node)


def _skips_origins(source: Source, node: "Node") -> bool:
    """``websocket.AcceptOptions{InsecureSkipVerify: true}`` is a server's, and about the Origin header."""
    literal = source.around(node, frozenset({"composite_literal"}))
    made = literal.child_by_field_name("type") if literal is not None else None
    return made is not None and source.text(made).endswith("AcceptOptions")


def _is_the_switch(source: Source, node: "Node") -> bool:
    """Within a function that is there for it: ``func (c *Client) EnableInsecureSkipVerify()``, ``func WithInsecure()``."""
    function = source.around(node, frozenset({"function_declaration", "method_declaration"}))
    name = source.name_of(function) if function is not None else ""
    return re.fullmatch(r"(?:[Ee]nable|[Ww]ith|[Ss]et|[Uu]se)?(?:Insecure|SkipVerify|SkipTLS)\w*", name) is not None


def _verifies_itself(source: Source, setting: Setting) -> bool:
    """Whether a callback with a body that can fail stands beside the switch (same literal, or same variable)."""
    bodies: list[Node | None] = []
    literal = setting.node.parent if setting.form == "pair" else None
    for pair in literal.named_children if literal is not None else ():
        if pair.type == "keyed_element":
            key, value = source.pair(pair)
            if key is not None and source.text(key) in CALLBACKS:
                bodies.append(value)
    function = source.function_around(setting.node)
    for name in CALLBACKS:
        for definition in source.definitions.get(name, ()):
            here = definition.function is not None and function is not None and definition.function.id == function.id
            if here and _on_one_way(source, setting.node, definition.node):
                bodies.append(definition.value)
    return any(_can_fail(source, body) for body in bodies if body is not None)


_BLOCKS = frozenset({"block", "expression_case", "default_case", "type_case", "communication_case"})


def _on_one_way(source: Source, one: "Node", other: "Node") -> bool:
    """Whether two statements can both be run: not in two branches beside each other."""
    for first, second in ((one, other), (other, one)):
        block = source.around(first, _BLOCKS)
        if block is None or block.start_byte <= second.start_byte < block.end_byte:
            return True
    return False


def _callback(source: Source, node: "Node") -> "Node | None":
    """The function that a callback is: a literal, or a function of this file by its name. None: not in this file."""
    literal = next(iter(source.nodes({"func_literal"}, node)), None)
    if literal is not None:
        return literal
    name = source.text(node).split("(")[0].rpartition(".")[2]
    return next(iter(source.functions(name)), None)


def _can_fail(source: Source, node: "Node") -> bool:
    if source.text(node) == "nil":
        return False
    function = _callback(source, node)
    return function is None or any(source.text(one) != "nil" for one in source.returned(function))


def own_verification(hit: Hit) -> Iterator[Find]:
    """A callback that compares keys or verifies against a pool of its own."""
    setting = hit.setting()
    if setting is None or hit.name not in CALLBACKS or setting.value is None:
        return
    source = hit.source
    function = _callback(source, setting.value)
    if _is_server(source, setting):
        return
    if function is None:
        if re.search(
            r"(?i)pin(?:s|ned|ning)?\b|Pinn?\w*\(|fingerprint|thumbprint|WithRoots", source.text(setting.value)
        ):
            yield Find(PinKind.CONFIGURABLE, setting.node, purpose=purpose_of(source))
        return
    yield from _judged(source, setting.node, function)


def _is_server(source: Source, setting: Setting) -> bool:
    """Beside ``ClientAuth`` or ``ClientCAs``, and nothing that only a client has, or in a function that is there for servers,
    it checks who comes.
    """
    function = source.around(setting.node, frozenset({"function_declaration", "method_declaration"}))
    if function is not None and re.search(r"Server(?!Name|Cert|Trust|Auth)", source.name_of(function)):
        return True
    around = setting.node.parent if setting.form == "pair" else source.function_around(setting.node)
    text = source.text(around) if around is not None else ""
    return re.search(r"\bClient(?:Auth|CAs)\b", text) is not None and not re.search(
        r"\b(?:InsecureSkipVerify|RootCAs|ServerName)\b", text
    )


def declared_callback(hit: Hit) -> Iterator[Find]:
    """A function of the callback's type that this file sets nowhere: it is given to a configuration elsewhere."""
    source = hit.source
    function = source.function_around(hit.node)
    result = function.child_by_field_name("result") if function is not None else None
    if function is None or result is None or source.text(result) != "error":
        return
    around = [p for p in (function.parent, function.parent.parent if function.parent else None) if p is not None]
    if any(p.type in ("keyed_element", "literal_element", "assignment_statement") for p in around):
        return
    name = source.name_of(function) if function.type != "func_literal" else source.name_of(_outer(source, function))
    given = [d.value for one in CALLBACKS for d in source.definitions.get(one, ())]
    for pair in source.nodes({"keyed_element"}):
        key, value = source.pair(pair)
        if key is not None and value is not None and source.text(key) in CALLBACKS:
            given.append(value)
    if not any(re.search(rf"\b{re.escape(name)}\b", source.text(one)) for one in given if name):
        yield from _judged(source, function, function)


def _outer(source: Source, node: "Node") -> "Node":
    return source.around(node, frozenset({"function_declaration", "method_declaration"})) or node


_DIALS = re.compile(r"\btls\.(?:Dial\w*|Client)\(|\bDialTLS|\bresp(?:onse)?\.TLS\b|\btls\.Dialer\b")
_PINNED = re.compile(r"(?i)\bpin(?:s|ned)?\b|trusted_?pins|(?:known|wanted|expected)_?(?:hash|finger)")
"""What a server would not call the certificates of its clients."""
_SERVES = re.compile(r"http\.Request\b|\br(?:eq|equest)?\.TLS\b|\bpeer\.FromContext|(?i:client_?cert)|\bClientAuth\b")


def peer_compared(hit: Hit) -> Iterator[Find]:
    """A client that looks at the server's certificate after the handshake and compares its hash or key."""
    source = hit.source
    function = _outer(source, hit.node)
    code = source.text(function) if function.id != hit.node.id else ""
    around = hit.call_around()
    helper = next(iter(source.functions(around.name)), None) if around is not None else None
    if helper is not None:  # ``verifyPin(pin, conn.ConnectionState().PeerCertificates)``
        code += source.text(helper)
    dials = _DIALS.search(code) or (_PINNED.search(code) and not _SERVES.search(code))
    compares = re.search(
        r"bytes\.(?:Equal|Compare)|ConstantTimeCompare|(?:[Ff]ingerprint|[Hh]ash)\w* *[!=]=|[!=]= *\w*(?:[Ff]inger|[Pp]in|[Hh]ash\b)",
        code,
    )
    hashes = re.search(
        r"sha(?:1|256|512)\.|md5\.|MarshalPKIXPublicKey|RawSubjectPublicKeyInfo|\.Raw\b|[Ff]ingerprint\w*\(", code
    )
    if not dials or not compares or not hashes or re.search(r"VerifyPeerCertificate|VerifyConnection", code):
        return
    place = source.around(hit.node, frozenset({"for_statement", "if_statement", "short_var_declaration"})) or hit.node
    compared = _compared(source, helper if helper is not None else function)
    yield Find(PinKind.FINGERPRINT, place, compared, purpose=purpose_of(source))


def _judged(source: Source, node: "Node", function: "Node") -> Iterator[Find]:
    places = [function, *_helpers(source, function)]
    pools = [p for place in places for p in _verified_roots(source, place) if p.value.kind is not Kind.NULL]
    for pool in pools:
        yield Find(PinKind.TRUST, node, pool.value, pool.mode, purpose_of(source))
    fails = any(source.text(one) != "nil" for one in source.returned(function))
    asked = ((place, _COMPARES if place is function else _PINS) for place in places)
    comparing = [place for place, compares in asked if compares.search(source.text(place))]
    if not pools and comparing and fails:
        yield Find(PinKind.FINGERPRINT, node, _compared(source, comparing[-1]), purpose=purpose_of(source))


_PINS = re.compile(r"(?i)fingerprint|thumbprint|\bpin(?:s|ned)?\b|pinned|sha(?:1|256|512)\.")
"""A helper may compare for many reasons."""


def _helpers(source: Source, function: "Node") -> "list[Node]":
    """Functions and methods of this file that a callback calls."""
    called = (call.name for call in source.calls(within=function) if call.dotted.count(".") <= 1)
    found = (one for name in dict.fromkeys(called) for one in source.functions(name)[:1])
    return [one for one in found if one.id != function.id and not holds(one, function)][:6]


def _verified_roots(source: Source, function: "Node") -> list[Pool]:
    """The pools given as ``Roots`` to ``Certificate.Verify``."""
    found = []
    for pair in source.nodes({"keyed_element"}, function):
        key, value = source.pair(pair)
        if key is not None and value is not None and source.text(key) == "Roots":
            if source.text(value).endswith("RootCAs") or source.text(value) == "nil":
                continue
            found.append(follow(source, value))
    return found


def _compared(source: Source, function: "Node") -> Value:
    """What the certificate is compared with, where it can be told."""
    sides: list[Node] = []
    for call in source.calls("Equal", "ConstantTimeCompare", "EqualFold", "Compare", within=function):
        sides += [a.node for a in call.arguments]
    for node in source.nodes({"binary_expression"}, function):
        operator = node.child_by_field_name("operator")
        if operator is not None and source.text(operator) in ("==", "!="):
            sides += node.named_children
    values = [evaluate(source, side) for side in sides[:12]]
    fixed = [v for v in values if v.kind is Kind.TEXT and len(v.text) >= 16]
    decided = [v for v in values if v.kind in (Kind.PARAMETER, Kind.SETTING, Kind.ENVIRONMENT)]
    decided = [v for v in decided if v.text not in ("rawCerts", "cs", "err", "state", "certs")]
    return (fixed or decided or [unknown(source.text(function))])[0]
