"""What hvac raises: its own classes where it is installed, else classes of the same names and the same shape."""

from typing import TYPE_CHECKING, Any

__all__ = [
    "BadGateway",
    "Forbidden",
    "InternalServerError",
    "InvalidPath",
    "InvalidRequest",
    "ParamValidationError",
    "PreconditionFailed",
    "RateLimitExceeded",
    "Unauthorized",
    "UnexpectedError",
    "UnsupportedOperation",
    "VaultDown",
    "VaultError",
    "VaultNotInitialized",
]


class VaultError(Exception):
    """``errors`` are the texts of the server, and ``json`` is its answer."""

    def __init__(
        self,
        message: str | None = None,
        errors: list[str] | None = None,
        method: str | None = None,
        url: str | None = None,
        text: str | None = None,
        json: Any = None,
    ) -> None:
        self.errors, self.method, self.url, self.text, self.json = errors, method, url, text, json
        super().__init__(", ".join(errors) if errors else message)

    @classmethod
    def from_status(cls, status_code: int, *args: Any, **kwargs: Any) -> "VaultError":
        """The exception for an answer of this status."""
        return _OF_STATUS.get(status_code, UnexpectedError)(*args, **kwargs)

    def __str__(self) -> str:
        return f"{self.args[0]}, on {self.method} {self.url}"


# fmt: off
class BadGateway(VaultError): ...
class Forbidden(VaultError): ...
class InternalServerError(VaultError): ...
class InvalidPath(VaultError): ...
class InvalidRequest(VaultError): ...
class ParamValidationError(VaultError): ...
class PreconditionFailed(VaultError): ...
class RateLimitExceeded(VaultError): ...
class Unauthorized(VaultError): ...
class UnexpectedError(VaultError): ...
class UnsupportedOperation(VaultError): ...
class VaultDown(VaultError): ...
class VaultNotInitialized(VaultError): ...
# fmt: on

_OF_STATUS = {
    400: InvalidRequest,
    401: Unauthorized,
    403: Forbidden,
    404: InvalidPath,
    429: RateLimitExceeded,
    500: InternalServerError,
    501: VaultNotInitialized,
    502: BadGateway,
    503: VaultDown,
}
if not TYPE_CHECKING:
    try:
        import hvac.exceptions as _installed
    except ImportError:
        pass
    else:
        globals().update({name: getattr(_installed, name) for name in __all__})
