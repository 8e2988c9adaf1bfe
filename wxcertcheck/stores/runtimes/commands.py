"""The commands wget, git and openssl. git and openssl call no payment host: their rows do not count as in use."""

import re
from collections.abc import Iterator

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Runtime
from wxcertcheck.stores.binaries import absolute_paths, needed_library, text_between
from wxcertcheck.stores.in_use import Use
from wxcertcheck.stores.runtimes import curl, openssl
from wxcertcheck.stores.runtimes.trust import Default, Program, Settings, runtime
from wxcertcheck.text import Text

_GNUTLS = Text(zh="默认（GnuTLS）", en="default (GnuTLS)")
_P11_KIT = "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"
"""What p11-kit's trust module holds, as ``update-ca-trust`` extracts it: GnuTLS of Fedora and RHEL asks the module."""

_WGETRC = re.compile(r"^[ \t]*(ca_?certificate|ca_?directory)\s*=\s*(\S.*?)\s*$", re.MULTILINE | re.IGNORECASE)
_GIT_SECTION = re.compile(r"^[ \t]*\[(\w+)\s*(\"[^\"]*\")?\]", re.MULTILINE)
_GIT_SETTING = re.compile(r"^[ \t]*(sslcainfo|sslcapath)\s*=\s*\"?([^\"\n;#]+?)\"?\s*$", re.MULTILINE | re.IGNORECASE)
_GIT_HELPERS = ("{prefix}/lib/git-core/git-remote-http", "{prefix}/libexec/git-core/git-remote-http")


def look(use: Use) -> Iterator[Runtime]:
    """The row of one of these commands."""
    real = use.fs.real(use.executable)
    if real is None:
        return
    match use.program:
        case "wget":
            yield _wget(use, real)
        case "git":
            yield from _git(use, real)
        case _:
            settings = Settings(
                openssl.variables(use.environ), openssl.defaults(use, openssl.crypto_library(use, real))
            )
            yield runtime(use, "openssl", Program("openssl", "", real), settings)


def _wget(use: Use, real: str) -> Runtime:
    directory = text_between(use.fs, real, b"/wget-1.", b"=", 16) or text_between(use.fs, real, b"/wget-1.", b"/", 16)
    version = f"1.{directory}" if directory else ""
    name = f"wget {version}".rstrip()
    values: dict[str, str] = {}
    for path in (use.environ.get("SYSTEM_WGETRC") or "/etc/wgetrc", use.environ.get("WGETRC") or f"{use.home}/.wgetrc"):
        for match in _WGETRC.finditer(_text(use, path)):
            values["ca_certificate" if "cert" in match[1].lower() else "ca_directory"] = match[2]
    libgnutls = needed_library(use.fs, real, "libgnutls", use.library_folders)
    if libgnutls is None:
        values.update(openssl.variables(use.environ))
        settings = Settings(values, openssl.defaults(use, openssl.crypto_library(use, real)))
        return runtime(use, "wget", Program(name, version, real), settings)
    compiled = absolute_paths(use.fs, libgnutls, (b".crt", b".pem"))
    settings = Settings(values, {"system": (Default(compiled[0] if compiled else _P11_KIT, _GNUTLS),)})
    if "ca_directory" in values:  # wget then leaves GnuTLS's own file alone (src/gnutls.c)
        settings.defaults = {}
    return runtime(use, "wget-gnutls", Program(name, version, real), settings)


def _git(use: Use, real: str) -> Iterator[Runtime]:
    prefix = real.rpartition("/")[0].rpartition("/")[0]
    helper = next((path for pattern in _GIT_HELPERS if use.fs.is_file(path := pattern.format(prefix=prefix))), None)
    if helper is None:
        return
    libcurl = needed_library(use.fs, helper, "libcurl", use.library_folders)
    values = {key: use.environ[key] for key in ("GIT_SSL_CAINFO", "GIT_SSL_CAPATH") if use.environ.get(key)}
    for path in (
        "/etc/gitconfig",
        f"{use.home}/.config/git/config",
        f"{use.home}/.gitconfig",
        f"{use.folder}/.git/config",
    ):
        values.update(_git_settings(_text(use, path)))
    kind = "git-gnutls" if libcurl and "gnutls" in libcurl.rpartition("/")[2] else "git"
    yield runtime(use, kind, Program("git", "", real), Settings(values, curl.defaults(use, libcurl)))


def _git_settings(text: str) -> dict[str, str]:
    """The settings of section [http]; those of one address ([http "https://…"]) are left out."""
    found: dict[str, str] = {}
    sections = list(_GIT_SECTION.finditer(text))
    for number, section in enumerate(sections):
        if section[1].lower() != "http" or section[2]:
            continue
        end = sections[number + 1].start() if number + 1 < len(sections) else len(text)
        for match in _GIT_SETTING.finditer(text, section.end(), end):
            found["http.sslCAInfo" if match[1].lower() == "sslcainfo" else "http.sslCAPath"] = match[2]
    return found


def _text(use: Use, path: str) -> str:
    try:
        return use.fs.read_bytes(path, 1 << 20).decode("utf-8", "replace")
    except CannotRead:
        return ""
