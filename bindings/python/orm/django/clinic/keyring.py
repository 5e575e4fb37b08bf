"""The keyring of the tests, which a test may exchange."""

from functools import cache
from typing import Any

from strongroom import Keyring

KEYS: dict[str, dict[str, Any]] = {"patients": {}, "lookups": {}, "tenants": {"derived": True}}
_given: list[Keyring] = []


def fresh() -> Keyring:
    made = Keyring.in_memory()
    for name, options in KEYS.items():
        made.create_key(name, **options)
    return made


def give(made: Keyring) -> Keyring:
    _given[:] = [made]
    return made


def ring() -> Keyring:
    return _given[0]


@cache
def other() -> Keyring:
    return fresh()
