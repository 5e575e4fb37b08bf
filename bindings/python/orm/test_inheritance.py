"""Single-table and joined inheritance."""

from typing import Any

import pytest
from people import KEYS, Animal, Cat, Dog
from sqlalchemy import Engine, insert, select, text, update
from sqlalchemy.orm import Session, selectin_polymorphic, with_polymorphic

from strongroom import errors
from strongroom.sqlalchemy import rewrap


@pytest.fixture(autouse=True)
def animals(session: Session) -> dict[str, Any]:
    made = {
        "cat": Cat(name="Tom", chip="c1", vet="Dr. Who"),
        "dog": Dog(name="Rex", tag=5, owner="Ada"),
        "animal": Animal(name="It"),
    }
    session.add_all(made.values())
    session.commit()
    return made


def test_each_field_is_bound_to_its_own_table(session: Session, animals: dict[str, Any]) -> None:
    dog, cat = animals["dog"].id, animals["cat"].id
    owner, tag = session.execute(text("SELECT owner, tag FROM dogs")).one()
    vet, chip, name = session.execute(text("SELECT vet, chip, name FROM animals WHERE kind = 'cat'")).one()
    decrypt = KEYS["people"].decrypt
    assert decrypt(owner, aad={"column": "dogs.owner", "row": str(dog)}) == b"Ada"
    assert decrypt(tag, aad={"column": "dogs.tag"}) == b"5"
    assert decrypt(vet, aad={"column": "animals.vet", "row": str(cat)}) == b"Dr. Who"
    assert decrypt(chip, aad={"column": "animals.chip"}) == b"c1"
    assert decrypt(name, aad={"column": "animals.name", "row": str(cat)}) == b"Tom"


def test_reading_and_finding(session: Session) -> None:
    loaded = session.scalars(
        select(Animal).options(selectin_polymorphic(Animal, [Cat, Dog])).order_by(Animal.kind)
    ).all()
    assert [one.name for one in loaded] == ["It", "Tom", "Rex"]
    assert session.scalars(select(Dog).where(Dog.owner == "Ada", Dog.tag == 5)).one().name == "Rex"
    assert session.scalars(select(Cat).where(Cat.chip == "c1")).one().vet == "Dr. Who"
    every = with_polymorphic(Animal, [Cat, Dog])
    found = session.scalars(
        select(every).where((every.Dog.owner == "Ada") | (every.Cat.chip == "c1")).order_by(every.kind)
    ).all()
    assert [one.name for one in found] == ["Tom", "Rex"]


def test_changing(session: Session, animals: dict[str, Any]) -> None:
    dog, cat = animals["dog"], animals["cat"]
    dog.name, dog.owner, dog.tag = "Max", "Erik", 6
    cat.chip = "c2"
    session.commit()
    assert (dog.name, dog.owner, dog.tag) == ("Max", "Erik", 6)
    assert session.scalars(select(Dog.id).where(Dog.owner == "Erik", Dog.tag == 6)).all() == [dog.id]
    assert session.scalars(select(Dog.id).where(Dog.owner == "Ada")).all() == []
    assert session.scalars(select(Cat.id).where(Cat.chip == "c2")).all() == [cat.id]
    session.execute(update(Dog).where(Dog.id == dog.id).values(tag=7))
    session.execute(update(Cat), [{"id": cat.id, "chip": "c3", "vet": "Dr. No"}])
    session.expire_all()
    assert session.scalars(select(Dog.id).where(Dog.tag == 7)).all() == [dog.id]
    assert session.scalars(select(Cat).where(Cat.chip == "c3")).one().vet == "Dr. No"


def test_bulk_inserts(session: Session) -> None:
    import uuid

    ids = [uuid.uuid4() for _ in range(3)]
    session.execute(
        insert(Dog), [{"id": key, "name": f"n{n}", "owner": f"o{n}", "tag": n} for n, key in enumerate(ids)]
    )
    for n, key in enumerate(ids):
        one = session.scalars(select(Dog).where(Dog.owner == f"o{n}", Dog.tag == n)).one()
        assert (one.id, one.name, one.owner) == (key, f"n{n}", f"o{n}")


def test_errors_name_the_class_of_the_field(
    session: Session, engine: Engine, animals: dict[str, Any]
) -> None:
    session.execute(text("UPDATE animals SET name = (SELECT a.name FROM animals AS a WHERE a.kind = 'dog')"))
    session.execute(text("UPDATE dogs SET owner = tag"))
    session.commit()
    with pytest.raises(errors.DecryptFailed, match=rf"^Animal\.name of row {animals['cat'].id}: "):
        _ = animals["cat"].name
    with pytest.raises(errors.DecryptFailed, match=rf"^Dog\.owner of row {animals['dog'].id}: "):
        _ = animals["dog"].owner
    with pytest.raises(TypeError, match=r"^Cat\.vet takes str"):
        Cat(vet=1)
    with pytest.raises(errors.DecryptFailed, match=r"^(Dog\.owner|Animal\.name) of row "):
        rewrap(engine, Dog)
