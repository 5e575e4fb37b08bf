"""The operations on keys themselves."""

from collections.abc import Sequence
from typing import Any, Literal

from strongroom import Key, KeyInfo, Keyring, errors
from strongroom.compat.hvac.answers import Answer, Refused
from strongroom.compat.hvac.data import Item, check
from strongroom.compat.hvac.fields import number, period

_OPTIONS = ("exportable", "allow_plaintext_backup", "deletion_allowed")
# What types do, by the beginning of their names; the others encrypt and can be derived.
_DOES = {
    "ecdsa": ("signing",),
    "ed25519": ("signing", "derivation"),
    "hmac": (),
    "ml": ("signing",),
    "rsa": ("encryption", "decryption", "signing"),
}
_DOES_ELSE = ("encryption", "decryption", "derivation")
_UPSERTED = ("aes128-gcm96", "aes256-gcm96", "chacha20-poly1305", "xchacha20-poly1305")
_CURVES = {"ecdsa-p256": "P-256", "ecdsa-p384": "P-384", "ecdsa-p521": "P-521"}


def names(ring: Keyring) -> Answer:
    """All names; none is an error of the server's."""
    if not (found := ring.keys()):
        raise Refused(404, "")
    return {"keys": found}


def create(ring: Keyring, name: str, asked: Answer) -> Answer:
    """A key that exists stays as it is, whatever is asked for."""
    options = {option: value for option, value in asked.items() if option not in ("type", "auto_rotate_period")}
    if "auto_rotate_period" in asked:
        options["auto_rotate_period"] = period("auto_rotate_period", asked["auto_rotate_period"])
    try:
        key = ring.create_key(name, asked.get("type", "aes256-gcm96"), **options)
    except errors.KeyExists:
        key = ring.key(name)
    return read(key)


def upserted(ring: Keyring, name: str, new: Answer, items: Sequence[Item]) -> Key:
    """A key, made if there is none and every item can be read. It is derived if the items have contexts."""
    try:
        return ring.key(name)
    except errors.KeyNotFound:
        pass
    check("encrypt", items)
    derived = any(item.get("context") for item in items)
    if new["convergent"] and not derived:
        raise Refused(400, "convergent encryption requires derivation to be enabled, so context is required")
    if (key_type := new["type"]) not in _UPSERTED:
        known = key_type in _CURVES
        raise Refused(400, f"key type {key_type} not supported for this operation" if known else f"unknown key type {key_type}")
    create(ring, name, {**new, "derived": derived})
    return ring.key(name)


def rotate(key: Key) -> Answer:
    """Adds a version."""
    key.rotate()
    return read(key)


def backup(key: Key, dialect: Literal["vault", "openbao"]) -> Answer:
    """The key in the clear."""
    return {"backup": key.backup_transit(dialect, expose_secret_material=True).decode()}


def restore(ring: Keyring, backup: str, name: str | None) -> None:
    """A key from a backup, under its own name or another."""
    if not backup:
        raise Refused(400, "'backup' must be supplied")
    ring.restore_transit(backup, name=... if name is None else name)


def configure(key: Key, asked: Answer) -> Answer:
    """Changes what is asked for, but does not switch off what cannot be switched off: the server does not either."""
    info = key.info()
    changes: dict[str, Any] = {option: True for option in _OPTIONS if asked.get(option)}
    if asked.get("deletion_allowed") is False:
        changes["deletion_allowed"] = False
    if "auto_rotate_period" in asked:
        changes["auto_rotate_period"] = period("auto_rotate_period", asked["auto_rotate_period"])
    window = [use for use in ("decryption", "encryption") if f"min_{use}_version" in asked]
    for use in window:
        version = number(f"min_{use}_version", asked[f"min_{use}_version"])
        if version < 0:
            raise Refused(400, f"min {use} version cannot be negative")
        if version > info.latest_version:
            raise Refused(400, f"cannot set min {use} version of {version}, latest key version is {info.latest_version}")
        changes[f"min_{use}_version"] = version or {"decryption": 1, "encryption": None}[use]
    encryption = changes.get("min_encryption_version", info.min_encryption_version) or 0
    decryption = changes.get("min_decryption_version", info.min_decryption_version)
    if 0 < encryption < decryption:
        fits = f"min encryption version of {encryption} must be greater than or equal to min decryption version of {decryption}"
        raise Refused(400, f"cannot set min encryption/decryption values; {fits}")
    for version, text in ((encryption, "min encryption version should not be less than"), (decryption, "min decryption version should not be less then")):
        if window and version < info.min_available_version:
            raise Refused(400, f"{text} min available version")
    key.configure(**changes)
    return read(key)


def trim(key: Key, min_version: object) -> Answer:
    """Destroys what is older, by the rules of the server and then by those of the library."""
    info, asked = key.info(), number("min_available_version", min_version)
    encryption, version = info.min_encryption_version or 0, "minimum available version"
    for wrong, text in (
        (asked < info.min_available_version, f"{version} cannot be decremented"),
        (not encryption, f"{version} cannot be set when minimum encryption version is not set"),
        (asked > encryption, f"{version} cannot be greater than minmum encryption version"),
        (asked > info.min_decryption_version, f"{version} cannot be greater than minimum decryption version"),
        (asked == 0, f"{version} should be positive"),
    ):
        if wrong:
            raise Refused(400, text)
    key.trim(asked)
    return read(key)


def export(key: Key, kind: Any, version: object) -> Answer:
    """The material of every version in use, or of one."""
    info = key.info()
    found = key.export_transit(kind, expose_secret_material=True)
    in_use = info.versions[info.min_decryption_version - 1 :]
    material = {str(each.version): found.get(each.version, "") for each in in_use}
    answer = {"name": info.name, "type": info.key_type, "keys": material}
    if version is None:
        return answer
    wanted = str(info.latest_version) if version == "latest" else str(version).removeprefix("v")
    if not wanted.isdecimal():
        raise Refused(400, "invalid key version")
    if int(wanted) < info.min_decryption_version:
        raise Refused(400, "version for export is below minimum decryption version")
    if wanted not in material:
        raise Refused(400, "version does not exist or cannot be found")
    return {**answer, "keys": {wanted: material[wanted]}}


def read(key: Key) -> Answer:
    """The fields of the server without the KDF, the certificates and the dates of backups, which a key here does not tell."""
    info = key.info()
    does = () if info.key_type.endswith("-cmac") else _DOES.get(info.key_type.partition("-")[0], _DOES_ELSE)
    answer: Answer = {
        "name": info.name,
        "type": info.key_type,
        "derived": info.derived,
        "auto_rotate_period": int(info.auto_rotate_period.total_seconds()),
        "latest_version": info.latest_version,
        "min_available_version": info.min_available_version,
        "min_decryption_version": info.min_decryption_version,
        "min_encryption_version": info.min_encryption_version or 0,
        "imported_key": info.imported,
        "soft_deleted": info.disabled,
        **{option: getattr(info, option) for option in _OPTIONS},
        **{f"supports_{verb}": verb in does for verb in (*_DOES_ELSE, "signing")},
    }
    if info.imported:
        answer["imported_key_allow_rotation"] = info.allow_rotation
    if info.key_size is not None:
        answer["key_size"] = info.key_size
    if info.derived:
        answer["convergent_encryption"] = info.convergent
    if info.convergent:
        answer["convergent_encryption_version"] = -1
    if info.key_type != "hmac":
        answer["keys"] = _versions(key, info, "signing" in does)
    return answer


def _versions(key: Key, info: KeyInfo, has_public_keys: bool) -> Answer:
    """When each version in use was made, with the public key of one that has one."""
    public = key.public_keys_transit() if has_public_keys and not info.derived else {}
    shown: Answer = {}
    for version in info.versions[info.min_decryption_version - 1 :]:
        made = version.created
        if not has_public_keys:
            shown[str(version.version)] = int(made.timestamp()) if made else 0
            continue
        text = public.get(version.version, "")
        shown[str(version.version)] = {
            "name": _CURVES.get(version.key_type, version.key_type),
            "public_key": f"{text}\n" if text.endswith("KEY-----") else text,
            "creation_time": made.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if made else "0001-01-01T00:00:00Z",
            "certificate_chain": "",
        }
    return shown
