"""Whatever the bytes: no exception but `CannotRead`, no hang, and no anchor lost without a word."""

import struct
import time
from datetime import timedelta
from hashlib import sha1
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from wxcertcheck.errors import CannotRead
from wxcertcheck.formats import looks_like_store, read
from wxcertcheck.formats.details import details
from wxcertcheck.formats.embedded import find, find_private_key
from wxcertcheck.formats.nss import read_nss
from wxcertcheck.formats.subject_hash import subject_hash, subject_hash_old

from .conftest import ROOTS, run
from .test_java_keystores import WITHOUT_PASSWORD
from .test_pem import loaded_by_openssl, pem, seen_by_openssl

quick = settings(
    max_examples=60,
    deadline=timedelta(seconds=5),  # a hang fails
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


REASONS = {
    "empty", "no-certificate", "not-a-store", "truncated", "damaged", "needs-password", "wrong-password", "unsupported",
}  # fmt: skip


def outcome(function, *arguments, **options):
    """What it returns, or the `CannotRead` that it raises; any other exception passes through and fails the test."""
    try:
        return function(*arguments, **options)
    except CannotRead as error:
        return error


def text(value: str) -> bytes:
    encoded = value.encode()
    return struct.pack(">H", len(encoded)) + encoded


def jks(entries: list[tuple[str, bytes]]) -> bytes:
    """A keystore of trusted certificates, as sun.security.provider.JavaKeyStore writes it."""
    data = struct.pack(">III", 0xFEEDFEED, 2, len(entries))
    for alias, der in entries:
        data += struct.pack(">I", 2) + text(alias) + struct.pack(">Q", 1_700_000_000_000)
        data += text("X.509") + struct.pack(">I", len(der)) + der
    return data + sha1("changeit".encode("utf-16-be") + b"Mighty Aphrodite" + data).digest()  # noqa: S324 - the format's


def bks(entries: list[tuple[str, bytes]]) -> bytes:
    data = struct.pack(">II", 2, 20) + b"s" * 20 + struct.pack(">I", 1024)
    for alias, der in entries:
        data += b"\x01" + text(alias) + struct.pack(">QI", 1_700_000_000_000, 0)
        data += text("X.509") + struct.pack(">I", len(der)) + der
    return data + b"\0" + b"h" * 20


@some.composite
def broken(draw, whole: bytes) -> bytes:
    """``whole`` with some bytes changed, taken out, repeated or put in, or cut."""
    data = bytearray(whole)
    for _ in range(draw(some.integers(1, 4))):
        at = draw(some.integers(0, max(0, len(data) - 1)))
        match draw(some.sampled_from(["change", "cut", "put in", "take out", "repeat"])):
            case "change" if data:
                data[at] = draw(some.integers(0, 255))
            case "cut":
                del data[at:]
            case "put in":
                data[at:at] = draw(some.binary(max_size=40))
            case "take out":
                del data[at : at + draw(some.integers(1, 100))]
            case "repeat":
                data[at:at] = data[at : at + draw(some.integers(1, 200))]
    return bytes(data)


@pytest.fixture(scope="module")
def whole(g1, g2, made_by_keytool) -> dict[str, bytes]:
    """A whole store of each format."""
    files = [option for name in ("ca", "g2") for option in ("-certfile", ROOTS / f"digicert-global-root-{name}.pem")]
    two = ("digicert-global-root-ca", "digicert-global-root-g2")
    return {
        "pem": (pem(g1) + pem(g2)).encode(),
        "der": g2,
        "pkcs7": run("openssl", "crl2pkcs7", "-nocrl", *files, "-outform", "DER").stdout,
        "jks": jks([("one", g1), ("two", g2)]),
        "jceks": b"\xce\xce\xce\xce" + jks([("one", g1), ("two", g2)])[4:],
        "bks": bks([("one", g1), ("two", g2)]),
        "pkcs12": made_by_keytool("pkcs12", *two).read_bytes(),
        "pkcs12 without a password": made_by_keytool("pkcs12", *two, options=WITHOUT_PASSWORD).read_bytes(),
    }


FORMATS = ["pem", "der", "pkcs7", "jks", "jceks", "bks", "pkcs12", "pkcs12 without a password"]


@pytest.mark.parametrize("kind", FORMATS)
@quick
@given(data=some.data())
def test_damage_gives_a_reason_or_what_is_left(whole, kind, data):
    damaged = data.draw(broken(whole[kind]))
    looks_like_store(damaged[:4096])
    result = outcome(read, damaged, passwords=data.draw(some.sampled_from([(), ("changeit",), ("x",)])))
    if isinstance(result, CannotRead):
        assert result.reason in REASONS
        assert result.hint
    elif kind not in ("pem", "pkcs12"):
        assert all(certificate.der in damaged for certificate in result.certificates)


@pytest.mark.parametrize("kind", ["jks", "jceks", "bks", "pkcs7", "pkcs12 without a password", "pem"])
@quick
@given(data=some.data())
def test_a_cut_never_loses_a_certificate_silently(whole, kind, data, g1, g2):
    cut = whole[kind][: data.draw(some.integers(0, len(whole[kind]) - 1))]
    try:
        contents = read(cut)
    except CannotRead:
        assert g1 not in cut
        assert pem(g1).encode() not in cut
        return
    found = {c.der for c in contents.certificates}
    assert {der for der in (g1, g2) if der in cut or pem(der).encode() in cut} <= found
    cut_between_blocks = kind == "pem" and cut.rstrip(b"-\n").endswith(b"-----END CERTIFICATE")
    assert contents.problems or cut_between_blocks


GARBAGE = some.one_of(
    some.text(max_size=300).filter(lambda words: "-----" not in words),
    some.sampled_from(
        ["", "# note\n", "\0", "\ufeff", "Certificate:\n    Data:\n", "x" * 300, "=====\n", "\r\r\n", "-" * 4]
    ),
)


@quick
@given(garbage=some.lists(GARBAGE, min_size=4, max_size=4), line_end=some.sampled_from(["\n", "\r\n"]))
def test_garbage_between_blocks_hides_none_and_openssl_is_told_apart(tmp_path, garbage, line_end, g1, g2, baltimore):
    parts = [garbage[0], pem(g1), garbage[1], pem(g2), garbage[2], pem(baltimore), garbage[3]]
    data = "".join(part if part in garbage else part.replace("\n", line_end) for part in parts).encode()
    if b"\0" in data[:512] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return  # taken for a binary, which is said
    contents = read(data)
    assert [c.der for c in contents.certificates] == [g1, g2, baltimore]
    assert seen_by_openssl(contents) == loaded_by_openssl(data, tmp_path)


@quick
@given(names=some.lists(some.text(some.characters(exclude_categories=["Cs"]), max_size=40), min_size=1, max_size=12))
def test_every_entry_of_a_keystore_is_found(names, all_roots):
    entries = [(name, all_roots[number]) for number, name in enumerate(names)]
    contents = read(jks(entries))
    assert [(c.label, c.der) for c in contents.certificates] == entries
    assert [(c.label, c.der) for c in read(bks(entries)).certificates] == entries
    assert (contents.problems, contents.notes) == ((), ())


@quick
@given(data=some.one_of(some.binary(max_size=400), some.text(max_size=400).map(str.encode)))
def test_any_bytes_at_all(data):
    looks_like_store(data)
    list(find(data))
    find_private_key(data)
    for head in (
        b"",
        b"\xfe\xed\xfe\xed\0\0\0\2",
        b"\x30\x82\x03\x00",
        b"-----BEGIN CERTIFICATE-----\n",
        b"\0\0\0\2\0\0\0\x14",
    ):
        with pytest.raises(CannotRead):
            read(head + data)


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"", b"-----BEGIN CERTIFICATE-----"),
        (b"", b"-----BEGIN CERTIFICATE-----\nMIID\n"),
        (b"", b"-----BEGIN KEY-----\n"),
        (b"", b"\x30\x82\xff\xff"),
        (b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0", b"\x80\x30"),
        (b"\xfe\xed\xfe\xed\0\0\0\1\xff\xff\xff\xff", b"\0\0\0\1\0\0" + b"\0" * 12 + b"\0\0\0\1\0\0\0\0"),
        (b"\xce\xce\xce\xce\0\0\0\2\xff\xff\xff\xff", b"\0\0\0\3\0\1a" + b"\0" * 8),
        (b"\0\0\0\1\0\0\0\x08ssssssss\0\0\4\0", b"\1\0\0" + b"\0" * 18),
    ],
)
def test_a_hostile_file_ends_soon(head, piece):
    started = time.perf_counter()
    result = outcome(read, head + piece * (4_000_000 // len(piece)))
    assert isinstance(result, CannotRead)
    assert time.perf_counter() - started < 20


@quick
@given(data=some.data())
def test_facts_of_damaged_certificates(g2, data):
    damaged = data.draw(broken(g2))
    result = outcome(details, damaged)
    assert not isinstance(result, CannotRead) or result.reason == "damaged"
    for function in (subject_hash, subject_hash_old):
        try:
            assert len(function(damaged)) == 8
        except ValueError:
            assert damaged != g2


@quick
@given(data=some.data())
def test_damaged_nss_databases(tmp_path_factory, tmp_path, data):
    damaged = data.draw(broken(nss_database(tmp_path_factory)))
    path = tmp_path / "cert9.db"
    path.write_bytes(damaged)
    result = outcome(read_nss, path)
    assert not isinstance(result, CannotRead) or result.reason in REASONS


_made: list[bytes] = []


def nss_database(tmp_path_factory) -> bytes:
    if not _made:
        folder: Path = tmp_path_factory.mktemp("nss")
        run("certutil", "-N", "-d", f"sql:{folder}", "--empty-password")
        root = ROOTS / "digicert-global-root-g2.pem"
        run("certutil", "-A", "-d", f"sql:{folder}", "-n", "g2", "-t", "C,,", "-i", root)
        _made.append((folder / "cert9.db").read_bytes())
    return _made[0]
