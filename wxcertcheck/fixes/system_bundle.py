"""Programs without a default store (nginx, HAProxy, Apache's proxy, stunnel, Envoy, LuaSec): a setting that named the old
file names the system's bundle. Leaving it out would end verification, or the program would not start.
"""

import re

from wxcertcheck.fixes.statement import changed, place_of
from wxcertcheck.model import Edit, Pin

_PROGRAMS = re.compile(
    r"""(?P<setting>(?:proxy|grpc|uwsgi|lua)_ssl_trusted_certificate\s+|SSLProxyCACertificateFile\s+|\bCAfile\s*=\s*
    |\bca-file\s+|trusted_ca:\s*\{?\s*filename:\s*|\bcafile\s*=\s*)(?P<quote>["']?)(?P<path>[^\s"';{}()$]+)(?P=quote)(?:[\s;}]|\Z)""",
    re.VERBOSE,
)
_SETTINGS = re.compile(
    r"(?:proxy|grpc|uwsgi|lua)_ssl_trusted_certificate|SSLProxyCACertificateFile|\bCAfile\b|\bca-file\s|trusted_ca:|\bcafile\b"
)
_LANGUAGES = frozenset({"settings", "yaml", "dockerfile", "lua"})
_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
"""Debian's, Ubuntu's and Alpine's."""


def has_no_store(pin: Pin) -> bool:
    """Whether the pin is a program's that trusts nobody, or verifies nothing, without it."""
    return pin.language in _LANGUAGES and _SETTINGS.search(pin.value) is not None


def with_system_bundle(pin: Pin) -> Edit | None:
    """The lines of such a program with the system's bundle; None for other programs."""
    found = _PROGRAMS.search(pin.value) if has_no_store(pin) else None
    if found and pin.language == "lua" and not found["quote"]:
        return None
    start = place_of(pin)
    if found is None or start is None:
        return None
    new = "@system-ca" if found["setting"].startswith("ca-file") else _BUNDLE
    return changed(pin, start + found.start("path"), start + found.end("path"), new)
