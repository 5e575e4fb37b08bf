"""Errors that SQLAlchemy lets through as they are.

What fails while parameters are made ready is wrapped in a ``StatementError`` otherwise, whose message shows
the parameters as they were given: in plaintext.
"""

from sqlalchemy.exc import DontWrapMixin

from strongroom._fields import Place

_MADE: dict[type[Exception], type[Exception]] = {}


def unwrapped(kind: type[Exception]) -> type[Exception]:
    """The class of an error, as a subclass of its own name that is not wrapped."""
    made = _MADE.get(kind)
    if made is None:
        made = _MADE[kind] = type(
            kind.__name__, (kind, DontWrapMixin), {"__module__": kind.__module__, "__doc__": kind.__doc__}
        )
    return made


def place(model: str, field: str) -> Place:
    return Place(model, field, unwrapped)
