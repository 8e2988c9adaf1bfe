"""What each runtime trusts, on made-up root file systems. The runtimes themselves are asked in test_runtimes_tried.py."""

from pathlib import Path

import pytest

from tests.rootfs import BOTH, G1, G2, RootFS, bundle, certifi, debian, fingerprint, jdk, jks, pem, rhel
from wxcertcheck.model import NotLooked, Runtime, StoreState
from wxcertcheck.stores.filesystem import FileSystem
from wxcertcheck.stores.reading import StoreReader
from wxcertcheck.stores.runtimes import runtimes
from wxcertcheck.stores.runtimes.table import ROWS
from wxcertcheck.stores.runtimes.variables import VARIABLES


def look(fs: RootFS, *paths: str, environ=None):
    """The evidence of a made-up root; with ``environ`` as if the variables were in /etc/environment."""
    if environ:
        fs.write("/etc/environment", "".join(f'{name}="{value}"\n' for name, value in environ.items()))
    system = FileSystem(fs.root)
    return runtimes(system, StoreReader(system), {"SSL_CERT_FILE": "/not/heeded"}, [Path(p) for p in paths], live=False)


def only(evidence, kind: str) -> Runtime:
    """The one runtime of this kind."""
    found = [item for item in evidence if isinstance(item, Runtime) and item.kind == kind]
    assert len(found) == 1, [item.kind for item in evidence if isinstance(item, Runtime)]
    return found[0]


def kinds(evidence) -> set[str]:
    return {item.kind for item in evidence if isinstance(item, Runtime)}


def trusts(runtime: Runtime) -> set[str]:
    """Which of the two roots of the rotation it trusts."""
    return {name for name in (G1, G2) if fingerprint(name) in runtime.trusted}


@pytest.fixture
def fs(tmp_path) -> RootFS:
    return RootFS(tmp_path / "root")


def python(fs: RootFS, prefix: str = "/usr", minor: str = "3.11") -> str:
    """An interpreter without a build: what matters is where its files lie."""
    fs.program(f"{prefix}/bin/python{minor}")
    fs.link(f"{prefix}/bin/python3", f"python{minor}")
    folder = (
        f"{prefix}/lib/python{minor}/site-packages" if prefix != "/usr" else f"/usr/lib/python{minor[0]}/dist-packages"
    )
    fs.folder(folder)
    return folder


def requests(fs: RootFS, folder: str, version: str = "2.31.0") -> None:
    fs.write(f"{folder}/requests/__init__.py", "from . import certs\n")
    fs.write(f"{folder}/requests-{version}.dist-info/METADATA", f"Name: requests\nVersion: {version}\n")


# --- the table --------------------------------------------------------------------------------------------------------


def test_every_switch_says_what_it_does_and_every_row_has_a_source():
    switches = {switch.name for row in ROWS.values() for slot in row.slots for switch in slot.switches}
    assert switches <= VARIABLES.keys()
    assert all(row.sources for row in ROWS.values())
    assert all(name in text.en or name in text.zh or text.zh != text.en for name, text in VARIABLES.items())


# --- Python -----------------------------------------------------------------------------------------------------------


def test_python_ssl_reads_the_system_and_requests_reads_certifi(fs):
    folder = python(debian(fs, [G2]))
    requests(fs, folder)
    certifi(fs, folder, [G1])
    found = look(fs)
    assert trusts(only(found, "python-ssl")) == {G2}
    assert trusts(only(found, "python-requests")) == {G1}


def test_without_requests_there_is_no_row_of_requests(fs):
    certifi(fs, python(debian(fs)), [G1])
    assert kinds(look(fs)) == {"python-ssl"}


def test_debians_certifi_returns_the_system_bundle_though_a_cacert_lies_beside_it(fs):
    folder = python(debian(fs, [G2]))
    requests(fs, folder)
    certifi(fs, folder, [G1])
    fs.write(
        f"{folder}/certifi/core.py",
        "DEBIAN_CA_CERTS_PATH = '/etc/ssl/certs/ca-certificates.crt'\ndef where() -> str:\n    return DEBIAN_CA_CERTS_PATH\n",
    )
    assert trusts(only(look(fs), "python-requests")) == {G2}


def test_requests_2_15_falls_back_to_its_own_bundle_and_prefers_certifi(fs):
    folder = python(debian(fs))
    requests(fs, folder, "2.15.1")
    fs.write(f"{folder}/requests/cacert.pem", bundle([G1]))
    assert trusts(only(look(fs), "python-requests")) == {G1}
    certifi(fs, folder, [G2])
    assert trusts(only(look(fs), "python-requests")) == {G2}


def test_a_missing_requests_bundle_is_proof_and_a_directory_is_read_by_its_hash_links(fs):
    folder = python(debian(fs, [G2]))
    requests(fs, folder)
    certifi(fs, folder, BOTH)
    runtime = only(look(fs, environ={"REQUESTS_CA_BUNDLE": "/gone.pem"}), "python-requests")
    assert [source.store.state for source in runtime.sources] == [StoreState.MISSING]
    assert not runtime.trusted
    runtime = only(look(fs, environ={"REQUESTS_CA_BUNDLE": "/etc/ssl/certs"}), "python-requests")
    assert trusts(runtime) == {G2}


def test_a_project_s_virtual_environment_with_a_bundle_of_2014(fs):  # situation 6
    python(debian(fs))
    fs.write("/srv/shop/.venv/pyvenv.cfg", "home = /usr/bin\nversion = 3.11.2\ninclude-system-site-packages = false\n")
    fs.link("/srv/shop/.venv/bin/python", "/usr/bin/python3.11")
    folder = "/srv/shop/.venv/lib/python3.11/site-packages"
    requests(fs, folder, "2.3.0")
    certifi(fs, folder, [G1], "14.5.14")
    runtime = only(look(fs, "/srv/shop"), "python-requests")
    assert trusts(runtime) == {G1}
    assert runtime.project
    assert runtime.version == "2.3.0"
    assert runtime.executable == "/srv/shop/.venv/bin/python"
    assert "python-requests" not in kinds(look(fs))  # the system's Python has none


def test_httpx_before_and_after_0_28(fs):
    folder = python(debian(fs, [G2]))
    certifi(fs, folder, [G1])
    fs.write(f"{folder}/httpx/__init__.py", "")
    fs.write(f"{folder}/httpx-0.27.2.dist-info/METADATA", "")
    gone = {"SSL_CERT_FILE": "/gone.pem"}
    assert trusts(only(look(fs, environ=gone), "python-httpx-0.27")) == {G1}  # ignored
    fs.path(f"{folder}/httpx-0.27.2.dist-info").rename(fs.path(f"{folder}/httpx-0.28.1.dist-info"))
    assert trusts(only(look(fs, environ=gone), "python-httpx")) == set()  # raises


# --- Java -------------------------------------------------------------------------------------------------------------


def test_jssecacerts_hides_cacerts(fs):
    jdk(fs, "/opt/jdk", [G1, G2], "17.0.2")
    assert trusts(only(look(fs), "java")) == {G1, G2}
    fs.write("/opt/jdk/lib/security/jssecacerts", jks([G1]))
    runtime = only(look(fs), "java")
    assert trusts(runtime) == {G1}
    assert runtime.name == "java 17.0.2"


def test_a_jdk_8_that_only_a_service_unit_runs(fs):  # situation 5
    jdk(debian(fs), "/data/apps/jdk1.8.0_20", [G1], "1.8.0_20")
    assert kinds(look(fs)) == set()
    fs.write(
        "/etc/systemd/system/pay.service", "[Service]\nExecStart=/data/apps/jdk1.8.0_20/bin/java -jar /srv/pay.jar\n"
    )
    runtime = only(look(fs), "java")
    assert trusts(runtime) == {G1}
    assert runtime.version == "1.8.0_20"
    assert "pay.service" in runtime.seen_as[0].en


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("-Djavax.net.ssl.trustStore=/etc/trust.jks", {G2}),
        ("-cp /x -Djavax.net.ssl.trustStore=/etc/trust.jks", {G2}),
        ("-Djavax.net.ssl.trustStore=/gone.jks", set()),
        ("Main -Djavax.net.ssl.trustStore=/etc/trust.jks", {G1}),  # the program's own argument
        ("@/etc/java.args", {G2}),
    ],
)
def test_the_options_of_a_service_choose_the_store(fs, options, expected):
    jdk(fs, "/data/jdk", [G1], "17.0.2")
    fs.write("/etc/trust.jks", jks([G2]))
    fs.write("/etc/java.args", "-Djavax.net.ssl.trustStore=/etc/trust.jks\n")
    fs.write("/etc/systemd/system/pay.service", f"[Service]\nExecStart=/data/jdk/bin/java {options} -jar pay.jar\n")
    assert trusts(only(look(fs), "java")) == expected


@pytest.mark.parametrize(
    ("variable", "version", "expected"),
    [
        ("JAVA_TOOL_OPTIONS", "1.8.0_20", {G2}),
        ("_JAVA_OPTIONS", "1.8.0_20", {G2}),
        ("JDK_JAVA_OPTIONS", "17.0.2", {G2}),
        ("JDK_JAVA_OPTIONS", "1.8.0_20", {G1}),  # the launcher of JDK 8 does not read it
        ("JAVA_OPTS", "17.0.2", {G1}),  # no business of the JVM
    ],
)
def test_the_variables_of_a_service_reach_the_jvms_that_read_them(fs, variable, version, expected):
    jdk(fs, "/data/jdk", [G1], version)
    fs.write("/etc/trust.jks", jks([G2]))
    fs.write("/etc/default/pay", f'{variable}="-Xmx1g -Djavax.net.ssl.trustStore=/etc/trust.jks"\n')
    fs.write(
        "/etc/systemd/system/pay.service",
        "[Service]\nEnvironmentFile=-/etc/default/pay\nExecStart=/data/jdk/bin/java -jar pay.jar\n",
    )
    assert trusts(only(look(fs), "java")) == expected


def test_a_keystore_password_is_never_shown(fs):
    jdk(fs, "/data/jdk", [G1], "17.0.2")
    fs.write("/etc/trust.jks", jks([G2], "geheim-4711"))
    options = "-Djavax.net.ssl.trustStore=/etc/trust.jks -Djavax.net.ssl.trustStorePassword=geheim-4711"
    fs.write("/etc/systemd/system/pay.service", f"[Service]\nExecStart=/data/jdk/bin/java {options} -jar pay.jar\n")
    found = look(fs)
    assert trusts(only(found, "java")) == {G2}
    assert "geheim-4711" not in repr(found)
    assert any(variable.name == "javax.net.ssl.trustStorePassword" for variable in only(found, "java").variables)


def test_a_store_that_is_no_file_is_unknown_not_empty(fs):
    jdk(fs, "/data/jdk", [G1], "17.0.2")
    fs.write(
        "/etc/systemd/system/a.service",
        "[Service]\nExecStart=/data/jdk/bin/java -Djavax.net.ssl.trustStore=NONE -jar a\n",
    )
    runtime = only(look(fs), "java")
    assert runtime.unknown is not None
    assert not runtime.sources


# --- the OpenSSL family -----------------------------------------------------------------------------------------------


def test_the_default_directory_stays_when_ssl_cert_file_moves_the_file(fs):  # situation 18
    python(debian(fs, [G2]))
    fs.write("/etc/only-g1.pem", pem(G1))
    found = look(fs, environ={"SSL_CERT_FILE": "/etc/only-g1.pem"})
    assert trusts(only(found, "python-ssl")) == {G1, G2}
    found = look(fs, environ={"SSL_CERT_FILE": "/etc/only-g1.pem", "SSL_CERT_DIR": "/nowhere"})
    assert trusts(only(found, "python-ssl")) == {G1}


def test_on_rhel_there_is_no_hashed_directory_to_fall_back_to(fs):
    python(rhel(fs, [G2]))
    fs.write("/etc/only-g1.pem", pem(G1))
    assert trusts(only(look(fs), "python-ssl")) == {G2}
    assert trusts(only(look(fs, environ={"SSL_CERT_FILE": "/etc/only-g1.pem"}), "python-ssl")) == {G1}


def test_one_broken_block_spoils_the_file_for_openssl(fs):
    python(debian(fs, [G2]))
    broken = "-----BEGIN CERTIFICATE-----\nMIIB!!not base64!!\n-----END CERTIFICATE-----\n"
    fs.write("/etc/mixed.pem", pem(G1).decode() + broken)
    runtime = only(look(fs, environ={"SSL_CERT_FILE": "/etc/mixed.pem", "SSL_CERT_DIR": "/nowhere"}), "python-ssl")
    assert trusts(runtime) == set()
    assert runtime.notes


def test_curl_without_the_ca_certificates_package(fs):  # situation 15
    fs.program("/usr/bin/curl")
    runtime = only(look(fs), "curl")
    assert [source.store.state for source in runtime.sources] == [StoreState.MISSING]
    debian(fs)
    assert trusts(only(look(fs), "curl")) == {G1, G2}


def test_a_curlrc_replaces_the_file_and_hides_the_variables(fs):
    fs.program("/usr/bin/curl")
    debian(fs, [G2])
    fs.write("/root/.curlrc", 'cacert = "/etc/only-g1.pem"\n')
    fs.write("/etc/only-g1.pem", pem(G1))
    environ = {"HOME": "/root", "CURL_CA_BUNDLE": "/gone"}
    assert G1 in trusts(only(look(fs, environ=environ), "curl"))
    assert not trusts(only(look(fs, environ={"HOME": "/nobody", "CURL_CA_BUNDLE": "/gone"}), "curl"))


# --- Go, and images -----------------------------------------------------------------------------------------------------

GO_BINARY = b"\x7fELF\x02\x01\x01" + bytes(249) + b"\x04\0\0\0\x53\0\0\0\x04\0\0\0Go\0\0abc/def" + bytes(400)


def test_a_scratch_image_with_one_static_go_binary(fs):  # situation 16
    fs.program("/server", GO_BINARY)
    found = look(fs)
    assert kinds(found) == set()
    (unseen,) = [item for item in found if isinstance(item, NotLooked)]
    assert unseen.decides
    assert unseen.reason == "embedded-roots"
    fs.write("/etc/ssl/certs/ca-certificates.crt", bundle([G2]))
    assert trusts(only(look(fs), "go")) == {G2}


def test_go_reads_the_first_file_and_every_file_of_the_directories(fs):
    fs.program("/app/pay", GO_BINARY)
    fs.write("/etc/pki/tls/certs/ca-bundle.crt", bundle([G1]))
    assert trusts(only(look(fs), "go")) == {G1}
    fs.write("/etc/ssl/certs/ca-certificates.crt", bundle(["isrg-root-x1"]))
    fs.write("/etc/ssl/certs/without-a-hash-link.pem", pem(G2))
    assert trusts(only(look(fs), "go")) == {G1, G2}


def test_a_static_binary_that_is_not_go_is_no_runtime(fs):
    fs.program("/server", b"\x7fELF" + bytes(4000))
    assert kinds(look(fs)) == set()


# --- Node, PHP --------------------------------------------------------------------------------------------------------


def node(fs: RootFS, version: str, roots=(G1, G2), extra: bytes = b"") -> None:
    fs.program(
        "/usr/bin/node",
        b"\x7fELF" + bytes(64) + b"\0".join([bundle(roots), b"node.js/v" + version.encode(), extra, b""]),
    )


def test_node_reads_its_own_list_and_adds_the_extra_file(fs):
    node(debian(fs, [G2]), "20.20.2", [G1])
    assert trusts(only(look(fs), "node")) == {G1}
    fs.write("/etc/g2.pem", pem(G2))
    runtime = only(look(fs, environ={"NODE_EXTRA_CA_CERTS": "/etc/g2.pem"}), "node")
    assert trusts(runtime) == {G1, G2}
    assert runtime.version == "20.20.2"
    runtime = only(look(fs, environ={"NODE_EXTRA_CA_CERTS": "/gone.pem"}), "node")
    assert trusts(runtime) == {G1}  # merely warns
    assert "/gone.pem" in runtime.notes[0].en


@pytest.mark.parametrize(
    ("version", "options", "kind"),
    [
        ("20.20.2", "--use-openssl-ca", "node-openssl-ca"),
        ("20.20.2", "--use-system-ca", "node"),  # this version does not know it
        ("22.15.0", "--use-system-ca", "node-system-ca"),
        ("23.8.0", "--use-system-ca", "node"),  # macOS and Windows only
        ("24.0.0", "--use-system-ca", "node-system-ca"),
        ("24.0.0", "--use-openssl-ca --use-bundled-ca", "node"),
    ],
)
def test_options_of_node_choose_the_store_by_version(fs, version, options, kind):
    node(debian(fs, [G2]), version, [G1])
    runtime = only(look(fs, environ={"NODE_OPTIONS": options}), kind)
    expected = {"node": {G1}, "node-openssl-ca": {G2}, "node-system-ca": {G1, G2}}[kind]
    assert trusts(runtime) == expected


def test_debian_builds_node_with_openssls_store(fs):
    node(debian(fs, [G2]), "18.20.4", [G1], b'{"target_defaults": {"defines": ["NODE_OPENSSL_CERT_STORE"]}}')
    assert trusts(only(look(fs), "node-openssl-ca")) == {G2}
    assert trusts(only(look(fs, environ={"NODE_OPTIONS": "--use-bundled-ca"}), "node")) == {G1}


def php(fs: RootFS, sapi: str = "cli") -> str:
    """A PHP that was built with Debian's folders; returns its php.ini."""
    folder = f"/etc/php/8.2/{sapi}"
    name = {"cli": "/usr/bin/php8.2", "fpm": "/usr/sbin/php-fpm8.2"}[sapi]
    fs.program(
        name,
        b"\x7fELF" + bytes(16) + f'\0{folder}/conf.d\0X-Powered-By: PHP/8.2.36\0OPENSSLDIR: "/usr/lib/ssl"\0'.encode(),
    )
    fs.write("/usr/lib/php/20220829/curl.so", b"\x7fELF")
    fs.write("/usr/lib/php/20220829/openssl.so", b"\x7fELF")
    fs.write(f"{folder}/conf.d/20-curl.ini", "extension=curl.so\n")
    fs.write(f"{folder}/php.ini", "[PHP]\n;openssl.cafile=\n")
    return f"{folder}/php.ini"


def test_each_sapi_has_its_own_php_ini_and_streams_and_curl_differ(fs):
    debian(fs, [G2])
    php(fs, "cli")
    fs.write("/etc/pin.pem", pem(G1))
    fs.write(php(fs, "fpm"), "curl.cainfo = /etc/pin.pem\n")
    found = look(fs)
    streams = {r.name: trusts(r) for r in found if isinstance(r, Runtime) and r.kind.startswith("php-streams")}
    assert streams == {"php 8.2.36 (cli)": {G2}, "php 8.2.36 (fpm)": {G2}}
    curls = {r.name: G1 in trusts(r) for r in found if isinstance(r, Runtime) and r.kind == "php-curl"}
    assert curls == {"php 8.2.36 (cli)": False, "php 8.2.36 (fpm)": True}


def test_openssl_cafile_moves_both_and_a_pool_value_moves_them_again(fs):
    debian(fs, [G2])
    fs.write("/etc/pin.pem", pem(G1))
    fs.write(php(fs, "fpm"), 'openssl.cafile = "/etc/pin.pem" ; pinned\n')
    assert trusts(only(look(fs), "php-streams")) == {G1}
    fs.write("/etc/php/8.2/fpm/pool.d/www.conf", "[www]\nphp_admin_value[openssl.cafile] = /gone.pem\n")
    assert trusts(only(look(fs), "php-streams")) == set()


# --- the others -------------------------------------------------------------------------------------------------------


def test_dotnet_reads_every_file_of_the_directory_and_the_users_store(fs):
    fs.program("/usr/bin/dotnet")
    fs.write("/etc/ssl/certs/without-a-hash-link.pem", pem(G2))
    assert trusts(only(look(fs), "dotnet")) == {G2}
    assert trusts(only(look(fs, environ={"SSL_CERT_DIR": "/nowhere"}), "dotnet")) == set()
    fs.write("/root/.dotnet/corefx/cryptography/x509stores/root/a.pem", pem(G1))
    assert trusts(only(look(fs, environ={"SSL_CERT_DIR": "/nowhere", "HOME": "/root"}), "dotnet")) == {G1}


def test_mono_reads_its_own_store_and_no_variable(fs):
    debian(fs, BOTH)
    fs.program("/usr/bin/mono")
    assert trusts(only(look(fs), "mono")) == set()
    fs.write("/usr/share/.mono/new-certs/Trust/607986c7.0", pem(G2))
    assert trusts(only(look(fs, environ={"SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt"}), "mono")) == {G2}


def test_perl_has_a_row_only_with_its_tls_module_and_falls_back_to_mozilla_ca(fs):
    fs.program("/usr/bin/perl")
    assert kinds(look(fs)) == set()
    fs.write("/usr/share/perl5/IO/Socket/SSL.pm", "package IO::Socket::SSL;\n")
    assert trusts(only(look(fs), "perl")) == set()
    fs.write("/usr/share/perl5/Mozilla/CA.pm", "package Mozilla::CA;\n")
    fs.write("/usr/share/perl5/Mozilla/CA/cacert.pem", bundle([G1]))
    assert trusts(only(look(fs), "perl")) == {G1}
    debian(fs, [G2])
    assert trusts(only(look(fs), "perl")) == {G2}


def test_httplib2_prefers_certifi_to_its_own_list(fs):
    folder = python(debian(fs))
    fs.write(f"{folder}/httplib2/__init__.py", "")
    fs.write(f"{folder}/httplib2/cacerts.txt", bundle([G1]))
    assert trusts(only(look(fs), "python-httplib2")) == {G1}
    certifi(fs, folder, [G2])
    assert trusts(only(look(fs), "python-httplib2")) == {G2}
    assert trusts(only(look(fs, environ={"HTTPLIB2_CA_CERTS": "/gone"}), "python-httplib2")) == set()


def test_git_and_openssl_call_no_payment_host(fs):
    fs.program("/usr/bin/git")
    fs.program("/usr/lib/git-core/git-remote-http")
    fs.program("/usr/bin/openssl")
    fs.program("/usr/bin/wget")
    debian(fs)
    assert {r.kind: r.in_use for r in look(fs) if isinstance(r, Runtime)} == {
        "git": False,
        "openssl": False,
        "wget": True,
    }


def test_wgetrc_adds_to_the_system(fs):
    debian(fs, [G2])
    fs.program("/usr/bin/wget")
    fs.write("/etc/pin.pem", pem(G1))
    fs.write("/etc/wgetrc", "# ca_certificate = /gone\nca_certificate = /etc/pin.pem\n")
    assert trusts(only(look(fs), "wget")) == {G1, G2}


@pytest.mark.parametrize(
    ("content", "state"),
    [(b"", StoreState.EMPTY), (b"\x00\x01garbage" * 50, StoreState.DAMAGED), (None, StoreState.MISSING)],
)
def test_a_bad_cacerts_in_use_is_proof(fs, content, state):
    jdk(fs, "/opt/jdk", [G1], "17.0.2")
    store = fs.path("/opt/jdk/lib/security/cacerts")
    store.unlink()
    if content is not None:
        store.write_bytes(content)
    runtime = only(look(fs), "java")
    assert [source.store.state for source in runtime.sources] == [state]
    assert runtime.unknown is None
    assert not runtime.trusted
