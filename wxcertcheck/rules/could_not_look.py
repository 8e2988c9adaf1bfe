"""WXC901: something could not be looked at; it never counts as fine."""

from collections.abc import Iterator

from wxcertcheck.model import Case, Finding, Level, NotLooked, Rule
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """One note per thing that could not be looked at."""
    for item in case.each(NotLooked):
        yield Finding(
            rule=RULE.id,
            level=Level.NOTE,
            place=item.place,
            message=item.message,
            reasons=(item.hint,),
            subjects=(item,),
        )


RULE = Rule(
    id="WXC901",
    slug="could-not-look",
    level=Level.NOTE,
    title=Text(zh="有内容没能检查", en="Something could not be looked at"),
    why=Text(
        zh="没看到的东西不能算没问题。若它可能改变结论，结论就是“无法判定”（UNKNOWN），而不是“就绪”。",
        en="What was not seen is not fine. Where it could change the verdict, the verdict is UNKNOWN and not READY.",
    ),
    remedy=Text(
        zh="按每一项的提示处理（权限、密码、路径），然后重新检查。",
        en="Follow the hint beside each item (permission, password, path) and check again.",
    ),
    judge=judge,
)
