"""WXC208: code adds CAs on top of the defaults."""

from collections.abc import Iterator

from wxcertcheck.model import Case, Finding, Level, PinKind, PinMode, Rule
from wxcertcheck.rules.pins import finding, short, spoken
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """Every place that adds."""
    for pin in spoken(case, PinKind.TRUST, mode=PinMode.ADDS):
        yield finding(RULE, case, pin, _ADDS.fill(value=short(pin.value)), Level.NOTE)


_ADDS = Text(zh="在默认信任库之外追加 CA：{value}", en="CAs are added to the default ones: {value}")

RULE = Rule(
    id="WXC208",
    slug="pin-adds-to-defaults",
    level=Level.NOTE,
    title=Text(zh="在默认信任库之外追加 CA", en="CAs are added to the defaults"),
    why=Text(
        zh="先载入系统默认的信任库再追加，公共根证书的更换不受影响；能不能连上取决于系统信任库。",
        en="The defaults are loaded first and something is added: a change of public roots breaks nothing here. Whether the"
        " connection works depends on the default store.",
    ),
    remedy=Text(
        zh="无需修改；确认系统信任库里有新根证书即可。",
        en="Nothing to change; make sure that the default store has the new root.",
    ),
    judge=judge,
)
