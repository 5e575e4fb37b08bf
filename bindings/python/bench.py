"""What a call costs from Python, in turns with the calls that `peers.py` adds, as lines of JSON: {"work", "size", "who", "ns"}.

`--plain` prints a table for people instead, `--quick` takes fewer rounds and sizes.
Every figure is the least of many rounds, which is what the machine takes when nobody else wants it.
"""

import argparse
import gc
import json
import time
from collections.abc import Callable
from importlib.metadata import version
from itertools import repeat
from typing import TypeVar

from strongroom import Key, Keyring, KeyType

SIZES = [64, 1 << 10, 64 << 10, 1 << 20]
QUICK = [64, 64 << 10, 1 << 20]
TYPES: list[KeyType] = ["aes256-gcm96", "xaes256-gcm", "xchacha20-poly1305"]
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
        asked = parser.parse_args()
        self.plain: bool = asked.plain
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

    def package(self, name: str) -> None:
        """Says the version of what is measured."""
        self.notes.append({"package": name, "version": version(name)})

    def missing(self, who: str, why: object) -> None:
        self.notes.append({"missing": who, "why": str(why).splitlines()[0] if str(why) else type(why).__name__})

    def run(self) -> None:
        gc.disable()
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


def main() -> None:
    bench = Bench("what a call costs from Python")
    ours(bench)
    bench.run()


if __name__ == "__main__":
    main()
