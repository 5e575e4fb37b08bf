"""The fields: each is a field of Django, of which the column holds ciphertexts."""

import re
from datetime import UTC
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from strongroom._fields import BOOL, BYTES, DATE, DATETIME, DECIMAL, INT, JSON, NAIVE_DATETIME, TEXT, Encoding
from strongroom.django import bases
from strongroom.django.base import EncryptedField

# A character has up to four bytes in UTF-8.
BYTES_OF_A_CHARACTER = 4


class _AsDjangoReads(EncryptedField):
    """A plaintext of before is in the spelling of the database that wrote it, which Django reads."""

    def read_foreign(self, stored: Any, refusal: Exception) -> Any:
        try:
            return self.to_python(stored)
        except ValidationError:
            raise refusal from None


class EncryptedTextField(EncryptedField, bases.TextField):
    encoding = TEXT


class EncryptedCharField(EncryptedField, bases.CharField):
    encoding = TEXT

    @property
    def longest(self) -> int | None:  # type: ignore[override]
        return None if self.max_length is None else BYTES_OF_A_CHARACTER * self.max_length

    def _check_max_length_attribute(self, **options: Any) -> Any:
        # Without a length it is as long as a text: the column is one.
        return [] if self.max_length is None else super()._check_max_length_attribute(**options)  # type: ignore[misc]


class EncryptedEmailField(EncryptedCharField, bases.EmailField):
    pass


class EncryptedBinaryField(EncryptedField, bases.BinaryField):
    encoding = BYTES

    @property
    def longest(self) -> int | None:  # type: ignore[override]
        return self.max_length

    def read_plaintext(self, stored: Any, row: str | None = None) -> Any:
        # PostgreSQL wrote bytes so, where the column became text.
        if isinstance(stored, str) and re.fullmatch(r"\\x(?:[0-9a-f]{2})*", stored):
            return bytes.fromhex(stored[2:])
        return super().read_plaintext(stored, row)


class EncryptedJSONField(EncryptedField, models.JSONField):
    encoding = JSON
    mutable = True


class EncryptedIntegerField(_AsDjangoReads, bases.IntegerField):
    encoding = INT
    # A column of text has no range.
    validators = bases.Field.validators


class EncryptedDecimalField(_AsDjangoReads, bases.DecimalField):
    encoding = DECIMAL

    @property
    def longest(self) -> int | None:  # type: ignore[override]
        # With a sign, a point and a zero before it.
        return None if self.max_digits is None else self.max_digits + 3


class EncryptedBooleanField(_AsDjangoReads, bases.BooleanField):
    encoding = BOOL
    longest = len("false")


class EncryptedDateField(_AsDjangoReads, bases.DateField):
    encoding = DATE
    longest = len("2026-11-30")


class EncryptedDateTimeField(_AsDjangoReads, bases.DateTimeField):
    """A time with its zone where ``settings.USE_TZ`` says that times have one, and without where not."""

    longest = len("2026-11-30T09:05:00.120000+00:00")

    @property
    def encoding(self) -> Encoding[Any]:  # type: ignore[override]
        return DATETIME if settings.USE_TZ else NAIVE_DATETIME

    def read_foreign(self, stored: Any, refusal: Exception) -> Any:
        read = super().read_foreign(stored, refusal)
        if settings.USE_TZ and read.tzinfo is None:
            # SQLite has times in UTC, without saying so.
            return read.replace(tzinfo=UTC)
        return read
