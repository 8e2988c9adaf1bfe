"""What each runtime in use trusts here. ``table`` is the data; a file per family finds settings and default paths.

Every family has one verb: ``look(use)`` yields the `Runtime` values of one way in which its program is in use.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from msgspec.structs import replace

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Evidence, NotLooked, Runtime, RuntimePlace
from wxcertcheck.stores.filesystem import FileSystem
from wxcertcheck.stores.in_use import Search, Use, uses
from wxcertcheck.stores.reading import StoreReader
from wxcertcheck.stores.runtimes.variables import VARIABLES
from wxcertcheck.text import Text

_FAMILIES = {
    "apache": "php",
    "curl": "curl",
    "dotnet": "dotnet",
    "git": "commands",
    "go": "go",
    "go-toolchain": "go",
    "java": "java",
    "mono": "dotnet",
    "node": "node",
    "openssl": "commands",
    "perl": "perl",
    "php": "php",
    "python": "python",
    "ruby": "ruby",
    "wget": "commands",
}
"""Program of a `Use` -> module of this package that knows it."""

_WITH_OPTIONS = frozenset(("java", "node", "php"))
_HEEDED = VARIABLES.keys() | frozenset(
    (
        *("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "NODE_OPTIONS", "PHPRC", "PHP_INI_SCAN_DIR"),
        *("PYTHONPATH", "PERL5LIB", "LD_LIBRARY_PATH", "PATH", "HOME", "CURL_HOME", "WGETRC", "SYSTEM_WGETRC"),
        *("PYENV_VERSION", "RBENV_VERSION", "NODENV_VERSION"),
    )
)
"""Every variable that a family reads."""

_MOST_USES = 4
_MORE_USES = Text(zh="另有 {count} 处", en="{count} more")

_FAILED = Text(zh="查看 {name} 时出错：{problem}", en="Looking at {name} failed: {problem}")
_REPORT = Text(
    zh="请报告这个问题，并附上 {executable} 的版本", en="Please report this, with the version of {executable}"
)


def runtimes(
    fs: FileSystem, reader: StoreReader, environ: Mapping[str, str], paths: Sequence[Path], *, live: bool
) -> tuple[Evidence, ...]:
    """Every runtime in use with the stores that it reads, what was counted, and what could not be looked at.

    ``environ`` are the caller's variables; ``live`` is False for a root file system, of which nothing is run and for
    which neither /proc nor ``environ`` count. One `Runtime` stands for every use with the same executable and trust.
    """
    search = Search(fs, reader, environ if live else _login_variables(fs), tuple(paths), live)
    found: dict[object, Runtime] = {}
    others: list[Evidence] = []
    asked: dict[object, tuple[Runtime | NotLooked, ...]] = {}
    for item in uses(search):
        if not isinstance(item, Use):
            others.append(item)
            continue
        key = _heeded(item)
        if key not in asked:
            asked[key] = tuple(look(item))
        for answer in asked[key]:
            if isinstance(answer, Runtime):
                _join(found, item, _as_used(answer, item))
            elif answer not in others:
                others.append(answer)
    return (*map(_with_few_uses, found.values()), *others)


def _heeded(use: Use) -> object:
    """All of a use that its family may heed: two uses with the same key get the same answer."""
    environ = use.environ if use.environ.keys() <= _HEEDED else {n: v for n, v in use.environ.items() if n in _HEEDED}
    arguments = use.arguments if use.program in _WITH_OPTIONS else ()
    return (id(use.fs), use.program, use.executable, arguments, use.folder, use.live, frozenset(environ.items()))


def _as_used(runtime: Runtime, use: Use) -> Runtime:
    """An answer that was found for another use of the same thing, as this one."""
    return replace(runtime, seen_as=(use.seen_as,), project=use.project)


def look(use: Use) -> Iterator[Runtime | NotLooked]:
    """What the family of ``use`` says. What it cannot read costs this runtime alone."""
    family = _FAMILIES.get(use.program)
    if family is None:
        return
    ask: Callable[[Use], Iterator[Runtime | NotLooked]] = import_module(f"{__name__}.{family}").look
    try:
        yield from ask(use)
    except (CannotRead, OSError) as error:
        problem = error.message if isinstance(error, CannotRead) else (error.strerror or str(error))
        yield NotLooked(
            RuntimePlace(use.program, use.executable),
            error.reason if isinstance(error, CannotRead) else "io-error",
            _FAILED.fill(name=use.program, problem=problem),
            error.hint if isinstance(error, CannotRead) else _REPORT.fill(executable=use.executable),
            decides=True,
        )


def _join(found: dict[object, Runtime], use: Use, runtime: Runtime) -> None:
    """One value for each kind, executable and effective trust; how it is in use is collected."""
    reads = tuple((source.store.path, source.store.state, source.via) for source in runtime.sources)
    # Programs built with Go share Go's row: a machine may run hundreds.
    executable = "" if runtime.kind == "go" else runtime.executable
    key = (id(use.fs), runtime.kind, executable, reads, runtime.unknown, runtime.in_use)
    known = found.get(key)
    if known is None:
        found[key] = runtime
        return
    found[key] = replace(
        known,
        seen_as=tuple(dict.fromkeys((*known.seen_as, *runtime.seen_as))),
        project=known.project or runtime.project,
        variables=tuple(dict.fromkeys((*known.variables, *runtime.variables))),
        notes=tuple(dict.fromkeys((*known.notes, *runtime.notes))),
    )


def _with_few_uses(runtime: Runtime) -> Runtime:
    """A server may have hundreds of processes of one runtime: the first few are named, the others counted."""
    rest = len(runtime.seen_as) - _MOST_USES
    if rest <= 0:
        return runtime
    return replace(runtime, seen_as=(*runtime.seen_as[:_MOST_USES], _MORE_USES.fill(count=rest)))


def _login_variables(fs: FileSystem) -> dict[str, str]:
    """The variables that a root file system sets for everybody (pam_env(8): /etc/environment)."""
    try:
        lines = fs.read_bytes("/etc/environment", 1 << 16).decode("utf-8", "replace").splitlines()
    except CannotRead:
        return {}
    pairs = (line.removeprefix("export ").partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {key.strip(): value.strip().strip("\"'") for key, _, value in pairs}
