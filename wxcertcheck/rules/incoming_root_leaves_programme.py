"""WXC106: the new root, too, has a day on which a root programme stops trusting it."""

from collections.abc import Iterator

from wxcertcheck.model import Case, Finding, Level, Rule, Runtime, RuntimePlace, Store
from wxcertcheck.rules.wording import CONFIDENCE, day, root_label
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """One dated note per incoming root and programme, once per report. Of code, the findings about pins tell the day."""
    if not any(isinstance(item, Runtime | Store) for item in case.evidence):
        return
    for root in case.rotation.roots:
        if root.fingerprint not in case.rotation.incoming:
            continue
        for date in root.distrust:
            if date.date > case.on and date.programme == "mozilla":
                yield Finding(
                    rule=RULE.id,
                    level=Level.NOTE,
                    place=RuntimePlace(root.name),
                    message=_MESSAGE.fill(
                        root=root_label(root), day=day(date.date), confidence=CONFIDENCE[date.confidence]
                    ),
                )


_MESSAGE = Text(
    zh="{root} 将于 {day} 被 Mozilla 的列表移除（{confidence}）：届时写死根证书的程序还要再改一次",
    en="{root} leaves Mozilla's list on {day} ({confidence}): whatever pins it changes again then",
)

RULE = Rule(
    id="WXC106",
    slug="incoming-root-leaves-programme",
    level=Level.NOTE,
    title=Text(zh="新根证书也有退役日期", en="The new root has an end, too"),
    why=Text(
        zh="根证书密钥使用满 15 年后，Mozilla 不再信任它用于 TLS。"
        "DigiCert Global Root G2 将于 2029-04-15 退出，所以微信支付的指引建议不要在代码里指定根证书。",
        en="Mozilla stops trusting a root for TLS when its key is 15 years old. DigiCert Global Root G2 goes on"
        " 2029-04-15; that is why WeChat Pay's guide recommends not to name a root in code at all.",
    ),
    remedy=Text(
        zh="用系统或运行环境自带的信任库并保持更新，不要在代码里指定根证书。",
        en="Use the store of the system or runtime and keep it up to date; name no root in code.",
    ),
    judge=judge,
)
