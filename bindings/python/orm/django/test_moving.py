"""A column of plaintext is moved over, while others read and write it."""

import json
import logging
import os
import signal
import subprocess
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.db import connection, connections

from clinic import keyring
from clinic.models import Moving, Unchanged
from strongroom import Keyring, Seal, errors
from strongroom.django import EncryptedBinaryField
from strongroom.django.rewrap import Rewrap
from test_rewrap import run, versions
from test_writes import held


def insert(**values: Any) -> uuid.UUID:
    made = uuid.uuid4()
    key = Moving._meta.pk.get_db_prep_value(made, connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO clinic_moving (id, {', '.join(values)}) VALUES (%s{', %s' * len(values)})",
            [key, *values.values()],
        )
    return made


@pytest.fixture(autouse=True)
def anew() -> None:
    """The counters begin at nothing."""
    for field in Moving._meta.fields:
        field.__dict__.pop("core", None)


def test_plaintext_is_read_counted_and_logged_once(database: str, caplog: pytest.LogCaptureFixture) -> None:
    key = insert(email="ada@example.com", visits="7")
    with caplog.at_level(logging.WARNING, "strongroom"):
        for _ in range(3):
            row = Moving.objects.get()
            assert (row.email, row.visits) == ("ada@example.com", 7)
    assert Moving._meta.get_field("email").plaintexts_read == 3
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        "clinic.Moving.email",
        "clinic.Moving.visits",
    ]
    assert "ada@example.com" not in caplog.text
    ((sealed,),) = Moving.objects.values_list("email")
    assert sealed.open(key) == "ada@example.com"


@pytest.mark.parametrize(
    ("name", "held", "value"),
    [("consent", "true", True), ("consent", "1", True), ("consent", "f", False),
     ("seen", "2026-11-30 09:05:00", datetime(2026, 11, 30, 9, 5, tzinfo=UTC)),
     ("seen", "2026-11-30 09:05:00+00", datetime(2026, 11, 30, 9, 5, tzinfo=UTC)),
     ("seen", "2026-11-30T09:05:00+00:00", datetime(2026, 11, 30, 9, 5, tzinfo=UTC)),
     ("scan", r"\x00ff", b"\x00\xff"), ("scan", "text", b"text"), ("visits", "007", 7),
     ("data", '{"a": 1}', {"a": 1})],
)  # fmt: skip
def test_plaintext_is_read_as_the_database_wrote_it(database: str, name: str, held: str, value: Any) -> None:
    insert(**{name: held})
    assert getattr(Moving.objects.get(), name) == value
    assert Rewrap(Moving, encrypt_plaintext=True).run()["encrypted"] == 1
    assert versions(Moving, name) == {"v1": 1}
    assert getattr(Moving.objects.get(), name) == value


def test_bytes_of_before_are_read(database: str) -> None:
    if database != "sqlite":
        pytest.skip("a text of PostgreSQL holds no bytes")
    insert(scan=b"\x00\xff")
    assert Moving.objects.get().scan == b"\x00\xff"
    assert Rewrap(Moving, encrypt_plaintext=True).run()["encrypted"] == 1
    assert Moving.objects.get().scan == b"\x00\xff"


def test_plaintext_that_is_no_such_value_is_refused(database: str) -> None:
    insert(visits="many", seen="yesterday", data="many yesterday")
    for name in ("visits", "seen", "data"):
        with pytest.raises(
            ValueError, match=rf"^clinic\.Moving\.{name} of row .* holds what is (not written as|no JSON)"
        ) as refused:
            getattr(Moving.objects.get(), name)
        assert "many" not in str(refused.value) and "yesterday" not in str(refused.value)


def test_what_begins_as_a_ciphertext_has_to_open(database: str) -> None:
    insert(email="strongroom:v1:AAAA")
    with pytest.raises(errors.StrongroomError, match=r"^clinic\.Moving\.email of row "):
        Moving.objects.get().email


def test_a_row_that_is_saved_is_encrypted(database: str) -> None:
    insert(email="ada@example.com")
    row = Moving.objects.get()
    row.save()
    assert versions(Moving, "email") == {"v1": 1}
    assert Moving.objects.get(email="ADA@example.com") == row


def test_the_command_encrypts_only_where_it_is_told(database: str) -> None:
    insert(email="ada@example.com", visits="7")
    insert(email="erik@example.com")
    assert run("clinic.Moving").splitlines() == [
        "clinic.Moving: 2 rows, 0 rewrapped, 0 encrypted, 2 reindexed",
        "clinic.Moving: 3 values are plaintext; --encrypt-plaintext encrypts them",
    ]
    assert "3 encrypted, 0 reindexed (dry run" in run("clinic.Moving", "--encrypt-plaintext", "--dry-run")
    assert "3 encrypted, 0 reindexed\n" in run("clinic.Moving", "--encrypt-plaintext")
    assert (
        run("clinic.Moving", "--encrypt-plaintext")
        == "clinic.Moving: 2 rows, 0 rewrapped, 0 encrypted, 0 reindexed\n"
    )
    assert Moving.objects.get(email="ada@example.com").visits == 7


def test_plaintext_is_written_while_an_older_release_reads_it(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Unchanged.objects.create(email="ada@example.com")
    assert held(Unchanged) == ["ada@example.com"]
    read = Unchanged.objects.get(email="ADA@example.com")
    assert (read, read.email) == (made, "ada@example.com")
    read.save()
    read.email = "erik@example.com"
    Unchanged.objects.bulk_update([read], ["email"])
    assert held(Unchanged) == ["erik@example.com"] and Unchanged.objects.get(email="erik@example.com") == made
    with pytest.raises(ValueError, match=r"^clinic\.Unchanged\.email of row .* begins as a ciphertext does"):
        Unchanged.objects.create(email="strongroom:v1:x")
    # What was encrypted now would be plaintext again with the next save. Nothing is done, to no model.
    Moving.objects.create()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_moving SET email = 'ada@example.com'")
    for models in (["clinic.Unchanged"], ["clinic.Moving", "clinic.Unchanged"], []):
        with pytest.raises(
            CommandError, match=r"^clinic\.Unchanged\.email says write_plaintext=True.* away first"
        ):
            run(*models, "--encrypt-plaintext")
    assert held(Unchanged) == ["erik@example.com"] and held(Moving) == ["ada@example.com"]
    monkeypatch.setattr(Unchanged._meta.get_field("email"), "write_plaintext", False)
    assert "1 encrypted" in run("clinic.Unchanged", "--encrypt-plaintext")
    assert Unchanged.objects.get().email == "erik@example.com"


def test_an_index_that_an_older_release_left_behind_is_made_anew(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Unchanged.objects.create(email="ada@example.com")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_unchanged SET email = 'erik@example.com'")
    assert Unchanged.objects.get(email="ada@example.com").email == "erik@example.com"
    assert "1 reindexed" in run("clinic.Unchanged") and "0 reindexed" in run("clinic.Unchanged")
    assert Unchanged.objects.get(email="erik@example.com") == made
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_unchanged SET email = 'mila@example.com'")
    monkeypatch.setattr(Unchanged._meta.get_field("email"), "write_plaintext", False)
    assert "1 encrypted, 1 reindexed" in run("clinic.Unchanged", "--encrypt-plaintext")
    assert Unchanged.objects.get(email="mila@example.com") == made


def test_bytes_are_not_written_as_plaintext() -> None:
    with pytest.raises(TypeError, match="bytes are not"):
        EncryptedBinaryField(key="patients", allow_plaintext=True, write_plaintext=True)


def test_a_table_is_moved_over_while_another_process_reads_and_writes(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRONGROOM_ROOT_KEY", Seal.generate_root_key())
    made = Keyring.create(tmp_path / "ring", Seal.root_key_env("STRONGROOM_ROOT_KEY"))
    made.create_key("patients")
    keyring.give(made)
    for number in range(150):
        insert(email=f"{number}@example.com", visits=str(number), email_index=None)
    configured: Any = connections.settings["default"]
    here = Path(__file__).resolve().parent
    child = subprocess.Popen(
        [sys.executable, str(here / "writer.py"), database, str(configured["NAME"]), str(configured.get("HOST", "")), str(tmp_path / "ring")],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    try:
        assert child.stdout is not None and child.stdout.readline() == "ready\n"
        runs = 0
        while (counts := Rewrap(Moving, encrypt_plaintext=True, batch_size=20).run())["encrypted"] or counts[
            "left"
        ]:
            runs += 1
        made.key("patients").rotate()
        Rewrap(Moving, batch_size=20).run()
    finally:
        child.send_signal(signal.SIGTERM)
    said, _ = child.communicate(timeout=60)
    assert child.returncode == 0 and runs >= 1
    told = json.loads(said.splitlines()[-1])
    assert told["reads"] > 10
    while Rewrap(Moving).run()["rewrapped"]:
        pass
    assert versions(Moving, "email") == versions(Moving, "visits") == {"v2": 150}
    for number in range(150):
        row = Moving.objects.get(email=f"{number}@example.com")
        assert row.visits == told["last"].get(str(row.pk), number)
