"""Which roots a holder has, in the words and order that every format shares. Pure."""

from wxcertcheck.model import Report, Root, Runtime, Store


def shown_roots(report: Report) -> tuple[Root, ...]:
    """The rotation's roots that decide: the incoming ones, then the retiring ones."""
    rotation = report.rotation
    used = {anchor for phase in rotation.phases for chain in phase.chains for anchor in chain.anchors}
    roots = [root for root in rotation.roots if root.fingerprint in used | rotation.incoming | rotation.retiring]
    return tuple(sorted(roots, key=lambda root: root.fingerprint not in rotation.incoming))


def stores_of(holder: Runtime | Store) -> tuple[Store, ...]:
    """The stores that a holder reads; a store reads itself."""
    return (holder,) if isinstance(holder, Store) else tuple(source.store for source in holder.sources)


def root_state(holder: Runtime | Store, root: Root) -> str:
    """ "trusted", "switched-off", "unknown" or "absent"."""
    if root.fingerprint in holder.trusted:
        return "trusted"
    held = {c.fingerprint for store in stores_of(holder) for c in store.certificates}
    if root.fingerprint in held:
        return "switched-off"
    unread = isinstance(holder, Runtime) and holder.unknown is not None
    return "unknown" if unread or any(s.state == "unreadable" for s in stores_of(holder)) else "absent"
