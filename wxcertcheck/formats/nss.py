"""NSS databases (``cert9.db``): certificates that Firefox, Chrome on Linux and old curl hold, with their trust.

A PKCS#11 token in SQLite: table ``nssPublic`` has a column ``a<attribute in hex>`` for each attribute. A certificate object
(CKA_CLASS 1) holds the DER; a trust object (CKO_NSS_TRUST) with the same issuer and serial number says what it is trusted
for. Sources: NSS lib/softoken/sdb.c, lib/util/pkcs11n.h; PKCS#11 v2.40. Numbers are big-endian there.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from wxcertcheck.der import is_certificate
from wxcertcheck.errors import CannotRead
from wxcertcheck.formats import refusals
from wxcertcheck.model import Certificate, Contents
from wxcertcheck.text import Text, same

_CLASS, _LABEL, _VALUE, _ISSUER, _SERIAL = "a0", "a3", "a11", "a81", "a82"
_TRUST_SERVER_AUTH = "ace536358"  # CKA_TRUST_SERVER_AUTH
_CERTIFICATE, _TRUST = 0x00000001, 0xCE534353
_TRUSTED_DELEGATOR = 0xCE534352  # a trusted CA
_NOT_TRUSTED = 0xCE53435A
_NULL = b"\xa5\x00\x5a"  # how sdb.c writes an empty value

NOT_TRUSTED = Text(zh="NSS 明确不信任它用于 TLS 服务器", en="NSS is told not to trust it for TLS servers")
NO_TRUST = Text(
    zh="NSS 没有把它设为 TLS 服务器的信任根（信任标志里没有 C）",
    en="NSS is not told to trust it as a root for TLS servers (no C among its trust flags)",
)


def read_nss(path: Path) -> Contents:
    """The certificates of a ``cert9.db``; those without trust for TLS servers carry the reason. ``format`` is "nss".

    Nothing is written, no lock is taken (``immutable=1``), so a running browser is not disturbed. Raises `CannotRead`:
    "empty", "not-a-store", "damaged", "unsupported" (the old ``cert8.db``).
    """
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise CannotRead(
            "unsupported",
            Text(zh="无法打开 {path}：{why}", en="cannot open {path}: {why}").fill(path=path, why=error.strerror),
            Text(zh="请检查文件权限。", en="Check the file's permissions."),
        ) from None
    if not head:
        raise refusals.empty()
    if not head.startswith(b"SQLite format 3"):
        raise _old_or_other(head)
    try:
        return _read(path)
    except sqlite3.Error as error:
        raise refusals.damaged(Text(zh="SQLite 报错：{why}", en="SQLite says: {why}").fill(why=same(error))) from None


def _read(path: Path) -> Contents:
    database = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True, timeout=1)
    database.text_factory = bytes
    try:
        columns = {row[1].decode("ascii", "replace") for row in database.execute("PRAGMA table_info(nssPublic)")}
        if not {_CLASS, _VALUE} <= columns:
            raise refusals.not_a_store()
        trust = dict(_trust(database, columns))
        certificates: list[Certificate] = []
        problems: list[Text] = []
        for label, der, issuer, serial in _rows(database, columns, _CERTIFICATE, _LABEL, _VALUE, _ISSUER, _SERIAL):
            name = label.decode("utf-8", "replace")
            if not is_certificate(der):
                problems.append(
                    Text(zh="证书“{name}”已损坏", en="the certificate “{name}” is damaged").fill(name=same(name))
                )
                continue
            certificates.append(Certificate.of(der, name, why_not=_why_not(trust.get((issuer, serial)))))
    finally:
        database.close()
    return Contents("nss", tuple(certificates), tuple(problems))


def _why_not(trust: int | None) -> Text | None:
    if trust == _TRUSTED_DELEGATOR:
        return None
    return NOT_TRUSTED if trust == _NOT_TRUSTED else NO_TRUST


def _trust(database: sqlite3.Connection, columns: set[str]) -> Iterator[tuple[tuple[bytes, bytes], int]]:
    for issuer, serial, value in _rows(database, columns, _TRUST, _ISSUER, _SERIAL, _TRUST_SERVER_AUTH):
        yield (issuer, serial), int.from_bytes(value, "big")


def _rows(database: sqlite3.Connection, columns: set[str], kind: int, *wanted: str) -> Iterator[tuple[bytes, ...]]:
    names = ", ".join(name if name in columns else "NULL" for name in wanted)
    query = f"SELECT {names} FROM nssPublic WHERE {_CLASS} = ?"  # noqa: S608 - column names are constants above
    for row in database.execute(query, (kind.to_bytes(4, "big"),)):
        yield tuple(_bytes(value) for value in row)


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) and value != _NULL else b""


def _old_or_other(head: bytes) -> CannotRead:
    if head.startswith((b"\x00\x06\x15\x61", b"\x61\x15\x06\x00")):  # Berkeley DB 1.85 hash
        return refusals.unsupported(
            Text(zh="旧的 NSS 数据库（cert8.db）", en="the old NSS database (cert8.db)"),
            Text(
                zh="请先用 certutil -d sql:目录 -N --upgrade-merge 升级为 cert9.db。",
                en="Make a cert9.db of it first: certutil --upgrade-merge.",
            ),
        )
    return refusals.not_a_store()
