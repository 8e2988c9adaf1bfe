"""How every command ends: the report on stdout or in a file, talk on stderr, the verdict as the exit code."""

import os
import sys
from pathlib import Path
from typing import NoReturn

import typer
from msgspec import Struct

from wxcertcheck.cli import EXIT_NOT_READY, EXIT_READY, EXIT_UNKNOWN
from wxcertcheck.cli.options import FailOn, Language, ReportFormat
from wxcertcheck.errors import UsageError
from wxcertcheck.model import Level, Report, Status
from wxcertcheck.text import Text, preferred_language


class Output(Struct, frozen=True):
    """The options that say how and where a report is written."""

    format: ReportFormat = ReportFormat.TERMINAL
    file: Path | None = None
    language: Language | None = None
    quiet: bool = False
    no_color: bool = False
    fail_on: FailOn = FailOn.ERROR

    @property
    def spoken(self) -> str:
        """ "zh" or "en"."""
        return self.language.value if self.language else preferred_language()

    @property
    def color(self) -> bool:
        """Whether the terminal report is coloured: only to a terminal, and never against NO_COLOR (no-color.org)."""
        wanted = not self.no_color and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        return wanted and self.file is None and sys.stdout.isatty()


def conclude(report: Report, output: Output) -> NoReturn:
    """Write the report and leave with its exit code."""
    from wxcertcheck.reporters import render

    emit(render(report, output.format.value, output.spoken, color=output.color, quiet=output.quiet), output.file)
    raise typer.Exit(exit_code(report, output.fail_on))


def exit_code(report: Report, fail_on: FailOn = FailOn.ERROR) -> int:
    """0 ready, 1 not ready, 3 cannot decide; with ``--fail-on warning`` a warning is enough for 1."""
    findings = [finding for part in (report, *report.also) for finding in part.findings]
    warned = any(f.level is Level.WARNING and not f.ignored_by for f in findings)
    if report.status is Status.NOT_READY or (fail_on is FailOn.WARNING and warned):
        return EXIT_NOT_READY
    return EXIT_READY if report.status is Status.READY else EXIT_UNKNOWN


def emit(content: str, file: Path | None = None) -> None:
    """Write to stdout, or to ``file``. A closed pipe is the reader's choice and changes no exit code."""
    if file is not None:
        try:
            file.write_text(content, encoding="utf-8", errors="surrogateescape")
        except OSError as error:
            raise UsageError(
                Text(zh="无法写入报告文件 {file}：{error}", en="Cannot write the report to {file}: {error}").fill(
                    file=file, error=error.strerror or error
                ),
                Text(zh="请换一个可写的路径。", en="Give --output a path that can be written."),
            ) from error
        return
    try:
        sys.stdout.write(content)
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - replaces a stream for good
    except OSError as error:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - what is buffered cannot be saved
        raise UsageError(
            Text(zh="无法写到标准输出：{error}", en="Cannot write to standard output: {error}").fill(
                error=error.strerror
            ),
            Text(zh="请检查磁盘空间，或用 --output 写到别处。", en="Check the disk, or write elsewhere with --output."),
        ) from error
    except UnicodeEncodeError:  # neither a C locale nor a file's name in GBK must lose the report
        sys.stdout.buffer.write(content.encode("utf-8", "surrogateescape"))
        sys.stdout.flush()


def say(text: Text, language: str) -> None:
    """Talk goes to stderr."""
    print(text.of(language), file=sys.stderr, flush=True)
