"""Which root goes, which comes, when, for which hosts: data in TOML files, one a rotation, and their loader."""

from datetime import datetime
from functools import cache
from pathlib import Path

from wxcertcheck.errors import UsageError
from wxcertcheck.model import Root, Rotation
from wxcertcheck.rotations.moments import parse_moment, parse_zone
from wxcertcheck.rotations.reading import read_rotation
from wxcertcheck.rotations.root_files import pem_of, plain_fingerprint
from wxcertcheck.rotations.table import read_limited
from wxcertcheck.text import Text

__all__ = [
    "DEFAULT",
    "is_path",
    "load_all",
    "load_rotation",
    "parse_on",
    "pem_of",
    "root_by_name",
    "rotation_file",
    "rotation_ids",
    "rotation_source",
]
DEFAULT = "wechatpay-2024"

_FOLDER = Path(__file__).parent


def load_rotation(name_or_path: str = DEFAULT) -> Rotation:
    """A shipped rotation by its id, or the user's own from a file (anything with a path separator or ending in .toml).

    :raises UsageError: no shipped rotation has this id.
    :raises RotationError: the file is missing or faulty; names file, key and what was expected.
    """
    return read_rotation(rotation_file(name_or_path))


def rotation_source(name_or_path: str = DEFAULT) -> str:
    """The text of the file that `load_rotation` reads: a start for one's own.

    :raises UsageError: as `load_rotation`.
    """
    return read_limited(rotation_file(name_or_path)).decode("utf-8-sig")


def is_path(name_or_path: str) -> bool:
    """Whether the argument names a file rather than a shipped rotation."""
    return any(separator in name_or_path for separator in "/\\") or name_or_path.endswith(".toml")


def rotation_file(name_or_path: str) -> Path:
    """The file of a shipped rotation, or the path as it was given.

    :raises UsageError: no shipped rotation has this id.
    """
    if is_path(name_or_path):
        return Path(name_or_path)
    if name_or_path not in rotation_ids():
        message = Text(zh="没有名为 {name!r} 的更换计划", en="there is no rotation {name!r}").fill(name=name_or_path)
        hint = Text(
            zh="可用的更换计划：{ids}。自己的文件请写成带路径或以 .toml 结尾，如 ./my.toml。",
            en="The rotations are {ids}. Write your own file as a path or ending in .toml, such as ./my.toml.",
        )
        raise UsageError(message, hint.fill(ids=", ".join(rotation_ids())))
    return _FOLDER / f"{name_or_path}.toml"


def rotation_ids() -> tuple[str, ...]:
    """The ids of the shipped rotations: the default first, the others sorted."""
    ids = sorted(path.stem for path in _FOLDER.glob("*.toml"))
    return tuple(sorted(ids, key=lambda name: name != DEFAULT))


@cache
def load_all() -> tuple[Rotation, ...]:
    """Every shipped rotation, in the order of `rotation_ids`."""
    return tuple(load_rotation(name) for name in rotation_ids())


def root_by_name(text: str) -> Root:
    """The root that ``text`` names: ``rotation/key`` ("wechatpay-2024/g2", "my.toml/new"), a key ("g2"), a name, or a
    SHA-256 (colons allowed; at least 8 digits of it).

    :raises UsageError: nothing has this name, or several roots do; lists the candidates.
    """
    rotation, slash, key = text.rpartition("/")
    if slash:
        found = {r.fingerprint: r for r in load_rotation(rotation).roots if r.key == key}
        candidates = [f"{rotation}/{r.key}" for r in load_rotation(rotation).roots]
    else:
        shipped = [(rotation.id, root) for rotation in load_all() for root in rotation.roots]
        found = {root.fingerprint: root for _, root in shipped if _is_named(root, text)}
        candidates = [f"{id_}/{r.key}" for id_, r in shipped if r.fingerprint in found or not found]
    if len(found) == 1:
        return next(iter(found.values()))
    several = Text(zh="{text!r} 对应多个根证书", en="{text!r} names several roots")
    message = several if found else Text(zh="没有名为 {text!r} 的根证书", en="there is no root {text!r}")
    hint = Text(zh="请用以下之一：{candidates}", en="Use one of: {candidates}")
    raise UsageError(message.fill(text=text), hint.fill(candidates=", ".join(candidates)))


def parse_on(text: str, rotation: Rotation) -> datetime:
    """The moment of ``--on``: a bare date is 00:00 in the rotation's zone; RFC 3339 is accepted.

    :raises UsageError: it is neither.
    """
    zone = parse_zone(rotation.zone)
    moment = parse_moment(text, zone) if zone else None
    if moment is None:
        message = Text(zh="看不懂日期 {text!r}", en="{text!r} is not a date").fill(text=text)
        hint = Text(
            zh="写成 2024-08-05（按更换计划的时区 {zone} 的 0:00），或 2024-08-05T00:00:00+08:00。",
            en="Write 2024-08-05 (00:00 in the rotation's zone, {zone}), or 2024-08-05T00:00:00+08:00.",
        )
        raise UsageError(message, hint.fill(zone=rotation.zone))
    return moment


def _is_named(root: Root, text: str) -> bool:
    fingerprint = plain_fingerprint(text)
    by_fingerprint = len(fingerprint) >= 8 and root.fingerprint.startswith(fingerprint)
    return by_fingerprint or text.lower() in (root.key.lower(), root.name.lower())
