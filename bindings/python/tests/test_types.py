"""The types that are declared are those that there are."""

import os
import subprocess
import sys
from pathlib import Path

from repository import EXAMPLE, TESTS

import strongroom


def mypy(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "MYPY_CACHE_DIR": str(TESTS.parents[2] / "target/mypy"), "MYPYPATH": str(TESTS)}
    return subprocess.run([sys.executable, "-m", *arguments], capture_output=True, text=True, cwd=TESTS.parent, env=environment)


def run(*arguments: str) -> None:
    done = mypy(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_stubs_are_those_of_the_module() -> None:
    run("mypy.stubtest", "strongroom", "--mypy-config-file", "pyproject.toml")


def test_strict_checking_of_users_programs() -> None:
    run("mypy", "--strict", str(EXAMPLE), *map(str, sorted(TESTS.glob("*.py"))))


HEAD = """
from collections.abc import Iterator, Mapping
from strongroom import Key, Keyring, Seal

def program(key: Key, ring: Keyring, seal: Seal, rows: list[bytes], texts: list[str], maybe: str | None, column: list[str | None], made: Iterator[bytes]) -> None:
"""
WRONG = [
    'key.encrypt(b"m", aad=None)', 'key.encrypt(b"m", aad=maybe)', 'key.decrypt("t", aad=maybe)', 'key.encrypt(b"m", context=None)', 'key.encrypt(b"m", version=None)',
    'key.rewrap("t", aad=None)', 'key.sign(b"m", hash=None)', 'key.hmac(b"m", context=None)', "key.data_key(None)", 'key.encrypt(b"m", aad={"row": maybe})',
    "key.encrypt_batch(rows, aad=column)", "key.encrypt_batch(rows, aad=None)", "key.encrypt_batch(rows, aad=[None])", "key.decrypt_batch(column)",
    'key.decrypt_batch("text")', 'key.encrypt_batch(b"bytes")', 'key.encrypt_batch("text")', "key.encrypt_batch(bytearray(2))", "key.decrypt_batch(iter(texts))",
    'key.rewrap_batch("text", aad=texts)', "key.encrypt_batch(made)", "key.encrypt_batch(set(rows))", 'key.encrypt_batch({"a": b"b"})', "key.encrypt_batch(rows, aad=set(texts))",
    "key.encrypt_batch(rows, aad=(text for text in texts))", "key.encrypt_batch(rows, version=[None])", 'key.verify_batch(rows, "signatures")', 'key.verify_hmac_batch(rows, "macs")',
    'Keyring.open("/keys", seal, pin=None)', 'Keyring.open("/keys", seal, witness=None)', 'Keyring.open("/keys", seal, witness="text")',
    'Keyring.create("/keys", seal, witness=ring.witness())', 'ring.create_key("k", derived=None)', "Seal.passphrase(b'p', id=None)", "key.configure(exportable=None)", "key.rotate(None)",
]  # fmt: skip
RIGHT = [
    'key.encrypt(b"m", aad=... if maybe is None else maybe)', 'key.encrypt_batch(rows, aad=["a", b"b", {"c": "d"}, ...], context="c", version=[1, ...])',
    "key.decrypt_batch({1: 'a'}.values(), aad={'a': 1}.keys())", "key.decrypt_batch(tuple(texts), aad=texts)", "key.encrypt_batch(rows, aad=b'one for all')",
    "key.configure(min_encryption_version=None, labels={'a': None})", "key.data_key_batch([16, 32])", "key.verify_batch(rows, texts, form=['asn1', ...])",
    "Keyring.open('/keys', seal, witness=ring.witness() if rows else ...)", "key.encrypt_batch([bytearray(2), memoryview(b'')])", "key.encrypt_batch(rows, aad={'a': 'b'})",
]  # fmt: skip


def test_what_must_not_be_said_does_not_type_check(tmp_path: Path) -> None:
    for programs, wrong in ((WRONG, True), (RIGHT, False)):
        file = tmp_path / "program.py"
        file.write_text(HEAD + "".join(f"    {line}\n" for line in programs))
        done = mypy("mypy", "--strict", str(file))
        refused = {int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error:" in line}
        begin = HEAD.count("\n") + 1
        taken = [line for number, line in enumerate(programs, begin) if number not in refused]
        assert taken == ([] if wrong else programs), done.stdout
        assert refused <= set(range(begin, begin + len(programs))), done.stdout


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(strongroom.__file__).parent / "py.typed").exists()
