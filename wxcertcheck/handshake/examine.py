"""Whether a path from leaf to anchor holds for a name at a moment: what OpenSSL checks, in the words of a reason. Pure.

The plain points (name, dates, key strength, CA flags, purposes) are checked here, because each needs its own answer.
``cryptography.x509.verification`` has the word on name constraints and critical extensions. Where it refuses what OpenSSL
accepts (RFC 5280 and CA/Browser Forum shapes: authority key identifier, critical BasicConstraints, …), that is said and
does not decide. SHA-1 and short keys are refused as OpenSSL 3 does at its usual security level in TLS.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from msgspec import Struct

from wxcertcheck.handshake.certificates import Parsed, extension, extensions, names_of, weak_hash
from wxcertcheck.model import ChainOutcome
from wxcertcheck.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from wxcertcheck.handshake.paths import Path

_KNOWN_EXTENSIONS = frozenset(  # critical ones that OpenSSL knows, and that need no more than what is checked here
    {
        "2.5.29.15",  # key usage
        "2.5.29.17",  # subject alternative name
        "2.5.29.19",  # basic constraints
        "2.5.29.37",  # extended key usage
        "2.5.29.31",  # CRL distribution points
        "2.5.29.32",  # certificate policies
    }
)
_LONGEST = 120
_MIN_RSA = 2048
_MIN_EC = 224


class Flaw(Struct, frozen=True):
    """Why a path does not hold."""

    outcome: ChainOutcome
    detail: Text


def flaw_of(path: Path, name: str, at: datetime) -> tuple[Flaw | None, Text | None]:
    """The first flaw of a path (None: it holds), and why stricter checkers refuse one that holds."""
    for check in (_strength, _constraints):
        if flaw := check(path):
            return flaw, None
    if flaw := _name(path, name) or _dates(path, at):
        return flaw, None
    if len(path.certificates) == 1:  # the leaf itself is the anchor: there is no path to check
        return None, None
    refusal = _library_refusal(path, name, at)
    if refusal is None:
        return None, None
    if _needs_library(path):
        return Flaw(ChainOutcome.CONSTRAINT, Text(zh="{why}", en="{why}").fill(why=refusal)), None
    return None, _STRICTER.fill(why=refusal)


def _strength(path: Path) -> Flaw | None:
    for parsed in path.certificates[:-1]:
        if algorithm := weak_hash(parsed):
            detail = Text(zh="{name} 用 {hash} 签名", en="{name} is signed with {hash}")
            return Flaw(
                ChainOutcome.WEAK_SIGNATURE,
                detail.fill(name=parsed.name, hash=algorithm.replace("SHA1", "SHA-1")),
            )
        bits, least = _key_bits(parsed)
        if bits < least:
            detail = Text(zh="{name} 的密钥只有 {bits} 位", en="the key of {name} has only {bits} bits")
            return Flaw(ChainOutcome.WEAK_SIGNATURE, detail.fill(name=parsed.name, bits=bits))
    return None


def _key_bits(parsed: Parsed) -> tuple[int, int]:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    try:
        key = parsed.certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return 0, 0
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size, _MIN_RSA
    return (key.key_size, _MIN_EC) if isinstance(key, ec.EllipticCurvePublicKey) else (0, 0)


def _name(path: Path, name: str) -> Flaw | None:
    names = names_of(path.certificates[0])
    if names.cover(name):
        return None
    listed = (*names.dns, *names.ips)
    shown = ", ".join(listed[:4]) + (", …" if len(listed) > 4 else "")
    detail = Text(zh="证书是给 {shown} 的，不是给 {name} 的", en="the certificate is for {shown}, not for {name}")
    return Flaw(ChainOutcome.WRONG_NAME, detail.fill(shown=shown or "-", name=name))


def _dates(path: Path, at: datetime) -> Flaw | None:
    for parsed in path.certificates:
        if at > parsed.until:
            detail = Text(zh="{name} 已于 {day} 过期", en="{name} expired on {day}")
            return Flaw(ChainOutcome.EXPIRED, detail.fill(name=parsed.name, day=f"{parsed.until:%Y-%m-%d}"))
        start = parsed.certificate.not_valid_before_utc
        if at < start:
            detail = Text(zh="{name} 从 {day} 起才有效", en="{name} is valid only from {day}")
            return Flaw(ChainOutcome.NOT_YET_VALID, detail.fill(name=parsed.name, day=f"{start:%Y-%m-%d}"))
    return None


def _constraints(path: Path) -> Flaw | None:
    """CA flag, path length, key usage and purpose as OpenSSL's ``sslserver`` purpose has them (v3_purp.c)."""
    try:
        leaf, *issuers = path.certificates
        if problem := _purpose(leaf) or _leaf_usage(leaf):
            return Flaw(ChainOutcome.CONSTRAINT, problem)
        below = 0
        for issuer in issuers:
            if problem := _not_an_authority(issuer, below) or _purpose(issuer):
                return Flaw(ChainOutcome.CONSTRAINT, problem)
            below += not issuer.self_issued
    except ValueError as error:
        detail = Text(zh="证书的扩展无法解析：{error}", en="an extension cannot be parsed: {error}")
        return Flaw(ChainOutcome.CONSTRAINT, detail.fill(error=error))
    return None


def _not_an_authority(issuer: Parsed, below: int) -> Text | None:
    from cryptography import x509

    basic = extension(issuer, x509.BasicConstraints)
    usage = extension(issuer, x509.KeyUsage)
    if basic is None and issuer.self_signed and (usage is not None or issuer.certificate.version is x509.Version.v1):
        return None if usage is None or usage.key_cert_sign else _may_not_sign(issuer)  # check_ca of v3_purp.c
    if basic is None or not basic.ca:
        return Text(zh="{name} 不是 CA 证书", en="{name} is no certificate authority").fill(name=issuer.name)
    if basic.path_length is not None and below > basic.path_length:
        return Text(zh="{name} 之下的层数超过其限制", en="the path below {name} is longer than it allows").fill(
            name=issuer.name
        )
    return _may_not_sign(issuer) if usage is not None and not usage.key_cert_sign else None


def _may_not_sign(issuer: Parsed) -> Text:
    return Text(zh="{name} 不许签发证书", en="{name} may not sign certificates").fill(name=issuer.name)


def _purpose(parsed: Parsed) -> Text | None:
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    purposes = extension(parsed, x509.ExtendedKeyUsage)
    if purposes is None or ExtendedKeyUsageOID.SERVER_AUTH in purposes:
        return None
    return Text(zh="{name} 不可用于服务器认证", en="{name} is not for server authentication").fill(name=parsed.name)


def _leaf_usage(leaf: Parsed) -> Text | None:
    from cryptography import x509

    usage = extension(leaf, x509.KeyUsage)
    if usage is None or usage.digital_signature or usage.key_encipherment or usage.key_agreement:
        return None
    return Text(zh="{name} 的密钥用途不含 TLS", en="the key of {name} is not for TLS").fill(name=leaf.name)


def _library_refusal(path: Path, name: str, at: datetime) -> str | None:
    """What ``cryptography.x509.verification`` says against the path, or None."""
    from cryptography import x509
    from cryptography.x509 import verification

    subject: x509.GeneralName
    try:
        subject = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        subject = x509.DNSName(name)
    leaf, *middle, anchor = [parsed.certificate for parsed in path.certificates]
    try:
        builder = verification.PolicyBuilder().store(verification.Store([anchor])).time(at.replace(tzinfo=None))
        builder.build_server_verifier(subject).verify(leaf, middle)
    except (verification.VerificationError, ValueError) as error:
        why = str(error).removeprefix("validation failed: ").partition(" (encountered processing")[0]
        return why if len(why) <= _LONGEST else why[:_LONGEST] + "…"
    return None


def _needs_library(path: Path) -> bool:
    """Whether the path has what only the library checks: name constraints, critical extensions that nobody knows."""
    return any(
        found.oid.dotted_string == "2.5.29.30" or (found.critical and found.oid.dotted_string not in _KNOWN_EXTENSIONS)
        for parsed in path.certificates
        for found in extensions(parsed)
    )


_STRICTER = Text(
    zh="OpenSSL 接受；更严格的校验器（按 RFC 5280 和 CA/B 论坛要求）会拒绝：{why}",
    en="OpenSSL accepts it; checkers that hold to RFC 5280 and the CA/Browser Forum refuse it: {why}",
)
