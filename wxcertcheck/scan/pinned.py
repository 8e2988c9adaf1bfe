"""Pins under a name that tells, whatever the library and language: ``PINNED_KEYS = ["sha256/…"]``, ``serverCertFingerprint: "AB:…"``.

What counts is a digest as it is written for a certificate or its key (SHA-1 or SHA-256, hexadecimal or base64) or a
certificate's file, given to such a name, or in a function or class of such a name. A name without a digest or file in sight
says nothing.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from wxcertcheck.model import PinKind
from wxcertcheck.scan.handed_guards import spoken_for
from wxcertcheck.scan.handed_places import same_name
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Language, Matcher, Pattern
from wxcertcheck.scan.names import bare, last_name
from wxcertcheck.scan.source import Source, holds
from wxcertcheck.scan.telling import parts
from wxcertcheck.scan.values import RESOURCE, Kind, choice, text

if TYPE_CHECKING:
    from tree_sitter import Node

_PIN = frozenset({"pin", "pins", "pinned", "pinning", "spki", "hpkp"})
_OF_TLS = frozenset({
    "cert", "certs", "certificate", "certificates", "key", "keys", "public", "pubkey", "pubkeys", "spki", "ssl", "tls", "https",
    "server", "host", "hosts", "domain", "domains", "ca", "root", "leaf", "intermediate", "fingerprint", "fingerprints",
    "thumbprint", "thumbprints", "hpkp", "trust", "trusted",
})  # fmt: skip
_CERTIFICATES = frozenset({"cert", "certs", "certificate", "certificates"})
_ACCEPTED = frozenset({"whitelist", "whitelisted", "allowlist", "allowlisted", "allowed", "accepted", "known"})
_DIGEST = frozenset({"hash", "hashes", "digest", "digests", "sha256", "sha1", "fingerprint", "fingerprints", "thumbprint", "thumbprints"})  # fmt: skip
_SERVERS = frozenset({"ssl", "tls", "server", "peer", "ca", "root", "issuer", "leaf", "expected", "trusted", "allowed", "valid", "known", "https"})  # fmt: skip
_OF_SOMETHING_ELSE = frozenset({
    "git", "commit", "gpg", "pgp", "ssh", "apk", "app", "apps", "sign", "signing", "signer", "signature", "signatures", "saml", "idp",
    "device", "browser", "package", "packages", "file", "files", "content", "code", "user", "password", "version", "jwt", "jwk", "block",
    "image", "docker", "release", "android", "dtls", "ice", "model", "state", "session", "token", "wallet", "address",
})  # fmt: skip


@lru_cache(maxsize=4096)
def means_pin(name: str) -> str:
    """Whether a name says that it holds pins of servers: "sure", "unsure" for ``pins`` and ``pinSha256`` alone, or ""."""
    words = frozenset(parts(name))
    if not words or len(words) > 9 or not words.isdisjoint(_OF_SOMETHING_ELSE):
        return ""
    if "server" not in words and not words.isdisjoint(("client", "clients")):
        return ""
    if not words.isdisjoint(_PIN):
        return "sure" if not words.isdisjoint(_OF_TLS) else "unsure"
    if not words.isdisjoint(_CERTIFICATES) and not words.isdisjoint(_ACCEPTED):
        return "sure"
    if words.isdisjoint(_DIGEST):
        return ""
    if "public" in words and "hash" not in words and not words.isdisjoint(("key", "keys")):
        return "sure"  # Apple Pay's tokens have a ``publicKeyHash``
    about = not words.isdisjoint(_CERTIFICATES)
    return "sure" if not words.isdisjoint(_SERVERS) and (about or "hash" not in words) else ""


_HEX = r"(?:[0-9A-Fa-f]{2}[: -]?){19}(?:(?:[0-9A-Fa-f]{2}[: -]?){12})?[0-9A-Fa-f]{2}"
_BASE64 = r"(?:sha-?256[/:])?[A-Za-z0-9+/]{43}=|sha-?1[/:][A-Za-z0-9+/]{27}="
_FILE = r"[\w./ -]{1,80}\.(?:cer|der|crt|pem)"
_BYTES = r"\b0x30,\s*0x82\b"
_IN_BYTES = re.compile(_BYTES.encode())
_SURE = re.compile(rf"{_BASE64}|{_HEX}")
_UNSURE = re.compile(r"sha(?:256|1)/[A-Za-z0-9+/]{27,43}=|[A-Za-z0-9+/]{43}=")
_IS_FILE = re.compile(_FILE)
FOLLOWED = rf"(?s:.{{0,400}}?)(?:[\"'`](?:{_BASE64}|{_HEX}|{_FILE})[\"'`]|{_BYTES})"
WORDS = (
    *(
        "pinned",
        "Pinned",
        "PINNED",
        "pinning",
        "Pinning",
        "PINNING",
        "_pins",
        "_PINS",
        "Pins",
        "pins =",
        "pins:",
        "PINS",
        "spki",
        "SPKI",
        "Spki",
        "HPKP",
    ),
    *("ertPin", "ertificatePin", "eyPin", "sslPin", "tlsPin", "SSLPin", "TLSPin", "SslPin", "TlsPin"),
    *("ert_pin", "key_pin", "ssl_pin", "tls_pin", "CERT_PIN", "KEY_PIN", "SSL_PIN", "TLS_PIN"),
    *("ublicKeyHash", "ublic_key_hash", "PUBLIC_KEY_HASH", "ublicKeySha", "ublic_key_sha"),
    *("ertWhite", "ert_white", "ERT_WHITE", "ertificateWhite", "ertAllow", "llowedCert", "LLOWED_CERT", "llowed_cert"),
    *("nownCert", "nown_cert", "NOWN_CERT", "cceptedCert", "hitelistedCert"),
    *("ingerprint", "INGERPRINT", "humbprint", "HUMBPRINT"),
)
"""Parts of the names that `means_pin` knows; most without their first letter, which may be a capital."""
_MOST = 6
_FINGERPRINTS = frozenset({PinKind.FINGERPRINT})


def pinned(patterns: tuple[Pattern, ...]) -> Matcher:
    """Pins by name, where none of ``patterns`` speaks of a fingerprint in the same file: the use says it there."""

    last: list[tuple[Source, bool]] = []  # of the file looked at: the same answer for all its pins

    def told_elsewhere(hit: Hit) -> bool:
        if not last or last[0][0] is not hit.source:
            last[:] = [(hit.source, spoken_for(hit, patterns, hit.source.tree.root_node, _FINGERPRINTS))]
        return last[0][1]

    def match(hit: Hit) -> Iterator[Find]:
        told = means_pin(hit.name)
        within = _within(hit) if told else None
        if within is None:
            return
        pem = _in_bytes(hit.source, within) if told == "sure" else ""
        if pem:
            setting = hit.setting()
            yield Find(PinKind.TRUST, setting.node if setting is not None else within, text(pem))
            return
        strings = hit.source.nodes(hit.source.grammar.strings, within)[:400]
        found = [node for node in strings if (_SURE if told == "sure" else _UNSURE).fullmatch(_plain(hit.source, node))]
        found = [node for node in found if not _of_another(hit, node, within)]
        files = [] if found or told != "sure" else [n for n in strings if _IS_FILE.fullmatch(_plain(hit.source, n))]
        if not (found or files) or _OF_OTHERS.search(hit.source.data) or told_elsewhere(hit):
            return
        for place in _places(hit, within, found or files):
            if not found and spoken_for(hit, patterns, place):
                continue
            inside = [text(_plain(hit.source, node)) for node in (found or files) if holds(place, node)]
            kind = PinKind.FINGERPRINT if found else PinKind.TRUST
            yield Find(kind, place, choice(inside if found else [one.on_base(RESOURCE) for one in inside]))

    return match


_OF_OTHERS = re.compile(
    rb"CreateFromSignedFile|WinVerifyTrust|getApkContentsSigners|[cC]lientCert(?:ificate)?\??\.(?:Thumbprint|GetCertHash)"
)
"""Who signed a program, or who calls a server: no server's certificate."""


def _of_another(hit: Hit, string: "Node", within: "Node") -> bool:
    """Whether a name of its own within tells what a string is for: ``pinnedDomains = [Domain(publicKeyHashes = ["…"])]``."""
    source, own = hit.source, hit.setting()
    for parent in source.ancestors(string):
        if parent.id == within.id or (own is not None and parent.id == own.node.id):
            return False
        if parent.type in source.grammar.pairs:
            named = source.pair(parent)[0]
        elif parent.type in source.grammar.assignments:
            sides = source.target_of(parent)
            named = sides[0] if sides is not None else None
        else:
            continue
        if named is not None and means_pin(last_name(source.text(named)[-200:])):
            return True
    return False


def _in_bytes(source: Source, within: "Node") -> str:
    """The certificates in ``[0x30, 0x82, …]`` as PEM; "" where there are none."""
    code = source.data[within.start_byte : within.end_byte]
    if not _IN_BYTES.search(code):
        return ""
    from base64 import encodebytes

    from wxcertcheck.formats import embedded

    bodies = [encodebytes(found.der).decode() for found in embedded.find(code)]
    return "".join(f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n" for body in bodies)


def _plain(source: Source, node: "Node") -> str:
    return bare(source.text(node).lstrip("@")) if node.end_byte - node.start_byte < 200 else ""


def _within(hit: Hit) -> "Node | None":
    """What a name is given, or the function or class that it names."""
    source, setting = hit.source, hit.setting()
    if setting is not None:
        return setting.node if setting.form in ("setter", "option") else setting.value
    for parent in source.ancestors(hit.node):
        if parent.type in source.grammar.functions | source.grammar.classes:
            return parent if bare(source.name_of(parent)) == hit.name or _names(parent, hit.node) else None
        if parent.type in source.grammar.statements or parent.type in source.grammar.calls:
            return None
    return None


def _names(node: "Node", name: "Node") -> bool:
    """Whether ``name`` stands in the head of a method (a selector's part in Objective-C)."""
    body = node.child_by_field_name("body")
    return body is None or name.end_byte <= body.start_byte


def _places(hit: Hit, within: "Node", strings: "list[Node]") -> "list[Node]":
    """The setting itself, or each statement of a function or class that holds some of the strings."""
    setting = hit.setting()
    if setting is not None:
        return [setting.node]
    places = {node.id: node for node in (hit.source.statement_around(string) for string in strings)}
    return [node for node in list(places.values())[:_MOST] if holds(within, node)]


SETTING_WORDS = (
    *(
        "innedCert",
        "inned_cert",
        "INNED_CERT",
        "ertificatePins",
        "ertificate_pins",
        "ertPins",
        "cert_pins",
        "spkiPins",
        "spki_pins",
    ),
    *(
        "ublicKeyPins",
        "ublic_key_pins",
        "sslPins",
        "ssl_pins",
        "innedPublicKey",
        "inned_public_key",
        "innedFinger",
        "inned_finger",
    ),
    *(
        "erverFinger",
        "erver_finger",
        "erverCertFinger",
        "erver_cert_finger",
        "lsFinger",
        "ls_finger",
        "llowedFinger",
        "xpectedFinger",
    ),
)
_SETTING_FOLLOWED = r"\w*[\"']?\s*(?::(?!:)|=(?!=)|=>)"
_STRONG = _CERTIFICATES | {"spki", "ssl", "tls", "fingerprint", "fingerprints", "server", "public"}
_TELLS = re.compile(r"(?i)error|fail|exception|log|print|assert|expect|equal")
"""Calls that tell about a pin."""
_DECIDED = (Kind.ENVIRONMENT, Kind.SETTING, Kind.PARAMETER)


def pins_given(patterns: tuple[Pattern, ...]) -> Matcher:
    """Pins that a caller, the environment or a setting gives under a name that tells."""

    def match(hit: Hit) -> Iterator[Find]:
        if means_pin(hit.name) != "sure" or _STRONG.isdisjoint(parts(hit.name)):
            return
        setting = hit.setting()
        if setting is None or setting.value is None or setting.form not in ("pair", "assignment"):
            return
        member = setting.form == "pair" or re.search(r"[.\[]|->", setting.target) is not None
        call = hit.call_around()
        if not member or same_name(hit, setting.value) or (call is not None and _TELLS.search(call.dotted)):
            return
        value = hit.value(setting.value)
        if any(leaf.kind in _DECIDED for leaf in value.leaves()) and not spoken_for(hit, patterns, setting.node):
            yield Find(PinKind.CONFIGURABLE, setting.node)

    return match


def with_pins(language: Language) -> Language:
    """``language`` with the general patterns of pins after its own, where it has lines for them."""
    from wxcertcheck.scan.pinned_lines import BAD, GIVEN, GOOD, NOT_GIVEN

    name, own = language.name, list[Pattern]()
    if name in BAD:
        match = pinned(language.patterns)
        own.append(Pattern("named-pin", WORDS, match, BAD[name], GOOD[name], followed=FOLLOWED, within=True))
    if name in GIVEN:
        match = pins_given(language.patterns)
        good = NOT_GIVEN[name]
        own.append(
            Pattern("pin-given", SETTING_WORDS, match, GIVEN[name], good, followed=_SETTING_FOLLOWED, within=True)
        )
    return replace(language, patterns=(*language.patterns, *own)) if own else language
