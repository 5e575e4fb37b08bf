"""What a value is bound to: a ciphertext that was moved, a row that was copied, and keys that are not there."""

import copy
import pickle
import uuid
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import connection

from clinic import keyring
from clinic.models import Coded, Customer, Numbered, Order, Patient, Tenant
from strongroom import Keyring, errors


def move(model: Any, column: str, start: Any, to: Any) -> None:
    """As somebody would who can write the table."""
    table, key = model._meta.db_table, model._meta.pk
    start, to = (key.get_db_prep_value(one, connection) for one in (start, to))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE {key.column} = %s", [start])
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {key.column} = %s", [*cursor.fetchone(), to])


def test_a_ciphertext_of_another_row_is_refused(database: str) -> None:
    ada, erik = (
        Patient.objects.create(email="ada@example.com"),
        Patient.objects.create(email="erik@example.com"),
    )
    move(Patient, "email", ada.pk, erik.pk)
    read = Patient.objects.get(pk=erik.pk)
    assert read.name == "Ann"
    with pytest.raises(
        errors.DecryptFailed, match=rf"^clinic\.Patient\.email of row {erik.pk}: decryption failed"
    ) as refused:
        read.email
    assert refused.value.code == "decrypt_failed"
    with pytest.raises(errors.DecryptFailed):
        erik.refresh_from_db()
    assert Patient.objects.get(pk=ada.pk).email == "ada@example.com"


def test_a_ciphertext_of_another_row_opens_where_it_is_bound_the_column(database: str) -> None:
    ada, erik = (
        Customer.objects.create(email="ada@example.com"),
        Customer.objects.create(email="erik@example.com"),
    )
    move(Customer, "email", ada.pk, erik.pk)
    assert Customer.objects.get(pk=erik.pk).email == "ada@example.com"


@pytest.mark.parametrize("model", [Patient, Customer])
def test_a_ciphertext_of_another_column_is_refused(database: str, model: Any) -> None:
    row = model.objects.create(email="ada@example.com", notes="x")
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET notes = email")
    with pytest.raises(errors.DecryptFailed, match=rf"^clinic\.{model.__name__}\.notes"):
        model.objects.get(pk=row.pk).notes


@pytest.mark.parametrize("model", [Patient, Customer])
def test_another_key_is_refused(database: str, model: Any) -> None:
    model.objects.create(email="ada@example.com")
    keyring.give(keyring.fresh())
    with pytest.raises(errors.DecryptFailed, match=rf"^clinic\.{model.__name__}\.email"):
        model.objects.get().email


@pytest.mark.parametrize("model", [Patient, Customer])
def test_plaintext_in_the_column_is_refused_unless_it_is_allowed(database: str, model: Any) -> None:
    model.objects.create(email="ada@example.com")
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET email = 'ada@example.com'")
    with pytest.raises(errors.Malformed, match=r"allow_plaintext=True") as refused:
        model.objects.get().email
    assert "ada@" not in str(refused.value)


def test_a_row_is_copied(database: str) -> None:
    made = Patient.objects.create(email="ada@example.com", notes="x", data={"a": 1})
    for row in (made, Patient.objects.get()):
        before, row.pk, row._state.adding = row.pk, uuid.uuid4(), True
        row.save()
        copied = Patient.objects.get(pk=row.pk)
        assert (copied.email, copied.notes, copied.data) == ("ada@example.com", "x", {"a": 1})
        assert Patient.objects.get(pk=before).email == "ada@example.com"
    assert Patient.objects.filter(email="ada@example.com").count() == 3


def test_a_row_whose_key_comes_last_is_not_written_under_another(database: str) -> None:
    Numbered.objects.create(number=1, secret="x")
    row = Numbered.objects.get()
    assert row.secret == "x"
    row.save()
    row.number = 2
    with pytest.raises(errors.DecryptFailed, match=r"^clinic\.Numbered\.secret of row 2: "):
        row.save()
    row.number = 1
    value, row.number = row.secret, 2
    row.secret = value
    row.save()
    assert Numbered.objects.get(pk=2).secret == "x"


@pytest.mark.parametrize(("model", "key"), [(Coded, ""), (Numbered, None), (Coded, None)])
def test_a_row_needs_its_key(database: str, model: Any, key: Any) -> None:
    with pytest.raises(
        ValueError,
        match=rf"^clinic\.{model.__name__}\.secret is bound to its row, (of which the primary key is empty|which has no primary key yet)",
    ):
        model(pk=key, secret="x").save(force_insert=True)


def test_a_tenant_is_part_of_what_is_bound(database: str) -> None:
    acme, umbra = Tenant.objects.create(code="acme"), Tenant.objects.create(code="umbra")
    made = Order.objects.create(tenant=acme, card="4111")
    order = Order.objects.get()
    order.tenant = umbra
    with pytest.raises(errors.DecryptFailed, match=rf"^clinic\.Order\.card of row {made.pk}: "):
        order.save()
    order.tenant = acme
    order.save()
    card, order.tenant = order.card, umbra
    order.card = card
    order.save()
    assert Order.objects.get().card == "4111"
    with pytest.raises(
        ValueError, match=r"^clinic\.Order\.card of row .* takes its context from 'tenant', which is empty"
    ):
        Order.objects.create(card="4111")


def test_a_tenant_is_not_saved_without_what_is_bound_to_it(database: str) -> None:
    acme, umbra = Tenant.objects.create(code="acme"), Tenant.objects.create(code="umbra")
    order = Order.objects.create(tenant=acme, card="4111")
    order.tenant = umbra
    for name in ("tenant", "tenant_id"):
        with pytest.raises(
            FieldError, match=r"^clinic\.Order\.card takes its context from 'tenant'.* name both"
        ):
            order.save(update_fields=[name])
    # What is deferred is left out of a save in the same way.
    deferred = Order.objects.defer("card").get()
    deferred.save()
    deferred.tenant = umbra
    with pytest.raises(FieldError, match=r"^clinic\.Order\.card takes its context"):
        deferred.save()
    order.save(update_fields=["note"])
    assert Order.objects.get().card == "4111"
    order.card = "4111"
    order.save(update_fields=["tenant", "card"])
    assert (Order.objects.get().card, Order.objects.get().tenant) == ("4111", umbra)
    # Nothing is left behind where nothing is there.
    Order.objects.update(card=None)
    order.tenant = acme
    order.save(update_fields=["tenant"])
    assert Order.objects.get().tenant == acme


def test_models_are_pickled_and_copied_with_ciphertexts(database: str) -> None:
    Patient.objects.create(email="ada@example.com", visits=7)
    patient = Patient.objects.get()
    pickled = pickle.dumps(patient)
    assert b"ada@example.com" not in pickled
    for one in (
        pickle.loads(pickled),
        copy.copy(patient),
        copy.deepcopy(patient),
        pickle.loads(pickle.dumps(Patient.objects.all()))[0],
    ):
        assert (one.email, one.visits) == ("ada@example.com", 7)
    # It knows the row that it was loaded from.
    again = pickle.loads(pickled)
    again.pk = uuid.uuid4()
    assert again.email == "ada@example.com"
    (sealed,) = Patient.objects.values_list("email", flat=True)
    for one in (pickle.loads(pickle.dumps(sealed)), copy.copy(sealed), copy.deepcopy(sealed)):
        assert one.open(patient.pk) == "ada@example.com"
        assert one == sealed


def test_what_was_read_in_bulk_can_be_given_to_its_row(database: str) -> None:
    ada, erik = Patient.objects.create(email="ada@example.com"), Patient.objects.create()
    (sealed,) = Patient.objects.filter(pk=ada.pk).values_list("email", flat=True)
    ada.email = sealed
    ada.save()
    assert Patient.objects.get(pk=ada.pk).email == "ada@example.com"
    erik.email = sealed
    with pytest.raises(errors.DecryptFailed):
        erik.email
    # It is another field's as well.
    ada.notes = sealed
    ada.save()
    assert Patient.objects.get(pk=ada.pk).notes == "ada@example.com"


def test_a_key_that_is_of_no_use_says_so(database: str, ring: Keyring) -> None:
    Patient.objects.create(email="ada@example.com")
    ring.key("patients").disable()
    with pytest.raises(errors.StrongroomError, match=r"^clinic\.Patient\.email of row "):
        Patient.objects.get().email
    ring.key("patients").enable()
    ring.close()
    with pytest.raises(errors.Closed):
        Patient.objects.get().email


def test_nothing_is_bound_nothing(database: str) -> None:
    order = Order.objects.create()
    assert (Order.objects.get().card, Order.objects.get().card_index, order.card_index) == (None, None, None)
