"""The admin: list, search, add and change through the test client."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from clinic.models import Patient
from strongroom import errors
from test_writes import held

FORM = {
    "name": "Ada", "email": "ada@example.com", "card": "4111", "notes": "secret", "data": '{"a": 1}', "visits": "7", "balance": "12.50",
    "consent": "true", "birthday": "1990-02-28", "seen_0": "2026-11-30", "seen_1": "09:05:00",
}  # fmt: skip


@pytest.fixture
def admin(database: str) -> Any:
    User.objects.all().delete()
    client = Client()
    client.force_login(User.objects.create_superuser("root", "root@example.com", "root"))
    yield client
    User.objects.all().delete()


def test_a_row_is_added_listed_found_and_changed(admin: Client) -> None:
    page = admin.get("/admin/clinic/patient/add/").content.decode()
    assert 'type="email"' in page and "email_index" not in page
    assert admin.post("/admin/clinic/patient/add/", FORM).status_code == 302
    patient = Patient.objects.get(email="ada@example.com")
    assert (patient.card, patient.data, patient.visits, str(patient.balance), patient.consent) == (
        "4111",
        {"a": 1},
        7,
        "12.50",
        True,
    )
    assert held(Patient)[0].startswith("strongroom:v1:")
    assert "ada@example.com" in admin.get("/admin/clinic/patient/").content.decode()
    assert (
        "ada@example.com"
        in admin.get("/admin/clinic/patient/?q=ADA@example.com").content.decode().split('id="result_list"')[1]
    )
    assert 'id="result_list"' not in admin.get("/admin/clinic/patient/?q=erik@example.com").content.decode()
    address = f"/admin/clinic/patient/{patient.pk}/change/"
    page = admin.get(address).content.decode()
    assert (
        'value="ada@example.com"' in page and "\nsecret</textarea>" in page and 'value="1990-02-28"' in page
    )
    before = held(Patient, "notes")
    assert admin.post(address, FORM | {"email": "erik@example.com", "visits": ""}).status_code == 302
    changed = Patient.objects.get(email="erik@example.com")
    assert (changed.pk, changed.visits, changed.notes) == (patient.pk, None, "secret")
    assert held(Patient, "notes") != before
    # What was done is noted, by the name of the row and of what was changed.
    assert "Changed Email" in admin.get(f"/admin/clinic/patient/{patient.pk}/history/").content.decode()


def test_what_is_invalid_is_shown_in_the_form(admin: Client) -> None:
    answer = admin.post(
        "/admin/clinic/patient/add/", FORM | {"email": "nobody", "visits": "many", "card": "4" * 21}
    )
    assert answer.status_code == 200
    for said in ("Enter a valid email address.", "Enter a whole number.", "at most 20 characters"):
        assert said in answer.content.decode()
    assert not Patient.objects.exists()


def test_a_row_is_deleted(admin: Client) -> None:
    patient = Patient.objects.create(email="ada@example.com")
    assert admin.post(f"/admin/clinic/patient/{patient.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Patient.objects.exists()


def test_a_row_that_does_not_open_is_an_error_by_name(admin: Client) -> None:
    patient = Patient.objects.create(email="ada@example.com", notes="x")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_patient SET notes = email")
    with pytest.raises(errors.DecryptFailed, match=r"clinic\.Patient\.notes of row"):
        admin.get(f"/admin/clinic/patient/{patient.pk}/change/")
