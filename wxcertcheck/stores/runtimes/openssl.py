"""OpenSSL's default paths: compiled into the library as OPENSSLDIR, read from the library's own binary."""

from collections.abc import Mapping

from wxcertcheck.stores.binaries import library, needed_library, text_between
from wxcertcheck.stores.in_use import Use
from wxcertcheck.stores.runtimes.trust import Default
from wxcertcheck.text import Text

_NAMES = ("libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so.10", "libcrypto.so.1.0.0", "libcrypto.so.1.0.2")

_FALLBACKS = ("/usr/lib/ssl", "/etc/pki/tls", "/etc/ssl", "/usr/local/ssl")
"""OPENSSLDIR of Debian and Ubuntu, of RHEL and Fedora, of Alpine, Arch and SUSE, of OpenSSL's own build."""

_VIA = Text(zh="默认（OpenSSL）", en="default (OpenSSL)")


def crypto_library(use: Use, binary: str, folders: tuple[str, ...] = ()) -> str | None:
    """The libcrypto that ``binary`` is linked to, or its libssl is; ``binary`` itself if OpenSSL is compiled into it."""
    extra = (*use.library_folders, *folders)
    found = needed_library(use.fs, binary, "libcrypto.so", extra)
    if found is None:
        ssl = needed_library(use.fs, binary, "libssl.so", extra)
        found = needed_library(use.fs, ssl, "libcrypto.so", extra) if ssl else None
    if found is None and text_between(use.fs, binary, b'OPENSSLDIR: "', b'"'):
        return binary
    return found


def system_library(use: Use) -> str | None:
    """The libcrypto of the system, for programs that load one by name (.NET) or link one we cannot follow."""
    return next((path for name in _NAMES if (path := library(use.fs, name, use.library_folders))), None)


def defaults(use: Use, libcrypto: str | None) -> dict[str, tuple[Default, ...]]:
    """The default file and directory of that libcrypto (None: where the distributions have them)."""
    folder = text_between(use.fs, libcrypto, b'OPENSSLDIR: "', b'"') if libcrypto else None
    if folder is None:
        folder = next((path for path in _FALLBACKS if use.fs.exists(f"{path}/cert.pem")), None)
        folder = folder or next((path for path in _FALLBACKS if use.fs.exists(f"{path}/certs")), _FALLBACKS[0])
    return {"file": (Default(f"{folder}/cert.pem", _VIA),), "directory": (Default(f"{folder}/certs", _VIA),)}


def variables(environ: Mapping[str, str]) -> dict[str, str]:
    """The two variables of OpenSSL, where set."""
    return {name: environ[name] for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if name in environ}
