"""The class that a program calls: the methods of hvac, with their parameters, order and defaults."""

import hashlib
import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

from strongroom import Key, Keyring, StrongroomError
from strongroom.compat.hvac import data, exceptions, keys
from strongroom.compat.hvac.answers import Answer, NoContent, Refused, envelope
from strongroom.compat.hvac.checks import allowed, given, signing
from strongroom.compat.hvac.fields import decode, number
from strongroom.compat.hvac.refusals import refusal

_Batch: TypeAlias = list[dict[str, Any]] | None
_Period: TypeAlias = str | int | None
_NO_INPUT = "Invalid parameter combination: Please provide only one of the following parameters: 'hash_input' or 'batch_input'."
_TWO_INPUTS = "Invalid parameter combination: 'hash_input' or 'batch_input' should be provided, not both."
_ONE_OF_BOTH = 'either "signature" or "hmac" argument (but not both) must be provided to verify signature'


class Transit:
    """``client.secrets.transit`` of hvac over a keyring, whatever the mount point, or over the keyring of each mount point."""

    def __init__(self, ring: Keyring | Mapping[str, Keyring], *, upsert: bool = False, dialect: Literal["vault", "openbao"] = "vault") -> None:
        """With ``upsert``, ``encrypt_data`` creates a key that is not there. ``dialect`` is the product whose backups ``backup_key`` makes."""
        self._ring, self._upsert, self._dialect = ring, upsert, dialect

    def create_key(
        self, name: str, convergent_encryption: bool | None = None, derived: bool | None = None, exportable: bool | None = None,
        allow_plaintext_backup: bool | None = None, key_type: str | None = None, mount_point: str = "transit", auto_rotate_period: _Period = None,
    ) -> Answer:  # fmt: skip
        """Creates a key, of type ``aes256-gcm96`` unless another is named. One that exists stays as it is."""
        if convergent_encryption and not derived:
            raise exceptions.ParamValidationError("derived must be set to True when convergent_encryption is True")
        allowed(**given(key_type=key_type))
        asked = given(
            convergent=convergent_encryption, derived=derived, exportable=exportable, allow_plaintext_backup=allow_plaintext_backup,
            type=key_type, auto_rotate_period=auto_rotate_period,
        )  # fmt: skip
        return self._ask("post", "create", f"keys/{name}", mount_point, lambda ring: keys.create(ring, name, asked), name, asked)

    def read_key(self, name: str, mount_point: str = "transit") -> Answer:
        """What there is to know of a key."""
        return self._of_key("get", "read", f"keys/{name}", mount_point, name, keys.read)

    def list_keys(self, mount_point: str = "transit") -> Answer:
        """The names of all keys. If there are none it raises ``InvalidPath``, as with the server."""
        return self._ask("list", "list", "keys", mount_point, keys.names)

    def delete_key(self, name: str, mount_point: str = "transit") -> NoContent:
        """Deletes a key that was configured with ``deletion_allowed``."""
        self._ask("delete", "delete", f"keys/{name}", mount_point, lambda ring: ring.delete_key(name), name)
        return NoContent()

    def update_key_configuration(
        self, name: str, min_decryption_version: int | None = None, min_encryption_version: int | None = None, deletion_allowed: bool | None = None,
        exportable: bool | None = None, allow_plaintext_backup: bool | None = None, mount_point: str = "transit", auto_rotate_period: _Period = None,
    ) -> Answer:  # fmt: skip
        """Changes settings; what is not named stays as it is."""
        if min_encryption_version and min_decryption_version is not None and min_encryption_version <= min_decryption_version:
            raise exceptions.ParamValidationError("min_encryption_version must be 0 or > min_decryption_version")
        asked = given(
            min_decryption_version=min_decryption_version, min_encryption_version=min_encryption_version, deletion_allowed=deletion_allowed,
            exportable=exportable, allow_plaintext_backup=allow_plaintext_backup, auto_rotate_period=auto_rotate_period,
        )  # fmt: skip
        return self._of_key("post", "config", f"keys/{name}/config", mount_point, name, lambda key: keys.configure(key, asked))

    def rotate_key(self, name: str, mount_point: str = "transit") -> Answer:
        """Adds a version."""
        return self._of_key("post", "rotate", f"keys/{name}/rotate", mount_point, name, keys.rotate)

    def export_key(self, name: str, key_type: str, version: str | int | None = None, mount_point: str = "transit") -> Answer:
        """The material of an exportable key in the clear: its ``encryption-key``, ``signing-key`` or ``hmac-key``."""
        allowed(export_key_type=key_type)
        path = f"export/{key_type}/{name}" + ("" if version is None else f"/{version}")
        said = {"part": key_type.removesuffix("-key")}
        return self._of_key("get", "export", path, mount_point, name, lambda key: keys.export(key, key_type, version), said)

    def encrypt_data(
        self, name: str, plaintext: str | None = None, context: str | None = None, key_version: int | None = None, nonce: str | None = None,
        batch_input: _Batch = None, type: str | None = None, convergent_encryption: bool | None = None, mount_point: str = "transit",
        associated_data: str | None = None,
    ) -> Answer:  # fmt: skip
        """Encrypts what base64 stands for. A batch of which an item is refused raises, with every result in ``json``."""
        if plaintext is None and batch_input is None:
            raise ValueError("plaintext must be specified unless batch_input is set")
        item = given(plaintext=plaintext, context=context, key_version=key_version, nonce=nonce, associated_data=associated_data)
        new = {"type": type or "aes256-gcm96", "convergent": bool(convergent_encryption)} if self._upsert else None
        return self._data("encrypt", "encrypt", mount_point, name, item, batch_input, new=new)

    def decrypt_data(
        self, name: str, ciphertext: str | None = None, context: str | None = None, nonce: str | None = None, batch_input: _Batch = None,
        mount_point: str = "transit", associated_data: str | None = None,
    ) -> Answer:  # fmt: skip
        """Decrypts to base64. A batch of which an item is refused raises, with every result in ``json``."""
        if ciphertext is None and batch_input is None:
            raise ValueError("ciphertext must be specified unless batch_input is set")
        item = given(ciphertext=ciphertext, context=context, nonce=nonce, associated_data=associated_data)
        return self._data("decrypt", "decrypt", mount_point, name, item, batch_input)

    def rewrap_data(
        self, name: str, ciphertext: str | None, context: str | None = None, key_version: int | None = None, nonce: str | None = None,
        batch_input: _Batch = None, mount_point: str = "transit",
    ) -> Answer:  # fmt: skip
        """Encrypts anew what a ciphertext holds. An item of a batch may have ``associated_data``, which servers ignore."""
        item = given(ciphertext=ciphertext, context=context, key_version=key_version, nonce=nonce)
        return self._data("rewrap", "rewrap", mount_point, name, item, batch_input)

    def generate_data_key(
        self, name: str, key_type: str, context: str | None = None, nonce: str | None = None, bits: int | None = None, mount_point: str = "transit"
    ) -> Answer:
        """A fresh key, encrypted, and with the type ``plaintext`` in the clear as well."""
        allowed(data_key_type=key_type, **given(bits=bits))
        item = given(bits=256 if bits is None else bits, context=context, nonce=nonce)
        answer = self._data("datakey", f"datakey/{key_type}", mount_point, name, item)
        if key_type == "wrapped":
            del answer["data"]["plaintext"]
        return answer

    def generate_random_bytes(self, n_bytes: int | None = None, output_format: str | None = None, mount_point: str = "transit") -> Answer:
        """Random bytes of the operating system's: 32, or as many as are asked for, up to 131,072."""
        return self._ask("post", "random", "random", mount_point, lambda _: _random(n_bytes, output_format))

    def hash_data(self, hash_input: str, algorithm: str | None = None, output_format: str | None = None, mount_point: str = "transit") -> Answer:
        """The digest of what base64 stands for, by sha2-256 and in hexadecimal unless it is said otherwise."""
        allowed(**given(algorithm=algorithm, output_format=output_format))
        return self._ask("post", "hash", "hash", mount_point, lambda _: _digest(hash_input, algorithm, output_format))

    def generate_hmac(
        self, name: str, hash_input: str, key_version: int | None = None, algorithm: str | None = None, mount_point: str = "transit"
    ) -> Answer:
        """A mac of what base64 stands for, by sha2-256 unless another hash is named."""
        allowed(**given(algorithm=algorithm))
        return self._data("hmac", "hmac", mount_point, name, given(input=hash_input, key_version=key_version), options=given(hash=algorithm))

    def sign_data(
        self, name: str, hash_input: str | None = None, key_version: int | None = None, hash_algorithm: str | None = None, context: str | None = None,
        prehashed: bool | None = None, signature_algorithm: str | None = None, marshaling_algorithm: str | None = None,
        salt_length: str | None = None, mount_point: str = "transit", batch_input: _Batch = None,
    ) -> Answer:  # fmt: skip
        """Signs what base64 stands for."""
        options = signing(
            salt_length, hash_algorithm=hash_algorithm, prehashed=prehashed, signature_algorithm=signature_algorithm,
            marshaling_algorithm=marshaling_algorithm,
        )  # fmt: skip
        if (hash_input is None) == (batch_input is None):
            raise exceptions.ParamValidationError(_NO_INPUT if hash_input is None else _TWO_INPUTS)
        item = given(input=hash_input, context=context)
        return self._data("sign", "sign", mount_point, name, item, batch_input, {**options, **given(version=key_version)})

    def verify_signed_data(
        self, name: str, hash_input: str, signature: str | None = None, hmac: str | None = None, hash_algorithm: str | None = None,
        context: str | None = None, prehashed: bool | None = None, signature_algorithm: str | None = None, salt_length: str | None = None,
        marshaling_algorithm: str | None = None, mount_point: str = "transit",
    ) -> Answer:  # fmt: skip
        """Whether a signature or a mac is one of what base64 stands for, as ``valid``."""
        if (signature is None) == (hmac is None):
            raise exceptions.ParamValidationError(_ONE_OF_BOTH)
        options = signing(
            salt_length, hash_algorithm=hash_algorithm, prehashed=prehashed, signature_algorithm=signature_algorithm,
            marshaling_algorithm=marshaling_algorithm,
        )  # fmt: skip
        item = given(input=hash_input, signature=signature, hmac=hmac, context=context)
        if hmac is not None:
            return self._data("verify_hmac", "verify", mount_point, name, item, options=given(hash=hash_algorithm))
        return self._data("verify", "verify", mount_point, name, item, options=options)

    def backup_key(self, name: str, mount_point: str = "transit") -> Answer:
        """The whole key in the clear, if it is exportable and allows plaintext backups."""
        return self._of_key("get", "backup", f"backup/{name}", mount_point, name, lambda key: keys.backup(key, self._dialect))

    def restore_key(self, backup: str, name: str | None = None, force: bool | None = None, mount_point: str = "transit") -> NoContent:
        """A key from a backup of either product. A key that exists is never overwritten, whatever ``force`` says."""
        path = "restore" if name is None else f"restore/{name}"
        self._ask("post", "restore", path, mount_point, lambda ring: keys.restore(ring, backup, name), name)
        return NoContent()

    def trim_key(self, name: str, min_version: int, mount_point: str = "transit") -> Answer:
        """Destroys every version below one. Of a keyring in a folder it waits until no process can be using them any more."""
        return self._of_key("post", "trim", f"keys/{name}/trim", mount_point, name, lambda key: keys.trim(key, min_version))

    def _data(
        self, operation: str, path: str, mount_point: str, name: str, item: data.Item, batch: _Batch = None, options: data.Item = {},
        new: Answer | None = None,
    ) -> Answer:  # fmt: skip
        """An item or a batch, with a key that is first made as ``new`` says if there is none."""

        def work(ring: Keyring) -> Answer:
            items = [item] if batch is None else data.parsed(operation, batch)
            key = ring.key(name) if new is None else keys.upserted(ring, name, new, items)
            return (data.one if batch is None else data.many)(key, operation, items, options)

        return self._ask("post", operation, f"{path}/{name}", mount_point, work, name)

    def _of_key(
        self, method: str, operation: str, path: str, mount_point: str, name: str, work: Callable[[Key], Answer], said: data.Item = {}
    ) -> Answer:
        return self._ask(method, operation, path, mount_point, lambda ring: work(ring.key(name)), name, said)

    def _ask(
        self, method: str, operation: str, path: str, mount_point: str, work: Callable[[Keyring], Answer | None], name: str | None = None,
        said: data.Item = {},
    ) -> Answer:  # fmt: skip
        """What every call does: it finds the keyring, works, and raises what hvac would raise."""
        mount = mount_point.strip("/")
        try:
            ring = self._ring if isinstance(self._ring, Keyring) else self._ring.get(mount)
            if ring is None:
                raise Refused(404, f'no handler for route "{mount}/{path}". route entry not found.')
            try:
                return envelope(work(ring) or {})
            except StrongroomError as error:
                raise refusal(operation, error, ring, {"name": name, **said}) from None
        except Refused as refused:
            raise refused.raised(method, f"/v1/{mount}/{path}") from refused.cause


def _random(count: object, output_format: str | None) -> Answer:
    size = 32 if count is None else number("bytes", count)
    if not 1 <= size <= 131_072:
        raise Refused(400, "'bytes' cannot be less than 1" if size < 1 else "'bytes' should be less than 131072")
    if output_format not in (None, "hex", "base64"):
        raise Refused(400, f'unsupported encoding format "{output_format}"; must be "hex" or "base64"')
    return {"random_bytes": _text(secrets.token_bytes(size), output_format or "base64")}


def _digest(text: str | None, algorithm: str | None, output_format: str | None) -> Answer:
    if text is None:
        raise Refused(400, "input missing")
    message = decode(text, "unable to decode input as base64: {}")
    digest = hashlib.new((algorithm or "sha2-256").replace("sha2-", "sha"), message)
    return {"sum": _text(digest.digest(), output_format or "hex")}


def _text(value: bytes, output_format: str) -> str:
    return value.hex() if output_format == "hex" else b64encode(value).decode()
