"""WXC207: a caller, a variable or a setting decides which CAs are trusted."""

from collections.abc import Iterator

from wxcertcheck.model import Case, Finding, Level, PinKind, Rule
from wxcertcheck.rules.pins import finding, short, spoken
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """Every place whose value the tree does not tell; nothing about somebody else's code."""
    for pin in spoken(case, PinKind.CONFIGURABLE):
        if not pin.vendored:
            yield finding(RULE, case, pin, _SET.fill(value=short(pin.value)), Level.NOTE)


_SET = Text(
    zh="信任哪些 CA 由调用方、环境变量或配置决定：{value}",
    en="a caller, a variable or a setting decides which CAs are trusted: {value}",
)

RULE = Rule(
    id="WXC207",
    slug="configurable-trust",
    level=Level.NOTE,
    title=Text(zh="信任哪些 CA 由配置决定", en="Which CAs are trusted is configurable"),
    why=Text(
        zh="代码本身没有写死，实际用哪个 CA 文件要看部署时的配置。",
        en="The code itself fixes nothing; which file is used depends on how it is deployed.",
    ),
    remedy=Text(
        zh="查看生产环境的配置；若指定了 CA 文件，用 wxcertcheck stores 检查它。",
        en="Look at the production settings; where they name a CA file, check it with wxcertcheck stores.",
    ),
    judge=judge,
)
