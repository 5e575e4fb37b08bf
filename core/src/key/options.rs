//! The options of keys: the one list that creating, changing, showing, command line, bindings and pages go
//! by.

use crate::Error;
use crate::error::invalid;
use crate::key::configure::KeyConfig;
use crate::key::info::KeyInfo;
use crate::key::spec::KeySpec;
use crate::material::KeyType;
use crate::version::Version;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// One line for each option: its name in Rust, C and Python, what its value is and is unless it was said,
/// when it can be said, which types have it, and what it means. The lines are in the order of the
/// documentation.
macro_rules! options {
    ($(
        $option:ident $name:literal $kind:ident = $default:expr, $when:ident, $types:path, $about:literal;
    )*) => {
        /// A setting of a key.
        ///
        /// ```
        /// use strongroom::{KeyOption, KeySpec, KeyType, OptionValue};
        /// let option = KeyOption::from_name("key_size").unwrap();
        /// let spec = KeySpec::new(KeyType::Hmac).set(option, OptionValue::Number(64))?;
        /// assert_eq!(spec, KeySpec::new(KeyType::Hmac).key_size(64));
        /// # Ok::<(), strongroom::Error>(())
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum KeyOption {
            $(#[doc = $about] $option,)*
        }

        impl KeyOption {
            /// Each of them, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$option,)*];

            /// The name, such as `key_size`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$option => $name,)* }
            }

            /// What its values are.
            pub const fn kind(self) -> OptionKind {
                match self { $(Self::$option => OptionKind::$kind,)* }
            }

            /// What it is unless it was said, as people write it.
            pub const fn default_text(self) -> &'static str {
                match self { $(Self::$option => $default,)* }
            }

            /// When it can be said.
            pub const fn when(self) -> OptionTime {
                match self { $(Self::$option => OptionTime::$when,)* }
            }

            /// What it means, in one or two sentences.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$option => $about,)* }
            }

            /// Whether keys of a type can have it.
            pub fn is_for(self, key_type: KeyType) -> bool {
                match self { $(Self::$option => $types(key_type),)* }
            }
        }
    };
}

options! {
    Derived "derived" Flag = "off", Created, KeyType::derives,
        "Every message is worked on with a subkey made from a context.";
    Convergent "convergent" Flag = "off", Created, KeyType::converges,
        "Equal plaintexts under equal contexts give equal ciphertexts. Needs derived, and takes no aad.";
    KeySize "key_size" Number = "32", Created, KeyType::is_hmac,
        "The size of the key in bytes, 32 to 512.";
    VersionTemplate "version_template" Text = "none", Created, KeyType::has_template,
        "What ciphertexts and signatures start with, with {{version}} for the number.";
    Exportable "exportable" Flag = "off", OnceOn, every,
        "The material can be exported. This cannot be undone.";
    AllowPlaintextBackup "allow_plaintext_backup" Flag = "off", OnceOn, every,
        "Backups that are not sealed can be taken. This cannot be undone.";
    DeletionAllowed "deletion_allowed" Flag = "off", Always, every,
        "The key can be deleted.";
    AutoRotatePeriod "auto_rotate_period" Period = "never", Always, every,
        "After how long the key is due for rotation: never, or an hour or more.";
    Labels "labels" Labels = "none", Always, every,
        "Names and values for people and programs that sort keys; not secret from those who can open the keyring.";
    MinDecryptionVersion "min_decryption_version" Version = "1", Changed, every,
        "What was made with a version below this is refused until it is lowered again.";
    MinEncryptionVersion "min_encryption_version" VersionOrLatest = "the latest", Changed, every,
        "Versions from this on can be asked for in new ciphertexts and signatures.";
}

const fn every(_key_type: KeyType) -> bool {
    true
}

/// What the values of an option are.
///
/// ```
/// use strongroom::{KeyOption, OptionKind};
/// let flags = KeyOption::ALL.iter().filter(|option| option.kind() == OptionKind::Flag);
/// assert_eq!(flags.last(), Some(&KeyOption::DeletionAllowed));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OptionKind {
    /// On or off.
    Flag,
    /// A whole number.
    Number,
    /// Text.
    Text,
    /// A length of time.
    Period,
    /// Names with values.
    Labels,
    /// The number of a version.
    Version,
    /// The number of a version, or the latest whichever that is.
    VersionOrLatest,
}

/// When an option can be said.
///
/// ```
/// use strongroom::{KeyOption, OptionTime};
/// assert_eq!(KeyOption::Derived.when(), OptionTime::Created);
/// assert!(!OptionTime::Created.is_later());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OptionTime {
    /// When the key is created, and never again.
    Created,
    /// When it is created, and later from off to on.
    OnceOn,
    /// When it is created, and later.
    Always,
    /// Of a key that is there.
    Changed,
}

impl OptionTime {
    /// Whether a new key is created with it.
    pub const fn is_at_creation(self) -> bool {
        !matches!(self, Self::Changed)
    }

    /// Whether a key that is there can be changed by it.
    pub const fn is_later(self) -> bool {
        !matches!(self, Self::Created)
    }
}

/// A value of an option.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OptionValue {
    /// Of [`OptionKind::Flag`].
    Flag(bool),
    /// Of [`OptionKind::Number`].
    Number(u64),
    /// Of [`OptionKind::Text`].
    Text(String),
    /// Of [`OptionKind::Period`].
    Period(Duration),
    /// Of [`OptionKind::Labels`]: those that are set, and with `None` those that are removed.
    Labels(BTreeMap<String, Option<String>>),
    /// Of [`OptionKind::Version`] and [`OptionKind::VersionOrLatest`]; `None` stands for the latest.
    Version(Option<Version>),
}

impl KeyOption {
    /// The option of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|option| option.name() == name)
    }
}

impl fmt::Display for KeyOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A value of another kind than the option's.
const OTHER_KIND: Error = Error::InvalidOption { reason: invalid::VALUE_OF_ANOTHER_KIND };

impl KeySpec {
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
        use KeyOption as Is;
        use OptionValue::{Flag, Labels, Number, Period, Text};
        match (option, value) {
            (Is::MinDecryptionVersion | Is::MinEncryptionVersion, _) => {
                Err(Error::InvalidOption { reason: invalid::NOT_AT_CREATION })
            }
            (Is::Derived, Flag(on)) => Ok(self.derived(on)),
            (Is::Convergent, Flag(on)) => Ok(self.convergent(on)),
            // One that is too large is refused as any other.
            (Is::KeySize, Number(size)) => Ok(self.key_size(u16::try_from(size).unwrap_or(u16::MAX))),
            (Is::VersionTemplate, Text(text)) => Ok(self.version_template(text)),
            (Is::Exportable, Flag(on)) => Ok(self.exportable(on)),
            (Is::AllowPlaintextBackup, Flag(on)) => Ok(self.allow_plaintext_backup(on)),
            (Is::DeletionAllowed, Flag(on)) => Ok(self.deletion_allowed(on)),
            (Is::AutoRotatePeriod, Period(period)) => Ok(self.auto_rotate_period(period)),
            (Is::Labels, Labels(labels)) => labels.into_iter().try_fold(self, |spec, (name, value)| {
                let nothing = Error::InvalidOption { reason: invalid::LABEL_NOT_THERE };
                Ok(spec.label(name, value.ok_or(nothing)?))
            }),
            _ => Err(OTHER_KIND),
        }
    }
}

impl KeyConfig {
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
        use KeyOption as Is;
        use OptionValue::{Flag, Labels, Period, Version};
        match (option, value) {
            (Is::Derived | Is::Convergent | Is::KeySize | Is::VersionTemplate, _) => {
                Err(Error::InvalidOption { reason: invalid::FIXED_AT_CREATION })
            }
            (Is::Exportable, Flag(on)) => Ok(self.exportable(on)),
            (Is::AllowPlaintextBackup, Flag(on)) => Ok(self.allow_plaintext_backup(on)),
            (Is::DeletionAllowed, Flag(on)) => Ok(self.deletion_allowed(on)),
            (Is::AutoRotatePeriod, Period(period)) => Ok(self.auto_rotate_period(period)),
            (Is::Labels, Labels(labels)) => {
                Ok(labels.into_iter().fold(self, |config, (name, value)| config.label(name, value)))
            }
            (Is::MinDecryptionVersion, Version(Some(version))) => Ok(self.min_decryption_version(version)),
            (Is::MinEncryptionVersion, Version(version)) => Ok(self.min_encryption_version(version)),
            _ => Err(OTHER_KIND),
        }
    }
}

impl KeyInfo {
    /// What an option is; `None` for one that keys of the type do not have, or that was not said.
    ///
    /// ```
    /// use strongroom::{KeyOption, KeySpec, Keyring, OptionValue};
    /// let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// assert_eq!(key.info()?.get(KeyOption::Derived), Some(OptionValue::Flag(false)));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn get(&self, option: KeyOption) -> Option<OptionValue> {
        use OptionValue::{Flag, Labels, Number, Period, Text, Version};
        Some(match option {
            KeyOption::Derived => Flag(self.derived),
            KeyOption::Convergent => Flag(self.convergent),
            KeyOption::KeySize => Number(self.key_size?.into()),
            KeyOption::VersionTemplate => Text(self.version_template.clone()?),
            KeyOption::Exportable => Flag(self.exportable),
            KeyOption::AllowPlaintextBackup => Flag(self.allow_plaintext_backup),
            KeyOption::DeletionAllowed => Flag(self.deletion_allowed),
            KeyOption::AutoRotatePeriod => Period(self.auto_rotate_period),
            KeyOption::Labels => {
                Labels(self.labels.iter().map(|(name, value)| (name.clone(), Some(value.clone()))).collect())
            }
            KeyOption::MinDecryptionVersion => Version(Some(self.min_decryption_version)),
            KeyOption::MinEncryptionVersion => Version(self.min_encryption_version),
        })
    }
}
