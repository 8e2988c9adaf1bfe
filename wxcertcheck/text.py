"""One message in both languages, on adjacent lines, and the choice between them. Imports nothing of the package."""

import os
from collections.abc import Mapping

from msgspec import Struct

LANGUAGES = ("zh", "en")


class Text(Struct, frozen=True):
    """A message in Chinese and English. Both sides have the same ``{placeholders}``; a test compares them."""

    zh: str
    en: str

    def fill(self, **values: object) -> "Text":
        """Put ``values`` into the placeholders of both sides; a ``Text`` value contributes its own side.

        ``{count:file|files}`` is the first word for 1, the second for every other whole number.
        """
        return Text(zh=_fill(self.zh, "zh", values), en=_fill(self.en, "en", values))

    def of(self, language: str) -> str:
        """The side for ``language`` ("zh" or "en")."""
        return self.zh if language == "zh" else self.en

    def __add__(self, other: "Text") -> "Text":
        return Text(zh=self.zh + other.zh, en=self.en + other.en)

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)


def same(value: object) -> Text:
    """A ``Text`` that reads the same in both languages: a path, a host name, a number."""
    return Text(zh=str(value), en=str(value))


def joined(texts: "list[Text] | tuple[Text, ...]", zh: str = "、", en: str = ", ") -> Text:
    """Join texts with the separator that each language uses."""
    return Text(zh=zh.join(t.zh for t in texts), en=en.join(t.en for t in texts))


def placeholders(template: str) -> frozenset[str]:
    """The names in ``{…}`` of a template."""
    import string

    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


def preferred_language(environ: Mapping[str, str] | None = None) -> str:
    """The reader's language: ``WXCERTCHECK_LANG``, else LC_ALL, LC_MESSAGES, LANG; "en" if none says Chinese.

    Source: POSIX.1-2017, Base Definitions 8.2; LANGUAGE is gettext's own list and comes first when a locale is set.
    """
    environ = os.environ if environ is None else environ
    own = environ.get("WXCERTCHECK_LANG", "")
    if own[:2].lower() in LANGUAGES:
        return own[:2].lower()
    locale = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    if locale.partition(".")[0] in ("", "C", "POSIX"):
        return "en"
    first = environ.get("LANGUAGE", "").partition(":")[0] or locale
    return "zh" if first.lower().startswith("zh") else "en"


class _Count(int):
    """A whole number that knows the singular and the plural: ``{count:file|files}``."""

    def __format__(self, spec: str) -> str:
        one, bar, many = spec.partition("|")
        return (one if self == 1 else many) if bar else int(self).__format__(spec)


def _fill(template: str, language: str, values: Mapping[str, object]) -> str:
    return template.format(**{name: _side(value, language) for name, value in values.items()})


def _side(value: object, language: str) -> object:
    if isinstance(value, Text):
        return value.of(language)
    return _Count(value) if isinstance(value, int) and not isinstance(value, bool) else value
