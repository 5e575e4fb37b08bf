"""Bringing tables up to date, and moving plaintext over."""

import json
import os
import subprocess
import sys
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import people
import pytest
from people import KEYS, Account, Animal, Cat, Dog, Kinds, Moving, Patient, Person, RowKinds, key
from sqlalchemy import (
    Column,
    Date,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    func,
    insert,
    or_,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.orm import DeclarativeBase, Session
from values import VALUES

from strongroom import Keyring, Seal, errors
from strongroom.sqlalchemy import BlindIndex, Encrypted, Report, RowEncrypted, plaintext_reads, rewrap
from strongroom.sqlalchemy.__main__ import main

HERE = Path(__file__).parent


def fill(session: Session) -> None:
    session.execute(
        insert(Person), [{"id": n, "email": f"{n}@example.com", "phone": str(n)} for n in range(1, 26)]
    )
    session.execute(insert(Person), [{"id": 26}, {"id": 27, "phone": ""}])
    session.execute(
        insert(Patient),
        [{"id": uuid.UUID(int=n), "email": f"{n}@example.com", "notes": {"n": n}} for n in range(1, 12)],
    )
    session.execute(
        insert(Account),
        [{"id": n, "tenant": f"t{n % 3}", "iban": f"DE{n}", "city": "Porto"} for n in range(1, 8)],
    )
    session.add_all(
        [Cat(name="Tom", chip="c", vet="v"), Dog(name="Rex", tag=5, owner="Ada"), Animal(name="x")]
    )
    session.add(Kinds(id=1, **{name: pair[0] for name, pair in VALUES.items()}))
    session.add(RowKinds(id="a", **{name: pair[0] for name, pair in VALUES.items()}))
    session.commit()


MODELS = [Person, Patient, Account, Animal, Dog, Kinds, RowKinds]


def check(session: Session) -> None:
    session.expire_all()
    for n in range(1, 26):
        one = session.scalars(select(Person).where(Person.email == f"{n}@example.com")).one()
        assert (one.id, one.phone) == (n, str(n))
    for n in range(1, 12):
        patient = session.scalars(select(Patient).where(Patient.email == f"{n}@example.com")).one()
        assert (patient.id, patient.notes) == (uuid.UUID(int=n), {"n": n})
    for n in range(1, 8):
        account = session.scalars(select(Account).where(Account.iban.of(f"t{n % 3}") == f"DE{n}")).one()
        assert (account.id, account.city) == (n, "Porto")
    dog = session.scalars(select(Dog).where(Dog.owner == "Ada", Dog.tag == 5)).one()
    assert (dog.name, session.scalars(select(Cat).where(Cat.chip == "c")).one().vet) == ("Rex", "v")
    for kind in (Kinds, RowKinds):
        kinds: Any = session.scalars(select(kind)).one()
        assert {name: getattr(kinds, name) for name in VALUES} == {
            name: pair[0] for name, pair in VALUES.items()
        }


def test_after_a_rotation_everything_is_renewed_and_then_nothing(session: Session, engine: Engine) -> None:
    fill(session)
    for one in KEYS.values():
        one.rotate()
    pages: list[int] = []
    dry = rewrap(engine, *MODELS, dry_run=True, batch_size=4)
    report = rewrap(engine, *MODELS, batch_size=4, progress=lambda so_far: pages.append(so_far.rows))
    cells = 51 + 22 + 14 + (3 + 2 + 2) + 9 + 9
    indexes = 25 + 11 + 14 + (1 + 2)
    assert (report.rows, report.rewrapped, report.encrypted, report.up_to_date) == (
        27 + 11 + 7 + 3 + 1 + 2,
        cells,
        0,
        0,
    )
    assert report.reindexed == indexes and report.read_again == 0
    assert (dry.rows, dry.rewrapped, dry.reindexed, dry.up_to_date) == (report.rows, cells, indexes, 0)
    assert pages[:3] == [
        4,
        8,
        12,
    ] and "51 rows, 112 values rewrapped, 0 encrypted, 53 indexed anew, 0 up to date" in str(report)
    before = session.execute(text("SELECT id, email, phone, email_index FROM people ORDER BY id")).all()
    assert all(row[1] is None or row[1].startswith("strongroom:v2:") for row in before)
    again = rewrap(engine, *MODELS, batch_size=1000)
    assert (again.rewrapped, again.reindexed, again.up_to_date) == (0, 0, cells)
    assert (
        session.execute(text("SELECT id, email, phone, email_index FROM people ORDER BY id")).all() == before
    )
    check(session)


def test_indexes_stay_until_every_process_knows_of_a_rotation(
    session: Session, engine: Engine, tmp_path: Path
) -> None:
    """The value is rewrapped at once, and its index is not made anew before others look for that."""
    with Keyring.create(tmp_path / "keys", Seal.root_key(bytes(range(32)))) as folder:
        KEYS.update(
            {
                name: folder.create_key(name, derived=name == "tenants")
                for name in ("people", "tenants", "siv")
            }
        )
        fill(session)
        before = session.execute(text("SELECT id, email_index FROM people ORDER BY id")).all()
        for name in ("people", "tenants", "siv"):
            folder.key(name).rotate()
        report = rewrap(engine, *MODELS, batch_size=4)
        assert (report.rewrapped, report.reindexed) == (112, 0)
        assert session.execute(text("SELECT id, email_index FROM people ORDER BY id")).all() == before
        check(session)


def test_an_index_of_a_value_that_is_gone_goes_too(session: Session, engine: Engine) -> None:
    session.add(Person(id=1, email="ada@example.com"))
    session.commit()
    session.execute(text("UPDATE people SET email = NULL"))
    session.commit()
    assert rewrap(engine, Person).reindexed == 1
    assert session.execute(text("SELECT email_index FROM people")).scalar_one() is None
    assert rewrap(engine, Person).reindexed == 0


def test_a_missing_index_is_made(session: Session, engine: Engine) -> None:
    fill(session)
    session.execute(text("UPDATE people SET email_index = NULL"))
    session.execute(text("UPDATE patients SET email_index = 'nonsense'"))
    session.commit()
    report = rewrap(engine, Person, Patient, batch_size=7)
    assert (report.reindexed, report.rewrapped) == (36, 0)
    check(session)


def test_plaintext_is_refused_and_moved_when_asked(session: Session, engine: Engine) -> None:
    session.execute(
        text(
            "INSERT INTO moving (id, email) VALUES (1, 'Ada@example.com'), (2, ''), (3, NULL), (4, 'strongroom:v1:x')"
        )
    )
    session.commit()
    with pytest.raises(
        ValueError, match=r"^Moving\.email of row 1 holds what is no ciphertext; encrypt_plaintext=True"
    ) as refused:
        rewrap(engine, Moving)
    assert "Ada" not in str(refused.value)
    with pytest.raises(errors.StrongroomError, match=r"^Moving\.email of row 4: "):
        rewrap(engine, Moving, encrypt_plaintext=True)
    session.execute(text("DELETE FROM moving WHERE id = 4"))
    session.commit()
    before = plaintext_reads(Moving.email)
    assert [one.email for one in session.scalars(select(Moving).order_by(Moving.id))] == [
        "Ada@example.com",
        "",
        None,
    ]
    assert plaintext_reads(Moving.email) == before + 2
    session.rollback()
    dry = rewrap(engine, Moving, encrypt_plaintext=True, dry_run=True)
    assert (dry.encrypted, dry.reindexed) == (2, 2)
    report = rewrap(engine, Moving, encrypt_plaintext=True)
    assert (report.rows, report.encrypted, report.reindexed, report.rewrapped) == (3, 2, 1, 0)
    again = rewrap(engine, Moving)
    assert (again.up_to_date, again.reindexed) == (2, 0)
    session.expire_all()
    assert session.scalars(select(Moving.email).where(Moving.email == "ada@example.com")).all() == [
        "Ada@example.com"
    ]
    assert plaintext_reads(Moving.email) == before + 2


def test_the_steps_of_a_move_with_releases_side_by_side(session: Session, engine: Engine) -> None:
    class Side(DeclarativeBase): ...

    def release(name: str, **options: Any) -> Any:
        columns: dict[str, Any] = {
            "id": Column(String, primary_key=True),
            "email": RowEncrypted(key(), str, **options),
            "phone": Column("phone", Encrypted(key(), **options)),
            "phone_index": Column(BlindIndex("phone")),
        }
        return type(
            name, (Side,), {"__tablename__": "side", "__table_args__": {"extend_existing": True}, **columns}
        )

    first = release("First", allow_plaintext=True, write_plaintext=True)
    Side.metadata.drop_all(engine)
    Side.metadata.create_all(engine)
    session.add(first(id="a", email="a@x", phone="1"))
    session.execute(insert(first), [{"id": "b", "email": "b@x", "phone": "2"}])
    session.commit()
    # What an older release reads.
    assert session.execute(text("SELECT email, phone FROM side ORDER BY id")).all() == [
        ("a@x", "1"),
        ("b@x", "2"),
    ]
    assert [(one.email, one.phone) for one in session.scalars(select(first).order_by(first.id))] == [
        ("a@x", "1"),
        ("b@x", "2"),
    ]
    found = or_(first.phone == "2", type_coerce(first.phone, Text) == "2")
    assert session.scalars(select(first.id).where(found)).all() == ["b"]
    session.rollback()
    # The index alone, while plaintext is written.
    session.execute(text("UPDATE side SET phone_index = NULL WHERE id = 'b'"))
    session.commit()
    report = rewrap(engine, first)
    assert (report.reindexed, report.encrypted, report.plaintext) == (1, 0, 4)
    assert str(report).endswith(", 4 in plaintext still")
    assert session.scalars(select(first.id).where(first.phone == "2")).all() == ["b"]
    session.rollback()
    second = release("Second", allow_plaintext=True)
    assert rewrap(engine, second, encrypt_plaintext=True).encrypted == 4
    assert [(one.email, one.phone) for one in session.scalars(select(first).order_by(first.id))] == [
        ("a@x", "1"),
        ("b@x", "2"),
    ]
    assert session.scalars(select(first.id).where(found)).all() == ["b"]


def test_an_index_that_an_older_release_left_behind(session: Session, engine: Engine) -> None:
    session.add(Moving(id=1, email="ada@example.com"))
    session.commit()
    session.execute(text("UPDATE moving SET email = 'new@example.com'"))
    session.commit()
    report = rewrap(engine, Moving, encrypt_plaintext=True)
    assert (report.encrypted, report.reindexed) == (1, 1)
    assert session.scalars(select(Moving.email).where(Moving.email == "new@example.com")).all() == [
        "new@example.com"
    ]
    assert session.scalars(select(Moving.email).where(Moving.email == "ada@example.com")).all() == []


def test_plaintext_of_other_types(session: Session, engine: Engine) -> None:
    session.execute(
        text(
            "INSERT INTO kinds (id, a_int, a_bool, a_datetime) VALUES (1, '42', 'true', '2026-11-30T09:05:00+00:00')"
        )
    )
    session.execute(text("INSERT INTO row_kinds (id, a_decimal, a_json) VALUES ('a', '12.50', '[1]')"))
    session.execute(text("INSERT INTO moving (id, pin) VALUES (1, :pin)"), {"pin": b"\x00secret"})
    session.commit()
    assert session.get_one(Moving, 1).pin == b"\x00secret"
    report = rewrap(engine, Kinds, RowKinds, Moving, encrypt_plaintext=True)
    assert report.encrypted == 6
    session.expire_all()
    kinds, rows = session.get_one(Kinds, 1), session.get_one(RowKinds, "a")
    assert (kinds.a_int, kinds.a_bool, str(rows.a_decimal), rows.a_json) == (42, True, "12.50", [1])
    assert session.get_one(Moving, 1).pin == b"\x00secret"
    session.execute(text("UPDATE kinds SET a_int = '042'"))
    session.commit()
    with pytest.raises(
        ValueError, match=r"^Kinds\.a_int of row 1 holds what is not written as a whole number"
    ) as refused:
        rewrap(engine, Kinds, encrypt_plaintext=True)
    assert "042" not in str(refused.value)


def test_what_others_write_meanwhile_stays(session: Session, engine: Engine) -> None:
    fill(session)
    KEYS["people"].rotate()
    writer = create_engine(engine.url)
    wrote: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def meanwhile(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        # Between the reading and the writing of the first page.
        if statement.startswith("UPDATE people") and not wrote:
            wrote.append(statement)
            with Session(writer) as other:
                other.execute(
                    update(Person).where(Person.id == 3).values(phone="new", email="new@example.com")
                )
                other.execute(update(Person).where(Person.id == 4).values(phone=None))
                other.commit()

    if engine.dialect.name == "sqlite":
        # A reader that goes on to write would have to begin anew there: so the page is read without a transaction.
        engine = engine.execution_options(isolation_level="AUTOCOMMIT")
    report = rewrap(engine, Person, batch_size=10)
    writer.dispose()
    assert wrote and report.read_again >= 2 and report.rows == 27
    session.expire_all()
    assert session.get_one(Person, 3).phone == "new" and session.get_one(Person, 4).phone is None
    assert session.scalars(select(Person.id).where(Person.email == "new@example.com")).all() == [3]
    stored = session.execute(text("SELECT phone FROM people WHERE phone IS NOT NULL")).scalars().all()
    assert all(one.startswith("strongroom:v2:") for one in stored)


def test_a_row_that_is_never_as_it_was_read_ends_the_work(session: Session, engine: Engine) -> None:
    session.add(Person(id=1, phone="1"))
    session.commit()
    KEYS["people"].rotate()
    if engine.dialect.name == "sqlite":
        session.execute(text("CREATE TRIGGER never BEFORE UPDATE ON people BEGIN SELECT RAISE(IGNORE); END"))
    else:
        session.execute(
            text("CREATE FUNCTION never() RETURNS trigger AS 'BEGIN RETURN NULL; END' LANGUAGE plpgsql")
        )
        session.execute(
            text("CREATE TRIGGER never BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION never()")
        )
    session.commit()
    try:
        with pytest.raises(RuntimeError, match=r"^people\.email was another one each of 20 times"):
            rewrap(engine, Person)
    finally:
        if engine.dialect.name != "sqlite":
            session.execute(text("DROP FUNCTION never CASCADE"))
            session.commit()


def test_a_damaged_row_is_named(session: Session, engine: Engine) -> None:
    fill(session)
    session.execute(text("UPDATE people SET phone = email WHERE id = 7"))
    session.execute(text("UPDATE row_kinds SET a_text = a_json"))
    session.commit()
    with pytest.raises(errors.DecryptFailed, match=r"^Person\.phone of row 7: decryption failed"):
        rewrap(engine, Person)
    with pytest.raises(errors.DecryptFailed, match=r"^RowKinds\.a_text of row a: decryption failed"):
        rewrap(engine, RowKinds)


def test_going_on_after_an_interruption(session: Session, engine: Engine, tmp_path: Path) -> None:
    fill(session)
    KEYS["people"].rotate()
    seen: list[dict[str, Any]] = []

    def interrupt(report: Report) -> None:
        seen.append(json.loads(json.dumps(report.last, default=str)))
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rewrap(engine, Person, Patient, batch_size=5, progress=interrupt)
    assert seen[-1] == {"people": [15]}
    rest = rewrap(engine, Person, Patient, batch_size=5, after=seen[-1])
    assert rest.rows == 12 + 11 and rest.up_to_date == 0
    last = json.loads(json.dumps(rest.last, default=str))
    assert last["patients"] == [str(uuid.UUID(int=11))]
    done = rewrap(engine, Person, Patient, after=last)
    assert done.rows == 0
    check(session)


def test_several_columns_in_a_key_and_other_columns() -> None:
    table = Table(
        "cells",
        MetaData(),
        Column("a", Integer, primary_key=True),
        Column("b", String, primary_key=True),
        Column("plain", Text),
        Column("secret", Encrypted(lambda: KEYS["people"])),
        Column("i", BlindIndex("secret")),
    )
    engine = create_engine("sqlite://")
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(
            insert(table),
            [{"a": a, "b": b, "plain": "p", "secret": f"{a}{b}"} for a in range(5) for b in "xyz"],
        )
    KEYS["people"].rotate()
    assert rewrap(engine, table, batch_size=2).rewrapped == 15
    with engine.begin() as connection:
        assert connection.scalars(select(table.c.secret).order_by(table.c.a, table.c.b)).all() == [
            f"{a}{b}" for a in range(5) for b in "xyz"
        ]
        assert connection.scalar(select(func.count()).where(table.c.secret.in_(["0x", "4z"]))) == 2


def test_what_cannot_be_rewrapped_is_refused(engine: Engine) -> None:
    plain = Table("plain", MetaData(), Column("id", Integer, primary_key=True))
    keyless = Table("keyless", MetaData(), Column("secret", Encrypted(lambda: KEYS["people"])))
    with pytest.raises(TypeError, match="plain has no encrypted column"):
        rewrap(engine, plain)
    with pytest.raises(TypeError, match="the table 'keyless' has no primary key to go by"):
        rewrap(engine, keyless)
    with pytest.raises(ValueError, match="batch_size is a number of rows"):
        rewrap(engine, Person, batch_size=0)


def test_a_state_is_of_keys_that_json_has(
    session: Session,
    engine: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fill(session)
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string(hide_password=False))
    assert (
        main(
            [
                "rewrap",
                "people:Patient",
                "people:RowKinds",
                "--state",
                str(tmp_path / "state"),
                "--batch-size",
                "5",
            ]
        )
        == 0
    )
    table = Table(
        "days",
        MetaData(),
        Column("day", Date, primary_key=True),
        Column("secret", Encrypted(lambda: KEYS["people"])),
    )
    table.drop(engine, checkfirst=True)
    table.create(engine)
    session.execute(insert(table), [{"day": date(2026, 11, 30), "secret": "x"}])
    session.commit()
    people.__dict__["days"] = table
    assert main(["rewrap", "people:days", "--state", str(tmp_path / "state")]) == 1
    assert (
        "--state is for tables whose primary keys are str, int or UUID, and here is a date"
        in capsys.readouterr().err
    )
    table.drop(engine)


def test_the_command(
    session: Session,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    fill(session)
    KEYS["people"].rotate()
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("OTHER", engine.url.render_as_string(hide_password=False))
    assert main(["rewrap", "people:Person", "--dry-run"]) == 0
    assert capsys.readouterr().out == (
        "27 rows, 51 values rewrapped, 0 encrypted, 25 indexed anew, 0 up to date; nothing was opened or written\n"
    )
    state = tmp_path / "state"
    assert (
        main(["rewrap", "people:Person", "--batch-size", "5", "--state", str(state), "--url-env", "OTHER"])
        == 0
    )
    assert (
        capsys.readouterr().out
        == "27 rows, 51 values rewrapped, 0 encrypted, 25 indexed anew, 0 up to date\n"
    )
    assert list(tmp_path.glob("state*")) == []
    state.write_text('{"people": [20]}')
    assert (
        main(
            [
                "rewrap",
                "people:Person",
                "--state",
                str(state),
                "--url",
                engine.url.render_as_string(hide_password=False),
            ]
        )
        == 0
    )
    assert capsys.readouterr().out.startswith("7 rows, ")
    session.execute(text("UPDATE people SET phone = 'secret' WHERE id = 5"))
    session.commit()
    for arguments, why in [
        (
            ["rewrap", "people:Person", "--state", str(state), "--batch-size", "4"],
            "Person.phone of row 5 holds what is no ciphertext",
        ),
        (["rewrap", "people:Nobody"], "people:Nobody names no model"),
        (["rewrap", "people"], "people names no model"),
        (["rewrap", ":Person"], ":Person names no model: say module:Model"),
        (["rewrap", "nomod:X"], "nomod:X names no model: there is no module 'nomod' in this folder"),
        (["rewrap", "people.more:X"], "people.more:X names no model: there is no module 'people.more'"),
        (["rewrap", "people:KEYS"], "dict is no model and no table"),
        (["rewrap", "people:key"], "key is no model and no table"),
        (["rewrap", "people:Person", "--url", "nonsense"], "Could not parse"),
        (["rewrap", "people:Person", "--url", "sqlite://"], "no such table: people"),
        (["rewrap", "people:Person", "--url", "mysql+nodriver://"], "Can't load plugin"),
        (["rewrap", "people:Person", "--url", "oracle://"], "No module named"),
        (["rewrap", "people:Person", "--url-env", "NOWHERE"], "the environment variable NOWHERE is not set"),
    ]:
        assert main(arguments) == 1
        complained = capsys.readouterr().err
        assert complained.startswith(f"strongroom.sqlalchemy: {why}") and "secret" not in complained
    # What was done before the fault is not done again.
    assert json.loads(state.read_text()) == {"people": [4]}
    assert main(["rewrap", "people:Person", "--state", str(state), "--encrypt-plaintext"]) == 0
    assert capsys.readouterr().out.startswith("23 rows, 0 values rewrapped, 1 encrypted")
    with pytest.raises(SystemExit):
        main([])


def test_the_command_with_a_driver_that_is_asynchronous(
    session: Session, engine: Engine, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    session.add(Person(id=1, name="Ada", phone="1"))
    session.commit()
    KEYS["people"].rotate()
    url = engine.url.render_as_string(hide_password=False)
    url = url.replace("sqlite:", "sqlite+aiosqlite:").replace("+psycopg:", "+asyncpg:")
    arguments = ["rewrap", "people:Person", "--url", url, "--state", str(tmp_path / "state")]
    assert main(arguments) == 0
    assert capsys.readouterr().out.startswith("1 rows, 1 values rewrapped")
    assert main(arguments) == 0
    assert capsys.readouterr().out.startswith("1 rows, 0 values rewrapped")


def test_what_a_module_of_models_imports_is_its_own_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_models.py").write_text("import nowhere_at_all")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="nowhere_at_all"):
        main(["rewrap", "broken_models:X", "--url", "sqlite://"])


def test_a_table_is_moved_over_while_another_process_reads_and_writes(
    session: Session, engine: Engine, tmp_path: Path
) -> None:
    """The other process has a keyring of its own on the same folder, and looks at what it wrote."""
    seal = Seal.root_key(bytes(range(32)))
    with Keyring.create(tmp_path / "keys", seal) as folder:
        KEYS["people"] = folder.create_key("people")
        session.execute(
            text(
                "INSERT INTO moving (id, email) SELECT n, n || '@example.com' FROM ("
                + NUMBERS[engine.dialect.name]
                + ") AS numbers"
            )
        )
        session.commit()
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])}
        url = engine.url.render_as_string(hide_password=False)
        other = subprocess.Popen(
            [sys.executable, str(HERE / "writer.py"), url, str(tmp_path / "keys")],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert other.stdin is not None and other.stdout is not None
        assert other.stdout.readline() == "writing\n"
        report = rewrap(engine, Moving, encrypt_plaintext=True, batch_size=50)
        second = rewrap(engine, Moving, encrypt_plaintext=True, batch_size=50)
        said, _ = other.communicate("stop\n", timeout=120)
        assert other.returncode == 0, said
        wrote = {int(key): value for key, value in json.loads(said).items()}
        assert len(wrote) > 20 and report.encrypted + second.encrypted > 100
        # A program that knows nothing of the encryption has been stopped: what is there now is all that there is.
        rewrap(engine, Moving, encrypt_plaintext=True)
        assert rewrap(engine, Moving).encrypted == 0
        before = plaintext_reads(Moving.email)
        session.expire_all()
        for one in session.scalars(select(Moving)):
            assert one.email == wrote.get(one.id, f"{one.id}@example.com")
            assert session.scalars(select(Moving.id).where(Moving.email == str(one.email))).all() == [one.id]
        assert plaintext_reads(Moving.email) == before


NUMBERS = {
    "sqlite": "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 2000) SELECT n FROM c",
    "postgresql": "SELECT generate_series(1, 2000) AS n",
}


def test_an_index_is_written_beside_the_value_that_it_was_made_of(session: Session, engine: Engine) -> None:
    """An older release writes a value, and nothing of its index."""
    session.add(Moving(id=1, email="old@example.com"))
    session.commit()
    session.execute(text("UPDATE moving SET email_index = NULL"))
    session.commit()
    writer = create_engine(engine.url)
    wrote: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def meanwhile(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("UPDATE moving") and not wrote:
            wrote.append(statement)
            with writer.begin() as other:
                other.execute(text("UPDATE moving SET email = 'new@example.com'"))

    if engine.dialect.name == "sqlite":
        engine = engine.execution_options(isolation_level="AUTOCOMMIT")
    report = rewrap(engine, Moving, encrypt_plaintext=True)
    writer.dispose()
    assert wrote and report.read_again == 1 and report.encrypted == 1
    assert session.scalars(select(Moving.email).where(Moving.email == "new@example.com")).all() == [
        "new@example.com"
    ]
    assert session.scalars(select(Moving.id).where(Moving.email == "old@example.com")).all() == []


@pytest.mark.parametrize("form", [Encrypted, RowEncrypted])
def test_a_release_that_writes_plaintext_comes_first(form: Any) -> None:
    class Own(DeclarativeBase): ...

    options: Any = {"allow_plaintext": True, "write_plaintext": True}
    field = (
        RowEncrypted(key(), str, **options) if form is RowEncrypted else Column(Encrypted(key(), **options))
    )
    one = type(
        "Old", (Own,), {"__tablename__": "old", "id": Column(String, primary_key=True), "email": field}
    )
    engine = create_engine("sqlite://")
    Own.metadata.create_all(engine)
    for dry_run in (True, False):
        with pytest.raises(
            TypeError, match=r"^Old\.email says write_plaintext, .* take write_plaintext away first"
        ):
            rewrap(engine, one, encrypt_plaintext=True, dry_run=dry_run)
    assert rewrap(engine, one).rows == 0
    engine.dispose()
