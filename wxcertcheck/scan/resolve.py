"""From a find's value to the certificates that it names: other files' constants, settings, then the file itself."""

import os
import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from msgspec.structs import replace

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Certificate, FilePlace, Store, StoreState
from wxcertcheck.scan import decode, languages
from wxcertcheck.scan.configuration import FILE as CONFIGURATION_FILE
from wxcertcheck.scan.configured import Configured, Given, is_configuration, key_in
from wxcertcheck.scan.evaluate import FILE, evaluate
from wxcertcheck.scan.files import OtherFiles
from wxcertcheck.scan.given import given
from wxcertcheck.scan.mounts import Mounted
from wxcertcheck.scan.names import word_places
from wxcertcheck.scan.paths import plain_path
from wxcertcheck.scan.request import Limits
from wxcertcheck.scan.source import Source, TooDeepError
from wxcertcheck.scan.tree import RESOURCE_FOLDERS, Tree
from wxcertcheck.scan.values import RESOURCE, SOURCE, Kind, Value, choice, join, unknown
from wxcertcheck.scan.values import text as text_value
from wxcertcheck.text import Text

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
_VALUES = 3
"""Different values of a key that are each opened: past it the tree does not say."""
_DATA = (".json", ".json5", ".yml", ".yaml")
"""Ends of data files that scripts import like programs."""
_NAMED, _CALLED, _ENTRY = "named", "called", "entry"
_HELM = re.compile(r"(?:quote\s+)?\.Values\.([\w.\-]+)")
"""A Helm template's look-up in the chart's values.yaml."""
_GETTER = re.compile(r"(?:get|is)([A-Z]\w*)")
_TYPED = ("java", "kotlin", "scala", "groovy", "csharp", "php", "typescript", "tsx")
"""Languages in which a variable is declared with its class."""
_KNOWN = (Kind.TEXT, Kind.TRUE, Kind.FALSE)
_INCLUDE = re.compile(rb"^[ \t]*#[ \t]*(?:include|import)[ \t]*[<\"]([^>\"\n]+)[>\"]", re.MULTILINE)
_INCLUDING = ("c", "cpp", "objective_c")
_HEADERS = (".h", ".hh", ".hpp", ".inc")


@dataclass
class Resolver:
    """Finishes values and opens what they name; every file is opened once."""

    trees: tuple[Tree, ...]
    limits: Limits
    environ: dict[str, str] = field(default_factory=dict)
    _stores: dict[str, Store] = field(default_factory=dict)

    @cached_property
    def files(self) -> OtherFiles:
        """The files that values lead to."""
        return OtherFiles(self.limits)

    @cached_property
    def _configured(self) -> Configured:
        return Configured(self.files)

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
            return self._setting(value, path, language, depth)
        if value.kind is Kind.PARAMETER and value.parts:
            return replace(value, parts=tuple(self.finish(p, path, language, depth + 1) for p in value.parts))
        if value.kind is Kind.NAME:
            return self._name(value, path, language, depth)
        return value

    def _setting(self, value: Value, path: str, language: str, depth: int) -> Value:
        """What the tree gives to an environment variable or a key: each of up to three values; else the code's default."""
        if value.kind is Kind.ENVIRONMENT and value.text in self.environ:
            return text_value(self.environ[value.text], "", _SET.fill(key=value.text, place="environment"))
        found = None
        if value.holder is not None and value.holder.kind is Kind.NAME and not value.holder.text.endswith("()"):
            found = self._elsewhere(f"{value.holder.text}.{value.text}", path, language, depth, _ENTRY)
        if found is not None and all(_is_unset(leaf) for leaf in found.leaves()):
            found = None  # there for whoever installs the program to set
        found = found or self._chosen(value.text, self._given(value, path, language), path, language, depth)
        return found or replace(
            value, parts=tuple(self.finish(part, path, language, depth + 1) for part in value.parts)
        )

    def _given(self, value: Value, path: str, language: str) -> list[Given]:
        tree, key, holder = self.tree_of(path), value.text, value.holder
        if value.kind is Kind.ENVIRONMENT:
            chart = _HELM.match(key)
            return self._configured.written(tree, chart[1] if chart else key, path)
        if holder is not None and holder.kind is Kind.TEXT:
            file = self.find(holder, path) if CONFIGURATION_FILE.search(holder.text.lower()) else ""
            if os.path.isfile(file):  # noqa: PTH113 - as above
                return self._configured.in_file(file, key, language)
        if holder is not None and holder.kind is Kind.NAME and is_configuration(holder.text):
            return self._configured.anywhere(tree, key, path, language)
        return self._configured.anywhere(tree, key_in(key), path, language) or self._configured.written(tree, key, path)

    def _chosen(self, key: str, given: list[Given], path: str, language: str, depth: int) -> Value | None:
        given = [one for one in given if not _is_unset(one.value)]
        if (
            all(one.value.kind is Kind.UNKNOWN for one in given)
            or len({(one.value.kind, one.value.text, one.value.parts) for one in given}) > _VALUES
        ):
            return None
        found = [one for one in (self._set(key, one, path, language, depth) for one in given) if one is not None]
        return choice(found) if found else None

    def _set(self, key: str, one: Given, path: str, language: str, depth: int) -> Value | None:
        """A value that was found, its own variables looked up in turn; in plain text known ones alone are filled in.

        None where it is nothing but a variable that the tree does not set.
        """
        found = one.value
        if one.language:
            found = self.finish(self._seen_from(found, one.path), one.path, one.language, depth + 1)
        elif found.parts:
            whole = self.finish(found.parts[0], path, language, depth + 1)
            if whole.kind is Kind.ENVIRONMENT and not whole.parts:
                return None
            known = all(leaf.kind in _KNOWN or (leaf.parts and leaf.parts[0].known) for leaf in whole.leaves())
            found = whole if known else replace(found, parts=())
        return found.because(_SET.fill(key=key, place=f"{one.path}:{one.line}"))

    def _name(self, value: Value, path: str, language: str, depth: int) -> Value:
        dotted = value.text.removesuffix("()")
        if dotted.startswith("R.raw."):
            found = self.tree_of(path).by_stem.get(dotted[6:].replace("_", "").lower(), [])
            raw = [one for one in found if "/raw" in one]
            return text_value(raw[0]) if raw else value
        called = value.text.endswith("()")
        named = self._elsewhere(dotted, path, language, depth, _CALLED if called else _NAMED)
        if named is None and not called and (key := key_in(dotted)):
            given = self._configured.anywhere(self.tree_of(path), key, path, language)
            named = self._chosen(dotted, given, path, language, depth)
        there_to_set = _field_of(dotted.rpartition(".")[2]) if called else key_in(dotted)
        if named is not None and there_to_set and all(_is_unset(leaf) for leaf in named.leaves()):
            return Value(Kind.SETTING, dotted)  # by whoever installs the program, or whoever makes the object
        return named or value

    def _elsewhere(self, dotted: str, path: str, language: str, depth: int, how: str) -> Value | None:
        """What another file defines a dotted name as; ``how``: a plain name, a function that is called, an entry of a map."""
        dotted = _REQUIRED.sub(r"\1.", dotted)
        head, _, name = dotted.rpartition(".")
        field = _field_of(name) if how == _CALLED else ""
        for other in self._candidates(head, name, path, language)[:_OTHER_FILES]:
            if other == path or not (self.files.mentions(other, name) or (field and self.files.mentions(other, field))):
                continue
            known = languages.of_file(other.rpartition("/")[2])
            own = known.name if known is not None and known.name in _SCRIPTS and language in _SCRIPTS else language
            if other.lower().endswith(_DATA):
                result = self._chosen(
                    dotted, self._configured.in_file(other, dotted.partition(".")[2], ""), path, own, depth
                )
            else:
                source = self.files.source(other, own)
                result = _defined_in(source, dotted, how) if source is not None else None
            if result is not None and result.kind is not Kind.NAME:
                result = self.finish(self._seen_from(result, other), other, own, depth + 1)
                return result.because(_ELSEWHERE.fill(name=dotted, path=other))
        return None

    def _candidates(self, head: str, name: str, path: str, language: str) -> list[str]:
        """Files that may define a name: its module or class by file name, what the source imports, the same folder."""
        tree, found = self.tree_of(path), []
        endings = languages.by_name(language).endings
        if language in _INCLUDING:
            endings = (*endings, *_HEADERS)
        if language in _SCRIPTS:
            endings = (*(ending for one in _SCRIPTS for ending in languages.by_name(one).endings), *_DATA)
        for piece in reversed(head.split(".")) if head else ():
            found += tree.modules(piece, path)
        if head and language in _TYPED:
            found += [p for one in self._types(_variable(head), path) for p in tree.modules(one, path)]
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

    def _types(self, variable: str, path: str) -> list[str]:
        """What a file declares a variable to be: ``WxSettings settings``, ``settings: WxSettings``."""
        name = re.escape(variable.encode())
        declared = rb"\b([A-Z]\w*)(?:<[^<>\n]*>)?\s+\$?" + name + rb"\b|\b" + name + rb"\s*\??:\s*([A-Z]\w*)"
        found = re.finditer(declared, self.files.data(path)[:_IMPORTS_WITHIN]) if variable else ()
        return list(dict.fromkeys((one[1] or one[2]).decode("utf-8", "replace") for one in islice(found, 20)))

    def _included(self, path: str, depth: int) -> list[str]:
        """C: the headers that a file includes, sources of the same name, and what those headers include in turn."""
        tree, found = self.tree_of(path), []
        for written in _INCLUDE.findall(self.files.data(path)[:_IMPORTS_WITHIN])[:60]:
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
        data, stems, end = decode.to_utf8(self.files.data(path)), [], -1
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

    def _seen_from(self, value: Value, path: str) -> Value:
        """Paths relative to another source file, made absolute."""
        folder = path.rpartition("/")[0] or "."
        if value.kind is Kind.TEXT and value.base == SOURCE:
            return replace(value, text=plain_path(f"{folder}/{value.text}"), base="")
        holder = self._seen_from(value.holder, path) if value.holder is not None else None
        parts = tuple(self._seen_from(part, path) for part in value.parts)
        return replace(value, parts=parts, holder=holder, base="" if value.kind is Kind.JOIN else value.base)

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
            if not known.text.strip():
                continue
            store = self.open(known, path, password)
            if store not in stores:  # several values may be one file
                stores.append(store)
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
        found = plain_path(found)  # one spelling of "./ca.pem", so that one file is one finding
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
        if os.path.isabs(wanted) and value.base != RESOURCE:  # noqa: PTH117 - as above
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
            there = plain_path(one)
            if os.path.exists(there):  # noqa: PTH110 - as above
                return there
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


def _is_unset(value: Value) -> bool:
    """``LDAP_CACERT = ""``, ``None``: there for whoever installs the program to set."""
    return value.kind is Kind.NULL or (value.kind is Kind.TEXT and not value.text.strip() and not value.base)


def _variable(head: str) -> str:
    """The variable at the start of a chain: ``this.settings.getPay()`` -> settings."""
    return next((name for name in head.split(".") if name not in ("this", "self")), "").removesuffix("()")


def _defined_in(source: Source, dotted: str, how: str) -> Value | None:
    """What a file defines a dotted name as, of which the first part may be the file itself."""
    inner, name = dotted.partition(".")[2], dotted.rpartition(".")[2]
    try:
        if how == _CALLED:
            own = source.functions(name)
            returned = [node for function in own[:2] for node in source.returned(function)]
            if not returned and not own and _field_of(name):
                return _field(source, _field_of(name))
            return choice(evaluate(source, node) for node in returned[:4]) if returned else None
        nodes = given(source, dotted) or (given(source, inner) if inner else [])
        if nodes or how == _ENTRY:
            return choice(evaluate(source, node) for node in nodes) if nodes else None
        return _field(source, name) or _method(source, name)
    except TooDeepError:
        return None


def _method(source: Source, name: str) -> Value | None:
    """What a method gives back that is called without parentheses (Ruby)."""
    own = source.functions(name) if source.language.name == "ruby" else []
    returned = [node for function in own[:2] for node in source.returned(function)]
    return choice(evaluate(source, node) for node in returned[:4]) if returned else None


def _field_of(getter: str) -> str:
    """The field that a getter gives back which a compiler plug-in writes (Lombok): ``getCaFile`` -> caFile."""
    found = _GETTER.fullmatch(getter)
    return found[1][0].lower() + found[1][1:] if found else ""


def _field(source: Source, name: str) -> Value | None:
    """What a file sets a name to, at its outer level before all, or what a framework gives the field."""
    outside = source.language.declared(source, name) if source.language.declared else None
    if outside is not None:
        return outside
    defined = [d for d in source.definitions.get(name, ()) if "[" not in d.target]
    outer = [d for d in defined if d.function is None] or defined
    return choice(evaluate(source, d.value) for d in outer[-2:]) if outer else None


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
