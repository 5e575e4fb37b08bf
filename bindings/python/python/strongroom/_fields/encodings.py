"""Values as bytes: one way for each type, the same in every language (``docs/fields.md``).

What is encoded is read back as it was. A value of another type is refused, never converted: a column of
numbers in which one row holds a text is found when it is written, not when it is read.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Refused(Exception):
    """Why a value is none of a type, without the value. Whoever knows the field says it with the field's
    name.
    """

    def __init__(self, why: str, kind: type[Exception] = ValueError) -> None:
        super().__init__(why)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Encoding(Generic[T]):
    """A type of values, by the name that it has in every language."""

    name: str
    encode: Callable[[Any], bytes]
    decode: Callable[[bytes], T]


def _wrong(wanted: str, value: object) -> Refused:
    return Refused(f"takes {wanted}, and was given {type(value).__name__}", TypeError)


def _text(plaintext: bytes) -> str:
    try:
        return plaintext.decode()
    except UnicodeDecodeError:
        raise Refused("holds bytes that are no UTF-8 text; was it written as another type?") from None


def _matched(pattern: re.Pattern[str], plaintext: bytes, wanted: str) -> str:
    text = _text(plaintext)
    if pattern.fullmatch(text) is None:
        raise Refused(f"holds what is not written as {wanted}; was it written as another type?")
    return text


def _encode_text(value: Any) -> bytes:
    if not isinstance(value, str):
        raise _wrong("str", value)
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise Refused("was given half of a surrogate pair, which UTF-8 cannot write") from None


def _encode_bytes(value: Any) -> bytes:
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise _wrong("bytes", value)
    return bytes(value)


_INT = re.compile(r"0|-?[1-9][0-9]*", re.ASCII)


def _encode_int(value: Any) -> bytes:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong("int", value)
    return b"%d" % value


_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)


def _encode_decimal(value: Any) -> bytes:
    if not isinstance(value, Decimal):
        raise _wrong("Decimal", value)
    if not value.is_finite():
        raise Refused("was given a Decimal that is no number, or infinite")
    return format(value, "f").encode()


def _encode_bool(value: Any) -> bytes:
    if not isinstance(value, bool):
        raise _wrong("bool", value)
    return b"true" if value else b"false"


def _decode_bool(plaintext: bytes) -> bool:
    if plaintext not in (b"true", b"false"):
        raise Refused("holds what is neither true nor false; was it written as another type?")
    return plaintext == b"true"


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
# Microseconds are there if they are not zero, so that one time is one text.
_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.(?!000000)[0-9]{6})?"
_NAIVE = re.compile(_TIME, re.ASCII)
# RFC 3339 section 4.3: -00:00 would say that the offset is not known.
_AWARE = re.compile(_TIME + r"(?!-00:00)[+-][0-9]{2}:[0-9]{2}", re.ASCII)


def _encode_date(value: Any) -> bytes:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _wrong("date", value)
    return value.isoformat().encode()


def _decode_date(plaintext: bytes) -> date:
    return _on_the_calendar(date.fromisoformat, _matched(_DATE, plaintext, "a date"))


def _encode_aware(value: Any) -> bytes:
    offset = _datetime(value).utcoffset()
    if offset is None:
        raise Refused("takes a datetime with a time zone, and was given one without")
    if offset % timedelta(minutes=1):
        raise Refused("was given an offset from UTC with seconds, which RFC 3339 cannot write")
    return value.isoformat().encode()  # type: ignore[no-any-return]


def _encode_naive(value: Any) -> bytes:
    if _datetime(value).utcoffset() is not None:
        raise Refused("takes a datetime without a time zone, and was given one with")
    return value.isoformat().encode()  # type: ignore[no-any-return]


def _datetime(value: Any) -> datetime:
    if not isinstance(value, datetime):
        raise _wrong("datetime", value)
    return value


def _decode_aware(plaintext: bytes) -> datetime:
    return _on_the_calendar(datetime.fromisoformat, _matched(_AWARE, plaintext, "a datetime with an offset"))


def _decode_naive(plaintext: bytes) -> datetime:
    return _on_the_calendar(
        datetime.fromisoformat, _matched(_NAIVE, plaintext, "a datetime without an offset")
    )


def _on_the_calendar(read: Callable[[str], T], text: str) -> T:
    try:
        return read(text)
    except ValueError:
        raise Refused("holds a day or a time that there is not") from None


def _encode_json(value: Any) -> bytes:
    _check_json(value)
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError:
        raise Refused("was given a number that JSON does not have, or an object within itself") from None
    return _encode_text(text)


def _check_json(value: Any, depth: int = 0) -> None:
    """``json`` writes a tuple as a list and a key of 1 as "1", which would come back as something else."""
    if depth > 200:
        raise Refused("was given JSON of more than 200 levels, or an object within itself")
    if isinstance(value, dict):
        for key, member in value.items():
            if not isinstance(key, str):
                raise _wrong("JSON, of which the keys are str", key)
            _check_json(member, depth + 1)
    elif isinstance(value, list):
        for member in value:
            _check_json(member, depth + 1)
    elif value is not None and not isinstance(value, (str, int, float)):
        raise _wrong("JSON", value)


def _decode_json(plaintext: bytes) -> Any:
    try:
        return json.loads(_text(plaintext), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refused("holds what is no JSON; was it written as another type?") from None


def _no_constant(_name: str) -> None:
    raise ValueError


TEXT = Encoding("text", _encode_text, _text)
BYTES = Encoding("bytes", _encode_bytes, bytes)
INT = Encoding("int", _encode_int, lambda plaintext: int(_matched(_INT, plaintext, "a whole number")))
DECIMAL = Encoding(
    "decimal", _encode_decimal, lambda plaintext: Decimal(_matched(_DECIMAL, plaintext, "a decimal number"))
)
BOOL = Encoding("bool", _encode_bool, _decode_bool)
DATE = Encoding("date", _encode_date, _decode_date)
DATETIME = Encoding("datetime", _encode_aware, _decode_aware)
NAIVE_DATETIME = Encoding("naive_datetime", _encode_naive, _decode_naive)
JSON: Encoding[Any] = Encoding("json", _encode_json, _decode_json)
ENCODINGS: dict[str, Encoding[Any]] = {
    one.name: one for one in (TEXT, BYTES, INT, DECIMAL, BOOL, DATE, DATETIME, NAIVE_DATETIME, JSON)
}
