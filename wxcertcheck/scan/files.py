"""Other files that a value leads to: their bytes and their syntax trees, read once."""

import os
from dataclasses import dataclass, field

from wxcertcheck.scan import decode, languages
from wxcertcheck.scan.grammars import SlowParseError
from wxcertcheck.scan.language import Language
from wxcertcheck.scan.match import open_source
from wxcertcheck.scan.request import Limits
from wxcertcheck.scan.source import Source

_KEPT = 200
"""Files whose bytes, or syntax trees, are kept at hand."""


@dataclass
class OtherFiles:
    """Opens files by path. What cannot be read, is too large or has no grammar is nothing."""

    limits: Limits
    _sources: dict[tuple[str, str], Source | None] = field(default_factory=dict)
    _bytes: dict[str, bytes] = field(default_factory=dict)

    def mentions(self, path: str, name: str) -> bool:
        """Whether a file has the name in it at all: most candidates do not, and parsing costs a hundred times more."""
        return name.encode() in self.data(path)

    def data(self, path: str) -> bytes:
        """A file's bytes, up to the limit for parsing; none if it cannot be read."""
        if path not in self._bytes:
            try:
                with open(path, "rb") as file:  # noqa: PTH123 - paths are plain strings all through the scan
                    self._bytes[path] = file.read(self.limits.parsed_bytes)
            except OSError:
                self._bytes[path] = b""
            if len(self._bytes) > _KEPT:
                self._bytes.pop(next(iter(self._bytes)))
        return self._bytes[path]

    def source(self, path: str, language: str) -> Source | None:
        """The parsed file, read as ``language``."""
        key = path, language
        if key not in self._sources:
            if len(self._sources) >= _KEPT:
                self._sources.pop(next(iter(self._sources)))
            self._sources[key] = self._open(path, languages.by_name(language))
        return self._sources[key]

    def _open(self, path: str, language: Language) -> Source | None:
        try:
            if os.path.getsize(path) > self.limits.parsed_bytes or language.grammar is None:  # noqa: PTH202 - as above
                return None
            with open(path, "rb") as file:  # noqa: PTH123 - as above
                return open_source(path, decode.to_utf8(file.read()), language)
        except (OSError, ImportError, SlowParseError):
            return None
