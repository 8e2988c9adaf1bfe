"""Which runtimes really run here: processes, service units, JAVA_HOME, PATH, the given project.

Nothing is run. Every way in which a program is in use is a `Use`; `wxcertcheck.stores.runtimes` says what each trusts.
With a root file system instead of this machine (``live`` false) only its own folders and units are looked at.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from msgspec import Struct

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Looked, NotLooked
from wxcertcheck.stores.filesystem import FileSystem
from wxcertcheck.stores.reading import StoreReader
from wxcertcheck.text import Text

SERVICE_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
"""PATH of services (systemd.exec(5)) and of most images."""

_PROGRAMS = (
    ("python", re.compile(r"python(\d(\.\d+)?)?t?|pypy(\d(\.\d+)?)?")),
    ("java", re.compile(r"java")),
    ("node", re.compile(r"node|nodejs")),
    ("php", re.compile(r"php(-fpm|-cgi)?[0-9.]*(-fpm|-cgi)?")),
    ("ruby", re.compile(r"ruby[0-9.]*|jruby|truffleruby")),
    ("dotnet", re.compile(r"dotnet")),
    ("mono", re.compile(r"mono|mono-sgen")),
    ("curl", re.compile(r"curl")),
    ("wget", re.compile(r"wget")),
    ("git", re.compile(r"git|git-remote-https?")),
    ("perl", re.compile(r"perl[0-9.]*")),
    ("openssl", re.compile(r"openssl")),
    ("apache", re.compile(r"apache2|httpd")),
    ("go-toolchain", re.compile(r"go")),
)
"""Program -> names of its executable."""

DISTRIBUTION_FOLDERS = ("/usr/bin/", "/usr/sbin/", "/usr/lib", "/bin/", "/sbin/", "/lib")
"""Where a distribution keeps its own programs: those built with Go (docker…) are not the user's."""

_WRAPPERS = frozenset(
    (
        "env",
        "exec",
        "nohup",
        "nice",
        "ionice",
        "setsid",
        "sudo",
        "chroot",
        "stdbuf",
        "time",
        "timeout",
        "tini",
        "dumb-init",
    )
)


@dataclass(frozen=True, slots=True)
class Use:
    """One way in which a program is in use.

    ``executable`` is the path as the audited system sees it and may be a link: a virtual environment is told by its own
    link. ``environ`` and ``arguments`` are what it runs with, ``folder`` is its working directory. ``note`` is shown
    with the runtime (it runs in a container…).
    """

    program: str
    executable: str
    seen_as: Text
    fs: FileSystem = field(repr=False, compare=False)
    reader: StoreReader = field(repr=False, compare=False)
    environ: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    arguments: tuple[str, ...] = field(default=(), repr=False, compare=False)
    folder: str = "/"
    project: bool = False
    note: Text | None = None
    live: bool = True

    def absolute(self, path: str) -> str:
        """``path`` as the program would open it."""
        return path if path.startswith("/") else f"{self.folder.rstrip('/')}/{path}"

    @property
    def home(self) -> str:
        """The home folder of the user that runs it, "" where unknown."""
        return self.environ.get("HOME", "").rstrip("/")

    @property
    def library_folders(self) -> tuple[str, ...]:
        """Folders of LD_LIBRARY_PATH, which the dynamic linker asks first."""
        return tuple(folder for folder in self.environ.get("LD_LIBRARY_PATH", "").split(":") if folder)


Started = tuple[str, str, tuple[str, ...]]
"""A program that a command starts: program, executable, arguments."""


def program_of(path: str) -> str | None:
    """The program that an executable of this name is, or None. A name says it; busybox and friends do not count."""
    name = path.rpartition("/")[2]
    return next((program for program, pattern in _PROGRAMS if pattern.fullmatch(name)), None)


def identify(fs: FileSystem, path: str) -> str | None:
    """The program that the file ``path`` is: by its name, else by the name it links to, else by what it holds (Go)."""
    from wxcertcheck.stores.binaries import is_go

    real = fs.real(path)
    if real is None or not fs.is_file(real):
        return None
    program = program_of(path) or program_of(real)
    if program and real.rpartition("/")[2] not in ("busybox", "toybox"):
        return program
    return None if real.startswith(DISTRIBUTION_FOLDERS) or not is_go(fs, real) else "go"


def which(fs: FileSystem, name: str, folders: Iterable[str]) -> str | None:
    """The first file of that name in ``folders``."""
    return next((path for folder in folders if folder and fs.is_file(path := f"{folder.rstrip('/')}/{name}")), None)


def shebang(fs: FileSystem, path: str) -> tuple[str, ...]:
    """The command of a script's first line, () if ``path`` is no script."""
    try:
        with fs.on_disk(path).open("rb") as file:
            head = file.read(256)
    except (CannotRead, OSError):
        return ()
    if not head.startswith(b"#!"):
        return ()
    return tuple(head[2:].partition(b"\n")[0].decode("utf-8", "replace").split())


def command_uses(fs: FileSystem, words: Sequence[str], folders: Sequence[str], depth: int = 0) -> Iterator[Started]:
    """The runtimes that a command starts.

    Sees through env, sudo, nohup…, ``sh -c "…"`` and a script's first line.
    """
    for number, word in enumerate(words):
        if not word or word.startswith("-") or ("=" in word and not word.startswith("/")):
            continue
        path = word if word.startswith("/") else which(fs, word, folders)
        if path is None:
            if number == 0 and word not in _WRAPPERS:  # exec is no file
                return
            continue
        program = identify(fs, path)
        if program:
            yield program, path, tuple(words[number + 1 :])
            return
        name = path.rpartition("/")[2]
        if name in ("sh", "bash", "dash", "ash", "su", "runuser") and depth < 3:
            yield from _shell_uses(fs, words[number + 1 :], folders, depth)
            return
        if name not in _WRAPPERS:
            script = shebang(fs, path)
            if script and depth < 3:
                yield from command_uses(fs, (*script, path, *words[number + 1 :]), folders, depth + 1)
            return


def _shell_uses(fs: FileSystem, words: Sequence[str], folders: Sequence[str], depth: int) -> Iterator[Started]:
    if "-c" in words[:-1]:
        inner = split_words(words[list(words).index("-c") + 1])
        yield from command_uses(fs, inner, folders, depth + 1)


def split_words(line: str) -> list[str]:
    """The words of a command line; a line with an open quote is split at spaces."""
    if not any(sign in line for sign in "\"'\\"):
        return line.split()
    import shlex

    try:
        return shlex.split(line, comments=False)
    except ValueError:
        return line.split()


class Search(Struct, frozen=True):
    """What is searched: a file system with its reader, the caller's variables, the given paths."""

    fs: FileSystem
    reader: StoreReader
    environ: Mapping[str, str]
    paths: tuple[Path, ...]
    live: bool


Found = Use | Looked | NotLooked


def uses(search: Search) -> Iterator[Found]:
    """Everything that is in use, in the order: given paths, processes, service units, JAVA_HOME, PATH."""
    from wxcertcheck.stores import on_path, processes, projects, service_units

    for path in search.paths:
        yield from projects.uses(search, path)
    if search.live:
        yield from processes.uses(search)
    yield from service_units.uses(search)
    yield from on_path.uses(search)
