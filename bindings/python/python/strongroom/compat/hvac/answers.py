"""What a call gives back, and how it fails."""

from typing import Any, TypeAlias
from uuid import uuid4

from strongroom.compat.hvac import exceptions
from strongroom.errors import StrongroomError

Answer: TypeAlias = dict[str, Any]

UNSUPPORTED = "unsupported path"


class NoContent:
    """The answer 204, as far as a ``requests.Response`` without a body says something."""

    status_code = 204
    ok = True
    text = ""
    content = b""


class Refused(Exception):
    """What the server would answer: a status and a text, or the results of a batch with errors in it."""

    def __init__(self, status: int, text: str, cause: StrongroomError | None = None, data: Answer | None = None) -> None:
        super().__init__(text)
        self.status, self.text, self.cause, self.data = status, text, cause, data

    def raised(self, method: str, url: str) -> exceptions.VaultError:
        """The exception of hvac. The library's own sentence stands behind the text of the server."""
        # Where the server's words are not known, the text is that sentence.
        said = ": ".join(dict.fromkeys(text for text in (self.text, str(self.cause or "")) if text))
        if self.data is not None:
            # Not its text too, which is printed: it may hold plaintexts.
            error = exceptions.VaultError.from_status(self.status, said, method=method, url=url, json=envelope(self.data))
        else:
            is_wrapped = self.status == 500 or self.text == UNSUPPORTED
            errors = [f"1 error occurred:\n\t* {self.text}\n\n" if is_wrapped else self.text] if self.text else []
            error = exceptions.VaultError.from_status(self.status, said, errors=errors, method=method, url=url, json={"errors": errors})
            error.args = (said,)
        return error


def envelope(data: Answer) -> Answer:
    """An answer as the server writes it."""
    return {
        "request_id": str(uuid4()),
        "lease_id": "",
        "renewable": False,
        "lease_duration": 0,
        "data": data,
        "wrap_info": None,
        "warnings": None,
        "auth": None,
    }
