"""The type of a column that is encrypted, and what it has in common with a row-bound one."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, LargeBinary, String, Table, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from strongroom import Key
from strongroom._fields import (
    BOOL,
    BYTES,
    DATE,
    DATETIME,
    DECIMAL,
    INT,
    JSON,
    NAIVE_DATETIME,
    TEXT,
    Encoding,
    Field,
    Given,
)
from strongroom.sqlalchemy import instep, silence
from strongroom.sqlalchemy.comparing import FieldComparator
from strongroom.sqlalchemy.errors import place

_ENCODINGS: dict[Any, Encoding[Any]] = {
    str: TEXT, bytes: BYTES, int: INT, Decimal: DECIMAL, bool: BOOL, date: DATE, datetime: DATETIME, dict: JSON, list: JSON,
}  # fmt: skip

# Pydantic passes over what it does not know, and would write plaintext.
PYDANTIC = (
    "this field is one of SQLAlchemy, which does not encrypt a model of Pydantic: "
    "from strongroom.pydantic import Encrypted"
)
_INSTEAD = {
    "primary_key": "Take another column as the key",
    "unique": "Say unique=True of a BlindIndex beside it that has a version=… (docs/search.md, A unique column)",
    "index": "Say index=True of a BlindIndex beside it (docs/search.md)",
}


class FieldType(TypeDecorator[Any]):
    """A column with ciphertexts. It learns its name when it is put into a table."""

    impl = Text
    cache_ok = True
    row_bound = False

    def __init__(
        self,
        key: Given,
        of: type[Any] = str,
        *,
        naive: bool = False,
        binary: bool = False,
        length: int | None = None,
        largest: int | None = None,
        allow_plaintext: bool = False,
        write_plaintext: bool = False,
        bound: str | None = None,
    ) -> None:
        super().__init__()
        encoding = _ENCODINGS.get(of)
        if encoding is None:
            names = ", ".join(sorted(kind.__name__ for kind in _ENCODINGS))
            raise TypeError(
                f"no column of {getattr(of, '__name__', of)} can be encrypted: take one of {names}"
            )
        if naive and encoding is not DATETIME:
            raise TypeError(f"naive is for columns of datetime, and this one is of {of.__name__}")
        if length is not None and largest is None:
            raise TypeError(
                "a column with a length needs largest, the number of bytes that its longest value has"
            )
        kind: Any = LargeBinary(length) if binary else Text() if length is None else String(length)
        self.impl = kind
        self.settings: dict[str, Any] = {
            "key": key, "encoding": NAIVE_DATETIME if naive else encoding, "binary": binary, "width": length,
            "largest": largest, "allow_plaintext": allow_plaintext, "write_plaintext": write_plaintext,
        }  # fmt: skip
        self.bound, self.of = bound, of
        # Alembic writes it before the `repr`, and imports SQLAlchemy by this name.
        self.__module__ = "sa"
        self._field: Field | None = None
        self.column: Column[Any] | None = None

    def __set_name__(self, owner: type[Any], name: str) -> None:
        instep.refuse_as_attribute(self, owner, name)

    def _set_parent(self, parent: Any, outer: bool = False, **kw: Any) -> None:
        instep.refuse_as_item(self, parent)
        super()._set_parent(parent, outer=outer, **kw)
        parent._on_table_attach(self._attach)

    def _attach(self, column: Column[Any], table: Table) -> None:
        if self.column is not None and self.column is not column:
            # One type for several columns, or a table that was copied: each gets its own, for each has its own name.
            column.type = own = self.copy()
            own.column = None
            own._attach(column, table)
            return
        self.column = column
        for flag in ("primary_key", "unique", "index"):
            if getattr(column, flag):
                raise place(table.name, column.name).refused(
                    f"is encrypted, and {flag} says nothing of ciphertexts: each encryption makes another. "
                    + _INSTEAD[flag],
                    TypeError,
                )
        _check_defaults(column, table)
        name = f"{table.name}.{column.name}" if self.bound is None else self.bound
        self._field = Field(column=name, place=place(table.name, column.name), **self.settings)
        if isinstance(self.settings["key"], Key) and self.settings["width"] is not None:
            self._field.check_width()
        instep.begin()
        silence.note(table)

    @property
    def field(self) -> Field:
        if self._field is None:
            raise place(type(self).__name__, "(no column)").refused(
                "is of no table, and a value is bound to the column that it is in: use the type in a column",
                TypeError,
            )
        return self._field

    @property
    def raw(self) -> Any:
        """The type of the ciphertexts as they are stored."""
        return self.impl

    @property
    def comparator_factory(self) -> Any:  # type: ignore[override]
        return FieldComparator

    @property
    def _static_cache_key(self) -> Any:
        # What a statement is compiled to for one column is not for another with the same options.
        return (type(self), self)

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __repr__(self) -> str:
        """What a migration of Alembic writes, which so needs neither this library nor a key."""
        return repr(self.impl)

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> Any:
        raise TypeError(PYDANTIC)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        return self


def _check_defaults(column: Column[Any], table: Table) -> None:
    """Refuses what the database would write, as it is not encrypted, and what no blind index hears of."""
    made = [
        name
        for name in ("server_default", "server_onupdate", "onupdate")
        if getattr(column, name) is not None
    ]
    if column.default is not None and not (column.default.is_scalar or column.default.is_callable):
        made.append("default of SQL")
    if made:
        raise place(table.name, column.name).refused(
            f"is encrypted, and its {made[0]} would write past that: give the value in the program, "
            "or a default that is a value or a callable",
            TypeError,
        )


class Encrypted(FieldType):
    """A column whose values are encrypted, and bound to the column: ``email: Mapped[str] =
    mapped_column(Encrypted(key))``.

    **A ciphertext that is moved to another row of the column opens there**; ``RowEncrypted`` refuses it.

    ``key`` is a key or a callable that gives one, ``of`` the type of the values: ``str``, ``bytes``, ``int``,
    ``Decimal``, ``bool``, ``date``, ``datetime`` (with a time zone, or with ``naive=True`` without one), and
    ``dict`` or ``list`` for JSON. The column is ``Text``, or ``LargeBinary`` with ``binary=True``; with
    ``length`` it has that width, and ``largest`` says how many bytes a value may have. ``allow_plaintext``
    reads what is not encrypted yet, and with ``write_plaintext`` nothing is, for as long as an older release
    reads the column, too. ``bound`` is the ``table.column`` that values are bound to, where the column was
    called otherwise when they were written.
    """

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self.field.seal(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self.field.open(value)

    @property
    def python_type(self) -> type[Any]:
        return self.of


def plaintext_reads(column: Any) -> int:
    """How often a plaintext was read from a column with ``allow_plaintext=True``, in this process."""
    return field_of(column).plaintexts.count


def field_of(column: Any) -> Field:
    element = column.__clause_element__() if hasattr(column, "__clause_element__") else column
    if not isinstance(element.type, FieldType):
        raise TypeError(f"{column} is not encrypted")
    return element.type.field
