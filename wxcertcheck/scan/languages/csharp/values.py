"""How C# writes values: its grammar, the functions that carry values, interpolation, properties, configuration."""

import re
from typing import TYPE_CHECKING

from wxcertcheck.scan.evaluate import unquote, value_of
from wxcertcheck.scan.language import Carries, Grammar
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.values import Kind, Value, entry_of, join, text

if TYPE_CHECKING:
    from tree_sitter import Node

GRAMMAR = Grammar(
    module="tree_sitter_c_sharp",
    strings=frozenset(
        {"string_literal", "verbatim_string_literal", "raw_string_literal", "interpolated_string_expression"}
    ),
    calls=frozenset({"invocation_expression", "object_creation_expression"}),
    arguments=frozenset({"argument_list"}),
    argument=frozenset({"argument"}),
    assignments={
        "assignment_expression": ("left", "right"),
        "variable_declarator": ("name", ""),
        "property_declaration": ("name", "value"),
    },
    members=frozenset({"member_access_expression", "conditional_access_expression", "qualified_name"}),
    subscripts=frozenset({"element_access_expression"}),
    functions=frozenset(
        {
            "method_declaration",
            "constructor_declaration",
            "local_function_statement",
            "lambda_expression",
            "anonymous_method_expression",
            "accessor_declaration",
        }
    ),
    classes=frozenset({"class_declaration", "struct_declaration", "record_declaration", "interface_declaration"}),
    statements=frozenset(
        {"expression_statement", "local_declaration_statement", "return_statement", "field_declaration"}
    ),
    transparent=frozenset(
        {
            "parenthesized_expression",
            "cast_expression",
            "await_expression",
            "postfix_unary_expression",
            "arrow_expression_clause",
        }
    ),
)

_A, _R = Carries.ARGUMENT, Carries.RECEIVER
CARRIERS = {
    **dict.fromkeys(("Path.Combine", "Path.Join"), Carries.JOIN),
    **dict.fromkeys(
        ("Path.GetFullPath", "File.ReadAllText", "File.ReadAllBytes", "File.OpenRead", "FileStream", "FileInfo"), _A
    ),
    **dict.fromkeys(
        ("X509Certificate2", "X509Certificate", "LoadCertificateFromFile", "LoadCertificate", "CreateFromPem"), _A
    ),
    **dict.fromkeys(
        (
            "CreateFromPemFile",
            "CreateFromCertFile",
            "LoadPemFileCert",
            "X509Certificate2Collection",
            "GetBytes",
            "MemoryStream",
        ),
        _A,
    ),
    **dict.fromkeys(
        ("Convert.FromBase64String", "Convert.FromHexString", "bool.Parse", "Convert.ToBoolean", "SslCredentials"), _A
    ),
    **dict.fromkeys(("Path.GetDirectoryName",), Carries.DIRECTORY),
    **dict.fromkeys(
        ("Trim", "ToString", "ToArray", "Replace", "ToUpper", "ToLower", "ToUpperInvariant", "ToLowerInvariant"), _R
    ),
    "Environment.GetEnvironmentVariable": Carries.ENVIRONMENT,
    **dict.fromkeys(
        ("GetValue", "GetSection", "GetRequiredSection", "AppSettings.Get", "GetConnectionString", "GetSetting"),
        Carries.SETTING,
    ),
    **dict.fromkeys(("GetManifestResourceStream", "Resources.Load"), Carries.RESOURCE),
    "string.Concat": Carries.CONCAT,
}
_HERE = Value(Kind.TEXT, "")
CONSTANTS = {
    **dict.fromkeys(
        (
            "AppContext.BaseDirectory",
            "AppDomain.CurrentDomain.BaseDirectory",
            "Application.StartupPath",
            "HttpRuntime.AppDomainAppPath",
            "Environment.CurrentDirectory",
            "Application.streamingAssetsPath",
            "env.ContentRootPath",
        ),
        _HERE,
    ),
    **dict.fromkeys(("Path.DirectorySeparatorChar", "Path.AltDirectorySeparatorChar"), Value(Kind.TEXT, "/")),
}


def evaluate_csharp(source: Source, node: "Node", depth: int) -> Value | None:
    """Interpolated strings, ``as``, ``config["key"]``, the ``value`` of a setter, ``MapPath("~/…")``."""
    kind = node.type
    if kind == "interpolated_string_expression":
        return _interpolated(source, node, depth)
    if kind == "verbatim_string_literal":
        return text(source.text(node)[2:-1].replace('""', '"'))
    if kind in ("as_expression", "is_pattern_expression") and node.named_children:
        return value_of(source, node.named_children[0], depth + 1)
    if kind == "element_access_expression":
        return _element(source, node, depth)
    if kind == "prefix_unary_expression" and source.text(node).replace(" ", "") in ("!true", "!false"):
        return Value(Kind.FALSE if source.text(node).endswith("true") else Kind.TRUE)
    if (
        kind == "identifier"
        and source.text(node) == "value"
        and source.around(node, frozenset({"accessor_declaration"}))
    ):
        return Value(Kind.PARAMETER, "value")
    if kind == "member_access_expression":
        return _member(source, node, depth)
    if kind == "invocation_expression":
        call = source.call(node)
        if call is not None and call.name == "Get" and call.receiver is not None and not call.arguments:
            return _of_section(source, call.receiver, depth)
        if call is not None and call.name == "MapPath" and call.nth(0) is not None:
            value = value_of(source, call.arguments[0].node, depth + 1)
            return text(value.text.removeprefix("~").lstrip("/")) if value.kind is Kind.TEXT else value
        if call is not None and call.name == "GetCurrentDirectory":
            return text(".")
    return None


def _element(source: Source, node: "Node", depth: int) -> Value:
    """``configuration["key"]``, ``configuration.GetSection("a")["key"]``."""
    inner = source.nodes(source.grammar.strings, node.named_children[-1])
    key = value_of(source, inner[0], depth + 1).text if inner else ""
    section = value_of(source, node.named_children[0], depth + 1)
    if key and section.kind is Kind.SETTING and section.holder is not None:
        return entry_of(section, key)
    holder = source.text(node.named_children[0])
    if inner and not re.search(r"[\"(]", holder):
        return Value(Kind.SETTING, key or holder)
    return Value(Kind.SETTING, source.text(node)[:80])


def _of_section(source: Source, node: "Node", depth: int) -> Value | None:
    value = value_of(source, node, depth + 1)
    return value if value.kind is Kind.SETTING and value.holder is not None else None


_OPTIONS = re.compile(r"(?i)[\w.]*options(?:monitor|snapshot|accessor)?\.(?:Value|CurrentValue)")


def _member(source: Source, node: "Node", depth: int) -> Value | None:
    """``section.Value``; a property of options that the configuration is bound to: ``_options.Value.CaFile``."""
    holder, name = node.child_by_field_name("expression"), node.child_by_field_name("name")
    if holder is None or name is None:
        return None
    if _OPTIONS.fullmatch(source.text(holder)[:200]):
        return entry_of(Value(Kind.NAME, "Configuration()"), source.text(name))
    is_section = source.text(name) == "Value" and holder.type == "invocation_expression"
    return _of_section(source, holder, depth) if is_section else None


def _interpolated(source: Source, node: "Node", depth: int) -> Value:
    whole, parts = source.text(node), []
    raw = "@" in whole[:3] or '"""' in whole[:6]
    for child in node.named_children:
        if child.type == "string_content":
            parts.append(text(source.text(child)))
        elif child.type == "escape_sequence":
            parts.append(text(unquote(f'"{source.text(child)}"', not raw)))
        elif child.type == "interpolation":
            inner = [c for c in child.named_children if "brace" not in c.type]
            if inner:
                parts.append(value_of(source, inner[0], depth + 1))
    return join(parts)
