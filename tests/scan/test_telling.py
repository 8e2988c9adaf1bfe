"""What names mean by themselves: CA files, switches of the verification, and names that only look like either."""

import pytest

from wxcertcheck.scan.telling import means_ca, parts, switched_off_by


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("TLSCAFile", ("tls", "ca", "file")),
        ("sslrootcert", ("ssl", "root", "cert")),
        ("RootCAs", ("root", "cas")),
        ("DB_SSL_CA_PATH", ("db", "ssl", "ca", "path")),
        ("insecureSkipTLSVerify", ("insecure", "skip", "tls", "verify")),
    ],
)
def test_a_name_is_split_into_its_words(name, words):
    assert parts(name) == words


@pytest.mark.parametrize(
    "name",
    ["caCertPath", "ssl_ca", "ca-bundle", "setTrustStorePath", "serverRootCACertificate", "tlsTrustCertsFilePath"],
)
def test_a_ca_file_is_told_by_its_name(name):
    assert means_ca(name)


@pytest.mark.parametrize(
    "name",
    [
        *("rootCause", "rootCategory", "locale_ca", "caName", "clientCaFile", "trustStorePassword", "trustManager"),
        *("aliPayRootCert", "getCaFile", "fallbackToSystemTrustStore", "caCertCount", "caPrivateKeyFile"),
    ],
)
def test_a_name_of_another_matter_is_no_ca_file(name):
    assert not means_ca(name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rejectUnauthorized", "false"),
        ("verifySsl", "false"),
        ("SSL_VERIFY", "false"),
        ("enableTlsHostnameVerification", "false"),
        ("insecureSkipVerify", "true"),
        ("ignoreHTTPSErrors", "true"),
        ("acceptAnyCertificate", "true"),
        ("allowSelfSigned", "true"),
        ("trustServerCertificate", "true"),
        ("setTrustAllHosts", "true"),
    ],
)
def test_a_switch_is_told_by_its_name(name, value):
    assert switched_off_by(name) == value


@pytest.mark.parametrize(
    "name",
    [
        *(
            "verify",
            "verifyEmail",
            "verifySignature",
            "verifyClientCert",
            "disableSsl",
            "allowInsecure",
            "allowAllHosts",
        ),
        *(
            "verifyPeerPid",
            "setSkipIssuerHttpsCheck",
            "allowUnsafeCertificateLoad",
            "sslValidationStrategy",
            "checkServerIdentity",
            "TlsAuthentication",
        ),
    ],
)
def test_a_name_of_another_matter_is_no_switch(name):
    assert switched_off_by(name) == ""


def test_the_certificates_of_servers_that_are_trusted_are_cas():
    assert means_ca("setTrustedServerCertificateChain")
    assert not means_ca("serverCertificateChain")


def test_a_constant_may_have_one_word_more():
    assert means_ca("iotx_ca_crt_itls", more=True)
    assert not means_ca("iotx_ca_crt_itls")
    assert not means_ca("ca_crt_len", more=True)
