"""No password, token or key of the scanned code is ever shown."""

import io
import json
import time

import pytest

from wxcertcheck.cli import run
from wxcertcheck.scan.secrets import without_secrets

LINES = [
    'requests.get(u, auth=("shop", "S3CRET"), verify="ca.pem")',
    "$c = new Client(['verify' => 'ca.pem', 'api_key' => 'S3CRET', 'x' => 1]);",
    'ctx = load("ca.jks", password="S3CRET")',
    'JAVA_OPTS="-Djavax.net.ssl.trustStore=/t.jks -Djavax.net.ssl.trustStorePassword=S3CRET"',
    'curl -k -H "X-API-KEY: S3CRET-0123" https://api.mch.weixin.qq.com/',
    "curl -k -u shop:S3CRET https://api.mch.weixin.qq.com/",
    "curl -k https://shop:S3CRET@api.mch.weixin.qq.com/",
    'curl -k -H "Authorization: Bearer S3CRET0123456789" https://api.mch.weixin.qq.com/',
    'keyStore.load(stream, "S3CRET".toCharArray());',
    'options.setTrustStorePassword("S3CRET");',
    'a = {"key": """-----BEGIN RSA PRIVATE KEY-----\nS3CRET\n-----END RSA PRIVATE KEY-----""", "ca": ca}',
    'System.setProperty("javax.net.ssl.trustStorePassword", "S3CRET");',
    "mysql --ssl-ca=/ca.pem --password S3CRET",
    '"Server=db;User Id=sa;Password=S3CRET;TrustServerCertificate=true"',
    'psycopg2.connect("host=db user=pay password=S3CRET sslrootcert=/opt/db.pem")',
    '"root:S3CRET@tcp(db:3306)/pay?tls=skip-verify"',
    'requests.get(u, auth=HTTPBasicAuth("shop", "S3CRET"), verify=False)',
    'builder.trustStore("a.jks").trustStorePassword("S3CRET")',
    'client.username_pw_set("pay", "S3CRET")',
    'new X509Certificate2("ca.p12", "S3CRET")',
    "['verify' => false, 'key' => 'S3CRET7890123456789012345678901S']",
    'password "S3CRET"',
    "ENV API_TOKEN S3CRET",
    "redis-cli -a S3CRET --cacert /ca.pem",
]


@pytest.mark.parametrize("line", LINES)
def test_a_secret_in_a_line_is_blanked(line):
    shown = without_secrets(line, in_text=True)
    assert "S3CRET" not in shown
    assert "***" in shown


@pytest.mark.parametrize(
    "line",
    [
        'requests.get(u, verify="ca.pem", timeout=3)',
        "curl_setopt($ch, CURLOPT_CAINFO, __DIR__ . '/rootca.pem');",
        "ENV SSL_CERT_FILE=/etc/wx/ca.pem",
        'ctx = load("ca.jks", password=password)',
        "tls.Config{RootCAs: roots, InsecureSkipVerify: true}",
        "certificate_authorities => ['/etc/ca.pem'], pass => $pass",
        "factory.init(keyStore); // no password is needed",
        "axios.create({ auth: true, token: token, ca })",
        "curl -k https://api.mch.weixin.qq.com/v3/pay:close",
        "$settings->setTlsCertificateAuthorityFile('/opt/mqtt/ca.pem');",
        'certificate_authority = "/etc/wx/ca.pem"',
        'dsn = "host=db password=%s sslrootcert=/opt/db.pem" % password',
        'passthru("curl --cacert /opt/ca.pem https://api.mch.weixin.qq.com")',
    ],
)
def test_other_lines_stay_as_they_are(line):
    assert without_secrets(line, in_text=False) == line


def test_the_path_of_a_certificate_authority_is_no_secret_in_configuration():
    for line in ("certificate_authorities: /etc/ca.pem", "kubectl --certificate-authority /etc/ca.pem"):
        assert without_secrets(line, in_text=True) == line
    assert "S3CRET" not in without_secrets("Authorization: S3CRET", in_text=True)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("pay.py", 'import requests\nrequests.get("https://api.mch.weixin.qq.com", auth=("shop", "S3CRET"), verify=False)\n'),
        ("pay.sh", "curl -k -u shop:S3CRET https://api.mch.weixin.qq.com/\n"),
        ("Dockerfile", 'ENV JAVA_OPTS="-Djavax.net.ssl.trustStore=/t.jks -Djavax.net.ssl.trustStorePassword=S3CRET"\n'),
    ],
)  # fmt: skip
@pytest.mark.parametrize("format_", ["json", "terminal"])
def test_no_report_shows_one(tmp_path, monkeypatch, name, code, format_):
    (tmp_path / name).write_text(code)
    printed = io.StringIO()
    monkeypatch.setattr("sys.stdout", printed)
    run(["scan", str(tmp_path), "--format", format_, "--any-host"])
    text = printed.getvalue()
    assert name in text
    assert "S3CRET" not in text
    if format_ == "json":
        assert json.loads(text)["findings"]


@pytest.mark.parametrize("piece", ["password", "setpass", 'key="', "auth(", '"a",', "a:", "\\", "mysql ", "-p "])
def test_long_lines_take_no_time(piece):
    started = time.monotonic()
    without_secrets((piece * 4_000)[:4_000], in_text=True)
    assert time.monotonic() - started < 2
