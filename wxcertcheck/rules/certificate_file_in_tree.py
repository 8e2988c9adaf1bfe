"""WXC209: CA certificates lie in the tree."""

import re
from collections.abc import Iterator

from wxcertcheck.model import Case, CertificateFile, CertificateRole, FilePlace, Finding, Level, Rule
from wxcertcheck.rules.pins import held_roots
from wxcertcheck.text import Text, joined, same


def judge(case: Case) -> Iterator[Finding]:
    """CA files outside test code; certificates inside source only where the same file pins, one is a rotation's root, it is C or
    C++, or the file is for CAs by its name.
    """
    for item in case.each(CertificateFile):
        held = held_roots(item.store.trusted, case.rotation)
        if item.role is not CertificateRole.TRUST or item.test:
            continue
        if item.embedded and not (item.used or held or _is_constant(item)):
            continue
        names = joined([same(root.key.upper()) for root in held]) if held else _NONE
        message = _HOLDS.fill(count=len(item.store.certificates), roots=names)
        reasons = (_USED,) if item.used else (_UNUSED,)
        yield Finding(RULE.id, Level.NOTE, item.place, message, reasons=reasons, subjects=(item,))


def _is_constant(item: CertificateFile) -> bool:
    """A program for a device carries its CAs as constants and hands them on through functions of its own; others do in a file of
    that name. Not in copies of TLS libraries, which carry test certificates.
    """
    path = item.place.path if isinstance(item.place, FilePlace) else ""
    name = path.rpartition("/")[2]
    told = _OF_TLS.search(name) is not None and _OF_SIGNATURES.search(path) is None
    return not item.vendored and (told or _DEVICE.search(name) is not None) and _TLS_LIBRARY.search(path) is None


_OF_TLS = re.compile(
    r"(?:^|[^a-z])(?:ca|tls|ssl)(?![a-z])|[cC]a_?[cC]ert|CA|TLS|SSL|[tT]ls|[sS]sl|[cC]ert(?:s|ificates?)?(?![a-z])|[tT]rust|[pP]inn|[rR]oots?(?![a-z])"
)
_OF_SIGNATURES = re.compile(
    r"(?i)attest|webauthn|fido|u2f|sgx|receipt|apple|sign|jwt|mdoc|licen[cs]e|example|sample|mock|fixture|test|passport|id_?card"
)
_DEVICE = re.compile(r"\.(?:c|cc|cpp|cxx|h|hh|hpp|ino)$", re.IGNORECASE)
_TLS_LIBRARY = re.compile(r"(?:mbed_?tls|wolfssl|openssl|bearssl|boringssl|libressl)[^/]*/", re.IGNORECASE)

_HOLDS = Text(
    zh="有 {count} 张 CA 证书；此次更换涉及的根证书：{roots}",
    en="holds {count} CA {count:certificate|certificates}; of the rotation's roots: {roots}",
)
_NONE = Text(zh="无", en="none")
_USED = Text(zh="代码里有地方使用它", en="code uses it")
_UNUSED = Text(zh="扫描到的代码里没有地方直接使用它", en="no scanned code was seen to use it")

RULE = Rule(
    id="WXC209",
    slug="certificate-file-in-tree",
    level=Level.NOTE,
    title=Text(zh="代码目录里有 CA 证书", en="CA certificates lie in the tree"),
    why=Text(
        zh="目录里的 CA 文件不会随系统更新。文件名、别名和注释可能与内容不符，这里按证书的 SHA-256 指纹说明里面有什么。"
        "商户 API 证书（apiclient_cert）、微信支付平台证书与换根证书无关，不在此列。",
        en="CA files in a tree do not update with the system. Names, aliases and comments may lie; what is said here goes by"
        " the SHA-256 of the certificates. A merchant's API certificate (apiclient_cert) and WeChat Pay's platform"
        " certificates have nothing to do with the rotation and are not listed.",
    ),
    remedy=Text(
        zh="若程序用它访问更换证书的域名，按 WXC201 的两个方案之一处理；不用的文件删掉。",
        en="If the program uses it for hosts of the rotation, follow one of the two ways of WXC201; delete what is not used.",
    ),
    judge=judge,
)
