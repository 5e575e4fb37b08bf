"""What a call costs from Python, in turns with the calls that `peers.py` adds, as lines of JSON: {"work", "size", "who", "ns"}.

`--plain` prints a table for people instead, `--quick` takes fewer rounds and sizes, and `--work WORD` measures what has the word in its name.
Every figure is the least of many rounds, which is what the machine takes when nobody else wants it.
"""

import argparse
import functools
import gc
import json
import time
from array import array
from collections.abc import Callable
from importlib.metadata import version
from itertools import repeat
from typing import TypeVar

from strongroom import Key, Keyring, KeyType

SIZES = [64, 1 << 10, 64 << 10, 1 << 20]
QUICK = [64, 64 << 10, 1 << 20]
TYPES: list[KeyType] = ["aes256-gcm96", "xaes256-gcm", "xchacha20-poly1305"]
# Algorithms of signatures, with the hash that others have for each.
SIGNATURES: dict[str, tuple[KeyType, dict[str, str]]] = {
    "ed25519": ("ed25519", {}),
    "ecdsa-p256": ("ecdsa-p256", {"hash": "sha2-256"}),
    "ecdsa-p384": ("ecdsa-p384", {"hash": "sha2-384"}),
    "ecdsa-p521": ("ecdsa-p521", {"hash": "sha2-512"}),
    "rsa-2048 pss": ("rsa-2048", {"padding": "pss", "salt_length": "hash"}),
    "rsa-2048 pkcs1v15": ("rsa-2048", {"padding": "pkcs1v15"}),
    "rsa-3072 pss": ("rsa-3072", {"padding": "pss", "salt_length": "hash"}),
    "rsa-4096 pss": ("rsa-4096", {"padding": "pss", "salt_length": "hash"}),
    "ml-dsa-65": ("ml-dsa-65", {}),
}
# How long ML-DSA takes is chance, so that many are made at a time.
CHANCES = 64
ITEMS = 10_000
# Of a batch.
SMALL = 64
# How long one call is repeated in one round, in nanoseconds.
MOMENT = 500_000
# A call that takes so long is not made once more before it is timed.
LONG = 2_000_000

Made = TypeVar("Made")


class Measure:
    """One line."""

    def __init__(self, work: str, size: int, who: str, call: Callable[[], object], messages: int = 1) -> None:
        self.work, self.size, self.who, self.call, self.messages = work, size, who, call, messages
        self.spent = 0
        call()
        self.calls = 1
        self.least = float("inf")
        self.round()
        self.calls = max(1, min(20_000, int(MOMENT / self.least)))

    def round(self) -> None:
        call, turns = self.call, repeat(None, self.calls)
        if self.least < LONG:
            # What was freed over the others is taken back.
            call()
        start = time.perf_counter_ns()
        for _ in turns:
            call()
        taken = time.perf_counter_ns() - start
        self.spent += taken
        self.least = min(self.least, taken / self.calls)

    def line(self) -> dict[str, object]:
        return {"work": self.work, "size": self.size, "who": self.who, "ns": round(self.least / self.messages, 1)}


class Bench:
    """All lines of one run, measured in turns."""

    def __init__(self, description: str) -> None:
        parser = argparse.ArgumentParser(description=description)
        parser.add_argument("--quick", action="store_true", help="fewer rounds and sizes")
        parser.add_argument("--plain", action="store_true", help="a table for people")
        parser.add_argument("--work", default="", help="only what has this word in its name")
        asked = parser.parse_args()
        self.plain: bool = asked.plain
        self.work: str = asked.work
        self.sizes = QUICK if asked.quick else SIZES
        self.rounds, budget = (25, 0.3) if asked.quick else (100, 1.5)
        # What takes long has had enough rounds after so many nanoseconds.
        self.budget = budget * 1e9
        self.measures: list[Measure] = []
        self.notes: list[dict[str, str]] = []

    def pair(self, kind: str, who: str, encrypt: Callable[[bytes], Made], decrypt: Callable[[Made], bytes]) -> None:
        """Encrypts and decrypts a message of each size; `kind` is text or binary."""
        for size in self.sizes:
            message = bytes(range(64)) * (size // 64)
            made = encrypt(message)
            assert decrypt(made) == message, f"{who} does not open what it made"
            self.measures.append(Measure(f"encrypt {kind}", size, who, lambda message=message: encrypt(message)))  # type: ignore[misc]
            self.measures.append(Measure(f"decrypt {kind}", size, who, lambda made=made: decrypt(made)))  # type: ignore[misc]

    def batch(self, who: str, encrypt: Callable[[list[bytes]], list[Made]], decrypt: Callable[[list[Made]], list[bytes]]) -> None:
        """Encrypts and decrypts many short messages, as text: what one of them takes."""
        messages = [number.to_bytes(SMALL, "big") for number in range(ITEMS)]
        made = encrypt(messages)
        assert decrypt(made) == messages, f"{who} does not open what it made"
        self.measures.append(Measure("encrypt batch", SMALL, who, lambda: encrypt(messages), ITEMS))
        self.measures.append(Measure("decrypt batch", SMALL, who, lambda: decrypt(made), ITEMS))

    def column(self, who: str, key: Key) -> None:
        """Encrypts and decrypts many short messages in one buffer, on one thread and on two."""
        values = b"".join(number.to_bytes(SMALL, "big") for number in range(ITEMS))
        ends = array("i", range(0, ITEMS * SMALL + 1, SMALL))
        made = key.encrypt_column(values, ends)
        assert key.decrypt_column(*made)[0] == values, f"{who} does not open what it made"
        for threads, more in ((1, ""), (2, ", two threads")):
            encrypt = functools.partial(key.encrypt_column, values, ends, threads=threads)
            decrypt = functools.partial(key.decrypt_column, *made, threads=threads)
            self.measures.append(Measure(f"encrypt column{more}", SMALL, who, encrypt, ITEMS))
            self.measures.append(Measure(f"decrypt column{more}", SMALL, who, decrypt, ITEMS))

    def signature(self, who: str, algorithm: str, sign: Callable[[bytes], Made], verify: Callable[[bytes, Made], object]) -> None:
        """Signs and verifies a short message, or many."""
        many = CHANCES if algorithm.startswith("ml-dsa") else 1
        messages = [bytes([number]) * SMALL for number in range(many)]
        made = [sign(message) for message in messages]
        message, signature = messages[0], made[0]
        calls: tuple[Callable[[], object], Callable[[], object]] = (lambda: sign(message)), (lambda: verify(message, signature))
        if many > 1:
            calls = (lambda: [sign(message) for message in messages]), (lambda: [verify(*pair) for pair in zip(messages, made, strict=True)])
        for work, call in zip(("signature", "verification"), calls, strict=True):
            self.measures.append(Measure(work, SMALL, f"{who} {algorithm}", call, many))

    def index(self, who: str, key: Key) -> None:
        """Indexes an address, and many of them: what one takes."""
        values = [f"user-{number:05}@example.com" for number in range(ITEMS)]
        value, size = values[0], len(values[0])
        self.measures.append(Measure("index", size, who, lambda: key.index(value, name="users.email")))
        self.measures.append(Measure("index email", size, who, lambda: key.index(value, name="users.email", normalize="email")))
        self.measures.append(Measure("index batch", size, who, lambda: key.index_batch(values, name="users.email", normalize="email"), ITEMS))

    def token(self, who: str, key: Key) -> None:
        """Issues and redeems a token with a short payload."""
        payload = bytes(SMALL)
        text = key.issue(payload, 3600)
        self.measures.append(Measure("issue", SMALL, who, lambda: key.issue(payload, 3600)))
        self.measures.append(Measure("redeem", SMALL, who, lambda: key.redeem(text)))

    def package(self, name: str) -> None:
        """Says the version of what is measured."""
        self.notes.append({"package": name, "version": version(name)})

    def missing(self, who: str, why: object) -> None:
        self.notes.append({"missing": who, "why": str(why).splitlines()[0] if str(why) else type(why).__name__})

    def run(self) -> None:
        gc.disable()
        self.measures = [measure for measure in self.measures if self.work in measure.work]
        for _ in range(self.rounds):
            for measure in self.measures:
                if measure.spent < self.budget:
                    measure.round()
        lines = [measure.line() for measure in self.measures]
        if not self.plain:
            for line in [*self.notes, *lines]:
                print(json.dumps(line))
            return
        for line in lines:
            print(f"{line['work']:16}{line['size']:>10} B  {line['who']:44}{line['ns']:>14,} ns")
        for note in self.notes:
            print(", ".join(note.values()))


def ours(bench: Bench) -> None:
    bench.measures.append(Measure("empty call", 0, "Python", lambda: None))
    ring = Keyring.in_memory()
    for kind in TYPES:
        key: Key = ring.create_key(kind, kind)
        who = f"Strongroom {kind}"
        bench.pair("text", who, key.encrypt, key.decrypt)
        bench.pair("binary", who, key.encrypt_binary, key.decrypt_binary)
        bench.batch(who, key.encrypt_batch, key.decrypt_batch)
        bench.column(who, key)
        if kind == "xaes256-gcm":
            bench.index(who, key)
            bench.token(who, key)
    for algorithm, (signs, options) in SIGNATURES.items():
        key = ring.create_key(algorithm.replace(" ", "-"), signs)
        bench.signature(
            "Strongroom",
            algorithm,
            lambda message, key=key, options=options: key.sign(message, **options),  # type: ignore[misc]
            lambda message, made, key=key, options=options: key.verify(message, made, **options),  # type: ignore[misc]
        )


def main() -> None:
    bench = Bench("what a call costs from Python")
    ours(bench)
    bench.run()


if __name__ == "__main__":
    main()
