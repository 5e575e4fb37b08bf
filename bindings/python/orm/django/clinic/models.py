"""The models of the tests: every field in both forms, and what rows are bound to."""

import uuid
from typing import Any

from django.db import models

from strongroom.django import (
    BlindIndexField,
    EncryptedBinaryField,
    EncryptedBooleanField,
    EncryptedCharField,
    EncryptedDateField,
    EncryptedDateTimeField,
    EncryptedDecimalField,
    EncryptedEmailField,
    EncryptedIntegerField,
    EncryptedJSONField,
    EncryptedTextField,
)


class Identified(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class Patient(Identified):
    """Row-bound, in every type."""

    name = models.CharField(max_length=50, default="Ann")
    email = EncryptedEmailField(key="patients", null=True, blank=True)
    email_index = BlindIndexField("email", normalize="email")
    card = EncryptedCharField(key="patients", max_length=20, blank=True, default="")
    notes = EncryptedTextField(key="patients", null=True, blank=True)
    scan = EncryptedBinaryField(key="patients", null=True, blank=True, editable=True)
    data = EncryptedJSONField(key="patients", null=True, blank=True)
    visits = EncryptedIntegerField(key="patients", null=True, blank=True)
    balance = EncryptedDecimalField(key="patients", null=True, blank=True, max_digits=10, decimal_places=2)
    consent = EncryptedBooleanField(key="patients", null=True, blank=True)
    birthday = EncryptedDateField(key="patients", null=True, blank=True)
    seen = EncryptedDateTimeField(key="patients", null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """Column-bound, in every type, with keys that the database makes."""

    name = models.CharField(max_length=50, default="Ann")
    email = EncryptedEmailField(key="patients", row_bound=False, null=True, blank=True)
    email_index = BlindIndexField("email", normalize="email", key="lookups")
    card = EncryptedCharField(key="patients", row_bound=False, max_length=20, blank=True, default="")
    notes = EncryptedTextField(key="patients", row_bound=False, null=True, blank=True)
    scan = EncryptedBinaryField(key="patients", row_bound=False, null=True, blank=True)
    data = EncryptedJSONField(key="patients", row_bound=False, null=True, blank=True)
    visits = EncryptedIntegerField(key="patients", row_bound=False, null=True, blank=True)
    balance = EncryptedDecimalField(
        key="patients", row_bound=False, null=True, max_digits=10, decimal_places=2
    )
    consent = EncryptedBooleanField(key="patients", row_bound=False, null=True, blank=True)
    birthday = EncryptedDateField(key="patients", row_bound=False, null=True, blank=True)
    seen = EncryptedDateTimeField(key="patients", row_bound=False, null=True, blank=True)


class Visit(models.Model):
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="visits_made", null=True)
    reason = EncryptedTextField(key="patients", row_bound=False, default="")


class Tenant(models.Model):
    code = models.CharField(primary_key=True, max_length=20)


class Order(Identified):
    """Each tenant has a subkey."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, null=True)
    card = EncryptedCharField(key="tenants", context_field="tenant", max_length=20, null=True)
    card_index = BlindIndexField("card", normalize=("nfkc", "digits"))
    # Of a derived key without a tenant.
    note = EncryptedTextField(key="tenants", null=True)


class Person(Identified):
    number = EncryptedIntegerField(key="patients", null=True)
    number_index = BlindIndexField("number")


class Doctor(Person):
    licence = EncryptedTextField(key="patients", null=True)


class Locum(Doctor):
    class Meta:
        proxy = True


class Numbered(models.Model):
    # The key stands behind the field, so the row is not known yet when the field is loaded.
    secret = EncryptedTextField(key="patients", null=True)
    number = models.IntegerField(primary_key=True)


class Coded(models.Model):
    code = models.CharField(primary_key=True, max_length=20)
    secret = EncryptedTextField(key="patients", null=True)


class Stamped(Identified):
    made = EncryptedDateTimeField(key="patients", auto_now_add=True)
    changed = EncryptedDateTimeField(key="patients", auto_now=True)


class Renamed(models.Model):
    """Reads what `Customer.email` wrote, from another table and column."""

    address = EncryptedEmailField(key="patients", row_bound=False, bound="clinic_customer.email")
    address_index = BlindIndexField("address", normalize="email", key="lookups", db_index=False)


class Account(models.Model):
    """What a unique index and a column of a fixed width need."""

    email = EncryptedEmailField(key="patients", row_bound=False, column_width=1469)
    email_index = BlindIndexField("email", normalize="email", version=1, unique=True)
    pin = EncryptedCharField(key="patients", row_bound=False, max_length=4, column_width=137, default="0000")


class Moving(Identified):
    """Plaintext is still in its table."""

    email = EncryptedEmailField(key="patients", null=True, allow_plaintext=True)
    email_index = BlindIndexField("email", normalize="email")
    visits = EncryptedIntegerField(key="patients", null=True, allow_plaintext=True)
    consent = EncryptedBooleanField(key="patients", null=True, allow_plaintext=True)
    seen = EncryptedDateTimeField(key="patients", null=True, allow_plaintext=True)
    scan = EncryptedBinaryField(key="patients", null=True, allow_plaintext=True)
    data = EncryptedJSONField(key="patients", null=True, allow_plaintext=True)


class Unchanged(Identified):
    """An older release reads its table."""

    email = EncryptedEmailField(key="patients", null=True, allow_plaintext=True, write_plaintext=True)
    email_index = BlindIndexField("email", normalize="email")


TABLES: list[type[Any]] = [
    Visit, Patient, Customer, Order, Tenant, Doctor, Person, Numbered, Coded, Stamped, Renamed, Account, Moving, Unchanged,
]  # fmt: skip
