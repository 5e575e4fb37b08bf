"""Blind indexes: the same value is found again, whatever has been rotated since."""

import base64
import sys
import threading
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from strongroom import Key, Keyring, Seal, StrongroomError, View, errors

EMAIL: dict[str, Any] = {"name": "users.email", "normalize": "email"}
NAME: dict[str, Any] = {"name": "users.name", "normalize": ["trim", "casefold"]}


def bits(text: str) -> bytes:
    encoded = text.rpartition(":")[2]
    return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))


def test_equal_values_of_a_column_are_found(cards: Key) -> None:
    text = cards.index("Ann@Example.com", **EMAIL)
    assert text.startswith("strongroom:i1:") and len(bits(text)) == 16
    for same in ("ann@example.com", " ANN@example.com ", b"ann@EXAMPLE.com", bytearray(b"ann@example.com"), memoryview(b"ann@example.com"), array("b", b"ann@example.com")):
        assert cards.index(same, **EMAIL) == text
    assert cards.indexes("ann@example.com", **EMAIL) == [text]
    assert cards.index_binary("ann@example.com", **EMAIL) == bits(text)
    assert cards.indexes_binary("ann@example.com", **EMAIL) == [bits(text)]
    others = [
        cards.index("bob@example.com", **EMAIL), cards.index("ann@example.com", name="users.mail", normalize="email"),
        cards.index("ann@example.com", **EMAIL, bits=64), cards.index("Ann@Example.com", name="users.email"),
    ]  # fmt: skip
    assert len({text, *others}) == 5 and len(bits(others[2])) == 8


def test_a_normalization_is_one_step_or_several_in_their_order(cards: Key) -> None:
    def index(value: str, normalize: Any) -> str:
        return cards.index(value, name="c", normalize=normalize)

    plain = index("ann", "none")
    for normalize in ([], (), ["none"], ["none", "trim"], ["trim", "trim"], {"trim": 1}.keys(), ...):
        assert index("ann", normalize) == plain
    assert index(" ann ", "trim") == index("\u00a0ann\u2003", ["trim"]) == plain
    assert index("ANN", "casefold") == index(" ANN ", ("trim", "casefold")) == plain
    assert index("\uff21\uff2e\uff2e", ["nfkc", "casefold"]) == plain
    assert index("+49 (170) 1234", "digits") == index("\u0664\u0669\u0661\u0667\u06601234", "digits") == index("491701234", "none")
    with pytest.raises(ValueError, match="'emial' is not a normalization; it is one of 'none', 'trim'.*email"):
        index("ann", "emial")
    with pytest.raises(ValueError, match="trim,digits"):
        index("ann", "trim,digits")
    with pytest.raises(ValueError) as caught:
        index("ann", ["trim", "cäsefold"])
    assert caught.value.__notes__[0] == "in element 1"
    wrong: list[Any] = [None, 1, b"trim", {"trim"}, iter(["trim"]), ["trim", None], {"trim": 1}, object()]
    for normalize in wrong:
        with pytest.raises(TypeError):
            index("ann", normalize)


def test_a_rotation_is_searched_before_it_is_written_with(folder: Path, seal: Seal) -> None:
    cards = Keyring.create(folder, seal).create_key("cards")
    before = cards.index("ann@example.com", **EMAIL)
    assert cards.rotate() == 2
    found = cards.indexes("ann@example.com", **EMAIL)
    # Not every process that opens the folder can know of the new version yet, and all of them search for both.
    assert found[1] == before == cards.index("ann@example.com", **EMAIL) and found[0].startswith("strongroom:i2:")
    assert cards.index("ann@example.com", **EMAIL, version=2) == found[0] != before
    assert cards.index("ann@example.com", **EMAIL, version=1) == before
    assert cards.indexes_binary("ann@example.com", **EMAIL) == [bits(text) for text in found]
    assert not cards.needs_reindex(before) and not cards.needs_reindex(found[0])
    assert cards.needs_reindex_batch(found) == [False, False]
    cards.configure(min_decryption_version=2)
    assert cards.needs_reindex_batch([before, found[0]]) == [True, False]
    assert cards.indexes("ann@example.com", **EMAIL) == [found[0]] == [cards.index("ann@example.com", **EMAIL)]
    with pytest.raises(errors.VersionTooOld):
        cards.index("ann@example.com", **EMAIL, version=1)
    with pytest.raises(errors.VersionTooNew):
        cards.index("ann@example.com", **EMAIL, version=3)
    with pytest.raises(errors.VersionTooNew):
        cards.needs_reindex("strongroom:i3:AAAA")


def test_a_keyring_in_memory_is_nobody_elses(cards: Key) -> None:
    before = cards.index("ann@example.com", **EMAIL)
    cards.rotate()
    assert cards.index("ann@example.com", **EMAIL) == cards.indexes("ann@example.com", **EMAIL)[0] != before
    assert cards.needs_reindex(before)


def test_beginnings_and_parts_are_found(cards: Key) -> None:
    stored = cards.index_prefixes(" Smith", [3, 4, 5, 3], **NAME)
    assert len(stored) == 3 and stored == sorted(stored, key=bits)
    assert cards.index_prefixes_binary("smith", (3, 4, 5), **NAME) == [bits(text) for text in stored]
    for beginning in ("smi", "Smit", "SMITH "):
        assert cards.indexes_prefix(beginning, **NAME)[0] in stored
        assert cards.indexes_prefix_binary(beginning, **NAME) == [bits(text) for text in cards.indexes_prefix(beginning, **NAME)]
    for other in ("sm", "mith", "smythe"):
        assert cards.indexes_prefix(other, **NAME)[0] not in stored
    assert cards.index_prefixes("ab", [3, 4], **NAME) == [] == cards.index_prefixes("ab", [], **NAME)
    # Characters are those of Unicode, not bytes or units of UTF-16.
    assert cards.indexes_prefix("ü😀", **NAME)[0] in cards.index_prefixes("Ü😀x", [2], **NAME)
    parts = cards.index_ngrams("Anastasia", 3, **NAME)
    assert len(parts) == 7 and parts == sorted(parts, key=bits)
    assert cards.index_ngrams_binary("anastasia", 3, **NAME) == [bits(text) for text in parts]
    assert cards.index_ngrams("aaaaa", 2, **NAME) == cards.index_ngrams("aa", 2, **NAME) != []
    assert cards.index_ngrams("ab", 3, **NAME) == []
    cards.rotate()
    asked = cards.indexes_ngrams("STAS", 3, **NAME)
    assert len(asked) == 2 and set(asked[1]) <= set(parts) and len(asked[0]) == 2
    assert cards.indexes_ngrams_binary("stas", 3, **NAME) == [[bits(text) for text in texts] for texts in asked]
    assert len(cards.indexes_prefix("smi", **NAME)) == 2
    assert all(text.startswith("strongroom:i2:") for text in cards.index_ngrams("Anastasia", 3, **NAME, version=2))


def test_the_name_of_the_column_has_to_be_said(cards: Key) -> None:
    for call in calls(cards):
        for missing in ({}, {"name": ...}):
            with pytest.raises(TypeError, match=r"needs the name of the column .*name='users\.email'"):
                call(**missing)
        for wrong in (None, 1, b"users.email", ["users.email"]):
            with pytest.raises(TypeError, match="name"):
                call(name=wrong)
        for name in ("", "x" * 256, "é" * 128, "\udc80"):
            with pytest.raises(errors.InvalidOption):
                call(name=name)
        call(name="é" * 127)
    key: Any = cards
    for name, first in (("index", ["v"]), ("indexes", ["v"]), ("index_prefixes", ["v", [1]]), ("index_ngrams", ["v", 1]), ("index_batch", [["v"]])):
        with pytest.raises(TypeError, match="say name='users.email'"):
            getattr(key, name)(*first, "users.email")


def calls(key: View) -> list[Callable[..., Any]]:
    return [
        lambda **o: key.index("v", **o), lambda **o: key.index_binary("v", **o), lambda **o: key.indexes("v", **o), lambda **o: key.indexes_binary("v", **o),
        lambda **o: key.index_prefixes("v", [1], **o), lambda **o: key.index_prefixes_binary("v", [1], **o),
        lambda **o: key.index_ngrams("v", 1, **o), lambda **o: key.index_ngrams_binary("v", 1, **o),
        lambda **o: key.indexes_prefix("v", **o), lambda **o: key.indexes_prefix_binary("v", **o),
        lambda **o: key.indexes_ngrams("v", 1, **o), lambda **o: key.indexes_ngrams_binary("v", 1, **o),
        lambda **o: key.index_batch(["v"], **o), lambda **o: key.index_binary_batch(["v"], **o),
        lambda **o: key.indexes_batch(["v"], **o), lambda **o: key.indexes_binary_batch(["v"], **o),
    ]  # fmt: skip


def test_what_is_not_an_option_is_refused(cards: Key) -> None:
    for call in calls(cards):
        for option, meant in (("normalise", "normalize"), ("bit", "bits"), ("versions", "version")):
            with pytest.raises(TypeError, match=f"Did you mean '{meant}'"):
                call(name="c", **{option: 1})
        with pytest.raises(TypeError, match=r"'context'; call it on key\.context"):
            call(name="c", context="acme")
        with pytest.raises(TypeError, match="'aad'"):
            call(name="c", aad="a")
        for number in (7, 257, 0, -1, 1 << 70):
            with pytest.raises(errors.InvalidOption):
                call(name="c", bits=number)
        for wrong in (True, "128", 128.0, None):
            with pytest.raises(TypeError):
                call(name="c", bits=wrong)
        for version in (0, -1, 1 << 31):
            with pytest.raises(errors.InvalidOption, match="version"):
                call(name="c", version=version)
    for length in (0, 256, -1, 1 << 70):
        for refused in (lambda: cards.index_prefixes("v", [3, length], name="c"), lambda: cards.index_ngrams("v", length, name="c"), lambda: cards.indexes_ngrams("v", length, name="c")):
            with pytest.raises(errors.InvalidOption):
                refused()
    key: Any = cards
    for wrong_lengths in ("345", b"345", 3, None, {3}, iter([3]), [True], ["3"], [None], (n for n in [3])):
        with pytest.raises(TypeError):
            key.index_prefixes("v", wrong_lengths, name="c")
    for wrong_n in (True, "3", None, 3.0, [3]):
        with pytest.raises(TypeError):
            key.index_ngrams("v", wrong_n, name="c")


def test_what_has_no_index_is_refused(ring: Keyring, cards: Key) -> None:
    for value in ("", b"", b"\xff", b"a\xc3", "\udc80", "a\udc80"):
        for call in (lambda: cards.index(value, name="c"), lambda: cards.indexes_prefix(value, name="c"), lambda: cards.index_ngrams(value, 3, name="c")):
            with pytest.raises(errors.InvalidValue):
                call()
    with pytest.raises(errors.InvalidValue):
        cards.index(" \u2003", name="c", normalize="trim")
    key: Any = cards
    for wrong in (None, 1, ["v"], {"v": 1}, array("u", "ab")):
        with pytest.raises(TypeError):
            key.index(wrong, name="c")
    with pytest.raises(TypeError, match="a value is str or its UTF-8 bytes, not NoneType"):
        key.index(None, name="c")
    for text in ("", "nonsense", "strongroom:i0:AA", "strongroom:i1:AA==", "strongroom:i1:+/8", "strongroom:v1:AA", "\udc80", cards.hmac(b"m")):
        with pytest.raises(errors.Malformed):
            cards.needs_reindex(text)
    for not_text in (None, b"strongroom:i1:AA", 1):
        with pytest.raises(TypeError):
            key.needs_reindex(not_text)
    public = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    theirs = ring.import_key("theirs", public, "ed25519", format="public-key")
    with pytest.raises(errors.IndexNotSupported):
        theirs.index("v", name="c")


def test_tenants_have_indexes_of_their_own(ring: Keyring) -> None:
    tenants = ring.create_key("tenants", derived=True)
    with pytest.raises(errors.ContextRequired):
        tenants.index("v", name="c")
    found = {tenants.context(context).index("v", name="c") for context in ("acme", "other", {"tenant": "acme"})}
    assert len(found) == 3 and tenants.context(b"acme").indexes("v", name="c")[0] in found
    macs = ring.create_key("macs", "hmac")
    assert macs.index("v", name="c") in macs.indexes("v", name="c")


def test_a_batch_equals_the_singles(cards: Key) -> None:
    cards.rotate()
    values: list[Any] = [f"user-{number}@example.com" for number in range(1500)] + [b"Ann@example.com", bytearray(b"bob@example.com"), "", b"\xff", "\udc80", None, "x"]

    def single(call: Callable[..., Any], value: Any) -> Any:
        try:
            return call(value, **EMAIL)
        except (StrongroomError, TypeError) as error:
            return type(error)

    for name in ("index", "index_binary", "indexes", "indexes_binary"):
        singles = [single(getattr(cards, name), value) for value in values]
        made = getattr(cards, f"{name}_batch")(values, **EMAIL, errors="return")
        assert [type(one) if isinstance(one, StrongroomError) else one for one in made[:-2] + made[-1:]] == singles[:-2] + singles[-1:]
        assert made[-2].detail == "item_missing" and made[-2].index == 1505
        with pytest.raises(errors.InvalidValue) as caught:
            getattr(cards, f"{name}_batch")(values[:-2], **EMAIL)
        assert caught.value.index == 1502 and "in element 1502" in caught.value.__notes__
        with pytest.raises(TypeError) as wrong:
            getattr(cards, f"{name}_batch")(values, **EMAIL)
        assert getattr(wrong.value, "index", None) == 1505
        assert getattr(cards, f"{name}_batch")([], **EMAIL) == []
        for no_column in ("values", b"values", {"v"}, {"v": 1}, iter(["v"]), None):
            with pytest.raises(TypeError, match="column"):
                getattr(cards, f"{name}_batch")(no_column, **EMAIL)
        assert getattr(cards, f"{name}_batch")({"a": 1, "b": 2}.keys(), **EMAIL) == [getattr(cards, name)(value, **EMAIL) for value in "ab"]
        with pytest.raises(ValueError, match="way to report errors"):
            getattr(cards, f"{name}_batch")(["v"], **EMAIL, errors="ignore")
    texts: list[Any] = [*cards.index_batch(values[:3], **EMAIL), "nonsense", None]
    told = cards.needs_reindex_batch(texts, errors="return")
    with pytest.raises(errors.Malformed) as one:
        cards.needs_reindex("")
    with pytest.raises(errors.Malformed) as first:
        cards.needs_reindex_batch([""])
    assert str(one.value) == str(first.value)
    assert told[:3] == [False] * 3 and isinstance(told[3], errors.Malformed) and getattr(told[4], "detail", "") == "item_missing"
    with pytest.raises(errors.Malformed) as malformed:
        cards.needs_reindex_batch(texts[:4])
    assert malformed.value.index == 3


def test_threads_share_a_key(cards: Key) -> None:
    values = [f"{number}" * 5000 for number in range(40)]
    expected = cards.index_batch(values, name="c")
    seen: list[list[str]] = []
    threads = [threading.Thread(target=lambda: seen.append([cards.index(value, name="c") for value in values])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [expected] * 4


def test_other_threads_run_while_a_long_value_is_indexed(cards: Key) -> None:
    """The switch interval is set so long that only a call that lets go of the GIL lets the other thread go on."""
    value, interval = "x" * (16 << 20), sys.getswitchinterval()
    began, ran = threading.Event(), threading.Event()

    def once() -> None:
        began.wait()
        ran.set()

    other = threading.Thread(target=once)
    other.start()
    sys.setswitchinterval(1000)
    try:
        began.set()
        cards.index("short", name="c")
        cards.index(bytearray(value.encode()), name="c")
        held = not ran.is_set()
        cards.index(value, name="c")
        assert held and ran.is_set()
    finally:
        sys.setswitchinterval(interval)
        other.join()


def test_a_closed_keyring_has_no_indexes(ring: Keyring, cards: Key) -> None:
    ring.close()
    for call in calls(cards):
        with pytest.raises(errors.Closed):
            call(name="c")
    with pytest.raises(errors.Closed):
        cards.needs_reindex("strongroom:i1:AA")
