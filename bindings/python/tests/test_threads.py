"""Handles shared by threads."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from strongroom import Key, Keyring, Seal

LARGE = bytes(range(256)) * 256


def test_eight_threads_share_a_key_that_rotates(folder: Path, seal: Seal) -> None:
    ring = Keyring.create(folder, seal)
    key = ring.create_key("tenants", derived=True)
    ready = threading.Barrier(8)

    def work(number: int) -> set[str]:
        ready.wait()
        view, versions = key.context(f"tenant-{number}"), set()
        for turn in range(150):
            message = LARGE if turn % 10 == 0 else f"{number} {turn}".encode()
            ciphertext = view.encrypt(message, aad=f"{turn}")
            versions.add(ciphertext.split(":")[1])
            assert view.decrypt(ciphertext, aad=f"{turn}") == message
            assert view.decrypt_binary(view.encrypt_binary(message)) == message
            if turn % 50 == number:
                key.rotate()
        return versions

    with ThreadPoolExecutor(8) as pool:
        seen = set[str]().union(*pool.map(work, range(8)))
    assert len(seen) >= 2 and key.info().latest_version == 1 + 8 * 3


def test_other_threads_run_during_a_long_call(cards: Key) -> None:
    """The switch interval is set so long that only a call that lets go of the GIL lets the other thread go on."""
    message, interval = bytes(64 << 20), sys.getswitchinterval()
    began, ran = threading.Event(), threading.Event()

    def once() -> None:
        began.wait()
        ran.set()

    other = threading.Thread(target=once)
    other.start()
    sys.setswitchinterval(1000)
    try:
        began.set()
        cards.encrypt(b"short")
        cards.encrypt(bytearray(message))
        held = not ran.is_set()
        cards.encrypt_binary(message)
        assert held and ran.is_set()
    finally:
        sys.setswitchinterval(interval)
        other.join()


def test_buffers_that_change_meanwhile_do_no_harm(cards: Key) -> None:
    """What is read of a `bytearray` is one moment of it, however busy others are with it."""
    buffer, out, stop = bytearray(65536), bytearray(70000), threading.Event()

    def disturb() -> None:
        while not stop.is_set():
            for value in (0, 255):
                try:
                    buffer[:] = bytes([value]) * len(buffer)
                    buffer.append(value)
                    buffer.pop()
                except BufferError:
                    pass  # it is in use

    others = [threading.Thread(target=disturb) for _ in range(3)]
    for other in others:
        other.start()
    try:
        for _ in range(200):
            assert set(cards.decrypt(cards.encrypt(buffer))[:65536]) in ({0}, {255})
            length = cards.encrypt_into(buffer, out)
            assert set(cards.decrypt_binary(memoryview(out)[:length])[:65536]) in ({0}, {255})
    finally:
        stop.set()
        for other in others:
            other.join()
