"""TypeScript: the patterns of JavaScript over the TypeScript grammar."""

from msgspec.structs import replace

from wxcertcheck.scan.language import Language
from wxcertcheck.scan.languages.javascript import PATTERNS
from wxcertcheck.scan.languages.javascript.grammar import CARRIERS, CONSTANTS, GRAMMAR, evaluate

TYPESCRIPT = replace(
    GRAMMAR,
    module="tree_sitter_typescript",
    function="language_typescript",
    pairs={"pair": ("key", "value"), "enum_assignment": ("name", "value")},
    assignments={
        **{kind: fields for kind, fields in GRAMMAR.assignments.items() if kind != "field_definition"},
        "public_field_definition": ("name", "value"),
        "required_parameter": ("pattern", "value"),
    },
    classes=frozenset({"class_declaration", "class", "abstract_class_declaration"}),
    transparent=frozenset({"parenthesized_expression", "await_expression", "spread_element", "type_assertion"}),
)

LANGUAGE = Language(
    name="typescript",
    title="TypeScript",
    endings=(".ts", ".mts", ".cts"),
    grammar=TYPESCRIPT,
    carriers=CARRIERS,
    constants=CONSTANTS,
    evaluate=evaluate,
    patterns=PATTERNS,
)
