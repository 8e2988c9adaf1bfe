"""Reading what Java's DataOutputStream wrote: big-endian integers, length-prefixed strings and byte arrays.

Source: java.io.DataInput; JKS, JCEKS and BKS keystores are made of it.
"""


class CutShortError(ValueError):
    """The bytes end before the value that they announce."""


class JavaData:
    """A cursor over bytes. Every method raises `CutShortError` when the bytes run out."""

    def __init__(self, data: bytes, at: int = 0, end: int | None = None) -> None:
        self.data, self.at, self.end = data, at, len(data) if end is None else end

    def take(self, count: int) -> bytes:
        """The next ``count`` bytes."""
        start, self.at = self.at, self.at + count
        if self.at > self.end:
            raise CutShortError(f"{count} bytes needed at {start}, {max(0, self.end - start)} left")
        return self.data[start : self.at]

    def integer(self) -> int:
        """An unsigned 32-bit integer."""
        return int.from_bytes(self.take(4), "big")

    def text(self) -> str:
        """A string of up to 65535 bytes in modified UTF-8 (shown only, so what does not decode is replaced)."""
        return self.take(int.from_bytes(self.take(2), "big")).decode("utf-8", "replace")

    def block(self) -> bytes:
        """A byte array with its 32-bit length before it."""
        return self.take(self.integer())
