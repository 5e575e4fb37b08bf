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
    "ecdsa-p256",
    "ecdsa-p384",
    "ecdsa-p521",
    "rsa-2048",
    "rsa-3072",
    "rsa-4096",
    "ml-dsa-44",
    "ml-dsa-65",
    "ml-dsa-87",
    "hmac",
    "aes128-cmac",
    "aes256-cmac",
]
