"""Python code that compares the server's certificate with a fingerprint of its own: ``getpeercert(True)``, a hash, a comparison.

Or hands the fingerprint to its client: aiohttp's ``Fingerprint``, urllib3's ``assert_fingerprint=``.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.languages.python.values import GIVEN
from wxcertcheck.scan.matchers import any_of, fingerprints
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.values import Kind

if TYPE_CHECKING:
    from tree_sitter import Node

_HASHES = re.compile(r"sha1\(|sha256\(|sha384\(|sha512\(|md5\(|\.fingerprint\(|hashlib\.new\(|\.hexdigest\(")
_EXPECTED = re.compile(r"(?i)finger|thumb|expect|trusted|known|\bpin|_pin|pinned")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}[:\s]?){16,64}")


def compared_certificate(hit: Hit) -> Iterator[Find]:
    """The comparison in a function that takes the certificate's bytes and hashes them."""
    call, source = hit.call(), hit.source
    function = source.function_around(hit.node)
    if call is None or call.name != "getpeercert" or not call.arguments or function is None:
        return
    if not _HASHES.search(source.text(function)):
        yield from _whole_certificate(hit, function)
        return
    for node, sides in _comparisons(source, function):
        for side in sides:
            value = hit.value(side)
            known = value.kind is Kind.TEXT and _HEX.fullmatch(value.text)
            if known or (value.kind is not Kind.TEXT and _EXPECTED.search(source.text(side))):
                yield Find(PinKind.FINGERPRINT, node, value)
                return


def _whole_certificate(hit: Hit, function: "Node") -> Iterator[Find]:
    """``if expected != sock.getpeercert(True)``: compared without a hash, itself or by a variable made of it."""
    source = hit.source
    for node, sides in _comparisons(source, function):
        if len(sides) != 2 or not re.search(r"[!=]=", source.text(node)):
            continue
        of_peer = [_is_peers(source, side, function) for side in sides]
        if of_peer.count(True) == 1:
            value = hit.value(sides[of_peer.index(False)])
            if value.kind is not Kind.NULL:
                yield Find(PinKind.FINGERPRINT, node, value)
                return


def _is_peers(source: Source, side: "Node", function: "Node") -> bool:
    written = source.text(side)
    made = [
        d.value for d in source.definitions.get(written, ()) if d.function is not None and d.function.id == function.id
    ]
    return "getpeercert(" in written or any("getpeercert(" in source.text(one) for one in made)


def _comparisons(source: Source, function: "Node") -> "Iterator[tuple[Node, list[Node]]]":
    for node in source.nodes(("comparison_operator",), function):
        yield node, list(node.named_children)
    for call in source.calls("compare_digest", within=function):
        yield call.node, [argument.node for argument in call.arguments]


def assert_fingerprint(hit: Hit) -> Iterator[Find]:
    """urllib3's ``assert_fingerprint=``."""
    setting = hit.setting()
    if (
        setting is not None
        and setting.name in ("assert_fingerprint", "ssl_assert_fingerprint")
        and setting.form == "pair"
        and setting.value is not None
    ):
        yield Find(PinKind.FINGERPRINT, setting.node, hit.value(setting.value))


PATTERNS = (
    Pattern(
        slug="compared-certificate",
        words=("getpeercert",),
        followed=r"\(\s*(?:True|binary_form\s*=\s*True)",
        match=compared_certificate,
        bad=(
            f"def f(s):\n    if sha256(s.getpeercert(True)).hexdigest() != '{'ab' * 32}':\n        raise E",
            "def f(s, known):\n    if b64decode(known) != s.getpeercert(True):\n        raise E",
            "def f(s, known):\n    peer = DER_cert_to_PEM_cert(s.getpeercert(True))\n    if peer != known:\n        raise E",
            "def f(s, expected):\n    return compare_digest(sha1(s.getpeercert(binary_form=True)).digest(), expected)",
        ),
        good=(
            "def f(s):\n    der = s.getpeercert(True)\n    if der == None:\n        raise E",
            "def expires(s):\n    return s.getpeercert()['notAfter']",
            "def show(s):\n    der = s.getpeercert(True)\n    print(hashlib.sha256(der).hexdigest())",
        ),
    ),
    Pattern(
        slug="fingerprint",
        words=("Fingerprint", "assert_fingerprint", "FingerprintAdapter"),
        followed=GIVEN,
        match=any_of(
            fingerprints("Fingerprint", "FingerprintAdapter"),
            assert_fingerprint,
        ),
        bad=('aiohttp.Fingerprint(b"\\x00")', 'urllib3.PoolManager(assert_fingerprint="ab:cd")'),
        good=("from aiohttp import Fingerprint", "urllib3.PoolManager(assert_fingerprint=None)"),
    ),
)
