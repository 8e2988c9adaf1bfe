"""WXC101: a runtime in use does not trust the new root."""

from collections.abc import Iterator

from wxcertcheck.model import Case, Finding, Level, Rule
from wxcertcheck.rules.holders import failures
from wxcertcheck.rules.lacking import finding_for
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """Failures that lack an incoming root, for no deeper reason (an unreadable store, a root switched off)."""
    for failure in failures(case):
        if failure.lacking & case.rotation.incoming and not failure.nothing_to_read and not failure.switched_off:
            yield finding_for(RULE, case, failure)


RULE = Rule(
    id="WXC101",
    slug="missing-incoming-root",
    level=Level.ERROR,
    title=Text(zh="在用的运行环境不信任新根证书", en="A runtime in use does not trust the new root"),
    why=Text(
        zh="服务器换用新根证书签发的证书后，信任库里没有新根证书的客户端无法验证服务器，TLS 握手失败，支付请求发不出去。"
        "灰度期间新旧证书并存，表现为部分请求失败、重试又成功。"
        '不要用 grep 判断：Debian、Ubuntu 的 ca-certificates.crt 没有注释行，grep "DigiCert Global Root" 一无所获；'
        "而注释、别名、文件名都可能写错。应按证书的 SHA-256 指纹判断。",
        en="Once the server presents a certificate under the new root, a client whose trust store lacks that root cannot"
        " verify it: the TLS handshake fails and no payment request gets out. While old and new certificates are served"
        " side by side, some requests fail and a retry succeeds. Do not decide by grep: Debian's and Ubuntu's"
        ' ca-certificates.crt has no comment lines, so grep "DigiCert Global Root" finds nothing there, and comments,'
        " aliases and file names can lie. Go by the certificate's SHA-256.",
    ),
    remedy=Text(
        zh="更新这个信任库的来源（系统 ca-certificates 包、JDK、certifi……），或把新根证书追加进去，旧根证书保留。"
        "系统生成的文件要改来源再重新生成，不要直接改生成结果。",
        en="Update the source of that store (the system's ca-certificates package, the JDK, certifi…), or add the new root"
        " and keep the old one. Where the system generates the file, change its source and regenerate it.",
    ),
    judge=judge,
)
