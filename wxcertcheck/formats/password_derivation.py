"""Keys from passwords as PKCS#12 does it (RFC 7292 appendix B), and BKS too: `cryptography` does not offer it."""

import hashlib
from functools import partial

# Hostile files ask for 2**31 rounds. Real ones: JDK 10,000, OpenSSL 2,048, NSS 600,000.
MOST_ITERATIONS = 2_000_000

KEY, IV, MAC = 1, 2, 3


def as_bmp_string(password: str | None) -> bytes:
    """The password as PKCS#12 feeds it in: UTF-16BE with two zero bytes; None (no password at all) is no byte."""
    return b"" if password is None else password.encode("utf-16-be", "surrogatepass") + b"\0\0"


def derive(password: bytes, salt: bytes, iterations: int, length: int, *, purpose: int, digest: str = "sha1") -> bytes:
    """``length`` bytes of key, IV or MAC key. ``password`` comes from `as_bmp_string`."""
    hashed = getattr(hashlib, digest, None) or partial(hashlib.new, digest)  # the constructor is twice as fast
    block = hashed().block_size
    filled = _repeated(salt, block) + _repeated(password, block)
    result = b""
    while len(result) < length:
        part = bytes([purpose]) * block + filled
        for _ in range(iterations):
            part = hashed(part).digest()
        result += part
        step = int.from_bytes(_repeated(part, block)[:block], "big") + 1
        filled = b"".join(
            ((int.from_bytes(filled[at : at + block], "big") + step) % (1 << 8 * block)).to_bytes(block, "big")
            for at in range(0, len(filled), block)
        )
    return result[:length]


def _repeated(data: bytes, block: int) -> bytes:
    """``data`` again and again, up to the next multiple of ``block``; nothing for nothing."""
    if not data:
        return b""
    size = block * ((len(data) + block - 1) // block)
    return (data * (size // len(data) + 1))[:size]
