//! Material from outside, raw or in PKCS#8.

mod pkcs8;

use crate::Error;
use crate::alg::compare::constant_time_eq;
use crate::derive::Kdf;
use crate::error::invalid;
use crate::key::options::KeyOption;
use crate::key::record::{Record, VersionRecord};
use crate::key::rotate;
use crate::key::spec::KeySpec;
use crate::material::{KeyType, Scheme};
use crate::name::KeyName;
use crate::secret::SecretBytes;
use crate::stack::{DEEP, scrubbed};
use crate::version::Version;
use std::sync::Arc;

/// Key material to import, and what may be done with it.
///
/// ```
/// use strongroom::{Import, KeyType, Keyring};
/// # let material: Vec<u8> = (0..32).collect();
/// let import = Import::raw(material).allow_rotation(true);
/// let key = Keyring::in_memory().import_key("cards", import, KeyType::Aes256Gcm96)?;
/// assert_eq!(key.rotate()?.get(), 2);
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct Import {
    bytes: SecretBytes,
    form: Form,
    allow_rotation: bool,
    kdf: Kdf,
}

#[derive(Debug, Clone, Copy)]
enum Form {
    Raw,
    Pkcs8,
}

impl Import {
    /// Material as raw bytes. They are wiped once the key is made.
    ///
    /// Their number is the type's: 32, 16 for `aes128-gcm96`, 64 for `aes256-siv`, 32 to 512 for `hmac`; for
    /// `ed25519` a seed of 32, or seed and public key, 64. Material that cannot be random is refused.
    pub fn raw(material: impl Into<SecretBytes>) -> Self {
        Self { bytes: material.into(), form: Form::Raw, allow_rotation: false, kdf: Kdf::HkdfSha256 }
    }

    /// A private key in PKCS#8, which `openssl genpkey`, `vault` and `bao` write: DER, or PEM with one block
    /// of the label `PRIVATE KEY`. The bytes are wiped once the key is made.
    ///
    /// PEM is taken as OpenSSL takes it: with a byte order mark, text or blocks of other labels around the
    /// block, lines that end in CRLF, and blanks at their ends.
    ///
    /// For `ed25519` (RFC 8410 section 7, RFC 5958 section 2): version 0 without a public key, or version 1
    /// with the one that belongs to the seed. Attributes are skipped. Whatever else the bytes are, the key
    /// that is made of them is refused with [`Error::InvalidMaterial`]: encrypted, of another algorithm, in
    /// another encoding than DER, with something before or behind the DER, or two keys in one PEM text.
    ///
    /// ```
    /// use strongroom::{Error, Import, KeyType, Keyring};
    ///
    /// // From RFC 8410 section 10.3.
    /// let pem = "-----BEGIN PRIVATE KEY-----\n\
    ///            MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
    ///            -----END PRIVATE KEY-----\n";
    /// let ring = Keyring::in_memory();
    /// let key = ring.import_key("releases", Import::pkcs8(pem.as_bytes()), KeyType::Ed25519)?;
    /// assert_eq!(key.public_key(None)?.as_bytes()[..4], [0x19, 0xbf, 0x44, 0x09]);
    /// let refused = ring.import_key("other", Import::pkcs8(&pem.as_bytes()[1..]), KeyType::Ed25519);
    /// assert!(matches!(refused, Err(Error::InvalidMaterial { .. })));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn pkcs8(document: impl Into<SecretBytes>) -> Self {
        Self { form: Form::Pkcs8, ..Self::raw(document) }
    }

    /// Whether the key may rotate to material made here. Off unless switched on.
    pub fn allow_rotation(mut self, on: bool) -> Self {
        self.allow_rotation = on;
        self
    }

    /// How a derived key of a Transit type makes subkeys. Keys that older servers imported have
    /// [`Kdf::HmacCounter`].
    pub fn kdf(mut self, kdf: Kdf) -> Self {
        self.kdf = kdf;
        self
    }

    /// The material in the form that a version of this type keeps.
    fn material(&self, key_type: KeyType) -> Result<SecretBytes, Error> {
        match self.form {
            Form::Raw => key_type.import(&self.bytes),
            Form::Pkcs8 => match key_type.signature() {
                Some(algorithm) => {
                    key_type.import(&scrubbed::<DEEP, _>(|| pkcs8::read(algorithm, &self.bytes))?)
                }
                None if key_type.is_supported() => Err(Error::InvalidMaterial {
                    reason: "PKCS#8 is for ed25519 keys; give the material of other types raw",
                }),
                None => Err(Error::TypeNotSupported { key_type: key_type.name() }),
            },
        }
    }
}

/// A new key with the given material as its first version.
pub(crate) fn import_key(name: KeyName, spec: &KeySpec, import: &Import, now: u64) -> Result<Record, Error> {
    let mut record = spec.record(name)?;
    check_kdf(&record, spec.key_type, import.kdf)?;
    if record.auto_rotate_period > 0 && !import.allow_rotation {
        return Err(Error::InvalidOption { reason: invalid::IMPORT_NEEDS_ALLOW_ROTATION });
    }
    let material = import.material(spec.key_type)?;
    if spec.has(KeyOption::KeySize) && usize::from(record.key_size) != material.len() {
        return Err(Error::InvalidMaterial { reason: "it does not have the key_size that was given" });
    }
    if spec.key_type.is_hmac() {
        // Material that does not fit was refused; 65535 would be as well.
        record.key_size = u16::try_from(material.len()).unwrap_or(u16::MAX);
    }
    record.versions.push(VersionRecord::new(spec.key_type, material, now)?);
    record.imported = true;
    record.allow_rotation = import.allow_rotation;
    record.kdf = import.kdf;
    record.versions.iter_mut().for_each(|v| v.imported = true);
    Ok(record)
}

/// A further version of an imported key, of the same type.
pub(crate) fn import_version(record: &mut Record, import: &Import, now: u64) -> Result<Version, Error> {
    record.check_enabled()?;
    record.check_own()?;
    if !record.imported {
        return Err(Error::InvalidOption { reason: invalid::NOT_IMPORTED });
    }
    let key_type = record.key_type();
    let material = import.material(key_type)?;
    if key_type.is_hmac() && material.len() != usize::from(record.key_size) {
        return Err(Error::InvalidMaterial { reason: "it does not have the key_size of the key" });
    }
    let known = |other: &Arc<SecretBytes>| constant_time_eq(other.expose(), material.expose());
    if record.versions.iter().chain(record.archive.versions()).filter_map(|v| v.material.as_ref()).any(known)
    {
        return Err(Error::DuplicateMaterial);
    }
    let kdf = import.kdf;
    if kdf != record.kdf {
        return Err(Error::InvalidOption { reason: invalid::KDF_DIFFERS });
    }
    let version = rotate::add(record, key_type, material, now)?;
    record.versions.last_mut().into_iter().for_each(|v| v.imported = true);
    record.allow_rotation = record.allow_rotation || import.allow_rotation;
    Ok(version)
}

fn check_kdf(record: &Record, key_type: KeyType, kdf: Kdf) -> Result<(), Error> {
    let refuse = |reason| Err(Error::InvalidOption { reason });
    match (kdf, key_type.profile().scheme) {
        (Kdf::HkdfSha256, _) => Ok(()),
        (Kdf::HmacCounter, _) if !record.derived => refuse(invalid::KDF_NEEDS_DERIVED),
        (Kdf::HmacCounter, _) if record.convergent => refuse(invalid::KDF_TOO_SHORT_FOR_CONVERGENT),
        (Kdf::HmacCounter, Scheme::Transit(_)) => Ok(()),
        (Kdf::HmacCounter, _) => refuse(invalid::KDF_NOT_SUPPORTED),
    }
}

impl From<Vec<u8>> for SecretBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self::new(bytes)
    }
}

impl From<&[u8]> for SecretBytes {
    fn from(bytes: &[u8]) -> Self {
        Self::copy_of(bytes)
    }
}

impl<const N: usize> From<[u8; N]> for SecretBytes {
    fn from(bytes: [u8; N]) -> Self {
        Self::copy_of(&bytes)
    }
}

impl<const N: usize> From<&[u8; N]> for SecretBytes {
    fn from(bytes: &[u8; N]) -> Self {
        Self::copy_of(bytes)
    }
}
