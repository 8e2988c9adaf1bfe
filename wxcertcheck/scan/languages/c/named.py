"""Places known by their names alone: structures and setters of libraries that no pattern names.

``tls.ca_file = "rootca.pem"`` and ``tls_config_set_ca_file(c, "rootca.pem")`` say what they are in any library. They count
only with a certificate in sight: a path with a certificate's ending, PEM, or a constant whose name says so. A value that is
merely handed on is no place of its own.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find
from wxcertcheck.scan.languages.c.tls import is_server
from wxcertcheck.scan.matchers import decided_around
from wxcertcheck.scan.values import Kind, Value

if TYPE_CHECKING:
    from tree_sitter import Node

CA_FIELDS = (
    "ca_file", "ca_path", "ca_cert", "ca_certs", "ca_pem", "ca_crt", "ca_bundle", "ca_certificate", "ca_filename", "cafile",
    "capath", "cacert", "cacerts", "cacert_pem", "ca_buf", "caCert", "caCerts", "caPem", "caCertPem", "caCertificatePem", "ca_certificate_pem",
    "caBundle", "caCertificate", "CAfile", "CApath", "CAFile", "CAPath", "CaFile", "CaPath", "CaCert", "root_ca", "rootCA",
    "rootCa", "root_cert", "root_certs", "rootCert", "root_ca_pem", "root_ca_cert", "root_certificates", "trust_store",
    "trusted_cert", "server_ca", "ssl_ca", "ssl_ca_cert", "ssl_ca_file", "tls_ca_cert", "tls_ca_file",
)  # fmt: skip
CA_SETTERS = (
    "set_ca", "setCa", "setCA", "SetCa", "SetCA", "set_cacert", "setCacert", "SetCacert", "load_ca", "loadCa", "loadCA",
    "LoadCA", "LoadCa", "add_ca", "addCa", "addCA", "AddCA", "AddCa", "set_root_c", "setRootC", "SetRootC", "config_set_ca",
    "tls_config_set_ca", "esp_tls_set_global_ca_store", "esp_tls_init_global_ca_store",
)  # fmt: skip
CA_SETTER = r"(?i:_{0,2}(?:ca|a|erts?|certs?|certificates?|file|path|bundle|loc|location|pem|mem|dir|store|chain|info))*_{0,2}[PF]?\s*\("
"""What follows a setter's word: only names of certificates and files may. A ``_`` stands in one place of the expression alone:
optional ones before and after each name would be tried in every combination."""
_SETTER = re.compile(CA_SETTER)
_FILE = re.compile(
    r"(?i)\.(?:pem|crt|cer|der|cert|p7b|bundle)$|ca[-_]?(?:bundle|certs?|certificates)[^/]*$|-----BEGIN "
)
_CONSTANT = re.compile(
    r"(?i)(?:root|ca|trust)\w*(?:pem|cert|crt|ca)|(?:pem|cert|crt)\w*(?:root|ca)\b|root_?ca|^ca_?(?:pem|cert|crt)"
)
_MEMBER = re.compile(r"^(?:m_|_|s_|p_)|_$|[.>:]")
_IDENTITY = re.compile(r"(?i)client|own|priv|server_?(?:cert|crt|pem)|device_?(?:cert|crt)|key")
VERIFY_SETTERS = (
    "setVerifyPeer", "SetVerifyPeer", "set_verify_peer", "setSslVerify", "SetSslVerify", "setSSLVerify", "SetSSLVerify",
    "set_ssl_verify", "setVerifySSL", "SetVerifySSL", "setVerifySsl", "SetVerifySsl", "setVerifyCert", "SetVerifyCert", "set_verify_cert",
    "setVerifyHost", "SetVerifyHost", "enableVerify", "EnableVerify", "set_verify_peer_cert", "aws_tls_ctx_options_set_verify_peer",
    "setVerifyServer", "SetVerifyServer", "setRejectUnauthorized",
)  # fmt: skip
_ELSEWHERE = frozenset((
    "setCACert", "setCACertBundle", "setRootCA", "loadCACert", "setCACertPEM", "setCaCertificates", "addCaCertificates",
    "addCaCertificate", "set_ca_cert_path", "set_ca_cert_store", "load_ca_cert_store",
))  # fmt: skip
"""Setters that have a pattern of their own."""


def names_ca(value: Value) -> bool:
    """Whether a certificate is in sight: a file's name, PEM, or a constant called after a root."""
    for leaf in value.leaves():
        if leaf.kind is Kind.TEXT and _FILE.search(leaf.text[:4096]):
            return True
        if leaf.kind is Kind.JOIN and leaf.parts and names_ca(leaf.parts[-1]):
            return True
        if leaf.kind is Kind.NAME and not _MEMBER.search(leaf.text) and _CONSTANT.search(leaf.text):
            return True
        qualified = re.fullmatch(r"[\w.:]+[.:]([A-Z][A-Z0-9_]+)", leaf.text) if leaf.kind is Kind.NAME else None
        if qualified and _CONSTANT.search(qualified[1]):  # ``PrivateConfig::MQTT_CA_PEM``
            return True
    return False


def named_field(hit: Hit) -> Iterator[Find]:
    """``options.ca_file = "ca.pem"``, ``.ca_cert = root_pem``."""
    if hit.name not in CA_FIELDS:
        return
    setting = hit.setting()
    if setting is None or setting.value is None or setting.form not in ("pair", "assignment"):
        return
    if setting.form == "assignment" and not re.search(r"\.|->", setting.target):
        return
    if is_server(hit) or re.search(r"(?i)server|listen|accept", setting.target) or _IDENTITY.search(hit.name):
        return
    value = hit.value(setting.value)
    if names_ca(value):
        yield Find(PinKind.TRUST, setting.node, value)


def named_setter(hit: Hit) -> Iterator[Find]:
    """``config.setCaFile("ca.pem")``, ``tls_config_set_ca_file(config, "ca.pem")``."""
    call = hit.call()
    if call is None or hit.name != call.name or call.name in _ELSEWHERE:
        return
    if is_server(hit) or _IDENTITY.search(call.name) or not _SETTER.fullmatch(call.name.partition(hit.word)[2] + "("):
        return
    for argument in call.arguments[:3]:
        value = hit.value(argument.node)
        if names_ca(value):
            yield Find(PinKind.TRUST, call.node, value)
            return


def _asks(hit: Hit, node: "Node") -> bool:
    """``config_mqtt_reject_unauthorized()``: a function gives what is configured."""
    call = hit.source.call(node)
    name = call.name if call is not None and not call.arguments else ""
    return re.search(r"(?i)config|setting|option", name) is not None


def named_switch(hit: Hit) -> Iterator[Find]:
    """``client.setVerifyPeer(false)``."""
    call = hit.call()
    if call is None or hit.name != call.name or not call.arguments or is_server(hit) or call.name.startswith("amqp_"):
        return
    value = hit.value(call.arguments[-1].node)
    if value.kind is Kind.FALSE or value.text in ("0", "0L"):
        kind = PinKind.CONFIGURABLE if decided_around(hit.source, call.node) else PinKind.VERIFICATION_OFF
        yield Find(kind, call.node)
    elif call.receiver is not None and (value.kind is Kind.PARAMETER or _asks(hit, call.arguments[-1].node)):
        yield Find(PinKind.CONFIGURABLE, call.node, value)
