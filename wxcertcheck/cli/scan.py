"""``wxcertcheck scan [PATH…]``: pinned CAs and switched-off verification in code."""

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
    OnOption,
    OutputOption,
    QuietOption,
    ReportFormat,
    RotationOption,
    help_text,
)
from wxcertcheck.cli.output import Output, conclude
from wxcertcheck.text import Text

PathsArgument = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[PATH]...",
        readable=False,
        help=help_text("文件或目录（默认当前目录）", "Files or folders (default: here)"),
    ),
]
TestsOption = Annotated[
    bool, typer.Option("--include-tests", help=help_text("测试代码也算数", "Let test code count too"))
]
AnyHostOption = Annotated[
    bool,
    typer.Option(
        "--any-host",
        help=help_text("不看域名，指定 CA 的代码都算会影响", "Take every pin as certain, whatever hosts are named"),
    ),
]
NoIgnoreOption = Annotated[
    bool, typer.Option("--no-ignore", help=help_text("不理会 .gitignore", "Do not obey .gitignore files"))
]
JobsOption = Annotated[
    int, typer.Option("--jobs", "-j", min=0, max=64, help=help_text("进程数（0：自动）", "Processes (0: by the cores)"))
]


def command(
    paths: PathsArgument = None,
    rotation: RotationOption = "wechatpay-2024",
    on: OnOption = None,
    include_tests: TestsOption = False,
    any_host: AnyHostOption = False,
    no_ignore: NoIgnoreOption = False,
    jobs: JobsOption = 0,
    format: FormatOption = ReportFormat.TERMINAL,  # noqa: A002 - the option's name
    output: OutputOption = None,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    fail_on: FailOnOption = FailOn.ERROR,
) -> None:
    """Scan code and configuration."""
    from datetime import UTC, datetime
    from time import perf_counter

    from wxcertcheck.cli.progress import Slow
    from wxcertcheck.pipeline import moment_of, report_on
    from wxcertcheck.rotations import load_all
    from wxcertcheck.scan import ScanRequest, scan

    started = perf_counter()
    out = Output(format, output, lang, quiet, no_color, fail_on)
    chosen, moment = moment_of(rotation, on)
    request = ScanRequest(
        paths=tuple(os.fspath(path) for path in paths or [Path()]),
        rotations=tuple({r.id: r for r in (*load_all(), chosen)}.values()),
        include_tests=include_tests,
        any_host=any_host,
        no_ignore=no_ignore,
        jobs=jobs,
        today=datetime.now(UTC).date(),
    )
    with Slow(out.spoken) as slow:
        evidence = scan(request, slow)
    conclude(report_on(evidence, chosen, moment, started, _CODE_ONLY), out)


_CODE_ONLY = Text(zh="仅代码", en="code only")
