"""The fields are typed, and so is what is written with them."""

import os
import subprocess
import sys
from pathlib import Path

import strongroom

PACKAGE = Path(strongroom.__file__).resolve().parent

EXAMPLE = """
from __future__ import annotations

import uuid

from django.db import models

from strongroom.django import BlindIndexField, EncryptedEmailField, EncryptedIntegerField, InContext, Sealed

class Patient(models.Model):
    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=uuid.uuid4)
    email = EncryptedEmailField(key="patients", null=True, blank=True)
    email_index = BlindIndexField("email", normalize="email")
    visits = EncryptedIntegerField("how often", key="patients", row_bound=False, default=0)

def show(patient: Patient, sealed: Sealed) -> str:
    Patient.objects.filter(email=InContext("ada@example.com", "acme"))
    return f"{patient.email} {patient.visits + 1} {sealed.open(patient.pk)}"
"""


def mypy(*arguments: str) -> subprocess.CompletedProcess[str]:
    here = Path(__file__).resolve().parent
    environment = {**os.environ, "MYPY_CACHE_DIR": str(here.parents[3] / "target/mypy-orm-django")}
    # mypy finds by itself what is installed, and refuses to be told where that is.
    if PACKAGE.parent.name != "site-packages":
        environment["MYPYPATH"] = str(PACKAGE.parent)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=here, env=environment)


def test_the_package_is_typed() -> None:
    done = mypy("-p", "strongroom.django")
    assert done.returncode == 0, done.stdout + done.stderr


def test_models_are_typed(tmp_path: Path) -> None:
    file = tmp_path / "models.py"
    file.write_text(EXAMPLE)
    done = mypy(str(file))
    assert done.returncode == 0, done.stdout + done.stderr
    file.write_text(EXAMPLE.replace('key="patients", row_bound', "key=7, row_bound"))
    done = mypy(str(file))
    assert (
        done.returncode == 1
        and 'Argument "key" to "EncryptedIntegerField" has incompatible type "int"' in done.stdout
    )
