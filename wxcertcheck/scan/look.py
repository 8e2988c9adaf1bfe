"""One file: prefilter, decode, parse, match. Runs in a worker process; everything it returns can be pickled."""

import os
import re
from collections.abc import Iterable, Set
from functools import lru_cache
from hashlib import blake2b

from msgspec import Struct, field
from msgspec.structs import replace

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Contents, FilePlace, NotLooked, PackageUse, Pin, Rotation
from wxcertcheck.scan import decode, languages
from wxcertcheck.scan.grammars import SlowParseError
from wxcertcheck.scan.language import Language
from wxcertcheck.scan.match import matches, open_source
from wxcertcheck.scan.packages import is_manifest, packages_in
from wxcertcheck.scan.paths import Flags
from wxcertcheck.scan.prefilter import Search, searcher
from wxcertcheck.scan.request import Limits
from wxcertcheck.scan.seen import Seen, seen_of
from wxcertcheck.scan.source import TooDeepError
from wxcertcheck.scan.suppression import COMMENT_START
from wxcertcheck.scan.walk import is_store
from wxcertcheck.scan.words import DECLARED_WITH_VALUE, Rule, Words
from wxcertcheck.text import Text

_DOCUMENTS = frozenset("md rst adoc txt html htm tex log csv tsv po pot srt".split())  # noqa: SIM905 - one line reads better
_PEM_WORDS = ("-----BEGIN ", "LS0tLS1CRUdJTi")
"""PEM, and PEM in base64 as Kubernetes secrets have it."""
_DER_WORDS = (
    *("0x30, 0x82", "0x30,0x82", "0X30, 0X82", "0X30,0X82", "0x30, (byte) 0x82", "0x30, (byte)0x82", "\\x30\\x82"),
    *("48, 130, 3,", "48,130,3,", "48, -126, 3,", "48,-126,3,"),
)
"""How DER of a certificate's size begins where source code has it as bytes."""
_COPIES = 2_000
"""Results kept for other files with the same bytes: vendored libraries come many times over."""


class FileResult(Struct):
    """All that one file gave."""

    path: str
    seen: list[Seen] = field(default_factory=list)
    """Places of interest, until pins are made of them."""
    pins: list[Pin] = field(default_factory=list)
    hosts: list[tuple[str, int]] = field(default_factory=list)
    roots: list[tuple[str, int, str]] = field(default_factory=list)
    """Rotation roots named by fingerprint, key or serial number: (SHA-256 of the DER, line, how it is written)."""
    contents: Contents | None = None
    """What a certificate file, key store or a file with PEM in it holds."""
    private_key: bool = False
    """Whether a private key is in the file; nothing of it is kept."""
    packages: list[PackageUse] = field(default_factory=list)
    problem: NotLooked | None = None
    copied: bool = True
    """Whether it holds for other files with the same bytes too."""
    left_out: bool = False
    """Test code that names something of the sort, and test code does not count: not analysed."""


class Looker:
    """Looks at files one after the other. Made once in the parent, before the workers are forked."""

    def __init__(self, rotations: tuple[Rotation, ...], limits: Limits, flags: Flags) -> None:
        self._rotations = rotations
        self._flags = flags
        self.words = Words.of(rotations)
        self.limits = limits
        common = (*self.words.hosts, *self.words.roots, *self.words.bodies, *_PEM_WORDS, *_DER_WORDS)
        self._common = frozenset(common)
        self._rules = {language.name: _by_word(language) for language in languages.every()}
        beside = {word for language in languages.every() for p in language.patterns for word in p.beside}
        self.every_word = frozenset().union(self._common, beside, *self._rules.values())
        self._wanted = {
            language.name: self._common.union(
                self._own_words(language), *(pattern.beside for pattern in language.patterns)
            )
            for language in languages.every()
        }
        self._search: Search = searcher(self.every_word)
        self._copies: dict[tuple[str, str, bool, bytes], FileResult] = {}

    def __reduce__(self) -> "tuple[type[Looker], tuple[tuple[Rotation, ...], Limits, Flags]]":
        """Where processes are spawned (macOS, Windows) a worker makes its own: patterns and databases do not travel."""
        return Looker, (self._rotations, self.limits, self._flags)

    def look(self, path: str) -> FileResult | None:
        """Look at the file with this path; None where nothing is in it. What could not be read is its ``problem``."""
        try:
            data = _bytes(path)
        except OSError as error:
            return FileResult(path, problem=_not_looked(path, "unreadable", error.strerror or str(error)))
        name = path[path.rfind("/") + 1 :]
        language, store, manifest = _kind(name)
        if language is None and data[:2] == b"#!":
            language = languages.of_first_line(data)
        found: Set[str] = frozenset()
        if not decode.is_binary(data):
            if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
                data = decode.to_utf8(data)
            found = self._search(data, self._common if language is None else self._wanted[language.name])
            if found and language is not None:
                found = self._worth_parsing(language, found, name, data)
        if not (found or store or manifest):
            return None
        result = FileResult(path)
        if store and len(data) <= self.limits.target_bytes:
            self._as_store(data, result)
        if manifest:
            result.packages += packages_in(path, data, self._rotations)
        if found:
            result = self._with_found(result, data, name, language, found)
        return result if result != FileResult(path) else None

    def _with_found(
        self, result: FileResult, data: bytes, name: str, language: Language | None, found: Set[str]
    ) -> FileResult:
        if result.contents is not None:
            self._candidate(decode.to_utf8(data), language, found, result)
            return result
        result.left_out = self._flags.of(result.path)[0] and language is not None and bool(found - self._common)
        ending, digest = name.rpartition(".")[2], blake2b(data, digest_size=16).digest()
        key = ending, language.name if language else "", result.left_out, digest
        known = self._copies.get(key)
        if known is not None:
            return _as_copy(known, result)
        self._candidate(decode.to_utf8(data), language, found, result)
        if result.copied and len(self._copies) < _COPIES:
            self._copies[key] = result
        return result

    def _worth_parsing(self, language: Language, found: Set[str], name: str, data: bytes) -> Set[str]:
        """The words found, without those that lack what their pattern wants beside or after them."""
        if language.blocks:
            return found
        rules = self._rules[language.name]
        worth = {
            word
            for word in found
            if word in self._common or any(rule.applies(word, found, data) for rule in rules.get(word, ()))
        }
        if language.declares is None or worth <= self._common or not language.declares(name, data):
            return worth
        return {word for word in worth if word in self._common or DECLARED_WITH_VALUE.applies(word, found, data)}

    def _own_words(self, language: Language) -> Iterable[str]:
        return self.every_word if language.blocks else self._rules[language.name]

    def _candidate(self, data: bytes, language: Language | None, found: Set[str], result: FileResult) -> None:
        document = result.path.rpartition(".")[2].lower() in _DOCUMENTS
        if not document:
            for host in sorted(self.words.hosts & found):
                result.hosts += [(host, line) for line in _host_lines(data, host)]
            for writing in sorted(self.words.roots.keys() & found):
                line = data.count(b"\n", 0, data.find(writing.encode())) + 1
                result.roots.append((self.words.roots[writing], line, writing))
        named_text = document and b"-----BEGIN CERTIFICATE-----" in data[:4096] and data.count(b"\n") < 20_000
        if (
            result.contents is None
            and (not document or named_text)
            and not found.isdisjoint((*_PEM_WORDS, *_DER_WORDS, *self.words.bodies))
        ):
            self._embedded(data, found, result)
        result.private_key = not document and b"PRIVATE KEY-----" in data and _has_private_key(data)
        if language is None or result.left_out or not (found - self._common):
            return
        try:
            self._parse(data, language, found, result)
        except TooDeepError:
            message = _TOO_DEEP.fill(path=result.path)
            result.problem = NotLooked(FilePlace(result.path), "too-deep", message, _IN_PART_HINT, decides=True)
        except SlowParseError:
            message = _SLOW_PARSE.fill(path=result.path)
            result.problem = NotLooked(FilePlace(result.path), "too-slow", message, _SLOW_PARSE_HINT, decides=True)
        except ImportError:
            result.problem = NotLooked(
                FilePlace(result.path),
                "no-grammar",
                _NO_GRAMMAR.fill(language=language.title),
                _NO_GRAMMAR_HINT,
                decides=True,
            )

    def _parse(self, data: bytes, language: Language, found: Set[str], result: FileResult) -> None:
        if language.blocks:
            for name, start, end in language.blocks(data):
                inner = languages.by_name(name)
                block = b"\n" * data.count(b"\n", 0, start) + data[start:end]
                self._parse(block, inner, found & self._rules[name].keys(), result)
            return
        if len(data) > self.limits.parsed_bytes and not language.lexer:
            windows = _windows(data, found - self._common, self.limits)
            result.problem = NotLooked(
                FilePlace(result.path), "in-part", _IN_PART.fill(size=len(data) >> 20), _IN_PART_HINT, decides=False
            )
        else:
            windows = [(0, len(data))]
        for start, end in windows:
            source = open_source(result.path, data[start:end], language)
            before = data.count(b"\n", 0, start)
            for match in matches(source, found):
                seen = seen_of(match, before)
                if seen is not None:
                    result.seen.append(seen)
            result.copied = result.copied and source.alone

    def _as_store(self, data: bytes, result: FileResult) -> None:
        from wxcertcheck import formats

        try:
            result.contents = formats.read(data, name=result.path)
        except CannotRead as error:
            result.contents = Contents(error.reason, (), (error.message,))

    def _embedded(self, data: bytes, found: Set[str], result: FileResult) -> None:
        pem = b"CERTIFICATE-----" in data or b"LS0tLS1CRUdJTi" in data
        if not pem and found.isdisjoint(_DER_WORDS) and not self._has_body(data):
            return
        from wxcertcheck.formats import embedded

        certificates = tuple(embedded.find(data))
        if certificates:
            result.contents = Contents("embedded", certificates)

    def _has_body(self, data: bytes) -> bool:
        return any(body.encode() in data for body in self.words.bodies)


def _has_private_key(data: bytes) -> bool:
    from wxcertcheck.formats import embedded

    return embedded.find_private_key(data)


def _by_word(language: Language) -> dict[str, list[Rule]]:
    rules: dict[str, list[Rule]] = {}
    for pattern in language.patterns:
        rule = Rule.of(pattern)
        for word in pattern.words:
            rules.setdefault(word, []).append(rule)
    return rules


def _as_copy(known: FileResult, result: FileResult) -> FileResult:
    """What another file with the same bytes gave, as of this one."""
    problem = known.problem and replace(known.problem, place=FilePlace(result.path))
    seen = [replace(seen, path=result.path) for seen in known.seen]
    return replace(
        result,
        seen=seen,
        hosts=known.hosts,
        roots=known.roots,
        contents=known.contents,
        private_key=known.private_key,
        problem=problem,
    )


@lru_cache(maxsize=16_384)
def _kind(name: str) -> tuple[Language | None, bool, bool]:
    """(language, whether it is a certificate file or key store, whether it is a manifest or lock file), by its name."""
    return languages.of_file(name), is_store(name), is_manifest(name)


_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_READ = 1 << 20


def _bytes(path: str) -> bytes:
    """A file's bytes. Never follows a link and never waits for a FIFO that took the file's place since the walk."""
    handle = os.open(path, _OPEN)
    try:
        data = os.read(handle, _READ)
        if len(data) < _READ:
            return data
        pieces = [data]
        while piece := os.read(handle, 8 << 20):
            pieces.append(piece)
        return b"".join(pieces)
    finally:
        os.close(handle)


def _host_lines(data: bytes, host: str) -> list[int]:
    """Lines that name ``host`` itself (not "x" + host, not host + ".cn") outside whole-line comments."""
    lines = []
    for found in re.finditer(rb"(?<![\w-])" + re.escape(host.encode()) + rb"(?![\w-]|\.[A-Za-z0-9])", data):
        start = data.rfind(b"\n", 0, found.start()) + 1
        if not COMMENT_START.match(data[start : start + 40].decode("utf-8", "replace")):
            lines.append(data.count(b"\n", 0, found.start()) + 1)
        if len(lines) >= 20:
            break
    return lines


def _windows(data: bytes, words: Set[str], limits: Limits) -> list[tuple[int, int]]:
    """Pieces of a large file around each word, cut at line ends where there are any, united where they overlap."""
    places = sorted(found.start() for word in words for found in re.finditer(re.escape(word.encode()), data))
    windows: list[tuple[int, int]] = []
    for place in places:
        if windows and place < windows[-1][1] - 2000:
            continue
        start, end = max(0, place - limits.window_bytes // 2), min(len(data), place + limits.window_bytes // 2)
        cut = data.find(b"\n", start, place)
        start = cut + 1 if cut >= 0 and start else start
        while start < len(data) and data[start] & 0xC0 == 0x80:
            start += 1
        windows.append((start, end))
        if len(windows) >= limits.windows:
            break
    return windows


def _not_looked(path: str, reason: str, why: str) -> NotLooked:
    message = _UNREADABLE.fill(path=path, why=why)
    return NotLooked(FilePlace(path), reason, message, _UNREADABLE_HINT, decides=True)


_UNREADABLE = Text(zh="读不了 {path}：{why}", en="Cannot read {path}: {why}")
_UNREADABLE_HINT = Text(zh="请用有读权限的用户运行。", en="Run as a user who may read it.")
_NO_GRAMMAR = Text(
    zh="没有安装 {language} 的语法包，这个文件没有分析",
    en="The grammar of {language} is not installed: this file was not looked at",
)
_NO_GRAMMAR_HINT = Text(
    zh="重新安装 wxcertcheck（语法包是普通依赖）。", en="Reinstall wxcertcheck (grammars are plain dependencies)."
)
_SLOW_PARSE = Text(zh="{path} 语法分析耗时过长，没有分析", en="{path} took too long to parse and was not analysed")
_SLOW_PARSE_HINT = Text(
    zh="多半是语法有错误的文件；请确认它能编译，或人工查看。",
    en="Probably its syntax is broken: make sure that it compiles, or look at it by hand.",
)
_TOO_DEEP = Text(zh="{path} 嵌套过深，没有分析", en="{path} is nested too deeply and was not analysed")
_IN_PART = Text(
    zh="文件有 {size} MB，只分析了关键字附近的部分",
    en="The file has {size} MB: only the parts around keywords were analysed",
)
_IN_PART_HINT = Text(
    zh="多半是打包生成的文件；请扫描它的源代码。", en="Probably a bundle: scan the source that it is made from."
)
