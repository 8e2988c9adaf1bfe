"""WXC205: code fixes its CAs, and which ones could not be found out."""

from collections.abc import Iterator

from wxcertcheck.model import Case, Finding, Level, PinKind, PinMode, Rule
from wxcertcheck.rules.pins import finding, quiet, short, spoken, unread
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """Pins whose file is absent or whose value cannot be computed (a certain one also makes the verdict UNKNOWN)."""
    for pin in spoken(case, PinKind.TRUST, mode=PinMode.REPLACES):
        if unread(pin):
            why = pin.unresolved or next((s.problem for s in pin.targets if s.problem), _COMPUTED)
            level = Level.NOTE if quiet(pin, case.rotation) and not pin.unresolved else Level.WARNING
            if pin.example or pin.dead_by is not None:
                level = Level.NOTE
            yield finding(RULE, case, pin, _UNKNOWN.fill(value=short(pin.value), why=why), level)


_UNKNOWN = Text(
    zh="代码指定了 CA（{value}），但不知道内容：{why}",
    en="the code names its own CAs ({value}); which ones is unknown: {why}",
)
_COMPUTED = Text(zh="取值要运行时才知道", en="the value is only known at run time")

RULE = Rule(
    id="WXC205",
    slug="pin-unresolved",
    level=Level.WARNING,
    title=Text(zh="代码指定了 CA，内容未知", en="CAs are fixed in code, and which ones is unknown"),
    why=Text(
        zh="代码指定了自己的 CA 文件，但文件不在扫描范围内，或路径要运行时才能算出来。里面有没有新根证书，看代码判断不了。",
        en="The code names its own CA file, but the file is not in the scanned tree or its path is computed at run time."
        " Whether it holds the new root cannot be told from the code.",
    ),
    remedy=Text(
        zh="在部署该程序的机器上检查这个文件：wxcertcheck stores 文件路径；或删掉指定 CA 的代码。",
        en="Check that file where the program is deployed (wxcertcheck stores FILE), or remove the code that names it.",
    ),
    judge=judge,
)
