"""Brings the rows of a model up to date: ciphertexts, indexes, and where that is said plaintext that is encrypted.

It goes through the table by primary key, and writes ``WHERE`` the columns still hold what was read, so a
concurrent writer is never overwritten. Interrupted anywhere and called again it goes on, since what is up to
date is left as it is.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connections, models, transaction
from django.db.models import BinaryField, F

from strongroom.django.base import EncryptedField
from strongroom.django.columns import AsStored

# How often a row is looked at that somebody else writes meanwhile.
ATTEMPTS = 10
WRITES_PLAINTEXT = (
    "says write_plaintext=True, so what is encrypted now would be plaintext again with the next save: "
    "take write_plaintext away first, in every process that writes"
)


@dataclass
class Row:
    key: Any
    # What the columns hold, by the name of the field.
    held: dict[str, Any]
    # What is to stand there instead, and what is counted when it does.
    fresh: dict[str, Any] = field(default_factory=dict)
    changes: "Counter[str]" = field(default_factory=Counter)
    # The fields whose ciphertexts have to be those that were read.
    read: set[str] = field(default_factory=set)


class Rewrap:
    """One run over one model.

    ``counts`` has ``rows``, ``rewrapped``, ``encrypted``, ``reindexed``, ``plaintext`` and ``left``.
    """

    def __init__(
        self,
        model: type[models.Model],
        *,
        using: str = "default",
        encrypt_plaintext: bool = False,
        dry_run: bool = False,
        batch_size: int = 1000,
    ) -> None:
        self.model, self.using = model, using
        self.encrypt_plaintext, self.dry_run, self.batch_size = encrypt_plaintext, dry_run, batch_size
        self.fields: list[Any] = [
            one for one in model._meta.local_concrete_fields if isinstance(one, EncryptedField)
        ]
        self.counts: Counter[str] = Counter()
        for one in self.fields:
            if encrypt_plaintext and one.write_plaintext:
                raise ValueError(f"{one.place} {WRITES_PLAINTEXT}")

    def run(self, progress: Callable[["Counter[str]"], None] = lambda counts: None) -> "Counter[str]":
        last = None
        while keys := self._page(last):
            last = keys[-1]
            self.counts["rows"] += len(keys)
            for _ in range(ATTEMPTS):
                keys = self._batch(keys)
                if not keys:
                    break
            # They are written by somebody else all the time, and are for the next run.
            self.counts["left"] += len(keys)
            progress(self.counts)
        return self.counts

    def _page(self, last: Any) -> list[Any]:
        rows = self._rows().order_by("pk")
        if last is not None:
            rows = rows.filter(pk__gt=last)
        return list(rows.values_list("pk", flat=True)[: self.batch_size])

    def _rows(self) -> Any:
        # A manager of the model may leave out rows, such as those that count as deleted.
        return models.QuerySet(self.model, using=self.using)

    def _batch(self, keys: list[Any]) -> list[Any]:
        """Brings these rows up to date, and gives those that somebody has written meanwhile."""
        rows = self._read(keys)
        for one in self.fields:
            self._renew(one, [row for row in rows if row.held[one.name] is not None])
            for index in one.indexes:
                self._reindex(one, index, rows)
        changed = [row for row in rows if row.fresh]
        missed = [] if self.dry_run else self._write(changed)
        for row in rows:
            if row.key not in missed:
                self.counts.update(row.changes)
        return missed

    def _read(self, keys: list[Any]) -> list[Row]:
        """The rows, with what the encrypted columns hold as it stands there."""
        # No type is said of it, so that nothing is converted: it is text, or in SQLite bytes of before.
        stored = {f"stored_{one.name}": AsStored(F(one.name), BinaryField()) for one in self.fields}
        beside = {index.name for one in self.fields for index in one.indexes} | {
            one.context_field for one in self.fields
        } - {None}
        found = self._rows().filter(pk__in=keys).annotate(**stored).values("pk", *beside, *stored)
        return [
            Row(row["pk"], {name.removeprefix("stored_"): value for name, value in row.items()})
            for row in found
        ]

    def _bound(
        self, one: Any, rows: list[Row]
    ) -> tuple[list[str | None], list[str | None], list[str | None]]:
        """The rows that values are bound to, their contexts, and what an error calls the rows."""
        names: list[str | None] = [str(row.key) for row in rows]
        if not one.row_bound:
            return [None] * len(rows), [None] * len(rows), names
        texts = [one.row_text(row.key) for row in rows]
        return (
            list(texts),
            [
                one.context_text(row.held.get(one.context_field), text)
                for row, text in zip(rows, texts, strict=True)
            ],
            names,
        )

    def _renew(self, one: Any, rows: list[Row]) -> None:
        plain = [row for row in rows if one.is_plaintext(row.held[one.name])]
        for row in plain:
            row.changes["plaintext"] += 1
        if self.encrypt_plaintext:
            bound = self._bound(one, plain)
            values = [
                one.read_plaintext(row.held[one.name], text)
                for row, text in zip(plain, bound[2], strict=True)
            ]
            plaintexts = [one.core.encode(value, text) for value, text in zip(values, bound[2], strict=True)]
            self._change(one, plain, one.core.seal_all(plaintexts, *bound), "encrypted")
            for row in plain:
                del row.changes["plaintext"]
        sealed = [row for row in rows if not one.is_plaintext(row.held[one.name])]
        texts = one.core.rewrap_all([row.held[one.name] for row in sealed], *self._bound(one, sealed))
        self._change(one, sealed, texts, "rewrapped")

    def _change(self, one: Any, rows: list[Row], texts: list[Any], counted: str) -> None:
        for row, text in zip(rows, texts, strict=True):
            if text != row.held[one.name]:
                row.fresh[one.column] = text
                row.read.add(one.name)
                row.changes[counted] += 1

    def _reindex(self, one: Any, index: Any, rows: list[Row]) -> None:
        outdated = index.core.outdated([row.held[index.name] for row in rows])
        for row, old in zip(rows, outdated, strict=True):
            held, stored = row.held[index.name], row.held[one.name]
            # An older release writes plaintext, and nothing of an index.
            if stored is None or old or one.is_plaintext(stored):
                made = None if stored is None else self._index(one, index, row, stored)
                if made != held:
                    row.fresh[index.column] = made
                    row.read.add(one.name)
                    row.changes["reindexed"] += 1

    def _index(self, one: Any, index: Any, row: Row, stored: Any) -> Any:
        (text,), (context,), _ = self._bound(one, [row])
        read = (
            one.read_plaintext(stored, text)
            if one.is_plaintext(stored)
            else one.core.open(stored, text, context)
        )
        return index.text_of(one.encoded(read, text), context)

    def _write(self, rows: list[Row]) -> list[Any]:
        """Writes what is fresh, and gives the keys of those rows that hold something else than was read."""
        meta, connection, missed = self.model._meta, connections[self.using], []
        name = connection.ops.quote_name
        columns = {one.name: name(one.column) for one in self.fields}
        key: Any = meta.pk
        with transaction.atomic(using=self.using), connection.cursor() as cursor:
            for row in rows:
                sets = ", ".join(f"{name(column)} = %s" for column in row.fresh)
                read = {one: row.held[one] for one in sorted(row.read)}
                same = "".join(
                    f" AND {columns[one]} " + ("IS NULL" if was is None else "= %s")
                    for one, was in read.items()
                )
                values = [*row.fresh.values(), key.get_db_prep_value(row.key, connection)]
                values += [was for was in read.values() if was is not None]
                cursor.execute(
                    f"UPDATE {name(meta.db_table)} SET {sets} WHERE {name(key.column)} = %s{same}", values
                )
                if cursor.rowcount == 0:
                    missed.append(row.key)
        return missed
