"""What ``loaddata`` writes, which asks no field for its value before it saves: signals put the ciphertexts there."""

from typing import Any

from django.db import models
from django.db.models.signals import post_save, pre_save

from strongroom.django.attribute import RowSealed, Written


def connect(model: type[models.Model]) -> None:
    if not model._meta.abstract:
        pre_save.connect(before, sender=model, dispatch_uid="strongroom")
        post_save.connect(after, sender=model, dispatch_uid="strongroom")


def before(sender: type[models.Model], instance: models.Model, raw: bool, **_: Any) -> None:
    if raw:
        for field in _fields(sender):
            made = field.stored(instance)
            if made is not None:
                instance.__dict__[field.attname] = made


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
