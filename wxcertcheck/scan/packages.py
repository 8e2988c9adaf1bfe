"""Packages that carry their own CAs, or that call hosts of a rotation: manifests and lock files against ``packages.toml``."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from msgspec import Struct

from wxcertcheck.model import Confidence, FilePlace, PackageUse, Rotation, Source
from wxcertcheck.text import Text

_READ = 8 << 20
_PYPI = r"[A-Za-z0-9][A-Za-z0-9._-]*"
# (file name, ecosystem, expression with name and perhaps version). Exact versions only: a range says nothing about a list.
_MANIFESTS = (
    (r"(?:.*requirements.*|constraints.*)\.(?:txt|in)", "pypi", rf"^\s*(?P<name>{_PYPI})(?:\[[^\]]*\])?\s*(?:===?\s*(?P<version>[\w.]+)|$|[<>=!~;#\s])"),
    (r"(?:poetry|uv|pdm)\.lock", "pypi", rf'^name = "(?P<name>{_PYPI})"\s*\nversion = "(?P<version>[^"]+)"'),
    (r"Pipfile\.lock", "pypi", rf'"(?P<name>{_PYPI})": \{{[^{{}}]*?"version": "==(?P<version>[^"]+)"'),
    (r"pyproject\.toml|Pipfile|setup\.(?:py|cfg)|environment\.ya?ml", "pypi", rf"^\s*[-\[\"' ]*(?P<name>{_PYPI})\s*(?:\[[^\]]*\])?[\"']?\s*(?:==\s*(?P<version>[\w.]+)|[<>=~!,\"'\]]|$)"),
    (r"package\.json", "npm", r'"(?P<name>(?:@[\w.-]+/)?[\w.-]+)"\s*:\s*"(?P<version>\d[\w.+-]*)?[^"]*"'),
    (r"(?:package-lock|npm-shrinkwrap)\.json", "npm", r'"(?:node_modules/)?(?P<name>(?:@[\w.-]+/)?[\w.-]+)": \{\s*"version": "(?P<version>[^"]+)"'),
    (r"yarn\.lock", "npm", r'^"?(?P<name>(?:@[\w.-]+/)?[\w.-]+)@[^\n]*:\n\s+version:? "?(?P<version>[\w.+-]+)'),
    (r"pnpm-lock\.yaml", "npm", r"^\s+'?/?(?P<name>(?:@[\w.-]+/)?[\w.-]+)[@/](?P<version>\d[\w.]*)"),
    (r"composer\.json", "composer", r'"(?P<name>[\w.-]+/[\w.-]+)"\s*:\s*"(?P<version>\d[\w.]*)?[^"]*"'),
    (r"composer\.lock|installed\.json", "composer", r'"name": "(?P<name>[\w.-]+/[\w.-]+)",\s*"version": "v?(?P<version>[^"]+)"'),
    (r"Gemfile|.*\.gemspec", "rubygems", r"^\s*(?:gem|\w+\.add_\w*dependency)[\s(]+[\"'](?P<name>[\w.-]+)[\"'](?:,\s*[\"'](?P<version>\d[\w.]*)[\"'])?"),
    (r"Gemfile\.lock", "rubygems", r"^    (?P<name>[\w.-]+) \((?P<version>[\w.]+)\)"),
    (r"pom\.xml", "maven", r"<groupId>\s*(?P<group>[\w.-]+)\s*</groupId>\s*<artifactId>\s*(?P<name>[\w.-]+)\s*</artifactId>(?:\s*<version>\s*(?P<version>\d[\w.-]*)\s*</version>)?"),
    (r".*\.gradle(?:\.kts)?|gradle\.lockfile|.*\.versions\.toml", "maven", r"[\"']?(?P<group>[a-z][\w.-]+):(?P<name>[\w.-]+)(?::(?P<version>\d[\w.-]*))?"),
    (r"build\.sbt", "maven", r'"(?P<group>[\w.-]+)"\s*%{1,2}\s*"(?P<name>[\w.-]+)"\s*%\s*"(?P<version>[\w.-]+)"'),
    (r"go\.mod", "go", r"^\s*(?:require\s+)?(?P<name>[\w.-]+\.[a-z]+/[\w./-]+?)(?:/v\d+)?\s+v(?P<version>[\w.+-]+)"),
    (r".*\.(?:cs|fs|vb)proj|Directory\.Packages\.props", "nuget", r'<Package(?:Reference|Version)\s+(?:Include|Update)="(?P<name>[\w.-]+)"(?:[^>]*?Version="(?P<version>\d[\w.-]*)")?'),
    (r"packages\.config", "nuget", r'<package\s+id="(?P<name>[\w.-]+)"\s+version="(?P<version>[^"]+)"'),
    (r"packages\.lock\.json", "nuget", r'"(?P<name>[\w.-]+)": \{[^{}]*?"resolved": "(?P<version>[^"]+)"'),
    (r"Cargo\.toml", "cargo", r'^\s*(?P<name>[\w-]+)\s*=\s*(?:"=?(?P<version>\d[\w.]*)"|\{)'),
    (r"Cargo\.lock", "cargo", r'^name = "(?P<name>[\w-]+)"\s*\nversion = "(?P<version>[^"]+)"'),
)  # fmt: skip


class Known(Struct, frozen=True):
    """A row of the table: hosts that the package calls; its lists of roots by first version, oldest first (None: no list)."""

    name: str
    calls: tuple[str, ...]
    carries: tuple[tuple[tuple[int, ...], frozenset[str] | None], ...]
    only_for: str
    confidence: Confidence
    source: Source


@cache
def known_packages() -> dict[str, dict[str, Known]]:
    """The table, by ecosystem and normalised name."""
    data = tomllib.loads(files("wxcertcheck.scan").joinpath("packages.toml").read_text("utf-8"))
    hosts, roots = data.pop("hosts"), data.pop("roots")
    table: dict[str, dict[str, Known]] = {}
    for ecosystem, rows in data.items():
        for name, row in rows.items():
            carries = tuple(
                (_version(c["from"]), frozenset(roots[r] for r in c["roots"]) if "roots" in c else None)
                for c in row.get("carries", ())
            )
            calls = tuple(host for group in row.get("calls", ()) for host in hosts[group])
            source, confidence = Source(row["source"], row["read_on"]), Confidence(row["confidence"])
            known = Known(name, calls, carries, row.get("only_for", ""), confidence, source)
            table.setdefault(ecosystem, {})[_normal(name, ecosystem)] = known
    return table


@cache
def known_roots() -> frozenset[str]:
    """The roots that the table speaks of."""
    return frozenset(
        tomllib.loads(files("wxcertcheck.scan").joinpath("packages.toml").read_text("utf-8"))["roots"].values()
    )


def packages_in(path: str, data: bytes, rotations: tuple[Rotation, ...]) -> Iterator[PackageUse]:
    """Every known package that a manifest or lock file names, once."""
    name, content = path.rpartition("/")[2], data[:_READ].decode("utf-8", "replace")
    for file_name, ecosystem, expression in _compiled():
        if file_name.fullmatch(name):
            yield from _named(path, content, ecosystem, expression, rotations)


def is_manifest(name: str) -> bool:
    """Whether a file of this name is a manifest or lock file."""
    return _manifest_names().fullmatch(name) is not None


@cache
def _manifest_names() -> "re.Pattern[str]":
    return re.compile("|".join(f"(?:{file_name})" for file_name, _, _ in _MANIFESTS))


@cache
def _compiled() -> tuple[tuple["re.Pattern[str]", str, "re.Pattern[str]"], ...]:
    return tuple((re.compile(a), b, re.compile(c, re.MULTILINE | re.DOTALL)) for a, b, c in _MANIFESTS)


def _named(
    path: str, content: str, ecosystem: str, expression: "re.Pattern[str]", rotations: tuple[Rotation, ...]
) -> Iterator[PackageUse]:
    known, seen = known_packages().get(ecosystem, {}), set()
    for found in expression.finditer(content):
        group = found.groupdict().get("group")
        written = f"{group}:{found['name']}" if group else found["name"]
        package = known.get(_normal(written, ecosystem))
        if package is None or package.name in seen:
            continue
        seen.add(package.name)
        version = found["version"] or ""
        line = content.count("\n", 0, found.start("name")) + 1
        calls = tuple(host for host in package.calls if any(r.knows_host(host) for r in rotations))
        carried = _carried(package, version)
        if carried is None and not calls:
            continue  # a range says nothing about a list
        yield PackageUse(
            FilePlace(path, line),
            ecosystem,
            package.name,
            version,
            calls,
            carried,
            known_roots(),
            _NOTE,
            package.only_for,
            package.confidence,
            package.source,
        )


def _carried(package: Known, version: str) -> frozenset[str] | None:
    """The roots in the list of this version; None where the package carries none, or the version is not known."""
    if not package.carries or not version:
        return None
    lists = [roots for first, roots in package.carries if first <= _version(version)]
    return lists[-1] if lists else None


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text)[:4])


def _normal(name: str, ecosystem: str) -> str:
    """PyPI treats ``-``, ``_`` and ``.`` alike (PEP 503); NuGet and Composer ignore case."""
    if ecosystem == "pypi":
        return re.sub(r"[-_.]+", "-", name).lower()
    return name.lower()


_NOTE = Text(zh="按依赖清单或锁定文件里的版本判断", en="judged by the version in the manifest or lock file")
