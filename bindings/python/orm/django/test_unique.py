"""A unique index in validation: what is there already is an error of the encrypted field, and not of the database."""

from typing import Any

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import connection, models
from django.forms import modelform_factory
from django.test.utils import isolate_apps
from rest_framework import serializers
from rest_framework.validators import UniqueValidator

from clinic.models import Account
from strongroom.django import BlindIndexField, EncryptedCharField, EncryptedEmailField

EXISTS = ["Account with this Email already exists."]


def said(call: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        call()
    return refused.value.message_dict


def test_a_form_says_what_is_there_already(database: str) -> None:
    ada = Account.objects.create(email="ada@example.com")
    form = modelform_factory(Account, fields=["email", "pin"])
    assert form({"email": "ADA@example.com", "pin": "1"}).errors == {"email": EXISTS}
    assert form({"email": "ada@example.com", "pin": "1"}, instance=ada).is_valid()
    assert form({"email": "erik@example.com", "pin": "1"}).is_valid()
    # What the form has not, or is invalid for another reason, is not asked for.
    assert modelform_factory(Account, fields=["pin"])({"pin": "1"}).is_valid()
    assert list(form({"email": "nobody", "pin": "1"}).errors) == ["email"]


def test_a_row_says_what_is_there_already(database: str) -> None:
    Account.objects.create(email="ada@example.com")
    again = Account(email="ADA@example.com")
    for call in (
        again.full_clean,
        again.validate_unique,
        lambda: again.validate_unique(exclude={"email_index"}),
    ):
        assert said(call) == {"email": EXISTS}
    again.validate_unique(exclude={"email"})
    Account(email="erik@example.com").full_clean()


def test_a_serializer_is_told_to_look(database: str) -> None:
    class Serializer(serializers.ModelSerializer[Account]):
        email = serializers.EmailField(validators=[UniqueValidator(queryset=Account.objects.all())])

        class Meta:
            model = Account
            fields = ("email",)

    ada = Account.objects.create(email="ada@example.com")
    again = Serializer(data={"email": "ADA@example.com"})
    assert not again.is_valid() and list(again.errors) == ["email"]
    assert Serializer(ada, data={"email": "ADA@example.com"}).is_valid()


def test_constraints_of_an_index_are_validated(database: str) -> None:
    with isolate_apps("clinic"):

        class Member(models.Model):
            tenant = models.CharField(max_length=20, blank=True)
            id = models.IntegerField(primary_key=True)
            email = EncryptedEmailField(key="patients", error_messages={"unique": "Taken."})
            email_index = BlindIndexField("email", version=1)
            card = EncryptedCharField(key="tenants", context_field="tenant")
            card_index = BlindIndexField("card", version=1)

            class Meta:
                app_label = "clinic"
                unique_together = [("tenant", "card_index")]
                constraints = [models.UniqueConstraint(fields=["email_index"], name="one_email")]

        assert Member.check() == []
        with connection.schema_editor() as editor:
            editor.create_model(Member)
        try:
            Member.objects.create(id=1, tenant="acme", email="ada@example.com", card="4111")
            form = modelform_factory(Member, fields=["id", "tenant", "email", "card"])
            given = {"id": "2", "tenant": "acme", "email": "ada@example.com", "card": "4111"}
            assert form(given).errors == {
                "email": ["Taken."],
                NON_FIELD_ERRORS: ["Member with this Tenant and Card already exists."],
            }
            assert form(given | {"tenant": "umbra", "email": "erik@example.com"}).is_valid()
            # A tenant that a view sets later on makes the index later, too.
            later = modelform_factory(Member, fields=["id", "card"])
            assert later({"id": "3", "card": "4111"}).is_valid()
        finally:
            with connection.schema_editor() as editor:
                editor.delete_model(Member)
