"""What a row costs with encrypted columns, beside the plain ORM and other libraries: `orm_bench.py [ROWS]` prints lines of JSON.

One run, SQLite in memory, 10,000 rows unless given, the least time of the processor in ROUNDS; `ratio` is that over the plain ORM.
"""

import base64
import gc
import json
import sys
import time
import uuid
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Text, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from orm_bench_django import django
from strongroom import Keyring
from strongroom.sqlalchemy import Encrypted, RowEncrypted

ROUNDS = 7
RING = Keyring.in_memory()
KEY, SHORT = RING.create_key("people"), RING.create_key("short", "aes256-gcm96")


class Base(DeclarativeBase): ...


def model(name: str, **column: Any) -> Any:
    """A table with a key of its own and one column that is compared."""
    key: Any = mapped_column(primary_key=True)
    kinds = {"id": Mapped[uuid.UUID]}
    return type(name, (Base,), {"__tablename__": name.lower(), "__annotations__": kinds, "id": key, **column})


def peers() -> Iterator[tuple[str, Any]]:
    """Those that are installed; one that does not work with these versions says so."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from sqlalchemy_utils import StringEncryptedType
            from sqlalchemy_utils.types.encrypted.encrypted_type import AesEngine, FernetEngine
    except ImportError as missing:
        print(json.dumps({"skipped": "SQLAlchemy-Utils", "why": str(missing)}))
        return
    secret = base64.urlsafe_b64encode(bytes(range(32))).decode()
    yield "SQLAlchemy-Utils AesEngine", model("Aes", email=mapped_column(StringEncryptedType(Text, secret, AesEngine, "pkcs5")))
    yield "SQLAlchemy-Utils FernetEngine", model("Fernet", email=mapped_column(StringEncryptedType(Text, secret, FernetEngine)))


def sqlalchemy(rows: int) -> Iterator[dict[str, Any]]:
    models: dict[str, Any] = {
        "plain SQLAlchemy": model("Plain", email=mapped_column(Text)),
        "strongroom Encrypted": model("Column", email=mapped_column(Encrypted(KEY))),
        "strongroom Encrypted, aes256-gcm96": model("Short", email=mapped_column(Encrypted(SHORT))),
        "strongroom RowEncrypted": model("Row", email=RowEncrypted(KEY, str)),
        **dict(peers()),
    }
    values = [{"id": uuid.UUID(int=n + 1), "email": f"customer{n}@mail.example.com"} for n in range(rows)]
    engines = {name: create_engine("sqlite://") for name in models}

    def write(name: str) -> None:
        Base.metadata.drop_all(engines[name])
        Base.metadata.create_all(engines[name])
        with Session(engines[name]) as session:
            session.execute(insert(models[name]), values)
            session.commit()

    def read(name: str) -> None:
        with Session(engines[name]) as session:
            found = [one.email for one in session.scalars(select(models[name]))]
        assert len(found) == rows and found[7] == values[7]["email"]

    for what, work in (("bulk insert", write), ("read", read)):
        yield from compared(f"sqlalchemy {what}", list(models), work, rows)


def compared(what: str, names: list[str], work: Callable[[str], None], rows: int) -> Iterator[dict[str, Any]]:
    """The least of some rounds in which each takes its turn; the first of the names is what the others are compared with."""
    best = dict.fromkeys(names, float("inf"))
    for _ in range(ROUNDS):
        for name in names:
            gc.collect()
            begun = time.process_time()
            work(name)
            best[name] = min(best[name], time.process_time() - begun)
    for name in names:
        each = best[name] / rows * 1e6
        yield {"bench": what, "name": name, "rows": rows, "microseconds_per_row": round(each, 2), "ratio": round(best[name] / best[names[0]], 2)}


# What is compared, by the ORM; each yields lines.
BENCHES: list[Callable[[int], Iterator[dict[str, Any]]]] = [sqlalchemy, lambda rows: django(rows, compared)]


def main(arguments: list[str]) -> None:
    rows = int(arguments[0]) if arguments else 10_000
    for bench in BENCHES:
        for line in bench(rows):
            print(json.dumps(line), flush=True)


main(sys.argv[1:])
