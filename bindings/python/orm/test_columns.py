"""Column-bound fields."""

from collections.abc import Callable
from typing import Any

import pytest
from people import KEYS, Account, Kinds, Person
from sqlalchemy import Engine, bindparam, insert, null, select, text, update
from sqlalchemy.orm import Session
from values import VALUES

from strongroom import Keyring, errors
from strongroom.sqlalchemy import Encrypted, plaintext_reads


def raw(session: Session, statement: str) -> list[Any]:
    return [tuple(row) for row in session.execute(text(statement))]


def test_every_type_is_created_read_and_changed(session: Session) -> None:
    first = {name: pair[0] for name, pair in VALUES.items()}
    session.add(Kinds(id=1, **first))
    session.commit()
    one = session.get_one(Kinds, 1)
    for name, value in first.items():
        got = getattr(one, name)
        assert got == value and type(got) is type(value), name
    for name, pair in VALUES.items():
        setattr(one, name, pair[1])
    session.commit()
    for name, pair in VALUES.items():
        got = getattr(one, name)
        assert got == pair[1] and type(got) is type(pair[1]), name
        assert str(got) == str(pair[1])


def test_the_database_has_ciphertexts_and_null(session: Session) -> None:
    session.add_all([Kinds(id=1, **{name: pair[0] for name, pair in VALUES.items()}), Kinds(id=2)])
    session.commit()
    for name in VALUES:
        (stored,), (nothing,) = raw(session, f"SELECT {name} FROM kinds ORDER BY id")
        assert nothing is None
        if isinstance(stored, str):
            assert stored.startswith("strongroom:v1:"), name
        else:
            assert bytes(stored)[:1] == b"\xfe", name
    assert session.get_one(Kinds, 2).a_text is None


def test_an_empty_text_is_a_value(session: Session) -> None:
    session.add(Person(id=1, phone=""))
    session.commit()
    assert session.get_one(Person, 1).phone == ""
    assert raw(session, "SELECT phone FROM people")[0][0].startswith("strongroom:")


def test_a_value_has_no_two_ciphertexts_alike(session: Session) -> None:
    session.add_all([Person(id=1, phone="1"), Person(id=2, phone="1")])
    session.commit()
    (one,), (other,) = raw(session, "SELECT phone FROM people")
    assert one != other


def test_rows_written_in_bulk(session: Session) -> None:
    rows = [{"id": n, "phone": f"+49 {n}", "email": f"{n}@example.com"} for n in range(1, 40)]
    kept = [dict(row) for row in rows]
    session.execute(insert(Person), rows[:13])
    session.connection().execute(insert(Person.__table__), rows[13:26])  # type: ignore[arg-type]
    session.execute(insert(Person).values(rows[26:]))
    assert rows == kept
    session.bulk_save_objects([Person(id=50, phone="+49 50", email="50@example.com")])
    session.commit()
    found = session.scalars(select(Person).order_by(Person.id)).all()
    assert [(one.phone, one.email) for one in found] == [
        (f"+49 {n}", f"{n}@example.com") for n in [*range(1, 40), 50]
    ]
    assert len({one.email_index for one in found}) == 40 and None not in {one.email_index for one in found}


def test_rows_updated_in_bulk(session: Session) -> None:
    session.execute(
        insert(Person), [{"id": n, "phone": "old", "email": f"{n}@example.com"} for n in range(1, 5)]
    )
    session.execute(
        update(Person), [{"id": n, "phone": f"new {n}", "email": f"new{n}@example.com"} for n in (1, 2)]
    )
    session.execute(update(Person).where(Person.id == 3).values(phone="three", email=None))
    session.execute(
        update(Person).where(Person.id == 4).values({Person.phone: null(), "email": "four@example.com"})
    )
    assert session.execute(select(Person.id, Person.phone).order_by(Person.id)).all() == [
        (1, "new 1"),
        (2, "new 2"),
        (3, "three"),
        (4, None),
    ]
    for n, email in [(1, "new1@example.com"), (2, "new2@example.com"), (4, "four@example.com")]:
        assert session.scalars(select(Person.id).where(Person.email == email)).all() == [n]
    assert session.get_one(Person, 3).email_index is None


def test_reading_columns_labels_and_subqueries(session: Session) -> None:
    session.add(Person(id=1, phone="+49 1"))
    session.commit()
    assert session.execute(select(Person.phone.label("number"))).scalar_one() == "+49 1"
    inner = select(Person.phone).subquery()
    assert session.execute(select(inner.c.phone)).scalar_one() == "+49 1"
    assert (
        session.execute(select(Person).from_statement(text("SELECT * FROM people"))).scalar_one().phone
        == "+49 1"
    )


def test_a_row_s_ciphertext_opens_in_another_row_of_the_column_as_documented(session: Session) -> None:
    session.add_all([Person(id=1, phone="one"), Person(id=2, phone="two")])
    session.commit()
    session.execute(text("UPDATE people SET phone = (SELECT phone FROM people WHERE id = 1)"))
    assert session.scalars(select(Person.phone)).all() == ["one", "one"]


def test_a_ciphertext_of_another_column_is_refused(session: Session) -> None:
    session.add(Person(id=1, phone="secret", email="secret@example.com"))
    session.commit()
    session.execute(text("UPDATE people SET phone = email"))
    with pytest.raises(errors.DecryptFailed, match=r"^Person\.phone: decryption failed") as failed:
        session.scalars(select(Person.phone)).all()
    assert failed.value.code == "decrypt_failed"


def test_a_wrong_key_is_refused(session: Session, ring: Keyring) -> None:
    session.add(Person(id=1, phone="secret"))
    session.commit()
    KEYS["people"] = ring.create_key("another")
    with pytest.raises(errors.DecryptFailed, match=r"^Person\.phone: "):
        session.get_one(Person, 1)
    KEYS["people"] = ring.create_key("signs", "ed25519")
    with pytest.raises(errors.OperationNotSupported, match=r"^Person\.phone: "):
        session.execute(insert(Person), [{"id": 2, "phone": "secret"}])


def test_after_a_rotation_both_versions_open(session: Session) -> None:
    session.add(Person(id=1, phone="one"))
    session.commit()
    KEYS["people"].rotate()
    session.add(Person(id=2, phone="two"))
    session.commit()
    assert [stored[:14] for (stored,) in raw(session, "SELECT phone FROM people ORDER BY id")] == [
        "strongroom:v1:",
        "strongroom:v2:",
    ]
    session.expire_all()
    assert session.scalars(select(Person.phone).order_by(Person.id)).all() == ["one", "two"]


def test_keys_with_options(session: Session) -> None:
    values = {"city": "Porto", "equal": "same", "siv": "same"}
    session.add_all([Account(id=1, tenant="acme", **values), Account(id=2, tenant="acme", **values)])
    session.commit()
    rows = raw(session, "SELECT city, equal, siv FROM accounts")
    assert rows[0][0] != rows[1][0] and rows[0][1:] == rows[1][1:]
    assert (
        KEYS["tenants"].decrypt(rows[0][0], aad={"column": "accounts.city"}, context="accounts.city")
        == b"Porto"
    )
    assert (
        KEYS["equal"].decrypt(rows[0][1], context={"context": "accounts.equal", "column": "accounts.equal"})
        == b"same"
    )
    assert KEYS["siv"].decrypt(rows[0][2], aad={"column": "accounts.siv"}) == b"same"
    assert session.scalars(select(Account.id).where(Account.city == "Porto")).all() == [1, 2]


REFUSED: list[Callable[[], Any]] = [
    lambda: Person.phone == "x",
    lambda: Person.phone.in_(["x"]),
    lambda: Person.phone != "x",
    lambda: Person.phone > "x",
    lambda: Person.phone <= "x",
    lambda: Person.phone.like("%x%"),
    lambda: Person.phone.ilike("%x%"),
    lambda: Person.phone.startswith("x"),
    lambda: Person.phone.contains("x"),
    lambda: Person.phone.between("x", "y"),
    lambda: Person.phone.desc(),
    lambda: Person.phone.distinct(),
    lambda: Person.phone + "x",
    lambda: "x" + Person.phone,
    lambda: "x" + Person.__table__.c.phone,
    lambda: Person.phone.not_in(["x"]),
    lambda: Person.phone.op("~")("x"),
    lambda: Person.email != "x",
    lambda: str(Person.email == Person.phone),
    lambda: str(select(Person).where(Person.email == Person.name)),
    lambda: str(select(Person.id).where(Person.phone == Person.phone)),
    lambda: Person.email == bindparam("x"),
    lambda: Person.email.in_(select(Person.name)),
    lambda: Person.email.in_("text"),
    lambda: Person.email.in_([Person.name]),
    lambda: Person.email.like("x"),
    lambda: Person.email == 5,
    lambda: select(Person.email).subquery().c.email == "x",
    lambda: Kinds.a_bytes == b"x",
]


@pytest.mark.parametrize("compare", REFUSED)
def test_other_comparisons_raise_at_once_and_say_what_to_do(compare: Callable[[], Any]) -> None:
    with pytest.raises(TypeError, match=r"^(Person|Kinds)\.\w+ (is encrypted|takes str)") as refused:
        compare()
    assert (
        "BlindIndex" in str(refused.value)
        or "found by a value" in str(refused.value)
        or "int" in str(refused.value)
    )


def test_an_order_of_ciphertexts_is_refused(session: Session) -> None:
    for statement in (
        select(Person).order_by(Person.phone),
        select(Person.phone).group_by(Person.phone),
        select(Person.phone.label("p")).order_by(Person.phone.label("p")),
    ):
        with pytest.raises(TypeError, match=r"^Person\.phone is encrypted and has no '(order_by|group_by)'"):
            session.execute(statement)


def test_null_is_asked_for_as_usual(session: Session) -> None:
    session.add_all([Person(id=1, phone="x"), Person(id=2)])
    session.commit()
    for missing in (Person.phone == None, Person.phone.is_(None), Person.phone.is_(null())):  # noqa: E711
        assert session.scalars(select(Person.id).where(missing)).all() == [2]
    for there in (Person.phone != None, Person.phone.is_not(None), Person.phone != null()):  # noqa: E711
        assert session.scalars(select(Person.id).where(there)).all() == [1]


def test_a_value_of_another_type_is_refused(session: Session) -> None:
    for name, value in [
        ("a_int", True),
        ("a_text", b"x"),
        ("a_date", "2026-11-30"),
        ("a_json", (1,)),
        ("a_decimal", 1.5),
    ]:
        session.add(Kinds(id=1, **{name: value}))
        with pytest.raises(TypeError, match=rf"^Kinds\.{name} takes "):
            session.flush()
        session.rollback()


def test_merge_expire_refresh_and_rollback(session: Session, engine: Engine) -> None:
    session.add(Person(id=1, phone="one", email="one@example.com"))
    session.commit()
    merged = session.merge(Person(id=1, phone="two", email="two@example.com"))
    session.commit()
    assert merged.phone == "two" and session.scalars(
        select(Person.id).where(Person.email == "two@example.com")
    ).all() == [1]
    with Session(engine) as other, other.begin():
        other.get_one(Person, 1).phone = "three"
    session.expire(merged, ["phone"])
    assert merged.phone == "three"
    merged.phone = "four"
    session.refresh(merged)
    assert merged.phone == "three"
    merged.phone = "five"
    session.flush()
    session.rollback()
    assert merged.phone == "three"


def test_a_flush_writes_only_what_changed(session: Session) -> None:
    session.add(Person(id=1, phone="one", email="one@example.com"))
    session.commit()
    before = raw(session, "SELECT phone, email, email_index FROM people")
    session.get_one(Person, 1).name = "Ada"
    session.commit()
    assert raw(session, "SELECT phone, email, email_index FROM people") == before
    assert raw(session, "SELECT name FROM people") == [("Ada",)]


def test_plaintext_that_is_still_there(session: Session) -> None:
    session.execute(text("INSERT INTO people (id, phone) VALUES (1, 'secret')"))
    with pytest.raises(
        errors.Malformed, match=r"^Person\.phone: not a ciphertext.*allow_plaintext=True"
    ) as refused:
        session.get(Person, 1)
    assert "secret" not in str(refused.value)
    assert plaintext_reads(Person.phone) == 0


def test_literal_values_are_encrypted_in_statements(session: Session) -> None:
    session.add(Person(id=1))
    session.commit()
    statement = update(Person.__table__).values(phone="secret")  # type: ignore[arg-type]
    shown = str(statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
    assert "secret" not in shown and "strongroom:v1:" in shown


def test_a_type_without_a_column_is_refused() -> None:
    with pytest.raises(TypeError, match=r"^Encrypted\.\(no column\) is of no table"):
        _ = Encrypted(KEYS["people"]).field
    with pytest.raises(TypeError, match="people.name is not encrypted|Person.name is not encrypted"):
        plaintext_reads(Person.name)
