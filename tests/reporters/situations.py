"""One corpus of results that goes through every format; each has a golden file in fixtures/reports."""

from datetime import UTC, datetime

from msgspec.structs import replace

from tests.evidence import JULY_2024, SEPTEMBER_2024, TODAY, WECHATPAY, root, runtime, store
from wxcertcheck.model import (
    Certainty,
    CertificateFile,
    CertificateRole,
    FilePlace,
    HostUse,
    Looked,
    NotLooked,
    PackageUse,
    Pin,
    PinKind,
    Report,
    RootNamed,
    Source,
    StoreState,
)
from wxcertcheck.pipeline import report_on
from wxcertcheck.rotations import load_rotation
from wxcertcheck.text import Text, same

JAVA = {"name": "java 1.8.0_20", "seen_as": (same("app.service"),)}
CACERTS = "/opt/app/jre/lib/security/cacerts"


def _java(*roots, **more):
    return runtime(store(*roots, path=CACERTS, repair="java"), **JAVA, **more)


def _system(*roots, **more):
    shared = store(*roots, repair="debian", used_by=(same("curl"),))
    return (runtime(shared, name="curl 7.88.1", **more), runtime(shared, name="php 8.2.1"))


GAP = NotLooked(
    FilePlace("/proc/77/environ"),
    "permission",
    Text(zh="无法读取进程 77 的环境变量", en="The environment of process 77 cannot be read"),
    Text(zh="请用 root 运行。", en="Run as root."),
    True,
)

HOST = "api.mch.weixin.qq.com"
PAY = FilePlace("/srv/shop/src/Pay.php", 10, 9)
CA = store("g1", path="/srv/shop/cert/rootca.pem")


def _pin(**more):
    return Pin(
        PAY,
        "php",
        "php/curl-ca",
        PinKind.TRUST,
        value='__DIR__ . "/../cert/rootca.pem"',
        link=Certainty.CERTAIN,
        hosts=(HOST,),
        statement='curl_setopt($ch, CURLOPT_CAINFO, __DIR__ . "/../cert/rootca.pem");',
        last_line=10,
        **more,
    )


CODE = (
    HostUse(FilePlace("/srv/shop/src/Pay.php", 8), HOST, ("wechatpay-2024",)),
    PackageUse(
        FilePlace("/srv/shop/requirements.txt", 3),
        "pypi",
        "requests",
        "2.6.0",
        carries=frozenset({root("g1").fingerprint}),
        known_roots=frozenset({root("g1").fingerprint, root("g2").fingerprint}),
        source=Source("https://github.com/psf/requests", "2026-11-21"),
    ),
    CertificateFile(FilePlace(CA.path, 1), CA, CertificateRole.TRUST, used=True),
    Looked("code", 42, Text(zh="看了 42 个文件", en="42 files looked at")),
)

SITUATIONS = {
    "ready": ((*_system("g1", "g2"), Looked("stores", 1, same("1"))), TODAY, WECHATPAY),
    "java-lacks-g2": ((_java("g1"), *_system("g1", "g2"), store("g1", path="/srv/old.pem")), TODAY, WECHATPAY),
    "before-the-change": ((_java("g1"),), JULY_2024, WECHATPAY),
    "g1-gone-too-early": (_system("g2"), SEPTEMBER_2024, WECHATPAY),
    "switched-off": ((runtime(store("g1", off=["g2"], repair="debian")),), TODAY, WECHATPAY),
    "store-missing": (
        (
            runtime(
                store(
                    state=StoreState.MISSING,
                    problem=Text(zh="文件不存在：/etc/x.pem", en="/etc/x.pem does not exist"),
                    hint=Text(zh="安装 ca-certificates。", en="Install ca-certificates."),
                    repair="debian",
                )
            ),
        ),
        TODAY,
        WECHATPAY,
    ),
    "cannot-decide": ((*_system("g1", "g2"), GAP), TODAY, WECHATPAY),
    "nothing-found": ((), TODAY, WECHATPAY),
    "variable-hidden": (
        (
            runtime(
                store("g1", path="/opt/old.pem"),
                store("g1", "g2", path="/etc/ssl/certs"),
                variables=("SSL_CERT_FILE", ""),
            ),
        ),
        TODAY,
        WECHATPAY,
    ),
    "code-pins-the-old-root": ((_pin(targets=(CA,)), *CODE), TODAY, WECHATPAY),
    "code-switches-verification-off": (
        (
            replace(_pin(), kind=PinKind.VERIFICATION_OFF, pattern="php/curl-verify-off", value="false"),
            replace(
                _pin(targets=(CA,)), place=FilePlace(PAY.path, 12, 9), last_line=12, dead_by=FilePlace(PAY.path, 10)
            ),
            *CODE[:1],
        ),
        TODAY,
        WECHATPAY,
    ),
    "code-names-an-absent-file": (
        (
            _pin(unresolved=Text(zh="扫描范围内没有 rootca.pem", en="there is no rootca.pem in the scanned tree")),
            RootNamed(FilePlace("/srv/shop/pins.json", 4), root("g1").fingerprint, root("g1").fingerprint),
        ),
        TODAY,
        WECHATPAY,
    ),
    "unverified-rotation": (_system("g1", "g2"), TODAY, load_rotation("digicert-g2-2029")),
}


def report(name: str) -> Report:
    """The report of a situation, with fixed clock and version."""
    evidence, on, rotation = SITUATIONS[name]
    made = report_on(evidence, rotation, on, started=0.0)
    return replace(made, checked_at=datetime(2026, 11, 21, 4, 0, tzinfo=UTC), tool_version="0", elapsed=0.0)
