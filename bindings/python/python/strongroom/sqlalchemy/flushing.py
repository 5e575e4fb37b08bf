"""What happens to objects when they are written: row-bound values are sealed for their row, and blind indexes
are set.
"""

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Column, inspect
from sqlalchemy.orm import Mapper, PassiveFlag
from sqlalchemy.orm.attributes import get_history

from strongroom._fields import Sealed
from strongroom.sqlalchemy import instep
from strongroom.sqlalchemy.errors import place
from strongroom.sqlalchemy.fields import FieldType
from strongroom.sqlalchemy.indexes import BlindIndex
from strongroom.sqlalchemy.row_types import Pending, RowType, text_of_key
from strongroom.sqlalchemy.rows import RowEncrypted

_Plan = tuple[list[tuple[str, RowEncrypted[Any]]], list[tuple[str, str, Column[Any]]]]
_PLANS: WeakKeyDictionary[Mapper[Any], _Plan] = WeakKeyDictionary()


def name_fields(mapper: Mapper[Any], model: type[Any]) -> None:
    """Errors name the model and its attribute, once there is one; a model that cannot be is refused."""
    # Not `column_attrs`, which configures all mappers: classes that relations name may not be there yet.
    for name, _ in mapper.columns.items():
        prop: Any = mapper.get_property(name)
        column: Any = prop.columns[0]
        kind = getattr(column, "type", None)
        if isinstance(kind, FieldType) and isinstance(column, Column):
            if prop.parent is mapper:
                kind.field.place = place(
                    model.__name__,
                    prop.key.removesuffix("_sealed") if isinstance(kind, RowType) else prop.key,
                )
            if isinstance(kind, RowType):
                kind.check_key(mapper)
    for column in mapper.columns:
        kind = getattr(column, "type", None)
        if isinstance(kind, BlindIndex) and isinstance(column, Column):
            # It is made here, so that one that cannot be is refused.
            _ = kind.index


def _plan(mapper: Mapper[Any]) -> _Plan:
    plan = _PLANS.get(mapper)
    if plan is None:
        rows = [
            (one.sealed, one) for one in mapper.all_orm_descriptors.values() if isinstance(one, RowEncrypted)
        ]
        indexes = []
        for table in mapper.tables:
            for source, index in instep.indexes_of(table).items():
                column: Any = table.c[index]
                if mapper.columns.contains_column(column) and mapper.columns.contains_column(table.c[source]):
                    names = (mapper.get_property_by_column(table.c[one]).key for one in (source, index))
                    indexes.append((*names, column))
        plan = _PLANS[mapper] = (rows, indexes)
    return plan


def before_insert(mapper: Mapper[Any], _connection: Any, target: Any) -> None:
    rows, indexes = _plan(mapper)
    if not rows and not indexes:
        return
    if rows:
        _make_key(mapper, target)
        _check_sealed(rows, target, True)
    _write(rows, indexes, target, True)


def before_update(mapper: Mapper[Any], _connection: Any, target: Any) -> None:
    rows, indexes = _plan(mapper)
    if not rows and not indexes:
        return
    if rows:
        _reseal(mapper, rows, target)
        _check_sealed(rows, target, False)
    _write(rows, indexes, target, False)


def _write(rows: Any, indexes: Any, target: Any, new: bool) -> None:
    for source, index, column in indexes:
        if source not in target.__dict__:
            continue
        changed = get_history(target, source, PassiveFlag.PASSIVE_NO_INITIALIZE).has_changes()
        if new or changed or get_history(target, index, PassiveFlag.PASSIVE_NO_INITIALIZE).has_changes():
            setattr(target, index, _index(target, source, column))
    for sealed, row in rows:
        pending = target.__dict__.get(sealed)
        if isinstance(pending, Pending):
            setattr(target, sealed, row.sealed_for(target, pending.plaintext))


def _index(target: Any, source: str, column: Column[Any]) -> str | None:
    value = target.__dict__[source]
    kind = instep.source_of(column).type
    if not isinstance(kind, RowType):
        return instep.text_of(column, value)
    if value is None:
        return None
    context = kind.context_of(target)
    plaintext = value.plaintext if isinstance(value, Pending) else kind.unseal(target, value)
    return column.type.index.of(plaintext, context, text_of_key(kind.key_of(target), kind.field))  # type: ignore[attr-defined, no-any-return]


def _make_key(mapper: Mapper[Any], target: Any) -> None:
    """The default of the primary key, which would be made too late for what is bound to it."""
    column: Any = mapper.primary_key[0]
    key = mapper.get_property_by_column(column).key
    default = column.default
    if getattr(target, key) is None and default is not None and (default.is_callable or default.is_scalar):
        setattr(target, key, default.arg(None) if default.is_callable else default.arg)


def _check_sealed(rows: Any, target: Any, new: bool) -> None:
    """A ciphertext that was put into an object has to open in its row: that of another would never be read again."""
    for sealed, row in rows:
        held = target.__dict__.get(sealed)
        if isinstance(held, Sealed) and (new or inspect(target).attrs[sealed].history.has_changes()):
            kind = row.type_of(target)
            key, context = text_of_key(kind.key_of(target), kind.field), kind.context_of(target)
            kind.field.unseal(held.ciphertext, key, context)


def _reseal(mapper: Mapper[Any], rows: Any, target: Any) -> None:
    """What was bound to another key of the row, or to another tenant, is sealed anew."""
    state = inspect(target)
    moved = state.identity != tuple(mapper.primary_key_from_instance(target))
    for sealed, row in rows:
        kind = row.type_of(target)
        if moved or (kind.context is not None and state.attrs[kind.context].history.has_changes()):
            held = getattr(target, sealed)
            if isinstance(held, Sealed) and not state.attrs[sealed].history.has_changes():
                setattr(target, sealed, Pending(kind.unseal(target, held)))
