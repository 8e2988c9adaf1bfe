"""macOS and Windows with made-up answers: no such machine was at hand."""

import hashlib
import plistlib
from pathlib import Path

import pytest

from tests.rootfs import G1, G2, bundle, der, fingerprint, pem
from wxcertcheck.model import NotLooked
from wxcertcheck.stores import macos, windows

HOME = "/Users/dev"


def sha1(root):
    return hashlib.sha1(der(root)).hexdigest().upper()  # noqa: S324 - what macOS keeps settings by


def mac(keychains, settings=None):
    """``security`` as it answers: PEM of a keychain, a plist of settings, failure for what it does not have."""

    def run(command):
        if command[1] == "find-certificate":
            return keychains.get(command[-1])
        if "-d" in command or not settings:
            return None
        Path(command[-1]).write_bytes(plistlib.dumps({"trustList": settings, "trustVersion": 1}))
        return b""

    return macos.look(run, HOME)


def setting(result, **more):
    return {"trustSettings": [{"kSecTrustSettingsResult": result, **more}]}


def test_system_roots_are_trusted():
    [runtime] = mac({macos.SYSTEM_ROOTS: bundle([G1, G2])})
    assert runtime.trusted == {fingerprint(G1), fingerprint(G2)}


def test_never_trust_counts_as_absent():
    [runtime] = mac({macos.SYSTEM_ROOTS: bundle([G1, G2])}, {sha1(G2): setting(3)})
    assert runtime.trusted == {fingerprint(G1)}


def test_denial_for_another_purpose_does_not_count():
    other = setting(3, kSecTrustSettingsPolicy=b"x", kSecTrustSettingsPolicyName="SMIME")
    [runtime] = mac({macos.SYSTEM_ROOTS: bundle([G1, G2])}, {sha1(G2): other})
    assert fingerprint(G2) in runtime.trusted


@pytest.mark.parametrize(
    ("settings", "trusted"), [({}, False), ({"trustSettings": []}, True), (setting(1), True), (setting(4), False)]
)
def test_a_root_of_the_login_keychain_needs_a_setting(settings, trusted):
    keychains = {macos.SYSTEM_ROOTS: pem(G1), f"{HOME}/Library/Keychains/login.keychain-db": pem(G2)}
    [runtime] = mac(keychains, {sha1(G2): settings} if settings else None)
    assert (fingerprint(G2) in runtime.trusted) is trusted


def test_no_answer_decides():
    [gap] = mac({})
    assert isinstance(gap, NotLooked)
    assert gap.decides


@pytest.mark.parametrize("data", [b"", b"junk", plistlib.dumps([]), plistlib.dumps({"trustList": 3})])
def test_a_broken_plist_decides_nothing(data):
    assert macos.parse_settings(data) == {}


def win(root, disallowed=(), purposes=True, off=False):
    stores = {
        "ROOT": [(der(r), "x509_asn", purposes) for r in root],
        "DISALLOWED": [(der(r), "x509_asn", True) for r in disallowed],
    }
    stores["ROOT"].append((b"\x30\x00", "pkcs_7_asn", True))
    [runtime] = windows.look(windows.Asked(stores.__getitem__, lambda: off))
    return runtime


def test_windows_root_store():
    assert win([G1, G2]).trusted == {fingerprint(G1), fingerprint(G2)}


def test_windows_disallowed_and_other_purposes_count_as_absent():
    assert win([G1, G2], disallowed=[G2]).trusted == {fingerprint(G1)}
    assert win([G2], purposes={"1.3.6.1.5.5.7.3.4"}).trusted == frozenset()
    assert win([G2], purposes={windows.SERVER_AUTH}).trusted == {fingerprint(G2)}


def test_windows_absence_proves_something_only_where_the_download_is_off():
    assert win([G1]).unknown
    assert win([G1], off=True).unknown is None
