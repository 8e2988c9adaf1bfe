"""C and C++: constants of headers, embedded certificates that another file trusts, members set elsewhere in the class."""

from pathlib import Path

import pytest

from tests.evidence import WECHATPAY, case, root
from wxcertcheck.model import CertificateFile, NotLooked, Pin, PinKind
from wxcertcheck.rotations import pem_of
from wxcertcheck.rules import certificate_file_in_tree
from wxcertcheck.scan import ScanRequest, scan
from wxcertcheck.scan.languages.c.values import declares

G1 = root("g1")


@pytest.fixture
def evidence(tmp_path):
    def look(files):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return scan(ScanRequest((str(tmp_path),), (WECHATPAY,), jobs=1))

    return look


def pins(found):
    return [item for item in found if isinstance(item, Pin)]


HEADER = f'const char PAY_ROOT[] = R"=EOF=(\n{pem_of(G1)})=EOF=";\n'


@pytest.mark.parametrize(
    "files",
    [
        {"src/certs.h": HEADER, "pay/pay.ino": '#include "certs.h"\nvoid setup() { c.setCACert(PAY_ROOT); }\n'},
        {
            "lib/certs.h": HEADER,
            "lib/client.h": '#include "certs.h"\n',
            "pay/pay.cpp": "#include <client.h>\nvoid f() { c.setCACert(PAY_ROOT); }\n",
        },
        {
            "src/certs.h": "extern const char PAY_ROOT[];\n",
            "src/certs.cpp": HEADER,
            "pay/pay.cpp": '#include "../src/certs.h"\nvoid f() { c.setCACert(PAY_ROOT); }\n',
        },
    ],
    ids=["header", "header of a header", "declared in the header, defined beside it"],
)
def test_a_constant_of_an_included_header_is_opened_and_its_certificate_counts_as_used(evidence, files):
    found = evidence(files)
    [pin] = pins(found)
    assert pin.trusted == {G1.fingerprint}
    [certificates] = [item for item in found if isinstance(item, CertificateFile)]
    assert certificates.used


def test_a_header_that_nothing_includes_gives_no_value(evidence):
    found = evidence({"old/certs.h": HEADER, "pay/pay.cpp": "void f() { c.setCACert(PAY_ROOT); }\n"})
    [pin] = pins(found)
    assert pin.unresolved
    assert not pin.trusted


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("C::C(const Options& o): ca_(o.ca) {}\nvoid C::f() { curl_easy_setopt(h, CURLOPT_CAINFO, ca_.c_str()); }", "o"),
        ("void C::set(const std::string& p) { ca_ = p; }\nvoid C::f() { curl_easy_setopt(h, CURLOPT_CAINFO, ca_.c_str()); }", "o"),
        ('C::C() { ca_ = "rootca.pem"; }\nvoid C::f() { curl_easy_setopt(h, CURLOPT_CAINFO, ca_.c_str()); }', "t"),
        ("void C::f() { curl_easy_setopt(h, CURLOPT_CAINFO, request.caPath().toUtf8().constData()); }", "o"),
    ],
)  # fmt: skip
def test_a_member_is_worth_what_the_class_sets_it_to(evidence, code, kind):
    [pin] = pins(evidence({"pay.cpp": code, "rootca.pem": pem_of(G1)}))
    assert pin.kind is (PinKind.TRUST if kind == "t" else PinKind.CONFIGURABLE)


def test_a_switch_under_an_if_that_asks_for_it_is_configurable(evidence):
    asked = "void f() { if (!options.verify_peer) { SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL); } }\n"
    plain = "void g() { if (fd > 0) { SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL); } }\n"
    kinds = {pin.place.path.rpartition("/")[2]: pin.kind for pin in pins(evidence({"a.c": asked, "b.c": plain}))}
    assert kinds == {"a.c": PinKind.CONFIGURABLE, "b.c": PinKind.VERIFICATION_OFF}


def written(numbers):
    return ", ".join(f"0x{number:02x}" for number in numbers)


@pytest.mark.parametrize(
    "constant",
    [
        f'static const char PAY_ROOT[] PROGMEM = R"EOF(\n{pem_of(G1)})EOF";',
        f"const unsigned char PAY_ROOT[] PROGMEM = {{ {written(G1.der)} }};",
        f"unsigned char PAY_ROOT[] = {{\n  {written(pem_of(G1).encode())}\n}};",
        "#define PAY_ROOT " + " \\\n".join(f'"{line}\\n"' for line in pem_of(G1).splitlines()),
    ],
    ids=["PROGMEM", "DER byte by byte", "PEM byte by byte", "macro over many lines"],
)
def test_a_certificate_in_every_way_that_sketches_write_one(evidence, constant):
    [pin] = pins(evidence({"pay.ino": constant + "\nvoid setup() { client.setCACert((const char *)PAY_ROOT); }\n"}))
    assert pin.trusted == {G1.fingerprint}


def test_bytes_that_are_no_certificate_are_unresolved(evidence):
    constant = f"const unsigned char PAY_ROOT[] = {{ 0x30, 0x82, {written(bytes(600))} }};"
    [pin] = pins(evidence({"pay.ino": constant + "\nvoid setup() { client.setCACert((const char *)PAY_ROOT); }\n"}))
    assert not pin.trusted


@pytest.mark.parametrize(("setter", "count"), [("set_ca_cert_file", 1), ("set_ca_path_P", 1), ("set_ca_callback", 0)])
def test_only_names_of_certificates_and_files_follow_a_setters_word(evidence, setter, count):
    assert len(pins(evidence({"pay.c": f'void f(void) {{ {setter}(c, "rootca.pem"); }}\n'}))) == count


def test_a_long_name_after_a_setters_word_takes_no_time(evidence):
    found = evidence({"pay.c": f"int x = set_ca{'_a' * 40};\n"})
    assert not any(isinstance(item, NotLooked) for item in found)  # given up after ten seconds


FOREIGN = (Path(__file__).parents[2] / "fixtures/roots/isrg-root-x1.pem").read_text()


def test_a_ca_constant_of_device_source_is_named_though_nothing_is_seen_to_use_it(evidence):
    """``const char *ca_get(void)`` hands it to a layer of the program's own. A TLS library's own test certificates are another matter,
    and so is a constant of a web application.
    """
    constant = 'static const char ROOT[] = R"=EOF=(\n' + FOREIGN + ')=EOF=";\n'
    found = evidence(
        {
            "src/cloud_ca.cpp": constant,
            "lib/mbedtls/library/certs.cpp": constant,
            "external_libs/tls/certs.cpp": constant,
            "web/help.ts": f"export const example = `{FOREIGN}`;",
        }
    )
    said = [f.place.path for f in certificate_file_in_tree.judge(case(*found))]
    assert [path.rpartition("/")[2] for path in said] == ["cloud_ca.cpp"]


LOADS = 'void f(void) { SSL_CTX_load_verify_locations(ctx, "ca.pem", NULL); }\n'


@pytest.mark.parametrize(
    ("path", "start", "found"),
    [
        ("src/tls.c", "", True),
        ("server/tls.c", "", False),
        ("server/upstream.c", "SSL_CTX *c = SSL_CTX_new(TLS_client_method());\n", True),
        (
            "openssl/apps/verify.c",
            "/* Copyright 1995-2023 The OpenSSL Project Authors. All Rights Reserved. */\n",
            False,
        ),
        ("mbedtls/ssl_client.c", "/* This file is part of mbed TLS (https://tls.mbed.org) */\n", False),
        ("main/https.c", "/* Adapted from the ssl_client1 example in Mbed TLS.\n The Mbed TLS Contributors */\n", True),
    ],
)
def test_a_server_s_code_and_a_tls_library_s_own_source_choose_no_roots(evidence, path, start, found):
    assert bool(pins(evidence({path: start + LOADS}))) == found


CALL = 'SSL_CTX_load_verify_locations(ctx, "ca.pem", NULL);'


@pytest.mark.parametrize(
    ("text", "only"),
    [
        (f"inline void f() const {{ {CALL} }}\n", False),
        (f"struct A {{ A() : b{{1}} {{ {CALL} }} int b; }};\n", False),
        (f"auto f() -> std::vector<int> {{ {CALL} }}\n", False),
        ("int SSL_CTX_load_verify_locations(SSL_CTX *ctx, const char *ca_file, const char *path);\n", True),
        ("struct options { int verify_peer; const char *ca_file; };\n", True),
        (
            f"/* if (x) {{ {CALL} }} */\n#define LOAD(ctx) \\\n if (x) {{ {CALL} }}\nvoid f(const char *ca_file);\n",
            True,
        ),
        ("/*" * 100_000, True),
    ],
)
def test_a_header_without_a_function_s_body_only_declares(evidence, text, only):
    assert declares("tls.h", text.encode()) is only
    assert not declares("tls.cpp", text.encode())
    assert bool(pins(evidence({"tls.h": text}))) is not only


def test_a_header_that_only_declares_is_parsed_where_a_name_has_a_value(evidence):
    given = 'static struct options o = { .ca_file = "ca.pem" };\n'
    assert [pin.kind for pin in pins(evidence({"options.h": given}))] == [PinKind.TRUST]


def test_many_comments_behind_a_condition_take_no_time(evidence):
    """Sixty comments between ``#if`` and code that is no ``else``: each may not be tried as the beginning of all others."""
    source = "#if defined(TLS)\n" + "/* one */\n" * 60 + LOADS + "#endif\n"
    found = evidence({"src/tls.c": source})
    assert not any(isinstance(item, NotLooked) for item in found)
    assert [pin.place.line for pin in pins(found)] == [62]
