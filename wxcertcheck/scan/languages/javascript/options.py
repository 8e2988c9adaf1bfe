"""Where an option object of JavaScript belongs: which call it goes to, beside which keys it stands, client or server."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wxcertcheck.model import Purpose
from wxcertcheck.scan.source import Hit, Source, bare, last_name

if TYPE_CHECKING:
    from tree_sitter import Node

_SERVER_CALL = re.compile(
    r"(?:create(?:Secure)?Server|https?2?\.Server|tls\.Server|(?:^|\.)Server|Fastify|fastify|ServerCredentials\.createSsl"
    r"|WebSocketServer|serve)$"
)
_SERVER_KEY = frozenset({"requestCert", "SNICallback", "ALPNCallback", "devServer"})
_ASSERTION = re.compile(
    r"(?:^|\.)(?:expect\w*|assert\w*|should\w*|to(?:Strict)?(?:Equal|Be|Match\w*|HaveBeen\w+|Contain\w*|HaveProperty)"
    r"|(?:not)?[dD]eep(?:Strict)?(?:Equal|Include)?|eql?|equals?|calledWith\w*|isDeepStrictEqual|t\.like|t\.is|matches?"
    r"|assertArgument|objectContaining|mockReturnValue\w*|mockResolvedValue\w*)(?:\.|$)"
)
_DATABASE = re.compile(
    r"redis|Pool|Sequelize|mongo|knex|DataSource|createConnection|mysql|postgres|\bpg\b|\bsql|database|dialect|drizzle"
    r"|elastic|cassandra|typeorm|\bdb\b|valkey|couch|memcached",
    re.IGNORECASE,
)
_QUEUE = re.compile(r"mqtt|amqp|kafka|rabbit|nats|stomp|pulsar|broker", re.IGNORECASE)
_MAIL = re.compile(r"createTransport|smtp|imap|nodemailer|mailer|pop3", re.IGNORECASE)
_LDAP = re.compile(r"ldap", re.IGNORECASE)
_WRAPPERS = re.compile(r"(?:Object\.(?:assign|freeze|seal)|merge|defaults|extend|assign|\w*[oO]ptions|useMemo|defineConfig)$")
_MANY = 12


@dataclass(slots=True)
class Surroundings:
    """What stands around an option: its sibling keys, the keys it is nested in, the call and the name it goes to."""

    keys: frozenset[str] = frozenset()
    nested_in: list[str] = field(default_factory=list)
    callees: list[str] = field(default_factory=list)
    target: str = ""
    users: list[str] = field(default_factory=list)
    """Callees that get ``target`` as an argument."""

    @property
    def words(self) -> str:
        """All names around, for a look at what they are about."""
        return " ".join((*self.callees, *self.nested_in, self.target, *self.users))

    @property
    def server(self) -> bool:
        """Whether this is the server's side: ``ca`` lists client CAs there, ``rejectUnauthorized`` refuses clients."""
        if self.keys & _SERVER_KEY or _SERVER_KEY & set(self.nested_in):
            return True
        if any(_SERVER_CALL.search(c) for c in self.callees):
            return True
        if self.users and all(_SERVER_CALL.search(c) or "listen" in c for c in self.users):
            return True
        if self.nested_in[:2] == ["https", "server"]:
            return True
        return bool(re.search(r"server(?!less|name|url)", self.target, re.IGNORECASE)) and "client" not in self.target.lower()

    @property
    def asserted(self) -> bool:
        """Whether a test merely compares with it, or a mock returns it."""
        return any(_ASSERTION.search(callee) for callee in self.callees)


def surroundings(hit: Hit, node: "Node") -> Surroundings:
    """What stands around ``node``, a pair, shorthand or assignment."""
    source, here = hit.source, Surroundings()
    if node.type in ("assignment_expression", "augmented_assignment_expression"):
        left = node.child_by_field_name("left")
        here.target = source.text(left) if left is not None else ""
        here.target = re.sub(r"(?:\.ca|\[['\"]ca['\"]\])$", "", here.target)
        here.users = _users(source, here.target)
        return here
    if node.parent is not None and node.parent.type == "object":
        here.keys = frozenset(keys(source, node.parent))
    _climb(source, node, here)
    here.users = _users(source, here.target) if here.target else []
    return here


def keys(source: Source, objects: "Node") -> list[str]:
    """The keys of an object literal."""
    found = []
    for child in objects.named_children[:200]:
        if child.type == "pair":
            key = child.child_by_field_name("key")
            found.append(bare(source.text(key)) if key is not None else "")
        elif child.type == "method_definition":
            found.append(source.name_of(child))
        elif child.type == "shorthand_property_identifier":
            found.append(source.text(child))
    return found


def _climb(source: Source, node: "Node", here: Surroundings) -> None:
    child = node
    for parent in source.ancestors(node):
        kind = parent.type
        if kind == "pair":
            key, value = source.pair(parent)
            if key is not None and value is not None and value.id == child.id:
                here.nested_in.append(bare(source.text(key)))
        elif kind in ("call_expression", "new_expression"):
            call = source.call(parent)
            if call is not None and child.type == "arguments":
                here.callees.append(call.dotted[-200:])
                if len(here.callees) >= _MANY:
                    return
        elif kind == "jsx_opening_element" or kind == "jsx_self_closing_element":
            return
        elif kind in source.grammar.assignments:
            target = parent.named_child(0) if kind != "field_definition" else parent.child_by_field_name("property")
            written = source.text(target) if target is not None else ""
            here.target = written.split(":")[0].strip()[:100]
            return
        elif kind == "return_statement":
            function = source.function_around(parent)
            here.target = _function_name(source, function) if function is not None else ""
            return
        elif kind in source.grammar.functions:
            if not here.target and child.type != "statement_block":
                here.target = _function_name(source, parent)
            if parent.parent is None or parent.parent.type != "arguments":
                return
        elif kind == "class_body":
            return
        child = parent


def _function_name(source: Source, function: "Node") -> str:
    name = source.name_of(function)
    if name or function.parent is None:
        return name
    if function.parent.type == "variable_declarator":
        named = function.parent.child_by_field_name("name")
        return source.text(named) if named is not None else ""
    return ""


def _users(source: Source, target: str) -> list[str]:
    """Callees that get the variable ``target`` as an argument."""
    name = last_name(target)
    if not name or len(name) < 2 or "." in target:
        return []
    found = []
    pattern = re.compile(rf"^(?:\.\.\.)?{re.escape(name)}$|\.\.\.{re.escape(name)}\b|:\s*{re.escape(name)}\b")
    for call in source.calls()[:3000]:
        if any(a.node.end_byte - a.node.start_byte < 600 and pattern.search(source.text(a.node)) for a in call.arguments):
            found.append(call.dotted[-100:])
            if len(found) >= _MANY:
                break
    return found


def purpose(around: Surroundings, source: Source) -> Purpose:
    """What the connection is for, by the names around the option."""
    words = around.words + " " + " ".join(around.keys & {"database", "dialect", "dialectOptions", "brokers"})
    if _LDAP.search(words):
        return Purpose.LDAP
    if _MAIL.search(words):
        return Purpose.MAIL
    if _QUEUE.search(words):
        return Purpose.QUEUE
    if _DATABASE.search(words):
        return Purpose.DATABASE
    if any(re.search(r"(?:^|\.)Client$", c) for c in around.callees) and re.search(rb"['\"]pg['\"]", source.data):
        return Purpose.DATABASE
    return Purpose.HTTPS
