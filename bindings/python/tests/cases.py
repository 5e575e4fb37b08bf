"""Runs the cases of tests/vectors/strongroom through the package."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from contextlib import contextmanager
from typing import Any

from repository import VECTORS

from strongroom import Keyring, Seal

Case = dict[str, Any]


def load(name: str) -> Any:
    return json.loads((VECTORS / name).read_text("utf-8"))


@contextmanager
def stored(*layers: dict[str, str]) -> Iterator[Path]:
    """A folder with these documents; later layers replace earlier ones."""
    with TemporaryDirectory() as folder:
        for documents in layers:
            for name, document in documents.items():
                (Path(folder) / name).write_bytes(bytes.fromhex(document))
        yield Path(folder)


def seal_of(value: Case) -> Seal:
    if value["kind"] == "root-key":
        return Seal.root_key(bytes.fromhex(value["key"]))
    seal = Seal.passphrase(value["passphrase"], id=value["id"])
    return seal.allow_costly() if value.get("allow_costly") else seal


def said(value: Case) -> bytes | str | dict[str, str]:
    """A context or aad as a user would write it."""
    match value:
        case {"text": text}:
            return str(text)
        case {"bytes": digits}:
            return bytes.fromhex(digits)
        case {"map": pairs}:
            return {str(name): str(value) for name, value in pairs.items()}
        case {"repeat": [digits, count]}:
            return bytes.fromhex(digits) * int(count)
    raise AssertionError(value)


def run(ring: Keyring, name: str, case: Case) -> str:
    """What came out, in the form in which the case holds it."""
    key: Any = ring.key(name)
    given: dict[str, Any] = {}
    for option in ("aad", "context"):
        if case.get(option) is not None:
            given[option] = said(case[option])
    for option in ("hash", "form"):
        if option in case:
            given[option] = case[option]
    operation = case["op"]
    if operation in ("encrypt", "sign", "hmac"):
        given["version"] = case["version"]
    match operation:
        case "encrypt":
            return str(key.encrypt(bytes.fromhex(case["plaintext"]), **given))
        case "decrypt":
            return bytes(key.decrypt(case["text"], **given)).hex()
        case "decrypt_binary":
            return bytes(key.decrypt_binary(bytes.fromhex(case["binary"]), **given)).hex()
        case "sign" | "hmac":
            return str(getattr(key, operation)(bytes.fromhex(case["message"]), **given))
        case "verify" | "verify_hmac":
            assert getattr(key, operation)(bytes.fromhex(case["message"]), case["text"], **given) is None
            return ""
        case "public_key":
            view = key if case.get("context") is None else key.context(given["context"])
            return bytes(view.public_key(case["version"])).hex()
    raise AssertionError(operation)


def expected(case: Case) -> str:
    field = {"decrypt": "plaintext", "decrypt_binary": "plaintext", "public_key": "public"}.get(case["op"], "text")
    return "" if case["op"].startswith("verify") else str(case[field])
