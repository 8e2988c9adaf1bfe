"""Python's clients of databases, directories and queues: where they take a CA file, and how they switch verification off.

Sources: the documentation of PyMySQL, mysql-connector, psycopg, PyMongo, redis-py, kafka-python, confluent-kafka, paho-mqtt,
grpc, python-ldap, ldap3.
"""

import re
from collections.abc import Iterator

from wxcertcheck.model import PinKind, Purpose
from wxcertcheck.scan.embedded import CONNECTION_WORDS, connection_string
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.languages.python.clients import argument, ca, opened, switch
from wxcertcheck.scan.languages.python.contexts import off_kind
from wxcertcheck.scan.languages.python.values import CALLED, GIVEN
from wxcertcheck.scan.matchers import any_of, call_trusts, decided_around, switches, trusts
from wxcertcheck.scan.values import Kind

DATABASE = ("ssl_ca", "sslrootcert", "tlsCAFile", "ssl_ca_certs", "tls_ca_file")
_DATABASE_ALLOWS = ("tlsAllowInvalidCertificates", "tlsInsecure", "tlsAllowInvalidHostnames")
QUEUE = ("ssl_cafile", "ssl.ca.location", "ssl.ca.pem", "https.ca.location", "tls_ca_certs")
_HOLDER = re.compile(r"(?i)ssl|tls|connect_args")
_OF_TLS = re.compile(r"(?i)(?:ssl|tls)\w*[\"']?\]?\[[\"']ca[\"']\]$")


def _ssl_dictionary(hit: Hit) -> Iterator[Find]:
    """``ssl={"ca": "ca.pem"}`` of MySQL drivers: only directly under a key or argument that is called ssl or tls."""
    setting, source = hit.setting(), hit.source
    if setting is None or setting.value is None or hit.name != "ca":
        return
    if setting.form == "assignment" and _OF_TLS.search(setting.target):  # ``config["ssl"]["ca"] = path``
        value = hit.value(setting.value)
        if value.kind is not Kind.NULL:
            yield Find(PinKind.TRUST, setting.node, value, purpose=Purpose.DATABASE)
    if setting.form != "pair":
        return
    holder = source.around(setting.node.parent, frozenset({"pair", "keyword_argument", "assignment"}))  # type: ignore[arg-type]  # a pair stands in a dictionary
    if holder is None or not _HOLDER.search(source.text(holder)[:40].partition("{")[0]):
        return
    value = hit.value(setting.value)
    if value.kind is not Kind.TEXT or re.search(r"[/\\]|\.(?:pem|crt|cer)$|-----BEGIN", value.text):
        yield Find(PinKind.TRUST, setting.node, value, purpose=Purpose.DATABASE)


def _queue_option(hit: Hit, setting: Setting) -> bool:
    return setting.form == "option" or argument(hit, setting)


def _queue(hit: Hit) -> Iterator[Find]:
    settings = trusts(*QUEUE, forms=("pair", "option", "assignment"), purpose=Purpose.QUEUE, when=_queue_option)
    for find in settings(hit):
        yield opened(hit, find)


def _ldap(hit: Hit) -> Iterator[Find]:
    """``ldap.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_NEVER)``; also as keys of a dictionary of options."""
    setting = hit.setting()
    if setting is None or setting.value is None or setting.form not in ("option", "pair"):
        return
    value = hit.value(setting.value)
    if hit.name.endswith("REQUIRE_CERT"):
        off = frozenset({"OPT_X_TLS_NEVER", "OPT_X_TLS_ALLOW", "0"})
        yield Find(PinKind.VERIFICATION_OFF, setting.node, value, off=off, purpose=Purpose.LDAP)
    else:
        yield Find(PinKind.TRUST, setting.node, value, purpose=Purpose.LDAP)


def _anonymous_peer(hit: Hit) -> Iterator[Find]:
    """Qpid Proton's ``domain.set_peer_authentication(SSLDomain.ANONYMOUS_PEER)``: the broker is not verified."""
    call = hit.call_around()
    if hit.name == "ANONYMOUS_PEER" and call is not None and call.name == "set_peer_authentication":
        kind = PinKind.CONFIGURABLE if decided_around(hit.source, call.node) else PinKind.VERIFICATION_OFF
        yield Find(kind, call.node, purpose=Purpose.QUEUE)


def _trusted_server(hit: Hit) -> Iterator[Find]:
    """``params["TrustServerCertificate"] = "YES"`` of ODBC's keywords."""
    setting = hit.setting()
    if (
        hit.name == "TrustServerCertificate"
        and setting is not None
        and setting.value is not None
        and argument(hit, setting)
    ):
        value, off = hit.value(setting.value), frozenset({"true", "yes", "Yes", "YES", "1"})
        yield Find(off_kind(hit, value, off), setting.node, value, off=off, purpose=Purpose.DATABASE)


PATTERNS = (
    Pattern(
        slug="database-ca",
        words=DATABASE,
        followed=GIVEN,
        match=ca(*DATABASE, purpose=Purpose.DATABASE),
        bad=('pymysql.connect(host="db", ssl_ca="rootca.pem")',),
        good=('pymysql.connect(host="db")', 'uvicorn.run(app, ssl_ca_certs="clients.pem")'),
    ),
    Pattern(
        slug="database-ssl-dictionary",
        words=('"ca":', "'ca':", '["ca"] =', "['ca'] ="),
        beside=("ssl", "tls"),
        match=_ssl_dictionary,
        bad=(
            'pymysql.connect(host="db", ssl={"ca": "rootca.pem"})',
            "DATABASES = {'default': {'OPTIONS': {'ssl': {'ca': '/opt/db/ca.pem'}}}}",
            "def connect(ssl_ca):\n    config['ssl']['ca'] = ssl_ca",
        ),
        good=(
            'languages = {"ca": "Català"}  # ssl',
            "ssl = True\nd = {'countries': {'ca': 'Canada'}}",
            "ssl = {'ca': 'Canada'}",
            "names['ssl']['ca'] = None",
        ),
    ),
    Pattern(
        slug="database-verify-off",
        words=(*_DATABASE_ALLOWS, "ssl_verify_cert", "TrustServerCertificate"),
        followed=GIVEN,
        match=any_of(
            switch(*_DATABASE_ALLOWS, off=frozenset({"true"}), purpose=Purpose.DATABASE),
            switch("ssl_verify_cert", purpose=Purpose.DATABASE),
            _trusted_server,
        ),
        bad=(
            "MongoClient(uri, tlsAllowInvalidCertificates=True)",
            "connect(host=h, ssl_verify_cert=False)",
            "if not conf['verify_ssl']:\n    params['TrustServerCertificate'] = 'YES'",
        ),
        good=("MongoClient(uri, tlsAllowInvalidCertificates=False)", "params['TrustServerCertificate'] = 'NO'"),
    ),
    Pattern(
        slug="connection-string",
        words=CONNECTION_WORDS,
        match=connection_string,
        bad=(
            'psycopg2.connect("host=db sslmode=verify-full sslrootcert=/opt/db.pem")',
            'redis.from_url("rediss://cache:6379/0?ssl_cert_reqs=none")',
            'pyodbc.connect("Driver={ODBC};Server=db;TrustServerCertificate=yes;")',
        ),
        good=(
            'psycopg2.connect("host=db sslmode=require")',
            'redis.from_url("rediss://cache:6379/0?ssl_cert_reqs=required")',
            'W = """Setting ssl_cert_reqs=CERT_NONE when connecting is not safe."""',
        ),
    ),
    Pattern(
        slug="queue-ca",
        words=QUEUE,
        followed=GIVEN,
        match=_queue,
        bad=(
            'KafkaProducer(ssl_cafile="rootca.pem")',
            "class C:\n    ca = None\n    def f(self):\n        return KafkaConsumer(self.topic, ssl_cafile=self.ca)",
        ),
        good=("KafkaProducer(bootstrap_servers=b)",),
    ),
    Pattern(
        slug="queue-verify-off",
        words=("enable.ssl.certificate.verification",),
        match=switches(
            "enable.ssl.certificate.verification",
            off=frozenset({"false", "False"}),
            forms=("pair", "option"),
            purpose=Purpose.QUEUE,
        ),
        bad=('Producer({"enable.ssl.certificate.verification": False})',),
        good=('Producer({"enable.ssl.certificate.verification": True})',),
    ),
    Pattern(
        slug="mqtt",
        words=("tls_set", "tls_insecure_set", "configureCredentials"),
        followed=CALLED,
        match=any_of(
            call_trusts("tls_set", "configureCredentials", purpose=Purpose.QUEUE),
            lambda hit: _insecure_set(hit) if hit.name == "tls_insecure_set" else (),
        ),
        bad=(
            'client.tls_set("/opt/mqtt/ca.crt")',
            "client.tls_insecure_set(True)",
            "client.configureCredentials('root-CA.crt', 'device.key', 'device.pem')  # AWS IoT",
        ),
        good=("client.tls_set()", "client.tls_insecure_set(False)", "def tls_set(self, ca_certs): pass"),
        source="https://eclipse.dev/paho/files/paho.mqtt.python/html/client.html",
    ),
    Pattern(
        slug="proton",
        words=("set_trusted_ca_db", "ANONYMOUS_PEER"),
        followed=r"(?:\(|,|\))",
        match=any_of(call_trusts("set_trusted_ca_db", purpose=Purpose.QUEUE), _anonymous_peer),
        bad=(
            "domain.set_trusted_ca_db('/etc/wx/ca.pem')",
            "domain.set_peer_authentication(SSLDomain.ANONYMOUS_PEER, None)",
            "def f(d, ca):\n    d.set_trusted_ca_db(str(ca))",
        ),
        good=(
            "def set_trusted_ca_db(self, db):\n    return 0",
            "domain.set_peer_authentication(SSLDomain.VERIFY_PEER_NAME, db)",
            "modes = (SSLDomain.ANONYMOUS_PEER, SSLDomain.VERIFY_PEER)",
        ),
        source="https://qpid.apache.org/releases/qpid-proton-0.40.0/proton/python/docs/proton.html#proton.SSLDomain",
    ),
    Pattern(
        slug="grpc-credentials",
        words=("ssl_channel_credentials",),
        followed=CALLED,
        match=call_trusts("ssl_channel_credentials"),
        bad=('c = grpc.ssl_channel_credentials(open("roots.pem", "rb").read())',),
        good=("c = grpc.ssl_channel_credentials()", "c = grpc.ssl_channel_credentials(None, key, cert)"),
        source="https://grpc.github.io/grpc/python/grpc.html#grpc.ssl_channel_credentials",
    ),
    Pattern(
        slug="ldap",
        words=("OPT_X_TLS_CACERT", "OPT_X_TLS_REQUIRE_CERT"),
        match=_ldap,
        bad=(
            'ldap.set_option(ldap.OPT_X_TLS_CACERTFILE, "/opt/ldap.pem")',
            "ldap.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_NEVER)",
        ),
        good=(
            "ldap.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND)",
            "ldap.get_option(ldap.OPT_X_TLS_CACERTFILE)",
        ),
    ),
    Pattern(
        slug="ldap3",
        words=("validate=ssl.CERT_NONE", "validate=CERT_NONE", "ca_certs_file"),
        match=any_of(
            switches("validate", off=frozenset({"CERT_NONE"}), forms=("pair",), purpose=Purpose.LDAP),
            trusts("ca_certs_file", forms=("pair",), purpose=Purpose.LDAP, when=argument),
        ),
        bad=('tls = Tls(ca_certs_file="/opt/ldap.pem")', "tls = Tls(validate=ssl.CERT_NONE)"),
        good=("tls = Tls(validate=ssl.CERT_REQUIRED)",),
    ),
)


def _insecure_set(hit: Hit) -> Iterator[Find]:
    """paho's ``tls_insecure_set(True)``: the name is no longer compared."""
    call = hit.call()
    if call is not None and call.name == "tls_insecure_set" and call.nth(0) is not None:
        value = hit.value(call.nth(0))
        off = frozenset({"true", "1"})
        yield Find(off_kind(hit, value, off), call.node, value, off=off, purpose=Purpose.QUEUE)
