"""What is missing or wrong among the arguments is refused, and never taken for something else."""

import ctypes
import inspect
import sys
from array import array
from collections import UserDict, UserList, deque
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from authority import SUBJECT, issued
from conftest import SEALING_KEY
from cryptography.hazmat.primitives.serialization import load_der_public_key

from strongroom import Key, Keyring, Seal, StrongroomError, View, errors

# What `None` says where it says something.
MEANINGFUL = {("configure", "min_encryption_version")}


def calls(ring: Keyring, folder: Path) -> dict[str, Callable[..., object]]:
    """Every function with an option, as it works without one."""
    seal, material = Seal.root_key(SEALING_KEY), bytes(range(32))
    cards = ring.create_key("cards", deletion_allowed=True, exportable=True, allow_plaintext_backup=True)
    aes = ring.create_key("aes", "aes256-gcm96", exportable=True, allow_plaintext_backup=True)
    releases = ring.create_key("releases", "ed25519", exportable=True)
    imported = ring.import_key("imported", material[::-1])
    agreeing = ring.create_key("agreeing", "ecdsa-p256")
    chain = issued(SUBJECT, load_der_public_key(agreeing.public_key(format="der")), False)
    text, binary, token = cards.encrypt(b"4111"), cards.encrypt_binary(b"4111"), cards.issue(b"user-17", 60)
    signature, mac = releases.sign(b"m"), cards.hmac(b"m")
    backup, transit = cards.backup(seal), aes.backup_transit("vault", expose_secret_material=True)
    Keyring.create(folder / "old", seal).snapshot(folder / "snapshot.sr")
    wrapping_key, stream = ring.wrapping_key(), BytesIO()
    cards.encrypt_writer(stream).close()
    numbers = iter(range(1_000_000))

    def fresh() -> str:
        return f"new-{next(numbers)}"

    def ends(value: bytes) -> "array[int]":
        return array("i", [0, len(value)])

    return {
        "Keyring.create": lambda **o: Keyring.create(folder / fresh(), seal, **o),
        "Keyring.open": lambda **o: Keyring.open(folder / "old", seal, **o),
        "Keyring.open_or_create": lambda **o: Keyring.open_or_create(folder / fresh(), seal, **o),
        "Keyring.restore": lambda **o: Keyring.restore(folder / "snapshot.sr", folder / fresh(), seal, **o),
        "Keyring.create_key": lambda **o: ring.create_key(fresh(), **o),
        "Keyring.key_or_create": lambda **o: ring.key_or_create(fresh(), **o),
        "Keyring.import_key": lambda **o: ring.import_key(fresh(), material, **o),
        "Keyring.restore_key": lambda **o: Keyring.in_memory().restore_key(backup, seal, **o),
        "Keyring.restore_transit": lambda **o: Keyring.in_memory().restore_transit(transit, **o),
        "Keyring.rewrap_seals": Keyring.open(folder / "old", seal).rewrap_seals,
        "Seal.passphrase": lambda **o: Seal.passphrase("correct horse", **o),
        "Seal.passphrase_file": lambda **o: Seal.passphrase_file("file", **o),
        "Key.rotate": cards.rotate,
        "Key.configure": cards.configure,
        "Key.import_version": lambda **o: imported.import_version(next(numbers).to_bytes(16) + material[:16], **o),
        "Keyring.wrapping_key": ring.wrapping_key,
        "Key.export_wrapped": lambda **o: aes.export_wrapped(wrapping_key, **{"expose_secret_material": True, **o}),
        "Key.certificate_request": agreeing.certificate_request,
        "Key.certificate_chain": agreeing.certificate_chain,
        "Key.set_certificate_chain": lambda **o: agreeing.set_certificate_chain(chain, **o),
        "Keyring.derive_key": lambda **o: ring.derive_key(f"d{next(numbers)}", agreeing, agreeing.public_key(format="pem"), "aes256-gcm96", **o),
        "Key.export": lambda **o: cards.export("hmac-key", **{"expose_secret_material": True, **o}),
        "Key.backup_transit": lambda **o: aes.backup_transit("vault", **{"expose_secret_material": True, **o}),
        "Key.export_transit": lambda **o: aes.export_transit("encryption-key", **{"expose_secret_material": True, **o}),
        "Key.public_keys_transit": releases.public_keys_transit,
        "View.public_key": releases.public_key,
        "View.encrypt": lambda **o: cards.encrypt(b"4111", **o),
        "View.encrypt_binary": lambda **o: cards.encrypt_binary(b"4111", **o),
        "View.encrypt_into": lambda **o: cards.encrypt_into(b"4111", bytearray(200), **o),
        "View.decrypt": lambda **o: cards.decrypt(text, **o),
        "View.decrypt_binary": lambda **o: cards.decrypt_binary(binary, **o),
        "View.decrypt_into": lambda **o: cards.decrypt_into(binary, bytearray(200), **o),
        "View.rewrap": lambda **o: cards.rewrap(text, **o),
        "View.rewrap_binary": lambda **o: cards.rewrap_binary(binary, **o),
        "View.encrypted_len": lambda **o: cards.encrypted_len(b"4111", **o),
        "View.encrypted_binary_len": lambda **o: cards.encrypted_binary_len(b"4111", **o),
        "View.decrypted_binary_len": lambda **o: cards.decrypted_binary_len(binary, **o),
        "View.sign": lambda **o: releases.sign(b"m", **o),
        "View.verify": lambda **o: releases.verify(b"m", signature, **o),
        "View.hmac": lambda **o: cards.hmac(b"m", **o),
        "View.verify_hmac": lambda **o: cards.verify_hmac(b"m", mac, **o),
        "View.data_key": cards.data_key,
        **{f"View.{name}": indexing(getattr(cards, name), *first) for name, first in INDEXING.items()},
        "View.needs_reindex_batch": lambda **o: cards.needs_reindex_batch(["strongroom:i1:AA"], **o),
        "View.issue": lambda **o: cards.issue(b"user-17", 60, **o),
        "View.redeem": lambda **o: cards.redeem(token, **o),
        "View.encrypt_writer": lambda **o: cards.encrypt_writer(BytesIO(), **o).close(),
        "View.decrypt_reader": lambda **o: cards.decrypt_reader(BytesIO(stream.getvalue()), **o).read(),
        "View.decrypt_range": lambda **o: cards.decrypt_range(BytesIO(stream.getvalue()), 0, 1, **o),
        "View.rewrap_stream": lambda **o: cards.rewrap_stream(BytesIO(stream.getvalue()), BytesIO(), **o),
        "View.encrypt_column": lambda **o: cards.encrypt_column(b"4111", ends(b"4111"), **o),
        "View.decrypt_column": lambda **o: cards.decrypt_column(text.encode(), ends(text.encode()), **o),
        "View.rewrap_column": lambda **o: cards.rewrap_column(text.encode(), ends(text.encode()), **o),
        "View.encrypt_batch": lambda **o: cards.encrypt_batch([b"4111"], **o),
        "View.decrypt_batch": lambda **o: cards.decrypt_batch([text], **o),
        "View.rewrap_batch": lambda **o: cards.rewrap_batch([text], **o),
        "View.encrypt_binary_batch": lambda **o: cards.encrypt_binary_batch([b"4111"], **o),
        "View.decrypt_binary_batch": lambda **o: cards.decrypt_binary_batch([binary], **o),
        "View.rewrap_binary_batch": lambda **o: cards.rewrap_binary_batch([binary], **o),
        "View.needs_rewrap_batch": lambda **o: cards.needs_rewrap_batch([text], **o),
        "View.needs_rewrap_binary_batch": lambda **o: cards.needs_rewrap_binary_batch([binary], **o),
        "View.sign_batch": lambda **o: releases.sign_batch([b"m"], **o),
        "View.verify_batch": lambda **o: releases.verify_batch([b"m"], [signature], **o),
        "View.hmac_batch": lambda **o: cards.hmac_batch([b"m"], **o),
        "View.verify_hmac_batch": lambda **o: cards.verify_hmac_batch([b"m"], [mac], **o),
        "View.data_key_batch": lambda **o: cards.data_key_batch([32], **o),
    }


# What each is called with beside its options.
INDEXING: dict[str, list[Any]] = {
    "index": ["ann"], "index_binary": ["ann"], "indexes": ["ann"], "indexes_binary": ["ann"], "indexes_prefix": ["ann"], "indexes_prefix_binary": ["ann"],
    "index_prefixes": ["ann", [2]], "index_prefixes_binary": ["ann", [2]], "index_ngrams": ["ann", 2], "index_ngrams_binary": ["ann", 2],
    "indexes_ngrams": ["ann", 2], "indexes_ngrams_binary": ["ann", 2],
    "index_batch": [["ann"]], "index_binary_batch": [["ann"]], "indexes_batch": [["ann"]], "indexes_binary_batch": [["ann"]],
}  # fmt: skip


def indexing(call: Callable[..., object], *first: Any) -> Callable[..., object]:
    return lambda **o: call(*first, **{"name": "users.name", **o})


def options() -> dict[str, list[str]]:
    """Every function of the module with the arguments that can be left out."""
    found = {}
    for owner in (Keyring, Key, View, Seal):
        for name, method in vars(owner).items():
            method = getattr(owner, name) if isinstance(method, staticmethod) else method
            if not name.startswith("_") and callable(method):
                parameters = inspect.signature(method).parameters.values()
                optional = [parameter.name for parameter in parameters if parameter.default is not parameter.empty]
                if optional:
                    found[f"{owner.__name__}.{name}"] = optional
    return found


def test_none_is_never_taken_for_left_out(ring: Keyring, tmp_path: Path) -> None:
    known, tried, taken = calls(ring, tmp_path), 0, []
    assert options().keys() == known.keys()
    for function, names in options().items():
        known[function]()
        for name in names:
            if (function.partition(".")[2], name) in MEANINGFUL:
                continue
            tried += 1
            try:
                known[function](**{name: None})
            except TypeError as error:
                told = str(error) + " ".join(getattr(error, "__notes__", ()))
                assert "None" in told and name in told, f"{function} {name}: {told}"
            else:
                taken.append(f"{function}({name}=None)")
            # The values of a column are indexed alike.
            if function.endswith("_batch") and name not in ("errors", "bits") and not (name == "version" and "index" in function):
                with pytest.raises(TypeError, match=name) as caught:
                    known[function](**{name: [None]})
                assert "in element 0" in caught.value.__notes__
    assert not taken and tried >= 110, (tried, taken)


@pytest.mark.parametrize("aad", ["", b"", bytearray(), {}])
def test_an_aad_that_is_given_and_empty_is_refused(cards: Key, aad: Any) -> None:
    unbound = cards.encrypt(b"m")
    for call in (lambda: cards.encrypt(b"m", aad=aad), lambda: cards.decrypt(unbound, aad=aad), lambda: cards.rewrap(unbound, aad=aad)):
        with pytest.raises(errors.InvalidAad):
            call()
    with pytest.raises(errors.InvalidAad) as refused:
        cards.encrypt_batch([b"a", b"b"], aad=["1", aad])
    assert refused.value.index == 1


def test_what_is_left_out_can_be_said(cards: Key, ring: Keyring, tmp_path: Path) -> None:
    """For programs that decide at run time. It is what `help` shows as the default."""
    text = cards.encrypt(b"4111", aad=..., context=..., version=...)
    assert cards.decrypt(text, aad=...) == cards.decrypt(text) == b"4111"
    both = cards.encrypt_batch([b"4111", b"4112"], aad=["a", ...])
    assert cards.decrypt(both[0], aad="a") + cards.decrypt(both[1]) == b"41114112"
    for function, names in options().items():
        shown = str(inspect.signature(getattr(getattr(sys.modules["strongroom"], function.partition(".")[0]), function.partition(".")[2])))
        for name in names:
            if name not in ("errors", "expose_secret_material", "even_if_unusable"):
                assert f"{name}=Ellipsis" in shown or f"{name}=..." in shown, shown
    for function, call in calls(Keyring.in_memory(), tmp_path).items():
        call(**{name: ... for name in options()[function] if name not in ("errors", "expose_secret_material", "even_if_unusable")})


class Lying(UserList[Any]):
    """Says that it is as long as it was told to."""

    def __init__(self, values: list[Any], length: int) -> None:
        super().__init__(values)
        self.length = length

    def __len__(self) -> int:
        return self.length


class Counted(UserList[Any]):
    """Counts how often it is read."""

    read = 0

    def __iter__(self) -> Iterator[Any]:
        self.read += 1
        return iter(self.data)


class Endless:
    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> bytes:
        return b"4111"


ROWS = [b"4111", b"4112"]
NO_COLUMNS: list[Any] = [
    b"41", "41", bytearray(b"41"), memoryview(b"41"), array("B", b"41"), {"1": b"41", "2": b"42"}, UserDict({1: b"41", 2: b"42"}),
    {b"41", b"42"}, frozenset({b"41", b"42"}), iter(ROWS), (row for row in ROWS), map(bytes, ROWS), zip(ROWS, ROWS), reversed(ROWS), {1: b"41"}.items(),
    None, ..., 2, object(), bytes, Lying(ROWS, 1), Lying(ROWS, 3), Lying([], 2), Endless(),
]  # fmt: skip


@pytest.mark.parametrize("wrong", NO_COLUMNS, ids=lambda value: type(value).__name__)
def test_what_is_no_column_of_rows_is_refused(cards: Key, wrong: Any) -> None:
    for name, others in {
        "encrypt": (), "decrypt": (), "rewrap": (), "hmac": (), "sign": (), "verify": (["a", "b"],), "verify_hmac": (["a", "b"],), "data_key": (),
    }.items():  # fmt: skip
        for manner in ("raise", "return"):
            with pytest.raises((TypeError, ValueError), match="column|sequence|item"):
                getattr(cards, f"{name}_batch")(wrong, *others, errors=manner)
    for name in ("verify", "verify_hmac"):
        with pytest.raises((TypeError, ValueError), match="column|sequence|item"):
            getattr(cards, f"{name}_batch")(ROWS, wrong)


def test_what_is_no_column_of_options_is_refused(cards: Key) -> None:
    for wrong in NO_COLUMNS:
        if isinstance(wrong, (bytes, str, bytearray, memoryview, array)) or wrong is ...:
            # One aad for all of them.
            assert cards.decrypt_batch(cards.encrypt_batch(ROWS, aad=wrong), aad=wrong) == ROWS
        else:
            with pytest.raises((TypeError, ValueError)):
                cards.encrypt_batch(ROWS, aad=wrong)
            with pytest.raises((TypeError, ValueError)):
                cards.encrypt_batch(ROWS, aad=wrong, errors="return")
        if wrong is not ... and wrong != 2:
            with pytest.raises((TypeError, ValueError)):
                cards.encrypt_batch(ROWS, version=wrong, errors="return")
    whole = {"row": "1", "column": "number"}
    assert cards.decrypt_batch(cards.encrypt_batch(ROWS, aad=whole), aad=[whole, whole]) == ROWS
    for short in (["a"], [], ("a", "b", "c"), {"a": 1}.keys()):
        with pytest.raises(errors.InvalidOption, match="column"):
            cards.encrypt_batch(ROWS, aad=short)


def test_an_array_is_not_taken_for_one_value_where_a_column_may_stand(cards: Key) -> None:
    """As an array of NumPy is when it holds the numbers of the rows: all of it would be the aad of every row."""
    arrays: list[Any] = [
        array("I", [1, 2]), array("d", [1, 2]), memoryview(bytes(8)).cast("I"), memoryview(bytes(4)).cast("B", (2, 2)), (ctypes.c_uint64 * 2)(),
    ]  # fmt: skip
    for array_of_rows in arrays:
        with pytest.raises(TypeError, match="neither"):
            cards.encrypt_batch(ROWS, aad=array_of_rows)
        with pytest.raises(TypeError, match="column"):
            cards.encrypt_batch(array_of_rows)
        cards.encrypt(b"m", aad=array_of_rows)
    for text in (array("u", "ab"), (ctypes.c_wchar * 2)()):
        for call in (lambda: cards.encrypt(text), lambda: cards.encrypt(b"m", aad=text), lambda: cards.encrypt_batch(ROWS, aad=text)):
            with pytest.raises(TypeError, match="text|neither"):
                call()
    for one in (array("b", b"41"), memoryview(b"41"), (ctypes.c_char * 2)(b"4", b"1"), (ctypes.c_ubyte * 2)(52, 49)):
        assert cards.decrypt_batch(cards.encrypt_batch(ROWS, aad=one), aad=["41", b"41"]) == ROWS


def test_every_kind_of_sequence_is_a_column(cards: Key) -> None:
    rows = dict(zip("ab", ROWS))
    for column in (ROWS, tuple(ROWS), rows.values(), UserList(ROWS), deque(ROWS), Lying(ROWS, 2)):
        for ids in (["a", "b"], ("a", "b"), rows.keys(), deque("ab"), UserList("ab")):
            assert cards.decrypt_batch(cards.encrypt_batch(column, aad=ids), aad=["a", "b"]) == ROWS


def test_every_column_is_read_once(cards: Key) -> None:
    rows, ids, versions = Counted(ROWS), Counted(["a", "b"]), Counted([1, 1])
    assert cards.decrypt_batch(cards.encrypt_batch(rows, aad=ids, version=versions), aad=["a", "b"]) == ROWS
    assert (rows.read, ids.read, versions.read) == (1, 1, 1)

    class Number:
        asked = 0

        def __index__(self) -> int:
            self.asked += 1
            return self.asked

    number = Number()
    assert cards.encrypt(b"4111", version=number).startswith("strongroom:v1:") and number.asked == 1  # type: ignore[arg-type]


def test_a_column_that_changes_while_it_is_read_is_taken_as_it_was_or_refused(cards: Key) -> None:
    messages: list[Any] = [*ROWS, b"4113"]

    class Shrinks:
        def __index__(self) -> int:
            messages.clear()
            return 1

    texts = cards.encrypt_batch(messages, version=[Shrinks(), 1, 1])  # type: ignore[list-item]
    assert cards.decrypt_batch(texts) == [*ROWS, b"4113"] and messages == []

    class Grows(UserList[bytes]):
        def __iter__(self) -> Iterator[bytes]:
            for value in self.data:
                self.data.append(b"more")
                yield value

    grows = Grows(ROWS)
    with pytest.raises(ValueError, match="changed"):
        cards.encrypt_batch(grows)


def test_a_subclass_is_read_as_what_it_holds_and_once(cards: Key) -> None:
    class Text(str):
        def __str__(self) -> str:
            return "other"

        def encode(self, *_: object) -> bytes:
            return b"other"

    class Data(bytes):
        def __bytes__(self) -> bytes:
            return b"other"

    class Map(dict[str, str]):
        def items(self) -> Any:
            return {"other": "x"}.items()

        def __getitem__(self, name: str) -> str:
            return "other"

        def __iter__(self) -> Iterator[str]:
            return iter(["other"])

    pairs: list[tuple[Any, Any]] = [(Text("a"), "a"), (Data(b"a"), b"a"), (Map(a="b"), {"a": "b"}), ({Text("a"): Text("b")}, {"a": "b"})]
    for strange, plain in pairs:
        assert cards.decrypt(cards.encrypt(b"m", aad=strange), aad=plain) == b"m"
        assert cards.decrypt_batch(cards.encrypt_batch([b"m"], aad=strange), aad=[plain]) == [b"m"]
    assert cards.decrypt(cards.encrypt(Data(b"a"))) == b"a"


def test_a_truth_value_is_no_number(ring: Keyring, folder: Path, seal: Seal) -> None:
    cards = ring.create_key("cards")
    numbers: list[Callable[[], object]] = [
        lambda: cards.encrypt(b"m", version=True), lambda: cards.encrypt_batch([b"m"], version=True), lambda: cards.encrypt_batch([b"m"], version=[True]),
        lambda: cards.trim(True), lambda: cards.public_key(True), lambda: cards.configure(min_decryption_version=True),
        lambda: cards.configure(min_encryption_version=True), lambda: ring.create_key("macs", "hmac", key_size=True),
        lambda: Keyring.create(folder, seal, usage_limit=True), lambda: Keyring.open(folder, seal, pin=("0" * 32, True)),
        lambda: cards.data_key(True), lambda: cards.data_key_batch([True]),
    ]  # fmt: skip
    for call in numbers:
        with pytest.raises(TypeError, match="bool"):
            call()
    one: Any = 1
    truths: list[Callable[[], object]] = [
        lambda: ring.create_key("odd", derived=one), lambda: cards.configure(exportable=one), lambda: cards.export("hmac-key", expose_secret_material=one),
    ]  # fmt: skip
    for call in truths:
        with pytest.raises(TypeError):
            call()
    for number in (0, -1, 1 << 31, 1 << 64, -1 << 70):
        with pytest.raises(errors.InvalidOption, match="version"):
            cards.encrypt(b"m", version=number)


def test_bytes_of_objects_are_no_message(cards: Key) -> None:
    """Such a buffer holds addresses, which say nothing and open to nothing elsewhere."""

    class Price(ctypes.Structure):
        _fields_ = [("Price", ctypes.c_int), ("Owner", ctypes.c_int)]

    objects: Any = ctypes.py_object * 2
    for wrong in (objects(b"a", b"b"), (ctypes.c_void_p * 2)(), (ctypes.c_char_p * 1)(b"a")):
        with pytest.raises(TypeError, match="bytes"):
            cards.encrypt(wrong)
        with pytest.raises(TypeError, match="bytes"):
            cards.encrypt(b"m", aad=wrong)
    assert cards.decrypt(cards.encrypt((Price * 2)())) == bytes(16)


class Raises:
    """Raises what it is given, wherever it is looked at."""

    def __init__(self, what: BaseException) -> None:
        self.what = what

    def anything(self, *_: object) -> Any:
        raise self.what

    __index__ = __iter__ = __len__ = __getitem__ = __buffer__ = __fspath__ = __str__ = anything


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3), MemoryError(), RuntimeError("the row is gone")], ids=lambda error: type(error).__name__)
def test_what_an_argument_raises_is_raised(cards: Key, folder: Path, seal: Seal, error: BaseException) -> None:
    class Column(UserList[Any]):
        def __iter__(self) -> Iterator[Any]:
            yield b"4111"
            raise error

    bad: Any = Raises(error)
    attempts: list[Callable[[], object]] = [
        lambda: cards.encrypt(b"m", version=bad), lambda: cards.encrypt_batch(Column(ROWS)), lambda: cards.encrypt_batch(ROWS, aad=Column(ROWS)),
        lambda: cards.encrypt_batch(ROWS, version=[bad, 1], errors="return"), lambda: cards.data_key(bad), lambda: cards.data_key_batch([bad], errors="return"),
        lambda: cards.encrypt_batch(bad), lambda: cards.encrypt_batch(ROWS, aad=bad), lambda: Keyring.open(bad, seal), lambda: cards.trim(bad),
    ]  # fmt: skip
    if sys.version_info >= (3, 12):
        attempts += [lambda: cards.encrypt(bad), lambda: cards.encrypt(b"m", aad=bad), lambda: cards.decrypt_into(b"", bad), lambda: cards.encrypt(b"m", context=bad)]
    for attempt in attempts:
        with pytest.raises(type(error)) as caught:
            attempt()
        assert caught.value is error


def test_a_text_that_is_no_text_stays_an_error_of_the_library(cards: Key) -> None:
    for call in (lambda: cards.decrypt("\udc80"), lambda: cards.encrypt(b"m", aad="\udc80"), lambda: cards.encrypt(b"m", context={"a": "\udc80"})):
        with pytest.raises(StrongroomError):
            call()


def test_seals_are_a_column_too(ring: Keyring, folder: Path, seal: Seal) -> None:
    kept = Keyring.create(folder, seal)
    wrong: list[Any] = [seal, None, [None], [seal, None], {seal}, iter([seal]), {"a": seal}, [Seal], "seal", Lying([seal], 2), []]
    for seals in wrong:
        with pytest.raises((TypeError, ValueError, errors.MisuseError)):
            kept.reseal(seals)
    assert [info.id for info in kept.seals()] == [info.id for info in Keyring.open(folder, seal).seals()]
    assert kept.reseal((Seal.root_key(bytes([8, 1]) * 16),)) == 0


def test_a_folder_has_a_name(ring: Keyring, seal: Seal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in `Keyring.create(os.environ.get("KEYS", ""), seal)`: the folder that the program happens to be in is not meant."""
    monkeypatch.chdir(tmp_path)
    for call in (lambda: Keyring.create("", seal), lambda: Keyring.open_or_create("", seal), lambda: Keyring.open("", seal), lambda: ring.snapshot("")):
        with pytest.raises((errors.StrongroomError, ValueError)):
            call()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError):
        Keyring.create(tmp_path / "new", seal, max_staleness=timedelta(seconds=-1))
