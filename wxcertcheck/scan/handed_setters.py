"""Setters of one's own: functions of a telling name that store what they are given."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find
from wxcertcheck.scan.phrases import only_reads
from wxcertcheck.scan.source import Source

if TYPE_CHECKING:
    from tree_sitter import Node


def own_setter(hit: Hit) -> Iterator[Find]:
    """A library's or program's setter that stores what it is given: ``func WithCACert(ca []byte) Option``."""
    source, function = hit.source, _defined_here(hit)
    body = function.child_by_field_name("body") if function is not None else None
    if function is None or body is None or only_reads(hit.name):
        return
    given = [name for name, _ in source.parameters(function) if name not in ("self", "this", "")]
    kept = any(_stores(source, node, hit.name, given) for node in source.nodes(_storing(source), body))
    if given and (kept or _collects(source, function, given)):
        yield Find(PinKind.CONFIGURABLE, function)


_COLLECTS = re.compile(
    r"push(?:_back)?|extend|append|emplace_back|\w*[sS]tr(?:ing)?_?(?:n?cpy|copy|dup)(?:_s)?|copy_?[sS]tr(?:ing)?"
)


def _collects(source: Source, function: "Node", given: list[str]) -> bool:
    """``self.roots.push(ca)``, ``copy_string(&handle->ca, ca)``: what it is given goes into what the object holds."""
    method = "self" in source.text(function)[:300]
    for call in source.calls(within=function):
        if not _COLLECTS.fullmatch(call.name) or not call.arguments:
            continue
        into = source.text(call.arguments[0].node)
        last = set(re.findall(r"\w+", source.text(call.arguments[-1].node)[:100]))
        if last & set(given) and (into.startswith("&") or "->" in into or (call.receiver is not None and method)):
            return True
    return False


def _defined_here(hit: Hit) -> "Node | None":
    """The function that the hit is the name of."""
    source = hit.source
    for parent in source.ancestors(hit.node):
        if parent.type in source.grammar.functions:
            body = parent.child_by_field_name("body")
            before = body is None or hit.node.end_byte <= body.start_byte
            return parent if before and source.name_of(parent).rpartition(":")[2] == hit.name else None
        if parent.type in source.grammar.parameters or parent.type in source.grammar.statements:
            return None
    return None


def _storing(source: Source) -> frozenset[str]:
    return frozenset(source.grammar.assignments) | frozenset(source.grammar.pairs) | {"shorthand_field_initializer"}


def _stores(source: Source, node: "Node", name: str, given: list[str]) -> bool:
    """Whether an assignment or a field of a literal keeps one of the parameters, under whatever name."""
    if node.type == "shorthand_field_initializer":
        return source.text(node) in given
    target, value = source.pair(node) if node.type in source.grammar.pairs else source.target_of(node) or (None, None)
    if target is None or value is None or value.id == target.id:
        return False
    if node.type in source.grammar.assignments and not re.search(r"[.\]]|->|^m?_|_$", source.text(target)):
        return False
    return bool(set(re.findall(r"\w+", source.text(value)[:200])) & set(given))
