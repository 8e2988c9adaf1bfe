"""Runtimes of a given project: virtual environments, bundled Java runtimes, and its use of Go."""

from collections.abc import Iterator
from pathlib import Path

from wxcertcheck.stores.in_use import Found, Search, Use
from wxcertcheck.text import Text

_ENVIRONMENT = Text(zh="项目的虚拟环境", en="the project's virtual environment")
_BUNDLED = Text(zh="项目自带的 Java", en="Java that the project brings along")
_BUNDLED_NODE = Text(zh="项目自带的 Node.js", en="Node.js that the project brings along")
_GO_MODULE = Text(zh="项目使用 Go（go.mod）", en="the project is written in Go (go.mod)")

_DEPTHS = ("", "*/", "*/*/")
_HIDDEN = (".venv", ".env", ".virtualenv", ".tox/*", ".nox/*", "*/.venv", "*/*/.venv")


def uses(search: Search, path: Path) -> Iterator[Found]:
    """What the folder ``path`` holds or asks for. A path of this machine; with a root, a path inside it."""
    folder = str(path.absolute()) if search.live else str(path)
    fs = search.fs
    if not fs.is_dir(folder):
        return
    configurations = [found for depth in _DEPTHS for found in fs.glob(f"{folder}/{depth}pyvenv.cfg")]
    configurations += [found for hidden in _HIDDEN for found in fs.glob(f"{folder}/{hidden}/pyvenv.cfg")]
    for configuration in dict.fromkeys(configurations):
        python = f"{configuration.rpartition('/')[0]}/bin/python"
        yield _use(search, "python", python, _ENVIRONMENT, folder)
    for pattern in ("**/bin/java",):
        for java in fs.glob(f"{folder}/{pattern}"):
            yield _use(search, "java", java, _BUNDLED, folder)
    for node in fs.glob(f"{folder}/**/bin/node"):
        if "/node_modules/" not in node and fs.is_file(node):
            yield _use(search, "node", node, _BUNDLED_NODE, folder)
    if fs.is_file(f"{folder}/go.mod"):
        yield _use(search, "go", "", _GO_MODULE, folder)


def _use(search: Search, program: str, executable: str, how: Text, folder: str) -> Use:
    return Use(
        program=program,
        executable=executable,
        seen_as=how,
        fs=search.fs,
        reader=search.reader,
        environ=search.environ,
        folder=folder,
        project=True,
        live=search.live,
    )
