"""Where something is: one notion for files, keystore entries, servers and runtimes. Lines are 1-based."""

from msgspec import Struct


class FilePlace(Struct, frozen=True, order=True):
    """A file, and where it matters a line and column (1-based; 0: the whole file)."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


class EntryPlace(Struct, frozen=True, order=True):
    """An entry of a keystore or archive."""

    path: str
    alias: str

    def __str__(self) -> str:
        return f"{self.path}#{self.alias}"


class HostPlace(Struct, frozen=True, order=True):
    """A server as it was dialled: ``address`` is "ip:port", ``sni`` the name said in the handshake."""

    host: str
    address: str
    sni: str

    def __str__(self) -> str:
        return f"{self.sni} @ {self.address}" if self.address else self.sni


class RuntimePlace(Struct, frozen=True, order=True):
    """A runtime: its name ("java 17.0.15") and the executable, where there is one."""

    runtime: str
    executable: str = ""

    def __str__(self) -> str:
        return f"{self.runtime} ({self.executable})" if self.executable else self.runtime


Place = FilePlace | EntryPlace | HostPlace | RuntimePlace


class Edit(Struct, frozen=True):
    """Replace lines ``first``..``last`` (1-based, inclusive) of ``path``, which read ``replaced``, by ``replacement`` (empty: none)."""

    path: str
    first: int
    last: int
    replacement: str
    replaced: str = ""
