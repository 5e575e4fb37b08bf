//! Every way in which a call can fail, in one table.

mod debug;
pub(crate) mod invalid;
mod near;
mod place;
mod reason;
mod words;

pub use near::Near;
pub use place::Place;
pub use reason::Reason;
use std::borrow::Cow;
use std::fmt;
use std::io;

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
/// let codes = Error::TABLE
///     .iter()
///     .map(|ErrorInfo { number, name, .. }| format!("STRONGROOM_{} = {number},", name.to_uppercase()));
/// assert!(codes.into_iter().any(|line| line == "STRONGROOM_DECRYPT_FAILED = 106,"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorInfo {
    /// Stable, never used again for another error. 1..=99 misuse, 101..=199 untrusted input, 201..=299
    /// environment.
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
        $number:literal $name:ident $variant:ident $({ $($field:ident : $type:ty),* $(,)? })?
        says $message:literal means $meaning:literal remedy $remedy:literal;
    )*) => {
        /// Everything that can go wrong, flat.
        ///
        /// Once secret material has been touched there is one failure, [`Error::DecryptFailed`] (for
        /// signatures and macs [`Error::BadSignature`]): a wrong key, tag, commitment, context and aad are
        /// not told apart. The other errors speak of public facts only, and no message holds key bytes,
        /// plaintext, a context or an aad.
        #[derive(Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Error {
            $(
                #[doc = $meaning]
                #[doc = ""]
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
                    meaning: $meaning,
                    remedy: $remedy,
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

            const fn variant(&self) -> &'static str {
                match self { $(Self::$variant { .. } => stringify!($variant),)* }
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
    1 closed Closed
        says "the keyring is closed; open it again and take new handles"
        means "The keyring was closed."
        remedy "Open the keyring again and take new handles from it.";
    2 invalid_key_name InvalidKeyName
        says "not a key name; use 1 to 120 ASCII letters, digits, '_', and inside also '-' and '.'"
        means "A key name that is not one."
        remedy "Choose another name, or map yours to one: a name is also part of a file's name.";
    3 invalid_option InvalidOption { reason: &'static str }
        says "{reason}"
        means "An option that the type, or the key as it is, does not have."
        remedy "The message says which option or item does not fit; `docs/matrix.md` has what each type \
            takes.";
    4 key_exists KeyExists { name: String }
        says "the key {name:?} exists already; take it as it is, or use another name"
        means "A key of this name exists."
        remedy "Take the key with `key`, or create the new one under another name.";
    5 key_mismatch KeyMismatch { option: &'static str }
        says "the key exists with another {option}; take it as it is, or make one of another name"
        means "`key_or_create` found a key made to another specification."
        remedy "Take the key as it is with `key`, or give the specification that it was created with.";
    6 context_required ContextRequired
        says "the key is derived and needs a context; give one (an aad does not take its place)"
        means "The key is derived, so it needs a context."
        remedy "Call `context` on the key first, or give the item a context.";
    7 context_not_allowed ContextNotAllowed
        says "the key is not derived and takes no context; pass it as aad, or create the key as derived"
        means "The key is not derived, so a context would be ignored; it is refused instead."
        remedy "Leave the context out, pass it as aad, or create a derived key.";
    8 invalid_context InvalidContext { reason: &'static str }
        says "invalid context: {reason}"
        means "A context that is empty, too long or not a proper map."
        remedy "Give 1 to 65,535 bytes, or a map with at least one pair and no key twice.";
    9 invalid_aad InvalidAad { reason: &'static str }
        says "invalid aad: {reason}"
        means "An aad that is empty, too long or not a proper map."
        remedy "Leave it out if there is none; else give 1 to 65,535 bytes, or a map with at least one pair and no \
            key twice.";
    10 aad_not_allowed AadNotAllowed
        says "this operation takes no aad: macs and signatures have no place for one, and of a convergent \
            key it would let others forge; leave it out, or encrypt with a key that is not convergent (a \
            context does not take its place)"
        means "An aad where none can be authenticated."
        remedy "Leave the aad out: macs and signatures have no place for one, and under a convergent key two \
            aads for one plaintext would let whoever sees both ciphertexts forge.";
    11 operation_not_supported OperationNotSupported { operation: &'static str, key_type: &'static str }
        says "{operation} is not supported by keys of type {key_type}; docs/matrix.md says which \
            types do it"
        means "The type of the key does not do this."
        remedy "Use a key of another type; `docs/matrix.md` says which do it.";
    12 message_too_long MessageTooLong
        says "the message is longer than 1073741824 bytes, or than an rsa key encrypts; encrypt it as a stream, \
            which has any length, split it, or encrypt it with a data key"
        means "A message over 2^30 bytes; to encrypt with an rsa key, one over its length less 66 bytes."
        remedy "Encrypt it as a stream, with a key of type `xaes256-gcm`; split the message, or encrypt it with a \
            data key.";
    13 buffer_too_small BufferTooSmall { needed: usize }
        says "the buffer is too small; {needed} bytes are needed"
        means "The buffer of an `_into` call is too small."
        remedy "Call again with as many bytes as the error says.";
    14 version_not_allowed VersionNotAllowed
        says "new ciphertexts and signatures under this version are not allowed; leave the version out to \
            use the latest"
        means "A version that must not be encrypted or signed with."
        remedy "Leave the version out, or lower `min_encryption_version` to allow it.";
    15 invalid_window InvalidWindow { reason: &'static str }
        says "{reason}"
        means "Window settings that contradict each other."
        remedy "Change both minimum versions so that they fit each other, the latest version and what was \
            trimmed.";
    16 not_exportable NotExportable
        says "the key is not exportable; configure it as exportable first, which cannot be undone"
        means "The key was not created as exportable."
        remedy "Configure the key as exportable, if its material may leave the keyring; this cannot be \
            undone.";
    17 plaintext_backup_not_allowed PlaintextBackupNotAllowed
        says "the key does not allow plaintext backups; use a sealed backup, or configure \
            allow_plaintext_backup"
        means "The key does not allow plaintext backups."
        remedy "Take a sealed backup, or configure `allow_plaintext_backup`; this cannot be undone.";
    18 deletion_not_allowed DeletionNotAllowed
        says "the key does not allow deletion; configure deletion_allowed first"
        means "The key does not allow its deletion."
        remedy "Configure `deletion_allowed`, then delete.";
    19 rotation_not_allowed RotationNotAllowed
        says "the imported key does not allow rotation; import a new version instead"
        means "An imported key that was not allowed to rotate."
        remedy "Import a new version, or import keys with `allow_rotation`.";
    20 rotation_type_mismatch RotationTypeMismatch { from: &'static str, to: &'static str }
        says "a key of type {from} cannot rotate to {to}, which has other operations or options; create a \
            new key"
        means "Rotation to a type with other verbs or options."
        remedy "Rotate to a type of the same operations and options, or create a new key.";
    21 invalid_material InvalidMaterial { reason: &'static str }
        says "invalid key material: {reason}"
        means "Material that no key should have, or in another form than was named."
        remedy "Give material of the type's length that came from a random source.";
    22 duplicate_material DuplicateMaterial
        says "another version of the key has the same material; import different material"
        means "Raw material that another version of the key has."
        remedy "Import material that no version of the key has.";
    23 invalid_root_key InvalidRootKey { reason: Cow<'static, str> }
        says "invalid root key or passphrase: {reason}"
        means "The text of a root key, or a passphrase, that cannot be one."
        remedy "Make one with `generate_root_key`, or give the text as it was written, and a passphrase \
            that is not empty.";
    24 last_seal LastSeal
        says "this is the last copy of the root key; add another seal before removing it"
        means "The last wrapped copy of the root key must stay."
        remedy "Add another seal, then remove this one.";
    25 seal_exists SealExists
        says "a seal of this kind and id exists; remove it first, or give the new one another id"
        means "A seal of this kind and id has a copy."
        remedy "Remove the copy first, or give the new seal an id of its own.";
    26 seal_not_found SealNotFound { near: Near }
        says "no seal of this kind and id{near}; list the seals to see which there are"
        means "No seal of this kind and id has a copy."
        remedy "List the seals to see the kinds and ids that there are.";
    27 keyring_exists KeyringExists { place: Place }
        says "a keyring exists{place} already; open it instead of creating it"
        means "A keyring exists where one was to be created."
        remedy "Open it, or create the keyring in another place.";
    28 invalid_size InvalidSize
        says "a data key has 16, 32 or 64 bytes"
        means "A data key of an odd size."
        remedy "Ask for 16, 32 or 64 bytes.";
    29 type_not_supported TypeNotSupported { key_type: &'static str }
        says "keys of type {key_type} are not supported by this build (rsa needs the feature aws-lc)"
        means "A type with a number but without an implementation in this build."
        remedy "Use a supported type; the key stays as it is, for a build that has the type.";
    30 exposure_not_confirmed ExposureNotConfirmed
        says "this hands out secret key material; say expose_secret_material"
        means "A call that hands out secret material without saying so."
        remedy "Say in the call that secret material is to leave the keyring, if it is.";
    31 usage_limit_reached UsageLimitReached
        says "this version has encrypted as often as its 96-bit nonces allow; rotate the key (decryption \
            goes on)"
        means "As many encryptions under one version as random 96-bit nonces allow (SP 800-38D section 8.3)."
        remedy "Rotate the key, or rotate it to a type with longer nonces; what was encrypted still opens.";
    33 index_not_supported IndexNotSupported
        says "the key has public keys alone, and blind indexes need a secret; use another key"
        means "Blind indexes of a key that has public keys alone."
        remedy "Index with a key of your own, of any type: the key that encrypts the column will do.";
    34 invalid_value InvalidValue { reason: &'static str }
        says "there is no blind index of this value: {reason}"
        means "A value to be indexed that is not UTF-8, or of which nothing is left once it is normalised."
        remedy "Store no index for it (null), and search for something; bytes that are no text are indexed as \
            their base64 or hexadecimal digits.";
    35 invalid_url InvalidUrl { reason: Reason }
        says "not a url of a seal: {reason}"
        means "A URL of a seal that is not one, that this build does not know, or that holds a secret."
        remedy "Write the URL as `docs/seals.md` shows it, or use a build with the feature that the \
            message names.";

    101 malformed Malformed
        says "not a ciphertext, signature, mac or blind index of this key, nor a token of this prefix or an \
            API key; pass it exactly as it was returned, to the call for its form (text, binary or stream)"
        means "A ciphertext, signature, mac, blind index, token or API key that is not written as one."
        remedy "Pass the text or the bytes exactly as they were returned, and the form of a signature in \
            which it was made; of a token the prefix with which it was issued.";
    102 key_not_found KeyNotFound { name: String, near: Near }
        says "there is no key {name:?}{near}; list the keys, or create it first"
        means "No key of this name."
        remedy "Create the key, or look for a typing error in its name or for another keyring.";
    103 version_too_old VersionTooOld
        says "the version is older than the key's min_decryption_version"
        means "Below `min_decryption_version`, or trimmed."
        remedy "Lower `min_decryption_version` for as long as old data is read, or rewrap the data first; \
            what was trimmed is gone.";
    104 version_too_new VersionTooNew
        says "the version is newer than any that this key has; refresh the keyring, or it is another key's text \
            or an old copy of the keyring"
        means "Above the latest version."
        remedy "Refresh the keyring; if the version is still unknown, the text is another key's or this is \
            an old copy of the keyring.";
    105 key_disabled KeyDisabled { name: String }
        says "the key {name:?} is disabled; enable it first"
        means "The key is disabled."
        remedy "Enable the key.";
    106 decrypt_failed DecryptFailed
        says "decryption failed; check the key, the context and the aad, else the ciphertext was changed or cut short"
        means "The one failure of decryption."
        remedy "Check that key, context and aad are those of the encryption; else the ciphertext was \
            changed or cut short.";
    107 bad_signature BadSignature
        says "the signature or mac does not fit; check the key, the context and the message"
        means "The one failure of verification."
        remedy "Check key, context, message and hash; else the message or the signature was changed.";
    108 corrupt_backup CorruptBackup { reason: &'static str }
        says "the backup cannot be read: {reason}"
        means "A backup that is damaged or not one."
        remedy "Use another copy of the backup.";
    109 no_such_version NoSuchVersion
        says "no such version, or it lacks what this needs: it was trimmed, or has a public key alone (import its \
            private half with import_version), or no hmac key"
        means "A version that was destroyed, or that does not have the part asked for."
        remedy "Use another version, or import the private half of this one with `import_version`.";
    110 invalid_certificate InvalidCertificate { reason: &'static str }
        says "invalid certificate or certificate request: {reason}"
        means "A certificate chain, or the template of a certificate request, that is none or does not fit."
        remedy "Give a chain as PEM, the certificate of this version first and those of authorities behind it; as \
            a template a PKCS#10 request.";
    111 token_not_yet_valid TokenNotYetValid
        says "the token is valid only later; set the clocks of both machines, or redeem it with a longer leeway"
        means "A token that was issued later than now, by a clock that is ahead of this one by more than the leeway."
        remedy "Set the clocks of both machines, or redeem it with a longer leeway.";
    112 truncated_stream TruncatedStream
        says "the stream ends before its last chunk; get the whole file, what was read of it is not all"
        means "A stream of which the end is missing, or that was never finished."
        remedy "Get the file again from where it is whole, or write it anew; what was read of it is authentic, \
            and not all there was.";
    113 token_expired TokenExpired
        says "the token has expired; issue a new one"
        means "A token that was valid until now or before."
        remedy "Issue a new one to whoever has it, once they have shown otherwise who they are.";

    201 keyring_not_found KeyringNotFound { place: Place }
        says "there is no keyring{place}; create one first"
        means "Nothing to open."
        remedy "Create a keyring, or look for it in another place.";
    202 store_failed StoreFailed { reason: Reason }
        says "the store failed, nothing was changed: {reason}"
        means "The store failed, and nothing was changed."
        remedy "Nothing was changed: repair what the reason names, and call again.";
    203 conflict Conflict
        says "others keep changing the same document; try again"
        means "Others changed the same document again and again."
        remedy "Call again.";
    204 uncertain Uncertain { reason: Reason }
        says "the change was written but may not survive a power cut: {reason}; look again before relying on \
            it"
        means "The change may or may not survive a power cut."
        remedy "Read the key again to see whether the change is there before relying on it or repeating it.";
    205 corrupt_document CorruptDocument { document: String, reason: &'static str }
        says "{document} cannot be read: {reason}; restore it from a snapshot or copy"
        means "A document that is damaged or was made by someone else."
        remedy "Restore the document from a snapshot or the key from a backup, and find out who wrote the \
            file.";
    206 rolled_back RolledBack { document: String }
        says "{document} is missing, older than, or other than what this process or its witness has seen; \
            restore the newest copy, and find out who changed it"
        means "A document older than one that this process has seen, or that its witness knows of."
        remedy "Put the newest copy back; find out who replaced it.";
    207 wrong_seal WrongSeal
        says "this seal opens no copy of the root key: it is another keyring's, or the passphrase is wrong"
        means "None of the copies opens with the seal that was given."
        remedy "Use the seal of one of the copies that the keyring lists.";
    208 seal_failed SealFailed { reason: Reason }
        says "the seal failed: {reason}"
        means "A seal could not wrap or unwrap."
        remedy "Repair what the reason names, such as the way to a key service, and call again.";
    209 stale Stale
        says "newer versions may exist, since the store has been unreachable for longer than max_staleness \
            or the key was lent and its time is over; decryption goes on"
        means "The store has not been reachable for too long to encrypt, or what was lent until a time has \
            not been renewed."
        remedy "Repair the way to the store; `refresh` ends it at once. What was lent has to be refreshed \
            where it came from.";
    210 entropy_failed EntropyFailed
        says "the operating system gives no random bytes"
        means "The operating system gave no random bytes."
        remedy "Repair the system's random source; nothing was made without it.";
    211 insecure_permissions InsecurePermissions { path: String }
        says "{path} can be read by others; set its mode to 0600 with chmod, or, where that cannot be done, \
            say insecure_mode_ok of the seal"
        means "A file with a root key or a passphrase that others can read."
        remedy "Set the file's mode to 0600, and think about who may have read it. Where a platform mounts it, \
            mount it read-only with mode 0440, 0640 or 0444; or allow this for the one seal.";
    212 unsupported_format UnsupportedFormat { document: String }
        says "{document} has a format that this build does not know; use a newer one"
        means "A document of a format that came after this build."
        remedy "Use a newer build.";
    213 keyring_mismatch KeyringMismatch
        says "this is not the keyring, or an older generation of it, that the caller pinned"
        means "Not the keyring, or not the generation, that was pinned."
        remedy "Check the path and the pinned id; if both are right, an older copy of the keyring was put in \
            place.";
    219 usage_unknown UsageUnknown
        says "how often this version has encrypted is not known, since its usage document cannot be read; \
            rotate the key, or repair the keyring"
        means "How often a version has encrypted is not known any more."
        remedy "Rotate the key, or repair the keyring; decryption and everything else goes on.";
    220 pin_required PinRequired
        says "with this seal anyone could have put another root key in place; open with the keyring's pin"
        means "The seal wraps without a secret, and no pin was given."
        remedy "Open with the pin that was printed when the keyring was created or resealed.";
    221 seal_too_costly SealTooCostly
        says "stretching the passphrase would take more memory or time than usual; if you trust the file, \
            say allow_costly of the passphrase"
        means "A copy under a passphrase that asks for far more memory or time than this library's own \
            copies do."
        remedy "Find out who wrote the file; if you trust it, allow this for the one passphrase.";
}

impl Error {
    /// The family, which says who has to act.
    pub const fn family(&self) -> ErrorFamily {
        family_of(self.number())
    }
}

impl std::error::Error for Error {
    /// What a store or a seal failed with, such as a [`std::io::Error`] of the operating system.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::StoreFailed { reason } | Self::Uncertain { reason } | Self::SealFailed { reason } => {
                reason.cause()
            }
            _ => None,
        }
    }
}

/// What a stream says to whoever reads or writes it. It is kept as it is, see [`Error::inside`].
impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        let kind = match error {
            Error::TruncatedStream => io::ErrorKind::UnexpectedEof,
            _ if error.family() == ErrorFamily::UntrustedInput => io::ErrorKind::InvalidData,
            _ => io::ErrorKind::Other,
        };
        Self::new(kind, error)
    }
}

impl Error {
    /// The error of this library inside one of input and output, if it is one: what streams give is either
    /// that, or the error of what they read or write.
    ///
    /// ```
    /// use strongroom::{Aad, Error, KeySpec, Keyring};
    /// let key = Keyring::in_memory().create_key("exports", KeySpec::default())?;
    /// let error = key.decrypt_reader(&b"SRF1"[..], Aad::NONE).unwrap_err();
    /// assert_eq!(Error::inside(&error), Some(&Error::TruncatedStream));
    /// assert_eq!(Error::inside(&std::io::Error::other("the disk is on fire")), None);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn inside(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

impl From<strongroom_entropy::Error> for Error {
    fn from(_: strongroom_entropy::Error) -> Self {
        Self::EntropyFailed
    }
}

impl Error {
    /// Every code that [`detail`](Self::detail) gives, with the sentence that the message has for it.
    pub const DETAILS: &'static [(&'static str, &'static str)] = invalid::ROWS;

    /// The error that a code of [`DETAILS`](Self::DETAILS) stands for, for the bindings: they refuse what
    /// cannot be said in Rust, such as a batch whose columns have different lengths. Made as a constant, one
    /// of a code that there is not does not compile.
    ///
    /// ```
    /// use strongroom::Error;
    /// const DIFFER: Error = Error::invalid_option("columns_differ");
    /// assert_eq!((DIFFER.name(), DIFFER.detail()), ("invalid_option", Some("columns_differ")));
    /// ```
    ///
    /// # Panics
    /// If there is no such code
    pub const fn invalid_option(code: &str) -> Self {
        let mut at = 0;
        while at < Self::DETAILS.len() {
            let (known, reason) = Self::DETAILS[at];
            if invalid::same(known, code) {
                return Self::InvalidOption { reason };
            }
            at += 1;
        }
        panic!("there is no such code")
    }

    /// What is wrong, as a stable code, where several things can be: of
    /// [`InvalidOption`](Self::InvalidOption), such as `key_size_out_of_range`. `docs/errors.md` lists them.
    ///
    /// ```
    /// use strongroom::{KeySpec, KeyType, Keyring};
    /// let spec = KeySpec::new(KeyType::Hmac).key_size(16);
    /// let error = Keyring::in_memory().create_key("macs", spec).unwrap_err();
    /// assert_eq!((error.name(), error.detail()), ("invalid_option", Some("key_size_out_of_range")));
    /// ```
    pub fn detail(&self) -> Option<&'static str> {
        let Self::InvalidOption { reason } = self else { return None };
        Self::DETAILS.iter().find(|(_, says)| says == reason).map(|(code, _)| *code)
    }
}
