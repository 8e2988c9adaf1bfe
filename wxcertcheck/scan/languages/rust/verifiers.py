"""Certificate verifiers of one's own for rustls: what their bodies do, and where they are used.

Source: https://docs.rs/rustls/latest/rustls/client/danger/trait.ServerCertVerifier.html
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find
from wxcertcheck.scan.languages.rust.drivers import off_or_decided, wraps
from wxcertcheck.scan.names import last_name
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.values import Kind, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_DELEGATES = re.compile(
    r"\.verify_server_cert\(|verify_is_valid_tls_server_cert|verify_for_usage|signed_by_trust_anchor|WebPki\w*Verifier|verify_cert\("
)
_COMPARES = re.compile(r"(?i)sha\d|digest|fingerprint|thumbprint|\bpin|==|!=|contains\(|public_key")
_ACCEPTING = re.compile(
    r"(?i)no_?(?:cert|server|verif|op)|skip|insecure|danger|accept|dummy|allow_?any|unsafe|trust_?all|disabled"
    r"|any_?server_?name|permissive|blind|self_?signed|accept_?all|null_?verif|fake"
)


def _judged(source: Source, function: "Node") -> PinKind | None:
    """What the body of a ``verify_server_cert`` does: accept all, compare, accept all on demand, or none of these."""
    body = function.child_by_field_name("body")
    code = re.sub(r"//[^\n]*|/\*.*?\*/", "", source.text(body)[:20_000], flags=re.DOTALL) if body is not None else ""
    if "ServerCertVerified" not in code:
        return None
    if _DELEGATES.search(code):
        any_name = "signed_by_trust_anchor(" in code and "verify_server_name" not in code and "Err(" not in code
        forgiven = any_name or _FORGIVEN.search(code) is not None
        return PinKind.CONFIGURABLE if _ON_DEMAND.search(code) else PinKind.VERIFICATION_OFF if forgiven else None
    if _COMPARES.search(code) and "Err" in code:
        return PinKind.FINGERPRINT
    if "Err(" not in code or "assertion()" in code.split("Err(")[0]:
        return PinKind.VERIFICATION_OFF
    return None


_FORGIVEN = re.compile(
    r"NotValidForName(?:Context)?\b(?:\s*\{[^{}]*\})?(?:\s*\|\s*[\w:]+(?:\s*\{[^{}]*\})?)*\s*\)*\s*=>\s*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*)?Ok\("
    r"|Err\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)\s*=>\s*(?:\{\s*)?Ok\(|\.or_else\(\s*\|[^|]*\|[^;]*\bOk\([\w:]*assertion"
)
"""``Err(InvalidCertificate(NotValidForName)) => Ok(…)``: what the default verifier refuses is let through."""
_ON_DEMAND = re.compile(
    r"if\s+[\w.]*(?i:insecure|accept|invalid|skip|danger|allow|trust)\w*\s*(?:\{|=>)\s*(?:\{\s*)?(?:return\s+)?Ok\("
    r"|if\s+!\s*self\.\w*(?i:insecure|accept|invalid|skip|danger|allow|ignore)\w*\s*\{"
)


def own_verifier(hit: Hit) -> Iterator[Find]:
    """``impl ServerCertVerifier``: a body that says ``assertion()`` accepts all; one that compares is a pin."""
    source, function = hit.source, hit.node.parent
    if function is None or function.type != "function_item" or source.name_of(function) != "verify_server_cert":
        return
    kind = _judged(source, function)
    if kind is PinKind.FINGERPRINT:
        yield Find(kind, function, unknown(source.text(function)))
    elif kind is not None:
        yield Find(kind, function)


def used_verifier(hit: Hit) -> Iterator[Find]:
    """The use of a verifier: one of this file by what it does, one of another file by what its name says."""
    call = hit.call()
    if call is None or call.name != hit.word or not call.arguments or wraps(hit.source, call):
        return
    source, node = hit.source, call.arguments[0].node
    written = source.text(node)
    written += " ".join(source.text(d.value) for name in _names(written) for d in source.definitions.get(name, ()))
    own = [f for f in source.functions("verify_server_cert") if _holder(source, f) in _names(written)]
    if own:
        kinds = {_judged(source, f) for f in own}
        if PinKind.VERIFICATION_OFF in kinds:
            yield Find(off_or_decided(source, call.node), call.node)
        elif PinKind.CONFIGURABLE in kinds:
            yield Find(PinKind.CONFIGURABLE, call.node)
    elif hit.value(node).kind is Kind.PARAMETER or _PINNING.search(written):
        yield Find(PinKind.CONFIGURABLE, call.node)
    elif _ACCEPTING.search(written):
        yield Find(off_or_decided(source, call.node), call.node)


_PINNING = re.compile(r"(?i)(?:\b|_)pin(?:ned|ning)?(?:_|\w*verif)|fingerprint|thumbprint")
"""A verifier of another file that compares, by its name: with what it is given."""


def _names(written: str) -> set[str]:
    return set(re.findall(r"\w+", written))


def _holder(source: Source, function: "Node") -> str:
    """The type that a method's ``impl`` block is for."""
    around = source.around(function, frozenset({"impl_item"}))
    made = around.child_by_field_name("type") if around is not None else None
    return last_name(source.text(made).split("<")[0]) if made is not None else ""
