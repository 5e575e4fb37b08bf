"""The blind index of a field: what it is found by."""

from collections.abc import Sequence
from typing import Any

from strongroom import View, errors
from strongroom._fields.field import Field
from strongroom._fields.keys import Given, GivenKey

# What is no text, or has several spellings that mean the same.
NOT_INDEXED = ("bytes", "json")


class Index:
    """The indexes of the values of a field, by its key or another one."""

    __slots__ = ("field", "key", "options")

    def __init__(
        self,
        field: Field,
        *,
        normalize: Any = None,
        bits: int | None = None,
        version: int | None = None,
        key: Given | None = None,
    ) -> None:
        if field.encoding.name in NOT_INDEXED:
            raise field.place.refused(f"holds {field.encoding.name}, which has no blind index", TypeError)
        self.field = field
        self.key = field.key if key is None else GivenKey(key, field.column, field.place)
        self.options: dict[str, Any] = {"name": field.column}
        if normalize is not None:
            self.options["normalize"] = normalize
        if bits is not None:
            self.options["bits"] = bits
        if version is not None:
            self.options["version"] = version

    def _view(self, context: str | None) -> View:
        key = self.key()
        bound = self.key.bound(key, None, context)
        try:
            return key.context(bound["context"]) if "context" in bound else key
        except errors.StrongroomError as error:
            raise self.field.place.named(error) from None

    def of(self, plaintext: bytes, context: str | None = None, row: str | None = None) -> str | None:
        """What is stored beside a value, which is encoded. One of which nothing is left to look for has no
        index.
        """
        __traceback_hide__ = True
        view = self._view(context)
        try:
            return view.index(plaintext, **self.options)
        except errors.InvalidValue:
            return None
        except errors.StrongroomError as error:
            raise self.field.place.named(error, row) from None

    def all_of(self, plaintext: bytes, context: str | None = None) -> list[str]:
        """What to look for: an index of each live version, and nothing for a value that has none."""
        __traceback_hide__ = True
        view = self._view(context)
        try:
            return view.indexes(plaintext, **self.options)
        except errors.InvalidValue:
            return []
        except errors.StrongroomError as error:
            raise self.field.place.named(error) from None

    def outdated(self, stored: Sequence[str | None]) -> list[bool]:
        """Which indexes are to be made anew: those that are missing, that are none, or of a version that is
        used no more.
        """
        view = self._view(None)
        return [one is None or self._needs(view, one) for one in stored]

    def _needs(self, view: View, stored: str) -> bool:
        # One whose version is said stays with it, whatever the latest is.
        version = self.options.get("version")
        if version is not None:
            return not stored.startswith(f"strongroom:i{version}:")
        try:
            return view.needs_reindex(stored)
        except errors.Malformed:
            return True
        except errors.StrongroomError as error:
            raise self.field.place.named(error) from None
