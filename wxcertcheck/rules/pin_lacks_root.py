"""WXC201: code trusts a fixed set of CAs that lacks a root the hosts need."""

from collections.abc import Iterator
from datetime import datetime

from wxcertcheck.model import Case, Finding, Level, Outage, Pin, PinKind, PinMode, Rule
from wxcertcheck.rules.below_roots import Below, below_roots, wants_roots
from wxcertcheck.rules.pins import content_of, finding, held_roots, quiet, readable, spoken
from wxcertcheck.rules.wording import lacking_roots, level_of, outage_sentence, outages_without, told_outages
from wxcertcheck.text import Text, joined, same


def judge(case: Case) -> Iterator[Finding]:
    """Pins that were read and lack something; without a link to the hosts only where they hold a root of the rotation."""
    for pin in spoken(case, PinKind.TRUST, mode=PinMode.REPLACES):
        outages = case.rotation.outages(pin.trusted, case.on) if readable(pin) else ()
        if not outages:
            continue
        below = below_roots(pin, case.rotation)
        yield _below(pin, case, below) if below else _lacks(pin, case, outages)


def _lacks(pin: Pin, case: Case, outages: tuple[Outage, ...]) -> Finding:
    soft = quiet(pin, case.rotation)
    level = Level.NOTE if soft else level_of(outages, case.rotation, case.on)
    message = _UNLINKED if soft and not held_roots(pin.trusted, case.rotation) else _LACKS
    text = message.fill(
        content=content_of(pin, case.rotation),
        roots=lacking_roots(outages),
        when=outage_sentence(told_outages(pin, case.rotation, case.on), case.on),
    )
    return finding(RULE, case, pin, text, level, outages)


def _below(pin: Pin, case: Case, below: tuple[Below, ...]) -> Finding:
    """An intermediate or server certificate is pinned: what it is, under which root, and whether that is an anchor there."""
    anchors = () if wants_roots(pin) else tuple(one for one in below if case.on < one.ends)
    trusted = pin.trusted | {one.root.fingerprint for one in anchors}
    outages = case.rotation.outages(trusted, case.on)
    level = level_of(outages, case.rotation, case.on) if outages else Level.WARNING
    told = list(
        dict.fromkeys(_ONE.fill(kind=b.kind, name=b.name, root=b.root.key.upper(), end=_date(b.ends)) for b in below)
    )
    message = _FAILS if outages else _WORKS
    text = message.fill(
        paths=joined(list(dict.fromkeys(same(store.path) for store in pin.targets))),
        certificates=joined(told),
        roots=lacking_roots(outages),
        when=outage_sentence(outages_without(trusted, case.rotation, case.on), case.on),
        end=_date(max((one.ends for one in anchors), default=case.on)),
    )
    refused = (_ROOTS_ONLY,) if wants_roots(pin) else ()
    return finding(RULE, case, pin, text, Level.NOTE if quiet(pin, case.rotation) else level, outages, *refused)


def _date(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d")


_LACKS = Text(
    zh="代码只信任 {content}，缺少 {roots}，{when}", en="the code trusts only {content}; it lacks {roots}: {when}"
)
_UNLINKED = Text(
    zh="代码只信任 {content}；若用它访问更换证书的域名，会缺少 {roots}，{when}",
    en="the code trusts only {content}; used for the hosts of the rotation it would lack {roots}: {when}",
)
_ONE = Text(zh="{kind}“{name}”（由 {root} 签发，有效至 {end}）", en="{kind} “{name}” (under {root}, valid until {end})")
_FAILS = Text(
    zh="代码信任的不是根证书：{paths} 里是{certificates}；缺少 {roots}，{when}",
    en="the code trusts no root: {paths} holds {certificates}; it lacks {roots}: {when}",
)
_WORKS = Text(
    zh="代码信任的不是根证书：{paths} 里是{certificates}；服务器一换用别的证书就会失败，最晚到 {end}",
    en="the code trusts no root: {paths} holds {certificates}; it fails as soon as the server uses others, on {end} at the"
    " latest",
)
_ROOTS_ONLY = Text(
    zh="这种客户端只接受自签名的根证书作信任锚，中间证书和服务器证书不算",
    en="this client accepts only self-signed roots as anchors: an intermediate or a server certificate does not count",
)

RULE = Rule(
    id="WXC201",
    slug="pin-lacks-root",
    level=Level.ERROR,
    title=Text(zh="代码指定的 CA 文件缺少需要的根证书", en="CAs fixed in code lack a root that is needed"),
    why=Text(
        zh="程序自己指定了 CA 文件（CURLOPT_CAINFO、verify=、javax.net.ssl.trustStore、RootCAs、ssl_ca_file、ca……），"
        "就不再使用系统的信任库。系统更新了根证书也没有用：指定的文件里没有新根证书，握手就失败。",
        en="Where a program names its own CAs (CURLOPT_CAINFO, verify=, javax.net.ssl.trustStore, RootCAs, ssl_ca_file, ca…)"
        " the system's store is no longer used. Updating the system does not help: the handshake fails as long as the file"
        " that the code names lacks the new root.",
    ),
    remedy=Text(
        zh="方案一（推荐）：删掉指定 CA 的代码，改用系统信任库，2029 年不用再改一次；先确认系统信任库里有新根证书。"
        "方案二：把新根证书追加到指定的文件里，旧根证书保留。",
        en="First way (recommended): remove the code that names CAs and use the system's store, which will not need another"
        " change in 2029; make sure first that this store has the new root. Second way: add the new root to the file that"
        " the code names, and keep the old one.",
    ),
    judge=judge,
)
