"""What a certificate validation callback of .NET does: the body decides, not the name.

Source: https://learn.microsoft.com/dotnet/api/system.net.security.remotecertificatevalidationcallback
"""

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.values import Kind, Value, unknown

if TYPE_CHECKING:
    from tree_sitter import Node


class Does(StrEnum):
    """What a callback does."""

    ACCEPTS = "accepts everything"
    SWITCHES = "accepts everything if something else says so"
    COMPARES = "compares the certificate or its key with a fixed one"
    OWN_CHAIN = "builds a chain to CAs of its own"
    DEFAULT = "says what the default says"
    HANDS_ON = "is another callback"


_COMPARED = re.compile(
    r"(?i)thumbprint|GetCertHash(?:String)?\(|GetPublicKey(?:String)?\(|SerialNumber|GetRawCertData|RawData|SubjectPublicKeyInfo|fingerprint"
    r"|SequenceEqual|FixedTimeEquals|(?:certs?|certificates|roots?|pins?|cas)\w*\.Contains\("
)
_REFUSED = re.compile(
    r"(?i)\w*(?:revoked?|deny|denied|black_?list|block_?list)\w*Cert|\w*Cert\w*(?:deny|denied|black_?list|block_?list)"
)
"""A list of certificates that are refused, on top of what is checked."""
_LOGGED = re.compile(r"\b(?:\w*[Ll]og(?:ger)?|Console|Debug|Trace)\w*[?!]?\.\w+\([^;]*;")
_OWN_CHAIN = re.compile(r"new X509Chain|\.Build\(|CustomTrustStore|ExtraStore")
_FINE = re.compile(
    r"(?:==|is|HasFlag\(|Equals\()\s*(?:System\.Net\.Security\.)?SslPolicyErrors\.None|\bNone\s*==|\bis\s+SslPolicyErrors\.None"
)
_GUARDED = re.compile(r"(?:!=|is not)\s*(?:System\.Net\.Security\.)?SslPolicyErrors\.None|None\s*!=")
_OR_ELSE = re.compile(r"\|\||\?\s*true\b|:\s*true\b")
_GIVEN = re.compile(r"(?:Callback|Handler|Delegate|Validator)\??(?:\.Invoke)?$", re.IGNORECASE)
_ASKS_ANOTHER = re.compile(r"[\w.?!]+\((.*?)\)?")
_CHAIN_ERRORS_PASS = re.compile(r"UntrustedRoot|PartialChain|RemoteCertificateChainErrors")


def verdict(source: Source, node: "Node", depth: int = 0) -> "tuple[Does, Node]":
    """What the callback expression ``node`` does, and the function or expression that shows it."""
    written = source.text(node)
    if written.rstrip(";)} ").endswith(
        (
            "HttpClientHandler.DangerousAcceptAnyServerCertificateValidator",
            "CertificateValidations.AllowAll",
            "AllowAll",
        )
    ):
        return Does.ACCEPTS, node
    function = _function(source, node, depth)
    if function is None:
        return Does.HANDS_ON, node
    returned = _returned(source, function)
    inner = [
        f for f in source.nodes(("lambda_expression", "anonymous_method_expression"), function) if f.id != function.id
    ]
    if inner and _is_callback_type(source, function) and depth < 3:
        return verdict(source, inner[0], depth + 1)
    if not returned:
        return Does.HANDS_ON, node
    own = _own_method(source, function, returned)
    if own is not None and depth < 3:
        return verdict(source, own, depth + 1)
    texts = [re.sub(r"\s+", " ", source.text(one)).strip("() ") for one in returned]
    body = _with_helpers(source, function)
    if all(one == "true" for one in texts) or any(re.search(r"\?\? true$|\|\| true$", one) for one in texts):
        return Does.ACCEPTS, function
    if _COMPARED.search(_LOGGED.sub("", body)) and not _OWN_CHAIN.search(body) and not _REFUSED.search(body):
        return Does.COMPARES, function
    if _OWN_CHAIN.search(body):
        return Does.OWN_CHAIN, function
    asking = [one for one in texts if _asks_another(source, function, one)]
    if asking and (len(texts) == 1 or any(_GIVEN.search(one.partition("(")[0]) for one in asking)):
        return Does.SWITCHES, function
    if _is_callback_type(source, function) and any(
        re.fullmatch(r"(?:new )?[A-Z]\w*(?:\([^()]*\))?\.\w.*", one) for one in texts
    ):
        return Does.SWITCHES, function  # ``return Pinners.GetPinner()``: one of several, made elsewhere
    if len(texts) == 1 and _JUDGED.fullmatch(texts[0]) and not source.functions(texts[0].partition("(")[0]):
        return Does.SWITCHES, function
    return _conditions(texts, body), function


_JUDGED = re.compile(
    r"(?:this\.)?\w+\.(?:Is)?(?:Valid|Validate|Verify|Check|Accept|Trusted)\w*\([^()]*|\w*(?i:handler|callback|validator|delegate)\([^()]*"
)
"""``_validator.IsValid(parameters)``: an object of elsewhere decides; its closing bracket is stripped."""


def _own_method(source: Source, function: "Node", returned: "list[Node]") -> "Node | None":
    """The method of this file that a lambda merely calls: ``(m, c, h, e) => Validate(m, c, h, e, callback)``."""
    call = source.call(returned[0]) if len(returned) == 1 and function.type == "lambda_expression" else None
    if call is None or call.receiver is not None:
        return None
    given = {source.text(a.node) for a in call.arguments} & {name for name, _ in source.parameters(function)}
    methods = source.functions(call.name) if len(given) >= 2 else []
    return methods[0] if methods else None


def _asks_another(source: Source, function: "Node", written: str) -> bool:
    """Whether the body hands all it was given to a callback of elsewhere: ``(m, c, h, e) => options.Callback(m, c, h, e)``."""
    found = _ASKS_ANOTHER.fullmatch(written)
    if not found:
        return False
    holder, _, name = written.partition("(")[0].removesuffix(".Invoke").removesuffix("?").rpartition(".")
    given = {one.strip() for one in found[1].split(",")}
    own = [parameter for parameter, _ in source.parameters(function) if parameter.strip("_")]
    elsewhere = holder not in ("", "this") or not source.functions(name)
    return elsewhere and len(given & set(own)) >= 2


def _conditions(texts: list[str], body: str) -> Does:
    if all((_FINE.search(one) and not _OR_ELSE.search(one)) or one == "false" for one in texts):
        return Does.DEFAULT
    plain = [one for one in texts if (not _FINE.search(one) or _OR_ELSE.search(one)) and one not in ("true", "false")]
    if set(texts) == {"false", "true"} and texts[-1] == "true" and texts.count("true") == 1 and _GUARDED.search(body):
        return Does.DEFAULT
    if "true" in texts and "false" not in texts and not plain and not _FINE.search(body):
        return Does.ACCEPTS
    if _CHAIN_ERRORS_PASS.search(body) and "true" in texts and "continue" in body:
        return Does.ACCEPTS  # the well-known sample that forgives an untrusted root
    if texts.count("true") and (
        not _FINE.search(body) or texts.count("true") > 1 or any(_FINE.search(t) for t in texts)
    ):
        return Does.SWITCHES
    if any(re.search(r"\?\s*true\b|:\s*true\b", one) for one in plain):
        return Does.SWITCHES
    if plain and all(
        re.fullmatch(r"!?[\w.]+", one) or re.search(r"==|\.(?:Equals|Contains|StartsWith|EndsWith)\(", one)
        for one in plain
    ):
        return Does.SWITCHES
    if any(
        "~" in one or re.search(r"!= SslPolicyErrors|RemoteCertificate(?:NameMismatch|ChainErrors)", one)
        for one in plain
    ):
        return Does.SWITCHES
    return Does.DEFAULT


def _function(source: Source, node: "Node", depth: int) -> "Node | None":
    """The lambda in the expression, or the method of this file that it names."""
    if node.type in (
        "lambda_expression",
        "anonymous_method_expression",
        "method_declaration",
        "local_function_statement",
    ):
        return node
    inner = source.nodes(("lambda_expression", "anonymous_method_expression"), node)
    if inner:
        return inner[0]
    names = re.findall(r"[A-Za-z_]\w*", source.text(node))
    for name in reversed(names[:12]):
        named = [
            f for f in source.nodes(("method_declaration", "local_function_statement")) if source.name_of(f) == name
        ]
        if named:
            # Of several overloads the one with a lambda inside is the one that makes the callback.
            return next((f for f in named if source.nodes(("lambda_expression",), f)), named[-1])
        for definition in source.definitions.get(name, ()) if depth < 3 else ():
            if definition.value.id != node.id and definition.value.type != "identifier":
                found = _function(source, definition.value, depth + 1)
                if found is not None:
                    return found
    return None


def _is_callback_type(source: Source, function: "Node") -> bool:
    """Whether a method gives back a callback rather than being one."""
    returns = function.child_by_field_name("returns") or function.child_by_field_name("type")
    return returns is not None and re.search(r"Callback|Func<", source.text(returns)) is not None


def _returned(source: Source, function: "Node") -> "list[Node]":
    body = function.child_by_field_name("body")
    if body is None:
        body = next((c for c in function.named_children if c.type in ("block", "arrow_expression_clause")), None)
    if body is None:
        return []
    if body.type == "arrow_expression_clause":
        return body.named_children[-1:]
    if body.type != "block":
        return [body]
    own = [n for n in source.nodes({"return_statement"}, body) if _inmost(source, n) == function.id]
    return [n.named_children[-1] for n in own if n.named_children]


def _inmost(source: Source, node: "Node") -> int:
    around = source.function_around(node)
    return around.id if around is not None else -1


def _with_helpers(source: Source, function: "Node") -> str:
    """The body's text and that of the methods of this file that it calls."""
    parts = [source.text(function)]
    for call in source.calls(within=function)[:30]:
        parts += [source.text(one) for one in source.functions(call.name)[:4] if one.id != function.id]
    return "\n".join(parts)[:60_000]


def kept_callbacks(hit: Hit) -> "tuple[Node, list[Node]] | None":
    """The field, property or method around a callback's type, and the callbacks that it holds or gives which accept everything."""
    source = hit.source
    node = source.around(hit.node, frozenset({"field_declaration", "property_declaration", "method_declaration"}))
    if node is None:
        return None
    typed = node.child_by_field_name("type") or node.child_by_field_name("returns")
    inner = node.named_children[-1] if node.type == "field_declaration" and node.named_children else None
    if inner is not None and inner.type == "variable_declaration":
        typed = inner.child_by_field_name("type")
    if typed is None or not typed.start_byte <= hit.offset < typed.end_byte:
        return None
    lambdas = source.nodes(("lambda_expression", "anonymous_method_expression"), node)
    is_callback = _CALLBACK_TYPE.search(source.text(typed)) is not None
    accepting = [one for one in lambdas if is_callback and verdict(source, one)[0] is Does.ACCEPTS]
    return (node, [node] if len(lambdas) == 1 else accepting) if accepting else None


_CALLBACK_TYPE = re.compile(
    r"^(?:[\w.]*\.)?RemoteCertificateValidationCallback\??$|^Func<.*SslPolicyErrors,\s*bool>\??$", re.DOTALL
)


def adds_to_default(source: Source, function: "Node") -> bool:
    """Whether the callback first says yes to what the default accepts."""
    return _FINE.search(source.text(function)) is not None


def compared_with(hit: Hit, function: "Node") -> Value:
    """What the certificate is compared with: a literal, a constant, a field, a parameter."""
    source = hit.source
    best = unknown(source.text(function)[:80])
    for node in source.nodes(("binary_expression", "invocation_expression"), function):
        written = source.text(node)
        if not _COMPARED.search(written) or len(written) > 400:
            continue
        sides = list(node.named_children) if node.type == "binary_expression" else []
        call = source.call(node)
        if call is not None and call.name not in _COMPARING:
            continue
        if call is not None:
            sides = [a.node for a in call.arguments] + ([call.receiver] if call.receiver is not None else [])
        for side in sides:
            if _OF_PEER.search(source.text(side)):
                continue
            value = hit.value(side)
            if value.kind is Kind.TEXT and re.fullmatch(r"[0-9A-Fa-f:\s\-]{16,}|[A-Za-z0-9+/=]{20,}", value.text):
                return value
            if value.kind in (Kind.SETTING, Kind.PARAMETER, Kind.ENVIRONMENT, Kind.CHOICE, Kind.NAME):
                # A local variable of the callback holds what the code around has filled in.
                local = value.kind is Kind.NAME and value.text[:1].islower()
                best = Value(Kind.SETTING, value.text) if local else value
    return best


_COMPARING = frozenset({"Equals", "SequenceEqual", "FixedTimeEquals", "Contains", "ContainsKey", "Compare"})


def compared_at(source: Source, function: "Node", place: "Node") -> "Node":
    """Where a callback compares the certificate; ``place``, if the callback is written there or nothing else compares."""
    if place.id != function.id and place.start_byte <= function.start_byte and function.end_byte <= place.end_byte:
        return place
    for node in source.nodes(("binary_expression", "invocation_expression"), function):
        written = source.text(node)
        if len(written) > 400 or not _OF_CERTIFICATE.search(written):
            continue
        call = source.call(node)
        operator = node.child_by_field_name("operator") if node.type == "binary_expression" else None
        if (call is not None and call.name in _COMPARING) or (
            operator is not None and source.text(operator) in ("==", "!=")
        ):
            return node
    for node in source.nodes(("invocation_expression", "member_access_expression"), function):
        statement = source.around(node, source.grammar.statements)
        written = source.text(statement if statement is not None else node)
        if _OF_CERTIFICATE.search(source.text(node)[:400]) and not _LOGGED.match(written):
            return node  # ``var key = certificate.GetPublicKeyString(); return key.Equals(Key);``
    return place


_OF_CERTIFICATE = re.compile(
    r"(?i)thumbprint|GetCertHash|GetPublicKey|GetSerial|SerialNumber|RawData|GetRawCert|fingerprint"
)
_OF_PEER = re.compile(
    r"GetCertHash|\.Thumbprint\b|GetPublicKey|GetSerial|\.SerialNumber|\.RawData|GetRawCert|StringComparison|^\d+$|^null$|SslPolicy"
)
