"""Every way in which a call can fail. Made from the library's table; a test compares it."""

from typing import ClassVar, Literal

class StrongroomError(Exception):
    """Whatever a call of Strongroom can fail with."""

    code: ClassVar[str]
    """The one spelling of the error, the same in every language."""
    number: ClassVar[int]
    """Stable, and never used again for another error."""
    family: ClassVar[Literal["misuse", "untrusted_input", "environment"]]
    """Who has to act: the program, nobody (the data is wrong), or whoever runs the machine."""
    detail: Literal[
        "backup_period_too_long",
        "backup_of_several_types",
        "backup_of_several_kdfs",
        "backup_would_lose",
        "backup_of_old_rules",
        "backup_of_aes128_kdf",
        "backup_of_ed25519_kdf",
        "format_is_raw_only",
        "sha1_not_allowed",
        "sha1_signs_nothing_new",
        "hash_not_supported",
        "padding_not_supported",
        "salt_not_supported",
        "unhashed_needs_pkcs1v15",
        "unhashed_has_no_hash",
        "digest_of_another_length",
        "unhashed_too_long",
        "salt_too_long",
        "cannot_be_switched_off",
        "kdf_makes_nothing_new",
        "rule_makes_nothing_new",
        "too_many_versions",
        "rotation_would_make_nothing",
        "type_would_make_nothing",
        "auto_rotate_period_too_short",
        "auto_rotate_period_too_long",
        "labels_out_of_range",
        "derived_not_supported",
        "convergent_not_supported",
        "convergent_needs_derived",
        "key_size_not_supported",
        "key_size_out_of_range",
        "version_template_malformed",
        "version_template_ambiguous",
        "version_template_not_supported",
        "key_is_lent",
        "value_of_another_kind",
        "not_at_creation",
        "label_not_there",
        "fixed_at_creation",
        "item_says_too_much",
        "version_out_of_range",
        "item_of_another_operation",
        "import_needs_allow_rotation",
        "not_imported",
        "nothing_to_complete",
        "version_is_whole",
        "completed_by_private_key",
        "derived_needs_private_key",
        "passphrase_not_supported",
        "no_wrapping_key",
        "agreed_type_not_supported",
        "derived_has_no_certificate",
        "token_prefix_malformed",
        "token_ttl_out_of_range",
        "api_key_prefix_malformed",
        "kdf_differs",
        "kdf_needs_derived",
        "kdf_too_short_for_convergent",
        "kdf_not_supported",
        "document_too_large",
        "pin_malformed",
        "pinned_at_creation",
        "keyring_label_too_long",
        "key_is_readable",
        "snapshot_of_too_many",
        "snapshot_too_large",
        "max_staleness_out_of_range",
        "max_staleness_above_keyring",
        "no_seal",
        "several_seals",
        "too_many_root_keys",
        "rule_is_unusable",
        "unknown_key_type",
        "seal_under_another_id",
        "seal_without_copy",
        "seal_label_out_of_range",
        "allow_costly_not_supported",
        "insecure_mode_not_supported",
        "keyring_id_malformed",
        "index_name_out_of_range",
        "index_bits_out_of_range",
        "index_length_out_of_range",
        "unknown_normalization",
        "columns_differ",
        "column_offsets_malformed",
        "column_validity_too_short",
        "column_too_large",
        "hash_needs_wrapped",
        "item_missing",
        "not_unicode",
        "unknown_dialect",
        "unknown_export_format",
        "unknown_form",
        "unknown_hash",
        "unknown_kdf",
        "unknown_material_format",
        "unknown_nonces",
        "unknown_padding",
        "unknown_part",
        "unknown_public_key_format",
        "unknown_salt_length",
    ] | None
    """Which option or combination of them is wrong, of `InvalidOption`: a code that stays for good."""
    index: int
    """In a batch, which item it was."""

class MisuseError(StrongroomError):
    """The program asked for something it must not ask for. Never caused by untrusted data."""

class UntrustedInputError(StrongroomError):
    """Data from outside was refused."""

class EnvironmentFailure(StrongroomError):
    """The store, a seal, the operating system or the files they hold."""

class Closed(MisuseError):
    """The keyring was closed.

Open the keyring again and take new handles from it."""

class InvalidKeyName(MisuseError):
    """A key name that is not one.

Choose another name, or map yours to one: a name is also part of a file's name."""

class InvalidOption(MisuseError):
    """An option that the type, or the key as it is, does not have.

The message says which option or item does not fit; `docs/matrix.md` has what each type takes."""

class KeyExists(MisuseError):
    """A key of this name exists.

Take the key with `key`, or create the new one under another name."""

class KeyMismatch(MisuseError):
    """`key_or_create` found a key made to another specification.

Take the key as it is with `key`, or give the specification that it was created with."""

class ContextRequired(MisuseError):
    """The key is derived, so it needs a context.

Call `context` on the key first, or give the item a context."""

class ContextNotAllowed(MisuseError):
    """The key is not derived, so a context would be ignored; it is refused instead.

Leave the context out, pass it as aad, or create a derived key."""

class InvalidContext(MisuseError):
    """A context that is empty, too long or not a proper map.

Give 1 to 65,535 bytes, or a map with at least one pair and no key twice."""

class InvalidAad(MisuseError):
    """An aad that is empty, too long or not a proper map.

Leave it out if there is none; else give 1 to 65,535 bytes, or a map with at least one pair and no key twice."""

class AadNotAllowed(MisuseError):
    """An aad where none can be authenticated.

Leave the aad out: macs and signatures have no place for one, and under a convergent key two aads for one plaintext would let whoever sees both ciphertexts forge."""

class OperationNotSupported(MisuseError):
    """The type of the key does not do this.

Use a key of another type; `docs/matrix.md` says which do it."""

class MessageTooLong(MisuseError):
    """A message over 2^30 bytes; to encrypt with an rsa key, one over its length less 66 bytes.

Encrypt it as a stream, with a key of type `xaes256-gcm`; split the message, or encrypt it with a data key."""

class BufferTooSmall(MisuseError):
    """The buffer of an `_into` call is too small.

Call again with as many bytes as the error says."""

    needed: int
    """How many bytes the buffer must have."""

class VersionNotAllowed(MisuseError):
    """A version that must not be encrypted or signed with.

Leave the version out, or lower `min_encryption_version` to allow it."""

class InvalidWindow(MisuseError):
    """Window settings that contradict each other.

Change both minimum versions so that they fit each other, the latest version and what was trimmed."""

class NotExportable(MisuseError):
    """The key was not created as exportable.

Configure the key as exportable, if its material may leave the keyring; this cannot be undone."""

class PlaintextBackupNotAllowed(MisuseError):
    """The key does not allow plaintext backups.

Take a sealed backup, or configure `allow_plaintext_backup`; this cannot be undone."""

class DeletionNotAllowed(MisuseError):
    """The key does not allow its deletion.

Configure `deletion_allowed`, then delete."""

class RotationNotAllowed(MisuseError):
    """An imported key that was not allowed to rotate.

Import a new version, or import keys with `allow_rotation`."""

class RotationTypeMismatch(MisuseError):
    """Rotation to a type with other verbs or options.

Rotate to a type of the same operations and options, or create a new key."""

class InvalidMaterial(MisuseError):
    """Material that no key should have, or in another form than was named.

Give material of the type's length that came from a random source."""

class DuplicateMaterial(MisuseError):
    """Raw material that another version of the key has.

Import material that no version of the key has."""

class InvalidRootKey(MisuseError):
    """The text of a root key, or a passphrase, that cannot be one.

Make one with `generate_root_key`, or give the text as it was written, and a passphrase that is not empty."""

class LastSeal(MisuseError):
    """The last wrapped copy of the root key must stay.

Add another seal, then remove this one."""

class SealExists(MisuseError):
    """A seal of this kind and id has a copy.

Remove the copy first, or give the new seal an id of its own."""

class SealNotFound(MisuseError):
    """No seal of this kind and id has a copy.

List the seals to see the kinds and ids that there are."""

class KeyringExists(MisuseError):
    """A keyring exists where one was to be created.

Open it, or create the keyring in another place."""

class InvalidSize(MisuseError):
    """A data key of an odd size.

Ask for 16, 32 or 64 bytes."""

class TypeNotSupported(MisuseError):
    """A type with a number but without an implementation in this build.

Use a supported type; the key stays as it is, for a build that has the type."""

class ExposureNotConfirmed(MisuseError):
    """A call that hands out secret material without saying so.

Say in the call that secret material is to leave the keyring, if it is."""

class UsageLimitReached(MisuseError):
    """As many encryptions under one version as random 96-bit nonces allow (SP 800-38D section 8.3).

Rotate the key, or rotate it to a type with longer nonces; what was encrypted still opens."""

class IndexNotSupported(MisuseError):
    """Blind indexes of a key that has public keys alone.

Index with a key of your own, of any type: the key that encrypts the column will do."""

class InvalidValue(MisuseError):
    """A value to be indexed that is not UTF-8, or of which nothing is left once it is normalised.

Store no index for it (null), and search for something; bytes that are no text are indexed as their base64 or hexadecimal digits."""

class InvalidUrl(MisuseError):
    """A URL of a seal that is not one, that this build does not know, or that holds a secret.

Write the URL as `docs/seals.md` shows it, or use a build with the feature that the message names."""

class Malformed(UntrustedInputError):
    """A ciphertext, signature, mac, blind index, token or API key that is not written as one.

Pass the text or the bytes exactly as they were returned, and the form of a signature in which it was made; of a token the prefix with which it was issued."""

class KeyNotFound(UntrustedInputError):
    """No key of this name.

Create the key, or look for a typing error in its name or for another keyring."""

class VersionTooOld(UntrustedInputError):
    """Below `min_decryption_version`, or trimmed.

Lower `min_decryption_version` for as long as old data is read, or rewrap the data first; what was trimmed is gone."""

class VersionTooNew(UntrustedInputError):
    """Above the latest version.

Refresh the keyring; if the version is still unknown, the text is another key's or this is an old copy of the keyring."""

class KeyDisabled(UntrustedInputError):
    """The key is disabled.

Enable the key."""

class DecryptFailed(UntrustedInputError):
    """The one failure of decryption.

Check that key, context and aad are those of the encryption; else the ciphertext was changed or cut short."""

class BadSignature(UntrustedInputError):
    """The one failure of verification.

Check key, context, message and hash; else the message or the signature was changed."""

class CorruptBackup(UntrustedInputError):
    """A backup that is damaged or not one.

Use another copy of the backup."""

class NoSuchVersion(UntrustedInputError):
    """A version that was destroyed, or that does not have the part asked for.

Use another version, or import the private half of this one with `import_version`."""

class InvalidCertificate(UntrustedInputError):
    """A certificate chain, or the template of a certificate request, that is none or does not fit.

Give a chain as PEM, the certificate of this version first and those of authorities behind it; as a template a PKCS#10 request."""

class TokenNotYetValid(UntrustedInputError):
    """A token that was issued later than now, by a clock that is ahead of this one by more than the leeway.

Set the clocks of both machines, or redeem it with a longer leeway."""

class TruncatedStream(UntrustedInputError):
    """A stream of which the end is missing, or that was never finished.

Get the file again from where it is whole, or write it anew; what was read of it is authentic, and not all there was."""

class TokenExpired(UntrustedInputError):
    """A token that was valid until now or before.

Issue a new one to whoever has it, once they have shown otherwise who they are."""

class KeyringNotFound(EnvironmentFailure):
    """Nothing to open.

Create a keyring, or look for it in another place."""

class StoreFailed(EnvironmentFailure):
    """The store failed, and nothing was changed.

Nothing was changed: repair what the reason names, and call again."""

class Conflict(EnvironmentFailure):
    """Others changed the same document again and again.

Call again."""

class Uncertain(EnvironmentFailure):
    """The change may or may not survive a power cut.

Read the key again to see whether the change is there before relying on it or repeating it."""

class CorruptDocument(EnvironmentFailure):
    """A document that is damaged or was made by someone else.

Restore the document from a snapshot or the key from a backup, and find out who wrote the file."""

class RolledBack(EnvironmentFailure):
    """A document older than one that this process has seen, or that its witness knows of.

Put the newest copy back; find out who replaced it."""

class WrongSeal(EnvironmentFailure):
    """None of the copies opens with the seal that was given.

Use the seal of one of the copies that the keyring lists."""

class SealFailed(EnvironmentFailure):
    """A seal could not wrap or unwrap.

Repair what the reason names, such as the way to a key service, and call again."""

class Stale(EnvironmentFailure):
    """The store has not been reachable for too long to encrypt, or what was lent until a time has not been renewed.

Repair the way to the store; `refresh` ends it at once. What was lent has to be refreshed where it came from."""

class EntropyFailed(EnvironmentFailure):
    """The operating system gave no random bytes.

Repair the system's random source; nothing was made without it."""

class InsecurePermissions(EnvironmentFailure):
    """A file with a root key or a passphrase that others can read.

Set the file's mode to 0600, and think about who may have read it. Where a platform mounts it, mount it read-only with mode 0440, 0640 or 0444; or allow this for the one seal."""

class UnsupportedFormat(EnvironmentFailure):
    """A document of a format that came after this build.

Use a newer build."""

class KeyringMismatch(EnvironmentFailure):
    """Not the keyring, or not the generation, that was pinned.

Check the path and the pinned id; if both are right, an older copy of the keyring was put in place."""

class UsageUnknown(EnvironmentFailure):
    """How often a version has encrypted is not known any more.

Rotate the key, or repair the keyring; decryption and everything else goes on."""

class PinRequired(EnvironmentFailure):
    """The seal wraps without a secret, and no pin was given.

Open with the pin that was printed when the keyring was created or resealed."""

class SealTooCostly(EnvironmentFailure):
    """A copy under a passphrase that asks for far more memory or time than this library's own copies do.

Find out who wrote the file; if you trust it, allow this for the one passphrase."""

__all__ = [
    "StrongroomError",
    "MisuseError",
    "UntrustedInputError",
    "EnvironmentFailure",
    "Closed",
    "InvalidKeyName",
    "InvalidOption",
    "KeyExists",
    "KeyMismatch",
    "ContextRequired",
    "ContextNotAllowed",
    "InvalidContext",
    "InvalidAad",
    "AadNotAllowed",
    "OperationNotSupported",
    "MessageTooLong",
    "BufferTooSmall",
    "VersionNotAllowed",
    "InvalidWindow",
    "NotExportable",
    "PlaintextBackupNotAllowed",
    "DeletionNotAllowed",
    "RotationNotAllowed",
    "RotationTypeMismatch",
    "InvalidMaterial",
    "DuplicateMaterial",
    "InvalidRootKey",
    "LastSeal",
    "SealExists",
    "SealNotFound",
    "KeyringExists",
    "InvalidSize",
    "TypeNotSupported",
    "ExposureNotConfirmed",
    "UsageLimitReached",
    "IndexNotSupported",
    "InvalidValue",
    "InvalidUrl",
    "Malformed",
    "KeyNotFound",
    "VersionTooOld",
    "VersionTooNew",
    "KeyDisabled",
    "DecryptFailed",
    "BadSignature",
    "CorruptBackup",
    "NoSuchVersion",
    "InvalidCertificate",
    "TokenNotYetValid",
    "TruncatedStream",
    "TokenExpired",
    "KeyringNotFound",
    "StoreFailed",
    "Conflict",
    "Uncertain",
    "CorruptDocument",
    "RolledBack",
    "WrongSeal",
    "SealFailed",
    "Stale",
    "EntropyFailed",
    "InsecurePermissions",
    "UnsupportedFormat",
    "KeyringMismatch",
    "UsageUnknown",
    "PinRequired",
    "SealTooCostly",
]
