"""What the rules about code share: which pins speak, how sure their link to the rotation is, how loud they are. Pure."""

from collections.abc import Iterator

from wxcertcheck.model import (
    Case,
    Certainty,
    Finding,
    Level,
    NotLooked,
    Outage,
    Pin,
    PinKind,
    PinMode,
    Purpose,
    Root,
    Rotation,
    Rule,
    StoreState,
)
from wxcertcheck.text import Text, joined, same

_PROOF = (StoreState.EMPTY, StoreState.DAMAGED)


def certainty_of(pin: Pin, rotation: Rotation) -> Certainty:
    """How sure it is that the pin decides about this rotation's hosts: same file, same tree, or neither."""
    if any(rotation.knows_host(host) for host in pin.hosts) or (pin.link is Certainty.CERTAIN and not pin.hosts):
        return Certainty.CERTAIN
    if any(rotation.knows_host(host) for host in pin.likely_hosts):
        return Certainty.LIKELY
    return Certainty.UNLINKED


def spoken(case: Case, *kinds: PinKind, mode: PinMode | None = None) -> Iterator[Pin]:
    """Pins of these kinds outside test code and servers' client lists."""
    for pin in case.each(Pin):
        if pin.kind in kinds and not pin.test and pin.purpose is not Purpose.SERVER and mode in (None, pin.mode):
            yield pin


def readable(pin: Pin) -> bool:
    """Whether everything that the pin names was read: only then does it say what is trusted."""
    return bool(pin.targets) and not pin.unresolved and all(s.state is StoreState.READ for s in pin.targets)


def broken(pin: Pin) -> bool:
    """Whether what the pin names is there and no store: the program trusts nothing, or does not start."""
    return any(store.state in _PROOF for store in pin.targets) and not pin.trusted


def unread(pin: Pin) -> bool:
    """Whether the pin's certificates are unknown."""
    return not readable(pin) and not broken(pin)


def quiet(pin: Pin, rotation: Rotation) -> bool:
    """Whether the pin cannot break a payment as far as the code tells: no link, another purpose, dead, or an example."""
    return (
        certainty_of(pin, rotation) is Certainty.UNLINKED
        or pin.purpose is not Purpose.HTTPS
        or pin.dead_by is not None
        or pin.example
    )


def finding(
    rule: Rule, case: Case, pin: Pin, message: Text, level: Level, outages: tuple[Outage, ...] = (), *more: Text
) -> Finding:
    """A finding at a pin, with how its value was followed, why it is linked, and its suppression."""
    reasons = [*pin.reasons, *more, link_reason(pin, case.rotation)]
    if pin.dead_by is not None:
        reasons.append(_DEAD.fill(place=pin.dead_by))
    if pin.example or pin.vendored:
        reasons.append(_EXAMPLE if pin.example else _VENDORED)
    if pin.purpose not in (Purpose.HTTPS, Purpose.SERVER):
        reasons.append(_PURPOSES[pin.purpose].fill(rotation=case.rotation.title))
    ignored_by, not_ignored = suppression_of(pin, rule.id)
    return Finding(
        rule=rule.id,
        level=level,
        place=pin.place,
        message=message,
        certainty=certainty_of(pin, case.rotation),
        reasons=tuple(reasons),
        outages=outages,
        subjects=(pin,),
        ignored_by=ignored_by,
        not_ignored=not_ignored,
        line_hash=pin.line_hash,
    )


def suppression_of(pin: Pin, rule_id: str) -> tuple[str | None, Text | None]:
    """The reason by which a comment at the pin accepts a rule's findings; else why the comment does not count."""
    from wxcertcheck.rules import rule_by_id  # the rules import this module

    suppressed = pin.suppressed
    if suppressed is None or suppressed.fault:
        return None, suppressed.fault if suppressed else None
    named = {name: rule_by_id(name) for name in suppressed.rules if name != "ALL"}
    if "ALL" in suppressed.rules or any(rule is not None and rule.id == rule_id for rule in named.values()):
        return suppressed.reason, None
    unknown = next((name for name, rule in named.items() if rule is None), "")
    return None, _NO_SUCH_RULE.fill(rule=unknown) if unknown else None


def held_roots(trusted: frozenset[str], rotation: Rotation) -> tuple[Root, ...]:
    """The rotation's roots among some fingerprints."""
    return tuple(root for root in rotation.roots if root.fingerprint in trusted)


def content_of(pin: Pin, rotation: Rotation) -> Text:
    """ "rootca.pem (G1)": what the pin names and which of the rotation's roots are in it."""
    held = held_roots(pin.trusted, rotation)
    names = joined([same(root.key.upper()) for root in held]) if held else _NONE_OF_THEM
    paths = joined(list(dict.fromkeys(same(store.path) for store in pin.targets)))
    return _CONTENT.fill(paths=paths, roots=names)


def link_reason(pin: Pin, rotation: Rotation) -> Text:
    """Why the pin is, or is not, taken to decide about the rotation's hosts."""
    certain = [host for host in pin.hosts if rotation.knows_host(host)]
    if certain:
        return _IN_FILE.fill(host=certain[0])
    likely = [host for host in pin.likely_hosts if rotation.knows_host(host)]
    if likely:
        return _IN_TREE.fill(host=likely[0])
    return _ANY if pin.link is Certainty.CERTAIN and not pin.hosts else _NOWHERE


def undecided_pins(case: Case) -> Iterator[NotLooked]:
    """Pins that certainly decide and whose certificates are unknown: the verdict cannot be READY."""
    for pin in spoken(case, PinKind.TRUST, mode=PinMode.REPLACES):
        if unread(pin) and not quiet(pin, case.rotation) and certainty_of(pin, case.rotation) is Certainty.CERTAIN:
            if suppression_of(pin, _UNRESOLVED)[0] is not None:
                continue
            why = pin.unresolved or next((s.problem for s in pin.targets if s.problem), _COMPUTED)
            message = _UNKNOWN_PIN.fill(value=short(pin.value), why=why)
            there = any(s.kind == "file" and s.state is StoreState.UNREADABLE for s in pin.targets)
            hint = _UNREAD_HINT if there else _UNKNOWN_HINT
            yield NotLooked(pin.place, "pin-unresolved", message, hint, decides=True)


def short(value: str) -> str:
    """An expression on one line, at most 80 characters."""
    line = " ".join(value.split())
    return line if len(line) <= 80 else line[:79] + "…"


_UNRESOLVED = "WXC205"
_NO_SUCH_RULE = Text(
    zh="忽略注释不起作用：没有 {rule} 这条规则（wxcertcheck explain 可查）",
    en="the ignore comment does not count: there is no rule {rule} (see wxcertcheck explain)",
)
_CONTENT = Text(zh="{paths}（{roots}）", en="{paths} ({roots})")
_NONE_OF_THEM = Text(zh="不含此次更换涉及的根证书", en="none of the rotation's roots")
_IN_FILE = Text(zh="同一文件里访问 {host}", en="the same file names {host}")
_IN_TREE = Text(
    zh="项目里其他地方（或依赖包）访问 {host}", en="{host} is named elsewhere in the project, or a package calls it"
)
_NOWHERE = Text(zh="项目里没有出现此次更换涉及的域名", en="no host of the rotation is named in the project")
_ANY = Text(zh="按 --any-host，视为会影响", en="taken as certain: --any-host")
_DEAD = Text(
    zh="{place} 关掉了校验，这里的设置不起作用", en="verification is off at {place}: this setting has no effect"
)
_EXAMPLE = Text(zh="这是示例或模板，不是运行的代码", en="an example or template, not the code that runs")
_VENDORED = Text(zh="这是项目里带的第三方代码", en="somebody else's code that lies in the project")
_UNKNOWN_PIN = Text(zh="{value} 固定了 CA，但内容未知：{why}", en="{value} pins CAs whose content is unknown: {why}")
_UNKNOWN_HINT = Text(
    zh="请把它指向的文件放进扫描目录，或在部署该程序的机器上检查。",
    en="Put the file that it names into the scanned tree, or check where the program is deployed.",
)
_UNREAD_HINT = Text(
    zh="请用 wxcertcheck stores 单独检查这个文件（密钥库密码用 --password-env 或 --password-file 给出）。",
    en="Judge that file by itself with wxcertcheck stores (a keystore's password: --password-env or --password-file).",
)
_COMPUTED = Text(zh="取值要运行时才知道", en="the value is only known at run time")
_PURPOSES = {
    Purpose.DATABASE: Text(
        zh="这是数据库连接，与支付无关：数据库服务器也按“{rotation}”更换时才受影响",
        en="a database connection: {rotation} breaks it only if the database's server changes too",
    ),
    Purpose.QUEUE: Text(
        zh="这是消息队列连接，与支付无关：消息服务器也按“{rotation}”更换时才受影响",
        en="a message queue's connection: {rotation} breaks it only if the broker changes too",
    ),
    Purpose.LDAP: Text(
        zh="这是 LDAP 连接，与支付无关：该服务器也按“{rotation}”更换时才受影响",
        en="an LDAP connection: {rotation} breaks it only if that server changes too",
    ),
    Purpose.MAIL: Text(
        zh="这是邮件连接，与支付无关：邮件服务器也按“{rotation}”更换时才受影响",
        en="a mail connection: {rotation} breaks it only if that server changes too",
    ),
    Purpose.TOOL: Text(
        zh="这是构建工具的设置，不影响程序访问支付（{rotation}）",
        en="a build tool's setting: it does not touch the program's own calls ({rotation})",
    ),
}
