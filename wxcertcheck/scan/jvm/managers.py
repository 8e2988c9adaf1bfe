"""What the bodies of own trust managers and host name verifiers do: accept all, delegate, refuse, or compare keys."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind
from wxcertcheck.scan.language import Find
from wxcertcheck.scan.matchers import decided_around
from wxcertcheck.scan.source import Hit, Source
from wxcertcheck.scan.values import unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_COMMENTS = frozenset({"comment", "line_comment", "block_comment", "multiline_comment", "groovy_doc"})
_DELEGATES = re.compile(r"\b(?:checkServerTrusted|checkTrusted|validate|isServerTrusted)\s*\(")
_THROWS = re.compile(r"\bthrow\b|\brequire\w*\s*[({]|\bcheck\s*[({]|\berror\s*\(|\bassert\w*\b")
_BRANCHES = re.compile(r"\b(?:if|when|for|while|require\w*|check|match)\b|\?:|\.(?:any|none|all|filter|find)\b")
_OF_THE_CERTIFICATE = re.compile(
    r"(?i)sha-?\d|digest|fingerprint|thumbprint|\bpin|publickey|getencoded|\.encoded|serial|\.verify\(|equals\(|\.contains\w*\("
)
_HARMLESS = re.compile(
    r"(?i)^(?:println?|printf|print|debug|info|warn|trace|error|log\w*|d|i|w|v|e|checkvalidity|isempty|isnullorempty|size|length"
    r"|tostring|getsubject\w*|getissuer\w*|format|\w*exception|to[A-Z]\w*|illegalargumentexception|isnotempty|also)$"
)
_CERTIFICATES = re.compile(
    r"\b(?:chain|certs?|certificates?|x509Certificates?|p0|arg0|xcs|x509certs?|cert\w*)\b", re.IGNORECASE
)
_TRUE = re.compile(
    r"(?:->|=>|\{|\breturn\b|=)\s*\{?\s*(?:return\s+)?(?:true|Boolean\.TRUE)\s*;?\s*\}*\s*;?\s*\)*\s*;?\s*\}*\s*(?:as\s+HostnameVerifier)?\s*$"
)
_CATCH = re.compile(r"\bcatch\s{0,9}(?:\([^){}]{0,300}\)\s{0,9})?\{(?P<body>[^{}]{0,4000})\}")


_LONG = 40_000
"""Bytes of a body that are read; a longer one is looked at in part."""


def code_of(source: Source, node: "Node") -> str:
    """The source text of a node without its comments."""
    if node.end_byte - node.start_byte > _LONG:
        return source.data[node.start_byte : node.start_byte + _LONG].decode("utf-8", "replace")
    data, at = b"", node.start_byte
    for comment in source.nodes(_COMMENTS, node):
        if comment.start_byte >= at:
            data += source.data[at : comment.start_byte]
            at = comment.end_byte
    return (data + source.data[at : node.end_byte]).decode("utf-8", "replace")


def body_of(source: Source, function: "Node") -> "Node | None":
    """A function's body; None for a declaration without one."""
    body = function.child_by_field_name("body")
    return body or next((c for c in function.named_children if c.type in ("function_body", "block")), None)


def own_manager(hit: Hit) -> Iterator[Find]:
    """A body of ``checkServerTrusted``: empty (off), delegating (nothing), or comparing keys (a fingerprint pin)."""
    source, parent = hit.source, hit.node.parent
    if parent is None:
        return
    if parent.type in source.grammar.functions and source.name_of(parent) == "checkServerTrusted":
        body = body_of(source, parent)
    elif parent.type in source.grammar.pairs:
        body = source.pair(parent)[1]
    else:
        return
    kind = _kind(source, body) if body is not None else None
    if kind is None or body is None:
        return
    if kind is PinKind.VERIFICATION_OFF and _compared_later(source, parent):
        kind = PinKind.FINGERPRINT
    yield Find(kind, parent, unknown(source.text(body)) if kind is PinKind.FINGERPRINT else None)


def _kind(source: Source, body: "Node") -> PinKind | None:
    """What a body of ``checkServerTrusted`` amounts to."""
    code = code_of(source, body)
    throws, own = _THROWS.search(code) is not None, _OF_THE_CERTIFICATE.search(code) is not None
    if own and (throws or ".verify(" in code):
        return PinKind.FINGERPRINT
    if _DELEGATES.search(code):
        return PinKind.VERIFICATION_OFF if _swallows(code) else None
    if throws and not _BRANCHES.search(code):
        return None
    if any(
        not _HARMLESS.match(call.name) and any(_CERTIFICATES.search(source.text(a.node)) for a in call.arguments)
        for call in source.calls(within=body)
    ):
        return None
    return PinKind.VERIFICATION_OFF


def _swallows(code: str) -> bool:
    """Whether the exception of the delegate is caught and dropped."""
    caught = list(_CATCH.finditer(code))
    return bool(caught) and all(
        not _THROWS.search(one["body"]) and not _DELEGATES.search(one["body"]) and "return" not in one["body"]
        for one in caught
    )


def _compared_later(source: Source, node: "Node") -> bool:
    """An empty manager, but the same function compares the peer's certificates itself and gives up if they differ."""
    functions = [a for a in source.ancestors(node) if a.type in source.grammar.functions]
    code = code_of(source, functions[-1]) if functions else ""
    return re.search(r"(?i)peerCertificates|serverCertificates", code) is not None and _THROWS.search(code) is not None


_ACCEPTING_NAME = re.compile(
    r"(?i)(?:allow|trust|accept)_?(?:all|any|every|x509|ssl|hostname)|all_?trust|no_?verif|unsafe|insecure|ignore_?(?:ssl|cert|host)|naive|noop"
    r"|(?:fake|dummy|null|empty)_?(?:trust|host|x509|ssl)|do_?not_?verify"
)


_NAMED = re.compile(r"NoopHostnameVerifier|ALLOW_ALL_HOSTNAME_VERIFIER|AllowAllHostnameVerifier|TrustAllStrategy")
"""Found by name, see `named_off`."""


def hostname_verifier(hit: Hit) -> Iterator[Find]:
    """A ``HostnameVerifier`` that always says true: the name is not checked, which is verification off."""
    source = hit.source
    if hit.name == "HostnameVerifier":
        yield from _verifier_type(hit)
        return
    if hit.name != hit.word:
        return
    setting = hit.setting()
    value = setting.value if setting is not None and setting.form in ("setter", "assignment") else None
    if value is None or setting is None:
        return
    written = code_of(source, value)
    if _NAMED.search(written):
        return
    if value.type == "identifier" or re.fullmatch(r"[\w.]+(?:\(\))?", written):
        name = written.removesuffix("()").rpartition(".")[2]
        defined = [code_of(source, d.value) for d in source.definitions.get(name, ())]
        of_class = [code_of(source, c) for c in source.classes(name)]
        if (
            any(always_true(one) for one in defined)
            or any(_verify_is_true(one) for one in of_class)
            or (not defined and not of_class and _ACCEPTING_NAME.search(written))
        ):
            yield Find(PinKind.VERIFICATION_OFF, setting.node)
    elif always_true(written) or _verify_is_true(written):
        yield Find(PinKind.VERIFICATION_OFF, setting.node)


def _verifier_type(hit: Hit) -> Iterator[Find]:
    """A class (or object) that implements ``HostnameVerifier`` and says true; a lambda that is made into one."""
    source = hit.source
    for parent in source.ancestors(hit.node):
        if parent.type in source.grammar.calls:
            call = source.call(parent)
            if call is not None and call.name == "HostnameVerifier" and always_true(code_of(source, parent)):
                if any(a.type in source.grammar.assignments for a in source.ancestors(parent)):
                    yield Find(PinKind.VERIFICATION_OFF, hit.node)
                return
        if parent.type in source.grammar.classes or parent.type in ("object_literal", "instance_expression"):
            head = parent.start_byte + len(source.text(parent).partition("{")[0].encode())
            if hit.offset < head and _verify_is_true(code_of(source, parent)):
                yield Find(PinKind.VERIFICATION_OFF, hit.node)
            return
        if parent.type in source.grammar.functions:
            return


def always_true(code: str) -> bool:
    """Whether a lambda, or a class with one method, always says true."""
    end = re.sub(r"\s+", " ", code[-2_000:])[-300:]  # one space at most: the expression would try every split of a run
    return _TRUE.search(end) is not None and code.count("return") <= 1 and not re.search(r"\bfalse\b", code)


def _verify_is_true(code: str) -> bool:
    found = re.search(r"\bverify\s*\([^)]*\)[^{=;]*(?:\{(?P<block>[^{}]*)\}|=\s*(?P<one>[^\n{}]+))", code)
    if not found:
        return False
    body = (found["block"] or found["one"] or "").strip()
    returned = re.findall(r"return\s+([^;\n]+)", body) or [body.rpartition("\n")[2].strip().rstrip(";")]
    return all(one.strip() == "true" for one in returned)


def named_off(hit: Hit) -> Iterator[Find]:
    """A name that says it all: ``NoopHostnameVerifier``, ``InsecureTrustManagerFactory``. Imports and types do not count."""
    if any("import" in a.type or "package" in a.type for a in hit.source.ancestors(hit.node)):
        return
    if any(a.type in hit.source.grammar.strings for a in hit.source.ancestors(hit.node)):
        return
    parent = hit.node.parent
    if parent is not None and parent.type in ("user_type", "class_declaration", "superclass", "super_interfaces"):
        return
    decided = decided_around(hit.source, hit.node)
    yield Find(PinKind.CONFIGURABLE if decided else PinKind.VERIFICATION_OFF, hit.node)


def accepting_factory(hit: Hit) -> Iterator[Find]:
    """``sslSocketFactory(…, trustAll)``: a factory or manager whose name says that it accepts everything."""
    call = hit.call()
    if call is None or call.name not in (hit.name, "init"):  # the word "sslContext.init" stands at its receiver
        return
    source = hit.source
    written = _NAMED.sub("", " ".join(source.text(a.node) for a in call.arguments))
    if len(written) > 400 or not _ACCEPTING_NAME.search(written):
        return
    if call.name == "init" and ("TrustManager" not in written or len(call.arguments) != 3):
        return
    yield Find(PinKind.VERIFICATION_OFF, call.node)


def web_view(hit: Hit) -> Iterator[Find]:
    """Android's ``onReceivedSslError`` that goes on whatever the error is."""
    source, function = hit.source, hit.node.parent
    if (
        function is None
        or function.type not in source.grammar.functions
        or source.name_of(function) != "onReceivedSslError"
    ):
        return
    body = body_of(source, function)
    code = code_of(source, body) if body is not None else ""
    if re.search(r"\bproceed\s*\(", code) and not re.search(
        r"\bif\b|\bwhen\b|\bcancel\s*\(|Dialog|Builder|\bmatch\b", code
    ):
        yield Find(PinKind.VERIFICATION_OFF, function)
