"""wxcertcheck: will this system still talk to WeChat Pay after the root certificate changes?

The public API is a few names: Report, Verdict, Status.

They load on first use, so that ``import wxcertcheck`` costs nothing.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Report", "Status", "Verdict", "__version__"]

if TYPE_CHECKING:
    from wxcertcheck.model import Report, Status, Verdict

_HOMES = {
    "Report": "wxcertcheck.model",
    "Status": "wxcertcheck.model",
    "Verdict": "wxcertcheck.model",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - PEP 562: a module attribute can be anything
    if name not in _HOMES:
        raise AttributeError(f"module 'wxcertcheck' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
