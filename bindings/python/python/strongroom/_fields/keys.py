"""The key of a field, which is given as a key or by a callable that is asked each time."""

from collections.abc import Callable
from typing import Any

from strongroom import Key, errors
from strongroom._fields.bound import said
from strongroom._fields.encodings import Refused
from strongroom._fields.place import Place

Given = Key | Callable[[], Key]


class GivenKey:
    """A key, and what its options make of the ``aad`` and the ``context`` of a call."""

    __slots__ = ("_column", "_given", "_known", "place")

    def __init__(self, given: Given, column: str, place: Place) -> None:
        if not isinstance(given, Key) and not callable(given):
            raise place.refused(
                f"takes a Key or a callable that gives one, and was given {type(given).__name__}", TypeError
            )
        self._given, self._column, self.place = given, column, place
        # What was told of the handle that was given last. Its options are for good; another handle is asked anew.
        self._known: tuple[Key, bool, bool, str | None, dict[str, Any]] | None = None

    def __call__(self) -> Key:
        """The key. In the next test a callable may give one of another keyring."""
        given: Any = self._given
        if type(given) is Key:
            return given
        try:
            return given()  # type: ignore[no-any-return]
        except errors.KeyNotFound as error:
            # A callable of an adapter may have said where, already.
            raise error if str(error).startswith(f"{self.place}:") else self.place.named(error) from None

    def bound(self, key: Key, row: str | None, context: str | None) -> dict[str, Any]:
        """The ``aad`` and the ``context`` for a value."""
        known = self._known
        if known is None or known[0] is not key:
            known = self._ask(key)
        if row is None and context is None:
            return known[4]
        try:
            return said(self._column, row, context, derived=known[1], convergent=known[2])
        except Refused as refused:
            raise self.place.named(refused, row) from None

    def template(self, key: Key) -> str | None:
        known = self._known
        return (known if known is not None and known[0] is key else self._ask(key))[3]

    def _ask(self, key: Key) -> tuple[Key, bool, bool, str | None, dict[str, Any]]:
        try:
            info = key.info()
        except errors.StrongroomError as error:
            raise self.place.named(error) from None
        bound = said(self._column, None, None, derived=info.derived, convergent=info.convergent)
        self._known = known = (key, info.derived, info.convergent, info.version_template, bound)
        return known
