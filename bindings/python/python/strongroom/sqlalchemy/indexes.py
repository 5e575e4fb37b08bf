"""The type of a column that has the blind index of another one."""

from typing import Any

from sqlalchemy import Column, ColumnDefault, String, Table, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from strongroom._fields import Given, Index
from strongroom.sqlalchemy import instep
from strongroom.sqlalchemy.errors import place

# An index of 256 bits takes 57 characters, and a digit more for each digit that the version has more than one.
WIDTH = 64


class BlindIndex(TypeDecorator[str]):
    """The index by which an encrypted column is found: ``email_index = mapped_column(BlindIndex("email",
    normalize="email"), index=True)``.

    ``column`` is the name of the encrypted column in the same table. ``Model.email == "a@b"`` and ``in_`` ask
    for the indexes of all live versions. The column is written whenever the other one is, by the ORM and by
    Core. ``normalize`` and ``bits`` are those of ``Key.index``; ``key`` is another key than that of the
    column. ``version`` is that of the key, for a unique column, which stays with it for good.
    """

    impl = String
    cache_ok = True

    def __init__(
        self,
        column: str,
        *,
        normalize: Any = None,
        bits: int | None = None,
        version: int | None = None,
        key: Given | None = None,
    ) -> None:
        super().__init__(WIDTH)
        if not isinstance(column, str):
            raise TypeError(
                f"BlindIndex takes the name of the encrypted column, and was given {type(column).__name__}"
            )
        self.source, self.options = column, {
            "normalize": normalize,
            "bits": bits,
            "version": version,
            "key": key,
        }
        # As Alembic writes it, with the `repr` (`FieldType`).
        self.__module__ = "sa"
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
        if column.unique:
            self.check_unique()
        instep.begin()
        instep.index_is(table, self.source, column)
        ColumnDefault(instep.default_of(column))._set_parent_with_dispatch(column)

    def check_unique(self) -> None:
        """Refuses a unique index that has the same value twice after a rotation, in two versions."""
        column: Any = self.column
        if self.options["version"] is None and (column.unique or _named_unique(column)):
            raise place(column.table.name, column.name).refused(
                "is unique without a version: after a rotation the same value has another index. Say version=…, "
                "the version of the key that this column stays with (docs/search.md, A unique column)",
                TypeError,
            )

    @property
    def index(self) -> Index:
        """The indexes of the other column, which is in the table by now."""
        if self._index is None:
            self.check_unique()
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
        return f"String(length={WIDTH})"

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return value


def _named_unique(column: Any) -> bool:
    """Whether a constraint or an index of the table says so, alone or with other columns."""
    table = column.table
    unique = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    return any(column in set(one.columns) for one in (*unique, *(i for i in table.indexes if i.unique)))
