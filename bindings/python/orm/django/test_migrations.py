"""Migrations: none after a rotation, none that carry a key, and those that add and change encrypted fields."""

import io
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import connection, migrations, models
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.writer import MigrationWriter

from clinic.models import TABLES, Account, Customer, Patient
from strongroom import Keyring
from strongroom.django import BlindIndexField, EncryptedCharField, EncryptedIntegerField, EncryptedTextField


def test_nothing_is_to_be_migrated_after_a_rotation(database: str, ring: Keyring) -> None:
    ring.key("patients").rotate()
    output = io.StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=output)
    assert output.getvalue() == "No changes detected\n"
    # And none for want of a keyring.
    ring.close()
    call_command("makemigrations", "--check", "--dry-run", stdout=output)


def test_a_field_is_written_without_a_key_and_read_back() -> None:
    for model in TABLES:
        for field in model._meta.local_fields:
            if type(field).__module__.startswith("strongroom."):
                _, path, arguments, options = field.deconstruct()
                assert path == f"strongroom.django.{type(field).__name__}"
                written, imports = MigrationWriter.serialize(field)
                assert "Keyring" not in written and "import strongroom.django" in imports
                assert all(
                    isinstance(said, (str, int, bool, tuple, type(None)))
                    for said in (*arguments, *options.values())
                )
                assert type(field)(*arguments, **options).deconstruct()[1:] == (path, arguments, options)
                assert field.clone().deconstruct()[1:] == (path, arguments, options)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"key": None},
        {"key": Keyring.in_memory().create_key("k")},
        {"key": "k", "row_bound": False, "context_field": "t"},
        {"key": "k", "write_plaintext": True},
    ],
)
def test_a_field_takes_the_name_of_a_key(wrong: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"key|context_field is for row-bound fields|say that, too"):
        EncryptedTextField(**wrong)


def test_the_columns_are_text_and_the_indexes_are_indexed(database: str) -> None:
    with connection.cursor() as cursor:
        found = {
            one.name: one for one in connection.introspection.get_table_description(cursor, "clinic_patient")
        }
        indexed = connection.introspection.get_constraints(cursor, "clinic_patient")
    kind = "TextField" if database == "postgres" else "TextField"
    for name in ("email", "visits", "scan", "data", "seen"):
        assert connection.introspection.get_field_type(found[name].type_code, found[name]) == kind
    assert any(one["columns"] == ["email_index"] and one["index"] for one in indexed.values())
    assert not any("email" in one["columns"] or "visits" in one["columns"] for one in indexed.values())
    assert Account._meta.get_field("pin").db_type(connection) == "varchar(137)"
    assert Patient._meta.get_field("email_index").db_type(connection) == "varchar(39)"


def state(**fields: Any) -> ProjectState:
    made = ProjectState()
    made.add_model(
        ModelState("clinic", "Made", [("id", models.IntegerField(primary_key=True)), *fields.items()])
    )
    return made


def apply(before: ProjectState, *operations: Any) -> ProjectState:
    for operation in operations:
        after = before.clone()
        operation.state_forwards("clinic", after)
        with connection.schema_editor() as editor:
            operation.database_forwards("clinic", editor, before, after)
        before = after
    return before


@pytest.fixture
def made(database: str) -> Any:
    before = state(visits=models.IntegerField(null=True))
    with connection.schema_editor() as editor:
        editor.create_model(before.apps.get_model("clinic", "Made"))
    yield before
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE clinic_made")


def test_a_column_of_plaintext_becomes_an_encrypted_one(made: Any) -> None:
    made.apps.get_model("clinic", "Made").objects.create(id=1, visits=7)
    after = apply(
        made,
        migrations.AlterField(
            "Made", "visits", EncryptedIntegerField(key="patients", null=True, allow_plaintext=True)
        ),
        migrations.AddField("Made", "visits_index", BlindIndexField("visits")),
        migrations.AddField("Made", "notes", EncryptedTextField(key="patients", null=True)),
    )
    model = after.apps.get_model("clinic", "Made")
    row = model.objects.get()
    assert (row.visits, row.notes) == (7, None)
    # As RunPython does, with the models of that time.
    row.notes = "x"
    row.save()
    assert (model.objects.get(visits=7).notes, model.objects.get().visits) == ("x", 7)


def test_what_a_ciphertext_is_bound_changes_no_column(made: Any, django_assert_no_sql: Any) -> None:
    before = apply(
        made,
        migrations.AddField(
            "Made", "notes", EncryptedTextField(key="patients", null=True, allow_plaintext=True)
        ),
    )
    after = before.clone()
    operation = migrations.AlterField(
        "Made", "notes", EncryptedTextField(key="patients", null=True, bound="old.notes")
    )
    operation.state_forwards("clinic", after)
    with django_assert_no_sql, connection.schema_editor() as editor:
        operation.database_forwards("clinic", editor, before, after)


@pytest.fixture
def django_assert_no_sql() -> Any:
    from django.test.utils import CaptureQueriesContext

    class NoSql(CaptureQueriesContext):
        def __exit__(self, *said: Any) -> None:
            super().__exit__(*said)
            changed = [query["sql"] for query in self.captured_queries if "clinic_made" in query["sql"]]
            assert not changed, changed

    return NoSql(connection)


def test_a_default_is_encrypted_where_rows_are_not_bound_and_refused_where_they_are(made: Any) -> None:
    made.apps.get_model("clinic", "Made").objects.create(id=1)
    after = apply(
        made,
        migrations.AddField(
            "Made", "pin", EncryptedCharField(key="patients", row_bound=False, default="0000", max_length=4)
        ),
    )
    assert after.apps.get_model("clinic", "Made").objects.get().pin == "0000"
    with pytest.raises(FieldError, match=r"clinic\.Made\.notes is bound to its row.*null=True"):
        apply(after, migrations.AddField("Made", "notes", EncryptedTextField(key="patients", default="x")))


def test_a_field_says_what_it_is() -> None:
    assert Customer._meta.get_field("email").formfield().max_length == 254  # type: ignore[union-attr]
