"""WXC104: the store that a runtime in use reads is missing, empty or damaged, so the runtime trusts nothing."""

from collections.abc import Iterator

from msgspec.structs import replace

from wxcertcheck.model import Case, Finding, Level, Rule
from wxcertcheck.rules.holders import failures
from wxcertcheck.rules.lacking import finding_for, names
from wxcertcheck.rules.wording import outage_sentence, told_outages
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """Failures of holders none of whose stores can be read by the runtime."""
    for failure in failures(case):
        if not failure.nothing_to_read:
            continue
        when = outage_sentence(told_outages(failure.holders[0], case.rotation, case.on), case.on)
        problems = [store.problem for store in failure.stores if store.problem]
        hints = [store.hint for store in failure.stores if store.hint]
        what = _unended(problems[0]) if problems else _NO_STORE
        message = _MESSAGE.fill(holders=names(failure), what=what, when=when)
        yield replace(finding_for(RULE, case, failure), message=message, reasons=(*problems[1:], *hints))


def _unended(problem: Text) -> Text:
    return Text(zh=problem.zh.rstrip("。."), en=problem.en.rstrip("."))


_MESSAGE = Text(zh="{holders}：不信任任何根证书。{what}；{when}", en="{holders}: trusts no root at all: {what}; {when}")
_NO_STORE = Text(zh="没有找到任何 CA 证书文件或目录", en="No CA file or directory is there")

RULE = Rule(
    id="WXC104",
    slug="store-holds-nothing",
    level=Level.ERROR,
    title=Text(zh="在用的信任库不存在、为空或已损坏", en="A trust store in use is missing, empty or damaged"),
    why=Text(
        zh="Java 指向不存在的 trustStore 时不会报错，而是什么都不信任；curl 报错误 77；requests 直接抛异常。"
        "看上去像证书问题，其实是文件问题。",
        en="Java pointed at a trust store that does not exist raises no error and trusts nothing; curl fails with 77;"
        " requests raises. It looks like a certificate problem and is a file problem.",
    ),
    remedy=Text(
        zh="安装 ca-certificates，或让该运行环境指向一个存在且完好的信任库。",
        en="Install ca-certificates, or point the runtime at a trust store that exists and is whole.",
    ),
    judge=judge,
)
