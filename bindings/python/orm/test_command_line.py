"""What the adapters wrote opens with `strongroom decrypt --csv`, and the other way."""

import csv
import os
import shutil
import subprocess
import uuid
from pathlib import Path

import pytest
from people import KEYS, Patient, Person
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from strongroom import Keyring, Seal

PROGRAM = os.environ.get("STRONGROOM_PROGRAM") or shutil.which("strongroom")


@pytest.fixture
def strongroom(tmp_path: Path) -> Path:
    if PROGRAM is None:
        pytest.skip("there is no strongroom on the path, and STRONGROOM_PROGRAM does not name one")
    root = Seal.generate_root_key()
    os.environ["STRONGROOM_ROOT_KEY"] = root
    ring = Keyring.create(tmp_path / "keys", Seal.root_key_env("STRONGROOM_ROOT_KEY"))
    KEYS["people"] = ring.create_key("people")
    return tmp_path / "keys"


def run(keyring: Path, *arguments: str) -> None:
    assert PROGRAM is not None
    done = subprocess.run(
        [PROGRAM, *arguments],
        env={**os.environ, "STRONGROOM_KEYRING": str(keyring)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def export(session: Session, table: str, path: Path) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "email"])
        writer.writerows(session.execute(text(f"SELECT id, email FROM {table}")).all())


def read(path: Path) -> dict[str, str]:
    with path.open(newline="") as file:
        return {row["id"]: row["email"] for row in csv.DictReader(file)}


def test_a_row_bound_column_opens_there(session: Session, strongroom: Path, tmp_path: Path) -> None:
    ids = [uuid.uuid4() for _ in range(5)]
    session.execute(insert(Patient), [{"id": key, "email": f"{n}@example.com"} for n, key in enumerate(ids)])
    rows = session.execute(select(Patient.id, Patient.email)).all()
    exported = tmp_path / "patients.csv"
    with exported.open("w", newline="") as file:
        csv.writer(file).writerows(
            [["id", "email"], *([str(key), sealed.ciphertext] for key, sealed in rows)]
        )
    bound = ["--column", "email", "--aad-column", "id", "--column-name", "email=patients.email"]
    run(strongroom, "decrypt", "people", "--csv", str(exported), *bound)
    assert read(exported) == {str(key): f"{n}@example.com" for n, key in enumerate(ids)}


def test_a_column_bound_column_opens_there_and_what_was_made_there_here(
    session: Session, strongroom: Path, tmp_path: Path
) -> None:
    session.execute(insert(Person), [{"id": n, "email": f"{n}@example.com"} for n in range(1, 6)])
    exported = tmp_path / "people.csv"
    export(session, "people", exported)
    bound = ["--column", "email", "--column-name", "email=people.email"]
    run(strongroom, "decrypt", "people", "--csv", str(exported), *bound)
    assert read(exported) == {str(n): f"{n}@example.com" for n in range(1, 6)}
    exported.write_text("id,people.email\n7,seven@example.com\n")
    run(strongroom, "encrypt", "people", "--csv", str(exported), "--column", "people.email")
    with exported.open(newline="") as file:
        made = next(csv.DictReader(file))["people.email"]
    session.execute(text("INSERT INTO people (id, email) VALUES (7, :email)"), {"email": made})
    assert session.get_one(Person, 7).email == "seven@example.com"
