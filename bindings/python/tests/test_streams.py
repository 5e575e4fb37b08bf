"""Files of any size: what writes them, what reads them, and what may go wrong in between."""

import bz2
import csv
import gc
import hashlib
import io
import json
import mmap
import os
import shutil
import sys
import tarfile
import tempfile
import threading
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from repository import ROOT

from strongroom import Key, Keyring, StreamInfo, StreamWriter, errors, stream_info

HEAD, SEALED, CHUNK = 64, 16_400, 16_384


def plaintext(length: int) -> bytes:
    return bytes((131 * i + i // 256) % 256 for i in range(length))


def file_of(key: Key, data: bytes, **options: Any) -> bytes:
    sink = io.BytesIO()
    with key.encrypt_writer(sink, **options) as writer:
        writer.write(data)
    return sink.getvalue()


def calls_of(*calls: Callable[..., object]) -> tuple[Callable[..., object], ...]:
    return calls


@pytest.fixture(scope="module")
def long() -> bytes:
    return plaintext(5 * CHUNK + 7)


# What independent programs have computed.


def vectors() -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], json.loads((ROOT / "tests/vectors/strongroom/streams.json").read_text("utf-8"))["vectors"])


def edited(file: bytes, edit: dict[str, Any]) -> bytes:
    changed = bytearray(file)
    if "xor" in edit:
        at, bits = edit["xor"]
        changed[at] ^= bits
    if "replace" in edit:
        at, new = edit["replace"]
        changed[at : at + len(new) // 2] = bytes.fromhex(new)
    changed = changed[: edit.get("truncate", len(changed))] + bytes.fromhex(edit.get("append", ""))
    chunks = [changed[at : at + SEALED] for at in range(HEAD, len(changed), SEALED)]
    if "swap_chunks" in edit:
        one, other = edit["swap_chunks"]
        chunks[one], chunks[other] = chunks[other], chunks[one]
    if "double_chunk" in edit:
        chunks.insert(edit["double_chunk"], chunks[edit["double_chunk"]])
    if "remove_chunk" in edit:
        del chunks[edit["remove_chunk"]]
    return bytes(changed[:HEAD] + b"".join(chunks))


def said(kind: int, value: str) -> Any:
    """What is given to say a context or an aad of a vector. Its kind is the program's to choose, so a map is given as one."""
    data = bytes.fromhex(value)
    return ... if kind == 0 else data if kind == 1 else pairs(data)


def pairs(encoded: bytes) -> dict[str, str] | None:
    """A map, from the bytes that the library makes of it. ``None`` where they are of none, which nobody can say."""
    texts, rest = [], encoded[2:]
    while rest:
        length = int.from_bytes(rest[:2])
        texts.append(rest[2 : 2 + length].decode())
        rest = rest[2 + length :]
    found = dict(zip(texts[::2], texts[1::2], strict=True))
    return found if len(found) == int.from_bytes(encoded[:2]) and found else None


def test_the_vectors_open_and_what_was_changed_does_not() -> None:
    made = {case["id"]: case for case in vectors() if case["op"] == "stream"}
    opened, refused = 0, 0

    def key_of(case: dict[str, Any]) -> Key:
        ring = Keyring.in_memory()
        older = (hashlib.sha256(bytes([version])).digest() for version in range(1, case["version"]))
        material = [*older, bytes.fromhex(case["material"])]
        key = ring.import_key("exports", material[0], derived=case["kind"] != 0)
        for other in material[1:]:
            key.import_version(other)
        return key

    def options(case: dict[str, Any]) -> dict[str, Any]:
        return {"aad": said(case["aad_kind"], case["aad"]), "context": said(case["kind"], case["context"])}

    for case in made.values():
        if "file" not in case["expect"] or case["version"] > 100:
            continue
        file = bytes.fromhex(case["expect"]["file"])
        reader = key_of(case).decrypt_reader(io.BytesIO(file), **options(case))
        assert reader.version == case["version"] == stream_info(io.BytesIO(file)).version
        assert reader.verify_end() == case["length"] == StreamInfo.plaintext_len(len(file))
        assert reader.read() == plaintext(case["length"])
        opened += 1
    for case in vectors():
        if case["op"] != "open" or "file" not in made[case["base"]]["expect"]:
            continue
        base = {**made[case["base"]], **case["with"]}
        if None in options(base).values():
            continue
        file = edited(bytes.fromhex(made[case["base"]]["expect"]["file"]), case["edit"])
        came = bytearray()
        with pytest.raises(errors.StrongroomError) as caught:
            reader = key_of(base).decrypt_reader(io.BytesIO(file), **options(base))
            while piece := reader.read(1000):
                came += piece
        assert caught.value.code == case["error"], case["id"]
        assert case["authenticated_prefix"] - 1000 <= len(came) <= case["authenticated_prefix"]
        assert plaintext(len(came)) == came
        refused += 1
    assert opened >= 8 and refused >= 15, (opened, refused)


# Whole files.


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_is_written_is_read(cards: Key, length: int) -> None:
    data = plaintext(length)
    file = file_of(cards, data, aad="a")
    assert len(file) == HEAD + length + 16 * (length // CHUNK + 1) and StreamInfo.plaintext_len(len(file)) == length
    reader = cards.decrypt_reader(io.BytesIO(file), aad="a")
    assert reader.read() == data and reader.read() == b"" and reader.read(1) == b"" and reader.tell() == length
    with pytest.raises(errors.DecryptFailed):
        cards.decrypt_reader(io.BytesIO(file))
    assert StreamInfo.plaintext_len(63) is None


def test_contexts_and_versions(ring: Keyring) -> None:
    tenants = ring.create_key("tenants", derived=True)
    tenants.rotate()
    with pytest.raises(errors.VersionNotAllowed):
        tenants.encrypt_writer(io.BytesIO(), context="acme", version=1)
    tenants.configure(min_encryption_version=1)
    old = file_of(tenants, b"of acme", context="acme", version=1, aad={"a": "b"})
    acme = tenants.context("acme")
    reader = acme.decrypt_reader(io.BytesIO(old), aad={"a": "b"})
    assert reader.version == 1 and reader.read() == b"of acme"
    new = io.BytesIO()
    assert tenants.rewrap_stream(io.BytesIO(old), new, aad={"a": "b"}, context="acme") == 2
    assert stream_info(io.BytesIO(new.getvalue())).version == 2
    assert acme.decrypt_reader(io.BytesIO(new.getvalue()), aad={"a": "b"}).read() == b"of acme"
    same = io.BytesIO()
    assert acme.rewrap_stream(io.BytesIO(new.getvalue()), same, aad={"a": "b"}) == 2
    assert same.getvalue() == new.getvalue()
    with pytest.raises(errors.ContextRequired):
        tenants.encrypt_writer(io.BytesIO())
    with pytest.raises(errors.OperationNotSupported):
        ring.create_key("aes", "aes256-gcm96").encrypt_writer(io.BytesIO())
    with pytest.raises(errors.InvalidOption):
        acme.encrypt_writer(io.BytesIO(), version=2**40)


def test_a_range(cards: Key, long: bytes) -> None:
    file = file_of(cards, long)
    for start, stop in ((0, 5), (CHUNK - 2, CHUNK + 2), (len(long) - 3, len(long) + 50), (10, 10), (10**9, 10**9 + 1), (0, 2**64 - 1)):
        assert cards.decrypt_range(io.BytesIO(file), start, stop) == long[start:stop]
    with pytest.raises(errors.TruncatedStream):
        cards.decrypt_range(io.BytesIO(file[: HEAD + 2 * SEALED]), 0, 5)
    for wrong in (True, "1", -1, 2**64):
        with pytest.raises((TypeError, OverflowError)):
            cards.decrypt_range(io.BytesIO(file), 0, cast(Any, wrong))


def test_a_file_on_disk(cards: Key, tmp_path: Path, long: bytes) -> None:
    plain, sealed = tmp_path / "plain", tmp_path / "sealed"
    plain.write_bytes(long)
    with plain.open("rb") as source, sealed.open("wb") as sink, cards.encrypt_writer(sink) as writer:
        shutil.copyfileobj(source, writer)
    with sealed.open("rb", buffering=0) as raw:
        reader, back = cards.decrypt_reader(raw), io.BytesIO()
        shutil.copyfileobj(reader, back, 1000)
        assert back.getvalue() == long and not raw.closed and reader.name == str(sealed)
        reader.close()
        assert not raw.closed
    with sealed.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        reader = cards.decrypt_reader(mapped)
        reader.seek(-5, os.SEEK_END)
        assert reader.read() == long[-5:]


def test_a_pipe(cards: Key, long: bytes) -> None:
    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "wb", buffering=0) as sink, cards.encrypt_writer(sink) as writer:
            writer.write(long)

    thread = threading.Thread(target=write)
    thread.start()
    with os.fdopen(reading, "rb", buffering=0) as source:
        reader = cards.decrypt_reader(source)
        assert not reader.seekable() and reader.read(10) == long[:10] and reader.tell() == 10
        for call in calls_of(lambda: reader.seek(0), reader.verify_end):
            with pytest.raises(io.UnsupportedOperation):
                call()
        assert reader.read() == long[10:]
    thread.join()


# What reads and writes them.


def test_reading_like_any_file(cards: Key, long: bytes) -> None:
    reader = cards.decrypt_reader(io.BytesIO(file_of(cards, long)))
    assert isinstance(reader, io.RawIOBase) and reader.readable() and reader.seekable() and not reader.writable()
    assert reader.read(0) == b"" and reader.read(100_000) == long
    assert reader.seek(CHUNK - 1) == reader.tell() == CHUNK - 1 and reader.peek() == long[CHUNK - 1 : CHUNK]
    assert reader.peek() == long[CHUNK - 1 : CHUNK], "what is peeked at stays"
    assert reader.read(3) == long[CHUNK - 1 : CHUNK + 2] and reader.tell() == CHUNK + 2
    assert reader.seek(-2, io.SEEK_CUR) == CHUNK and reader.verify_end() == len(long) and reader.tell() == CHUNK
    assert reader.seek(-7, io.SEEK_END) == len(long) - 7 and reader.readall() == long[-7:]
    assert reader.seek(10**12) == 10**12 and reader.read() == b""
    into = bytearray(20_000)
    reader.seek(1)
    assert reader.readinto(into) == CHUNK - 1 and into[: CHUNK - 1] == long[1:CHUNK]
    assert reader.readinto(memoryview(into)[:5]) == 5 and into[:5] == long[CHUNK : CHUNK + 5]
    with pytest.raises(BufferError):
        reader.readinto(cast(Any, b"constant"))
    for offset, whence in ((-1, 0), (-(10**6), 1), (-(10**6), 2), (0, 3)):
        with pytest.raises(ValueError):
            reader.seek(offset, whence)
    assert reader.tell() == CHUNK + 5
    for call in calls_of(lambda: reader.write(cast(Any, b"")), reader.fileno, lambda: reader.truncate()):
        with pytest.raises(io.UnsupportedOperation):
            call()
    reader.close()
    reader.close()
    for call in calls_of(reader.read, reader.peek, reader.tell, reader.verify_end, reader.readall, lambda: reader.seek(0), lambda: reader.readinto(into)):
        with pytest.raises(ValueError, match="closed"):
            call()
    with pytest.raises(ValueError, match="closed"):
        reader._native.tell()
    assert "StreamReader" in repr(reader)


def test_lines_and_text(cards: Key) -> None:
    text = "".join(f"{number};größer als vorher\n" for number in range(3000))
    sink = io.BytesIO()
    with cards.encrypt_writer(sink) as writer, io.TextIOWrapper(writer, "utf-8", newline="") as lines:
        lines.writelines(text.splitlines(keepends=True))
    file = sink.getvalue()
    reader = cards.decrypt_reader(io.BytesIO(file))
    assert list(reader) == text.encode().splitlines(keepends=True)
    reader.seek(0)
    assert reader.readline() == b"0;gr\xc3\xb6\xc3\x9fer als vorher\n"
    with io.TextIOWrapper(cards.decrypt_reader(io.BytesIO(file)), "utf-8") as wrapped:
        assert wrapped.read() == text
        wrapped.seek(0)
        assert sum(int(row[0]) for row in csv.reader(wrapped, delimiter=";")) == sum(range(3000))
    buffered = io.BufferedReader(cards.decrypt_reader(io.BytesIO(file)), 100)
    assert buffered.readline() == text.encode().splitlines(keepends=True)[0]
    assert buffered.seek(-5, io.SEEK_END) and buffered.read() == text.encode()[-5:]


def test_archives(cards: Key, long: bytes) -> None:
    sink = io.BytesIO()
    with cards.encrypt_writer(sink) as writer, zipfile.ZipFile(cast(Any, writer), "w") as archive:
        archive.writestr("long", long)
        archive.writestr("short", b"short")
    with zipfile.ZipFile(cast(Any, cards.decrypt_reader(io.BytesIO(sink.getvalue())))) as archive:
        assert archive.testzip() is None and archive.read("short") == b"short" and archive.read("long") == long
    sink = io.BytesIO()
    with cards.encrypt_writer(sink) as writer, tarfile.open(fileobj=writer, mode="w|gz") as tar:
        about = tarfile.TarInfo("long")
        about.size = len(long)
        tar.addfile(about, io.BytesIO(long))
    with tarfile.open(fileobj=cards.decrypt_reader(io.BytesIO(sink.getvalue())), mode="r:gz") as tar:
        member = tar.extractfile("long")
        assert member is not None and member.read() == long
    sink = io.BytesIO()
    with cards.encrypt_writer(sink) as writer, bz2.open(writer, "wb") as packed:
        packed.write(long)
    with bz2.open(cast(Any, cards.decrypt_reader(io.BytesIO(sink.getvalue()))), "rb") as packed:
        assert packed.read() == long


def test_what_is_written_may_be_any_buffer(cards: Key) -> None:
    sink = io.BytesIO()
    writer = cards.encrypt_writer(sink)
    assert not hasattr(writer, "name") and isinstance(writer, io.RawIOBase) and writer.writable() and not writer.readable() and not writer.seekable()
    for call in calls_of(writer.read, writer.readall, lambda: writer.readinto(bytearray(1)), lambda: writer.seek(0), writer.tell, writer.fileno):
        with pytest.raises(io.UnsupportedOperation):
            call()
    assert writer.write(b"a") + writer.write(bytearray(b"bc")) + writer.write(memoryview(b"de")) + writer.write(b"") == 5
    with pytest.raises(TypeError, match="not str"):
        writer.write(cast(Any, "text"))
    writer.writelines([b"f", b"g"])
    writer.flush()
    assert len(sink.getvalue()) == 0, "what does not fill a chunk waits"
    writer.close()
    assert cards.decrypt_reader(io.BytesIO(sink.getvalue())).read() == b"abcdefg" and not sink.closed
    assert "StreamWriter" in repr(writer)


def test_a_stream_within_a_stream(cards: Key, ring: Keyring, long: bytes) -> None:
    outer, sink = ring.create_key("outer"), io.BytesIO()
    with outer.encrypt_writer(sink) as around, cards.encrypt_writer(around) as writer:
        writer.write(long)
    reader = cards.decrypt_reader(outer.decrypt_reader(io.BytesIO(sink.getvalue())))
    assert reader.verify_end() == len(long) and reader.read() == long
    cut = cards.decrypt_reader(outer.decrypt_reader(io.BytesIO(sink.getvalue()[: HEAD + 2 * SEALED])))
    with pytest.raises(errors.TruncatedStream):
        cut.read()


# Several threads.


@pytest.fixture(scope="module")
def longer() -> bytes:
    return plaintext(CHUNK) * 150 + b"the end"


@pytest.mark.parametrize("threads", [1, 2, 3, 64])
def test_what_several_threads_write_one_reads(cards: Key, longer: bytes, threads: int) -> None:
    for length in (0, 1, 2 * CHUNK, 64 * CHUNK, len(longer)):
        data, sink = longer[:length], io.BytesIO()
        with cards.encrypt_writer(sink, aad="a", threads=threads) as writer:
            for at in range(0, length, 100_000):
                writer.write(data[at : at + 100_000])
        file = sink.getvalue()
        assert len(file) == HEAD + length + 16 * (length // CHUNK + 1)
        for others in (1, 2, 64):
            reader = cards.decrypt_reader(io.BytesIO(file), aad="a", threads=others)
            assert reader.read(10) == data[:10] and reader.read() == data[10:] and reader.verify_end() == length
            assert reader.seek(-3, io.SEEK_END) if length > 2 else True
            assert length < 3 or reader.read() == data[-3:]


def test_several_threads_find_what_was_changed_where_it_is(cards: Key, longer: bytes) -> None:
    file = bytearray(file_of(cards, longer, threads=2))
    file[HEAD + 70 * SEALED] ^= 1
    reader, came = cards.decrypt_reader(io.BytesIO(file), threads=3), bytearray()
    with pytest.raises(errors.DecryptFailed):
        while piece := reader.read(CHUNK):
            came += piece
    assert came == longer[: 70 * CHUNK]
    with pytest.raises(errors.TruncatedStream):
        cards.decrypt_reader(io.BytesIO(file[: HEAD + 60 * SEALED]), threads=2).read()


def test_the_file_object_is_used_by_the_thread_of_the_caller(cards: Key, longer: bytes) -> None:
    class Here(io.BytesIO):
        def write(self, data: Any, /) -> int:
            assert threading.get_ident() == caller
            return super().write(data)

        def read(self, size: int | None = -1, /) -> bytes:
            assert threading.get_ident() == caller
            return super().read(size)

    caller, sink = threading.get_ident(), Here()
    with cards.encrypt_writer(sink, threads=4) as writer:
        writer.write(longer)
    assert cards.decrypt_reader(Here(sink.getvalue()), threads=4).read() == longer


def others_run(call: Callable[[], object]) -> bool:
    """Whether another thread goes on during a call. The switch interval is so long that only a call that lets go of the GIL lets it."""
    began, ran, interval = threading.Event(), threading.Event(), sys.getswitchinterval()

    def once() -> None:
        began.wait()
        ran.set()

    other = threading.Thread(target=once)
    other.start()
    sys.setswitchinterval(1000)
    try:
        began.set()
        call()
        return ran.is_set()
    finally:
        sys.setswitchinterval(interval)
        other.join()


def test_other_threads_run_while_several_work(cards: Key, longer: bytes) -> None:
    """Also where little is written: it may fill the room of all of them."""
    most = longer[: 64 * CHUNK - 1]

    def begun(threads: int) -> StreamWriter:
        writer = cards.encrypt_writer(io.BytesIO(), threads=threads)
        writer.write(most)
        return writer

    one, two, ends = begun(1), begun(2), begun(2)
    assert not others_run(lambda: one.write(b"m")) and others_run(lambda: two.write(b"m")) and others_run(ends.finish)
    one.close()
    two.close()
    reader = cards.decrypt_reader(io.BytesIO(file_of(cards, longer)), threads=2)
    assert others_run(lambda: reader.read(1))


def test_threads_are_a_number_from_1_to_64(cards: Key) -> None:
    file = file_of(cards, b"m")
    for call in calls_of(lambda **o: cards.encrypt_writer(io.BytesIO(), **o).close(), lambda **o: cards.decrypt_reader(io.BytesIO(file), **o)):
        for wrong in (0, -1, 65, 2**40):
            with pytest.raises(ValueError, match=f"threads is {wrong}; a stream has 1 to 64"):
                call(threads=wrong)
        for odd in (True, "2", None, 2.0):
            with pytest.raises(TypeError):
                call(threads=odd)
        call(threads=...)
        call(threads=64)
    with pytest.raises(TypeError, match="unexpected keyword argument 'threads'"):
        cast(Any, cards.rewrap_stream)(io.BytesIO(), io.BytesIO(), threads=2)


# The end.


def is_whole(key: Key, file: bytes) -> bool:
    try:
        key.decrypt_reader(io.BytesIO(file)).verify_end()
    except errors.TruncatedStream:
        return False
    return True


def test_the_end_is_written_once(cards: Key) -> None:
    def in_block(writer: StreamWriter) -> None:
        with writer:
            writer.write(b"m")

    def by_finish(writer: StreamWriter) -> None:
        writer.write(b"m")
        writer.finish()

    def by_close(writer: StreamWriter) -> None:
        writer.write(b"m")
        writer.close()

    def by_a_wrapper(writer: StreamWriter) -> None:
        with io.BufferedWriter(writer) as buffered:
            buffered.write(b"m")

    def finished_in_block(writer: StreamWriter) -> None:
        with writer:
            writer.write(b"m")
            writer.finish()

    for way in (in_block, by_finish, by_close, by_a_wrapper, finished_in_block):
        sink = io.BytesIO()
        writer = cards.encrypt_writer(sink)
        way(writer)
        assert writer.closed and is_whole(cards, sink.getvalue()), way
        length = len(sink.getvalue())
        writer.close()
        for call in calls_of(writer.finish, writer.flush, lambda: writer.write(b"m"), writer.writable, writer.__enter__):
            with pytest.raises(ValueError, match="closed"):
                call()
        assert len(sink.getvalue()) == length == HEAD + 17


def test_an_exception_leaves_the_file_without_its_end(cards: Key, long: bytes) -> None:
    def plain(writer: StreamWriter) -> None:
        with writer:
            writer.write(long)
            raise KeyError("of the program")

    def wrapped(writer: StreamWriter) -> None:
        with writer, io.TextIOWrapper(io.BufferedWriter(writer), "latin-1") as text:
            text.write(long.decode("latin-1"))
            raise KeyError("of the program")

    def archived(writer: StreamWriter) -> None:
        with writer, zipfile.ZipFile(cast(Any, writer), "w") as archive:
            archive.writestr("long", long)
            raise KeyError("of the program")

    for way in (plain, wrapped, archived):
        sink = io.BytesIO()
        writer = cards.encrypt_writer(sink)
        with pytest.raises(KeyError):
            way(writer)
        assert writer.closed and len(sink.getvalue()) > 3 * SEALED and not is_whole(cards, sink.getvalue()), way
        writer.close()
        assert not is_whole(cards, sink.getvalue())


def test_a_writer_that_is_dropped_writes_no_end(cards: Key) -> None:
    sink = io.BytesIO()
    writer = cards.encrypt_writer(sink)
    writer.write(plaintext(CHUNK))
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        del writer
        gc.collect()
    assert [warning.category for warning in told] == [ResourceWarning]
    assert len(sink.getvalue()) == HEAD + SEALED and not is_whole(cards, sink.getvalue())


def test_a_file_that_is_cut_off(cards: Key, long: bytes) -> None:
    file = file_of(cards, long)
    for length in (0, HEAD - 1, HEAD, HEAD + 2 * SEALED, HEAD + 2 * SEALED + 15):
        with pytest.raises(errors.TruncatedStream):
            cards.decrypt_reader(io.BytesIO(file[:length])).verify_end()
        with pytest.raises(errors.TruncatedStream):
            cards.decrypt_reader(io.BytesIO(file[:length])).read()
    reader, came = cards.decrypt_reader(io.BytesIO(file[: HEAD + 2 * SEALED])), bytearray()
    with pytest.raises(errors.TruncatedStream) as first:
        while piece := reader.read(1000):
            came += piece
    assert came == long[: 32 * 1000], "what came out before is authentic"
    for call in calls_of(reader.read, reader.peek, reader.tell, lambda: reader.seek(0), reader.verify_end):
        with pytest.raises(errors.TruncatedStream):
            call()
    assert isinstance(first.value, errors.UntrustedInputError)
    with pytest.raises(errors.UnsupportedFormat):
        stream_info(io.BytesIO(b"SRF2" + file[4:HEAD]))
    with pytest.raises(errors.Malformed):
        cards.decrypt_reader(io.BytesIO(b"%PDF" + file[4:]))
    other = bytearray(file)
    other[HEAD + SEALED] ^= 1
    with pytest.raises(errors.DecryptFailed):
        cards.decrypt_reader(io.BytesIO(other)).read()


def test_the_page_shows_what_runs(ring: Keyring, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    blocks = (ROOT / "bindings/python/README.md").read_text("utf-8").split("```python\n")
    block = next(block.split("```")[0] for block in blocks if "encrypt_writer" in block)
    exec(block, {"ring": ring, "os": os, "tempfile": tempfile})
    assert capsysbinary.readouterr().out == b"order;card\n17;4111\n"


def test_the_page_of_streams_shows_what_runs() -> None:
    (block,) = (ROOT / "docs/streams.md").read_text("utf-8").split("```python\n")[1:]
    exec(block.split("```")[0], {})


def test_arguments(cards: Key) -> None:
    with pytest.raises(TypeError, match="aad=..."):
        cast(Any, cards.encrypt_writer)(io.BytesIO(), "aad")
    with pytest.raises(TypeError, match="Did you mean 'aad'"):
        cast(Any, cards.decrypt_reader)(io.BytesIO(), ad="a")
    with pytest.raises(TypeError, match="unexpected keyword argument 'version'"):
        cast(Any, cards.rewrap_stream)(io.BytesIO(), io.BytesIO(), version=1)
    with pytest.raises(errors.InvalidAad):
        cards.encrypt_writer(io.BytesIO(), aad="")
