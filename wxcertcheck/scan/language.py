"""What a language plug-in is made of: a grammar's vocabulary, functions that carry values, and patterns."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct, field

from wxcertcheck.model import PinKind, PinMode, Purpose

if TYPE_CHECKING:
    from tree_sitter import Node

    from wxcertcheck.scan.hit import Hit
    from wxcertcheck.scan.source import Call, Source
    from wxcertcheck.scan.values import Value


class Carries(StrEnum):
    """What a function does with a value on its way, for the evaluator."""

    ARGUMENT = "argument"
    """Gives back its first argument, or a stream, buffer or object made of it: ``open``, ``new File``, ``str``."""
    RECEIVER = "receiver"
    """Gives back what it is called on: ``.trim()``, ``.resolve()``, ``.unwrap()``."""
    LAST = "last"
    """Gives back its last argument."""
    JOIN = "join"
    """Joins its arguments as a path: ``os.path.join``."""
    CONCAT = "concat"
    """Joins its arguments as text."""
    RECEIVER_JOIN = "receiver-join"
    """Joins its receiver and its arguments as a path: ``Path.joinpath``."""
    EXPAND = "expand"
    """``File.expand_path(path, folder)``: the folder comes second."""
    DIRECTORY = "directory"
    """The folder of its argument (``dirname``), or of its receiver where it has no argument (``.parent``)."""
    RESOURCE = "resource"
    """Looks its (last textual) argument up among the resources."""
    ENVIRONMENT = "environment"
    """The environment variable named by its first argument; a second one is the default."""
    SETTING = "setting"
    """The configuration key named by its first argument; a second one is the default."""
    SYSTEM = "system"
    """The defaults of the system or library."""


class Grammar(Struct, frozen=True):
    """The names of a tree-sitter grammar's nodes that the shared verbs need.

    ``module`` and ``function`` load it (``tree_sitter_java``, ``language``). Dictionaries map a node type to the names of
    its fields; "" for a field means: the first (key, target) or the last (value) named child. Comments need no entry:
    every type with "comment" in its name is one.
    """

    module: str
    function: str = "language"
    names: frozenset[str] = frozenset({"identifier"})
    """Node types of a bare identifier (a variable, a constant)."""
    strings: frozenset[str] = frozenset({"string"})
    """Node types of a whole string literal, its quotes included."""
    substitutions: frozenset[str] = frozenset()
    """Node types inside a string that are computed: ``interpolation``."""
    escapes: bool = True
    """Whether ordinary string literals know ``\\n`` and kin."""
    adjacent: frozenset[str] = frozenset()
    """Node types of strings that stand side by side and are one: ``concatenated_string``."""
    calls: frozenset[str] = frozenset({"call_expression"})
    """Node types of calls and constructions. What stands before the arguments is the callee."""
    arguments: frozenset[str] = frozenset({"argument_list", "arguments"})
    """Node types of a call's argument list."""
    argument: frozenset[str] = frozenset()
    """Node types that merely wrap one argument (PHP, C#, Kotlin)."""
    pairs: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """``key: value`` in objects, maps, hashes and named arguments: node type -> (key field, value field)."""
    assignments: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Assignments and declarations with a value: node type -> (target field, value field)."""
    lists: frozenset[str] = frozenset()
    """Node types of several targets or several values on one side: ``a, err := f()``. A call's results belong to the first."""
    members: frozenset[str] = frozenset()
    """Node types of ``a.b``, ``a->b``, ``A::b``."""
    subscripts: frozenset[str] = frozenset()
    """Node types of ``a["b"]``."""
    functions: frozenset[str] = frozenset()
    """Node types of functions, methods and lambdas. The field ``name`` names them, ``body`` holds their statements."""
    parameters: frozenset[str] = frozenset({"parameters", "formal_parameters", "parameter_list"})
    """Node types of a function's parameter list."""
    classes: frozenset[str] = frozenset()
    """Node types of classes, structs, modules (field ``name``)."""
    statements: frozenset[str] = frozenset()
    """Node types of a whole statement: what a fix would remove."""
    returns: frozenset[str] = frozenset({"return_statement"})
    transparent: frozenset[str] = frozenset({"parenthesized_expression"})
    """Node types whose value is that of their one child (the last named one): parentheses, casts, ``await``, ``&x``."""
    binary: frozenset[str] = frozenset({"binary_expression"})
    concat: frozenset[str] = frozenset({"+"})
    """Operators that join text."""
    path_join: frozenset[str] = frozenset()
    """Operators that join paths: Python's ``/``."""
    either: frozenset[str] = frozenset({"||", "??", "or", "?:"})
    """Operators that give one side or the other."""
    conditional: frozenset[str] = frozenset({"ternary_expression", "conditional_expression"})
    true: frozenset[str] = frozenset({"true", "True", "TRUE"})
    false: frozenset[str] = frozenset({"false", "False", "FALSE"})
    null: frozenset[str] = frozenset({"null", "None", "nil", "NULL", "nullptr", "undefined"})


class Change(Struct, frozen=True):
    """Bytes ``start`` up to ``end`` of the source become ``text``."""

    start: int
    end: int
    text: str = ""


class Find(Struct, frozen=True):
    """What a pattern saw at a node. ``kind`` says what it would be if ``value`` is as the pattern expects.

    - ``TRUST`` with a value: a pin, a configurable place or nothing, as the value turns out (see `classify`).
    - ``VERIFICATION_OFF`` with a value: a switch; ``off`` holds the kinds or texts of the value that switch off.
      Without a value the pattern has seen enough: it is off.
    - ``FINGERPRINT`` with a value: the expected fingerprint, SPKI pin or serial number.
    - ``CONFIGURABLE``: the caller or a setting decides, whatever the value.
    """

    kind: PinKind
    node: "Node"
    value: "Value | None" = None
    mode: PinMode = PinMode.REPLACES
    purpose: Purpose = Purpose.HTTPS
    off: frozenset[str] = frozenset({"false"})
    false_is_off: bool = False
    """For TRUST: a value that is plain false switches verification off (Python's ``verify=``)."""
    password: str = ""
    """The keystore's password, where it stands in the code. Never shown."""
    repair: tuple[Change, ...] = ()
    """What makes the place verify with the system's store, where that is more than leaving out an argument or a line."""

    def __repr__(self) -> str:
        """Without the password."""
        return f"Find({self.kind}, {self.node}, {self.value})"


Matcher = Callable[["Hit"], Iterable[Find]]


class Pattern(Struct, frozen=True):
    """One way of choosing trusted CAs or of switching verification off.

    ``words`` are literal strings (case matters, at least four characters) one of which stands in the source wherever the
    pattern applies: they feed the prefilter, and ``match`` is called with the smallest syntax node at each of them.
    ``bad`` must give a finding of this slug, ``good`` must give none of this slug; a test runs every line of both.
    """

    slug: str
    words: tuple[str, ...]
    match: Matcher
    bad: tuple[str, ...]
    good: tuple[str, ...]
    source: str = ""
    """Where the behaviour is documented (URL), when it is not plain."""
    beside: tuple[str, ...] = ()
    """Where ``words`` are common: one of these must be in the same file too, or it is not worth parsing for them."""
    followed: str = ""
    """A regular expression for what comes right after a word, which itself is not the end of a longer name: how a value is
    given (``=``, ``(``). Where no word of the file has it, the file is not worth parsing for this pattern."""
    within: bool = False
    """With ``followed``: a word may be the end or the middle of a longer name too."""


class Language(Struct, frozen=True, eq=False):
    """A language plug-in. The file ``languages/<name>.py`` holds ``LANGUAGE = Language(…)``."""

    name: str
    title: str
    endings: tuple[str, ...]
    """File name endings in lower case, with the dot: ``.java``."""
    file_names: tuple[str, ...] = ()
    """Whole file names (``Dockerfile``), ``*`` allowed."""
    grammar: Grammar | None = None
    patterns: tuple[Pattern, ...] = ()
    carriers: Mapping[str, Carries] = field(default_factory=dict)
    """Functions that carry values: by dotted callee ("os.path.join"), its last name ("getBytes"), or "Type.*"."""
    constants: "Mapping[str, Value]" = field(default_factory=dict)
    """Names with a fixed value: ``__FILE__``, ``__dirname``, ``DIRECTORY_SEPARATOR``."""
    line_comments: tuple[str, ...] = ("//",)
    """How a comment to the end of the line starts: for suppressions, and for languages without a grammar."""
    evaluate: "Callable[[Source, Node, int], Value | None] | None" = None
    """First look at a node for the evaluator; None: the shared evaluator goes on. For what no table can say."""
    call: "Callable[[Source, Node], Call | None] | None" = None
    """How to take a call node apart, where callee-before-arguments does not fit (Objective-C, Dart)."""
    sides: "Callable[[Source, Node], tuple[Node | None, Node | None] | None] | None" = None
    """Target and value of an assignment or pair, where the grammar has no fields for them (Kotlin, Dart)."""
    parameters: "Callable[[Source, Node], list[tuple[str, Node | None]] | None] | None" = None
    """A function's parameters (name, default), where they are not children of one list (Go, Kotlin, Swift, Dart)."""
    declared: "Callable[[Source, str], Value | None] | None" = None
    """What a field of this name gets from outside, where its declaration says so (Spring's annotations)."""
    returned: "Callable[[Source, Node], list[Node]] | None" = None
    """What a function gives back, where that needs no ``return`` (Rust, Scala, Kotlin, Groovy)."""
    blank: "re.Pattern[bytes] | None" = None
    """What the grammar does not know and needs not see (macros without meaning here): blanked for the parser alone."""
    prepare: "Callable[[bytes], bytes] | None" = None
    """The same text, byte for byte as long, with what the grammar stumbles over blanked: C's ``char pem[] PROGMEM = …``."""
    declares: "Callable[[str, bytes], bool] | None" = None
    """Whether a file (name, text) only declares: a header of C without any function's body. There a word counts where a value
    follows it, and nowhere else."""
    blocks: "Callable[[bytes], Iterator[tuple[str, int, int]]] | None" = None
    """For files that embed other languages (Vue): (language name, start, end) of each block, in bytes."""
    lexer: "Callable[[Source, Set[str] | None], Iterator[Hit]] | None" = None
    """For a text format without grammar: ``text_format.lexer``."""
