"""What the places have in common where a CA or a switch is handed on under a telling name: members, keys, holders and settings
that are read.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.values import Kind, Value

if TYPE_CHECKING:
    from tree_sitter import Node

CALLEE = re.compile(
    r"(?i)tls|ssl|secur|http|client|connect|transport|session|socket|pool|trust|cert|dial|option|with|curl|mqtt|channel|url"
)
PUTS = re.compile(
    r"(?i)(?:^|_)(?:set|add|put|with|insert|append|replace|update)(?:_?(?:opt\w*|param\w*|config\w*|property|value|key|str\w*|var|query|header))?$"
)
_MEMBER = re.compile(r"(?:\.|->|::)\s*\w+$|\[\s*[\"'@:]")
"""A target that belongs to something: ``tls.ca``, ``tls->ca``, ``options["ca"]``; not ``char ca[]``."""
DECIDED = (Kind.PARAMETER, Kind.SETTING, Kind.ENVIRONMENT)
Evaluate = Callable[[Hit, "Node"], Value]


def evaluated(hit: Hit, node: "Node") -> Value:
    """What an expression is, as far as the file tells."""
    return hit.value(node)


def is_member(hit: Hit, setting: Setting) -> bool:
    """Whether what is set belongs to something: ``tls.ca = x``, not a variable of its own."""
    parent, grammar = hit.node.parent, hit.source.grammar
    return _MEMBER.search(setting.target) is not None or (parent is not None and parent.type in grammar.members)


def is_key(hit: Hit) -> bool:
    """A string or a constant, as options are named; not a variable whose address is given."""
    strings = hit.source.grammar.strings
    return hit.name.isupper() or hit.node.type in strings or hit.source.around(hit.node, strings) is not None


def same_name(hit: Hit, value: "Node") -> bool:
    """``to.ca = from.ca``, ``ca_file: ca_file.clone()``: a field handed on under its own name."""
    names = re.findall(r"\w+", hit.source.text(value)[:200])
    return hit.name in names


def holder_of(source: Source, node: "Node") -> str:
    """The type or function that a pair belongs to, as written: ``transport.Config``, ``TlsOptions``, ``connect``."""
    for parent in source.ancestors(node):
        call = source.call(parent)
        if call is not None:
            return call.dotted
        made = parent.child_by_field_name("type") or (
            parent.child_by_field_name("name") if parent.type == "struct_expression" else None
        )
        if made is not None:
            return source.text(made)
        if parent.type in source.grammar.functions or parent.type in source.grammar.statements:
            return source.text(parent).partition("=")[0]
    return ""


_SETTINGS = re.compile(
    r"(?i)getenv|get_?(?:option|string|str|bool|value|config|param)|parse_?bool|\bto_?bool|\barg[vs]?\b|optarg|option|setting|query|param"
)
"""How settings are read: an argument, a variable, a connection string."""


def is_setting(source: Source, value: "Node") -> bool:
    """Whether the right side reads a setting: ``parse_bool(value)``, ``strdup(uri_get_option(u, "ca"))``."""
    while value.type in source.grammar.lists and value.named_children:
        value = value.named_children[0]
    return value.type in source.grammar.calls and _SETTINGS.search(source.text(value)[:200]) is not None
