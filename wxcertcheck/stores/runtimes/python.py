"""Python: the ssl defaults of the interpreter's OpenSSL, and what the HTTPS clients installed in it read instead.

Environments are read from their files: ``pyvenv.cfg`` (PEP 405), site-packages, ``*.dist-info`` names. A client that is
not installed has no row.
"""

import re
import sys
from collections.abc import Iterator

from msgspec import Struct

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Runtime
from wxcertcheck.stores.binaries import text_between
from wxcertcheck.stores.filesystem import FileSystem
from wxcertcheck.stores.in_use import Use
from wxcertcheck.stores.runtimes import openssl
from wxcertcheck.stores.runtimes.shims import resolve_shim
from wxcertcheck.stores.runtimes.trust import Default, Program, Settings, runtime
from wxcertcheck.stores.runtimes.versions import at_least
from wxcertcheck.text import Text, same

_SYSTEM_PREFIXES = ("/usr", "/")
_PATCHED = re.compile(r"(?:return|=)\s*[\"'](/[^\"']+\.(?:crt|pem))[\"']")
"""Distributions patch ``certifi.where()`` to return the system bundle, by a constant (Debian) or directly (Fedora)."""

_CERTIFI = Text(zh="certifi", en="certifi")
_OWN_LIST = Text(zh="httplib2 自带", en="bundled with httplib2")
_VENDORED = Text(zh="requests 自带", en="bundled with requests")

CLIENTS = frozenset(
    (
        "requests",
        "httpx",
        "aiohttp",
        "urllib3",
        "tornado",
        "httplib2",
        "pycurl",
        "twisted",
        "treq",
        "wechatpayv3",
        "wechatpy",
    )
)
"""Distributions that make HTTPS calls: one of these beside our own dependencies makes our environment the user's too."""


class Environment(Struct, frozen=True):
    """A Python environment: its executable, ``major.minor``, full version, prefix, and module folders in order."""

    executable: str
    minor: str
    version: str
    prefix: str
    base: str
    folders: tuple[str, ...]


def look(use: Use) -> Iterator[Runtime]:
    """The rows of one interpreter: ssl always, requests and httpx where installed."""
    executable = resolve_shim(use, use.executable)
    environment = _environment(use, executable) if executable else None
    if environment is None or (use.live and _is_only_ours(use.fs, environment)):
        return
    name = f"python {environment.version}"
    ssl_module = next(
        iter(use.fs.glob(f"{environment.base}/lib*/python{environment.minor}/lib-dynload/_ssl*.so")), None
    )
    binary = ssl_module or use.fs.real(environment.executable) or environment.executable
    libcrypto = openssl.crypto_library(use, binary, (f"{environment.base}/lib",))
    settings = Settings(openssl.variables(use.environ), openssl.defaults(use, libcrypto))
    yield runtime(use, "python-ssl", Program(name, environment.version, environment.executable), settings)
    yield from _requests(use, environment)
    yield from _httpx(use, environment)
    yield from _httplib2(use, environment)


def _requests(use: Use, environment: Environment) -> Iterator[Runtime]:
    folder = _module(use.fs, environment, "requests/__init__.py")
    if folder is None:
        return
    version = _distribution_version(use.fs, folder, "requests") or _dunder_version(
        use.fs, f"{folder}/requests/__version__.py"
    )
    own = f"{folder}/requests/cacert.pem"
    patched = _patched(use.fs, f"{folder}/requests/certs.py")
    bundle = (
        Default(patched, Text(zh="发行版修改过的 requests", en="requests as patched by the distribution"))
        if patched
        else None
    )
    bundle = bundle or _certifi(use.fs, environment)
    if bundle is None and use.fs.exists(own):  # requests 2.15 and earlier: where() falls back to its own copy
        bundle = Default(own, _VENDORED)
    values = {key: use.environ[key] for key in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE") if key in use.environ}
    settings = Settings(values, {"bundle": (bundle,) if bundle else (Default(own, _VENDORED),)})
    name = f"python {environment.version}, requests {version}".rstrip()
    yield runtime(use, "python-requests", Program(name, version, environment.executable), settings)


def _httpx(use: Use, environment: Environment) -> Iterator[Runtime]:
    folder = _module(use.fs, environment, "httpx/__init__.py")
    bundle = _certifi(use.fs, environment)
    if folder is None or bundle is None:
        return
    version = _distribution_version(use.fs, folder, "httpx") or _dunder_version(
        use.fs, f"{folder}/httpx/__version__.py"
    )
    kind = "python-httpx" if at_least(version, (0, 28)) else "python-httpx-0.27"
    settings = Settings(openssl.variables(use.environ), {"bundle": (bundle,)})
    name = f"python {environment.version}, httpx {version}".rstrip()
    yield runtime(use, kind, Program(name, version, environment.executable), settings)


def _httplib2(use: Use, environment: Environment) -> Iterator[Runtime]:
    """certifi where it is installed, else the list that httplib2 brings along."""
    folder = _module(use.fs, environment, "httplib2/__init__.py")
    if folder is None:
        return
    version = _distribution_version(use.fs, folder, "httplib2")
    bundle = _certifi(use.fs, environment) or Default(f"{folder}/httplib2/cacerts.txt", _OWN_LIST)
    patched = _patched(use.fs, f"{folder}/httplib2/certs.py")
    if patched:
        bundle = Default(patched, Text(zh="发行版修改过的 httplib2", en="httplib2 as patched by the distribution"))
    values = {"HTTPLIB2_CA_CERTS": use.environ["HTTPLIB2_CA_CERTS"]} if "HTTPLIB2_CA_CERTS" in use.environ else {}
    program = Program(f"python {environment.version}, httplib2 {version}".rstrip(), version, environment.executable)
    yield runtime(use, "python-httplib2", program, Settings(values, {"bundle": (bundle,)}))


def _certifi(fs: FileSystem, environment: Environment) -> Default | None:
    """The bundle that ``certifi.where()`` returns there."""
    folder = _module(fs, environment, "certifi/__init__.py")
    if folder is None:
        return None
    patched = _patched(fs, f"{folder}/certifi/core.py")
    if patched:
        return Default(patched, Text(zh="发行版修改过的 certifi", en="certifi as patched by the distribution"))
    version = _distribution_version(fs, folder, "certifi")
    return Default(f"{folder}/certifi/cacert.pem", same(f"certifi {version}".rstrip()) if version else _CERTIFI)


def _patched(fs: FileSystem, path: str) -> str | None:
    """The fixed path that a distribution made ``where()`` return."""
    match = _PATCHED.search(_text(fs, path))
    return match[1] if match else None


# --- environments ---------------------------------------------------------------------------------------------------


def _environment(use: Use, executable: str) -> Environment | None:
    """What the files around ``executable`` say. None where it is no interpreter that we can place."""
    fs = use.fs
    real = fs.real(executable)
    if real is None:
        return None
    folder = executable.rpartition("/")[0]
    prefix = folder.rpartition("/")[0] or "/"
    configuration = _configuration(fs, f"{prefix}/pyvenv.cfg")
    base = real.rpartition("/")[0].rpartition("/")[0] or "/"
    if not configuration:
        prefix = base
    minor = _minor(fs, real, base)
    if minor is None:
        return None
    version = configuration.get("version", "") if configuration else ""
    if not re.fullmatch(r"\d+\.\d+\.\d+.*", version):
        version = _full_version(fs, real, base, minor)
    own = _site_folders(fs, prefix, minor)
    if configuration and configuration.get("include-system-site-packages", "").lower() == "true":
        own = (*own, *_site_folders(fs, base, minor))
    user = (f"{use.home}/.local/lib/python{minor}/site-packages",) if use.home and not configuration else ()
    path = tuple(entry for entry in use.environ.get("PYTHONPATH", "").split(":") if entry.startswith("/"))
    shown = executable if configuration else real
    return Environment(shown, minor, version, prefix, base, (*path, *user, *own))


def _configuration(fs: FileSystem, path: str) -> dict[str, str]:
    """``pyvenv.cfg``: key = value lines (PEP 405)."""
    pairs = (line.partition("=") for line in _text(fs, path).splitlines() if "=" in line)
    return {key.strip().lower(): value.strip() for key, _, value in pairs}


def _minor(fs: FileSystem, real: str, base: str) -> str | None:
    match = re.search(r"(\d\.\d+)t?$", real.rpartition("/")[2])
    if match:
        return match[1]
    folders = fs.glob(f"{base}/lib/python[0-9].*")
    return folders[0].rpartition("/python")[2] if len(folders) == 1 else None


def _full_version(fs: FileSystem, real: str, base: str, minor: str) -> str:
    """From patchlevel.h, else from the folder's name (pyenv), else from the binary; else major.minor."""
    header = re.search(r'PY_VERSION\s+"([^"]+)"', _text(fs, f"{base}/include/python{minor}/patchlevel.h"))
    if header:
        return header[1]
    named = re.search(rf"/({re.escape(minor)}\.\d+)$", base)
    if named:
        return named[1]
    rest = text_between(fs, real, f"\0{minor}.".encode(), b"\0", 16)
    return f"{minor}.{rest}" if rest and re.fullmatch(r"\d+[a-z0-9+]*", rest) else minor


def _site_folders(fs: FileSystem, prefix: str, minor: str) -> tuple[str, ...]:
    """Module folders in the order of sys.path. Debian: /usr/local first, then the shared dist-packages."""
    root = prefix.rstrip("/")
    folders = [f"{root}/lib/python{minor}/site-packages", f"{root}/lib64/python{minor}/site-packages"]
    if prefix in _SYSTEM_PREFIXES:
        folders = [
            f"/usr/local/lib/python{minor}/dist-packages",
            f"/usr/local/lib/python{minor}/site-packages",
            f"/usr/local/lib64/python{minor}/site-packages",
            f"/usr/lib/python{minor[0]}/dist-packages",
            f"/usr/lib/python{minor}/dist-packages",
            f"/usr/lib/python{minor}/site-packages",
            f"/usr/lib64/python{minor}/site-packages",
        ]
    return tuple(folder for folder in folders if fs.is_dir(folder))


def _module(fs: FileSystem, environment: Environment, module: str) -> str | None:
    return next((folder for folder in environment.folders if fs.is_file(f"{folder}/{module}")), None)


def _distribution_version(fs: FileSystem, folder: str, name: str) -> str:
    """From the name of the metadata folder beside the module, "" if there is none."""
    pattern = re.compile(rf"{re.escape(name)}-(\d[^-]*?)(?:-py[\d.]+)?\.(?:dist-info|egg-info)", re.IGNORECASE)
    found = (match[1] for entry in _names(fs, folder) if (match := pattern.fullmatch(entry)))
    return next(found, "")


def _dunder_version(fs: FileSystem, path: str) -> str:
    match = re.search(r"__version__\s*=\s*['\"]([^'\"]+)", _text(fs, path))
    return match[1] if match else ""


# --- our own environment -----------------------------------------------------------------------------------------------


def _is_only_ours(fs: FileSystem, environment: Environment) -> bool:
    """Whether this is the virtual environment that we run in, and nothing of the user's that makes HTTPS calls is in it."""
    if sys.prefix == sys.base_prefix or fs.real(environment.prefix) != fs.real(sys.prefix):
        return False
    installed = {
        match[1].lower().replace("_", "-"): f"{folder}/{entry}/METADATA"
        for folder in environment.folders
        for entry in _names(fs, folder)
        if (match := re.fullmatch(r"(.+?)-\d[^-]*\.dist-info", entry))
    }
    clients = CLIENTS & installed.keys()
    return not (clients and clients - _closure(fs, installed, "wxcertcheck"))


def _closure(fs: FileSystem, installed: dict[str, str], name: str) -> set[str]:
    """``name`` and every installed distribution that it requires, extras included, directly or not (PEP 566 METADATA)."""
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in reached or current not in installed:
            continue
        reached.add(current)
        requires = re.findall(r"^Requires-Dist:\s*([A-Za-z0-9._-]+)", _text(fs, installed[current]), re.MULTILINE)
        waiting += [re.sub(r"[-_.]+", "-", required).lower() for required in requires]
    return reached


def _names(fs: FileSystem, folder: str) -> list[str]:
    try:
        return fs.listdir(folder)
    except CannotRead:
        return []


def _text(fs: FileSystem, path: str) -> str:
    try:
        return fs.read_bytes(path, 1 << 20).decode("utf-8", "replace")
    except CannotRead:
        return ""
