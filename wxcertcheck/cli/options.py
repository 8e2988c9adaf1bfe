"""The options that several commands share, with their help in the reader's language."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from wxcertcheck.text import Text, preferred_language

_LANGUAGE = preferred_language()


def help_text(zh: str, en: str) -> str:
    """One help string, in the environment's language."""
    return Text(zh=zh, en=en).of(_LANGUAGE)


class ReportFormat(StrEnum):
    """How a report is written."""

    TERMINAL = "terminal"
    JSON = "json"


class Language(StrEnum):
    """The language of a report."""

    ZH = "zh"
    EN = "en"


class FailOn(StrEnum):
    """The level from which a finding fails the run."""

    ERROR = "error"
    WARNING = "warning"


RotationOption = Annotated[
    str,
    typer.Option("--rotation", "-r", help=help_text("更换计划的 id 或 TOML 文件", "Id of a rotation, or a TOML file")),
]
OnOption = Annotated[
    str | None,
    typer.Option(
        "--on",
        metavar="DATE",
        help=help_text("按这一天的需要来判定（默认今天）", "Judge by what is needed on this day (default: today)"),
    ),
]
FormatOption = Annotated[
    ReportFormat, typer.Option("--format", "-f", help=help_text("报告格式", "Format of the report"))
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", help=help_text("把报告写到文件", "Write the report to a file")),
]
LanguageOption = Annotated[
    Language | None,
    typer.Option("--lang", help=help_text("报告语言（默认随环境）", "Language of the report (default: environment)")),
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help=help_text("只给结论和修复办法", "Only the verdict and what to do"))
]
NoColorOption = Annotated[
    bool, typer.Option("--no-color", help=help_text("不用颜色（同 NO_COLOR）", "No colour (as NO_COLOR)"))
]
OfflineOption = Annotated[bool, typer.Option("--offline", help=help_text("不连接网络", "Do not touch the network"))]
FailOnOption = Annotated[
    FailOn, typer.Option("--fail-on", help=help_text("从哪一级起算不通过", "Level from which the run fails"))
]
RootOption = Annotated[
    Path | None,
    typer.Option(
        "--root",
        metavar="DIR",
        help=help_text(
            "把该目录当作 / 来读（挂载或解包的系统）", "Read this mounted or unpacked file system as if it were /"
        ),
    ),
]
