"""The cryptography under the formats, and checks of what is written out here against published vectors."""

import hashlib
import hmac as _hmac
import struct

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV, ChaCha20Poly1305
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

NO_SALT = bytes(32)


class Stream:
    """The "random" bytes: SHAKE-128 of a label, so that every run gives the same files."""

    def __init__(self, label):
        self._shake = hashlib.shake_128(b"strongroom vectors: " + label.encode())
        self._at = 0

    def take(self, count):
        start, self._at = self._at, self._at + count
        return self._shake.digest(self._at)[start:]


def hmac(key, message, name="sha256"):
    return _hmac.new(key, message, name).digest()


def hkdf(salt, ikm, info, length):
    """RFC 5869 with SHA-256."""
    key, block, out = hmac(salt, ikm), b"", b""
    while len(out) < length:
        block = hmac(key, block + info + bytes([len(out) // 32 + 1]))
        out += block
    return out[:length]


def hkdf_expand(key, info, length):
    """The second half of RFC 5869 with SHA-256; no more than one block is asked for."""
    out = hmac(key, info + b"\1")[:length]
    assert out == HKDFExpand(hashes.SHA256(), length, info).derive(key)
    return out


def hkdf_expand_sha512(key, info, length):
    """The second half of RFC 5869 with SHA-512; `HKDFExpand` is the check on what stands here."""
    block, out = b"", b""
    while len(out) < length:
        block = hmac(key, block + info + bytes([len(out) // 64 + 1]), "sha512")
        out += block
    assert out[:length] == HKDFExpand(hashes.SHA512(), length, info).derive(key)
    return out[:length]


def argon2id(passphrase, m, t, p, salt):
    return Argon2id(salt=salt, length=32, iterations=t, lanes=p, memory_cost=m).derive(passphrase)


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b, strict=True))


def aes_block(key, block):
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return encryptor.update(block) + encryptor.finalize()


def double(block):
    """Multiplication by x in GF(2^128), as CMAC and SIV have it."""
    value = int.from_bytes(block, "big") << 1
    return ((value ^ 0x87 if value >> 128 else value) & (1 << 128) - 1).to_bytes(16, "big")


def cmac(key, message):
    """NIST SP 800-38B."""
    k1 = double(aes_block(key, bytes(16)))
    cut = max(0, (len(message) - 1) // 16 * 16)
    last = message[cut:]
    last = xor(last, k1) if len(last) == 16 else xor((last + b"\x80").ljust(16, b"\0"), double(k1))
    state = bytes(16)
    for at in range(0, cut, 16):
        state = aes_block(key, xor(state, message[at : at + 16]))
    return aes_block(key, xor(state, last))


def siv_encrypt(key, aad, plaintext):
    """AES-SIV with one component of associated data; `AESSIV` is the check on what stands here."""
    mac_key, ctr_key = key[: len(key) // 2], key[len(key) // 2 :]
    d = xor(double(cmac(mac_key, bytes(16))), cmac(mac_key, aad))
    if len(plaintext) >= 16:
        end = plaintext[:-16] + xor(plaintext[-16:], d)
    else:
        end = xor(double(d), (plaintext + b"\x80").ljust(16, b"\0"))
    siv = cmac(mac_key, end)
    start = (int.from_bytes(siv, "big") & ~(1 << 63 | 1 << 31)).to_bytes(16, "big")
    encryptor = Cipher(algorithms.AES(ctr_key), modes.CTR(start)).encryptor()
    out = siv + encryptor.update(plaintext) + encryptor.finalize()
    assert out == AESSIV(key).encrypt(plaintext, [aad])
    return out


def siv_decrypt(key, aad, payload):
    start = (int.from_bytes(payload[:16], "big") & ~(1 << 63 | 1 << 31)).to_bytes(16, "big")
    decryptor = Cipher(algorithms.AES(key[len(key) // 2 :]), modes.CTR(start)).decryptor()
    plaintext = decryptor.update(payload[16:]) + decryptor.finalize()
    return plaintext if siv_encrypt(key, aad, plaintext) == payload else None


def hchacha20(key, nonce):
    def quarter(s, a, b, c, d):
        for x, y, z, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            s[x] = (s[x] + s[y]) & 0xFFFFFFFF
            s[z] ^= s[x]
            s[z] = (s[z] << turn | s[z] >> 32 - turn) & 0xFFFFFFFF

    s = list(struct.unpack("<16I", b"expand 32-byte k" + key + nonce))
    for _ in range(10):
        for column in range(4):
            quarter(s, column, 4 + column, 8 + column, 12 + column)
        for column in range(4):
            quarter(s, column, 4 + (column + 1) % 4, 8 + (column + 2) % 4, 12 + (column + 3) % 4)
    return struct.pack("<8I", *s[:4], *s[12:])


def xaes_inner_key(key, nonce):
    """C2SP XAES-256-GCM: two CMAC blocks make the key of an AES-256-GCM."""
    k1 = double(aes_block(key, bytes(16)))
    return b"".join(aes_block(key, xor(bytes([0, i]) + b"X\0" + nonce[:12], k1)) for i in (1, 2))


def _xaes(key, nonce):
    return AESGCM(xaes_inner_key(key, nonce)), nonce[12:]


def _xchacha(key, nonce):
    return ChaCha20Poly1305(hchacha20(key, nonce[:16])), bytes(4) + nonce[16:]


AEADS = {
    "XAES": (24, _xaes),
    "GCM": (12, lambda key, nonce: (AESGCM(key), nonce)),
    "ChaCha": (12, lambda key, nonce: (ChaCha20Poly1305(key), nonce)),
    "XChaCha": (24, _xchacha),
}


def seal(name, key, nonce, plaintext, aad):
    cipher, inner = AEADS[name][1](key, nonce)
    return cipher.encrypt(inner, plaintext, aad)


def unseal(name, key, nonce, sealed, aad):
    """The plaintext; cryptography's InvalidTag if it does not open."""
    cipher, inner = AEADS[name][1](key, nonce)
    return cipher.decrypt(inner, sealed, aad)


def ed25519_public(seed):
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def ed25519_sign(seed, message):
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


FIELD, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
# The y of the points of small order: those of order 1, 2, 4 and 8.
SMALL = {1, FIELD - 1, 0} | {
    int.from_bytes(bytes.fromhex(y), "little")
    for y in ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
              "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
}


# The points of small order as they are written, with either sign.
ED25519_SMALL = sorted((y | sign << 255).to_bytes(32, "little") for y in SMALL for sign in (0, 1))


def ed25519_verify(public, message, signature):
    """Whether a signature fits, as strictly as section 3.2 has it; what remains is the equation without the cofactor."""
    if len(signature) != 64 or int.from_bytes(signature[32:], "little") >= ORDER:
        return False
    for point in (public, signature[:32]):
        y = int.from_bytes(point, "little") & (1 << 255) - 1
        if y >= FIELD or y in SMALL:
            return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def p256_public(scalar):
    key = ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1())
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def rsa_2048(stream):
    """An RSAPrivateKey in DER and its RSAPublicKey, from the stream."""
    p, q = _prime(stream), _prime(stream)
    p, q, e = max(p, q), min(p, q), 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(e, p * q)
    key = rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public).private_key()
    private = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return private, key.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)


def _prime(stream):
    """A probable prime of 1024 bits with both top bits set; Fermat suffices for a test key."""
    while True:
        n = int.from_bytes(stream.take(128), "big") | 3 << 1022 | 1
        if n % 65537 != 1 and all(n % small for small in range(3, 2000, 2)) and pow(2, n - 1, n) == 1:
            return n


def _self_check():
    nonce = b"ABCDEFGHIJKLMNOPQRSTUVWX"
    # C2SP XAES-256-GCM, "Test vectors"; the second key takes the other branch of the doubling.
    assert seal("XAES", b"\1" * 32, nonce, b"XAES-256-GCM", b"").hex() == (
        "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"
    )
    assert seal("XAES", b"\3" * 32, nonce, b"XAES-256-GCM", b"c2sp.org/XAES-256-GCM").hex() == (
        "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"
    )
    # draft-irtf-cfrg-xchacha-03, section 2.2.1.
    assert hchacha20(bytes(range(32)), bytes.fromhex("000000090000004a0000000031415927")).hex() == (
        "82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc"
    )
    # The same draft, appendix A.3.1.
    sunscreen = (
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for "
        b"the future, sunscreen would be it."
    )
    sealed = seal(
        "XChaCha", bytes(range(0x80, 0xA0)), bytes(range(0x40, 0x58)), sunscreen,
        bytes.fromhex("50515253c0c1c2c3c4c5c6c7"),
    )
    assert sealed[:8].hex() == "bd6d179d3e83d43b" and sealed[-16:].hex() == "c0875924c1c7987947deafd8780acf49"
    # RFC 4493, examples 1 and 2; RFC 5297, A.1; RFC 5869, A.1.
    cmac_key = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
    assert cmac(cmac_key, b"").hex() == "bb1d6929e95937287fa37d129b756746"
    assert cmac(cmac_key, bytes.fromhex("6bc1bee22e409f96e93d7e117393172a")).hex() == "070a16b46b4d4144f79bdd9dd04a287c"
    siv_key = bytes.fromhex("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
    siv_aad = bytes(range(0x10, 0x28))
    assert siv_encrypt(siv_key, siv_aad, bytes.fromhex("112233445566778899aabbccddee")).hex() == (
        "85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c"
    )
    # RFC 8032, section 7.1, TEST 2; its S raised by the order of the group, and a public key of order 4.
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                              "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
    raised = signature[:32] + (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")
    assert ed25519_verify(public, b"\x72", signature)
    assert not ed25519_verify(public, b"\x72", raised) and not ed25519_verify(bytes(32), b"\x72", signature)
    okm = hkdf(bytes(range(13)), b"\x0b" * 22, bytes(range(0xF0, 0xFA)), 42)
    assert okm.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"


_self_check()
