"""The operations of keyrings and keys, as a program goes through them."""

import inspect
import json
from base64 import b64decode, b64encode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import SEALING_KEY
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from strongroom import Key, Keyring, Seal, errors

OTHER = bytes([8, 1]) * 16


def test_creating_and_opening(folder: Path, seal: Seal) -> None:
    with pytest.raises(errors.KeyringNotFound):
        Keyring.open(folder, seal)
    ring = Keyring.create(str(folder), seal, label="test", nonces="unbuffered", max_staleness=timedelta(minutes=5))
    with pytest.raises(errors.KeyringExists):
        Keyring.create(folder, seal)
    assert len(ring.id) == 32 and Keyring.open_or_create(folder, seal, label="ignored").id == ring.id
    assert Keyring.open(folder, seal, pin=(ring.id, 1)).id == ring.id
    with pytest.raises(errors.KeyringMismatch):
        Keyring.open(folder, seal, pin=("0" * 32, 1))
    with pytest.raises(errors.InvalidOption):
        Keyring.open(folder, seal, pin=("short", 1))
    with pytest.raises(errors.WrongSeal):
        Keyring.open(folder, Seal.root_key(OTHER))
    with pytest.raises(ValueError):
        Keyring.open(folder, seal, max_staleness=timedelta(seconds=-1))
    limited = Keyring.open(folder, seal, usage_limit=1).create_key("limited", "aes256-gcm96")
    with pytest.raises(errors.UsageLimitReached):
        for _ in range(3):
            limited.encrypt(b"4111")


def test_root_keys_outside(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = Seal.generate_root_key()
    file = tmp_path / "root.key"
    file.write_text(text)
    file.chmod(0o600)
    monkeypatch.setenv("STRONGROOM_TEST_ROOT_KEY", text)
    ring = Keyring.create(folder, Seal.root_key_env("STRONGROOM_TEST_ROOT_KEY"))
    assert Keyring.open(folder, Seal.root_key_file(file)).id == ring.id
    assert Keyring.open(folder, Seal.root_key_text(text)).id == Keyring.open(folder, Seal.root_key_text(text.encode())).id == ring.id
    tmp_path.chmod(0o755)
    file.chmod(0o444)  # as container platforms mount one
    assert Keyring.open(folder, Seal.root_key_file(file)).id == ring.id
    file.chmod(0o644)
    with pytest.raises(errors.InsecurePermissions, match="insecure_mode_ok"):
        Keyring.open(folder, Seal.root_key_file(file))
    assert Keyring.open(folder, Seal.root_key_file(file).insecure_mode_ok()).id == ring.id
    with pytest.raises(errors.InvalidOption):
        Keyring.open(folder, Seal.root_key_text(text).insecure_mode_ok())
    for malformed, reason in ((text + "\r", "carriage return"), ("", "empty"), ("hex:00", "64 hexadecimal digits"), (text[:-1], "44 characters")):
        with pytest.raises(errors.InvalidRootKey, match=reason):
            Keyring.open(folder, Seal.root_key_text(malformed))
    for wrong in (b"short", bytes(32)):
        with pytest.raises(errors.InvalidRootKey):
            Keyring.create(tmp_path / "other", Seal.root_key(wrong))


def test_passphrases_in_files(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_text("correct horse\n")
    file.chmod(0o600)
    ring = Keyring.create(folder, Seal.passphrase_file(file, id="desk"))
    assert [seal.id for seal in ring.seals()] == ["desk"]
    assert Keyring.open(folder, Seal.passphrase("correct horse", id="desk")).id == ring.id
    with pytest.raises(errors.SealFailed):
        Keyring.open(folder, Seal.passphrase_file(tmp_path / "none", id="desk"))


def test_seals_say_what_people_know_of_them(folder: Path) -> None:
    safe, desk = Seal.root_key(SEALING_KEY), Seal.passphrase("correct horse", id="desk")
    ring = Keyring.create(folder, safe.labelled("the safe"))
    ring.add_seal(desk)
    first, second = ring.seals()
    assert (first.kind, first.id, first.label, first.in_use) == ("root-key", safe.id(), "the safe", True)
    assert first.added is not None and abs(first.added - datetime.now(UTC)) < timedelta(minutes=1)
    assert (second.id, second.label, second.added, second.in_use) == (desk.id(), None, None, False)
    assert [seal.in_use for seal in Keyring.open(folder, desk.labelled("not written")).seals()] == [False, True]
    for label in ("", "x" * 256):
        with pytest.raises(errors.InvalidOption) as refused:
            ring.add_seal(Seal.passphrase("x", id="other").labelled(label))
        assert refused.value.detail == "seal_label_out_of_range"
    with pytest.raises(errors.InvalidRootKey):
        Seal.root_key_text("short").id()


def test_keys_come_and_go(ring: Keyring) -> None:
    spec = {"derived": True, "labels": {"team": "payments"}, "auto_rotate_period": timedelta(days=30)}
    key = ring.create_key("tenants", "aes256-gcm96", convergent=True, exportable=True, **spec)  # type: ignore[arg-type]
    info = key.info()
    assert (info.name, info.key_type, info.derived, info.convergent, info.exportable) == ("tenants", "aes256-gcm96", True, True, True)
    assert info.auto_rotate_period == timedelta(days=30) and info.labels == {"team": "payments"} and not info.disabled
    assert (info.latest_version, info.min_available_version, info.min_decryption_version, info.min_encryption_version) == (1, 0, 1, None)
    (version,) = info.versions
    assert version.created is not None and abs(version.created - datetime.now(UTC)) < timedelta(minutes=1)
    assert (version.version, version.state, version.retired, version.trimmed, version.imported) == (1, "active", None, None, False)
    same = key.context("acme").encrypt(b"4111")
    assert same == ring.key("tenants").encrypt(b"4111", context="acme")
    with pytest.raises(errors.KeyExists):
        ring.create_key("tenants")
    with pytest.raises(errors.KeyMismatch):
        ring.key_or_create("tenants")
    assert ring.key_or_create("tenants", "aes256-gcm96", derived=True, convergent=True).decrypt(same, context="acme") == b"4111"
    ring.key_or_create("cards", version_template="cards-{{version}}:", deletion_allowed=True)
    assert ring.key("cards").encrypt(b"4111").startswith("cards-1:")
    assert ring.keys() == ["cards", "tenants"]
    with pytest.raises(errors.DeletionNotAllowed):
        ring.delete_key("tenants")
    ring.delete_key("cards")
    with pytest.raises(errors.KeyNotFound):
        ring.key("cards")
    with pytest.raises(errors.InvalidOption) as refused:
        ring.create_key("odd", "ed25519", key_size=64)
    assert refused.value.detail == "key_size_not_supported"
    assert errors.Closed("of no detail").detail is None
    assert ring.create_key("macs", "hmac", key_size=64).info().key_size == 64


def test_an_option_that_there_is_not_is_refused_by_name(ring: Keyring, cards: Key) -> None:
    material = bytes(range(32))
    for call, name, meant in (
        (lambda **o: ring.create_key("k", **o), "derive", "derived"),
        (lambda **o: ring.create_key("k", **o), "type", "key_type"),
        (lambda **o: ring.key_or_create("k", **o), "deletion_alowed", "deletion_allowed"),
        (lambda **o: ring.import_key("k", material, **o), "allow_rotate", "allow_rotation"),
        (lambda **o: cards.configure(**o), "min_decrypt_version", "min_decryption_version"),
        # There is one of this name, but not for a key that is there, or for a new one.
        (lambda **o: cards.configure(**o), "derived", None),
        (lambda **o: ring.create_key("k", **o), "min_encryption_version", None),
        (lambda **o: ring.create_key("k", **o), "\udc80", None),
    ):
        with pytest.raises(TypeError, match="unexpected keyword argument") as refused:
            call(**{name: True})
        assert ("Did you mean" in str(refused.value)) == (meant is not None)
        assert meant is None or f"'{name}'. Did you mean '{meant}'?" in str(refused.value)
    assert "k" not in ring.keys()
    with pytest.raises(TypeError) as wrong:
        ring.create_key("k", derived=1)  # type: ignore[arg-type]
    assert wrong.value.__notes__ == ["while processing 'derived'"]


def test_every_option_is_told(cards: Key) -> None:
    info = cards.info()
    told = {name: getattr(info, name) for name in dir(info) if not name.startswith("_")}
    for call in (Keyring.create_key, Key.configure):
        options = {name for name, one in inspect.signature(call).parameters.items() if one.kind is one.KEYWORD_ONLY}
        assert len(options) >= 7 and options <= told.keys()
    assert told["deletion_allowed"] is False and told["min_decryption_version"] == 1
    with pytest.raises(AttributeError):
        info.derived = True  # type: ignore[misc]
    with pytest.raises(TypeError):
        type(info).derived.__get__(cards)


def test_a_key_through_its_life(cards: Key) -> None:
    old = cards.encrypt(b"4111")
    assert cards.rotate() == 2 and cards.rotate(...) == 3 and cards.rotate("aes256-gcm96") == 4
    assert cards.needs_rewrap(old) and not cards.needs_rewrap(cards.rewrap(old))
    info = cards.configure(min_decryption_version=3, min_encryption_version=3, labels={"a": "b", "c": "d"})
    assert (info.min_decryption_version, info.min_encryption_version, info.labels) == (3, 3, {"a": "b", "c": "d"})
    assert cards.configure(labels={"a": None}).min_encryption_version == 3
    assert cards.info().labels == {"c": "d"}
    with pytest.raises(errors.VersionTooOld):
        cards.decrypt(old)
    assert cards.encrypt(b"4111", version=3).startswith("strongroom:v3:") and cards.encrypt(b"4111").startswith("vault:v4:")
    with pytest.raises(errors.VersionNotAllowed):
        cards.encrypt(b"4111", version=2)
    assert [version.state for version in cards.info().versions] == ["suspended", "suspended", "active", "active"]
    assert cards.configure(min_encryption_version=None).min_encryption_version is None
    assert [version.state for version in cards.info().versions] == ["suspended", "suspended", "deactivated", "active"]
    cards.configure(min_encryption_version=3)
    cards.trim(3)
    assert [version.state for version in cards.info().versions] == ["destroyed", "destroyed", "active", "active"]
    assert cards.info().versions[0].trimmed is not None
    cards.disable()
    with pytest.raises(errors.KeyDisabled):
        cards.encrypt(b"4111")
    cards.enable()
    with pytest.raises(errors.RotationTypeMismatch):
        cards.rotate("ed25519")
    with pytest.raises(errors.InvalidOption):
        cards.configure(exportable=True, auto_rotate_period=timedelta(minutes=1))
    assert not cards.info().exportable


def test_material_in_and_out(ring: Keyring) -> None:
    material, second = bytes(range(32)), bytes(range(32, 64))
    key = ring.import_key("imported", material, "aes256-gcm96", exportable=True)
    assert not key.info().allow_rotation and ring.create_key("cards").info().allow_rotation
    with pytest.raises(errors.RotationNotAllowed):
        key.rotate()
    assert key.import_version(bytearray(second)) == 2 and key.info().imported
    with pytest.raises(errors.ExposureNotConfirmed):
        key.export("encryption-key")
    with pytest.raises(errors.ExposureNotConfirmed):
        key.export("encryption-key", expose_secret_material=False)
    assert key.export("encryption-key", expose_secret_material=True) == {1: material, 2: second}
    with pytest.raises(errors.NotExportable):
        ring.key("cards").export("hmac-key", expose_secret_material=True)
    with pytest.raises(errors.InvalidMaterial):
        ring.import_key("short", b"short", "aes256-gcm96")
    legacy = ring.import_key("legacy", material, "aes256-gcm96", derived=True, kdf="hmac-counter", allow_rotation=True)
    assert legacy.info().allow_rotation and legacy.rotate() == 2
    assert legacy.info().allow_rotation and not legacy.info().imported and legacy.rotate() == 3


def test_ed25519_keys_of_other_programs(ring: Keyring) -> None:
    theirs = Ed25519PrivateKey.generate()
    for number, encoding in enumerate((serialization.Encoding.DER, serialization.Encoding.PEM)):
        written = theirs.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        key = ring.import_key(f"releases{number}", written, "ed25519", format="pkcs8")
        theirs.public_key().verify(b64decode(key.sign(b"v1").rpartition(":")[2]), b"v1")
        with pytest.raises(errors.InvalidMaterial):
            ring.import_key("raw", written, "ed25519")
        with pytest.raises(errors.DuplicateMaterial):
            key.import_version(written, format="pkcs8")
        assert key.import_version(bytes(range(32)), format="raw") == 2
    with pytest.raises(errors.InvalidMaterial):
        ring.import_key("odd", bytes(range(32)), "ed25519", format="pkcs8")
    with pytest.raises(ValueError, match="'raw', 'pkcs8'"):
        ring.import_key("odd", bytes(range(32)), "ed25519", format="jwk")  # type: ignore[arg-type]


def test_backups_and_snapshots(folder: Path, tmp_path: Path, seal: Seal) -> None:
    ring = Keyring.create(folder, seal)
    cards = ring.create_key("cards")
    ciphertext = cards.encrypt(b"4111")
    backup = cards.backup(Seal.root_key(OTHER))
    for restored in (ring.restore_key(backup, Seal.root_key(OTHER), name="copy"), Keyring.in_memory().restore_key(backup, Seal.root_key(OTHER))):
        assert restored.decrypt(ciphertext) == b"4111"
    with pytest.raises(errors.KeyExists):
        ring.restore_key(backup, Seal.root_key(OTHER))
    with pytest.raises(errors.CorruptBackup):
        ring.restore_key(backup[:-1], Seal.root_key(OTHER), name="other")
    ring.snapshot(tmp_path / "snapshot.sr")
    again = Keyring.restore(tmp_path / "snapshot.sr", tmp_path / "restored", seal)
    assert again.key("cards").decrypt(ciphertext) == b"4111" and again.keys() == ["cards", "copy"]


def test_a_keyring_is_known_again_by_its_pin(folder: Path, tmp_path: Path, seal: Seal) -> None:
    ring = Keyring.create(folder, seal)
    pin = ring.pin()
    assert pin.startswith(f"srp1:{ring.id}:1:")
    other = Keyring.create(tmp_path / "other", seal).pin()
    for opening in (Keyring.open, Keyring.open_or_create):
        assert opening(folder, seal, pin=pin).id == ring.id
        with pytest.raises(errors.KeyringMismatch):
            opening(folder, seal, pin=other)
        for malformed in ("", "srp1:", ring.id, pin + "\n", pin.upper()):
            with pytest.raises(errors.InvalidOption):
                opening(folder, seal, pin=malformed)
        for wrong in (None, 7, pin.encode(), [pin, 1]):
            with pytest.raises(TypeError):
                opening(folder, seal, pin=wrong)  # type: ignore[arg-type]
    ring.snapshot(tmp_path / "snapshot.sr")
    assert Keyring.restore(tmp_path / "snapshot.sr", tmp_path / "restored", seal, pin=pin).id == ring.id
    with pytest.raises(errors.KeyringNotFound):
        Keyring.in_memory().pin()


def test_an_old_document_is_seen_with_a_witness(folder: Path, tmp_path: Path, seal: Seal) -> None:
    ring = Keyring.create(folder, seal)
    cards = ring.create_key("cards")
    ring.create_key("other")
    before = (folder / "key-cards.sr").read_bytes()
    cards.rotate()
    witness = ring.witness()
    assert isinstance(witness, bytes) and witness[:4] == b"SRW1"
    for given in (witness, bytearray(witness), memoryview(witness)):
        assert Keyring.open(folder, seal, witness=given).key("cards").info().latest_version == 2
    ring.snapshot(tmp_path / "snapshot.sr")
    (folder / "key-cards.sr").write_bytes(before)
    # Without a witness nobody who opens now can know.
    for opened in (Keyring.open(folder, seal), Keyring.open(folder, seal, witness=...)):
        assert opened.key("cards").info().latest_version == 1
    for opening in (Keyring.open, Keyring.open_or_create):
        opened = opening(folder, seal, witness=witness)
        with pytest.raises(errors.RolledBack, match="key-cards"):
            opened.key("cards")
        other = opened.key("other")
        assert other.decrypt(other.encrypt(b"4111")) == b"4111"
        for damaged in (b"", witness[:-1], witness + b"\0", bytes([witness[0] ^ 1]) + witness[1:], witness[:40] + bytes([witness[40] ^ 1]) + witness[41:]):
            with pytest.raises(errors.CorruptDocument):
                opening(folder, seal, witness=damaged)
        with pytest.raises(errors.UnsupportedFormat):
            opening(folder, seal, witness=b"SRW2" + witness[4:])
        for wrong in (None, 7, witness.hex(), [witness]):
            with pytest.raises(TypeError):
                opening(folder, seal, witness=wrong)  # type: ignore[arg-type]
    report = opened.check()
    assert [fault.document for fault in report.faults] == ["key-cards.sr"] and ring.check().witness is None
    since = report.witness
    assert since is not None and abs(datetime.now(UTC) - since.made) < timedelta(minutes=10) and since.documents == 2
    assert (since.missing, since.older, since.other_history, since.deleted, since.recreated, since.unknown) == ([], ["key-cards.sr"], [], [], [], [])
    elsewhere = Keyring.create(tmp_path / "elsewhere", seal)
    for place, foreign in ((folder, elsewhere.witness()), (tmp_path / "elsewhere", witness)):
        with pytest.raises(errors.KeyringMismatch):
            Keyring.open(place, seal, witness=foreign)
    assert Keyring.restore(tmp_path / "snapshot.sr", tmp_path / "restored", seal, witness=witness).key("cards").info().latest_version == 2
    with pytest.raises(errors.KeyringNotFound):
        Keyring.open_or_create(tmp_path / "none", seal, witness=witness)
    with pytest.raises(TypeError):
        Keyring.create(tmp_path / "none", seal, witness=witness)  # type: ignore[call-arg]
    with pytest.raises(errors.KeyringNotFound):
        Keyring.in_memory().witness()


def test_what_cannot_be_read_is_repaired_or_taken_away(folder: Path, seal: Seal) -> None:
    ring = Keyring.create(folder, seal)
    ciphertext = ring.create_key("cards", "aes256-gcm96").encrypt(b"4111")
    ring.create_key("lost")
    assert ring.repair() == []
    ring.close()
    for name in ("usage-cards.sr", "key-lost.sr"):
        document = (folder / name).read_bytes()
        (folder / name).write_bytes(document[:-1] + bytes([document[-1] ^ 1]))
    ring = Keyring.open(folder, seal)
    assert ring.repair() == ["cards"] and ring.repair() == []
    cards = ring.key("cards")
    with pytest.raises(errors.UsageUnknown):
        cards.encrypt(b"4111")
    assert cards.decrypt(ciphertext) == b"4111" and cards.rotate() == 2
    assert cards.decrypt(cards.encrypt(b"4111")) == b"4111"
    assert ring.keys() == ["cards", "lost"]
    with pytest.raises(errors.CorruptDocument):
        ring.key("lost")
    ring.remove_unreadable("lost")
    assert ring.keys() == ["cards"]
    with pytest.raises(errors.InvalidOption):
        ring.remove_unreadable("cards")
    with pytest.raises(errors.KeyNotFound):
        ring.remove_unreadable("never")


def test_no_process_is_more_patient_than_the_keyring(folder: Path, seal: Seal) -> None:
    ring = Keyring.create(folder, seal)
    patient = timedelta(minutes=10)
    with pytest.raises(errors.InvalidOption):
        Keyring.open(folder, seal, max_staleness=patient)
    ring.set_max_staleness(patient)
    Keyring.open(folder, seal, max_staleness=patient)
    ring.set_max_staleness(timedelta(seconds=30))
    with pytest.raises(errors.InvalidOption):
        Keyring.open(folder, seal, max_staleness=patient)
    for limit in (timedelta(milliseconds=999), timedelta(days=366)):
        with pytest.raises(errors.InvalidOption):
            ring.set_max_staleness(limit)


def test_the_care_of_a_keyring(folder: Path, seal: Seal) -> None:
    ring = Keyring.create(folder, seal)
    ring.create_key("cards", auto_rotate_period=timedelta(hours=1))
    assert ring.rotate_due() == [] and ring.upgrade() == 0
    ring.refresh()
    report = ring.check()
    assert (report.documents, report.keys, report.unfinished_reseal, report.faults) == (2, 1, False, [])
    assert report.warnings == []
    ring.add_seal(Seal.root_key(OTHER))
    assert [info.kind for info in ring.seals()] == ["root-key", "root-key"]
    with pytest.raises(errors.SealExists):
        ring.add_seal(seal)
    ring.remove_seal("root-key", next(info.id for info in Keyring.open(folder, Seal.root_key(OTHER)).seals()))
    assert len(ring.seals()) == 1
    with pytest.raises(errors.LastSeal):
        ring.remove_seal(ring.seals()[0].kind, ring.seals()[0].id)
    assert ring.reseal([Seal.root_key(SEALING_KEY)]) == 1
    (folder / "key-cards.sr").chmod(0o666)
    (warning,) = ring.check().warnings
    assert (warning.subject, warning.code) == ("key-cards.sr", "others_may_write")
    assert warning.message == "others may write to key-cards.sr; set its mode to 0600"
    assert repr(warning) == "<strongroom.StoreWarning others_may_write key-cards.sr>"
    (folder / "key-cards.sr").write_bytes(b"SRK1 garbage")
    (fault,) = ring.check().faults
    assert fault.document == "key-cards.sr" and isinstance(fault.error, errors.CorruptDocument)


def test_signatures_and_macs(ring: Keyring) -> None:
    key = ring.create_key("releases", "ed25519")
    assert len(key.public_key()) == 32 and key.public_key(1) == key.public_key()
    token = key.sign(b"v1", form="jws")
    key.verify(b"v1", token, form="jws")
    with pytest.raises(errors.BadSignature):
        key.verify(b"v2", token, form="jws")
    with pytest.raises(errors.BadSignature):
        key.verify_hmac(b"v2", key.hmac(b"v1"))
    with pytest.raises(errors.Malformed):
        key.verify(b"v1", token)
    key.verify_hmac(b"v1", key.hmac(b"v1", hash="sha3-384"), hash="sha3-384")
    derived = ring.create_key("derived", "ed25519", derived=True)
    derived.context("acme").verify(b"v1", derived.sign(b"v1", context="acme"))
    assert derived.context("acme").public_key() != derived.context("other").public_key()
    with pytest.raises(errors.ContextRequired):
        derived.public_key()
    with pytest.raises(errors.ContextNotAllowed):
        key.context("acme")


def test_a_public_key_is_written_as_others_read_it() -> None:
    key = Keyring.in_memory().create_key("releases", "ed25519")
    raw, der = key.public_key(), key.public_key(format="der")
    assert (key.public_key(1, format="raw"), len(raw), der[12:]) == (raw, 32, raw)
    pem = key.public_key(format="pem")
    assert pem.splitlines()[1] == b64encode(der).decode() and pem.endswith("-----END PUBLIC KEY-----\n")
    jwk = json.loads(key.public_key(format="jwk"))
    assert jwk == {"crv": "Ed25519", "kty": "OKP", "x": urlsafe_b64encode(raw).decode().rstrip("=")}
    with pytest.raises(ValueError, match="format of a public key"):
        key.public_key(format="text")  # type: ignore[call-overload]
