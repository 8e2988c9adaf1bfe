"""What Typer finds wrong with a command line, said in the reader's language: Typer itself speaks English only."""

import re
from typing import Protocol

from wxcertcheck.errors import UsageError
from wxcertcheck.text import Text


class _Context(Protocol):
    command_path: str

    def get_usage(self) -> str: ...


class TyperError(Protocol):
    """Typer's usage error, wherever it gets click from."""

    ctx: _Context | None

    def format_message(self) -> str:
        """The error in English."""


def wrong_usage(error: TyperError) -> UsageError:
    """Our error for Typer's."""
    message = error.format_message()
    told = next((text.fill(**found.groupdict()) for said, text in _SAID if (found := said.fullmatch(message))), None)
    usage = " ".join(error.ctx.get_usage().partition(":")[2].split()) if error.ctx else "wxcertcheck COMMAND"
    command = error.ctx.command_path if error.ctx else "wxcertcheck"
    return UsageError(told or _OTHER.fill(message=message), _HINT.fill(usage=usage, command=command))


_VALUE = r"Invalid value for '(?P<option>[^']+)'(?: / '[^']+')*: "
_SAID = tuple(
    (re.compile(said, re.DOTALL), text)
    for said, text in (
        (
            r"Option '(?P<option>[^']+)' requires an argument\.",
            Text(zh="选项 {option} 后面缺少值", en="The option {option} needs a value"),
        ),
        (
            r"Option '(?P<option>[^']+)' does not take a value\.",
            Text(zh="选项 {option} 不带值", en="The option {option} takes no value"),
        ),
        (
            r"No such option: (?P<option>\S+) \(Possible options: (?P<others>.*)\)",
            Text(zh="没有选项 {option}，是不是 {others}？", en="There is no option {option}; did you mean {others}?"),
        ),
        (
            r"No such option: (?P<option>\S+?)(?: Did you mean (?P<others>[^?]*)\?)?",
            Text(zh="没有选项 {option}", en="There is no option {option}"),
        ),
        (
            r"No such command '(?P<name>[^']*)'\..*",
            Text(zh="没有命令 {name}", en="There is no command {name}"),
        ),
        (r"Missing command\.", Text(zh="缺少命令", en="The command is missing")),
        (
            r"Missing (?:argument|option) '(?P<name>[^']+)'.*",
            Text(zh="缺少 {name}", en="{name} is missing"),
        ),
        (
            r"Got unexpected extra arguments?(?:\(s\))? \((?P<given>.*)\)",
            Text(zh="多余的参数：{given}", en="Not expected: {given}"),
        ),
        (
            _VALUE + r"'(?P<given>.*)' is not one of (?P<choices>.*)\.",
            Text(
                zh="{option} 不能是 {given}，可选：{choices}", en="{option} cannot be {given}; choose one of {choices}"
            ),
        ),
        (
            _VALUE + r"'(?P<given>.*)' is not a valid (?:int|integer)(?: range)?\.",
            Text(zh="{option} 要的是整数，不是 {given}", en="{option} takes a whole number, not {given}"),
        ),
        (
            _VALUE + r"'(?P<given>.*)' is not a valid float(?: range)?\.",
            Text(zh="{option} 要的是数字，不是 {given}", en="{option} takes a number, not {given}"),
        ),
        (
            _VALUE + r"(?P<given>\S+) is not in the range (?P<range>.*)\.",
            Text(zh="{option} 不能是 {given}，范围是 {range}", en="{option} cannot be {given}; the range is {range}"),
        ),
        (
            _VALUE + r"(?:File|Directory|Path) '(?P<given>.*)' does not exist\.",
            Text(zh="{option} 指的 {given} 不存在", en="{option} names {given}, which does not exist"),
        ),
    )
)
"""Typer's messages as regular expressions, the most precise first."""
_OTHER = Text(zh="命令行有误：{message}", en="{message}")
_HINT = Text(zh="用法：{usage}\n{command} -h 列出全部选项", en="Usage: {usage}\n{command} -h lists every option")
