"""Nothing is kept of a call that is over."""

import gc
import os
import sys
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from strongroom import Key, Keyring, errors


def resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_million_calls_leave_no_memory_behind(ring: Keyring) -> None:
    key = ring.create_key("cards", "aes256-gcm96")
    view = ring.create_key("tenants", derived=True).context({"tenant": "acme"})
    message, buffer, out = b"x" * 64, bytearray(64), bytearray(200)
    text = key.encrypt(message, aad="a")
    binary = key.encrypt_binary(message)

    def refused(call: Callable[..., object], *arguments: Any, **options: Any) -> None:
        with pytest.raises((errors.StrongroomError, TypeError)):
            call(*arguments, **options)

    def turn(count: int) -> None:
        for _ in range(count):
            key.encrypt(message, aad="a")
            key.decrypt(text, aad=b"a")
            key.encrypt(buffer, aad={"k": "v"})
            key.encrypt_into(buffer, out)
            key.decrypt_into(binary, out)
            view.encrypt_binary(message)
            key.rewrap(text, aad="a")
            key.needs_rewrap(text)
            key.transit().hmac(message, context="c")
            key.hmac(message)
            key.decrypt_binary(binary)
            key.index(message, name="c", normalize=["trim", "casefold"])
            view.redeem(view.issue(message, 60, aad="a"), aad="a")
        for _ in range(count // 50):
            key.encrypt_batch([message] * 5, aad=["a", b"b", ..., {"k": "v"}, buffer])
            key.index_batch([message, buffer, "text"], name="c")
            key.index_ngrams("a name", 3, name="c")
            refused(key.index, message)
            key.decrypt_batch([text, "wrong"], errors="return")
            refused(key.decrypt, text, aad="b")
            refused(key.encrypt, "text")
            refused(key.encrypt, message, context="c")
            key.info()
            key.data_key()
            ring.key("cards")

    turn(2_000)
    gc.collect()
    before = resident()
    turn(100_000)
    gc.collect()
    assert resident() - before < 4 << 20


def test_inputs_and_handles_are_let_go(cards: Key) -> None:
    class Message(bytearray):
        pass

    message = Message(b"4111")
    gone = weakref.ref(message)
    cards.encrypt(message, aad=message)
    cards.encrypt_batch([message], aad=[message])
    del message
    gc.collect()
    assert gone() is None
    constant = bytes(bytearray(b"a new object"))
    counts = sys.getrefcount(constant)
    cards.encrypt(constant, aad=constant)
    cards.decrypt_batch(cards.encrypt_batch([constant] * 10, aad=constant), aad=constant)
    with pytest.raises(errors.DecryptFailed):
        cards.decrypt(cards.encrypt(constant), aad=constant)
    gc.collect()
    assert sys.getrefcount(constant) == counts
