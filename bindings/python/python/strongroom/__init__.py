"""Vault Transit as a library: named, versioned keys that encrypt, decrypt, rewrap, sign, verify and MAC in your own process.

>>> ring = Keyring.in_memory()
>>> cards = ring.create_key("cards")
>>> ciphertext = cards.encrypt(b"4111 1111 1111 1111", aad="order-17")
>>> cards.rotate()
2
>>> cards.decrypt(ciphertext, aad="order-17")
b'4111 1111 1111 1111'
"""

from strongroom import errors
from strongroom._native import (
    ApiKey,
    DataKey,
    Fault,
    Key,
    KeyInfo,
    Keyring,
    Report,
    Seal,
    SealInfo,
    StoreWarning,
    StreamInfo,
    Token,
    VersionInfo,
    View,
    WitnessReport,
    __version__,
    stream_info,
)
from strongroom.errors import EnvironmentFailure, MisuseError, StrongroomError, UntrustedInputError
from strongroom.key_type import KeyType
from strongroom.provider import SealProvider
from strongroom.streams import StreamReader, StreamWriter

__all__ = [
    "ApiKey",
    "DataKey",
    "EnvironmentFailure",
    "Fault",
    "Key",
    "KeyInfo",
    "KeyType",
    "Keyring",
    "MisuseError",
    "Report",
    "Seal",
    "SealInfo",
    "SealProvider",
    "StoreWarning",
    "StreamInfo",
    "StreamReader",
    "StreamWriter",
    "StrongroomError",
    "Token",
    "UntrustedInputError",
    "VersionInfo",
    "View",
    "WitnessReport",
    "__version__",
    "errors",
    "stream_info",
]
