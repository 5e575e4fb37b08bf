"""What a field wrote opens with `strongroom decrypt --csv`, and the other way."""

import csv
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from clinic import keyring
from clinic.models import Customer, Patient
from strongroom import Keyring, Seal

PROGRAM = os.environ.get("STRONGROOM_PROGRAM") or shutil.which("strongroom")


@pytest.mark.parametrize(("model", "bound"), [(Patient, ["--aad-column", "id"]), (Customer, [])])
def test_a_table_is_exported_and_imported(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: Any, bound: list[str]
) -> None:
    if PROGRAM is None:
        pytest.skip("there is no strongroom on the path, and STRONGROOM_PROGRAM does not name one")
    monkeypatch.setenv("STRONGROOM_ROOT_KEY", Seal.generate_root_key())
    monkeypatch.setenv("STRONGROOM_KEYRING", str(tmp_path / "ring"))
    made = Keyring.create(tmp_path / "ring", Seal.root_key_env("STRONGROOM_ROOT_KEY"))
    for name in ("patients", "lookups"):
        made.create_key(name)
    keyring.give(made)
    rows = [model.objects.create(email=f"{number}@example.com", visits=number) for number in range(5)]
    table, exported = model._meta.db_table, tmp_path / "rows.csv"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, email, visits FROM {table}")
        held = cursor.fetchall()
    with exported.open("w", newline="") as file:
        csv.writer(file).writerows(
            [["id", "email", "visits"], *((model._meta.pk.to_python(row[0]), *row[1:]) for row in held)]
        )
    named = [
        *bound,
        "--column",
        "email",
        "--column",
        "visits",
        "--column-name",
        f"email={table}.email",
        "--column-name",
        f"visits={table}.visits",
    ]
    subprocess.run([PROGRAM, "decrypt", "patients", "--csv", str(exported), *named], check=True)
    with exported.open(newline="") as file:
        found = {row["id"]: (row["email"], row["visits"]) for row in csv.DictReader(file)}
    assert found == {str(row.pk): (f"{number}@example.com", str(number)) for number, row in enumerate(rows)}
    # And back. A name is bound as it stands in the header.
    text = exported.read_text().replace("email,visits", f"{table}.email,{table}.visits")
    exported.write_text(text)
    back = [*bound, "--column", f"{table}.email", "--column", f"{table}.visits"]
    subprocess.run([PROGRAM, "encrypt", "patients", "--csv", str(exported), *back], check=True)
    with exported.open(newline="") as file, connection.cursor() as cursor:
        for row in csv.DictReader(file):
            key = model._meta.pk.get_db_prep_value(row["id"], connection)
            cursor.execute(f"UPDATE {table} SET email = %s WHERE id = %s", [row[f"{table}.email"], key])
    for number, one in enumerate(rows):
        assert model.objects.get(pk=one.pk).email == f"{number}@example.com"
