"""Matchers for Arduino and ESP-IDF, and for the wrappers that set their clients' CAs.

A file that defines such a setter itself is a library: there whoever calls it decides.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Matcher
from wxcertcheck.scan.matchers import call_trusts
from wxcertcheck.scan.source import Call, Source, holds
from wxcertcheck.scan.values import Kind, Value

if TYPE_CHECKING:
    from tree_sitter import Node


def begin_with_ca(hit: Hit) -> Iterator[Find]:
    """ESP32 ``http.begin(url, root_ca)``; on the ESP8266 the second argument is a fingerprint."""
    call = hit.call()
    if call is None or call.name != "begin" or hit.name != "begin" or len(call.arguments) not in (2, 3, 4):
        return
    node = call.arguments[-1].node
    written = hit.source.text(node)
    if re.search(r"(?i)finger", written):
        yield Find(PinKind.FINGERPRINT, call.node, hit.value(node))
    elif re.search(r"(?i)(?:^|_|\b)(?:root|ca)(?:_|\b|cert)|root_?ca|ca_?cert|rootCert", written):
        yield Find(PinKind.TRUST, call.node, hit.value(node))


def setter(*names: str, nth: int = 0, mode: PinMode = PinMode.REPLACES, kind: PinKind = PinKind.TRUST) -> Matcher:
    """A method that sets the trusted CAs. Where the file defines the method itself, the library passes on what it is given:
    there a wrapper's caller decides.
    """
    plain = call_trusts(*names, nth=nth, mode=mode)

    def match(hit: Hit) -> Iterator[Find]:
        call = hit.call()
        for find in plain(hit):
            if call is None or not defines(hit.source, call):
                yield Find(kind, find.node, find.value, find.mode, find.purpose)
            elif _passes_on(hit, call, nth):
                yield Find(PinKind.CONFIGURABLE, find.node, find.value, find.mode, find.purpose)

    return match


def _passes_on(hit: Hit, call: Call, nth: int) -> bool:
    """``void C::setCACert(const char *ca) { client_.setCACert(ca); }``."""
    around, node = hit.source.function_around(call.node), call.nth(nth)
    if around is None or node is None or call.receiver is None:
        return False
    name = hit.source.name_of(around).rpartition(":")[2]
    return name == call.name and hit.source.text(node) in [given for given, _ in hit.source.parameters(around)]


def device_off(*names: str) -> Matcher:
    """``client.setInsecure()``. In a wrapper's method of that name, or of the opposite's, whoever calls the wrapper decides."""

    def match(hit: Hit) -> Iterator[Find]:
        call = hit.call()
        if call is None or call.name not in names or hit.name != call.name:
            return
        around = hit.source.function_around(call.node)
        own = hit.source.name_of(around).lower() if around is not None else ""
        kind = PinKind.CONFIGURABLE if own == call.name.lower() else PinKind.VERIFICATION_OFF
        yield Find(kind, call.node)

    return match


def defines(source: Source, call: Call) -> bool:
    """Whether the file defines a function of the call's name."""
    return bool(
        re.search(rb"\b" + call.name.encode() + rb"\s*\([^;{}()]*\)\s*(?:const\s*)?(?:noexcept\s*)?\{", source.data)
    )


def declared_setter(hit: Hit) -> Iterator[Find]:
    """The definition of such a method, where it stores what it is given: there the caller decides."""
    source = hit.source
    for parent in source.ancestors(hit.node):
        if parent.type == "function_definition":
            body = parent.child_by_field_name("body")
            named = source.name_of(parent) == hit.name and body is not None and not holds(body, hit.node)
            parameters = [name for name, _ in source.parameters(parent) if name]
            if named and parameters and body is not None and _stores(source, body, parameters[0]):
                yield Find(PinKind.CONFIGURABLE, parent, Value(Kind.PARAMETER, parameters[0]))
            return
        if parent.type in ("compound_statement", "argument_list"):
            return


def _stores(source: Source, body: "Node", parameter: str) -> bool:
    return any(
        (right := node.child_by_field_name("right")) is not None and source.text(right) == parameter
        for node in source.nodes({"assignment_expression"}, body)
    )
