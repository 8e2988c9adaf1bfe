"""What a scan is asked to do, and its limits."""

from collections.abc import Callable, Mapping
from datetime import date

from msgspec import Struct, field

from wxcertcheck.model import Rotation
from wxcertcheck.text import Text


class Limits(Struct, frozen=True):
    """Past a limit a file is looked at in part or not at all, and the report says so."""

    parsed_bytes: int = 2 << 20
    """Larger files are not parsed as a whole: windows of ``window_bytes`` around each word are."""
    window_bytes: int = 48 << 10
    windows: int = 40
    file_seconds: float = 10.0
    """A file that takes longer costs only itself."""
    target_bytes: int = 16 << 20
    """Largest pinned file or keystore that is opened."""


class ScanRequest(Struct, frozen=True):
    """``paths``: files and folders. ``rotations``: all known ones, for their hosts and roots. ``today``: for suppressions.

    ``environ`` stands in for the process environment when a pin names a variable that the tree does not set (default: none
    is consulted, so that the answer is about the tree). ``jobs``: worker processes (0: by the number of cores, at most 4).
    """

    paths: tuple[str, ...]
    rotations: tuple[Rotation, ...] = ()
    include_tests: bool = False
    any_host: bool = False
    no_ignore: bool = False
    jobs: int = 0
    today: date | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)


Progress = Callable[[Text], None]
"""Called now and then with how far it has come."""
