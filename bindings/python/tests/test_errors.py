"""The exceptions are the rows of the one table."""

import builtins
import errno
import os
import pickle
import re
from pathlib import Path

import pytest
from errors_stub import STUB, stub
from repository import ERRORS

from strongroom import Key, Keyring, Seal, StrongroomError, _native, errors

FAMILIES = {"misuse": errors.MisuseError, "untrusted_input": errors.UntrustedInputError, "environment": errors.EnvironmentFailure}


def test_every_row_of_the_table_is_a_class() -> None:
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| ([^|]*) \|", ERRORS.read_text("utf-8"), re.M)
    assert len(rows) >= 53
    for number, code, meaning in rows:
        error = getattr(errors, "".join(word.title() for word in code.split("_")))
        assert (error.number, error.code) == (int(number), code)
        family = ["misuse", "untrusted_input", "environment"][int(number) // 100]
        assert error.family == family and error.__mro__[1:3] == (FAMILIES[family], StrongroomError)
        assert error.__doc__.startswith(meaning.strip()) and error.__module__ == "strongroom.errors"
    assert len(_native.error_classes) == len(rows) + 4
    assert set(errors.__all__) == {error.__name__ for error in _native.error_classes}
    assert not set(errors.__all__) & set(dir(builtins))


def test_the_stub_has_the_same_classes() -> None:
    if os.environ.get("STRONGROOM_BLESS") == "1":
        STUB.write_text(stub(), "utf-8")
    assert STUB.read_text("utf-8") == stub()


def test_an_error_has_code_number_and_message(cards: Key) -> None:
    with pytest.raises(errors.DecryptFailed) as caught:
        cards.decrypt(cards.encrypt(b"4111", aad="order-17"), aad="order-18")
    assert (caught.value.code, caught.value.number) == ("decrypt_failed", 106)
    assert str(caught.value) == "decryption failed; check the key, the context and the aad, else the ciphertext was changed or cut short"


def test_errors_can_be_pickled(cards: Key) -> None:
    with pytest.raises(errors.BufferTooSmall) as caught:
        cards.encrypt_into(b"4111", bytearray(3))
    error = pickle.loads(pickle.dumps(caught.value))
    assert type(error) is errors.BufferTooSmall and str(error) == str(caught.value)
    assert error.needed == len(cards.encrypt_binary(b"4111"))


def test_an_option_that_is_wrong_has_a_code(ring: Keyring, cards: Key) -> None:
    with pytest.raises(errors.InvalidOption) as caught:
        ring.create_key("macs", "hmac", key_size=16)
    assert caught.value.detail == "key_size_out_of_range"
    with pytest.raises(errors.InvalidOption) as caught:
        cards.encrypt(b"4111", version=-1)
    assert caught.value.detail == "version_out_of_range"
    with pytest.raises(errors.InvalidOption) as caught:
        cards.encrypt_batch([b"1", b"2"], aad=["a"])
    assert caught.value.detail == "columns_differ"
    (failed,) = cards.encrypt_batch([b"1"], version=[2**31], errors="return")
    assert isinstance(failed, errors.InvalidOption) and failed.detail == "version_out_of_range"
    with pytest.raises(errors.KeyNotFound) as other:
        ring.key("none")
    assert other.value.detail is None


def test_what_the_operating_system_said_is_the_cause(ring: Keyring, tmp_path: Path) -> None:
    seal = Seal.root_key(bytes(range(32)))
    kept = Keyring.create(tmp_path / "ring", seal)
    with pytest.raises(errors.StoreFailed) as caught:
        kept.snapshot(tmp_path / "missing" / "snapshot")
    cause = caught.value.__cause__
    assert type(cause) is FileNotFoundError and cause.errno == errno.ENOENT and cause.strerror == os.strerror(errno.ENOENT)
    assert cause.strerror in str(caught.value)
    with pytest.raises(errors.SealFailed) as sealed:
        Keyring.create(tmp_path / "other", Seal.root_key_file(tmp_path / "missing"))
    assert isinstance(sealed.value.__cause__, FileNotFoundError)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(errors.StoreFailed) as caught:
        Keyring.open(tmp_path / "file", seal)
    assert isinstance(caught.value.__cause__, NotADirectoryError)
    with pytest.raises(errors.KeyNotFound) as none:
        ring.key("none")
    assert none.value.__cause__ is None


def test_wrong_numbers_and_names_are_refused(ring: Keyring, cards: Key) -> None:
    for version in (0, -1, 2**31, 2**40):
        with pytest.raises(errors.InvalidOption):
            cards.encrypt(b"4111", version=version)
    with pytest.raises(errors.VersionTooNew):
        cards.decrypt(cards.encrypt(b"4111").replace("v1:", "v2:"))
    with pytest.raises(ValueError, match="'sha2-256'"):
        cards.hmac(b"4111", hash="md5")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="'return'"):
        cards.encrypt_batch([b"4111"], errors="ignore")  # type: ignore[call-overload]
    with pytest.raises(StrongroomError):
        ring.create_key("other", "rot13")  # type: ignore[arg-type]
    with pytest.raises(errors.InvalidSize):
        cards.data_key(33)
    with pytest.raises(errors.InvalidKeyName):
        ring.key("\udc80")
    with pytest.raises(errors.Malformed):
        cards.decrypt("\udc80")
