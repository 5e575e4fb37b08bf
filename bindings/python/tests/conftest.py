"""What the tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from strongroom import Key, Keyring, Seal

SEALING_KEY = bytes([7, 1]) * 16


@pytest.fixture
def ring() -> Iterator[Keyring]:
    with Keyring.in_memory() as ring:
        yield ring


@pytest.fixture
def cards(ring: Keyring) -> Key:
    return ring.create_key("cards")


@pytest.fixture
def seal() -> Seal:
    return Seal.root_key(SEALING_KEY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"
