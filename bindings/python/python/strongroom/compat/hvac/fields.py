"""The values of a request, as the server reads them."""

import re
from base64 import b64decode
from datetime import timedelta

from strongroom.compat.hvac.answers import Refused

_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600, "d": 86400}
_PERIOD = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h|d)")
_FIELD = 'Field validation failed: error converting input for field "{}": {}'


def text(value: object) -> str:
    """What is text, as everything is that JSON has and that is no number."""
    if not isinstance(value, str):
        raise TypeError(f"this has to be str, and is {type(value).__name__}")
    return value


def decode(value: object, wrong: str = "{}", status: int = 400) -> bytes:
    """Base64 as Go reads it: line breaks anywhere, and spare bits of any value."""
    written = text(value).replace("\r", "").replace("\n", "")
    if len(written) % 4 or not _BASE64.fullmatch(written):
        raise Refused(status, wrong.format("illegal base64 data"))
    return b64decode(written)


def number(field: str, value: object) -> int:
    """A number, or the text of one."""
    try:
        if isinstance(value, (int, str)):
            return int(value)
    except ValueError:
        pass
    raise Refused(400, _FIELD.format(field, "'' cannot parse value as 'int': strconv.ParseInt: invalid syntax"))


def period(field: str, value: object) -> timedelta:
    """Seconds, or a text such as ``1h30m``."""
    written = str(value)
    size = written.lstrip("+-")
    if size.isdecimal():
        seconds = float(size)
    elif (parts := _PERIOD.findall(size)) and "".join(map("".join, parts)) == size or not written:
        seconds = sum(float(count) * _UNITS[unit] for count, unit in parts)
    else:
        raise Refused(400, _FIELD.format(field, f'time: invalid duration "{written}"'))
    if seconds and written.startswith("-"):
        raise Refused(400, _FIELD.format(field, f"cannot provide negative value '-{seconds:.0f}'"))
    return timedelta(seconds=seconds)
