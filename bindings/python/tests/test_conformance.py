"""The files that an independent program wrote from docs/formats.md, opened and used from Python."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cases import Case, expected, load, run, seal_of, stored

from strongroom import Keyring, Seal, StrongroomError, errors


def keyrings() -> dict[str, Case]:
    return {keyring["id"]: keyring for keyring in load("keyrings.json")["keyrings"]}


def test_keyrings_open_and_their_cases_hold() -> None:
    ran, not_native, wrong = 0, 0, []
    for keyring in keyrings().values():
        for seal in keyring["seals"]:
            with stored(keyring["documents"]) as folder, Keyring.open(folder, seal_of(seal)) as ring:
                assert ring.id == keyring["keyring_id"]
                for key in keyring["keys"]:
                    if "deleted" in key:
                        with pytest.raises(errors.KeyNotFound):
                            ring.key(key["name"])
                    for case in key.get("cases", ()):
                        try:
                            result = run(ring, key["name"], case)
                        except errors.VersionNotAllowed:
                            # Transit lets any version encrypt while no minimum is set; the native view does not.
                            not_native += 1
                        except StrongroomError as error:
                            if isinstance(error, errors.InvalidOption) and "-rule2-" in key["name"] and case["op"] == "encrypt":
                                # The second convergent rule is for reading: the cases say how a text of it was made.
                                not_native += 1
                                continue
                            wrong.append(f"{case['id']}: {error.code}")
                        else:
                            ran += 1
                            if result != expected(case):
                                wrong.append(f"{case['id']}: another result")
    assert not wrong
    assert ran >= 400 and not_native <= 40, (ran, not_native)


def open_by_text(text: str, key: bytes, folder: Path) -> None:
    """A keyring is created with a sealing key, and opened with a file that holds `text`."""
    path = folder / "sealing.key"
    path.write_bytes(text.encode())
    path.chmod(0o600)
    Keyring.create(folder / "keys", Seal.root_key(key))
    Keyring.open(folder / "keys", Seal.root_key_file(path))


def in_folder(documents: dict[str, str], *others: dict[str, str], seal: Case, then: Callable[[Keyring], Any] = lambda ring: None) -> Any:
    with stored(documents, *others) as folder, Keyring.open(folder, seal_of(seal)) as ring:
        return then(ring)


def test_what_must_be_refused_is_refused_under_its_name(tmp_path: Path) -> None:
    rings, refusals = keyrings(), load("refusals.json")
    ran: Counter[str] = Counter()
    wrong = []

    def judge(name: str, case: Case, call: Callable[[], Any]) -> None:
        try:
            call()
        except StrongroomError as error:
            ran[name] += 1
            if error.code != case["error"] or type(error) is not getattr(errors, "".join(word.title() for word in case["error"].split("_"))):
                wrong.append(f"{case['id']}: {error.code} instead of {case['error']}")
        else:
            wrong.append(f"{case['id']}: taken")

    for ring_id in {case["keyring"] for case in refusals["operations"]}:
        keyring = rings[ring_id]
        with stored(keyring["documents"]) as folder, Keyring.open(folder, seal_of(keyring["seals"][0])) as ring:
            for case in refusals["operations"]:
                if case["keyring"] == ring_id:
                    judge("operations", case, lambda: run(ring, case["key"], case))
    for case in refusals["documents"]:
        keyring = rings[case["keyring"]]
        documents = (keyring["documents"], case["documents"])
        judge("documents", case, lambda: in_folder(*documents, seal=keyring["seals"][0], then=lambda ring: ring.key(case["key"])))
    for case in refusals["roots"]:
        judge("roots", case, lambda: in_folder(case["documents"], seal=case["seal"]))
    for number, case in enumerate(refusals["root_keys"]):
        folder = tmp_path / str(number)
        folder.mkdir()
        judge("root_keys", case, lambda: open_by_text(case["text"], bytes([1, 2]) * 16, folder))
    for case in refusals["backups"]:
        judge("backups", case, lambda: Keyring.in_memory().restore_key(bytes.fromhex(case["backup"]), seal_of(case["seal"]), name="restored"))
    for case in refusals["key_names"]:
        judge("key_names", case, lambda: Keyring.in_memory().create_key(case["name"]))
    assert not wrong
    floors = {"operations": 290, "documents": 280, "roots": 120, "root_keys": 31, "backups": 39, "key_names": 28}
    assert all(ran[name] >= floor for name, floor in floors.items()), ran


def test_the_neighbours_of_what_is_refused_are_taken(tmp_path: Path) -> None:
    rings, accepted = keyrings(), load("refusals.json")["accepted"]
    ran: Counter[str] = Counter()
    for case in accepted["operations"]:
        keyring = rings[case["keyring"]]
        result = in_folder(keyring["documents"], seal=keyring["seals"][0], then=lambda ring: run(ring, case["key"], case))
        assert result == expected(case), case["id"]
        ran["operations"] += 1
    for case in accepted["roots"]:
        expected_id = case["keyring_id"] if "keyring_id" in case else rings[case["keyring"]]["keyring_id"]
        assert in_folder(case["documents"], seal=case["seal"], then=lambda ring: ring.id) == expected_id, case["id"]
        ran["roots"] += 1
    for case in accepted["documents"]:
        keyring = rings[case["keyring"]]
        in_folder(keyring["documents"], case["documents"], seal=keyring["seals"][0], then=lambda ring: ring.key(case["key"]))
        ran["documents"] += 1
    for number, case in enumerate(accepted["root_keys"]):
        folder = tmp_path / str(number)
        folder.mkdir()
        open_by_text(case["text"], bytes.fromhex(case["key"]), folder)
        ran["root_keys"] += 1
    with Keyring.create(tmp_path / "names", Seal.root_key(bytes([7, 1]) * 16)) as ring:
        for case in accepted["key_names"]:
            ring.create_key(case["name"])
            assert case["file"] in os.listdir(tmp_path / "names")
            ran["key_names"] += 1
        assert ring.keys() == sorted(case["name"] for case in accepted["key_names"])
    for case in accepted["backups"]:
        Keyring.in_memory().restore_key(bytes.fromhex(case["backup"]), seal_of(case["seal"]))
        ran["backups"] += 1
    floors = {"operations": 2, "roots": 16, "documents": 15, "root_keys": 18, "key_names": 17, "backups": 1}
    assert all(ran[name] >= floor for name, floor in floors.items()), ran


def test_backups_restore_and_their_cases_hold() -> None:
    ran = 0
    for backup in load("backups.json")["backups"]:
        ring = Keyring.in_memory()
        ring.restore_key(bytes.fromhex(backup["backup"]), seal_of(backup["seal"]))
        for case in backup["key"]["cases"]:
            assert run(ring, backup["key"]["name"], case) == expected(case), case["id"]
            ran += 1
    assert ran >= 15


def string(value: str | Case) -> str:
    if isinstance(value, str):
        return value
    digits, count = value["repeat"]
    return (bytes.fromhex(digits) * int(count)).decode()


def encoding(pairs: list[tuple[str, str]]) -> bytes:
    """Written from docs/formats.md, for the cases that hold only a digest."""
    out = len(pairs).to_bytes(2)
    for name, value in sorted((name.encode(), value.encode()) for name, value in pairs):
        out += len(name).to_bytes(2) + name + len(value).to_bytes(2) + value
    return out


def test_maps_have_their_encodings() -> None:
    key = Keyring.in_memory().create_key("k", "aes256-gcm96", derived=True)
    plain = Keyring.in_memory().create_key("p", "aes256-gcm96")
    taken = refused = unspeakable = 0
    maps = load("maps.json")
    for case in maps["maps"]:
        pairs = [(string(name), string(value)) for name, value in case["pairs"]]
        written = bytes.fromhex(case["encoding"]) if "encoding" in case else encoding(pairs)
        assert written == encoding(pairs), case["id"]
        if "encoding_sha256" in case:
            assert hashlib.sha256(written).hexdigest() == case["encoding_sha256"]
        # A Transit type takes the encoding raw, so the map and its bytes are the same context to it, and the same aad.
        assert key.decrypt(key.encrypt(b"m", context=dict(pairs)), context=written) == b"m", case["id"]
        assert plain.decrypt(plain.encrypt(b"m", aad=dict(pairs)), aad=written) == b"m", case["id"]
        taken += 1
    for case in maps["refused"]:
        if "pairs_hex" in case:
            # What is not UTF-8 reaches a `str` as lone surrogates only.
            read = [[bytes.fromhex(text).decode("utf-8", "surrogateescape") for text in pair] for pair in case["pairs_hex"]]
            pairs = [(name, value) for name, value in read]
            unspeakable += 1
        else:
            pairs = [(string(name), string(value)) for name, value in case["pairs"]]
            refused += 1
        if len(dict(pairs)) < len(pairs):
            continue  # a name twice, which no dict can hold
        with pytest.raises(StrongroomError) as context:
            key.encrypt(b"m", context=dict(pairs))
        with pytest.raises(StrongroomError) as aad:
            plain.encrypt(b"m", aad=dict(pairs))
        assert (context.value.code, aad.value.code) == (case["error"], case["error_as_aad"]), case["id"]
    assert taken >= 19 and refused >= 8 and unspeakable >= 4
