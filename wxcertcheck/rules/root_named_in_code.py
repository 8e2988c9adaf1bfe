"""WXC211: a root is named by fingerprint, key or serial number, where no comparison was recognised."""

from collections.abc import Iterator

from wxcertcheck.model import Case, Finding, Level, RootNamed, Rule
from wxcertcheck.rules.wording import root_label
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """A note for each root of the rotation that a file names outside test code."""
    for named in case.each(RootNamed):
        root = case.rotation.root(named.fingerprint)
        if root is not None and not named.test:
            message = _NAMED.fill(root=root_label(root), written=named.written)
            yield Finding(RULE.id, Level.NOTE, named.place, message, subjects=(named,))


_NAMED = Text(
    zh="这里写有根证书 {root} 的指纹或序列号：{written}",
    en="the fingerprint, key or serial number of the root {root} stands here: {written}",
)

RULE = Rule(
    id="WXC211",
    slug="root-named-in-code",
    level=Level.NOTE,
    title=Text(
        zh="代码或配置里写有根证书的指纹或序列号", en="A root's fingerprint or serial number stands in code or settings"
    ),
    why=Text(
        zh="这里没有认出比对证书的写法，但列表或配置里的指纹、公钥哈希、序列号可能在别处被用来比对。"
        "只写旧根证书的话，更换后会拒绝连接。",
        en="No comparison was recognised here, but a fingerprint, key hash or serial number in a list or setting may be compared"
        " elsewhere. Where the old root stands alone, the connection is refused after the change.",
    ),
    remedy=Text(
        zh="查明它的用途；若用来比对服务器的证书，删掉比对，或同时写上新旧两张根证书的。",
        en="Find out what it is for; where servers' certificates are compared with it, remove the comparison or list both the"
        " old and the new root.",
    ),
    judge=judge,
)
