"""The exceptions of the package.

::

    WxcertcheckError            every one carries a message and a hint, in both languages
    ├── UsageError              the request cannot be carried out as put: exit 2, before any work
    │   └── RotationError       a rotation file is missing or faulty; names file, key and what was expected
    └── CannotRead              one thing could not be read; becomes NotLooked or a damaged Store, never an abort

A frozen dataclass breaks as an exception raised through a context manager, so these are ordinary classes.
"""

from wxcertcheck.text import Text


class WxcertcheckError(Exception):
    """Base of all errors. ``message`` says what is wrong and names the thing; ``hint`` says what to do next."""

    def __init__(self, message: Text, hint: Text) -> None:
        super().__init__(message.en)
        self.message = message
        self.hint = hint


class UsageError(WxcertcheckError):
    """The request itself is wrong: an unknown option value, a named path that does not exist."""


class RotationError(UsageError):
    """A rotation file is missing or faulty. The message names the file, the key and what was expected."""


class CannotRead(WxcertcheckError):
    """One file, entry or host could not be read. ``reason`` is a short stable id for machine formats."""

    def __init__(self, reason: str, message: Text, hint: Text) -> None:
        super().__init__(message, hint)
        self.reason = reason
