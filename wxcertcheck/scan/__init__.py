"""What does the code assume? Finds every place that chooses trusted CAs or switches verification off, and opens what it names.

The way of a file: `walk` (which files) -> `prefilter` (words in raw bytes, all at once) -> `decode` -> `source` (tree-sitter)
-> `match` (the patterns of ``languages/``) -> `evaluate` (values within the file) -> `resolve` (other files, settings, the
certificates) -> `classify` -> `Pin`. Nothing here judges: the rules WXC2xx do.
"""

from wxcertcheck.model import Evidence
from wxcertcheck.scan.request import Limits, Progress, ScanRequest

__all__ = ["Limits", "Progress", "ScanRequest", "scan"]


def scan(request: ScanRequest, progress: Progress | None = None) -> tuple[Evidence, ...]:
    """Pins, hosts, packages and certificates in ``request.paths``, with what was and what could not be looked at.

    Ends early on ``KeyboardInterrupt`` with what was found until then and a deciding `NotLooked`. Raises `UsageError` for a
    path that does not exist.
    """
    from wxcertcheck.scan.gather import gather

    return gather(request, progress)
