"""Settings of well-known programs: Apache, wget, git, yum, apt, LDAP, mail, brokers, agents, proxies, ESP-IDF.

Sources: httpd's mod_ssl, wget(1), git-config(1), yum.conf(5), apt.conf(5), ldap.conf(5), sssd-ldap(5), postconf(5), msmtp(1),
mosquitto.conf(5), Telegraf, Logstash, Fluentd, Fluent Bit, Cargo, Traefik, Envoy, Elastic Stack and ESP-IDF documentation.
"""

from collections.abc import Iterator

from wxcertcheck.model import Purpose
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.matchers import any_of
from wxcertcheck.scan.text_format import TextHit, context_trusts, line_off, line_trusts

_VALUE = r"""(?P<value>"[^"\n]*"|'[^'\n]*'|[^\s"',;]+)"""
_TEMPLATED = r"""(?P<value>\{\{[^\n{}]*\}\}|"[^"\n]*"|'[^'\n]*'|[^\s"',;]+)"""
_OFF = r"[\"']?(?:false|no|off|0|never|none)\b(?![.\w/])"
_ON = r"[\"']?(?:true|yes|on|1)\b(?![.\w/])"


def _asks_clients(hit: Hit) -> bool:
    """Whether a file of Pulsar's is a server's own: there ``tlsTrustCertsFilePath`` holds the CAs of its clients."""
    assert isinstance(hit, TextHit)  # noqa: S101 - text formats give nothing else
    return b"tlsCertificateFilePath" in hit.clean


AGENTS = (
    Pattern(
        slug="pulsar-client",
        words=("TrustCertsFilePath", "tlsEnableHostnameVerification", "tlsHostnameVerificationEnabled"),
        match=any_of(
            line_trusts(
                r"^\s*[\"']?(?:PULSAR_PREFIX_|PF_)?(?:brokerClient|bookkeeperTLS|openIDTokenIssuer)TrustCertsFilePath[\"']?\s*[:=]\s*"
                rf"(?!\s|[\"']{{2}})[\"']?{_TEMPLATED}",
                purpose=Purpose.QUEUE,
            ),
            line_trusts(
                rf"^\s*[\"']?tlsTrustCertsFilePath[\"']?\s*[:=]\s*(?!\s|[\"']{{2}})[\"']?{_TEMPLATED}",
                purpose=Purpose.QUEUE,
                when=lambda hit, found: not _asks_clients(hit),
            ),
            line_off(
                rf"^\s*[\"']?(?:PULSAR_PREFIX_|PF_)?tls(?:EnableHostnameVerification|HostnameVerificationEnabled)[\"']?\s*[:=]\s*{_OFF}",
                purpose=Purpose.QUEUE,
            ),
        ),
        bad=(
            "brokerClientTrustCertsFilePath=/pulsar/certs/ca.crt",
            '  PULSAR_PREFIX_bookkeeperTLSTrustCertsFilePath: {{ ternary "/a/ca.pem" "/b/ca.crt" .Values.tls.enabled | quote }}',
            "tlsTrustCertsFilePath: /pulsar/certs/ca.crt",
            'tlsTrustCertsFilePath: "{{ ternary "/a/ca.pem" "/b/ca.crt" .Values.tls.enabled }}"',
            'tlsEnableHostnameVerification: "false"',
        ),
        good=(
            "brokerClientTrustCertsFilePath=",
            "tlsTrustCertsFilePath: /pulsar/clients.crt\ntlsCertificateFilePath: /pulsar/tls.crt",
            "tlsEnableHostnameVerification: true",
        ),
        source="https://pulsar.apache.org/docs/next/security-tls-transport/",
    ),
    Pattern(
        slug="agents",
        words=("tls_ca", "tls.ca_file", "cacert =>", "ca_file /", "rootCAs"),
        match=any_of(
            line_trusts(rf"^\s*tls_ca\s*=\s*{_VALUE}"),
            line_trusts(rf"^\s*tls\.ca_(?:file|path)\s+{_VALUE}"),
            line_trusts(rf"(?:^|\s)cacert\s*=>\s*{_VALUE}"),
            line_trusts(rf"^\s*ca_file\s+(?=/){_VALUE}"),
            line_trusts(rf"^\s*rootCAs\s*=\s*\[\s*{_VALUE}"),
        ),
        bad=(
            'tls_ca = "/etc/telegraf/ca.pem"',
            "  tls.ca_file /etc/ca.pem",
            'cacert => "/etc/ca.crt"',
            "  ca_file /etc/fluent/ca.pem",
            'rootCAs = ["/etc/ca.crt"]',
        ),
        good=('tls_cert = "/etc/me.pem"', "tls_cacert = x", 'tls_allowed_cacerts = ["clients.pem"]'),
    ),
    Pattern(
        slug="agents-verify-off",
        words=("tls.verify", "ssl_verify", "ssl_certificate_verification", "ssl_verification_mode"),
        match=any_of(
            line_off(rf"^\s*tls\.verify\s+{_OFF.replace('off', 'Off|off')}"),
            line_off(rf"^\s*ssl_verify\s+{_OFF}"),
            line_off(rf"(?:^|\s)(?:ssl_certificate_verification|ssl_verification_mode)\s*=>\s*{_OFF}"),
        ),
        bad=("  tls.verify Off", " ssl_verify false", "ssl_certificate_verification => false"),
        good=("  tls.verify On", "ssl_verification_mode => full"),
    ),
)
"""Logstash, Fluentd, Telegraf and kin: in files of their own and in the text of a ConfigMap."""

PROGRAMS = (
    Pattern(
        slug="apache-proxy",
        words=("SSLProxyCACertificate", "SSLProxyVerify"),
        match=any_of(
            line_trusts(rf"^\s*SSLProxyCACertificate(?:File|Path)\s+{_VALUE}"),
            line_off(r"^\s*SSLProxyVerify\s+(?:none|optional_no_ca)\b"),
        ),
        bad=("SSLProxyCACertificateFile /etc/httpd/ca.pem", "SSLProxyVerify none"),
        good=("SSLCACertificateFile /etc/httpd/clients.pem", "SSLProxyVerify require", "SSLVerifyClient none"),
        source="https://httpd.apache.org/docs/current/mod/mod_ssl.html",
    ),
    Pattern(
        slug="wgetrc",
        words=("ca_directory", "check_certificate", "checkcertificate"),
        match=any_of(
            line_trusts(rf"^\s*ca_?directory\s*=\s*{_VALUE}"),
            line_off(rf"(?:^|[\"'\s])check_?certificate\s*=\s*{_OFF}"),
        ),
        bad=("ca_directory = /etc/ca", "check_certificate = off"),
        good=("check_certificate = on", "certificate = client.pem"),
    ),
    Pattern(
        slug="tool-settings",
        words=("sslCAInfo", "sslcainfo", "sslcacert", "CaInfo", "cainfo"),
        match=any_of(
            line_trusts(rf"^\s*(?:sslCAInfo|sslcainfo|sslcacert|cainfo)\s*=\s*{_VALUE}", purpose=Purpose.TOOL),
            line_trusts(rf"\bAcquire::https::(?:[\w.\-]+::)?CaInfo\s+{_VALUE}", purpose=Purpose.TOOL),
        ),
        bad=("  sslCAInfo = /etc/ca.pem", 'cainfo = "ca.pem"', 'Acquire::https::CaInfo "/etc/ca.pem";'),
        good=("  sslCert = me.pem",),
    ),
    Pattern(
        slug="tool-settings-off",
        words=("sslVerify", "sslverify"),
        match=line_off(rf"^\s*ssl[vV]erify\s*=\s*{_OFF}", purpose=Purpose.TOOL),
        bad=("\tsslVerify = false", "sslverify=0"),
        good=("sslverify=1",),
    ),
    Pattern(
        slug="ldap",
        words=("TLS_CACERT", "TLS_REQCERT", "tls_reqcert", "ldap_tls_cacert"),
        match=any_of(
            line_trusts(rf"^\s*(?:LDAP)?TLS_CACERT(?:DIR|FILE)?\s+{_VALUE}", purpose=Purpose.LDAP),
            line_trusts(rf"^\s*ldap_tls_cacert(?:_?(?:file|dir))?\s*[:=]\s*(?=\S){_TEMPLATED}", purpose=Purpose.LDAP),
            line_off(r"(?i)^\s*(?:ldap_)?tls_reqcert\s*=?\s*(?:never|allow)\b", purpose=Purpose.LDAP),
        ),
        bad=(
            "ldap_tls_cacert = /etc/sssd/ca.pem",
            'ldap_tls_cacert_file: {{ .Env.CA | default "/etc/ca.pem" }}',
            "TLS_CACERT /etc/ldap/ca.pem",
            "TLS_REQCERT never",
            "ldap_tls_reqcert = never",
        ),
        good=("TLS_REQCERT demand",),
    ),
    Pattern(
        slug="mail",
        words=("_tls_CAfile", "_tls_CApath", "tls_trust_file", "tls_certcheck"),
        match=any_of(
            line_trusts(rf"^\s*(?:smtp|lmtp)_tls_CA(?:file|path)\s*=\s*{_VALUE}", purpose=Purpose.MAIL),
            line_trusts(rf"^\s*tls_trust_file\s+{_VALUE}", purpose=Purpose.MAIL),
            line_off(rf"^\s*tls_certcheck\s+{_OFF}", purpose=Purpose.MAIL),
        ),
        bad=("smtp_tls_CAfile = /etc/postfix/ca.pem", "tls_trust_file /etc/ca.pem", "tls_certcheck off"),
        good=("smtpd_tls_CAfile = /etc/postfix/clients.pem", "tls_certcheck on"),
    ),
    Pattern(
        slug="mosquitto-bridge",
        words=("bridge_ca", "bridge_insecure"),
        match=any_of(
            line_trusts(rf"^\s*bridge_ca(?:file|path)\s+{_VALUE}", purpose=Purpose.QUEUE),
            line_off(rf"^\s*bridge_insecure\s+{_ON}", purpose=Purpose.QUEUE),
        ),
        bad=("bridge_cafile /etc/ca.crt", "bridge_insecure true"),
        good=("cafile /etc/mosquitto/clients.crt", "bridge_insecure false"),
    ),
    *AGENTS,
    Pattern(
        slug="esp-idf-verify-off",
        words=("CONFIG_ESP_TLS_INSECURE", "CONFIG_ESP_TLS_SKIP_SERVER_CERT_VERIFY"),
        match=line_off(r"^\s*CONFIG_ESP_TLS_(?:INSECURE|SKIP_SERVER_CERT_VERIFY)=y\b"),
        bad=("CONFIG_ESP_TLS_SKIP_SERVER_CERT_VERIFY=y",),
        good=("# CONFIG_ESP_TLS_INSECURE is not set", "CONFIG_ESP_TLS_INSECURE=n"),
        source="https://docs.espressif.com/projects/esp-idf/en/stable/esp32/api-reference/protocols/esp_tls.html",
    ),
    Pattern(
        slug="terraform-verify-off",
        words=("allow_unverified_ssl", "tls_skip_verify"),
        match=line_off(rf"^\s*(?:allow_unverified_ssl|tls_skip_verify(?:_insecure)?)\s*=\s*{_ON}"),
        bad=("  allow_unverified_ssl = true", "tls_skip_verify_insecure = true"),
        good=("  allow_unverified_ssl = false",),
    ),
)


def _envoy(hit: Hit) -> Iterator[Find]:
    """Envoy's ``trusted_ca`` of an upstream; the one of a downstream context lists clients' CAs."""
    assert isinstance(hit, TextHit)  # noqa: S101 - text formats give nothing else
    before = hit.clean[max(0, hit.offset - 3000) : hit.offset]
    if before.rfind(b"DownstreamTlsContext") > before.rfind(b"UpstreamTlsContext"):
        return
    yield from _TRUSTED_CA(hit)


_TRUSTED_CA = context_trusts(
    r"trusted_ca[\"']?\s*:\s*\{?\s*[\"']?(?:filename|inline_string|inline_bytes)[\"']?\s*:\s*(?P<value>[^\n}]+)"
)


STACKS = (
    *AGENTS,
    Pattern(
        slug="envoy-upstream",
        words=("trusted_ca",),
        match=_envoy,
        bad=("common_tls_context:\n  validation_context:\n    trusted_ca:\n      filename: /etc/envoy/ca.pem",),
        good=(
            "x: envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext\nvalidation_context:\n  trusted_ca:\n    filename: /etc/envoy/clients.pem",
            "trusted_ca: 3",
        ),
        source="https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/transport_sockets/tls/v3/common.proto",
    ),
    Pattern(
        slug="root-cas",
        words=("rootCAs:",),
        match=context_trusts(r"rootCAs:\s*(?:\[\s*|\n\s*-\s*)[\"']?(?P<value>[^\s\"',\]]+)"),
        bad=("serversTransport:\n  rootCAs:\n    - /etc/ca.crt",),
        good=("rootCAs:",),
        source="https://doc.traefik.io/traefik/routing/overview/#rootcas",
    ),
)
