"""WXC203: code trusts a fixed set of CAs that holds what is needed today, and will have to change again."""

from collections.abc import Iterator

from wxcertcheck.model import Case, Finding, Level, PinKind, PinMode, Root, Rule
from wxcertcheck.rules.pins import content_of, finding, readable, spoken
from wxcertcheck.text import Text, joined, same


def judge(case: Case) -> Iterator[Finding]:
    """Pins that were read and lack nothing."""
    for pin in spoken(case, PinKind.TRUST, mode=PinMode.REPLACES):
        if readable(pin) and not case.rotation.outages(pin.trusted, case.on):
            content = content_of(pin, case.rotation)
            yield finding(RULE, case, pin, _HOLDS.fill(content=content, until=_until(case)), Level.NOTE)


def _until(case: Case) -> Text:
    incoming = [root for root in case.rotation.roots if root.fingerprint in case.rotation.incoming]
    dates = [(root, _leaves(root)) for root in incoming]
    said = [_LEAVES.fill(root=root.key.upper(), day=day) for root, day in dates if day]
    return joined(said, zh="；", en="; ") if said else same("")


def _leaves(root: Root) -> str:
    return next((date.date.strftime("%Y-%m-%d") for date in root.distrust if date.programme == "mozilla"), "")


_HOLDS = Text(
    zh="代码只信任 {content}，目前够用{until}", en="the code trusts only {content}, which is enough for now{until}"
)
_LEAVES = Text(
    zh="；{root} 将于 {day} 被 Mozilla 停止信任，届时还要再改",
    en="; {root} leaves Mozilla's list on {day}: then it must change again",
)

RULE = Rule(
    id="WXC203",
    slug="pin-holds-needed-roots",
    level=Level.NOTE,
    title=Text(zh="代码指定的 CA 文件目前够用", en="CAs fixed in code hold what is needed, for now"),
    why=Text(
        zh="指定的 CA 文件里有需要的根证书，这次更换不受影响；但文件不会自己更新，下次换根证书（G2 到 2029-04-15）还要再改。",
        en="The file that the code names holds the needed roots, so this rotation breaks nothing; but the file does not update"
        " itself, and the next rotation (G2 ends on 2029-04-15) needs another change.",
    ),
    remedy=Text(
        zh="有机会时删掉指定 CA 的代码，改用系统信任库。",
        en="When there is an occasion, remove the code that names CAs and use the system's store.",
    ),
    judge=judge,
)
