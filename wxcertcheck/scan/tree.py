"""The files of the scanned trees by name, and the settings that they make: what ``resolve.py`` looks names up in."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from wxcertcheck.scan.mounts import Mounted, mounted_files

RESOURCE_FOLDERS = (
    "", "src/main/resources", "src/main/java", "resources", "src/main/assets", "app/src/main/assets", "assets", "res/raw",
    "app/src/main/res/raw", "src/main/res/raw", "config", "conf", "public", "src", "app", "lib", "src/test/resources", "data",
)  # fmt: skip
_SETTINGS = re.compile(
    r"\.env.*|.*\.(?:env|properties|ya?ml|conf|ini|cfg|service|toml)|dockerfile.*|containerfile|procfile|(?:appsettings|config).*\.json"
)
"""Names of configuration files, in lower case."""
_LINE = re.compile(
    r"^\s*(?:-\s+|export\s+|set\s+|ENV\s+|ARG\s+|Environment=)?[\"']?([A-Za-z_][\w.\-]*)[\"']?\s*(?:=|:|\s(?=\S))\s*(.*)"
)
_READ = 1 << 20
_INDEX_FILES = ("__init__.py", "index.js", "index.ts", "mod.rs", "init.lua")


@dataclass
class Tree:
    """One scanned path: its root and all its files (those that git ignores too are found on disk when asked for)."""

    root: str
    files: list[str] = field(default_factory=list)
    _modules: dict[tuple[str, str], list[str]] = field(default_factory=dict, repr=False)
    """Answers of `modules`, by stem and folder."""

    def holds(self, path: str) -> bool:
        """Whether a path belongs to this tree."""
        return path == self.root or path.startswith(self.root.rstrip("/") + "/")

    @cached_property
    def by_name(self) -> dict[str, list[str]]:
        """Paths by file name in lower case."""
        table: dict[str, list[str]] = {}
        for path in self.files:
            table.setdefault(path.rpartition("/")[2].lower(), []).append(path)
        return table

    @cached_property
    def by_stem(self) -> dict[str, list[str]]:
        """Paths by file name in lower case without its ending, ``_`` and ``-``."""
        table: dict[str, list[str]] = {}
        for name, paths in self.by_name.items():
            table.setdefault(_stem(name), []).extend(paths)
        return table

    def named(self, wanted: str) -> list[str]:
        """Files whose path ends with ``wanted`` (``a/b.pem``), nearest to the root first; longest common ending only."""
        parts = [part for part in wanted.replace("\\", "/").split("/") if part not in ("", ".", "..")]
        if not parts:
            return []
        found = self.by_name.get(parts[-1].lower(), [])
        for length in range(len(parts), 0, -1):
            ending = "/" + "/".join(parts[-length:])
            exact = [path for path in found if ("/" + path).endswith(ending)]
            if exact:
                return sorted(exact, key=lambda path: (path.count("/"), path))
        return []

    @cached_property
    def packages(self) -> dict[str, list[str]]:
        """Index files (``__init__.py``, ``index.js``) by the stem of their folder."""
        table: dict[str, list[str]] = {}
        for name in _INDEX_FILES:
            for path in self.by_name.get(name, []):
                table.setdefault(_stem(path.split("/")[-2] if "/" in path else ""), []).append(path)
        return table

    @cached_property
    def by_folder(self) -> dict[str, list[str]]:
        """Paths by folder."""
        table: dict[str, list[str]] = {}
        for path in self.files:
            table.setdefault(path.rpartition("/")[0], []).append(path)
        return table

    def modules(self, name: str, near: str) -> list[str]:
        """Files that a module or class called ``name`` may stand in, nearest to the file ``near`` first."""
        key = _stem(name), near.rpartition("/")[0]
        if key not in self._modules:
            found = [*self.by_stem.get(key[0], []), *self.packages.get(key[0], [])]
            self._modules[key] = sorted(found, key=lambda path: (-_common_folders(path, near), path))
        return self._modules[key]

    def folders_above(self, path: str) -> Iterator[str]:
        """The folder of ``path`` and those above it, up to the root."""
        folder = os.path.dirname(path)  # noqa: PTH120 - paths are plain strings all through the scan
        while True:
            yield folder
            if folder == self.root or not folder.startswith(self.root.rstrip("/")) or folder in ("", "/"):
                return
            folder = os.path.dirname(folder)  # noqa: PTH120 - as above

    @cached_property
    def mounts(self) -> list[Mounted]:
        """What the tree's manifests mount into containers."""
        return mounted_files([path for path in self.files if path.endswith((".yaml", ".yml"))])

    def mounted(self, wanted: str, manifest: str) -> list[Mounted]:
        """What a container has at a path (or below it), as ``manifest`` mounts it, else as the only one that does."""
        below = wanted.rstrip("/") + "/"
        found = [m for m in self.mounts if m.path == wanted] or [m for m in self.mounts if m.path.startswith(below)]
        own = [m for m in found if m.manifest == manifest] or found
        return [] if len({m.path for m in own}) < len({(m.path, m.origin, m.data) for m in own}) else own

    @cached_property
    def settings(self) -> dict[str, list[tuple[str, str, int]]]:
        """Keys of configuration files and environment variables in the tree: key in lower case -> (value, path, line)."""
        table: dict[str, list[tuple[str, str, int]]] = {}
        wanted = {path for name, paths in self.by_name.items() if _SETTINGS.fullmatch(name) for path in paths}
        for path in (path for path in self.files if path in wanted):
            for key, value, line in _settings_of(path):
                table.setdefault(_relaxed(key), []).append((value, path, line))
        return table

    def setting(self, key: str) -> list[tuple[str, str, int]]:
        """What the tree sets ``key`` to."""
        return [found for found in self.settings.get(_relaxed(key), []) if found[0]]


def _common_folders(one: str, other: str) -> int:
    """How many folders two paths share from the root on."""
    pairs = zip(one.split("/")[:-1], other.split("/")[:-1], strict=False)
    return next((number for number, (a, b) in enumerate(pairs) if a != b), min(one.count("/"), other.count("/")))


def _stem(name: str) -> str:
    return name.partition(".")[0].replace("_", "").replace("-", "").lower()


def _relaxed(key: str) -> str:
    """Spring's relaxed binding: ``wx.ca-path``, ``WX_CA_PATH`` and ``wx.caPath`` are one key."""
    return re.sub(r"[_\-.]", "", key).lower()


def _settings_of(path: str) -> Iterator[tuple[str, str, int]]:
    """Keys and values of a line-based configuration file; nested YAML keys with dots, and by their last name too."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - as above
            text = file.read(_READ).decode("utf-8", "replace")
    except OSError:
        return
    above: list[tuple[int, str]] = []
    nested = path.lower().endswith((".yml", ".yaml"))
    for number, line in enumerate(text.split("\n")[:20_000], 1):
        if line.lstrip().startswith(("#", "//", ";", "!")):
            continue
        found = _LINE.match(line)
        if not found:
            continue
        key, value = found[1], found[2].rstrip(", \t\r").split(" #")[0].strip().strip("\"'")
        if nested:
            depth = len(line) - len(line.lstrip())
            above = [(at, name) for at, name in above if at < depth]
            full = ".".join([*(name for _, name in above), key])
            above.append((depth, key))
            if full != key and value:
                yield full, value, number
        if value and not value.startswith(("{", "|", ">")):
            yield key, value, number
