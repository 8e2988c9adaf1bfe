"""Where an option object of JavaScript belongs: which call it goes to, beside which keys it stands, client or server."""

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from wxcertcheck.model import Purpose
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.names import bare, last_name
from wxcertcheck.scan.source import Source

if TYPE_CHECKING:
    from tree_sitter import Node

_SERVER_CALL = re.compile(
    r"(?:create(?:Secure)?Server|https?2?\.Server|tls\.Server|(?:^|\.)Server|Fastify|fastify|ServerCredentials\.createSsl"
    r"|WebSocketServer|serve)$"
)
_SERVER_KEY = frozenset({"SNICallback", "ALPNCallback", "devServer", "httpsOptions"})
_SERVES = re.compile(rb"create(?:Secure)?Server\b|\.listen\(")
_CLIENT_CALL = re.compile(
    r"(?:^|\.)(?:request|get|post|put|connect|fetch|got|Agent|\w+Agent|axios|createClient|create|Client|WebSocket|TLSSocket|io)$"
)
_MAKES = re.compile(
    r"^(?:request|fetch|got|axios|connect\w*|open\w*|driver|io|TLSSocket)$|(?:create|make|build|get|new)\w*(?:Client|Agent|Pool|Connection|Transport|Channel|Session|Dispatcher|Credentials)$"
)
_OPTIONS = re.compile(
    r"(?i)(?:connection|client|tls|ssl|agent|driver|request|axios|https?)_?(?:opt(?:ion)?s|config|params)$"
)
_CLIENT_KEY = frozenset(
    {"hostname", "host", "path", "method", "url", "uri", "headers", "servername", "checkServerIdentity"}
)
_ASSERTION = re.compile(
    r"(?:^|\.)(?:expect\w*|assert\w*|should\w*|to(?:Strict)?(?:Equal|Be|Match\w*|HaveBeen\w+|Contain\w*|HaveProperty)"
    r"|(?:not)?[dD]eep(?:Strict)?(?:Equal|Include)?|eql?|equals?|calledWith\w*|isDeepStrictEqual|t\.like|t\.is|matches?"
    r"|assertArgument|objectContaining|mockReturnValue\w*|mockResolvedValue\w*)(?:\.|$)"
)
_LOGS = re.compile(
    r"(?i)(?:^|\.)(?:console|log|logger|winston|pino)\.(?:log|info|debug|warn|error|trace|dir|table|verbose)$|JSON\.stringify$"
)
_MATCHER = re.compile(r"\.(?:to[A-Z]\w*|calledWith\w*|mock(?:Return|Resolved)Value\w*)$|deep(?:Strict)?Equal$")
"""Around a call: what it makes is an expected value. ``expect(await got(url, {…}))`` is a use."""
_DATABASE = re.compile(
    r"redis|Sequelize|mongo|knex|DataSource|createConnection|mysql|postgres|\bpg\b|\bsql|database|dialect|drizzle"
    r"|elastic|cassandra|typeorm|\bdb\b|valkey|couch|memcached",
    re.IGNORECASE,
)
_QUEUE = re.compile(r"mqtt|amqp|kafka|rabbit|nats|stomp|pulsar|broker", re.IGNORECASE)
_MAIL = re.compile(r"createTransport|smtp|imap|nodemailer|mailer|pop3", re.IGNORECASE)
_LDAP = re.compile(r"ldap", re.IGNORECASE)
_MANY = 12
_ENDS = frozenset({"class_body", "jsx_opening_element", "jsx_self_closing_element"})


class Surroundings(Struct):
    """What stands around an option: its sibling keys, the keys it is nested in, the call and the name it goes to."""

    keys: frozenset[str] = frozenset()
    nested_in: list[str] = field(default_factory=list)
    callees: list[str] = field(default_factory=list)
    target: str = ""
    users: list[str] = field(default_factory=list)
    """Callees that get ``target`` as an argument."""
    connects: bool = False
    """Whether ``isServer: false`` stands beside it."""
    made: bool = False
    """Whether the innermost call makes or opens something: ``new Client({…})``, ``createPool``, ``connect``."""
    serves: bool = False
    """Whether the file starts a server."""

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
        if "requestCert" in self.keys and not self.client:
            return True
        if self.users and all(_SERVER_CALL.search(c) or "listen" in c for c in self.users):
            return True
        if self.nested_in[:2] == ["https", "server"]:
            return True
        alone = not self.callees and not self.nested_in and not self.users
        if self.serves and alone and {"key", "cert"} <= self.keys and not self.client:
            return True  # a server's own certificate with its chain
        return (
            bool(re.search(r"server(?!less|name|url)", self.target, re.IGNORECASE))
            and "client" not in self.target.lower()
        )

    @property
    def client(self) -> bool:
        """Whether the options go to a client: many clients set ``requestCert``, a server's option, to no effect."""
        if "isServer" in self.keys:
            return self.connects or "checkServerIdentity" in self.keys
        return bool(self.keys & _CLIENT_KEY) or any(_CLIENT_CALL.search(c) for c in (*self.callees[:1], *self.users))

    @property
    def asserted(self) -> bool:
        """Whether a test merely compares with it, a mock returns it, or it is printed."""
        nearest, outer = self.callees[:1], self.callees[1:]
        return any(_ASSERTION.search(callee) or _LOGS.search(callee) for callee in nearest) or any(
            _MATCHER.search(callee) for callee in outer
        )


def surroundings(hit: Hit, node: "Node") -> Surroundings:
    """What stands around ``node``, a pair, shorthand or assignment."""
    source, here = hit.source, Surroundings(serves=hit.source.once(_serves))
    if node.type in ("assignment_expression", "augmented_assignment_expression"):
        left = node.child_by_field_name("left")
        here.target = source.text(left) if left is not None else ""
        here.target = re.sub(r"(?:\.ca|\[['\"]ca['\"]\])$", "", here.target)
        here.users = _users(source, here.target)
        here.keys = _assigned(source, here.target)
        return here
    if node.parent is not None and node.parent.type == "object":
        here.keys = frozenset(keys(source, node.parent))
        here.connects = re.search(r"\bisServer\s*:\s*false\b", source.text(node.parent)[:4000]) is not None
    _climb(source, node, here)
    here.users = _users(source, here.target) if here.target else []
    here.made = here.made or (
        not here.callees
        and (
            any(_MAKES.search(one.rpartition(".")[2]) for one in here.users) or _OPTIONS.search(here.target) is not None
        )
    )
    return here


def _assigned(source: Source, target: str) -> frozenset[str]:
    """The members of ``target`` that this file sets: ``o.cert = …``, ``o.rejectUnauthorized = …``."""
    return frozenset(source.once(_members).get(target, ())) - {"requestCert", *_SERVER_KEY}


_MEMBER = re.compile(rb"(?<![\w$.])([\w$.]{1,80})\.(\w{1,80})\s{0,80}=(?!=)")


def _members(source: Source) -> dict[str, set[str]]:
    """Every member that this file sets, by what it is a member of."""
    members: dict[str, set[str]] = {}
    for found in _MEMBER.finditer(source.data):
        members.setdefault(found[1].decode(), set()).add(found[2].decode())
    return members


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
        if kind in source.grammar.assignments:
            target = parent.child_by_field_name("property") or parent.named_child(0)
            here.target = source.text(target).split(":")[0].strip()[:100] if target is not None else ""
            return
        if kind in _ENDS or len(here.callees) >= _MANY:
            return
        if kind == "pair":
            key, value = source.pair(parent)
            if key is not None and value is not None and value.id == child.id:
                here.nested_in.append(bare(source.text(key)))
        elif kind in source.grammar.calls and child.type == "arguments":
            call = source.call(parent)
            if not here.callees:
                here.made = kind == "new_expression" or (call is not None and _MAKES.search(call.name) is not None)
            here.callees.append(call.dotted[-200:] if call is not None else "")
        elif kind == "return_statement" or kind in source.grammar.functions:
            function = source.function_around(parent) if kind == "return_statement" else parent
            if function is not None and (kind == "return_statement" or child.type != "statement_block"):
                here.target = here.target or _function_name(source, function)
            if kind == "return_statement" or parent.parent is None or parent.parent.type != "arguments":
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
    return source.once(_given).get(name, []) if len(name) > 1 and "." not in target else []


_WHOLE = re.compile(r"(?:\.\.\.)?([\w$]+)")
_WITHIN = re.compile(r"(?:\.\.\.|:\s{0,9})([\w$]+)")


def _given(source: Source) -> dict[str, list[str]]:
    """The names that are given to calls, alone or within an object (``{ ssl: tls, ...rest }``), and to which callees."""
    given: dict[str, list[str]] = {}
    for call in source.calls()[:3000]:
        names = set[str]()
        for argument in call.arguments:
            if argument.node.end_byte - argument.node.start_byte < 600:
                written = source.text(argument.node)
                whole = _WHOLE.fullmatch(written)
                names.update((whole[1],) if whole else _WITHIN.findall(written))
        for name in names:
            callees = given.setdefault(name, [])
            if len(callees) < _MANY:
                callees.append(call.dotted[-100:])
    return given


def _serves(source: Source) -> bool:
    return source.mentions(_SERVES)


_ASKED = re.compile(
    r"verif|insecure|ignore|reject|unauthor|skip|unsafe|self_?sign|strict|noSsl|no_ssl|allowInvalid|disable|trustAll",
    re.IGNORECASE,
)


def asked_for(source: Source, node: "Node") -> bool:
    """Whether a condition around ``node`` asks for verification to be off: ``if (options.insecure) { … }``."""
    for parent in source.ancestors(node):
        if parent.type in source.grammar.functions:
            return False
        condition = parent.child_by_field_name("condition")
        if parent.type == "binary_expression":
            operator = parent.child_by_field_name("operator")
            condition = (
                parent.named_child(0) if operator is not None and source.text(operator) in ("&&", "||") else None
            )
        if condition is not None and condition.end_byte < node.start_byte and _ASKED.search(source.text(condition)):
            return True
    return False


def optional(source: Source, node: "Node", written: str) -> bool:
    """Whether a member of elsewhere is used only where it was given: ``if (db.ca) o.ca = db.ca``, ``db.ca ? { ca: db.ca } : {}``."""
    name = written.strip("[] ")
    if "." not in name:
        return False
    for parent in source.ancestors(node):
        if parent.type in source.grammar.functions:
            return False
        condition = parent.child_by_field_name("condition")
        if parent.type == "binary_expression":
            condition = parent.named_child(0)
        if condition is not None and condition.end_byte <= node.start_byte:
            given = re.split(r"&&|[!=]==?\s*(?:undefined|null|['\"]{2})", source.text(condition).strip("()!"))
            if any(one.strip("()! ") in (name, name + ".trim()", name + ".length") for one in given):
                return True
    return False


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
    if any(re.search(r"(?:^|\.)(?:Client|Pool|createPool)$", c) for c in around.callees) and re.search(
        rb"['\"](?:pg|mysql2?|mariadb)(?:/\w+)?['\"]", source.data
    ):
        return Purpose.DATABASE
    return Purpose.HTTPS
