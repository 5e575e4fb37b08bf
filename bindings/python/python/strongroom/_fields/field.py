"""A field that is encrypted: what every adapter does with one value, or with those of many rows."""

from collections.abc import Sequence
from typing import Any

from strongroom import Key, errors
from strongroom._fields.encodings import Encoding, Refused
from strongroom._fields.keys import Given, GivenKey
from strongroom._fields.place import Place
from strongroom._fields.plaintext import PlaintextCounter, begins_as_ciphertext

NO_CIPHERTEXT = "; while the column still holds plaintext, say allow_plaintext=True, and take it away when all rows are encrypted"
# Digits that a version may grow by before a column is too narrow: version 1000 is wider than version 1 by as many.
SPARE = 3
# Frames with `__traceback_hide__` hold a value, and are left out of Django's error pages and of Sentry's reports.

Texts = Sequence[str | None]


class Field:
    """One column: its key, how its values are written, and what they are bound to.

    ``row`` is the primary key as text (``bound.row_text``) in the row-bound form, and ``None`` in the
    column-bound one. ``width`` is how wide the column is, and ``largest`` how many bytes a value may have.
    ``write_plaintext`` is for the release that is brought out beside one which knows of no encryption: it
    reads both, and writes what the older one reads.
    """

    __slots__ = (
        "_wide_enough",
        "allow_plaintext",
        "binary",
        "column",
        "encoding",
        "key",
        "largest",
        "plaintexts",
        "width",
        "write_plaintext",
    )

    def __init__(
        self,
        key: Given,
        encoding: Encoding[Any],
        *,
        column: str,
        place: Place,
        binary: bool = False,
        allow_plaintext: bool = False,
        write_plaintext: bool = False,
        width: int | None = None,
        largest: int | None = None,
    ) -> None:
        self.key = GivenKey(key, column, place)
        self.encoding, self.column, self.binary, self.allow_plaintext = (
            encoding,
            column,
            binary,
            allow_plaintext,
        )
        self.plaintexts, self.write_plaintext = PlaintextCounter(self), write_plaintext
        if write_plaintext and not allow_plaintext:
            raise place.refused(
                "says write_plaintext, and could not read it: say allow_plaintext, too", TypeError
            )
        if write_plaintext and encoding.name == "bytes" and not binary:
            raise place.refused(
                "says write_plaintext, and has bytes that a column of text cannot hold", TypeError
            )
        self.width, self.largest = width, largest
        self._wide_enough: Key | None = None

    @property
    def place(self) -> Place:
        return self.key.place

    @place.setter
    def place(self, place: Place) -> None:
        self.key.place = place

    def __str__(self) -> str:
        return str(self.place)

    def check_encrypting(self) -> None:
        """Refuses to encrypt a table whose programs write plaintext meanwhile: it would never be done."""
        if self.write_plaintext:
            raise self.place.refused(
                "says write_plaintext, so programs write plaintext still: take write_plaintext away first, "
                "and encrypt what is there when all of them run without it",
                TypeError,
            )

    def check_width(self) -> None:
        """Refuses a column that is too narrow for the longest value with the key as it is."""
        wide, largest, key = self.width, self.largest, self.key()
        if wide is None or largest is None:
            return
        bound = self.key.bound(key, None, None)
        if self.binary:
            needed = key.encrypted_binary_len(bytes(largest), **bound)
        else:
            needed = key.encrypted_len(bytes(largest), **bound) + SPARE
        if wide < needed:
            raise self.place.refused(
                f"has a column of {wide}, and a value of {largest} bytes takes {needed} with the key {key.name!r}: "
                "make the column wider, or let it have no width"
            )
        self._wide_enough = key

    def encode(self, value: Any, row: str | None = None) -> bytes:
        __traceback_hide__ = True
        try:
            plaintext = self.encoding.encode(value)
        except Refused as refused:
            raise self.place.named(refused, row) from None
        if self.largest is not None and len(plaintext) > self.largest:
            raise self.place.refused(f"takes {self.largest} bytes, and was given {len(plaintext)}", row=row)
        return plaintext

    def decode(self, plaintext: bytes, row: str | None = None) -> Any:
        __traceback_hide__ = True
        try:
            return self.encoding.decode(plaintext)
        except Refused as refused:
            raise self.place.named(refused, row) from None

    def seal(self, value: Any, row: str | None = None, context: str | None = None) -> str | bytes:
        """The ciphertext of a value, which is not ``None``."""
        __traceback_hide__ = True
        return self.seal_bytes(self.encode(value, row), row, context)

    def seal_bytes(self, plaintext: bytes, row: str | None = None, context: str | None = None) -> str | bytes:
        """The ciphertext of a value that is encoded already."""
        __traceback_hide__ = True
        if self.write_plaintext:
            return self._unencrypted(plaintext, row)
        key = self.key()
        if self.width is not None and self._wide_enough is not key:
            self.check_width()
        bound = self.key.bound(key, row, context)
        try:
            return key.encrypt_binary(plaintext, **bound) if self.binary else key.encrypt(plaintext, **bound)
        except errors.StrongroomError as error:
            raise self.place.named(error, row) from None

    def _unencrypted(self, plaintext: bytes, row: str | None) -> str | bytes:
        __traceback_hide__ = True
        stored = plaintext if self.binary else plaintext.decode()
        if not self.is_plaintext(stored):
            raise self.place.refused(
                "begins as a ciphertext does, so that as plaintext it could not be read back", row=row
            )
        return stored

    def open(self, stored: str | bytes, row: str | None = None, context: str | None = None) -> Any:
        """The value of what the column holds."""
        __traceback_hide__ = True
        return self.decode(self.unseal(stored, row, context), row)

    def unseal(self, stored: Any, row: str | None = None, context: str | None = None) -> bytes:
        """The bytes of the value."""
        key = self.key()
        bound = self.key.bound(key, row, context)
        try:
            return key.decrypt_binary(stored, **bound) if self.binary else key.decrypt(stored, **bound)
        except errors.Malformed as error:
            if self.is_plaintext(stored):
                if self.allow_plaintext:
                    self.plaintexts.add()
                    return stored.encode() if isinstance(stored, str) else stored
                raise self.place.named(error, row, NO_CIPHERTEXT) from None
            raise self.place.named(error, row) from None
        except errors.StrongroomError as error:
            raise self.place.named(error, row) from None

    def is_plaintext(self, stored: str | bytes) -> bool:
        """Whether something does not even claim to be a ciphertext."""
        return not begins_as_ciphertext(stored, self.key.template(self.key()))

    def seal_all(
        self, plaintexts: Sequence[bytes], rows: Texts, contexts: Texts, names: Texts | None = None
    ) -> list[Any]:
        """``seal_bytes`` of each, in one call. ``names`` say which row an error is of, where the rows are not
        bound.
        """
        __traceback_hide__ = True
        key = self.key()
        if self.width is not None and self._wide_enough is not key:
            self.check_width()
        call = key.encrypt_binary_batch if self.binary else key.encrypt_batch
        return self._batch(call, plaintexts, key, rows, contexts, names)

    def rewrap_all(
        self, stored: Sequence[Any], rows: Texts, contexts: Texts, names: Texts | None = None
    ) -> list[Any]:
        """The ciphertexts under the latest version. Each is opened, and one that is up to date stays as it
        was.
        """
        key = self.key()
        call = key.rewrap_binary_batch if self.binary else key.rewrap_batch
        return self._batch(call, stored, key, rows, contexts, names)

    def needs_rewrap_all(self, stored: Sequence[Any], names: Texts) -> list[bool]:
        """Which of the ciphertexts ``rewrap_all`` would change, by how they look."""
        key = self.key()
        try:
            return key.needs_rewrap_binary_batch(stored) if self.binary else key.needs_rewrap_batch(stored)
        except errors.StrongroomError as error:
            raise self._of_batch(error, names) from None

    def unseal_all(
        self, stored: Sequence[Any], rows: Texts, contexts: Texts, names: Texts | None = None
    ) -> list[bytes]:
        """The bytes of the values of ciphertexts."""
        __traceback_hide__ = True
        key = self.key()
        call = key.decrypt_binary_batch if self.binary else key.decrypt_batch
        return self._batch(call, stored, key, rows, contexts, names)

    def _batch(
        self, call: Any, items: Sequence[Any], key: Key, rows: Texts, contexts: Texts, names: Texts | None
    ) -> list[Any]:
        __traceback_hide__ = True
        if not items:
            return []
        bound = [self.key.bound(key, row, context) for row, context in zip(rows, contexts, strict=True)]
        options = {name: [one[name] for one in bound] for name in bound[0]}
        try:
            return call(items, **options)  # type: ignore[no-any-return]
        except errors.StrongroomError as error:
            raise self._of_batch(error, rows if names is None else names) from None

    def _of_batch(self, error: errors.StrongroomError, names: Texts) -> errors.StrongroomError:
        """The error of an item, with its row."""
        index: int | None = getattr(error, "index", None)
        return self.place.named(error, None if index is None else names[index])
