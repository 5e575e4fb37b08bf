"""Key documents whose optional fields break a rule (section 7), and what is refused of keys that have such fields."""

from builder import CONTEXTS, STREAMS, TIME, key_body, trimmed, version
from formats import CTR_STREAM, ED25519, GCM256, GCM_STREAM, HMAC, SIV, XAES, XCHACHA
from primitives import Stream, ed25519_public
from refused_spellings import FILE, NAME, body

LENT, ONE = {"until": TIME}, {"until": TIME, "context": b"c", "kind": 1}


def refused_optional(ring):
    stream = Stream("refused optional fields")
    for part in (_dates, _lent, _limits, _subkeys, _streams):
        for label, item, reason in part(stream):
            yield {"id": f"refusals/document/{label}", "keyring": ring.id, "key": NAME, "documents": {FILE: ring.document(NAME, item, stream=stream).hex()},
                   "error": "corrupt_document", "reason": reason}


def _version(source, number=GCM256, size=None, /, **fields):
    return version(source, number, size, **{"created": None, "hmac_key": None, **fields})


def _key(*versions, **options):
    return key_body(NAME, list(versions), **options)


def _dates(stream):
    make = lambda **fields: _key(_version(stream, **fields))
    yield "closed-text", make(closed="1"), "A date is a text."
    yield "closed-negative", make(closed=-1), "A date is negative."
    yield "lent-of-version-map", make(lent={"until": TIME}), "A version's lent is a date."
    yield "lent-of-version-bool", make(lent=True), "A date is a bool."
    yield "closed-of-key", {**body(stream), "closed": TIME}, "A key has no closed."
    yield "uses-of-document", {**body(stream), "uses": {1: 5}}, "Uses are said in backups only."
    yield "tombstone-lent", {"name": NAME, "deleted": TIME, "lent": LENT}, "A tombstone was lent."


def _lent(stream):
    derived = body(stream, derived=True)
    for label, lent, reason in (
        ("time", TIME, "lent is a date."), ("empty", {}, "There is no until."), ("until-text", {"until": "1"}, "until is a text."),
        ("unknown", {"until": TIME, "uses": 1}, "An unknown field."),
        ("context-alone", {"until": TIME, "context": b"c"}, "There is no kind."), ("kind-alone", {"until": TIME, "kind": 1}, "There is no context."),
        ("kind-0", {**ONE, "kind": 0}, "A context has kind 1 or 2."), ("kind-3", {**ONE, "kind": 3}, "A context has kind 1 or 2."),
        ("context-empty", {**ONE, "context": b""}, "A context is never empty."),
        ("context-text", {**ONE, "context": "c"}, "The context is a text."),
        ("context-65536", {**ONE, "context": bytes(65536)}, "The context is too long."),
    ):
        held = {**derived, "versions": [{"type": GCM256, "subkeys": {"encrypt": bytes(32)}}]}
        yield f"lent-{label}", {**(held if "context" in label or "kind" in label else derived), "lent": lent}, reason
    yield "lent-context-not-derived", {**body(stream, (ED25519,)), "lent": ONE}, "The key is not derived."
    yield "lent-context-with-material", {**derived, "lent": ONE}, "Beside a context that was lent there is material."
    public = {"type": ED25519, "public": ed25519_public(stream.take(32))}
    yield "lent-context-with-hmac-key", _key({**public, "hmac_key": stream.take(32)}, derived=True, lent=ONE), "The HMAC key is one for all contexts."
    yield "lent-with-archive", {**derived, "lent": LENT, "archive": {1: derived["versions"][0]}}, "A key that was lent has an archive."
    for field, item in (("closed", TIME), ("lent", TIME), ("limit", 5), ("subkeys", {"encrypt": bytes(32)})):
        copy = {**derived["versions"][0], field: item}
        if field == "subkeys":
            del copy["material"]
        yield f"archive-{field}", {**derived, "archive": {1: copy}}, f"A version in the archive has {field}."


def _limits(stream):
    yield "limit-not-lent", _key(_version(stream, limit=5)), "The key was not lent."
    for label, number, options in (("xaes", XAES, {}), ("xchacha", XCHACHA, {}), ("siv", SIV, {}), ("ed25519", ED25519, {}), ("hmac", HMAC, {}),
                                   ("convergent", GCM256, {"derived": True, "convergent": True})):
        yield f"limit-{label}", _key(_version(stream, number, limit=5), lent=LENT, **options), "These encryptions are not counted."
    yield "limit-trimmed", _key(trimmed(GCM256, limit=5), _version(stream), min_available_version=2, min_decryption_version=2, lent=LENT), \
        "A trimmed version has a limit."
    for label, limit in (("negative", -1), ("text", "5"), ("bool", True)):
        yield f"limit-{label}", _key(_version(stream, limit=limit), lent=LENT), "A limit is an unsigned number."


XAES_KEYS = {"encrypt": 64, "stream": 32, "token": 64, "index": 32}


def _subkeys(stream):
    fill = lambda sizes: {name: stream.take(size) for name, size in sizes.items()}
    held = lambda number, subkeys, lent=ONE, **options: _key({"type": number, "subkeys": subkeys}, derived=True, lent=lent, **options)
    good = fill(XAES_KEYS)
    yield "subkeys-without-context", held(XAES, good, LENT), "The key was lent whole."
    yield "subkeys-not-lent", _key({"type": XAES, "subkeys": good}, derived=True), "The key was not lent."
    yield "subkeys-and-material", _key({"type": XAES, "subkeys": good, "material": stream.take(32)}, derived=True, lent=ONE), "Both."
    yield "subkeys-and-public", _key({"type": ED25519, "subkeys": fill({"encrypt": 32}), "public": ed25519_public(stream.take(32))},
                                     derived=True, lent=ONE), "Both."
    yield "subkeys-and-hmac-key", _key({"type": XAES, "subkeys": good, "hmac_key": stream.take(32)}, derived=True, lent=ONE), \
        "The HMAC key is one for all contexts."
    yield "subkeys-trimmed", _key(trimmed(XAES, subkeys=good), {"type": XAES, "subkeys": good}, derived=True, lent=ONE,
                                  min_available_version=2, min_decryption_version=2), "A trimmed version has subkeys."
    yield "subkeys-array", held(XAES, list(good.values())), "The subkeys are an array."
    for name, size in XAES_KEYS.items():
        for wrong in (0, size - 1, size + 1):
            yield f"subkeys-{name}-{wrong}", held(XAES, {**good, name: stream.take(wrong)}), f"The length of {name}."
        yield f"subkeys-{name}-text", held(XAES, {**good, name: "x" * size}), f"{name} is a text."
        if name != "index":
            yield f"subkeys-lacks-{name}", held(XAES, {other: key for other, key in good.items() if other != name}), f"{name} is missing."
    yield "subkeys-nonce-of-xaes", held(XAES, {**good, "nonce": stream.take(32)}), "Only rule 3 has it."
    yield "subkeys-unknown", held(XAES, {**good, "mac": stream.take(32)}), "An unknown subkey."
    for number, size, wrong in ((SIV, 64, 32), (GCM256, 32, 16), (4, 16, 32), (5, 32, 31), (XCHACHA, 32, 33), (ED25519, 32, 64)):
        yield f"subkeys-{number}-encrypt-{wrong}", held(number, fill({"encrypt": wrong})), "The length of encrypt."
        for name in ("stream", "token"):
            yield f"subkeys-{number}-{name}", held(number, fill({"encrypt": size, name: XAES_KEYS[name]})), f"{name} is the default type's."
    yield "subkeys-rule-3-lacks-nonce", held(GCM256, fill({"encrypt": 32}), convergent=True), "Rule 3 needs it."
    yield "subkeys-rule-2-nonce", held(GCM256, fill({"encrypt": 32, "nonce": 32}), convergent=True, convergent_version=2), "Rule 2 has none."
    yield "subkeys-plain-nonce", held(GCM256, fill({"encrypt": 32, "nonce": 32})), "The key is not convergent."
    yield "subkeys-nonce-31", held(GCM256, fill({"encrypt": 32, "nonce": 31}), convergent=True), "The length of nonce."


def _streams(stream):
    make = lambda number, parameters, size=32: _key(_version(stream, number, size, stream=parameters))
    gcm, ctr = STREAMS[GCM_STREAM], STREAMS[CTR_STREAM]
    yield "stream-missing", _key({"type": GCM_STREAM, "material": stream.take(32)}), "There are no parameters."
    yield "stream-of-gcm96", _key(_version(stream, stream=gcm)), "The type has no parameters."
    yield "stream-trimmed", _key(trimmed(GCM_STREAM, stream=gcm), _version(stream, XAES), min_available_version=2, min_decryption_version=2), \
        "A trimmed version has parameters."
    yield "stream-ctr-of-gcm", make(GCM_STREAM, ctr), "The parameters of the other type."
    yield "stream-gcm-of-ctr", make(CTR_STREAM, gcm), "The parameters of the other type."
    yield "stream-array", make(GCM_STREAM, []), "The parameters are an array."
    for field in gcm:
        yield f"stream-lacks-{field}", make(GCM_STREAM, {name: value for name, value in gcm.items() if name != field}), f"{field} is missing."
    for field in ("hmac", "tag"):
        yield f"stream-lacks-{field}", make(CTR_STREAM, {name: value for name, value in ctr.items() if name != field}), f"{field} is missing."
    for label, number, changed in (
        ("unknown", GCM_STREAM, {"colour": 1}), ("derived-24", GCM_STREAM, {"derived": 24}), ("derived-0", GCM_STREAM, {"derived": 0}),
        ("hkdf-sha2-384", GCM_STREAM, {"hkdf": "sha2-384"}), ("hkdf-sha256", GCM_STREAM, {"hkdf": "SHA256"}), ("hkdf-3", GCM_STREAM, {"hkdf": 3}),
        ("hmac-sha3-256", CTR_STREAM, {"hmac": "sha3-256"}), ("tag-9", CTR_STREAM, {"tag": 9}), ("tag-65", CTR_STREAM, {"tag": 65}),
        ("tag-33-of-sha2-256", CTR_STREAM, {"hmac": "sha2-256", "tag": 33}), ("tag-21-of-sha1", CTR_STREAM, {"hmac": "sha1", "tag": 21}),
        ("segment-56", GCM_STREAM, {"segment": 56}), ("segment-0", GCM_STREAM, {"segment": 0}), ("segment-2-31", GCM_STREAM, {"segment": 2**31}),
        ("segment-2-32", GCM_STREAM, {"segment": 2**32 + 4096}), ("segment-ctr-56", CTR_STREAM, {"segment": 56}),
    ):
        yield f"stream-{label}", make(number, {**STREAMS[number], **changed}), "A parameter that Tink does not have."
    for size in (0, 15, 8193):
        item = _key({"type": GCM_STREAM, "material": stream.take(size), "stream": {**gcm, "derived": 16}})
        yield f"stream-material-{size}", item, f"The material has {size} bytes."
    yield "stream-derived-32-of-16", make(GCM_STREAM, gcm, 16), "A derived key longer than the material."
    order = lambda *numbers: _key(*(_version(stream, number) for number in numbers))
    yield "families-xaes-stream", order(XAES, GCM_STREAM), "Streams come first."
    yield "families-stream-gcm96", order(GCM_STREAM, GCM256), "Only the default type follows."
    yield "families-stream-siv", order(CTR_STREAM, SIV), "Only the default type follows."
    yield "families-stream-xaes-stream", order(GCM_STREAM, XAES, CTR_STREAM), "Streams come first."
    yield "derived-stream", {**order(GCM_STREAM), "derived": True, "kdf": 1}, "A stream's key is never derived."
    yield "derived-stream-to-xaes", {**order(GCM_STREAM, XAES), "derived": True, "kdf": 1}, "A stream's key is never derived."


def accepted_documents(ring):
    """Documents close to those refused, which every reader takes."""
    stream = Stream("accepted optional fields")
    gcm = STREAMS[GCM_STREAM]
    make = lambda number, size=32, **changed: _key(_version(stream, number, size, stream={**STREAMS[number], **changed}))
    fill = lambda **sizes: {name: stream.take(size) for name, size in sizes.items()}
    held = lambda number, subkeys, **options: _key({"type": number, "subkeys": subkeys}, derived=True, lent=ONE, **options)
    for label, item, reason in (
        ("closed-latest", _key(_version(stream, closed=2**64 - 1)), "Not checked: the latest version is closed."),
        ("segment-57", make(GCM_STREAM, segment=57), "A segment of one byte."),
        ("segment-57-ctr", make(CTR_STREAM, segment=57), "A segment of one byte."),
        ("segment-2-31-less-1", make(GCM_STREAM, segment=2**31 - 1), "The longest segment."),
        ("stream-material-16", make(GCM_STREAM, 16, derived=16), "The least material."),
        ("stream-material-8192", make(CTR_STREAM, 8192), "The most material."),
        ("stream-tag-10", make(CTR_STREAM, tag=10, hmac="sha1"), "The shortest tag."),
        ("stream-tag-64", make(CTR_STREAM, tag=64), "The longest tag."),
        ("limit-0", _key(_version(stream, limit=0), lent=LENT), "A limit of 0."),
        ("lent-kind-2-no-map", {**held(GCM256, fill(encrypt=32)), "lent": {**ONE, "kind": 2}}, "Not checked: the context is no map."),
        ("subkeys-lacks-index", held(XAES, fill(encrypt=64, stream=32, token=64)), "The version had no HMAC key."),
        ("subkeys-rule-1", held(GCM256, fill(encrypt=32), convergent=True, convergent_version=1), "A rule that is not worked with."),
        ("subkeys-rule-of-version", _key({"type": GCM256, "convergent_version": 2, "subkeys": fill(encrypt=32)},
                                         {"type": GCM256, "subkeys": fill(encrypt=32, nonce=32)}, derived=True, convergent=True, lent=ONE),
         "Each version has the rule that it has."),
        ("held-trimmed-alone", _key(trimmed(XAES), {"type": XAES, "subkeys": fill(encrypt=64, stream=32, token=64)}, derived=True, lent=ONE,
                                    min_available_version=2, min_decryption_version=2), "A trimmed version holds nothing."),
        ("archive-stream", {**_key(_version(stream, XAES)), "archive": {1: {"type": GCM_STREAM, "material": stream.take(32), "stream": gcm}}},
         "An archive's family need not be the key's."),
    ):
        yield {"id": f"accepted/document/{label}", "keyring": ring.id, "key": NAME, "documents": {FILE: ring.document(NAME, item, stream=stream).hex()},
               "reason": reason}


def refused_operations(ring):
    """What keys with such fields refuse; `ring` is the keyring of `optional`."""
    def case(key, op, error, reason, **fields):
        given = {"context": None, "aad": None, **fields} if "crypt" in op else fields
        return {"id": f"refusals/{op}/{ring.id}-{key}-{error}", "keyring": ring.id, "key": key, "op": op, **given, "error": error, "reason": reason}

    over = "The time until which the key was lent is over."
    for key in ("lent-over", "lent-over-siv"):
        yield case(key, "encrypt", "stale", over, version=1, plaintext="6d")
    for key in ("lent-over", "lent-over-siv", "lent-over-ed25519"):
        yield case(key, "hmac", "stale", over, version=1, hash="sha2-256", message="6d")
    yield case("lent-over-ed25519", "sign", "stale", over, version=1, context=None, form="asn1", message="6d")
    yield case("lent-without-limit", "encrypt", "usage_limit_reached", "No uses were lent.", version=1, plaintext="6d")
    kept = "Subkeys of one context are kept and not worked with."
    for key in ("held-xaes256-gcm", "held-aes256-siv", "held-aes256-gcm96", "held-aes128-gcm96", "held-chacha20-poly1305", "held-xchacha20-poly1305",
                "held-aes256-gcm96-convergent", "held-kdf0"):
        for at, context in enumerate((CONTEXTS[0], CONTEXTS[3])):
            made = case(key, "encrypt", "type_not_supported", kept, version=1, context=context, plaintext="6d")
            yield {**made, "id": made["id"] + f"-{at}"}
    for key in ("held-ed25519", "held-public"):
        latest = 2 if key == "held-public" else 1
        yield case(key, "sign", "type_not_supported", kept, version=latest, context=CONTEXTS[1], form="asn1", message="6d")
        yield case(key, "verify", "type_not_supported", kept, context=CONTEXTS[1], form="asn1", message="6d", text=f"vault:v{latest}:" + "A" * 86 + "==")
        yield case(key, "public_key", "type_not_supported", kept, version=latest, context=CONTEXTS[1])
        yield case(key, "sign", "context_required", "The key is derived.", version=latest, context=None, form="asn1", message="6d")
        yield case(key, "hmac", "no_such_version", "The HMAC key is one for all contexts.", version=latest, hash="sha2-256", message="6d")
    yield case("held-xaes256-gcm", "hmac", "no_such_version", "The HMAC key is one for all contexts.", version=1, hash="sha2-256", message="6d")


def refused_streams(ring):
    """What keys of Tink's streams refuse; `ring` is the keyring of `lifecycle`."""
    reason = "The type is assigned, not used."
    given = {"context": None, "aad": None}
    for key, label in (("tink-gcm-hkdf-stream", "gcm"), ("tink-ctr-hmac-stream", "ctr")):
        for op, fields in (("encrypt", {**given, "version": 1, "plaintext": "6d"}), ("decrypt", {**given, "text": "vault:v1:" + "AAAA" * 20}),
                           ("hmac", {"version": 1, "hash": "sha2-256", "message": "6d"}),
                           ("sign", {"version": 1, "context": None, "form": "asn1", "message": "6d"})):
            yield {"id": f"refusals/{op}/{ring.id}-{label}-stream", "keyring": ring.id, "key": key, "op": op, **fields,
                   "error": "type_not_supported", "reason": reason}
    for n in (1, 2):
        yield {"id": f"refusals/decrypt/{ring.id}-streams-to-xaes-v{n}", "keyring": ring.id, "key": "streams-to-xaes", "op": "decrypt", **given,
               "text": f"vault:v{n}:" + "AAAA" * 20, "error": "type_not_supported", "reason": "A version for streams."}
    yield {"id": f"refusals/hmac/{ring.id}-streams-to-xaes", "keyring": ring.id, "key": "streams-to-xaes", "op": "verify_hmac", "hash": "sha2-256",
           "message": "6d", "text": "vault:v2:" + "A" * 43 + "=", "error": "no_such_version", "reason": "Version 2 has no HMAC key."}
