"""``wxcertcheck handshake``: TLS handshakes with the rotation's servers, judged by every runtime and store found."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

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
from wxcertcheck.cli.output import Output, conclude, emit, say
from wxcertcheck.errors import UsageError
from wxcertcheck.text import Text

if TYPE_CHECKING:
    from wxcertcheck.handshake import HandshakeRequest, Tick
    from wxcertcheck.handshake.contexts import ClientCertificate
    from wxcertcheck.handshake.targets import Target
    from wxcertcheck.model import Evidence, Report, Rotation

PASSWORD_VARIABLE = "WXCERTCHECK_CLIENT_PASSWORD"  # noqa: S105 - the name of a variable, not a password
_PATIENCE = 20
"""From so many handshakes on there is a progress bar."""


def command(
    hosts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="HOST",
            help=help_text(
                "域名[:端口]（默认：更换计划里的全部主机）", "HOST[:PORT] (default: all hosts of the rotation)"
            ),
        ),
    ] = None,
    connect: Annotated[
        list[str] | None,
        typer.Option(
            "--connect",
            metavar="IP[:PORT]",
            help=help_text(
                "改连这个地址（可重复），不必改 hosts 文件", "Dial this address (repeatable) in place of DNS"
            ),
        ),
    ] = None,
    sni: Annotated[
        str,
        typer.Option("--sni", metavar="NAME", help=help_text("握手时声明的域名", "The name to say in the handshake")),
    ] = "",
    port: Annotated[
        int | None, typer.Option("--port", metavar="N", min=1, max=65535, help=help_text("端口", "Port"))
    ] = None,
    targets: Annotated[
        str,
        typer.Option(
            "--targets",
            metavar="FILE",
            help=help_text("目标列表文件，- 为标准输入", "File of targets, - for standard input"),
        ),
    ] = "",
    resolver: Annotated[
        str, typer.Option("--resolver", metavar="IP", help=help_text("使用这个 DNS 服务器", "Ask this DNS server"))
    ] = "",
    four: Annotated[bool, typer.Option("-4", help=help_text("只用 IPv4", "IPv4 only"))] = False,
    six: Annotated[bool, typer.Option("-6", help=help_text("只用 IPv6", "IPv6 only"))] = False,
    proxy: Annotated[
        str | None,
        typer.Option(
            "--proxy",
            metavar="URL",
            help=help_text(
                "经由 http:// 或 socks5:// 代理；空串为不用代理", 'Through this http:// or socks5:// proxy; "" for none'
            ),
        ),
    ] = None,
    client_cert: Annotated[
        str,
        typer.Option(
            "--client-cert",
            metavar="FILE",
            help=help_text("客户端证书（PEM 或 PKCS#12）", "Client certificate (PEM or PKCS#12)"),
        ),
    ] = "",
    client_key: Annotated[
        str, typer.Option("--client-key", metavar="FILE", help=help_text("客户端私钥（PEM）", "Its key (PEM)"))
    ] = "",
    client_password_file: Annotated[
        str,
        typer.Option(
            "--client-password-file",
            metavar="FILE",
            help=help_text(
                f"密码文件（或环境变量 {PASSWORD_VARIABLE}）", f"File with its password (or {PASSWORD_VARIABLE})"
            ),
        ),
    ] = "",
    store: Annotated[
        list[str] | None,
        typer.Option("--store", metavar="FILE", help=help_text("只用这些信任库判定", "Judge by these stores only")),
    ] = None,
    repeat: Annotated[
        int,
        typer.Option(
            "--repeat",
            metavar="N",
            min=1,
            max=100_000,
            help=help_text("每个地址握手次数", "Handshakes with each address"),
        ),
    ] = 1,
    interval: Annotated[
        float,
        typer.Option("--interval", min=0, metavar="S", help=help_text("两轮之间的秒数", "Seconds between rounds")),
    ] = 0.0,
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs", metavar="N", min=1, max=1000, help=help_text("同时进行的握手数", "Handshakes at a time")
        ),
    ] = 50,
    connect_timeout: Annotated[
        float,
        typer.Option(
            "--connect-timeout",
            min=0.1,
            max=300,
            metavar="S",
            help=help_text("连接时限（秒）", "Limit to connect, seconds"),
        ),
    ] = 5.0,
    handshake_timeout: Annotated[
        float,
        typer.Option(
            "--handshake-timeout",
            min=0.1,
            max=300,
            metavar="S",
            help=help_text("握手时限（秒）", "Limit of the handshake, seconds"),
        ),
    ] = 10.0,
    save: Annotated[
        Path | None,
        typer.Option("--save", metavar="FILE", help=help_text("保存看到的握手（JSON）", "Save what was seen (JSON)")),
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option(
            "--replay",
            metavar="FILE",
            help=help_text("重新判定保存的握手，不连网络", "Judge saved handshakes again, without network"),
        ),
    ] = None,
    rotation: RotationOption = "wechatpay-2024",
    on: OnOption = None,
    format: FormatOption = ReportFormat.TERMINAL,  # noqa: A002 - the option's name
    output: OutputOption = None,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    fail_on: FailOnOption = FailOn.ERROR,
) -> None:
    """Shake hands, judge, report."""
    from wxcertcheck.handshake import HandshakeRequest
    from wxcertcheck.pipeline import moment_of

    if not all(math.isfinite(number) for number in (interval, connect_timeout, handshake_timeout)):
        raise UsageError(_NO_NUMBER, _SECONDS)
    how = Output(format, output, lang, quiet, no_color, fail_on)
    plan, moment = moment_of(rotation, on)
    started = perf_counter()
    stores = _given_stores(store or [])
    if replay is not None:
        seen = _replayed(replay)
    else:
        request = HandshakeRequest(
            rotation=plan,
            targets=_targets(plan, hosts or [], connect or [], sni, port, targets),
            connect_timeout=connect_timeout,
            handshake_timeout=handshake_timeout,
            jobs=jobs,
            proxy=proxy,
            client=_client(client_cert, client_key, client_password_file),
            resolver=resolver,
            families=(4,) if four and not six else (6,) if six and not four else (4, 6),
            repeat=repeat,
            interval=interval,
            alone=True,
            anchors=_anchors(stores) if store else None,
        )
        seen = _look(request, how.spoken)
    if save is not None:
        from wxcertcheck.handshake.saved import to_json

        emit(to_json(seen), save)
    conclude(_report(seen, stores, plan, moment, started), how)


def _report(
    seen: tuple[Evidence, ...], stores: tuple[Evidence, ...], plan: Rotation, moment: datetime, started: float
) -> Report:
    """Everything that was seen, judged by the given stores, or by what is found on this machine."""
    from msgspec.structs import replace

    from wxcertcheck.handshake import judge_handshakes
    from wxcertcheck.model import Handshake, NotLooked, Presented
    from wxcertcheck.pipeline import report_on

    evidence = seen
    if any(isinstance(item, Handshake) for item in seen):
        evidence = (*(stores or _survey()), *seen)
        judged = judge_handshakes(evidence, plan)
        if not any(isinstance(item, Presented) and item.counts for item in judged):
            judged = tuple(replace(item, decides=True) if isinstance(item, NotLooked) else item for item in judged)
        evidence = (*evidence, *judged)
    return report_on(evidence, plan, moment, started, _COVERS)


def _survey() -> tuple[Evidence, ...]:
    from wxcertcheck.stores import SurveyRequest, survey

    return survey(SurveyRequest(environ=dict(os.environ)))


def _given_stores(files: list[str]) -> tuple[Evidence, ...]:
    from msgspec.structs import replace

    from wxcertcheck.stores import read_files

    return tuple(replace(store, decides=True) for store in read_files(files)) if files else ()


def _anchors(stores: tuple[Evidence, ...]) -> tuple[bytes, ...]:
    from wxcertcheck.model import Store

    held = (c for store in stores if isinstance(store, Store) for c in store.certificates if c.trusted)
    return tuple(dict.fromkeys(certificate.der for certificate in held))


def _targets(
    plan: Rotation, hosts: list[str], connect: list[str], sni: str, port: int | None, file: str
) -> tuple[Target, ...]:
    from wxcertcheck.handshake.targets import connect_to, expected_by, parse_host, read_targets, targets_for

    found: tuple[Target, ...]
    if file:
        text, source = _text_of(file)
        listed = read_targets(text, port or 443, source)
        found = connect_to((*listed, *(parse_host(host, port or 443) for host in hosts)), connect, sni)
    elif connect:
        named = hosts or ([sni] if sni else [host.name for host in plan.hosts if not host.name.startswith("*")])
        found = connect_to([parse_host(host, port or 443) for host in named], connect, sni)
        found = tuple(expected_by(plan, target) for target in found)
    else:
        found = connect_to(targets_for(plan, hosts, port=port), [], sni)
    if not found:
        raise UsageError(_NO_HOST.fill(id=plan.id), _GIVE_HOST)
    return found


def _text_of(file: str) -> tuple[str, str]:
    if file == "-":
        return sys.stdin.buffer.read(_MAX_TARGETS_FILE).decode("utf-8-sig", "replace"), "-"
    return _read(file, _MAX_TARGETS_FILE), file


def _read(file: str, limit: int) -> str:
    try:
        with Path(file).open("rb") as opened:
            data = opened.read(limit + 1)
    except OSError as error:
        raise UsageError(_UNREADABLE.fill(file=file, why=error.strerror or error), _CHECK) from None
    if len(data) > limit:
        raise UsageError(_UNREADABLE.fill(file=file, why=f"> {limit // 1024 // 1024} MB"), _CHECK)
    return data.decode("utf-8-sig", "replace")


def _client(certificate: str, key: str, password_file: str) -> ClientCertificate | None:
    if not certificate:
        return None
    from wxcertcheck.handshake.contexts import read_client_certificate

    password = os.environ.get(PASSWORD_VARIABLE, "")
    if password_file:
        password = _read(password_file, 1024 * 1024).split("\n", 1)[0].rstrip("\r")
    return read_client_certificate(certificate, key, password)


def _replayed(file: Path) -> tuple[Evidence, ...]:
    from wxcertcheck.handshake.saved import MAX_BYTES, from_json

    return from_json(_read(str(file), MAX_BYTES), str(file), alone=True)


def _look(request: HandshakeRequest, language: str) -> tuple[Evidence, ...]:
    from wxcertcheck.handshake import look

    with _bar(request, language) as tick:
        return look(request, dict(os.environ), lambda text: say(text, language), tick)


@contextmanager
def _bar(request: HandshakeRequest, language: str) -> Iterator[Tick | None]:
    """A progress bar on stderr, if that is a terminal and there is something to wait for."""
    many = len(request.targets or ()) * request.repeat >= _PATIENCE or request.interval
    if not (many and sys.stderr.isatty()):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(_SHAKING.of(language), total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


_MAX_TARGETS_FILE = 16 * 1024 * 1024
_COVERS = Text(zh="仅握手", en="handshake only")
_SHAKING = Text(zh="握手", en="Handshakes")
_UNREADABLE = Text(zh="无法读取 {file}：{why}", en="Cannot read {file}: {why}")
_NO_HOST = Text(zh="更换计划 {id} 没有列出主机", en="The rotation {id} names no host to shake hands with")
_GIVE_HOST = Text(zh="请给出域名：wxcertcheck handshake HOST", en="Name one: wxcertcheck handshake HOST")
_NO_NUMBER = Text(zh="时间必须是有限的数", en="Times must be finite numbers")
_SECONDS = Text(zh="例如 --interval 1.5", en="For example --interval 1.5")
_CHECK = Text(zh="请核对路径和权限", en="Check the path and its permissions")
