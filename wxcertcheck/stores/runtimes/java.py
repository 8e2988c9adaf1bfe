"""Java: one keystore, chosen by the trustStore property, else jssecacerts, else cacerts.

Options reach a JVM in this order, and the last one wins: JAVA_TOOL_OPTIONS (every JVM), JDK_JAVA_OPTIONS (the ``java``
launcher of JDK 9 and later), the command line with its @files, _JAVA_OPTIONS (HotSpot). CATALINA_OPTS and JAVA_OPTS are
no business of the JVM: start scripts put them on its command line. Sources: the JSSE reference guide, "java" tool
reference, JVM TI "JAVA_TOOL_OPTIONS".
"""

import re
from collections.abc import Iterator, Sequence

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Runtime, Variable
from wxcertcheck.stores.in_use import Use, split_words
from wxcertcheck.stores.runtimes.shims import resolve_shim
from wxcertcheck.stores.runtimes.trust import Default, Program, Settings, runtime
from wxcertcheck.stores.runtimes.variables import VARIABLES
from wxcertcheck.text import Text, same

_PREFIX = "javax.net.ssl."
_STORE, _PASSWORD, _TYPE = f"{_PREFIX}trustStore", f"{_PREFIX}trustStorePassword", f"{_PREFIX}trustStoreType"
HIDDEN = "***"
"""Shown instead of a password."""

_WITH_VALUE = frozenset(
    (
        "-cp",
        "-classpath",
        "--class-path",
        "-p",
        "--module-path",
        "--upgrade-module-path",
        "--add-modules",
        "--add-exports",
        "--add-opens",
        "--add-reads",
        "--limit-modules",
        "--patch-module",
        "--source",
    )
)
_NO_FILE = Text(
    zh="trustStore={value}：证书库不在文件中（PKCS#11 或系统证书库），没有读取",
    en="trustStore={value}: the store is not a file (PKCS#11 or a platform store) and was not read",
)
_UNRESOLVED = Text(
    zh="trustStore={value} 含有没有展开的变量", en="trustStore={value} holds a variable that was not resolved"
)
_FROM = Text(zh="来自 {origin}", en="from {origin}")
_COMMAND_LINE = Text(zh="命令行", en="the command line")


def look(use: Use) -> Iterator[Runtime]:
    """The row of one JVM. Nothing where ``executable`` has no Java home around it."""
    executable = resolve_shim(use, use.executable)
    home = _home(use, executable) if executable else None
    if home is None or executable is None:
        return
    version = _version(use, home)
    properties, origins = _properties(use, _major(version))
    security = f"{home}/jre/lib/security" if use.fs.is_dir(f"{home}/jre/lib/security") else f"{home}/lib/security"
    defaults = (
        Default(f"{security}/jssecacerts", same("jssecacerts")),
        Default(f"{security}/cacerts", same("cacerts")),
    )
    store = properties.get(_STORE, "")
    settings = Settings({}, {"keystore": defaults})
    if store:
        password = properties.get(_PASSWORD)
        settings = Settings({_STORE: store}, {"keystore": defaults}, (password,) if password else ())
        settings.unknown = _not_readable(store, properties.get(_TYPE, ""))
        if settings.unknown:
            settings.values = {}
            settings.defaults = {}
        for name in (_PASSWORD, _TYPE):
            if name in properties:
                shown = HIDDEN if name == _PASSWORD else properties[name]
                settings.variables.append(Variable(name, shown, VARIABLES[name]))
        settings.notes.append(_FROM.fill(origin=origins[_STORE]))
    yield runtime(
        use, "java", Program(f"java {version}".rstrip(), version, use.fs.real(executable) or executable), settings
    )


def _not_readable(store: str, kind: str) -> Text | None:
    if store == "NONE" or kind.upper() in ("PKCS11", "WINDOWS-ROOT", "KEYCHAINSTORE"):
        return _NO_FILE.fill(value=store if store == "NONE" else f"{store} ({kind})")
    if "$" in store:
        return _UNRESOLVED.fill(value=store)
    return None


def _home(use: Use, executable: str) -> str | None:
    """The Java home of .../bin/java: the folder whose lib/security holds the stores."""
    real = use.fs.real(executable)
    if real is None or not real.endswith("/bin/java"):
        return None
    home = real[: -len("/bin/java")]
    # A JDK 8 has two launchers, bin/java and jre/bin/java, and one java.home: its jre.
    for candidate in (home, f"{home}/jre"):
        if use.fs.is_dir(f"{candidate}/lib/security") or use.fs.is_file(f"{candidate}/release"):
            return home
    return None


def _version(use: Use, home: str) -> str:
    """JAVA_VERSION of the release file, of the JDK around a jre too; else from the folder's name."""
    for path in (f"{home}/release", f"{home.removesuffix('/jre')}/release"):
        match = re.search(r'^JAVA_VERSION="([^"]+)"', _text(use, path), re.MULTILINE)
        if match:
            return match[1]
    named = re.search(r"(?:jdk|jre|java)-?(1\.\d\.\d_\d+|\d[\w.+]*)", home)
    return named[1] if named else ""


def _major(version: str) -> int:
    """8 for "1.8.0_20", 17 for "17.0.15"; 8 where unknown (it reads the fewest variables)."""
    numbers = [int(number) for number in re.findall(r"\d+", version)[:2]]
    if not numbers:
        return 8
    return numbers[1] if numbers[0] == 1 and len(numbers) > 1 else numbers[0]


def _properties(use: Use, major: int) -> tuple[dict[str, str], dict[str, Text]]:
    """The javax.net.ssl properties in force, and where each comes from."""
    environ = use.environ
    launcher = environ.get("JDK_JAVA_OPTIONS", "") if major >= 9 else ""
    groups: list[tuple[Text, Sequence[str]]] = [
        (same("JAVA_TOOL_OPTIONS"), split_words(environ.get("JAVA_TOOL_OPTIONS", ""))),
        (same("JDK_JAVA_OPTIONS"), _with_files(use, split_words(launcher))),
        (_COMMAND_LINE, _jvm_options(_with_files(use, use.arguments) if major >= 9 else use.arguments)),
        (same("_JAVA_OPTIONS"), split_words(environ.get("_JAVA_OPTIONS", ""))),
    ]
    properties: dict[str, str] = {}
    origins: dict[str, Text] = {}
    for origin, words in groups:
        for word in words:
            if word.startswith(f"-D{_PREFIX}"):
                name, _, value = word[2:].partition("=")
                properties[name] = value
                origins[name] = origin
    return properties, origins


def _jvm_options(words: Sequence[str]) -> list[str]:
    """The words before the main class or jar; what follows belongs to the program."""
    options: list[str] = []
    rest = iter(words)
    for word in rest:
        if word in ("-jar", "-m", "--module") or not word.startswith("-"):
            break
        options.append(word)
        if word in _WITH_VALUE:
            next(rest, None)
    return options


def _with_files(use: Use, words: Sequence[str]) -> list[str]:
    """@file arguments of the launcher (JDK 9 and later) replaced by the words in the file."""
    expanded: list[str] = []
    for word in words:
        if word.startswith("@") and not word.startswith("@@"):
            expanded += split_words(_text(use, use.absolute(word[1:])))
        else:
            expanded.append(word)
    return expanded


def _text(use: Use, path: str) -> str:
    try:
        return use.fs.read_bytes(path, 1 << 18).decode("utf-8", "replace")
    except CannotRead:
        return ""
