"""The pages of a table whose encrypted columns are brought up to date."""

from collections import Counter
from typing import Any
from uuid import UUID

from sqlalchemy import Table, Uuid, bindparam, select, tuple_, type_coerce, update
from sqlalchemy.engine import Connection

from strongroom.sqlalchemy import instep
from strongroom.sqlalchemy.cells import Cells, Change, raw
from strongroom.sqlalchemy.errors import place
from strongroom.sqlalchemy.fields import FieldType

# How often a row is read again that is another one each time: then something else is wrong.
TRIES = 20


class Pages:
    """One table."""

    def __init__(self, table: Table, report: Any, encrypt_plaintext: bool, dry_run: bool, size: int) -> None:
        self.table, self.report, self.size = table, report, size
        self.dry_run = dry_run
        self.columns = [
            Cells(column, encrypt_plaintext, dry_run)
            for column in table.columns
            if isinstance(column.type, FieldType)
        ]
        self.keys: list[Any] = list(table.primary_key.columns)
        if not self.keys:
            raise TypeError(f"the table {table.name!r} has no primary key to go by")
        # The keys of rows that others wrote since they were read, and how often there were such in a row.
        self.again: list[tuple[Any, ...]] = []
        self.tries = 0

    def next(self, connection: Connection) -> bool:
        """Does the next page, or what is left of the one before, and says whether there may be another."""
        if self.again:
            self._write(connection, self._read(connection, tuple_(*self.keys).in_(self.again)))
            return True
        last = self.report.last.get(self.table.name)
        rows = self._read(
            connection, None if last is None else tuple_(*self.keys) > tuple_(*self._literals(last))
        )
        if rows:
            self.report.rows += len(rows)
            self._write(connection, rows)
            self.report.last[self.table.name] = [rows[-1][key.name] for key in self.keys]
        return bool(self.again) or len(rows) == self.size

    def _literals(self, last: list[Any]) -> list[Any]:
        """A key that was kept as JSON, as its types write it."""
        return [
            bindparam(
                None,
                UUID(value)
                if isinstance(key.type, Uuid) and key.type.as_uuid and isinstance(value, str)
                else value,
                key.type,
            )
            for key, value in zip(self.keys, last, strict=True)
        ]

    def _read(self, connection: Connection, condition: Any) -> list[Any]:
        plain = {column.name: column for column in self.keys}
        for cells in self.columns:
            plain.update(
                {column.name: column for column in (cells.beside, cells.context) if column is not None}
            )
        stored = [
            type_coerce(cells.column, cells.kind.raw).label(cells.column.name) for cells in self.columns
        ]
        query = select(*plain.values(), *stored).order_by(*self.keys).limit(self.size)
        if condition is not None:
            query = query.where(condition)
        return list(connection.execute(query).mappings())

    def _write(self, connection: Connection, rows: list[Any]) -> None:
        changes: dict[int, list[Change]] = {}
        for cells in self.columns:
            for at, change in cells.changes(rows, self.report):
                changes.setdefault(at, []).append(change)
        # The same columns in one statement.
        groups: dict[tuple[tuple[str, str], ...], list[int]] = {}
        for at, some in changes.items():
            groups.setdefault(tuple((change.column, change.counts) for change in some), []).append(at)
        self.again = []
        for shape, members in groups.items():
            done = len(members) if self.dry_run else self._update(connection, rows, changes, shape, members)
            for counts, number in Counter(counts for _, counts in shape if counts).items():
                setattr(self.report, counts, getattr(self.report, counts) + number * done)
            if done < len(members):
                # Which ones is not told: all of them are looked at again, and those that are done stay.
                self.report.read_again += len(members) - done
                self.again += [tuple(rows[at][key.name] for key in self.keys) for at in members]
        self.tries = self.tries + 1 if self.again else 0
        if self.tries > TRIES:
            raise place(self.table.name, self.columns[0].column.name).refused(
                f"was another one each of {TRIES} times that it was read and written; is it changed by a trigger?",
                RuntimeError,
            )

    def _update(
        self,
        connection: Connection,
        rows: list[Any],
        changes: dict[int, list[Change]],
        shape: Any,
        members: list[int],
    ) -> int:
        """Changes rows that are still as they were read, and gives how many were."""
        by_name = {column.name: column for column in self.table.columns}
        columns = [by_name[name] for name, _ in shape]
        statement = update(self.table).values(
            {column: bindparam(f"new_{n}", type_=raw(column)) for n, column in enumerate(columns)}
        )
        for n, key in enumerate(self.keys):
            statement = statement.where(key == bindparam(f"key_{n}", type_=key.type))
        for n, column in enumerate(columns):
            old = bindparam(f"old_{n}", type_=raw(column))
            statement = statement.where(type_coerce(column, raw(column)).is_not_distinct_from(old))
        # The value that an index was made of has to be there still, too.
        names = {name for name, _ in shape}
        read = [
            cells
            for cells in self.columns
            if cells.beside is not None and cells.beside.name in names and cells.name not in names
        ]
        for n, cells in enumerate(read):
            held = bindparam(f"read_{n}", type_=raw(cells.column))
            statement = statement.where(
                type_coerce(cells.column, raw(cells.column)).is_not_distinct_from(held)
            )
        parameters = [
            {f"key_{n}": rows[at][key.name] for n, key in enumerate(self.keys)}
            | {f"old_{n}": change.old for n, change in enumerate(changes[at])}
            | {f"new_{n}": change.new for n, change in enumerate(changes[at])}
            | {f"read_{n}": rows[at][cells.name] for n, cells in enumerate(read)}
            for at in members
        ]
        if len(parameters) == 1 or connection.dialect.supports_sane_multi_rowcount:
            return connection.execute(statement, parameters, execution_options=instep.STORED).rowcount
        return sum(
            connection.execute(statement, one, execution_options=instep.STORED).rowcount for one in parameters
        )
