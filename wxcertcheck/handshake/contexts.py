"""The OpenSSL contexts of a run: verification on, the store in force or the anchors that the user names."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
import warnings
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from wxcertcheck.errors import UsageError
from wxcertcheck.text import Text

if TYPE_CHECKING:
    import ssl

    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

ALPN = ["h2", "http/1.1"]
MAX_CLIENT_FILE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A client certificate in memory: PEM of the chain and of the key. Neither is ever printed."""

    chain: bytes
    key: bytes = field(repr=False)


class Contexts(Struct, frozen=True):
    """``usual`` is what ``ssl.create_default_context`` makes; ``old`` also speaks TLS 1.0, to read what is there."""

    usual: ssl.SSLContext
    old: ssl.SSLContext


def make_contexts(anchors: Collection[bytes] | None = None, client: ClientCertificate | None = None) -> Contexts:
    """Contexts with the store in force (``anchors`` None) or with exactly these anchors (DER; may be empty)."""
    return Contexts(_context(anchors, client), _with_old_protocols(_context(anchors, client)))


def _context(anchors: Collection[bytes] | None, client: ClientCertificate | None) -> ssl.SSLContext:
    import ssl

    if anchors is None:
        context = ssl.create_default_context()
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if sys.version_info >= (3, 13):  # as ssl.create_default_context does from 3.13
            context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | ssl.VERIFY_X509_STRICT
        for der in anchors:
            try:
                context.load_verify_locations(cadata=der)
            except ssl.SSLError:
                continue  # one that OpenSSL cannot read trusts nothing; the store's own report names it
    context.set_alpn_protocols(ALPN)
    if client is not None:
        _load_client(context, client)
    return context


def _with_old_protocols(context: ssl.SSLContext) -> ssl.SSLContext:
    import ssl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # TLS 1.0 is deprecated: that is why we look for it
        context.minimum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)  # named from Python 3.12
    return context


def _load_client(context: ssl.SSLContext, client: ClientCertificate) -> None:
    """OpenSSL takes a client key only from a file: written encrypted under a random password, and removed at once."""
    from cryptography.hazmat.primitives import serialization

    password = secrets.token_bytes(32).hex().encode()
    key = serialization.load_pem_private_key(client.key, None)
    sealed = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password),
    )
    handle, name = tempfile.mkstemp(suffix=".pem")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(client.chain + b"\n" + sealed)
        context.load_cert_chain(name, password=password)
    finally:
        Path(name).unlink()


def read_client_certificate(path: str, key_path: str = "", password: str = "") -> ClientCertificate:
    """A client certificate from PEM (key beside it or in ``key_path``) or PKCS#12. Raises UsageError.

    WeChat Pay issues ``apiclient_cert.p12`` with the merchant number as its password, and the same as two PEM files.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.serialization import pkcs12

    data = _read(path)
    secret = password.encode() or None
    try:
        if b"-----BEGIN" in data:
            key = _pem_key(_read(key_path) if key_path else data, secret)
            certificates = _certificates_only(data)
        else:
            bag = pkcs12.load_pkcs12(data, secret)
            if bag.key is None or bag.cert is None:
                raise _bad_client(path, Text(zh="里面没有证书和私钥", en="it holds no certificate with its key"))
            key = bag.key
            held = [bag.cert, *bag.additional_certs]
            certificates = b"".join(c.certificate.public_bytes(serialization.Encoding.PEM) for c in held)
    except (ValueError, TypeError, OverflowError):
        wrong = Text(zh="格式不对、缺少私钥，或密码错误", en="wrong format, no private key, or wrong password")
        raise _bad_client(path, wrong) from None
    if not certificates:
        raise _bad_client(path, Text(zh="里面没有证书", en="it holds no certificate"))
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return ClientCertificate(certificates, pem)


def _pem_key(data: bytes, secret: bytes | None) -> PrivateKeyTypes:
    """A key that needs no password gets none: a password set for other files must not be in its way."""
    from cryptography.hazmat.primitives import serialization

    try:
        return serialization.load_pem_private_key(data, None)
    except TypeError:  # it is encrypted
        return serialization.load_pem_private_key(data, secret)


def _certificates_only(data: bytes) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    return b"".join(c.public_bytes(Encoding.PEM) for c in x509.load_pem_x509_certificates(data))


def _read(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_CLIENT_FILE + 1)
    except OSError as error:
        raise _bad_client(path, Text(zh="{e}", en="{e}").fill(e=error.strerror or error)) from None
    if len(data) > MAX_CLIENT_FILE:
        raise _bad_client(path, Text(zh="文件过大", en="the file is too large"))
    return data


def _bad_client(path: str, what: Text) -> UsageError:
    return UsageError(
        Text(zh="无法使用客户端证书 {path}：", en="cannot use the client certificate {path}: ").fill(path=path) + what,
        Text(
            zh="PKCS#12 的密码一般是商户号；PEM 请同时给出 --client-key。密码用 --client-password-file 或环境变量传入",
            en="the password of a WeChat Pay PKCS#12 is the merchant number; PEM also needs --client-key; "
            "pass the password by --client-password-file or the environment",
        ),
    )
