"""Seals written in Python."""

from typing import Protocol


class SealProvider(Protocol):
    """Something that can wrap a 32-byte key and unwrap it again, such as a key service.

    Give it to ``Seal.provider``. It may be called by any thread, and by data operations too: after another process resealed the
    keyring, the new root key has to be unwrapped.

    ``unwrap`` raises ``strongroom.errors.WrongSeal`` for a blob that it does not open. Any other exception means that it could not be
    asked; the call then fails with ``SealFailed``, which has that exception as its cause. What is no ``Exception``, such as
    ``KeyboardInterrupt``, is raised to the caller as it is, also where the call could have gone on without the provider.
    """

    @property
    def kind(self) -> str:
        """Which kind of seal this is. Written beside the wrapped copy, and read once."""
        ...

    @property
    def key_id(self) -> str:
        """Which key of that kind. Written beside the wrapped copy, not secret, and read once."""
        ...

    def wrap(self, key: bytes, aad: bytes, /) -> bytes:
        """Wraps 32 bytes, bound to ``aad``, in 1 to 65,535 bytes.

        Whatever it gives is unwrapped once and compared before anything is written; if that fails, so does the call, with ``SealFailed``.
        """
        ...

    def unwrap(self, blob: bytes, aad: bytes, /) -> bytes:
        """The 32 bytes, if they were bound to the same ``aad``."""
        ...
