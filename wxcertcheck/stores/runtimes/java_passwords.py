"""What a JVM sees of a keystore with the password that it was given: it tries that one, and no other.

Our own reader also tries the usual passwords, because it wants to know what is inside. A JVM does not: without a
password an encrypted PKCS#12 looks empty to it, and with a wrong one its default SSL context cannot be made, so that
every HTTPS call fails. Sources: JDK sun.security.ssl.TrustStoreManager, sun.security.provider.JavaKeyStore,
sun.security.pkcs12.PKCS12KeyStore; tried by the tests.
"""

from hashlib import sha1

from msgspec.structs import replace

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Store, StoreState
from wxcertcheck.stores.filesystem import FileSystem
from wxcertcheck.text import Text

_JKS, _JCEKS = b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce"
_DIGEST = 20
_ENCRYPTED_DATA = bytes.fromhex("06092a864886f70d010706")
"""The object identifier of PKCS#7 EncryptedData: a PKCS#12 that keeps its certificates in the open has none."""

_WRONG = Text(
    zh="{path} 的口令不对：Java 的默认 SSL 上下文建立失败，所有 HTTPS 请求都会失败",
    en="the password given for {path} is wrong: Java's default SSL context cannot be made, and every HTTPS call fails",
)
_WRONG_HINT = Text(zh="请改正 javax.net.ssl.trustStorePassword", en="Correct javax.net.ssl.trustStorePassword")
_LOOKS_EMPTY = Text(
    zh="{path} 是加密的 PKCS#12，而没有给出口令：在 Java 看来它是空的",
    en="{path} is an encrypted PKCS#12 and no password is given: to Java it looks empty",
)
_LOOKS_EMPTY_HINT = Text(
    zh="请设置 javax.net.ssl.trustStorePassword，或改用 JKS 或无口令的 PKCS#12",
    en="Set javax.net.ssl.trustStorePassword, or use a JKS or a PKCS#12 without a password",
)


def as_java_sees(fs: FileSystem, store: Store, password: str | None) -> Store:
    """``store`` as a JVM with this trustStorePassword sees it (None or "": none is given)."""
    try:
        data = fs.read_bytes(store.path)
    except CannotRead:
        return store
    if data[:4] in (_JKS, _JCEKS):
        fits = not password or _jks_digest(data, password) == data[-_DIGEST:]
    elif data[:1] == b"\x30":
        if not password:
            if _ENCRYPTED_DATA not in data:
                return store
            problem = _LOOKS_EMPTY.fill(path=store.path)
            return _untrusted(store, StoreState.EMPTY, problem, _LOOKS_EMPTY_HINT)
        fits = _opens(data, password)
    else:
        return store
    return store if fits else _untrusted(store, StoreState.DAMAGED, _WRONG.fill(path=store.path), _WRONG_HINT)


def _untrusted(store: Store, state: StoreState, problem: Text, hint: Text) -> Store:
    unseen = tuple(replace(certificate, trusted=False, why_not=problem) for certificate in store.certificates)
    return replace(store, state=state, certificates=unseen, problem=problem, hint=hint)


def _jks_digest(data: bytes, password: str) -> bytes:
    covered = password.encode("utf-16-be", "surrogatepass") + b"Mighty Aphrodite" + data[:-_DIGEST]
    return sha1(covered, usedforsecurity=False).digest()


def _opens(data: bytes, password: str) -> bool:
    """Whether the PKCS#12 opens with exactly this password; a store that our libraries refuse counts as open."""
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

    try:
        load_pkcs12(data, password.encode())
    except ValueError as error:
        return "password" not in str(error).lower() and "mac" not in str(error).lower()
    except Exception:  # the library raises many types for ciphers that it does not know
        return True
    return True
