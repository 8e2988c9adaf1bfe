"""Made-up evidence: stores and runtimes that trust exactly the named roots of a rotation."""

from datetime import datetime, timedelta, timezone

from wxcertcheck.model import Case, Certificate, FilePlace, Runtime, Store, StoreState, TrustSource
from wxcertcheck.rotations import load_rotation
from wxcertcheck.text import Text, same

CHINA = timezone(timedelta(hours=8))
JULY_2024 = datetime(2024, 7, 15, tzinfo=CHINA)
SEPTEMBER_2024 = datetime(2024, 9, 15, tzinfo=CHINA)
TODAY = datetime(2026, 11, 21, tzinfo=CHINA)
WECHATPAY = load_rotation("wechatpay-2024")


def root(key, rotation=WECHATPAY):
    return next(r for r in rotation.roots if r.key == key)


def store(
    *keys, path="/etc/ssl/certs/ca-certificates.crt", off=(), state=None, rotation=WECHATPAY, labels=None, **more
):
    certificates = [Certificate.of(root(k, rotation).der, (labels or {}).get(k, "")) for k in keys]
    why = Text(zh="已停用", en="switched off by a line")
    certificates += [Certificate.of(root(k, rotation).der, why_not=why) for k in off]
    state = state or (StoreState.READ if certificates else StoreState.EMPTY)
    return Store((FilePlace(path),), "debian", "pem", state, tuple(certificates), **more)


def runtime(*stores, name="curl 7.88.1", variables=("",), seen_as=None, executable="", **more):
    sources = tuple(
        TrustSource(s, same(variables[n % len(variables)] or "default"), variables[n % len(variables)])
        for n, s in enumerate(stores)
    )
    kind, _, version = name.partition(" ")
    return Runtime(kind, name, version, executable or f"/usr/bin/{kind}", seen_as or (same("PATH"),), sources, **more)


def case(*evidence, on=TODAY, rotation=WECHATPAY):
    return Case(rotation, on, evidence)
