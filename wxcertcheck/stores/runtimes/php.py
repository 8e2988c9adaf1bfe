"""PHP: streams and the curl extension are two runtimes, and each SAPI (cli, fpm, apache) has its own php.ini.

Streams read ``openssl.cafile``/``openssl.capath`` alone where one is set, else OpenSSL's defaults. The curl extension
reads ``openssl.cafile``, else ``curl.cainfo``, else the file compiled into libcurl; libcurl's directory stays.
Sources: php.net/manual (configuration file, php-fpm, openssl and curl configuration), php-src ext/curl/interface.c and
ext/openssl/xp_ssl.c, sapi/fpm/fpm/fpm_env.c.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest

from msgspec import Struct, field

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Runtime
from wxcertcheck.stores.binaries import absolute_paths, needed_library, text_between
from wxcertcheck.stores.in_use import Use
from wxcertcheck.stores.runtimes import curl, openssl
from wxcertcheck.stores.runtimes.shims import resolve_shim
from wxcertcheck.stores.runtimes.trust import Program, Settings, runtime

_SCAN_FOLDERS = (b"/conf.d", b"/php.d")
_SETTING = re.compile(
    r"^[ \t]*(openssl\.cafile|openssl\.capath|curl\.cainfo|extension)\s*=\s*\"?([^\";\n]*?)\"?\s*(?:;.*)?$",
    re.MULTILINE,
)
_POOL = re.compile(
    r"^[ \t]*(?:php_(?:admin_)?value\[(openssl\.cafile|openssl\.capath|curl\.cainfo)\]|env\[(\w+)\]|(clear_env))\s*=\s*\"?([^\";\n]*?)\"?\s*(?:;.*)?$",
    re.MULTILINE,
)
_INI_FILES = ("{prefix}/etc/php.ini", "{prefix}/etc/php/php.ini", "{prefix}/lib/php.ini", "/etc/php.ini")
_EXTENSIONS = (
    "/usr/lib/php/*/{name}.so",
    "/usr/lib64/php/modules/{name}.so",
    "/usr/lib/php*/modules/{name}.so",
    "{prefix}/lib/php/extensions/*/{name}.so",
    "{prefix}/lib64/php/modules/{name}.so",
)


class _Configuration(Struct):
    """Settings in force, enabled extensions, and the variables that a php-fpm pool sets."""

    values: dict[str, str] = field(default_factory=dict)
    extensions: set[str] = field(default_factory=set)
    environ: dict[str, str] = field(default_factory=dict)
    clear_environ: bool = True


def look(use: Use) -> Iterator[Runtime]:
    """Two rows for one SAPI: streams (where PHP has OpenSSL) and the curl extension (where it is enabled)."""
    executable = resolve_shim(use, use.executable)
    real = use.fs.real(executable) if executable else None
    if real is None:
        return
    binary = real if use.program == "php" else _apache_module(use)
    if binary is None:
        return
    yield from _rows(use, real, binary, "apache" if use.program == "apache" else _sapi(real))


def _rows(use: Use, executable: str, binary: str, sapi: str) -> Iterator[Runtime]:
    prefix = executable.rpartition("/")[0].rpartition("/")[0]
    configuration = _configuration(use, binary, prefix, sapi)
    version = text_between(use.fs, binary, b"X-Powered-By: PHP/", b"\0", 32) or ""
    name = f"php {version} ({sapi})" if version else f"php ({sapi})"
    program = Program(name, version, executable)
    environ = _environ(use, configuration, sapi)
    ssl = (
        binary if needed_library(use.fs, binary, "libssl", use.library_folders) else _extension(use, prefix, "openssl")
    )
    # A setting counts even where the libraries cannot be seen (a partial copy, an unusual build): somebody wrote it.
    set_for_streams = configuration.values.get("openssl.cafile") or configuration.values.get("openssl.capath")
    if ssl is not None or set_for_streams:
        yield _streams(use, program, ssl or binary, configuration.values, environ)
    linked = needed_library(use.fs, binary, "libcurl", use.library_folders)
    extension = _extension(use, prefix, "curl") if "curl" in configuration.extensions else None
    if linked or extension or configuration.values.get("curl.cainfo"):
        libcurl = linked or needed_library(use.fs, extension or "", "libcurl", use.library_folders)
        values = {key: value for key, value in configuration.values.items() if key != "openssl.capath"}
        settings = Settings(values, curl.defaults(use, libcurl))
        yield runtime(use, "php-curl", program, settings)


def _streams(use: Use, program: Program, ssl: str, values: Mapping[str, str], environ: Mapping[str, str]) -> Runtime:
    if values.get("openssl.cafile") or values.get("openssl.capath"):
        return runtime(use, "php-streams", program, Settings(values))
    settings = Settings(openssl.variables(environ), openssl.defaults(use, openssl.crypto_library(use, ssl)))
    return runtime(use, "php-streams-default", program, settings)


def _sapi(executable: str) -> str:
    name = executable.rpartition("/")[2]
    return "fpm" if "fpm" in name else "cgi" if "cgi" in name else "cli"


def _apache_module(use: Use) -> str | None:
    for pattern in (
        "/usr/lib/apache2/modules/libphp*.so",
        "/usr/lib64/httpd/modules/libphp*.so",
        "/etc/httpd/modules/libphp*.so",
    ):
        found = use.fs.glob(pattern)
        if found:
            return found[-1]
    return None


def _environ(use: Use, configuration: _Configuration, sapi: str) -> Mapping[str, str]:
    """php-fpm clears the environment of its workers unless ``clear_env = no``."""
    if sapi != "fpm":
        return use.environ
    return configuration.environ if configuration.clear_environ else {**use.environ, **configuration.environ}


def _configuration(use: Use, binary: str, prefix: str, sapi: str) -> _Configuration:
    """php.ini, the files of the scan folder over it, then a pool's values (fpm) or ``-d`` options."""
    configuration = _Configuration()
    words = use.arguments
    if "-n" not in words:
        for path in _ini_files(use, binary, prefix, sapi):
            _read_ini(_text(use, path), configuration)
    if sapi == "fpm":
        for path in _pool_files(use, binary, prefix):
            _read_pool(_text(use, path), configuration)
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        if word == "-d" or (word.startswith("-d") and "=" in word):
            _read_ini(following if word == "-d" else word[2:], configuration)
    return configuration


def _ini_files(use: Use, binary: str, prefix: str, sapi: str) -> Iterator[str]:
    compiled = next(iter(absolute_paths(use.fs, binary, _SCAN_FOLDERS)), None)
    scan = use.environ.get("PHP_INI_SCAN_DIR") or compiled
    named = use.arguments[use.arguments.index("-c") + 1] if "-c" in use.arguments[:-1] else use.environ.get("PHPRC")
    if named:
        candidates = [use.absolute(named), f"{use.absolute(named).rstrip('/')}/php.ini"]
    else:
        # Debian's layout stands in where the binary does not tell its folder.
        own = [f"{compiled.rpartition('/')[0]}/php.ini"] if compiled else use.fs.glob(f"/etc/php/*/{sapi}/php.ini")[-1:]
        candidates = [*own, *(pattern.format(prefix=prefix) for pattern in _INI_FILES)]
    found = next((path for path in candidates if use.fs.is_file(path)), None)
    if found:
        yield found
    for named_folder in (scan or "").split(":"):
        folder = named_folder or compiled or ""  # an empty element stands for the compiled-in folder
        if folder.startswith("/"):
            yield from use.fs.glob(f"{folder}/*.ini")


def _pool_files(use: Use, binary: str, prefix: str) -> Iterator[str]:
    compiled = next(iter(absolute_paths(use.fs, binary, _SCAN_FOLDERS)), None)
    folders = [compiled.rpartition("/")[0]] if compiled else []
    for folder in (*folders, f"{prefix}/etc", "/etc"):
        yield from use.fs.glob(f"{folder}/php-fpm.conf")
        yield from use.fs.glob(f"{folder}/pool.d/*.conf")
        yield from use.fs.glob(f"{folder}/php-fpm.d/*.conf")


def _read_ini(text: str, configuration: _Configuration) -> None:
    for match in _SETTING.finditer(text):
        if match[1] == "extension":
            configuration.extensions.add(match[2].rpartition("/")[2].removesuffix(".so").removeprefix("php_"))
        else:
            configuration.values[match[1]] = match[2].strip("'")


def _read_pool(text: str, configuration: _Configuration) -> None:
    for match in _POOL.finditer(text):
        if match[1]:
            configuration.values[match[1]] = match[4]
        elif match[2]:
            configuration.environ[match[2]] = match[4]
        else:
            configuration.clear_environ = match[4].lower() not in ("no", "0", "off", "false")


def _extension(use: Use, prefix: str, name: str) -> str | None:
    return next(
        (path for pattern in _EXTENSIONS for path in use.fs.glob(pattern.format(prefix=prefix, name=name))), None
    )


def _text(use: Use, path: str) -> str:
    try:
        return use.fs.read_bytes(path, 1 << 20).decode("utf-8", "replace")
    except CannotRead:
        return ""
