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


COMMANDS = [
    "mysql -uroot -pS3CRET77 db",
    "mysqldump -h db -u root -p'S3CRET77' pay",
    "mysql --password=S3CRET77 db",
    "mysql --password S3CRET77 db",
    "mysqladmin -u root password S3CRET77",
    "curl -u user:S3CRET77 -k https://a",
    "curl --user user:S3CRET77 https://a",
    "curl -uuser:S3CRET77 https://a",
    "curl -k --proxy-user u:S3CRET77 https://a",
    "curl -U u:S3CRET77 https://a",
    "curl -H 'Authorization: Bearer S3CRET77abc' https://a",
    "curl -H 'Authorization: Basic dXNlcjpzS3CRET77' https://a",
    'curl -H "X-Api-Key: S3CRET77" -k https://a',
    "curl -H 'PRIVATE-TOKEN: S3CRET77' -k https://a",
    "curl -k -d 'password=S3CRET77&user=x' https://a",
    "curl -k https://a?token=S3CRET77",
    "curl -k 'https://a/?access_token=S3CRET77&b=1'",
    "curl -k https://user:S3CRET77@host/x",
    "curl --cert a.pem:S3CRET77 --cacert ca.pem https://a",
    "curl -E a.p12:S3CRET77 -k https://a",
    "curl --key k.pem --pass S3CRET77 --cacert ca.pem https://a",
    "curl -k --oauth2-bearer S3CRET77 https://a",
    "curl -k -b 'session=S3CRET77' https://a",
    "keytool -importcert -keystore a.jks -storepass S3CRET77 -file x",
    "keytool -import -keypass S3CRET77 -cacerts",
    "keytool -importkeystore -srcstorepass S3CRET77 -deststorepass S3CRET772 -cacerts",
    "openssl pkcs12 -in a -passin pass:S3CRET77 -passout pass:S3CRET77",
    "openssl s_client -CAfile x -pass pass:S3CRET77",
    "openssl enc -k S3CRET77 -CAfile x",
    'openssl req -passin "pass:S3CRET77"',
    "wget --http-password=S3CRET77 --no-check-certificate https://a",
    "wget --password S3CRET77 --no-check-certificate https://a",
    "wget --no-check-certificate --header='Authorization: token S3CRET77' https://a",
    "redis-cli -a S3CRET77 --cacert ca.pem",
    "redis-cli -u redis://:S3CRET77@h:6379 --insecure",
    'psql "host=h password=S3CRET77 sslrootcert=ca.pem"',
    "PGPASSWORD=S3CRET77 psql",
    "mongo -u a -p S3CRET77 --tlsInsecure",
    "mongosh --username a --password S3CRET77 --tlsAllowInvalidCertificates",
    "sshpass -p S3CRET77 ssh host curl -k https://a",
    "sshpass -pS3CRET77 scp a b",
    "ldapsearch -x -D cn=a -w S3CRET77 -H ldaps://",
    "mosquitto_pub -u a -P S3CRET77 --cafile ca.pem",
    "docker login -u a -p S3CRET77 --tls-verify=false",
    "podman login -u a --password S3CRET77 --tls-verify=false",
    "helm repo add a https://b --username x --password S3CRET77 --insecure-skip-tls-verify",
    "kubectl --token=S3CRET77 --insecure-skip-tls-verify get pods",
    "kubectl --token S3CRET77 --insecure-skip-tls-verify",
    "oc login --token=S3CRET77 --insecure-skip-tls-verify=true",
    "http --verify=no -a user:S3CRET77 https://a",
    "http --verify=no --auth user:S3CRET77 https://a",
    "echo S3CRET77 | docker login --password-stdin",
    "htpasswd -b file user S3CRET77",
    "export TOKEN=S3CRET77",
    "AWS_SECRET_ACCESS_KEY=S3CRET77 aws --no-verify-ssl s3 ls",
    "java -Djavax.net.ssl.trustStorePassword=S3CRET77 -Djavax.net.ssl.trustStore=a",
    "-Djavax.net.ssl.keyStorePassword=S3CRET77",
    "mvn -Dgpg.passphrase=S3CRET77 -Dmaven.wagon.http.ssl.insecure=true",
    "Server=db;User Id=sa;Password=S3CRET77;TrustServerCertificate=True",
    "Server=db;Uid=sa;Pwd=S3CRET77;TrustServerCertificate=True",
    "jdbc:mysql://h/db?user=a&password=S3CRET77&verifyServerCertificate=false",
    "postgres://u:S3CRET77@h/db?sslrootcert=ca.pem",
    "amqps://u:S3CRET77@h/?cacertfile=ca.pem",
    "AccountKey=S3CRET77==;EndpointSuffix=core.windows.net",
    "sqlcmd -S h -U sa -P S3CRET77 -C",
    "bcp x -U sa -PS3CRET77",
    "svn co --trust-server-cert --username a --password S3CRET77",
    "ansible-vault --vault-password S3CRET77",
    "git -c http.sslVerify=false clone https://oauth2:S3CRET77@gitlab/x",
    "git -c http.extraheader='AUTHORIZATION: bearer S3CRET77' -c http.sslVerify=false pull",
    "smbclient -U user%S3CRET77 //h",
    "net use \\\\h /user:a S3CRET77",
    "rabbitmqadmin -u a -p S3CRET77 --ssl-insecure",
    "influx -username a -password S3CRET77 -unsafeSsl",
    "vault login -tls-skip-verify S3CRET77",
    "nats pub --user a --password S3CRET77",
    "argocd login h --username a --password S3CRET77 --insecure",
    "az login -u a -p S3CRET77",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.S3CRET77abcdefghijk",
    "ENV API_V3_KEY S3CRET77",
    "password: S3CRET77",
    "  client_secret: S3CRET77",
    "apiV3Key=S3CRET77",
    "X-Auth-Token: S3CRET77",
    "Cookie: sid=S3CRET77",
    "set PASS=S3CRET77",
    "setx API_KEY S3CRET77",
    "glpat-S3CRET77abcdefghij1",
    "sk_live_S3CRET77abcdefghijkl",
    "xoxb-123456789012-S3CRET77",
]
CODE = [
    'requests.get(u, auth=("u", "S3CRET77"), verify=False)',
    'requests.get(u, headers={"Authorization": "Bearer S3CRET77"}, verify=False)',
    'requests.get(u, headers={"X-Token": "S3CRET77"}, verify=False)',
    'requests.get(u, auth=HTTPBasicAuth("u", "S3CRET77"), verify=False)',
    'requests.post(u, data={"pwd": "S3CRET77"}, verify=False)',
    'requests.get(u, cookies={"sessionid": "S3CRET77"}, verify=False)',
    'subprocess.run(["curl", "-k", "-u", "user:S3CRET77", u])',
    'os.system("mysql -uroot -pS3CRET77 --ssl-ca=ca.pem")',
    'os.system("curl -k -u user:S3CRET77 https://a")',
    'Runtime.exec("keytool -import -storepass S3CRET77 -cacerts")',
    'pymysql.connect("h", "u", "S3CRET77", "db", ssl_ca="ca.pem")',
    'pymysql.connect(host="h", user="u", passwd="S3CRET77", ssl={"ca": "x"})',
    'smtp.login("u", "S3CRET77")',
    'ldap.simple_bind_s("cn=x", "S3CRET77")',
    "curl_setopt($ch, CURLOPT_USERPWD, 'user:S3CRET77');",
    "curl_setopt($ch, CURLOPT_SSLKEYPASSWD, 'S3CRET77');",
    "curl_setopt($ch, CURLOPT_SSLCERTPASSWD, 'S3CRET77');",
    "curl_setopt($ch, CURLOPT_HTTPHEADER, ['Authorization: Bearer S3CRET77']);",
    "CURLOPT_PROXYUSERPWD => 'u:S3CRET77',",
    'curl_easy_setopt(c, CURLOPT_KEYPASSWD, "S3CRET77");',
    'keyStore.load(in, "S3CRET77".toCharArray());',
    'ks.load(fis, "S3CRET77".toCharArray())',
    'req.SetBasicAuth("u", "S3CRET77")',
    'http.basic_auth "u", "S3CRET77"',
    "client.setCredentials('u', 'S3CRET77')",
    '$ua->credentials("h:443", "realm", "u", "S3CRET77");',
    "DBI->connect($dsn, 'u', 'S3CRET77', { mysql_ssl_ca_file => 'x' });",
    'mysql.createConnection({user: "u", password: "S3CRET77", ssl: {ca}})',
    'redis.Redis(password="S3CRET77", ssl_ca_certs="x")',
    'jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.S3CRET77abcdefghijk"',
    'stripe.api_key = "sk_live_S3CRET77abcdefgh"',
    'os.environ["PASS"] = "S3CRET77"',
    'connect("mongodb://u:S3CRET77@h/?tlsCAFile=ca.pem")',
    'config.secret_key_base = "S3CRET77"',
    'v3key := "S3CRET770123456789012345678901"',
    'const mchKey = "S3CRET77"',
    'sign(params, "S3CRET77") # key',
    'Digest::MD5.hexdigest(s + "&key=S3CRET77")',
    'new X509Certificate2("a.p12", "S3CRET77", X)',
    'PKCS12.new(File.read("a"), "S3CRET77")',
    'openssl_pkcs12_read($p, $c, "S3CRET77")',
    'OpenSSL::PKey::RSA.new(pem, "S3CRET77")',
    'tls.createSecureContext({ pfx, passphrase: "S3CRET77" })',
    'ctx.load_cert_chain("c.pem", "k.pem", "S3CRET77")',
    'P12 = load_key_and_certificates(d, b"S3CRET77")',
    'credentials: new NetworkCredential("u", "S3CRET77")',
    'mqtt.username_pw_set("u", "S3CRET77")',
    'QNetworkProxy(QNetworkProxy::HttpProxy, "h", 1, "u", "S3CRET77")',
]


@pytest.mark.parametrize(("line", "in_text"), [*((c, True) for c in COMMANDS), *((c, False) for c in CODE)])
def test_a_secret_among_words_and_arguments_is_blanked(line, in_text):
    shown = without_secrets(line, in_text=in_text)
    assert "S3CRET77" not in shown
    assert "***" in shown


@pytest.mark.parametrize(
    "line",
    [
        "docker run -u 1000:1000 -p 80:80 app curl -k https://a",
        'grep -E "foo:bar" a | curl -k https://a',
        "mysql -h db -P 3306 --ssl-ca=/etc/ca.pem",
        "curl -k -o out -b cookies.txt https://a",
        "openssl s_client -CAfile ca.pem -key k.pem",
        "kubectl --insecure-skip-tls-verify get secret pay",
    ],
)
def test_words_that_are_no_secret_stay(line):
    assert without_secrets(line, in_text=True) == line


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
