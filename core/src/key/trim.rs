//! Destroying the material of old versions. Their dates stay.

use crate::Error;
use crate::key::record::{Record, VersionRecord};
use crate::version::Version;

/// Destroys every version below `available`, if none of them was the latest until less than `delay` nanoseconds ago.
pub(crate) fn trim(record: &mut Record, available: Version, delay: u64, now: u64) -> Result<(), Error> {
    record.check_own()?;
    record.window().check_trim(available)?;
    // A process that has not yet seen the rotation may be encrypting under the version at this moment.
    let just_retired = |v: &&VersionRecord| !v.is_trimmed && v.retired.is_some_and(|retired| now.saturating_sub(retired) < delay);
    if record.versions.iter().take(available.index()).any(|v| just_retired(&v)) {
        return Err(Error::InvalidWindow {
            reason: "a version was the latest until less than max_staleness ago, so another process may still encrypt with it; trim later",
        });
    }
    for version in record.versions.iter_mut().take(available.index()).filter(|v| !v.is_trimmed) {
        version.destroy(now);
    }
    record.archive.drop_below(available);
    record.min_available = available.get();
    Ok(())
}
