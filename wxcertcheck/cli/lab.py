"""``wxcertcheck lab``: start a rehearsal, see it, stop it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wxcertcheck.cli import EXIT_UNKNOWN
from wxcertcheck.cli.options import LanguageOption, RotationOption, help_text
from wxcertcheck.cli.output import Output, emit
from wxcertcheck.text import Text

if TYPE_CHECKING:
    from wxcertcheck.lab import Lab

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

DirOption = Annotated[
    Path | None,
    typer.Option(
        "--dir", metavar="DIR", help=help_text("演练目录（默认自动选择）", "Folder of the rehearsal (default: chosen)")
    ),
]


@app.command(
    "start",
    help=help_text(
        "自建新旧两个根证书，在本机回环地址上启动新旧两条证书链的服务器，输出更换计划文件",
        "Make an OLD and a NEW root, serve both chains on loopback, print the rotation file",
    ),
)
def start(
    rotation: RotationOption = "wechatpay-2024", directory: DirOption = None, lang: LanguageOption = None
) -> None:
    """Start it, and say what to try next."""
    from wxcertcheck import lab
    from wxcertcheck.rotations import load_rotation

    running = lab.start(load_rotation(rotation), directory or lab.default_folder())
    language = Output(language=lang).spoken
    option = f" --dir {running.folder}" if directory else ""
    emit(
        _described(running).of(language)
        + _NEXT.fill(folder=running.folder, file=running.rotation_file, dir=option).of(language)
    )


@app.command("status", help=help_text("演练环境是否在运行", "Whether a rehearsal is running"))
def status(directory: DirOption = None, lang: LanguageOption = None) -> None:
    """Exit code 0 if one runs, 3 if none does: 1 is kept for "not ready"."""
    from wxcertcheck import lab

    running = lab.status(directory or lab.default_folder())
    emit((_described(running) if running else _NONE).of(Output(language=lang).spoken))
    if running is None:
        raise typer.Exit(EXIT_UNKNOWN)


@app.command("stop", help=help_text("停止并清理，不留进程和文件", "Stop it and leave nothing behind"))
def stop(directory: DirOption = None, lang: LanguageOption = None) -> None:
    """End the servers and remove the folder."""
    from wxcertcheck import lab

    done = lab.stop(directory or lab.default_folder())
    emit((_STOPPED if done else _NONE).of(Output(language=lang).spoken))


def _described(running: Lab) -> Text:
    rows = {key: f"{ip}:{port}" for key, (ip, port) in running.endpoints.items()}
    return _RUNNING.fill(pid=running.pid, **rows, count=len(running.hosts), file=running.rotation_file)


_RUNNING = Text(
    zh="演练环境运行中（pid {pid}），为 {count} 个主机名提供证书链：\n"
    "  旧链    {old}\n  新链    {new}\n  交叉链  {cross}\n更换计划文件：{file}\n",
    en="The rehearsal runs (pid {pid}) and serves {count} host {count:name|names}:\n"
    "  old chain    {old}\n  new chain    {new}\n  cross chain  {cross}\nRotation file: {file}\n",
)
_NEXT = Text(
    zh="\n可以这样试：\n"
    "  # 没有演练用的新根证书：未就绪\n"
    "  wxcertcheck handshake --rotation {file} --store {folder}/old-root.pem\n"
    "  # 新旧根证书都有：就绪\n"
    "  wxcertcheck handshake --rotation {file} --store {folder}/both-roots.pem\n"
    "结束：wxcertcheck lab stop{dir}\n",
    en="\nTry:\n"
    "  # without the rehearsal's new root: not ready\n"
    "  wxcertcheck handshake --rotation {file} --store {folder}/old-root.pem\n"
    "  # with both roots: ready\n"
    "  wxcertcheck handshake --rotation {file} --store {folder}/both-roots.pem\n"
    "End it: wxcertcheck lab stop{dir}\n",
)
_NONE = Text(zh="没有在运行的演练环境\n", en="No rehearsal is running\n")
_STOPPED = Text(
    zh="演练环境已停止，进程和文件已清理\n", en="The rehearsal is stopped; no process and no file is left\n"
)
