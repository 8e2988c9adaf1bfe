"""WXC204: what the code names as trusted CAs is there and holds none."""

from collections.abc import Iterator

from wxcertcheck.model import Case, Finding, Level, PinKind, PinMode, Rule
from wxcertcheck.rules.pins import broken, finding, quiet, spoken
from wxcertcheck.text import Text, same


def judge(case: Case) -> Iterator[Finding]:
    """Pins on a file that is empty or damaged."""
    for pin in spoken(case, PinKind.TRUST, mode=PinMode.REPLACES):
        if broken(pin):
            store = next(s for s in pin.targets if not s.trusted)
            message = _BROKEN.fill(path=store.path, why=store.problem or same(store.state.value))
            yield finding(RULE, case, pin, message, Level.NOTE if quiet(pin, case.rotation) else Level.ERROR)


_BROKEN = Text(
    zh="代码指定的 {path} 里没有可用的证书：{why}",
    en="{path}, which the code names, holds no usable certificate: {why}",
)

RULE = Rule(
    id="WXC204",
    slug="pin-target-unusable",
    level=Level.ERROR,
    title=Text(zh="代码指定的 CA 文件是空的或损坏", en="The CA file named in code is empty or damaged"),
    why=Text(
        zh="指定的文件在，但里面没有证书（下载成了网页、内容截断、密钥库为空……）。程序会什么都不信任，或者启动时报错。",
        en="The file is there and holds no certificate (a web page was saved, it is cut short, the key store is empty…). The"
        " program trusts nothing, or stops with an error.",
    ),
    remedy=Text(
        zh="删掉指定 CA 的代码，或用 wxcertcheck rotations pem 导出的根证书重新生成这个文件。",
        en="Remove the code that names it, or make the file again from the roots that wxcertcheck rotations pem prints.",
    ),
    judge=judge,
)
