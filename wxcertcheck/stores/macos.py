"""macOS: keychains and trust settings, asked of ``security(1)``. Never run on a Mac by us: tested with made-up answers.

The system's roots are trusted unless a trust setting denies them; a certificate of any other keychain is trusted only
where a setting says so. Settings are kept by SHA-1 of the certificate, for the administrator and for the user; the
user's come first. Sources: man security(1); Apple, SecTrustSettings.h (kSecTrustSettingsResult: 1 trust root, 2 trust as
root, 3 deny, 4 unspecified; an empty list means "trust root"); the plist layout that ``trust-settings-export`` writes.
Programs of Homebrew and python.org read files instead: those are rows of ``places.py``.
"""

import plistlib
import subprocess
from collections.abc import Callable, Sequence
from hashlib import sha1
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Certificate, Evidence, FilePlace, NotLooked, Runtime, Store, StoreState, TrustSource
from wxcertcheck.text import Text, same

SECURITY = "/usr/bin/security"
SYSTEM_ROOTS = "/System/Library/Keychains/SystemRootCertificates.keychain"
_OTHER_KEYCHAINS = ("/Library/Keychains/System.keychain", "~/Library/Keychains/login.keychain-db")
_TIMEOUT = 20
_TRUST_ROOT, _TRUST_AS_ROOT, _DENY = 1, 2, 3

Run = Callable[[Sequence[str]], "bytes | None"]
"""Runs a command and gives its standard output; None if it cannot be run, fails or takes too long."""

_SYSTEM_PROGRAMS = Text(zh="macOS 系统程序（Safari、URLSession、Go…）", en="macOS programs (Safari, URLSession, Go…)")
_DENIED = Text(zh="信任设置为“永不信任”", en='set to "Never Trust" in the trust settings')
_NOT_SET = Text(zh="钥匙串里有，但没有设为信任", en="in the keychain, but no trust setting trusts it")
_NO_ANSWER = Text(zh="security 没有给出 {path} 的内容", en="security gave no answer for {path}")
_TRY = Text(zh="请在终端运行 security find-certificate -a -p {path}", en="Run security find-certificate -a -p {path}")
_VIA = Text(zh="钥匙串", en="keychain")


def look(run: "Run | None" = None, home: str | None = None) -> tuple[Evidence, ...]:
    """The keychains as one runtime, "macos", that every program on the system's own verifier shares."""
    ask = run or _run
    settings = {**trust_settings(ask, "-d"), **trust_settings(ask, None)}
    stores, missing = [], []
    for path in (SYSTEM_ROOTS, *_OTHER_KEYCHAINS):
        full = path.replace("~", home or str(Path.home()), 1)
        store = keychain(ask, full, settings, system=path == SYSTEM_ROOTS)
        if store is not None:
            stores.append(store)
        elif path == SYSTEM_ROOTS:
            hint = _TRY.fill(path=full)
            missing.append(NotLooked(FilePlace(full), "keychain", _NO_ANSWER.fill(path=full), hint, decides=True))
    if not stores:
        return tuple(missing)
    sources = tuple(TrustSource(store, _VIA) for store in stores)
    return (Runtime("macos", "macOS", "", "", (same("macOS"),), sources), *missing)


def keychain(run: Run, path: str, settings: dict[str, int], *, system: bool) -> Store | None:
    """The certificates of one keychain with what the trust settings make of them; None if there is no answer."""
    from wxcertcheck.formats import read

    answer = run([SECURITY, "find-certificate", "-a", "-p", path])
    if answer is None:
        return None
    base = Store((FilePlace(path),), "macos", "keychain", StoreState.READ, used_by=(_SYSTEM_PROGRAMS,), repair="macos")
    try:
        certificates = read(answer).certificates if answer.strip() else ()
    except CannotRead:
        certificates = ()
    judged = tuple(_judged(certificate, settings, system=system) for certificate in certificates)
    return replace(base, certificates=judged)


def trust_settings(run: Run, domain: str | None) -> dict[str, int]:
    """SHA-1 of the DER (upper case) -> result, for the administrator's ("-d") or the user's (None) settings."""
    with TemporaryDirectory(prefix="wxcertcheck-") as folder:
        file = Path(folder) / "settings.plist"
        words = [SECURITY, "trust-settings-export", *([domain] if domain else []), str(file)]
        if run(words) is None or not file.is_file():
            return {}  # security exits 1 where no settings exist
        return parse_settings(file.read_bytes())


def parse_settings(data: bytes) -> dict[str, int]:
    """The results of a trust settings plist. What is not understood is left out: it then decides nothing."""
    try:
        trust = plistlib.loads(data).get("trustList", {})
    except (plistlib.InvalidFileException, ValueError, AttributeError, OverflowError, RecursionError):
        return {}
    if not isinstance(trust, dict):
        return {}
    return {
        str(digest).upper(): _result(entry.get("trustSettings"))
        for digest, entry in trust.items()
        if isinstance(entry, dict)
    }


def _result(settings: object) -> int:
    """Deny wins over trust; a list without any entry means "trust root"."""
    if not isinstance(settings, list) or not settings:
        return _TRUST_ROOT
    results = {item.get("kSecTrustSettingsResult", _TRUST_ROOT) for item in settings if _concerns_tls(item)}
    for result in (_DENY, _TRUST_ROOT, _TRUST_AS_ROOT):
        if result in results:
            return result
    return 0


def _concerns_tls(item: object) -> bool:
    """A setting for one policy concerns us only if that is SSL; one without a policy concerns all."""
    if not isinstance(item, dict):
        return False
    policy = item.get("kSecTrustSettingsPolicyName")
    return policy in (None, "sslServer") or "kSecTrustSettingsPolicy" not in item


def _judged(certificate: Certificate, settings: dict[str, int], *, system: bool) -> Certificate:
    result = settings.get(sha1(certificate.der, usedforsecurity=False).hexdigest().upper())
    if result == _DENY:
        return replace(certificate, trusted=False, why_not=_DENIED)
    if system or result in (_TRUST_ROOT, _TRUST_AS_ROOT):
        return certificate
    return replace(certificate, trusted=False, why_not=_NOT_SET)


def _run(command: Sequence[str]) -> bytes | None:  # pragma: no cover - needs a Mac
    try:
        done = subprocess.run(  # noqa: S603 - a program of the system with our own words
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
