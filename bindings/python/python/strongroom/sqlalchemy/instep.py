"""Keeps blind indexes in step with their columns.

A type sees one value of one column. So what concerns two columns listens to events of SQLAlchemy, from the
first encrypted column on, and looks at tables that have one. It is no more than that: no key and no keyring
is kept.
"""

from collections.abc import Callable
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Column, GenerativeSelect, Insert, Table, Update, event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Mapper
from sqlalchemy.sql.elements import (
    BindParameter,
    ClauseElement,
    Label,
    Null,
    UnaryExpression,
    _label_reference,
    _textual_label_reference,
)

from strongroom._fields import Sealed
from strongroom.sqlalchemy import written
from strongroom.sqlalchemy.errors import place

# An option of a statement that writes what columns store, and their indexes where those change.
STORED = {"strongroom_stored": True}
# The key of each encrypted column and that of its index. A table that is copied is told of its own columns.
# It is not in `Table.info`, which Alembic writes into migrations.
_INDEXES: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()
_LOCK = Lock()
_listening = False


def begin() -> None:
    """Listens, if nothing does yet."""
    global _listening
    with _LOCK:
        if _listening:
            return
        _listening = True
    from strongroom.sqlalchemy import flushing, silence

    event.listen(Engine, "before_execute", _before_execute, retval=True)
    event.listen(Engine, "handle_error", silence.hide_parameters)
    event.listen(Engine, "engine_connect", silence.hide_rows)
    event.listen(Mapper, "before_insert", flushing.before_insert)
    event.listen(Mapper, "before_update", flushing.before_update)
    event.listen(Mapper, "after_mapper_constructed", flushing.name_fields)


def index_is(table: Table, source: str, column: Column[Any]) -> None:
    known = _INDEXES.get(table, {})
    if known.get(source, column.key) != column.key:
        raise place(table.name, column.name).refused(
            f"is a second BlindIndex of {source!r}, which has {known[source]!r}: a column has one", TypeError
        )
    _INDEXES[table] = {**known, source: column.key}


def indexes_of(table: Any) -> dict[str, str]:
    """The columns of a table that have an index, and which."""
    return _INDEXES.get(table, {})


def index_of(column: Any) -> Any:
    key = indexes_of(column.table).get(column.key)
    return None if key is None else column.table.c[key]


def source_of(column: Any) -> Any:
    """The encrypted column of an index."""
    from strongroom.sqlalchemy.fields import FieldType

    source = column.table.c.get(column.type.source)
    if source is None or not isinstance(source.type, FieldType):
        raise place(column.table.name, column.name).refused(
            f"is the BlindIndex of {column.type.source!r}, which is no encrypted column of this table",
            TypeError,
        )
    return source


def text_of(index: Any, value: Any) -> str | None:
    """The index of a value, which may be one of a row-bound column that was sealed for a row."""
    if value is None or isinstance(value, Null):
        return None
    field = source_of(index).type.field
    context = None
    if source_of(index).type.row_bound and not isinstance(value, Sealed):
        # The type of that column refuses it, and says why.
        return None
    if isinstance(value, Sealed):
        if not isinstance(value, SealedFor):
            raise field.place.refused(
                "is a ciphertext whose row is not known, so its blind index cannot be made: seal the value for the row"
            )
        context, value = value.context, value.value()
    return index.type.index.of(field.encode(value), context)  # type: ignore[no-any-return]


class SealedFor(Sealed):
    """A ciphertext that was made for a row."""

    __slots__ = ("context", "row")

    def __init__(
        self, ciphertext: str | bytes, opener: Callable[..., Any], row: Any, context: str | None
    ) -> None:
        super().__init__(ciphertext, opener)
        self.row, self.context = row, context

    def value(self) -> Any:
        return self.open(self.row, context=self.context)


def default_of(index: Column[Any]) -> Callable[[Any], str | None]:
    """What an INSERT writes into the index, beside the value that it writes."""

    def default(context: Any) -> str | None:
        parameters = context.get_current_parameters(isolate_multiinsert_groups=False)
        source, column = source_of(index), context.current_column
        key = source.key
        # With values() of several rows the parameters of all of them are here, and the column says which row is meant.
        row = column.index + 1 if getattr(column, "_is_multiparam_column", False) else 0
        made = [one.key for one in context.compiled.insert_prefetch]
        if key in made[made.index(index.key) :]:
            raise source.type.field.place.refused(
                f"has a default, which is made after its blind index: define {index.key!r} after it",
                TypeError,
            )
        return text_of(index, parameters.get(key, parameters.get(f"{key}_m{row}")))

    return default


def _before_execute(
    _connection: Any, statement: Any, multiparams: Any, params: Any, options: Any
) -> tuple[Any, Any, Any]:
    if "strongroom_stored" in options:
        pass
    elif isinstance(statement, Update):
        indexes = indexes_of(statement.table)
        if indexes:
            rows = [_in_step(statement, indexes, row) for row in multiparams or [params]]
            multiparams, params = (rows, {}) if multiparams else ([], rows[0])
        written.check(statement)
    elif isinstance(statement, Insert):
        for source, index in indexes_of(statement.table).items():
            _check_insert(statement, source, index)
        written.check(statement)
    elif isinstance(statement, GenerativeSelect):
        _check_order(statement)
    return statement, multiparams, params


def _in_step(statement: Update, indexes: dict[str, str], row: dict[str, Any]) -> dict[str, Any]:
    """The parameters of an UPDATE with the index of each value that they set."""
    values = {
        key.key if isinstance(key, Column) else key: value for key, value in (statement._values or {}).items()
    }
    added = {}
    for source, index in indexes.items():
        if index in row or index in values:
            continue
        if source in values:
            value = _given(statement, source, values[source], row)
        elif source in row:
            value = row[source]
        else:
            continue
        added[index] = text_of(statement.table.c[index], value)
    return {**row, **added}


def _given(statement: Any, source: str, value: Any, row: dict[str, Any]) -> Any:
    """The value of a column, which is known before the statement is executed."""
    if isinstance(value, BindParameter):
        return row.get(value.key, value.effective_value)
    if isinstance(value, Null):
        return None
    if not isinstance(value, ClauseElement):
        return value
    field = statement.table.c[source].type.field
    raise field.place.refused(
        "is set to an expression, of which no blind index can be made: set it to a value", TypeError
    )


def _check_insert(statement: Insert, source: str, index: str) -> None:
    for values in [statement._values or {}, *written.rows(statement)]:
        names = {key.key if isinstance(key, Column) else key: value for key, value in values.items()}
        if source in names and index not in names:
            _given(statement, source, names[source], {})
    copied = statement._select_names or []
    changed = set(written.upserted(statement))
    for names_of in (set(copied), changed):
        if source in names_of and index not in names_of:
            raise source_of(statement.table.c[index]).type.field.place.refused(
                f"is written here without its blind index: name {index!r} in this clause, too", TypeError
            )


def _check_order(statement: GenerativeSelect) -> None:
    from strongroom.sqlalchemy.comparing import refusal
    from strongroom.sqlalchemy.fields import FieldType

    for clauses, name in (
        (statement._order_by_clauses, "order_by"),
        (statement._group_by_clauses, "group_by"),
    ):
        for clause in clauses:
            element: Any = clause
            while isinstance(element, (Label, UnaryExpression, _label_reference, _textual_label_reference)):
                element = element.element
                if isinstance(element, str):
                    element = statement.selected_columns.get(element)
            if isinstance(getattr(element, "type", None), FieldType):
                raise refusal(element, name)


def refuse_as_item(kind: Any, column: Column[Any]) -> None:
    """Refuses a type that stands behind the type of a column: SQLAlchemy takes it there, and uses the other one."""
    if column.type is not kind:
        name = _named(kind)
        raise TypeError(
            f"{name} stands beside another type, {column.type!r}, which would be the one of the column: "
            f"write {name}(…) as the only type"
        )


def refuse_as_attribute(kind: Any, owner: type[Any], name: str) -> None:
    """Refuses a type in the place of a column of a model: SQLAlchemy makes no column of it, and says nothing."""
    annotation = str(owner.__dict__.get("__annotations__", {}).get(name, ""))
    if "Mapped" in annotation or hasattr(owner, "_sa_registry"):
        raise TypeError(
            f"{owner.__name__}.{name} = {_named(kind)}(…) makes no column: write mapped_column({_named(kind)}(…))"
        )


def _named(kind: Any) -> str:
    return type(kind).__name__
