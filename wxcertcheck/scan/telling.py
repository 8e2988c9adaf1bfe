"""Names that tell by themselves what they are for, whatever the library: a CA file, or a switch of the verification.

One vocabulary for all languages: ``caCertPath``, ``TLSCAFile``, ``ssl_ca``, ``sslrootcert``, ``--ca-bundle``; ``verifySsl``,
``SSL_VERIFY``, ``insecureSkipVerify``, ``trustAllCerts``.
"""

import re
from functools import lru_cache
from itertools import pairwise

_BORDERS = (
    (re.compile(r"CAs(?![a-z])"), "Cas_"),
    (re.compile(r"([a-z0-9])([A-Z])"), r"\1_\2"),
    (re.compile(r"([A-Z]+)([A-Z][a-z])"), r"\1_\2"),
    (re.compile(r"\W+"), "_"),
)
_LUMP = re.compile(
    r"(ssl|tls|root|server|https|trusted|db|pg|mysql|mqtt|kafka|redis)?(cas?)"
    r"(files?|paths?|certs?|certificates?|bundle|pem|crt|dir|info|store|location|data|chain)?(files?|paths?|pem|data)?"
    r"|(ssl|tls)?(root)(certs?|certificates?|ca)(file|path)?|(trust)(stores?|certs?)(file|path|location)?"
    r"|(ssl|tls)(verify|verification|validate|validation|insecure|strict)|(verify|validate|ignore|skip|strict|insecure)(ssl|tls|certs?|peer)"
    r"|(skip)(verify)|(verify)(host)|(self)(signed)|(trust)(all|any)|(host)(names?)"
)
"""Words written as one: ``sslrootcert``, ``cafile``, ``truststore``."""


@lru_cache(maxsize=8192)
def parts(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: ``TLSCAFile`` -> tls, ca, file."""
    for border, between in _BORDERS:
        name = border.sub(between, name)
    found: list[str] = []
    for word in name.lower().split("_"):
        lump = _LUMP.fullmatch(word) if word else None
        found += [one for one in lump.groups() if one] if lump else [word] * bool(word)
    return tuple(found)


# --- CA files, bundles, stores ----------------------------------------------------------------------------------------------

_CERTIFICATES = frozenset({"cert", "certs", "certificate", "certificates", "crt", "crts", "pem", "pems"})
_HOLDER = frozenset({
    *_CERTIFICATES, "file", "files", "filename", "filepath", "path", "paths", "bundle", "bundles", "dir", "directory", "folder", "location", "locations",
    "data", "content", "contents", "bytes", "base64", "b64", "chain", "list", "store", "stores", "resource", "url", "uri", "string", "stream", "info", "text",
    "collection", "pool", "der",
})  # fmt: skip
_BEFORE_CA = frozenset({
    "ssl", "tls", "root", "trusted", "trust", "server", "custom", "extra", "https", "additional", "private", "x509", "disk",
    "set", "add", "with", "load", "use",
})  # fmt: skip
_TRUSTED = frozenset({*_CERTIFICATES, "store", "stores", "root", "roots", "ca", "cas", "anchor", "anchors"})
_OF_SOMETHING_ELSE = frozenset({
    "client", "clients", "password", "passwd", "pass", "passphrase", "pwd", "type", "alias", "provider", "format", "key", "keys", "jwt", "jwk", "sign",
    "signature", "signing", "alipay", "ali", "fallback", "system", "native", "os", "platform", "use", "disable", "enable", "skip", "without", "no", "union", "unionpay", "acp", "issuer", "issuing", "subject", "serial", "sn", "enabled", "required", "count", "id",
    "ids", "hash", "fingerprint", "thumbprint", "request", "response", "expiry", "expires", "days", "dn", "cn", "error", "exception", "usage",
    "generate", "generated", "create", "created", "new", "default", "output", "out", "download", "upload", "rotate", "renew", "revoke", "delete",
    "remove", "list", "exists", "valid", "is", "has", "get", "encryption", "attestation", "cause", "export", "install", "intermediate",
    "code", "apple", "saml", "idp", "template", "secret", "name", "label", "title", "description", "status", "ttl",
    "locale", "region", "country", "canada", "to", "len", "length", "size", "num", "callback", "cb", "err", "errors", "match",
})  # fmt: skip
_TRUSTED_SERVER = re.compile(r"(?<![a-z])(trust(?:ed)?)_server_(?=cert)")
_IN_SPITE = frozenset({"list", "name"})
"""Allowed at the end: ``caCertList``, ``caFileName``."""
_ENDS = _HOLDER | {"ca", "cas", "root", "roots", "anchors", "anchor", "name", "authority", "authorities"}
"""What such a name ends with."""


@lru_cache(maxsize=8192)
def means_ca(name: str, *, more: bool = False) -> bool:
    """Whether a name says that what it stands for holds the CAs that are trusted: a file, a bundle, a store, PEM text.

    ``more``: one word more may stand at the end, as in C's constants (``iotx_ca_crt_itls``).
    """
    words = _TRUSTED_SERVER.sub(r"\1_", "_".join(parts(name))).split("_")
    if more and words and words[-1] not in _ENDS | _OF_SOMETHING_ELSE:
        words = words[:-1]
    if not 1 < len(words) < 9 or words[-1] not in _ENDS:
        return False
    if any(word in _OF_SOMETHING_ELSE for word in words[:-1]) or words[-1] in _OF_SOMETHING_ELSE - _IN_SPITE:
        return False
    return any(_pair(first, second) for first, second in pairwise(words))


def _pair(first: str, second: str) -> bool:
    if first in ("ca", "cas"):
        return second in _HOLDER
    if second in ("ca", "cas"):
        return first in _BEFORE_CA
    if first in ("trust", "trusted"):
        return second in _TRUSTED
    if first == "root":
        return second in _CERTIFICATES
    if second == "roots":
        return first in ("ssl", "tls")
    return first in ("certificate", "cert") and second in ("authority", "authorities")


BUNDLE_FILE = re.compile(r"(?i)(?:^|[/\\])(?:curl-)?ca[-_]?(?:certs?|certificates|bundle|store)\.(?:pem|crt|cer)$")
"""File names that nothing but a bundle of CAs has."""


CA_VARIABLES = (
    *("CA_CERT", "CA_BUNDLE", "CA_FILE", "CAFILE", "CACERT", "CA_PATH", "CAPATH", "SSL_CA", "TLS_CA", "ROOT_CA"),
    *("SSLROOTCERT", "SSL_ROOT_CERT", "TRUSTSTORE", "TRUST_STORE", "TRUSTED_CERT"),
)
"""Parts of such names as environment variables have them."""
SWITCH_VARIABLES = (
    *("SSL_VERIF", "TLS_VERIF", "VERIFY_SSL", "VERIFY_TLS", "VERIFY_CERT", "VERIFY_PEER", "SKIP_VERIF", "SKIP_SSL"),
    *("SKIP_TLS", "SKIP_CERT", "TLS_INSECURE", "SSL_INSECURE", "INSECURE_SSL", "INSECURE_TLS", "INSECURE_SKIP"),
    *("IGNORE_SSL", "IGNORE_TLS", "IGNORE_CERT", "VALIDATE_CERT", "VALIDATE_SSL", "SSL_VALIDAT", "TRUST_ALL"),
    *(
        "ALLOW_SELF_SIGNED",
        "ACCEPT_SELF_SIGNED",
        "ACCEPT_INVALID",
        "ALLOW_INVALID",
        "REJECT_UNAUTHORIZED",
        "STRICT_SSL",
    ),
)
"""Likewise for switches."""


# --- switches ----------------------------------------------------------------------------------------------------------------

_SETTING = frozenset(
    {"set", "get", "with", "is", "use", "using", "enable", "enabled", "should", "do", "m", "opt", "option", "config"}
)
_TOPIC = frozenset(
    {"ssl", "tls", "https", "cert", "certs", "certificate", "certificates", "peer", "hostname", "hostnames", "endpoint"}
)
_CHECK = frozenset({"verify", "verification", "verifying", "verified", "validate", "validation", "validating", "check", "checks", "checking", "strict", "identification"})  # fmt: skip
_NO = frozenset(
    {"skip", "ignore", "ignores", "disable", "disabled", "no", "without", "bypass", "suppress", "not", "dont"}
)
_LENIENT = frozenset({"accept", "accepts", "accepting", "allow", "allows", "allowed", "trust", "trusts", "trusting"})
_ANYTHING = frozenset({"all", "any", "every", "everything", "invalid", "self", "insecure", "untrusted", "unauthorized", "unsafe", "bad", "expired", "unknown", "unverified"})  # fmt: skip
_NO_SWITCH = frozenset({
    "client", "clients", "signature", "sign", "token", "jwt", "email", "phone", "password", "code", "url", "path", "file", "mode", "level", "depth", "callback",
    "result", "status", "message", "time", "date", "count", "expiry", "expiration", "revocation", "ocsp", "crl", "request", "response", "id", "key",
    "domain", "name", "sms", "captcha", "service", "handler", "listener", "factory", "manager", "policy", "purpose", "pinning", "provider",
    "issuer", "store", "rule", "rules", "task", "job", "day", "days", "delegate", "strategy", "initial", "configuration", "settings", "options", "context", "socket", "engine", "algorithm", "validator", "func", "function", "type",
})  # fmt: skip


_ALL = frozenset(
    {"all", "any", "everything", "all_host", "all_hosts", "any_host", "all_server", "all_servers", "any_server"}
)
_LAST = frozenset({
    *_TOPIC, *_CHECK, *_NO, *_LENIENT, *_ANYTHING, "chain", "trust", "signed", "server", "host", "hosts", "root", "roots", "error", "errors", "warnings", "issues",
    "insecure", "unsafe", "ssls", "connection", "connections", "ca", "identity", "mode",
})  # fmt: skip
"""What a switch's name may end with, but for the words that say that it is one."""


@lru_cache(maxsize=8192)
def switched_off_by(name: str) -> str:
    """Which value of a switch of this name leaves servers unverified: "true", "false", or "" for a name of something else."""
    words = tuple(word for word in parts(name) if word not in _SETTING)
    joined = "_".join(words).replace("host_name", "hostname")
    words = tuple(joined.split("_")) if joined else ()
    if not words or len(words) > 8 or not _NO_SWITCH.isdisjoint(words):
        return ""
    if words[-1] not in _LAST:
        return ""
    known = frozenset(words)
    about = not known.isdisjoint(_TOPIC)
    checks = not known.isdisjoint(_CHECK)
    if "reject" in known and "unauthorized" in known:
        return "false"
    if not known.isdisjoint(_LENIENT) and not known.isdisjoint(_ANYTHING):
        alone = "self" in known and "signed" in known
        return "true" if about or alone or (words[0] == "trust" and "_".join(words[1:]) in _ALL) else ""
    if words[:2] == ("trust", "server") and words[-1] in ("certificate", "cert"):
        return "true"
    if "relaxed" in known and checks:
        return "true"
    if "insecure" in known or "unsafe" in known:
        return "true" if about or "verify" in known else ""
    if not known.isdisjoint(_NO):
        errors = not known.isdisjoint(("error", "errors", "warnings", "issues"))
        ignored = not known.isdisjoint(("ignore", "ignores")) and words[-1] in _TOPIC
        return "true" if (about and (checks or errors)) or ignored or words == ("skip", "verify") else ""
    if words in (("verify", "host"), ("ssl", "verify", "host")):
        return "false"
    return "false" if about and checks else ""
