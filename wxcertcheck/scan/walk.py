"""Which files are looked at: git's ignore files obeyed (nested ones too), always-read files kept, what was skipped counted.

Ignored by git and still read: ``.env*``, key stores and certificates, manifests and lock files, also in folders that are
ignored as a whole, but for those that package managers and compilers fill. A file that a pin names is opened in any case, by
``resolve.py``. A virtual environment is no code of the user: ``stores`` reads the CA lists in it.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from wxcertcheck.model import FilePlace, NotLooked
from wxcertcheck.scan.paths import plain_path
from wxcertcheck.text import Text

_NEVER = frozenset((
    ".git", ".hg", ".svn", ".bzr", "CVS", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".yarn",
))  # fmt: skip
"""Folders of tools that hold no program of the user."""
_FILLED = frozenset((
    "node_modules", "bower_components", "vendor", "site-packages", "pods", "target", "build", "dist", "out", "bin", "obj",
    ".gradle", ".tox", ".nox", ".terraform", ".next", ".nuxt", ".cache", ".idea", ".vs", ".dart_tool", "deriveddata",
))  # fmt: skip
"""Folders that are ignored because tools fill them, in lower case: nothing in them was put there by the user."""
_BINARY = frozenset((
    "png", "jpg", "jpeg", "gif", "bmp", "ico", "webp", "tif", "tiff", "psd", "svgz", "mp3", "mp4", "mov", "avi",
    "mkv", "wav", "ogg", "flac", "woff", "woff2", "ttf", "otf", "eot", "zip", "gz", "tgz", "bz2", "xz", "zst", "7z",
    "rar", "jar", "war", "ear", "aar", "apk", "ipa", "class", "pyc", "pyo", "so", "dll", "exe", "o", "a", "obj",
    "lib", "dylib", "pdb", "wasm", "node", "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "sqlite", "db", "mdb",
    "iso", "img", "dmg", "bin", "dat", "npy", "npz", "parquet", "pack", "idx", "rlib", "rmeta", "swf", "nupkg", "whl",
    "deb", "rpm", "msi",
))  # fmt: skip
STORES = frozenset((
    "pem", "crt", "cer", "der", "jks", "jceks", "p12", "pfx", "bks", "keystore", "truststore", "cacerts", "p7b", "ks",
))  # fmt: skip
"""Endings of certificate files and key stores (``scan`` believes their content, not their name)."""
_ALWAYS = STORES | {"lock"}
_ALWAYS_NAMES = frozenset((
    "package.json", "package-lock.json", "composer.json", "gemfile", "gemfile.lock", "go.mod", "go.sum",
    "requirements.txt", "pyproject.toml", "pom.xml", "build.gradle", "cargo.toml", "pipfile", "packages.config",
    "npm-shrinkwrap.json", "yarn.lock", "cacerts",
))  # fmt: skip


class Ignore:
    """One ignore file. Compiling its patterns together costs 40 ms and pays only where many paths are asked about."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._work = 0
        self._read("simple")

    def _read(self, backend: Literal["simple", "best"]) -> None:
        from pathspec import GitIgnoreSpec, PathSpec

        self._files = GitIgnoreSpec.from_lines(self._lines, backend=backend)
        # of a folder's own path the last match decides; only for the files in it does a folder's pattern count less
        self._folders = PathSpec(self._files.patterns, backend=backend)

    def says(self, path: str) -> bool | None:
        """Whether ``path`` (relative to the ignore file, a folder with ``/`` at its end) is ignored; None: nothing is said of it."""
        self._work += len(self._lines)
        if self._work > _WORTH_COMPILING:
            self._work = -(1 << 60)
            self._read("best")
        return (self._folders if path.endswith("/") else self._files).check_file(path).include


Specs = tuple[tuple[str, Ignore], ...]
_WORTH_COMPILING = 100_000


@dataclass
class Walk:
    """A walk over files and folders. Counters fill up while `files` is consumed; ``problems`` are `NotLooked` values."""

    paths: tuple[str, ...]
    no_ignore: bool = False
    ignored: int = 0
    binary: int = 0
    problems: list[NotLooked] = field(default_factory=list)

    def files(self) -> Iterator[str]:
        """The path of every file once, in a stable order; symbolic links, devices and FIFOs are left alone."""
        for path in self.paths:
            try:
                status = os.stat(path)  # noqa: PTH116 - the walk is measured; pathlib doubles its time
            except OSError as error:
                self._problem(path, error)
                continue
            if stat.S_ISDIR(status.st_mode):
                yield from self._folder(path)
            elif stat.S_ISREG(status.st_mode):
                yield path

    def _folder(self, top: str) -> Iterator[str]:
        stack: list[tuple[str, Specs, bool]] = [(top, self._inherited(top), False)]
        """Folders to read, the ignore files that count there, and whether the folder itself is ignored."""
        while stack:
            folder, specs, ignored = stack.pop()
            try:
                with os.scandir(folder) as found:
                    entries = sorted(found, key=lambda entry: entry.name)
            except OSError as error:
                if not ignored:  # a database's files below the project, say: skipped like all that is ignored
                    self._problem(folder, error)
                continue
            if not (self.no_ignore or ignored) and any(entry.name == ".gitignore" for entry in entries):
                specs = self._with_own(folder, specs)
            folders = []
            inside = folder if folder.endswith("/") else folder + "/"
            for entry in entries:
                path = inside + entry.name  # not entry.path, which has Windows' own separators
                try:
                    if entry.is_dir(follow_symlinks=False):
                        if _of_user(path, entry.name):
                            out = ignored or (bool(specs) and _matches(specs, path + "/"))
                            if out and entry.name.lower() in _FILLED:
                                self.ignored += 1
                            else:
                                folders.append((path, specs, out))
                    elif entry.is_file(follow_symlinks=False) and self._wanted(path, entry.name, specs, ignored):
                        yield path
                except OSError as error:
                    self._problem(path, error)
            stack.extend(reversed(folders))

    def _wanted(self, path: str, name: str, specs: Specs, ignored: bool) -> bool:
        ending = _ending(name)
        if ending in _BINARY:
            self.binary += 1
            return False
        if (ignored or specs) and not _always(name, ending) and (ignored or _matches(specs, path)):
            self.ignored += 1
            return False
        return True

    # --- git's ignore files ---------------------------------------------------------------------------------------------

    def _inherited(self, top: str) -> Specs:
        """Ignore files of the folders above ``top``, up to the repository's root, and the repository's own exclude file."""
        if self.no_ignore:
            return ()
        above, folder = [], _absolute(top)
        while not os.path.exists(f"{folder}/.git"):  # noqa: PTH110 - as above
            parent = os.path.dirname(folder)  # noqa: PTH120 - as above
            if parent == folder:
                return ()
            folder = parent
            above.append(folder)
        specs: Specs = ()
        for place in reversed(above):
            specs = self._with_own(place, specs)
        root = above[-1] if above else _absolute(top)
        return self._with_own(root, specs, ".git/info/exclude")

    def _with_own(self, folder: str, specs: Specs, name: str = ".gitignore") -> Specs:
        try:
            with open(f"{folder}/{name}", encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - as above
                lines = [line for line in file.read(1 << 20).splitlines() if line.strip() and not line.startswith("#")]
            spec = Ignore(lines)
        except (OSError, ValueError):
            return specs
        return (*specs, (folder.rstrip("/") + "/", spec)) if lines else specs

    def _problem(self, path: str, error: OSError) -> None:
        message = _UNREADABLE.fill(path=path, why=error.strerror or str(error))
        self.problems.append(NotLooked(FilePlace(path), "unreadable", message, _UNREADABLE_HINT, decides=True))


def _of_user(path: str, name: str) -> bool:
    """Whether a folder may hold a program of the user: no tool's own, and no virtual environment."""
    environment = name in (".venv", "venv", "env", "virtualenv") and os.path.exists(path + "/pyvenv.cfg")  # noqa: PTH110 - as above
    return name not in _NEVER and not environment


def _matches(specs: Specs, path: str) -> bool:
    """Whether the innermost ignore file that says anything about ``path`` ignores it."""
    absolute = ""
    for folder, spec in reversed(specs):
        if path.startswith(folder):
            inner = path[len(folder) :]
        else:
            absolute = absolute or _absolute(path) + ("/" if path.endswith("/") else "")
            if not absolute.startswith(folder):
                continue
            inner = absolute[len(folder) :]
        said = spec.says(inner)
        if said is not None:
            return said
    return False


def _absolute(path: str) -> str:
    return plain_path(os.path.abspath(path))  # noqa: PTH100 - as above


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def is_store(name: str) -> bool:
    """Whether a file of this name is a certificate file or key store, as far as a name can tell."""
    return _ending(name) in STORES or name == "cacerts"


def _always(name: str, ending: str) -> bool:
    return ending in _ALWAYS or name.startswith(".env") or name.lower() in _ALWAYS_NAMES


_UNREADABLE = Text(zh="读不了 {path}：{why}", en="Cannot read {path}: {why}")
_UNREADABLE_HINT = Text(
    zh="请用有读权限的用户运行，或把该路径排除在扫描范围之外。",
    en="Run as a user who may read it, or leave this path out of the scan.",
)
