"""A line on stderr that says what is going on, once a search takes longer than a second."""

import sys
from time import monotonic
from types import TracebackType

from wxcertcheck.text import Text

_PATIENCE = 1.0
_PAUSE = 0.2


class Slow:
    """Called with what is being done; shows it on a terminal after a second, at most five times a second."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.started = monotonic()
        self.shown = 0.0
        self.silent = not sys.stderr.isatty()

    def __call__(self, text: Text) -> None:
        now = monotonic()
        if self.silent or now - self.started < _PATIENCE or now - self.shown < _PAUSE:
            return
        self.shown = now
        print(f"\r\x1b[K{text.of(self.language)}", end="", file=sys.stderr, flush=True)

    def __enter__(self) -> "Slow":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
