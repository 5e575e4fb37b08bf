//! Handing out what is otherwise never handed out.

use crate::Error;
use crate::alg::Rejected;
use crate::alg::hash::HashAlgorithm;
use crate::alg::wrapping::{Unwrapped, wrap};
use crate::key::record::{Record, VersionRecord};
use crate::material::Family;
use crate::private_key::pkcs8;
use crate::public_key::PublicKey;
use crate::secret::SecretBytes;
use crate::stack::{DEEP, scrubbed};
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
    /// What encrypts: the raw material; of RSA, which also signs, `RSAPrivateKey` as DER.
    EncryptionKey,
    /// What signs: of `ed25519` seed and public key, 64 bytes; of ECDSA the number, of the length that the
    /// curve has; of ML-DSA the seed; of RSA `RSAPrivateKey` as DER.
    SigningKey,
    /// What MACs: the version's HMAC key; of the types `hmac`, `aes128-cmac` and `aes256-cmac` the material.
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
        ExportKind::EncryptionKey => {
            key_type.is_supported() && matches!(key_type.profile().family, Family::Encryption | Family::Rsa)
        }
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

/// The versions from `min_decryption_version` on that have material, each wrapped for a public key of RSA and
/// as base64, which is what Transit's `import` takes: a key pair as PKCS#8, other material as it is.
pub(crate) fn export_wrapped(
    record: &Record,
    to: &PublicKey,
    hash: HashAlgorithm,
) -> Result<BTreeMap<Version, String>, Error> {
    record.check_enabled()?;
    record.check_own()?;
    if !record.exportable {
        return Err(Error::NotExportable);
    }
    if to.algorithm().block().is_none() {
        return Err(Error::OperationNotSupported {
            operation: "wrapping of keys",
            key_type: to.key_type().name(),
        });
    }
    let wrapped = |version: &VersionRecord, material: &SecretBytes| {
        if !version.key_type.is_supported() {
            return Err(Error::TypeNotSupported { key_type: version.key_type.name() });
        }
        let document = version.key_type.signature().map(|algorithm| pkcs8(algorithm, material.expose()));
        let document = document.transpose().map_err(|Rejected| Error::NoSuchVersion)?;
        let payload = document.as_ref().unwrap_or(material);
        let blob = wrap(to.as_bytes(), hash, payload.expose()).map_err(|why| match why {
            Unwrapped::NoRandomness(error) => error.into(),
            Unwrapped::Rejected => Error::NoSuchVersion,
        })?;
        Ok(base64_simd::STANDARD.encode_to_string(blob))
    };
    let versions = record.versions.iter().enumerate().skip(record.min_decryption.index());
    let held = versions.filter_map(|(index, version)| {
        let material = version.material.as_ref()?;
        Some((Version::from_index(index)?, version, material))
    });
    held.map(|(number, version, material)| Ok((number, scrubbed::<DEEP, _>(|| wrapped(version, material))?)))
        .collect()
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
        ExportKind::HmacKey if !version.key_type.has_cmac() => version.hmac_key().map(SecretBytes::copy_of),
        _ => version.material.as_ref().map(|m| SecretBytes::copy_of(m.expose())),
    }
}

/// The public keys of the versions from `min_decryption_version` on as a JSON Web Key Set (RFC 7517 section
/// 5).
pub(crate) fn jwks(record: &Record) -> Result<String, Error> {
    let keys = public_keys(record)?.map(|(version, key)| {
        // Neither a name nor a number has a colon, or what JSON escapes.
        key.to_jwk_of_set(format!("{}:{version}", record.name))
    });
    Ok(format!(r#"{{"keys":[{}]}}"#, keys.collect::<Vec<_>>().join(",")))
}

/// The public keys of the versions from `min_decryption_version` on.
pub(crate) fn public_keys(record: &Record) -> Result<impl Iterator<Item = (Version, PublicKey)>, Error> {
    let key_type = record.key_type();
    record.check_enabled()?;
    if !key_type.signs() {
        return Err(Error::OperationNotSupported {
            operation: "export of a public key",
            key_type: key_type.name(),
        });
    }
    // The products show what the subkeys are made from, with which nothing can be verified.
    if record.derived {
        return Err(Error::ContextRequired);
    }
    let versions = record.versions.iter().enumerate().skip(record.min_decryption.index());
    Ok(versions.filter_map(|(index, version)| {
        let algorithm = version.key_type.signature()?;
        let public = scrubbed::<DEEP, _>(|| version.public_key())?;
        Some((Version::from_index(index)?, PublicKey::new(version.key_type, algorithm, &public)))
    }))
}
