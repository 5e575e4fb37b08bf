"""A ciphertext as it is read where no row opens it."""

from collections.abc import Callable
from typing import Any

from strongroom._fields.plaintext import begins_as_ciphertext


class Sealed:
    """The ciphertext of a row-bound field, as raw rows and bulk reads give it: ``open`` takes the primary key
    of its row.
    """

    __slots__ = ("_open", "ciphertext")

    def __init__(self, ciphertext: str | bytes, opener: Callable[..., Any]) -> None:
        self.ciphertext = ciphertext
        self._open = opener

    def open(self, row: Any, **options: Any) -> Any:
        """The value, if the ciphertext belongs to this row; ``context`` is said where the field has one."""
        return self._open(self.ciphertext, row, **options)

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy that was pickled is the ciphertext alone: no key goes into a cache."""
        return Sealed, (self.ciphertext, _pickled)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and self.ciphertext == other.ciphertext

    def __hash__(self) -> int:
        return hash(self.ciphertext)

    def __repr__(self) -> str:
        # Where plaintext is allowed, this may be one.
        shown = repr(self.ciphertext) if begins_as_ciphertext(self.ciphertext, None) else "not shown"
        return f"Sealed({shown})"

    def __str__(self) -> str:
        return repr(self)

    def __bool__(self) -> bool:
        return True


def _pickled(*_given: Any, **_options: Any) -> Any:
    raise TypeError(
        "a Sealed that was pickled does not know its key any more: read the row, or open it with the field's own key"
    )
