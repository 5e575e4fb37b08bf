"""What is written past a type, or for another row, is refused: it would be plaintext, or never open."""

import uuid
from typing import Any

import pytest
from people import Patient, Person
from sqlalchemy import bindparam, func, insert, literal, null, select, text, update
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.orm import Session, make_transient

from strongroom import errors

DIALECTS: dict[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}
TABLE: Any = Person.__table__
PATIENTS: Any = Patient.__table__
REFUSED = (
    r"^Person\.(phone|email) is set to an expression, which the database would store as it is, in plaintext"
)


@pytest.fixture(autouse=True)
def rows(session: Session) -> None:
    session.add(Person(id=1, name="Ada", phone="1", email="ada@example.com"))
    session.commit()


@pytest.mark.parametrize(
    "statement",
    [
        lambda: update(Person).values(phone=func.lower("PLAIN")),
        lambda: update(Person).values(phone=literal("plain")),
        lambda: update(Person).values(phone=Person.name),
        lambda: update(Person).values(email=literal("plain")),
        lambda: update(Person).values(phone=Person.email),
        lambda: insert(TABLE).values(id=2, phone=func.lower("PLAIN")),
        lambda: insert(TABLE).values([{"id": 2, "phone": "x"}, {"id": 3, "phone": func.lower("PLAIN")}]),
        lambda: insert(TABLE).values([(2, None, None, None, "x"), (3, None, None, None, func.lower("P"))]),
        lambda: insert(TABLE).from_select(["id", "phone"], select(TABLE.c.id + 10, TABLE.c.name)),
        lambda: sqlite.insert(TABLE).values(id=1).on_conflict_do_update(set_={"phone": literal("plain")}),
    ],
)
def test_an_expression_is_no_value(session: Session, statement: Any) -> None:
    made = statement()
    with pytest.raises(TypeError, match=REFUSED):
        session.execute(made)


def test_an_upsert_of_mysql_is_looked_at(session: Session) -> None:
    made = mysql.insert(TABLE).values(id=1)
    with pytest.raises(TypeError, match=REFUSED):
        session.execute(made.on_duplicate_key_update(phone=literal("plain")))
    with pytest.raises(TypeError, match=r"^Person\.email is written here without its blind index"):
        session.execute(made.on_duplicate_key_update(email=made.inserted.email))


def test_an_expression_is_no_value_of_an_object(session: Session) -> None:
    session.get_one(Person, 1).phone = func.lower("PLAIN")
    with pytest.raises(TypeError, match=REFUSED):
        session.flush()


def test_values_and_what_the_type_sees_are_written(session: Session) -> None:
    session.execute(update(TABLE).values(phone=bindparam("given")), {"given": "2"})
    assert session.scalars(select(Person.phone)).all() == ["2"]
    session.execute(
        update(Person).values(phone=func.coalesce(Person.phone, "3"), name=func.upper(Person.name))
    )
    assert session.execute(select(Person.phone, Person.name)).all() == [("2", "ADA")]
    session.execute(insert(TABLE).from_select(["id", "phone"], select(TABLE.c.id + 10, TABLE.c.phone)))
    assert session.scalars(select(Person.phone)).all() == ["2", "2"]
    session.execute(update(Person).values(phone=null()))
    assert session.scalars(select(Person.phone)).all() == [None, None]


def test_an_upsert_by_another_column_would_bind_to_another_row(session: Session) -> None:
    session.execute(text("CREATE UNIQUE INDEX one_name ON patients (name)"))
    old, new = uuid.uuid4(), uuid.uuid4()
    session.add(Patient(id=old, name="Ada", email="old@example.com"))
    session.commit()
    make: Any = DIALECTS[session.get_bind().dialect.name].insert
    for key, name, of in ((new, "Ada", "name"), (old, "Ada L.", "id")):
        statement = make(PATIENTS).values(id=key, name=name, email=Patient.email.seal(key, "new@example.com"))
        upsert = statement.on_conflict_do_update(
            index_elements=[of],
            set_={name: statement.excluded[name] for name in ("name", "email", "email_index")},
        )
        if of == "name":
            with pytest.raises(
                TypeError, match=r"^Patient\.email is bound to its row, and a conflict of another"
            ):
                session.execute(upsert)
        else:
            session.execute(upsert)
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"name": "Ada"}))
    session.execute(text("DROP INDEX one_name"))
    assert session.scalars(select(Patient)).one().email == "new@example.com"
    assert session.scalars(select(Patient.id).where(Patient.email == "new@example.com")).all() == [old]


def test_a_ciphertext_of_another_row_is_not_written(session: Session) -> None:
    one, other = Patient(notes={"of": "one"}), Patient(notes={"of": "other"})
    session.add_all([one, other])
    session.commit()
    other.notes = one.notes_sealed  # type: ignore[attr-defined]
    with pytest.raises(errors.DecryptFailed, match=r"^Patient\.notes of row "):
        session.flush()
    session.rollback()
    session.refresh(one)
    make_transient(one)
    one.id = uuid.uuid4()
    session.add(one)
    with pytest.raises(errors.DecryptFailed, match=r"^Patient\.notes of row "):
        session.flush()
    session.rollback()
    again = Patient(notes={"of": "again"})
    session.add(again)
    session.flush()
    session.rollback()
    session.add(again)
    session.commit()
    assert again.notes == {"of": "again"}
