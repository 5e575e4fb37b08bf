"""The asynchronous methods of the ORM."""

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections

from clinic.models import Customer, Patient, Visit


def connect_anew() -> str:
    """The ORM is called in one thread for all tests, which may still be connected to the database of the last one."""
    connections["default"].close()
    del connections["default"]
    return connection.vendor


@pytest.mark.parametrize("model", [Patient, Customer])
def test_the_asynchronous_methods_do_the_same(database: str, model: Any) -> None:
    async def main() -> None:
        assert (await sync_to_async(connect_anew)()).startswith(database)
        row = await model.objects.acreate(email="ada@example.com", notes="x")
        assert (await model.objects.aget(email="ADA@example.com")).notes == "x"
        row.email = "erik@example.com"
        await row.asave(update_fields=["email"])
        await model.objects.abulk_create([model(email=f"{number}@example.com") for number in range(5)])
        rows = [one async for one in model.objects.filter(email__in=["1@example.com", "2@example.com"])]
        assert sorted(one.email for one in rows) == ["1@example.com", "2@example.com"]
        for one in rows:
            one.notes = "new"
        await model.objects.abulk_update(rows, ["notes"])
        assert (await model.objects.aget(email="2@example.com")).notes == "new"
        one, made = await model.objects.aget_or_create(email="erik@example.com", defaults={"notes": "y"})
        assert (one, made, one.notes) == (row, False, "x")
        await one.arefresh_from_db()
        together = await asyncio.gather(
            *(model.objects.aget(email=f"{number}@example.com") for number in range(5))
        )
        assert [one.email for one in together] == [f"{number}@example.com" for number in range(5)]
        await sync_to_async(connections.close_all)()

    asyncio.run(main())


def test_rows_of_another_table_come_along(database: str) -> None:
    async def main() -> None:
        assert (await sync_to_async(connect_anew)()).startswith(database)
        await Visit.objects.acreate(
            patient=await Patient.objects.acreate(email="ada@example.com"), reason="cough"
        )
        async for visit in Visit.objects.select_related("patient"):
            assert (visit.reason, visit.patient.email) == ("cough", "ada@example.com")
        await sync_to_async(connections.close_all)()

    asyncio.run(main())
