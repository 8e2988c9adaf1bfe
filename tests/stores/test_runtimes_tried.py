"""The table of runtimes against the runtimes themselves.

Two made-up roots, A and B, and a server under each. Every line of SCENARIOS sets variables or options, says whom the
runtime must then accept, and is asked twice: what does our reading of the machine say, and does the real program accept
the server? The system's own store holds neither root, so an empty answer is what a plain environment gives; the last
test puts B into the default directory, in a mount namespace of its own.
"""

import contextlib
import os
import shutil
import ssl
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.handshake.servers import raw_server
from wxcertcheck.lab import pki
from wxcertcheck.model import Certificate, Runtime
from wxcertcheck.stores.filesystem import FileSystem
from wxcertcheck.stores.in_use import SERVICE_PATH, Use
from wxcertcheck.stores.reading import StoreReader
from wxcertcheck.stores.runtimes import look
from wxcertcheck.text import same

HOST = "127.0.0.1"
CLIENTS = Path(__file__).parent / "clients"
PHP_STREAM = "exit(@file_get_contents($argv[1]) === false ? 1 : 0);"
PHP_CURL = (
    "$c = curl_init($argv[1]); curl_setopt($c, CURLOPT_RETURNTRANSFER, 1); exit(curl_exec($c) === false ? 1 : 0);"
)
NODE = (
    "const s = require('tls').connect({{host: process.argv[1], port: process.argv[2]}}, () => process.exit(0));"
    "s.on('error', () => process.exit(1));"
)
PERL = "use IO::Socket::SSL; exit(IO::Socket::SSL->new(PeerHost => $ARGV[0], PeerPort => $ARGV[1]) ? 0 : 1);"
LWP = "use LWP::UserAgent; exit(LWP::UserAgent->new->get($ARGV[0])->is_success ? 0 : 1);"
URLLIB = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1])"


@dataclass(frozen=True)
class Client:
    """A program: its row, its executable, and the command that asks a server (options go between ``start`` and ``rest``)."""

    program: str
    kind: str
    executable: str
    rest: tuple[str, ...]

    def command(self, options: list[str], port: int, made: dict[str, str]) -> list[str]:
        values = {**made, "host": HOST, "port": str(port), "url": f"https://{HOST}:{port}/"}
        return [self.executable, *options, *(word.format_map(values) for word in self.rest)]


PROGRAMS = {
    "python": Client("python", "python-ssl", "/usr/bin/python3", ("-c", URLLIB, "{url}")),
    "requests": Client(
        "python",
        "python-requests",
        "/usr/bin/python3",
        ("-c", "import sys, requests; requests.get(sys.argv[1])", "{url}"),
    ),
    "httpx": Client(
        "python", "python-httpx", sys.executable, ("-c", "import sys, httpx; httpx.get(sys.argv[1])", "{url}")
    ),
    "java": Client("java", "java", "/usr/bin/java", ("-cp", "{classes}", "Client", "{host}", "{port}")),
    "node": Client("node", "node", "/usr/bin/node", ("-e", NODE, "{host}", "{port}")),
    "php-streams": Client("php", "php-streams", "/usr/bin/php", ("-r", PHP_STREAM, "{url}")),
    "php-curl": Client("php", "php-curl", "/usr/bin/php", ("-r", PHP_CURL, "{url}")),
    "ruby": Client("ruby", "ruby", "/usr/bin/ruby", ("-rnet/http", "-e", "Net::HTTP.get(URI(ARGV[0]))", "{url}")),
    "go": Client("go", "go", "{go}", ("{host}", "{port}")),
    "curl": Client("curl", "curl", "/usr/bin/curl", ("-sS", "-o", "/dev/null", "{url}")),
    "wget": Client("wget", "wget", "/usr/bin/wget", ("-q", "-O", "/dev/null", "--tries=1", "{url}")),
    "git": Client("git", "git", "/usr/bin/git", ("ls-remote", "{url}")),
    "perl": Client("perl", "perl", "/usr/bin/perl", ("-e", PERL, "{host}", "{port}")),
    "lwp": Client("perl", "perl-lwp", "/usr/bin/perl", ("-e", LWP, "{url}")),
    "openssl": Client(
        "openssl", "openssl", "/usr/bin/openssl", ("s_client", "-verify_return_error", "-connect", "{host}:{port}")
    ),
}

VARIANTS = {
    "curl": ("curl", "curl-8.2"),
    "node": ("node", "node-openssl-ca", "node-system-ca"),
    "php-streams": ("php-streams", "php-streams-default"),
    "git": ("git", "git-gnutls"),
    "wget": ("wget", "wget-gnutls"),
}
"""Rows of one runtime that options or the way it was built choose among."""

OPENSSL_FAMILY = ("python", "ruby", "php-streams", "perl", "openssl")
BOTH_SWITCHES = (*OPENSSL_FAMILY, "go")
NOT_AFFECTED = ("requests", "java", "node", "php-curl", "wget", "git", "lwp")

SCENARIOS = [
    # nothing set: the system's store, which has neither root
    *((name, {}, "", "") for name in PROGRAMS),
    # OpenSSL's two switches, united; and who does not read them
    *((name, {"SSL_CERT_FILE": "{A}"}, "", "A") for name in BOTH_SWITCHES),
    *((name, {"SSL_CERT_DIR": "{dirB}"}, "", "B") for name in BOTH_SWITCHES),
    *((name, {"SSL_CERT_FILE": "{A}", "SSL_CERT_DIR": "{dirB}"}, "", "AB") for name in BOTH_SWITCHES),
    *((name, {"SSL_CERT_FILE": "{gone}", "SSL_CERT_DIR": "{dirB}"}, "", "B") for name in (*OPENSSL_FAMILY, "go")),
    *((name, {"SSL_CERT_FILE": "{A}", "SSL_CERT_DIR": "{gone}"}, "", "A") for name in BOTH_SWITCHES),
    *((name, {"SSL_CERT_FILE": "{A}", "SSL_CERT_DIR": "{dirB}"}, "", "") for name in NOT_AFFECTED),
    *((name, {"SSL_CERT_DIR": "{dirA}:{dirB}"}, "", "AB") for name in ("python", "ruby", "php-streams", "go", "curl")),
    # a directory without hash links; a bundle with one broken block; several in one file
    *((name, {"SSL_CERT_DIR": "{unlinked}"}, "", "") for name in (*OPENSSL_FAMILY, "curl")),
    ("go", {"SSL_CERT_DIR": "{unlinked}"}, "", "A"),
    *((name, {"SSL_CERT_FILE": "{spoiled}", "SSL_CERT_DIR": "{gone}"}, "", "") for name in OPENSSL_FAMILY),
    ("go", {"SSL_CERT_FILE": "{spoiled}", "SSL_CERT_DIR": "{gone}"}, "", "A"),
    *((name, {"SSL_CERT_FILE": "{AB}"}, "", "AB") for name in BOTH_SWITCHES),
    # Python
    ("requests", {"REQUESTS_CA_BUNDLE": "{A}"}, "", "A"),
    ("requests", {"CURL_CA_BUNDLE": "{A}"}, "", "A"),
    ("requests", {"REQUESTS_CA_BUNDLE": "{A}", "CURL_CA_BUNDLE": "{B}"}, "", "A"),
    ("requests", {"REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": "{B}"}, "", "B"),
    ("requests", {"REQUESTS_CA_BUNDLE": "{dirB}"}, "", "B"),
    ("requests", {"REQUESTS_CA_BUNDLE": "{gone}"}, "", ""),
    ("requests", {"REQUESTS_CA_BUNDLE": "{spoiled}"}, "", ""),
    ("requests", {"PYTHONPATH": "{certifi}"}, "", "A"),
    ("python", {"REQUESTS_CA_BUNDLE": "{A}", "CURL_CA_BUNDLE": "{A}"}, "", ""),
    ("httpx", {"SSL_CERT_FILE": "{A}"}, "", "A"),
    ("httpx", {"SSL_CERT_FILE": "{A}", "SSL_CERT_DIR": "{dirB}"}, "", "A"),
    ("httpx", {"SSL_CERT_DIR": "{dirB}"}, "", "B"),
    ("httpx", {"SSL_CERT_FILE": "{gone}", "SSL_CERT_DIR": "{dirB}"}, "", ""),
    # curl and libcurl; what both variables together do depends on the version, see the next test
    ("curl", {"SSL_CERT_FILE": "{A}"}, "", "A"),
    ("curl", {"SSL_CERT_FILE": "{spoiled}"}, "", ""),
    ("curl", {"SSL_CERT_FILE": "{gone}"}, "", ""),
    ("curl", {"SSL_CERT_DIR": "{dirB}"}, "", "B"),
    ("curl", {"CURL_CA_BUNDLE": "{A}"}, "", "A"),
    ("curl", {"CURL_CA_BUNDLE": "{A}", "SSL_CERT_FILE": "{B}", "SSL_CERT_DIR": "{dirB}"}, "", "A"),
    ("curl", {"CURL_CA_BUNDLE": "{gone}"}, "", ""),
    ("curl", {"CURL_HOME": "{curlrc}", "CURL_CA_BUNDLE": "{B}"}, "", "A"),
    ("php-curl", {"CURL_CA_BUNDLE": "{A}"}, "", ""),
    ("git", {"CURL_CA_BUNDLE": "{A}"}, "", ""),
    ("git", {"GIT_SSL_CAINFO": "{A}"}, "", "A"),
    ("git", {"GIT_SSL_CAPATH": "{dirB}"}, "", "B"),
    ("git", {"GIT_SSL_CAINFO": "{gone}", "GIT_SSL_CAPATH": "{dirB}"}, "", ""),
    ("git", {"HOME": "{gitconfig}"}, "", "A"),
    ("wget", {"WGETRC": "{wgetrc}"}, "", "A"),
    ("wget", {"CURL_CA_BUNDLE": "{A}", "GIT_SSL_CAINFO": "{A}"}, "", ""),
    # PHP
    ("php-streams", {}, "-d openssl.cafile={A}", "A"),
    ("php-streams", {"SSL_CERT_FILE": "{B}"}, "-d openssl.cafile={A}", "A"),
    ("php-streams", {"SSL_CERT_FILE": "{A}"}, "-d openssl.capath={dirB}", "B"),
    ("php-streams", {}, "-d openssl.cafile={gone}", ""),
    ("php-streams", {}, "-d curl.cainfo={A}", ""),
    ("php-streams", {"PHP_INI_SCAN_DIR": ":{ini}"}, "", "A"),
    ("php-curl", {}, "-d curl.cainfo={A}", "A"),
    ("php-curl", {}, "-d openssl.cafile={A}", "A"),
    ("php-curl", {}, "-d openssl.cafile={A} -d curl.cainfo={B}", "A"),
    ("php-curl", {}, "-d openssl.capath={dirB}", ""),
    ("php-curl", {}, "-d curl.cainfo={gone}", ""),
    # Node
    ("node", {"NODE_EXTRA_CA_CERTS": "{A}"}, "", "A"),
    ("node", {"NODE_EXTRA_CA_CERTS": "{gone}"}, "", ""),
    ("node", {"NODE_OPTIONS": "--use-openssl-ca", "SSL_CERT_FILE": "{A}", "SSL_CERT_DIR": "{dirB}"}, "", "AB"),
    ("node", {"SSL_CERT_FILE": "{A}"}, "--use-openssl-ca", "A"),
    ("node", {"SSL_CERT_FILE": "{A}", "NODE_EXTRA_CA_CERTS": "{B}"}, "--use-openssl-ca", "AB"),
    ("node", {"NODE_EXTRA_CA_CERTS": "{spoiled}"}, "", "A"),  # Node stops at the broken block
    ("node", {"NODE_EXTRA_CA_CERTS": "{midway}"}, "", "A"),
    # GnuTLS drops the whole file, Go only the block
    ("git", {"GIT_SSL_CAINFO": "{spoiled}"}, "", ""),
    ("go", {"SSL_CERT_FILE": "{midway}"}, "", "AB"),
    ("python", {"SSL_CERT_FILE": "{midway}", "SSL_CERT_DIR": "{gone}"}, "", ""),
    # Java
    ("java", {"JAVA_TOOL_OPTIONS": "-Djavax.net.ssl.trustStore={jksA}"}, "", "A"),
    ("java", {"JDK_JAVA_OPTIONS": "-Djavax.net.ssl.trustStore={jksA}"}, "", "A"),
    ("java", {"_JAVA_OPTIONS": "-Djavax.net.ssl.trustStore={jksA}"}, "", "A"),
    ("java", {"JAVA_OPTS": "-Djavax.net.ssl.trustStore={jksA}"}, "", ""),
    ("java", {"JAVA_TOOL_OPTIONS": "-Djavax.net.ssl.trustStore={gone}"}, "-Djavax.net.ssl.trustStore={jksA}", "A"),
    ("java", {"_JAVA_OPTIONS": "-Djavax.net.ssl.trustStore={gone}"}, "-Djavax.net.ssl.trustStore={jksA}", ""),
    ("java", {}, "-Djavax.net.ssl.trustStore={gone}", ""),
    ("java", {}, "-Djavax.net.ssl.trustStore={p12A} -Djavax.net.ssl.trustStorePassword=changeit", "A"),
    ("java", {}, "-Djavax.net.ssl.trustStore={p12A}", ""),  # without its password it looks empty
    ("java", {}, "-Djavax.net.ssl.trustStore={p12A} -Djavax.net.ssl.trustStorePassword=wrong", ""),
    ("java", {}, "-Djavax.net.ssl.trustStore={jksA} -Djavax.net.ssl.trustStorePassword=wrong", ""),
    # Perl
    ("lwp", {"PERL_LWP_SSL_CA_FILE": "{A}"}, "", "A"),
    ("lwp", {"HTTPS_CA_FILE": "{A}"}, "", "A"),
    ("lwp", {"PERL_LWP_SSL_CA_PATH": "{dirB}"}, "", "B"),
]  # fmt: skip


@pytest.fixture(scope="session")
def roots() -> dict[str, pki.Issued]:
    return {name: pki.root(f"Lab root {name}") for name in ("A", "B")}


@pytest.fixture(scope="session")
def servers(roots, tmp_path_factory):
    """A server under each root; gives the ports."""
    folder = tmp_path_factory.mktemp("servers")
    with contextlib.ExitStack() as stack:
        ports = {}
        for name, root in roots.items():
            issued = pki.leaf(root, [HOST])
            (folder / name).write_text(issued.chain_pem + issued.key_pem)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(folder / name)
            ports[name] = stack.enter_context(raw_server(_answer(context), HOST))
        yield ports


def _answer(context):
    def behave(connection):
        with contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True) as tls:
            tls.settimeout(5)
            tls.recv(4096)
            tls.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")

    return behave


@pytest.fixture(scope="session")
def made(roots, tmp_path_factory) -> dict[str, str]:
    """Stores and settings of every kind, by the name that SCENARIOS calls them."""
    folder = tmp_path_factory.mktemp("stores")
    a, b = roots["A"].pem, roots["B"].pem
    broken = "-----BEGIN CERTIFICATE-----\nMIIB!!!!\n-----END CERTIFICATE-----\n"
    files = {
        "A": a,
        "B": b,
        "AB": a + b,
        "spoiled": a + broken,
        "midway": a + broken + b,
        "dirA/a.pem": a,
        "dirB/b.pem": b,
        "unlinked/a.pem": a,
        "certifi/certifi/__init__.py": "import os\ndef where(): return os.path.join(os.path.dirname(__file__), 'cacert.pem')\n",
        "certifi/certifi/cacert.pem": a,
        "curlrc/.curlrc": f'cacert = "{folder}/A"\n',
        "gitconfig/.gitconfig": f"[user]\n\tname = x\n[http]\n\tsslCAInfo = {folder}/A\n",
        "wgetrc": f"ca_certificate = {folder}/A\n",
        "ini/pin.ini": f"openssl.cafile={folder}/A\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    for name in ("dirA", "dirB"):
        subprocess.run(["openssl", "rehash", folder / name], check=True, timeout=20)
    for name, kind in (("jksA", "JKS"), ("p12A", "PKCS12")):
        command = [
            "keytool",
            "-importcert",
            "-noprompt",
            "-alias",
            "a",
            "-file",
            folder / "A",
            "-keystore",
            folder / name,
        ]
        subprocess.run(
            [*command, "-storetype", kind, "-storepass", "changeit"], check=True, timeout=60, capture_output=True
        )
    subprocess.run(
        ["javac", "--release", "8", "-d", folder / "classes", CLIENTS / "Client.java"], check=True, timeout=120
    )
    environ = {**os.environ, "GOCACHE": str(folder / "go-cache"), "GO111MODULE": "off", "CGO_ENABLED": "0"}
    subprocess.run(["go", "build", "-o", folder / "go", CLIENTS / "client.go"], check=True, timeout=240, env=environ)
    names = [
        *files,
        "dirA",
        "dirB",
        "unlinked",
        "certifi",
        "curlrc",
        "gitconfig",
        "ini",
        "jksA",
        "p12A",
        "classes",
        "go",
        "gone",
    ]
    return {name: str(folder / name) for name in names}


def _environ(environ: dict[str, str], made: dict[str, str], home: Path) -> dict[str, str]:
    plain = {"PATH": ":".join(SERVICE_PATH), "HOME": str(home), "LC_ALL": "C.UTF-8"}
    return {**plain, **{name: value.format_map(made) for name, value in environ.items()}}


def predicted(client: Client, executable: str, options: list[str], environ: dict[str, str]) -> Runtime:
    """What our reading of this machine says that the client trusts."""
    fs = FileSystem(None)
    # live=False: this test's own interpreter is asked too, which a search of this machine leaves out as ours.
    use = Use(client.program, executable, same("test"), fs, StoreReader(fs), environ, tuple(options), live=False)
    found = [
        item
        for item in look(use)
        if isinstance(item, Runtime) and item.kind in VARIANTS.get(client.kind, (client.kind,))
    ]
    assert len(found) == 1, [item.kind for item in look(use)]
    return found[0]


def accepts(client: Client, options: list[str], environ: dict[str, str], port: int, made: dict[str, str]) -> bool:
    """Whether the real program accepts the server."""
    command = [word.format_map(made) if word == "{go}" else word for word in client.command(options, port, made)]
    done = _run(command, environ)
    if client.program == "git":  # no repository is served, so git fails later where it accepts the server
        return b"certificate" not in done.stderr.lower() and b"SSL CA cert" not in done.stderr
    return done.returncode == 0


def _name(value) -> str | None:
    return "+".join(f"{name}={v}" for name, v in value.items()) if isinstance(value, dict) else None


@pytest.mark.parametrize(("name", "environ", "options", "expected"), SCENARIOS, ids=_name)
def test_the_runtime_accepts_whom_the_table_says(name, environ, options, expected, roots, servers, made, tmp_path):
    client = PROGRAMS[name]
    words = [word.format_map(made) for word in options.split()]
    variables = _environ(environ, made, tmp_path)
    runtime = predicted(client, client.executable.format_map(made), words, variables)
    said = "".join(key for key, root in roots.items() if Certificate.of(root.der).fingerprint in runtime.trusted)
    real = "".join(key for key, port in servers.items() if accepts(client, words, variables, port, made))
    assert (said, real) == (expected, expected)


JVMS = sorted({str(path.resolve()) for path in Path("/usr/lib/jvm").glob("*/bin/java")})


@pytest.mark.parametrize("executable", JVMS)
@pytest.mark.parametrize(
    ("environ", "options", "expected"),
    [
        ({"JDK_JAVA_OPTIONS": "-Djavax.net.ssl.trustStore={jksA}"}, "", "A"),
        ({}, "-Djavax.net.ssl.trustStore={p12A}", ""),
        ({}, "-Djavax.net.ssl.trustStore={p12A} -Djavax.net.ssl.trustStorePassword=changeit", "A"),
        ({"SSL_CERT_FILE": "{A}"}, "", ""),
    ],
)
def test_every_jvm_of_this_machine(executable, environ, options, expected, roots, servers, made, tmp_path):
    client = replace(PROGRAMS["java"], executable=executable)
    words = [word.format_map(made) for word in options.split()]
    variables = _environ(environ, made, tmp_path)
    runtime = predicted(client, executable, words, variables)
    said = "".join(key for key, root in roots.items() if Certificate.of(root.der).fingerprint in runtime.trusted)
    real = "".join(key for key, port in servers.items() if accepts(client, words, variables, port, made))
    assert said == real == expected


def test_curl_reads_both_variables_since_8_3(roots, servers, made, tmp_path):
    version = subprocess.check_output(["curl", "--version"], text=True, timeout=20).split()[1]
    both = tuple(map(int, version.split(".")[:2])) >= (8, 3)
    variables = _environ({"SSL_CERT_FILE": "{A}", "SSL_CERT_DIR": "{dirB}"}, made, tmp_path)
    client = PROGRAMS["curl"]
    runtime = predicted(client, client.executable, [], variables)
    said = "".join(key for key, root in roots.items() if Certificate.of(root.der).fingerprint in runtime.trusted)
    real = "".join(key for key, port in servers.items() if accepts(client, [], variables, port, made))
    assert said == real == ("AB" if both else "B")


@pytest.mark.parametrize("name", ["python", "ruby", "php-streams", "curl", "go", "php-curl", "git", "perl"])
def test_the_default_directory_stays_when_the_file_moves(name, roots, servers, made, tmp_path):
    """B lies in the default directory; a variable names A's file: both count (situation 18)."""
    if shutil.which("unshare") is None or _run(["unshare", "-m", "true"], {}).returncode:
        pytest.skip("no right to make a mount namespace")
    client = PROGRAMS[name]
    variable = {"git": "GIT_SSL_CAINFO", "php-curl": "IGNORED"}.get(name, "SSL_CERT_FILE")
    options = ["-d", f"curl.cainfo={made['A']}"] if name == "php-curl" else []
    script = f'mount --bind "{made["dirB"]}" /etc/ssl/certs && exec "$@"'
    wrapped = replace(client, executable="/usr/bin/unshare")
    prefix = ["-m", "sh", "-c", script, "sh", client.executable.format_map(made)]
    for environ, port, expected in (
        ({variable: "{A}"}, servers["A"], True),
        ({variable: "{A}"}, servers["B"], True),
        ({variable: "{A}", "SSL_CERT_DIR": "{gone}"}, servers["B"], name in ("php-curl", "git")),
    ):
        variables = _environ(environ, made, tmp_path)
        assert accepts(wrapped, [*prefix, *options], variables, port, made) is expected


def _run(command: list[str], environ: dict[str, str]) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(command, env=environ, check=False, capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
