"""Long texts are made in memory that each thread keeps, of at most 4 MiB, which nothing but their speed shows."""

import base64
import os
import sys
import threading

import pytest

from strongroom import Key, Keyring

PREFIX = "strongroom:v1:"
MOST = 4 << 20
# Around the lengths from which that memory is used, at which it grows, and from which it is not used.
LENGTHS = [0, 1, 4095, 4096, 4097, 6100, 6120, 6140, 98_000, 98_350, 3_145_700, 3_145_701, 3_145_800, 4_000_000]


@pytest.fixture
def siv(ring: Keyring) -> Key:
    """Its ciphertexts are the same each time."""
    return ring.create_key("siv", "aes256-siv")


def expected(key: Key, message: bytes) -> str:
    return PREFIX + base64.b64encode(key.encrypt_binary(message, aad="a")[5:]).decode("ascii")


def test_a_text_of_any_length_is_what_it_says(siv: Key) -> None:
    texts = {}
    # Shorter ones come after longer ones, and the other way round.
    for length in [*LENGTHS, *reversed(LENGTHS)]:
        message = bytes([length % 251]) * length
        texts[length] = text = siv.encrypt(message, aad="a")
        assert text == expected(siv, message) and len(text) == siv.encrypted_len(message, aad="a")
        assert siv.decrypt(text, aad="a") == message
    lengths = list(map(len, texts.values()))
    # What stands before the payload has two characters more than a multiple of four.
    assert MOST - 2 in lengths and MOST + 2 in lengths
    # What was made before is not what was made later in the same memory.
    for length, text in texts.items():
        assert text == expected(siv, bytes([length % 251]) * length)
    changing = bytearray(5000)
    assert siv.encrypt(changing, aad="a") == expected(siv, bytes(5000))


def test_threads_have_memory_of_their_own(siv: Key) -> None:
    seen, ready = list[bool](), threading.Barrier(8)

    def work(number: int) -> None:
        messages = [bytes([number]) * length for length in (5000 + number, 100_000 - number, 4096)]
        texts = [expected(siv, message) for message in messages]
        ready.wait()
        for _ in range(30):
            seen.extend(siv.encrypt(message, aad="a") == text for message, text in zip(messages, texts))

    others = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for other in others:
        other.start()
    for other in others:
        other.join()
    assert len(seen) == 720 and all(seen)


def resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_thread_keeps_more_than_4_mib(siv: Key) -> None:
    others, ready, measured = list[threading.Thread](), threading.Barrier(9), threading.Event()

    def work() -> None:
        siv.encrypt(bytes(3_145_700))
        siv.encrypt(bytes(32 << 20))
        ready.wait()
        measured.wait()

    siv.encrypt(bytes(32 << 20))
    before = resident()
    for _ in range(8):
        others.append(threading.Thread(target=work))
        others[-1].start()
    ready.wait()
    more = resident() - before
    measured.set()
    for other in others:
        other.join()
    assert more < 128 << 20, f"{more >> 20} MiB more in 8 threads"
