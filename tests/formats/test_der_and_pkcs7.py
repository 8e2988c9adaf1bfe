"""Plain DER, one or several in a row, and PKCS#7 bundles as OpenSSL writes them."""

import pytest

from wxcertcheck.errors import CannotRead
from wxcertcheck.formats import looks_like_store, read

from .conftest import ROOTS, run


def bundle(form: str, *names: str) -> bytes:
    files = [option for name in names for option in ("-certfile", ROOTS / f"{name}.pem")]
    return run("openssl", "crl2pkcs7", "-nocrl", *files, "-outform", form).stdout


def test_der_is_one_certificate(g2):
    contents = read(g2)
    assert (contents.format, [c.der for c in contents.certificates], contents.problems) == ("der", [g2], ())
    assert looks_like_store(g2[:4096])


def test_der_after_der_is_read_to_the_end(g1, g2):
    assert [c.der for c in read(g1 + g2 + b"\n").certificates] == [g1, g2]


def test_bytes_behind_der_are_a_problem(g1):
    contents = read(g1 + b"\x30\x82garbage")
    assert [c.der for c in contents.certificates] == [g1]
    assert contents.problems


@pytest.mark.parametrize(("cut", "reason"), [(100, "truncated"), (500, "truncated")])
def test_a_cut_certificate_is_truncated(g2, cut, reason):
    with pytest.raises(CannotRead) as caught:
        read(g2[:cut])
    assert caught.value.reason == reason


def test_a_certificate_with_a_broken_inside_is_damaged(g2):
    with pytest.raises(CannotRead) as caught:
        read(g2[:30] + b"\x05\x00" + g2[32:])
    assert caught.value.reason == "damaged"


@pytest.mark.parametrize("form", ["DER", "PEM"])
def test_pkcs7_gives_all_certificates(form, g1, g2):
    data = bundle(form, "digicert-global-root-ca", "digicert-global-root-g2")
    contents = read(data)
    assert contents.format == "pkcs7"
    assert {c.der for c in contents.certificates} == {g1, g2}
    assert looks_like_store(data[:4096])


def test_pkcs7_with_indefinite_lengths(g1, g2):
    """Older tools write BER; the outer three layers have no length here."""
    data = bundle("DER", "digicert-global-root-ca")
    signed = data[data.index(b"\x02\x01\x01") :]
    data = b"\x30\x80" + data[4:15] + b"\xa0\x80\x30\x80" + signed + b"\0\0" * 3
    assert [c.der for c in read(data).certificates] == [g1]


def test_a_cut_pkcs7_keeps_what_is_whole(g1, g2):
    data = bundle("DER", "digicert-global-root-ca", "digicert-global-root-g2")
    contents = read(data[:-300])
    assert len(contents.certificates) == 1
    assert "cut short" in contents.problems[0].en
