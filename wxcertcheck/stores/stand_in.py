"""Where no runtime in use was found, the system's own store stands for any program that would be installed there.

An unpacked root file system often holds the stores and not one executable: its answer is still the answer of every program
that reads the system's store. Without this such a system would count as fine, because nothing in it was judged.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from wxcertcheck.model import Runtime, Store, TrustSource
from wxcertcheck.text import Text

_SYSTEM_KINDS = frozenset({"debian", "rhel", "suse", "alpine", "arch", "system"})
_JAVA_KINDS = frozenset({"jvm", "debian-java", "rhel-java", "suse-java", "arch-java"})
_NAME = "system-store"
_SEEN = Text(zh="未发现在用的运行环境，按系统程序判定", en="no runtime found: judged for any system program")
_VIA = Text(zh="系统默认", en="default of the system")


def with_stand_in(stores: Sequence[Store]) -> tuple[list[Runtime], list[Store]]:
    """A runtime that reads the system's file and directory together, and the other stores, Java's counting by themselves."""
    system = [store for store in stores if store.kind in _SYSTEM_KINDS]
    others = [store for store in stores if store.kind not in _SYSTEM_KINDS]
    others = [replace(store, decides=True) if store.kind in _JAVA_KINDS else store for store in others]
    if not system:
        return [], others
    sources = tuple(TrustSource(store, _VIA) for store in system)
    return [Runtime("system", _NAME, "", "", (_SEEN,), sources)], others
