"""Encrypted fields for Pydantic 2: ciphertext on the wire, plaintext in the model.

>>> from typing import Annotated
>>> from pydantic import BaseModel
>>> from strongroom import Keyring
>>> people = Keyring.in_memory().create_key("people")
>>> class Person(BaseModel):
...     name: str
...     email: Annotated[str, Encrypted(people, column="people.email")]
>>> wire = Person(name="Ada", email="ada@example.com").model_dump_json()
>>> "ada@" in wire, Person.model_validate_json(wire).email
(False, 'ada@example.com')

A value is bound to its column, as with ``strongroom.sqlalchemy.Encrypted`` (``docs/fields.md``): what one of
them wrote, the other reads. The types are ``str``, ``bytes``, ``int``, ``Decimal``, ``bool``, ``date``,
``datetime``, ``dict`` and ``list``, and ``SecretStr`` and ``SecretBytes``, which stay secret in the model.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_origin

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, SecretBytes, SecretStr, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from strongroom._fields import (
    BOOL,
    BYTES,
    DATE,
    DATETIME,
    DECIMAL,
    INT,
    JSON,
    NAIVE_DATETIME,
    TEXT,
    Encoding,
    Field,
    Given,
    Place,
    begins_as_ciphertext,
)
from strongroom.errors import DecryptFailed, Malformed, VersionTooNew, VersionTooOld

__all__ = ["Encrypted"]

_ENCODINGS: dict[Any, Encoding[Any]] = {
    str: TEXT, bytes: BYTES, int: INT, Decimal: DECIMAL, bool: BOOL, date: DATE, datetime: DATETIME, dict: JSON, list: JSON,
    SecretStr: TEXT, SecretBytes: BYTES,
}  # fmt: skip

# What a ciphertext from outside can be refused for. Everything else, such as a closed keyring, is no fault of the input.
_OF_THE_INPUT = (DecryptFailed, Malformed, VersionTooNew, VersionTooOld)


class _Hidden(str):
    """What Pydantic shows as the input of a fault, and with it the input itself."""

    __slots__ = ("given",)
    given: Any


class Encrypted:
    """Says of a field in ``Annotated`` that it is encrypted with a key, or with what a callable gives.

    ``column`` is the ``table.column`` that values are bound to. From JSON only ciphertexts are taken; in
    Python, where a program makes a model, the value itself too, unless ``only_ciphertext=True`` is said, as
    for models that a framework makes of a request. ``allow_plaintext`` reads what is not encrypted yet,
    counted in ``plaintext_reads``. With ``naive=True`` a ``datetime`` has no time zone.
    """

    def __init__(
        self,
        key: Given,
        *,
        column: str,
        naive: bool = False,
        only_ciphertext: bool = False,
        allow_plaintext: bool = False,
    ) -> None:
        self.key, self.column, self.naive = key, column, naive
        self.only_ciphertext, self.allow_plaintext = only_ciphertext, allow_plaintext
        self._fields: list[Field] = []

    @property
    def plaintext_reads(self) -> int:
        return sum(field.plaintexts.count for field in self._fields)

    def __repr__(self) -> str:
        return f"Encrypted(column={self.column!r})"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        kind = get_origin(source) or source
        encoding = _ENCODINGS.get(kind)
        if encoding is None:
            names = ", ".join(sorted(one.__name__ for one in _ENCODINGS))
            raise TypeError(
                f"{self.column}: no field of {source!r} can be encrypted: take one of {names}; "
                "write X | None as Annotated[X, …] | None"
            )
        if self.naive and encoding is DATETIME:
            encoding = NAIVE_DATETIME
        table, _, name = self.column.rpartition(".")
        field = Field(
            self.key,
            encoding,
            column=self.column,
            place=Place(table, name),
            allow_plaintext=self.allow_plaintext,
        )
        self._fields.append(field)
        inner = handler(source)
        steps: list[CoreSchema] = [
            core_schema.no_info_plain_validator_function(_hide),
            core_schema.with_info_wrap_validator_function(self._validator(field), inner),
        ]
        return core_schema.chain_schema(
            steps,
            serialization=core_schema.plain_serializer_function_ser_schema(
                _serializer(field), return_schema=core_schema.str_schema(), when_used="json-unless-none"
            ),
            metadata={"pydantic_js_functions": [_json_schema]},
        )

    def _validator(self, field: Field) -> Any:
        def validate(hidden: _Hidden, inner: Any, info: core_schema.ValidationInfo) -> Any:
            given = hidden.given
            if (
                info.mode == "json"
                or self.only_ciphertext
                or (isinstance(given, str) and _is_ciphertext(field, given))
            ):
                given = _opened(field, given)
            elif field.encoding is BYTES and isinstance(given, str):
                raise PydanticCustomError("bytes_type", "Input should be bytes or a ciphertext")
            try:
                value = inner(given)
                # What the column cannot hold is refused here, and not when the model is written.
                field.encode(_plain(value))
            except ValidationError as error:
                first = error.errors(include_url=False, include_input=False)[0]
                # The text of a limit or a pattern may go along, never the value.
                raise PydanticCustomError(
                    f"{first['type']}", "The value is refused ({refused})", {"refused": first["type"]}
                ) from None
            except (TypeError, ValueError) as error:
                raise PydanticCustomError("encrypted_value", "{why}", {"why": str(error)}) from None
            return value

        return validate


def _hide(given: Any) -> _Hidden:
    hidden = _Hidden("(hidden)")
    hidden.given = given
    return hidden


def _is_ciphertext(field: Field, given: str) -> bool:
    return begins_as_ciphertext(given, field.key.template(field.key()))


def _opened(field: Field, given: Any) -> Any:
    if not isinstance(given, str):
        raise PydanticCustomError("ciphertext_type", "Input should be a ciphertext, which is a string")
    try:
        return field.open(given)
    except _OF_THE_INPUT as error:
        raise PydanticCustomError(error.code, "{why}", {"why": str(error)}) from None
    except ValueError as error:
        raise PydanticCustomError("encrypted_value", "{why}", {"why": str(error)}) from None


def _plain(value: Any) -> Any:
    return value.get_secret_value() if isinstance(value, (SecretStr, SecretBytes)) else value


def _serializer(field: Field) -> Any:
    def serialize(value: Any) -> str:
        return str(field.seal(_plain(value)))

    return serialize


def _json_schema(_schema: CoreSchema, _handler: GetJsonSchemaHandler) -> JsonSchemaValue:
    return {"type": "string", "format": "strongroom", "description": "A ciphertext."}
