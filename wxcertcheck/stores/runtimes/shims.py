"""pyenv, rbenv, nodenv and asdf put scripts on PATH that start the real interpreter: find it without running them.

Source: github.com/pyenv/pyenv#understanding-shims (the same for rbenv and nodenv), asdf-vm.com/manage/versions.html.
"""

import re
from collections.abc import Iterator

from wxcertcheck.errors import CannotRead
from wxcertcheck.stores.in_use import Use

_ROOT = re.compile(r"^export (PYENV|RBENV|NODENV)_ROOT=[\"']?([^\"'\n]+)", re.MULTILINE)
_FILES = {"PYENV": ".python-version", "RBENV": ".ruby-version", "NODENV": ".node-version"}
_ASDF_TOOLS = {"python": "python", "python3": "python", "ruby": "ruby", "node": "nodejs", "java": "java", "php": "php"}


def resolve_shim(use: Use, executable: str) -> str | None:
    """The real executable behind ``executable``: itself if it is no shim, None if the shim leads nowhere."""
    text = _script(use, executable)
    if text is None:
        return executable
    name = executable.rpartition("/")[2]
    match = _ROOT.search(text)
    if match:
        return _versioned(use, name, match[1], match[2])
    if "asdf" in text and "exec" in text:
        return _asdf(use, name, executable)
    return None


def _script(use: Use, executable: str) -> str | None:
    try:
        with use.fs.on_disk(executable).open("rb") as file:
            head = file.read(4096)
    except (CannotRead, OSError):
        return None
    return head.decode("utf-8", "replace") if head.startswith(b"#!") else None


def _versioned(use: Use, name: str, manager: str, root: str) -> str | None:
    """The first version that is chosen and has the program: variable, file in the folder or above, global file."""
    chosen = use.environ.get(f"{manager}_VERSION", "").split(":") if use.environ.get(f"{manager}_VERSION") else []
    if not chosen:
        files = (*_upwards(use.folder, _FILES[manager]), f"{root}/version")
        chosen = next((words for path in files if (words := _words(use, path))), ["system"])
    for version in chosen:
        path = f"{root}/versions/{version}/bin/{name}"
        if use.fs.is_file(path):
            return path
        matching = use.fs.glob(f"{root}/versions/{version}.*/bin/{name}")  # pyenv resolves 3.12 to the latest 3.12.x
        if matching:
            return matching[-1]
        if version == "system":
            folders = (
                f for f in use.environ.get("PATH", "").split(":") if f.startswith("/") and not f.startswith(root)
            )
            found = next((f"{folder}/{name}" for folder in folders if use.fs.is_file(f"{folder}/{name}")), None)
            if found:
                return found
    return None


def _asdf(use: Use, name: str, shim: str) -> str | None:
    tool = _ASDF_TOOLS.get(name)
    root = shim.rpartition("/shims/")[0]
    if tool is None or not root:
        return None
    for path in (*_upwards(use.folder, ".tool-versions"), f"{use.home}/.tool-versions"):
        for line in _lines(use, path):
            words = line.split()
            if len(words) > 1 and words[0] == tool:
                candidate = f"{root}/installs/{tool}/{words[1]}/bin/{name}"
                return candidate if use.fs.is_file(candidate) else None
    return None


def _upwards(folder: str, name: str) -> Iterator[str]:
    while folder and folder != "/":
        yield f"{folder}/{name}"
        folder = folder.rpartition("/")[0]
    yield f"/{name}"


def _words(use: Use, path: str) -> list[str]:
    return [word for line in _lines(use, path) for word in line.partition("#")[0].split()]


def _lines(use: Use, path: str) -> list[str]:
    try:
        return use.fs.read_bytes(path, 4096).decode("utf-8", "replace").splitlines()
    except CannotRead:
        return []
