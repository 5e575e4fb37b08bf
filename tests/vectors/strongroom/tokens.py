"""tokens.json: tokens and API keys (section 18), and those that must be refused. Cases of one token say what is changed about it, or about what is asked."""

import base64

import formats
from formats import encode_map
from primitives import Stream

MAP = {"tenant": "acme", "número": "17"}
NONE, MINUTE, DAY = (0, b""), 60_000, 86_400_000
ISSUED = 1_900_000_000_123
PLAIN = {"version": 1, "context": NONE, "aad": NONE, "prefix": "srt_", "life": 3_600_000, "payload": b"user-17"}


def tokens():
    stream = Stream("tokens")
    material = stream.take(32)
    made = {label: _issued(label, material, stream.take(24), {**PLAIN, **given}) for label, given in {
        "plain": {}, "of-version-2": {"version": 2}, "no-payload": {"payload": b""}, "payload-of-300-bytes": {"payload": b"\xa5" * 300},
        "context-text": {"context": (1, "ü".encode())}, "context-map": {"context": (2, encode_map(MAP.items()))},
        "aad-text": {"aad": (1, b"login")}, "aad-map": {"aad": (2, encode_map(MAP.items()))}, "aad-of-300-bytes": {"aad": (1, b"\x5a" * 300)},
        "context-and-aad": {"version": 2, "context": (1, b"acme"), "aad": (2, encode_map([("", "")]))},
        "shortest-prefix": {"prefix": "a0_"}, "longest-prefix": {"prefix": "abcdefghij012345_"}, "shortest-life": {"life": 1000}, "longest-life": {"life": 400 * DAY},
    }.items()}
    return {"vectors": [*made.values(), *_not_issued(), *_redeemed(made), *_minted(material, stream), *_api_keys(stream)]}


def _issued(label, material, nonce, given, issued=ISSUED, made_under=formats.TOKEN):
    (kind, context), (aad_kind, aad), expires = given["context"], given["aad"], issued + given["life"]
    text = formats.issued_token(material, given["version"], kind, context, aad_kind, aad, given["prefix"], issued, expires, given["payload"], nonce, made_under)
    return {
        "id": f"tokens/{label}", "op": "issue", "material": material.hex(), "version": given["version"], "kind": kind, "context": context.hex(),
        "aad_kind": aad_kind, "aad": aad.hex(), "prefix": given["prefix"], "issued_ms": issued, "expires_ms": expires,
        "payload": given["payload"].hex(), "nonce": nonce.hex(),
        "expect": {"aad": formats.token_bound(given["prefix"], aad_kind, aad).hex(), "text": text},
    }


def _not_issued():
    prefixes = {"too-long": "abcdefghij0123456_", "too-short": "a_", "upper-case": "Srt_", "of-two": "s_t_", "without-underscore": "srt",
                "no": "", "underscore-alone": "_", "not-ascii": "sré_", "digits-of-others": "sr٣_", "newline": "srt_\n", "hyphen": "s-t_"}
    for label, prefix in prefixes.items():
        yield {"id": f"tokens/prefix-{label}", "op": "issue", "prefix": prefix, "error": "invalid_option", "reason": "No prefix."}
    for life in (0, 999, 400 * DAY + 1):
        yield {"id": f"tokens/life-{life}", "op": "issue", "prefix": "srt_", "ttl_ms": life, "error": "invalid_option", "reason": "How long it is to live."}


def _redeemed(made):
    """Each token in its own terms, and then one with a term changed."""
    for label, token in made.items():
        yield _asked(token, f"{label}-redeemed")
    token = made["context-and-aad"]
    expires, text = token["expires_ms"], token["expect"]["text"]
    raw = _decoded(text)
    for label, now, leeway, error in [
        ("at-once", ISSUED, 0, None), ("before-it-was-issued", ISSUED - 1, 0, "token_not_yet_valid"),
        ("within-the-leeway", ISSUED - MINUTE, MINUTE, None), ("before-the-leeway", ISSUED - MINUTE - 1, MINUTE, "token_not_yet_valid"),
        ("leeway-without-end", 0, 2**64 - 1, None), ("at-the-beginning-of-time", 0, MINUTE, "token_not_yet_valid"),
        ("in-its-last-millisecond", expires - 1, 0, None), ("when-it-expires", expires, MINUTE, "token_expired"), ("long-after", 2**63, MINUTE, "token_expired"),
    ]:
        yield _asked(token, label, error, "The time.", now_ms=now, leeway_ms=leeway)
    for label, changed in {
        "with-another-prefix": {"prefix": "abc_"}, "with-another-prefix-and-its-text": {"prefix": "abc_", "text": "abc_" + text[4:]},
        "with-the-next-prefix": {"prefix": "sru_", "text": "sru_" + text[4:]}, "without-a-prefix": {"text": text[4:]}, "prefix-alone": {"text": "srt_"},
        "no-text": {"text": ""}, "newline-behind": {"text": text + "\n"}, "space-before": {"text": " " + text}, "padded": {"text": text + "=" * (-len(text[4:]) % 4)},
        "standard-base64": {"text": text.replace("-", "+").replace("_g", "/g", 1)}, "not-ascii": {"text": text[:-1] + "é"},
        "three-characters-more": {"text": text + "AAA"}, "one-character-fewer": {"text": text[:-1]}, "spare-bits": {"text": text[:-1] + _next(text[-1])},
        "first-byte": {"text": _encoded(b"\xff" + raw[1:])}, "first-byte-alone": {"text": _encoded(raw[:1])}, "version-cut": {"text": _encoded(raw[:4])},
        "version-0": {"text": _encoded(raw[:1] + bytes(4) + raw[5:])}, "version-2-31": {"text": _encoded(raw[:1] + b"\x80\0\0\0" + raw[5:])},
        "cut-to-87": {"text": _encoded(raw[:5 + 87])},
    }.items():
        error = "decrypt_failed" if "text" in label or label == "with-the-next-prefix" else "malformed"
        yield _asked(token, label, "malformed" if label == "no-text" else error, "The outside.", **changed)
    for label, error, changed in [
        ("version-3-of-2", "version_too_new", {"text": _encoded(raw[:4] + b"\3" + raw[5:])}), ("version-1-of-2", "decrypt_failed", {"text": _encoded(raw[:4] + b"\1" + raw[5:])}),
        ("version-1-below-the-window", "version_too_old", {"text": _encoded(raw[:4] + b"\1" + raw[5:]), "minimum": 2}),
        ("cut-to-88", "decrypt_failed", {"text": _encoded(raw[:5 + 88])}), ("one-byte-more", "decrypt_failed", {"text": _encoded(raw + b"\0")}),
        ("other-context", "decrypt_failed", {"context": b"acmf".hex()}), ("context-as-a-map", "decrypt_failed", {"kind": 2, "context": encode_map([("a", "b")]).hex()}),
        ("aad-of-its-bytes", "decrypt_failed", {"aad_kind": 1}), ("no-aad", "decrypt_failed", {"aad_kind": 0, "aad": ""}),
    ] + [(f"bit-of-byte-{at}", "decrypt_failed", {"text": _encoded(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])}) for at in (5, 28, 29, 60, 61, 76, 77, len(raw) - 1)]:
        yield _asked(token, label, error, "What it is bound to.", **changed)


def _asked(token, label, error=None, reason="", **changed):
    case = {field: token[field] for field in ("material", "kind", "context", "aad_kind", "aad", "prefix")}
    case = {"id": f"tokens/redeem/{label}", "op": "redeem", "text": token["expect"]["text"], **case, "now_ms": ISSUED + 1, "leeway_ms": MINUTE,
            "latest": max(2, token["version"]), "minimum": 1, **changed}
    if error:
        return {**case, "error": error, "reason": reason}
    return {**case, "expect": {field: token[field] for field in ("payload", "issued_ms", "expires_ms")}}


def _minted(material, stream):
    """Sealed under the right key, and not what a writer makes."""
    given = {**PLAIN, "version": 2, "context": (1, b"acme"), "aad": (2, encode_map([("", "")]))}
    for label, issued, life in [("expires-first", ISSUED, -1), ("lives-no-second", ISSUED, 999), ("lives-400-days-and-more", ISSUED, 400 * DAY + 1),
                                ("expires-as-it-is-issued", ISSUED, 0), ("long-expired", 0, 999)]:
        token = _issued(label, material, stream.take(24), {**given, "life": life}, issued)
        yield _asked(token, label, "decrypt_failed", "No writer makes such times.")
    for label, made_under in (("ciphertext", formats.CIPHERTEXT), ("document", formats.DOCUMENT)):
        token = _issued(label, material, stream.take(24), given, made_under=made_under)
        yield _asked(token, f"{label}-in-the-form-of-a-token", "decrypt_failed", "Another label.")
    token = _issued("short", material, stream.take(24), given)
    times = formats.payload(formats.TOKEN, material, 2, 1, b"acme", bytes.fromhex(token["expect"]["aad"]), bytes(15), stream.take(24))
    yield _asked(token, "fifteen-bytes-inside", "malformed", "Fewer than 16 bytes inside.", text=_encoded(formats.binary(2, times)))


def _api_keys(stream):
    hmac_key = stream.take(32)
    for label, prefix, random in [("zero", "acme", bytes(32)), ("one", "acme", bytes(31) + b"\1"), ("all-ones", "acme", b"\xff" * 32), ("top-bit", "acme", b"\x80" + bytes(31)),
                                  ("shortest-prefix", "a0", stream.take(32)), ("longest-prefix", "abcdefghij012345", stream.take(32))]:
        text = formats.api_key(prefix, random)
        yield {"id": f"api-keys/{label}", "op": "generate", "prefix": prefix, "random": random.hex(), "hmac_key": hmac_key.hex(), "version": 3,
               "expect": {"text": text, "check": True, "index_binary": formats.api_key_index(hmac_key, 3, text).hex()}}
    good = formats.api_key("acme", stream.take(32))
    over = f"acme_{formats.base62(2**256, 43)}"
    checked = lambda begun: begun + formats.api_key_check(begun)
    for label, text in {
        "wrong-check": good[:-1] + _next(good[-1]), "two-digits-swapped": good[:10] + good[11] + good[10] + good[12:], "other-prefix": "acmf" + good[4:], "upper-case-prefix": "Acme" + good[4:],
        "no-prefix": good[5:], "no-letters-before-the-underscore": good[4:], "prefix-of-one": checked("a" + good[4:-6]), "prefix-of-17": checked("abcdefghij0123456" + good[4:-6]),
        "digit-more": checked(good[:-6] + "0"), "digit-fewer": checked(good[:-7]), "newline-behind": good + "\n", "space-before": " " + good, "hyphen": checked(good[:20] + "-" + good[21:-6]),
        "not-ascii": good[:20] + "é" + good[21:], "number-of-2-256": checked(over), "largest-number": checked("acme_" + "z" * 43),
        "check-of-2-32": good[:-6] + formats.base62(int.from_bytes(b"\1\0\0\0\0", "big"), 6), "check-of-the-number-alone": good[:-6] + formats.api_key_check(good[5:-6]), "empty": "",
    }.items():
        yield {"id": f"api-keys/{label}", "op": "check", "text": text, "expect": False, "error": "malformed", "reason": "No API key."}


def _decoded(text):
    body = text[4:]
    return base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))


def _encoded(data):
    return "srt_" + formats.b64(data, jws=True)


def _next(digit):
    """The character one on, which is another one."""
    alphabet = formats.BASE62 + "-_"
    return alphabet[(alphabet.index(digit) + 1) % 62]
