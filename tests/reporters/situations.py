"""One corpus of results that goes through every format; each has a golden file in fixtures/reports."""

from datetime import UTC, datetime

from tests.evidence import JULY_2024, SEPTEMBER_2024, TODAY, WECHATPAY, runtime, store
from wxcertcheck.model import FilePlace, Looked, NotLooked, Report, StoreState
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
    "unverified-rotation": (_system("g1", "g2"), TODAY, load_rotation("digicert-g2-2029")),
}


def report(name: str) -> Report:
    """The report of a situation, with fixed clock and version."""
    from dataclasses import replace

    evidence, on, rotation = SITUATIONS[name]
    made = report_on(evidence, rotation, on, started=0.0)
    return replace(made, checked_at=datetime(2026, 11, 21, 4, 0, tzinfo=UTC), tool_version="0", elapsed=0.0)
