"""Root certificates of a rotation: the shipped ones under ``roots/``, and those that a user's own file brings.

A shipped root is two files named by the SHA-256 of its DER: ``<sha256>.pem``, and ``<sha256>.toml`` with what
would need `cryptography` to compute (a test recomputes it) and the days on which root programmes stop trusting it.
"""

import base64
import binascii
import re
import tomllib
from datetime import UTC
from hashlib import sha256
from pathlib import Path

from wxcertcheck.model import Confidence, DistrustDate, Root, Source
from wxcertcheck.rotations.table import Table, read_limited
from wxcertcheck.text import Text

FOLDER = Path(__file__).with_name("roots")
PROGRAMMES = ("mozilla", "chrome", "apple", "microsoft")
CONFIDENCES = tuple(Confidence)

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)
_CERTIFICATE = Text(zh="一张 PEM 格式的根证书", en="one root certificate in PEM")


def plain_fingerprint(text: str) -> str:
    """A SHA-256 without colons and blanks, in lower case."""
    return re.sub(r"[\s:]", "", text).lower()


def read_root(entry: Table, sources: dict[str, Source]) -> Root:
    """The root that a ``[[roots]]`` entry of a rotation names (``sha256``) or brings (``pem`` or ``file``).

    :raises RotationError: no such shipped root, not one root certificate, or another one than ``sha256`` says.
    """
    key = entry.string("key")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", key):
        entry.refuse("key", Text(zh="由字母、数字、. _ - 组成的短名", en="a short name of letters, digits, . _ -"))
    claimed = _claimed_fingerprint(entry)
    der = _given_der(entry)
    if der is None:
        if claimed is None:
            entry.refuse("", Text(zh="sha256、pem 或 file 三者之一", en="sha256, pem or file"), _NEITHER)
        return _shipped_root(entry, key, claimed)
    fingerprint = sha256(der).hexdigest()
    if claimed not in (None, fingerprint):
        found = Text(zh="证书的 SHA-256 为 {sha256}", en="a certificate with SHA-256 {sha256}").fill(sha256=fingerprint)
        entry.refuse("sha256", Text(zh="该证书的 SHA-256", en="the SHA-256 of the certificate"), found)
    return _computed_root(entry, key, der, sources)


_NEITHER = Text(zh="三者都没有", en="none of them")


def pem_of(root: Root) -> str:
    """The root as PEM (RFC 7468: 64 characters a line)."""
    body = base64.b64encode(root.der).decode()
    lines = [body[at : at + 64] for at in range(0, len(body), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])


def shipped_fingerprints() -> tuple[str, ...]:
    """The SHA-256 of every shipped root."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.pem")))


def _claimed_fingerprint(entry: Table) -> str | None:
    if not entry.has("sha256"):
        return None
    fingerprint = plain_fingerprint(entry.string("sha256"))
    if not _FINGERPRINT.fullmatch(fingerprint):
        entry.refuse("sha256", Text(zh="64 位十六进制数字", en="64 hexadecimal digits"))
    return fingerprint


def _given_der(entry: Table) -> bytes | None:
    if entry.has("pem") and entry.has("file"):
        entry.refuse("file", Text(zh="pem 与 file 只给一个", en="either pem or file"), Text(zh="两者都有", en="both"))
    if entry.has("pem"):
        return _der_of(entry, "pem", entry.string("pem", multiline=True).encode())
    if entry.has("file"):
        return _der_of(entry, "file", read_limited(entry.file.parent / entry.string("file")))
    return None


def _der_of(entry: Table, key: str, data: bytes) -> bytes:
    """The DER of the one certificate in ``data`` (PEM, or DER itself)."""
    blocks = _BLOCK.findall(data)
    if not blocks and data[:1] == b"\x30":
        return data
    if len(blocks) != 1:
        entry.refuse(
            key,
            _CERTIFICATE,
            Text(zh="{count} 张证书", en="{count} {count:certificate|certificates}").fill(count=len(blocks)),
        )
    try:
        return base64.b64decode(b"".join(blocks[0].split()), validate=True)
    except binascii.Error:
        entry.refuse(key, _CERTIFICATE, Text(zh="损坏的 base64 内容", en="broken base64"))


def _shipped_root(entry: Table, key: str, fingerprint: str) -> Root:
    pem = FOLDER / f"{fingerprint}.pem"
    if not pem.is_file():
        expected = Text(
            zh="内置根证书的 SHA-256，或同时给出 pem / file",
            en="the SHA-256 of a built-in root, or a pem / file beside it",
        )
        entry.refuse("sha256", expected)
    path = pem.with_suffix(".toml")
    facts = Table(tomllib.loads(path.read_text("utf-8")), path, zone=UTC)
    sources = read_sources(facts)
    root = Root(
        key=key,
        name=facts.string("name"),
        fingerprint=fingerprint,
        spki_fingerprint=facts.string("spki_sha256"),
        not_before=facts.moment("not_before"),
        not_after=facts.moment("not_after"),
        der=_der_of(facts, "pem", pem.read_bytes()),
        distrust=read_distrust(facts, sources),
        sources=tuple(sources.values()),
        subject_hash=facts.string("subject_hash"),
        subject_hash_old=facts.string("subject_hash_old"),
        notes=facts.texts("notes"),
    )
    facts.done()
    return root


def _computed_root(entry: Table, key: str, der: bytes, sources: dict[str, Source]) -> Root:
    """A root that the user's file brings: what a shipped root has on file is computed here."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization

    from_key = "pem" if entry.has("pem") else "file"
    try:
        certificate = x509.load_der_x509_certificate(der)
        spki = certificate.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        same_name = certificate.subject == certificate.issuer
        names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    except Exception as error:  # cryptography raises many kinds on a certificate that it refuses
        found = Text(zh="无法解析的内容（{error}）", en="something unreadable ({error})")
        entry.refuse(from_key, _CERTIFICATE, found.fill(error=str(error)[:100]))
    if not same_name:
        found = Text(
            zh="中间证书或服务器证书（颁发者是别的证书）",
            en="an intermediate or server certificate (issued by another)",
        )
        entry.refuse(from_key, _CERTIFICATE, found)
    return Root(
        key=key,
        name=entry.string("name", default=str(names[0].value) if names else key),
        fingerprint=sha256(der).hexdigest(),
        spki_fingerprint=sha256(spki).hexdigest(),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        der=der,
        distrust=read_distrust(entry, sources),
        sources=tuple(sources.values()) if entry.has("sources") else (),
    )


def read_sources(table: Table) -> dict[str, Source]:
    """The ``[[sources]]`` of a file by their ``id`` (their number where they have none)."""
    sources: dict[str, Source] = {}
    for number, entry in enumerate(table.tables("sources")):
        key = entry.string("id", default=str(number))
        if key in sources:
            entry.refuse("id", Text(zh="不重复的 id", en="an id that no other source has"))
        sources[key] = Source(entry.string("url"), entry.day("read_on"))
        entry.done()
    return sources


def read_distrust(table: Table, sources: dict[str, Source]) -> tuple[DistrustDate, ...]:
    """The ``[[distrust]]`` entries: when a root programme stops trusting the root for TLS servers."""
    dates = []
    for entry in table.tables("distrust"):
        date = DistrustDate(
            programme=entry.choice("programme", PROGRAMMES),
            date=entry.moment("date"),
            confidence=Confidence(entry.choice("confidence", CONFIDENCES)),
            note=entry.optional_text("note"),
            sources=named_sources(entry, "sources", sources),
        )
        entry.done()
        dates.append(date)
    return tuple(dates)


def named_sources(entry: Table, key: str, sources: dict[str, Source]) -> tuple[Source, ...]:
    """The sources that a list of ids under ``key`` names; () where the key is absent."""
    if not entry.has(key):
        return ()
    names = entry.strings(key)
    for number, name in enumerate(names):
        if name not in sources:
            entry.refuse(f"{key}[{number}]", Text(zh="[[sources]] 中的 id", en="the id of one of [[sources]]"))
    return tuple(sources[name] for name in names)
