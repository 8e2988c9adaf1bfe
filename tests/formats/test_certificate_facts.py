"""Facts and hash-link names of certificates, against `openssl x509` on every root of the system."""

import base64
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from wxcertcheck.errors import CannotRead
from wxcertcheck.formats import read
from wxcertcheck.formats.details import details, spki_of
from wxcertcheck.formats.subject_hash import subject_hash, subject_hash_old

from .conftest import ROOTS, run
from .test_pem import pem


def test_facts_of_g2(g2):
    facts = details(g2)
    assert facts.subject == facts.issuer == "CN=DigiCert Global Root G2,OU=www.digicert.com,O=DigiCert Inc,C=US"
    assert facts.serial == "33af1e6a711a9a0bb2864b11d09fae5"
    assert facts.not_before == datetime(2013, 8, 1, 12, tzinfo=UTC)
    assert facts.not_after == datetime(2038, 1, 15, 12, tzinfo=UTC)
    assert (facts.is_ca, facts.self_issued) == (True, True)
    assert (facts.key, facts.signature) == ("RSA 2048", "sha256WithRSAEncryption")
    pin = base64.b64encode(bytes.fromhex(facts.spki_fingerprint)).decode()
    assert pin == "i7WTqTvh0OioIruIfFR4kMPnBqrS2rdiVPl/s2uC/CY="  # as DigiCert's G2 is pinned everywhere


def test_facts_of_an_elliptic_key(root):
    assert details(root("digicert-global-root-g3")).key == "EC secp384r1"


def test_the_public_key_is_the_one_openssl_extracts(all_roots):
    for path in sorted(ROOTS.glob("*.pem"))[:8]:
        key = run("sh", "-c", f"openssl x509 -in {path} -noout -pubkey | openssl pkey -pubin -outform DER").stdout
        [certificate] = read(path.read_bytes()).certificates
        assert spki_of(certificate.der) == key
        assert details(certificate.der).spki_fingerprint == sha256(key).hexdigest()


def test_what_is_no_certificate_is_damaged(g2):
    for function in (details, spki_of):
        with pytest.raises(CannotRead) as caught:
            function(g2[:100])
        assert caught.value.reason == "damaged"


def test_hash_names_are_those_of_openssl_for_every_root_of_the_system(tmp_path):
    """`openssl rehash -compat` makes the links of both kinds for a directory."""
    paths = [*ROOTS.glob("*.pem"), *{path.resolve() for path in Path("/etc/ssl/certs").glob("*.pem")}]
    assert len(paths) > 100
    ders = {certificate.der for path in paths for certificate in read(path.read_bytes()).certificates}
    for number, der in enumerate(sorted(ders)):
        (tmp_path / f"{number}.pem").write_text(pem(der))
    run("openssl", "rehash", "-compat", tmp_path)
    links = {link.name.partition(".")[0] for link in tmp_path.iterdir() if link.is_symlink()}
    assert links == {name for der in ders for name in (subject_hash(der), subject_hash_old(der))}


@pytest.mark.parametrize(
    "subject",
    [
        "/CN=  Two   Words  ",
        "/O=ÄÖÜ GmbH/CN=微信支付",
        "/CN=multi+OU=valued+O=RDN",
        "/emailAddress=A@B.C/serialNumber=12",
        "/CN=\x09tab\x0bfeed",
    ],
)
@pytest.mark.parametrize("strings", ["utf8only", "default", "pkix"])
def test_hash_names_of_odd_subjects(tmp_path, subject, strings):
    configuration = tmp_path / "req.cnf"
    configuration.write_text(f"[req]\ndistinguished_name=dn\nstring_mask={strings}\n[dn]\n")
    certificate = tmp_path / "odd.pem"
    run(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-multivalue-rdn", "-utf8",
        "-config", configuration, "-subj", subject, "-keyout", tmp_path / "key", "-out", certificate,
    )  # fmt: skip
    expected = run("openssl", "x509", "-in", certificate, "-noout", "-subject_hash", "-subject_hash_old").stdout.split()
    [found] = read(certificate.read_bytes()).certificates
    assert [subject_hash(found.der), subject_hash_old(found.der)] == [name.decode() for name in expected]
