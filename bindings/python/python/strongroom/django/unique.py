"""A unique index in the validation of forms, of the admin and of ``full_clean``: the error is one of the encrypted field.

No form has a field for an index, and Django leaves out of its validation what a form has not.
"""

from collections.abc import Iterable
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from strongroom.django import rows


def connect(model: Any) -> None:
    """Has the models of a class, and those that inherit from it, validate indexes where they do the fields."""
    if getattr(model, "_validates_indexes", False):
        return
    model._validates_indexes = True
    _replace(model, "_get_unique_checks", _checks)
    _replace(model, "_perform_unique_checks", _perform)
    _replace(model, "validate_constraints", _constraints)
    _replace(model, "unique_error_message", _message)


def _replace(model: Any, name: str, by: Any) -> None:
    inherited = getattr(model, name)

    @wraps(inherited)
    def method(self: models.Model, *arguments: Any, **options: Any) -> Any:
        return by(inherited, self, *arguments, **options)

    setattr(model, name, method)


def _checks(inherited: Any, instance: models.Model, exclude: Any = None, **options: Any) -> Any:
    return inherited(instance, _excluded(instance, exclude), **options)


def _constraints(inherited: Any, instance: models.Model, exclude: Any = None) -> None:
    try:
        inherited(instance, _excluded(instance, exclude))
    except ValidationError as error:
        raise ValidationError(_renamed(instance, error.error_dict)) from None


def _perform(inherited: Any, instance: models.Model, unique_checks: Any) -> Any:
    return _renamed(instance, inherited(instance, unique_checks))


def _message(inherited: Any, instance: models.Model, model_class: Any, unique_check: Iterable[str]) -> Any:
    names = _sources(instance)
    return inherited(instance, model_class, tuple(names.get(name, name) for name in unique_check))


def _indexes(instance: models.Model) -> Iterable[Any]:
    return [field for field in instance._meta.concrete_fields if hasattr(field, "source_name")]


def _sources(instance: models.Model) -> dict[str, str]:
    return {index.name: index.source_name for index in _indexes(instance)}


def _excluded(instance: models.Model, exclude: Any) -> set[str]:
    """An index is validated if its field is, and there is the context that it is made in."""
    excluded = set(exclude or ())
    for index in _indexes(instance):
        source = index.source
        lacking = source.context_field is not None and rows.context_value(source, instance) in (None, "")
        if source.name in excluded or lacking:
            excluded.add(index.name)
        else:
            excluded.discard(index.name)
    return excluded


def _renamed(instance: models.Model, errors: dict[str, Any]) -> dict[str, Any]:
    names = _sources(instance)
    found: dict[str, Any] = {}
    for name, said in errors.items():
        found.setdefault(names.get(name, name), []).extend(said)
    return found
