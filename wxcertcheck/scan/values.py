"""What the value of an expression is, as far as one source file can tell; ``resolve.py`` finishes the rest."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from wxcertcheck.text import Text


class Kind(StrEnum):
    """What an expression turns out to be."""

    TEXT = "text"
    """Known text: a path, PEM, a fingerprint, a URL."""
    NUMBER = "number"
    TRUE = "true"
    FALSE = "false"
    NULL = "null"
    SYSTEM = "system"
    """The defaults of the system or the library (``certifi.where()``, ``x509.SystemCertPool()``)."""
    ENVIRONMENT = "environment"
    """Environment variable ``text``; ``parts`` holds its default, if the code gives one."""
    SETTING = "setting"
    """Configuration key ``text`` (dotted), an entry of ``holder``; ``parts`` holds its default, if the code gives one."""
    PARAMETER = "parameter"
    """The caller of the function decides; ``parts`` holds the parameter's default, if there is one."""
    NAME = "name"
    """A name that this file does not define: ``text`` is dotted, as written."""
    JOIN = "join"
    """``parts`` one after the other."""
    CHOICE = "choice"
    """One of ``parts``, depending on what happens at run time."""
    UNKNOWN = "unknown"
    """Computed in a way that is not followed; ``text`` is the expression."""


SOURCE = "source"
"""``base`` of a path that is relative to the folder of the source file."""
RESOURCE = "resource"
"""``base`` of a path that is looked up among resources (class path, assets, embedded files)."""


class Value(Struct, frozen=True):
    """A value: its kind, its text, its parts, what a path is relative to, and how it was found (``why``).

    ``holder``, of a SETTING: the configuration file that was read (TEXT), or what the object with the settings is called (NAME).
    """

    kind: Kind
    text: str = ""
    parts: "tuple[Value, ...]" = ()
    base: str = ""
    why: tuple[Text, ...] = ()
    holder: "Value | None" = None

    @property
    def known(self) -> bool:
        """Whether this is text with nothing left to find out."""
        return self.kind is Kind.TEXT

    def because(self, why: Text) -> "Value":
        """The same value with one more reason in front."""
        return replace(self, why=(why, *self.why))

    def on_base(self, base: str) -> "Value":
        """The same value, with its text taken relative to ``base``."""
        if self.kind is Kind.TEXT:
            return self if self.base else replace(self, base=base)
        if self.parts and self.kind in (Kind.JOIN, Kind.CHOICE):
            first = self.parts[:1] if self.kind is Kind.JOIN else self.parts
            return replace(self, parts=(*(p.on_base(base) for p in first), *self.parts[len(first) :]))
        return self

    def leaves(self) -> "Iterator[Value]":
        """Every value that this one may be: the parts of choices, and defaults, or itself."""
        if self.kind is Kind.CHOICE:
            for part in self.parts:
                yield from part.leaves()
        else:
            yield self


def is_word(value: Value) -> bool:
    """Whether a value is a bare word, which names no CA file: a type (``{"ca_cert": "str"}``), another option's name."""
    return value.kind is Kind.TEXT and not value.base and value.text.replace("_", "a").replace("-", "a").isalnum()


def names_certificates(value: Value) -> bool:
    """Whether a value is a path that ends as certificate files do."""
    last = value.parts[-1] if value.kind is Kind.JOIN and value.parts else value
    return last.kind is Kind.TEXT and last.text.endswith((".pem", ".crt", ".cer"))


def text(value: str, base: str = "", *why: Text) -> Value:
    """Known text."""
    return Value(Kind.TEXT, value, base=base, why=why)


def unknown(expression: str) -> Value:
    """An expression that is not followed."""
    return Value(Kind.UNKNOWN, expression[:200])


def entry_of(holder: Value, key: str, default: tuple[Value, ...] = ()) -> Value:
    """The entry ``key`` of a configuration: of a file, of an object with a name, of an entry of either."""
    if holder.kind is Kind.CHOICE:
        return choice(entry_of(one, key, default) for one in holder.parts)
    if holder.kind is Kind.SETTING and holder.holder is not None:
        return Value(Kind.SETTING, f"{holder.text}.{key}", default, holder=holder.holder)
    known = holder if holder.kind in (Kind.TEXT, Kind.NAME) else None
    return Value(Kind.SETTING, key, default, holder=known)


def join(parts: Iterable[Value], separator: str = "") -> Value:
    """Concatenate; with ``separator`` "/" as paths (an absolute part drops what stands before it)."""
    parts = [p for p in parts if not (p.kind is Kind.TEXT and not p.text and not p.base)]
    for number, part in enumerate(parts):
        if part.kind is Kind.CHOICE and len(part.parts) <= 4:
            return choice(join([*parts[:number], one, *parts[number + 1 :]], separator) for one in part.parts)
    if not parts:
        return text("")
    if len(parts) == 1:
        return parts[0]
    why = tuple(reason for part in parts for reason in part.why)
    if all(p.kind in (Kind.TEXT, Kind.NUMBER) for p in parts):
        return Value(Kind.TEXT, _joined([p.text for p in parts], separator), base=parts[0].base, why=why)
    if separator:
        slash = text(separator)
        parts = [piece for part in parts for piece in (slash, part)][1:]
    flat: list[Value] = []
    for part in parts:
        flat.extend(part.parts if part.kind is Kind.JOIN else (part,))
    return Value(Kind.JOIN, parts=tuple(flat), base=flat[0].base, why=why)


def choice(options: Iterable[Value]) -> Value:
    """One of several; equal ones are said once."""
    seen: list[Value] = []
    for option in options:
        for one in option.leaves():
            if not any(
                (one.kind, one.text, one.parts, one.base, one.holder) == (s.kind, s.text, s.parts, s.base, s.holder)
                for s in seen
            ):
                seen.append(one)
    if not seen:
        return unknown("")
    return seen[0] if len(seen) == 1 else Value(Kind.CHOICE, parts=tuple(seen[:8]))


def _joined(pieces: list[str], separator: str) -> str:
    if not separator:
        return "".join(pieces)
    whole = ""
    for piece in pieces:
        whole = whole.rstrip("/\\") + separator + piece.lstrip("/\\") if whole else piece
    return whole
