"""What a save is looked at for beforehand: signals put ciphertexts where ``loaddata`` asks no field for its value,
and refuse a save of what ciphertexts are bound to without them.
"""

from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.signals import post_save, pre_save

from strongroom.django import rows
from strongroom.django.attribute import RowSealed, Written

LEFT_BEHIND = (
    "takes its context from {!r}, and would open no more where that is saved without it: "
    "read the value first, assign it again, and name both in update_fields"
)


def connect(model: type[models.Model]) -> None:
    if not model._meta.abstract:
        pre_save.connect(before, sender=model, dispatch_uid="strongroom")
        post_save.connect(after, sender=model, dispatch_uid="strongroom")


def before(
    sender: type[models.Model], instance: models.Model, raw: bool, using: str, update_fields: Any, **_: Any
) -> None:
    if update_fields is not None:
        for field in _fields(sender):
            _refuse_left_behind(field, instance, using, update_fields)
    if raw:
        for field in _fields(sender):
            made = field.stored(instance)
            if made is not None:
                instance.__dict__[field.attname] = made


def _refuse_left_behind(field: Any, instance: models.Model, using: str, names: Any) -> None:
    """Refuses to write another context to a row of which the ciphertext stays."""
    if field.context_field is None or field.name in names:
        return
    named = field.model._meta.get_field(field.context_field)
    if named.name not in names and named.attname not in names:
        return
    # The row is asked, since what is deferred is saved so, too, and mostly with the context that it has.
    held = field.model._base_manager.using(using).filter(pk=instance.pk, **{f"{field.name}__isnull": False})
    if held.exclude(**{named.attname: rows.context_value(field, instance)}).exists():
        raise FieldError(f"{field.place} {LEFT_BEHIND.format(field.context_field)}")


def after(sender: type[models.Model], instance: models.Model, raw: bool, **_: Any) -> None:
    if raw:
        for field in _fields(sender):
            made = instance.__dict__.get(field.attname)
            if type(made) is Written:
                instance.__dict__[field.attname] = RowSealed(
                    str(made), field, getattr(instance, field.key_name)
                )


def _fields(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.local_concrete_fields if getattr(field, "row_bound", False)]
