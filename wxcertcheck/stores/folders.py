"""Folders of certificates: which of the files in them count as trusted depends on who reads the folder.

OpenSSL looks a root up by name only: it computes the hash of the issuer's subject, opens ``<hash>.0``, ``<hash>.1`` …
until one does not exist, and reads PEM from them. A file without such a name is never seen, however good it is. Source:
OpenSSL crypto/x509/by_dir.c (get_cert_by_subject), X509_LOOKUP_hash_dir(3), openssl-rehash(1). OpenSSL before 1.0.0
used another hash (MD5); Android still names its files by that one. Go, GnuTLS and .NET read every file of a folder.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec.structs import replace

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Certificate, Contents
from wxcertcheck.text import Text

if TYPE_CHECKING:
    from wxcertcheck.stores.reading import StoreReader


class Naming(StrEnum):
    """Which file names of a folder are read."""

    HASH = "hash"
    """OpenSSL 1.0.0 and later: <subject hash>.N, and nothing else."""
    OLD_HASH = "old-hash"
    """Android, OpenSSL 0.9.8: <MD5 subject hash>.N."""
    ANY = "any"
    """Go, GnuTLS, .NET: every file, whatever its name."""


FORMAT = "hashed-directory"
"""`Contents.format` of a folder that OpenSSL or Android reads; a folder read whatever its names is a "directory"."""

_HASHED = re.compile(r"([0-9a-f]{8})\.([0-9]{1,6})")
_CERTIFICATE_NAMES = (".pem", ".crt", ".cer", ".der", ".p7b")
_PEM_FORMATS = ("pem", "trusted")

_NO_LINK = Text(
    zh="{name} 没有哈希链接 {hash}.0，OpenSSL 找不到它（运行 openssl rehash）",
    en="{name} has no hash link {hash}.0: OpenSSL never finds it (run openssl rehash)",
)
_OLD_LINK = Text(
    zh="{name} 是旧式哈希（OpenSSL 0.9.8），OpenSSL 1.0 起只找 {hash}.0",
    en="{name} is the old hash (OpenSSL 0.9.8); OpenSSL 1.0 and later look for {hash}.0 only",
)
_WRONG_LINK = Text(
    zh="{name} 的文件名与证书主题的哈希 {hash} 不符，OpenSSL 找不到它",
    en="the name {name} is not the hash of the certificate's subject ({hash}): OpenSSL never finds it",
)
_GAP = Text(
    zh="{name} 之前缺少编号，OpenSSL 数到缺口为止，读不到它",
    en="a number before {name} is missing: OpenSSL stops counting at the gap and never reads it",
)
_NOT_PEM = Text(
    zh="{name} 不是 PEM，OpenSSL 目录只读 PEM", en="{name} is not PEM, and OpenSSL reads only PEM in a directory"
)
_DANGLING = Text(
    zh="{path}：{count} 个链接指向不存在的文件（例如 {name}）",
    en="{path}: {count} {count:link leads|links lead} to nothing (for example {name})",
)


@dataclass
class _Found:
    """What has been read so far. A certificate that one name makes trusted stays trusted.

    ``decided``: read by a right name, with its own trust settings. OpenSSL keeps the first copy and ignores the others.
    """

    certificates: dict[str, Certificate] = field(default_factory=dict)
    problems: list[Text] = field(default_factory=list)
    decided: set[str] = field(default_factory=set)

    def add(self, certificate: Certificate) -> None:
        known = self.certificates.get(certificate.fingerprint)
        if known is None or (certificate.trusted and not known.trusted):
            self.certificates[certificate.fingerprint] = certificate


def read_folder(reader: "StoreReader", path: str, naming: Naming) -> Contents:
    """The certificates of a folder; those that ``naming`` does not read are listed with the reason why not.

    Raises CannotRead where the folder cannot be listed.
    """
    if reader.fs.is_file(path):
        raise _not_a_folder(path)
    names = reader.fs.listdir(path)
    found = _Found()
    if naming is Naming.ANY:
        for name in names:
            _add_all(reader, found, path, name, needed=False)
    else:
        dangling = _add_hashed(reader, found, path, names, naming)
        for name in names:
            if not _HASHED.fullmatch(name):
                _add_unlinked(reader, found, path, name)
        if dangling:
            found.problems.append(_DANGLING.fill(path=path, count=len(dangling), name=dangling[0]))
    return Contents(
        "directory" if naming is Naming.ANY else FORMAT, tuple(found.certificates.values()), (), tuple(found.problems)
    )


def _add_all(reader: "StoreReader", found: _Found, path: str, name: str, *, needed: bool) -> None:
    for certificate, _ in _certificates(reader, found, path, name, needed=needed):
        found.add(certificate)


def _add_hashed(reader: "StoreReader", found: _Found, path: str, names: list[str], naming: Naming) -> list[str]:
    """Read the files named by hash; returns the links that lead to nothing."""
    wanted, other = (_new_hash, _old_hash) if naming is Naming.HASH else (_old_hash, _new_hash)
    numbers: dict[str, set[int]] = {}
    dangling = []
    hashed = [(match[1], int(match[2]), name) for name in names if (match := _HASHED.fullmatch(name))]
    for prefix, number, name in sorted(hashed):
        if not reader.fs.exists(f"{path}/{name}"):
            dangling.append(name)
            continue
        numbers.setdefault(prefix, set()).add(number)
        gap = not numbers[prefix].issuperset(range(number))
        for certificate, format_ in _certificates(reader, found, path, name, needed=True):
            unread = _why_unread(certificate, format_, name, wanted, other) or (_GAP.fill(name=name) if gap else None)
            why_not = certificate.why_not or unread
            if certificate.fingerprint in found.decided:
                continue
            if unread is None:
                found.decided.add(certificate.fingerprint)
                found.certificates.pop(certificate.fingerprint, None)
            found.add(replace(certificate, trusted=why_not is None, why_not=why_not))
    return dangling


def _why_unread(
    certificate: Certificate, format_: str, name: str, wanted: Callable[[bytes], str], other: Callable[[bytes], str]
) -> Text | None:
    if format_ not in _PEM_FORMATS:
        return _NOT_PEM.fill(name=name)
    prefix, right = name.partition(".")[0], wanted(certificate.der)
    if prefix == right:
        return None
    reason = _OLD_LINK if prefix == other(certificate.der) and other is _old_hash else _WRONG_LINK
    return reason.fill(name=name, hash=right)


def _add_unlinked(reader: "StoreReader", found: _Found, path: str, name: str) -> None:
    for certificate, _ in _certificates(reader, found, path, name, needed=False):
        if certificate.fingerprint not in found.certificates:
            why_not = _NO_LINK.fill(name=name, hash=_new_hash(certificate.der))
            found.add(replace(certificate, trusted=False, why_not=why_not))


def _certificates(
    reader: "StoreReader", found: _Found, path: str, name: str, *, needed: bool
) -> Iterator[tuple[Certificate, str]]:
    """Each certificate of one file, labelled by the file, with the file's format.

    A file that cannot be read is a problem if its name says that it is a certificate (``needed``), else it is none of
    this folder's business (a README, a subfolder, a key).
    """
    full = f"{path}/{name}"
    if name.startswith(".") or not reader.fs.is_file(full):
        return
    read = reader.read(full)
    if read.contents is None:
        if read.error and (needed or name.endswith(_CERTIFICATE_NAMES)):
            found.problems.append(read.error.message)
        return
    target = reader.fs.readlink(full)
    label = target.rpartition("/")[2] if target else name
    for certificate in read.contents.certificates:
        yield replace(certificate, label=label), read.contents.format


def _new_hash(der: bytes) -> str:
    from wxcertcheck.formats.subject_hash import subject_hash

    return subject_hash(der)


def _old_hash(der: bytes) -> str:
    from wxcertcheck.formats.subject_hash import subject_hash_old

    return subject_hash_old(der)


def _not_a_folder(path: str) -> CannotRead:
    return CannotRead(
        "not-a-directory",
        Text(zh="{path} 不是目录", en="{path} is not a folder").fill(path=path),
        Text(zh="请指定目录", en="Name a folder"),
    )
