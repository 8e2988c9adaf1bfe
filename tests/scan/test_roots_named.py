"""Roots named by fingerprint, key or serial number outside a recognised comparison, and what certificates are for."""

from base64 import b64encode

import pytest

from tests.evidence import TODAY, WECHATPAY, root
from wxcertcheck.der import certificate_fields
from wxcertcheck.model import Certificate, CertificateRole, Contents, RootNamed
from wxcertcheck.pipeline import report_on
from wxcertcheck.rotations import pem_of
from wxcertcheck.scan import ScanRequest, scan
from wxcertcheck.scan.certificates import role_of

G1 = root("g1")
SERIAL = certificate_fields(G1.der)[1][0].contents.hex()


def colons(digest):
    return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))


WRITTEN = {
    "sha-256": G1.fingerprint,
    "sha-256 with colons": colons(G1.fingerprint).upper(),
    "sha-1": G1.sha1.upper(),
    "key in base64": "sha256/" + b64encode(bytes.fromhex(G1.spki_fingerprint)).decode(),
    "key in hexadecimal": G1.spki_fingerprint,
    "serial": SERIAL,
    "serial with colons": colons(SERIAL).upper(),
    "serial without its leading zero": SERIAL.lstrip("0").upper(),
    "serial in decimal": str(int(SERIAL, 16)),
}


def look(folder, name, content):
    (folder / name).write_text(content, encoding="utf-8")
    return scan(ScanRequest((str(folder),), (WECHATPAY,), jobs=1))


def named(evidence):
    return [(item.place.line, item.fingerprint) for item in evidence if isinstance(item, RootNamed)]


def test_the_serial_number_is_the_one_that_digicert_publishes():
    assert SERIAL == "083be056904246b1a1756ac95991c74a"


@pytest.mark.parametrize("way", WRITTEN)
def test_a_root_is_known_however_it_is_written(tmp_path, way):
    evidence = look(tmp_path, "pins.json", '{\n "accepted": "' + WRITTEN[way] + '"\n}\n')
    assert named(evidence) == [(2, G1.fingerprint)]
    [finding] = [f for f in report_on(evidence, WECHATPAY, TODAY, 0.0).findings if f.rule == "WXC211"]
    assert finding.level == "note"


@pytest.mark.parametrize("way", WRITTEN)
def test_another_number_is_not(tmp_path, way):
    digits = str.maketrans("0123456789", "1234567890")
    assert named(look(tmp_path, "pins.json", '{"accepted": "' + WRITTEN[way].translate(digits) + '"}')) == []


def test_a_recognised_comparison_is_told_once(tmp_path):
    code = f'import urllib3\nurllib3.PoolManager(assert_fingerprint="{G1.fingerprint}")\n'
    evidence = look(tmp_path, "a.py", code)
    assert named(evidence) == []
    assert [f.rule for f in report_on(evidence, WECHATPAY, TODAY, 0.0).findings if f.rule in ("WXC206", "WXC211")] == [
        "WXC206"
    ]


def test_a_comment_beside_the_certificate_itself_says_nothing_new(tmp_path):
    assert named(look(tmp_path, "ca.pem", f"# SHA256: {G1.fingerprint}\n{pem_of(G1)}")) == []


def test_documentation_says_nothing(tmp_path):
    assert named(look(tmp_path, "notes.md", G1.fingerprint)) == []


@pytest.mark.parametrize("path", ["/srv/apple/ca.pem", "/srv/platform/ca.pem", "/srv/alipay_root.pem", "/a/ca.pem"])
def test_a_name_never_takes_a_ca_out_of_the_count(path):
    assert role_of(path, Contents("pem", (Certificate.of(G1.der),))) is CertificateRole.TRUST


@pytest.mark.parametrize("name", [b"Tenpay.com Root CA 2024", b"CFCA CS CA of UnionPay."])
def test_a_ca_that_signs_messages_is_known_by_its_name_inside(name):
    signer = G1.der.replace(b"DigiCert Global Root CA", name)
    assert signer != G1.der
    assert role_of("/srv/ca.pem", Contents("pem", (Certificate.of(signer),))) is CertificateRole.SIGNING


def test_what_is_no_whole_certificate_costs_nothing():
    cut = Certificate.of(G1.der.replace(b"DigiCert Global Root CA", b"Tenpay.com Root CA 2024")[:300])
    assert role_of("/srv/apiclient.jks", Contents("jks", (cut,))) is CertificateRole.SIGNING
