"""Which runtimes run which languages: the code that calls the hosts decides which runtimes count, and which store takes over."""

_LANGUAGES = {
    "java": {"java", "kotlin", "scala", "groovy"},
    "python": {"python"},
    "node": {"javascript", "typescript"},
    "php": {"php"},
    "ruby": {"ruby"},
    "go": {"go"},
    "dotnet": {"csharp"},
    "mono": {"csharp"},
    "perl": {"perl"},
    "curl": {"shell", "c", "cpp", "objective_c", "rust", "lua"},  # by the store that their libraries share with it
    "openssl": {"c", "cpp", "rust", "lua"},
    "wget": {"shell"},
}
"""The kinds of runtimes, by how their names begin -> the languages whose programs they run."""

RUN_LANGUAGES = frozenset().union(*_LANGUAGES.values())
"""Languages that a known runtime runs; a host named in configuration alone says nothing of the runtime."""


def runs(kind: str, languages: frozenset[str]) -> bool:
    """Whether a runtime of this kind runs programs in one of the languages."""
    family = next((family for family in _LANGUAGES if kind.startswith(family)), None)
    return family is not None and bool(_LANGUAGES[family] & languages)
