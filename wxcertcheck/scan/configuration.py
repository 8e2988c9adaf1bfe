"""Keys and values of configuration files in the tree: environment files, properties, YAML, INI, TOML, HOCON, JSON, Web.config.

Read line by line (JSON by its tokens): templates and broken files give what they have, and every value has its line.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from wxcertcheck.scan import decode

NAMES = re.compile(
    r"\.env.*|.*\.(?:env|properties|ya?ml|conf|ini|cfg|service|toml|hocon)|dockerfile.*|containerfile|procfile"
    r"|(?:appsettings|config|settings|secrets|local)[\w.\-]*\.json|(?:web|app)(?:\.\w+)?\.config"
)
"""Names of configuration files, in lower case."""
FOLDERS = re.compile(r"(?:^|/)(?:config|configs|conf|configuration|settings|params|extra)(?:/\w+)?$", re.IGNORECASE)
"""Folders of configuration, JSON and programs that hold settings included."""
IN_FOLDER = re.compile(r"(?!custom-environment)[\w.\-]+\.json5?$")
"""JSON files of such a folder; node-config's names of environment variables are no values."""
FILE = re.compile(r"\.(?:ya?ml|json5?|toml|ini|cfg|conf|hocon|properties|env|config|php|py|rb|[cm]?[jt]s)$")
"""Ends of the names of files that a program may read its settings from, in lower case."""
CODE = re.compile(r"\.(?:php|py|rb|[cm]?[jt]sx?)$")
"""Of those, the ones that are programs themselves."""
_LINE = re.compile(
    r"^\s*(?:-\s+|export\s+|set\s+|ENV\s+|ARG\s+|Environment=)?[\"']?([A-Za-z_][\w.\-]*)[\"']?\s*(?:=|:|\s(?=\S))\s*(.*)"
)
_SECTION = re.compile(r"\s*\[+\s*[\"']?([\w.\-]+)[\"']?\s*\]+\s*(?:[#;].*)?$")
_BLOCK = re.compile(r"\s*[\"']?([\w.\-]+)[\"']?\s*[=:]?\s*\{\s*$")
_ADD = re.compile(r"<add\s[^<>]{1,4000}")
_ATTRIBUTE = re.compile(r"\b(key|value)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_TOKEN = re.compile(
    r"//[^\n]*|/\*.*?(?:\*/|\Z)|\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?|[{}\[\],:]|[^\s{}\[\],:\"'/]+|/", re.DOTALL
)
_PAIR = re.compile(r"[\"']?([A-Za-z_][\w.\-]*)[\"']?\s*[:=]\s*(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\s,{}\[\]\"'][^,{}]*))")
_READ = 1 << 20
_TOTAL = 6 << 20
"""Characters of all configuration files together that are read for the table: some two seconds and 80 MB in each process."""
_LINES = 20_000
_SHORT_LINE = 300
"""Characters of a line that may open a section."""
_LINE_OF_MAP = 2_000
"""Characters of a line that is searched for a map's pairs."""
_BLOCK_LINES = 5_000
"""Lines of the longest PEM text in YAML that is taken: a whole bundle has some 3,500."""
_LONGEST = 400
"""Characters of a key with all its names: longer ones are left out, as they are no code's."""
_DEPTH = 40
_NAMED_SO = 5_000
"""Entries with the same last name that are compared with a key of several."""
WRAPPERS = frozenset({
    "module", "exports", "default", "defaults", "config", "conf", "cfg", "configuration", "settings", "options", "params",
    "parameters", "production", "prod", "development", "dev", "staging", "shared", "common", "all", "base", "main", "app",
    "application", "data", "environment", "components",
})  # fmt: skip
"""Names around a configuration's keys that a look-up need not name: environments, the object that a module gives out."""


class Entry(NamedTuple):
    """``key`` (dotted, with the sections around it) is set to ``value`` (as written, unquoted) in ``line`` of ``path``."""

    key: str
    value: str
    path: str
    line: int


_DROPPED = str.maketrans("", "", "_-.:")


def relaxed(key: str) -> str:
    """Spring's relaxed binding: ``wx.ca-path``, ``WX_CA_PATH`` and ``wx.caPath`` are one key; .NET's ``wx:CaPath`` too."""
    return key.translate(_DROPPED).lower()


def table(paths: list[str]) -> dict[str, list[Entry]]:
    """The entries of these files by their whole key, relaxed, and by its last name; those nearest to the root come first."""
    found: dict[str, list[Entry]] = {}
    left = _TOTAL
    for path in sorted(paths, key=lambda path: (path.count("/"), path)):
        text = _text(path)
        left -= len(text)
        if left < 0:
            break
        for entry in _of(text, path):
            if entry.value:
                for name in {relaxed(entry.key), relaxed(entry.key.rpartition(".")[2])}:
                    found.setdefault(name, []).append(entry)
    return found


def matching(by_name: dict[str, list[Entry]], key: str) -> list[Entry]:
    """The entries that are ``key``. A key of one name counts wherever it stands, one of several with all its names."""
    wanted, names = relaxed(key), re.split(r"[.:]+", key)
    found = dict.fromkeys(by_name.get(wanted, ()))
    if len(names) > 1:
        named_so = by_name.get(relaxed(names[-1]), ())[:_NAMED_SO]
        found |= dict.fromkeys(entry for entry in named_so if is_key(entry, wanted) or _ends(entry, names))
    return list(found)


def is_key(entry: Entry, wanted: str) -> bool:
    """Whether an entry is the key ``wanted`` (relaxed), as a whole, within a wrapper, or with its file's name in front."""
    names = entry.key.split(".")
    while len(names) > 1 and names[0].lower() in WRAPPERS and relaxed(".".join(names)) != wanted:
        names = names[1:]
    own = relaxed(".".join(names))
    stem = entry.path[entry.path.rfind("/") + 1 :].partition(".")[0]
    return own == wanted or relaxed(entry.key) == wanted or relaxed(stem) + own == wanted


def _ends(entry: Entry, wanted: list[str]) -> bool:
    names = entry.key.split(".")[-len(wanted) :]
    return [relaxed(name) for name in names] == [relaxed(name) for name in wanted]


def entries(path: str) -> Iterator[Entry]:
    """What one configuration file sets; nothing if it cannot be read."""
    yield from _of(_text(path), path)


def _text(path: str) -> str:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - paths are plain strings all through the scan
            return decode.to_utf8(file.read(_READ)).decode("utf-8", "replace")
    except OSError:
        return ""


def _of(text: str, path: str) -> Iterator[Entry]:
    lower = path.lower()
    if lower.endswith((".json", ".json5")):
        found = _of_json(text, path)
    elif lower.endswith(".config"):
        found = _of_xml(text, path)
    else:
        found = _of_yaml(text, path) if lower.endswith((".yml", ".yaml")) else _of_lines(text, path)
    return (entry for entry in found if len(entry.key) <= _LONGEST)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n")[:_LINES], 1):
        if not line.lstrip().startswith(("#", "//", ";", "!")):
            yield number, line


def _value(written: str) -> str:
    return written.rstrip(", \t\r").split(" #")[0].strip().strip("\"'")


def _of_yaml(text: str, path: str) -> Iterator[Entry]:
    above: list[tuple[int, str]] = []
    """The mappings around a line: their indentation, and their keys from the outermost on, dotted."""
    named, lines = "", text.split("\n") if "-----BEGIN" in text else []
    for number, line in _lines(text):
        found = _LINE.match(line)
        if not found:
            continue
        key, value = found[1], _value(found[2])
        depth = len(line) - len(line.lstrip())
        while above and above[-1][0] >= depth:
            above.pop()
        full = f"{above[-1][1]}.{key}" if above else key
        if len(above) < _DEPTH and len(full) <= _LONGEST:
            above.append((depth, full))
        if value.startswith("|"):
            value = _block(lines, number, depth)
        if value.startswith("{"):
            yield from _of_map(full, found[2], path, number)
        elif value and not value.startswith(">"):
            yield Entry(full, value, path, number)
        if key == "value" and named and value:  # an environment variable of a Kubernetes container
            yield Entry(named, value, path, number)
        named = value if key == "name" else ""


def _block(lines: list[str], number: int, depth: int) -> str:
    """The PEM text of a block under line ``number`` that is indented more than ``depth``; "" if it is something else."""
    if not lines or "-----BEGIN" not in "".join(lines[number : number + 1]):
        return ""
    inside: list[str] = []
    for line in lines[number : number + _BLOCK_LINES]:
        if line.strip() and len(line) - len(line.lstrip()) <= depth:
            break
        inside.append(line.strip())
    return "\n".join(inside)


def _of_lines(text: str, path: str) -> Iterator[Entry]:
    """Sections in brackets (INI, TOML) and in braces (HOCON)."""
    section, blocks = "", list[str]()
    for number, line in _lines(text):
        short = len(line) < _SHORT_LINE
        titled, opened = short and _SECTION.match(line), short and _BLOCK.match(line)
        if titled:
            section = titled[1]
        elif opened:
            blocks = [*blocks, opened[1]][-_DEPTH:]
        elif line.lstrip().startswith("}"):
            blocks = blocks[:-1]
        elif found := _LINE.match(line):
            value, key = _value(found[2]), ".".join([*([section] if section else []), *blocks, found[1]])
            if value.startswith("{"):
                yield from _of_map(key, found[2], path, number)
            elif value and not value.startswith(("|", ">")):
                yield Entry(key, value, path, number)


def _of_map(key: str, written: str, path: str, number: int) -> Iterator[Entry]:
    """A map in one line: ``{ ca: a.pem }`` of YAML, ``{ ca = "a.pem" }`` of TOML. Maps within it count as its own."""
    for found in _PAIR.finditer(written[:_LINE_OF_MAP]):
        yield Entry(f"{key}.{found[1]}", next(it for it in found.groups()[1:] if it is not None).strip(), path, number)


def _starts(text: str) -> list[int]:
    """Where each line starts: the line of an offset is how many start up to it."""
    return [0, *(found.end() for found in re.finditer("\n", text))]


def _of_json(text: str, path: str) -> Iterator[Entry]:
    starts = _starts(text)
    above: list[str] = []
    key, name, after = "", "", False
    """The key whose value is awaited; the last text or word; whether a colon came after it."""
    for found in _TOKEN.finditer(text):
        piece = found.group()
        if piece in ("{", "["):
            above.append(_within(above, key)[: _LONGEST + 1])
            key, name, after = "", "", False
        elif piece in ("}", "]"):
            del above[-1:]
            key, name, after = "", "", False
        elif piece == ":" and not after:
            key, name, after = name, "", True
        elif piece == ",":
            key, name, after = "", "", False
        elif not piece.startswith(("//", "/*")):
            name = _unquoted(piece)
            if after and len(above) <= _DEPTH:
                yield Entry(_within(above, key), name, path, bisect_right(starts, found.start()))


def _within(above: list[str], key: str) -> str:
    """A key of JSON with those around it, dotted."""
    around, key = above[-1] if above else "", key.replace(":", ".")
    return f"{around}.{key}" if around and key else around or key


def _of_xml(text: str, path: str) -> Iterator[Entry]:
    """``<add key="WxCa" value="ca.pem" />`` of .NET's Web.config and App.config."""
    starts = _starts(text)
    for added in _ADD.finditer(text):
        named = {found[1]: found[2] or found[3] or "" for found in _ATTRIBUTE.finditer(added.group())}
        if "key" in named and "value" in named:
            yield Entry(named["key"], named["value"], path, bisect_right(starts, added.start()))


def _unquoted(piece: str) -> str:
    if piece[0] not in "\"'":
        return piece
    return (
        piece[1:]
        .removesuffix(piece[0])
        .replace("\\/", "/")
        .replace('\\"', '"')
        .replace("\\n", "\n")
        .replace("\\\\", "\\")
    )
