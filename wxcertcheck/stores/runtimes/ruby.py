"""Ruby: net/http and everything above it read the defaults of the OpenSSL that the openssl extension is linked to."""

from collections.abc import Iterator

from wxcertcheck.model import Runtime
from wxcertcheck.stores.binaries import needed_library, text_between
from wxcertcheck.stores.in_use import Use
from wxcertcheck.stores.runtimes import openssl
from wxcertcheck.stores.runtimes.shims import resolve_shim
from wxcertcheck.stores.runtimes.trust import Program, Settings, runtime

_EXTENSIONS = (
    "{prefix}/lib/ruby/*/*/openssl.so",
    "{prefix}/lib64/ruby/openssl.so",
    "{prefix}/lib/ruby/gems/*/extensions/*/*/openssl-*/openssl.so",
    "/usr/lib/*-linux-*/ruby/*/openssl.so",
    "/usr/lib64/gems/ruby/openssl-*/openssl.so",
)


def look(use: Use) -> Iterator[Runtime]:
    """The row of one Ruby; none where it has no openssl extension."""
    executable = resolve_shim(use, use.executable)
    real = use.fs.real(executable) if executable else None
    if real is None:
        return
    prefix = real.rpartition("/")[0].rpartition("/")[0]
    patterns = (pattern.format(prefix=prefix) for pattern in _EXTENSIONS)
    extension = next((path for pattern in patterns for path in use.fs.glob(pattern)), None)
    if extension is None:
        return
    library = needed_library(use.fs, real, "libruby", (f"{prefix}/lib", *use.library_folders)) or real
    version = _version(use, library)
    libcrypto = openssl.crypto_library(use, extension, (f"{prefix}/lib",))
    settings = Settings(openssl.variables(use.environ), openssl.defaults(use, libcrypto))
    yield runtime(use, "ruby", Program(f"ruby {version}".rstrip(), version, real), settings)


def _version(use: Use, library: str) -> str:
    """From the description compiled into the library: "ruby 3.1.2p20 (2022-04-12 …)"."""
    for major in (b"3", b"2", b"4"):
        rest = text_between(use.fs, library, b"\0ruby " + major + b".", b" ", 32)
        if rest:
            return f"{major.decode()}.{rest}".partition("p")[0]
    return ""
