"""What is said to somebody who has made a mistake that many make."""

import inspect
import io
import tempfile
import uuid
from array import array
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import SEALING_KEY

from strongroom import ApiKey, Key, Keyring, Seal, View, errors


def told(kind: type[Exception], call: Any, *arguments: Any, **options: Any) -> str:
    with pytest.raises(kind) as caught:
        call(*arguments, **options)
    return str(caught.value)


def test_a_misspelt_option_is_recognised(ring: Keyring, cards: Key, tmp_path: Path, seal: Seal) -> None:
    key: Any = cards
    unexpected = "got an unexpected keyword argument"
    for name in ("add", "associated_data", "additional_data", "ad"):
        assert told(TypeError, key.encrypt, b"m", **{name: "a"}) == f"View.encrypt() {unexpected} '{name}'. Did you mean 'aad'?"
    assert told(TypeError, key.decrypt, "t", contxt="a").endswith("'contxt'. Did you mean 'context'?")
    assert told(TypeError, key.encrypt_batch, [b"m"], error="return").endswith("'error'. Did you mean 'errors'?")
    assert told(TypeError, key.hmac, b"m", hashing="x").endswith("'hashing'. Did you mean 'hash'?")
    assert told(TypeError, key.encrypt, b"m", frobnicate=1) == f"View.encrypt() {unexpected} 'frobnicate'"
    # What an operation does not take is not proposed for it.
    assert "Did you mean" not in told(TypeError, key.hmac, b"m", associated_data="a")
    assert told(TypeError, Keyring.open, tmp_path, seal, pins="x").endswith("'pins'. Did you mean 'pin'?")
    assert told(TypeError, Seal.passphrase, "correct horse", ids="x").endswith("'ids'. Did you mean 'id'?")
    assert told(TypeError, ring.create_key, "k", deriven=True).endswith("Did you mean 'derived'?")


def test_no_function_takes_what_it_does_not_name(cards: Key) -> None:
    """None of them swallows what it does not know, and each shows the arguments that it has."""
    tried = 0
    for owner in (Keyring, Key, View, Seal):
        for name, method in vars(owner).items():
            function = getattr(owner, name)
            if name.startswith("_") or not callable(function):
                continue
            shown = str(inspect.signature(function))
            assert "others" not in shown and "stray" not in shown, f"{name}{shown}"
            target = function if isinstance(method, staticmethod) else getattr(cards if owner in (Key, View) else Keyring.in_memory(), name, function)
            with pytest.raises(TypeError):
                target(**{"no-such-argument": 1})
            tried += 1
    assert tried >= 85, tried


def test_an_aad_in_its_place_is_told_its_name(cards: Key) -> None:
    key: Any = cards
    text, binary = cards.encrypt(b"m"), cards.encrypt_binary(b"m")
    for call, first in (
        (key.encrypt, b"m"), (key.encrypt_binary, b"m"), (key.decrypt, text), (key.decrypt_binary, binary), (key.rewrap, text), (key.rewrap_binary, binary),
        (key.encrypt_batch, [b"m"]), (key.encrypt_binary_batch, [b"m"]), (key.decrypt_batch, [text]), (key.decrypt_binary_batch, [binary]),
        (key.rewrap_batch, [text]), (key.rewrap_binary_batch, [binary]),
    ):  # fmt: skip
        for aad in ("order-17", b"order-17", None, ...):
            assert told(TypeError, call, first, aad).endswith("takes one argument by its place; an aad is given by its name, aad=...")


def test_bytes_and_text_are_told_apart(cards: Key) -> None:
    key: Any = cards
    seal: Any = Seal
    text = Seal.generate_root_key()
    assert "not str; its text goes to Seal.root_key_text" in told(TypeError, seal.root_key, text)
    assert "a root key has 32 bytes, not 44; its text goes to Seal.root_key_text" in told(errors.InvalidRootKey, seal.root_key, text.encode())
    assert "the 32 bytes of a root key, not their text" in told(errors.InvalidRootKey, Seal.root_key_text, bytes(range(32)))
    for call, arguments in (
        (key.decrypt_binary, ("t",)), (key.rewrap_binary, ("t",)), (key.needs_rewrap_binary, ("t",)), (key.decrypt_into, ("t", bytearray(9))),
        (key.decrypted_binary_len, ("t",)), (key.decrypt_binary_batch, (["t"],)), (key.rewrap_binary_batch, (["t"],)), (key.needs_rewrap_binary_batch, (["t"],)),
    ):  # fmt: skip
        assert "the text form goes to the function without binary in its name" in told(TypeError, call, *arguments)
    assert "functions whose names say binary" in told(TypeError, key.decrypt, b"t")


def test_what_is_no_seal_or_no_aad_is_told_what_to_give(ring: Keyring, cards: Key, folder: Path) -> None:
    unsealed: Any = ring
    for call in (Keyring.open, Keyring.create, Keyring.open_or_create):
        said = told(TypeError, call, folder, "vault://h/transit/app")
        assert "Seal.url(...) of a URL; it is not str" in said and "vault" not in said
    assert "Seal.root_key_env(...)" in told(TypeError, unsealed.add_seal, b"key")
    key: Any = cards
    for aad, instead in (
        (17, "not int; of a number give its text, as in str(row.id)"),
        (uuid.UUID(int=7), "not UUID; of a UUID give its text, as in str(row.id), or its bytes, as in row.id.bytes, and always the same of the two"),
        (["a"], "not list; one for each value goes to a function with batch in its name"),
    ):
        assert told(TypeError, key.encrypt, b"4111", aad=aad).endswith(instead)


def test_what_was_made_for_another_call_is_named(cards: Key) -> None:
    text, index = cards.encrypt(b"4111"), cards.index("4111", name="cards.number")
    api_key, token = ApiKey.generate("acme"), cards.issue(b"x", 60)
    stream = io.BytesIO()
    with cards.encrypt_writer(stream) as writer:
        writer.write(b"4111")
    for given, why in ((index, "(it is a blind index, "), (api_key, "(it is an API key, "), (token, "(it is a token: redeem it)")):
        assert why in told(errors.Malformed, cards.decrypt, given)
        assert why in told(errors.Malformed, cards.decrypt_batch, [given])
    for given, why in ((index, "(it is a blind index, "), (api_key, "(it is an API key, "), (text, "(it is a ciphertext, ")):
        assert why in told(errors.Malformed, cards.redeem, given)
    for given, why in (("", "(it is empty)"), ("foo", "begins with strongroom:i"), (text, "(it is a ciphertext, "), (index + "!", "(it begins as one; ")):
        assert why in told(errors.Malformed, cards.needs_reindex, given)
        assert why in told(errors.Malformed, cards.needs_reindex_batch, [given])
    for given, why in ((api_key + "\n", "newline before it or behind it; cut that off"), (api_key[:-1], "(it begins as one; "), (token, "(it is a token: "), ("", "(it is empty)")):
        assert why in told(errors.Malformed, ApiKey.check, given)
    for binary, why in ((stream.getvalue(), "(it is a stream: "), (text.encode(), "(it is the text form: "), (b"", "(it is empty)")):
        for call in (cards.decrypt_binary, cards.rewrap_binary, cards.needs_rewrap_binary, cards.decrypted_binary_len):
            assert why in told(errors.Malformed, call, binary), call
        assert why in told(errors.Malformed, cards.decrypt_binary_batch, [binary])


def test_what_is_odd_about_a_text_is_said(ring: Keyring, cards: Key) -> None:
    text, vault = cards.encrypt(b"4111"), ring.create_key("aes", "aes256-gcm96").encrypt(b"4111")
    for odd, why in (("", "(it is empty)"), (text + "\n", "a newline before it or behind it"), (vault, "Vault's or OpenBao's Transit")):
        for call in (cards.decrypt, cards.rewrap):
            assert why in told(errors.Malformed, call, odd)
        assert why in told(errors.Malformed, cards.verify_hmac, b"m", odd)
        (failed,) = cards.decrypt_batch([odd], errors="return")
        assert isinstance(failed, errors.Malformed) and why in str(failed) and failed.index == 0
    assert "(it is empty)" in told(errors.Malformed, cards.needs_rewrap, "")
    assert told(errors.Malformed, cards.decrypt, "nonsense").endswith("to the call for its form (text, binary or stream)")


def test_names_and_choices_are_explained(ring: Keyring, cards: Key) -> None:
    for call in (ring.key, ring.create_key, ring.key_or_create, ring.delete_key):
        assert told(errors.InvalidKeyName, call, "a/b").endswith("(it has '/' in it)")
    assert told(errors.InvalidKeyName, ring.import_key, "", bytes(range(32))).endswith("(it is empty)")
    key: Any = cards
    assert told(ValueError, key.hmac, b"m", hash="md5").startswith("'md5' is not a hash; it is one of 'sha2-224', ")
    assert told(ValueError, key.hmac, b"m", hash="sha256").endswith(' (did you mean "sha2-256"?)')
    assert told(errors.InvalidOption, ring.create_key, "x", "ecdsap256").endswith(' (did you mean "ecdsa-p256"?)')
    assert told(errors.InvalidOption, key.rotate, "AES256_GCM96").endswith(' (did you mean "aes256-gcm96"?)')
    assert told(errors.InvalidOption, ring.create_key, "x", "aes").endswith(' (did you mean "xaes256-gcm" or "aes256-gcm96"?)')
    for normalize, meant in (
        ("lower", '(did you mean "casefold"?)'), ("Email", '(did you mean "email"?)'), (["trim", "lower"], '(did you mean "casefold"?)'),
        ("nfkc,casefold", '(several steps are a list with one name for each, "nfkc" and "casefold")'),
    ):  # fmt: skip
        assert told(ValueError, key.index, "v", name="n", normalize=normalize).endswith(meant)
    assert "write acme_, not acme" in told(errors.InvalidOption, key.issue, b"x", 60, prefix="acme")
    assert told(errors.InvalidOption, key.issue, b"x", 0.5).endswith("(ttl is a timedelta, or a number of seconds)")
    misplaced = "-----BEGIN PRIVATE KEY-----"
    assert told(ValueError, key.hmac, b"m", hash=misplaced).startswith("what was given is not a hash; it is one of 'sha2-224', ")
    assert told(ValueError, key.encrypt_batch, [b"m"], errors="ignore") == "'ignore' is not a way to report errors; it is one of 'raise', 'return'"


def test_a_key_that_is_to_be_deleted_is_named_with_the_one_that_was_meant(ring: Keyring) -> None:
    ring.create_key("customers", deletion_allowed=True)
    assert told(errors.KeyNotFound, ring.delete_key, "custmoers").startswith('there is no key "custmoers" (did you mean "customers"?)')


def test_what_cannot_be_a_seal_is_refused_where_it_is_made() -> None:
    assert told(errors.InvalidRootKey, Seal.passphrase, "").endswith("the passphrase is empty")
    assert told(errors.InvalidRootKey, Seal.passphrase, b"", id="office").endswith("the passphrase is empty")
    assert told(errors.InvalidRootKey, Seal.root_key_text, "").endswith("it is empty")
    assert "64 hexadecimal digits or 44 characters" in told(errors.InvalidRootKey, Seal.root_key_text, "short")


def test_a_file_of_text_is_no_sink(cards: Key, tmp_path: Path) -> None:
    """It is refused before anything is written, and not where the first bytes come to it."""
    key: Any = cards
    with (tmp_path / "text").open("w") as text, tempfile.NamedTemporaryFile("w") as named, tempfile.SpooledTemporaryFile(mode="w") as spooled:
        for sink in (text, named, spooled, io.StringIO()):
            assert told(TypeError, key.encrypt_writer, sink) == "the sink takes text; a stream is bytes, as of open(path, 'wb')"
            assert told(TypeError, key.rewrap_stream, io.BytesIO(), sink).startswith("the sink takes text")
    with tempfile.NamedTemporaryFile("wb") as binary, key.encrypt_writer(binary) as writer:
        writer.write(b"x")


def test_a_type_without_streams_is_told_in_words(ring: Keyring) -> None:
    key = ring.create_key("transit", "aes256-gcm96")
    assert told(errors.OperationNotSupported, key.encrypt_writer, io.BytesIO()).startswith("encrypting a stream is not supported by keys of type aes256-gcm96")


def test_lists_are_no_columns(cards: Key) -> None:
    key: Any = cards
    offsets = array("i", [0, 1, 2])
    said = told(TypeError, key.encrypt_column, b"ab", [0, 1, 2])
    assert "offsets are a buffer of signed whole numbers of 32 or 64 bits, as array.array('i', offsets) or" in said and "not list" in said
    assert "many values go to a function with batch in its name" in told(TypeError, key.encrypt_column, [b"a", b"b"], offsets)
    assert "many values go to a function with batch in its name" in told(TypeError, key.encrypt, [b"a"])
    for option in ("aad", "context"):
        said = told(TypeError, key.encrypt_column, b"ab", offsets, **{option: ["x", "y"]})
        assert said.startswith(f"one {option} for each value is a column too") and f"as {option}_offsets" in said
        assert "offsets are a buffer" in told(TypeError, key.encrypt_column, b"ab", offsets, **{option: b"xy", f"{option}_offsets": [0, 1, 2]})


def test_periods_are_timedeltas_or_seconds_everywhere(ring: Keyring, folder: Path, seal: Seal) -> None:
    for period in (timedelta(days=90), 90 * 24 * 3600, 90.0 * 24 * 3600):
        key = ring.create_key(f"k{type(period).__name__}", auto_rotate_period=period)
        assert key.info().auto_rotate_period == timedelta(days=90)
        key.configure(auto_rotate_period=7200)
        assert key.info().auto_rotate_period == timedelta(hours=2)
    with Keyring.create(folder, seal, max_staleness=60) as other:
        other.set_max_staleness(120)
    with Keyring.open(folder, seal, max_staleness=timedelta(seconds=30)):
        pass
    unsound: Any = ring
    for call in (lambda: unsound.create_key("x", auto_rotate_period="90d"), lambda: unsound.set_max_staleness("1h")):
        assert told(TypeError, call).startswith("a period is a timedelta or a number of seconds, not str")
    assert told(ValueError, lambda: unsound.create_key("x", auto_rotate_period=-1)) == "a period is not negative"


def test_the_seals_of_a_keyring_are_named_to_who_has_none_of_them(folder: Path) -> None:
    Keyring.create(folder, Seal.passphrase("correct horse", id="office"))
    for call in (Keyring.open, Keyring.open_or_create):
        assert told(errors.WrongSeal, call, folder, Seal.root_key(SEALING_KEY)).endswith('(the keyring has copies for passphrase "office"; the seal given is "' + Seal.root_key(SEALING_KEY).id() + '")')
