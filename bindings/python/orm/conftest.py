"""What the tests of the adapters share: each runs on SQLite, and on PostgreSQL where it can be had."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from people import KEYS, Base
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from strongroom import Keyring

PYTHON = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PYTHON))

from postgres_server import postgres  # noqa: E402

# Django has settings for the whole process, so its tests are a session of their own.
collect_ignore = ["django"]


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    try:
        with postgres() as address:
            yield address
    except ImportError as missing:
        if os.environ.get("STRONGROOM_NEEDS_POSTGRES"):
            raise
        pytest.skip(f"PostgreSQL: {missing}")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/people.db"
    address: str = request.getfixturevalue("postgres_address")
    return address.replace("postgresql:", "postgresql+psycopg:")


@pytest.fixture(autouse=True)
def ring() -> Iterator[Keyring]:
    """A keyring of this test, to which the keys of the models belong."""
    with Keyring.in_memory() as ring:
        KEYS.update(
            people=ring.create_key("people"),
            tenants=ring.create_key("tenants", derived=True),
            equal=ring.create_key("equal", "aes256-gcm96", derived=True, convergent=True),
            siv=ring.create_key("siv", "aes256-siv"),
        )
        yield ring
        KEYS.clear()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """A database with empty tables of the models."""
    engine = create_engine(url)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session
