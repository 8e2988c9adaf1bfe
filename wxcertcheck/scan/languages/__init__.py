"""The languages that ``scan`` reads: one file each, named after the language, holding ``LANGUAGE = Language(…)``.

How to add a language
---------------------
1. The grammar. Add the wheel (``tree-sitter-go``) to the dependencies in pyproject.toml with its reason. Print a tree to
   learn the node names::

       python -c "import tree_sitter as t, tree_sitter_go as g; print(t.Parser(t.Language(g.language())).parse(b'a := b(c)').root_node)"

2. The vocabulary. Fill a `Grammar`: which node types are strings, calls, pairs, assignments, functions… A test fails for a
   node type that the grammar does not know. With it the shared verbs work: `Hit.setting`, `Hit.call`, `Hit.argument`,
   `Source.calls`, `Source.definitions`, and the evaluator (`evaluate.py`), which follows names, concatenations, joins and
   parameters. What no table can say goes into the hooks ``evaluate`` and ``call``.

3. The carriers: functions that hand a path or PEM on. ``"os.path.join": Carries.JOIN``, ``"os.Getenv":
   Carries.ENVIRONMENT``, ``"x509.SystemCertPool": Carries.SYSTEM``. The longest ending of a dotted callee counts.

4. The patterns. A pattern has ``words`` that the prefilter looks for (four characters or more; add a delimiter rather than
   search for "ca"), a ``match`` that is called with the syntax node at each word, and ``bad`` and ``good`` lines that a
   test runs. Most are one of the ready-made matchers::

       Pattern(
           slug="root-cas",
           words=("RootCAs",),
           match=trusts("RootCAs", forms=("pair", "assignment")),
           bad=('package a\\nvar c = &tls.Config{RootCAs: load("rootca.pem")}',),
           good=("package a\\nvar c = &tls.Config{RootCAs: nil}", "package a\\n// RootCAs: load(x)"),
       )
       Pattern(
           slug="skip-verify",
           words=("InsecureSkipVerify",),
           match=switches("InsecureSkipVerify", off=frozenset({"true"}), forms=("pair", "assignment")), …
       )

   A matcher of your own takes a `Hit` and yields `Find` values::

       def _pool(hit: Hit) -> Iterator[Find]:
           call = hit.call()                                   # the call that the word is the name of
           if call is None or call.name != "AppendCertsFromPEM":
               return
           pool = hit.source.text(call.receiver)               # follow the receiver: how was it made?
           made = [d for d in hit.source.definitions.get(pool, ()) if "SystemCertPool" in hit.source.text(d.value)]
           yield Find(PinKind.TRUST, call.node, hit.value(call.nth(0)), PinMode.ADDS if made else PinMode.REPLACES)

   Say what you saw, not what it means: ``TRUST`` with a value becomes a pin, a configurable place, or nothing (null, true,
   the system's defaults) by what the value turns out to be (`classify`); a ``VERIFICATION_OFF`` find with a value counts only
   if the value is one of ``off``. Give ``purpose`` where it is not an HTTPS client, and yield nothing for a server's
   client-CA list, a message signature, or a body that delegates to the default.

5. Fixtures: ``fixtures/scan/<language>/`` with ``expect: <slug>`` or ``ok`` in a comment on the line above (see its
   README). ``tests/scan/test_languages.py`` runs the bad and good lines and every fixture of every language by itself.
"""

import re
from fnmatch import translate
from functools import cache, lru_cache

from wxcertcheck.scan.language import Language
from wxcertcheck.scan.pinned import with_pins


@cache
def every() -> tuple[Language, ...]:
    """All languages, by name."""
    import importlib
    import pkgutil

    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(with_pins(importlib.import_module(f"{__name__}.{name}").LANGUAGE) for name in names)


@cache
def by_name(name: str) -> Language:
    """The language with this name. Raises ``KeyError``."""
    return next((language for language in every() if language.name == name), None) or _no(name)


def _no(name: str) -> Language:
    raise KeyError(name)


@cache
def _tables() -> tuple[dict[str, Language], dict[str, Language], "re.Pattern[str]", tuple[Language, ...]]:
    """By ending, by whole name, and one expression for the names with ``*`` or ``[`` (group number -> language)."""
    endings = {ending: language for language in every() for ending in language.endings}
    names = [(name, language) for language in every() for name in language.file_names]
    wild = [(name, language) for name, language in names if re.search(r"[*[]", name)]
    expression = re.compile("|".join(f"({translate(name)})" for name, _ in wild))
    return endings, dict(names), expression, tuple(language for _, language in wild)


@lru_cache(maxsize=8192)
def of_file(name: str) -> Language | None:
    """The language of a file by its name (not its path): whole names first, then the longest ending."""
    endings, names, wild, languages = _tables()
    if name in names:
        return names[name]
    lower = name.lower()
    found = wild.match(name)
    if found and found.lastindex and not lower.endswith(_DOCUMENTS):
        return languages[found.lastindex - 1]
    start = lower.find(".")
    while start >= 0:
        language = endings.get(lower[start:])
        if language is not None:
            return language
        start = lower.find(".", start + 1)
    stem, dot, ending = name.rpartition(".")
    return of_file(stem) if dot and stem and ending.lower() in _TEMPLATES else None


_DOCUMENTS = (".md", ".rst", ".adoc", ".html")
"""What is told about a program is none of its settings: ``haproxy-notes.md``."""
_TEMPLATES = frozenset(
    ("in", "dist", "example", "sample", "template", "tmpl", "tpl", "j2", "jinja", "default", "orig", "bak")
)
"""Endings that say nothing about the language: ``nginx.conf.template``, ``ddclient.pl.in``."""
_BY_INTERPRETER = {
    **dict.fromkeys(("sh", "bash", "dash", "ash", "ksh", "zsh", "bats"), "shell"),
    **dict.fromkeys(("node", "nodejs", "bun"), "javascript"),
    **dict.fromkeys(("ts-node", "tsx", "deno"), "typescript"),
    **dict.fromkeys(("ruby", "jruby"), "ruby"),
    **dict.fromkeys(("lua", "luajit", "resty"), "lua"),
    **dict.fromkeys(("python", "pypy"), "python"),
    **{name: name for name in ("perl", "php", "groovy")},
}


def of_first_line(data: bytes) -> Language | None:
    """The language of a script without a telling name, by its interpreter: ``#!/usr/bin/env bash``."""
    if data[:2] != b"#!":
        return None
    words = data[2:200].partition(b"\n")[0].decode("ascii", "replace").split()
    programs = [word.rpartition("/")[2] for word in words if not word.startswith("-") and "=" not in word]
    if programs[:1] == ["env"]:
        programs = programs[1:]
    name = _BY_INTERPRETER.get(programs[0].strip("@").lower().rstrip("0123456789.")) if programs else None
    return next((language for language in every() if language.name == name), None)
