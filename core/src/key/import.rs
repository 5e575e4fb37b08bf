//! Raw material from outside.

use crate::Error;
use crate::alg::compare::constant_time_eq;
use crate::derive::Kdf;
use crate::key::record::Record;
use crate::key::rotate;
use crate::key::spec::KeySpec;
use crate::material::{KeyType, Scheme};
use crate::name::KeyName;
use crate::secret::SecretBytes;
use crate::version::Version;

/// Raw key material to import, and what may be done with it.
///
/// Its length is the type's: 32 bytes, 16 for `aes128-gcm96`, 64 for `aes256-siv`, 32 to 512 for `hmac`; for `ed25519` a seed of 32, or
/// seed and public key, 64. Material that cannot be random is refused.
///
/// ```
/// use strongroom::{Import, KeyType, Keyring};
/// # let material: Vec<u8> = (0..32).collect();
/// let key = Keyring::in_memory().import_key("cards", KeyType::Aes256Gcm96, Import::raw(material).allow_rotation(true))?;
/// assert_eq!(key.rotate()?.get(), 2);
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct Import {
    material: SecretBytes,
    allow_rotation: bool,
    kdf: Kdf,
}

impl Import {
    /// Material as raw bytes. They are wiped once the key is made.
    pub fn raw(material: impl Into<SecretBytes>) -> Self {
        Self { material: material.into(), allow_rotation: false, kdf: Kdf::HkdfSha256 }
    }

    /// Whether the key may rotate to material made here. Off unless switched on.
    pub fn allow_rotation(mut self, on: bool) -> Self {
        self.allow_rotation = on;
        self
    }

    /// How a derived key of a Transit type makes subkeys. Keys that older servers imported have [`Kdf::HmacCounter`].
    pub fn kdf(mut self, kdf: Kdf) -> Self {
        self.kdf = kdf;
        self
    }
}

/// A new key with the given material as its first version.
pub(crate) fn import_key(name: KeyName, spec: &KeySpec, import: &Import, now: u64) -> Result<Record, Error> {
    spec.check()?;
    check_kdf(spec, import.kdf)?;
    if !spec.auto_rotate_period.is_zero() && !import.allow_rotation {
        return Err(Error::InvalidOption { reason: "an imported key with an auto_rotate_period must also allow rotation" });
    }
    let material = spec.key_type.import(&import.material)?;
    if let Some(size) = spec.key_size
        && usize::from(size) != material.len()
    {
        return Err(Error::InvalidMaterial { reason: "it does not have the key_size that was given" });
    }
    let mut record = spec.record(name, material, now)?;
    record.imported = true;
    record.allow_rotation = import.allow_rotation;
    record.kdf = import.kdf;
    record.versions.iter_mut().for_each(|v| v.imported = true);
    Ok(record)
}

/// A further version of an imported key, of the same type.
pub(crate) fn import_version(record: &mut Record, import: &Import, now: u64) -> Result<Version, Error> {
    if record.disabled {
        return Err(Error::KeyDisabled);
    }
    if !record.imported {
        return Err(Error::InvalidOption { reason: "versions can be imported only while the latest version was imported itself; rotate this key instead" });
    }
    let key_type = record.key_type();
    let material = key_type.import(&import.material)?;
    if key_type == KeyType::Hmac && material.len() != usize::from(record.key_size) {
        return Err(Error::InvalidMaterial { reason: "it does not have the key_size of the key" });
    }
    let known = |other: &SecretBytes| constant_time_eq(other.expose(), material.expose());
    if record.versions.iter().chain(record.archive.versions()).filter_map(|v| v.material.as_ref()).any(known) {
        return Err(Error::DuplicateMaterial);
    }
    let kdf = import.kdf;
    if kdf != record.kdf {
        return Err(Error::InvalidOption { reason: "the key derives its subkeys in another way; name the kdf it was imported with" });
    }
    let version = rotate::add(record, key_type, material, now)?;
    record.versions.last_mut().into_iter().for_each(|v| v.imported = true);
    record.allow_rotation = record.allow_rotation || import.allow_rotation;
    Ok(version)
}

fn check_kdf(spec: &KeySpec, kdf: Kdf) -> Result<(), Error> {
    let refuse = |reason| Err(Error::InvalidOption { reason });
    match (kdf, spec.key_type.profile().scheme) {
        (Kdf::HkdfSha256, _) => Ok(()),
        (Kdf::HmacCounter, _) if !spec.derived => refuse("a kdf is for derived keys only"),
        (Kdf::HmacCounter, _) if spec.convergent => refuse("convergent keys need the kdf HkdfSha256, the other one gives too few bytes"),
        (Kdf::HmacCounter, Scheme::Transit(_)) => Ok(()),
        (Kdf::HmacCounter, _) => refuse("the kdf HmacCounter is for the encryption types of Transit only"),
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
