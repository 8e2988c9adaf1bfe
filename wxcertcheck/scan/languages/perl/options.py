"""Perl's options: the value that follows a name in a list, is assigned to an element of a hash, or is given to a method.

The matchers for a CA file, and for a switch that turns verification off.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, Purpose
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Change, Find, Matcher
from wxcertcheck.scan.languages.perl.values import GRAMMAR, call_of
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.values import Kind, Value

if TYPE_CHECKING:
    from tree_sitter import Node


def given_at(hit: Hit) -> "tuple[str, Node, Node] | None":
    """The option at the hit: its name, the value's node, and the node to report."""
    source, node = hit.source, hit.node
    if node.type == "string_content" and node.parent is not None:
        node = node.parent
    name, parent = source.text(node).strip("\"'"), node.parent
    if parent is None:
        return None
    if (
        parent.type in GRAMMAR.calls and source.text(parent) == f"{name}()"
    ):  # a constant before a fat comma: ``NAME() => 0``
        node, parent = parent, parent.parent
        if parent is None:
            return None
    if parent.type == "hash_element_expression" and parent.parent is not None:
        outer = parent.parent if parent.parent.type != "localization_expression" else parent.parent.parent
        left = outer.child_by_field_name("left") if outer is not None else None
        right = (
            outer.child_by_field_name("right") if outer is not None and outer.type == "assignment_expression" else None
        )
        if right is not None and left is not None and left.start_byte <= node.start_byte < left.end_byte:
            return name, right, outer or node
        return None
    if parent.type == "list_expression":
        after = node.next_named_sibling
        while after is not None and "comment" in after.type:
            after = after.next_named_sibling
        return (name, after, node) if after is not None and _is_key(source, node) else None
    if node.type == "method":
        call = call_of(source, parent)
        return (name, call.arguments[0].node, parent) if call is not None and len(call.arguments) == 1 else None
    return None


def _is_key(source: Source, node: "Node") -> bool:
    """Whether a fat comma follows, or a comma where a constant of curl stands first."""
    after = source.data[node.end_byte : node.end_byte + 20].lstrip()
    constant = node.type == "bareword" or node.type in GRAMMAR.calls
    return after.startswith(b"=>") or (constant and after.startswith(b","))


def is_server(hit: Hit) -> bool:
    around = hit.source.around(hit.node, frozenset({"list_expression"}))
    written = hit.source.text(around)[:2000] if around is not None else ""
    if re.search(r"\bListen\s*=>|SSL_server\s*=>\s*1|\bDaemon\b", written):
        return True
    call = hit.call_around()
    return call is not None and (call.name in ("server", "listen") or "Server" in call.callee)


NO_PLACE = frozenset({"anonymous_hash_expression", "anonymous_subroutine_expression"})


def trusts(*names: str, purpose: Purpose = Purpose.HTTPS, needs: str = "") -> Matcher:
    def match(hit: Hit) -> Iterator[Find]:
        given = given_at(hit)
        if given is None or given[0] not in names or is_server(hit):
            return
        if given[1].type in NO_PLACE:
            return  # a table that describes the option
        if not needs or re.search(needs.encode(), hit.source.data):
            repair = left_out(hit.source, given[2], given[1]) if purpose is Purpose.HTTPS else ()
            yield Find(PinKind.TRUST, given[2], hit.value(given[1]), purpose=purpose, repair=repair)

    return match


def switched_off(off: frozenset[str], *names: str, purpose: Purpose = Purpose.HTTPS, needs: str = "") -> Matcher:
    def match(hit: Hit) -> Iterator[Find]:
        given = given_at(hit)
        if given is None or given[0] not in names or is_server(hit):
            return
        if needs and not re.search(needs.encode(), hit.source.data):
            return
        written = hit.source.text(given[1])
        value = (
            Value(Kind.NAME, written.rpartition("::")[2].removesuffix("()"))
            if "SSL_VERIFY" in written[:60] and not written.startswith("$")
            else hit.value(given[1])
        )
        if re.search(r"SSL_VERIFY_NONE\s*\(\s*\)$", value.text):
            value = Value(Kind.NAME, "SSL_VERIFY_NONE")
        value = Value(Kind.NUMBER, written) if written in off or re.fullmatch(r"0x[0-9a-f]+", written) else value
        handed_on = value.kind in (Kind.UNKNOWN, Kind.NAME) and "VERIFY_" not in value.text
        kind = PinKind.CONFIGURABLE if handed_on else PinKind.VERIFICATION_OFF
        yield Find(kind, given[2], value, purpose=purpose, off=off, repair=_turned(hit.source, given[1]))

    return match


def left_out(source: Source, key: "Node", value: "Node") -> tuple[Change, ...]:
    """A list without ``key => value``; () of anything else."""
    if (
        key.parent is None
        or key.parent.type != "list_expression"
        or b"=>" not in source.data[key.end_byte : value.start_byte]
    ):
        return ()
    after, before = value.next_named_sibling, key.prev_named_sibling
    if after is not None:
        return (Change(key.start_byte, after.start_byte),)
    return (Change(before.end_byte if before is not None else key.start_byte, value.end_byte),)


def _turned(source: Source, value: "Node") -> tuple[Change, ...]:
    """The value that switches verification on, in place of the one that switches it off."""
    written = source.text(value)
    if re.fullmatch(r"0|0x0+|'0'|\"0\"|''|\"\"", written):
        return (Change(value.start_byte, value.end_byte, "1"),)
    at = written.find("SSL_VERIFY_NONE")
    start = value.start_byte + at
    return (Change(start, start + len("SSL_VERIFY_NONE"), "SSL_VERIFY_PEER"),) if at >= 0 and written.isascii() else ()
