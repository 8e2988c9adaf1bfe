"""Ruby: where an option stands: which hash, which call, whose attribute; server or client; what for."""

import re
from typing import TYPE_CHECKING

from wxcertcheck.model import Purpose
from wxcertcheck.scan.evaluate import FILE
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.names import bare, last_name
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.values import SOURCE, Kind, Value

if TYPE_CHECKING:
    from tree_sitter import Node

_ASSERTED = re.compile(
    r"(?:^|\.)(?:expect|eq|eql|be|include|receive\w*|have_\w+|match\w*|assert\w*|must_\w+|a_hash_including|stubs?|should"
    r"|hash_including|returns|and_return|expects)(?:\.|$)"
    r"|(?:receive\w*|expects?|stub\w*|have_\w+|should_\w+|a_request)\b.*\.with$"
)
_ASKED = re.compile(
    r"verif|insecure|ignore|skip|unsafe|self_?sign|strict|allow_invalid|disable|\bssl_no", re.IGNORECASE
)
_ASKS_CLIENTS = re.compile(r"client_cert_auth|\bclient_auth\b|verify_client|client_ca\b")
"""A context that wants certificates of its clients is a server's."""
_LDAP, _MAIL = re.compile(r"ldap", re.IGNORECASE), re.compile(r"smtp|mail|imap|pop3", re.IGNORECASE)
_QUEUE = re.compile(r"kafka|bunny|amqp|rabbit|mqtt|stomp|nats|sidekiq", re.IGNORECASE)
_DATABASE = re.compile(
    r"redis|mysql|postgres|\bpg\b|mongo|sequel|database|active_?record|elastic|cassandra|ssl_params|dalli",
    re.IGNORECASE,
)


def setting_of(hit: Hit) -> Setting | None:
    """Like `Hit.setting`, and ``http.ca_file = x``, whose left side this grammar takes for a call."""
    call, source = hit.node.parent, hit.source
    if call is not None and call.type == "call" and call.child_by_field_name("arguments") is None:
        outer = call.parent
        if outer is not None and outer.type in ("assignment", "operator_assignment"):
            left, right = outer.child_by_field_name("left"), outer.child_by_field_name("right")
            if left is not None and left.id == call.id and call.child_by_field_name("method") == hit.node:
                written = source.text(left)
                return Setting(last_name(written), written, right, "assignment", outer)
        if outer is not None and outer.type not in ("pair", "element_reference"):
            return None
    found = hit.setting()
    if found is not None and found.form == "setter" and found.value is None:
        return None
    return found


def names_around(hit: Hit, node: "Node") -> str:
    """The names that ``node`` is nested in: hash keys, callees, the variable, the class; for a look at what they are about."""
    source, names = hit.source, []
    for parent in source.ancestors(node):
        if parent.type == "pair":
            key = parent.child_by_field_name("key")
            names.append(bare(source.text(key)) if key is not None else "")
        elif parent.type == "call":
            call = source.call(parent)
            names.append(call.dotted[-120:] if call is not None else "")
        elif parent.type in ("assignment", "operator_assignment"):
            left = parent.child_by_field_name("left")
            names.append(source.text(left)[:80] if left is not None else "")
        elif parent.type in source.grammar.functions or parent.type in source.grammar.classes:
            names.append(source.name_of(parent))
    return " ".join(names)


def asserted(hit: Hit) -> bool:
    """Whether a test merely compares with it: ``eq(verify: false)``; in ``expect(HTTParty.get(u, verify: false))`` it is used."""
    source, child = hit.source, hit.node
    for parent in source.ancestors(hit.node):
        if parent.type in ("block", "do_block", "method", "body_statement"):
            return False
        call = source.call(parent)
        if call is not None and child.type == "argument_list":
            return _ASSERTED.search(call.dotted) is not None
        child = parent
    return False


def is_server(hit: Hit, setting: Setting) -> bool:
    """Whether the context is a server's: handed to ``SSLServer.new``, made in a server's class, an option of WEBrick or Puma."""
    source, names = hit.source, names_around(hit, setting.node)
    if setting.form == "pair":
        return re.search(r"WEBrick|SSLServer|Puma|TCPServer|ssl_bind|MiniSSL", names) is not None
    around = source.function_around(setting.node)
    if around is not None and _ASKS_CLIENTS.search(source.text(around)):
        return True
    if "SSLServer" not in source.text(source.tree.root_node):
        return False
    holder = setting.target.rpartition(".")[0].rstrip("&")
    for call in source.calls("new"):
        if "SSLServer" in call.callee and (not holder or any(source.text(a.node) == holder for a in call.arguments)):
            return True
    return bool(re.search(r"server", names, re.IGNORECASE)) and "SSLContext" in source.text(source.tree.root_node)


def bare_context(source: Source, setting: Setting) -> str:
    """The variable of an ``SSLContext.new`` that an attribute is set on ("": of something else): by itself a context has no
    CAs and verifies nothing, until ``set_params`` gives it the defaults.
    """
    holder, dot, _ = setting.target.rpartition(".")
    if not dot or setting.form != "assignment":
        return ""
    made = [d for d in source.definitions.get(holder.lstrip("@$"), ()) if d.target == holder]
    around = source.function_around(setting.node) or source.tree.root_node
    bare = any("SSLContext.new" in source.text(d.value) for d in made)
    return holder if bare and "set_params" not in source.text(around) else ""


def asked_for(source: Source, node: "Node") -> bool:
    """Whether a condition around ``node`` asks for verification to be off: ``if options[:insecure]``."""
    for parent in source.ancestors(node):
        if parent.type in source.grammar.functions:
            return False
        condition = parent.child_by_field_name("value" if parent.type == "case" else "condition")
        if parent.type in ("if", "unless", "elsif", "if_modifier", "unless_modifier", "case") and condition is not None:
            inside = condition.start_byte <= node.start_byte < condition.end_byte
            if not inside and _ASKED.search(source.text(condition)):
                return True
    return False


def optional(source: Source, node: "Node", value_node: "Node", value: Value) -> bool:
    """Whether a name of elsewhere is used only where it was given: ``http.ca_file = ca_file if ca_file``."""
    if value.kind is not Kind.NAME:
        return False
    written = source.text(value_node)
    for parent in source.ancestors(node):
        if parent.type in source.grammar.functions:
            return False
        condition = parent.child_by_field_name("condition")
        if parent.type in ("if", "if_modifier") and condition is not None:
            given = re.sub(r"^!|^defined\?|[()\s]|\.(?:nil|blank|present|empty)\?$", "", source.text(condition))
            if written in given.split("&&"):
                return True
    return False


def purpose(hit: Hit, setting: Setting) -> Purpose:
    """What the connection is for, by the names around."""
    words = f"{setting.target} {names_around(hit, setting.node)}"
    for expression, found in ((_LDAP, Purpose.LDAP), (_MAIL, Purpose.MAIL), (_QUEUE, Purpose.QUEUE)):
        if expression.search(words):
            return found
    return Purpose.DATABASE if _DATABASE.search(words) else Purpose.HTTPS


def beside_source(value: Value) -> bool:
    """A file that comes with the code: what an instance variable or constant of such a value is used for is a pin."""
    first = value.parts[0] if value.kind is Kind.JOIN and value.parts else value
    return first.base == SOURCE or first.text.startswith(FILE)
