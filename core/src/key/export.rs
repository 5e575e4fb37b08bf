//! Handing out what is otherwise never handed out.

use crate::Error;
use crate::key::record::{Record, VersionRecord};
use crate::material::Family;
use crate::secret::SecretBytes;
use crate::version::Version;
use std::collections::BTreeMap;

/// The phrase with which a caller says that secret material is to leave the keyring, and for which a reviewer
/// can search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expose {
    /// Yes: the result holds secret key material.
    SecretMaterial,
}

/// Which part of each version to export.
///
/// ```
/// use strongroom::{ExportKind, Expose, KeySpec, KeyType, Keyring};
/// let key = Keyring::in_memory().create_key("releases", KeySpec::new(KeyType::Ed25519).exportable(true))?;
/// let keys = key.export(ExportKind::SigningKey, Expose::SecretMaterial)?;
/// assert!(keys.values().all(|key| key.len() == 64));
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportKind {
    /// What encrypts: the raw material.
    EncryptionKey,
    /// What signs: for `ed25519` seed and public key, 64 bytes.
    SigningKey,
    /// What MACs: the version's HMAC key, or for type `hmac` the material.
    HmacKey,
}

/// The versions from `min_decryption_version` on, each with the part asked for.
pub(crate) fn export(record: &Record, kind: ExportKind) -> Result<BTreeMap<Version, SecretBytes>, Error> {
    record.check_enabled()?;
    record.check_own()?;
    if !record.exportable {
        return Err(Error::NotExportable);
    }
    let key_type = record.key_type();
    let fits = match kind {
        ExportKind::EncryptionKey => matches!(key_type.profile().family, Family::Encryption),
        ExportKind::SigningKey => key_type.signs(),
        ExportKind::HmacKey => key_type.is_supported(),
    };
    if !fits {
        let operation = match kind {
            ExportKind::EncryptionKey => "export of an encryption key",
            ExportKind::SigningKey => "export of a signing key",
            ExportKind::HmacKey => "export of an hmac key",
        };
        return Err(Error::OperationNotSupported { operation, key_type: key_type.name() });
    }
    let from = record.min_decryption.index();
    let versions = record.versions.iter().enumerate().skip(from);
    Ok(versions
        .filter_map(|(index, version)| Some((Version::from_index(index)?, part(version, kind)?)))
        .collect())
}

/// Whether a backup in the clear may be taken. It hands out everything, so both switches have to be on, as in
/// Transit.
pub(crate) fn check_plaintext_backup(record: &Record) -> Result<(), Error> {
    record.check_enabled()?;
    record.check_own()?;
    match (record.exportable, record.allow_plaintext_backup) {
        (false, _) => Err(Error::NotExportable),
        (_, false) => Err(Error::PlaintextBackupNotAllowed),
        _ => Ok(()),
    }
}

fn part(version: &VersionRecord, kind: ExportKind) -> Option<SecretBytes> {
    match kind {
        ExportKind::HmacKey => version.hmac_key().map(SecretBytes::copy_of),
        _ => version.material.as_ref().map(|m| SecretBytes::copy_of(m.expose())),
    }
}
