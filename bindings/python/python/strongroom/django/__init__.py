"""Encrypted fields for Django models (``docs/guides/django.md``, and ``docs/django.md`` has every option).

``settings.STRONGROOM_KEYRING`` is the dotted path of a callable that gives the keyring.
"""

from strongroom._fields import Sealed
from strongroom.django import checks as checks
from strongroom.django import listing as listing
from strongroom.django.fields import (
    EncryptedBinaryField,
    EncryptedBooleanField,
    EncryptedCharField,
    EncryptedDateField,
    EncryptedDateTimeField,
    EncryptedDecimalField,
    EncryptedEmailField,
    EncryptedIntegerField,
    EncryptedJSONField,
    EncryptedTextField,
)
from strongroom.django.index import BlindIndexField, InContext

__all__ = [
    "BlindIndexField",
    "EncryptedBinaryField",
    "EncryptedBooleanField",
    "EncryptedCharField",
    "EncryptedDateField",
    "EncryptedDateTimeField",
    "EncryptedDecimalField",
    "EncryptedEmailField",
    "EncryptedIntegerField",
    "EncryptedJSONField",
    "EncryptedTextField",
    "InContext",
    "Sealed",
]
