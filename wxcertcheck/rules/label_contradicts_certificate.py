"""WXC111: a comment, alias or file name says one root, and the certificate is another."""

from collections.abc import Iterator
from functools import cache

from wxcertcheck.model import Case, Certificate, EntryPlace, Finding, Level, Root, Rule, Runtime, Store
from wxcertcheck.rules.wording import root_label
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """Labels that name a root of the rotation over a certificate that is not that root."""
    stores = {s.store.path: s.store for runtime in case.each(Runtime) for s in runtime.sources}
    stores |= {store.path: store for store in case.each(Store)}
    for store in stores.values():
        for certificate in store.certificates:
            root = _named(certificate.label, case)
            if root is not None and root.fingerprint != certificate.fingerprint and not _same_key(certificate, root):
                held = root.fingerprint in store.trusted
                yield Finding(
                    rule=RULE.id,
                    level=Level.NOTE if held else Level.WARNING,
                    place=EntryPlace(store.path, certificate.label),
                    message=_MESSAGE.fill(
                        path=store.path, label=certificate.label, root=root_label(root), is_=_what(certificate, case)
                    ),
                    subjects=(store,),
                )


def _named(label: str, case: Case) -> Root | None:
    plain = _plain(label)
    named = [root for root in case.rotation.roots if _plain(root.name) in plain]
    return max(named, key=lambda root: len(root.name), default=None)


@cache
def _plain(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())


def _same_key(certificate: Certificate, root: Root) -> bool:
    """A cross-signed twin is rightly called by the root's name; its SubjectPublicKeyInfo is the root's, byte by byte."""
    return root.spki in certificate.der


def _what(certificate: Certificate, case: Case) -> str:
    root = case.rotation.root(certificate.fingerprint)
    return root.name if root else f"SHA-256 {certificate.fingerprint[:16]}…"


_MESSAGE = Text(
    zh="{path} 里标着“{label}”的证书不是 {root}，而是 {is_}",
    en='{path}: the certificate labelled "{label}" is not {root} but {is_}',
)

RULE = Rule(
    id="WXC111",
    slug="label-contradicts-certificate",
    level=Level.WARNING,
    title=Text(zh="名称与证书不符", en="A label contradicts its certificate"),
    why=Text(
        zh="注释、别名、文件名只是文字，客户端从不看它。按名字 grep 会以为根证书已经在库里。",
        en="Comments, aliases and file names are only words; no client reads them. Who greps for the name believes that"
        " the root is there.",
    ),
    remedy=Text(
        zh="以 SHA-256 指纹为准，换成正确的根证书或更正名称。",
        en="Go by the SHA-256: put the right root there, or correct the label.",
    ),
    judge=judge,
)
