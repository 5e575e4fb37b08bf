//! Destroying the material of old versions. Their dates stay.

use crate::Error;
use crate::key::record::{Record, VersionRecord};
use crate::version::Version;

/// Destroys every version below `available`.
pub(crate) fn trim(record: &mut Record, available: Version, now: u64) -> Result<(), Error> {
    record.window().check_trim(available)?;
    for version in record.versions.iter_mut().take(available.index()).filter(|v| !v.is_trimmed) {
        let VersionRecord {
            key_type: _,
            kdf: _,
            convergent_rule: _,
            imported: _,
            created: _,
            retired: _,
            is_trimmed,
            trimmed,
            material,
            hmac_key,
            public,
            chain,
        } = version;
        *is_trimmed = true;
        *trimmed = now;
        (*material, *hmac_key, *public, *chain) = (None, None, None, None);
    }
    record.archive.retain(|number, _| *number >= available);
    record.min_available = available.get();
    Ok(())
}
