"""What hvac itself refuses, before it asks."""

import re
from typing import Any

from strongroom.compat.hvac.exceptions import ParamValidationError

_HASHES = ("sha2-224", "sha2-256", "sha2-384", "sha2-512")
_ALLOWED: dict[str, tuple[Any, ...]] = {
    "algorithm": _HASHES,
    "bits": (128, 256, 512),
    "data_key_type": ("plaintext", "wrapped"),
    "export_key_type": ("encryption-key", "signing-key", "hmac-key"),
    "hash_algorithm": _HASHES,
    "key_type": (
        *("aes256-gcm96", "chacha20-poly1305", "ed25519", "ecdsa-p256", "ecdsa-p384", "ecdsa-p521"),
        *("rsa-2048", "rsa-3072", "rsa-4096"),
    ),
    "marshaling_algorithm": ("asn1", "jws"),
    "output_format": ("hex", "base64"),
    "signature_algorithm": ("pss", "pkcs1v15"),
}
_SALT_LENGTH = r"auto|hash|-1|\d+"
# How the library names what signatures are made with.
_OPTIONS = {"hash_algorithm": "hash", "prehashed": "prehashed", "signature_algorithm": "padding", "marshaling_algorithm": "form"}


def given(**values: Any) -> dict[str, Any]:
    """What was said, without what was left out."""
    return {name: value for name, value in values.items() if value is not None}


def allowed(**arguments: Any) -> None:
    """Refuses an argument that hvac does not know."""
    for name, value in arguments.items():
        if value not in _ALLOWED[name]:
            shown = "key_type" if name.endswith("key_type") else name
            kind = "values" if name == "bits" else "types"
            known = ", ".join(map(str, _ALLOWED[name]))
            raise ParamValidationError(f'invalid {shown} argument provided "{value}", supported {kind}: "{known}"')


def signing(salt_length: str | None, **said: Any) -> dict[str, Any]:
    """The options of signatures, as the library takes them."""
    said = given(**said)
    allowed(**{name: value for name, value in said.items() if name != "prehashed"})
    options = {_OPTIONS[name]: value for name, value in said.items()}
    if salt_length is not None:
        if not re.fullmatch(_SALT_LENGTH, salt_length):
            supported = f'supported types: "{_SALT_LENGTH}"'
            raise ParamValidationError(f'invalid salt_length argument provided "{salt_length}", {supported}')
        options["salt_length"] = {"auto": "auto", "hash": "hash", "-1": "hash", "0": "auto"}.get(salt_length) or int(salt_length)
    return options
