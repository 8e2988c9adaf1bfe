"""WXC103: the needed root is in the store, and a setting there says that it is not to be trusted."""

from collections.abc import Iterator

from msgspec.structs import replace

from wxcertcheck.model import Case, Finding, Level, Rule
from wxcertcheck.rules.holders import failures
from wxcertcheck.rules.lacking import finding_for
from wxcertcheck.rules.wording import root_label
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """Failures whose needed root is held, but switched off."""
    for failure in failures(case):
        if failure.nothing_to_read or not failure.switched_off:
            continue
        finding = finding_for(RULE, case, failure)
        reasons = []
        for certificate in failure.switched_off:
            root = case.rotation.root(certificate.fingerprint)
            if root is not None and certificate.why_not is not None:
                reasons.append(_OFF.fill(root=root_label(root), why=certificate.why_not))
        yield replace(finding, reasons=(*dict.fromkeys(reasons), *finding.reasons))


_OFF = Text(zh="{root} 在库中，但不被信任：{why}", en="{root} is there, but not trusted: {why}")

RULE = Rule(
    id="WXC103",
    slug="root-switched-off",
    level=Level.ERROR,
    title=Text(zh="根证书在信任库里，但被设为不信任", en="The needed root is there, but switched off"),
    why=Text(
        zh="文件里有证书不等于信任它：/etc/ca-certificates.conf 的“!”行、RHEL 的 blocklist、p11-kit 的不信任标记、"
        "OpenSSL TRUSTED CERTIFICATE 的拒绝位、仅用于邮件的信任、Android 停用列表，都会让它等于不存在。",
        en='A certificate in a file is not yet trusted: a "!" line of /etc/ca-certificates.conf, RHEL\'s blocklist,'
        " p11-kit distrust, the reject bits of an OpenSSL TRUSTED CERTIFICATE, e-mail-only trust and Android's removed"
        " list all make it count as absent.",
    ),
    remedy=Text(
        zh="去掉停用该根证书的设置，再重新生成信任库。",
        en="Remove the setting that switches the root off, then regenerate the store.",
    ),
    judge=judge,
)
