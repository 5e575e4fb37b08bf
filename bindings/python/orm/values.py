"""A value of each type, in pairs of which the second replaces the first."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

VALUES: dict[str, tuple[Any, Any]] = {
    "a_text": ("ada@example.com", ""),
    "a_bytes": (b"\x00\xff\xfe", b""),
    "a_int": (-(10**30), 0),
    "a_decimal": (Decimal("12.50"), Decimal("-0.000001")),
    "a_bool": (False, True),
    "a_date": (date(1999, 12, 31), date(1, 1, 1)),
    "a_datetime": (
        datetime(2026, 11, 30, 9, 5, 0, 120000, UTC),
        datetime(2026, 11, 30, 9, 5, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
    ),
    "a_naive": (datetime(2026, 11, 30, 9, 5), datetime(2026, 11, 30, 9, 5, 0, 1)),
    "a_json": ([{"b": 1, "a": [None, True, "é", 1.5]}], [[], "text"]),
}
