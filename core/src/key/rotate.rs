//! Adding a version and making it the latest.

use crate::Error;
use crate::derive::{ConvergentRule, Kdf};
use crate::error::invalid;
use crate::key::record::{Record, VersionRecord};
use crate::material::KeyType;
use crate::version::Version;

/// Rotates to a version of fresh material, of the same type or of another that does the same.
pub(crate) fn rotate(record: &mut Record, to: Option<KeyType>, now: u64) -> Result<Version, Error> {
    record.check_enabled()?;
    let to = to.unwrap_or(record.key_type());
    check(record, to)?;
    let material = to.generate(record.key_size.into())?;
    let version = add(record, VersionRecord::new(to, material, now)?, now)?;
    record.imported = false;
    Ok(version)
}

/// Whether a version of fresh material of the key's own type may be added: the one rule, for whoever shows it
/// or acts by it. A disabled key is suspended as a whole, which is said apart.
pub(crate) fn is_allowed(record: &Record) -> bool {
    check(record, record.key_type()).is_ok()
}

/// Everything that can be refused about a version of fresh material of a type, while the key is enabled.
fn check(record: &Record, to: KeyType) -> Result<(), Error> {
    record.check_own()?;
    if record.imported && !record.allow_rotation {
        return Err(Error::RotationNotAllowed);
    }
    check_types(record, record.key_type(), to)?;
    check_kdf(record, to)?;
    next(record)?;
    rule(record).map(drop)
}

/// The same verbs and the same options, or a refusal.
fn check_types(record: &Record, from: KeyType, to: KeyType) -> Result<(), Error> {
    if !to.is_supported() {
        return Err(Error::TypeNotSupported { key_type: to.name() });
    }
    let same =
        from.can_become(to) && (!record.convergent || to.converges()) && (!record.derived || to.derives());
    if same { Ok(()) } else { Err(Error::RotationTypeMismatch { from: from.name(), to: to.name() }) }
}

/// Refuses a version that could make nothing ([`Unusable`](crate::Unusable)).
fn check_kdf(record: &Record, to: KeyType) -> Result<(), Error> {
    let without_use = record.derived && record.kdf == Kdf::HmacCounter && !to.works_with_counter();
    let reason = invalid::TYPE_WOULD_MAKE_NOTHING;
    if without_use { Err(Error::InvalidOption { reason }) } else { Ok(()) }
}

/// Appends a version; the one before it stops being the latest.
pub(crate) fn add(record: &mut Record, version: VersionRecord, now: u64) -> Result<Version, Error> {
    check_kdf(record, version.key_type)?;
    let next = next(record)?;
    let version = VersionRecord { convergent_rule: rule(record)?, ..version };
    if let Some(last) = record.versions.last_mut() {
        last.retired = Some(now);
    }
    record.versions.push(version);
    Ok(next)
}

fn next(record: &Record) -> Result<Version, Error> {
    record.latest().next().ok_or(Error::InvalidOption { reason: invalid::TOO_MANY_VERSIONS })
}

/// How a new version makes its nonces, where not as the key does: those by the second rule end with the
/// version they began with, as in Transit.
fn rule(record: &Record) -> Result<Option<ConvergentRule>, Error> {
    if !record.convergent {
        return Ok(None);
    }
    match (record.convergent_rule, record.kdf) {
        (ConvergentRule::Three, Kdf::HkdfSha256) => Ok(None),
        (ConvergentRule::Two, Kdf::HkdfSha256) => Ok(Some(ConvergentRule::Three)),
        (ConvergentRule::One, _) | (_, Kdf::HmacCounter) => {
            Err(Error::InvalidOption { reason: invalid::ROTATION_WOULD_MAKE_NOTHING })
        }
    }
}

/// Whether the key is to be rotated: its latest version is older than its rotation period allows, or was used
/// often enough.
pub(crate) fn is_due(record: &Record, used_up: Option<Version>, now: u64) -> bool {
    let created = record.versions.last().map_or(now, |v| v.created.unwrap_or(0));
    let can = !record.disabled && is_allowed(record);
    let old = record.auto_rotate_period > 0 && now.saturating_sub(created) >= record.auto_rotate_period;
    can && (old || used_up == Some(record.latest()))
}
