"""What a statement writes into encrypted columns: values, which their types encrypt, and no expression of
another type, which the database would store as it is.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Insert, Update
from sqlalchemy.sql.elements import BindParameter, ClauseElement, Null

from strongroom.sqlalchemy import silence


def check(statement: Insert | Update) -> None:
    table: Any = statement.table
    if not silence.noted(table):
        return
    from strongroom.sqlalchemy.fields import FieldType

    given: list[dict[Any, Any]] = [statement._values or {}]
    if isinstance(statement, Insert):
        given += [*rows(statement), _selected(statement), upserted(statement)]
    for values in given:
        for key, value in values.items():
            column = key if isinstance(key, Column) else table.c.get(key)
            if column is not None and isinstance(column.type, FieldType) and _is_foreign(value, column.type):
                raise column.type.field.place.refused(
                    "is set to an expression, which the database would store as it is, in plaintext: "
                    "set it to a value",
                    TypeError,
                )
    if isinstance(statement, Insert):
        _check_conflict(statement)


def _is_foreign(value: Any, kind: Any) -> bool:
    """Whether a value is not of the type of the column, so that this type never sees it."""
    if not isinstance(value, ClauseElement) or isinstance(value, Null):
        return False
    of = getattr(value, "type", None)
    return of is not kind and not (isinstance(value, BindParameter) and value.type._isnull)


def rows(statement: Insert) -> Iterator[dict[Any, Any]]:
    """Those of a statement with the values of several."""
    for group in statement._multi_values:
        for row in group:
            yield row if isinstance(row, dict) else dict(zip(statement.table.c, row, strict=False))


def _selected(statement: Insert) -> dict[Any, Any]:
    """What INSERT … SELECT copies."""
    select: Any = statement.select
    return (
        {}
        if select is None
        else dict(zip(statement._select_names or (), select.selected_columns, strict=False))
    )


def upserted(statement: Insert) -> dict[Any, Any]:
    """What an upsert sets in the row that was there: each of the dialects has a clause of its own."""
    clause: Any = statement._post_values_clause
    values = getattr(clause, "update_values_to_set", None) or getattr(clause, "update", None) or {}
    return {getattr(key, "key", key): value for key, value in dict(values).items()}


def _check_conflict(statement: Insert) -> None:
    """Refuses an upsert that puts what is bound to the new row into another one, in which it never opens."""
    clause: Any = statement._post_values_clause
    table: Any = statement.table
    bound = [table.c[name] for name in upserted(statement) if getattr(table.c[name].type, "row_bound", False)]
    if not bound or not hasattr(clause, "inferred_target_elements"):
        return
    names = {getattr(one, "key", one) for one in clause.inferred_target_elements or ()}
    # SQLite names none.
    named = getattr(clause, "constraint_target", None)
    keys = {column.key for column in table.primary_key}
    if names != keys and (named is None or named != table.primary_key.name):
        raise bound[0].type.field.place.refused(
            "is bound to its row, and a conflict of another column than the primary key updates a row with another "
            "key: look for the row and set it there, or let the primary key be the index_elements",
            TypeError,
        )
