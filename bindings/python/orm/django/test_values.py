"""Every type in both forms: written, read, missing, empty, and refused where it is of another type."""

import json
import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from clinic.models import Coded, Customer, Numbered, Patient, Renamed, Stamped
from strongroom import Keyring, errors

VALUES: dict[str, list[Any]] = {
    "email": ["ada@example.com", ""],
    "card": ["4111 1111 1111 1111", "", "Zürich 🚲"],
    "notes": ["strongroom:v1:AAAA", " a\n", "x" * 100_000],
    "scan": [b"\x00\xff", b""],
    "data": [{"b": 1, "a": [True, None, "é"]}, [], "text", 7, {}],
    "visits": [0, -7, 2**70],
    "balance": [Decimal("12.50"), Decimal("-0.01")],
    "consent": [True, False],
    "birthday": [date(1990, 2, 28)],
    "seen": [
        datetime(2026, 11, 30, 9, 5, tzinfo=UTC),
        datetime(2026, 1, 1, 0, 0, 0, 120000, tzinfo=timezone(timedelta(hours=-3.5))),
    ],
}
CASES = [(name, value) for name, values in VALUES.items() for value in values]


def stored(model: Any, column: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table}")
        ((found,),) = cursor.fetchall()
    return found


@pytest.mark.parametrize("model", [Patient, Customer])
@pytest.mark.parametrize(("name", "value"), CASES)
def test_a_value_comes_back_as_it_was(database: str, model: Any, name: str, value: Any) -> None:
    made = model.objects.create(**{name: value})
    assert getattr(made, name) == value
    read = getattr(model.objects.get(pk=made.pk), name)
    assert (read, type(read)) == (value, type(value))
    assert stored(model, name).startswith("strongroom:v1:")
    made.refresh_from_db()
    assert getattr(made, name) == value
    assert getattr(model.objects.defer(name).get(), name) == value
    assert getattr(model.objects.only("name").get(), name) == value


@pytest.mark.parametrize("model", [Patient, Customer])
@pytest.mark.parametrize("name", [name for name in VALUES if name != "card"])
def test_what_is_missing_stays_missing(database: str, model: Any, name: str) -> None:
    made = model.objects.create(**{name: VALUES[name][0]})
    setattr(made, name, None)
    made.save()
    assert getattr(model.objects.get(), name) is None
    assert stored(model, name) is None
    assert model.objects.filter(**{f"{name}__isnull": True}).exists()
    assert model.objects.filter(**{name: None}).exists()
    assert not model.objects.exclude(**{name: None}).exists()


def test_a_value_is_bound_as_the_command_line_binds_it(database: str, ring: Keyring) -> None:
    patient = Patient.objects.create(card="4111")
    bound = {"row": str(patient.pk), "column": "clinic_patient.card"}
    assert ring.key("patients").decrypt(stored(Patient, "card"), aad=bound) == b"4111"
    Customer.objects.create(card="4111")
    assert (
        ring.key("patients").decrypt(stored(Customer, "card"), aad={"column": "clinic_customer.card"})
        == b"4111"
    )


def test_rows_are_written_as_one_text(database: str, ring: Keyring) -> None:
    key = ring.key("patients")
    shouted = "6F9619FF-8B86-D011-B42D-00C04FC964FF"
    Patient.objects.create(pk=shouted, card="4111")
    assert (
        key.decrypt(stored(Patient, "card"), aad={"row": shouted.lower(), "column": "clinic_patient.card"})
        == b"4111"
    )
    assert Patient.objects.get(pk=shouted).card == "4111"
    Numbered.objects.create(number="17", secret="x")
    assert (
        key.decrypt(stored(Numbered, "secret"), aad={"row": "17", "column": "clinic_numbered.secret"}) == b"x"
    )
    Coded.objects.create(code="C-00001", secret="x")
    assert (
        key.decrypt(stored(Coded, "secret"), aad={"row": "C-00001", "column": "clinic_coded.secret"}) == b"x"
    )


def test_what_the_shared_examples_say_is_what_is_written(database: str, ring: Keyring) -> None:
    examples = json.loads((Path(__file__).resolve().parents[3] / "fields.json").read_text())["values"]
    makes: dict[str, Any] = {"text": ("notes", str), "int": ("visits", int), "decimal": ("balance", Decimal), "bool": ("consent", bool),
                             "date": ("birthday", date.fromisoformat), "datetime": ("seen", datetime.fromisoformat),
                             "json": ("data", lambda value: value)}  # fmt: skip
    seen = 0
    for example in examples:
        if example["type"] in makes:
            name, make = makes[example["type"]]
            Customer.objects.all().delete()
            Customer.objects.create(**{name: make(example["value"])})
            plaintext = ring.key("patients").decrypt(
                stored(Customer, name), aad={"column": f"clinic_customer.{name}"}
            )
            assert plaintext == example["plaintext"].encode()
            assert getattr(Customer.objects.get(), name) == make(example["value"])
            seen += 1
    assert seen >= 20


@pytest.mark.parametrize(
    ("name", "value"),
    [("card", 4111), ("notes", b"text"), ("scan", "text"), ("visits", True), ("visits", "7"), ("balance", 1.5), ("consent", 1),
     ("birthday", "1990-02-28"), ("birthday", datetime(1990, 2, 28, tzinfo=UTC)), ("seen", datetime(1990, 2, 28)), ("data", {1: 2}),
     ("data", (1, 2)), ("data", float("nan")), ("balance", Decimal("NaN"))],
)  # fmt: skip
@pytest.mark.parametrize("model", [Patient, Customer])
def test_another_type_is_refused_by_name_and_without_the_value(
    database: str, model: Any, name: str, value: Any
) -> None:
    with pytest.raises((TypeError, ValueError), match=rf"^clinic\.{model.__name__}\.{name} ") as refused:
        model.objects.create(**{name: value})
    assert len(str(value)) < 4 or str(value) not in str(refused.value)
    assert not model.objects.exists()


def test_texts_of_other_classes_are_texts(database: str) -> None:
    patient = Patient.objects.create(notes=mark_safe("safe"), card=gettext_lazy("lazy"))
    patient.refresh_from_db()
    assert (patient.notes, patient.card) == ("safe", "lazy")


def test_a_naive_time_is_refused_where_times_have_zones_and_taken_where_not(
    database: str, settings_of: Any
) -> None:
    with settings_of(USE_TZ=False):
        Customer._meta.get_field("seen").__dict__.pop("core", None)
        Customer.objects.create(seen=datetime(2026, 11, 30, 9, 5))
        assert Customer.objects.get().seen == datetime(2026, 11, 30, 9, 5)
    Customer._meta.get_field("seen").__dict__.pop("core", None)
    with pytest.raises(ValueError, match=r"^clinic\.Customer\.seen .*without an offset|offset"):
        Customer.objects.get()


def test_times_that_are_set_by_themselves(database: str) -> None:
    before = datetime.now(UTC)
    stamped = Stamped.objects.create()
    first = Stamped.objects.get()
    assert before <= first.made <= stamped.changed
    first.save()
    second = Stamped.objects.get()
    assert second.made == stamped.made and second.changed > stamped.changed


def test_what_is_changed_within_a_document_is_saved(database: str) -> None:
    Patient.objects.create(data={"a": 1})
    patient = Patient.objects.get()
    patient.data["a"] = 2
    patient.save()
    patient.data["b"] = 3
    patient.save()
    assert Patient.objects.get().data == {"a": 2, "b": 3}


def test_a_column_that_was_renamed_opens_under_its_old_name(database: str) -> None:
    Customer.objects.create(email="ada@example.com")
    row = Customer.objects.values("email_index")[0]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO clinic_renamed (address, address_index) SELECT email, email_index FROM clinic_customer"
        )
    assert Renamed.objects.get(address="Ada@example.com").address == "ada@example.com"
    assert Renamed.objects.get().address_index == row["email_index"]


def test_a_key_is_an_error_only_where_there_is_none(database: str, ring: Keyring) -> None:
    patient = Patient(pk=uuid.uuid4(), card="4111")
    ring.key("patients").configure(deletion_allowed=True)
    ring.delete_key("patients")
    with pytest.raises(errors.KeyNotFound, match=r"clinic\.Patient\.card: .*patients"):
        patient.save()
