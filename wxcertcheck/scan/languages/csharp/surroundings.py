"""C#: where a setting stands: at a client's or a server's side, in a file that speaks to a database, a queue, a mail server."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from wxcertcheck.model import Purpose
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find, Matcher
from wxcertcheck.scan.matchers import switches
from wxcertcheck.scan.names import last_name
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.values import Kind, Value

if TYPE_CHECKING:
    from tree_sitter import Node

_PURPOSES = (
    (re.compile(rb"Npgsql|MySql|StackExchange\.Redis|MongoDB|Cassandra"), Purpose.DATABASE),
    (re.compile(rb"MQTTnet|M2Mqtt|Confluent\.Kafka|RabbitMQ"), Purpose.QUEUE),
    (re.compile(rb"MailKit|SmtpClient|ImapClient"), Purpose.MAIL),
    (re.compile(rb"LdapConnection"), Purpose.LDAP),
)
_SERVER = re.compile(r"SslServerAuthenticationOptions|ServerSslConfiguration|HttpsConnectionAdapterOptions")
_DECIDED = ("member_access_expression", "conditional_access_expression")
_FIXED = ("None", "ChainTrust", "PeerTrust", "PeerOrChainTrust", "Custom")
"""Members of enumerations: values like others."""
_SERVERS = re.compile(r"Server\w*(?:Options|Builder|Listener|Host|Endpoint)|Listener$")
"""Classes that set servers up."""
_SERVER_CALL = re.compile(r"AuthenticateAsServer|UseHttps|ConfigureHttpsDefaults|ConfigureKestrel")


def purpose_of(hit: Hit) -> Purpose:
    """What the hit's file connects to, by the libraries that it names."""
    return _purpose(hit.source.data)


@lru_cache(maxsize=8)
def _purpose(data: bytes) -> Purpose:
    return next((purpose for pattern, purpose in _PURPOSES if pattern.search(data)), Purpose.HTTPS)


def is_server(hit: Hit, node: "Node") -> bool:
    """Whether ``node`` is an option of a server: what it checks are its clients."""
    source = hit.source
    for parent in source.ancestors(node):
        if parent.type in ("object_creation_expression", "implicit_object_creation_expression"):
            head = source.text(parent).partition("{")[0]
            if _SERVER.search(head) or (head.startswith("new SslStream") and only_serves(source)):
                return True
        elif parent.type == "invocation_expression":
            call = source.call(parent)
            if call is not None and _SERVER_CALL.search(call.name):
                return True
        elif parent.type == "class_declaration":
            return _SERVERS.search(source.name_of(parent)) is not None
    return False


def only_serves(source: Source) -> bool:
    """Whether the file's streams authenticate as servers alone."""
    return b"AuthenticateAsServer" in source.data and b"AuthenticateAsClient" not in source.data


def taken_away(source: Source, assignment: "Node") -> bool:
    """``event -= handler``."""
    operator = assignment.child_by_field_name("operator")
    return operator is not None and source.text(operator) == "-="


def switch(
    *names: str,
    off: frozenset[str],
    purpose: Purpose | None = None,
    forms: tuple[str, ...] = ("assignment", "setter", "pair", "option"),
) -> Matcher:
    """A property or setter that switches verification off; its own declaration and setter are none."""
    plain = switches(*names, off=off, forms=forms, when=_not_clients)

    def match(hit: Hit) -> Iterator[Find]:
        for find in plain(hit):
            value = find.value
            if value is not None and value.kind is Kind.PARAMETER and value.text == "value":
                continue  # the setter of the property itself
            setting = hit.setting()
            given = setting.value.type if setting is not None and setting.value is not None else ""
            if value is not None and value.kind is Kind.NAME and given in _DECIDED and not value.text.endswith(_FIXED):
                value = Value(Kind.SETTING, value.text)
            yield Find(find.kind, find.node, value, find.mode, purpose or purpose_of(hit), off)

    return match


def _not_clients(hit: Hit, setting: Setting) -> bool:
    if setting.name != hit.name:
        return False  # something that is done with its value
    bare = setting.node.type == "assignment_expression" and setting.target == hit.name
    if bare and hit.source.around(setting.node, frozenset({"initializer_expression"})) is None:
        constructor = frozenset({"constructor_declaration"})
        if hit.source.around(setting.node, constructor) is not None:
            return False  # a model's own property
    if setting.value is not None and setting.name == last_name(hit.source.text(setting.value)[-200:]):
        return False  # a copy
    return "ClientCertificate" not in setting.target and setting.node.type not in (
        "property_declaration",
        "variable_declarator",
    )
