"""The columns of encrypted fields in queries: they are selected and looked up, and refuse everything else."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.core.exceptions import EmptyResultSet, FieldError
from django.db.models import Count, F, Func
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import Col, CombinedExpression, Expression, OrderBy, Window
from django.db.models.lookups import IsNull, Lookup

USE_PROGRAM = (
    "is encrypted, and its ciphertexts say nothing of order or equality: "
    "{} in the program, with the values that were read"
)
COMPARE = (
    "is encrypted, and two encrypted columns, or one and an expression, cannot be compared in the database"
)

NO_INDEX = "is encrypted and has no BlindIndexField, without which no value is found: add one, and run rewrap_encrypted"
NO_SPELLING = "equal values of its type may be spelled in several ways, and it can have no BlindIndexField"


class EncryptedCol(Col):
    """The column of an encrypted field. Whoever compiles it into a query that does more than select it is told so."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        refuse_misuse(compiler.query)
        return super().as_sql(compiler, connection)


class AsStored(Expression):
    """What an encrypted column holds, as text."""

    def __init__(self, expression: Any, output_field: Any) -> None:
        super().__init__(output_field=output_field)
        self.expression = expression

    def get_source_expressions(self) -> list[Any]:
        return [self.expression]

    def set_source_expressions(self, expressions: Any) -> None:
        (self.expression,) = expressions

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return compiler.compile(self.expression)


class Indexed(Lookup):
    """A look-up by a blind index: the indexes of all versions, of one value or of several."""

    prepare_rhs = False

    def values(self) -> list[Any]:
        return [self.rhs]

    def get_prep_lookup(self) -> Any:
        field = self.lhs.output_field
        if not isinstance(self.lhs, Col) or hasattr(self.rhs, "resolve_expression"):
            raise FieldError(f"{field.place} {COMPARE}: look up values")
        # Django looks for what is missing by another look-up, and makes this one first.
        if self.rhs is not None and isinstance(self.lhs, EncryptedCol) and not field.indexes:
            why = NO_INDEX if field.indexable else f"is encrypted and is found by isnull alone: {NO_SPELLING}"
            raise FieldError(f"{field.place} {why}")
        return self.rhs

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        __traceback_hide__ = True
        target = self.lhs.target
        index = target.indexes[0] if isinstance(self.lhs, EncryptedCol) else target
        texts: list[str] = []
        # A comprehension would be a frame of its own, which shows its values.
        for value in self.values():
            if value is not None:
                texts += index.searched(value)
        if not texts:
            raise EmptyResultSet
        column, _ = compiler.compile(index.get_col(self.lhs.alias))
        # A value without an index is another value: false, and not NULL, which exclude() would take for a match.
        return f"({column} IN ({', '.join(['%s'] * len(texts))}) AND {column} IS NOT NULL)", texts

    def __repr__(self) -> str:
        # What is looked for is not shown.
        return f"{type(self).__name__}({self.lhs!r})"


class IndexedExact(Indexed):
    lookup_name = "exact"


class IndexedIn(Indexed):
    lookup_name = "in"

    def values(self) -> list[Any]:
        return self.rhs  # type: ignore[no-any-return]

    def get_prep_lookup(self) -> Any:
        super().get_prep_lookup()
        return list(self.rhs)


INDEXED: dict[str, type[Indexed]] = {"exact": IndexedExact, "in": IndexedIn}


def refuse_misuse(query: Any) -> None:
    """Refuses what a database would do with ciphertexts as if they were values."""
    ordering = (
        query.extra_order_by
        or query.order_by
        or (query.get_meta().ordering if query.default_ordering else ())
    )
    for item in ordering:
        _refuse(_ordered(query, item), "sort")
    for annotation in query.annotations.values():
        _refuse(_computed(annotation), "compute")
    if isinstance(query.group_by, tuple):
        _refuse(_alone(query.group_by), "group")
    if query.distinct:
        _refuse(_alone(query.select), "leave out what is there twice")
        for name in query.distinct_fields:
            _refuse(_named(query, name), "leave out what is there twice")
    for one in _lookups(query.where):
        if not isinstance(one, (Indexed, IsNull)):
            for column in (*_encrypted(one.lhs), *_encrypted(one.rhs)):
                field: Any = column.target
                raise FieldError(f"{field.place} {COMPARE}")


def _refuse(columns: Any, what: str) -> None:
    for column in columns:
        field: Any = getattr(column, "target", column)
        raise FieldError(f"{field.place} {USE_PROGRAM.format(what)}")


def _ordered(query: Any, item: Any) -> Iterator[Any]:
    if isinstance(item, str):
        yield from _named(query, item.removeprefix("-"))
        return
    part: Any
    for part in item.flatten() if hasattr(item, "flatten") else [item]:
        yield from _named(query, part.name) if isinstance(part, F) else _encrypted(part)  # type: ignore[attr-defined]


def _named(query: Any, name: str) -> Iterator[Any]:
    """The encrypted column, or field, that a name leads to."""
    if name in query.annotations:
        yield from _encrypted(query.annotations[name])
    else:
        # "?" leads nowhere.
        with suppress(FieldError):
            _, _, targets, _ = query.names_to_path(name.split(LOOKUP_SEP), query.get_meta())
            yield from (
                target for target in targets if isinstance(getattr(target, "cached_col", None), EncryptedCol)
            )


def _encrypted(expression: Any) -> Iterator[EncryptedCol]:
    if hasattr(expression, "flatten") and not isinstance(expression, AsStored):
        yield from (part for part in expression.flatten() if isinstance(part, EncryptedCol))


def _computed(annotation: Any) -> Iterator[EncryptedCol]:
    """Those that something is computed of."""
    for part in annotation.flatten():
        if isinstance(part, (Func, CombinedExpression, Window, OrderBy)) and not _only_counts(part):
            yield from (one for one in part.get_source_expressions() if isinstance(one, EncryptedCol))


def _only_counts(part: Any) -> bool:
    """How many are not null can be counted."""
    return isinstance(part, Count) and not part.distinct  # type: ignore[attr-defined]


def _alone(columns: Any) -> Iterator[EncryptedCol]:
    """Those beside which no primary key stands, with which every row is a group of its own."""
    keys = {column.alias for column in columns if isinstance(column, Col) and column.target.primary_key}
    yield from (column for column in columns if isinstance(column, EncryptedCol) and column.alias not in keys)


def _lookups(node: Any) -> Iterator[Lookup]:
    for child in getattr(node, "children", ()):
        if isinstance(child, Lookup):
            yield child
        else:
            yield from _lookups(child)
