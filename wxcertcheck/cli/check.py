"""``wxcertcheck check``: the main job."""

import os
from pathlib import Path
from typing import Annotated

import typer

from wxcertcheck.cli.options import (
    FailOn,
    FailOnOption,
    FormatOption,
    LanguageOption,
    NoColorOption,
    OfflineOption,
    OnOption,
    OutputOption,
    QuietOption,
    ReportFormat,
    RootOption,
    help_text,
)
from wxcertcheck.cli.output import Output, conclude, say
from wxcertcheck.cli.progress import Slow


def command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help=help_text("要一并检查的项目目录", "Projects to look into as well")),
    ] = None,
    rotation: Annotated[
        str | None,
        typer.Option(
            "--rotation",
            "-r",
            help=help_text(
                "更换计划的 id 或 TOML 文件（默认：微信支付，以及代码里出现其主机的计划）",
                "Id of a rotation, or a TOML file (default: WeChat Pay, and those whose hosts the code names)",
            ),
        ),
    ] = None,
    on: OnOption = None,
    root: RootOption = None,
    copied: Annotated[
        bool,
        typer.Option(
            "--copied",
            help=help_text(
                "--root 只含 stores --list-paths 取回的文件：缺的文件不算证据",
                "--root holds only what stores --list-paths names: a missing file is no proof",
            ),
        ),
    ] = False,
    all_stores: Annotated[
        bool, typer.Option("--all", help=help_text("所有信任库都计入结论", "Count every store found, in use or not"))
    ] = False,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help=help_text("在整个文件系统里找信任库", "Search the whole file system"))
    ] = False,
    keytool: Annotated[
        bool, typer.Option("--keytool", help=help_text("Java 信任库再用 keytool 核对", "A second opinion from keytool"))
    ] = False,
    include_tests: Annotated[
        bool, typer.Option("--include-tests", help=help_text("测试代码也计入结论", "Let test code decide, too"))
    ] = False,
    any_host: Annotated[
        bool,
        typer.Option(
            "--any-host", help=help_text("不看主机，每处固定都算", "Count every pin, whatever host it is for")
        ),
    ] = False,
    no_ignore: Annotated[
        bool, typer.Option("--no-ignore", help=help_text("不理会 .gitignore", "Look into git-ignored files as well"))
    ] = False,
    offline: OfflineOption = False,
    format: FormatOption = ReportFormat.TERMINAL,  # noqa: A002 - the option's name
    output: OutputOption = None,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    fail_on: FailOnOption = FailOn.ERROR,
) -> None:
    """Judge the trust stores that are in use on this machine, and the code under PATH."""
    from wxcertcheck.pipeline import CheckRequest, check

    how = Output(format, output, lang, quiet, no_color, fail_on)
    with Slow(how.spoken) as slow:
        report = check(
            CheckRequest(
                paths=tuple(paths or ()),
                rotation=rotation,
                on=on,
                root=root,
                copied=copied,
                environ=dict(os.environ),
                all_stores=all_stores,
                everywhere=everywhere,
                keytool=keytool,
                offline=offline,
                include_tests=include_tests,
                any_host=any_host,
                no_ignore=no_ignore,
                announce=None if quiet else lambda text: say(text, how.spoken),
                progress=slow,
            )
        )
    conclude(report, how)
