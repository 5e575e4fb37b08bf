"""Look-ups in a real table never miss, while rows are written and indexed anew by processes that see rotations late: `search_soak.py [ROWS]`.

SQLite, and PostgreSQL where it and psycopg can be had. One process writes rows, one indexes anew what `needs_reindex` says, one rotates the key three times, and two look for rows that are in the table. Each has a keyring of its own on one folder. A refusal as `stale` is no miss, and is counted.
"""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from postgres_server import postgres

import strongroom
from strongroom import Keyring, Seal, errors

COLUMN: dict[str, Any] = {"name": "people.email", "normalize": "email"}
STALENESS = timedelta(seconds=1)
# After this an index is written under a new version: the bound, and ten seconds.
SETTLES = STALENESS.total_seconds() + 10
ROTATIONS = 3
SEAL = "STRONGROOM_ROOT_KEY"


class Table:
    """The same statements in both databases."""

    def __init__(self, address: str) -> None:
        if address.startswith("sqlite:"):
            self.link: Any = sqlite3.connect(address.removeprefix("sqlite:"), timeout=60, isolation_level=None)
            self.link.execute("PRAGMA journal_mode = WAL")
            self.link.execute("PRAGMA synchronous = OFF")
            self.mark = "?"
        else:
            import psycopg

            self.link = psycopg.connect(address, autocommit=True)
            self.mark = "%s"

    def ask(self, statement: str, *values: Any) -> list[Any]:
        return list(self.link.execute(statement.replace("?", self.mark), values).fetchall())

    def do(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        cursor = self.link.cursor()
        cursor.execute("BEGIN")
        cursor.executemany(statement.replace("?", self.mark), rows)
        cursor.execute("COMMIT")

    def make(self) -> None:
        self.link.execute("CREATE TABLE people (id integer PRIMARY KEY, email text NOT NULL, email_index text NOT NULL)")
        self.link.execute("CREATE INDEX people_email_index ON people (email_index)")

    def last(self) -> int:
        return int(self.ask("SELECT max(id) FROM people")[0][0] or 0)


def open_ring(folder: str) -> Any:
    return Keyring.open(folder, Seal.root_key_env(SEAL), max_staleness=STALENESS)


def email(number: int) -> str:
    # Each is written otherwise than it is looked for.
    return f"  Person.{number}@Example.ORG"


def write(table: Table, key: Any, first: int, last: int) -> None:
    emails = [(number, email(number)) for number in range(first, last)]
    indexes = key.index_batch([text for _, text in emails], **COLUMN)
    table.do("INSERT INTO people (id, email, email_index) VALUES (?, ?, ?)", [(*row, index) for row, index in zip(emails, indexes, strict=True)])


def writer(table: Table, key: Any) -> dict[str, int]:
    written = 0
    for _ in until_told():
        last = table.last()
        with stale_is_no_miss(stale := [0]):
            write(table, key, last + 1, last + 21)
            written += 20
        time.sleep(0.02 if not stale[0] else 0.2)
    return {"written": written}


def reindexer(table: Table, key: Any) -> dict[str, int]:
    renewed = 0
    for _ in until_told():
        at = 0
        while rows := table.ask("SELECT id, email, email_index FROM people WHERE id > ? ORDER BY id LIMIT 500", at):
            at = rows[-1][0]
            with stale_is_no_miss([0]):
                old = [row for row in rows if key.needs_reindex(row[2])]
                fresh = key.index_batch([row[1] for row in old], **COLUMN)
                table.do("UPDATE people SET email_index = ? WHERE id = ?", [(index, row[0]) for index, row in zip(fresh, old, strict=True)])
                renewed += len(old)
        time.sleep(0.1)
    return {"renewed": renewed}


def searcher(table: Table, key: Any) -> dict[str, int]:
    looked, missed, stale = 0, 0, [0]
    for _ in until_told():
        ((number, text),) = table.ask("SELECT id, email FROM people WHERE id = ?", random.randint(1, table.last()))
        with stale_is_no_miss(stale):
            asked = key.indexes(text.strip().upper(), **COLUMN)
            marks = ", ".join("?" * len(asked))
            found = table.ask(f"SELECT id FROM people WHERE email_index IN ({marks})", *asked)
            looked += 1
            missed += (number,) not in [tuple(row) for row in found]
    return {"looked": looked, "missed": missed, "stale": stale[0]}


@contextmanager
def stale_is_no_miss(count: list[int]) -> Iterator[None]:
    try:
        yield
    except errors.Stale:
        count[0] += 1


def until_told() -> Iterator[None]:
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: told.append(1))
    while not told:
        yield


ROLES = {"writer": writer, "reindexer": reindexer, "searcher": searcher}


def campaign(address: str, rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = str(Path(folder) / "ring")
        ring = Keyring.create(place, Seal.root_key_env(SEAL))
        ring.set_max_staleness(STALENESS)
        key = ring.create_key("people")
        table = Table(address)
        table.make()
        for first in range(1, rows + 1, 1000):
            write(table, key, first, min(first + 1000, rows + 1))
        names = ["writer", "reindexer", "searcher", "searcher"]
        children = [subprocess.Popen([sys.executable, __file__, "--as", name, address, place], stdout=subprocess.PIPE) for name in names]
        for version in range(2, ROTATIONS + 2):
            assert key.rotate() == version
            settle(table, version)
        # What is looked for now has been renewed three times.
        time.sleep(1)
        told: dict[str, int] = {}
        for child in children:
            child.send_signal(signal.SIGTERM)
        for child in children:
            said, _ = child.communicate(timeout=120)
            assert child.returncode == 0
            for name, count in json.loads(said).items():
                told[name] = told.get(name, 0) + count
        ring.close()
        print(f"{address.split(':')[0]}: {rows:,} rows and {told['written']:,} more, {ROTATIONS} rotations, {told['renewed']:,} indexed anew, {told['looked']:,} look-ups, {told['missed']} missed, {told['stale']} refused as stale")
        assert told["missed"] == 0, "a look-up missed a row"
        assert told["looked"] > 1000 and told["renewed"] >= ROTATIONS * rows


def settle(table: Table, version: int) -> None:
    """Waits until every row is indexed under a version."""
    begun = time.monotonic()
    while table.ask("SELECT count(*) FROM people WHERE email_index NOT LIKE ?", f"strongroom:i{version}:%")[0][0]:
        assert time.monotonic() < begun + SETTLES + 600, "the rows are not indexed anew"
        time.sleep(0.5)
    assert time.monotonic() > begun + SETTLES - 1, "an index was written under a version that others may not know yet"


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--as"]:
        _, role, address, place = arguments
        print(json.dumps(ROLES[role](Table(address), open_ring(place).key("people"))))
        return
    rows = int(arguments[0]) if arguments else 100_000
    os.environ[SEAL] = strongroom.Seal.generate_root_key()
    with tempfile.TemporaryDirectory() as folder:
        campaign(f"sqlite:{folder}/people", rows)
    try:
        with postgres() as address:
            campaign(address, rows)
    except ImportError as missing:
        print(f"skipped PostgreSQL: {missing}")


main(sys.argv[1:])
