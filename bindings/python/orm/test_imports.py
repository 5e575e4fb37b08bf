"""What models can be imported without."""

import runpy
import subprocess
import sys
import textwrap

import pytest
import sqlalchemy

import strongroom.sqlalchemy


def python(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True)


def test_greenlet_is_not_needed() -> None:
    done = python(
        """
        import sys
        sys.modules["greenlet"] = None
        import strongroom.sqlalchemy.__main__
        from strongroom.sqlalchemy import rewrap, rewrap_async
        """
    )
    assert done.returncode == 0, done.stderr


def test_an_older_sqlalchemy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlalchemy, "__version__", "2.0.44")
    with pytest.raises(ImportError, match=r"needs SQLAlchemy 2\.1, and here is 2\.0\.44"):
        runpy.run_path(strongroom.sqlalchemy.__file__)


@pytest.mark.parametrize(
    "field", ["mapped_column(Encrypted(list), nullable=True)", "RowEncrypted(list, str)"]
)
def test_relations_name_classes_that_come_later(field: str) -> None:
    """In a process of its own: a mapper that fails spoils all others."""
    done = python(
        f"""
        import uuid
        from sqlalchemy import ForeignKey
        from sqlalchemy.orm import DeclarativeBase, Mapped, configure_mappers, mapped_column, relationship
        from strongroom.sqlalchemy import Encrypted, RowEncrypted
        class Base(DeclarativeBase): ...
        class Author(Base):
            __tablename__ = "authors"
            id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
            email = {field}
            books: Mapped[list["Book"]] = relationship(back_populates="author")
        class Book(Base):
            __tablename__ = "books"
            id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
            author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authors.id"))
            note = {field}
            author: Mapped[Author] = relationship(back_populates="books")
        configure_mappers()
        for column in (Author.__table__.c.email, Book.__table__.c.note):
            print(column.type.field.place)
        """
    )
    assert done.stdout.split() == ["Author.email", "Book.note"], done.stderr
