"""One run over all targets: proxies, names, rounds of handshakes, at most ``jobs`` at a time."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from wxcertcheck.errors import CannotRead, UsageError
from wxcertcheck.handshake import HandshakeRequest, Progress, Tick, trouble
from wxcertcheck.handshake.connect import Limits, shake_hands
from wxcertcheck.handshake.contexts import Contexts, make_contexts
from wxcertcheck.handshake.hosts_file import hosts_entries, hosts_file
from wxcertcheck.handshake.proxies import Proxy, bypassed, parse_proxy, proxy_of
from wxcertcheck.handshake.resolve import Asker, check_resolver, proxy_address
from wxcertcheck.handshake.targets import Target, endpoint, targets_for
from wxcertcheck.model import (
    Evidence,
    Handshake,
    HostPlace,
    HostsEntry,
    Looked,
    NotLooked,
    Origin,
    ProxySetting,
    Resolution,
)
from wxcertcheck.text import Text, same

MAX_TARGETS = 20_000
_SHOWN = 8


def run(
    request: HandshakeRequest, environ: Mapping[str, str], progress: Progress | None, tick: Tick | None
) -> tuple[Evidence, ...]:
    """See :func:`wxcertcheck.handshake.look`."""
    if request.resolver:
        check_resolver(request.resolver)
    proxy, unusable = _proxy(request, environ)
    hosts = hosts_entries(hosts_file(environ, request.root), request.rotation)
    settings = _settings(request, proxy, environ)
    still = (*hosts, *settings, *unusable)
    if request.offline:
        return still
    bound = tuple(entry for entry in hosts if isinstance(entry, HostsEntry)) if request.root is None else ()
    work = _Run(request, environ, proxy, bound, progress, tick)
    try:
        asyncio.run(work.rounds())
    except KeyboardInterrupt:
        work.failed[HostPlace("", "", ""), "interrupted"] = _INTERRUPTED
    return (*still, *work.evidence())


def _proxy(request: HandshakeRequest, environ: Mapping[str, str]) -> tuple[Proxy | None, tuple[NotLooked, ...]]:
    """The proxy to go through. One that the environment sets and that we cannot speak to is said, and not used."""
    if request.proxy is not None:
        return (parse_proxy(request.proxy) if request.proxy else None), ()
    try:
        return proxy_of(environ), ()
    except UsageError as error:
        return None, (NotLooked(HostPlace("", "", "proxy"), "proxy-unusable", error.message, error.hint, False),)


def _settings(request: HandshakeRequest, proxy: Proxy | None, environ: Mapping[str, str]) -> tuple[ProxySetting, ...]:
    if proxy is None:
        return ()
    from wxcertcheck.handshake.listening import listening_program

    names = [host.name for host in request.rotation.hosts if not host.name.startswith("*")]
    free = tuple(name for name in names if request.proxy is None and bypassed(name, "", environ))
    here = listening_program(proxy.host, proxy.port) if request.root is None else ""
    return (ProxySetting(proxy.variable or "--proxy", proxy.shown, free, here),)


@dataclass
class _Run:
    """The state of one run: what was seen so far, which an interrupt leaves usable."""

    request: HandshakeRequest
    environ: Mapping[str, str]
    proxy: Proxy | None
    bound: tuple[HostsEntry, ...]
    progress: Progress | None
    tick: Tick | None
    seen: dict[tuple[object, ...], Handshake] = field(default_factory=dict)
    failed: dict[tuple[HostPlace, str], NotLooked] = field(default_factory=dict)
    resolved: dict[str, Resolution] = field(default_factory=dict)
    order: dict[HostPlace, int] = field(default_factory=dict)

    def evidence(self) -> tuple[Evidence, ...]:
        """Everything that was seen, and that was not."""
        failed: Iterable[NotLooked] = self.failed.values()
        if self.request.alone and not self.seen:
            failed = (replace(item, decides=True) for item in failed)
        looked: tuple[Looked, ...] = ()
        if self.seen:
            count = len({shake.place for shake in self.seen.values()})
            looked = (Looked("handshake", count, _LOOKED.fill(count=count)),)
        shakes = sorted(self.seen.values(), key=lambda shake: self.order.get(shake.place, 0))
        missed = sorted(
            failed, key=lambda item: self.order.get(item.place, 0) if isinstance(item.place, HostPlace) else 0
        )
        return (*self.resolved.values(), *shakes, *missed, *looked)

    async def rounds(self) -> None:
        """``repeat`` rounds, ``interval`` seconds apart; names are resolved anew in each."""
        contexts = make_contexts(self.request.anchors, self.request.client)
        limits = Limits(self.request.connect_timeout, self.request.handshake_timeout)
        gate = asyncio.Semaphore(max(1, self.request.jobs))
        wanted = self.request.targets
        if wanted is None:
            wanted = targets_for(self.request.rotation, (), self.request.hosts_in_code)
        for number in range(max(1, self.request.repeat)):
            if number and self.request.interval:
                await asyncio.sleep(self.request.interval)
            dialled = await self._dialled(wanted, gate)
            for target, _ in dialled:
                self.order.setdefault(target.place, len(self.order))
            if number == 0:
                self._announce(dialled)
            await self._round(dialled, contexts, limits, gate, number)

    async def _round(
        self,
        dialled: list[tuple[Target, Proxy | None]],
        contexts: Contexts,
        limits: Limits,
        gate: asyncio.Semaphore,
        number: int,
    ) -> None:
        done, total = number * len(dialled), max(1, self.request.repeat) * len(dialled)

        async def one(target: Target, proxy: Proxy | None) -> None:
            nonlocal done
            async with gate:
                try:
                    self._keep(await shake_hands(target, contexts, limits, proxy))
                except CannotRead as error:
                    self.failed.setdefault((target.place, error.reason), trouble.not_looked(target, error))
                except ValueError as error:  # a name that OpenSSL does not take
                    self.failed.setdefault((target.place, "tls"), trouble.not_looked(target, trouble.of_value(error)))
            done += 1
            if self.tick:
                self.tick(done, total)

        await asyncio.gather(*(one(target, proxy) for target, proxy in dialled))

    def _keep(self, shake: Handshake) -> None:
        key = (shake.place, shake.origin, shake.chain, shake.code, shake.tls)
        before = self.seen.get(key)
        self.seen[key] = replace(before, seen=before.seen + 1) if before else shake

    async def _dialled(self, wanted: Iterable[Target], gate: asyncio.Semaphore) -> list[tuple[Target, Proxy | None]]:
        """Every target with its address, and the proxy to reach it through."""
        proxy = await self._placed_proxy()
        asker = Asker(self.request.resolver, self.request.connect_timeout, self.request.families)

        async def addressed(target: Target) -> list[tuple[Target, Proxy | None]]:
            through = proxy if self._through_proxy(target) else None
            if target.ip:
                return [(target, through)] if self._family(target.ip) else []
            if through is not None:
                return [(replace(target, origin=Origin.PROXY), through)]
            bound = [entry.ip for entry in self.bound if entry.name == target.sni and self._family(entry.ip)]
            at: list[tuple[Target, Proxy | None]] = [
                (target.at(ip, Origin.HOSTS_FILE), None) for ip in dict.fromkeys(bound)
            ]
            async with gate:
                try:
                    found = await asker.addresses(target.sni)
                except CannotRead as error:
                    if not at:
                        self.failed.setdefault((target.place, error.reason), trouble.not_looked(target, error))
                    return at
            self.resolved[target.sni] = found
            return at + [(target.at(ip, Origin.DNS), None) for ip in found.ips if ip not in bound]

        parts = await asyncio.gather(*(addressed(target) for target in wanted))
        dialled = list(dict.fromkeys(pair for part in parts for pair in part))
        if len(dialled) > MAX_TARGETS:
            raise UsageError(
                Text(zh="目标过多：{count}，上限 {limit}", en="too many targets: {count}, the limit is {limit}").fill(
                    count=len(dialled), limit=MAX_TARGETS
                ),
                Text(zh="请分几次运行", en="run it in several parts"),
            )
        return dialled

    async def _placed_proxy(self) -> Proxy | None:
        if self.proxy is None or self.proxy.ip:
            return self.proxy
        try:
            self.proxy = self.proxy.at(await proxy_address(self.proxy.host, self.request.connect_timeout))
        except CannotRead as error:
            place = HostPlace(self.proxy.host, "", "proxy")
            self.failed[place, error.reason] = NotLooked(place, error.reason, error.message, error.hint, False)
            self.proxy = None
        return self.proxy

    def _through_proxy(self, target: Target) -> bool:
        """Loopback is reached directly unless the user names a proxy: a proxy's 127.0.0.1 is another machine's."""
        if self.proxy is None or self.request.proxy is not None:
            return self.proxy is not None
        return not (_loopback(target.ip) or bypassed(target.sni, target.ip, self.environ))

    def _family(self, ip: str) -> bool:
        return (6 if ":" in ip else 4) in self.request.families

    def _announce(self, dialled: list[tuple[Target, Proxy | None]]) -> None:
        if not (self.progress and dialled):
            return
        names: dict[str, list[str]] = {}
        for target, _ in dialled:
            names.setdefault(target.place.address or endpoint(target.sni, target.port), []).append(target.sni)
        rows = [f"  {address}  {_first(named)}" for address, named in names.items()]
        shown = "\n".join(rows[:_SHOWN])
        more = _MORE.fill(count=len(rows) - _SHOWN) if len(rows) > _SHOWN else same("")
        through = _THROUGH.fill(proxy=self.proxy.shown) if self.proxy and any(p for _, p in dialled) else same("")
        self.progress(_DIALLING.fill(count=len(rows), through=through) + same("\n" + shown) + more)


def _first(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} +{len(names) - 1}"


def _loopback(ip: str) -> bool:
    try:
        return ipaddress.ip_address(ip).is_loopback
    except ValueError:
        return False


_LOOKED = Text(
    zh="与 {count} 个地址完成握手；成功只说明信任库没问题，不代表业务程序没问题",
    en="a handshake was completed with {count} {count:address|addresses}; success proves the store, not your program",
)
_DIALLING = Text(
    zh="将与以下 {count} 个地址进行 TLS 握手{through}（不发送任何 HTTP 请求）：",
    en="About to shake hands with {count} {count:address|addresses}{through} (TLS only, no HTTP request):",
)
_THROUGH = Text(zh="，经由代理 {proxy}", en=" through {proxy}")
_MORE = Text(zh="\n  …… 另有 {count} 个", en="\n  … and {count} more")
_INTERRUPTED = NotLooked(
    HostPlace("", "", ""),
    "interrupted",
    Text(zh="握手被中断，只有已完成的部分", en="interrupted: only what was done by then is reported"),
    Text(zh="重新运行以检查其余地址", en="run again for the other addresses"),
    decides=True,
)
