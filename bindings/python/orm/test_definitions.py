"""Models that cannot be are refused when they are defined."""

import uuid
from datetime import date
from typing import Annotated, Any

import pydantic
import pytest
from people import KEYS, key
from sqlalchemy import (
    JSON,
    Column,
    FetchedValue,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    create_engine,
    func,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.mutable import MutableDict
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column

from strongroom import Keyring, errors
from strongroom.sqlalchemy import BlindIndex, Encrypted, RowEncrypted, rewrap


@pytest.fixture
def base() -> Any:
    class Base(DeclarativeBase): ...

    return Base


def model(base: Any, **attributes: Any) -> Any:
    return type("Model", (base,), {"__tablename__": "models", **attributes})


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        (
            {"id": Column(Integer, primary_key=True)},
            "the database makes the key 'id' after the value is written",
        ),
        (
            {"a": Column(Integer, primary_key=True), "b": Column(Integer, primary_key=True)},
            "has to be one column",
        ),
        ({"id": Column(Float, primary_key=True)}, "has to be str, int or UUID, and is Float"),
        ({"id": Column(LargeBinary, primary_key=True)}, "has to be str, int or UUID, and is LargeBinary"),
    ],
)
def test_primary_keys_of_row_bound_fields(base: Any, keys: dict[str, Any], why: str) -> None:
    with pytest.raises(TypeError, match=rf"^Model\.email is bound to its row, .*{why}"):
        model(base, **keys, email=RowEncrypted(key(), str))


def test_primary_keys_that_will_do(base: Any) -> None:
    columns: list[Any] = [
        Column(Integer, primary_key=True, autoincrement=False),
        Column(Integer, primary_key=True, default=lambda: 5),
        Column(String, primary_key=True),
        Column(Uuid, primary_key=True),
        Column(Uuid(as_uuid=False), primary_key=True, default=lambda: str(uuid.uuid4())),
        Column(String, primary_key=True, default="the only one"),
    ]
    for n, column in enumerate(columns):
        one = type(
            f"Model{n}",
            (base,),
            {"__tablename__": f"models{n}", "id": column, "email": RowEncrypted(key(), str)},
        )
        engine = create_engine("sqlite://")
        base.metadata.create_all(engine)
        made = one(email="ada") if column.default else one(id={0: 1, 2: "a", 3: uuid.uuid4()}[n], email="ada")
        with Session(engine) as session:
            session.add(made)
            session.commit()
            assert made.email == "ada"


def test_a_type_that_says_nothing_of_its_values_is_no_key(base: Any) -> None:
    class Odd(JSON):
        @property
        def python_type(self) -> Any:
            raise NotImplementedError

    with pytest.raises(TypeError, match="has to be str, int or UUID"):
        model(base, id=Column(Odd, primary_key=True), email=RowEncrypted(key(), str))


def test_a_tenant_that_is_no_column(base: Any) -> None:
    with pytest.raises(
        TypeError, match=r"^Model\.email takes its context from 'tenant', which is no column of this model"
    ):
        model(base, id=Column(String, primary_key=True), email=RowEncrypted(key(), str, context="tenant"))


def test_options_that_do_not_fit() -> None:
    with pytest.raises(
        TypeError, match="no column of float can be encrypted: take one of Decimal, bool, bytes"
    ):
        Encrypted(key(), float)
    with pytest.raises(TypeError, match="naive is for columns of datetime, and this one is of date"):
        Encrypted(key(), date, naive=True)
    with pytest.raises(TypeError, match="a column with a length needs largest"):
        Encrypted(key(), length=100)
    with pytest.raises(
        TypeError, match="BlindIndex takes the name of the encrypted column, and was given Column"
    ):
        BlindIndex(Column("email", Text))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^people\.email takes a Key or a callable"):
        Table("people", MetaData(), Column("email", Encrypted("customers")))  # type: ignore[arg-type]


def test_widths_are_checked_with_the_key() -> None:
    given, wide = KEYS["people"], KEYS["people"].encrypted_len(bytes(254)) + 3
    with pytest.raises(
        ValueError, match=rf"^people\.email has a column of {wide - 1}, and a value of 254 bytes takes {wide}"
    ):
        Table("people", MetaData(), Column("email", Encrypted(given, length=wide - 1, largest=254)))
    table = Table(
        "people",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("email", Encrypted(given, length=wide, largest=254)),
        Column("phone", Encrypted(key(), length=100, largest=254)),
        Column("photo", Encrypted(key(), bytes, binary=True, length=331, largest=254)),
    )
    email, photo = (getattr(table.c[name].type, "raw", None) for name in ("email", "photo"))
    assert isinstance(email, String) and email.length == wide
    assert isinstance(photo, LargeBinary) and photo.length == 331
    engine = create_engine("sqlite://")
    table.create(engine)
    with engine.begin() as connection:
        # A callable is asked when the key is used first.
        with pytest.raises(ValueError, match=r"^people\.phone has a column of 100"):
            connection.execute(insert(table), [{"id": 1, "phone": "x"}])
        with pytest.raises(ValueError, match=r"^people\.email takes 254 bytes, and was given 255"):
            connection.execute(insert(table), [{"id": 1, "email": "x" * 255}])
        connection.execute(insert(table), [{"id": 1, "email": "x" * 254, "photo": b"x" * 254}])
        assert connection.scalars(select(table.c.email)).one() == "x" * 254


def test_an_index_needs_an_encrypted_column_to_be_of() -> None:
    for columns in ([], [Column("email", Text)]):
        table = Table(
            "people",
            MetaData(),
            Column("id", Integer, primary_key=True),
            *columns,
            Column("index", BlindIndex("email")),
        )
        engine = create_engine("sqlite://")
        table.create(engine)
        with (
            pytest.raises(
                TypeError, match=r"^people\.index is the BlindIndex of 'email', which is no encrypted column"
            ),
            engine.begin() as connection,
        ):
            connection.execute(insert(table), [{"id": 1}])
    table = Table(
        "people", MetaData(), Column("notes", Encrypted(key(), dict)), Column("index", BlindIndex("notes"))
    )
    with pytest.raises(TypeError, match=r"^people\.notes holds json, which has no blind index"):
        _ = table.c.notes == {"a": 1}


def test_one_type_in_several_columns_is_bound_to_each(base: Any) -> None:
    shared = Encrypted(key())
    one = model(base, id=Column(Integer, primary_key=True), a=Column(shared), b=Column(shared))
    engine = create_engine("sqlite://")
    base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(one(id=1, a="x", b="y"))
        session.commit()
        a, b = session.execute(select(one.a, one.b)).one()
        assert (a, b) == ("x", "y")
        stored = session.connection().exec_driver_sql("SELECT a, b FROM models").one()
        assert KEYS["people"].decrypt(stored[0], aad={"column": "models.a"}) == b"x"
        assert KEYS["people"].decrypt(stored[1], aad={"column": "models.b"}) == b"y"


def test_mixins_are_bound_to_each_table(base: Any) -> None:
    class Contact:
        id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
        email = RowEncrypted(key(), str)
        email_index: Mapped[str] = mapped_column(BlindIndex("email"))
        phone: Mapped[str] = mapped_column(Encrypted(key()))

        @declared_attr.directive
        def __tablename__(cls) -> str:
            return cls.__name__.lower()  # type: ignore[attr-defined, no-any-return]

    first: Any = type("First", (Contact, base), {})
    second: Any = type("Second", (Contact, base), {})
    engine = create_engine("sqlite://")
    base.metadata.create_all(engine)
    with Session(engine) as session:
        for one in (first, second):
            session.add(one(id=uuid.UUID(int=1), email="ada", phone="5"))
        session.commit()
        for one in (first, second):
            found = session.scalars(select(one).where(one.email == "ada")).one()
            assert (found.email, found.phone) == ("ada", "5")
            stored = (
                session.connection().exec_driver_sql(f"SELECT email FROM {one.__tablename__}").scalar_one()
            )
            bound = {"row": str(uuid.UUID(int=1)), "column": f"{one.__tablename__}.email"}
            assert KEYS["people"].decrypt(stored, aad=bound) == b"ada"


def test_a_renamed_column_keeps_what_it_is_bound_to(base: Any) -> None:
    one = model(
        base,
        id=Column(String, primary_key=True),
        mail=RowEncrypted(key(), str, column="e_mail", bound="people.email"),
        e_mail_index=Column(BlindIndex("e_mail")),
        phone=Column("tel", Encrypted(key(), bound="people.phone")),
    )
    engine = create_engine("sqlite://")
    base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(one(id="a", mail="ada", phone="5"))
        session.commit()
        mail, tel, index = (
            session.connection().exec_driver_sql("SELECT e_mail, tel, e_mail_index FROM models").one()
        )
        assert KEYS["people"].decrypt(mail, aad={"row": "a", "column": "people.email"}) == b"ada"
        assert KEYS["people"].decrypt(tel, aad={"column": "people.phone"}) == b"5"
        assert KEYS["people"].index("ada", name="people.email") == index
        assert session.scalars(select(one).where(one.mail == "ada")).one().phone == "5"


INSTEAD = {
    "primary_key": "Take another column",
    "unique": "Say unique=True of a BlindIndex beside it that has a version=",
    "index": "Say index=True of a BlindIndex",
}


@pytest.mark.parametrize("flag", ["primary_key", "unique", "index"])
def test_what_says_nothing_of_ciphertexts(flag: str) -> None:
    with pytest.raises(
        TypeError,
        match=rf"^people\.email is encrypted, and {flag} says nothing of ciphertexts: .* {INSTEAD[flag]}",
    ):
        options: Any = {flag: True}
        Table("people", MetaData(), Column("email", Encrypted(key()), **options))


UNIQUE = r"^models\.email_index is unique without a version: .* Say version="


@pytest.mark.parametrize(
    ("options", "args", "twice"),
    [
        ({"unique": True}, tuple, False),
        ({"unique": True, "index": True}, tuple, False),
        ({}, lambda: (UniqueConstraint("email_index"),), False),
        ({}, lambda: (UniqueConstraint("id", "email_index"),), True),
        ({}, lambda: (Index("once", "email_index", unique=True),), False),
    ],
)
def test_a_unique_index_stays_with_a_version(
    base: Any, options: dict[str, Any], args: Any, twice: bool
) -> None:
    def made(name: str, **said: Any) -> Any:
        return type(
            name,
            (base,),
            {
                "__tablename__": f"{name}s".lower(),
                "__table_args__": args(),
                "id": Column(Integer, primary_key=True),
                "email": Column(Encrypted(key())),
                "email_index": mapped_column(BlindIndex("email", normalize="email", **said), **options),
            },
        )

    with pytest.raises(TypeError, match=UNIQUE):
        made("Model")
    one = made("Person", version=1)
    engine = create_engine("sqlite://")
    one.__table__.create(engine)
    with Session(engine) as session:
        session.add(one(id=1, email="ada@example.com"))
        session.commit()
        stored = session.scalars(select(one.email_index)).one()
        KEYS["people"].rotate()
        assert session.scalars(select(one).where(one.email == "ADA@example.com")).one().id == 1
        # With the constraint over two columns, this is another row.
        session.add(one(id=2, email="Ada@example.com"))
        if twice:
            session.commit()
        else:
            with pytest.raises(IntegrityError):
                session.commit()
            session.rollback()
        assert set(session.scalars(select(one.email_index))) == {stored}
    report = rewrap(engine, one, dry_run=True)
    assert (report.reindexed, rewrap(engine, one).reindexed) == (0, 0)
    engine.dispose()


def test_a_unique_index_of_a_table_of_core() -> None:
    table = Table(
        "models",
        MetaData(),
        Column("email", Encrypted(key())),
        Column("email_index", BlindIndex("email")),
        UniqueConstraint("email_index"),
    )
    with pytest.raises(TypeError, match=UNIQUE):
        _ = table.c.email == "ada"


def test_an_index_of_a_model_needs_its_column_when_it_is_defined(base: Any) -> None:
    with pytest.raises(TypeError, match=r"^models\.index is the BlindIndex of 'mail', which is no encrypted"):
        model(base, id=Column(Integer, primary_key=True), index=Column(BlindIndex("mail")))


def test_fields_of_pydantic_are_others() -> None:
    for one in (Encrypted(key()), RowEncrypted(key(), str)):
        with pytest.raises(TypeError, match="from strongroom.pydantic import Encrypted"):
            pydantic.TypeAdapter(Annotated[str, one])


def test_an_index_under_a_convergent_key() -> None:
    table = Table(
        "people", MetaData(), Column("email", Encrypted(key("equal"))), Column("i", BlindIndex("email"))
    )
    engine = create_engine("sqlite://")
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(insert(table), [{"email": "ada"}, {"email": "erik"}])
        assert connection.scalars(select(table.c.email).where(table.c.email == "ada")).all() == ["ada"]
        context = KEYS["equal"].context({"context": "people.email", "column": "people.email"})
        assert context.index("ada", name="people.email") in connection.scalars(select(table.c.i)).all()


def test_objects_that_change_in_their_place(base: Any) -> None:
    kind = MutableDict.as_mutable(Encrypted(key(), dict))
    one = model(base, id=Column(Integer, primary_key=True), notes=Column(kind))
    engine = create_engine("sqlite://")
    base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(one(id=1, notes={"a": 1}))
        session.commit()
        held = session.get_one(one, 1)
        held.notes["b"] = 2
        session.commit()
        assert held.notes == {"a": 1, "b": 2}


def test_types_show_no_key() -> None:
    table = Table(
        "people",
        MetaData(),
        Column("email", Encrypted(KEYS["people"])),
        Column("i", BlindIndex("email", key=KEYS["siv"])),
    )
    shown = repr(table) + repr(table.c.email.type) + repr(table.c.i.type)
    assert "Text()" in shown and "String(length=64)" in shown
    assert not any(word in shown for word in ("Key(", "siv", "strongroom.Key"))
    assert table.c.email.type.python_type is str
    assert (
        hash(table.c.email.type) != hash(table.c.i.type)
        and table.c.email.type != Encrypted(KEYS["people"])
        and table.c.i.type != BlindIndex("email")
    )


def test_an_index_is_alone(base: Any) -> None:
    columns: list[Any] = [Column(name, BlindIndex("email")) for name in ("first", "other")]
    with pytest.raises(
        TypeError, match=r"^people\.other is a second BlindIndex of 'email', which has 'first'"
    ):
        Table("people", MetaData(), Column("email", Encrypted(key())), *columns)


def test_an_index_by_another_key() -> None:
    table = Table(
        "people",
        MetaData(),
        Column("email", Encrypted(key())),
        Column("i", BlindIndex("email", key=key("siv"))),
    )
    engine = create_engine("sqlite://")
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(insert(table), [{"email": "ada"}])
        assert connection.scalars(select(table.c.i)).one() == KEYS["siv"].index("ada", name="people.email")
        assert connection.scalars(select(table.c.email).where(table.c.email == "ada")).one() == "ada"


@pytest.mark.parametrize(
    "options",
    [
        {"server_default": "plain"},
        {"default": func.lower("PLAIN")},
        {"onupdate": "x"},
        {"server_onupdate": FetchedValue()},
    ],
)
def test_what_would_be_written_past_the_encryption(base: Any, options: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"^models\.email is encrypted, and its .* would write past that"):
        model(base, id=Column(Integer, primary_key=True), email=mapped_column(Encrypted(key()), **options))


def test_a_default_is_indexed(base: Any) -> None:
    engine = create_engine("sqlite://")
    for name in ("after", "before"):
        columns: list[Any] = [
            Column("email", Encrypted(key()), default="ada@example.com"),
            Column("email_index", BlindIndex("email")),
        ]
        if name == "before":
            columns.reverse()
        table = Table(name, MetaData(), Column("id", Integer, primary_key=True), *columns)
        with engine.begin() as connection:
            table.create(connection)
            if name == "before":
                with pytest.raises(
                    TypeError, match=r"^before\.email has a default, which is made after its blind index"
                ):
                    connection.execute(insert(table), {"id": 1})
                connection.execute(insert(table), {"id": 1, "email": "ada@example.com"})
            else:
                connection.execute(insert(table), {"id": 1})
            assert connection.scalars(select(table.c.id).where(table.c.email == "ada@example.com")).all() == [
                1
            ]
    engine.dispose()


def test_a_key_that_there_is_not(base: Any, ring: Keyring) -> None:
    one = model(
        base,
        id=Column(Integer, primary_key=True),
        email=Column(Encrypted(lambda: ring.key("nobody"))),
        phone=Column(Encrypted(key())),
        phone_index=Column(BlindIndex("phone", key=lambda: ring.key("no-one"))),
    )
    engine = create_engine("sqlite://")
    base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(one(id=1, email="ada@example.com"))
        with pytest.raises(errors.KeyNotFound, match=r'^Model\.email: there is no key "nobody"; list the keys, or create it'):
            session.commit()
        session.rollback()
        with pytest.raises(errors.KeyNotFound, match=r'^Model\.phone: there is no key "no-one"'):
            session.scalars(select(one).where(one.phone == "1")).all()
    engine.dispose()


@pytest.mark.parametrize("kind", ["Encrypted", "BlindIndex"])
def test_a_type_behind_another_one_or_without_a_column_is_refused(kind: str) -> None:
    def made() -> Any:
        return Encrypted(key()) if kind == "Encrypted" else BlindIndex("email")

    # SQLAlchemy takes it for an item of the column, which would be of the other type: in plaintext.
    with pytest.raises(TypeError, match=rf"^{kind} stands beside another type, String\(length=50\), .* only type$"):
        Column("email", String(50), made())
    with pytest.raises(TypeError, match="stands beside another type"):
        Column("email", String(50).with_variant(made(), "sqlite"))

    class Base(DeclarativeBase): ...

    # Python 3.11 says it as the cause of another error.
    with pytest.raises((TypeError, RuntimeError)) as refused:
        type("Model", (Base,), {"__tablename__": "models", "email": made()})
    assert f"Model.email = {kind}(…) makes no column: write mapped_column({kind}(…))" in str(
        refused.value.__cause__ or refused.value
    )
    # A class that is no model may hold types.
    assert type("Kinds", (), {"email": made()}).email is not None  # type: ignore[attr-defined]
