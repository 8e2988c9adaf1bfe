"""What OpenSSL really loads from a PEM file that is out of the ordinary: ask OpenSSL, through Python's `ssl`.

OpenSSL (and with it curl, PHP, Ruby, Python, nginx) refuses a whole file for one broken block, skips a block whose BEGIN
does not start its line, and stops at a NUL byte; Go and Java go on. Emulating that would be a second OpenSSL; the real one is at
hand and needs 30 ms, spent on odd files only. Tried with OpenSSL 3.0.
"""

import os
from pathlib import Path

from wxcertcheck.model import Certificate
from wxcertcheck.text import Text


def loads(data: bytes, certificates: tuple[Certificate, ...]) -> frozenset[str] | None:
    """Fingerprints of those ``certificates`` that OpenSSL loads from ``data``; None if it loads them all.

    None too where there is no OpenSSL to ask. Only what is no CA cannot be told apart: `ssl` lists CA certificates.
    """
    try:
        import ssl
    except ImportError:  # a Python without OpenSSL
        return None
    from tempfile import mkstemp

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    handle, name = mkstemp(prefix="wxcertcheck-", suffix=".pem")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        context.load_verify_locations(cafile=name)
    except (ssl.SSLError, ValueError):
        return frozenset()
    finally:
        Path(name).unlink(missing_ok=True)
    if context.cert_store_stats()["x509"] >= len(certificates):
        return None
    loaded = {Certificate.of(der).fingerprint for der in context.get_ca_certs(binary_form=True)}
    return frozenset(certificate.fingerprint for certificate in certificates) & loaded


def problem(loads: frozenset[str], certificates: tuple[Certificate, ...]) -> Text:
    """The consequence in words: OpenSSL refuses the file, or passes over some of it."""
    if not loads:
        return Text(
            zh="OpenSSL 系程序（curl、PHP、Python、nginx 等）会拒绝整个文件，一张证书也不加载",
            en="programs on OpenSSL (curl, PHP, Python, nginx…) refuse the whole file and load no certificate from it",
        )
    return Text(
        zh="OpenSSL 系程序（curl、PHP、Python、nginx 等）只加载其中 {n} 张，共 {total} 张",
        en="programs on OpenSSL (curl, PHP, Python, nginx…) load only {n} of its {total} {total:certificate|certificates}",
    ).fill(n=len(loads), total=len(certificates))
