"""What a handle is: closed with its keyring, never copied, silent about what it holds."""

import copy
import gc
import pickle
from pathlib import Path

import pytest
from conftest import SEALING_KEY

from strongroom import Key, Keyring, Seal, errors


def test_a_closed_keyring_says_so() -> None:
    with Keyring.in_memory() as ring:
        key = ring.create_key("cards", derived=True)
        view = key.context("acme")
        assert view.decrypt(view.encrypt(b"4111")) == b"4111"
    for call in (lambda: ring.key("cards"), key.info, lambda: view.encrypt(b"4111"), ring.keys, key.rotate):
        with pytest.raises(errors.Closed):
            call()
    ring.close()


def test_a_key_outlives_the_name_of_its_keyring() -> None:
    key = Keyring.in_memory().create_key("cards")
    gc.collect()
    assert key.decrypt(key.encrypt(b"4111")) == b"4111"


def test_a_key_and_its_views_have_its_name() -> None:
    ring = Keyring.in_memory()
    key = ring.create_key("tenants", derived=True)
    assert [key.name, key.context("acme").name, key.context("acme").transit().name] == ["tenants"] * 3
    ring.close()
    assert key.name == "tenants"


def test_handles_are_never_copied(ring: Keyring, cards: Key, seal: Seal) -> None:
    tenants = ring.create_key("tenants", derived=True)
    for handle in (ring, cards, tenants.context("acme"), seal, cards.data_key()):
        for refuse in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="cannot be pickled or copied: "):
                refuse(handle)


def test_handles_are_not_made_by_hand() -> None:
    for made in (Keyring, Key, Seal):
        with pytest.raises(TypeError):
            made()
    for final in (Keyring, Key, Seal):
        with pytest.raises(TypeError):
            type("Mine", (final,), {})


def test_no_secret_is_shown(ring: Keyring, cards: Key) -> None:
    tenants = ring.create_key("tenants", derived=True).context("acme-corporation")
    data_key = cards.data_key()
    seals = [Seal.root_key(SEALING_KEY), Seal.passphrase("correct horse", id="id"), Seal.root_key_env("VARIABLE"), Seal.root_key_file("file")]
    seals += [Seal.root_key_text(SEALING_KEY.hex()), Seal.passphrase_file("file", id="id")]
    for thing in (ring, cards, tenants, data_key, cards.info(), *cards.info().versions, *seals):
        for text in (repr(thing), str(thing)):
            assert len(text) < 120
            for secret in ("horse", "acme", SEALING_KEY.hex(), repr(SEALING_KEY)[2:-1], data_key.plaintext.hex(), data_key.ciphertext):
                assert secret not in text
    assert repr(cards) == "<strongroom.Key(cards)>"


def test_a_passphrase_is_in_no_error() -> None:
    with pytest.raises(errors.InvalidRootKey) as caught:
        Seal.passphrase("correct horse\udc80")
    assert "horse" not in repr(caught.value) and caught.value.__cause__ is None and caught.value.__context__ is None


def test_a_seal_can_be_used_again(folder: Path) -> None:
    for seal in (Seal.root_key(SEALING_KEY), Seal.passphrase(b"correct horse")):
        path = folder / str(id(seal))
        Keyring.create(path, seal).create_key("cards")
        assert Keyring.open(path, seal).keys() == Keyring.open(path, seal).keys() == ["cards"]
