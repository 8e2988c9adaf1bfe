"""Password-based decryption of PKCS#12 contents: PBES2 (RFC 8018) and the older 3DES and RC2 schemes (RFC 7292 C).

AES, 3DES and PBKDF2 are `cryptography`'s and `hashlib`'s. RC2 with 40 bits is here in Python, because `cryptography`
has only the 128-bit one, and every JDK before 16 protected certificates with it.
"""

from collections.abc import Callable
from hashlib import pbkdf2_hmac

from wxcertcheck.der import INTEGER, OCTET_STRING, OID, SEQUENCE, Element, MalformedError
from wxcertcheck.formats.password_derivation import IV, KEY, MOST_ITERATIONS, as_bmp_string, derive

HASHES = {
    bytes.fromhex("2b0e03021a"): "sha1",
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
    bytes.fromhex("608648016503040204"): "sha224",
    # the same as HMAC, 1.2.840.113549.2.*
    bytes.fromhex("2a864886f70d0207"): "sha1",
    bytes.fromhex("2a864886f70d0208"): "sha224",
    bytes.fromhex("2a864886f70d0209"): "sha256",
    bytes.fromhex("2a864886f70d020a"): "sha384",
    bytes.fromhex("2a864886f70d020b"): "sha512",
}
_PBES2, _PBKDF2 = bytes.fromhex("2a864886f70d01050d"), bytes.fromhex("2a864886f70d01050c")
_AES = {
    bytes.fromhex("608648016503040102"): 16,
    bytes.fromhex("608648016503040116"): 24,
    bytes.fromhex("60864801650304012a"): 32,
}
_TRIPLE_DES = bytes.fromhex("2a864886f70d0307")
_OLDER = bytes.fromhex("2a864886f70d010c01")  # 1.2.840.113549.1.12.1.*
_OLDER_KEY_LENGTHS = {3: ("3des", 24), 4: ("3des", 16), 5: ("rc2", 16), 6: ("rc2", 5)}


class UnknownCipherError(ValueError):
    """An algorithm that is not read here. ``oid`` is its number, dotted."""

    def __init__(self, oid: bytes) -> None:
        super().__init__(oid.hex())
        self.oid = dotted(oid)


class TooManyIterationsError(ValueError):
    """A derivation that would take minutes. ``count`` is what the file asks for."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


def dotted(oid: bytes) -> str:
    """An OID's contents as dotted decimal."""
    numbers, value = [], 0
    for byte in oid:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    if not numbers:
        return "?"
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]]))


def decrypt(algorithm: Element, encrypted: bytes, password: str | None) -> bytes:
    """The plain bytes.

    Raises `MalformedError` for a wrong password (padding), `UnknownCipherError`, `TooManyIterationsError`.
    """
    oid, parameters = algorithm.expect(SEQUENCE).exactly(2)
    if len(encrypted) % 8 or not encrypted:
        raise MalformedError("not whole blocks")
    if oid.contents == _PBES2:
        return _unpadded(_pbes2(parameters, encrypted, password))
    if oid.contents[:-1] == _OLDER and oid.contents[-1] in _OLDER_KEY_LENGTHS:
        salt, rounds = parameters.expect(SEQUENCE).exactly(2)
        cipher, length = _OLDER_KEY_LENGTHS[oid.contents[-1]]
        iterations = _bounded(rounds.number())
        secret = as_bmp_string(password)
        key = derive(secret, salt.octets(), iterations, length, purpose=KEY)
        iv = derive(secret, salt.octets(), iterations, 8, purpose=IV)
        return _unpadded(_rc2(key, iv, encrypted) if cipher == "rc2" else _triple_des(key, iv, encrypted))
    raise UnknownCipherError(oid.contents)


def pbkdf2_parameters(algorithm: Element) -> tuple[bytes, int, int | None, str]:
    """Salt, iterations, key length (None: not said) and hash of a PBKDF2 AlgorithmIdentifier."""
    oid, parameters = algorithm.expect(SEQUENCE).exactly(2)
    if oid.expect(OID).contents != _PBKDF2:
        raise UnknownCipherError(oid.contents)
    salt, rounds, *others = parameters.expect(SEQUENCE).children()
    length: int | None = None
    digest = "sha1"
    for part in others:
        if part.tag == INTEGER:
            length = part.number()
        else:
            prf = next(part.expect(SEQUENCE).children()).contents
            digest = HASHES.get(prf, "")
            if not digest:
                raise UnknownCipherError(prf)
    if length is not None and not 0 < length <= 64:
        raise MalformedError("key length")
    return salt.expect(OCTET_STRING).contents, _bounded(rounds.number()), length, digest


def _pbes2(parameters: Element, encrypted: bytes, password: str | None) -> bytes:
    derivation, scheme = parameters.expect(SEQUENCE).exactly(2)
    salt, iterations, _, digest = pbkdf2_parameters(derivation)
    oid, iv = scheme.expect(SEQUENCE).exactly(2)
    if oid.contents not in _AES and oid.contents != _TRIPLE_DES:
        raise UnknownCipherError(oid.contents)
    length = _AES.get(oid.contents, 24)
    key = pbkdf2_hmac(digest, (password or "").encode("utf-8", "surrogatepass"), salt, iterations, length)
    decipher = _triple_des if oid.contents == _TRIPLE_DES else _aes
    return decipher(key, iv.contents, encrypted)


def _bounded(iterations: int) -> int:
    if not 0 < iterations <= MOST_ITERATIONS:
        raise TooManyIterationsError(iterations)
    return iterations


def _unpadded(plain: bytes) -> bytes:
    count = plain[-1]
    if not 0 < count <= 16 or plain[-count:] != bytes([count]) * count:
        raise MalformedError("padding: wrong password")
    return plain[:-count]


def _aes(key: bytes, iv: bytes, encrypted: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    if len(iv) != 16 or len(encrypted) % 16:
        raise MalformedError("not whole blocks")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    return decryptor.update(encrypted) + decryptor.finalize()


def _triple_des(key: bytes, iv: bytes, encrypted: bytes) -> bytes:
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
    from cryptography.hazmat.primitives.ciphers import Cipher, modes

    if len(iv) != 8:
        raise MalformedError("iv")
    key = key + key[:8] if len(key) == 16 else key
    decryptor = Cipher(TripleDES(key), modes.CBC(iv)).decryptor()
    return decryptor.update(encrypted) + decryptor.finalize()


# RFC 2268 §2: PITABLE, a permutation of 0..255 from the digits of pi.
_PI = bytes.fromhex(
    "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2"
    "179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82"
    "54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626"
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7"
    "08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec"
    "c2e0416e0f51cbcc2491af50a1f4703999 7c3a8523b8b47afc02365b25559731"
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9"
    "0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad".replace(" ", "")
)


def _rc2(key: bytes, iv: bytes, encrypted: bytes) -> bytes:
    """RC2-CBC; the effective key bits are those of ``key``. About 20 µs a block."""
    words = _rc2_words(key)
    plain = bytearray()
    previous = int.from_bytes(iv, "big")
    decipher = _rc2_decipher(words)
    for at in range(0, len(encrypted), 8):
        block = encrypted[at : at + 8]
        plain += (decipher(block) ^ previous).to_bytes(8, "big")
        previous = int.from_bytes(block, "big")
    return bytes(plain)


def _rc2_words(key: bytes) -> list[int]:
    bits = len(key) * 8
    table = bytearray(key)
    while len(table) < 128:
        table.append(_PI[table[-1] + table[-len(key)] & 0xFF])
    size = (bits + 7) // 8
    table[128 - size] = _PI[table[128 - size] & (0xFF >> (8 * size - bits))]
    for at in range(127 - size, -1, -1):
        table[at] = _PI[table[at + 1] ^ table[at + size]]
    return [table[2 * n] | table[2 * n + 1] << 8 for n in range(64)]


def _rc2_decipher(words: list[int]) -> Callable[[bytes], int]:
    rounds = [tuple(words[n : n + 4]) for n in range(60, -1, -4)]

    def decipher(block: bytes) -> int:
        a, b, c, d = (int.from_bytes(block[n : n + 2], "little") for n in (0, 2, 4, 6))
        for number, (k0, k1, k2, k3) in enumerate(rounds):
            d = (d >> 5 | d << 11) & 0xFFFF
            d = d - k3 - (c & b) - (~c & a) & 0xFFFF
            c = (c >> 3 | c << 13) & 0xFFFF
            c = c - k2 - (b & a) - (~b & d) & 0xFFFF
            b = (b >> 2 | b << 14) & 0xFFFF
            b = b - k1 - (a & d) - (~a & c) & 0xFFFF
            a = (a >> 1 | a << 15) & 0xFFFF
            a = a - k0 - (d & c) - (~d & b) & 0xFFFF
            if number in (4, 10):
                d = d - words[c & 63] & 0xFFFF
                c = c - words[b & 63] & 0xFFFF
                b = b - words[a & 63] & 0xFFFF
                a = a - words[d & 63] & 0xFFFF
        return int.from_bytes(b"".join(word.to_bytes(2, "little") for word in (a, b, c, d)), "big")

    return decipher
