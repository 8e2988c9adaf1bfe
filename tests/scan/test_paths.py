"""How paths are written, what one says about its file, and which certificates in a tree are somebody's own."""

import ntpath
from types import SimpleNamespace

import pytest

from tests.evidence import WECHATPAY, root
from wxcertcheck.model import CertificateFile, CertificateRole, Pin
from wxcertcheck.rotations import pem_of
from wxcertcheck.scan import ScanRequest, paths, scan
from wxcertcheck.scan.paths import is_test

G1 = root("g1")


def test_paths_have_slashes_where_the_platform_has_others(monkeypatch):
    """Windows: what is compared as text throughout the scan is written one way."""
    monkeypatch.setattr(paths, "os", SimpleNamespace(path=ntpath, sep="\\"))
    assert paths.plain_path(r"C:\shop\.\pay\ca.pem") == "C:/shop/pay/ca.pem"
    assert paths.plain_path("pay/../ca.pem") == "ca.pem"


@pytest.mark.parametrize(
    "path",
    [
        "t/ssl.t",
        "xt/live.t",
        ".buildkite/run.sh",
        "src/http_test.cc",
        "Shop.Driver.Tests.Integration/Examples.cs",
        "Shop.Mail.Tests/E2E/Imap.cs",
        "Client.Test.Integration/Pay.cs",
        "Client.Test/Pay.cs",
        "src/Test.Shared/Suites/Pay.cs",
        "tests/a.c",
        "unittest/src/a.cpp",
        "test_ssl.cpp",
        "lib/src/commonTest/kotlin/Pay.kt",
        "src/systemTest/resources/ca.pem",
        "tests/app/src/main/java/com/example/Pay.java",
    ],
)
def test_test_code_by_its_path(path):
    assert is_test(path)


@pytest.mark.parametrize(
    "path",
    [
        ".github/workflows/deploy.yml",
        "src/latest.c",
        "ci/controllers/pay.php",
        "contest.cpp",
        "app/ts/a.ts",
        "src/contest/a.kt",
        "app/src/main/java/com/example/test/Pay.java",
    ],
)
def test_other_code_by_its_path(path):
    assert not is_test(path)


def looked(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return scan(ScanRequest((str(folder),), (WECHATPAY,), jobs=1))


def test_a_command_of_a_workflow_that_tests_is_test_code_and_its_variables_are_not(tmp_path):
    lines = "env:\n  NODE_TLS_REJECT_UNAUTHORIZED: '0'\nsteps:\n  - run: curl -k https://localhost:9200\n"
    found = looked(tmp_path, {f".github/workflows/{name}.yml": lines for name in ("test-api", "deploy")})
    said = {(pin.place.path.rpartition("/")[2], pin.place.line): pin.test for pin in found if isinstance(pin, Pin)}
    assert said == {
        ("test-api.yml", 2): False, ("test-api.yml", 4): True, ("deploy.yml", 2): False, ("deploy.yml", 4): False
    }  # fmt: skip


def test_an_unused_ca_with_its_private_key_beside_it_is_somebodys_own(tmp_path):
    files = {
        "a/ca.crt": pem_of(G1), "a/ca.key": "-----BEGIN PRIVATE KEY-----\n", "b/ca.crt": pem_of(G1),
        "c/own_cert.pem": pem_of(G1), "c/own_key.pem": "-----BEGIN PRIVATE KEY-----\n", "d/own_cert.pem": pem_of(G1)
    }  # fmt: skip
    roles = {
        item.place.path.split("/")[-2]: item.role
        for item in looked(tmp_path, files)
        if isinstance(item, CertificateFile)
    }
    own, trusted = CertificateRole.IDENTITY, CertificateRole.TRUST
    assert roles == {"a": own, "b": trusted, "c": own, "d": trusted}


def test_a_ca_that_a_program_opens_counts_even_with_its_key(tmp_path):
    files = {
        "ca.crt": pem_of(G1), "ca.key": "x", "pay.c": 'void f() { curl_easy_setopt(h, CURLOPT_CAINFO, "ca.crt"); }'
    }  # fmt: skip
    [item] = [item for item in looked(tmp_path, files) if isinstance(item, CertificateFile)]
    assert item.role is CertificateRole.TRUST


def test_what_a_server_sends_is_no_trust_store(tmp_path):
    files = {"tls/fullchain.pem": pem_of(G1), "tls/ca.pem": pem_of(G1)}
    roles = {
        item.place.path.rpartition("/")[2]: item.role
        for item in looked(tmp_path, files)
        if isinstance(item, CertificateFile)
    }
    assert roles == {"fullchain.pem": CertificateRole.IDENTITY, "ca.pem": CertificateRole.TRUST}
