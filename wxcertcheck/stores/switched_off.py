"""What switches a certificate off that is, or could be, in a store; and when that takes effect.

=====================================  ==================================================  ============================
mechanism                              takes effect                                        so the runtime sees
=====================================  ==================================================  ============================
"!" line of /etc/ca-certificates.conf  when update-ca-certificates runs                    the generated store as it is
blocklist, blacklist (RHEL, SUSE,      when update-ca-trust (update-ca-certificates) runs  the generated store as it is
Arch), p11-kit ``x-distrusted``
copied to the sources, tool not run    when the tool runs                                  the generated store as it is
Android cacerts-removed                at once                                             the root switched off
JDK blocked.certs                      at once, for JVMs of that Java home                 the root switched off
jdk.security.caDistrustPolicies        at once, for certificates issued after the          the root switched off
                                       policy's date
=====================================  ==================================================  ============================

For the first three the store is believed: a root that is in it counts, with a note that it goes with the tool's next
run; a root that only the sources have is listed as not trusted, with what keeps it out, so that the repair can name it.
Sources: update-ca-certificates(8), update-ca-trust(8), p11-kit pkcs11.conf(5) and trust(1), conscrypt
TrustedCertificateStore, JDK ``sun.security.util.UntrustedCertificates`` and ``sun.security.validator.*TLSPolicy``.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Certificate, Store, StoreState
from wxcertcheck.text import Text

if TYPE_CHECKING:
    from wxcertcheck.stores.reading import StoreReader

_CONF = "/etc/ca-certificates.conf"

# repair id -> folders of (sources that the tool adds, blocklists)
_ANCHORS = {
    "debian": ("/usr/local/share/ca-certificates",),
    "alpine": ("/usr/local/share/ca-certificates",),
    "rhel": ("/etc/pki/ca-trust/source/anchors", "/usr/share/pki/ca-trust-source/anchors"),
    "rhel6": ("/etc/pki/ca-trust/source/anchors", "/usr/share/pki/ca-trust-source/anchors"),
    "suse": ("/etc/pki/trust/anchors", "/usr/share/pki/trust/anchors"),
    "arch": ("/etc/ca-certificates/trust-source/anchors", "/usr/share/ca-certificates/trust-source/anchors"),
}
_BLOCKLISTS = {
    "rhel": ("/etc/pki/ca-trust/source", "/usr/share/pki/ca-trust-source"),
    "rhel6": ("/etc/pki/ca-trust/source", "/usr/share/pki/ca-trust-source"),
    "suse": ("/etc/pki/trust", "/usr/share/pki/trust"),
    "arch": ("/etc/ca-certificates/trust-source", "/usr/share/ca-certificates/trust-source"),
}
_TOOL = {
    "debian": "update-ca-certificates",
    "alpine": "update-ca-certificates",
    "rhel": "update-ca-trust",
    "rhel6": "update-ca-trust enable && update-ca-trust extract",
    "suse": "update-ca-certificates",
    "arch": "update-ca-trust",
}

_DESELECTED = Text(
    zh="{file} 第 {line} 行的“!”取消了它",
    en='deselected by the "!" in line {line} of {file}',
)
_BLOCKED = Text(zh="被 {file} 列入黑名单", en="distrusted by {file}")
_GOES = Text(
    zh="{path}：{label} 现在还在，但{why}；下次运行 {tool} 就会消失",
    en="{path}: {label} is still there, but it is {why}: it goes with the next run of {tool}",
)
_NOT_RUN = Text(
    zh="已放到 {file}，但还没有运行 {tool}",
    en="copied to {file}, but {tool} has not been run since",
)
_SUFFIX = Text(
    zh="{file} 的后缀不是 .crt，update-ca-certificates 不读它",
    en="{file} does not end in .crt: update-ca-certificates does not read it",
)
_NOT_ENABLED = Text(
    zh="已放到 {file}，但 RHEL/CentOS 6 上要先运行 update-ca-trust enable 才生效",
    en="copied to {file}, which has no effect on RHEL/CentOS 6 before update-ca-trust enable",
)
_REMOVED = Text(zh="用户在系统设置里停用了它（{file}）", en="disabled by the user in the settings ({file})")
_JDK_BLOCKED = Text(zh="被 {file} 列为不可信", en="listed as untrusted in {file}")
_JDK_POLICY = Text(
    zh="{file} 的 jdk.security.caDistrustPolicies 含 {policy}：不信任它在 {date} 之后签发的服务器证书",
    en="jdk.security.caDistrustPolicies in {file} has {policy}: its server certificates issued after {date} are distrusted",
)


class _Switch(Struct, frozen=True):
    """One certificate of the sources: off with a reason, or (``why`` is of another kind) merely not yet added."""

    certificate: Certificate
    why: Text
    blocks: bool


class SwitchedOff:
    """What a root file system switches off; computed once for each mechanism, when the first store asks for it."""

    def __init__(self, reader: "StoreReader") -> None:
        self._reader = reader
        self._sources: dict[str, tuple[_Switch, ...]] = {}

    def apply(self, store: Store) -> Store:
        """``store`` with what is switched off marked, and what only its sources hold added as not trusted."""
        if store.state in (StoreState.MISSING, StoreState.UNREADABLE):
            return store
        if store.kind.startswith("android"):
            return _mark(store, self._removed_on_android())
        if store.path.rpartition("/")[2] in ("cacerts", "jssecacerts"):
            store = _mark(store, self._blocked_by_jdk(store))
        return self._compare_with_sources(store) if store.repair in _TOOL else store

    def _compare_with_sources(self, store: Store) -> Store:
        if store.repair not in self._sources:
            self._sources[store.repair] = tuple(self._read_sources(store.repair))
        held = {certificate.fingerprint: certificate for certificate in store.certificates}
        added: dict[str, Certificate] = {}
        notes = list(store.notes)
        tool = _TOOL[store.repair]
        kept = {s.certificate.fingerprint for s in self._sources[store.repair] if not s.blocks}
        for switch in self._sources[store.repair]:
            fingerprint = switch.certificate.fingerprint
            if fingerprint not in held:
                added.setdefault(fingerprint, replace(switch.certificate, trusted=False, why_not=switch.why))
            elif (
                switch.blocks
                and held[fingerprint].trusted
                and not (fingerprint in kept and store.repair in ("debian", "alpine"))
            ):
                notes.append(_GOES.fill(path=store.path, label=switch.certificate.label, why=switch.why, tool=tool))
        if not added and len(notes) == len(store.notes):
            return store
        return replace(store, certificates=(*store.certificates, *added.values()), notes=tuple(dict.fromkeys(notes)))

    def _read_sources(self, repair: str) -> Iterator[_Switch]:
        """Blocking switches first: a root that is both added and blocked is off (p11-kit: distrust wins)."""
        if repair in ("debian", "alpine"):
            yield from self._deselected()
        for base in _BLOCKLISTS.get(repair, ()):
            for folder in (f"{base}/blocklist", f"{base}/blacklist"):
                for certificate, file in self._files(folder):
                    yield _Switch(certificate, _BLOCKED.fill(file=file), True)
            for certificate, file in self._distrusted_by_p11_kit(base):
                yield _Switch(certificate, _BLOCKED.fill(file=file), True)
        for folder in _ANCHORS[repair]:
            for certificate, file in self._files(folder, below=repair in ("debian", "alpine")):
                yield _Switch(certificate, self._why_not_added(repair, file), False)

    @staticmethod
    def _why_not_added(repair: str, file: str) -> Text:
        if repair in ("debian", "alpine") and not file.endswith(".crt"):
            return _SUFFIX.fill(file=file)
        if repair == "rhel6":
            return _NOT_ENABLED.fill(file=file)
        return _NOT_RUN.fill(file=file, tool=_TOOL[repair])

    def _deselected(self) -> Iterator[_Switch]:
        for number, line in enumerate(self._text(_CONF).splitlines(), 1):
            if not line.startswith("!"):
                continue
            file = f"/usr/share/ca-certificates/{line[1:].strip()}"
            for certificate, _ in self._file(file):
                yield _Switch(certificate, _DESELECTED.fill(file=_CONF, line=number), True)

    def _files(self, folder: str, *, below: bool = False) -> Iterator[tuple[Certificate, str]]:
        fs = self._reader.fs
        patterns = (f"{folder}/*", f"{folder}/*/*") if below else (f"{folder}/*",)
        for pattern in patterns:
            for path in fs.glob(pattern):
                if fs.is_file(path):
                    yield from self._file(path)

    def _file(self, path: str) -> Iterator[tuple[Certificate, str]]:
        contents = self._reader.read(path).contents
        for certificate in contents.certificates if contents else ():
            yield replace(certificate, label=path.rpartition("/")[2]), path

    def _distrusted_by_p11_kit(self, base: str) -> Iterator[tuple[Certificate, str]]:
        """Objects with ``x-distrusted: true`` in p11-kit's own format (source folder itself, not only the blocklist)."""
        for path in self._reader.fs.glob(f"{base}/*.p11-kit"):
            if (b"x-distrusted: true") not in self._bytes(path):
                continue
            text = self._bytes(path).decode("utf-8", "replace")
            distrusted = {_squeezed(block) for block in _p11_kit_distrusted(text)}
            for certificate, file in self._file(path):
                if _base64(certificate.der) in distrusted:
                    yield certificate, file

    def _removed_on_android(self) -> dict[str, Text]:
        removed = {}
        for folder in self._reader.fs.glob("/data/misc/user/*/cacerts-removed"):
            for certificate, file in self._files(folder):
                removed[certificate.fingerprint] = _REMOVED.fill(file=file)
        return removed

    def _blocked_by_jdk(self, store: Store) -> dict[str, Text]:
        """Settings of the Java home that the store's path lies in; ``lib/security`` also below ``jre``."""
        folder = store.path.rpartition("/")[0]
        blocked: dict[str, Text] = {}
        for name in ("blocked.certs", "blacklisted.certs"):
            file = f"{folder}/{name}"
            hexadecimal = re.findall(r"(?m)^[ \t]*([0-9A-Fa-f]{64})\b", self._text(file))
            blocked |= {fingerprint.lower(): _JDK_BLOCKED.fill(file=file) for fingerprint in hexadecimal}
        home = folder.removesuffix("/lib/security")
        for file in (f"{home}/conf/security/java.security", f"{folder}/java.security"):
            blocked |= _policy_roots(self._text(file), file)
        return blocked

    def _text(self, path: str) -> str:
        return self._bytes(path).decode("utf-8", "replace")

    def _bytes(self, path: str) -> bytes:
        try:
            return self._reader.fs.read_bytes(path)
        except CannotRead:
            return b""


def _mark(store: Store, off: dict[str, Text]) -> Store:
    if not any(certificate.trusted and certificate.fingerprint in off for certificate in store.certificates):
        return store
    marked = (
        replace(c, trusted=False, why_not=off[c.fingerprint]) if c.trusted and c.fingerprint in off else c
        for c in store.certificates
    )
    return replace(store, certificates=tuple(marked))


def _p11_kit_distrusted(text: str) -> Iterator[str]:
    """PEM bodies of the objects of a .p11-kit file that say ``x-distrusted: true``."""
    for block in text.split("[p11-kit-object-v1]")[1:]:
        if re.search(r"(?m)^[ \t]*x-distrusted\s*:\s*true", block):
            yield from re.findall(r"-----BEGIN (?:TRUSTED )?CERTIFICATE-----(.*?)-----END", block, re.DOTALL)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _base64(der: bytes) -> str:
    from base64 import b64encode

    return b64encode(der).decode()


def _policy_roots(text: str, file: str) -> dict[str, Text]:
    found = re.search(r"(?m)^[ \t]*jdk\.security\.caDistrustPolicies\s*=\s*((?:[^\\\n]|\\\n)*)", text)
    if not found:
        return {}
    from wxcertcheck.stores.jdk_distrust import POLICIES

    roots: dict[str, Text] = {}
    for name in re.findall(r"\w+", found[1]):
        policy = POLICIES.get(name)
        if policy:
            why = _JDK_POLICY.fill(file=file, policy=name, date=policy.issued_after)
            roots |= dict.fromkeys(policy.roots, why)
    return roots
