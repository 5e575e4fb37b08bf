"""Another process: `writer.py URL KEYRING` reads and writes the table that is moved over, until a line comes, and tells what it wrote.

Half of what it writes goes through the model, and half is plaintext, as an older release of the program would write it.
"""

import json
import random
import select as waiting
import sys
import time
from typing import Any

from people import KEYS, Moving
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from strongroom import Keyring, Seal


def main(url: str, folder: str) -> None:
    KEYS["people"] = Keyring.open(folder, Seal.root_key(bytes(range(32)))).key("people")
    options: dict[str, Any] = {"connect_args": {"timeout": 60}} if url.startswith("sqlite") else {}
    engine, chosen = create_engine(url, **options), random.Random(1)
    wrote: dict[int, str] = {}
    announced = False
    while len(wrote) < 30 or not waiting.select([sys.stdin], [], [], 0)[0]:
        key = chosen.randrange(1, 2001)
        value = f"new{len(wrote)}x{key}@example.com"
        try:
            with Session(engine) as session:
                held = session.scalars(select(Moving.email).where(Moving.id == key)).one()
                assert held == wrote.get(key, f"{key}@example.com"), (key, held)
            with Session(engine) as session:
                if chosen.random() < 0.5:
                    session.get_one(Moving, key).email = value
                else:
                    session.execute(
                        text("UPDATE moving SET email = :value, email_index = NULL WHERE id = :key"),
                        {"value": value, "key": key},
                    )
                session.commit()
        except OperationalError:
            # SQLite lets one write at a time, and says so to whoever waited too long or read before.
            continue
        wrote[key] = value
        if not announced:
            print("writing", flush=True)
            announced = True
        time.sleep(0.002)
    print(json.dumps(wrote))


main(*sys.argv[1:])
