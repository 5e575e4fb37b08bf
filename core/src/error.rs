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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorInfo {
    /// Stable, never used again for another error. 1..=99 misuse, 101..=199 untrusted input, 201..=299 environment.
    pub number: u32,
    /// The one spelling: C's enum, Python's `.code` and Node's `err.code` are made from it.
    pub name: &'static str,
    /// The message, with the names of what is filled in between braces.
    pub message: &'static str,
}

impl ErrorInfo {
    /// The family, which is the hundred of the number.
    pub const fn family(&self) -> ErrorFamily {
        match self.number {
            0..=99 => ErrorFamily::Misuse,
            100..=199 => ErrorFamily::UntrustedInput,
            _ => ErrorFamily::Environment,
        }
    }
}

macro_rules! errors {
    ($(
        $(#[doc = $doc:literal])*
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
                $(#[doc = $doc])*
                #[allow(missing_docs, reason = "the fields are what the message shows")]
                $variant $({ $($field: $type),* })?,
            )*
        }

        impl Error {
            /// Every error there is, in the order of the numbers.
            pub const TABLE: &'static [ErrorInfo] = &[
                $(ErrorInfo { number: $number, name: stringify!($name), message: $message },)*
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
    1 closed Closed => "the keyring is closed; open it again and take new handles";
    /// A key name that is not one.
    2 invalid_key_name InvalidKeyName => "not a key name; use 1 to 120 ASCII letters, digits, '_', and inside also '-' and '.'";
    /// An option that the type, or the key as it is, does not have.
    3 invalid_option InvalidOption { reason: &'static str } => "{reason}";
    /// A key of this name exists.
    4 key_exists KeyExists => "a key of this name exists; use key() to get it, or another name";
    /// `key_or_create` found a key made to another specification.
    5 key_mismatch KeyMismatch { option: &'static str } => "the key exists with another {option}; use key() to take it as it is";
    /// The key is derived, so it needs a context.
    6 context_required ContextRequired => "the key is derived and needs a context; call context() first (an aad does not take its place)";
    /// The key is not derived, so a context would be ignored; it is refused instead.
    7 context_not_allowed ContextNotAllowed => "the key is not derived and takes no context; pass it as aad, or create the key as derived";
    /// A context that is empty, too long or not a proper map.
    8 invalid_context InvalidContext { reason: &'static str } => "invalid context: {reason}";
    /// An aad that is too long or not a proper map.
    9 invalid_aad InvalidAad { reason: &'static str } => "invalid aad: {reason}";
    /// An aad where none can be authenticated.
    10 aad_not_allowed AadNotAllowed => "this operation takes no aad; leave it out (a context does not take its place)";
    /// The type of the key does not do this.
    11 operation_not_supported OperationNotSupported { operation: &'static str, key_type: &'static str } => "{operation} is not supported by keys of type {key_type}; see the matrix of types and operations";
    /// A message over 2^30 bytes.
    12 message_too_long MessageTooLong => "the message is longer than 1073741824 bytes; split it";
    /// The buffer of an `_into` call is too small.
    13 buffer_too_small BufferTooSmall { needed: usize } => "the buffer is too small; {needed} bytes are needed";
    /// A version that must not be encrypted or signed with.
    14 version_not_allowed VersionNotAllowed => "new ciphertexts and signatures under this version are not allowed; leave the version out to use the latest";
    /// Window settings that contradict each other.
    15 invalid_window InvalidWindow { reason: &'static str } => "{reason}";
    /// The key was not created as exportable.
    16 not_exportable NotExportable => "the key is not exportable; configure it as exportable first, which cannot be undone";
    /// The key does not allow plaintext backups.
    17 plaintext_backup_not_allowed PlaintextBackupNotAllowed => "the key does not allow plaintext backups; use a sealed backup, or configure allow_plaintext_backup";
    /// The key does not allow its deletion.
    18 deletion_not_allowed DeletionNotAllowed => "the key does not allow deletion; configure deletion_allowed first";
    /// An imported key that was not allowed to rotate.
    19 rotation_not_allowed RotationNotAllowed => "the imported key does not allow rotation; import a new version instead";
    /// Rotation to a type with other verbs or options.
    20 rotation_type_mismatch RotationTypeMismatch { from: &'static str, to: &'static str } => "a key of type {from} cannot rotate to {to}, which has other operations or options; create a new key";
    /// Raw material that no key should have.
    21 invalid_material InvalidMaterial { reason: &'static str } => "invalid key material: {reason}";
    /// Raw material that another version of the key has.
    22 duplicate_material DuplicateMaterial => "another version of the key has the same material; import different material";
    /// The text of a root key, or a passphrase, that cannot be one.
    23 invalid_root_key InvalidRootKey { reason: &'static str } => "invalid root key or passphrase: {reason}";
    /// The last wrapped copy of the root key must stay.
    24 last_seal LastSeal => "this is the last copy of the root key; add another seal before removing it";
    /// A seal of this kind and id has a copy.
    25 seal_exists SealExists => "a seal of this kind and id exists; remove it first, or give the new one another id";
    /// No seal of this kind and id has a copy.
    26 seal_not_found SealNotFound => "no seal of this kind and id; list the seals to see which there are";
    /// A keyring exists where one was to be created.
    27 keyring_exists KeyringExists => "a keyring exists here; open it instead of creating it";
    /// A data key of an odd size.
    28 invalid_size InvalidSize => "a data key has 16, 32 or 64 bytes";
    /// A type with a number but without an implementation in this build.
    29 type_not_supported TypeNotSupported { key_type: &'static str } => "keys of type {key_type} are not supported by this build";
    /// A call that hands out secret material without saying so.
    30 exposure_not_confirmed ExposureNotConfirmed => "this hands out secret key material; say so explicitly";
    /// As many encryptions under one version as random 96-bit nonces allow (SP 800-38D section 8.3).
    31 usage_limit_reached UsageLimitReached => "this version has encrypted as often as its 96-bit nonces allow; rotate the key (decryption goes on)";

    /// A ciphertext, signature or mac that is not written as one.
    101 malformed Malformed => "not a ciphertext, signature or mac of this key; pass the text exactly as it was returned";
    /// No key of this name.
    102 key_not_found KeyNotFound => "no key of this name; create it first";
    /// Below `min_decryption_version`, or trimmed.
    103 version_too_old VersionTooOld => "the version is older than the key's min_decryption_version";
    /// Above the latest version.
    104 version_too_new VersionTooNew => "the version is newer than any that this key has";
    /// The key is disabled.
    105 key_disabled KeyDisabled => "the key is disabled; enable it first";
    /// The one failure of decryption.
    106 decrypt_failed DecryptFailed => "decryption failed; check the key, the context and the aad";
    /// The one failure of verification.
    107 bad_signature BadSignature => "the signature or mac does not fit; check the key, the context and the message";
    /// A backup that is damaged or not one.
    108 corrupt_backup CorruptBackup { reason: &'static str } => "the backup cannot be read: {reason}";
    /// A version that was destroyed, or that never had the part asked for.
    109 no_such_version NoSuchVersion => "no such version, or it holds no key material any more";

    /// Nothing to open.
    201 keyring_not_found KeyringNotFound => "no keyring here; create one first";
    /// The store failed, and nothing was changed.
    202 store_failed StoreFailed { reason: String } => "the store failed, nothing was changed: {reason}";
    /// Others changed the same document again and again.
    203 conflict Conflict => "others keep changing the same document; try again";
    /// The change may or may not survive a power cut.
    204 uncertain Uncertain { reason: String } => "the change was written but may not survive a power cut: {reason}; look again before relying on it";
    /// A document that is damaged or was made by someone else.
    205 corrupt_document CorruptDocument { document: String, reason: &'static str } => "{document} cannot be read: {reason}; restore it from a snapshot";
    /// A document older than one that this process has seen.
    206 rolled_back RolledBack { document: String } => "{document} is older than, or differs from, what this process has seen; somebody put back an old copy";
    /// None of the copies opens with the seal that was given.
    207 wrong_seal WrongSeal => "this seal opens no copy of the root key; use one that the keyring lists";
    /// A seal could not wrap or unwrap.
    208 seal_failed SealFailed { reason: String } => "the seal failed: {reason}";
    /// The store has not been reachable for too long to encrypt.
    209 stale Stale => "the store has been unreachable for longer than max_staleness, so newer versions may exist; decryption goes on";
    /// The operating system gave no random bytes.
    210 entropy_failed EntropyFailed => "the operating system gives no random bytes";
    /// A root key file that others can read.
    211 insecure_permissions InsecurePermissions { path: String } => "{path} can be read by others; set its mode to 0600";
    /// A document of a format that came after this build.
    212 unsupported_format UnsupportedFormat { document: String } => "{document} has a format that this build does not know; use a newer one";
    /// Not the keyring, or not the generation, that was pinned.
    213 keyring_mismatch KeyringMismatch => "this is not the keyring, or an older generation of it, that the caller pinned";
}

impl Error {
    /// The family, which says who has to act.
    pub const fn family(&self) -> ErrorFamily {
        ErrorInfo { number: self.number(), name: "", message: "" }.family()
    }
}

impl std::error::Error for Error {}

impl From<strongroom_entropy::Error> for Error {
    fn from(_: strongroom_entropy::Error) -> Self {
        Self::EntropyFailed
    }
}
