//! What can be said about a key without a secret.

use crate::key::record::Record;
use crate::key::window::VersionState;
use crate::material::KeyType;
use crate::name::KeyName;
use crate::version::Version;
use crate::wire::text::Template;
use std::collections::BTreeMap;
use std::time::Duration;

/// What a key is, now. No field is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields are the options of the same names")]
pub struct KeyInfo {
    pub name: KeyName,
    /// The type of the latest version.
    pub key_type: KeyType,
    pub derived: bool,
    pub convergent: bool,
    pub disabled: bool,
    /// The latest version came from outside.
    pub imported: bool,
    pub allow_rotation: bool,
    pub exportable: bool,
    pub allow_plaintext_backup: bool,
    pub deletion_allowed: bool,
    /// Zero for never.
    pub auto_rotate_period: Duration,
    pub latest_version: Version,
    /// 0 as long as nothing was trimmed.
    pub min_available_version: u32,
    pub min_decryption_version: Version,
    /// `None`: only the latest.
    pub min_encryption_version: Option<Version>,
    /// Of `hmac` keys, in bytes.
    pub key_size: Option<u16>,
    pub version_template: Option<String>,
    pub labels: BTreeMap<String, String>,
    pub versions: Vec<VersionInfo>,
}

/// What a version is, now. Times are nanoseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields say it")]
pub struct VersionInfo {
    pub version: Version,
    pub key_type: KeyType,
    pub state: VersionState,
    pub imported: bool,
    pub created: Option<u64>,
    /// When it stopped being the latest.
    pub retired: Option<u64>,
    /// When its material was destroyed.
    pub trimmed: Option<u64>,
}

pub(crate) fn info(record: &Record) -> KeyInfo {
    let window = record.window();
    let known = |time: u64| (time > 0).then_some(time);
    let versions = record.versions.iter().enumerate().filter_map(|(index, v)| {
        let version = Version::from_index(index)?;
        Some(VersionInfo {
            version,
            key_type: v.key_type,
            state: window.state(version),
            imported: v.imported,
            created: v.created,
            retired: v.retired,
            trimmed: known(v.trimmed),
        })
    });
    KeyInfo {
        name: record.name.clone(),
        key_type: record.key_type(),
        derived: record.derived,
        convergent: record.convergent,
        disabled: record.disabled,
        imported: record.imported,
        allow_rotation: record.allow_rotation,
        exportable: record.exportable,
        allow_plaintext_backup: record.allow_plaintext_backup,
        deletion_allowed: record.deletion_allowed,
        auto_rotate_period: Duration::from_nanos(record.auto_rotate_period),
        latest_version: window.latest,
        min_available_version: window.available,
        min_decryption_version: window.decryption,
        min_encryption_version: window.encryption,
        key_size: (record.key_size > 0).then_some(record.key_size),
        version_template: record.template.as_ref().map(|t: &Template| t.as_str().to_owned()),
        labels: record.labels.clone(),
        versions: versions.collect(),
    }
}
