"""The type of a column that has the blind index of another one."""

from typing import Any

from sqlalchemy import Column, ColumnDefault, String, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from strongroom._fields import Given, Index
from strongroom.sqlalchemy import instep

# An index of 256 bits takes 57 characters, and a digit more for each digit that the version has more than one.
WIDTH = 64


class BlindIndex(TypeDecorator[str]):
    """The index by which an encrypted column is found: ``email_index = mapped_column(BlindIndex("email",
    normalize="email"), index=True)``.

    ``column`` is the name of the encrypted column in the same table. ``Model.email == "a@b"`` and ``in_`` ask
    for the indexes of all live versions. The column is written whenever the other one is, by the ORM and by
    Core. ``normalize`` and ``bits`` are those of ``Key.index``; ``key`` is another key than that of the
    column. ``name`` is the name of the index, where it is not ``table.column``.
    """

    impl = String
    cache_ok = True

    def __init__(
        self,
        column: str,
        *,
        normalize: Any = None,
        bits: int | None = None,
        key: Given | None = None,
    ) -> None:
        super().__init__(WIDTH)
        if not isinstance(column, str):
            raise TypeError(
                f"BlindIndex takes the name of the encrypted column, and was given {type(column).__name__}"
            )
        self.source, self.options = column, {"normalize": normalize, "bits": bits, "key": key}
        self.column: Column[Any] | None = None
        self._index: Index | None = None

    def _set_parent(self, parent: Any, outer: bool = False, **kw: Any) -> None:
        super()._set_parent(parent, outer=outer, **kw)
        parent._on_table_attach(self._attach)

    def _attach(self, column: Column[Any], table: Table) -> None:
        if self.column is not None and self.column is not column:
            # A table that was copied.
            column.type = own = self.copy()
            own._index = own.column = None
            own._attach(column, table)
            return
        self.column = column
        instep.begin()
        instep.index_is(table, self.source, column)
        ColumnDefault(instep.default_of(column))._set_parent_with_dispatch(column)

    @property
    def index(self) -> Index:
        """The indexes of the other column, which is in the table by now."""
        if self._index is None:
            self._index = Index(instep.source_of(self.column).type.field, **self.options)
        return self._index

    @property
    def _static_cache_key(self) -> Any:
        return (type(self), self)

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __repr__(self) -> str:
        return f"BlindIndex({self.source!r})"

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return value
