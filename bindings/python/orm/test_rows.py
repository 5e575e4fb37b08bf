"""Row-bound fields."""

import pickle
import uuid
from typing import Any

import pytest
from people import KEYS, Account, Patient, Person, RowKinds
from sqlalchemy import Engine, bindparam, func, insert, null, select, text, update
from sqlalchemy.orm import Session, aliased, defer, load_only
from values import VALUES

from strongroom import Keyring, errors
from strongroom.sqlalchemy import Sealed


def test_every_type_is_created_read_and_changed(session: Session) -> None:
    one = RowKinds(id="C-1", **{name: pair[0] for name, pair in VALUES.items()})
    assert one.a_int == VALUES["a_int"][0]
    session.add(one)
    session.commit()
    for at in (0, 1):
        one = session.get_one(RowKinds, "C-1", populate_existing=True)
        for name, pair in VALUES.items():
            got = getattr(one, name)
            assert got == pair[at] and type(got) is type(pair[at]), name
            setattr(one, name, pair[1])
            assert getattr(one, name) == pair[1]
        session.commit()
    for name in VALUES:
        setattr(one, name, None)
    session.commit()
    assert (
        session.execute(
            text("SELECT count(*) FROM row_kinds WHERE a_text IS NULL AND a_json IS NULL")
        ).scalar()
        == 1
    )
    assert one.a_text is None


def test_what_is_bound(session: Session) -> None:
    session.add(Patient(id=uuid.UUID(int=5), email="ada@example.com", notes={"b": 1}))
    session.commit()
    stored, notes = session.execute(text("SELECT email, notes FROM patients")).one()
    row = "00000000-0000-0000-0000-000000000005"
    assert KEYS["people"].decrypt(stored, aad={"column": "patients.email", "row": row}) == b"ada@example.com"
    assert KEYS["people"].decrypt_binary(notes, aad={"column": "patients.notes", "row": row}) == b'{"b":1}'


def test_the_key_is_made_before_the_value_is_sealed(session: Session) -> None:
    one = Patient(email="ada@example.com")
    assert one.id is None and one.email == "ada@example.com"
    session.add(one)
    session.flush()
    assert one.id is not None and one.email == "ada@example.com"
    nobody = RowKinds(a_text="x")
    session.add(nobody)
    with pytest.raises(
        ValueError, match=r"^RowKinds\.a_text is bound to its row, which has no primary key yet"
    ):
        session.flush()


def test_rows_and_bulk_reads_give_what_only_the_row_opens(session: Session) -> None:
    session.add_all([Patient(email="ada@example.com"), Patient(email=None)])
    session.commit()
    for key, sealed in session.execute(select(Patient.id, Patient.email)):
        if sealed is not None:
            assert isinstance(sealed, Sealed) and "ada" not in repr(sealed)
            assert sealed.open(key) == "ada@example.com"
            with pytest.raises(errors.DecryptFailed, match=r"^Patient\.email of row 0000"):
                sealed.open(uuid.UUID(int=1))
            with pytest.raises(
                TypeError, match=r"^Patient\.email is bound to its row, of which the primary key has to be"
            ):
                sealed.open(1.5)
    rows = (
        session.execute(select(Patient.__table__.c.email).where(Patient.email.is_not(None))).scalars().all()
    )
    assert [type(one) for one in rows] == [Sealed]
    assert session.execute(select(Patient.email.label("e"))).mappings().first() is not None


def test_a_ciphertext_of_another_row_is_refused(session: Session) -> None:
    session.add_all(
        [
            Patient(id=uuid.UUID(int=1), email="secret one", name="one"),
            Patient(id=uuid.UUID(int=2), email="secret two"),
        ]
    )
    session.commit()
    session.execute(text("UPDATE patients SET email = (SELECT email FROM patients WHERE name = 'one')"))
    session.expire_all()
    assert session.get_one(Patient, uuid.UUID(int=1)).email == "secret one"
    with pytest.raises(
        errors.DecryptFailed, match=r"^Patient\.email of row 00000000-0000-0000-0000-000000000002: "
    ) as refused:
        _ = session.get_one(Patient, uuid.UUID(int=2)).email
    assert "secret" not in str(refused.value)


def test_a_wrong_key_is_refused(session: Session, ring: Keyring) -> None:
    session.add(Patient(email="secret"))
    session.commit()
    KEYS["people"] = ring.create_key("another")
    with pytest.raises(errors.DecryptFailed, match=r"^Patient\.email of row "):
        _ = session.scalars(select(Patient)).one().email
    KEYS["people"] = KEYS["equal"]
    session.add(Patient(email="secret"))
    with pytest.raises(ValueError, match=r"^Patient\.email of row .* a convergent key cannot bind to one"):
        session.flush()


def test_rows_written_in_bulk(session: Session) -> None:
    ids = [uuid.uuid4() for _ in range(30)]
    rows: list[dict[str, Any]] = [
        {"id": key, "email": f"{n}@example.com", "name": str(n)} for n, key in enumerate(ids)
    ]
    kept = [dict(row) for row in rows]
    session.execute(insert(Patient), rows[:10])
    assert rows == kept
    seal = Patient.email.seal
    core = [
        {"id": row["id"], "name": row["name"], "email": seal(row["id"], row["email"])} for row in rows[10:20]
    ]
    session.connection().execute(insert(Patient.__table__), core)  # type: ignore[arg-type]
    session.execute(
        insert(Patient).values([{**row, "email": seal(row["id"], row["email"])} for row in rows[20:25]])
    )
    session.bulk_insert_mappings(Patient, [dict(row) for row in rows[25:]])
    session.execute(
        insert(Patient),
        [{"id": uuid.uuid4(), "email": None}, {"id": uuid.uuid4(), "email": seal(uuid.uuid4(), None)}],
    )
    session.commit()
    for n, key in enumerate(ids):
        one = session.scalars(select(Patient).where(Patient.email == f"{n}@EXAMPLE.com")).one()
        assert (one.id, one.email) == (key, f"{n}@example.com")
    assert session.scalar(select(func.count()).where(Patient.email.is_(None))) == 2


def test_statements_that_return_what_they_wrote(session: Session) -> None:
    ids = [uuid.uuid4() for _ in range(5)]
    rows = [{"id": key, "email": f"{n}@example.com"} for n, key in enumerate(ids)]
    made = session.scalars(insert(Patient).returning(Patient, sort_by_parameter_order=True), rows).all()
    assert [one.email for one in made] == [row["email"] for row in rows]
    people = [{"id": n, "email": f"{n}@example.com", "phone": str(n)} for n in range(5)]
    statement = insert(Person).returning(Person.phone, Person.email_index, sort_by_parameter_order=True)
    returned = session.execute(statement, people).all()
    assert [row[0] for row in returned] == list("01234") and len({row[1] for row in returned}) == 5
    new = Patient.email.seal(ids[0], "new@example.com")
    changed = (
        update(Patient).where(Patient.id == ids[0]).values(email=new).returning(Patient.id, Patient.email)
    )
    ((key, sealed),) = session.execute(changed).all()
    assert sealed.open(key) == "new@example.com"


def test_what_bulk_statements_cannot_bind_is_refused(session: Session) -> None:
    with pytest.raises(ValueError, match=r"^Patient\.email is bound to its row: each row has to say 'id'"):
        session.execute(insert(Patient), [{"email": "secret"}])
    for value in ("secret", func.lower("secret"), 5):
        with pytest.raises(
            TypeError, match=r"^Patient\.email is bound to its row, and one value cannot be for several"
        ):
            session.execute(update(Patient).values(email=value))
    with pytest.raises(TypeError, match=r"^Patient\.email is bound to its row: give what seal") as refused:
        session.connection().execute(
            insert(Patient.__table__),  # type: ignore[arg-type]
            [{"id": uuid.uuid4(), "email": "secret", "email_index": "strongroom:i1:x"}],
        )
    assert "secret" not in str(refused.value)
    with pytest.raises(
        ValueError, match=r"^Patient\.email was set on an object, and is sealed when a session flushes it"
    ):
        session.bulk_save_objects([Patient(id=uuid.uuid4(), email="secret")])


def test_rows_updated_in_bulk(session: Session) -> None:
    ids = [uuid.uuid4() for _ in range(4)]
    session.execute(insert(Patient), [{"id": key, "email": "old@example.com"} for key in ids])
    session.execute(
        update(Patient), [{"id": key, "email": f"{n}@example.com"} for n, key in enumerate(ids[:2])]
    )
    session.execute(
        update(Patient).where(Patient.id == ids[2]).values(email=Patient.email.seal(ids[2], "2@example.com"))
    )
    session.execute(update(Patient).where(Patient.id == ids[3]).values(email=None))
    session.expire_all()
    for n, key in enumerate(ids[:3]):
        one = session.scalars(select(Patient).where(Patient.email == f"{n}@example.com")).one()
        assert (one.id, one.email) == (key, f"{n}@example.com")
    assert session.get_one(Patient, ids[3]).email_index is None
    session.execute(update(Patient).where(Patient.id == ids[0]).values({Patient.email: null()}))
    assert session.scalar(select(func.count()).where(Patient.email == None)) == 2  # noqa: E711
    table = Patient.__table__
    core = update(table).where(table.c.id == bindparam("key")).values(email=bindparam("new"))  # type: ignore[arg-type]
    session.connection().execute(
        core, [{"key": key, "new": Patient.email.seal(key, f"core{n}@x")} for n, key in enumerate(ids)]
    )
    session.expire_all()
    assert [
        session.scalars(select(Patient.id).where(Patient.email == f"core{n}@x")).one() for n in range(4)
    ] == ids


def test_setting_checks_the_type_at_once() -> None:
    with pytest.raises(TypeError, match=r"^Patient\.email takes str, and was given int"):
        Patient(email=5)
    with pytest.raises(TypeError, match=r"^RowKinds\.a_bool takes bool, and was given int"):
        RowKinds(id="a").a_bool = 1  # type: ignore[assignment]


def test_a_row_with_another_key_is_sealed_anew(session: Session) -> None:
    one = Patient(id=uuid.UUID(int=1), email="ada@example.com", notes={"a": 1})
    session.add(one)
    session.commit()
    one.id = uuid.UUID(int=2)
    assert one.email == "ada@example.com"
    one.notes = {"a": 2}
    session.commit()
    one = session.get_one(Patient, uuid.UUID(int=2))
    assert (one.email, one.notes) == ("ada@example.com", {"a": 2})
    assert session.scalars(select(Patient.id).where(Patient.email == "ada@example.com")).all() == [one.id]
    one.email = None
    one.id = uuid.UUID(int=3)
    session.commit()
    assert session.get_one(Patient, uuid.UUID(int=3)).email is None


def test_a_row_of_another_tenant_is_sealed_anew(session: Session) -> None:
    session.add(Account(id=1, tenant="acme", iban="DE11"))
    session.commit()
    one = session.get_one(Account, 1)
    one.tenant = "zeta"
    assert one.iban == "DE11"
    session.commit()
    assert one.iban == "DE11"
    assert session.scalars(select(Account.id).where(Account.iban.of("zeta") == "de11")).all() == [1]
    one.tenant, one.iban = "acme", "DE12"
    session.commit()
    assert one.iban == "DE12"


def test_merge_expire_refresh_and_rollback(session: Session, engine: Engine) -> None:
    key = uuid.uuid4()
    session.add(Patient(id=key, email="one@example.com"))
    session.commit()
    merged = session.merge(Patient(id=key, email="two@example.com"))
    assert merged.email == "two@example.com"
    session.commit()
    with Session(engine) as other, other.begin():
        found = other.scalars(select(Patient).where(Patient.email == "two@example.com")).one()
        copied = session.merge(found, load=False)
        assert found.email == copied.email == "two@example.com"
        found.email = "three@example.com"
    session.expire(merged, ["email_sealed"])
    assert merged.email == "three@example.com"
    merged.email = "four"
    session.refresh(merged)
    assert merged.email == "three@example.com"
    merged.email = "five"
    session.flush()
    session.rollback()
    assert merged.email == "three@example.com"
    new = Patient(email="new")
    session.add(new)
    session.flush()
    session.rollback()
    assert new not in session


def test_a_sealed_value_may_be_set_in_its_own_row(session: Session) -> None:
    key = uuid.uuid4()
    one = Patient(id=key, email=Patient.email.seal(key, "ada@example.com"))
    session.add(one)
    session.commit()
    assert one.email == "ada@example.com"
    assert session.scalars(select(Patient.id).where(Patient.email == "ada@example.com")).all() == [key]
    one.email = Patient.email.seal(uuid.uuid4(), "of another row")
    with pytest.raises(errors.DecryptFailed, match=r"^Patient\.email of row "):
        session.flush()


def test_loading_less_and_aliases(session: Session) -> None:
    session.add(Patient(email="ada@example.com", name="Ada"))
    session.commit()
    part = session.scalars(select(Patient).options(load_only(Patient.name))).one()
    part.name = "Ada L."
    session.commit()
    assert part.email == "ada@example.com"
    other = aliased(Patient)
    assert session.scalars(select(other.name).where(other.email == "ada@example.com")).all() == ["Ada L."]
    assert session.scalars(select(other.email)).one().open(part.id) == "ada@example.com"


def test_a_field_with_a_tenant_is_bound_to_it(session: Session) -> None:
    session.add_all(
        [
            Account(id=1, tenant="acme", iban=" DE11 "),
            Account(id=2, tenant="zeta", iban="DE11"),
            Account(id=3, tenant="acme"),
        ]
    )
    session.commit()
    assert [session.get_one(Account, n).iban for n in (1, 2, 3)] == [" DE11 ", "DE11", None]
    stored = session.execute(text("SELECT iban FROM accounts WHERE id = 1")).scalar_one()
    assert (
        KEYS["tenants"].decrypt(stored, aad={"row": "1", "column": "accounts.iban"}, context="acme")
        == b" DE11 "
    )
    with pytest.raises(
        ValueError, match=r"^Account\.iban is found among the rows of one tenant: say of\(context\) first"
    ):
        _ = Account.iban == "DE11"
    assert session.scalars(select(Account.id).where(Account.iban.of("acme") == "de11")).all() == [1]
    assert session.scalars(select(Account.id).where(Account.iban.of("zeta").in_(["de11", "de12"]))).all() == [
        2
    ]
    session.execute(text("UPDATE accounts SET tenant = 'zeta' WHERE id = 1"))
    session.expire_all()
    with pytest.raises(errors.DecryptFailed, match=r"^Account\.iban of row 1: "):
        _ = session.get_one(Account, 1).iban
    for key, sealed in session.execute(
        select(Account.id, Account.iban).where(Account.iban.is_not(None), Account.id == 2)
    ):
        assert sealed.open(key, context="zeta") == "DE11"


def test_a_row_without_its_tenant_is_refused(session: Session) -> None:
    for tenant in (None, ""):
        session.add(Account(id=1, tenant=tenant, iban="DE11"))
        with pytest.raises(
            TypeError, match=r"^Account\.iban takes its context from 'tenant', which has to be a text"
        ):
            session.flush()
        session.rollback()
    for row in ({"id": 1, "iban": "DE11"}, {"id": 1, "tenant": None, "iban": "DE11"}):
        with pytest.raises(
            ValueError, match=r"^Account\.iban needs its context, which the column 'tenant' has"
        ):
            session.execute(insert(Account), [row])
    session.execute(insert(Account), [{"id": 4, "tenant": "acme", "iban": "DE44"}])
    assert session.scalars(select(Account.id).where(Account.iban.of("acme") == "DE44")).all() == [4]


def test_other_comparisons_raise_at_once() -> None:
    for compare in (
        lambda: Patient.email > "x",
        lambda: Patient.email != "x",
        lambda: Patient.email.like("x"),
        lambda: "x" + Patient.email,
        lambda: Patient.email.desc(),
        lambda: Patient.notes == {},
    ):
        with pytest.raises(TypeError, match=r"^Patient\.(email|notes) is encrypted and has no "):
            compare()
    with pytest.raises(TypeError, match=r"^Patient\.email is encrypted, and is found by a value"):
        _ = Patient.email == Patient.name


def test_values_of_json_are_copies(session: Session) -> None:
    one = Patient(notes={"a": [1]})
    session.add(one)
    session.commit()
    held = one.notes
    assert held is not None
    held["a"].append(2)
    assert one.notes == {"a": [1]}
    one.notes = {"a": [1], "b": 2}
    session.commit()
    assert one.notes == {"a": [1], "b": 2}


def test_objects_in_a_cache(session: Session) -> None:
    one = Patient(email="plaintext-of-ada", notes={"a": 1})
    session.add(one)
    session.commit()
    assert one.email == "plaintext-of-ada"
    kept = pickle.dumps(one)
    assert b"plaintext-of-ada" not in kept
    again = pickle.loads(kept)
    assert (again.email, again.notes) == ("plaintext-of-ada", {"a": 1})


def test_deleting(session: Session) -> None:
    one = Patient(email="ada@example.com")
    session.add(one)
    session.commit()
    session.delete(one)
    session.commit()
    assert session.scalar(select(func.count()).select_from(Patient)) == 0


def test_a_field_is_loaded_alone_or_later(session: Session) -> None:
    session.add(Patient(name="Ada", email="ada@example.com", notes={"a": 1}))
    session.commit()
    # The types of SQLAlchemy know of no hybrid here.
    field: Any = Patient.email
    for option, loaded in ((load_only(field), True), (defer(field), False)):
        session.expunge_all()
        one = session.scalars(select(Patient).options(option)).one()
        assert ("email_sealed" in one.__dict__, "notes_sealed" in one.__dict__) == (loaded, not loaded)
        assert (one.email, one.notes) == ("ada@example.com", {"a": 1})
