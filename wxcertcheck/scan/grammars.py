"""Grammars of tree-sitter: loaded when first asked for, and queries for their nodes."""

from functools import lru_cache
from time import monotonic
from typing import TYPE_CHECKING

from wxcertcheck.scan.language import Language

if TYPE_CHECKING:
    from tree_sitter import Language as TreeSitterLanguage
    from tree_sitter import Query, Tree


_SECONDS = 5.0
"""A parse takes milliseconds; on broken code a grammar's recovery may take minutes (Kotlin's on 2 kB)."""
_SLICE = 1 << 16


class SlowParseError(Exception):
    """The parser was stopped: it took longer than any code that people write."""


def parse(language: Language, data: bytes) -> "Tree":
    """The tree-sitter tree of ``data`` (UTF-8).

    Raises ``ImportError`` where the grammar is not installed, and `SlowParseError`.
    """
    from tree_sitter import Parser

    if language.blank is not None:
        data = language.blank.sub(lambda found: b" " * len(found.group()), data)
    parser, started = Parser(_grammar(language)), monotonic()
    try:
        # Read through a function, for only then the parser can be stopped: it costs nothing.
        tree = parser.parse(
            lambda offset, _: data[offset : offset + _SLICE],
            progress_callback=lambda _offset, _failed: monotonic() - started > _SECONDS,
        )
    except ValueError:
        raise SlowParseError from None
    return tree


@lru_cache(maxsize=64)
def _load(module: str, function: str) -> "TreeSitterLanguage":
    import importlib
    import warnings

    from tree_sitter import Language as TreeSitterLanguage

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # some grammars still hand over an int
        return TreeSitterLanguage(getattr(importlib.import_module(module), function)())


def _grammar(language: Language) -> "TreeSitterLanguage":
    if language.grammar is None:
        raise ImportError(language.name)
    return _load(language.grammar.module, language.grammar.function)


@lru_cache(maxsize=512)
def query(module: str, function: str, types: frozenset[str]) -> "Query | None":
    """Finds every node of these types (captured as ``it``); None where the grammar has none of them."""
    from tree_sitter import Query

    grammar = _load(module, function)
    known = sorted(name for name in types if grammar.id_for_node_kind(name, True))
    return Query(grammar, "[" + " ".join(f"({name})" for name in known) + "] @it") if known else None
