"""A long batch is worked on in slices of 512 items, which nothing but its speed shows."""

import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from strongroom import Key, Keyring, Seal, StrongroomError, errors

COUNTS = [1, 511, 512, 513, 1024, 1025]
# The first and last item of each slice of the longest.
EDGES = [0, 511, 512, 1023, 1024]


@pytest.fixture
def siv(ring: Keyring) -> Key:
    """Its ciphertexts are the same each time."""
    key = ring.create_key("siv", "aes256-siv")
    key.rotate()
    key.configure(min_encryption_version=1)
    return key


@pytest.mark.parametrize("count", COUNTS)
def test_a_batch_of_any_length_equals_the_singles(siv: Key, count: int) -> None:
    messages = [b"%d" % number * (number % 5) for number in range(count)]
    ids, versions = [f"order-{number}" for number in range(count)], [1 + number % 2 for number in range(count)]
    texts = siv.encrypt_batch(messages, aad=ids, version=versions)
    assert texts == [siv.encrypt(message, aad=aad, version=version) for message, aad, version in zip(messages, ids, versions)]
    assert siv.decrypt_batch(texts, aad=ids) == messages
    assert siv.rewrap_batch(texts, aad=ids) == siv.encrypt_batch(messages, aad=ids)
    binaries = siv.encrypt_binary_batch(messages, aad="all")
    assert binaries == [siv.encrypt_binary(message, aad="all") for message in messages]
    assert siv.decrypt_binary_batch(binaries, aad="all") == messages
    macs = siv.hmac_batch(messages)
    assert siv.verify_hmac_batch(messages, macs) == [None] * count
    assert [len(made.plaintext) for made in siv.data_key_batch([16, 32] * count)] == [16, 32] * count
    assert siv.needs_rewrap_batch(texts) == [version == 1 for version in versions]


def test_errors_stand_where_they_belong_in_each_slice(siv: Key) -> None:
    messages = [b"%d" % number for number in range(1025)]
    texts = siv.encrypt_batch(messages)
    made: dict[int, tuple[Any, type[StrongroomError]]] = {
        0: ("nonsense", errors.Malformed),
        511: (texts[0], errors.DecryptFailed),
        512: (None, errors.InvalidOption),
        1023: ("\udc80", errors.Malformed),
        1024: ("strongroom:v9:AAAA", errors.VersionTooNew),
    }
    assert list(made) == EDGES
    ids = [f"{number}" for number in range(1025)]
    texts = siv.encrypt_batch(messages, aad=ids)
    mixed: list[Any] = [made.get(index, (text,))[0] for index, text in enumerate(texts)]
    results: list[Any] = siv.decrypt_batch(mixed, aad=ids, errors="return")
    assert len(results) == 1025
    for index, (result, message) in enumerate(zip(results, messages)):
        if index in made:
            assert type(result) is made[index][1] and result.index == index
        else:
            assert result == message
    # And the first of those that are there is raised, with its place.
    for index in EDGES:
        wrong: Any = texts[:index] + [made[index][0] or "nonsense"] + texts[index + 1 :]
        with pytest.raises(StrongroomError) as caught:
            siv.decrypt_batch(wrong, aad=ids)
        assert getattr(caught.value, "index", None) == index and f"in element {index}" in caught.value.__notes__
        # What has the wrong type is refused before anything is done, however late it comes.
        mistaken: Any = ["nonsense"] * index + [b"wrong"] + ["nonsense"] * (1024 - index)
        with pytest.raises(TypeError) as refused:
            siv.decrypt_batch(mistaken)
        assert getattr(refused.value, "index", None) == index


@pytest.mark.parametrize(("last", "lets_others_run"), [(b"constant", True), (bytearray(b"can change"), False)])
def test_all_slices_let_others_run_or_none_does(cards: Key, last: bytes | bytearray, lets_others_run: bool) -> None:
    """The switch interval is so long that another thread runs only if the batch lets go of the GIL."""
    messages: list[bytes | bytearray] = [*[bytes(65536)] * 1024, last]
    interval, began, ran = sys.getswitchinterval(), threading.Event(), threading.Event()

    def once() -> None:
        began.wait()
        ran.set()

    other = threading.Thread(target=once)
    other.start()
    sys.setswitchinterval(1000)
    try:
        began.set()
        cards.hmac_batch(messages)
        assert ran.is_set() == lets_others_run
    finally:
        sys.setswitchinterval(interval)
        other.join()


def test_threads_share_a_key_in_long_batches(siv: Key) -> None:
    messages = [b"%d" % number for number in range(1025)]
    expected, seen = siv.encrypt_batch(messages), list[bool]()

    def work(call: Callable[[list[bytes]], list[str]]) -> None:
        seen.extend(call(messages) == expected for _ in range(10))

    others = [threading.Thread(target=work, args=(siv.encrypt_batch,)) for _ in range(4)]
    for other in others:
        other.start()
    for other in others:
        other.join()
    assert seen == [True] * 40


def test_a_seal_in_python_that_comes_while_a_batch_is_read(ring: Keyring, siv: Key) -> None:
    """The GIL is let go from then on, and what can change was copied first."""
    contents = [bytes([byte]) * (128 << 10) for byte in range(2)]
    expected = [siv.encrypt(whole, version=1) for whole in contents]
    message = bytearray(contents[0])
    begun, ended = threading.Event(), threading.Event()

    class Service:
        kind, key_id = "test-service", "one"

        def wrap(self, key: bytes, aad: bytes, /) -> bytes:
            raise errors.SealFailed("not today")

        unwrap = wrap

    class Version:
        """Python asks for its number in the middle of the call."""

        def __index__(self) -> int:
            with pytest.raises(StrongroomError):
                ring.add_seal(Seal.provider(Service()))
            begun.set()
            return 1

    def write() -> None:
        begun.wait()
        while not ended.is_set():
            for whole in contents:
                message[:] = whole  # with the GIL, all of it

    writer = threading.Thread(target=write)
    writer.start()
    try:
        version: Any = Version()
        texts = siv.encrypt_batch([message] * 512, version=version)
    finally:
        begun.set()
        ended.set()
        writer.join()
    assert set(texts) <= set(expected), "it was read while it was written"


def test_other_threads_run_beside_a_long_batch_and_do_not_hold_it_up(siv: Key) -> None:
    """To take the GIL back from a thread that computes takes five milliseconds, which each slice would wait for."""
    ended, turns = threading.Event(), 0

    def compute() -> None:
        nonlocal turns
        while not ended.is_set():
            turns += 1

    messages = [b"m"] * 512 * 100
    expected = siv.encrypt_batch(messages)
    thread = threading.Thread(target=compute)
    thread.start()
    try:
        before = turns
        assert siv.encrypt_batch(messages) == expected
        assert turns > before
    finally:
        ended.set()
        thread.join()
