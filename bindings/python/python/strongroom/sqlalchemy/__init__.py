"""Encrypted columns for SQLAlchemy 2.1, sync and async: ``Encrypted`` is bound to its column,
``RowEncrypted`` to its row.

>>> import uuid
>>> from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
>>> from strongroom import Keyring
>>> customers = Keyring.in_memory().create_key("customers")
>>> class Base(DeclarativeBase): ...
>>> class Customer(Base):
...     __tablename__ = "customers"
...     id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
...     email = RowEncrypted(customers, str)
...     email_index: Mapped[str | None] = mapped_column(BlindIndex("email", normalize="email"), index=True)
...     phone: Mapped[str | None] = mapped_column(Encrypted(customers))

``docs/fields.md`` has what values are bound to and how they are written, ``docs/guides/sqlalchemy.md`` how it
is used.
"""

from sqlalchemy import __version__ as _version

if tuple(map(int, _version.split(".")[:2])) < (2, 1):
    raise ImportError(
        f"strongroom.sqlalchemy needs SQLAlchemy 2.1, and here is {_version}: pip install 'SQLAlchemy>=2.1'"
    )

from strongroom._fields import Sealed
from strongroom.sqlalchemy.fields import Encrypted, plaintext_reads
from strongroom.sqlalchemy.indexes import BlindIndex
from strongroom.sqlalchemy.rewrap import Report, rewrap, rewrap_async
from strongroom.sqlalchemy.rows import RowAttribute, RowEncrypted

__all__ = [
    "BlindIndex",
    "Encrypted",
    "Report",
    "RowAttribute",
    "RowEncrypted",
    "Sealed",
    "plaintext_reads",
    "rewrap",
    "rewrap_async",
]
