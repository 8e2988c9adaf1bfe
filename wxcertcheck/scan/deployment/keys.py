"""Keys of configuration files that name CAs or switch verification off, whatever program reads them."""

import re
from collections.abc import Iterator

from wxcertcheck.model import PinKind, Purpose
from wxcertcheck.scan.deployment.values import RAILS_VALUE, VALUE, is_named
from wxcertcheck.scan.deployment.variables import REPLACING, TOOLS
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.matchers import any_of
from wxcertcheck.scan.telling import means_ca, switched_off_by
from wxcertcheck.scan.text_format import TextHit, context_trusts, line_decided, line_off, line_trusts, parents

CA_FILE = r"""(?P<value>"[^"\n]+\.(?:pem|crt|cer|der|jks|p12|pfx|bks|bundle|ca)"|'[^'\n]+\.(?:pem|crt|cer|der|jks|p12|pfx|bks|bundle)'|[^\s"',;{}]+\.(?:pem|crt|cer|der|jks|p12|pfx|bks|bundle|keystore|truststore))["']?"""
_CA_KEYS = (
    "ca_bundle_path", "ca_bundle", "ca-bundle", "caBundle", "ca_file", "ca-file", "caFile", "cafile", "ca_path", "caPath", "ca-path",
    "ca_cert", "ca-cert", "caCert", "ca_certs", "cacert", "CA_FILE", "CA_PATH", "CA_CERT", "CA_BUNDLE", "CA_CERTS",
    "rootca_path", "rootCaPath", "root_ca_path", "root-ca-path", "certificate_authorit", "certificateAuthorit", "CERTIFICATEAUTHORIT", "CERTIFICATE_AUTHORIT", "certificate-authorit",
    "CaFile", "TLSCAFILE", "SSLCAFILE", "TLS_CA", "SSL_CA", "CaPath", "CaCert", "CACert", "elasticsearch.ssl.ca", "CAFile", "caFilePath", "httpsCaFilePath", "ca_certificate", "caCertificate",
)  # fmt: skip
_OWN_PATTERN = frozenset((*REPLACING, *TOOLS, "NODE_EXTRA_CA_CERTS", "sslcacert", "CAfile", "CApath"))
"""Variables that look like such keys and have a pattern of their own."""
_DATABASE_KEYS = ("ssl-ca", "ssl_ca", "sslrootcert", "sslca", "SSL_CA", "sslRootCert", "tlsCAFile")
_STORES = ("trust-store", "trustStore", "truststore", "TRUSTSTORE", "TRUST_STORE", "trust_store")
_SWITCHES = ("verify_ssl", "ssl_verify", "validate_certs", "rejectUnauthorized", "reject_unauthorized", "insecure_skip_verify",
             "insecureSkipVerify", "insecure-skip-tls-verify", "insecure-skip-verify", "verify_peer", "verify-ssl", "ssl-verify",
             "verify_mode", "SSL_VERIFY_MODE", "enableStrictSsl", "_REJECT_UNAUTHORIZED", "enable.ssl.certificate.verification", "SSL_VERIFY", "TLS_VERIFY", "VERIFY_SSL", "VERIFY_TLS",
             "VERIFY_CERT", "VERIFY_PEER", "SKIP_VERIFY", "_VERIFICATION", "SKIP_SSL", "SKIP_TLS", "SKIP_CERT", "TLS_INSECURE",
             "SSL_INSECURE", "tlsSkipVerify", "skip_tls_verify", "skipTLSVerify", "skip_ssl_validation", "skipverify",
             "tlsAllowInvalidCertificates", "tlsInsecure")  # fmt: skip

_NAMED_CA = (
    "CA_CERT", "CA_BUNDLE", "ca_cert", "ca_bundle",
    "CaFile", "TLSCAFILE", "SSLCAFILE", "TLS_CA", "SSL_CA", "CaPath", "CaCert", "CaBundle", "CAFile", "CAPath", "caFile", "caPath", "ssl_ca", "tls_ca", "ssl-ca", "tls-ca", "ssl.ca", "tls.ca",
    "SSL_CA", "TLS_CA", "ROOT_CA", "root_ca", "rootCa", "rootCA", "root-ca", "trusted_cert", "trustedCert", "trusted-cert", "rootCert", "sslRootCert",
    "ca_certs", "caCerts", "ca_location", "CA_LOCATION", "SSLROOTCERT", "SSL_ROOT_CERT", "ca_pem", "CA_PEM",
)  # fmt: skip
_NAMED_SWITCHES = (
    "SSL_VERIF", "TLS_VERIF", "VERIFY_SSL", "VERIFY_TLS", "VERIFY_CERT", "VERIFY_HOST", "IGNORE_SSL", "IGNORE_CERT", "IGNORE_TLS", "ALLOW_SELF_SIGNED",
    "ACCEPT_SELF_SIGNED", "TRUST_ALL", "ACCEPT_INVALID", "ALLOW_INVALID", "ALLOW_INSECURE", "INSECURE_SSL", "INSECURE_TLS", "STRICT_SSL", "SSL_VALIDAT",
    "VALIDATE_CERT", "VALIDATE_SSL", "ignore_ssl", "ignoreSsl", "ignoreSSL", "ignore-ssl", "ignore_cert", "ignoreCert", "verifySsl", "verifySSL",
    "sslVerif", "tlsVerif", "ssl_verif", "tls_verif", "ssl-verif", "tls-verif", "verify_tls", "verifyTls", "verifyTLS", "verify-tls", "verify_cert",
    "verifyCert", "verify-cert", "validateCert", "validate_cert", "validate-cert", "validateSsl", "allowSelfSigned", "allow_self_signed",
    "allow-self-signed", "acceptSelfSigned", "accept_self_signed", "trustAll", "trust_all", "trust-all", "strictSsl", "strictSSL", "strict_ssl",
    "skip_ssl", "skip_tls", "skipSsl", "skipTls", "insecureSsl", "insecure_ssl", "insecureTls", "tls_insecure", "ssl_insecure", "allowInvalid",
)  # fmt: skip
_PLAIN_SWITCH = r"(?<![\w.\-{$])(?P<key>[A-Za-z][\w.\-]*)[\"']?\s*[=:]\s*[\"']?(?P<value>true|false|yes|no|on|off|0|1|True|False|TRUE|FALSE)[\"']?\s*,?\s*$"
_PLAIN_CA = r"(?<![\w.\-{$])(?P<key>[A-Za-z][\w.\-]*)[\"']?\s*[=:]\s*"
_A_VARIABLE = r"""["']?(?P<value>\$\{[^{}\n]*(?:#\{null\})?\}(?:["'][^"'\n]*)?)["']?\s*,?\s*$"""
"""A variable: ``${CA}``, HOCON's ``${?CA}`` and ``${folder}"/ca.jks"``, Spring's ``${CA:#{null}}``."""
_ON = frozenset({"true", "yes", "on", "1"})


def _is_named_ca(hit: TextHit, found: re.Match[str]) -> bool:
    """A client's key with a telling name that no pattern of its own has."""
    key = found["key"]
    return not _KNOWN_CA.fullmatch(key) and means_ca(_last(key)) and _is_clients(hit, key) and _tells_of_tls(hit, key)


def _is_named_variable(hit: TextHit, found: re.Match[str]) -> bool:
    """The same for a key that a variable decides."""
    key = found["key"]
    return (
        not _KNOWN_VARIABLE.fullmatch(key)
        and means_ca(_last(key))
        and _is_clients(hit, key)
        and _tells_of_tls(hit, key)
    )


_KNOWN_VARIABLE = re.compile(
    r"(?i).*ssl[._]ca[._]location|(?:.*[._\-])?(?:ca(?:_?certs?)?[_\-]?(?:file|path)|certificate[_\-]?authorities|ssl[_\-]?ca|sslrootcert|.*trust[_\-]?store.*)"
)
_KNOWN_CA = re.compile(
    r"(?i).*ssl[._]ca[._]location|(?:.*[._\-])?(?:https)?(?:ca(?:[_\-]?(?:bundle|file|path|cert(?:ificate)?s?|info))+|root[_\-]?ca(?:[_\-]?(?:path|file|certs?))+"
    r"|certificate[_\-]?authorit(?:y|ies)|ssl[_\-]?ca|sslrootcert|trust[_\-]?store.*)"
)
"""Keys of the other patterns here."""


def _last(key: str) -> str:
    """The last names of a dotted key, as many as make sense of it: ``wx.ssl.ca`` -> ssl.ca."""
    return ".".join(key.split(".")[-2:])


def _tells_of_tls(hit: TextHit, key: str) -> bool:
    """``rootCert`` alone is often a message signature's."""
    return re.search(r"(?i)root_?-?cert", key) is None or re.search(r"(?i)ssl|tls|pg|postgres", key) is not None


def _is_named_switch(hit: TextHit, found: re.Match[str]) -> bool:
    key = found["key"]
    told = "VERIFY_HOST" if key.endswith("_VERIFY_HOST") else _last(key)
    off = switched_off_by(told.replace("OPENSSL", "SSL").replace("openssl", "ssl"))
    plain = "true" if found["value"].lower() in _ON else "false"
    if _OF_AN_API.search(f"{parents(hit)}."):
        return False
    return (
        off == plain
        and not is_server_key(key)
        and not is_server_key(_path_of(hit, key))
        and not _KNOWN_SWITCH.fullmatch(key)
    )


_ENTRY = re.compile(
    r"\s*-?\s*name:[ \t]*[\"']?(?P<key>[A-Za-z][\w.\-]*)[\"']?[ \t]*\r?\n[ \t]*value:[ \t]*[\"']?(?P<value>true|false|yes|no|0|1)[\"']?[ \t]*(?:\r?\n|\Z)",
    re.IGNORECASE,
)


def _kubernetes_switch(hit: Hit) -> Iterator[Find]:
    """``name: DB_VERIFY_HOST`` and on the next line ``value: "false"``."""
    assert isinstance(hit, TextHit)  # noqa: S101 - text formats give nothing else
    found = _ENTRY.match(hit.clean[hit.line_start : hit.line_start + 400].decode("utf-8", "replace"))
    if found and _is_named_switch(hit, found):
        yield Find(PinKind.VERIFICATION_OFF, hit.span(found.start("key"), found.end("key")))


_OF_AN_API = re.compile(r"(?:^|\.)(?:properties|examples?|schema|paths|components)\.")
"""Where a description of an API tells of its fields."""
_KNOWN_SWITCH = re.compile(
    r"verify[_\-]ssl|ssl[_\-]verify|validate_certs|rejectUnauthorized|reject_unauthorized|verify_peer|insecure[_\-]skip[_\-](?:tls[_\-])?verify"
    r"|insecureSkipVerify|(?:[A-Z0-9]+_)*(?:(?:SSL|TLS)_VERIFY(?:_PEER|_HOST|_CERTS?)?|VERIFY_(?:SSL|TLS|CERTS?|PEER))"
    r"|(?:[A-Z0-9]+_)*(?:(?:SKIP|DISABLE)_(?:(?:SSL|TLS|CERT)_)?VERIF(?:Y|ICATION)|(?:TLS|SSL)_SKIP_VERIFY(?:_INSECURE)?|(?:TLS|SSL)_INSECURE)"
    r"|tlsSkipVerify|skip_?tls_?verify|skipTLSVerify|skip_ssl_validation|(?:insecure)?skipverify|tlsAllowInvalidCertificates|tlsInsecure|enableStrictSsl"
)
"""Switches of the other patterns here."""

_STORE_KEY = r"(?<![\w.\-{])(?P<key>[\w.\-]*(?i:trust[_\-]?store)(?i:[._\-]?(?:location|path|file|resource|url))?)[\"']?\s*[=:]\s*"
_KAFKA_KEY = r"(?<![\w.\-{])(?P<key>[\w.\-]*(?i:kafka)[\w.\-]*(?i:trust[_\-]?store)[._\-]?(?i:location|path|file)?)[\"']?\s*[=:]\s*"


def _is_kafka_client(hit: TextHit, found: re.Match[str]) -> bool:
    """Not the stores of a broker's listeners and of Confluent's metadata server: they hold the CAs of their clients."""
    return re.match(r"KAFKA_(?:LISTENER_NAME|CONFLUENT_METADATA_SERVER)_", found["key"]) is None


def _is_own_store(hit: TextHit, found: re.Match[str]) -> bool:
    """Not a server's, Kafka's (a pattern of its own) or the JVM's (another one)."""
    key = f"{parents(hit)}.{found['key']}".lstrip(".")
    return not is_server_key(key) and "KAFKA" not in found["key"].upper() and "javax.net.ssl" not in key


KEYS = (
    Pattern(
        slug="trust-store-key",
        words=_STORES,
        match=any_of(
            line_trusts(_STORE_KEY + CA_FILE, when=_is_own_store),
            line_trusts(_STORE_KEY + _A_VARIABLE, when=_is_own_store),
            line_trusts(_KAFKA_KEY + CA_FILE, purpose=Purpose.QUEUE, when=_is_kafka_client),
            line_trusts(_KAFKA_KEY + _A_VARIABLE, purpose=Purpose.QUEUE, when=_is_kafka_client),
            context_trusts(
                r"(?i:trust[_\-]?store)\s*[=:]?\s*\{[^{}]*?\b(?:path|location|file|resource)\s*[=:]\s*[\"']?(?P<value>[^\s\"'\n}]+)"
            ),
            context_trusts(
                r"(?i:trust-?store):\s*\n(?:\s+[\w\-]+:[^\n]*\n)*?\s+(?:location|path|file|certificate|url):\s*(?P<value>[^\s\n]+)"
            ),
        ),
        bad=(
            "coap.trust-store-location=classpath://trustStore.jks",
            'truststore {\n  type = "jks"\n  path = "classpath:wx.jks"\n}',
            "http.client.ssl.trust-store: classpath:wx.p12",
            "wx:\n  pay:\n    trust-store: ${WX_STORE:classpath:wx.jks}",
            "  trustStoreFile: ${SEARCH_STORE:#{null}}",
            "wx.kafka.ssl.truststore.location = ${?KAFKA_STORE}",
            'trust-store = ${wx.folder}"/wx.jks"',
        ),
        good=(
            "coap.trust-store-password=x",
            "server.ssl.trust-store=clients.jks",
            "server:\n  ssl:\n    client-auth: need\n    trust-store: classpath:clients.jks",
            "keystore {\n  path = a.jks\n}",
            "KAFKA_LISTENER_NAME_INTERNAL_SSL_TRUSTSTORE_LOCATION: /etc/kafka/broker.jks",
        ),
    ),
    Pattern(
        slug="ca-key",
        words=_CA_KEYS,
        match=any_of(
            line_trusts(
                r"(?P<key>(?:[\w.\-]*[._\-])?(?:https)?(?<!tls)(?i:ca(?:[_\-]?(?:bundle|file|path|cert(?:ificate)?s?|info))+"
                r"|root[_\-]?ca(?:[_\-]?(?:path|file|certs?))+|certificate[_\-]?authorit(?:y|ies)))[\"']?\s*[=:]\s*"
                + CA_FILE,
                when=lambda hit, found: _is_clients(hit, found["key"]),
            ),
            line_trusts(
                r"(?P<key>(?<![\w.\-])[\w.\-]*elasticsearch\.ssl\.ca)[\"']?\s*[=:]\s*" + CA_FILE,
                when=lambda hit, found: _is_clients(hit, found["key"]),
            ),
            line_trusts(
                r"(?P<key>(?:[\w.\-]*[._\-])?(?i:ca(?:_?certs?)?[_\-]?(?:file|path)|certificate[_\-]?authorities))[\"']?\s*[=:]\s*"
                + _A_VARIABLE,
                when=lambda hit, found: _is_clients(hit, found["key"]),
            ),
            line_trusts(
                r"^\s*(?:-\s+)?[\"']?(?P<key>ca(?:_?certs?)?_?(?:file|path))[\"']?\s*[=:]\s*[\"']?(?P<value>\{\{[^{}\n]*\}\})[\"']?\s*$",
                when=lambda hit, found: _is_clients(hit, found["key"]),
            ),
            context_trusts(
                r"(?:CA_(?:FILE|PATH|CERTS?|BUNDLE)(?:_FILE|_PATH)?|(?:TLS|SSL)_?CA_?(?:FILE|CERT|PATH)?)[\"']?[ \t]*\r?\n[ \t]*value:[ \t]*"
                + CA_FILE
            ),
            context_trusts(
                r"(?:CA_(?:FILE|PATH|CERTS?|BUNDLE)(?:_FILE|_PATH)?|(?:TLS|SSL)_?CA_?(?:FILE|CERT|PATH)?|CERTIFICATE_?AUTHORITIES)[\"']?[ \t]*\r?\n[ \t]*value:[ \t]*"
                r"[\"']?(?P<value>(?:\{\{[^\n]*\}\}|\$\{[^\n]*\})[^\n\"']*)"
            ),
        ),
        bad=(
            "wx.ca_file=certs/rootca.pem",
            "ca_bundle_path: ../config/ca.crt",
            '"CaCertificatePath": "certs/ca.crt"',
            "ssl.certificate_authorities: /etc/ca.crt",
            "xpack.monitoring.elasticsearch.ssl.ca: /usr/share/logstash/config/ca.crt",
            "ELASTICSEARCH_SSL_CERTIFICATEAUTHORITIES=config/ca.crt",
            "- name: DB_CA_FILE\n  value: /etc/db/ca.pem",
            "certificate-authority: ca.pem",
            "ca_file: '{{LDAP_CA_FILE}}'",
            "ssl-ca-file: ${WX_CA:}",
            '- name: ELASTICSEARCH_SSL_CERTIFICATEAUTHORITIES\n  value: "{{ template "home" . }}/certs/{{ .Values.ca }}"',
        ),
        good=(
            "  - xpack.security.http.ssl.certificate_authorities=/etc/ca.crt",
            "ca_file=",
            "alipay.ca_cert_path: alipayRootCert.crt",
            "location: ca",
            "ssl_options.cacertfile = /etc/rabbitmq/ca.pem",
            "server.ssl.ca-file: ${CLIENTS_CA}",
            "vault_ca_file: '{{ ca_of_the_role }}'",
        ),
    ),
    Pattern(
        slug="database-ca-key",
        words=_DATABASE_KEYS,
        match=line_trusts(
            rf"(?:^|[\s?&._\-\"'])(?i:ssl[_\-]?ca|sslrootcert|tlsCAFile)[\"']?\s*[=:]\s*{RAILS_VALUE}",
            purpose=Purpose.DATABASE,
            when=lambda hit, found: not _in_server_section(hit),
        ),
        bad=(
            "ssl-ca=/etc/mysql/ca.pem",
            "sslca: <%= Rails.root.join('config', 'ca.pem') %>",
            "url=postgres://h/db?sslrootcert=ca.pem",
        ),
        good=("ssl-cert=/etc/mysql/server.pem", "[mysqld]\nport=1\nssl-ca=/etc/mysql/clients.pem"),
    ),
    Pattern(
        slug="verification-key",
        words=_SWITCHES,
        match=any_of(
            line_off(
                r"(?<![\w])(?:verify[_\-]ssl|ssl[_\-]verify|validate_certs|rejectUnauthorized|reject_unauthorized|verify_peer)[\"']?\s*[:=]\s*[\"']?(?:false|no|False)\b"
            ),
            line_off(
                r"(?<![\w])(?:insecure[_\-]skip[_\-](?:tls[_\-])?verify|insecureSkipVerify)[\"']?\s*[:=]\s*[\"']?(?:true|yes)\b"
            ),
            line_off(
                r"(?<![\w])(?::?(?:openssl_|ssl_)?verify_mode|BUNDLE_SSL_VERIFY_MODE)[\"']?\s*[:=]\s*[\"']?:?(?:none|verify_none|0)\b"
            ),
            line_off(
                r"(?<![\w])(?:[A-Z0-9]+_)*(?:(?:SSL|TLS)_VERIFY(?:_PEER|_HOST|_CERTS?)?|VERIFY_(?:SSL|TLS|CERTS?|PEER))[\"']?\s*[:=]\s*[\"']?(?i:false|no|off|0)\b(?![.\w])"
            ),
            line_off(
                r"(?<![\w])(?!VAULT_|NOMAD_)(?:[A-Z0-9]+_)*(?:(?:SKIP|DISABLE)_(?:(?:SSL|TLS|CERT)_)?VERIF(?:Y|ICATION)|(?:TLS|SSL)_SKIP_VERIFY(?:_INSECURE)?|(?:TLS|SSL)_INSECURE)[\"']?\s*[:=]\s*[\"']?(?i:true|yes|on|1)\b(?![.\w])"
            ),
            line_off(
                r"(?<![\w])(?:tlsSkipVerify|skip_?tls_?verify|skipTLSVerify|skip_ssl_validation|(?:insecure)?skipverify)[\"']?\s*[:=]\s*[\"']?true\b"
            ),
            line_off(
                r"(?<![\w])(?:tlsAllowInvalidCertificates|tlsInsecure)[\"']?\s*[:=]\s*[\"']?true\b",
                purpose=Purpose.DATABASE,  # MongoDB's; in its addresses they have a pattern of their own
                when=lambda hit, found: (
                    hit.source.language.name == "json" or re.search(r"://\S*\Z", hit.line[: found.start()]) is None
                ),
            ),
            line_decided(
                r"^\s*(?:-\s+)?[\"']?(?:verify_ssl|ssl_verify|(?:ansible_\w+_)?validate_certs|verify_certs?|insecure_?skip_?verify|insecureSkipVerify|rejectUnauthorized"
                r"|reject_unauthorized|skip_tls_verify|skipTLSVerify|skipverify|insecure-skip-tls-verify)[\"']?\s*[:=]\s*[\"']?"
                r"(?:\{\{[^{}\n]+\}\}|\$\{[^{}\n]+\})[\"']?\s*$"
            ),
            line_off(r"(?<!NODE_TLS)_REJECT_UNAUTHORIZED[\"']?\s*[:=]\s*[\"']?(?:false|0)\b"),
            line_off(r"(?<![\w])enableStrictSsl[\"']?\s*:\s*[\"']?false\b", purpose=Purpose.TOOL),
            line_off(r"\benable\.ssl\.certificate\.verification[\"']?\s*[:=]\s*[\"']?false\b", purpose=Purpose.QUEUE),
        ),
        bad=(
            "verify_ssl: false",
            "insecure_skip_verify: true",
            "WX_SSL_VERIFY=false",
            "- DISABLE_SSL_VERIFICATION=true",
            "tlsSkipVerify: true",
            "tlsAllowInvalidCertificates: true",
            "openssl_verify_mode: none",
            "DB_SSL_REJECT_UNAUTHORIZED=false",
            "enableStrictSsl: false",
            'validate_certs: "{{ es_validate_certs }}"',
            "storage:\n  s3:\n    skipverify: true",
            "        insecureskipverify: {{ $storage.swift.insecureskipverify }}",
        ),
        good=("verify_ssl: true", "server_ssl_verify=DISABLED", "es_validate_certs: '{{ validate }}'"),
    ),
    Pattern(
        slug="named-ca-key",
        words=_NAMED_CA,
        match=any_of(
            line_trusts(_PLAIN_CA + CA_FILE, when=_is_named_ca),
            line_trusts(_PLAIN_CA + _A_VARIABLE, when=_is_named_variable),
            line_trusts(
                r"^\s+(?:-\s+)?(?P<key>(?:(?:ssl|tls)_ca(?:_?certs?)?|ca_?certs?|ca_bundle|ca_?certs?_(?:file|path))(?:_file|_path)?)\s*:\s*[\"']?(?P<value>\{\{[^{}\n]*\}\})[\"']?\s*$",
                when=lambda hit, found: _is_clients(hit, found["key"]),
            ),
        ),
        bad=(
            "mqtt.tls.ca: certs/ca.pem",
            "BROKER_TLS_CA=${BROKER_CA}",
            "- LOADER_CA_CERTS=${LOADER_CA_CERTS}",
            "    ca_cert: '{{ zabbix_ca_cert | default(omit) }}'",
            "    ssl_ca_certs: '{{ mongodb_ca if use_tls else omit }}'",
            "PG_SSL_ROOT_CERT=/etc/db/root.crt",
        ),
        good=(
            "rootCert=alipayRootCert.crt",
            "tls_ca=",
            "server.ssl.tls-ca=clients.pem",
            "ssl_ca_certs: '{{ mongodb_ca }}'",
        ),
    ),
    Pattern(
        slug="named-switch",
        words=_NAMED_SWITCHES,
        match=any_of(
            line_off(_PLAIN_SWITCH, when=_is_named_switch),
            _kubernetes_switch,
            line_decided(
                r"^\s*(?:-\s+)?[\"']?(?P<key>[A-Z][A-Z0-9_]+)[\"']?\s*[=:]\s*[\"']?\$\{[^{}\n]*\}[\"']?\s*$",
                when=lambda hit, found: bool(switched_off_by(found["key"])) and not is_server_key(found["key"]),
            ),
        ),
        bad=(
            "OPENSSL_VERIFY=false",
            "pay.ignoreSslErrors: true",
            "mqtt:\n  allowSelfSigned: true",
            "HTTP_TRUST_ALL_CERTS=1",
            "- LOADER_VALIDATE_CERTS=${LOADER_VALIDATE_CERTS}",
            "- name: DB_VERIFY_HOST\n  value: 'false'",
        ),
        good=(
            "OPENSSL_VERIFY=true",
            "pay.ignoreSslErrors: false",
            "nginx.ssl_verify_client: off",
            "TRUST_ALL_PROXIES=true",
            "- name: DB_VERIFY_HOST\n  value: 'true'",
            "paths:\n  example:\n    ignore_ssl_error: true",
        ),
    ),
    Pattern(
        slug="insecure-key",
        words=("nsecure: true", "nsecure = true"),
        match=line_off(
            r"^\s*(?:-\s+)?[\"']?[iI]nsecure[\"']?\s*[:=]\s*true\b", when=lambda hit, found: _is_tls_section(hit)
        ),
        bad=("brokers:\n  tls:\n    insecure: true", "TLS:\n  insecure: true"),
        good=(
            "registry:\n  insecure: true",
            "exporters:\n  otlp:\n    tls:\n      insecure: true",
            "receivers:\n  postgresql:\n    tls:\n      insecure: true",
            "tls:\n  insecure: false",
        ),
        source="https://github.com/birdayz/kaf/tree/master/examples",
    ),
    Pattern(
        slug="queue-ca-key",
        words=("ssl.ca.location", "SslCaLocation", "SSL_CA_LOCATION"),
        match=line_trusts(
            rf"(?:ssl\.ca\.location|SslCaLocation|SSL_CA_LOCATION)[\"']?\s*[:=]\s*{VALUE}", purpose=Purpose.QUEUE
        ),
        bad=("ssl.ca.location=/etc/kafka/ca.pem", '"SslCaLocation": "certs/ca.pem"'),
        good=("ssl.ca.location=",),
        source="https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md",
    ),
)


def _is_clients(hit: TextHit, key: str) -> bool:
    """A client's key: not one of a server's, of a message signature's or of a program with a pattern of its own, nor the end of
    a path (``./DB_CA_FILE:/run/secrets/ca.pem``: a file mounted).
    """
    before = hit.line[: hit.line.find(key)]
    if re.search(r"[/}][\w.\-]*$", before):
        return False
    server = is_server_key(key) or is_server_key(_path_of(hit, key))
    return not server and key not in _OWN_PATTERN and not _is_postgres(hit, key)


def _is_tls_section(hit: TextHit) -> bool:
    """Whether the key right above is TLS's; OpenTelemetry's ``tls: insecure: true`` stands for no TLS at all."""
    above = parents(hit).lower()
    return re.search(r"(?:^|[._\-])(?:tls|ssl)(?:[_\-]?(?:config|options|settings))?$", above) is not None and (
        re.search(r"otlp|otel|opentelemetry|exporters|receivers|tracing|jaeger|tempo|grpc", above) is None
    )


_SERVER_COMMAND = re.compile(
    rb"\n[ \t]*(?:-|command:|args:)[ \t]*[\"'\[]*(?:mysqld|mariadbd|postgres)[\"']?[ \t]*,?(?:\r?\n[ \t]*-[ \t]*--[^\n]*)*\r?\n?[^\n]*\Z"
)
"""A list of a container's arguments that starts with a server's name."""


def _in_server_section(hit: TextHit) -> bool:
    """Whether the section's head before a place is MySQL's server: ``[mysqld]``."""
    if _SERVER_COMMAND.search(hit.clean[max(0, hit.offset - 600) : hit.offset]):
        return True
    head = hit.clean.rfind(b"\n[", 0, hit.offset) + 1
    return re.match(rb"\[(?:mysqld|mariadb|server)", hit.clean[head : head + 20]) is not None


def _path_of(hit: TextHit, key: str) -> str:
    """A key with those above it, in YAML: ``xpack.security.http.ssl.certificate_authorities``."""
    above = parents(hit) if hit.source.language.name == "yaml" else ""
    return f"{above}.{key}" if above else key


def _is_postgres(hit: TextHit, key: str) -> bool:
    """PostgreSQL's own ``ssl_ca_file`` lists the CAs of its clients."""
    return key == "ssl_ca_file" and (
        is_named(hit.source.path, "postgres") or re.search(r"(?i)\balter\s+system", hit.line) is not None
    )


_SERVED = re.compile(r"(?:^|\.)(?:servers|listeners|interfaces|admin)\.(?:[\w\-]+\.)*(?:tls|ssl)\.")
"""In the parts of a proxy's or a broker's file that serve: ``servers: - tls: caCertPath: …``."""


def is_server_key(key: str) -> bool:
    """Keys of a server's list of client CAs, and of message signatures (Alipay, UnionPay)."""
    lower = key.lower()
    if _SERVED.search(lower):
        return True
    return (
        lower.startswith(
            (
                "server.ssl",
                "server.",
                "management.server",
                "ssl_options.",
                "listener",
            )
        )
        or any(
            word in lower
            for word in (
                "alipay",
                "unionpay",
                "xpack.security",
                "client_ca",
                "clientca",
                "client-ca",
                "trusted-ca-file",
                "trusted_ca_file",
            )
        )
        or _SIGNATURE.search(key) is not None
    )


_SIGNATURE = re.compile(
    r"(?:^|[._\-])(?:sign|signing|signature|signer)(?=$|[._\-A-Z])|(?<=[a-z\d])(?:Sign|Signing|Signature|Signer)(?=$|[._\-A-Z])"
    r"|(?:^|[._\-])SIGN(?:ING|ATURE|ER)?(?=$|[._\-])"
)
"""``sign`` as a word of a key: not the one in ``assigned`` or ``design``."""
