"""Windows: the ROOT and Disallowed stores, and whether missing roots are fetched. Never run on Windows by us: tested with
made-up answers.

``ssl.enum_certificates("ROOT")`` gives the logical store: local machine, AuthRoot and current user together. Roots arrive
on demand from Microsoft's list at ctldl.windowsupdate.com: an absent root proves a failure only where a policy turns that
off. Sources: docs.python.org ssl.enum_certificates; learn.microsoft.com "Configure trusted roots and disallowed
certificates" (DisableRootAutoUpdate); DigiCert Global Root G2 is on that list since 2013-10-03.
"""

import sys
from collections.abc import Callable, Iterable

from msgspec import Struct

from wxcertcheck.model import Certificate, Evidence, FilePlace, Runtime, Store, StoreState, TrustSource
from wxcertcheck.text import Text, same

SERVER_AUTH = "1.3.6.1.5.5.7.3.1"
_POLICY_KEY = r"SOFTWARE\Policies\Microsoft\SystemCertificates\AuthRoot"
_POLICY_VALUE = "DisableRootAutoUpdate"
_STORE_PATH = r"Cert:\LocalMachine\Root"

Enumerate = Callable[[str], Iterable[tuple[bytes, str, "bool | frozenset[str] | set[str]"]]]
"""Store name -> (DER, encoding, True or the purposes it is trusted for), as `ssl.enum_certificates`."""

_PROGRAMS = Text(
    zh="Windows 程序（.NET、PowerShell、Edge、Go、curl.exe…）",
    en="Windows programs (.NET, PowerShell, Edge, Go, curl.exe…)",
)
_DISALLOWED = Text(zh="在“不信任的证书”（Disallowed）里", en="in the Disallowed store")
_OTHER_PURPOSE = Text(zh="不用于服务器身份验证", en="not trusted for server authentication")
_ON_DEMAND = Text(
    zh="Windows 会按需从 Microsoft 下载根证书，库里没有不等于不信任",
    en="Windows fetches roots from Microsoft on demand: one that is absent here may still be trusted",
)
_NO_DOWNLOAD = Text(
    zh="策略 DisableRootAutoUpdate=1 关闭了根证书的自动更新",
    en="the policy DisableRootAutoUpdate=1 turns the automatic update of roots off",
)
_VIA = Text(zh="系统证书库", en="system store")


class Asked(Struct, frozen=True):
    """How Windows is asked: replaced in tests."""

    enumerate: Enumerate
    update_is_off: Callable[[], bool]


def look(asked: Asked | None = None) -> tuple[Evidence, ...]:
    """The system's store as one runtime, "windows". ``unknown`` is set while roots are fetched on demand."""
    asked = asked or _windows()
    off = asked.update_is_off()
    disallowed = {Certificate.of(der).fingerprint for der, kind, _ in asked.enumerate("DISALLOWED") if _is_x509(kind)}
    certificates = tuple(
        Certificate.of(der, why_not=_why_not(der, purposes, disallowed))
        for der, kind, purposes in asked.enumerate("ROOT")
        if _is_x509(kind)
    )
    store = Store(
        places=(FilePlace(_STORE_PATH),),
        kind="windows",
        format="windows",
        state=StoreState.READ if certificates else StoreState.EMPTY,
        certificates=certificates,
        used_by=(_PROGRAMS,),
        notes=(_NO_DOWNLOAD if off else _ON_DEMAND,),
        repair="windows",
    )
    source = TrustSource(store, _VIA)
    unknown = None if off else _ON_DEMAND
    return (Runtime("windows", "Windows", "", "", (same("Windows"),), (source,), unknown=unknown),)


def _is_x509(kind: str) -> bool:
    return kind == "x509_asn"


def _why_not(der: bytes, purposes: "bool | frozenset[str] | set[str]", disallowed: set[str]) -> Text | None:
    if Certificate.of(der).fingerprint in disallowed:
        return _DISALLOWED
    if purposes is True or (not isinstance(purposes, bool) and SERVER_AUTH in purposes):
        return None
    return _OTHER_PURPOSE


def _windows() -> Asked:  # pragma: no cover - needs Windows
    import ssl

    return Asked(getattr(ssl, "enum_certificates"), _update_is_off)  # noqa: B009 - exists on Windows alone


def _update_is_off() -> bool:  # pragma: no cover - needs Windows
    if sys.platform != "win32":
        return False
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _POLICY_KEY) as key:
            return bool(winreg.QueryValueEx(key, _POLICY_VALUE)[0])
    except OSError:
        return False
