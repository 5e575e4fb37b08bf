"""The keyring is asked for at each use: nothing has to be done after a fork, and models import without one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.test.utils import override_settings

from clinic import keyring
from clinic.models import Patient
from strongroom import Keyring, Seal, errors


def test_models_import_without_a_keyring() -> None:
    program = "import django; django.setup(); from clinic.models import Patient; Patient(email='x'); Patient.objects.filter(email='x')"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "DJANGO_SETTINGS_MODULE": "settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parent,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_without_the_setting_a_use_is_an_error(database: str) -> None:
    with (
        override_settings(STRONGROOM_KEYRING=None),
        pytest.raises(ImproperlyConfigured, match="STRONGROOM_KEYRING has to be"),
    ):
        Patient.objects.create(email="ada@example.com")


def test_another_path_is_another_keyring(database: str) -> None:
    Patient.objects.create(email="ada@example.com")
    with override_settings(STRONGROOM_KEYRING="clinic.keyring.other"):
        with pytest.raises(errors.DecryptFailed):
            Patient.objects.get().email
        assert not Patient.objects.filter(email="ada@example.com").exists()
        Patient.objects.create(email="erik@example.com")
    assert Patient.objects.get(email="ada@example.com").email == "ada@example.com"
    assert not Patient.objects.filter(email="erik@example.com").exists()


def test_after_a_fork_nothing_has_to_be_done(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRONGROOM_ROOT_KEY", Seal.generate_root_key())
    seal = Seal.root_key_env("STRONGROOM_ROOT_KEY")
    made = Keyring.create(tmp_path / "ring", seal)
    key = made.create_key("patients")
    keyring.give(made)
    Patient.objects.create(email="parent@example.com")
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            read = Patient.objects.get(email="parent@example.com")
            Patient.objects.create(email=f"child.{read.email}")
            connections.close_all()
        except BaseException:
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert Patient.objects.get(email="child.parent@example.com").email == "child.parent@example.com"
    # And a rotation is seen without opening anything anew.
    key.rotate()
    assert str(Patient.objects.create(email="x@example.com").__dict__["email"]).startswith(
        "Sealed('strongroom:v2:"
    )
