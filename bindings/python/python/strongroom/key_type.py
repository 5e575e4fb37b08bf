"""The types that a key can be created with."""

from typing import Literal, TypeAlias

KeyType: TypeAlias = Literal[
    "xaes256-gcm",
    "aes256-siv",
    "aes256-gcm96",
    "aes128-gcm96",
    "chacha20-poly1305",
    "xchacha20-poly1305",
    "ed25519",
    "hmac",
]
