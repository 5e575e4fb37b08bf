"""Where something went wrong: an error names the model, the field and the row, and never the value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from strongroom._fields.encodings import Refused

E = TypeVar("E", bound=Exception)


def _as_it_is(kind: type[Exception]) -> type[Exception]:
    return kind


@dataclass(frozen=True, slots=True)
class Place:
    """A field of a model, such as ``Person.email``."""

    model: str
    field: str
    # The class in which an error is raised, where a framework would wrap it together with the values otherwise.
    raised_as: Callable[[type[Exception]], type[Exception]] = _as_it_is

    def __str__(self) -> str:
        return f"{self.model}.{self.field}" if self.model else self.field

    def of_row(self, row: str | None) -> str:
        return str(self) if row is None else f"{self} of row {row}"

    def named(self, error: E, row: str | None = None, advice: str = "") -> E:
        """The same error, still of its class and with its code, whose message begins with the place."""
        if isinstance(error, Refused):
            return self.refused(str(error) + advice, error.kind, row)  # type: ignore[return-value]
        made: Any = self.raised_as(type(error))(f"{self.of_row(row)}: {error}{advice}")
        # `detail`, `index` and what else says more of this one error.
        made.__dict__.update(error.__dict__)
        made.__cause__ = error.__cause__
        return made.with_traceback(error.__traceback__)  # type: ignore[no-any-return]

    def refused(self, why: str, kind: type[Exception] = ValueError, row: str | None = None) -> Exception:
        return self.raised_as(kind)(f"{self.of_row(row)} {why}")
