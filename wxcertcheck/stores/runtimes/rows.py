"""The words that the table of runtimes (`table.py`) is written in: rows, slots, switches.

A *row* is a runtime. It reads one or more *slots* and trusts their union. A slot is one file, directory or built-in
list; its *switches* are the variables, options and settings that move it: the first one set replaces the default.
"""

from enum import StrEnum

from msgspec import Struct

from wxcertcheck.text import Text


class Form(StrEnum):
    """How a slot is read."""

    FILE = "file"
    """One file with certificates."""
    KEYSTORE = "keystore"
    """One keystore; its password is the one that was given, or none."""
    HASHED = "hashed-directory"
    """Directories in which OpenSSL looks certificates up by <subject hash>.N; any other file is never seen."""
    EVERY_FILE = "every-file"
    """Directories of which every file is read."""
    FILE_OR_HASHED = "file-or-hashed-directory"
    """A file, or, where the path is a directory, a hashed directory."""
    BUILT_IN = "built-in"
    """A list compiled into the binary."""


class Trouble(StrEnum):
    """What a missing, empty or damaged store does to the runtime that reads it."""

    SKIPS = "skips"
    """It goes on without this slot, silently or with a warning."""
    FAILS = "fails"
    """No TLS connection succeeds, whatever the other slots hold."""


class Broken(StrEnum):
    """What one block of a bundle that cannot be parsed does to the others."""

    SKIPPED = "skipped"
    """The blocks beside it count (Go)."""
    STOPS = "stops"
    """The blocks before it count (Node's own reading)."""
    SPOILS = "spoils"
    """Nothing of the file counts (OpenSSL, GnuTLS)."""


class Switch(Struct, frozen=True):
    """A variable, option or setting that moves a slot. What it does is said once, in `VARIABLES`.

    ``empty_counts``: set to the empty string it still replaces the default (by nothing). ``unless``: it is ignored
    while one of these is set. ``if_exists``: a value that names nothing is ignored.
    """

    name: str
    empty_counts: bool = False
    unless: tuple[str, ...] = ()
    if_exists: bool = False


class Slot(Struct, frozen=True):
    """One thing that a runtime reads. ``separator`` splits a value that names several paths.

    ``first_found``: of several default paths the first that exists is read, else all of them.
    """

    name: str
    form: Form
    trouble: Trouble
    switches: tuple[Switch, ...] = ()
    separator: str = ""
    first_found: bool = False
    broken: Broken = Broken.SKIPPED


class Row(Struct, frozen=True):
    """One runtime: what it reads. ``calls_hosts`` is False for programs that never call a payment host (git).

    ``sources`` are the documents or source files that say so; what a test tries against the real runtime says "tried".
    """

    kind: str
    who: Text
    slots: tuple[Slot, ...]
    sources: tuple[str, ...]
    calls_hosts: bool = True
