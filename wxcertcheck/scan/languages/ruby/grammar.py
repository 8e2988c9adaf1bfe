"""Ruby: node names, functions that carry values, and how its expressions are followed."""

import re
import textwrap
from typing import TYPE_CHECKING

from wxcertcheck.scan.configuration import FILE as CONFIGURATION_FILE
from wxcertcheck.scan.evaluate import FILE, carrier, lookup, value_of
from wxcertcheck.scan.language import Carries, Grammar
from wxcertcheck.scan.source import Call, Source, holds
from wxcertcheck.scan.values import SOURCE, Kind, Value, choice, entry_of, join, text

if TYPE_CHECKING:
    from tree_sitter import Node

METHODS = frozenset({"method", "singleton_method", "lambda"})
GRAMMAR = Grammar(
    module="tree_sitter_ruby",
    names=frozenset({"identifier", "constant", "instance_variable", "class_variable", "global_variable"}),
    strings=frozenset({"string", "simple_symbol", "delimited_symbol"}),
    substitutions=frozenset({"interpolation"}),
    adjacent=frozenset({"chained_string"}),
    calls=frozenset({"call"}),
    arguments=frozenset({"argument_list"}),
    pairs={"pair": ("key", "value")},
    assignments={
        "assignment": ("left", "right"),
        "operator_assignment": ("left", "right"),
        "optional_parameter": ("name", "value"),
        "keyword_parameter": ("name", "value"),
    },
    members=frozenset({"scope_resolution"}),
    subscripts=frozenset({"element_reference"}),
    functions=METHODS,
    parameters=frozenset({"method_parameters", "lambda_parameters"}),
    classes=frozenset({"class", "module", "singleton_class"}),
    statements=frozenset({"assignment", "operator_assignment", "if_modifier", "unless_modifier"}),
    returns=frozenset({"return"}),
    transparent=frozenset({"parenthesized_statements", "argument_list", "splat_argument", "then", "else"}),
    binary=frozenset({"binary"}),
    path_join=frozenset({"/"}),
    either=frozenset({"||", "or"}),
    conditional=frozenset({"conditional"}),
)

_A, _R, _S = Carries.ARGUMENT, Carries.RECEIVER, Carries.SETTING
CARRIERS = {
    "File.join": Carries.JOIN,
    **dict.fromkeys(("File.expand_path", "File.absolute_path"), Carries.EXPAND),
    **dict.fromkeys(
        ("File.read", "IO.read", "File.open", "File.new", "File.binread", "IO.binread", "File.realpath"), _A
    ),
    **dict.fromkeys(("X509.Certificate.new", "Certificate.new", "Certificate.load", "Certificate.load_file"), _A),
    **dict.fromkeys(("Pathname.new", "Pathname", "String", "Array", "Base64.decode64", "Base64.strict_decode64"), _A),
    **dict.fromkeys(("YAML.load_file", "YAML.safe_load_file", "YAML.load", "YAML.safe_load", "JSON.parse"), _A),
    **dict.fromkeys(("ERB.new", "JSON.load_file", "TomlRB.load_file"), _A),
    **dict.fromkeys(("StringIO.new", "Shellwords.escape", "File.readlines"), _A),
    **dict.fromkeys(("to_s", "to_str", "strip", "chomp", "read", "freeze", "to_path", "realpath", "cleanpath"), _R),
    **dict.fromkeys(("expand_path", "presence", "dup", "gsub", "to_pem", "encode", "force_encoding", "to_i"), _R),
    **dict.fromkeys(("strip_heredoc", "unindent", "squish", "lstrip", "rstrip", "readlines", "first", "itself"), _R),
    **dict.fromkeys(("File.dirname", "dirname", "parent"), Carries.DIRECTORY),
    **dict.fromkeys(("ENV.fetch", "ENV.dig"), Carries.ENVIRONMENT),
    **dict.fromkeys(("options.fetch", "opts.fetch", "config.fetch", "settings.fetch", "params.fetch"), _S),
    **dict.fromkeys(("options.delete", "opts.delete", "options.dig", "config.dig", "credentials.dig"), _S),
    **dict.fromkeys(("config_for", "Settings.fetch"), _S),
    **dict.fromkeys(("result", "symbolize_keys", "deep_symbolize_keys", "with_indifferent_access"), _R),
}
_HERE = Value(Kind.TEXT, ".", base=SOURCE)
_SYSTEM = Value(Kind.SYSTEM, "OpenSSL::X509::DEFAULT_CERT_FILE")
CONSTANTS = {
    "__FILE__": Value(Kind.TEXT, FILE),
    "__dir__": _HERE,
    "Rails.root": Value(Kind.TEXT, "."),
    "Dir.pwd": Value(Kind.TEXT, "."),
    "File::SEPARATOR": Value(Kind.TEXT, "/"),
    "OpenSSL::X509::DEFAULT_CERT_FILE": _SYSTEM,
    "OpenSSL::X509::DEFAULT_CERT_DIR": _SYSTEM,
    "OpenSSL::SSL::SSLContext::DEFAULT_CERT_STORE": _SYSTEM,
}


def evaluate(source: Source, node: "Node", depth: int) -> Value | None:
    """What the shared evaluator does not know of Ruby."""
    kind = node.type
    if kind == "heredoc_beginning":
        return _heredoc(source, node, depth)
    if kind in ("simple_symbol", "delimited_symbol"):
        return text(source.text(node).lstrip(":").strip("\"'"))
    if kind in ("if", "unless", "if_modifier", "unless_modifier", "case", "begin"):
        return _branches(source, node, depth)
    if kind == "array":
        return _array(source, node, depth)
    if kind == "identifier":
        return _identifier(source, node, depth)
    if kind == "call":
        return _call(source, node, depth)
    if kind in {"body_statement", "block_body"}:
        last = _last(node)
        return value_of(source, last, depth + 1) if last is not None else None
    return None


def _heredoc(source: Source, node: "Node", depth: int) -> Value:
    """The body of ``<<~NAME`` stands after the line, in a node of its own."""
    written = source.text(node)
    name = re.sub(r"^<<[-~]?|[\"'`]", "", written)
    for body in source.nodes({"heredoc_body"}):
        end = next((c for c in body.named_children if c.type == "heredoc_end"), None)
        if body.start_byte < node.end_byte or end is None or source.text(end).strip() != name:
            continue
        parts = []
        for child in body.named_children:
            if child.type == "heredoc_content":
                parts.append(text(source.text(child)))
            elif child.type == "interpolation":
                parts.append(value_of(source, child.named_children[0], depth + 1) if child.named_children else text(""))
        whole = join(parts)
        if whole.kind is Kind.TEXT and written.startswith("<<~"):
            return text(textwrap.dedent(whole.text).lstrip("\n"))
        return whole
    return text("")


def _branches(source: Source, node: "Node", depth: int) -> Value | None:
    """``if … then a else b end`` as an expression: each branch's last value."""
    if node.type.endswith("_modifier"):
        body = node.child_by_field_name("body")
        return value_of(source, body, depth + 1) if body is not None else None
    bodies = [c for c in node.named_children if c.type in ("then", "else", "elsif", "when", "body_statement")]
    values = []
    for body in bodies[:6]:
        if body.type in {"elsif", "when"}:
            body = next((c for c in body.named_children if c.type == "then"), body)  # noqa: PLW2901 - one level in
        last = _last(body)
        if last is not None:
            values.append(value_of(source, last, depth + 1))
    return choice(values) if values else None


def _last(body: "Node") -> "Node | None":
    children = [c for c in body.named_children if "comment" not in c.type and c.type != "heredoc_body"]
    return children[-1] if children else None


def _array(source: Source, node: "Node", depth: int) -> Value:
    children = [c for c in node.named_children if "comment" not in c.type]
    if not children:
        return Value(Kind.NULL, "[]")
    return choice(value_of(source, child, depth + 1) for child in children[:20])


def _identifier(source: Source, node: "Node", depth: int) -> Value | None:
    """A bare name that is no variable: a method of this file, called, or the reader of an instance variable."""
    name = source.text(node)
    if name in source.grammar.null or name in CONSTANTS:
        return None
    defined = source.definitions.get(name, ())
    if any(d.target == name for d in defined):
        return None
    function = source.function_around(node)
    if function is not None and any(name == parameter for parameter, _ in source.parameters(function)):
        return None
    found = _method(source, name, node, depth)
    if found is not None:
        return found
    fields = [d.value for d in defined if d.target in ("@" + name, "self." + name) and not holds(d.node, node)]
    return choice(value_of(source, field, depth + 1) for field in fields[:4]) if fields else None


def _method(source: Source, name: str, node: "Node", depth: int) -> Value | None:
    """What a method of this file gives back: its ``return``s and its last expression."""
    values = []
    for method in source.nodes({"method", "singleton_method"}):
        named = method.child_by_field_name("name")
        if named is None or source.text(named) != name or method.start_byte <= node.start_byte < method.end_byte:
            continue
        values += [value_of(source, one, depth + 1) for one in returned(source, method)]
        break
    values = [v for v in values if v.kind is not Kind.NULL]
    return choice(values) if values else None


def returned(source: Source, method: "Node") -> "list[Node]":
    """The expressions of a method's ``return``s, and its last one."""
    body = method.child_by_field_name("body")
    if body is None:
        return []
    ends = [n.named_children[-1] for n in source.nodes({"return"}, body)[:3] if n.named_children]
    last = body if body.type != "body_statement" else _last(body)
    return [*ends, *([last] if last is not None and last.type != "return" else [])]


def _call(source: Source, node: "Node", depth: int) -> Value | None:
    written = source.text(node) if node.end_byte - node.start_byte < 200 else ""
    if written in CONSTANTS:
        return CONSTANTS[written]
    call = source.call(node)
    if call is None:
        return None
    if call.name == "join" and call.receiver is not None and "File" not in source.text(call.receiver)[:5]:
        return _joined(source, call, depth)
    if call.name in ("tap", "then", "yield_self") and call.receiver is not None:
        return value_of(source, call.receiver, depth + 1)
    if call.name in ("dig", "fetch") and call.receiver is not None and call.arguments:
        holder = value_of(source, call.receiver, depth + 1)
        keys = [value_of(source, a.node, depth + 1).text for a in call.arguments[: None if call.name == "dig" else 1]]
        if holder.holder or (holder.kind is Kind.TEXT and CONFIGURATION_FILE.search(holder.text.lower())):
            return entry_of(holder, ".".join(keys))
    receiver = source.text(call.receiver) if call.receiver is not None else ""
    if carrier(source, call.dotted) is not None:
        return None
    if receiver in ("", "self", "self.class"):
        return _method(source, call.name, node, depth)
    if not call.arguments and re.fullmatch(r"[\w@$:&.]+[?!]?", written):
        return lookup(source, written, node, depth)
    return None


def _joined(source: Source, call: Call, depth: int) -> Value:
    """``Rails.root.join("config", "ca.pem")`` joins paths; ``lines.join("\\n")`` joins text."""
    receiver = call.receiver
    assert receiver is not None  # noqa: S101 - the caller looked
    array = receiver
    if receiver.type in ("identifier", "constant"):
        array = next((d.value for d in source.definitions.get(source.text(receiver), ())), receiver)
    if array.type in ("array", "string_array"):
        between = value_of(source, call.arguments[0].node, depth + 1).text if call.arguments else ""
        parts: list[Value] = []
        for child in array.named_children:
            parts += [text(between)] if parts else []
            parts.append(
                text(source.text(child)) if child.type == "bare_string" else value_of(source, child, depth + 1)
            )
        return join(parts)
    nodes = [receiver, *(a.node for a in call.arguments)]
    return join((value_of(source, one, depth + 1) for one in nodes), "/")
