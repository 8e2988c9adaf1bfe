"""What readers say when bytes cannot be read: one function per reason of `CannotRead`, so that texts stay alike."""

from wxcertcheck.errors import CannotRead
from wxcertcheck.text import Text

_ASK_FOR_COPY = Text(
    zh="请从可靠来源重新取得该文件，或从备份恢复。",
    en="Get the file again from a source that you trust, or restore it from a backup.",
)


def empty() -> CannotRead:
    """Nothing in it."""
    return CannotRead(
        "empty",
        Text(zh="文件是空的，没有任何证书。", en="The file is empty: it holds no certificate."),
        Text(
            zh="读取它的程序将不信任任何根证书；请重新生成该文件。",
            en="A program that reads it trusts no root; make it again.",
        ),
    )


def no_certificate(message: Text, hint: Text | None = None) -> CannotRead:
    """Text, or PEM of another kind, without a certificate."""
    return CannotRead("no-certificate", message, hint or _ASK_FOR_COPY)


def not_a_store() -> CannotRead:
    """Bytes of no format that we know."""
    return CannotRead(
        "not-a-store",
        Text(
            zh="内容不是证书，也不是已知格式的信任库。",
            en="The contents are neither a certificate nor a trust store of a known format.",
        ),
        Text(
            zh="可读取的格式：PEM、DER、PKCS#7、PKCS#12、JKS、JCEKS、BKS。",
            en="Formats that can be read: PEM, DER, PKCS#7, PKCS#12, JKS, JCEKS, BKS.",
        ),
    )


def truncated(what: Text) -> CannotRead:
    """The bytes end too early. ``what`` names the part."""
    return CannotRead(
        "truncated", Text(zh="文件不完整：{what}。", en="The file is cut short: {what}.").fill(what=what), _ASK_FOR_COPY
    )


def damaged(what: Text) -> CannotRead:
    """The bytes contradict their format. ``what`` names the part."""
    return CannotRead(
        "damaged", Text(zh="文件已损坏：{what}。", en="The file is damaged: {what}.").fill(what=what), _ASK_FOR_COPY
    )


def needs_password(hint: Text | None = None) -> CannotRead:
    """Encrypted, and no password was given."""
    return CannotRead(
        "needs-password",
        Text(
            zh="内容已加密；未提供密码，常用密码（changeit、空密码）也打不开。",
            en="The contents are encrypted; no password was given and the usual ones (changeit, none) do not open it.",
        ),
        hint or Text(zh="请提供该文件的密码。", en="Give the file's password."),
    )


def wrong_password() -> CannotRead:
    """Every given password was refused."""
    return CannotRead(
        "wrong-password",
        Text(
            zh="所给的密码都不对（或文件已损坏，两者无法区分）。",
            en="None of the given passwords is right (or the file is damaged: the two cannot be told apart).",
        ),
        Text(zh="请核对密码后重试。", en="Check the password and try again."),
    )


def unsupported(what: Text, hint: Text | None = None) -> CannotRead:
    """A variant that is not read here."""
    return CannotRead(
        "unsupported",
        Text(zh="暂不支持：{what}。", en="Not supported: {what}.").fill(what=what),
        hint or Text(zh="可加 --keytool，用 JDK 的 keytool 读取。", en="Try --keytool, which asks a JDK's keytool."),
    )
