"""All that is done with one file of a scan, in a worker process: look at it, then make pins of the places seen."""

from dataclasses import dataclass, field

from msgspec.structs import replace

from wxcertcheck.model import NotLooked
from wxcertcheck.scan.look import FileResult, Looker
from wxcertcheck.scan.pins import PinMaker


@dataclass
class Examiner:
    """Examines one file after the other; an item is a path. Made in the parent, once the walk is over: pins follow names
    through the whole tree.
    """

    looker: Looker
    maker: PinMaker
    _looked: FileResult | None = field(default=None, init=False)
    """The file whose pins are being made: what was found in it stays, should that fail."""

    @property
    def seconds(self) -> float:
        """See `Limits`."""
        return self.looker.limits.file_seconds

    def path(self, item: str) -> str:
        """The file's path: the item itself."""
        return item

    def do(self, item: str) -> FileResult | None:
        """What the file gave, its pins among it; None where nothing is in it."""
        result = self.looker.look(item)
        if result is None or not result.seen:
            return result
        self._looked = result
        return replace(result, seen=[], pins=self.maker.pins(result.seen))

    def failed(self, item: str, problem: NotLooked) -> FileResult:
        """The result of a file that could not be examined to its end."""
        known = self._looked if self._looked and self._looked.path == item else FileResult(item)
        return replace(known, seen=[], problem=problem)
