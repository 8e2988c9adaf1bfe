"""Where the tree gives a configuration key its value: a file that the program reads, or whichever file sets such a key."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from wxcertcheck.scan import languages
from wxcertcheck.scan.configuration import CODE, entries, is_key, relaxed
from wxcertcheck.scan.evaluate import evaluate
from wxcertcheck.scan.files import OtherFiles
from wxcertcheck.scan.given import given
from wxcertcheck.scan.source import TooDeepError
from wxcertcheck.scan.text_format import value_of
from wxcertcheck.scan.values import Kind, Value
from wxcertcheck.scan.values import text as text_value

if TYPE_CHECKING:
    from wxcertcheck.scan.tree import Tree

_CONFIGURATION = re.compile(
    r"_*(?:\w*(?:config(?!ure)\w*|conf|cfg|settings?|params|parameters|properties|props|secrets|viper)|C|AppConfig)",
    re.IGNORECASE,
)
"""Names of objects and functions that give a program its settings."""
_SEPARATOR = re.compile(r"::?|/")
"""What stands between the names of a key besides dots: .NET, nconf, beego."""
_FILES = 12
"""Programs that are parsed for one key."""
_SHORT = 3
"""Keys up to this length are looked up in no file but the one that the program reads."""
_SCRIPTS = ("javascript", "typescript", "tsx")


class Given(Struct, frozen=True):
    """A key's value, as ``path`` gives it in ``line``; ``language``: of a program ("" for plain configuration)."""

    value: Value
    path: str
    line: int
    language: str = ""


def key_in(dotted: str) -> str:
    """The key within an expression: ``this.config.wx.ca`` -> ``wx.ca``; "" where nothing says that it reads settings."""
    names = dotted.replace("()", "").split(".")
    first = next((number for number, name in enumerate(names) if _CONFIGURATION.fullmatch(name)), len(names))
    return ".".join(names[first + 1 :])


def is_configuration(dotted: str) -> bool:
    """Whether an object or function is called as those are that give a program its settings: ``Config.get``, ``app.params``."""
    return any(_CONFIGURATION.fullmatch(name) for name in dotted.replace("()", "").split("."))


@dataclass
class Configured:
    """Looks keys up in the files of a tree, and only when asked."""

    files: OtherFiles

    def in_file(self, path: str, key: str, language: str) -> list[Given]:
        """What one file gives to ``key``: the program that a source of ``language`` loads, or plain configuration."""
        if CODE.search(path.lower()):
            return self._in_program(path, key, language)
        wanted = relaxed(key)
        return [_written(one.value, path, one.line) for one in entries(path) if one.value and is_key(one, wanted)]

    def anywhere(self, tree: "Tree", key: str, path: str, language: str) -> list[Given]:
        """What the tree gives to ``key``: the file that its first name names (``config('wx.ca')``: ``config/wx.php``); else the
        nearest programs that hold settings, and plain configuration.
        """
        key = _SEPARATOR.sub(".", key)
        if len(key) <= _SHORT:
            return []
        stem, _, rest = key.partition(".")
        programs = tree.programs_with_settings(path, _endings(language))
        named = [one for one in programs if rest and tree.stem_of(one) == relaxed(stem)]
        found = self._nearest(tree, named, rest, path, language)
        if not found:
            found = self._nearest(tree, programs, key, path, language) + self.written(tree, key, path)
        return found

    def written(self, tree: "Tree", key: str, path: str) -> list[Given]:
        """What plain configuration of the tree gives to ``key``."""
        return [_written(one.value, one.path, one.line) for one in tree.setting(key, path)] if len(key) > _SHORT else []

    def _nearest(self, tree: "Tree", programs: list[str], key: str, path: str, language: str) -> list[Given]:
        found: list[Given] = []
        last = key.rpartition(".")[2]
        mentioning = [one for one in programs if one != path and key and self.files.mentions(one, last)][:_FILES]
        for one in mentioning:
            if found and tree.distance(one, path) > tree.distance(found[0].path, path):
                break
            found += self._in_program(one, key, language)
        return found

    def _in_program(self, path: str, key: str, language: str) -> list[Given]:
        known = languages.of_file(path.rpartition("/")[2])
        own = known.name if known is not None and known.name in _SCRIPTS and language in _SCRIPTS else language
        source = self.files.source(path, own) if known is not None and path.lower().endswith(_endings(own)) else None
        if source is None:
            return []
        try:
            nodes = given(source, key)
            return [Given(evaluate(source, node), path, source.line_of(node.start_byte), own) for node in nodes]
        except TooDeepError:
            return []


def _endings(language: str) -> tuple[str, ...]:
    names = _SCRIPTS if language in _SCRIPTS else (language,)
    return tuple(ending for name in names for ending in languages.by_name(name).endings)


def _written(value: str, path: str, line: int) -> Given:
    known = value_of(value)
    if known.kind in (Kind.TEXT, Kind.TRUE, Kind.FALSE, Kind.NULL):
        return Given(known, path, line)
    return Given(replace(text_value(value), parts=(known,)), path, line)
