"""A root file system that was fetched by `listing.patterns` holds those paths alone: another path's absence proves nothing."""

from fnmatch import fnmatchcase

from msgspec.structs import replace

from wxcertcheck.model import Runtime, Store, StoreState, TrustSource
from wxcertcheck.stores.listing import patterns
from wxcertcheck.text import Text

_ABSENT = Text(zh="{path} 不在取回的拷贝里", en="{path} is not in the copy that was fetched")
_FETCH = Text(
    zh="请把它也取回来再检查：ssh 主机 'cd / && tar czf - {path}' | tar xzf - -C 目录",
    en="Fetch it too and check again: ssh HOST 'cd / && tar czf - {path}' | tar xzf - -C FOLDER",
)


def not_in_the_copy(runtime: Runtime) -> Runtime:
    """The runtime with missing stores that the recipe does not fetch told as unread."""
    return replace(runtime, sources=tuple(_source(source) for source in runtime.sources))


def _source(source: TrustSource) -> TrustSource:
    store = source.store
    if store.state is not StoreState.MISSING or _fetched(store):
        return source
    problem, hint = _ABSENT.fill(path=store.path), _FETCH.fill(path=store.path.lstrip("/"))
    return replace(source, store=replace(store, state=StoreState.UNREADABLE, problem=problem, hint=hint))


def _fetched(store: Store) -> bool:
    """Whether the recipe would have brought it: its own path, or a folder above it."""
    path = store.path
    return any(path == p or path.startswith(f"{p}/") or fnmatchcase(path, p) for p in patterns())
