"""OpenSSL's TRUSTED CERTIFICATE: a certificate with OpenSSL's own trust and reject settings behind it.

Layout (OpenSSL crypto/x509/x_x509a.c): Certificate, then ``CERT_AUX ::= SEQUENCE { trust SEQUENCE OF OID OPTIONAL,
reject [0] SEQUENCE OF OID OPTIONAL, alias UTF8String, keyid … }``. Meaning (crypto/x509/x509_trust.c, obj_trust): a
reject entry for the purpose or anyExtendedKeyUsage refuses; a trust list that is there and names neither refuses too;
no trust list leaves the certificate trusted.
"""

from wxcertcheck.der import OID, SEQUENCE, certificate_end, element
from wxcertcheck.text import Text

_SERVER_AUTH = bytes.fromhex("2b06010505070301")  # 1.3.6.1.5.5.7.3.1
_ANY_USAGE = bytes.fromhex("551d2500")  # 2.5.29.37.0
_REJECT, _ALIAS = 0xA0, 0x0C

REJECTED = Text(
    zh="OpenSSL 的 reject 标记禁止它用于 TLS 服务器",
    en="OpenSSL's reject setting forbids it for TLS servers",
)
NOT_FOR_SERVERS = Text(
    zh="OpenSSL 的信任设置不含 TLS 服务器用途（例如只用于电子邮件）",
    en="OpenSSL's trust settings leave out TLS servers (e-mail only, for example)",
)


def split(data: bytes) -> tuple[bytes, str, Text | None]:
    """The certificate's DER, its alias, and why OpenSSL does not trust it for TLS servers (None: it does).

    Raises `MalformedError` if certificate or settings are broken: OpenSSL refuses such a block as a whole.
    """
    end = certificate_end(data)
    if end == len(data):
        return data, "", None
    trust: list[bytes] | None = None
    reject: list[bytes] = []
    alias = ""
    for part in element(data, end).expect(SEQUENCE).children():
        if part.tag == SEQUENCE and trust is None:
            trust = [oid.expect(OID).contents for oid in part.children()]
        elif part.tag == _REJECT:
            reject = [oid.expect(OID).contents for oid in part.children()]
        elif part.tag == _ALIAS:
            alias = part.contents.decode("utf-8", "replace")
    if any(oid in (_SERVER_AUTH, _ANY_USAGE) for oid in reject):
        return data[:end], alias, REJECTED
    if trust is not None and not any(oid in (_SERVER_AUTH, _ANY_USAGE) for oid in trust):
        return data[:end], alias, NOT_FOR_SERVERS
    return data[:end], alias, None
