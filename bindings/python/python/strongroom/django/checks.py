"""What ``manage.py check`` says of encrypted fields. ``docs/django.md`` lists the numbers."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models

from strongroom.django.base import EncryptedField
from strongroom.django.index import BlindIndexField
from strongroom.django.keyring import source
from strongroom.django.rows import primary_key, referred
from strongroom.errors import KeyNotFound

KEYS = (models.UUIDField, models.CharField, models.TextField, models.IntegerField)


def check_field(field: Any) -> list[Any]:
    return [*_row(field), *_context(field), *_column(field), *_meta(field), *_width(field)]


def _error(number: int, message: str, hint: str, field: Any) -> Error:
    return Error(message, hint=hint, obj=field, id=f"strongroom.E{number:03}")


def _row(field: Any) -> list[Any]:
    if not field.row_bound:
        return []
    key, target = field.model._meta.pk, primary_key(field.model)
    if isinstance(target, models.AutoField) or target.has_db_default() or target.generated:
        return [
            _error(
                1,
                f"{field.name!r} is bound to its row, of which the database makes the primary key {key.name!r}.",
                "Make the key in the program, as UUIDField(primary_key=True, default=uuid.uuid4) does, "
                "or say row_bound=False: then a value that is moved to another row of the column opens there.",
                field,
            )
        ]
    if not isinstance(target, KEYS):
        return [
            _error(
                2,
                f"{field.name!r} is bound to its row, of which the primary key {key.name!r} is of the type {type(target).__name__}.",
                "A row is one text for all programs: take a key of one UUID, text or whole number, or say row_bound=False.",
                field,
            )
        ]
    return []


def _context(field: Any) -> list[Any]:
    if field.context_field is None:
        return []
    hint = "Name a field of the same model that is a UUID, a text or a whole number, or refers to one."
    try:
        named = field.model._meta.get_field(field.context_field)
    except FieldDoesNotExist:
        return [
            _error(
                3,
                f"{field.name!r} takes its context from {field.context_field!r}, which is no field.",
                hint,
                field,
            )
        ]
    if not named.concrete or not isinstance(referred(named), KEYS) or isinstance(named, EncryptedField):
        return [
            _error(3, f"{field.name!r} cannot take its context from {field.context_field!r}.", hint, field)
        ]
    return []


def _column(field: Any) -> list[Any]:
    found: list[Any] = []
    if field.primary_key or field._unique:
        said = "primary_key" if field.primary_key else "unique"
        hint = "The same value is another ciphertext each time. Say unique=True and version=… of a BlindIndexField."
        found.append(_error(4, f"{field.name!r} is encrypted, and cannot be {said}=True.", hint, field))
    if field.db_index:
        hint = "An index on ciphertexts finds nothing. Add a BlindIndexField, which has one."
        found.append(_error(5, f"{field.name!r} is encrypted, and cannot be db_index=True.", hint, field))
    if field.has_db_default():
        hint = "The database would write it, in plaintext. Say default=…."
        found.append(_error(6, f"{field.name!r} is encrypted, and cannot have a db_default.", hint, field))
    if field.allow_plaintext and not settings.DEBUG:
        found.append(
            Warning(
                f"{field.name!r} reads plaintext that is still in its column.",
                hint="Whoever can write the table can put a value there. Say allow_plaintext no more when "
                "rewrap_encrypted --encrypt-plaintext finds none.",
                obj=field,
                id="strongroom.W001",
            )
        )
    return found


def _meta(field: Any) -> list[Any]:
    """Where the options of the model name the field for what a ciphertext cannot do."""
    meta, found = field.model._meta, []
    named = [("ordering", name) for name in names_of(meta.ordering)]
    named += [("unique_together", name) for names in meta.unique_together for name in names]
    named += [("indexes", name) for index in meta.indexes for name in index.fields]
    named += [
        ("constraints", name) for constraint in meta.constraints for name in getattr(constraint, "fields", ())
    ]
    for option in sorted({option for option, name in named if name.removeprefix("-") == field.name}):
        hint = "Ciphertexts say nothing of order or equality. Take a BlindIndexField for equality, and sort in the program."
        found.append(_error(7, f"{field.name!r} is encrypted, and cannot be in Meta.{option}.", hint, field))
    return found


def _unique_names(meta: Any) -> set[str]:
    """The fields that the model has to be unique, alone or with others."""
    constraints = [one.fields for one in meta.constraints if isinstance(one, models.UniqueConstraint)]
    return {name for names in (*meta.unique_together, *constraints) for name in names}


def names_of(ordering: Any) -> list[str]:
    """The names in what says how rows are sorted."""
    parts: list[Any] = []
    for item in ordering or ():
        parts += item.flatten() if hasattr(item, "flatten") else [item]
    names = [part if isinstance(part, str) else getattr(part, "name", None) for part in parts]
    return [name for name in names if isinstance(name, str)]


def _width(field: Any) -> list[Any]:
    if field.column_width is None:
        return []
    if field.longest is None:
        hint = "Say max_length too, or leave column_width out: the column is a text then."
        return [
            _error(
                8, f"{field.name!r} has column_width, and its values have no greatest length.", hint, field
            )
        ]
    try:
        field.core.check_width()
    except ValueError as error:
        return [_error(8, str(error), "docs/guides/widths.md has the figures.", field)]
    except Exception as error:
        # Without its keyring a program is still checked, when it is built for example. The name of the error
        # alone: its message may say much.
        return [
            Warning(
                f"Whether {field.name!r} is wide enough is not known: the key could not be asked ({type(error).__name__}).",
                obj=field,
                id="strongroom.W002",
            )
        ]
    return []


def check_index(field: Any) -> list[Any]:
    try:
        of = field.source
    except ImproperlyConfigured as error:
        return [
            _error(
                9,
                str(error),
                "Name an encrypted field of this model, not one that it inherits from a table of its own.",
                field,
            )
        ]
    found = []
    if not of.indexable:
        hint = "Texts, whole numbers, dates and bool have one spelling each, and can be looked up."
        found.append(
            _error(
                10,
                f"{field.name!r} cannot index {of.name!r}, which is of the type {type(of).__name__}.",
                hint,
                field,
            )
        )
    if field.version is None and (field._unique or field.name in _unique_names(field.model._meta)):
        hint = (
            "Equal values have equal indexes within one version of the key: say version=… (docs/search.md)."
        )
        found.append(_error(11, f"{field.name!r} is unique without a version.", hint, field))
    return found


def _all_fields() -> list[Any]:
    from django.apps import apps

    return [
        field
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, (EncryptedField, BlindIndexField))
    ]


@register(Tags.security)
def check_setting(app_configs: Any, **options: Any) -> list[Any]:
    """Errors are known without the keyring: what checks a program may have no root key."""
    if not (fields := _all_fields()):
        return []
    try:
        give = source()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="strongroom.E012")]
    return _keys(give, [field for field in fields if field.key is not None])


def _keys(give: Any, fields: list[Any]) -> list[Any]:
    """Names that no key has, where the keyring can be asked."""
    missing: dict[str, bool] = {}
    try:
        ring = give()
        for field in fields:
            if field.key not in missing:
                missing[field.key] = _is_missing(ring, field.key)
    except Exception:
        # A program is checked where it is built, too. What fails here says so when it is used.
        return []
    return [
        Warning(
            f"{field.name!r} names the key {field.key!r}, which the keyring does not have.",
            hint=f"Correct the name, or create the key: strongroom key create {field.key}",
            obj=field,
            id="strongroom.W004",
        )
        for field in fields
        if missing[field.key]
    ]


def _is_missing(ring: Any, name: str) -> bool:
    try:
        ring.key(name)
    except KeyNotFound:
        return True
    return False
