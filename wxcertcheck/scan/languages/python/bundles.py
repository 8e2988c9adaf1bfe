"""CA files that Python code keeps beside itself under a name, for other files to use."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.telling import BUNDLE_FILE, means_ca
from wxcertcheck.scan.values import SOURCE, Kind

if TYPE_CHECKING:
    from tree_sitter import Node

_USED_HERE = re.compile(rb"\bverify\b|load_verify_locations|cafile|\bca_certs\s*=|CAINFO|root_certificates")
"""The place that counts is where the file is used."""


def own_bundle(hit: Hit) -> Iterator[Find]:
    """``CA_CERTS = os.path.join(os.path.dirname(__file__), "cacert.pem")``, or what a function gives back."""
    source = hit.source
    string = hit.node if hit.node.type == "string" else source.around(hit.node, frozenset({"string"}))
    if string is None or source.mentions(_USED_HERE):
        return
    holder = source.around(string, frozenset({"assignment", "return_statement"}))
    value = _kept(hit, holder) if holder is not None else None
    if holder is None or value is None:
        return
    found = hit.value(value)
    named = source.text(holder).partition("=")[0].strip() if holder.type == "assignment" else ""
    tells = BUNDLE_FILE.search(found.text) or (means_ca(named.rpartition(".")[2]) and found.text.endswith(_ENDS))
    if found.kind is Kind.TEXT and found.base == SOURCE and tells:
        yield Find(PinKind.TRUST, holder, found)


def _kept(hit: Hit, holder: "Node") -> "Node | None":
    """The value that a module, a class or an object keeps, or a function gives back; not a variable on the way."""
    if holder.type == "return_statement":
        return holder.named_children[0] if holder.named_children else None
    target = holder.child_by_field_name("left")
    within = hit.source.function_around(holder) is not None
    if target is None or target.type not in (("attribute",) if within else ("attribute", "identifier")):
        return None
    return holder.child_by_field_name("right")


_ENDS = (".pem", ".crt", ".cer")

_FILES = (
    *("cacert.pem", "cacerts.pem", "ca_certs.pem", "ca-bundle.crt", "ca-bundle.pem", "ca_bundle.pem"),
    *("ca-certificates.crt", "cabundle.pem", "ca-certs.crt", "ca-certs.pem"),
)

PATTERNS = (
    Pattern(
        slug="own-bundle",
        words=tuple(name + quote for name in _FILES for quote in "'\""),
        beside=("__file__",),
        match=own_bundle,
        bad=(
            'CA_CERTS = os.path.join(os.path.dirname(__file__), "cacert.pem")',
            "def where():\n    return os.path.join(os.path.dirname(__file__), 'data', 'ca-certificates.crt')",
            "class C:\n    def __init__(self):\n        self.ca = Path(__file__).parent / 'ca_certs.pem'",
        ),
        good=(
            'CA = os.path.join(os.path.dirname(__file__), "cacert.pem")\nrequests.get(url, verify=CA)',
            "def update():\n    path = os.path.join(os.path.dirname(__file__), 'cacert.pem')\n    save(path)",
            'BUNDLE = "/etc/ssl/certs/ca-certificates.crt"',
            "package_data = {'wx': ['cacert.pem']}",
        ),
    ),
)
