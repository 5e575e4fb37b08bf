"""The complete keyrings of keyrings.json."""

import formats
from builder import (AADS, CONTEXTS, LENGTHS, TIME, Ring, hex_seal, passphrase_seal, root_key_seal, version)
from formats import CHACHA, ED25519, GCM128, GCM256, HASHES, HMAC, SIV, TYPES, XAES, XCHACHA
from lifecycle import lifecycle
from optional import bounded, optional
from primitives import Stream

CIPHERS = (XAES, SIV, GCM256, GCM128, CHACHA, XCHACHA)


def keyrings():
    return [native(), convergent(), lifecycle(), two_roots(), minimal_passphrase(), small(), bare(), optional(), bounded()]


def cycle(values, at):
    return values[at % len(values)]


def native():
    """Every native type, derived and not, with the awkward lengths, contexts and aads."""
    ring = Ring("native", "Native types", [1], [hex_seal("native")])
    for number in CIPHERS:
        name = TYPES[number].name
        _lengths(ring.add(name, [version(ring.stream, number)]), False, number == SIV)
        _lengths(ring.add(f"{name}-derived", [version(ring.stream, number, hmac_key=None)], derived=True), True, number == SIV)
    _map_as_bytes(ring.key("aes256-gcm96-derived"))
    _ed25519(ring)
    for size in (32, 64, 65, 145, 512):
        _hashes(ring.add(f"hmac-{size}", [version(ring.stream, HMAC, size)]))
    return ring


def _lengths(key, derived, deterministic):
    number = key.body["versions"][0]["type"]
    lengths = LENGTHS[:8] if derived else LENGTHS[: 11 if number == XAES else 10]
    for at, size in enumerate(lengths):
        context = cycle(CONTEXTS, at) if derived else None
        if deterministic and size < 255:
            key.encrypt(size, context, cycle(AADS, at + 1))
        if not deterministic or at % 2 == 0:
            key.decrypt(size, context, cycle(AADS, at))
    for at, size in enumerate((0, 33)):
        key.decrypt_binary(size, cycle(CONTEXTS, at + 2) if derived else None, cycle(AADS, at + 1))
    key.decrypt(5, {"repeat": ["ff", 65535]} if derived else None, {"repeat": ["00", 65535]}, note="longest")
    if not derived:
        key.mac(33)
        key.mac(0, "sha2-512", op="verify_hmac")


def _map_as_bytes(key):
    """Transit types know no kind: bytes that spell a map's encoding are the same context; so is an aad of any type."""
    context, aad, data = CONTEXTS[2], AADS[3], b"the same context"
    payload = key.sealed(data, context, aad, 1)
    spelled = [{"bytes": formats.encoded(value)[1].hex()} for value in (context, aad)]
    key.opened(payload, data, *spelled, note="map-written-read-as-bytes")


def _ed25519(ring):
    key = ring.add("ed25519", [version(ring.stream, ED25519)])
    derived = ring.add("ed25519-derived", [version(ring.stream, ED25519)], derived=True)
    key.public_key()
    for at, size in enumerate(LENGTHS[:10]):
        key.sign(size, ("asn1", "jws")[at % 2])
        derived.sign(size % 100, ("jws", "asn1")[at % 2], cycle(CONTEXTS, at))
    for context in CONTEXTS[:6]:
        derived.public_key(context)
    for form in ("asn1", "jws"):
        key.sign(40, form, op="verify")
        derived.sign(40, form, CONTEXTS[3], op="verify")
    for one in (key, derived):
        one.mac(17)
        one.mac(64, "sha3-256", op="verify_hmac")


def _hashes(key):
    for at, name in enumerate(HASHES if len(key.body["versions"][0]["material"]) == 64 else ("sha2-256", "sha3-224")):
        key.mac(cycle(LENGTHS[:9], at + 3), name)
        key.mac(cycle(LENGTHS[:9], at), name, op="verify_hmac")


def convergent():
    """Convergent rules 3 and 2, KDF 1 and 0, and versions that differ from their key."""
    ring = Ring("convergent", "Convergent and older derivations", [1], [hex_seal("convergent")])
    for number in formats.TRANSIT:
        name = TYPES[number].name
        for rule, kdf in ((3, 1), (2, number % 2)):
            _convergent(ring.add(f"{name}-rule{rule}-kdf{kdf}", [version(ring.stream, number)], derived=True,
                                 convergent=True, convergent_version=rule, kdf=kdf))
        kdf0 = ring.add(f"{name}-kdf0", [version(ring.stream, number)], derived=True, kdf=0)
        for at, context in enumerate(CONTEXTS[:5]):
            kdf0.decrypt(LENGTHS[at], context, cycle(AADS, at))
    versions = [version(ring.stream, GCM256, kdf=0, convergent_version=2, retired=TIME + 1),
                version(ring.stream, GCM256, convergent_version=2, retired=TIME + 2), version(ring.stream, CHACHA)]
    mixed = ring.add("mixed-rules", versions, derived=True, convergent=True)
    for n in (1, 2, 3):
        mixed.decrypt(33, CONTEXTS[0], n=n)
        mixed.decrypt_binary(32, CONTEXTS[2], n=n)
    mixed.encrypt(33, CONTEXTS[0])
    versions = [version(ring.stream, XCHACHA, kdf=0), version(ring.stream, XCHACHA), version(ring.stream, XAES)]
    mixed = ring.add("mixed-kdf", versions, derived=True)
    for n in (1, 2, 3):
        mixed.decrypt(64, CONTEXTS[1], AADS[1], n)
    for name, rule, kdf in (("rule1", 1, 1), ("rule1-kdf0", 1, 0), ("rule3-kdf0", 3, 0)):
        ring.add(name, [version(ring.stream, GCM256)], derived=True, convergent=True, convergent_version=rule, kdf=kdf).mac(5)
    for number in (XAES, formats.SIV):
        key = ring.add(f"{TYPES[number].name}-kdf0", [version(ring.stream, number)], derived=True, kdf=0)
        key.decrypt(9, CONTEXTS[0], AADS[1])
    stray = ring.add("stray-fields", [version(ring.stream, GCM256, kdf=0, convergent_version=1)])
    stray.decrypt(9)
    return ring


def _convergent(key):
    for at, size in enumerate(LENGTHS[:8] if key.body["convergent_version"] == 3 else (0, 16, 33)):
        key.encrypt(size, cycle(CONTEXTS, at))
    key.decrypt(65, CONTEXTS[6])
    key.decrypt(16, CONTEXTS[1], {"text": "written elsewhere"}, note="with-an-aad")
    key.decrypt_binary(64, CONTEXTS[2])


def two_roots():
    """Documents under both root keys; three seals, any of which opens everything."""
    stream = Stream("two-roots seals")
    first, second = stream.take(32), stream.take(32)
    seals = [root_key_seal(first, "hex:" + first.hex().upper() + "\r\n"),
             root_key_seal(second, formats.b64(second) + "\n"), passphrase_seal("correct horse battery staple – ü")]
    ring = Ring("two-roots", "Zwei Wurzeln 🗝", [1, 2], seals, generation=7)
    for name, root in (("old", 1), ("new", 2)):
        key = ring.add(name, [version(ring.stream, XAES)], generation=3, root=root)
        key.decrypt(17)
    ring.add("mac", [version(ring.stream, HMAC, 64)], root=1).mac(10)
    return ring


def minimal_passphrase():
    """The least Argon2 parameters that a reader takes, an id of its own, root numbers with a gap up to the largest."""
    seals = [passphrase_seal("x", "spare ✓", 19456, 1, 1)]
    ring = Ring("minimal-passphrase", "", [5, 2**31 - 1], seals, generation=2**63)
    ring.add("k", [version(ring.stream, SIV)], generation=2**64 - 1).encrypt(9)
    ring.add("k5", [version(ring.stream, SIV)], root=5).encrypt(9)
    return ring


def small():
    """What refusals.json replaces the documents of."""
    stream = Stream("small seals")
    second = stream.take(32)
    seals = [hex_seal("small"), root_key_seal(second, "base64:" + formats.b64(second)),
             passphrase_seal("open sesame", "pass", 19456, 1, 1)]
    ring = Ring("small", "Small", [1, 2], seals)
    ring.add("k", [version(ring.stream, GCM256), version(ring.stream, XAES)]).decrypt(3)
    ring.add("other", [version(ring.stream, GCM256)]).decrypt(3)
    return ring


def bare():
    """No keys, a label as long as it may be."""
    return Ring("bare", "ü" * 127 + "!", [1], [hex_seal("bare")])
