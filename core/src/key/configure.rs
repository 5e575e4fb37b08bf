//! Changing what can be changed about a key.

use crate::Error;
use crate::error::invalid;
use crate::key::options::{KeyOption, OptionTime, OptionValue, Said, each_option, setter};
use crate::key::record::Record;

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
    said: Said,
}

macro_rules! setters {
    ($(
        $option:ident $name:ident $kind:ident = $default:literal, $when:ident, $types:expr, $about:literal;
    )*) => {
        /// Each option, by a method of its name.
        impl KeyConfig {
            $(setter! { KeyConfig $when $kind $option $name $about })*
        }
    };
}
each_option!(setters);

impl KeyConfig {
    /// No change.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says an option, for programs that pass on what they were given.
    ///
    /// ```
    /// use strongroom::{KeyConfig, KeyOption, OptionValue};
    /// let config = KeyConfig::new().set(KeyOption::DeletionAllowed, OptionValue::Flag(true))?;
    /// assert_eq!(config, KeyConfig::new().deletion_allowed(true));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for a value of another kind, and for an option that is fixed for good
    pub fn set(self, option: KeyOption, value: OptionValue) -> Result<Self, Error> {
        if !option.when().is_later() {
            return refuse(invalid::FIXED_AT_CREATION);
        }
        if !option.kind().takes(&value) {
            return refuse(invalid::VALUE_OF_ANOTHER_KIND);
        }
        Ok(self.with(option, value))
    }

    fn with(mut self, option: KeyOption, value: OptionValue) -> Self {
        self.said.say(option, value);
        self
    }

    /// All of it or, with an error, nothing.
    pub(crate) fn apply(&self, record: &mut Record) -> Result<(), Error> {
        record.check_own()?;
        let mut changed = record.clone();
        let (versions, others): (Vec<_>, Vec<_>) =
            self.said.iter().partition(|(_, value)| matches!(value, OptionValue::Version(_)));
        versions.into_iter().try_for_each(|(option, value)| changed.set_option(option, value))?;
        if changed.window() != record.window() {
            changed.window().check_change()?;
        }
        for (option, value) in others {
            let was_on = record.option(option) == Some(OptionValue::Flag(true));
            if option.when() == OptionTime::OnceOn && was_on && *value == OptionValue::Flag(false) {
                return refuse(invalid::CANNOT_BE_SWITCHED_OFF);
            }
            changed.set_option(option, value)?;
        }
        *record = changed;
        Ok(())
    }
}

fn refuse<T>(reason: &'static str) -> Result<T, Error> {
    Err(Error::InvalidOption { reason })
}
