"""The adapters are typed, and so is what is written with them."""

import os
import subprocess
import sys
from pathlib import Path

import strongroom

HERE = Path(__file__).resolve().parent
PACKAGE = Path(strongroom.__file__).resolve().parent


def mypy(*arguments: str) -> subprocess.CompletedProcess[str]:
    cache = HERE.parents[2] / "target/mypy-orm"
    environment = {
        **os.environ,
        "MYPY_CACHE_DIR": str(cache),
        # mypy finds by itself what is installed, and refuses to be told where that is.
        "MYPYPATH": os.pathsep.join(
            str(one) for one in (PACKAGE.parent, HERE.parent) if one.name != "site-packages"
        ),
    }
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=HERE, env=environment)


def test_the_adapters_and_their_tests() -> None:
    done = mypy("-p", "strongroom._fields", "-p", "strongroom.sqlalchemy", "-m", "strongroom.pydantic")
    assert done.returncode == 0, done.stdout + done.stderr
    done = mypy(*map(str, sorted(HERE.glob("*.py"))))
    assert done.returncode == 0, done.stdout + done.stderr


HEAD = """
import uuid
from datetime import date
from sqlalchemy import select
from sqlalchemy.orm import Session, DeclarativeBase, Mapped, mapped_column
from strongroom import Key, Keyring
from strongroom.sqlalchemy import BlindIndex, Encrypted, RowEncrypted, Sealed

def key() -> Key:
    raise NotImplementedError

class Base(DeclarativeBase): ...

class Person(Base):
    __tablename__ = "people"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    email = RowEncrypted(key, str)
    born = RowEncrypted(key, date, nullable=True)
    phone: Mapped[str] = mapped_column(Encrypted(key))
    email_index: Mapped[str | None] = mapped_column(BlindIndex("email", normalize="email"))

def program(one: Person, ring: Keyring) -> None:
"""
RIGHT = [
    "text: str = one.email + one.phone",
    "born: date | None = one.born",
    'one.email = "ada@example.com"',
    "one.born = None",
    'select(Person).where(Person.email == "a", Person.email.in_(["a"]), Person.email.is_(None), Person.phone == "b")',
    "one.email = Sealed('text', print)",
    "sealed: list[Sealed] = list(Session().scalars(select(Person.email)))",
    'made: Sealed | None = Person.email.seal(one.id, "ada")',
    'Encrypted(ring.key("people"), int, binary=True)',
]
WRONG = [
    "one.email = None",
    "one.email = 5",
    "born: date = one.born",
    'Encrypted("people")',
    "Encrypted(key, str, wide=True)",
    "Person.email.seal(one.id, 5)",
    "BlindIndex(5)",
]


def test_what_programs_say(tmp_path: Path) -> None:
    for programs, wrong in ((RIGHT, False), (WRONG, True)):
        file = tmp_path / "program.py"
        file.write_text(HEAD + "".join(f"    {line}\n" for line in programs))
        done = mypy(str(file))
        refused = {int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error:" in line}
        begin = HEAD.count("\n") + 1
        assert refused == (set(range(begin, begin + len(programs))) if wrong else set()), done.stdout
