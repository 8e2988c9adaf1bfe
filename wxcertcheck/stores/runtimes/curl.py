"""libcurl: the CA file and directory compiled into it, which programs may replace; and the curl command."""

import re
from collections.abc import Iterator

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Runtime
from wxcertcheck.stores.binaries import absolute_paths, needed_library, text_between
from wxcertcheck.stores.in_use import Use
from wxcertcheck.stores.runtimes.trust import Default, Program, Settings, runtime
from wxcertcheck.stores.runtimes.versions import at_least
from wxcertcheck.text import Text

_FILES = (b".crt", b".pem")
_DIRECTORIES = (b"/certs", b"/certs/", b"/certificates", b"/cacerts")
_VIA = Text(zh="默认（libcurl）", en="default (libcurl)")
_COMMON_FILES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
    "/etc/ssl/ca-bundle.pem",
)
_SETTING = re.compile(r"^[ \t]*-{0,2}(cacert|capath)(?:\s*[=:]\s*|\s+)\"?([^\"\n]+?)\"?\s*$", re.MULTILINE)


def look(use: Use) -> Iterator[Runtime]:
    """The row of the curl command."""
    real = use.fs.real(use.executable)
    if real is None:
        return
    libcurl = needed_library(use.fs, real, "libcurl", use.library_folders) or real
    version = (
        text_between(use.fs, libcurl, b"\0libcurl/", b"\0", 24)
        or text_between(use.fs, real, b"\0curl ", b"\0", 24)
        or ""
    )
    version = version if re.fullmatch(r"\d[\w.-]*", version) else ""
    names = ("CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
    values = {**_settings(use), **{name: use.environ[name] for name in names if name in use.environ}}
    # Until 8.2 SSL_CERT_DIR hid SSL_CERT_FILE; since 8.3 both are read (curl commit 29bce9857a, 2023-07-27).
    kind = "curl" if at_least(version, (8, 3)) else "curl-8.2"
    yield runtime(
        use, kind, Program(f"curl {version}".rstrip(), version, real), Settings(values, defaults(use, libcurl))
    )


def defaults(use: Use, libcurl: str | None) -> dict[str, tuple[Default, ...]]:
    """The CA file and directory that this libcurl was built with; a build may have either, both or none."""
    files = absolute_paths(use.fs, libcurl, _FILES) if libcurl else ()
    directories = absolute_paths(use.fs, libcurl, _DIRECTORIES) if libcurl else ()
    if not files and not directories:
        existing = next((path for path in _COMMON_FILES if use.fs.exists(path)), _COMMON_FILES[0])
        files = (existing,)
    return {
        "file": tuple(Default(path, _VIA) for path in files[:1]),
        "directory": tuple(Default(path, _VIA) for path in directories[:1]),
    }


def _settings(use: Use) -> dict[str, str]:
    """``cacert`` and ``capath`` of the user's .curlrc. Source: curl(1), --config; later lines win."""
    home = use.environ.get("CURL_HOME") or use.home
    if not home:
        return {}
    try:
        text = use.fs.read_bytes(f"{home}/.curlrc", 1 << 16).decode("utf-8", "replace")
    except CannotRead:
        return {}
    return {match[1]: match[2] for match in _SETTING.finditer(text)}
