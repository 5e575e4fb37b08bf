"""``dumpdata`` writes values, so plaintext. The command of this app asks for that by name."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.management.base import CommandError

_refused = ContextVar("strongroom_dump_refused", default=False)


@contextmanager
def no_plaintext() -> Iterator[None]:
    token = _refused.set(True)
    try:
        yield
    finally:
        _refused.reset(token)


def refuse_dump(field: Any) -> None:
    if _refused.get():
        raise CommandError(
            f"{field.place} is encrypted, and would be in plaintext in the file: say --decrypt-fields if that is meant, "
            "or back the database up with its own tool, which copies ciphertexts"
        )
