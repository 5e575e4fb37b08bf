"""The cells of one encrypted column in a page of rows: which of them change, and into what."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column

from strongroom._fields import Field
from strongroom.sqlalchemy import instep
from strongroom.sqlalchemy.fields import FieldType
from strongroom.sqlalchemy.indexes import BlindIndex
from strongroom.sqlalchemy.row_types import RowType, text_of_key

NO_CIPHERTEXT = "holds what is no ciphertext; encrypt_plaintext=True (--encrypt-plaintext) encrypts it"


@dataclass(frozen=True)
class Change:
    """A cell that is written: what it was, what it becomes, and as what that counts."""

    column: str
    old: Any
    new: Any
    counts: str


def raw(column: Column[Any]) -> Any:
    """The type of what a column stores, without the encryption."""
    kind: Any = column.type
    return kind.raw if isinstance(kind, FieldType) else kind.impl if isinstance(kind, BlindIndex) else kind


class Cells:
    """One encrypted column, with its index if it has one."""

    def __init__(self, column: Any, encrypt_plaintext: bool, dry_run: bool) -> None:
        self.column, self.name, self.kind = column, column.name, column.type
        self.field: Field = column.type.field
        self.encrypt_plaintext, self.dry_run = encrypt_plaintext, dry_run
        if encrypt_plaintext:
            self.field.check_encrypting()
        self.beside: Any = instep.index_of(column)
        context = column.type.context_key if isinstance(column.type, RowType) else None
        self.context: Any = None if context is None else column.table.c[context]
        self.key: Any = next(iter(column.table.primary_key.columns), None)

    def changes(self, rows: list[Any], report: Any) -> Iterator[tuple[int, Change]]:
        """The positions of rows that change, and how. What is up to date is counted in the report."""
        there = [at for at, row in enumerate(rows) if row[self.name] is not None]
        plain = {at for at in there if self.field.is_plaintext(rows[at][self.name])}
        if plain and not self.encrypt_plaintext and not self.field.write_plaintext:
            raise self.field.place.refused(NO_CIPHERTEXT, row=self._names(rows)[min(plain)])
        if not self.encrypt_plaintext:
            # Programs write it still, and find it by its index already.
            report.plaintext += len(plain)
        values = _Part(self, rows, sorted(plain) if self.encrypt_plaintext else [])
        for at, new in zip(values.members, values.encrypted(), strict=True):
            yield at, Change(self.name, rows[at][self.name], new, "encrypted")
        values = _Part(self, rows, [at for at in there if at not in plain])
        for at, new in zip(values.members, values.rewrapped(), strict=True):
            if new == rows[at][self.name]:
                report.up_to_date += 1
            else:
                yield at, Change(self.name, rows[at][self.name], new, "rewrapped")
        if self.beside is not None:
            yield from self._reindexed(rows, there, plain)

    def _reindexed(self, rows: list[Any], there: list[int], plain: set[int]) -> Iterator[tuple[int, Change]]:
        name = self.beside.name
        for at, row in enumerate(rows):
            if row[self.name] is None and row[name] is not None:
                yield at, Change(name, row[name], None, "reindexed")
        needs = self.beside.type.index.outdated([rows[at][name] for at in there])
        # A plaintext may have been changed by a program that knows of no index.
        members = [at for at, outdated in zip(there, needs, strict=True) if outdated or at in plain]
        part = _Part(self, rows, members)
        for at, new in zip(members, part.indexed(self.beside.type.index, plain), strict=True):
            if new != rows[at][name]:
                yield at, Change(name, rows[at][name], new, "reindexed")

    def _names(self, rows: list[Any]) -> list[str | None]:
        return [None if self.key is None else str(row[self.key.name]) for row in rows]


class _Part:
    """Some cells of the column, which are worked on in one call."""

    def __init__(self, cells: Cells, rows: list[Any], members: list[int]) -> None:
        self.cells, self.field, self.members = cells, cells.field, members
        self.stored = [rows[at][cells.name] for at in members]
        some = [rows[at] for at in members]
        self.names = cells._names(some)
        self.rows: list[str | None] = [None] * len(some)
        self.contexts: list[str | None] = [None] * len(some)
        if isinstance(cells.kind, RowType):
            self.rows = [text_of_key(row[cells.key.name], self.field) for row in some]
        if cells.context is not None:
            self.contexts = [row[cells.context.name] for row in some]

    def _plaintext(self, at: int) -> bytes:
        """A plaintext as it stands in the column, if it is written as values of this type are."""
        stored = self.stored[at]
        plaintext: bytes = stored.encode() if isinstance(stored, str) else stored
        self.field.decode(plaintext, self.names[at])
        return plaintext

    def encrypted(self) -> list[Any]:
        plaintexts = [self._plaintext(at) for at in range(len(self.members))]
        if self.cells.dry_run:
            return [None] * len(plaintexts)
        return self.field.seal_all(plaintexts, self.rows, self.contexts, self.names)

    def rewrapped(self) -> list[Any]:
        if not self.cells.dry_run:
            return self.field.rewrap_all(self.stored, self.rows, self.contexts, self.names)
        needs = self.field.needs_rewrap_all(self.stored, self.names)
        return [None if need else stored for need, stored in zip(needs, self.stored, strict=True)]

    def indexed(self, index: Any, plain: set[int]) -> list[str | None]:
        if self.cells.dry_run:
            return [""] * len(self.members)
        sealed = [n for n, at in enumerate(self.members) if at not in plain]
        opened = self.field.unseal_all(
            *([part[n] for n in sealed] for part in (self.stored, self.rows, self.contexts, self.names))
        )
        values = dict(zip(sealed, opened, strict=True))
        return [
            index.of(values[n] if n in values else self._plaintext(n), self.contexts[n], self.names[n])
            for n in range(len(self.members))
        ]
