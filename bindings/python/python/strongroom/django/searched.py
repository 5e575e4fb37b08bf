"""How an encrypted field stands in queries: as a column, in look-ups, and in what an UPDATE writes."""

from functools import cached_property
from typing import Any

from django.core.exceptions import FieldError
from django.db.models.lookups import IsNull
from django.db.models.sql.compiler import SQLUpdateCompiler

from strongroom._fields import BOOL, DATE, INT, TEXT, Encoding, Place
from strongroom.django import bases
from strongroom.django.columns import INDEXED, NO_SPELLING, EncryptedCol

INDEXABLE = (TEXT, INT, BOOL, DATE)
TAKES_NO_PART = (
    "is encrypted, and its ciphertexts say nothing of order or equality: "
    "look it up with {}, and compare, sort and compute in the program"
)
CONFLICT_OF_ANOTHER_ROW = (
    "is bound to its row, and a conflict of another field than the primary key updates a row with another key: "
    "look for the row and save it, or say unique_fields=['pk']"
)


class SearchedField(bases.Field):
    """The part of a field that a query asks."""

    encoding: Encoding[Any]
    indexes: list[Any]
    row_bound: bool

    @property
    def indexable(self) -> bool:
        """Whether a BlindIndexField can find it: equal values have one spelling."""
        return self.encoding in INDEXABLE

    @property
    def takes_no_part(self) -> str:
        found = (
            "exact, in or isnull by a BlindIndexField"
            if self.indexable
            else f"isnull alone, since {NO_SPELLING}"
        )
        return f"{self.place} {TAKES_NO_PART.format(found)}"

    @cached_property
    def place(self) -> Place:
        return Place(self.model._meta.label, self.name)

    def get_col(self, alias: str, output_field: Any = None) -> Any:
        if alias == self.model._meta.db_table and (output_field is None or output_field == self):
            return self.cached_col
        return EncryptedCol(alias, self, output_field)

    @cached_property
    def cached_col(self) -> EncryptedCol:
        return EncryptedCol(self.model._meta.db_table, self)

    def get_lookup(self, name: str) -> Any:
        if name == "isnull":
            return IsNull
        if name in INDEXED:
            return INDEXED[name]
        raise FieldError(f"{self.takes_no_part}; {name!r} is no look-up of it")

    def get_transform(self, name: str) -> Any:
        raise FieldError(f"{self.takes_no_part}; {name!r} is no look-up of it")

    def add_index(self, index: Any) -> None:
        """A blind index, which is written whenever the field is."""
        self.indexes.append(index)
        self.get_placeholder = self.placeholder

    def placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        """Only here is seen what else a statement writes: an index that it does not name is added.

        Django goes through the lists of the statement after this, and comes to what is appended.
        """
        if isinstance(compiler, SQLUpdateCompiler):
            values: list[Any] = compiler.query.values  # type: ignore[attr-defined]
            written = [field for field, _, _ in values]
            for index in self.indexes:
                # A ciphertext that is written as it was has none, and the row has it.
                if index not in written and (value is None or index in value.indexes):
                    values.append((index, None, None if value is None else value.indexes[index]))
        elif self in (updated := getattr(compiler.query, "update_fields", [])):
            if self.row_bound and [field.name for field in compiler.query.unique_fields] != [
                self.model._meta.pk.name
            ]:
                raise FieldError(f"{self.place} {CONFLICT_OF_ANOTHER_ROW}")
            updated += [index for index in self.indexes if index not in updated]
        return "%s"
