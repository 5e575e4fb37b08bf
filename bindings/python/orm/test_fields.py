"""What all field types share: encodings, what values are bound to, refusals."""

import base64
import json
import logging
import os
import pickle
import signal
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from strongroom import Key, Keyring, errors
from strongroom._fields import (
    ENCODINGS,
    JSON,
    TEXT,
    Field,
    Index,
    Place,
    Refused,
    Sealed,
    aad,
    plaintext,
    row_text,
    said,
)

SHARED: dict[str, Any] = json.loads((Path(__file__).parents[2] / "fields.json").read_text("utf-8"))
READ: dict[str, Any] = {
    "bytes": base64.b64decode, "int": int, "decimal": Decimal, "date": date.fromisoformat, "datetime": datetime.fromisoformat,
    "naive_datetime": datetime.fromisoformat, "uuid": UUID,
}  # fmt: skip


def plaintext_of(example: dict[str, Any]) -> bytes:
    if "plaintext_base64" in example:
        return base64.b64decode(example["plaintext_base64"])
    text: str = example["plaintext"]
    return text.encode()


def value_of(example: dict[str, Any], name: str = "value") -> Any:
    return READ.get(example["type"], lambda value: value)(example[name])


def test_values_are_written_as_in_every_language() -> None:
    for example in SHARED["values"]:
        value, encoding = value_of(example), ENCODINGS[example["type"]]
        assert encoding.encode(value) == plaintext_of(example), example
        again = encoding.decode(plaintext_of(example))
        assert again == value and type(again) is type(value), example
    assert {example["type"] for example in SHARED["values"]} == set(ENCODINGS)
    assert len(SHARED["values"]) >= 28


def test_what_is_written_otherwise_is_not_read() -> None:
    for example in SHARED["unreadable"]:
        with pytest.raises(Refused) as refused:
            ENCODINGS[example["type"]].decode(plaintext_of(example))
        assert len(plaintext_of(example)) < 3 or plaintext_of(example).decode() not in str(refused.value)
    assert len(SHARED["unreadable"]) >= 27


def test_rows_are_named_as_in_every_language() -> None:
    for example in SHARED["rows"]:
        assert row_text(value_of(example, "key")) == example["row"]
    assert row_text(10**30) == "1" + "0" * 30


def test_what_is_bound_is_the_same_in_every_language() -> None:
    for example in SHARED["bound"]:
        kind = example.get("key")
        give = (example["column"], example.get("row"), example.get("tenant"))
        if example.get("refused"):
            with pytest.raises(Refused, match="convergent"):
                said(*give, derived=True, convergent=True)
            continue
        bound = said(*give, derived=kind is not None, convergent=kind == "convergent")
        assert bound == {name: example[name] for name in ("aad", "context") if name in example}
    assert aad("people.email", "17") == {"row": "17", "column": "people.email"}
    assert len(SHARED["bound"]) >= 7


def test_what_one_language_wrote_opens_in_the_others(ring: Keyring) -> None:
    for name, of in SHARED["keys"].items():
        options = {"derived": of["derived"], "convergent": of["convergent"]}
        ring.import_key(f"shared-{name}", bytes.fromhex(of["material"]), of["type"], **options)
    for example in SHARED["sealed"]:
        key = ring.key(f"shared-{example['key']}")
        field = Field(
            key, ENCODINGS[example["type"]], column=example["column"], place=Place("Shared", "field")
        )
        got = field.open(example["ciphertext"], example.get("row"), example.get("tenant"))
        assert got == value_of(example), example
    for example in SHARED["indexes"]:
        encoding, key = ENCODINGS[example["type"]], ring.key(f"shared-{example['key']}")
        field = Field(key, encoding, column=example["column"], place=Place("Shared", "field"))
        index = Index(field, normalize=example["normalize"], bits=example.get("bits"))
        assert index.of(field.encode(value_of(example))) == example["index"], example
    assert len(SHARED["sealed"]) >= 10 and len(SHARED["indexes"]) >= 4


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("text", [b"x", 1, Decimal(1)]),
        ("bytes", ["x", 1, [1]]),
        ("int", [True, "1", 1.0, Decimal(1)]),
        ("decimal", [1, 1.5, "1"]),
        ("bool", [1, "true"]),
        ("date", ["2026-11-30", datetime(2026, 11, 30)]),
        ("datetime", ["2026-11-30T00:00:00+00:00", date(2026, 11, 30), 1]),
        ("naive_datetime", [date(2026, 11, 30)]),
        ("json", [(1, 2), {"a": (1,)}, {1: "a"}, [{"a": b"x"}], {"s": {1}}, Decimal(1)]),
    ],
)
def test_a_value_of_another_type_is_refused(name: str, values: list[Any]) -> None:
    for value in values:
        with pytest.raises(
            Refused, match=f"takes .*and was given {'' if name == 'json' else type(value).__name__}"
        ) as refused:
            ENCODINGS[name].encode(value)
        assert refused.value.kind is TypeError


def test_a_value_that_cannot_be_written_is_refused() -> None:
    circle: list[Any] = []
    circle.append(circle)
    odd = timezone(timedelta(hours=5, minutes=53, seconds=28))
    for name, value in [
        ("text", "secret\udc80"),
        ("decimal", Decimal("NaN")),
        ("decimal", Decimal("-Infinity")),
        ("datetime", datetime(2026, 11, 30)),
        ("datetime", datetime(2026, 11, 30, tzinfo=odd)),
        ("naive_datetime", datetime(2026, 11, 30, tzinfo=UTC)),
        ("json", float("nan")),
        ("json", [float("inf")]),
        ("json", circle),
        ("json", ["secret\ud800"]),
    ]:
        with pytest.raises(Refused) as refused:
            ENCODINGS[name].encode(value)
        assert refused.value.kind is ValueError and "secret" not in str(refused.value), name


def test_depth_of_json() -> None:
    deep: list[Any] = []
    for _ in range(199):
        deep = [deep]
    assert JSON.decode(JSON.encode(deep)) == deep
    with pytest.raises(Refused, match="200 levels"):
        JSON.encode([[deep]])
    with pytest.raises(Refused, match="no JSON"):
        JSON.decode(b"[" * 100_000)


def test_bytes_come_from_any_buffer() -> None:
    encode = ENCODINGS["bytes"].encode
    assert encode(bytearray(b"\x00a")) == encode(memoryview(b"\x00a")) == b"\x00a"


def test_rows_that_are_none_are_refused() -> None:
    for key, why in [
        ("", "empty"),
        (None, "no primary key yet"),
        (True, "bool"),
        (1.5, "float"),
        ((1, 2), "tuple"),
        (b"a", "bytes"),
    ]:
        with pytest.raises(Refused, match=why):
            row_text(key)


def field(key: Any, **options: Any) -> Field:
    return Field(
        key, options.pop("encoding", TEXT), column="people.email", place=Place("Person", "email"), **options
    )


def test_a_key_is_a_key_or_a_callable(ring: Keyring) -> None:
    key = ring.key("people")
    assert field(lambda: ring.key("people")).open(field(key).seal("ada")) == "ada"
    with pytest.raises(TypeError, match=r"Person\.email takes a Key or a callable"):
        field("people")


def test_errors_name_the_field_and_the_row_and_keep_their_class(ring: Keyring) -> None:
    one = field(ring.key("people"))
    text = one.seal("secret", "17")
    with pytest.raises(errors.DecryptFailed, match=r"^Person\.email of row 18: decryption failed") as failed:
        one.open(text, "18")
    assert failed.value.code == "decrypt_failed" and failed.value.number == errors.DecryptFailed.number
    with pytest.raises(TypeError, match=r"^Person\.email of row 17 takes str, and was given int$"):
        one.seal(17, "17")
    with pytest.raises(errors.ContextNotAllowed, match=r"^Person\.email of row 17: "):
        one.seal("secret", "17", "acme")
    with pytest.raises(errors.DecryptFailed, match=r"^Person\.email of row 3: ") as failed:
        one.rewrap_all([text, text], ["17", "3"], [None, None])
    assert failed.value.index == 1
    with pytest.raises(errors.Malformed, match=r"^Person\.email of row b: "):
        one.needs_rewrap_all([text, "none"], ["a", "b"])
    raw = field(ring.key("people"), encoding=ENCODINGS["bytes"]).seal(b"\xff")
    with pytest.raises(ValueError, match=r"^Person\.email holds bytes that are no UTF-8"):
        one.open(raw)
    closed = field(ring.key("people"))
    ring.close()
    for each in (closed, one):
        with pytest.raises(errors.Closed, match=r"^Person\.email: "):
            each.seal("secret")


def test_an_error_without_an_index_names_no_row(ring: Keyring) -> None:
    one = field(ring.key("people"))
    one.seal("secret")
    ring.key("people").disable()
    with pytest.raises(errors.KeyDisabled, match=r"^Person\.email: |^Person\.email of row 1: "):
        one.seal_all([b"secret"], ["1"], [None])
    assert one.seal_all([], [], []) == []


def test_a_child_that_is_forked_while_a_thread_counts_does_not_wait_for_it(ring: Keyring) -> None:
    allowed = field(ring.key("people"), allow_plaintext=True)
    with plaintext._Counting.lock:
        child = os.fork()
        if child == 0:
            signal.alarm(20)
            os._exit(0 if allowed.open("secret") == "secret" else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_plaintext_is_refused_unless_it_is_allowed(ring: Keyring, caplog: pytest.LogCaptureFixture) -> None:
    key = ring.key("people")
    with pytest.raises(
        errors.Malformed, match=r"Person\.email of row 1: not a ciphertext.*allow_plaintext=True"
    ):
        field(key).open("secret", "1")
    allowed = field(key, allow_plaintext=True)
    with caplog.at_level(logging.WARNING, "strongroom"):
        assert [allowed.open("secret"), allowed.open("")] == ["secret", ""]
    assert allowed.plaintexts.count == 2
    assert len(caplog.records) == 1 and "Person.email" in caplog.text and "secret" not in caplog.text
    binary = field(key, allow_plaintext=True, binary=True)
    assert binary.open(b"secret") == "secret" and binary.open(binary.seal("secret")) == "secret"
    # What claims to be a ciphertext has to be one.
    claimed: list[tuple[Field, Any]] = [
        (allowed, "strongroom:v1:secret"),
        (allowed, "vault:v3:secret"),
        (binary, b"\xfesecret"),
    ]
    for one, claims in claimed:
        with pytest.raises(errors.UntrustedInputError) as refused:
            one.open(claims)
        assert "secret" not in str(refused.value) and "allow_plaintext" not in str(refused.value)
    own = ring.create_key("own", version_template="acme/{{version}}/")
    templated = field(own, allow_plaintext=True)
    assert templated.open(templated.seal("secret")) == templated.open("secret") == "secret"
    with pytest.raises(errors.UntrustedInputError):
        templated.open("acme/1/secret")


def test_plaintext_is_written_beside_an_older_release(ring: Keyring) -> None:
    key = ring.key("people")
    one = field(key, allow_plaintext=True, write_plaintext=True)
    assert (
        one.seal("ada", "1") == "ada"
        and one.open("ada") == "ada"
        and one.open(field(key).seal("ada")) == "ada"
    )
    assert (
        field(key, encoding=ENCODINGS["bytes"], binary=True, allow_plaintext=True, write_plaintext=True).seal(
            b"\x00"
        )
        == b"\x00"
    )
    with pytest.raises(ValueError, match=r"^Person\.email of row 1 begins as a ciphertext does"):
        one.seal("vault:v1:secret", "1")
    with pytest.raises(TypeError, match=r"^Person\.email says write_plaintext, and could not read it"):
        field(key, write_plaintext=True)
    with pytest.raises(TypeError, match=r"^Person\.email says write_plaintext, and has bytes"):
        field(key, encoding=ENCODINGS["bytes"], allow_plaintext=True, write_plaintext=True)


def test_widths(ring: Keyring) -> None:
    key = ring.key("people")
    enough = key.encrypted_len(bytes(254)) + 3
    fits = field(key, width=enough, largest=254)
    assert fits.open(fits.seal("a" * 254)) == "a" * 254
    with pytest.raises(ValueError, match="^Person.email of row 1 takes 254 bytes, and was given 256$"):
        fits.seal("ü" * 128, "1")
    for narrow in (
        field(key, width=enough - 1, largest=254),
        field(key, width=330, largest=254, binary=True),
    ):
        with pytest.raises(
            ValueError,
            match=r"^Person\.email has a column of \d+, and a value of 254 bytes takes \d+ with the key 'people'",
        ):
            narrow.seal("a")
        with pytest.raises(ValueError, match="has a column of"):
            narrow.seal_all([b"a"], [None], [None])
    field(key, width=331, largest=254, binary=True).check_width()
    field(key, width=10).check_width()


def test_sealed_shows_no_more_than_the_ciphertext(ring: Keyring) -> None:
    one = Sealed("strongroom:v1:x", lambda text, row, **options: (text, row, options))
    assert repr(one) == str(one) == "Sealed('strongroom:v1:x')"
    assert (
        one == Sealed("strongroom:v1:x", print)
        and one != Sealed("strongroom:v1:y", print)
        and one != "strongroom:v1:x"
    )
    assert len({one, Sealed("strongroom:v1:x", print)}) == 1
    assert repr(Sealed("plaintext", print)) == "Sealed(not shown)"
    copied = pickle.loads(pickle.dumps(one))
    assert copied == one
    with pytest.raises(TypeError, match="does not know its key any more"):
        copied.open(17)
    assert bool(one) and one.open(17, context="acme") == ("strongroom:v1:x", 17, {"context": "acme"})


def test_indexes(ring: Keyring) -> None:
    one = field(ring.key("people"))
    index = Index(one, normalize="email")
    first = index.of(b"Ada@example.com")
    assert first == ring.key("people").index("ada@example.com", name="people.email", normalize="email")
    assert index.all_of(b"ADA@example.com") == [first]
    assert index.outdated([first, None, "none"]) == [False, True, True]
    ring.key("people").rotate()
    assert index.outdated([first]) == [True] and first in index.all_of(b"ada@example.com")
    other = Index(one, key=lambda: ring.key("siv"), bits=64)
    assert other.of(b"ada") == ring.key("siv").index("ada", name="people.email", bits=64)
    for encoding in ("bytes", "json"):
        with pytest.raises(TypeError, match=f"holds {encoding}, which has no blind index"):
            Index(field(ring.key("people"), encoding=ENCODINGS[encoding]))
    # An empty text is a value, and there is nothing to find it by.
    assert index.of(b"  ") is None
    with pytest.raises(errors.InvalidOption, match="^Person.email of row 5: "):
        Index(one, bits=7).of(b"ada", row="5")
    assert index.all_of(b"  ") == []


def test_an_index_of_a_subkey_has_the_context_of_the_field(ring: Keyring) -> None:
    key: Key = ring.key("tenants")
    index = Index(field(key))
    assert index.of(b"ada") == key.context("people.email").index("ada", name="people.email")
    assert index.of(b"ada", "acme") == key.context("acme").index("ada", name="people.email")
    assert index.outdated([index.of(b"ada", "acme")]) == [False]
    plain = Index(field(ring.key("people")))
    text = plain.of(b"ada")
    ring.close()
    for call in (
        lambda: index.outdated([text]),
        lambda: plain.outdated([text]),
        lambda: index.of(b"ada"),
        lambda: plain.all_of(b"ada"),
    ):
        with pytest.raises(errors.Closed, match=r"^Person\.email: the keyring"):
            call()


def test_a_place_is_said_once() -> None:
    """Where a callable names it already, as that of an adapter may."""

    def missing() -> Key:
        raise errors.KeyNotFound("Person.email: there is no key")

    with pytest.raises(errors.KeyNotFound) as refused:
        Field(missing, TEXT, column="people.email", place=Place("Person", "email")).seal("x")
    assert str(refused.value) == "Person.email: there is no key"
