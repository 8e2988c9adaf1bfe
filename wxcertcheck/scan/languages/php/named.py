"""PHP options and setters that tell by their names, whatever the library: ``'sslCA' => …``, ``->setTlsCaFile(…)``.

What counts is handing one on: an array's element, an element assigned, a setter called, and a setter declared for others to
call. A property that keeps it is nothing by itself.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find, Matcher
from wxcertcheck.scan.languages.php.options import client_option, purpose_of
from wxcertcheck.scan.names import bare
from wxcertcheck.scan.telling import means_ca, switched_off_by
from wxcertcheck.scan.values import Kind, Value, is_word

if TYPE_CHECKING:
    from tree_sitter import Node

_KEY_ENDS = (
    *("ssl_ca", "tls_ca", "root_ca", "sslCA", "sslCa", "tlsCA", "tlsCa", "ca_file", "CA_FILE", "CA_PATH", "CA_CERT", "CA_BUNDLE", "SSL_CA", "ca_path", "ca_cert", "ca_bundle"),
    *("ca_certs", "ca_certificate", "ca_location", "ca_cert_path", "ca_cert_file", "caFile", "caPath", "caCert", "caBundle"),
    *("CAFile", "CAPath", "CaFile", "CaPath", "cacert_path", "cacert_file", "root_certificates", "rootCertificates"),
    *("rootCertificate", "tls_ca_cert", "trust_store", "trustStore", "certificateAuthority", "certificate_authority"),
)  # fmt: skip
_SWITCH_ENDS = (
    *("VERIFY_HOST", "VERIFY_PEER", "VERIFY_SSL", "VERIFY_CERT", "SSL_VERIFY_PEER"),
    *("verify_ssl", "ssl_verify", "verify_tls", "tls_verify", "verify_cert", "verify_certs", "verify_certificate"),
    *("verifySsl", "verifySSL", "sslVerify", "verifyCert", "validate_cert", "validate_certs", "ssl_verification"),
    *("ignore_ssl", "ignore_ssl_error", "ignore_ssl_errors", "skip_verify", "skip_ssl_verify", "skip_tls_verify"),
    *("insecure_skip_verify", "disable_ssl_verify", "disable_ssl_verification", "selfsigned", "self_signed_cert"),
    *("accept_self_signed", "allow_self_signed_cert", "tls_insecure", "ssl_insecure", "verify_server_cert"),
)  # fmt: skip
PROPERTY_WORDS = tuple(
    f"{name} = {value}"
    for name, values in (
        ("verifySsl", ("false", "FALSE")),
        ("verifySSL", ("false", "FALSE")),
        ("sslVerify", ("false", "FALSE")),
        ("verify_ssl", ("false", "FALSE")),
        ("ssl_verify", ("false", "FALSE")),
        ("sslVerification", ("false", "FALSE")),
        ("ssl_verification", ("false", "FALSE")),
        ("ssl_verifypeer", ("false", "FALSE")),
        ("verify_peer", ("false", "FALSE")),
        ("verifyPeer", ("false", "FALSE")),
        ("ignoreSsl", ("true", "TRUE")),
        ("skipVerify", ("true", "TRUE")),
    )
    for value in values
)
CA_WORDS = tuple(end + quote for end in _KEY_ENDS for quote in "'\"")
SWITCH_WORDS = tuple(end + quote for end in _SWITCH_ENDS for quote in "'\"")
SETTER_WORDS = (
    *("SslCa(", "SslCA(", "SSLCA(", "SSLCa(", "TlsCa(", "TlsCA(", "TLSCA(", "RootCa(", "RootCA(", "CaFile(", "CAFile(", "Cafile("),
    *("CaPath(", "CAPath(", "CaCert(", "CACert(", "Cacert(", "CaCerts(", "CaBundle(", "CABundle(", "CaBundlePath(", "CaCertPath("),
    *("CABundlePath(", "CaInfo(", "CAInfo(", "CaCertificate(", "CACertificate(", "RootCertificates(", "TrustStore("),
    *("AuthorityFile(", "AuthorityPath(", "ServerCACert("),
)  # fmt: skip
_VERB = re.compile(r"(?:set|with|use|add|trust)(?=[A-Z_])|ca(?=[A-Z])|ssl|tls|root")
_READS = re.compile(r"^(?:get|is|has|env|config|define|constant|defined|isset|empty|array_key_exists|in_array|unset|getenv|trans|__|_e|esc_\w+|log|error)")  # fmt: skip
_GIVES = re.compile(r"(?i)^(?:set(?!IfExists|IfNotExists)|with|add|put|option|curl)")
_OF_TLS = re.compile(r"(?i)ssl|tls|https://|certificate|insecure")
"""What a statement names in which ``skip_verify`` is about servers, not about new friends or e-mail addresses."""
_LOOKS_LIKE_FILE = re.compile(r"-----BEGIN|[/\\]|\.(?:pem|crt|cer|der|ca|bundle)$")
_SIGNATURES = re.compile(rb"(?i)alipay|unionpay|openssl_x509_parse|getCertSN|webauthn|attestation")
_MODEL = re.compile(rb"openAPITypes|swaggerTypes|attributeMap\(|@property-read|extends (?:\w*Model|\w*Entity)\b")
"""Classes that only carry data, made from a description of an API."""
_SERVES = re.compile(r"Server(?!Connection|Config)|Listener|Worker")


def named_ca(*known: str) -> Matcher:
    """An option that names a CA file; ``known`` have patterns of their own."""

    def match(hit: Hit) -> Iterator[Find]:
        setting = _option(hit)
        if setting is None or setting.value is None or bare(hit.text) in known or not means_ca(bare(hit.text)):
            return
        value = hit.value(setting.value)
        if _of_signatures(hit, value) or hit.source.mentions(_MODEL):
            return
        if any(_is_place(hit, setting.value, leaf) for leaf in value.leaves()):
            yield Find(PinKind.TRUST, setting.node, value, purpose=purpose_of(hit))

    return match


def named_switch(*known: str) -> Matcher:
    """A switch under a telling name."""

    def match(hit: Hit) -> Iterator[Find]:
        name = bare(hit.text)
        off = switched_off_by(name)
        if off and _is_property(hit):
            yield from _property_off(hit, off)
            return
        setting = _option(hit)
        if setting is None or setting.value is None or name in known or not off:
            return
        if name == "skip_verify" and not _OF_TLS.search(hit.source.text(hit.source.statement_around(hit.node))[:2000]):
            return
        value, values = hit.value(setting.value), frozenset({off, "0" if off == "false" else "1"})
        if value.kind in _SWITCHED or (
            value.kind is Kind.CHOICE and all(leaf.kind in _SWITCHED for leaf in value.leaves())
        ):
            yield Find(PinKind.VERIFICATION_OFF, setting.node, value, purpose=purpose_of(hit), off=values)

    return match


_SWITCHED = (Kind.TRUE, Kind.FALSE, Kind.NUMBER, Kind.SETTING, Kind.ENVIRONMENT, Kind.PARAMETER)


def _is_property(hit: Hit) -> bool:
    return hit.source.around(hit.node, frozenset({"property_element"})) is not None


def _property_off(hit: Hit, off: str) -> Iterator[Find]:
    """``public $verifySsl = false;`` of a class that speaks TLS: off unless someone sets it."""
    setting = hit.setting()
    if setting is None or setting.value is None or not hit.source.mentions(_SPEAKS) or _of_server(hit):
        return
    if hit.source.mentions(_OFF_HERE) and hit.source.text(setting.value).lower() == off:
        yield Find(PinKind.VERIFICATION_OFF, setting.node, purpose=purpose_of(hit))


_SPEAKS = re.compile(
    rb"(?i)curl_|CURLOPT_|stream_context|GuzzleHttp|HttpClient|SoapClient|fsockopen|stream_socket_client"
)
_OFF_HERE = re.compile(rb"->\$?\w*(?i:verif|ssl)")
"""What is said where such a property is used: ``$this->verifySsl``."""


def named_setter(*known: str) -> Matcher:
    """``->setSslCa($file)``, and its declaration: there the caller decides."""

    def match(hit: Hit) -> Iterator[Find]:
        source, parent, name = hit.source, hit.node.parent, hit.name
        if name in known or not _VERB.match(name) or not means_ca(name) or _of_server(hit):
            return
        call = hit.call()
        first = call.nth(0) if call is not None and call.name == name else None
        value = hit.value(first) if first is not None else None
        if source.mentions(_MODEL) or _of_signatures(hit, value):
            return
        if parent is not None and parent.type == "method_declaration" and source.name_of(parent) == name:
            if source.parameters(parent) and parent.child_by_field_name("body") is not None:
                yield Find(PinKind.CONFIGURABLE, parent, Value(Kind.PARAMETER, source.parameters(parent)[0][0]))
            return
        if call is None or first is None or value is None or call.receiver is None:
            return
        if any(_is_place(hit, first, leaf) for leaf in value.leaves()):
            yield Find(PinKind.TRUST, call.node, value, purpose=purpose_of(hit))

    return match


def _of_signatures(hit: Hit, value: Value | None) -> bool:
    """Alipay's and UnionPay's roots verify messages; ``rootca.pem`` is WeChat Pay's, whoever else the file serves."""
    if "root" not in hit.name.lower() or not hit.source.mentions(_SIGNATURES):
        return False
    last = value.parts[-1] if value is not None and value.kind is Kind.JOIN else value
    return last is None or not last.text.endswith("rootca.pem")


def _of_server(hit: Hit) -> bool:
    around = hit.source.class_around(hit.node)
    return around is not None and _SERVES.search(hit.source.name_of(around)) is not None


def _option(hit: Hit) -> Setting | None:
    """An array's element, an element assigned, or ``set('name', value)``; of a client."""
    setting = hit.setting()
    if setting is None or setting.value is None or not client_option(hit, setting) or _of_server(hit):
        return None
    call = hit.call_around()
    if setting.form == "option" and (call is None or _READS.search(call.name) or not _GIVES.search(call.name)):
        return None
    if setting.form == "assignment" and ("[" not in setting.target or setting.target in hit.source.text(setting.value)):
        return None  # a property; or an option that is put right in its own place
    if (
        call is not None
        and setting.form == "pair"
        and re.search(r"(?i)valid|rule|trans|schema|resolver|default|form|label", call.dotted)
    ):
        return None
    return setting


def _is_place(hit: Hit, node: "Node", value: Value) -> bool:
    """Whether a value may be a path or PEM: not a word, a number, or what some call made."""
    if value.kind is Kind.TEXT:
        return bool(_LOOKS_LIKE_FILE.search(value.text)) and not is_word(value) and "alipay" not in value.text.lower()
    if value.kind in (Kind.UNKNOWN, Kind.NAME):
        return re.fullmatch(r"[\w$.>\-:]+(?:\[[^\[\]]+\])*", value.text or hit.source.text(node)) is not None
    return value.kind in (Kind.JOIN, Kind.ENVIRONMENT, Kind.SETTING, Kind.PARAMETER)
