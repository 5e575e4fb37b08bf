"""A row-bound field of a model: its ciphertext opens in its own row, and nowhere else."""

from typing import TYPE_CHECKING, Any, Generic, Literal, Self, TypeVar, cast, overload
from uuid import UUID

from sqlalchemy import inspect
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.hybrid import ExprComparator, hybrid_property
from sqlalchemy.orm import Mapper, mapped_column
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BindParameter, Null

from strongroom._fields import ROW_KEYS, Field, Given, Refused, Sealed, row_text
from strongroom.sqlalchemy import instep
from strongroom.sqlalchemy.comparing import found
from strongroom.sqlalchemy.fields import FieldType
from strongroom.sqlalchemy.instep import SealedFor

T = TypeVar("T")
S = TypeVar("S")


class Pending:
    """A value that was set and is not written yet: it is sealed in the flush, when its row has a key."""

    __slots__ = ("plaintext",)

    def __init__(self, plaintext: bytes) -> None:
        self.plaintext = plaintext

    def __repr__(self) -> str:
        return "Pending()"


class RowType(FieldType):
    """The column of a row-bound field. It takes and gives ``Sealed``, never a plaintext."""

    cache_ok = True
    row_bound = True

    def __init__(self, key: Given, of: type[Any] = str, *, context: str | None = None, **options: Any) -> None:
        super().__init__(key, of, **options)
        self.context = context
        # The column of that attribute.
        self.context_key: str | None = context
        # The attribute with the primary key, in each class that has the column.
        self.keys: dict[type[Any], str] = {}

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        if isinstance(value, Sealed):
            return value.ciphertext
        if isinstance(value, Pending):
            raise self.field.place.refused("was set on an object, and is sealed when a session flushes it: add it to one")
        raise self.field.place.refused(
            "is bound to its row: give what seal(key of the row, value) gives, or write it through a session", TypeError
        )

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else Sealed(value, self.open)

    def open(self, ciphertext: Any, key: Any, *, context: str | None = None) -> Any:
        """The value of a ciphertext of the row with this primary key."""
        return self.field.open(ciphertext, text_of_key(key, self.field), context)

    def seal(self, key: Any, value: Any, context: str | None = None) -> SealedFor | None:
        if value is None:
            return None
        field = self.field
        if self.context is not None and context is None:
            raise field.place.refused(f"needs its context, which the column {self.context!r} has")
        ciphertext = field.seal(value, text_of_key(key, field), context)
        return SealedFor(ciphertext, self.open, key, context)

    def context_of(self, target: Any, *, stored: bool = False) -> str | None:
        """The text of the attribute that holds the tenant, or with ``stored`` what it is in the database."""
        if self.context is None:
            return None
        context = getattr(target, self.context)
        state = inspect(target)
        if stored and state.persistent:
            changed = state.attrs[self.context].load_history().deleted
            context = changed[0] if changed else context
        if not isinstance(context, str) or not context:
            raise self.field.place.refused(
                f"takes its context from {self.context!r}, which has to be a text that is not empty", TypeError
            )
        return context

    def unseal(self, target: Any, held: Sealed) -> bytes:
        """The bytes of the value of an object, by the row that it is in the database."""
        identity = instance_state(target).identity
        key = self.key_of(target) if identity is None else identity[0]
        return self.field.unseal(held.ciphertext, text_of_key(key, self.field), self.context_of(target, stored=True))

    def key_of(self, target: Any) -> Any:
        """The primary key of an object."""
        return getattr(target, self.keys[type(target)])

    def check_key(self, mapper: Mapper[Any]) -> None:
        """Refuses a model whose rows have no key of their own when they are written."""
        refused = self.field.place.refused
        self.keys[mapper.class_] = mapper.get_property_by_column(mapper.primary_key[0]).key
        if len(mapper.primary_key) != 1:
            raise refused("is bound to its row, of which the primary key has to be one column", TypeError)
        column: Any = mapper.primary_key[0]
        try:
            python: Any = column.type.python_type
        except NotImplementedError:
            python = None
        if python not in (str, int, UUID):
            raise refused(f"is bound to its row, of which the primary key has to be {ROW_KEYS}, and is {column.type!r}", TypeError)
        if self.context is not None:
            tenant = mapper.columns.get(self.context)
            if tenant is None:
                raise refused(f"takes its context from {self.context!r}, which is no column of this model", TypeError)
            self.context_key = tenant.key
        if column.table.autoincrement_column is column and column.default is None:
            raise refused(
                f"is bound to its row, and the database makes the key {column.name!r} after the value is written: make keys in "
                "the program (a default, such as uuid.uuid4), or say autoincrement=False and give them",
                TypeError,
            )


def text_of_key(key: Any, field: Field) -> str:
    try:
        return row_text(key)
    except Refused as refused:
        raise field.place.named(refused) from None


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
            if self._kind.context is not None and self._context is None:
                raise self._kind.field.place.refused("is found among the rows of one tenant: say of(context) first")
            return found(self.__clause_element__(), other[0] if op is operators.in_op else [other[0]], self._context)
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

    A program reads and writes the value. The database has its ciphertext in the column of this name, bound to table, column and
    primary key: one that was moved to another row is refused. The primary key is one column of ``str``, ``int`` or ``UUID`` that the
    program makes. What rows and bulk reads give is ``Sealed``, which ``open`` opens with the key of the row; the model has it as
    ``email_sealed``.

    ``context`` names the attribute with the tenant, for a derived key. With ``nullable=True`` the field may be ``None``. The other
    options are those of ``Encrypted``; ``column`` is the name of the column where it is not that of the field.
    """

    @overload
    def __init__(
        self, key: Given, of: type[T], *, nullable: Literal[False] = ..., column: str | None = ..., **options: Any
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
    def __init__(self, key: Given, of: Any, *, nullable: bool = False, column: str | None = None, **options: Any) -> None:
        self.kind = RowType(key, of, **options)
        self.nullable, self.column_name, self.sealed = nullable, column, ""
        self._kinds: dict[type[Any], RowType] = {}
        super().__init__(self._read, self._write, custom_comparator=self._attribute)  # type: ignore[arg-type]

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self.__name__, self.sealed = name, f"{name}_sealed"
        instep.begin()
        column = mapped_column(self.column_name or name, self.kind, nullable=self.nullable)
        type.__setattr__(owner, self.sealed, column)

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
        return SealedFor(kind.field.seal_bytes(plaintext, text_of_key(key, kind.field), context), kind.open, key, context)

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
