"""Patterns of configuration and deployment text that many formats share: variables, JVM options, command lines, keys.

Sources: curl(1), wget(1), git-config(1), npm config, pip, OpenSSL's SSL_CERT_FILE, Node's CLI, JSSE, Spring Boot's
``trust-store`` keys, librdkafka's CONFIGURATION.md, Android's network security configuration.
"""

import re

from wxcertcheck.model import PinMode, Purpose
from wxcertcheck.scan.deployment_databases import CONNECTIONS
from wxcertcheck.scan.language import Pattern
from wxcertcheck.scan.matchers import any_of
from wxcertcheck.scan.text_format import TextHit, context_off, context_trusts, line_off, line_trusts, parents

_VALUE = r"""(?P<value>"[^"\n]*"|'[^'\n]*'|[^\s"',;&|<>]+)"""
_RAILS_VALUE = _VALUE.replace("(?P<value>", r"(?P<value><%=[^\n]*?%>|")
_IS = r"""["']?\s*(?::|=|\s)\s*"""
_REPLACING = (
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "AWS_CA_BUNDLE",
    "DENO_CERT",
    "HTTPLIB2_CA_CERTS",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
    "PERL_LWP_SSLCA_FILE",
    "HTTPSCA_FILE",
)
_TOOLS = (
    "GIT_SSL_CAINFO",
    "PIP_CERT",
    "npm_config_cafile",
    "NPM_CONFIG_CAFILE",
    "CARGO_HTTP_CAINFO",
    "HEX_CACERTS_PATH",
    "BUNDLE_SSL_CA_CERT",
    "VAULT_CACERT",
    "CONSUL_CACERT",
    "NOMAD_CACERT",
    "LDAPTLS_CACERT",
)
_OFF = ("NODE_TLS_REJECT_UNAUTHORIZED", "PYTHONHTTPSVERIFY", "PERL_LWP_SSL_VERIFY_HOSTNAME")
_TOOLS_OFF = (
    "GIT_SSL_NO_VERIFY",
    "NPM_CONFIG_STRICT_SSL",
    "npm_config_strict_ssl",
    "VAULT_SKIP_VERIFY",
    "NOMAD_SKIP_VERIFY",
    "LDAPTLS_REQCERT",
)


def _set(names: tuple[str, ...]) -> str:
    """``NAME=value``, ``NAME: value``, ``"NAME": "value"``, ``NAME value`` (Dockerfile), or Kubernetes' name and value lines."""
    return rf"(?<![\w$.{{\-])(?:{'|'.join(names)}){_IS}(?!=){_VALUE}"


_KUBERNETES_VALUE = r"[\"']?\s*[\n,]\s*[\"']?value[\"']?:\s*"
"""Between name and value of an environment variable: on lines of their own, in braces, in JSON."""


def _kubernetes(names: tuple[str, ...]) -> str:
    return rf"(?:{'|'.join(names)}){_KUBERNETES_VALUE}(?P<value>\"[^\"\n]*\"|'[^'\n]*'|[^\n,}}]+)"


_CURL_OFF = re.compile(
    r"\bcurl\b(?:[^\n|;&#]*?)\s(?:--insecure|-[afgGiIjJlLMnNOpqRsSvV0-46#:]*k[a-zA-Z]*)(?=\s|$|[\"'])"
)

COMMANDS = (
    Pattern(
        slug="curl-ca",
        words=("--cacert", "--capath"),
        match=line_trusts(
            rf"--ca(?:cert|path)(?:=|\s+){_VALUE}",
            when=lambda hit, found: _CURL_OFF.search(hit.line) is None,  # the CA file is dead beside it
        ),
        bad=("curl --cacert /etc/wx/rootca.pem https://api.mch.weixin.qq.com",),
        good=("curl https://api.mch.weixin.qq.com", "curl -k --cacert /etc/wx/rootca.pem https://a"),
    ),
    Pattern(
        slug="wget-ca",
        words=("--ca-certificate", "--ca-directory"),
        match=line_trusts(rf"--ca-(?:certificate|directory)(?:=|\s+){_VALUE}"),
        bad=("wget --ca-certificate=/etc/wx/rootca.pem https://api.mch.weixin.qq.com",),
        good=("wget https://api.mch.weixin.qq.com",),
    ),
    Pattern(
        slug="insecure-command",
        words=("curl", "wget", "--insecure", "--no-check-certificate", "--insecure-skip-tls-verify"),
        match=any_of(
            # the letters before "k" are options without a value: in "-okubectl" it is part of a name
            line_off(_CURL_OFF.pattern),
            line_off(r"\bwget\b[^\n|;&#]*?\s--no-check-certificate\b"),
            line_off(
                r"\b(?:kubectl|oc|helm)\b[^\n|;&#]*?\s--insecure-skip-tls-verify(?!=false)\b", purpose=Purpose.TOOL
            ),
            line_off(r"\binsecure[\"']?\s*>>?\s*\S*\.curlrc\b"),
        ),
        bad=(
            "curl -sk https://api.mch.weixin.qq.com",
            "curl --insecure https://a",
            "wget --no-check-certificate https://a",
            "kubectl --insecure-skip-tls-verify get pods",
            "RUN echo insecure >> ~/.curlrc && curl https://a",
        ),
        good=(
            "curl -L https://a -okubectl",
            "curl -s https://api.mch.weixin.qq.com/k",
            "apt-get install curl wget",
            "curl https://a | tar -k",
        ),
    ),
    Pattern(
        slug="tool-ca",
        words=("cafile", "http.sslCAInfo", "http.sslcainfo", "--cert "),
        match=any_of(
            line_trusts(
                rf"\b(?:npm|yarn|pnpm)\s+config\s+(?:-g\s+)?set\s+(?:-g\s+)?cafile[\s=]+{_VALUE}", purpose=Purpose.TOOL
            ),
            line_trusts(rf"\bgit\s+config\b[^\n]*http\.ssl[cC][aA][iI]nfo\s+{_VALUE}", purpose=Purpose.TOOL),
            line_trusts(rf"\bpip3?\s[^\n]*--cert[\s=]+{_VALUE}", purpose=Purpose.TOOL),
        ),
        bad=("RUN npm config set cafile /etc/ca.pem",),
        good=("RUN npm config get cafile",),
    ),
    Pattern(
        slug="tool-verification-off",
        words=(
            "strict-ssl",
            "enableStrictSsl",
            "ssl_verify_mode",
            "http.sslVerify",
            "http.sslverify",
            "--trusted-host",
            "Verify-Peer",
            "sslverify=",
        ),
        match=any_of(
            line_off(r"\bAcquire::https::(?:[\w.\-]+::)?Verify-Peer[\s=]+[\"']?false\b", purpose=Purpose.TOOL),
            line_off(r"\b(?:yum|dnf)\b[^\n]*--setopt=(?:\S+\.)?sslverify=(?:false|0|no)\b", purpose=Purpose.TOOL),
            line_off(
                r"\b(?:config\s+)?(?:-g\s+)?set\s+(?:-g\s+)?[\"']?(?:strict-ssl|enableStrictSsl)[\"']?[\s=]+[\"']?false\b",
                purpose=Purpose.TOOL,
            ),
            line_off(
                r"\b(?:npm|yarn|pnpm|cnpm)\s[^\n|;&]*--(?:strict-ssl[\s=]+false|no-strict-ssl)\b", purpose=Purpose.TOOL
            ),
            line_off(r"\bbundle\s+config\b[^\n|;&]*\bssl_verify_mode\s+0\b", purpose=Purpose.TOOL),
            line_off(r"(?:^|\s)strict-ssl\s*=\s*false\b", purpose=Purpose.TOOL),
            line_off(r"http\.ssl[vV]erify[\s=]+(?:false|0)\b", purpose=Purpose.TOOL),
            line_off(r"\bpip3?\s[^\n]*--trusted-host\b", purpose=Purpose.TOOL),
        ),
        bad=(
            'apt-get -o "Acquire::https::Verify-Peer=false" update',
            "yum --setopt=sslverify=false install x",
            "RUN npm config set strict-ssl false",
            "RUN yarn config set enableStrictSsl false",
            "RUN npm install --strict-ssl=false",
            "git config --global http.sslVerify false",
        ),
        good=("RUN npm config set strict-ssl true",),
    ),
    Pattern(
        slug="php-python-tools",
        words=("trusted-host", "config set", "--set ssl_verify", "disable-tls", "curl.cainfo", "openssl.cafile"),
        match=any_of(
            line_trusts(rf"\bpip3?\s+config\b[^\n|;&]*\bset\s+\S*\bcert\s+{_VALUE}", purpose=Purpose.TOOL),
            line_trusts(rf"(?:\s-d\s*|[\"'])(?:curl\.cainfo|openssl\.ca(?:file|path))\s*=\s*{_VALUE}"),
            line_off(r"\bpip3?\s+config\b[^\n|;&]*\bset\s+\S*trusted-host\b", purpose=Purpose.TOOL),
            line_off(r"\bconda\s+config\b[^\n|;&]*--set\s+ssl_verify\s+(?i:false|no)\b", purpose=Purpose.TOOL),
            line_off(r"\bcomposer\b[^\n|;&]*\bdisable-tls\s+(?:true|1)\b", purpose=Purpose.TOOL),
        ),
        bad=(
            "RUN pip config set global.cert /etc/ca.pem",
            "RUN pip config set global.trusted-host pypi.example",
            "RUN conda config --set ssl_verify false",
            "RUN composer config -g -- disable-tls true",
            'RUN echo "curl.cainfo=/etc/ca.pem" >> /usr/local/etc/php/php.ini',
        ),
        good=(
            "RUN pip config set global.index-url https://pypi.example",
            "RUN conda config --set ssl_verify true",
            "RUN php -d memory_limit=1G composer.phar",
        ),
    ),
)

VARIABLES = (
    *CONNECTIONS,
    Pattern(
        slug="jvm-trust-store",
        words=("javax.net.ssl.trustStore",),
        match=line_trusts(rf"javax\.net\.ssl\.trustStore\s*[=:]\s*{_VALUE}"),
        bad=('JAVA_OPTS="-Djavax.net.ssl.trustStore=/etc/wx.jks -Dx=y"',),
        good=('JAVA_OPTS="-Djavax.net.ssl.trustStorePassword=changeit"',),
    ),
    Pattern(
        slug="ca-variable",
        words=_REPLACING,
        match=any_of(line_trusts(_set(_REPLACING)), context_trusts(_kubernetes(_REPLACING))),
        bad=(
            "SSL_CERT_FILE=/etc/wx/ca.pem",
            "REQUESTS_CA_BUNDLE: /etc/wx/ca.pem",
            "name: SSL_CERT_FILE\n  value: /etc/wx/ca.pem",
            "- {name: SSL_CERT_FILE, value: /etc/wx/ca.pem}",
            '{"name": "SSL_CERT_FILE", "value": "/etc/wx/ca.pem"}',
        ),
        good=("echo $SSL_CERT_FILE", "SSL_CERT_FILE="),
    ),
    Pattern(
        slug="extra-ca-variable",
        words=("NODE_EXTRA_CA_CERTS",),
        match=any_of(
            line_trusts(_set(("NODE_EXTRA_CA_CERTS",)), mode=PinMode.ADDS),
            context_trusts(_kubernetes(("NODE_EXTRA_CA_CERTS",)), mode=PinMode.ADDS),
        ),
        bad=("NODE_EXTRA_CA_CERTS=/etc/wx/ca.pem",),
        good=("echo ${NODE_EXTRA_CA_CERTS}",),
    ),
    Pattern(
        slug="tool-ca-variable",
        words=_TOOLS,
        match=any_of(
            line_trusts(_set(_TOOLS), purpose=Purpose.TOOL), context_trusts(_kubernetes(_TOOLS), purpose=Purpose.TOOL)
        ),
        bad=("GIT_SSL_CAINFO=/etc/ca.pem",),
        good=("echo $GIT_SSL_CAINFO",),
    ),
    Pattern(
        slug="verification-off-variable",
        words=(*_OFF, "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"),
        match=any_of(
            line_off(rf"(?<![\w$.\-])(?:{'|'.join(_OFF)}){_IS}[\"']?0[\"']?(?![\w.])"),
            context_off(rf"(?:{'|'.join(_OFF)}){_KUBERNETES_VALUE}[\"']?0\b"),
            # requests takes an empty variable for "do not verify"
            line_off(r"(?<![\w$.\-])(?:CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE)=(?:\"\"|'')(?=\s|$)"),
        ),
        bad=(
            'ENV CURL_CA_BUNDLE=""',
            "NODE_TLS_REJECT_UNAUTHORIZED=0",
            "PYTHONHTTPSVERIFY: '0'",
            '"NODE_TLS_REJECT_UNAUTHORIZED": "0"',
            "name: NODE_TLS_REJECT_UNAUTHORIZED\n  value: '0'",
            "{name: NODE_TLS_REJECT_UNAUTHORIZED, value: '0'}",
        ),
        good=("NODE_TLS_REJECT_UNAUTHORIZED=1",),
    ),
    Pattern(
        slug="tool-verification-off-variable",
        words=_TOOLS_OFF,
        match=any_of(
            line_off(
                rf"\b(?:GIT_SSL_NO_VERIFY|VAULT_SKIP_VERIFY|NOMAD_SKIP_VERIFY){_IS}[\"']?(?:1|true)\b",
                purpose=Purpose.TOOL,
            ),
            line_off(rf"\bLDAPTLS_REQCERT{_IS}[\"']?(?:never|allow)\b", purpose=Purpose.LDAP),
            line_off(rf"\b(?i:npm_config_strict_ssl){_IS}[\"']?false\b", purpose=Purpose.TOOL),
        ),
        bad=("GIT_SSL_NO_VERIFY=true",),
        good=("GIT_SSL_NO_VERIFY=false",),
    ),
)

CA_FILE = r"""(?P<value>"[^"\n]+\.(?:pem|crt|cer|der|jks|p12|pfx|bks|bundle|ca)"|'[^'\n]+\.(?:pem|crt|cer|der|jks|p12|pfx|bks|bundle)'|[^\s"',;{}]+\.(?:pem|crt|cer|der|jks|p12|pfx|bks|bundle|keystore|truststore))["']?"""
_CA_KEYS = (
    "ca_bundle_path", "ca_bundle", "ca-bundle", "caBundle", "ca_file", "ca-file", "caFile", "cafile", "ca_path", "caPath", "ca-path",
    "ca_cert", "ca-cert", "caCert", "ca_certs", "cacert", "CA_FILE", "CA_PATH", "CA_CERT", "CA_BUNDLE", "CA_CERTS",
    "rootca_path", "rootCaPath", "root_ca_path", "root-ca-path", "certificate_authorit", "certificateAuthorit", "CERTIFICATEAUTHORIT", "CERTIFICATE_AUTHORIT", "certificate-authorit",
    "CaFile", "CaPath", "CaCert", "CACert", "CAFile", "caFilePath", "httpsCaFilePath", "ca_certificate", "caCertificate",
)  # fmt: skip
_OWN_PATTERN = frozenset((*_REPLACING, *_TOOLS, "NODE_EXTRA_CA_CERTS", "sslcacert"))
"""Variables that look like such keys and have a pattern of their own."""
_DATABASE_KEYS = ("ssl-ca", "ssl_ca", "sslrootcert", "sslca", "SSL_CA", "sslRootCert", "tlsCAFile")
_STORES = ("trust-store", "trustStore", "truststore", "TRUSTSTORE", "TRUST_STORE", "trust_store")
_SWITCHES = ("verify_ssl", "ssl_verify", "validate_certs", "rejectUnauthorized", "reject_unauthorized", "insecure_skip_verify",
             "insecureSkipVerify", "insecure-skip-tls-verify", "insecure-skip-verify", "verify_peer", "verify-ssl", "ssl-verify",
             "verify_mode", "SSL_VERIFY_MODE", "enableStrictSsl", "_REJECT_UNAUTHORIZED", "enable.ssl.certificate.verification", "SSL_VERIFY", "TLS_VERIFY", "VERIFY_SSL", "VERIFY_TLS",
             "VERIFY_CERT", "VERIFY_PEER", "SKIP_VERIFY", "_VERIFICATION", "SKIP_SSL", "SKIP_TLS", "SKIP_CERT", "TLS_INSECURE",
             "SSL_INSECURE", "tlsSkipVerify", "skip_tls_verify", "skipTLSVerify", "skip_ssl_validation",
             "tlsAllowInvalidCertificates", "tlsInsecure")  # fmt: skip

_STORE_KEY = r"(?<![\w.\-{])(?P<key>[\w.\-]*(?i:trust[_\-]?store)(?i:[._\-]?(?:location|path|file|resource|url))?)[\"']?\s*[=:]\s*"


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
            line_trusts(_STORE_KEY + r"""["']?(?P<value>\$\{[^{}\n]*\})["']?\s*$""", when=_is_own_store),
            line_trusts(
                r"(?<![\w.\-{])(?P<key>[\w.\-]*(?i:kafka)[\w.\-]*(?i:trust[_\-]?store)[._\-]?(?i:location|path|file)?)[\"']?\s*[=:]\s*"
                + CA_FILE,
                purpose=Purpose.QUEUE,
            ),
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
        ),
        good=(
            "coap.trust-store-password=x",
            "server.ssl.trust-store=clients.jks",
            "server:\n  ssl:\n    client-auth: need\n    trust-store: classpath:clients.jks",
            "keystore {\n  path = a.jks\n}",
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
                when=lambda hit, found: (
                    not is_server_key(found["key"])
                    and not is_server_key(_path_of(hit, found["key"]))
                    and found["key"] not in _OWN_PATTERN
                    and not _is_postgres(hit, found["key"])
                ),
            ),
            context_trusts(
                r"CA_(?:FILE|PATH|CERTS?|BUNDLE)(?:_FILE|_PATH)?[\"']?[ \t]*\r?\n[ \t]*value:[ \t]*" + CA_FILE
            ),
        ),
        bad=(
            "wx.ca_file=certs/rootca.pem",
            "ca_bundle_path: ../config/ca.crt",
            '"CaCertificatePath": "certs/ca.crt"',
            "ssl.certificate_authorities: /etc/ca.crt",
            "ELASTICSEARCH_SSL_CERTIFICATEAUTHORITIES=config/ca.crt",
            "- name: DBCA_FILE\n  value: /etc/db/ca.pem",
            "certificate-authority: ca.pem",
        ),
        good=(
            "  - xpack.security.http.ssl.certificate_authorities=/etc/ca.crt",
            "ca_file=",
            "alipay.ca_cert_path: alipayRootCert.crt",
            "location: ca",
            "ssl_options.cacertfile = /etc/rabbitmq/ca.pem",
        ),
    ),
    Pattern(
        slug="database-ca-key",
        words=_DATABASE_KEYS,
        match=line_trusts(
            rf"(?:^|[\s?&._\-\"'])(?i:ssl[_\-]?ca|sslrootcert|tlsCAFile)[\"']?\s*[=:]\s*{_RAILS_VALUE}",
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
                r"(?<![\w])(?:tlsSkipVerify|skip_?tls_?verify|skipTLSVerify|skip_ssl_validation|tlsAllowInvalidCertificates|tlsInsecure)[\"']?\s*[:=]\s*[\"']?true\b"
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
            "mongodb://h/?tls=true&tlsAllowInvalidCertificates=true",
            "openssl_verify_mode: none",
            "DB_SSL_REJECT_UNAUTHORIZED=false",
            "enableStrictSsl: false",
        ),
        good=("verify_ssl: true", "server_ssl_verify=DISABLED"),
    ),
    Pattern(
        slug="queue-ca-key",
        words=("ssl.ca.location", "SslCaLocation", "SSL_CA_LOCATION"),
        match=line_trusts(
            rf"(?:ssl\.ca\.location|SslCaLocation|SSL_CA_LOCATION)[\"']?\s*[:=]\s*{_VALUE}", purpose=Purpose.QUEUE
        ),
        bad=("ssl.ca.location=/etc/kafka/ca.pem", '"SslCaLocation": "certs/ca.pem"'),
        good=("ssl.ca.location=",),
        source="https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md",
    ),
)


def _in_server_section(hit: TextHit) -> bool:
    """Whether the section's head before a place is MySQL's server: ``[mysqld]``."""
    head = hit.clean.rfind(b"\n[", 0, hit.offset) + 1
    return re.match(rb"\[(?:mysqld|mariadb|server)", hit.clean[head : head + 20]) is not None


def _path_of(hit: TextHit, key: str) -> str:
    """A key with those above it, in YAML: ``xpack.security.http.ssl.certificate_authorities``."""
    above = parents(hit) if hit.source.language.name == "yaml" else ""
    return f"{above}.{key}" if above else key


def _is_postgres(hit: TextHit, key: str) -> bool:
    """PostgreSQL's own ``ssl_ca_file`` lists the CAs of its clients."""
    return key == "ssl_ca_file" and (
        _named(hit.source.path, "postgres") or re.search(r"(?i)\balter\s+system", hit.line) is not None
    )


def is_server_key(key: str) -> bool:
    """Keys of a server's list of client CAs, and of message signatures (Alipay, UnionPay)."""
    lower = key.lower()
    return lower.startswith(
        (
            "server.ssl",
            "server.",
            "management.server",
            "ssl_options.",
            "listener",
        )
    ) or any(
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
            "sign",
        )
    )


NGINX = (
    Pattern(
        slug="nginx-upstream",
        words=("_ssl_trusted_certificate",),
        match=line_trusts(rf"\b(?:proxy|grpc|uwsgi|lua|fastcgi|zone_sync)_ssl_trusted_certificate\s+{_VALUE}"),
        bad=("proxy_ssl_trusted_certificate /etc/nginx/ca.pem;",),
        good=("ssl_trusted_certificate /etc/nginx/chain.pem;", "ssl_client_certificate /etc/nginx/clients.pem;"),
        source="https://nginx.org/en/docs/http/ngx_http_proxy_module.html",
    ),
    Pattern(
        slug="nginx-verify-off",
        words=("_ssl_verify",),
        match=line_off(r"\b(?:proxy|grpc|uwsgi|lua)_ssl_verify\s+off\s*;"),
        bad=("proxy_ssl_verify off;",),
        good=("proxy_ssl_verify on;", "server_ssl_verify=DISABLED"),
    ),
)

SERVICES = (
    Pattern(
        slug="php-ini",
        words=("curl.cainfo", "openssl.cafile", "openssl.capath"),
        match=line_trusts(rf"(?:curl\.cainfo|openssl\.ca(?:file|path))[\"']?\s*[=,\]]+\s*{_VALUE}"),
        bad=('curl.cainfo = "/etc/php/cacert.pem"',),
        good=(";curl.cainfo = /x.pem", "curl.cainfo ="),
        source="https://www.php.net/manual/en/curl.configuration.php",
    ),
    *NGINX,
    Pattern(
        slug="haproxy-server",
        words=("ca-file", "verify none"),
        match=any_of(
            line_trusts(rf"^\s*(?:default-)?server\b[^\n]*\bca-file\s+{_VALUE}"),
            line_off(r"^\s*(?:default-)?server\b[^\n]*\bssl\b[^\n]*\bverify\s+none\b"),
        ),
        bad=(
            "server wx api.mch.weixin.qq.com:443 ssl verify required ca-file /etc/ca.pem",
            "server wx 1.2.3.4:443 ssl verify none",
        ),
        good=("bind :443 ssl crt a.pem ca-file clients.pem verify required",),
    ),
    Pattern(
        slug="stunnel",
        words=("CAfile", "CApath"),
        match=line_trusts(rf"^\s*CA(?:file|path)\s*=\s*{_VALUE}", when=lambda hit, found: _stunnel_client(hit.clean)),
        bad=("client = yes\nCAfile = /etc/stunnel/ca.pem",),
        good=("[server]\nCAfile = /etc/stunnel/clients.pem",),
    ),
    Pattern(
        slug="npmrc",
        words=("cafile", "strict-ssl", 'ca="-----BEGIN', 'ca[]="-----BEGIN'),
        match=any_of(
            line_trusts(rf"^\s*cafile\s*=\s*{_VALUE}", purpose=Purpose.TOOL),
            line_trusts(r'^\s*cafile\s+(?P<value>"[^"\n]+")', purpose=Purpose.TOOL),
            line_trusts(r'^\s*ca(?:\[\])?\s*=\s*(?P<value>"-----BEGIN[^"\n]+")', purpose=Purpose.TOOL),
            line_off(r"^\s*strict-ssl\s+false\b", purpose=Purpose.TOOL),  # with "=": among the commands
        ),
        bad=("cafile=/etc/ca.pem", "strict-ssl false", 'ca="-----BEGIN CERTIFICATE-----\\nMII…"'),
        good=("strict-ssl=true", "cafile /etc/mosquitto/ca.crt"),
    ),
    Pattern(
        slug="pip-conf",
        words=("cert = ", "cert=", "trusted-host"),
        match=any_of(
            line_trusts(
                rf"^\s*cert\s*=\s*{_VALUE}",
                purpose=Purpose.TOOL,
                when=lambda hit, found: _named(hit.source.path, "pip."),
            ),
            line_off(r"^\s*trusted-host\s*=\s*\S", purpose=Purpose.TOOL),
        ),
        bad=("trusted-host = pypi.example",),
        good=("index-url = https://pypi.example",),
    ),
)


CURLRC = (
    Pattern(
        slug="curlrc",
        words=("cacert", "insecure"),
        match=any_of(
            line_trusts(rf"^\s*-{{0,2}}(?:cacert|capath)\s*[=:\s]\s*{_VALUE}"),
            line_off(r"^\s*-{0,2}insecure\s*$"),
        ),
        bad=("cacert = /etc/ca.pem", "insecure"),
        good=("silent", "user = me"),
    ),
)


def _stunnel_client(clean: bytes) -> bool:
    return re.search(rb"^\s*client\s*=\s*yes\b", clean, re.MULTILINE) is not None


def _named(path: str, part: str) -> bool:
    return part in path.rpartition("/")[2]
