//! Whether a backup is of a key that is there. Nothing of either is given out.

use crate::alg::compare::constant_time_eq;
use crate::key::record::{Record, VersionRecord};

/// What a backup of Vault's or OpenBao's Transit is to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransitMatch {
    /// Of the key, with the versions that it has.
    Same,
    /// Of the key, from before its latest version.
    Older,
    /// Of the key, with later versions than it has.
    Newer,
    /// Of another key: of another type, or with other material under one number.
    Other,
}

/// What was trimmed on one side is not compared. One version at least has to be on both.
pub(crate) fn compare(key: &Record, backup: &Record) -> TransitMatch {
    if key.key_type() != backup.key_type()
        || (key.derived, key.convergent) != (backup.derived, backup.convergent)
    {
        return TransitMatch::Other;
    }
    let both = key.versions.iter().zip(&backup.versions);
    let mut compared = both.filter(|(a, b)| !a.is_trimmed && !b.is_trimmed).peekable();
    let is_same = |(a, b): (&VersionRecord, &VersionRecord)| {
        let rules = |record: &Record, version: &VersionRecord| {
            let kdf = record.derived.then(|| version.kdf.unwrap_or(record.kdf));
            let rule = record.convergent.then(|| version.convergent_rule.unwrap_or(record.convergent_rule));
            (kdf, rule)
        };
        a.key_type == b.key_type && !materials_differ(a, b) && rules(key, a) == rules(backup, b)
    };
    if compared.peek().is_none() || !compared.all(is_same) {
        return TransitMatch::Other;
    }
    match backup.versions.len().cmp(&key.versions.len()) {
        std::cmp::Ordering::Less => TransitMatch::Older,
        std::cmp::Ordering::Equal => TransitMatch::Same,
        std::cmp::Ordering::Greater => TransitMatch::Newer,
    }
}

/// Whether two versions would answer otherwise.
pub(super) fn materials_differ(a: &VersionRecord, b: &VersionRecord) -> bool {
    fn same(a: Option<&[u8]>, b: Option<&[u8]>) -> bool {
        match (a, b) {
            (Some(a), Some(b)) => constant_time_eq(a, b),
            (None, None) => true,
            _ => false,
        }
    }
    fn material(version: &VersionRecord) -> Option<&[u8]> {
        version.material.as_ref().map(|material| material.expose())
    }
    !same(material(a), material(b))
        || !same(
            a.hmac_key.as_ref().map(|key| &key.expose()[..]),
            b.hmac_key.as_ref().map(|key| &key.expose()[..]),
        )
        || a.public != b.public
}
