"""From a find's value to the certificates that it names: other files' constants, settings, then the file itself."""

import os
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Certificate, FilePlace, Store, StoreState
from wxcertcheck.scan import decode, languages
from wxcertcheck.scan.evaluate import FILE, evaluate
from wxcertcheck.scan.grammars import SlowParseError
from wxcertcheck.scan.language import Language
from wxcertcheck.scan.match import open_source
from wxcertcheck.scan.mounts import Mounted
from wxcertcheck.scan.request import Limits
from wxcertcheck.scan.source import Source, TooDeepError, bare, last_name, word_places
from wxcertcheck.scan.tree import RESOURCE_FOLDERS, Tree
from wxcertcheck.scan.values import RESOURCE, SOURCE, Kind, Value, choice, join, unknown
from wxcertcheck.scan.values import text as text_value
from wxcertcheck.text import Text

if TYPE_CHECKING:
    from tree_sitter import Node

_PEM = re.compile(r"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----")
_BASE64 = re.compile(r"\s*(?:MII|LS0tLS1CRUdJTi)[A-Za-z0-9+/=\s]{200,}\s*")
_SYSTEM = re.compile(
    r"^/(?:etc/ssl/(?:certs/ca-certificates\.crt|certs/?$|cert\.pem|ca-bundle\.pem)|etc/pki/(?:tls/certs/?|tls/cert\.pem|ca-trust/)"
    r"|etc/ca-certificates/|usr/share/(?:ca-certificates|ssl/certs)|usr/local/share/certs/ca-root|system/etc/security/cacerts"
    r"|usr/local/etc/(?:openssl|ssl)|etc/ssl/certs/java/cacerts|var/lib/ca-certificates)"
    r"|jre/lib/security/cacerts|lib/security/cacerts$"
)
_REQUIRED = re.compile(r"^require\(\s*[\"'](?:[^\"']*/)?([\w\-]+)(?:\.\w+)?[\"']\s*\)(?:\.default)?\.")
_SCRIPTS = ("javascript", "typescript", "tsx")
"""Languages that import each other's files."""
_IMPORT = re.compile(r"\b(?:import|from|require|require_once|include|use|using)\b")
_IMPORTS_WITHIN = 200_000
_IMPORT_LINE = 2_000
_OTHER_FILES = 12
_INCLUDE = re.compile(rb"^[ \t]*#[ \t]*(?:include|import)[ \t]*[<\"]([^>\"\n]+)[>\"]", re.MULTILINE)
_INCLUDING = ("c", "cpp", "objective_c")
_HEADERS = (".h", ".hh", ".hpp", ".inc")
_KEPT = 200
"""Files whose bytes, or syntax trees, are kept at hand."""


@dataclass
class Resolver:
    """Finishes values and opens what they name; every file is opened once."""

    trees: tuple[Tree, ...]
    limits: Limits
    environ: dict[str, str] = field(default_factory=dict)
    _sources: dict[tuple[str, str], Source | None] = field(default_factory=dict)
    _stores: dict[str, Store] = field(default_factory=dict)
    _bytes: dict[str, bytes] = field(default_factory=dict)

    def tree_of(self, path: str) -> Tree:
        """The scanned tree that a file belongs to."""
        return next((tree for tree in self.trees if tree.holds(path)), self.trees[0])

    # --- values -------------------------------------------------------------------------------------------------------

    def finish(self, value: Value, path: str, language: str, depth: int = 0) -> Value:
        """``value`` with names of other files, environment variables and settings looked up in the tree."""
        if depth > 6:
            return value
        if value.kind in (Kind.JOIN, Kind.CHOICE):
            finished = [self.finish(part, path, language, depth + 1) for part in value.parts]
            whole = join(finished) if value.kind is Kind.JOIN else choice(finished)
            return replace(whole, base=whole.base or value.base, why=(*value.why, *whole.why))
        if value.kind in (Kind.ENVIRONMENT, Kind.SETTING):
            found = self.tree_of(path).setting(value.text) if len(value.text) > 3 else []
            if value.kind is Kind.ENVIRONMENT and value.text in self.environ:
                found = [(self.environ[value.text], "", 0)]
            if found and len({one[0] for one in found}) <= 3:
                return choice(self._set(value, *one) for one in found[:3])
            if value.parts:
                parts = tuple(self.finish(part, path, language, depth + 1) for part in value.parts)
                return replace(value, parts=parts)
            return value
        if value.kind is Kind.PARAMETER and value.parts:
            return replace(value, parts=tuple(self.finish(p, path, language, depth + 1) for p in value.parts))
        if value.kind is Kind.NAME:
            return self._name(value, path, language, depth)
        return value

    def _set(self, value: Value, found: str, path: str, line: int) -> Value:
        lower = found.lower()
        if lower in ("true", "false"):
            return Value(Kind(lower), found)
        return text_value(found, "", _SET.fill(key=value.text, place=f"{path}:{line}" if path else "environment"))

    def _name(self, value: Value, path: str, language: str, depth: int) -> Value:
        dotted, called = value.text.removesuffix("()"), value.text.endswith("()")
        if dotted.startswith("R.raw."):
            found = self.tree_of(path).by_stem.get(dotted[6:].replace("_", "").lower(), [])
            raw = [one for one in found if "/raw" in one]
            return text_value(raw[0]) if raw else value
        dotted = _REQUIRED.sub(r"\1.", dotted)
        head, _, name = dotted.rpartition(".")
        for other in self._candidates(head, name, path, language)[:_OTHER_FILES]:
            if other == path or not self._mentions(other, name):
                continue
            known = languages.of_file(other.rpartition("/")[2])
            own = known.name if known is not None and known.name in _SCRIPTS and language in _SCRIPTS else language
            source = self._source(other, own)
            if source is None:
                continue
            try:
                result = self._defined_in(source, name, called)
                if result is None and own in _SCRIPTS and not called:
                    result = _exported(source, dotted.split("."))
            except TooDeepError:
                continue
            if result is not None and result.kind is not Kind.NAME:
                result = self.finish(self._seen_from(result, other), other, own, depth + 1)
                return result.because(_ELSEWHERE.fill(name=dotted, path=other))
        return value

    def _candidates(self, head: str, name: str, path: str, language: str) -> list[str]:
        """Files that may define a name: its module or class by file name, what the source imports, the same folder."""
        tree, found = self.tree_of(path), []
        endings = languages.by_name(language).endings
        if language in _INCLUDING:
            endings = (*endings, *_HEADERS)
        if language in _SCRIPTS:
            endings = tuple(ending for one in _SCRIPTS for ending in languages.by_name(one).endings)
        for piece in reversed(head.split(".")) if head else ():
            found += tree.modules(piece, path)
        found += [
            p
            for stem in self._imported(path, language, head.split(".", maxsplit=1)[0] or name)
            for p in tree.modules(stem, path)
        ]
        if language in _INCLUDING:
            found += self._included(path, 2)
        if not head:
            folder = path.rpartition("/")[0]
            found += tree.by_folder.get(folder, [])[:30]
        seen = dict.fromkeys(p for p in found if p.lower().endswith(endings))
        return list(seen)

    def _included(self, path: str, depth: int) -> list[str]:
        """C: the headers that a file includes, sources of the same name, and what those headers include in turn."""
        tree, found = self.tree_of(path), []
        for written in _INCLUDE.findall(self._data(path)[:_IMPORTS_WITHIN])[:60]:
            name = written.decode("utf-8", "replace")
            headers = tree.named(name)[:2]
            stem = name.rpartition("/")[2].partition(".")[0]
            found += [*headers, *(tree.modules(stem, headers[0])[:4] if headers else ())]
            if depth > 1:
                found += [inner for header in headers for inner in self._included(header, depth - 1)]
        return found

    def _imported(self, path: str, language: str, name: str) -> list[str]:
        if not name or languages.by_name(language).grammar is None:
            return []
        data, stems, end = decode.to_utf8(self._data(path)), [], -1
        for place in word_places(data, name, 0, min(len(data), _IMPORTS_WITHIN)):
            if place < end:
                continue  # the same line again
            start, end = data.rfind(b"\n", 0, place) + 1, data.find(b"\n", place)
            end = end if end >= 0 else len(data)
            line = data[start:end].decode("utf-8", "replace") if end - start < _IMPORT_LINE else ""
            if _IMPORT.search(line):
                stems += re.findall(r"[\w\-]+", line)
        return [
            s
            for s in reversed(stems)
            if s not in ("import", "from", "require", "const", "use", "include", "let", "var", "as")
        ]

    def _defined_in(self, source: Source, name: str, called: bool) -> Value | None:
        if called:
            grammar = source.grammar
            own = source.functions(name)
            returned = [
                n.named_children[-1] for f in own[:2] for n in source.nodes(grammar.returns, f) if n.named_children
            ]
            return choice(evaluate(source, node) for node in returned[:4]) if returned else None
        defined = [d for d in source.definitions.get(name, ()) if "[" not in d.target]
        outer = [d for d in defined if d.function is None] or defined
        return choice(evaluate(source, d.value) for d in outer[-2:]) if outer else None

    def _seen_from(self, value: Value, path: str) -> Value:
        """Paths relative to another source file, made absolute."""
        folder = path.rpartition("/")[0] or "."
        if value.kind is Kind.TEXT and value.base == SOURCE:
            return replace(value, text=os.path.normpath(f"{folder}/{value.text}"), base="")
        if value.kind in (Kind.JOIN, Kind.CHOICE):
            parts = tuple(self._seen_from(part, path) for part in value.parts)
            return replace(value, parts=parts, base="" if value.kind is Kind.JOIN else value.base)
        return value

    def _mentions(self, path: str, name: str) -> bool:
        """Whether a file has the name in it at all: most candidates do not, and parsing costs a hundred times more."""
        return name.encode() in self._data(path)

    def _data(self, path: str) -> bytes:
        """A file's bytes, up to the limit for parsing; none if it cannot be read."""
        if path not in self._bytes:
            try:
                with open(path, "rb") as file:  # noqa: PTH123 - as above
                    self._bytes[path] = file.read(self.limits.parsed_bytes)
            except OSError:
                self._bytes[path] = b""
            if len(self._bytes) > _KEPT:
                self._bytes.pop(next(iter(self._bytes)))
        return self._bytes[path]

    def _source(self, path: str, language: str) -> Source | None:
        key = path, language
        if key not in self._sources:
            if len(self._sources) >= _KEPT:
                self._sources.pop(next(iter(self._sources)))
            self._sources[key] = self._open(path, languages.by_name(language))
        return self._sources[key]

    def _open(self, path: str, language: Language) -> Source | None:
        try:
            if os.path.getsize(path) > self.limits.parsed_bytes or language.grammar is None:  # noqa: PTH202 - strings all through
                return None
            with open(path, "rb") as file:  # noqa: PTH123 - as above
                return open_source(path, decode.to_utf8(file.read()), language)
        except (OSError, ImportError, SlowParseError):
            return None

    # --- files --------------------------------------------------------------------------------------------------------

    def targets(self, value: Value, path: str, password: str = "") -> tuple[list[Store], Text | None]:
        """The stores that a finished value names, and why some of it stays unknown (None: all of it is known)."""
        stores, why = [], None
        for leaf in value.leaves():
            known = leaf
            if leaf.kind in (Kind.ENVIRONMENT, Kind.SETTING, Kind.PARAMETER) and leaf.parts:
                known = leaf.parts[0]
            if known.kind is Kind.JOIN:
                known = self._tail(known) or known
            if known.kind is not Kind.TEXT:
                if known.kind in (Kind.NAME, Kind.UNKNOWN, Kind.JOIN):
                    why = why or _COMPUTED.fill(expression=_shown(known))
                continue
            stores.append(self.open(known, path, password))
        return stores, why

    def _tail(self, value: Value) -> Value | None:
        """A join whose beginning is unknown but whose end names a file: looked up by that end."""
        last = value.parts[-1]
        if last.kind is Kind.TEXT and re.search(r"[\w\-]+\.\w{2,10}$", last.text):
            return text_value(last.text, RESOURCE, *value.why)
        return None

    def open(self, value: Value, path: str, password: str = "") -> Store:
        """The store that known text names: PEM or base64 itself, or a file looked up as the program would and beyond."""
        written = value.text
        if _PEM.search(written) or _BASE64.fullmatch(written):
            return self._inline(written, path)
        if written.startswith(("http://", "https://")):
            return _absent(written, _REMOTE.fill(url=written))
        if _SYSTEM.search(written):
            return Store(
                (FilePlace(written),), "system", "", StoreState.UNREADABLE, problem=_SYSTEM_BUNDLE.fill(path=written)
            )
        mounted = self.tree_of(path).mounted(written, path) if written.startswith("/") else []
        if mounted and mounted[0].entry:
            return _of_entries(mounted)
        found = mounted[0].origin if mounted else self.find(value, path)
        if not found:
            return _absent(written, _NOT_FOUND.fill(path=written.replace(FILE, "")))
        found = os.path.normpath(found)  # one spelling of "./ca.pem", so that one file is one finding
        if found not in self._stores:
            self._stores[found] = self._read(found, password)
        return self._stores[found]

    def find(self, value: Value, path: str) -> str:
        """The path of the file or folder that a path in code means; "" if there is none."""
        tree, wanted = self.tree_of(path), value.text.strip().replace("\\", "/")
        wanted = re.sub(r"^(?:classpath\*?:|file:(?://)?|asset:(?:///)?|res://|@raw/)", "", wanted)
        wanted = re.sub(r"^(?:~|\$\{?\w+\}?|%\w+%|\{\w*\})/", "", wanted)
        if not wanted or "\0" in wanted or len(wanted) > 1000 or "\n" in wanted:
            return ""
        folder = path.rpartition("/")[0] or "."
        if wanted.startswith("/") and value.base != RESOURCE:
            if os.path.exists(wanted) and wanted.startswith(tree.root.rstrip("/") + "/"):  # noqa: PTH110 - as above
                return wanted
            inside = [one for one in tree.named(wanted) if one.count("/") and len(wanted.split("/")) > 1]
            if inside:
                return inside[0]
            return wanted if os.path.isfile(wanted) else ""  # noqa: PTH113 - as above
        tried = [f"{folder}/{wanted}"]
        if value.base != SOURCE:
            tried += [f"{above}/{inner}/{wanted}" for above in tree.folders_above(path) for inner in RESOURCE_FOLDERS]
        for one in tried:
            normal = os.path.normpath(one)
            if os.path.exists(normal):  # noqa: PTH110 - as above
                return normal
        named = tree.named(wanted)
        return named[0] if named and "." in wanted.rpartition("/")[2] else ""

    def _inline(self, written: str, path: str) -> Store:
        from wxcertcheck import formats

        place = (FilePlace(path),)
        try:
            contents = formats.read(written.encode())
        except CannotRead as error:
            return Store(place, "inline", "", StoreState.DAMAGED, problem=error.message, hint=error.hint)
        state = StoreState.READ if contents.certificates else StoreState.EMPTY
        return Store(place, "inline", contents.format, state, contents.certificates, notes=contents.problems)

    def _read(self, path: str, password: str) -> Store:
        place = (FilePlace(path),)
        if os.path.isdir(path):  # noqa: PTH112 - as above
            return self._folder(path)
        if not os.path.isfile(path):  # noqa: PTH113 - as above
            return Store(place, "file", "", StoreState.UNREADABLE, problem=_NO_FILE.fill(path=path), hint=_LARGE_HINT)
        from wxcertcheck import formats

        try:
            if os.path.getsize(path) > self.limits.target_bytes:  # noqa: PTH202 - as above
                return Store(place, "file", "", StoreState.UNREADABLE, problem=_LARGE.fill(path=path), hint=_LARGE_HINT)
            with open(path, "rb") as file:  # noqa: PTH123 - as above
                data = file.read(self.limits.target_bytes)
            contents = formats.read(data, name=path, passwords=[password] if password else [])
        except OSError as error:
            problem = _UNREADABLE.fill(path=path, why=error.strerror or str(error))
            return Store(place, "file", "", StoreState.UNREADABLE, problem=problem)
        except CannotRead as error:
            state = _STATES.get(error.reason, StoreState.DAMAGED)
            return Store(place, "file", "", state, problem=error.message, hint=error.hint)
        state = StoreState.READ if contents.certificates else StoreState.EMPTY
        return Store(place, "file", contents.format, state, contents.certificates, notes=contents.problems)

    def _folder(self, path: str) -> Store:
        from wxcertcheck import formats

        certificates: list[Certificate] = []
        for entry in sorted(os.scandir(path), key=lambda entry: entry.name)[:2000]:
            if not entry.is_file():
                continue
            try:
                with open(entry.path, "rb") as file:  # noqa: PTH123 - as above
                    certificates += formats.read(file.read(1 << 20)).certificates
            except (OSError, CannotRead):
                continue
        state = StoreState.READ if certificates else StoreState.EMPTY
        return Store((FilePlace(path),), "directory", "directory", state, tuple(certificates))


def _exported(source: Source, pieces: list[str]) -> Value | None:
    """What an object at file level has at ``…a.b``: ``module.exports = {a: {b: …}}``, ``export default``, ``const settings = {b: …}``."""
    found: list[Node] = []
    for node in source.nodes(source.grammar.pairs):
        key, value = source.pair(node)
        if key is None or value is None or bare(source.text(key)) != pieces[-1] or source.function_around(node):
            continue
        above = [source.pair(a)[0] for a in source.ancestors(node) if a.type in source.grammar.pairs]
        names = [bare(source.text(one)) for one in reversed(above) if one is not None]
        holder = source.around(node, frozenset(source.grammar.assignments))
        target = source.target_of(holder) if holder is not None else None
        named = last_name(source.text(target[0])) if target else ""
        if names == pieces[1:-1] or [named, *names] == pieces[1:-1]:
            found.append(value)
    return choice(evaluate(source, value) for value in found) if found else None


def _of_entries(mounted: list[Mounted]) -> Store:
    """The store that a container finds in entries of Secrets and ConfigMaps."""
    from wxcertcheck import formats

    certificates: list[Certificate] = []
    places = tuple(dict.fromkeys(FilePlace(one.origin, one.line) for one in mounted))
    for one in mounted:
        try:
            certificates += formats.read(one.data, name=one.entry).certificates
        except CannotRead as error:
            if len(mounted) == 1:
                state = _STATES.get(error.reason, StoreState.DAMAGED)
                return Store(places, "mounted", "", state, problem=error.message, hint=error.hint)
    state = StoreState.READ if certificates else StoreState.EMPTY
    notes = (_MOUNTED.fill(path=mounted[0].path, entry=mounted[0].entry, manifest=mounted[0].origin),)
    return Store(places, "mounted", "", state, tuple(certificates), notes=notes)


def _absent(written: str, problem: Text) -> Store:
    return Store(
        (FilePlace(written.replace(FILE, "")),), "file", "", StoreState.MISSING, problem=problem, hint=_NOT_FOUND_HINT
    )


def _shown(value: Value) -> str:
    if value.kind is Kind.JOIN:
        return "".join(part.text if part.kind is Kind.TEXT else "…" for part in value.parts)
    return value.text or unknown("?").text


_STATES = {
    "empty": StoreState.EMPTY,
    "needs-password": StoreState.UNREADABLE,
    "wrong-password": StoreState.UNREADABLE,
    "unsupported": StoreState.UNREADABLE,
}
_SET = Text(zh="{key} 在 {place} 设置", en="{key} is set in {place}")
_ELSEWHERE = Text(zh="{name} 定义于 {path}", en="{name} is defined in {path}")
_COMPUTED = Text(zh="取值要运行时才知道：{expression}", en="the value is only known at run time: {expression}")
_REMOTE = Text(zh="{url} 要下载才知道内容", en="{url} would have to be downloaded")
_MOUNTED = Text(
    zh="容器里的 {path} 来自 {manifest} 的 {entry}", en="{path} in the container is the entry {entry} of {manifest}"
)
_SYSTEM_BUNDLE = Text(zh="{path} 是系统自带的信任库", en="{path} is the system's own store")
_NOT_FOUND = Text(zh="扫描范围内没有 {path}", en="there is no {path} in the scanned tree")
_NOT_FOUND_HINT = Text(
    zh="请在部署该程序的机器上运行，或把这个文件放进扫描目录。",
    en="Run where the program is deployed, or put the file into the scanned tree.",
)
_LARGE = Text(zh="{path} 过大，没有打开", en="{path} is too large and was not opened")
_NO_FILE = Text(
    zh="{path} 是设备或管道，不是普通文件，没有打开",
    en="{path} is a device or a pipe, not a regular file, and was not opened",
)
_LARGE_HINT = Text(zh="请确认它真的是证书文件。", en="Make sure that it really is a certificate file.")
_UNREADABLE = Text(zh="读不了 {path}：{why}", en="cannot read {path}: {why}")
