"""`dumpdata` asks before it writes plaintext, and `loaddata` encrypts it, also with another keyring."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import connection

from clinic import keyring
from clinic.models import Customer, Doctor, Patient, Person, Stamped
from test_values import VALUES, stored


def dump(*arguments: str) -> str:
    output = io.StringIO()
    call_command("dumpdata", *arguments, stdout=output)
    return output.getvalue()


def test_plaintext_is_not_dumped_unless_that_is_said(database: str) -> None:
    Patient.objects.create(email="ada@example.com", visits=7)
    for label in ("clinic.Patient", "clinic"):
        with pytest.raises(CommandError, match=r"clinic\.Patient\.\w+ is encrypted.*--decrypt-fields"):
            dump(label)
    assert "ada@example.com" in dump("clinic.Patient", "--decrypt-fields")
    assert json.loads(dump("clinic", "--exclude=clinic.Patient")) == []
    # Only the command asks: a form reads values.
    assert Patient._meta.get_field("visits").value_from_object(Patient.objects.get()) == 7


@pytest.mark.parametrize("format", ["json", "jsonl", "xml"])
@pytest.mark.parametrize("model", [Patient, Customer])
def test_what_is_dumped_is_loaded_with_another_keyring(
    database: str, tmp_path: Path, model: Any, format: str
) -> None:
    values = {name: found[0] for name, found in VALUES.items()}
    if format == "xml":
        values["data"] = None
    made = model.objects.create(**values)
    model.objects.create(email=None, card="")
    text = dump(f"clinic.{model.__name__}", "--decrypt-fields", f"--format={format}")
    assert "email_index" not in text
    file = tmp_path / f"dump.{format}"
    file.write_text(text)
    model.objects.all().delete()
    keyring.give(keyring.fresh())
    call_command("loaddata", str(file), verbosity=0)
    read = model.objects.get(email="ada@example.com")
    assert read.pk == made.pk
    assert {name: getattr(read, name) for name in values} == values
    assert model.objects.get(email=None).card == ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {model._meta.db_table} WHERE card LIKE 'strongroom:v1:%%'")
        assert cursor.fetchone() == (2,)
    # A row that is there already is written over.
    call_command("loaddata", str(file), verbosity=0)
    assert model.objects.count() == 2


def test_inherited_tables_and_times_are_loaded_as_they_were(database: str, tmp_path: Path) -> None:
    Doctor.objects.create(number=7, licence="L-7")
    stamped = Stamped.objects.create()
    (tmp_path / "dump.json").write_text(
        dump("clinic.Person", "clinic.Doctor", "clinic.Stamped", "--decrypt-fields")
    )
    for model in (Doctor, Person, Stamped):
        model.objects.all().delete()
    call_command("loaddata", str(tmp_path / "dump.json"), verbosity=0)
    doctor = Doctor.objects.get(number=7)
    assert doctor.licence == "L-7"
    # JSON has milliseconds, and auto_now does not set the time anew.
    assert Stamped.objects.get().changed == stamped.changed.replace(
        microsecond=stamped.changed.microsecond // 1000 * 1000
    )


def test_what_was_loaded_is_read_from_its_instance(database: str) -> None:
    made = {
        "model": "clinic.patient",
        "pk": "6f9619ff-8b86-d011-b42d-00c04fc964ff",
        "fields": {"card": "4111", "email": None, "data": {"a": 1}},
    }
    (loaded,) = serializers.deserialize("json", json.dumps([made]))
    loaded.save()
    assert (loaded.object.card, loaded.object.email, loaded.object.data) == ("4111", None, {"a": 1})
    assert "4111" not in repr(loaded.object.__dict__)
    assert stored(Patient, "card").startswith("strongroom:v1:")
