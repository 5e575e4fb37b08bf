"""No plaintext in logs, errors or what objects show."""

import logging
import traceback
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from people import KEYS, Account, Base, Kinds, Patient, Person, key
from sqlalchemy import (
    Column,
    Engine,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    Uuid,
    bindparam,
    create_engine,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

from strongroom import Keyring, errors
from strongroom.sqlalchemy import Encrypted

SECRET = "plaintext-of-ada"


def table(model: Any) -> Any:
    return model.__table__


STATEMENTS: dict[str, Callable[[Session], Any]] = {
    "no column of that name": lambda s: s.connection().execute(
        insert(table(Person)).values(missing=1), [{"id": 1, "email": SECRET}]
    ),
    "another column's value": lambda s: s.connection().execute(
        insert(table(Person)), [{"id": 1, "email": SECRET, "name": object()}]
    ),
    "a type that refuses before": lambda s: s.execute(
        insert(Patient), [{"id": "none", "email": SECRET, "name": "x"}]
    ),
    "a value of a wrong type": lambda s: s.execute(insert(Kinds), [{"id": 1, "a_int": SECRET}]),
    "half of a surrogate pair": lambda s: s.execute(insert(Person), [{"id": 1, "email": SECRET + "\ud800"}]),
    "a constraint": lambda s: s.execute(insert(Person), [{"id": 7, "email": SECRET, "phone": SECRET}]),
    "an object that is there": lambda s: s.add(Person(id=7, email=SECRET)) or s.flush(),  # type: ignore[func-returns-value]
    "a constraint with rows": lambda s: s.execute(
        insert(Account), [{"id": None, "tenant": "acme", "iban": SECRET}]
    ),
    "no such table": lambda s: s.execute(text("SELECT 1 FROM nowhere")),
    "an update": lambda s: s.execute(update(Person).where(Person.id == object()).values(email=SECRET)),
    "a search": lambda s: s.execute(select(Person).where(Person.email == SECRET, Person.id == object())),
    "a bulk update": lambda s: s.execute(update(Person), [{"id": object(), "email": SECRET}]),
    "plaintext in a row-bound column": lambda s: s.connection().execute(
        insert(table(Patient)), [{"id": uuid.uuid4(), "email": SECRET}]
    ),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_errors_of_statements_show_no_plaintext(session: Session, name: str) -> None:
    session.add(Person(id=7, email="erik@example.com"))
    session.commit()
    with pytest.raises(Exception) as raised:
        STATEMENTS[name](session)
    error: BaseException | None = raised.value
    shown = "".join(traceback.format_exception(raised.value))
    # The lines of this file say the name of the secret, and never what it is.
    assert SECRET not in shown
    while error is not None:
        assert SECRET not in str(error) and SECRET not in repr(error)
        error = error.__cause__ if error.__cause__ is not error else None


class Odd(TypeDecorator[str]):
    """A type of the program's that refuses a value before the statement is executed."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        raise ValueError("odd")


def test_the_fault_of_another_column_hides_the_parameters(session: Session, engine: Engine) -> None:
    odd = Table("odd", MetaData(), Column("odd", Odd), Column("email", Encrypted(key())))
    odd.drop(engine, checkfirst=True)
    odd.create(engine)
    for statement, values in [
        (insert(odd), [{"odd": "x", "email": SECRET}]),
        (insert(odd), [{"odd": "x", "email": SECRET}, {"odd": "y", "email": SECRET}]),
        (update(odd).values(odd="x", email=SECRET), None),
    ]:
        with pytest.raises(StatementError, match="odd") as raised:
            session.execute(statement, values)
        assert SECRET not in str(raised.value)
        assert values is None or "parameters hidden" in str(raised.value)
        session.rollback()
    odd.drop(engine)


def test_parameters_of_other_statements_are_shown_as_before(session: Session) -> None:
    with pytest.raises(StatementError, match=r"\[parameters: "):
        session.execute(
            text("SELECT 1 FROM nowhere WHERE a = :a AND b = :b").bindparams(bindparam("a", type_=Uuid)),
            {"a": "shown", "b": 1},
        )
    with pytest.raises(DBAPIError, match=r"\[parameters: .*shown"):
        session.execute(text("SELECT * FROM nowhere WHERE a = :a"), {"a": "shown"})


def test_a_constraint_s_error_shows_ciphertexts_and_indexes(session: Session) -> None:
    session.add(Person(id=7, email="erik@example.com"))
    session.commit()
    with pytest.raises(DBAPIError) as raised:
        session.execute(insert(Person), [{"id": 7, "email": SECRET}])
    assert (
        "strongroom:v1:" in str(raised.value)
        and "strongroom:i1:" in str(raised.value)
        and SECRET not in str(raised.value)
    )


def test_echo_and_logs_show_no_plaintext(
    url: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = create_engine(url, echo="debug")
    with caplog.at_level(logging.DEBUG):
        Base.metadata.drop_all(engine)
        Base.metadata.create_all(engine)
        with Session(engine) as session:
            session.add_all(
                [Person(id=1, email=SECRET, phone=SECRET), Patient(email=SECRET, notes={"a": SECRET})]
            )
            session.commit()
            session.execute(insert(Patient), [{"id": uuid.uuid4(), "email": SECRET} for _ in range(3)])
            session.execute(insert(Person), [{"id": n, "email": SECRET} for n in (2, 3)])
            session.execute(update(Person).where(Person.email == SECRET).values(phone=SECRET))
            assert session.scalars(select(Person).where(Person.email.in_([SECRET]))).all()[0].email == SECRET
            assert session.scalars(select(Patient).where(Patient.email == SECRET)).all()[0].email == SECRET
            session.get_one(Person, 1).email = SECRET + "2"
            session.commit()
    engine.dispose()
    printed = capsys.readouterr()
    everything = caplog.text + printed.out + printed.err
    assert SECRET not in everything
    assert (
        everything.count("strongroom:v1:") > 10
        and "strongroom:i1:" in everything
        and "Row, not shown" in everything
    )


def test_what_objects_show(session: Session) -> None:
    one = Patient(email=SECRET, notes={"a": SECRET})
    assert SECRET not in repr(vars(one)) and SECRET not in repr(one)
    session.add(one)
    session.commit()
    assert one.email == SECRET and SECRET not in repr(vars(one))
    row = session.execute(select(Patient.id, Patient.email, Patient.notes)).one()
    assert SECRET not in repr(row) and SECRET not in str(row[1])
    for shown in (
        Person.email == SECRET,
        Patient.email == SECRET,
        select(Person).where(Person.email == SECRET),
    ):
        assert SECRET not in str(shown) and SECRET not in repr(shown)
    compiled = select(Person).where(Person.email == SECRET).compile(session.get_bind())
    assert SECRET not in str(compiled) and SECRET not in repr(compiled.params)


def test_errors_keep_their_class_and_are_not_wrapped(session: Session, ring: Keyring) -> None:
    session.add(Person(id=1, email=SECRET))
    session.commit()
    KEYS["people"].disable()
    for statement in (
        lambda: session.get(Person, 1),
        lambda: session.execute(insert(Person), [{"id": 2, "phone": SECRET}]),
    ):
        with pytest.raises(errors.KeyDisabled) as raised:
            session.expire_all()
            statement()
        assert type(raised.value).__name__ == "KeyDisabled" and raised.value.code == "key_disabled"
        assert raised.value.family == "untrusted_input" and not isinstance(raised.value, StatementError)
        shown = "".join(traceback.format_exception(raised.value))
        assert "strongroom.errors.KeyDisabled: Person." in shown
        session.rollback()


def test_rows_of_a_connection_with_a_name_are_not_shown(url: str, caplog: pytest.LogCaptureFixture) -> None:
    engine = create_engine(url, echo="debug").execution_options(logging_token="of-ada")
    with caplog.at_level(logging.DEBUG):
        Base.metadata.drop_all(engine)
        Base.metadata.create_all(engine)
        with Session(engine) as session:
            session.add(Person(id=1, email=SECRET))
            session.commit()
            assert session.scalars(select(Person.email)).all() == [SECRET]
    engine.dispose()
    assert SECRET not in caplog.text and "[of-ada] Row, not shown" in caplog.text
