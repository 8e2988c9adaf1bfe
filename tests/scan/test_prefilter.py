"""The words are found with hyperscan and, where it has no wheel, without it: the same ones, and the same pins."""

import sys
from pathlib import Path

import pytest

from tests.evidence import WECHATPAY
from wxcertcheck.model import Pin
from wxcertcheck.scan import ScanRequest, prefilter, scan

WORDS = frozenset({"verify=", "CURLOPT_CAINFO", "-----BEGIN ", "$ssl", "a.b+c"})


@pytest.fixture
def without_hyperscan(monkeypatch):
    prefilter._with_hyperscan.cache_clear()
    monkeypatch.setitem(sys.modules, "hyperscan", None)
    yield
    prefilter._with_hyperscan.cache_clear()


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"requests.get(u, verify=False)", {"verify="}),
        (b"CURLOPT_CAINFO $ssl_x", {"CURLOPT_CAINFO", "$ssl"}),
        (b"curlopt_cainfo VERIFY= aXb+c", set()),
        ("证书 verify=否".encode("gb18030"), {"verify="}),
        (b"\0\0a.b+c\0", {"a.b+c"}),
        (b"", set()),
    ],
)
@pytest.mark.parametrize("engine", ["hyperscan", "none"])
def test_every_word_is_found_as_it_stands(request, engine, data, found):
    if engine == "none":
        request.getfixturevalue("without_hyperscan")
    search = prefilter.searcher(WORDS)
    assert (search is prefilter._one_by_one) == (engine == "none")
    assert search(data, WORDS) == found
    assert search(data, frozenset({"$ssl"})) == found & {"$ssl"}


def places():
    evidence = scan(ScanRequest((str(Path("fixtures/scan")),), (WECHATPAY,), jobs=2))
    return sorted((pin.place, pin.pattern, pin.kind) for pin in evidence if isinstance(pin, Pin))


def test_a_scan_without_hyperscan_finds_the_same(request):
    with_it = places()
    request.getfixturevalue("without_hyperscan")
    assert len(with_it) > 300
    assert places() == with_it
