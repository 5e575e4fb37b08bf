//! When a version could no longer be chosen to make something with, which decides when it may be trimmed.

use crate::key::record::{Record, VersionRecord};

/// For the difference of clocks, in nanoseconds.
const MARGIN: u64 = 10_000_000_000;

/// Brings the dates of closing up to date, as every write does: a version is closed once neither view of the key can make anything with it, and open again
/// when a minimum is lowered.
pub(crate) fn update(record: &mut Record, now: u64) {
    let (window, latest) = (record.window(), record.latest());
    let lowest = window.encryption.unwrap_or(window.decryption);
    for (index, version) in record.versions.iter_mut().enumerate().filter(|(_, version)| !version.is_trimmed) {
        let is_closed = index < lowest.index() && index < latest.index();
        version.closed = is_closed.then(|| version.closed.unwrap_or(now));
    }
}

/// From when on a version may be trimmed, in nanoseconds since 1970: until then somebody who has not yet seen that it is closed, or to whom it was lent,
/// may make things with it. `None` if it is not closed. `staleness` is the keyring's, in milliseconds.
pub(crate) fn free_from(version: &VersionRecord, staleness: u64) -> Option<u64> {
    let unseen = version.closed?.saturating_add(staleness.saturating_mul(1_000_000));
    Some(unseen.max(version.lent.unwrap_or(0)).saturating_add(MARGIN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::spec::KeySpec;
    use crate::name::KeyName;
    use crate::secret::SecretBytes;
    use crate::version::Version;

    fn key() -> Record {
        let mut record = KeySpec::default().record(KeyName::new("k").unwrap(), SecretBytes::zeroed(32), 1).unwrap();
        for _ in 0..3 {
            crate::key::rotate::rotate(&mut record, None, 1).unwrap();
        }
        record
    }

    fn closed(record: &Record) -> Vec<Option<u64>> {
        record.versions.iter().map(|version| version.closed).collect()
    }

    #[test]
    fn a_version_is_closed_when_neither_view_can_make_anything_with_it() {
        let mut record = key();
        update(&mut record, 5);
        assert_eq!(closed(&record), [None; 4], "the view for Transit can name any version that decrypts");
        record.min_decryption = Version::new(2).unwrap();
        update(&mut record, 6);
        assert_eq!(closed(&record), [Some(6), None, None, None]);
        record.min_encryption = Version::new(4);
        update(&mut record, 7);
        assert_eq!(closed(&record), [Some(6), Some(7), Some(7), None]);
        record.min_encryption = Version::new(3);
        update(&mut record, 8);
        assert_eq!(closed(&record), [Some(6), Some(7), None, None]);
        record.versions[0].destroy(9);
        record.min_decryption = Version::FIRST;
        record.min_encryption = None;
        update(&mut record, 10);
        assert_eq!(closed(&record), [Some(6), None, None, None], "what was trimmed keeps its dates");
    }

    #[test]
    fn the_latest_version_is_never_closed() {
        let mut record = key();
        record.versions.truncate(1);
        update(&mut record, 5);
        assert_eq!(closed(&record), [None]);
    }

    #[test]
    fn a_version_is_free_when_nobody_can_make_anything_with_it_any_more() {
        let mut version = VersionRecord::empty(crate::KeyType::default());
        assert_eq!(free_from(&version, 0), None);
        version.closed = Some(7);
        assert_eq!(free_from(&version, 3), Some(7 + 3_000_000 + MARGIN));
        version.lent = Some(50_000_000);
        assert_eq!(free_from(&version, 3), Some(50_000_000 + MARGIN));
        version.closed = Some(u64::MAX);
        assert_eq!(free_from(&version, u64::MAX), Some(u64::MAX));
    }
}
