"""Every pattern of every language finds its bad lines and passes its good ones; every fixture says what it expects."""

import re
from pathlib import Path

import pytest

from wxcertcheck.scan import languages
from wxcertcheck.scan.classify import classify
from wxcertcheck.scan.grammars import _load
from wxcertcheck.scan.language import Grammar, Language, Pattern
from wxcertcheck.scan.match import matches, open_source

FIXTURES = Path(__file__).parents[2] / "fixtures" / "scan"
PATTERNS = [(language, pattern) for language in languages.every() for pattern in language.patterns]


def found(language: Language, text: str) -> list[tuple[int, str]]:
    """(line, slug) of everything that the language's patterns make of a text."""
    source = open_source("example" + (language.endings or ("",))[0], text.encode(), language)
    return [
        (source.line_of(match.offset), match.pattern.slug)
        for match in matches(source)
        if classify(match.find, match.find.value)
    ]


@pytest.mark.parametrize(
    ("language", "pattern"), PATTERNS, ids=lambda it: it.name if isinstance(it, Language) else it.slug
)
def test_a_pattern_finds_its_bad_lines_and_passes_its_good_ones(language: Language, pattern: Pattern) -> None:
    assert pattern.bad
    assert pattern.good
    for bad in pattern.bad:
        assert pattern.slug in [slug for _, slug in found(language, bad)], f"not found: {bad}"
    for good in pattern.good:
        assert pattern.slug not in [slug for _, slug in found(language, good)], f"found: {good}"


@pytest.mark.parametrize(
    ("language", "pattern"), PATTERNS, ids=lambda it: it.name if isinstance(it, Language) else it.slug
)
def test_words_are_long_enough_for_the_prefilter_and_stand_in_the_bad_lines(
    language: Language, pattern: Pattern
) -> None:
    assert all(len(word) >= 4 for word in pattern.words)
    for bad in pattern.bad:
        assert any(word in bad for word in pattern.words), bad


@pytest.mark.parametrize("language", [it for it in languages.every() if it.grammar], ids=lambda it: it.name)
def test_a_grammar_knows_every_node_type_that_its_plug_in_names(language: Language) -> None:
    grammar = language.grammar
    assert grammar is not None
    loaded = _load(grammar.module, grammar.function)
    default = Grammar(module="")
    unknown = []
    for field in (
        "names",
        "strings",
        "substitutions",
        "adjacent",
        "calls",
        "arguments",
        "argument",
        "pairs",
        "assignments",
        "members",
        "subscripts",
        "functions",
        "parameters",
        "classes",
        "statements",
        "returns",
        "transparent",
        "binary",
        "conditional",
    ):
        own = getattr(grammar, field)
        if own != getattr(default, field):
            unknown += [f"{field}: {name}" for name in own if not loaded.id_for_node_kind(name, True)]
    assert not unknown


def test_slugs_are_unique_within_a_language() -> None:
    for language in languages.every():
        slugs = [pattern.slug for pattern in language.patterns]
        assert len(slugs) == len(set(slugs)), language.name


_MARK = re.compile(
    r"(?:\b|_)(?:expect:\s*(?P<slugs>[\w\-, ]+?)|(?P<ok>ok))(?:\s*(?:\*/|-->|\*\)|\]\]|\"\"\"|=end))?\s*$"
)


def _expectations(text: str) -> dict[int, set[str]]:
    """Line -> expected slugs, from ``expect: slug`` / ``ok`` on the line above."""
    wanted: dict[int, set[str]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        mark = _MARK.search(line)
        if mark and (mark["ok"] or mark["slugs"]):
            wanted[number + 1] = {slug.strip() for slug in mark["slugs"].split(",")} if mark["slugs"] else set()
    return wanted


@pytest.mark.parametrize(
    "path", sorted(p for p in FIXTURES.rglob("*") if p.is_file() and languages.of_file(p.name)), ids=lambda p: p.name
)
def test_a_fixture_gives_what_its_comments_expect(path: Path) -> None:
    language = languages.of_file(path.name)
    assert language is not None
    text = path.read_text(encoding="utf-8")
    wanted = _expectations(text)
    assert wanted, "no expectations"
    seen: dict[int, set[str]] = {}
    for line, slug in found(language, text):
        seen.setdefault(line, set()).add(slug)
    surprises = {line: slugs for line, slugs in seen.items() if slugs - wanted.get(line, set())}
    missing = {line: slugs - seen.get(line, set()) for line, slugs in wanted.items() if slugs - seen.get(line, set())}
    assert (surprises, missing) == ({}, {})


@pytest.mark.parametrize(
    ("name", "language"),
    [("Web.config", "xml"), ("app.config", "xml"), ("web.Release.config", "xml"), ("kafka.config", "settings")],
)
def test_dotnets_config_files_are_xml(name: str, language: str) -> None:
    found = languages.of_file(name)
    assert found is not None
    assert found.name == language


@pytest.mark.parametrize(("name", "language"), [("haproxy-wx.cfg.tmpl", "settings"), ("haproxy-notes.md", None)])
def test_what_is_told_about_a_program_is_none_of_its_settings(name: str, language: str | None) -> None:
    found = languages.of_file(name)
    assert (found.name if found else None) == language


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("servers:\n- port: 4140\n  tls:\n    caCertPath: /foo/clients.pem", set()),
        ("interfaces:\n  - kind: http\n    tls:\n      caCertPath: /foo/clients.pem", set()),
        ("client:\n- kind: http\n  tls:\n    caCertPath: /foo/ca.pem", {"ca-key"}),
        ("clients:\n  caCertPath: /foo/ca.pem\nservers:\n  port: 1", {"ca-key"}),
    ],
)
def test_the_parts_of_a_proxys_file_that_serve_choose_its_clients(text: str, slugs: set[str]) -> None:
    assert {slug for _, slug in found(languages.by_name("yaml"), text)} == slugs
