//! Changing what can be changed about a key.

use crate::Error;
use crate::error::invalid;
use crate::key::record::Record;
use crate::key::spec::{check_label, check_labels, check_period};
use crate::version::Version;
use std::time::Duration;

/// Changes to a key's settings. What is not named stays as it is.
///
/// ```
/// use strongroom::{KeyConfig, Keyring, KeySpec, Version};
/// let ring = Keyring::in_memory();
/// let key = ring.create_key("cards", KeySpec::default())?;
/// let second = key.rotate()?;
/// key.configure(KeyConfig::new().min_encryption_version(Some(second)).deletion_allowed(true))?;
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use]
pub struct KeyConfig {
    min_decryption_version: Option<Version>,
    min_encryption_version: Option<Option<Version>>,
    deletion_allowed: Option<bool>,
    exportable: Option<bool>,
    allow_plaintext_backup: Option<bool>,
    auto_rotate_period: Option<Duration>,
    labels: Vec<(String, Option<String>)>,
}

impl KeyConfig {
    /// No change.
    pub fn new() -> Self {
        Self::default()
    }

    /// Versions below this are suspended: what was made with them is refused until it is lowered again.
    pub fn min_decryption_version(mut self, version: Version) -> Self {
        self.min_decryption_version = Some(version);
        self
    }

    /// Versions from this on may be asked for by number in new ciphertexts and signatures; `None`: only the
    /// latest.
    pub fn min_encryption_version(mut self, version: Option<Version>) -> Self {
        self.min_encryption_version = Some(version);
        self
    }

    /// Whether the key can be deleted.
    pub fn deletion_allowed(mut self, on: bool) -> Self {
        self.deletion_allowed = Some(on);
        self
    }

    /// The material can be exported. This cannot be switched off again.
    pub fn exportable(mut self, on: bool) -> Self {
        self.exportable = Some(on);
        self
    }

    /// Backups that are not sealed can be taken. This cannot be switched off again.
    pub fn allow_plaintext_backup(mut self, on: bool) -> Self {
        self.allow_plaintext_backup = Some(on);
        self
    }

    /// After how long the key is due for rotation: zero for never, else an hour or more.
    pub fn auto_rotate_period(mut self, period: Duration) -> Self {
        self.auto_rotate_period = Some(period);
        self
    }

    /// Sets a label, or with `None` removes it.
    pub fn label(mut self, name: impl Into<String>, value: Option<String>) -> Self {
        self.labels.push((name.into(), value));
        self
    }

    /// All of it or, with an error, nothing.
    pub(crate) fn apply(&self, record: &mut Record) -> Result<(), Error> {
        let Self {
            min_decryption_version,
            min_encryption_version,
            deletion_allowed,
            exportable,
            allow_plaintext_backup,
            auto_rotate_period,
            labels,
        } = self;
        record.check_own()?;
        let mut window = record.window();
        window.decryption = min_decryption_version.unwrap_or(window.decryption);
        window.encryption = min_encryption_version.unwrap_or(window.encryption);
        if window != record.window() {
            window.check_change()?;
        }
        let period = auto_rotate_period.map(check_period).transpose()?;
        let one_way = |now: bool, asked: &Option<bool>| match asked {
            Some(false) if now => Err(Error::InvalidOption { reason: invalid::CANNOT_BE_SWITCHED_OFF }),
            asked => Ok(asked.unwrap_or(now)),
        };
        let exportable = one_way(record.exportable, exportable)?;
        let allow_plaintext_backup = one_way(record.allow_plaintext_backup, allow_plaintext_backup)?;
        let mut new_labels = record.labels.clone();
        for (name, value) in labels {
            match value {
                Some(value) => {
                    check_label(name, value)?;
                    new_labels.insert(name.clone(), value.clone())
                }
                None => new_labels.remove(name),
            };
        }
        // Of those that stay only the number counts: documents may have one without a name, and every key can
        // be changed.
        check_labels(new_labels.len())?;

        record.min_decryption = window.decryption;
        record.min_encryption = window.encryption;
        record.deletion_allowed = deletion_allowed.unwrap_or(record.deletion_allowed);
        record.exportable = exportable;
        record.allow_plaintext_backup = allow_plaintext_backup;
        record.auto_rotate_period = period.unwrap_or(record.auto_rotate_period);
        record.labels = new_labels;
        Ok(())
    }
}
