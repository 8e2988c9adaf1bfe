"""WXC306: a certificate of the presented chain is too weak, or may not be used this way."""

from collections.abc import Iterator

from wxcertcheck.model import Case, ChainOutcome, Finding, Level, Rule
from wxcertcheck.rules.observed import presented
from wxcertcheck.text import Text

_LEVELS = {
    ChainOutcome.WEAK_SIGNATURE: Level.WARNING,  # older clients accept it
    ChainOutcome.CONSTRAINT: Level.ERROR,
    ChainOutcome.UNREADABLE: Level.ERROR,
}


def judge(case: Case) -> Iterator[Finding]:
    """One finding per address."""
    for shown in presented(case, production=True):
        if level := _LEVELS.get(shown.answer.outcome):
            yield Finding(
                rule=RULE.id,
                level=level,
                place=shown.handshake.place,
                message=_MESSAGE.fill(place=shown.handshake.place, detail=shown.answer.detail),
                subjects=(shown,),
            )


_MESSAGE = Text(zh="{place}：{detail}", en="{place}: {detail}")

RULE = Rule(
    id="WXC306",
    slug="unfit-certificate",
    level=Level.ERROR,
    title=Text(zh="服务器证书强度不足或用途不符", en="A certificate is too weak, or not for this use"),
    why=Text(
        zh="OpenSSL 3 默认拒绝 SHA-1 签名和过短的密钥；没有 CA 标志、用途不含服务器认证的证书，所有客户端都拒绝。",
        en="OpenSSL 3 refuses SHA-1 signatures and short keys by default; every client refuses an issuer without the CA"
        " flag, or a certificate that is not for servers.",
    ),
    remedy=Text(
        zh="公开 CA 不会签发这样的证书：多半是中间设备的证书，请找它的管理员。",
        en="No public authority issues such a certificate: it is likely that of a device on the way; ask its administrator.",
    ),
    judge=judge,
)
