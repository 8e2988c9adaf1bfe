"""WXC102: a runtime in use no longer trusts the old root while servers may still present a chain under it."""

from collections.abc import Iterator

from wxcertcheck.model import Case, Finding, Level, Rule
from wxcertcheck.rules.holders import failures
from wxcertcheck.rules.lacking import finding_for
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """Failures that lack only roots that are about to go."""
    for failure in failures(case):
        only_old = not failure.lacking & case.rotation.incoming
        if only_old and not failure.nothing_to_read and not failure.switched_off:
            yield finding_for(RULE, case, failure)


RULE = Rule(
    id="WXC102",
    slug="missing-retiring-root",
    level=Level.ERROR,
    title=Text(zh="服务器仍可能用旧根证书，而运行环境已不再信任它", en="The old root is gone too early"),
    why=Text(
        zh="只要服务器还可能出示旧根证书下的证书链，客户端就必须同时信任新旧两个根证书。"
        "2026 年 4 月起 Mozilla 的列表已去掉 DigiCert Global Root CA（G1），新装的系统、certifi、Node 都可能已经没有它。",
        en="As long as servers may present a chain under the old root, a client needs both. Mozilla's list no longer has"
        " DigiCert Global Root CA (G1) since April 2026, so a fresh system, certifi or Node may lack it.",
    ),
    remedy=Text(
        zh="在切换完成之前把旧根证书加回这个信任库；若服务器已全部换用新根证书，则不必处理。",
        en="Add the old root to this store until the change is complete; nothing to do once all servers have changed.",
    ),
    judge=judge,
)
