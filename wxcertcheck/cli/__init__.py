"""The command line: one file a command, no logic in any of them.

A command is a module of this package with either ``command`` (a function whose annotations Typer reads) or ``app`` (a
``typer.Typer`` with subcommands). Only the module of the command that was asked for is imported; the others are listed
by their summary. Typer freezes help when a module is imported, so help follows the environment's language, and
``--lang`` changes reports.
"""

import os
import sys
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from wxcertcheck.errors import WxcertcheckError
from wxcertcheck.text import LANGUAGES, Text, preferred_language

if TYPE_CHECKING:
    from wxcertcheck.cli.usage import TyperError

EXIT_READY, EXIT_NOT_READY, EXIT_FAILURE, EXIT_UNKNOWN = 0, 1, 2, 3
_TYPER_INTERRUPTED = 130  # what Typer makes of Ctrl-C

SUMMARIES = {
    "check": Text(
        zh="检查本机（及给出的代码目录）切换后能否继续访问微信支付",
        en="Will this machine (and the code under PATH) still talk to WeChat Pay?",
    ),
    "stores": Text(
        zh="列出并判定信任库：有没有新旧根证书、是否真的被信任",
        en="List and judge trust stores: which roots they hold and trust",
    ),
    "scan": Text(
        zh="在代码里找写死的 CA 证书和被关掉的证书校验",
        en="Find pinned CAs and switched-off verification in code",
    ),
    "handshake": Text(
        zh="与服务器只做 TLS 握手：看证书链，并用本机每个信任库判定",
        en="TLS handshakes only: show the chain, judge it against every store",
    ),
    "lab": Text(
        zh="本地演练环境：自建新旧两条证书链的服务器",
        en="A local rehearsal: servers with an old and a new chain",
    ),
    "rotations": Text(
        zh="列出根证书更换计划，查看详情，导出根证书",
        en="List root rotations, show one, print a root as PEM",
    ),
    "explain": Text(
        zh="解释一条规则：是什么、为什么、怎么修",
        en="Explain a rule: what, why, how to repair",
    ),
}

_ABOUT = Text(
    zh="微信支付服务器证书更换根证书后，这个系统还能正常访问吗？不能的话，是哪个信任库、哪行代码，怎么修？",
    en="Will this system still talk to WeChat Pay after its root certificate changes; if not, why, and what repairs it",
)
_VERSION = Text(zh="显示版本号", en="Show the version and exit")
_BROKEN = Text(
    zh="wxcertcheck 自身出错（{error}）。这不是检查结论。请附上命令反馈此问题；设置 WXCERTCHECK_DEBUG=1 可看到详情。",
    en="wxcertcheck itself failed ({error}). This is no verdict. Please report it with the command line;"
    " WXCERTCHECK_DEBUG=1 shows the details.",
)
_INTERRUPTED = Text(zh="已中断，没有结论。", en="Interrupted: no verdict.")


def run(arguments: list[str]) -> int:
    """Run one command line and return the exit code. Nothing escapes: an error is one clear message on stderr."""
    os.environ.setdefault("TYPER_USE_RICH", "0")  # rich costs 70 ms that plain help does not need
    try:
        _dispatch(arguments)
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else EXIT_FAILURE
        return EXIT_UNKNOWN if code == _TYPER_INTERRUPTED else code
    except WxcertcheckError as error:
        _say(_language(arguments), error.message, error.hint)
    except KeyboardInterrupt:
        _say(_language(arguments), _INTERRUPTED)
        return EXIT_UNKNOWN
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - replaces a stream for good
        return EXIT_FAILURE
    except Exception as error:
        if os.environ.get("WXCERTCHECK_DEBUG"):
            raise
        _say(_language(arguments), _BROKEN.fill(error=f"{type(error).__name__}: {error}"))
    return EXIT_FAILURE


def _dispatch(arguments: list[str]) -> None:
    import typer

    language = preferred_language()
    app = typer.Typer(
        help=_ABOUT.of(language),
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        pretty_exceptions_show_locals=False,  # keystore passwords are locals
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def program(
        version: bool = typer.Option(False, "--version", help=_VERSION.of(language), is_eager=True),
    ) -> None:
        if version:
            from wxcertcheck import __version__

            typer.echo(f"wxcertcheck {__version__}")
            raise typer.Exit

    asked = next((argument for argument in arguments if not argument.startswith("-")), "")
    for name, summary in SUMMARIES.items():
        if name != asked:
            app.command(name, help=summary.of(language))(_listed_only)
            continue
        module = import_module(f"wxcertcheck.cli.{name}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name, help=summary.of(language))
        else:
            app.command(name, help=summary.of(language))(module.command)
    usage_error = cast("type[Exception]", typer.BadParameter.__mro__[1])  # click's, whichever click this Typer has
    try:
        code = app(args=arguments, prog_name="wxcertcheck", standalone_mode=False)
    except usage_error as error:
        raise _told(cast("TyperError", error)) from None
    raise SystemExit(code if isinstance(code, int) else EXIT_READY)


def _told(error: "TyperError") -> BaseException:
    """Typer's usage error in both languages; the help that it shows where no command is given stays as it is."""
    from wxcertcheck.cli.usage import wrong_usage

    if type(error).__name__.startswith("NoArgsIsHelp"):
        print(error.format_message(), file=sys.stderr)
        return SystemExit(EXIT_FAILURE)
    return wrong_usage(error)


def _listed_only() -> None:
    """Stands in ``--help`` for a command whose module was not needed."""


def _language(arguments: list[str]) -> str:
    """The language of ``--lang``, else the environment's: an error may come before any option is parsed."""
    given = [part for argument in arguments for part in argument.split("=", 1)]
    asked = next((value for name, value in pairwise(given) if name == "--lang"), "")
    return asked if asked in LANGUAGES else preferred_language()


def _say(language: str, *texts: Text) -> None:
    from wxcertcheck.reporters.layout import wrap

    for text in texts:
        lines = wrap(text.of(language), indent="  ") if sys.stderr.isatty() else [text.of(language)]
        print("\n".join(lines), file=sys.stderr)
