"""wxcertcheck: will this system still talk to WeChat Pay after the root certificate changes?

The public API is a few names: :func:`check`, :func:`load_rotation`, :class:`Report`, :class:`Verdict`, :class:`Status`.
They load on first use, so that ``import wxcertcheck`` costs nothing.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["CheckRequest", "Report", "Status", "Verdict", "__version__", "check", "load_rotation"]

if TYPE_CHECKING:
    from wxcertcheck.model import Report, Status, Verdict
    from wxcertcheck.pipeline import CheckRequest, check
    from wxcertcheck.rotations import load_rotation

_HOMES = {
    "CheckRequest": "wxcertcheck.pipeline",
    "check": "wxcertcheck.pipeline",
    "load_rotation": "wxcertcheck.rotations",
    "Report": "wxcertcheck.model",
    "Status": "wxcertcheck.model",
    "Verdict": "wxcertcheck.model",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - PEP 562: a module attribute can be anything
    if name not in _HOMES:
        raise AttributeError(f"module 'wxcertcheck' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
