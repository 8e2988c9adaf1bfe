"""What a set of anchors says to a chain: agreement with openssl on real chains, and every outcome once."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.handshake.conftest import HOST, Pki
from tests.handshake.servers import program
from wxcertcheck.handshake.chain import judge_chain
from wxcertcheck.lab import pki
from wxcertcheck.model import Certificate, ChainOutcome
from wxcertcheck.text import Text

FIXTURES = Path(__file__).parents[2] / "fixtures"
CHAINS = json.loads((FIXTURES / "chains/index.json").read_text())
ROOTS = {path.stem: path for path in sorted((FIXTURES / "roots").glob("*.pem"))}
FIVE = {
    "G1": "digicert-global-root-ca",
    "G2": "digicert-global-root-g2",
    "G3": "digicert-global-root-g3",
    "HA": "digicert-high-assurance-ev-root-ca",
    "BALT": "baltimore-cybertrust-root",
}
CODES = {"20": ChainOutcome.MISSING_ROOT, "10": ChainOutcome.EXPIRED, "9": ChainOutcome.NOT_YET_VALID}
NOW = datetime.now(UTC)
pytestmark = pytest.mark.filterwarnings("ignore:Parsed a serial number")  # one of the 33 roots has number 0


def ders(path: Path) -> list[bytes]:
    return [c.public_bytes(Encoding.DER) for c in x509.load_pem_x509_certificates(path.read_bytes())]


def expected(code: str) -> ChainOutcome:
    return ChainOutcome.ACCEPTED if code == "OK" else CODES[code]


@pytest.mark.parametrize("row", CHAINS, ids=lambda row: row["file"])
def test_the_real_chains_are_judged_as_openssl_judged_them(row: dict) -> None:
    chain = ders(FIXTURES / "chains" / row["file"])
    moments = {
        "openssl_verify_matrix_at_validation_time_plus_1d": datetime.fromisoformat(row["limbo_validation_time"])
        + timedelta(days=1),
        "openssl_verify_at_2024_11_01": datetime(2024, 11, 1, tzinfo=UTC),
    }
    for column, at in moments.items():
        for root, code in row[column].items():
            answer = judge_chain(chain, ders(ROOTS[FIVE[root]]), row["host"], at)
            assert answer.outcome is expected(code), (root, at, answer.detail.en)


@pytest.mark.parametrize("at", [datetime(2024, 11, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)])
def test_every_chain_against_every_root_agrees_with_the_openssl_of_this_machine(at: datetime, tmp_path: Path) -> None:
    """528 pairs a moment; the untrusted certificates of all chains are given to both sides."""
    chains = [ders(FIXTURES / "chains" / row["file"]) for row in CHAINS]
    leaves = []
    for row, chain in zip(CHAINS, chains, strict=True):
        leaf = tmp_path / row["file"]
        leaf.write_bytes(x509.load_der_x509_certificate(chain[0]).public_bytes(Encoding.PEM))
        leaves.append(leaf)
    pool = [der for chain in chains for der in chain[1:]]
    untrusted = tmp_path / "untrusted.pem"
    untrusted.write_bytes(b"".join(x509.load_der_x509_certificate(d).public_bytes(Encoding.PEM) for d in pool))
    only = ["-no-CApath", "-no-CAstore"]
    options = ["-untrusted", untrusted, "-purpose", "sslserver", "-attime", str(int(at.timestamp()))]
    accepted = 0
    for root, path in ROOTS.items():
        said = subprocess.run(
            [program("openssl"), "verify", *only, "-CAfile", path, *options, *leaves],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        for row, chain, leaf in zip(CHAINS, chains, leaves, strict=True):
            ours = judge_chain([chain[0], *pool], ders(path), row["host"], at).accepted
            assert ours == (f"{leaf}: OK" in said.stdout), (root, row["file"])
            accepted += ours
    assert accepted >= 3


def test_accepted_names_the_path_the_anchor_and_the_end(own: Pki) -> None:
    answer = judge_chain([own.new.der, own.issuer.der], [own.old_root.der, own.new_root.der], HOST, NOW)
    assert answer.outcome is ChainOutcome.ACCEPTED
    [path] = answer.paths
    assert path.names == (HOST, "Lab NEW issuer", "Lab NEW root")
    assert path.anchor == Certificate.of(own.new_root.der).fingerprint
    assert path.until == own.new.certificate.not_valid_after_utc
    assert answer.stricter is None


def test_a_cross_signed_chain_is_accepted_through_either_root(own: Pki) -> None:
    chain = [own.cross.der, *(c.public_bytes(Encoding.DER) for c in own.cross.chain)]
    both = judge_chain(chain, [own.old_root.der, own.new_root.der], HOST, NOW)
    assert {path.names[-1] for path in both.paths} == {"Lab OLD root", "Lab NEW root"}
    for root in (own.old_root, own.new_root):
        assert judge_chain(chain, [root.der], HOST, NOW).accepted
    neither = judge_chain(chain, [own.issuer.der], HOST, NOW)
    assert neither.outcome is ChainOutcome.MISSING_ROOT


def test_missing_root_and_missing_intermediate_are_told_apart(own: Pki) -> None:
    lacking = judge_chain([own.new.der, own.issuer.der], [own.old_root.der], HOST, NOW)
    assert (lacking.outcome, lacking.missing) == (ChainOutcome.MISSING_ROOT, "Lab NEW root")
    alone = judge_chain([own.alone.der], [own.new_root.der], HOST, NOW)
    assert (alone.outcome, alone.missing) == (ChainOutcome.MISSING_INTERMEDIATE, "Lab NEW issuer")
    held = judge_chain([own.alone.der], [own.new_root.der, own.issuer.der], HOST, NOW)
    assert held.accepted, "a store that holds the intermediate helps OpenSSL"


def test_an_intermediate_alone_in_the_store_is_enough_only_for_partial_chains(own: Pki) -> None:
    chain = [own.new.der, own.issuer.der]
    assert judge_chain(chain, [own.issuer.der], HOST, NOW).outcome is ChainOutcome.MISSING_ROOT
    assert judge_chain(chain, [own.issuer.der], HOST, NOW, partial=True).accepted


@pytest.mark.parametrize(
    ("days", "outcome"),
    [(-10, ChainOutcome.NOT_YET_VALID), (10, ChainOutcome.ACCEPTED), (400, ChainOutcome.EXPIRED)],
)
def test_dates_are_judged_at_the_given_moment(own: Pki, days: int, outcome: ChainOutcome) -> None:
    answer = judge_chain([own.new.der, own.issuer.der], [own.new_root.der], HOST, NOW + timedelta(days=days))
    assert answer.outcome is outcome


def test_an_expired_root_does_not_count() -> None:
    old = pki.root("Lab short root", start=NOW - timedelta(days=20), days=10)
    leaf = pki.leaf(old, [HOST])
    answer = judge_chain([leaf.der], [old.der], HOST, NOW)
    assert answer.outcome is ChainOutcome.EXPIRED
    assert "Lab short root" in answer.detail.en


@pytest.mark.parametrize(
    ("names", "asked", "fits"),
    [
        ([HOST], HOST, True),
        ([HOST], HOST.upper(), True),
        (["*.pay.test"], HOST, True),
        (["*.pay.test"], "a.b.pay.test", False),
        (["*.test"], "pay.test", False),
        ([HOST], "pay.test", False),
        (["127.0.0.1"], "127.0.0.1", True),
        (["127.0.0.1"], "127.0.0.2", False),
    ],
)
def test_names(own: Pki, names: list[str], asked: str, fits: bool) -> None:
    leaf = pki.leaf(own.issuer, names)
    answer = judge_chain([leaf.der, own.issuer.der], [own.new_root.der], asked, NOW)
    assert answer.outcome is (ChainOutcome.ACCEPTED if fits else ChainOutcome.WRONG_NAME)


def test_a_root_that_the_store_switches_off_is_distrusted(own: Pki) -> None:
    off = Certificate.of(own.new_root.der, why_not=Text(zh="已被列入黑名单", en="blocklisted"))
    answer = judge_chain([own.new.der, own.issuer.der], [off], HOST, NOW)
    assert answer.outcome is ChainOutcome.DISTRUSTED
    assert "blocklisted" in answer.detail.en


def signed_by_openssl(own: Pki, folder: Path, *options: str) -> bytes:
    """A leaf under the NEW issuer, made by openssl: it signs what the cryptography library refuses to."""
    (folder / "issuer.pem").write_text(own.issuer.pem)
    (folder / "issuer.key").write_text(own.issuer.key_pem)
    (folder / "leaf.ext").write_text(f"subjectAltName=DNS:{HOST}\nauthorityKeyIdentifier=none\n")
    (folder / "leaf.key").write_text(own.new.key_pem)
    request = [program("openssl"), "req", "-new", "-key", "leaf.key", "-subj", f"/CN={HOST}", "-out", "leaf.csr"]
    sign = [program("openssl"), "x509", "-req", "-in", "leaf.csr", "-CA", "issuer.pem", "-CAkey", "issuer.key"]
    out = ["-set_serial", "7", "-days", "30", "-extfile", "leaf.ext", "-outform", "DER", "-out", "leaf.der", *options]
    for command in (request, [*sign, *out]):
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=30)
    return (folder / "leaf.der").read_bytes()


def test_sha1_is_too_weak_in_a_leaf_and_no_matter_in_a_root(own: Pki, tmp_path: Path) -> None:
    weak = signed_by_openssl(own, tmp_path, "-sha1")
    answer = judge_chain([weak, own.issuer.der], [own.new_root.der], HOST, datetime.now(UTC))
    assert answer.outcome is ChainOutcome.WEAK_SIGNATURE
    assert "SHA-1" in answer.detail.en
    g1 = x509.load_pem_x509_certificate(ROOTS[FIVE["G1"]].read_bytes())
    assert isinstance(g1.signature_hash_algorithm, hashes.SHA1)


def test_what_openssl_accepts_and_others_refuse_is_accepted_and_said(own: Pki, tmp_path: Path) -> None:
    """A leaf without authority key identifier (RFC 5280, 4.2.1.1 wants one)."""
    bare = signed_by_openssl(own, tmp_path, "-sha256")
    answer = judge_chain([bare, own.issuer.der], [own.new_root.der], HOST, datetime.now(UTC))
    assert answer.accepted
    assert answer.stricter is not None


def test_a_client_certificate_is_no_server_certificate(own: Pki) -> None:
    client = pki.leaf(own.issuer, [HOST], client=True)
    answer = judge_chain([client.der, own.issuer.der], [own.new_root.der], HOST, NOW)
    assert answer.outcome is ChainOutcome.CONSTRAINT


def test_a_leaf_may_not_sign(own: Pki) -> None:
    false_issuer = pki.Issued(own.new.certificate, own.new.key)
    forged = pki.leaf(false_issuer, ["evil.test"], chain=[])
    chain = [forged.der, own.new.der, own.issuer.der]
    assert judge_chain(chain, [own.new_root.der], "evil.test", NOW).outcome is ChainOutcome.CONSTRAINT


def test_a_same_named_root_with_another_key_does_not_count(own: Pki) -> None:
    impostor = pki.root("Lab NEW root")
    answer = judge_chain([own.new.der, own.issuer.der], [impostor.der], HOST, NOW)
    assert (answer.outcome, answer.missing) == (ChainOutcome.MISSING_ROOT, "Lab NEW root")


def test_broken_certificates_cost_only_themselves(own: Pki) -> None:
    assert judge_chain([], [own.new_root.der], HOST, NOW).outcome is ChainOutcome.UNREADABLE
    assert judge_chain([b"\x30\x03abc"], [own.new_root.der], HOST, NOW).outcome is ChainOutcome.UNREADABLE
    beside = [own.new.der, b"\x30\x82\xff\xffjunk", own.issuer.der]
    assert judge_chain(beside, [own.new_root.der, b"junk"], HOST, NOW).accepted


def test_a_hundred_certificates_of_one_name_do_not_hang() -> None:
    """Every one could have issued every other: a search without limits would not end."""
    root = pki.root("Lab twin")
    twins = [pki.cross_sign(root, root).der for _ in range(100)]
    issuer = pki.intermediate(root, "Lab issuer")
    leaf = pki.leaf(issuer, [HOST])
    answer = judge_chain([leaf.der, issuer.der, *twins], [root.der], HOST, NOW)
    assert answer.accepted


def test_an_address_must_be_among_the_addresses_of_the_certificate(own: Pki) -> None:
    """ "127.0.0.1" as a DNS name is no address (RFC 9525, 6.5)."""
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(own.issuer.certificate.subject)
    builder = builder.public_key(key.public_key()).serial_number(7).not_valid_before(NOW).not_valid_after(NOW)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("127.0.0.1")]), critical=False)
    leaf = builder.sign(own.issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)
    answer = judge_chain([leaf, own.issuer.der], [own.new_root.der], "127.0.0.1", NOW)
    assert answer.outcome is ChainOutcome.WRONG_NAME


def test_a_self_issued_intermediate_is_no_root(own: Pki) -> None:
    """A root's new key, signed by its old one under the same name (RFC 5280, 6.1: self-issued)."""
    other = pki.cross_sign(pki.root("Lab NEW root"), own.new_root)
    assert other.certificate.issuer == other.certificate.subject
    leaf = pki.leaf(other, [HOST], chain=[])
    assert judge_chain([leaf.der, other.der], [own.new_root.der], HOST, NOW).accepted


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_certificate_with_changed_bytes_never_raises(own: Pki, data: st.DataObject) -> None:
    der = bytearray(own.new.der)
    for _ in range(data.draw(st.integers(1, 8))):
        der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    chain = [bytes(der), own.issuer.der]
    assert judge_chain(chain, [own.new_root.der, bytes(der)], HOST, NOW).outcome in ChainOutcome
