"""Stores that configuration files name: one true line and one that must not count, for each program."""

import pytest

from tests.rootfs import G1, G2, RootFS, pem
from wxcertcheck.stores.configured import named_stores
from wxcertcheck.stores.filesystem import FileSystem

HOMES = ("/root",)

LINES = [
    ("/etc/nginx/conf.d/pay.conf", "proxy_ssl_verify on;\nproxy_ssl_trusted_certificate {ca};\n", "nginx"),
    ("/etc/nginx/nginx.conf", '  proxy_ssl_verify on; # x\n\tproxy_ssl_trusted_certificate "{ca}";\n', "nginx"),
    (
        "/etc/haproxy/haproxy.cfg",
        "  server pay api.mch.weixin.qq.com:443 ssl verify required ca-file {ca} sni x\n",
        "haproxy",
    ),
    ("/etc/squid/squid.conf", "tls_outgoing_options cafile={ca} min-version=1.2\n", "squid"),
    ("/etc/squid/squid.conf", "sslproxy_cafile {ca}\n", "squid"),
    ("/etc/stunnel/pay.conf", "[pay]\nCAfile = {ca}\nverifyChain = yes\n", "stunnel"),
    ("/etc/envoy/envoy.yaml", "validation_context:\n  trusted_ca:\n    filename: {ca}\n", "envoy"),
    ("/etc/envoy/envoy.json", '{{"trusted_ca": {{"filename": "{ca}"}}}}\n', "envoy"),
    ("/etc/apache2/sites-enabled/pay.conf", "SSLProxyVerify require\nSSLProxyCACertificateFile {ca}\n", "apache"),
    ("/etc/php/8.2/cli/php.ini", "[openssl]\nopenssl.cafile = {ca}\n", "php"),
    ("/etc/php/8.2/fpm/php.ini", '[curl]\ncurl.cainfo="{ca}"\n', "php"),
    ("/etc/php/8.2/fpm/pool.d/www.conf", "php_admin_value[curl.cainfo] = {ca}\n", "php"),
    ("/root/.curlrc", 'cacert = "{ca}"\n', "curl"),
    ("/root/.curlrc", "--cacert {ca}\n", "curl"),
    ("/etc/wgetrc", "ca_certificate = {ca}\n", "wget"),
    ("/etc/gitconfig", "[http]\n\tsslCAInfo = {ca}\n", "git"),
    ("/etc/pip.conf", "[global]\ncert = {ca}\n", "pip"),
    ("/root/.npmrc", "cafile={ca}\n", "npm"),
    ("/root/.gradle/gradle.properties", "systemProp.javax.net.ssl.trustStore={ca}\n", "gradle"),
    (
        "/opt/wildfly-26/standalone/configuration/standalone.xml",
        '<key-store name="trustStore"><credential-reference clear-text="x"/>\n<file path="{ca}"/></key-store>\n',
        "wildfly",
    ),
    (
        "/u01/oracle/domains/base/config/config.xml",
        "<server><custom-trust-key-store-file-name>{ca}</custom-trust-key-store-file-name></server>\n",
        "weblogic",
    ),
]
CA = "/etc/app/ca store.pem"


@pytest.fixture
def fs(tmp_path):
    return RootFS(tmp_path / "root")


def found(fs):
    return list(named_stores(FileSystem(fs.root), HOMES))


@pytest.mark.parametrize(("file", "text", "kind"), LINES, ids=[f"{kind}:{file}" for file, _, kind in LINES])
def test_named_file_is_found(fs, file, text, kind):
    fs.write(file, text.format(ca="/etc/app/ca.pem"))
    [named] = found(fs)
    assert (named.path, named.setting.kind, named.is_folder) == ("/etc/app/ca.pem", kind, False)
    assert fs.path(file).read_text().splitlines()[named.line - 1].find("/etc/app/ca.pem") >= 0
    assert named.note is None


@pytest.mark.parametrize(("file", "text", "kind"), LINES, ids=[f"{kind}:{file}" for file, _, kind in LINES])
def test_commented_line_does_not_count(fs, file, text, kind):
    if file.endswith((".xml", ".json")):
        return  # no line comments in these
    sign = ";" if "php" in file else "#"
    lines = [f"{sign} {line}" for line in text.format(ca="/etc/app/ca.pem").splitlines()]
    fs.write(file, "\n".join(lines) + "\n")
    assert found(fs) == []


def test_quoted_path_with_a_blank(fs):
    fs.write("/etc/php/8.2/cli/php.ini", f'curl.cainfo = "{CA}"\n')
    assert [named.path for named in found(fs)] == [CA]


def test_relative_path_starts_at_the_configuration(fs):
    fs.write("/etc/nginx/nginx.conf", "proxy_ssl_verify on;\nproxy_ssl_trusted_certificate certs/ca.pem;\n")
    assert [named.path for named in found(fs)] == ["/etc/nginx/certs/ca.pem"]


@pytest.mark.parametrize("value", ["@system-ca", "$ca_file", "${CA}", '""'])
def test_what_is_no_path_is_passed_over(fs, value):
    fs.write("/etc/haproxy/haproxy.cfg", f"server a b:443 ssl verify required ca-file {value}\n")
    assert found(fs) == []


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("/etc/nginx/conf.d/a.conf", "proxy_ssl_trusted_certificate /ca.pem;\n"),
        ("/etc/stunnel/a.conf", "CAfile = /ca.pem\nverify = 0\n"),
        ("/etc/httpd/conf.d/a.conf", "SSLProxyCACertificateFile /ca.pem\n"),
    ],
)
def test_verification_that_is_off_is_said(fs, file, text):
    fs.write(file, text)
    [named] = found(fs)
    assert named.note
    assert file in named.note.en


def test_folders(fs):
    fs.write("/etc/php.ini", "openssl.capath=/etc/pki/own\n")
    fs.write("/etc/wgetrc", "ca_directory = /etc/pki/own\n")
    assert {(named.path, named.is_folder) for named in found(fs)} == {("/etc/pki/own", True)}


def test_binary_and_huge_configuration_files_do_no_harm(fs):
    fs.write("/etc/nginx/nginx.conf", bytes(range(256)) * 100)
    with fs.write("/etc/squid/squid.conf", "").open("r+b") as file:
        file.truncate(1 << 30)
    fs.link("/etc/haproxy/haproxy.cfg", "haproxy.cfg")
    assert found(fs) == []


def test_hostile_line_ends_quickly(fs):
    import time

    fs.write("/etc/nginx/nginx.conf", "proxy_ssl_trusted_certificate " + '"' + "a" * 1_000_000)
    fs.write("/etc/haproxy/haproxy.cfg", "server " + "ca-file " * 100_000)
    fs.write("/opt/wildfly/standalone/configuration/standalone.xml", '<key-store name="trust"' * 40_000)
    fs.write("/etc/envoy/envoy.yaml", "trusted_ca:" + " " * 500_000 + "\n" * 500_000)
    fs.write("/etc/squid/squid.conf", " \n" * 300_000 + "tls_outgoing_options " * 50_000)
    started = time.monotonic()
    found(fs)
    assert time.monotonic() - started < 5


def test_g1_file_of_a_proxy_is_read(fs):
    from wxcertcheck.stores.discover import Scope, discover
    from wxcertcheck.stores.reading import StoreReader

    fs.write("/etc/nginx/conf.d/pay.conf", "proxy_ssl_verify on;\nproxy_ssl_trusted_certificate /etc/nginx/g1.pem;\n")
    fs.write("/etc/nginx/g1.pem", pem(G1))
    files = FileSystem(fs.root)
    [store] = discover(files, StoreReader(files), Scope(HOMES))
    assert (store.kind, store.path) == ("nginx", "/etc/nginx/g1.pem")
    assert any("/etc/nginx/conf.d/pay.conf" in note.en for note in store.notes)
    assert pem(G2) not in fs.path("/etc/nginx/g1.pem").read_bytes()


def test_empty_setting_does_not_take_the_next_line(fs):
    """As php.ini is shipped."""
    fs.write("/etc/php.ini", "openssl.cafile=\nfoo = /bar\ncurl.cainfo =\n\nfoo\n")
    fs.write("/etc/wgetrc", "ca_certificate =\n/etc/x\n")
    assert found(fs) == []
