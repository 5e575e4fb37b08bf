"""The types that are declared are those that there are."""

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import get_args

import pytest
from repository import EXAMPLE, FIRST_LOOK, ROOT, TESTS

import strongroom
from strongroom import Keyring, errors


def mypy(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "MYPY_CACHE_DIR": str(TESTS.parents[2] / "target/mypy"), "MYPYPATH": str(TESTS)}
    return subprocess.run([sys.executable, "-m", *arguments], capture_output=True, text=True, cwd=TESTS.parent, env=environment)


def run(*arguments: str) -> None:
    done = mypy(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_stubs_are_those_of_the_module() -> None:
    run("mypy.stubtest", "strongroom", "--mypy-config-file", "pyproject.toml", "--allowlist", str(TESTS / "stubtest.txt"))


def test_strict_checking_of_users_programs() -> None:
    run("mypy", "--strict", str(EXAMPLE), str(FIRST_LOOK), *map(str, sorted(TESTS.glob("*.py"))))


HEAD = """
import io
from collections.abc import Iterator, Mapping
from datetime import timedelta
from strongroom import ApiKey, Key, Keyring, KeyType, Seal, StrongroomError

def program(key: Key, ring: Keyring, seal: Seal, rows: list[bytes], texts: list[str], maybe: str | None, column: list[str | None], made: Iterator[bytes]) -> None:
"""
WRONG = [
    'key.encrypt(b"m", aad=None)', 'key.encrypt(b"m", aad=maybe)', 'key.decrypt("t", aad=maybe)', 'key.encrypt(b"m", context=None)', 'key.encrypt(b"m", version=None)',
    'key.rewrap("t", aad=None)', 'key.sign(b"m", hash=None)', 'key.hmac(b"m", context=None)', "key.data_key(None)", 'key.encrypt(b"m", aad={"row": maybe})',
    "key.encrypt_batch(rows, aad=column)", "key.encrypt_batch(rows, aad=None)", "key.encrypt_batch(rows, aad=[None])", "key.decrypt_batch(column)",
    'key.decrypt_batch("text")', 'key.encrypt_batch(b"bytes")', 'key.encrypt_batch("text")', "key.encrypt_batch(bytearray(2))", "key.decrypt_batch(iter(texts))",
    'key.rewrap_batch("text", aad=texts)', "key.encrypt_batch(made)", "key.encrypt_batch(set(rows))", 'key.encrypt_batch({"a": b"b"})', "key.encrypt_batch(rows, aad=set(texts))",
    "key.encrypt_batch(rows, aad=(text for text in texts))", "key.encrypt_batch(rows, version=[None])", 'key.verify_batch(rows, "signatures")', 'key.verify_hmac_batch(rows, "macs")',
    'key.sign(b"m", padding="PSS")', 'key.sign(b"m", salt_length=None)', 'key.sign(b"m", salt_length="long")', 'key.sign(b"m", prehashed="yes")', 'key.hmac(b"m", hash="none")',
    'key.verify_batch(rows, texts, padding=[None])', 'Keyring.open("/keys", seal, pin=None)', 'Keyring.open("/keys", seal, witness=None)', 'Keyring.open("/keys", seal, witness="text")',
    'name: KeyType = "rsa-1024"', 'key.encrypt_binary_batch(rows, aad=column)', 'key.decrypt_binary_batch(texts)', 'key.needs_rewrap_batch(texts, aad="a")',
    'Keyring.create("/keys", seal, witness=ring.witness())', 'ring.create_key("k", derived=None)', "Seal.passphrase(b'p', id=None)", "key.configure(exportable=None)", "key.rotate(None)",
    "key.encrypt_writer(io.BytesIO(), aad=None)", "key.encrypt_writer(io.StringIO())", "key.decrypt_reader(b'bytes')", "key.decrypt_reader(io.StringIO())", "key.encrypt_writer('path')",
    'key.index("v")', 'key.index(None, name="c")', 'key.index(maybe, name="c")', 'key.index("v", name=maybe)', 'key.index("v", name="c", normalize=None)', 'key.index("v", name="c", normalize="emial")',
    'key.index("v", name="c", normalize=["trim", None])', 'key.index("v", name="c", bits=None)', 'key.index("v", name="c", version=None)', 'key.index("v", name="c", context="acme")',
    'key.index_prefixes("v", "345", name="c")', 'key.index_prefixes("v", {3}, name="c")', 'key.index_ngrams("v", None, name="c")', "key.index_batch(texts)", 'key.index_batch("texts", name="c")',
    'key.index_batch(column, name="c")', 'key.index_batch(made, name="c")', 'key.index_batch(texts, name=texts)', 'key.needs_reindex(b"text")', "key.needs_reindex_batch(column)",
    'key.issue("text", 60)', 'key.issue(b"m")', 'key.issue(b"m", None)', 'key.issue(b"m", "60")', 'key.issue(b"m", 60, aad=maybe)', 'key.redeem(maybe)', 'key.redeem("t", leeway=None)',
    "ApiKey.generate(b'acme')", "ApiKey.check(maybe)",
]  # fmt: skip
RIGHT = [
    'key.encrypt(b"m", aad=... if maybe is None else maybe)', 'key.encrypt_batch(rows, aad=["a", b"b", {"c": "d"}, ...], context="c", version=[1, ...])',
    "key.decrypt_batch({1: 'a'}.values(), aad={'a': 1}.keys())", "key.decrypt_batch(tuple(texts), aad=texts)", "key.encrypt_batch(rows, aad=b'one for all')",
    'name: KeyType = "hmac"; ring.create_key("k", name)', "binary: list[bytes] = key.rewrap_binary_batch(key.encrypt_binary_batch(rows))",
    "told: list[bool] = key.needs_rewrap_batch(texts) + key.needs_rewrap_binary_batch(rows)", "length: int = key.encrypted_len(b'm', aad='a')", "named: str = key.name",
    "key.configure(min_encryption_version=None, labels={'a': None})", "key.data_key_batch([16, 32])", "key.verify_batch(rows, texts, form=['asn1', ...])",
    'key.sign(b"m", hash="none", prehashed=True, padding="pkcs1v15")', "key.verify_batch(rows, texts, salt_length=['auto', 20, ...], padding='pss', prehashed=[True, ...])",
    "Keyring.open('/keys', seal, witness=ring.witness() if rows else ...)", "key.encrypt_batch([bytearray(2), memoryview(b'')])", "key.encrypt_batch(rows, aad={'a': 'b'})",
    'found: list[str] = [key.index("v", name="c"), *key.indexes(b"v", name="c", normalize=["trim", "nfkc"], bits=64)]', 'key.index(bytearray(2), name="c", normalize="email", version=...)',
    'sets: list[list[bytes]] = key.indexes_ngrams_binary("v", 3, name="c")', 'key.index_prefixes("v", (3, 4), name="c")', 'key.index_batch(texts, name="c")', "bits: bytes = key.index_binary('t', **ApiKey.INDEX)",
    "lists: list[list[str] | StrongroomError] = key.indexes_batch(column, name='c', errors='return')", "moved: list[bool] = key.needs_reindex_batch(texts)",
    "said: bytes = key.redeem(key.issue(b'm', timedelta(hours=1), aad='a', prefix='acme_'), aad='a', prefix='acme_', leeway=0).payload", "key.redeem(key.issue(b'm', 1.5), leeway=timedelta(0)).expires.timestamp()",
    "ApiKey.check(ApiKey.generate('acme'))",
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


def test_a_key_can_be_created_of_every_type_and_of_no_other() -> None:
    ring, matrix = Keyring.in_memory(), (ROOT / "docs/matrix.md").read_text("utf-8")
    types = get_args(strongroom.KeyType)
    for name in types:
        assert ring.create_key(name, name).info().key_type == name
    others = {name for name in re.findall(r"`([a-z0-9-]+)`", matrix) if name not in types}
    for name in others:
        with pytest.raises((errors.TypeNotSupported, errors.InvalidOption)):
            ring.create_key("other", name)
    assert len(types) >= 19 and "tink-gcm-hkdf-stream" in others


def test_the_version_is_that_of_the_package() -> None:
    assert strongroom.__version__ == version("strongroom")


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(strongroom.__file__).parent / "py.typed").exists()
