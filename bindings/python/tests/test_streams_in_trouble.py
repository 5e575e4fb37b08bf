"""Files of any size whose sinks and sources are in trouble, which threads share, and in forked children."""

import io
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from test_processes import in_child
from test_streams import CHUNK, SEALED, calls_of, file_of, long, plaintext

from strongroom import Key, Keyring, StreamReader, StreamWriter, errors, stream_info

# What the file objects of programs do.


class Sink:
    """Takes so many bytes at once, and raises in the middle."""

    def __init__(self, most: int = 2**30, at: int = 2**30, error: BaseException | None = None) -> None:
        self.written, self.most, self.at, self.error = bytearray(), most, at, error

    def write(self, data: bytes, /) -> int:
        if len(self.written) >= self.at and self.error is not None:
            raise self.error
        taken = data[: self.most]
        self.written += taken
        return len(taken)


class Source(io.BytesIO):
    """Gives so many bytes at once, and raises once in the middle."""

    def __init__(self, data: bytes, most: int = 2**30, at: int = 2**30, error: BaseException | None = None) -> None:
        super().__init__(data)
        self.most, self.at, self.error = most, at, error

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() >= self.at and self.error is not None:
            error, self.error = self.error, None
            raise error
        return super().read(self.most if size is None or size < 0 else min(size, self.most))


class Odd(Exception):
    pass


def test_a_sink_that_takes_little(cards: Key, long: bytes) -> None:
    for most in (1000, SEALED):
        sink = Sink(most)
        with cards.encrypt_writer(sink) as writer:
            writer.write(long)
        assert cards.decrypt_reader(Source(bytes(sink.written), most)).read() == long
    with pytest.raises(OSError), cards.encrypt_writer(Sink(0)) as writer:
        writer.write(long)

    class Silent:
        def __init__(self) -> None:
            self.parts: list[bytes] = []

        def write(self, data: bytes, /) -> None:
            self.parts.append(data)

    silent = Silent()
    with cards.encrypt_writer(silent) as writer:
        writer.write(long)
    assert cards.decrypt_reader(io.BytesIO(b"".join(silent.parts))).read() == long


@pytest.mark.parametrize("error", [Odd("full"), OSError(28, "No space left"), KeyboardInterrupt(), InterruptedError("again"), errors.DecryptFailed("mine")])
def test_what_a_sink_raises_is_raised_and_ends_the_writer(cards: Key, long: bytes, error: BaseException) -> None:
    sink = Sink(at=SEALED, error=error)
    writer = cards.encrypt_writer(sink)
    with pytest.raises(type(error)) as caught:
        writer.write(long)
    assert caught.value is error and caught.traceback[-1].name == "write"
    sink.error = None
    before = bytes(sink.written)
    for call in calls_of(lambda: writer.write(b"m"), writer.flush, writer.close):
        with pytest.raises(OSError, match="anew from its beginning"):
            call()
    assert writer.closed and sink.written == before
    writer.close()
    with pytest.raises(type(error)) as caught, cards.encrypt_writer(Sink(at=0, error=error)) as writer:
        writer.write(b"m")
    assert caught.value is error and writer.closed
    old = file_of(cards, long)
    cards.rotate()
    with pytest.raises(type(error)) as caught:
        cards.rewrap_stream(io.BytesIO(old), Sink(at=SEALED, error=error))
    assert caught.value is error


@pytest.mark.parametrize("error", [Odd("gone"), OSError(5, "Input/output error"), KeyboardInterrupt(), InterruptedError("again"), errors.DecryptFailed("mine")])
def test_what_a_source_raises_is_raised_and_ends_nothing(cards: Key, long: bytes, error: BaseException) -> None:
    file = file_of(cards, long)
    for most in (1000, 2**30):
        reader = cards.decrypt_reader(Source(file, most, at=3 * SEALED, error=error))
        with pytest.raises(type(error)) as caught:
            reader.read()
        assert caught.value is error and caught.traceback[-1].name == "read"
        assert reader.tell() == 0, "nothing was handed out, so nothing is lost"
        assert reader.read(5) == long[:5] and reader.tell() == 5 and reader.peek()[:3] == long[5:8]
        assert reader.readinto(buffer := bytearray(5)) == 5 and buffer == long[5:10]
        assert reader.seek(2, io.SEEK_CUR) == 12 and reader.read() == long[12:]
    reader = cards.decrypt_reader(Source(file, at=3 * SEALED, error=error))
    with pytest.raises(type(error)):
        reader.read()
    assert reader.read() == long
    reader = cards.decrypt_reader(Source(file, at=3 * SEALED, error=error))
    with pytest.raises(type(error)) as caught:
        reader.verify_end()
    assert caught.value is error
    reader.seek(0)
    assert reader.read() == long
    for call in calls_of(stream_info, cards.decrypt_reader, lambda source: cards.decrypt_range(source, 0, 1), lambda source: cards.rewrap_stream(source, io.BytesIO())):
        with pytest.raises(type(error)) as caught:
            call(Source(file, at=0, error=error))
        assert caught.value is error


def test_file_objects_that_are_none(cards: Key) -> None:
    file = file_of(cards, b"m")
    for wrong in (None, b"bytes", "path", 3, io.BytesIO):
        with pytest.raises(TypeError):
            with cards.encrypt_writer(cast(Any, wrong)) as writer:
                writer.write(b"m")
        with pytest.raises(TypeError):
            cards.decrypt_reader(cast(Any, wrong))
    with pytest.raises(TypeError, match=r"open\(path, 'rb'\)"):
        cards.decrypt_reader(cast(Any, io.StringIO("SRF1" * 100)))
    with pytest.raises(TypeError):
        with cards.encrypt_writer(cast(Any, io.StringIO())) as writer:
            writer.write(b"m")

    class Reads:
        def __init__(self, given: object) -> None:
            self.given = given

        def read(self, size: int, /) -> Any:
            return self.given

    class Takes:
        def __init__(self, given: object) -> None:
            self.given = given

        def write(self, data: bytes, /) -> object:
            return self.given

    given: object
    for given, error in ((None, BlockingIOError), (b"s" * 100_000, ValueError), (3, TypeError), ([1], TypeError)):
        with pytest.raises(error):
            cards.decrypt_reader(Reads(given))
    assert cards.decrypt_reader(io.BytesIO(file)).read() == b"m"
    for given, error in ((10**6, ValueError), (-1, TypeError), ("all", TypeError)):
        with pytest.raises(error):
            cards.encrypt_writer(Takes(given)).close()

    class Raw(io.RawIOBase):
        def write(self, data: Any, /) -> Any:
            return None

    with pytest.raises(BlockingIOError):
        cards.encrypt_writer(Raw()).close()


def test_a_sink_that_uses_its_writer_is_told_so(cards: Key, long: bytes) -> None:
    class Loop:
        writer: StreamWriter

        def __init__(self, use: Callable[["Loop"], object]) -> None:
            self.use = use

        def write(self, data: bytes, /) -> int:
            self.use(self)
            return len(data)

    for use in (lambda loop: loop.writer.write(b"m"), lambda loop: loop.writer.flush(), lambda loop: loop.writer.close(), lambda loop: loop.writer.finish()):
        sink = Loop(use)
        sink.writer = cards.encrypt_writer(sink)
        with pytest.raises(RuntimeError, match="in the middle of a call on this thread"):
            sink.writer.write(long)
        with pytest.raises(OSError):
            sink.writer.close()

    class Self(io.BytesIO):
        reader: StreamReader | None = None

        def read(self, size: int | None = -1, /) -> bytes:
            return self.reader.read() if self.reader else super().read(size)

    source = Self(file_of(cards, long))
    reader = source.reader = cards.decrypt_reader(source)
    with pytest.raises(RuntimeError, match="in the middle of a call on this thread"):
        reader.read()
    source.reader = None
    assert reader.read() == long


def test_a_sink_that_changes_what_is_written(cards: Key) -> None:
    data, sink = bytearray(plaintext(3 * CHUNK)), io.BytesIO()

    class Changing:
        def write(self, taken: bytes, /) -> int:
            data[:] = bytes(len(data))
            return sink.write(taken)

    with cards.encrypt_writer(Changing()) as writer:
        writer.write(data)
    assert cards.decrypt_reader(io.BytesIO(sink.getvalue())).read() == plaintext(3 * CHUNK)


# Threads, processes, keyrings.


def test_threads_share_a_reader_and_a_writer(cards: Key) -> None:
    lines = 4000
    sink = io.BytesIO()
    with cards.encrypt_writer(sink) as writer:
        writers = [threading.Thread(target=lambda: [writer.write(b"0123456789abcde\n" * 10) for _ in range(lines // 10)]) for _ in range(4)]
        for thread in writers:
            thread.start()
        for thread in writers:
            thread.join()
    reader = cards.decrypt_reader(io.BytesIO(sink.getvalue()))
    assert reader.verify_end() == 4 * lines * 16
    pieces: list[bytes] = []

    def read() -> None:
        while piece := reader.read(48):
            pieces.append(piece)

    readers = [threading.Thread(target=read) for _ in range(4)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in readers:
            thread.start()
        for thread in readers:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert b"".join(pieces) == b"0123456789abcde\n" * (4 * lines), "each call had whole lines"


def test_other_threads_run_while_one_waits_for_a_slow_source(cards: Key, long: bytes) -> None:
    """The thread that waits for the reader holds nothing that the one which reads needs."""
    asked, go = threading.Event(), threading.Event()

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() >= SEALED:
                asked.set()
                assert go.wait(60)
            return super().read(size)

    reader, found = cards.decrypt_reader(Slow(file_of(cards, long))), []
    threads = [threading.Thread(target=lambda: found.append(reader.read(2 * CHUNK))) for _ in range(2)]
    threads[0].start()
    assert asked.wait(60)
    threads[1].start()
    assert cards.decrypt(cards.encrypt(long)) == long
    go.set()
    for thread in threads:
        thread.join()
    assert found == [long[: 2 * CHUNK], long[2 * CHUNK : 4 * CHUNK]]


def test_a_forked_child_writes_nothing_more(cards: Key, tmp_path: Path, long: bytes) -> None:
    with (tmp_path / "sealed").open("w+b", buffering=0) as sink:
        with cards.encrypt_writer(sink) as writer:
            writer.write(long)
            # Of its own file object, since a child shares the place in the file of its parent's.
            reader = cards.decrypt_reader(io.BytesIO(file_of(cards, long)))
            assert reader.read(5) == long[:5]

            def work() -> None:
                with pytest.raises(errors.Closed):
                    writer.write(long)
                with pytest.raises(errors.Closed):
                    writer.finish()
                assert reader.read() == long[5:]

            in_child(work)
            writer.write(long)
        sink.seek(0)
        assert cards.decrypt_reader(sink).read() == long + long


def test_a_fork_in_the_middle_of_a_call(cards: Key, long: bytes) -> None:
    asked, go = threading.Event(), threading.Event()

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() >= SEALED:
                asked.set()
                assert go.wait(60)
            return super().read(size)

    reader = cards.decrypt_reader(Slow(file_of(cards, long)))
    thread = threading.Thread(target=reader.read)
    thread.start()
    assert asked.wait(60)

    def work() -> None:
        with pytest.raises(RuntimeError, match="was forked"):
            reader.read()

    in_child(work)
    go.set()
    thread.join()
    assert reader.read() == b""


def test_a_keyring_that_is_closed_ends_its_streams(long: bytes) -> None:
    ring = Keyring.in_memory()
    key, sink = ring.create_key("exports"), io.BytesIO()
    reader, writer = key.decrypt_reader(io.BytesIO(file_of(key, long))), key.encrypt_writer(sink)
    assert reader.read(5) == long[:5] and writer.write(long) == len(long)
    ring.close()
    for call in calls_of(reader.read, reader.peek, lambda: writer.write(b"m"), writer.close):
        with pytest.raises(errors.Closed):
            call()
    assert writer.closed


def test_a_key_that_is_disabled_begins_none_and_ends_none(cards: Key, long: bytes) -> None:
    file, sink = file_of(cards, long), io.BytesIO()
    writer = cards.encrypt_writer(sink)
    cards.disable()
    for call in calls_of(lambda: cards.encrypt_writer(io.BytesIO()), lambda: cards.decrypt_reader(io.BytesIO(file)), lambda: cards.rewrap_stream(io.BytesIO(file), io.BytesIO())):
        with pytest.raises(errors.KeyDisabled):
            call()
    writer.write(long)
    writer.close()
    cards.enable()
    assert cards.decrypt_reader(io.BytesIO(sink.getvalue())).read() == long
