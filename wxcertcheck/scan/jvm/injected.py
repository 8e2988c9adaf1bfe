"""Fields that a framework fills from the configuration: Spring's ``@Value("${wx.ca}")`` and ``@ConfigurationProperties(prefix = "wx")``,
MicroProfile's ``@ConfigProperty(name = "wx.ca")``. Read as text: the annotations are written alike in Java, Kotlin, Scala and Groovy.

Sources: https://docs.spring.io/spring-boot/reference/features/external-config.html (relaxed binding; nested classes are nested
keys), https://download.eclipse.org/microprofile/microprofile-config-3.1/microprofile-config-spec-3.1.html
"""

import re
from typing import TYPE_CHECKING

from wxcertcheck.scan.evaluate import value_of
from wxcertcheck.scan.names import word_places
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.text_format import value_of as written_value
from wxcertcheck.scan.values import Kind, Value, entry_of, text

if TYPE_CHECKING:
    from tree_sitter import Node

_MARKS = (b"@Value", b"@ConfigurationProperties", b"@ConfigProperty", b"@field:Value")
_VALUE = re.compile(r"@(?:field:)?Value\(\s*(?:value\s*=\s*)?\"((?:[^\"\\]|\\.)*)\"\s*\)[^;{}=:]*$")
_PROPERTY = re.compile(r"@ConfigProperty\(([^()]*)\)[^;{}=:]*$")
_PREFIX = re.compile(r"@ConfigurationProperties\(\s*(?:(?:prefix|value)\s*=\s*)?\"([\w.\-]*)\"")
_ANNOTATION = 400
"""Bytes before a field's name in which its annotation stands."""
_HOLDER = Value(Kind.NAME, "configuration()")
_DECLARED = ("variable_declarator", "class_parameter", "variable_declaration", "formal_parameter", "parameter")
_FIELDS = (
    "field_declaration",
    "class_parameter",
    "property_declaration",
    "record_declaration",
    "val_definition",
    "var_definition",
)


def injected(source: Source, name: str) -> Value | None:
    """What a framework gives the field or parameter ``name``; None if nothing says that it does."""
    if not any(mark in source.data for mark in _MARKS):
        return None
    for place in list(word_places(source.data, name, 0, len(source.data)))[:50]:
        node = source.tree.root_node.descendant_for_byte_range(place, place + 1)
        declared = node.parent if node is not None else None
        if node is None or declared is None or declared.type not in _DECLARED:
            continue
        named = declared.child_by_field_name("name") or next(iter(declared.named_children), node)
        if place < named.start_byte or place >= declared.end_byte or source.text(node) != name:
            continue
        found = _annotated(source, place) or _bound(source, declared, name)
        if found is not None:
            return found
    return None


def _annotated(source: Source, place: int) -> Value | None:
    before = source.data[max(0, place - _ANNOTATION) : place].decode("utf-8", "replace")
    value, declared = _VALUE.search(before), _PROPERTY.search(before)
    if value and not value[1].startswith("#"):
        return written_value(value[1].replace("\\$", "$"))
    if declared:
        key = re.search(r"name\s*=\s*\"([^\"]+)\"", declared[1])
        default = re.search(r"defaultValue\s*=\s*\"([^\"]+)\"", declared[1])
        return entry_of(_HOLDER, key[1], (text(default[1]),) if default else ()) if key else None
    return None


def _bound(source: Source, declared: "Node", name: str) -> Value | None:
    """A field of a class that the configuration is bound to: its key is the prefix, the classes inside, the name."""
    kinds = [declared.type, *(a.type for a in source.ancestors(declared))]
    field = next((kind for kind in kinds if kind in _FIELDS or kind in source.grammar.functions), "")
    if field not in _FIELDS:
        return None
    names: list[str] = [name]
    for around in source.ancestors(declared):
        if around.type not in source.grammar.classes:
            continue
        head = source.data[around.start_byte : min(around.end_byte, around.start_byte + _ANNOTATION)].decode(
            "utf-8", "replace"
        )
        prefix = _PREFIX.search(re.split(rf"\b(?:class|record)\s+{re.escape(source.name_of(around))}\b", head)[0])
        if prefix:
            value = declared.child_by_field_name("value")
            default = (value_of(source, value, 1),) if value is not None else ()
            return entry_of(_HOLDER, ".".join([prefix[1], *reversed(names)]).strip("."), default)
        inner = source.name_of(around)
        names.append(inner[:1].lower() + inner[1:])
    return None
