"""The type of a column that has the blind index of another one."""

from typing import Any

from sqlalchemy import Column, ColumnDefault, String, Table, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator, TypeEngine

from strongroom._fields import Given, Index, Place
from strongroom.sqlalchemy import instep
from strongroom.sqlalchemy.errors import place

# An index of 256 bits takes 57 characters, and a digit more for each digit that the version has more than one.
WIDTH = 64

BEGINS = "strongroom:i"
# Whether two are equal is all that an index tells.
_TOLD = {
    operators.eq, operators.ne, operators.in_op, operators.not_in_op, operators.is_, operators.is_not,
    operators.is_distinct_from, operators.is_not_distinct_from, operators.distinct_op,
    operators.asc_op, operators.desc_op, operators.nulls_first_op, operators.nulls_last_op,
}  # fmt: skip


class IndexComparator(TypeEngine.Comparator[Any]):
    """The operators of a blind index: equality, and an order to go through it by."""

    def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
        kind: Any = self.expr.type
        if op not in _TOLD:
            name = getattr(op, "__name__", str(op)).removesuffix("_op")
            raise kind._place.refused(
                f"is a blind index and has no {name!r}: it says nothing of parts and of what is larger. "
                f"Ask for equality, as in Model.{kind.source} == value",
                TypeError,
            )
        return super().operate(op, *other, **kwargs)


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
        self.source, self.options = (
            column,
            {
                "normalize": normalize,
                "bits": bits,
                "version": version,
                "key": key,
            },
        )
        # As Alembic writes it, with the `repr` (`FieldType`).
        self.__module__ = "sa"
        self.column: Column[Any] | None = None
        self._index: Index | None = None

    def __set_name__(self, owner: type[Any], name: str) -> None:
        instep.refuse_as_attribute(self, owner, name)

    def _set_parent(self, parent: Any, outer: bool = False, **kw: Any) -> None:
        instep.refuse_as_item(self, parent)
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

    @property
    def comparator_factory(self) -> Any:  # type: ignore[override]
        return IndexComparator

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        # What stands in its place by mistake finds nothing, and would be there in plaintext.
        if value is not None and not (isinstance(value, str) and value.startswith(BEGINS)):
            raise self._place.refused(
                f"holds blind indexes, and was given what is none: it is written with {self.source!r}, "
                f"and is asked for by that, too, as in Model.{self.source} == value",
                TypeError,
            )
        return value

    @property
    def _place(self) -> Place:
        return place(
            *("BlindIndex", self.source)
            if self.column is None
            else (self.column.table.name, self.column.name)
        )


def _named_unique(column: Any) -> bool:
    """Whether a constraint or an index of the table says so, alone or with other columns."""
    table = column.table
    unique = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    return any(column in set(one.columns) for one in (*unique, *(i for i in table.indexes if i.unique)))
