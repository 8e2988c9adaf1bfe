"""From a path to a `Store`: reads every file once, gives one content one value, and never raises.

What the formats cannot read becomes a state with a problem and a hint. The states are chosen by what they prove about
a runtime that reads the store: MISSING, EMPTY and DAMAGED are what the runtime itself would meet; UNREADABLE is our own
failure to look (permission, password, size, a pipe) and proves nothing.
"""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Contents, FilePlace, Store, StoreState
from wxcertcheck.stores import places
from wxcertcheck.stores.distribution import family, made_by
from wxcertcheck.stores.filesystem import FileSystem
from wxcertcheck.stores.switched_off import SwitchedOff
from wxcertcheck.text import Text

if TYPE_CHECKING:
    from wxcertcheck.stores.folders import Naming

KNOWN_PASSWORDS = ("changeit", "changeme", "")
"""Passwords that Java trust stores are shipped with: changeit (JDK), changeme (old Apple JDK), none (JDK 18+)."""

_STATES = {
    "missing": StoreState.MISSING,
    "directory": StoreState.DAMAGED,
    "symlink-loop": StoreState.DAMAGED,
    "permission": StoreState.UNREADABLE,
    "not-a-regular-file": StoreState.UNREADABLE,
    "too-large": StoreState.UNREADABLE,
    "io-error": StoreState.UNREADABLE,
    "empty": StoreState.EMPTY,
    "needs-password": StoreState.UNREADABLE,
    "wrong-password": StoreState.UNREADABLE,
    "unsupported": StoreState.UNREADABLE,
}
"""Reason of a CannotRead -> state; any other reason of ``formats`` means that the bytes are no sound store: DAMAGED."""

_NSS_DATABASES = ("cert9.db", "cert8.db")
_DOUBTFUL = ("damaged", "truncated")
"""Refusals of the own reader that keytool is asked about only when a second opinion is wanted: it costs half a second."""

_NO_KEYTOOL = Text(
    zh="没有找到 keytool，无法核对（请安装 JDK 或设置 JAVA_HOME）",
    en="no second opinion: no keytool was found (install a JDK, or set JAVA_HOME)",
)

EMPTY_PROBLEM = Text(zh="{path} 中没有证书", en="{path} holds no certificate")
EMPTY_HINT = Text(
    zh="读取它的程序不信任任何证书；请恢复或重新生成该文件",
    en="A program that reads it trusts nothing; restore or regenerate it",
)


class _Read(Struct, frozen=True):
    """What reading a file came to: contents, or the error."""

    contents: Contents | None
    error: CannotRead | None = None


class StoreReader:
    """Reads stores of one file system. Results are remembered by real path and by content."""

    def __init__(
        self,
        fs: FileSystem,
        *,
        keytool: Path | None = None,
        passwords: Sequence[str] = KNOWN_PASSWORDS,
        second_opinion: bool = False,
    ) -> None:
        """``keytool`` is asked for what the own readers refuse, and with ``second_opinion`` for every Java store."""
        self.fs = fs
        self._keytool = keytool
        self._passwords = tuple(passwords)
        self._second_opinion = second_opinion
        self._family: str | None = None
        self._switched_off = SwitchedOff(self)
        self._by_path: dict[tuple[str, tuple[str, ...]], _Read] = {}
        self._by_content: dict[str, Contents] = {}

    def file(
        self,
        path: str,
        *,
        kind: str,
        used_by: tuple[Text, ...] = (),
        passwords: Sequence[str] = (),
        lenient: bool = False,
    ) -> Store:
        """The store in one file of any format. ``passwords`` are tried before the reader's own, and never shown.

        What OpenSSL or Java would not load from it counts as not trusted; ``lenient`` is for programs that pass over
        what they cannot parse (Go, GnuTLS).
        """
        real = self.fs.real(path)
        if real == "/dev/null":  # the usual way to say "trust nothing": programs read an empty file
            return self._store(path, kind, used_by, _Read(Contents("pem", ())))
        read = self.read(path, passwords)
        return self._store(
            path, kind, used_by, _Read(_as_loaded(read.contents), read.error) if not lenient else _passed_over(read)
        )

    def data(self, data: bytes, name: str, *, kind: str) -> Store:
        """The store in bytes that come from no file (standard input)."""
        try:
            read = _Read(self._parse(data, name, self._passwords))
        except CannotRead as error:
            read = _Read(None, error)
        return self._store(name, kind, (), _Read(_as_loaded(read.contents), read.error))

    def directory(
        self, path: str, *, kind: str, used_by: tuple[Text, ...] = (), naming: "Naming | None" = None
    ) -> Store:
        """A folder of certificates; by default an OpenSSL hashed directory. See `wxcertcheck.stores.folders`."""
        from wxcertcheck.stores.folders import Naming, read_folder

        key = (f"{self.fs.real(path)}//{naming or Naming.HASH}", ())
        if key not in self._by_path:
            try:
                self._by_path[key] = _Read(read_folder(self, path, naming or Naming.HASH))
            except CannotRead as error:
                self._by_path[key] = _Read(None, error)
        return self._store(path, kind, used_by, self._by_path[key])

    def built_in(self, path: str, *, kind: str, used_by: tuple[Text, ...] = ()) -> Store:
        """Roots compiled into a binary as PEM text (Node.js), found without running it."""
        from wxcertcheck.stores.binaries import built_in_certificates

        key = (f"{self.fs.real(path)}//built-in", ())
        if key not in self._by_path:
            try:
                self._by_path[key] = _Read(built_in_certificates(self.fs, path))
            except CannotRead as error:
                self._by_path[key] = _Read(None, error)
        return self._store(path, kind, used_by, self._by_path[key])

    def read(self, path: str, passwords: Sequence[str] = ()) -> "_Read":
        """The contents of a file, or the error; read once for each real path and set of passwords."""
        tried = tuple(dict.fromkeys((*passwords, *self._passwords)))
        key = (self.fs.real(path) or path, tried)
        if key not in self._by_path:
            self._by_path[key] = self._read(path, tried)
        return self._by_path[key]

    def _read(self, path: str, passwords: tuple[str, ...]) -> _Read:
        try:
            if path.rpartition("/")[2] in _NSS_DATABASES:
                return _Read(self._nss(path))
            data = self.fs.read_bytes(path)
            digest = sha256(data).hexdigest()
            if digest not in self._by_content:
                self._by_content[digest] = self._parsed_file(data, path, passwords)
            return _Read(self._by_content[digest])
        except CannotRead as error:
            return _Read(None, error)

    def _nss(self, path: str) -> Contents:
        from wxcertcheck.formats.nss import read_nss

        self.fs.head(path, 16)  # refuses what is no regular file, and what may not be read
        return read_nss(self.fs.on_disk(path))

    def _parsed_file(self, data: bytes, path: str, passwords: tuple[str, ...]) -> Contents:
        """Own reader first; keytool for what it does not support, and for a second opinion where it is wanted."""
        from wxcertcheck.stores import second_opinion

        keytool = self._keytool
        try:
            contents = self._parse(data, path, passwords)
        except CannotRead as refusal:
            asked = refusal.reason == "unsupported" or (self._second_opinion and refusal.reason in _DOUBTFUL)
            if keytool is None or not asked or not second_opinion.looks_like_java(data):
                raise
            return second_opinion.read_instead(self.fs.on_disk(path), keytool, passwords, refusal)
        if self._second_opinion and contents.format in second_opinion.JAVA_FORMATS:
            if keytool is None:
                return replace(contents, notes=(*contents.notes, _NO_KEYTOOL))
            notes = second_opinion.compare(self.fs.on_disk(path), keytool, passwords, contents)
            return replace(contents, notes=(*contents.notes, *notes))
        return contents

    def _parse(self, data: bytes, path: str, passwords: tuple[str, ...]) -> Contents:
        from wxcertcheck.formats import read

        return read(data, name=path, passwords=passwords)

    def _store(self, path: str, kind: str, used_by: tuple[Text, ...], read: _Read) -> Store:
        base = Store((FilePlace(path),), kind, "", StoreState.READ, used_by=used_by, repair=self._repair(path, kind))
        if read.contents is None:
            assert read.error is not None  # noqa: S101 - one of the two is always set
            state = _STATES.get(read.error.reason, StoreState.DAMAGED)
            return replace(base, state=state, problem=read.error.message, hint=read.error.hint)
        contents = read.contents
        base = replace(base, format=contents.format, notes=contents.notes)
        if contents.java_refuses or contents.openssl_loads == frozenset():
            problem = contents.java_refuses or contents.problems[0]
            store = replace(
                base, state=StoreState.DAMAGED, certificates=contents.certificates, problem=problem, hint=_RESTORE
            )
        elif contents.certificates:
            store = replace(base, certificates=contents.certificates, notes=contents.notes + contents.problems)
        elif contents.problems:
            store = replace(base, state=StoreState.DAMAGED, problem=contents.problems[0], hint=_RESTORE)
        else:
            store = replace(base, state=StoreState.EMPTY, problem=EMPTY_PROBLEM.fill(path=path), hint=EMPTY_HINT)
        return self._switched_off.apply(store)

    def _repair(self, path: str, kind: str) -> str:
        """What makes the store: the distribution's tool by where it really lies, else the package that it belongs to."""
        if self._family is None:
            self._family = family(self.fs)
        made = made_by(self.fs, self.fs.real(path) or path, self._family)
        tail = places.tail_of(path)
        return made or (tail.repair if tail else places.repair_of(kind))


def _passed_over(read: _Read) -> _Read:
    return _Read(replace(read.contents, openssl_loads=None), read.error) if read.contents else read


def _as_loaded(contents: Contents | None) -> Contents | None:
    """What strict programs load: certificates beyond that stay listed, with the reason why they do not count."""
    if contents is None or (contents.java_refuses is None and contents.openssl_loads is None):
        return contents
    from wxcertcheck.formats.openssl_view import problem

    if contents.openssl_loads is None:
        loaded: frozenset[str] = frozenset()
        why_not = contents.java_refuses
    else:
        loaded = contents.openssl_loads
        why_not = problem(loaded, contents.certificates)
    kept = tuple(
        c if c.fingerprint in loaded or not c.trusted else replace(c, trusted=False, why_not=why_not)
        for c in contents.certificates
    )
    problems = contents.problems or ((why_not,) if why_not else ())
    return replace(contents, certificates=kept, problems=problems)


_RESTORE = Text(zh="请恢复或重新生成该文件", en="Restore or regenerate the file")
