"""The files of the scanned trees by name, and the settings that they make: what ``resolve.py`` looks names up in."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from wxcertcheck.scan.configuration import CODE, FOLDERS, IN_FOLDER, NAMES, Entry, matching, table
from wxcertcheck.scan.mounts import Mounted, mounted_files
from wxcertcheck.scan.paths import is_example, is_test, is_vendored

RESOURCE_FOLDERS = (
    "", "src/main/resources", "src/main/java", "resources", "src/main/assets", "app/src/main/assets", "assets", "res/raw",
    "app/src/main/res/raw", "src/main/res/raw", "config", "conf", "public", "src", "app", "lib", "src/test/resources", "data",
)  # fmt: skip
_PROGRAM = re.compile(
    r"(?:conf|settings|params|parameters|constants|application|environment)[\w.\-]*\.(?:php|py|rb|[cm]?[jt]s)\Z"
)
"""Names of programs that hold settings, in lower case."""
_PROGRAMS = 60
"""Programs near a file that are searched for a key."""
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
        """Paths by file name in lower case without its ending, ``_`` and ``-``: ``WxPay.Config.php`` as wxpay and wxpayconfig."""
        table: dict[str, list[str]] = {}
        for name, paths in self.by_name.items():
            table.setdefault(_stem(name), []).extend(paths)
            if name.count(".") > 1:
                table.setdefault(_stem(name.rpartition(".")[0].replace(".", "")), []).extend(paths)
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
    def settings(self) -> dict[str, list[Entry]]:
        """What the configuration files of the tree set, those of others' packages left out; see `configuration.table`."""
        named = [path for name, paths in self.by_name.items() if NAMES.fullmatch(name) for path in paths]
        inside = [path for path in self._in_folders if IN_FOLDER.match(path, path.rfind("/") + 1)]
        return table(self._own((*named, *inside)))

    @cached_property
    def _programs(self) -> list[str]:
        named = [path for name, paths in self.by_name.items() if _PROGRAM.search(name) for path in paths]
        inside = [path for path in self._in_folders if CODE.search(path.lower())]
        return self._own((*named, *inside))

    @cached_property
    def _in_folders(self) -> list[str]:
        folders = (folder for folder in self.by_folder if FOLDERS.search(folder[len(self.root) :]))
        return [path for folder in folders for path in self.by_folder[folder]]

    def _own(self, paths: Iterable[str]) -> list[str]:
        return [path for path in sorted(set(paths)) if not is_vendored(path[len(self.root) :])]

    def programs_with_settings(self, near: str, endings: tuple[str, ...]) -> list[str]:
        """Programs that by their names hold settings (``config/wx.php``, ``settings.py``), the nearest ones first."""
        from heapq import nsmallest

        aside = self._aside(near)
        own = [p for p in self._programs if p.lower().endswith(endings) and (aside or not self._aside(p))]
        return nsmallest(_PROGRAMS, own, key=lambda path: (self.distance(path, near), path))

    def distance(self, one: str, other: str) -> int:
        """How far a file is from another: the fewer folders they share from the root on, the farther."""
        return -_common_folders(one, other)

    def stem_of(self, path: str) -> str:
        """A file's name as `modules` compares it."""
        return _stem(path.rpartition("/")[2])

    def setting(self, key: str, near: str = "") -> list[Entry]:
        """What the tree sets ``key`` to; what tests and examples set counts for them alone (``near``: who asks)."""
        found = matching(self.settings, key)
        return found if self._aside(near) else [entry for entry in found if not self._aside(entry.path)]

    def _aside(self, path: str) -> bool:
        relative = path[len(self.root) :]
        return is_test(relative) or is_example(relative)


def _common_folders(one: str, other: str) -> int:
    """How many folders two paths share from the root on."""
    pairs = zip(one.split("/")[:-1], other.split("/")[:-1], strict=False)
    return next((number for number, (a, b) in enumerate(pairs) if a != b), min(one.count("/"), other.count("/")))


def _stem(name: str) -> str:
    return name.partition(".")[0].replace("_", "").replace("-", "").lower()
