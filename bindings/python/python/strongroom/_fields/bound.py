"""What a value is bound to: the column, and in the row-bound form the row, as ``strongroom encrypt --csv``
binds them.
"""

from typing import Any
from uuid import UUID

from strongroom._fields.encodings import Refused

ROW_KEYS = "str, int or UUID"


def row_text(key: Any) -> str:
    """A primary key as text, one for all languages: another spelling of the same key would be another row."""
    if isinstance(key, UUID):
        return str(key)
    if isinstance(key, str):
        # An empty one says nothing, and rows that say the same can be exchanged for each other.
        if key:
            return str(key)
        raise Refused("is bound to its row, of which the primary key is empty")
    if isinstance(key, int) and not isinstance(key, bool):
        return "%d" % key
    if key is None:
        raise Refused(
            "is bound to its row, which has no primary key yet: make the key before the row is written"
        )
    raise Refused(
        f"is bound to its row, of which the primary key has to be {ROW_KEYS}, and is {type(key).__name__}",
        TypeError,
    )


def aad(column: str, row: str | None = None) -> dict[str, str]:
    """The associated data of a value in a column, and of a row where it is bound to one."""
    return {"column": column} if row is None else {"row": row, "column": column}


def said(
    column: str, row: str | None, context: str | None, *, derived: bool, convergent: bool
) -> dict[str, Any]:
    """The ``aad`` and the ``context`` of a call, by what the key is.

    A convergent key takes no aad, so the name of the column stands in the context. Nothing can bind to a row
    then.
    """
    if not derived:
        bound: dict[str, Any] = {"aad": aad(column, row)}
        # A key that is not derived refuses the tenant, rather than ignore it.
        return bound if context is None else {**bound, "context": context}
    context = column if context is None else context
    if convergent:
        if row is not None:
            raise Refused(
                "is bound to its row, and a convergent key cannot bind to one: take another key, "
                "or the form that is bound to the column alone"
            )
        return {"context": {"context": context, "column": column}}
    return {"aad": aad(column, row), "context": context}
