"""A field that is encrypted: what every adapter does with one value, or with those of many rows."""

from collections.abc import Callable, Sequence
from typing import Any

from strongroom import Key, errors
from strongroom._fields.bound import said
from strongroom._fields.encodings import Encoding, Refused
from strongroom._fields.place import Place
from strongroom._fields.plaintext import PlaintextCounter, begins_as_ciphertext

NO_CIPHERTEXT = (
    "; while the column still holds plaintext, say allow_plaintext=True, and take it away when all rows are encrypted"
)
# Digits that a version may grow by before a column is too narrow: version 1000 is wider than version 1 by as many.
SPARE = 3

Given = Key | Callable[[], Key]


class Field:
    """One column: its key, how its values are written, and what they are bound to.

    ``row`` is the primary key as text (``bound.row_text``) in the row-bound form, and ``None`` in the column-bound one.
    """

    __slots__ = ("_given", "_known", "allow_plaintext", "binary", "column", "encoding", "place", "plaintexts", "width")

    def __init__(
        self,
        key: Given,
        encoding: Encoding[Any],
        *,
        column: str,
        place: Place,
        binary: bool = False,
        allow_plaintext: bool = False,
        width: tuple[int, int] | None = None,
    ) -> None:
        """``width`` is how wide the column is, and how many bytes a value may have."""
        self._given, self.encoding, self.column, self.place, self.binary = key, encoding, column, place, binary
        self.allow_plaintext, self.plaintexts, self.width = allow_plaintext, PlaintextCounter(place), width
        # What was asked of a key last: a handle is asked once, and another handle anew.
        self._known: tuple[Any, bool, bool, str | None, dict[str, Any]] | None = None

    def key(self) -> Key:
        """The key, which a callable is asked for each time: it may be another keyring's in the next test."""
        given: Any = self._given
        return given if isinstance(given, Key) else given()  # type: ignore[no-any-return]

    def _of(self, key: Key) -> tuple[Any, bool, bool, str | None, dict[str, Any]]:
        known = self._known
        if known is None or known[0] is not key:
            try:
                info = key.info()
            except errors.StrongroomError as error:
                raise self.place.named(error) from None
            # Both options of a key are for good.
            bound = said(self.column, None, None, derived=info.derived, convergent=info.convergent)
            known = (key, info.derived, info.convergent, info.version_template, bound)
            self._check_width(key, bound)
            self._known = known
        return known

    def _said(self, key: Key, row: str | None, context: str | None) -> dict[str, Any]:
        _, derived, convergent, _, bound = self._of(key)
        if row is None and context is None:
            return bound
        try:
            return said(self.column, row, context, derived=derived, convergent=convergent)
        except Refused as refused:
            raise self.place.named(refused, row) from None

    def _check_width(self, key: Key, bound: dict[str, Any]) -> None:
        if self.width is None:
            return
        wide, largest = self.width
        needed = key.encrypted_binary_len(bytes(largest), **bound) if self.binary else key.encrypted_len(bytes(largest), **bound) + SPARE
        if wide < needed:
            raise self.place.refused(
                f"has a column of {wide}, and a ciphertext of {largest} bytes takes {needed} with the key {key.name!r}: "
                "make the column wider, or let it have no width"
            )

    def encode(self, value: Any, row: str | None = None) -> bytes:
        try:
            return self.encoding.encode(value)
        except Refused as refused:
            raise self.place.named(refused, row) from None

    def decode(self, plaintext: bytes, row: str | None = None) -> Any:
        try:
            return self.encoding.decode(plaintext)
        except Refused as refused:
            raise self.place.named(refused, row) from None

    def seal(self, value: Any, row: str | None = None, context: str | None = None) -> str | bytes:
        """The ciphertext of a value, which is not ``None``."""
        plaintext, key = self.encode(value, row), self.key()
        bound = self._said(key, row, context)
        try:
            return key.encrypt_binary(plaintext, **bound) if self.binary else key.encrypt(plaintext, **bound)
        except errors.StrongroomError as error:
            raise self.place.named(error, row) from None

    def open(self, stored: str | bytes, row: str | None = None, context: str | None = None) -> Any:
        """The value of what the column holds."""
        return self.decode(self.unseal(stored, row, context), row)

    def unseal(self, stored: str | bytes, row: str | None = None, context: str | None = None) -> bytes:
        """The bytes of the value."""
        key = self.key()
        bound = self._said(key, row, context)
        try:
            return key.decrypt_binary(stored, **bound) if self.binary else key.decrypt(stored, **bound)  # type: ignore[arg-type]
        except errors.Malformed as error:
            plaintext = self._plaintext(key, stored, error, row)
        except errors.StrongroomError as error:
            raise self.place.named(error, row) from None
        return plaintext

    def _plaintext(self, key: Key, stored: str | bytes, error: errors.Malformed, row: str | None) -> bytes:
        """What is no ciphertext, if it may be read."""
        if begins_as_ciphertext(stored, self._of(key)[3]):
            raise self.place.named(error, row) from None
        if not self.allow_plaintext:
            raise self.place.named(error, row, NO_CIPHERTEXT) from None
        self.plaintexts.add()
        return stored.encode() if isinstance(stored, str) else stored

    def is_plaintext(self, stored: str | bytes) -> bool:
        """Whether something does not even claim to be a ciphertext."""
        return not begins_as_ciphertext(stored, self._of(self.key())[3])

    def seal_all(self, values: Sequence[Any], rows: Sequence[str | None], contexts: Sequence[str | None]) -> list[Any]:
        """``seal`` of each, in one call."""
        key = self.key()
        plaintexts = [self.encode(value, row) for value, row in zip(values, rows, strict=True)]
        batch = key.encrypt_binary_batch if self.binary else key.encrypt_batch
        return self._batch(batch, plaintexts, key, rows, contexts)

    def rewrap_all(self, stored: Sequence[Any], rows: Sequence[str | None], contexts: Sequence[str | None]) -> list[Any]:
        """The ciphertexts under the latest version, and as they were if they are; each is opened, so that a damaged one is found."""
        key = self.key()
        return self._batch(key.rewrap_binary_batch if self.binary else key.rewrap_batch, stored, key, rows, contexts)

    def unseal_all(self, stored: Sequence[Any], rows: Sequence[str | None], contexts: Sequence[str | None]) -> list[bytes]:
        """The bytes of the values of ciphertexts."""
        key = self.key()
        return self._batch(key.decrypt_binary_batch if self.binary else key.decrypt_batch, stored, key, rows, contexts)

    def _batch(
        self, call: Any, items: Sequence[Any], key: Key, rows: Sequence[str | None], contexts: Sequence[str | None]
    ) -> list[Any]:
        if not items:
            return []
        bound = [self._said(key, row, context) for row, context in zip(rows, contexts, strict=True)]
        options = {name: [one[name] for one in bound] for name in bound[0]}
        try:
            return call(items, **options)  # type: ignore[no-any-return]
        except errors.StrongroomError as error:
            index: int | None = getattr(error, "index", None)
            raise self.place.named(error, None if index is None else rows[index]) from None
