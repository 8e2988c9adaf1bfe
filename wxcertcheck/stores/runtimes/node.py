"""Node.js: a list compiled into the binary, to which ``NODE_EXTRA_CA_CERTS`` adds.

Options come from NODE_OPTIONS and then the command line. Distributions (Debian, Fedora) build with
``--openssl-use-def-ca-store``: OpenSSL's store is then the default; the build settings compiled into the binary say so.
"""

import re
from collections.abc import Iterator, Sequence

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Runtime, Variable
from wxcertcheck.stores.binaries import needed_library, text_between
from wxcertcheck.stores.in_use import Use, split_words
from wxcertcheck.stores.runtimes import openssl
from wxcertcheck.stores.runtimes.shims import resolve_shim
from wxcertcheck.stores.runtimes.trust import BUILT_IN, Default, Program, Settings, runtime
from wxcertcheck.stores.runtimes.variables import VARIABLES

_SYSTEM_CA_OPTION = ((23, 9), (22, 15))
_SYSTEM_CA_VARIABLE = ((24, 6), (22, 19))
"""First versions of each line that read the system's certificates on Linux (nodejs changelogs; 23.8 only elsewhere)."""

_WITH_VALUE = frozenset(("-r", "--require", "--import", "--loader", "-C", "--conditions", "--env-file"))


def look(use: Use) -> Iterator[Runtime]:
    """The row of one Node.js, chosen by its options and by how it was built."""
    executable = resolve_shim(use, use.executable)
    real = use.fs.real(executable) if executable else None
    if real is None:
        return
    binary = needed_library(use.fs, real, "libnode.so", use.library_folders) or real
    version = _version(use, real, binary)
    options = _options(use, version)
    values = {"NODE_EXTRA_CA_CERTS": use.environ["NODE_EXTRA_CA_CERTS"]} if "NODE_EXTRA_CA_CERTS" in use.environ else {}
    kind = _kind(use, binary, options)
    settings = Settings(values, {"built-in": (Default(binary, BUILT_IN),)})
    if kind != "node":
        settings = Settings({**values, **openssl.variables(use.environ)}, settings.defaults)
        settings.defaults = {**settings.defaults, **openssl.defaults(use, openssl.crypto_library(use, binary))}
    for option, origin in options.items():
        settings.variables.append(Variable(option, origin, VARIABLES[option]))
    yield runtime(use, kind, Program(f"node {version}".rstrip(), version, real), settings)


def _kind(use: Use, binary: str, options: dict[str, str]) -> str:
    if "--use-openssl-ca" in options:
        return "node-openssl-ca"
    if "--use-system-ca" in options or "NODE_USE_SYSTEM_CA" in options:
        return "node-system-ca"
    if "--use-bundled-ca" not in options and _built_for_openssl(use, binary):
        return "node-openssl-ca"
    return "node"


def _built_for_openssl(use: Use, binary: str) -> bool:
    """Whether the build settings, compiled into the binary as JSON, make OpenSSL's store the default."""
    defines = text_between(use.fs, binary, b'"target_defaults": {', b"}", 8192)
    return defines is not None and "NODE_OPENSSL_CERT_STORE" in defines


def _options(use: Use, version: str) -> dict[str, str]:
    """The options in force that choose the store, with where they were said. Those that this version ignores are left out."""
    found: dict[str, str] = {}
    for origin, words in (
        ("NODE_OPTIONS", split_words(use.environ.get("NODE_OPTIONS", ""))),
        ("argv", _node_words(use.arguments)),
    ):
        for word in words:
            if word in ("--use-openssl-ca", "--use-bundled-ca"):
                found.pop("--use-openssl-ca", None)
                found.pop("--use-bundled-ca", None)
                found[word] = origin
            elif word == "--use-system-ca" and _since(version, _SYSTEM_CA_OPTION):
                found[word] = origin
    if use.environ.get("NODE_USE_SYSTEM_CA") == "1" and _since(version, _SYSTEM_CA_VARIABLE):
        found["NODE_USE_SYSTEM_CA"] = "1"
    return found


def _node_words(arguments: Sequence[str]) -> list[str]:
    """The words before the script; what follows belongs to the program."""
    words: list[str] = []
    rest = iter(arguments)
    for word in rest:
        if not word.startswith("-") or word == "--":
            break
        words.append(word)
        if word in _WITH_VALUE:
            next(rest, None)
    return words


def _since(version: str, firsts: Sequence[tuple[int, int]]) -> bool:
    """Whether ``version`` is at least the first of its own line, or of a line after the newest listed."""
    numbers = [int(number) for number in re.findall(r"\d+", version)[:2]]
    if len(numbers) < 2:
        return False
    major, minor = numbers
    for first_major, first_minor in firsts:
        if major == first_major:
            return minor >= first_minor
    return major > max(first_major for first_major, _ in firsts)


def _version(use: Use, executable: str, binary: str) -> str:
    """From node_version.h beside the binary, else from the release address compiled into it, else from the folder's name."""
    prefix = executable.rpartition("/")[0].rpartition("/")[0]
    try:
        header = use.fs.read_bytes(f"{prefix}/include/node/node_version.h", 1 << 16).decode("utf-8", "replace")
    except CannotRead:
        header = ""
    numbers = [re.search(rf"#define NODE_{part}_VERSION (\d+)", header) for part in ("MAJOR", "MINOR", "PATCH")]
    if all(numbers):
        return ".".join(number[1] for number in numbers if number)
    named = re.search(r"/v?(\d+\.\d+\.\d+)(?:/|$)", prefix) or re.search(r"node-v(\d+\.\d+\.\d+)", prefix)
    if named:
        return named[1]
    return text_between(use.fs, binary, b"node.js/v", b"\0", 24) or ""
