"""What a ``*tls.Config`` is for, by the file's imports, and whether it merely copies another one."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from wxcertcheck.model import Purpose
from wxcertcheck.scan.source import Source

if TYPE_CHECKING:
    from tree_sitter import Node

_IMPORTS = (
    (
        Purpose.DATABASE,
        re.compile(rb'"[^"\n]*(?:go-sql-driver/mysql|lib/pq|jackc/pgx|mongo-driver|go-redis|redigo|gocql)'),
    ),
    (Purpose.QUEUE, re.compile(rb'"[^"\n]*(?:sarama|kafka|amqp|nats\.go|paho\.mqtt|pulsar|nsq|stomp)[^"\n]*"')),
    (Purpose.LDAP, re.compile(rb'"[^"\n]*go-ldap/ldap')),
    (Purpose.MAIL, re.compile(rb'"(?:net/smtp|[^"\n]*(?:gomail|go-imap|go-mail)[^"\n]*)"')),
)
_WEB = re.compile(rb'"(?:net/http|[^"\n]*(?:resty|fasthttp|imroc/req|gorequest|grpc)[^"\n]*)"')


def purpose_of(source: Source) -> Purpose:
    """What the file's TLS configurations are for, by its imports: a driver's, unless the file makes HTTP clients too."""
    return _purpose(source.data[:20_000])


@lru_cache(maxsize=8)
def _purpose(start: bytes) -> Purpose:
    if _WEB.search(start):
        return Purpose.HTTPS
    return next((purpose for purpose, imports in _IMPORTS if imports.search(start)), Purpose.HTTPS)


def copies(source: Source, node: "Node", name: str) -> bool:
    """``RootCAs: c.RootCAs`` where c is itself a ``*tls.Config``: nothing is decided here."""
    while node.type in ("expression_list", "literal_element") and node.named_children:
        node = node.named_children[0]
    written = source.text(node)
    if not written.endswith("." + name):
        return False
    head = re.escape(written.removesuffix("." + name).rpartition(".")[2].rpartition(")")[2])
    if head.endswith("TLSClientConfig") or not head:
        return True
    if _cloned(source, node, head):
        return True
    function = next(
        (a for a in source.ancestors(node) if a.type in ("function_declaration", "method_declaration")), None
    )
    around = source.text(function) if function is not None else ""
    made = re.search(rf"\b{head}\b[\w, ]*:?= *[\w.]*?(\w+)\(", around)
    for own in source.functions(made.group(1)) if made else ():
        result = own.child_by_field_name("result")
        if result is not None and re.search(r"\*?tls\.Config\b", source.text(result)):
            return True
    return bool(re.search(rf"\b{head}\b[\w, ]*(?:\*|:?= *&?)(?:tls|gotls|ctls)\.Config\b", around))


_COPIED = re.compile(
    r"NextProtos|CipherSuites|M(?:in|ax)Version|Client(?:Auth|CAs|SessionCache)|Verify\w+|Get\w*Certificate|Time|Rand"
    r"|CurvePreferences|SessionTicket\w+|Renegotiation|KeyLogWriter"
)
"""Fields that a ``tls.Config`` has and an application's own settings seldom have."""


def _cloned(source: Source, node: "Node", head: str) -> bool:
    """Whether the literal around copies other fields of a ``tls.Config`` from the same place: ``NextProtos: c.NextProtos``."""
    function = source.function_around(node)
    declared = re.search(rf"\b{head}\s+\*?[\w.]+", source.text(function)[:400]) if function is not None else None
    literal = source.around(node, frozenset({"literal_value"}))
    made = source.text(literal.parent).partition("{")[0] if literal is not None and literal.parent is not None else ""
    if declared and declared.group().endswith(("Options", "Opts", "Settings")) and made.endswith("tls.Config"):
        return False  # ``func dial(o *Options)``: whoever made those decides
    copied = typical = 0
    for pair in literal.named_children if literal is not None else ():
        if pair.type == "keyed_element":
            key, value = source.pair(pair)
            name = source.text(key) if key is not None else ""
            if value is not None and source.text(value).endswith(f"{head}.{name}"):
                copied += 1
                typical += _COPIED.fullmatch(name) is not None
    return copied >= 3 and typical >= 1
