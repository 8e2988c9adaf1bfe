"""What a set of anchors says to a presented chain: accepted through which anchor until when, or why not. Pure.

Source of the order of reasons: OpenSSL builds the path first (codes 2, 18 to 21), then looks at strength and purpose,
then at the name (62), then at the dates (10).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from wxcertcheck.handshake.certificates import Parsed, names_issuer_location, publicly_logged
from wxcertcheck.handshake.examine import Flaw, flaw_of
from wxcertcheck.handshake.paths import Path, Search
from wxcertcheck.model import Certificate, ChainAnswer, ChainOutcome, ChainPath
from wxcertcheck.text import Text, same


def judge_chain(
    chain: Sequence[bytes],
    anchors: Collection[bytes | Certificate],
    name: str,
    at: datetime,
    *,
    partial: bool = False,
) -> ChainAnswer:
    """Judge ``chain`` (DER, leaf first) for ``name`` at the moment ``at`` by ``anchors`` (DER, or a store's certificates).

    ``partial``: accept an anchor that is no root (Go, Java, and OpenSSL with X509_V_FLAG_PARTIAL_CHAIN do). For many
    stores, make one ``ChainJudge`` of all their anchors and ask it for each.
    """
    held = [Certificate.of(anchor) if isinstance(anchor, bytes) else anchor for anchor in anchors]
    judge = ChainJudge(chain, {c.fingerprint: c.der for c in held}, name, at)
    return judge.answer(
        {c.fingerprint for c in held if c.trusted},
        {c.fingerprint: c.why_not or same("") for c in held if not c.trusted},
        partial=partial,
    )


class ChainJudge:
    """One presented chain, prepared once for all anchors (fingerprint → DER) that anybody holds."""

    def __init__(self, chain: Sequence[bytes], anchors: Mapping[str, bytes], name: str, at: datetime) -> None:
        self.name = name
        self.at = at
        self.search = Search(chain, anchors)
        self._flaws: dict[int, tuple[Flaw | None, Text | None]] = {}
        self._sent = {sha256(der).hexdigest() for der in chain}

    @property
    def leaf(self) -> Parsed | None:
        """The leaf, or None where it cannot be parsed."""
        return self.search.leaf

    @property
    def top(self) -> Parsed | None:
        """The last certificate that the presented ones alone lead to."""
        return self.search.top

    def answer(
        self, trusted: Collection[str], switched_off: Mapping[str, Text] | None = None, *, partial: bool = False
    ) -> ChainAnswer:
        """What a store says that trusts exactly ``trusted`` and holds ``switched_off`` without trusting it."""
        if self.search.leaf is None:
            return ChainAnswer(ChainOutcome.UNREADABLE, _UNREADABLE)
        open_paths = [p for p in self.search.paths if p.needed <= set(trusted)]
        whole = [p for p in open_paths if partial or p.anchor.self_signed]
        if whole:
            return self._of_paths(whole)
        if open_paths:
            anchor = open_paths[0].anchor
            detail = _ONLY_INTERMEDIATE.fill(name=anchor.name, root=anchor.issuer_name)
            return ChainAnswer(ChainOutcome.MISSING_ROOT, detail, missing=anchor.issuer_name)
        return self._of_nothing(trusted, switched_off or {})

    def _of_paths(self, paths: Sequence[Path]) -> ChainAnswer:
        judged = [(path, *self._flaw(path)) for path in paths]
        good = sorted((p for p, flaw, _ in judged if flaw is None), key=_until, reverse=True)
        if good:
            stricter = next((why for path, _, why in judged if path is good[0]), None)
            shown = tuple(dict.fromkeys(_shown(path) for path in good))
            detail = _ACCEPTED.fill(name=good[0].anchor.name, day=f"{shown[0].until:%Y-%m-%d}")
            return ChainAnswer(ChainOutcome.ACCEPTED, detail, shown, stricter=stricter)
        path, flaw, _ = judged[0]
        if flaw is None:  # cannot be: then it would be among the good
            raise AssertionError(path)
        return ChainAnswer(flaw.outcome, flaw.detail, tuple(_shown(path) for path, _, _ in judged[:1]))

    def _flaw(self, path: Path) -> tuple[Flaw | None, Text | None]:
        key = id(path)  # the search holds its paths for as long as this lives
        if key not in self._flaws:
            self._flaws[key] = flaw_of(path, self.name, self.at)
        return self._flaws[key]

    def _of_nothing(self, trusted: Collection[str], switched_off: Mapping[str, Text]) -> ChainAnswer:
        """No path to a trusted anchor: which certificate is missing."""
        roots = [path for path in self.search.paths if path.anchor.self_signed]
        for path in roots:
            if path.needed <= {*trusted, *switched_off}:
                off = next(f for f in path.needed if f in switched_off and f not in trusted)
                detail = _SWITCHED_OFF.fill(name=path.anchor.name, why=switched_off[off])
                return ChainAnswer(ChainOutcome.DISTRUSTED, detail, missing=path.anchor.name)
        complete = [path for path in roots if not self._unsent(path)]
        if complete:
            names = list(dict.fromkeys(path.anchor.name for path in complete))
            detail = _MISSING_ROOT.fill(name=_or(names))
            return ChainAnswer(ChainOutcome.MISSING_ROOT, detail, missing=" / ".join(names))
        if roots:
            gap = min(roots, key=lambda path: len(self._unsent(path)))
            missing = next(c.name for c in gap.certificates if c.fingerprint in self._unsent(gap))
            return ChainAnswer(ChainOutcome.MISSING_INTERMEDIATE, _MISSING_ISSUER.fill(name=missing), missing=missing)
        return self._of_unknown()

    def _of_unknown(self) -> ChainAnswer:
        leaf, top = self.search.leaf, self.search.top
        if leaf is None or top is None:
            return ChainAnswer(ChainOutcome.UNREADABLE, _UNREADABLE)
        missing = top.issuer_name
        if top is leaf and not leaf.self_signed:
            return ChainAnswer(ChainOutcome.MISSING_INTERMEDIATE, _MISSING_ISSUER.fill(name=missing), missing=missing)
        return ChainAnswer(ChainOutcome.MISSING_ROOT, _MISSING_ROOT.fill(name=missing), missing=missing)

    def _unsent(self, path: Path) -> frozenset[str]:
        """Certificates between leaf and root that the server should have sent."""
        return frozenset(c.fingerprint for c in path.certificates[:-1]) - self._sent

    @property
    def by_public_authority(self) -> bool:
        """Whether the leaf carries certificate-transparency timestamps."""
        return self.search.leaf is not None and publicly_logged(self.search.leaf)

    @property
    def lacks_its_issuer(self) -> bool:
        """Whether the server sends the leaf alone, though the leaf says where its issuer can be had."""
        leaf, top = self.search.leaf, self.search.top
        return leaf is not None and top is leaf and not leaf.self_signed and names_issuer_location(leaf)


def _until(path: Path) -> datetime:
    return min(parsed.until for parsed in path.certificates)


def _shown(path: Path) -> ChainPath:
    return ChainPath(
        tuple(parsed.fingerprint for parsed in path.certificates),
        tuple(parsed.name for parsed in path.certificates),
        _until(path),
    )


def _or(names: Sequence[str]) -> Text:
    return Text(zh=" 或 ".join(names), en=" or ".join(names))


_ACCEPTED = Text(zh="经 {name} 验证通过，有效至 {day}", en="accepted through {name}, until {day}")
_UNREADABLE = Text(zh="服务器证书无法解析", en="the server's certificate cannot be parsed")
_MISSING_ROOT = Text(zh="缺少根证书 {name}", en="the root {name} is missing")
_MISSING_ISSUER = Text(
    zh="服务器没有发送中间证书 {name}", en="the server does not send the intermediate certificate {name}"
)
_ONLY_INTERMEDIATE = Text(
    zh="信任库里只有中间证书 {name}，没有根证书 {root}；只有允许以中间证书为信任起点的客户端接受",
    en="only the intermediate {name} is in the store, not the root {root};"
    " clients that take an intermediate as anchor accept it, others do not",
)
_SWITCHED_OFF = Text(zh="{name} 在信任库里但不被信任：{why}", en="{name} is in the store, but not trusted: {why}")
