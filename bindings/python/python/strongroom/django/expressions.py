"""Expressions that an encrypted field is set to: ``bulk_update`` makes them, and nothing else of them can be encrypted."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError
from django.db.models import Case, TextField, Value
from django.db.models.expressions import Col
from django.db.models.functions import Cast
from django.db.models.lookups import Exact

if TYPE_CHECKING:
    from strongroom.django.base import EncryptedField

REFUSED = (
    "is encrypted, so it is set to a value and to no other expression: F() and functions would copy or change ciphertexts. "
    "Read the rows and save them"
)
REFUSED_WITHOUT_ROW = (
    "is bound to its row, so it is set by save(), bulk_create() or bulk_update(): an expression has to say the value of each "
    "primary key, as CASE WHEN pk = … THEN … does"
)
REFUSED_WITH_CONTEXT = "takes its context from {!r}, which bulk_update() does not know: save the rows one by one"


def bind(field: "EncryptedField", expression: Any) -> Any:
    """The expression with ciphertexts in the place of its values, and with ``indexes``: the same for each blind index."""
    __traceback_hide__ = True
    if isinstance(expression, Cast):
        made = bind(field, expression.get_source_expressions()[0])
        cast = expression.copy()
        cast.set_source_expressions([made])
        cast.indexes = {index: Cast(one, output_field=index) for index, one in made.indexes.items()}
        return cast
    if isinstance(expression, Case):
        return _bind_case(field, expression)
    if isinstance(expression, Value):
        if field.row_bound and expression.value is not None:
            raise FieldError(f"{field.place} {REFUSED_WITHOUT_ROW}")
        return _value(field, expression.value)
    raise FieldError(f"{field.place} {REFUSED}")


def _bind_case(field: "EncryptedField", expression: Case) -> Any:
    __traceback_hide__ = True
    if field.context_field is not None:
        raise FieldError(f"{field.place} {REFUSED_WITH_CONTEXT.format(field.context_field)}")
    values = []
    for when in expression.cases:
        if not isinstance(when.result, Value):
            raise FieldError(f"{field.place} {REFUSED}")
        row = _row(field, when.condition) if field.row_bound else None
        values.append(_value(field, when.result.value, row))
    case = _with_results(expression, values)
    case.default = bind(field, expression.default)
    case.indexes = {}
    for index in field.indexes:
        case.indexes[index] = _with_results(expression, [one.indexes[index] for one in values])
        case.indexes[index].default = case.default.indexes[index]
    return case


def _with_results(expression: Case, results: list[Any]) -> Any:
    case = expression.copy()
    case.cases = [when.copy() for when in expression.cases]
    for when, result in zip(case.cases, results, strict=True):
        when.result = result
    return case


def _row(field: "EncryptedField", condition: Any) -> str:
    """The row of which a condition says that it is the one."""
    children = getattr(condition, "children", [])
    one = children[0] if len(children) == 1 and not condition.negated else None
    if isinstance(one, Exact) and isinstance(one.lhs, Col) and one.lhs.target.primary_key and one.rhs_is_direct_value():
        return field.row_text(one.rhs)
    raise FieldError(f"{field.place} {REFUSED_WITHOUT_ROW}")


def _value(field: "EncryptedField", value: Any, row: str | None = None) -> Any:
    """A ciphertext as an expression of its own, which no field converts again."""
    __traceback_hide__ = True
    made = None if value is None else field.sealed(value, row)
    found: Any = Value(None if made is None else str(made), output_field=TextField())
    found.indexes = {
        index: Value(None if made is None else made.indexes[index], output_field=TextField()) for index in field.indexes
    }
    return found
