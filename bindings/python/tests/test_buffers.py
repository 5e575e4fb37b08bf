"""Bytes in and out."""

import array
import ctypes
import mmap

import pytest

from strongroom import Key, Keyring, errors

LARGE = bytes(range(256)) * 64


class Bytes(bytes):
    pass


@pytest.mark.parametrize("message", [b"", b"4111", LARGE], ids=["empty", "small", "large"])
def test_every_kind_of_contiguous_buffer_is_taken(cards: Key, message: bytes) -> None:
    kinds: list[object] = [message, Bytes(message), bytearray(message), memoryview(message), memoryview(bytearray(message))]
    kinds += [array.array("B", message), (ctypes.c_char * len(message)).from_buffer_copy(message)]
    kinds.append(memoryview(b"x" + message + b"x")[1:-1])
    if len(message) % 4 == 0:
        kinds.append(array.array("I", message))
    for kind in kinds:
        assert cards.decrypt(cards.encrypt(kind)) == message  # type: ignore[arg-type]
        binary = cards.encrypt_binary(kind)  # type: ignore[arg-type]
        assert cards.decrypt_binary(bytearray(binary)) == cards.decrypt_binary(binary) == message
        assert cards.rewrap_binary(memoryview(binary)) == binary and not cards.needs_rewrap_binary(memoryview(binary))
        cards.verify_hmac(message, cards.hmac(kind))  # type: ignore[arg-type]
        if message:
            assert cards.decrypt(cards.encrypt(b"m", aad=kind), aad=message) == b"m"  # type: ignore[arg-type]
        else:
            with pytest.raises(errors.InvalidAad):
                cards.encrypt(b"m", aad=kind)  # type: ignore[arg-type]


def test_what_is_no_contiguous_bytes_is_refused(cards: Key) -> None:
    for strange in (memoryview(LARGE)[::2], memoryview(LARGE)[::-1]):
        with pytest.raises(BufferError, match="contiguous"):
            cards.encrypt(strange)
        with pytest.raises(BufferError, match="contiguous"):
            cards.decrypt_into(cards.encrypt_binary(b"4111"), memoryview(bytearray(64))[::2])
    with pytest.raises(TypeError, match="encode(.|\n)*plaintext"):
        cards.encrypt("4111")  # type: ignore[arg-type]
    for wrong in (None, 4111, 41.11, [4, 1], object()):
        with pytest.raises(TypeError):
            cards.encrypt(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a str, not bytes.*binary"):
        cards.decrypt(b"strongroom:v1:")  # type: ignore[arg-type]
    with pytest.raises(BufferError, match="writable"):
        cards.encrypt_into(b"4111", b"x" * 200)


def test_a_released_buffer_is_refused(cards: Key) -> None:
    view = memoryview(b"4111")
    view.release()
    with pytest.raises(ValueError):
        cards.encrypt(view)


@pytest.mark.parametrize("message", [b"", b"4111", LARGE], ids=["empty", "small", "large"])
def test_results_are_written_into_a_buffer(cards: Key, message: bytes) -> None:
    binary = bytearray(b"\xaa") * (len(message) + 200)
    length = cards.encrypt_into(message, binary, aad="a")
    assert length == len(cards.encrypt_binary(message, aad="a"))
    assert set(binary[length:]) == {0xAA}
    plaintext = bytearray(b"\xaa") * (len(message) + 1)
    assert cards.decrypt_into(binary[:length], plaintext, aad="a") == len(message)
    assert plaintext == message + b"\xaa"
    with mmap.mmap(-1, 65536) as pages:
        assert cards.decrypt_into(memoryview(binary)[:length], pages, aad="a") == len(message)
        assert pages[: len(message)] == message


def test_a_buffer_that_is_too_small_says_how_long_it_must_be(cards: Key) -> None:
    needed = len(cards.encrypt_binary(b"4111"))
    with pytest.raises(errors.BufferTooSmall) as caught:
        cards.encrypt_into(b"4111", bytearray(needed - 1))
    assert caught.value.needed == needed
    with pytest.raises(errors.BufferTooSmall) as caught:
        cards.decrypt_into(cards.encrypt_binary(b"4111"), bytearray())
    assert caught.value.needed == 4


def test_a_failure_leaves_no_plaintext_in_the_buffer(ring: Keyring) -> None:
    message = b"4111 1111 1111 1111" * 100
    for key_type in ("xaes256-gcm", "aes256-gcm96", "aes256-siv", "chacha20-poly1305", "xchacha20-poly1305"):
        key = ring.create_key(key_type, key_type)
        out = bytearray(len(message))
        with pytest.raises(errors.DecryptFailed):
            key.decrypt_into(key.encrypt_binary(message, aad="a"), out, aad="b")
        assert b"4111" not in out and set(out) == {0}


def test_input_and_output_may_be_the_same_buffer(cards: Key) -> None:
    buffer = bytearray(b"4111" + bytes(200))
    length = cards.encrypt_into(memoryview(buffer)[:4], buffer)
    assert cards.decrypt_into(memoryview(buffer)[:length], buffer) == 4
    assert buffer[:4] == b"4111"
    shifted = memoryview(buffer)
    length = cards.encrypt_into(shifted[:4], shifted[2:])
    assert cards.decrypt_into(shifted[2 : 2 + length], shifted[40:]) == 4
    assert bytes(shifted[40:44]) == b"4111"


def test_a_buffer_can_be_resized_again_after_a_call(cards: Key) -> None:
    buffer = bytearray(LARGE)
    cards.encrypt(buffer, aad=buffer)
    with pytest.raises(errors.InvalidAad):
        cards.encrypt(buffer, aad=bytearray(65536))
    buffer.extend(b"more")  # raises BufferError while somebody holds the buffer
    with pytest.raises(errors.BufferTooSmall):
        cards.encrypt_into(b"4111", buffer[:1])
    buffer.clear()


def test_aad_and_context(ring: Keyring) -> None:
    key = ring.create_key("tenants", derived=True)
    same: list[list[object]] = [["acme", b"acme", bytearray(b"acme"), memoryview(b"acme")], [{"a": "1", "b": "2"}, {"b": "2", "a": "1"}]]
    for spellings in same:
        for one in spellings:
            for other in spellings:
                ciphertext = key.encrypt(b"m", context=one, aad=one)  # type: ignore[arg-type]
                assert key.context(other).decrypt(ciphertext, aad=other) == b"m"  # type: ignore[arg-type]
    for wrong in ("", b"", {}, "\udc80", {"a": "\udc80"}, {"\udc80": "a"}):
        with pytest.raises(errors.InvalidContext):
            key.encrypt(b"m", context=wrong)
        with pytest.raises(errors.InvalidContext):
            key.context(wrong)
    with pytest.raises(errors.InvalidContext):
        key.encrypt(b"m", context=b"x" * 65536)
    with pytest.raises(errors.InvalidContext):
        key.context(b"x" * 65536).encrypt(b"m")
    for mistyped in (5, ["a"], {"a": 1}, {1: "a"}, {"a": b"b"}):
        with pytest.raises(TypeError, match="dict of str"):
            key.encrypt(b"m", context=mistyped)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="dict of str"):
            key.encrypt(b"m", aad=mistyped)  # type: ignore[arg-type]
    with pytest.raises(errors.InvalidContext):
        key.context("acme").encrypt(b"m", context="acme")
