"""The rules for the body of a key document (section 7), once it is decoded."""

import string

import formats
from formats import CTR_STREAM, ED25519, HMAC, NONCE, SIV, TYPES, XAES
from primitives import ed25519_public

MAX_VERSION = 2**31 - 1


class Refused(Exception):
    def __init__(self, error, reason=""):
        super().__init__(f"{error}: {reason}")
        self.error, self.reason = error, reason


def require(holds, reason, error="corrupt_document"):
    if not holds:
        raise Refused(error, reason)


def is_uint(value, least=0, most=2**64 - 1):
    return type(value) is int and least <= value <= most


def _text(value, least=0, most=2**32):
    return isinstance(value, str) and least <= len(value.encode()) <= most


def _event(value):
    return isinstance(value, list) and len(value) == 2 and is_uint(value[0]) and is_uint(value[1], 1, MAX_VERSION)


def _labels(value):
    return isinstance(value, dict) and len(value) <= 64 and all(
        _text(k, 0, 255) and _text(v, 0, 255) for k, v in value.items()
    )


def _template(value):
    if not (_text(value, 12, 128) and all("!" <= c <= "~" for c in value)):
        return False
    tail = value.partition("{{version}}")[2]
    return value.count("{{version}}") == 1 and tail != "" and tail[0] not in string.digits


def _ints(value):
    return isinstance(value, list) and len(value) == 2 and all(type(item) is int and -2**63 <= item < 2**63 for item in value)


def _chain(value):
    return isinstance(value, list) and value != [] and all(isinstance(item, bytes) for item in value)


FLAGS = ("derived", "convergent", "disabled", "imported", "exportable", "allow_rotation", "deletion_allowed",
         "allow_plaintext_backup")
KEY = {
    "name": _text, **{flag: lambda v: isinstance(v, bool) for flag in FLAGS}, "auto_rotate_period": is_uint,
    "min_available_version": is_uint, "min_decryption_version": lambda v: is_uint(v, 1, MAX_VERSION),
    "min_encryption_version": is_uint, "labels": _labels, "versions": lambda v: isinstance(v, list) and v != [],
}
KEY_OPTIONAL = {
    "kdf": lambda v: is_uint(v, 0, 1), "convergent_version": lambda v: is_uint(v, 1, 3),
    "key_size": lambda v: is_uint(v, 32, 512), "template": _template, "backup_info": _event, "restore_info": _event,
    "archive": lambda v: isinstance(v, dict) and v != {} and all(is_uint(n, 1, MAX_VERSION) for n in v),
    "transit": lambda v: isinstance(v, dict), "lent": lambda v: isinstance(v, dict),
}
VERSION = {"type": lambda v: is_uint(v, 1, 21)}
VERSION_OPTIONAL = {
    "kdf": KEY_OPTIONAL["kdf"], "chain": _chain, "public": lambda v: isinstance(v, bytes), "created": is_uint,
    "retired": is_uint, "trimmed": is_uint, "hmac_key": lambda v: isinstance(v, bytes) and len(v) == 32,
    "imported": lambda v: v is True, "material": lambda v: isinstance(v, bytes),
    "convergent_version": KEY_OPTIONAL["convergent_version"], "closed": is_uint, "lent": is_uint, "limit": is_uint,
    "subkeys": lambda v: isinstance(v, dict), "stream": lambda v: isinstance(v, dict),
}
LENT = {"context": lambda v: isinstance(v, bytes) and 1 <= len(v) <= 65535, "kind": lambda v: is_uint(v, 1, 2)}
SUBKEYS = {
    **{name: lambda v: isinstance(v, bytes) and len(v) == 32 for name in ("nonce", "stream", "index")},
    "token": lambda v: isinstance(v, bytes) and len(v) == 64,
}
STREAM_HASHES = {"sha1": 20, "sha2-256": 32, "sha2-512": 64}
STREAM = {"segment": is_uint, "derived": lambda v: is_uint(v) and v in (16, 32), "hkdf": lambda v: v in STREAM_HASHES}
CTR = {"hmac": lambda v: v in STREAM_HASHES, "tag": lambda v: is_uint(v, 10, 64)}
TRANSIT = {
    "dialect": lambda v: v in ("openbao", "vault"), "storage_prefix": _text, "archive_version": is_uint,
    "archive_min_version": is_uint, "parameter_set": _text, "hybrid": _ints,
}


def _fields(item, required, optional, what):
    require(isinstance(item, dict), f"{what}: not a map")
    for field in required:
        require(field in item, f"{what}: lacks {field}")
    for field, value in item.items():
        shape = required.get(field) or optional.get(field)
        require(shape is not None, f"{what}: unknown field {field}")
        require(shape(value), f"{what}: {field}")


def _check_version(version, trimmed, key_size):
    _fields(version, VERSION, VERSION_OPTIONAL, "version")
    number, kind = version["type"], TYPES[version["type"]]
    require(not (kind.family in ("hmac", "cmac") and "hmac_key" in version), "an HMAC key of a type that has none")
    require(("trimmed" in version) == trimmed, "trimmed")
    if trimmed:
        require(not version.keys() & {"material", "public", "subkeys", "hmac_key", "chain", "limit", "stream"}, "a trimmed version with secrets")
        return
    require(len(version.keys() & {"material", "public", "subkeys"}) == 1, "material, public, subkeys")
    require(("stream" in version) == (kind.family == "stream"), "presence of stream")
    if "public" in version:
        require(kind.family in ("ed25519", "ecdsa", "rsa", "ml-dsa"), "public of this type")
        require(number != ED25519 or len(version["public"]) == 32, "length of the public key")
        return
    if "subkeys" in version:
        return _check_subkeys(version["subkeys"], number)
    material = version["material"]
    least, most = {"rsa": (1, 8192), "hmac": (32, 512), "stream": (16, 8192)}.get(kind.family, (kind.size, kind.size))
    require(least <= len(material) <= most, "length of the material")
    require(number != HMAC or len(material) == key_size, "key_size")
    if number == ED25519:
        require(ed25519_public(material[:32]) == material[32:], "Ed25519 halves")
    if number == SIV:
        require(material[:32] != material[32:], "SIV halves")
    if kind.family == "stream":
        _check_stream(version["stream"], number, len(material))


def _check_stream(stream, number, size):
    _fields(stream, {**STREAM, **(CTR if number == CTR_STREAM else {})}, {}, "stream")
    tag = stream.get("tag", 16)
    require("tag" not in stream or tag <= STREAM_HASHES[stream["hmac"]], "tag")
    require(stream["derived"] <= size, "derived")
    # A length byte, the salt, seven bytes of nonce, a byte of plaintext, the tag.
    require(1 + stream["derived"] + 7 + 1 + tag <= stream["segment"] <= MAX_VERSION, "segment")


def _check_subkeys(subkeys, number):
    _fields(subkeys, {"encrypt": lambda v: isinstance(v, bytes)}, SUBKEYS, "subkeys")
    kind = TYPES[number]
    require(number in (XAES, SIV, ED25519) or number in NONCE, "subkeys of this type")
    require(len(subkeys["encrypt"]) == {XAES: 64, SIV: 64, ED25519: 32}.get(number, kind.size), "length of encrypt")
    require(("stream" in subkeys, "token" in subkeys) == (number == XAES,) * 2, "presence of stream and token")


def _check_lent(body):
    """What a key has that was lent, and no other."""
    lent = body.get("lent", {"until": 0})
    _fields(lent, {"until": is_uint}, LENT, "lent")
    require(("context" in lent) == ("kind" in lent), "context and kind")
    require("context" not in lent or body["derived"], "a context of a key that is not derived")
    require("lent" not in body or "archive" not in body, "an archive of a key that was lent")
    for version in body["versions"]:
        if "trimmed" in version:
            continue
        require("limit" not in version or "lent" in body and is_counted(body, version), "limit")
        require(("subkeys" in version) <= ("context" in lent), "subkeys without a context")
        require("context" not in lent or not version.keys() & {"material", "hmac_key"}, "material beside a context")
        if "subkeys" in version:
            rule = body["convergent"] and version.get("convergent_version", body["convergent_version"])
            require(("nonce" in version["subkeys"]) == (rule == 3), "presence of nonce")
    for version in body.get("archive", {}).values():
        require(not version.keys() & {"closed", "lent", "limit", "subkeys"}, "archive")


def is_counted(body, version):
    """Whether encryptions are counted: those under random 96-bit nonces."""
    return NONCE.get(version["type"]) == 12 and not body["convergent"]


def _follows(before, after):
    """Whether a version of one type may come after one of another."""
    families = TYPES[before].family, TYPES[after].family
    return families[0] == families[1] or families[0] == "stream" and after == XAES


def check_body(body):
    if "deleted" in body:
        _fields(body, {"name": _text, "deleted": is_uint}, {}, "tombstone")
        return body
    _fields(body, KEY, KEY_OPTIONAL, "key")
    _fields(body.get("transit", {}), {}, TRANSIT, "transit")
    last, versions = len(body["versions"]), body["versions"]
    low, write, available = (body[f"min_{n}_version"] for n in ("decryption", "encryption", "available"))
    require(1 <= low <= last, "min_decryption_version")
    require(write == 0 or low <= write <= last, "min_encryption_version")
    require(available <= low, "min_available_version")
    for n, version in enumerate(versions, 1):
        _check_version(version, n < available, body.get("key_size"))
    for n, version in body.get("archive", {}).items():
        require(n <= last, "archive beyond the versions")
        _check_version(version, "trimmed" in version, body.get("key_size"))
    types = {version["type"] for version in versions}
    require(all(_follows(a["type"], b["type"]) for a, b in zip(versions, versions[1:])), "families")
    require(not body["derived"] or max(types) <= ED25519, "derived of this type")
    require(not body["convergent"] or body["derived"] and types <= formats.TRANSIT, "convergent of this type")
    for field, present in (("kdf", body["derived"]), ("convergent_version", body["convergent"]),
                           ("key_size", types == {HMAC})):
        require((field in body) == present, f"presence of {field}")
    _check_lent(body)
    return body
