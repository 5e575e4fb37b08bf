"""What is done with an opened key: the second half of the reader that checks the vectors."""

import base64
import hmac
import re

from cryptography.exceptions import InvalidTag

import formats
import pairs
from formats import HMAC, NONCE, SIV, TYPES, XAES
from body import is_counted
from primitives import ed25519_verify, siv_decrypt, unseal
from reader import MAX_VERSION, open_payload, require

# When the cases are run; what was lent is lent for ever, or long over.
NOW = 1_760_000_000_000_000_000
NUMBER = re.compile(r"[1-9][0-9]{0,9}")


def run(body, case):
    """Runs a case as the JSON has it; the outcome is what the case should hold, a refusal is raised."""
    _admit(body, case["op"])
    return globals()["_" + case["op"]](body, case)


ENCRYPTING, SIGNING = ("encryption", "rsa"), ("ed25519", "ecdsa", "rsa", "ml-dsa")
FAMILIES = {"encrypt": ENCRYPTING, "decrypt": ENCRYPTING, "decrypt_binary": ENCRYPTING,
            "sign": SIGNING, "verify": SIGNING, "public_key": SIGNING}


def _admit(body, op):
    """What does not depend on the input (section 13)."""
    family = TYPES[body["versions"][-1]["type"]].family
    require(family != "stream", "a type without an implementation", "type_not_supported")
    require(family in FAMILIES.get(op, (family,)), "another family", "operation_not_supported")
    require(not body["disabled"], "disabled", "key_disabled")


def _encrypt(body, case):
    n = case["version"]
    _check_time(body)
    version = _in_window(body, n)
    _check_inputs(body, case)
    _check_rule(body, version)
    require(not (body["convergent"] and formats.encoded(case["aad"])[1]), "aad of a convergent key", "aad_not_allowed")
    require("lent" not in body or not is_counted(body, version) or version.get("limit", 0) > 0, "limit", "usage_limit_reached")
    require(version["type"] == SIV or body["convergent"], "not deterministic", "operation_not_supported")
    sealed = formats.encrypt(body, n, case["context"], case["aad"], bytes.fromhex(case["plaintext"]))
    return {"text": formats.text(body, n, sealed)}


def _decrypt(body, case):
    n, sealed = _parse_text(body, case["text"])
    return _open(body, case, n, sealed)


def _decrypt_binary(body, case):
    data = bytes.fromhex(case["binary"])
    require(len(data) >= 5 and data[0] == 0xFE, "head", "malformed")
    n = int.from_bytes(data[1:5], "big")
    require(1 <= n <= MAX_VERSION, "version number", "malformed")
    return _open(body, case, n, data[5:])


def _open(body, case, n, sealed):
    version = _in_window(body, n)
    if TYPES[version["type"]].family == "rsa":
        return _open_rsa(body, case, n, sealed)
    _check_inputs(body, case)
    require(TYPES[version["type"]].family == "encryption", "a version for streams", "type_not_supported")
    _check_rule(body, version)
    (kind, context), (_, aad) = formats.encoded(case["context"]), formats.encoded(case["aad"])
    number = version["type"]
    require(len(sealed) >= {XAES: 72, SIV: 16}.get(number, NONCE.get(number, 0) + 16), "short payload", "malformed")
    if number == XAES:
        plaintext = open_payload(formats.CIPHERTEXT, version["material"], n, kind, context, aad, sealed)
    elif number == SIV:
        plaintext = siv_decrypt(formats.siv_key(version["material"], n, kind, context), aad, sealed)
    else:
        plaintext = _open_transit(body, n, context, aad, sealed)
    require(plaintext is not None, "does not open", "decrypt_failed")
    return {"plaintext": plaintext.hex(), "version": n}


def _open_rsa(body, case, n, sealed):
    version = body["versions"][n - 1]
    _check_context(body, case)
    require(case["aad"] is None, "an aad that nothing authenticates", "aad_not_allowed")
    require("material" in version, "public only", "no_such_version")
    plaintext = pairs.decrypt(version["material"], sealed)
    require(plaintext is not None, "does not open", "decrypt_failed")
    return {"plaintext": plaintext.hex(), "version": n}


def _open_transit(body, n, context, aad, sealed):
    kind = TYPES[body["versions"][n - 1]["type"]]
    nonce, sealed = sealed[: NONCE[kind.number]], sealed[NONCE[kind.number] :]
    key, _ = formats.transit_keys(body, n, context, b"")
    try:
        plaintext = unseal(kind.aead, key, nonce, sealed, aad)
    except InvalidTag:
        return None
    ruled = formats.transit_keys(body, n, context, plaintext)[1]
    return None if body["convergent"] and not hmac.compare_digest(ruled, nonce) else plaintext


def _sign(body, case):
    n = case["version"]
    _check_time(body)
    version = _in_window(body, n)
    _check_context(body, case)
    require("material" in version, "public only", "no_such_version")
    _check_kdf(body, version)
    require(TYPES[version["type"]].family == "ed25519", "not deterministic", "operation_not_supported")
    signature = formats.sign(body, n, case["context"], bytes.fromhex(case["message"]))
    return {"text": formats.text(body, n, signature, jws=case["form"] == "jws")}


def _verify(body, case):
    n, signature = _parse_text(body, case["text"], jws=case["form"] == "jws")
    _signing(body, n, case)
    public, message, jws = formats.public_key(body, n, case["context"]), bytes.fromhex(case["message"]), case["form"] == "jws"
    number = body["versions"][n - 1]["type"]
    fits = ed25519_verify(public, message, signature) if TYPES[number].family == "ed25519" else pairs.verify(number, public, message, signature, jws)
    require(fits, "signature", "bad_signature")
    return {"version": n}


def _public_key(body, case):
    _signing(body, case["version"], case)
    return {"public": formats.public_key(body, case["version"], case["context"]).hex()}


def _hmac(body, case):
    _check_time(body)
    _mac_usable(body, case["version"])
    made = formats.mac(body, case["version"], bytes.fromhex(case["message"]), case["hash"])
    return {"text": formats.text(body, case["version"], made, template=False)}


def _verify_hmac(body, case):
    n, given = _parse_text(body, case["text"], template=False)
    _mac_usable(body, n)
    expected = formats.mac(body, n, bytes.fromhex(case["message"]), case["hash"])
    require(hmac.compare_digest(expected, given), "mac", "bad_signature")
    return {"version": n}


def _check_time(body):
    """Nothing is made any more with what was lent until now."""
    require(NOW < body.get("lent", {"until": 2**64})["until"], "the time of what was lent is over", "stale")


def _in_window(body, n):
    require(n >= body["min_decryption_version"], "below the window", "version_too_old")
    require(n <= len(body["versions"]), "no such version", "version_too_new")
    return body["versions"][n - 1]


def _signing(body, n, case):
    version = _in_window(body, n)
    _check_context(body, case)
    require("material" in version or not body["derived"], "derived from a public key alone", "no_such_version")
    _check_kdf(body, version)


def _check_kdf(body, version):
    require(not body["derived"] or version.get("kdf", body["kdf"]) == 1, "Ed25519 under KDF 0", "type_not_supported")


def _check_rule(body, version):
    """Versions that are kept and never worked with."""
    if body["convergent"]:
        rule, kdf = version.get("convergent_version", body["convergent_version"]), version.get("kdf", body["kdf"])
        require(rule == 2 or (rule, kdf) == (3, 1), "unusable rule", "invalid_option")


def _mac_usable(body, n):
    version = _in_window(body, n)
    require(TYPES[version["type"]].family in ("hmac", "cmac") or "hmac_key" in version, "no HMAC key", "no_such_version")


def _check_context(body, case):
    if not body["derived"]:
        return require(case["context"] is None, "context", "context_not_allowed")
    require(case["context"] is not None, "no context", "context_required")
    _check_encoding(case["context"], "invalid_context")
    require(formats.encoded(case["context"])[1] != b"", "empty context", "invalid_context")
    require("context" not in body.get("lent", {}), "subkeys of one context", "type_not_supported")


def _check_inputs(body, case):
    _check_context(body, case)
    _check_encoding(case["aad"], "invalid_aad")


def _check_encoding(value, error):
    require(value is None or value.get("map") != {}, "no pairs", error)
    require(value is None or formats.encoded(value)[1] != b"", "said and empty", error)
    require(len(formats.encoded(value)[1]) <= 65535, "too long", error)


def _parse_text(body, text, jws=False, template=True):
    """The version and the payload of a text."""
    n, rest = _by_template(body, text) if template and "template" in body else (None, None)
    if n is None:
        match = re.match(r"(strongroom:|vault:)v([0-9]+):", text, re.ASCII)
        require(match is not None and _number(match[2]) is not None, "prefix", "malformed")
        n, rest = _number(match[2]), text[match.end() :]
        require(match[1] == formats.default_prefix(body, _in_window_or_known(body, n)), "prefix", "malformed")
    return n, _decode(rest, jws)


def _in_window_or_known(body, n):
    require(n <= len(body["versions"]), "no such version", "version_too_new")
    return n


def _by_template(body, text):
    front, _, tail = body["template"].partition("{{version}}")
    if not text.startswith(front):
        return None, None
    digits, found, rest = text[len(front) :].partition(tail)
    n = _number(digits) if found else None
    return n, rest


def _number(digits):
    return int(digits) if NUMBER.fullmatch(digits) and int(digits) <= MAX_VERSION else None


def _decode(rest, jws):
    try:
        data = base64.b64decode(rest + "=" * (-len(rest) % 4), b"-_", validate=True) if jws else (
            base64.b64decode(rest, validate=True))
    except ValueError:
        data = None
    require(data is not None and formats.b64(data, jws) == rest, "base64", "malformed")
    return data
