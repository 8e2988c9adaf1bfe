"""Checked reading of a rotation file: every fault names the file, the path of the key and what was expected there."""

import stat
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn

from wxcertcheck.errors import RotationError
from wxcertcheck.rotations.moments import Zone, from_date, parse_moment
from wxcertcheck.text import Text, same

SIZE_LIMIT = 1 << 20
"""Bytes. The largest shipped rotation has 6 kB; anything over this is not a rotation file."""

_HINT = Text(
    zh="运行 wxcertcheck rotations show wechatpay-2024 --format toml 可得到一份正确的样例。",
    en="wxcertcheck rotations show wechatpay-2024 --format toml prints a correct example.",
)
_TEXT = Text(zh="一段文字", en="a text")
_TABLE = Text(zh="一个表", en="a table")


def refuse(place: object, expected: Text, found: Text, hint: Text = _HINT) -> NoReturn:
    """Raise `RotationError`: at ``place`` (file, or file and key) ``expected`` was due and ``found`` is there."""
    template = Text(zh="{place}：应为{expected}，实际是{found}", en="{place}: expected {expected}, found {found}")
    raise RotationError(template.fill(place=printable(place), expected=expected, found=found), hint)


def read_limited(path: Path, limit: int = SIZE_LIMIT) -> bytes:
    """The bytes of a regular file of at most ``limit`` bytes.

    :raises RotationError: it is missing, unreadable, no regular file (a FIFO would hang), or larger.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            kind = Text(zh="目录", en="a directory") if stat.S_ISDIR(status.st_mode) else _SPECIAL
            refuse(path, Text(zh="一个普通文件", en="a regular file"), kind, _GIVE_A_FILE)
        if status.st_size > limit:
            expected = Text(zh="不超过 {limit} 字节的文件", en="a file of at most {limit} bytes").fill(limit=limit)
            refuse(path, expected, Text(zh="{size} 字节", en="{size} bytes").fill(size=status.st_size), _GIVE_A_FILE)
        with path.open("rb") as file:
            return file.read(limit)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        message = Text(zh="无法读取 {path}：{reason}", en="cannot read {path}: {reason}")
        raise RotationError(message.fill(path=printable(path), reason=printable(reason)), _GIVE_A_FILE) from error


_SPECIAL = Text(zh="特殊文件（管道、设备等）", en="a special file (pipe, device …)")
_GIVE_A_FILE = Text(
    zh="请给出可读的文件路径，或用 wxcertcheck rotations 查看内置的更换计划。",
    en="Give the path of a readable file, or see the built-in rotations with: wxcertcheck rotations",
)


class Table:
    """One table of a rotation file, which knows its file and the path of its keys.

    Each reading method takes a key and returns its value in the type that its name says, or raises `RotationError`.
    Keys that nobody asked for are refused by `done`: a misspelt key must not be ignored in silence.
    """

    def __init__(self, values: Mapping[str, object], file: Path, path: str = "", zone: Zone | None = None) -> None:
        self._values = values
        self._asked: set[str] = set()
        self.file = file
        self.path = path
        self.zone = zone

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        self._asked.add(key)
        return key in self._values

    def keys(self) -> tuple[str, ...]:
        """All keys; they count as asked for."""
        self._asked.update(self._values)
        return tuple(self._values)

    def refuse(self, key: str, expected: Text, found: Text | None = None, hint: Text = _HINT) -> NoReturn:
        """Raise `RotationError` about ``key`` ("" for the table itself)."""
        place = ": ".join(part for part in (str(self.file), self._path(key)) if part)
        refuse(place, expected, found or self._shown(key), hint)

    def string(self, key: str, default: str | None = None, multiline: bool = False) -> str:
        """A text without control characters (they could fool a terminal), on one line unless ``multiline``."""
        value = self._value(key, _TEXT, default)
        if not isinstance(value, str) or not value.strip():
            self.refuse(key, _TEXT)
        if not (value.replace("\n", "").replace("\r", "") if multiline else value).isprintable():
            self.refuse(key, Text(zh="不含控制字符的文字", en="a text without control characters"))
        return value.strip()

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of one or more texts."""
        expected = Text(zh="一个文字列表", en="a list of texts")
        value = self._value(key, expected)
        if not isinstance(value, list) or not value:
            self.refuse(key, expected)
        for number, item in enumerate(value):
            if not isinstance(item, str) or not item.isprintable():
                self.refuse(f"{key}[{number}]", _TEXT, shown(item))
        return tuple(value)

    def text(self, key: str) -> Text:
        """A text for readers: ``{zh = "…", en = "…"}``, or one text for both languages."""
        value = self._value(key, Text(zh='{zh = "…", en = "…"}', en='{zh = "…", en = "…"}'))
        if isinstance(value, str):
            return same(self.string(key))
        sides = self.table(key)
        text = Text(zh=sides.string("zh"), en=sides.string("en"))
        sides.done()
        return text

    def optional_text(self, key: str) -> Text | None:
        """`text`, or None where the key is absent."""
        return self.text(key) if self.has(key) else None

    def texts(self, key: str) -> tuple[Text, ...]:
        """A list of texts for readers; () where the key is absent."""
        if not self.has(key):
            return ()
        sides = [Text(zh=t.string("zh"), en=t.string("en")) for t in self._closing(self.tables(key))]
        return tuple(sides)

    def whole_number(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``."""
        value = self._value(key, _TEXT, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            expected = Text(zh="{low} 到 {high} 的整数", en="a whole number from {low} to {high}")
            self.refuse(key, expected.fill(low=low, high=high))
        return value

    def flag(self, key: str) -> bool:
        """``true`` or ``false``; false where the key is absent."""
        value = self._value(key, _TEXT, False)
        if not isinstance(value, bool):
            self.refuse(key, same("true / false"))
        return value

    def choice(self, key: str, choices: tuple[str, ...], default: str | None = None) -> str:
        """One of ``choices``."""
        value = self._value(key, one_of(choices), default)
        if not isinstance(value, str) or value not in choices:
            self.refuse(key, one_of(choices))
        return value

    def moment(self, key: str) -> datetime:
        """A date (its 00:00), or a date with time; without an offset it is in the rotation's zone."""
        expected = Text(
            zh="日期（如 2024-08-05）或 RFC 3339 时间", en="a date such as 2024-08-05, or an RFC 3339 date and time"
        )
        value = self._value(key, expected)
        zone = self.zone
        if zone is None:
            raise AssertionError("the zone is read before any date")
        moment: datetime | None = None
        if isinstance(value, datetime):
            moment = value if value.tzinfo else value.replace(tzinfo=zone)
        elif isinstance(value, date):
            moment = from_date(value, zone)
        elif isinstance(value, str):
            moment = parse_moment(value, zone)
        if moment is None or not 1950 <= moment.year <= 9990:  # keeps comparisons clear of datetime's own limits
            self.refuse(key, expected)
        return moment

    def day(self, key: str) -> str:
        """A date as its ISO text."""
        value = self._value(key, _DAY)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value.isoformat()
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError:
            self.refuse(key, _DAY)

    def table(self, key: str) -> "Table":
        """A table."""
        value = self._value(key, _TABLE)
        if not isinstance(value, dict):
            self.refuse(key, _TABLE)
        return Table(value, self.file, self._path(key), self.zone)

    def tables(self, key: str, required: bool = False) -> "tuple[Table, ...]":
        """A list of tables (``[[key]]``); () where the key is absent and not ``required``."""
        expected = Text(zh="表的列表 [[{key}]]", en="a list of tables [[{key}]]").fill(key=key)
        value = self._value(key, expected, None if required else [])
        if not isinstance(value, list):
            self.refuse(key, expected)
        for number, item in enumerate(value):
            if not isinstance(item, dict):
                self.refuse(f"{key}[{number}]", _TABLE, shown(item))
        return tuple(Table(v, self.file, f"{self._path(key)}[{n}]", self.zone) for n, v in enumerate(value))

    def done(self) -> None:
        """Refuse keys that nobody asked for.

        :raises RotationError: naming the first such key, and the keys that could be meant.
        """
        for key in self._values:
            if key not in self._asked:
                expected = Text(zh="以下键之一：{keys}", en="one of the keys {keys}")
                found = Text(zh="未知的键", en="an unknown key")
                self.refuse(key, expected.fill(keys=", ".join(sorted(self._asked))), found)

    @staticmethod
    def _closing(tables: "tuple[Table, ...]") -> "Iterator[Table]":
        for table in tables:
            yield table
            table.done()

    def _value(self, key: str, expected: Text, default: object = None) -> object:
        self._asked.add(key)
        value = self._values.get(key, default)
        if value is None:
            self.refuse(key, expected, Text(zh="缺失", en="nothing: the key is missing"))
        return value

    def _path(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def _shown(self, key: str) -> Text:
        return shown(self._values.get(key))


_DAY = Text(zh="日期（如 2026-11-21）", en="a date such as 2026-11-21")


def shown(value: object) -> Text:
    """A short printable form of a value from a file."""
    plain = str(value) if isinstance(value, (int, float, date)) else repr(value)
    plain = printable(plain)
    return same(plain if len(plain) <= 60 else plain[:57] + "…")


def printable(value: object) -> str:
    """``value`` as text without the control characters that could fool a terminal."""
    return "".join(character if character.isprintable() else "?" for character in str(value))


def one_of(choices: tuple[str, ...]) -> Text:
    """ "one of a, b, c" """
    return Text(zh="{choices} 之一", en="one of {choices}").fill(choices=", ".join(choices) or "-")
