"""``wxcertcheck stores``: list and judge trust stores, judge given files, show the anchors of one."""

import os
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from wxcertcheck.cli import EXIT_READY, EXIT_UNKNOWN
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
    RootOption,
    RotationOption,
    help_text,
)
from wxcertcheck.cli.output import Output, conclude, emit, exit_code, say
from wxcertcheck.cli.progress import Slow
from wxcertcheck.errors import UsageError
from wxcertcheck.text import Text

if TYPE_CHECKING:
    from wxcertcheck.model import Report, Store

_SHOW = "show"
_STDIN_LIMIT = 64 * 1024 * 1024
_PASSWORD_LIMIT = 4096

_STORES_ONLY = Text(zh="只看信任库", en="trust stores only")
_FILES_ONLY = Text(zh="只看所给文件", en="given files only")
_SHOW_WHAT = Text(zh="stores show 需要一个文件", en="stores show needs a file")
_SHOW_EXAMPLE = Text(
    zh="例如：wxcertcheck stores show cacert.pem", en="For example: wxcertcheck stores show cacert.pem"
)
_NO_VARIABLE = Text(zh="环境变量 {name} 没有设置", en="The environment variable {name} is not set")
_SET_IT = Text(zh="请先设置它，再用 --password-env", en="Set it before using --password-env")
_NO_FILE = Text(zh="读不了密码文件 {path}：{problem}", en="Cannot read the password file {path}: {problem}")
_GIVE_FILE = Text(zh="请给出一个可读的文件，第一行是密码", en="Give a readable file whose first line is the password")
_NOT_BOTH = Text(zh="给出文件时不能再用 {option}", en="{option} does not go together with files")
_EITHER = Text(zh="请去掉其中之一", en="Leave one of them out")
_LIST_HELP = help_text(
    "只列出会读取的路径（供 ssh 主机 tar 打包）", "Print the paths that would be read (for ssh host tar …)"
)


def command(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[show] [FILE]...",
            help=help_text(
                "只判定这些信任库文件（- 为标准输入）；show 列出其中的证书",
                "Judge these stores only (- is standard input); show lists their certificates",
            ),
        ),
    ] = None,
    rotation: RotationOption = "wechatpay-2024",
    on: OnOption = None,
    root: RootOption = None,
    all_stores: Annotated[
        bool, typer.Option("--all", help=help_text("所有信任库都计入结论", "Count every store found, in use or not"))
    ] = False,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help=help_text("在整个文件系统里找信任库", "Search the whole file system"))
    ] = False,
    keytool: Annotated[
        bool, typer.Option("--keytool", help=help_text("Java 信任库再用 keytool 核对", "A second opinion from keytool"))
    ] = False,
    password_file: Annotated[
        Path | None,
        typer.Option("--password-file", help=help_text("密码在该文件第一行", "The password is this file's first line")),
    ] = None,
    password_env: Annotated[
        str | None,
        typer.Option("--password-env", help=help_text("密码在该环境变量里", "The password is in this variable")),
    ] = None,
    list_paths: Annotated[bool, typer.Option("--list-paths", help=_LIST_HELP)] = False,
    format: FormatOption = ReportFormat.TERMINAL,  # noqa: A002 - the option's name
    output: OutputOption = None,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    fail_on: FailOnOption = FailOn.ERROR,
) -> None:
    """List the trust stores of this machine, or judge the given files."""
    how = Output(format, output, lang, quiet, no_color, fail_on)
    if list_paths:
        from wxcertcheck.stores import paths_to_read

        emit("\n".join(paths_to_read()) + "\n", output)
        return
    passwords = _passwords(password_file, password_env)
    if files and files[0] == _SHOW:
        _show(files[1:], passwords, keytool, how)
    if files:
        for option, given in (("--root", root), ("--all", all_stores), ("--everywhere", everywhere)):
            if given:
                raise UsageError(_NOT_BOTH.fill(option=option), _EITHER)
        conclude(_judge_files(files, passwords, keytool, rotation, on), how)
    with Slow(how.spoken) as slow:
        report = _survey(rotation, on, root, all_stores, everywhere, keytool, passwords, slow)
    if format is ReportFormat.JSON or quiet:
        conclude(report, how)
    from wxcertcheck.reporters import render
    from wxcertcheck.reporters.store_list import store_list

    verdict = render(report, format.value, how.spoken, color=how.color, quiet=True)
    emit(verdict + store_list(report, how.spoken), output)
    raise typer.Exit(exit_code(report, fail_on))


def _survey(
    rotation: str,
    on: str | None,
    root: Path | None,
    all_stores: bool,
    everywhere: bool,
    keytool: bool,
    passwords: tuple[str, ...],
    slow: Slow,
) -> "Report":
    from wxcertcheck.pipeline import moment_of, report_on
    from wxcertcheck.stores import SurveyRequest, survey

    started = perf_counter()
    loaded, moment = moment_of(rotation, on)
    request = SurveyRequest(
        root=root,
        environ=dict(os.environ),
        all=all_stores,
        everywhere=everywhere,
        keytool=keytool,
        passwords=passwords,
        wanted=frozenset(item.fingerprint for item in loaded.roots),
    )
    return report_on(survey(request, slow), loaded, moment, started, _STORES_ONLY)


def _judge_files(
    files: list[str], passwords: tuple[str, ...], keytool: bool, rotation: str, on: str | None
) -> "Report":
    from wxcertcheck.pipeline import moment_of, report_on

    started = perf_counter()
    loaded, moment = moment_of(rotation, on)
    return report_on(_read(files, passwords, keytool), loaded, moment, started, _FILES_ONLY)


def _show(files: list[str], passwords: tuple[str, ...], keytool: bool, how: Output) -> None:
    """Print the anchors of each file; a store that cannot be read is told on stderr."""
    from datetime import UTC, datetime

    from wxcertcheck.model import StoreState
    from wxcertcheck.reporters.anchors import anchor_list, anchors_json

    if not files:
        raise UsageError(_SHOW_WHAT, _SHOW_EXAMPLE)
    stores = _read(files, passwords, keytool)
    shown = [store for store in stores if store.certificates or store.state is StoreState.READ]
    as_json = how.format is ReportFormat.JSON
    pages = [anchors_json(store) if as_json else anchor_list(store, how.spoken, datetime.now(UTC)) for store in shown]
    emit("\n".join(pages), how.file)
    unread = [store for store in stores if store not in shown]
    for store in unread:
        for text in (store.problem, store.hint):
            if text:
                say(text, how.spoken)
    raise typer.Exit(EXIT_UNKNOWN if unread else EXIT_READY)


def _read(files: list[str], passwords: tuple[str, ...], keytool: bool) -> "tuple[Store, ...]":
    from wxcertcheck.stores import read_files

    return read_files(
        files,
        passwords=passwords,
        keytool=keytool,
        environ=dict(os.environ),
        stdin=lambda: sys.stdin.buffer.read(_STDIN_LIMIT),
    )


def _passwords(file: Path | None, variable: str | None) -> tuple[str, ...]:
    """The given passwords; they are never printed, not in errors either."""
    found = []
    if variable is not None:
        if variable not in os.environ:
            raise UsageError(_NO_VARIABLE.fill(name=variable), _SET_IT)
        found.append(os.environ[variable])
    if file is not None:
        try:
            with file.open("rb") as stream:
                found.append(stream.read(_PASSWORD_LIMIT).partition(b"\n")[0].rstrip(b"\r").decode())
        except (OSError, UnicodeDecodeError) as error:
            problem = error.strerror if isinstance(error, OSError) else "UTF-8"
            raise UsageError(_NO_FILE.fill(path=file, problem=problem), _GIVE_FILE) from None
    return tuple(found)
