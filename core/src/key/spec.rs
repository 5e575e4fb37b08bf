//! What a key is to be: given once, when it is created.

use crate::Error;
use crate::error::invalid;
use crate::key::options::{KeyOption, OptionTime, OptionValue, Said, each_option, setter};
use crate::key::record::{Record, VersionRecord};
use crate::material::KeyType;
use crate::name::KeyName;
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
    /// What is off or never is what a new key is anyway, and not in here.
    said: Said,
}

macro_rules! setters {
    ($(
        $option:ident $name:ident $kind:ident = $default:literal, $when:ident, $types:expr, $about:literal;
    )*) => {
        /// Each option, by a method of its name.
        impl KeySpec {
            $(setter! { KeySpec $when $kind $option $name $about })*
        }
    };
}
each_option!(setters);

impl KeySpec {
    /// A key of a type, with every option off.
    pub fn new(key_type: KeyType) -> Self {
        Self { key_type, ..Self::default() }
    }

    /// Says an option, for programs that pass on what they were given.
    ///
    /// ```
    /// use strongroom::{KeyOption, KeySpec, OptionValue};
    /// let spec = KeySpec::default().set(KeyOption::Exportable, OptionValue::Flag(true))?;
    /// assert_eq!(spec, KeySpec::default().exportable(true));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for a value of another kind, and for an option that is not one of a new key
    pub fn set(self, option: KeyOption, value: OptionValue) -> Result<Self, Error> {
        if !option.when().is_at_creation() {
            return refuse(invalid::NOT_AT_CREATION);
        }
        if !option.kind().takes(&value) {
            return refuse(invalid::VALUE_OF_ANOTHER_KIND);
        }
        if matches!(&value, OptionValue::Labels(labels) if labels.values().any(Option::is_none)) {
            return refuse(invalid::LABEL_NOT_THERE);
        }
        Ok(self.with(option, value))
    }

    fn with(mut self, option: KeyOption, value: OptionValue) -> Self {
        match value {
            OptionValue::Flag(false) | OptionValue::Period(Duration::ZERO) => self.said.unsay(option),
            value => self.said.say(option, value),
        }
        self
    }

    /// Whether an option was said, and not switched off.
    pub(crate) fn has(&self, option: KeyOption) -> bool {
        self.said.get(option).is_some()
    }

    /// Whether a key can be this, whatever its name.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.record(KeyName::new("any")?).map(drop)
    }

    /// A record with these options and one version of fresh material.
    pub(crate) fn create(&self, name: KeyName, now: u64) -> Result<Record, Error> {
        let mut record = self.record(name)?;
        let material = self.key_type.generate(record.key_size.into())?;
        record.versions.push(VersionRecord::new(self.key_type, material, now)?);
        Ok(record)
    }

    /// A record by this specification that has no version yet.
    pub(crate) fn record(&self, name: KeyName) -> Result<Record, Error> {
        if !self.key_type.is_supported() {
            return Err(Error::TypeNotSupported { key_type: self.key_type.name() });
        }
        self.said.iter().try_for_each(|(option, _)| option.check_type(self.key_type))?;
        if self.has(KeyOption::Convergent) && !self.has(KeyOption::Derived) {
            return refuse(invalid::CONVERGENT_NEEDS_DERIVED);
        }
        let mut record = Record::new(name, self.key_type);
        self.said.iter().try_for_each(|(option, value)| record.set_option(option, value))?;
        Ok(record)
    }

    /// Whether a key that exists is what this asks for: in its type, the one it was created with or the one
    /// it has now, and in what is fixed for good.
    pub(crate) fn check_same(&self, record: &Record) -> Result<(), Error> {
        let first = record.versions.first().map(|v| v.key_type);
        if first != Some(self.key_type) && record.key_type() != self.key_type {
            return Err(Error::KeyMismatch { option: "type" });
        }
        let unless_said = Record::new(record.name.clone(), self.key_type);
        let fixed = KeyOption::ALL.iter().filter(|option| option.when() == OptionTime::Created);
        for option in fixed.copied() {
            let asked = self.said.get(option).cloned().or_else(|| unless_said.option(option));
            if record.option(option) != asked {
                return Err(Error::KeyMismatch { option: option.name() });
            }
        }
        Ok(())
    }
}

impl From<KeyType> for KeySpec {
    fn from(key_type: KeyType) -> Self {
        Self::new(key_type)
    }
}

fn refuse<T>(reason: &'static str) -> Result<T, Error> {
    Err(Error::InvalidOption { reason })
}
