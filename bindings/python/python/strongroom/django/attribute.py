"""What an instance holds of a row-bound field: its ciphertext, which opens when the attribute is read."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from strongroom._fields import Sealed

if TYPE_CHECKING:
    from strongroom.django.base import EncryptedField


class RowSealed(Sealed):
    """A ciphertext, with its field. In an instance it knows the row that it was loaded from."""

    __slots__ = ("field", "row")
    # The column is a text.
    ciphertext: str

    def __init__(self, ciphertext: Any, field: "EncryptedField", row: Any = None) -> None:
        # One is made for each row that is read, so this is all that is done, and ``open`` is its own.
        self.ciphertext, self.field, self.row = ciphertext, field, row

    def open(self, row: Any, **options: Any) -> Any:
        return self.field.open_sealed(self.ciphertext, row, **options)

    def opened(self, instance: models.Model) -> Any:
        """The value that the row held from which the instance was loaded."""
        return self.field.open_in(instance, self.ciphertext, self.row)

    def __reduce__(self) -> Any:
        # A model that is pickled, into a cache for example, takes its ciphertexts along and no plaintext.
        return RowSealed, (self.ciphertext, self.field, self.row)

    def __copy__(self) -> "RowSealed":
        return self

    def __deepcopy__(self, memo: Any) -> "RowSealed":
        return self


# So errors of others call it, such as that of `json.dumps`: by the name that is public.
RowSealed.__name__ = "Sealed"


class Written(str):
    """A ciphertext on its way into the database, with what the blind indexes of the field become."""

    __slots__ = ("indexes",)

    def __new__(cls, ciphertext: str, indexes: dict[Any, str | None] | None = None) -> "Written":
        made = super().__new__(cls, ciphertext)
        made.indexes = {} if indexes is None else indexes
        return made

    indexes: dict[Any, str | None]


class RowBoundAttribute(DeferredAttribute):
    """The attribute of a row-bound field."""

    field: Any

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        if instance is None:
            return self
        try:
            value = instance.__dict__[self.field.attname]
        except KeyError:
            value = super().__get__(instance, cls)
        if type(value) is not RowSealed:
            return value
        value = value.opened(instance)
        if self.field.mutable:
            # What is changed within it is saved, since it is now the value.
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        if type(value) is RowSealed and value.row is None:
            # Another one: what a program has read in bulk may go into several instances.
            value = RowSealed(value.ciphertext, value.field, instance.__dict__.get(self.field.key_name))
        instance.__dict__[self.field.attname] = value
