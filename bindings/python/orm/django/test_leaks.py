"""Error pages, logs and the query log, searched for plaintext."""

import logging
import uuid
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import DatabaseError, connection
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.views.debug import ExceptionReporter

from clinic.models import Account, Customer, Patient
from strongroom import Keyring, errors

PLAINTEXT = "ada.lovelace@example.com"
MODELS = pytest.mark.parametrize("model", [Patient, Customer])


@MODELS
def test_the_query_log_has_ciphertexts_and_indexes(
    database: str, model: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.DEBUG, "django.db.backends"),
        override_settings(DEBUG=True),
        CaptureQueriesContext(connection) as queries,
    ):
        row = model.objects.create(email=PLAINTEXT, notes=PLAINTEXT)
        assert model.objects.get(email=PLAINTEXT).notes == PLAINTEXT
        row.email = "x" + PLAINTEXT
        row.save()
        model.objects.bulk_update([row], ["email"])
        model.objects.bulk_create([model(email=PLAINTEXT)])
        assert model.objects.filter(email__in=[PLAINTEXT]).count() == 1
        model.objects.get_or_create(email=PLAINTEXT)
    assert len(queries) >= 7 and any("strongroom:v1:" in query["sql"] for query in queries)
    assert any(record.name == "django.db.backends" for record in caplog.records)
    assert PLAINTEXT not in caplog.text and PLAINTEXT not in repr(queries.captured_queries)


def test_the_error_page_shows_ciphertexts(database: str) -> None:
    one, other = Patient.objects.create(notes=PLAINTEXT), Patient.objects.create(notes="x")
    with connection.cursor() as cursor:
        key = Patient._meta.pk.get_db_prep_value(other.pk, connection)
        cursor.execute("SELECT notes FROM clinic_patient WHERE id <> %s", [key])
        cursor.execute("UPDATE clinic_patient SET notes = %s WHERE id = %s", [*cursor.fetchone(), key])
    client = Client(raise_request_exception=False)
    with override_settings(DEBUG=True):
        answer = client.get(f"/show/{other.pk}/")
    page = answer.content.decode()
    assert answer.status_code == 500 and f"clinic.Patient.notes of row {other.pk}: decryption failed" in page
    assert "Sealed(" in page and "strongroom:v1:" in page
    assert PLAINTEXT not in page
    assert client.get(f"/show/{one.pk}/").content.decode() == PLAINTEXT


def reported(error: BaseException) -> str:
    """What Django shows and mails of an exception, without the frames of the test itself, which has the plaintext."""
    traceback = error.__traceback__
    while traceback is not None and "strongroom" not in traceback.tb_frame.f_code.co_filename:
        traceback = traceback.tb_next
    reporter = ExceptionReporter(RequestFactory().get("/"), type(error), error, traceback)
    with override_settings(DEBUG=True):
        return reporter.get_traceback_html() + reporter.get_traceback_text() + str(error)


@MODELS
def test_a_write_that_fails_shows_no_value(database: str, ring: Keyring, model: Any) -> None:
    ring.key("patients").disable()
    with pytest.raises(errors.StrongroomError) as refused:
        model(pk=uuid.uuid4() if model is Patient else None, email=PLAINTEXT).save()
    page = reported(refused.value)
    assert "email" in page
    assert PLAINTEXT not in page


@MODELS
def test_an_update_that_fails_shows_no_value(database: str, ring: Keyring, model: Any) -> None:
    row = model.objects.create(email="x@example.com")
    row.email = PLAINTEXT
    ring.key("patients").disable()
    with pytest.raises(errors.StrongroomError) as refused:
        model.objects.bulk_update([row], ["email"])
    assert PLAINTEXT not in reported(refused.value)
    with pytest.raises((errors.StrongroomError, FieldError)) as other:
        model.objects.update(email=PLAINTEXT)
    assert PLAINTEXT not in reported(other.value)
    ring.key("lookups").disable()
    for search in (model.objects.filter(email=PLAINTEXT), model.objects.filter(email_index__in=[PLAINTEXT])):
        with pytest.raises(errors.StrongroomError) as third:
            list(search)
        assert PLAINTEXT not in reported(third.value)


def test_a_database_that_refuses_names_no_value(database: str) -> None:
    Account.objects.create(email=PLAINTEXT)
    with pytest.raises(DatabaseError) as refused:
        Account.objects.create(email=PLAINTEXT)
    assert PLAINTEXT not in str(refused.value)


def test_a_repr_shows_no_value(database: str) -> None:
    patient = Patient.objects.create(email=PLAINTEXT)
    assert PLAINTEXT not in repr(
        (patient, patient.__dict__, Patient.objects.get(), Patient.objects.all(), Patient.objects.values())
    )
