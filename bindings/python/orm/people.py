"""The models of the tests. Their keys are those of the keyring of the test that runs."""

import uuid
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from strongroom import Key
from strongroom.sqlalchemy import BlindIndex, Encrypted, RowEncrypted

KEYS: dict[str, Key] = {}


def key(name: str = "people") -> Callable[[], Key]:
    return lambda: KEYS[name]


class Base(DeclarativeBase): ...


class Person(Base):
    """Column-bound fields."""

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    email: Mapped[str | None] = mapped_column(Encrypted(key()))
    email_index: Mapped[str | None] = mapped_column(BlindIndex("email", normalize="email"), index=True)
    phone: Mapped[str | None] = mapped_column(Encrypted(key()))


class Patient(Base):
    """Row-bound fields."""

    __tablename__ = "patients"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    name: Mapped[str | None]
    email = RowEncrypted(key(), str, nullable=True)
    email_index: Mapped[str | None] = mapped_column(BlindIndex("email", normalize="email"), index=True)
    notes = RowEncrypted(key(), dict, nullable=True, binary=True)


class Kinds(Base):
    """Every type of values, bound to the column."""

    __tablename__ = "kinds"
    id: Mapped[int] = mapped_column(primary_key=True)
    a_text: Mapped[str | None] = mapped_column(Encrypted(key()))
    a_bytes: Mapped[bytes | None] = mapped_column(Encrypted(key(), bytes, binary=True))
    a_int: Mapped[int | None] = mapped_column(Encrypted(key(), int))
    a_decimal: Mapped[Decimal | None] = mapped_column(Encrypted(key(), Decimal))
    a_bool: Mapped[bool | None] = mapped_column(Encrypted(key(), bool))
    a_date: Mapped[date | None] = mapped_column(Encrypted(key(), date, binary=True))
    a_datetime: Mapped[datetime | None] = mapped_column(Encrypted(key(), datetime))
    a_naive: Mapped[datetime | None] = mapped_column(Encrypted(key(), datetime, naive=True))
    a_json: Mapped[Any | None] = mapped_column(Encrypted(key(), dict))


class RowKinds(Base):
    """Every type of values, bound to the row."""

    __tablename__ = "row_kinds"
    id: Mapped[str] = mapped_column(primary_key=True)
    a_text = RowEncrypted(key(), str, nullable=True)
    a_bytes = RowEncrypted(key(), bytes, nullable=True)
    a_int = RowEncrypted(key(), int, nullable=True)
    a_decimal = RowEncrypted(key(), Decimal, nullable=True)
    a_bool = RowEncrypted(key(), bool, nullable=True)
    a_date = RowEncrypted(key(), date, nullable=True)
    a_datetime = RowEncrypted(key(), datetime, nullable=True, binary=True)
    a_naive = RowEncrypted(key(), datetime, nullable=True, naive=True)
    a_json = RowEncrypted(key(), list, nullable=True)


class Account(Base):
    """Tenants with a subkey each, and numbers for keys that the program gives."""

    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str | None]
    iban = RowEncrypted(key("tenants"), str, context="tenant", nullable=True)
    iban_index: Mapped[str | None] = mapped_column(
        BlindIndex("iban", normalize=["trim", "casefold"], bits=64)
    )
    city: Mapped[str | None] = mapped_column(Encrypted(key("tenants")))
    city_index: Mapped[str | None] = mapped_column(BlindIndex("city"))
    equal: Mapped[str | None] = mapped_column(Encrypted(key("equal")))
    siv: Mapped[str | None] = mapped_column(Encrypted(key("siv")))


class Animal(Base):
    """Single-table and joined inheritance."""

    __tablename__ = "animals"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[str]
    name = RowEncrypted(key(), str)
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "animal"}


class Cat(Animal):
    __mapper_args__ = {"polymorphic_identity": "cat"}
    chip: Mapped[str | None] = mapped_column(Encrypted(key()))
    chip_index: Mapped[str | None] = mapped_column(BlindIndex("chip"))
    vet = RowEncrypted(key(), str, nullable=True)


class Dog(Animal):
    __tablename__ = "dogs"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("animals.id"), primary_key=True)
    tag: Mapped[int | None] = mapped_column(Encrypted(key(), int))
    tag_index: Mapped[str | None] = mapped_column(BlindIndex("tag"))
    owner = RowEncrypted(key(), str, nullable=True)
    owner_index: Mapped[str | None] = mapped_column(BlindIndex("owner"))
    __mapper_args__ = {"polymorphic_identity": "dog"}


class Moving(Base):
    """A table that holds plaintext and is moved over."""

    __tablename__ = "moving"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(Encrypted(key(), allow_plaintext=True))
    email_index: Mapped[str | None] = mapped_column(BlindIndex("email", normalize="email"))
    pin: Mapped[bytes | None] = mapped_column(Encrypted(key(), bytes, binary=True, allow_plaintext=True))
