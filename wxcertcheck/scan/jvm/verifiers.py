"""What the bodies of host name verifiers and trust strategies say: a plain yes is verification off."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.jvm.managers import ACCEPTING_NAME, NAMED, class_elsewhere, code_of
from wxcertcheck.scan.language import Find
from wxcertcheck.scan.names import last_name
from wxcertcheck.scan.source import Source

if TYPE_CHECKING:
    from tree_sitter import Node

_TRUE = re.compile(
    r"(?:->|=>|\{|\breturn\b|=)\s*\{?\s*(?:return\s+)?(?:true|Boolean\.TRUE)\s*;?\s*\}*\s*;?\s*\)*\s*;?\s*\}*\s*(?:as\s+HostnameVerifier)?\s*$"
)
_MADE = re.compile(r"\bnew\s+(?:\w+\.)*([A-Z]\w*)\s*\(\s*\)\s*$")


def hostname_verifier(hit: Hit) -> Iterator[Find]:
    """A ``HostnameVerifier`` that always says true: the name is not checked, which is verification off."""
    source = hit.source
    if hit.name in ("HostnameVerifier", "X509HostnameVerifier"):
        yield from _verifier_type(hit)
        return
    if hit.name != hit.word:
        return
    setting = hit.setting()
    value = setting.value if setting is not None and setting.form in ("setter", "assignment") else None
    if value is None or setting is None:
        return
    written = code_of(source, value)
    if NAMED.search(written):
        return
    if value.type == "identifier" or re.fullmatch(r"(?:new\s+)?[\w.]+(?:\s*\(\))?", written):
        name = written.removeprefix("new").removesuffix("()").strip().rpartition(".")[2]
        defined = [code_of(source, d.value) for d in source.definitions.get(name, ())]
        made = {name, *(found[1] for one in defined if (found := _MADE.search(one)))}
        of_class = [code_of(source, c) for one in made for c in source.classes(one)]
        if not defined and not of_class and name[:1].isupper():
            of_class = [one for one in [class_elsewhere(source, name)] if re.search(r"\bverify\s*\(", one)]
        if (
            any(always_true(one) for one in defined)
            or any(_verify_is_true(one) for one in of_class)
            or (not defined and not of_class and ACCEPTING_NAME.search(written))
        ):
            yield Find(PinKind.VERIFICATION_OFF, setting.node)
    elif always_true(written) or _verify_is_true(written):
        yield Find(PinKind.VERIFICATION_OFF, setting.node)
    elif "?" in written and len(written) < 300 and ACCEPTING_NAME.search(written):
        yield Find(PinKind.CONFIGURABLE, setting.node)


def _verifier_type(hit: Hit) -> Iterator[Find]:
    """A class (or object) that implements ``HostnameVerifier`` and says true; a lambda that is made into one."""
    source = hit.source
    for parent in source.ancestors(hit.node):
        if parent.type in source.grammar.calls:
            call = source.call(parent)
            if call is not None and call.name == hit.name and _accepts(code_of(source, parent)):
                if not _is_set(source, parent):
                    yield Find(PinKind.VERIFICATION_OFF, hit.node)
                return
        if parent.type in source.grammar.classes or parent.type in ("object_literal", "instance_expression"):
            head = parent.start_byte + len(source.text(parent).partition("{")[0].encode())
            if hit.offset < head and _verify_is_true(code_of(source, parent)):
                yield Find(PinKind.VERIFICATION_OFF, hit.node)
            return
        if parent.type in source.grammar.assignments or parent.type in (
            "field_declaration",
            "local_variable_declaration",
        ):
            value = parent.child_by_field_name("value") or next(
                (v for d in parent.named_children if (v := d.child_by_field_name("value")) is not None), None
            )
            if value is not None and value.type.startswith("lambda") and always_true(code_of(source, value)):
                yield Find(PinKind.VERIFICATION_OFF, hit.node)
                return
        if parent.type in source.grammar.functions:
            yield from _given_back(hit, parent)
            return


def _given_back(hit: Hit, function: "Node") -> Iterator[Find]:
    """``HostnameVerifier verifier() { return TrustAllVerifier.DEFAULT; }``: a verifier of elsewhere, by its name."""
    source, typed = hit.source, function.child_by_field_name("type")
    if typed is None or not typed.start_byte <= hit.offset < typed.end_byte:
        return
    for node in source.returned(function)[:4]:
        written = source.text(node)
        named = re.fullmatch(r"(?:new\s+)?([A-Z]\w*)(?:\.[A-Z_]+|\(\))", written)
        if named and ACCEPTING_NAME.search(written) and not NAMED.search(written) and not source.classes(named[1]):
            yield Find(PinKind.VERIFICATION_OFF, node)


def _accepts(code: str) -> bool:
    """Whether a verifier made in place says true: a lambda, or a class with its method."""
    return always_true(code) or _verify_is_true(code)


def _is_set(source: Source, node: "Node") -> bool:
    """Whether a verifier stands as the argument of a setter, where `hostname_verifier` sees it by the setter's word."""
    for parent in source.ancestors(node):
        if parent.type in source.grammar.assignments:
            sides = source.target_of(parent)
            return sides is not None and last_name(source.text(sides[0])) in (
                "hostnameVerifier",
                "defaultHostnameVerifier",
            )
        call = source.call(parent)
        if call is not None:
            return call.name.lower().endswith("hostnameverifier")
        if parent.type in source.grammar.functions or parent.type in source.grammar.statements:
            return False
    return False


def always_true(code: str) -> bool:
    """Whether a lambda, or a class with one method, always says true."""
    end = re.sub(r"\s+", " ", code[-2_000:])[-300:]  # one space at most: the expression would try every split of a run
    return _TRUE.search(end) is not None and code.count("return") <= 1 and not re.search(r"\bfalse\b", code)


_VERIFY_HEAD = r"\b(?:boolean|Boolean|void|fun|def)\s+verify\s*\("
_VERIFY = re.compile(_VERIFY_HEAD + r"[^)]*\)[^{=;]*(?:\{(?P<block>[^{}]*)\}|=\s*(?P<one>[^\n{}]+))")


def _verify_is_true(code: str) -> bool:
    """Whether every ``verify`` says true; Apache's ``X509HostnameVerifier`` has void ones too, which do by doing nothing."""
    bodies = [(found["block"] or found["one"] or "").strip() for found in _VERIFY.finditer(code)]
    if len(bodies) != len(re.findall(_VERIFY_HEAD, code)):
        return False  # one has blocks in it: it decides something
    if len(bodies) > 1:
        bodies = [body for body in bodies if "return" in body or re.search(r"\w", body)]
        if not bodies:
            return "X509HostnameVerifier" in code
    return bool(bodies) and all(_says_true(body) for body in bodies)


def _says_true(body: str) -> bool:
    returned = re.findall(r"return\s+([^;\n]+)", body) or [body.rpartition("\n")[2].strip().rstrip(";")]
    return all(re.fullmatch(r"\(?\s*(?:true|Boolean\.TRUE)\s*\)?", one.strip()) for one in returned)


_IS_TRUSTED = re.compile(r"\bisTrusted\s*\([^)]*\)[^{=;]*(?:\{(?P<block>[^{}]*)\}|=\s*(?P<one>[^\n{}]+))")


def is_trusted_true(code: str) -> bool:
    """Whether the ``isTrusted`` of an Apache ``TrustStrategy`` always says true."""
    found = _IS_TRUSTED.search(code)
    body = (found["block"] or found["one"] or "") if found else ""
    return bool(found) and re.fullmatch(r"\s*(?:return\s+)?true\s*;?\s*", body) is not None


def trust_strategy(hit: Hit) -> Iterator[Find]:
    """A ``TrustStrategy`` class, or one made in place, that accepts all; given to ``loadTrustMaterial`` it is found there."""
    source = hit.source
    for parent in source.ancestors(hit.node):
        call = source.call(parent)
        if call is not None and call.name in ("loadTrustMaterial", "TrustStrategy"):
            if call.name == "TrustStrategy" and is_trusted_true(code_of(source, parent)):
                continue
            return
        if call is not None and call.name == "SSLSocketFactory" and is_trusted_true(code_of(source, parent)):
            yield Find(PinKind.VERIFICATION_OFF, parent)
            return
        if parent.type in source.grammar.classes:
            head = parent.start_byte + len(source.text(parent).partition("{")[0].encode())
            if hit.offset < head and is_trusted_true(code_of(source, parent)):
                yield Find(PinKind.VERIFICATION_OFF, hit.node)
            return
