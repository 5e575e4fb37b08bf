"""One server of PostgreSQL and one file of SQLite for the session; every test with `database` runs on both."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parent.parent):
    sys.path.insert(0, str(folder))
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
# The ORM of a test is called in the loop's own thread, too.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

import django

django.setup()

from django.core.management import call_command
from django.db import connections
from django.test.utils import setup_test_environment
from postgres_server import postgres

from clinic import keyring
from clinic.models import TABLES
from strongroom import Keyring

setup_test_environment(debug=False)


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    try:
        with postgres() as address:
            yield address
    except ImportError as missing:
        if os.environ.get("STRONGROOM_NEEDS_POSTGRES"):
            raise
        pytest.skip(f"PostgreSQL: {missing}")


@pytest.fixture(scope="session")
def migrated() -> set[str]:
    return set()


@pytest.fixture(params=["sqlite", "postgres"])
def database(
    request: pytest.FixtureRequest, migrated: set[str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """An empty database under the alias `default`, and under its own."""
    kind = request.param
    address = request.getfixturevalue("postgres_address") if kind == "postgres" else ""
    if kind not in migrated:
        configured: Any = connections.settings[kind]
        if kind == "sqlite":
            configured["NAME"] = str(tmp_path_factory.mktemp("sqlite") / "clinic.db")
            configured["OPTIONS"] = {
                "timeout": 60,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
            }
        else:
            configured |= {"ENGINE": "django.db.backends.postgresql", "NAME": "postgres", "USER": "postgres"}
            configured["HOST"] = address.rpartition("host=")[2]
    _exchange("default", connections.settings[kind])
    _exchange(kind, connections.settings[kind])
    if kind not in migrated:
        call_command("migrate", verbosity=0)
        migrated.add(kind)
    yield kind
    for model in TABLES:
        model._base_manager.all().delete()
    connections.close_all()


def _exchange(alias: str, configured: Any) -> None:
    connections[alias].close()
    connections.settings[alias] = configured
    del connections[alias]


@pytest.fixture(autouse=True)
def ring() -> Keyring:
    return keyring.give(keyring.fresh())


@pytest.fixture
def settings_of() -> Any:
    from django.test import override_settings

    return override_settings
