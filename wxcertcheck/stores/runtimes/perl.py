"""Perl: IO::Socket::SSL (HTTP::Tiny, Mojolicious) and LWP, which distributions patch to one fixed file.

A Perl without IO::Socket::SSL makes no HTTPS call and has no row. Source: IO::Socket::SSL (default_ca),
LWP::Protocol::https, LWP::UserAgent (ENVIRONMENT).
"""

import re
from collections.abc import Iterator

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Runtime, StoreState
from wxcertcheck.stores.binaries import text_between
from wxcertcheck.stores.in_use import Use
from wxcertcheck.stores.runtimes import openssl
from wxcertcheck.stores.runtimes.trust import Default, Program, Settings, runtime
from wxcertcheck.text import Text, same

_MODULE_FOLDERS = (
    "/usr/local/share/perl/*",
    "/usr/local/share/perl5",
    "/usr/share/perl5",
    "/usr/share/perl5/vendor_perl",
    "/usr/local/share/perl5/site_perl",
    "{prefix}/lib/perl5/site_perl/*",
    "{prefix}/lib/perl5",
)
_SSLEAY = (
    "/usr/lib/*-linux-*/perl5/*/auto/Net/SSLeay/SSLeay.so",
    "/usr/lib64/perl5/vendor_perl/auto/Net/SSLeay/SSLeay.so",
    "/usr/lib/perl5/vendor_perl/auto/Net/SSLeay/SSLeay.so",
    "{prefix}/lib/perl5/site_perl/*/*/auto/Net/SSLeay/SSLeay.so",
)
_FIXED = re.compile(r"SSL_ca_file\}\s*=\s*['\"](/[^'\"]+)['\"]")
_LWP_FILES, _LWP_DIRECTORIES = ("PERL_LWP_SSL_CA_FILE", "HTTPS_CA_FILE"), ("PERL_LWP_SSL_CA_PATH", "HTTPS_CA_DIR")
_PATCHED = Text(zh="发行版修改过的 LWP", en="LWP as patched by the distribution")


def look(use: Use) -> Iterator[Runtime]:
    """The rows of one Perl: IO::Socket::SSL, and LWP where LWP::Protocol::https is installed."""
    real = use.fs.real(use.executable)
    socket = _module(use, real, "IO/Socket/SSL.pm") if real else None
    if real is None or socket is None:
        return
    rest = text_between(use.fs, real, b"\0v5.", b"\0", 16)
    version = f"5.{rest}" if rest else ""
    name = f"perl {version}".rstrip()
    prefix = real.rpartition("/")[0].rpartition("/")[0]
    ssleay = next((path for pattern in _SSLEAY for path in use.fs.glob(pattern.format(prefix=prefix))), None)
    libcrypto = openssl.crypto_library(use, ssleay) if ssleay else openssl.system_library(use)
    # IO::Socket::SSL looks at the values itself: an empty one counts as unset.
    values = {key: value for key, value in openssl.variables(use.environ).items() if value}
    settings = Settings(values, openssl.defaults(use, libcrypto))
    answer = runtime(use, "perl", Program(name, version, real), settings)
    if not any(source.store.state is StoreState.READ for source in answer.sources):
        settings = _with_mozilla(use, real, settings)
        answer = runtime(use, "perl", Program(name, version, real), settings)
    yield answer
    yield from _lwp(use, real, name, version, settings)


def _lwp(use: Use, real: str, name: str, version: str, socket: Settings) -> Iterator[Runtime]:
    """LWP: its own variables, else the file that a distribution patched in, else what IO::Socket::SSL reads."""
    module = _module(use, real, "LWP/Protocol/https.pm")
    if module is None:
        return
    own = {key: use.environ[key] for key in (*_LWP_FILES, *_LWP_DIRECTORIES) if use.environ.get(key)}
    fixed = _FIXED.search(_text(use, module))
    if own:
        settings = Settings(own)
    elif fixed:
        settings = Settings({}, {"file": (Default(fixed[1], _PATCHED),)})
    else:
        settings = Settings({}, socket.defaults)
        if socket.values:
            yield runtime(use, "perl", Program(f"{name}, LWP", version, real), socket)
            return
    yield runtime(use, "perl-lwp", Program(f"{name}, LWP", version, real), settings)


def _with_mozilla(use: Use, real: str, settings: Settings) -> Settings:
    """Without any default IO::Socket::SSL falls back to Mozilla::CA, if that is installed."""
    module = _module(use, real, "Mozilla/CA.pm")
    if module is None:
        return settings
    bundle = f"{module.removesuffix('.pm')}/cacert.pem"
    return Settings({}, {"file": (Default(bundle, same("Mozilla::CA")),)})


def _module(use: Use, real: str | None, name: str) -> str | None:
    prefix = (real or "").rpartition("/")[0].rpartition("/")[0]
    patterns = (
        *(f"{path}/{name}" for path in use.environ.get("PERL5LIB", "").split(":") if path.startswith("/")),
        *(f"{pattern.format(prefix=prefix)}/{name}" for pattern in _MODULE_FOLDERS),
    )
    return next((path for pattern in patterns for path in use.fs.glob(pattern)), None)


def _text(use: Use, path: str) -> str:
    try:
        return use.fs.read_bytes(path, 1 << 20).decode("utf-8", "replace")
    except CannotRead:
        return ""
