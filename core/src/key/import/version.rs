//! A further version of an imported key, or the private half of one that there is.

use super::{Half, Import, check_public, refuse};
use crate::Error;
use crate::alg::compare::constant_time_eq;
use crate::error::invalid;
use crate::key::record::{Record, VersionRecord};
use crate::key::rotate;
use crate::material::KeyType;
use crate::secret::SecretBytes;
use crate::stack::{DEEP, scrubbed};
use crate::version::Version;
use std::sync::Arc;

/// A private half completes the version that is named, or the latest if that has its public half alone.
/// Whatever else comes is a new version of the same type.
pub(crate) fn import_version(record: &mut Record, import: &Import, now: u64) -> Result<Version, Error> {
    record.check_enabled()?;
    record.check_own()?;
    if import.at.is_none() && !record.imported {
        return invalid_option(invalid::NOT_IMPORTED);
    }
    let at = import.at.unwrap_or(record.latest());
    let key_type = record.version(at).ok_or(Error::NoSuchVersion)?.key_type;
    let half = import.half(key_type)?;
    let half = match (half, import.at) {
        (Half::Private(material), Some(version)) => return complete(record, version, material, import),
        (Half::Public(_), Some(_)) => return invalid_option(invalid::COMPLETED_BY_PRIVATE_KEY),
        (Half::Private(material), None) => {
            if key_type.is_hmac() && material.len() != usize::from(record.key_size) {
                return refuse("it does not have the key_size of the key");
            }
            let own = public_of(key_type, &material);
            let of_public =
                |version: &VersionRecord| own.is_some() && version.public.as_deref() == own.as_ref();
            if record.version(at).is_some_and(of_public) {
                return complete(record, at, material, import);
            }
            if record.versions.iter().any(of_public) {
                return refuse(
                    "it is the private half of an earlier version; name that version to complete it",
                );
            }
            Half::Private(material)
        }
        (Half::Public(public), None) => {
            check_public(record)?;
            Half::Public(public)
        }
    };
    if all(record).any(|version| is_same(version, &half)) {
        return Err(Error::DuplicateMaterial);
    }
    if import.kdf != record.kdf {
        return invalid_option(invalid::KDF_DIFFERS);
    }
    let version = match half {
        Half::Private(material) => VersionRecord::new(key_type, material, now)?,
        Half::Public(public) => VersionRecord::verifying(key_type, public, now)?,
    };
    let version = rotate::add(record, VersionRecord { imported: true, ..version }, now)?;
    record.allow_rotation = record.allow_rotation || import.allow_rotation;
    Ok(version)
}

/// Gives a version its private half. What the archive had of it is of before, and would come back without.
fn complete(
    record: &mut Record,
    at: Version,
    material: SecretBytes,
    import: &Import,
) -> Result<Version, Error> {
    let version = record.versions.get_mut(at.index()).ok_or(Error::NoSuchVersion)?;
    let Some(public) = &version.public else {
        return match version.material {
            Some(_) => invalid_option(invalid::VERSION_IS_WHOLE),
            None => Err(Error::NoSuchVersion),
        };
    };
    if public_of(version.key_type, &material).as_deref() != Some(&**public) {
        return refuse("it is not the private half of the version's public key");
    }
    if import.kdf != record.kdf {
        return invalid_option(invalid::KDF_DIFFERS);
    }
    version.public = None;
    version.material = Some(Arc::new(material));
    record.archive.remove(at);
    record.allow_rotation = record.allow_rotation || import.allow_rotation;
    Ok(at)
}

fn all(record: &Record) -> impl Iterator<Item = &VersionRecord> {
    record.versions.iter().chain(record.archive.versions())
}

fn is_same(version: &VersionRecord, half: &Half) -> bool {
    match half {
        Half::Private(material) => {
            version.material.as_ref().is_some_and(|other| constant_time_eq(other.expose(), material.expose()))
        }
        Half::Public(public) => {
            scrubbed::<DEEP, _>(|| version.public_key()).is_some_and(|other| *other == **public)
        }
    }
}

fn public_of(key_type: KeyType, material: &SecretBytes) -> Option<Box<[u8]>> {
    let algorithm = key_type.signature()?;
    scrubbed::<DEEP, _>(|| algorithm.public_of(material.expose())).ok().map(Vec::into_boxed_slice)
}

fn invalid_option<T>(reason: &'static str) -> Result<T, Error> {
    Err(Error::InvalidOption { reason })
}
