"""CA files that PHP code keeps under a name and uses elsewhere: configuration keys, constants, functions."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind
from wxcertcheck.scan.evaluate import evaluate
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find
from wxcertcheck.scan.languages.php.options import given, purpose_of
from wxcertcheck.scan.names import bare
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.telling import BUNDLE_FILE
from wxcertcheck.scan.values import Kind, Value

if TYPE_CHECKING:
    from tree_sitter import Node

_CA_FILE = re.compile(r"\.(?:pem|crt|cer|bundle)$", re.IGNORECASE)


def configured_ca(hit: Hit) -> Iterator[Find]:
    """``'cacert' => getcwd() . '/cacert.pem'`` in a configuration: Alipay's old examples and what was made after them."""
    setting = hit.setting()
    if setting is None or setting.value is None or not given(hit, setting) or hit.name.lower() not in CONFIGURED:
        return
    value = hit.value(setting.value)
    leaves = [leaf for leaf in value.leaves() if leaf.kind in (Kind.TEXT, Kind.JOIN)]
    last = [(leaf.parts[-1] if leaf.parts else leaf).text for leaf in leaves]
    if any(_CA_FILE.search(ending) for ending in last) and not re.search(r"(?i)alipay_?root|unionpay", " ".join(last)):
        yield Find(PinKind.TRUST, setting.node, value, purpose=purpose_of(hit))


CONFIGURED = frozenset(
    [
        "cacert",
        "ca_cert",
        "ca_file",
        "ca_path",
        "ca_info",
        "cainfo",
        "ca_bundle",
        "ca_cert_path",
        "cacert_path",
        "cacert_url",
        "ca_pem",
        "rootca",
        "root_ca",
        "rootca_path",
        "root_ca_path",
    ]
)
"""Keys (in lower case) under which a configuration keeps a CA file. ``root_cert`` is a message signature's."""
CONFIGURED_WORDS = tuple(
    quote + key + quote for key in sorted(CONFIGURED | {"CACERT", "CA_CERT", "CAINFO"}) for quote in "'\""
)


def returned_bundle(hit: Hit) -> Iterator[Find]:
    """A function, field or constant named after CAs that gives a bundle of its own (``__DIR__ . '/cacert.pem'``)."""
    source = hit.source
    if source.mentions(_USED_HERE) or not re.search(r"\.(?:pem|crt|cer)$", bare(hit.text)):
        return
    found = _holder(source, hit.node)
    if found is None:
        return
    holder, named, value = found
    kept = holder.type != "assignment_expression" or "->" in source.text(holder).partition("=")[0]
    tells = _NAMED_CA.search(named) or (kept and value.base and BUNDLE_FILE.search(value.text))
    beside = value.kind is Kind.JOIN and len(value.parts) == 2 and value.parts[0].kind is Kind.NAME
    if tells and (beside or (value.kind is Kind.TEXT and (value.base or not value.text.startswith("/")))):
        yield Find(PinKind.TRUST, holder, value)


def _holder(source: Source, node: "Node") -> tuple["Node", str, Value] | None:
    """What gives the text at ``node`` a name: the node, the name, the value."""
    for parent in source.ancestors(node):
        if parent.type in ("property_element", "const_element"):
            return parent, source.text(parent).partition("=")[0], evaluate(source, parent.named_children[-1])
        if parent.type in ("assignment_expression", "return_statement"):
            function, target = source.function_around(node), source.text(parent).partition("=")[0]
            of_object = parent.type == "assignment_expression" and "->" in target
            named = target if function is None or of_object else source.name_of(function)
            return parent, named, evaluate(source, parent.named_children[-1])
        if parent.type == "arguments" and parent.parent is not None:
            call = source.call(parent.parent)
            if call is not None and call.name == "define" and call.nth(1) is not None:
                return call.node, source.text(call.arguments[0].node), evaluate(source, call.arguments[1].node)
            if call is None or call.name != "realpath":
                return None
        if parent.type == "array_creation_expression":
            return None
    return None


_NAMED_CA = re.compile(r"(?i)(?:^|[^a-z])ca(?:[^a-z]|bundle|cert|file|path|info)|CaBundle|CABundle|cacert|TrustStore")
_USED_HERE = re.compile(rb"CURLOPT_CAINFO|['\"](?:cafile|verify|sslcertificates|sslcafile|sslCafile)['\"]|::VERIFY")
