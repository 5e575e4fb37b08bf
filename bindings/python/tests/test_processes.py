"""Forked children, and children that start from nothing."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import SEALING_KEY

from strongroom import Keyring, Seal, errors


def in_child(work: Callable[[], None]) -> None:
    """Runs `work` in a forked child that must end well within a minute."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            signal.alarm(60)
            work()
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def drop(_: object) -> None:
    """Nothing is made of it."""


def test_a_child_and_its_parent_rotate_and_read_each_other(folder: Path, seal: Seal) -> None:
    ring = Keyring.create(folder, seal)
    cards = ring.create_key("cards")
    before = cards.encrypt(b"before")
    wire = folder / "ciphertext.txt"

    def work() -> None:
        assert cards.decrypt(before) == b"before"
        assert cards.rotate() == 2
        wire.write_text(cards.encrypt(b"from the child"))

    in_child(work)
    assert wire.read_text().startswith("strongroom:v2:")
    assert cards.decrypt(wire.read_text()) == b"from the child"
    assert cards.rotate() == 3
    after = cards.encrypt(b"after")

    def read() -> None:
        assert cards.decrypt(after) == b"after" and Keyring.open(folder, seal).key("cards").decrypt(before) == b"before"

    in_child(read)


def test_a_child_never_repeats_its_parents_nonces(tmp_path: Path) -> None:
    cards = Keyring.in_memory().create_key("cards")
    cards.encrypt_binary(b"")  # draws a pool of nonces
    for child in range(4):
        in_child(lambda: drop((tmp_path / str(child)).write_bytes(b"".join(cards.encrypt_binary(b"")[5:29] for _ in range(50)))))
    drawn = [(tmp_path / str(child)).read_bytes() for child in range(4)] + [b"".join(cards.encrypt_binary(b"")[5:29] for _ in range(50))]
    nonces = [part[at : at + 24] for part in drawn for at in range(0, len(part), 24)]
    assert len(nonces) == len(set(nonces)) == 250


def test_a_fork_beside_busy_threads_works(folder: Path, seal: Seal) -> None:
    program = """
import os, signal, sys, threading
import strongroom
ring = strongroom.Keyring.open(sys.argv[1], strongroom.Seal.root_key(bytes.fromhex(sys.argv[2])))
key, stop = ring.key("cards"), threading.Event()
def busy(turn):
    while not stop.is_set():
        key.decrypt(key.encrypt(bytes(100_000)))
        turn % 2 and key.rotate()
threads = [threading.Thread(target=busy, args=(turn,)) for turn in range(4)]
for thread in threads: thread.start()
for _ in range(10):
    child = os.fork()
    if child == 0:
        signal.alarm(30)
        key.decrypt(key.encrypt(b"4111")); key.rotate(); key.decrypt(key.encrypt(bytes(100_000)))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
stop.set()
for thread in threads: thread.join()
"""
    Keyring.create(folder, seal).create_key("cards")
    subprocess.run([sys.executable, "-c", program, str(folder), SEALING_KEY.hex()], check=True, timeout=120)


def encrypt_elsewhere(folder: str, message: bytes) -> str:
    with Keyring.open(folder, Seal.root_key(SEALING_KEY)) as ring:
        return ring.key("cards").encrypt(message)


def fail_elsewhere(folder: str) -> None:
    encrypt_elsewhere(folder + "-absent", b"")


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(folder: Path, seal: Seal, method: str) -> None:
    cards = Keyring.create(folder, seal).create_key("cards")
    with multiprocessing.get_context(method).Pool(2) as pool:
        messages = [str(number).encode() for number in range(6)]
        ciphertexts = pool.starmap(encrypt_elsewhere, [(str(folder), message) for message in messages])
        with pytest.raises(errors.KeyringNotFound):
            pool.apply(fail_elsewhere, (str(folder),))
        with pytest.raises(TypeError, match="cannot be pickled"):
            pool.apply(len, (cards,))
        pool.close()
        pool.join()
    assert cards.decrypt_batch(ciphertexts) == messages


def test_a_rotation_elsewhere_is_seen(folder: Path, seal: Seal) -> None:
    cards = Keyring.create(folder, seal).create_key("cards")
    Keyring.open(folder, seal).key("cards").rotate()
    deadline = time.monotonic() + 30
    while not cards.encrypt(b"").startswith("strongroom:v2:"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
