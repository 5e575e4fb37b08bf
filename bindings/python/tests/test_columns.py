"""A column in one buffer is the singles, value by value, whoever brings the buffers."""

import ctypes
import sys
import threading
from array import array
from collections.abc import Sequence
from typing import Any

import pytest

from strongroom import Key, Keyring, StrongroomError, errors


def flat(values: Sequence[bytes], kind: str = "i") -> tuple[bytes, "array[int]"]:
    ends = array(kind, [0])
    for value in values:
        ends.append(ends[-1] + len(value))
    return b"".join(values), ends


def each(values: Any, offsets: Any) -> list[bytes]:
    return [bytes(values[start:end]) for start, end in zip(offsets, offsets[1:])]


@pytest.fixture
def tenants(ring: Keyring) -> Key:
    return ring.create_key("derived", derived=True)


@pytest.mark.parametrize("kind", ["i", "q"])
@pytest.mark.parametrize("count", [0, 1, 513])
def test_a_column_equals_the_singles(ring: Keyring, count: int, kind: str) -> None:
    siv = ring.create_key("siv", "aes256-siv")
    messages = [b"%d" % number * (number % 5) for number in range(count)]
    ids = [f"order-{number}" for number in range(count)]
    aads, aad_ends = flat([aad.encode() for aad in ids], kind)
    texts, ends = siv.encrypt_column(*flat(messages, kind), aad=aads, aad_offsets=aad_ends)
    assert type(texts) is bytes and ends.format == kind and len(ends) == count + 1
    singles = [siv.encrypt(message, aad=aad).encode() for message, aad in zip(messages, ids)]
    assert each(texts, ends) == singles
    values, offsets = siv.decrypt_column(texts, ends, aad=aads, aad_offsets=aad_ends)
    assert type(values) is bytearray and values == b"".join(messages) and each(values, offsets) == messages
    siv.rotate()
    renewed = siv.rewrap_column(texts, ends, aad=aads, aad_offsets=aad_ends)
    assert each(*renewed) == [siv.encrypt(message, aad=aad).encode() for message, aad in zip(messages, ids)]
    assert each(*siv.encrypt_column(*flat(messages, kind), aad="all")) == [siv.encrypt(message, aad="all").encode() for message in messages]


@pytest.mark.parametrize("threads", [0, 2, 64])
def test_a_column_in_threads_is_the_column(ring: Keyring, threads: int) -> None:
    siv = ring.create_key("siv", "aes256-siv")
    messages = [b"%d" % number * (number % 5) for number in range(5000)]
    texts = siv.encrypt_column(*flat(messages), threads=threads)
    assert texts == siv.encrypt_column(*flat(messages))
    assert each(*siv.decrypt_column(*texts, threads=threads)) == messages
    siv.rotate()
    assert siv.rewrap_column(*texts, threads=threads) == siv.encrypt_column(*flat(messages))
    damaged = bytearray(texts[0])
    damaged[texts[1][4001] - 1] ^= 1
    with pytest.raises(StrongroomError) as refused:
        siv.decrypt_column(damaged, texts[1], threads=threads)
    assert refused.value.index == 4000
    for wrong in (-1, True, "2", 1.0):
        with pytest.raises((TypeError, OverflowError)):
            siv.encrypt_column(*flat([b"a"]), threads=wrong)  # type: ignore[arg-type]


def test_small_plaintexts_of_large_texts(ring: Keyring) -> None:
    """The memory for them is then much larger than they are."""
    key = ring.create_key("default")
    messages = [b"%d" % (number % 10) for number in range(2000)]
    values, offsets = key.decrypt_column(*key.encrypt_column(*flat(messages)))
    assert values == b"".join(messages) and len(values) == 2000 and offsets[-1] == 2000
    values.extend(b"it can grow")


def test_contexts_and_versions(tenants: Key) -> None:
    tenants.rotate()
    tenants.configure(min_encryption_version=1)
    names = [b"acme", b"acme", b"globex"]
    contexts, ends = flat(names)
    texts = tenants.encrypt_column(*flat([b"a", b"b", b"c"]), context=contexts, context_offsets=ends, version=1)
    assert all(text.startswith(b"strongroom:v1:") for text in each(*texts))
    assert [tenants.decrypt(text.decode(), context=name) for text, name in zip(each(*texts), names)] == [b"a", b"b", b"c"]
    assert each(*tenants.decrypt_column(*texts, context=contexts, context_offsets=ends)) == [b"a", b"b", b"c"]
    one = tenants.encrypt_column(*flat([b"a"]), context={"tenant": "acme"})
    assert tenants.context({"tenant": "acme"}).decrypt_column(*one)[0] == b"a"


def test_nulls_stay_null_and_refused_values_become_so(cards: Key) -> None:
    values, offsets = flat([b"one", b"", b"three", b"four"])
    texts, ends, validity, refused = cards.encrypt_column(values, offsets, validity=b"\x0d", errors="return")
    assert validity == b"\x0d" and refused == [] and ends[1] == ends[2]
    assert cards.encrypt_column(values, offsets, errors="return")[2:] == (None, [])
    damaged = bytearray(texts)
    damaged[ends[2] + 20] ^= 1
    with pytest.raises(StrongroomError) as caught:
        cards.decrypt_column(damaged, ends, validity=validity)
    assert getattr(caught.value, "index", None) == 2 and "in element 2" in caught.value.__notes__
    opened, where, left, wrong = cards.decrypt_column(damaged, ends, validity=validity, errors="return")
    assert opened == b"onefour" and left == b"\x09" and where.tolist() == [0, 3, 3, 3, 7]
    assert [(index, type(error)) for index, error in wrong] == [(2, type(caught.value))]
    cards.disable()
    with pytest.raises(errors.KeyDisabled) as disabled:
        cards.encrypt_column(values, offsets)
    assert getattr(disabled.value, "index", None) == 0
    assert len(cards.encrypt_column(values, offsets, errors="return")[3]) == 4
    assert len(cards.decrypt_column(texts, ends, errors="return")[3]) == 4


def test_what_is_no_column_is_refused(cards: Key) -> None:
    column: Any
    for detail, column in [
        ("column_offsets_malformed", (b"four", array("i", [0, 5]))),
        ("column_offsets_malformed", (b"four", array("q", [4, 0]))),
        ("column_offsets_malformed", (b"four", array("i", [-1, 4]))),
    ]:
        for call in (cards.encrypt_column, cards.decrypt_column, cards.rewrap_column):
            with pytest.raises(errors.InvalidOption) as caught:
                call(*column)
            assert caught.value.detail == detail
    values, offsets = flat([b"a", b"b"])
    with pytest.raises(errors.InvalidOption) as caught:
        cards.encrypt_column(values, offsets, aad=values, aad_offsets=array("i", [0, 2]))
    assert caught.value.detail == "columns_differ"
    with pytest.raises(errors.InvalidOption) as caught:
        cards.encrypt_column(values, offsets, validity=b"")
    assert caught.value.detail == "column_validity_too_short"
    wrong: Any
    for wrong in [[0, 1], "01", array("d", [0, 1]), array("h", [0, 1]), array("I", [0, 1]), (ctypes.c_int32.__ctype_be__ * 2)(0, 1), None]:
        with pytest.raises(TypeError):
            cards.encrypt_column(b"a", wrong)
    for wrong in [{"offset_bits": 64}, {"offset_bits": 16}, {"errors": "ignore"}]:
        with pytest.raises(ValueError):
            cards.encrypt_column(values, offsets, **wrong)
    with pytest.raises(ValueError):
        cards.encrypt_column(values, b"\0\0\0\0\1")
    for wrong in [{"aad_offsets": offsets}, {"context_offsets": offsets}, {"aad": None}, {"aad": 5}, {"validity": None}]:
        with pytest.raises(TypeError):
            cards.encrypt_column(values, offsets, **wrong)


def test_any_buffers(cards: Key) -> None:
    values, ends = flat([b"one", b"two"])
    texts, text_ends = cards.encrypt_column(bytearray(values), memoryview(ends))
    assert cards.decrypt_column(memoryview(texts), text_ends.obj)[0] == values
    wide = array("q", text_ends)
    assert cards.decrypt_column(texts, wide.tobytes(), offset_bits=64)[0] == values
    assert cards.decrypt_column(texts, (ctypes.c_int32 * 3)(*text_ends))[0] == values


def test_numpy(cards: Key) -> None:
    numpy = pytest.importorskip("numpy")
    values, ends = flat([b"one", b"two"])
    texts, text_ends = cards.encrypt_column(numpy.frombuffer(values, "uint8"), numpy.asarray(ends, "int32"))
    opened, where = cards.decrypt_column(texts, numpy.asarray(text_ends, "int64"))
    assert numpy.frombuffer(opened, "uint8").tobytes() == values
    assert numpy.frombuffer(where, "int64").tolist() == [0, 3, 6]


def test_pyarrow(cards: Key) -> None:
    arrow = pytest.importorskip("pyarrow")
    numbers = arrow.array([b"one", None, b"three"], arrow.binary())
    validity, offsets, values = numbers.buffers()
    texts, ends = cards.encrypt_column(values, offsets, validity=validity)
    encrypted = arrow.Array.from_buffers(arrow.utf8(), 3, [validity, arrow.py_buffer(ends), arrow.py_buffer(texts)])
    encrypted.validate(full=True)
    assert [cards.decrypt(text) for text in encrypted.to_pylist() if text is not None] == [b"one", b"three"]
    opened, where = cards.decrypt_column(texts, ends, validity=validity)
    assert arrow.Array.from_buffers(arrow.binary(), 3, [validity, arrow.py_buffer(where), arrow.py_buffer(opened)]).equals(numbers)


@pytest.mark.parametrize("lets_others_run", [True, False])
def test_others_run_while_what_cannot_change_is_worked_on(cards: Key, lets_others_run: bool) -> None:
    """The switch interval is so long that another thread runs only if the call lets go of the GIL."""
    values, offsets = flat([bytes(1 << 16)] * 512)
    column = values if lets_others_run else bytearray(values)
    interval, began, ran = sys.getswitchinterval(), threading.Event(), threading.Event()

    def once() -> None:
        began.wait()
        ran.set()

    other = threading.Thread(target=once)
    other.start()
    sys.setswitchinterval(1000)
    try:
        began.set()
        cards.encrypt_column(column, offsets)
        assert ran.is_set() == lets_others_run
    finally:
        sys.setswitchinterval(interval)
        other.join()
