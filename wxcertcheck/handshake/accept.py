"""One handshake judged against the rotation's roots, and against every runtime and store that was found. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache

from wxcertcheck.handshake.certificates import names_of
from wxcertcheck.handshake.chain import ChainJudge
from wxcertcheck.model import (
    Acceptance,
    Certificate,
    ChainAnswer,
    ChainOutcome,
    Evidence,
    Handshake,
    NotLooked,
    Origin,
    Presented,
    Rotation,
    Runtime,
    Store,
    Top,
)
from wxcertcheck.text import Text

_ANNOUNCED = (Origin.VERIFICATION, Origin.OLD_CHAIN)
_PARTIAL_KINDS = ("java", "go")
"""Runtimes that take any certificate of their store as an anchor, root or not (RFC 5280, 6.1.1; PKIX, crypto/x509)."""


def judge(evidence: tuple[Evidence, ...], rotation: Rotation) -> tuple[Evidence, ...]:
    """See :func:`wxcertcheck.handshake.judge_handshakes`."""
    shakes = [item for item in evidence if isinstance(item, Handshake)]
    if not shakes:
        return ()
    holders = [item for item in evidence if isinstance(item, Runtime | Store)]
    anchors = {root.fingerprint: root.der for root in rotation.roots}
    public = {Certificate.of(der).fingerprint: der for der in public_roots()}
    everything = {**public, **anchors}
    for holder in holders:
        for certificate in _certificates(holder):
            everything[certificate.fingerprint] = certificate.der
    return tuple(_judged(shakes, holders, rotation, everything, frozenset(public)))


def _judged(
    shakes: list[Handshake],
    holders: list[Runtime | Store],
    rotation: Rotation,
    everything: Mapping[str, bytes],
    public: frozenset[str],
) -> Iterator[Evidence]:
    contents = [(holder, holder.trusted, _switched_off(holder)) for holder in holders]
    groups: dict[tuple[object, ...], list[Handshake]] = {}
    for shake in shakes:
        groups.setdefault((shake.chain, shake.place.sni), []).append(shake)
    for group in groups.values():
        first = group[0]
        judge = ChainJudge(first.chain, everything, first.place.sni, first.at)
        answer = judge.answer({root.fingerprint for root in rotation.roots})
        top, name = _top(judge, rotation, public, answer)
        everyone = [_presented(shake, rotation, judge, (top, name, answer)) for shake in group]
        yield from everyone
        yield from (_someone_else(p) for p in everyone if p.handshake.origin in _ANNOUNCED and not p.counts)
        places = tuple(p.handshake.place for p in everyone if p.counts)
        if not places:
            continue
        shown = next(p for p in everyone if p.counts)
        for holder, trusted, off in contents:
            partial = isinstance(holder, Runtime) and holder.kind.startswith(_PARTIAL_KINDS)
            yield Acceptance(places, holder, shown, judge.answer(trusted, off, partial=partial))


def _presented(
    shake: Handshake, rotation: Rotation, judge: ChainJudge, seen: tuple[Top, str, ChainAnswer]
) -> Presented:
    top, name, answer = seen
    counts = shake.origin not in _ANNOUNCED or answer.accepted or (top is Top.PRIVATE and _for_the_name(judge))
    return Presented(shake, top, name, answer, counts, _as_expected(shake, rotation, answer))


def _for_the_name(judge: ChainJudge) -> bool:
    return judge.leaf is not None and names_of(judge.leaf).cover(judge.name)


def _as_expected(shake: Handshake, rotation: Rotation, answer: ChainAnswer) -> bool | None:
    """Whether the address serves the chain that the rotation (or the user) expects there; None: nobody said."""
    chains = {chain.key: chain for phase in rotation.phases for chain in phase.chains}
    if shake.serves not in chains:
        return None
    return answer.accepted and any(path.anchor in chains[shake.serves].anchors for path in answer.paths)


def _top(judge: ChainJudge, rotation: Rotation, public: frozenset[str], answer: ChainAnswer) -> tuple[Top, str]:
    """What the chain ends in, and the name of that."""
    if judge.leaf is None or judge.top is None:
        return Top.BROKEN, ""
    own = {
        path.anchor.fingerprint: path.anchor.name
        for path in judge.search.paths
        if rotation.root(path.anchor.fingerprint)
    }
    if own and answer.outcome is not ChainOutcome.MISSING_INTERMEDIATE:
        incoming, retiring = own.keys() & rotation.incoming, own.keys() & rotation.retiring
        kind = (Top.BOTH if retiring else Top.INCOMING) if incoming else (Top.RETIRING if retiring else Top.OTHER)
        return kind, " / ".join(dict.fromkeys(own.values()))
    known = [path.anchor for path in judge.search.paths if path.anchor.fingerprint in public]
    if answer.outcome is ChainOutcome.MISSING_INTERMEDIATE and (
        judge.by_public_authority or judge.lacks_its_issuer or own or known
    ):
        return Top.INCOMPLETE, answer.missing
    if known:
        return Top.OTHER, known[0].name
    top = judge.top.name if judge.top.self_signed else judge.top.issuer_name
    return (Top.OTHER if judge.by_public_authority else Top.PRIVATE), top


def _someone_else(presented: Presented) -> NotLooked:
    shake = presented.handshake
    return NotLooked(
        shake.place,
        "someone-else",
        _SOMEONE_ELSE.fill(address=shake.place.address, detail=presented.answer.detail),
        _SOMEONE_HINT,
        decides=False,
    )


def _certificates(holder: Runtime | Store) -> Iterator[Certificate]:
    stores = (source.store for source in holder.sources) if isinstance(holder, Runtime) else (holder,)
    return (certificate for store in stores for certificate in store.certificates)


def _switched_off(holder: Runtime | Store) -> dict[str, Text]:
    return {c.fingerprint: c.why_not or _UNTRUSTED for c in _certificates(holder) if not c.trusted}


@cache
def public_roots() -> Collection[bytes]:
    """Roots that public lists know, DER: Mozilla's current list (certifi), and every root of a shipped rotation.

    A chain that ends in none of them, and whose leaf was never logged publicly, ends in a private root.
    """
    import base64
    from importlib.resources import files

    import certifi

    from wxcertcheck.rotations import load_all

    text = files(certifi).joinpath("cacert.pem").read_bytes().decode("ascii", "replace")
    blocks = (part.partition("-----END CERTIFICATE-----")[0] for part in text.split("-----BEGIN CERTIFICATE-----")[1:])
    return (
        *(base64.b64decode(block) for block in blocks),
        *(root.der for rotation in load_all() for root in rotation.roots),
    )


_UNTRUSTED = Text(zh="信任库的设置不信任它", en="the store's settings do not trust it")
_SOMEONE_ELSE = Text(
    zh="{address} 的应答不能用于验证：{detail}。这个地址可能已停用，或已归他人",
    en="what answers at {address} proves nothing: {detail}. The address may be retired, or someone else's by now",
)
_SOMEONE_HINT = Text(
    zh="官方说明证书更换后会关停验证地址；请以正式域名的结果为准",
    en="verification addresses were announced to be shut down after the change; go by the host's own addresses",
)
