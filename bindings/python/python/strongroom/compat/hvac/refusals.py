"""What the server says where the library refuses."""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from strongroom import Key, Keyring, StrongroomError, errors
from strongroom.compat.hvac.answers import UNSUPPORTED, Refused

_CONTEXT = (
    "missing 'context' for key derivation; the key was created using a derived key, which means additional, "
    "per-request information must be included in order to perform operations with the key"
)
_TOO_OLD = "ciphertext or signature version is disallowed by policy (too old)"
_MAC_TOO_OLD = "HMAC: version is too old (disallowed by policy)"
_BEYOND = "requested version for {} is higher than the latest key version"
_BELOW = "requested version for {} is less than the minimum encryption key version"
_DISABLED = "refusing to use soft-deleted key"
_SHORT = "auto rotate period must be 0 to disable or at least an hour"
_UNDERIVED = "key derivation and convergent encryption not supported for keys of type {type}"
_UNCONVERGENT = "convergent encryption not supported for keys of type {type}"

# By the code of the library's error, or what it is more exactly: the operations, and the status and text of the server. `*` is every other
# operation. What is not here is said in the library's words: 500 for what the environment is to blame for, else 400.
_TEXTS: dict[str, dict[str, tuple[int, str]]] = {
    "aad_not_allowed_rsa": {"*": (400, "'[{index}].associated_data' provided for non-AEAD cipher suite {type}")},
    "auto_rotate_period_too_short": {"*": (400, _SHORT)},
    "closed": {"*": (503, "Vault is sealed")},
    "context_required": {"sign verify": (500, f"error deriving key: {_CONTEXT}"), "*": (400, _CONTEXT)},
    "convergent_not_supported": {"*": (500, _UNCONVERGENT)},
    "corrupt_backup": {"*": (500, "{sentence}")},
    "decrypt_failed": {"*": (400, "{cipher}: message authentication failed")},
    "decrypt_failed_rsa": {"*": (500, "failed to RSA decrypt the ciphertext: crypto/rsa: decryption error")},
    "deletion_not_allowed": {"*": (400, "error deleting policy {name}: deletion is not allowed for this key")},
    "derived_not_supported": {"*": (500, _UNDERIVED)},
    "digest_of_another_length": {"*": (500, "crypto/rsa: input must be hashed with given hash")},
    "digest_of_another_length_pkcs1v15": {"*": (500, "crypto/rsa: input must be hashed message")},
    "invalid_key_name": {"restore": (500, "key names cannot be paths"), "*": (404, UNSUPPORTED)},
    "key_disabled": {"sign rotate export backup": (500, _DISABLED), "*": (400, _DISABLED)},
    "key_exists": {"*": (500, 'key "{name}" already exists')},
    "key_exists_unnamed": {"*": (500, "{sentence}")},
    "key_not_found": {
        "read export": (404, ""),
        "backup": (500, 'key "{name}" not found'),
        "config": (400, "no existing key named {name} could be found"),
        "delete": (400, "error deleting policy {name}: could not delete key; not found"),
        "rotate": (400, "key not found"),
        "sign": (400, "signing key not found"),
        "trim": (400, "invalid key name"),
        "verify": (400, "signature verification key not found"),
        "*": (400, "encryption key not found"),
    },
    "malformed_base64": {
        "verify": (400, "invalid base64 signature value"),
        "verify_hmac": (400, "unable to decode verification HMAC as base64: illegal base64 data"),
        "*": (400, "invalid ciphertext: could not decode base64"),
    },
    "malformed_fields": {"*": (400, "invalid {what}: wrong number of fields")},
    "malformed_length": {"*": (400, "invalid ciphertext length")},
    "malformed_prefix": {
        "verify_hmac": (400, "invalid HMAC to verify: no prefix"),
        "*": (400, "invalid {what}: no prefix"),
    },
    "malformed_version": {"*": (400, "invalid {what}: version number could not be decoded")},
    "message_too_long": {
        "*": (500, "failed to RSA encrypt the plaintext: crypto/rsa: message too long for RSA key size"),
    },
    "no_such_version": {
        "decrypt rewrap": (400, "cannot decrypt ciphertext, key version does not have a private counterpart"),
        "hmac verify_hmac": (400, "no HMAC key exists for that key version"),
        "sign": (500, "requested version for signing does not contain a private part"),
    },
    "not_exportable": {
        "export": (400, "private key material is not exportable"),
        "backup": (500, "exporting is disallowed on the policy"),
    },
    "operation_not_supported": {
        "decrypt rewrap": (400, "message decryption not supported for key type {type}"),
        "encrypt datakey": (400, "message encryption not supported for key type {type}"),
        "export": (400, "{part} not supported for the key"),
        "sign": (400, "key type {type} does not support signing"),
        "verify": (400, "key type {type} does not support verification"),
    },
    "plaintext_backup_not_allowed": {"*": (500, "plaintext backup is disallowed on the policy")},
    "rotation_not_allowed": {"*": (500, "imported key {name} does not allow rotation within Vault")},
    "salt_too_long": {
        "sign": (500, "requested salt length {salt_length} is invalid"),
        "verify": (400, "requested salt length {salt_length} is invalid"),
    },
    "version_above": {
        "hmac": (400, "key version does not exist; latest key version is {latest}"),
        "sign": (500, _BEYOND.format("signing")),
        "*": (400, _BEYOND.format("encryption")),
    },
    "version_below": {
        "hmac": (400, f"cannot generate {_MAC_TOO_OLD}"),
        "sign": (500, _BELOW.format("signing")),
        "*": (400, _BELOW.format("encryption")),
    },
    "version_gone": {"sign": (500, "no such key version"), "*": (400, "no such key version")},
    "version_out_of_range": {
        "hmac": (400, "key version does not exist (cannot be negative)"),
        "sign": (500, "requested version for signing is negative"),
        "*": (400, "requested version for encryption is negative"),
    },
    "version_too_new": {"*": (400, "invalid {what}: version is too new")},
    "version_too_old": {"verify_hmac": (400, f"cannot verify {_MAC_TOO_OLD}"), "*": (400, _TOO_OLD)},
}
_TEMPLATE = "vault:v{{version}}:"
_WHAT = {"verify": "signature", "verify_hmac": "HMAC"}


def refusal(operation: str, error: StrongroomError, at: Key | Keyring, said: Mapping[str, Any]) -> Refused:
    """What the server would say to a request of which the library says this; ``said`` is what was asked for."""
    facts = defaultdict[str, Any](str, index=0, what=_WHAT.get(operation, "ciphertext"), sentence=error)
    try:
        facts |= _facts(at.key(said.get("name") or "") if isinstance(at, Keyring) else at)
    except StrongroomError:
        pass
    facts |= said
    if operation == "verify_hmac":
        facts["template"] = _TEMPLATE
    ways = _TEXTS.get(_exactly(error, facts), {})
    found = next((text for names, text in ways.items() if operation in names.split()), ways.get("*"))
    if found is None:
        return Refused(500 if isinstance(error, errors.EnvironmentFailure) else 400, str(error), error)
    return Refused(found[0], found[1].format_map(facts), error)


def _facts(key: Key) -> dict[str, Any]:
    info = key.info()
    return {
        "name": info.name,
        "type": info.key_type,
        "cipher": "chacha20poly1305" if "chacha" in info.key_type else "cipher",
        "latest": info.latest_version,
        "lowest": info.min_encryption_version,
        "template": info.version_template or _TEMPLATE,
    }


def _exactly(error: StrongroomError, facts: Mapping[str, Any]) -> str:
    """The code, or one of the more exact ones of the table."""
    code, asked, latest = error.code, facts.get("version", 0), facts.get("latest", 0)
    match error:
        case errors.InvalidOption():
            code = error.detail or code
            return f"{code}_pkcs1v15" if code == "digest_of_another_length" and facts.get("padding") == "pkcs1v15" else code
        case errors.KeyExists() if not facts.get("name"):
            return "key_exists_unnamed"
        case errors.VersionNotAllowed() | errors.VersionTooNew() | errors.NoSuchVersion() if asked > latest:
            return "version_above"
        case errors.VersionNotAllowed():
            return "version_below" if facts.get("lowest") else "version_gone"
        case errors.Malformed():
            code = "malformed_" + _outside(facts["text"], facts["template"])
    if code in ("malformed_length", "decrypt_failed", "aad_not_allowed") and str(facts.get("type")).startswith("rsa-"):
        return "aad_not_allowed_rsa" if code == "aad_not_allowed" else "decrypt_failed_rsa"
    return code


def _outside(text: str, template: str) -> str:
    """What is wrong with a text that is none of the key's, as far as one sees from outside."""
    before, _, after = template.partition("{{version}}")
    if not text.startswith(before):
        return "prefix"
    version, between, payload = text.removeprefix(before).partition(after)
    if not between:
        return "fields"
    if not re.fullmatch(r"[+-]?[0-9]+", version):
        return "version"
    return "length" if re.fullmatch(r"[A-Za-z0-9+/\r\n]*={0,2}", payload) else "base64"
