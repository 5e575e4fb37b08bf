"""Brings the encrypted columns of a table up to date after a rotation, or moves a plaintext column over.

Pages go by the primary key, each in a transaction of its own. A row is changed where it still holds what was
read, so nothing that others write meanwhile is overwritten: such rows are read again.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, inspect
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Mapper

from strongroom.sqlalchemy.fields import FieldType
from strongroom.sqlalchemy.pages import Pages

if TYPE_CHECKING:
    # It needs greenlet, which SQLAlchemy brings along only for who asks for it.
    from sqlalchemy.ext.asyncio import AsyncEngine


@dataclass
class Report:
    """What was done, or with ``dry_run`` what would be. What is counted, but for rows, is values of one
    column in one row.
    """

    rows: int = 0
    rewrapped: int = 0
    encrypted: int = 0
    reindexed: int = 0
    up_to_date: int = 0
    # What is not encrypted yet, of a field with `write_plaintext`.
    plaintext: int = 0
    # Rows that others wrote meanwhile, and that were read again.
    read_again: int = 0
    # The primary key, as a list of its columns, up to which each table is done: `after` takes it.
    last: dict[str, list[Any]] = field(default_factory=dict)

    def __str__(self) -> str:
        return (
            f"{self.rows:,} rows, {self.rewrapped:,} values rewrapped, {self.encrypted:,} encrypted, {self.reindexed:,} indexed anew, "
            f"{self.up_to_date:,} up to date"
        ) + (f", {self.plaintext:,} in plaintext still" if self.plaintext else "")


def rewrap(
    engine: Engine,
    *models: Any,
    encrypt_plaintext: bool = False,
    dry_run: bool = False,
    batch_size: int = 1000,
    after: dict[str, list[Any]] | None = None,
    progress: Callable[[Report], None] | None = None,
) -> Report:
    """Rewraps what was encrypted under an older version of its key, and makes indexes anew that need it, in
    the tables of models.

    With ``encrypt_plaintext`` values that are not encrypted yet are; without it one is refused, but for a
    field with ``write_plaintext``, of which the index alone is made. With
    ``dry_run`` nothing is opened or written, and what would be changed is counted by how it looks.
    ``progress`` is told after each page of ``batch_size`` rows; what its report has as ``last`` may be given
    as ``after`` to go on from there. Done twice, the second time changes nothing.
    """
    report = Report(last=dict(after or {}))
    for pages in _pages(models, report, encrypt_plaintext, dry_run, batch_size):
        more = True
        while more:
            with engine.begin() as connection:
                more = pages.next(connection)
            if progress is not None:
                progress(report)
    return report


async def rewrap_async(
    engine: "AsyncEngine",
    *models: Any,
    encrypt_plaintext: bool = False,
    dry_run: bool = False,
    batch_size: int = 1000,
    after: dict[str, list[Any]] | None = None,
    progress: Callable[[Report], None] | None = None,
) -> Report:
    """``rewrap`` with an engine that is asynchronous."""
    report = Report(last=dict(after or {}))
    for pages in _pages(models, report, encrypt_plaintext, dry_run, batch_size):
        more = True
        while more:
            async with engine.begin() as connection:
                more = await connection.run_sync(pages.next)
            if progress is not None:
                progress(report)
    return report


def _pages(
    models: Iterable[Any], report: Report, encrypt_plaintext: bool, dry_run: bool, batch_size: int
) -> Iterator[Pages]:
    if batch_size < 1:
        raise ValueError("batch_size is a number of rows, 1 at least")
    tables: dict[Table, None] = {}
    for model in models:
        mapper: Any = inspect(model, raiseerr=False)
        if not isinstance(mapper, (Table, Mapper)):
            raise TypeError(f"{getattr(model, '__name__', type(model).__name__)} is no model and no table")
        found: list[Any] = [mapper] if isinstance(mapper, Table) else list(mapper.tables)
        encrypted = [
            table for table in found if any(isinstance(column.type, FieldType) for column in table.columns)
        ]
        if not encrypted:
            raise TypeError(f"{getattr(model, '__name__', model)} has no encrypted column")
        tables.update(dict.fromkeys(encrypted))
    return (Pages(table, report, encrypt_plaintext, dry_run, batch_size) for table in tables)
