"""wxcertcheck: will this system still talk to WeChat Pay after the root certificate changes?

The public API is a few names: `check`, `CheckRequest`, `load_rotation`, `Report`, `Verdict`, `Status`. They load on first
use, so that ``import wxcertcheck`` costs nothing.
"""

__version__ = "0.1.0"
__all__ = ["CheckRequest", "Report", "Status", "Verdict", "__version__", "check", "load_rotation"]

TYPE_CHECKING = False  # the typing module costs more than all of --version; type checkers know the name
if TYPE_CHECKING:
    from wxcertcheck.model import Report, Status, Verdict
    from wxcertcheck.pipeline import CheckRequest, check
    from wxcertcheck.rotations import load_rotation

_HOMES = {
    "check": "wxcertcheck.pipeline",
    "CheckRequest": "wxcertcheck.pipeline",
    "load_rotation": "wxcertcheck.rotations",
    "Report": "wxcertcheck.model",
    "Status": "wxcertcheck.model",
    "Verdict": "wxcertcheck.model",
}


def __getattr__(name: str) -> object:
    """Load a public name from where it lives (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'wxcertcheck' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
