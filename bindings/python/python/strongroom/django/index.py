"""A blind index beside an encrypted field: by it rows are found, without opening any (``docs/search.md``)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models
from django.db.models.lookups import IsNull
from django.db.models.query_utils import DeferredAttribute

from strongroom._fields import Index, Place
from strongroom.django import bases, unique
from strongroom.django.attribute import RowSealed, Written
from strongroom.django.columns import INDEXED
from strongroom.django.expressions import bind_index
from strongroom.django.keyring import KeySource

# `strongroom:i` and the version with its spare digits, `:`, and base64 of the bits.
BEFORE, SPARE_DIGITS = len("strongroom:i:"), 4
LOOKUPS = "is a blind index, which finds equal values by exact and in, and missing ones by isnull"

WRITTEN = "is a blind index, which is written with its value: set {!r}, and not the index"


@dataclass(frozen=True, slots=True)
class InContext:
    """A value that is looked up among those of one tenant, where the field takes its context from a column."""

    value: Any
    context: Any

    def __repr__(self) -> str:
        return f"InContext(context={self.context!r})"


class IndexText(str):
    """An index as it is stored. Whatever else a look-up is given is a value of which the indexes are made."""

    __slots__ = ()


class IndexAttribute(DeferredAttribute):
    """The index of the value that the instance has."""

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        if instance is None:
            return self
        index: Any = self.field
        data = instance.__dict__
        if index.source.attname in data and type(held := data[index.source.attname]) not in (
            RowSealed,
            Written,
        ):
            data[index.attname] = None if held is None else index.text_in(instance, held)
        return super().__get__(instance, cls)

    def __set__(self, instance: models.Model, value: Any) -> None:
        # With this the attribute is asked each time, and not only while the instance has none.
        instance.__dict__[self.field.attname] = value


class BlindIndexField(bases.CharField):
    """``BlindIndexField("email", normalize="email")`` stands beside ``email``, and is written with it."""

    non_db_attrs = (*bases.CharField.non_db_attrs, "source_name", "normalize", "version", "key")
    descriptor_class = IndexAttribute

    def __init__(
        self,
        field: str,
        *,
        normalize: str | Sequence[str] | None = None,
        bits: int = 128,
        version: int | None = None,
        key: str | None = None,
        db_index: bool = True,
        **options: Any,
    ) -> None:
        """``normalize`` and ``bits`` are those of ``Key.index``, and stay as they are while there are rows.

        ``version`` is for a unique index. ``key`` is the name of another key than that of the field.
        """
        self.source_name, self.normalize, self.bits = field, normalize, bits
        self.version, self.key = version, key
        width = BEFORE + SPARE_DIGITS + -(-bits // 6)
        options = {
            **options,
            "max_length": width,
            "null": True,
            "blank": True,
            "editable": False,
            "serialize": False,
        }
        super().__init__(db_index=db_index, **options)

    def deconstruct(self) -> Any:
        name, _, _, options = super().deconstruct()
        for made in ("max_length", "null", "blank", "editable", "serialize", "db_index"):
            options.pop(made, None)
        for option, usual in (
            ("normalize", None),
            ("bits", 128),
            ("version", None),
            ("key", None),
            ("db_index", True),
        ):
            if (said := getattr(self, option)) != usual:
                options[option] = said
        return name, "strongroom.django.BlindIndexField", [self.source_name], options

    def check(self, **options: Any) -> Any:
        from strongroom.django.checks import check_index

        return [*super().check(**options), *check_index(self)]

    def contribute_to_class(self, cls: type[models.Model], name: str, **options: Any) -> None:  # type: ignore[override]
        for made in ("source", "place", "core"):
            self.__dict__.pop(made, None)
        super().contribute_to_class(cls, name, **options)
        unique.connect(cls)
        if not cls._meta.abstract:
            models.signals.class_prepared.connect(
                self.find_source, sender=cls, weak=False, dispatch_uid=("strongroom", name)
            )

    def find_source(self, sender: type[models.Model], **_: Any) -> None:
        """Tells the field that it has an index, when all fields of the model are there."""
        # Once: migrations make models that are to be forgotten.
        models.signals.class_prepared.disconnect(sender=sender, dispatch_uid=("strongroom", self.name))
        for field in self.model._meta.local_fields:
            if field.name == self.source_name and hasattr(field, "add_index"):
                field.add_index(self)

    @cached_property
    def source(self) -> Any:
        for field in self.model._meta.local_fields:
            if field.name == self.source_name and hasattr(field, "add_index"):
                return field
        raise ImproperlyConfigured(
            f"{self.place} is the blind index of {self.source_name!r}, which is no encrypted field of its model"
        )

    @cached_property
    def place(self) -> Place:
        return Place(self.model._meta.label, self.name)

    @cached_property
    def core(self) -> Index:
        """What makes the indexes: with the context of the field."""
        key = None if self.key is None else KeySource(self.key, self.place)
        made = Index(self.source.core, normalize=self.normalize, bits=self.bits, key=key)
        if self.version is not None:
            made.options["version"] = self.version
        return made

    def text_of(self, plaintext: bytes, context: str | None = None) -> IndexText | None:
        """The index to store for a value, which is encoded. One of which nothing is left has none."""
        __traceback_hide__ = True
        made = self.core.of(plaintext, context)
        return None if made is None else IndexText(made)

    def text_in(self, instance: models.Model, value: Any) -> IndexText | None:
        """The index of a value that an instance has."""
        __traceback_hide__ = True
        return self.text_of(self.source.encoded(value), self.source.context_of(instance))

    def searched(self, value: Any) -> list[str]:
        """What to look for a value by."""
        __traceback_hide__ = True
        if isinstance(value, IndexText):
            return [str(value)]
        return self.core.all_of(*self.said(value))

    def said(self, value: Any) -> tuple[bytes, str | None]:
        """The bytes of a value that a program looks up, and its context."""
        __traceback_hide__ = True
        context = None
        if self.source.context_field is not None:
            if not isinstance(value, InContext):
                raise FieldError(
                    f"{self.place} has an index for each {self.source.context_field!r}: say "
                    f"InContext(value, {self.source.context_field}) of strongroom.django"
                )
            context, value = self.source.context_text(value.context), value.value
        return self.source.encoded(value), context

    # The column.

    def get_internal_type(self) -> str:
        return "CharField"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else IndexText(value)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        __traceback_hide__ = True
        if hasattr(value, "as_sql"):
            return bind_index(self.stored, value, f"{self.place} {LOOKUPS}; it is not set to an expression")
        return self.stored(value)

    def stored(self, value: Any) -> str | None:
        """An index as it is. A value that update() names is none: it would be another than that of the field."""
        if value is not None and not isinstance(value, IndexText):
            raise FieldError(f"{self.place} {WRITTEN.format(self.source_name)}")
        return None if value is None else str(value)

    def get_lookup(self, name: str) -> Any:
        if name == "isnull":
            return IsNull
        if name in INDEXED:
            return INDEXED[name]
        raise FieldError(f"{self.place} {LOOKUPS}; {name!r} is no look-up of it")

    def get_transform(self, name: str) -> Any:
        raise FieldError(f"{self.place} {LOOKUPS}; {name!r} is no look-up of it")
