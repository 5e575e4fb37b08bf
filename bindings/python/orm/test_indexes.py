"""Blind indexes, which are kept in step with their columns."""

import uuid
from typing import Any

import pytest
from people import KEYS, Account, Patient, Person
from sqlalchemy import (
    MetaData,
    Table,
    asc,
    bindparam,
    desc,
    func,
    insert,
    literal_column,
    null,
    nulls_last,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

DIALECTS: dict[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}
TABLE: Any = Person.__table__


def ids(session: Session, *where: Any) -> list[int]:
    return list(session.scalars(select(Person.id).where(*where).order_by(Person.id)))


def stored(session: Session, key: int) -> str | None:
    return session.execute(text(f"SELECT email_index FROM people WHERE id = {key}")).scalar_one()  # type: ignore[no-any-return]


@pytest.fixture(autouse=True)
def rows(session: Session) -> None:
    session.add_all(
        [Person(id=1, email="Ada@example.com"), Person(id=2, email="erik@example.com"), Person(id=3)]
    )
    session.commit()


def test_equality_and_in_find_rows(session: Session) -> None:
    assert ids(session, Person.email == " ADA@EXAMPLE.COM ") == [1]
    assert ids(session, Person.email.in_(["ada@example.com", "erik@example.com", None])) == [1, 2]
    assert ids(session, Person.email.in_([])) == ids(session, Person.email.in_([None])) == []
    assert ids(session, Person.email == "nobody@example.com") == []
    assert ids(session, ~(Person.email == "ada@example.com")) == [2]
    other = aliased(Person)
    assert session.scalars(select(other.id).where(other.email == "ada@example.com")).all() == [1]
    sub = select(Person.email, Person.email_index).subquery()
    assert session.scalars(select(sub.c.email).where(sub.c.email == "ada@example.com")).all() == [
        "Ada@example.com"
    ]


def test_a_row_is_found_after_rotations(session: Session) -> None:
    statement = select(Person.id).where(Person.email == "ada@example.com")
    KEYS["people"].rotate()
    session.execute(insert(Person), [{"id": 4, "email": "ada@example.com"}])
    KEYS["people"].rotate()
    # Also by a statement that was made before them: it asks for the versions when it is executed.
    assert session.scalars(statement.order_by(Person.id)).all() == [1, 4]
    assert {str(stored(session, key))[:14] for key in (1, 4)} == {"strongroom:i1:", "strongroom:i2:"}


def test_the_index_is_that_of_the_verbs(session: Session) -> None:
    expected = KEYS["people"].index("ada@example.com", name="people.email", normalize="email")
    assert stored(session, 1) == expected == session.get_one(Person, 1).email_index
    assert stored(session, 3) is None
    session.add(Account(id=1, tenant="acme", iban="DE11", city="Porto"))
    session.commit()
    one = session.get_one(Account, 1)
    assert one.iban_index == KEYS["tenants"].context("acme").index("de11", name="accounts.iban", bits=64)
    assert one.city_index == KEYS["tenants"].context("accounts.city").index("Porto", name="accounts.city")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda s: setattr(s.get_one(Person, 1), "email", "new@example.com"), id="object"),
        pytest.param(
            lambda s: s.execute(update(Person).where(Person.id == 1).values(email="new@example.com")),
            id="orm",
        ),
        pytest.param(
            lambda s: s.execute(
                update(Person).where(Person.id == 1).values({Person.email: "new@example.com"})
            ),
            id="attribute",
        ),
        pytest.param(
            lambda s: s.execute(update(Person), [{"id": 1, "email": "new@example.com"}]), id="by key"
        ),
        pytest.param(
            lambda s: s.connection().execute(
                update(TABLE).where(TABLE.c.id == 1).values(email="new@example.com")
            ),
            id="core",
        ),
        pytest.param(
            lambda s: s.connection().execute(
                update(TABLE).where(TABLE.c.id == bindparam("key")).values(email=bindparam("new")),
                [{"key": 1, "new": "new@example.com"}, {"key": 3, "new": None}],
            ),
            id="parameters",
        ),
        pytest.param(
            lambda s: s.connection().execute(
                update(TABLE).where(TABLE.c.id == bindparam("key")), [{"key": 1, "email": "new@example.com"}]
            ),
            id="columns",
        ),
        pytest.param(
            lambda s: s.query(Person).filter_by(id=1).update({"email": "new@example.com"}), id="query"
        ),
        pytest.param(lambda s: s.merge(Person(id=1, email="new@example.com")), id="merge"),
        pytest.param(
            lambda s: s.connection().execute(
                update(TABLE).where(TABLE.c.id == 1).ordered_values(("email", "new@example.com"))
            ),
            id="ordered",
        ),
    ],
)
def test_an_update_updates_the_index(session: Session, change: Any) -> None:
    change(session)
    session.commit()
    assert ids(session, Person.email == "new@example.com") == [1]
    assert ids(session, Person.email == "ada@example.com") == []
    assert ids(session, Person.email == "erik@example.com") == [2]


def test_other_updates_leave_the_index(session: Session) -> None:
    before = stored(session, 1)
    session.execute(update(Person).values(name="x"))
    session.get_one(Person, 1).name = "y"
    session.commit()
    assert stored(session, 1) == before
    session.execute(update(Person).where(Person.id == 1).values(email=null()))
    assert stored(session, 1) is None
    session.execute(
        update(TABLE).where(TABLE.c.id == 2).values(email="x@example.com", email_index="strongroom:i1:given")
    )
    assert stored(session, 2) == "strongroom:i1:given"
    # Whoever sets the index of an object alone does not get it out of step.
    one = session.get_one(Person, 2, populate_existing=True)
    one.email_index = "other"
    session.commit()
    assert stored(session, 2) != "other"
    assert ids(session, Person.email == "x@example.com") == [2]


def test_what_an_index_cannot_be_made_of_is_refused(session: Session) -> None:
    for statement in (
        update(Person).values(email=func.lower("x")),
        update(TABLE).values(email=TABLE.c.phone),
        insert(TABLE).values(id=9, email=literal_column("'x'")),
    ):
        with pytest.raises(
            TypeError, match=r"^Person\.email is set to an expression, of which no blind index can be made"
        ):
            session.execute(statement)
    for names in (["id", "email"], ["id", "email", "phone"]):
        with pytest.raises(
            TypeError, match=r"^Person\.email is written here without its blind index: name 'email_index'"
        ):
            session.execute(insert(TABLE).from_select(names, select(*(TABLE.c[name] for name in names))))
    both = ["id", "email", "email_index"]
    moved = select((TABLE.c.id + 10).label("id"), TABLE.c.email, TABLE.c.email_index)
    session.execute(insert(TABLE).from_select(both, moved))
    assert ids(session, Person.email == "ada@example.com") == [1, 11]
    session.execute(insert(TABLE).from_select(["id", "name"], select(TABLE.c.id + 20, TABLE.c.name)))


def test_an_empty_text_is_a_value_without_an_index(session: Session) -> None:
    session.execute(insert(Person), [{"id": 9, "email": " "}])
    assert stored(session, 9) is None and session.get_one(Person, 9).email == " "
    assert ids(session, Person.email == "") == []


def test_upserts(session: Session, engine: Any) -> None:
    make: Any = DIALECTS[engine.dialect.name].insert
    statement = make(TABLE).values(
        [{"id": 1, "email": "one@example.com"}, {"id": 9, "email": "nine@example.com"}]
    )
    with pytest.raises(TypeError, match=r"^Person\.email is written here without its blind index"):
        session.execute(
            statement.on_conflict_do_update(index_elements=["id"], set_={"email": statement.excluded.email})
        )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["id"],
            set_={"email": statement.excluded.email, "email_index": statement.excluded.email_index},
        )
    )
    session.execute(statement.on_conflict_do_nothing())
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"name": "again"}))
    session.expire_all()
    assert ids(session, Person.email == "one@example.com") == [1] and ids(
        session, Person.email == "nine@example.com"
    ) == [9]
    assert session.get_one(Person, 1).email == "one@example.com"


def test_a_ciphertext_of_an_unknown_row_has_no_index(session: Session) -> None:
    key = uuid.uuid4()
    session.execute(insert(Patient), [{"id": key, "email": "ada@example.com"}])
    sealed = session.scalars(select(Patient.email)).one()
    table: Any = Patient.__table__
    with pytest.raises(ValueError, match=r"^Patient\.email is a ciphertext whose row is not known"):
        session.connection().execute(update(table).values(email=sealed))


def test_another_connection_sees_it(session: Session, engine: Any) -> None:
    # Core alone, with a table that was copied.
    copied = TABLE.to_metadata(MetaData())
    assert isinstance(copied, Table) and copied.c.email.type is not TABLE.c.email.type
    with engine.begin() as connection:
        connection.execute(insert(copied), [{"id": 7, "email": "seven@example.com"}])
        assert connection.scalars(select(copied.c.id).where(copied.c.email == "SEVEN@example.com")).all() == [
            7
        ]
        assert connection.scalars(select(copied.c.email).where(copied.c.id == 7)).one() == "seven@example.com"
    assert ids(session, Person.email == "seven@example.com") == [7]


def test_a_subquery_has_the_index_of_each_column(session: Session) -> None:
    """Two columns of one name have two indexes of one name, of which only one finds the value."""
    session.add(Account(id=1, tenant="acme", iban="DE11", city="Bonn"))
    session.flush()
    one, other = aliased(Person), aliased(Person)
    both = select(one, other).join(other, other.id == one.id + 1).where(one.id == 1).subquery()
    assert session.scalars(select(both.c.email_1).where(both.c.email_1 == "erik@example.com")).all() == [
        "erik@example.com"
    ]
    assert session.scalars(select(both.c.email).where(both.c.email == "erik@example.com")).all() == []
    renamed = select(Person.email.label("mail"), Person.email_index.label("by")).subquery()
    assert session.scalars(select(renamed.c.mail).where(renamed.c.mail == "ada@example.com")).all() == [
        "Ada@example.com"
    ]
    pair = select(Person.email, Person.email_index)
    union = pair.where(Person.id == 1).union_all(pair.where(Person.id == 2)).subquery()
    assert session.scalars(select(union.c.email).where(union.c.email == "erik@example.com")).all() == [
        "erik@example.com"
    ]
    with pytest.raises(TypeError, match=r"^Person\.email is encrypted and has no blind index here"):
        _ = select(Person.email).subquery().c.email == "ada@example.com"
    with pytest.raises(TypeError, match=r"has no blind index here .* BlindIndex\('email'\)"):
        _ = func.coalesce(Person.email, "x") == "ada@example.com"
    # Without its tenant a value has another index, which is nowhere.
    for column in (select(Account).subquery().c.iban, Account.iban_sealed):  # type: ignore[attr-defined]
        with pytest.raises(ValueError, match=r"^Account\.iban is found among the rows of one tenant"):
            _ = column == "DE11"


def test_an_order_by_name_and_of_a_union_is_refused(session: Session) -> None:
    both = select(Person.email).union(select(Person.email))
    for statement in (
        select(Person.email).order_by("email"),
        both.order_by(both.selected_columns.email),
        both.order_by("email"),
    ):
        with pytest.raises(TypeError, match=r"^Person\.email is encrypted and has no 'order_by'"):
            session.execute(statement)
    assert session.scalars(select(Person.id).order_by("id")).all() == [1, 2, 3]


@pytest.mark.parametrize(
    "sought",
    [
        lambda index: index.like("a%"),
        lambda index: index.startswith("a"),
        lambda index: index > "a",
        lambda index: index.between("a", "b"),
        lambda index: index + "a",
    ],
)
def test_an_index_is_equal_or_not(sought: Any) -> None:
    with pytest.raises(
        TypeError, match=r"^people\.email_index is a blind index and has no '.*Model\.email == value"
    ):
        sought(Person.email_index)


def test_what_is_no_index_is_not_sought_or_stored(session: Session) -> None:
    statements: list[Any] = [
        select(Person).where(Person.email_index == "secret@example.com"),
        select(Person).where(Person.email_index.in_(["secret@example.com"])),
        update(Person).values(email_index="secret@example.com"),
        insert(TABLE).values(id=70, email_index="secret@example.com"),
    ]
    for statement in statements:
        with pytest.raises(
            TypeError, match=r"^people\.email_index holds blind indexes, .*Model\.email == value"
        ) as refused:
            session.execute(statement)
        assert "secret" not in str(refused.value)
    assert session.scalars(
        select(Person.id).where(Person.email_index.is_(None)).order_by(Person.email_index.desc())
    ).all() == [3]


def test_an_order_of_ciphertexts_by_their_name(session: Session) -> None:
    orders: list[Any] = ["phone", desc("phone"), nulls_last(desc("phone")), asc("called")]
    for order in orders:
        with pytest.raises(TypeError, match=r"^Person\.phone is encrypted and has no 'order_by'"):
            session.execute(select(Person.id, Person.phone, Person.phone.label("called")).order_by(order))
    assert (
        session.execute(select(Person.name, Person.phone).order_by(desc("name"))).all() == [(None, None)] * 3
    )
