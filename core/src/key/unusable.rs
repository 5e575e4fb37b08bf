//! Why nothing new is made with a version.

use crate::derive::{ConvergentRule, Kdf};
use crate::key::record::{Record, VersionRecord};

/// Why nothing new is made with a version, whatever the settings of its key are: a version of another
/// product, or of a build that had its type.
///
/// ```
/// use strongroom::{Import, Kdf, KeySpec, KeyType, Keyring, Unusable};
/// let spec = KeySpec::new(KeyType::Aes128Gcm96).derived(true);
/// let import = Import::raw((0..16).collect::<Vec<u8>>()).kdf(Kdf::HmacCounter);
/// let old = Keyring::in_memory().import_key("old", import, spec)?;
/// assert_eq!(old.info()?.versions[0].unusable, Some(Unusable::KdfOfAes128));
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unusable {
    /// The type has a number, and this build does nothing with it.
    Type,
    /// Convergent rule 1: the caller chose the nonces. It does not decrypt either.
    NonceOfCaller,
    /// Convergent rule 2: who knows the context can test guesses at what was encrypted. It decrypts.
    NonceFromContext,
    /// Convergent rule 3 with KDF 0, which gives too few bytes. It does not decrypt either.
    KdfTooShort,
    /// AES-128 with KDF 0: it decrypts, which neither Vault nor OpenBao does.
    KdfOfAes128,
    /// Ed25519 derived with KDF 0. It does not verify either.
    KdfOfEd25519,
    /// There is a public key alone. It verifies, unless the key is derived.
    PublicKeyAlone,
}

impl Unusable {
    /// The name, such as `kdf_of_aes128`, the same in every language.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::NonceOfCaller => "nonce_of_caller",
            Self::NonceFromContext => "nonce_from_context",
            Self::KdfTooShort => "kdf_too_short",
            Self::KdfOfAes128 => "kdf_of_aes128",
            Self::KdfOfEd25519 => "kdf_of_ed25519",
            Self::PublicKeyAlone => "public_key_alone",
        }
    }

    /// What is wrong with a version, if anything is. Of a trimmed one nothing is left to be wrong.
    pub(crate) fn of(record: &Record, version: &VersionRecord) -> Option<Self> {
        let rules = record.rules(version);
        let counter = record.derived && rules.kdf == Kdf::HmacCounter;
        match (version.key_type, rules.convergent) {
            _ if version.is_trimmed => None,
            (key_type, _) if !key_type.is_supported() => Some(Self::Type),
            (key_type, _) if key_type.signs() && counter => Some(Self::KdfOfEd25519),
            (key_type, _) if key_type.signs() => version.material.is_none().then_some(Self::PublicKeyAlone),
            (_, Some(ConvergentRule::One)) => Some(Self::NonceOfCaller),
            (_, Some(ConvergentRule::Two)) => Some(Self::NonceFromContext),
            (_, Some(ConvergentRule::Three)) if counter => Some(Self::KdfTooShort),
            _ if Self::has_kdf_of_aes128(record, version) => Some(Self::KdfOfAes128),
            _ => None,
        }
    }

    /// Whether it is AES-128 with KDF 0, whatever else it is.
    pub(crate) fn has_kdf_of_aes128(record: &Record, version: &VersionRecord) -> bool {
        record.derived
            && version.key_type.converges()
            && !version.key_type.works_with_counter()
            && record.rules(version).kdf == Kdf::HmacCounter
            && !version.is_trimmed
    }
}
