"""Who is judged for what it trusts: runtimes in use, and stores that the user named. One finding per cause. Pure."""

from collections.abc import Iterator

from msgspec import Struct

from wxcertcheck.model import Case, Certificate, FilePlace, Outage, Place, Runtime, Store, StoreState

_PROOF = (StoreState.MISSING, StoreState.EMPTY, StoreState.DAMAGED)


class Failure(Struct, frozen=True):
    """Holders that fail for one cause: the same stores, the same outages."""

    holders: tuple[Runtime | Store, ...]
    outages: tuple[Outage, ...]

    @property
    def stores(self) -> tuple[Store, ...]:
        """The stores that the first holder reads."""
        holder = self.holders[0]
        return (holder,) if isinstance(holder, Store) else tuple(source.store for source in holder.sources)

    @property
    def place(self) -> Place:
        """The store to look at; the runtime itself where it reads none."""
        holder = self.holders[0]
        if isinstance(holder, Runtime) and not holder.sources:
            return holder.place
        return FilePlace(self.stores[0].path)

    @property
    def lacking(self) -> frozenset[str]:
        """Fingerprints of the roots any of which would have helped."""
        return frozenset(root.fingerprint for outage in self.outages for roots in outage.lacking for root in roots)

    @property
    def nothing_to_read(self) -> bool:
        """Whether every store is missing, empty or damaged: the cause is the store itself, not one root."""
        return all(store.state in _PROOF for store in self.stores)

    @property
    def switched_off(self) -> tuple[Certificate, ...]:
        """Lacking roots that are there, but not trusted."""
        held = (certificate for store in self.stores for certificate in store.certificates)
        return tuple(c for c in held if c.fingerprint in self.lacking and not c.trusted)


def deciding_holders(case: Case) -> Iterator[Runtime | Store]:
    """Runtimes in use, and stores that the user named or asked for."""
    yield from (runtime for runtime in case.each(Runtime) if runtime.in_use)
    yield from (store for store in case.each(Store) if store.decides)


def could_not_tell(holder: Runtime | Store) -> bool:
    """Whether part of what it reads is unknown: what is absent then proves nothing."""
    if isinstance(holder, Store):
        return holder.state is StoreState.UNREADABLE
    return holder.unknown is not None or any(s.store.state is StoreState.UNREADABLE for s in holder.sources)


def failures(case: Case) -> Iterator[Failure]:
    """What fails, one value per cause."""
    by_cause: dict[object, list[Runtime | Store]] = {}
    for holder in deciding_holders(case):
        outages = case.rotation.outages(holder.trusted, case.on)
        if outages and not could_not_tell(holder):
            by_cause.setdefault((_stores_of(holder), outages), []).append(holder)
    for (_, outages), holders in by_cause.items():  # type: ignore[misc] # the keys are the pairs built above
        yield Failure(tuple(holders), outages)


_GENERATED = frozenset({"debian", "rhel", "rhel6", "suse", "alpine", "arch"})


def _stores_of(holder: Runtime | Store) -> tuple[str, ...]:
    """What to repair: the mechanism that generates all the stores, or the stores themselves."""
    stores = [holder] if isinstance(holder, Store) else [source.store for source in holder.sources]
    mechanisms = {store.repair for store in stores}
    if len(mechanisms) == 1 and mechanisms <= _GENERATED and all(s.state is StoreState.READ for s in stores):
        return tuple(mechanisms)
    if isinstance(holder, Store):
        return (holder.path,)
    return tuple(store.path for store in stores) or (f"{holder.kind}\0{holder.executable}",)
