"""WXC112: a certificate with the root's key under another signature; it is not the root."""

from collections.abc import Iterator

from wxcertcheck.model import Case, EntryPlace, Finding, Level, Rule, Runtime, Store
from wxcertcheck.rules.holders import could_not_tell, deciding_holders
from wxcertcheck.rules.wording import root_label
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """Twins of a lacking root, in stores that decide."""
    seen: set[tuple[str, str]] = set()
    for holder in deciding_holders(case):
        lacking = {
            root.fingerprint
            for outage in case.rotation.outages(holder.trusted, case.on)
            for roots in outage.lacking
            for root in roots
        }
        if not lacking or could_not_tell(holder):
            continue
        stores = [s.store for s in holder.sources] if isinstance(holder, Runtime) else [holder]
        for store in stores:
            yield from _twins(case, store, lacking, seen)


def _twins(case: Case, store: Store, lacking: set[str], seen: set[tuple[str, str]]) -> Iterator[Finding]:
    for root in case.rotation.roots:
        if root.fingerprint not in lacking:
            continue
        spki = root.spki
        for certificate in store.certificates:
            twin = spki in certificate.der and certificate.fingerprint != root.fingerprint
            if twin and (store.path, certificate.fingerprint) not in seen:
                seen.add((store.path, certificate.fingerprint))
                yield Finding(
                    rule=RULE.id,
                    level=Level.NOTE,
                    place=EntryPlace(store.path, certificate.label),
                    message=_MESSAGE.fill(path=store.path, root=root_label(root)),
                    subjects=(store,),
                )


_MESSAGE = Text(
    zh="{path} 里有与 {root} 同一密钥、由别的 CA 交叉签名的证书；多数客户端不把它当根证书，不计入",
    en="{path} holds a cross-signed twin of {root} (same key, another issuer); most clients refuse it as an anchor, so it"
    " does not count",
)

RULE = Rule(
    id="WXC112",
    slug="cross-signed-twin",
    level=Level.NOTE,
    title=Text(zh="交叉签名的同密钥证书不等于根证书", en="A cross-signed twin is not the root"),
    why=Text(
        zh="交叉证书与根证书主体、公钥相同，但不是自签名。只有接受非自签名信任锚的客户端才能以它为终点。",
        en="A cross certificate has the root's subject and key, but is not self-signed. Only clients that accept an anchor"
        " that is not self-signed can end a chain there.",
    ),
    remedy=Text(zh="把自签名的根证书本身加入信任库。", en="Add the self-signed root itself."),
    judge=judge,
)
