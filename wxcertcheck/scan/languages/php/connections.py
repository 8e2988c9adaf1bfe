"""PHP's clients of databases, directories, queues and mail: where they take a CA file, and how they switch verification off.

Sources: the manual's pages on mysqli, PDO_MYSQL, LDAP, IMAP and MongoDB\\Driver\\Manager, php-rdkafka, php-mqtt, mosquitto-php.
"""

from collections.abc import Iterator

from wxcertcheck.model import PinKind, Purpose
from wxcertcheck.scan.embedded import CONNECTION_WORDS, connection_string, string_off
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.languages.php.options import OFF, ON, given, path, switch
from wxcertcheck.scan.matchers import any_of
from wxcertcheck.scan.values import Kind

DATABASE_CA = (
    "MYSQL_ATTR_SSL_CA",
    "MYSQL_ATTR_SSL_CAPATH",
    "ATTR_SSL_CA",
    "ATTR_SSL_CAPATH",
    "ssl_ca",
    "sslrootcert",
    "ssl_capath",
    "tlsCAFile",
)
_VERIFIED = ("MYSQL_ATTR_SSL_VERIFY_SERVER_CERT", "ATTR_SSL_VERIFY_SERVER_CERT", "MYSQLI_OPT_SSL_VERIFY_SERVER_CERT")
_ALLOWED = (
    "tlsAllowInvalidCertificates",
    "tlsAllowInvalidHostnames",
    "tlsInsecure",
    "weak_cert_validation",
    "TrustServerCertificate",
)


def _p(code: str) -> str:
    return "<?php\n" + code


def _mysqli(hit: Hit) -> Iterator[Find]:
    """``mysqli_ssl_set($link, key, cert, ca, capath, cipher)``; as a method one argument less."""
    call = hit.call()
    if call is None or call.name not in ("ssl_set", "mysqli_ssl_set"):
        return
    first = 3 if call.name == "mysqli_ssl_set" else 2
    for node in (call.nth(first), call.nth(first + 1)):
        if node is not None:
            yield Find(PinKind.TRUST, call.node, hit.value(node), purpose=Purpose.DATABASE)
            return


def _unverified_flag(hit: Hit) -> Iterator[Find]:
    """``MYSQLI_CLIENT_SSL_DONT_VERIFY_SERVER_CERT`` among the flags, not asked for with ``defined``."""
    call = hit.call_around()
    if call is None or call.name not in ("defined", "define", "constant"):
        yield Find(PinKind.VERIFICATION_OFF, hit.source.statement_around(hit.node), purpose=Purpose.DATABASE)


def _ldap(hit: Hit) -> Iterator[Find]:
    """``ldap_set_option($c, LDAP_OPT_X_TLS_REQUIRE_CERT, LDAP_OPT_X_TLS_NEVER)``; also as keys of an array of options."""
    setting = hit.setting()
    call = hit.call_around()
    if setting is None or setting.value is None or not given(hit, setting) or (call and call.name == "ldap_get_option"):
        return
    value = hit.value(setting.value)
    if "REQUIRE_CERT" in hit.name:
        off = frozenset({"LDAP_OPT_X_TLS_NEVER", "LDAP_OPT_X_TLS_ALLOW", "0"})
        yield Find(PinKind.VERIFICATION_OFF, setting.node, value, off=off, purpose=Purpose.LDAP)
    elif value.kind is not Kind.NUMBER:
        yield Find(PinKind.TRUST, setting.node, value, purpose=Purpose.LDAP)


def _kafka(hit: Hit, setting: Setting) -> bool:
    """``$conf->set('ssl.ca.location', …)`` or a key of an array of options."""
    return setting.form != "option" or given(hit, setting)


CONNECTIONS = (
    Pattern(
        slug="database-ca",
        words=(*DATABASE_CA, "ssl_set"),
        match=any_of(path(*DATABASE_CA, purpose=Purpose.DATABASE), _mysqli),
        bad=(
            _p("new PDO($d, $u, $p, [PDO::MYSQL_ATTR_SSL_CA => '/opt/db.pem']);"),
            _p("mysqli_ssl_set($link, null, null, '/opt/db.pem', null, null);"),
            _p("$client = new MongoDB\\Client($uri, ['tlsCAFile' => '/opt/db.pem']);"),
        ),
        good=(_p("new PDO($d, $u, $p, []); // MYSQL_ATTR_SSL_CA"), _p("class O { const SSL_CA = 'ssl_ca'; }")),
    ),
    Pattern(
        slug="mongodb-driver-ca",
        words=("'ca_file'", '"ca_file"'),
        beside=("Mongo",),
        match=path("ca_file", purpose=Purpose.DATABASE),
        bad=(_p("new MongoDB\\Client($uri, [], ['ca_file' => '/opt/db.pem']);"),),
        good=(_p("new MongoDB\\Client($uri, [], ['ca_file' => null]);"),),
        source="https://www.php.net/manual/en/mongodb-driver-manager.construct.php",
    ),
    Pattern(
        slug="database-verify-off",
        words=(*_VERIFIED, *_ALLOWED, "MYSQLI_CLIENT_SSL_DONT_VERIFY_SERVER_CERT"),
        match=any_of(
            switch(*_VERIFIED, off=OFF, purpose=Purpose.DATABASE),
            switch(*_ALLOWED, off=ON, purpose=Purpose.DATABASE),
            lambda hit: _unverified_flag(hit) if hit.name == "MYSQLI_CLIENT_SSL_DONT_VERIFY_SERVER_CERT" else (),
        ),
        bad=(
            _p("$o = [PDO::MYSQL_ATTR_SSL_VERIFY_SERVER_CERT => false];"),
            _p("mysqli_real_connect($c, $h, $u, $p, $d, 0, null, MYSQLI_CLIENT_SSL_DONT_VERIFY_SERVER_CERT);"),
            _p("new MongoDB\\Client($uri, ['tlsAllowInvalidCertificates' => true]);"),
            _p("sqlsrv_connect($h, ['Encrypt' => true, 'TrustServerCertificate' => true]);"),
        ),
        good=(
            _p("$o = [PDO::MYSQL_ATTR_SSL_VERIFY_SERVER_CERT => true];"),
            _p("if (defined('MYSQLI_CLIENT_SSL_DONT_VERIFY_SERVER_CERT')) {}"),
            _p("new MongoDB\\Client($uri, ['tlsAllowInvalidCertificates' => false]);"),
        ),
    ),
    Pattern(
        slug="connection-string",
        words=CONNECTION_WORDS,
        match=connection_string,
        bad=(
            _p("pg_connect('host=db sslmode=verify-full sslrootcert=/opt/db.pem');"),
            _p("$u = 'mongodb://db/?tls=true&tlsInsecure=true';"),
        ),
        good=(
            _p("pg_connect('host=db sslmode=require');"),
            _p("$u = 'mongodb://db/?tls=true&tlsInsecure=false';"),
        ),
    ),
    Pattern(
        slug="ldap",
        words=("LDAP_OPT_X_TLS_CACERT", "LDAP_OPT_X_TLS_REQUIRE_CERT", "LDAPTLS_REQCERT="),
        match=any_of(_ldap, string_off(r"\bLDAPTLS_REQCERT=(?:never|allow)\b", purpose=Purpose.LDAP)),
        bad=(
            _p("ldap_set_option(null, LDAP_OPT_X_TLS_CACERTFILE, '/opt/ldap.pem');"),
            _p("ldap_set_option(null, LDAP_OPT_X_TLS_REQUIRE_CERT, LDAP_OPT_X_TLS_NEVER);"),
            _p("putenv('LDAPTLS_REQCERT=never');"),
        ),
        good=(
            _p("ldap_set_option(null, LDAP_OPT_X_TLS_REQUIRE_CERT, LDAP_OPT_X_TLS_DEMAND);"),
            _p("ldap_get_option(null, LDAP_OPT_X_TLS_CACERTFILE, $file);"),
        ),
    ),
    Pattern(
        slug="mail-verify-off",
        words=("novalidate-cert",),
        match=string_off(r"/novalidate-cert\b", purpose=Purpose.MAIL),
        bad=(_p("$m = imap_open('{mail:993/imap/ssl/novalidate-cert}INBOX', $u, $p);"),),
        good=(_p("$m = imap_open('{mail:993/imap/ssl}INBOX', $u, $p); // novalidate-cert"),),
        source="https://www.php.net/manual/en/function.imap-open.php",
    ),
    Pattern(
        slug="queue",
        words=("ssl.ca.location", "enable.ssl.certificate.verification"),
        match=any_of(
            path("ssl.ca.location", when=_kafka, purpose=Purpose.QUEUE),
            switch("enable.ssl.certificate.verification", off=OFF, when=_kafka, purpose=Purpose.QUEUE),
        ),
        bad=(
            _p("$conf->set('ssl.ca.location', '/opt/queue.pem');"),
            _p("$conf->set('enable.ssl.certificate.verification', 'false');"),
        ),
        good=(_p("$conf->set('ssl.key.location', '/opt/key.pem'); // ssl.ca.location"),),
    ),
)
