"""A row-bound field of a model: its ciphertext opens in its own row, and nowhere else."""

from typing import TYPE_CHECKING, Any, Generic, Literal, Self, TypeVar, cast, overload

from sqlalchemy.ext.hybrid import ExprComparator, hybrid_property
from sqlalchemy.orm import mapped_column
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BindParameter, Null

from strongroom._fields import Given, Sealed
from strongroom.sqlalchemy import instep
from strongroom.sqlalchemy.comparing import found
from strongroom.sqlalchemy.fields import PYDANTIC
from strongroom.sqlalchemy.instep import SealedFor
from strongroom.sqlalchemy.row_types import Pending, RowType, text_of_key

T = TypeVar("T")
S = TypeVar("S")


class RowAttribute(ExprComparator[Sealed], Generic[T]):
    """``Model.field`` of a row-bound field: found by its blind index, and read as ``Sealed``."""

    def __init__(self, cls: type[Any], hybrid: "RowEncrypted[T]", context: str | None = None) -> None:
        super().__init__(cls, getattr(cls, hybrid.sealed), cast("hybrid_property[Sealed]", hybrid))
        self.row, self._context = hybrid, context

    def seal(self, key: Any, value: T | None, *, context: str | None = None) -> Sealed | None:
        """The ciphertext of a value for the row with this primary key, as Core writes it."""
        return self._kind.seal(key, value, context)

    def of(self, context: str) -> "RowAttribute[T]":
        """The same among the rows of one tenant, for a field with a context."""
        return RowAttribute(self.cls, self.row, context)

    @property
    def _kind(self) -> RowType:
        expression: Any = self.expression
        kind: RowType = expression.type
        return kind

    def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
        if op is operators.in_op or (op is operators.eq and not isinstance(other[0], (Null, type(None)))):
            return found(
                self.__clause_element__(), other[0] if op is operators.in_op else [other[0]], self._context
            )
        return op(self.__clause_element__(), *other, **kwargs)

    def _bulk_update_tuples(self, value: Any) -> Any:
        """``update(Model).values(field=…)``: any number of rows, of which each needs its own ciphertext."""
        given = value.value if isinstance(value, BindParameter) else value
        if isinstance(given, (Sealed, Null, type(None))):
            return [(self.__clause_element__(), value)]
        raise self._kind.field.place.refused(
            "is bound to its row, and one value cannot be for several: update by primary key, "
            "session.execute(update(Model), [{key, value}, …]), or give seal(key of the row, value)",
            TypeError,
        )

    def _bulk_dml_setter(self, key: str) -> Any:
        """``session.execute(insert(Model), [{…}])``: a row says its key, and its value is sealed for that."""
        kind, sealed = self._kind, self.row.sealed
        name, tenant = kind.keys[self.cls], kind.context

        def setter(mapping: dict[str, Any]) -> None:
            value = mapping.pop(key)
            if value is not None and not isinstance(value, Sealed):
                row = mapping.get(name)
                if row is None:
                    raise kind.field.place.refused(f"is bound to its row: each row has to say {name!r}")
                value = kind.seal(row, value, None if tenant is None else mapping.get(tenant))
            mapping[sealed] = value

        return setter


class RowEncrypted(hybrid_property[T]):
    """A row-bound field of a model: ``email = RowEncrypted(key, str)``.

    A program reads and writes the value. The database has its ciphertext in the column of this name, bound to
    table, column and primary key: one that was moved to another row is refused. The primary key is one column
    of ``str``, ``int`` or ``UUID`` that the program makes. What rows and bulk reads give is ``Sealed``, which
    ``open`` opens with the key of the row; the model has it as ``email_sealed``.

    ``context`` names the attribute with the tenant, for a derived key. With ``nullable=True`` the field may
    be ``None``. The other options are those of ``Encrypted``; ``column`` is the name of the column where it
    is not that of the field.
    """

    @overload
    def __init__(
        self,
        key: Given,
        of: type[T],
        *,
        nullable: Literal[False] = ...,
        column: str | None = ...,
        **options: Any,
    ) -> None: ...
    @overload
    def __init__(
        self: "RowEncrypted[S | None]",
        key: Given,
        of: type[S],
        *,
        nullable: Literal[True],
        column: str | None = ...,
        **options: Any,
    ) -> None: ...
    def __init__(
        self, key: Given, of: Any, *, nullable: bool = False, column: str | None = None, **options: Any
    ) -> None:
        self.kind = RowType(key, of, **options)
        self.nullable, self.column_name, self.sealed = nullable, column, ""
        self._kinds: dict[type[Any], RowType] = {}
        super().__init__(self._read, self._write, custom_comparator=self._attribute)  # type: ignore[arg-type]

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self.__name__, self.sealed = name, f"{name}_sealed"
        instep.begin()
        column = mapped_column(self.column_name or name, self.kind, nullable=self.nullable)
        type.__setattr__(owner, self.sealed, column)

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> Any:
        raise TypeError(PYDANTIC)

    def type_of(self, target: Any) -> RowType:
        """The type of the column in the model of this object: a mixin is in several."""
        kind = self._kinds.get(type(target))
        if kind is None:
            kind = self._kinds[type(target)] = getattr(type(target), self.sealed).type
        return kind

    def _read(self, target: Any) -> Any:
        held = getattr(target, self.sealed)
        if held is None:
            return None
        kind = self.type_of(target)
        if isinstance(held, Pending):
            return kind.field.decode(held.plaintext)
        return kind.field.decode(kind.unseal(target, held))

    def _write(self, target: Any, value: Any) -> None:
        held = value
        if value is not None and not isinstance(value, Sealed):
            held = Pending(self.type_of(target).field.encode(value))
        setattr(target, self.sealed, held)

    def sealed_for(self, target: Any, plaintext: bytes) -> Sealed:
        """The ciphertext for the row of an object."""
        kind = self.type_of(target)
        key, context = kind.key_of(target), kind.context_of(target)
        return SealedFor(
            kind.field.seal_bytes(plaintext, text_of_key(key, kind.field), context), kind.open, key, context
        )

    def _get_comparator(self, comparator: Any) -> Any:
        make = super()._get_comparator(comparator)

        def with_column(owner: type[Any]) -> Any:
            made: Any = make(owner)
            # What `load_only` and `defer` take in the place of a hybrid.
            made._column_strategy_attrs = lambda: (getattr(owner, self.sealed),)
            return made

        return with_column

    def _attribute(self, cls: type[Any]) -> RowAttribute[T]:
        return RowAttribute(cls, self)

    if TYPE_CHECKING:

        @overload  # type: ignore[override]
        def __get__(self, instance: Any, owner: None) -> Self: ...
        @overload
        def __get__(self, instance: None, owner: type[object]) -> RowAttribute[T]: ...
        @overload
        def __get__(self, instance: object, owner: type[object]) -> T: ...
        def __get__(self, instance: Any, owner: Any) -> Any: ...
        def __set__(self, instance: object, value: T | Sealed) -> None: ...  # type: ignore[override]
