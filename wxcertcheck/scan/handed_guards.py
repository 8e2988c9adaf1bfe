"""What the general rule for what is handed on leaves alone: servers, software that issues certificates, what a pattern that
knows a library speaks of, and functions of the very file.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind
from wxcertcheck.scan.classify import classify
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Pattern
from wxcertcheck.scan.source import Call, Source

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
_SERVER_CODE = re.compile(
    r"ServerPolicy|_server_method|\bServerConfig|Ssl?Acceptor|TlsAcceptor|ListenAndServeTLS|tls\.Listen|NewListener|ServerTls|ClientCAs"
    r"|ClientAuth\b|(?i:require_?client|client_?cert(?:ificate)?_?(?:auth|verif|requir))"
)
_NETWORK_ACCESS = re.compile(
    r"(?i)(?<![a-z])eap(?![a-z])|wpa2?_?(?:ent|supp|cli)|supplicant|outer_?identity|wifi_?credentials|802_?1x"
)
"""WPA Enterprise: the CA of the network's own authentication, which no web server has to do with."""
_SERVER_FILE = re.compile(r"(?:srv|[a-z]Server|[a-z]Listener)s?\.\w+$")
Serves = Callable[[Hit], bool]
_ANY = frozenset(PinKind)


def spoken_for(hit: Hit, patterns: tuple[Pattern, ...], node: "Node", kinds: frozenset[PinKind] = _ANY) -> bool:
    """Whether a pattern that knows a library finds something of these kinds within ``node``."""
    source, start, end = hit.source, node.start_byte, node.end_byte
    for pattern in patterns:
        for word in pattern.words:
            at = source.data.find(word.encode(), start, end)
            while at >= 0:
                offset = at + min(len(word) - len(word.lstrip("\"'`:.@$-<>{[(,;=\t\r\n ")), len(word) - 1)
                inner = source.tree.root_node.descendant_for_byte_range(offset, offset + 1)
                if inner is not None and any(
                    classify(f, f.value) in kinds for f in pattern.match(Hit(source, inner, word, offset))
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


def _joins_network(source: Source, node: "Node") -> bool:
    function = source.function_around(node)
    around = source.text(function)[:20_000] if function is not None else source.text(source.statement_around(node))
    return _NETWORK_ACCESS.search(around) is not None or _NETWORK_ACCESS.search(source.path[-80:]) is not None


_SIGNATURES = re.compile(r"(?i)notation|cosign|sigstore|notary|fulcio|rekor")
"""Roots of signed images, not of servers."""


def left_alone(hit: Hit, node: "Node", patterns: tuple[Pattern, ...], serves: Serves | None) -> bool:
    """Whether the general rule says nothing of ``node``: a server's, an issuer's, or told by one of ``patterns``."""
    if hit.source.mentions(_ISSUES) or _is_server(hit.source, node) or (serves is not None and serves(hit)):
        return True
    if _SIGNATURES.search(hit.source.text(node)[:200]) or _SIGNATURES.search(hit.source.path[-80:]):
        return True
    if hit.source.language.name in ("c", "cpp", "objective_c") and _joins_network(hit.source, node):
        return True
    return spoken_for(hit, patterns, node)


def calls_own(source: Source, call: Call) -> bool:
    """A function of this very file: what it does with the value is found there."""
    if call.name == "new":
        return bool(source.classes(call.dotted.rpartition(".")[0].rpartition(".")[2]))
    return bool(source.functions(call.name))
