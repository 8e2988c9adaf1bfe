"""Names that tell what they are given, split into words: CAs to trust, switches of the verification."""

import pytest

from wxcertcheck.scan.phrases import off_when, only_reads, tells_ca, words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("natsOptions_LoadCATrustedCertificates", "_nats_options_load_ca_trusted_certificates_"),
        ("SSLRootCert", "_ssl_root_cert_"),
        ("sslrootcert", "_ssl_root_cert_"),
        ("CAfile", "_ca_file_"),
        ("x-tls-ca", "_x_tls_ca_"),
    ],
)
def test_a_name_falls_into_its_words_however_it_is_written(name, words):
    assert words_of(name) == words


@pytest.mark.parametrize(
    "name",
    [
        "CACert",
        "ca_file",
        "tlsCAFile",
        "RootCAs",
        "trustStorePath",
        "WithCACert",
        "set_ca",
        "ssl_ca",
        "tls_roots",
        "cafile",
    ],
)
def test_a_name_of_trusted_cas_is_known_in_any_library(name):
    assert tells_ca(name)


@pytest.mark.parametrize(
    "name",
    [
        "rootCause",
        "client_ca_file",
        "ca_key",
        "locale_ca_path",
        "aliPayRootCertSN",
        "caption",
        "signCACert",
        "trustStoreType",
    ],
)
def test_what_the_same_words_mean_elsewhere_is_no_trusted_ca(name):
    assert not tells_ca(name)


@pytest.mark.parametrize(
    ("name", "off"),
    [
        ("skipVerify", "true"),
        ("dangerous_disable_tls_verification", "true"),
        ("trustAllCerts", "true"),
        ("verifySSL", "false"),
        ("setVerifyPeer", "false"),
        ("enable.ssl.certificate.verification", "false"),
        ("verifySignature", ""),
        ("ssh_verify_host", ""),
        ("NoVerifyDB", ""),
        ("disableSSL", ""),
    ],
)
def test_a_switch_is_known_by_the_value_that_turns_verification_off(name, off):
    assert off_when(name) == off


def test_functions_that_look_at_a_ca_or_make_one_hand_nothing_on():
    assert only_reads("getRootCAs")
    assert only_reads("createCACert")
    assert not only_reads("loadCAFile")
