"""Which row a value is bound to: the primary key as text, and the tenant where a field names one."""

from typing import Any
from uuid import UUID

from django.db import models

from strongroom._fields import Refused, row_text

ROW_KEYS = (str, int, UUID)


def primary_key(model: type[models.Model]) -> Any:
    """The field in which the key of a row is in the end: that of the parent, where the primary key refers to one."""
    return referred(model._meta.pk)


def referred(field: Any) -> Any:
    """The field that a foreign key has the values of, or the field itself."""
    while field.is_relation:
        field = field.target_field
    return field


TYPES = ((models.UUIDField, UUID), (models.IntegerField, int), ((models.CharField, models.TextField), str))


def key_type(model: type[models.Model]) -> type | None:
    """Of which type the keys are that come from the database."""
    return next((python for kinds, python in TYPES if isinstance(primary_key(model), kinds)), None)


def key_text(field: Any, key: Any) -> str:
    """The text of a key, also of one that a program gave as another type, such as a UUID as text."""
    if key is not None:
        key = primary_key(field.model).to_python(key)
    return row_text(key)


def context_value(field: Any, instance: models.Model) -> Any:
    """What the tenant's column of an instance holds."""
    named = field.model._meta.get_field(field.context_field)
    return referred(named).to_python(getattr(instance, named.attname))


def context_text(field: Any, value: Any) -> str:
    if isinstance(value, ROW_KEYS) and not isinstance(value, bool) and value != "":
        return row_text(value)
    raise Refused(
        f"takes its context from {field.context_field!r}, which is empty or of a type that is none of str, int and UUID"
    )
