"""What JavaScript and TypeScript share: node names, functions that carry values, and how their expressions are followed."""

import re
from typing import TYPE_CHECKING

from wxcertcheck.scan.configuration import FILE as CONFIGURATION_FILE
from wxcertcheck.scan.evaluate import FILE, lookup, value_of
from wxcertcheck.scan.language import Carries, Grammar
from wxcertcheck.scan.names import dotted
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.values import SOURCE, Kind, Value, choice, entry_of, join, text

if TYPE_CHECKING:
    from tree_sitter import Node

FUNCTIONS = frozenset(
    {
        "function_declaration",
        "function_expression",
        "arrow_function",
        "method_definition",
        "generator_function",
        "generator_function_declaration",
    }
)
_STATEMENTS = ("expression_statement", "lexical_declaration", "variable_declaration", "return_statement")
GRAMMAR = Grammar(
    module="tree_sitter_javascript",
    names=frozenset(
        {"identifier", "property_identifier", "shorthand_property_identifier", "private_property_identifier"}
    ),
    strings=frozenset({"string", "template_string"}),
    substitutions=frozenset({"template_substitution"}),
    calls=frozenset({"call_expression", "new_expression"}),
    arguments=frozenset({"arguments"}),
    pairs={"pair": ("key", "value"), "jsx_attribute": ("", "")},
    assignments={
        "variable_declarator": ("name", "value"),
        "assignment_expression": ("left", "right"),
        "augmented_assignment_expression": ("left", "right"),
        "field_definition": ("property", "value"),
        "object_assignment_pattern": ("left", "right"),
    },
    members=frozenset({"member_expression"}),
    subscripts=frozenset({"subscript_expression"}),
    functions=FUNCTIONS,
    parameters=frozenset({"formal_parameters"}),
    classes=frozenset({"class_declaration", "class"}),
    statements=frozenset({*_STATEMENTS, "export_statement"}),
    transparent=frozenset({"parenthesized_expression", "await_expression", "spread_element", "jsx_expression"}),
    either=frozenset({"||", "??"}),
    conditional=frozenset({"ternary_expression"}),
)

_A, _R, _S = Carries.ARGUMENT, Carries.RECEIVER, Carries.SETTING
CARRIERS = {
    **dict.fromkeys(("path.join", "path.resolve", "path.posix.join", "path.win32.join", "Path.join"), Carries.JOIN),
    **dict.fromkeys(("readFileSync", "readFile", "readFileAsync", "readTextFile", "readTextFileSync", "Bun.file"), _A),
    **dict.fromkeys(("createReadStream", "Buffer.from", "Buffer", "Uint8Array.from", "String", "fileURLToPath"), _A),
    **dict.fromkeys(
        ("require.resolve", "import.meta.resolve", "path.normalize", "realpathSync", "atob", "Array.of"), _A
    ),
    **dict.fromkeys(("X509Certificate", "certificateFromPem", "Promise.resolve", "Object.freeze", "pathToFileURL"), _A),
    **dict.fromkeys(
        ("Boolean", "decodeURIComponent", "Array.from", "base64.decode", "Object.assign", "outputFileSync"), _A
    ),
    **dict.fromkeys(("JSON.parse", "yaml.load", "YAML.parse", "yaml.safeLoad", "toml.parse", "ini.parse"), _A),
    **dict.fromkeys(
        ("toString", "trim", "trimEnd", "trimStart", "toPEM", "text", "arrayBuffer", "replace", "split"), _R
    ),
    **dict.fromkeys(
        ("replaceAll", "match", "filter", "map", "then", "catch", "valueOf", "toLowerCase", "normalize"), _R
    ),
    **dict.fromkeys(("dirname",), Carries.DIRECTORY),
    **dict.fromkeys(("Deno.env.get", "env.get", "process.env.get"), Carries.ENVIRONMENT),
    **dict.fromkeys(("config.get", "configService.get", "configService.getOrThrow", "nconf.get", "settings.get"), _S),
    **dict.fromkeys(
        ("tls.getCACertificates", "getCACertificates", "systemCertsAsync", "systemCertsSync"), Carries.SYSTEM
    ),
}
_HERE = Value(Kind.TEXT, ".", base=SOURCE)
_SYSTEM = Value(Kind.SYSTEM, "tls.rootCertificates")
CONSTANTS = {
    "__filename": Value(Kind.TEXT, FILE),
    "__dirname": _HERE,
    "import.meta.url": Value(Kind.TEXT, FILE),
    "import.meta.filename": Value(Kind.TEXT, FILE),
    "import.meta.dirname": _HERE,
    "path.sep": Value(Kind.TEXT, "/"),
    "os.EOL": Value(Kind.TEXT, "\n"),
    "EOL": Value(Kind.TEXT, "\n"),
    "tls.rootCertificates": _SYSTEM,
    "rootCertificates": _SYSTEM,
}
_CERTIFICATE_FILE = re.compile(r"\.(?:pem|crt|cer|der|p7b|ca)(?:\?\w+)?$", re.IGNORECASE)
_HANDED_IN = re.compile(r"^(?:this\.)?_?(?:opts?|options|args|argv|\w*[aA]rgs|params|props|init|input|cliOptions)\b")
"""Objects that callers or the command line fill: their members are settings."""
_JOINERS = ("join", "resolve")


def evaluate(source: Source, node: "Node", depth: int) -> Value | None:
    """What the shared evaluator does not know of JavaScript."""
    kind = node.type
    if kind in ("as_expression", "satisfies_expression", "non_null_expression"):
        return value_of(source, node.named_children[0], depth + 1) if node.named_children else None
    if kind == "unary_expression":
        return _unary(source, node, depth)
    if kind == "binary_expression" and _operator(source, node) == "&&":
        return value_of(source, node.named_children[-1], depth + 1)
    if kind == "array":
        return _array(source, node, depth)
    if kind in ("call_expression", "new_expression"):
        return _call(source, node, depth)
    if kind in ("identifier", "shorthand_property_identifier"):
        return _identifier(source, node, depth)
    if kind == "member_expression":
        return _member(source, node, depth)
    return None


def _member(source: Source, node: "Node", depth: int) -> Value | None:
    """``paths.ca`` where ``paths`` is an object literal of this file; ``new URL(…).pathname`` is the URL."""
    holder, name = node.child_by_field_name("object"), node.child_by_field_name("property")
    if holder is None or name is None:
        return None
    if source.text(name) in ("pathname", "href"):
        return value_of(source, holder, depth + 1)
    if holder.type not in ("identifier", "member_expression", "non_null_expression"):
        return None
    from wxcertcheck.scan.evaluate import entry

    if dotted(source.text(holder)) in ("process.env", "import.meta.env", "tls", "this"):
        return None
    path = dotted(source.text(node))
    assigned = [d for d in source.definitions.get(source.text(name), ()) if dotted(d.target) == path]
    own = [d for d in assigned if d.node.start_byte <= node.start_byte < d.node.end_byte]
    found = entry(source, holder, source.text(name), depth) if not assigned else None
    if found is not None or (assigned and len(own) == len(assigned)):
        return found or Value(Kind.SETTING, path)
    if not assigned:
        whole = value_of(source, holder, depth + 1)
        loaded = whole.kind is Kind.TEXT and not whole.base and CONFIGURATION_FILE.search(whole.text.lower())
        if loaded or (whole.kind is Kind.SETTING and whole.holder is not None):
            return entry_of(whole, source.text(name))
    value = lookup(source, source.text(node), node, depth)
    handed_in = value.kind is Kind.UNKNOWN or (value.kind is Kind.NAME and _HANDED_IN.match(path))
    return Value(Kind.SETTING, path) if handed_in else value


def _operator(source: Source, node: "Node") -> str:
    operator = node.child_by_field_name("operator")
    return source.text(operator) if operator is not None else ""


def _unary(source: Source, node: "Node", depth: int) -> Value | None:
    """``!0``, ``!1``, ``!!x``, ``void 0``: minified code says true, false and undefined so."""
    operator, inner = _operator(source, node), node.child_by_field_name("argument")
    if operator == "void":
        return Value(Kind.NULL, "undefined")
    if operator != "!" or inner is None:
        return None
    value = value_of(source, inner, depth + 1)
    if value.kind in (Kind.TRUE, Kind.FALSE):
        return Value(Kind.FALSE if value.kind is Kind.TRUE else Kind.TRUE, source.text(node))
    if value.kind is Kind.NUMBER:
        return Value(Kind.TRUE if value.text == "0" else Kind.FALSE, source.text(node))
    return None


def _array(source: Source, node: "Node", depth: int) -> Value:
    """``[a, b]``: PEM texts become one; anything else is each of them. ``[]`` is nothing."""
    children = [child for child in node.named_children if "comment" not in child.type]
    values = [value_of(source, child, depth + 1) for child in children[:60]]
    if not values:
        return Value(Kind.NULL, "[]")
    if len(values) > 1 and all(v.kind is Kind.TEXT and "-----BEGIN" in v.text for v in values):
        return join(values, "\n")
    return choice(values)


def _call(source: Source, node: "Node", depth: int) -> Value | None:
    call = source.call(node)
    if call is None:
        return None
    receiver = call.receiver
    first = call.nth(0)
    if call.name == "URL" and first is not None and "import.meta.url" in source.text(call.arguments[-1].node):
        return value_of(source, first, depth + 1).on_base(SOURCE)
    if call.dotted == "process.cwd":
        return text(".")
    if call.name in _JOINERS and receiver is None and len(call.arguments) > 1:
        return join((value_of(source, a.node, depth + 1) for a in call.arguments), "/")
    if call.name == "resolve" and receiver is None and first is not None:
        whole = value_of(source, first, depth + 1)
        return whole if whole.kind in (Kind.TEXT, Kind.JOIN) else None
    if call.name == "join" and receiver is not None:
        return _joined_lines(source, receiver, first, depth)
    if call.name == "concat" and receiver is not None:
        return choice(value_of(source, n, depth + 1) for n in (receiver, *(a.node for a in call.arguments)))
    if call.dotted == "require" and first is not None and _CERTIFICATE_FILE.search(source.text(first).strip("\"'`")):
        return value_of(source, first, depth + 1).on_base(SOURCE)
    if receiver is None and first is not None and _is_promisified_read(source, call.name):
        return value_of(source, first, depth + 1)
    return _own_arrow(source, call.name, receiver, depth)


def _is_promisified_read(source: Source, name: str) -> bool:
    """``const load = util.promisify(fs.readFile)``."""
    return any(
        "readFile" in source.text(d.value) and "romisify" in source.text(d.value)
        for d in source.definitions.get(name, ())[:2]
    )


def _joined_lines(source: Source, receiver: "Node", separator: "Node | None", depth: int) -> Value | None:
    """``["-----BEGIN…", "MII…"].join("\\n")``, also where the array has a name."""
    array = receiver
    if receiver.type == "identifier":
        array = next((d.value for d in source.definitions.get(source.text(receiver), ())), receiver)
    if array.type != "array":
        return None
    between = value_of(source, separator, depth + 1).text if separator is not None else ","
    parts: list[Value] = []
    for child in array.named_children:
        if "comment" not in child.type:
            parts += [text(between)] if parts else []
            parts.append(value_of(source, child, depth + 1))
    return join(parts)


def _own_arrow(source: Source, name: str, receiver: "Node | None", depth: int) -> Value | None:
    """A call of ``const load = () => …`` of the same file."""
    if receiver is not None or not name:
        return None
    for definition in source.definitions.get(name, ())[:2]:
        function = definition.value
        if function.type not in ("arrow_function", "function_expression"):
            continue
        body = function.child_by_field_name("body")
        if body is not None and body.type != "statement_block":
            return value_of(source, body, depth + 1)
        returned = [n.named_children[0] for n in source.nodes({"return_statement"}, body) if n.named_children]
        if returned:
            return choice(value_of(source, one, depth + 1) for one in returned[:4])
    return None


def _identifier(source: Source, node: "Node", depth: int) -> Value | None:
    """Destructured names are members of what they are taken from; ``import ca from "./ca.pem"`` is that file."""
    name = source.text(node)
    if name in source.grammar.null:
        return None
    for pattern in source.nodes({"object_pattern"})[:200]:
        taken = _taken(source, pattern, name)
        if taken:
            value = _destructured(source, pattern, node, taken, depth)
            if value is not None:
                return value
    defined = source.definitions.get(name, ())
    if defined and all(source.text(d.value) == "[]" for d in defined):
        pushed = source.calls("push", "unshift", receiver=name)
        values = [value_of(source, a.node, depth + 1) for call in pushed[:8] for a in call.arguments[:8]]
        return choice(values) if values else None
    return None if defined else _imported(source, name, depth)


def _taken(source: Source, pattern: "Node", name: str) -> str:
    """The key that ``{ key: name }``, ``{ name }`` or ``{ name = 1 }`` takes; "" if it does not name ``name``."""
    for child in pattern.named_children:
        key, _, alias = source.text(child).partition("=")[0].partition(":")
        if (alias or key).strip() == name:
            return key.strip()
    return ""


def _destructured(source: Source, pattern: "Node", node: "Node", key: str, depth: int) -> Value | None:
    parent = pattern.parent
    if parent is None:
        return None
    if parent.type == "variable_declarator":
        holder = parent.child_by_field_name("value")
        if holder is None:
            return None
        written = dotted(source.text(holder))
        if written in ("process.env", "import.meta.env", "Bun.env"):
            return Value(Kind.ENVIRONMENT, key)
        from wxcertcheck.scan.evaluate import entry

        inner = entry(source, holder, key, depth) if holder.type in ("identifier", "object") else None
        if inner is not None:
            return inner
        value = value_of(source, holder, depth + 1)
        decided = (
            value.kind in (Kind.PARAMETER, Kind.SETTING) or _HANDED_IN.match(written) or written.startswith("this.")
        )
        return Value(Kind.SETTING, f"{written}.{key}") if decided else Value(Kind.NAME, f"{written[:80]}.{key}")
    function = (
        source.function_around(parent) if "parameter" in parent.type or parent.type == "assignment_pattern" else None
    )
    if function is None or not (function.start_byte <= node.start_byte < function.end_byte):
        return None
    return Value(Kind.PARAMETER, key)


def _imported(source: Source, name: str, depth: int) -> Value | None:
    for statement in source.nodes({"import_statement"})[:80]:
        path = statement.child_by_field_name("source")
        if path is None or not _CERTIFICATE_FILE.search(source.text(path).strip("\"'")):
            continue
        if re.search(rf"\b{re.escape(name)}\b", source.text(statement).split(" from ")[0]):
            return value_of(source, path, depth + 1).on_base(SOURCE)
    return None
