"""Keys that come from Vault and OpenBao, and go back."""

import gzip
import json
import re
import subprocess
import sys
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, get_args

import pytest
from answers import backups, fixture, fixtures, load, states
from repository import TRANSIT

import strongroom
from strongroom import Key, Keyring, StrongroomError, errors

PRODUCTS: tuple[Literal["vault"], Literal["openbao"]] = ("vault", "openbao")


def decoded(backup: str | bytes) -> str:
    return b64decode(backup, validate=True).decode()


def without_dates(text: str) -> str:
    """Without what is new in every backup: when it was taken, and when it was last restored."""
    cut, count = re.subn(r'"backup_info":.*?,"allow_plaintext_backup"', "", text)
    assert count == 1
    return cut


def test_backups_come_back_byte_for_byte() -> None:
    ran, other = 0, []
    for product, name, backup in backups():
        key = Keyring.in_memory().restore_transit(backup)
        again = key.backup_transit(product, expose_secret_material=True, even_if_unusable=True)  # type: ignore[arg-type]
        assert type(again) is bytes
        if without_dates(decoded(backup)) != without_dates(decoded(again)):
            other.append(name)
        ran += 1
    # A key from before there was the finer field of two dates, which it gets.
    assert ran >= 129 and other == ["legacy-key-map"], (ran, other)


def refused(call: Callable[[], object]) -> str | None:
    try:
        call()
    except StrongroomError as error:
        return error.code
    return None


def test_the_key_is_what_the_server_said(ring: Keyring) -> None:
    """Each key in each of its states, by what the server said (read.json, which every language reads)."""
    ran, public_keys, made = 0, 0, Counter[str]()
    all = {(product, key["id"]): key for product, key in fixtures()}
    for said in load("read.json")["keys"]:
        key = states(Keyring.in_memory(), all[said["product"], said["id"]])[said.get("state")]
        info = key.info()
        told = {name: getattr(info, name) for name in said["info"]}
        told["auto_rotate_period"] = told["auto_rotate_period"] // timedelta(seconds=1)
        told["min_encryption_version"] = told["min_encryption_version"] or 0
        assert told == said["info"], said
        # Here times are whole microseconds.
        created = {str(version.version): version.created for version in info.versions if version.state != "destroyed"}
        assert created.keys() == said["created"].keys()
        for version, nanoseconds in said["created"].items():
            time = created[version]
            assert (time is None) == (nanoseconds is None) and (time is None or round(time.timestamp() * 1_000_000) == int(nanoseconds) // 1000), said
        if said.get("public_keys") and not info.disabled:
            assert {str(version): text.strip() for version, text in key.public_keys_transit().items()} == said["public_keys"]
            public_keys += len(said["public_keys"])
        if not info.disabled:
            assert (refused(lambda: key.encrypt(b"x")) != "operation_not_supported") is said["supports_encryption"]
            assert (refused(lambda: key.sign(b"x")) != "operation_not_supported") is said["supports_signing"]
        key_type: Any = info.key_type
        made[key_type] += 1
        if made[key_type] == 1:
            assert (refused(lambda: ring.create_key(key_type, key_type=key_type, derived=True)) is None) is said["supports_derivation"]
        ran += 1
    assert ran >= 176 and public_keys >= 99, (ran, public_keys)


def test_exports_are_what_the_server_exported() -> None:
    ran = 0
    for _, fixture in fixtures():
        key = Keyring.in_memory().restore_transit(fixture["backup"])
        for version, forms in fixture["material"].items():
            for form, exported in forms.items():
                part, _, said = form.partition(":")
                # Here a CMAC's key is the one that MACs, as an HMAC's.
                if part == "cmac-key":
                    part = "hmac-key"
                how: Any = {"format": said} if said else {}
                if part == "public-key" and key.info().derived:
                    with pytest.raises(errors.ContextRequired):
                        key.public_keys_transit(**how)
                    continue
                all = key.public_keys_transit(**how) if part == "public-key" else key.export_transit(part, **how, expose_secret_material=True)
                # A part that a version does not have is an empty text of the servers.
                assert all.get(int(version), "") == exported, (fixture["id"], version, form)
                ran += 1
    print(f"{ran} exports agree")
    assert ran >= 600


def sample(key: Key, product: Literal["vault", "openbao"]) -> dict[str, Any]:
    """A backup, with what a reader is to find in it."""
    info, view, cases = key.info(), key.transit(), []
    context = b"context" if info.derived else ...

    def case(op: str, text: str, aad: bytes = b"") -> dict[str, str]:
        return {name: b64encode(value).decode() for name, value in (("message", b"message"), ("context", b"context"), ("aad", aad))} | {"op": op, "text": text}

    for version in range(max(info.min_decryption_version, info.min_encryption_version or 1), info.latest_version + 1):
        cases.append(case("hmac", view.hmac(b"message", version=version)))
        if info.key_type == "ed25519":
            cases.append(case("sign", view.sign(b"message", version=version, context=context)))
        elif info.key_type != "hmac":
            # Two ciphertexts of a convergent key with different aads would let others forge, so none is made.
            aad = b"" if info.convergent else b"aad"
            cases.append(case("encrypt", view.encrypt(b"message", aad=aad or ..., version=version, context=context), aad))
    return {
        "dialect": product,
        "backup": key.backup_transit(product, expose_secret_material=True).decode(),
        "said": {
            "name": info.name,
            "type": info.key_type,
            "derived": info.derived,
            "convergent": info.convergent,
            "versions": [info.latest_version, info.min_decryption_version, info.min_encryption_version or 0, info.min_available_version],
            "template": info.version_template or "",
            "period": info.auto_rotate_period // timedelta(microseconds=1) * 1000,
        },
        "cases": cases,
    }


def test_an_independent_reader_takes_backups_of_both_dialects(ring: Keyring, tmp_path: Path) -> None:
    """The reader shares no code with the library, and works every case out from the material in the backup."""
    aeads = ("aes256-gcm96", "aes128-gcm96", "chacha20-poly1305", "xchacha20-poly1305")
    specs: list[dict[str, Any]] = [{"key_type": aead, **how} for aead in aeads for how in ({}, {"derived": True}, {"derived": True, "convergent": True})]
    specs += [{"key_type": "ed25519"}, {"key_type": "ed25519", "derived": True}, {"key_type": "hmac", "key_size": 64}, {"key_type": "hmac"}]
    specs += [{"key_type": "aes256-gcm96", "version_template": '<{{version}}>&"', "auto_rotate_period": timedelta(days=2)}]
    samples = []
    for number, spec in enumerate(specs):
        key = ring.create_key(f"key{number}", **spec, exportable=True, allow_plaintext_backup=True)
        key.rotate()
        for product in PRODUCTS:
            if (product, spec["key_type"]) == ("vault", "xchacha20-poly1305"):
                with pytest.raises(errors.OperationNotSupported):
                    key.backup_transit(product, expose_secret_material=True)
                continue
            samples.append(sample(key, product))
            restored = Keyring.in_memory().restore_transit(samples[-1]["backup"])
            assert restored.info().latest_version == 2 and restored.hmac(b"message") == key.hmac(b"message")
    file = tmp_path / "backups.json"
    file.write_text(json.dumps(samples), "utf-8")
    done = subprocess.run([sys.executable, "-B", str(TRANSIT / "reader.py"), str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    read, cases, whole = done.stdout.split()
    assert (int(read), whole) == (len(samples), "all") and len(samples) >= 30 and int(cases) >= 110, done.stdout


def test_a_backup_is_text_or_bytes_or_compressed(ring: Keyring) -> None:
    backup = fixture("vault", "aes256-gcm96-plain")["backup"]
    compressed = b64encode(b"G" + gzip.compress(b64decode(backup)))
    forms: list[Any] = [backup, backup.encode(), bytearray(backup, "ascii"), memoryview(backup.encode()), backup + "\n", compressed]
    for number, form in enumerate(forms):
        assert ring.restore_transit(form, name=f"key{number}").info().key_type == "aes256-gcm96"


def test_what_is_no_backup_is_refused_and_leaves_nothing(ring: Keyring) -> None:
    whole = fixture("openbao", "aes256-gcm96")["backup"]
    text = decoded(whole)
    damaged = [b64encode(text.replace('"latest_version":3', change).encode()) for change in ('"latest_version":4', '"latest_version":-1')]
    assert '"latest_version":3' in text
    for wrong in ("", b"", "!", "\udc80", whole[:-40], whole[4:], "dGV4dA==", b"\0" * 100, *damaged):
        with pytest.raises(errors.CorruptBackup):
            ring.restore_transit(wrong)
    for wrong_type in (None, 5, ["text"], {"backup": whole}, object()):
        with pytest.raises(TypeError):
            ring.restore_transit(wrong_type)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        ring.restore_transit()  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="is not a product; it is one of 'vault', 'openbao'"):
        ring.restore_transit(whole, dialect="Vault")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        ring.restore_transit(whole, dialect=5)  # type: ignore[arg-type]
    with pytest.raises(errors.CorruptBackup):
        ring.restore_transit(whole, dialect="vault")
    for name in ("", "a/b", "\udc80"):
        with pytest.raises(errors.InvalidKeyName):
            ring.restore_transit(whole, name=name)
    assert ring.keys() == []
    ring.restore_transit(whole, name="a")
    with pytest.raises(errors.KeyExists):
        ring.restore_transit(whole, name="a")
    ring.close()
    with pytest.raises(errors.Closed):
        ring.restore_transit(whole, name="b")


def test_other_types_are_refused_by_name(ring: Keyring) -> None:
    others = load("odd.json")["other_types"]
    for case in others:
        if case["type"] in get_args(strongroom.KeyType):
            assert Keyring.in_memory().restore_transit(case["backup"]).info().key_type == case["type"]
            continue
        with pytest.raises(errors.TypeNotSupported, match=case["type"]):
            ring.restore_transit(case["backup"])
    assert len(others) >= 5 and ring.keys() == []


# What a server takes and we do not, each for a fault of what it then does: see tests/transit_restore.rs.
REFUSED = {"o-type", "o-short", "o-template2", "o-case", "slash", "o-kdf7"}


def test_odd_backups() -> None:
    refused = restored = uses = 0
    for odd in load("odd.json")["odd"]:
        ring = Keyring.in_memory()
        if not odd["accepted"] or odd["id"] in REFUSED:
            with pytest.raises((errors.CorruptBackup, errors.InvalidKeyName)):
                ring.restore_transit(odd["backup"], name=odd["name"] or ...)
            assert ring.keys() == [], "half a restore"
            refused += 1
            continue
        key = ring.restore_transit(odd["backup"], name=odd["name"] or ...)
        restored += 1
        for case in odd["uses"]:
            given: dict[str, Any] = {"context": b64decode(case["context"])} if case.get("context") else {}
            try:
                if case["op"] == "decrypt":
                    result = b64encode(key.decrypt(case["ciphertext"], **given)).decode()
                elif case["op"] == "hmac":
                    result = key.hmac(b64decode(case["input"]))
                else:
                    result = key.encrypt(b64decode(case["plaintext"]), **given)
            except StrongroomError:
                assert case.get("refused"), (odd["id"], case)
            else:
                # A key with a template also reads the default form, in the native view.
                assert not case.get("refused") or (odd["id"] == "o-template" and case["ciphertext"].startswith("vault:")), (odd["id"], case)
                assert result == case.get("result", result), (odd["id"], case)
            uses += 1
    print(f"{restored} odd backups restored and used {uses} times, {refused} refused")
    assert restored >= 9 and refused >= 15 and uses >= 13


def test_secrets_leave_only_when_it_is_said(ring: Keyring) -> None:
    key = ring.create_key("cards", "aes256-gcm96", exportable=True)
    for unsaid in (
        lambda: key.backup_transit("vault"),
        lambda: key.backup_transit("vault", expose_secret_material=False),
        lambda: key.export_transit("encryption-key"),
        lambda: key.export_transit("encryption-key", "raw", expose_secret_material=False),
    ):
        with pytest.raises(errors.ExposureNotConfirmed):
            unsaid()
    for odd in (1, "yes", None):
        with pytest.raises(TypeError):
            key.backup_transit("vault", expose_secret_material=odd)  # type: ignore[arg-type]
    with pytest.raises(errors.PlaintextBackupNotAllowed):
        key.backup_transit("vault", expose_secret_material=True)
    with pytest.raises(errors.NotExportable):
        ring.create_key("other", "aes256-gcm96", allow_plaintext_backup=True).backup_transit("vault", expose_secret_material=True)
    with pytest.raises(errors.NotExportable):
        ring.key("other").export_transit("hmac-key", expose_secret_material=True)
    key.configure(allow_plaintext_backup=True)
    with pytest.raises(ValueError, match="'openbao'"):
        key.backup_transit("bao", expose_secret_material=True)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        key.backup_transit(expose_secret_material=True)  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="'raw', 'der', 'pem', 'jwk'"):
        key.export_transit("encryption-key", "jwks", expose_secret_material=True)  # type: ignore[arg-type]
    with pytest.raises(errors.InvalidOption):
        key.export_transit("encryption-key", "pem", expose_secret_material=True)
    with pytest.raises(errors.OperationNotSupported):
        key.public_keys_transit()
    with pytest.raises(errors.OperationNotSupported):
        key.export_transit("signing-key", expose_secret_material=True)
    material = key.export("encryption-key", expose_secret_material=True)
    assert key.export_transit("encryption-key", "raw", expose_secret_material=True) == {1: b64encode(material[1]).decode()}
    ours = ring.create_key("ours", exportable=True, allow_plaintext_backup=True)
    with pytest.raises(errors.OperationNotSupported):
        ours.backup_transit("openbao", expose_secret_material=True)
    key.disable()
    calls: tuple[Callable[[], object], ...] = (lambda: key.backup_transit("vault", expose_secret_material=True), lambda: key.export_transit("hmac-key", expose_secret_material=True))
    for call in calls:
        with pytest.raises(errors.KeyDisabled):
            call()
    ring.close()
    for call in (*calls, key.public_keys_transit, key.transit().data_key):
        with pytest.raises(errors.Closed):
            call()


def test_no_error_shows_what_was_in_the_backup(ring: Keyring) -> None:
    backup = fixture("vault", "aes256-gcm96-plain")["backup"]
    for wrong in (backup[:-8], backup + "\udc80", backup[:300].encode()):
        with pytest.raises(StrongroomError) as caught:
            ring.restore_transit(wrong)
        text = repr(caught.value)
        assert backup[:16] not in text and caught.value.__cause__ is None and caught.value.__context__ is None
