"""Rotations as text for a terminal of 80 columns: the list of them, and one with all that is known about it. Pure."""

from collections.abc import Iterator
from datetime import datetime

from wxcertcheck.model import Chain, Confidence, Phase, Root, Rotation, Source, VerificationAddress
from wxcertcheck.reporters.layout import WIDTH, pad, width, wrap
from wxcertcheck.rules.wording import CONFIDENCE, day
from wxcertcheck.text import Text

_LABEL = 20  # columns of the labels on the left


def rotation_list(rotations: tuple[Rotation, ...], default: str, language: str) -> str:
    """Id, days, hosts, confidence and title of each rotation; the default is marked."""
    columns = max(width(rotation.id) for rotation in rotations) + 2
    lines = [f"  {pad(_ID.of(language), columns)}{pad(_DAYS.of(language), 26)}{pad(_HOSTS.of(language), 7)}"]
    lines[0] = f"{lines[0]}{_CONFIDENCE.of(language)}"
    for rotation in rotations:
        mark = "*" if rotation.id == default else " "
        hosts = str(len(rotation.hosts)) if rotation.hosts else _ANY.of(language)
        known = CONFIDENCE[weakest(rotation)].of(language)
        lines.append(f"{mark} {pad(rotation.id, columns)}{pad(days(rotation, language), 26)}{pad(hosts, 7)}{known}")
        lines += wrap(rotation.title.of(language), indent="    ")
    lines += ["", *wrap(_LIST_END.of(language))]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def rotation_document(rotation: Rotation, language: str) -> str:
    """Everything that is known about one rotation: roots, phases, hosts, addresses, notes, sources, confidence."""
    lines = wrap(f"{rotation.id}  {rotation.title.of(language)}", indent="  ")
    sure = CONFIDENCE[rotation.confidence].of(language)
    lines.append(_OVERALL.fill(confidence=sure, zone=rotation.zone).of(language))
    for heading, body in (
        (_ROOTS, _root_lines(rotation, language)),
        (_PHASES, _phase_lines(rotation, language)),
        (_HOSTS_LONG, _host_lines(rotation, language)),
        (_ADDRESSES, _address_lines(rotation, rotation.verification_addresses, language)),
        (_OLD_ADDRESSES, _address_lines(rotation, rotation.old_chain_addresses, language)),
        (_NOTES, _note_lines(rotation.notes, language)),
        (_SOURCES, _source_lines(rotation, language)),
    ):
        lines += ["", heading.of(language), *(list(body) or [f"  {_NONE.of(language)}"])]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def weakest(rotation: Rotation) -> Confidence:
    """The weakest of what the rotation's days rest on."""
    facts = [rotation.confidence, *(phase.confidence for phase in rotation.phases)]
    return max(facts, key=list(Confidence).index)


def days(rotation: Rotation, language: str) -> str:
    """ "2024-08-05 – 2024-11-30": the first change and the last; "?" for a last one that no source gives."""
    starts = [_day(phase.starts) for phase in rotation.phases if phase.starts]
    if rotation.phases[-1].end_unknown:
        return f"{starts[0] if starts else '?'} – ?"
    return " – ".join(dict.fromkeys([starts[0], starts[-1]])) if starts else _ALWAYS.of(language)


def _root_lines(rotation: Rotation, language: str) -> Iterator[str]:
    for root in rotation.roots:
        yield from wrap(root.name + _bracket(_role(rotation, root), language), indent="    ", first=f"  {root.key}  ")
        yield f"    SHA-256 {root.fingerprint}"
        yield _labelled(_SPKI.of(language), _pin(root))
        yield _labelled(_VALID.of(language), f"{_day(root.not_before)} – {_day(root.not_after)}")
        for distrust in root.distrust:
            sure = _bracket(CONFIDENCE[distrust.confidence], language)
            label = _DISTRUST.fill(programme=distrust.programme.capitalize()).of(language)
            yield _labelled(label, _day(distrust.date) + sure)
            if distrust.note:
                yield from wrap(distrust.note.of(language), indent="      ")
        for note in root.notes:
            yield from wrap(note.of(language), indent="    ")


def _phase_lines(rotation: Rotation, language: str) -> Iterator[str]:
    for number, phase in enumerate(rotation.phases):
        following = rotation.phases[number + 1] if number + 1 < len(rotation.phases) else None
        chains = (Text(zh=" 与 ", en=" and ")).of(language).join(_chain(c, rotation, language) for c in phase.chains)
        sure = _bracket(CONFIDENCE[phase.confidence], language)
        span = _span(phase, following, language)
        yield from wrap(_PHASE.fill(span=span, chains=chains).of(language) + sure, indent="    ", first="  ")
        if phase.end_unknown:
            yield from wrap(_END_UNKNOWN.of(language), indent="    ")
        if phase.note:
            yield from wrap(phase.note.of(language), indent="    ")


def _span(phase: Phase, following: Phase | None, language: str) -> str:
    if phase.starts:
        return _FROM.fill(moment=day(phase.starts)).of(language)
    if following and following.starts:
        return _BEFORE.fill(moment=day(following.starts)).of(language)
    return _ALWAYS.of(language)


def _chain(chain: Chain, rotation: Rotation, language: str) -> str:
    """ "new (g1 or baltimore)", with its confidence where that is not the best."""
    keys = _OR.of(language).join(root.key for root in rotation.roots if root.fingerprint in chain.anchors)
    doubt = "" if chain.confidence is Confidence.VERIFIED else f", {CONFIDENCE[chain.confidence].of(language)}"
    return f"{chain.key} [{keys}{doubt}]"


def _host_lines(rotation: Rotation, language: str) -> Iterator[str]:
    for host in rotation.hosts:
        port = "" if host.port == 443 else f":{host.port}"
        yield f"  {pad(host.name + port, 44)}{CONFIDENCE[host.confidence].of(language)}"
    if not rotation.hosts:
        yield f"  {_ANY_HOST.of(language)}"


def _address_lines(rotation: Rotation, addresses: tuple[VerificationAddress, ...], language: str) -> Iterator[str]:
    for address in addresses:
        sure = _bracket(CONFIDENCE[address.confidence], language)
        port = "" if address.port == 443 else f":{address.port}"
        until = _UNTIL.fill(moment=day(address.valid_until)).of(language) if address.valid_until else ""
        yield f"  {address.ip}{port}  {address.host}"
        yield f"    {_SERVES.fill(chain=address.serves).of(language)}{until}{sure}"
        if address.note:
            yield from wrap(address.note.of(language), indent="    ")


def _note_lines(notes: tuple[Text, ...], language: str) -> Iterator[str]:
    for note in notes:
        yield from wrap(note.of(language), indent="    ", first="  - ")


def _source_lines(rotation: Rotation, language: str) -> Iterator[str]:
    for source in all_sources(rotation):
        yield from _folded(source.url)
        yield f"    {_READ_ON.fill(day=source.read_on).of(language)}"


def all_sources(rotation: Rotation) -> tuple[Source, ...]:
    """The sources of the rotation and of its roots, each once."""
    return tuple(dict.fromkeys([*rotation.sources, *(s for root in rotation.roots for s in root.sources)]))


def _folded(url: str) -> Iterator[str]:
    """A URL on lines of at most 80 columns, broken after a slash or hyphen where that is possible."""
    rest, indent = url, "  "
    while len(indent) + len(rest) > WIDTH:
        room = WIDTH - len(indent)
        at = max(rest.rfind("/", 0, room), rest.rfind("-", 0, room)) + 1 or room
        yield indent + rest[:at]
        rest, indent = rest[at:], "    "
    yield indent + rest


def _role(rotation: Rotation, root: Root) -> Text:
    if root.fingerprint in rotation.retiring:
        return Text(zh="旧根，将停用", en="old root, going")
    if root.fingerprint in rotation.incoming:
        return Text(zh="新根", en="new root")
    return Text(zh="可替代的根", en="alternative root")


def _pin(root: Root) -> str:
    """The SPKI fingerprint as the base64 that pins are written in (RFC 7469)."""
    import base64

    return base64.b64encode(bytes.fromhex(root.spki_fingerprint)).decode()


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def _bracket(text: Text, language: str) -> str:
    return Text(zh="（{text}）", en=" ({text})").fill(text=text).of(language)


def _labelled(label: str, value: str) -> str:
    return f"    {pad(label, _LABEL)}{value}"


_PHASE = Text(zh="{span}：{chains}", en="{span}: {chains}")
_ID = Text(zh="id", en="id")
_DAYS = Text(zh="日期", en="days")
_HOSTS = Text(zh="主机", en="hosts")
_CONFIDENCE = Text(zh="可信度", en="confidence")
_ANY = Text(zh="不限", en="any")
_ANY_HOST = Text(zh="不限主机", en="any host")
_LIST_END = Text(
    zh="* 默认。可信度取各日期中最弱的一项。详情：wxcertcheck rotations show ID",
    en="* the default. The confidence is that of the weakest day. More: wxcertcheck rotations show ID",
)
_OVERALL = Text(zh="可信度：{confidence}。时区：{zone}。", en="Confidence: {confidence}. Zone: {zone}.")
_ROOTS = Text(zh="根证书", en="Roots")
_PHASES = Text(
    zh="阶段：服务器出示的证书链 [需要的根证书]", en="Phases: the chains that servers present [roots needed]"
)
_HOSTS_LONG = Text(zh="主机", en="Hosts")
_ADDRESSES = Text(zh="验证地址", en="Verification addresses")
_OLD_ADDRESSES = Text(zh="仍用旧证书链的临时地址", en="Temporary addresses that keep the old chain")
_NOTES = Text(zh="说明", en="Notes")
_SOURCES = Text(zh="来源", en="Sources")
_NONE = Text(zh="无", en="none known")
_SPKI = Text(zh="SPKI 指纹（pin）", en="SPKI pin")
_VALID = Text(zh="有效期", en="valid")
_DISTRUST = Text(zh="{programme} 停止信任", en="{programme} distrust")
_FROM = Text(zh="自 {moment} 起", en="from {moment}")
_BEFORE = Text(zh="{moment} 之前", en="before {moment}")
_ALWAYS = Text(zh="一直", en="always")
_OR = Text(zh=" 或 ", en=" or ")
_UNTIL = Text(zh="，到 {moment} 为止", en=", until {moment}")
_SERVES = Text(zh="出示 {chain} 证书链", en="presents the {chain} chain")
_READ_ON = Text(zh="读于 {day}", en="read on {day}")
_END_UNKNOWN = Text(zh="结束日期未知。", en="The end is not known.")
