//! What a key is to be: given once, when it is created.

use crate::Error;
use crate::derive::{ConvergentRule, Kdf};
use crate::error::invalid;
use crate::key::options::KeyOption;
use crate::key::record::{Archive, MAX_LABEL, MAX_LABELS, Record, VersionRecord};
use crate::material::KeyType;
use crate::name::KeyName;
use crate::secret::SecretBytes;
use crate::version::Version;
use crate::wire::text::Template;
use std::collections::BTreeMap;
use std::time::Duration;

/// The specification of a new key.
///
/// Fixed for good: `derived`, `convergent`, `key_size`, `version_template`. The rest can be changed with
/// [`Key::configure`](crate::Key::configure), `exportable` and `allow_plaintext_backup` only from off to on.
///
/// ```
/// use strongroom::{KeySpec, KeyType, Keyring};
/// let ring = Keyring::in_memory();
/// let tenants = ring.create_key("tenants", KeySpec::new(KeyType::Xaes256Gcm).derived(true))?;
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use]
pub struct KeySpec {
    pub(crate) key_type: KeyType,
    pub(crate) derived: bool,
    pub(crate) convergent: bool,
    pub(crate) key_size: Option<u16>,
    pub(crate) version_template: Option<String>,
    pub(crate) exportable: bool,
    pub(crate) allow_plaintext_backup: bool,
    pub(crate) deletion_allowed: bool,
    pub(crate) auto_rotate_period: Duration,
    pub(crate) labels: BTreeMap<String, String>,
}

impl KeySpec {
    /// A key of a type, with every option off.
    pub fn new(key_type: KeyType) -> Self {
        Self { key_type, ..Self::default() }
    }

    /// Every message is worked on with a subkey made from a context.
    pub fn derived(mut self, on: bool) -> Self {
        self.derived = on;
        self
    }

    /// Equal plaintexts under equal contexts give equal ciphertexts, as Transit's convergent encryption.
    /// Needs `derived`, and takes no aad. Equality holds within one version only.
    pub fn convergent(mut self, on: bool) -> Self {
        self.convergent = on;
        self
    }

    /// The size of an `hmac` key in bytes, 32 to 512. 32 unless given.
    pub fn key_size(mut self, bytes: u16) -> Self {
        self.key_size = Some(bytes);
        self
    }

    /// What ciphertexts and signatures start with, instead of `strongroom:v{{version}}:` or
    /// `vault:v{{version}}:`.
    pub fn version_template(mut self, template: impl Into<String>) -> Self {
        self.version_template = Some(template.into());
        self
    }

    /// The material can be exported.
    pub fn exportable(mut self, on: bool) -> Self {
        self.exportable = on;
        self
    }

    /// Backups that are not sealed can be taken.
    pub fn allow_plaintext_backup(mut self, on: bool) -> Self {
        self.allow_plaintext_backup = on;
        self
    }

    /// The key can be deleted.
    pub fn deletion_allowed(mut self, on: bool) -> Self {
        self.deletion_allowed = on;
        self
    }

    /// After how long [`Keyring::rotate_due`](crate::Keyring::rotate_due) rotates the key: zero for never,
    /// else an hour or more.
    pub fn auto_rotate_period(mut self, period: Duration) -> Self {
        self.auto_rotate_period = period;
        self
    }

    /// A label, for people and programs that sort keys. Not secret from those who can open the keyring.
    pub fn label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.insert(name.into(), value.into());
        self
    }

    /// A record with these options and one version of fresh material.
    pub(crate) fn create(&self, name: KeyName, now: u64) -> Result<Record, Error> {
        self.check()?;
        let material = self.key_type.generate(self.size().into())?;
        self.record(name, material, now)
    }

    /// The size of new `hmac` material; of no meaning for other types.
    fn size(&self) -> u16 {
        self.key_size.unwrap_or(32)
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let refuse = |reason| Err(Error::InvalidOption { reason });
        let t = self.key_type;
        if !t.is_supported() {
            return Err(Error::TypeNotSupported { key_type: t.name() });
        }
        if self.derived && !KeyOption::Derived.is_for(t) {
            return refuse(invalid::DERIVED_NOT_SUPPORTED);
        }
        if self.convergent && !KeyOption::Convergent.is_for(t) {
            return refuse(invalid::CONVERGENT_NOT_SUPPORTED);
        }
        if self.convergent && !self.derived {
            return refuse(invalid::CONVERGENT_NEEDS_DERIVED);
        }
        if self.key_size.is_some() && !KeyOption::KeySize.is_for(t) {
            return refuse(invalid::KEY_SIZE_NOT_SUPPORTED);
        }
        if !(32..=512).contains(&self.size()) {
            return refuse(invalid::KEY_SIZE_OUT_OF_RANGE);
        }
        if self.version_template.as_deref().is_some_and(|text| Template::new(text).is_none()) {
            return refuse(invalid::VERSION_TEMPLATE_MALFORMED);
        }
        if self
            .version_template
            .as_deref()
            .and_then(Template::new)
            .is_some_and(|template| template.is_nearly_a_default())
        {
            return refuse(invalid::VERSION_TEMPLATE_AMBIGUOUS);
        }
        if self.version_template.is_some() && !KeyOption::VersionTemplate.is_for(t) {
            return refuse(invalid::VERSION_TEMPLATE_NOT_SUPPORTED);
        }
        self.labels.iter().try_for_each(|(name, value)| check_label(name, value))?;
        check_labels(self.labels.len())?;
        check_period(self.auto_rotate_period).map(|_| ())
    }

    pub(crate) fn record(&self, name: KeyName, material: SecretBytes, now: u64) -> Result<Record, Error> {
        // Material that does not fit was refused; 65535 would be as well.
        let size = u16::try_from(material.len()).unwrap_or(u16::MAX);
        let key_size = if self.key_type.is_hmac() { size } else { 0 };
        Ok(Record {
            name,
            derived: self.derived,
            convergent: self.convergent,
            disabled: false,
            imported: false,
            exportable: self.exportable,
            allow_rotation: false,
            deletion_allowed: self.deletion_allowed,
            allow_plaintext_backup: self.allow_plaintext_backup,
            auto_rotate_period: check_period(self.auto_rotate_period)?,
            min_available: 0,
            min_decryption: Version::FIRST,
            min_encryption: None,
            labels: self.labels.clone(),
            versions: vec![VersionRecord::new(self.key_type, material, now)?],
            kdf: Kdf::HkdfSha256,
            convergent_rule: ConvergentRule::Three,
            key_size,
            template: self.version_template.as_deref().and_then(Template::new),
            backup_info: None,
            restore_info: None,
            archive: Archive::default(),
            transit: None,
            lent: None,
        })
    }

    /// Whether a key that exists is what this asks for. The type may be the one it was created with or the
    /// one it has now.
    pub(crate) fn check_same(&self, record: &Record) -> Result<(), Error> {
        let differs = |option| Err(Error::KeyMismatch { option });
        let first = record.versions.first().map(|v| v.key_type);
        if first != Some(self.key_type) && record.key_type() != self.key_type {
            return differs("type");
        }
        if record.derived != self.derived {
            return differs("derived option");
        }
        if record.convergent != self.convergent {
            return differs("convergent option");
        }
        if self.key_type.is_hmac() && record.key_size != self.size() {
            return differs("key_size");
        }
        if record.template.as_ref().map(Template::as_str) != self.version_template.as_deref() {
            return differs("version template");
        }
        Ok(())
    }
}

impl From<KeyType> for KeySpec {
    fn from(key_type: KeyType) -> Self {
        Self::new(key_type)
    }
}

/// An hour: what Transit asks for at least.
const MIN_PERIOD: Duration = Duration::from_secs(3600);

/// The period in nanoseconds, 0 = never.
pub(crate) fn check_period(period: Duration) -> Result<u64, Error> {
    if !period.is_zero() && period < MIN_PERIOD {
        return Err(Error::InvalidOption { reason: invalid::AUTO_ROTATE_PERIOD_TOO_SHORT });
    }
    u64::try_from(period.as_nanos())
        .map_err(|_| Error::InvalidOption { reason: invalid::AUTO_ROTATE_PERIOD_TOO_LONG })
}

/// Whether a key may have so many labels.
pub(crate) fn check_labels(count: usize) -> Result<(), Error> {
    if count > MAX_LABELS { Err(LABELS) } else { Ok(()) }
}

/// Whether a label can be set. Names without a character are read all the same.
pub(crate) fn check_label(name: &str, value: &str) -> Result<(), Error> {
    if name.is_empty() || name.len().max(value.len()) > MAX_LABEL { Err(LABELS) } else { Ok(()) }
}

const LABELS: Error = Error::InvalidOption { reason: invalid::LABELS_OUT_OF_RANGE };
