"""Memory that another process changes meanwhile: what comes out is right for something that stood there."""

import mmap
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import Any

import pytest

from strongroom import Key, Keyring, View, errors

SIZE, AT = 1 << 16, 40
# Turns one byte over and over, between the two values that it is given.
CHANGES = """
import mmap, sys
path, at, one, other = sys.argv[1], *map(int, sys.argv[2:])
with open(path, "r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
    print(flush=True)
    while True:
        for _ in range(1000):
            memory[at] = one
            memory[at] = other
"""


class Changing:
    """A file that is in the memory of two processes."""

    def __init__(self, path: Path, memory: Any) -> None:
        self.path, self.memory = path, memory
        self.process: subprocess.Popen[bytes] | None = None

    def change(self, at: int, one: int, other: int) -> None:
        self.stop()
        command = [sys.executable, "-c", CHANGES, str(self.path), str(at), str(one), str(other)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self.process.stdout
        self.process.stdout.readline()

    def stop(self) -> None:
        if self.process and self.process.stdout:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None


@pytest.fixture(params=["mmap", "shared_memory"])
def changing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Changing]:
    if request.param == "mmap":
        path = tmp_path / "memory"
        path.write_bytes(bytes(SIZE))
        with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
            changing = Changing(path, memory)
            yield changing
            changing.stop()
        return
    if not Path("/dev/shm").is_dir():
        pytest.skip("shared memory is not in the file system here")
    shared = SharedMemory(create=True, size=SIZE)
    try:
        changing = Changing(Path("/dev/shm") / shared.name.lstrip("/"), shared.buf)
        yield changing
        changing.stop()
    finally:
        shared.close()
        shared.unlink()


KEYS: dict[str, dict[str, Any]] = {
    "xaes256-gcm": {},
    "aes256-gcm96": {},
    "chacha20-poly1305": {},
    "aes256-siv": {},
    "convergent": {"derived": True, "convergent": True},
}
LENGTHS = [64, 8192]


def key_of(ring: Keyring, name: str) -> View:
    if name == "convergent":
        return ring.create_key(name, "aes256-gcm96", **KEYS[name]).context("tenant")
    return ring.create_key(name, name, **KEYS[name])  # type: ignore[arg-type]


def turns(call: Callable[[], None], least: int = 300) -> None:
    """For a moment, or with the long form of the tests (`STRONGROOM_SOAK=1`) for a while."""
    end, done = time.monotonic() + (20 if os.environ.get("STRONGROOM_SOAK") == "1" else 0.4), 0
    while done < least or time.monotonic() < end:
        call()
        done += 1


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("length", LENGTHS)
def test_what_was_encrypted_opens(ring: Keyring, changing: Changing, name: str, length: int) -> None:
    key = key_of(ring, name)
    changing.change(AT, 0, 1)
    same = name in ("aes256-siv", "convergent")
    found: dict[str, bytes] = {}
    with memoryview(changing.memory)[:length] as message:

        def turn() -> None:
            for text in (key.encrypt(message), *key.encrypt_batch([message, message])):
                opened = key.decrypt(text)
                if same:
                    assert key.encrypt(opened) == text
                    # The nonce, or what stands for it, is at the beginning.
                    assert found.setdefault(text[:40], opened) == opened, "one nonce for two plaintexts"
            binary = key.encrypt_binary(message)
            assert len(key.decrypt_binary(binary)) == length
            out = bytearray(length + 200)
            written = key.encrypt_into(message, out)
            assert len(key.decrypt_binary(out[:written])) == length

        turns(turn)
    assert not same or len(found) == 2, "nobody changed the memory"


@pytest.mark.parametrize("derived", [False, True])
def test_signatures_and_macs_fit_something_that_was_there(ring: Keyring, changing: Changing, derived: bool) -> None:
    key: View = ring.create_key("releases", "ed25519", derived=derived)
    key = key.context("tenant") if isinstance(key, Key) and derived else key
    length = 4000
    contents = [bytes(AT) + bytes([value]) + bytes(length - AT - 1) for value in (0, 1)]
    signatures = [key.sign(content) for content in contents]
    changing.change(AT, 0, 1)
    with memoryview(changing.memory)[:length] as message:

        def turn() -> None:
            # One of these two: of any other, two give the key away.
            assert {key.sign(message), *key.sign_batch([message])} <= set(signatures)
            if not derived:
                for mac in (key.hmac(message), *key.hmac_batch([message])):
                    assert mac in macs
            for signature, content in zip(signatures, contents):
                try:
                    key.verify(message, signature)
                except errors.BadSignature:
                    pass
                key.verify(content, signature)

        macs = [] if derived else [key.hmac(content) for content in contents]
        turns(turn)


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("length", LENGTHS)
def test_what_is_opened_was_authenticated(ring: Keyring, changing: Changing, name: str, length: int) -> None:
    key, plaintext = key_of(ring, name), bytes(range(256)) * (length // 256) or bytes(range(length))
    binary = key.encrypt_binary(plaintext)
    changing.memory[: len(binary)] = binary
    at = len(binary) - 20
    changing.change(at, binary[at], binary[at] ^ 1)
    opened = 0
    with memoryview(changing.memory)[: len(binary)] as ciphertext:

        def turn() -> None:
            nonlocal opened
            out = bytearray(length)
            calls: list[Callable[[], bytes]] = [lambda: key.decrypt_binary(ciphertext), lambda: bytes(out[: key.decrypt_into(ciphertext, out)])]
            for call in calls:
                try:
                    assert call() == plaintext
                    opened += 1
                except errors.DecryptFailed:
                    pass
            try:
                assert key.decrypt_binary(key.rewrap_binary(ciphertext)) == plaintext
            except errors.DecryptFailed:
                pass

        turns(turn)
    assert opened


@pytest.mark.parametrize("at", range(5))
def test_the_version_in_a_ciphertext_may_change_too(ring: Keyring, changing: Changing, at: int) -> None:
    key = ring.create_key("cards", "aes256-gcm96")
    first = key.encrypt_binary(bytes(8000))
    key.rotate("xaes256-gcm")
    changing.memory[: len(first)] = first
    changing.change(4 if at == 4 else at, first[at], 2)
    with memoryview(changing.memory)[: len(first)] as ciphertext:

        def turn() -> None:
            for name in ("decrypt_binary", "rewrap_binary", "needs_rewrap_binary"):
                try:
                    result = getattr(key, name)(ciphertext)
                    assert name != "decrypt_binary" or result == bytes(8000)
                except errors.UntrustedInputError:
                    pass

        turns(turn)


def test_aads_and_contexts_are_read_once(ring: Keyring, changing: Changing) -> None:
    plain, derived = ring.create_key("cards"), ring.create_key("tenants", derived=True)
    both = [bytes(AT) + bytes([value]) + bytes(59 - AT) for value in (1, 2)]
    changing.memory[AT] = 1
    changing.change(AT, 1, 2)
    with memoryview(changing.memory)[:60] as said:

        def opens(decrypt: Callable[[bytes], bytes]) -> bool:
            opened = 0
            for one in both:
                try:
                    opened += decrypt(one) == b"4111"
                except errors.DecryptFailed:
                    pass
            return opened == 1

        def turn() -> None:
            text, other = plain.encrypt(b"4111", aad=said), derived.encrypt(b"4111", context=said)
            assert opens(lambda aad: plain.decrypt(text, aad=aad)) and opens(lambda context: derived.decrypt(other, context=context))

        turns(turn)


@pytest.mark.parametrize("name", ["aes256-siv", "convergent"])
def test_what_is_written_into_shared_memory_was_made_elsewhere(ring: Keyring, changing: Changing, name: str) -> None:
    """Whoever can write there while a message is encrypted in place would choose what is encrypted under a nonce that was made for something else."""
    key, message = key_of(ring, name), bytes(8192)
    right = key.encrypt_binary(message)
    at = len(right) - 1000
    changing.change(at, 7, 8)
    ciphertext = key.encrypt_binary(message)
    with memoryview(changing.memory)[: len(right)] as out, memoryview(changing.memory)[: len(message)] as plain:

        def turn() -> None:
            assert key.encrypt_into(message, out) == len(right)
            assert bytes(out[:at]) + bytes(out[at + 1 :]) == right[:at] + right[at + 1 :]
            assert key.decrypt_into(ciphertext, plain) == len(message)
            assert bytes(plain[:at]) + bytes(plain[at + 1 :]) == message[:at] + message[at + 1 :]

        turns(turn)


def test_one_memory_at_two_addresses(ring: Keyring, tmp_path: Path) -> None:
    """What is read and what is written may be the same pages, though their addresses say nothing of it."""
    key, path, message = ring.create_key("cards"), tmp_path / "memory", bytes(range(256)) * 32
    path.write_bytes(message + bytes(1000))
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as one, mmap.mmap(file.fileno(), 0) as other:
        with memoryview(one)[: len(message)] as source:
            written = key.encrypt_into(source, other)
        assert key.decrypt_binary(bytes(other[:written])) == message
        with memoryview(one)[:written] as source, memoryview(other)[10:] as target:
            assert key.decrypt_into(source, target) == len(message)
        assert other[10 : 10 + len(message)] == message


def test_kinds_of_views_of_shared_memory(ring: Keyring, changing: Changing) -> None:
    key = key_of(ring, "aes256-siv")
    changing.change(AT, 0, 1)
    with memoryview(changing.memory)[:64] as view, view.cast("I") as numbers, view.toreadonly() as read_only:

        def turn() -> None:
            for kind in (view, numbers, read_only):
                assert len(key.decrypt(key.encrypt(kind))) == 64

        turns(turn)
