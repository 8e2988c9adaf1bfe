"""The arrows of the design: every import goes to a line above; names on one line never import each other."""

import ast
from pathlib import Path

import wxcertcheck

PACKAGE = Path(wxcertcheck.__file__).parent
LINES = [
    {"text", "der"},
    {"errors", "model"},
    {"rotations", "rules", "formats"},
    {"stores", "scan", "handshake", "lab", "runtimes", "fixes", "judge", "reporters"},
    {"pipeline"},
    {"cli"},
]
LINE_OF = {name: number for number, line in enumerate(LINES) for name in line}
ENTRY = {"__init__", "__main__"}  # the public API and the program's entry may name everything


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    inside = {name.split(".")[1] for name in names if name.startswith("wxcertcheck.")}
    return inside | {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "wxcertcheck"
        for alias in node.names
        if alias.name in LINE_OF
    }


def upward_imports() -> list[str]:
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        here = room(path)
        if here in ENTRY:
            continue
        for there in imported_rooms(path) - {here}:
            allowed = LINE_OF[there] < LINE_OF[here] or {here, there} == {"errors", "model"}
            if not allowed:
                wrong.append(f"{path.relative_to(PACKAGE)} imports {there}")
    return wrong


def test_every_room_has_its_line():
    rooms = {room(path) for path in PACKAGE.rglob("*.py")} - ENTRY
    assert rooms <= set(LINE_OF)


def test_no_import_goes_upward_or_sideways():
    assert upward_imports() == []


def test_this_test_sees_an_upward_import(tmp_path, monkeypatch):
    (tmp_path / "model.py").write_text("from wxcertcheck.pipeline import check\n")
    monkeypatch.setitem(globals(), "PACKAGE", tmp_path)
    assert upward_imports() == ["model.py imports pipeline"]
