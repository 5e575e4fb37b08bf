"""Plaintext that is still in a column which is being moved over: allowed by name only, counted, and logged
once.
"""

import logging
import re
from threading import Lock

_LOG = logging.getLogger("strongroom")
_LOCK = Lock()
# How a ciphertext as text begins, with any version.
_BEGINS = re.compile(r"(?:vault|strongroom):v[0-9]+:")
# With which byte one in binary begins, and no text in UTF-8 (docs/formats.md, section 5).
_BINARY = b"\xfe"


def begins_as_ciphertext(stored: str | bytes, template: str | None) -> bool:
    """Whether something claims to be a ciphertext: then it has to open, also where plaintext is allowed."""
    if isinstance(stored, bytes):
        return stored.startswith(_BINARY)
    if _BEGINS.match(stored) is not None:
        return True
    if template is None:
        return False
    before, _, after = template.partition("{{version}}")
    return re.match(f"{re.escape(before)}[0-9]+{re.escape(after)}", stored) is not None


class PlaintextCounter:
    """How often a plaintext was read in the place of a ciphertext, in this process."""

    __slots__ = ("_count", "_place")

    def __init__(self, place: object) -> None:
        self._count, self._place = 0, place

    @property
    def count(self) -> int:
        return self._count

    def add(self) -> None:
        with _LOCK:
            self._count += 1
            first = self._count == 1
        if first:
            _LOG.warning(
                "%s: a plaintext was read in the place of a ciphertext, as allow_plaintext=True allows; "
                "this is said once, and counted",
                self._place,
            )
