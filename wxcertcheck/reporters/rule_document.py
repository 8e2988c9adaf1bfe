"""A rule's document in one language: what it is, why it matters, how to repair it. Pure."""

from collections.abc import Sequence

from wxcertcheck.model import Level, Rule
from wxcertcheck.reporters.layout import pad, wrap
from wxcertcheck.text import Text

LEVEL_NAMES = {
    Level.ERROR: Text(zh="错误", en="error"),
    Level.WARNING: Text(zh="警告", en="warning"),
    Level.NOTE: Text(zh="提示", en="note"),
}
_WHY = Text(zh="为什么", en="Why it matters")
_REMEDY = Text(zh="怎么修", en="How to repair")


def rule_document(rule: Rule, language: str) -> str:
    """The document that ``explain`` prints."""
    lines = [f"{rule.id}  {rule.slug}  ({LEVEL_NAMES[rule.level].of(language)})", rule.title.of(language)]
    for heading, body in ((_WHY, rule.why), (_REMEDY, rule.remedy)):
        lines += ["", heading.of(language)]
        for paragraph in body.of(language).split("\n"):
            lines += wrap(paragraph, indent="  ", first="  ") if paragraph.strip() else [""]
    return "\n".join(lines) + "\n"


def rule_list(rules: Sequence[Rule], language: str) -> str:
    """One line a rule."""
    columns = max(len(rule.slug) for rule in rules)
    return "".join(f"{rule.id}  {pad(rule.slug, columns)}  {rule.title.of(language)}\n" for rule in rules)
