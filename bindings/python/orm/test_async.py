"""Models and rewraps with engines that are asynchronous."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from people import KEYS, Base, Patient, Person
from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from strongroom import errors
from strongroom.sqlalchemy import Report, Sealed, rewrap_async


@pytest.fixture(params=["sqlite+aiosqlite", "postgresql+asyncpg", "postgresql+psycopg"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    driver: str = request.param
    if driver.startswith("sqlite"):
        return f"{driver}:///{tmp_path}/people.db"
    server: str = request.getfixturevalue("postgres_address")
    return server.replace("postgresql:", f"{driver}:")


def follow(address: str, steps: Callable[[AsyncEngine], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        engine = create_async_engine(address)
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.drop_all)
            await connection.run_sync(Base.metadata.create_all)
        try:
            return await steps(engine)
        finally:
            await engine.dispose()

    return asyncio.run(main())


def test_sessions(address: str) -> None:
    async def steps(engine: AsyncEngine) -> None:
        async with AsyncSession(engine) as session:
            session.add_all(
                [
                    Person(id=1, email="Ada@example.com", phone="+49"),
                    Patient(email="ada@example.com", notes={"a": [1]}),
                ]
            )
            await session.commit()
            rows = [{"id": uuid.uuid4(), "email": f"{n}@example.com"} for n in range(20)]
            await session.execute(insert(Patient), rows)
            await session.execute(
                insert(Person),
                [{"id": n, "phone": str(n), "email": f"{n}@example.com"} for n in range(2, 30)],
            )
            await session.execute(update(Person).where(Person.id == 2).values(email="two@example.com"))
            await session.commit()
        async with AsyncSession(engine) as session:
            person = (await session.scalars(select(Person).where(Person.email == "ada@example.com"))).one()
            assert (person.email, person.phone) == ("Ada@example.com", "+49")
            patient = (await session.scalars(select(Patient).where(Patient.email == "ADA@example.com"))).one()
            assert (patient.email, patient.notes) == ("ada@example.com", {"a": [1]})
            assert (
                await session.scalars(
                    select(Person.id)
                    .where(Person.email.in_(["two@example.com", "3@example.com"]))
                    .order_by(Person.id)
                )
            ).all() == [2, 3]
            patient.email = "new@example.com"
            await session.commit()
            await session.refresh(patient)
            assert patient.email == "new@example.com"
            sealed = (
                await session.execute(select(Patient.email).where(Patient.id == patient.id))
            ).scalar_one()
            assert isinstance(sealed, Sealed) and sealed.open(patient.id) == "new@example.com"
            streamed = [
                row.phone async for row in await session.stream(select(Person.phone).order_by(Person.id))
            ]
            assert streamed == ["+49", *map(str, range(2, 30))]
            with pytest.raises(TypeError, match=r"^Person\.phone takes str, and was given int$"):
                await session.execute(insert(Person), [{"id": 99, "phone": 5}])
            await session.rollback()
            await session.execute(
                text(
                    "UPDATE patients SET email = (SELECT email FROM patients WHERE email IS NOT NULL LIMIT 1)"
                )
            )
            await session.commit()
            refused = 0
            for one in await session.scalars(select(Patient)):
                try:
                    assert one.email
                except errors.DecryptFailed:
                    refused += 1
            assert refused == 20

    follow(address, steps)


def test_rewrap(address: str) -> None:
    async def steps(engine: AsyncEngine) -> None:
        async with AsyncSession(engine) as session:
            await session.execute(
                insert(Person),
                [{"id": n, "phone": str(n), "email": f"{n}@example.com"} for n in range(1, 30)],
            )
            await session.commit()
        KEYS["people"].rotate()
        pages: list[int] = []
        report = await rewrap_async(
            engine, Person, batch_size=10, progress=lambda one: pages.append(one.rows)
        )
        assert (report.rows, report.rewrapped, report.reindexed) == (29, 58, 29) and pages == [10, 20, 29]
        again = await rewrap_async(engine, Person, after={"people": [20]})
        assert isinstance(again, Report) and (again.rows, again.rewrapped) == (9, 0)
        async with AsyncSession(engine) as session:
            assert (
                await session.scalars(select(Person.phone).where(Person.email == "7@example.com"))
            ).one() == "7"

    follow(address, steps)
