"""The keyring that ``settings.STRONGROOM_KEYRING`` leads to, which is asked for at each use."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from strongroom import Key, Keyring
from strongroom._fields import Place
from strongroom.errors import StrongroomError

SETTING = "STRONGROOM_KEYRING"
WANTED = f"{SETTING} has to be the dotted path of a callable that gives the keyring, such as 'project.keyring.ring'"


@cache
def _found(path: str) -> Callable[[], Keyring]:
    """What the path names. Only the import is kept: whether the keyring is, is up to the callable."""
    try:
        found: Any = import_string(path)
    except ImportError as error:
        raise ImproperlyConfigured(f"{WANTED}; {path!r} cannot be imported: {error}") from error
    if not callable(found):
        raise ImproperlyConfigured(f"{WANTED}; {path!r} is not callable")
    return found  # type: ignore[no-any-return]


def source() -> Callable[[], Keyring]:
    """What gives the keyring, without asking it."""
    path = getattr(settings, SETTING, None)
    if not isinstance(path, str):
        raise ImproperlyConfigured(
            f"{WANTED}; it is not set" if path is None else f"{WANTED}; it is {type(path).__name__}"
        )
    return _found(path)


class KeySource:
    """A key by its name. Its handle is looked up once in each keyring that is given."""

    __slots__ = ("_last", "_path", "_source", "name", "place")

    def __init__(self, name: str, place: Place) -> None:
        self.name, self.place = name, place
        self._last: tuple[Keyring, Key] | None = None
        self._path: Any = None

    def __call__(self) -> Key:
        # A test may set another path, and its callable give another keyring.
        path = getattr(settings, SETTING, None)
        if path is not self._path or path is None:
            self._source = source()
            self._path = path
        ring, last = self._source(), self._last
        if last is None or last[0] is not ring:
            try:
                last = (ring, ring.key(self.name))
            except StrongroomError as error:
                raise self.place.named(error) from None
            self._last = last
        return last[1]
