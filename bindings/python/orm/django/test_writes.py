"""The ways in which Django writes rows: each keeps the index in step, and what cannot be encrypted is refused."""

from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Concat, Lower, Now
from django.test.utils import CaptureQueriesContext

from clinic.models import Account, Customer, Moving, Order, Patient, Tenant
from strongroom import Keyring

MODELS = pytest.mark.parametrize("model", [Patient, Customer])


def held(model: Any, column: str = "email") -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table}")
        return [row[0] for row in cursor.fetchall()]


@MODELS
def test_many_rows_are_made_at_once(database: str, model: Any) -> None:
    made = model.objects.bulk_create(
        [model(email=f"{number}@example.com", visits=number) for number in range(50)] + [model()]
    )
    assert len(set(held(model))) == 51
    read = model.objects.in_bulk([one.pk for one in made])
    assert [(read[one.pk].email, read[one.pk].visits) for one in made[:50]] == [
        (f"{number}@example.com", number) for number in range(50)
    ]
    assert model.objects.get(email="7@example.com").visits == 7
    assert read[made[50].pk].email is None


@MODELS
def test_many_rows_are_changed_at_once(database: str, model: Any) -> None:
    model.objects.bulk_create(
        [model(email=f"{number}@example.com", data={"n": number}) for number in range(20)]
    )
    rows = list(model.objects.all())
    for row in rows:
        row.email = "new." + row.email
        row.data["n"] += 1
        row.notes = None if row.data["n"] % 2 else "even"
    # The index is not named, and is kept in step.
    assert model.objects.bulk_update(rows, ["email", "data", "notes"], batch_size=7) == 20
    for row in model.objects.all():
        assert model.objects.get(email=row.email) == row
        assert row.email == f"new.{row.data['n'] - 1}@example.com"
        assert row.notes == (None if row.data["n"] % 2 else "even")
    assert not model.objects.filter(email="3@example.com").exists()
    for row in rows:
        row.email = None
    model.objects.bulk_update(rows, ["email", "email_index"])
    assert set(held(model)) == set(held(model, "email_index")) == {None}
    rows[0].email = "named@example.com"
    model.objects.bulk_update(rows[:1], ["email", "email_index"])
    assert model.objects.get(email="named@example.com") == rows[0]


@MODELS
def test_only_some_fields_are_saved(database: str, model: Any) -> None:
    made = model.objects.create(email="ada@example.com", notes="one")
    read = model.objects.get()
    read.email = "erik@example.com"
    read.save(update_fields=["email"])
    assert model.objects.get(email="erik@example.com").notes == "one"
    assert not model.objects.filter(email="ada@example.com").exists()
    part = model.objects.only("notes").get()
    part.notes = "two"
    part.save()
    part = model.objects.only("email").get()
    part.email = "ada@example.com"
    part.save()
    assert model.objects.get(email="ada@example.com").notes == "two"
    part.email = None
    part.save(update_fields=["email"])
    assert held(model, "email_index") == [None]
    assert model.objects.get(pk=made.pk).email is None


def test_what_was_not_changed_is_written_as_it_was(database: str) -> None:
    Patient.objects.create(email="ada@example.com", notes="one")
    before = held(Patient), held(Patient, "notes"), held(Patient, "email_index")
    patient = Patient.objects.get()
    assert patient.notes == "one"
    patient.name = "Ada"
    patient.save()
    patient.save(update_fields=["email"])
    assert (held(Patient), held(Patient, "notes"), held(Patient, "email_index")) == before


def test_a_column_bound_field_is_updated_for_many_rows(database: str) -> None:
    Customer.objects.bulk_create([Customer(email="ada@example.com") for _ in range(3)])
    assert (
        Customer.objects.filter(email="ada@example.com").update(email="erik@example.com", notes="moved") == 3
    )
    assert Customer.objects.filter(email="erik@example.com").count() == 3
    assert {row.notes for row in Customer.objects.all()} == {"moved"}
    Customer.objects.update(email=None)
    assert set(held(Customer, "email_index")) == {None}
    Customer.objects.update(email=Value("y@example.com"), notes=Value(None))
    assert Customer.objects.filter(email="y@example.com", notes=None).count() == 3
    assert all(text.startswith("strongroom:i1:") for text in held(Customer, "email_index"))


@MODELS
def test_an_index_is_written_with_its_value_alone(database: str, model: Any) -> None:
    model.objects.create(email="ada@example.com")
    before = held(model, "email_index")
    case = Case(When(name="Ann", then=Value("x@example.com")), default=Value(None))
    for said in (
        {"email_index": "x"},
        {"email_index": Value("x")},
        {"email_index": case},
        {"email": None, "email_index": "x"},
    ):
        with pytest.raises(FieldError, match=r"^clinic\.\w+\.email_index is a blind index.*: set 'email'"):
            model.objects.update(**said)
    assert held(model, "email_index") == before


def test_a_row_bound_field_is_not_updated_without_its_row(database: str) -> None:
    patient = Patient.objects.create(email="ada@example.com")
    other = Patient.objects.create(email="erik@example.com")
    sealed = Patient.objects.values_list("email", flat=True).get(pk=other.pk)
    for value in ("x@example.com", Value("x@example.com"), sealed, Case(When(name="Ann", then=Value("x")), default=Value(None)),
                  Case(When(pk=patient.pk, then=Value("x")), default=Value("y"))):  # fmt: skip
        with pytest.raises(FieldError, match=r"^clinic\.Patient\.email is bound to its row"):
            Patient.objects.filter(pk=patient.pk).update(email=value)
    said = Case(When(pk=patient.pk, then=Value("x@example.com")), default=Value(None))
    assert Patient.objects.update(email=said) == 2
    assert Patient.objects.get(email="x@example.com") == patient
    assert Patient.objects.filter(pk=patient.pk).update(email=None) == 1
    assert set(held(Patient, "email_index")) == {None}


@MODELS
def test_expressions_are_refused(database: str, model: Any) -> None:
    row = model.objects.create(email="ada@example.com", notes="x")
    before = held(model), held(model, "notes")
    for expression in (
        F("name"),
        F("notes"),
        Lower("email"),
        Lower(Value("X")),
        Concat(Value("a"), Value("b")),
    ):
        with pytest.raises(FieldError, match=r"email is encrypted"):
            model.objects.update(email=expression)
        row.email = expression
        for write in (
            row.save,
            lambda: model.objects.bulk_update([row], ["email"]),
            lambda: model.objects.bulk_create([model(email=expression)]),
        ):
            with pytest.raises(
                (FieldError, ValueError), match=r"email is encrypted|Failed to insert expression"
            ):
                write()
    with pytest.raises(FieldError, match=r"email_index is a blind index"):
        model.objects.update(email_index=F("name"))
    for case in (
        Case(When(pk=row.pk, then=Now())),
        Case(When(pk=row.pk, then=Value("x")), default=F("name")),
    ):
        with pytest.raises(FieldError, match=r"email is encrypted"):
            model.objects.update(email=case)
        with pytest.raises(FieldError, match=r"email_index is a blind index"):
            model.objects.update(email_index=case)
    assert (held(model), held(model, "notes")) == before


@MODELS
def test_rows_are_got_or_made(database: str, model: Any) -> None:
    one, made = model.objects.get_or_create(email="ada@example.com", defaults={"notes": "new"})
    assert made
    assert model.objects.get_or_create(email="ADA@example.com", defaults={"notes": "newer"}) == (one, False)
    assert model.objects.get_or_create(
        email_index="ada@example.com", defaults={"email": "ada@example.com"}
    ) == (one, False)
    two, made = model.objects.get_or_create(
        email_index="erik@example.com", defaults={"email": "erik@example.com"}
    )
    assert made and two.email == "erik@example.com"
    one, made = model.objects.update_or_create(
        email="ada@example.com", defaults={"email": "Ada@example.org", "visits": 1}
    )
    assert not made
    assert model.objects.get(email="ada@example.org").visits == 1
    assert model.objects.count() == 2


@MODELS
@pytest.mark.parametrize("named", [["email"], ["email", "email_index", "notes"]])
def test_a_conflict_updates_the_row(database: str, model: Any, named: list[str]) -> None:
    row = model.objects.create(email="ada@example.com")
    new = model(pk=row.pk, email="erik@example.com", notes="x")
    model.objects.bulk_create([new], update_conflicts=True, unique_fields=["pk"], update_fields=named)
    assert model.objects.get(email="erik@example.com") == row
    model.objects.bulk_create(
        [model(pk=row.pk)], update_conflicts=True, unique_fields=["pk"], update_fields=["email"]
    )
    assert held(model) == held(model, "email_index") == [None]


def test_a_conflict_of_another_field_would_update_another_row(database: str) -> None:
    unique = {"update_conflicts": True, "unique_fields": ["name"]}
    for name in ("email", "notes"):
        with pytest.raises(
            FieldError,
            match=rf"^clinic\.Patient\.{name} is bound to its row, and a conflict of another field",
        ):
            Patient.objects.bulk_create(
                [Patient(**{name: "ada@example.com"})], update_fields=[name], **unique
            )
    Account.objects.create(email="ada@example.com", pin="0001")
    new = Account(email="ADA@example.com", pin="0002")
    Account.objects.bulk_create(
        [new], update_conflicts=True, unique_fields=["email_index"], update_fields=["pin"]
    )
    assert Account.objects.get().pin == "0002"


def test_bulk_update_knows_no_tenant(database: str) -> None:
    order = Order.objects.create(tenant=Tenant.objects.create(code="acme"), card="4111")
    with pytest.raises(FieldError, match=r"clinic\.Order\.card takes its context from 'tenant'"):
        Order.objects.bulk_update([order], ["card"])
    order.note = "known"
    Order.objects.bulk_update([order], ["note"])
    assert Order.objects.get().note == "known"


@MODELS
def test_a_rollback_leaves_the_instance_as_it_was(database: str, model: Any) -> None:
    row = model(email="ada@example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
        raise IntegrityError
    assert row.email == "ada@example.com"
    row.save(force_insert=True)
    assert model.objects.get().email == "ada@example.com"


def test_the_index_costs_no_query(database: str) -> None:
    patient = Patient.objects.create(email="ada@example.com")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        patient.email = "erik@example.com"
        patient.save(update_fields=["email"])
    assert sum("clinic_patient" in query["sql"] for query in queries) == 1


def test_an_instance_that_was_saved_holds_no_plaintext(database: str, ring: Keyring) -> None:
    patient = Patient.objects.create(email="ada@example.com", notes="secret", visits=7)
    assert "ada@example.com" not in repr(patient.__dict__) and "secret" not in repr(patient.__dict__)
    assert (patient.email, patient.notes, patient.visits) == ("ada@example.com", "secret", 7)
    assert Moving._meta.get_field("email").plaintexts_read == 0


@MODELS
def test_an_index_is_written_again_after_a_save_that_was_rolled_back(database: str, model: Any) -> None:
    one = model.objects.create(email="old@example.com")
    one.email = "new@example.com"
    with transaction.atomic():
        one.save(update_fields=["email"])
        transaction.set_rollback(True)
    one.save(update_fields=["email"])
    assert model.objects.get(email="new@example.com").email == "new@example.com"
    assert not model.objects.filter(email="old@example.com").exists()
