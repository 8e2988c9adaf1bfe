"""One root in the many forms in which programs carry it, and look-alikes that must not be taken for it."""

import base64
import json
import textwrap
import time

import pytest

from wxcertcheck.formats.embedded import find, find_private_key

from .conftest import run
from .test_pem import pem

BEGIN, END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


def body(der: bytes) -> list[str]:
    return pem(der).split("\n")[1:-2]


def lines(der: bytes) -> list[str]:
    return [BEGIN, *body(der), END]


def numbers(der: bytes, form: str, width: int = 12) -> str:
    shown = [form.format(byte) for byte in der]
    return ",\n    ".join(", ".join(shown[at : at + width]) for at in range(0, len(shown), width))


FORMS = {
    "raw PEM": pem,
    "PEM with CRLF": lambda der: pem(der).replace("\n", "\r\n"),
    "C, one literal with escapes": lambda der: 'const char *ca = "' + "\\n".join(lines(der)) + '\\n";',
    "C, a literal a line": lambda der: "static const char ca[] =\n" + "\n".join(f'  "{x}\\n"' for x in lines(der)) + ";",
    "C, backslash at line ends": lambda der: 'const char ca[] = "' + "\\n\\\n".join(lines(der)) + '";',
    "Java, concatenated": lambda der: "String ca = " + " +\n    ".join(f'"{x}\\n"' for x in lines(der)) + ";",
    "Java, without line ends": lambda der: "String ca = " + "\n    + ".join(f'"{x}"' for x in lines(der)) + ";",
    "Java, comments between": lambda der: "String ca =\n" + "\n".join(f'"{x}" + // part' for x in lines(der)),
    "Java text block": lambda der: 'String ca = """\n        ' + "\n        ".join(lines(der)) + '""";',
    "Go raw string": lambda der: "var ca = []byte(`" + "\n".join(lines(der)) + "`)",
    "JavaScript array": lambda der: "const ca = [\n" + ",\n".join(f"  '{x}'" for x in lines(der)) + "\n].join('\\n')",
    "PHP, with dots": lambda der: "$ca = " + "\n  . ".join(f'"{x}\\n"' for x in lines(der)) + ";",
    "Python, implicit": lambda der: "CA = (\n" + "\n".join(f"    b'{x}\\n'" for x in lines(der)) + "\n)",
    "C#, verbatim": lambda der: 'var ca = @"' + "\r\n".join(lines(der)) + '";',
    "Visual Basic": lambda der: "ca = " + " & vbCrLf & _\n ".join(f'"{x}"' for x in lines(der)),
    "Objective-C": lambda der: "NSString *ca = " + "\n".join(f'@"{x}\\n"' for x in lines(der)) + ";",
    "YAML block": lambda der: "data:\n  ca.crt: |\n" + textwrap.indent(pem(der), "    "),
    "JSON": lambda der: json.dumps({"ca": pem(der)}),
    "JSON as PHP writes it": lambda der: json.dumps({"ca": pem(der)}).replace("/", "\\/"),
    "JSON as Go writes it": lambda der: json.dumps({"ca": pem(der)}).replace("+", "\\u002b").replace("=", "\\u003d"),
    "JSON in JSON": lambda der: json.dumps({"inner": json.dumps({"ca": pem(der)})}),
    "properties": lambda der: "ca=" + "\\n\\\n  ".join(lines(der)),
    "shell": lambda der: "echo '" + "\n".join(lines(der)) + "' > ca.pem",
    "environment file": lambda der: "CA=" + "\\n".join(lines(der)),
    "commented out": lambda der: "\n".join(f"# {x}" for x in lines(der)),
    "block comment": lambda der: "/*\n" + "\n".join(f" * {x}" for x in lines(der)) + "\n */",
    "a patch": lambda der: "@@ -0,0 +1,22 @@\n" + "\n".join(f"+{x}" for x in lines(der)),
    "bare base64": lambda der: base64.b64encode(der).decode(),
    "bare base64, wrapped": lambda der: "\n".join(body(der)),
    "bare base64, concatenated": lambda der: 'String ca = ""\n' + "\n".join(f'    + "{x}"' for x in body(der)) + ";",
    "XML": lambda der: f"<ds:X509Certificate>{base64.b64encode(der).decode()}</ds:X509Certificate>",
    "XML with escaped line ends": lambda der: '<ca value="' + "&#10;".join(lines(der)) + '"/>',
    "Kubernetes Secret": lambda der: "ca.crt: " + base64.b64encode(pem(der).encode()).decode(),
    "Kubernetes Secret, wrapped": lambda der: "ca.crt: >-\n" + textwrap.indent(
        base64.encodebytes(pem(der).encode()).decode(), "  "),
    "URL-encoded": lambda der: "ca=" + pem(der).replace(" ", "%20").replace("+", "%2B").replace("\n", "%0A"),
    "C bytes": lambda der: "unsigned char ca[] = {\n    " + numbers(der, "0x{:02x}") + "\n};",
    "C bytes, upper case": lambda der: "unsigned char ca[] = {" + numbers(der, "0X{:02X}", 9999) + "};",
    "Java bytes": lambda der: "byte[] ca = {\n    " + numbers(der, "(byte) 0x{:02x}") + "\n};",
    "decimal bytes": lambda der: "var ca = new byte[] {" + numbers(der, "{:d}") + "};",
    "signed bytes": lambda der: "byte[] ca = {" + ", ".join(str(b if b < 128 else b - 256) for b in der) + "};",
    "C string of escapes": lambda der: 'char ca[] = "' + "".join(f"\\x{b:02x}" for b in der) + '";',
    "hexadecimal": lambda der: f"ca: {der.hex()}",
    "hexadecimal, upper case": lambda der: f"ca: {der.hex().upper()}",
    "hexadecimal with colons": lambda der: f"ca: {der.hex(':')}",
    "old headers": lambda der: pem(der, "X509 CERTIFICATE"),
    "a label that lies": lambda der: pem(der, "PUBLIC KEY"),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "root_name", ["digicert-global-root-g2", "digicert-global-root-g3", "baltimore-cybertrust-root"]
)
def test_finds_the_root_in_every_form_and_on_its_line(form, root_name, root):
    der = root(root_name)
    text = "// first line\n\n" + FORMS[form](der) + "\nlast line\n"
    [certificate] = find(text.encode())
    assert certificate.der == der
    first = next(n for n, line in enumerate(text.split("\n"), 1) if any(start in line for start in STARTS))
    assert certificate.line == first


STARTS = ("-----BEGIN", "MII", "LS0tLS1CRUdJTi", "0x30", "0X30", "48,", "\\x30", "3082", "30:82")


@pytest.mark.parametrize("form", FORMS)
def test_finds_two_where_there_are_two(form, g1, g2):
    text = FORMS[form](g1) + "\n\nother = 1;\n" + FORMS[form](g2)
    assert [c.der for c in find(text.encode())] == [g1, g2]


@pytest.mark.parametrize("form", FORMS)
def test_a_changed_or_cut_body_is_not_the_root(form, g2):
    changed = bytearray(g2)
    changed[400] ^= 1
    assert g2 not in [c.der for c in find(FORMS[form](bytes(changed)).encode())]
    text = FORMS[form](g2)
    assert list(find(text[: len(text) // 2].encode())) == []


def test_words_about_a_root_are_no_root(g2):
    assert (
        list(find(b"DigiCert Global Root G2 MIIDjjCCAnagAwIBAgIQAzrx5qcRqaC7KGSxHQn65TAN -----BEGIN CERTIFICATE-----"))
        == []
    )
    assert list(find(b"-----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----\n")) == []
    assert list(find(b"")) == []


def test_a_literal_that_ends_is_not_continued_by_another_one(g2):
    """The end of one constant and the rest in another variable make no certificate."""
    half = body(g2)
    text = f'a = "{"".join(half[:9])}"; b = "{"".join(half[9:])}"'
    assert list(find(text.encode())) == []


def test_utf16_source(g2):
    assert [c.der for c in find(("\ufeff" + pem(g2)).encode("utf-16-le"))] == [g2]


def test_pem_inside_a_binary(g1, g2):
    data = b"\x7fELF\0\0" + bytes(range(256)) * 100 + pem(g1).encode() + b"\0" * 99 + pem(g2).encode() + b"\0\xff"
    assert [c.der for c in find(data)] == [g1, g2]


def test_a_large_binary_takes_a_moment(g2):
    data = bytes(range(256)) * 200_000 + pem(g2).encode() + bytes(range(256)) * 200_000
    started = time.perf_counter()
    assert [c.der for c in find(data)] == [g2]
    assert time.perf_counter() - started < 2  # 0.1 s on a machine with nothing else to do


@pytest.mark.parametrize(
    "piece",
    [
        b"MII",
        b"MIIDjjCCAnagAwIB",
        b"LS0tLS1CRUdJTi",
        b"0x30,0x82,0x7f,0xff,0x30,0x82,0x7f,0xfb,",
        b"30827fff30827ffb",
        b"-----BEGIN ",
    ],
)
def test_a_file_of_nothing_but_beginnings_ends(piece):
    started = time.perf_counter()
    assert list(find(piece * (3_000_000 // len(piece)))) == []
    assert time.perf_counter() - started < 20


def test_a_private_key_is_noticed_and_a_bare_marker_is_not(g2):
    key = run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256").stdout
    old = run("openssl", "genrsa", "-traditional", "-aes128", "-passout", "pass:abcd", "1024").stdout
    assert find_private_key(key)
    assert find_private_key(old)
    assert find_private_key(b'k = "' + key.replace(b"\n", b"\\n") + b'"')
    assert not find_private_key(pem(g2).encode())
    assert not find_private_key(
        b'text.replace("-----BEGIN PRIVATE KEY-----", "").replace("-----END PRIVATE KEY-----", "")'
    )
