"""WXC206: code compares the certificate or key with a fixed fingerprint."""

from collections.abc import Iterator

from wxcertcheck.model import Case, Finding, Level, Pin, PinKind, Rule
from wxcertcheck.rules.pins import finding, quiet, short, spoken
from wxcertcheck.text import Text, joined, same


def judge(case: Case) -> Iterator[Finding]:
    """An error where only the retiring root is pinned and the hosts are linked; a warning for other linked ones."""
    for pin in spoken(case, PinKind.FINGERPRINT):
        old, new = _roots(pin, case)
        soft = quiet(pin, case.rotation)
        if old and not new:
            level = Level.NOTE if soft else Level.ERROR
            yield finding(RULE, case, pin, _OLD.fill(roots=joined([same(k) for k in old])), level)
        elif new:
            yield finding(RULE, case, pin, _NEW.fill(roots=joined([same(k) for k in (*old, *new)])), Level.NOTE)
        else:
            yield finding(RULE, case, pin, _OTHER.fill(value=short(pin.value)), Level.NOTE if soft else Level.WARNING)


def _roots(pin: Pin, case: Case) -> tuple[list[str], list[str]]:
    """Keys of the retiring and the incoming roots among the pinned digests (SHA-256 of DER or SPKI, SHA-1 of DER)."""
    old: list[str] = []
    new: list[str] = []
    for root in case.rotation.roots:
        if {root.fingerprint, root.spki_fingerprint, root.sha1}.isdisjoint(pin.fingerprints):
            continue
        (new if root.fingerprint in case.rotation.incoming else old).append(root.key.upper())
    return old, new


_OLD = Text(zh="代码只认旧根证书 {roots} 的指纹", en="the code accepts only the fingerprint of the old root {roots}")
_NEW = Text(
    zh="代码写死了根证书 {roots} 的指纹，含新根证书", en="the code has fingerprints of {roots}, the new root among them"
)
_OTHER = Text(
    zh="代码写死了证书或公钥的指纹：{value}",
    en="the code compares with a fixed certificate or key fingerprint: {value}",
)

RULE = Rule(
    id="WXC206",
    slug="pinned-fingerprint",
    level=Level.ERROR,
    title=Text(zh="代码写死了证书或公钥的指纹", en="A certificate's or key's fingerprint is fixed in code"),
    why=Text(
        zh="服务器证书、中间证书和根证书都会更换。写死指纹的程序在更换后拒绝连接，信任库再新也没有用。",
        en="Server certificates, intermediates and roots are all replaced in time. A program that knows one fingerprint refuses"
        " the connection after that, however fresh the trust store is.",
    ),
    remedy=Text(
        zh="删掉指纹比对，交给系统信任库校验；确实需要时，同时写上新旧根证书公钥的指纹。",
        en="Remove the comparison and leave verification to the system's store; where it must stay, list the keys of the old"
        " and the new root.",
    ),
    judge=judge,
)
