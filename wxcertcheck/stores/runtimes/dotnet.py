""".NET and Mono. On Linux .NET loads every certificate of OpenSSL's default file and directories, and the user's store.

Mono reads a store of its own, which ``cert-sync`` fills; OpenSSL's variables do not reach it.
"""

from collections.abc import Iterator

from wxcertcheck.model import Runtime
from wxcertcheck.stores.in_use import Use
from wxcertcheck.stores.runtimes import openssl
from wxcertcheck.stores.runtimes.trust import Default, Program, Settings, runtime
from wxcertcheck.text import Text

_USER = Text(zh="用户证书库", en="the user's store")
_MONO = Text(zh="cert-sync 生成", en="made by cert-sync")
_MONO_STORES = ("/usr/share/.mono/new-certs/Trust", "/usr/share/.mono/certs/Trust")


def look(use: Use) -> Iterator[Runtime]:
    """The row of one .NET host or one Mono."""
    real = use.fs.real(use.executable)
    if real is None:
        return
    yield _mono(use, real) if use.program == "mono" else _dotnet(use, real)


def _dotnet(use: Use, real: str) -> Runtime:
    versions = use.fs.glob(f"{real.rpartition('/')[0]}/shared/Microsoft.NETCore.App/*")
    version = versions[-1].rpartition("/")[2] if versions else ""
    defaults = openssl.defaults(use, openssl.system_library(use))
    user = f"{use.home}/.dotnet/corefx/cryptography/x509stores/root"
    if use.home and use.fs.is_dir(user):
        defaults = {**defaults, "user": (Default(user, _USER),)}
    settings = Settings(openssl.variables(use.environ), defaults)
    return runtime(use, "dotnet", Program(f"dotnet {version}".rstrip(), version, real), settings)


def _mono(use: Use, real: str) -> Runtime:
    folders = [*_MONO_STORES]
    if use.home:
        folders += [f"{use.home}/.config/.mono/new-certs/Trust", f"{use.home}/.config/.mono/certs/Trust"]
    existing = [folder for folder in folders if use.fs.is_dir(folder)] or [_MONO_STORES[0]]
    settings = Settings({}, {"directory": tuple(Default(folder, _MONO) for folder in existing)})
    return runtime(use, "mono", Program("mono", "", real), settings)
