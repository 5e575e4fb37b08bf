"""The types of the compiled module. Import from ``strongroom``."""

from collections.abc import Iterator, KeysView, Mapping, ValuesView
from datetime import datetime, timedelta
from os import PathLike
from types import EllipsisType
from typing import Any, ClassVar, Literal, Never, Protocol, Self, TypeAlias, TypeVar, final, overload

from _typeshed import ReadableBuffer, WriteableBuffer
from typing_extensions import disjoint_base

from strongroom.errors import StrongroomError
from strongroom.key_type import KeyType
from strongroom.provider import SealProvider
from strongroom.streams import Sink, Source, StreamReader, StreamWriter

__all__ = [
    "DataKey",
    "KeyInfo",
    "VersionInfo",
    "Key",
    "Keyring",
    "Fault",
    "Report",
    "StoreWarning",
    "WitnessReport",
    "SealInfo",
    "Seal",
    "_Reader",
    "StreamInfo",
    "_Writer",
    "stream_info",
    "ApiKey",
    "Token",
    "View",
    "__version__",
    "error_classes",
]

__version__: str
error_classes: tuple[type[StrongroomError], ...]

_Path: TypeAlias = str | PathLike[str]
_Said: TypeAlias = ReadableBuffer | str | dict[str, str]
# What is not to be said is left out, or given as ``...`` where a program decides. ``None`` is refused: it is what a program has where a
# value is missing.
_LeftOut: TypeAlias = EllipsisType
_T = TypeVar("_T", covariant=True)

class _Sequence(Protocol[_T]):
    """A ``list``, ``tuple`` or other sequence, which ``str`` and ``bytes`` are not here: their ``in`` asks for a part, not for an element."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> _T: ...
    def __iter__(self) -> Iterator[_T]: ...
    def __contains__(self, value: object, /) -> bool: ...

_Column: TypeAlias = _Sequence[_T] | ValuesView[_T] | KeysView[_T]
# What a key can be told to be: documents can name more types than can be created, which are told and not worked with.
_KnownKeyType: TypeAlias = Literal[
    "xaes256-gcm",
    "aes256-siv",
    "aes256-gcm96",
    "aes128-gcm96",
    "chacha20-poly1305",
    "xchacha20-poly1305",
    "ed25519",
    "ecdsa-p256",
    "ecdsa-p384",
    "ecdsa-p521",
    "rsa-2048",
    "rsa-3072",
    "rsa-4096",
    "hmac",
    "ml-dsa-44",
    "ml-dsa-65",
    "ml-dsa-87",
    "aes128-cmac",
    "aes256-cmac",
    "tink-gcm-hkdf-stream",
    "tink-ctr-hmac-stream",
]
_Hash: TypeAlias = Literal[
    "sha1",
    "sha2-224",
    "sha2-256",
    "sha2-384",
    "sha2-512",
    "sha3-224",
    "sha3-256",
    "sha3-384",
    "sha3-512",
]
_SignedHash: TypeAlias = _Hash | Literal["none"]
_Form: TypeAlias = Literal["asn1", "jws"]
_Padding: TypeAlias = Literal["pss", "pkcs1v15"]
_SaltLength: TypeAlias = Literal["auto", "hash"] | int
_Part: TypeAlias = Literal["encryption-key", "signing-key", "hmac-key"]
_Format: TypeAlias = Literal["raw", "der", "pem", "jwk"]
_Product: TypeAlias = Literal["vault", "openbao"]
_MaterialFormat: TypeAlias = Literal["raw", "pkcs8", "private-key", "public-key", "wrapped"]
_Kdf: TypeAlias = Literal["hkdf-sha256", "hmac-counter"]
_Nonces: TypeAlias = Literal["pooled", "unbuffered"]
_Normalization: TypeAlias = Literal["none", "trim", "nfkc", "casefold", "digits", "email"]
_Period: TypeAlias = timedelta | float
_State: TypeAlias = Literal["active", "deactivated", "suspended", "destroyed"]

@final
class Seal:
    """What a keyring is opened with. It can be used again."""

    @staticmethod
    def root_key(key: ReadableBuffer, /) -> Seal:
        """A 32-byte key."""
        ...
    @staticmethod
    def root_key_text(text: str | ReadableBuffer, /) -> Seal:
        """A 32-byte key as text: 64 hexadecimal digits or 44 characters of base64."""
        ...
    @staticmethod
    def root_key_env(variable: str, /) -> Seal:
        """A 32-byte key in an environment variable: 64 hexadecimal digits or 44 characters of base64."""
        ...
    @staticmethod
    def root_key_file(path: _Path, /) -> Seal:
        """
        A 32-byte key in a file, written as for ``root_key_env``, that only its owner can read, or that a container platform mounts with
        mode 0440, 0640 or 0444, read-only or in a folder that others cannot write into. Every other mode is refused
        (``InsecurePermissions``) unless ``insecure_mode_ok`` is said.
        """
        ...
    @staticmethod
    def passphrase(passphrase: str | ReadableBuffer, /, *, id: str | _LeftOut = ...) -> Seal:
        """A passphrase, stretched with Argon2id; ``id`` tells several apart and is not secret."""
        ...
    @staticmethod
    def passphrase_file(path: _Path, /, *, id: str | _LeftOut = ...) -> Seal:
        """
        A passphrase in a file of at most 65,536 bytes, with a mode as for ``root_key_file``. One newline at its end does not count.
        ``id`` tells several passphrases apart and is not secret.
        """
        ...
    @staticmethod
    def url(url: str, /) -> Seal:
        """
        The seal that a URL names, such as ``vault://HOST/transit/NAME`` or ``file:PATH``; ``docs/seals.md`` lists them. It says where a
        key is and how to log in, and never holds a secret; what is no such URL is refused (``InvalidUrl``). Nothing is asked until the
        seal is used; a call that uses it then waits for the platform, 10 seconds at most for each question, while other threads run.
        """
        ...
    @staticmethod
    def any(seals: _Column[Seal], /) -> Seal:
        """
        Several seals, each of which opens the keyring: they are tried in this order, and the first that does it is enough. A keyring that
        is created with them has a copy for each. A sealed backup takes one seal only. At least one is given.
        """
        ...
    def insecure_mode_ok(self) -> Seal:
        """The same root key or passphrase in a file that others can read, too. Other seals are refused when they are used."""
        ...
    def allow_costly(self) -> Seal:
        """
        The same passphrase, stretched with up to 1 GiB in 16 passes where the copy that it is to open says so; without this, over 128 MiB
        or four times the usual work is refused (``SealTooCostly``). For files that you trust. Other seals are refused when they are used.
        """
        ...
    def labelled(self, label: str, /) -> Seal:
        """
        The same seal with a label of 1 to 255 bytes, which is not secret: what people call it. Where a copy of the root key is made for the
        seal, the label is written beside the copy, with the time, for ``Keyring.seals`` to show. Opening and backups take no notice of it.
        """
        ...
    def id(self) -> str:
        """The id of the seal, as ``Keyring.seals`` shows it. What the seal needs, such as a file, is read; no keyring is."""
        ...
    @staticmethod
    def provider(provider: SealProvider, /) -> Seal:
        """A seal written in Python."""
        ...
    @staticmethod
    def generate_root_key() -> str:
        """A fresh key for ``Seal.root_key_env`` or ``Seal.root_key_file``, as text. Keep it outside the keyring."""
        ...
    def __reduce__(self) -> Never: ...

@final
class Keyring:
    """The named keys of one environment. It is shared between threads and works in a forked child."""

    @staticmethod
    def create(
        path: _Path,
        seal: Seal,
        *,
        label: str | _LeftOut = ...,
        max_staleness: _Period | _LeftOut = ...,
        usage_limit: int | _LeftOut = ...,
        nonces: _Nonces | _LeftOut = ...,
    ) -> Keyring:
        """Creates a keyring in an empty or absent folder."""
        ...
    @staticmethod
    def open(
        path: _Path,
        seal: Seal,
        *,
        max_staleness: _Period | _LeftOut = ...,
        usage_limit: int | _LeftOut = ...,
        nonces: _Nonces | _LeftOut = ...,
        pin: str | tuple[str, int] | _LeftOut = ...,
        witness: ReadableBuffer | _LeftOut = ...,
    ) -> Keyring:
        """Opens a keyring. Never creates one.

        ``pin`` is the one keyring to open, as its ``pin`` gave it, or an id and the lowest generation that will do. The text is stronger:
        whoever holds an older root key cannot write what passes.

        ``witness`` is what the keyring's ``witness`` gave. Only that keyring opens, going on from there, and a key of which an older document was
        put back since, or that is missing, raises ``RolledBack``; the others work. A witness that is damaged raises ``CorruptDocument``.
        """
        ...
    @staticmethod
    def open_or_create(
        path: _Path,
        seal: Seal,
        *,
        label: str | _LeftOut = ...,
        max_staleness: _Period | _LeftOut = ...,
        usage_limit: int | _LeftOut = ...,
        nonces: _Nonces | _LeftOut = ...,
        pin: str | tuple[str, int] | _LeftOut = ...,
        witness: ReadableBuffer | _LeftOut = ...,
    ) -> Keyring:
        """Opens a keyring, or creates one where there is none. For development."""
        ...
    @staticmethod
    def in_memory() -> Keyring:
        """A keyring that nobody else sees and that is gone with the process, for tests. Needs no seal."""
        ...
    @staticmethod
    def restore(
        snapshot: _Path,
        path: _Path,
        seal: Seal,
        *,
        max_staleness: _Period | _LeftOut = ...,
        usage_limit: int | _LeftOut = ...,
        nonces: _Nonces | _LeftOut = ...,
        pin: str | tuple[str, int] | _LeftOut = ...,
        witness: ReadableBuffer | _LeftOut = ...,
    ) -> Keyring:
        """Restores the keyring in the file ``snapshot`` into an empty or absent folder."""
        ...
    @property
    def id(self) -> str:
        """The id of the keyring: 32 hexadecimal digits."""
        ...
    def pin(self) -> str:
        """What to keep outside of the keyring to know it again: ``open`` takes it. It is not secret, and stays good over planned reseals."""
        ...
    def witness(self) -> bytes:
        """A record of what every document is now: ``open`` takes it. It is not secret. Keep it where whoever can write the folder cannot write.

        It knows nothing of what happens after it was made, so make a new one after changes that matter, with a keyring that was opened with the one
        before: what that one refuses raises ``RolledBack`` here. A reseal does not spoil it.
        """
        ...
    def close(self) -> None:
        """Wipes all keys from memory. Every handle says ``Closed`` from then on."""
        ...
    def key(self, name: str, /) -> Key:
        """A key by its name."""
        ...
    def create_key(
        self,
        name: str,
        key_type: KeyType | _LeftOut = ...,
        *,
        # Options of create_key, made by `cargo xtask bless`.
        derived: bool | _LeftOut = ...,
        convergent: bool | _LeftOut = ...,
        key_size: int | _LeftOut = ...,
        version_template: str | _LeftOut = ...,
        exportable: bool | _LeftOut = ...,
        allow_plaintext_backup: bool | _LeftOut = ...,
        deletion_allowed: bool | _LeftOut = ...,
        auto_rotate_period: _Period | _LeftOut = ...,
        labels: dict[str, str] | _LeftOut = ...,
        # End of options of create_key.
    ) -> Key:
        """Creates a key. The defaults are those of the library: type ``xaes256-gcm``, every option off."""
        ...
    def key_or_create(
        self,
        name: str,
        key_type: KeyType | _LeftOut = ...,
        *,
        # Options of key_or_create, made by `cargo xtask bless`.
        derived: bool | _LeftOut = ...,
        convergent: bool | _LeftOut = ...,
        key_size: int | _LeftOut = ...,
        version_template: str | _LeftOut = ...,
        exportable: bool | _LeftOut = ...,
        allow_plaintext_backup: bool | _LeftOut = ...,
        deletion_allowed: bool | _LeftOut = ...,
        auto_rotate_period: _Period | _LeftOut = ...,
        labels: dict[str, str] | _LeftOut = ...,
        # End of options of key_or_create.
    ) -> Key:
        """A key by its name, created if there is none. A key of another type, size or template, derived or convergent otherwise, is refused.

        What ``configure`` changes is only for a new key: one that exists keeps its settings.
        """
        ...
    def keys(self) -> list[str]:
        """The names of all keys, sorted, also of one whose document cannot be read; `key` says what is wrong with it."""
        ...
    def delete_key(self, name: str, /) -> None:
        """Deletes a key and its material, if the key allows it. A tombstone stays."""
        ...
    def import_key(
        self,
        name: str,
        material: ReadableBuffer,
        key_type: KeyType | _LeftOut = ...,
        *,
        # Options of import_key, made by `cargo xtask bless`.
        derived: bool | _LeftOut = ...,
        convergent: bool | _LeftOut = ...,
        key_size: int | _LeftOut = ...,
        version_template: str | _LeftOut = ...,
        exportable: bool | _LeftOut = ...,
        allow_plaintext_backup: bool | _LeftOut = ...,
        deletion_allowed: bool | _LeftOut = ...,
        auto_rotate_period: _Period | _LeftOut = ...,
        labels: dict[str, str] | _LeftOut = ...,
        # End of options of import_key.
        format: _MaterialFormat | _LeftOut = ...,
        hash: _Hash | _LeftOut = ...,
        passphrase: str | ReadableBuffer | _LeftOut = ...,
        allow_rotation: bool | _LeftOut = ...,
        kdf: _Kdf | _LeftOut = ...,
    ) -> Key:
        """Creates a key with material from outside as its first version.

        The format is ``raw`` unless given. ``private-key`` is a key pair in whatever form programs write one, PEM or DER: PKCS#8, SEC 1 or PKCS#1;
        ``pkcs8`` takes the first of them alone. With a ``passphrase`` also encrypted PKCS#8 is read. ``public-key`` is a public key alone, which
        verifies and, of RSA, encrypts. ``wrapped`` is what was wrapped for ``wrapping_key``, with ``hash``, sha2-256 unless given.
        """
        ...
    def derive_key(
        self,
        name: str,
        base: Key,
        peer: str | ReadableBuffer,
        key_type: KeyType,
        *,
        # Options of derive_key, made by `cargo xtask bless`.
        derived: bool | _LeftOut = ...,
        convergent: bool | _LeftOut = ...,
        key_size: int | _LeftOut = ...,
        version_template: str | _LeftOut = ...,
        exportable: bool | _LeftOut = ...,
        allow_plaintext_backup: bool | _LeftOut = ...,
        deletion_allowed: bool | _LeftOut = ...,
        auto_rotate_period: _Period | _LeftOut = ...,
        labels: dict[str, str] | _LeftOut = ...,
        # End of options of derive_key.
        version: int | _LeftOut = ...,
    ) -> Key:
        """A key that two sides agree on, each with a key of a type ``ecdsa-...`` and the other's public key, as PEM or DER: ECDH and HKDF-SHA256.

        What one side encrypts with it the other decrypts; OpenBao's ``derive-key`` gives the same key. ``version`` is one of ``base``, the latest
        unless given. The type is one of ``aes256-gcm96``, ``aes128-gcm96``, ``chacha20-poly1305`` and ``xchacha20-poly1305``, which all hold the
        same bytes: take one type for two base keys. A key of the name that was imported, or agreed on, gets a further version. Whose public key
        ``peer`` is has to be known from elsewhere.
        """
        ...
    @overload
    def wrapping_key(self, *, format: Literal["pem", "jwk"] | _LeftOut = ...) -> str:
        """The public key that others wrap keys for, to import them here in the format ``wrapped``: PEM unless a format is named.

        RSA with 4,096 bits, as Transit's wrapping key. It is made when it is first asked for, which takes a second or some, and stays the keyring's.
        """
        ...
    @overload
    def wrapping_key(self, *, format: Literal["raw", "der"]) -> bytes: ...
    def restore_key(self, backup: ReadableBuffer, seal: Seal, *, name: str | _LeftOut = ...) -> Key:
        """Restores a key from a sealed backup, under the name it had or another."""
        ...
    def restore_transit(self, backup: str | ReadableBuffer, *, name: str | _LeftOut = ..., dialect: _Product | _LeftOut = ...) -> Key:
        """Restores a key from a plaintext backup of Vault's or OpenBao's Transit, under the name it had or another, with all its versions and settings.

        ``backup`` is what the product's ``backup`` gave: base64 of JSON, as text or bytes, of up to 64 MiB. The product is told from the
        backup; where an old one does not say it and it matters, ``CorruptBackup`` asks for ``dialect``. Everything is checked before
        anything is written, and a key that exists is never overwritten.
        """
        ...
    def check(self) -> Report:
        """Opens every document, and says of each that cannot be read why."""
        ...
    def set_max_staleness(self, limit: _Period) -> None:
        """For how long every process may at most encrypt without having seen the store: a second to 365 days, 60 seconds unless it is set.

        Who asks for more in ``open`` is refused, and ``trim`` waits for as long.
        """
        ...
    def repair(self) -> list[str]:
        """Writes the usage documents anew that cannot be read, or that are old or missing as this process or its witness knows.

        Returns the names of those keys, which encrypt again after a rotation.
        """
        ...
    def remove_unreadable(self, name: str, /) -> None:
        """Takes away a key that was not changed since it was created and whose document cannot be read.

        One that was sealed under a root key which a reseal has taken away meanwhile, for example. What it has encrypted, if it has, opens with a
        restored copy alone. The name can be used again. Anything else is refused.
        """
        ...
    def snapshot(self, path: _Path, /) -> None:
        """Writes the whole keyring, still sealed, into a new file."""
        ...
    def refresh(self) -> None:
        """Looks at the store now, rather than when it is time to."""
        ...
    def rotate_due(self) -> list[tuple[str, int | StrongroomError]]:
        """Rotates every key that is due. Returns each with its new version, or with why it has none."""
        ...
    def seals(self) -> list[SealInfo]:
        """The seals that open the keyring."""
        ...
    def add_seal(self, seal: Seal) -> None:
        """Adds a copy of the root key, wrapped by another seal."""
        ...
    def remove_seal(self, kind: str, id: str) -> None:
        """Removes a copy of the root key. It revokes nothing that was copied before: see ``reseal``."""
        ...
    def rewrap_seals(self, seals: _Column[Seal] | _LeftOut = ...) -> None:
        """
        Wraps the root key anew in the copies that these seals have, or without any in that of the seal that opened the keyring: under the newest
        version of a platform's key, say. The root key stays. A seal that has no copy is refused (``seal_without_copy``).
        """
        ...
    def reseal(self, seals: _Column[Seal]) -> int:
        """Makes a new root key, wrapped by these seals and no others, and seals every document under it. Returns how many were written."""
        ...
    def upgrade(self) -> int:
        """Brings every document to the newest format. Returns how many were written."""
        ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *_exception: object) -> None: ...
    def __reduce__(self) -> Never: ...

@disjoint_base
class View:
    """A key as the data operations see it: with the context that ``Key.context`` gave it, or none."""

    @property
    def name(self) -> str:
        """The name of the key. It is known without a look at the keyring."""
        ...
    def transit(self) -> View:
        """The same key and context, exactly as lenient as Transit in what it reads and takes, for programs and data that come from there.

        ``docs/moving.md`` has the whole list. Only this view takes a ``version`` to rewrap to, a ``hash`` with signatures (Ed25519 does
        without it), a ``context`` with macs and with keys that are not derived (it is ignored), ``sha1`` for macs, contexts
        and aads of more than 65,535 bytes, and any version to encrypt, sign or mac with while there is no ``min_encryption_version``.
        The other views refuse these.
        """
        ...
    def encrypt(self, plaintext: ReadableBuffer, *, aad: _Said | _LeftOut = ..., context: _Said | _LeftOut = ..., version: int | _LeftOut = ...) -> str:
        """Encrypts bytes. The ciphertext is text, names the version, and opens with the same aad only."""
        ...
    def encrypt_binary(self, plaintext: ReadableBuffer, *, aad: _Said | _LeftOut = ..., context: _Said | _LeftOut = ..., version: int | _LeftOut = ...) -> bytes:
        """``encrypt`` to the compact binary form."""
        ...
    def encrypt_into(self, plaintext: ReadableBuffer, out: WriteableBuffer, *, aad: _Said | _LeftOut = ..., context: _Said | _LeftOut = ..., version: int | _LeftOut = ...) -> int:
        """``encrypt_binary`` into a writable buffer; returns the length. ``BufferTooSmall.needed`` says how long it must be."""
        ...
    def decrypt(self, ciphertext: str, *, aad: _Said | _LeftOut = ..., context: _Said | _LeftOut = ...) -> bytes:
        """Decrypts a text."""
        ...
    def decrypt_binary(self, ciphertext: ReadableBuffer, *, aad: _Said | _LeftOut = ..., context: _Said | _LeftOut = ...) -> bytes:
        """Decrypts the binary form."""
        ...
    def decrypt_into(self, ciphertext: ReadableBuffer, out: WriteableBuffer, *, aad: _Said | _LeftOut = ..., context: _Said | _LeftOut = ...) -> int:
        """``decrypt_binary`` into a writable buffer, which its owner can wipe; returns the length."""
        ...
    def rewrap(self, ciphertext: str, *, aad: _Said | _LeftOut = ..., context: _Said | _LeftOut = ..., version: int | _LeftOut = ...) -> str:
        """Authenticates a ciphertext and encrypts it anew under the latest version. One that is up to date comes back as it is."""
        ...
    def rewrap_binary(self, ciphertext: ReadableBuffer, *, aad: _Said | _LeftOut = ..., context: _Said | _LeftOut = ..., version: int | _LeftOut = ...) -> bytes:
        """``rewrap`` of the compact binary form."""
        ...
    def needs_rewrap(self, ciphertext: str) -> bool:
        """Whether a rewrap would change a ciphertext. Only its outside is looked at: this does not say that it opens."""
        ...
    def needs_rewrap_binary(self, ciphertext: ReadableBuffer) -> bool:
        """``needs_rewrap`` of the compact binary form."""
        ...
    def encrypted_len(self, plaintext: ReadableBuffer, *, aad: _Said | _LeftOut = ..., context: _Said | _LeftOut = ..., version: int | _LeftOut = ...) -> int:
        """How many characters ``encrypt`` would give now. Nothing is encrypted."""
        ...
    def encrypted_binary_len(self, plaintext: ReadableBuffer, *, aad: _Said | _LeftOut = ..., context: _Said | _LeftOut = ..., version: int | _LeftOut = ...) -> int:
        """How many bytes ``encrypt_binary`` and ``encrypt_into`` would give now."""
        ...
    def decrypted_binary_len(self, ciphertext: ReadableBuffer, *, aad: _Said | _LeftOut = ..., context: _Said | _LeftOut = ...) -> int:
        """How many bytes ``decrypt_binary`` and ``decrypt_into`` would give, if the ciphertext opens: that is not looked at."""
        ...
    def sign(
        self,
        message: ReadableBuffer,
        *,
        context: _Said | _LeftOut = ...,
        version: int | _LeftOut = ...,
        form: _Form | _LeftOut = ...,
        hash: _SignedHash | _LeftOut = ...,
        prehashed: bool | _LeftOut = ...,
        padding: _Padding | _LeftOut = ...,
        salt_length: _SaltLength | _LeftOut = ...,
    ) -> str:
        """Signs a message.

        ``form="jws"`` makes what JSON Web Signatures hold, with the hash that they have for the key's type. With ``prehashed`` the message
        is a digest of it by ``hash``. ``padding`` and ``salt_length``, and ``hash="none"`` for a message that is padded as it is, are for RSA
        keys. What a type does not have is refused.
        """
        ...
    def verify(
        self,
        message: ReadableBuffer,
        signature: str,
        *,
        context: _Said | _LeftOut = ...,
        form: _Form | _LeftOut = ...,
        hash: _SignedHash | _LeftOut = ...,
        prehashed: bool | _LeftOut = ...,
        padding: _Padding | _LeftOut = ...,
        salt_length: _SaltLength | _LeftOut = ...,
    ) -> None:
        """Verifies a signature: returns, or raises. It is told what the signature was made with."""
        ...
    @overload
    def public_key(self, version: int | _LeftOut = ..., *, format: Literal["raw", "der"] | _LeftOut = ...) -> bytes:
        """The public key of a version, the latest unless given: bytes as ``raw`` or ``der``, text as ``pem`` or ``jwk``."""
        ...
    @overload
    def public_key(self, version: int | _LeftOut = ..., *, format: Literal["pem", "jwk"]) -> str: ...
    def hmac(self, message: ReadableBuffer, *, context: _Said | _LeftOut = ..., version: int | _LeftOut = ..., hash: _Hash | _LeftOut = ...) -> str:
        """A mac of a message, under HMAC-SHA256 unless another hash is named."""
        ...
    def verify_hmac(self, message: ReadableBuffer, mac: str, *, context: _Said | _LeftOut = ..., hash: _Hash | _LeftOut = ...) -> None:
        """Verifies a mac: returns, or raises."""
        ...
    def data_key(self, size: int | _LeftOut = ..., *, aad: _Said | _LeftOut = ..., context: _Said | _LeftOut = ..., version: int | _LeftOut = ...) -> DataKey:
        """A fresh key of 16, 32 (unless given) or 64 bytes for another program to encrypt with, in the clear and encrypted."""
        ...
    def index(
        self,
        value: str | ReadableBuffer,
        *,
        name: str,
        normalize: _Normalization | _Column[_Normalization] | _LeftOut = ...,
        bits: int | _LeftOut = ...,
        version: int | _LeftOut = ...,
    ) -> str:
        """What a value is found by: the same text for equal values of the column ``name``, and of no other column. It names the version.

        Store it beside the ciphertext, and look with ``indexes``. It tells whoever reads the table which rows are equal, and how often; with the
        right to index also what was guessed. ``normalize`` is done to the value first, one step or several in their order, by the tables of
        Unicode 16.0: ``trim``, ``nfkc``, ``casefold``, ``digits`` (the rest is dropped), or ``email``, and is to be the same in every program. It has
        128 ``bits`` unless given, 8 to 256. ``version`` is for unique columns: without it a rotation is written with when every process knows it.
        A derived key is asked on ``key.context(...)``.
        """
        ...
    def index_binary(
        self,
        value: str | ReadableBuffer,
        *,
        name: str,
        normalize: _Normalization | _Column[_Normalization] | _LeftOut = ...,
        bits: int | _LeftOut = ...,
        version: int | _LeftOut = ...,
    ) -> bytes:
        """``index`` as its bits alone, without the version."""
        ...
    def indexes(
        self,
        value: str | ReadableBuffer,
        *,
        name: str,
        normalize: _Normalization | _Column[_Normalization] | _LeftOut = ...,
        bits: int | _LeftOut = ...,
        version: int | _LeftOut = ...,
    ) -> list[str]:
        """What to look for a value by, as in ``WHERE email_index IN (...)``: one for each version that may have been written with, the newest first."""
        ...
    def indexes_binary(
        self,
        value: str | ReadableBuffer,
        *,
        name: str,
        normalize: _Normalization | _Column[_Normalization] | _LeftOut = ...,
        bits: int | _LeftOut = ...,
        version: int | _LeftOut = ...,
    ) -> list[bytes]:
        """``indexes`` as their bits alone."""
        ...
    def index_prefixes(
        self,
        value: str | ReadableBuffer,
        lengths: _Column[int],
        *,
        name: str,
        normalize: _Normalization | _Column[_Normalization] | _LeftOut = ...,
        bits: int | _LeftOut = ...,
        version: int | _LeftOut = ...,
    ) -> list[str]:
        """What a value is found by where what it begins with is looked for: an index for its beginning of each of these numbers of characters.

        A value that is shorter has none of that length. They are sorted, and each is there once. Look with ``indexes_prefix``.
        """
        ...
    def index_prefixes_binary(
        self,
        value: str | ReadableBuffer,
        lengths: _Column[int],
        *,
        name: str,
        normalize: _Normalization | _Column[_Normalization] | _LeftOut = ...,
        bits: int | _LeftOut = ...,
        version: int | _LeftOut = ...,
    ) -> list[bytes]:
        """``index_prefixes`` as their bits alone."""
        ...
    def index_ngrams(
        self,
        value: str | ReadableBuffer,
        n: int,
        *,
        name: str,
        normalize: _Normalization | _Column[_Normalization] | _LeftOut = ...,
        bits: int | _LeftOut = ...,
        version: int | _LeftOut = ...,
    ) -> list[str]:
        """What a value is found by where a part of it is looked for: an index for every run of ``n`` of its characters.

        They are sorted, and each is there once. Whoever reads the table can tell names from how often each comes. Look with ``indexes_ngrams``.
        """
        ...
    def index_ngrams_binary(
        self,
        value: str | ReadableBuffer,
        n: int,
        *,
        name: str,
        normalize: _Normalization | _Column[_Normalization] | _LeftOut = ...,
        bits: int | _LeftOut = ...,
        version: int | _LeftOut = ...,
    ) -> list[bytes]:
        """``index_ngrams`` as their bits alone."""
        ...
    def indexes_prefix(
        self,
        value: str | ReadableBuffer,
        *,
        name: str,
        normalize: _Normalization | _Column[_Normalization] | _LeftOut = ...,
        bits: int | _LeftOut = ...,
        version: int | _LeftOut = ...,
    ) -> list[str]:
        """What to look by for values that begin with this one: one for each version, the newest first. Its number of characters is one of the ``lengths``."""
        ...
    def indexes_prefix_binary(
        self,
        value: str | ReadableBuffer,
        *,
        name: str,
        normalize: _Normalization | _Column[_Normalization] | _LeftOut = ...,
        bits: int | _LeftOut = ...,
        version: int | _LeftOut = ...,
    ) -> list[bytes]:
        """``indexes_prefix`` as their bits alone."""
        ...
    def indexes_ngrams(
        self,
        value: str | ReadableBuffer,
        n: int,
        *,
        name: str,
        normalize: _Normalization | _Column[_Normalization] | _LeftOut = ...,
        bits: int | _LeftOut = ...,
        version: int | _LeftOut = ...,
    ) -> list[list[str]]:
        """What to look by for values that have this one within: for each version, the newest first, what such a value has all of."""
        ...
    def indexes_ngrams_binary(
        self,
        value: str | ReadableBuffer,
        n: int,
        *,
        name: str,
        normalize: _Normalization | _Column[_Normalization] | _LeftOut = ...,
        bits: int | _LeftOut = ...,
        version: int | _LeftOut = ...,
    ) -> list[list[bytes]]:
        """``indexes_ngrams`` as their bits alone."""
        ...
    def needs_reindex(self, index: str) -> bool:
        """Whether ``index`` would write another version now. Only the outside of the text is looked at."""
        ...
    def issue(
        self,
        payload: ReadableBuffer,
        ttl: _Period,
        *,
        aad: _Said | _LeftOut = ...,
        context: _Said | _LeftOut = ...,
        version: int | _LeftOut = ...,
        prefix: str | _LeftOut = ...,
    ) -> str:
        """A token: text that ``redeem`` reads until ``ttl`` is over, a ``timedelta`` or seconds, from one second to 400 days.

        Nobody reads it without the key, the same aad and the same ``prefix``, which it begins with, ``srt_`` unless given: 2 to 16 of a-z and 0-9,
        and an underscore. It can be redeemed as often as somebody shows it. For keys of type ``xaes256-gcm``.
        """
        ...
    def redeem(
        self,
        text: str,
        *,
        aad: _Said | _LeftOut = ...,
        context: _Said | _LeftOut = ...,
        prefix: str | _LeftOut = ...,
        leeway: _Period | _LeftOut = ...,
    ) -> Token:
        """What a token says, and when it was issued and expires. One that has expired raises ``TokenExpired``.

        One of a clock that is ahead by more than ``leeway``, a minute unless given, raises ``TokenNotYetValid``.
        """
        ...
    def encrypt_writer(
        self,
        sink: Sink,
        *,
        aad: _Said | _LeftOut = ...,
        context: _Said | _LeftOut = ...,
        version: int | _LeftOut = ...,
        threads: int | _LeftOut = ...,
    ) -> StreamWriter:
        """A file object that encrypts what is written to it, of any size, into ``sink``, a binary file object, which it does not close.

        Use it in a ``with`` block, which writes the end, or call ``close``: without its end the file says that it is cut off when it is
        read. It names the version, and opens with the same aad only. For keys of type ``xaes256-gcm``.

        So many ``threads``, 1 to 64 and 1 unless given, encrypt at the same time, without the GIL. Each has half a MiB in memory, and
        that again encrypted, before it is written; ``sink`` is used by the thread of the caller alone.
        """
        ...
    def decrypt_reader(
        self, source: Source, *, aad: _Said | _LeftOut = ..., context: _Said | _LeftOut = ..., threads: int | _LeftOut = ...
    ) -> StreamReader:
        """A file object from which the plaintext of a stream is read, piece by piece or from anywhere where ``source`` can be sought in.

        The stream begins where ``source`` stands and ends where that ends. What comes out is authentic; that it was all is known at the
        end, or by ``verify_end``.

        So many ``threads``, 1 to 64 and 1 unless given, decrypt at the same time what is read in its order, without the GIL. Half a MiB
        for each is read before any of it comes out; ``source`` is used by the thread of the caller alone.
        """
        ...
    def decrypt_range(self, source: Source, start: int, stop: int, *, aad: _Said | _LeftOut = ..., context: _Said | _LeftOut = ...) -> bytes:
        """The plaintext of a stream from ``start`` to before ``stop``, as far as there is any. The end of the file is authenticated too."""
        ...
    def rewrap_stream(self, source: Source, sink: Sink, *, aad: _Said | _LeftOut = ..., context: _Said | _LeftOut = ...) -> int:
        """Brings a stream under the latest version, which is returned: opens every chunk of ``source`` and writes it to ``sink`` anew.

        One that is up to date is authenticated too, and comes out byte for byte. After an exception what is in the sink is no whole stream.
        """
        ...
    @overload
    def encrypt_column(
        self,
        values: ReadableBuffer,
        offsets: ReadableBuffer,
        *,
        validity: ReadableBuffer | _LeftOut = ...,
        aad: _Said | _LeftOut = ...,
        aad_offsets: ReadableBuffer | _LeftOut = ...,
        context: _Said | _LeftOut = ...,
        context_offsets: ReadableBuffer | _LeftOut = ...,
        version: int | _LeftOut = ...,
        offset_bits: Literal[32, 64] | _LeftOut = ...,
        threads: int | _LeftOut = ...,
        errors: Literal["raise"] = "raise",
    ) -> tuple[bytes, memoryview[int]]:
        """``encrypt`` of each value of a column in one buffer, as Arrow has its binary and utf8 arrays, to texts in one buffer.

        ``values`` are the bytes of all values, and ``offsets`` n + 1 signed numbers of bytes for n values: value i lies from offset i to
        offset i + 1. They are an array of 32-bit or 64-bit numbers, such as ``array('i')``, or bytes of such, of ``offset_bits`` (32 unless
        given). ``validity`` is a bitmap with a 1 for each value that is not null, the least significant bit first; a null stays null.
        An aad or a context is one for all, or with offsets a column in one buffer too. Up to ``threads`` threads work at the same time.

        The result is ``(values, offsets)``: ``bytes`` of ASCII text, and a ``memoryview`` of numbers as wide as those that were given.
        The first value that is refused is raised, with its ``index``. With ``errors="return"`` each becomes null, and the result is
        ``(values, offsets, validity, refused)``: a bitmap, or ``None`` if none is null, and a list of pairs of an index and an error.
        """
        ...
    @overload
    def encrypt_column(
        self,
        values: ReadableBuffer,
        offsets: ReadableBuffer,
        *,
        validity: ReadableBuffer | _LeftOut = ...,
        aad: _Said | _LeftOut = ...,
        aad_offsets: ReadableBuffer | _LeftOut = ...,
        context: _Said | _LeftOut = ...,
        context_offsets: ReadableBuffer | _LeftOut = ...,
        version: int | _LeftOut = ...,
        offset_bits: Literal[32, 64] | _LeftOut = ...,
        threads: int | _LeftOut = ...,
        errors: Literal["return"],
    ) -> tuple[bytes, memoryview[int], bytes | None, list[tuple[int, StrongroomError]]]:
        ...
    @overload
    def decrypt_column(
        self,
        values: ReadableBuffer,
        offsets: ReadableBuffer,
        *,
        validity: ReadableBuffer | _LeftOut = ...,
        aad: _Said | _LeftOut = ...,
        aad_offsets: ReadableBuffer | _LeftOut = ...,
        context: _Said | _LeftOut = ...,
        context_offsets: ReadableBuffer | _LeftOut = ...,
        offset_bits: Literal[32, 64] | _LeftOut = ...,
        threads: int | _LeftOut = ...,
        errors: Literal["raise"] = "raise",
    ) -> tuple[bytearray, memoryview[int]]:
        """``decrypt`` of each value of a column in one buffer, as Arrow has its binary and utf8 arrays, to plaintexts in one buffer.

        ``values`` are the bytes of all values, and ``offsets`` n + 1 signed numbers of bytes for n values: value i lies from offset i to
        offset i + 1. They are an array of 32-bit or 64-bit numbers, such as ``array('i')``, or bytes of such, of ``offset_bits`` (32 unless
        given). ``validity`` is a bitmap with a 1 for each value that is not null, the least significant bit first; a null stays null.
        An aad or a context is one for all, or with offsets a column in one buffer too. Up to ``threads`` threads work at the same time.

        The result is ``(values, offsets)``: a ``bytearray``, which you can wipe, and a ``memoryview`` of numbers as wide as those that were given.
        The first value that is refused is raised, with its ``index``. With ``errors="return"`` each becomes null, and the result is
        ``(values, offsets, validity, refused)``: a bitmap, or ``None`` if none is null, and a list of pairs of an index and an error.
        """
        ...
    @overload
    def decrypt_column(
        self,
        values: ReadableBuffer,
        offsets: ReadableBuffer,
        *,
        validity: ReadableBuffer | _LeftOut = ...,
        aad: _Said | _LeftOut = ...,
        aad_offsets: ReadableBuffer | _LeftOut = ...,
        context: _Said | _LeftOut = ...,
        context_offsets: ReadableBuffer | _LeftOut = ...,
        offset_bits: Literal[32, 64] | _LeftOut = ...,
        threads: int | _LeftOut = ...,
        errors: Literal["return"],
    ) -> tuple[bytearray, memoryview[int], bytes | None, list[tuple[int, StrongroomError]]]:
        ...
    @overload
    def rewrap_column(
        self,
        values: ReadableBuffer,
        offsets: ReadableBuffer,
        *,
        validity: ReadableBuffer | _LeftOut = ...,
        aad: _Said | _LeftOut = ...,
        aad_offsets: ReadableBuffer | _LeftOut = ...,
        context: _Said | _LeftOut = ...,
        context_offsets: ReadableBuffer | _LeftOut = ...,
        version: int | _LeftOut = ...,
        offset_bits: Literal[32, 64] | _LeftOut = ...,
        threads: int | _LeftOut = ...,
        errors: Literal["raise"] = "raise",
    ) -> tuple[bytes, memoryview[int]]:
        """``rewrap`` of each value of a column in one buffer, as Arrow has its binary and utf8 arrays, to texts in one buffer.

        ``values`` are the bytes of all values, and ``offsets`` n + 1 signed numbers of bytes for n values: value i lies from offset i to
        offset i + 1. They are an array of 32-bit or 64-bit numbers, such as ``array('i')``, or bytes of such, of ``offset_bits`` (32 unless
        given). ``validity`` is a bitmap with a 1 for each value that is not null, the least significant bit first; a null stays null.
        An aad or a context is one for all, or with offsets a column in one buffer too. Up to ``threads`` threads work at the same time.

        The result is ``(values, offsets)``: ``bytes`` of ASCII text, and a ``memoryview`` of numbers as wide as those that were given.
        The first value that is refused is raised, with its ``index``. With ``errors="return"`` each becomes null, and the result is
        ``(values, offsets, validity, refused)``: a bitmap, or ``None`` if none is null, and a list of pairs of an index and an error.
        """
        ...
    @overload
    def rewrap_column(
        self,
        values: ReadableBuffer,
        offsets: ReadableBuffer,
        *,
        validity: ReadableBuffer | _LeftOut = ...,
        aad: _Said | _LeftOut = ...,
        aad_offsets: ReadableBuffer | _LeftOut = ...,
        context: _Said | _LeftOut = ...,
        context_offsets: ReadableBuffer | _LeftOut = ...,
        version: int | _LeftOut = ...,
        offset_bits: Literal[32, 64] | _LeftOut = ...,
        threads: int | _LeftOut = ...,
        errors: Literal["return"],
    ) -> tuple[bytes, memoryview[int], bytes | None, list[tuple[int, StrongroomError]]]:
        ...
    @overload
    def encrypt_batch(
        self,
        plaintexts: _Column[ReadableBuffer],
        *,
        aad: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        context: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        version: int | _Column[int | _LeftOut] | _LeftOut = ...,
        errors: Literal["raise"] = "raise",
    ) -> list[str]:
        """``encrypt`` of each. An option is one value for all, or a column with one for each.

        A column is a sequence, such as a list, or ``values()`` or ``keys()`` of a dict. Generators, sets, a ``str`` and ``None`` are none.
        """
        ...
    @overload
    def encrypt_batch(
        self,
        plaintexts: _Column[ReadableBuffer | None],
        *,
        aad: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        context: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        version: int | _Column[int | _LeftOut] | _LeftOut = ...,
        errors: Literal["return"],
    ) -> list[str | StrongroomError]:
        ...
    @overload
    def decrypt_batch(
        self,
        ciphertexts: _Column[str],
        *,
        aad: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        context: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        errors: Literal["raise"] = "raise",
    ) -> list[bytes]:
        """``decrypt`` of each."""
        ...
    @overload
    def decrypt_batch(
        self,
        ciphertexts: _Column[str | None],
        *,
        aad: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        context: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        errors: Literal["return"],
    ) -> list[bytes | StrongroomError]:
        ...
    @overload
    def rewrap_batch(
        self,
        ciphertexts: _Column[str],
        *,
        aad: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        context: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        version: int | _Column[int | _LeftOut] | _LeftOut = ...,
        errors: Literal["raise"] = "raise",
    ) -> list[str]:
        """``rewrap`` of each."""
        ...
    @overload
    def rewrap_batch(
        self,
        ciphertexts: _Column[str | None],
        *,
        aad: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        context: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        version: int | _Column[int | _LeftOut] | _LeftOut = ...,
        errors: Literal["return"],
    ) -> list[str | StrongroomError]:
        ...
    @overload
    def encrypt_binary_batch(
        self,
        plaintexts: _Column[ReadableBuffer],
        *,
        aad: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        context: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        version: int | _Column[int | _LeftOut] | _LeftOut = ...,
        errors: Literal["raise"] = "raise",
    ) -> list[bytes]:
        """``encrypt_binary`` of each."""
        ...
    @overload
    def encrypt_binary_batch(
        self,
        plaintexts: _Column[ReadableBuffer | None],
        *,
        aad: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        context: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        version: int | _Column[int | _LeftOut] | _LeftOut = ...,
        errors: Literal["return"],
    ) -> list[bytes | StrongroomError]:
        ...
    @overload
    def decrypt_binary_batch(
        self,
        ciphertexts: _Column[ReadableBuffer],
        *,
        aad: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        context: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        errors: Literal["raise"] = "raise",
    ) -> list[bytes]:
        """``decrypt_binary`` of each."""
        ...
    @overload
    def decrypt_binary_batch(
        self,
        ciphertexts: _Column[ReadableBuffer | None],
        *,
        aad: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        context: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        errors: Literal["return"],
    ) -> list[bytes | StrongroomError]:
        ...
    @overload
    def rewrap_binary_batch(
        self,
        ciphertexts: _Column[ReadableBuffer],
        *,
        aad: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        context: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        version: int | _Column[int | _LeftOut] | _LeftOut = ...,
        errors: Literal["raise"] = "raise",
    ) -> list[bytes]:
        """``rewrap_binary`` of each."""
        ...
    @overload
    def rewrap_binary_batch(
        self,
        ciphertexts: _Column[ReadableBuffer | None],
        *,
        aad: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        context: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        version: int | _Column[int | _LeftOut] | _LeftOut = ...,
        errors: Literal["return"],
    ) -> list[bytes | StrongroomError]:
        ...
    @overload
    def needs_rewrap_batch(
        self,
        ciphertexts: _Column[str],
        *,
        errors: Literal["raise"] = "raise",
    ) -> list[bool]:
        """``needs_rewrap`` of each."""
        ...
    @overload
    def needs_rewrap_batch(
        self,
        ciphertexts: _Column[str | None],
        *,
        errors: Literal["return"],
    ) -> list[bool | StrongroomError]:
        ...
    @overload
    def needs_rewrap_binary_batch(
        self,
        ciphertexts: _Column[ReadableBuffer],
        *,
        errors: Literal["raise"] = "raise",
    ) -> list[bool]:
        """``needs_rewrap_binary`` of each."""
        ...
    @overload
    def needs_rewrap_binary_batch(
        self,
        ciphertexts: _Column[ReadableBuffer | None],
        *,
        errors: Literal["return"],
    ) -> list[bool | StrongroomError]:
        ...
    @overload
    def sign_batch(
        self,
        messages: _Column[ReadableBuffer],
        *,
        context: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        version: int | _Column[int | _LeftOut] | _LeftOut = ...,
        form: _Form | _Column[_Form | _LeftOut] | _LeftOut = ...,
        hash: _SignedHash | _Column[_SignedHash | _LeftOut] | _LeftOut = ...,
        prehashed: bool | _Column[bool | _LeftOut] | _LeftOut = ...,
        padding: _Padding | _Column[_Padding | _LeftOut] | _LeftOut = ...,
        salt_length: _SaltLength | _Column[_SaltLength | _LeftOut] | _LeftOut = ...,
        errors: Literal["raise"] = "raise",
    ) -> list[str]:
        """``sign`` of each."""
        ...
    @overload
    def sign_batch(
        self,
        messages: _Column[ReadableBuffer | None],
        *,
        context: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        version: int | _Column[int | _LeftOut] | _LeftOut = ...,
        form: _Form | _Column[_Form | _LeftOut] | _LeftOut = ...,
        hash: _SignedHash | _Column[_SignedHash | _LeftOut] | _LeftOut = ...,
        prehashed: bool | _Column[bool | _LeftOut] | _LeftOut = ...,
        padding: _Padding | _Column[_Padding | _LeftOut] | _LeftOut = ...,
        salt_length: _SaltLength | _Column[_SaltLength | _LeftOut] | _LeftOut = ...,
        errors: Literal["return"],
    ) -> list[str | StrongroomError]:
        ...
    @overload
    def verify_batch(
        self,
        messages: _Column[ReadableBuffer],
        signatures: _Column[str],
        *,
        context: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        form: _Form | _Column[_Form | _LeftOut] | _LeftOut = ...,
        hash: _SignedHash | _Column[_SignedHash | _LeftOut] | _LeftOut = ...,
        prehashed: bool | _Column[bool | _LeftOut] | _LeftOut = ...,
        padding: _Padding | _Column[_Padding | _LeftOut] | _LeftOut = ...,
        salt_length: _SaltLength | _Column[_SaltLength | _LeftOut] | _LeftOut = ...,
        errors: Literal["raise"] = "raise",
    ) -> list[None]:
        """``verify`` of each: ``None`` where the signature fits."""
        ...
    @overload
    def verify_batch(
        self,
        messages: _Column[ReadableBuffer | None],
        signatures: _Column[str | None],
        *,
        context: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        form: _Form | _Column[_Form | _LeftOut] | _LeftOut = ...,
        hash: _SignedHash | _Column[_SignedHash | _LeftOut] | _LeftOut = ...,
        prehashed: bool | _Column[bool | _LeftOut] | _LeftOut = ...,
        padding: _Padding | _Column[_Padding | _LeftOut] | _LeftOut = ...,
        salt_length: _SaltLength | _Column[_SaltLength | _LeftOut] | _LeftOut = ...,
        errors: Literal["return"],
    ) -> list[None | StrongroomError]:
        ...
    @overload
    def hmac_batch(
        self,
        messages: _Column[ReadableBuffer],
        *,
        context: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        version: int | _Column[int | _LeftOut] | _LeftOut = ...,
        hash: _Hash | _Column[_Hash | _LeftOut] | _LeftOut = ...,
        errors: Literal["raise"] = "raise",
    ) -> list[str]:
        """``hmac`` of each."""
        ...
    @overload
    def hmac_batch(
        self,
        messages: _Column[ReadableBuffer | None],
        *,
        context: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        version: int | _Column[int | _LeftOut] | _LeftOut = ...,
        hash: _Hash | _Column[_Hash | _LeftOut] | _LeftOut = ...,
        errors: Literal["return"],
    ) -> list[str | StrongroomError]:
        ...
    @overload
    def verify_hmac_batch(
        self,
        messages: _Column[ReadableBuffer],
        macs: _Column[str],
        *,
        context: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        hash: _Hash | _Column[_Hash | _LeftOut] | _LeftOut = ...,
        errors: Literal["raise"] = "raise",
    ) -> list[None]:
        """``verify_hmac`` of each: ``None`` where the mac fits."""
        ...
    @overload
    def verify_hmac_batch(
        self,
        messages: _Column[ReadableBuffer | None],
        macs: _Column[str | None],
        *,
        context: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        hash: _Hash | _Column[_Hash | _LeftOut] | _LeftOut = ...,
        errors: Literal["return"],
    ) -> list[None | StrongroomError]:
        ...
    @overload
    def data_key_batch(
        self,
        sizes: _Column[int],
        *,
        aad: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        context: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        version: int | _Column[int | _LeftOut] | _LeftOut = ...,
        errors: Literal["raise"] = "raise",
    ) -> list[DataKey]:
        """``data_key`` of each size."""
        ...
    @overload
    def data_key_batch(
        self,
        sizes: _Column[int | None],
        *,
        aad: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        context: _Said | _Column[_Said | _LeftOut] | _LeftOut = ...,
        version: int | _Column[int | _LeftOut] | _LeftOut = ...,
        errors: Literal["return"],
    ) -> list[DataKey | StrongroomError]:
        ...
    @overload
    def index_batch(
        self,
        values: _Column[str | ReadableBuffer],
        *,
        name: str,
        normalize: _Normalization | _Column[_Normalization] | _LeftOut = ...,
        bits: int | _LeftOut = ...,
        version: int | _LeftOut = ...,
        errors: Literal["raise"] = "raise",
    ) -> list[str]:
        """``index`` of each value of a column. The options are the same for all of them."""
        ...
    @overload
    def index_batch(
        self,
        values: _Column[str | ReadableBuffer | None],
        *,
        name: str,
        normalize: _Normalization | _Column[_Normalization] | _LeftOut = ...,
        bits: int | _LeftOut = ...,
        version: int | _LeftOut = ...,
        errors: Literal["return"],
    ) -> list[str | StrongroomError]:
        ...
    @overload
    def index_binary_batch(
        self,
        values: _Column[str | ReadableBuffer],
        *,
        name: str,
        normalize: _Normalization | _Column[_Normalization] | _LeftOut = ...,
        bits: int | _LeftOut = ...,
        version: int | _LeftOut = ...,
        errors: Literal["raise"] = "raise",
    ) -> list[bytes]:
        """``index_binary`` of each."""
        ...
    @overload
    def index_binary_batch(
        self,
        values: _Column[str | ReadableBuffer | None],
        *,
        name: str,
        normalize: _Normalization | _Column[_Normalization] | _LeftOut = ...,
        bits: int | _LeftOut = ...,
        version: int | _LeftOut = ...,
        errors: Literal["return"],
    ) -> list[bytes | StrongroomError]:
        ...
    @overload
    def indexes_batch(
        self,
        values: _Column[str | ReadableBuffer],
        *,
        name: str,
        normalize: _Normalization | _Column[_Normalization] | _LeftOut = ...,
        bits: int | _LeftOut = ...,
        version: int | _LeftOut = ...,
        errors: Literal["raise"] = "raise",
    ) -> list[list[str]]:
        """``indexes`` of each."""
        ...
    @overload
    def indexes_batch(
        self,
        values: _Column[str | ReadableBuffer | None],
        *,
        name: str,
        normalize: _Normalization | _Column[_Normalization] | _LeftOut = ...,
        bits: int | _LeftOut = ...,
        version: int | _LeftOut = ...,
        errors: Literal["return"],
    ) -> list[list[str] | StrongroomError]:
        ...
    @overload
    def indexes_binary_batch(
        self,
        values: _Column[str | ReadableBuffer],
        *,
        name: str,
        normalize: _Normalization | _Column[_Normalization] | _LeftOut = ...,
        bits: int | _LeftOut = ...,
        version: int | _LeftOut = ...,
        errors: Literal["raise"] = "raise",
    ) -> list[list[bytes]]:
        """``indexes_binary`` of each."""
        ...
    @overload
    def indexes_binary_batch(
        self,
        values: _Column[str | ReadableBuffer | None],
        *,
        name: str,
        normalize: _Normalization | _Column[_Normalization] | _LeftOut = ...,
        bits: int | _LeftOut = ...,
        version: int | _LeftOut = ...,
        errors: Literal["return"],
    ) -> list[list[bytes] | StrongroomError]:
        ...
    @overload
    def needs_reindex_batch(
        self,
        indexes: _Column[str],
        *,
        errors: Literal["raise"] = "raise",
    ) -> list[bool]:
        """``needs_reindex`` of each."""
        ...
    @overload
    def needs_reindex_batch(
        self,
        indexes: _Column[str | None],
        *,
        errors: Literal["return"],
    ) -> list[bool | StrongroomError]:
        ...
    def __reduce__(self) -> Never: ...

@final
class StreamInfo:
    """What a stream says of itself, to whoever has no key too. None of it is authenticated."""

    @property
    def version(self) -> int:
        """The version of the key that it is under."""
        ...
    @staticmethod
    def plaintext_len(file: int, /) -> int | None:
        """How long the plaintext of a stream is whose file has so many bytes; ``None`` if no stream has."""
        ...

def stream_info(source: Source, /) -> StreamInfo:
    """Reads what a stream says of itself: 64 bytes, and no key is asked."""
    ...

@final
class _Writer:
    @property
    def version(self) -> int: ...
    @property
    def name(self) -> object: ...
    def write(self, data: ReadableBuffer, /) -> int: ...
    def flush(self) -> None: ...
    def finish(self) -> None: ...
    def abandon(self) -> None: ...
    def is_unfinished(self) -> bool: ...

@final
class _Reader:
    @property
    def version(self) -> int: ...
    @property
    def name(self) -> object: ...
    def read(self, size: int | None, /) -> bytes: ...
    def readinto(self, out: WriteableBuffer, /) -> int: ...
    def peek(self) -> bytes: ...
    def seekable(self) -> bool: ...
    def seek(self, offset: int, whence: int, /) -> int: ...
    def tell(self) -> int: ...
    def verify_end(self) -> int: ...
    def close(self) -> None: ...

@final
class Key(View):
    """A key of a keyring. It follows rotations, also those of other processes."""

    def context(self, context: _Said, /) -> View:
        """A view of a derived key under a context: every operation of it works with the subkey."""
        ...
    def info(self) -> KeyInfo:
        """The key as it is now: type, options, versions and counts."""
        ...
    def rotate(self, key_type: KeyType | _LeftOut = ...) -> int:
        """Adds a version of fresh material, perhaps of another type, and makes it the latest. Returns its number."""
        ...
    def configure(
        self,
        *,
        # Options of configure, made by `cargo xtask bless`.
        exportable: bool | _LeftOut = ...,
        allow_plaintext_backup: bool | _LeftOut = ...,
        deletion_allowed: bool | _LeftOut = ...,
        auto_rotate_period: _Period | _LeftOut = ...,
        labels: dict[str, str | None] | _LeftOut = ...,
        min_decryption_version: int | _LeftOut = ...,
        min_encryption_version: int | None | _LeftOut = ...,
        # End of options of configure.
    ) -> KeyInfo:
        """Changes settings: all of them or, with an error, none. What is not named stays as it is.

        ``min_encryption_version=None`` allows the latest version only; a label of ``None`` is removed.
        """
        ...
    def disable(self) -> None:
        """Suspends the key as a whole."""
        ...
    def enable(self) -> None:
        """Lets a key that ``disable`` has stopped work again."""
        ...
    def trim(self, min_available: int, /) -> None:
        """Destroys the material of every version below ``min_available``. This cannot be undone."""
        ...
    def import_version(
        self,
        material: ReadableBuffer,
        *,
        format: _MaterialFormat | _LeftOut = ...,
        hash: _Hash | _LeftOut = ...,
        passphrase: str | ReadableBuffer | _LeftOut = ...,
        version: int | _LeftOut = ...,
        allow_rotation: bool | _LeftOut = ...,
        kdf: _Kdf | _LeftOut = ...,
    ) -> int:
        """Adds material from outside as the latest version of an imported key. Returns its number.

        A version that was imported as a public key is given its private half: ``version``, or the latest if it is that. The other arguments are those
        of ``Keyring.import_key``.
        """
        ...
    def export(self, kind: _Part, *, expose_secret_material: bool = False) -> dict[int, bytes]:
        """The raw material by version, if the key is exportable and the caller says ``expose_secret_material=True``."""
        ...
    def export_wrapped(self, to: str | ReadableBuffer, *, hash: _Hash | _LeftOut = ..., expose_secret_material: bool = False) -> dict[int, str]:
        """The material by version, wrapped for a public key of RSA, as PEM or DER, and written as base64.

        The ``wrapping_key`` of another keyring, of OpenBao or of Vault, which import it in the format ``wrapped`` or with ``import``. For keys that are
        exportable, if the caller says ``expose_secret_material=True``. ``hash`` is sha2-256 unless given. A version that has a public key alone is left
        out.
        """
        ...
    def certificate_request(self, template: str | ReadableBuffer | _LeftOut = ..., *, version: int | _LeftOut = ...) -> str:
        """A certificate request (PKCS#10) of a version, the latest unless given, as PEM.

        Subject and attributes, among which are the extensions, are those of ``template``, a request as PEM or DER that any key may have signed;
        without one there are none.
        """
        ...
    def set_certificate_chain(self, chain: str | ReadableBuffer, *, version: int | _LeftOut = ...) -> None:
        """Keeps certificates as PEM with the version whose they are, the latest unless given, in the place of those that it has.

        At most 100 of at most 64 KiB: the key's own first, then those of authorities. Signatures and dates are not looked at.
        """
        ...
    def certificate_chain(self, version: int | _LeftOut = ...) -> str | None:
        """The certificates that are kept with a version, the latest unless given, as PEM, the key's own first."""
        ...
    def jwks(self) -> str:
        """The public keys of the versions from ``min_decryption_version`` on as a JSON Web Key Set, in which a key's ``kid`` is name and version, ``tokens:1``.

        A derived key has a public key per context, and raises ``ContextRequired``.
        """
        ...
    def backup(self, seal: Seal) -> bytes:
        """The whole key, sealed to a seal of the caller's."""
        ...
    def backup_transit(self, dialect: _Product, *, expose_secret_material: bool = False, even_if_unusable: bool = False) -> bytes:
        """The whole key in the clear, base64 of JSON as Vault or OpenBao writes it and restores it.

        For keys that are exportable and allow plaintext backups, if the caller says ``expose_secret_material=True``. What the product
        does not have is left out: labels, and the dates of trimmed versions. A key that the product would restore and could not work with is
        refused, unless the caller says ``even_if_unusable=True``.
        """
        ...
    def export_transit(self, kind: _Part, format: _Format | _LeftOut = ..., *, expose_secret_material: bool = False) -> dict[int, str]:
        """``export`` as text in the forms of Transit's export, ``raw`` unless a format is named: base64 of the bytes, of ECDSA and RSA keys PEM.

        ``der`` and ``pem`` are PKCS#8 and for key pairs only, as is ``jwk``, which the products do not have.
        """
        ...
    def public_keys_transit(self, format: _Format | _LeftOut = ...) -> dict[int, str]:
        """The public keys by version, as text in the forms of Transit's export, ``raw`` unless a format is named: base64, of ECDSA and RSA keys PEM.

        ``der`` and ``pem`` are SubjectPublicKeyInfo. A derived key has a public key per context, and raises ``ContextRequired``.
        """
        ...

@final
class KeyInfo:
    """A key as it is now: type, options, versions and counts. No field is secret."""

    @property
    def name(self) -> str:
        """The name."""
        ...
    @property
    def key_type(self) -> _KnownKeyType:
        """The type of the latest version."""
        ...
    @property
    def disabled(self) -> bool:
        """The key is suspended as a whole."""
        ...
    @property
    def imported(self) -> bool:
        """The latest version came from outside."""
        ...
    @property
    def allow_rotation(self) -> bool:
        """``Key.rotate`` adds a version, once the key is enabled."""
        ...
    @property
    def latest_version(self) -> int:
        """The newest version."""
        ...
    @property
    def min_available_version(self) -> int:
        """0 as long as nothing was trimmed."""
        ...
    # Options of KeyInfo, made by `cargo xtask bless`.
    @property
    def derived(self) -> bool:
        """Every message is worked on with a subkey made from a context."""
        ...
    @property
    def convergent(self) -> bool:
        """Equal plaintexts under equal contexts give equal ciphertexts, within one version. Needs ``derived``, and takes no aad."""
        ...
    @property
    def key_size(self) -> int | None:
        """The size of a key of type hmac in bytes, 32 to 512."""
        ...
    @property
    def version_template(self) -> str | None:
        """What ciphertexts and signatures start with, with {{version}} for the number."""
        ...
    @property
    def exportable(self) -> bool:
        """The material can be exported. This cannot be undone."""
        ...
    @property
    def allow_plaintext_backup(self) -> bool:
        """Backups that are not sealed can be taken, if the key is exportable too. This cannot be undone."""
        ...
    @property
    def deletion_allowed(self) -> bool:
        """The key can be deleted."""
        ...
    @property
    def auto_rotate_period(self) -> timedelta:
        """After how long the key is due for rotation: never, or an hour or more. Zero for never."""
        ...
    @property
    def labels(self) -> dict[str, str]:
        """Names and values for people and programs that sort keys; not secret from those who can open the keyring."""
        ...
    @property
    def min_decryption_version(self) -> int:
        """What was made with a version below this is refused until it is lowered again."""
        ...
    @property
    def min_encryption_version(self) -> int | None:
        """Versions from this on can be asked for in new ciphertexts and signatures. ``None``: only the latest."""
        ...
    # End of options of KeyInfo.
    @property
    def versions(self) -> list[VersionInfo]:
        """Every version there was."""
        ...
    @property
    def warnings(self) -> list[str]:
        """What somebody should know or do about the key."""
        ...

@final
class VersionInfo:
    """A version of a key as it is now. Times are in UTC."""

    @property
    def version(self) -> int:
        """The number."""
        ...
    @property
    def key_type(self) -> _KnownKeyType:
        """The type."""
        ...
    @property
    def state(self) -> _State:
        """Where it is in its life."""
        ...
    @property
    def imported(self) -> bool:
        """It came from outside."""
        ...
    @property
    def created(self) -> datetime | None:
        """When it was made."""
        ...
    @property
    def retired(self) -> datetime | None:
        """When it stopped being the latest."""
        ...
    @property
    def trimmed(self) -> datetime | None:
        """When its material was destroyed."""
        ...
    @property
    def unusable(self) -> str | None:
        """Why nothing new is made with it whatever the settings are, such as ``"kdf_of_aes128"``."""
        ...
    @property
    def uses(self) -> int | None:
        """How many encryptions were leased by the processes that use this keyring, where they are counted."""
        ...

@final
class DataKey:
    """A fresh key: use ``plaintext`` now, store ``ciphertext``."""

    @property
    def plaintext(self) -> bytes:
        """The key."""
        ...
    @property
    def ciphertext(self) -> str:
        """The data key, encrypted."""
        ...
    def __reduce__(self) -> Never: ...

@final
class Token:
    """What a token says. Times are in UTC."""

    @property
    def payload(self) -> bytes:
        """What it was issued with."""
        ...
    @property
    def issued(self) -> datetime:
        """When it was issued, by the clock of whoever did."""
        ...
    @property
    def expires(self) -> datetime:
        """From when on it is refused."""
        ...
    def __reduce__(self) -> Never: ...

@final
class ApiKey:
    """The keys of an API: texts that its users show, and of which an index is all that is kept."""

    INDEX: ClassVar[Mapping[str, Any]]
    """How they are indexed, as in ``key.index_binary(text, **ApiKey.INDEX)``."""

    @staticmethod
    def generate(prefix: str, /) -> str:
        """A fresh one, ``acme_...`` for ``acme``: 256 random bits, and a checksum. The prefix is 2 to 16 of a-z and 0-9. It is shown once."""
        ...
    @staticmethod
    def check(text: str, /) -> None:
        """Refuses a text that was mistyped or cut off (``Malformed``), before any table is asked. It says nothing of whose key it is."""
        ...

@final
class Report:
    """What ``Keyring.check`` found."""

    @property
    def documents(self) -> int:
        """How many documents there are."""
        ...
    @property
    def keys(self) -> int:
        """How many of them are keys that can be used."""
        ...
    @property
    def unfinished_reseal(self) -> bool:
        """A reseal was begun and not finished: call it again."""
        ...
    @property
    def faults(self) -> list[Fault]:
        """What is wrong. Empty if all is well."""
        ...
    @property
    def warnings(self) -> list[StoreWarning]:
        """What lets others at the documents, though nothing is wrong with them: in a folder, modes and owners."""
        ...
    @property
    def witness(self) -> WitnessReport | None:
        """What has become of the documents since the witness was made, if the keyring was opened with one."""
        ...

@final
class WitnessReport:
    """What has become of the documents since a witness was made: the names of those of which there is something to say."""

    @property
    def made(self) -> datetime:
        """When the witness was made, by the clock of whoever made it."""
        ...
    @property
    def documents(self) -> int:
        """How many documents it knows."""
        ...
    @property
    def missing(self) -> list[str]:
        """Not there any more. A fault."""
        ...
    @property
    def older(self) -> list[str]:
        """Older than they were. A fault."""
        ...
    @property
    def other_history(self) -> list[str]:
        """As new by their numbers, but not made from what they were. A fault."""
        ...
    @property
    def deleted(self) -> list[str]:
        """Keys that were deleted since."""
        ...
    @property
    def recreated(self) -> list[str]:
        """Keys that were deleted and created anew since. The witness knows nothing of the new ones."""
        ...
    @property
    def unknown(self) -> list[str]:
        """Made since: the witness knows nothing of them."""
        ...

@final
class StoreWarning:
    """What lets others at a file, or at the folder."""

    @property
    def subject(self) -> str:
        """The file; ``.`` for the folder itself."""
        ...
    @property
    def code(self) -> str:
        """What it is, in a word that does not change: ``others_may_write``, ``others_may_read``, ``foreign_owner`` or ``not_a_regular_file``."""
        ...
    @property
    def message(self) -> str:
        """What it is and what to do."""
        ...

@final
class Fault:
    """Something wrong with a document."""

    @property
    def document(self) -> str:
        """Its name, as in the store."""
        ...
    @property
    def error(self) -> StrongroomError:
        """What is wrong with it."""
        ...

@final
class SealInfo:
    """A wrapped copy of the root key."""

    @property
    def kind(self) -> str:
        """Which kind of seal."""
        ...
    @property
    def id(self) -> str:
        """Which one of that kind."""
        ...
    @property
    def label(self) -> str | None:
        """What people call it, if it was given a label."""
        ...
    @property
    def added(self) -> datetime | None:
        """When it was added; known if it had a label then."""
        ...
    @property
    def in_use(self) -> bool:
        """Whether this keyring was opened with it, or goes on with it since a reseal."""
        ...
