"""Files of any size, as Python's own files are written and read."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from _typeshed import ReadableBuffer, WriteableBuffer

    from strongroom._native import _Reader, _Writer


class Sink(Protocol):
    """What a stream is written to: a binary file object.

    ``write`` is called until everything was taken. One that gives nothing has taken everything, but for an ``io.RawIOBase``, where it
    says that nothing was. ``flush`` is called where there is one.
    """

    def write(self, data: bytes, /) -> object: ...


class Source(Protocol):
    """What a stream is read from: a binary file object. ``seek`` and ``tell`` are asked for only where the reader is sought in."""

    def read(self, size: int, /) -> ReadableBuffer | None: ...


class StreamWriter(io.RawIOBase):
    """Encrypts what is written to it, of any size, chunk by chunk into a binary file object, which it does not close.

    A file is whole when its end is written, and without it says so when it is read. ``with`` writes the end when the block is left, and
    leaves the file without it where an exception leaves the block. Outside of a block ``close`` writes it. Inside of one it does not, so
    whatever closes what it writes to, such as an ``io.TextIOWrapper``, may stand in the block. ``finish`` writes it at once. A writer that
    is dropped writes none.

    The first exception of the sink ends the writer: what was interrupted is written anew from its beginning.
    """

    def __init__(self, native: _Writer, /) -> None:
        self._native = native
        self._in_block = False

    @property
    def version(self) -> int:
        """The version of the key that the stream is under."""
        return self._native.version

    @property
    def name(self) -> object:
        """That of the sink, if it has one."""
        return self._native.name

    def writable(self) -> bool:
        """It is."""
        self._check_open()
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        """Writes all of it. What does not fill a chunk of 16 KiB waits for more, or for the end."""
        self._check_open()
        return self._native.write(data)

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Raises ``io.UnsupportedOperation``: a writer is not read."""
        raise io.UnsupportedOperation("not readable")

    def flush(self) -> None:
        """Flushes the sink. What does not fill a chunk still waits."""
        self._check_open()
        self._native.flush()

    def finish(self) -> None:
        """Writes the end and closes the writer."""
        self._check_open()
        try:
            self._native.finish()
        finally:
            self._native.abandon()
            super().close()

    def close(self) -> None:
        """Writes the end, unless a ``with`` block of the writer is to do that, and takes nothing more. It can be called again."""
        if self.closed:
            return
        if self._in_block:
            super().close()
        else:
            self.finish()

    def __enter__(self) -> Self:
        self._check_open()
        self._in_block = True
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None, /) -> None:
        self._in_block = False
        try:
            if kind is None:
                self._native.finish()
        finally:
            self._native.abandon()
            super().close()

    def __del__(self) -> None:
        # An end that nobody asked for would make a whole file of a part of one, so this does not close it.
        if not self.closed and self._native.is_unfinished():
            warnings.warn("a StreamWriter was dropped without its end", ResourceWarning, source=self)

    def __repr__(self) -> str:
        return f"<strongroom.StreamWriter version {self.version}>"

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file.")


class StreamReader(io.RawIOBase):
    """Decrypts a file of any size: it is read like the plaintext, and sought in where the source can be. It does not close the source.

    Nothing comes out of a chunk before it is authenticated. That the file has its end is seen there: what is read before is authentic and
    may not be all. Whoever needs the whole reads until ``read`` gives nothing, or asks ``verify_end`` first.

    An exception of the source is raised as it is and ends nothing. An error of the library ends the reader, and comes again.
    """

    def __init__(self, native: _Reader, /) -> None:
        self._native = native

    @property
    def version(self) -> int:
        """The version of the key that the stream is under."""
        return self._native.version

    @property
    def name(self) -> object:
        """That of the source, if it has one."""
        return self._native.name

    def readable(self) -> bool:
        """It is."""
        self._check_open()
        return True

    def seekable(self) -> bool:
        """Whether the source is."""
        self._check_open()
        return self._native.seekable()

    def read(self, size: int | None = -1, /) -> bytes:
        """So many bytes, fewer at the end alone, or everything up to the end."""
        self._check_open()
        return self._native.read(None if size is None or size < 0 else size)

    def readall(self) -> bytes:
        """Everything up to the end."""
        return self.read()

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """What is there of one chunk, and 0 at the end."""
        self._check_open()
        return self._native.readinto(buffer)

    def write(self, data: ReadableBuffer, /) -> int:
        """Raises ``io.UnsupportedOperation``: a reader is not written."""
        raise io.UnsupportedOperation("not writable")

    def peek(self, size: int = 0, /) -> bytes:
        """What is there of one chunk, which stays to be read, and nothing at the end. ``size`` says nothing."""
        self._check_open()
        return self._native.peek()

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Goes to a position in the plaintext. From the end on, and behind it, the end is authenticated first."""
        self._check_open()
        return self._native.seek(offset, whence)

    def tell(self) -> int:
        """The position in the plaintext."""
        self._check_open()
        return self._native.tell()

    def verify_end(self) -> int:
        """Authenticates that the file has its end, by its last chunk, and gives the length of the plaintext. Reading goes on where it was."""
        self._check_open()
        return self._native.verify_end()

    def close(self) -> None:
        """Forgets the key and what was read. The source stays open."""
        self._native.close()
        super().close()

    def __repr__(self) -> str:
        return f"<strongroom.StreamReader version {self.version}>"

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file.")
