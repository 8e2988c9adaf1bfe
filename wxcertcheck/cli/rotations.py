"""``wxcertcheck rotations``: list the rotations, show one, print a root for piping into a store."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from wxcertcheck.cli.options import FormatOption, LanguageOption, ReportFormat, help_text
from wxcertcheck.cli.output import Output, emit
from wxcertcheck.errors import UsageError
from wxcertcheck.text import Text

app = typer.Typer(invoke_without_command=True, rich_markup_mode=None)


_AFTER = Text(zh="--format 和 --lang 要写在 {command} 之后", en="--format and --lang belong after {command}")
_AFTER_HINT = Text(
    zh="例如：wxcertcheck rotations show ID --format json",
    en="For example: wxcertcheck rotations show ID --format json",
)


class ShowFormat(StrEnum):
    """How one rotation is written; ``toml`` is its file, to start one's own from."""

    TERMINAL = "terminal"
    JSON = "json"
    TOML = "toml"


@app.callback()
def list_rotations(
    context: typer.Context,
    format: FormatOption = ReportFormat.TERMINAL,  # noqa: A002 - the option's name
    lang: LanguageOption = None,
) -> None:
    """List the rotations that the tool knows."""
    if context.invoked_subcommand:
        if format is not ReportFormat.TERMINAL or lang:
            raise UsageError(_AFTER.fill(command=context.invoked_subcommand), _AFTER_HINT)
        return
    from wxcertcheck.rotations import DEFAULT, load_all

    if format is ReportFormat.JSON:
        from wxcertcheck.reporters.rotations_json import rotations_json

        emit(rotations_json(load_all(), DEFAULT))
        return
    from wxcertcheck.reporters.rotations import rotation_list

    emit(rotation_list(load_all(), DEFAULT, Output(language=lang).spoken))


@app.command(
    "show",
    help=help_text(
        "显示一个更换计划：主机、根证书及指纹、日期、来源、可信度",
        "Show one: hosts, roots, dates, sources, confidence",
    ),
)
def show(
    rotation: Annotated[
        str, typer.Argument(metavar="ID", help=help_text("id 或 TOML 文件", "Id of a rotation, or a TOML file"))
    ],
    format: Annotated[  # noqa: A002 - the option's name
        ShowFormat, typer.Option("--format", "-f", help=help_text("输出格式", "Format of the output"))
    ] = ShowFormat.TERMINAL,
    lang: LanguageOption = None,
) -> None:
    """Print one rotation; a faulty file is refused with file, key and what was expected."""
    from wxcertcheck.rotations import load_rotation, rotation_source

    found = load_rotation(rotation)
    if format is ShowFormat.TOML:
        emit(rotation_source(rotation))
    elif format is ShowFormat.JSON:
        from wxcertcheck.reporters.rotations_json import rotation_json

        emit(rotation_json(found))
    else:
        from wxcertcheck.reporters.rotations import rotation_document

        emit(rotation_document(found, Output(language=lang).spoken))


@app.command(
    "pem",
    help=help_text("输出一个根证书（PEM），可直接导入信任库", "Print a root as PEM, to pipe it into a store"),
)
def pem(
    root: Annotated[
        str,
        typer.Argument(
            metavar="ROOT",
            help=help_text("如 wechatpay-2024/g2、名称或 SHA-256", "Such as wechatpay-2024/g2, a name, or a SHA-256"),
        ),
    ],
    der: Annotated[bool, typer.Option("--der", help=help_text("输出二进制 DER", "Print binary DER instead"))] = False,
) -> None:
    """Print one root; stdout gets nothing else."""
    from wxcertcheck.rotations import pem_of, root_by_name

    found = root_by_name(root)
    if not der:
        emit(pem_of(found))
        return
    if sys.stdout.isatty():
        raise UsageError(
            Text(zh="不向终端输出二进制内容", en="Binary DER is not printed to a terminal"),
            Text(
                zh="请重定向到文件：wxcertcheck rotations pem {root} --der > root.crt",
                en="Redirect it: wxcertcheck rotations pem {root} --der > root.crt",
            ).fill(root=root),
        )
    sys.stdout.buffer.write(found.der)
    sys.stdout.buffer.flush()
