"""Operations that are refused for their inputs or their key, and commitments that do not hold."""

import base64

import formats
from builder import CONTEXTS, Key
from collision import colliding
from primitives import Stream, hmac, seal, unseal


def refused_operations(rings):
    by_id = {ring.id: ring for ring in rings}
    yield from _contexts(by_id["native"])
    yield from _commitments(by_id["native"], by_id["lifecycle"])
    yield from _rules(by_id["convergent"])
    yield from _windows(by_id["lifecycle"])
    yield from _kinds(by_id["native"], by_id["convergent"], by_id["lifecycle"])


class Refusals:
    """Cases against one key."""

    def __init__(self, ring, name):
        self.ring, self.name, self.body = ring.id, name, ring.key(name).body
        self.key = Key("refusals " + ring.id, self.body)

    def case(self, op, label, error, reason, **fields):
        fields = {"context": None, "aad": None, **fields} if "crypt" in op else fields
        return {"id": f"refusals/{op}/{self.ring}/{self.name[:40]}/{label}", "keyring": self.ring, "key": self.name,
                "op": op, **fields, "error": error, "reason": reason}

    def text(self, context=None, aad=None, n=1, data=b"a message"):
        return formats.text(self.body, n, self.key.sealed(data, context, aad, n))

    def decrypt(self, label, error, reason, text, context=None, aad=None):
        return self.case("decrypt", label, error, reason, context=context, aad=aad, text=text)


def _contexts(ring):
    context, aad = CONTEXTS[0], {"text": "record 1"}
    long = {"repeat": ["61", 65536]}
    as_bytes = lambda value: {"bytes": formats.encoded(value)[1].hex()}
    for name in ("xaes256-gcm", "aes256-siv", "chacha20-poly1305"):
        plain, derived = Refusals(ring, name), Refusals(ring, f"{name}-derived")
        good = plain.text(aad=aad)
        yield plain.decrypt("context", "context_not_allowed", "The key is not derived.", good, context, aad)
        yield plain.decrypt("no-aad", "decrypt_failed", "The aad is missing.", good)
        yield plain.decrypt("other-aad", "decrypt_failed", "Another aad.", good, None, {"text": "record 2"})
        yield plain.decrypt("aad-too-long", "invalid_aad", "The aad exceeds 65,535 bytes.", good, None, long)
        yield plain.decrypt("aad-map-empty", "invalid_aad", "A map without pairs.", good, None, {"map": {}})
        for form in ("text", "bytes"):
            yield plain.decrypt(f"aad-empty-{form}", "invalid_aad", "An aad that is given is not empty.", plain.text(), None, {form: ""})
        good = derived.text(context, aad)
        yield derived.decrypt("no-context", "context_required", "The key is derived.", good, None, aad)
        yield derived.decrypt("context-empty-text", "invalid_context", "A context is never empty.", good, {"text": ""}, aad)
        yield derived.decrypt("context-empty-bytes", "invalid_context", "A context is never empty.", good, {"bytes": ""}, aad)
        yield derived.decrypt("context-map-empty", "invalid_context", "A map without pairs.", good, {"map": {}}, aad)
        yield derived.decrypt("context-too-long", "invalid_context", "The context exceeds 65,535 bytes.", good, long, aad)
        yield derived.decrypt("other-context", "decrypt_failed", "Another context.", good, {"text": "user-4712"}, aad)
        yield derived.decrypt("swapped", "decrypt_failed", "Context and aad are swapped.", good, aad, context)
        if name != "chacha20-poly1305":
            pairs = CONTEXTS[2]
            yield derived.decrypt("map-read-as-bytes", "decrypt_failed", "The same bytes under another kind.",
                                  derived.text(pairs, aad), as_bytes(pairs), aad)
            yield derived.decrypt("bytes-read-as-map", "decrypt_failed", "The same bytes under another kind.",
                                  derived.text(as_bytes(pairs), aad), pairs, aad)
    signing = Refusals(ring, "ed25519-derived")
    signature = formats.text(signing.body, 1, formats.sign(signing.body, 1, context, b"m"))
    rest = {"form": "asn1", "message": b"m".hex(), "text": signature}
    for label, error, reason, given in (
        ("no-context", "context_required", "The key is derived.", None),
        ("context-empty", "invalid_context", "A context is never empty.", {"text": ""}),
        ("other-context", "bad_signature", "Another context, another key.", {"text": "user-4712"}),
    ):
        yield signing.case("verify", label, error, reason, context=given, **rest)
        if error != "bad_signature":
            yield signing.case("public_key", label, error, reason, version=1, context=given)
            yield signing.case("sign", label, error, reason, version=1, context=given, form="asn1", message="6d")
    plain = Refusals(ring, "ed25519")
    yield plain.case("sign", "context", "context_not_allowed", "The key is not derived.", version=1, context=context, form="asn1", message="6d")


class Forger:
    """Payloads of xaes256-gcm, part by part."""

    def __init__(self, refusals, n=1, context=None, material=None):
        self.material = material or refusals.body["versions"][n - 1]["material"]
        self.n, (self.kind, self.context) = n, formats.encoded(context)
        self.enc, self.com = formats.payload_keys(formats.CIPHERTEXT, self.material, n, self.kind, self.context)

    def sealed(self, nonce, plaintext, aad):
        return seal("XAES", self.enc, nonce, plaintext, aad)

    def commitment(self, nonce, aad):
        return hmac(self.com, nonce + aad)


def _commitments(native, lifecycle):
    yield from _forged(Refusals(native, "xaes256-gcm"), Refusals(native, "xaes256-gcm-derived"))
    yield from _collisions(Refusals(native, "xaes256-gcm-derived"))
    three = Refusals(lifecycle, "same-type")
    for name in ("same-type", "same-type-derived"):
        three = Refusals(lifecycle, name)
        context = CONTEXTS[0] if three.body["derived"] else None
        nonce = three.key.stream.take(24)
        forgers = {n: Forger(three, n, context) for n in (1, 2)}
        sealed = forgers[1].sealed(nonce, b"a message", b"")
        wrong = nonce + forgers[2].commitment(nonce, b"") + sealed
        for n, reason in ((1, "Sealed under version 1, committed under version 2."),
                          (2, "Committed under version 2, sealed under version 1.")):
            yield three.decrypt(f"commitment-of-version-2-as-v{n}", "decrypt_failed", reason, formats.text(three.body, n, wrong), context)
        right = nonce + forgers[1].commitment(nonce, b"") + sealed
        for n in (2, 3):
            yield three.decrypt(f"relabelled-as-v{n}", "decrypt_failed", "Written under version 1.", formats.text(three.body, n, right), context)
        numbered = Forger(three, 2, context, forgers[1].material)
        other = nonce + numbered.commitment(nonce, b"") + numbered.sealed(nonce, b"a message", b"")
        for n in (1, 2):
            yield three.decrypt(f"material-1-number-2-as-v{n}", "decrypt_failed", "Version 1's material with number 2 in info.",
                                formats.text(three.body, n, other), context)


def _forged(plain, derived):
    """Payloads whose XAES part is right for the aad given and whose commitment is not."""
    nonce, data, aad = plain.key.stream.take(24), b"a message longer than the commitment is", b"record 1"
    own, other = Forger(plain), Forger(derived)
    sealed, right = own.sealed(nonce, data, aad), own.commitment(nonce, aad)
    backwards = Forger(plain)
    backwards.enc, backwards.com = own.com, own.enc
    given = {"text": "record 1"}
    for label, commitment, rest, reason in (
        ("other-aad", own.commitment(nonce, b"record 2"), sealed, "The commitment is to another aad."),
        ("no-aad", own.commitment(nonce, b""), sealed, "The commitment leaves the aad out."),
        ("no-nonce", hmac(own.com, aad), sealed, "The commitment leaves the nonce out."),
        ("other-order", hmac(own.com, aad + nonce), sealed, "The commitment has the aad before the nonce."),
        ("other-nonce", own.commitment(bytes(24), aad), sealed, "The commitment is to another nonce."),
        ("other-key", other.commitment(nonce, aad), sealed, "The commitment is under another key's material."),
        ("keys-swapped", backwards.commitment(nonce, aad), backwards.sealed(nonce, data, aad), "enc and com are exchanged."),
        ("under-enc", hmac(own.enc, nonce + aad), sealed, "The commitment is under enc."),
        ("under-material", hmac(own.material, nonce + aad), sealed, "The commitment is under the material."),
        ("zeros", bytes(32), sealed, "The commitment is zeros."),
        ("first-half", right[:16] + bytes(16), sealed, "The second half of the commitment is zeros."),
        ("last-bit", right[:31] + bytes([right[31] ^ 1]), sealed, "The last bit of the commitment is flipped."),
        ("missing", b"", sealed, "There is no commitment."),
        ("right-but-aad-of-seal-differs", right, own.sealed(nonce, data, b"record 2"), "The commitment holds, the tag does not."),
        ("right-but-tag-flipped", right, sealed[:-1] + bytes([sealed[-1] ^ 1]), "The commitment holds, the tag does not."),
        ("right-but-ct-flipped", right, bytes([sealed[0] ^ 1]) + sealed[1:], "The commitment holds, the tag does not."),
    ):
        text = formats.text(plain.body, 1, nonce + commitment + rest)
        yield plain.decrypt(f"commitment-{label}", "decrypt_failed", reason, text, None, given)
    labelled = formats.payload(formats.DOCUMENT, own.material, 1, 0, b"", aad, data, nonce)
    yield plain.decrypt("label-of-documents", "decrypt_failed", "The label is that of documents.", formats.text(plain.body, 1, labelled), None, given)
    wrong = formats.payload(formats.CIPHERTEXT, own.material, 1, 1, b"", aad, data, nonce)
    yield plain.decrypt("kind-1-without-context", "decrypt_failed", "No context is kind 0.", formats.text(plain.body, 1, wrong), None, given)


def _collisions(derived):
    for text, other, _ in _colliding(derived):
        reason = "The XAES part opens under this context too, but the commitment is to the other."
        yield derived.decrypt(f"collision-under-{next(iter(other))}", "decrypt_failed", reason, text, other)


def accepted_operations(rings):
    """The two halves of the collision, each under the context that it is committed to."""
    derived = Refusals(next(ring for ring in rings if ring.id == "native"), "xaes256-gcm-derived")
    for text, _, mine in _colliding(derived):
        yield {"id": f"accepted/decrypt/collision-under-{next(iter(mine))}", "keyring": derived.ring, "key": derived.name,
               "op": "decrypt", "version": 1, "context": mine, "aad": None, "text": text, "plaintext": _opened(derived, text, mine)}


def _opened(derived, text, context):
    data = base64.b64decode(text.rpartition(":")[2])
    return unseal("XAES", Forger(derived, 1, context).enc, data[:24], data[56:], b"").hex()


def _colliding(derived):
    """One XAES ciphertext that opens under two contexts: text, the context not committed to, the one that is."""
    stream = Stream("collision")
    contexts = CONTEXTS[0], CONTEXTS[2]
    forgers = [Forger(derived, 1, context) for context in contexts]
    nonce = stream.take(24)
    sealed = colliding([forger.enc for forger in forgers], nonce, stream.take(16))
    for at, (mine, other) in enumerate((contexts, contexts[::-1])):
        yield formats.text(derived.body, 1, nonce + forgers[at].commitment(nonce, b"") + sealed), other, mine


def _rules(ring):
    """Convergent ciphertexts under a nonce that is not the rule's."""
    for name in ("aes256-gcm96-rule3-kdf1", "aes256-gcm96-rule2-kdf1", "aes128-gcm96-rule2-kdf0",
                 "chacha20-poly1305-rule3-kdf1", "xchacha20-poly1305-rule2-kdf0"):
        refusals = Refusals(ring, name)
        context, data = CONTEXTS[0], b"the same each time"
        encoded = formats.encoded(context)[1]
        kind = formats.TYPES[refusals.body["versions"][0]["type"]]
        key, right = formats.transit_keys(refusals.body, 1, encoded, data)
        for label, nonce, reason in (
            ("random-nonce", refusals.key.stream.take(len(right)), "The nonce is random."),
            ("nonce-of-other-plaintext", formats.transit_keys(refusals.body, 1, encoded, b"other")[1], "The nonce belongs to another plaintext."),
            ("last-bit-of-nonce", right[:-1] + bytes([right[-1] ^ 1]), "The last bit of the nonce is flipped."),
        ):
            payload = nonce + seal(kind.aead, key, nonce, data, b"")
            yield refusals.decrypt(label, "decrypt_failed", reason, formats.text(refusals.body, 1, payload), context)
        good = refusals.text(context, data=data)
        yield refusals.decrypt("no-context", "context_required", "The key is derived.", good)
        yield refusals.decrypt("other-context", "decrypt_failed", "Another context.", good, CONTEXTS[2])
        yield refusals.case("encrypt", "aad", "aad_not_allowed", "Convergent encryption takes no aad.", version=1, context=context,
                             aad={"text": "record 1"}, plaintext=data.hex())
    mixed = Refusals(ring, "mixed-rules")
    for n in (2, 3):
        text = mixed.text(CONTEXTS[0], n=1).replace("v1:", f"v{n}:")
        yield mixed.decrypt(f"relabelled-as-v{n}", "decrypt_failed", "Written under version 1.", text, CONTEXTS[0])


def _windows(ring):
    window, trimmed = Refusals(ring, "window"), Refusals(ring, "trimmed")
    text = window.text(n=1)
    yield window.decrypt("below-the-window", "version_too_old", "min_decryption_version is 2.", text)
    yield window.decrypt("above", "version_too_new", "The key has four versions.", text.replace("v1:", "v5:"))
    yield window.case("decrypt_binary", "below-the-window", "version_too_old", "min_decryption_version is 2.",
                      binary=formats.binary(1, window.key.sealed(b"", None, None, 1)).hex())
    mac = formats.text(window.body, 1, formats.mac(window.body, 1, b"m"), template=False)
    yield window.case("verify_hmac", "below-the-window", "version_too_old", "min_decryption_version is 2.", hash="sha2-256", message="6d", text=mac)
    payload = formats.b64(window.key.sealed(b"", None, None, 1))
    for n in (1, 2):
        yield trimmed.decrypt(f"trimmed-v{n}", "version_too_old", "The version is trimmed.", f"vault:v{n}:{payload}")
    disabled = Refusals(ring, "disabled")
    rest = {"context": None, "aad": None}
    yield disabled.decrypt("disabled", "key_disabled", "The key is disabled.", disabled.text())
    yield disabled.case("decrypt_binary", "disabled", "key_disabled", "The key is disabled.",
                        binary=formats.binary(1, disabled.key.sealed(b"", None, None, 1)).hex())
    yield disabled.case("encrypt", "disabled", "key_disabled", "The key is disabled.", version=1, **rest, plaintext="6d")
    yield disabled.case("hmac", "disabled", "key_disabled", "The key is disabled.", version=1, hash="sha2-256", message="6d")


def _kinds(native, convergent, lifecycle):
    """Operations that the type does not have, or that nothing yet does."""
    ed25519, mac, cipher = (Refusals(native, name) for name in ("ed25519", "hmac-32", "xaes256-gcm"))
    reason = "The type does not do this."
    rest, signing = {"context": None, "aad": None, "plaintext": "6d"}, {"context": None, "form": "asn1", "message": "6d"}
    for refusals in (ed25519, mac):
        yield refusals.case("encrypt", "other-family", "operation_not_supported", reason, version=1, **rest)
        yield refusals.decrypt("other-family", "operation_not_supported", reason, "vault:v1:" + "AAAA" * 12)
    for refusals in (mac, cipher):
        yield refusals.case("sign", "other-family", "operation_not_supported", reason, version=1, **signing)
        yield refusals.case("public_key", "other-family", "operation_not_supported", reason, version=1, context=None)
    public = Refusals(lifecycle, "public-latest")
    yield public.case("sign", "public-only", "no_such_version", "Version 2 has a public half alone.", version=2, **signing)
    without = Refusals(lifecycle, "without-hmac-key")
    reason = "Version 1 has no HMAC key."
    yield without.case("hmac", "no-hmac-key", "no_such_version", reason, version=1, hash="sha2-256", message="6d")
    yield without.case("verify_hmac", "no-hmac-key", "no_such_version", reason, hash="sha2-256", message="6d", text="vault:v1:" + "A" * 43 + "=")
    yield from _kept(convergent, lifecycle)


def _kept(convergent, lifecycle):
    """Versions that a reader keeps and never works with (section 7)."""
    payload = formats.b64(bytes(28))
    for name in ("rule1", "rule1-kdf0", "rule3-kdf0"):
        kept = Refusals(convergent, name)
        reason = "The version's nonces are not made by a rule that is in use."
        yield kept.decrypt("kept", "invalid_option", reason, f"vault:v1:{payload}", CONTEXTS[0])
        yield kept.case("encrypt", "kept", "invalid_option", reason, version=1, context=CONTEXTS[0], aad=None, plaintext="6d")
    kept = Refusals(lifecycle, "ed25519-kdf0")
    reason = "KDF 0 gives no Ed25519 seed."
    rest = {"context": CONTEXTS[0], "form": "asn1", "message": "6d"}
    yield kept.case("sign", "kept", "type_not_supported", reason, version=1, **rest)
    yield kept.case("verify", "kept", "type_not_supported", reason, **rest, text="vault:v1:" + "A" * 86 + "==")
    yield kept.case("public_key", "kept", "type_not_supported", reason, version=1, context=CONTEXTS[0])
    kept = Refusals(lifecycle, "public-derived")
    reason = "Nothing can be derived from a public key alone."
    yield kept.case("verify", "kept", "no_such_version", reason, **rest, text="vault:v1:" + "A" * 86 + "==")
    yield kept.case("public_key", "kept", "no_such_version", reason, version=1, context=CONTEXTS[0])
