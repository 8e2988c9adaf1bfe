"""What a runtime keeps of a bundle in which one block cannot be parsed: all else, what comes before, or nothing.

OpenSSL reads a file into a list first and drops the list on an error (X509_load_cert_crl_file, crypto/x509/by_file.c);
GnuTLS likewise; Node, which reads one certificate after the other, stops at the block; Go skips it.
"""

import re
from binascii import Error, a2b_base64
from hashlib import sha256

from msgspec.structs import replace

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import Certificate, Store, StoreState
from wxcertcheck.stores.reading import StoreReader
from wxcertcheck.stores.runtimes.rows import Broken
from wxcertcheck.text import Text

_BLOCK = re.compile(rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----(.*?)(?:-----END |\Z)", re.DOTALL)

_SPOILED = Text(
    zh="{path} 中有一段无法解析，读取它的程序因此拒绝整个文件：{problem}",
    en="{path} has a block that cannot be parsed, and the program that reads it then refuses the whole file: {problem}",
)
_STOPPED = Text(
    zh="{path} 中有一段无法解析，读取它的程序到此为止，后面的证书不算：{problem}",
    en="{path} has a block that cannot be parsed, and the program that reads it stops there: what follows does not"
    " count: {problem}",
)
_REPAIR = Text(zh="请恢复或重新生成该文件", en="Restore or regenerate the file")


def with_broken_blocks(reader: StoreReader, store: Store, broken: Broken) -> Store:
    """``store`` as a runtime sees it that treats blocks which cannot be parsed so.

    Where they spoil the file, the reader has already said what OpenSSL loads; a file of which it loads nothing is one
    that the runtime refuses.
    """
    if broken is Broken.SKIPPED or store.state is not StoreState.READ:
        return store
    contents = reader.read(store.path).contents
    if contents is None or not contents.problems:
        return store
    if broken is Broken.SPOILS:
        if store.trusted:
            return store
        problem = _SPOILED.fill(path=store.path, problem=contents.problems[0])
        return replace(store, state=StoreState.DAMAGED, problem=problem, hint=_REPAIR)
    problem = _STOPPED.fill(path=store.path, problem=contents.problems[0])
    kept = _before_the_first(reader, store)
    certificates = tuple(_judged(certificate, kept, problem) for certificate in store.certificates)
    return replace(store, certificates=certificates, notes=(*store.notes, problem))


def _judged(certificate: Certificate, kept: frozenset[str], problem: Text) -> Certificate:
    if certificate.fingerprint in kept:
        return certificate
    return replace(certificate, trusted=False, why_not=certificate.why_not or problem)


def _before_the_first(reader: StoreReader, store: Store) -> frozenset[str]:
    """Fingerprints of the certificates before the first block that is none of the store's certificates."""
    known = {certificate.fingerprint for certificate in store.certificates}
    kept: set[str] = set()
    try:
        data = reader.fs.read_bytes(store.path)
    except CannotRead:
        return frozenset(known)
    for block in _BLOCK.finditer(data):
        try:
            fingerprint = sha256(a2b_base64(block[1])).hexdigest()
        except Error:
            break
        if fingerprint not in known:
            break
        kept.add(fingerprint)
    return frozenset(kept)
