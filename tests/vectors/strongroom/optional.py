"""The keyring of keyrings.json with every field that may be left out: a line, a bound, dates, keys that were lent."""

import formats
from builder import AADS, CONTEXTS, TIME, Ring, hex_seal, trimmed, version
from formats import CHACHA, ED25519, GCM128, GCM256, HMAC, SIV, TYPES, XAES, XCHACHA
from primitives import ed25519_public

EVER, OVER = 2**64 - 1, 1


def optional():
    ring = Ring("optional", "Optional fields", [4, 2**31 - 1], [hex_seal("optional")], generation=2**40, fallen=(1, 3), line=True,
                staleness={"limit": 90_000, "since": TIME, "before": 60_000})
    parts(ring)
    return ring


def parts(ring):
    """Adds a key for each field."""
    for part in (_dated, _lent, _held):
        part(ring)


def bounded():
    """A bound without a line, whose numbers are as large as they can be."""
    ring = Ring("bounded", "", [1], [hex_seal("bounded")], staleness={"limit": EVER, "since": EVER, "before": 0})
    ring.add("k", [version(ring.stream, SIV)]).encrypt(3)
    return ring


def _dated(ring):
    """When versions were closed, and until when they are lent."""
    parts = [trimmed(GCM256, closed=TIME, lent=TIME + 1), version(ring.stream, GCM256, closed=EVER, lent=0), version(ring.stream, XAES, lent=EVER)]
    key = ring.add("dated", parts, min_available_version=2, min_decryption_version=2, min_encryption_version=3)
    key.decrypt(9, n=2)
    key.decrypt(9, n=3)


def _lent(ring):
    """Keys that were lent whole: they work until their time, and open after it."""
    for number in (SIV, ED25519, HMAC):
        key = ring.add(f"lent-{TYPES[number].name}", [version(ring.stream, number, 32 if number == HMAC else None)], lent={"until": EVER})
        key.mac(5)
    ring.key("lent-aes256-siv").encrypt(5)
    ring.key("lent-ed25519").sign(5)
    counted = [version(ring.stream, number, limit=limit) for number, limit in ((GCM256, 0), (GCM128, 2**24), (CHACHA, EVER))]
    key = ring.add("lent-counted", [*counted, version(ring.stream, XCHACHA)], lent={"until": EVER})
    for n in (1, 2, 3, 4):
        key.decrypt(5, n=n)
    key = ring.add("lent-derived", [version(ring.stream, GCM256, limit=1)], derived=True, lent={"until": EVER})
    key.decrypt(5, CONTEXTS[0])
    ring.add("lent-without-limit", [version(ring.stream, GCM256)], lent={"until": EVER}).decrypt(5)
    key = ring.add("lent-over", [version(ring.stream, XAES)], lent={"until": OVER})
    key.decrypt(5, None, AADS[1])
    key.mac(5, op="verify_hmac")
    key = ring.add("lent-over-siv", [version(ring.stream, SIV)], lent={"until": OVER})
    key.decrypt(5)
    key = ring.add("lent-over-ed25519", [version(ring.stream, ED25519)], lent={"until": OVER})
    key.sign(5, op="verify")
    key.public_key()


def held(ring, name, number, context, index=True, more=(), **options):
    """A key of which only the subkeys of one context are here."""
    whole = {"versions": [version(ring.stream, number)], "derived": True, "convergent": False, "kdf": 1, **options}
    if whole["convergent"]:
        whole.setdefault("convergent_version", 3)
    if not index:
        del whole["versions"][0]["hmac_key"]
    kind, encoding = formats.encoded(context)
    kept = {"type": number, "created": TIME, "subkeys": formats.subkeys(whole, 1, context)}
    return ring.add(name, [kept, *more], derived=True, lent={"until": EVER, "context": encoding, "kind": kind}, **options)


def _held(ring):
    for at, number in enumerate((XAES, SIV, GCM256, GCM128, CHACHA, XCHACHA, ED25519)):
        held(ring, f"held-{TYPES[number].name}", number, CONTEXTS[at % 4], index=at % 2 == 0)
    for number in (GCM256, GCM128, CHACHA, XCHACHA):
        held(ring, f"held-{TYPES[number].name}-convergent", number, CONTEXTS[2], convergent=True)
    held(ring, "held-rule2", GCM256, CONTEXTS[0], convergent=True, convergent_version=2)
    held(ring, "held-kdf0", CHACHA, {"repeat": ["ff", 65535]}, kdf=0)
    public = {"type": ED25519, "public": ed25519_public(ring.stream.take(32))}
    held(ring, "held-public", ED25519, CONTEXTS[1], more=[public])
    cut = {"type": GCM256, "subkeys": {"encrypt": ring.stream.take(32)}, "limit": 2**24, "closed": TIME}
    ring.add("held-trimmed", [trimmed(GCM256, 0), cut], min_available_version=2, min_decryption_version=2, derived=True,
             lent={"until": EVER, "context": b"\0", "kind": 2})
