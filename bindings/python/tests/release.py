"""What one release does for ``test_releases``: writes a keyring, or reads what another release wrote and goes on with it.

The interpreter that runs it decides which release that is, so it says only what every release has.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from strongroom import Keyring, Seal, errors

Case = dict[str, Any]
# What is said by name, which a type checker cannot tell apart.
Said = dict[str, Any]

KEY = bytes(range(3, 35))
MESSAGE = b"kept for ever"
TYPES = ["xaes256-gcm", "aes256-siv", "aes256-gcm96", "aes128-gcm96", "chacha20-poly1305", "xchacha20-poly1305", "ed25519", "hmac"]


def created(ring: Keyring) -> list[str]:
    """A key of every type, and again with contexts and as convergent where the type does that."""
    names = []
    create: Any = ring.create_key
    for key_type in TYPES:
        kinds: dict[str, Said] = {
            key_type: {},
            f"{key_type}-derived": {"derived": True},
            f"{key_type}-convergent": {"derived": True, "convergent": True},
        }
        for name, options in kinds.items():
            try:
                create(name, key_type, exportable=True, labels={"team": "shop"}, **options)
            except errors.InvalidOption:
                continue
            names.append(name)
    return names


def made(ring: Keyring, name: str) -> list[Case]:
    """Everything that can be made with the latest version of a key."""
    key = ring.key(name)
    context: Said = {"context": "tenant-1"} if key.info().derived else {}
    cases: list[Case] = [{"key": name, "op": "verify_hmac", "text": key.hmac(MESSAGE)}]
    aad: Said = {} if key.info().convergent else {"aad": "order-17"}
    try:
        cases.append({"key": name, "op": "decrypt", "text": key.encrypt(MESSAGE, **aad, **context), **aad, **context})
        binary = key.encrypt_binary(MESSAGE, **aad, **context).hex()
        cases.append({"key": name, "op": "decrypt_binary", "text": binary, **aad, **context})
        data_key = key.data_key(**context)
        cases.append({"key": name, "op": "decrypt", "text": data_key.ciphertext, "message": bytes(data_key.plaintext).hex(), **context})
    except errors.OperationNotSupported:
        pass
    try:
        cases.append({"key": name, "op": "verify", "text": key.sign(MESSAGE, **context), **context})
    except errors.OperationNotSupported:
        pass
    return cases


def check(ring: Keyring, case: Case) -> None:
    """Whether what was made with a key still is what it was, and can be brought under the latest version."""
    key = ring.key(case["key"])
    said = {name: case[name] for name in ("aad", "context") if name in case}
    message = bytes.fromhex(case["message"]) if "message" in case else MESSAGE
    match case["op"]:
        case "decrypt":
            assert key.decrypt(case["text"], **said) == message, case
            assert key.decrypt(key.rewrap(case["text"], **said), **said) == message, case
        case "decrypt_binary":
            assert key.decrypt_binary(bytes.fromhex(case["text"]), **said) == message, case
        case "verify":
            key.verify(message, case["text"], **said)
        case "verify_hmac":
            key.verify_hmac(message, case["text"], **said)
        case other:
            raise AssertionError(f"unknown operation {other}")


def write(place: Path) -> None:
    """A keyring with two versions of every key, its backup and snapshot, and ``cases.json``."""
    ring = Keyring.create(place / "keys", Seal.root_key(KEY), label="release")
    names = created(ring)
    cases = [case for name in names for case in made(ring, name)]
    for name in names:
        ring.key(name).rotate()
    cases += [case for name in names for case in made(ring, name)]
    (place / "key.srb").write_bytes(ring.key(names[0]).backup(Seal.root_key(KEY)))
    ring.snapshot(place / "keyring.srs")
    (place / "cases.json").write_text(json.dumps({"names": names, "cases": cases}))


def read(place: Path) -> None:
    """Opens everything that ``write`` left, and what ``go_on`` added to it."""
    said = json.loads((place / "cases.json").read_text())
    seal = Seal.root_key(KEY)
    ring = Keyring.open(place / "keys", seal)
    assert ring.keys() == sorted(said["names"]) and not ring.check().faults
    for case in said["cases"]:
        check(ring, case)
    alone = Keyring.in_memory()
    alone.restore_key((place / "key.srb").read_bytes(), seal)
    for case in said["cases"]:
        if case["key"] == said["names"][0] and not case.get("later"):
            check(alone, case)
    with TemporaryDirectory() as other:
        again = Keyring.restore(place / "keyring.srs", Path(other) / "keys", seal)
        assert again.keys() == sorted(said["names"])
        for case in said["cases"]:
            if not case.get("later"):
                check(again, case)
    print(len(said["cases"]), "cases")


def go_on(place: Path) -> None:
    """Rotates every key of a keyring that another release wrote, and makes everything under the new version."""
    said = json.loads((place / "cases.json").read_text())
    ring = Keyring.open(place / "keys", Seal.root_key(KEY))
    for name in said["names"]:
        ring.key(name).rotate()
        said["cases"] += [{**case, "later": True} for case in made(ring, name)]
    (place / "cases.json").write_text(json.dumps(said))


def golden(place: Path) -> None:
    """Opens a set of `tests/golden` by every seal that its `golden.json` names, and what was made with its keys."""
    said = json.loads((place / "golden.json").read_text())
    by_kind = {
        "root-key": lambda seal: Seal.root_key(bytes.fromhex(seal["key"])),
        "passphrase": lambda seal: Seal.passphrase(seal["passphrase"], id=seal["id"]),
    }
    for seal in said["seals"]:
        ring = Keyring.open(place, by_kind[seal["kind"]](seal))
        assert len(ring.keys()) == len(said["keys"])
        for case in said["cases"]:
            key = ring.key(case["key"])
            options = {name: case[name] for name in ("aad", "context") if case.get(name) is not None}
            message = bytes.fromhex(case["message"])
            match case["op"]:
                case "decrypt":
                    assert key.decrypt(case["text"], **options) == message
                case "verify":
                    key.verify(message, case["text"], **options)
                case "verify_hmac":
                    key.verify_hmac(message, case["text"], **options)


if __name__ == "__main__":
    {"write": write, "read": read, "go_on": go_on, "golden": golden}[sys.argv[1]](Path(sys.argv[2]))
