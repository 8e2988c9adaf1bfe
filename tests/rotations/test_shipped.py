"""The shipped data: every root is what its file name says, every fact has a source that was read on a day."""

import base64
import hashlib
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from wxcertcheck.errors import UsageError
from wxcertcheck.model import Confidence
from wxcertcheck.rotations import DEFAULT, load_all, load_rotation, parse_on, pem_of, root_by_name, rotation_ids
from wxcertcheck.rotations.root_files import FOLDER, shipped_fingerprints

G1 = "4348a0e9444c78cb265e058d5e8944b4d84f9662bd26db257f8934a443c70161"
G2 = "cb3ccbb76031e5e0138f8dd39a23f9de47ffc35e43c1144cea27d46a5ab1cb5f"
ROTATIONS = FOLDER.parent
TOML_FILES = sorted([*ROTATIONS.glob("*.toml"), *FOLDER.glob("*.toml")])


def openssl_hash(pem: Path, option: str) -> str:
    command = ["openssl", "x509", "-noout", option, "-in", str(pem)]
    return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout.strip()


@pytest.mark.parametrize("fingerprint", shipped_fingerprints())
def test_a_root_is_what_its_files_say(fingerprint):
    pem = FOLDER / f"{fingerprint}.pem"
    certificate = x509.load_pem_x509_certificate(pem.read_bytes())
    der = certificate.public_bytes(serialization.Encoding.DER)
    spki = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    root = root_by_name(fingerprint)
    assert hashlib.sha256(der).hexdigest() == fingerprint
    assert root.der == der
    assert root.spki_fingerprint == hashlib.sha256(spki).hexdigest()
    assert root.name == certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
    assert (root.not_before, root.not_after) == (certificate.not_valid_before_utc, certificate.not_valid_after_utc)
    assert root.subject_hash == openssl_hash(pem, "-subject_hash")
    assert root.subject_hash_old == openssl_hash(pem, "-subject_hash_old")
    assert pem_of(root) == pem.read_text()
    assert certificate.subject == certificate.issuer


def test_every_root_has_both_files_and_a_rotation():
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(shipped_fingerprints())
    assert {root.fingerprint for rotation in load_all() for root in rotation.roots} == set(shipped_fingerprints())


@pytest.mark.parametrize("path", TOML_FILES, ids=lambda path: path.name[:30])
def test_every_source_has_the_day_it_was_read(path):
    sources = tomllib.loads(path.read_text("utf-8"))["sources"]
    assert sources
    for source in sources:
        assert isinstance(source["read_on"], date)
        assert source["read_on"] <= date.today()  # noqa: DTZ011 - a day without a zone, as in the file
        assert source["url"].startswith(("https://", "http://"))


@pytest.mark.parametrize("rotation", load_all(), ids=lambda rotation: rotation.id)
def test_every_fact_names_its_source(rotation):
    assert rotation.id in rotation_ids()
    assert all(phase.source for phase in rotation.phases)
    assert all(a.source and a.note for a in (*rotation.verification_addresses, *rotation.old_chain_addresses))
    assert all(host.source or host.confidence is Confidence.UNVERIFIED for host in rotation.hosts)
    assert rotation.hosts or any("--any-host" in note.en for note in rotation.notes)
    assert all(root.sources and all(d.sources for d in root.distrust) for root in rotation.roots)


@pytest.mark.parametrize("rotation", load_all(), ids=lambda rotation: rotation.id)
def test_both_languages_say_something(rotation):
    texts = [rotation.title, *rotation.notes, *(phase.note for phase in rotation.phases if phase.note)]
    texts += [note for root in rotation.roots for note in root.notes]
    for text in texts:
        assert text.zh
        assert text.en
        assert text.en.isascii()
        assert text.zh != text.en or not set("与的在为是") & set(text.zh)


def test_the_default_is_the_mainland_rotation_with_its_dates():
    mainland = load_rotation()
    assert (mainland.id, rotation_ids()[0]) == (DEFAULT, DEFAULT)
    assert (mainland.retiring, mainland.incoming) == ({G1}, {G2})
    assert [p.starts.isoformat() if p.starts else None for p in mainland.phases] == [
        None,
        "2024-08-05T00:00:00+08:00",
        "2024-11-30T00:00:00+08:00",
    ]
    assert mainland.phases[2].confidence is Confidence.INFERRED
    assert {h.name for h in mainland.hosts} >= {"api.mch.weixin.qq.com", "api.wechatpay.cn", "api2.wechatpay.cn"}


def test_all_rotations_of_the_issue_are_there():
    assert set(rotation_ids()) == {
        "wechatpay-2024",
        "wechatpay-global-2024",
        "weixin-open-platform-2024",
        "wechatpay-2018",
        "digicert-g2-2029",
        "digicert-g1-distrust-2026",
        "microsoft-entra-2026",
        "salesforce-2026",
        "apns-2025",
        "letsencrypt-2021",
    }
    assert [r.id for r in load_all() if r.history] == ["wechatpay-2018"]


def test_what_nobody_verified_stays_marked():
    assert {h.confidence for h in load_rotation("salesforce-2026").hosts} == {Confidence.UNVERIFIED}
    assert load_rotation("digicert-g2-2029").phases[1].confidence is Confidence.UNVERIFIED
    assert load_rotation("salesforce-2026").confidence is not Confidence.VERIFIED


def test_the_end_of_g2_is_written_once_and_seen_by_all():
    [date_] = {d.date for r in load_all() for root in r.roots if root.fingerprint == G2 for d in root.distrust}
    assert date_.date().isoformat() == "2029-04-15"


@pytest.mark.parametrize(
    "name",
    [
        "wechatpay-2024/g2",
        "wechatpay-global-2024/g2",
        "g2",
        "G2",
        "DigiCert Global Root G2",
        "digicert global root g2",
        G2,
        G2.upper(),
        G2[:8],
        ":".join(G2[at : at + 2].upper() for at in range(0, 64, 2)),
    ],
)
def test_a_root_by_any_of_its_names(name):
    assert root_by_name(name).fingerprint == G2


@pytest.mark.parametrize("name", ["g9", G2[:7], "", "wechatpay-2024/g9", "DigiCert", "f" * 64])
def test_an_unknown_root_lists_the_candidates(name):
    with pytest.raises(UsageError) as caught:
        root_by_name(name)
    assert "wechatpay-2024/g2" in caught.value.hint.en
    assert "wechatpay-2024/g2" in caught.value.hint.zh


def test_an_unknown_rotation_lists_the_rotations():
    for call in (lambda: load_rotation("wechatpay"), lambda: root_by_name("wechatpay/g2")):
        with pytest.raises(UsageError) as caught:
            call()
        assert "wechatpay-2024" in caught.value.hint.en


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2024-08-05", "2024-08-04T16:00:00+00:00"),
        (" 2024-08-05 ", "2024-08-04T16:00:00+00:00"),
        ("2024-08-05T00:00:00Z", "2024-08-05T00:00:00+00:00"),
        ("2024-08-05t08:00:00z", "2024-08-05T08:00:00+00:00"),
        ("2024-08-05 00:00:00+08:00", "2024-08-04T16:00:00+00:00"),
        ("2024-08-05T00:00+08:00", "2024-08-04T16:00:00+00:00"),
        ("2024-08-05T00:00:00.5-07:00", "2024-08-05T07:00:00.500000+00:00"),
    ],
)
def test_the_day_to_judge_by(text, utc):
    from datetime import UTC

    assert parse_on(text, load_rotation()).astimezone(UTC).isoformat() == utc


@pytest.mark.parametrize(
    "text",
    ["", "today", "2024-02-30", "20240805", "2024-W32-1", "2024-08-05T00:00:00", "2024-08-05T25:00:00Z",
     "2024-08-05T00:00:60Z", "0001-01-01", "9999-12-31", "2024-8-5", "05/08/2024", "２０２４-０８-０５", "2024-08-05\0"],
)  # fmt: skip
def test_what_is_no_day_is_refused_with_an_example(text):
    with pytest.raises(UsageError) as caught:
        parse_on(text, load_rotation())
    assert "2024-08-05" in caught.value.hint.en


def test_reading_the_default_needs_no_heavy_library():
    code = (
        "import sys; from wxcertcheck.rotations import load_rotation; load_rotation();"
        "print([m for m in ('cryptography', 'ssl', 'rich', 'typer', 'asyncio') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == "[]"


def test_the_wheel_takes_the_data_files_along():
    """hatchling packs every file of the package that git does not ignore; the data must not be among the ignored."""
    ignored = (ROTATIONS.parents[1] / ".gitignore").read_text().split()
    assert not any(pattern.endswith((".pem", ".toml")) for pattern in ignored)
    settings = tomllib.loads((ROTATIONS.parents[1] / "pyproject.toml").read_text("utf-8"))
    wheel = settings["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["wxcertcheck"]
    assert not {"include", "exclude", "only-include"} & set(wheel)


def test_fingerprint_of_pem_blocks_is_that_of_their_der():
    body = "".join((FOLDER / f"{G2}.pem").read_text().splitlines()[1:-1])
    assert hashlib.sha256(base64.b64decode(body)).hexdigest() == G2
