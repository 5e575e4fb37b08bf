"""The column of a row-bound field, and what it holds before it is written."""

from typing import Any
from uuid import UUID

from sqlalchemy import inspect
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.attributes import instance_state

from strongroom._fields import ROW_KEYS, Field, Given, Refused, Sealed, row_text
from strongroom.sqlalchemy.fields import FieldType
from strongroom.sqlalchemy.instep import SealedFor


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

    def __init__(
        self, key: Given, of: type[Any] = str, *, context: str | None = None, **options: Any
    ) -> None:
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
            raise self.field.place.refused(
                "was set on an object, and is sealed when a session flushes it: add it to one"
            )
        raise self.field.place.refused(
            "is bound to its row: give what seal(key of the row, value) gives, or write it through a session",
            TypeError,
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
                f"takes its context from {self.context!r}, which has to be a text that is not empty",
                TypeError,
            )
        return context

    def unseal(self, target: Any, held: Sealed) -> bytes:
        """The bytes of the value of an object, by the row that it is in the database."""
        identity = instance_state(target).identity
        key = self.key_of(target) if identity is None else identity[0]
        return self.field.unseal(
            held.ciphertext, text_of_key(key, self.field), self.context_of(target, stored=True)
        )

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
            raise refused(
                f"is bound to its row, of which the primary key has to be {ROW_KEYS}, and is {column.type!r}",
                TypeError,
            )
        if self.context is not None:
            tenant = mapper.columns.get(self.context)
            if tenant is None:
                raise refused(
                    f"takes its context from {self.context!r}, which is no column of this model", TypeError
                )
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
