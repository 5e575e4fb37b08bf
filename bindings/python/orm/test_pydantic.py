"""Fields of Pydantic: ciphertext on the wire, plaintext in the model."""

import json
import traceback
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

import pytest
from people import KEYS, Person, key
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretBytes,
    SecretStr,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from sqlalchemy import text
from sqlalchemy.orm import Session

from strongroom import Keyring, errors
from strongroom.pydantic import Encrypted

SECRET = "plaintext-of-ada"


class Customer(BaseModel):
    model_config = ConfigDict(validate_assignment=True)
    name: str
    email: Annotated[str, StringConstraints(max_length=20), Encrypted(key(), column="people.email")]
    phone: Annotated[str, Encrypted(key(), column="people.phone")] | None = None


class AllKinds(BaseModel):
    text: Annotated[str, Encrypted(key(), column="k.text")] = SECRET
    data: Annotated[bytes, Encrypted(key(), column="k.data")] = b"\x00\xff"
    number: Annotated[int, Encrypted(key(), column="k.number")] = -(10**30)
    amount: Annotated[Decimal, Encrypted(key(), column="k.amount")] = Decimal("12.50")
    yes: Annotated[bool, Encrypted(key(), column="k.yes")] = False
    born: Annotated[date, Encrypted(key(), column="k.born")] = date(1999, 12, 31)
    seen: Annotated[datetime, Encrypted(key(), column="k.seen")] = datetime(
        2026, 11, 30, 9, 5, 0, 120000, UTC
    )
    naive: Annotated[datetime, Encrypted(key(), column="k.naive", naive=True)] = datetime(2026, 11, 30, 9, 5)
    notes: Annotated[dict[str, Any], Encrypted(key(), column="k.notes")] = {"b": 1, "a": [None]}
    tags: Annotated[list[int], Encrypted(key(), column="k.tags")] = [1, 2]
    password: Annotated[SecretStr, Encrypted(key("tenants"), column="k.password")] = SecretStr(SECRET)
    token: Annotated[SecretBytes, Encrypted(key(), column="k.token")] = SecretBytes(b"\xfe")


def test_every_type_goes_over_the_wire() -> None:
    one = AllKinds()
    wire = one.model_dump_json()
    assert all(value.startswith("strongroom:v1:") for value in json.loads(wire).values())
    again = AllKinds.model_validate_json(wire)
    assert again == one
    assert {type(value) for value in vars(again).values()} == {type(value) for value in vars(one).values()}
    # A framework that has parsed the JSON already.
    assert (
        AllKinds.model_validate(json.loads(wire))
        == one
        == AllKinds.model_validate(one.model_dump(mode="json"))
    )
    assert one.model_dump() == vars(one)


def test_secrets_stay_secret() -> None:
    one = AllKinds()
    for shown in (
        repr(one.password),
        str(one.token),
        repr(one.model_dump()["password"]),
        one.model_dump_json(),
    ):
        assert SECRET not in shown
    assert AllKinds.model_validate_json(one.model_dump_json()).password.get_secret_value() == SECRET


def test_a_value_is_bound_to_its_column_as_elsewhere(session: Session) -> None:
    one = Customer(name="Ada", email="ada@example.com", phone="+49")
    wire = json.loads(one.model_dump_json())
    assert KEYS["people"].decrypt(wire["email"], aad={"column": "people.email"}) == b"ada@example.com"
    session.execute(
        text("INSERT INTO people (id, email, phone) VALUES (1, :email, :phone)"),
        {name: wire[name] for name in ("email", "phone")},
    )
    session.commit()
    row = session.get_one(Person, 1)
    assert (row.email, row.phone) == ("ada@example.com", "+49")
    with pytest.raises(ValidationError, match=r"people\.email: decryption failed"):
        Customer.model_validate({**wire, "email": wire["phone"]})


def test_nothing_stays_nothing_and_an_empty_text_is_a_value() -> None:
    one = Customer(name="Ada", email="")
    wire = json.loads(one.model_dump_json())
    assert wire["phone"] is None and wire["email"].startswith("strongroom:")
    assert Customer.model_validate(wire) == one


kinds: Any = AllKinds


def refused(make: Callable[[], Any]) -> ValidationError:
    with pytest.raises(ValidationError) as raised:
        make()
    error = raised.value
    for shown in (
        str(error),
        repr(error),
        error.json(),
        repr(error.errors()),
        "".join(traceback.format_exception(error)),
    ):
        assert SECRET not in shown
    return error


def test_refusals_show_no_value() -> None:
    wire = {"name": "Ada", "email": Customer(name="Ada", email="a").model_dump(mode="json")["email"]}
    too_long = KEYS["people"].encrypt((SECRET + "x" * 20).encode(), aad={"column": "people.email"})
    number = KEYS["people"].encrypt(SECRET.encode(), aad={"column": "k.number"})
    for make, kind in [
        (lambda: Customer(name="Ada", email=SECRET + "x" * 20), "string_too_long"),
        (lambda: Customer.model_validate({**wire, "email": too_long}), "string_too_long"),
        (lambda: Customer.model_validate_json(json.dumps({**wire, "email": SECRET})), "malformed"),
        (lambda: Customer.model_validate_json(json.dumps({**wire, "email": 5})), "ciphertext_type"),
        (lambda: Customer.model_validate({**wire, "email": "strongroom:v1:" + SECRET}), "malformed"),
        (
            lambda: Customer.model_validate({**wire, "email": wire["email"][:-8] + "AAAAAAA="}),
            "decrypt_failed",
        ),
        (lambda: setattr(Customer(name="Ada", email="a"), "email", SECRET * 2), "string_too_long"),
        (lambda: kinds(number=SECRET), "int_parsing"),
        (lambda: kinds(number=number), "encrypted_value"),
        (lambda: kinds(data=SECRET), "bytes_type"),
        (lambda: kinds(text=SECRET + "\udc80"), "encrypted_value"),
        (lambda: kinds(seen=datetime(2026, 11, 30)), "encrypted_value"),
        (lambda: kinds(notes={SECRET: {1}}), "encrypted_value"),
    ]:
        error = refused(make).errors()[0]
        assert error["type"] == kind and error["input"] == "(hidden)", error


def test_only_ciphertexts_where_it_is_said() -> None:
    class Request(BaseModel):
        email: Annotated[str, Encrypted(key(), column="people.email", only_ciphertext=True)]

    refused(lambda: Request(email=SECRET))
    wire = Customer(name="Ada", email="ada@example.com").model_dump(mode="json")["email"]
    assert Request(email=wire).email == "ada@example.com"


def test_plaintext_that_is_still_there() -> None:
    old = Encrypted(key(), column="people.email", allow_plaintext=True)

    class Row(BaseModel):
        email: Annotated[str, old]

    assert Row.model_validate_json(f'{{"email": "{SECRET}"}}').email == SECRET
    assert old.plaintext_reads == 1


def test_definitions() -> None:
    with pytest.raises(TypeError, match="people.weight: no field of <class 'float'> can be encrypted"):
        TypeAdapter(Annotated[float, Encrypted(key(), column="people.weight")])
    with pytest.raises(TypeError, match=r"write X \| None as Annotated\[X, …\] \| None"):
        TypeAdapter(Annotated[str | None, Encrypted(key(), column="people.email")])
    with pytest.raises(TypeError, match=r"^people\.email takes a Key or a callable"):
        TypeAdapter(Annotated[str, Encrypted("people", column="people.email")])
    assert repr(Encrypted(KEYS["people"], column="people.email")) == "Encrypted(column='people.email')"
    shown = Customer.model_json_schema()["properties"]["email"]
    assert (shown["type"], shown["format"]) == ("string", "strongroom")


def test_after_a_rotation_both_versions_open(ring: Keyring) -> None:
    old = Customer(name="Ada", email="ada@example.com").model_dump(mode="json")
    KEYS["people"].rotate()
    new = Customer.model_validate(old).model_dump(mode="json")
    assert old["email"].startswith("strongroom:v1:") and new["email"].startswith("strongroom:v2:")
    ring.close()
    with pytest.raises(errors.Closed, match=r"^people\.email: "):
        Customer.model_validate(new)


def test_descriptions_and_aliases() -> None:
    class Aliased(BaseModel):
        mail: Annotated[str, Encrypted(key(), column="people.email"), Field(alias="e-mail")]

    wire = Aliased(**{"e-mail": "ada"}).model_dump_json(by_alias=True)
    assert Aliased.model_validate_json(wire).mail == "ada"


def test_a_type_that_cannot_be_names_those_that_can() -> None:
    with pytest.raises(
        TypeError, match=r"^a\.b: no field of .*float.* take one of Decimal, SecretBytes, .*, str; write"
    ):
        TypeAdapter(Annotated[float, Encrypted(key(), column="a.b")])


def test_a_column_of_no_table_and_a_key_that_there_is_not(ring: Keyring) -> None:
    adapter = TypeAdapter(Annotated[str, Encrypted(lambda: ring.key("nobody"), column="notes")])
    with pytest.raises(errors.KeyNotFound, match=r'^notes: there is no key "nobody"'):
        adapter.validate_json('"x"')
