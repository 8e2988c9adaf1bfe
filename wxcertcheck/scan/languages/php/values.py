"""How PHP writes values: its grammar, the functions that carry values, quotings, ``define``, ``foreach``."""

import re
from typing import TYPE_CHECKING

from wxcertcheck.scan.evaluate import FILE, directory, entry, unquote, value_of
from wxcertcheck.scan.language import Carries, Grammar
from wxcertcheck.scan.names import bare
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.values import SOURCE, Kind, Value, choice, join, text, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

GRAMMAR = Grammar(
    module="tree_sitter_php",
    function="language_php",
    names=frozenset({"name", "variable_name", "qualified_name"}),
    strings=frozenset({"string", "encapsed_string", "heredoc", "nowdoc"}),
    calls=frozenset(
        {
            "function_call_expression",
            "member_call_expression",
            "nullsafe_member_call_expression",
            "scoped_call_expression",
            "object_creation_expression",
        }
    ),
    arguments=frozenset({"arguments"}),
    argument=frozenset({"argument"}),
    pairs={"array_element_initializer": ("", "")},
    assignments={
        "assignment_expression": ("left", "right"),
        "property_element": ("name", "default_value"),
        "const_element": ("", ""),
        "static_variable_declaration": ("name", "value"),
        "simple_parameter": ("name", "default_value"),
        "property_promotion_parameter": ("name", "default_value"),
    },
    members=frozenset(
        {
            "member_access_expression",
            "nullsafe_member_access_expression",
            "scoped_property_access_expression",
            "class_constant_access_expression",
        }
    ),
    subscripts=frozenset({"subscript_expression"}),
    functions=frozenset({"function_definition", "method_declaration", "anonymous_function", "arrow_function"}),
    parameters=frozenset({"formal_parameters"}),
    classes=frozenset({"class_declaration", "trait_declaration", "interface_declaration", "enum_declaration"}),
    statements=frozenset({"expression_statement", "return_statement", "property_declaration", "const_declaration"}),
    transparent=frozenset({"parenthesized_expression", "cast_expression", "error_suppression_expression"}),
    concat=frozenset({"."}),
    either=frozenset({"??"}),
    conditional=frozenset({"conditional_expression"}),
)

_A = Carries.ARGUMENT
CARRIERS = {
    **dict.fromkeys(("realpath", "file_get_contents", "fopen", "trim", "rtrim", "strval", "base64_decode", "file"), _A),
    **dict.fromkeys(("parse_ini_file", "json_decode", "Yaml.parseFile", "Yaml.parse", "yaml_parse_file"), _A),
    **dict.fromkeys(("openssl_x509_read", "html_entity_decode", "File", "SplFileInfo", "Uri", "array_filter"), _A),
    **dict.fromkeys(("base_path", "root_path", "public_path", "Yii.getAlias", "plugin_dir_path"), _A),
    **dict.fromkeys(("getRealPath", "getPathname", "toString"), Carries.RECEIVER),
    **dict.fromkeys(("path_join", "Path.join"), Carries.JOIN),
    "dirname": Carries.DIRECTORY,
    **dict.fromkeys(("getenv", "env", "Env.get", "env.get"), Carries.ENVIRONMENT),
    **dict.fromkeys(
        (
            "config",
            "Config.get",
            "C",
            "config.get",
            "config.item",
            "getParameter",
            "get_option",
            "input",
            "apply_filters",
        ),
        Carries.SETTING,
    ),
    **dict.fromkeys(("CaBundle.getSystemCaRootBundlePath", "default_ca_bundle"), Carries.SYSTEM),
    **dict.fromkeys(("ini_get", "openssl_get_cert_locations"), Carries.SYSTEM),
}
_FOLDERS = {"storage_path": "storage", "app_path": "app", "config_path": "config", "resource_path": "resources"}
_HERE = Value(Kind.TEXT, ".", base=SOURCE)
_SLASH = Value(Kind.TEXT, "/")
_ROOT = Value(Kind.TEXT, "")
CONSTANTS = {
    "__FILE__": Value(Kind.TEXT, FILE),
    "__DIR__": _HERE,
    **dict.fromkeys(("DIRECTORY_SEPARATOR", "DS"), _SLASH),
    "PHP_EOL": Value(Kind.TEXT, "\n"),
    # Roots of WordPress, ThinkPHP, CodeIgniter, CakePHP projects: what follows is relative to the project.
    **dict.fromkeys(("ABSPATH", "ROOT_PATH", "FCPATH", "BASEPATH", "ROOT", "PATH_ROOT"), _ROOT),
    "WPINC": Value(Kind.TEXT, "wp-includes"),
}


# --- values ---------------------------------------------------------------------------------------------------------------


def evaluate_php(source: Source, node: "Node", depth: int) -> Value | None:
    """Quotings, ``?:``, ``dirname(…, 2)``, ``define``, ``foreach`` variables and a few functions that no table can say."""
    kind = node.type
    if kind == "string":
        return text(re.sub(r"\\([\\'])", r"\1", source.text(node)[1:-1]))
    if kind in ("encapsed_string", "heredoc", "nowdoc"):
        return _interpolated(source, node, depth)
    if kind == "conditional_expression" and node.child_by_field_name("body") is None:
        return choice(value_of(source, child, depth + 1) for child in node.named_children[:2])
    if kind == "unary_op_expression":
        return _negated(source, node, depth)
    if kind == "binary_expression" and _COMPARES.search(source.data[node.start_byte : node.end_byte]):
        operator = node.child_by_field_name("operator")
        if operator is not None and _COMPARES.fullmatch(operator.type.encode()):
            return Value(Kind.SETTING, source.text(node)[:80])  # true or false, as things stand at run time
    if kind == "boolean":
        return Value(Kind.TRUE if source.text(node).lower() == "true" else Kind.FALSE)
    if kind == "assignment_expression":
        right = node.child_by_field_name("right")
        return value_of(source, right, depth + 1) if right is not None else None
    if kind in _BY_KIND:
        return _BY_KIND[kind](source, node, depth)
    if kind in _INCLUDES and node.named_children:
        return value_of(source, node.named_children[0], depth + 1)  # a file that gives back an array of settings
    return None


_INCLUDES = ("require_expression", "require_once_expression", "include_expression", "include_once_expression")
_COMPARES = re.compile(rb"===?|!==?|&&|and|[<>]=?|xor|instanceof")


def _negated(source: Source, node: "Node", depth: int) -> Value | None:
    """``!true``, ``!$insecure``."""
    argument = node.child_by_field_name("argument")
    if argument is None or not source.text(node).startswith("!"):
        return None
    value = value_of(source, argument, depth + 1)
    if value.kind in (Kind.TRUE, Kind.FALSE, Kind.NULL):
        return Value(Kind.FALSE if value.kind is Kind.TRUE else Kind.TRUE)
    if value.kind is Kind.NUMBER:
        return Value(Kind.TRUE if value.text == "0" else Kind.FALSE)
    return Value(Kind.SETTING, source.text(node)[:80])


def _option(source: Source, node: "Node", depth: int) -> Value | None:
    """``$this->config['verify']`` where the property's literal says "verified": a default that a caller may replace.

    ``$options[Options::VERIFY]``, whose constant another file defines: a setting too.
    """
    children = node.named_children
    if re.fullmatch(r"\$_SERVER\[['\"](?:CONTEXT_)?DOCUMENT_ROOT['\"]\]", source.text(node)[:60]):
        return Value(Kind.TEXT, ".")  # near enough to the project's root; a slash follows it
    if len(children) == 2 and children[1].type == "class_constant_access_expression":
        key = value_of(source, children[1], depth + 1)
        return Value(Kind.SETTING, source.text(children[1])) if key.kind is not Kind.TEXT else None
    if len(children) != 2 or children[0].type not in (
        "member_access_expression",
        "scoped_property_access_expression",
    ):
        return None
    key = value_of(source, children[1], depth + 1)
    found = entry(source, children[0], key.text, depth) if key.kind is Kind.TEXT and key.text else None
    if found is not None and found.kind in (Kind.TRUE, Kind.FALSE, Kind.NULL, Kind.SYSTEM):
        return Value(Kind.SETTING, key.text, (found,))
    return found


def _interpolated(source: Source, node: "Node", depth: int) -> Value:
    body = node.child_by_field_name("value") if node.type in ("heredoc", "nowdoc") else node
    if body is None:
        return text("")
    parts, literal = [], body.start_byte + (1 if node.type == "encapsed_string" else 0)
    end = body.end_byte - (1 if node.type == "encapsed_string" else 0)
    escapes = node.type != "nowdoc"

    def words(start: int, stop: int) -> Value:
        piece = source.data[start:stop].decode("utf-8", "replace")
        return text(unquote(f'"{piece}"', escapes) if escapes else piece)

    for child in body.named_children:
        if child.type in ("string_content", "escape_sequence", "nowdoc_string"):
            continue
        braced = source.data[child.start_byte - 1 : child.start_byte] == b"{"
        parts += [words(literal, child.start_byte - braced), value_of(source, child, depth + 1)]
        literal = child.end_byte + braced
    return join([*parts, words(literal, max(literal, end))])


def _constant(source: Source, node: "Node", depth: int) -> Value | None:
    """A constant made with ``define('NAME', value)``."""
    name = source.text(node).rpartition("\\")[2]
    if name.lower() in ("true", "false", "null"):
        return Value(Kind(name.lower()), name)
    for call in source.calls("define") if b"define" in source.data and name not in CONSTANTS else ():
        first, second = call.nth(0), call.nth(1)
        if first is not None and second is not None and bare(source.text(first)) == name:
            return value_of(source, second, depth + 1)
    return None


def _looped(source: Source, node: "Node", depth: int) -> Value | None:
    """A variable of ``foreach ($options as $key => $value)``: the one who filled ``$options`` decides."""
    name = source.text(node)
    function = source.function_around(node)
    if any(d.target == name for d in source.definitions.get(name[1:], ())):
        return None
    for parent in source.ancestors(node):
        if parent.type == "foreach_statement" and parent.named_children:
            head = " ".join(source.text(child) for child in parent.named_children[1:2])
            if re.search(re.escape(name) + r"\b", head):
                elements = _elements(source, parent.named_children[0])
                if elements and "=>" not in head:
                    return choice(value_of(source, element, depth + 1) for element in elements)
                whole = value_of(source, parent.named_children[0], depth + 1)
                return Value(whole.kind if whole.kind is Kind.PARAMETER else Kind.SETTING, name[1:])
        if function is not None and parent.id == function.id:
            return None
    return None


def _elements(source: Source, node: "Node") -> "list[Node]":
    """The elements of a list literal (at most eight), or of the one that a variable of the file was set to."""
    if node.type == "variable_name":
        defined = source.definitions.get(source.text(node)[1:], ())
        node = defined[-1].value if defined else node
    if node.type != "array_creation_expression":
        return []
    found = [it for it in node.named_children if it.type == "array_element_initializer"][:8]
    return [it.named_children[0] for it in found if it.named_child_count == 1]


def _function(source: Source, node: "Node", depth: int) -> Value | None:
    call = source.call(node)
    if call is None:
        return None
    if call.name == "getcwd":
        return text(".")
    values = [a.node for a in call.arguments]
    if call.name == "dirname" and len(values) == 2 and source.text(values[1]).isdigit():
        value = value_of(source, values[0], depth + 1)
        for _ in range(min(int(source.text(values[1])), 9)):
            value = directory(value)
        return value
    if call.name in _FOLDERS and values:
        return join([text(_FOLDERS[call.name]), value_of(source, values[0], depth + 1)], "/")
    if call.name == "sprintf" and values:
        return _formatted([value_of(source, one, depth + 1) for one in values])
    return None


def _formatted(values: list[Value]) -> Value:
    """``sprintf('%s/%s', a, b)``."""
    if values[0].kind is not Kind.TEXT:
        return unknown("sprintf")
    pieces = re.split(r"%(?:\d\$)?[sd]", values[0].text)
    if len(pieces) != len(values):
        return unknown(values[0].text)
    parts = [text(pieces[0])]
    for piece, value in zip(pieces[1:], values[1:], strict=True):
        parts += [value, text(piece)]
    return join(parts)


_BY_KIND = {
    **dict.fromkeys(("name", "qualified_name"), _constant),
    "variable_name": _looped,
    "function_call_expression": _function,
    "subscript_expression": _option,
}
