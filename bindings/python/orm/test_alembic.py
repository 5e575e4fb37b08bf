"""Migrations that Alembic writes name what is in the database, and need neither this library nor a key."""

from typing import Any

import pytest
import sqlalchemy as sa
from people import Base, key

from strongroom.sqlalchemy import BlindIndex, Encrypted, RowEncrypted


def table(kind: Any) -> Any:
    return sa.Table(
        "people",
        kind(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", Encrypted(key())),
        sa.Column("email_index", BlindIndex("email")),
        sa.Column("phone", Encrypted(key(), length=200, largest=20)),
        sa.Column("photo", Encrypted(key(), bytes, binary=True)),
        sa.Column("face", Encrypted(key(), bytes, binary=True, length=500, largest=9)),
        sa.Column("notes", RowEncrypted(key(), dict).kind),
    )


WRITTEN = {
    "email": "sa.Text()",
    "email_index": "sa.String(length=64)",
    "phone": "sa.String(length=200)",
    "photo": "sa.LargeBinary()",
    "face": "sa.LargeBinary(length=500)",
    "notes": "sa.Text()",
}


def test_how_types_are_written() -> None:
    for columns in (table(sa.MetaData).c, table(sa.MetaData).to_metadata(sa.MetaData()).c):
        # As Alembic does for types of others than SQLAlchemy.
        written = {name: f"{columns[name].type.__module__}.{columns[name].type!r}" for name in WRITTEN}
        assert written == WRITTEN
        for name, text in WRITTEN.items():
            assert type(eval(text, {"sa": sa})) is type(columns[name].type.impl)
    assert table(sa.MetaData).info == {}


def test_a_migration_is_written_and_runs() -> None:
    autogenerate = pytest.importorskip("alembic.autogenerate")
    migration = pytest.importorskip("alembic.runtime.migration")
    operations = pytest.importorskip("alembic.operations")
    own = table(sa.MetaData).metadata
    for metadata in (own, Base.metadata):
        engine = sa.create_engine("sqlite://")
        with engine.begin() as connection:
            context = migration.MigrationContext.configure(connection, opts={"compare_type": True})
            steps = autogenerate.produce_migrations(context, metadata).upgrade_ops
            program = autogenerate.render_python_code(steps)
            assert "strongroom" not in program
            names: dict[str, Any] = {"sa": sa, "op": operations.Operations(context)}
            exec("if True:\n    " + program, names)
            # Nothing is left to do.
            assert autogenerate.compare_metadata(context, metadata) == []
        engine.dispose()
