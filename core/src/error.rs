//! Every way in which a call can fail, in one table.

use std::fmt;

/// Who has to act on an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorFamily {
    /// The calling program asked for something it must not ask for. Never caused by untrusted data.
    Misuse,
    /// Data from outside was refused: a ciphertext, a signature, a mac, a backup, the name of a key.
    UntrustedInput,
    /// The store, a seal, the operating system or the files they hold.
    Environment,
}

/// One row of the table of errors: what every language shows of it.
///
/// ```
/// use strongroom::{Error, ErrorInfo};
/// let codes = Error::TABLE.iter().map(|ErrorInfo { number, name, .. }| format!("STRONGROOM_{} = {number},", name.to_uppercase()));
/// assert!(codes.into_iter().any(|line| line == "STRONGROOM_DECRYPT_FAILED = 106,"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorInfo {
    /// Stable, never used again for another error. 1..=99 misuse, 101..=199 untrusted input, 201..=299 environment.
    pub number: u32,
    /// The one spelling: C's enum, Python's `.code` and Node's `err.code` are made from it.
    pub name: &'static str,
    /// The message, with the names of what is filled in between braces.
    pub message: &'static str,
    /// What has happened.
    pub meaning: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

impl ErrorInfo {
    /// The family, which is the hundred of the number.
    pub const fn family(&self) -> ErrorFamily {
        family_of(self.number)
    }
}

const fn family_of(number: u32) -> ErrorFamily {
    match number {
        0..=99 => ErrorFamily::Misuse,
        100..=199 => ErrorFamily::UntrustedInput,
        _ => ErrorFamily::Environment,
    }
}

macro_rules! errors {
    ($(
        #[doc = $meaning:literal]
        #[doc = $empty:literal]
        #[doc = $remedy:literal]
        $number:literal $name:ident $variant:ident $({ $($field:ident : $type:ty),* $(,)? })? => $message:literal;
    )*) => {
        /// Everything that can go wrong, flat.
        ///
        /// Once secret material has been touched there is one failure, [`Error::DecryptFailed`] (for signatures and macs
        /// [`Error::BadSignature`]): a wrong key, tag, commitment, context and aad are not told apart. The other errors speak of
        /// public facts only, and no message holds key bytes, plaintext, a context or an aad.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Error {
            $(
                #[doc = $meaning]
                #[doc = $empty]
                #[doc = $remedy]
                #[allow(missing_docs, reason = "the fields are what the message shows")]
                $variant $({ $($field: $type),* })?,
            )*
        }

        impl Error {
            /// Every error there is, in the order of the numbers.
            ///
            /// ```
            /// use strongroom::{Error, ErrorFamily};
            /// let row = Error::TABLE.iter().find(|row| row.name == "decrypt_failed").unwrap();
            /// assert_eq!((row.number, row.family()), (106, ErrorFamily::UntrustedInput));
            /// ```
            pub const TABLE: &'static [ErrorInfo] = &[
                $(ErrorInfo {
                    number: $number,
                    name: stringify!($name),
                    message: $message,
                    meaning: $meaning.trim_ascii(),
                    remedy: $remedy.trim_ascii(),
                },)*
            ];

            /// The stable number.
            pub const fn number(&self) -> u32 {
                match self { $(Self::$variant { .. } => $number,)* }
            }

            /// The stable name, such as `decrypt_failed`.
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$variant { .. } => stringify!($name),)* }
            }
        }

        impl fmt::Display for Error {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self { $(Self::$variant $({ $($field),* })? => write!(f, $message),)* }
            }
        }
    };
}

errors! {
    /// The keyring was closed.
    ///
    /// Open the keyring again and take new handles from it.
    1 closed Closed => "the keyring is closed; open it again and take new handles";
    /// A key name that is not one.
    ///
    /// Choose another name, or map yours to one: a name is also part of a file's name.
    2 invalid_key_name InvalidKeyName => "not a key name; use 1 to 120 ASCII letters, digits, '_', and inside also '-' and '.'";
    /// An option that the type, or the key as it is, does not have.
    ///
    /// The message says which option or item does not fit; `docs/matrix.md` has what each type takes.
    3 invalid_option InvalidOption { reason: &'static str } => "{reason}";
    /// A key of this name exists.
    ///
    /// Take the key with `key`, or create the new one under another name.
    4 key_exists KeyExists => "a key of this name exists; use key() to get it, or another name";
    /// `key_or_create` found a key made to another specification.
    ///
    /// Take the key as it is with `key`, or give the specification that it was created with.
    5 key_mismatch KeyMismatch { option: &'static str } => "the key exists with another {option}; use key() to take it as it is";
    /// The key is derived, so it needs a context.
    ///
    /// Call `context` on the key first, or give the item a context.
    6 context_required ContextRequired => "the key is derived and needs a context; call context() first (an aad does not take its place)";
    /// The key is not derived, so a context would be ignored; it is refused instead.
    ///
    /// Leave the context out, pass it as aad, or create a derived key.
    7 context_not_allowed ContextNotAllowed => "the key is not derived and takes no context; pass it as aad, or create the key as derived";
    /// A context that is empty, too long or not a proper map.
    ///
    /// Give 1 to 65,535 bytes, or a map with at least one pair and no key twice.
    8 invalid_context InvalidContext { reason: &'static str } => "invalid context: {reason}";
    /// An aad that is too long or not a proper map.
    ///
    /// Give up to 65,535 bytes, or a map with at least one pair and no key twice.
    9 invalid_aad InvalidAad { reason: &'static str } => "invalid aad: {reason}";
    /// An aad where none can be authenticated.
    ///
    /// Leave the aad out: macs and signatures have no place for one, and under a convergent key two aads for one plaintext would let whoever sees both ciphertexts forge.
    10 aad_not_allowed AadNotAllowed => "this operation takes no aad: macs and signatures have no place for one, and of a convergent key it would let others forge; leave it out, or encrypt with a key that is not convergent (a context does not take its place)";
    /// The type of the key does not do this.
    ///
    /// Use a key of another type; `docs/matrix.md` says which do it.
    11 operation_not_supported OperationNotSupported { operation: &'static str, key_type: &'static str } => "{operation} is not supported by keys of type {key_type}; see the matrix of types and operations";
    /// A message over 2^30 bytes.
    ///
    /// Split the message, or encrypt it with a data key.
    12 message_too_long MessageTooLong => "the message is longer than 1073741824 bytes; split it";
    /// The buffer of an `_into` call is too small.
    ///
    /// Call again with as many bytes as the error says.
    13 buffer_too_small BufferTooSmall { needed: usize } => "the buffer is too small; {needed} bytes are needed";
    /// A version that must not be encrypted or signed with.
    ///
    /// Leave the version out, or lower `min_encryption_version` to allow it.
    14 version_not_allowed VersionNotAllowed => "new ciphertexts and signatures under this version are not allowed; leave the version out to use the latest";
    /// Window settings that contradict each other.
    ///
    /// Change both minimum versions so that they fit each other, the latest version and what was trimmed.
    15 invalid_window InvalidWindow { reason: &'static str } => "{reason}";
    /// The key was not created as exportable.
    ///
    /// Configure the key as exportable, if its material may leave the keyring; this cannot be undone.
    16 not_exportable NotExportable => "the key is not exportable; configure it as exportable first, which cannot be undone";
    /// The key does not allow plaintext backups.
    ///
    /// Take a sealed backup, or configure `allow_plaintext_backup`; this cannot be undone.
    17 plaintext_backup_not_allowed PlaintextBackupNotAllowed => "the key does not allow plaintext backups; use a sealed backup, or configure allow_plaintext_backup";
    /// The key does not allow its deletion.
    ///
    /// Configure `deletion_allowed`, then delete.
    18 deletion_not_allowed DeletionNotAllowed => "the key does not allow deletion; configure deletion_allowed first";
    /// An imported key that was not allowed to rotate.
    ///
    /// Import a new version, or import keys with `allow_rotation`.
    19 rotation_not_allowed RotationNotAllowed => "the imported key does not allow rotation; import a new version instead";
    /// Rotation to a type with other verbs or options.
    ///
    /// Rotate to a type of the same operations and options, or create a new key.
    20 rotation_type_mismatch RotationTypeMismatch { from: &'static str, to: &'static str } => "a key of type {from} cannot rotate to {to}, which has other operations or options; create a new key";
    /// Material that no key should have, or in another form than was named.
    ///
    /// Give material of the type's length that came from a random source.
    21 invalid_material InvalidMaterial { reason: &'static str } => "invalid key material: {reason}";
    /// Raw material that another version of the key has.
    ///
    /// Import material that no version of the key has.
    22 duplicate_material DuplicateMaterial => "another version of the key has the same material; import different material";
    /// The text of a root key, or a passphrase, that cannot be one.
    ///
    /// Make one with `Seal::generate_root_key`, or give the text as it was written, and a passphrase that is not empty.
    23 invalid_root_key InvalidRootKey { reason: &'static str } => "invalid root key or passphrase: {reason}";
    /// The last wrapped copy of the root key must stay.
    ///
    /// Add another seal, then remove this one.
    24 last_seal LastSeal => "this is the last copy of the root key; add another seal before removing it";
    /// A seal of this kind and id has a copy.
    ///
    /// Remove the copy first, or give the new seal an id of its own.
    25 seal_exists SealExists => "a seal of this kind and id exists; remove it first, or give the new one another id";
    /// No seal of this kind and id has a copy.
    ///
    /// List the seals to see the kinds and ids that there are.
    26 seal_not_found SealNotFound => "no seal of this kind and id; list the seals to see which there are";
    /// A keyring exists where one was to be created.
    ///
    /// Open it, or create the keyring in another place.
    27 keyring_exists KeyringExists => "a keyring exists here; open it instead of creating it";
    /// A data key of an odd size.
    ///
    /// Ask for 16, 32 or 64 bytes.
    28 invalid_size InvalidSize => "a data key has 16, 32 or 64 bytes";
    /// A type with a number but without an implementation in this build.
    ///
    /// Use a supported type; the key stays as it is, for a build that has the type.
    29 type_not_supported TypeNotSupported { key_type: &'static str } => "keys of type {key_type} are not supported by this build";
    /// A call that hands out secret material without saying so.
    ///
    /// Say in the call that secret material is to leave the keyring, if it is.
    30 exposure_not_confirmed ExposureNotConfirmed => "this hands out secret key material; say so explicitly";
    /// As many encryptions under one version as random 96-bit nonces allow (SP 800-38D section 8.3).
    ///
    /// Rotate the key, or rotate it to a type with longer nonces; what was encrypted still opens.
    31 usage_limit_reached UsageLimitReached => "this version has encrypted as often as its 96-bit nonces allow; rotate the key (decryption goes on)";

    /// A ciphertext, signature or mac that is not written as one.
    ///
    /// Pass the text or the bytes exactly as they were returned, and the form of a signature in which it was made.
    101 malformed Malformed => "not a ciphertext, signature or mac of this key; pass the text exactly as it was returned";
    /// No key of this name.
    ///
    /// Create the key, or look for a typing error in its name or for another keyring.
    102 key_not_found KeyNotFound => "no key of this name; create it first";
    /// Below `min_decryption_version`, or trimmed.
    ///
    /// Lower `min_decryption_version` for as long as old data is read, or rewrap the data first; what was trimmed is gone.
    103 version_too_old VersionTooOld => "the version is older than the key's min_decryption_version";
    /// Above the latest version.
    ///
    /// Refresh the keyring; if the version is still unknown, the text is another key's or this is an old copy of the keyring.
    104 version_too_new VersionTooNew => "the version is newer than any that this key has";
    /// The key is disabled.
    ///
    /// Enable the key.
    105 key_disabled KeyDisabled => "the key is disabled; enable it first";
    /// The one failure of decryption.
    ///
    /// Check that key, context and aad are those of the encryption; else the ciphertext was changed.
    106 decrypt_failed DecryptFailed => "decryption failed; check the key, the context and the aad";
    /// The one failure of verification.
    ///
    /// Check key, context, message and hash; else the message or the signature was changed.
    107 bad_signature BadSignature => "the signature or mac does not fit; check the key, the context and the message";
    /// A backup that is damaged or not one.
    ///
    /// Use another copy of the backup.
    108 corrupt_backup CorruptBackup { reason: &'static str } => "the backup cannot be read: {reason}";
    /// A version that was destroyed, or that never had the part asked for.
    ///
    /// Use another version: this one was trimmed, has a public key alone, or has no hmac key.
    109 no_such_version NoSuchVersion => "no such version, or it holds no key material any more";

    /// Nothing to open.
    ///
    /// Create a keyring, or look for it in another place.
    201 keyring_not_found KeyringNotFound => "no keyring here; create one first";
    /// The store failed, and nothing was changed.
    ///
    /// Nothing was changed: repair what the reason names, and call again.
    202 store_failed StoreFailed { reason: String } => "the store failed, nothing was changed: {reason}";
    /// Others changed the same document again and again.
    ///
    /// Call again.
    203 conflict Conflict => "others keep changing the same document; try again";
    /// The change may or may not survive a power cut.
    ///
    /// Read the key again to see whether the change is there before relying on it or repeating it.
    204 uncertain Uncertain { reason: String } => "the change was written but may not survive a power cut: {reason}; look again before relying on it";
    /// A document that is damaged or was made by someone else.
    ///
    /// Restore the document from a snapshot or the key from a backup, and find out who wrote the file.
    205 corrupt_document CorruptDocument { document: String, reason: &'static str } => "{document} cannot be read: {reason}; restore it from a snapshot or copy";
    /// A document older than one that this process has seen, or that its witness knows of.
    ///
    /// Put the newest copy back; find out who replaced it.
    206 rolled_back RolledBack { document: String } => "{document} is older than, or differs from, what this process or its witness has seen; somebody put back an old copy";
    /// None of the copies opens with the seal that was given.
    ///
    /// Use the seal of one of the copies that the keyring lists.
    207 wrong_seal WrongSeal => "this seal opens no copy of the root key; use one that the keyring lists";
    /// A seal could not wrap or unwrap.
    ///
    /// Repair what the reason names, such as the way to a key service, and call again.
    208 seal_failed SealFailed { reason: String } => "the seal failed: {reason}";
    /// The store has not been reachable for too long to encrypt, or what was lent until a time has not been renewed.
    ///
    /// Repair the way to the store; `refresh` ends it at once. What was lent has to be refreshed where it came from.
    209 stale Stale => "newer versions may exist, since the store has been unreachable for longer than max_staleness or the key was lent and its time is over; decryption goes on";
    /// The operating system gave no random bytes.
    ///
    /// Repair the system's random source; nothing was made without it.
    210 entropy_failed EntropyFailed => "the operating system gives no random bytes";
    /// A root key file that others can read.
    ///
    /// Set the file's mode to 0600, and think about who may have read it.
    211 insecure_permissions InsecurePermissions { path: String } => "{path} can be read by others; set its mode to 0600";
    /// A document of a format that came after this build.
    ///
    /// Use a newer build.
    212 unsupported_format UnsupportedFormat { document: String } => "{document} has a format that this build does not know; use a newer one";
    /// Not the keyring, or not the generation, that was pinned.
    ///
    /// Check the path and the pinned id; if both are right, an older copy of the keyring was put in place.
    213 keyring_mismatch KeyringMismatch => "this is not the keyring, or an older generation of it, that the caller pinned";
    /// How often a version has encrypted is not known any more.
    ///
    /// Rotate the key, or repair the keyring; decryption and everything else goes on.
    219 usage_unknown UsageUnknown => "how often this version has encrypted is not known, since its usage document cannot be read; rotate the key, or repair the keyring";
    /// The seal wraps without a secret, and no pin was given.
    ///
    /// Open with the pin that was printed when the keyring was created or resealed.
    220 pin_required PinRequired => "with this seal anyone could have put another root key in place; open with the keyring's pin";
    /// A copy under a passphrase that asks for far more memory or time than this library's own copies do.
    ///
    /// Find out who wrote the file; if you trust it, allow this for the one passphrase.
    221 seal_too_costly SealTooCostly => "stretching the passphrase would take more memory or time than usual; if you trust the file, say allow_costly of the passphrase";
}

impl Error {
    /// The family, which says who has to act.
    pub const fn family(&self) -> ErrorFamily {
        family_of(self.number())
    }
}

impl std::error::Error for Error {}

impl From<strongroom_entropy::Error> for Error {
    fn from(_: strongroom_entropy::Error) -> Self {
        Self::EntropyFailed
    }
}
