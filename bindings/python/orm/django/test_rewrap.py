"""The command `rewrap_encrypted`: after a rotation, beside other writers, run twice, and where something is wrong."""

import io
from collections import Counter
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models

from clinic.models import Account, Customer, Doctor, Order, Patient, Tenant
from strongroom import Keyring, errors
from strongroom.django import rewrap
from strongroom.django.rewrap import Rewrap


def run(*arguments: str, **options: Any) -> str:
    output = io.StringIO()
    call_command("rewrap_encrypted", *arguments, stdout=output, **options)
    return output.getvalue()


def fill(model: Any, number: int = 25) -> None:
    model.objects.bulk_create(
        [
            model(email=f"{one}@example.com", visits=one, notes=None if one % 2 else "x")
            for one in range(number)
        ]
    )


def versions(model: Any, column: str) -> "Counter[str]":
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table}")
        return Counter(str(row[0]).split(":")[1] if row[0] else "" for row in cursor.fetchall())


@pytest.mark.parametrize("model", [Patient, Customer])
def test_all_rows_come_up_to_date(database: str, ring: Keyring, model: Any) -> None:
    fill(model)
    label = f"clinic.{model.__name__}"
    ring.key("patients").rotate()
    ring.key("lookups").rotate()
    dry = run(label, "--dry-run", "--batch-size=4")
    assert (
        dry == f"{label}: 25 rows, 88 rewrapped, 0 encrypted, 25 reindexed (dry run: nothing was written)\n"
    )
    assert versions(model, "email") == {"v1": 25}
    assert run(label, "--batch-size=4") == f"{label}: 25 rows, 88 rewrapped, 0 encrypted, 25 reindexed\n"
    assert versions(model, "email") == versions(model, "visits") == {"v2": 25}
    assert versions(model, "email_index") == {"i2": 25}
    assert versions(model, "notes") == {"v2": 13, "": 12}
    assert run(label) == f"{label}: 25 rows, 0 rewrapped, 0 encrypted, 0 reindexed\n"
    ring.key("patients").configure(min_decryption_version=2)
    assert [model.objects.get(email=f"{one}@example.com").visits for one in range(25)] == list(range(25))


def test_all_models_are_done_unless_some_are_named(database: str, ring: Keyring) -> None:
    said = run()
    assert [line.split(":")[0] for line in said.splitlines()] == [
        f"clinic.{name}"
        for name in (
            "Patient",
            "Customer",
            "Visit",
            "Order",
            "Person",
            "Doctor",
            "Numbered",
            "Coded",
            "Stamped",
            "Renamed",
            "Account",
            "Moving",
            "Unchanged",
        )
    ]
    assert run("clinic.Patient", "clinic.Order").count("\n") == 2


def test_another_database_is_named(database: str, ring: Keyring) -> None:
    fill(Patient, 3)
    ring.key("patients").rotate()
    assert "11 rewrapped" in run("clinic.Patient", "--database", database)
    assert versions(Patient, "email") == {"v2": 3}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Patient"], "'Patient' is no model"),
        (["clinic.Nobody"], "'clinic.Nobody' is no model"),
        (["clinic.Tenant"], "clinic.Tenant has no encrypted field"),
        (["clinic.Locum"], "clinic.Locum has no encrypted field in its own table"),
        (["clinic.Patient", "--batch-size=0"], "--batch-size is a number of rows"),
    ],
)
def test_what_is_asked_wrongly_is_refused(database: str, arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(*arguments)


def test_tenants_and_inherited_tables_are_rewrapped(database: str, ring: Keyring) -> None:
    Order.objects.create(tenant=Tenant.objects.create(code="acme"), card="4111", note="x")
    Order.objects.create()
    Doctor.objects.create(number=7, licence="L-7")
    for name in ("patients", "tenants"):
        ring.key(name).rotate()
    assert run("clinic.Order") == "clinic.Order: 2 rows, 2 rewrapped, 0 encrypted, 1 reindexed\n"
    assert run("clinic.Person") == "clinic.Person: 1 rows, 1 rewrapped, 0 encrypted, 1 reindexed\n"
    assert run("clinic.Doctor") == "clinic.Doctor: 1 rows, 1 rewrapped, 0 encrypted, 0 reindexed\n"
    doctor = Doctor.objects.get(number=7)
    assert (doctor.number, doctor.licence, Order.objects.get(tenant="acme").card) == (7, "L-7", "4111")


def test_an_index_of_a_version_that_is_named_stays(database: str, ring: Keyring) -> None:
    Account.objects.create(email="ada@example.com")
    ring.key("patients").rotate()
    assert run("clinic.Account") == "clinic.Account: 1 rows, 2 rewrapped, 0 encrypted, 0 reindexed\n"
    Account._base_manager.update(email_index=None)
    assert "1 reindexed" in run("clinic.Account")
    assert Account.objects.get(email="ada@example.com").email == "ada@example.com"


def test_a_missing_index_is_made_and_one_of_nothing_is_dropped(database: str) -> None:
    Patient.objects.create(email="ada@example.com")
    Patient.objects.create(email="")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_patient SET email_index = NULL")
    assert "1 reindexed" in run("clinic.Patient")
    assert Patient.objects.filter(email="ada@example.com").count() == 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_patient SET email = NULL")
    assert "1 reindexed" in run("clinic.Patient")
    assert not Patient.objects.exclude(email_index=None).exists()


def test_a_damaged_row_is_named_and_nothing_of_its_batch_is_written(database: str, ring: Keyring) -> None:
    fill(Patient, 3)
    one, other, _ = Patient.objects.order_by("pk")
    with connection.cursor() as cursor:
        key = Patient._meta.pk.get_db_prep_value(other.pk, connection)
        cursor.execute(
            "UPDATE clinic_patient SET email = (SELECT email FROM clinic_patient WHERE id <> %s LIMIT 1) WHERE id = %s",
            [key, key],
        )
    ring.key("patients").rotate()
    with pytest.raises(errors.DecryptFailed, match=rf"^clinic\.Patient\.email of row {other.pk}: "):
        run("clinic.Patient")
    assert versions(Patient, "email") == {"v1": 3}


def test_a_row_that_is_written_meanwhile_is_looked_at_again(
    database: str, ring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(Patient, 3)
    ring.key("patients").rotate()
    write, written = Rewrap._write, []

    def meddle(self: Rewrap, rows: Any) -> Any:
        written.append(len(rows))
        if len(written) == 1:
            one = Patient.objects.get(email="0@example.com")
            one.notes, one.email = "written meanwhile", "meanwhile@example.com"
            one.save()
        return write(self, rows)

    monkeypatch.setattr(Rewrap, "_write", meddle)
    seen: list[int] = []
    counts = Rewrap(Patient).run(lambda counts: seen.append(counts["rows"]))
    # What the other wrote is up to date, and what it left is not.
    assert seen == [3] and written == [3, 1] and counts["left"] == 0
    assert Patient.objects.get(email="meanwhile@example.com").notes == "written meanwhile"
    assert versions(Patient, "email") == versions(Patient, "visits") == {"v2": 3}
    assert counts["rewrapped"] == 9


def test_a_row_that_is_never_left_alone_is_for_the_next_run(
    database: str, ring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(Patient, 2)
    ring.key("patients").rotate()
    write, calls = Rewrap._write, []
    one = Patient.objects.get(email="0@example.com")

    def meddle(self: Rewrap, rows: Any) -> Any:
        calls.append(len(rows))
        key = Patient._meta.pk.get_db_prep_value(one.pk, connection)
        bound = {"row": str(one.pk), "column": "clinic_patient.visits"}
        ring.key("patients").configure(min_encryption_version=1)
        text = ring.key("patients").encrypt(b"7", aad=bound, version=1)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE clinic_patient SET visits = %s WHERE id = %s", [text, key])
        return write(self, rows)

    with monkeypatch.context() as patched:
        patched.setattr(Rewrap, "_write", meddle)
        with pytest.raises(CommandError, match="1 rows were written by others each time"):
            run("clinic.Patient")
    assert calls == [2] + [1] * (rewrap.ATTEMPTS - 1)
    assert "4 rewrapped" in run("clinic.Patient")
    assert versions(Patient, "visits") == {"v2": 2}


def test_an_interrupted_run_goes_on(database: str, ring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(Customer, 10)
    ring.key("patients").rotate()
    write, calls = Rewrap._write, [0]

    def stop(self: Rewrap, rows: Any) -> Any:
        calls[0] += 1
        if calls[0] == 3:
            raise KeyboardInterrupt
        return write(self, rows)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Rewrap, "_write", stop)
        Rewrap(Customer, batch_size=3).run()
    assert versions(Customer, "email") == {"v2": 6, "v1": 4}
    assert Rewrap(Customer, batch_size=3).run()["rewrapped"] == 14
    assert versions(Customer, "email") == {"v2": 10}


def test_a_manager_that_leaves_out_rows_hides_none(
    database: str, ring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They would not open any more when the old version is gone."""

    class Kept(models.Manager[Any]):
        def get_queryset(self) -> Any:
            return super().get_queryset().exclude(name="deleted")

    kept: Any = Kept()
    kept.model, kept.name = Patient, "kept"
    Patient.objects.create(name="deleted", notes="x")
    ring.key("patients").rotate()
    monkeypatch.setitem(Patient._meta.__dict__, "base_manager", kept)
    assert not Patient._base_manager.exists()
    run("clinic.Patient")
    assert versions(Patient, "notes") == {"v2": 1}
