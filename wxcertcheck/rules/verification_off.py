"""WXC202: the server's certificate is not verified."""

import re
from collections.abc import Iterator

from wxcertcheck.model import Case, Finding, Level, PinKind, Purpose, Rule
from wxcertcheck.rules.pins import finding, short, spoken
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """Every place outside test code; a note where the code is somebody else's, an example, or for another purpose."""
    for pin in spoken(case, PinKind.VERIFICATION_OFF):
        soft = pin.vendored or pin.example or pin.purpose is not Purpose.HTTPS
        text = _NAMES if _NAME_CHECK.search(f"{pin.pattern} {pin.value}") else _OFF
        yield finding(RULE, case, pin, text.fill(value=short(pin.value)), Level.NOTE if soft else Level.WARNING)


_NAME_CHECK = re.compile(
    r"(?i)host_?-?name|VERIFY_?HOST|check_?server_?identity|verify_?-?peer_?-?name|validatesDomainName|endpoint\.identification"
    r"|IGNORE_CERT_CN|disableCNCheck|check_?certificate_?name|skip_cert_common_name"
)
_NAMES = Text(
    zh="不核对服务器证书里的域名：{value}",
    en="the names in the server's certificate are not checked: {value}",
)
_OFF = Text(zh="关掉了服务器证书校验：{value}", en="the server's certificate is not verified: {value}")

RULE = Rule(
    id="WXC202",
    slug="verification-off",
    level=Level.WARNING,
    title=Text(zh="关掉了服务器证书校验", en="Verification of the server is switched off"),
    why=Text(
        zh="不校验证书的程序在任何根证书下都能连上，所以通过一切测试；但任何人都可以冒充服务器，窃取或篡改支付请求。"
        "它是换根证书时最常见的错误修法。",
        en="A program that verifies nothing connects under any root and so passes every test; but anybody can pose as the"
        " server and read or change payment requests. It is the most common wrong cure for a change of roots.",
    ),
    remedy=Text(
        zh="恢复校验，并用系统信任库；握手失败时更新信任库，而不是关掉校验。",
        en="Switch verification on again and use the system's store; if the handshake fails, update that store.",
    ),
    judge=judge,
)
