"""Expressions that an encrypted field is set to: those of ``bulk_update``, and no others."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError
from django.db.models import Case, TextField, Value
from django.db.models.expressions import Col
from django.db.models.functions import Cast
from django.db.models.lookups import Exact

if TYPE_CHECKING:
    from strongroom.django.base import EncryptedField

REFUSED = (
    "is encrypted, so it is set to a value and to no other expression: "
    "F() and functions would copy or change ciphertexts. Read the rows and save them"
)
REFUSED_WITHOUT_ROW = (
    "is bound to its row, so it is set by save(), bulk_create() or bulk_update(): "
    "an expression has to say the value of each primary key, as CASE WHEN pk = … THEN … does"
)
REFUSED_WITH_CONTEXT = (
    "takes its context from {!r}, which bulk_update() does not know: save the rows one by one"
)


def bind(field: "EncryptedField", expression: Any) -> Any:
    """The expression with ciphertexts in the place of its values, and with ``indexes``: the same for each blind index."""
    __traceback_hide__ = True

    def sealed(value: Value, condition: Any) -> Any:
        __traceback_hide__ = True
        row = _row(field, condition) if field.row_bound and value.value is not None else None
        made = None if value.value is None else field.sealed(value.value, row)
        found = _stored(None if made is None else str(made))
        found.indexes = {} if made is None else made.indexes
        return found

    if field.context_field is not None:
        raise FieldError(f"{field.place} {REFUSED_WITH_CONTEXT.format(field.context_field)}")
    bound = rebuilt(expression, sealed, f"{field.place} {REFUSED}")
    bound.indexes = {index: _index(bound, index) for index in field.indexes}
    return bound


def _index(bound: Any, index: Any) -> Any:
    return rebuilt(bound, lambda value, _: _stored(value.indexes.get(index)), "")


def bind_index(text_of: Callable[[Any], str | None], expression: Any, refused: str) -> Any:
    """The expression with indexes in the place of its values."""
    return rebuilt(expression, lambda value, _: _stored(text_of(value.value)), refused)


def rebuilt(expression: Any, each: Callable[[Any, Any], Any], refused: str) -> Any:
    """A copy in which each value is another one, which may depend on the condition that it stands under."""
    __traceback_hide__ = True
    if isinstance(expression, Cast):
        cast = expression.copy()
        cast.set_source_expressions([rebuilt(expression.get_source_expressions()[0], each, refused)])
        return cast
    if isinstance(expression, Case):
        case = expression.copy()
        case.cases = [when.copy() for when in expression.cases]
        for when in case.cases:
            when.result = _value(when.result, when.condition, each, refused)
        case.default = _value(case.default, None, each, refused)
        return case
    return _value(expression, None, each, refused)


def _value(expression: Any, condition: Any, each: Callable[[Any, Any], Any], refused: str) -> Any:
    __traceback_hide__ = True
    if not isinstance(expression, Value):
        raise FieldError(refused)
    return each(expression, condition)


def _stored(text: str | None) -> Any:
    """What is written as it is: no field converts it again."""
    return Value(text, output_field=TextField())


def _row(field: "EncryptedField", condition: Any) -> str:
    """The row of which a condition says that it is the one."""
    children = getattr(condition, "children", [])
    one = children[0] if len(children) == 1 and not condition.negated else None
    if (
        isinstance(one, Exact)
        and isinstance(one.lhs, Col)
        and one.lhs.target.primary_key
        and one.rhs_is_direct_value()
    ):
        return field.row_text(one.rhs)
    raise FieldError(f"{field.place} {REFUSED_WITHOUT_ROW}")
