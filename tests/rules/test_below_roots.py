"""Intermediates and server certificates in a pin: known by their issuer, and what different clients make of them."""

import tomllib
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.evidence import WECHATPAY
from wxcertcheck.model import Certificate, FilePlace, Pin, PinKind, Store, StoreState
from wxcertcheck.rules.below_roots import below_roots, wants_roots

FIXTURES = Path(__file__).parents[2] / "fixtures"
ROWS = tomllib.loads(files("wxcertcheck.rules").joinpath("intermediates.toml").read_text("utf-8"))["intermediates"]


def certificates(file):
    return x509.load_pem_x509_certificates((FIXTURES / file).read_bytes())


def pin(*held, language="go", pattern="go/root-pool"):
    opened = Store(
        (FilePlace("ca.pem"),),
        "file",
        "pem",
        StoreState.READ,
        tuple(Certificate.of(c.public_bytes(Encoding.DER)) for c in held),
    )
    return Pin(FilePlace("a"), language, pattern, PinKind.TRUST, targets=(opened,))


def key_id(certificate):
    return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest.hex()


def test_the_table_is_what_the_certificates_say_and_the_roots_signed_them():
    roots = {}
    for path in (FIXTURES / "roots").glob("*.pem"):
        [certificate] = certificates(f"roots/{path.name}")
        roots[sha256(certificate.public_bytes(Encoding.DER)).hexdigest()] = certificate
    known = {}
    for path in (FIXTURES / "intermediates").glob("*.pem"):
        [certificate] = certificates(f"intermediates/{path.name}")
        known[key_id(certificate)] = certificate
    assert known.keys() == {row["key_id"] for row in ROWS}
    for row in ROWS:
        certificate = known[row["key_id"]]
        certificate.verify_directly_issued_by(roots[row["issued_by"]])
        assert row["name"] in certificate.subject.rfc4514_string()


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (certificates("intermediates/geotrust-rsa-cn-ca-g2.pem"), [("GeoTrust RSA CN CA G2", True, "g1")]),
        (
            certificates("chains/g1_akamai_2024a.pem")[:1],
            [("www.akamai.com", False, "g1")],
        ),  # its issuer is in the table
        (certificates("chains/g2_amazon_2026.pem")[:1], []),  # its issuer is not
        (
            certificates("chains/g2_amazon_2026.pem"),  # but stands beside it
            [("*.peg.a2z.com", False, "g2"), ("DigiCert Global CA G2", True, "g2")],
        ),
        (certificates("chains/g3_apple_2024.pem"), []),
        (certificates("roots/digicert-global-root-ca.pem"), []),
    ],
    ids=["intermediate", "leaf", "leaf of an unknown issuer", "whole chain", "another root's chain", "root"],
)
def test_what_is_pinned_is_named_with_its_root(held, said):
    assert [(one.name, one.ca, one.root.key) for one in below_roots(pin(*held), WECHATPAY)] == said


@pytest.mark.parametrize(
    ("language", "pattern", "wants"),
    [
        ("python", "python/verify", True),
        ("typescript", "typescript/ca", True),
        ("php", "php/stream-ca", True),
        ("php", "php/curl-ca", False),
        ("go", "go/root-pool", False),
        ("java", "java/trust-store", False),
    ],
)
def test_which_clients_want_a_self_signed_anchor(language, pattern, wants):
    assert wants_roots(pin(language=language, pattern=pattern)) is wants


def test_bytes_that_are_no_certificate_say_nothing():
    odd = Store((FilePlace("ca.pem"),), "file", "der", StoreState.READ, (Certificate.of(b"\x30\x03abc"),))
    assert below_roots(Pin(FilePlace("a"), "go", "go/root-pool", PinKind.TRUST, targets=(odd,)), WECHATPAY) == ()
