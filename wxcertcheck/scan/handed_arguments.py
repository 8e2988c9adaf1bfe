"""Arguments, constants and keys whose names tell of a CA or a switch: given to a function of another file that builds
connections, or read from a connection string.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind
from wxcertcheck.scan.handed_cas import CONSTANT, trusted
from wxcertcheck.scan.handed_guards import calls_own, spoken_for
from wxcertcheck.scan.handed_places import Evaluate
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.phrases import tells_ca, words_of
from wxcertcheck.scan.source import Call
from wxcertcheck.scan.values import Kind

if TYPE_CHECKING:
    from tree_sitter import Node

_BUILDS = re.compile(
    r"(?i)tls|ssl|transport|pool|cred|secur|verif|validat|https|connector|trust|insecure|client|connect|dial(?!og)|channel|mqtt|amqp|kafka|redis|grpc|broker|(?:with|set|use)_?cert(?!ificate_?(?:request|chain))"
)
_WORKS = re.compile(
    r"(?i)parse|append|decode|marshal|read|open|stat\b|exist|from_?(?:pem|der)|add_?cert|load_?(?:key|x509|cert)|log|print|error"
    r"|warn|info|debug|format|fmt|copy|clone|clear|flag|usage|help|assert|equal|compare|len\b|validate_?path|contains|strdup|strlen|free"
    r"|_verify$|x509_verify|_init$|_is_|_ur[il]|_new$|client_?ca|acceptor|server(?!_?(?:name|trust|cert|connect|dial))|_?mux$|listen|identity|key_?pair|^post|^send|xml"
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


_ROOT_FILE = re.compile(r"(?i)(?:^|/)\w*root[-_]?ca\w*\.(?:pem|crt|cer|der)$")
_SIGNED = re.compile(r"(?i)ali_?pay|union_?pay|acp_|apple")


def literal_handed(hit: Hit, patterns: tuple[Pattern, ...]) -> Iterator[Find]:
    """``client.WithCert("cert.pem", "key.pem", "cert/rootca.pem")``: the file's name says what it is."""
    source, given = hit.source, hit.argument()
    name = hit.name
    if given is None or not _ROOT_FILE.search(name) or _SIGNED.search(name):
        return
    call = given[0]
    if _WORKS.search(call.name) or not _BUILDS.search(call.name) or calls_own(source, call):
        return
    if not spoken_for(hit, patterns, source.statement_around(call.node)):
        yield Find(PinKind.TRUST, call.node, hit.value(call.nth(given[1])))


def argument_handed(hit: Hit, off: str, evaluate: Evaluate, patterns: tuple[Pattern, ...]) -> Iterator[Find]:
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
        or re.match(
            r"_(?:get|is|has|test|expect|check|validate|verify|warn|ensure)_|\w+_get_(?!\w*tls)", words_of(call.name)
        )
    ):
        return
    named = source.text(hit.node if hit.node.type in source.grammar.names else node)
    if len(source.text(node)) > 80 or not re.fullmatch(
        r"[\s!*&(]*[\w.:>\-]+(?:\(\)|\[\])?(?:\.(?:clone|as_ref|as_deref|c_str|to_string)\(\))*[)\s]*", named
    ):
        return
    constant = "::" in source.text(node) or (source.language.name != "go" and re.fullmatch(r"[A-Z]\w*", named))
    if constant or calls_own(source, call) or spoken_for(hit, patterns, source.statement_around(call.node)):
        return
    if not off:
        find = trusted(call.node, evaluate(hit, node))
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


def constant_used(hit: Hit, evaluate: Evaluate, patterns: tuple[Pattern, ...]) -> Iterator[Find]:
    """C: a certificate in a constant is handed on or kept under whatever name: ``params.pub_key = iotx_ca_crt``."""
    source, node, parent = hit.source, hit.node, hit.node.parent
    while parent is not None and parent.type in source.grammar.transparent | {"cast_expression", "pointer_expression"}:
        node, parent = parent, parent.parent
    if (node.type not in source.grammar.names and hit.node.type not in source.grammar.names) or parent is None:
        return
    if re.search(r"(?i)_(?:len|length|size|bytes|end)$", hit.name):
        return
    value = evaluate(hit, hit.node)
    pem = any(leaf.kind is Kind.TEXT and "-----BEGIN C" in leaf.text for leaf in value.leaves())
    outside = value.kind is Kind.NAME and re.fullmatch(r"\w+", value.text) and CONSTANT.search(value.text)
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
        if call is not None and not works and not calls_own(source, call):
            place = call.node
    elif parent.type == "assignment_expression" and parent.child_by_field_name("right") == node:
        place = parent
    if place is not None and not spoken_for(hit, patterns, source.statement_around(place)):
        yield Find(PinKind.TRUST, place, value)


_PARAMETERS = re.compile(r"(?i)quer(?:y|ies)|dsn|\bur[il]|conn(?:ection)?_?str|params?\b|parse_?(?:dsn|ur[il]|conn)")
"""Parameters of a connection string."""


def key_read(hit: Hit) -> Iterator[Find]:
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
