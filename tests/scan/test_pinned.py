"""Names that tell that they hold pins of a server's certificate or key."""

import pytest

from wxcertcheck.scan.conditions import without_conditions as prepare
from wxcertcheck.scan.pinned import means_pin


@pytest.mark.parametrize(
    "name",
    [
        "PINNED_KEYS",
        "pinnedCertificates",
        "certificatePinningConfig",
        "spkiPins",
        "publicKeyHashes",
        "serverCertFingerprint",
        "expected_server_thumbprint",
        "client_set_server_fingerprint",
    ],
)
def test_a_name_of_pins_is_known_in_any_library(name):
    assert means_pin(name) == "sure"


@pytest.mark.parametrize("name", ["pins", "pinSha256", "PINNED_HASHES"])
def test_pins_of_nobody_knows_what_need_a_key_in_base64(name):
    assert means_pin(name) == "unsure"


@pytest.mark.parametrize(
    "name",
    [
        "pinnedCommit",
        "gpgKeyFingerprint",
        "clientCertFingerprint",
        "certThumbprint",
        "signingCertFingerprint",
        "deviceFingerprint",
        "spinner",
        "publicKey",
        "publicKeyHash",
        "mapping",
    ],
)
def test_what_the_same_words_mean_elsewhere_is_no_pin(name):
    assert not means_pin(name)


def test_conditions_among_the_elements_of_a_list_do_not_stop_the_parse():
    code = b'id a = @[\n@"a",\n#if DEBUG\n@"b",\n#endif\n];\n'
    assert b"#" not in prepare(code)
    assert b'@"b"' in prepare(code)
    assert len(prepare(code)) == len(code)


def test_of_branches_that_open_a_brace_each_the_first_is_read():
    code = b"#ifdef X\nif (a) {\n#else\nif (b) {\n#endif\nf();\n}\n"
    assert b"(a)" in prepare(code)
    assert b"(b)" not in prepare(code)
    assert prepare(code).count(b"\n") == code.count(b"\n")


@pytest.mark.parametrize(
    "code",
    [
        b"#ifdef X\nf();\n#else\ng();\n#endif\n",
        b'#if X\nf("{");\n#else\ng();\n#endif\n',
        b"g(a,\n#if 0\nb,\n#endif\nc);\n",
        b"#endif\n#else\n",
    ],
)
def test_conditions_that_the_grammar_reads_stay(code):
    assert prepare(code) == code


def pins_of(code):
    from wxcertcheck.scan.languages import by_name
    from wxcertcheck.scan.match import matches, open_source

    return [m.pattern.slug for m in matches(open_source("a.js", code.encode(), by_name("javascript")))]


def test_a_constant_is_said_where_it_is_used_in_its_file_and_only_there():
    constant = f"const PINNED_KEY = '{'ab' * 32}';\n"
    used = "tls.connect({ checkServerIdentity(h, c) { if (c.fingerprint256 !== PINNED_KEY) throw e; } });\n"
    assert pins_of(constant) == ["named-pin"]
    assert pins_of(constant + used) == ["check-server-identity"]
    assert pins_of(constant) == ["named-pin"]
