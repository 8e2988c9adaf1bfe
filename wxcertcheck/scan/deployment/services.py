"""Settings of nginx, PHP, haproxy, stunnel, npm, pip and curl by their own keys."""

import re

from wxcertcheck.model import Purpose
from wxcertcheck.scan.deployment.values import VALUE, is_named
from wxcertcheck.scan.language import Pattern
from wxcertcheck.scan.matchers import any_of
from wxcertcheck.scan.text_format import line_off, line_trusts

NGINX = (
    Pattern(
        slug="nginx-upstream",
        words=("_ssl_trusted_certificate",),
        match=line_trusts(rf"\b(?:proxy|grpc|uwsgi|lua|fastcgi|zone_sync)_ssl_trusted_certificate\s+{VALUE}"),
        bad=("proxy_ssl_trusted_certificate /etc/nginx/ca.pem;",),
        good=("ssl_trusted_certificate /etc/nginx/chain.pem;", "ssl_client_certificate /etc/nginx/clients.pem;"),
        source="https://nginx.org/en/docs/http/ngx_http_proxy_module.html",
    ),
    Pattern(
        slug="nginx-fetch",
        words=("js_fetch_trusted_certificate", "js_fetch_verify"),
        match=any_of(
            line_trusts(rf"\bjs_fetch_trusted_certificate\s+{VALUE}\s*;"), line_off(r"\bjs_fetch_verify\s+off\s*;")
        ),
        bad=("js_fetch_trusted_certificate /etc/nginx/ca.pem;", "js_fetch_verify off;"),
        good=("js_fetch_verify on;",),
        source="https://nginx.org/en/docs/http/ngx_http_js_module.html",
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
        match=line_trusts(rf"(?:curl\.cainfo|openssl\.ca(?:file|path))[\"']?\s*[=,\]]+\s*{VALUE}"),
        bad=('curl.cainfo = "/etc/php/cacert.pem"',),
        good=(";curl.cainfo = /x.pem", "curl.cainfo ="),
        source="https://www.php.net/manual/en/curl.configuration.php",
    ),
    *NGINX,
    Pattern(
        slug="haproxy-server",
        words=("ca-file", "verify none"),
        match=any_of(
            line_trusts(rf"^\s*(?:default-)?server\b[^\n]*\bca-file\s+(?!@){VALUE}"),
            line_off(r"^\s*(?:default-)?server\b[^\n]*\bssl\b[^\n]*\bverify\s+none\b"),
        ),
        bad=(
            "server wx api.mch.weixin.qq.com:443 ssl verify required ca-file /etc/ca.pem",
            "server wx 1.2.3.4:443 ssl verify none",
        ),
        good=(
            "bind :443 ssl crt a.pem ca-file clients.pem verify required",
            "server wx 1.2.3.4:443 ssl verify required ca-file @system-ca",
        ),
    ),
    Pattern(
        slug="stunnel",
        words=("CAfile", "CApath"),
        match=line_trusts(rf"^\s*CA(?:file|path)\s*=\s*{VALUE}", when=lambda hit, found: _stunnel_client(hit.clean)),
        bad=("client = yes\nCAfile = /etc/stunnel/ca.pem",),
        good=("[server]\nCAfile = /etc/stunnel/clients.pem",),
    ),
    Pattern(
        slug="npmrc",
        words=("cafile", "strict-ssl", 'ca="-----BEGIN', 'ca[]="-----BEGIN'),
        match=any_of(
            line_trusts(rf"^\s*cafile\s*=\s*{VALUE}", purpose=Purpose.TOOL),
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
                rf"^\s*cert\s*=\s*{VALUE}",
                purpose=Purpose.TOOL,
                when=lambda hit, found: is_named(hit.source.path, "pip."),
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
            line_trusts(rf"^\s*-{{0,2}}(?:cacert|capath)\s*[=:\s]\s*{VALUE}"),
            line_off(r"^\s*-{0,2}insecure\s*$"),
        ),
        bad=("cacert = /etc/ca.pem", "insecure"),
        good=("silent", "user = me"),
    ),
)


def _stunnel_client(clean: bytes) -> bool:
    return re.search(rb"^[ \t]*client\s*=\s*yes\b", clean, re.MULTILINE) is not None
