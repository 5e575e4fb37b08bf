"""Forms of models, and serializers of Django REST framework."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models
from django.forms import modelform_factory
from django.test.utils import isolate_apps
from rest_framework import serializers

from clinic.models import Account, Customer, Patient
from strongroom.django import EncryptedEmailField, EncryptedIntegerField
from test_writes import held

FIELDS = ["email", "card", "notes", "data", "visits", "balance", "consent", "birthday", "seen"]
SAID = {"email": "ada@example.com", "card": "4111", "notes": "x", "data": '{"a": 1}', "visits": "7", "balance": "1.50",
        "consent": "true", "birthday": "1990-02-28", "seen": "2026-11-30 09:05:00"}  # fmt: skip
MODELS = pytest.mark.parametrize("model", [Patient, Customer])


@MODELS
def test_a_form_makes_and_changes_a_row(database: str, model: Any) -> None:
    form = modelform_factory(model, fields=FIELDS)
    made = form(SAID)
    assert made.is_valid(), made.errors
    row = model.objects.get(pk=made.save().pk)
    assert (row.visits, row.data, row.birthday) == (7, {"a": 1}, date(1990, 2, 28))
    shown = form(instance=row)
    assert 'value="ada@example.com"' in shown.as_p() and shown.initial["visits"] == 7
    changed = form(SAID | {"visits": "8"}, instance=row)
    assert changed.changed_data == ["visits"]
    changed.save()
    assert model.objects.get().visits == 8
    assert not form(SAID | {"email": "x" * 250 + "@example.com", "card": "4" * 21}).is_valid()
    assert form(SAID | {"email": "", "visits": ""}).save().email is None


@MODELS
def test_a_row_is_validated(database: str, model: Any) -> None:
    row = model(email="nobody", card="4" * 21, visits=2**70, balance=Decimal(1))
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert set(refused.value.message_dict) == {"email", "card"}
    row.email, row.card = "ada@example.com", "4111"
    row.full_clean()
    row.save()
    assert model.objects.get().email == "ada@example.com"


def test_a_unique_index_is_validated(database: str) -> None:
    Account.objects.create(email="ada@example.com")
    with pytest.raises(ValidationError, match="already exists"):
        Account(email="ADA@example.com").full_clean()
    Account(email="erik@example.com").full_clean()


@MODELS
def test_a_serializer_reads_and_writes_values(database: str, model: Any) -> None:
    class Serializer(serializers.ModelSerializer[Any]):
        class Meta:
            pass

    Serializer.Meta.model = model  # type: ignore[attr-defined]
    Serializer.Meta.fields = ["id", *FIELDS]  # type: ignore[attr-defined]
    kinds = {name: type(field) for name, field in Serializer().fields.items()}
    assert (kinds["email"], kinds["visits"], kinds["balance"]) == (
        serializers.EmailField,
        serializers.IntegerField,
        serializers.DecimalField,
    )
    assert (kinds["data"], kinds["consent"], kinds["birthday"]) == (
        serializers.JSONField,
        serializers.BooleanField,
        serializers.DateField,
    )
    made = Serializer(data=SAID | {"data": {"a": 1}})
    assert made.is_valid(), made.errors
    row = made.save()
    assert held(model)[0].startswith("strongroom:v1:")
    shown = Serializer(model.objects.get()).data
    assert (shown["email"], shown["visits"], shown["data"], shown["birthday"]) == (
        "ada@example.com",
        7,
        {"a": 1},
        "1990-02-28",
    )
    part = Serializer(row, data={"visits": 9}, partial=True)
    assert part.is_valid()
    part.save()
    assert model.objects.get(email="ada@example.com").visits == 9
    wrong = Serializer(data=SAID | {"email": "nobody", "visits": "many", "card": "4" * 21})
    assert not wrong.is_valid() and set(wrong.errors) == {"email", "visits", "card"}
    assert [one["email"] for one in Serializer(model.objects.all(), many=True).data] == ["ada@example.com"]


def test_a_constraint_asks_whether_there_is_a_value(database: str) -> None:
    with isolate_apps("clinic"):

        class Reached(models.Model):
            id = models.UUIDField(primary_key=True, default=uuid.uuid4)
            email = EncryptedEmailField(key="patients", null=True, blank=True)
            visits = EncryptedIntegerField(key="patients", null=True, blank=True)

            class Meta:
                app_label = "clinic"
                constraints = [
                    models.CheckConstraint(
                        condition=models.Q(email__isnull=False) | models.Q(visits__isnull=False),
                        name="reached",
                    )
                ]

        assert Reached.check() == []
        with connection.schema_editor() as editor:
            editor.create_model(Reached)
        try:
            with pytest.raises(ValidationError, match="reached"):
                Reached().full_clean()
            Reached(email="ada@example.com").full_clean()
            Reached.objects.create(visits=1)
            with pytest.raises(IntegrityError):
                Reached.objects.create()
        finally:
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE clinic_reached")
