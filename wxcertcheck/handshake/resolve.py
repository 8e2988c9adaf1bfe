"""Names to addresses: every A and AAAA record, from the system's resolvers or one of the user's choice, within a limit."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Collection
from typing import TYPE_CHECKING

from msgspec import Struct

from wxcertcheck.errors import CannotRead, UsageError
from wxcertcheck.handshake import trouble
from wxcertcheck.handshake.targets import split_endpoint
from wxcertcheck.model import Resolution
from wxcertcheck.text import Text

if TYPE_CHECKING:
    from dns.asyncresolver import Resolver

MAX_ADDRESSES = 64
RECORDS = {4: "A", 6: "AAAA"}


class Asker(Struct, frozen=True):
    """Asks one resolver. ``given`` is "" for the system's own; ``seconds`` limits each question with all its retries."""

    given: str = ""
    seconds: float = 5.0
    families: tuple[int, ...] = (4, 6)

    @property
    def shown(self) -> str:
        """The resolver by the name that reports use."""
        return self.given or "DNS"

    async def addresses(self, name: str) -> Resolution:
        """All addresses of ``name``. Raises CannotRead where there are none or nobody can be asked."""
        import dns.resolver

        try:
            resolver = self._resolver()
        except dns.resolver.NoResolverConfiguration:
            return await self._from_system(name)
        answers = await asyncio.gather(*(self._ask(resolver, name, family) for family in self.families))
        ips = [ip for found, _ in answers for ip in found]
        if not ips:
            raise trouble.unknown_host(name, self.shown, next((why for _, why in answers if why), "no address"))
        return Resolution(name, tuple(sorted(set(ips), key=lambda ip: (":" in ip, ip)))[:MAX_ADDRESSES], self.shown)

    async def _ask(self, resolver: Resolver, name: str, family: int) -> tuple[list[str], str]:
        import dns.exception
        import dns.resolver

        try:
            answer = await resolver.resolve(name + ".", RECORDS[family], search=False)
        except dns.resolver.NXDOMAIN:
            return [], "no such name"
        except dns.resolver.NoAnswer:
            return [], ""
        except dns.resolver.LifetimeTimeout:
            return [], f"no answer within {self.seconds:g} s"
        except dns.resolver.NoNameservers:
            return [], "no server could answer"
        except (dns.exception.DNSException, OSError, ValueError) as error:
            return [], type(error).__name__
        return [record.to_text() for record in answer], ""

    def _resolver(self) -> Resolver:
        from dns.asyncresolver import Resolver

        if not self.given:
            resolver = Resolver()
        else:
            ip, port = split_endpoint(self.given, 53)
            resolver = Resolver(configure=False)
            try:
                resolver.nameservers = [ip]
            except ValueError:
                raise bad_resolver(self.given) from None
            resolver.port = port
        resolver.lifetime = self.seconds
        resolver.timeout = min(2.0, self.seconds)
        return resolver

    async def _from_system(self, name: str) -> Resolution:
        ips = await system_addresses(name, self.seconds, self.families)
        if not ips:
            raise trouble.unknown_host(name, "system", "no address")
        return Resolution(name, ips, "system")


async def system_addresses(name: str, seconds: float, families: Collection[int] = (4, 6)) -> tuple[str, ...]:
    """What ``getaddrinfo`` says, which also reads the hosts file; () where it knows none or takes too long."""
    wanted = {socket.AF_INET: 4, socket.AF_INET6: 6}
    try:
        async with asyncio.timeout(seconds):
            rows = await asyncio.get_running_loop().getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(row[4][0]) for row in rows if wanted.get(row[0]) in families))


def check_resolver(given: str) -> None:
    """Raises UsageError where ``--resolver`` is no IP[:PORT]."""
    import ipaddress

    try:
        ipaddress.ip_address(split_endpoint(given, 53)[0])
    except ValueError:
        raise bad_resolver(given) from None


def bad_resolver(given: str) -> UsageError:
    """What is wrong with ``--resolver``."""
    return UsageError(
        Text(zh="--resolver {given} 不是 IP 或 IP:端口", en="--resolver {given} is not IP or IP:PORT").fill(
            given=given
        ),
        Text(zh="例如 --resolver 119.29.29.29", en="for example --resolver 119.29.29.29"),
    )


async def proxy_address(host: str, seconds: float) -> str:
    """The address of a proxy, by the system's own means. Raises CannotRead."""
    found = await system_addresses(host, seconds)
    if not found:
        raise CannotRead(
            "proxy-unknown-host",
            Text(zh="无法解析代理主机 {host}", en="cannot resolve the proxy host {host}").fill(host=host),
            Text(zh="检查代理设置", en="check the proxy settings"),
        )
    return found[0]
