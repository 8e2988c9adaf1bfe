"""Runtimes that services start: systemd units with drop-ins, init scripts, supervisor, cron.

Source: systemd.unit(5), systemd.service(5), systemd.exec(5); crontab(5); supervisord.org/configuration.html.
"""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Looked, NotLooked, RuntimePlace
from wxcertcheck.stores.filesystem import FileSystem
from wxcertcheck.stores.in_use import SERVICE_PATH, Found, Search, Started, Use, command_uses, split_words
from wxcertcheck.text import Text

_FOLDERS = (
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
)
"""By falling priority: a unit of the same name in an earlier folder hides the later one."""

_SCRIPTS = (
    "/etc/init.d/*",
    "/etc/rc.local",
    "/etc/crontab",
    "/etc/cron.d/*",
    "/var/spool/cron/*",
    "/var/spool/cron/crontabs/*",
)
_SUPERVISOR = (
    "/etc/supervisord.conf",
    "/etc/supervisor/conf.d/*.conf",
    "/etc/supervisord.d/*.ini",
    "/etc/supervisor/supervisord.conf",
)
_MAX_BYTES = 256 * 1024
_DISTRIBUTION = ("/usr/bin/", "/usr/sbin/", "/usr/lib/", "/usr/libexec/", "/bin/", "/sbin/", "/lib/")
"""Scripts that come with the distribution are not searched for what they start."""

_LOOKED = Text(zh="查看了 {count} 个服务单元", en="looked at {count} service {count:unit|units}")
_UNREADABLE = Text(zh="读不到服务文件 {path}：{problem}", en="the service file {path} could not be read: {problem}")
_HAND_OVER = ("JAVA_HOME", "JRE_HOME")
_CATALINA = ("JAVA_OPTS", "CATALINA_OPTS")

_VARIABLE = re.compile(r"\$\{(\w+)\}|\$(\w+)")
_ASSIGNMENT = re.compile(r"^[ \t]*(?:export\s+)?([A-Za-z_]\w*)=(?:\"([^\"`]*)\"|'([^']*)'|([^\s\"'`;]*))", re.MULTILINE)
_COMMAND = re.compile(
    r"(?:^|[\s;&|(\"'=])(/[\w./+-]*/(?:java|node|nodejs|python[0-9.]*|php[0-9.]*|ruby|dotnet))\b([^\n;&|]*)"
)


class _Unit(Struct):
    """What a unit file and its drop-ins say, as far as it concerns us."""

    commands: list[str] = field(default_factory=list)
    environment: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    folder: str = "/"


def uses(search: Search) -> Iterator[Found]:
    """A `Use` for each runtime that a service starts, and what could not be read."""
    count = 0
    for name, path in _unit_files(search.fs).items():
        count += 1
        try:
            unit = _read_unit(search.fs, name, path)
        except CannotRead as error:
            message = _UNREADABLE.fill(path=path, problem=error.message)
            yield NotLooked(RuntimePlace(name, path), error.reason, message, error.hint, decides=True)
            continue
        yield from _unit_uses(search, name, unit)
    for pattern in _SUPERVISOR:
        for path in search.fs.glob(pattern):
            yield from _supervisor_uses(search, path)
    for pattern in _SCRIPTS:
        for path in search.fs.glob(pattern):
            yield from _script_uses(search, path, path.rpartition("/")[2], {})
    yield Looked("service-units", count, _LOOKED.fill(count=count))


def _unit_files(fs: FileSystem) -> dict[str, str]:
    """Unit name -> file. Templates count, masked units (links to /dev/null) do not."""
    found: dict[str, str] = {}
    for folder in dict.fromkeys(fs.real(folder) or "" for folder in _FOLDERS):
        for name in _names(fs, folder) if folder else ():
            if name.endswith(".service") and name not in found:
                found[name] = f"{folder}/{name}"
    return {name: path for name, path in found.items() if (fs.readlink(path) or "") != "/dev/null" and fs.is_file(path)}


def _read_unit(fs: FileSystem, name: str, path: str) -> _Unit:
    unit = _Unit()
    files = [path]
    for folder in dict.fromkeys(fs.real(folder) or "" for folder in reversed(_FOLDERS)):
        if folder and fs.is_dir(f"{folder}/{name}.d"):
            files += fs.glob(f"{folder}/{name}.d/*.conf")
    for file in files:
        _read_settings(fs.read_bytes(file, _MAX_BYTES).decode("utf-8", "replace"), unit)
    return unit


def _read_settings(text: str, unit: _Unit) -> None:
    """Add one file. An empty assignment clears what came before (systemd.unit(5))."""
    for line in text.replace("\\\n", " ").splitlines():
        key, equals, value = line.strip().partition("=")
        if not equals or line.lstrip()[:1] in "#;[":
            continue
        value = value.strip()
        lists = {"ExecStart": unit.commands, "Environment": unit.environment, "EnvironmentFile": unit.files}
        key = key.strip()
        if key in lists:
            if value:
                lists[key].append(value)
            else:
                lists[key].clear()
        elif key == "WorkingDirectory":
            unit.folder = value.lstrip("-") if value.lstrip("-").startswith("/") else "/"


def _unit_uses(search: Search, name: str, unit: _Unit) -> Iterator[Use]:
    if not unit.commands:
        return
    environ = _environment(search.fs, unit)
    for command in unit.commands:
        words = _expand(command.lstrip("@-:+!|"), environ)
        if not words:
            continue
        path = words[0]
        found = False
        for started in command_uses(search.fs, words, _folders(environ)):
            found = True
            yield _use(search, name, started, environ, unit.folder)
        if not found and not path.startswith(_DISTRIBUTION) and search.fs.is_file(path):
            yield from _script_uses(search, path, name, environ)


def _environment(fs: FileSystem, unit: _Unit) -> dict[str, str]:
    """Environment= and, over it, EnvironmentFile= (systemd.exec(5))."""
    environ: dict[str, str] = {}
    for line in unit.environment:
        environ.update(word.partition("=")[::2] for word in split_words(line) if "=" in word)
    for path in unit.files:
        environ.update(_assignments(_text(fs, path.lstrip("-"))))
    return environ


def _expand(command: str, environ: Mapping[str, str]) -> list[str]:
    """The words of a command; ``$NAME`` as a word of its own becomes several words, ``${NAME}`` stays one."""
    words: list[str] = []
    for word in split_words(command):
        if word.startswith("$") and word[1:].isidentifier():
            words += split_words(environ.get(word[1:], ""))
        else:
            words.append(_VARIABLE.sub(lambda match: environ.get(match[1] or match[2], match[0]), word))
    return words


def _folders(environ: Mapping[str, str]) -> tuple[str, ...]:
    return (*environ.get("PATH", "").split(":"), *SERVICE_PATH) if environ.get("PATH") else SERVICE_PATH


def _supervisor_uses(search: Search, path: str) -> Iterator[Use]:
    for section in re.split(r"^\[", _text(search.fs, path), flags=re.MULTILINE):
        if not section.startswith("program:"):
            continue
        values = {
            key.strip(): value.strip()
            for key, equals, value in (line.partition("=") for line in section.splitlines())
            if equals
        }
        environ = dict(re.findall(r"(\w+)=\"?([^\",]*)\"?", values.get("environment", "")))
        name = section[len("program:") :].partition("]")[0]
        folder = values.get("directory", "/")
        for started in command_uses(search.fs, split_words(values.get("command", "")), _folders(environ)):
            yield _use(search, name, started, environ, folder)


def _script_uses(search: Search, path: str, name: str, environ: Mapping[str, str]) -> Iterator[Use]:
    """Runtimes that a start script names by absolute path, or through JAVA_HOME."""
    text = _text(search.fs, path)
    if not text or (text[:2] != "#!" and not path.startswith(("/etc/", "/var/spool/cron/"))):
        return
    values = {**_assignments(text, environ), **environ}
    # Tomcat's catalina.sh reads setenv.sh beside it; init scripts read /etc/default or /etc/sysconfig.
    beside = f"{path.rpartition('/')[0]}/setenv.sh"
    for sourced in (f"/etc/default/{name}", f"/etc/sysconfig/{name}", beside):
        values.update(_assignments(_text(search.fs, sourced), values))
    expanded = _VARIABLE.sub(lambda match: values.get(match[1] or match[2], match[0]), text)
    seen = set()
    for match in _COMMAND.finditer(expanded):
        words = split_words(match[1] + match[2].replace("\\\n", " "))
        for started in command_uses(search.fs, words, ()):
            if started not in seen:
                seen.add(started)
                yield _use(search, name, started, values, "/")
    if any(program == "java" for program, _, _ in seen):
        return
    for home in (values[key].rstrip("/") for key in _HAND_OVER if values.get(key)):
        executable = f"{home}/bin/java"
        if search.fs.is_file(executable):
            options = [word for key in _CATALINA for word in split_words(values.get(key, ""))]
            yield _use(search, name, ("java", executable, tuple(options)), values, "/")
            return


def _use(search: Search, name: str, started: Started, environ: Mapping[str, str], folder: str) -> Use:
    program, executable, arguments = started
    return Use(
        program=program,
        executable=executable,
        seen_as=Text(zh="服务 {name}", en="service {name}").fill(name=name),
        fs=search.fs,
        reader=search.reader,
        environ=environ,
        arguments=arguments,
        folder=folder,
        live=search.live,
    )


def _assignments(text: str, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables that a shell text sets, in order; what they refer to is put in, as far as it is ``known``."""
    values = dict(known or {})
    found: dict[str, str] = {}
    for match in _ASSIGNMENT.finditer(text):
        value = match[3] or _VARIABLE.sub(lambda name: values.get(name[1] or name[2], ""), match[2] or match[4] or "")
        values[match[1]] = found[match[1]] = value
    return found


def _text(fs: FileSystem, path: str) -> str:
    try:
        return fs.read_bytes(path, _MAX_BYTES).decode("utf-8", "replace")
    except CannotRead:
        return ""


def _names(fs: FileSystem, folder: str) -> list[str]:
    try:
        return fs.listdir(folder)
    except CannotRead:
        return []
