"""PEM files of every shape, each compared with what OpenSSL makes of the same bytes."""

import base64
import ssl
from pathlib import Path

import pytest

from wxcertcheck.errors import CannotRead
from wxcertcheck.formats import looks_like_store, read

from .conftest import run


def pem(der: bytes, label: str = "CERTIFICATE", width: int = 64) -> str:
    text = base64.b64encode(der).decode()
    lines = [text[at : at + width] for at in range(0, len(text), width)]
    return f"-----BEGIN {label}-----\n" + "\n".join(lines) + f"\n-----END {label}-----\n"


def read_text(text: str | bytes):
    return read(text if isinstance(text, bytes) else text.encode())


def ders(contents) -> list[bytes]:
    return [certificate.der for certificate in contents.certificates]


def loaded_by_openssl(data: bytes, folder: Path) -> set[bytes]:
    """What a program on OpenSSL has after it was told to trust this file."""
    path = folder / "store.pem"
    path.write_bytes(data)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(path)
    except ssl.SSLError:
        return set()
    return set(context.get_ca_certs(binary_form=True))


def seen_by_openssl(contents) -> set[bytes]:
    """What we say that OpenSSL loads."""
    everything = {c.fingerprint for c in contents.certificates}
    loads = everything if contents.openssl_loads is None else contents.openssl_loads
    return {c.der for c in contents.certificates if c.fingerprint in loads}


def test_reads_what_openssl_reads_of_the_systems_bundle():
    bundle = Path("/etc/ssl/certs/ca-certificates.crt")
    contents = read(bundle.read_bytes())
    printed = run(
        "sh", "-c", f"openssl crl2pkcs7 -nocrl -certfile {bundle} | openssl pkcs7 -print_certs"
    ).stdout.decode()
    blocks = [part.partition("-----END")[0] for part in printed.split("-----BEGIN CERTIFICATE-----")[1:]]
    assert {base64.b64decode(block) for block in blocks} == set(ders(contents))
    assert (contents.problems, contents.openssl_loads) == ((), None)


SHAPES = {
    "plain": lambda a, b, c: pem(a) + pem(b) + pem(c),
    "crlf": lambda a, b, c: (pem(a) + pem(b) + pem(c)).replace("\n", "\r\n"),
    "old Mac line ends": lambda a, b, c: (pem(a) + pem(b) + pem(c)).replace("\n", "\r"),
    "byte order mark": lambda a, b, c: "\ufeff" + pem(a) + pem(b) + pem(c),
    "utf-16, as PowerShell writes": lambda a, b, c: ("\ufeff" + pem(a) + pem(b) + pem(c)).encode("utf-16-le"),
    "comments": lambda a, b, c: f'# one\n{pem(a)}\n# Label: "two"\n{pem(b)}Three\n=====\n{pem(c)}',
    "garbage between blocks": lambda a, b, c: f"{pem(a)}\x07 <garbage> ----- \n{pem(b)}{'x' * 5000}\n{pem(c)}",
    "a NUL between blocks": lambda a, b, c: pem(a) + "\0\n" + pem(b) + pem(c),
    "bodies of one line": lambda a, b, c: pem(a, width=9999) + pem(b, width=9999) + pem(c, width=9999),
    "lines of 76": lambda a, b, c: pem(a, width=76) + pem(b, width=76) + pem(c, width=76),
    "indented": lambda a, b, c: pem(a) + pem(b).replace("\n", "\n    ") + "\n" + pem(c),
    "text before BEGIN": lambda a, b, c: pem(a) + "ca: " + pem(b) + pem(c),
    "spaces at line ends": lambda a, b, c: pem(a) + pem(b).replace("\n", "  \n") + pem(c),
    "no padding": lambda a, b, c: pem(a) + pem(b).replace("=", "") + pem(c).replace("=", ""),
    "END and BEGIN on one line": lambda a, b, c: pem(a).rstrip() + pem(b) + pem(c),
    "a missing END": lambda a, b, c: pem(a) + pem(b).replace("-----END CERTIFICATE-----\n", "") + pem(c),
    "blank lines inside": lambda a, b, c: pem(a) + pem(b).replace("\n", "\n\n") + pem(c),
    "old headers": lambda a, b, c: pem(a, "X509 CERTIFICATE") + pem(b, "TRUSTED CERTIFICATE") + pem(c),
    "X.509 CERTIFICATE": lambda a, b, c: pem(a, "X.509 CERTIFICATE") + pem(b) + pem(c),
    "another kind of block": lambda a, b, c: pem(a) + pem(b"hello", "NONSENSE") + pem(b) + pem(c),
    "PEM headers": lambda a, b, c: pem(a) + pem(b).replace("E-----\n", "E-----\nName: value\n\n", 1) + pem(c),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_certificate_is_found_and_openssl_is_told_apart(shape, tmp_path, g1, g2, baltimore):
    text = SHAPES[shape](g1, g2, baltimore)
    data = text if isinstance(text, bytes) else text.encode()
    contents = read(data)
    assert (contents.format, ders(contents)) == ("pem", [g1, g2, baltimore])
    assert seen_by_openssl(contents) == loaded_by_openssl(data, tmp_path)
    assert bool(contents.problems) == (contents.openssl_loads is not None)
    assert looks_like_store(data[:4096])


BREAKAGES = {
    "a letter that is not base64": lambda text: text.replace("\nMII", "\nM!I", 1),
    "a line is missing": lambda text: "\n".join(text.split("\n")[:6] + text.split("\n")[7:]),
    "no END at all": lambda text: text[:400] + "\n",
    "not a certificate": lambda _: pem(b"\x30\x03\x02\x01\x05" * 30),
    "an empty block": lambda _: pem(b""),
    "a comment inside": lambda text: text.replace("\nMII", "\n# comment\nMII", 1),
}


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_a_broken_block_is_named_and_costs_only_itself(breakage, tmp_path, g1, g2, baltimore):
    data = ("# first\n" + pem(g1) + BREAKAGES[breakage](pem(g2)) + pem(baltimore)).encode()
    contents = read(data)
    assert ders(contents) == [g1, baltimore]
    line = pem(g1).count("\n") + 2
    assert f"line {line} " in contents.problems[0].en
    assert f"第 {line} 行" in contents.problems[0].zh
    assert seen_by_openssl(contents) == loaded_by_openssl(data, tmp_path)


def test_the_truth_about_openssl_is_told_where_it_refuses_the_file(g1, g2):
    contents = read_text(pem(g1) + pem(g2).replace("\nMII", "\nM!I"))
    assert contents.openssl_loads == frozenset()
    assert "refuse the whole file" in contents.problems[-1].en


def test_labels_are_the_words_above_a_block(g1, g2, baltimore):
    contents = read_text(
        f'# Issuer: CN=x\n# Label: "Root One"\n# Serial: 5\n{pem(g1)}\nRoot Two\n========\n{pem(g2)}# Root Three\n{pem(baltimore)}'
    )
    assert [c.label for c in contents.certificates] == ["Root One", "Root Two", "Root Three"]
    assert [c.line for c in contents.certificates] == [
        4,
        5 + pem(g1).count("\n") + 2,
        6 + (pem(g1) + pem(g2)).count("\n") + 3 - 1 + 0,
    ]


def test_a_repeated_certificate_counts_once_and_is_noted(g1, g2):
    contents = read_text(pem(g1) + pem(g2) + pem(g1) + pem(g1))
    assert ders(contents) == [g1, g2]
    assert "2" in contents.notes[0].en


def test_a_private_key_beside_the_certificate_is_passed_over(g2):
    key = run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256").stdout.decode()
    contents = read_text(key + pem(g2))
    assert (ders(contents), contents.problems) == ([g2], ())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("\n \r\n", "empty"),
        ("<!DOCTYPE html><title>404</title>", "no-certificate"),
        ("see the other file\n", "no-certificate"),
        (pem(b"\x30\x00", "PRIVATE KEY"), "no-certificate"),
        (pem(b"\x30\x00"), "damaged"),
        (
            "-----BEGIN CERTIFICATE-----\nMIIDjjCCAnagAwIBAgIQAzrx5qcRqaC7KGSxHQn65TANBgkqhkiG9w0BAQsFADBh\n",
            "truncated",
        ),
        (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 8, "not-a-store"),
    ],
)
def test_what_is_no_certificate_is_refused_with_the_reason(text, reason):
    with pytest.raises(CannotRead) as caught:
        read_text(text)
    assert caught.value.reason == reason
    assert caught.value.hint


def test_a_page_named_pem_is_told_to_be_a_page():
    with pytest.raises(CannotRead) as caught:
        read(b"<html><body>Please log in", name="cacert.pem")
    assert "HTML" in caught.value.message.en


def test_bare_base64_is_read_and_said_to_be_refused_elsewhere(g2, tmp_path):
    data = base64.encodebytes(g2)
    contents = read(data)
    assert ders(contents) == [g2]
    assert seen_by_openssl(contents) == loaded_by_openssl(data, tmp_path) == set()


@pytest.mark.parametrize(
    ("options", "trusted"),
    [
        ((), True),
        (("-addtrust", "serverAuth"), True),
        (("-addtrust", "anyExtendedKeyUsage"), True),
        (("-addtrust", "emailProtection"), False),
        (("-addtrust", "emailProtection", "-addtrust", "serverAuth"), True),
        (("-addreject", "serverAuth"), False),
        (("-addreject", "anyExtendedKeyUsage"), False),
        (("-addreject", "emailProtection"), True),
        (("-addtrust", "serverAuth", "-addreject", "serverAuth"), False),
    ],
)
def test_trust_settings_decide_as_openssl_decides(options, trusted, tmp_path, g2):
    (tmp_path / "plain.pem").write_text(pem(g2))
    trusted_file = tmp_path / "trusted.pem"
    run(
        "openssl",
        "x509",
        "-in",
        tmp_path / "plain.pem",
        "-trustout",
        "-setalias",
        "mine",
        *options,
        "-out",
        trusted_file,
    )
    [certificate] = read(trusted_file.read_bytes()).certificates
    assert (certificate.der, certificate.label, certificate.trusted) == (g2, "mine", trusted)
    verified = run(
        "openssl", "verify", "-purpose", "sslserver", "-CAfile", trusted_file, "-no-CApath", "-no-CAstore",
        "-attime", "1700000000", tmp_path / "plain.pem", check=False,
    )  # fmt: skip
    assert (verified.returncode == 0) == trusted


def test_thousands_of_certificates_are_no_trouble(all_roots):
    data = "".join(pem(der) for der in all_roots * 100).encode()
    assert set(ders(read(data))) == set(all_roots)
