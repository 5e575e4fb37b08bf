"""What `manage.py check` says, by its numbers."""

import re
import uuid
from typing import Any

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.db import models
from django.db.models.functions import Lower, Now
from django.test.utils import isolate_apps, override_settings

from clinic import keyring
from strongroom import Keyring
from strongroom.django import (
    BlindIndexField,
    EncryptedBinaryField,
    EncryptedBooleanField,
    EncryptedCharField,
    EncryptedDateField,
    EncryptedDateTimeField,
    EncryptedDecimalField,
    EncryptedIntegerField,
    EncryptedJSONField,
    EncryptedTextField,
)
from strongroom.django.checks import check_setting

SECRET = dict(key="patients")
LOOSE = dict(key="patients", row_bound=False)
UNIQUE_TOGETHER: dict[str, Any] = {
    "x": EncryptedTextField(key="patients", row_bound=False),
    "i": BlindIndexField("x"),
    "n": models.IntegerField(),
}


def uuid_key() -> Any:
    return models.UUIDField(primary_key=True, default=uuid.uuid4)


def checked(fields: dict[str, Any], meta: dict[str, Any] | None = None) -> list[str]:
    with isolate_apps("clinic"):
        said = {"app_label": "clinic", **(meta or {})}
        model: Any = type(
            "Made", (models.Model,), {"__module__": "clinic.models", **fields, "Meta": type("Meta", (), said)}
        )
        found = [one for one in model.check() if one.id.startswith("strongroom.")]
        # Of what is named in Meta it is said where.
        return sorted({one.id + "".join(re.findall(r" in Meta(\.\w+)", one.msg)) for one in found})


@pytest.mark.parametrize(
    ("number", "fields", "meta"),
    [
        (None, {"id": uuid_key(), "x": EncryptedTextField(**SECRET)}, {}),
        (None, {"x": EncryptedTextField(**LOOSE)}, {}),
        (None, {"id": models.BigIntegerField(primary_key=True), "x": EncryptedTextField(**SECRET)}, {}),
        (None, {"id": models.SlugField(primary_key=True), "x": EncryptedTextField(**SECRET)}, {}),
        ("E001", {"x": EncryptedTextField(**SECRET)}, {}),
        ("E001", {"id": models.AutoField(primary_key=True), "x": EncryptedTextField(**SECRET)}, {}),
        ("E001", {"id": models.DateTimeField(primary_key=True, db_default=Now()), "x": EncryptedTextField(**SECRET)}, {}),
        ("E002", {"id": models.DateField(primary_key=True), "x": EncryptedTextField(**SECRET)}, {}),
        ("E002", {"id": models.DecimalField(primary_key=True, max_digits=3, decimal_places=0), "x": EncryptedTextField(**SECRET)}, {}),
        ("E002", {"pk": models.CompositePrimaryKey("a", "b"), "a": models.IntegerField(), "b": models.IntegerField(),
                  "x": EncryptedTextField(**SECRET)}, {}),
        (None, {"id": uuid_key(), "t": models.IntegerField(), "x": EncryptedTextField(**SECRET, context_field="t")}, {}),
        ("E003", {"id": uuid_key(), "x": EncryptedTextField(**SECRET, context_field="t")}, {}),
        ("E003", {"id": uuid_key(), "t": models.DateField(), "x": EncryptedTextField(**SECRET, context_field="t")}, {}),
        ("E003", {"id": uuid_key(), "x": EncryptedTextField(**SECRET, context_field="x")}, {}),
        ("E004", {"x": EncryptedTextField(**LOOSE, unique=True)}, {}),
        ("E004", {"x": EncryptedCharField(**LOOSE, primary_key=True)}, {}),
        ("E005", {"x": EncryptedTextField(**LOOSE, db_index=True)}, {}),
        ("E006", {"x": EncryptedTextField(**LOOSE, db_default="x")}, {}),
        ("E007.ordering", {"x": EncryptedTextField(**LOOSE)}, {"ordering": ["-x"]}),
        ("E007.ordering", {"x": EncryptedTextField(**LOOSE)}, {"ordering": [models.F("x").desc()]}),
        ("E007.ordering", {"x": EncryptedTextField(**LOOSE)}, {"ordering": [Lower("x")]}),
        ("E007.unique_together", {"x": EncryptedTextField(**LOOSE), "y": models.IntegerField()}, {"unique_together": [("x", "y")]}),
        ("E007.indexes", {"x": EncryptedTextField(**LOOSE)}, {"indexes": [models.Index(fields=["x"], name="made_x")]}),
        ("E007.constraints", {"x": EncryptedTextField(**LOOSE)}, {"constraints": [models.UniqueConstraint(fields=["x"], name="made_x")]}),
        (None, {"x": EncryptedTextField(**LOOSE), "y": models.IntegerField()}, {"ordering": ["y"], "unique_together": [("y",)]}),
        ("E008", {"x": EncryptedTextField(**LOOSE, column_width=100)}, {}),
        ("E008", {"x": EncryptedIntegerField(**LOOSE, column_width=100)}, {}),
        ("E008", {"x": EncryptedCharField(**LOOSE, max_length=50, column_width=380)}, {}),
        (None, {"x": EncryptedCharField(**LOOSE, max_length=50, column_width=381)}, {}),
        ("E008", {"x": EncryptedDateField(**LOOSE, column_width=128)}, {}),
        (None, {"x": EncryptedDateField(**LOOSE, column_width=129)}, {}),
        (None, {"x": EncryptedBooleanField(**LOOSE, column_width=125)}, {}),
        (None, {"x": EncryptedBinaryField(**LOOSE, max_length=10, column_width=129)}, {}),
        (None, {"x": EncryptedDecimalField(**LOOSE, max_digits=7, decimal_places=2, column_width=129)}, {}),
        ("E009", {"i": BlindIndexField("x")}, {}),
        ("E009", {"x": models.TextField(), "i": BlindIndexField("x")}, {}),
        ("E010", {"x": EncryptedBinaryField(**LOOSE), "i": BlindIndexField("x")}, {}),
        ("E010", {"x": EncryptedDateTimeField(**LOOSE), "i": BlindIndexField("x")}, {}),
        ("E010", {"x": EncryptedDecimalField(**LOOSE, max_digits=3, decimal_places=1), "i": BlindIndexField("x")}, {}),
        (None, {"x": EncryptedBooleanField(**LOOSE), "i": BlindIndexField("x")}, {}),
        ("E011", {"x": EncryptedTextField(**LOOSE), "i": BlindIndexField("x", unique=True)}, {}),
        (None, {"x": EncryptedTextField(**LOOSE), "i": BlindIndexField("x", unique=True, version=1)}, {}),
        ("E011", UNIQUE_TOGETHER, {"unique_together": [("i", "n")]}),
        ("E011", UNIQUE_TOGETHER, {"constraints": [models.UniqueConstraint(fields=["i"], name="u")]}),
        (None, UNIQUE_TOGETHER, {"unique_together": [("n",)]}),
        ("W001", {"x": EncryptedTextField(**LOOSE, allow_plaintext=True)}, {}),
    ],
)  # fmt: skip
def test_a_model_is_checked(number: str | None, fields: dict[str, Any], meta: dict[str, Any]) -> None:
    # A field belongs to one model.
    copies = {name: field.clone() for name, field in fields.items()}
    assert checked(copies, meta) == ([] if number is None else [f"strongroom.{number}"])


def test_types_are_named() -> None:
    with isolate_apps("clinic"):

        class Made(models.Model):
            day = models.DateField(primary_key=True)
            x = EncryptedJSONField(**SECRET)
            x_index = BlindIndexField("x")

            class Meta:
                app_label = "clinic"

        said = " ".join(found.msg for found in Made.check())
        assert "cannot index 'x', which is of the type EncryptedJSONField." in said
        assert "the primary key 'day' is of the type DateField." in said


def test_what_is_inherited_is_checked_where_it_is() -> None:
    with isolate_apps("clinic"):

        class Base(models.Model):
            x = EncryptedTextField(**LOOSE)

            class Meta:
                app_label = "clinic"

        class Child(Base):
            y = EncryptedTextField(**SECRET)
            x_index = BlindIndexField("x")

            class Meta:
                app_label = "clinic"

        assert {found.id for found in Child.check()} == {"strongroom.E001", "strongroom.E009"}


def test_reading_plaintext_is_no_warning_while_debugging() -> None:
    with override_settings(DEBUG=True):
        assert checked({"x": EncryptedTextField(**LOOSE, allow_plaintext=True)}) == []


def test_without_its_keyring_a_program_is_still_checked(ring: Any) -> None:
    ring.close()
    assert checked({"x": EncryptedDateField(**LOOSE, column_width=10)}) == ["strongroom.W002"]
    keyring.give(keyring.fresh())
    assert checked({"x": EncryptedDateField(key="nobody", row_bound=False, column_width=10)}) == [
        "strongroom.W002"
    ]


@pytest.mark.parametrize(
    ("path", "said"),
    [(None, "it is not set"), (7, "it is int"), ("clinic.keyring.nothing", "cannot be imported"), ("nowhere", "cannot be imported"),
     ("clinic.keyring.KEYS", "is not callable")],
)  # fmt: skip
def test_the_setting_is_checked(path: Any, said: str) -> None:
    with override_settings(STRONGROOM_KEYRING=path):
        (found,) = [found for found in run_checks() if found.id == "strongroom.E012"]
        assert said in found.msg and "STRONGROOM_KEYRING has to be the dotted path of a callable" in found.msg


def test_a_key_that_is_not_there_is_said(ring: Any) -> None:
    def said() -> list[Any]:
        return [found for found in run_checks() if found.id == "strongroom.W004"]

    assert said() == []
    lacking = Keyring.in_memory()
    for name in ("patients", "tenants"):
        lacking.create_key(name, derived=name == "tenants")
    keyring.give(lacking)
    found = said()
    assert {str(one.obj) for one in found} == {"clinic.Customer.email_index", "clinic.Renamed.address_index"}
    assert "'email_index' names the key 'lookups', which the keyring does not have." in [
        one.msg for one in found
    ]
    assert found[0].hint.endswith("strongroom key create lookups")
    # Whoever cannot open the keyring checks the rest.
    lacking.close()
    assert said() == []


def test_a_program_without_encrypted_fields_needs_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apps, "get_models", lambda: [])
    with override_settings(STRONGROOM_KEYRING=None):
        assert check_setting(None) == []


def test_these_models_are_as_they_should_be() -> None:
    assert {found.id for found in run_checks()} == {"strongroom.W001"}
