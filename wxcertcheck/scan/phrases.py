"""Names that tell what they are given, in any language and library: the CAs to trust, or a switch of the verification.

A name is split into words (``natsOptions_LoadCATrustedCertificates``: nats, options, load, ca, trusted, certificates), and
phrases of words are looked for; what the same words mean elsewhere is kept out: a server's list of client CAs, software that
issues certificates, signed messages and tokens.
"""

import re
from functools import lru_cache

from wxcertcheck.scan.telling import means_ca

_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_RUN = re.compile(r"(TLS|SSL|HTTPS)(?=[A-Z])|(?<![A-Z])(CA)(?=file|path|cert|dir|info|bundle)|(CA)(?=s(?![a-z]))")
"""Capitals that run into the next word: ``SSLRootCert``, ``CAfile``, ``RootCAs``."""
_LUMP = re.compile(
    r"(tls|ssl|https)?(root|trusted|trust|server)?(ca)?(certs?|certificates?|crt|pem)?(files?|paths?|dir|bundle|info|stores?)?(s)?"
)
"""Words written as one: ``sslrootcert``, ``cafile``, ``truststore``."""
_LONGEST = 80

_TLS = r"(?:tls|ssl|https|server|peer|cert|certs|certificates?|chain|hostnames?|host)"
_ON_IS_OFF = re.compile(
    rf"_(?:skip|disable|disabled|no|ignore|without|bypass)_(?:{_TLS}_|name_)*verif(?:y|ied|ication|ying)_"
    rf"|_(?:skip|disable|disabled|no|ignore|without|bypass)_(?:{_TLS}_|common_|name_)+(?:check|checks|checking|validation|validate|errors?)_"
    rf"|_no_check_{_TLS}_|_insecure_(?:skip|tls|ssl|https)_"
    rf"|_(?:allow|accept|trust)s?_(?:any_|all_|invalid_|untrusted_|self_|signed_|selfsigned_|insecure_|expired_|unverified_)+"
    r"(?:tls_|ssl_|https_|server_)*(?:certs?|certificates?|hostnames?|hosts?|ssl|tls)_"
    r"|_(?:tls|ssl|https)_insecure_|_trust_server_cert(?:ificate)?_|_accept_invalid_certs_|_(?:self_signed|selfsigned)_allowed_"
)
_OFF_IS_OFF = re.compile(
    r"_(?:verify|verification|validate)_(?:tls|ssl|https|peers?|server_certs?|server_certificates?|certs?|certificates?"
    r"|hosts?|host_?names?|server_cert_\w+)_"
    r"|_check_(?:certificates?|(?:tls|ssl|server|peer)_cert\w*|host_?names?)_"
    rf"|_{_TLS}_(?:{_TLS}_|name_)*(?:verif(?:y|ication)|validation|check(?:ing|s)?)_"
    r"|_(?:ssl|tls)?verify(?:peer|host)_|_(?:set|ssl|tls|peer|cert)_verif(?:y|ication)_(?:modes?|flags?|level|type)_|_reject_unauthorized_|_strict_ssl_|_(?:validates?|verif(?:y|ies))_(?:domain|host|certificate)_(?:name|chain)_"
)
_NO_SWITCH = re.compile(
    r"_to_verify_|_(?:db|database|snapshot|disk|backup|host_key)_|_(?:signature|signatures|sign|jwt|token|email|mail|phone|sms|code|captcha|password|payment|order|data|input|image"
    r"|status|state|integrity|checksum|crc|md5|proofs?|block|schema|form|user|login|clients?|callback|cb|depth|result|error|errors_\w+"
    r"|fn|func|function|key|keys|ssh|time|expiry|dates?|store|location|locations|path|file)_"
)
_READS = re.compile(
    r"_?(?:x_509_)?(?:get|is|has|print|log|assert|free|destroy|delete|remove|clear|close|write|save|dump|export|sign|create|generate|fetch"
    r"|download|list|count|find|parse|decode|encode|test|expect|unset|reset|refresh|watch|verified|show|on|ensure|needs?|should"
    r"|supports?|renew|rotate|issue|request|marshal|unmarshal|compare|equals?|contains?|upload|store|put|describe|install|copy|to"
    r"|extract|convert|build_ca|make|wait|check|validate|verify|strdup|str)_"
)
"""Verbs of functions that do something else with what their names tell."""


@lru_cache(maxsize=4096)
def words_of(name: str) -> str:
    """A name's words in lower case, each between underscores: ``RootCAFile`` -> ``_root_ca_file_``."""
    if len(name) > _LONGEST:
        return ""
    name = _RUN.sub(lambda found: found.group().title() if found.group(3) else found.group() + "_", name)
    words: list[str] = []
    for piece in _PIECE.findall(name):
        lump = _LUMP.fullmatch(piece.lower())
        words += [group for group in lump.groups()[:5] if group] if lump and piece else [piece.lower()]
    return "_" + "_".join(words) + "_"


def tells_ca(name: str) -> bool:
    """Whether what has this name is (or takes) trusted CAs: a file, a folder, a bundle, certificates, a store."""
    if means_ca(_AROUND.sub("", name), more="_" in name):
        return True
    verb = _VERB.search(name)  # ``http_client_set_trusted_cert``: what stands before is the library's
    return verb is not None and means_ca(name[verb.end() :], more=True)


_AROUND = re.compile(r"(?<![a-z])[uU]se_?(?=[A-Z]|(?<=_))|_n$")
"""``UseCACert(p)`` is a setter here, where other names with "use" are switches; C's ``add_trusted_cert_n(s, path, length)``."""


_VERB = re.compile(r"(?<=[a-z])_(?:set|add|load)_(?!.*_(?:set|add|load)_)")


def off_when(name: str) -> str:
    """The value with which a switch of this name turns verification off: "true" or "false"; "" if it is no such switch."""
    words = words_of(name)
    if _NO_SWITCH.search(words):
        return ""
    if _ON_IS_OFF.search(words):
        return "true"
    return "false" if _OFF_IS_OFF.search(words) else ""


def only_reads(name: str) -> bool:
    """Whether a function's name says that it looks at something or makes it, rather than hands it on."""
    return _READS.match(words_of(name)) is not None


CA_WORDS = (
    "ca_file", "ca_path", "ca_cert", "ca_bundle", "ca_pem", "ca_dir", "ca_crt", "cafile", "capath", "cacert",
    "caFile", "caPath", "caCert", "caBundle", "caPem", "caDir", "CAFile", "CAPath", "CACert", "CABundle", "CAPem",
    "CaFile", "CaPath", "CaCert", "CaBundle", "CACrt", "CaCrt", "CATrusted", "CAData", "root_ca", "root_cert",
    "rootCA", "rootCa", "rootCert", "RootCA", "RootCa", "RootCert", "sslrootcert", "trusted_c", "trustedC",
    "TrustedC", "trust_store", "trustStore", "TrustStore", "trust_cert", "trustCert", "trust_anchor", "trustRoots",
    "tls_ca", "tlsCA", "tlsCa", "TLSCA", "TlsCa", "ssl_ca", "tls_root", "certificateAuthorityF",
    "certificateAuthorityP", "certificateAuthorities", "CertificateAuthorityFile", "CertificateAuthorityPath",
    "certificate_authorit", "ustomCA(", "ustom_ca", "xtraCA(", "xtra_ca", "iskCA(", "tls-ca", "ssl-ca", "ca-cert", "ca-file", "root-ca", "ithCertificateAuthority(", "etCertificateAuthority(", "ddCertificateAuthority(", "rootca.", "setCA(", "SetCA(", "set_ca(", "WithCA(", "with_ca(", "AddCA(", "add_ca(",
)  # fmt: skip
"""Parts of the names that `tells_ca` knows, as they are written: what a file is parsed for."""
SWITCH_WORDS = (
    "kip_verif", "kip_cert", "kipVerif", "kipCert", "kipServer", "kip_server", "kipPeer", "kip_peer", "isable_cert",
    "isable_verif", "isableCert", "isableVerification", "gnore_ssl", "gnore_cert", "gnore_tls", "gnoreSSL",
    "gnoreSsl", "gnoreCert", "gnoreTLS", "no_verify", "noVerify", "NoVerify", "nsecureSkip", "nsecure_skip",
    "nsecureTLS", "nsecureTls", "nsecureSSL", "nsecure_tls", "nsecure_ssl", "llow_invalid", "llow_self",
    "llow_untrusted", "ccept_invalid", "ccept_all", "ccept_any", "ccept_self", "llowInvalid", "llowSelf",
    "llowUntrusted", "cceptInvalid", "cceptAll", "cceptAny", "cceptSelf", "rust_all", "rustAll", "rustServerCert",
    "rust_server_cert", "tls_insecure", "tlsInsecure", "TLSInsecure", "TlsInsecure", "HTTPSInsecure", "HttpsInsecure", "sslInsecure", "erify_ssl",
    "erify_tls", "verify_peer", "erify_certs", "verify_certificate", "erify_hostname", "verify_host", "erifySSL",
    "erifySsl", "erifyTLS", "erifyTls", "erifyPeer", "etVerifyCert", "ithVerifyCert", "verifyCert", "etVerifyHost",
    "ithVerifyHost", "verifyHost", "erifyServerCert", "erify_server_cert", "sl_verif", "tls_verif", "TLS_verif", "sslVerif", "SslVerif",
    "tlsVerif", "TlsVerif", "SSLVerif", "TLSVerif", "eer_verif", "eerVerif", "ostname_verif", "ost_verif", "ostnameVerif",
    "ostVerif", "cert_verification", "certVerification", "etCertVerif", "certificate_verification",
    "etCertificateVerif", "certificateVerification", "set_verify_flag", "set_verify_mode", "etVerifyMode", "etVerificationMode",
    "etVerifyFlag", "alidate_certs", "alidate_ssl", "alidateCert", "alidateSSL", "alidateSsl", "heck_cert",
    "heckCert", "ejectUnauthorized", "eject_unauthorized", "skip-verif", "certificate.verification", "verifypeer", "verifyhost",
)  # fmt: skip
"""Likewise for `off_when`; each without its first letter where that may be a capital."""
CA_FOLLOWED = r"(?!LL|l[cgl]|che|us|p[ai]|n[cd]|rd)"
"""Not ``rootCache``, ``RootCallback``, ``ssl_calg``."""
SWITCH_FOLLOWED = r"(?:(?<!nvalid)(?<!ny)(?<!ll)|\w*(?i:cert|host|ssl|tls))"
"""``allowInvalid…``, ``acceptAny…``, ``trustAll…``: of certificates or connections, not of states or receivers."""
