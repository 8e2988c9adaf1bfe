"""The shown edit is made, and the program run: before it accepts a server under an unknown root, after it refuses it; and
once the store that takes over has the root, it accepts it again. So it verifies, and by that store.
"""

import http.server
import os
import shutil
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.evidence import WECHATPAY, case
from tests.handshake.servers import write
from wxcertcheck.fixes import plan
from wxcertcheck.judge import findings_of
from wxcertcheck.lab import pki
from wxcertcheck.scan import ScanRequest, scan

PYTHON, PHP = (sys.executable, "{file}", "{url}"), ("/usr/bin/php", "{file}", "{url}")
PHP_STORE = ("/usr/bin/php", "-d", "curl.cainfo={ca}", "-d", "openssl.cafile={ca}", "{file}", "{url}")
RUBY, NODE, SHELL = ("ruby", "{file}", "{url}"), ("node", "{file}", "{url}"), ("bash", "{file}", "{url}")
PERL = ("perl", "{file}", "{url}")

PROGRAMS = {
    "python-bare-context.py": """
import ssl, sys, urllib.request
def get(url):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return urllib.request.urlopen(url, context=context)
get(sys.argv[1])
""",
    "python-context-of-the-caller.py": """
import ssl, sys, urllib.request
def loosened(context):
    context.verify_mode = ssl.CERT_NONE
    return context
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname = bool(0)
urllib.request.urlopen(sys.argv[1], context=loosened(context))
""",
    "python-default-context.py": """
import ssl, sys, urllib.request
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
urllib.request.urlopen(sys.argv[1], context=context)
""",
    "python-argument.py": """
import ssl, sys, urllib.request
urllib.request.urlopen(sys.argv[1], context=ssl.SSLContext(ssl.PROTOCOL_TLSv1_2))
""",
    "python-unverified.py": """
import ssl, sys, urllib.request
urllib.request.urlopen(sys.argv[1], context=ssl._create_unverified_context())
""",
    "python-global.py": """
import ssl, sys, urllib.request
ssl._create_default_https_context = ssl._create_unverified_context
urllib.request.urlopen(sys.argv[1])
""",
    "python-httpx.py": """
import sys, httpx
httpx.get(sys.argv[1], verify=False)
""",
    "ruby-bare-context.rb": """
require "openssl"; require "socket"; require "uri"
uri = URI(ARGV[0])
context = OpenSSL::SSL::SSLContext.new
context.verify_mode = OpenSSL::SSL::VERIFY_NONE
socket = OpenSSL::SSL::SSLSocket.new(TCPSocket.new(uri.host, uri.port), context)
socket.hostname = uri.host
socket.connect
""",
    "ruby-http.rb": """
require "net/http"
uri = URI(ARGV[0])
http = Net::HTTP.new(uri.host, uri.port)
http.use_ssl = true
http.verify_mode = OpenSSL::SSL::VERIFY_NONE
http.get("/")
""",
    "php-curl.php": """<?php
$ch = curl_init($argv[1]);
curl_setopt($ch, CURLOPT_RETURNTRANSFER, true);
curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, false);
exit(curl_exec($ch) === false ? 1 : 0);
""",
    "php-stream.php": """<?php
$context = stream_context_create(["ssl" => ["verify_peer" => false]]);
exit(@file_get_contents($argv[1], false, $context) === false ? 1 : 0);
""",
    "node.js": """
const https = require('https');
https.get(process.argv[2], { rejectUnauthorized: false }, () => process.exit(0)).on('error', () => process.exit(1));
""",
    "node-environment.js": """
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
require('https').get(process.argv[2], () => process.exit(0)).on('error', () => process.exit(1));
""",
    "perl.pl": """
use IO::Socket::SSL;
my ($host, $port) = $ARGV[0] =~ m{//([^:]+):(\\d+)};
my $s = IO::Socket::SSL->new(PeerHost => $host, PeerPort => $port, SSL_verify_mode => SSL_VERIFY_NONE);
exit($s ? 0 : 1);
""",
    "java-own-manager.java": """
import javax.net.ssl.*; import java.security.cert.X509Certificate; import java.net.*;
class Pay {
    static class Trusting implements X509TrustManager {
        public void checkClientTrusted(X509Certificate[] c, String a) { }
        public void checkServerTrusted(X509Certificate[] c, String a) { }
        public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
    }
    public static void main(String[] args) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] { new Trusting() }, new java.security.SecureRandom());
        HttpsURLConnection c = (HttpsURLConnection) new URL(args[0]).openConnection();
        c.setSSLSocketFactory(context.getSocketFactory());
        c.getResponseCode();
    }
}
""",
    "curl.sh": """
curl -sSk -o /dev/null "$1"
""",
    "curl-in-a-variable.sh": """
OPTIONS="-k -sS"
curl $OPTIONS -o /dev/null "$1"
""",
    "wget.sh": """
wget -q -O /dev/null \\
  --no-check-certificate \\
  "$1"
""",
}
JAVA = ("java", "{file}", "{url}")
JAVA_STORE = (
    "java",
    "-Djavax.net.ssl.trustStore={ca}.p12",
    "-Djavax.net.ssl.trustStorePassword=changeit",
    "{file}",
    "{url}",
)
COMMANDS = {".java": JAVA, ".py": PYTHON, ".rb": RUBY, ".php": PHP, ".js": NODE, ".sh": SHELL, ".pl": PERL}
WITH_STORE = {"php": PHP_STORE, "java": JAVA_STORE, "wget": None}
"""Debian's wget is told its store by its build alone: that it refuses the server must do."""
VARIABLES = ("SSL_CERT_FILE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


class _Quiet(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[tuple[str, Path]]:
    """The address of an HTTPS server, and the file with its root, which no store has."""
    folder = tmp_path_factory.mktemp("server")
    root = pki.root("A root of nobody")
    certificate, key = write(pki.leaf(root, ["127.0.0.1"]), folder)
    ca = folder / "ca.pem"
    ca.write_text(root.pem)
    keytool = ("keytool", "-importcert", "-noprompt", "-alias", "ca", "-storetype", "PKCS12", "-storepass", "changeit")
    if shutil.which("keytool"):
        subprocess.run([*keytool, "-file", str(ca), "-keystore", f"{ca}.p12"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that refuses the certificate is what the tests want."""

        def get_request(self):
            raw, address = super().get_request()
            return context.wrap_socket(raw, server_side=True, do_handshake_on_connect=False), address

    with Server(("127.0.0.1", 0), _Quiet) as https:
        thread = threading.Thread(target=https.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{https.server_port}/", ca
        https.shutdown()
        thread.join()


def accepts(file: Path, server: tuple[str, Path], *, store: bool = False) -> bool:
    url, ca = server
    command = COMMANDS[file.suffix]
    if store:
        command = WITH_STORE.get(file.stem.partition("-")[0], command)
    words = [word.format(file=file, url=url, ca=ca) for word in command]
    if not shutil.which(words[0]):
        pytest.skip(f"{words[0]} is not installed")
    environment = {"PATH": os.environ["PATH"], "HOME": str(file.parent), "NO_PROXY": "127.0.0.1"}
    if store:
        environment |= dict.fromkeys(VARIABLES, str(ca))
    return subprocess.run(words, check=False, env=environment, capture_output=True, timeout=60).returncode == 0


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_program_verifies_by_the_systems_store_once_the_edit_is_made(name, server, tmp_path):
    file = tmp_path / name
    file.write_text(PROGRAMS[name])
    assert accepts(file, server), "before the edit it takes every server"
    evidence = scan(ScanRequest((str(file),), (WECHATPAY,), jobs=1, include_tests=True))
    about = case(*evidence)
    found = [finding for finding in findings_of(about) if finding.rule == "WXC202"]
    assert found
    lines = file.read_text().split("\n")
    for edit in sorted({e for f in found for e in plan(f, about)[0].edits}, key=lambda e: -e.first):
        assert "\n".join(lines[edit.first - 1 : edit.last]) == edit.replaced
        lines[edit.first - 1 : edit.last] = edit.replacement.split("\n") if edit.replacement else []
    file.write_text("\n".join(lines))
    assert not accepts(file, server), file.read_text()
    if WITH_STORE.get(name.partition(".")[0].partition("-")[0], True):
        assert accepts(file, server, store=True), file.read_text()
    again = scan(ScanRequest((str(file),), (WECHATPAY,), jobs=1, include_tests=True))
    left = [finding for finding in findings_of(case(*again)) if finding.rule == "WXC202"]
    assert len(left) == (1 if file.suffix == ".java" else 0)  # the trusting class stays, and nothing uses it
