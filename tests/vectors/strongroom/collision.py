"""One AES-256-GCM ciphertext that opens under two keys: what a commitment is there to refuse.

Of two blocks of ciphertext the second is chosen so that both keys give the same tag; GHASH is linear in it.
"""

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from primitives import aes_block, xaes_inner_key


def _product(a, b):
    """Multiplication in the field of GCM (SP 800-38D section 6.3); bits run from the left."""
    z, v = 0, b
    for at in range(127, -1, -1):
        if a >> at & 1:
            z ^= v
        v = v >> 1 ^ (0xE1 << 120 if v & 1 else 0)
    return z


def _inverse(a):
    out, power = 1 << 127, a
    for _ in range(127):
        power = _product(power, power)
        out = _product(out, power)
    return out


def _number(data):
    return int.from_bytes(data, "big")


def colliding(keys, nonce, first):
    """`ct ‖ tag` that opens under both XAES keys; `first` is the first block of the ciphertext."""
    inner = [xaes_inner_key(key, nonce) for key in keys]
    counter = nonce[12:] + bytes([0, 0, 0, 1])
    h = [_number(aes_block(key, bytes(16))) for key in inner]
    e = [_number(aes_block(key, counter)) for key in inner]
    square = [_product(x, x) for x in h]
    cube = [_product(x, y) for x, y in zip(h, square)]
    block, length = _number(first), 256
    wanted = _product(block, cube[0] ^ cube[1]) ^ _product(length, h[0] ^ h[1]) ^ e[0] ^ e[1]
    second = _product(wanted, _inverse(square[0] ^ square[1]))
    tag = _product(block, cube[0]) ^ _product(second, square[0]) ^ _product(length, h[0]) ^ e[0]
    out = first + second.to_bytes(16, "big") + tag.to_bytes(16, "big")
    for key in inner:
        AESGCM(key).decrypt(nonce[12:], out, b"")
    return out
