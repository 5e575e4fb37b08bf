"""What all encrypted fields have in common."""

from functools import cached_property
from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.functional import Promise

from strongroom._fields import TEXT, Encoding, Field, Refused, row_text
from strongroom.django import bases, rows
from strongroom.django.attribute import RowBoundAttribute, RowSealed, Written
from strongroom.django.dumps import refuse_dump
from strongroom.django.expressions import bind
from strongroom.django.keyring import KeySource
from strongroom.django.raw import connect
from strongroom.django.searched import SearchedField

WRITE_WITH_ROW = (
    "is bound to its row, which update() does not know: use save(), bulk_update() or bulk_create(), or let the field be "
    "row_bound=False; a field that is added to a table with rows is added with null=True"
)


class EncryptedField(SearchedField):
    """A mixin that stands before a field of Django, whose forms, validation and conversions stay."""

    encoding: Encoding[Any] = TEXT
    # Whether a value can be changed in place.
    mutable = False
    # How many bytes the longest value has, where a type has a longest.
    longest: int | None = None
    context_field: str | None = None
    # What says nothing of the table: a change of it is a migration without SQL.
    non_db_attrs = (
        *bases.Field.non_db_attrs,
        "key",
        "row_bound",
        "context_field",
        "bound",
        "allow_plaintext",
        "write_plaintext",
    )

    def __init__(
        self,
        *arguments: Any,
        key: str,
        row_bound: bool = True,
        context_field: str | None = None,
        bound: str | None = None,
        allow_plaintext: bool = False,
        write_plaintext: bool = False,
        column_width: int | None = None,
        **options: Any,
    ) -> None:
        """``key`` is the name of a key in the keyring.

        A value is bound to its row as well as to its column, unless ``row_bound=False`` says that it may be
        moved within the column. ``context_field`` names the field with the tenant, for derived keys.
        ``bound`` is the ``table.column`` that the values are bound to, where table or column were renamed.
        ``allow_plaintext`` reads what is not encrypted yet, and with ``write_plaintext`` nothing is, for as long
        as an older release reads the column. ``column_width`` makes the column a ``varchar`` of that many
        characters.
        """
        if not isinstance(key, str):
            raise TypeError(f"key is the name of a key in the keyring, and not {type(key).__name__}")
        if context_field is not None and not row_bound:
            raise TypeError("context_field is for row-bound fields")
        if write_plaintext and not allow_plaintext:
            raise TypeError("what write_plaintext writes is read with allow_plaintext: say that, too")
        if write_plaintext and self.encoding.name == "bytes":
            raise TypeError("write_plaintext is for what a column of text can hold, and bytes are not")
        self.key, self.row_bound, self.context_field = key, row_bound, context_field
        self.bound, self.column_width = bound, column_width
        self.allow_plaintext, self.write_plaintext = allow_plaintext, write_plaintext
        super().__init__(*arguments, **options)

    def deconstruct(self) -> Any:
        name, path, arguments, options = super().deconstruct()
        path = path.replace("strongroom.django.fields.", "strongroom.django.")
        options["key"] = self.key
        for option, usual in (
            ("row_bound", True),
            ("context_field", None),
            ("bound", None),
            ("allow_plaintext", False),
            ("write_plaintext", False),
            ("column_width", None),
        ):
            if (said := getattr(self, option)) != usual:
                options[option] = said
        return name, path, arguments, options

    def check(self, **options: Any) -> Any:
        from strongroom.django.checks import check_field

        return [*super().check(**options), *check_field(self)]

    # The column.

    def get_internal_type(self) -> str:
        return "TextField"

    def db_type(self, connection: Any) -> str | None:
        if self.column_width is None:
            return super().db_type(connection)
        made = connection.data_types["CharField"]
        width = {"max_length": self.column_width}
        return made(width) if callable(made) else made % width  # type: ignore[no-any-return]

    def db_check(self, connection: Any) -> None:
        return None

    def contribute_to_class(self, cls: type[models.Model], name: str, **options: Any) -> None:  # type: ignore[override]
        # A copy for another model begins anew.
        for made in ("core", "place", "get_placeholder", "cached_col", "key_name", "key_type"):
            self.__dict__.pop(made, None)
        self.indexes = []
        super().contribute_to_class(cls, name, **options)
        if self.row_bound:
            self.get_placeholder = self.placeholder
            connect(cls)

    @property
    def descriptor_class(self) -> type[DeferredAttribute]:  # type: ignore[override]
        return RowBoundAttribute if self.row_bound else DeferredAttribute

    @cached_property
    def core(self) -> Field:
        """What encrypts. It is made when it is used first: only then is the name of the table certain."""
        self.__dict__.pop("place", None)
        return Field(
            KeySource(self.key, self.place),
            self.encoding,
            column=self.bound_column,
            place=self.place,
            allow_plaintext=self.allow_plaintext,
            write_plaintext=self.write_plaintext,
            width=self.column_width,
            largest=None if self.column_width is None else self.longest,
        )

    @property
    def bound_column(self) -> str:
        return self.bound or f"{self.model._meta.db_table}.{self.column}"

    @property
    def plaintexts_read(self) -> int:
        """How often this process read a plaintext that was still in the column."""
        return self.core.plaintexts.count

    # Rows.

    @cached_property
    def key_name(self) -> str:
        """The attribute of an instance in which the key of its row is."""
        return self.model._meta.pk.attname

    @cached_property
    def key_type(self) -> Any:
        return rows.key_type(self.model)

    def row_text(self, key: Any) -> str:
        try:
            # As a loaded instance has it, or as a program gave it.
            return row_text(key) if type(key) is self.key_type else rows.key_text(self, key)
        except Refused as refused:
            raise self.place.named(refused) from None

    def row_of(self, instance: models.Model) -> str:
        return self.row_text(getattr(instance, self.key_name))

    def context_of(self, instance: models.Model, row: str | None = None) -> str | None:
        return (
            None if self.context_field is None else self.context_text(rows.context_value(self, instance), row)
        )

    def context_text(self, value: Any, row: str | None = None) -> str | None:
        if self.context_field is None:
            return None
        try:
            return rows.context_text(self, value)
        except Refused as refused:
            raise self.place.named(refused, row) from None

    # Reading.

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is None:
            return None
        return RowSealed(value, self) if self.row_bound else self.open_text(value)

    def open_text(self, stored: Any, row: str | None = None, context: str | None = None) -> Any:
        """The value of what the column holds."""
        if not self.allow_plaintext or not self.is_plaintext(stored):
            return self.core.open(stored, row, context)
        self.core.plaintexts.add()
        return self.read_plaintext(stored, row)

    def is_plaintext(self, stored: Any) -> bool:
        # A column of text holds bytes only where it was one of bytes before, in SQLite.
        return isinstance(stored, bytes) or self.core.is_plaintext(stored)

    def read_plaintext(self, stored: Any, row: str | None = None) -> Any:
        """A plaintext of before: as it is written here, or as the database wrote it when the column became text."""
        try:
            return self.encoding.decode(stored if isinstance(stored, bytes) else stored.encode())
        except Refused as refused:
            return self.read_foreign(stored, self.place.named(refused, row))

    def read_foreign(self, stored: Any, refusal: Exception) -> Any:
        raise refusal from None

    def open_sealed(self, stored: str, key: Any, *, context: Any = None) -> Any:
        """``Sealed.open``."""
        row = self.row_text(key)
        return self.open_text(stored, row, self.context_text(context, row))

    def open_in(self, instance: models.Model, stored: Any, key: Any) -> Any:
        """The value of a ciphertext that was loaded from the row with a key, or from that of the instance."""
        row = self.row_of(instance) if key is None else self.row_text(key)
        return self.open_text(stored, row, self.context_of(instance, row))

    def value_from_object(self, obj: models.Model) -> Any:
        refuse_dump(self)
        return super().value_from_object(obj)

    # Writing.

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        __traceback_hide__ = True
        if not self.row_bound:
            return super().pre_save(instance, add)
        if getattr(self, "auto_now", False) or (getattr(self, "auto_now_add", False) and add):
            super().pre_save(instance, add)
        return self.stored(instance)

    def stored(self, instance: models.Model) -> Written | None:
        """What a row-bound field has in the database: the ciphertext that was loaded, or a new one."""
        __traceback_hide__ = True
        held = instance.__dict__.get(self.attname, instance)
        if type(held) is RowSealed:
            if held.field is self and self.stays(held, instance):
                # With the indexes that came with it: a save that was rolled back has left the row with others.
                data = instance.__dict__
                beside = {one: data[one.attname] for one in self.indexes if one.attname in data}
                return Written(str(held.ciphertext), beside)
            held = held.opened(instance)
        # What is deferred is loaded.
        return self.written(instance, getattr(instance, self.attname) if held is instance else held)

    def stays(self, held: RowSealed, instance: models.Model) -> bool:
        """Whether what was loaded can be written again as it is. What is bound to another row cannot."""
        if self.allow_plaintext and self.is_plaintext(held.ciphertext):
            return False
        if held.row is None or self.context_field is not None:
            # It opens as this instance says now, or not at all.
            held.opened(instance)
        return held.row is None or self.row_text(held.row) == self.row_of(instance)

    def written(self, instance: models.Model, value: Any) -> Written | None:
        """The ciphertext of what an instance holds. It stays there in the place of the value."""
        __traceback_hide__ = True
        if value is None:
            return None
        key = getattr(instance, self.key_name)
        row = self.row_text(key)
        made = self.sealed(value, row, self.context_of(instance, row))
        for index in self.indexes:
            instance.__dict__[index.attname] = made.indexes[index]
        if not self.mutable:
            instance.__dict__[self.attname] = RowSealed(str(made), self, key)
        return made

    def sealed(self, value: Any, row: str | None = None, context: str | None = None) -> Written:
        """The ciphertext of a value, which is not ``None``, with its indexes if the field has any."""
        __traceback_hide__ = True
        plaintext = self.encoded(value, row)
        text = self.core.seal_bytes(plaintext, row, context)
        return Written(str(text), {index: index.text_of(plaintext, context) for index in self.indexes})

    def encoded(self, value: Any, row: str | None = None) -> bytes:
        """The bytes of a value, which is not ``None``."""
        __traceback_hide__ = True
        if hasattr(value, "resolve_expression"):
            raise FieldError(f"{self.takes_no_part}; an expression cannot be encrypted")
        if isinstance(value, Promise):
            value = value._proxy____cast()  # type: ignore[attr-defined]
        return self.core.encode(value, row)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        __traceback_hide__ = True
        if hasattr(value, "as_sql"):
            return bind(self, value)
        if value is not None and type(value) is not Written:
            if self.row_bound:
                raise FieldError(f"{self.place} {WRITE_WITH_ROW}")
            value = self.sealed(value)
        # What says more than its text is looked at by the placeholder.
        return value if value is None or self.indexes else str(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """A value in a query. A constraint asks so whether there is one, and nothing else can be asked."""
        return None if value is None else ""
