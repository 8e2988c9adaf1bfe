"""XML: Android's network security configuration, iOS property lists, Maven and Ant files.

Sources: developer.android.com/privacy-and-security/security-config; Apple's NSAppTransportSecurity (NSPinnedDomains).
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from wxcertcheck.model import PinKind, PinMode
from wxcertcheck.scan.deployment.jvm import JVM_XML
from wxcertcheck.scan.deployment.variables import VARIABLES
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Language, Pattern
from wxcertcheck.scan.text_format import Span, TextHit, lexer, line_off
from wxcertcheck.scan.values import RESOURCE, choice, text

if TYPE_CHECKING:
    from tree_sitter import Node

_SOURCE = re.compile(rb"<certificates\b[^>]*\bsrc\s*=\s*[\"']([^\"']+)[\"']")
_PIN = re.compile(rb"<pin\b[^>]*>\s*([^<\s]+)\s*</pin>")
_SPKI = re.compile(rb"SPKI-SHA256-BASE64</key>\s*<string>\s*([^<\s]+)")


def _block(hit: Hit, end: bytes) -> tuple[int, bytes]:
    assert isinstance(hit, TextHit)  # noqa: S101 - the lexer below gives nothing else
    start = hit.clean.rfind(b"<", 0, hit.offset + 1)
    stop = hit.clean.find(end, start)
    return start, hit.clean[start : stop if stop >= 0 else start + 20_000]


def _anchors(hit: Hit) -> Iterator[Find]:
    """``<trust-anchors>`` with a raw resource: replaces the defaults unless "system" stands beside it.

    Those of ``<debug-overrides>`` are added to all others, and in debug builds alone.
    """
    assert isinstance(hit, TextHit)  # noqa: S101 - the lexer gives nothing else
    start, block = _block(hit, b"</trust-anchors>")
    debug = hit.clean.rfind(b"<debug-overrides", 0, start) > hit.clean.rfind(b"</debug-overrides>", 0, start)
    if debug or not block.startswith(b"<trust-anchors"):
        return
    sources = [found.decode("utf-8", "replace") for found in _SOURCE.findall(block)]
    own = [source for source in sources if source.startswith("@raw/")]
    if own:
        mode = PinMode.ADDS if "system" in sources else PinMode.REPLACES
        node = cast("Node", Span(start, start + len(b"<trust-anchors")))
        stem = choice(text(f"res/raw/{source[5:]}", RESOURCE) for source in own)
        yield Find(PinKind.TRUST, node, stem, mode)


def _pin_set(hit: Hit) -> Iterator[Find]:
    start, block = _block(hit, b"</pin-set>")
    pins = [found.decode("ascii", "replace") for found in _PIN.findall(block)]
    if block.startswith(b"<pin-set") and pins:
        yield Find(PinKind.FINGERPRINT, cast("Node", Span(start, start + 8)), choice(text(pin) for pin in pins))


def _pinned_domains(hit: Hit) -> Iterator[Find]:
    assert isinstance(hit, TextHit)  # noqa: S101 - as above
    found = _SPKI.match(hit.clean, hit.offset)
    if found:
        node = cast("Node", Span(found.start(), found.end()))
        yield Find(PinKind.FINGERPRINT, node, text(found[1].decode("ascii", "replace")))


_HASHES = re.compile(rb"TSKPublicKeyHashes</key>\s*<array>(.*?)</array>", re.DOTALL)


def _trust_kit(hit: Hit) -> Iterator[Find]:
    """TrustKit: ``TSKPublicKeyHashes`` in ``Info.plist``."""
    assert isinstance(hit, TextHit)  # noqa: S101 - as above
    found = _HASHES.match(hit.clean, hit.offset)
    hashes = re.findall(rb"<string>\s*([^<\s]+)", found[1][:4_000]) if found else []
    if found and hashes:
        node = cast("Node", Span(found.start(), found.start() + len(b"TSKPublicKeyHashes")))
        yield Find(PinKind.FINGERPRINT, node, choice(text(one.decode("ascii", "replace")) for one in hashes))


def _validation_mode(hit: Hit) -> Iterator[Find]:
    """WCF: how a client checks the service's certificate; of a service, how it checks its clients'."""
    assert isinstance(hit, TextHit)  # noqa: S101 - as above
    found = re.compile(rb"certificateValidationMode\s*=\s*[\"']None[\"']").match(hit.clean, hit.offset)
    before = hit.clean[max(0, hit.offset - 1_000) : hit.offset]
    if found and before.rfind(b"<serviceCertificate") > before.rfind(b"<clientCertificate"):
        yield Find(PinKind.VERIFICATION_OFF, cast("Node", Span(*found.span())))


LANGUAGE = Language(
    name="xml",
    title="XML",
    endings=(".xml", ".plist", ".pom", ".xcconfig", ".launch", ".entitlements"),
    file_names=(
        "[Ww]eb.config",
        "[Ww]eb.*.config",
        "[Aa]pp.config",
        "[Aa]pp.*.config",
        "*.exe.config",
        "*.dll.config",
        "[Nn]u[Gg]et*.[Cc]onfig",
        "packages*.config",
        "machine*.config",
    ),
    patterns=(
        *VARIABLES,
        *JVM_XML,
        Pattern(
            slug="android-trust-anchors",
            words=("trust-anchors",),
            match=_anchors,
            bad=('<trust-anchors><certificates src="@raw/rootca" /></trust-anchors>',),
            good=(
                '<trust-anchors><certificates src="system" /></trust-anchors>',
                '<!-- <trust-anchors><certificates src="@raw/a"/></trust-anchors> -->',
                '<debug-overrides><trust-anchors><certificates src="@raw/a"/></trust-anchors></debug-overrides>',
            ),
        ),
        Pattern(
            slug="android-pin-set",
            words=("pin-set",),
            match=_pin_set,
            bad=('<pin-set><pin digest="SHA-256">AAAA</pin></pin-set>',),
            good=("<pin-set></pin-set>",),
        ),
        Pattern(
            slug="wcf-validation-off",
            words=("certificateValidationMode",),
            match=_validation_mode,
            bad=('<serviceCertificate><authentication certificateValidationMode="None"/></serviceCertificate>',),
            good=(
                '<clientCertificate><authentication certificateValidationMode="None"/></clientCertificate>',
                '<serviceCertificate><authentication certificateValidationMode="ChainTrust"/></serviceCertificate>',
            ),
            source="https://learn.microsoft.com/dotnet/framework/configure-apps/file-schema/wcf/authentication-of-servicecertificate-element",
        ),
        Pattern(
            slug="certificate-name-off",
            words=("checkCertificateName",),
            match=line_off(r"checkCertificateName\s*=\s*[\"']false[\"']"),
            bad=('<servicePointManager checkCertificateName="false"/>',),
            good=('<servicePointManager checkCertificateName="true"/>',),
        ),
        Pattern(
            slug="ios-pinned-domains",
            words=("SPKI-SHA256-BASE64",),
            match=_pinned_domains,
            bad=("<key>SPKI-SHA256-BASE64</key><string>AAAA</string>",),
            good=("<key>SPKI-SHA256-BASE64</key>",),
        ),
        Pattern(
            slug="trustkit",
            words=("TSKPublicKeyHashes",),
            match=_trust_kit,
            bad=("<key>TSKPublicKeyHashes</key><array><string>AAAA=</string><string>BBBB=</string></array>",),
            good=("<key>TSKPublicKeyHashes</key>",),
            source="https://github.com/datatheorem/TrustKit/blob/master/docs/getting-started.md",
        ),
    ),
    line_comments=("<!--",),
    lexer=lexer,
)
