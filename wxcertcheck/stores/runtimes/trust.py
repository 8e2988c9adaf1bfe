"""From a row of the table to the stores that a runtime reads here: follows the switches, reads, and says what failed."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from wxcertcheck.model import Runtime, Store, StoreState, TrustSource, Variable
from wxcertcheck.stores.folders import Naming
from wxcertcheck.stores.in_use import Use
from wxcertcheck.stores.runtimes.broken_blocks import with_broken_blocks
from wxcertcheck.stores.runtimes.java_passwords import as_java_sees
from wxcertcheck.stores.runtimes.rows import Broken, Form, Row, Slot, Switch, Trouble
from wxcertcheck.stores.runtimes.table import ROWS
from wxcertcheck.stores.runtimes.variables import VARIABLES
from wxcertcheck.text import Text, joined, same

DEFAULT = Text(zh="默认", en="default")
BUILT_IN = Text(zh="内置", en="built in")

_SKIPPED = Text(
    zh="{via} 指向的 {path} 读不出证书（{problem}），{who} 会跳过它继续运行",
    en="{via} names {path}, which gives no certificates ({problem}); {who} goes on without it",
)


class Default(Struct, frozen=True):
    """A path that is read unless a switch replaces it, and what makes the runtime read it."""

    path: str
    via: Text = DEFAULT


class Settings(Struct):
    """What the runtime is told: values of switches by name, default paths by slot, passwords of a keystore.

    ``passwords``: the one password that the runtime was given for its keystore, or none.
    """

    values: Mapping[str, str]
    defaults: Mapping[str, Sequence[Default]] = field(default_factory=dict)
    passwords: tuple[str, ...] = ()
    notes: list[Text] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    unknown: Text | None = None


class _Reading(Struct):
    """What reading the slots of one row came to."""

    sources: list[TrustSource] = field(default_factory=list)
    absent: list[TrustSource] = field(default_factory=list)
    fatal: TrustSource | None = None
    variables: list[Variable] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    unknown: list[Text] = field(default_factory=list)


class Program(Struct, frozen=True):
    """A runtime's shown name ("python 3.11.7"), its version ("" if unknown) and its executable."""

    name: str
    version: str
    executable: str


def runtime(use: Use, kind: str, program: Program, settings: Settings) -> Runtime:
    """The runtime of one row as it is in use here."""
    row = ROWS[kind]
    reading = _Reading(notes=list(settings.notes), variables=list(settings.variables))
    for slot in row.slots:
        _read_slot(use, row, slot, settings, reading)
    unknown = [text for text in (settings.unknown, *reading.unknown) if text]
    sources = [reading.fatal] if reading.fatal else reading.sources or ([] if unknown else reading.absent)
    return Runtime(
        kind=kind,
        name=program.name,
        version=program.version,
        executable=program.executable,
        seen_as=(use.seen_as,),
        sources=tuple(sources),
        variables=tuple(reading.variables),
        unknown=joined(unknown, zh="；", en="; ") if unknown else None,
        in_use=row.calls_hosts,
        project=use.project,
        notes=(*((use.note,) if use.note else ()), *reading.notes),
    )


def _read_slot(use: Use, row: Row, slot: Slot, settings: Settings, reading: _Reading) -> None:
    switch = _switched(use, slot, settings.values)
    if switch is not None:
        value = settings.values[switch.name]
        reading.variables.append(Variable(switch.name, value, VARIABLES[switch.name]))
        via = same(switch.name)
        for path in value.split(slot.separator) if slot.separator else [value]:
            if path:
                source = TrustSource(_read(use, slot, use.absolute(path), settings), via, switch.name)
                _keep(row, slot, source, reading, named=True)
        return
    for default in _found(use, slot, settings.defaults.get(slot.name, ())):
        _keep(row, slot, TrustSource(_read(use, slot, default.path, settings), default.via), reading, named=False)


def _switched(use: Use, slot: Slot, values: Mapping[str, str]) -> Switch | None:
    """The first switch of the slot that is set and heeded."""
    for switch in slot.switches:
        value = values.get(switch.name)
        if value is None or (not value and not switch.empty_counts):
            continue
        if any(values.get(name) for name in switch.unless):
            continue
        if switch.if_exists and not use.fs.exists(use.absolute(value)):
            continue
        return switch
    return None


def _found(use: Use, slot: Slot, defaults: Sequence[Default]) -> Iterator[Default]:
    if not slot.first_found:
        yield from defaults
        return
    existing = next((default for default in defaults if use.fs.is_file(default.path)), None)
    if existing or defaults:
        yield existing or defaults[-1]


def _read(use: Use, slot: Slot, path: str, settings: Settings) -> Store:
    match slot.form:
        case Form.HASHED:
            return use.reader.directory(path, kind="openssl-directory")
        case Form.EVERY_FILE:
            return use.reader.directory(path, kind="directory", naming=Naming.ANY)
        case Form.FILE_OR_HASHED if use.fs.is_dir(path):
            return use.reader.directory(path, kind="openssl-directory")
        case Form.BUILT_IN:
            return use.reader.built_in(path, kind="node")
        case Form.KEYSTORE:
            store = _of_format(use.reader.file(path, kind="jvm", passwords=settings.passwords or ()), _KEYSTORES)
            return as_java_sees(use.fs, store, settings.passwords[0] if settings.passwords else None)
        case _:
            lenient = slot.broken is not Broken.SPOILS
            store = _of_format(use.reader.file(path, kind="bundle", lenient=lenient), _BUNDLES)
            return with_broken_blocks(use.reader, store, slot.broken)


_BUNDLES = frozenset({"pem"})
_KEYSTORES = frozenset({"jks", "jceks", "pkcs12", "bks"})


def _of_format(store: Store, formats: frozenset[str]) -> Store:
    """The store as a program sees it that reads these formats alone: curl, OpenSSL and Go read PEM, Java keystores."""
    if store.state is not StoreState.READ or store.format in formats:
        return store
    wanted = _KEYSTORE_WANTED if formats is _KEYSTORES else _PEM_WANTED
    problem = _OTHER_FORMAT.fill(path=store.path, format=store.format.upper(), wanted=wanted)
    return replace(store, state=StoreState.DAMAGED, certificates=(), problem=problem, hint=_CONVERT.fill(wanted=wanted))


_PEM_WANTED = Text(zh="PEM", en="PEM")
_KEYSTORE_WANTED = Text(zh="JKS 或 PKCS#12 密钥库", en="a JKS or PKCS#12 keystore")
_OTHER_FORMAT = Text(
    zh="{path} 是 {format} 格式，而读取它的程序只认{wanted}",
    en="{path} is in {format} format, and the program that reads it takes only {wanted}",
)
_CONVERT = Text(zh="请转换成{wanted}", en="Convert it to {wanted}")


def _keep(row: Row, slot: Slot, source: TrustSource, reading: _Reading, *, named: bool) -> None:
    """File the source under what it does to the runtime: read, skipped, fatal or not known to us."""
    store = source.store
    if store.state is StoreState.READ:
        reading.sources.append(source)
    elif store.state is StoreState.UNREADABLE:
        reading.unknown.append(store.problem or same(store.path))
        reading.sources.append(source)
    elif slot.trouble is Trouble.FAILS:
        reading.fatal = reading.fatal or source
    else:
        reading.absent.append(source)
        if named:
            problem = store.problem or same(store.state.value)
            reading.notes.append(_SKIPPED.fill(via=source.via, path=store.path, problem=problem, who=row.who))
