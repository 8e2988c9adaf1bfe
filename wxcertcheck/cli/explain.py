"""``wxcertcheck explain WXC101``: a rule's document."""

from typing import Annotated

import typer

from wxcertcheck.cli.options import LanguageOption, help_text
from wxcertcheck.cli.output import Output, emit


def command(
    rule: Annotated[
        str,
        typer.Argument(metavar="RULE", help=help_text("规则 id 或名称；不给则列出全部", "Id or slug; none: list all")),
    ] = "",
    lang: LanguageOption = None,
) -> None:
    """Print one rule's document, or the list of rules."""
    from wxcertcheck.errors import UsageError
    from wxcertcheck.reporters.rule_document import rule_document, rule_list
    from wxcertcheck.rules import all_rules, rule_by_id
    from wxcertcheck.text import Text

    spoken = Output(language=lang).spoken
    if not rule:
        emit(rule_list(all_rules(), spoken))
        return
    found = rule_by_id(rule)
    if found is None:
        raise UsageError(
            Text(zh="没有规则 {rule}", en="There is no rule {rule}").fill(rule=rule),
            Text(zh="运行 wxcertcheck explain 可列出全部规则。", en="wxcertcheck explain lists all rules."),
        )
    emit(rule_document(found, spoken))
