"""One keyring with all that happens to keys: rotation, trimming, windows, templates, imports, deletion, odd names."""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from builder import AADS, CONTEXTS, TIME, Ring, hex_seal, trimmed, version
from formats import (CHACHA, CMAC256, CTR_STREAM, ED25519, GCM128, GCM256, GCM_STREAM, HMAC, MLDSA44, P256, RSA2048, SIV, TYPES, XAES, XCHACHA)
from primitives import ed25519_public, ed25519_sign, p256_public, rsa_2048


def lifecycle():
    ring = Ring("lifecycle", "Lifecycle", [1], [hex_seal("lifecycle")], generation=3)
    for part in (_rotated, _windows, _many, _templates, _described, _signing, _macs, _unused, _names, _kept, _streams):
        part(ring)
    return ring


def _rotated(ring):
    """Versions of different types under one key, plain and derived."""
    take = lambda *numbers: [version(ring.stream, number, created=TIME + n) for n, number in enumerate(numbers)]
    for name, numbers in (("to-xaes", (GCM256, XAES)), ("to-transit", (XAES, SIV, XCHACHA, GCM128)),
                          ("same-type", (XAES, XAES, XAES))):
        for derived in (False, True):
            key = ring.add(name + "-derived" * derived, take(*numbers), generation=len(numbers), derived=derived)
            for n in range(1, len(numbers) + 1):
                context = CONTEXTS[n % 3] if derived else None
                key.decrypt(33, context, AADS[n], n)
            key.decrypt_binary(5, CONTEXTS[1] if derived else None, None, 1)
            key.mac(12, n=1)
    ring.add("siv-twice", take(SIV, SIV)).encrypt(20, None, AADS[1])
    ring.key("siv-twice").encrypt(20, None, AADS[1], 1)


def _windows(ring):
    """min_decryption_version, min_encryption_version, trimming, disabled."""
    four = [version(ring.stream, GCM256, retired=TIME + n) for n in range(4)]
    del four[3]["retired"]
    key = ring.add("window", four, min_decryption_version=2, min_encryption_version=3)
    for n in (2, 3, 4):
        key.decrypt(16, n=n)
    parts = [trimmed(CHACHA, 0, created=TIME), trimmed(GCM256, TIME + 5, retired=TIME + 1, imported=True),
             version(ring.stream, XAES), version(ring.stream, GCM256)]
    key = ring.add("trimmed", parts, min_available_version=3, min_decryption_version=3, min_encryption_version=4)
    key.decrypt(16, n=3)
    key.decrypt(16, n=4)
    key.mac(3, n=3, op="verify_hmac")
    ring.add("trimmed-further-than-available", [version(ring.stream, SIV) for _ in range(2)],
             min_available_version=1, min_decryption_version=2).encrypt(1)
    ring.add("disabled", [version(ring.stream, GCM256)], disabled=True)
    ring.tombstone("gone", TIME + 9, 12)
    ring.tombstone("Gone-at-0", 0, 2)


def _many(ring):
    """More than 23 versions, so that counts and archive numbers take longer heads."""
    versions = [version(ring.stream, GCM128, created=None, hmac_key=None) for _ in range(25)]
    archive = {n: version(ring.stream, GCM128, hmac_key=None) for n in (25, 1, 24)}
    key = ring.add("many", versions, archive=archive, generation=300)
    for n in (1, 24, 25):
        key.decrypt(7, n=n)


TEMPLATES = ("app-{{version}}-", "k9{{version}}:key:", "{{version}}A", "vault:v{{version}}:", "~{{version}}!" + "x" * 115)


def _templates(ring):
    for at, template in enumerate(TEMPLATES):
        for number in (XAES, GCM256) if at % 2 == 0 else (XAES,):
            versions = [version(ring.stream, number, created=None, hmac_key=None) for _ in range(11 if at == 0 and number == XAES else 1)]
            key = ring.add(f"template-{at}-{number}", versions, template=template)
            for n in sorted({1, key.latest}):
                key.decrypt(50, n=n)
            key.decrypt(50, template=False, note="default-form")
        key.decrypt_binary(4)
    key = ring.add("template-signing", [version(ring.stream, ED25519)], template="app-{{version}}-")
    for form in ("asn1", "jws"):
        key.sign(6, form)
        key.sign(6, form, op="verify")
        key.sign(6, form, op="verify", template=False, note="default-form")
    key.mac(6, op="verify_hmac")
    ring.add("template-siv", [version(ring.stream, SIV)], template="s.{{version}}.").encrypt(18)


def _described(ring):
    """Options, labels, events, archive and transit fields."""
    labels = {"": "", "team": "payments", "ü": "ö", "a": "1", "aa": "2", "b": "3", "n" * 255: "v" * 255}
    ring.add("everything", [
        version(ring.stream, GCM256, kdf=0, imported=True, retired=TIME + 1),
        version(ring.stream, GCM256, created=2**64 - 1, retired=0, imported=True),
    ], generation=2**32, derived=True, imported=True, exportable=True, allow_rotation=True, deletion_allowed=True,
        allow_plaintext_backup=True, auto_rotate_period=30 * 24 * 3600 * 10**9, labels=labels,
        backup_info=[TIME + 3, 2], restore_info=[TIME + 2, 1], template="app-{{version}}-",
        archive={1: version(ring.stream, GCM256)},
        transit={"dialect": "vault", "storage_prefix": "", "archive_version": 2, "archive_min_version": 0,
                 "parameter_set": "65", "hybrid": [0, -1]}).decrypt(40, CONTEXTS[3], AADS[3])
    ring.key("everything").decrypt(40, CONTEXTS[0], n=1)
    many = {f"{n}": "" for n in range(64)}
    ring.add("labels-64", [version(ring.stream, XAES)], labels=many, transit={"dialect": "openbao"}).decrypt(2)
    ring.add("transit-empty", [version(ring.stream, XAES)], transit={},
             auto_rotate_period=2**64 - 1).decrypt(2)


def _certificate(seed):
    key = Ed25519PrivateKey.from_private_bytes(seed)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "vectors")])
    start = datetime.datetime(2025, 1, 1)
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(1).not_valid_before(start).not_valid_after(start.replace(year=2045)).sign(key, None))
    return made.public_bytes(Encoding.DER)


def _signing(ring):
    first = version(ring.stream, ED25519)
    first["chain"] = [_certificate(first["material"][:32])]
    seed = ring.stream.take(32)
    public = {"type": ED25519, "public": ed25519_public(seed), "imported": True}
    with_mac = {"type": ED25519, "public": ed25519_public(seed), "hmac_key": ring.stream.take(32), "imported": True}
    key = ring.add("signing", [first, public, with_mac, version(ring.stream, ED25519)])
    key.sign(9)
    key.sign(9, n=1, op="verify")
    message = ring.stream.take(9)
    for n in (2, 3):
        key.signed("verify", n, "asn1", None, message, ed25519_sign(seed, message), note="public-only")
    for n in (1, 2, 3, 4):
        key.public_key(n=n)
    key.mac(9, n=3)
    key = ring.add("signing-derived", [version(ring.stream, ED25519) for _ in range(2)], derived=True)
    for n in (1, 2):
        key.sign(11, "jws", CONTEXTS[n], n, op="verify")
        key.public_key(CONTEXTS[n], n)
    ring.add("public-latest", [version(ring.stream, ED25519), public], imported=True).public_key()


def _macs(ring):
    imported = version(ring.stream, GCM256, hmac_key=None, imported=True)
    ring.add("without-hmac-key", [imported, version(ring.stream, GCM256)], min_encryption_version=1).decrypt(8, n=1)
    ring.key("without-hmac-key").mac(8, n=2)
    key = ring.add("hmac-rotated", [version(ring.stream, HMAC, 32), version(ring.stream, HMAC, 32)])
    for n in (1, 2):
        key.mac(19, n=n, op="verify_hmac")
    key.mac(19)


def _unused(ring):
    """Types that came into use after release 0.1.0; what is made with them is in the sets of tests/golden."""
    ring.add("ecdsa-p256", [version(ring.stream, P256), {"type": P256, "public": _p256(ring)}])
    private, public = rsa_2048(ring.stream)
    ring.add("rsa-2048", [version(ring.stream, RSA2048, material=private), {"type": RSA2048, "public": public}])
    ring.add("ml-dsa-44", [version(ring.stream, MLDSA44)])
    ring.add("aes256-cmac", [version(ring.stream, CMAC256), version(ring.stream, CMAC256 - 1)])


def _kept(ring):
    """The other types that are assigned, and versions that no operation can use."""
    for number in (P256 + 1, P256 + 2, RSA2048 + 1, RSA2048 + 2, MLDSA44 + 1, MLDSA44 + 2, CMAC256 - 1):
        size = 2000 if number in (RSA2048 + 1, RSA2048 + 2) else None
        ring.add(TYPES[number].name, [version(ring.stream, number, size)])
    ring.add("ed25519-kdf0", [version(ring.stream, ED25519)], derived=True, kdf=0).mac(5)
    public = {"type": ED25519, "public": ed25519_public(ring.stream.take(32))}
    ring.add("public-derived", [public], derived=True, imported=True)
    ring.add("public-short", [{"type": P256, "public": b"\4"}], imported=True)


def _streams(ring):
    """Keys of Tink's streams, alone and gone on with the default type."""
    for number in (GCM_STREAM, CTR_STREAM):
        ring.add(TYPES[number].name, [version(ring.stream, number)], imported=True)
    mixed = [version(ring.stream, CTR_STREAM, 16), version(ring.stream, GCM_STREAM, hmac_key=None), version(ring.stream, XAES),
             version(ring.stream, GCM128)]
    key = ring.add("streams-to-xaes", mixed)
    for n in (3, 4):
        key.decrypt(12, n=n)
    key.mac(12, n=1, op="verify_hmac")
    key = ring.add("streams-trimmed", [trimmed(GCM_STREAM), version(ring.stream, XAES)], min_available_version=2, min_decryption_version=2)
    key.decrypt(12)


def _p256(ring):
    return p256_public(b"\0" + ring.stream.take(31))


def _names(ring):
    for name in ("A", "_", "Card", "card", "a..b", "9", "Z" * 120, "0123456789" * 12):
        ring.add(name, [version(ring.stream, SIV)]).encrypt(1)
