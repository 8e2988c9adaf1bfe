"""Hashed directories: our answer is OpenSSL's own, file for file."""

import subprocess

import pytest

from tests.rootfs import BOTH, FIXTURES, G1, G2, RootFS, bundle, der, fingerprint, hashed, pem, subject_hash, trusted
from wxcertcheck.model import StoreState
from wxcertcheck.stores.filesystem import FileSystem
from wxcertcheck.stores.folders import Naming
from wxcertcheck.stores.reading import StoreReader

CERTS = "/certs"


@pytest.fixture
def fs(tmp_path):
    root = RootFS(tmp_path / "root")
    root.folder(CERTS)
    return root


def ours(fs, root, naming=Naming.HASH):
    store = StoreReader(FileSystem(fs.root)).directory(CERTS, kind="openssl", naming=naming)
    return fingerprint(root) in store.trusted


def openssl_says(fs):
    """Whether OpenSSL verifies a real chain under G2 with this folder, as a TLS client does."""
    chain = str(
        FIXTURES / "chains" / "g2_microsoft_2024.pem"
    )  # the leaf is the first certificate, for -untrusted the rest
    command = [
        "openssl",
        "verify",
        "-CApath",
        str(fs.path(CERTS)),
        "-no-CAfile",
        "-no-CAstore",
        "-purpose",
        "sslserver",
    ]
    in_validity = ["-attime", "1730419200"]  # 2024-11-01
    done = subprocess.run(
        [*command, *in_validity, "-untrusted", chain, chain], capture_output=True, check=False, timeout=20
    )
    return done.returncode == 0


def linked(fs):
    fs.write(f"{CERTS}/{G2}.pem", pem(G2))
    hashed(fs, CERTS, [G2])


def no_link(fs):
    fs.write(f"{CERTS}/{G2}.pem", pem(G2))


def old_hash_only(fs):
    fs.write(f"{CERTS}/{G2}.pem", pem(G2))
    hashed(fs, CERTS, [G2], old=True)


def dangling(fs):
    fs.link(f"{CERTS}/{subject_hash(G2)}.0", "gone.pem")


def second_number(fs):
    fs.write(f"{CERTS}/{subject_hash(G2)}.0", pem(G1))
    fs.write(f"{CERTS}/{subject_hash(G2)}.1", pem(G2))


def gap_in_numbers(fs):
    fs.write(f"{CERTS}/{subject_hash(G2)}.1", pem(G2))


def wrong_name(fs):
    fs.write(f"{CERTS}/{subject_hash(G1)}.0", pem(G2))


def not_pem(fs):
    fs.write(f"{CERTS}/{subject_hash(G2)}.0", der(G2))


def trust_bits(fs):
    fs.write(f"{CERTS}/{subject_hash(G2)}.0", trusted(G2, "-addtrust", "serverAuth"))


def reject_bits(fs):
    fs.write(f"{CERTS}/{subject_hash(G2)}.0", trusted(G2, "-addreject", "serverAuth"))


def email_only(fs):
    fs.write(f"{CERTS}/{subject_hash(G2)}.0", trusted(G2, "-addtrust", "emailProtection"))


def bundle_named_by_hash(fs):
    fs.write(f"{CERTS}/{subject_hash(G2)}.0", bundle([G1, G2]))


def upper_case(fs):
    fs.write(f"{CERTS}/{subject_hash(G2).upper()}.0", pem(G2))


def crl_name(fs):
    fs.write(f"{CERTS}/{subject_hash(G2)}.r0", pem(G2))


SHAPES = [
    linked, no_link, old_hash_only, dangling, second_number, gap_in_numbers, wrong_name, not_pem, trust_bits,
    reject_bits, email_only,    bundle_named_by_hash, upper_case, crl_name,
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_as_openssl_verify_answers(fs, shape):
    shape(fs)
    assert ours(fs, G2) == openssl_says(fs)


def test_the_shapes_are_not_all_alike(tmp_path):
    """The comparison above would prove nothing if OpenSSL said the same to all."""
    answers = set()
    for number, shape in enumerate(SHAPES):
        root = RootFS(tmp_path / str(number))
        root.folder(CERTS)
        shape(root)
        answers.add(openssl_says(root))
    assert answers == {True, False}


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (no_link, "607986c7.0"),
        (old_hash_only, "OpenSSL 0.9.8"),
        (gap_in_numbers, "gap"),
        (wrong_name, "not the hash"),
        (not_pem, "PEM"),
    ],
)
def test_what_is_not_trusted_says_why(fs, shape, words):
    shape(fs)
    store = StoreReader(FileSystem(fs.root)).directory(CERTS, kind="openssl")
    [certificate] = [c for c in store.certificates if c.fingerprint == fingerprint(G2)]
    assert not certificate.trusted
    assert words in certificate.why_not.en


def test_dangling_links_are_counted(fs):
    linked(fs)
    fs.link(f"{CERTS}/{subject_hash(G1)}.0", "gone.pem")
    store = StoreReader(FileSystem(fs.root)).directory(CERTS, kind="openssl")
    assert any("3513523f.0" in note.en for note in store.notes)
    assert store.trusted == {fingerprint(G2)}


def test_go_reads_every_file_whatever_its_name(fs):
    no_link(fs)
    assert ours(fs, G2, Naming.ANY)


def test_android_reads_the_old_hash_only(fs):
    fs.write(f"{CERTS}/c90bc37d.0", pem(G2))
    fs.write(f"{CERTS}/3513523f.0", pem(G1))
    assert ours(fs, G2, Naming.OLD_HASH)
    assert not ours(fs, G1, Naming.OLD_HASH)
    assert not ours(fs, G2, Naming.HASH)


def test_missing_folder_and_file_in_its_place(fs):
    reader = StoreReader(FileSystem(fs.root))
    assert reader.directory("/nowhere", kind="openssl").state is StoreState.MISSING
    fs.write("/file", "x")
    assert reader.directory("/file", kind="openssl").state is StoreState.DAMAGED


def test_odd_things_in_a_folder_do_no_harm(fs):
    import os

    linked(fs)
    os.mkfifo(fs.path(f"{CERTS}/00000000.0"))
    fs.folder(f"{CERTS}/11111111.0")
    fs.link(f"{CERTS}/22222222.0", "22222222.0")
    fs.write(f"{CERTS}/README", "text")
    fs.write(f"{CERTS}/broken.pem", b"-----BEGIN CERTIFICATE-----\nMII\n")
    store = StoreReader(FileSystem(fs.root)).directory(CERTS, kind="openssl")
    assert store.trusted == {fingerprint(G2)}
    assert any("broken.pem" in note.en or "CERTIFICATE" in note.en for note in store.notes) or store.notes


def test_debian_layout_is_whole(tmp_path):
    from tests.rootfs import debian

    fs = debian(RootFS(tmp_path / "debian"))
    store = StoreReader(FileSystem(fs.root)).directory("/etc/ssl/certs", kind="debian")
    assert store.trusted == frozenset(map(fingerprint, BOTH))
    assert store.repair == "debian"
