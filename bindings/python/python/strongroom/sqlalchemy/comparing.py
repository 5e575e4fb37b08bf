"""What an encrypted column can be compared with: nothing by its ciphertexts, and equality by a blind index
beside it.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, false
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, BindParameter, Null
from sqlalchemy.types import TypeEngine

from strongroom._fields import Index
from strongroom.sqlalchemy import instep


class FieldComparator(TypeEngine.Comparator[Any]):
    """The operators of an encrypted column."""

    def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
        value: Any = other[0] if other else None
        if op in (operators.eq, operators.is_) and (value is None or isinstance(value, Null)):
            return super().operate(operators.is_, None)
        if op in (operators.ne, operators.is_not) and (value is None or isinstance(value, Null)):
            return super().operate(operators.is_not, None)
        column = value.__clause_element__() if hasattr(value, "__clause_element__") else value
        if op is operators.eq and isinstance(column, ColumnElement) and not isinstance(column, BindParameter):
            # SQLAlchemy has columns in lists and as keys, and asks so whether one is another.
            return NotCompared(self.expr, column, op)
        if op is operators.eq:
            return found(self.expr, [value])
        if op is operators.in_op:
            return found(self.expr, value)
        raise refusal(self.expr, op)

    def reverse_operate(self, op: Any, other: Any, **kwargs: Any) -> Any:
        raise refusal(self.expr, op)


class NotCompared(BinaryExpression[Any]):
    """Whether two columns are one; as a part of a statement it is refused."""

    inherit_cache = True


@compiles(NotCompared)
def _compiled(element: NotCompared, _compiler: Any, **_options: Any) -> str:
    raise refusal(element.left, "comparison with a column")


def found(column: Any, values: Any, context: str | None = None) -> ColumnElement[bool]:
    """The rows whose value is one of several: their index is one of those of all versions."""
    field = column.type.field
    if context is None and column.type.row_bound and column.type.context is not None:
        raise field.place.refused("is found among the rows of one tenant: say of(context) first")
    if (
        isinstance(values, (str, bytes))
        or not isinstance(values, Iterable)
        or hasattr(values, "__clause_element__")
    ):
        raise refusal(column, operators.in_op)
    values = list(values)
    if any(
        isinstance(value, (ColumnElement, BindParameter)) or hasattr(value, "__clause_element__")
        for value in values
    ):
        raise field.place.refused(
            "is encrypted, and is found by a value, not by an expression or a parameter that comes later",
            TypeError,
        )
    # NULL equals nothing, in SQL too.
    plaintexts = [field.encode(value) for value in values if value is not None]
    index = instep.index_of(column.type.column)
    beside = None if index is None else _beside(column, index)
    if index is None or beside is None:
        raise field.place.refused(
            "is encrypted and has no blind index here to be found by: put a column of "
            f"BlindIndex({column.type.column.key!r}) beside it, and select from the table that has both",
            TypeError,
        )
    if not plaintexts:
        return false()
    beside_type = index.type
    made: Index = beside_type.index

    def texts() -> list[str]:
        return [text for plaintext in plaintexts for text in made.all_of(plaintext, context)]

    # Asked when the statement is executed: by then there may be another version.
    sought = bindparam("index", callable_=texts, expanding=True, unique=True, type_=beside_type)
    return beside.in_(sought)  # type: ignore[no-any-return]


def _beside(column: Any, index: Any) -> Any:
    """The index in the table, alias or subquery of a column. A subquery may have several of that name."""
    table = getattr(column, "table", None)
    if isinstance(table, Table):
        return table.c.get(index.key)
    for inner in column._proxies:
        found = _beside(inner, index)
        if found is not None:
            return found if table is None else table.corresponding_column(found)
    return None


def refusal(column: Any, op: Any) -> Exception:
    name = getattr(op, "__name__", str(op)).removesuffix("_op")
    return column.type.field.place.refused(  # type: ignore[no-any-return]
        f"is encrypted and has no {name!r}: ciphertexts have no order and no parts. Equality, in_ and IS NULL are there, by a "
        "BlindIndex; decrypt the rows and compare those for anything else",
        TypeError,
    )
