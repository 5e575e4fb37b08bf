"""Keeps plaintext out of messages: of statements that fail before they are encrypted, and of rows that are
logged as they are read.
"""

import logging
from typing import Any
from weakref import WeakSet

from sqlalchemy import Table

_TABLES: WeakSet[Table] = WeakSet()
_ROW = "Row %r"


def note(table: Table) -> None:
    """A table that has an encrypted column."""
    _TABLES.add(table)


def noted(table: Any) -> bool:
    return table in _TABLES


def hide_parameters(context: Any) -> None:
    """What fails before the types have encrypted it shows parameters in plaintext, also by the fault of
    another column.
    """
    error, statement = context.sqlalchemy_exception, context.statement
    if error is None or context.execution_context is not None or statement is None:
        return
    if any(table.name in statement for table in list(_TABLES)):
        error.hide_parameters = True


class _RowsAreNotShown(logging.Filter):
    """At the level DEBUG, as with ``echo="debug"``, an engine logs each row as it is read, after the types
    have decrypted it.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        # A `logging_token` stands before it.
        if isinstance(record.msg, str) and record.msg.endswith(_ROW):
            before = record.msg.removesuffix(_ROW)
            record.msg, record.args = f"{before}Row, not shown: there are encrypted columns", ()
        return True


_FILTER = _RowsAreNotShown()


def hide_rows(connection: Any) -> None:
    logger = connection.engine.logger
    # That of an engine with `echo` stands before one of the standard library.
    getattr(logger, "logger", logger).addFilter(_FILTER)
