"""Django's fields, which its stubs take for generic and Django does not."""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    Field = models.Field[Any, Any]
    BinaryField = models.BinaryField[Any, Any]
    BooleanField = models.BooleanField[Any, Any]
    CharField = models.CharField[Any, Any]
    DateField = models.DateField[Any, Any]
    DateTimeField = models.DateTimeField[Any, Any]
    DecimalField = models.DecimalField[Any, Any]
    EmailField = models.EmailField[Any, Any]
    IntegerField = models.IntegerField[Any, Any]
    TextField = models.TextField[Any, Any]
else:
    Field = models.Field
    BinaryField = models.BinaryField
    BooleanField = models.BooleanField
    CharField = models.CharField
    DateField = models.DateField
    DateTimeField = models.DateTimeField
    DecimalField = models.DecimalField
    EmailField = models.EmailField
    IntegerField = models.IntegerField
    TextField = models.TextField
