"""What a call costs from Python: above the same call from Rust, and beside pyca/cryptography. Ratios and differences of one run.

Every figure is the least of many rounds, which is what the machine takes when nobody else wants it.
"""

import base64
import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from strongroom import Keyring

ROUNDS, CALLS = 100, 2000
MESSAGE = bytes(range(64))
LARGE = bytes(1 << 20)


def minimum(call: Callable[[], object], rounds: int = ROUNDS, calls: int = CALLS) -> float:
    """In nanoseconds for one call."""
    best = float("inf")
    for _ in range(rounds):
        turns = range(calls)
        start = time.perf_counter_ns()
        for _ in turns:
            call()
        best = min(best, (time.perf_counter_ns() - start) / calls)
    return best


def rust() -> dict[str, dict[str, float]]:
    command = ["cargo", "run", "--quiet", "--release", "--package", "strongroom-benches", "--example", "minimum"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=Path(__file__).resolve().parents[2])
    return dict(json.loads(done.stdout))


def main() -> None:
    rows = [rust()]
    ring = Keyring.in_memory()
    empty = minimum(lambda: None)
    print(f"{'':26}{'Python':>10}{'Rust':>10}{'above it':>10}   ns, 64 bytes, the empty call of {empty:.0f} ns taken off")
    for name in ("aes256-gcm96", "xaes256-gcm"):
        key = ring.create_key(name, name)
        ciphertext = key.encrypt(MESSAGE)
        for verb, call in {"encrypt": lambda: key.encrypt(MESSAGE), "decrypt": lambda: key.decrypt(ciphertext)}.items():
            taken = minimum(call) - empty
            rows.append(rust())
            below = min(row[name][verb] for row in rows)
            print(f"{name + ' ' + verb:26}{taken:10.0f}{below:10.0f}{taken - below:10.0f}")

    key, cipher = ring.key("aes256-gcm96"), AESGCM(AESGCM.generate_key(256))

    def pyca(message: bytes) -> bytes:
        nonce = os.urandom(12)
        return nonce + cipher.encrypt(nonce, message, None)

    def pyca_text(message: bytes) -> str:
        return base64.b64encode(pyca(message)).decode("ascii")

    print(f"\n{'':26}{'ours':>10}{'pyca':>10}{'pyca/ours':>10}   aes256-gcm96 beside AESGCM with os.urandom, and base64 for text")
    for size, message in {"64 bytes": MESSAGE, "1 MiB": LARGE}.items():
        rounds, calls = (ROUNDS, CALLS) if message is MESSAGE else (20, 20)
        pairs = {"text": (lambda: key.encrypt(message), lambda: pyca_text(message)), "binary": (lambda: key.encrypt_binary(message), lambda: pyca(message))}
        for name, pair in pairs.items():
            ours, theirs = (minimum(call, rounds, calls) for call in pair)
            print(f"{'encrypt ' + size + ', ' + name:26}{ours:10.0f}{theirs:10.0f}{theirs / ours:10.2f}")


if __name__ == "__main__":
    main()
